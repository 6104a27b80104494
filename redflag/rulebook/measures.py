"""What rules came to over a set of cases: counts alone, never which case."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from redflag.assessment import Assessment
from redflag.coverage import Overlap, Ratio, RuleCount, count, overlaps
from redflag.record import digest

_WIDEST = math.log(100.0)
"""Half the width of a plot of ratios, in log: 1/100 to 100."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What every rule came to over a set of cases.

    Attributes:
        cases: how many were screened.
        improper: how many are labelled as improper; None where there are no labels.
        upheld: how many are labelled as having held up.
        digest: over the digests of the cases and the labels, so that the same set can be known again.
        counts: by rule.
        together: the rules that fired on the same cases, by rule, most alike first.
    """

    cases: int
    improper: int | None
    upheld: int | None
    digest: str
    counts: Mapping[str, RuleCount]
    together: Mapping[str, tuple[Overlap, ...]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A likelihood ratio on a log scale, as shares of the width in [0, 100]."""

    low: float
    value: float
    high: float
    assigned: float | None


def measure(assessments: Sequence[Assessment], improper: Mapping[str, bool] | None = None) -> Measured:
    """What every rule came to over the assessments.

    Args:
        assessments: one a case.
        improper: whether a request was later found improper, by case id, where that is known.
    """
    known = (
        {one.case_id: improper[one.case_id] for one in assessments if one.case_id in (improper or {})}
        if (improper)
        else {}
    )
    together: dict[str, list[Overlap]] = {}
    for pair in overlaps(assessments, 0.0):
        together.setdefault(pair.one, []).append(pair)
        together.setdefault(pair.other, []).append(Overlap(pair.other, pair.one, pair.both, pair.share))
    of = sorted((one.provenance.case_digest, str(known.get(one.case_id))) for one in assessments)
    return Measured(
        len(assessments),
        sum(known.values()) if known else None,
        len(known) - sum(known.values()) if known else None,
        digest([list(one) for one in of]),
        {one.rule_id: one for one in count(assessments, improper)},
        {rule: tuple(pairs) for rule, pairs in together.items()},
    )


def plotted(ratio: Ratio, assigned: float | None) -> Plot:
    """Where a ratio, its interval and the assigned one lie; what lies beyond stays at the edge."""
    low, value, high = (_place(math.log(one)) for one in (ratio.low, ratio.value, ratio.high))
    return Plot(low, value, high, None if assigned is None else _place(assigned))


def _place(log_ratio: float) -> float:
    share = (log_ratio + _WIDEST) / (2 * _WIDEST)
    return round(100 * min(max(share, 0.0), 1.0), 1)
