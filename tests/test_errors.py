"""Faults tell place, fault and mend, in that order and on one line each."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.errors import (
    AuditError,
    CaseError,
    Fault,
    Location,
    ModelError,
    RedflagError,
    RuleError,
    did_you_mean,
    shown_key,
)

KINDS = [RedflagError, CaseError, RuleError, ModelError, AuditError]


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (Location(), ""),
        (Location("case.yaml"), "case.yaml"),
        (Location("case.yaml", 3), "case.yaml:3"),
        (Location("case.yaml", 3, 7), "case.yaml:3:7"),
        (Location("case.yaml", None, 7), "case.yaml"),
        (Location("case.yaml", 3, 7, "notice.kind"), "case.yaml:3:7: notice.kind"),
        (Location(None, 3, 7, "notice.kind"), "notice.kind"),
    ],
)
def test_a_location_tells_only_what_it_knows(location: Location, told: str) -> None:
    assert told == str(location)


def test_a_fault_tells_place_then_fault_then_mend() -> None:
    fault = Fault('unknown key "x"', Location("a.yaml", 1, 2, "notice.x"), 'did you mean "y"?')
    assert str(fault) == 'a.yaml:1:2: notice.x: unknown key "x"; did you mean "y"?'
    assert str(Fault("it is empty")) == "it is empty"


def test_an_error_lists_every_fault_on_a_line_of_its_own() -> None:
    error = CaseError(iter([Fault("first"), Fault("second", mend="do this")]))
    assert error.faults == (Fault("first"), Fault("second", mend="do this"))
    assert str(error).splitlines() == ["first", "second; do this"]


def test_a_text_and_a_single_fault_make_an_error_too() -> None:
    assert RuleError("wrong").faults == (Fault("wrong"),)
    assert RuleError(Fault("wrong")).faults == (Fault("wrong"),)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_a_trip_between_processes(kind: type[RedflagError]) -> None:
    error = kind([Fault("first", Location("f", 1, 2, "a.b"), "mend"), Fault("second")])
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.faults, str(back)) == (kind, error.faults, str(error))


@pytest.mark.parametrize("kind", KINDS)
def test_one_except_clause_catches_every_kind(kind: type[RedflagError]) -> None:
    with pytest.raises(RedflagError):
        raise kind("wrong")


@given(st.text())
def test_a_shown_key_is_one_short_line(key: str) -> None:
    shown = shown_key(key)
    assert len(shown) <= 60
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(("length", "cut"), [(60, False), (61, True), (500, True)])
def test_a_long_key_is_cut_and_shows_that_it_was(length: int, cut: bool) -> None:
    shown = shown_key("k" * length)
    assert shown == ("k" * 59 + "…" if cut else "k" * length)


def test_only_a_near_word_is_proposed() -> None:
    assert did_you_mean("relativs", ["relatives", "contacts"]) == 'did you mean "relatives"?'
    assert did_you_mean("xyz", ["relatives", "contacts"]) == ""
    assert did_you_mean("anything", []) == ""


@given(st.permutations(["notice.kinds", "notice.kinda", "notice.kindb"]))
def test_the_order_of_the_known_words_does_not_change_the_proposal(known: list[str]) -> None:
    assert did_you_mean("notice.kind", known) == did_you_mean("notice.kind", sorted(known))
