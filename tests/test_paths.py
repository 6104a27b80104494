"""The paths that a rule may name are those of the case model, and none says who or where somebody is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from redflag.case import Case
from redflag.paths import NEVER_ASKED, Leaf, Shape, case_shape

SHAPE = case_shape()


def shapes(shape: Shape, prefix: str = "") -> Iterator[tuple[str, Shape]]:
    """Every shape, with the path that leads there."""
    yield prefix, shape
    for name, inside in (*shape.records.items(), *shape.lists.items()):
        yield from shapes(inside, f"{prefix}{name}.")


@pytest.mark.parametrize(
    ("path", "leaf"),
    [
        ("request.made", Leaf("flag", (), True)),
        ("notice.issued_on", Leaf("date", (), True)),
        ("notice.warrant.issued_on", Leaf("date", (), True)),
        ("notice.happened", Leaf("date", (), False)),
        ("custody.next_hearing", Leaf("date", (), False)),
    ],
)
def test_a_fact_is_found_with_its_kind(path: str, leaf: Leaf) -> None:
    assert SHAPE.leaf(path) == leaf


def test_words_bring_their_choices() -> None:
    kind = SHAPE.leaf("notice.kind")
    assert kind is not None
    assert (kind.kind, kind.stated) == ("word", True)
    assert {"red_notice", "diffusion"} <= set(kind.choices)
    roles = SHAPE.leaf("person.roles")
    assert roles is not None
    assert roles.kind == "words"
    assert "journalist" in roles.choices


def test_the_fields_of_items_are_found_in_their_list() -> None:
    charge = SHAPE.list_of("charges")
    assert charge is not None
    assert charge.is_item
    assert charge.leaf("maximum_penalty_months") == Leaf("number", (), True)
    contact = SHAPE.list_of("contacts")
    assert contact is not None
    urged = contact.leaf("urged")
    assert urged is not None
    assert urged.kind == "words"
    assert SHAPE.list_of("person.groups") is not None
    alert = SHAPE.list_of("other_alerts")
    assert alert is not None
    assert alert.leaf("warrant.issued_by") is not None


@pytest.mark.parametrize(
    "path", ["", "notice", "notice.", ".kind", "notice.kind.more", "charges.offence_class", "x"]
)
def test_what_is_no_fact_is_none(path: str) -> None:
    assert SHAPE.leaf(path) is None


@pytest.mark.parametrize(
    "path", ["", "notice", "notice.kind", "relatives.relation", "person.roles", "documents"]
)
def test_what_is_no_list_of_items_is_none(path: str) -> None:
    assert SHAPE.list_of(path) is None


def test_every_path_leads_somewhere_and_only_to_one_thing() -> None:
    paths = SHAPE.all_paths()
    assert list(paths) == sorted(set(paths))
    assert len(paths) > 100
    for path in paths:
        assert (SHAPE.leaf(path) is None) is not (SHAPE.list_of(path) is None), path


def test_every_path_of_a_record_leads_to_a_field_of_the_model() -> None:
    case = Case(case_id="x")
    for path in SHAPE.all_paths():
        value: object = case
        for name in path.split("."):
            assert name in type(value).model_fields, path  # type: ignore[attr-defined]
            value = getattr(value, name)


def test_no_path_says_who_or_where_somebody_is() -> None:
    for prefix, shape in shapes(SHAPE):
        for name in (*shape.leaves, *shape.lists, *shape.records):
            assert name not in NEVER_ASKED, prefix + name


@pytest.mark.parametrize(
    "path",
    ["requesting_state", "requested_state", "person.nationalities", "person.residence", "person.birth_year",
     "person.label", "custody.state", "protection.state", "notice.number", "case_id"],
)  # fmt: skip
def test_identity_is_no_fact_for_a_rule(path: str) -> None:
    assert SHAPE.leaf(path) is None


def test_no_word_that_a_rule_may_name_is_a_state() -> None:
    from iso3166 import countries_by_alpha3

    for prefix, shape in shapes(SHAPE):
        for name, leaf in shape.leaves.items():
            assert not set(leaf.choices) & set(countries_by_alpha3), prefix + name


def test_what_vouches_for_a_fact_is_no_fact() -> None:
    for prefix, shape in shapes(SHAPE):
        for name in (
            "known_by",
            "party",
            "level",
            "source",
            "independent",
            "id",
            "event",
            "assertion",
            "note",
        ):
            assert name not in shape.leaves, prefix + name


def test_the_administration_of_a_file_is_no_fact() -> None:
    for path in ("as_of", "party", "documents", "consent.given", "confidentiality", "complete", "deadlines"):
        assert SHAPE.leaf(path) is None
        assert SHAPE.list_of(path) is None
