"""The shipped classifier: plain JSON, bound to its columns, additive, and never heavier than that."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redflag.assessment import Assessment
from redflag.errors import ModelError
from redflag.features import columns, columns_digest
from redflag.model import (
    Documented,
    Model,
    Precedents,
    check_columns,
    content_digest,
    read_model,
    shipped_model,
    shipped_model_folder,
    shipped_precedents,
)
from redflag.pack import shipped_pack
from redflag.scoring import logit, sigmoid
from redflag.screening import Screener

TEXT = (
    "His sister was arrested on 3 May 2021 so that he would come back. He is an opposition politician. "
    "A court refused extradition because the charges were political."
)


@pytest.fixture(scope="module")
def model() -> Model:
    found = shipped_model()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    return Screener().screen(TEXT, "2024-01-01")


def test_the_shipped_model_has_the_columns_of_the_shipped_pack(model) -> None:
    listed = columns(shipped_pack(), model.layout)
    check_columns(model, [column.name for column in listed], columns_digest(listed))


def test_coefficients_keep_the_signs_of_their_columns(model) -> None:
    assert all(weight.sign * weight.coefficient >= 0 for weight in model.weights)
    assert 0 <= model.stack.rules <= 1
    assert model.stack.classifier >= 0
    assert model.bands.elevated_from <= model.bands.high_from


def test_parts_sum_to_the_log_odds_and_the_prior_is_a_and_the_shift(model, assessed) -> None:
    told = math.fsum((assessed.prior, *(part.value for part in assessed.contributions)))
    assert told == pytest.approx(assessed.log_odds, abs=1e-9)
    assert assessed.score == pytest.approx(sigmoid(assessed.log_odds), abs=1e-6)
    shift = logit(0.5) - logit(model.stack.training_rate)
    assert assessed.prior == pytest.approx(model.stack.intercept + shift, abs=1e-6)
    names = {part.name for part in assessed.contributions}
    assert any(name.startswith("classifier ") for name in names)


def test_an_assessment_names_the_model_it_was_made_with(model, assessed) -> None:
    told = assessed.provenance
    assert told.model_digest == model.digest_
    assert told.training_data_digest == model.training_data_digest
    assert assessed.classifier_note is None


def test_without_a_model_the_rules_stand_alone() -> None:
    alone = Screener(model=None).screen(TEXT, "2024-01-01")
    assert alone.classifier_score is None
    assert alone.provenance.model_digest is None
    assert not [part for part in alone.contributions if part.name.startswith("classifier")]


def test_what_nothing_is_known_of_adds_nothing() -> None:
    empty = Screener().screen("Nothing is told here.", "2024-01-01")
    assert empty.contributions == ()
    assert empty.log_odds == empty.prior
    assert empty.precedents == ()


def test_precedents_are_documented_cases_with_what_is_alike(assessed) -> None:
    assert assessed.precedents
    likenesses = [one.likeness for one in assessed.precedents]
    assert likenesses == sorted(likenesses, reverse=True)
    for one in assessed.precedents:
        assert one.alike
        assert 0 < one.likeness <= 1


def test_precedents_hold_ids_outcomes_and_columns_and_no_more() -> None:
    kept = shipped_precedents()
    assert kept is not None
    data = json.loads((shipped_model_folder() / "precedents.json").read_text(encoding="utf-8"))
    assert {key for case in data["cases"] for key in case} == {"case_id", "outcome", "improper", "fired"}
    assert all(case.case_id.startswith("case-") for case in kept.cases)


def test_the_nearest_precedent_is_the_one_that_shares_most() -> None:
    cases = (
        Documented(case_id="a", outcome="x", improper=True, fired=("one", "two")),
        Documented(case_id="b", outcome="x", improper=False, fired=("two", "three")),
        Documented(case_id="c", outcome="x", improper=False, fired=()),
    )
    found = Precedents(training_data_digest="", cases=cases).nearest({"one", "two"}, {"one": 2.0, "two": 1.0})
    assert [(one.case_id, one.likeness) for one in found] == [
        ("a", 1.0),
        ("b", pytest.approx(1 / 3, abs=1e-6)),
    ]
    assert found[1].only_here == ("one",)


def test_rules_on_top_leave_the_classifier_as_it_is(tmp_path) -> None:
    folder = tmp_path / "mine" / "political_motive"
    folder.mkdir(parents=True)
    root = Path(__file__).parent.parent / "rules" / "political_motive"
    source = sorted(root.glob("*.yaml"))[0]
    text = source.read_text(encoding="utf-8").replace(
        f"political_motive.{source.stem}", "political_motive.mine"
    )
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    added = Screener(["default", tmp_path / "mine"])
    assert added.classifier is not None
    plain = Screener().screen(TEXT, "2024-01-01")
    assert added.screen(TEXT, "2024-01-01").classifier_score == plain.classifier_score


def test_a_pack_of_ones_own_has_no_classifier_and_says_so(tmp_path, write_pack) -> None:
    own = Screener(write_pack(tmp_path))
    assert own.classifier is None
    assert "No classifier" in (own.screen("Text.", "2024-01-01").classifier_note or "")


def test_a_model_that_does_not_belong_to_a_pack_is_refused_by_the_names_of_its_columns(
    tmp_path, write_pack, model
) -> None:
    with pytest.raises(ModelError, match=r"political_motive.*new ones: alpha"):
        Screener(write_pack(tmp_path), model=model)


def test_a_model_can_be_given_by_its_path() -> None:
    path = shipped_model_folder() / "model.json"
    assert Screener(model=path).screen(TEXT, "2024-01-01") == Screener().screen(TEXT, "2024-01-01")


def test_an_altered_model_is_refused(tmp_path) -> None:
    path = tmp_path / "model.json"
    shutil.copy(shipped_model_folder() / "model.json", path)
    data = json.loads(path.read_text(encoding="utf-8"))
    data["centre"] += 0.5
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ModelError, match="altered"):
        read_model(path)
    data["digest"] = content_digest(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    assert read_model(path).centre == data["centre"]


@pytest.mark.parametrize("content", ["", "[]", '{"version": "1"}', "{"])
def test_what_is_no_model_is_refused_in_a_line(tmp_path, content) -> None:
    path = tmp_path / "model.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError):
        read_model(path)


def test_disagreement_names_the_families_over_which_the_two_part() -> None:
    screener = Screener()
    told = [
        screener.screen({"case_id": "c", "as_of": "2024-01-01", **case}, None)
        for case in ({"documents": [{"id": "t", "text": TEXT}]}, {"notice": {"kind": "red_notice"}})
    ]
    for one in told:
        apart = abs(logit(one.rule_score) - logit(one.classifier_score or 0.5))
        if apart > 1.6:
            assert one.disagreement is not None
            assert "part most over" in one.disagreement


LEAVES = st.sampled_from(
    [
        {"relatives": [{"relation": "sister", "measure": "detained", "happened": "2023-03-05"}]},
        {"person": {"roles": [{"value": "opposition_figure"}]}},
        {"protection": {"status": "refugee", "against_requesting_state": True, "granted_on": "2021-01"}},
        {"charges": [{"offence_class": "fraud", "personal_act_stated": False}]},
    ]
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=25)
@given(st.lists(LEAVES, max_size=4))
def test_the_score_lies_in_its_range_and_its_parts_sum(leaves) -> None:
    case = {"case_id": "c", "as_of": "2024-01-01"}
    for leaf in leaves:
        case.update(leaf)
    one = Screener().screen(case)
    low, high = one.score_range
    assert low <= sigmoid(one.log_odds) + 1e-6
    assert sigmoid(one.log_odds) <= high + 1e-6
    assert math.fsum((one.prior, *(p.value for p in one.contributions))) == pytest.approx(
        one.log_odds, abs=1e-9
    )


def test_screening_loads_no_scikit_learn() -> None:
    code = (
        "import sys, redflag; redflag.screen('His sister was arrested.', '2024-01-01');"
        "print([m for m in ('sklearn', 'scipy', 'pandas', 'numpy') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
