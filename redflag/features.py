"""Named, signed columns for the classifier, taken from the pack and from nothing else.

A column is a family (has any of its rules fired?) or one of the core rules. It is +1 where it
fired, minus a small constant where it is settled as not so, and 0 where the file does not tell:
an unknown adds nothing, and is no column of its own. Reports about a state have no column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from redflag.assessment import Status
from redflag.pack import Judged, RulePack
from redflag.record import digest

CLEAR = 0.25
"""What a column that is settled as not so counts, against 1 for one that fired."""

Layout = Literal["families", "families_and_core"]


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that the classifier looks at.

    Attributes:
        name: a family's id, or a rule's.
        sign: +1 for signs of misuse, -1 for signs of an ordinary prosecution.
        rules: the rules that it sums up.
    """

    name: str
    sign: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What a column holds for one case: its value, and the ends between which it may still move."""

    value: float
    low: float
    high: float


def columns(pack: RulePack, layout: Layout = "families") -> tuple[Column, ...]:
    """The columns of a pack, families first, each list in the pack's own order."""
    found: list[Column] = []
    counted = [rule for rule in pack.rules if rule.weight is not None and not rule.context]
    for family in pack.families:
        for effect, sign in (("supports", 1), ("counters", -1)):
            rules = tuple(rule.id for rule in counted if rule.family == family.id and rule.effect == effect)
            if rules:
                found.append(Column(family.id, sign, rules))
    if layout == "families_and_core":
        found.extend(
            Column(rule.id, 1 if rule.effect == "supports" else -1, (rule.id,))
            for rule in counted
            if rule.id in pack.core
        )
    return tuple(found)


def columns_digest(listed: Sequence[Column]) -> str:
    """SHA-256 of the columns: a model belongs to these and to no others."""
    return digest([[one.name, one.sign, list(one.rules)] for one in listed])


def row(listed: Sequence[Column], judged: Sequence[Judged]) -> tuple[Value, ...]:
    """One case's values, in the order of the columns."""
    statuses = {one.rule.id: one.status for one in judged}
    return tuple(_value(column, statuses) for column in listed)


def _value(column: Column, statuses: Mapping[str, Status]) -> Value:
    seen = [statuses.get(rule, "not_applicable") for rule in column.rules]
    if "fired" in seen:
        return Value(1.0, 1.0, 1.0)
    if "undetermined" in seen:
        return Value(0.0, -CLEAR, 1.0)
    return Value(-CLEAR, -CLEAR, -CLEAR) if "clear" in seen else Value(0.0, 0.0, 0.0)
