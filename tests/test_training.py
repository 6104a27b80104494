"""Training: grouped folds, no leaks, the same numbers again, and a score that sees no state."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from redflag.classifier import Classifier
from redflag.cli import main
from redflag.errors import ModelError
from redflag.model import shipped_model
from redflag.screening import Screener
from redflag.training import Trained, checks, measures, train
from redflag.training.agreement import agreement, kappa
from redflag.training.card import card
from redflag.training.data import (
    VIEWS,
    data_digest,
    read_labelled,
    read_own,
    read_table,
    view_of,
)
from redflag.training.doors import evaluate_own
from redflag.training.evaluation import Effort, evaluate_development, evaluate_held_back, opened_before
from redflag.training.fit import TOLERANCE, coefficients_of, fit, fit_stack, folds_of, model_of
from redflag.training.rivals import OURS, rivals
from redflag.training.states import WORDS, renamed, with_state

DATA = Path(__file__).parent.parent / "training_data"


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(DATA)


def test_training_again_gives_the_shipped_coefficients(trained) -> None:
    shipped = shipped_model()
    assert shipped is not None
    kept, made = dict(coefficients_of(shipped)), dict(coefficients_of(trained.model))
    assert made.keys() == kept.keys()
    assert made == pytest.approx(kept, abs=TOLERANCE)


def test_the_model_in_json_is_the_estimator_to_a_billionth(trained) -> None:
    fitted, table = trained.fitted, trained.table
    for view in VIEWS:
        values = table.matrix(view, fitted.columns)
        ours = [trained.model.decision(row) for row in values]
        assert ours == pytest.approx(list(fitted.classifier(values)), abs=1e-9)


def test_the_screener_says_what_training_said(trained) -> None:
    told = trained.fitted.log_odds(trained.table, "all")
    shift = trained.model.stack.training_rate
    for row in (0, 20, 60):
        case = trained.table.cases[row].case
        screener = Screener(trained.pack, model=trained.model, tagger=trained.screener_of(case).tagger)
        one = screener.screen(case)
        assert one.log_odds == pytest.approx(told[row] - np.log(shift / (1 - shift)), abs=1e-4)


def test_no_locked_case_and_no_case_without_a_sound_label_is_trained_on(trained) -> None:
    lines = {one["case_id"]: one for one in read_table(DATA / "labels.csv")}
    for one in trained.table.cases:
        line = lines[one.case.case_id]
        assert (line["split"], line["gold"], line["placed"]) == ("development", "yes", "yes")


def test_no_state_stands_on_both_sides_of_a_fold(trained) -> None:
    table = trained.table
    for train_rows, test_rows in folds_of(table.labels, table.groups, 5, 3):
        assert not set(table.groups[train_rows]) & set(table.groups[test_rows])
        assert not set(train_rows) & set(test_rows)


def test_a_view_shows_nothing_but_itself(trained) -> None:
    case = trained.table.cases[0].case
    assert view_of(case, "structure").documents == ()
    text = view_of(case, "chronology")
    assert [one.id for one in text.documents] == ["chronology"]
    assert text.charges == ()
    assert text.decisions == ()


def test_outcomes_beside_a_case_do_not_reach_the_model(trained) -> None:
    told = checks.leaks(
        trained.prepared, trained.fitted, trained.screener_of, trained.model, trained.pack,
        trained.model.seed,
    )  # fmt: skip
    assert told["outcomes_permuted_model_is_the_same"] is True
    assert told["later_decisions_added"] == len(trained.table.cases)
    assert told["scores_moved_by_them"] == 0
    assert told["canary_shows"] is False


def test_another_label_changes_the_digest_of_the_data(trained) -> None:
    cases = trained.table.cases
    other = (replace(cases[0], improper=not cases[0].improper), *cases[1:])
    assert data_digest(other) != data_digest(cases)
    assert data_digest(reversed(cases)) == data_digest(cases)


def test_the_stack_is_bounded_whatever_the_values_say() -> None:
    chance = np.random.default_rng(0)
    labels = np.array([0, 1] * 40)
    rules = (labels * 2 - 1) * 0.2 + chance.normal(size=80) * 0.05
    stack = fit_stack(rules[np.newaxis], -rules[np.newaxis], labels)
    assert 0 <= stack.rules <= 1
    assert stack.classifier == 0
    assert stack.training_rate == 0.5


def test_another_state_in_fields_and_text_leaves_the_classifier_exactly_as_it_is(trained) -> None:
    screener, classifier = Screener(trained.pack, model=None), Classifier(trained.model)
    cases = [one.case for one in trained.table.cases if one.case.requesting_state in WORDS][:6]
    told = checks.replacements(screener, classifier, cases, 20)
    assert told["replacements"] > 30
    assert (told["moved"], told["most"], told["renamings_moved"]) == (0, 0.0, 0)


def test_a_replaced_state_is_gone_from_fields_and_text(trained) -> None:
    case = next(one.case for one in trained.table.cases if one.case.requesting_state == "TUR")
    other = with_state(case, "KAZ")
    assert other is not None
    told = other.model_dump_json()
    assert other.requesting_state == "KAZ"
    assert '"TUR"' not in told
    assert not any(f" {word} " in told for word in WORDS["TUR"])
    assert with_state(case, "TUR") is None
    assert renamed(case, "Q.").person.label.endswith("Q.")


def test_an_evaluation_in_small_has_every_part_and_a_card(trained) -> None:
    effort = Effort(repeats=1, resamples=1, permutations=2, workers=1)
    quick = [way for way in rivals() if way.refits and "boosting" not in way.name]
    assert {way.meaning for way in quick} == {True, False}
    told, held = evaluate_development(trained.prepared, effort, 1, quick)
    assert set(told["views"]) == set(VIEWS)
    assert 0.7 < told["views"]["all"]["auc"]["value"] <= 1
    assert held[OURS.name]["all"].shape == (1, len(trained.table.cases))
    back = evaluate_held_back(trained.prepared, trained.table, effort, 1, trained.fitted)
    whole = {
        "locked": back, "development": told, "style": checks.style(trained.table, held, 1),
        "fairness": checks.fairness(trained.table, held, 0.0),
        "conformal": checks.conformal(trained.table, held),
        "replacement": dict.fromkeys(
            ("states", "replacements", "moved", "most", "renamings", "renamings_moved"), 0
        ),
        "leaks": {"outcomes_permuted_model_is_the_same": True, "later_decisions_added": 0,
                  "scores_moved_by_them": 0, "canary_shows": False},
        "permutations": checks.permutations(trained.prepared, 2, effort, 1), "learning_curve": [],
        "ablation": checks.ablation(trained.table, held), "second_coding": None,
        "worst": checks.worst(trained.table, held, trained.fitted), "effort": {},
    }  # fmt: skip
    assert len(whole["worst"]) == 20
    json.dumps(whole, allow_nan=True)
    text = card(trained.model, whole)
    for heading in ("The locked states", "Style", "Fairness", "Conformal", "Digests"):
        assert f"## {heading}" in text
    assert text.index("The locked states") < text.index("The development states")


def test_a_case_may_come_twice_in_a_resample(trained) -> None:
    rows = measures.resampled(trained.table.groups, np.random.default_rng(4))
    assert len(set(rows)) < len(rows)
    fitted = fit(trained.prepared, rows, seed=1)
    made = model_of(fitted, trained.prepared, trained.pack, 1)
    assert all(weight.sign * weight.coefficient >= 0 for weight in made.weights)


def test_measures_by_hand() -> None:
    labels = np.array([1, 1, 0, 0])
    scores = np.array([2.0, -1.0, 0.0, -2.0])
    assert measures.auc(labels, scores) == 0.75
    chance = np.random.default_rng(1)
    many, tied = np.array([0, 1, 1] * 30), chance.integers(0, 5, size=90).astype(float)
    assert measures.auc(many, tied) == pytest.approx(roc_auc_score(many, tied))
    told = measures.false_positives(labels, scores, np.array([False, False, True, True]), 0.85)
    assert (told["found"], told["wrong"], told["hard_upheld"]) == (2, 1, 2)
    parts = measures.brier_parts(np.tile(labels, 25), np.tile(scores, 25))
    assert parts["uncertainty"] == 0.25
    low, high = measures.wilson(5, 10)
    assert low < 0.5 < high


def test_kappa_is_one_for_equal_codings(tmp_path) -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1.0
    assert kappa([("a", "a"), ("a", "a")]) is None
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        text = "case_id: c\nas_of: 2020\nnotice: {kind: red_notice}\ncharges:\n  - {offence_class: fraud}\n"
        (tmp_path / folder / "c.yaml").write_text(text, encoding="utf-8")
    told = agreement(tmp_path / "first", tmp_path / "second")
    assert told["told_by_both"] == told["alike_where_both_tell"] > 0
    with pytest.raises(ModelError, match="coded twice"):
        agreement(tmp_path / "first", tmp_path)


def test_cases_of_ones_own_are_scored_and_counted(tmp_path, trained) -> None:
    path = tmp_path / "own.jsonl"
    lines = [
        json.dumps(
            {"case": json.loads(one.case.model_dump_json(exclude_none=True)), "label": int(one.improper)}
        )
        for one in trained.table.cases[:12]
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert len(read_own(path)) == 12
    told = evaluate_own(path, trained.model, trained.pack)
    assert told["cases"] == 12
    assert 0 <= told["auc"]["value"] <= 1
    path.write_text('{"case": {"case_id": "x"}}', encoding="utf-8")
    with pytest.raises(ModelError, match="without a case and a label"):
        read_own(path)


def test_missing_cases_are_told(tmp_path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_labelled(tmp_path)
    head = "case_id,split,label,gold,placed,outcome_type,instrument,hardness\n"
    (tmp_path / "labels.csv").write_text(f"{head}c,development,1,yes,yes,x,y,\n", encoding="utf-8")
    with pytest.raises(ModelError, match="missing"):
        read_labelled(tmp_path)


def test_the_commands_answer(capsys, tmp_path) -> None:
    assert main(["model", "show"]) == 0
    assert json.loads(capsys.readouterr().out)["weights"]
    assert main(["model", "counts", "--data", str(DATA)]) == 0
    assert "outcome_type" in capsys.readouterr().out
    assert main(["evaluate", "--locked", "--fast", "--data", str(DATA)]) == 2
    assert main(["train", "--data", str(tmp_path)]) == 2
    assert main(["train", "--check", "--data", str(DATA)]) == 0


def test_no_address_and_no_text_is_in_what_ships() -> None:
    folder = DATA / "model"
    for path in (one for one in folder.rglob("*") if one.is_file()):
        text = path.read_text(encoding="utf-8")
        assert "http" not in text


def test_every_earlier_opening_of_the_locked_states_is_told() -> None:
    told = json.loads((DATA / "model" / "evaluation.json").read_text(encoding="utf-8"))
    again = opened_before(told, "another model")
    assert again[:-1] == told["locked_before"]
    assert again[-1]["model_digest"] == told["model_digest"]
    assert opened_before(told, told["model_digest"]) == told["locked_before"]
    shown = (DATA / "model" / "card.md").read_text(encoding="utf-8")
    assert all(one["model_digest"][:12] in shown for one in told["locked_before"])
