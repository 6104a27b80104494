"""Compiled rules and masks come to what the reference comes to, on any file."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import redflag
from redflag.columns import columns_of
from redflag.compiled import Apart, Logic, compile_rules, first_reason
from redflag.conditions import AtLeast, Condition, FactIs, Not, Scope, open_leaves
from redflag.conditions import Path as FactPath
from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.evidence import Assertion
from redflag.facts import FactBase, Known, gather
from redflag.intake import load
from redflag.masks import Asking
from redflag.pack import RulePack, read_pack
from redflag.pack.masked import evaluate_columns
from redflag.pack.supposing import Supposing
from redflag.pack.trial import RuleTests
from redflag.record import parse_yaml, validate
from redflag.signals import Signal, find
from redflag.together import Together
from redflag.truth import Truth

ROOT = Path(__file__).parent.parent
PACK = redflag.load_pack()
SIGNALS = ("relative_arrested", "alert_deleted")
LEXICON = "id: {}\nsays: So it is.\nphrases:\n  en:\n    - sister was {}\n"

# -- anything that a rule can ask

DATES = ["2020", "2021", "2021-03", "2021-01/2021-06", "2021-03-10", "2021-03-20", "2022-05"]
FLAGS = ["request.made", "notice.warrant.valid", "prosecution.on_mass_list"]
DAYS = ["notice.issued_on", "protection.granted_on", "request.made_on"]
ITEMS = {
    "relatives": [
        {"fact": "item.measure", "in": ["detained", "dismissed"]},
        {"fact": "item.own_conduct_explains", "is": "false"},
        {"date": "item.happened", "after": "notice.issued_on", "within": "90 days"},
        {"date": "item.happened", "before": "2021-03"},
    ],
    "contacts": [
        {"fact": "item.urged", "includes": ["return", "testify"]},
        {"fact": "item.recorded", "is": "true"},
        {"fact": "item.deadline_days", "below": "10"},
        {"date": "item.happened", "before": "as_of", "by_at_least": "1 year"},
    ],
}


def any_of(*forms: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(forms)


facts_asked = st.one_of(
    st.builds(lambda fact, told: {"fact": fact, "is": told}, any_of(*FLAGS), any_of("true", "false")),
    any_of(
        {"fact": "notice.kind", "in": ["red_notice", "diffusion"]},
        {"fact": "person.roles", "includes": ["journalist", "activist"]},
        {"date": "2021-01", "before": "2021-02"},
    ),
    st.builds(
        lambda one, side, other, span: {"date": one, side: other, **span},
        any_of(*DAYS),
        any_of("before", "after"),
        any_of(*DAYS, "as_of", "2021-03"),
        any_of({}, {"within": "30 days"}, {"by_at_least": "1 year"}),
    ),
)
said = st.builds(
    lambda signal, also: {"signal": signal, **also},
    any_of(*SIGNALS),
    any_of(
        {}, {"said_by": "court"}, {"not_said_by": ["client", "press"]}, {"counting": ["feared"]},
        {"absent_from": "court_ruling"}, {"after": "relative_arrested", "within": "60 days"},
    ),
)  # fmt: skip


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=4)
    return st.one_of(
        st.builds(lambda of: {"all": of}, several),
        st.builds(lambda of: {"any": of}, several),
        st.builds(lambda of: {"not": of}, inner),
        several.flatmap(
            lambda of: st.integers(1, len(of)).map(lambda n: {"at_least": {"n": str(n), "of": of}})
        ),
    )


@st.composite
def over_items(draw: Callable[[Any], Any]) -> Any:
    path = draw(any_of(*ITEMS))
    asked = st.recursive(st.one_of(any_of(*ITEMS[path]), facts_asked), grown, max_leaves=4)
    n = draw(st.integers(1, 3))
    also = draw(any_of({}, {"counting": ["affirmed", "threatened", "feared"]}))
    if draw(st.booleans()):
        also = {**also, "where": draw(asked)}
    return {"some": path, **also} if n == 1 else {"count": path, "at_least": str(n), **also}


passages = st.just({"passage": "alpha"})
conditions = st.recursive(st.one_of(facts_asked, said, passages, over_items()), grown, max_leaves=6)
texts = st.recursive(st.one_of(said, passages), grown, max_leaves=3)
company = any_of({"beside": "supports"}, {"beside": "counters"}, {"rests_on": "asserted"})
naming = any_of({"rule": "alpha.one"}, {"not": {"rule": "alpha.two"}}, {"rule": "alpha.three"})


@st.composite
def packs(draw: Callable[[Any], Any]) -> dict[str, dict[str, Any]]:
    """Four rules of every make: some name those before them, some ask for company."""
    found: dict[str, dict[str, Any]] = {}
    for place, name in enumerate(["one", "two", "three", "four"]):
        rule: dict[str, Any] = {"when": draw(conditions)}
        if draw(st.booleans()):
            rule["text"] = draw(texts)
        for key in ("unless", "contradicted_by", "applies_when"):
            if draw(st.integers(0, 3)) == 0:
                rule[key] = draw(conditions)
        if place == 3:
            rule["when"] = {draw(any_of("all", "any")): [draw(naming), draw(st.one_of(company, conditions))]}
        if draw(st.integers(0, 3)) == 0:
            rule["in_force"] = draw(any_of({"from": "2021-04-01"}, {"until": "2022"}))
        if draw(st.integers(0, 3)) == 0:
            weight = {"log_lr_true": -1.0, "log_lr_false": 0.2, "basis": "author_assigned", "reason": "-"}
            rule |= {"effect": "counters", "answers": ["beta"], "weight": weight}
        found[f"alpha.{name}"] = rule
    return found


# -- anything that a file can tell

party = any_of({}, {"party": "requesting_state"}, {"party": "court", "level": "adjudicated"})
flag = st.one_of(
    st.booleans(),
    st.builds(lambda value, by: {"value": value, **by}, st.booleans(), party),
    st.lists(
        st.builds(lambda value, by: {"value": value, **by}, st.booleans(), party), min_size=1, max_size=2
    ),
)
day = any_of(*DATES)
vouched = {"assertion": any_of(*(str(one) for one in Assertion)), "happened": day, "known_by": day}
kin = st.fixed_dictionaries(
    {}, optional={"measure": any_of("detained", "dismissed"), "own_conduct_explains": flag, **vouched}
)
call = st.fixed_dictionaries(
    {},
    optional={
        "urged": st.lists(any_of("return", "pay"), max_size=2, unique=True),
        "recorded": flag,
        "deadline_days": st.integers(1, 20),
        **vouched,
    },
)
told = st.fixed_dictionaries(
    {},
    optional={
        "request.made": flag,
        "request.made_on": day,
        "notice.kind": any_of("red_notice", "blue_notice"),
        "notice.issued_on": day,
        "notice.warrant.valid": flag,
        "prosecution.on_mass_list": flag,
        "protection.granted_on": day,
        "person.roles": st.lists(any_of("journalist", "lawyer"), max_size=2),
        "relatives": st.lists(kin, max_size=3),
        "contacts": st.lists(call, max_size=3),
        "complete": st.lists(any_of("person.roles", "relatives", "contacts"), max_size=3, unique=True),
    },
)
sayings = st.lists(
    st.fixed_dictionaries(
        {"signal": any_of(*SIGNALS, "passage:alpha"), "assertion": any_of(*Assertion)},
        optional={
            "author": any_of("court", "press", "client"),
            "happened": day,
            "kind": any_of("court_ruling", "press"),
        },
    ),
    max_size=3,
)


def nested(told: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {"case_id": "test"}
    for path, value in told.items():
        inside = data
        *heads, last = path.split(".")
        for head in heads:
            inside = inside.setdefault(head, {})
        inside[last] = value
    return data


@st.composite
def files(draw: Callable[[Any], Any]) -> FactBase:
    data = nested(draw(told))
    documents, signals = [], []
    for number, one in enumerate(draw(sayings)):
        note = DocumentNote(author=one.get("author"), kind=one.get("kind", "press"))
        document = Document(f"paper-{number}", "So it is.", note)
        span = document.span(0, 9)
        happened = PartialDate(one["happened"]) if "happened" in one else None
        event, party_ = f"said:{number % 2}", document.party
        documents.append(document)
        signals.append(
            Signal(
                one["signal"], span, span, Assertion(one["assertion"]), party_, None, happened, None, event
            )
        )
    as_of = draw(any_of("2021-03-15", "2021-06-01", "2024-01-01"))
    return gather(redflag.Case.model_validate(data), documents, signals, PartialDate(as_of))


thorough = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def in_one_rule(condition: Condition, facts: FactBase) -> object:
    """What a rule that asks one condition comes to, compiled."""
    ask = compile_rules({"alpha.one": Logic(None, condition, None, None, None)})
    spoken = bool(facts.signals or facts.unplaced_signals or facts.documents)
    (came,) = ask(facts, {"alpha.one"}, spoken, {}, {})
    return came


@thorough
@given(conditions, st.lists(files(), min_size=1, max_size=3))
def test_a_compiled_condition_gives_the_verdict_and_the_reason_of_the_reference(
    condition_of: Callable[[Any], Condition], condition: Any, bases: list[FactBase]
) -> None:
    asked = condition_of(condition)
    for facts in bases:
        trace = asked.evaluate(Scope(facts))
        known = {Truth.TRUE: True, Truth.FALSE: False}
        assert in_one_rule(asked, facts) == known.get(trace.truth, trace.reason)


def assert_same(pack: RulePack, facts: FactBase) -> list[str]:
    """Both ways give the same, the traces too; gives what the rules came to."""
    reference, compiled = pack.evaluate_in_full(facts), pack.compiled.evaluate(facts)
    for one, other in zip(reference, compiled, strict=True):
        assert (one.rule.id, one.status, one.reason) == (other.rule.id, other.status, other.reason)
        assert one.reason == one.trace.reason
        assert one.trace == other.trace
        assert one.sources() == other.sources()
    return [one.status for one in compiled]


@settings(thorough, max_examples=120)
@given(packs(), st.lists(files(), min_size=1, max_size=4))
def test_a_compiled_pack_comes_to_what_the_reference_comes_to(
    write_pack: Callable[..., Path], rules: dict[str, dict[str, Any]], bases: list[FactBase]
) -> None:
    files_ = {f"lexicons/{name}.yaml": LEXICON.format(name, name) for name in SIGNALS}
    with tempfile.TemporaryDirectory() as folder:
        pack = read_pack([write_pack(Path(folder), rules, files_)])
    came = [assert_same(pack, facts) for facts in bases]
    table = evaluate_columns(pack, columns_of(bases))
    assert [list(table.statuses(row).values()) for row in range(len(bases))] == came


@settings(thorough, max_examples=120)
@given(packs(), files(), st.data())
def test_what_an_answer_would_change_is_what_the_reference_comes_to_under_it(
    write_pack: Callable[..., Path], rules: dict[str, dict[str, Any]], facts: FactBase, data: st.DataObject
) -> None:
    """All rules are asked in full here; there, those alone that the answer could move."""
    files_ = {f"lexicons/{name}.yaml": LEXICON.format(name, name) for name in SIGNALS}
    with tempfile.TemporaryDirectory() as folder:
        pack = read_pack([write_pack(Path(folder), rules, files_)])
    judged = pack.evaluate_in_full(facts)
    supposing = Supposing(pack, facts, judged)
    for _ in range(2):  # what the first answer leaves behind must not colour the next
        leaves = [leaf for one in judged for leaf in open_leaves(one.trace)]
        verdicts = dict(data.draw(st.lists(st.sampled_from(leaves), max_size=3))) if leaves else {}
        if data.draw(st.booleans()):
            verdicts = {words: ~truth for words, truth in verdicts.items()}
        again = {one.rule.id: one for one in supposing.settled(verdicts)}
        for given_, wanted in zip(judged, pack.evaluate_in_full(facts.assume(verdicts)), strict=True):
            came = again.get(wanted.rule.id, given_)
            assert (came.status, came.reason, came.trace) == (wanted.status, wanted.reason, wanted.trace)
            assert came.sources() == wanted.sources()


def test_an_answer_that_makes_a_rule_fire_moves_the_rule_that_waits_for_company(
    write_pack: Callable[..., Path], tmp_path: Path, facts_of: Callable[..., FactBase]
) -> None:
    asking = {"alpha.one": {"when": {"fact": "request.made", "is": "true"}}}
    waiting = {
        "alpha.two": {"when": {"beside": "supports"}},
        "alpha.three": {"when": {"rests_on": "asserted"}},
    }
    pack = read_pack([write_pack(tmp_path, asking | waiting)])
    facts = facts_of({})
    supposing = Supposing(pack, facts, pack.evaluate_in_full(facts))

    def settled(truth: Truth) -> dict[str, str]:
        return {one.rule.id: one.status for one in supposing.settled({"request.made is true": truth})}

    assert settled(Truth.TRUE) == {"alpha.one": "fired", "alpha.two": "fired", "alpha.three": "fired"}
    assert settled(Truth.FALSE) == {"alpha.one": "clear"}


@settings(thorough, max_examples=120)
@given(packs(), st.lists(told, min_size=1, max_size=6), any_of("2021-03-15", "2021-06-01", "2024-01-01"))
def test_cases_scored_together_come_to_what_each_comes_to_by_itself(
    write_pack: Callable[..., Path], rules: dict[str, dict[str, Any]], cases: list[dict[str, Any]], as_of: str
) -> None:
    files_ = {f"lexicons/{name}.yaml": LEXICON.format(name, name) for name in SIGNALS}
    with tempfile.TemporaryDirectory() as folder:
        screener = redflag.Screener(read_pack([write_pack(Path(folder), rules, files_)]))
    together = Together(screener)
    gathered = together.gathering()
    plain = [one for one in map(nested, cases) if gathered.add(one, as_of, None)]
    for case, scores in zip(plain, together.scores(gathered), strict=True):
        assert scores is None or scores == screener.score(case, as_of)


def test_what_fired_on_no_source_is_nobodys_word(write_pack: Callable[..., Path], tmp_path: Path) -> None:
    fixed = {"alpha.one": {"when": {"date": "2021-01", "before": "2021-02"}}}
    waiting = {"alpha.two": {"when": {"rests_on": "asserted"}}}
    pack = read_pack([write_pack(tmp_path, fixed | waiting)])
    screener, case = redflag.Screener(pack), {"case_id": "test"}
    alone = screener.score(case, "2024-01-01")
    assert alone.fired == ("alpha.one",)
    together = Together(screener)
    gathered = together.gathering()
    assert gathered.add(case, "2024-01-01", None)
    table, tally = together.tally(gathered.columns())
    assert tally.near.tolist() == [True] or table.outcomes.statuses(0)["alpha.two"] == "clear"
    assert list(together.scores(gathered)) in ([None], [alone])


@thorough
@given(conditions, st.lists(files(), min_size=1, max_size=4))
def test_masks_give_the_verdicts_of_the_reference(
    condition_of: Callable[[Any], Condition], condition: Any, bases: list[FactBase]
) -> None:
    asked = condition_of(condition)
    true, false = Asking(columns_of(bases)).ask(asked)
    verdicts = [asked.evaluate(Scope(facts)).truth for facts in bases]
    assert true.tolist() == [verdict is Truth.TRUE for verdict in verdicts]
    assert false.tolist() == [verdict is Truth.FALSE for verdict in verdicts]


def rule_tests() -> list[Path]:
    return sorted((ROOT / "tests" / "rules").glob("*/*.yaml"))


def test_the_shipped_pack_comes_to_the_same_on_every_documented_case_with_its_documents() -> None:
    seen: set[str] = set()
    bases, came = [], []
    for path in sorted((ROOT / "training_data" / "cases").glob("*.yaml")):
        intake = load(redflag.load_case(path))
        assert intake.case.as_of is not None
        for documents in ((), intake.documents):
            readable = [document for document in documents if not document.unreadable]
            facts = gather(intake.case, documents, find(readable, PACK.lexicons), intake.case.as_of)
            bases.append(facts)
            came.append(assert_same(PACK, facts))
            seen.update(came[-1])
    table = evaluate_columns(PACK, columns_of(bases))
    assert [list(table.statuses(row).values()) for row in range(len(bases))] == came
    assert seen == {"fired", "clear", "undetermined", "not_applicable"}


@pytest.mark.parametrize("path", rule_tests(), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_shipped_pack_comes_to_the_same_on_every_test_of_a_rule(path: Path) -> None:
    tests = validate(RuleTests, parse_yaml(path.read_text(encoding="utf-8"), path.name, redflag.RuleError),
                     redflag.RuleError)  # fmt: skip
    bases = []
    for test in tests.cases:
        case = redflag.Case.model_validate({"case_id": "test", **test.case})
        bases.append(gather(case, (), (), test.as_of))
    came = [assert_same(PACK, facts) for facts in bases]
    table = evaluate_columns(PACK, columns_of(bases))
    assert [list(table.statuses(row).values()) for row in range(len(bases))] == came


def test_a_pack_is_compiled_once_it_has_judged_some_files_and_nothing_shows_of_it(
    write_pack: Callable[..., Path], tmp_path: Path, facts_of: Callable[..., FactBase]
) -> None:
    pack = read_pack([write_pack(tmp_path)])
    facts = facts_of({"request": {"made": False}})
    compiled = []
    for _ in range(20):
        (one,) = pack.evaluate(facts)
        assert (one.status, one.trace.children[0].node) == ("fired", "request.made is false")
        compiled.append("compiled" in vars(pack))
    assert compiled == sorted(compiled)
    assert not compiled[0]
    assert compiled[-1]


# -- the Python that is written


HOSTILE = "x'); __import__('os').system('true') #\n\"\"\"{}"


def test_no_word_of_a_rule_becomes_part_of_the_python(facts_of: Callable[..., FactBase]) -> None:
    """Even words that the grammar would never let through are no more than values."""
    condition = Not(
        AtLeast(1, (FactIs(FactPath(HOSTILE), frozenset({HOSTILE}), HOSTILE),) * 2, HOSTILE), HOSTILE
    )
    facts = FactBase(PartialDate("2024"), {HOSTILE: Known(HOSTILE, ())})
    assert in_one_rule(condition, facts) is False
    assert in_one_rule(condition, facts_of({})) == "not stated"


def test_conditions_may_lie_as_deep_as_a_file_can_hold_them(
    condition_of: Callable[[Any], Condition], facts_of: Callable[..., FactBase]
) -> None:
    asked: Any = {"some": "relatives", "where": {"fact": "item.measure", "is": "detained"}}
    for _ in range(24):
        asked = {"not": {"any": [asked, {"fact": "request.made", "is": "true"}]}}
    deep = condition_of(asked)
    for made, detained in itertools.product((True, False, None), (True, False)):
        facts = facts_of(
            {"request": {"made": made}, "relatives": [{"measure": "detained"}] if detained else []}
        )
        trace = deep.evaluate(Scope(facts))
        known = {Truth.TRUE: True, Truth.FALSE: False}
        assert in_one_rule(deep, facts) == known.get(trace.truth, trace.reason)


def test_a_dispute_is_told_before_silence() -> None:
    assert first_reason([True, "not stated", "disputed", False]) == "disputed"
    assert first_reason(["", "not stated"]) == "not stated"
    assert first_reason([True, ""]) == ""


def test_contrary_readings_are_left_to_the_trace(
    condition_of: Callable[[Any], Condition], facts_of: Callable[..., FactBase]
) -> None:
    made = condition_of({"fact": "request.made", "is": "true"})
    ask = compile_rules({"alpha.one": Logic(None, made, Not(made, "not made"), None, None)})
    facts = facts_of({"request": {"made": True}})
    assert ask(facts, {"alpha.one"}, False, {}, {}) == (Apart.READINGS_DIFFER,)
    assert ask(facts, set(), False, {}, {}) == (None,)
