"""Results as they lie on disk, read back: assessments, and cases that could not be screened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from redflag.assessment import Assessment, Unscreened
from redflag.errors import Fault, Location, RedflagError

Result = Assessment | Unscreened

_ONE: TypeAdapter[Result] = TypeAdapter(Result)
_ONE_OR_MORE: TypeAdapter[Result | list[Result]] = TypeAdapter(Result | list[Result])


def results_in(path: Path) -> Iterator[Result]:
    """The results in a .jsonl file, one a line, or in a .json file, one or a list.

    Raises:
        RedflagError: if the file cannot be read, or holds something else; its content is not printed.
    """
    number = 0
    try:
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            with path.open("rb") as stream:
                for number, line in enumerate(stream, start=1):  # noqa: B007  # told in the fault
                    if line.strip():
                        yield _ONE.validate_json(line)
            return
        found = _ONE_OR_MORE.validate_json(path.read_bytes())
    except OSError as fault:
        raise RedflagError(Fault(f"cannot be read: {fault.strerror}", Location(str(path)))) from None
    except ValidationError:
        mend = "give what `redflag batch`, or `redflag screen --format jsonl` with scores, has written"
        where = Location(str(path), number or None)
        raise RedflagError(Fault("not a result of a screening", where, mend)) from None
    yield from found if isinstance(found, list) else [found]
