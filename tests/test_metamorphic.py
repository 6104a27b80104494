"""A file told in another way comes out the same: what may differ is listed, and nothing else may.

| What is done to the file           | What of the assessment may differ (`MAY_DIFFER`)                |
| ---------------------------------- | --------------------------------------------------------------- |
| its paragraphs in another order    | where quotes stand, the words around them, digests of the text  |
| pages added that say nothing of it | the same, the length, and the list of documents                 |
| another state, in fields and text  | the same, and the quotes that name the state                    |
| a person of another name           | the digest of the case; in a text, the quotes that hold it      |
| other words for the same events    | all but the band, and the families in `KEPT_IN_OTHER_WORDS`     |
| another language                   | the same; one that is not covered is named, and nothing is read |

A paragraph may give no date: a sentence without one takes none from another paragraph.
For another state the classifier's score is compared bit by bit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redflag.assessment import Assessment
from redflag.audit import differences
from redflag.case import Case
from redflag.errors import CaseError
from redflag.record import parse_yaml
from redflag.screening import Screener
from redflag.signals import NAMES
from redflag.training.states import WORDS, with_state

DATA = Path(__file__).parent / "data" / "tellings.yaml"
SCREENER = Screener()

PLACES = (
    r"(findings\[[^]]+\]|chronology\[\d+\])\.evidence(\[\d+\])?\.(start|end|before|after)",
    r"documents\[\w+\]\.sha256",
    r"provenance\.case_digest",
)
LENGTH = (r"documents\[\w+\]\.characters",)
WORDING = (r"(findings\[[^]]+\]|chronology\[\d+\])\.evidence(\[\d+\])?\.quote", r"chronology\[\d+\]\.what")
MAY_DIFFER: dict[str, tuple[str, ...]] = {
    "order of paragraphs": PLACES,
    "pages inside": (*PLACES, *LENGTH),
    "pages beside": (r"documents\[timetable\]", r"provenance\.case_digest"),
    "state": (*PLACES, *LENGTH, *WORDING),
    "name in a field": (r"provenance\.case_digest",),
    "name in a text": (*PLACES, *LENGTH, *WORDING),
}

TOLD: dict[str, list[str]] = parse_yaml(DATA.read_text(encoding="utf-8"), str(DATA), CaseError).data
EXILE = TOLD["exile"]
TELLINGS = {one: TOLD[one] for one in ("exile", "swindler")}
LANGUAGES = ("de", "es", "fr", "ru", "zh")
KEPT_IN_OTHER_WORDS = {
    "exile": {"family_pressure", "quid_pro_quo", "political_motive", "prior_finding", "refugee_conflict"},
    "swindler": {"legitimacy"},
}
UNHEARD_IN_ENGLISH = {"voluntary_return_pressure"}
"""What the threat in the call is as well, and what only phrases of other languages hear in it."""

TIMETABLE = (
    "Timetable of the municipal library. The reading room is open from nine to five. Visitors leave their "
    "umbrellas at the door. The catalogue lists some forty thousand volumes."
)


def case_of(paragraphs: Sequence[str], **more: Any) -> dict[str, Any]:
    """A case of one document; a Russian request to Lithuania."""
    return {
        "case_id": "told",
        "as_of": "2024-01-01",
        "requesting_state": "RUS",
        "requested_state": "LTU",
        "person": {"label": "A. B.", "nationalities": ["RUS"]},
        "notice": {"kind": "red_notice", "issued_on": "2020-09-04"},
        "documents": [{"id": "memo", "kind": "narrative", "text": "\n\n".join(paragraphs)}],
        **more,
    }


def by_quote(assessment: Assessment) -> Assessment:
    """With the evidence of each finding in the order of its words."""
    findings = (
        one.model_copy(update={"evidence": tuple(sorted(one.evidence, key=lambda each: each.quote or ""))})
        for one in assessment.findings
    )
    return assessment.model_copy(update={"findings": tuple(findings)})


def beyond_what_may(kind: str, one: Assessment, other: Assessment) -> list[str]:
    """The differences between two assessments that such a change may not make.

    Places that say the same are listed as they stand in the text: their order is none of the finding's.
    """
    allowed = MAY_DIFFER[kind]
    return [
        str(difference)
        for difference in differences(by_quote(one), by_quote(other))
        if not any(re.fullmatch(pattern, difference.path) for pattern in allowed)
    ]


def seen(assessment: Assessment) -> set[str]:
    return {one.id for one in assessment.families.values() if one.verdict in ("present", "possible")}


def sure(assessment: Assessment) -> set[str]:
    """Families that rest on more than the tagger, which is another one in every language."""
    return {
        finding.family
        for finding in assessment.findings
        if any(evidence.found_by != "tagger" for evidence in finding.evidence)
    }


@pytest.fixture(scope="module", params=sorted(TELLINGS))
def told(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_two_files_come_out_on_two_sides() -> None:
    """What stays the same below is something: bands that differ, and findings that are many."""
    exile, swindler = (SCREENER.screen(case_of(TELLINGS[one])) for one in ("exile", "swindler"))
    assert (exile.band, swindler.band) == ("high", "low")
    assert min(len(exile.findings), len(swindler.findings)) >= 5


def test_an_allowance_is_no_wider_than_it_says() -> None:
    """A changed fact is seen through every allowance."""
    one = SCREENER.screen(case_of(EXILE))
    other = SCREENER.screen(case_of(EXILE[:-1]))
    for kind in MAY_DIFFER:
        assert beyond_what_may(kind, one, other)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)))
def test_the_order_of_paragraphs_moves_places_alone(told: str, order: list[int]) -> None:
    paragraphs = TELLINGS[told]
    one = SCREENER.screen(case_of(paragraphs))
    other = SCREENER.screen(case_of([paragraphs[place] for place in order]))
    assert beyond_what_may("order of paragraphs", one, other) == []


UNDATED = (
    "State television called him a traitor.",
    "The client fears that he would be tortured in prison.",
)


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(7)))
def test_paragraphs_without_a_date_take_none_from_their_neighbours(order: list[int]) -> None:
    paragraphs = [*EXILE, *UNDATED]
    one = SCREENER.screen(case_of(paragraphs))
    other = SCREENER.screen(case_of([paragraphs[place] for place in order]))
    quoted = {e.quote: e.happened for finding in one.findings for e in finding.evidence}
    assert {quote: quoted[quote] for quote in UNDATED} == dict.fromkeys(UNDATED)
    assert beyond_what_may("order of paragraphs", one, other) == []


@pytest.mark.parametrize("place", [0, 2, 5])
def test_pages_that_say_nothing_of_the_case_add_nothing(told: str, place: int) -> None:
    paragraphs = TELLINGS[told]
    one = SCREENER.screen(case_of(paragraphs))
    pages = [TIMETABLE] * 20
    other = SCREENER.screen(case_of([*paragraphs[:place], *pages, *paragraphs[place:]]))
    assert beyond_what_may("pages inside", one, other) == []


def test_a_paper_that_says_nothing_of_the_case_is_listed_and_adds_nothing(told: str) -> None:
    case = case_of(TELLINGS[told])
    one = SCREENER.screen(case)
    beside = {"id": "timetable", "kind": "letter", "text": TIMETABLE}
    other = SCREENER.screen({**case, "documents": [*case["documents"], beside]})
    assert beyond_what_may("pages beside", one, other) == []
    assert [document.id for document in other.documents] == ["memo", "timetable"]


OTHER_STATES = sorted(WORDS.keys() - {"RUS", "LTU"})


def test_there_are_twenty_other_states() -> None:
    assert len(OTHER_STATES) >= 20


@pytest.mark.parametrize("state", OTHER_STATES)
def test_another_state_changes_the_words_that_name_it_alone(told: str, state: str) -> None:
    case = Case.model_validate(case_of(TELLINGS[told]))
    other_case = with_state(case, state)
    assert other_case is not None
    one, other = SCREENER.screen(case), SCREENER.screen(other_case)
    assert one.classifier_score is not None
    assert other.classifier_score == one.classifier_score
    assert beyond_what_may("state", one, other) == []


SECURITY_SERVICES = {"ARE", "AZE", "BLR", "EGY", "KAZ", "QAT", "RUS", "SAU", "TUR", "VEN"}
"""States whose service in `WORDS` is one of security or intelligence; with the others it is a police."""


def sent_by_a_service(state: str) -> Assessment:
    """The exile's case, the caller sent by the service of a state and not by officials in its capital."""
    sent = [one.replace("officials in Moscow", "officials of the FSB") for one in EXILE]
    case = Case.model_validate(case_of(sent))
    other = case if state == "RUS" else with_state(case, state)
    assert other is not None
    return SCREENER.screen(other)


@pytest.mark.parametrize("state", OTHER_STATES)
def test_a_security_service_counts_as_one_by_whatever_name_and_a_police_as_none(state: str) -> None:
    """A rule asks whether a security service drives the case; the model looks at no name of either."""
    is_security = state in SECURITY_SERVICES
    like = sent_by_a_service("RUS") if is_security else SCREENER.screen(case_of(EXILE))
    other = sent_by_a_service(state)
    assert other.classifier_score == like.classifier_score
    assert other.rule_score == like.rule_score
    fired = {one.rule_id for one in other.outcomes if one.status == "fired"}
    assert ("political_motive.case_run_by_political_or_security_organ" in fired) is is_security


@settings(max_examples=20, deadline=None)
@given(name=st.text(st.characters(categories=["L", "M", "N", "P", "Zs"]), min_size=1, max_size=40))
def test_a_name_on_the_form_changes_nothing(name: str) -> None:
    case = case_of(EXILE)
    one = SCREENER.screen(case)
    other = SCREENER.screen({**case, "person": {**case["person"], "label": name}})
    assert beyond_what_may("name in a field", one, other) == []


@pytest.mark.parametrize(
    "name",
    ["Ivanov", "Wilhelmina Oyelaran", "O'Neill", "Nguyễn Văn An", "Li Wei", "al-Masri", "Judge", "Court"],
)
def test_a_name_in_a_text_changes_the_quotes_that_hold_it_alone(name: str) -> None:
    def called(how: str) -> Assessment:
        return SCREENER.screen(case_of([EXILE[0].replace("The client left", f"Mr {how} left"), *EXILE[1:]]))

    assert beyond_what_may("name in a text", called("Petrov"), called(name)) == []


def test_the_same_events_in_other_words_come_to_the_same_band_and_families(told: str) -> None:
    one = SCREENER.screen(case_of(TELLINGS[told]))
    other = SCREENER.screen(case_of(TOLD[f"{told}_in_other_words"]))
    assert other.band == one.band
    assert seen(one) >= KEPT_IN_OTHER_WORDS[told] <= seen(other)


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_language_shows_the_same_families_or_is_said_to_be_unread(language: str) -> None:
    original = SCREENER.screen(case_of(EXILE))
    other = SCREENER.screen(case_of(TOLD[f"exile_{language}"]))
    silent = SCREENER.screen(case_of(["-"]))
    [paper] = other.documents
    if language in SCREENER.pack.lexicons.languages:
        assert (paper.language, paper.unreadable) == (language, None)
        assert KEPT_IN_OTHER_WORDS["exile"] <= seen(other)
        assert sure(other) <= seen(original) | UNHEARD_IN_ENGLISH
        assert other.band == original.band
    else:
        assert paper.unreadable == f"it is in {NAMES[language]}, which no lexicon covers"
        assert (other.rule_score, other.band) == (silent.rule_score, silent.band)
        assert not [one for one in other.findings if any(e.source == "memo" for e in one.evidence)]
