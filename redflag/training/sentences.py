"""The sentences that the tagger learns from: authored, of documented cases, and these told again.

Authored sentences stand in `training_data/sentences/`. Of the development cases every sentence was
read by somebody who knew the text and what the signals mean, and nothing of outcome or families;
`training_data/sentence_marks.csv` tells where each begins and ends and what it says. Many were then
told again by somebody who saw the sentence alone, in other words or in another language:
`training_data/retellings/`. What the first says, its retelling says.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from redflag.errors import Fault, Location, ModelError
from redflag.pack import RulePack
from redflag.record import digest
from redflag.training.data import load_split, read_table, text_of

HEADER = ("idea", "language", "register", "labels", "negative", "text")
MARKS = "sentence_marks.csv"
RETELLINGS = "retellings"
DOCUMENTED = "documented"
"""The register of sentences that stand in a documented case."""

RETOLD = "retold"
"""The register of such a sentence in other words or in another language."""

_NOT_ALONE = frozenset({"all", "at_least", "not"})
"""Conditions whose parts are no sign by themselves: "a step followed soon" may follow anything."""

OF_FAMILY = "family:"
"""Begins a label for a family of which no single signal fits."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with what it says.

    Attributes:
        idea: what must stay in one fold: of an authored sentence the idea that its paraphrases
            share, of a documented one and of its retellings the requesting state.
        language: its code.
        register: the kind of paper it might stand in; `documented` for a documented one, `retold` for
            its retelling.
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


def read_documented(folder: Path) -> tuple[Sentence, ...]:
    """Every sentence of the development cases with its marks, then their retellings; none if none is marked.

    Args:
        folder: with `labels.csv`, `cases/`, `sentence_marks.csv` and `retellings/`.

    Raises:
        ModelError: if a line names a case that is not a development case, no part of its text, or a
            sentence that nobody marked.
    """
    if not (folder / MARKS).is_file():
        return ()
    marked = dict(_marked(folder))
    retold = (one for path in sorted((folder / RETELLINGS).glob("*.csv")) for one in _retold(path, marked))
    return (*marked.values(), *retold)


_Place = tuple[str, ...]
"""Where a sentence stands: case, document, first and last place."""


def _place(line: Mapping[str, str]) -> _Place:
    return tuple(line.get(name) or "" for name in ("case_id", "document", "start", "end"))


def _marked(folder: Path) -> Iterator[tuple[_Place, Sentence]]:
    path = folder / MARKS
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
        told = Sentence(f"state {state}", "en", DOCUMENTED, tuple(line["signals"].split()), "", text)
        yield _place(line), told


def _retold(path: Path, marked: Mapping[_Place, Sentence]) -> Iterator[Sentence]:
    for number, line in enumerate(read_table(path), start=2):
        first = marked.get(_place(line))
        if first is None or not line.get("text"):
            mend = f"name a sentence of {MARKS} and how it is told"
            raise ModelError(Fault("no retelling of a marked sentence", Location(str(path), number), mend))
        yield replace(first, language=path.stem, register=RETOLD, text=line["text"])


def signals_by_family(pack: RulePack) -> Mapping[str, tuple[str, ...]]:
    """The signals that by themselves are a sign of each family, by what its rules ask of texts."""
    families: dict[str, set[str]] = {}
    for rule in pack.rules:
        families.setdefault(rule.family, set()).update(_signals(rule.text))
    return {name: tuple(sorted(signals)) for name, signals in sorted(families.items())}


def groups_of(pack: RulePack) -> Mapping[str, tuple[str, ...]]:
    """The families that some rule wants passages of, each with the signals that are a sign of it."""
    wanted = {rule.family for rule in pack.rules if rule.of_a_passage}
    return {name: signals for name, signals in signals_by_family(pack).items() if name in wanted}


def _signals(condition: object) -> Iterator[str]:
    """The signals that say it by themselves, not beside or after another or by their absence."""
    if isinstance(condition, Mapping):
        for key, value in condition.items():
            if key == "signal" and isinstance(value, str):
                if "after" not in condition:
                    yield value
            elif key not in _NOT_ALONE:
                yield from _signals(value)
    elif isinstance(condition, list | tuple):
        for value in condition:
            yield from _signals(value)


def sentences_digest(sentences: Iterable[Sentence]) -> str:
    """SHA-256 of the sentences and their labels, whatever the order."""
    return digest(sorted([one.language, one.idea, list(one.labels), one.text] for one in sentences))
