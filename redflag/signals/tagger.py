"""The sentence tagger: what a sentence says in words that no phrase foresaw, by learned weights.

One linear model a language, as readable JSON, scored without scikit-learn. It is unsure by nature:
what it finds carries its probability, weighs less than a phrase, and leaves a family `possible`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from redflag.errors import Fault, Location, ModelError
from redflag.record import Record, digest, parse_json, validate
from redflag.signals.masking import MASKS, Masking, Names, Token
from redflag.signals.matching import Hit
from redflag.signals.writing import writing_of

FEWEST_WORDS = 4
"""Words of the shortest sentence that is looked at; signs, where a script puts no space between words."""

_SHORTEST_PIECE, _LONGEST_PIECE = 3, 5
_IN_RUN = 3
"""Signs in a row that are counted together in a script without spaces."""

_OPENING_SHARE = 0.25
"""A word opens the gate if it weighs this share of the heaviest word of a signal."""

_TOLD = 0.6
"""Share of what speaks for a signal that the words shown as its match account for."""

_MOST_SHOWN = 4


class Tagged(Record):
    """A signal that the tagger may find in a language, and how well it did on sentences held out.

    Attributes count sentences: `found` of `positives` that say it, and `wrong` that do not.
    """

    id: str
    threshold: float
    positives: int
    found: int
    wrong: int


class LanguageWeights(Record):
    """What was learned for one language.

    `features` gives for each thing counted its inverse document frequency, then pairs of a place in
    `signals` and a weight. The probability is the logistic function of `slope * score + shift`.
    """

    language: str
    sentences: int
    signals: tuple[Tagged, ...]
    switched_off: tuple[str, ...] = Field(description="Signals that were not found reliably.")
    slope: float
    shift: float
    names: Names
    features: dict[str, tuple[float, ...]]


class TaggerModel(Record):
    """The tagger of every language with what it came from."""

    version: str
    languages: tuple[LanguageWeights, ...]
    training_data_digest: str
    seed: int
    libraries: Mapping[str, str]
    digest_: str = Field(alias="digest", description="SHA-256 of all the rest.")


def features_of(tokens: Sequence[Token], is_run_on: bool) -> Iterator[tuple[str, int, int]]:
    """What is counted in a sentence: words, pairs of words, pieces of words; with the tokens it is of.

    Pieces begin with a tilde, and a space in one is the edge of a word. Where words run on, three
    signs in a row take the place of pieces.
    """
    texts = [token.text for token in tokens]
    for at, text in enumerate(texts):
        yield text, at, at + 1
    for at in range(len(texts) - 1):
        yield f"{texts[at]} {texts[at + 1]}", at, at + 2
    if is_run_on:
        for at in range(len(texts) - _IN_RUN + 1):
            yield " ".join(texts[at : at + _IN_RUN]), at, at + _IN_RUN
        return
    for at, text in enumerate(texts):
        for piece in pieces_of(text):
            yield piece, at, at + 1


def pieces_of(word: str) -> Iterator[str]:
    """Pieces of three to five letters of a word; a masked name has none."""
    if word in MASKS:
        return
    edged = f" {word} "
    for length in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1):
        for start in range(len(edged) - length + 1):
            yield f"~{edged[start : start + length]}"


@dataclass(frozen=True, slots=True)
class Found:
    """A signal that the tagger finds in a sentence: the words that told most, and how sure it is."""

    hit: Hit
    probability: float


class LanguageTagger:
    """The weights of one language, ready to read sentences."""

    def __init__(self, weights: LanguageWeights) -> None:
        self.weights = weights
        self.masking = Masking(weights.names)
        self._is_run_on = writing_of(weights.language).is_run_on
        self._features = weights.features
        self._opens = self._opening_words()

    def scores(self, words: Sequence[str], written: str = "") -> list[float]:
        """The score of each signal for a sentence, before any threshold or gate.

        Args:
            words: of the sentence made even.
            written: the sentence as read.
        """
        return self._scores(self._values(self.masking.tokens(words, written)))

    def find(self, words: Sequence[str], written: str = "", known: Collection[str] = ()) -> list[Found]:
        """The signals of a sentence, by their place in the weights.

        Args:
            words: of the sentence made even.
            written: the sentence as read.
            known: signals that phrases have found in it already.
        """
        if len(words) < FEWEST_WORDS:
            return []
        tokens = self.masking.tokens(words, written)
        if self._opens.isdisjoint([token.text for token in tokens]):
            return []
        values = self._values(tokens)
        found = []
        for number, (signal, score) in enumerate(
            zip(self.weights.signals, self._scores(values), strict=True)
        ):
            if score >= signal.threshold and signal.id not in known:
                hit = self._hit(signal.id, number, tokens, values)
                found.append(Found(hit, self.probability(score)))
        return found

    def probability(self, score: float) -> float:
        """How likely a signal with this score is to be there, to four digits."""
        at = max(-30.0, min(30.0, self.weights.slope * score + self.weights.shift))
        return round(1 / (1 + math.exp(-at)), 4)

    def _opening_words(self) -> frozenset[str]:
        """Words without any of which no sentence is looked at further."""
        heaviest = [0.0] * len(self.weights.signals)
        single = {
            name: listed
            for name, listed in self._features.items()
            if not name.startswith("~") and " " not in name
        }
        for listed in single.values():
            for at in range(1, len(listed), 2):
                number = int(listed[at])
                heaviest[number] = max(heaviest[number], listed[at + 1])
        return frozenset(
            name
            for name, listed in single.items()
            if any(
                listed[at + 1] > 0 and listed[at + 1] >= _OPENING_SHARE * heaviest[int(listed[at])]
                for at in range(1, len(listed), 2)
            )
        )

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
        sums = [0.0] * len(self.weights.signals)
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
    """The tagger of every language that it was trained in."""

    def __init__(self, model: TaggerModel) -> None:
        self.model = model
        self._weights = {one.language: one for one in model.languages}
        self._ready: dict[str, LanguageTagger] = {}

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.model,)

    @property
    def digest(self) -> str:
        """SHA-256 of all that it consists of."""
        return self.model.digest_

    def of(self, language: str) -> LanguageTagger | None:
        """The tagger of a language; None for one that it was not trained in."""
        ready = self._ready.get(language)
        if ready is None and language in self._weights:
            ready = self._ready[language] = LanguageTagger(self._weights[language])
        return ready


def tagger_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a tagger's JSON without its own digest."""
    return digest({key: value for key, value in content.items() if key != "digest"})


def read_tagger(path: Path) -> Tagger:
    """The tagger in a file.

    Raises:
        ModelError: if it cannot be read, is no tagger, or is not what its digest says.
    """
    where = Location(str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ModelError(Fault("cannot be read", where)) from None
    parsed = parse_json(text, str(path), ModelError)
    model = validate(TaggerModel, parsed, ModelError)
    if tagger_digest(parsed.data) != model.digest_:
        raise ModelError(Fault("has been altered: its digest does not fit", where, "train it again"))
    for one in model.languages:
        if any(
            len(listed) % 2 == 0 or any(not 0 <= at < len(one.signals) for at in listed[1::2])
            for listed in one.features.values()
        ):
            raise ModelError(
                Fault(f'the weights for "{one.language}" are not whole', where, "train it again")
            )
    return Tagger(model)
