"""From marked sentences to the tagger: in each language a linear model and a calibration of each family.

Logistic regression on what is counted in masked sentences, one for each family: whether a sentence
tells of it. How likely it is to be right is learned from sentences whose idea or state the model had
not seen and in which phrases find nothing of the family: these alone are shown to anybody, and only
where it is more likely right than wrong. A family that is seldom found so is switched off. What is
reported was learned without the fold that it is reported on.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from redflag.documents import Document, DocumentNote
from redflag.errors import ModelError, RuleError
from redflag.pack import RulePack
from redflag.record import parse_yaml, validate
from redflag.signals import Lexicons, Tagger, find
from redflag.signals.lexicon import read_context
from redflag.signals.masking import Masking, Names
from redflag.signals.sentences import Splitter
from redflag.signals.tagger import (
    ABOUT,
    FEWEST_WORDS,
    Group,
    LanguageWeights,
    TaggerAbout,
    about_digest,
    features_of,
)
from redflag.signals.writing import writing_of
from redflag.training.sentences import (
    DOCUMENTED,
    OF_FAMILY,
    RETOLD,
    Sentence,
    groups_of,
    read_authored,
    read_documented,
    sentences_digest,
)

TAGGER_VERSION = "3"
STRENGTH = 5.0
"""Inverse strength of the penalty."""

FOLDS = 5
FEWEST_POSITIVES = 10
"""Sentences that must tell of a group before it is learned."""

FEWEST_FOUND = 10
"""Sentences held out, with nothing found by phrases, that a group must be found in to be switched on."""

FEWEST_IDEAS = 3
"""Ideas that something must be counted in before it is learned."""

DECIMALS = 2
LEAST_WEIGHT = 0.2
"""Weights below this are left out, before any calibration is learned."""

TAGGER_TOLERANCE = 0.05
"""By how much weights of the same sentences may differ from one machine to another."""

_BREAK = re.compile(r"(\], |\}, |\{(?=\"(?:language|id)\"))")
"""After which a line of the file ends."""

Matrix = NDArray[np.float64]
Rows = NDArray[np.int_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Learned:
    """One fit: the vectorizer, and weights and intercepts of each group, rounded as they will be written."""

    vectorizer: TfidfVectorizer
    weights: Matrix
    intercepts: Matrix

    def scores(self, counted: Sequence[Sequence[str]]) -> Matrix:
        """Of each sentence for each group, as scikit-learn works them out."""
        found: Matrix = self.vectorizer.transform(counted) @ self.weights + self.intercepts
        return found


@dataclass(frozen=True)
class Language:
    """All that training knows of one language.

    Attributes:
        counted: what is counted in each sentence.
        groups: the signals of each group, by its name.
        labels: for each sentence and group, whether it tells of it.
        met: for each sentence and group, whether phrases find something of it.
        folds: rows of each fold; no idea and no state is in two of them.
        fits: one for each fold, on all the others.
        scores: of each text by the fit that had not seen its idea; where it is read as several
            sentences, as in a lawyer's note, the best of them, as when a document is read.
        last: the fit on all sentences.
    """

    code: str
    names: Names
    sentences: tuple[Sentence, ...]
    counted: tuple[tuple[str, ...], ...]
    groups: Mapping[str, tuple[str, ...]]
    labels: Matrix
    met: Flags
    folds: tuple[Rows, ...]
    fits: tuple[Learned, ...]
    scores: Matrix
    last: Learned

    def weights(self, learned: Learned, rows: Rows) -> LanguageWeights:
        """A fit as it is written, with calibrations learned on the held-out scores of some sentences.

        Of documented sentences where there are any, else of retold ones: authored ones are richer in
        what is looked for.
        """
        return _written(self, learned, rows)

    def without(self, idea: str) -> LanguageWeights | None:
        """What was learned where neither fit nor calibration had seen an idea; None if none has it."""
        everything = np.arange(len(self.sentences))
        for test, fitted in zip(self.folds, self.fits, strict=True):
            if any(self.sentences[row].idea == idea for row in test.tolist()):
                return self.weights(fitted, np.setdiff1d(everything, test))
        return None


@dataclass(frozen=True)
class TrainedTagger:
    """The tagger, with what is needed to judge it."""

    tagger: Tagger
    languages: tuple[Language, ...]

    def without(self, state: str) -> Tagger:
        """The tagger as it is where it has seen no sentence of a state's cases."""
        unseen = {one.code: one.without(f"state {state}") for one in self.languages}
        kept = {code: weights for code, weights in unseen.items() if weights is not None}
        return Tagger(self.tagger.about, {**self.tagger.weights, **kept})


def train_tagger(
    folder: Path, pack: RulePack, lexicons: Path, *, seed: int, only: str | None = None
) -> TrainedTagger:
    """Train the tagger of every language.

    Args:
        folder: with the authored sentences, and those of documented cases that were marked.
        pack: its rules tell which signals belong to a family.
        lexicons: the pack's folder with the names that are masked and the context words.
        seed: of the folds.
        only: the code of the one language that is wanted; all if absent.

    Raises:
        ModelError: if sentences or names cannot be read.
    """
    read = read_authored(folder / "sentences")
    for one in read_documented(folder):
        read[one.language] = (*read.get(one.language, ()), one)
    groups = groups_of(pack)
    with threadpool_limits(2):
        languages = tuple(
            _learn(
                code,
                listed,
                groups,
                read_names(lexicons / "masks" / f"{code}.yaml"),
                _splitter(lexicons / "context" / f"{code}.yaml"),
                pack.lexicons,
                seed,
            )
            for code, listed in read.items()
            if only in (None, code)
        )
    written = (one.weights(one.last, np.arange(len(one.sentences))) for one in languages)
    weights = {one.language: one for one in written if one.groups}
    content: dict[str, Any] = {
        "version": TAGGER_VERSION,
        "files": {code: hashlib.sha256(as_file(one)).hexdigest() for code, one in weights.items()},
        "training_data_digest": sentences_digest(one for listed in read.values() for one in listed),
        "seed": seed,
        "libraries": {name: version(name) for name in ("numpy", "scikit-learn", "scipy")},
    }
    content["digest"] = about_digest(content)
    return TrainedTagger(Tagger(TaggerAbout.model_validate(content), weights), languages)


def read_names(path: Path) -> Names:
    """The names of one language that are masked.

    Raises:
        ModelError: if they cannot be read.
    """
    return validate(Names, parse_yaml(path.read_text(encoding="utf-8"), str(path), ModelError), ModelError)


def _splitter(path: Path) -> Splitter:
    """What cuts a text of one language into sentences, as when a document is read."""
    return Splitter(read_context(parse_yaml(path.read_text(encoding="utf-8"), str(path), RuleError)))


def is_looked_at(text: str, code: str) -> bool:
    """Whether a sentence is long enough for the tagger to say anything of it."""
    writing = writing_of(code)
    return len(writing.words(writing.even(text).text)) >= FEWEST_WORDS


def counted_in(text: str, masking: Masking, code: str) -> tuple[str, ...]:
    """What is counted in a sentence, in order."""
    writing = writing_of(code)
    tokens = masking.tokens(writing.words(writing.even(text).text), text)
    return tuple(name for name, _, _ in features_of(tokens, writing.is_run_on))


def _learn(
    code: str,
    sentences: Sequence[Sentence],
    groups: Mapping[str, tuple[str, ...]],
    names: Names,
    splitter: Splitter,
    phrases: Lexicons,
    seed: int,
) -> Language:
    masking = Masking(names)
    counted = tuple(counted_in(one.text, masking, code) for one in sentences)
    parts = [
        [
            counted_in(text, masking, code)
            for text in (one.text[part.start : part.end] for part in splitter.split(one.text))
            if is_looked_at(text, code)
        ]
        for one in sentences
    ]
    told = np.array([[_tells(one, name, signals) for name, signals in groups.items()] for one in sentences])
    enough = [name for name, many in zip(groups, told.sum(axis=0), strict=True) if many >= FEWEST_POSITIVES]
    labels = told[:, [name in enough for name in groups]].astype(float)
    said = {label for one in sentences for label in one.labels}
    kept = {name: tuple(signal for signal in groups[name] if signal in said) for name in enough}
    ideas = np.array([one.idea for one in sentences])
    heard = [_heard(one, phrases) for one in sentences]
    met = np.array([[not each.isdisjoint(groups[name]) for name in enough] for each in heard], dtype=bool)
    first = np.array([enough[int(row.argmax())] if row.any() else "" for row in labels])
    split = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed).split(first, first, ideas)
    folds = tuple(test for _, test in split)
    everything = np.arange(len(sentences))
    scores = np.full(labels.shape, -np.inf)
    fits = []
    for test in folds:
        fitted = _fit(counted, labels, ideas, np.setdiff1d(everything, test))
        read = [(row, part) for row in test.tolist() for part in parts[row]]
        np.maximum.at(scores, [row for row, _ in read], fitted.scores([part for _, part in read]))
        fits.append(fitted)
    last = _fit(counted, labels, ideas, everything)
    return Language(
        code, names, tuple(sentences), counted, kept, labels, met, folds, tuple(fits), scores, last
    )  # fmt: skip


def _tells(sentence: Sentence, group: str, signals: Collection[str]) -> bool:
    return f"{OF_FAMILY}{group}" in sentence.labels or not set(signals).isdisjoint(sentence.labels)


def _heard(sentence: Sentence, phrases: Lexicons) -> frozenset[str]:
    """The signals that phrases find in a sentence, however it is put: their families are left alone."""
    note = DocumentNote(kind="chronology", language=sentence.language)
    return frozenset(one.id for one in find([Document("sentence", sentence.text, note)], phrases))


def _as_counted(listed: Sequence[str]) -> Sequence[str]:
    return listed


def _fit(counted: Sequence[Sequence[str]], labels: Matrix, ideas: NDArray[np.str_], rows: Rows) -> Learned:
    known = _in_several_ideas([counted[row] for row in rows], ideas[rows].tolist())
    vectorizer = TfidfVectorizer(analyzer=_as_counted, sublinear_tf=True, lowercase=False, vocabulary=known)
    vectorizer.fit([counted[row] for row in rows])
    vectorizer.idf_ = np.round(vectorizer.idf_, DECIMALS)
    values = vectorizer.transform([counted[row] for row in rows])
    weights = np.zeros((values.shape[1], labels.shape[1]))
    intercepts = np.full(labels.shape[1], -np.inf)
    for number, tells in enumerate(labels[rows].T > 0):
        if tells.any():
            fitted = LogisticRegression(C=STRENGTH, solver="liblinear", tol=1e-3, random_state=0).fit(
                values, tells
            )
            weights[:, number], intercepts[number] = fitted.coef_[0], fitted.intercept_[0]
    rounded = np.round(weights, DECIMALS).astype(np.float64)
    rounded[np.abs(rounded) < LEAST_WEIGHT] = 0.0
    return Learned(vectorizer, rounded, np.round(intercepts, DECIMALS).astype(np.float64))


def _in_several_ideas(counted: Sequence[Sequence[str]], ideas: Sequence[str]) -> list[str]:
    """What is counted in enough ideas, so that no single story is learned by heart."""
    pairs = {(name, idea) for listed, idea in zip(counted, ideas, strict=True) for name in listed}
    many = Counter(name for name, _ in pairs)
    return sorted(name for name, count in many.items() if count >= FEWEST_IDEAS)


def _written(language: Language, learned: Learned, rows: Rows) -> LanguageWeights:
    judging = _judging(language, rows)
    scores, labels, met = language.scores[judging], language.labels[judging], language.met[judging]
    left = ~met & np.isfinite(scores)
    names = list(language.groups)
    groups, on = [], []
    for column, name in enumerate(names):
        own, told = scores[left[:, column], column], labels[left[:, column], column]
        if told.sum() < FEWEST_FOUND or not np.isfinite(learned.intercepts[column]):
            continue
        slope, shift = calibrated(own, told)
        group = Group(
            id=name,
            signals=language.groups[name],
            intercept=float(learned.intercepts[column]),
            slope=slope,
            shift=shift,
            positives=int(told.sum()),
            found=0,
            wrong=0,
        )
        right = told[[group.is_reached(score) for score in own.tolist()]]
        if right.sum() >= FEWEST_FOUND:
            on.append(column)
            counted = {"found": int(right.sum()), "wrong": int(len(right) - right.sum())}
            groups.append(group.model_copy(update=counted))
    return LanguageWeights(
        language=language.code,
        sentences=len(language.sentences),
        groups=tuple(groups),
        switched_off=tuple(name for column, name in enumerate(names) if column not in on),
        names=language.names,
        features=dict(_features(learned, on)),
    )


def _judging(language: Language, rows: Rows) -> Rows:
    """The sentences that a calibration is learned on: those most like what is read."""
    registers = np.array([language.sentences[row].register for row in rows])
    best = next((one for one in (DOCUMENTED, RETOLD) if one in registers), None)
    return rows if best is None else rows[np.flatnonzero(registers == best)]


def _features(learned: Learned, kept: Sequence[int]) -> Iterator[tuple[str, tuple[float, ...]]]:
    names = learned.vectorizer.get_feature_names_out()
    weights = learned.weights[:, kept]
    for row, name in enumerate(names):
        pairs = ((float(place), float(weights[row, place])) for place in np.flatnonzero(weights[row]))
        yield str(name), (float(learned.vectorizer.idf_[row]), *(one for pair in pairs for one in pair))


def calibrated(scores: Matrix, labels: Matrix) -> tuple[float, float]:
    """Slope and shift of the logistic function that turns a held-out score into a probability.

    Args:
        scores: of sentences, for one group.
        labels: 1 for each that tells of it, 0 for the others; some of both.
    """
    if labels.all():
        return 1.0, 0.0
    fitted = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), labels)
    return round(float(fitted.coef_[0, 0]), DECIMALS), round(float(fitted.intercept_[0]), DECIMALS)


def apart(one: Tagger, other: Tagger) -> Mapping[str, float]:
    """The numbers by which two taggers differ most, by language; infinite where one lacks something."""
    found: dict[str, float] = {}
    for code in sorted({*one.weights, *other.weights}):
        own, theirs = one.weights.get(code), other.weights.get(code)
        if own is None or theirs is None or [g.id for g in own.groups] != [g.id for g in theirs.groups]:
            found[code] = float("inf")
            continue
        both = list(zip(own.groups, theirs.groups, strict=True))
        pairs = [(getattr(g, name), getattr(h, name)) for g, h in both for name in ("slope", "shift")]
        for name in {*own.features, *theirs.features}:
            mine, yours = _by_place(own.features.get(name)), _by_place(theirs.features.get(name))
            pairs += [(mine.get(at, 0.0), yours.get(at, 0.0)) for at in {*mine, *yours}]
        found[code] = max(abs(a - b) for a, b in pairs)
    return found


def _by_place(listed: Sequence[float] | None) -> dict[int, float]:
    if listed is None:
        return {}
    return {-1: listed[0], **{int(listed[at]): listed[at + 1] for at in range(1, len(listed), 2)}}


def as_file(weights: LanguageWeights) -> bytes:
    """Weights as readable JSON, one thing counted a line; the same bytes for the same content."""
    lines = json.dumps(weights.model_dump(mode="json"), ensure_ascii=False, separators=(", ", ": "))
    return (_BREAK.sub(r"\1\n", lines) + "\n").encode()


def write_tagger(folder: Path, tagger: Tagger) -> None:
    """Write what a tagger consists of: a file a language, and one that tells of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink()
    for code, weights in tagger.weights.items():
        (folder / f"{code}.json").write_bytes(as_file(weights))
    about = tagger.about.model_dump(mode="json", by_alias=True)
    (folder / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
