"""Labelled cases, shown as a whole and in parts, and what the rules make of each.

Labels, outcomes and sources stand beside a case, never in it. Only cases whose outcome is about
the request itself, by a sound source, and that can be placed before that outcome, train or judge.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from redflag.case import Case
from redflag.errors import CaseError, Fault, Location, ModelError
from redflag.features import Column, row
from redflag.intake import load_case
from redflag.record import digest
from redflag.scoring import Weighed
from redflag.screening import Screener

View = Literal["all", "structure", "chronology", "note"]
VIEWS: tuple[View, ...] = ("all", "structure", "chronology", "note")
"""The whole case; its coded fields alone; the text of the chronology alone; of the note alone."""

Split = Literal["development", "locked"]

Floats = NDArray[np.float64]

ScreenerOf = Callable[[Case], Screener]
"""What a case is screened by."""


@dataclass(frozen=True)
class Labelled:
    """A documented case with what is known of how it ended.

    Attributes:
        case: the case as it stood before the outcome.
        improper: whether the request was later found improper.
        group: its requesting state; a case without one is a group of its own.
        outcome: the kind of outcome.
        instrument: red notice, extradition request or both; judged by, never a column.
        hard: whether it held up although much in it looks like misuse.
    """

    case: Case
    improper: bool
    group: str
    outcome: str = ""
    instrument: str = ""
    hard: bool = False


@dataclass(frozen=True)
class Seen:
    """One view of a case after the rules were asked.

    Attributes:
        outcomes: what each rule came to.
        rules: R.
        coverage: determined share of the core rules' weight.
    """

    outcomes: tuple[Weighed, ...]
    rules: float
    coverage: float


def training_folder() -> Path:
    """Where the documented cases lie: beside the package, in a checkout.

    Raises:
        ModelError: if there are none, as in an installed copy.
    """
    folder = Path(__file__).resolve().parents[2] / "training_data"
    if not (folder / "labels.csv").is_file():
        mend = "train from a checkout of the project, or name the folder with --data"
        raise ModelError(Fault("the documented cases are not here", Location(str(folder)), mend))
    return folder


def read_labelled(folder: Path, split: Split = "development") -> tuple[Labelled, ...]:
    """The labelled cases of one split that train or judge a score, by id.

    Raises:
        ModelError: if the table of labels cannot be read, or a case is missing.
        CaseError: if a case cannot be read.
    """
    return tuple(_labelled(folder, split))


def _labelled(folder: Path, split: Split) -> Iterator[Labelled]:
    for one in read_table(folder / "labels.csv"):
        if one["split"] != split or one["gold"] != "yes" or one["placed"] != "yes":
            continue
        path = folder / "cases" / f"{one['case_id']}.yaml"
        if not path.is_file():
            raise ModelError(Fault("a labelled case is missing", Location(str(path)), "add it, or its label"))
        case = load_case(path)
        yield Labelled(
            case,
            one["label"] == "1",
            case.requesting_state or case.case_id,
            one["outcome_type"],
            one["instrument"],
            one["hardness"] == "hard",
        )


def load_split(folder: Path, split: Split) -> Iterator[tuple[Case, bool]]:
    """Every case of one split, labelled well enough to judge a score or not, and whether it was improper.

    Raises:
        ModelError: if the table of labels cannot be read.
        CaseError: if a case cannot be read.
    """
    for one in read_table(folder / "labels.csv"):
        if one["split"] == split:
            yield load_case(folder / "cases" / f"{one['case_id']}.yaml"), one["label"] == "1"


def read_table(path: Path) -> list[dict[str, str]]:
    """The lines of a table, by their headings.

    Raises:
        ModelError: if it cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise ModelError(Fault("cannot be read", Location(str(path)))) from None


def data_digest(cases: Iterable[Labelled]) -> str:
    """SHA-256 of the cases and their labels, whatever the order."""
    return digest(sorted([one.case.case_id, one.case.digest(), one.improper] for one in cases))


def view_of(case: Case, view: View) -> Case:
    """A case as one view shows it: with nothing else of it than that."""
    if view == "all":
        return case
    if view == "structure":
        return case.model_copy(update={"documents": ()})
    kept = tuple(document for document in case.documents if document.id == view)
    return Case(
        case_id=case.case_id,
        as_of=case.as_of,
        requesting_state=case.requesting_state,
        requested_state=case.requested_state,
        documents=kept,
    )


def text_of(case: Case, document: str) -> str:
    """The text of one of a case's documents; empty if it has none of that name."""
    return next((one.text or "" for one in case.documents if one.id == document), "")


def see(screener: Screener, case: Case) -> Seen:
    """What the rules make of a case.

    Raises:
        CaseError: if it has no date to be screened at.
    """
    judged = screener.judge(case)
    scored = screener.weigh(judged)
    return Seen(tuple(screener.weighed(judged)), scored.log_odds, scored.coverage)


@dataclass(frozen=True)
class Table:
    """Labelled cases with what the rules make of each view of them: all that training looks at.

    Attributes:
        cases: the cases.
        seen: of each view, one entry a case, in their order.
    """

    cases: tuple[Labelled, ...]
    seen: Mapping[View, tuple[Seen, ...]]

    @functools.cached_property
    def labels(self) -> NDArray[np.int_]:
        """1 for a request later found improper, else 0."""
        return np.array([int(one.improper) for one in self.cases])

    @functools.cached_property
    def groups(self) -> NDArray[np.str_]:
        """The group of each case."""
        return np.array([one.group for one in self.cases])

    def rules(self, view: View) -> Floats:
        """R of each case in a view."""
        return np.array([one.rules for one in self.seen[view]])

    def coverage(self, view: View) -> Floats:
        """Coverage of each case in a view."""
        return np.array([one.coverage for one in self.seen[view]])

    def matrix(self, view: View, listed: Sequence[Column]) -> Floats:
        """The rows of a view for some columns."""
        return np.array([[value.value for value in row(listed, one.outcomes)] for one in self.seen[view]])


def tabulate(screener_of: ScreenerOf, cases: Sequence[Labelled], views: Sequence[View] = VIEWS) -> Table:
    """Ask the rules of every view of every case.

    Raises:
        CaseError: if a case cannot be screened.
    """
    return Table(
        tuple(cases),
        {view: tuple(see(screener_of(one.case), view_of(one.case, view)) for one in cases) for view in views},
    )


def read_own(path: Path) -> tuple[Labelled, ...]:
    """Labelled cases of one's own: a .jsonl file, or a folder laid out like the training data.

    Each line of the file is a case with its label beside it: `{"case": {...}, "label": 1}`.

    Raises:
        ModelError: if the file cannot be read or a line has no label.
        CaseError: if a case cannot be read.
    """
    if path.is_dir():
        return (*read_labelled(path), *read_labelled(path, "locked"))
    from redflag.intake import load
    from redflag.record import parse_json

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        mend = "give a .jsonl file, or a folder with labels.csv and cases/"
        raise ModelError(Fault("cannot be read", Location(str(path)), mend)) from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = Location(str(path), number)
        data = parse_json(line, str(path), ModelError).data
        if not isinstance(data, dict) or data.get("label") not in (0, 1) or "case" not in data:
            mend = 'write {"case": {...}, "label": 1}, 1 for improper'
            raise ModelError(Fault("a line without a case and a label", where, mend))
        try:
            case = load(data["case"]).case
        except CaseError as error:
            raise CaseError([Fault(str(fault), where) for fault in error.faults]) from None
        group = case.requesting_state or case.case_id
        found.append(Labelled(case, data["label"] == 1, group))
    return tuple(found)
