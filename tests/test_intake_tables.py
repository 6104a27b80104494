"""Cases out of real CSV, Excel and JSON Lines files: every row used or told, every column used or named."""

from __future__ import annotations

import csv
import datetime
import io
import json
import string
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag import cli
from redflag.errors import CaseError
from redflag.intake import load
from redflag.intake.many import Gathered, gather
from redflag.intake.states import state_code
from redflag.intake.tables import grid as grid_room
from redflag.intake.tables.cells import cell_of
from redflag.intake.tables.columns import column_map_of, read_column_map
from redflag.intake.tables.days import COMMON_FORMS, day_of, is_day_form
from redflag.intake.tables.grid import read_grid
from redflag.intake.tables.places import place_at, places
from redflag.intake.tables.proposal import as_yaml, propose
from redflag.intake.vocabulary import vocabulary
from redflag.record import parse_yaml

CANARY = "kestrel-9471"
HEADER = ["Case ref", "Client", "Country", "Notice date", "Role", "Request made?", "Charges", "Story"]
ROWS: list[list[Any]] = [
    ["A-1", CANARY, "Russia", "03/04/2021", "journalist, student", "no", "fraud", "His sister was arrested."],
    ["A-2", CANARY, "TUR", "2021-05", "reporter", "YES", "fraud; tax", None],
    ["A-3", CANARY, None, None, None, "n/a", None, None],
]
MAP = """\
columns:
  Case ref: case_id
  Client: {leave_out: names are not needed}
  Country: {to: requesting_state}
  Notice date: {to: notice.issued_on, dates: [DD/MM/YYYY]}
  Role: {to: person.roles, separator: ",", values: {reporter: journalist}}
  Request made?: {to: request.made, level: documented, source: the court file}
  Charges: {to: "charges[].offence_class"}
  Story: {to: "documents[0].text"}
always:
  notice.kind: red_notice
  documents[0].kind: statement
"""


def write_csv(path: Path, rows: list[list[Any]], header: list[str] = HEADER, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return path


def write_xlsx(path: Path, rows: list[list[Any]], header: list[str] = HEADER) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (header, *rows):
        book.active.append(row)
    book.create_sheet("Archive").append(["x"])
    book.save(path)
    return path


def write_lines(path: Path, rows: list[list[Any]], header: list[str] = HEADER) -> Path:
    lines = (json.dumps(dict(zip(header, row, strict=True))) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def map_file(tmp_path) -> Path:
    path = tmp_path / "map.yaml"
    path.write_text(MAP, encoding="utf-8")
    return path


def gathered(path: Path, columns: Any = None) -> Gathered:
    found = gather(path, column_map_of(columns))
    assert found is not None
    return found


def refused(path: Path, columns: Any = None) -> str:
    with pytest.raises(CaseError) as caught:
        gather(path, column_map_of(columns))
    return str(caught.value)


# -- a table in each format


@pytest.mark.parametrize(
    ("name", "write"),
    [("t.csv", write_csv), ("t.xlsx", write_xlsx), ("t.jsonl", write_lines),
     ("t.tsv", lambda path, rows: write_csv(path, rows, delimiter="\t")),
     ("s.csv", lambda path, rows: write_csv(path, rows, delimiter=";"))],
)  # fmt: skip
def test_every_format_gives_the_same_cases(tmp_path, map_file, name, write) -> None:
    found = gathered(write(tmp_path / name, ROWS), map_file)
    cases = [load(one.read()).case for one in found.cases]
    assert [case.case_id for case in cases] == ["A-1", "A-2", "A-3"]
    first, second, third = cases
    assert (first.requesting_state, str(first.notice.issued_on), first.person.roles) == (
        "RUS", "2021-04-03", ("journalist", "student"),
    )  # fmt: skip
    made: Any = first.request.made
    assert (made.value, made.level, made.source) == (False, "documented", "the court file")
    assert (first.documents[0].text, first.documents[0].kind) == ("His sister was arrested.", "statement")
    assert [charge.offence_class for charge in second.charges] == ["fraud", "tax"]
    assert (second.requesting_state, second.person.roles, second.documents) == ("TUR", ("journalist",), ())
    assert (third.request.made, third.requesting_state, third.notice.kind) == (None, None, "red_notice")
    assert found.account.unused["Client"] == "names are not needed"
    assert CANARY not in "".join(case.model_dump_json() for case in cases)


def test_typed_cells_of_a_workbook_are_read_as_what_they_are(tmp_path) -> None:
    rows = [[7, datetime.datetime(2021, 4, 3), 1971, True]]
    path = write_xlsx(
        tmp_path / "t.xlsx", rows, ["case_id", "notice.issued_on", "person.birth_year", "request.made"]
    )
    found = gathered(path)
    case = load(found.cases[0].read()).case
    assert (case.case_id, str(case.notice.issued_on), case.person.birth_year, case.request.made) == (
        "7", "2021-04-03", 1971, True,
    )  # fmt: skip
    assert found.account.unused == {"sheet Archive": "another sheet is read; name one under `sheet`"}


def test_columns_named_by_paths_need_no_map(tmp_path) -> None:
    path = write_csv(tmp_path / "t.csv", [["a", "x"]], ["case_id", "Anything"])
    found = gathered(path)
    assert load(found.cases[0].read()).case.case_id == "a"
    assert found.account.unused == {"Anything": "the column map does not speak of it"}
    assert "redflag intake map" in refused(write_csv(tmp_path / "u.csv", [["a"]], ["Case"]))


def test_objects_in_lines_are_flat_columns(tmp_path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": 3, "who": {"roles": ["student", "lawyer"]}}\n{"id": 4}\n["x"]\n{"id": \n')
    found = gathered(path, {"id": "case_id", "who.roles": "person.roles"})
    assert load(found.cases[0].read()).case.person.roles == ("student", "lawyer")
    assert [(one.name, one.faults[0].message) for one in found.account.left_out] == [
        ("line 3", "not an object"), ("line 4", "not JSON: the file ends in the middle"),
    ]  # fmt: skip


def test_each_word_of_a_list_carries_who_vouches_for_it(tmp_path) -> None:
    column = {"to": "person.roles", "level": "documented", "party": "press"}
    path = write_csv(tmp_path / "t.csv", [["a", "student; lawyer"]], ["id", "R"])
    roles: Any = load(gathered(path, {"id": "case_id", "R": column}).cases[0].read()).case.person.roles
    assert [(one.value, one.level, one.party) for one in roles] == [
        ("student", "documented", "press"), ("lawyer", "documented", "press"),
    ]  # fmt: skip


def test_a_table_where_one_case_is_expected_is_refused_with_what_to_do(tmp_path) -> None:
    with pytest.raises(CaseError, match=r"a table holds many cases.*redflag\.screen_frame"):
        load(write_csv(tmp_path / "t.csv", ROWS))


# -- rows that cannot be used


@pytest.mark.parametrize(
    ("to", "cell", "told"),
    [
        ("requesting_state", "Atlantis", "not a state that is known"),
        ("request.made", "perhaps", "neither yes nor no"),
        ("notice.issued_on", "03/04/2021", "say how days are written; DD/MM/YYYY and MM/DD/YYYY both fit"),
        ("notice.issued_on", "13/04/2021", "say how days are written: dates: [DD/MM/YYYY]"),
        ("notice.issued_on", "soon", "not a day; write 2021-04-30"),
        ("notice.kind", "purple", "not one of the words known here"),
        ("person.birth_year", "about 1970", "not a whole number"),
        ("person.birth_year", "1492", "greater than or equal to 1900"),
        ("person.roles", "student; wizard", "not one of the words known here"),
    ],
)
def test_a_cell_that_does_not_fit_is_told_by_row_and_column_and_never_printed(
    tmp_path, to, cell, told
) -> None:
    rows = [["a", cell], ["b", None]]
    found = gathered(write_csv(tmp_path / "t.csv", rows, ["id", "X"]), {"id": "case_id", "X": to})
    assert (found.account.read, found.account.cases) == (2, 1)
    fault = str(found.account.left_out[0].faults[0])
    assert "row 2" in fault
    assert told in fault
    assert cell not in fault
    with pytest.raises(CaseError):
        found.cases[0].read()


def test_empty_rows_doubled_ids_and_spreadsheet_errors_are_accounted_for(tmp_path) -> None:
    rows = [["a"], [None], ["a"], ["#REF!"], ["b"]]
    found = gathered(write_csv(tmp_path / "t.csv", rows, ["case_id"]))
    assert [(one.name, one.faults[0].message) for one in found.account.left_out] == [
        ("row 3", "empty"),
        ("row 4", "row 2 has the same case id"),
        ("row 5", "column 1 holds an error of the spreadsheet"),
    ]
    assert (found.account.read, found.account.cases) == (5, 2)


def test_cells_beyond_the_header_make_a_column_that_is_named(tmp_path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("case_id\na\nb,extra\n")
    assert "column 2" in gathered(path).account.unused


def test_two_columns_fill_one_place_only_where_one_of_them_is_empty(tmp_path) -> None:
    rows = [["a", "RUS", ""], ["b", "", "TUR"], ["c", "RUS", "TUR"]]
    path = write_csv(tmp_path / "t.csv", rows, ["id", "one", "two"])
    columns = {"id": "case_id", "one": "requesting_state", "two": "requesting_state"}
    found = gathered(path, columns)
    assert [load(one.read()).case.requesting_state for one in found.cases[:2]] == ["RUS", "TUR"]
    assert "another column fills the same place" in str(found.account.left_out[0].faults[0])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"\n\n,,\n", "empty table"),
        ("t.csv", b'case_id\n"a\n', "not CSV"),
        ("t.csv", b"case_id\n\0\0\n", "not UTF-8 text"),
        ("t.xlsx", b"PK\x03\x04 not a workbook", "not an Excel workbook"),
        ("t.xlsx", b"case_id,x", "not an Excel workbook"),
    ],
)
def test_files_that_are_no_tables_are_refused(tmp_path, name, content, told) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert told in refused(path)


def test_too_large_a_table_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(grid_room, "LARGEST_TABLE", 100)
    path = write_csv(tmp_path / "t.csv", [["x" * 200]], ["case_id"])
    assert "larger than" in refused(path)
    monkeypatch.setattr(grid_room, "LARGEST_TABLE", 10_000)
    assert "unpacks to more" in refused(write_xlsx(tmp_path / "t.xlsx", [["x" * 30_000]], ["case_id"]))


def test_a_formula_that_was_never_calculated_is_not_an_empty_cell(tmp_path) -> None:
    rows = [["a", "=1+1"], ["b", None], ["c", "yes"]]
    found = gathered(write_xlsx(tmp_path / "t.xlsx", rows, ["case_id", "request.made"]))
    assert [(one.name, one.faults[0].message) for one in found.account.left_out] == [
        ("row 2", "column 2 holds a formula that was never calculated")
    ]


def test_a_stray_cell_far_away_is_refused_and_not_walked_to(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(grid_room, "MOST_ROWS", 50)
    assert "more than 50 rows" in refused(write_xlsx(tmp_path / "t.xlsx", [["a"]] * 60, ["case_id"]))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "case_id"
    book.active["XFD2"] = "x"
    book.save(tmp_path / "u.xlsx")
    assert "more than 500 columns" in refused(tmp_path / "u.xlsx")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> bytes:
    return write_xlsx(tmp_path_factory.mktemp("good") / "t.xlsx", [["a"], ["b"]], ["case_id"]).read_bytes()


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory, workbook, damage) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    content = bytearray(workbook)
    for place, value in damage:
        content[int(place * len(content))] = value
    path.write_bytes(bytes(content))
    try:
        account = gathered(path).account
    except CaseError:
        return
    assert account.read == account.cases + len(account.left_out)


def test_na_in_a_column_of_states_is_asked_about(tmp_path) -> None:
    path = write_csv(tmp_path / "t.csv", [["a", "NA"], ["b", "n/a"], ["c", "NAM"]], ["id", "S"])
    found = gathered(path, {"id": "case_id", "S": "requesting_state"})
    assert [load(one.read()).case.requesting_state for one in found.cases[1:]] == [None, "NAM"]
    assert "NA may be Namibia" in str(found.account.left_out[0].faults[0])


def test_a_word_of_the_map_is_met_in_any_case(tmp_path) -> None:
    columns = {
        "columns": {"id": "case_id", "R": {"to": "person.roles", "values": {"reporter": "journalist"}}}
    }
    path = write_csv(tmp_path / "t.csv", [["a", "Reporter; LAWYER"]], ["id", "R"])
    assert load(gathered(path, columns).cases[0].read()).case.person.roles == ("journalist", "lawyer")


def test_a_table_in_cyrillic_windows_encoding_is_read(tmp_path) -> None:
    path = tmp_path / "t.csv"
    text = (
        "case_id;documents[0].text\nа-1;Его сестру задержали в мае, и полиция требовала, чтобы он вернулся.\n"
    )
    path.write_bytes(text.encode("cp1251"))
    assert "сестру задержали" in str(load(gathered(path).cases[0].read()).case.documents[0].text)


# -- column maps


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: {A: notice.knd}", 'did you mean "notice.kind"'),
        ("columns: {A: {to: case_id, leave_out: x}}", "used or left out"),
        ("columns: {A: {}}", "used or left out"),
        ("columns: {A: {to: case_id, party: client}}", "takes a bare value"),
        ("columns: {A: {to: case_id, dates: [YYYY]}}", "what is no date"),
        ("columns: {A: {to: as_of, dates: [DD/YY]}}", "not a way to write days"),
        ("columns: {A: case_id}\nalways: {nothing: x}", "no such place"),
        ("columns: {A: case_id}\nalways: {notice.kind: purple}", "not one of the words"),
        ("columns: {A: {too: case_id}}", 'unknown key "too"'),
        ("columns: {A: 'documents[0].file'}", "no such place"),
        ("columns: {A: 'charges[99].conduct'}", "no such place"),
        ("columns: {Aa: case_id}", 'no column "Aa"; did you mean "A"'),
    ],
)
def test_a_faulty_map_is_told_with_a_mend(tmp_path, text, told) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    assert told in refused(write_csv(tmp_path / "t.csv", [["a"]], ["A"]), path)


def test_every_place_of_the_case_model_that_a_map_may_name_takes_a_value(tmp_path) -> None:
    """A value of its kind, alone or with what its item needs beside it, makes a case."""
    good = {"flag": "yes", "number": "1980", "date": "2021", "text": "some words"}
    needs = {
        "events[]": {"events[0].kind": "other"},
        "person.groups[]": {"person.groups[0].kind": "social"},
        "deadlines[]": {"deadlines[0].what": "x", "deadlines[0].due": "2021"},
        "context[]": {"context[0].report": "assurances_kept", "context[0].source": "x",
                      "context[0].happened": "2020"},
        "documents[]": {"documents[0].text": "x"},
        "confidentiality[]": {"confidentiality[0].path": "notice",
                              "confidentiality[0].not_to_be_seen_by": "press"},
    }  # fmt: skip
    for path, place in places().items():
        word = place.leaf.choices[0] if place.leaf.choices else good[place.leaf.kind if
               place.leaf.kind in good else "text"]  # fmt: skip
        to = path.replace("[]", "[0]")
        always = {
            key: value
            for head, wanted in needs.items()
            if path.startswith(head)
            for key, value in wanted.items()
            if key != to
        }
        if path == "documents[].unreadable":
            always = {}
        rows = [["FRA" if place.is_state else word]]
        found = gathered(write_csv(tmp_path / "t.csv", rows, ["X"]), {"columns": {"X": to}, "always": always})
        assert found.account.cases == 1, (path, found.account.left_out)


# -- a proposal


def test_a_proposal_fits_the_table_that_it_was_made_for(tmp_path) -> None:
    header = [
        "Case No.", "Full name", "Requesting country", "Date of notice", "Notice type", "Occupation",
        "Asylum status", "Extradition request made", "Offence type", "Facts", "Colour of file",
    ]  # fmt: skip
    rows = [
        [
            "1",
            "x",
            "Turkey",
            "23.04.2021",
            "Red notice",
            "journalist/lawyer",
            "granted",
            "no",
            "fraud",
            "t",
            "b",
        ],
        ["2", "y", "CN", "01.02.2020", "diffusion", "student", "none", "yes", "tax/fraud", "t", "b"],
    ]
    path = write_csv(tmp_path / "t.csv", rows, header)
    assert cli.main(["intake", "map", str(path), "-o", str(tmp_path / "m.yaml")]) == 0
    told = {name: column.to for name, column in read_column_map(tmp_path / "m.yaml").columns.items()}
    assert told == {
        "Case No.": "case_id", "Full name": None, "Requesting country": "requesting_state",
        "Date of notice": "notice.issued_on", "Notice type": "notice.kind", "Occupation": "person.roles",
        "Asylum status": "protection.status", "Extradition request made": "request.made",
        "Offence type": "charges[].offence_class", "Facts": "documents[0].text", "Colour of file": None,
    }  # fmt: skip
    assert cli.main(["intake", "check", str(path), "--map", str(tmp_path / "m.yaml")]) == 0


def test_a_proposal_says_what_it_did_not_understand_and_does_not_guess(tmp_path) -> None:
    rows = [["1", "03/04/2021", "perhaps"], ["2", "05/06/2021", "yes"], ["3", "", "no"]]
    path = write_csv(tmp_path / "t.csv", rows, ["id", "notice date", "Extradition requested"])
    told = as_yaml(propose(read_grid(path)), path.name)
    assert "both DD/MM/YYYY and MM/DD/YYYY fit; say which" in told
    assert "#   perhaps: ?" in told
    assert "dates" not in parse_yaml(told, "m", CaseError).data["columns"]["notice date"]


def test_a_column_whose_cells_do_not_look_like_its_header_is_left_out(tmp_path) -> None:
    path = write_csv(tmp_path / "t.csv", [[f"words {n}"] for n in range(40)], ["birth year"])
    assert propose(read_grid(path))[0].column.leave_out == "its cells do not look like person.birth_year"


# -- the words that come with the library


def test_every_name_and_path_of_the_vocabulary_is_good() -> None:
    words = vocabulary()
    assert all(place_at(path) is not None for path in words.headers)
    for path, meanings in words.words.items():
        place = place_at(path)
        assert place is not None
        assert set(meanings.values()) <= set(place.leaf.choices)
    assert all(state_code(name) == code for name, code in words.states.items())
    headers = [header for headers in words.headers.values() for header in headers]
    assert len(headers) == len(set(headers))


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)), st.sampled_from(COMMON_FORMS))
def test_a_day_written_in_a_form_is_read_back(day: datetime.date, form: str) -> None:
    assert is_day_form(form)
    text = form.replace("YYYY", f"{day.year}").replace("MM", f"{day.month:02}").replace("DD", f"{day.day:02}")
    found = day_of(text, (form,))
    assert found is not None
    assert found.earliest <= day <= found.latest
    assert found.is_exact == ("DD" in form)


# -- laws


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 3000), st.floats(width=16, allow_nan=False),
    st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
    st.sampled_from(["yes", "no", "RUS", "journalist", "red_notice", "2021-04-30", "=1", "a;b", "#N/A"]),
    st.just(CANARY),
    st.text(string.ascii_letters + ";,\"' \n", max_size=6),
)  # fmt: skip
PATHS = st.sampled_from(sorted(path.replace("[]", "[0]") for path in places()))


@given(st.lists(PATHS, min_size=1, max_size=4, unique=True), st.data())
def test_rows_in_are_cases_and_rows_told(tmp_path_factory, paths, data) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(paths), max_size=len(paths)), max_size=5))
    path = tmp_path_factory.mktemp("t") / "t.csv"
    header = [f"h{number}" for number in range(len(paths))]
    write_csv(path, rows, header)
    account = gathered(path, dict(zip(header, paths, strict=True))).account
    written = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert account.read == len(written) - 1 == account.cases + len(account.left_out)
    told = {one.name for one in account.left_out}
    assert len(told) == len(account.left_out)
    assert CANARY not in "".join(account.lines())


@given(CELLS)
def test_a_cell_is_a_text_or_nothing(value) -> None:
    cell = cell_of(value)
    assert cell is None or (isinstance(cell, str) and cell == cell.strip() and cell)


# -- as a user would


def test_the_example_is_read_but_for_the_state_that_there_is_not(capsys) -> None:
    examples = Path(__file__).parent.parent / "examples"
    found = gathered(examples / "spreadsheet.csv", examples / "spreadsheet_columns.yaml")
    assert (found.account.read, found.account.cases) == (5, 4)
    cases = [load(one.read()).case for one in found.cases[:4]]
    assert [case.requesting_state for case in cases] == ["TUR", "RUS", "ARE", "USA"]
    assert str(cases[2].notice.issued_on) == "2022-05"
    assert [charge.offence_class for charge in cases[1].charges] == ["fraud", "embezzlement"]
    assert cli.main(["intake", "map", str(examples / "spreadsheet.csv")]) == 0
    told = capsys.readouterr().out
    assert "case_id" in told
    assert "Ruritania: ?" in told


def test_a_table_is_screened_row_by_row_and_what_is_wrong_is_told(tmp_path, map_file, capsys) -> None:
    path = write_csv(tmp_path / "t.csv", [*ROWS, ["A-4", CANARY, "Atlantis", *[None] * 5]])
    command = ["screen", str(path), "--map", str(map_file), "--format", "jsonl", "--as-of", "2022-01-01"]
    assert cli.main(command) == 0
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [line["case_id"] for line in lines] == ["A-1", "A-2", "A-3", "row 5"]
    assert list(lines[-1]) == ["case_id", "faults"]
    assert "4 rows read, 3 cases, 1 left out" in told.err
    assert 'row 5, column "Country"' in told.err
    assert "not used: Client: names are not needed" in told.err
    assert CANARY not in told.out + told.err
    assert "Atlantis" not in told.err


def test_a_batch_of_a_workbook_has_a_line_for_each_row_and_resumes(tmp_path, map_file, capsys) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", [*ROWS, ["A-4", "", "Atlantis", *[None] * 5]])
    command = ["batch", str(path), "--map", str(map_file), "-o", str(tmp_path / "out.jsonl")]
    assert cli.main(command) == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["case_id"] for line in lines] == ["A-1", "A-2", "A-3", "row 5"]
    assert cli.main([*command, "--resume"]) == 0
    assert "4 cases in" in capsys.readouterr().err
    map_file.write_text(MAP.replace("red_notice", "diffusion"))
    assert cli.main([*command, "--resume"]) == 2


def test_a_table_of_nothing_usable_is_refused(tmp_path, map_file, capsys) -> None:
    path = write_csv(tmp_path / "t.csv", [["A-4", "", "Atlantis", *[None] * 5]])
    assert cli.main(["screen", str(path), "--map", str(map_file)]) == 2
    assert 'column "Country": not a state that is known' in capsys.readouterr().err


def test_check_counts_and_says_1_where_rows_are_left_out(tmp_path, map_file, capsys) -> None:
    path = write_csv(tmp_path / "t.csv", [*ROWS, ["A-4", "", "Atlantis", *[None] * 5]])
    assert cli.main(["intake", "check", str(path), "--map", str(map_file), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["read"], told["cases"], len(told["left_out"])) == (4, 3, 1)


def test_a_map_given_with_what_is_no_table_is_refused(tmp_path, map_file, capsys) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"case_id": "a"}')
    assert cli.main(["screen", str(path), "--map", str(map_file)]) == 2
    assert "not a table" in capsys.readouterr().err
