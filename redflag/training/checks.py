"""Checks of what a good figure can hide: style, states, leaks, chance, and how much data there was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import chi2, rankdata

from redflag.case import Case
from redflag.classifier import Classifier
from redflag.model import Model
from redflag.pack import RulePack
from redflag.screening import Screener
from redflag.training import measures
from redflag.training.data import Floats, Labelled, ScreenerOf, Table, View, data_digest, see
from redflag.training.estimator import SignBoundedLogisticRegression
from redflag.training.evaluation import OUTER_FOLDS, SHIFT, Effort, Held, drawn_again, hold_out, spread
from redflag.training.fit import COVERAGES, Fitted, Prepared, fit, folds_of, model_of
from redflag.training.rivals import OURS
from redflag.training.states import WORDS, region_of, renamed, with_state

Rows = NDArray[np.int_]
CANARY = "zanzibarcanary"
STATES_TRIED = 20
FEWEST_FOR_A_RATE = 10
_KINDS = {
    "economic": (
        "corruption fraud embezzlement tax money_laundering debt_or_cheque administrative property customs"
    ),
    "violence and organised crime": (
        "homicide violence terrorism international_crime trafficking drugs organised_crime sexual kidnapping"
    ),
    "speech, association and state": "speech association public_order treason insult",
}


def style(table: Table, held: Held, seed: int) -> list[dict[str, Any]]:
    """Whether scores that see form alone go with ours within a class, and add to it across.

    Within a class there is nothing left to be right about, so whatever ties the two is style, or
    what both take from the content. Rank correlation, and the likelihood ratio of adding the form
    score to ours; intervals over states drawn again.
    """
    labels, told = table.labels, []
    ours = (held[OURS.name]["all"] + held[SHIFT]["all"]).mean(axis=0)
    for name in (
        "words of the note",
        "function words of the note",
        "function words of the chronology",
        "number and dating of facts",
    ):
        form = (held[name]["all"] + held[SHIFT]["all"]).mean(axis=0)
        classes = {}
        for word, label in (("improper", 1), ("upheld", 0)):
            own = labels == label
            groups = table.groups[own]
            classes[word] = {
                "value": _rank_correlation(ours[own], form[own]),
                "interval": measures.interval(
                    drawn_again(
                        groups,
                        lambda rows, a=ours[own], b=form[own]: _rank_correlation(a[rows], b[rows]),  # type: ignore[misc]  # bound now
                        500,
                        seed,
                    )
                ),
            }
        gain = _likelihood_gain(labels, ours, form)
        told.append(
            {
                "form": name,
                "within_class_rank_correlation": classes,
                "adding_it_to_ours": {
                    "likelihood_ratio": gain,
                    "p": float(chi2.sf(gain, 1)),
                    "auc_gain": {
                        "value": _auc_gain(labels, ours, form),
                        "interval": measures.interval(
                            drawn_again(
                                table.groups,
                                lambda rows, f=form: _auc_gain(labels[rows], ours[rows], f[rows]),  # type: ignore[misc]  # bound now
                                200,
                                seed,
                            )
                        ),
                    },
                },
            }
        )
    return told


def _rank_correlation(one: Floats, other: Floats) -> float:
    a, b = rankdata(one), rankdata(other)
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


def _fitted(labels: Rows, *scores: Floats) -> tuple[float, Floats]:
    values = np.column_stack(scores)
    model = SignBoundedLogisticRegression(penalty=1e-6).fit(values, labels)
    found = model.decision_function(values)
    return measures.log_loss(labels, found) * len(labels), found


def _likelihood_gain(labels: Rows, ours: Floats, form: Floats) -> float:
    return max(0.0, 2 * (_fitted(labels, ours)[0] - _fitted(labels, ours, form)[0]))


def _auc_gain(labels: Rows, ours: Floats, form: Floats) -> float:
    if not 1 < labels.sum() < len(labels) - 1:
        return float("nan")
    return measures.auc(labels, _fitted(labels, ours, form)[1]) - measures.auc(labels, ours)


def fairness(table: Table, held: Held, threshold: float) -> dict[str, Any]:
    """By region and kind of charge: what came true beside what was said, pulled towards the whole."""
    log_odds = held[OURS.name]["all"].mean(axis=0)
    kinds = [_kind_of(one.case) for one in table.cases]
    regions = [region_of(one.case.requesting_state) for one in table.cases]
    states = [one.case.requesting_state or "not published" for one in table.cases]
    return {
        "threshold": threshold,
        "by_region": list(_by(table.labels, log_odds, regions, threshold)),
        "by_charge": list(_by(table.labels, log_odds, kinds, threshold)),
        "by_state": list(_counts(table.labels, log_odds, states, threshold)),
    }


def _kind_of(case: Case) -> str:
    words = {str(word) for charge in case.charges for word in _values(charge.offence_class)}
    kinds = [kind for kind, own in _KINDS.items() if words & set(own.split())]
    return kinds[0] if len(kinds) == 1 else "mixed" if kinds else "other or not told"


def _values(told: Any) -> Iterator[Any]:
    if told is None:
        return
    if isinstance(told, tuple):
        for one in told:
            yield from _values(one)
        return
    yield getattr(told, "value", told)


def _by(labels: Rows, log_odds: Floats, names: Sequence[str], threshold: float) -> Iterator[dict[str, Any]]:
    """Mean of label minus probability by group, shrunk by an empirical-Bayes normal model."""
    said = expit(log_odds)
    groups = sorted(set(names))
    where = [np.array([name == group for name in names]) for group in groups]
    apart = np.array([float((labels - said)[own].mean()) for own in where])
    noise = np.array([float((said * (1 - said))[own].mean()) / own.sum() for own in where])
    middle = float(np.average(apart, weights=1 / noise))
    spread = max(0.0, float(np.average((apart - middle) ** 2 - noise, weights=1 / noise)))
    for group, own, raw, var in zip(groups, where, apart, noise, strict=True):
        keep = spread / (spread + var)
        pooled, sd = (
            middle + keep * (raw - middle),
            float(np.sqrt(keep * var + (1 - keep) ** 2 * noise.min())),
        )
        yield {
            **_count(labels, log_odds, own, threshold),
            "group": group,
            "came_true_minus_said": raw,
            "pooled": pooled,
            "interval": [pooled - 1.96 * sd, pooled + 1.96 * sd],
        }


def _counts(
    labels: Rows, log_odds: Floats, names: Sequence[str], threshold: float
) -> Iterator[dict[str, Any]]:
    for group in sorted(set(names)):
        own = np.array([name == group for name in names])
        told = {"group": group, **_count(labels, log_odds, own, threshold)}
        if own.sum() >= FEWEST_FOR_A_RATE:
            told["came_true_minus_said"] = float((labels - expit(log_odds))[own].mean())
        yield told


def _count(labels: Rows, log_odds: Floats, own: NDArray[np.bool_], threshold: float) -> dict[str, int]:
    flagged = log_odds >= threshold
    return {
        "improper": int((own & (labels == 1)).sum()),
        "found": int((own & (labels == 1) & flagged).sum()),
        "upheld": int((own & (labels == 0)).sum()),
        "wrong": int((own & (labels == 0) & flagged).sum()),
    }


def replacements(
    screener: Screener, classifier: Classifier, cases: Sequence[Case], states: int
) -> dict[str, Any]:
    """The classifier's word on the same cases as other states', and with people called otherwise."""
    tried = moved = renamings = renamed_moved = 0
    most = 0.0
    targets = sorted(WORDS)[:states]
    for case in cases:
        before = _word(screener, classifier, case)
        renamings += 1
        renamed_moved += int(_word(screener, classifier, renamed(case, "Q.")) != before)
        for state in targets:
            other = with_state(case, state)
            if other is None:
                continue
            tried += 1
            apart = abs(_word(screener, classifier, other) - before)
            moved += int(apart != 0)
            most = max(most, apart)
    return {
        "states": len(targets),
        "replacements": tried,
        "moved": moved,
        "most": most,
        "renamings": renamings,
        "renamings_moved": renamed_moved,
    }


def _word(screener: Screener, classifier: Classifier, case: Case) -> float:
    return classifier.read(screener.weighed(screener.judge(case))).opinion.log_odds


def leaks(
    prepared: Prepared, fitted: Fitted, screener_of: ScreenerOf, model: Model, pack: RulePack, seed: int
) -> dict[str, Any]:
    """Outcome facts permuted, a later decision added, and a canary word in what stands beside a case."""
    cases = prepared.table.cases
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(cases))
    permuted = tuple(
        replace(one, outcome=cases[other].outcome, hard=cases[other].hard, instrument=cases[other].instrument)
        for one, other in zip(cases, order, strict=True)
    )
    again = model_of(
        fit(Prepared(pack, replace(prepared.table, cases=permuted)), seed=seed), prepared, pack, seed
    )
    later = [_with_later_refusal(one) for one in cases]
    moved_by_later = sum(
        1
        for before, after in zip(prepared.table.seen["all"], later, strict=True)
        if _total(before.outcomes) != _total(see(screener_of(after.case), after.case).outcomes)
    )
    marked = tuple(replace(one, outcome=CANARY, instrument=CANARY) for one in cases)
    canary = model_of(fitted, Prepared(pack, replace(prepared.table, cases=marked)), pack, seed)
    return {
        "outcomes_permuted_model_is_the_same": again.digest_ == model.digest_,
        "later_decisions_added": len(later),
        "scores_moved_by_them": moved_by_later,
        "canary_shows": CANARY in canary.model_dump_json(),
        "digest_of_data_sees_no_outcome": data_digest(permuted) == data_digest(cases),
    }


def _total(outcomes: Sequence[Any]) -> list[tuple[str, str]]:
    return sorted((one.rule_id, one.status) for one in outcomes)


def _with_later_refusal(one: Labelled) -> Labelled:
    """The case with a refusal that nobody knew of at the time."""
    data = one.case.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    decisions = list(data.get("decisions", ()))
    year = int(str(one.case.as_of)[:4]) + 1
    day = f"{year}-06-30"
    for told in (
        {"body": "court", "matter": "extradition", "outcome": "refused", "state": "NLD"},
        {"body": "ccf", "matter": "alert", "outcome": "deleted"},
    ):
        decisions.append({**told, "level": "adjudicated", "party": "court", "happened": day, "known_by": day})
    return replace(one, case=Case.model_validate({**data, "decisions": decisions}))


def permutations(prepared: Prepared, number: int, effort: Effort, seed: int) -> dict[str, Any]:
    """AUC with labels dealt out at random: it should lie about 0.5."""
    first = seed + 9000
    found = spread(effort.workers, partial(_permuted, prepared), range(first, first + number))
    mean, error = float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(len(found)))
    return {
        "permutations": number,
        "mean_auc": mean,
        "interval_of_the_mean": [mean - 1.96 * error, mean + 1.96 * error],
        "middle_95": measures.interval(found),
    }


def _permuted(prepared: Prepared, seed: int) -> float:
    labels = np.random.default_rng(seed).permutation(prepared.table.labels)
    rows = np.arange(len(labels))
    held = hold_out(prepared, [OURS], labels, rows, seed)
    return measures.auc(labels, held[OURS.name]["all"] + held[SHIFT]["all"])


def conformal(table: Table, held: Held, miss: float = 0.1) -> dict[str, Any]:
    """Label-conditional sets on pooled held-out scores, each case judged by all the others."""
    labels, scores = table.labels, (held[OURS.name]["all"] + held[SHIFT]["all"]).mean(axis=0)
    sizes, told = [], {}
    inside = np.zeros((len(labels), 2), dtype=bool)
    for label in (0, 1):
        strange = scores if label == 0 else -scores
        for case in range(len(labels)):
            others = (labels == label) & (np.arange(len(labels)) != case)
            share = (1 + (strange[others] >= strange[case]).sum()) / (1 + others.sum())
            inside[case, label] = share > miss
    sizes = inside.sum(axis=1)
    for word, label in (("improper", 1), ("upheld", 0)):
        own = labels == label
        hits = int(inside[own, label].sum())
        told[word] = {
            "covered": hits,
            "of": int(own.sum()),
            "interval": measures.wilson(hits, int(own.sum())),
        }
    return {
        "aimed_at": 1 - miss,
        **told,
        "sets": {
            name: int((sizes == size).sum()) for size, name in enumerate(("empty", "one label", "both"))
        },
        "claim": "for cases like these pooled; none across states, and no gate",
    }


def learning_curve(prepared: Prepared, effort: Effort, seed: int) -> list[dict[str, Any]]:
    """AUC and log loss as fewer of the training states are used."""
    table, told = prepared.table, []
    every = np.arange(len(table.cases))
    for share in (0.25, 0.5, 0.75, 1.0):
        runs = []
        for repeat in range(max(2, effort.repeats)):
            chance = np.random.default_rng(seed + repeat)
            scores = {view: np.zeros(len(every)) for view in ("all", "chronology")}
            used = []
            for train, test in folds_of(table.labels, table.groups, OUTER_FOLDS, seed + repeat):
                names = np.unique(table.groups[train])
                while True:
                    kept = chance.choice(names, max(6, round(share * len(names))), replace=False)
                    rows = train[np.isin(table.groups[train], kept)]
                    if 4 < table.labels[rows].sum() < len(rows) - 4:
                        break
                fitted = fit(prepared, rows, seed=seed)
                used.append(len(rows))
                for view in scores:
                    scores[view][test] = fitted.log_odds(table, view, test)  # type: ignore[arg-type]  # a view's name
            runs.append(
                {
                    "cases": float(np.mean(used)),
                    **{f"auc_{v}": measures.auc(table.labels, s) for v, s in scores.items()},
                    "log_loss_all": measures.log_loss(table.labels, scores["all"]),
                }
            )
        told.append(
            {
                "share_of_states": share,
                **{name: float(np.mean([run[name] for run in runs])) for name in runs[0]},
            }
        )
    return told


def ablation(table: Table, held: Held) -> list[dict[str, Any]]:
    """What is left where a part is taken away; the sentence tagger reads in every line."""
    told = []
    for name, way, view in (
        ("everything", OURS.name, "all"),
        ("rules only", "rules alone", "all"),
        ("classifier only", "families alone (the classifier)", "all"),
        ("structure only", OURS.name, "structure"),
        ("text of the chronology only", OURS.name, "chronology"),
        ("text of the note only", OURS.name, "note"),
    ):
        runs = held[way][view], held[SHIFT][view]  # type: ignore[index]  # a view's name
        told.append(
            {
                "what": name,
                "auc": float(
                    np.mean([measures.auc(table.labels, a + s) for a, s in zip(*runs, strict=True)])
                ),
                "log_loss": float(np.mean([measures.log_loss(table.labels, one) for one in runs[0]])),
            }
        )
    return told


def worst(
    table: Table, held: Held, fitted: Fitted, number: int = 20, notes: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """The cases that came out most wrong, with what fired in them."""
    labels, scores = table.labels, (held[OURS.name]["all"] + held[SHIFT]["all"]).mean(axis=0)
    wrong = -np.where(labels == 1, scores, -scores)
    values = table.matrix("all", fitted.columns)
    found = []
    for row in np.argsort(-wrong, kind="stable")[:number]:
        parts = values[row] * fitted.coefficients
        most = [one for one in np.argsort(-np.abs(parts), kind="stable")[:4] if parts[one]]
        found.append(
            {
                "case_id": table.cases[row].case.case_id,
                "outcome": table.cases[row].outcome,
                "improper": bool(labels[row]),
                "score": float(expit(scores[row])),
                "rules": float(table.rules("all")[row]),
                "coverage": float(table.coverage("all")[row]),
                "why": (notes or {}).get(table.cases[row].case.case_id, ""),
                "columns": {fitted.columns[one].name: round(float(parts[one]), 2) for one in most},
            }
        )
    return found


def abstentions(table: Table, held: Held) -> list[dict[str, Any]]:
    """How well cases score below each coverage that was tried."""
    told: list[dict[str, Any]] = []
    view: View
    for view in ("all", "structure", "chronology"):
        covered, scores = table.coverage(view), held[OURS.name][view].mean(axis=0)
        for least in COVERAGES:
            below = covered < least
            told.append(
                {
                    "view": view,
                    "below": least,
                    "cases": int(below.sum()),
                    "log_loss": measures.log_loss(table.labels[below], scores[below])
                    if below.any()
                    else None,
                }
            )
    return told


def labelled_counts(cases: Sequence[Labelled]) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """How many cases of each class there are, by what they may be over- or under-represented in."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for one in cases:
        for what, name in (
            ("outcome", one.outcome),
            ("instrument", one.instrument),
            ("region", region_of(one.case.requesting_state)),
            ("charge", _kind_of(one.case)),
            ("hardness", "hard" if one.hard else "other"),
            ("year of screening", f"{str(one.case.as_of)[:3]}0s" if one.case.as_of is not None else "none"),
        ):
            own = found.setdefault(what, {}).setdefault(name, {"improper": 0, "upheld": 0})
            own["improper" if one.improper else "upheld"] += 1
    return {what: dict(sorted(names.items())) for what, names in found.items()}
