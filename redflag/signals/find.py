"""The verb of this room: which signals documents hold, where, how put, by whom and when."""

from __future__ import annotations

import bisect
import contextlib
import functools
import itertools
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from redflag.dates import PartialDate
from redflag.documents import Document
from redflag.errors import Fault, Location, RuleError, did_you_mean
from redflag.evidence import Assertion, Party, Span
from redflag.kept import keep, recall
from redflag.record import digest
from redflag.signals.assertion import Moods
from redflag.signals.compiling import Compiler
from redflag.signals.cues import Cues, Marks, clause_breaks, clause_marks
from redflag.signals.index import Index
from redflag.signals.language import UNDETERMINED, language_of, users_of_script
from redflag.signals.lexicon import ContextWords, Lexicon, SlotTable
from redflag.signals.matching import Hit, hits
from redflag.signals.passages import SHORT_PASSAGE, Passage, passages, shares
from redflag.signals.phrases import PhraseError, parse_phrase, slots_of
from redflag.signals.sentences import (
    Paragraph,
    Sentence,
    Splitter,
    is_heading,
    label,
    lead,
    line_start,
    paragraphs,
    quoted,
)
from redflag.signals.table import code_digest
from redflag.signals.tagger import LanguageTagger, Tagger
from redflag.signals.textdates import TextDate, dates_in
from redflag.signals.voices import Speech, Voice, said_and_relayed
from redflag.signals.writing import Writing, writing_of

_OPENING = 12
"""Characters before a date that still opens its sentence: "At the end of"."""

_SPOKEN = frozenset({"call_transcript", "chat"})
_OF_ANYTHING = frozenset({"email", "letter", "narrative", "ngo_report", "press"})
"""Kinds of paper that need not be about the case."""

_STATED = frozenset({Assertion.AFFIRMED, Assertion.ALLEGED, Assertion.THREATENED})
_ASKING = ("?", "\uff1f", "\u061f")
_CLOSING = "\"'\u201d\u2019)\u00bb\u300d\u300f\uff09 "
_ENOUGH = 2
"""Different things that phrases find before a paper that need not be about the case is held to be."""

_SUBJECT_WORDS = 5
"""Words at the start of a sentence among which its subject is sought."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that a document says.

    Attributes:
        id: id of the lexicon that knows how it is said.
        span: the sentence that says it, or the part of a long one.
        match: the words that met a phrase.
        assertion: how it is put.
        said_by: whose word it is: the speaker in the text, else the document's own party.
        relayed_by: who passes on what `said_by` is said to have said.
        happened: when, by the sentence itself, the last dated one before it in its paragraph, or a dated
            heading above.
        later_than: the date told last, where the sentence says only that it was later.
        event: key of the event: the same sentence in any document is one event.
        found_by: `lexicon` for a phrase, `tagger` for learned weights; `match` is then what told most.
        probability: how sure the tagger is; None for a phrase.
    """

    id: str
    span: Span
    match: Span
    assertion: Assertion
    said_by: Party
    relayed_by: Party | None
    happened: PartialDate | None
    later_than: PartialDate | None
    event: str
    found_by: str = "lexicon"
    probability: float | None = None


@dataclass(frozen=True)
class _Language:
    """What reading one language takes."""

    code: str
    writing: Writing
    index: Index
    marks: Marks
    splitter: Splitter
    moods: Moods
    speech: Speech
    later: Cues[str]
    leads: frozenset[str]
    utterances: frozenset[str]
    """Lexicons of what is itself said, such as a threat or an offer."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of all lexicons before a phrase of one is read.

    Attributes:
        ids: ids of the lexicons, sorted.
        languages: the languages that some lexicon has phrases in, sorted.
        reviewed: those all of whose phrases were read by a native speaker.
        utterances: lexicons of what is itself said, such as a threat or an offer.
        digest: SHA-256 of all lexicons, slots and context words, as 64 hexadecimal digits.
    """

    ids: tuple[str, ...]
    languages: tuple[str, ...]
    reviewed: tuple[str, ...]
    utterances: tuple[str, ...]
    digest: str


class Vocabulary(NamedTuple):
    """The lexicons with the shared slots and the context words by language."""

    lexicons: tuple[Lexicon, ...]
    slots: Mapping[str, SlotTable]
    contexts: Mapping[str, ContextWords]


class Lexicons:
    """Every lexicon, with the shared slots and the context words, compiled to be searched for.

    Attributes:
        languages: the languages that some lexicon has phrases in, sorted.
    """

    def __init__(
        self,
        lexicons: Iterable[Lexicon],
        slots: Mapping[str, SlotTable],
        contexts: Mapping[str, ContextWords],
        *,
        is_checked: bool = False,
        is_kept: bool = False,
    ) -> None:
        """Take in the lexicons; each language is compiled when a document first needs it.

        Args:
            lexicons: the lexicons.
            slots: the shared slots, by language.
            contexts: the context words, by language.
            is_checked: whether the slots that the phrases name are known to be there.
            is_kept: whether what they compile to is kept in the user's cache folder.

        Raises:
            RuleError: for two lexicons of one id, or a phrase with a slot that nobody knows.
        """
        whole = Vocabulary(
            tuple(sorted(lexicons, key=lambda lexicon: lexicon.id)),
            {language: dict(table) for language, table in slots.items()},
            dict(contexts),
        )
        ids = [lexicon.id for lexicon in whole.lexicons]
        twice = sorted({name for name in ids if ids.count(name) > 1}) if len(set(ids)) < len(ids) else []
        if twice:
            raise RuleError([Fault(f'two lexicons are called "{name}"') for name in twice])
        spoken = {language for lexicon in whole.lexicons for language in lexicon.phrases}
        self.languages: tuple[str, ...] = tuple(sorted(spoken))
        self._read: Callable[[], Vocabulary] = lambda: whole
        self._context: Callable[[str], ContextWords] = lambda language: whole.contexts.get(
            language, ContextWords()
        )
        self._is_kept = is_kept
        self._compiled: dict[str, _Language] = {}
        if not is_checked:
            faults = [fault for lexicon in whole.lexicons for fault in self._unknown_slots(lexicon)]
            if faults:
                raise RuleError(faults)

    @classmethod
    def unread(
        cls, outline: Outline, context: Callable[[str], ContextWords], read: Callable[[], Vocabulary]
    ) -> Lexicons:
        """Lexicons that were checked before: of each only so much is read as a document needs.

        Args:
            outline: what was known of them then.
            context: gives the context words of a language.
            read: gives all of them, which is asked only where what they compile to was not kept.
        """
        lexicons = cls.__new__(cls)
        lexicons.outline = outline
        lexicons.languages = outline.languages
        lexicons._context = context
        lexicons._read = read
        lexicons._is_kept = True
        lexicons._compiled = {}
        return lexicons

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the lexicons, which are checked; compiling them again is cheap."""
        rebuild = functools.partial(type(self), is_checked=True, is_kept=self._is_kept)
        return rebuild, (*self._whole,)

    @functools.cached_property
    def _whole(self) -> Vocabulary:
        return self._read()

    @functools.cached_property
    def outline(self) -> Outline:
        """What is known of them without their phrases."""
        whole = self._whole
        return Outline(
            tuple(lexicon.id for lexicon in whole.lexicons),
            self.languages,
            tuple(
                language
                for language in self.languages
                if all(
                    one.reviewed_by_native.get(language) for one in whole.lexicons if language in one.phrases
                )
            ),
            tuple(lexicon.id for lexicon in whole.lexicons if lexicon.utterance),
            digest(
                {
                    "lexicons": {lexicon.id: lexicon.digest() for lexicon in whole.lexicons},
                    "slots": {name: {k: list(v) for k, v in t.items()} for name, t in whole.slots.items()},
                    "contexts": {name: words.digest() for name, words in whole.contexts.items()},
                }
            ),
        )

    @functools.cached_property
    def reviewed(self) -> frozenset[str]:
        """The languages all of whose phrases were read by a native speaker."""
        return frozenset(self.outline.reviewed)

    @property
    def lexicons(self) -> tuple[Lexicon, ...]:
        """The lexicons, by id."""
        return self._whole.lexicons

    def digest(self) -> str:
        """SHA-256 of all lexicons, slots and context words, as 64 hexadecimal digits."""
        return self.outline.digest

    def of(self, language: str) -> _Language | None:
        """What reading a language takes; None for one that is not covered."""
        known = self._compiled.get(language)
        if known is None and language in self.languages:
            known = self._compiled[language] = self._compile(language)
        return known

    def _unknown_slots(self, lexicon: Lexicon) -> Iterator[Fault]:
        for language, phrases in lexicon.phrases.items():
            known = {*self._whole.slots.get(language, ()), *lexicon.slots.get(language, ())}
            for number, text in enumerate(phrases):
                place = Location(keys=f"lexicons.{lexicon.id}.phrases.{language}[{number}]")
                try:
                    used = [name for part in parse_phrase(text) for name in slots_of(part)]
                except PhraseError as error:
                    yield Fault(f'phrase "{text}": {error.message}', place, error.mend)
                    continue
                for name in used:
                    if name not in known:
                        yield Fault(f'unknown slot "{{{name}}}"', place, did_you_mean(name, known))

    def _compile(self, language: str) -> _Language:
        words = self._context(language)
        writing = writing_of(language)
        return _Language(
            language,
            writing,
            self._index(language, words, writing),
            clause_marks(words, writing),
            Splitter(words),
            Moods(words, writing),
            Speech(words, writing),
            Cues({"later": words.later}, writing),
            frozenset(map(writing.line, words.instruction_leads)),
            frozenset(self.outline.utterances),
        )

    def _index(self, language: str, words: ContextWords, writing: Writing) -> Index:
        """The index of a language, from what was kept of it where that is possible."""
        name = f"signals-{language}"
        key = digest([language, self.digest(), code_digest()]) if self._is_kept else ""
        kept = recall(name, key) if key else None
        if kept is not None:
            with contextlib.suppress(ValueError):
                return Index.read(kept, writing)
        compiler = Compiler(language, self._whole.slots.get(language, {}))
        phrases = [phrase for lexicon in self._whole.lexicons for phrase in compiler.compile(lexicon)]
        index = Index(phrases, compiler.elements, words.common, writing)
        if key:
            keep(name, key, index.table)
        return index


def find(
    documents: Sequence[Document], lexicons: Lexicons, tagger: Tagger | None = None
) -> tuple[Signal, ...]:
    """Every signal that the documents hold, by document, place and id.

    The same thing put in the same way by the same speaker counts once in a sentence. A document
    in a language that no lexicon covers, or that could not be read, has none. The tagger adds what
    no phrase has found in a sentence; where a paper may be about anything, only if phrases have found
    in it what it states of the case.
    """
    found: list[Signal] = []
    for document in documents:
        if document.unreadable or not document.text:
            continue
        for code, text, parts in _texts_by_language(document, lexicons.languages):
            reading = lexicons.of(code)
            if reading is not None:
                learned = None if tagger is None else tagger.of(code)
                if learned is not None and document.note.kind in _OF_ANYTHING:
                    by_phrases = [*_Reader(document, text, reading).signals(parts)]
                    if not _is_of_a_case(by_phrases):
                        found.extend(by_phrases)
                        continue
                found.extend(_Reader(document, text, reading, learned).signals(parts))
    return tuple(sorted(found, key=_place))


def _is_of_a_case(by_phrases: Iterable[Signal]) -> bool:
    return len({one.id for one in by_phrases if one.assertion in _STATED}) >= _ENOUGH


def passages_of(document: Document, covered: Collection[str]) -> tuple[Passage, ...]:
    """The passages of a document, each in one language; `und` where it cannot be told."""
    main = document.note.language or language_of(document.text, covered)
    return passages(document.text, main, covered, by_line=document.note.kind in _SPOKEN)


def letters_by_language(document: Document, covered: Collection[str]) -> dict[str, int]:
    """Letters of a document by the language that they are in or, in a short text, may be in."""
    found = passages_of(document, covered)
    if len(found) > 1:
        return shares(document.text, found)
    code = found[0].language
    if code == UNDETERMINED and len(document.text) <= SHORT_PASSAGE:
        code = next(iter(users_of_script(document.text, covered)), UNDETERMINED)
    return {code: 1} if any(map(str.isalpha, document.text)) else {}


def _texts_by_language(
    document: Document, covered: Collection[str]
) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """For each language the text, all that is in another one left blank, and the parts that are not."""
    text = document.text
    found = passages_of(document, covered)
    if len(found) > 1:
        for code in dict.fromkeys(passage.language for passage in found):
            if code in covered:
                own = [(one.start, one.end) for one in found if one.language == code]
                blanked = "".join(
                    text[one.start : one.end] if one.language == code else "\n" * (one.end - one.start)
                    for one in found
                )
                yield code, _without_dashes(blanked), own
        return
    codes: tuple[str, ...] = ()
    if found[0].language != UNDETERMINED:
        codes = (found[0].language,)
    elif len(text) <= SHORT_PASSAGE:
        codes = users_of_script(text, covered)
    for code in codes:
        yield code, _without_dashes(text), [(0, len(text))]


def _without_dashes(text: str) -> str:
    """The text with a comma for each dash, since an aside between dashes is one between commas."""
    return text.replace("\u2014", ",")


def _place(signal: Signal) -> tuple[str, int, str, int]:
    match = signal.match
    return match.document, match.start, signal.id, match.end


class _Reader:
    """Reads one document from its first sentence to its last, those of one language.

    It keeps of the sentences where each begins, and no more.
    """

    def __init__(
        self, document: Document, text: str, language: _Language, tagger: LanguageTagger | None = None
    ) -> None:
        self._document = document
        self._text = text
        self._language = language
        self._tagger = tagger
        self._before: Sentence | None = None
        self._starts = array("q")
        self._dates: list[TextDate] = []
        self._told: list[PartialDate | None] = []
        self._carried: list[PartialDate | None] = []
        self._paragraphs: list[Paragraph] = []
        self._inherited: list[PartialDate | None] = []
        self._headed: list[PartialDate | None] = []

    def signals(self, parts: Iterable[tuple[int, int]]) -> Iterator[Signal]:
        """The signals of some parts of the text, each of which begins and ends a sentence."""
        undated = list(self._undated(parts))
        if undated:
            self._read_dates()
        for signal, sentence, is_later in undated:
            happened, later_than = self._when(sentence, signal.match.start, signal.match.end, is_later)
            yield replace(signal, happened=happened, later_than=later_than)

    def _undated(self, parts: Iterable[tuple[int, int]]) -> Iterator[tuple[Signal, Sentence, bool]]:
        """Each signal without its time, the sentence that it is in, and whether that says "later"."""
        index, writing = self._language.index, self._language.writing
        split, words_of = self._language.splitter.split, writing.words_of
        text, tagger, pass_by = self._text, self._tagger, self._starts.append
        with_begun = self._language.moods.has_endings
        for sentence in itertools.chain.from_iterable(split(text, *part) for part in parts):
            start, end = sentence
            pass_by(start)
            words = words_of(text[start:end])
            candidates = index.candidates(words)
            met = hits(len(words), index.masks(words), candidates, with_begun) if candidates else []
            sure: dict[str, float] = {}
            if tagger is not None:
                for found in tagger.find(words, text[start:end], {hit.lexicon for hit in met}):
                    met.append(found.hit)
                    sure[found.hit.lexicon] = found.probability
            if met:
                is_later = bool(self._language.later.find(words))
                for signal in self._told_in(sentence, words, met, sure):
                    yield signal, sentence, is_later
            self._before = sentence

    def _told_in(
        self, sentence: Sentence, words: list[str], met: list[Hit], sure: Mapping[str, float]
    ) -> Iterator[Signal]:
        piece = self._language.writing.even(self._text[sentence.start : sentence.end])
        starts, ends = self._language.writing.spans(piece.text)
        breaks = clause_breaks(piece.text, starts, ends)
        marks = self._language.marks.read(words)
        mood = self._language.moods.read(words, breaks, marks)
        speech = self._language.speech.read(words, breaks, marks)
        own, outer = self._surroundings(sentence)
        unreal = mood.is_instruction or self._is_unreal(sentence)
        event = digest(" ".join(words))
        best: dict[tuple[str, Assertion, Party], tuple[int, int, Party | None]] = {}
        for hit in met:
            if speech.runs_into_speech(hit.start, hit.end, hit.covered):
                continue
            start, end = piece.original(starts[hit.start], ends[hit.end - 1])
            voices = [*outer, *speech.voices(hit.start, hit.end, hit.covered, self._named_before)]
            said_by, relayed_by = said_and_relayed(voices, own)
            by_other = any(voice.party is None and not voice.is_own for voice in voices)
            is_said = hit.lexicon in self._language.utterances
            put = Assertion.HYPOTHETICAL if unreal else mood.of(hit, said_by, by_other, is_said)
            key = (hit.lexicon, put, said_by)
            known = best.get(key)
            if known is None or (known[0] - known[1], known[0]) > (start - end, start):
                best[key] = (start, end, relayed_by)
        for (name, put, said_by), (start, end, relayed_by) in sorted(best.items(), key=lambda kv: kv[0]):
            low, high = sentence.start + start, sentence.start + end
            yield Signal(
                name,
                self._document.span(*quoted(self._text, sentence, low, high)),
                self._document.span(low, high),
                put,
                said_by,
                relayed_by,
                None,
                None,
                event,
                "tagger" if name in sure else "lexicon",
                sure.get(name),
            )

    def _surroundings(self, sentence: Sentence) -> tuple[Party, list[Voice]]:
        """Whose text it is, and who speaks in this line of it."""
        own = self._document.party
        marked = label(self._text, sentence.start)
        if marked is None:
            return own, []
        party = self._language.speech.labelled(marked)
        if party is None and (
            self._document.note.kind not in _SPOKEN
            or self._language.writing.line(marked) in self._language.leads
        ):
            return own, []
        if party is None:
            party = Party.UNCLEAR
        return party, [Voice(party, is_own=party is own)]

    def _is_unreal(self, sentence: Sentence) -> bool:
        """Whether a sentence is a question, a heading or an item of a list of things to check."""
        if self._text[sentence.start : sentence.end].rstrip(_CLOSING).endswith(_ASKING):
            return True
        leads, line = self._language.leads, self._language.writing.line
        begin = line_start(self._text, sentence.start)
        for piece in (self._text[begin : sentence.end].replace("\uff1a", ":").split(":")[:-1])[:6]:
            if line(_last_clause(piece)) in leads:
                return True
        above = lead(self._text, sentence)
        if above is not None and line(above) in leads:
            return True
        return self._document.note.kind not in _SPOKEN and is_heading(self._text, sentence)

    def _named_before(self) -> tuple[Party, ...]:
        """The parties that stand where the sentence before has its subject."""
        if self._before is None:
            return ()
        start, end = self._before
        writing = self._language.writing
        opening = writing.words_of(self._text[start:end])[: _SUBJECT_WORDS * writing.words_a_word]
        return tuple(noun.kind for noun in self._language.speech.nouns.find(opening))

    def _read_dates(self) -> None:
        """Every date, and the one that an undated sentence after it takes over.

        A date that opens a sentence sets the time of the telling; one further on in it only moves
        the time forward: "In April 2021 he called, who had been in trouble since 2020" goes on in
        April 2021, and so does "it was all about a minister arrested in 2020" after it. The time holds
        to the end of a paragraph, so that paragraphs in another order tell the same; what a heading
        gives holds up to the next heading. A day without a year and what is only "later" refer back
        themselves, as far as it takes.
        """
        starts = self._starts
        self._paragraphs = list(paragraphs(self._document.text))
        carried: PartialDate | None = None
        inherited: PartialDate | None = None
        self._carried.append(None)
        self._inherited.append(None)
        here = -1
        for found in dates_in(self._text, self._language.code):
            date = found.after(carried)
            self._dates.append(found)
            self._told.append(date)
            sentence = bisect.bisect_right(starts, found.start) - 1
            opens = sentence >= 0 and found.start - starts[sentence] <= _OPENING
            if (place := self._paragraph(found.start)) != here:
                here, inherited = place, None
            if date is not None and (carried is None or opens or date.latest > carried.latest):
                carried = date
            if date is not None and (inherited is None or opens or date.latest > inherited.latest):
                inherited = date
            self._carried.append(carried)
            self._inherited.append(inherited)
        headed: PartialDate | None = None
        for paragraph in self._paragraphs:
            if paragraph.is_heading:
                headed = self._told_within(paragraph.start, paragraph.end)
            self._headed.append(headed)

    def _paragraph(self, position: int) -> int:
        return bisect.bisect_right(self._paragraphs, position, key=lambda paragraph: paragraph.start) - 1

    def _told_within(self, start: int, end: int) -> PartialDate | None:
        """The date that what lies between two places goes on from at its end."""
        low = bisect.bisect_left(self._dates, start, key=lambda found: found.start)
        high = bisect.bisect_left(self._dates, end, key=lambda found: found.start)
        return self._inherited[high] if low < high else None

    def _when(
        self, sentence: Sentence, start: int, end: int, later: bool
    ) -> tuple[PartialDate | None, PartialDate | None]:
        """When a thing happened, and the date that it is only known to lie after."""
        low = bisect.bisect_left(self._dates, sentence.start, key=lambda found: found.start)
        high = bisect.bisect_left(self._dates, sentence.end, key=lambda found: found.start)
        if low < high:
            near = min(
                range(low, high),
                key=lambda at: max(self._dates[at].start - end, start - self._dates[at].end, 0),
            )
            return self._told[near], None
        if later:
            return None, self._carried[low]
        here = self._paragraph(sentence.start)
        return self._told_within(self._paragraphs[here].start, sentence.start) or self._headed[here], None


def _last_clause(piece: str) -> str:
    """What stands after the last full stop, semicolon or bullet of a piece of a line."""
    for sign in ".;?!\u3002\uff1b\uff1f\uff01\u061f\u061b":
        piece = piece.rpartition(sign)[2]
    return piece.strip(" \t-*#\u2022>")
