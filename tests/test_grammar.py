"""Conditions as rule files write them: every path, word and name checked, every fault told with its mend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.conditions import (
    TOLD,
    AtLeast,
    Condition,
    DateIs,
    FactAmount,
    FactIncludes,
    FactIs,
    Following,
    Not,
    Path,
    RuleFired,
    Scope,
    SignalHeard,
    Some,
)
from redflag.dates import PartialDate
from redflag.errors import RuleError
from redflag.evidence import Assertion, Party
from redflag.facts import FactBase
from redflag.pack.grammar import Reader
from redflag.paths import case_shape
from redflag.record import Parsed, parse_yaml
from redflag.truth import Truth

SIGNALS = frozenset({"relative_arrested", "alert_deleted"})
FAMILIES = ("family_pressure", "timing")
RULES = frozenset({"alpha.one"})


def reader(parsed: Parsed) -> Reader:
    return Reader(parsed, case_shape(), SIGNALS, FAMILIES, RULES)


def parsed(text: str) -> Parsed:
    return parse_yaml(text, "rule.yaml", RuleError)


def read(text: str) -> Condition:
    source = parsed(text)
    asking = reader(source)
    condition = asking.read(source.data, ())
    assert asking.faults == []
    assert condition is not None
    return condition


def faults(text: str) -> list[str]:
    source = parsed(text)
    asking = reader(source)
    assert asking.read(source.data, ()) is None
    assert asking.faults
    return [str(fault) for fault in asking.faults]


# -- what can be asked


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (
            "{fact: notice.kind, is: red_notice}",
            FactIs(Path("notice.kind"), frozenset({"red_notice"}), "notice.kind is red_notice"),
        ),
        (
            "{fact: notice.kind, in: [red_notice, diffusion]}",
            FactIs(
                Path("notice.kind"),
                frozenset({"red_notice", "diffusion"}),
                "notice.kind is red_notice or diffusion",
            ),
        ),
        (
            "{fact: request.made, is: false}",
            FactIs(Path("request.made"), frozenset({False}), "request.made is false"),
        ),
        (
            "{fact: person.roles, includes: journalist}",
            FactIncludes(Path("person.roles"), frozenset({"journalist"}), "person.roles includes journalist"),
        ),
        (
            "{date: notice.issued_on, before: as_of}",
            DateIs(Path("notice.issued_on"), None, "notice.issued_on before as_of"),
        ),
        (
            "{date: notice.issued_on, after: 2021-04, within: 2 months}",
            DateIs(
                PartialDate("2021-04"),
                Path("notice.issued_on"),
                "notice.issued_on after 2021-04, within 2 months",
                within_days=60,
            ),
        ),
        (
            "{date: notice.issued_on, before: as_of, by_at_least: 5 years}",
            DateIs(
                Path("notice.issued_on"),
                None,
                "notice.issued_on before as_of, by at least 5 years",
                by_at_least_days=1825,
            ),
        ),
        ("{rule: alpha.one}", RuleFired("alpha.one", "rule alpha.one fired")),
        ("{some: relatives}", Some(Path("relatives"), "item", None, "some relatives as item")),
        (
            "{count: relatives, at_least: 2}",
            Some(Path("relatives"), "item", None, "at least 2 relatives as item", 2),
        ),
    ],
)
def test_the_yaml_form_of_a_condition_is_read(text: str, condition: Condition) -> None:
    assert condition == read(text)


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("all: [{rule: alpha.one}, {some: relatives}]", 2),
        ("any: [{rule: alpha.one}, {some: relatives}]", 1),
        ("at_least: {n: 2, of: [{rule: alpha.one}, {some: relatives}]}", 2),
    ],
)
def test_all_any_and_at_least_are_one_counting_rule(text: str, n: int) -> None:
    group = read(text)
    assert isinstance(group, AtLeast)
    assert (group.n, group.of) == (n, (read("{rule: alpha.one}"), read("{some: relatives}")))


def test_not_turns_one_condition_round() -> None:
    turned = read("not: {rule: alpha.one}")
    assert isinstance(turned, Not)
    assert turned.of == read("{rule: alpha.one}")


def test_a_signal_takes_what_it_has_to_follow() -> None:
    heard = read("{signal: alert_deleted, after: [relative_arrested, alert_deleted], within: 2 weeks}")
    assert isinstance(heard, SignalHeard)
    assert heard.following == Following(("relative_arrested", "alert_deleted"), 14)
    assert heard.words == (
        "documents say alert_deleted, after relative_arrested or alert_deleted, within 2 weeks"
    )
    assert read("{signal: alert_deleted, after: relative_arrested, within: 14 days}") != heard


def test_a_signal_takes_who_says_it_and_how() -> None:
    heard = read(
        "{signal: alert_deleted, said_by: court, not_said_by: [client],"
        " counting: [feared], absent_from: press}"
    )
    assert isinstance(heard, SignalHeard)
    assert heard.said_by == {Party.COURT}
    assert heard.not_said_by == {Party.CLIENT}
    assert heard.counting == {Assertion.FEARED}
    assert heard.absent_from == "press"
    bare = read("{signal: alert_deleted}")
    assert isinstance(bare, SignalHeard)
    assert (bare.said_by, bare.not_said_by, bare.counting, bare.absent_from) == (
        None,
        frozenset(),
        TOLD,
        None,
    )


def test_an_item_is_asked_by_its_name() -> None:
    some = read("{some: charges, as: charge, where: {fact: charge.maximum_penalty_months, below: 24}}")
    assert isinstance(some, Some)
    path = Path("charge.maximum_penalty_months", "charge", "maximum_penalty_months")
    assert some.where == FactAmount(path, 24, True, "charge.maximum_penalty_months below 24")


def test_an_inner_item_and_the_outer_one_can_both_be_named() -> None:
    some = read(
        "{some: contacts, as: call, where: {some: relatives, as: kin,"
        " where: {date: kin.happened, after: call.happened}}}"
    )
    assert isinstance(some, Some)
    assert isinstance(some.where, Some)
    inner = some.where.where
    assert isinstance(inner, DateIs)
    assert inner.earlier == Path("call.happened", "call", "happened")
    assert inner.later == Path("kin.happened", "kin", "happened")


@pytest.mark.parametrize(
    ("span", "days"), [("1 day", 1), ("30 days", 30), ("2 weeks", 14), ("6 months", 180), ("5 years", 1825)]
)
def test_a_span_of_time_is_days(span: str, days: int) -> None:
    found = read(f"{{date: notice.issued_on, after: 2020, within: {span}}}")
    assert isinstance(found, DateIs)
    assert found.within_days == days


# -- what a rule needs


def test_a_passage_is_there_or_not_and_never_unknown(facts_of: Callable[..., FactBase]) -> None:
    asked = read("{passage: timing}")
    assert isinstance(asked, SignalHeard)
    assert asked.words == "a passage reads like a sign of timing"
    assert asked.evaluate(Scope(facts_of({}))).truth is Truth.FALSE
    assert Assertion.NEGATED not in asked.counting


def test_the_paths_signals_and_papers_that_a_rule_needs_are_gathered() -> None:
    source = parsed(
        "all:\n"
        "  - {fact: notice.kind, is: red_notice}\n"
        "  - {date: notice.issued_on, before: as_of}\n"
        "  - {signal: alert_deleted, absent_from: court_ruling}\n"
        "  - {some: charges, as: charge, where: {fact: charge.sentence_months, below: 2}}\n"
    )
    asking = reader(source)
    asking.read(source.data, ())
    assert asking.touches == {
        "notice.kind",
        "notice.issued_on",
        "signal:alert_deleted",
        "document:court_ruling",
        "charges",
    }
    assert (asking.named, asking.stage) == ([], 0)


@pytest.mark.parametrize(
    ("text", "named", "stage"),
    [("{rule: alpha.one}", ["alpha.one"], 0), ("{beside: supports}", [], 1), ("{rests_on: asserted}", [], 2)],
)
def test_the_rules_and_the_company_that_a_rule_needs_are_gathered(
    text: str, named: list[str], stage: int
) -> None:
    source = parsed(text)
    asking = reader(source)
    asking.read(source.data, ())
    assert (asking.named, asking.stage) == (named, stage)


# -- what is refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # no condition
        ("word", "a condition is a mapping of keys; use one of fact, date"),
        ("[]", "a condition is a mapping of keys"),
        ("{}", "a condition is a mapping of keys"),
        ("{fakt: notice.kind}", 'no condition starts with "fakt"; did you mean "fact"?'),
        ("{is: red_notice}", 'no condition starts with "is"'),
        # facts
        ("{fact: notice.kin, is: red_notice}", 'unknown fact "notice.kin"; did you mean "notice.kind"?'),
        ("{fact: charge.conduct, is: x}", 'unknown fact "charge.conduct"'),
        ("{fact: notice, is: x}", 'unknown fact "notice"'),
        ("{fact: [a], is: x}", "a path such as notice.kind is expected here"),
        ("{fact: notice.kind}", "a fact needs one of is, in, includes, below, at_least"),
        ("{fact: notice.kind, is: red_notice, in: [diffusion]}", "a fact needs one of is, in"),
        ("{fact: notice.kind, is: red}", '"notice.kind" is never "red"'),
        ("{fact: notice.kind, is: red_notise}", 'did you mean "red_notice"?'),
        ("{fact: notice.kind, is: [red_notice]}", "is takes one value; use in for several"),
        ("{fact: notice.kind, in: []}", "an empty list can never be met"),
        ("{fact: notice.kind, includes: red_notice}", '"notice.kind" is one value; use is or in'),
        ("{fact: person.roles, is: journalist}", '"person.roles" is a list; use includes'),
        ("{fact: person.roles, includes: []}", "an empty list can never be met"),
        ("{fact: request.made, is: yes}", '"request.made" is never "yes"'),
        ("{fact: request.made, is: unknown}", '"request.made" is never "unknown"'),
        (
            "{fact: request.made, below: 2}",
            '"request.made" cannot be compared with this; give a whole number',
        ),
        ("{fact: notice.issued_on, is: 2021}", '"notice.issued_on" holds no word to compare with'),
        ("{fact: notice.kind, is: red_notice, iss: x}", 'unknown key "iss"; did you mean "is"?'),
        # dates
        ("{date: notice.issued_on}", "a date needs before or after, one of them"),
        ("{date: notice.issued_on, before: as_of, after: 2020}", "a date needs before or after, one of them"),
        ("{date: notice.kind, before: as_of}", '"notice.kind" is no date'),
        ("{date: notice.issued_on, before: 2021-13}", "no such day in the calendar"),
        ("{date: notice.issued_on, before: 21 May}", "not a date"),
        ("{date: notice.issued_on, before: as_off}", 'unknown fact "as_off"'),
        ("{date: notice.issued_on, after: 2020, within: soon}", "not a span of time; write 30 days"),
        ("{date: notice.issued_on, after: 2020, within: -3 days}", "not a span of time"),
        ("{date: notice.issued_on, after: 2020, within: 1 day, by_at_least: 1 day}", "do not go together"),
        # signals and rules
        (
            "{signal: relative_arested}",
            'unknown signal "relative_arested"; did you mean "relative_arrested"?',
        ),
        ("{passage: timming}", 'unknown family "timming"; did you mean "timing"?'),
        ("{passage: timing, said_by: court}", 'unknown key "said_by"'),
        ("{signal: alert_deleted, said_by: cort}", 'unknown word "cort"; did you mean "court"?'),
        ("{signal: alert_deleted, counting: [hoped]}", 'unknown word "hoped"'),
        ("{signal: alert_deleted, absent_from: court_rulings}", 'did you mean "court_ruling"?'),
        ("{signal: alert_deleted, sayd_by: court}", 'unknown key "sayd_by"; did you mean "said_by"?'),
        ("{signal: alert_deleted, after: relative_arrested}", "after and within go together; give both"),
        ("{signal: alert_deleted, within: 3 days}", "after and within go together"),
        ("{signal: alert_deleted, after: [], within: 3 days}", "an empty list can never be met"),
        (
            "{signal: alert_deleted, after: [relative_arested], within: 3 days}",
            'unknown signal "relative_arested"; did you mean "relative_arrested"?',
        ),
        ("{signal: alert_deleted, after: relative_arrested, within: soon}", "not a span of time"),
        (
            "{signal: alert_deleted, after: relative_arrested, within: 3 days, absent_from: press}",
            "what is absent has no day",
        ),
        ("{rule: alpha.on}", 'unknown rule "alpha.on"; did you mean "alpha.one"?'),
        ("{beside: caveat}", "beside takes supports or counters"),
        ("{rests_on: rumour}", "rests_on takes a level of evidence; use one of asserted"),
        # groups
        ("{all: []}", "a group needs at least one condition; all of nothing is true of every case"),
        ("{any: []}", "a group needs at least one condition"),
        ("{all: {rule: alpha.one}}", "a group needs at least one condition"),
        ("{at_least: {n: 0, of: [{rule: alpha.one}]}}", "at least 0 of 1 can never be asked"),
        ("{at_least: {n: 2, of: [{rule: alpha.one}]}}", "at least 2 of 1 can never be asked"),
        ("{at_least: {n: 1, of: []}}", "a group needs at least one condition"),
        ("{at_least: 2}", "at_least needs n and of"),
        ("{not: []}", "a condition is a mapping of keys"),
        # lists
        ("{some: relativs}", 'unknown list "relativs"; did you mean "relatives"?'),
        ("{some: notice.kind}", 'unknown list "notice.kind"'),
        ("{some: documents}", 'unknown list "documents"'),
        ("{count: relatives}", "count needs at_least; write at_least: 2"),
        ("{count: relatives, at_least: 0}", "count needs at_least"),
        ("{some: relatives, where: {fact: item.measur, is: x}}", 'did you mean "item.measure"?'),
        (
            "{some: relatives, as: kin, where: {fact: item.measure, is: detained}}",
            'unknown fact "item.measure"',
        ),
        ("{some: relatives, where: {some: contacts}}", '"item" names two items; choose another name'),
        ("{some: relatives, were: {rule: alpha.one}}", 'unknown key "were"; did you mean "where"?'),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_fault_and_the_mend(text: str, told: str) -> None:
    (fault,) = faults(text)
    assert fault.startswith("rule.yaml:1:")
    assert told in fault


@pytest.mark.parametrize(
    "path",
    ["requesting_state", "requested_state", "person.nationalities", "person.residence", "person.birth_year",
     "person.label", "protection.state", "notice.number", "case_id"],
)  # fmt: skip
def test_no_rule_may_rest_on_who_or_where_somebody_is(path: str) -> None:
    (fault,) = faults(f"{{fact: {path}, is: x}}")
    assert f'no rule may rest on "{path}"; ask for conduct' in fault


def test_no_item_may_be_told_by_its_state_either() -> None:
    (fault,) = faults("{some: decisions, where: {fact: item.state, is: FRA}}")
    assert 'no rule may rest on "item.state"' in fault


def test_every_fault_of_a_rule_is_told_at_once_at_its_own_place() -> None:
    told = faults(
        "all:\n"
        "  - {fact: notice.kin, is: red_notice}\n"
        "  - any:\n"
        "      - {signal: relative_arested}\n"
        "      - {fact: request.made, is: false}\n"
        "  - not: {rule: alpha.two}\n"
        "  - {fact: notice.kind, in: [red, blue]}\n"
    )
    assert [fault.split(": ")[0] for fault in told] == [
        "rule.yaml:2:6",
        "rule.yaml:4:10",
        "rule.yaml:6:11",
        "rule.yaml:7:25",
        "rule.yaml:7:25",
    ]


def test_a_condition_with_two_heads_is_told_so() -> None:
    (fault,) = faults("{fact: request.made, is: true, signal: alert_deleted}")
    assert 'no condition starts with "fact"' not in fault


# -- whatever is written, it is a condition or a fault

KEYS = (
    "fact date signal passage rule beside rests_on all any not at_least some count is in includes below "
    "before after within by_at_least as where counting said_by not_said_by absent_from n of"
)
VALUES = (
    "2 0 ² -1 ²² notice.kind request.made person.roles notice.issued_on as_of charges relatives item true "
    "item.measure red_notice alert_deleted alpha.one court feared press supports asserted 2021-04 2021-00"
)
words = st.sampled_from(KEYS.split())
scalars = st.one_of(st.none(), st.sampled_from([*VALUES.split(), "", "30 days", "9" * 5000]))
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=4)),
    max_leaves=10,
)


@settings(max_examples=600, deadline=None)
@given(anything)
def test_whatever_is_written_is_a_condition_or_told_as_a_fault(data: Any) -> None:
    asking = reader(Parsed(data, "rule.yaml"))
    condition = asking.read(data, ())
    assert (condition is None) is bool(asking.faults)
    if condition is not None:
        assert condition.words


ODD = [
    {"signal": ["alert_deleted"]},
    {"signal": {"alert_deleted": "x"}},
    {"rule": ["alpha.one"]},
    {"some": "relatives", "as": ["kin"]},
    {"count": "relatives", "at_least": "²"},
    {"at_least": {"n": "²", "of": [{"rule": "alpha.one"}]}},
    {"fact": "notice.kind", "is": None},
    {"fact": "notice.kind", "in": [["red_notice"]]},
    {"signal": "alert_deleted", "said_by": [["court"]]},
    {"signal": "alert_deleted", "absent_from": ["court_ruling"]},
    {"signal": "alert_deleted", "after": [["alert_deleted"]], "within": "1 day"},
    {"signal": "alert_deleted", "after": {"alert_deleted": 1}, "within": ["1 day"]},
    {"signal": "alert_deleted", "said_by": []},
    {"signal": "alert_deleted", "counting": []},
    {"some": "relatives", "at_least": "2"},
    {"beside": ["supports"]},
    {"rests_on": ["asserted"]},
    {"date": ["notice.issued_on"], "before": "as_of"},
]


@pytest.mark.parametrize("data", ODD, ids=str)
def test_what_no_case_could_ever_meet_is_a_fault_and_no_crash(data: Any) -> None:
    asking = reader(Parsed(data, "rule.yaml"))
    assert asking.read(data, ()) is None
    assert asking.faults
