"""The case model: what is absent is unknown, what is stated keeps its provenance, what is odd is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from redflag.case import Case, Statement
from redflag.dates import PartialDate
from redflag.errors import CaseError
from redflag.evidence import Assertion, Level, Party
from redflag.record import Parsed, Record, validate

FULL: dict[str, Any] = {
    "case_id": "full",
    "as_of": "2023-06-01",
    "party": "defence",
    "requesting_state": "TUR",
    "requested_state": "DEU",
    "person": {
        "roles": ["journalist", {"value": "activist", "party": "ngo", "level": "documented"}],
        "groups": [{"kind": "religious", "persecuted": True}],
        "left_on": {"value": "2016-07", "source": "passport stamp"},
    },
    "notice": {"kind": "red_notice", "issued_on": "2021-04", "warrant": {"issued_by": "prosecutor"}},
    "request": {"made": [{"value": False}, {"value": True, "party": "requesting_state"}]},
    "charges": [{"offence_class": "fraud", "maximum_penalty_months": 24}],
    "contacts": [{"caller": "friend", "urged": ["return"], "happened": "2022-01-05", "assertion": "alleged"}],
    "relatives": [{"relation": "sister", "measure": "detained", "event": "arrest"}],
    "decisions": [{"body": "court", "state": "DEU", "outcome": "refused", "grounds": ["political"]}],
    "context": [{"report": "misuse_pattern", "source": "a report", "happened": "2020"}],
    "documents": [{"id": "letter", "text": "Words.", "kind": "letter", "date": "2022"}],
    "complete": ["relatives", "contacts"],
}


def case_of(**data: Any) -> Case:
    return Case.model_validate({"case_id": "x", **data})


def test_only_the_id_of_a_case_is_needed() -> None:
    case = Case(case_id="x")
    assert case.model_dump(exclude_defaults=True) == {"case_id": "x"}
    assert case.party is Party.CLIENT


@pytest.mark.parametrize("case_id", ["", "x" * 201, None, 7])
def test_an_id_is_a_short_text(case_id: object) -> None:
    with pytest.raises(ValidationError):
        Case.model_validate({"case_id": case_id})


def records_of(model: type[Record], seen: set[type[Record]]) -> set[type[Record]]:
    if model not in seen:
        seen.add(model)
        for info in model.model_fields.values():
            for inside in (info.annotation, *getattr(info.annotation, "__args__", ())):
                if isinstance(inside, type) and issubclass(inside, Record):
                    records_of(inside, seen)
    return seen


@pytest.mark.parametrize("model", sorted(records_of(Case, set()), key=lambda model: model.__name__))
def test_no_fact_is_true_or_false_by_default(model: type[Record]) -> None:
    """A default of true, false or a number would be read as the file's own word."""
    for name, info in model.model_fields.items():
        default = info.get_default(call_default_factory=True)
        told = isinstance(default, int) and (model.__name__, name) != ("DocumentNote", "privileged")
        assert not told, name


def test_a_case_survives_a_trip_through_json() -> None:
    case = Case.model_validate(FULL)
    back = Case.model_validate_json(case.model_dump_json(exclude_none=True))
    assert back == case
    assert back.digest() == case.digest()


def test_a_value_keeps_the_form_in_which_it_was_stated() -> None:
    case = Case.model_validate(FULL)
    assert case.notice.kind == "red_notice"
    left = case.person.left_on
    assert isinstance(left, Statement)
    assert (left.value, left.source) == (PartialDate("2016-07"), "passport stamp")
    made = case.request.made
    assert isinstance(made, tuple)
    assert [(one.value, one.party) for one in made] == [(False, None), (True, Party.REQUESTING_STATE)]
    role = case.person.roles[1]
    assert isinstance(role, Statement)
    assert (role.value, role.level) == ("activist", Level.DOCUMENTED)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), (True, True), ("yes", True), ("no", False)]
)
def test_a_flag_is_read_from_text_as_yaml_gives_it(text: object, value: bool) -> None:
    assert case_of(request={"made": text}).request.made is value


def test_a_number_is_read_from_text_and_never_below_nought() -> None:
    assert case_of(charges=[{"maximum_penalty_months": "24"}]).charges[0].maximum_penalty_months == 24
    with pytest.raises(ValidationError):
        case_of(charges=[{"maximum_penalty_months": "-1"}])
    with pytest.raises(ValidationError):
        case_of(charges=[{"maximum_penalty_months": "12.5"}])


@pytest.mark.parametrize("empty", [[], {}, [{}], {"party": "client"}])
def test_a_statement_without_a_value_is_refused(empty: object) -> None:
    with pytest.raises(ValidationError):
        case_of(request={"made": empty})


@pytest.mark.parametrize("code", ["FRA", "NOR", "XKX", "SUN"])
def test_a_state_is_an_alpha_3_code(code: str) -> None:
    assert case_of(requesting_state=code).requesting_state == code


@pytest.mark.parametrize("code", ["", "FR", "fra", "France", "NO", "XXX", "ZZZ"])
def test_what_is_no_state_is_refused_with_the_mend(code: str) -> None:
    with pytest.raises(CaseError, match="requesting_state: unknown state code; write ISO 3166 alpha-3"):
        validate(Case, Parsed({"case_id": "x", "requesting_state": code}, None), CaseError)


def test_a_report_about_a_state_needs_its_source_and_date() -> None:
    report = {"report": "misuse_pattern", "source": "a report", "happened": "2020"}
    assert case_of(context=[report]).context[0].report == "misuse_pattern"
    for lacking in ("source", "happened"):
        with pytest.raises(ValidationError, match="needs its source and date"):
            case_of(context=[{key: value for key, value in report.items() if key != lacking}])


def test_an_item_happened_unless_it_says_otherwise() -> None:
    case = case_of(relatives=[{}, {"assertion": "feared"}])
    assert [one.assertion for one in case.relatives] == [Assertion.AFFIRMED, Assertion.FEARED]


@pytest.mark.parametrize("label", ["outcome", "label_text", "granted", "score"])
def test_a_case_has_no_place_for_a_label(label: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        case_of(**{label: "refused"})


def test_what_a_case_holds_cannot_be_altered() -> None:
    case = Case.model_validate(FULL)
    with pytest.raises(ValidationError):
        case.notice.kind = "diffusion"
    assert isinstance(case.relatives, tuple)


def test_the_schema_of_a_case_can_be_printed_and_describes_its_fields() -> None:
    schema = Case.model_json_schema()
    assert "complete" in schema["properties"]
    assert schema["required"] == ["case_id"]
    assert schema["additionalProperties"] is False


def test_a_key_that_stands_elsewhere_is_not_offered_for_itself():
    from redflag.intake import load

    with pytest.raises(CaseError) as refused:
        load({"case_id": "a", "documents": [{"id": "d", "text": "t", "party": "client"}]})
    assert 'unknown key "party"' in str(refused.value)
    assert 'did you mean "party"' not in str(refused.value)
