"""An assessment can be made again from its line: the same bytes, or what differs and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import redflag
from redflag.audit import LedgerFile, differences
from redflag.errors import AuditError
from redflag.replay import replay
from redflag.screening import Screener

EXAMPLES = sorted(one for one in (Path(__file__).parent.parent / "examples").iterdir() if one.is_dir())
CASE: dict[str, Any] = {
    "case_id": "one",
    "as_of": "2024-01-01",
    "request": {"made": False},
    "documents": [{"text": "The sister was arrested in May 2023.", "kind": "statement"}],
}


@pytest.fixture
def rules(tmp_path, write_pack: Callable[..., Path]) -> Path:
    return write_pack(tmp_path / "rules")


def logged(ledger: LedgerFile, screener: Screener, case: Any, *args: Any, **also: Any) -> redflag.Assessment:
    made = screener.screen(case, *args, **also)
    with ledger.chunk() as chunk:
        chunk.append(made, redflag.load_case(case) if isinstance(case, Path) else redflag.Case(**case))
    return made


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("base_rate", ["balanced", "ccf_complaint_2021", 0.123456789])
def test_replay_of_an_example_equals_its_stored_bytes(tmp_path, example, base_rate) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    screener = Screener(base_rate=base_rate, ledger=ledger)
    case = redflag.load_case(example)
    screener.screen(example, None if case.as_of is not None else "2025-01-01")
    again = replay(ledger, "1")
    assert again.same
    assert again.after.to_json() == ledger.content(1, "assessment")
    assert (again.changed, again.differences) == ((), ())


def test_digests_alone_are_enough_when_the_case_is_given(tmp_path, rules) -> None:
    ledger = LedgerFile(tmp_path / "ledger")
    screener = Screener(rules)
    logged(ledger, screener, CASE)
    assert replay(ledger, "1", case=CASE, screener=screener).same
    with pytest.raises(AuditError, match="is not kept"):
        replay(ledger, "1", screener=screener)


def test_rules_that_were_switched_off_are_off_again(tmp_path, rules) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    made = logged(ledger, Screener(rules, switched_off={"alpha.one": "not for this office"}), CASE)
    assert "alpha.one" not in {outcome.rule_id for outcome in made.outcomes}
    assert replay(ledger, "1", screener=Screener(rules)).same


def changed(found: Any) -> list[str]:
    return [one.name for one in found.changed]


def test_a_changed_case_is_named_with_what_it_changes(tmp_path, rules) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "assessments")
    screener = Screener(rules)
    logged(ledger, screener, CASE)
    again = replay(ledger, "1", case={**CASE, "request": {"made": True}}, screener=screener)
    assert not again.same
    assert changed(again) == ["case"]
    assert "outcomes[alpha.one].status" in {one.path for one in again.differences}
    # a document is part of the case
    text = {**CASE, "documents": [{"text": "The sister was arrested in June 2023.", "kind": "statement"}]}
    assert changed(replay(ledger, "1", case=text, screener=screener)) == ["case"]


def test_a_changed_pack_is_named_with_what_it_changes(tmp_path, rules, write_pack) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    logged(ledger, Screener(rules), CASE)
    other = write_pack(tmp_path / "other", {"alpha.one": {"title": "Another title"}})
    again = replay(ledger, "1", screener=Screener(other))
    assert changed(again) == ["pack"]
    assert {one.path for one in again.differences} == {
        "findings[alpha.one].title",
        "provenance.pack_digest",
    }


@pytest.mark.parametrize(
    ("also", "name"), [({"as_of": "2023-06-01"}, "as_of"), ({"base_rate": 0.25}, "base rate")]
)
def test_another_date_or_base_rate_is_named(tmp_path, rules, also, name) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    logged(ledger, Screener(rules), CASE)
    again = replay(ledger, "1", screener=Screener(rules), **also)
    assert not again.same
    assert changed(again) == [name]


def test_another_version_is_named(tmp_path, rules, monkeypatch) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    logged(ledger, Screener(rules), CASE)
    monkeypatch.setattr("redflag.screening.package_version", lambda: "99.0")
    again = replay(ledger, "1", screener=Screener(rules))
    assert changed(again) == ["version"]
    assert [one.path for one in again.differences] == ["provenance.redflag_version"]


def test_a_base_rate_whose_name_means_another_number_is_named(tmp_path, rules, write_pack) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    named = "base_rates:\n  balanced: {not_compliant: 1, of: 2, title: Even odds}\n"
    text = (rules / "scoring.yaml").read_text(encoding="utf-8")
    for folder, of in ((rules, 4), (tmp_path / "other", 5)):
        own = f"{named}  office: {{not_compliant: 1, of: {of}, title: Our own}}\n"
        write_pack(folder, None, {"scoring.yaml": text.partition("base_rates:")[0] + own})
    logged(ledger, Screener(rules, base_rate="office"), CASE)
    assert replay(ledger, "1", screener=Screener(rules)).same
    assert changed(replay(ledger, "1", screener=Screener(tmp_path / "other"))) == ["pack", "base rate"]


def test_a_difference_names_what_stands_on_lists(rules) -> None:
    screener = Screener(rules)
    old = screener.screen(CASE)
    assert differences(old, old) == ()
    data = json.loads(old.to_json())
    data["findings"] = []
    data["cautions"].append("One more.")
    told = {one.path: (one.before, one.after) for one in differences(old, redflag.Assessment(**data))}
    assert told["findings[alpha.one]"][1] is None
    assert told[f"cautions[{len(old.cautions)}]"] == (None, "One more.")
    assert len(told) == 2


def test_another_model_is_named_with_what_it_changes(tmp_path) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    with_model = Screener(ledger=ledger)
    with_model.screen(EXAMPLES[0])
    again = replay(ledger, "1", screener=Screener(model=None))
    assert changed(again) == ["model"]
    assert "classifier_score" in {one.path for one in again.differences}
    assert replay(ledger, "1").same


def test_only_an_assessment_can_be_made_again(tmp_path, rules) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    logged(ledger, Screener(rules), CASE)
    ledger.erase([1])
    with pytest.raises(AuditError, match="no assessment"):
        replay(ledger, "2")
    with pytest.raises(AuditError, match="was erased"):
        replay(ledger, "1", screener=Screener(rules))
    assert replay(ledger, "1", case=CASE, screener=Screener(rules)).same
