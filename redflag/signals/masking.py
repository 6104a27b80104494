"""Names that tell which state a text speaks of, masked before its words are counted.

A learned vocabulary would otherwise take in whose cases it was shown, and a request would be read
otherwise for its state. Each name becomes the word for its kind, so that replacing a state with
another throughout a text leaves what is counted exactly as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redflag.record import Record
from redflag.signals.phrases import WORD
from redflag.signals.writing import Writing, writing_of

_KINDS = {
    "states": "STATE",
    "peoples": "PEOPLE",
    "cities": "CITY",
    "currencies": "CURRENCY",
    "leaders": "LEADER",
    "services": "SERVICE",
}
MASKS = frozenset(_KINDS.values())
"""The words that names become; in capitals, which no word made even has."""

NUMBER = "0"
"""What every number becomes."""

_MOST_KEPT = 50_000
_SHORTEST_STEM = 3


class Names(Record):
    """The names of one language, by what they name.

    A star ends a name that may go on, as it does where words are inflected.
    """

    language: str
    as_written: tuple[str, ...] = ()
    """Names that are masked only in these letters, since in others they are ordinary words: "US"."""
    articles: tuple[str, ...] = ()
    """What stands before the names of some states and not of others: it goes with the name."""
    states: tuple[str, ...] = ()
    peoples: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def listed(self) -> Iterator[tuple[str, str]]:
        """Each name with the word that it becomes."""
        for field, mask in _KINDS.items():
            for name in getattr(self, field):
                yield name, mask


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a masked name: what is counted, and which words of the sentence it stands for."""

    text: str
    start: int
    end: int


class Masking:
    """The names of one language, ready to be found among the words of a sentence."""

    def __init__(self, names: Names) -> None:
        self._writing: Writing = writing_of(names.language)
        self._articles = frozenset(names.articles)
        self._as_written = {name.lower(): name for name in names.as_written}
        self._whole: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        self._longer: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
        for name, mask in names.listed():
            words = self._writing.words(self._writing.even(name.rstrip("*")).text)
            is_open = name.endswith("*")
            if len(words) > 1:
                self._longer.setdefault(words[0], []).append((tuple(words[1:]), is_open, mask))
            elif words and is_open and len(words[0]) >= _SHORTEST_STEM:
                self._stems.setdefault(words[0], mask)
            elif words:
                self._whole.setdefault(words[0], mask)
        for listed in self._longer.values():
            listed.sort(key=lambda one: (-len(one[0]), one[0]))
        self._lengths = sorted({len(stem) for stem in self._stems}, reverse=True)
        self._known: dict[str, str | None] = {}

    def tokens(self, words: Sequence[str], written: str = "") -> list[Token]:
        """The words of a sentence, names masked and numbers made one.

        Args:
            words: of the text made even.
            written: the text as read, for names that are masked only as they are written.
        """
        found: list[Token] = []
        ordinary = self._ordinary(words, written)
        at = 0
        while at < len(words):
            end, mask = self._name(words, at, ordinary)
            if mask is None:
                word = words[at]
                found.append(Token(NUMBER if word.isdigit() else word, at, end))
            else:
                start = at
                if found and found[-1].text in self._articles:
                    start = found.pop().start
                found.append(Token(mask, start, end))
            at = end
        return found

    def is_name(self, word: str) -> bool:
        """Whether a word alone is masked, whatever its letters are."""
        return self._of_word(word) is not None and word not in self._as_written

    def _ordinary(self, words: Sequence[str], written: str) -> frozenset[int]:
        """The places of words that are names only in other letters than stand there."""
        places = [at for at, word in enumerate(words) if word in self._as_written]
        if not places:
            return frozenset()
        as_read = WORD.findall(written)
        if len(as_read) != len(words):
            return frozenset(places)
        return frozenset(at for at in places if as_read[at] != self._as_written[words[at]])

    def _name(self, words: Sequence[str], at: int, ordinary: frozenset[int]) -> tuple[int, str | None]:
        for rest, is_open, mask in self._longer.get(words[at], ()):
            end = at + 1 + len(rest)
            if end > len(words):
                continue
            last = words[end - 1]
            if tuple(words[at + 1 : end - 1]) == rest[:-1] and (
                last in (rest[-1], f"{rest[-1]}'s") or (is_open and last.startswith(rest[-1]))
            ):
                return end, mask
        return at + 1, None if at in ordinary else self._of_word(words[at])

    def _of_word(self, word: str) -> str | None:
        try:
            return self._known[word]
        except KeyError:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            mask = self._known[word] = self._looked_up(word)
            return mask

    def _looked_up(self, word: str) -> str | None:
        for form in self._forms(word):
            mask = self._whole.get(form)
            if mask is not None:
                return mask
            for length in self._lengths:
                if length <= len(form) and (mask := self._stems.get(form[:length])) is not None:
                    return mask
        return None

    def _forms(self, word: str) -> tuple[str, ...]:
        """A word, and what is left of it without clitics, a possessive ending or what a hyphen joins."""
        if self._writing.forms is not None:
            return word, *self._writing.forms(word)
        if word.isalpha():
            return (word,)
        return word, word.removesuffix("'s"), *word.removesuffix("'s").split("-")
