"""The sentences that the tagger learns from: authored ones, and marked ones of documented cases.

Authored sentences stand in `training_data/sentences/`. Of the development cases every sentence was
read by somebody who knew the text and what the signals mean, and nothing of outcome or families;
`training_data/sentence_marks.csv` tells where each begins and ends and what it says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from redflag.errors import Fault, Location, ModelError
from redflag.pack import RulePack
from redflag.record import digest
from redflag.training.data import load_split, read_table, text_of

HEADER = ("idea", "language", "register", "labels", "negative", "text")
MARKS = "sentence_marks.csv"
DOCUMENTED = "documented"
"""The register of sentences that stand in a documented case."""

OF_FAMILY = "family:"
"""Begins a label for a family of which no single signal fits."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with what it says.

    Attributes:
        idea: what must stay in one fold: of an authored sentence the idea that its paraphrases
            share, of a documented one the requesting state.
        language: its code.
        register: the kind of paper it might stand in; `documented` for a documented one.
        labels: the signals that it says, or `family:` and a family; none for a sentence that only looks
            like it.
        negative: in which way an authored sentence does not say it; empty where it does.
        text: as written.
    """

    idea: str
    language: str
    register: str
    labels: tuple[str, ...]
    negative: str
    text: str


def read_authored(folder: Path) -> dict[str, tuple[Sentence, ...]]:
    """The authored sentences of each language, in the order of their file.

    Raises:
        ModelError: if there are none, or a line is not whole.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        mend = "train from a checkout of the project"
        raise ModelError(Fault("the authored sentences are not here", Location(str(folder)), mend))
    return {path.stem: tuple(_authored(path)) for path in paths}


def _authored(path: Path) -> Iterator[Sentence]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            lines = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ModelError(Fault("cannot be read", Location(str(path)))) from None
    if tuple(reader.fieldnames or ()) != HEADER:
        raise ModelError(Fault(f"the columns {', '.join(HEADER)} are expected", Location(str(path))))
    for number, line in enumerate(lines, start=2):
        labels = tuple((line["labels"] or "").split())
        if line["text"] is None or bool(labels) is bool(line["negative"]):
            mend = "give it labels, or say in which way it is none"
            raise ModelError(Fault("a sentence without a label", Location(str(path), number), mend))
        yield Sentence(
            line["idea"], line["language"], line["register"], labels, line["negative"], line["text"]
        )


def read_documented(folder: Path) -> Iterator[Sentence]:
    """Every sentence of the development cases with its marks; none where nobody has marked any.

    Args:
        folder: with `labels.csv`, `cases/` and `sentence_marks.csv`.

    Raises:
        ModelError: if a line names a case that is not a development case, or no part of its text.
    """
    path = folder / MARKS
    if not path.is_file():
        return
    cases = {case.case_id: case for case, _ in load_split(folder, "development")}
    for number, line in enumerate(read_table(path), start=2):
        case = cases.get(line["case_id"])
        if case is None:
            mend = "sentences of development cases alone are marked"
            raise ModelError(Fault("no development case", Location(str(path), number), mend))
        text = text_of(case, line["document"])[int(line["start"]) : int(line["end"])]
        if not text.strip():
            mend = "mark the sentences of this text again"
            raise ModelError(Fault("no part of the case's text", Location(str(path), number), mend))
        state = str(case.requesting_state or case.case_id)
        yield Sentence(f"state {state}", "en", DOCUMENTED, tuple(line["signals"].split()), "", text)


def groups_of(pack: RulePack) -> Mapping[str, tuple[str, ...]]:
    """The signals of each family, and under its own name each signal that belongs to none."""
    families: dict[str, set[str]] = {}
    for rule in pack.rules:
        if found := {*_signals(rule.text)}:
            families.setdefault(rule.family, set()).update(found)
    signals = {one.id for one in pack.lexicons.lexicons}
    within = set[str]().union(*families.values())
    alone = {signal: {signal} for signal in signals if signal not in within}
    return {name: tuple(sorted(signals)) for name, signals in sorted({**families, **alone}.items())}


def _signals(condition: object) -> Iterator[str]:
    if isinstance(condition, Mapping):
        for key, value in condition.items():
            if key == "signal" and isinstance(value, str):
                yield value
            else:
                yield from _signals(value)
    elif isinstance(condition, list | tuple):
        for value in condition:
            yield from _signals(value)


def sentences_digest(sentences: Iterable[Sentence]) -> str:
    """SHA-256 of the sentences and their labels, whatever the order."""
    return digest(sorted([one.language, one.idea, list(one.labels), one.text] for one in sentences))
