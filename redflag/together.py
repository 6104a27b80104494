"""Scores of many cases at once, equal to those that `Screener.score` gives of each."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from redflag.assessment import ScoreLine
from redflag.columns import Columns
from redflag.conditions import Condition, DateIs, FactAmount, FactIncludes, FactIs, Path
from redflag.pack import RulePack
from redflag.pack.masked import WeighedTable, weigh_columns
from redflag.plain import PlainCases, PlainReader
from redflag.scoring import band_of
from redflag.screening import Screener
from redflag.tally import Tally, Tallying


class Together:
    """A screener that scores many cases at once.

    Args:
        screener: whose rules, model and base rate are used.
    """

    def __init__(self, screener: Screener) -> None:
        self.screener = screener
        self._tallying = Tallying(
            screener.pack, screener.policy, screener.classifier, screener.base_rate_value
        )

    @functools.cached_property
    def _reader(self) -> PlainReader:
        return PlainReader(_asked(self.screener.pack))

    def gathering(self) -> PlainCases:
        """For the next cases that are read."""
        return self._reader.gathering()

    def tally(self, columns: Columns) -> tuple[WeighedTable, Tally]:
        """What every rule comes to in each of many files, and the numbers of each."""
        table = weigh_columns(self.screener.pack, columns, self.screener.policy)
        return table, self._tallying.tally(table)

    def scores(self, cases: PlainCases) -> Iterator[ScoreLine | None]:
        """The score of each case, as `Screener.score` gives it; None where it has to be scored by itself."""
        if not len(cases):
            return
        table, tally = self.tally(cases.columns())
        rules = [rule.id for rule in table.outcomes.rules]
        fired = table.outcomes.codes == 1
        many = np.cumsum(fired.sum(axis=1)).tolist()
        names = [rules[place] for place in np.nonzero(fired)[1].tolist()]
        score, low, high = tally.score.tolist(), tally.low.tolist(), tally.high.tolist()
        coverage, total = tally.coverage.tolist(), tally.total.tolist()
        weights, settled = tally.weights.tolist(), tally.settled.tolist()
        policy, start = self.screener.policy, 0
        for row, near in enumerate(tally.near.tolist()):
            end = many[row]
            if near:
                start = end
                yield None
                continue
            band, abstention = band_of(total[row], coverage[row], policy)
            # all of it was validated before: to do so again takes longer than to add it up
            yield ScoreLine.model_construct(
                case_id=cases.ids[row],
                as_of=str(cases.days[row]),
                score=None if abstention is not None else score[row],
                score_range=(low[row], high[row]),
                band=band,
                abstention=abstention,
                families={
                    family: weight
                    for family, weight, told in zip(tally.families, weights[row], settled[row], strict=True)
                    if told
                },
                fired=tuple(names[start:end]),
            )
            start = end


def _asked(pack: RulePack) -> set[str]:
    """The paths that the rules of a pack name: of the case, or within an item."""
    return {
        path.text if path.item is None else path.within
        for condition in pack.conditions.values()
        for path in _paths(condition)
    }


def _paths(condition: Condition) -> list[Path]:
    match condition:
        case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path):
            return [path]
        case DateIs(earlier=earlier, later=later):
            return [end for end in (earlier, later) if isinstance(end, Path)]
        case _:
            return []
