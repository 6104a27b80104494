"""Dates in texts."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.dates import PartialDate
from redflag.signals import dates_in, latest_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arrested on 12 April 2021.", ["2021-04-12"]),
        ("the 3rd of May, 2020", ["2020-05-03"]),
        ("in April 2021", ["2021-04"]),
        ("in Sept. 2021", ["2021-09"]),
        ("in 2021", ["2021"]),
        ("2021-04-12 and 2021-05", ["2021-04-12", "2021-05"]),
        ("on 12.04.2021", ["2021-04-12"]),
        ("on 12/04/2021", ["2021-04-12"]),
        ("on 04/25/2021", ["2021-04-25"]),
        ("April 12, 2021", ["2021-04-12"]),
        ("mid-2021, early 2019, late in 2018", ["2021", "2019", "2018"]),
        ("in the spring of 2019", ["2019-03/2019-05"]),
        ("between March and May 2020", ["2020-03/2020-05"]),
        ("between November and February 2020", ["2019-11/2020-02"]),
        ("between 2015 and 2018", ["2015-01/2018-12"]),
        ("2019: his brother is taken", ["2019"]),
        ("room 2021, case 2015/17, 1999 dollars", []),
        ("31 February 2021", []),
        ("a year earlier", []),
        ("he may return", []),
    ],
)
def test_dates_are_read_as_precisely_as_they_are_written(text, expected):
    assert [PartialDate(date) for date in expected] == [found.date for found in dates_in(text)]


def test_a_day_without_a_year_takes_the_year_told_before_it_unless_it_would_lie_earlier():
    first, second, third = dates_in("On 12 April 2021 they rang. On 15 April they came. On 3 March he left.")
    assert PartialDate("2021-04-15") == second.after(first.date)
    assert third.after(first.date) is None
    assert second.after(None) is None


def test_the_latest_date_is_the_one_that_ends_last():
    assert PartialDate("2021") == latest_date("In 2021, after 3 May 2020 and April 2021.")
    assert latest_date("No date at all.") is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    for found in dates_in(text):
        assert text[found.start : found.end]


@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2099, 12, 31)))
def test_a_written_day_is_read_back(day):
    for text in (f"{day:%d %B %Y}", f"{day:%B %d, %Y}", f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}"):
        assert [PartialDate.of(day)] == [found.date for found in dates_in(f"It was {text}.")]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Le 1er mars 2021, puis en février 2022 et le 14 août 2020.", "2021-03-01 2022-02 2020-08-14"),
        ("fr", "Le 03/04/2021 ; depuis 2019 ; fin déc. 2018", "2021-04-03 2019 2018-12"),
        ("es", "El 3 de marzo de 2021 y en septiembre del 2022; desde 2019.", "2021-03-03 2022-09 2019"),
        ("ru", "3 марта 2021 года, в апреле 2022 г.; в 2019 году", "2021-03-03 2022-04 2019"),
        ("tr", "3 Mart 2021'de, 05.06.2020 ve 2019 yılında", "2021-03-03 2020-06-05 2019"),
        ("tr", "ARALIK 2021; 2018'de geldi", "2021-12 2018"),
        ("zh", "2021年3月5日，二〇二〇年十二月二十三日，2018年", "2021-03-05 2020-12-23 2018"),
        ("ar", "في ٣ مارس ٢٠٢١ وفي آذار/مارس 2020، ومنذ عام ٢٠١٩", "2021-03-03 2020-03 2019"),
        ("ar", "في 15 تشرين الثاني 2022", "2022-11-15"),
    ],
)  # fmt: skip
def test_dates_in_other_languages(language, text, expected):
    expected_dates = [PartialDate(date) for date in expected.split()]
    assert expected_dates == [found.date for found in dates_in(text, language)]
    assert latest_date(text, language) == latest_date(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le 3 mars 2021 il est parti. Le 12 avril elle aussi."),
        ("es", "El 3 de marzo de 2021 se fue. El 12 de abril ella."),
        ("ru", "3 марта 2021 года он уехал. 12 апреля она тоже."),
        ("tr", "3 Mart 2021'de gitti. 12 Nisan'da o da."),
        ("zh", "2021年3月3日他走了。4月12日她也走了。"),
        ("ar", "غادر في 3 مارس 2021. وفي 12 أبريل غادرت."),
    ],
)
def test_a_day_without_a_year_takes_that_of_the_date_before(language, text):
    first, second = dates_in(text, language)
    assert second.after(first.date) == PartialDate("2021-04-12")


@pytest.mark.parametrize("language", ["fr", "es", "ru", "tr", "zh", "ar", None])
@given(
    text=st.text(
        alphabet=st.sampled_from("0123456789 年月日十二марта mart mars ./-'") | st.characters(), max_size=60
    )
)
def test_dates_of_any_language_lie_in_order_within_the_text(language, text):
    last = 0
    for found in dates_in(text, language):
        assert last <= found.start < found.end <= len(text)
        last = found.end
