"""From authored sentences to the tagger: a linear model a language, a threshold a signal.

Ridge regression on what is counted in masked sentences, one output a signal. Thresholds are chosen
on scores of sentences whose idea the model had not seen, for precision; a signal that does not
reach it is switched off. What is reported was chosen without the fold that it is reported on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from redflag.errors import ModelError, RuleError
from redflag.record import parse_yaml, validate
from redflag.signals.lexicon import read_context
from redflag.signals.masking import Masking, Names
from redflag.signals.sentences import Splitter
from redflag.signals.tagger import LanguageWeights, Tagged, TaggerModel, features_of, tagger_digest
from redflag.signals.writing import writing_of
from redflag.training.sentences import Authored, read_sentences, sentences_digest

TAGGER_VERSION = "1"
AIM = 0.85
"""Precision that a threshold is chosen for; a little more than the 0.8 that is wanted of it."""

ALPHA = 0.3
"""Strength of the ridge."""

FOLDS = 5
FEWEST_FOUND = 4
"""Sentences held out that a signal must be found in before it is switched on."""

FEWEST_IDEAS = 2
"""Ideas that something must be counted in before it is learned."""

BORROWED = 4
"""How many sentences' worth the precision of all signals counts in the precision of one."""

DECIMALS = 4
LEAST_WEIGHT = 0.005
"""Weights below this are left out, before any threshold is chosen."""

TAGGER_TOLERANCE = 2e-3
"""By how much weights of the same sentences may differ from one machine to another."""

_BREAK = re.compile(r"(\], |\}, |\{(?=\"(?:language|id)\"))")
"""After which a line of the file ends."""

_HELD = 60
"""How many of the best scores of a signal are looked at for its threshold."""

Matrix = NDArray[np.float64]
Rows = NDArray[np.int_]


@dataclass(frozen=True)
class Learned:
    """One fit: the vectorizer, and weights that are rounded as they will be written."""

    vectorizer: TfidfVectorizer
    weights: Matrix

    def scores(self, counted: Sequence[Sequence[str]]) -> Matrix:
        """Of each sentence for each signal, as scikit-learn works them out."""
        found: Matrix = self.vectorizer.transform(counted) @ self.weights
        return found


@dataclass(frozen=True)
class Language:
    """All that training knows of one language.

    Attributes:
        counted: what is counted in each sentence.
        signals: the labels, sorted; `labels` has one column for each.
        folds: rows of each fold; no idea is in two of them.
        fits: one for each fold, on all the others.
        scores: of each text by the fit that had not seen its idea; where it is read as several
            sentences, as in a lawyer's note, the best of them, as when a document is read.
        last: the fit on all sentences.
    """

    code: str
    names: Names
    sentences: tuple[Authored, ...]
    counted: tuple[tuple[str, ...], ...]
    signals: tuple[str, ...]
    labels: Matrix
    folds: tuple[Rows, ...]
    fits: tuple[Learned, ...]
    scores: Matrix
    last: Learned

    def weights(self, learned: Learned, rows: Rows) -> LanguageWeights:
        """A fit as it is written, with thresholds chosen on the held-out scores of some sentences."""
        return _written(self, learned, rows)


@dataclass(frozen=True)
class TrainedTagger:
    """The tagger, with what is needed to judge it."""

    model: TaggerModel
    languages: tuple[Language, ...]


def train_tagger(sentences: Path, lexicons: Path, *, seed: int) -> TrainedTagger:
    """Train the tagger of every language.

    Args:
        sentences: the folder of authored sentences.
        lexicons: the pack's folder with the names that are masked and the context words.
        seed: of the folds.

    Raises:
        ModelError: if sentences or names cannot be read.
    """
    read = read_sentences(sentences)
    with threadpool_limits(2):
        languages = tuple(
            _learn(
                code,
                listed,
                read_names(lexicons / "masks" / f"{code}.yaml"),
                _splitter(lexicons / "context" / f"{code}.yaml"),
                seed,
            )
            for code, listed in read.items()
        )
    written = [one.weights(one.last, np.arange(len(one.sentences))) for one in languages]
    content: dict[str, Any] = {
        "version": TAGGER_VERSION,
        "languages": [one.model_dump(mode="json") for one in written if one.signals],
        "training_data_digest": sentences_digest(one for listed in read.values() for one in listed),
        "seed": seed,
        "libraries": {name: version(name) for name in ("numpy", "scikit-learn", "scipy")},
    }
    content["digest"] = tagger_digest(content)
    return TrainedTagger(TaggerModel.model_validate(content), languages)


def read_names(path: Path) -> Names:
    """The names of one language that are masked.

    Raises:
        ModelError: if they cannot be read.
    """
    return validate(Names, parse_yaml(path.read_text(encoding="utf-8"), str(path), ModelError), ModelError)


def _splitter(path: Path) -> Splitter:
    """What cuts a text of one language into sentences, as when a document is read."""
    return Splitter(read_context(parse_yaml(path.read_text(encoding="utf-8"), str(path), RuleError)))


def counted_in(text: str, masking: Masking, code: str) -> tuple[str, ...]:
    """What is counted in a sentence, in order."""
    writing = writing_of(code)
    tokens = masking.tokens(writing.words(writing.even(text).text), text)
    return tuple(name for name, _, _ in features_of(tokens, writing.is_run_on))


def _learn(code: str, sentences: Sequence[Authored], names: Names, splitter: Splitter, seed: int) -> Language:
    masking = Masking(names)
    counted = tuple(counted_in(one.text, masking, code) for one in sentences)
    parts = [
        [counted_in(one.text[part.start : part.end], masking, code) for part in splitter.split(one.text)]
        for one in sentences
    ]
    signals = tuple(sorted({label for one in sentences for label in one.labels}))
    labels = np.array([[float(name in one.labels) for name in signals] for one in sentences])
    ideas = np.array([one.idea for one in sentences])
    first = np.array([one.labels[0] if one.labels else "" for one in sentences])
    few = {name for name in set(first.tolist()) if (first == name).sum() < FOLDS}
    strata = np.array(["" if name in few else name for name in first.tolist()])
    split = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(strata, strata, ideas)
    folds = tuple(test for _, test in split)
    everything = np.arange(len(sentences))
    scores = np.zeros(labels.shape)
    fits = []
    for test in folds:
        fitted = _fit(counted, labels, ideas, np.setdiff1d(everything, test))
        for row in test.tolist():
            scores[row] = fitted.scores(parts[row] or [counted[row]]).max(axis=0)
        fits.append(fitted)
    last = _fit(counted, labels, ideas, everything)
    return Language(
        code, names, tuple(sentences), counted, signals, labels, folds, tuple(fits), scores, last
    )  # fmt: skip


def _as_counted(listed: Sequence[str]) -> Sequence[str]:
    return listed


def _fit(counted: Sequence[Sequence[str]], labels: Matrix, ideas: NDArray[np.str_], rows: Rows) -> Learned:
    known = _in_several_ideas([counted[row] for row in rows], ideas[rows].tolist())
    vectorizer = TfidfVectorizer(analyzer=_as_counted, sublinear_tf=True, lowercase=False, vocabulary=known)
    vectorizer.fit([counted[row] for row in rows])
    vectorizer.idf_ = np.round(vectorizer.idf_, DECIMALS)
    values = vectorizer.transform([counted[row] for row in rows])
    ridge = KernelRidge(alpha=ALPHA).fit(values, labels[rows])
    weights = np.round(values.T @ ridge.dual_coef_, DECIMALS)
    weights[np.abs(weights) < LEAST_WEIGHT] = 0.0
    return Learned(vectorizer, weights)


def _in_several_ideas(counted: Sequence[Sequence[str]], ideas: Sequence[str]) -> list[str]:
    """What is counted in more than one idea, so that no single story is learned by heart."""
    once: dict[str, str] = {}
    several: set[str] = set()
    for listed, idea in zip(counted, ideas, strict=True):
        for name in set(listed):
            if once.setdefault(name, idea) != idea:
                several.add(name)
    return sorted(several)


def thresholds(scores: Matrix, labels: Matrix) -> Matrix:
    """For each signal the lowest score from which it is found with the precision aimed at; else infinity.

    A signal has few sentences, so that its own precision is shaken by chance: that of all signals
    at the same score is counted in, as if it were a few more sentences.
    """
    order = np.argsort(-scores, axis=None, kind="stable")[: _HELD * scores.shape[1]]
    ranked = scores.ravel()[order]
    shared = np.cumsum(labels.ravel()[order]) / np.arange(1, len(order) + 1)
    chosen = np.full(scores.shape[1], np.inf)
    for column in range(scores.shape[1]):
        best = np.argsort(-scores[:, column], kind="stable")[:_HELD]
        own = scores[best, column]
        right = np.cumsum(labels[best, column])
        count = np.arange(1, len(best) + 1)
        borrowed = np.interp(-own, -ranked, shared)
        precise = (right + BORROWED * borrowed) / (count + BORROWED) >= AIM
        fit = precise & (right / count >= AIM) & (right >= FEWEST_FOUND)
        if fit.any():
            chosen[column] = round(float(own[np.flatnonzero(fit)[-1]]) - 10.0**-DECIMALS, DECIMALS)
    return chosen


def _written(language: Language, learned: Learned, rows: Rows) -> LanguageWeights:
    scores, labels = language.scores[rows], language.labels[rows]
    chosen = thresholds(scores, labels)
    on = [int(column) for column in np.flatnonzero(np.isfinite(chosen))]
    slope, shift = _calibrated(scores, labels)
    signals = []
    for column in on:
        found = scores[:, column] >= chosen[column]
        right = int((found & (labels[:, column] > 0)).sum())
        signals.append(
            Tagged(
                id=language.signals[column],
                threshold=float(chosen[column]),
                positives=int(labels[:, column].sum()),
                found=right,
                wrong=int(found.sum()) - right,
            )
        )
    off = tuple(name for column, name in enumerate(language.signals) if column not in on)
    return LanguageWeights(
        language=language.code,
        sentences=len(language.sentences),
        signals=tuple(signals),
        switched_off=off,
        slope=slope,
        shift=shift,
        names=language.names,
        features=dict(_features(learned, on)),
    )


def _features(learned: Learned, on: Sequence[int]) -> Iterator[tuple[str, tuple[float, ...]]]:
    names = learned.vectorizer.get_feature_names_out()
    kept = learned.weights[:, on]
    for row, name in enumerate(names):
        pairs = ((float(place), float(kept[row, place])) for place in np.flatnonzero(kept[row]))
        yield str(name), (float(learned.vectorizer.idf_[row]), *(one for pair in pairs for one in pair))


def _calibrated(scores: Matrix, labels: Matrix) -> tuple[float, float]:
    """Slope and shift of the logistic function that turns a held-out score into a probability."""
    value = scores.reshape(-1, 1)
    told = labels.ravel()
    kept = value[:, 0] > 0
    if len(set(told[kept].tolist())) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e6).fit(value[kept], told[kept])
    return round(float(fitted.coef_[0, 0]), DECIMALS), round(float(fitted.intercept_[0]), DECIMALS)


def apart(one: TaggerModel, other: TaggerModel) -> Mapping[str, float]:
    """The numbers by which two taggers differ most, by language; infinite where one lacks something."""
    found: dict[str, float] = {}
    others = {each.language: each for each in other.languages}
    for own in one.languages:
        theirs = others.get(own.language)
        if theirs is None or [each.id for each in own.signals] != [each.id for each in theirs.signals]:
            found[own.language] = float("inf")
            continue
        pairs = [(a.threshold, b.threshold) for a, b in zip(own.signals, theirs.signals, strict=True)]
        for name in {*own.features, *theirs.features}:
            mine, yours = _by_place(own.features.get(name)), _by_place(theirs.features.get(name))
            pairs += [(mine.get(at, 0.0), yours.get(at, 0.0)) for at in {*mine, *yours}]
        found[own.language] = max(abs(a - b) for a, b in pairs)
    missing = others.keys() - {each.language for each in one.languages}
    return {**found, **dict.fromkeys(sorted(missing), float("inf"))}


def _by_place(listed: Sequence[float] | None) -> dict[int, float]:
    if listed is None:
        return {}
    return {-1: listed[0], **{int(listed[at]): listed[at + 1] for at in range(1, len(listed), 2)}}


def write_tagger(path: Path, model: TaggerModel) -> None:
    """A tagger as readable JSON, one thing counted a line; the same bytes for the same content."""
    content = model.model_dump(mode="json", by_alias=True)
    lines = json.dumps(content, ensure_ascii=False, indent=None, separators=(", ", ": "))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_BREAK.sub(r"\1\n", lines) + "\n", encoding="utf-8")
