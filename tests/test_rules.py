"""The shipped pack: what every rule has, what none may do, and the hard cases of the field."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import redflag
from redflag.assessment import Assessment
from redflag.errors import RuleError
from redflag.features import columns
from redflag.pack import shipped_pack_folder
from redflag.pack.lint import lint
from redflag.pack.rules import parts_of
from redflag.pack.trial import known_misses, run
from redflag.screening import Screener

TESTS = Path(__file__).parent
PACK = redflag.load_pack()
SCREENER = Screener(PACK)
AS_OF = "2024-01-01"


def screen(as_of: str = AS_OF, **case: Any) -> Assessment:
    return SCREENER.screen({"case_id": "test", **case}, as_of)


def status(assessment: Assessment, rule: str) -> str:
    return next(outcome.status for outcome in assessment.outcomes if outcome.rule_id == rule)


# -- what the pack holds


def test_every_indicator_has_its_rule() -> None:
    """The list stands apart from the rules, so that none can be lost without a word."""
    listed = (TESTS / "data" / "indicators.txt").read_text(encoding="utf-8").split()
    covered = Counter(indicator for rule in PACK.rules for indicator in rule.indicators)
    assert sorted(covered) == listed
    assert set(covered.values()) == {1}


def test_no_rule_claims_a_reviewer_it_has_not() -> None:
    assert PACK.about.reviewers == ()
    for rule in PACK.rules:
        assert rule.status == "draft"
        assert rule.reviewers == ()
        assert rule.weight is None or rule.weight.basis == "author_assigned"


def test_every_family_but_legitimacy_has_signs_of_misuse_and_the_counters_answer_most() -> None:
    supported = {rule.family for rule in PACK.rules if rule.effect == "supports"}
    assert supported == {family.id for family in PACK.families} - {"legitimacy"}
    counters = [rule for rule in PACK.rules if rule.effect == "counters"]
    assert len(counters) >= 8
    assert all(set(rule.answers) <= supported for rule in counters)


def test_caveats_weigh_nothing() -> None:
    caveats = {rule.id: rule.weight for rule in PACK.rules if rule.effect == "caveat"}
    assert len(caveats) == 3
    assert set(caveats.values()) == {None}


def test_the_pack_has_no_advice_left() -> None:
    assert [str(fault) for fault in lint([shipped_pack_folder()], tests=TESTS)] == []


def test_the_pack_passes_its_tests_but_for_the_misses_it_owns_up_to() -> None:
    known = known_misses(TESTS)
    wrong = [trial for trial in run(PACK, TESTS) if trial.passed is known.has(trial)]
    assert [f"{trial.file}:{trial.line} {trial.rule} {trial.name}" for trial in wrong] == []


def test_mirror_pages_are_never_printed_as_authority() -> None:
    mirrors = {name: law for name, law in PACK.provisions.items() if law.mirror}
    assert mirrors
    rule = next(rule for rule in PACK.rules if set(rule.legal_basis) & set(mirrors))
    provisions = {one.id: one for one in SCREENER._provisions([_finding(rule.id, rule.legal_basis)])}
    for name in set(rule.legal_basis) & set(mirrors):
        assert provisions[name].url is None


def _finding(rule_id: str, law: tuple[str, ...]) -> Any:
    return redflag.assessment.Finding(
        rule_id=rule_id, rule_version=1, family="x", effect="supports", status="draft", title="x",
        explanation="x", contribution=0.0, evidence=(), legal_basis=law,
    )  # fmt: skip


def test_provisions_of_lesser_confidence_say_check_the_text() -> None:
    for provision in screen(notice={"states_act": False, "states_date": False}).provisions:
        assert provision.check_the_text is (provision.confidence != "high")


# -- what no rule may do


def test_a_states_record_never_fires_alone() -> None:
    report = {"report": "misuse_pattern", "same_kind_of_case": True, "source": "A report", "happened": "2022"}
    alone = screen(context=[report])
    assert [finding for finding in alone.findings if finding.effect != "caveat"] == []


def test_a_states_record_is_capped_for_and_against_together() -> None:
    cap = PACK.policy.context_saturation
    context = {rule.id for rule in PACK.rules if rule.context}
    assert context
    reports = [
        {"report": "misuse_pattern", "same_kind_of_case": True, "source": f"Report {n}", "happened": "2022",
         "level": "documented"}
        for n in range(5)
    ]  # fmt: skip
    assessment = screen(
        context=reports,
        risk={"courts_independent": False},
        protection={"status": "refugee", "against_requesting_state": True},
    )
    moved = sum(part.value for part in assessment.contributions if part.name in context)
    assert 0 < moved <= cap


def test_no_column_of_a_states_record() -> None:
    context = {rule.id for rule in PACK.rules if rule.context}
    assert not any(context & set(column.rules) for column in columns(PACK))


def test_no_two_rules_ask_the_same() -> None:
    asked = [question.when.words for question in PACK.questions if question.when is not None]
    assert [words for words, times in Counter(asked).items() if times > 1] == []


def test_every_condition_has_words_of_its_own() -> None:
    """Equal words are equal conditions: what-ifs and traces go by them."""
    by_words: dict[str, set[str]] = {}
    for question in PACK.questions:
        for part in parts_of(question):
            by_words.setdefault(part.words, set()).add(repr(part))
    assert [words for words, parts in by_words.items() if len(parts) > 1] == []


# -- one event, many readings

CALL = {
    "caller": "friend", "asked_by_officials": True, "recorded": True, "urged": ["return"],
    "offered": ["cancel_notice", "drop_charges"], "happened": "2023-03-01", "level": "documented",
}  # fmt: skip


def test_one_call_with_three_readings_weighs_less_than_three_calls_with_one_each() -> None:
    one = screen(contacts=[CALL])
    fired = {finding.rule_id for finding in one.findings if finding.effect == "supports"}
    assert len(fired) >= 3
    apart = [
        {**CALL, "offered": [], "event": "first"},
        {**CALL, "offered": ["cancel_notice"], "event": "second"},
        {**CALL, "offered": ["drop_charges"], "event": "third"},
    ]
    three = screen(contacts=apart)
    assert fired <= {finding.rule_id for finding in three.findings}
    assert three.log_odds > one.log_odds


# -- an organisation's own rules

OWN = """\
id: political_motive.our_list
version: 1
title: The person is on our own list of exiles at risk
effect: supports
status: draft
legal_basis: [interpol-constitution-art-3]
when: {fact: person.roles, includes: blogger}
explain: Our list names people in this role.
if_unknown: Does the person write a blog?
collect: [The list]
known_errors: [Somebody of the same name]
innocent: [Bloggers commit ordinary crimes]
weight: {log_lr_true: 0.5, log_lr_false: -0.1, basis: author_assigned, reason: Our own count}
"""


def test_an_organisation_adds_its_own_rules_on_top(tmp_path: Path) -> None:
    (tmp_path / "political_motive").mkdir()
    (tmp_path / "political_motive" / "our_list.yaml").write_text(OWN, encoding="utf-8")
    screener = Screener(["default", tmp_path])
    assessment = screener.screen({"case_id": "x", "person": {"roles": ["blogger"]}}, AS_OF)
    assert status(assessment, "political_motive.our_list") == "fired"
    assert assessment.provenance.pack_digest != PACK.digest
    assert len(screener.pack.rules) == len(PACK.rules) + 1


def test_a_pack_can_be_pinned_by_its_digest() -> None:
    assert Screener("default", pin=PACK.digest).pack.digest == PACK.digest
    with pytest.raises(RuleError, match="pinned"):
        Screener("default", pin="0" * 64)


def test_a_rule_cannot_be_switched_off_without_a_reason_or_by_a_wrong_name() -> None:
    with pytest.raises(RuleError, match="needs a reason"):
        Screener("default", switched_off={"timing.old_case_revived": " "})
    with pytest.raises(RuleError, match="did you mean"):
        Screener("default", switched_off={"timing.old_case_revivd": "x"})


# -- the hard cases


def test_risk_without_motive_is_risk_alone() -> None:
    """Liu v. Poland: an ordinary fraud, a general risk of ill-treatment, and no politics."""
    assessment = screen(
        charges=[{"offence_class": "fraud", "personal_act_stated": True}],
        risk={"torture_reported": {"value": True, "party": "court", "level": "adjudicated",
                                   "independent": True}},
        decisions=[
            {"body": "regional_court", "matter": "human_rights", "outcome": "violation_found",
             "grounds": ["torture"], "level": "adjudicated", "independent": True, "happened": "2022-10-06"}
        ],
    )  # fmt: skip
    verdicts = {axis.id: axis.verdict for axis in assessment.axes}
    assert verdicts["risk"] == "present"
    assert verdicts["decisions"] == "present"
    assert verdicts["motive"] not in ("present", "possible")


def test_two_cheque_cases_go_opposite_ways() -> None:
    """CCF 2018: an unpaid security cheque deleted, a wide cheque fraud kept."""
    kept = screen(
        charges=[{"offence_class": "debt_or_cheque", "serious_crime_link": True, "loss_audited": True,
                  "independent_complainants": True, "personal_act_stated": True, "small_or_local": False}],
        decisions=[{"body": "ccf", "matter": "alert", "outcome": "kept", "level": "adjudicated",
                    "independent": True}],
    )  # fmt: skip
    deleted = screen(
        charges=[{"offence_class": "debt_or_cheque", "serious_crime_link": False, "small_or_local": True,
                  "level": "documented"}],
        decisions=[{"body": "ccf", "matter": "alert", "outcome": "deleted", "grounds": ["private_matter"],
                    "level": "adjudicated", "independent": True}],
    )  # fmt: skip
    assert kept.log_odds < 0 < deleted.log_odds
    assert status(deleted, "private_dispute.unpaid_debt_or_cheque") == "fired"
    assert deleted.families["private_dispute"].verdict == "present"


def test_lack_of_action_for_extradition_alone_is_not_high() -> None:
    """CCF 2017-3: nobody asked for extradition, and the data were kept with an update."""
    assessment = screen(
        request={"made": False, "person_located_on": "2016-01"},
        decisions=[{"body": "ccf", "matter": "alert", "outcome": "kept", "level": "adjudicated",
                    "independent": True}],
    )  # fmt: skip
    assert status(assessment, "locate_not_extradite.no_request_after_location") == "fired"
    assert status(assessment, "legitimacy.ci_ccf_found_compliant") == "fired"
    assert assessment.band != "high"


def test_where_a_request_was_made_the_notice_was_not_used_to_locate_alone() -> None:
    assessment = screen(request={"made": True})
    assert status(assessment, "locate_not_extradite.no_request_after_location") == "clear"


def test_a_verdict_of_the_states_own_court_is_its_document() -> None:
    """It is no adjudication against the person."""
    case = {
        "requesting_state": "TUR",
        "decisions": [
            {"body": "court", "state": "TUR", "matter": "criminal_charge", "outcome": "convicted",
             "contested_with_counsel": True, "level": "adjudicated"}
        ],
    }  # fmt: skip
    for finding in screen(**case).findings:
        assert all(evidence.level != "adjudicated" for evidence in finding.evidence)
