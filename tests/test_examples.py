"""The examples come out as a person reading them would expect, and as they did before."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

import redflag
from redflag.assessment import Assessment
from redflag.record import parse_yaml
from redflag.report import render
from redflag.screening import Screener

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
GOLDEN = Path(__file__).parent / "golden"
SCREENER = Screener()

H_FAMILIES = {
    *parse_yaml(
        (Path(__file__).parent / "data" / "h_families.yaml").read_text(encoding="utf-8"),
        "",
        redflag.CaseError,
    ).data["families"]
}
GOLDENS = {
    "h_case": ("h_case", None),
    "h_case_2021-05-01": ("h_case", "2021-05-01"),
    "h_case_narrative": ("h_case_narrative", "2025-12-31"),
    "ordinary_fraud": ("ordinary_fraud", None),
}


def assessed(name: str, as_of: str | None) -> Assessment:
    return SCREENER.screen(redflag.load_case(EXAMPLES / name), as_of)


def found(assessment: Assessment) -> set[str]:
    return {one.id for one in assessment.families.values() if one.verdict in ("present", "possible")}


def status(assessment: Assessment, rule: str) -> str:
    return next(outcome.status for outcome in assessment.outcomes if outcome.rule_id == rule)


@pytest.mark.parametrize(("name", "as_of"), [("h_case", None), ("h_case_narrative", "2025-12-31")])
def test_the_h_case_shows_every_family_with_its_evidence(name: str, as_of: str | None) -> None:
    assessment = assessed(name, as_of)
    assert found(assessment) >= H_FAMILIES
    assert assessment.band == "high"
    assert assessment.families["asset_seizure"].verdict == "possible"
    assert status(assessment, "locate_not_extradite.no_request_after_location") == "clear"


@pytest.mark.parametrize("name", ["h_case", "h_case_narrative"])
def test_a_screening_of_may_2021_knows_neither_the_refusal_nor_the_deletion(name: str) -> None:
    assessment = assessed(name, "2021-05-01")
    assert assessment.families["prior_finding"].verdict == "unknown"
    assert assessment.band == "high"
    sources = {evidence.source for finding in assessment.findings for evidence in finding.evidence}
    assert not any(source.startswith("decisions") for source in sources)
    assert all(line.date is None or line.date[:7] <= "2021-05" for line in assessment.chronology)


def test_the_h_case_is_told_with_both_sides() -> None:
    assessment = assessed("h_case", None)
    told = " ".join(line.what for line in assessment.chronology)
    assert "embassy" in told
    assert "INTERPOL says that its review processes are robust" in told


def test_an_ordinary_fraud_with_suspicious_features_is_low_and_shows_what_speaks_for_it() -> None:
    assessment = assessed("ordinary_fraud", None)
    assert assessment.band == "low"
    counters = {finding.rule_id for finding in assessment.findings if finding.effect == "counters"}
    assert {
        "legitimacy.ci_clear_act_time_place_role",
        "legitimacy.ci_evidence_independent_of_state",
        "legitimacy.ci_flight_after_charge_or_bail",
        "legitimacy.ci_independent_parallel_investigation",
        "legitimacy.ci_prompt_documented_request",
        "legitimacy.ci_victims_sue_abroad",
    } <= counters


def test_a_bare_charge_says_too_little() -> None:
    assessment = SCREENER.screen("Wanted for fraud and money laundering, article 159 of the criminal code.")
    assert assessment.band == "insufficient_information"
    assert assessment.score is None


def as_golden(name: str) -> str:
    """The assessment as it is kept: whole, but for the versions and digests of what made it."""
    data = json.loads(assessed(*GOLDENS[name]).to_json())
    for key in ("redflag_version", "pack_digest", "model_digest", "training_data_digest"):
        data["provenance"].pop(key, None)
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_the_assessment_is_the_one_that_somebody_looked_at(name: str) -> None:
    """A change here is meant or a defect: look at the difference, then run this file to keep it."""
    assert as_golden(name) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def as_golden_page() -> str:
    """The report of H as a page, but for the versions and digests of what made it."""
    assessment = assessed("h_case", None)
    told = assessment.provenance
    made_of = {"redflag_version": "0", "pack_digest": "0" * 64, "case_digest": told.case_digest}
    if told.model_digest is not None:
        made_of |= {"model_digest": "0" * 64, "training_data_digest": "0" * 64}
    provenance = told.model_copy(update=made_of)
    return render(assessment.model_copy(update={"provenance": provenance}), "html")


def test_the_page_is_the_one_that_somebody_looked_at() -> None:
    """Open both in a browser, then run this file to keep the new one."""
    assert as_golden_page() == (GOLDEN / "h_case.html").read_text(encoding="utf-8")


def test_the_script_beside_the_examples_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "screen_h.py"), run_name="__main__")
    told = capsys.readouterr().out
    assert "band high" in told
    assert "Still to ask" in told


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for golden in GOLDENS:
        (GOLDEN / f"{golden}.json").write_text(as_golden(golden), encoding="utf-8")
    (GOLDEN / "h_case.html").write_text(as_golden_page(), encoding="utf-8")
    runpy.run_path(str(Path(__file__).with_name("test_cohort.py")), run_name="__main__")
