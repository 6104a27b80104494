"""Columns and their values: from the pack alone, unknown at nought, ends that only close in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.features import CLEAR, LAYOUTS, Column, columns, columns_digest, row, value_of
from redflag.pack import shipped_pack
from redflag.scoring import Weighed

RULES = ("alpha.one", "alpha.two", "alpha.three")
FAMILY = Column("alpha", 1, RULES)
GRADED = replace(FAMILY, graded=True)


def outcome(rule: str, status: str, strength: float = 1.0) -> Weighed:
    return Weighed(rule, "alpha", "supports", status, 1.0, -0.2, strength=strength)  # type: ignore[arg-type]  # drawn


@pytest.mark.parametrize(
    ("statuses", "value"),
    [
        (("fired", "clear", "undetermined"), 1.0),
        (("clear", "undetermined", "clear"), 0.0),
        (("clear", "clear", "not_applicable"), -CLEAR),
        (("not_applicable",) * 3, 0.0),
        (("undetermined",) * 3, 0.0),
    ],
)
def test_a_family_is_one_if_any_rule_fired_and_nought_where_the_file_does_not_tell(statuses, value) -> None:
    seen = dict(zip(RULES, map(outcome, RULES, statuses), strict=True))
    assert value_of(FAMILY, seen).value == value


def test_a_graded_family_counts_by_the_weight_that_fired_and_never_passes_one() -> None:
    one = value_of(GRADED, {"alpha.one": outcome("alpha.one", "fired", 0.5)}).value
    two = value_of(GRADED, {rule: outcome(rule, "fired", 0.5) for rule in RULES[:2]}).value
    assert 0 < one < two < 1


STATUSES = st.lists(
    st.sampled_from(["fired", "clear", "undetermined", "not_applicable"]), min_size=3, max_size=3
)


@given(STATUSES, st.integers(0, 2), st.sampled_from(["fired", "clear"]), st.booleans())
def test_settling_a_rule_keeps_the_value_within_its_ends_and_closes_them_in(
    statuses: list[str], which: int, settled: str, graded: bool
) -> None:
    statuses[which] = "undetermined"
    column = GRADED if graded else FAMILY
    seen = dict(zip(RULES, map(outcome, RULES, statuses), strict=True))
    before = value_of(column, seen)
    after = value_of(column, {**seen, RULES[which]: outcome(RULES[which], settled)})
    assert before.low <= before.value <= before.high
    assert before.low <= after.low <= after.value <= after.high <= before.high


@given(STATUSES, st.integers(0, 2), st.sampled_from(["clear", "undetermined"]), st.booleans())
def test_a_rule_that_fires_never_lowers_its_column(
    statuses: list[str], which: int, was: str, graded: bool
) -> None:
    column = GRADED if graded else FAMILY
    statuses[which] = was
    seen = dict(zip(RULES, map(outcome, RULES, statuses), strict=True))
    fired = {**seen, RULES[which]: outcome(RULES[which], "fired")}
    assert value_of(column, fired).value >= value_of(column, seen).value


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_column_sums_up_reports_about_a_state_and_signs_follow_the_effect(layout) -> None:
    pack = shipped_pack()
    rules = {rule.id: rule for rule in pack.rules}
    listed = columns(pack, layout)
    assert len({column.name for column in listed}) == len(listed)
    for column in listed:
        for rule in column.rules:
            assert not rules[rule].context
            assert column.sign == (1 if rules[rule].effect == "supports" else -1)


def test_the_digest_of_columns_sees_every_rule_in_them() -> None:
    other = replace(FAMILY, rules=RULES[:2])
    assert columns_digest([FAMILY]) != columns_digest([other])
    assert len(row([FAMILY, other], [])) == 2
