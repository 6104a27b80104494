"""The numbers of many assessments at once: what `Screener.score` adds up for one file.

Sums are made in another order here than there, so that a last binary digit may differ. Every number of an
assessment is rounded to a few decimals, though, and what is rounded is the same unless it lies right at
the edge between two such decimals. A file with any number that near an edge is named in `near`, and is
to be added up by itself: what is told of the others is equal to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redflag.classifier import Classifier
from redflag.columns import Flags
from redflag.features import CLEAR
from redflag.pack import RulePack
from redflag.pack.masked import WeighedTable
from redflag.pack.rule import Rule
from redflag.scoring import DECIMALS, Policy, logit

Reals = NDArray[np.float64]

_UNIT = 10**DECIMALS
_EDGE = 1e-5
"""How near to an edge between two roundings a number is told again, in units of the last decimal."""
_NEAR_A_BAND = 1e-9
_FIRED, _CLEAR, _NOT_APPLICABLE = 1, 2, 3
_SIGNS = (-1.0, 1.0)


@dataclass(frozen=True)
class Tally:
    """The numbers of many files; a place in each array for each file.

    Attributes:
        near: files of which some number could be rounded otherwise here than by itself; nothing else
            that is told of them counts.
        score: the score, abstention or not.
        low: least of its range.
        high: most of its range.
        coverage: determined share of the core rules' weight.
        total: what the band is cut on: the log-odds without the base rate.
        rule_score: the rules alone at even odds.
        classifier_score: the classifier alone; None where there is none.
        families: ids of the pack's families.
        weights: weight of evidence of each family, files by families.
        settled: whether any rule of it is settled, files by families.
    """

    near: Flags
    score: Reals
    low: Reals
    high: Reals
    coverage: Reals
    total: Reals
    rule_score: Reals
    classifier_score: Reals | None
    families: tuple[str, ...]
    weights: Reals
    settled: Flags


class Tallying:
    """The sums of a pack and a model, ready for any number of files.

    Args:
        pack: the rules.
        policy: the numbers of the score, with the stack and the bands of the model.
        classifier: the model, if there is one.
        base_rate: share of requests that are taken to be improper.
    """

    def __init__(
        self, pack: RulePack, policy: Policy, classifier: Classifier | None, base_rate: float
    ) -> None:
        self._policy = policy
        self._classifier = classifier
        self._base_rate = base_rate
        rules = [one for one in pack.rules if one.id not in pack.switched_off]
        self._place = {rule.id: number for number, rule in enumerate(rules)}
        self.families = tuple(family.id for family in pack.families)
        saturation = {family.id: family.saturation for family in pack.families}
        weights = [rule.weight for rule in rules]
        self._true = np.array([0.0 if one is None else one.log_lr_true for one in weights])
        self._false = np.array([0.0 if one is None else one.log_lr_false for one in weights])
        self._weighs = np.array([one is not None for one in weights], dtype=bool)
        self._context = np.array([rule.context for rule in rules], dtype=bool) & self._weighs
        self._effect = np.array([rule.effect == "counters" for rule in rules], dtype=np.int64)
        own = {family: number for number, family in enumerate(self.families)}
        self._own_family = np.array([own[rule.family] for rule in rules], dtype=np.int64)
        self._contestable = np.array([rule.contradicted_by is not None for rule in rules], dtype=bool)
        core = [
            number for number, rule in enumerate(rules) if rule.id in pack.core and rule.weight is not None
        ]
        self._core = np.array(core, dtype=np.int64)
        self._sums(rules, policy, saturation)
        self._unsettled()

    def _sums(self, rules: Sequence[Rule], policy: Policy, saturation: Mapping[str, float]) -> None:
        """Which family sums each rule is part of, with how much of its weight, and what each approaches."""
        groups: dict[tuple[str, str], int] = {}
        parts: list[list[int]] = []
        for rule in rules:
            if rule.weight is None or rule.context:
                parts.append([])
                continue
            named = rule.answers if rule.effect == "counters" and rule.answers else (rule.family,)
            parts.append([groups.setdefault((rule.effect, name), len(groups)) for name in named])
        self._caps = np.array(
            [
                policy.counter_saturation if effect == "counters" else saturation[name]
                for effect, name in groups
            ]
        )
        self._many = np.array([len(one) for one in parts], dtype=np.int64)
        self._first = np.cumsum(self._many) - self._many
        self._groups = np.array([group for one in parts for group in one], dtype=np.int64)

    def _unsettled(self) -> None:
        """What each rule can add where it is open, against and for; and all of them together."""
        ends = np.stack([self._false, self._true])
        self._most = [np.where(self._weighs, (sign * ends).max(axis=0), 0.0) for sign in _SIGNS]
        self._alone = [np.where(self._context | ~self._weighs, 0.0, self._apart(most)) for most in self._most]
        every = np.flatnonzero(self._weighs)
        at, shares = self._spread(every)
        self._whole = [
            _summed(self._groups[at], most[every][shares] / self._many[every][shares], len(self._caps))
            for most in self._most
        ]  # fmt: skip

    def _apart(self, most: Reals) -> Reals:
        """What an event adds that one rule alone reports."""
        policy = self._policy
        cap = policy.event_saturation
        return (1 - policy.family_share) * (cap * -np.expm1(-np.maximum(most, 0.0) / cap))

    def _spread(self, rules: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Each rule once for each family sum that it is part of: where in `_groups`, and which of these."""
        many = self._many[rules]
        which = np.repeat(np.arange(len(rules)), many)
        within = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
        return self._first[rules][which] + within, which

    def tally(self, table: WeighedTable) -> Tally:
        """The numbers of every file of a table."""
        rows = len(table.outcomes.codes)
        near = table.apart.copy()
        fired = table.outcomes.codes[table.row, table.rule] == _FIRED
        weight = np.where(fired, self._true[table.rule], self._false[table.rule]) * table.strength
        event = self._by_event(table.row, self._events(table, fired))
        parts, edge = _rounded(self._shares(table.row, table.rule, weight, event, rows))
        weighs = weight != 0.0
        near[table.row[(edge & weighs) | (weighs & (parts == 0))]] = True
        parts = np.where(weighs, parts, 0)
        stack = self._policy.stack
        adding = _again(stack.rules, parts)
        rule_sum = _summed(table.row, parts, rows)
        many = np.bincount(table.row[weighs], minlength=rows)
        shift = logit(self._base_rate) - logit(stack.training_rate)
        start = stack.intercept + shift
        opinion = self._opinion(table, weight, fired, rows)
        near |= opinion.near
        told = _summed(table.row, adding, rows) + opinion.parts
        total = stack.intercept + told / _UNIT
        near |= np.abs(total - self._policy.high_from) < _NEAR_A_BAND
        near |= np.abs(total - self._policy.elevated_from) < _NEAR_A_BAND
        log_odds = (np.rint(round(start, DECIMALS) * _UNIT) + told) / _UNIT
        score, edge = _rounded(_sigmoid(log_odds))
        near |= edge
        low, high = self._range(table, weight, fired, event, rule_sum / _UNIT, many / _UNIT, rows)
        low, edge = _rounded(_sigmoid(start + stack.rules * low + opinion.low))
        near |= edge
        high, edge = _rounded(_sigmoid(start + stack.rules * high + opinion.high))
        near |= edge
        coverage, edge = self._coverage(table)
        near |= edge
        rule_score, edge = _rounded(_sigmoid(rule_sum / _UNIT))
        near |= edge
        families, settled, edge = self._families(table, adding, weighs, rows)
        near |= edge
        return Tally(
            near, score / _UNIT, np.minimum(low, score) / _UNIT, np.maximum(high, score) / _UNIT,
            coverage / _UNIT, total, rule_score / _UNIT, opinion.score, self.families, families, settled,
        )  # fmt: skip

    def _events(self, table: WeighedTable, fired: Flags) -> NDArray[np.int64]:
        """The sum of its event that each outcome is part of: what is clear stays with its family."""
        own = np.where(fired, table.event, -1 - len(self._true) - self._own_family[table.rule])
        return own * 2 + self._effect[table.rule]

    @staticmethod
    def _by_event(row: NDArray[np.int64], event: NDArray[np.int64]) -> _ByEvent:
        """Numbers of the sums by file and event, and the file of each."""
        least = event.min(initial=0)
        key = row * (event.max(initial=0) - least + 1) + (event - least)
        order = np.argsort(key, kind="stable")
        sorted_key = key[order]
        new = np.ones(len(row), dtype=bool)
        new[1:] = sorted_key[1:] != sorted_key[:-1]
        numbers = np.empty(len(row), dtype=np.int64)
        numbers[order] = np.cumsum(new) - 1
        return _ByEvent(numbers, row[order][new])

    def _shares(
        self,
        row: NDArray[np.int64],
        rule: NDArray[np.int64],
        weight: Reals,
        event: _ByEvent,
        rows: int,
    ) -> Reals:
        """What each settled outcome contributes: its share of every sum that it is part of."""
        policy = self._policy
        shared = policy.family_share
        context = self._context[rule]
        found = np.zeros(len(row))
        own = _summed(row[context], weight[context], rows)
        found[context] = weight[context] * _ratio(own, policy.context_saturation)[row[context]]
        plain = np.flatnonzero(~context)
        at, which = self._spread(rule[plain])
        part = weight[plain][which] / self._many[rule[plain]][which]
        group = self._groups[at]
        cell = row[plain][which] * len(self._caps) + group
        sums = _summed(cell, part, rows * len(self._caps))
        worth = shared * _ratio(sums[cell], self._caps[group])
        found[plain] += _summed(which, part * worth, len(plain))
        numbers = event.numbers[plain]
        sums = _summed(numbers, weight[plain], len(event.owners))
        found[plain] += weight[plain] * ((1 - shared) * _ratio(sums, policy.event_saturation))[numbers]
        return found

    def _range(
        self,
        table: WeighedTable,
        weight: Reals,
        fired: Flags,
        event: _ByEvent,
        rule_sum: Reals,
        slack: Reals,
        rows: int,
    ) -> tuple[Reals, Reals]:
        """The least and the most that R can still become, as `Bounds` has it."""
        out_row, out_rule = np.nonzero((table.outcomes.codes == _NOT_APPLICABLE) & self._weighs)
        contestable = fired & self._contestable[table.rule]
        true, false = self._true[table.rule], self._false[table.rule]
        least = np.where(fired & contestable, false, weight)
        most = np.where(table.open, np.where(fired, true, false), weight)
        free = table.open | contestable
        found = []
        for number, sign in enumerate(_SIGNS):
            held = np.maximum(sign * least, sign * most)
            found.append(sign * self._reach(number, table, held, free, event, out_row, out_rule, rows))
        return np.minimum(found[0] - slack, rule_sum), np.maximum(found[1] + slack, rule_sum)

    def _reach(
        self,
        number: int,
        table: WeighedTable,
        held: Reals,
        free: Flags,
        event: _ByEvent,
        out_row: NDArray[np.int64],
        out_rule: NDArray[np.int64],
        rows: int,
    ) -> Reals:
        policy, groups = self._policy, len(self._caps)
        most, alone = self._most[number], self._alone[number]
        gone_row, gone_rule = np.concatenate([table.row, out_row]), np.concatenate([table.rule, out_rule])
        context = self._context[table.rule]
        found = np.full(rows, alone.sum()) - _summed(gone_row, alone[gone_rule], rows)
        apart = free & ~context
        found += _summed(table.row[apart], self._apart(held[apart]), rows)
        sums = np.tile(self._whole[number], rows)
        for row, rule, value in ((gone_row, gone_rule, -most[gone_rule]), (table.row, table.rule, held)):
            at, which = self._spread(rule)
            cell = row[which] * groups + self._groups[at]
            sums += _summed(cell, value[which] / self._many[rule][which], rows * groups)
        worth = _saturating(sums.reshape(rows, groups), self._caps)
        found += policy.family_share * worth.sum(axis=1)
        about = np.full(rows, most[self._context].sum())
        gone = self._context[gone_rule]
        about -= _summed(gone_row[gone], most[gone_rule[gone]], rows)
        about += _summed(table.row[context], held[context], rows)
        found += _saturating(about, policy.context_saturation)
        bound = np.flatnonzero(~free & ~context)
        own = _summed(event.numbers[bound], held[bound], len(event.owners))
        worth = (1 - policy.family_share) * _saturating(own, policy.event_saturation)
        return found + _summed(event.owners, worth, rows)

    def _coverage(self, table: WeighedTable) -> tuple[Reals, Flags]:
        codes = table.outcomes.codes[:, self._core]
        weight = np.abs(self._true[self._core])
        whole = (codes != _NOT_APPLICABLE) @ weight
        told = ((codes == _FIRED) | (codes == _CLEAR)) @ weight
        return _rounded(np.divide(told, whole, out=np.zeros(len(codes)), where=whole > 0))

    def _families(
        self, table: WeighedTable, adding: Reals, weighs: Flags, rows: int
    ) -> tuple[Reals, Flags, Flags]:
        """The weight of each family, whether it has any, and files whose nothing may have a sign."""
        count = len(self.families)
        cell = table.row * count + self._own_family[table.rule]
        sums = _summed(cell, adding, rows * count).reshape(rows, count)
        parts = np.bincount(cell[weighs], minlength=rows * count).reshape(rows, count)
        return sums / _UNIT, parts > 0, ((sums == 0) & (parts > 1)).any(axis=1)

    def _opinion(self, table: WeighedTable, weight: Reals, fired: Flags, rows: int) -> _Opinion:
        """The classifier's part of the log-odds in units of the last decimal, and its two ends."""
        nothing = np.zeros(rows)
        if self._classifier is None:
            return _Opinion(nothing, nothing, nothing, None, np.zeros(rows, dtype=bool))
        model = self._classifier.model
        slope = model.stack.classifier
        graded = self._graded(table, weight, fired, rows) if model.graded else None
        parts, told = nothing.copy(), np.full(rows, -model.centre)
        low, high = told.copy(), told.copy()
        near = np.zeros(rows, dtype=bool)
        for number, (one, column) in enumerate(zip(model.weights, self._classifier.columns, strict=True)):
            own = [self._place[rule] for rule in column.rules if rule in self._place]
            codes = table.outcomes.codes[:, own]
            has_fired = (codes == _FIRED).any(axis=1)
            is_open = (codes == 0).any(axis=1)
            is_clear = ~has_fired & ~is_open & (codes == _CLEAR).any(axis=1)
            bare = np.where(is_clear, -CLEAR, 0.0)
            least = np.where(has_fired, 1.0, np.where(is_open, -CLEAR, bare))
            most = np.where(has_fired | is_open, 1.0, bare)
            value = np.where(has_fired, 1.0, bare)
            if graded is not None:
                full, widest = graded[0][:, number], graded[1][:, number]
                value = np.where(has_fired, full, bare)
                least = np.where(has_fired, full, least)
                most = np.where(has_fired, np.maximum(full, widest), np.where(is_open, widest, bare))
                part, edge = _rounded(slope * one.coefficient * value)
                near |= edge & has_fired
            else:
                part = np.zeros(rows)
                part[has_fired] = _units(slope * one.coefficient * 1.0)
            part[is_clear] = _units(slope * one.coefficient * -CLEAR)
            part[~has_fired & ~is_clear] = 0.0
            parts += part
            told += one.coefficient * value
            ends = one.coefficient * least, one.coefficient * most
            low += np.minimum(*ends)
            high += np.maximum(*ends)
        score, edge = _rounded(_sigmoid(told))
        low, high = np.minimum(low, told), np.maximum(high, told)
        return _Opinion(
            parts, slope * (low + model.centre), slope * (high + model.centre), score / _UNIT, near | edge
        )

    def _graded(self, table: WeighedTable, weight: Reals, fired: Flags, rows: int) -> tuple[Reals, Reals]:
        """How far each column fired, and how far it could at the most; files by columns."""
        assert self._classifier is not None  # noqa: S101  # asked of a classifier alone
        count = len(self._true)
        size = np.zeros((rows, count))
        size[table.row[fired], table.rule[fired]] = np.abs(weight[fired])
        reach = np.where(table.outcomes.codes == 0, np.abs(self._true), size)
        free = fired & table.open
        reach[table.row[free], table.rule[free]] = np.abs(self._true[table.rule[free]])
        full, widest = [], []
        for column in self._classifier.columns:
            own = [self._place[rule] for rule in column.rules if rule in self._place]
            full.append(-np.expm1(-size[:, own].sum(axis=1)))
            widest.append(-np.expm1(-reach[:, own].sum(axis=1)))
        return np.stack(full, axis=1), np.stack(widest, axis=1)


@dataclass(frozen=True, slots=True)
class _ByEvent:
    """The sums by event: for each outcome the number of the one that it feeds, and the file of each sum."""

    numbers: NDArray[np.int64]
    owners: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Opinion:
    """The classifier's parts in units of the last decimal, what it can add at least and at most."""

    parts: Reals
    low: Reals
    high: Reals
    score: Reals | None
    near: Flags


def _summed(at: NDArray[np.int64], values: Reals, size: int) -> Reals:
    """The sum of the values that belong to each place."""
    return np.bincount(at, weights=values, minlength=size).astype(np.float64, copy=False)


def _rounded(values: Reals) -> tuple[Reals, Flags]:
    """Values in whole units of the last decimal, and which lie too near an edge to be sure."""
    scaled = values * _UNIT
    whole = np.rint(scaled)
    return whole, np.abs(np.abs(scaled - whole) - 0.5) < _EDGE


def _units(value: float) -> float:
    return float(round(round(value, DECIMALS) * _UNIT))


def _again(slope: float, units: Reals) -> Reals:
    """Rounded numbers, times a slope, rounded again."""
    if slope == 1.0:
        return units
    found, edge = _rounded(slope * (units / _UNIT))
    for place in np.flatnonzero(edge):
        found[place] = _units(slope * (float(units[place]) / _UNIT))  # NumPy's own numbers round otherwise
    return found


def _saturating(total: Reals, cap: Reals | float) -> Reals:
    return np.copysign(cap * -np.expm1(-np.abs(total) / cap), total)


def _ratio(total: Reals, cap: Reals | float) -> Reals:
    """What a sum comes to, for each unit that goes into it."""
    found = np.ones_like(total)
    np.divide(_saturating(total, cap), total, out=found, where=total != 0)
    return found


def _sigmoid(log_odds: Reals) -> Reals:
    small = np.exp(-np.abs(log_odds))
    return np.where(log_odds >= 0, 1.0, small) / (1.0 + small)
