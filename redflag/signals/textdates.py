"""Dates as texts write them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

from redflag.dates import PartialDate
from redflag.signals.calendars import CALENDARS, DIGITS, Written, written_dates
from redflag.signals.patterns import Pattern

_MONTHS = (
    {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
    | {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_MONTH = (
    r"(jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|jun[e.]?|jul[y.]?"
    r"|aug(?:ust|\.)?|sep(?:t(?:ember|\.)?|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_YEAR = r"((?:19|20)\d{2})"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}

_SHAPES = Pattern(
    "|".join(
        (
            rf"\b(?P<iso>{_YEAR}-(\d{{2}})(?:-(\d{{2}}))?)(?![\w-])",
            rf"\bbetween {_MONTH} (?:and|to) {_MONTH},? {_YEAR}\b(?P<months>)",
            rf"\b(?:between|from) {_YEAR} (?:and|to|until) {_YEAR}\b(?P<years>)",
            rf"\b{_DAY}(?: of)? {_MONTH},? {_YEAR}\b(?P<dmy>)",
            rf"\b{_MONTH} {_DAY},? {_YEAR}\b(?P<mdy>)",
            rf"\b{_MONTH},?(?: of)? {_YEAR}\b(?P<my>)",
            rf"\b(\d{{1,2}})[./](\d{{1,2}})[./]{_YEAR}(?![\w/])(?P<figures>)",
            rf"\b(spring|summer|autumn|fall)(?: of)?,? {_YEAR}\b(?P<season>)",
            rf"\b(?:in|since|by|of|from|during|until|before|after|early|mid|late|year|throughout"
            rf"|around|end|beginning|start)"
            rf"(?: the year| early| mid| late|-)? ?{_YEAR}\b(?![-/.]\d)(?P<year>)",
            rf"\b{_DAY}(?: of)? {_MONTH}(?![\w]| \d)(?P<dm>)",
            rf"\b{_MONTH} {_DAY}(?![\w:.-]|,? \d)(?P<md>)",
            rf"^\W{{0,5}}{_YEAR}(?= ?[:,-] )(?P<opening>)",
        )
    ),
    re.IGNORECASE | re.ASCII | re.MULTILINE,
)
_FIGURES = re.compile(r"\d+", re.ASCII)
_OTHER_DIGIT = re.compile(f"[{''.join(map(chr, DIGITS))}]")
_BEFORE, _AFTER = 48, 32
"""Characters before and after figures that may belong to the same date."""


@dataclass(frozen=True, slots=True)
class TextDate:
    """A date found in a text, from character `start` up to `end`.

    Attributes:
        date: the date, or None where the text names a day and a month but no year.
        month: the month, where there is no year.
        day: the day, where there is no year.
    """

    start: int
    end: int
    date: PartialDate | None
    month: int = 0
    day: int = 0

    def after(self, earlier: PartialDate | None) -> PartialDate | None:
        """The date, its year taken from the date told before it where it gives none.

        None where that would put it before the earlier one: then the year cannot be told.
        """
        if self.date is not None or earlier is None:
            return self.date
        found = _date(earlier.latest.year, self.month, self.day)
        return found if found is not None and found.latest >= earlier.earliest else None


def dates_in(text: str, language: str | None = "en") -> Iterator[TextDate]:
    """Every date of a text, in order. "A year earlier" and the like are not placed.

    Args:
        language: ISO 639-1 code of the text's language; every way of writing is tried if None.
    """
    if not text.isascii() and _OTHER_DIGIT.search(text) is not None:
        text = text.translate(DIGITS)
    if language == "en":
        yield from _english(text)
        return
    codes = CALENDARS if language is None else (language,)
    found = [
        date
        for begin, end in (_neighbourhoods(text) if language != "zh" else ((0, len(text)),))
        for code in codes
        for written in written_dates(text, code, begin, end)
        if (date := _of_figures(written)) is not None
    ]
    found += _english(text)
    found.sort(key=lambda date: (date.start, -date.end))
    last = -1
    for date in found:
        if date.start >= last:
            last = date.end
            yield date


def _of_figures(written: Written) -> TextDate | None:
    if written.year:
        date = _date(written.year, written.month, written.day)
        return None if date is None else TextDate(written.start, written.end, date)
    if 1 <= written.day <= 31 and 1 <= written.month <= 12:
        return TextDate(written.start, written.end, None, written.month, written.day)
    return None


def _english(text: str) -> Iterator[TextDate]:
    for begin, end in _neighbourhoods(text):
        for match in _SHAPES.finditer(text, begin, end):
            kind = match.lastgroup
            parts = [part for part in match.groups() if part]
            if kind == "iso":
                parts = parts[1:]
            found = _read(str(kind), parts, match)
            if found is not None:
                yield found


def _neighbourhoods(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of text round its figures; there is no date elsewhere."""
    begin = end = -1
    for match in _FIGURES.finditer(text):
        if match.start() - _BEFORE > end:
            if end >= 0:
                yield begin, end
            begin = max(match.start() - _BEFORE, 0)
        end = match.end() + _AFTER
    if end >= 0:
        yield begin, end


def latest_date(text: str, language: str | None = None) -> PartialDate | None:
    """The latest date that a text gives, by its last possible day; None if it gives none.

    Args:
        language: ISO 639-1 code of the text's language; every way of writing is tried if None.
    """
    found: PartialDate | None = None
    earlier: PartialDate | None = None
    for item in dates_in(text, language):
        date = item.after(earlier)
        if date is None:
            continue
        earlier = date
        if found is None or (date.latest, date.earliest) > (found.latest, found.earliest):
            found = date
    return found


def _read(kind: str, parts: list[str], match: re.Match[str]) -> TextDate | None:
    start, end = match.span()
    lowered = [part.lower().rstrip(".") for part in parts]
    date: PartialDate | None = None
    match kind:
        case "iso":
            date = _date(*(int(part) for part in parts))
        case "months":
            first, second, year = _MONTHS[lowered[0]], _MONTHS[lowered[1]], int(parts[2])
            date = _span(year - (first > second), first, year, second)
        case "years":
            date = _span(int(parts[0]), 1, int(parts[1]), 12)
        case "dmy":
            date = _date(int(parts[2]), _MONTHS[lowered[1]], int(parts[0]))
        case "mdy":
            date = _date(int(parts[2]), _MONTHS[lowered[0]], int(parts[1]))
        case "my":
            date = _date(int(parts[1]), _MONTHS[lowered[0]])
        case "figures":
            day, month, year = (int(part) for part in parts)
            date = _date(year, month, day) or _date(year, day, month)
        case "season":
            first, last = _SEASONS[lowered[0]]
            date = _span(int(parts[1]), first, int(parts[1]), last)
        case "year" | "opening":
            date = _date(int(parts[0]))
        case "dm" | "md":
            number, name = (parts[0], lowered[1]) if kind == "dm" else (parts[1], lowered[0])
            if not 1 <= int(number) <= 31:
                return None
            return TextDate(start, end, None, _MONTHS[name], int(number))
    return None if date is None else TextDate(start, end, date)


def _date(year: int, month: int = 0, day: int = 0) -> PartialDate | None:
    text = f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
    try:
        return PartialDate(text)
    except ValueError:
        return None


def _span(first_year: int, first_month: int, last_year: int, last_month: int) -> PartialDate | None:
    try:
        return PartialDate(f"{first_year:04}-{first_month:02}/{last_year:04}-{last_month:02}")
    except ValueError:
        return None
