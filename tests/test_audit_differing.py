"""Two assessments are compared value by value, and what stands on lists by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redflag.assessment import Assessment
from redflag.audit.differing import Difference, _differ, differences
from redflag.pack import read_pack
from redflag.screening import Screener

A, B = {"name": "a", "x": 1}, {"name": "b", "x": 2}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"x": 1, "y": 2}, {"x": 1, "y": 2}, []),
        ({"x": 1, "y": 2}, {"x": 3, "y": 4}, ["x: 1 → 3", "y: 2 → 4"]),
        ({"x": {"y": 1}}, {"x": {"y": 2}}, ["x.y: 1 → 2"]),
        ({"x": 1}, {}, ["x: 1 → nothing"]),
        ({"b": 1}, {"a": 2, "b": 1}, ["a: nothing → 2"]),
        ({"x": None}, {"x": 0}, ["x: nothing → 0"]),
        ({"x": 1}, {"x": 1.0}, ["x: 1 → 1.0"]),
        # a key without a value and no key are two forms, and so are two digests
        ({"x": None}, {}, ["x: nothing → nothing"]),
        ({}, {"x": None}, ["x: nothing → nothing"]),
        ({"x": [None]}, {"x": []}, ["x[0]: nothing → nothing"]),
        ({"x": []}, {"x": [None]}, ["x[0]: nothing → nothing"]),
        ({"x": 1}, {"x": True}, ["x: 1 → true"]),
        ({"x": "é"}, {"x": []}, ['x: "é" → []']),
        ({"x": [1, 2]}, {"x": [1, 3, 4]}, ["x[1]: 2 → 3", "x[2]: nothing → 4"]),
        ({"x": [1, 2]}, {"x": []}, ["x[0]: 1 → nothing", "x[1]: 2 → nothing"]),
        ({"x": [A, B]}, {"x": [A]}, ['x[b]: {"name": "b", "x": 2} → nothing']),
        ({"x": [B]}, {"x": [A, B]}, ['x[a]: nothing → {"name": "a", "x": 1}']),
        ({"x": [A, B]}, {"x": [{**A, "x": 5}, B]}, ["x[a].x: 1 → 5"]),
        ({"x": [A, B]}, {"x": [B, A]}, ['x: ["a", "b"] → ["b", "a"]']),
        ({"x": [A, A]}, {"x": [A, B]}, ['x[1].name: "a" → "b"', "x[1].x: 1 → 2"]),
        ({"x": [A, 1]}, {"x": [A, 2]}, ["x[1]: 1 → 2"]),
        ({"x": [{"name": "a"}]}, {"x": [{"id": "a"}]},
         ['x[a].name: "a" → nothing', 'x[a].id: nothing → "a"']),
        ({"x": [{"rule": 1}]}, {"x": [{"rule": 2}]}, ["x[0].rule: 1 → 2"]),
        ({"x": [{"rule_id": "r", "id": "i", "y": 1}]}, {"x": [{"rule_id": "r", "id": "j", "y": 1}]},
         ['x[r].id: "i" → "j"']),
        ({"x": [{"fact": "f", "y": 1}]}, {"x": [{"fact": "f", "y": 2}]}, ["x[f].y: 1 → 2"]),
        ({"x": [{"rule": "r", "y": 1}]}, {"x": [{"rule": "r", "y": 2}]}, ["x[r].y: 1 → 2"]),
    ],
)  # fmt: skip
def test_each_value_that_differs_is_told_by_its_path(old: Any, new: Any, told: list[str]) -> None:
    assert [str(one) for one in _differ("", old, new)] == told


def test_a_long_value_is_told_in_part() -> None:
    assert str(Difference("x", "é", None)) == 'x: "é" → nothing'
    # 98 letters and two quotes are a hundred signs
    assert str(Difference("x", "a" * 98, None)) == f'x: "{"a" * 98}" → nothing'
    assert str(Difference("x", "a" * 99, None)) == f'x: "{"a" * 97} … → nothing'


def test_assessments_are_compared_by_their_json(tmp_path: Path, write_pack: Callable[..., Path]) -> None:
    screener = Screener(read_pack([write_pack(tmp_path)]))
    one: Assessment = screener.screen({"case_id": "one", "as_of": "2024-01-01"})
    assert differences(one, one) == ()
    other = one.model_copy(update={"case_id": "two", "log_odds": one.log_odds + 1})
    assert differences(one, other) == (
        Difference("case_id", "one", "two"),
        Difference("log_odds", one.log_odds, one.log_odds + 1),
    )
