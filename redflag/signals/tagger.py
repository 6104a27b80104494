"""The sentence tagger: which family of signs a sentence may tell of, in words that no phrase foresaw.

One linear model a language, as readable JSON, scored without scikit-learn. It is unsure by nature: it
finds passages that somebody should read, each with its probability, and never says which sign of the
family it is. For that a person has to read it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from redflag.errors import Fault, Location, ModelError
from redflag.evidence import PASSAGE
from redflag.record import Record, digest, parse_json, validate
from redflag.signals.masking import MASKS, Masking, Names, Token
from redflag.signals.matching import Hit
from redflag.signals.writing import writing_of

FEWEST_WORDS = 7
"""Words of the shortest sentence that is looked at; signs, where a script puts no space between words."""

EVEN = 0.5
"""Probability from which a passage is worth a reader's time: it is no more likely wrong than right."""

STEM = 5
"""Letters at the beginning of a word that stand for all its forms."""

_IN_RUN = 3
"""Signs in a row that are counted together in a script without spaces."""

_TOLD = 0.6
"""Share of what speaks for a signal that the words shown as its match account for."""

_MOST_SHOWN = 4


class Group(Record):
    """A family that is recognised, and how well.

    Counts are of sentences held out in which phrases find nothing of the family.

    Attributes:
        id: the family.
        signals: what phrases may find of it.
        intercept: what every score begins with.
        slope: with `shift` turns a score into a probability: the logistic function of
            `slope * score + shift`.
        shift: see there.
        positives: sentences that tell of it.
        found: of these, how many reach it.
        wrong: sentences that reach it and do not tell of it.
    """

    id: str
    signals: tuple[str, ...]
    intercept: float
    slope: float
    shift: float
    positives: int
    found: int
    wrong: int

    def probability(self, score: float) -> float:
        """How likely a sentence with this score is to tell of the family, to four digits."""
        at = max(-30.0, min(30.0, self.slope * score + self.shift))
        return round(1 / (1 + math.exp(-at)), 4)

    def is_reached(self, score: float) -> bool:
        """Whether a sentence with this score is at least as likely to tell of the family as not."""
        return self.probability(score) >= EVEN


class LanguageWeights(Record):
    """What was learned for one language.

    `features` gives for each thing counted its inverse document frequency, then pairs of a place among
    the groups and a weight.
    """

    language: str
    sentences: int
    groups: tuple[Group, ...]
    switched_off: tuple[str, ...] = Field(description="Families that were not found reliably.")
    names: Names
    features: dict[str, tuple[float, ...]]


class TaggerAbout(Record):
    """What a tagger consists of and came from.

    Attributes:
        files: the SHA-256 of each language's weights, as their file has them.
        digest_: the SHA-256 of all the rest.
    """

    version: str
    files: dict[str, str]
    training_data_digest: str
    seed: int
    libraries: Mapping[str, str]
    digest_: str = Field(alias="digest")


def features_of(tokens: Sequence[Token], is_run_on: bool) -> Iterator[tuple[str, int, int]]:
    """What is counted in a sentence: words, their stems, pairs of stems; with the tokens it is of.

    Stems begin with a tilde. Where words run on, one to three signs in a row take their place.
    """
    texts = [token.text for token in tokens]
    for at, text in enumerate(texts):
        yield text, at, at + 1
    if is_run_on:
        for length in range(2, _IN_RUN + 1):
            for at in range(len(texts) - length + 1):
                yield " ".join(texts[at : at + length]), at, at + length
        return
    stems = [stem_of(text) for text in texts]
    for at, stem in enumerate(stems):
        yield f"~{stem}", at, at + 1
    for at in range(len(stems) - 1):
        yield f"~{stems[at]} {stems[at + 1]}", at, at + 2


def stem_of(word: str) -> str:
    """The beginning of a word that its forms share; a masked name stays whole."""
    return word if word in MASKS else word[:STEM]


@dataclass(frozen=True, slots=True)
class Found:
    """A family that a sentence may tell of: the words that told most, and how sure the tagger is."""

    hit: Hit
    probability: float


class LanguageTagger:
    """The weights of one language, ready to read sentences."""

    def __init__(self, weights: LanguageWeights) -> None:
        self.weights = weights
        self.masking = Masking(weights.names)
        self._is_run_on = writing_of(weights.language).is_run_on
        self._features = weights.features
        self._intercepts = [group.intercept for group in weights.groups]

    def scores(self, words: Sequence[str], written: str = "") -> list[float]:
        """The score of each group for a sentence.

        Args:
            words: of the sentence made even.
            written: the sentence as read.
        """
        return self._scores(self._values(self.masking.tokens(words, written)))

    def find(self, words: Sequence[str], written: str = "", known: Set[str] = frozenset()) -> list[Found]:
        """The groups that a sentence tells of, each as the signal of a passage that reads like it.

        Args:
            words: of the sentence made even.
            written: the sentence as read.
            known: signals that phrases have found in it already; their groups are left alone.
        """
        if len(words) < FEWEST_WORDS:
            return []
        tokens = self.masking.tokens(words, written)
        values = self._values(tokens)
        scores = self._scores(values)
        return [
            Found(
                self._hit(f"{PASSAGE}{group.id}", number, tokens, values), group.probability(scores[number])
            )
            for number, group in enumerate(self.weights.groups)
            if group.is_reached(scores[number]) and known.isdisjoint(group.signals)
        ]

    def _values(self, tokens: Sequence[Token]) -> dict[str, float]:
        """The value of each thing counted: how often it is there, by how rare it is, at length one."""
        counts: dict[str, int] = {}
        known = self._features
        for name, _, _ in features_of(tokens, self._is_run_on):
            if name in known:
                counts[name] = counts.get(name, 0) + 1
        values = {name: (1 + math.log(count)) * known[name][0] for name, count in counts.items()}
        length = math.sqrt(math.fsum(value * value for value in values.values()))
        return {name: value / length for name, value in values.items()} if length else {}

    def _scores(self, values: Mapping[str, float]) -> list[float]:
        sums = self._intercepts.copy()
        for name, value in values.items():
            listed = self._features[name]
            for at in range(1, len(listed), 2):
                sums[int(listed[at])] += value * listed[at + 1]
        return sums

    def _hit(self, signal: str, number: int, tokens: Sequence[Token], values: Mapping[str, float]) -> Hit:
        """The words that told most for a group: what a denial would have to reach."""
        told = [0.0] * len(tokens)
        weights: dict[str, float] = {}
        for name, start, end in features_of(tokens, self._is_run_on):
            if name not in values:
                continue
            if name not in weights:
                listed = self._features[name]
                places = range(1, len(listed), 2)
                weights[name] = next((listed[at + 1] for at in places if int(listed[at]) == number), 0.0)
            for at in range(start, end):
                told[at] += values[name] * weights[name] / (end - start)
        ranked = sorted(range(len(tokens)), key=lambda at: (-told[at], at))
        goal = _TOLD * math.fsum(value for value in told if value > 0)
        shown: list[int] = []
        while len(shown) < min(_MOST_SHOWN, len(tokens)) and (
            not shown or math.fsum(told[at] for at in shown) < goal
        ):
            shown.append(ranked[len(shown)])
        covered = 0
        for at in shown:
            covered |= (1 << tokens[at].end) - (1 << tokens[at].start)
        first, last = min(shown), max(shown)
        return Hit(signal, tokens[first].start, tokens[last].end, covered, covered)


class Tagger:
    """The tagger of every language that it was trained in.

    Args:
        about: what it consists of.
        weights: of each language; asked for only where a text is in it.
    """

    def __init__(self, about: TaggerAbout, weights: Mapping[str, LanguageWeights]) -> None:
        self.about = about
        self.weights = weights
        self._ready: dict[str, LanguageTagger] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.about, self.weights)

    @property
    def digest(self) -> str:
        """SHA-256 of all that it consists of."""
        return self.about.digest_

    def of(self, language: str) -> LanguageTagger | None:
        """The tagger of a language; None for one that it was not trained in.

        Raises:
            ModelError: if its weights are not what they were when they were written.
        """
        ready = self._ready.get(language)
        if ready is None and language in self.weights:
            ready = self._ready[language] = LanguageTagger(self.weights[language])
        return ready


class WeightFiles(Mapping[str, LanguageWeights]):
    """The weights of each language in a folder, read once each and only when they are asked for."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self._folder = folder
        self._files = files
        self._read: dict[str, LanguageWeights] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self._folder, self._files)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, language: str) -> LanguageWeights:
        if language not in self._read:
            self._read[language] = self._weights(language, self._files[language])
        return self._read[language]

    def _weights(self, language: str, expected: str) -> LanguageWeights:
        path = self._folder / f"{language}.json"
        where = Location(str(path))
        try:
            content = path.read_bytes()
        except OSError:
            raise ModelError(Fault("cannot be read", where, "train it again")) from None
        if hashlib.sha256(content).hexdigest() != expected:
            raise ModelError(Fault("has been altered: its digest does not fit", where, "train it again"))
        try:
            weights = LanguageWeights.model_validate_json(content)
        except ValidationError:
            raise ModelError(Fault("no weights of a tagger", where, "train it again")) from None
        if any(
            len(listed) % 2 == 0 or any(not 0 <= at < len(weights.groups) for at in listed[1::2])
            for listed in weights.features.values()
        ):
            raise ModelError(Fault("the weights are not whole", where, "train it again"))
        return weights


ABOUT = "about.json"
"""The file of a tagger's folder that tells what the others are."""


def about_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of what is told about a tagger, without its own digest."""
    return digest({key: value for key, value in content.items() if key != "digest"})


def read_tagger(folder: Path) -> Tagger:
    """The tagger in a folder; the weights of a language are read when they are first needed.

    Raises:
        ModelError: if it cannot be read, is no tagger, or is not what its digest says.
    """
    path = folder / ABOUT
    where = Location(str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ModelError(Fault("cannot be read", where)) from None
    parsed = parse_json(text, str(path), ModelError)
    about = validate(TaggerAbout, parsed, ModelError)
    if about_digest(parsed.data) != about.digest_:
        raise ModelError(Fault("has been altered: its digest does not fit", where, "train it again"))
    return Tagger(about, WeightFiles(folder, about.files))
