"""A frame is screened row by row, with typed columns, and written so that no cell becomes a formula."""

from __future__ import annotations

import csv
import datetime
import io
import json
import subprocess
import sys

import openpyxl
import pandas as pd
import pyarrow.parquet
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import redflag
from redflag import cli
from redflag.assessment import Unscreened
from redflag.errors import CaseError, RedflagError
from redflag.frames import BANDS, VERDICTS, frame_of, screen_frame, write_frame
from redflag.screening import Screener
from redflag.spreadsheets import as_csv, as_xlsx, harmless

CANARY = "kestrel-9471"
MAP = {"ref": "case_id", "made": "request.made", "role": "person.roles", "born": "person.birth_year",
       "notice": "notice.issued_on"}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory, write_pack) -> Screener:
    return Screener(write_pack(tmp_path_factory.mktemp("pack") / "rules"), model=None)


def cases() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ref": ["a", "b", "c", "d"],
            "made": [True, False, None, True],
            "role": ["student", None, "lawyer;wizard", None],
            "born": [1970.0, None, None, 1980.0],
            "notice": pd.to_datetime(["2021-04-03", None, None, "2020-01-01"]),
            "name": [CANARY] * 4,
        },
        index=["w", "x", "y", "z"],
    )


def test_rows_in_are_rows_out_with_their_index_and_dtypes(small) -> None:
    found = redflag.screen_frame(cases(), MAP, as_of="2024-01-01", screener=small)
    assert list(found.index) == ["w", "x", "y", "z"]
    assert list(found["case_id"]) == ["a", "b", "row 3", "d"]
    dtypes = {name: str(dtype) for name, dtype in found.dtypes.items()}
    assert dtypes == {
        "case_id": "string", "band": "category", "score": "Float64", "score_low": "Float64",
        "score_high": "Float64", "rule_score": "Float64", "classifier_score": "Float64",
        "coverage": "Float64", "abstention": "string", "supports": "Int64", "counters": "Int64",
        "axis.motive": "category", "family.alpha": "category", "family.beta": "category",
        "weight.alpha": "Float64", "weight.beta": "Float64", "as_of": "string", "faults": "string",
    }  # fmt: skip
    assert tuple(found["band"].cat.categories) == BANDS
    assert tuple(found["family.alpha"].cat.categories) == VERDICTS
    spoiled = found.loc["y"]
    assert spoiled["faults"].startswith('frame: row 3, column "role": not one of the words known here')
    assert "wizard" not in spoiled["faults"]
    assert spoiled.drop(["case_id", "faults"]).isna().all()
    assert found["faults"].isna().sum() == 3


def test_a_row_comes_to_what_its_case_alone_comes_to(small) -> None:
    found = screen_frame(cases(), MAP, as_of="2024-01-01", screener=small)
    alone = small.screen(
        {"case_id": "b", "request": {"made": False}}, "2024-01-01"
    )  # fmt: skip
    row = found.loc["x"]
    assert (row["band"], row["rule_score"], row["supports"]) == (alone.band, alone.rule_score, 1)
    assert (row["score_low"], row["score_high"]) == alone.score_range
    assert row["family.alpha"] == alone.families["alpha"].verdict
    assert row["weight.alpha"] == alone.families["alpha"].score


def test_no_date_and_a_doubled_id_are_faults_of_the_row(small) -> None:
    found = screen_frame(pd.DataFrame({"case_id": ["a", "a"]}), screener=small)
    assert "as_of" in found["faults"][0]
    assert found["faults"][1] == "row 2: row 1 has the same case id"


def test_an_empty_frame_gives_an_empty_frame_with_all_columns(small) -> None:
    found = screen_frame(pd.DataFrame({"case_id": []}), as_of="2024", screener=small)
    assert len(found) == 0
    assert str(found["family.beta"].dtype) == "category"


def test_a_map_that_does_not_fit_is_refused(small) -> None:
    with pytest.raises(CaseError, match='no column "refs"; did you mean "ref"'):
        screen_frame(cases(), {"refs": "case_id"}, screener=small)
    with pytest.raises(CaseError, match="no column is named by a path"):
        screen_frame(pd.DataFrame({"x": [1]}), screener=small)


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 3000), st.just(float("nan")), st.just(pd.NA), st.just(pd.NaT),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
    st.sampled_from(["yes", "student", "lawyer;student", "2021", "=1+1", "\0", "\ud800", ""]),
    st.lists(st.text("ab", max_size=2), max_size=2),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.tuples(*[CELLS] * len(MAP)), max_size=5))
def test_any_frame_comes_back_with_each_row_screened_or_told(small, rows) -> None:
    frame = pd.DataFrame(rows, columns=list(MAP), dtype=object)
    found = screen_frame(frame, MAP, as_of="2024-01-01", screener=small)
    assert len(found) == len(rows)
    assert (found["band"].isna() == found["faults"].notna()).all()


# -- written


def hostile() -> pd.DataFrame:
    return frame_of([Unscreened(case_id="=cmd|' /C calc'!A0", faults=("@SUM(1)", "a\x01b"))])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝"])
def test_what_a_spreadsheet_would_run_is_shown(start) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless("a=1") == "a=1"
    assert harmless(-1.5) == -1.5


VALUES = st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=6))


@given(st.lists(st.lists(VALUES, min_size=2, max_size=2), max_size=4))
@example([[None, "\r0"]])
@example([["a\rb", "\r\n"]])
def test_no_cell_of_csv_or_excel_is_a_formula(rows) -> None:
    told = list(csv.reader(io.StringIO(as_csv(["=a", "b"], rows), newline="")))
    assert len(told) == len(rows) + 1
    for cell, value in zip(
        [c for row in told[1:] for c in row], [v for row in rows for v in row], strict=True
    ):
        assert isinstance(value, int) or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([("s", ["=a", "b"], rows)])))
    for row in book["s"].iter_rows():
        assert all(cell.data_type != "f" for cell in row)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_frame_is_written_and_read_back(tmp_path, small, ending) -> None:
    frame = screen_frame(cases(), MAP, as_of="2024-01-01", screener=small)
    path = tmp_path / f"out.{ending}"
    redflag.write_frame(frame, path)
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending](path)
    assert list(read.columns) == list(frame.columns)
    assert [None if pd.isna(one) else float(one) for one in read["rule_score"]] == [
        None if pd.isna(one) else float(one) for one in frame["rule_score"]
    ]
    assert list(read["case_id"]) == list(frame["case_id"])
    write_frame(hostile(), path)
    if ending == "parquet":
        assert pyarrow.parquet.read_table(path)["case_id"][0].as_py() == "=cmd|' /C calc'!A0"
    elif ending == "csv":
        assert path.read_text().splitlines()[1].startswith("'=cmd|' /C calc'!A0,")
    else:
        cell = openpyxl.load_workbook(path)["results"]["A2"]
        assert (cell.data_type, cell.value) == ("s", "'=cmd|' /C calc'!A0")


def test_another_ending_is_refused(tmp_path) -> None:
    with pytest.raises(RedflagError, match="not a format that is written"):
        write_frame(hostile(), tmp_path / "out.ods")


def test_the_command_makes_a_table_of_a_batch(tmp_path, small, capsys) -> None:
    lines = [small.screen({"case_id": "a", "request": {"made": False}}, "2024").to_json(),
             Unscreened(case_id="line 2", faults=("not JSON",)).model_dump_json()]  # fmt: skip
    results = tmp_path / "r.jsonl"
    results.write_text("\n".join(lines) + "\n")
    assert cli.main(["table", str(results), "-o", str(tmp_path / "t.csv")]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "t.csv").read_text(encoding="utf-8"))))
    assert [(row["case_id"], row["faults"]) for row in rows] == [("a", ""), ("line 2", "not JSON")]
    results.write_text(lines[0] + "\n" + json.dumps({"case_id": CANARY, "score": 1}) + "\n")
    assert cli.main(["table", str(results), "-o", str(tmp_path / "t.csv")]) == 2
    told = capsys.readouterr().err
    assert "r.jsonl:2: not a result of a screening" in told
    assert CANARY not in told


def test_screening_one_case_loads_no_pandas() -> None:
    code = (
        "import sys, redflag; redflag.screen({'case_id': 'a'}, as_of='2024'); print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
