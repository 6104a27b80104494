"""Sentences of documented cases and their retellings: what the first says, the other says."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from redflag.errors import ModelError
from redflag.training.sentences import DOCUMENTED, RETOLD, read_documented

DATA = Path(__file__).parents[1] / "training_data"
TEXT = "His sister was held for a week."
CASE = f"""case_id: case-001
as_of: 2020-01-01
requesting_state: SGP
documents:
  - {{id: chronology, kind: chronology, text: "{TEXT}"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One development case of one marked sentence."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "retellings").mkdir()
    (tmp_path / "cases" / "case-001.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "labels.csv").write_text(
        "case_id,split,label,gold,placed\ncase-001,development,1,yes,yes\n", encoding="utf-8"
    )
    marked = f"case-001,chronology,0,{len(TEXT)},relative_detained_or_arrested"
    marks = f"case_id,document,start,end,signals\n{marked}\n"
    (tmp_path / "sentence_marks.csv").write_text(marks, encoding="utf-8")
    return tmp_path


def retell(folder: Path, start: int, text: str) -> None:
    lines = f"case_id,document,start,end,text\ncase-001,chronology,{start},{len(TEXT)},{text}\n"
    (folder / "retellings" / "fr.csv").write_text(lines, encoding="utf-8")


def test_a_retelling_takes_over_the_marks_and_the_state_of_its_original(folder):
    retell(folder, 0, "Sa sœur a été détenue une semaine.")
    first, retold = read_documented(folder)
    assert (first.language, first.register, first.text) == ("en", DOCUMENTED, TEXT)
    assert (retold.language, retold.register) == ("fr", RETOLD)
    assert retold.text == "Sa sœur a été détenue une semaine."
    assert retold.labels == first.labels == ("relative_detained_or_arrested",)
    assert retold.idea == first.idea == "state SGP"


@pytest.mark.parametrize(("start", "text"), [(1, "Sa sœur a été détenue."), (0, "")])
def test_a_retelling_of_nothing_or_without_words_is_refused_where_it_stands(folder, start, text):
    retell(folder, start, text)
    with pytest.raises(ModelError) as raised:
        read_documented(folder)
    assert "fr.csv:2" in str(raised.value)
    assert "sœur" not in str(raised.value)


def test_without_marks_there_are_neither_sentences_nor_retellings(folder):
    (folder / "sentence_marks.csv").unlink()
    assert read_documented(folder) == ()


def test_no_sentence_is_retold_twice_in_a_language_in_the_same_words():
    for path in sorted((DATA / "retellings").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            lines = [tuple(line.values()) for line in csv.DictReader(stream)]
        assert [line for line, count in Counter(lines).items() if count > 1] == []


def test_english_retellings_are_in_other_words():
    sentences = read_documented(DATA)
    first = {one.text for one in sentences if one.register == DOCUMENTED}
    assert not first & {one.text for one in sentences if one.register == RETOLD}
