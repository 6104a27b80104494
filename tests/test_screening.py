"""The whole way: what a screening promises, held on the shipped pack."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import redflag
from redflag.assessment import Assessment
from redflag.chronology import SURROUNDINGS
from redflag.errors import CaseError
from redflag.scoring import logit, sigmoid
from redflag.screening import Screener

EXAMPLES = Path(__file__).parent.parent / "examples"
SCREENER = Screener()
AS_OF = "2024-01-01"

PRESSURE: dict[str, Any] = {
    "case_id": "pressure",
    "as_of": AS_OF,
    "notice": {"kind": "red_notice", "issued_on": "2022-05", "states_act": False, "states_date": False},
    "charges": [{"offence_class": "fraud", "personal_act_stated": False}],
    "contacts": [
        {
            "caller": "friend",
            "asked_by_officials": True,
            "recorded": True,
            "urged": ["return"],
            "offered": ["cancel_notice", "drop_charges"],
            "happened": "2023-03-01",
            "level": "documented",
        }
    ],
    "relatives": [
        {"relation": "sister", "measure": "detained", "own_conduct_explains": False, "happened": "2023-03-05"}
    ],
    "protection": {"status": "refugee", "against_requesting_state": True, "granted_on": "2021-01"},
}


def screen(case: Any, as_of: str | None = AS_OF) -> Assessment:
    return SCREENER.screen(case, as_of)


def test_the_json_has_every_key_of_the_contract() -> None:
    data = json.loads(screen(PRESSURE).to_json())
    wanted = {
        "schema_version", "case_id", "score", "score_range", "band", "abstention", "rule_score",
        "classifier_score", "axes", "families", "findings", "outcomes", "prior", "contributions",
        "disagreement", "missing", "documents", "chronology", "provenance", "notice",
    }  # fmt: skip
    assert wanted <= data.keys()
    assert {"id", "title", "axis", "score", "verdict"} <= data["families"][0].keys()
    assert {"id", "title", "score", "verdict"} <= data["axes"][0].keys()
    finding = data["findings"][0]
    wanted = {
        "rule_id", "rule_version", "family", "effect", "title", "contribution", "evidence", "legal_basis",
    }  # fmt: skip
    assert wanted <= finding.keys()
    assert {"source", "quote", "start", "end", "level", "party"} <= finding["evidence"][0].keys()
    assert {"question", "fact", "rules", "score_if_true", "score_if_false"} <= data["missing"][0].keys()
    assert {"rule_id", "status"} <= data["outcomes"][0].keys()


def test_every_family_of_the_contract_is_there_and_on_its_axis() -> None:
    axes = {
        "motive": {"political_motive", "unrelated_charges", "timing", "group_prosecution"},
        "conduct": {
            "family_pressure", "proxy_pressure", "quid_pro_quo", "compelled_testimony",
            "voluntary_return_pressure", "asset_seizure", "travel_document",
        },
        "process": {
            "procedural_defect", "private_dispute", "charge_inflation", "in_absentia", "ne_bis_in_idem",
            "locate_not_extradite",
        },
        "risk": {"due_process_torture", "refugee_conflict"},
        "decisions": {"prior_finding"},
        "legitimacy": {"legitimacy"},
    }  # fmt: skip
    found: dict[str, set[str]] = {}
    for family in screen(PRESSURE).families.values():
        found.setdefault(family.axis, set()).add(family.id)
    assert all(families <= found[axis] for axis, families in axes.items())


def test_prior_and_contributions_sum_to_the_log_odds_of_the_score() -> None:
    assessment = screen(PRESSURE)
    total = assessment.prior + math.fsum(part.value for part in assessment.contributions)
    assert assessment.score is not None
    steepness = 1 / (assessment.score * (1 - assessment.score))  # what a score's last digit is in log-odds
    assert math.isclose(total, logit(assessment.score), abs_tol=1e-6 * steepness)
    assert math.isclose(total, assessment.log_odds, abs_tol=1e-9)


def test_every_fired_rule_shows_evidence_and_every_quote_is_the_text() -> None:
    case = redflag.load_case(EXAMPLES / "h_case_narrative")
    texts = {note.id or note.file: note.text for note in case.documents}
    assessment = screen(case, "2025-07-01")
    assert assessment.findings
    for finding in assessment.findings:
        # a caveat may speak of what other findings rest on
        assert finding.evidence or finding.effect == "caveat"
        for evidence in finding.evidence:
            if evidence.quote is not None:
                text = texts[evidence.source]
                assert text is not None
                assert text[evidence.start : evidence.end] == evidence.quote


def test_the_words_around_a_quote_are_those_of_its_document() -> None:
    around = "It rained all day in the town. " * 20
    told = f"{around}\nThe client's sister was arrested in March 2021.\n{around}"
    for text in (told, told.strip(), "The client's sister was arrested in March 2021."):
        assessment = SCREENER.screen(text, AS_OF)
        quoted = [*(e for one in assessment.findings for e in one.evidence)]
        quoted += [line.evidence for line in assessment.chronology]
        quoted = [one for one in quoted if one.quote is not None]
        assert quoted
        for one in quoted:
            before, after = one.before or "", one.after or ""
            assert text[: one.start].endswith(before)
            assert text[one.end :].startswith(after)
            assert len(before) <= SURROUNDINGS >= len(after)
            # whole words, and as many as there is room for
            assert len(before) == one.start or before[:1].isspace()
            assert len(after) == len(text) - one.end or len(after) > SURROUNDINGS - 20


def test_the_score_lies_in_its_range() -> None:
    assessment = screen(PRESSURE)
    low, high = assessment.score_range
    assert assessment.score is not None
    assert low <= assessment.score <= high


def test_a_case_that_says_nothing_is_not_called_low() -> None:
    assessment = screen({"case_id": "bare"})
    assert assessment.band == "insufficient_information"
    assert assessment.score is None
    assert assessment.abstention


def test_a_base_rate_moves_the_score_and_never_the_band() -> None:
    balanced = screen(PRESSURE)
    other = Screener(base_rate=0.05).screen(PRESSURE)
    assert balanced.score is not None
    assert other.score is not None
    assert other.score < balanced.score
    assert other.band == balanced.band
    assert other.rule_score == balanced.rule_score
    shifted = logit(balanced.score) + logit(0.05)
    assert math.isclose(sigmoid(shifted), other.score, abs_tol=1e-4)


def test_an_unknown_base_rate_is_told_with_the_nearest() -> None:
    with pytest.raises(CaseError, match="did you mean"):
        Screener(base_rate="balancd")


def test_what_came_to_be_known_after_the_date_is_not_used() -> None:
    later = {
        **PRESSURE,
        "decisions": [
            {
                "body": "court", "matter": "extradition", "outcome": "refused", "grounds": ["political"],
                "happened": "2023-06-01", "level": "adjudicated", "independent": True,
            }
        ],
    }  # fmt: skip
    assert screen(later).families["prior_finding"].verdict == "present"
    before = screen(later, "2023-05-01")
    without = screen(PRESSURE, "2023-05-01")
    assert before.families["prior_finding"].verdict == "unknown"
    assert before.findings == without.findings
    assert before.score == without.score


def test_replacing_the_requesting_state_moves_nothing() -> None:
    one = screen({**PRESSURE, "requesting_state": "CHN"})
    other = screen({**PRESSURE, "requesting_state": "SWE"})
    assert one.findings == other.findings
    assert one.score == other.score
    assert one.missing == other.missing


def test_a_mapping_without_a_date_needs_one() -> None:
    with pytest.raises(CaseError, match="as_of"):
        SCREENER.screen({"case_id": "undated"})


def test_a_bare_text_is_dated_by_itself() -> None:
    assessment = SCREENER.screen("In March 2019 the police took his sister. He had refused to go back.")
    assert assessment.provenance.as_of == "2019-03-31"


def test_one_bad_case_does_not_stop_the_others() -> None:
    good, bad, again = SCREENER.screen_many([PRESSURE, {"case_id": "x", "notise": {}}, PRESSURE], AS_OF)
    assert isinstance(good, Assessment)
    assert good == again
    assert isinstance(bad, redflag.Unscreened)
    assert "notice" in bad.faults[0]


def test_a_rule_that_is_switched_off_is_named_with_its_reason() -> None:
    rule = screen(PRESSURE).findings[0].rule_id
    off = Screener(switched_off={rule: "contested before the court"}).screen(PRESSURE)
    assert rule not in {outcome.rule_id for outcome in off.outcomes}
    assert [(one.rule_id, one.reason) for one in off.provenance.switched_off] == [
        (rule, "contested before the court")
    ]


def test_a_clean_result_is_never_called_legitimate_and_a_finding_never_abuse() -> None:
    text = redflag.render(screen(PRESSURE), "text").lower()
    assert "is abusive" not in text
    assert "is legitimate" not in text
    assert "draft" in text


def test_the_same_bytes_under_two_hash_seeds() -> None:
    program = (
        "import pathlib, redflag;"
        f"case = redflag.load_case(pathlib.Path({str(EXAMPLES / 'h_case')!r}));"
        "print(redflag.screen(case).to_json())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1


def test_importing_the_library_loads_nothing_heavy() -> None:
    program = (
        "import sys, redflag;"
        "print(sorted({'numpy', 'pandas', 'sklearn', 'scipy', 'joblib', 'pydantic'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[]"


def test_screening_needs_no_scikit_learn() -> None:
    program = (
        "import sys, redflag;"
        "redflag.screen({'case_id': 'x'}, as_of='2024-01-01');"
        "print(sorted({'numpy', 'pandas', 'sklearn', 'scipy', 'joblib'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[]"


# -- laws

flags = st.sampled_from([True, False])
contact = st.fixed_dictionaries(
    {},
    optional={
        "caller": st.sampled_from(["friend", "official", "police", "relative", "business_figure"]),
        "asked_by_officials": flags,
        "recorded": flags,
        "urged": st.lists(st.sampled_from(["return", "testify", "pay"]), max_size=2, unique=True),
        "offered": st.lists(st.sampled_from(["drop_charges", "cancel_notice"]), max_size=2, unique=True),
        "threatened": st.lists(st.sampled_from(["harm_to_relatives", "ruin"]), max_size=2, unique=True),
        "happened": st.sampled_from(["2021", "2022-03", "2023-04-01", "2024-05-01"]),
        "level": st.sampled_from(["asserted", "documented"]),
    },
)
relative = st.fixed_dictionaries(
    {"measure": st.sampled_from(["detained", "interrogated", "exit_ban", "dismissed"])},
    optional={
        "own_conduct_explains": flags,
        "happened": st.sampled_from(["2022-03", "2023-04-03"]),
        "level": st.sampled_from(["asserted", "documented"]),
    },
)
charge = st.fixed_dictionaries(
    {},
    optional={
        "offence_class": st.sampled_from(["fraud", "speech", "homicide", "debt_or_cheque", "terrorism"]),
        "personal_act_stated": flags,
        "victim_identified": flags,
        "victim_evidence": flags,
        "loss_audited": flags,
        "independent_complainants": flags,
        "label_fits_facts": flags,
    },
)
SETTLES = {
    ("request", "made"): flags,
    ("request", "complete"): flags,
    ("request", "within_time_limit"): flags,
    ("notice", "states_act"): flags,
    ("notice", "identity_sufficient"): flags,
    ("prosecution", "wanted_as_witness"): flags,
    ("prosecution", "evidence_from_outside"): flags,
    ("prosecution", "parallel_investigation"): flags,
    ("risk", "torture_reported"): flags,
    ("risk", "incommunicado"): flags,
    ("protection", "against_requesting_state"): flags,
    ("trial", "in_absence"): flags,
    ("trial", "retrial_right"): flags,
    ("person", "left_after_charge"): flags,
    ("person", "address_known"): flags,
}
cases = st.fixed_dictionaries(
    {"case_id": st.just("any"), "as_of": st.just(AS_OF)},
    optional={
        "contacts": st.lists(contact, max_size=3),
        "relatives": st.lists(relative, max_size=2),
        "charges": st.lists(charge, max_size=2),
        "complete": st.lists(st.sampled_from(["contacts", "relatives", "charges"]), unique=True, max_size=3),
    },
)


def settled(case: dict[str, Any], facts: dict[tuple[str, str], bool]) -> dict[str, Any]:
    """The case with these flags stated too."""
    told = dict(case)
    for (record, name), value in facts.items():
        told[record] = {**told.get(record, {}), name: value}
    return told


several = st.fixed_dictionaries({}, optional=SETTLES)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(cases, several, st.sampled_from(sorted(SETTLES)), flags)
def test_settling_a_fact_never_overturns_an_outcome_nor_widens_the_range(
    case: dict[str, Any], stated: dict[tuple[str, str], bool], fact: tuple[str, str], value: bool
) -> None:
    stated.pop(fact, None)
    before = screen(settled(case, stated))
    after = screen(settled(case, {**stated, fact: value}))
    outcomes = {outcome.rule_id: outcome.status for outcome in after.outcomes}
    # caveats about the evidence itself speak of what is there, not of the facts
    both = (*before.findings, *after.findings)
    caveats = {finding.rule_id for finding in both if finding.effect == "caveat"}
    for outcome in before.outcomes:
        if outcome.status in ("fired", "clear") and outcome.rule_id not in caveats:
            assert outcomes[outcome.rule_id] == outcome.status
    assert after.score_range[0] >= before.score_range[0] - 1e-6
    assert after.score_range[1] <= before.score_range[1] + 1e-6


@SLOW
@given(cases, several, st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(
    case: dict[str, Any], stated: dict[tuple[str, str], bool], random: Any
) -> None:
    told = settled(case, stated)
    turned = dict(reversed(told.items()))
    for name in ("contacts", "relatives", "charges"):
        if name in turned:
            turned[name] = random.sample(turned[name], len(turned[name]))
    one, other = screen(told), screen(turned)
    assert one.score == other.score
    assert one.score_range == other.score_range
    assert one.outcomes == other.outcomes
    assert one.contributions == other.contributions


@SLOW
@given(cases, several)
def test_answers_to_questions_move_the_score_as_they_say(
    case: dict[str, Any], stated: dict[tuple[str, str], bool]
) -> None:
    assessment = screen(settled(case, stated))
    low, high = assessment.score_range
    for question in assessment.missing:
        assert low - 1e-6 <= question.score_if_true <= high + 1e-6
        assert low - 1e-6 <= question.score_if_false <= high + 1e-6


@settings(max_examples=30, deadline=None)
@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_documents_never_matters(order: list[str]) -> None:
    texts = {
        "a": "On 3 March 2022 the police arrested his sister. He had refused to come back.",
        "b": "A friend called and said that officials had asked him to persuade the client to return.",
        "c": "The court of appeal refused the extradition because the request was political.",
    }
    documents = [{"id": name, "text": texts[name]} for name in order]
    screened = screen({"case_id": "texts", "documents": documents}, "2024-01-01")
    base = [{"id": name, "text": texts[name]} for name in "abc"]
    expected = screen({"case_id": "texts", "documents": base}, "2024-01-01")
    assert screened.findings == expected.findings
    assert screened.score == expected.score


def test_a_phrase_repeated_ten_thousand_times_is_one_phrase() -> None:
    told = "The police arrested his sister because he would not come back. "
    once = screen({"case_id": "x", "documents": [{"id": "d", "text": told}]}, "2024-01-01")
    many = screen({"case_id": "x", "documents": [{"id": "d", "text": told * 10_000}]}, "2024-01-01")
    assert once.findings
    assert many.score == once.score
    assert [f.contribution for f in many.findings] == [f.contribution for f in once.findings]


ENGLISH = (
    "The police came for my brother in May and said that he would be held until I returned to the country."
)
PERSIAN = "پلیس برای بردن برادرم آمد و گفت که او تا بازگشت من در بازداشت می‌ماند."


def test_what_is_in_a_language_that_no_lexicon_covers_is_told() -> None:
    mixed = f"{ENGLISH}\n\n{ENGLISH}\n\n{PERSIAN}\n"
    case = {"case_id": "x", "documents": [{"id": "a", "text": mixed}, {"id": "b", "text": PERSIAN}]}
    mostly, wholly = screen(case).documents
    assert mostly.unreadable is None
    assert mostly.caution is not None
    assert mostly.caution.endswith("% in Persian: not read.")
    assert wholly.unreadable == "it is in Persian, which no lexicon covers"


def test_a_language_whose_phrases_no_native_speaker_has_read_is_named_with_the_way_it_errs() -> None:
    with_text = screen({"case_id": "x", "documents": [{"id": "a", "text": ENGLISH}]})
    told = [caution for caution in with_text.cautions if "native speaker" in caution]
    assert len(told) == 1
    assert "in English" in told[0]
    assert "missed more often" in told[0]
    assert not any("native speaker" in caution for caution in screen({"case_id": "x"}).cautions)


def test_a_screener_that_has_screened_goes_to_another_process_and_gives_the_same_bytes_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # a new process must find the installed library before the tree's
    monkeypatch.setattr(sys, "path", [*sys.path, str(Path(__file__).parent.parent)])
    screener = Screener(
        switched_off={"procedural_defect.no_valid_judicial_warrant": "for a test"}, base_rate=0.3
    )
    cases = [EXAMPLES / "h_case" / "case.yaml", *[{**PRESSURE, "case_id": f"pressure-{n}"} for n in range(9)]]
    here = [screener.screen(case).to_json() for case in cases]

    with ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = [one.to_json() for one in pool.map(screener.screen, cases, chunksize=5)]

    assert there == here
