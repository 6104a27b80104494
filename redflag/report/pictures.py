"""Pictures of an assessment as shapes: drawn once, inked by each form in its own way.

Lengths are in points of a picture that is `width` wide; y grows downwards.
"""

from __future__ import annotations

import bisect
import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from redflag.dates import PartialDate

Tone = Literal["supports", "counters", "neutral", "range", "line", "quiet", "text", "mark", "paper", "span"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle; a dashed one stands for something uncertain."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone
    round: float = 0.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, level or upright."""

    x1: float
    y1: float
    x2: float
    y2: float
    tone: Tone
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A piece of text whose base line is at y."""

    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"
    tone: Tone = "text"
    size: float = 12.0
    bold: bool = False


Shape = Bar | Line | Label


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes with the title and the description that stand for them in words."""

    name: str
    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]


# -- the score on its scale


def score_scale(
    score: tuple[float, str] | None,
    ends: tuple[float, float],
    base: tuple[float, str],
    words: tuple[str, str],
    marks: Sequence[tuple[float, str]],
) -> Picture:
    """The score on a scale from 0 to 1, in its range, beside the base rate; figures come with their words."""
    width, left, right = 520.0, 8.0, 512.0
    top = 34.0

    def at(value: float) -> float:
        return left + (right - left) * value

    shapes: list[Shape] = [
        Bar(left, top, right - left, 12, "paper", 6),
        Bar(at(ends[0]), top, max(4.0, at(ends[1]) - at(ends[0])), 12, "range", 6),
    ]
    for value, told in marks:
        shapes.append(Line(at(value), top + 16, at(value), top + 21, "line"))
        shapes.append(Label(at(value), top + 34, told, _anchor(value), "quiet", 12.5))
    shapes.append(Line(at(base[0]), top - 6, at(base[0]), top + 18, "quiet", dashed=True))
    near = score is not None and abs(score[0] - base[0]) < 0.3
    if not near:
        shapes.append(Label(at(base[0]), top - 11, base[1], _anchor(base[0]), "quiet", 12.5))
    if score is not None:
        shapes.append(Bar(at(score[0]) - 2.5, top - 7, 5, 26, "mark", 2.5))
        shapes.append(Label(at(score[0]), top - 13, score[1], _anchor(score[0]), "text", 15, bold=True))
    return Picture("scale", width, 72, words[0], words[1], tuple(shapes))


def _anchor(share: float) -> Literal["start", "middle", "end"]:
    return "start" if share < 0.12 else "end" if share > 0.88 else "middle"


# -- parts of the log-odds


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the log-odds on the way from the prior to their sum; a sum starts at zero."""

    title: str
    value: float
    told: str
    whole: bool = False


def steps(parts: Sequence[Step], words: tuple[str, str]) -> Picture:
    """Bars from the prior to the log-odds: each starts where the one before it ended."""
    width, row, top, first, last = 800.0, 24.0, 12.0, 340.0, 740.0
    ends: list[tuple[float, float]] = []
    place = 0.0
    for part in parts:
        start = 0.0 if part.whole else place
        place = start + part.value
        ends.append((start, place))
    low = min(0.0, *(min(pair) for pair in ends))
    high = max(0.0, *(max(pair) for pair in ends))
    unit = (last - first) / ((high - low) or 1.0)

    def at(value: float) -> float:
        return first + (value - low) * unit

    bottom = top + row * len(parts)
    shapes: list[Shape] = [Line(at(0.0), top - 4, at(0.0), bottom + 4, "line")]
    for number, (part, (start, end)) in enumerate(zip(parts, ends, strict=True)):
        y = top + row * number
        tone: Tone = "neutral" if part.whole else "supports" if part.value > 0 else "counters"
        x, length = min(at(start), at(end)), abs(at(end) - at(start))
        if number + 1 < len(parts):
            shapes.append(Line(at(end), y + 4, at(end), y + row + 4, "line"))
        shapes.append(Bar(x, y + 4, max(1.5, length), row - 9, tone, 2))
        shapes.append(Label(first - 14, y + 16, _short(part.title, 56), "end", "text", 12, part.whole))
        shapes.append(Label(x + max(1.5, length) + 6, y + 16, part.told, "start", "quiet", 11, part.whole))
    return Picture("steps", width, bottom + 12, words[0], words[1], tuple(shapes))


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


# -- the time line


@dataclass(frozen=True, slots=True)
class Happening:
    """Something on the time line: its number in the table, its lane, when, and what in few words."""

    number: int
    lane: int
    day: PartialDate
    what: str


MOST_ON_A_LANE = 18
"""Happenings that one lane shows; how many more the table has is said."""

_EMPTY = 500
"""Days without anything after which the time line is cut short, as a broken line says."""
_CUT = 60
"""Days' worth of room that a cut takes."""
_LINE = 21.0
_MARK = 19.0
_WORDS = 44
"""Characters of what happened that stand in the picture; the table has the rest."""
_SIGN = 5.9
"""Room that a character takes, on the safe side for plain fonts."""


def time_line(
    happenings: Sequence[Happening],
    lanes: Sequence[str],
    as_of: tuple[PartialDate, str],
    words: tuple[str, str],
    more: Callable[[int], str],
) -> Picture:
    """What happened when, on lanes; what has no exact day is a span over all days that it may have been."""
    width, first, last, top = 720.0, 158.0, 706.0, 30.0
    scale = _Scale([(one.day.earliest, one.day.latest) for one in happenings], as_of[0].latest, first, last)
    shapes: list[Shape] = []
    y = top
    rows: list[Shape] = []
    for number, lane in enumerate(lanes):
        own = [one for one in happenings if one.lane == number]
        if not own:
            continue
        placed = list(_packed(_most_exact(own), scale))
        rows.append(Label(first - 14, y + 18.5, _short(lane, 26), "end", "text", 12, bold=True))
        for spot in placed:
            rows.extend(_marked(spot, y + 6 + spot.line * _LINE))
        y += (1 + max(spot.line for spot in placed)) * _LINE + 10
        if len(own) > MOST_ON_A_LANE:
            y += _LINE
            rows.append(Label(first, y - 10, more(len(own) - MOST_ON_A_LANE), "start", "quiet", 11))
        rows.append(Line(8, y, last, y, "line"))
    for x, told in scale.years():
        shapes.append(Line(x, top - 8, x, y, "line"))
        shapes.append(Label(x, top - 14, told, "middle", "quiet", 11))
    for x in scale.cuts():
        shapes.append(Line(x - 3, top - 8, x - 3, y, "line", dashed=True))
        shapes.append(Line(x + 3, top - 8, x + 3, y, "line", dashed=True))
    end = scale.at(as_of[0].latest)
    shapes.append(Line(end, top - 8, end, y + 6, "quiet", dashed=True))
    shapes.extend(rows)
    shapes.append(Label(end, y + 19, as_of[1], "end", "quiet", 11))
    return Picture("timeline", width, y + 28, words[0], words[1], tuple(shapes))


def _most_exact(own: Sequence[Happening]) -> list[Happening]:
    """As many of a lane's happenings as a picture can hold, those first whose day is known best."""
    kept = sorted(own, key=lambda one: (one.day.latest - one.day.earliest, one.number))[:MOST_ON_A_LANE]
    return sorted(kept, key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a happening is drawn: its line in the lane, its mark, and the words beside or in it."""

    one: Happening
    line: int
    x: float
    length: float
    words: str
    words_at: float
    anchor: Literal["start", "end"]


def _packed(own: Sequence[Happening], scale: _Scale) -> Iterator[_Spot]:
    """Each happening on the first line of its lane on which it and its words cover no other."""
    free: list[list[tuple[float, float]]] = []
    for one in own:
        x, end = scale.at(one.day.earliest), scale.at(one.day.latest)
        x = min(x, scale.last - _MARK)
        length = max(_MARK, end - x)
        told = _short(one.what, _WORDS)
        room = len(told) * _SIGN
        anchor: Literal["start", "end"] = "start"
        first, last, place = x, x + length, x + _MARK + 4
        if length < _MARK + room + 8:
            if x + length + 5 + room <= scale.last:
                place, last = x + length + 5, x + length + 5 + room
            else:
                anchor, place, first = "end", x - 5, x - 5 - room
        line = next(
            (
                number
                for number, taken in enumerate(free)
                if all(last + 8 <= start or stop + 8 <= first for start, stop in taken)
            ),
            len(free),
        )
        if line == len(free):
            free.append([])
        free[line].append((first, last))
        yield _Spot(one, line, x, length, told, place, anchor)


def _marked(spot: _Spot, y: float) -> Iterator[Shape]:
    """The mark of a happening with its number in it, and its words."""
    exact = spot.one.day.earliest == spot.one.day.latest
    yield Bar(spot.x, y, spot.length, _LINE - 4, "mark" if exact else "span", 8, dashed=not exact)
    middle, told = spot.x + _MARK / 2, str(spot.one.number)
    yield Label(middle, y + 12.5, told, "middle", "paper" if exact else "text", 10.5, bold=True)
    yield Label(spot.words_at, y + 12.5, spot.words, spot.anchor, "text", 11)


class _Scale:
    """Days to places, with long empty stretches cut short."""

    def __init__(
        self,
        spans: Sequence[tuple[datetime.date, datetime.date]],
        as_of: datetime.date,
        first: float,
        last: float,
    ) -> None:
        self.last = last
        days = [(start.toordinal(), end.toordinal()) for start, end in spans]
        days.append((as_of.toordinal(), as_of.toordinal()))
        self._knots = list(_knots(sorted(days)))
        self._days = [day for day, _ in self._knots]
        whole = self._knots[-1][1] or 1.0
        self._first, self._unit = first, (last - first) / whole

    def at(self, day: datetime.date) -> float:
        """The place of a day."""
        return self._first + self._unit * self._along(day.toordinal())

    def _along(self, day: int) -> float:
        number = min(max(bisect.bisect_right(self._days, day) - 1, 0), len(self._knots) - 2)
        (start, place), (end, further) = self._knots[number], self._knots[number + 1]
        share = (day - start) / ((end - start) or 1)
        return place + (further - place) * min(1.0, max(0.0, share))

    def years(self) -> Iterator[tuple[float, str]]:
        """Where years begin, as many as there is room for."""
        first, last = (datetime.date.fromordinal(day) for day in (self._days[0], self._days[-1]))
        cuts = list(self.cuts())
        told = -math.inf
        for year in range(first.year, last.year + 1):
            x = self.at(datetime.date(year, 1, 1))
            if x < self._first + 1 and year == first.year:
                x = self._first
            if x - told >= 44 and all(abs(x - cut) > 10 for cut in cuts):
                yield x, str(year)
                told = x

    def cuts(self) -> Iterator[float]:
        """Where an empty stretch was cut short."""
        for (start, place), (end, further) in zip(self._knots, self._knots[1:], strict=False):
            if end - start > _EMPTY and further - place <= _CUT:
                yield self._first + self._unit * (place + further) / 2


def _knots(days: Sequence[tuple[int, int]]) -> Iterator[tuple[int, float]]:
    """Days at which the pace changes, each with how far along it lies."""
    start = day = days[0][0]
    place = 0.0
    yield start, place
    for earliest, latest in days:
        if earliest - day > _EMPTY:
            place += day - start
            yield day, place
            place += _CUT
            start = earliest
            yield start, place
        day = max(day, latest)
    yield max(day, start + 1), place + max(1, day - start)
