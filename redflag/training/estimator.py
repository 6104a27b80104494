"""Logistic regression whose coefficients keep the signs that their columns have.

Without bounds a small, correlated sample turns signs round, and a sign of misuse would lower the
score. The penalty is ridge; the fit is a projected Newton method, deterministic for given data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]

_JITTER = 1e-10
_SMALLEST_STEP = 1e-10
_ENOUGH = 1e-4


class SignBoundedLogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Ridge logistic regression with a sign for each coefficient.

    Args:
        penalty: strength of the ridge, added to the mean log loss as `penalty / 2 * |w|²`.
        signs: +1, -1 or 0 (free) for each column; all free if None.
        balanced: whether both classes weigh alike, whatever their numbers.
        max_iter: most steps of the optimiser.
        tol: slope at which it stops.
    """

    def __init__(
        self,
        penalty: float = 0.1,
        signs: Sequence[int] | None = None,
        balanced: bool = False,
        max_iter: int = 200,
        tol: float = 1e-9,
    ) -> None:
        self.penalty = penalty
        self.signs = signs
        self.balanced = balanced
        self.max_iter = max_iter
        self.tol = tol

    def __sklearn_tags__(self) -> Any:
        """Say that it tells two classes apart, no more."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def fit(self, X: ArrayLike, y: ArrayLike) -> SignBoundedLogisticRegression:  # noqa: N803 (scikit-learn's names)
        """Fit the coefficients.

        Raises:
            ValueError: for other than two classes, or signs that do not fit the columns.
        """
        values: Floats
        values, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) != 2:
            if len(self.classes_) > 2:
                raise ValueError(
                    "Only binary classification is supported. The type of the target is multiclass."
                )
            raise ValueError(f"This classifier needs samples of 2 classes; got {len(self.classes_)} class")
        signs = np.zeros(values.shape[1]) if self.signs is None else np.asarray(self.signs)
        if signs.shape != (values.shape[1],):
            raise ValueError(f"{len(signs)} signs for {values.shape[1]} columns")
        direction = np.where(codes == 1, 1.0, -1.0)
        share = np.where(codes == 1, codes.mean(), 1 - codes.mean())
        weight = (0.5 / share if self.balanced else np.ones(len(codes))) / len(codes)

        design = np.column_stack([values, np.ones(len(codes))])
        ridge = np.append(np.full(values.shape[1], float(self.penalty)), 0.0)
        found, self.n_iter_ = _minimised(design, direction, weight, ridge, np.append(signs, 0.0), self)
        self.coef_ = found[np.newaxis, :-1]
        self.intercept_ = found[-1:]
        return self

    def decision_function(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Log-odds of the second class."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)  # noqa: N806
        scores: Floats = X @ self.coef_[0] + self.intercept_[0]
        return scores

    def predict_proba(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Probabilities of the two classes."""
        second = expit(self.decision_function(X))
        return np.column_stack([1 - second, second])

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """The likelier class."""
        second = (self.decision_function(X) > 0).astype(int)
        chosen: NDArray[Any] = self.classes_[second]
        return chosen


def _minimised(
    design: Floats,
    direction: Floats,
    weight: Floats,
    ridge: Floats,
    signs: Floats,
    how: SignBoundedLogisticRegression,
) -> tuple[Floats, NDArray[np.int_]]:
    """The least of the penalised loss within the signs, by Newton steps on what is free to move."""
    parameters = np.zeros(design.shape[1])

    def loss(at: Floats) -> float:
        return float(-(weight * log_expit(direction * (design @ at))).sum() + 0.5 * (ridge * at * at).sum())

    value = loss(parameters)
    steps = 0
    for steps in range(1, how.max_iter + 1):  # noqa: B007 (told afterwards)
        away = expit(-direction * (design @ parameters))
        slope = design.T @ (-direction * away * weight) + ridge * parameters
        held = (signs != 0) & (parameters == 0) & (signs * slope >= 0)
        free = ~held
        if not free.any() or np.abs(slope[free]).max() <= how.tol:
            break
        bent = (design[:, free] * (weight * away * (1 - away))[:, np.newaxis]).T @ design[:, free]
        bent[np.diag_indices_from(bent)] += ridge[free] + _JITTER
        step = np.zeros_like(parameters)
        step[free] = -np.linalg.solve(bent, slope[free])
        size, before = 1.0, value
        while size > _SMALLEST_STEP:
            trial = _within(parameters + size * step, signs)
            value = loss(trial)
            if value <= before + _ENOUGH * float(slope @ (trial - parameters)):
                break
            size /= 2
        else:
            value = before
            break
        parameters = trial
    return parameters, np.array([steps])


def _within(parameters: Floats, signs: Floats) -> Floats:
    """The nearest parameters that keep their signs."""
    kept: Floats = np.where(signs * parameters < 0, 0.0, parameters)
    return kept
