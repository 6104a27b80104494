"""Whose word a piece of text is: verbs of speech, their speakers, and who passes it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from redflag.evidence import Party
from redflag.signals.cues import Cue, Cues, bits_between
from redflag.signals.lexicon import ContextWords
from redflag.signals.writing import Writing, writing_of

Before = Callable[[], tuple[Party, ...]]
"""Tells the parties that the sentence before opens with."""

_SUBJECT_WITHIN = 9
_OBJECT_WITHIN = 4
_SPEAKER_AFTER = 6
_FOLLOWS_WITHIN = 4
"""Words after a verb of speech among which the speaker may stand."""
_CLOSES_WITHIN = 8
"""Words between a thing said and the verb of speech that closes it."""


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

    def __init__(self, words: ContextWords, writing: Writing | None = None) -> None:
        writing = writing or writing_of("")
        self._verbs = Cues[str](
            {
                "": words.not_speech,
                "told": words.told,
                "according": words.according,
                "says": words.says,
                "finds": words.finds,
            },
            writing,
        )
        self.nouns = Cues[Party](words.speakers, writing)
        self._finders = frozenset(words.finders)
        self._scale = writing.words_a_word
        self._is_run_on = writing.is_run_on
        self._stands = words.speaker_stands
        self._is_verb_last = words.verb_last
        self._is_apart = words.speech_apart
        self._labels = {
            writing.line(label): party for party, labels in words.labels.items() for label in labels
        }
        self._writing = writing

    def labelled(self, label: str) -> Party | None:
        """Whose line a transcript's label marks; None if it is not known."""
        return self._labels.get(label) or self._labels.get(self._writing.line(label))

    def read(self, words: list[str], breaks: list[int], marks: dict[str, int]) -> SpeechOf:
        """What can be heard in one sentence.

        Args:
            marks: bits of the words on each list, as `clause_marks` gives them.
        """
        return SpeechOf(self, words, breaks, marks)


class SpeechOf:
    """The speakers and verbs of speech of one sentence."""

    def __init__(self, speech: Speech, words: list[str], breaks: list[int], marks: dict[str, int]) -> None:
        self._speech = speech
        self._words = words
        self._marks = marks
        self._silent = 0
        self._who = marks["who"]
        self._others = marks["others_voice"] & ~self._who
        self._anew = marks["joins"] & marks["subjects"] >> 1
        self._opens = marks["ends_clause"] | marks["that"]
        self._breaks = frozenset(breaks)
        self._verbs = [verb for verb in speech._verbs.find(words) if verb.kind]
        self.nouns = speech.nouns.find(words)
        self._noun_ending = {cue.end - 1: cue for cue in self.nouns}

    def voices(self, start: int, end: int, covered: int, before: Before) -> list[Voice]:
        """Who is heard saying words `start` to `end`, the outermost first.

        Args:
            covered: bits of the words that the phrase itself names; they speak for no one.
            before: asked only where a "he" or "they" speaks.
        """
        self._silent = covered if self._speech._is_run_on else 0
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
                voice = self._trailing(verb, start, end, before)
                if voice is not None:
                    outer.insert(0, voice)
            elif verb.start in self._breaks or verb.end in self._breaks:
                voice = self._aside(verb, before)
                if voice is not None:
                    outer.append(voice)
        return outer + inner

    def runs_into_speech(self, start: int, end: int, covered: int) -> bool:
        """Whether the gaps of a phrase run from who speaks over a verb of speech into what is said.

        "The lawyer said that his mother was arrested" tells of no lawyer who was arrested.
        """
        if not self._speech._is_apart:
            return False
        for verb in self._verbs:
            if verb.kind != "says" or covered & bits_between(verb.start, verb.end) or verb.end >= end:
                continue
            opened = self._marks["that"] & ~covered & bits_between(max(verb.end, start), end)
            near = bits_between(verb.end, verb.end + _FOLLOWS_WITHIN * self._speech._scale)
            if opened & near and covered & bits_between(
                start, (opened & near & -(opened & near)).bit_length()
            ):
                return True
            if start < verb.start and verb.end in self._breaks:
                return True
        return False

    def _leading(self, verb: Cue[str], start: int, before: Before) -> Voice | None:
        if self._marks["ends_speech"] & bits_between(verb.end, start):
            return None
        opened = min(verb.end + _OBJECT_WITHIN * self._speech._scale, start + 1, len(self._words))
        has_content = bool(self._marks["that"] & bits_between(verb.end, opened))
        if not has_content and self._anew & bits_between(verb.end, start):
            return None
        if verb.kind == "according":
            return self._named_after(verb)
        if verb.kind == "told":
            return self._named_after(verb) or Voice(None)
        voice = self._speaker(verb, before, start)
        return voice if has_content or voice != Voice(None) else None

    def _speaker(self, verb: Cue[str], before: Before, limit: int) -> Voice | None:
        """Who does the saying, sought on the side of the verb where the language puts speakers."""
        stands = self._speech._stands
        if stands == "after":
            return self._follows(verb, limit) or self._subject(verb, before)
        voice = self._subject(verb, before)
        if stands == "either" and (voice is None or voice == Voice(None)):
            return self._follows(verb, limit) or voice
        return voice

    def _follows(self, verb: Cue[str], limit: int) -> Voice | None:
        """A speaker who stands right after the verb: "dijo el ministro que"."""
        limit = min(limit, verb.end + _FOLLOWS_WITHIN * self._speech._scale)
        content = self._marks["that"] & bits_between(verb.end, limit)
        if content:
            limit = (content & -content).bit_length() - 1
        for noun in self.nouns:
            if verb.end <= noun.start < limit:
                if self._marks["of"] & bits_between(verb.end, noun.start):
                    return None
                return self._voice(noun, verb)
        return None

    def _trailing(self, verb: Cue[str], start: int, end: int, before: Before) -> Voice | None:
        speech = self._speech
        if verb.kind == "according":
            return self._named_after(verb)
        opened = max((at for at in self._breaks if end <= at <= verb.start), default=None)
        if speech._is_verb_last and opened != verb.start and verb.kind != "told":
            return self._closing(verb, start, end, before)
        reach = _SPEAKER_AFTER * speech._scale
        if opened is None or verb.start - opened > reach or verb.kind == "told":
            return None
        if (self._marks["joins"] | self._marks["ends_clause"] | self._who) >> opened & 1:
            return None
        closed = min((at for at in self._breaks if at >= verb.end), default=len(self._words))
        if closed - verb.end > reach:
            return None
        if self._marks["that"] & bits_between(verb.end, closed):
            return None
        if opened == verb.start:
            return self._named_after(verb)
        voice = self._subject(verb, before, opened)
        if speech._stands != "before" and (voice is None or voice == Voice(None)):
            return self._named_after(verb) or voice
        return voice

    def _closing(self, verb: Cue[str], start: int, end: int, before: Before) -> Voice | None:
        """The speaker where the verb of speech closes what is said, the speaker having opened it."""
        if verb.start - end > _CLOSES_WITHIN or self._marks["ends_clause"] & bits_between(end, verb.start):
            return None
        for noun in self.nouns:
            if verb.end <= noun.start <= verb.end + 1 and noun.start not in self._breaks:
                return self._voice(noun, verb)
        return self._subject(Cue(verb.kind, start, start), before)

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
        marks = self._marks
        lowest = max(opened, verb.start - _SUBJECT_WITHIN * self._speech._scale)
        fallback: Cue[Party] | None = None
        at = verb.start - 1
        while at >= lowest:
            noun = self._noun_ending.get(at)
            if noun is not None and self._hangs(noun, lowest):
                fallback = fallback or noun
                at = noun.start
            elif noun is not None:
                return self._voice(noun, verb)
            elif marks["own_voice"] >> at & 1:
                return Voice(None, is_own=True)
            elif self._others >> at & 1:
                return self._pronoun(at, verb, before)
            elif self._who >> at & 1:
                noun = self._noun_ending.get(at - 1)
                return None if noun is None else self._voice(noun, verb)
            elif self._opens_clause(at, verb):
                break
            at -= 1
        if fallback is not None:
            return self._voice(fallback, verb)
        return Voice(None) if verb.kind == "says" else None

    def _opens_clause(self, at: int, verb: Cue[str]) -> bool:
        if self._opens >> at & 1:
            return True
        return at + 1 in self._breaks and at + 1 != verb.start

    def _hangs(self, noun: Cue[Party], lowest: int) -> bool:
        """Whether a noun hangs on another one before it: "of the minister"."""
        return bool(self._marks["of"] & bits_between(max(lowest, noun.start - 2), noun.start)) and any(
            lowest <= other.start < noun.start - 1 for other in self.nouns
        )

    def _voice(self, noun: Cue[Party], verb: Cue[str]) -> Voice | None:
        party = self._party(noun)
        if verb.kind == "finds" and party not in self._speech._finders:
            return None
        return Voice(party)

    def _party(self, noun: Cue[Party]) -> Party:
        near = bits_between(max(0, noun.start - 2), noun.start) | 1 << noun.end
        if noun.kind is Party.REQUESTING_STATE and self._marks["hosts"] & near:
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
        limit = verb.end + _SPEAKER_AFTER * self._speech._scale
        needs_by = verb.kind == "told"
        for noun in self.nouns:
            if not verb.end <= noun.start <= limit or self._silent >> noun.start & 1:
                continue
            if needs_by and not self._marks["by"] & bits_between(verb.end, noun.start):
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
