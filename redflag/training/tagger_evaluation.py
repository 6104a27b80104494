"""How well the tagger does on sentences whose idea it had not seen, and the data sheet that says so.

Every figure is of weights and calibrations learned without the fold that it is reported on, after the context
words had their say: what comes out as denied, feared or hypothetical is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np

from redflag.documents import Document, DocumentNote
from redflag.evidence import PASSAGE, Assertion
from redflag.signals import Lexicons, Signal, Tagger, find
from redflag.signals.tagger import Found, LanguageTagger
from redflag.training.sentences import DOCUMENTED, OF_FAMILY, RETOLD, Sentence
from redflag.training.tagger import Language, TrainedTagger

_SAID = frozenset({Assertion.AFFIRMED, Assertion.ALLEGED, Assertion.THREATENED})


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in one sentence held out.

    Attributes:
        told: the groups that it tells of.
        by_phrases: groups that phrases found a signal of.
        by_tagger: groups that the tagger found beyond them: all that it adds to a screening.
        alone: groups that the tagger finds, whether or not phrases do.
    """

    sentence: Sentence
    told: frozenset[str]
    by_phrases: frozenset[str]
    by_tagger: frozenset[str]
    alone: frozenset[str]


def evaluate_tagger(trained: TrainedTagger, lexicons: Lexicons) -> dict[str, Any]:
    """Precision and recall of the tagger, by language, register and group, and beside the phrases."""
    heard = [one for language in trained.languages for one in held_out(language, trained.tagger, lexicons)]
    return {
        "tagger_digest": trained.tagger.digest,
        "all": measures(heard),
        "languages": by(heard, "language"),
        "registers": by(heard, "register"),
        "negatives": {
            kind: wrongly_heard([one for one in heard if one.sentence.negative == kind])
            for kind in sorted({one.sentence.negative for one in heard} - {""})
        },
        "sentences": counts([one.sentence for one in heard]),
        "switched_on": {
            code: {each.id: [each.found, each.wrong, each.positives] for each in one.groups}
            for code, one in trained.tagger.weights.items()
        },
        "switched_off": {
            one.code: len(one.groups)
            - (len(trained.tagger.weights[one.code].groups) if one.code in trained.tagger.weights else 0)
            for one in trained.languages
        },
    }


class _HeedlessLanguage(LanguageTagger):
    """Finds signals whether or not phrases have found them."""

    def find(self, words: Sequence[str], written: str = "", known: Set[str] = frozenset()) -> list[Found]:
        del known
        return super().find(words, written)


class _Heedless(Tagger):
    """The tagger as if there were no phrases, read in the same way as documents are."""

    def __init__(self, tagger: Tagger) -> None:
        super().__init__(tagger.about, tagger.weights)
        self._heedless = {code: _HeedlessLanguage(one) for code, one in tagger.weights.items()}

    def of(self, language: str) -> LanguageTagger | None:
        return self._heedless.get(language)


def held_out(language: Language, whole: Tagger, lexicons: Lexicons) -> Iterator[Heard]:
    """What each sentence of a language gives where neither fit nor calibration had seen its fold."""
    rows = np.arange(len(language.sentences))
    for test, fitted in zip(language.folds, language.fits, strict=True):
        weights = language.weights(fitted, np.setdiff1d(rows, test))
        tagger = Tagger(whole.about, {language.code: weights})
        heedless = _Heedless(tagger)
        for row in test.tolist():
            sentence = language.sentences[row]
            note = DocumentNote(kind="chronology", language=language.code)
            document = Document("sentence", sentence.text, note)
            said = [one for one in find([document], lexicons, tagger) if one.assertion in _SAID]
            anyway = [one for one in find([document], lexicons, heedless) if one.assertion in _SAID]
            yield Heard(
                sentence,
                _groups_of(language, sentence.labels),
                _groups_of(language, (one.id for one in said if one.found_by == "lexicon")),
                _passages(said),
                _passages(anyway),
            )


def _passages(said: Iterable[Signal]) -> frozenset[str]:
    return frozenset(one.id.removeprefix(PASSAGE) for one in said if one.found_by == "tagger")


def _groups_of(language: Language, labels: Iterable[str]) -> frozenset[str]:
    within = {*labels}
    return frozenset(
        name
        for name, signals in language.groups.items()
        if f"{OF_FAMILY}{name}" in within or not within.isdisjoint(signals)
    )


def measures(heard: Sequence[Heard]) -> dict[str, Any]:
    """Precision and recall over all groups, and the mean over groups; None of nothing found."""
    truth, right, found, phrases = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    alone, alone_right = Counter[str](), Counter[str]()
    for one in heard:
        labels = one.told
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


def counts(sentences: Sequence[Sentence]) -> dict[str, Any]:
    """What the sentences are made up of."""
    positive = [one for one in sentences if one.labels]
    per_signal = Counter(label for one in positive for label in one.labels if not label.startswith(OF_FAMILY))
    return {
        "sentences": len(sentences),
        "ideas": len({(one.language, one.idea) for one in sentences}),
        "signals": len(per_signal),
        "with_a_signal": len(positive),
        "documented": sum(one.register == DOCUMENTED for one in sentences),
        "retold": sum(one.register == RETOLD for one in sentences),
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
        "Every sentence in this folder was written for this project. None is a quotation, none tells of a "
        "real person or case, and none is evidence of anything. Authors knew the list of signals and wrote "
        "what a press report, a ruling or a phone call might say; they had not seen the phrases, the "
        "documented cases or the test texts. Names of persons were not to be used; names of states, peoples, "
        "cities, currencies, leaders and services are masked (`rules/lexicons/masks/`) before anything is "
        "counted."
    )
    yield ""
    yield (
        "Columns: `idea` (paraphrases share it; folds never part them), `language`, `register`, `labels` "
        "(signals that the sentence says), `negative` (in which way a sentence without labels does not say "
        "one), `text`."
    )
    yield ""
    yield (
        "Beside them the tagger learns from the development cases: every sentence of their chronologies and "
        "notes was marked by one of three readers who saw the text and what the signals mean, and nothing of "
        "outcome or families (`../sentence_marks.csv`: where each sentence begins and ends, and its signals; "
        "`family:` where a family is plain and none of its signals fits). The folds keep a requesting state "
        "together. No second reader has checked the marks, and no locked case is among them."
    )
    yield ""
    yield (
        "Many of these sentences were then told again: in English in other words, and in each other language "
        "by translation (`../retellings/`, a file a language, each line beside the place of its original). "
        "Whoever retold them saw the sentence alone, neither its case nor its marks; it takes over the marks "
        "of the original and stays in its state's fold. No native reader has checked them."
    )
    yield ""
    yield (
        f"{made['sentences']} sentences, {made['documented']} of them documented and {made['retold']} "
        f"retold, of {made['ideas']} ideas or states, {made['signals']} signals; {made['with_a_signal']} say "
        f"at least one. The rarest signal has {made['fewest_of_a_signal']} sentences in all languages "
        "together."
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
        "Five folds, no idea or state in two of them; all that is learned is learned without the fold that "
        "is reported. Counted are families. What the context words put as denied, feared or hypothetical is "
        "not counted. The last columns tell what the tagger adds to what phrases find in the same sentence, "
        "which is all that anybody is shown. A passage is pointed at where it is at least as likely right "
        "as wrong, by what was learned on documented sentences in which phrases find nothing, or where "
        "there are none on retold ones. A family that seldom gets so far is off."
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
    yield "## Families that are switched on"
    yield ""
    yield (
        "Found and wrong are counts of sentences held out in which phrases find nothing of the family, "
        "before context, by the calibration that ships."
    )
    for language, signals in told["switched_on"].items():
        yield ""
        yield f"`{language}`: {len(signals)} on, {told['switched_off'][language]} off."
        yield ""
        yield "| Family | Found | Wrong | Of |"
        yield "| --- | ---: | ---: | ---: |"
        for name, (found, wrong, positives) in signals.items():
            yield f"| `{name}` | {found} | {wrong} | {positives} |"
    without = sorted(set(told["switched_off"]) - set(told["switched_on"]))
    if without:
        yield ""
        yield f"Every family is off in: {', '.join(without)}."
    yield ""
    yield "What is off is named in `training_data/model/tagger/`, language by language."


def _table(first: str, rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield (
        f"| {first} | Told | Found | Precision | mean over families | Recall "
        "| mean over families | Beyond phrases | Precision there | Recall added | Recall of phrases |"
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
