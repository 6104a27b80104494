"""What a rule may ask: each condition is a type that evaluates to a trace.

Everything is evaluated, without a short cut: a "no" and a "cannot tell" need evidence as much
as a "yes". The YAML form opens each docstring; `pack.grammar` reads it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

from redflag.dates import PartialDate, before, gap_at_least, gap_within
from redflag.evidence import Assertion, Level, Party, Source, Trace
from redflag.facts import (
    MAYBE_LATER,
    NOT_STATED,
    SILENT,
    Entry,
    Fact,
    FactBase,
    Known,
    Listed,
    Unknown,
)
from redflag.sequence import sequel
from redflag.truth import Truth, at_least

TOLD = frozenset({Assertion.AFFIRMED, Assertion.ALLEGED})
"""Which assertions count where a rule does not say."""

_TRUE, _FALSE, _UNKNOWN = Truth  # at hand: a member of an enum takes a while to look up
_TRUTHS = {True: _TRUE, False: _FALSE}
_ASSUMED = Source("(assumed)", "(assumed)", Level.ASSERTED, Party.CLIENT)

LIST_OPEN = "the list may not hold everything"
DATES_INEXACT = "the dates are not exact enough"
NOT_IN_TURN = "by the days that are told, it did not follow"
NO_SUCH_RULE = "the rule is switched off or does not apply"
NOTHING_BESIDE = "nothing of its own kind was found beside it"


class Scope(NamedTuple):
    """What a condition is asked about: the file, the items named so far, the rules so far.

    `kept` is there where one file is asked again and again: what may stand as it was.
    """

    facts: FactBase
    items: Mapping[str, Entry] = MappingProxyType({})
    rules: Mapping[str, Trace] = MappingProxyType({})
    beside: Mapping[str, Truth] = MappingProxyType({})
    kept: Kept | None = None

    def ask(self, condition: Condition) -> Trace:
        """The trace of a condition that is no part of a list's items."""
        return condition.evaluate(self) if self.kept is None else self.kept.ask(condition, self)


class Kept:
    """Traces that hold whatever is assumed of a file, by the words of their conditions.

    Args:
        traces: those made so far; further ones are added.
        moved: the words of the conditions that have to be asked anew.
    """

    __slots__ = ("_moved", "_traces")

    def __init__(self, traces: dict[str, Trace], moved: Set[str]) -> None:
        self._traces = traces
        self._moved = moved

    def ask(self, condition: Condition, scope: Scope) -> Trace:
        """The trace that is kept, or the condition asked in its scope."""
        words = condition.words
        if words in self._moved:
            return condition.evaluate(scope)
        trace = self._traces.get(words)
        if trace is None:
            trace = self._traces[words] = condition.evaluate(scope)
        return trace


class Condition(Protocol):
    """Something that can be asked of a file."""

    @property
    def words(self) -> str:
        """The condition as a person would read it; equal conditions have equal words."""

    def evaluate(self, scope: Scope) -> Trace:
        """Whether it holds, why, and what that rests on."""

    def parts(self) -> tuple[Condition, ...]:
        """The conditions inside it."""


@dataclass(frozen=True, slots=True)
class Path:
    """A fact that a condition names: of the case, or of an item by its name."""

    text: str
    item: str | None = None
    within: str = ""

    def read(self, scope: Scope) -> Fact:
        """The fact there."""
        if self.item is None:
            return scope.facts.facts.get(self.text, SILENT)
        return scope.items[self.item].facts.get(self.within, SILENT)


def _settle(words: str, scope: Scope, item: str | None) -> Trace | None:
    """The verdict that a what-if assumes for a condition of the case, if it does."""
    if not scope.facts.assumed or item is not None:
        return None
    assumed = scope.facts.assumed.get(words)
    return None if assumed is None else Trace(assumed, words, sources=(_ASSUMED,))


def _leaf(words: str, fact: Fact, verdict: Truth, reason: str = "") -> Trace:
    return Trace(verdict, words, reason, fact.sources)


@dataclass(frozen=True, slots=True)
class FactIs:
    """`{fact: notice.kind, is: red_notice}`, `{fact: charge.offence_class, in: [fraud, tax]}`."""

    path: Path
    values: frozenset[object]
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True if the fact has one of the values, false if it has another."""
        if scope.facts.assumed and (assumed := _settle(self.words, scope, self.path.item)) is not None:
            return assumed
        fact = self.path.read(scope)
        if isinstance(fact, Known):
            return Trace(_TRUTHS[fact.value in self.values], self.words, "", fact.sources)
        return Trace(_UNKNOWN, self.words, fact.reason, fact.sources)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class FactAmount:
    """`{fact: charge.maximum_penalty_months, below: 24}`, `{fact: ..., at_least: 6}`."""

    path: Path
    bound: int
    below: bool
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True if the number lies below the bound (or at it and above)."""
        if scope.facts.assumed and (assumed := _settle(self.words, scope, self.path.item)) is not None:
            return assumed
        fact = self.path.read(scope)
        if isinstance(fact, Known):
            return Trace(_TRUTHS[(fact.value < self.bound) is self.below], self.words, "", fact.sources)
        return Trace(_UNKNOWN, self.words, fact.reason, fact.sources)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class FactIncludes:
    """`{fact: person.roles, includes: [journalist, activist]}`."""

    path: Path
    values: frozenset[object]
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True if one of the words is on the list; false only if the list holds all there is."""
        if scope.facts.assumed and (assumed := _settle(self.words, scope, self.path.item)) is not None:
            return assumed
        return self.told(self.path.read(scope), scope.facts.list_of(self.path.text))

    def told(self, fact: Fact, listed: Listed) -> Trace:
        """What the words of a list come to; `listed` says whether they are all, for a list of the case."""
        match fact:
            case Known(value=value):
                if not self.values.isdisjoint(value):
                    return _leaf(self.words, fact, _TRUE)
                if self.path.item is None and listed.unplaced:
                    return _leaf(self.words, fact, _UNKNOWN, MAYBE_LATER)
                if self.path.item is not None or listed.complete:
                    return _leaf(self.words, fact, _FALSE)
                return _leaf(self.words, fact, _UNKNOWN, LIST_OPEN)
            case Unknown(reason=reason):
                return _leaf(self.words, fact, _UNKNOWN, reason)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class DateIs:
    """`{date: notice.issued_on, before: as_of}`, `{date: a, after: b, within: 90 days}`.

    `earlier` lies before `later`; the words say which of the two the rule names first.
    """

    earlier: Path | PartialDate | None
    later: Path | PartialDate | None
    words: str
    within_days: int | None = None
    by_at_least_days: int | None = None

    def evaluate(self, scope: Scope) -> Trace:
        """Compares two days without pretending; unknown where their spans overlap."""
        if scope.facts.assumed and not any(
            isinstance(end, Path) and end.item is not None for end in (self.earlier, self.later)
        ):
            assumed = _settle(self.words, scope, None)
            if assumed is not None:
                return assumed
        return self.between(_day(self.earlier, scope), _day(self.later, scope))

    def between(self, earlier: Fact, later: Fact) -> Trace:
        """How two days compare."""
        sources = earlier.sources + later.sources
        if isinstance(earlier, Unknown) or isinstance(later, Unknown):
            reasons = [day.reason for day in (earlier, later) if isinstance(day, Unknown)]
            return Trace(_UNKNOWN, self.words, next(filter(None, reasons), ""), sources)
        one, other = earlier.value, later.value
        if self.within_days is not None:
            verdict = gap_within(one, other, self.within_days)
        elif self.by_at_least_days is not None:
            verdict = gap_at_least(one, other, self.by_at_least_days)
        else:
            verdict = before(one, other)
        return Trace(verdict, self.words, DATES_INEXACT if verdict is _UNKNOWN else "", sources)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


def _day(end: Path | PartialDate | None, scope: Scope) -> Fact:
    if isinstance(end, Path):
        return end.read(scope)
    return Known(scope.facts.as_of if end is None else end, ())


@dataclass(frozen=True, slots=True)
class Following:
    """What has to be told of a time before: `after: [critic_of_leadership_public_record], within: 180 days`.

    Attributes:
        signals: any of these, told as something that happened.
        within_days: by how much they may come before.
    """

    signals: tuple[str, ...]
    within_days: int

    def before(self, laters: Sequence[Source], scope: Scope) -> tuple[tuple[Source, ...], str]:
        """What came first and what came after it, or else why no order is told."""
        heard = itertools.chain.from_iterable(map(scope.facts.heard, self.signals))
        firsts = [hit.source for hit in heard if hit.assertion in TOLD]
        if not firsts:
            return (), NOT_STATED
        told = sequel(firsts, laters, self.within_days)
        pairs = tuple(dict.fromkeys(itertools.chain.from_iterable(told.pairs)))
        return pairs, DATES_INEXACT if told.is_open else NOT_IN_TURN


@dataclass(frozen=True, slots=True)
class SignalHeard:
    """`{signal: relative_detained_or_arrested, said_by: [court, press]}`, or `{passage: family_pressure}`.

    Of a passage that reads like a sign of a family it is certain whether the tagger found one, so that
    silence is a no (`silence_is_no`); of anything else it is unknown. With `after` it has to have happened
    some time after something else, by the days that the sentences give.
    """

    signal: str
    words: str
    counting: frozenset[Assertion] = TOLD
    said_by: frozenset[Party] | None = None
    not_said_by: frozenset[Party] = frozenset()
    absent_from: str | None = None
    silence_is_no: bool = False
    following: Following | None = None

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals that it asks for: its own, and those that have to come before."""
        return (self.signal,) if self.following is None else (self.signal, *self.following.signals)

    def evaluate(self, scope: Scope) -> Trace:
        """True if a document says so.

        Silence is unknown, or false where the rule names the paper that should have spoken and
        such a paper was read.
        """
        if scope.facts.assumed and (assumed := _settle(self.words, scope, None)) is not None:
            return assumed
        hits = scope.facts.heard(self.signal)
        if not hits and self.absent_from is None and self.signal not in scope.facts.unplaced_signals:
            return self._silent(NOT_STATED)  # as for nearly all signals of nearly all files
        counted = [
            hit.source
            for hit in hits
            if hit.assertion in self.counting
            and hit.source.party not in self.not_said_by
            and (self.said_by is None or hit.source.party in self.said_by)
        ]
        if counted and self.following is not None:
            pairs, reason = self.following.before(counted, scope)
            return Trace(_TRUE, self.words, "", pairs) if pairs else Trace(_UNKNOWN, self.words, reason)
        if counted:
            return Trace(_TRUE, self.words, sources=tuple(counted))
        if self.absent_from is not None and not hits and self.signal not in scope.facts.unplaced_signals:
            papers = scope.facts.documents.get(self.absent_from, ())
            if papers:
                sources = tuple(
                    Source(paper, f"document:{paper}", Level.DOCUMENTED, Party.UNCLEAR) for paper in papers
                )
                return Trace(_FALSE, self.words, sources=sources)
        reason = MAYBE_LATER if self.signal in scope.facts.unplaced_signals else NOT_STATED
        if hits:
            reason = "said, but not as something that happened, or by somebody whose word does not settle it"
        return self._silent(reason)

    def _silent(self, reason: str) -> Trace:
        return Trace(_FALSE, self.words) if self.silence_is_no else Trace(_UNKNOWN, self.words, reason)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class RuleFired:
    """`{rule: procedural_defect.no_valid_judicial_warrant}`."""

    rule: str
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """The outcome of another rule."""
        trace = scope.rules.get(self.rule)
        if trace is None:
            return Trace(_UNKNOWN, self.words, NO_SUCH_RULE)
        return Trace(trace.truth, self.words, trace.reason, children=(trace,))

    def parts(self) -> tuple[Condition, ...]:
        """None: the other rule stands by itself."""
        return ()


@dataclass(frozen=True, slots=True)
class Beside:
    """`{beside: supports}`: true once a rule of that effect, not about a state's record, fired."""

    effect: str
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True or unknown, never false: company may still come."""
        verdict = scope.beside.get(f"fired:{self.effect}", _UNKNOWN)
        reason = "" if verdict is _TRUE else NOTHING_BESIDE
        return Trace(verdict, self.words, reason)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class RestsOn:
    """`{rests_on: asserted}`: some sign that fired rests on somebody's word alone."""

    level: str
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True if one does, false if none of those that fired does, unknown if none fired."""
        return Trace(scope.beside.get(f"rests_on:{self.level}", _UNKNOWN), self.words)

    def parts(self) -> tuple[Condition, ...]:
        """None."""
        return ()


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`all: [...]`, `any: [...]`, `at_least: {n: 2, of: [...]}`: one counting rule for the three."""

    n: int
    of: tuple[Condition, ...]
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True once `n` hold, false once no settling of the unknown ones can reach `n`."""
        if scope.kept is None:
            children = tuple([part.evaluate(scope) for part in self.of])
        else:
            children = tuple([scope.kept.ask(part, scope) for part in self.of])
        return self.counted(children)

    def counted(self, children: tuple[Trace, ...]) -> Trace:
        """Whether enough of the conditions hold."""
        verdict = at_least(self.n, [child.truth for child in children])
        reason = _reason(verdict, children) if verdict is _UNKNOWN else ""
        return Trace(verdict, self.words, reason, (), children)

    def parts(self) -> tuple[Condition, ...]:
        """The conditions that are counted."""
        return self.of


@dataclass(frozen=True, slots=True)
class Not:
    """`not: {...}`."""

    of: Condition
    words: str

    def evaluate(self, scope: Scope) -> Trace:
        """True and false swap; unknown stays."""
        return self.turned(scope.ask(self.of))

    def turned(self, child: Trace) -> Trace:
        """The contrary of a verdict."""
        return Trace(~child.truth, self.words, child.reason, (), (child,))

    def parts(self) -> tuple[Condition, ...]:
        """The condition that is turned round."""
        return (self.of,)


@dataclass(frozen=True, slots=True)
class Some:
    """`{some: contacts, as: call, where: {...}}`, `{count: relatives, at_least: 2, where: {...}}`.

    True if `n` items fit; false only if too few could and the list holds all there is.
    """

    path: Path
    name: str
    where: Condition | None
    words: str
    n: int = 1
    counting: frozenset[Assertion] = TOLD

    def evaluate(self, scope: Scope) -> Trace:
        """Asks each item whose assertion counts."""
        if scope.facts.assumed and (assumed := _settle(self.words, scope, self.path.item)) is not None:
            return assumed
        listed = scope.facts.list_of(self.path.text)
        children = []
        named = dict(scope.items)
        inside = Scope(scope.facts, named, scope.rules, scope.beside)
        for item in listed.items:
            if item.source.assertion not in self.counting:
                continue
            if self.where is None:
                children.append(Trace(_TRUE, item.where, "", (item.source,)))
                continue
            named[self.name] = item
            inner = self.where.evaluate(inside)
            children.append(Trace(inner.truth, item.where, inner.reason, (item.source,), (inner,)))
        return self.counted(listed, tuple(children))

    def counted(self, listed: Listed, children: tuple[Trace, ...]) -> Trace:
        """Whether enough items of a list fit, `children` being those that count."""
        truths = [child.truth for child in children]
        fitting = truths.count(_TRUE)
        open_ = truths.count(_UNKNOWN)
        if fitting >= self.n:
            return Trace(_TRUE, self.words, "", (), children)
        if listed.unplaced:
            return Trace(_UNKNOWN, self.words, MAYBE_LATER, (), children)
        if not listed.complete:
            reason = _reason(_UNKNOWN, children) or (LIST_OPEN if listed.items else NOT_STATED)
            return Trace(_UNKNOWN, self.words, reason, (), children)
        if fitting + open_ >= self.n:
            return Trace(_UNKNOWN, self.words, _reason(_UNKNOWN, children), (), children)
        return Trace(_FALSE, self.words, "", _whole_list(self.path.text), children)

    def parts(self) -> tuple[Condition, ...]:
        """What each item is asked."""
        return () if self.where is None else (self.where,)


@functools.cache
def _whole_list(path: str) -> tuple[Source, ...]:
    """What a verdict rests on that something is not on a list of the case."""
    return (Source(path, path, Level.ASSERTED, Party.CLIENT),)


def _reason(verdict: Truth, children: tuple[Trace, ...]) -> str:
    """Why a group is unknown: the first reason of its unknown parts, disputes before silence."""
    if verdict is not _UNKNOWN:
        return ""
    silent = ""
    for child in children:
        if child.truth is _UNKNOWN and child.reason:
            if child.reason != NOT_STATED:
                return child.reason
            silent = NOT_STATED
    return silent


def explaining(trace: Trace) -> Iterator[Source]:
    """The sources that bear a settled verdict out, from the top, left to right."""
    waiting = [trace]
    while waiting:
        one = waiting.pop()
        yield from one.sources
        if one.children:
            bearing = ~one.truth if one.node.startswith("not ") else one.truth
            waiting.extend([child for child in reversed(one.children) if child.truth is bearing])


def open_leaves(trace: Trace, wanted: Truth = Truth.TRUE) -> Iterator[tuple[str, Truth]]:
    """The unknown conditions under a trace, each with the verdict that would lead to `wanted`."""
    if trace.truth is not Truth.UNKNOWN:
        return
    if trace.node.startswith("not "):
        wanted = ~wanted
    below = [child for child in trace.children if child.truth is Truth.UNKNOWN]
    if not below or trace.node.startswith(("some ", "at least")):
        yield trace.node, wanted
        return
    for child in below:
        yield from open_leaves(child, wanted)


def subject(condition: Condition) -> str:
    """What a condition is about: a path of the case, `signal:` and its name, or a rule."""
    match condition:
        case FactIs() | FactAmount() | FactIncludes() | Some():
            return condition.path.text
        case DateIs(earlier=earlier, later=later):
            ends = [end.text for end in (earlier, later) if isinstance(end, Path)]
            return ends[0] if ends else "as_of"
        case SignalHeard(signal=signal):
            return f"signal:{signal}"
        case RuleFired(rule=rule):
            return rule
        case _:
            parts = condition.parts()
            return subject(parts[0]) if parts else condition.words
