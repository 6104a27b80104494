"""Measures of a score against labels, and intervals by resampling states."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit
from scipy.stats import rankdata

from redflag.training.data import Floats
from redflag.training.estimator import SignBoundedLogisticRegression

Rows = NDArray[np.int_]
BINS = 5


def auc(labels: Rows, log_odds: Floats) -> float:
    """The chance that an improper request scores above one that held up."""
    ranks, improper = rankdata(log_odds), int(labels.sum())
    above = ranks[labels == 1].sum() - improper * (improper + 1) / 2
    return float(above / (improper * (len(labels) - improper)))


def log_loss(labels: Rows, log_odds: Floats) -> float:
    """Mean log loss."""
    return float(-log_expit(np.where(labels == 1, 1.0, -1.0) * log_odds).mean())


def brier(labels: Rows, log_odds: Floats) -> float:
    """Mean squared error of the probability."""
    return float(((expit(log_odds) - labels) ** 2).mean())


def binned(labels: Rows, log_odds: Floats, bins: int = BINS) -> list[dict[str, float]]:
    """Cases in order of their score, in bins of like size: what was said and what came true."""
    order = np.argsort(log_odds, kind="stable")
    return [
        {
            "cases": len(part),
            "said": float(expit(log_odds[part]).mean()),
            "came_true": float(labels[part].mean()),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]


def brier_parts(labels: Rows, log_odds: Floats) -> dict[str, float]:
    """The Brier score with its parts over bins: reliability, resolution and uncertainty."""
    rate, number = float(labels.mean()), len(labels)
    parts = binned(labels, log_odds)
    return {
        "brier": brier(labels, log_odds),
        "reliability": sum(p["cases"] * (p["said"] - p["came_true"]) ** 2 for p in parts) / number,
        "resolution": sum(p["cases"] * (p["came_true"] - rate) ** 2 for p in parts) / number,
        "uncertainty": rate * (1 - rate),
    }


def calibration(labels: Rows, log_odds: Floats) -> dict[str, float]:
    """Slope and intercept of the labels on the log-odds; 1 and 0 if well calibrated."""
    fitted = SignBoundedLogisticRegression(penalty=1e-6).fit(log_odds[:, np.newaxis], labels)
    return {"slope": float(fitted.coef_[0, 0]), "intercept": float(fitted.intercept_[0])}


def expected_error(labels: Rows, log_odds: Floats) -> float:
    """ECE over the bins."""
    parts = binned(labels, log_odds)
    return sum(p["cases"] * abs(p["said"] - p["came_true"]) for p in parts) / len(labels)


def expected_error_if_calibrated(log_odds: Floats, draws: int, seed: int) -> dict[str, float]:
    """The ECE that a perfectly calibrated score of these values has at this size, by chance."""
    chance = np.random.default_rng(seed)
    said = expit(log_odds)
    drawn = [expected_error((chance.random(len(said)) < said).astype(int), log_odds) for _ in range(draws)]
    low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975])
    return {"median": float(middle), "low": float(low), "high": float(high)}


def false_positives(
    labels: Rows, log_odds: Floats, hard: NDArray[np.bool_], recall: float
) -> dict[str, float]:
    """Hard upheld cases at or above the score that finds this share of the improper ones."""
    improper = np.sort(log_odds[labels == 1])[::-1]
    needed = int(np.ceil(recall * len(improper)))
    threshold = improper[needed - 1]
    held = hard & (labels == 0)
    wrong = int((log_odds[held] >= threshold).sum())
    return {
        "threshold": float(threshold),
        "improper": len(improper),
        "found": int((improper >= threshold).sum()),
        "hard_upheld": int(held.sum()),
        "wrong": wrong,
        "rate": wrong / max(1, int(held.sum())),
    }


def resampled(groups: NDArray[Any], chance: np.random.Generator) -> Rows:
    """Rows of groups drawn with replacement, each group whole."""
    names = np.unique(groups)
    drawn = chance.choice(names, size=len(names))
    return np.concatenate([np.flatnonzero(groups == name) for name in drawn])


def interval(values: Any) -> list[float]:
    """The middle 95 % of resampled values."""
    kept = [value for value in values if np.isfinite(value)]
    return [float(one) for one in np.quantile(kept, [0.025, 0.975])] if kept else [float("nan")] * 2


def wilson(hits: int, of: int) -> list[float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return [0.0, 1.0]
    z = 1.959963984540054
    share, scale = hits / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / scale
    half = z * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))) / scale
    return [max(0.0, middle - half), min(1.0, middle + half)]
