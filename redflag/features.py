"""Named, signed columns for the classifier, taken from the pack and from nothing else.

A column is a family (has any of its rules fired?) or one of the core rules. It is positive, at most
+1, where it fired, minus a small constant where it is settled as not so, and 0 where the file does
not tell: an unknown adds nothing, and is no column of its own. Reports about a state have no column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from redflag.pack import RulePack
from redflag.record import digest
from redflag.scoring import Weighed

CLEAR = 0.25
"""What a column that is settled as not so counts, against 1 for one that fired."""

Layout = Literal["families", "families_graded", "families_and_core"]
"""Which columns there are. `families_graded` counts a family by how much weight fired in it."""

LAYOUTS: tuple[Layout, ...] = get_args(Layout)


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that the classifier looks at.

    Attributes:
        name: a family's id, or a rule's.
        sign: +1 for signs of misuse, -1 for signs of an ordinary prosecution.
        rules: the rules that it sums up.
        graded: whether it counts by how much weight fired, instead of whether any did.
    """

    name: str
    sign: int
    rules: tuple[str, ...]
    graded: bool = False


class Value(NamedTuple):
    """What a column holds for one case: its value, and the ends between which it may still move."""

    value: float
    low: float
    high: float


def columns(pack: RulePack, layout: Layout = "families") -> tuple[Column, ...]:
    """The columns of a pack, families first, each list in the pack's own order."""
    found: list[Column] = []
    counted = [rule for rule in pack.rules if rule.weight is not None and not rule.context]
    for family in pack.families:
        both = {rule.effect for rule in counted if rule.family == family.id} >= {"supports", "counters"}
        for effect, sign in (("supports", 1), ("counters", -1)):
            rules = tuple(rule.id for rule in counted if rule.family == family.id and rule.effect == effect)
            if rules:
                name = f"{family.id} counters" if both and sign < 0 else family.id
                found.append(Column(name, sign, rules, layout == "families_graded"))
    if layout == "families_and_core":
        found.extend(
            Column(rule.id, 1 if rule.effect == "supports" else -1, (rule.id,))
            for rule in counted
            if rule.id in pack.core
        )
    return tuple(found)


def columns_digest(listed: Iterable[Column]) -> str:
    """SHA-256 of the columns: a model belongs to these and to no others."""
    return digest([[one.name, one.sign, list(one.rules), one.graded] for one in listed])


def row(listed: Iterable[Column], outcomes: Iterable[Weighed]) -> tuple[Value, ...]:
    """One case's values, in the order of the columns."""
    by_id = {one.rule_id: one for one in outcomes}
    return tuple(value_of(column, by_id) for column in listed)


def value_of(column: Column, outcomes: Mapping[str, Weighed]) -> Value:
    """What one column holds, from what its rules came to; a rule that was not asked is left out."""
    own = [outcomes[rule] for rule in column.rules if rule in outcomes]
    seen = {one.status for one in own}
    if "fired" in seen:
        if column.graded:
            return _graded(own)
        return Value(1.0, 1.0, 1.0)
    if "undetermined" in seen:
        return Value(0.0, -CLEAR, _graded(own).high if column.graded else 1.0)
    return Value(-CLEAR, -CLEAR, -CLEAR) if "clear" in seen else Value(0.0, 0.0, 0.0)


def _graded(own: Sequence[Weighed]) -> Value:
    """By the weight that fired, saturating at 1; at the most if every open rule fired in full."""
    fired = [one for one in own if one.status == "fired"]
    told = math.fsum(abs(one.weight) for one in fired)
    still_open = [one for one in own if one.status == "undetermined" or (one.status == "fired" and one.open)]
    settled = math.fsum(abs(one.weight) for one in fired if not one.open)
    most = settled + math.fsum(abs(one.log_lr_true) for one in still_open)
    value = -math.expm1(-told)
    return Value(value, value, max(value, -math.expm1(-most)))
