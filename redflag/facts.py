"""What a file tells, as facts with their sources: the case's own fields and what documents say.

A fact is known or unknown, and an unknown one says why. What is dated after `as_of` is not in
here at all; what cannot be placed before it is unknown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from redflag.case import Case, Item, Statement, Vouched
from redflag.dates import PartialDate, not_after
from redflag.documents import Document
from redflag.evidence import Assertion, Level, Party, Source
from redflag.paths import Shape, case_shape
from redflag.signals import Signal, latest_date
from redflag.truth import Truth

_TRUE = Truth.TRUE  # at hand: a member of an enum takes a while to look up

NOT_STATED = "not stated"
DISPUTED = "disputed"
MAYBE_LATER = "may be later than the screening date"


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that the file settles: its value and what it rests on."""

    value: Any
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that the file leaves open, and why; both sides are shown where it is disputed."""

    reason: str = NOT_STATED
    sources: tuple[Source, ...] = ()


Fact = Known | Unknown
SILENT = Unknown()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on a list of the case: a call, a charge, a decision.

    Attributes:
        where: its place, such as `contacts[2]`.
        source: who vouches for the item as a whole.
        facts: its fields, by path within it.
    """

    where: str
    source: Source
    facts: Mapping[str, Fact]

    def fact(self, path: str) -> Fact:
        """The fact at a path within the item, such as `caller`."""
        return self.facts.get(path, SILENT)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the case.

    Attributes:
        items: what is on it, as of the screening date.
        unplaced: how many more things it names that may be later than that date.
        complete: whether the case says that it holds all there is.
    """

    items: tuple[Entry, ...] = ()
    unplaced: int = 0
    complete: bool = False


EMPTY_LIST = Listed()


@dataclass(frozen=True, slots=True)
class Hit:
    """A signal with its sources, as of the screening date."""

    source: Source
    assertion: Assertion


@dataclass(frozen=True)
class FactBase:
    """Everything that one file tells, as of one day."""

    as_of: PartialDate
    facts: Mapping[str, Fact] = field(default_factory=dict)
    lists: Mapping[str, Listed] = field(default_factory=dict)
    signals: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    unplaced_signals: frozenset[str] = frozenset()
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assumed: Mapping[str, Truth] = field(default_factory=dict)
    present: frozenset[str] = frozenset()

    def lookup(self, path: str) -> Fact:
        """The fact at a path of the case, such as `notice.kind`."""
        return self.facts.get(path, SILENT)

    def list_of(self, path: str) -> Listed:
        """The list at a path of the case, such as `relatives`."""
        return self.lists.get(path, EMPTY_LIST)

    def heard(self, signal: str) -> tuple[Hit, ...]:
        """Where the documents say what the signal stands for."""
        return self.signals.get(signal, ())

    def assume(self, verdicts: Mapping[str, Truth]) -> FactBase:
        """The same file, were these conditions settled so; keyed by the words of a condition."""
        return FactBase(
            self.as_of,
            self.facts,
            self.lists,
            self.signals,
            self.unplaced_signals,
            self.documents,
            MappingProxyType({**self.assumed, **verdicts}),
            self.present,
        )


@dataclass(frozen=True, slots=True)
class _Word:
    """One statement on its way to a fact."""

    value: Any
    source: Source
    placed: Truth


def resolve(words: Sequence[_Word]) -> Fact:
    """What several statements of one fact come to.

    Within one party the better level wins. Between parties a difference stays disputed, unless
    an independent body has ruled on that very fact.
    """
    if len(words) == 1 and words[0].placed is _TRUE:  # as nearly all are
        return Known(words[0].value, (words[0].source,))
    placed = [word for word in words if word.placed is Truth.TRUE]
    unplaced = [word for word in words if word.placed is Truth.UNKNOWN]
    if not placed:
        return Unknown(MAYBE_LATER) if unplaced else SILENT
    known = _settled(placed)
    if unplaced and _told(known) != _told(_settled([*placed, *unplaced])):
        return Unknown(MAYBE_LATER, tuple(word.source for word in placed))
    return known


def _told(fact: Fact) -> object:
    """What a fact comes to, its sources apart."""
    return (fact.value,) if isinstance(fact, Known) else fact.reason


def _settled(placed: Sequence[_Word]) -> Fact:
    """What statements come to that were all made by the screening date."""
    first = placed[0].value
    if len(placed) == 1:
        return Known(first, (placed[0].source,))
    if all(word.value == first for word in placed):
        return Known(first, tuple(word.source for word in placed))
    ruled = [word for word in placed if word.source.level is Level.ADJUDICATED]
    if ruled and all(word.value == ruled[0].value for word in ruled):
        value = ruled[0].value
        return Known(value, tuple(word.source for word in placed if word.value == value))
    held: list[_Word] = []
    for side in sorted({word.source.party.side for word in placed}):
        own = [word for word in placed if word.source.party.side is side]
        best = max(word.source.level.rank for word in own)
        held.extend(word for word in own if word.source.level.rank == best)
    if all(word.value == held[0].value for word in held):
        return Known(held[0].value, tuple(w.source for w in placed if w.value == held[0].value))
    return Unknown(DISPUTED, tuple(word.source for word in placed))


def gather(
    case: Case, documents: Sequence[Document], signals: Sequence[Signal], as_of: PartialDate
) -> FactBase:
    """The facts of a case and of what its documents say, as of a day."""
    facts: dict[str, Fact] = {}
    lists: dict[str, Listed] = {}
    walker = _Walker(case, as_of, facts, lists)
    walker.record(case, case_shape(), "", _Frame(case.party, Level.ASSERTED, walker.default_placing))
    heard, unplaced = _heard(case, documents, signals, as_of)
    kinds: dict[str, list[str]] = {}
    for document in documents:
        if not document.unreadable:
            kinds.setdefault(document.note.kind, []).append(document.id)
    present = frozenset(
        (
            *facts,
            *lists,
            *(f"signal:{name}" for name in heard),
            *(f"signal:{name}" for name in unplaced),
            *(f"document:{kind}" for kind in kinds),
        )
    )
    return FactBase(
        as_of,
        facts,
        lists,
        heard,
        frozenset(unplaced),
        {kind: tuple(sorted(ids)) for kind, ids in sorted(kinds.items())},
        {},
        present,
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a field inherits from the record that it stands in."""

    party: Party
    level: Level
    placed: Truth
    happened: str | None = None
    reference: str | None = None
    assertion: Assertion = Assertion.AFFIRMED
    independent: bool | None = None
    own_state: bool = False

    def source(self, where: str, event: str) -> Source:
        """The source of something that is told at a place, as part of an event."""
        return Source(
            where,
            event,
            self.level,
            self.party,
            self.assertion,
            happened=self.happened,
            said_by=self.party,
            reference=self.reference,
        )


class _Walker:
    """Goes through a case once and writes its facts down by path."""

    def __init__(
        self, case: Case, as_of: PartialDate, facts: dict[str, Fact], lists: dict[str, Listed]
    ) -> None:
        self._as_of = as_of
        self._state = case.requesting_state
        self._facts = facts
        self._lists = lists
        self._complete = frozenset(case.complete)
        self.default_placing = Truth.TRUE if case.as_of is None else not_after(case.as_of, as_of)
        if self.default_placing is Truth.FALSE:
            self.default_placing = Truth.UNKNOWN

    def record(self, record: Any, shape: Shape, path: str, frame: _Frame) -> None:
        """Facts and lists of a record that stands at `path`."""
        if isinstance(record, Vouched):
            frame = self._framed(record, frame)
            if frame.placed is Truth.FALSE:
                return
        values = record.__dict__
        for name in shape.leaves:
            value = values[name]
            if value is None or value == ():
                continue
            where = path + name
            fact = self._fact(value, shape, name, where, where, frame)
            if fact is not SILENT:
                self._facts[where] = fact
        for name, inside in shape.records.items():
            self.record(values[name], inside, f"{path}{name}.", frame)
        for name, inside in shape.lists.items():
            where = path + name
            items = values[name]
            if items or where in self._complete:
                self._lists[where] = self._listed(items, inside, where, frame)
        for name in shape.leaves:
            where = path + name
            if shape.leaves[name].kind == "words" and where in self._complete:
                self._facts.setdefault(where, Known((), (Source(where, where, frame.level, frame.party),)))
                self._lists[where] = Listed(unplaced=self._unplaced(values[name], frame), complete=True)

    def _unplaced(self, values: tuple[Any, ...], frame: _Frame) -> int:
        """How many words of a list may be later than the screening date."""
        words = (self._word(one, "word", "", "", frame) for one in values)
        return sum(word.placed is Truth.UNKNOWN for word in words)

    def _listed(self, items: Sequence[Item], shape: Shape, where: str, frame: _Frame) -> Listed:
        found: list[Entry] = []
        unplaced = 0
        for position, item in enumerate(items):
            own = self._framed(item, frame)
            if own.placed is Truth.FALSE:
                continue
            if own.placed is Truth.UNKNOWN:
                unplaced += 1
                continue
            found.append(self._item(item, shape, f"{where}[{position}]", own))
        found.sort(key=lambda item: item.source.event)
        return Listed(tuple(found), unplaced, where in self._complete)

    def _item(self, item: Item, shape: Shape, where: str, frame: _Frame) -> Entry:
        event = f"event:{item.event}" if item.event is not None else _event_key(where, item)
        facts: dict[str, Fact] = {}
        self._item_facts(item, shape, "", where, event, frame, facts)
        return Entry(where, frame.source(where, event), facts)

    def _item_facts(
        self,
        record: Any,
        shape: Shape,
        prefix: str,
        where: str,
        event: str,
        frame: _Frame,
        facts: dict[str, Fact],
    ) -> None:
        values = record.__dict__
        for name in shape.leaves:
            value = values[name]
            if value is None or value == ():
                continue
            fact = self._fact(value, shape, name, f"{where}.{prefix}{name}", event, frame)
            if fact is not SILENT:
                facts[prefix + name] = fact
        for name, inside in shape.records.items():
            self._item_facts(values[name], inside, f"{prefix}{name}.", where, event, frame, facts)

    def _framed(self, record: Vouched, frame: _Frame) -> _Frame:
        """What the fields of a vouched record inherit from it."""
        party = record.party if record.party is not None else frame.party
        own_state = frame.own_state
        state = getattr(record, "state", None)
        if state is not None:
            own_state = state == self._state
        independent = record.independent if record.independent is not None else frame.independent
        level = record.level if record.level is not None else frame.level
        return _Frame(
            party,
            _settled_level(level, party, independent, own_state),
            self._placed(record, frame.placed),
            frame.happened if record.happened is None else str(record.happened),
            frame.reference if record.source is None else record.source,
            record.assertion if isinstance(record, Item) else frame.assertion,
            independent,
            own_state,
        )

    def _placed(self, record: Vouched, default: Truth) -> Truth:
        day = record.known_by if record.known_by is not None else record.happened
        return default if day is None else not_after(day, self._as_of)

    def _fact(self, value: Any, shape: Shape, name: str, where: str, event: str, frame: _Frame) -> Fact:
        kind = shape.leaves[name].kind
        if kind == "words":
            return self._words(value, where, event, frame)
        listed = value if isinstance(value, tuple) else (value,)
        return resolve([self._word(one, kind, where, event, frame) for one in listed])

    def _words(self, values: tuple[Any, ...], where: str, event: str, frame: _Frame) -> Fact:
        kept: list[_Word] = []
        for value in values:
            for one in value if isinstance(value, tuple) else (value,):
                kept.append(self._word(one, "word", where, event, frame))
        placed = [word for word in kept if word.placed is Truth.TRUE]
        if not placed:
            return Unknown(MAYBE_LATER) if any(w.placed is Truth.UNKNOWN for w in kept) else SILENT
        sources = dict.fromkeys(word.source for word in placed)
        return Known(tuple(dict.fromkeys(word.value for word in placed)), tuple(sources))

    def _word(self, value: Any, kind: str, where: str, event: str, frame: _Frame) -> _Word:
        if isinstance(value, Statement):
            inner = value.value
            frame = self._framed(value, frame)
            placed = frame.placed
            undated = value.known_by is None and value.happened is None
        else:
            inner = value
            placed = frame.placed
            undated = True
        if kind == "date" and undated and isinstance(inner, PartialDate):
            # a day tells by itself when it was known at the earliest
            own = not_after(inner, self._as_of)
            if own is Truth.FALSE or placed is not Truth.TRUE:
                placed = own
        return _Word(inner, frame.source(where, event), placed)


def _settled_level(level: Level, party: Party, independent: bool | None, own_state: bool) -> Level:
    """Adjudicated means independent: a state's ruling in its own cause is its document."""
    if level is not Level.ADJUDICATED:
        return level
    if independent is False or party is Party.REQUESTING_STATE:
        return Level.DOCUMENTED
    if own_state and independent is not True:
        return Level.DOCUMENTED
    return level


def _event_key(where: str, item: Item) -> str:
    """A key that follows from what the item says, so that its place on the list doesn't matter."""
    told = f"{where.partition('[')[0]}|{item!r}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _heard(
    case: Case, documents: Sequence[Document], signals: Sequence[Signal], as_of: PartialDate
) -> tuple[dict[str, tuple[Hit, ...]], set[str]]:
    """Signals by name, those known by `as_of`; and the names of those that cannot be placed."""
    by_id = {document.id: document for document in documents}
    told_until = {
        document.id: latest_date(document.text, document.note.language) or case.as_of
        for document in documents
    }
    kept: dict[str, dict[tuple[Any, ...], Hit]] = {}
    unplaced: set[str] = set()
    for signal in signals:
        document = by_id[signal.span.document]
        last = told_until[document.id]
        beyond = last is not None and not_after(last, as_of) is not Truth.TRUE
        placed = _signal_placed(document, signal, as_of, beyond)
        if placed is Truth.FALSE:
            continue
        if placed is Truth.UNKNOWN:
            unplaced.add(signal.id)
            continue
        source = Source(
            document.id,
            signal.event,
            _signal_level(case, document, signal),
            signal.said_by,
            signal.assertion,
            signal.span,
            signal.said_by,
            signal.relayed_by,
            signal.found_by,
            signal.probability,
            None if signal.happened is None else str(signal.happened),
            document.note.title,
        )
        # a sentence that stands many times is one sentence: its first, best place is kept
        once = (signal.event, signal.said_by, signal.assertion)
        found = kept.setdefault(signal.id, {})
        known = found.get(once)
        if known is None or _precedes(source, known.source):
            found[once] = Hit(source, signal.assertion)
    return {
        name: tuple(sorted(hits.values(), key=lambda hit: _place(hit.source)))
        for name, hits in sorted(kept.items())
    }, unplaced - set(kept)


def _precedes(one: Source, other: Source) -> bool:
    return (-one.level.rank, _place(one)) < (-other.level.rank, _place(other))


def _place(source: Source) -> tuple[str, int]:
    return source.where, source.span.start if source.span is not None else 0


def _signal_placed(document: Document, signal: Signal, as_of: PartialDate, told_beyond: bool) -> Truth:
    """Whether what a sentence tells was known on the screening date.

    `told_beyond` says that its document tells of days after that date: then what stands in it
    without a date cannot be placed.
    """
    known = document.note.known_by
    if known is not None and not_after(known, as_of) is Truth.FALSE:
        return Truth.FALSE
    if signal.later_than is not None:
        paper = document.note.date or known
        if paper is not None and not_after(paper, as_of) is Truth.TRUE:
            return Truth.TRUE
        if not_after(signal.later_than, as_of) is Truth.FALSE:
            return Truth.FALSE
        return Truth.UNKNOWN if told_beyond else Truth.TRUE
    if signal.happened is not None:
        placed = not_after(signal.happened, as_of)
        if placed is Truth.FALSE and document.note.date is not None:
            # told in a paper that is older: something to come, and known already
            return not_after(document.note.date, as_of)
        if placed is not Truth.UNKNOWN:
            return placed
    day = document.note.date if document.note.date is not None else known
    if day is not None:
        return not_after(day, as_of)
    if signal.happened is not None:
        return not_after(signal.happened, as_of)
    return Truth.UNKNOWN if told_beyond else Truth.TRUE


_RECORDED = frozenset({"call_transcript", "chat", "email"})


def _signal_level(case: Case, document: Document, signal: Signal) -> Level:
    """How good a sentence is: as its document in its own voice, less where it passes on another's."""
    level = document.level(case.requesting_state)
    if signal.said_by is document.party and signal.relayed_by is None:
        return level
    if document.note.kind in _RECORDED:
        return min(level, Level.DOCUMENTED, key=lambda one: one.rank)
    if signal.said_by.side is Party.CLIENT or signal.said_by in (Party.GO_BETWEEN, Party.UNCLEAR):
        return Level.ASSERTED if document.party is not Party.COURT else Level.DOCUMENTED
    return min(level, Level.DOCUMENTED, key=lambda one: one.rank)
