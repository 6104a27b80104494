"""What became of everything that a source of many cases holds: used, left out and why, not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from redflag.errors import Fault


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row, notice or entity that gives no case, and why."""

    name: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Account:
    """How a source of many cases was read; nothing of it is passed over without a word.

    Attributes:
        counted: what is counted: `row`, `notice` or `entity`.
        read: how many there are.
        cases: how many of them give a case each.
        joined: how many became part of the case of another, such as a sanction of its person.
        left_out: those that give no case, each with why; `read == cases + joined + len(left_out)`.
        unused: columns or keys that no case carries, each with why.
        remarks: single values that were not usable where the rest of the case was.
    """

    counted: str
    read: int
    cases: int
    joined: int = 0
    left_out: tuple[LeftOut, ...] = ()
    unused: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.read != self.cases + self.joined + len(self.left_out):
            raise ValueError("an account that does not add up")

    def lines(self) -> Iterator[str]:
        """The account in words, a line for each thing that a person should know."""
        parts = [f"{_counted(self.read, self.counted)} read", f"{_counted(self.cases, 'case')}"]
        if self.joined:
            parts.append(f"{self.joined} joined to the case of another")
        parts.append(f"{len(self.left_out)} left out")
        yield ", ".join(parts)
        for one in self.left_out:
            yield from (f"left out: {fault}" for fault in one.faults)
        yield from (f"not used: {name}: {why}" for name, why in self.unused.items())
        yield from self.remarks


def _counted(number: int, what: str) -> str:
    ending = "" if number == 1 else "s"
    return f"{number} entities" if what == "entity" and number != 1 else f"{number} {what}{ending}"
