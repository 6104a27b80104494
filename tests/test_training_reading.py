"""Families found in texts, held against people's marks: the counts, the ceiling and the datasheet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.errors import ModelError
from redflag.screening import Screener
from redflag.training.data import load_split
from redflag.training.misread import CAUSES, ERRORS, Misread, causes_table, read_errors
from redflag.training.reading import (
    Marks,
    Tally,
    as_tables,
    ceiling,
    found_in,
    put_in_datasheet,
    read_marks,
)

DATA = Path(__file__).parent.parent / "training_data"
FAMILIES = ["family_pressure", "timing", "legitimacy", "in_absentia"]
SETS = st.frozensets(st.sampled_from(FAMILIES))
MARKS = st.builds(lambda sure, more: Marks(sure, sure | more), SETS, SETS)


@given(st.lists(st.tuples(SETS, MARKS)))
def test_the_counts_of_all_families_are_those_of_each_added_up(cases) -> None:
    tally = Tally()
    for found, marks in cases:
        tally.add(found, marks)
    whole, parts = tally.told(), [tally.told([name]) for name in FAMILIES]
    for what in ("recall", "precision"):
        for number in ("hits", "of"):
            assert whole[what][number] == sum(part[what][number] for part in parts)
        assert whole[what]["hits"] <= whole[what]["of"]


@given(st.lists(MARKS, min_size=1))
def test_a_reader_agrees_with_himself(listed) -> None:
    marks = {f"case-{number}": one for number, one in enumerate(listed)}
    told = ceiling(marks, marks, FAMILIES)
    assert told["cases"] == len(listed)
    assert told["kappa"] in (None, 1.0)
    assert told["first_against_second"]["recall"]["share"] in (None, 1.0)


def test_one_who_marks_nothing_recalls_nothing() -> None:
    first = {"a": Marks(frozenset({"timing"}), frozenset({"timing"}))}
    second = {"a": Marks(frozenset(), frozenset())}
    told = ceiling(first, second, FAMILIES)
    assert told["second_against_first"]["recall"]["hits"] == 0
    assert told["first_against_second"]["precision"]["hits"] == 0


def test_a_family_is_found_in_the_text_that_tells_it_and_in_no_other(tmp_path) -> None:
    from redflag import load_case

    path = tmp_path / "case.yaml"
    path.write_text(
        """
case_id: told
as_of: 2024-01-01
documents:
  - {id: chronology, kind: chronology, text: The police arrested his sister at her home.}
  - {id: note, kind: lawyer_note, text: It rained all week.}
"""
    )
    screener = Screener(model=None)
    case = load_case(path)
    assert "family_pressure" in found_in(screener, case, "chronology")
    assert found_in(screener, case, "note") == frozenset()


def test_marks_are_read_and_what_one_is_sure_of_is_marked(tmp_path) -> None:
    table = tmp_path / "marks.csv"
    table.write_text("case_id,sure,any\na,timing,\nb,,legitimacy\n")
    assert read_marks(table)["a"].any == {"timing"}
    table.write_text("case_id,any\na,timing\n")
    with pytest.raises(ModelError, match="case_id, sure and any"):
        read_marks(table)


def test_both_readers_marked_the_same_development_cases() -> None:
    one, two = (read_marks(DATA / "family_marks" / f"reader_{name}.csv") for name in ("one", "two"))
    assert one.keys() == two.keys()
    assert one.keys() <= {case.case_id for case, _ in load_split(DATA, "development")}


def test_the_tables_stand_between_their_marks_in_the_datasheet(tmp_path) -> None:
    told = json.loads((DATA / "model" / "families.json").read_text(encoding="utf-8"))
    assert as_tables(told, read_errors(DATA / ERRORS)) in (DATA / "README.md").read_text(encoding="utf-8")
    sheet = tmp_path / "README.md"
    sheet.write_text("before\n<!-- families found -->\nold\n<!-- end of families found -->\nafter\n")
    put_in_datasheet(sheet, "| new |\n")
    assert sheet.read_text().split("\n") == [
        "before", "<!-- families found -->", "", "| new |", "", "<!-- end of families found -->", "after", "",
    ]  # fmt: skip
    sheet.write_text("no place\n")
    with pytest.raises(ModelError, match="no place for the tables"):
        put_in_datasheet(sheet, "| new |\n")


def test_the_shipped_figures_are_of_the_shipped_rules() -> None:
    told = json.loads((DATA / "model" / "families.json").read_text(encoding="utf-8"))
    assert told["pack_digest"] == Screener(model=None).pack.digest


def test_every_error_read_is_of_a_development_case_and_of_a_family_that_exists() -> None:
    errors = read_errors(DATA / ERRORS)
    families = {one.id for one in Screener(model=None).pack.families}
    assert errors
    assert {one.case_id for one in errors} <= {case.case_id for case, _ in load_split(DATA, "development")}
    assert {one.family for one in errors} <= families
    assert len({(one.case_id, one.error, one.family) for one in errors}) == len(errors)
    assert all(0 < len(one.why.split()) <= 20 for one in errors)


def test_every_error_read_is_one_by_the_marks_of_people() -> None:
    marks = read_marks(DATA / "families.csv")
    for one in read_errors(DATA / ERRORS):
        if one.error == "missed":
            assert one.family in marks[one.case_id].sure
        else:
            assert one.family not in marks[one.case_id].any


ERRORS_READ = st.lists(
    st.builds(
        Misread,
        st.just("case-001"),
        st.sampled_from(["missed", "wrong"]),
        st.sampled_from(FAMILIES),
        st.sampled_from([*CAUSES]),
        st.just("why"),
    )
)


@given(ERRORS_READ)
def test_the_causes_add_up_to_all_errors(errors) -> None:
    counts = [[int(cell) for cell in line.split("|")[2:4]] for line in causes_table(errors)[2:]]
    of_causes, whole = counts[:-1], counts[-1]
    assert whole == [sum(one.error == error for one in errors) for error in ("missed", "wrong")]
    assert [sum(column) for column in zip(*of_causes, strict=True)] == (whole if errors else [])
    assert len(of_causes) == len({one.cause for one in errors})


def test_a_table_of_errors_names_its_fault(tmp_path) -> None:
    table = tmp_path / ERRORS
    for lines, fault in (
        ("case_id,family\na,timing\n", "no table of errors"),
        ("case_id,error,family,cause,why\na,lost,timing,implied,so\n", "unknown error"),
        ("case_id,error,family,cause,why\na,missed,timing,bad_luck,so\n", "unknown cause"),
    ):
        table.write_text(lines)
        with pytest.raises(ModelError, match=fault):
            read_errors(table)


def test_the_causes_stand_below_the_figures_where_errors_were_read() -> None:
    told = json.loads((DATA / "model" / "families.json").read_text(encoding="utf-8"))
    one = Misread("case-001", "missed", "timing", "implied", "why")
    assert as_tables(told, [one]).endswith(f"| implied: {CAUSES['implied']} | 1 | 0 |\n| all | 1 | 0 |\n")
    assert "| cause |" not in as_tables(told)
