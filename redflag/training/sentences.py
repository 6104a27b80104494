"""The authored sentences that the tagger learns from, as `training_data/sentences/` holds them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from redflag.errors import Fault, Location, ModelError
from redflag.record import digest

HEADER = ("idea", "language", "register", "labels", "negative", "text")


@dataclass(frozen=True, slots=True)
class Authored:
    """One sentence that somebody wrote for training.

    Attributes:
        idea: what its paraphrases share; folds never part them.
        register: the kind of paper it might stand in.
        labels: the signals that it says; none for a sentence that only looks like it.
        negative: in which way it does not say it; empty where it does.
    """

    idea: str
    language: str
    register: str
    labels: tuple[str, ...]
    negative: str
    text: str


def read_sentences(folder: Path) -> dict[str, tuple[Authored, ...]]:
    """The sentences of each language, in the order of their file.

    Raises:
        ModelError: if there are none, or a line is not whole.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        mend = "train from a checkout of the project"
        raise ModelError(Fault("the authored sentences are not here", Location(str(folder)), mend))
    return {path.stem: tuple(_read(path)) for path in paths}


def _read(path: Path) -> Iterable[Authored]:
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
        yield Authored(
            line["idea"], line["language"], line["register"], labels, line["negative"], line["text"]
        )


def sentences_digest(sentences: Iterable[Authored]) -> str:
    """SHA-256 of the sentences and their labels, whatever the order."""
    return digest(sorted([one.language, one.idea, list(one.labels), one.text] for one in sentences))
