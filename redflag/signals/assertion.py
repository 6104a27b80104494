"""How a thing is put: as what happened, or as denied, threatened, feared, possible, alleged."""

from __future__ import annotations

import bisect
import functools

from redflag.evidence import Assertion, Party
from redflag.signals.cues import Cue, Cues, bits_between
from redflag.signals.lexicon import ContextWords
from redflag.signals.matching import Hit
from redflag.signals.writing import Writing, writing_of

_NOT_REACHES = 6
_NO_REACHES = 9
_ALLEGED_REACHES = 14
_VERB_REACHES = 4
_AFTER_REACHES = 8
_FEAR_REACHES = 25

_REACHES = {
    "no": _NO_REACHES,
    "not": _NOT_REACHES,
    "alleged": _ALLEGED_REACHES,
    "future": _VERB_REACHES,
    "possible": _VERB_REACHES,
}
_LONGEST_CUE = 15
"""Words of the longest expression that may be a cue, generously."""
_MANY_CUES = 12

_OF_CONTENT = frozenset({"if", "threat", "future", "possible"})
_THREATENING = frozenset({Party.REQUESTING_STATE, Party.GO_BETWEEN})


class Moods:
    """The words of one language that tell how a thing is put."""

    def __init__(self, words: ContextWords, writing: Writing | None = None) -> None:
        writing = writing or writing_of("")
        self._cues = Cues[str](
            {
                "harmless": words.harmless,
                "doubt": words.doubts,
                "no": words.quantifiers,
                "not": words.negators,
                "denied": words.negated_after,
                "if": words.conditions,
                "threat": words.threats,
                "fear": words.fears,
                "future": words.future,
                "possible": words.possible,
                "alleged": words.alleged,
            },
            writing,
        )
        self._elsewhere = Cues[str]({"elsewhere": words.elsewhere}, writing)
        self._instructions = Cues[str]({"instruction": words.instructions}, writing)
        self._acts = Cues[str]({"act": words.speech_acts}, writing)
        self._scale = writing.words_a_word
        self.is_verb_last = words.verb_last
        self.has_endings = any(
            entry.startswith("*")
            for listed in words.model_dump().values()
            if isinstance(listed, tuple)
            for entry in listed
        )

    def read(self, words: list[str], breaks: list[int], marks: dict[str, int]) -> MoodOf:
        """How things are put in one sentence.

        Args:
            marks: bits of the words on each list, as `clause_marks` gives them.
        """
        return MoodOf(self, words, breaks, marks)


class MoodOf:
    """The cues of one sentence, and how far each of them reaches."""

    def __init__(self, moods: Moods, words: list[str], breaks: list[int], marks: dict[str, int]) -> None:
        self._moods = moods
        self._words = words
        self._scale = moods._scale
        self._breaks = sum(1 << at for at in breaks)
        self._subjects = marks["subjects"]
        self._joins = marks["joins"]
        self._auxiliaries = marks["auxiliaries"]
        self._lifted = marks["lifted_by"]
        anew = self._joins & self._subjects >> 1
        self._ends_clause = marks["ends_clause"] | anew
        self._ends_clause_alone = marks["ends_clause"]
        self._ends_negation = self._ends_clause | marks["ends_negation"]
        self._cues = [cue for cue in moods._cues.find(words) if cue.kind != "harmless"]
        self._starts = [cue.start for cue in self._cues]
        self._far = [cue for cue in self._cues if cue.kind in ("doubt", "if")]
        self._futures = [cue.start for cue in self._cues if cue.kind == "future"]
        elsewhere = moods._elsewhere.find(words)
        self._elsewhere = elsewhere
        self.is_instruction = any(
            cue.start == 0 for cue in moods._instructions.find(words[: 6 * self._scale])
        )

    def of(self, hit: Hit, said_by: Party, by_other: bool = False, is_said: bool = False) -> Assertion:
        """How the sentence puts a hit.

        Args:
            hit: the phrase met.
            said_by: whose word it is: what is yet to come is a threat from some, a fear of others.
            by_other: whether somebody is heard saying it of whom it is not known who it is.
            is_said: whether the signal is itself something said, such as a threat.
        """
        kinds = {cue.kind for cue in self._near(hit) if self._reaches(cue, hit)}
        if is_said:
            kinds -= _OF_CONTENT
        if kinds & {"no", "not", "denied"}:
            return Assertion.NEGATED
        elsewhere = any(not _is_covered(cue, hit.covered) for cue in self._elsewhere)
        if elsewhere or kinds & {"doubt", "if"}:
            return Assertion.HYPOTHETICAL
        if "threat" in kinds:
            return Assertion.THREATENED
        if "fear" in kinds:
            return Assertion.FEARED
        if "future" in kinds:
            return Assertion.THREATENED if by_other or said_by in _THREATENING else Assertion.FEARED
        if "possible" in kinds:
            return Assertion.HYPOTHETICAL
        return Assertion.ALLEGED if "alleged" in kinds else Assertion.AFFIRMED

    def _near(self, hit: Hit) -> list[Cue[str]]:
        """The cues that could reach a hit at all: no other but a condition or a doubt reaches further."""
        if len(self._cues) < _MANY_CUES:
            return self._cues
        low = bisect.bisect_left(self._starts, hit.start - (_FEAR_REACHES + _LONGEST_CUE) * self._scale)
        high = bisect.bisect_right(self._starts, hit.end + _AFTER_REACHES * self._scale)
        first = self._starts[low] if low < high else hit.start
        near = (
            cue
            for cue in self._cues[low:high]
            if hit.start - cue.end <= _REACHES.get(cue.kind, _FEAR_REACHES) * self._scale
            or cue.kind in ("doubt", "if")
        )
        return [*(cue for cue in self._far if cue.start < first), *near]

    def _reaches(self, cue: Cue[str], hit: Hit) -> bool:
        if cue.is_ending and cue.start == hit.end - 1:
            return bool(hit.begun >> cue.start & 1)
        if cue.is_ending and self._moods.is_verb_last and cue.start == hit.end:
            return not self._breaks >> cue.start & 1  # the verb that closes the clause of the hit
        if cue.is_ending or _is_covered(cue, hit.covered):
            return False
        first, last = hit.start, hit.end - 1
        if cue.kind == "denied":
            distance = cue.start - hit.end
            return 0 <= distance <= _AFTER_REACHES * self._scale and self._is_open(
                hit.end, cue.start, self._ends_negation
            )
        if cue.start > last:
            return False
        after = hit.covered >> cue.end
        if not after:
            return False
        target = max(cue.end + (after & -after).bit_length() - 1, first)
        if cue.kind in ("no", "not"):
            while target < last and not self._is_substance(target, hit.covered):
                target += 1
            return self._negates(cue, hit, target, last)
        if self._is_content(cue, hit):
            return False
        distance = target - cue.end
        match cue.kind:
            case "doubt":
                return self._is_open(cue.end, target, self._ends_clause)
            case "if":
                return (
                    self._is_open(cue.end, target, self._ends_clause)
                    and not self._has_break(cue.end + 1, target)
                    and not any(cue.end <= at <= last for at in self._futures)
                )
            case "threat" | "fear":
                return distance <= _FEAR_REACHES * self._scale and self._is_dreaded(cue, target, last)
            case "alleged":
                return distance <= _ALLEGED_REACHES * self._scale and self._is_open(
                    cue.end, target, self._ends_clause
                )
            case _:
                return (
                    distance <= _VERB_REACHES * self._scale
                    and self._is_open(cue.end, target, self._ends_negation)
                    and not self._has_break(cue.end + 1, target)
                )

    @functools.cached_property
    def _acts(self) -> list[Cue[str]]:
        return self._moods._acts.find(self._words)

    def _is_content(self, cue: Cue[str], hit: Hit) -> bool:
        """Whether the cue lies in what a word of the phrase itself, such as "promised", opens."""
        return any(act.end <= cue.start and _is_covered(act, hit.covered) for act in self._acts)

    def _negates(self, cue: Cue[str], hit: Hit, target: int, last: int) -> bool:
        distance = target - cue.end
        if self._is_lifted(cue, hit):
            return False
        if cue.kind == "no":
            ends = self._ends_negation
            return (
                distance <= _NO_REACHES * self._scale
                and not self._has_break(cue.end + 1, target)
                and self._is_open(cue.end, target, ends)
                and (cue.start >= hit.start or self._is_open(target, last, ends, hit.covered))
            )
        if distance > _NOT_REACHES * self._scale:
            return False
        goal = target if distance == 0 or cue.start >= hit.start else last
        return not self._has_break(cue.end, goal) and self._is_open(
            cue.end, goal, self._ends_negation, hit.covered
        )

    def _is_substance(self, at: int, covered: int) -> bool:
        return bool((covered & ~self._auxiliaries) >> at & 1)

    def _is_lifted(self, cue: Cue[str], hit: Hit) -> bool:
        return cue.kind == "not" and bool(self._lifted & bits_between(cue.end, hit.end + 4 * self._scale))

    def _is_dreaded(self, cue: Cue[str], target: int, last: int) -> bool:
        """Whether a threat or a fear goes on to `target` and no new statement begins before."""
        if any(cue.end <= at <= last for at in self._futures):
            return True
        anew = (self._breaks | self._joins << 1) & self._subjects & bits_between(cue.end + 1, target + 1)
        return not anew and not self._ends_clause_alone & bits_between(cue.end, target)

    def _has_break(self, low: int, high: int) -> bool:
        return bool(self._breaks & bits_between(low, high + 1))

    def _is_open(self, low: int, high: int, ends: int, covered: int = 0) -> bool:
        """Whether nothing from word `low` up to `high` ends the clause."""
        return not ends & ~covered & bits_between(low, high)


def _is_covered(cue: Cue[str], covered: int) -> bool:
    return bool(covered >> cue.start & ((1 << (cue.end - cue.start)) - 1))
