"""Logistic regression whose coefficients keep the signs that their columns have.

Without bounds a small, correlated sample turns signs round, and a sign of misuse would lower the
score. The penalty is ridge; the fit is L-BFGS-B, deterministic for given data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]


class SignBoundedLogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Ridge logistic regression with a sign for each coefficient.

    Args:
        penalty: strength of the ridge, added to the mean log loss as `penalty / 2 * |w|²`.
        signs: +1, -1 or 0 (free) for each column; all free if None.
        balanced: whether both classes weigh alike, whatever their numbers.
        max_iter: most iterations of the optimiser.
        tol: its tolerance.
    """

    def __init__(
        self,
        penalty: float = 0.1,
        signs: Sequence[int] | None = None,
        balanced: bool = False,
        max_iter: int = 1000,
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
        X, y = validate_data(self, X, y, dtype=np.float64)  # noqa: N806
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) != 2:
            if len(self.classes_) > 2:
                raise ValueError(
                    "Only binary classification is supported. The type of the target is multiclass."
                )
            raise ValueError(f"This classifier needs samples of 2 classes; got {len(self.classes_)} class")
        signs = np.zeros(X.shape[1]) if self.signs is None else np.asarray(self.signs)
        if signs.shape != (X.shape[1],):
            raise ValueError(f"{len(signs)} signs for {X.shape[1]} columns")
        direction = np.where(codes == 1, 1.0, -1.0)
        share = np.where(codes == 1, codes.mean(), 1 - codes.mean())
        weight = (0.5 / share if self.balanced else np.ones(len(codes))) / len(codes)

        def loss(parameters: Floats) -> tuple[float, Floats]:
            coefficients, intercept = parameters[:-1], parameters[-1]
            margin = direction * (X @ coefficients + intercept)
            slope = -direction * expit(-margin) * weight
            value = -(weight * log_expit(margin)).sum() + self.penalty / 2 * coefficients @ coefficients
            return float(value), np.append(X.T @ slope + self.penalty * coefficients, slope.sum())

        bounds = [(0, None) if s > 0 else (None, 0) if s < 0 else (None, None) for s in signs]
        found = minimize(
            loss,
            np.zeros(X.shape[1] + 1),
            jac=True,
            method="L-BFGS-B",
            bounds=[*bounds, (None, None)],
            options={"maxiter": self.max_iter, "ftol": self.tol, "gtol": self.tol},
        )
        self.coef_ = found.x[np.newaxis, :-1]
        self.intercept_ = found.x[-1:]
        self.n_iter_ = np.array([found.nit])
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
