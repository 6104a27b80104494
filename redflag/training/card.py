"""The model card, made from the model and its evaluation; no number in it is written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from redflag.model import Model
from redflag.training.fit import HISTORY

_VIEWS = {
    "all": "everything: coded facts, chronology and note",
    "structure": "coded facts alone",
    "chronology": "the chronology's text alone",
    "note": "the intake note's text alone",
}
_AIMS = (
    ("all", "AUC from whole cases", "auc", 0.90, True),
    ("structure", "AUC from coded facts alone", "auc", 0.90, True),
    ("chronology", "AUC from the chronology's text alone", "auc", 0.86, True),
    ("all", "false positives on hard upheld cases at a recall of 0.85", "hard", 0.15, False),
)


def card(model: Model, evaluation: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    return "\n".join(_lines(model, evaluation)) + "\n"


def _lines(model: Model, told: Mapping[str, Any]) -> Iterator[str]:
    yield "# Model card: the classifier of redflag"
    yield ""
    yield "Made by `redflag evaluate`; every number comes from `evaluation.json` and `model.json`."
    yield ""
    yield from _locked(told["locked"], told.get("locked_before", ()))
    yield from _purpose(model)
    yield from _development(told["development"])
    yield from _aims(told)
    yield from _rivals(told["development"]["rivals"])
    yield from _style(told["style"])
    yield from _fairness(told["fairness"], told["replacement"])
    yield from _leaks(told)
    yield from _conformal(told["conformal"])
    yield from _amounts(told)
    yield from _worst(told["worst"])
    yield from _agreement(told["second_coding"])
    yield from _parts(model)
    yield from _digests(model, told)


def _locked(locked: Mapping[str, Any] | None, before: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## The locked states"
    yield ""
    if locked is None:
        yield "Not opened yet. They are scored once, when nothing is chosen any more."
        yield ""
        return
    yield (
        f"{locked['cases']} cases ({locked['improper']} improper, {locked['upheld']} upheld) of "
        f"{locked['states']} states that nobody read while rules, phrases or the model were made."
    )
    yield ""
    if before:
        yield (
            "They have been opened before, for earlier forms of the rules and the model. Nobody read them "
            "then either and no single error on them was looked at, but what was worked on afterwards was "
            "chosen in knowledge of these figures:"
        )
        yield ""
        yield from _table(
            ["model", "rules", *(f"AUC, {_VIEWS[view]}" for view in locked["views"])],
            (
                [
                    one["model_digest"][:12],
                    one["pack_digest"][:12],
                    *(f"{auc:.3f}" for auc in one["auc"].values()),
                ]
                for one in before
            ),
        )
    yield from _views(locked["views"])
    yield "Bands, whole cases:"
    yield ""
    bands = locked["views"]["all"]["bands"]
    words = list(bands["improper"])
    yield from _table(
        ["", *(word.replace("_", " ") for word in words)],
        ([name, *(str(row[word]) for word in words)] for name, row in bands.items()),
    )


def _purpose(model: Model) -> Iterator[str]:
    yield "## What it is, and what it is not"
    yield ""
    yield (
        "A ridge logistic regression whose coefficients keep the signs of their columns. The columns are "
        "the pack's own families and rules; it has learnt no words and sees no state, nationality, language "
        "or instrument. Its log-odds and those of the rules are added up by a stack fitted on held-out "
        "values. It rates a request, never a person's guilt, and a person decides. It is not for police, "
        "prosecutors or bodies that decide on surrender or protection."
    )
    yield ""
    yield (
        f"Fitted on {model.cases} publicly documented cases ({model.improper} improper). Publicity picked "
        "them: one class is rich in INTERPOL matters, the other in court cases. Improper does not "
        "always mean misuse, and held up does not mean free of pressure. No expert has signed the rules or "
        "the labels."
    )
    yield ""


def _development(told: Mapping[str, Any]) -> Iterator[str]:
    yield "## The development states"
    yield ""
    yield (
        f"{told['cases']} cases ({told['improper']} improper, {told['upheld']} upheld) in {told['states']} "
        f"groups by requesting state; {told['folds']} outer folds, repeated {told['repeats']} times, "
        f"everything fitted again in each; intervals from {told['resamples']} draws of states, fitted "
        "again. The rules were written by people who had read these cases: for them, and so for the score, "
        "these figures are in-sample."
    )
    yield ""
    yield (
        "The way of choosing was itself made with these cases at hand. After figures on them had been seen, "
        "the following was changed, and no fold accounts for it:"
    )
    yield ""
    yield from (f"- {one};" for one in HISTORY[:-1])
    yield f"- {HISTORY[-1]}."
    yield ""
    yield from _views(told["views"])
    overall = told["over_all_views"]
    yield (
        f"Over all views at once, as the stack was fitted: slope {overall['slope']:.2f}, intercept "
        f"{overall['intercept']:+.2f}. A positive intercept of a view means that scores from such files err "
        "low, a negative one that they err high."
    )
    yield ""
    yield "Reliability, whole cases, in five bins by score:"
    yield ""
    yield from _table(
        ["cases", "said", "came true", ""],
        (
            [str(p["cases"]), f"{p['said']:.2f}", f"{p['came_true']:.2f}", _bar(p["said"], p["came_true"])]
            for p in told["views"]["all"]["reliability"]
        ),
    )
    ece = told["views"]["all"]["ece"]
    chance = ece["if_calibrated"]
    yield (
        f"ECE {ece['value']:.3f}; a perfectly calibrated score would have {chance['median']:.3f} "
        f"({chance['low']:.3f} to {chance['high']:.3f}) at this size, by chance alone."
    )
    yield ""


def _bar(said: float, true: float) -> str:
    """A line from 0 to 1 with what was said (o) and what came true (x)."""
    places = ["."] * 21
    places[round(said * 20)] = "o"
    places[round(true * 20)] = "x" if round(true * 20) != round(said * 20) else "*"
    return f"`{''.join(places)}`"


def _views(views: Mapping[str, Any]) -> Iterator[str]:
    yield from _table(
        ["read from", "AUC", "log loss", "Brier (reliability, resolution)", "slope", "intercept"],
        (
            [
                _VIEWS[view],
                _with(own["auc"]),
                _with(own["log_loss"]),
                f"{own['brier']['value']:.3f} ({own['brier_parts']['reliability']:.3f}, "
                f"{own['brier_parts']['resolution']:.3f})",
                _with(own["slope"]),
                _with(own["intercept"]),
            ]
            for view, own in views.items()
        ),
    )
    yield from _table(
        ["read from", "hard upheld cases flagged at recall 0.85", "rate", "within red notices"],
        (
            [
                _VIEWS[view],
                f"{own['hard_upheld']['wrong']} of {own['hard_upheld']['hard_upheld']} "
                f"(finding {own['hard_upheld']['found']} of {own['hard_upheld']['improper']} improper)",
                f"{own['hard_upheld']['rate']:.2f} {_span(own['hard_upheld']['interval'])}",
                _red(own["within_red_notices"]),
            ]
            for view, own in views.items()
        ),
    )


def _red(own: Mapping[str, Any]) -> str:
    counts = f"{own['cases']} cases, {own['improper']} improper"
    return f"AUC {_with(_pair(own))} ({counts})" if "auc" in own else f"too few ({counts})"


def _pair(own: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"value": own["auc"], "interval": own["interval"]}


def _aims(told: Mapping[str, Any]) -> Iterator[str]:
    yield "## Against what was aimed at"
    yield ""
    rows = []
    sets = [("development", told["development"])]
    if told["locked"] is not None:
        sets.append(("locked", told["locked"]))
    for view, title, what, aim, at_least in _AIMS:
        for name, own in sets:
            views = own["views"][view]
            value = views["auc"]["value"] if what == "auc" else views["hard_upheld"]["rate"]
            met = value >= aim if at_least else value <= aim
            sign = "≥" if at_least else "≤"
            rows.append(
                [f"{title}, {name}", f"{sign} {aim:.2f}", f"{value:.2f}", "met" if met else "fell short"]
            )
    yield from _table(["figure", "aim", "reached", ""], rows)


def _rivals(rivals: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Beside others, on the same folds"
    yield ""
    yield "Ours minus theirs in AUC, paired, with intervals over states; above zero is in our favour."
    yield ""
    for meaning, title in ((True, "Rivals that read meaning"), (False, "Form alone, not to be chased")):
        yield from _table(
            [title, "AUC, whole", "ours minus it", "AUC, chronology", "ours minus it", "log loss, whole"],
            (
                [
                    one["name"]
                    + ("" if one["views"]["all"]["refitted_in_draws"] else " (not refitted in draws)"),
                    f"{one['views']['all']['auc']:.3f}",
                    _with(one["views"]["all"]["ours_minus_its_auc"], signed=True),
                    f"{one['views']['chronology']['auc']:.3f}",
                    _with(one["views"]["chronology"]["ours_minus_its_auc"], signed=True),
                    f"{one['views']['all']['log_loss']:.3f}",
                ]
                for one in rivals
                if one["reads_meaning"] is meaning
            ),
        )


def _style(style: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## Style"
    yield ""
    yield (
        "The two classes were first written by different hands. Within a class there is nothing left to be "
        "right about: a rank correlation of our score with one that sees form alone would mean that ours "
        "lives on style too. The last columns say what the form score would add to ours."
    )
    yield ""
    yield from _table(
        ["form", "within improper", "within upheld", "p of adding it", "AUC it would add"],
        (
            [
                one["form"],
                _with(one["within_class_rank_correlation"]["improper"], signed=True),
                _with(one["within_class_rank_correlation"]["upheld"], signed=True),
                f"{one['adding_it_to_ours']['p']:.2g}",
                _with(one["adding_it_to_ours"]["auc_gain"], signed=True),
            ]
            for one in style
        ),
    )


def _fairness(fairness: Mapping[str, Any], replaced: Mapping[str, Any]) -> Iterator[str]:
    yield "## Fairness"
    yield ""
    for key, title in (("by_region", "Region of the requesting state"), ("by_charge", "Kind of charge")):
        yield from _table(
            [title, "improper found", "upheld flagged", "came true minus said, pooled"],
            (
                [
                    one["group"],
                    f"{one['found']} of {one['improper']}",
                    f"{one['wrong']} of {one['upheld']}",
                    f"{one['pooled']:+.2f} {_span(one['interval'])}",
                ]
                for one in fairness[key]
            ),
        )
    yield "By requesting state, counts alone where there are fewer than ten:"
    yield ""
    yield "; ".join(
        f"{one['group']} {one['found']}/{one['improper']} found, {one['wrong']}/{one['upheld']} flagged"
        for one in fairness["by_state"]
    )
    yield ""
    yield (
        f"Replacing the requesting state by up to {replaced['states']} others, in fields and text: "
        f"{replaced['replacements']} cases rewritten, the classifier's score moved in {replaced['moved']} "
        f"(most {replaced['most']:g}). Renaming people: {replaced['renamings']} cases, moved in "
        f"{replaced['renamings_moved']}."
    )
    yield ""


def _leaks(told: Mapping[str, Any]) -> Iterator[str]:
    leaks, chance = told["leaks"], told["permutations"]
    yield "## Leaks and chance"
    yield ""
    same = "the same model" if leaks["outcomes_permuted_model_is_the_same"] else "ANOTHER MODEL"
    canary = "shows" if leaks["canary_shows"] else "never shows"
    yield f"- Outcomes, hardness and instruments dealt out anew: {same}."
    yield (
        f"- Later refusals and deletions added to {leaks['later_decisions_added']} cases: outcomes of rules "
        f"moved in {leaks['scores_moved_by_them']}."
    )
    yield f"- A canary word in what stands beside the cases {canary} in the model."
    low, high = chance["interval_of_the_mean"]
    yield (
        f"- {chance['permutations']} permutations of the labels: mean AUC {chance['mean_auc']:.3f} "
        f"({low:.3f} to {high:.3f}); the middle 95 % of them lie in {_span(chance['middle_95'])}."
    )
    yield ""


def _conformal(told: Mapping[str, Any]) -> Iterator[str]:
    yield "## Conformal sets"
    yield ""
    own = "; ".join(
        f"{word} {told[word]['covered']} of {told[word]['of']} covered {_span(told[word]['interval'])}"
        for word in ("improper", "upheld")
    )
    sizes = ", ".join(f"{number} {name}" for name, number in told["sets"].items())
    yield f"Label-conditional, aimed at {told['aimed_at']:.2f}: {own}. Sets: {sizes}. Claim: {told['claim']}."
    yield ""


def _amounts(told: Mapping[str, Any]) -> Iterator[str]:
    yield "## How much data, and which parts"
    yield ""
    yield from _table(
        ["share of training states", "cases", "AUC, whole", "AUC, chronology", "log loss, whole"],
        (
            [
                f"{one['share_of_states']:.2f}",
                f"{one['cases']:.0f}",
                f"{one['auc_all']:.3f}",
                f"{one['auc_chronology']:.3f}",
                f"{one['log_loss_all']:.3f}",
            ]
            for one in told["learning_curve"]
        ),
    )
    yield from _table(
        ["with", "AUC", "log loss"],
        ([one["what"], f"{one['auc']:.3f}", f"{one['log_loss']:.3f}"] for one in told["ablation"]),
    )
    yield (
        "Texts are read by phrases and by the sentence tagger: in development cases by one that has seen "
        "no sentence of the same state's cases, in locked ones by the one that ships. A tagger that reads a "
        "case of the training folds may have seen sentences of the states held out, and their marks, not "
        "their outcomes."
    )
    yield ""


def _worst(worst: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## The worst errors"
    yield ""
    yield from _table(
        ["case", "outcome", "score", "R", "what the classifier went by", "read and explained"],
        (
            [
                one["case_id"],
                f"{one['outcome'].replace('_', ' ')} ({'improper' if one['improper'] else 'upheld'})",
                f"{one['score']:.2f}",
                f"{one['rules']:+.2f}",
                ", ".join(f"{name} {value:+.2f}" for name, value in one["columns"].items())
                or "nothing fired",
                one["why"],
            ]
            for one in worst
        ),
    )


def _agreement(told: Mapping[str, Any] | None) -> Iterator[str]:
    if told is None:
        return
    yield "## Agreement of two codings"
    yield ""
    middle = "none" if told["median_kappa"] is None else f"{told['median_kappa']:.2f}"
    yield (
        f"{told['cases']} cases were coded a second time by the same team, blind to the first coding and to "
        "the outcome. Median kappa over the fields that either coder told in five cases or more "
        f"({told['fields_told_in_five_or_more']} of them): {middle}. Where both told a field they agreed in "
        f"{told['alike_where_both_tell']} of "
        f"{told['told_by_both']}; most differences are things that one left out."
    )
    yield ""


def _parts(model: Model) -> Iterator[str]:
    yield "## What is in it"
    yield ""
    stack, bands = model.stack, model.bands
    yield (
        f"Layout `{model.layout}`, penalty {model.penalty:g}. logit(score) = {stack.intercept:+.3f} "
        f"+ {stack.rules:.3f} R + {stack.classifier:.3f} C + logit(base rate) "
        f"- logit({stack.training_rate:.3f}). Elevated from {bands.elevated_from:+.2f}, high from "
        f"{bands.high_from:+.2f}; no band below a coverage of {bands.least_coverage:.2f}."
    )
    yield ""
    yield from _table(
        ["column", "sign", "log-odds"],
        ([one.column, f"{one.sign:+d}", f"{one.coefficient:+.3f}"] for one in model.weights),
    )


def _digests(model: Model, told: Mapping[str, Any]) -> Iterator[str]:
    yield "## Digests"
    yield ""
    for name, value in (
        ("Model", model.digest_),
        ("Rule pack", model.pack_digest),
        ("Columns", model.columns_digest),
        ("Training data", model.training_data_digest),
    ):
        yield f"- {name}: SHA-256 `{value}`"
    libraries = ", ".join(f"{name} {number}" for name, number in sorted(model.libraries.items()))
    yield f"- Seed {model.seed}; {libraries}; effort {told['effort']}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _with(told: Mapping[str, Any], *, signed: bool = False) -> str:
    value = f"{told['value']:+.3f}" if signed else f"{told['value']:.3f}"
    return f"{value} {_span(told['interval'])}"


def _span(ends: Sequence[float]) -> str:
    return f"({ends[0]:.2f} to {ends[1]:.2f})"
