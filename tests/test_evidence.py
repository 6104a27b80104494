"""Levels, traces and sources: what a finding rests on."""

from __future__ import annotations

import pytest

from redflag.evidence import Assertion, Level, Party, Source, Span, Trace
from redflag.truth import Truth


def test_levels_rank_from_a_word_to_a_ruling() -> None:
    assert sorted(Level, key=lambda level: level.rank) == [
        Level.ASSERTED,
        Level.DOCUMENTED,
        Level.CORROBORATED,
        Level.ADJUDICATED,
    ]
    assert [level.rank for level in Level] == [0, 1, 2, 3]


def test_the_words_of_levels_parties_and_assertions_are_those_of_the_files() -> None:
    assert [str(level) for level in Level] == ["asserted", "documented", "corroborated", "adjudicated"]
    assert str(Party.REQUESTING_STATE) == "requesting_state"
    assert [str(assertion) for assertion in Assertion] == [
        "affirmed",
        "alleged",
        "threatened",
        "feared",
        "hypothetical",
        "negated",
    ]


def leaf(name: str) -> Trace:
    return Trace(Truth.TRUE, name)


def test_a_trace_is_walked_from_the_top_left_to_right() -> None:
    tree = Trace(
        Truth.TRUE,
        "top",
        children=(Trace(Truth.TRUE, "left", children=(leaf("a"), leaf("b"))), leaf("right")),
    )
    assert [trace.node for trace in tree.walk()] == ["top", "left", "a", "b", "right"]


def test_a_source_says_by_itself_that_it_is_an_affirmed_fact_of_the_case() -> None:
    source = Source("notice.kind", "event", Level.ASSERTED, Party.CLIENT)
    assert (source.found_by, source.assertion, source.span) == ("case", Assertion.AFFIRMED, None)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Source("notice.kind", "event", Level.ASSERTED, Party.CLIENT), "level"),
        (Span("letter", 0, 3, "The"), "quote"),
        (Trace(Truth.TRUE, "node"), "truth"),
    ],
)
def test_what_a_finding_rests_on_cannot_be_altered(value: object, name: str) -> None:
    before = getattr(value, name)
    with pytest.raises(AttributeError):
        setattr(value, name, "other")
    assert getattr(value, name) is before
