"""Dates as files give them: a day, a month, a year, or a span; compared without pretending."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import core_schema

from redflag.truth import Truth

_TRUE, _FALSE, _UNKNOWN = Truth  # at hand: a member of an enum takes a while to look up
_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_FORMS = "write 2021, 2021-04, 2021-04-30 or a span such as 2021-04/2021-06"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to a day, a month, a year or a span: somewhere in [earliest, latest].

    Written as `2021`, `2021-04`, `2021-04-30` or, for a span, two of these with a stroke
    between. Two partial dates are equal when they are written for the same span.

    >>> PartialDate("2021-04").latest
    datetime.date(2021, 4, 30)
    """

    text: str = field(compare=False)
    earliest: datetime.date = field(init=False)
    latest: datetime.date = field(init=False)

    def __post_init__(self) -> None:
        first, stroke, second = self.text.strip().partition("/")
        earliest, latest = _bounds(first)
        if stroke:
            latest = _bounds(second)[1]
        if latest < earliest:
            raise ValueError(f"the span ends before it begins; {_FORMS}")
        object.__setattr__(self, "text", self.text.strip())
        object.__setattr__(self, "earliest", earliest)
        object.__setattr__(self, "latest", latest)

    def __str__(self) -> str:
        return self.text

    @property
    def is_exact(self) -> bool:
        """Whether it names one day."""
        return self.earliest == self.latest

    @classmethod
    def of(cls, value: PartialDate | datetime.date | str) -> PartialDate:
        """A partial date from itself, a calendar date or its written form.

        Raises:
            ValueError: if the text is no date that the calendar knows.
        """
        if isinstance(value, PartialDate):
            return value
        if isinstance(value, datetime.datetime):
            value = value.date()
        if isinstance(value, datetime.date):
            return cls(value.isoformat())
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read,
            serialization=core_schema.to_string_ser_schema(),
            json_schema_input_schema=core_schema.str_schema(
                pattern=r"^\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?$"
            ),
        )


def _read(value: Any) -> PartialDate:
    if isinstance(value, PartialDate | datetime.date | str):
        return PartialDate.of(value)
    raise ValueError(f"not a date; {_FORMS}")


def _bounds(text: str) -> tuple[datetime.date, datetime.date]:
    match = _SHAPE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a date; {_FORMS}")
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        first = datetime.date(year or 0, 1 if month is None else month, 1 if day is None else day)
        last_month = 12 if month is None else month
        last_day = calendar.monthrange(first.year, last_month)[1] if day is None else day
        return first, datetime.date(first.year, last_month, last_day)
    except ValueError:
        raise ValueError(f"no such day in the calendar; {_FORMS}") from None


def before(a: PartialDate, b: PartialDate) -> Truth:
    """Whether `a` lies before `b`; unknown where their spans overlap.

    >>> before(PartialDate("2020"), PartialDate("2021-04"))
    <Truth.TRUE: 'true'>
    >>> before(PartialDate("2021"), PartialDate("2021-04"))
    <Truth.UNKNOWN: 'unknown'>
    """
    if a.latest < b.earliest:
        return _TRUE
    if a.earliest >= b.latest:
        return _FALSE
    return _UNKNOWN


def not_after(a: PartialDate, b: PartialDate) -> Truth:
    """Whether `a` lies before `b` or on the same day; unknown where that cannot be told.

    >>> not_after(PartialDate("2021-04-03"), PartialDate("2021-04-03"))
    <Truth.TRUE: 'true'>
    """
    return ~before(b, a)


def gap_within(a: PartialDate, b: PartialDate, days: int) -> Truth:
    """Whether `b` follows `a`, on the same day or at most `days` later.

    Both ends count: from the 1st to the 4th are three days. Unknown where the spans leave
    it open.

    >>> gap_within(PartialDate("2021-04-01"), PartialDate("2021-04-04"), 3)
    <Truth.TRUE: 'true'>
    """
    shortest = (b.earliest - a.latest).days
    longest = (b.latest - a.earliest).days
    if shortest >= 0 and longest <= days:
        return _TRUE
    if longest < 0 or shortest > days:
        return _FALSE
    return _UNKNOWN


def gap_at_least(a: PartialDate, b: PartialDate, days: int) -> Truth:
    """Whether `b` lies `days` or more after `a`; unknown where the spans leave it open.

    >>> gap_at_least(PartialDate("2015"), PartialDate("2021"), 5 * 365)
    <Truth.TRUE: 'true'>
    """
    if (b.earliest - a.latest).days >= days:
        return _TRUE
    if (b.latest - a.earliest).days < days:
        return _FALSE
    return _UNKNOWN
