"""Strict reading of YAML and JSON: nothing guessed, nothing lost, nothing of a case told in an error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from redflag.case import Case
from redflag.errors import CaseError, RedflagError, RuleError
from redflag.record import (
    DEEPEST_NESTING,
    Parsed,
    Record,
    canonical_json,
    digest,
    key_text,
    parse_json,
    parse_yaml,
    validate,
)

CANARY = "Zugzwang77"
"""Stands for the text of a case: no error may hold it."""


def read(text: str) -> Any:
    return parse_yaml(text, "case.yaml", CaseError).data


def read_json(text: str) -> Any:
    return parse_json(text, "case.json", CaseError).data


def refusal(text: str, parse: Any = parse_yaml) -> str:
    with pytest.raises(CaseError) as caught:
        parse(text, "case", CaseError)
    return str(caught.value)


def refused_case(data: Any) -> list[str]:
    with pytest.raises(CaseError) as caught:
        validate(Case, Parsed(data, "case.yaml"), CaseError)
    return [str(fault) for fault in caught.value.faults]


# -- YAML


@pytest.mark.parametrize(
    "scalar",
    ["NO", "no", "on", "y", "true", "False", "12:30", "0755", "0x1F", "1.10", "1e3", "1_000", ".inf", ".nan",
     "2021-04-01", "2021-04-01 10:00:00", "=", "<<"],
)  # fmt: skip
def test_every_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert read(f"key: {scalar}\n") == {"key": scalar}
    assert read(f"[{scalar}, other]\n") == [scalar, "other"]
    assert read(f"{scalar}: value\n") == {scalar: "value"}


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_none_and_the_quoted_word_is_text(nothing: str) -> None:
    assert read(f"key: {nothing}\n") == {"key": None}
    assert read(f'key: "{nothing}"\n') == {"key": nothing}
    assert read(f"key: '{nothing}'\n") == {"key": nothing}


def test_an_empty_text_holds_nothing() -> None:
    assert [read(text) for text in ("", "# only a remark\n", "---\n")] == [None, None, None]


plain = st.text("abcdefghij", min_size=1, max_size=5)
trees = st.recursive(
    st.one_of(st.none(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(plain, inner, max_size=3)),
    max_leaves=12,
)


@given(trees)
def test_json_text_reads_the_same_as_json_and_as_yaml(tree: Any) -> None:
    text = json.dumps(tree)  # escapes all but ASCII, so that both languages may hold it
    assert read_json(text) == tree
    try:
        as_yaml = read(text)
    except CaseError:
        assert "\\ud" in text  # halves of a pair, which only JSON writes
    else:
        assert as_yaml == tree


@given(st.lists(plain, min_size=1, max_size=6, unique=True), st.integers(0, 4))
def test_every_value_is_found_at_its_line_and_column(keys: list[str], blank: int) -> None:
    text = "# remark\n" * blank + "".join(f"{key}:\n  - first\n  -  inner: x\n" for key in keys)
    parsed = parse_yaml(text, "case.yaml", CaseError)
    lines = text.split("\n")
    for place, key in enumerate(keys):
        line = blank + 3 * place
        at = parsed.location((key, 1, "inner"))
        assert (at.line, at.column) == (line + 3, lines[line + 2].index("inner") + 1)
        assert (parsed.location((key,)).line, parsed.location((key,)).column) == (line + 1, 1)
        assert (parsed.location((key, 0)).line, parsed.location((key, 0)).column) == (line + 2, 5)


def test_the_place_of_what_is_missing_is_the_place_of_what_is_around_it() -> None:
    parsed = parse_yaml("a:\n  b:\n    - c: 1\n", "f", CaseError)
    found = parsed.location(("a", "b", 0, "missing"))
    assert str(found) == "f:3:7: a.b[0].missing"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", 'case:3:1: key "a" is given twice; keep one of them'),
        ("a: {b: 1, b: 2}\n", 'case:1:11: key "b" is given twice; keep one of them'),
        ('a: 1\n"a": 2\n', 'case:2:1: key "a" is given twice; keep one of them'),
        ("a: 1\nb: *x\n", "case:2:4: an alias (*) stands here; write the value out"),
        ("a: &x 1\n", "case:1:4: an anchor (&) stands here; write the value out"),
        ("a: &x {b: 1}\n", "case:1:4: an anchor (&) stands here; write the value out"),
        ("a: !!int 1\n", "case:1:4: a tag (!) stands here; write the plain value"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "case:1:4: a tag (!) stands here; write the plain value",
        ),
        ("!!map {a: 1}\n", "case:1:1: a tag (!) stands here; write the plain value"),
        ("a: 1\n---\nb: 2\n", "case:2:1: a second document starts here; keep one in a file"),
        ("[a, b]: 1\n", "case:1:1: a key must be a plain word"),
        ("? {a: 1}\n: 2\n", "case:1:3: a key must be a plain word"),
    ],
)
def test_what_yaml_allows_and_we_do_not_is_refused_with_its_place(text: str, told: str) -> None:
    assert refusal(text) == told


def test_the_same_key_in_two_mappings_is_no_key_given_twice() -> None:
    assert read("a: {b: 1}\nc: {b: 1}\n") == {"a": {"b": "1"}, "c": {"b": "1"}}


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "[{a: "])
def test_nesting_is_refused_beyond_the_limit_however_deep(opening: str) -> None:
    for levels in (DEEPEST_NESTING + 1, 100_000):
        assert "deep" in refusal(opening * levels) or "nesting" in refusal(opening * levels)


def test_nesting_up_to_the_limit_is_read() -> None:
    tree = read("[" * DEEPEST_NESTING + "x" + "]" * DEEPEST_NESTING)
    for _ in range(DEEPEST_NESTING):
        (tree,) = tree
    assert tree == "x"


@pytest.mark.parametrize(
    "text", ["a: [x", "a: 'x", 'a: "x', "a: b: c", "\ta: b", "a:\n  b\n c: d", "}", "@a"]
)
def test_what_is_not_yaml_is_refused_with_a_place_and_no_piece_of_it(text: str) -> None:
    told = refusal(text.replace("x", CANARY))
    assert told.startswith("case:")
    assert "not YAML" in told
    assert CANARY not in told


signs = [
    ":",
    " ",
    "\n",
    "'",
    '"',
    "[",
    "{",
    "]",
    "-",
    "%",
    "@",
    "`",
    "|",
    "!",
    "&",
    "*",
    "\t",
    "\\",
    "\x07",
    ",",
    "?",
    "#",
]


@given(st.lists(st.sampled_from([CANARY, *signs]), max_size=12))
def test_no_yaml_error_holds_a_value_of_the_text(pieces: list[str]) -> None:
    try:
        parse_yaml("a: " + "".join(pieces), "case", CaseError)
    except CaseError as error:
        told = str(error)
        assert CANARY not in told or "given twice" in told  # a key may be shown
        assert len(told.splitlines()) == 1


def test_the_kind_of_error_is_the_callers() -> None:
    with pytest.raises(RuleError):
        parse_yaml("a: [", "f", RuleError)
    with pytest.raises(RuleError):
        parse_json("{", "f", RuleError)


# -- JSON


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1, "a": 2}', 'key "a" is given twice'),
        ('{"b": {"a": 1, "c": 0, "a": 1}}', 'key "a" is given twice'),
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": Infinity}', "Infinity is not a number"),
        ('{"a": -Infinity}', "-Infinity is not a number"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ("[" * 100_000 + "]" * 100_000, "nested too deep"),
        ("9" * 5_000, "more than 20 digits"),
        ("", "ends in the middle"),
        ('{"a": 1', "ends in the middle"),
        ("{'a': 1}", "not JSON"),
        ("[1,]", "not JSON"),
        ('{"a": 1} {"b": 2}', "not JSON"),
    ],
)  # fmt: skip
def test_json_that_cannot_be_trusted_is_refused(text: str, told: str) -> None:
    assert told in refusal(text, parse_json)


def test_a_number_that_overflows_never_enters_a_record() -> None:
    parsed = parse_json('{"case_id": "x", "person": {"birth_year": 1e999}}', "f", CaseError)
    with pytest.raises(CaseError, match=r"person\.birth_year"):
        validate(Case, parsed, CaseError)


def test_json_cut_anywhere_is_refused_and_never_quoted() -> None:
    text = json.dumps({"case_id": CANARY, "charges": [{"note": CANARY}], "n": [True, None, 12.5]})
    for end in range(len(text)):
        assert CANARY not in refusal(text[:end], parse_json), end


def test_json_values_have_their_places_too() -> None:
    parsed = parse_json('{\n "a": [\n  {"b": 1}\n ]\n}', "f", CaseError)
    assert str(parsed.location(("a", 0, "b"))) == "f:3:4: a[0].b"


# -- records


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        "notice:\n"
        "  kind: purple\n"
        "  isued_on: 2021\n"
        "request: {made: perhaps}\n"
        "relatives: {a: b}\n"
        "contacts:\n"
        "  - {happened: 2021-13, urged: [return, dance]}\n"
    )
    with pytest.raises(CaseError) as caught:
        validate(Case, parse_yaml(text, "case.yaml", CaseError), CaseError)
    told = [str(fault) for fault in caught.value.faults]
    missing = [line for line in told if 'key "case_id" is missing' in line]
    assert len(missing) == 1
    rest = [line.partition(" ")[0] + " " + line.split(": ")[1] for line in told if line not in missing]
    assert rest == [
        "case.yaml:2:3: notice.kind",
        "case.yaml:3:3: notice.isued_on",
        "case.yaml:4:11: request.made",
        "case.yaml:5:1: relatives",
        "case.yaml:7:6: contacts[0].happened",
        "case.yaml:7:41: contacts[0].urged[1]",
    ]
    assert sum('unknown key "isued_on"; did you mean "issued_on"?' in line for line in told) == 1


def test_a_fault_inside_a_statement_is_told_at_its_own_key() -> None:
    told = refused_case(
        {"case_id": "x", "request": {"made": [{"value": "true"}, {"value": "true", "partty": "client"}]}}
    )
    assert told == ['case.yaml: request.made[1].partty: unknown key "partty"; did you mean "party"?']


def leaf_places() -> list[tuple[str | int, ...]]:
    """A place for every field of a case and of one item of each of its lists."""
    from redflag.case import Case as Root

    places: list[tuple[str | int, ...]] = []

    def walk(model: Any, path: tuple[str | int, ...]) -> None:
        for name, info in model.model_fields.items():
            places.append((*path, name))
            inside = info.annotation
            if isinstance(inside, type) and issubclass(inside, Record):
                walk(inside, (*path, name))
            for argument in getattr(inside, "__args__", ()):
                if isinstance(argument, type) and issubclass(argument, Record):
                    walk(argument, (*path, name, 0))

    walk(Root, ())
    return places


def planted(place: tuple[str | int, ...], value: Any) -> Any:
    for key in reversed(place):
        value = [value] if isinstance(key, int) else {key: value}
    return value


SHAPES = [
    CANARY,
    [CANARY],
    {"value": CANARY},
    [{"value": CANARY}, {"value": CANARY, "party": CANARY, "happened": CANARY}],
    {"value": {"value": CANARY}},
    [[CANARY]],
    CANARY * 60,
    f"{CANARY}\n{CANARY}",
]


@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_no_error_holds_a_value_of_a_case_wherever_it_stands(shape: int) -> None:
    refused = 0
    for place in leaf_places():
        data = {"case_id": "x", **planted(place, SHAPES[shape])}
        error = None
        try:
            validate(Case, Parsed(data, "case.yaml"), CaseError)
        except CaseError as caught:
            error = caught
        if error is not None:
            refused += 1
            assert CANARY not in str(error), place
            assert CANARY not in repr(error), place
            assert error.__suppress_context__  # a traceback shows no other error, which might quote
    assert refused > 100


def test_a_record_that_is_built_by_hand_hides_its_input_too() -> None:
    with pytest.raises(ValueError, match="validation error") as caught:
        Case(case_id="x", requesting_state=CANARY, request={"made": CANARY})
    assert CANARY not in str(caught.value)


def test_a_record_is_frozen_and_knows_only_its_own_keys() -> None:
    case = Case(case_id="x")
    with pytest.raises(ValueError, match="frozen"):
        case.case_id = "y"
    with pytest.raises(ValueError, match="Extra inputs"):
        Case(case_id="x", outcome="refused")


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(plain, inner, max_size=4)),
    max_leaves=10,
)


def reordered(value: Any) -> Any:
    """The same value, every mapping written the other way round."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(list(value))}
    return [reordered(one) for one in value] if isinstance(value, list) else value


@given(values)
def test_a_digest_does_not_depend_on_the_order_of_keys(value: Any) -> None:
    assert digest(value) == digest(reordered(value))
    assert json.loads(canonical_json(value)) == value


@given(values, values)
@example(1, "1")
@example(None, "null")
@example({}, [])
@example(["ab"], ["a", "b"])
def test_different_content_has_a_different_digest(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (digest(one) == digest(other)) is same


def test_a_digest_takes_any_text_and_no_infinity() -> None:
    assert len(digest("half a pair: \ud800")) == 64
    with pytest.raises(ValueError, match="JSON compliant"):
        digest(float("nan"))


def test_the_digest_of_a_case_follows_what_it_says_and_not_how_it_is_written() -> None:
    one = Case.model_validate({"case_id": "x", "notice": {"kind": "red_notice"}, "request": {"made": "no"}})
    same = Case.model_validate(
        {"request": {"made": False}, "notice": {"kind": "red_notice", "number": None}, "case_id": "x"}
    )
    other = Case.model_validate({"case_id": "x", "notice": {"kind": "red_notice"}, "request": {"made": True}})
    assert one.digest() == same.digest()
    assert one.digest() != other.digest()
    assert Case(case_id="x").digest() != Case(case_id="x", request={"made": False}).digest()


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a.b"),
        (("a", 0, "b", 12), "a[0].b[12]"),
        ((3, "a"), "[3].a"),
        (("two words\nhere",), "two words here"),
    ],
)
def test_a_path_of_keys_is_told_as_people_write_it(keys: tuple[str | int, ...], told: str) -> None:
    assert key_text(keys) == told


def test_every_error_of_this_room_is_one_of_the_family() -> None:
    assert issubclass(CaseError, RedflagError)
    with pytest.raises(RedflagError):
        parse_yaml("[", None, RedflagError)


def test_a_record_is_written_as_pydantic_writes_it() -> None:
    """Keys of events are made from it, and with them the order of items and what counts as one event."""
    case = Case.model_validate(
        {
            "case_id": "test",
            "as_of": "2024-01",
            "request": {"made": [{"value": True, "party": "court"}, {"value": False}]},
            "contacts": [{"caller": "official", "urged": ["return"], "happened": "2021-03/2021-06"}],
            "documents": [{"id": "a", "text": 'It\'s "so".\n'}],
        }
    )
    assert repr(case) == BaseModel.__repr__(case)
    assert "Statement[bool](" in repr(case)
