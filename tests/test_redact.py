"""A case without names: the same names by the same words everywhere, and the same screening."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import redflag
from redflag.cli import main
from redflag.intake import load
from redflag.redact import redact
from redflag.screening import Screener

EXAMPLES = Path(__file__).parent.parent / "examples"
SCREENER = Screener()

STORY = """In March 2019 the police arrested my brother Timur Askarov in order to make me come back.
Judge Berik Nurlanov told Askarov's wife, Aigul Askarova, that her husband would be freed if I returned.
I lived in Karagul then. My lawyer Maria Stein (maria.stein@example.org, +49 30 5557 0199) was there.
Timur was held in Karagul for two weeks. BERIK NURLANOV signed the order on 2019-03-14 and on 03-05-2019.
My passport N12345678 was cancelled. The money went to DE89 3704 0044 0532 0130 00.
We met at 12 Linden Street.
He later saw Olzhas Bekov at the Supreme Court.
"""
HIDDEN = (
    "Timur", "Askarov", "Berik", "Nurlanov", "NURLANOV", "Aigul", "Maria", "Stein", "Karagul", "example.org",
    "5557", "N12345678", "DE89", "Linden",
)  # fmt: skip


def case(text: str = STORY, **more: Any) -> dict[str, Any]:
    documents = [{"id": "story", "text": text, "kind": "statement"}]
    return {"case_id": "k", "as_of": "2021-01-01", "documents": documents, **more}


def text_of(redacted: Any) -> str:
    return redacted.case.documents[0].text


def test_names_towns_and_contacts_go_and_what_happened_stays():
    redacted = redact(load(case()))
    told = text_of(redacted)

    assert [word for word in HIDDEN if word in told] == []
    assert "In March 2019 the police arrested my brother Person" in told
    assert "on 2019-03-14 and on 03-05-2019" in told
    assert "at the Supreme Court" in told
    for name, words in redacted.key.items():
        assert name in told or name.replace(" ", "-") in told
        assert all(word in STORY for word in words)


def test_one_person_is_one_person_under_every_part_of_the_name():
    told = text_of(
        redact(load(case("My brother Ivan Orlov was taken. Orlov was beaten. Ivan told me. Mr IVAN ORLOV.")))
    )

    assert told == "My brother Person A was taken. Person-A was beaten. Person-A told me. Mr Person A."


def test_relatives_of_one_surname_are_different_people():
    told = text_of(
        redact(load(case("My brother Ivan Orlov and my wife Olga Orlov. Ivan. Olga. The Orlov family.")))
    )

    assert told == "My brother Person A and my wife Person B. Person-A. Person-B. The Surname-1 family."


def test_fields_are_treated_as_the_texts_are():
    given = case(
        "They took Ivan Orlov.",
        person={"label": "Ivan Orlov"},
        safety={"safe_channel": "Signal, +49 30 5557 0199"},
        events=[{"kind": "public_criticism", "note": "Orlov spoke", "happened": "2018"}],
    )
    redacted = redact(load(given))
    told = redacted.case.model_dump_json()

    assert "Orlov" not in told
    assert "5557" not in told
    assert redacted.case.person.label == "Person A"
    assert text_of(redacted) == "They took Person A."


@pytest.mark.parametrize("name", ["h_case", "h_case_narrative", "ordinary_fraud"])
def test_an_example_comes_out_the_same(name):
    intake = load(EXAMPLES / name)
    redacted = redact(intake)

    assert outcomes(redacted.case) == outcomes(intake.case)


def test_a_story_comes_out_the_same():
    assert outcomes(redact(load(case())).case) == outcomes(case())
    assert SCREENER.score(case()).fired != ()


def outcomes(given: Any) -> list[tuple[str, str]]:
    return [(one.rule_id, one.status) for one in SCREENER.screen(given, "2021-01-01").outcomes]


def test_quotes_of_the_screening_stand_where_they_say_in_the_new_text():
    redacted = redact(load(case()))
    text = text_of(redacted)
    evidence = [
        one for found in SCREENER.screen(redacted.case).findings for one in found.evidence if one.quote
    ]

    assert evidence
    assert all(text[one.start : one.end] == one.quote for one in evidence if one.source == "story")


def test_what_nothing_gives_away_is_listed_with_its_place():
    redacted = redact(load(case()))
    text = text_of(redacted)

    assert "Olzhas Bekov" in [doubt.words for doubt in redacted.doubts]
    for doubt in redacted.doubts:
        assert doubt.where == "story"
        assert text[doubt.start : doubt.end] == doubt.words


@given(st.text(max_size=200))
def test_any_text_at_all_comes_through(text):
    redacted = redact(redflag.intake.loading.Intake(*parts(text)))

    assert redacted.case.documents[0].text is not None


def parts(text: str) -> tuple[Any, Any, str]:
    from redflag.case import Case
    from redflag.documents import Document, DocumentNote

    note = DocumentNote(id="a", text=text)
    return Case(case_id="x", documents=(note,)), (Document("a", text, note),), ""


def test_redacting_twice_changes_nothing_more():
    once = redact(load(case())).case

    assert text_of(redact(load(once))).count("Person") == once.documents[0].text.count("Person")


def test_the_command_writes_the_case_and_a_key_for_your_eyes_alone(tmp_path, capsys):
    (tmp_path / "case.json").write_text(json.dumps(case()), encoding="utf-8")
    out, key = tmp_path / "out.json", tmp_path / "key.json"

    assert main(["redact", str(tmp_path / "case.json"), "-o", str(out), "--key", str(key)]) == 0

    told = capsys.readouterr()
    assert [word for word in (*HIDDEN, "Bekov") if word in told.out + told.err] == []
    assert "may be a name: story, characters" in told.err
    assert "changes which rules fire" not in told.err
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "Timur Askarov" in str(json.loads(key.read_text(encoding="utf-8")))
    assert redflag.load_case(out).documents[0].id == "story"
    assert [word for word in HIDDEN if word in out.read_text(encoding="utf-8")] == []
