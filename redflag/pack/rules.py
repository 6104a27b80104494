"""A pack of rules that can be asked of a file, and how one rule is judged.

`judge` is the reference: it asks every condition and keeps every trace. `RulePack.evaluate` asks the
same rules as Python compiled from them (`redflag.compiled`) and traces a rule only where somebody
looks at its trace, such as for the evidence of a rule that fired.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields

from redflag.assessment import Status
from redflag.compiled import Apart, Ask, Came, Logic, compile_rules
from redflag.conditions import Beside, Condition, RestsOn, RuleFired, Scope, explaining, subject
from redflag.dates import PartialDate, before
from redflag.evidence import Level, Source, Trace
from redflag.facts import DISPUTED, FactBase
from redflag.pack.rule import About, Axis, Family, LegalProvision, Literature, Rule
from redflag.scoring import Policy
from redflag.signals import Lexicons
from redflag.tracing import Tracer, compile_trace
from redflag.truth import Truth

NOT_IN_FORCE = "not in force"

DOES_NOT_APPLY = Apart.DOES_NOT_APPLY.value

_UNTIL_COMPILED = 8
"""Files that are judged by the reference first: to compile a pack takes as long as judging some."""
_SUPPORTED = "supported"
"""That a rule of that effect fired, a state's record among them."""

_EMPTY = FactBase(PartialDate("2000"))


@dataclass(frozen=True, slots=True)
class Question:
    """A rule with its conditions ready to be asked.

    Attributes:
        touches: the paths, lists and signals without which it cannot be anything but unknown.
        stage: 0 for most; 1 if it needs others beside it; 2 if it judges what they rest on.
    """

    rule: Rule
    applies_when: Condition | None
    when: Condition | None
    text: Condition | None
    unless: Condition | None
    contradicted_by: Condition | None
    touches: frozenset[str]
    stage: int

    def is_untouched_by(self, facts: FactBase) -> bool:
        """Whether nothing in a file could make it anything but unknown."""
        return bool(self.touches) and self.touches.isdisjoint(facts.present)


class Judged:
    """What one rule came to, and why.

    Attributes:
        rule: the rule.
        status: what it came to.
        reason: why, where it is undetermined or does not apply; empty where it is settled.

    Args:
        trace: the trace, or what gives it when somebody looks, and in which scope.
    """

    __slots__ = ("_sources", "_trace", "reason", "rule", "status")

    def __init__(
        self, rule: Rule, status: Status, trace: Trace | tuple[Tracer, Scope], reason: str = ""
    ) -> None:
        self.rule = rule
        self.status = status
        self.reason = reason
        self._trace = trace
        self._sources: tuple[Source, ...] | None = None

    def __repr__(self) -> str:
        return f"Judged({self.rule.id!r}, {self.status!r}, reason={self.reason!r})"

    @property
    def trace(self) -> Trace:
        """Every condition of the rule with its verdict; made when it is first asked for."""
        if not isinstance(self._trace, Trace):
            tracer, scope = self._trace
            self._trace = tracer(scope)
        return self._trace

    def sources(self) -> tuple[Source, ...]:
        """What bears the outcome out, each place once, better and earlier first."""
        if self._sources is None:
            found = dict.fromkeys(explaining(self.trace))
            items = {source.where for source in found}
            kept = (s for s in found if s.where.rpartition(".")[0] not in items)
            self._sources = tuple(
                sorted(
                    kept, key=lambda s: (-s.level.rank, s.where, s.span.start if s.span is not None else 0)
                )
            )
        return self._sources


@dataclass(frozen=True)
class RulePack:
    """Rules in an order in which each comes after those that it names, and all they refer to."""

    about: About
    questions: tuple[Question, ...]
    axes: tuple[Axis, ...]
    families: tuple[Family, ...]
    core: frozenset[str]
    policy: Policy
    provisions: Mapping[str, LegalProvision]
    literature: Mapping[str, Literature]
    lexicons: Lexicons
    digest: str
    switched_off: Mapping[str, str] = field(default_factory=dict)
    _asked: Iterator[int] = field(default_factory=itertools.count, repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        """What it was made of: what it keeps in mind, compiled rules above all, is made again."""
        return RulePack, tuple(getattr(self, one.name) for one in fields(self) if one.name != "_asked")

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, by id."""
        return tuple(sorted((question.rule for question in self.questions), key=lambda rule: rule.id))

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id.

        Raises:
            KeyError: if the pack has none.
        """
        for question in self.questions:
            if question.rule.id == rule_id:
                return question.rule
        raise KeyError(rule_id)

    @functools.cached_property
    def asking(self) -> Mapping[str, tuple[str, ...]]:
        """Which rules ask a condition, by its words."""
        found: dict[str, list[str]] = {}
        for question in self.questions:
            for words in dict.fromkeys(part.words for part in parts_of(question)):
                found.setdefault(words, []).append(question.rule.id)
        return {words: tuple(sorted(rules)) for words, rules in found.items()}

    @functools.cached_property
    def around(self) -> Mapping[str, frozenset[str]]:
        """The conditions that a condition is part of, itself among them: words by words."""
        found: dict[str, set[str]] = {}
        for question in self.questions:
            for part in parts_of(question):
                for inner in _parts_under(part):
                    found.setdefault(inner.words, set()).add(part.words)
        return {words: frozenset(outer) for words, outer in found.items()}

    @functools.cached_property
    def leaning(self) -> frozenset[str]:
        """The words of the conditions that ask what other rules came to."""
        leaning = (RuleFired, Beside, RestsOn)
        return frozenset(
            part.words
            for question in self.questions
            for part in parts_of(question)
            if any(isinstance(inner, leaning) for inner in _parts_under(part))
        )

    @functools.cached_property
    def subjects(self) -> Mapping[str, str]:
        """What a condition is about, by its words: a path, `signal:` and its name, a rule."""
        return {part.words: subject(part) for question in self.questions for part in parts_of(question)}

    @functools.cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """Every condition that a rule asks, by its words."""
        return {part.words: part for question in self.questions for part in parts_of(question)}

    @functools.cached_property
    def named_rules(self) -> frozenset[str]:
        """The rules that another rule names."""
        return frozenset(one.rule for one in self.conditions.values() if isinstance(one, RuleFired))

    def evaluate(self, facts: FactBase) -> tuple[Judged, ...]:
        """Asks every rule of a file; in the order of their ids.

        What nothing in the file touches comes out undetermined without being walked through.
        """
        if facts.assumed or next(self._asked) < _UNTIL_COMPILED:
            return self.evaluate_in_full(facts)
        return self.compiled.evaluate(facts)

    def evaluate_in_full(self, facts: FactBase) -> tuple[Judged, ...]:
        """The same by the reference: every condition is asked, and every trace kept."""
        asked: dict[str, Judged] = {}
        scope = Scope(facts, {}, TracesOf(asked))
        stage = 0
        for question in self.asked:
            rule = question.rule
            if question.stage > stage:
                stage = question.stage
                told = {key for one in asked.values() if one.status == "fired" for key in adds(one)}
                scope = scope._replace(beside=company(told))
            if not in_force(rule, facts.as_of):
                asked[rule.id] = _out_of_force(rule)
            elif question.is_untouched_by(facts) and not facts.assumed:
                asked[rule.id] = self._silent(question)
            else:
                asked[rule.id] = judge(question, scope)
        return tuple(asked[rule] for rule in sorted(asked))

    @functools.cached_property
    def asked(self) -> tuple[Question, ...]:
        """The rules that are not switched off, each after those that it names."""
        return tuple(one for one in self.questions if one.rule.id not in self.switched_off)

    @functools.cached_property
    def _silence(self) -> dict[str, Judged]:
        return {}

    def _silent(self, question: Question) -> Judged:
        """What a rule comes to on any file that touches nothing of it."""
        known = self._silence.get(question.rule.id)
        if known is None:
            known = self._silence[question.rule.id] = judge(question, Scope(_EMPTY))
        return known

    @functools.cached_property
    def compiled(self) -> CompiledRules:
        """The rules as Python; made when first asked for."""
        return CompiledRules(self.asked, [self._silent(one) if one.touches else None for one in self.asked])


class _Tracing:
    """How one rule is traced: by the reference, or, where it fired, by Python made when first needed."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._fired: Tracer | None = None

    def in_full(self, scope: Scope) -> Trace:
        """The trace of a rule whatever it came to."""
        return judge(self._question, scope).trace

    def fired(self, scope: Scope) -> Trace:
        """The same of a rule that fired."""
        if self._fired is None:
            self._fired = compile_trace(self._question.rule.id, _logic(self._question))
        return self._fired(scope)


def _logic(one: Question) -> Logic:
    return Logic(one.applies_when, one.when, one.text, one.unless, one.contradicted_by)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Rules that one function asks, none of which names another of them, and how each is traced."""

    stage: int
    rules: tuple[tuple[Question, _Tracing], ...]
    ask: Ask

    @classmethod
    def of(cls, stage: int, questions: Sequence[Question]) -> _Asking:
        rules = tuple((one, _Tracing(one)) for one in questions)
        return cls(stage, rules, compile_rules({one.rule.id: _logic(one) for one in questions}))


class CompiledRules:
    """The rules of a pack as functions, with what each file is told of those that it does not touch.

    Args:
        questions: the rules, each after those that it names.
        silent: for each what an untouched file comes to; None for a rule that is always asked.
    """

    def __init__(self, questions: Sequence[Question], silent: Sequence[Judged | None]) -> None:
        self._silent = {one.rule.id: kept for one, kept in zip(questions, silent, strict=True)}
        self._order = sorted(self._silent)
        self._always = frozenset(rule for rule, kept in self._silent.items() if kept is None)
        touched: dict[str, set[str]] = {}
        for question in questions:
            for key in question.touches:
                touched.setdefault(key, set()).add(question.rule.id)
        self._touched = {key: frozenset(rules) for key, rules in touched.items()}
        self._names = {
            one.rule.id: tuple({part.rule for part in parts_of(one) if isinstance(part, RuleFired)})
            for one in questions
        }
        self._named = {name for names in self._names.values() for name in names}
        depths: dict[str, int] = {}  # how many rules in a row name each other
        groups: dict[tuple[int, int], list[Question]] = {}
        for one in questions:
            depth = max((depths[name] + 1 for name in self._names[one.rule.id] if name in depths), default=0)
            depths[one.rule.id] = depth
            groups.setdefault((one.stage, depth), []).append(one)
        self._groups = [_Asking.of(stage, groups[stage, depth]) for stage, depth in sorted(groups)]
        self._dated = [one.rule for one in questions if one.rule.in_force is not None]
        self._out_of_force = functools.lru_cache(maxsize=1024)(self._not_yet_or_no_more)

    def _not_yet_or_no_more(self, as_of: PartialDate) -> Mapping[str, Judged]:
        return {rule.id: _out_of_force(rule) for rule in self._dated if not in_force(rule, as_of)}

    def evaluate(self, facts: FactBase) -> tuple[Judged, ...]:
        """As `RulePack.evaluate_in_full`; a trace is made where it is looked at."""
        out_of_force = self._out_of_force(facts.as_of)
        judged = {**self._silent, **out_of_force}
        known = {rule: one for rule in self._named if (one := judged.get(rule)) is not None}
        came = {rule: _came(one) for rule, one in known.items() if one.status != "not_applicable"}
        touched = (
            self._always.union(*[self._touched.get(key, ()) for key in facts.present]) - out_of_force.keys()
        )
        spoken = bool(facts.signals or facts.unplaced_signals or facts.documents)
        fired: list[Judged] = []
        beside: Mapping[str, Truth] = {}
        bare = Scope(facts)
        stage = 0
        for group in self._groups:
            if group.stage > stage:
                stage = group.stage
                beside = company({key for one in fired for key in adds(one)})
                bare = Scope(facts, beside=beside)
            verdicts = group.ask(facts, touched, spoken, came, beside)
            for (question, tracing), verdict in zip(group.rules, verdicts, strict=True):
                rule = question.rule
                name = rule.id
                if verdict is None or name not in touched:
                    continue
                scope = bare
                if names := self._names[name]:
                    # no more than it names: each then holds the rules before it, and none holds itself
                    scope = bare._replace(rules=TracesOf({n: known[n] for n in names if n in known}))
                if verdict is True:
                    one = Judged(rule, "fired", (tracing.fired, scope))
                elif verdict is False:
                    one = Judged(rule, "clear", (tracing.in_full, scope))
                elif verdict is Apart.READINGS_DIFFER:
                    one = judge(question, scope)
                elif verdict is Apart.DOES_NOT_APPLY:
                    one = Judged(rule, "not_applicable", (tracing.in_full, scope), DOES_NOT_APPLY)
                else:
                    one = Judged(rule, "undetermined", (tracing.in_full, scope), verdict)
                judged[name] = one
                if one.status == "fired":
                    fired.append(one)
                if name in self._named:
                    known[name] = one
                    if one.status == "not_applicable":
                        came.pop(name, None)
                    else:
                        came[name] = _came(one)
        return tuple([one for rule in self._order if (one := judged[rule]) is not None])


class TracesOf(Mapping[str, Trace]):
    """The traces of rules that apply, each made when a rule that names it looks."""

    def __init__(self, judged: Mapping[str, Judged]) -> None:
        self._judged = judged

    def __getitem__(self, rule: str) -> Trace:
        one = self._judged[rule]
        if one.status == "not_applicable":
            raise KeyError(rule)
        return one.trace

    def __iter__(self) -> Iterator[str]:
        return (rule for rule, one in self._judged.items() if one.status != "not_applicable")

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _came(one: Judged) -> Came:
    return True if one.status == "fired" else False if one.status == "clear" else one.reason


def _out_of_force(rule: Rule) -> Judged:
    return Judged(rule, "not_applicable", Trace(Truth.UNKNOWN, rule.id, NOT_IN_FORCE), NOT_IN_FORCE)


def in_force(rule: Rule, as_of: PartialDate) -> bool:
    """Whether a rule applies on a day, as far as its own dates tell."""
    span = rule.in_force
    if span is None:
        return True
    if span.from_ is not None and before(as_of, span.from_) is Truth.TRUE:
        return False
    return span.until is None or before(span.until, as_of) is not Truth.TRUE


def adds(one: Judged) -> tuple[str, ...]:
    """What a rule that fired tells those that are asked in the stages after it."""
    rule = one.rule
    told = () if rule.context else (f"fired:{rule.effect}",)
    if rule.effect != "supports":
        return told
    return (*told, _SUPPORTED, *(f"rests_on:{source.level}" for source in one.sources()[:1]))  # the best


def company(told: Set[str]) -> dict[str, Truth]:
    """What a stage may know of the rules before it, from what those that fired add."""
    found = {key: Truth.TRUE for key in told if key.startswith("fired:")}
    if _SUPPORTED in told:
        for level in Level:
            found[f"rests_on:{level}"] = Truth.of(f"rests_on:{level}" in told)
    return found


def judge(question: Question, scope: Scope) -> Judged:
    """One rule, asked in full: whether it applies, its two readings, and what undoes them."""
    rule = question.rule
    children: list[Trace] = []
    if question.applies_when is not None:
        applies = scope.ask(question.applies_when)
        children.append(applies)
        if applies.truth is Truth.FALSE:
            trace = Trace(Truth.UNKNOWN, rule.id, DOES_NOT_APPLY, children=tuple(children))
            return Judged(rule, "not_applicable", trace, DOES_NOT_APPLY)
    reading = _reading(question, scope)
    children.append(reading)
    if question.unless is not None:
        undone = scope.ask(question.unless)
        children.append(Trace(~undone.truth, f"not {undone.node}", undone.reason, (), (undone,)))
    contrary = _contrary(question, scope)
    if contrary is not None:
        if reading.truth is Truth.TRUE:
            trace = Trace(Truth.UNKNOWN, rule.id, DISPUTED, (), (*children, contrary))
            return Judged(rule, "undetermined", trace, DISPUTED)
        children.append(Trace(Truth.FALSE, f"not {contrary.node}", "", (), (contrary,)))
    truths = [child.truth for child in children]
    if Truth.FALSE in truths:
        return Judged(rule, "clear", Trace(Truth.FALSE, rule.id, "", (), tuple(children)))
    if Truth.UNKNOWN in truths:
        reason = next(c.reason for c in children if c.truth is Truth.UNKNOWN)
        trace = Trace(Truth.UNKNOWN, rule.id, reason, (), tuple(children))
        return Judged(rule, "undetermined", trace, reason)
    return Judged(rule, "fired", Trace(Truth.TRUE, rule.id, "", (), tuple(children)))


def _contrary(question: Question, scope: Scope) -> Trace | None:
    """What says the contrary of the rule, where the file says it: a statement like any other.

    Beside the rule's own reading it makes a dispute; alone it settles the rule as not so.
    """
    if question.contradicted_by is None:
        return None
    contrary = scope.ask(question.contradicted_by)
    return contrary if contrary.truth is Truth.TRUE else None


def _reading(question: Question, scope: Scope) -> Trace:
    """The case's own facts and what the documents say: two readings of one question."""
    both = tuple([scope.ask(one) for one in (question.when, question.text) if one is not None])
    if len(both) == 1:
        return both[0]
    facts, texts = both
    if texts.truth is Truth.UNKNOWN or facts.truth is Truth.UNKNOWN:
        known = [one.truth for one in both if one.truth is not Truth.UNKNOWN]
        truth = known[0] if known else Truth.UNKNOWN
        return Trace(truth, "any reading", facts.reason or texts.reason if not known else "", (), both)
    if facts.truth is texts.truth:
        return Trace(facts.truth, "any reading", "", (), both)
    winner = _better(facts, texts)
    if winner is None:
        return Trace(Truth.UNKNOWN, "any reading", DISPUTED, (), both)
    return Trace(winner.truth, "any reading", "", (), (winner,))


def _better(one: Trace, other: Trace) -> Trace | None:
    """Which of two contrary readings stands, if one does."""
    mine, theirs = tuple(explaining(one)), tuple(explaining(other))
    best, rest = (max((s.level.rank for s in side), default=0) for side in (mine, theirs))
    if best == rest:
        return None
    ruled = Level.ADJUDICATED.rank
    if {s.party.side for s in mine} == {s.party.side for s in theirs} or ruled in (best, rest):
        return one if best > rest else other
    return None


def parts_of(question: Question) -> Iterator[Condition]:
    """Every condition of a rule, from the top."""
    tops = (
        question.applies_when,
        question.when,
        question.text,
        question.unless,
        question.contradicted_by,
    )
    return _parts_under(*(part for part in tops if part is not None))


def _parts_under(*conditions: Condition) -> Iterator[Condition]:
    waiting = [*conditions]
    while waiting:
        condition = waiting.pop()
        yield condition
        waiting.extend(condition.parts())
