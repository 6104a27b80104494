"""The same conditions for other engines: plain Python, NumPy, JsonLogic, CEL and ZEN expressions.

Each engine is given conditions and cases and answers which rule fired in which case.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from redflag.conditions import AtLeast, Condition, DateIs, FactAmount, FactIncludes, FactIs, Not, Path, Some

Cases = Sequence[dict[str, Any]]
Run = Callable[[Cases], Any]
"""Gives a list of outcomes for each case, or an array of cases by rules."""


def _keys(path: Path) -> list[str]:
    return (path.within if path.item is not None else path.text).split(".")


def _days(condition: DateIs) -> tuple[Path, Path]:
    one, other = condition.earlier, condition.later
    if not isinstance(one, Path) or not isinstance(other, Path):
        raise TypeError("the rules made here compare days of the case")
    return one, other


# -- plain Python, as a person would write it


def python_source(condition: Condition) -> str:
    """An expression over a case `c`, and an item `x` inside."""
    match condition:
        case FactIs(path=path, values=values) if values <= {True, False}:
            return _read(path) if values == {True} else f"(not {_read(path)})"
        case FactIs(path=path, values=values):
            return f"({_read(path)} in {{{', '.join(map(repr, sorted(map(str, values))))}}})"
        case FactAmount(path=path, bound=bound, below=below):
            return f"({_read(path)} {'<' if below else '>='} {bound})"
        case FactIncludes(path=path, values=values):
            return (
                "(" + " or ".join(f"{value!r} in {_read(path)}" for value in sorted(map(str, values))) + ")"
            )
        case DateIs():
            one, other = _days(condition)
            gap = f"{_read(other)} - {_read(one)}"
            if condition.within_days is not None:
                return f"(0 <= {gap} <= {condition.within_days})"
            least = condition.by_at_least_days if condition.by_at_least_days is not None else 1
            return f"({gap} >= {least})"
        case Some(path=path, where=where) if where is not None:
            return f"any({python_source(where)} for x in {_read(path)})"
        case Not(of=of):
            return f"(not {python_source(of)})"
        case AtLeast(n=n, of=of) if n in (1, len(of)):
            return "(" + (" or " if n == 1 else " and ").join(map(python_source, of)) + ")"
        case _:
            raise TypeError(type(condition).__name__)


def _read(path: Path) -> str:
    name = "c" if path.item is None else "x"
    return name + "".join(f"[{key!r}]" for key in _keys(path))


def python_functions(conditions: Sequence[Condition]) -> list[Callable[[dict[str, Any]], bool]]:
    """A function for each rule."""
    space: dict[str, Any] = {}
    source = "\n".join(
        f"def rule_{number}(c):\n    return {python_source(one)}\n" for number, one in enumerate(conditions)
    )
    exec(source, space)
    return [space[f"rule_{number}"] for number in range(len(conditions))]


def plain_python(conditions: Sequence[Condition]) -> Run:
    functions = python_functions(conditions)
    return lambda cases: [[function(case) for function in functions] for case in cases]


def plain_python_scores(conditions: Sequence[Condition], families: int) -> Run:
    """The same and the plainest score: weights summed by family, each sum saturating; no range, no events."""
    functions = python_functions(conditions)

    def run(cases: Cases) -> Any:
        scores = []
        for case in cases:
            sums = [0.0] * families
            for number, function in enumerate(functions):
                sums[number % families] += 0.6 if function(case) else -0.12
            log_odds = sum(math.copysign(2 * (1 - math.exp(-abs(one) / 2)), one) for one in sums)
            scores.append(1 / (1 + math.exp(-log_odds)))
        return scores

    return run


# -- NumPy by hand, with a mask for true and a mask for false


def numpy_masks(conditions: Sequence[Condition], cases: Cases) -> Run:
    """The columns stand ready, as a table would hold them; each leaf that names one is asked anew."""
    columns: dict[tuple[str, ...], Any] = {}
    rows: dict[str, Any] = {}

    def column(path: Path, of: str | None) -> Any:
        keys = (*([of] if of is not None else []), *_keys(path))
        if keys not in columns:
            told = cases if of is None else [item for case in cases for item in case[of]]
            values = []
            for one in told:
                for key in _keys(path):
                    one = one[key]
                values.append(one)
            if isinstance(values[0], list):
                words = sorted({word for value in values for word in value})
                bits = {word: 1 << place for place, word in enumerate(words)}
                columns[keys] = np.array([sum(bits[word] for word in value) for value in values]), bits
            elif isinstance(values[0], str):
                words = sorted(set(values))
                codes = {word: place for place, word in enumerate(words)}
                columns[keys] = np.array([codes[value] for value in values], dtype=np.int8), codes
            else:
                columns[keys] = np.array(values), {}
        return columns[keys]

    def ask(condition: Condition, of: str | None) -> tuple[Any, Any]:
        match condition:
            case FactIs(path=path, values=values):
                told, codes = column(path, of if path.item is not None else None)
                if not codes:
                    true = told if values == {True} else ~told
                else:
                    fits = np.zeros(len(codes), dtype=bool)
                    fits[[codes[value] for value in values if value in codes]] = True
                    true = fits[told]
                return true, ~true
            case FactAmount(path=path, bound=bound, below=below):
                told, _ = column(path, of)
                true = (told < bound) is below if isinstance(told, int) else (told < bound) == below
                return true, ~true
            case FactIncludes(path=path, values=values):
                told, bits = column(path, of if path.item is not None else None)
                true = (told & sum(bits.get(value, 0) for value in values)) != 0
                return true, ~true
            case DateIs():
                one, other = _days(condition)
                gap = column(other, None)[0] - column(one, None)[0]
                if condition.within_days is not None:
                    true = (gap >= 0) & (gap <= condition.within_days)
                else:
                    true = gap >= (
                        condition.by_at_least_days if condition.by_at_least_days is not None else 1
                    )
                return true, ~true
            case Some(path=path, where=where) if where is not None:
                if path.text not in rows:
                    counts = [len(case[path.text]) for case in cases]
                    rows[path.text] = np.repeat(np.arange(len(cases)), counts)
                inside, _ = ask(where, path.text)
                true = np.bincount(rows[path.text][inside], minlength=len(cases)) > 0
                return true, ~true
            case Not(of=part):
                true, false = ask(part, of)
                return false, true
            case AtLeast(n=n, of=parts):
                asked = [ask(part, of) for part in parts]
                trues, falses = [one[0] for one in asked], [one[1] for one in asked]
                if n == 1:
                    return np.logical_or.reduce(trues), np.logical_and.reduce(falses)
                return np.logical_and.reduce(trues), np.logical_or.reduce(falses)
            case _:
                raise TypeError(type(condition).__name__)

    return lambda _: np.array([ask(one, None)[0] for one in conditions]).T


# -- engines that others made


def json_logic(condition: Condition) -> Any:
    """JsonLogic."""
    match condition:
        case FactIs(path=path, values=values) if values <= {True, False}:
            return {"==": [_var(path), next(iter(values))]}
        case FactIs(path=path, values=values):
            return {"in": [_var(path), sorted(map(str, values))]}
        case FactAmount(path=path, bound=bound, below=below):
            return {"<" if below else ">=": [_var(path), bound]}
        case FactIncludes(path=path, values=values):
            asked = [{"in": [value, _var(path)]} for value in sorted(map(str, values))]
            return asked[0] if len(asked) == 1 else {"or": asked}
        case DateIs():
            one, other = _days(condition)
            gap = {"-": [_var(other), _var(one)]}
            if condition.within_days is not None:
                return {"and": [{">=": [gap, 0]}, {"<=": [gap, condition.within_days]}]}
            return {">=": [gap, condition.by_at_least_days if condition.by_at_least_days is not None else 1]}
        case Some(path=path, where=where) if where is not None:
            return {"some": [_var(path), json_logic(where)]}
        case Not(of=of):
            return {"!": [json_logic(of)]}
        case AtLeast(n=n, of=of):
            return {"or" if n == 1 else "and": [json_logic(part) for part in of]}
        case _:
            raise TypeError(type(condition).__name__)


def _var(path: Path) -> dict[str, str]:
    return {"var": ".".join(_keys(path))}


def infix(condition: Condition, words: dict[str, str]) -> str:
    """CEL or ZEN, by their words for and, or, not, some and an item."""

    def name(path: Path) -> str:
        return ".".join(([words["item"]] if path.item is not None else []) + _keys(path))

    match condition:
        case FactIs(path=path, values=values) if values <= {True, False}:
            return f"{name(path)} == {json.dumps(next(iter(values)))}"
        case FactIs(path=path, values=values):
            return f"{name(path)} in {json.dumps(sorted(map(str, values)))}"
        case FactAmount(path=path, bound=bound, below=below):
            return f"{name(path)} {'<' if below else '>='} {bound}"
        case FactIncludes(path=path, values=values):
            asked = [f"{json.dumps(value)} in {name(path)}" for value in sorted(map(str, values))]
            return f"({words['or'].join(asked)})"
        case DateIs():
            one, other = _days(condition)
            gap = f"{name(other)} - {name(one)}"
            if condition.within_days is not None:
                return f"({gap} >= 0{words['and']}{gap} <= {condition.within_days})"
            return f"{gap} >= {condition.by_at_least_days if condition.by_at_least_days is not None else 1}"
        case Some(path=path, where=where) if where is not None:
            return words["some"].format(name(path), infix(where, words))
        case Not(of=of):
            return f"{words['not']}({infix(of, words)})"
        case AtLeast(n=n, of=of):
            return f"({words['or' if n == 1 else 'and'].join(infix(part, words) for part in of)})"
        case _:
            raise TypeError(type(condition).__name__)


CEL = {"and": " && ", "or": " || ", "not": "!", "some": "{}.exists(x, {})", "item": "x"}
ZEN = {"and": " and ", "or": " or ", "not": "not ", "some": "some({}, {})", "item": "#"}


def datalogic(conditions: Sequence[Condition]) -> Run:
    import datalogic_py

    engine = datalogic_py.Engine()
    rules = [engine.compile(json_logic(one)) for one in conditions]

    def run(cases: Cases) -> Any:
        many = engine.session().evaluate_many
        return [[told == "true" for told in many(rules, datalogic_py.DataHandle(case))] for case in cases]

    return run


def zen_batch(conditions: Sequence[Condition]) -> Run:
    import zen

    expressions = [
        {"id": str(number), "key": f"r{number}", "value": infix(one, ZEN)}
        for number, one in enumerate(conditions)
    ]
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "asked", "type": "expressionNode", "name": "asked", "position": {"x": 1, "y": 0},
                "content": {"expressions": expressions},
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "a", "type": "edge", "sourceId": "in", "targetId": "asked"},
            {"id": "b", "type": "edge", "sourceId": "asked", "targetId": "out"},
        ],
    }  # fmt: skip
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": graph}}})
    names = [f"r{number}" for number in range(len(conditions))]

    def run(cases: Cases) -> Any:
        done = engine.evaluate_batch([{"key": "rules", "context": case} for case in cases])
        return [[one["data"]["result"][name] for name in names] for one in done]

    return run


def cel_contexts(conditions: Sequence[Condition]) -> Run:
    import cel

    programs = [cel.compile(infix(one, CEL)) for one in conditions]

    def run(cases: Cases) -> Any:
        found = []
        for case in cases:
            context = cel.Context()
            context.update(case)
            found.append([program.execute(context) for program in programs])
        return found

    return run


def snorkel_applier(conditions: Sequence[Condition]) -> Run:
    """Snorkel runs Python functions; they are those of plain Python."""
    from snorkel.labeling import LabelingFunction, LFApplier

    functions = [
        LabelingFunction(f"rule_{number}", lambda case, asked=function: int(asked(case)))
        for number, function in enumerate(python_functions(conditions))
    ]
    applier = LFApplier(functions)
    return lambda cases: applier.apply(list(cases), progress_bar=False).astype(bool)


def json_logic_python(conditions: Sequence[Condition]) -> Run:
    from json_logic import jsonLogic

    rules = [json_logic(one) for one in conditions]
    return lambda cases: [[bool(jsonLogic(rule, case)) for rule in rules] for case in cases]


OTHERS: dict[str, tuple[str, Callable[[Sequence[Condition]], Run], int]] = {
    "datalogic-py, one session": ("datalogic-py", datalogic, 20_000),
    "zen-engine, evaluate_batch (both cores)": ("zen-engine", zen_batch, 5_000),
    "snorkel LFApplier": ("snorkel", snorkel_applier, 5_000),
    "CEL in Rust, one context a case": ("common-expression-language", cel_contexts, 2_000),
    "json-logic in Python": ("json-logic-qubit", json_logic_python, 500),
}
"""Engines of others: their distribution, how they are set up, and on how many cases they are run."""
