"""One structured case against the whole pack, as ratios of one run.

    python tests/benchmarks/structured_case.py [rounds]

The reference is reading the same case from its JSON with the standard library.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import redflag
from redflag.dates import PartialDate
from redflag.facts import FactBase, gather
from redflag.pack import RulePack, read_pack, shipped_pack_folder
from redflag.screening import Screener

CASE = Path(__file__).parent.parent.parent / "examples" / "h_case" / "case.yaml"
AS_OF = PartialDate("2025-07-01")


def seconds(work: Callable[[], object], times: int) -> float:
    """How long one call takes, over several."""
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def traced(pack: RulePack, facts: FactBase) -> None:
    """The compiled rules, with the traces of those that fired."""
    for one in pack.compiled.evaluate(facts):
        if one.status == "fired":
            assert one.trace


def main() -> None:
    """Print the median of each step and its ratio to the reference."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    case = redflag.load_case(CASE).model_copy(update={"documents": ()})
    text = case.model_dump_json()
    screener = Screener()
    facts = gather(case, (), (), AS_OF)
    traced(screener.pack, facts)  # compiles them
    judged = screener.pack.evaluate(facts)
    steps: dict[str, tuple[Callable[[], object], int]] = {
        "reference: json.loads of the case": (lambda: json.loads(text), 500),
        "gather the facts": (lambda: gather(case, (), (), AS_OF), 50),
        f"ask {len(judged)} rules in full, every trace": (lambda: screener.pack.evaluate_in_full(facts), 20),
        f"ask {len(judged)} rules, traces where they fired": (lambda: traced(screener.pack, facts), 50),
        "weigh the outcomes": (lambda: screener.weigh(judged), 50),
        "score, and which rules fired": (lambda: screener.score(case, AS_OF), 20),
        "screen, with questions and report values": (lambda: screener.screen(case, AS_OF), 10),
        "read the whole pack, rules and lexicons": (lambda: read_pack([shipped_pack_folder()]), 1),
    }
    taken: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, (work, times) in steps.items():
            taken[name].append(seconds(work, times))
    reference = next(iter(taken.values()))
    print(f"{'step':44} {'ms':>9}  times the reference (least, median, most of {rounds} rounds)")
    for name, times in taken.items():
        ratios = sorted(one / other for one, other in zip(times, reference, strict=True))
        median = statistics.median(ratios)
        print(
            f"{name:44} {statistics.median(times) * 1000:9.3f}  {ratios[0]:.1f} {median:.1f} {ratios[-1]:.1f}"
        )


if __name__ == "__main__":
    main()
