"""Sixty rules on 20,000 cases: redflag beside plain Python, NumPy and the rule engines of others.

    pip install -r tests/benchmarks/requirements-peers.txt
    python tests/benchmarks/rules.py [--cases 20000] [--rounds 5]

Everything runs in one process, one thing after the other, and in each round beside plain Python on the
same cases: what counts is the ratio, told with its spread over the rounds. Outcomes are compared too.
An engine that is not installed is named and left out. What is kept from run to run is in `bench_speed.py`.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rule_engines import OTHERS, Cases, Run, numpy_masks, plain_python, plain_python_scores
from rule_material import AS_OF, as_case, as_frame, as_pack, material

from redflag.columns import columns_of
from redflag.compiled import Logic, compile_rules
from redflag.conditions import Condition, Scope
from redflag.dates import PartialDate
from redflag.facts import gather
from redflag.flat import columns_of_frame, scores_of_frame
from redflag.masks import Asking
from redflag.model import shipped_model
from redflag.screening import Screener
from redflag.together import Together
from redflag.tracing import compile_trace
from redflag.truth import Truth


@dataclass(frozen=True)
class Engine:
    """Something that is measured, on the first so many cases."""

    name: str
    version: str
    run: Run
    cases: int


def own_engines(conditions: Sequence[Condition], cases: Cases) -> list[Engine]:
    """redflag in each of its ways; the facts of the cases are gathered before."""
    day = PartialDate(AS_OF)
    bases = [gather(as_case(case), (), (), day) for case in cases]
    gc.collect()
    gc.freeze()
    rules = {f"rule {number}": Logic(None, one, None, None, None) for number, one in enumerate(conditions)}
    ask = compile_rules(rules)
    tracers = [compile_trace(name, rule) for name, rule in rules.items()]
    columns = columns_of(bases)

    def compiled(some: Cases) -> Any:
        return [ask(one, rules.keys(), False, {}, {}) for one in bases[: len(some)]]

    def traced_where_fired(some: Cases) -> Any:
        found = []
        for one in bases[: len(some)]:
            row = ask(one, rules.keys(), False, {}, {})
            scope = Scope(one)
            traces = [tracers[n](scope) for n, told in enumerate(row) if told is True]
            found.append(row)
            assert all(trace.truth is Truth.TRUE for trace in traces)
        return found

    def in_full(some: Cases) -> Any:
        return [
            [condition.evaluate(scope).truth is Truth.TRUE for condition in conditions]
            for scope in map(Scope, bases[: len(some)])
        ]

    def masks(_: Cases) -> Any:
        asking = Asking(columns)
        return np.array([asking.ask(condition).true for condition in conditions]).T

    frame = as_frame(cases)

    def masks_of_frame(_: Cases) -> Any:
        asking = Asking(columns_of_frame(frame, day))
        return np.array([asking.ask(condition).true for condition in conditions]).T

    screener = Screener(as_pack(), model=None)
    together = Together(screener)
    flat = columns_of_frame(frame, day)
    order = [rule.id for rule in sorted(screener.pack.rules, key=lambda rule: rule.id.partition("_")[2])]

    def scores(_: Cases) -> Any:
        table, _tally = together.tally(flat)
        places = {rule.id: place for place, rule in enumerate(table.outcomes.rules)}
        return table.outcomes.codes[:, [places[rule] for rule in order]] == 1

    def scores_from_frame(_: Cases) -> Any:
        found = scores_of_frame(frame, screener, day)
        return np.array([found[rule].cat.codes == 1 for rule in order]).T

    version = importlib.metadata.version("redflag-screening") if _installed("redflag-screening") else "here"
    size = len(cases)
    return [
        Engine("redflag, masks over columns", version, masks, size),
        Engine("redflag, masks, columns read from a frame", version, masks_of_frame, size),
        Engine("redflag, outcomes and scores, columns ready", version, scores, size),
        Engine("redflag, outcomes and scores from a frame", version, scores_from_frame, size),
        Engine("redflag, compiled, outcomes and reasons", version, compiled, size),
        Engine("redflag, compiled, full trace where fired", version, traced_where_fired, size),
        Engine("redflag, the tracing reference", version, in_full, min(size, 2_000)),
    ]


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def differing(engine: Engine, wanted: np.ndarray, cases: Cases) -> int:
    """How many outcomes are not those of plain Python."""
    told = engine.run(cases[: engine.cases])
    if not isinstance(told, np.ndarray):
        told = np.array([[one is True for one in row] for row in told])
    return int((told != wanted[: engine.cases]).sum())


def models(rounds: int) -> dict[str, list[float]]:
    """One row through the shipped classifier and through scikit-learn, in microseconds."""
    model = shipped_model()
    if model is None:
        return {}
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(5)
    width = len(model.weights)
    rows = chance.choice([-0.25, 0.0, 1.0], size=(500, width))
    peer = LogisticRegression().fit(rows, chance.random(500) < 0.5)
    row = rows[0].tolist()
    ends = [(value, -0.25, 1.0) for value in row]
    one = rows[:1]
    works: dict[str, Callable[[], object]] = {
        f"redflag, {width} columns: log-odds": lambda: model.decision(row),
        f"redflag, {width} columns: opinion with its parts and ends": lambda: model.opinion(ends),
        f"scikit-learn {importlib.metadata.version('scikit-learn')}: predict_proba": (
            lambda: peer.predict_proba(one)
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(lambda work=work: [work() for _ in range(200)]) / 200 * 1e6)  # type: ignore[misc]
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()

    conditions, cases = material(given.cases)
    plain = plain_python(conditions)
    wanted = np.array(plain(cases))
    engines = own_engines(conditions, cases)
    engines.append(
        Engine("NumPy by hand, two masks", np.__version__, numpy_masks(conditions, cases), len(cases))
    )
    for name, (distribution, make, most) in OTHERS.items():
        if _installed(distribution):
            engines.append(
                Engine(
                    name, importlib.metadata.version(distribution), make(conditions), min(most, len(cases))
                )
            )
        else:
            print(f"{name}: {distribution} is not installed; left out", file=sys.stderr)

    wrong = {engine.name: differing(engine, wanted, cases) for engine in engines}
    scored = plain_python_scores(conditions, 4)
    to_scores: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {engine.name: [] for engine in engines}
    times: dict[str, list[float]] = {engine.name: [] for engine in engines}
    plain_times: list[float] = []
    for _ in range(given.rounds):
        for engine in engines:
            some = cases[: engine.cases]
            reference = seconds(lambda some=some: plain(some)) / len(some)  # type: ignore[misc]
            own = seconds(lambda some=some, run=engine.run: run(some)) / len(some)  # type: ignore[misc]
            ratios[engine.name].append(own / reference)
            times[engine.name].append(own * 1e6)
            plain_times.append(reference * 1e6)
            if "scores" in engine.name:
                beside = seconds(lambda some=some: scored(some)) / len(some)  # type: ignore[misc]
                to_scores.setdefault(engine.name, []).append(own / beside)

    print(
        f"{len(conditions)} rules, {len(cases)} cases, {wanted.mean():.1%} of outcomes fire; "
        f"{given.rounds} rounds; CPython {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}"
    )
    head = f"{'engine':42} {'version':10} {'cases':>6} {'us/case':>9}"
    print(f"{head} {'x plain Python (least-most)':>30} {'differ':>7}")
    median = statistics.median
    print(f"{'plain Python functions':42} {'':10} {len(cases):6} {median(plain_times):9.1f} {1.0:15.3f}")
    for engine in sorted(engines, key=lambda one: statistics.median(ratios[one.name])):
        own_ratios = ratios[engine.name]
        spread = f"{statistics.median(own_ratios):.3f} ({min(own_ratios):.3f}-{max(own_ratios):.3f})"
        print(
            f"{engine.name:42} {engine.version:10} {engine.cases:6} {median(times[engine.name]):9.1f} "
            f"{spread:>30} {wrong[engine.name]:7}"
        )
    for name, one in to_scores.items():
        spread = f"{median(one):.3f} ({min(one):.3f}-{max(one):.3f})"
        print(f"{name:42} beside plain Python that adds up the plainest score: {spread}")
    one_row = models(given.rounds)
    for name, taken in one_row.items():
        print(f"one row: {name:58} {statistics.median(taken):9.1f} us ({min(taken):.1f}-{max(taken):.1f})")
    if any(wrong.values()):
        raise SystemExit("outcomes differ")


if __name__ == "__main__":
    main()
