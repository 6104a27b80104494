"""What was read of a case, as a value and as the command shows it."""

from __future__ import annotations

import json

import jsonschema
import pytest

import redflag
from redflag import cli
from redflag.reading import DocumentsRead, read_documents
from redflag.screening import Screener

TOLD = "In March 2019 police arrested my brother. The officer said: come back or he stays in prison.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "statement.txt").write_text(TOLD, encoding="utf-8")
    (tmp_path / "page.html").write_text(
        f"<title>A page</title><p>{TOLD}<p hidden>SECRET</p>", encoding="utf-8"
    )
    (tmp_path / "scan.jpg").write_bytes(b"\xff\xd8")
    return tmp_path


def test_every_document_is_there_with_what_it_says(folder):
    page, scan, statement = read_documents(folder).documents

    assert (page.title, page.left_out, scan.text, scan.signals) == (
        "A page",
        "hidden text (6 characters)",
        "",
        (),
    )
    assert scan.unreadable == "no reader for .jpg files; run text recognition (OCR) on it and give the result"
    assert (statement.kind, statement.language, statement.author) == ("statement", "en", "client")
    assert [(one.date, one.quote) for one in statement.dates] == [("2019-03", "March 2019")]
    arrest = statement.signals[0]
    assert (arrest.said_by, arrest.assertion, arrest.happened) == ("client", "affirmed", "2019-03")
    for document in (page, statement):
        assert document.characters == len(document.text)
        for one in (*document.signals, *document.dates):
            assert one.quote == document.text[one.start : one.end]
        for signal in document.signals:
            assert signal.match in signal.quote


def test_what_is_read_is_what_a_screening_lists(folder):
    screener = Screener(model=None)
    read = read_documents(folder, screener).documents
    screened = screener.screen(folder, "2024-01-01").documents

    assert [{key: getattr(one, key) for key in type(screened[0]).model_fields} for one in read] == [
        one.model_dump() for one in screened
    ]
    assert redflag.read_documents is read_documents


def test_the_command_shows_it_as_text_and_as_json_that_meets_its_schema(folder, capsys):
    assert cli.main(["read", str(folder)]) == 0
    text = capsys.readouterr().out
    assert cli.main(["read", str(folder), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert cli.main(["schema", "reading"]) == 0
    schema = json.loads(capsys.readouterr().out)

    assert text.startswith("3 documents, 1 of them not read\n")
    assert "Not read: no reader for .jpg files" in text
    assert "Left out: hidden text (6 characters)" in text
    assert "said by client, 2019-03" in text
    assert max(map(len, text.splitlines())) <= 100
    jsonschema.validate(data, schema)
    assert DocumentsRead.model_validate(data) == read_documents(folder)


def test_a_document_in_which_nothing_is_known_says_so(tmp_path, capsys):
    (tmp_path / "a.txt").write_text("The weather was fine and we had tea.", encoding="utf-8")

    assert cli.main(["read", str(tmp_path / "a.txt")]) == 0
    assert "that means nothing either way" in capsys.readouterr().out


def test_nothing_to_read_is_refused(tmp_path, capsys):
    assert cli.main(["read", str(tmp_path / "none.pdf")]) == 2
    assert "there is no such file" in capsys.readouterr().err
