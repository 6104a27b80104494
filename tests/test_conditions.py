"""What a rule may ask: as data, and by the law that settling an unknown overturns nothing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from redflag.conditions import Condition, FactAmount, Scope, explaining, open_leaves, subject
from redflag.conditions import Path as Fact
from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.errors import RuleError
from redflag.evidence import Assertion, Level, Party, Trace
from redflag.facts import FactBase
from redflag.record import parse_yaml
from redflag.signals import Signal
from redflag.truth import Truth

DATA = Path(__file__).parent / "data" / "conditions.yaml"
GOLDEN = Path(__file__).parent / "golden" / "conditions.txt"
TESTS: list[dict[str, Any]] = parse_yaml(DATA.read_text(encoding="utf-8"), str(DATA), RuleError).data

Gather = Callable[..., FactBase]
Read = Callable[[Any], Condition]

thorough = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def said(given: Mapping[str, str], number: int) -> tuple[Document, Signal]:
    """A sentence of a document of its own, or on a line of one that several share."""
    own, line = ("memo", int(given["line"])) if "line" in given else (f"paper-{number}", 0)
    document = Document(own, "So it is.\n" * 9, DocumentNote(author=given.get("said_by")))
    span = document.span(10 * line, 10 * line + 9)
    happened = PartialDate(given["happened"]) if "happened" in given else None
    assertion = Assertion(given.get("assertion", "affirmed"))
    event = f"said:{number}"
    return document, Signal(
        given.get("signal", "relative_arrested"),
        span,
        span,
        assertion,
        document.party,
        None,
        happened,
        None,
        event,
    )


def facts_for(test: Mapping[str, Any], facts_of: Gather) -> FactBase:
    told = [said(given, number) for number, given in enumerate(test.get("said", []))]
    papers = [Document(kind, "Words.", DocumentNote(kind=kind)) for kind in test.get("documents", [])]
    documents = [*{document.id: document for document, _ in told}.values(), *papers]
    signals = [signal for _, signal in told]
    return facts_of(test.get("case", {}), test.get("as_of", "2024-01-01"), documents, signals)


def ask(condition: Condition, facts: FactBase) -> Trace:
    return condition.evaluate(Scope(facts))


@pytest.mark.parametrize("test", TESTS, ids=[test["name"] for test in TESTS])
def test_a_condition_comes_to_what_is_expected(
    test: dict[str, Any], facts_of: Gather, condition_of: Read
) -> None:
    trace = ask(condition_of(test["condition"]), facts_for(test, facts_of))
    assert test["expected"] == trace.truth.value
    for one in trace.walk():
        assert isinstance(one.reason, str)
        assert isinstance(one.sources, tuple)
        assert one.truth is Truth.UNKNOWN or one.reason == ""
    if "reason" in test:
        assert test["reason"] == trace.reason


@pytest.mark.parametrize("test", TESTS, ids=[test["name"] for test in TESTS])
def test_its_contrary_comes_to_the_contrary(
    test: dict[str, Any], facts_of: Gather, condition_of: Read
) -> None:
    trace = ask(condition_of({"not": test["condition"]}), facts_for(test, facts_of))
    expected = {"true": "false", "false": "true", "unknown": "unknown"}[test["expected"]]
    assert expected == trace.truth.value


def test_the_data_tell_every_verdict_of_every_kind_of_condition() -> None:
    told: dict[str, set[str]] = {}
    for test in TESTS:
        assert set(test) <= {"name", "condition", "case", "as_of", "expected", "reason", "said", "documents"}
        told.setdefault(next(iter(test["condition"])), set()).add(test["expected"])
    whole = {"true", "false", "unknown"}
    assert {head: verdicts for head, verdicts in told.items() if verdicts != whole} == {"rule": {"unknown"}}
    assert len({test["name"] for test in TESTS}) == len(TESTS)


def told(trace: Trace, indent: str = "  ") -> str:
    """A trace as lines: what came of each condition, why it is open, and what it rests on."""
    lines = [f"{indent}{trace.truth.value}: {trace.node}{f' ({trace.reason})' if trace.reason else ''}"]
    for source in trace.sources:
        who = f"{source.party.value}, {source.level.value}, {source.assertion.value}"
        event = re.sub(r"[0-9a-f]{20}", "an event of its own", source.event)
        lines.append(f"{indent}  - {source.where}, {event}: {who}")
    return "\n".join([*lines, *(told(child, f"{indent}  ") for child in trace.children)])


def as_golden(facts_of: Gather, condition_of: Read) -> str:
    """Every case of the data with its whole trace."""
    return "".join(
        f"{test['name']}\n{told(ask(condition_of(test['condition']), facts_for(test, facts_of)))}\n"
        for test in TESTS
    )


def test_the_reasons_and_sources_are_those_that_somebody_looked_at(
    facts_of: Gather, condition_of: Read
) -> None:
    """A change here is meant or a defect: look at the difference, then run this file to keep it."""
    assert as_golden(facts_of, condition_of) == GOLDEN.read_text(encoding="utf-8")


# -- the law: settling an unknown overturns nothing

leaves = st.sampled_from(
    [
        {"fact": "request.made", "is": "true"},
        {"fact": "request.made", "is": "false"},
        {"fact": "notice.kind", "in": ["red_notice", "diffusion"]},
        {"fact": "person.roles", "includes": ["journalist"]},
        {"date": "notice.issued_on", "before": "protection.granted_on"},
        {"date": "notice.issued_on", "after": "protection.granted_on", "within": "30 days"},
        {"date": "notice.issued_on", "before": "as_of", "by_at_least": "1 year"},
        {"some": "relatives"},
    ]
)
item_leaves = st.sampled_from(
    [
        {"fact": "kin.measure", "is": "detained"},
        {"fact": "kin.own_conduct_explains", "is": "false"},
        {"date": "kin.happened", "after": "notice.issued_on"},
        {"date": "kin.happened", "before": "2021-03"},
        {"fact": "request.made", "is": "true"},
    ]
)


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda of: {"all": of}, several),
        st.builds(lambda of: {"any": of}, several),
        st.builds(lambda of: {"not": of}, inner),
        several.flatmap(
            lambda of: st.integers(1, len(of)).map(lambda n: {"at_least": {"n": str(n), "of": of}})
        ),
    )


def over_items(where: Any, n: int) -> Any:
    listed = {"as": "kin", "where": where}
    return {"some": "relatives", **listed} if n == 1 else {"count": "relatives", "at_least": str(n), **listed}


conditions = st.recursive(
    st.one_of(
        leaves,
        st.builds(over_items, st.recursive(item_leaves, grown, max_leaves=4), st.integers(1, 2)),
    ),
    grown,
    max_leaves=6,
)

dates = st.sampled_from(["2020", "2021", "2021-03", "2021-01/2021-06", "2021-03-10", "2021-03-20", "2022-05"])
kin = st.fixed_dictionaries(
    {},
    optional={
        "measure": st.sampled_from(["detained", "dismissed"]),
        "own_conduct_explains": st.booleans(),
        "happened": dates,
    },
)
role = st.one_of(
    st.sampled_from(["journalist", "lawyer"]),
    st.fixed_dictionaries({"value": st.sampled_from(["journalist", "lawyer"]), "known_by": dates}),
)
cases = st.fixed_dictionaries(
    {},
    optional={
        "made": st.booleans(),
        "kind": st.sampled_from(["red_notice", "blue_notice"]),
        "issued_on": dates,
        "granted_on": dates,
        "roles": st.lists(role, max_size=2),
        "relatives": st.lists(kin, max_size=3),
        "roles_complete": st.booleans(),
        "relatives_complete": st.booleans(),
    },
)


def case_data(told: Mapping[str, Any]) -> dict[str, Any]:
    lists = {"roles_complete": "person.roles", "relatives_complete": "relatives"}
    return {
        "request": {"made": told.get("made")},
        "notice": {"kind": told.get("kind"), "issued_on": told.get("issued_on")},
        "protection": {"granted_on": told.get("granted_on")},
        "person": {"roles": told.get("roles", [])},
        "relatives": told.get("relatives", []),
        "complete": [path for key, path in lists.items() if told.get(key)],
    }


def narrowed(draw: Callable[[Any], Any], date: str, until: str = "9999") -> str:
    """The same date or one inside it, that doesn't begin after another."""
    span, end = PartialDate(date), PartialDate(until).latest
    inside = [
        other
        for other in (
            "2020",
            "2021",
            "2021-03",
            "2021-03-10",
            "2021-03-20",
            "2021-05",
            "2020-02-02",
            "2022-05-05",
        )
        if span.earliest <= PartialDate(other).earliest <= end and PartialDate(other).latest <= span.latest
    ]
    return draw(st.sampled_from([date, *inside]))


def _dated(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"happened": item["happened"]} if "happened" in item else {}


@st.composite
def settled_more(draw: Callable[[Any], Any], told: dict[str, Any], as_of: str) -> dict[str, Any]:
    """A file that tells all that `told` tells and somewhat more."""
    more = draw(cases)
    found: dict[str, Any] = copy.deepcopy({**more, **told})
    for key in ("issued_on", "granted_on"):
        if key in told:
            found[key] = narrowed(draw, told[key], as_of)  # the file knows it by that day
    for role_ in found.get("roles", []):
        if isinstance(role_, dict):
            role_["known_by"] = narrowed(draw, role_["known_by"])
    for item in told.get("relatives", []):
        extra = draw(kin)
        extra.pop("happened", None)  # it would take an undated item, known by now, off the list
        if "happened" in item:
            extra["happened"] = narrowed(draw, item["happened"])
        found["relatives"][found["relatives"].index(item)] = {**extra, **item, **_dated(extra)}
    for key in ("roles", "relatives"):
        if key in told and not told.get(f"{key}_complete"):
            found[key] = [*found[key], *more.get(key, [])]
        elif told.get(f"{key}_complete"):
            found[key] = found[key] if key in told else []
    for key in ("roles_complete", "relatives_complete"):
        found[key] = bool(told.get(key)) or bool(more.get(key))
    return found


@thorough
@given(conditions, cases, st.sampled_from(["2021-03-15", "2021-06-01", "2024-01-01"]), st.data())
def test_settling_an_unknown_never_overturns_a_settled_verdict(
    facts_of: Gather,
    condition_of: Read,
    condition: Any,
    told: dict[str, Any],
    as_of: str,
    data: st.DataObject,
) -> None:
    asked = condition_of(condition)
    before = ask(asked, facts_of(case_data(told), as_of)).truth
    after = ask(asked, facts_of(case_data(data.draw(settled_more(told, as_of))), as_of)).truth
    assert before is Truth.UNKNOWN or before is after


@thorough
@given(conditions, cases, st.data())
def test_assuming_what_is_open_never_overturns_a_settled_verdict(
    facts_of: Gather, condition_of: Read, condition: Any, told: dict[str, Any], data: st.DataObject
) -> None:
    asked = condition_of(condition)
    facts = facts_of(case_data(told))
    trace = ask(asked, facts)
    open_ = sorted({leaf.node for leaf in trace.walk() if leaf.truth is Truth.UNKNOWN and not leaf.children})
    chosen = {words: data.draw(st.sampled_from([Truth.TRUE, Truth.FALSE])) for words in open_}
    after = ask(asked, facts.assume(chosen)).truth
    assert trace.truth is Truth.UNKNOWN or trace.truth is after


@thorough
@given(conditions, cases, st.sampled_from([Truth.TRUE, Truth.FALSE]))
def test_the_open_leaves_are_what_would_settle_a_condition(
    facts_of: Gather, condition_of: Read, condition: Any, told: dict[str, Any], wanted: Truth
) -> None:
    asked = condition_of(condition)
    facts = facts_of(case_data(told))
    trace = ask(asked, facts)
    found = list(open_leaves(trace, wanted))
    assert bool(found) is (trace.truth is Truth.UNKNOWN)
    assume(len(set(found)) == len(dict(found)))  # "x or not x" cannot be had both ways
    if found:
        assert ask(asked, facts.assume(dict(found))).truth is wanted


@thorough
@given(conditions, cases)
def test_every_settled_verdict_shows_what_it_rests_on_and_every_open_one_says_why(
    facts_of: Gather, condition_of: Read, condition: Any, told: dict[str, Any]
) -> None:
    trace = ask(condition_of(condition), facts_of(case_data(told)))
    if trace.truth is Truth.UNKNOWN:
        assert trace.reason
    else:
        assert list(explaining(trace))


@thorough
@given(conditions, cases)
def test_everything_is_evaluated_without_a_short_cut(
    facts_of: Gather, condition_of: Read, condition: Any, told: dict[str, Any]
) -> None:
    asked = condition_of(condition)
    nodes = {trace.node for trace in ask(asked, facts_of(case_data(told))).walk()}
    waiting = [asked]
    while waiting:
        one = waiting.pop()
        assert one.words in nodes
        if not one.words.startswith(("some ", "at least ")):
            waiting.extend(one.parts())


@given(conditions)
def test_equal_conditions_have_equal_words(condition_of: Read, condition: Any) -> None:
    one, other = condition_of(condition), condition_of(copy.deepcopy(condition))
    assert (one, one.words) == (other, other.words)


def test_conditions_that_ask_different_things_have_different_words(condition_of: Read) -> None:
    """A what-if settles a condition by its words: two that differ must not share them."""
    found: dict[str, Any] = {}
    every = [test["condition"] for test in TESTS]
    every += [
        {"some": "relatives", "where": {"fact": "item.measure", "is": "detained"}},
        {"some": "contacts"},
        {"count": "relatives", "at_least": "2"},
        {"count": "relatives", "at_least": "3"},
        {"all": [{"fact": "request.made", "is": "true"}]},
        {"any": [{"fact": "request.made", "is": "true"}, {"fact": "request.made", "is": "false"}]},
        {"signal": "relative_arrested", "said_by": "court"},
        {"signal": "relative_arrested", "said_by": "press"},
        {"date": "notice.issued_on", "before": "as_of", "within": "5 years"},
    ]
    for condition in every:
        words = condition_of(condition).words
        assert found.setdefault(words, condition) == condition, words
    assert len(found) > 40


# -- what is assumed

ASSUMABLE = (
    {"fact": "request.made", "is": "true"},
    {"fact": "person.roles", "includes": ["journalist"]},
    {"date": "notice.issued_on", "before": "as_of"},
    {"signal": "relative_arrested"},
    {"some": "relatives"},
)
SAID = (
    {"request": {"made": True}, "notice": {"issued_on": "2020"}, "relatives": [{}]},
    {"request": {"made": False}, "notice": {"issued_on": "2023-12-31/2024"}, "complete": ["relatives"]},
    {},
)


@pytest.mark.parametrize("condition", ASSUMABLE, ids=str)
@pytest.mark.parametrize("case", SAID, ids=["true", "false", "unknown"])
@pytest.mark.parametrize("truth", Truth)
def test_what_is_assumed_holds_whatever_the_file_says(
    facts_of: Gather, condition_of: Read, condition: Any, case: dict[str, Any], truth: Truth
) -> None:
    asked = condition_of(condition)
    trace = ask(asked, facts_of(case).assume({asked.words: truth}))
    assert (trace.truth, trace.node, trace.reason, trace.children) == (truth, asked.words, "", ())
    assert [(one.where, one.event, one.level) for one in trace.sources] == [
        ("(assumed)", "(assumed)", Level.ASSERTED)
    ]


def test_a_number_of_the_case_itself_can_be_assumed(facts_of: Gather) -> None:
    """No case has one today: all that are stand on lists."""
    asked = FactAmount(Fact("case.months"), 24, True, "the months are below 24")
    assert ask(asked, facts_of({}).assume({asked.words: Truth.TRUE})).truth is Truth.TRUE
    assert ask(asked, facts_of({}).assume({"other words": Truth.TRUE})) == ask(asked, facts_of({}))
    assert ask(asked, facts_of({})) == Trace(Truth.UNKNOWN, asked.words, "not stated")


@pytest.mark.parametrize("test", TESTS, ids=[test["name"] for test in TESTS])
def test_what_is_assumed_of_something_else_changes_nothing(
    test: dict[str, Any], facts_of: Gather, condition_of: Read
) -> None:
    asked, facts = condition_of(test["condition"]), facts_for(test, facts_of)
    assert ask(asked, facts.assume({"something else": Truth.TRUE})) == ask(asked, facts)


@pytest.mark.parametrize(
    "leaf",
    [
        {"fact": "item.measure", "is": "detained"},
        {"fact": "item.sentence_months", "below": "24"},
        {"date": "item.happened", "before": "2021"},
        {"date": "2021", "before": "item.happened"},
        {"fact": "item.urged", "includes": ["return"]},
    ],
    ids=str,
)
def test_nothing_is_assumed_of_one_item_of_a_list(facts_of: Gather, condition_of: Read, leaf: Any) -> None:
    """The words of such a condition are the same for every item: a what-if cannot mean one of them."""
    by_field = {"sentence_months": "charges", "urged": "contacts"}
    listed = next((name for field, name in by_field.items() if field in str(leaf)), "relatives")
    asked = condition_of({"some": listed, "where": leaf})
    (inside,) = asked.parts()
    facts = facts_of({listed: [{}]})
    assert ask(asked, facts.assume({inside.words: Truth.TRUE})) == ask(asked, facts)


# -- evidence


def test_an_open_fact_shows_both_sides_of_a_dispute(facts_of: Gather, condition_of: Read) -> None:
    made = [{"value": True, "party": "client"}, {"value": False, "party": "requesting_state"}]
    trace = ask(condition_of({"fact": "request.made", "is": "true"}), facts_of({"request": {"made": made}}))
    assert {source.party for source in trace.sources} == {Party.CLIENT, Party.REQUESTING_STATE}


def test_an_open_number_shows_both_sides_of_a_dispute(facts_of: Gather, condition_of: Read) -> None:
    months = [{"value": 6, "party": "client"}, {"value": 60, "party": "requesting_state"}]
    facts = facts_of({"charges": [{"sentence_months": months}]})
    asked = condition_of({"some": "charges", "where": {"fact": "item.sentence_months", "below": "24"}})
    (item,) = ask(asked, facts).children
    (number,) = item.children
    assert {source.party for source in number.sources} == {Party.CLIENT, Party.REQUESTING_STATE}


@pytest.mark.parametrize(
    "condition",
    [
        {"date": "as_of", "before": "notice.issued_on"},
        {"date": "2021", "before": "notice.issued_on"},
        {"date": "protection.granted_on", "before": "notice.issued_on"},
        {"date": "notice.issued_on", "before": "protection.granted_on"},
    ],
    ids=str,
)
def test_a_comparison_with_a_day_that_is_not_stated_says_so(
    facts_of: Gather, condition_of: Read, condition: Any
) -> None:
    trace = ask(condition_of(condition), facts_of({"protection": {"granted_on": "2020"}}))
    assert (trace.truth, trace.reason) == (Truth.UNKNOWN, "not stated")


def test_an_open_list_says_what_is_disputed_on_it(facts_of: Gather, condition_of: Read) -> None:
    measure = [{"value": "detained", "party": "client"}, {"value": "dismissed", "party": "requesting_state"}]
    asked = condition_of({"some": "relatives", "where": {"fact": "item.measure", "is": "detained"}})
    assert ask(asked, facts_of({"relatives": [{"measure": measure}]})).reason == "disputed"


def test_a_group_whose_open_parts_give_no_reason_gives_none(facts_of: Gather, condition_of: Read) -> None:
    assert ask(condition_of({"all": [{"rests_on": "asserted"}]}), facts_of({})).reason == ""


def test_items_are_asked_with_the_rules_and_the_company_of_the_file(
    facts_of: Gather, condition_of: Read
) -> None:
    other = Trace(Truth.TRUE, "alpha.one")
    for leaf in ({"rule": "alpha.one"}, {"beside": "supports"}):
        asked = condition_of({"some": "relatives", "where": leaf})
        scope = Scope(facts_of({"relatives": [{}]}), {}, {"alpha.one": other}, {"fired:supports": Truth.TRUE})
        assert asked.evaluate(scope).truth is Truth.TRUE


def test_an_item_after_one_that_does_not_count_is_asked_too(facts_of: Gather, condition_of: Read) -> None:
    listed = [{"assertion": "feared", "relation": "sister"}, {"relation": "brother"}, {"relation": "parent"}]
    for where in ({}, {"where": {"fact": "item.relation", "in": ["brother", "parent"]}}):
        for order in (listed, listed[::-1], [listed[1], listed[0], listed[2]]):
            trace = ask(condition_of({"some": "relatives", **where}), facts_of({"relatives": order}))
            assert len(trace.children) == 2


def test_a_list_that_may_grow_shows_what_is_on_it(facts_of: Gather, condition_of: Read) -> None:
    case = {"relatives": [{"measure": "dismissed"}, {"measure": "detained", "happened": "2024"}]}
    asked = condition_of({"some": "relatives", "where": {"fact": "item.measure", "is": "detained"}})
    trace = ask(asked, facts_of(case, "2024-06-01"))
    assert (trace.truth, trace.reason, trace.sources) == (
        Truth.UNKNOWN,
        "may be later than the screening date",
        (),
    )
    assert [child.node for child in trace.children] == ["relatives[0]"]


@pytest.mark.parametrize("n", [1, 2])
def test_of_a_list_the_condition_itself_is_open(facts_of: Gather, condition_of: Read, n: int) -> None:
    """Which of its items has to fit cannot be said; that enough of them do can be assumed."""
    fits = {"fact": "item.measure", "is": "detained"}
    asked = condition_of({"count": "relatives", "at_least": str(n), "where": fits})
    trace = ask(asked, facts_of({"relatives": [{}, {}, {}]}))
    assert [child.truth for child in trace.children] == [Truth.UNKNOWN] * 3
    assert list(open_leaves(trace)) == [(asked.words, Truth.TRUE)]


def test_a_verdict_is_explained_by_the_items_that_bear_it_out(facts_of: Gather, condition_of: Read) -> None:
    case = {"relatives": [{"measure": "detained"}, {"measure": "dismissed"}], "complete": ["relatives"]}
    asked = condition_of({"some": "relatives", "where": {"fact": "item.measure", "is": "detained"}})
    trace = ask(asked, facts_of(case))
    assert {source.where for source in explaining(trace)} == {"relatives[0]", "relatives[0].measure"}
    assert {child.node: child.truth for child in trace.children} == {
        "relatives[0]": Truth.TRUE,
        "relatives[1]": Truth.FALSE,
    }


def test_a_contrary_is_explained_by_what_makes_it_so(facts_of: Gather, condition_of: Read) -> None:
    asked = condition_of({"not": {"any": [{"fact": "request.made", "is": "true"}]}})
    trace = ask(asked, facts_of({"request": {"made": False}}))
    assert trace.truth is Truth.TRUE
    assert [source.where for source in explaining(trace)] == ["request.made"]


def test_the_silence_of_a_paper_is_explained_by_that_paper(facts_of: Gather, condition_of: Read) -> None:
    asked = condition_of({"signal": "relative_arrested", "absent_from": "court_ruling"})
    facts = facts_of({}, documents=[Document("judgment", "Words.", DocumentNote(kind="court_ruling"))])
    (source,) = ask(asked, facts).sources
    assert (source.where, source.level) == ("judgment", Level.DOCUMENTED)


# -- other rules, and what stands beside


def test_a_rule_condition_is_the_outcome_of_the_other_rule(facts_of: Gather, condition_of: Read) -> None:
    asked = condition_of({"rule": "alpha.one"})
    for truth in Truth:
        other = Trace(truth, "alpha.one", "disputed" if truth is Truth.UNKNOWN else "")
        trace = asked.evaluate(Scope(facts_of({}), {}, {"alpha.one": other}))
        assert trace == Trace(truth, asked.words, other.reason, children=(other,))
    off = Trace(Truth.UNKNOWN, asked.words, "the rule is switched off or does not apply")
    assert ask(asked, facts_of({})) == off


def test_company_is_true_or_unknown_and_never_false(facts_of: Gather, condition_of: Read) -> None:
    asked = condition_of({"beside": "supports"})
    alone = Trace(Truth.UNKNOWN, asked.words, "nothing of its own kind was found beside it")
    assert asked.evaluate(Scope(facts_of({}))) == alone
    assert asked.evaluate(Scope(facts_of({}), beside={"fired:counters": Truth.TRUE})) == alone
    fired = asked.evaluate(Scope(facts_of({}), beside={"fired:supports": Truth.TRUE}))
    assert fired == Trace(Truth.TRUE, asked.words)


def test_what_signs_rest_on_is_unknown_until_one_fired(facts_of: Gather, condition_of: Read) -> None:
    asked = condition_of({"rests_on": "asserted"})
    assert asked.evaluate(Scope(facts_of({}))) == Trace(Truth.UNKNOWN, asked.words)
    for truth in (Truth.TRUE, Truth.FALSE):
        scope = Scope(facts_of({}), beside={"rests_on:asserted": truth})
        assert asked.evaluate(scope) == Trace(truth, asked.words)


@pytest.mark.parametrize(
    ("condition", "about"),
    [
        ({"fact": "request.made", "is": "true"}, "request.made"),
        ({"date": "notice.issued_on", "after": "protection.granted_on"}, "protection.granted_on"),
        ({"date": "notice.issued_on", "before": "as_of"}, "notice.issued_on"),
        ({"date": "as_of", "before": "2021"}, "as_of"),
        ({"signal": "alert_deleted"}, "signal:alert_deleted"),
        ({"rule": "alpha.one"}, "alpha.one"),
        ({"some": "relatives"}, "relatives"),
        ({"all": [{"not": {"fact": "request.made", "is": "true"}}, {"some": "relatives"}]}, "request.made"),
        ({"beside": "supports"}, "another rule that supports fired beside it"),
    ],
)
def test_a_condition_is_about_what_it_names_first(condition_of: Read, condition: Any, about: str) -> None:
    assert subject(condition_of(condition)) == about


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ({"fact": "request.made", "is": "true"}, 0),
        ({"some": "relatives"}, 0),
        ({"some": "relatives", "where": {"fact": "item.measure", "is": "detained"}}, 1),
        ({"not": {"some": "relatives"}}, 1),
        ({"all": [{"some": "relatives"}, {"some": "contacts"}]}, 2),
    ],
)
def test_a_condition_has_the_parts_that_its_rule_wrote(
    condition_of: Read, condition: Any, parts: int
) -> None:
    assert len(condition_of(condition).parts()) == parts


if __name__ == "__main__":
    from conftest import condition_of, facts_of

    GOLDEN.write_text(as_golden(facts_of.__wrapped__(), condition_of.__wrapped__()), encoding="utf-8")
