"""Many assessments as one: the counts add up, intervals are honest, and the page holds the same."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag import cli
from redflag.assessment import Assessment, Unscreened
from redflag.case import Case
from redflag.cohort import Cohort, as_bytes, count
from redflag.cohort.page import page
from redflag.cohort.shares import LEAST, share, wilson
from redflag.cohort.tactics import TACTICS, Background, background_of, tactic_of
from redflag.errors import RedflagError
from redflag.intake import load_case
from redflag.screening import Screener

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden" / "cohort.csv"
CANARY = "kestrel-9471"
SCREENER = Screener(model=None)
PRESSED: dict[str, Any] = {
    "relatives": [{"relation": "sister", "measure": "detained", "own_conduct_explains": False}],
    "person": {"roles": ["journalist"]},
}


def assessed(case_id: str, **case: Any) -> Assessment:
    return SCREENER.screen({"case_id": case_id, **case}, "2024-01-01")


@pytest.fixture(scope="module")
def results() -> list[Assessment | Unscreened]:
    pressed = [assessed(f"p{n:02}", **PRESSED) for n in range(12)]
    quiet = [assessed(f"q{n:02}") for n in range(8)]
    return [*pressed, *quiet, Unscreened(case_id="line 9", faults=("x",)), assessed("q00", **PRESSED)]


@pytest.fixture(scope="module")
def cohort(results) -> Cohort:
    known = {f"p{n:02}": Background("RUS", n < 4 or None) for n in range(12)}
    return count(results, known | {f"q{n:02}": Background(None, True) for n in range(7)})


# -- shares


def test_an_interval_is_the_one_of_the_books() -> None:
    assert [round(end, 4) for end in wilson(53, 105)] == [0.4107, 0.5985]
    assert [round(end, 4) for end in wilson(0, 10)] == [0.0, 0.2775]
    assert [round(end, 4) for end in wilson(1, 10)] == [0.0179, 0.4042]


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_is_its_mirror(given) -> None:
    part, of = given
    low, high = wilson(part, of)
    assert 0 <= low <= part / of <= high <= 1
    assert low < high
    other = wilson(of - part, of)
    assert (low, high) == pytest.approx((1 - other[1], 1 - other[0]))


@given(st.integers(0, LEAST - 1))
def test_few_cases_have_counts_alone(of) -> None:
    assert share(of, of).share is None
    assert share(1, LEAST).share == 0.1


# -- counts


def test_every_result_is_counted_once(cohort, results) -> None:
    assert cohort.given == len(results) == cohort.whole.cases + cohort.unscreened + cohort.repeated
    assert (cohort.whole.cases, cohort.unscreened, cohort.repeated, cohort.without_case) == (20, 1, 1, 1)
    for group in (cohort.whole, *cohort.states):
        assert sum(one.cases.count for one in group.bands) == group.cases
        assert sum(one.cases.count for one in group.tactics) == group.cases
        for one in group.families:
            assert one.present + one.possible + one.absent + one.unknown == group.cases
            assert one.shown.count == one.present + one.possible
    assert sum(group.cases for group in cohort.states) == cohort.whole.cases


def test_of_a_case_that_comes_twice_the_later_result_counts(cohort) -> None:
    family = next(one for one in cohort.whole.families if one.id == "family_pressure")
    assert family.shown.count == 13


def test_cases_are_grouped_by_state_and_the_untold_come_last(cohort) -> None:
    assert [(group.name, group.cases) for group in cohort.states] == [("RUS", 12), ("not told", 8)]


def test_without_cases_there_are_no_groups(results) -> None:
    found = count(results)
    assert (found.states, found.without_case) == ((), None)


def test_the_order_of_results_never_matters(results) -> None:
    once = [one for one in results if one.case_id != "q00"]
    assert count(once) == count(once[::-1])


def test_pairs_are_those_of_the_cases_that_show_both(cohort, results) -> None:
    assert cohort.together
    last = {one.case_id: one for one in results if isinstance(one, Assessment)}
    for pair in cohort.together:
        both = [
            one
            for one in last.values()
            if all(
                one.families[name].verdict in ("present", "possible") for name in (pair.first, pair.second)
            )
        ]
        assert pair.both == pair.of_first.count == pair.of_second.count == len(both)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["pressed", "quiet", "unscreened"]),
                          st.sampled_from([None, "RUS", "TUR"])), max_size=12))  # fmt: skip
def test_any_results_add_up(made) -> None:
    kinds = {"pressed": assessed("x", **PRESSED), "quiet": assessed("x")}
    listed = [
        Unscreened(case_id=name, faults=()) if kind == "unscreened"
        else kinds[kind].model_copy(update={"case_id": name})
        for name, kind, _ in made
    ]  # fmt: skip
    found = count(listed, {name: Background(state) for name, _, state in made})
    assert found.given == len(made) == found.whole.cases + found.unscreened + found.repeated
    assert sum(group.cases for group in found.states) == found.whole.cases
    assert "<script" not in page(found)


# -- tactics


@pytest.mark.parametrize(
    ("pressed", "requested", "tactic"),
    [
        (True, False, "locate_and_press"), (True, True, "press_and_request"),
        (True, None, "press_request_untold"), (False, True, "request_alone"),
        (False, False, "neither_shown"), (False, None, "neither_shown"),
    ],
)  # fmt: skip
def test_a_profile_follows_from_pressure_and_request(pressed, requested, tactic) -> None:
    assessment = assessed("a", **(PRESSED if pressed else {}))
    assert tactic_of(assessment, Background(None, requested)) == tactic


def test_without_the_case_the_rules_tell_of_a_request() -> None:
    located = {"request": {"made": False, "person_located_on": "2020-01-01"}}
    assert tactic_of(assessed("a", **PRESSED, **located), None) == "locate_and_press"
    assert tactic_of(assessed("a", **PRESSED), None) == "press_request_untold"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, None), ({"made": True}, True), ({"made": {"value": False}}, False),
        ({"made": [{"value": True, "party": "client"}, {"value": False, "party": "requesting_state"}]}, None),
        ({"made_on": "2021"}, True), ({"made": False, "made_on": "2021"}, False),
    ],
)  # fmt: skip
def test_a_case_tells_whether_extradition_was_requested(request_, expected) -> None:
    assert (
        background_of(Case.model_validate({"case_id": "a", "request": request_})).extradition_requested
        is expected
    )


# -- files


def test_the_page_holds_the_counts_and_fetches_and_runs_nothing(cohort) -> None:
    told = page(cohort)
    assert told == page(cohort)
    assert "default-src 'none'" in told
    assert not re.search(r"<script|<link|<img|https?://|\son\w+=", told)
    family = next(one for one in cohort.whole.families if one.id == "family_pressure")
    row = (f'<th scope="row">{family.title}</th><td class="number">{family.present}</td>'
           f'<td class="number">{family.possible}</td>')  # fmt: skip
    assert row in told
    assert '<td class="number">65%</td><td class="number">43% to 82%</td>' in told


def test_a_small_cohort_has_no_percentages(results) -> None:
    told = page(count(results[: LEAST - 1]))
    body = told[told.index("<h2>") :]
    assert "%</" not in body


def test_the_words_of_a_pack_are_escaped(results) -> None:
    one = results[0]
    assert isinstance(one, Assessment)
    families = [family.model_copy(update={"title": f"<b>{CANARY}&"}) for family in one.families.values()]
    told = page(count([one.model_copy(update={"families": type(one.families)(tuple(families))})]))
    assert f"<b>{CANARY}" not in told
    assert f"&lt;b&gt;{CANARY}&amp;" in told


@pytest.mark.parametrize("ending", ["html", "csv", "xlsx", "json"])
def test_every_format_is_written(cohort, tmp_path, ending) -> None:
    path = tmp_path / f"c.{ending}"
    path.write_bytes(as_bytes(cohort, path))
    if ending == "json":
        assert Cohort.model_validate_json(path.read_text()) == cohort
    elif ending == "csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text())))
        assert {row["section"] for row in rows} == {
            "results", "band", "family shown", "family documented", "tactic", "together",
        }  # fmt: skip
    elif ending == "xlsx":
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["counts", "families", "together", "read this first"]
        assert book["read this first"]["A2"].value == cohort.caution


def test_another_ending_is_refused(cohort) -> None:
    with pytest.raises(RedflagError, match="not a format that is written"):
        as_bytes(cohort, Path("c.pdf"))


def test_the_command_groups_by_the_cases_given(tmp_path, capsys) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_text("case_id,requesting_state,request.made\na,RUS,yes\nb,TUR,no\nc,Atlantis,\n")
    out = tmp_path / "out.jsonl"
    assert cli.main(["batch", str(cases), "-o", str(out)]) == 0
    assert cli.main(["cohort", str(out), "--cases", str(cases), "-o", str(tmp_path / "c.json")]) == 0
    found = Cohort.model_validate_json((tmp_path / "c.json").read_text())
    assert [(group.name, group.cases) for group in found.states] == [("RUS", 1), ("TUR", 1)]
    assert (found.given, found.unscreened) == (3, 1)
    assert "passed over" in capsys.readouterr().err
    assert cli.main(["cohort", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["states"] == []


def test_the_results_are_not_written_over(tmp_path, results, capsys) -> None:
    path = tmp_path / "r.json"
    path.write_text(results[0].to_json())
    assert cli.main(["cohort", str(path), "-o", str(path)]) == 2
    assert "this is an input" in capsys.readouterr().err
    assert path.read_text() == results[0].to_json()


# -- the documented cases


def documented() -> str:
    """The counts of the documented cases that are open to all, by the rules alone."""
    with (ROOT / "training_data" / "labels.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["case_id"] for row in csv.DictReader(stream) if row["split"] == "development"]
    cases = [load_case(ROOT / "training_data" / "cases" / f"{name}.yaml") for name in names]
    known = {case.case_id: background_of(case) for case in cases}
    found = count([SCREENER.screen(case) for case in cases], known)
    rows = as_bytes(found, Path("c.csv")).decode().splitlines(keepends=True)
    kept = [
        row for row in rows if not row.startswith("together") and row.split(",")[1] in ("group", "all cases")
    ]
    return (
        "".join(kept)
        + "".join(row for row in rows if row.startswith("together"))[:4000].rpartition("\n")[0]
        + "\n"
    )


def test_the_documented_cases_count_as_somebody_looked_at_them() -> None:
    """A change here is meant or a defect: look at the difference, then run this file to keep it."""
    assert documented() == GOLDEN.read_text(encoding="utf-8")


def test_the_profiles_are_all_told() -> None:
    assert list(TACTICS) == ["locate_and_press", "press_and_request", "press_request_untold", "request_alone",
                             "neither_shown"]  # fmt: skip


if __name__ == "__main__":
    GOLDEN.write_text(documented(), encoding="utf-8")
