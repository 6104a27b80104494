"""How rules behave over many cases: how often each came to what, how they overlap, what they tell.

An undetermined rule counts as not fired; the likelihood ratio says how much more often a rule fired
on requests later found improper than on requests that held up, with its interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from redflag.assessment import Assessment

_NORMAL_95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A likelihood ratio with its 95 % interval (log method, half a count added to each cell)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule came to over a set of cases.

    Attributes:
        improper: how many cases with that label it fired on; None where there are no labels.
        upheld: the same for cases that held up.
        ratio: fired on improper over fired on upheld; None where there are no labels.
    """

    rule_id: str
    fired: int
    clear: int
    undetermined: int
    not_applicable: int
    improper: int | None = None
    upheld: int | None = None
    ratio: Ratio | None = None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules that fired on the same cases: on how many both, and as a share of either."""

    one: str
    other: str
    both: int
    share: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Rules that never fired, held against the reasons that somebody wrote down for them.

    Attributes:
        explained: the reason by rule, for each rule that never fired and has one.
        unexplained: rules that never fired and have no reason.
        outdated: rules with a reason that fired after all.
    """

    explained: Mapping[str, str]
    unexplained: tuple[str, ...]
    outdated: tuple[str, ...]

    @property
    def in_step(self) -> bool:
        """Whether reasons and facts tell of the same rules."""
        return not self.unexplained and not self.outdated


def likelihood_ratio(fired: tuple[int, int], cases: tuple[int, int]) -> Ratio:
    """How much likelier a rule fires on the first group of cases than on the second.

    Args:
        fired: how many of the first and of the second group it fired on.
        cases: how many there are of each.

    >>> round(likelihood_ratio((10, 2), (50, 50)).value, 2)
    4.2
    """
    (a, c), (n, m) = fired, cases
    log_ratio = math.log((a + 0.5) / (n + 0.5)) - math.log((c + 0.5) / (m + 0.5))
    error = math.sqrt(1 / (a + 0.5) - 1 / (n + 0.5) + 1 / (c + 0.5) - 1 / (m + 0.5))
    low, high = (math.exp(log_ratio + sign * _NORMAL_95 * error) for sign in (-1, 1))
    return Ratio(math.exp(log_ratio), low, high)


def count(
    assessments: Sequence[Assessment], improper: Mapping[str, bool] | None = None
) -> tuple[RuleCount, ...]:
    """What each rule came to over the assessments, by id.

    Args:
        assessments: one a case, all by the same pack.
        improper: by case id, whether the request was later found improper; a case that is not
            named there counts for the totals only.
    """
    rules = sorted({outcome.rule_id for one in assessments for outcome in one.outcomes})
    statuses: dict[str, list[str]] = {rule: [] for rule in rules}
    fired_on: dict[str, list[str]] = {rule: [] for rule in rules}
    for one in assessments:
        for outcome in one.outcomes:
            statuses[outcome.rule_id].append(outcome.status)
            if outcome.status == "fired":
                fired_on[outcome.rule_id].append(one.case_id)
    labelled = [one.case_id for one in assessments if improper is not None and one.case_id in improper]
    found = []
    for rule in rules:
        seen = statuses[rule]
        totals = (
            seen.count("fired"),
            seen.count("clear"),
            seen.count("undetermined"),
            seen.count("not_applicable"),
        )
        if improper is None or not labelled:
            found.append(RuleCount(rule, *totals))
            continue
        on = [improper[case] for case in fired_on[rule] if case in improper]
        of = [improper[case] for case in labelled]
        fired = (on.count(True), on.count(False))
        ratio = likelihood_ratio(fired, (of.count(True), of.count(False)))
        found.append(RuleCount(rule, *totals, fired[0], fired[1], ratio))
    return tuple(found)


def silence(counts: Iterable[RuleCount], reasons: Mapping[str, str]) -> Silence:
    """Which rules never fired, with the reason for each, and where reasons and facts part.

    Args:
        counts: what each rule came to.
        reasons: by rule id, why it never fires on these cases; of rules that are counted only.
    """
    never = [one.rule_id for one in counts if not one.fired]
    return Silence(
        explained={rule: reasons[rule] for rule in never if rule in reasons},
        unexplained=tuple(rule for rule in never if rule not in reasons),
        outdated=tuple(rule for rule in reasons if rule not in never),
    )


def overlaps(assessments: Iterable[Assessment], at_least: float = 0.5) -> tuple[Overlap, ...]:
    """Pairs of rules that fired on the same cases, most alike first.

    Args:
        assessments: one a case.
        at_least: the least share of the cases with either on which both fired, in [0, 1].
    """
    fired: dict[str, set[int]] = {}
    for number, one in enumerate(assessments):
        for finding in one.findings:
            fired.setdefault(finding.rule_id, set()).add(number)
    pairs = []
    for one_rule, other in combinations(sorted(fired), 2):
        both = len(fired[one_rule] & fired[other])
        share = both / len(fired[one_rule] | fired[other])
        if both and share >= at_least:
            pairs.append(Overlap(one_rule, other, both, share))
    return tuple(sorted(pairs, key=lambda pair: (-pair.share, -pair.both, pair.one, pair.other)))
