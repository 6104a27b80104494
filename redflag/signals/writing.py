"""How each language is written: what a word is, and which spellings count as the same."""

from __future__ import annotations

import bisect
import functools
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from redflag.documents import Prepared, prepare
from redflag.signals.arabic import bare_forms
from redflag.signals.hanzi import SIMPLIFIED
from redflag.signals.patterns import Pattern
from redflag.signals.phrases import RUN_ON, WORD, Literal

_PIECE = Pattern(rf"[^\W{RUN_ON}]+|[{RUN_ON}]")
"""A word where apostrophes and hyphens part words: "qu'on", "belle-soeur", "dit-il"."""
_BEFORE_APOSTROPHE = Pattern(rf"(?<!\w')\b[^\W{RUN_ON}]+(?:-[^\W{RUN_ON}]+)*|[{RUN_ON}]")
"""A word where an apostrophe sets off an ending that is no part of it: "Interpol'\u00fcn"."""

_IN_ASCII = {
    WORD: Pattern(r"\w+(?:['-]\w+)*"),
    _PIECE: Pattern(r"\w+"),
    _BEFORE_APOSTROPHE: Pattern(r"(?<!\w')\b\w+(?:-\w+)*"),
}
"""The same for a text in ASCII, which is most sentences and read faster."""


def _unaccented(letters: str) -> dict[int, str]:
    return {ord(letter): unicodedata.normalize("NFD", letter)[0] for letter in letters}


_WESTERN = _unaccented(
    "\u00e0\u00e1\u00e2\u00e3\u00e4\u00e5\u00e7\u00e8\u00e9\u00ea\u00eb\u00ec\u00ed\u00ee"
    "\u00ef\u00f1\u00f2\u00f3\u00f4\u00f5\u00f6\u00f9\u00fa\u00fb\u00fc\u00fd\u00ff"
)
_WESTERN_APART = Pattern("[\u0153\u00e6]")
_DOTS = Pattern("\u0307+")
_ARABIC = {
    **dict.fromkeys(map(ord, "\u0622\u0623\u0625\u0671"), "\u0627"),
    **dict.fromkeys(map(ord, "\u0649\u0626\u06cc"), "\u064a"),
    ord("\u0624"): "\u0648",
    ord("\u0629"): "\u0647",
    ord("\u06a9"): "\u0643",
    **{
        ord(digit): str(number)
        for number, digit in enumerate("\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669")
    },
    **{
        ord(digit): str(number)
        for number, digit in enumerate("\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9")
    },
}
_ARABIC_MARKS = Pattern(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]+"
)
_WIDE = {code: chr(code - 0xFEE0) for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B)]}
_SPACE_IN_RUN = Pattern(rf"(?<=[{RUN_ON}]) +(?=[{RUN_ON}])")
_EXPANDED = {"\u0153": "oe", "\u00e6": "ae"}


class Even(NamedTuple):
    """A text made even as its language asks, with the way back to the text as read."""

    text: str
    prepared: Prepared
    places: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as read that gave characters `start` to `end` of this one."""
        if self.places:
            start, end = self._back(start), max(self._back(end), self._back(end - 1) + 1)
        return self.prepared.original(start, end)

    def _back(self, position: int) -> int:
        """The place before the letters were written apart or left out."""
        at = bisect.bisect_right(self.places, position)
        return position + self.moved[at - 1] if at else position


@dataclass(frozen=True)
class Writing:
    """How one language is written.

    Attributes:
        word: what one word is, in a text made even.
        letters: letters that are read as others, by their codes.
        apart: what is left out or written with two letters once that is done.
        forms: the forms under which a word may be listed; None where it is listed as it stands.
        words_a_word: how many words of it say about as much as one English word.
        is_run_on: whether nothing parts its words.
        is_joined: whether a word may hide within another, with what is written onto it.
    """

    word: Pattern = WORD
    letters: dict[int, str] | None = None
    apart: Pattern | None = None
    forms: Callable[[str], tuple[str, ...]] | None = None
    words_a_word: int = 1
    is_run_on: bool = False
    is_joined: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether a text prepared for matching is even already."""
        return self.letters is None and self.apart is None and self.word is WORD

    def even(self, text: str) -> Even:
        """A text made even, with its map back."""
        prepared = prepare(text)
        made = prepared.text
        if self.letters is not None and not made.isascii():
            made = made.translate(self.letters)
        if self.apart is None or self.apart.search(made) is None:
            return Even(made, prepared)
        pieces: list[str] = []
        places: list[int] = []
        moved: list[int] = []
        position = length = shift = 0
        for match in self.apart.finditer(made):
            written = _EXPANDED.get(match.group(), "")
            pieces += (made[position : match.start()], written)
            length += match.start() - position + len(written)
            position = match.end()
            shift += match.end() - match.start() - len(written)
            places.append(length if not written else length - 1)
            moved.append(shift)
        pieces.append(made[position:])
        return Even("".join(pieces), prepared, tuple(places), tuple(moved))

    def words_of(self, text: str) -> list[str]:
        """The words of a text as read."""
        return self.words(self.even(text).text)

    def words(self, text: str) -> list[str]:
        """The words of a text made even."""
        word = _IN_ASCII[self.word] if text.isascii() else self.word
        found: list[str] = word.findall(text)
        return found

    def spans(self, text: str) -> tuple[list[int], list[int]]:
        """Where each word of a text made even begins and ends."""
        word = _IN_ASCII[self.word] if text.isascii() else self.word
        spans = [match.span() for match in word.finditer(text)]
        return [start for start, _ in spans], [end for _, end in spans]

    def literal(self, literal: Literal) -> Literal:
        """A literal of a lexicon in the words that a text made even has for it."""
        if self.is_plain:
            return literal
        found: list[str] = []
        for chunk in literal.split(" "):
            bare = chunk.rstrip("*")
            words = self.words(self.even(bare).text)
            if words and bare != chunk:
                words[-1] += "*"
            found += words
        return " ".join(found)

    def line(self, text: str) -> str:
        """A label or a short line in even words, to be looked up."""
        if self.is_plain:
            return " ".join(text.lower().split())
        return " ".join(self.words(self.even(text).text))


_WRITINGS = {
    "fr": Writing(_PIECE, _WESTERN, _WESTERN_APART),
    "es": Writing(_PIECE, _WESTERN, _WESTERN_APART),
    "ru": Writing(_PIECE, {0x451: "\u0435"}),
    "tr": Writing(_BEFORE_APOSTROPHE, {0x131: "i", 0xE2: "a", 0xEE: "i", 0xFB: "u"}, _DOTS),
    "ar": Writing(_PIECE, _ARABIC, _ARABIC_MARKS, bare_forms, is_joined=True),
    "zh": Writing(_PIECE, {**SIMPLIFIED, **_WIDE}, _SPACE_IN_RUN, words_a_word=2, is_run_on=True),
}
_PLAIN = Writing()


@functools.cache
def writing_of(language: str) -> Writing:
    """How a language is written, by its ISO 639-1 code."""
    return _WRITINGS.get(language, _PLAIN)
