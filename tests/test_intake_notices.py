"""Public notices and FollowTheMoney entities as cases: every shape of them, and no name of anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag import cli
from redflag.case import Case
from redflag.errors import CaseError, RedflagError
from redflag.intake import load, load_case
from redflag.intake.entities import sort_entities
from redflag.intake.many import cases_in, gather
from redflag.intake.notices import is_notice, notices_in, read_notice

CANARY = "kestrel-9471"
CHARGE = "participación en una organización ilícita"
TRANSLATED = "participation in an unlawful organisation"


def notice(**also: Any) -> dict[str, Any]:
    return {
        "entity_id": "2021/12345",
        "name": CANARY.upper(),
        "forename": CANARY,
        "date_of_birth": "1971/03/04",
        "nationalities": ["AR", "IT"],
        "country_of_birth_id": "AR",
        "place_of_birth": CANARY,
        "sex_id": "F",
        "height": 1.7,
        "weight": 0,
        "distinguishing_marks": None,
        "arrest_warrants": [
            {"issuing_country_id": "AR", "charge": CHARGE, "charge_translation": TRANSLATED}
        ],
        "_links": {"self": {"href": "https://ws-public.interpol.int/notices/v1/red/2021-12345"}},
        "_embedded": {"links": []},
        **also,
    }  # fmt: skip


def written(path: Path, data: Any) -> Path:
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


# -- single notices


def test_a_notice_gives_state_charge_year_and_number(tmp_path) -> None:
    case = load_case(written(tmp_path / "n.json", notice()))

    assert (case.case_id, case.requesting_state) == ("2021/12345", "ARG")
    assert (case.notice.kind, case.notice.number) == ("red_notice", "2021/12345")
    assert (case.person.birth_year, case.person.nationalities) == (1971, ("ARG", "ITA"))
    assert [charge.conduct for charge in case.charges] == [TRANSLATED]
    assert [(one.id, one.text, one.kind) for one in case.documents] == [
        ("charge 1", CHARGE, "notice"),
        ("charge 1, translated", TRANSLATED, "notice"),
    ]
    assert case.notice.issued_on is None, "the year of a number is no date of a notice"


def test_no_name_of_anybody_is_carried(tmp_path) -> None:
    case = load_case(written(tmp_path / "n.json", notice()))
    assert CANARY not in case.model_dump_json().lower()
    found = gather(tmp_path / "n.json")
    assert found is not None
    assert found.account.unused["name"] == "names are neither needed nor used"
    assert CANARY not in "".join(found.account.lines()).lower()


def test_the_same_notice_loads_as_a_mapping_too() -> None:
    assert load(notice()).case.requesting_state == "ARG"


def test_the_address_says_which_kind_it_is() -> None:
    links = {"self": {"href": "https://ws-public.interpol.int/notices/v1/un/2021-12345"}}
    assert read_notice(notice(_links=links), "n").case["notice"]["kind"] == "other"
    assert "kind" not in read_notice({"entity_id": "1", "name": "x", "_links": None}, "n").case["notice"]


def test_warrants_of_two_states_leave_the_state_open_and_keep_both_charges() -> None:
    warrants = [{"issuing_country_id": code, "charge": f"charge of {code}"} for code in ("AR", "CL")]
    read = read_notice(notice(arrest_warrants=warrants), "n")
    assert "requesting_state" not in read.case
    assert len(read.case["charges"]) == 2
    assert any("more than one state" in remark for remark in read.remarks)


@pytest.mark.parametrize(
    ("odd", "remark"),
    [
        ({"nationalities": "AR"}, "nationalities: not a list"),
        ({"nationalities": ["ZZ", None, 4]}, "nationalities[0]: not the code of a state"),
        ({"arrest_warrants": {"charge": "x"}}, "arrest_warrants: not a list"),
        ({"arrest_warrants": [None]}, "arrest_warrants[0]: not an object"),
        ({"arrest_warrants": [{"issuing_country_id": "914"}]}, "not the code of a state"),
        ({"arrest_warrants": [{"charge": ["x"]}]}, "arrest_warrants[0].charge: not a text"),
        ({"arrest_warrants": [{"charge": "a\0b"}]}, "characters that no text has"),
        ({"arrest_warrants": [{"charges": "x"}]}, "a key that is not known, charges"),
        ({"date_of_birth": "unknown"}, "date_of_birth: not a date"),
        ({"date_of_birth": 1971}, "date_of_birth: not a text"),
        ({"entity_id": 12345}, "entity_id: not a text"),
    ],
)  # fmt: skip
def test_what_is_odd_is_remarked_on_and_the_rest_is_read(odd: dict[str, Any], remark: str) -> None:
    read = read_notice(notice(**odd), "n")
    assert any(remark in one for one in read.remarks)
    assert load(notice(**odd)).case.case_id


@pytest.mark.parametrize("key", sorted(notice()))
@pytest.mark.parametrize("gone", [True, False])
def test_any_field_may_be_missing_or_null(key: str, gone: bool) -> None:
    data = notice(**{key: None})
    if gone:
        del data[key]
    assert load(data).case.party == "requesting_state"


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3000),
    st.sampled_from([0.5, 1e300]),
    st.text("ab0/-é ", max_size=8),
    st.sampled_from(["AR", "2021/1", "1971/03/04", "\ud800", "\0"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["issuing_country_id", "charge", "charge_translation", "self", "href", "x"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(sorted(notice())), VALUES))
def test_any_shape_of_a_notice_is_a_case_or_a_fault(data: dict[str, Any]) -> None:
    data = {"arrest_warrants": None, **data}
    assert is_notice(data)
    try:
        case = load(data).case
    except CaseError:
        return
    assert Case.model_validate(case.model_dump(mode="json")) == case


@given(VALUES)
def test_anything_at_all_is_a_list_of_notices_or_is_not(data: Any) -> None:
    listed = notices_in(data)
    assert listed is None or isinstance(listed, list)


# -- in a folder


def test_a_notice_among_papers_is_the_case_of_the_folder(tmp_path) -> None:
    written(tmp_path / "notice.json", notice())
    (tmp_path / "statement.txt").write_text("His sister was arrested in May.")
    case = load_case(tmp_path)
    assert (case.case_id, case.requesting_state) == ("2021/12345", "ARG")
    assert [note.id or note.file for note in case.documents] == [
        "charge 1", "charge 1, translated", "statement.txt",
    ]  # fmt: skip
    assert len(load(case).documents) == 3


def test_a_notice_beside_a_case_file_gives_its_charges_as_papers(tmp_path) -> None:
    written(tmp_path / "notice.json", notice())
    (tmp_path / "case.yaml").write_text("case_id: mine\n")
    case = load_case(tmp_path)
    assert case.case_id == "mine"
    assert [(note.id, note.kind, note.author) for note in case.documents] == [
        ("notice.json, charge 1", "notice", "requesting_state"),
        ("notice.json, charge 1, translated", "notice", "requesting_state"),
    ]
    assert [document.text for document in load(case).documents] == [CHARGE, TRANSLATED]


def test_two_notices_in_a_folder_are_papers_and_no_case(tmp_path) -> None:
    written(tmp_path / "a.json", notice())
    written(tmp_path / "b.json", {"entity_id": "2021/2", "name": CANARY})
    case = load_case(tmp_path)
    assert case.requesting_state is None
    assert [note.unreadable for note in case.documents] == [
        None, None, "a notice without the words of a charge",
    ]  # fmt: skip


# -- lists


def test_a_list_makes_a_case_of_each_and_accounts_for_all(tmp_path) -> None:
    listed = [notice(), notice(entity_id="2021/2"), notice(), "x", {"entity_id": "2021/3"}]
    path = written(tmp_path / "l.json", {"total": 5, "_embedded": {"notices": listed}, "_links": {}})
    found = gather(path)
    assert found is not None
    account = found.account
    assert (account.read, account.cases, len(account.left_out)) == (5, 2, 3)
    assert [one.name for one in account.left_out] == ["notice 3", "notice 4", "notice 5"]
    assert [one.name for one in found.cases] == [f"notice {number}" for number in range(1, 6)]


def test_one_case_is_expected_and_a_list_is_refused_with_what_to_do(tmp_path) -> None:
    path = written(tmp_path / "l.json", [notice()])
    with pytest.raises(CaseError, match="a list of notices, and one case is expected"):
        load_case(path)


def test_notices_may_stand_a_line_each(tmp_path) -> None:
    path = tmp_path / "n.jsonl"
    path.write_text("".join(json.dumps(notice(entity_id=f"2021/{n}")) + "\n" for n in range(3)))
    assert [load(one.read()).case.case_id for one in cases_in(path)] == ["2021/0", "2021/1", "2021/2"]


def test_the_command_answers_for_a_notice_and_for_a_list(tmp_path, capsys) -> None:
    one = written(tmp_path / "one.json", notice())
    many = written(tmp_path / "many.json", {"_embedded": {"notices": [notice(), notice(entity_id="2021/2")]}})
    for path, count in ((one, 1), (many, 2)):
        assert cli.main(["screen", str(path), "--format", "jsonl"]) == 0
        told = capsys.readouterr()
        assert len(told.out.splitlines()) == count
        assert json.loads(told.out.splitlines()[0])["case_id"] == "2021/12345"
        assert CANARY not in (told.out + told.err).lower()


# -- entities


def entities() -> list[dict[str, Any]]:
    return [
        {"id": "p1", "schema": "Person", "caption": CANARY,
         "properties": {"name": [CANARY], "birthDate": ["1971-03-04"], "nationality": ["ar"],
                        "topics": ["crime"], "sourceUrl": ["https://interpol.int/notices/v1/red/2021-12345"]}},
        {"id": "s1", "schema": "Sanction",
         "properties": {"entity": ["p1"], "country": ["ar"], "reason": [CHARGE], "program": ["Red Notice"],
                        "authorityId": ["2021/12345"], "listingDate": ["2021-05"]}},
        {"id": "p2", "schema": "Person",
         "properties": {"sanctions": [{"id": "s2", "schema": "Sanction",
                                       "properties": {"reason": ["fraud"], "country": ["cl"]}}]}},
        {"id": "c1", "schema": "Company", "properties": {}},
        {"id": "s3", "schema": "Sanction", "properties": {"entity": ["nobody"]}},
        {"id": "p1", "schema": "Person", "properties": {}},
    ]  # fmt: skip


def as_lines(path: Path, data: list[Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in data), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["entities.ftm.json", "entities.jsonl"])
def test_people_are_cases_their_sanctions_join_them_and_the_rest_is_accounted_for(tmp_path, name) -> None:
    found = gather(as_lines(tmp_path / name, entities()))
    assert found is not None
    account = found.account
    assert (account.read, account.cases, account.joined, len(account.left_out)) == (6, 2, 1, 3)
    first, second = (load(one.read()).case for one in found.cases)
    assert (first.case_id, first.requesting_state, first.notice.number) == ("p1", "ARG", "2021/12345")
    assert (first.notice.kind, str(first.notice.issued_on)) == ("red_notice", "2021-05")
    assert [one.text for one in first.documents] == [CHARGE]
    assert (second.requesting_state, second.notice.kind) == ("CHL", None)
    assert CANARY not in first.model_dump_json()
    assert account.unused["topics"] == "no field of a case answers to it"


def test_a_broken_line_of_entities_is_told_in_its_place(tmp_path) -> None:
    path = as_lines(tmp_path / "e.jsonl", entities()[:2])
    path.write_text(path.read_text() + "{" + CANARY + "\n")
    found = gather(path)
    assert found is not None
    assert (found.account.read, found.account.cases, len(found.account.left_out)) == (3, 1, 1)
    with pytest.raises(RedflagError, match="line 3: not JSON") as caught:
        found.cases[-1].read()
    assert CANARY not in str(caught.value)


@given(st.lists(st.one_of(VALUES, st.fixed_dictionaries({
    "id": st.sampled_from(["a", "b", "", None]),
    "schema": st.sampled_from(["Person", "Sanction", "Company"]),
    "properties": st.dictionaries(
        st.sampled_from(["entity", "country", "reason", "birthDate", "nationality", "notes", "listingDate"]),
        st.one_of(st.lists(st.sampled_from(["a", "ar", "2021", "x", "\0"]), max_size=3), VALUES), max_size=4),
})), max_size=6))  # fmt: skip
def test_every_entity_is_a_case_joined_or_left_out(data: list[Any]) -> None:
    found = sort_entities(data)
    assert len(found.subjects) + found.joined + len(found.left_out) == len(data)
    for subject in found.subjects:
        assert load(subject.read().case).case.case_id == subject.entity["id"]
