"""The speeds that a change may spoil, each beside something plain in its group, kept from run to run.

Run by pytest-benchmark, as README.md says. Each benchmark repeats the same work on the same material, so
that two runs on one machine differ by the code; between machines, what compares is the ratio to the
reference of the group.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from batch_material import lines
from rule_engines import plain_python
from rule_material import material
from structured_case import AS_OF, CASE, traced

import redflag
from redflag.case import Case
from redflag.documents import Document, DocumentNote
from redflag.facts import FactBase, gather
from redflag.model import Model, shipped_model
from redflag.screening import Screener
from redflag.signals import find
from rules import own_engines

Benchmark = Callable[..., Any]

RULE_CASES = 500
STRUCTURED_CASES = 20
RULE_WAYS = {
    "masks": "redflag, masks over columns",
    "outcomes": "redflag, compiled, outcomes and reasons",
    "traces": "redflag, compiled, full trace where fired",
}
TEXTS = {
    "ordinary": sorted((Path(__file__).parent.parent / "texts" / "ordinary").glob("[0-9][0-9].txt")),
    "case": sorted(CASE.parent.glob("*.txt")),
}


@pytest.fixture(scope="session")
def screener() -> Screener:
    """The shipped rules, classifier and tagger."""
    return Screener()


# -- sixty rules on five hundred complete cases


@pytest.fixture(scope="session")
def sixty_rules() -> dict[str, Callable[[], object]]:
    """Each way to come to the outcomes."""
    conditions, cases = material(RULE_CASES)
    runs = {engine.name: functools.partial(engine.run, cases) for engine in own_engines(conditions, cases)}
    reference = functools.partial(plain_python(conditions), cases)
    return {"plain_python": reference, **{way: runs[name] for way, name in RULE_WAYS.items()}}


@pytest.mark.benchmark(group="sixty rules, 500 cases")
@pytest.mark.parametrize("way", ["plain_python", *RULE_WAYS])
def bench_sixty_rules(benchmark: Benchmark, sixty_rules: dict[str, Callable[[], object]], way: str) -> None:
    """Plain Python functions are the reference."""
    benchmark(sixty_rules[way])


# -- the whole pack on the example H, its documents left out


@pytest.fixture(scope="session")
def h_case() -> Case:
    """The example without its documents."""
    return redflag.load_case(CASE).model_copy(update={"documents": ()})


@pytest.fixture(scope="session")
def h_facts(h_case: Case) -> FactBase:
    """What it tells."""
    return gather(h_case, (), (), AS_OF)


@pytest.mark.benchmark(group="whole pack, example H")
def bench_h_reference(benchmark: Benchmark, h_case: Case) -> None:
    """Reading the case from its JSON is the reference."""
    benchmark(json.loads, h_case.model_dump_json())


@pytest.mark.benchmark(group="whole pack, example H")
def bench_h_whole_pack(benchmark: Benchmark, screener: Screener, h_facts: FactBase) -> None:
    """Every rule, with the traces of those that fired."""
    traced(screener.pack, h_facts)  # compiles them
    benchmark(traced, screener.pack, h_facts)


@pytest.mark.benchmark(group="whole pack, example H")
def bench_h_whole_pack_in_full(benchmark: Benchmark, screener: Screener, h_facts: FactBase) -> None:
    """Every rule with its trace."""
    benchmark(screener.pack.evaluate_in_full, h_facts)


# -- structured cases, most of which say little


@pytest.fixture(scope="session")
def structured() -> list[str]:
    """Their lines."""
    return [*lines(STRUCTURED_CASES)]


@pytest.mark.benchmark(group="structured cases, 20")
def bench_structured_reference(benchmark: Benchmark, structured: list[str]) -> None:
    """Reading the lines as cases is the reference."""
    benchmark(lambda: [Case.model_validate_json(line) for line in structured])


@pytest.mark.benchmark(group="structured cases, 20")
@pytest.mark.parametrize("way", ["score", "screen"])
def bench_structured(benchmark: Benchmark, screener: Screener, structured: list[str], way: str) -> None:
    """Cases that have been read, to a score or to a whole assessment."""
    cases = [Case.model_validate_json(line) for line in structured]
    work = getattr(screener, way)
    work(cases[0])  # compiles the rules
    benchmark(lambda: [work(case) for case in cases])


# -- texts


@pytest.mark.parametrize("reading", ["phrases", "phrases_and_tagger"])
@pytest.mark.parametrize("kind", TEXTS)
def bench_text(benchmark: Any, screener: Screener, kind: str, reading: str) -> None:
    """A text that tells of no case, and one that does; phrases alone are the reference."""
    documents = [
        Document(path.name, path.read_text(encoding="utf-8"), DocumentNote(language="en"))
        for path in TEXTS[kind]
    ]
    size = sum(len(document.text) for document in documents)
    assert screener.tagger is not None
    assert size
    benchmark.group = f"text, {kind}"
    benchmark.extra_info["characters"] = size
    read = functools.partial(
        find, documents, screener.pack.lexicons, screener.tagger if "tagger" in reading else None
    )
    read()  # readies the lexicons of the language
    benchmark(read)


# -- one row of the classifier


@pytest.fixture(scope="session")
def classifier() -> Model:
    """The shipped one."""
    model = shipped_model()
    assert model is not None
    return model


@pytest.mark.benchmark(group="classifier, one row")
def bench_model_reference(benchmark: Benchmark, classifier: Model) -> None:
    """The bare log-odds are the reference."""
    benchmark(classifier.decision, [(-0.25, 0.0, 1.0)[n % 3] for n in range(len(classifier.weights))])


@pytest.mark.benchmark(group="classifier, one row")
def bench_model_opinion(benchmark: Benchmark, classifier: Model) -> None:
    """Its opinion, with the parts and the two ends between which the row may still move."""
    row = [((-0.25, 0.0, 1.0)[n % 3], -0.25, 1.0) for n in range(len(classifier.weights))]
    benchmark(classifier.opinion, row)
