"""Lexicons as files hold them: the phrases of one signal, shared slots, context words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from redflag.errors import Fault, RuleError, did_you_mean
from redflag.evidence import Party
from redflag.record import Parsed, Record, validate
from redflag.signals.phrases import PhraseError, parse_alternative, parse_cue, parse_phrase, slots_of

SlotTable = Mapping[str, tuple[str, ...]]
"""Alternatives by the name of their slot."""


class Lexicon(Record):
    """What documents write when they say one thing, by language."""

    id: str = Field(description="The signal's id, which is the name of the file.")
    says: str = Field(description="What a text says that meets one of the phrases.")
    reviewed_by_native: dict[str, bool] = Field(
        {}, description="By language, whether a native speaker has read the phrases."
    )
    utterance: bool = Field(
        False,
        description="Whether the signal is itself something said, such as a threat or an offer: "
        'its "would" and "if" then belong to what was said, and do not put it in doubt.',
    )
    slots: dict[str, dict[str, tuple[str, ...]]] = Field(
        {}, description="Slots of this lexicon's own, by language: no other language sees them."
    )
    phrases: dict[str, tuple[str, ...]] = Field(description="Phrases by language.")


class ContextWords(Record):
    """The words of one language that tell how a thing is put and whose word it is.

    Every entry is a word or several; a star ends one that may go on. A star that begins one makes
    it an ending, and with one at either side a piece within: "*mad\u0131" is in "al\u0131nmad\u0131". An
    ending tells how the word that bears it is put, where a phrase ends with that word by a star; where
    the verb comes last, also the phrase that the word follows.
    """

    abbreviations: tuple[str, ...] = ()
    """What a full stop follows without ending a sentence."""
    abbreviations_before_number: tuple[str, ...] = ()
    """The same, where a number comes next."""
    starters: tuple[str, ...] = ()
    """Words that show, after an initial, that a new sentence has begun."""
    common: tuple[str, ...] = ()
    """Words met most often, the most frequent first: a search does not begin with them."""

    negators: tuple[str, ...] = ()
    """Words that deny the verb after them."""
    quantifiers: tuple[str, ...] = ()
    """Words that empty the whole clause after them, such as "no one"."""
    negated_after: tuple[str, ...] = ()
    """What denies the thing told before it, such as "never happened"."""
    harmless: tuple[str, ...] = ()
    """Expressions that hold a word of another list and do not mean it."""
    lifted_by: tuple[str, ...] = ()
    """Words that undo a negation before them, such as "until"."""

    conditions: tuple[str, ...] = ()
    """What opens a clause on which something else hangs, such as "if"."""
    doubts: tuple[str, ...] = ()
    """What leaves open whether a thing is so, such as "whether"."""
    speech_acts: tuple[str, ...] = ()
    """Words such as "promised" and "urged": how their content is put is not how they are."""
    threats: tuple[str, ...] = ()
    fears: tuple[str, ...] = ()
    future: tuple[str, ...] = ()
    """What is put as still to come: a threat or a fear, by who says it."""
    possible: tuple[str, ...] = ()
    """What only may be, such as "might"."""
    alleged: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Marks of another case or another person."""
    instructions: tuple[str, ...] = ()
    """How a sentence opens that tells a reader what to check."""
    instruction_leads: tuple[str, ...] = ()
    """What stands before the colon of a list of things to check."""

    ends_clause: tuple[str, ...] = ()
    """Words after which another clause begins."""
    ends_negation: tuple[str, ...] = ()
    """Further words that a negation does not reach beyond."""
    ends_speech: tuple[str, ...] = ()
    """Words after which the narrator speaks again."""
    subjects: tuple[str, ...] = ()
    """Words that after "and" open a clause of its own."""
    joins: tuple[str, ...] = ()
    """Words such as "and"."""
    auxiliaries: tuple[str, ...] = ()
    """Words such as "was" and "been", which a negation passes over to reach the verb."""

    says: tuple[str, ...] = ()
    finds: tuple[str, ...] = ()
    """Verbs of speech only for bodies that hold, find and report."""
    finders: tuple[Party, ...] = ()
    """The parties that do so."""
    that: tuple[str, ...] = ()
    """What opens the content of speech."""
    of: tuple[str, ...] = ()
    """What hangs one noun on another: in "a friend of the minister" the friend speaks."""
    told: tuple[str, ...] = ()
    """Passive forms, whose speaker stands after "by"."""
    according: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    speakers: dict[Party, tuple[str, ...]] = Field({})
    speaker_stands: Literal["before", "either", "after"] = "before"
    """Where a clause has its speaker: before the verb of speech; before or else after it, as in
    "dijo el ministro que"; after or else before it, as in languages that begin with the verb."""
    verb_last: bool = False
    """Whether a verb of speech closes what is said, so that what it reports stands before it."""
    speech_apart: bool = False
    """Whether a phrase that begins with who speaks may not run on into what is said."""
    not_speech: tuple[str, ...] = ()
    """Expressions that hold a verb of speech and are none."""
    labels: dict[Party, tuple[str, ...]] = Field({})
    """Who a line of a transcript belongs to, by what stands before its colon."""
    hosts: tuple[str, ...] = ()
    """What makes an official one of the state that was asked."""
    own_voice: tuple[str, ...] = ()
    others_voice: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    """Words that put a thing after the date told last."""


def read_lexicon(parsed: Parsed, shared: Mapping[str, SlotTable] | None = None) -> Lexicon:
    """The lexicon that a file describes.

    Args:
        shared: the shared slots by language; where given, a slot that neither they nor the file
            know is a fault too.

    Raises:
        RuleError: with every fault of the file, each at its line and column.
    """
    lexicon = validate(Lexicon, parsed, RuleError)
    if parsed.is_proven:
        return lexicon
    faults: list[Fault] = []
    for language, own in lexicon.slots.items():
        faults += _slot_faults(parsed, own, ("slots", language))
        if shared is not None:
            faults += _unknown_slots(parsed, own, {*shared.get(language, {}), *own}, ("slots", language))
    for language, phrases in lexicon.phrases.items():
        own = lexicon.slots.get(language, {})
        known = None if shared is None else {*shared.get(language, {}), *own}
        for number, text in enumerate(phrases):
            keys = ("phrases", language, number)
            try:
                parts = parse_phrase(text)
            except PhraseError as error:
                faults.append(Fault(f'phrase "{text}": {error.message}', parsed.location(keys), error.mend))
                continue
            if known is not None and "{" in text:
                faults += [
                    Fault(f'unknown slot "{{{name}}}"', parsed.location(keys), did_you_mean(name, known))
                    for part in parts
                    for name in slots_of(part)
                    if name not in known
                ]
    if faults:
        raise RuleError(dict.fromkeys(faults))
    return lexicon


def read_slots(parsed: Parsed) -> dict[str, tuple[str, ...]]:
    """The shared slots of one language: lists of alternatives by name.

    Raises:
        RuleError: with every fault of the file.
    """
    table = parsed.data if isinstance(parsed.data, dict) else {}
    faults = [] if table else [Fault("a mapping of slots is expected here", parsed.location(()))]
    slots: dict[str, tuple[str, ...]] = {}
    for name, listed in table.items():
        if isinstance(listed, list) and listed and all(isinstance(word, str) for word in listed):
            slots[name] = tuple(listed)
        else:
            faults.append(Fault("a list of words is expected here", parsed.location((name,))))
    if parsed.is_proven:
        return slots
    faults += _slot_faults(parsed, slots, ())
    if not faults:
        faults += _unknown_slots(parsed, slots, slots.keys(), ())
    if faults:
        raise RuleError(faults)
    return slots


def read_context(parsed: Parsed) -> ContextWords:
    """The context words of one language.

    Raises:
        RuleError: with every fault of the file.
    """
    words = validate(ContextWords, parsed, RuleError)
    if parsed.is_proven:
        return words
    faults: list[Fault] = []
    for keys, text in _entries((), words.model_dump()):
        try:
            parse_cue(text)
        except PhraseError as error:
            faults.append(Fault(f'"{text}": {error.message}', parsed.location(keys), error.mend))
    if faults:
        raise RuleError(faults)
    return words


def _entries(keys: tuple[str | int, ...], value: Any) -> Iterable[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entries((*keys, str(key)), inner)
    elif isinstance(value, tuple | list) and keys[0] != "finders":
        for number, text in enumerate(value):
            yield (*keys, number), str(text)


def _slot_faults(parsed: Parsed, slots: SlotTable, keys: tuple[str, ...]) -> list[Fault]:
    faults = []
    for name, alternatives in slots.items():
        if not name.isidentifier():
            place = parsed.location((*keys, name))
            faults.append(Fault(f'"{name}" is no name for a slot', place, "use one plain word"))
        for number, text in enumerate(alternatives):
            try:
                parse_alternative(text)
            except PhraseError as error:
                place = parsed.location((*keys, name, number))
                faults.append(Fault(f'"{text}": {error.message}', place, error.mend))
    if not faults and (circle := _circle(slots)):
        place = parsed.location((*keys, circle))
        faults.append(Fault(f'slot "{{{circle}}}" leads back to itself', place))
    return faults


def _unknown_slots(
    parsed: Parsed, slots: SlotTable, known: Iterable[str], keys: tuple[str, ...]
) -> list[Fault]:
    names = set(known)
    faults = []
    for slot, alternatives in slots.items():
        for number, text in enumerate(alternatives):
            if "{" not in text:
                continue
            try:
                used = tuple(slots_of(parse_alternative(text)))
            except PhraseError:
                continue
            faults += [
                Fault(
                    f'unknown slot "{{{name}}}"',
                    parsed.location((*keys, slot, number)),
                    did_you_mean(name, names),
                )
                for name in used
                if name not in names
            ]
    return faults


def _circle(slots: SlotTable) -> str | None:
    """A slot that names itself, straight or through others; None if there is none."""
    uses = {
        name: {used for text in alternatives if "{" in text for used in slots_of(parse_alternative(text))}
        for name, alternatives in slots.items()
    }
    settled: set[str] = set()
    while True:
        free = {n for n, used in uses.items() if n not in settled and not (used & uses.keys()) - settled}
        if not free:
            return min(uses.keys() - settled, default=None)
        settled |= free
