"""How cost grows with cases and with rules: numbers as JSON, and a picture.

    pip install -r tests/benchmarks/requirements-peers.txt
    python tests/benchmarks/growth.py OUT [--most 100000] [--jobs 1]

Writes OUT/growth.json and OUT/growth.svg. Batches run each in a process of its own, so that their peak
memory is theirs; time is of the whole process, reading the rules included. Scores alone go up to
`--most` cases, whole assessments to a tenth of it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from batch_material import lines, write

from redflag.facts import gather
from redflag.intake import load
from redflag.pack import shipped_pack
from redflag.screening import Screener

_ONE_BATCH = """
import resource, sys
from pathlib import Path
from redflag.batch import Settings, batch
source, output, form, jobs = sys.argv[1:]
batch(Path(source), Path(output), Settings(form=form), jobs=int(jobs))
status = Path("/proc/self/status")  # what getrusage tells cannot fall below the process that started this one
lines = status.read_text().splitlines() if status.exists() else []
own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def batches(most: int, jobs: int) -> list[dict[str, Any]]:
    """Seconds and peak memory of batches of ten, a hundred, and so on."""
    found = []
    sizes = [10**power for power in range(1, round(math.log10(most)) + 1)]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            source = write(Path(folder) / f"{size}.jsonl", size)
            for form in ("scores", "assessments"):
                if form == "assessments" and size > most / 10:
                    continue
                output = Path(folder) / f"{size}.{form}"
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                start = time.perf_counter()
                told = subprocess.run(
                    [sys.executable, "-c", _ONE_BATCH, str(source), str(output), form, str(jobs)],
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
                wall = time.perf_counter() - start
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                found.append(
                    {
                        "form": form, "cases": size, "seconds": round(wall, 3), "processor": round(used, 3),
                        "peak_mb": round(int(told) / 1024), "bytes_out": output.stat().st_size,
                    }
                )  # fmt: skip
                print(found[-1])
                output.unlink()
            source.unlink()
    return found


def rules() -> list[dict[str, Any]]:
    """Microseconds of processor time to ask some of the rules, and then all, of a case."""
    pack = shipped_pack()
    bases = []
    for line in lines(500):
        intake = load(json.loads(line))
        assert intake.case.as_of is not None
        bases.append(gather(intake.case, (), (), intake.case.as_of))
    found = []
    for count in (20, 40, 80, len(pack.rules)):
        kept = {rule.id for rule in pack.rules[:: math.ceil(len(pack.rules) / count)]}
        off = {rule.id: "not counted" for rule in pack.rules if rule.id not in kept}
        some = Screener(pack).adapted("balanced", off).pack
        some.compiled.evaluate(bases[0])
        taken = []
        for _ in range(5):
            start = time.process_time()
            for facts in bases:
                some.compiled.evaluate(facts)
            taken.append((time.process_time() - start) / len(bases) * 1e6)
        found.append({"rules": len(kept), "us_per_case": round(statistics.median(taken), 1)})
        print(found[-1])
    return found


def picture(growth: dict[str, Any], path: Path) -> None:
    """Time and memory by cases, time by rules."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot as plt

    figure, (by_cases, memory, by_rules) = plt.subplots(1, 3, figsize=(13, 4))
    for form in ("scores", "assessments"):
        own = [one for one in growth["batches"] if one["form"] == form]
        by_cases.loglog([one["cases"] for one in own], [one["processor"] for one in own], "o-", label=form)
        memory.semilogx([one["cases"] for one in own], [one["peak_mb"] for one in own], "o-", label=form)
    by_cases.set(xlabel="cases", ylabel="processor seconds, rules read included", title="Time")
    memory.set(xlabel="cases", ylabel="MB, peak of one process", title="Memory", ylim=(0, None))
    counts = [one["rules"] for one in growth["rules"]]
    by_rules.plot(counts, [one["us_per_case"] for one in growth["rules"]], "o-")
    by_rules.set(
        xlabel="rules", ylabel="microseconds a case", title="Asking the rules", xlim=(0, None), ylim=(0, None)
    )
    by_cases.legend()
    memory.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, and write both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    growth = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "jobs": given.jobs,
        "rules": rules(),
        "batches": batches(given.most, given.jobs),
    }
    (given.out / "growth.json").write_text(json.dumps(growth, indent=1) + "\n")
    picture(growth, given.out / "growth.svg")


if __name__ == "__main__":
    main()
