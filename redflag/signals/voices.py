"""Whose word a piece of text is: verbs of speech, their speakers, and who passes it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from redflag.evidence import Party
from redflag.signals.cues import Cue, Cues
from redflag.signals.lexicon import ContextWords

Before = Callable[[], tuple[Party, ...]]
"""Tells the parties that the sentence before opens with."""

_SUBJECT_WITHIN = 9
_OBJECT_WITHIN = 4
_SPEAKER_AFTER = 6


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody heard in a sentence.

    Attributes:
        party: who it is; None for a "he" or "they" that nothing explains.
        is_own: whether it is the document's own "I".
    """

    party: Party | None
    is_own: bool = False


class Speech:
    """The words of one language by which texts give the word to somebody."""

    def __init__(self, words: ContextWords) -> None:
        self._verbs = Cues[str](
            {
                "told": words.told,
                "according": words.according,
                "says": words.says,
                "finds": words.finds,
            }
        )
        self._finding = Cues[str]({"finds": words.finds})
        self.nouns = Cues[Party](words.speakers)
        self._finders = frozenset(words.finders)
        self._hosts = frozenset(words.hosts)
        self._own = frozenset(words.own_voice)
        self._others = frozenset(words.others_voice) - frozenset(words.who)
        self._who = frozenset(words.who)
        self._that = frozenset(words.that)
        self._of = frozenset(words.of)
        self._by = frozenset(words.by)
        self._joins = frozenset(words.joins)
        self._subjects = frozenset(words.subjects)
        self._ends_speech = frozenset(words.ends_speech)
        self._ends_clause = frozenset(words.ends_clause)
        self._labels = {label: party for party, labels in words.labels.items() for label in labels}

    def labelled(self, label: str) -> Party | None:
        """Whose line a transcript's label marks; None if it is not known."""
        return self._labels.get(label)

    def read(self, words: list[str], breaks: list[int]) -> SpeechOf:
        """What can be heard in one sentence."""
        return SpeechOf(self, words, breaks)


class SpeechOf:
    """The speakers and verbs of speech of one sentence."""

    def __init__(self, speech: Speech, words: list[str], breaks: list[int]) -> None:
        self._speech = speech
        self._words = words
        self._breaks = frozenset(breaks)
        self._verbs = speech._verbs.find(words)
        self.nouns = speech.nouns.find(words)
        self._noun_ending = {cue.end - 1: cue for cue in self.nouns}

    def voices(self, start: int, end: int, covered: int, before: Before) -> list[Voice]:
        """Who is heard saying words `start` to `end`, the outermost first.

        Args:
            covered: bits of the words that the phrase itself names; they speak for no one.
            before: asked only where a "he" or "they" speaks.
        """
        inner: list[Voice] = []
        outer: list[Voice] = []
        for verb in self._verbs:
            if covered >> verb.start & ((1 << (verb.end - verb.start)) - 1):
                continue
            if verb.end <= start:
                voice = self._leading(verb, start, before)
                if voice is not None:
                    inner.append(voice)
            elif verb.start >= end:
                voice = self._trailing(verb, end, before)
                if voice is not None:
                    outer.insert(0, voice)
            elif verb.start in self._breaks or verb.end in self._breaks:
                voice = self._aside(verb, before)
                if voice is not None:
                    outer.append(voice)
        return outer + inner

    def _leading(self, verb: Cue[str], start: int, before: Before) -> Voice | None:
        words, speech = self._words, self._speech
        if any(word in speech._ends_speech for word in words[verb.end : start]):
            return None
        opened = min(verb.end + _OBJECT_WITHIN, start + 1, len(words))
        has_content = any(word in speech._that for word in words[verb.end : opened])
        if not has_content:
            for at in range(verb.end, start):
                if words[at] in speech._joins and words[at + 1] in speech._subjects:
                    return None
        if verb.kind == "according":
            return self._named_after(verb)
        if verb.kind == "told":
            return self._named_after(verb) or Voice(None)
        voice = self._subject(verb, before)
        return voice if has_content or voice != Voice(None) else None

    def _trailing(self, verb: Cue[str], end: int, before: Before) -> Voice | None:
        words, speech = self._words, self._speech
        if verb.kind == "according":
            return self._named_after(verb)
        opened = max((at for at in self._breaks if end <= at <= verb.start), default=None)
        if opened is None or verb.start - opened > _SPEAKER_AFTER or verb.kind == "told":
            return None
        if words[opened] in speech._joins or words[opened] in speech._ends_clause | speech._who:
            return None
        closed = min((at for at in self._breaks if at >= verb.end), default=len(words))
        if closed - verb.end > _SPEAKER_AFTER:
            return None
        if any(word in speech._that for word in words[verb.end : closed]):
            return None
        if opened == verb.start:
            return self._named_after(verb)
        return self._subject(verb, before, opened)

    def _aside(self, verb: Cue[str], before: Before) -> Voice | None:
        if verb.kind == "according":
            return self._named_after(verb)
        if verb.end not in self._breaks:
            return None
        opened = max((at for at in self._breaks if at <= verb.start), default=0)
        return self._subject(verb, before, opened) if opened else None

    def _subject(self, verb: Cue[str], before: Before, opened: int = 0) -> Voice | None:
        """Who does the saying: the noun or pronoun before the verb that no "of" hangs on another.

        An unknown voice where a verb of speech has no subject that is known.
        """
        words, speech = self._words, self._speech
        lowest = max(opened, verb.start - _SUBJECT_WITHIN)
        fallback: Cue[Party] | None = None
        at = verb.start - 1
        while at >= lowest:
            noun = self._noun_ending.get(at)
            word = words[at]
            if noun is not None and self._hangs(noun, lowest):
                fallback = fallback or noun
                at = noun.start
            elif noun is not None:
                return self._voice(noun, verb)
            elif word in speech._own:
                return Voice(None, is_own=True)
            elif word in speech._others:
                return self._pronoun(at, verb, before)
            elif word in speech._who:
                noun = self._noun_ending.get(at - 1)
                return None if noun is None else self._voice(noun, verb)
            elif self._opens_clause(at, verb):
                break
            at -= 1
        if fallback is not None:
            return self._voice(fallback, verb)
        return Voice(None) if verb.kind == "says" else None

    def _opens_clause(self, at: int, verb: Cue[str]) -> bool:
        word, speech = self._words[at], self._speech
        if word in speech._ends_clause or word in speech._that:
            return True
        return at + 1 in self._breaks and at + 1 != verb.start

    def _hangs(self, noun: Cue[Party], lowest: int) -> bool:
        """Whether a noun hangs on another one before it: "of the minister"."""
        return any(
            self._words[at] in self._speech._of for at in range(max(lowest, noun.start - 2), noun.start)
        ) and any(lowest <= other.start < noun.start - 1 for other in self.nouns)

    def _voice(self, noun: Cue[Party], verb: Cue[str]) -> Voice | None:
        party = self._party(noun)
        if verb.kind == "finds" and party not in self._speech._finders:
            return None
        return Voice(party)

    def _party(self, noun: Cue[Party]) -> Party:
        near = self._words[max(0, noun.start - 2) : noun.start] + self._words[noun.end : noun.end + 1]
        if noun.kind is Party.REQUESTING_STATE and not self._speech._hosts.isdisjoint(near):
            return Party.REQUESTED_STATE
        return noun.kind

    def _pronoun(self, at: int, verb: Cue[str], before: Before) -> Voice | None:
        if verb.kind == "finds":
            return None
        for noun in reversed(self.nouns):
            if noun.end <= at:
                return Voice(self._party(noun))
        named = before()
        return Voice(named[0]) if named and named[0] not in _NEVER_HE else Voice(None)

    def _named_after(self, verb: Cue[str]) -> Voice | None:
        """The speaker after "by", after "according to" and after "said": "said the embassy"."""
        limit = verb.end + _SPEAKER_AFTER
        needs_by = verb.kind == "told"
        for noun in self.nouns:
            if not verb.end <= noun.start <= limit:
                continue
            between = self._words[verb.end : noun.start]
            if needs_by and self._speech._by.isdisjoint(between):
                return None
            if any(at in self._breaks for at in range(verb.end + 1, noun.start + 1)):
                return None
            return Voice(self._party(noun))
        return None


_NEVER_HE = frozenset({Party.RELATIVE, Party.INTERPOL, Party.NGO, Party.PRESS})
"""Who is not meant by a "he" of a later sentence, or too rarely to guess."""


def said_and_relayed(voices: list[Voice], own: Party) -> tuple[Party, Party | None]:
    """Whose word it is, and who passes that on, from the voices outermost first.

    Args:
        own: the party that speaks where nobody else is heard.
    """
    if not voices:
        return own, None
    innermost = voices[-1]
    said_by = innermost.party if innermost.party is not None else own
    outer = next((voice for voice in reversed(voices[:-1]) if not voice.is_own), None)
    if outer is None or innermost.is_own:
        return said_by, None
    if outer.party is not None:
        return said_by, outer.party if outer.party is not said_by else None
    official = said_by in (Party.REQUESTING_STATE, Party.REQUESTED_STATE)
    return said_by, Party.GO_BETWEEN if official else None
