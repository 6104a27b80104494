"""One answer put into a case: a new case, checked like any other; the old one stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from redflag.case import Case, Statement, Vouched
from redflag.documents import DocumentNote
from redflag.errors import CaseError, Fault, Location, did_you_mean
from redflag.evidence import Level, Party
from redflag.paths import is_record, leaf_of, without_none
from redflag.record import Parsed, Record, faults_of, key_text

_STEP = re.compile(r"([a-z_]+)(?:\[(\d{1,4})\])?")
_LONGEST_PATH = 200

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Voice:
    """Who answers, and who vouches for what stands around the answer."""

    own: Party
    around: Party
    is_marked: bool = False

    def inside(self, record: Record) -> _Voice:
        """The same, within a record that may have somebody else to vouch for it."""
        if not isinstance(record, Vouched) or (record.party is None and record.level is None):
            return self
        around = self.around if record.party is None else record.party
        return _Voice(self.own, around, True)

    def says(self, value: Any) -> Any:
        """The answer as the one who answers vouches for it, no better than by word."""
        return {"value": value, "party": self.own, "level": Level.ASSERTED} if self.is_marked else value


def answer(case: Case, path: str, value: Any) -> Case:
    """The same case with one answer in it.

    It is the word of the case's own party and no better, whoever vouches for what stands around it.
    What that party said before is replaced; what others said stays beside it, so that a difference
    shows. On a list, a mapping or a single word is put at the end, and a list takes the place of all
    that was there. A text at `documents` becomes a narrative of the person's own.

    Args:
        case: the case.
        path: where the answer goes, such as `request.made`, `charges[0].death_possible` or `relatives`;
            `complete` takes the name of a list that holds all there is.
        value: what stands there from now on, as a case file would have it; None if it is not known.

    Raises:
        CaseError: if there is no such place, or the value cannot stand there. No value is quoted.
    """
    steps = _steps(path)
    changed = _put(case, steps, (), value, _Voice(case.party, case.party))
    assert isinstance(changed, Case)  # noqa: S101  # what is put into a case is a case
    return changed


def _steps(path: str) -> Steps:
    steps: list[str | int] = []
    for part in path[:_LONGEST_PATH].split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            mend = "write one such as request.made or charges[0].death_possible"
            raise CaseError(Fault("not a path of a case", mend=mend))
        steps.append(found[1])
        if found[2] is not None:
            steps.append(int(found[2]))
    return tuple(steps)


def _put(record: Record, steps: Steps, before: Steps, value: Any, voice: _Voice) -> Record:
    voice = voice.inside(record)
    name, rest = str(steps[0]), steps[1:]
    fields = type(record).model_fields
    here = (*before, name)
    if name not in fields:
        raise CaseError(Fault(f'unknown key "{name}"', _at(here), did_you_mean(name, fields)))
    old = getattr(record, name)
    annotation = without_none(fields[name].annotation)
    if not rest:
        new = _answered(old, annotation, value, voice)
    elif isinstance(rest[0], int):
        number = rest[0]
        if get_origin(annotation) is not tuple:
            raise CaseError(Fault("not a list", _at(here), "leave the number out"))
        if number >= len(old):
            mend = "answer the list itself to add one"
            raise CaseError(Fault(f"the list has {len(old)} items, counted from 0", _at(here), mend))
        if len(rest) == 1:
            item = value
        elif isinstance(old[number], Record):
            item = _put(old[number], rest[1:], (*here, number), value, voice)
        else:
            raise CaseError(Fault("nothing lies inside this", _at((*here, number))))
        new = (*old[:number], item, *old[number + 1 :])
    elif is_record(annotation):
        new = _put(old, rest, here, value, voice)
    else:
        raise CaseError(Fault("nothing lies inside this", _at(here), "name an item of a list by its number"))
    return _checked(record, name, new, before)


def _at(keys: Steps) -> Location:
    return Location(keys=key_text(keys))


def _answered(old: Any, annotation: Any, value: Any, voice: _Voice) -> Any:
    """What stands in a field once it is answered."""
    if get_origin(annotation) is tuple:
        if isinstance(value, list | tuple):
            return tuple(value)
        if value is None:
            return ()
        inside = get_args(annotation)[0]
        if inside is DocumentNote and isinstance(value, str):
            value = _narrative(value, old)
        return (*(one for one in old if one != value), value)
    leaf = leaf_of(annotation)
    if leaf is None or not leaf.stated or isinstance(value, Mapping | Statement | list | tuple):
        return value
    kept = _of_others(old, voice)
    if not kept:
        return value if value is None else voice.says(value)
    if value is None:
        return kept
    return (*kept, voice.says(value) if voice.is_marked else {"value": value})


def _of_others(old: Any, voice: _Voice) -> tuple[Any, ...]:
    """What others than the one who answers say of a fact."""
    if old is None:
        return ()
    said = old if isinstance(old, tuple) else (old,)
    words = [one if isinstance(one, Statement) else Statement(value=one) for one in said]
    return tuple(one for one in words if (one.party or voice.around) is not voice.own)


def _narrative(text: str, old: tuple[DocumentNote, ...]) -> DocumentNote:
    taken = {note.id for note in old}
    number = 1
    while f"answer {number}" in taken:
        number += 1
    return DocumentNote(id=f"answer {number}", text=text, kind="narrative")


def _checked(record: Record, name: str, new: Any, before: Steps) -> Record:
    """The record with one field changed, and that checked."""
    kept = {key: getattr(record, key) for key in record.model_fields_set - {name}}
    try:
        return type(record).model_validate({**kept, name: new})
    except ValidationError as invalid:
        faults = faults_of(invalid, type(record), Parsed(None, None))
        raise CaseError(_moved(fault, before) for fault in faults) from None


def _moved(fault: Fault, before: Steps) -> Fault:
    """A fault of a record, told from the top of the case."""
    inside = key_text(before)
    keys = ".".join(part for part in (inside, fault.location.keys) if part)
    return Fault(fault.message, Location(keys=keys), fault.mend)
