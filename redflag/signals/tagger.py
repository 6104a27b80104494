"""The sentence tagger: what a sentence says in words that no phrase foresaw, by learned weights.

One linear model a language, as readable JSON, scored without scikit-learn. It first asks whether a
sentence tells of a family of signs at all, which many sentences teach, and only then which signal
of the family it is, which few do. It is unsure by nature: what it finds carries its probability,
weighs less than a phrase, and leaves a family `possible`.
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
from redflag.record import Record, digest, parse_json, validate
from redflag.signals.masking import MASKS, Masking, Names, Token
from redflag.signals.matching import Hit
from redflag.signals.writing import writing_of

FEWEST_WORDS = 4
"""Words of the shortest sentence that is looked at; signs, where a script puts no space between words."""

STEM = 5
"""Letters at the beginning of a word that stand for all its forms."""

_IN_RUN = 3
"""Signs in a row that are counted together in a script without spaces."""

_TOLD = 0.6
"""Share of what speaks for a signal that the words shown as its match account for."""

_MOST_SHOWN = 4


class Group(Record):
    """Signals that are recognised together before they are told apart, and how well that did.

    A family of the rules is a group, and so is each signal that belongs to no family. Counts are of
    sentences held out.

    Attributes:
        id: the family, or the signal that stands alone.
        signals: what the group's sentences may say.
        intercept: what every score begins with.
        threshold: the lowest score from which a sentence tells of the group.
        positives: sentences that tell of it.
        found: of these, how many reach the threshold.
        wrong: sentences that reach it and do not tell of it.
        named: of those found, how many were given a signal that they do say.
    """

    id: str
    signals: tuple[str, ...]
    intercept: float
    threshold: float
    positives: int
    found: int
    wrong: int
    named: int


class LanguageWeights(Record):
    """What was learned for one language.

    `features` gives for each thing counted its inverse document frequency, then pairs of a place and
    a weight: places count the groups first, then the signals. The probability that a sentence tells
    of a group is the logistic function of `slope * score + shift`.
    """

    language: str
    sentences: int
    groups: tuple[Group, ...]
    signals: tuple[str, ...]
    switched_off: tuple[str, ...] = Field(description="Groups that were not found reliably.")
    slope: float
    shift: float
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
    """A signal that the tagger finds in a sentence: the words that told most, and how sure it is.

    The probability is that the sentence tells of the signal's group: which signal of the group it
    is, is the likeliest and may be another.
    """

    hit: Hit
    probability: float


class LanguageTagger:
    """The weights of one language, ready to read sentences."""

    def __init__(self, weights: LanguageWeights) -> None:
        self.weights = weights
        self.masking = Masking(weights.names)
        self._is_run_on = writing_of(weights.language).is_run_on
        self._features = weights.features
        places = {signal: len(weights.groups) + at for at, signal in enumerate(weights.signals)}
        self._places = [[(places[signal], signal) for signal in group.signals] for group in weights.groups]

    def scores(self, words: Sequence[str], written: str = "") -> list[float]:
        """The score of each group for a sentence, then that of each signal, before any threshold.

        Args:
            words: of the sentence made even.
            written: the sentence as read.
        """
        return self._scores(self._values(self.masking.tokens(words, written)))

    def find(self, words: Sequence[str], written: str = "", known: Set[str] = frozenset()) -> list[Found]:
        """The likeliest signal of each group that a sentence tells of, by place of the group.

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
        found: dict[str, Found] = {}
        for number, group in enumerate(self.weights.groups):
            if scores[number] < group.threshold or not known.isdisjoint(group.signals):
                continue
            _, signal = max((scores[place], signal) for place, signal in self._places[number])
            if signal not in found:
                hit = self._hit(signal, number, tokens, values)
                found[signal] = Found(hit, self.probability(scores[number]))
        return list(found.values())

    def probability(self, score: float) -> float:
        """How likely a sentence with this score is to tell of the group, to four digits."""
        at = max(-30.0, min(30.0, self.weights.slope * score + self.weights.shift))
        return round(1 / (1 + math.exp(-at)), 4)

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
        groups = self.weights.groups
        sums = [group.intercept for group in groups] + [0.0] * len(self.weights.signals)
        for name, value in values.items():
            listed = self._features[name]
            for at in range(1, len(listed), 2):
                sums[int(listed[at])] += value * listed[at + 1]
        return sums

    def _hit(self, signal: str, number: int, tokens: Sequence[Token], values: Mapping[str, float]) -> Hit:
        """The words that told most for a signal: what a denial would have to reach."""
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
        places = len(weights.groups) + len(weights.signals)
        if any(
            len(listed) % 2 == 0 or any(not 0 <= at < places for at in listed[1::2])
            for listed in weights.features.values()
        ) or not {signal for group in weights.groups for signal in group.signals} <= {*weights.signals}:
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
