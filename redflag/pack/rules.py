"""A rule, the families and law around it, and a pack of them that can be asked of a file."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, model_validator

from redflag.assessment import Effect, Status
from redflag.conditions import Condition, Scope, explaining, subject
from redflag.dates import PartialDate, before
from redflag.evidence import Level, Source, Trace
from redflag.facts import DISPUTED, FactBase
from redflag.record import Record
from redflag.scoring import Policy
from redflag.signals import Lexicons
from redflag.truth import Truth

RuleStatus = Literal["draft", "reviewed", "retired"]


class InForce(Record):
    """The days between which a rule applies; either end may be open."""

    from_: PartialDate | None = Field(None, alias="from")
    until: PartialDate | None = None


class Weight(Record):
    """Log likelihood ratios of a rule, fired and clear, and where they come from."""

    log_lr_true: float
    log_lr_false: float
    basis: Literal["author_assigned", "expert", "estimated"]
    reason: str = Field(min_length=1)
    by: str | None = Field(None, description="For `expert`: who signs.")
    data: str | None = Field(None, description="For `estimated`: on which data.")

    @model_validator(mode="after")
    def _consistent(self) -> Weight:
        if self.log_lr_true * self.log_lr_false > 0 or self.log_lr_true == 0:
            raise ValueError("the two log likelihood ratios must have opposite signs")
        if self.basis == "expert" and self.by is None:
            raise ValueError("a weight by an expert needs a name; add by")
        if self.basis == "estimated" and self.data is None:
            raise ValueError("an estimated weight needs its data; add data")
        return self


class Rule(Record):
    """One sign of misuse, or of an ordinary prosecution: its identity, law, logic and words."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str = Field(min_length=1)
    indicators: tuple[str, ...] = ()
    effect: Effect
    answers: tuple[str, ...] = ()
    status: RuleStatus
    reviewers: tuple[str, ...] = ()
    in_force: InForce | None = None
    legal_basis: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    context: bool = Field(False, description="Whether it rests on a state's general record.")
    applies_when: dict[str, Any] | None = None
    when: dict[str, Any] | None = None
    text: dict[str, Any] | None = None
    unless: dict[str, Any] | None = None
    contradicted_by: dict[str, Any] | None = None
    explain: str = Field(min_length=1)
    if_unknown: str = Field(min_length=1)
    collect: tuple[str, ...] = ()
    known_errors: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    weight: Weight | None = None

    @property
    def family(self) -> str:
        """The family that it belongs to: the first part of its id."""
        return self.id.partition(".")[0]

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        if self.when is None and self.text is None:
            raise ValueError("a rule needs when, text or both")
        if (self.weight is None) is not (self.effect == "caveat"):
            raise ValueError("a caveat has no weight, and every other rule has one")
        if self.weight is not None and (self.weight.log_lr_true > 0) is not (self.effect == "supports"):
            raise ValueError("supports needs log_lr_true above 0, counters below 0")
        if self.effect == "counters" and not self.answers:
            raise ValueError("a counter-indicator names the families that it answers; add answers")
        if self.status == "reviewed" and not self.reviewers:
            raise ValueError("a reviewed rule needs a named reviewer; add reviewers or write draft")
        return self


class Axis(Record):
    """A question that stays apart from the others."""

    id: str
    title: str


class Family(Record):
    """A family of rules that ask the same kind of thing."""

    id: str
    axis: str
    title: str
    saturation: float = Field(gt=0)


class LegalProvision(Record):
    """A provision that a rule may cite, in the pack's own words."""

    id: str
    instrument: str
    provision: str
    in_force: str | None = None
    says: str
    url: str | None = None
    seen_at: str | None = None
    confidence: Literal["high", "medium", "low"]
    mirror: bool = Field(False, description="Whether the address is a mirror or a marketing page.")


class Literature(Record):
    """A report, study or page that a rule rests on."""

    key: str
    title: str
    quality: Literal["official", "ngo", "practitioner", "marketing"]
    url: str | None = None
    mirror: bool = False


class About(Record):
    """What a pack is: its name, version, licence and who has reviewed it."""

    name: str
    version: str
    licence: str
    status: RuleStatus
    reviewers: tuple[str, ...] = ()
    note: str = ""


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


@dataclass(frozen=True, slots=True)
class Judged:
    """What one rule came to, and why."""

    rule: Rule
    status: Status
    trace: Trace

    def sources(self) -> tuple[Source, ...]:
        """What bears the outcome out, each place once, better and earlier first."""
        found = dict.fromkeys(explaining(self.trace))
        items = {source.where for source in found}
        kept = (s for s in found if s.where.rpartition(".")[0] not in items)
        return tuple(
            sorted(kept, key=lambda s: (-s.level.rank, s.where, s.span.start if s.span is not None else 0))
        )


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
    _silent: dict[str, Judged] = field(default_factory=dict, repr=False, compare=False)

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
    def subjects(self) -> Mapping[str, str]:
        """What a condition is about, by its words: a path, `signal:` and its name, a rule."""
        return {part.words: subject(part) for question in self.questions for part in parts_of(question)}

    def evaluate(
        self,
        facts: FactBase,
        only: frozenset[str] | None = None,
        given: Sequence[Judged] = (),
    ) -> tuple[Judged, ...]:
        """Asks every rule, or only some, of a file; in the order of their ids.

        What nothing in the file touches comes out undetermined without being walked through.

        Args:
            facts: the file.
            only: ids of the rules to ask; all if absent.
            given: what the others came to, for rules that name them.
        """
        judged = [one for one in given if only is not None and one.rule.id not in only]
        traces = {one.rule.id: one.trace for one in judged if one.status != "not_applicable"}
        asked: list[Judged] = []
        beside: dict[str, Truth] = {}
        scope = Scope(facts, {}, traces, beside)
        stage = 0
        for question in self.questions:
            if question.rule.id in self.switched_off:
                continue
            if only is not None and question.rule.id not in only:
                continue
            if question.stage > stage:
                stage = question.stage
                beside.update(_company(judged))
            one = self._ask(question, scope)
            judged.append(one)
            asked.append(one)
            if one.status != "not_applicable":
                traces[question.rule.id] = one.trace
        return tuple(sorted(asked, key=lambda one: one.rule.id))

    def _ask(self, question: Question, scope: Scope) -> Judged:
        facts = scope.facts
        if not _in_force(question.rule, facts.as_of):
            return Judged(
                question.rule, "not_applicable", Trace(Truth.UNKNOWN, question.rule.id, "not in force")
            )
        untouched = question.touches and question.touches.isdisjoint(facts.present)
        if untouched and not facts.assumed:
            silent = self._silent.get(question.rule.id)
            if silent is None:
                silent = self._silent[question.rule.id] = judge(question, scope)
            return silent
        return judge(question, scope)


def _in_force(rule: Rule, as_of: PartialDate) -> bool:
    span = rule.in_force
    if span is None:
        return True
    if span.from_ is not None and before(as_of, span.from_) is Truth.TRUE:
        return False
    return span.until is None or before(span.until, as_of) is not Truth.TRUE


def _company(judged: Sequence[Judged]) -> dict[str, Truth]:
    """What the later stages may know of the rules before them."""
    found: dict[str, Truth] = {}
    for effect in ("supports", "counters"):
        own = [one for one in judged if one.rule.effect == effect and one.status == "fired"]
        if any(not one.rule.context for one in own):
            found[f"fired:{effect}"] = Truth.TRUE
    supports = [one for one in judged if one.rule.effect == "supports" and one.status == "fired"]
    if supports:
        resting = [one.sources() for one in supports]
        best = {max(source.level.rank for source in sources) for sources in resting if sources}
        for level in Level:
            found[f"rests_on:{level}"] = Truth.of(level.rank in best)
    return found


def judge(question: Question, scope: Scope) -> Judged:
    """One rule, asked in full: whether it applies, its two readings, and what undoes them."""
    rule = question.rule
    children: list[Trace] = []
    if question.applies_when is not None:
        applies = question.applies_when.evaluate(scope)
        children.append(applies)
        if applies.truth is Truth.FALSE:
            trace = Trace(Truth.UNKNOWN, rule.id, "does not apply", children=tuple(children))
            return Judged(rule, "not_applicable", trace)
    reading = _reading(question, scope)
    children.append(reading)
    if question.unless is not None:
        undone = question.unless.evaluate(scope)
        children.append(Trace(~undone.truth, f"not {undone.node}", undone.reason, (), (undone,)))
    contrary = _contrary(question, scope)
    if contrary is not None:
        if reading.truth is Truth.TRUE:
            trace = Trace(Truth.UNKNOWN, rule.id, DISPUTED, (), (*children, contrary))
            return Judged(rule, "undetermined", trace)
        children.append(Trace(Truth.FALSE, f"not {contrary.node}", "", (), (contrary,)))
    truths = [child.truth for child in children]
    if Truth.FALSE in truths:
        return Judged(rule, "clear", Trace(Truth.FALSE, rule.id, "", (), tuple(children)))
    if Truth.UNKNOWN in truths:
        reason = next(c.reason for c in children if c.truth is Truth.UNKNOWN)
        return Judged(rule, "undetermined", Trace(Truth.UNKNOWN, rule.id, reason, (), tuple(children)))
    return Judged(rule, "fired", Trace(Truth.TRUE, rule.id, "", (), tuple(children)))


def _contrary(question: Question, scope: Scope) -> Trace | None:
    """What says the contrary of the rule, where the file says it: a statement like any other.

    Beside the rule's own reading it makes a dispute; alone it settles the rule as not so.
    """
    if question.contradicted_by is None:
        return None
    contrary = question.contradicted_by.evaluate(scope)
    return contrary if contrary.truth is Truth.TRUE else None


def _reading(question: Question, scope: Scope) -> Trace:
    """The case's own facts and what the documents say: two readings of one question."""
    both = tuple(one.evaluate(scope) for one in (question.when, question.text) if one is not None)
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
    waiting = [
        part
        for part in (
            question.applies_when,
            question.when,
            question.text,
            question.unless,
            question.contradicted_by,
        )
        if part is not None
    ]
    while waiting:
        condition = waiting.pop()
        yield condition
        waiting.extend(condition.parts())
