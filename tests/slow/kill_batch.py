"""Kill a batch of 5,000 cases 25 times at random moments; the resumed result equals an unbroken one.

Usage: python tests/slow/kill_batch.py [cases] [kills] [seed]. Takes some minutes; prints what it found.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from redflag.audit import LedgerFile, verify
from redflag.batch import Settings, batch

TESTS = Path(__file__).resolve().parent.parent


def module(name: str):
    """One of the test files, for what it can build."""
    spec = importlib.util.spec_from_file_location(name, TESTS / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def main(cases: int = 5000, kills: int = 25, seed: int = 7) -> None:
    """Run it once."""
    shared, batches = module("conftest"), module("test_batch")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        rules = here / "rules"
        # the fixture's own function, without the fixture
        shared.write_pack.__wrapped__()(rules)
        source = batches.write_cases(here / "cases.jsonl", cases)
        begun = time.monotonic()
        batch(source, here / "whole", Settings((rules,)))
        took = time.monotonic() - begun
        print(f"unbroken: {cases} cases in {took:.1f} s")
        arguments = [str(source), "-o", str(here / "out"), "--ledger", str(here / "ledger")]
        arguments += ["--rules", str(rules)]
        # short enough for all the kills to fall within the batch, long enough for each run to do some
        longest = 0.8 + took / kills
        made = batches.kill_until_done(arguments, kills, seed, longest)
        same = (here / "out").read_bytes() == (here / "whole").read_bytes()
        verdict = verify(here / "ledger")
        ledger = LedgerFile(here / "ledger")
        in_order = all(
            ledger.is_of(line.subject, f"case-{number}") for number, line in enumerate(ledger.lines())
        )
        print(f"killed {made} times: output {'the same' if same else 'ANOTHER'}")
        print(f"ledger of {verdict.lines} lines, {'whole' if verdict.whole else 'FLAWED'}")
        print("each case once and in order" if in_order else "OUT OF ORDER")
        if not (made == kills and same and verdict.whole and verdict.lines == cases and in_order):
            raise SystemExit(1)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
