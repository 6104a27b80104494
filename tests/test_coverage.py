"""Rules over many cases: those that never fired, held against the reasons given for it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag import cli
from redflag.cli.given import reasons_in
from redflag.coverage import RuleCount, silence
from redflag.screening import Screener

ROOT = Path(__file__).parent.parent
DATA = ROOT / "training_data"
FIRES = "family_pressure.relative_exit_ban"
SILENT = "travel_document.citizenship_stripped"

_RULES = st.sets(st.sampled_from([f"f.{letter}" for letter in "abcdefgh"]))


@settings(deadline=None)
@given(fired=_RULES, never=_RULES, reasons=_RULES)
def test_every_silent_rule_is_told_once_and_every_reason_is_used_or_named(
    fired: set[str], never: set[str], reasons: set[str]
) -> None:
    never = never - fired
    reasons = reasons & (fired | never)
    counts = [RuleCount(rule, int(rule in fired), 0, 1, 0) for rule in sorted(fired | never)]
    told = silence(counts, {rule: f"why {rule}" for rule in sorted(reasons)})
    assert set(told.explained) | set(told.unexplained) == never
    assert not set(told.explained) & set(told.unexplained)
    assert set(told.explained) | set(told.outdated) == reasons
    assert all(reason == f"why {rule}" for rule, reason in told.explained.items())
    assert told.in_step is (never == reasons)


def test_reasons_tell_of_exactly_the_rules_that_no_development_case_fires() -> None:
    screener = Screener(model=None, tagger=None)  # the shipped tagger has learnt from these very cases
    with (DATA / "labels.csv").open(encoding="utf-8", newline="") as stream:
        names = [row["case_id"] for row in csv.DictReader(stream) if row["split"] == "development"]
    fired = {rule for name in names for rule in screener.score(DATA / "cases" / f"{name}.yaml").fired}
    reasons = reasons_in(DATA / "never_fired.yaml", screener.pack)
    never = {rule.id for rule in screener.pack.rules if not rule.of_a_passage} - fired
    assert len(names) > 100
    assert (sorted(never - set(reasons)), sorted(set(reasons) - never)) == ([], [])


def test_no_reason_stands_for_two_rules() -> None:
    reasons = reasons_in(DATA / "never_fired.yaml", Screener(model=None).pack)
    assert len(set(reasons.values())) == len(reasons)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "one.yaml").write_text(
        "case_id: one\nas_of: 2021-05-01\n"
        "relatives: [{relation: sister, measure: exit_ban, own_conduct_explains: false}]\n",
        encoding="utf-8",
    )
    return folder


def _coverage(cases: Path, reasons: str, *more: str) -> int:
    path = cases.parent / "reasons.yaml"
    path.write_text(reasons, encoding="utf-8")
    return cli.main(["rules", "coverage", str(cases), "--reasons", str(path), *more])


def test_reasons_stand_beside_rules_and_what_is_out_of_step_is_named(
    cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _coverage(cases, f"{SILENT}: Nobody lost a nationality.\n{FIRES}: Nobody was kept.\n") == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"  {SILENT}: Nobody lost a nationality." in lines
    assert f"With a reason, and fired: {FIRES}" in lines
    (without,) = [line for line in lines if line.startswith("Never fired and without a reason: ")]
    assert "proxy_pressure.many_callers_same_script" in without
    assert SILENT not in without
    assert FIRES not in without


def test_json_tells_the_same(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _coverage(cases, f"{SILENT}: Nobody lost a nationality.\n", "--format", "json") == 1
    told = json.loads(capsys.readouterr().out)["never_fired"]
    assert told["explained"] == {SILENT: "Nobody lost a nationality."}
    assert told["outdated"] == []
    assert FIRES not in told["unexplained"]


def test_reasons_in_step_give_exit_code_0(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _coverage(cases, "{}\n", "--format", "json")
    never = json.loads(capsys.readouterr().out)["never_fired"]["unexplained"]
    assert never
    assert _coverage(cases, "".join(f"{rule}: Not told.\n" for rule in never)) == 0
    assert "Never fired and without a reason: none" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("reasons", "told"),
    [
        (
            "travel_document.citizenship_striped: Typo.\n",
            'did you mean "travel_document.citizenship_stripped"?',
        ),
        (f"{SILENT}: ''\n", "the reason is no text"),
        (f"{SILENT}: [a, b]\n", "the reason is no text"),
        ("- a\n", "a line `rule id: reason`"),
    ],
)
def test_a_file_of_reasons_that_cannot_be_used_is_refused(
    cases: Path, capsys: pytest.CaptureFixture[str], reasons: str, told: str
) -> None:
    assert _coverage(cases, reasons) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err
    assert "reasons.yaml" in captured.err
