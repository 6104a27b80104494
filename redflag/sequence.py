"""Whether what documents tell came one after the other, by the days that their sentences give.

Of one day, or one month, the sentence that stands first tells of what came first: a chronology goes on, and
a sentence without a date has taken over the one before it ("On 2 May he was charged. He had criticised
ministers" tells no order). Everything is sorted once, so that a flood of dated sentences costs no more than
a file of that size.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from redflag.dates import PartialDate
from redflag.evidence import Source


class Sequel(NamedTuple):
    """What came after something, and whether days that are too coarse or missing might tell of more.

    Attributes:
        pairs: what came first and what came after it, for each thing that did.
        is_open: whether an order that is not told, or not exactly enough, may be the one that was asked for.
    """

    pairs: tuple[tuple[Source, Source], ...]
    is_open: bool


def sequel(firsts: Sequence[Source], laters: Sequence[Source], within_days: int) -> Sequel:
    """What came at most so many days after something else.

    Args:
        firsts: what has to have come before.
        laters: what has to have come after it.
        within_days: the first and the last day that a span may mean both lie within them.
    """
    before = _Before([told for told in map(_told, firsts) if told is not None])
    is_open = len(before.told) < len(firsts)
    pairs = []
    for later in laters:
        told = _told(later)
        first = None if told is None else before.one_day(told, within_days) or before.of(told, within_days)
        if first is not None:
            pairs.append((first, later))
        is_open = is_open or told is None or before.may_be(told, within_days)
    return Sequel(tuple(pairs), is_open)


class _Told(NamedTuple):
    """A sentence with the days, as ordinals, that its date may mean."""

    earliest: int
    latest: int
    source: Source


def _told(source: Source) -> _Told | None:
    if source.happened is None:
        return None
    day = PartialDate(source.happened)
    return _Told(day.earliest.toordinal(), day.latest.toordinal(), source)


class _Before:
    """Dated sentences, to be asked for one that tells of something before another."""

    def __init__(self, told: Iterable[_Told]) -> None:
        self.told = sorted(told, key=itemgetter(1, 0))
        self._begun = sorted(one.earliest for one in self.told)
        self._ended = [one.latest for one in self.told]
        # of those that had ended by a day, the one that began last is the surest to be near
        self._nearest = list(itertools.accumulate(self.told, _begun_last))
        # by paper and date, the sentence that stands first
        self._standing_first: dict[tuple[str, int, int], _Told] = {}
        for one in sorted(self.told, key=_start, reverse=True):
            self._standing_first[_place(one)] = one

    def of(self, later: _Told, within_days: int) -> Source | None:
        """What had ended the day before and began within the days, whatever its date means."""
        ended = bisect.bisect_left(self._ended, later.earliest)
        if not ended:
            return None
        nearest = self._nearest[ended - 1]
        return nearest.source if later.latest - nearest.earliest <= within_days else None

    def one_day(self, later: _Told, within_days: int) -> Source | None:
        """What stands before it in the same paper under the same date."""
        if later.latest - later.earliest > within_days:
            return None
        first = self._standing_first.get(_place(later))
        return first.source if first is not None and _start(first) < _start(later) else None

    def may_be(self, later: _Told, within_days: int) -> bool:
        """Whether the date of one of them may mean a day that lies so near before."""
        begun_after = len(self._begun) - bisect.bisect_right(self._begun, later.latest)
        ended_before = bisect.bisect_left(self._ended, later.earliest - within_days)
        return begun_after + ended_before < len(self.told)


def _begun_last(one: _Told, other: _Told) -> _Told:
    return other if other.earliest >= one.earliest else one


def _place(told: _Told) -> tuple[str, int, int]:
    return told.source.where, told.earliest, told.latest


def _start(told: _Told) -> int:
    return told.source.span.start if told.source.span is not None else 0
