"""One case where it lies: a file, a folder, a line of a file or a row of a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redflag.case import Case
from redflag.errors import CaseError, Fault, Location
from redflag.intake.limits import LARGEST_FILE
from redflag.intake.loading import load_case
from redflag.record import parse_json


@dataclass(frozen=True, slots=True)
class Sourced:
    """One case where it lies, not yet read.

    Attributes:
        name: what it is called where it cannot be read: its file, or the number of its line or row.
        path: the file or folder; of a line the file that it stands in.
        line: the line itself, in JSON, or None for a file or folder of its own.
        faults: why it is known already that it cannot be read.
    """

    name: str
    path: Path
    line: bytes | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def fingerprint(self) -> bytes:
        """What tells it from another case in its place, without reading a file."""
        return self.line if self.line is not None else self.name.encode("utf-8", "surrogateescape") + b"\n"

    def read(self) -> Case | Mapping[str, Any]:
        """The case.

        Raises:
            CaseError: if it cannot be read.
        """
        if self.faults:
            raise CaseError(self.faults)
        if self.line is None:
            return load_case(self.path)
        where = f"{self.path.name}, {self.name}"
        try:
            if len(self.line) > LARGEST_FILE:
                raise CaseError(
                    Fault(f"larger than {LARGEST_FILE // 1_000_000} MB", Location(where), "split the case")
                )
            text = self.line.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise CaseError(Fault("not UTF-8 text", Location(where), "save it as UTF-8")) from None
        data = _quickly(text)
        if data is None:
            data = parse_json(text, where, CaseError).data
        if not isinstance(data, dict):
            mend = "write one object with the keys of a case on each line"
            raise CaseError(Fault("not a case", Location(where), mend))
        return data


def _quickly(text: str) -> object:
    """The value of a line that is beyond doubt; None where the slow reader must say what is wrong."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refused(_name: str) -> None:
    raise ValueError("not a number that JSON has")
