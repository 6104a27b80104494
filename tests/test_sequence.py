"""What came after something else, held against every pair asked by itself."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.dates import PartialDate, gap_within
from redflag.documents import Document
from redflag.evidence import Level, Party, Source
from redflag.sequence import sequel
from redflag.truth import Truth

DATES = (
    "2020", "2021", "2020-05", "2020-06", "2020-05-01", "2020-05-02", "2020-05-31", "2020-06-01",
    "2020-07-15", "2020-05/2020-06", "2020-05-30/2020-06-02",
)  # fmt: skip
PAPERS = {name: Document(name, "So it is. " * 9) for name in ("memo", "letter")}


def told(paper: str, line: int, happened: str | None) -> Source:
    """A sentence of a paper, with the date that it gives."""
    span = PAPERS[paper].span(10 * line, 10 * line + 9)
    event = f"{paper}:{line}:{happened}"
    return Source(paper, event, Level.ASSERTED, Party.CLIENT, span=span, happened=happened)


sentences = st.lists(
    st.builds(told, st.sampled_from([*PAPERS]), st.integers(0, 8), st.sampled_from([*DATES, None])),
    max_size=7,
)
thorough = settings(max_examples=400, deadline=None)


def follows(first: Source, later: Source, days: int) -> bool:
    """By the meaning: the days settle it, or one paper tells both under one date, in that order."""
    if first.happened is None or later.happened is None or first.span is None or later.span is None:
        return False
    one, other = PartialDate(first.happened), PartialDate(later.happened)
    if (one.earliest, one.latest) == (other.earliest, other.latest):
        near = (one.latest - one.earliest).days <= days
        return near and first.where == later.where and first.span.start < later.span.start
    return one.latest < other.earliest and gap_within(one, other, days) is Truth.TRUE


def may_follow(first: Source, later: Source, days: int) -> bool:
    """Whether the dates do not rule it out."""
    if first.happened is None or later.happened is None:
        return True
    return gap_within(PartialDate(first.happened), PartialDate(later.happened), days) is not Truth.FALSE


@thorough
@given(firsts=sentences, laters=sentences, days=st.sampled_from([1, 7, 30, 31, 45, 365, 730]))
def test_it_finds_what_asking_every_pair_finds(firsts: list[Source], laters: list[Source], days: int) -> None:
    found = sequel(firsts, laters, days)
    assert {later for _, later in found.pairs} == {
        later for later in laters if any(follows(first, later, days) for first in firsts)
    }
    assert all(first in firsts and follows(first, later, days) for first, later in found.pairs)
    if firsts and laters:
        assert found.is_open == any(may_follow(first, later, days) for first in firsts for later in laters)


@thorough
@given(firsts=sentences, laters=sentences, shuffled=st.randoms(use_true_random=False))
def test_the_order_in_which_they_are_given_changes_nothing(
    firsts: list[Source], laters: list[Source], shuffled: random.Random
) -> None:
    one = sequel(firsts, laters, 31)
    other = sequel(shuffled.sample(firsts, len(firsts)), shuffled.sample(laters, len(laters)), 31)
    assert {later for _, later in one.pairs} == {later for _, later in other.pairs}
    assert one.is_open == other.is_open


def test_the_surest_of_several_is_named() -> None:
    long_ago, lately = told("memo", 0, "2020-05"), told("letter", 3, "2020-06-01")
    warrant = told("memo", 5, "2020-07-15")
    assert sequel([long_ago, lately], [warrant], 90).pairs == ((lately, warrant),)
    assert sequel([long_ago], [warrant], 90).pairs == ((long_ago, warrant),)


def test_nothing_follows_nothing() -> None:
    assert sequel([], [told("memo", 0, "2020")], 30) == ((), False)
    assert sequel([told("memo", 0, "2020")], [], 30) == ((), False)
