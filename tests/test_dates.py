"""Partial dates and their comparison, against every pair of days that they could mean."""

from __future__ import annotations

import calendar
import datetime
import itertools
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from redflag.dates import PartialDate, before, gap_at_least, gap_within, not_after
from redflag.truth import Truth

ONE_DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2024, 2, 27)  # so that the small window crosses a leap day
WINDOW = [FIRST + ONE_DAY * step for step in range(5)]
SPANS = [
    PartialDate(f"{a.isoformat()}/{b.isoformat()}")
    for a, b in itertools.combinations_with_replacement(WINDOW, 2)
]


def days_of(date: PartialDate) -> list[datetime.date]:
    return [date.earliest + ONE_DAY * step for step in range((date.latest - date.earliest).days + 1)]


def agreed(a: PartialDate, b: PartialDate, holds: Callable[[datetime.date, datetime.date], bool]) -> Truth:
    """The one answer that all pairs of days give, else unknown."""
    answers = {holds(one, other) for one in days_of(a) for other in days_of(b)}
    return Truth.of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


@pytest.mark.parametrize("a", SPANS, ids=str)
def test_before_and_not_after_are_what_every_pair_of_days_agrees_on(a: PartialDate) -> None:
    for b in SPANS:
        assert agreed(a, b, lambda one, other: one < other) is before(a, b), b
        assert agreed(a, b, lambda one, other: one <= other) is not_after(a, b), b


@pytest.mark.parametrize("days", range(7))
def test_gaps_are_what_every_pair_of_days_agrees_on(days: int) -> None:
    for a, b in itertools.product(SPANS, repeat=2):
        within = agreed(a, b, lambda one, other: 0 <= (other - one).days <= days)
        assert within is gap_within(a, b, days), (a, b)
        at_least = agreed(a, b, lambda one, other: (other - one).days >= days)
        assert at_least is gap_at_least(a, b, days), (a, b)


def test_narrowing_a_span_never_overturns_a_settled_comparison() -> None:
    for a, b in itertools.product(SPANS, repeat=2):
        verdicts = (before(a, b), gap_within(a, b, 2), gap_at_least(a, b, 2))
        for day in days_of(a):
            exact = PartialDate.of(day)
            finer = (before(exact, b), gap_within(exact, b, 2), gap_at_least(exact, b, 2))
            for coarse, fine in zip(verdicts, finer, strict=True):
                assert coarse is Truth.UNKNOWN or coarse is fine, (a, b, day)


@given(st.dates(min_value=datetime.date(1, 1, 1)))
def test_a_day_a_month_and_a_year_hold_exactly_their_days(day: datetime.date) -> None:
    exact = PartialDate.of(day)
    assert (exact.earliest, exact.latest, exact.is_exact) == (day, day, True)
    month = PartialDate(f"{day.year:04}-{day.month:02}")
    assert (month.earliest, month.latest) == (
        day.replace(day=1),
        day.replace(day=calendar.monthrange(day.year, day.month)[1]),
    )
    year = PartialDate(f"{day.year:04}")
    assert (year.earliest, year.latest) == (
        datetime.date(day.year, 1, 1),
        datetime.date(day.year, 12, 31),
    )
    assert not month.is_exact
    assert not year.is_exact


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "21",
        "2021-4",
        "2021-04-3",
        "2021-13",
        "2021-00",
        "2021-02-29",
        "2021-04-31",
        "2021-04-00",
        "2021-00-15",
        "0000",
        "10000",
        "-2021",
        "2021-04-30T10:00",
        "2021/04/30",
        "30.04.2021",
        "April 2021",
        "２０２１",
        "٢٠٢١",
        "2021-04/",
        "/2021-04",
        "2021/2022/2023",
        "2021-04/2021-03",
        "2022/2021",
        "2021\n2022",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 2021"):
        PartialDate(text)


@given(st.one_of(st.text(), st.text("0123456789-/ ", max_size=23)))
def test_any_text_is_a_date_or_refused_and_never_quoted(text: str) -> None:
    try:
        date = PartialDate(text)
    except ValueError as error:
        told = str(error)
    else:
        assert date.earliest <= date.latest
        assert PartialDate(str(date)) == date
        return
    assert told in {
        f"{fault}; write 2021, 2021-04, 2021-04-30 or a span such as 2021-04/2021-06"
        for fault in ("not a date", "no such day in the calendar", "the span ends before it begins")
    }


def test_dates_written_for_the_same_span_are_equal_and_keep_their_words() -> None:
    month, span = PartialDate("2021-04"), PartialDate(" 2021-04-01/2021-04-30 ")
    assert month == span
    assert hash(month) == hash(span)
    assert (str(month), str(span)) == ("2021-04", "2021-04-01/2021-04-30")
    assert PartialDate("2021-04") != PartialDate("2021-05")


def test_a_span_runs_from_its_first_to_its_last_day() -> None:
    span = PartialDate("2021-02/2022")
    assert (span.earliest, span.latest) == (datetime.date(2021, 2, 1), datetime.date(2022, 12, 31))


def test_a_date_is_made_of_itself_a_calendar_date_and_a_moment() -> None:
    day = datetime.date(2021, 4, 30)
    made = PartialDate("2021-04-30")
    assert PartialDate.of(made) is made
    assert PartialDate.of(day) == made
    assert PartialDate.of(datetime.datetime(2021, 4, 30, 23, 59)) == made
    assert PartialDate.of("2021-04-30") == made


@pytest.mark.parametrize("value", [2021, 2021.5, True, None, ["2021"], {"year": 2021}])
def test_a_number_or_a_list_is_no_date(value: object) -> None:
    with pytest.raises(ValidationError, match="not a date"):
        TypeAdapter(PartialDate).validate_python(value)


@given(st.sampled_from(["2021", "2021-04", "2021-04-30", "2021-04/2021-06"]))
def test_json_keeps_the_written_form(text: str) -> None:
    adapter = TypeAdapter(PartialDate)
    assert adapter.dump_json(PartialDate(text)) == f'"{text}"'.encode()
    assert adapter.validate_json(f'"{text}"') == PartialDate(text)


def test_a_date_cannot_be_altered() -> None:
    with pytest.raises(AttributeError):
        PartialDate("2021").text = "2022"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2021", True),
        ("2021-04", True),
        ("2021-04-30", True),
        ("2020/2021", True),
        ("2021-04/2021-06", True),
        ("2021-04-30/2022", True),
        ("", False),
        ("21", False),
        ("2021-4", False),
        ("2021-04-30-01", False),
        ("2021/", False),
        ("/2021", False),
        ("2021/2022/2023", False),
        ("x2021", False),
        ("2021x", False),
        ("April 2021", False),
    ],
)
def test_the_json_schema_lets_through_what_is_written_like_a_date(text: str, fits: bool) -> None:
    schema = TypeAdapter(PartialDate).json_schema(mode="validation")
    assert schema["type"] == "string"
    assert bool(re.search(schema["pattern"], text)) is fits
