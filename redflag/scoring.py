"""From outcomes to a score: weights, saturating sums, one prior, range, coverage and bands.

R, the rules' part, is `a` times the sum over families of g(weights in the family) plus (1 - a)
times the sum over distinct events of g(weights fed by the event), supports and counters apart;
`g(x) = c (1 - exp(-x / c))` saturates at `c`. Each group's g is shared out among its members in
proportion to their weights, so that the parts sum.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from redflag.assessment import Band, Effect, Status
from redflag.evidence import Assertion, Level, Source
from redflag.record import Record

Group = tuple[str, str, str]
"""A saturating sum: of which effect, by `family`, `event` or `context`, and its name."""

DECIMALS = 6
"""Decimals of every number in an assessment: rounded once, before anything is summed."""

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class BaseRate(Record):
    """How common a non-compliant request is taken to be, and where that figure comes from."""

    not_compliant: Annotated[int, Field(gt=0)]
    of: Annotated[int, Field(gt=0)]
    title: str

    @property
    def share(self) -> float:
        """The share of requests that are not compliant."""
        return self.not_compliant / self.of


class Stack(Record):
    """How the two parts become one: fitted on out-of-fold values, or plain until that is done."""

    intercept: float = 0.0
    rules: Share = 1.0
    classifier: Annotated[float, Field(ge=0)] = 0.0
    training_rate: Annotated[float, Field(gt=0, lt=1)] = 0.5


class Policy(Record):
    """The numbers of the score, all of them, as the pack's `scoring.yaml` has them."""

    family_share: Share = Field(description="a: the part of R that is summed by family.")
    event_saturation: Positive = Field(description="What one event can approach and never pass.")
    counter_saturation: Positive = Field(description="The same for counters to one family.")
    context_saturation: Positive = Field(
        description="The same for reports about a state, for and against together."
    )
    levels: Mapping[Level, Share] = Field(description="How a level of evidence scales a weight.")
    assertions: Mapping[Assertion, Share]
    elevated_from: float = Field(description="Log-odds, without the base rate, of that band.")
    high_from: float
    least_coverage: Share = Field(description="Below this coverage there is no band.")
    stack: Stack = Field(default_factory=Stack)
    base_rates: Mapping[str, BaseRate]

    def strength(self, source: Source) -> float:
        """How much of a weight a source carries, in [0, 1]."""
        return self.levels[source.level] * self.assertions[source.assertion]


@dataclass(frozen=True, slots=True)
class Weighed:
    """An outcome as scoring sees it: no condition, no text, only what it weighs.

    Attributes:
        strength: how much of its weight the evidence carries; for an open one, at the least.
        event: key of the event that its best evidence reports.
        open: whether a fact that is still unknown could change its evidence.
        contestable: whether something that says the contrary could still undo it.
    """

    rule_id: str
    family: str
    effect: Effect
    status: Status
    log_lr_true: float
    log_lr_false: float
    answers: tuple[str, ...] = ()
    strength: float = 1.0
    event: str = ""
    open: bool = False
    core: bool = False
    context: bool = False
    contestable: bool = False

    @property
    def weight(self) -> float:
        """Its log likelihood ratio, as far as its evidence carries it."""
        if self.status == "fired":
            return self.log_lr_true * self.strength
        return self.log_lr_false * self.strength if self.status == "clear" else 0.0


@dataclass(frozen=True, slots=True)
class RuleScore:
    """R and its parts.

    Attributes:
        log_odds: R, the sum of the parts.
        parts: contribution of each rule that is settled, by id, rounded.
        low: the least R that settling the unknown facts could give.
        high: the most.
        coverage: determined share of the core rules' weight, in [0, 1].
        sums: what the parts are shares of; answers what-ifs.
    """

    log_odds: float
    parts: Mapping[str, float]
    low: float
    high: float
    coverage: float
    sums: Sums


def saturating(total: float, cap: float) -> float:
    """g: rises with the total, ever more slowly, towards the cap; odd in the total.

    >>> saturating(0.0, 2.0)
    0.0
    """
    return math.copysign(cap * -math.expm1(-abs(total) / cap), total)


def sigmoid(log_odds: float) -> float:
    """The probability at these log-odds.

    >>> sigmoid(0.0)
    0.5
    """
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    small = math.exp(log_odds)
    return small / (1 + small)


def logit(probability: float) -> float:
    """The log-odds of a probability strictly between 0 and 1."""
    return math.log(probability / (1 - probability))


def weigh(
    outcomes: Sequence[Weighed],
    saturation: Mapping[str, float],
    policy: Policy,
    bounds: Bounds | None = None,
) -> RuleScore:
    """R with its parts, its range and the coverage.

    Args:
        outcomes: one for each rule that weighs anything.
        saturation: what each family can approach and never pass.
        policy: the numbers of the score.
        bounds: made once for these rules; made anew if absent.
    """
    ordered = sorted(outcomes, key=lambda one: one.rule_id)
    sums = Sums(ordered, saturation, policy)
    parts = {rule: round(value, DECIMALS) for rule, value in sums.shares().items() if value}
    if bounds is None:
        bounds = Bounds(map(unsettled, ordered), saturation, policy)
    low, high = bounds.of(ordered)
    log_odds = math.fsum(parts.values())
    # the bounds are of the unrounded sum; rounding must not push the value out of them
    slack = len(parts) * 10.0**-DECIMALS
    return RuleScore(
        log_odds,
        parts,
        min(low - slack, log_odds),
        max(high + slack, log_odds),
        coverage(ordered),
        sums,
    )


class Sums:
    """The saturating sums that make up R, and what each outcome feeds into them."""

    def __init__(self, outcomes: Iterable[Weighed], saturation: Mapping[str, float], policy: Policy) -> None:
        self._saturation = saturation
        self._policy = policy
        self._fed = {one.rule_id: _groups_of(one) for one in outcomes if one.status in ("fired", "clear")}
        self._members: dict[Group, dict[str, float]] = {}
        for rule, fed in self._fed.items():
            for group, weight in fed:
                self._members.setdefault(group, {})[rule] = weight
        self._worth = {group: self._value(group, members) for group, members in self._members.items()}

    def _value(self, group: Group, members: Mapping[str, float]) -> float:
        scale, cap = _scale_and_cap(group, self._saturation, self._policy)
        return scale * saturating(math.fsum(members.values()), cap)

    def shares(self) -> dict[str, float]:
        """What each settled outcome contributes: its share of every group that it is in."""
        found: dict[str, list[float]] = {}
        for group, members in self._members.items():
            scale, _ = _scale_and_cap(group, self._saturation, self._policy)
            total = math.fsum(members.values())
            ratio = self._worth[group] / total if total else scale
            for rule, weight in members.items():
                found.setdefault(rule, []).append(weight * ratio)
        return {rule: math.fsum(values) for rule, values in sorted(found.items())}

    def total(self, changed: Iterable[Weighed] = ()) -> float:
        """R, were some of the outcomes these; only the sums that they touch are made again."""
        touched: dict[Group, dict[str, float]] = {}
        for one in changed:
            for group, _ in self._fed.get(one.rule_id, ()):
                self._open(touched, group).pop(one.rule_id, None)
            for group, weight in _groups_of(one):
                self._open(touched, group)[one.rule_id] = weight
        kept = [worth for group, worth in self._worth.items() if group not in touched]
        return math.fsum((*kept, *(self._value(group, members) for group, members in touched.items())))

    def _open(self, touched: dict[Group, dict[str, float]], group: Group) -> dict[str, float]:
        if group not in touched:
            touched[group] = dict(self._members.get(group, {}))
        return touched[group]


def _groups_of(one: Weighed) -> tuple[tuple[Group, float], ...]:
    """The sums that an outcome feeds, and with how much."""
    weight = one.weight
    if weight == 0.0:
        return ()
    if one.context:
        return ((("context", "", ""), weight),)
    families = _families(one)
    # what is clear is nothing that happened: it has no event and stays with its family
    event = one.event if one.status == "fired" else f"clear {one.family}"
    return (
        *(((one.effect, "family", family), weight / len(families)) for family in families),
        ((one.effect, "event", event), weight),
    )


def _families(one: Weighed) -> tuple[str, ...]:
    """The families whose sum an outcome is part of: its own, or for a counter those it answers."""
    return one.answers if one.effect == "counters" and one.answers else (one.family,)


def _scale_and_cap(key: Group, saturation: Mapping[str, float], policy: Policy) -> tuple[float, float]:
    """How much of R a group makes up, and what it can approach and never pass."""
    effect, kind, name = key
    if effect == "context":
        return 1.0, policy.context_saturation
    if kind == "event":
        return 1 - policy.family_share, policy.event_saturation
    return policy.family_share, policy.counter_saturation if effect == "counters" else saturation[name]


def unsettled(one: Weighed) -> Weighed:
    """The same rule where a file leaves it open."""
    return replace(one, status="undetermined", strength=1.0, event="", open=False, contestable=False)


class Bounds:
    """An outer bound on R: every unknown against, every unknown for.

    Two rules that share a fact may be moved in ways that no one file could produce, and an event
    that is still open is taken at its worst: safe, and possibly wide. Most rules are open in most
    files, so the sums of a file that settles nothing stand ready, and only those are made again that
    what a file settles is part of.

    Args:
        unsettled: every rule that weighs anything, as it is where a file leaves it open.
        saturation: what each family can approach and never pass.
        policy: the numbers of the score.
    """

    def __init__(self, unsettled: Iterable[Weighed], saturation: Mapping[str, float], policy: Policy) -> None:
        listed = list(unsettled)
        self._rules = frozenset(one.rule_id for one in listed)
        self._against = _Reach(listed, -1.0, saturation, policy)
        self._for = _Reach(listed, 1.0, saturation, policy)

    def of(self, outcomes: Iterable[Weighed]) -> tuple[float, float]:
        """The least and the most that R can still become.

        Raises:
            ValueError: if they are not outcomes of these rules.
        """
        listed = list(outcomes)
        if frozenset(one.rule_id for one in listed) != self._rules:
            raise ValueError("the bounds were made for other rules")
        settled = [one for one in listed if one.status != "undetermined"]
        return -self._against.total(settled), self._for.total(settled)


class _Reach:
    """The most that R, or for a `sign` of -1 minus R, can become."""

    def __init__(
        self, unsettled: Sequence[Weighed], sign: float, saturation: Mapping[str, float], policy: Policy
    ) -> None:
        self._sign = sign
        self._saturation = saturation
        self._policy = policy
        self._fed = {one.rule_id: self._parts(one) for one in unsettled}
        self._members: dict[Group, dict[str, float]] = {}
        for rule, (_, fed) in self._fed.items():
            for group, weight in fed:
                self._members.setdefault(group, {})[rule] = weight
        self._free = {rule: alone for rule, (alone, _) in self._fed.items()}
        self._worth = {group: self._value(group, members) for group, members in self._members.items()}

    def total(self, settled: Sequence[Weighed]) -> float:
        """The sum, with these outcomes settled or not applicable and all others open."""
        free = dict(self._free)
        touched: dict[Group, dict[str, float]] = {}
        for one in settled:
            for group, _ in self._fed[one.rule_id][1]:
                self._open(touched, group).pop(one.rule_id, None)
            alone, fed = self._parts(one)
            free[one.rule_id] = alone
            for group, weight in fed:
                self._open(touched, group)[one.rule_id] = weight
        kept = [worth for group, worth in self._worth.items() if group not in touched]
        new = [self._value(group, members) for group, members in touched.items()]
        return math.fsum((*free.values(), *kept, *new))

    def _open(self, touched: dict[Group, dict[str, float]], group: Group) -> dict[str, float]:
        if group not in touched:
            touched[group] = dict(self._members.get(group, {}))
        return touched[group]

    def _value(self, group: Group, members: Mapping[str, float]) -> float:
        scale, cap = _scale_and_cap(group, self._saturation, self._policy)
        return scale * saturating(math.fsum(members.values()), cap)

    def _parts(self, one: Weighed) -> tuple[float, list[tuple[Group, float]]]:
        """What an outcome can add by itself, and what it can feed into the sums that it shares."""
        if one.status == "not_applicable":
            return 0.0, []
        most = max(self._sign * weight for weight in _possible(one))
        if one.context:
            return 0.0, [(("context", "", ""), most)]
        families = _families(one)
        fed: list[tuple[Group, float]] = [
            ((one.effect, "family", family), most / len(families)) for family in families
        ]
        if one.status in ("fired", "clear") and not (one.open or one.contestable):
            event = one.event if one.status == "fired" else f"clear {one.family}"
            return 0.0, [*fed, ((one.effect, "event", event), most)]
        # an event of its own is the most that an indicator can add; none at all the least
        return _alone(max(most, 0.0), self._policy.family_share, self._policy.event_saturation), fed


@functools.lru_cache(maxsize=4096)
def _alone(weight: float, family_share: float, event_saturation: float) -> float:
    """What an event adds that one rule alone reports; asked of the same few weights again and again."""
    return (1 - family_share) * saturating(weight, event_saturation)


def _possible(one: Weighed) -> tuple[float, float]:
    """The two ends of what an outcome can still weigh."""
    match one.status:
        case "fired":
            least = one.log_lr_false if one.contestable else one.weight
            return least, one.log_lr_true if one.open else one.weight
        case "clear":
            return one.weight, one.log_lr_false if one.open else one.weight
        case _:
            return one.log_lr_false, one.log_lr_true


def coverage(outcomes: Iterable[Weighed]) -> float:
    """Determined share of the applicable core rules' weight, in [0, 1]; 0 where none applies."""
    core = [one for one in outcomes if one.core and one.status != "not_applicable"]
    whole = math.fsum(abs(one.log_lr_true) for one in core)
    told = math.fsum(abs(one.log_lr_true) for one in core if one.status != "undetermined")
    return round(told / whole, DECIMALS) if whole else 0.0


def band_of(log_odds: float, covered: float, policy: Policy) -> tuple[Band, str | None]:
    """The band of log-odds without the base rate's shift, or none and why."""
    if covered < policy.least_coverage:
        reason = (
            f"The file settles {covered:.0%} of what the core rules ask; "
            f"below {policy.least_coverage:.0%} a score would say more about the gaps than about the request."
        )
        return "insufficient_information", reason
    if log_odds >= policy.high_from:
        return "high", None
    return ("elevated", None) if log_odds >= policy.elevated_from else ("low", None)
