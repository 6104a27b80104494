"""What the door calls: train a model from a folder of documented cases and write it down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from redflag.model import Model, Precedents
from redflag.pack import RulePack
from redflag.record import Record
from redflag.screening import Screener
from redflag.training.data import Labelled, Table, read_labelled, tabulate, training_folder
from redflag.training.fit import Fitted, Prepared, fit, model_of, precedents_of

SEED = 2026


@dataclass(frozen=True)
class Trained:
    """A model with the cases that it was fitted on, ready to be written down or judged."""

    model: Model
    precedents: Precedents
    fitted: Fitted
    prepared: Prepared

    @property
    def table(self) -> Table:
        """The labelled cases and what the rules make of them."""
        return self.prepared.table

    def write(self, folder: Path) -> None:
        """Write `model.json` and `precedents.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "model.json", self.model)
        write_json(folder / "precedents.json", self.precedents)


def write_json(path: Path, record: Record) -> None:
    """A record as readable JSON, the same bytes for the same content."""
    content = record.model_dump(mode="json", by_alias=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def train(
    folder: Path | None = None,
    *,
    rules: RulePack | None = None,
    seed: int = SEED,
    cases: tuple[Labelled, ...] | None = None,
) -> Trained:
    """Train the classifier from documented cases, the locked ones left out.

    Args:
        folder: `labels.csv` and `cases/`; the project's own if absent.
        rules: the pack whose columns it gets; the shipped one if absent.
        seed: of the folds.
        cases: labelled cases at hand, instead of a folder.

    Raises:
        ModelError: if the documented cases are not there.
        CaseError: if one of them cannot be read.
    """
    screener = Screener(rules, model=None)
    if cases is None:
        cases = read_labelled(training_folder() if folder is None else folder)
    prepared = Prepared(screener.pack, tabulate(screener, cases))
    fitted = fit(prepared, seed=seed)
    return Trained(
        model_of(fitted, prepared, screener.pack, seed),
        precedents_of(fitted, prepared.table),
        fitted,
        prepared,
    )
