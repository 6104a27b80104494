"""Whatever a case comes as: read whole, or refused with its place and never with its content."""

from __future__ import annotations

import datetime
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.case import Case
from redflag.documents import DocumentNote
from redflag.errors import CaseError
from redflag.intake import files as files_room
from redflag.intake import folders, load, load_case
from redflag.intake.kinds import guessed_kind

CANARY = "kestrel-9471"


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def refused(*args, **kwargs) -> str:
    with pytest.raises(CaseError) as caught:
        load(*args, **kwargs)
    told = str(caught.value)
    assert len(caught.value.faults) == len(told.splitlines())
    return told


def fault_of(case) -> str:
    """What is wrong with a case; empty if it loads. Nothing but a `CaseError` may come."""
    try:
        load(case)
    except CaseError as error:
        return str(error)
    return ""


# -- a bare text


def test_a_text_is_screened_as_of_the_last_day_that_it_names():
    intake = load("He left in March 2019. Police came on 4 May 2020.")

    assert str(intake.case.as_of) == "2020-05-04"
    assert intake.as_of_from == "the latest date that the text gives"
    assert [(one.id, one.note.kind) for one in intake.documents] == [("text", "narrative")]
    assert intake.case.case_id == "text"


def test_a_text_without_a_date_is_screened_as_of_today_and_says_so():
    intake = load("They arrested his sister.")

    assert datetime.date.today() == intake.case.as_of.latest
    assert "today" in intake.as_of_from


def test_a_text_that_is_the_name_of_a_file_is_refused_with_the_mend():
    assert "Path" in refused("case.yaml")
    assert "case.yaml" not in refused("case.yaml")


@pytest.mark.parametrize("text", ["", "  \n\t ", "a\0b", "\ud800"])
def test_a_text_that_says_nothing_or_is_no_text_is_refused(text):
    refused(text)


def test_the_text_is_kept_character_by_character(tmp_path):
    told = "One\r\ntwo\u00a0three\u200b\n\n"
    path = written(tmp_path, {"a.txt": told.encode()}) / "a.txt"

    assert told == load(told).documents[0].text
    assert told == load(path).documents[0].text


# -- mappings and cases


def test_a_mapping_is_checked_like_a_case_file():
    case = load({"case_id": "m", "as_of": "2021-04", "documents": [{"text": "Hello."}, {"text": "You."}]})

    assert [one.id for one in case.documents] == ["document 1", "document 2"]
    assert case.as_of_from == "the case"
    assert 'unknown key "as_off"; did you mean "as_of"?' in refused({"case_id": "m", "as_off": "2021"})


def test_a_case_that_was_loaded_can_be_loaded_again(tmp_path):
    folder = written(
        tmp_path, {"case.yaml": "case_id: c\ndocuments: [{file: a.txt}, {id: b, text: B}]", "a.txt": "A"}
    )
    case = load_case(folder / "case.yaml")

    assert load(folder / "case.yaml").documents == load(case).documents
    assert [(one.id, one.text) for one in load(case).documents] == [("a.txt", "A"), ("b", "B")]
    assert case == Case.model_validate_json(case.model_dump_json())


def test_a_value_that_names_a_file_has_no_folder_to_look_in():
    assert "documents[0].file" in refused({"case_id": "m", "documents": [{"file": "/etc/passwd"}]})
    refused(Case(case_id="c", documents=(DocumentNote(file="a.txt"),)))


def test_documents_never_share_an_id():
    case = Case(
        case_id="c",
        documents=(
            DocumentNote(text="1"),
            DocumentNote(text="2", id="document 1"),
            DocumentNote(text="3", file="x"),
            DocumentNote(text="4", file="x"),
        ),
    )

    assert [one.id for one in load(case).documents] == ["document 1 (2)", "document 1", "x", "x (2)"]
    assert "another document has this id" in refused(
        {"case_id": "c", "documents": [{"id": "a", "text": "1"}, {"id": "a", "text": "2"}]}
    )


@pytest.mark.parametrize(
    "note", [{}, {"text": " "}, {"text": "a\0"}, {"text": "a", "unreadable": "b"}, {"file": "a", "text": "b"}]
)
def test_a_document_in_a_case_file_has_one_place_for_its_text(tmp_path, note):
    path = written(tmp_path, {"a": "A", "case.json": json.dumps({"case_id": "c", "documents": [note]})})

    assert "documents[0]" in refused(path / "case.json")


def test_a_paper_that_is_known_and_cannot_be_had_is_a_document():
    document = load({"case_id": "c", "documents": [{"id": "w", "unreadable": "on paper only"}]}).documents[0]

    assert document.unreadable == "on paper only"


@pytest.mark.parametrize("value", [None, 7, b"text", ["text"]])
def test_what_can_be_no_case_is_refused(value):
    assert "give a Case, a Path, a text or a mapping" in refused(value)


# -- the requesting state


def test_the_requesting_state_may_be_given_and_is_checked():
    assert (
        load({"case_id": "c", "requesting_state": "FRA"}, requesting_state="SGP").case.requesting_state
        == "SGP"
    )
    assert "unknown state code" in refused("Some text.", requesting_state="XYZ")


# -- case files


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (
            "a.yaml",
            "case_id: c\nnotise: {}\n",
            'a.yaml:2:1: notise: unknown key "notise"; did you mean "notice"?',
        ),
        (
            "a.yaml",
            f"case_id: c\nrequest: {{made: {CANARY}}}\n",
            "a.yaml:2:11: request.made: neither true nor false",
        ),
        ("a.yaml", "case_id: c\ncase_id: d\n", 'a.yaml:2:1: key "case_id" is given twice'),
        ("a.json", '{"case_id": "c", "case_id": "d"}', 'key "case_id" is given twice'),
        ("a.yaml", "case_id: c\nrequesting_state: XQZ\n", "a.yaml:2:1: requesting_state: unknown state code"),
        ("a.yaml", "case_id: c\nas_of: 2021-02-30\n", "a.yaml:2:1: as_of: no such day in the calendar"),
        ("a.yaml", "", "a.yaml: empty"),
        ("a.yaml", "# nothing yet\n", "a.yaml: empty"),
        ("a.yaml", "- case_id\n", "a mapping of keys is expected here"),
        ("a.yaml", b"case_id: \x00\x01", "not UTF-8 text"),
        ("a.yaml", b"case_id: caf\xe9", "not UTF-8 text"),
        ("a.json", '{"case_id": "c", "person": {', "the file ends in the middle"),
        ("a.json", '{"case_id": ' + "[" * 100_000, "nested too deep"),
        ("a.yaml", "case_id: " + "[" * 100_000, "nest"),
        ("a.json", '{"case_id": NaN}', "NaN"),
        ("a.json", '{"case_id": "\\ud800"}', "case_id"),
        ("a.yaml", "a: &a [x, x]\nb: [*a, *a]\n", "an anchor (&) stands here"),
        ("a.yaml", "case_id: !!python/object/apply:os.getcwd []\n", "a tag (!) stands here"),
        ("a.yaml", "case_id: c\n---\ncase_id: d\n", "a second document starts here"),
        ("a.yaml", "case_id: c\ncharges: [{sentence_months: -3}]\n", "charges[0].sentence_months"),
        ("a.docx", b"PK\x03\x04", "a.docx: a damaged Word document"),
        ("a", "text", "no reader for files without an ending"),
    ],
)
def test_a_case_file_that_cannot_be_used_is_refused_at_its_place(tmp_path, name, content, told):
    error = refused(written(tmp_path, {name: content}) / name)

    assert told in error
    assert CANARY not in error


def test_every_fault_of_a_file_is_told_at_once(tmp_path):
    path = (
        written(tmp_path, {"a.yaml": "case_id: c\nas_of: soon\nnotise: 1\nrequest: {made: perhaps}\n"})
        / "a.yaml"
    )

    assert len(refused(path).splitlines()) == 3


def test_a_missing_file_is_told_as_missing(tmp_path):
    for name in ("a.yaml", "a.txt", "a", "a.pdf"):
        assert "there is no such file" in refused(tmp_path / name)


@pytest.mark.parametrize(
    "path",
    [
        "as_of",
        "requesting_state",
        "party",
        "person.birth_year",
        "person.roles",
        "notice.kind",
        "notice.issued_on",
        "charges",
        "charges.0.offence_class",
        "contacts.0.urged",
        "decisions.0.body",
        "custody.next_hearing",
        "documents.0.kind",
        "documents.0.date",
        "consent.given",
        "deadlines.0.due",
        "complete.0.x",
        "relatives.0.measure",
        "documents.0.file",
    ],
)
@pytest.mark.parametrize("value", [CANARY, [CANARY], {CANARY + "_key": CANARY}, 9471.5])
def test_no_value_of_a_case_ever_stands_in_an_error(tmp_path, path, value):
    data: object = value
    for key in reversed(path.split(".")):
        data = [data] if key.isdigit() else {key: data}
    told = {"case_id": "c", **data}
    for given_as in (told, written(tmp_path, {"case.json": json.dumps(told)}) / "case.json"):
        error = fault_of(given_as).replace(CANARY + "_key", "")
        assert CANARY not in error
        assert "9471.5" not in error


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_or_refused_as_a_case_file(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.yaml", "a.json", "a.txt"):
        path = folder / name
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        fault_of(path)


# -- the documents that a case file names


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "..\\secret.txt", "link.txt"]
)
def test_a_case_file_reaches_no_file_outside_its_folder(tmp_path, name):
    folder = written(
        tmp_path, {"secret.txt": CANARY, "in/case.yaml": f"case_id: c\ndocuments:\n  - file: {name}\n"}
    )
    (folder / "in" / "link.txt").symlink_to(folder / "secret.txt")

    told = refused(folder / "in" / "case.yaml")

    assert "case.yaml:3:5" in told
    assert "lies outside the folder of the case; put the file beside the case file" in told


def test_a_named_file_that_is_not_there_is_an_error_and_one_that_is_no_text_is_listed(tmp_path):
    case = (
        "case_id: c\ndocuments: [{file: a.docx}, {file: b.txt}, {file: c.txt}, {file: sub/court_ruling.txt}]"
    )
    files = {"case.yaml": case, "a.docx": "x", "b.txt": b"\xff\x00", "c.txt": "", "sub/court_ruling.txt": "R"}
    folder = written(tmp_path, files)

    documents = load(folder / "case.yaml").documents

    assert [one.unreadable.partition(":")[0] for one in documents] == [
        "a damaged Word document; open it in Word and save it again",
        "not UTF-8 text",
        "empty; give some text",
        "",
    ]
    assert documents[3].note.kind == "court_ruling"
    (folder / "b.txt").unlink()
    assert "documents[1].file: there is no such file" in refused(folder / "case.yaml")


def test_a_kind_that_is_stated_is_never_guessed(tmp_path):
    case = "case_id: c\ndocuments: [{file: court_ruling.txt, kind: narrative}]"
    folder = written(tmp_path, {"case.yaml": case, "court_ruling.txt": "R"})

    assert load(folder).documents[0].note.kind == "narrative"


# -- folders


def test_a_folder_without_a_case_file_is_all_its_papers(tmp_path):
    files = {
        "h/calls/call_1.txt": "A",
        "h/b.md": "B",
        "h/scan.pdf": "%PDF",
        "h/.hidden.txt": "H",
        "h/tool.py": "P",
        "h/.git/x.txt": "G",
        "h/empty.txt": "",
        "h/__pycache__/y.txt": "Y",
        "h/old.json": "[1]",
    }
    folder = written(tmp_path, files) / "h"
    (folder / "link.txt").symlink_to(folder / "b.md")

    intake = load(folder)

    assert (intake.case.case_id, intake.case.as_of, intake.as_of_from) == ("h", None, "")
    assert [(one.id, one.note.kind, one.unreadable) for one in intake.documents] == [
        ("b.md", "narrative", ""),
        ("calls/call_1.txt", "call_transcript", ""),
        ("empty.txt", "narrative", "empty; give some text"),
        ("old.json", "narrative", "a .json file that is not a case"),
        ("scan.pdf", "narrative", "a damaged PDF; open it in a PDF program and print it to a new one"),
    ]


def test_a_folder_with_a_case_file_adds_the_papers_that_it_does_not_name(tmp_path):
    case = "case_id: c\nas_of: 2021\ndocuments: [{id: first, file: a.txt}]"
    folder = written(tmp_path, {"mine.yaml": case, "a.txt": "A", "b.txt": "B", "other.yaml": "x: 1"})

    intake = load(folder)

    assert (intake.case.case_id, intake.as_of_from) == ("c", "the case file")
    assert [one.id for one in intake.documents] == ["first", "b.txt", "other.yaml"]


def test_case_yaml_is_the_case_whatever_else_lies_there(tmp_path):
    folder = written(tmp_path, {"case.yaml": "case_id: c", "copy.yaml": "case_id: d"})

    assert load(folder).case.case_id == "c"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "nothing here can be read"),
        ({"a.pdf": "x", "b.txt": ""}, "nothing here can be read"),
        ({"a.yaml": "case_id: c", "b.json": '{"case_id": "d"}'}, "several case files: a.yaml, b.json"),
        ({"case.yaml": "case_id: c", "case.json": '{"case_id": "d"}'}, "several case files"),
        ({"x.txt": "X", "sub/case.yaml": "case_id: c"}, "there are cases in folders below this one"),
        ({"x.txt": "X", "mine.yaml": "case_id: c\nwrong: ["}, "mine.yaml"),
        ({"case.yaml": "case: c", "x.txt": "X"}, 'key "case_id" is missing'),
    ],
)
def test_a_folder_that_is_not_one_case_is_refused(tmp_path, files, told):
    assert told in refused(written(tmp_path, files))


def test_the_order_in_which_a_disk_lists_files_does_not_matter(tmp_path, monkeypatch):
    folder = written(tmp_path, {f"{name}.txt": name for name in "cabd"} | {"sub/e.txt": "e"})
    usual = load(folder).documents
    listed = folders._entries
    monkeypatch.setattr(folders, "_entries", lambda path: list(reversed(listed(path))))

    assert usual == load(folder).documents


def test_too_large_a_file_or_folder_is_an_error_even_beside_others(tmp_path, monkeypatch):
    folder = written(tmp_path, {"a.txt": "A", "b.txt": "B" * 101})
    monkeypatch.setattr(files_room, "LARGEST_FILE", 100)
    assert "b.txt: larger than" in refused(folder)
    monkeypatch.undo()
    monkeypatch.setattr(folders, "MOST_FILES", 1)
    assert "more than 1 files; screen one case at a time" in refused(folder)


# -- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_with_and_without_a_byte_order_mark_reads_alike(tmp_path, encoding):
    path = written(tmp_path, {"a.txt": "Zürich, 北京".encode(encoding)}) / "a.txt"

    assert load(path).documents[0].text == "Zürich, 北京"


@pytest.mark.parametrize("content", [b"\xff\xfea", b"a\x00b", b"\xff\xfe\x00\x00a\x00\x00\x00"])
def test_bytes_that_are_no_text_are_refused(tmp_path, content):
    assert "not UTF-8 text" in refused(written(tmp_path, {"a.txt": content}) / "a.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_is_left_out_of_a_folder(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    written(tmp_path, {"a.txt": "A"})

    assert [one.id for one in load(tmp_path).documents] == ["a.txt"]


# -- kinds


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("ruling_2021.txt", "court_ruling"),
        ("Court of Appeal Judgment.md", "narrative"),  # "of": about it, or it? not beyond doubt
        ("appeal-judgment.md", "court_ruling"),
        ("transcript of call.txt", "narrative"),
        ("call-transcript.txt", "call_transcript"),
        ("red_notice.txt", "notice"),
        ("arrest warrant.txt", "warrant"),
        ("press_article.txt", "press"),
        ("statement.txt", "statement"),
        ("email_to_court.txt", "narrative"),
        ("recall.txt", "narrative"),
        ("notes on the warrant.txt", "narrative"),
    ],
)
def test_a_kind_is_guessed_only_where_the_name_says_one(file, kind):
    assert kind == guessed_kind(file)
