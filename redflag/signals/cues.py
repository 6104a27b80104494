"""Finding context words in a sentence, and where its clauses break."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from redflag.signals.phrases import parse_words

K = TypeVar("K")
_BREAKING = frozenset(',;:()[]"\u2026')
_ASIDE = 3
_HEAD = 2
"""Letters by which words that may go on are looked up."""


@dataclass(frozen=True, slots=True)
class Cue(Generic[K]):
    """Words `start` up to `end` of a sentence, and what they are a cue of."""

    kind: K
    start: int
    end: int


class Cues(Generic[K]):
    """Lists of words and expressions by kind; where two kinds share one, the first has it."""

    def __init__(self, listed: Mapping[K, Iterable[str]]) -> None:
        self._exact: dict[str, list[tuple[tuple[str, ...], K]]] = {}
        self._begun: dict[str, list[tuple[tuple[str, ...], K]]] = {}
        for kind, entries in listed.items():
            for entry in entries:
                keys = parse_words(entry)
                if keys[0].endswith("*"):
                    self._begun.setdefault(keys[0][:_HEAD], []).append((keys, kind))
                else:
                    self._exact.setdefault(keys[0], []).append((keys, kind))
        for known in (*self._exact.values(), *self._begun.values()):
            known.sort(key=lambda entry: -len(entry[0]))

    def find(self, words: list[str]) -> list[Cue[K]]:
        """The cues of a sentence, left to right, the longest at each place, none overlapping."""
        exact, begun = self._exact, self._begun
        found: list[Cue[K]] = []
        free = 0
        for at, word in enumerate(words):
            if word not in exact and (not begun or word[:_HEAD] not in begun):
                continue
            if at < free:
                continue
            longest = 0
            for listed in (exact.get(word, ()), begun.get(word[:_HEAD], ())):
                for keys, kind in listed:
                    if len(keys) <= longest:
                        break
                    if _stand_at(words, at, keys):
                        longest, best = len(keys), kind
                        break
            if longest:
                free = at + longest
                found.append(Cue(best, at, free))
        return found


def _stand_at(words: list[str], at: int, keys: tuple[str, ...]) -> bool:
    if at + len(keys) > len(words):
        return False
    for offset, key in enumerate(keys):
        word = words[at + offset]
        if word != key and not (key.endswith("*") and word.startswith(key[:-1])):
            return False
    return True


def clause_breaks(text: str, starts: list[int], ends: list[int]) -> list[int]:
    """Numbers of the words before which punctuation breaks the clause.

    An aside of a few words between two commas breaks nothing.
    """
    found = []
    for number in range(1, len(starts)):
        between = text[ends[number - 1] : starts[number]]
        if between == " ":
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
