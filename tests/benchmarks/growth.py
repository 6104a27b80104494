"""How cost grows with cases, text and rules: numbers as JSON, a picture, and a section of the README.

    pip install -r tests/benchmarks/requirements-peers.txt
    python tests/benchmarks/growth.py OUT [--most 100000] [--text 100000000] [--rounds 3] [--readme README.md]

Writes OUT/growth.json and OUT/growth.svg, prints for each line of growth the exponent of a straight line
through its logarithms (1 is linear), and with `--readme` writes the figures between their marks there.
Everything runs in a process of its own, so that peak memory is its own. Each size runs once in each
round, one after the other; what is kept is the median of processor time with its spread. The time of the
smallest size, the start and the reading of the rules, is taken off before an exponent is fitted.

Scores alone go up to `--most` cases, whole assessments and cases in files of their own to a hundredth of it.
One document goes up to the largest that is read, many documents of a megabyte up to `--text` characters.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from batch_material import lines, write
from text_speed import domain, mixed, ordinary

from redflag.facts import gather
from redflag.intake import load
from redflag.intake.limits import LARGEST_TEXT
from redflag.pack import shipped_pack
from redflag.screening import Screener

FORMS = ("scores", "scores of files", "assessments")
READING = ("one document", "documents of a megabyte")
BEGIN, END = "<!-- growth -->", "<!-- end of growth -->"
_CORES = 64

_PEAK = """
status = Path("/proc/self/status")  # what getrusage tells cannot fall below the process that started this one
told = status.read_text().splitlines() if status.exists() else []
own = [int(line.split()[1]) for line in told if line.startswith("VmHWM")]
print(own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, sum(os.times()[:4]) - start)
"""
_ONE_BATCH = (
    """
import os, resource, sys
from pathlib import Path
start = 0
from redflag.batch import Settings, batch
source, output, form, jobs = sys.argv[1:]
batch(Path(source), Path(output), Settings(form=form, otherwise_as_of="2025-01-01"), jobs=int(jobs))
"""
    + _PEAK
)
_ONE_READING = (
    """
import os, resource, sys
from pathlib import Path
from redflag.documents import Document, DocumentNote
from redflag.pack import shipped_pack
from redflag.signals import find
text, size, piece = Path(sys.argv[1]).read_text(encoding="utf-8"), int(sys.argv[2]), int(sys.argv[3])
note = DocumentNote(kind="narrative", language="en")
lengths = (min(piece, size - at) for at in range(0, size, piece))
texts = ((text * (1 + length // len(text)))[:length] for length in lengths)
lexicons = shipped_pack().lexicons
find([Document("first", text[:200_000], note)], lexicons)  # what is made ready once is no part of it
start = sum(os.times()[:4])
for number, one in enumerate(texts):
    find([Document(str(number), one, note)], lexicons)
"""
    + _PEAK
)


def _run(program: str, *arguments: object) -> tuple[float, float]:
    """Seconds of processor time, and megabytes at the peak."""
    told = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], check=True, capture_output=True, text=True
    ).stdout
    peak, seconds = told.split()
    return float(seconds), int(peak) / 1024


def _sizes(least: int, most: int) -> list[int]:
    found = [least * 10**power for power in range(round(math.log10(most / least)) + 1)]
    return [size for size in found if size <= most]


def _measured(growing: str, size: int, taken: list[tuple[float, float]], **also: Any) -> dict[str, Any]:
    seconds = [one for one, _ in taken]
    found = {
        "growing": growing, "size": size, "processor": round(statistics.median(seconds), 3),
        "least": round(min(seconds), 3), "most": round(max(seconds), 3),
        "peak_mb": round(max(peak for _, peak in taken)), **also,
    }  # fmt: skip
    print(found)
    return found


def batches(most: int, jobs: int, rounds: int) -> list[dict[str, Any]]:
    """Processor time and peak memory of batches of ten, a hundred, and so on."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in _sizes(10, most):
            source = write(Path(folder) / f"{size}.jsonl", size)
            forms = FORMS if size <= most / 100 else FORMS[:1]
            files = Path(folder) / f"{size}"
            if len(forms) > 1:
                files.mkdir()
                for number, line in enumerate(lines(size)):
                    (files / f"{number:07}.yaml").write_text(
                        yaml.safe_dump(json.loads(line)), encoding="utf-8"
                    )
            taken: dict[str, list[tuple[float, float]]] = {form: [] for form in forms}
            output = Path(folder) / "out"
            written = {}
            for _ in range(rounds):
                for form in forms:
                    given = files if form == "scores of files" else source
                    taken[form].append(_run(_ONE_BATCH, given, output, form.split()[0], jobs))
                    written[form] = output.stat().st_size
                    for old in Path(folder).glob("out*"):
                        old.unlink()
            found += [_measured(form, size, taken[form], bytes_out=written[form]) for form in forms]
            source.unlink()
    return found


def texts(most: int, rounds: int) -> list[dict[str, Any]]:
    """The same of reading text: as one document, and as documents of a megabyte."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "text"
        source.write_text(mixed(ordinary(), domain()), encoding="utf-8")
        sizes = _sizes(10_000, most)
        for growing, piece, own in zip(
            READING,
            (LARGEST_TEXT, 1_000_000),
            (
                [*(one for one in sizes if one < LARGEST_TEXT), LARGEST_TEXT],
                [one for one in sizes if one >= 1_000_000],
            ),
            strict=True,
        ):
            for size in own:
                if size <= most:
                    taken = [_run(_ONE_READING, source, size, piece) for _ in range(rounds)]
                    found.append(_measured(growing, size, taken))
    return found


def rules() -> list[dict[str, Any]]:
    """Microseconds of processor time to ask some of the rules, and then all, of a case by itself."""
    import time

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


def _of(growth: dict[str, Any], growing: str) -> list[dict[str, Any]]:
    return [one for one in (*growth["batches"], *growth["texts"]) if one["growing"] == growing]


def _start(growth: dict[str, Any], growing: str) -> float:
    """What the start costs: that of batches is in their time, that of reading is not."""
    return float(_of(growth, growing)[0]["processor"]) if growing in FORMS else 0.0


def exponents(growth: dict[str, Any]) -> dict[str, float]:
    """How each line grows: the slope of its logarithms, from the sizes that cost more than the start does."""
    found = {}
    for growing in (*FORMS, *READING):
        start = _start(growth, growing)
        told = [one for one in _of(growth, growing) if one["processor"] > 1.3 * start]
        if len(told) > 1:
            sizes = np.log([one["size"] for one in told])
            slope = np.polyfit(sizes, np.log([one["processor"] - start for one in told]), 1)[0]
            found[growing] = round(float(slope), 2)
    counts = np.log([one["rules"] for one in growth["rules"]])
    slope = np.polyfit(counts, np.log([one["us_per_case"] for one in growth["rules"]]), 1)[0]
    return {**found, "rules": round(float(slope), 2)}


def _each(growth: dict[str, Any], growing: str) -> float:
    """Seconds of one more case, or of one more character, by the largest size."""
    last = _of(growth, growing)[-1]
    return float((last["processor"] - _start(growth, growing)) / last["size"])


def _duration(seconds: float) -> str:
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return (
                f"{seconds / length:.3g} {unit}"
                if seconds < 10 * length
                else f"{seconds / length:.0f} {unit}"
            )
    return f"{seconds:.0f} seconds"


def section(growth: dict[str, Any]) -> str:
    """What the README says of it."""
    score, files, whole = (_each(growth, form) for form in FORMS)
    slopes = growth["exponents"]
    out = {form: _of(growth, form)[-1]["bytes_out"] / _of(growth, form)[-1]["size"] for form in FORMS}
    largest = {form: _of(growth, form)[-1] for form in (*FORMS, *READING)}
    one, many = largest["one document"], largest["documents of a megabyte"]
    scores, assessments, slope = largest["scores"], largest["assessments"], slopes.get
    text = (
        f"Processor time on one core of a busy machine (CPython {growth['python']}, {growth['on']}, "
        f"`tests/benchmarks/growth.py`; `tests/benchmarks/history/growth.svg` shows it): "
        f"{score * 1000:.2g} ms a structured case for the score and the rules that fired "
        f"(`redflag batch --format scores`), {whole * 1000:.2g} ms for a whole assessment of "
        f"{out['assessments'] / 1000:.0f} kB, {(files - score) * 1000:.2g} ms more where the case is a YAML "
        f"file of its own, {_each(growth, READING[1]) * 1e6:.2g} s a megabyte of text. "
        f"Cost grows with cases by the power {slope('scores')}, up to {scores['size']:,} of them, and with "
        f"text by {slope(READING[1])}, up to {many['size'] // 1_000_000} MB. A batch peaks at "
        f"{scores['peak_mb']} MB for scores and {assessments['peak_mb']} MB for assessments; one document "
        f"of {one['size'] // 1_000_000} MB at {one['peak_mb']} MB, {many['size'] // 1_000_000} MB in "
        f"documents of one megabyte at {many['peak_mb']} MB. "
        f"A process takes {_start(growth, 'scores'):.2g} s to start and read the rules."
    )
    rows = [
        f"| {title} | {_duration(each * 1e6)} | {_duration(each * 1e6 / _CORES)} | {size / 1000:.2g} GB |"
        for title, each, size in (
            ("scores, from JSON Lines", score, out["scores"]),
            ("scores, from case files", files, out["scores of files"]),
            ("whole assessments, from JSON Lines", whole, out["assessments"]),
            ("whole assessments, from case files", whole + files - score, out["assessments"]),
        )
    ]
    head = [f"| a million cases | processor time | on {_CORES} cores | out |", "| --- | --- | --- | --- |"]
    return "\n".join([_wrapped(text), "", *head, *rows])


def _wrapped(text: str, width: int = 140) -> str:
    import textwrap

    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def write_section(readme: Path, told: str) -> None:
    """Puts it between its marks."""
    text = readme.read_text(encoding="utf-8")
    pattern = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)
    if pattern.search(text) is None:
        raise SystemExit(f"{readme} has no place for it: add {BEGIN} and {END}")
    readme.write_text(pattern.sub(lambda _: f"{told}\n", text), encoding="utf-8")


def picture(growth: dict[str, Any], path: Path) -> None:
    """Time and memory by cases and by text, time by rules."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot as plt

    figure, ((by_cases, memory, by_rules), (by_text, text_memory, empty)) = plt.subplots(
        2, 3, figsize=(13, 8)
    )
    empty.axis("off")
    for names, time, peak, unit in (
        (FORMS, by_cases, memory, "cases"),
        (READING, by_text, text_memory, "characters"),
    ):
        for growing in names:
            own = _of(growth, growing)
            sizes = [one["size"] for one in own]
            label = f"{growing}, power {growth['exponents'].get(growing, '-')}"
            time.loglog(sizes, [one["processor"] for one in own], "o-", label=label)
            peak.semilogx(sizes, [one["peak_mb"] for one in own], "o-", label=growing)
        time.set(xlabel=unit, ylabel="processor seconds, start included", title="Time")
        peak.set(xlabel=unit, ylabel="MB, peak of one process", title="Memory", ylim=(0, None))
        time.legend()
        peak.legend()
    counts = [one["rules"] for one in growth["rules"]]
    by_rules.plot(counts, [one["us_per_case"] for one in growth["rules"]], "o-")
    by_rules.set(
        xlabel="rules", ylabel="microseconds a case", title="Asking the rules", xlim=(0, None), ylim=(0, None)
    )
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, and write all of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--text", type=int, default=100_000_000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--readme", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    growth: dict[str, Any] = {
        "on": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "jobs": given.jobs,
        "rounds": given.rounds,
        "rules": rules(),
        "batches": batches(given.most, given.jobs, given.rounds),
        "texts": texts(given.text, given.rounds),
    }
    growth["exponents"] = exponents(growth)
    for growing, slope in growth["exponents"].items():
        print(f"{growing}: grows by the power {slope}")
    (given.out / "growth.json").write_text(json.dumps(growth, indent=1) + "\n")
    if given.readme is not None:
        write_section(given.readme, section(growth))
    picture(growth, given.out / "growth.svg")


if __name__ == "__main__":
    main()
