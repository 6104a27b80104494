"""A finding can be struck, annotated or answered; both assessments are kept, and the difference is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redflag.assessment import Assessment
from redflag.audit import LedgerFile, verify
from redflag.case import Case
from redflag.contest import case_text, contest
from redflag.counterevidence import Answer, with_answer
from redflag.errors import AuditError, CaseError
from redflag.intake import load_case
from redflag.replay import replay
from redflag.screening import Screener

RULE = "alpha.one"
CASE: dict[str, Any] = {"case_id": "one", "as_of": "2024-01-01", "request": {"made": False}}
WHO = {"by": "heron", "reason": "The letter of March was not in the file."}


@pytest.fixture
def screener(tmp_path, write_pack: Callable[..., Path]) -> Screener:
    rules = {
        RULE: {},
        "alpha.two": {"when": {"fact": "risk.courts_independent", "is": "false"}},
        "beta.three": {"when": {"signal": "relative_arrested"}},
    }
    return Screener(write_pack(tmp_path / "rules", rules))


@pytest.fixture(params=["digests", "assessments", "cases"])
def ledger(tmp_path, screener, request) -> LedgerFile:
    made = LedgerFile(tmp_path / "ledger", request.param)
    made.append(screener.screen(CASE), Case(**CASE))
    return made


def outcomes(assessment: Assessment) -> dict[str, str]:
    return {outcome.rule_id: outcome.status for outcome in assessment.outcomes}


def test_a_struck_finding_is_out_for_this_case_and_says_why(ledger, screener) -> None:
    done = contest(ledger, "1", RULE, what="strike", case=CASE, screener=screener, **WHO)
    assert outcomes(done.old)[RULE] == "fired"
    assert RULE not in outcomes(done.new)
    assert done.new.findings == ()
    assert done.new.log_odds < done.old.log_odds
    [told] = done.new.contested
    assert told.model_dump() == {"rule_id": RULE, "what": "strike", **WHO}
    [off] = done.new.provenance.switched_off
    assert (off.rule_id, off.reason) == (RULE, f"struck on review: {WHO['reason']}")
    assert "outcomes[alpha.one]" in {one.path for one in done.differences}
    # the pack itself is as it was, for every other case
    assert outcomes(screener.screen(CASE))[RULE] == "fired"


def test_both_are_kept_and_linked_and_can_be_made_again(ledger, screener) -> None:
    done = contest(ledger, "1", RULE, what="strike", case=CASE, screener=screener, **WHO)
    first, second = ledger.lines()
    assert (first.kind, second.kind) == ("assessment", "contest")
    assert (second.follows, second.finding, second.deed) == (1, RULE, "strike")
    assert done.follows == first.id
    assert done.id == second.id
    assert ledger.remark(2) is not None
    for line in (first, second):
        assert replay(ledger, line.id, case=CASE, screener=screener).same
    assert verify(ledger.path).whole
    # who and why stand beside the chain, where they can be erased
    assert "heron" not in "".join(line.text() for line in ledger.lines())
    assert "letter of March" not in "".join(line.text() for line in ledger.lines())


def test_a_note_changes_nothing_but_says_so(ledger, screener) -> None:
    done = contest(ledger, "1", RULE, what="note", case=CASE, screener=screener, **WHO)
    assert done.new.model_copy(update={"contested": ()}) == done.old
    assert [one.path.partition("[")[0] for one in done.differences] == ["contested"]
    contest(ledger, "1", "alpha.two", what="note", case=CASE, screener=screener, **WHO)


def test_counter_evidence_stands_beside_what_was_said(ledger, screener) -> None:
    evidence = {
        "party": "requesting_state",
        "request": {"made": True},
        "documents": [
            {"id": "reply", "text": "The sister was arrested in May.", "kind": "official_statement"}
        ],
    }
    done = contest(
        ledger, "1", RULE, what="counter_evidence", evidence=evidence, case=CASE, screener=screener, **WHO
    )
    assert outcomes(done.old) == {RULE: "fired", "alpha.two": "undetermined", "beta.three": "undetermined"}
    assert outcomes(done.new) == {RULE: "undetermined", "alpha.two": "undetermined", "beta.three": "fired"}
    [finding] = done.new.findings
    assert (finding.evidence[0].source, finding.evidence[0].party) == ("reply", "requesting_state")
    made = done.case.request.made
    assert isinstance(made, tuple)
    assert [(one.value, one.party) for one in made] == [(False, None), (True, "requesting_state")]
    assert replay(ledger, done.id, case=done.case, screener=screener).same
    assert not replay(ledger, done.id, case=CASE, screener=screener).same


def test_contests_add_up(ledger, screener) -> None:
    first = contest(ledger, "1", RULE, what="note", case=CASE, screener=screener, **WHO)
    second = contest(
        ledger, first.id, RULE, what="strike", case=CASE, screener=screener, by="ibis", reason="So"
    )
    assert [(one.by, one.what) for one in second.new.contested] == [("heron", "note"), ("ibis", "strike")]
    assert replay(ledger, second.id, case=CASE, screener=screener).same
    # once the words of one are erased, what rests on them cannot be made again
    ledger.erase_reviewer("heron")
    with pytest.raises(AuditError, match="were erased"):
        replay(ledger, second.id, case=CASE, screener=screener)
    assert verify(ledger.path).whole


def test_nothing_is_contested_that_does_not_come_out_the_same(ledger, screener, write_pack, tmp_path) -> None:
    other = Screener(write_pack(tmp_path / "other", {RULE: {"title": "Another"}}))
    with pytest.raises(AuditError, match="does not come out the same"):
        contest(ledger, "1", RULE, what="strike", case=CASE, screener=other, **WHO)
    with pytest.raises(AuditError, match="more: case"):
        contest(ledger, "1", RULE, what="note", case={**CASE, "case_id": "two"}, screener=screener, **WHO)
    assert len(list(ledger.lines())) == 1


@pytest.mark.parametrize(
    ("also", "told"),
    [
        ({"finding": "alpha.onne"}, 'did you mean "alpha.one"'),
        ({"finding": "alpha.two", "what": "strike"}, "did not fire"),
        ({"by": "a name with spaces"}, "handle"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 3000}, "reason"),
        ({"what": "counter_evidence"}, "evidence"),
        ({"evidence": {"party": "court"}}, "evidence"),
        ({"wanted": "2"}, "no line 2"),
        ({"what": "counter_evidence", "evidence": {"request": {"made": True}}}, "whose word"),
        (
            {"what": "counter_evidence", "evidence": {"party": "court", "requst": {}}},
            'did you mean "request"',
        ),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_no_line(ledger, screener, also, told) -> None:
    arguments = {"wanted": "1", "finding": RULE, "what": "note", "case": CASE, **WHO, **also}
    with pytest.raises((AuditError, CaseError), match=told):
        contest(ledger, screener=screener, **arguments)
    assert len(list(ledger.lines())) == 1


def answered(case: dict[str, Any], evidence: Any, party: str | None = "court") -> dict[str, Any]:
    found = with_answer(Case(case_id="one", **case), Answer.read(evidence, party))
    data: dict[str, Any] = json.loads(case_text(found))
    assert data.pop("case_id") == "one"
    return data


@pytest.mark.filterwarnings("error")
def test_an_answer_replaces_nothing() -> None:
    case = {
        "protection": {"status": "refugee", "granted_on": {"value": "2021-01", "level": "documented"}},
        "risk": {"assurances": {"given": False}},
        "person": {"roles": ["journalist"], "nationalities": ["SGP"]},
        "relatives": [{"relation": "sister"}],
    }
    evidence = {
        "protection": {"status": {"value": "revoked", "party": "ngo"}, "granted_on": "2021-02"},
        "risk": {"assurances": {"given": True, "binding": True}},
        "person": {"roles": ["politician"], "nationalities": ["SGP", "FRA"]},
        "relatives": [{"relation": "brother"}, {"relation": "child", "party": "press"}],
        "complete": ["relatives"],
    }
    found = answered(case, evidence)
    assert found["protection"]["status"] == [{"value": "refugee"}, {"value": "revoked", "party": "ngo"}]
    assert found["protection"]["granted_on"] == [
        {"value": "2021-01", "level": "documented"},
        {"value": "2021-02", "party": "court"},
    ]
    assert found["risk"]["assurances"]["given"] == [{"value": False}, {"value": True, "party": "court"}]
    assert found["risk"]["assurances"]["binding"] == [{"value": True, "party": "court"}]
    assert found["person"]["nationalities"] == ["SGP", "FRA"]
    assert [one.get("party") for one in found["relatives"]] == [None, "court", "press"]
    assert found["complete"] == ["relatives"]


def test_what_no_two_parties_can_say_is_refused() -> None:
    with pytest.raises(CaseError, match=r"person\.birth_year"):
        answered({"person": {"birth_year": 1970}}, {"person": {"birth_year": 1971}})
    with pytest.raises(CaseError, match="no party"):
        answered({}, {}, "somebody")


def test_an_answer_can_be_a_file_or_a_document(tmp_path) -> None:
    (tmp_path / "reply.yaml").write_text("party: requesting_state\ndocuments: [{file: letter.txt}]\n")
    (tmp_path / "letter.txt").write_text("We reply.")
    found = answered({"documents": [{"id": "a", "text": "First."}]}, tmp_path / "reply.yaml", None)
    assert [one.get("author") for one in found["documents"]] == [None, "requesting_state"]
    found = answered({}, tmp_path / "letter.txt")
    [document] = found["documents"]
    assert (document["author"], document["text"], document["file"]) == ("court", "We reply.", "letter.txt")
    (tmp_path / "bad.yaml").write_text("request: {mde: true}\n")
    with pytest.raises(CaseError, match=r"bad\.yaml:1"):
        answered({}, tmp_path / "bad.yaml")
    (tmp_path / "list.yaml").write_text("- 1\n")
    with pytest.raises(CaseError, match="not a part of a case"):
        answered({}, tmp_path / "list.yaml")


def test_a_finding_of_the_shipped_rules_and_model_can_be_struck(tmp_path) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    case = Path(__file__).parent.parent / "examples" / "h_case"
    old = Screener(ledger=ledger).screen(case)
    struck = next(one for one in old.findings if one.effect == "supports" and one.contribution > 0)
    done = contest(ledger, "1", struck.rule_id, what="strike", **WHO)
    assert done.old == old
    assert struck.rule_id not in outcomes(done.new)
    assert done.new.log_odds < old.log_odds
    assert replay(ledger, done.id).same


def test_a_case_with_its_answer_can_be_saved_and_read_again(tmp_path) -> None:
    case = with_answer(Case(**CASE), Answer.read({"request": {"made": True}}, "court"))
    (tmp_path / "case.json").write_text(case_text(case), encoding="utf-8")
    assert load_case(tmp_path / "case.json") == case
