"""Cold start, as a person waits for it: whole processes, in turn, as ratios of one run.

python tests/benchmarks/cold_start.py [rounds]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLE = str(Path(__file__).parent.parent.parent / "examples" / "h_case")
PYDANTIC = "import pydantic"
FLOOR = (
    "import pydantic, yaml, ahocorasick_rs\n"
    "class Person(pydantic.BaseModel):\n    name: str\n    year: int | None = None\n"
    "Person(name='x')\n"
)
PROGRAMS = {
    "python -c pass": ["-c", "pass"],
    "python -c 'import redflag'": ["-c", "import redflag"],
    "python -c 'import pydantic'": ["-c", PYDANTIC],
    "pydantic with one model, yaml, ahocorasick_rs": ["-c", FLOOR],
    "redflag --version": ["-m", "redflag", "--version"],
    "redflag screen examples/h_case": ["-m", "redflag", "screen", EXAMPLE],
}
REFERENCE = "python -c 'import pydantic'"


def seconds(arguments: list[str]) -> float:
    """How long one process takes from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the median of each, and its ratio to importing pydantic with the spread of the rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for arguments in PROGRAMS.values():
        seconds(arguments)  # warm the file cache
    taken: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(rounds):
        for name, arguments in PROGRAMS.items():
            taken[name].append(seconds(arguments))
    print(f"{'program':48} {'ms':>7}  ratio to {REFERENCE} (least, median, most of {rounds} rounds)")
    for name, times in taken.items():
        ratios = sorted(one / other for one, other in zip(times, taken[REFERENCE], strict=True))
        median = statistics.median(ratios)
        print(
            f"{name:48} {statistics.median(times) * 1000:7.0f}  {ratios[0]:.2f} {median:.2f} {ratios[-1]:.2f}"
        )


if __name__ == "__main__":
    main()
