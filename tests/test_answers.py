"""One answer put into a case: what it replaces, what stays beside it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import redflag
from redflag.case import Case
from redflag.errors import CaseError
from redflag.paths import Leaf, Shape, case_shape

EXAMPLES = Path(__file__).parents[1] / "examples"
EMPTY = Case(case_id="c", as_of="2024-01-01")
SECRET = "what nobody may read in a log"


@pytest.fixture(scope="module")
def screener() -> redflag.Screener:
    return redflag.Screener()


@pytest.fixture(scope="module")
def h_case() -> Case:
    return redflag.load_case(EXAMPLES / "h_case")


def facts(shape: Shape, before: str = "") -> list[tuple[str, Leaf]]:
    own = [(before + name, leaf) for name, leaf in shape.leaves.items()]
    return own + [one for name, inside in shape.records.items() for one in facts(inside, f"{before}{name}.")]


def values(leaf: Leaf) -> st.SearchStrategy:
    match leaf.kind:
        case "flag":
            return st.booleans()
        case "word":
            return st.sampled_from(leaf.choices)
        case "words":
            return st.lists(st.sampled_from(leaf.choices), unique=True)
        case "number":
            return st.integers(0, 600)
        case "date":
            return st.dates().filter(lambda day: day.year > 1000).map(str)
        case _:
            return st.text(max_size=20)


answers = st.sampled_from(facts(case_shape())).flatmap(lambda one: st.tuples(st.just(one[0]), values(one[1])))


def written(path: str, value: object) -> dict:
    """A case file that says one thing, as somebody would write it."""
    file: dict = {"case_id": "c", "as_of": "2024-01-01"}
    *around, last = path.split(".")
    inside = file
    for name in around:
        inside = inside.setdefault(name, {})
    inside[last] = value
    return file


@given(answers)
def test_an_answer_is_what_a_case_file_would_say(one):
    path, value = one
    assert redflag.answer(EMPTY, path, value) == Case.model_validate(written(path, value))


@given(answers, answers)
def test_answers_in_another_order_make_the_same_case(one, other):
    (path, value), (second, later) = one, other
    if path == second:
        return
    forth = redflag.answer(redflag.answer(EMPTY, path, value), second, later)
    back = redflag.answer(redflag.answer(EMPTY, second, later), path, value)
    assert forth == back


@given(answers)
def test_an_answer_taken_back_leaves_the_case_as_it_was(one):
    path, value = one
    assert redflag.answer(redflag.answer(EMPTY, path, value), path, None).digest() == EMPTY.digest()


def test_the_old_case_stays_as_it_was(h_case):
    before = h_case.digest()
    assert redflag.answer(h_case, "request.complete", False).digest() != before
    assert h_case.digest() == before


def test_an_answer_stands_beside_what_others_say(h_case):
    changed = redflag.answer(h_case, "request.made", False)
    said = [(one.party, one.value) for one in changed.request.made]
    assert said == [("press", True), (None, False)]


def test_an_answer_replaces_what_the_same_party_said(h_case):
    once = redflag.answer(h_case, "request.made", False)
    assert redflag.answer(once, "request.made", True).request.made[-1].value is True
    assert len(redflag.answer(once, "request.made", True).request.made) == 2


def test_an_answer_borrows_no_weight_from_what_stands_around_it():
    notice = {"party": "requesting_state", "level": "documented", "states_act": True, "kind": "diffusion"}
    case = Case.model_validate({"case_id": "c", "as_of": "2024-01-01", "notice": notice})
    changed = redflag.answer(case, "notice.states_act", False).notice
    assert [(one.value, one.party, one.level) for one in changed.states_act] == [
        (True, None, None),
        (False, "client", "asserted"),
    ]
    new = redflag.answer(case, "notice.states_date", False).notice.states_date
    assert (new.value, new.party, new.level) == (False, "client", "asserted")
    assert redflag.answer(case, "notice.states_date", None).notice.states_date is None


def test_to_take_back_an_answer_keeps_what_others_say(h_case):
    once = redflag.answer(h_case, "request.made", False)
    assert [one.party for one in redflag.answer(once, "request.made", None).request.made] == ["press"]


def test_a_mapping_is_put_at_the_end_of_a_list(h_case):
    changed = redflag.answer(h_case, "relatives", {"relation": "brother", "measure": "exit_ban"})
    assert changed.relatives[:-1] == h_case.relatives
    assert changed.relatives[-1].measure == "exit_ban"


def test_a_field_of_an_item_is_answered_by_its_number(h_case):
    changed = redflag.answer(h_case, "charges[0].death_possible", True)
    assert changed.charges[0].death_possible.value is True


def test_a_list_can_be_called_complete():
    changed = redflag.answer(EMPTY, "complete", "relatives")
    assert redflag.answer(changed, "complete", "relatives").complete == ("relatives",)


def test_words_become_a_narrative_of_the_person():
    twice = redflag.answer(redflag.answer(EMPTY, "documents", "One."), "documents", "Two.")
    assert [(note.id, note.text, note.kind) for note in twice.documents] == [
        ("answer 1", "One.", "narrative"),
        ("answer 2", "Two.", "narrative"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("request.mad", True, 'request.mad: unknown key "mad"; did you mean "made"?'),
        ("request.made.value", True, "request.made: nothing lies inside this"),
        ("charges[0].death_possible", True, "charges: the list has 0 items"),
        ("request[0]", True, "request: not a list"),
        ("request..made", True, "not a path of a case"),
        ("__class__", True, '__class__: unknown key "__class__"'),
        ("request.Made", True, "not a path of a case"),
        ("notice.kind", SECRET, "notice.kind: not one of the words known here"),
        ("request.made", SECRET, "request.made: neither true nor false"),
        ("person.left_on", SECRET, "person.left_on: "),
        ("relatives", {"measure": SECRET}, "relatives[0].measure: "),
        ("relatives", {SECRET * 3: True}, "relatives[0]."),
        ("case_id", None, "case_id: "),
    ],
)
def test_what_cannot_stand_there_is_refused_with_its_place(path, value, told):
    with pytest.raises(CaseError) as refused:
        redflag.answer(EMPTY, path, value)
    assert str(refused.value).startswith(told)
    if not isinstance(value, dict) or SECRET in value.values():
        assert SECRET not in str(refused.value)


def blanks(screener, case):
    return [
        (asked, blank)
        for asked in redflag.questions(case, screener=screener)
        if asked.about == "case" and len(asked.blanks) == 1
        for blank in asked.blanks
        if blank.kind == "yes_no"
    ]


@pytest.mark.parametrize("name", ["h_case", "ordinary_fraud"])
def test_an_answer_gives_the_score_that_was_foretold(screener, name):
    case = redflag.load_case(EXAMPLES / name)
    told = blanks(screener, case)
    assert len(told) >= 3
    for asked, blank in told:
        for value in (True, False):
            answered = screener.screen(redflag.answer(case, blank.path, value))
            foretold = asked.score_if_true if value in blank.fits else asked.score_if_false
            assert answered.score == pytest.approx(foretold, abs=2e-6), asked.id


@pytest.mark.parametrize("name", ["h_case", "ordinary_fraud"])
def test_an_answer_only_narrows_the_range(screener, name):
    case = redflag.load_case(EXAMPLES / name)
    before = screener.score(case).score_range
    for _, blank in blanks(screener, case):
        for value in (True, False):
            low, high = screener.score(redflag.answer(case, blank.path, value)).score_range
            assert before[0] <= low + 1e-6
            assert high <= before[1] + 1e-6


def test_what_was_answered_is_not_asked_again(screener, h_case):
    for asked in redflag.questions(h_case, screener=screener):
        if asked.kind != "yes_no":
            continue
        again = redflag.questions(redflag.answer(h_case, asked.path, True), screener=screener)
        assert all(blank.path != asked.path for one in again for blank in one.blanks)
