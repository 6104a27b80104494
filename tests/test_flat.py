"""A frame asked by masks comes to what each of its rows comes to as a case of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import redflag
from redflag.case import Case
from redflag.dates import PartialDate
from redflag.errors import CaseError
from redflag.facts import gather
from redflag.flat import columns_of_frame, outcomes_of_frame, scores_of_frame
from redflag.pack.masked import evaluate_columns
from redflag.paths import Leaf, Shape, case_shape

PACK = redflag.load_pack()
AS_OF = "2022-06-15"
DAYS = ["2019", "2021-03", "2021-05-02", "2022-06", "2022-06-15", "2023-01-01", "2022-01/2022-12"]
SHAPE = case_shape()
LISTS = ("charges", "relatives", "contacts", "decisions", "events", "travel_documents", "person.groups")


def every_leaf(shape: Shape, prefix: str = "") -> dict[str, Leaf]:
    found = {prefix + name: leaf for name, leaf in shape.leaves.items() if leaf.kind != "text"}
    for name, inside in shape.records.items():
        found |= every_leaf(inside, f"{prefix}{name}.")
    return found


def value_of(leaf: Leaf, draw: Callable[[Any], Any]) -> Any:
    match leaf.kind:
        case "flag":
            return draw(st.booleans())
        case "number":
            return draw(st.integers(0, 60))
        case "date":
            return draw(st.sampled_from(DAYS))
        case "words":
            return draw(st.lists(st.sampled_from(leaf.choices), min_size=1, max_size=2, unique=True))
        case _:
            return draw(st.sampled_from(leaf.choices))


LEAVES = {path: leaf for path, leaf in every_leaf(SHAPE).items() if not path.endswith("happened")}


@st.composite
def rows(draw: Callable[[Any], Any]) -> dict[str, Any]:
    """A row by its columns."""
    row = {
        path: value_of(LEAVES[path], draw) for path in draw(st.sets(st.sampled_from([*LEAVES]), max_size=12))
    }
    for path in draw(st.sets(st.sampled_from(LISTS), max_size=3)):
        inside = SHAPE.list_of(path)
        assert inside is not None
        leaves = every_leaf(inside)
        for slot in draw(st.sets(st.integers(0, 2), min_size=1)):
            names = draw(st.sets(st.sampled_from([*leaves]), min_size=1, max_size=4))
            if path in ("events", "person.groups"):
                names |= {"kind"}
            for name in sorted(names):
                row[f"{path}[{slot}].{name}"] = value_of(leaves[name], draw)
            if draw(st.integers(0, 2)) == 0:
                row[f"{path}[{slot}].known_by"] = draw(st.sampled_from(DAYS))
            if draw(st.integers(0, 2)) == 0:
                row[f"{path}[{slot}].assertion"] = draw(st.sampled_from(["affirmed", "feared", "threatened"]))
    complete = draw(st.lists(st.sampled_from([*LISTS, "person.roles"]), max_size=3, unique=True))
    return {**row, "complete": complete} if complete else row


def as_case(row: dict[str, Any]) -> Case:
    """The same row as a nested case; written apart from what is tested."""
    data: dict[str, Any] = {"case_id": "row", "as_of": AS_OF}
    slots: dict[str, dict[str, dict[str, Any]]] = {}
    for column, value in row.items():
        head, bracket, rest = column.partition("[")
        holder: dict[str, Any] = data
        path = column
        if bracket:
            slot, _, path = rest.partition("].")
            holder = slots.setdefault(head, {}).setdefault(slot, {})
        *outer, last = path.split(".")
        for name in outer:
            holder = holder.setdefault(name, {})
        holder[last] = value
    for path, items in slots.items():
        *outer, last = path.split(".")
        holder = data
        for name in outer:
            holder = holder.setdefault(name, {})
        holder[last] = [items[slot] for slot in sorted(items)]
    return Case.model_validate(data)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.lists(rows(), min_size=1, max_size=4))
def test_a_row_comes_to_what_it_comes_to_as_a_case(told: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(told)
    table = evaluate_columns(PACK, columns_of_frame(frame, AS_OF))
    for number, row in enumerate(told):
        facts = gather(as_case(row), (), (), PartialDate(AS_OF))
        wanted = {one.rule.id: one.status for one in PACK.evaluate_in_full(facts)}
        assert table.statuses(number) == wanted


def test_outcomes_are_categories_beside_the_frames_own_index() -> None:
    frame = pd.DataFrame(
        {"request.made": [True, None], "person.roles": ["journalist;lawyer", None]}, index=["a", "b"]
    )
    found = outcomes_of_frame(frame, PACK, AS_OF)
    assert list(found.index) == ["a", "b"]
    assert list(found.columns) == [rule.id for rule in PACK.rules]
    assert set(found.iloc[0]) <= {"fired", "clear", "undetermined", "not_applicable"}
    assert all(str(dtype) == "category" for dtype in found.dtypes)


def test_every_column_that_cannot_be_read_is_named_and_no_cell_is_told() -> None:
    frame = pd.DataFrame(
        {"notice.kind": ["red notice of kestrel"], "request.mad": [True], "person.label": ["kestrel"],
         "contacts[0].deadline_days": ["soon"], "events[0].what": ["kestrel"], "notice.happened": ["2020"]}
    )  # fmt: skip
    with pytest.raises(CaseError) as told:
        columns_of_frame(frame, AS_OF)
    said = str(told.value)
    for name in (
        "notice.kind",
        "request.mad",
        "person.label",
        "contacts[0].deadline_days",
        "notice.happened",
    ):
        assert name in said
    assert 'did you mean "request.made"?' in said
    assert "kestrel" not in said
    with pytest.raises(CaseError, match="one day"):
        columns_of_frame(pd.DataFrame({"request.made": [True]}), "2022")


SCREENER = redflag.Screener()


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.lists(rows(), min_size=1, max_size=5))
def test_a_row_scores_what_it_scores_as_a_case(told: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(told)
    found = scores_of_frame(frame, SCREENER, AS_OF)
    for number, row in enumerate(told):
        wanted = SCREENER.score(as_case(row))
        one = found.iloc[number]
        assert (one["band"], one["score_low"], one["score_high"]) == (wanted.band, *wanted.score_range)
        assert (None if pd.isna(one["score"]) else one["score"]) == wanted.score
        assert (None if pd.isna(one["abstention"]) else one["abstention"]) == wanted.abstention
        weights = {name: one[f"weight.{name}"] for name in wanted.families}
        assert weights == dict(wanted.families)
        assert int(one.filter(like="weight.").notna().sum()) == len(weights)
        fired = [rule.id for rule in PACK.rules if one[rule.id] == "fired"]
        assert fired == list(wanted.fired)


def test_a_record_inside_an_item_scores_what_it_scores_in_a_case() -> None:
    row = {"other_alerts[0].same_case": True, "other_alerts[0].warrant.valid": False, "request.made": False}
    wanted = SCREENER.score(as_case(row))
    found = scores_of_frame(pd.DataFrame([row]), SCREENER, AS_OF).iloc[0]
    assert (found["score_low"], found["score_high"]) == wanted.score_range
    assert [rule.id for rule in PACK.rules if found[rule.id] == "fired"] == list(wanted.fired)
