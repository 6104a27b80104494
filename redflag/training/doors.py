"""What the door calls: train a model from a folder of documented cases and write it down."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from redflag.classifier import Classifier
from redflag.model import Model, Precedents
from redflag.pack import RulePack, shipped_pack_folder
from redflag.record import Record
from redflag.scoring import logit
from redflag.screening import Screener
from redflag.training import checks
from redflag.training.agreement import agreement
from redflag.training.data import (
    Labelled,
    ScreenerOf,
    Table,
    read_labelled,
    read_own,
    read_table,
    tabulate,
    training_folder,
)
from redflag.training.evaluation import FAST, Effort, evaluate_development, evaluate_held_back, score_own
from redflag.training.fit import Fitted, Prepared, fit, model_of, precedents_of
from redflag.training.rivals import families_read, rivals
from redflag.training.sentences import MARKS
from redflag.training.tagger import TrainedTagger, train_tagger

SEED = 2026


@dataclass(frozen=True)
class Trained:
    """A model with the cases that it was fitted on, ready to be written down or judged.

    Attributes:
        screener_of: what each case was screened by: its tagger had seen no sentence of the requesting
            state's cases, so that texts were read as unseen ones are.
    """

    model: Model
    precedents: Precedents
    fitted: Fitted
    prepared: Prepared
    pack: RulePack
    screener_of: ScreenerOf

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
    screener_of: ScreenerOf = lambda _: screener  # noqa: E731
    if cases is None:
        folder = training_folder() if folder is None else folder
        cases = read_labelled(folder)
        if (folder / MARKS).is_file():
            screener_of = unseen(read_by(folder, screener.pack, seed), screener.pack)
    prepared = Prepared(screener.pack, tabulate(screener_of, cases))
    with threadpool_limits(1):  # small matrices: threads cost more than they save
        fitted = fit(prepared, seed=seed)
    return Trained(
        model_of(fitted, prepared, screener.pack, seed),
        precedents_of(fitted, prepared.table),
        fitted,
        prepared,
        screener.pack,
        screener_of,
    )


def read_by(folder: Path, pack: RulePack, seed: int = SEED) -> TrainedTagger:
    """The tagger of the language that documented cases are in, with what reads each of them as unseen.

    Raises:
        ModelError: if sentences or names cannot be read.
    """
    return train_tagger(folder, pack, shipped_pack_folder() / "lexicons", seed=seed, only="en")


def unseen(tagger: TrainedTagger, pack: RulePack) -> ScreenerOf:
    """For each case a screener whose tagger has seen no sentence of the requesting state's cases."""

    @functools.cache
    def of(state: str) -> Screener:
        return Screener(pack, model=None, tagger=tagger.without(state))

    return lambda case: of(case.requesting_state or case.case_id)


def evaluate(
    trained: Trained,
    folder: Path | None = None,
    *,
    effort: Effort | None = None,
    locked: bool = False,
    seed: int = SEED,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """The whole evaluation, as what `evaluation.json` holds and the card is made from.

    Args:
        trained: the model with the development cases that it was fitted on.
        folder: where `families.csv`, `second_coding/` and the locked cases are.
        effort: how much computing it may take.
        locked: whether to open the locked cases: once, when nothing is chosen any more.
        seed: of folds and resamples.
        progress: told what is being done.

    Raises:
        ModelError: if a table cannot be read.
    """
    folder = training_folder() if folder is None else folder
    effort = Effort() if effort is None else effort
    prepared, table, fitted, model = trained.prepared, trained.table, trained.fitted, trained.model
    pack = trained.pack
    screener = Screener(pack, model=None)
    progress("held-out scores and resampled states")
    read = {one["case_id"]: one["any"].split() for one in read_table(folder / "families.csv")}
    development, held = evaluate_development(prepared, effort, seed, [*rivals(), families_read(read)])
    told: dict[str, Any] = {
        "schema": 1,
        "model_digest": model.digest_,
        "pack_digest": model.pack_digest,
        "training_data_digest": model.training_data_digest,
        "seed": seed,
        "effort": asdict(effort),
        "chosen": {
            "layout": model.layout,
            "penalty": model.penalty,
            "tried": [
                {"layout": layout, "penalty": penalty, "log_loss_at_even_odds": loss}
                for (layout, penalty), loss in fitted.chosen.losses.items()
            ],
        },
        "locked": None,
        "development": development,
        "counts": {"development": checks.labelled_counts(table.cases)},
        "ablation": checks.ablation(table, held),
        "style": checks.style(table, held, seed),
        "fairness": checks.fairness(table, held, model.bands.elevated_from),
        "conformal": checks.conformal(table, held),
        "abstention": checks.abstentions(table, held),
        "worst": checks.worst(table, held, fitted, notes=_notes(folder)),
    }
    progress("learning curve")
    told["learning_curve"] = checks.learning_curve(prepared, effort, seed)
    progress("other states' names, other people's")
    states = checks.STATES_TRIED if effort.resamples > FAST.resamples else 3
    told["replacement"] = checks.replacements(
        screener, Classifier(model), [one.case for one in table.cases], states
    )
    progress("leaks")
    told["leaks"] = checks.leaks(prepared, fitted, trained.screener_of, model, pack, seed)
    progress("labels dealt out at random")
    told["permutations"] = checks.permutations(prepared, effort.permutations, effort, seed)
    second = folder / "second_coding"
    told["second_coding"] = agreement(folder / "cases", second) if second.is_dir() else None
    if locked:
        progress("the locked states")
        cases = read_labelled(folder, "locked")
        told["counts"]["locked"] = checks.labelled_counts(cases)
        told["locked"] = evaluate_held_back(
            prepared, tabulate(lambda _: screener, cases), effort, seed, fitted
        )
    return told


def _notes(folder: Path) -> Mapping[str, str]:
    """What somebody who read a case says of why it came out wrong."""
    path = folder / "error_notes.csv"
    return {one["case_id"]: one["why"] for one in read_table(path)} if path.is_file() else {}


def evaluate_own(path: Path, model: Model, rules: RulePack | None = None) -> dict[str, Any]:
    """A model on labelled cases of one's own, nothing fitted.

    Raises:
        ModelError: if the cases have no labels, or the model does not belong to the rules.
        CaseError: if one of them cannot be read.
    """
    screener = Screener(rules, model=model)
    stack = model.stack
    shift = logit(stack.training_rate)

    def log_odds(one: Labelled) -> float:
        return screener.screen(one.case).log_odds + shift

    return {"model_digest": model.digest_, **score_own(log_odds, read_own(path))}
