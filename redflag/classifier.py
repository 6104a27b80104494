"""A model bound to the rules that it reads: its word on a case, and where it parts from the rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from redflag.assessment import Contribution, Precedent
from redflag.features import Column, Value, columns, columns_digest, value_of
from redflag.model import Model, Opinion, Precedents, check_columns
from redflag.pack import RulePack
from redflag.scoring import DECIMALS, Weighed

PARTING = 1.5
"""Log-odds between rules and classifier from which they are said to part."""

_MOST_FAMILIES = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One case as the classifier sees it.

    Attributes:
        outcomes: what the rules came to, by id.
        values: what each column holds.
        opinion: what the classifier makes of them.
    """

    outcomes: Mapping[str, Weighed]
    values: tuple[Value, ...]
    opinion: Opinion


class Classifier:
    """A model with its columns ready to be filled from outcomes."""

    def __init__(self, model: Model, precedents: Precedents | None = None) -> None:
        self.model = model
        self.columns = columns_of(model)
        self._precedents = precedents
        self._touched: dict[str, list[int]] = {}
        for number, column in enumerate(self.columns):
            for rule in column.rules:
                self._touched.setdefault(rule, []).append(number)

    def read(self, outcomes: Iterable[Weighed]) -> Reading:
        """The classifier's word on what the rules came to."""
        by_id = {one.rule_id: one for one in outcomes}
        values = tuple(value_of(column, by_id) for column in self.columns)
        return Reading(by_id, values, self.model.opinion(values))

    def parts(self, reading: Reading) -> tuple[Contribution, ...]:
        """What each column adds to the log-odds of the score."""
        slope = self.model.stack.classifier
        weighed = (
            (weight.column, round(slope * weight.coefficient * value.value, DECIMALS))
            for weight, value in zip(self.model.weights, reading.values, strict=True)
        )
        return tuple(Contribution(name=f"classifier {name}", value=part) for name, part in weighed if part)

    def ends(self, reading: Reading) -> tuple[float, float]:
        """What the classifier can still add to the log-odds of the score, at the least and at the most."""
        slope, centre = self.model.stack.classifier, self.model.centre
        return slope * (reading.opinion.low + centre), slope * (reading.opinion.high + centre)

    def if_changed(self, reading: Reading, changed: Sequence[Weighed]) -> float:
        """What the classifier would add, were some of the outcomes these."""
        values = [*reading.values]
        touched = {number for one in changed for number in self._touched.get(one.rule_id, ())}
        if touched:
            outcomes = {**reading.outcomes, **{one.rule_id: one for one in changed}}
            for number in touched:
                values[number] = value_of(self.columns[number], outcomes)
        parts = [
            weight.coefficient * held.value for weight, held in zip(self.model.weights, values, strict=True)
        ]
        return self.model.stack.classifier * math.fsum(parts)

    def precedents(self, reading: Reading) -> tuple[Precedent, ...]:
        """The documented cases most alike to this one, by the columns that fired."""
        if self._precedents is None:
            return ()
        fired = (w.column for w, v in zip(self.model.weights, reading.values, strict=True) if v.value > 0)
        weights = {weight.column: abs(weight.coefficient) for weight in self.model.weights}
        return self._precedents.nearest(fired, weights)

    def disagreement(
        self, reading: Reading, rules: float, by_family: Mapping[str, float], titles: Mapping[str, str]
    ) -> str | None:
        """Where rules and classifier part, and over which families; None where they do not.

        Args:
            reading: the case as the classifier sees it.
            rules: R, the rules alone.
            by_family: what each family makes up of R.
            titles: of the families.
        """
        own = reading.opinion.log_odds
        if abs(rules - own) <= PARTING and rules * own >= 0:
            return None
        parts = {one.name: one.value for one in reading.opinion.contributions}
        apart = {
            family: (by_family.get(family, 0.0), parts.get(family, 0.0))
            for family in titles
            if by_family.get(family) or parts.get(family)
        }
        most = sorted(apart, key=lambda name: (-abs(apart[name][0] - apart[name][1]), name))[:_MOST_FAMILIES]
        over = "; ".join(
            f"{titles[name]} (rules {apart[name][0]:+.2f}, classifier {apart[name][1]:+.2f})" for name in most
        )
        nothing = "what is usual where nothing fires"
        return (
            f"The rules alone come to {rules:+.2f} log-odds, the classifier alone to {own:+.2f}; "
            f"they part most over {over or nothing}."
        )


def columns_of(model: Model) -> tuple[Column, ...]:
    """The columns that a model was trained on."""
    return tuple(Column(weight.column, weight.sign, weight.rules, model.graded) for weight in model.weights)


def check_belongs(model: Model, pack: RulePack) -> None:
    """Refuses a model that was trained on other columns than the pack has.

    Raises:
        ModelError: naming the columns that are missing and new.
    """
    for layout in ("families", "families_graded", "families_and_core"):
        if layout == model.layout:
            listed = columns(pack, layout)
            check_columns(model, [column.name for column in listed], columns_digest(listed))
            return
    check_columns(model, [], "")


def fits(model: Model, pack: RulePack) -> bool:
    """Whether every rule that a model reads is in a pack, to the same effect; others may be beside them."""
    effects = {rule.id: rule.effect for rule in pack.rules if not rule.context}
    return all(
        effects.get(rule) == ("supports" if weight.sign > 0 else "counters")
        for weight in model.weights
        for rule in weight.rules
    )
