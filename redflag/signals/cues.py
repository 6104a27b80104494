"""Finding context words in a sentence, and where its clauses break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from redflag.signals.lexicon import ContextWords
from redflag.signals.phrases import parse_cue
from redflag.signals.writing import Writing, writing_of

K = TypeVar("K")
Keys = tuple[str, ...]
_BREAKING = frozenset(',;:()[]"\u2026')
_ASIDE = 3
_BOUNDING = (
    "auxiliaries",
    "by",
    "ends_clause",
    "ends_negation",
    "ends_speech",
    "hosts",
    "joins",
    "lifted_by",
    "of",
    "others_voice",
    "own_voice",
    "subjects",
    "that",
    "who",
)
_MOST_REMEMBERED = 50_000
"""Words whose entries are kept in mind."""


@dataclass(frozen=True, slots=True)
class Cue(Generic[K]):
    """Words `start` up to `end` of a sentence, and what they are a cue of.

    Attributes:
        is_ending: whether only the ending of the word is the cue, as "-madı" is in "alınmadı".
    """

    kind: K
    start: int
    end: int
    is_ending: bool = False


class _Entries(Generic[K]):
    """Listed expressions, found by the first word of each."""

    def __init__(self, listed: Mapping[K, Iterable[str]], writing: Writing) -> None:
        self._forms = writing.forms
        self._exact: dict[str, list[tuple[Keys, K]]] = {}
        self._odd: list[tuple[Keys, K]] = []
        self._known: dict[str, _Begun[K] | None] = {}
        for kind, entries in listed.items():
            for entry in entries:
                keys = parse_cue(entry)
                if not writing.is_plain:
                    written = " ".join(_even(key, writing) for key in keys)
                    keys = tuple(written.split())
                    if not keys:
                        continue
                if "*" in keys[0]:
                    self._odd.append((keys, kind))
                else:
                    self._exact.setdefault(keys[0], []).append((keys, kind))

    def beginning_with(self, word: str) -> _Begun[K] | None:
        """The entries whose first word this may be; None if there are none."""
        if word in self._known:
            return self._known[word]
        forms = self._forms(word) if self._forms is not None else (word,)
        listed = [entry for form in forms for entry in self._exact.get(form, ())]
        listed += [entry for entry in self._odd if any(_fits(form, entry[0][0]) for form in forms)]
        listed.sort(key=lambda entry: -len(entry[0]))
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        found = self._known[word] = _Begun(listed) if listed else None
        return found

    def standing(self, words: list[str], at: int, begun: _Begun[K]) -> list[tuple[Keys, K]]:
        """Those of some entries that stand at a place, the longest first."""
        if not begun.then and not begun.then_odd:
            return begun.alone
        found: list[tuple[int, Keys, K]] = []
        if at + 1 < len(words):
            following = words[at + 1]
            forms = self._forms(following) if self._forms is not None else (following,)
            for form in forms:
                found += [one for one in begun.then.get(form, ()) if self._goes_on(words, at, one[1])]
            for one in begun.then_odd:
                if any(_fits(form, one[1][1]) for form in forms) and self._goes_on(words, at, one[1]):
                    found.append(one)
        if not found:
            return begun.alone
        found.sort(key=lambda one: one[0])
        return [(keys, kind) for _, keys, kind in found] + begun.alone

    def _goes_on(self, words: list[str], at: int, keys: Keys) -> bool:
        """Whether the third word and those after it are these as well."""
        if at + len(keys) > len(words):
            return False
        for offset in range(2, len(keys)):
            word, key = words[at + offset], keys[offset]
            if word == key or _fits(word, key):
                continue
            if self._forms is None or not any(_fits(form, key) for form in self._forms(word)):
                return False
        return True


class _Begun(Generic[K]):
    """Entries that share their first word: those of one word, the others by their second."""

    def __init__(self, listed: list[tuple[Keys, K]]) -> None:
        self.alone = [entry for entry in listed if len(entry[0]) == 1]
        self.then: dict[str, list[tuple[int, Keys, K]]] = {}
        self.then_odd: list[tuple[int, Keys, K]] = []
        for place, (keys, kind) in enumerate(listed):
            if len(keys) > 1:
                one = (place, keys, kind)
                if "*" in keys[1]:
                    self.then_odd.append(one)
                else:
                    self.then.setdefault(keys[1], []).append(one)


def _even(key: str, writing: Writing) -> str:
    """A word of an entry as the words of a text are written, its stars kept."""
    before = "*" if key.startswith("*") else ""
    bare = writing.literal(key.removeprefix("*"))
    return before + bare if bare else ""


def _fits(word: str, key: str) -> bool:
    """Whether a word is what a key writes: a star stands for whatever else the word holds."""
    bare = key.strip("*")
    if key.startswith("*"):
        return len(word) > len(bare) and (bare in word[1:] if key.endswith("*") else word.endswith(bare))
    return word.startswith(bare) if key.endswith("*") else word == bare


class Cues(Generic[K]):
    """Lists of words and expressions by kind; where two kinds share one, the first has it."""

    def __init__(self, listed: Mapping[K, Iterable[str]], writing: Writing | None = None) -> None:
        self._entries = _Entries(listed, writing or writing_of(""))

    def find(self, words: list[str]) -> list[Cue[K]]:
        """The cues of a sentence, left to right, the longest at each place, none overlapping."""
        entries = self._entries
        found: list[Cue[K]] = []
        free = 0
        for at, word in enumerate(words):
            begun = entries.beginning_with(word)
            if begun is None or at < free:
                continue
            standing = entries.standing(words, at, begun)
            if standing:
                keys, kind = standing[0]
                free = at + len(keys)
                found.append(Cue(kind, at, free, keys[0].startswith("*")))
        return found


class Marks:
    """Lists of words by name, to be told which words of a sentence stand on which of them."""

    def __init__(self, listed: Mapping[str, Iterable[str]], writing: Writing | None = None) -> None:
        self._names = tuple(listed)
        self._entries = _Entries(listed, writing or writing_of(""))

    def read(self, words: list[str]) -> dict[str, int]:
        """By the name of each list, bits of the words at which an entry of it begins."""
        entries = self._entries
        bits = dict.fromkeys(self._names, 0)
        for at, word in enumerate(words):
            begun = entries.beginning_with(word)
            if begun is not None:
                for _, name in entries.standing(words, at, begun):
                    bits[name] |= 1 << at
        return bits


def bits_between(low: int, high: int) -> int:
    """Bits of the words from `low` up to, not including, `high`."""
    return (1 << high) - (1 << low) if high > low else 0


def clause_marks(words: ContextWords, writing: Writing) -> Marks:
    """The lists of words by which clauses, speakers and negations are bounded."""
    return Marks({name: getattr(words, name) for name in _BOUNDING}, writing)


def clause_breaks(text: str, starts: list[int], ends: list[int]) -> list[int]:
    """Numbers of the words before which punctuation breaks the clause.

    An aside of a few words between two commas breaks nothing.
    """
    found = []
    for number in range(1, len(starts)):
        between = text[ends[number - 1] : starts[number]]
        if between == " " or not between:
            continue
        if not _BREAKING.isdisjoint(between) or "- " in between or " -" in between:
            found.append(number)
    kept = []
    skipped = False
    for index, number in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        if skipped:
            skipped = False
        elif (
            following is not None
            and following - number <= _ASIDE
            and text[ends[number - 1]] == text[ends[following - 1]] == ","
            and index + 2 == len(found)
        ):
            skipped = True
        else:
            kept.append(number)
    return kept
