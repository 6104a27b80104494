"""What the model is held against, on the same folds: simpler, stronger, and form alone.

A rival that reads meaning should not be better by more than chance. One that reads form alone
(words, function words, dating, which rules stay open) is not to be chased: what it reaches is what
two ways of writing give away.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from redflag.scoring import logit
from redflag.training.data import Floats, View, text_of
from redflag.training.fit import Prepared, Rows, fit

FUNCTION_WORDS = (
    "a about after again all also although an and any are as at be because been before being both but by "
    "can could did do does for from further had has have he her him his how however if in into is it its "
    "may more most must no nor not now of off on once one only or other our out over own same she should "
    "since so some such than that the their them then there these they this those though through to under "
    "until up was we were what when where whether which while who whom whose why will with within without "
    "would yet"
)
_EDGE = 0.02

Scores = Mapping[View, Floats]
"""Log-odds of the held-out cases, by view."""

Hold = Callable[[Prepared, Rows, Rows, Rows, int], Scores]
"""Fit on the training rows, score the held-out rows: (prepared, labels, train, test, seed)."""


@dataclass(frozen=True)
class Rival:
    """One way to score a case.

    Attributes:
        name: as the card names it.
        meaning: whether it reads what a file says, and not only how it is written.
        hold: fits and scores.
        refits: whether it is quick enough to be fitted again in every resample.
    """

    name: str
    meaning: bool
    hold: Hold
    refits: bool = True


def _ours(prepared: Prepared, labels: Rows, train: Rows, test: Rows, seed: int) -> Scores:
    fitted = fit(prepared, train, labels, seed)
    return {view: fitted.log_odds(prepared.table, view, test) for view in prepared.views}


def _classifier(prepared: Prepared, labels: Rows, train: Rows, test: Rows, seed: int) -> Scores:
    fitted = fit(prepared, train, labels, seed)
    return {view: fitted.parts(prepared.table, view, test)[1] for view in prepared.views}


def _rules(prepared: Prepared, labels: Rows, train: Rows, test: Rows, _seed: int) -> Scores:
    values = prepared.rules[:, train].ravel()[:, np.newaxis]
    fitted = LogisticRegression(C=1e6).fit(values, np.tile(labels[train], len(prepared.views)))
    return {
        view: fitted.decision_function(prepared.rules[number, test][:, np.newaxis])
        for number, view in enumerate(prepared.views)
    }


def _on_columns(make: Callable[[Sequence[int]], Any], layout: Any, with_rules: bool = False) -> Hold:
    """An estimator on the columns of a layout, every view of the training cases among its rows."""

    def hold(prepared: Prepared, labels: Rows, train: Rows, test: Rows, _seed: int) -> Scores:
        rows = prepared.rows[layout]
        signs = [column.sign for column in prepared.layouts[layout]]
        if with_rules:
            rows, signs = np.concatenate([rows, prepared.rules[:, :, np.newaxis]], axis=2), [*signs, 1]
        model = make(signs).fit(
            rows[:, train].reshape(-1, rows.shape[2]), np.tile(labels[train], len(prepared.views))
        )
        return {view: _log_odds(model, rows[number, test]) for number, view in enumerate(prepared.views)}

    return hold


def _log_odds(model: Any, values: Floats) -> Floats:
    probability = np.clip(model.predict_proba(values)[:, 1], _EDGE / 10, 1 - _EDGE / 10)
    found: Floats = np.log(probability / (1 - probability))
    return found


def _boosting(signs: Sequence[int]) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=80,
        max_depth=3,
        min_samples_leaf=10,
        monotonic_cst=list(signs),
        random_state=0,
    )


def _explainable(_signs: Sequence[int]) -> Any:
    from interpret.glassbox import ExplainableBoostingClassifier

    return ExplainableBoostingClassifier(interactions=0, outer_bags=4, n_jobs=1, random_state=0)


def _base_rate(prepared: Prepared, labels: Rows, train: Rows, test: Rows, _seed: int) -> Scores:
    flat = np.full(len(test), logit(float(labels[train].mean())))
    return dict.fromkeys(prepared.views, flat)


def _same_everywhere(make: Callable[[], Any], values: Callable[[Prepared], Any]) -> Hold:
    """An estimator on something that no view changes."""

    def hold(prepared: Prepared, labels: Rows, train: Rows, test: Rows, _seed: int) -> Scores:
        shown = values(prepared)
        model = make().fit([shown[row] for row in train], labels[train])
        return dict.fromkeys(prepared.views, _log_odds(model, [shown[row] for row in test]))  # type: ignore[arg-type]  # a list of texts serves as well

    return hold


def _texts(document: str) -> Callable[[Prepared], Any]:
    return lambda prepared: [text_of(one.case, document) for one in prepared.table.cases]


def _words() -> Any:
    vectors = TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2))
    return make_pipeline(vectors, LogisticRegression(C=10, max_iter=1000))


def _function_words() -> Any:
    counts = CountVectorizer(vocabulary=FUNCTION_WORDS.split())
    return make_pipeline(counts, StandardScaler(with_mean=False), LogisticRegression(C=0.05, max_iter=1000))


def _dating(prepared: Prepared) -> Any:
    """How many facts the chronology has, and what share of them is dated."""
    found = []
    for one in prepared.table.cases:
        lines = [line for line in text_of(one.case, "chronology").splitlines() if line.strip()]
        dated = sum(bool(re.match(r"\d{4}", line)) for line in lines)
        found.append([len(lines), dated / max(1, len(lines))])
    return found


def _plain() -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))


def _open_rules(prepared: Prepared, labels: Rows, train: Rows, test: Rows, _seed: int) -> Scores:
    """Which rules stay undetermined: what a model may not live on."""
    found = {}
    for view in prepared.views:
        seen = prepared.table.seen[view]
        values = np.array([[float(o.status == "undetermined") for o in one.outcomes] for one in seen])
        model = LogisticRegression(C=0.1, max_iter=1000).fit(values[train], labels[train])
        found[view] = _log_odds(model, values[test])
    return found


def families_read(families: Mapping[str, Sequence[str]]) -> Rival:
    """The families that a person marked, and nothing else: what careful reading could reach.

    Args:
        families: of each case, by id.
    """

    def values(prepared: Prepared) -> Any:
        names = sorted({name for own in families.values() for name in own})
        return [
            [float(name in families.get(one.case.case_id, ())) for name in names]
            for one in prepared.table.cases
        ]

    return Rival("families as a person marked them", True, _same_everywhere(_logistic_of_person, values))


def _logistic_of_person() -> Any:
    return LogisticRegression(C=1.0, max_iter=1000)


OURS = Rival("the model", True, _ours)


@functools.cache
def rivals() -> tuple[Rival, ...]:
    """Every rival, those that read meaning first; the explainable boosting machine if installed."""
    plain = _on_columns(lambda _signs: LogisticRegression(C=1.0, max_iter=1000), "families")
    boosted = _on_columns(_boosting, "families_and_core", with_rules=True)
    found = [
        Rival("rules alone", True, _rules),
        Rival("families alone (the classifier)", True, _classifier),
        Rival("plain logistic regression", True, plain),
        Rival("boosting with monotone constraints", True, boosted),
    ]
    if find_spec("interpret") is not None:
        explainable = _on_columns(_explainable, "families", with_rules=True)
        found.append(Rival("explainable boosting machine", True, explainable, refits=False))
    form = [
        Rival("base rate alone", False, _base_rate),
        Rival("words of the note", False, _same_everywhere(_words, _texts("note"))),
        Rival("words of the chronology", False, _same_everywhere(_words, _texts("chronology"))),
        Rival("function words of the note", False, _same_everywhere(_function_words, _texts("note"))),
        Rival(
            "function words of the chronology", False, _same_everywhere(_function_words, _texts("chronology"))
        ),
        Rival("number and dating of facts", False, _same_everywhere(_plain, _dating)),
        Rival("which rules stay open", False, _open_rules),
    ]
    return (*found, *form)
