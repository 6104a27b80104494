"""What can be wrong with an input, and how it is told: place, fault, mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Location:
    """Where a fault lies: a file, a place in it, and the path of keys that leads there.

    Attributes:
        file: name of the file as the user gave it, or None for a value built in Python.
        line: line in the file, counted from 1, or None where there is none.
        column: column in that line, counted from 1, or None.
        keys: path of keys and list positions, such as `person.asylum.granted`.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    keys: str = ""

    def __str__(self) -> str:
        place = self.file or ""
        if place and self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return ": ".join(part for part in (place, self.keys) if part)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, told so that a person can mend it.

    A fault may quote a key of a case or a word of a rule, never the text of a case:
    errors reach logs.
    """

    message: str
    location: Location = Location()
    mend: str = ""

    def __str__(self) -> str:
        told = f"{self.message}; {self.mend}" if self.mend else self.message
        place = str(self.location)
        return f"{place}: {told}" if place else told


class RedflagError(Exception):
    """Something that the caller gave cannot be used; every fault of it is listed.

    `str()` of it has one line for each fault.
    """

    def __init__(self, faults: Iterable[Fault] | Fault | str) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        if isinstance(faults, Fault):
            faults = (faults,)
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[RedflagError], tuple[tuple[Fault, ...]]]:
        """Rebuild from the faults, so that the error survives a trip between processes."""
        return type(self), (self.faults,)


class CaseError(RedflagError):
    """A case, or a document of it, cannot be read."""


class RuleError(RedflagError):
    """A rule, a lexicon or another file of a rule pack cannot be used."""


class ModelError(RedflagError):
    """A trained model cannot be used, or does not belong to this rule pack."""


class AuditError(RedflagError):
    """A ledger cannot be read or written, or does not hold what was asked for."""


def shown_key(key: object) -> str:
    """A key as an error may show it: on one line, and cut where it is long."""
    text = " ".join(str(key).split())
    return text if len(text) <= _LONGEST_KEY else text[: _LONGEST_KEY - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The mend that names the nearest known word, or an empty text where none is near.

    >>> did_you_mean("person.asylm", ["person.asylum", "person.roles"])
    'did you mean "person.asylum"?'
    """
    near: Sequence[str] = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""
