"""How a thing is put: as what happened, or as denied, threatened, feared, possible, alleged."""

from __future__ import annotations

import functools

from redflag.evidence import Assertion, Party
from redflag.signals.cues import Cue, Cues
from redflag.signals.lexicon import ContextWords
from redflag.signals.matching import Hit

_NOT_REACHES = 6
_NO_REACHES = 9
_ALLEGED_REACHES = 14
_VERB_REACHES = 4
_AFTER_REACHES = 8
_FEAR_REACHES = 25

_OF_CONTENT = frozenset({"if", "threat", "future", "possible"})
_THREATENING = frozenset({Party.REQUESTING_STATE, Party.GO_BETWEEN})


class Moods:
    """The words of one language that tell how a thing is put."""

    def __init__(self, words: ContextWords) -> None:
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
            }
        )
        self._elsewhere = Cues[str]({"elsewhere": words.elsewhere})
        self._instructions = Cues[str]({"instruction": words.instructions})
        self._acts = Cues[str]({"act": words.speech_acts})
        self._ends_clause = frozenset(words.ends_clause)
        self._ends_negation = self._ends_clause | frozenset(words.ends_negation)
        self._joins = frozenset(words.joins)
        self._subjects = frozenset(words.subjects)
        self._lifted = frozenset(words.lifted_by)
        self._auxiliaries = frozenset(words.auxiliaries)

    def read(self, words: list[str], breaks: list[int]) -> MoodOf:
        """How things are put in one sentence."""
        return MoodOf(self, words, breaks)


class MoodOf:
    """The cues of one sentence, and how far each of them reaches."""

    def __init__(self, moods: Moods, words: list[str], breaks: list[int]) -> None:
        self._moods = moods
        self._words = words
        self._breaks = frozenset(breaks)
        self._cues = [cue for cue in moods._cues.find(words) if cue.kind != "harmless"]
        self._futures = [cue.start for cue in self._cues if cue.kind == "future"]
        elsewhere = moods._elsewhere.find(words)
        self._elsewhere = elsewhere
        self.is_instruction = any(cue.start == 0 for cue in moods._instructions.find(words[:6]))

    def of(self, hit: Hit, said_by: Party, by_other: bool = False, is_said: bool = False) -> Assertion:
        """How the sentence puts a hit.

        Args:
            hit: the phrase met.
            said_by: whose word it is: what is yet to come is a threat from some, a fear of others.
            by_other: whether somebody is heard saying it of whom it is not known who it is.
            is_said: whether the signal is itself something said, such as a threat.
        """
        kinds = {cue.kind for cue in self._cues if self._reaches(cue, hit)}
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

    def _reaches(self, cue: Cue[str], hit: Hit) -> bool:
        if _is_covered(cue, hit.covered):
            return False
        first, last = hit.start, hit.end - 1
        if cue.kind == "denied":
            return 0 <= cue.start - hit.end <= _AFTER_REACHES and self._is_open(
                hit.end, cue.start, self._moods._ends_negation
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
                return self._is_open(cue.end, target, self._moods._ends_clause)
            case "if":
                return (
                    self._is_open(cue.end, target, self._moods._ends_clause)
                    and not self._has_break(cue.end + 1, target)
                    and not any(cue.end <= at <= last for at in self._futures)
                )
            case "threat" | "fear":
                return distance <= _FEAR_REACHES and self._is_dreaded(cue, target, last)
            case "alleged":
                return distance <= _ALLEGED_REACHES and self._is_open(
                    cue.end, target, self._moods._ends_clause
                )
            case _:
                return (
                    distance <= _VERB_REACHES
                    and self._is_open(cue.end, target, self._moods._ends_negation)
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
            ends = self._moods._ends_negation
            return (
                distance <= _NO_REACHES
                and not self._has_break(cue.end + 1, target)
                and self._is_open(cue.end, target, ends)
                and (cue.start >= hit.start or self._is_open(target, last, ends, hit.covered))
            )
        if distance > _NOT_REACHES:
            return False
        goal = target if distance == 0 or cue.start >= hit.start else last
        return not self._has_break(cue.end, goal) and self._is_open(
            cue.end, goal, self._moods._ends_negation, hit.covered
        )

    def _is_substance(self, at: int, covered: int) -> bool:
        return bool(covered >> at & 1) and self._words[at] not in self._moods._auxiliaries

    def _is_lifted(self, cue: Cue[str], hit: Hit) -> bool:
        following = self._words[cue.end : hit.end + 4]
        return cue.kind == "not" and not self._moods._lifted.isdisjoint(following)

    def _is_dreaded(self, cue: Cue[str], target: int, last: int) -> bool:
        """Whether a threat or a fear goes on to `target` and no new statement begins before."""
        words, moods = self._words, self._moods
        hangs = any(cue.end <= at <= last for at in self._futures)
        for at in range(cue.end, target + 1):
            opens = words[at] in moods._subjects
            if at in self._breaks and opens and not hangs and at > cue.end:
                return False
            if at < target and words[at] in moods._ends_clause and not hangs:
                return False
            joined = at > cue.end and words[at - 1] in moods._joins
            if joined and opens and not hangs:
                return False
        return True

    def _has_break(self, low: int, high: int) -> bool:
        return any(at in self._breaks for at in range(low, high + 1))

    def _is_open(self, low: int, high: int, ends: frozenset[str], covered: int = 0) -> bool:
        """Whether nothing from word `low` up to `high` ends the clause."""
        words, moods = self._words, self._moods
        for at in range(low, high):
            if covered >> at & 1:
                continue
            if words[at] in ends:
                return False
            if words[at] in moods._joins and words[at + 1] in moods._subjects:
                return False
        return True


def _is_covered(cue: Cue[str], covered: int) -> bool:
    return bool(covered >> cue.start & ((1 << (cue.end - cue.start)) - 1))
