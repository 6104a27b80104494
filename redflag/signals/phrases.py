"""The phrase language: how a line of a lexicon is read into words, slots, gaps and choices."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

from redflag.documents import prepare
from redflag.signals.patterns import Pattern

SHORT_GAP = 4
"""Words that `..` lets pass."""
LONG_GAP = 10
"""Words that `...` lets pass."""

RUN_ON = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\U00020000-\U0003ffff"
WORD = Pattern(rf"[^\W{RUN_ON}]+(?:['-][^\W{RUN_ON}]+)*|[{RUN_ON}]")
"""A word of prepared text; each sign of a script that puts no space between words is one."""

_TOKEN = re.compile(r"\s*(?:\(([^(){}&?.]*)\)|\{([^{}]*)\}|([()|&?])|([^\s(){}|&?]+)|(\S))")
_GAPS = {"..": SHORT_GAP, "...": LONG_GAP}
_DEEPEST = 8

_PLAIN = frozenset(string.ascii_lowercase + string.digits + " |'-*")
_ODD = re.compile(r"(?:^|[ |])['*-]|['-](?:$|[ |'*-])|\*(?!$|[ |])|(?:^|[ |])(?:$|[ |])")


class PhraseError(ValueError):
    """A phrase that cannot be read: what is wrong with it, and the mend."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(f"{message}; {mend}" if mend else message)
        self.message = message
        self.mend = mend


Literal = str
"""Words that stand next to each other, each in lower case, a prefix with its star."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of some literals; none of them, if optional."""

    literals: frozenset[Literal]
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the alternatives that the slot of this name lists; none, if optional."""

    name: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to `most` words of any kind."""

    most: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; none of them, if optional."""

    options: tuple[Sequence, ...]
    is_optional: bool = False


Item = Words | Slot | Gap | Choice
Sequence = tuple[Item, ...]
Phrase = tuple[Sequence, ...]
"""Sequences that must all stand in one sentence; nearly always there is just one."""


@functools.lru_cache(maxsize=1 << 15)
def parse_phrase(text: str) -> Phrase:
    """The phrase that a line of a lexicon writes.

    Raises:
        PhraseError: if it cannot be read.

    >>> parse_phrase("{relative} .. detain*")
    ((Slot(name='relative', is_optional=False), Gap(most=4), Words(literals=frozenset({'detain*'}), \
is_optional=False)),)
    """
    return _Reader(text).phrase()


@functools.lru_cache(maxsize=1 << 16)
def parse_alternative(text: str) -> Sequence:
    """The sequence that an alternative of a slot writes.

    Raises:
        PhraseError: if it cannot be read, or needs more than one sequence.
    """
    if _PLAIN.issuperset(text) and "|" not in text and _ODD.search(text) is None:
        return (Words(frozenset((text,))),)
    parts = parse_phrase(text)
    if len(parts) != 1:
        raise PhraseError('"&" stands in an alternative of a slot', "write it in the phrases")
    return parts[0]


def parse_words(text: str) -> tuple[str, ...]:
    """The words that an entry without slots, gaps or choices writes.

    Raises:
        PhraseError: if it holds anything else.
    """
    match parse_alternative(text):
        case (Words(literals, False),) if len(literals) == 1:
            return tuple(next(iter(literals)).split(" "))
    raise PhraseError("more than words stand here", "write it out in words")


def parse_cue(text: str) -> tuple[str, ...]:
    """The words of an entry of the context words; one that begins with a star is an ending.

    Raises:
        PhraseError: if it holds anything else, or a star stands before several words.

    >>> parse_cue("*mad\u0131")
    ('*mad\u0131',)
    """
    if not text.startswith("*"):
        return parse_words(text)
    words = parse_words(text[1:])
    if len(words) > 1:
        raise PhraseError("a star stands before several words", "give the ending of one word")
    return (f"*{words[0]}",)


def slots_of(sequence: Sequence) -> Iterator[str]:
    """Names of the slots that a sequence uses, left to right."""
    for item in sequence:
        if isinstance(item, Slot):
            yield item.name
        elif isinstance(item, Choice):
            for option in item.options:
                yield from slots_of(option)


class _Reader:
    """Reads one phrase from left to right.

    phrase   = sequence ("&" sequence)*
    sequence = (word | "{" slot "}" "?"? | ".." | "..." | "(" sequence ("|" sequence)* ")" "?"?)+

    A gap at the edge of a sequence asks for nothing and is passed over.
    """

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str | None, ...]] = _TOKEN.findall(text.strip())
        self._at = 0

    def phrase(self) -> Phrase:
        parts = [self._sequence(0)]
        while self._sign() == "&":
            self._at += 1
            parts.append(self._sequence(0))
        if self._at < len(self._tokens):
            raise PhraseError(
                f'"{self._sign()}" has no place here', 'close every "(" once, and use "|" inside'
            )
        for part in parts:
            if all(isinstance(item, Gap) or item.is_optional for item in part):
                raise PhraseError("everything in it may be left out", "make one piece mandatory")
        return tuple(parts)

    def _sign(self) -> str | None:
        return self._tokens[self._at][2] if self._at < len(self._tokens) else None

    def _sequence(self, depth: int) -> Sequence:
        if depth > _DEEPEST:
            raise PhraseError(f"brackets more than {_DEEPEST} deep")
        items: list[Item] = []
        words: list[str] = []
        is_empty = True
        while self._at < len(self._tokens):
            group, slot, sign, chunk, stray = self._tokens[self._at]
            if sign == "|" or sign == ")" or sign == "&":
                break
            is_empty = False
            if chunk and chunk not in _GAPS:
                words.append(_literal(chunk))
                self._at += 1
                continue
            if words:
                items.append(Words(frozenset((" ".join(words),))))
                words = []
            if chunk:
                items.append(Gap(_GAPS[chunk]))
            elif sign == "(":
                items.append(self._choice(depth))
                continue
            elif sign == "?":
                raise PhraseError('"?" follows no bracket', "write (word)? for what may be left out")
            elif stray:
                raise PhraseError(f'"{stray}" has no place here', "close every brace that opens")
            elif slot:
                if not slot.isidentifier():
                    raise PhraseError(f'"{{{slot}}}" names no slot', "a slot's name is one plain word")
                items.append(Slot(slot, self._may_be_left_out()))
                continue
            else:
                items.append(Words(_literals(group or ""), self._may_be_left_out()))
                continue
            self._at += 1
        if words:
            items.append(Words(frozenset((" ".join(words),))))
        items = _without_idle_gaps(items)
        if not items:
            mend = "write a word there or take the sign out"
            raise PhraseError("a piece of it is empty" if is_empty else "a piece is nothing but gaps", mend)
        return tuple(items)

    def _may_be_left_out(self) -> bool:
        """Steps past the token in hand, and past a question mark after it."""
        self._at += 1
        if self._sign() != "?":
            return False
        self._at += 1
        return True

    def _choice(self, depth: int) -> Choice:
        options: list[Sequence] = []
        while True:
            self._at += 1
            options.append(self._sequence(depth + 1))
            if self._sign() != "|":
                break
        if self._sign() != ")":
            raise PhraseError('"(" is not closed', 'write ")" where the choice ends')
        return Choice(tuple(options), self._may_be_left_out())


def _without_idle_gaps(items: list[Item]) -> list[Item]:
    """The items with gaps at the edges left out, and gaps side by side as one."""
    kept: list[Item] = []
    for item in items:
        if isinstance(item, Gap):
            if kept and isinstance(kept[-1], Gap):
                kept[-1] = Gap(kept[-1].most + item.most)
                continue
            if not kept:
                continue
        kept.append(item)
    if kept and isinstance(kept[-1], Gap):
        kept.pop()
    return kept


def _literals(group: str) -> frozenset[Literal]:
    """The literals of a bracket that holds words alone."""
    if _PLAIN.issuperset(group) and _ODD.search(group) is None:
        return frozenset(group.split("|"))
    found = []
    for option in group.split("|"):
        if not option.strip():
            raise PhraseError("a piece of it is empty", "write a word there or take the sign out")
        found.append(" ".join(_literal(chunk) for chunk in option.split()))
    return frozenset(found)


def _literal(chunk: str) -> Literal:
    """What stands between two spaces, as a literal: one word, or several as in "u.s."."""
    if _PLAIN.issuperset(chunk) and _ODD.search(chunk) is None:
        return chunk
    bare = chunk.removesuffix("*")
    text = prepare(bare).text
    words: list[str] = WORD.findall(text)
    if WORD.sub("", text).strip("'.,") or not words or ".." in text:
        raise PhraseError(f'"{chunk}" is no word', "gaps stand apart (.. or ...), a star ends a word")
    return " ".join(words) + ("*" if bare != chunk else "")
