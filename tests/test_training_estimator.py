"""The estimator: scikit-learn's own checks, signs that hold, and the least of the loss."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.utils.estimator_checks import check_estimator

from redflag.training.estimator import SignBoundedLogisticRegression


def drawn(seed: int, cases: int = 120, number: int = 12) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    shared = chance.normal(size=(cases, 1))
    values = np.where(shared + chance.normal(size=(cases, number)) > 0.7, 1.0, 0.0)
    labels = (values[:, :3].sum(axis=1) + chance.logistic(size=cases) > 1).astype(int)
    return values, labels


def test_it_passes_the_checks_of_scikit_learn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # checks that need other libraries say that they were skipped
        check_estimator(SignBoundedLogisticRegression())


@pytest.mark.parametrize("seed", range(8))
def test_no_coefficient_has_another_sign_than_its_column(seed) -> None:
    values, labels = drawn(seed)
    signs = [1, -1] * 6
    fitted = SignBoundedLogisticRegression(penalty=0.001, signs=signs).fit(values, labels)
    assert (fitted.coef_[0] * signs >= 0).all()


@pytest.mark.parametrize("penalty", [0.0003, 0.01, 0.3])
def test_it_finds_what_a_general_optimiser_finds(penalty) -> None:
    values, labels = drawn(1)
    signs = [1, -1, 0] * 4
    fitted = SignBoundedLogisticRegression(penalty=penalty, signs=signs).fit(values, labels)
    direction = np.where(labels == 1, 1.0, -1.0)

    def loss(at: np.ndarray) -> float:
        margin = direction * (values @ at[:-1] + at[-1])
        return float(np.logaddexp(0, -margin).mean() + penalty / 2 * at[:-1] @ at[:-1])

    bounds = [{1: (0, None), -1: (None, 0), 0: (None, None)}[sign] for sign in signs]
    other = minimize(
        loss,
        np.zeros(13),
        method="L-BFGS-B",
        bounds=[*bounds, (None, None)],
        options={"maxfun": 10**6, "ftol": 1e-13},
    )
    own = loss(np.append(fitted.coef_[0], fitted.intercept_))
    assert own <= other.fun + 1e-8


def test_the_same_data_give_the_same_coefficients() -> None:
    values, labels = drawn(2)
    one, other = (SignBoundedLogisticRegression(signs=[1] * 12).fit(values, labels) for _ in range(2))
    assert (one.coef_ == other.coef_).all()


def test_balanced_classes_put_the_intercept_at_even_odds() -> None:
    values = np.zeros((10, 1))
    labels = np.array([1] * 8 + [0] * 2)
    fitted = SignBoundedLogisticRegression(balanced=True).fit(values, labels)
    assert fitted.intercept_[0] == pytest.approx(0.0, abs=1e-9)


def test_signs_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 signs for 12 columns"):
        SignBoundedLogisticRegression(signs=[1, 1]).fit(*drawn(3))
