"""The three-valued logic, against a brute-force reading: what holds however the unknown turns out."""

from __future__ import annotations

import itertools

import pytest

from redflag.truth import Truth, all_of, any_of, at_least

LONGEST = 5
GROUPS = [group for length in range(1, LONGEST + 1) for group in itertools.product(Truth, repeat=length)]


def settlings(group: tuple[Truth, ...]) -> list[tuple[bool, ...]]:
    """Every way in which the unknown members could turn out."""
    open_ = {Truth.TRUE: (True,), Truth.FALSE: (False,), Truth.UNKNOWN: (True, False)}
    return list(itertools.product(*(open_[truth] for truth in group)))


def agreed(answers: set[bool]) -> Truth:
    """The one answer that all settlings give, else unknown."""
    return Truth.of(answers.pop()) if len(answers) == 1 else Truth.UNKNOWN


def refinements(group: tuple[Truth, ...]) -> list[tuple[Truth, ...]]:
    """The group with one unknown member settled, in every way."""
    return [
        (*group[:place], settled, *group[place + 1 :])
        for place, truth in enumerate(group)
        if truth is Truth.UNKNOWN
        for settled in (Truth.TRUE, Truth.FALSE)
    ]


@pytest.mark.parametrize("length", range(1, LONGEST + 1))
def test_at_least_is_what_every_settling_agrees_on(length: int) -> None:
    for group in itertools.product(Truth, repeat=length):
        for n in range(1, length + 1):
            expected = agreed({sum(settled) >= n for settled in settlings(group)})
            assert expected is at_least(n, group), (n, group)


def test_all_is_what_every_settling_agrees_on() -> None:
    for group in GROUPS:
        assert agreed({all(settled) for settled in settlings(group)}) is all_of(group), group


def test_any_is_what_every_settling_agrees_on() -> None:
    for group in GROUPS:
        assert agreed({any(settled) for settled in settlings(group)}) is any_of(group), group


def test_settling_an_unknown_never_overturns_a_settled_verdict() -> None:
    for group in GROUPS:
        for n in range(1, len(group) + 1):
            verdict = at_least(n, group)
            if verdict is not Truth.UNKNOWN:
                assert {verdict} >= {at_least(n, finer) for finer in refinements(group)}, (n, group)


def test_the_order_of_a_group_does_not_matter() -> None:
    for group in GROUPS:
        for n in range(1, len(group) + 1):
            assert at_least(n, group) is at_least(n, tuple(reversed(group)))


def test_any_and_all_are_each_other_turned_round() -> None:
    for group in GROUPS:
        assert ~all_of(group) is any_of([~truth for truth in group])


@pytest.mark.parametrize("n", [-1, 0, 4])
def test_a_count_that_can_never_be_asked_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="can never be asked"):
        at_least(n, [Truth.TRUE] * 3)


@pytest.mark.parametrize("group_of", [all_of, any_of])
def test_an_empty_group_is_refused(group_of: object) -> None:
    with pytest.raises(ValueError, match="can never be asked"):
        group_of(iter(()))  # type: ignore[operator]


def test_a_group_may_be_a_stream() -> None:
    assert all_of(iter([Truth.TRUE, Truth.FALSE])) is Truth.FALSE
    assert any_of(iter([Truth.TRUE, Truth.FALSE])) is Truth.TRUE


@pytest.mark.parametrize("truth", Truth)
def test_bool_is_refused_for_each_value(truth: Truth) -> None:
    with pytest.raises(TypeError, match=r"^a Truth has three values and no bool\(\); compare it with `is`$"):
        bool(truth)
    with pytest.raises(TypeError):
        assert truth


def test_the_opposite_swaps_true_and_false_and_leaves_unknown() -> None:
    assert [~truth for truth in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)] == [
        Truth.FALSE,
        Truth.TRUE,
        Truth.UNKNOWN,
    ]


def test_a_truth_is_made_of_a_settled_bool_or_of_none() -> None:
    assert [Truth.of(value) for value in (True, False, None)] == [Truth.TRUE, Truth.FALSE, Truth.UNKNOWN]
