"""The next questions: safety first, in seven languages, each with its place and what it could change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import redflag
from redflag.blanks import Blank
from redflag.case import Case
from redflag.pack import read_pack, shipped_pack, shipped_pack_folder
from redflag.pack.asked import LANGUAGES, SAFETY, lint_questions, shipped_questions

EXAMPLES = Path(__file__).parents[1] / "examples"
EMPTY = {"case_id": "c", "as_of": "2024-01-01"}
OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.fixture(scope="module")
def screener() -> redflag.Screener:
    return redflag.Screener()


def test_safety_comes_first_and_in_its_order(screener):
    asked = redflag.questions(EMPTY, screener=screener)
    safety = [one.id for one in asked if one.about == "safety"]
    assert [one.id for one in asked][: len(safety)] == safety
    assert safety == [f"safety.{name}" for name in SAFETY if name != "safe_channel"]


def test_a_safe_channel_is_asked_for_where_the_usual_one_is_not_safe(screener):
    asked = redflag.questions({**EMPTY, "safety": {"safe_to_contact": False}}, screener=screener)
    assert "safety.safe_channel" in [one.id for one in asked]


def test_what_endangers_somebody_is_told_first(screener):
    told = {"relatives_in_danger": True, "surrender_imminent": True, "safe_to_contact": False}
    urgent = screener.screen({**EMPTY, "safety": told, "custody": {"status": "in_custody"}}).urgent
    assert [one.what for one in urgent] == [
        "The person may be handed over within days",
        "Somebody close to the person may be in danger",
        "It is not safe to contact the person",
        "The person is in custody",
    ]


def test_answers_about_safety_never_move_the_score(screener):
    told = {"relatives_in_danger": True, "surrender_imminent": True, "safe_to_contact": False}
    answered, silent = screener.screen({**EMPTY, "safety": told}), screener.screen(EMPTY)
    assert answered.log_odds == silent.log_odds
    assert answered.outcomes == silent.outcomes


def test_the_others_are_those_of_the_assessment_in_its_order(screener):
    case = redflag.load_case(EXAMPLES / "ordinary_fraud")
    asked = [one for one in redflag.questions(case, screener=screener) if one.about == "case"]
    assert [
        (one.text, one.rules, one.score_if_true, one.score_if_false) for one in asked
    ] == [
        (one.question, one.rules, one.score_if_true, one.score_if_false)
        for one in screener.screen(case).missing
    ]  # fmt: skip


def filled_in(blank: Blank) -> object:
    """Something that fills a blank."""
    match blank.kind:
        case "yes_no":
            return True
        case "date":
            return "2020-01-01"
        case "choice":
            return blank.choices[0]
        case "choices":
            return [blank.choices[0]]
        case "number":
            return 1
        case "list":
            return {field.path: filled_in(field) for field in blank.fields}
        case _:
            return "words"


def test_every_blank_of_every_rule_can_be_filled():
    from redflag.blanks import blanks_of
    from redflag.truth import Truth

    pack = shipped_pack()
    case = Case(case_id="c", as_of="2024-01-01")
    filled = set()
    for question in pack.questions:
        conditions = [one for one in (question.when, question.unless) if one is not None]
        for blank in blanks_of((one, Truth.TRUE) for one in conditions):
            assert redflag.answer(case, blank.path, filled_in(blank)) != case
            filled.add(blank.path)
    assert len(filled) > 80


def test_the_first_blank_settles_the_question_where_one_can(screener):
    found = {one.id: one for one in redflag.questions(EMPTY, screener=screener)}
    either = found["compelled_testimony.wanted_as_witness_not_suspect"]
    assert [(one.path, one.settles) for one in either.blanks] == [
        ("prosecution.wanted_as_witness", True),
        ("contacts", True),
    ]
    case = redflag.load_case(EXAMPLES / "h_case" / "note_of_calls.txt")
    parts = {one.id: one for one in redflag.questions(case, as_of="2024-01-01", screener=screener)}
    trial = parts["legitimacy.ci_conviction_by_independent_court"]
    assert not any(one.settles for one in trial.blanks)


def test_a_question_counts_the_rules_that_look_at_others(screener):
    """A state's record weighs something only beside a first sign; the question foretells both."""
    report = {"report": "misuse_pattern", "same_kind_of_case": True, "source": "A report", "happened": "2020"}
    case = Case.model_validate({**EMPTY, "context": [report]})
    [asked] = [
        one
        for one in redflag.questions(case, screener=screener)
        if one.id == "compelled_testimony.wanted_as_witness_not_suspect"
    ]
    answered = screener.screen(redflag.answer(case, asked.path, True))
    assert "political_motive.documented_pattern_of_requesting_state" in [
        one.rule_id for one in answered.findings
    ]
    assert "political_motive.documented_pattern_of_requesting_state" in asked.rules


@pytest.mark.parametrize("language", OTHERS)
def test_every_question_stands_in_every_language(screener, language):
    asked = redflag.questions(EMPTY, language, screener=screener)
    english = redflag.questions(EMPTY, screener=screener)
    assert {one.language for one in asked} == {language}
    assert not any(one.reviewed_by_native for one in asked)
    assert [one.id for one in asked] == [one.id for one in english]
    assert all(one.text != two.text for one, two in zip(asked, english, strict=True))


@pytest.mark.parametrize("language", ["de", "", "../en", "x" * 1000])
def test_a_language_that_is_not_there_falls_back_to_english(screener, language):
    asked = redflag.questions(EMPTY, language, screener=screener)
    assert {one.language for one in asked} == {"en"}
    assert asked == redflag.questions(EMPTY, screener=screener)


def test_a_region_is_left_aside(screener):
    assert {one.language for one in redflag.questions(EMPTY, "fr-CA", screener=screener)} == {"fr"}


def test_a_rule_in_other_words_is_asked_in_english():
    found = shipped_questions("fr")
    rule = shipped_pack().rules[0]
    assert found.of(rule.id, rule.if_unknown) is not None
    assert found.of(rule.id, f"{rule.if_unknown} Really?") is None
    assert found.of("no.rule", rule.if_unknown) is None


def test_the_shipped_questions_have_no_fault():
    assert list(map(str, lint_questions([shipped_pack_folder()], shipped_pack()))) == []


def test_every_fact_of_a_case_says_what_it_is():
    """A form shows these words; without them nobody knows what is asked."""
    untold = {
        f"{name}.{field}"
        for name, shape in Case.model_json_schema()["$defs"].items()
        for field, told in shape.get("properties", {}).items()
        if not told.get("description") and "$ref" not in json.dumps(told) and not name.startswith("Statement")
    }
    assert untold == set()


LETTERS = {"ru": ("\u0400", "\u04ff"), "zh": ("\u4e00", "\u9fff"), "ar": ("\u0600", "\u06ff")}


@pytest.mark.parametrize("language", LETTERS)
def test_a_language_is_written_in_its_own_letters(language):
    first, last = LETTERS[language]
    found = shipped_questions(language)
    for text in (*found.safety.values(), *(one.text for one in found.rules.values())):
        letters = [sign for sign in text if sign.isalpha()]
        own = [sign for sign in letters if first <= sign <= last]
        assert len(own) > 0.8 * len(letters), text


@pytest.mark.parametrize("language", OTHERS)
def test_no_two_rules_ask_in_the_same_words(language):
    texts = [one.text for one in shipped_questions(language).rules.values()]
    assert len(set(texts)) == len(texts)


def test_lint_names_what_is_missing_changed_unknown_and_no_question(write_pack, tmp_path):
    folder = write_pack(tmp_path / "rules", {"alpha.one": {"if_unknown": "Was it so?"}, "alpha.two": {}})
    questions = folder / "questions"
    questions.mkdir()
    safety = "safety:\n" + "".join(f"  {name}: Is it?\n" for name in SAFETY)
    for language in LANGUAGES:
        head = f"language: {language}\ntranslated_by: author\nreviewed_by_native: no\n{safety}"
        rules = "rules:\n  alpha.one: {english: Was it so?, text: Oui?}\n"
        if language == "fr":
            rules = (
                "rules:\n  alpha.one: {english: Was it otherwise?, text: Oui.}\n"
                "  alpha.gone: {english: A?, text: B?}\n"
            )
        if language == "ru":
            continue
        (questions / f"{language}.yaml").write_text(head + ("" if language == "en" else rules), "utf-8")
    told = [
        str(fault).removeprefix(str(questions)) for fault in lint_questions([folder], read_pack([folder]))
    ]
    french = sorted(line for line in told if line.startswith("/fr.yaml"))
    assert french == [
        '/fr.yaml:12:1: rules: no question for "alpha.two"; translate it',
        "/fr.yaml:13:3: rules.alpha.one: asks nothing; end it with a question mark",
        "/fr.yaml:13:3: rules.alpha.one: renders English words that have changed; "
        "look at the translation again, then copy if_unknown to english",
        "/fr.yaml:14:3: rules.alpha.gone: asks for nothing that is known; remove it",
    ]
    assert any(line.startswith("/ru.yaml") and 'no questions in "ru"' in line for line in told)
