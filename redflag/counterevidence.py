"""The other side's version, put beside what the case says: nothing is replaced, both stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic.fields import FieldInfo

from redflag.case import Case, Statement, Vouched
from redflag.documents import DocumentNote
from redflag.errors import CaseError, Fault, Location
from redflag.evidence import Party
from redflag.intake import load_case
from redflag.intake.casefiles import CASE_ENDINGS, case_of, parse_case_text, with_texts
from redflag.intake.files import read_text
from redflag.record import Parsed, Record, validate

_NAMED = "answer"
"""The case id of a fragment that gives none."""

_OF_THE_WHOLE = frozenset({"case_id", "party", "as_of"})
"""Keys of a case that an answer does not add to."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one party says to a case: facts, documents or both.

    Attributes:
        case: the facts, in the shape of a case; documents among them.
        party: whose word it is, wherever the facts themselves do not say.
    """

    case: Case
    party: Party

    @classmethod
    def read(cls, evidence: Path | Mapping[str, Any], party: Party | str | None = None) -> Answer:
        """An answer from a part of a case or a document.

        Args:
            evidence: a mapping or a .yaml or .json file with any keys of a case, `party` among them;
                or a document.
            party: whose word it is, if the evidence does not say.

        Raises:
            CaseError: if it cannot be read, or nobody says whose word it is.
        """
        given = _party(party)
        if isinstance(evidence, Mapping):
            case = case_of({"case_id": _NAMED, **evidence})
        elif evidence.suffix.lower() in CASE_ENDINGS:
            case = _fragment(evidence)
        else:
            case = load_case(evidence)
        said = case.party if "party" in case.model_fields_set else given
        if said is None:
            where = Location(str(evidence) if isinstance(evidence, Path) else None)
            parties = ", ".join(Party)
            mend = f"add party, or --party on the command line: one of {parties}"
            raise CaseError(Fault("nobody says whose word this is", where, mend))
        return cls(case, said)


def with_answer(case: Case, answer: Answer) -> Case:
    """The case with an answer beside what it says: statements side by side, lists longer.

    Raises:
        CaseError: if the answer contradicts what no two parties can say differently.
    """
    faults: list[Fault] = []
    merged = _merged(case, answer.case, answer.party, "", faults)
    if faults:
        raise CaseError(faults)
    data = merged.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    parsed = Parsed(data, None)
    return with_texts(validate(Case, parsed, CaseError), parsed, None)


def _party(given: Party | str | None) -> Party | None:
    if given is None:
        return None
    try:
        return Party(given)
    except ValueError:
        mend = f"use one of {', '.join(Party)}"
        raise CaseError(Fault(f'there is no party "{given}"', mend=mend)) from None


def _fragment(path: Path) -> Case:
    text = read_text(path).or_refuse(Location(str(path)))
    parsed = parse_case_text(text, path)
    if not isinstance(parsed.data, dict):
        raise CaseError(Fault("not a part of a case", Location(str(path)), "write keys of a case"))
    parsed.data.setdefault("case_id", _NAMED)
    return with_texts(validate(Case, parsed, CaseError), parsed, path.parent)


def _merged(old: Record, new: Record, party: Party, path: str, faults: list[Fault]) -> Record:
    """A record with what another one states beside its own."""
    added: dict[str, Any] = {}
    for name, info in type(new).model_fields.items():
        value, was = getattr(new, name), getattr(old, name)
        if name not in new.model_fields_set or value is None:
            continue
        if not path and name in _OF_THE_WHOLE:
            continue
        here = f"{path}.{name}" if path else name
        kind = _statement_of(info)
        if kind is not None and not _is_list(was, info):
            added[name] = (*_statements(was, kind, None), *_statements(value, kind, party))
        elif isinstance(value, tuple):
            added[name] = (
                *was,
                *(_vouched(one, party) for one in value if one not in was or not _plain(one)),
            )
        elif isinstance(value, Record) and isinstance(was, Record):
            added[name] = _merged(was, value, party, here, faults)
        elif was is None or was == value:
            added[name] = value
        else:
            mend = "leave it out of the counter-evidence, or mend the case itself"
            faults.append(Fault("only one value can stand here", Location(keys=here), mend))
    return old.model_copy(update=added)


def _statement_of(info: FieldInfo) -> type[Statement[Any]] | None:
    """The statement that a field can hold, if the parties may state it differently."""
    for one in _types(info.annotation):
        parts = get_args(one)
        if any(isinstance(part, type) and issubclass(part, Statement) for part in parts):
            return Statement[parts[0]]  # type: ignore[valid-type]  # known at run time
    return None


def _is_list(was: Any, info: FieldInfo) -> bool:
    """Whether a field is a list of its own, each item of which may be a statement."""
    return isinstance(was, tuple) and info.default == ()


def _types(annotation: Any) -> Iterator[Any]:
    waiting = [annotation]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(get_args(current))


def _statements(value: Any, kind: type[Statement[Any]], party: Party | None) -> tuple[Any, ...]:
    """What is stated, as statements that say who vouches."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return tuple(_vouched(one, party) for one in value)
    if isinstance(value, Statement):
        return (_vouched(value, party),)
    return (kind(value=value, party=party),)


def _vouched(one: Any, party: Party | None) -> Any:
    """An item or a statement with its party, where it names none."""
    if isinstance(one, Vouched) and one.party is None and party is not None:
        return one.model_copy(update={"party": party})
    if isinstance(one, DocumentNote) and one.author is None:
        return one.model_copy(update={"author": party})
    return one


def _plain(one: Any) -> bool:
    """Whether an item is a bare word, which stands on a list once."""
    return not isinstance(one, Record)
