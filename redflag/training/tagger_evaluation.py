"""How well the tagger does on sentences whose idea it had not seen, and the data sheet that says so.

Every figure is of a threshold chosen without the fold that it is reported on, after the context
words had their say: a signal that comes out as denied, feared or hypothetical is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from redflag.documents import Document, DocumentNote
from redflag.evidence import Assertion
from redflag.signals import Lexicons, Tagger, TaggerModel, find
from redflag.signals.tagger import Found, LanguageTagger
from redflag.training.sentences import Authored
from redflag.training.tagger import AIM, Language, TrainedTagger

_SAID = frozenset({Assertion.AFFIRMED, Assertion.ALLEGED, Assertion.THREATENED})


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in one sentence held out.

    Attributes:
        by_phrases: signals that phrases found.
        by_tagger: signals that the tagger found beyond them: all that it adds to a screening.
        alone: signals that the tagger finds, whether or not phrases do.
    """

    sentence: Authored
    by_phrases: frozenset[str]
    by_tagger: frozenset[str]
    alone: frozenset[str]


def evaluate_tagger(trained: TrainedTagger, lexicons: Lexicons) -> dict[str, Any]:
    """Precision and recall of the tagger, by language, register and signal, and beside the phrases."""
    heard = [one for language in trained.languages for one in held_out(language, trained.model, lexicons)]
    return {
        "tagger_digest": trained.model.digest_,
        "aim": AIM,
        "all": measures(heard),
        "languages": by(heard, "language"),
        "registers": by(heard, "register"),
        "negatives": {
            kind: wrongly_heard([one for one in heard if one.sentence.negative == kind])
            for kind in sorted({one.sentence.negative for one in heard} - {""})
        },
        "sentences": counts([one.sentence for one in heard]),
        "switched_on": {
            one.language: {each.id: [each.found, each.wrong, each.positives] for each in one.signals}
            for one in trained.model.languages
        },
        "switched_off": {
            one.code: len(one.signals)
            - sum(len(each.signals) for each in trained.model.languages if each.language == one.code)
            for one in trained.languages
        },
    }


class _HeedlessLanguage(LanguageTagger):
    """Finds signals whether or not phrases have found them."""

    def find(self, words: Sequence[str], written: str = "", known: Collection[str] = ()) -> list[Found]:
        del known
        return super().find(words, written)


class _Heedless(Tagger):
    """The tagger as if there were no phrases, read in the same way as documents are."""

    def __init__(self, model: TaggerModel) -> None:
        super().__init__(model)
        self._heedless = {one.language: _HeedlessLanguage(one) for one in model.languages}

    def of(self, language: str) -> LanguageTagger | None:
        return self._heedless.get(language)


def held_out(language: Language, model: TaggerModel, lexicons: Lexicons) -> Iterator[Heard]:
    """What each sentence of a language gives where neither fit nor threshold had seen its fold."""
    rows = np.arange(len(language.sentences))
    for test, fitted in zip(language.folds, language.fits, strict=True):
        weights = language.weights(fitted, np.setdiff1d(rows, test))
        tagger = Tagger(model.model_copy(update={"languages": (weights,)}))
        heedless = _Heedless(tagger.model)
        for row in test.tolist():
            sentence = language.sentences[row]
            note = DocumentNote(language=language.code)
            document = Document("sentence", sentence.text, note)
            said = [one for one in find([document], lexicons, tagger) if one.assertion in _SAID]
            anyway = [one for one in find([document], lexicons, heedless) if one.assertion in _SAID]
            yield Heard(
                sentence,
                frozenset(signal.id for signal in said if signal.found_by == "lexicon"),
                frozenset(signal.id for signal in said if signal.found_by == "tagger"),
                frozenset(signal.id for signal in anyway if signal.found_by == "tagger"),
            )


def measures(heard: Sequence[Heard]) -> dict[str, Any]:
    """Precision and recall over all signals, and the mean over signals; None of nothing found."""
    truth, right, found, phrases = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    alone, alone_right = Counter[str](), Counter[str]()
    for one in heard:
        labels = frozenset(one.sentence.labels)
        truth.update(labels)
        found.update(one.by_tagger)
        right.update(one.by_tagger & labels)
        phrases.update(one.by_phrases & labels)
        alone.update(one.alone)
        alone_right.update(one.alone & labels)
    total, hits = truth.total(), right.total()
    return {
        "sentences": len(heard),
        "labels": total,
        "alone": alone.total(),
        "precision_alone": _share(alone_right.total(), alone.total()),
        "macro_precision_alone": _mean([alone_right[name] / alone[name] for name in sorted(alone)]),
        "recall_alone": _share(alone_right.total(), total),
        "macro_recall_alone": _mean([alone_right[name] / truth[name] for name in sorted(truth)]),
        "found": found.total(),
        "right": hits,
        "precision": _share(hits, found.total()),
        "recall_beyond_phrases": _share(hits, total),
        "recall_of_phrases": _share(phrases.total(), total),
    }


def by(heard: Sequence[Heard], what: str) -> dict[str, Any]:
    """The measures of each language or register."""
    names = sorted({getattr(one.sentence, what) for one in heard})
    return {name: measures([one for one in heard if getattr(one.sentence, what) == name]) for name in names}


def wrongly_heard(heard: Sequence[Heard]) -> dict[str, Any]:
    """Hard negatives in which something was found, by the tagger and by phrases."""
    return {
        "sentences": len(heard),
        "tagger": _share(sum(bool(one.by_tagger) for one in heard), len(heard)),
        "phrases": _share(sum(bool(one.by_phrases) for one in heard), len(heard)),
    }


def counts(sentences: Sequence[Authored]) -> dict[str, Any]:
    """What the sentences are made up of."""
    positive = [one for one in sentences if one.labels]
    per_signal = Counter(label for one in positive for label in one.labels)
    return {
        "sentences": len(sentences),
        "ideas": len({(one.language, one.idea) for one in sentences}),
        "signals": len(per_signal),
        "with_a_signal": len(positive),
        "fewest_of_a_signal": min(per_signal.values(), default=0),
        "by_language": dict(sorted(Counter(one.language for one in sentences).items())),
        "by_register": dict(sorted(Counter(one.register for one in sentences).items())),
        "by_negative": dict(sorted(Counter(one.negative for one in sentences if one.negative).items())),
    }


def datasheet(told: Mapping[str, Any]) -> str:
    """The data sheet of the sentences, with what the tagger made of them, as Markdown."""
    return "\n".join(_datasheet(told)) + "\n"


def _datasheet(told: Mapping[str, Any]) -> Iterator[str]:
    made = told["sentences"]
    yield "# The sentences that the tagger learns from"
    yield ""
    yield "Written by `redflag evaluate --tagger`; do not edit it by hand."
    yield ""
    yield (
        "Every sentence here was written for this project. None is a quotation, none tells of a real person "
        "or case, and none is evidence of anything. Authors knew the list of signals and wrote what a press "
        "report, a ruling or a phone call might say; they had not seen the phrases, the documented cases or "
        "the test texts. Names of persons were not to be used; names of states, peoples, cities, currencies, "
        "leaders and services are masked (`rules/lexicons/masks/`) before anything is counted."
    )
    yield ""
    yield (
        "Columns: `idea` (paraphrases share it; folds never part them), `language`, `register`, `labels` "
        "(signals that the sentence says), `negative` (in which way a sentence without labels does not say "
        "one), `text`."
    )
    yield ""
    yield (
        f"{made['sentences']} sentences of {made['ideas']} ideas, {made['signals']} signals; "
        f"{made['with_a_signal']} say at least one, the others are hard negatives. The rarest signal has "
        f"{made['fewest_of_a_signal']} sentences in all languages together."
    )
    for title, key in (("Language", "language"), ("Register", "register"), ("Negative", "negative")):
        yield ""
        yield f"| {title} | Sentences |"
        yield "| --- | ---: |"
        for name, count in made[f"by_{key}"].items():
            yield f"| {name.replace('_', ' ')} | {count} |"
    yield ""
    yield "## What the tagger finds in sentences that it had not seen"
    yield ""
    yield (
        "Five folds, no idea in two of them; thresholds chosen without the fold that is reported. What the "
        "context words put as denied, feared or hypothetical is not counted. The last columns tell what "
        "it adds to what phrases find in the same sentence. Thresholds aim at a precision of "
        f"{told['aim']:.2f}; signals that do not reach it are off."
    )
    yield ""
    yield from _table("Of", {"all": told["all"], **told["languages"], **told["registers"]})
    yield ""
    yield "Hard negatives in which something was found:"
    yield ""
    yield "| Kind | Sentences | by the tagger | by phrases |"
    yield "| --- | ---: | ---: | ---: |"
    for kind, one in told["negatives"].items():
        yield (
            f"| {kind.replace('_', ' ')} | {one['sentences']} | {_percent(one['tagger'])} "
            f"| {_percent(one['phrases'])} |"
        )
    yield ""
    yield "## Signals that are switched on"
    yield ""
    yield "Found and wrong are counts of sentences held out, before context, at the threshold that ships."
    for language, signals in told["switched_on"].items():
        yield ""
        yield f"`{language}`: {len(signals)} on, {told['switched_off'][language]} off."
        yield ""
        yield "| Signal | Found | Wrong | Of |"
        yield "| --- | ---: | ---: | ---: |"
        for name, (found, wrong, positives) in signals.items():
            yield f"| `{name}` | {found} | {wrong} | {positives} |"
    without = sorted(set(told["switched_off"]) - set(told["switched_on"]))
    if without:
        yield ""
        yield f"No signal reached the precision in: {', '.join(without)}."
    yield ""
    yield "The signals that are off are named in `training_data/model/tagger.json`, language by language."


def _table(first: str, rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield (
        f"| {first} | Labels | Found | Precision | mean over signals | Recall | mean over signals "
        "| Beyond phrases | Precision there | Recall added | Recall of phrases |"
    )
    yield "| --- |" + " ---: |" * 10
    shares = ("precision_alone", "macro_precision_alone", "recall_alone", "macro_recall_alone")
    for name, one in rows.items():
        yield " | ".join(
            (
                f"| {name.replace('_', ' ')}",
                str(one["labels"]),
                str(one["alone"]),
                *(_percent(one[share]) for share in shares),
                str(one["found"]),
                _percent(one["precision"]),
                _percent(one["recall_beyond_phrases"]),
                f"{_percent(one['recall_of_phrases'])} |",
            )
        )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _mean(shares: Sequence[float]) -> float | None:
    return round(sum(shares) / len(shares), 4) if shares else None
