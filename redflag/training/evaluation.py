"""The evaluation: outer folds by requesting state, repeated; states resampled with refitting.

Everything that fits is fitted again in every fold: columns, penalty, coefficients, stack. The
rules were written by people who had read the development cases, so figures on them are in-sample
for the rules; the locked states are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from joblib import Parallel, delayed, parallel_config
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import threadpool_limits

from redflag.scoring import logit
from redflag.training import measures
from redflag.training.data import VIEWS, Floats, Labelled, Table, View
from redflag.training.fit import Fitted, Prepared, fit, folds_of
from redflag.training.rivals import OURS, Rival

OUTER_FOLDS = 5
RECALL = 0.85
Rows = NDArray[np.int_]
MAIN_VIEWS: tuple[View, ...] = ("all", "structure", "chronology", "note")


@dataclass(frozen=True)
class Effort:
    """How much computing an evaluation may take."""

    repeats: int = 5
    resamples: int = 200
    permutations: int = 200
    workers: int = 2


FAST = Effort(repeats=1, resamples=10, permutations=5)


Result = TypeVar("Result")
SHIFT = "shift"

Held = dict[str, dict[View, Floats]]
"""Log-odds at the training rate by rival and view; under `SHIFT` what takes them to even odds."""


def spread(workers: int, work: Callable[[int], Result], numbers: Sequence[int]) -> list[Result]:
    """What some work gives for each number, over a few processes of one thread each, in order."""
    if workers == 1 or len(numbers) < workers:
        with threadpool_limits(1):
            return [work(number) for number in numbers]
    parts = [list(part) for part in np.array_split(np.array(numbers), 2 * workers) if len(part)]
    with parallel_config(backend="loky", n_jobs=workers, inner_max_num_threads=1):
        done = Parallel()(delayed(_each)(work, part) for part in parts)
    return [one for part in done for one in part]


def _each(work: Callable[[int], Result], numbers: Sequence[int]) -> list[Result]:
    return [work(int(number)) for number in numbers]


def hold_out(prepared: Prepared, ways: Sequence[Rival], labels: Rows, rows: Rows, seed: int) -> Held:
    """Scores of every case by fits that saw neither it nor its state; by rival and view.

    Ranks are taken at even odds: at the training rate a fold with few improper cases would be held
    against a rate learnt from many, and every ranking over folds would come out too low.
    """
    groups = prepared.table.groups
    names = [SHIFT, *(way.name for way in ways)]
    found = {name: {view: np.zeros(len(rows)) for view in prepared.views} for name in names}
    for train, test in folds_of(labels[rows], groups[rows], OUTER_FOLDS, seed):
        for view in prepared.views:
            found[SHIFT][view][test] = -logit(float(labels[rows[train]].mean()))
        for way in ways:
            scores = way.hold(prepared, labels, rows[train], rows[test], seed)
            for view in prepared.views:
                found[way.name][view][test] = scores[view]
    return found


def cross_validated(prepared: Prepared, ways: Sequence[Rival], effort: Effort, seed: int) -> Held:
    """Held-out scores of each case in every repeat: by rival and view, repeats by cases."""
    every = np.arange(len(prepared.table.cases))
    runs = spread(
        effort.workers,
        partial(hold_out, prepared, ways, prepared.table.labels, every),
        range(seed, seed + effort.repeats),
    )
    return {
        name: {view: np.array([run[name][view] for run in runs]) for view in prepared.views}
        for name in (SHIFT, *(way.name for way in ways))
    }


def _resample(prepared: Prepared, ways: Sequence[Rival], seed: int) -> dict[str, dict[str, Any]] | None:
    """One draw of states, everything fitted again: the figures of each rival."""
    labels = prepared.table.labels
    rows = measures.resampled(prepared.table.groups, np.random.default_rng(seed))
    if min(labels[rows].sum(), (1 - labels[rows]).sum()) < OUTER_FOLDS:
        return None
    held = hold_out(prepared, ways, labels, rows, seed)
    shift = held.pop(SHIFT)
    return {
        name: {view: _figures(labels[rows], own, shift[view]) for view, own in views.items()}
        for name, views in held.items()
    }


def _figures(labels: Rows, log_odds: Floats, shift: Floats | float = 0.0) -> dict[str, float]:
    return {
        "auc": measures.auc(labels, (log_odds + shift).round(9)),
        "log_loss": measures.log_loss(labels, log_odds),
        "brier": measures.brier(labels, log_odds),
        **measures.calibration(labels, log_odds),
    }


def evaluate_development(
    prepared: Prepared, effort: Effort, seed: int, others: Sequence[Rival]
) -> tuple[dict[str, Any], Held]:
    """The figures on the development cases beside others', and the held-out scores they are made of."""
    table = prepared.table
    ways = [OURS, *others]
    held = cross_validated(prepared, ways, effort, seed)
    quick = [way for way in ways if way.refits]
    first = seed + 1000
    drawn = spread(
        effort.workers, partial(_resample, prepared, quick), range(first, first + effort.resamples)
    )
    draws = [one for one in drawn if one is not None]
    told: dict[str, Any] = {
        "cases": len(table.cases),
        "improper": int(table.labels.sum()),
        "upheld": int((1 - table.labels).sum()),
        "states": len(np.unique(table.groups)),
        "folds": OUTER_FOLDS,
        "repeats": effort.repeats,
        "resamples": len(draws),
        "in_sample_for_rules": True,
        "views": {
            view: view_report(
                table, held[OURS.name][view], [d[OURS.name][view] for d in draws], seed, held[SHIFT][view]
            )
            for view in prepared.views
        },
        "over_all_views": over_all_views(table, held[OURS.name]),
        "rivals": [
            {
                "name": way.name,
                "reads_meaning": way.meaning,
                "views": {
                    view: _against(table, way, held, draws, view, seed) for view in ("all", "chronology")
                },
            }
            for way in ways
            if way is not OURS
        ],
    }
    return told, held


def over_all_views(table: Table, held: Mapping[View, Floats]) -> dict[str, Any]:
    """Calibration over every view at once, as the stack was fitted: a file comes in any of these forms."""
    labels = np.tile(table.labels, len(held))
    runs = [np.concatenate([held[view][n] for view in held]) for n in range(len(next(iter(held.values()))))]
    own = [measures.calibration(labels, one) for one in runs]
    return {name: float(np.mean([one[name] for one in own])) for name in own[0]}


def view_report(
    table: Table,
    held: Floats,
    draws: Sequence[Mapping[str, float]],
    seed: int,
    shift: Floats | None = None,
) -> dict[str, Any]:
    """The figures of the model on one view: each the mean over repeats, with its interval."""
    shift = np.zeros_like(held) if shift is None else shift
    even = held + shift
    labels = table.labels
    hard = np.array([one.hard for one in table.cases])
    red = np.array([one.instrument == "red_notice" for one in table.cases])
    pooled = held.mean(axis=0)
    told: dict[str, Any] = {}
    for name in ("auc", "log_loss", "brier", "slope", "intercept"):
        own = [_figures(labels, one, moved)[name] for one, moved in zip(held, shift, strict=True)]
        told[name] = {
            "value": float(np.mean(own)),
            "interval": measures.interval(d[name] for d in draws if name in d),
        }
    parts = [measures.brier_parts(labels, one) for one in held]
    told["brier_parts"] = {name: float(np.mean([p[name] for p in parts])) for name in parts[0]}
    told["reliability"] = measures.binned(labels, pooled)
    told["ece"] = {
        "value": float(np.mean([measures.expected_error(labels, one) for one in held])),
        "if_calibrated": measures.expected_error_if_calibrated(pooled, 1000, seed),
    }
    told["hard_upheld"] = _hard(labels, even, hard)
    told["within_red_notices"] = within(labels, even, red, table.groups, seed)
    return told


def _hard(labels: Rows, held: Floats, hard: NDArray[np.bool_]) -> dict[str, Any]:
    runs = [measures.false_positives(labels, one, hard, RECALL) for one in held]
    pooled = measures.false_positives(labels, held.mean(axis=0), hard, RECALL)
    pooled["mean_rate_over_repeats"] = float(np.mean([run["rate"] for run in runs]))
    return {
        **pooled,
        "recall": RECALL,
        "interval": measures.wilson(int(pooled["wrong"]), int(pooled["hard_upheld"])),
    }


def within(
    labels: Rows, held: Floats, kept: NDArray[np.bool_], groups: NDArray[Any], seed: int
) -> dict[str, Any]:
    """AUC among some of the cases, with an interval over states drawn again (nothing refitted)."""
    own, scores = labels[kept], held[:, kept]
    told: dict[str, Any] = {"cases": int(kept.sum()), "improper": int(own.sum())}
    if own.sum() < 2 or (1 - own).sum() < 2:
        return told
    told["auc"] = float(np.mean([measures.auc(own, one) for one in scores]))
    told["interval"] = measures.interval(
        drawn_again(
            groups[kept], lambda rows: _auc_or_nan(own[rows], scores[:, rows].mean(axis=0)), 500, seed
        )
    )
    return told


def drawn_again(groups: NDArray[Any], figure: Callable[[Rows], float], draws: int, seed: int) -> list[float]:
    """A figure over states drawn again and again."""
    chance = np.random.default_rng(seed)
    return [figure(measures.resampled(groups, chance)) for _ in range(draws)]


def _auc_or_nan(labels: Rows, scores: Floats) -> float:
    return measures.auc(labels, scores) if 0 < labels.sum() < len(labels) else float("nan")


def _against(
    table: Table,
    way: Rival,
    held: Held,
    draws: Sequence[Mapping[str, Mapping[str, Mapping[str, float]]]],
    view: View,
    seed: int,
) -> dict[str, Any]:
    """A rival's figures, and ours minus its, paired over the same folds and draws."""
    labels = table.labels
    ours, theirs, shift = held[OURS.name][view], held[way.name][view], held[SHIFT][view]
    told: dict[str, Any] = {"refitted_in_draws": way.refits}
    for name in ("auc", "log_loss"):
        mine = [_figures(labels, one, moved)[name] for one, moved in zip(ours, shift, strict=True)]
        other = [_figures(labels, one, moved)[name] for one, moved in zip(theirs, shift, strict=True)]
        if way.refits:
            apart = [d[OURS.name][view][name] - d[way.name][view][name] for d in draws]
        else:
            moved = shift if name == "auc" else np.zeros_like(shift)
            average, rival = (ours + moved).mean(axis=0), (theirs + moved).mean(axis=0)
            figure = measures.auc if name == "auc" else measures.log_loss
            apart = drawn_again(
                table.groups,
                lambda rows, f=figure, a=average, b=rival: (  # type: ignore[misc]  # bound now, not later
                    f(labels[rows], a[rows]) - f(labels[rows], b[rows])
                    if 0 < labels[rows].sum() < len(rows)
                    else float("nan")
                ),
                500,
                seed,
            )
        told[name] = float(np.mean(other))
        told[f"ours_minus_its_{name}"] = {
            "value": float(np.mean(mine) - np.mean(other)),
            "interval": measures.interval(apart),
        }
    return told


def evaluate_held_back(
    prepared: Prepared, held_back: Table, effort: Effort, seed: int, fitted: Fitted | None = None
) -> dict[str, Any]:
    """The model, fitted on all development cases, on cases of other states; intervals by refitting."""
    final = fit(prepared, seed=seed) if fitted is None else fitted
    labels, groups = held_back.labels, held_back.groups
    first = seed + 5000
    draws = spread(
        effort.workers, partial(_redrawn, prepared, held_back), range(first, first + effort.resamples)
    )
    told: dict[str, Any] = {
        "cases": len(labels),
        "improper": int(labels.sum()),
        "upheld": int((1 - labels).sum()),
        "states": len(np.unique(groups)),
        "views": {},
    }
    for view in held_back.seen:
        scores = final.log_odds(held_back, view)
        told["views"][view] = view_report(
            held_back, scores[np.newaxis], [d[view] for d in draws if d is not None], seed
        )
        rules = held_back.rules(view)
        told["views"][view]["rules_alone_auc"] = measures.auc(labels, rules)
        told["views"][view]["classifier_alone_auc"] = measures.auc(labels, final.parts(held_back, view)[1])
        told["views"][view]["bands"] = bands_of(final, scores, held_back.coverage(view), labels)
    return told


def _redrawn(prepared: Prepared, held_back: Table, seed: int) -> dict[View, dict[str, float]] | None:
    chance = np.random.default_rng(seed)
    train = measures.resampled(prepared.table.groups, chance)
    test = measures.resampled(held_back.groups, chance)
    labels = held_back.labels[test]
    if not 1 < labels.sum() < len(labels) - 1:
        return None
    fitted = fit(prepared, train, seed=seed)
    return {view: _figures(labels, fitted.log_odds(held_back, view, test)) for view in held_back.seen}


def bands_of(fitted: Fitted, log_odds: Floats, coverage: Floats, labels: Rows) -> dict[str, dict[str, int]]:
    """How many of each class came out in which band."""
    bands = fitted.bands
    names = np.select(
        [coverage < bands.least_coverage, log_odds >= bands.high_from, log_odds >= bands.elevated_from],
        ["insufficient_information", "high", "elevated"],
        "low",
    )
    return {
        word: {
            name: int(((names == name) & (labels == label)).sum())
            for name in ("low", "elevated", "high", "insufficient_information")
        }
        for word, label in (("improper", 1), ("upheld", 0))
    }


def score_own(fitted: Callable[[Labelled], float], cases: Sequence[Labelled]) -> dict[str, Any]:
    """The shipped model on labelled cases of one's own; nothing is fitted.

    Args:
        fitted: log-odds of a case at the training rate.
        cases: the cases.
    """
    labels = np.array([int(one.improper) for one in cases])
    scores = np.array([fitted(one) for one in cases])
    groups = np.array([one.group for one in cases])
    told: dict[str, Any] = {
        "cases": len(cases),
        "improper": int(labels.sum()),
        "states": len(np.unique(groups)),
    }
    told["brier"] = measures.brier(labels, scores) if len(cases) else None
    told["mean_score"] = float(expit(scores).mean()) if len(cases) else None
    if 0 < labels.sum() < len(labels):
        told["auc"] = {
            "value": measures.auc(labels, scores),
            "interval": measures.interval(
                drawn_again(groups, lambda rows: _auc_or_nan(labels[rows], scores[rows]), 500, 0)
            ),
        }
        told["log_loss"] = measures.log_loss(labels, scores)
        if len(labels) > 20:
            told["calibration"] = measures.calibration(labels, scores)
        told["reliability"] = measures.binned(labels, scores)
    return told


__all__ = [
    "FAST",
    "VIEWS",
    "Effort",
    "cross_validated",
    "evaluate_development",
    "evaluate_held_back",
    "hold_out",
    "score_own",
]


def opened_before(earlier: Mapping[str, Any], model_digest: str) -> list[dict[str, Any]]:
    """Every run of other models on the locked states, up to and with an earlier evaluation's.

    Args:
        earlier: what an earlier evaluation told; it may be empty.
        model_digest: of the model that is judged now.
    """
    runs: list[dict[str, Any]] = list(earlier.get("locked_before", ()))
    if earlier.get("locked") is not None and earlier["model_digest"] != model_digest:
        runs.append(
            {
                "model_digest": earlier["model_digest"],
                "pack_digest": earlier["pack_digest"],
                "auc": {view: one["auc"]["value"] for view, one in earlier["locked"]["views"].items()},
            }
        )
    return runs
