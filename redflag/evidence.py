"""Where a finding comes from: spans of text, sources, who vouches for them, and traces."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from redflag.truth import Truth


class Party(enum.StrEnum):
    """Who vouches for a statement, or who is heard in a text."""

    CLIENT = "client"
    DEFENCE = "defence"
    REQUESTING_STATE = "requesting_state"
    REQUESTED_STATE = "requested_state"
    COURT = "court"
    INTERPOL = "interpol"
    NGO = "ngo"
    PRESS = "press"
    EXPERT = "expert"
    GO_BETWEEN = "go_between"
    RELATIVE = "relative"
    THIRD_PARTY = "third_party"
    UNCLEAR = "unclear"

    @property
    def side(self) -> Party:
        """Whose side it speaks for: the person's own people are one side, all others each their own."""
        return Party.CLIENT if self in _OWN_SIDE else self


_OWN_SIDE = frozenset({Party.CLIENT, Party.DEFENCE, Party.RELATIVE})


class Level(enum.StrEnum):
    """How good a statement is, from somebody's word to an independent ruling."""

    ASSERTED = "asserted"
    DOCUMENTED = "documented"
    CORROBORATED = "corroborated"
    ADJUDICATED = "adjudicated"

    @property
    def rank(self) -> int:
        """0 for the weakest, 3 for the best."""
        return _LEVELS.index(self)


_LEVELS = tuple(Level)


class Assertion(enum.StrEnum):
    """How something is put: as what happened, or as less than that."""

    AFFIRMED = "affirmed"
    ALLEGED = "alleged"
    THREATENED = "threatened"
    FEARED = "feared"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: characters `start` to `end` of its text as read.

    Made by `Document.span`, which holds `quote == document.text[start:end]`.
    """

    document: str
    start: int
    end: int
    quote: str


PASSAGE = "passage:"
"""Begins the name of the signal that a passage reads like a sign of a family, which follows."""


@dataclass(frozen=True, slots=True)
class Source:
    """One place that a verdict rests on.

    Attributes:
        where: a path in the case, such as `contacts[2]`, or the id of a document.
        event: key of the event that it reports. Sources of one event count as one event.
        span: the piece of text, for what was read in a document.
        said_by: who is heard saying it in the text; the same as `party` in a structured case.
        relayed_by: who passes on what somebody else is said to have said.
        found_by: `case` for a stated fact, `lexicon` or `tagger` for text.
        probability: how sure the tagger is; None for the others.
        happened: when, as written in the case or the text.
        reference: the document or citation that the case names for it.
    """

    where: str
    event: str
    level: Level
    party: Party
    assertion: Assertion = Assertion.AFFIRMED
    span: Span | None = None
    said_by: Party | None = None
    relayed_by: Party | None = None
    found_by: str = "case"
    probability: float | None = None
    happened: str | None = None
    reference: str | None = None


class Trace(NamedTuple):
    """Why a condition is true, false or unknown: its verdict, reason, sources and children.

    Attributes:
        node: the condition as a person would read it; equal conditions have equal words.
        reason: why it is unknown, such as `not stated` or `disputed`; empty where it is settled.
    """

    truth: Truth
    node: str
    reason: str = ""
    sources: tuple[Source, ...] = ()
    children: tuple[Trace, ...] = ()

    def walk(self) -> Iterator[Trace]:
        """The trace and all below it, from the top, left to right."""
        yield self
        for child in self.children:
            yield from child.walk()

    def has_reason(self) -> bool:
        """Whether anything in it is unknown for a reason."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            if one.reason:
                return True
            waiting.extend(one.children)
        return False
