"""What a ledger costs a batch, as a ratio of the time without one, by what it keeps.

Usage: python tests/benchmarks/ledger_overhead.py [cases]. The cases are the examples, over and over.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import redflag
from redflag.audit import LedgerFile
from redflag.audit.entries import STORES
from redflag.batch import Settings, batch

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
ROUNDS = 3
SETTINGS = Settings(otherwise_as_of="2026-01-01")


def write_cases(path: Path, count: int) -> Path:
    """The examples, over and over, each under a name of its own."""
    found = [redflag.load_case(one) for one in sorted(EXAMPLES.iterdir()) if one.is_dir()]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            case = found[number % len(found)].model_copy(update={"case_id": f"case-{number}"})
            stream.write(case.model_dump_json(exclude_none=True, exclude_defaults=True) + "\n")
    return path


def main(cases: int = 300) -> None:
    """Time each way of keeping a ledger, in turn, and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        source = write_cases(here / "cases.jsonl", cases)
        times: dict[str, list[float]] = {"none": [], **{store: [] for store in STORES}}
        for number in range(ROUNDS):
            for name, taken in times.items():
                ledger = None if name == "none" else LedgerFile(here / f"{name}{number}", name)
                begun = time.perf_counter()
                batch(
                    source,
                    here / f"out-{name}{number}",
                    SETTINGS,
                    ledger=ledger,
                )
                taken.append(time.perf_counter() - begun)
        bare = statistics.median(times["none"])
        print(f"{cases} cases, median of {ROUNDS}: {bare / cases * 1000:.1f} ms a case without a ledger")
        for name in STORES:
            size = (here / f"{name}0").stat().st_size / cases / 1024
            ratio = statistics.median(times[name]) / bare
            print(f"  store {name:11}  ratio {ratio:.3f}, {size:.1f} KiB a case")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
