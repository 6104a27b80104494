"""One screener under load: threads and processes give the bytes of one after another; memory stays flat.

    python tests/slow/load.py [screenings] [cases]

Screens and scores `cases` (1,000) different cases, every third without a document, one after the other, by
eight forked processes at once, by a pool of two fresh processes and by eight threads at once, all on one
`Screener`, and compares the bytes. Then it goes on to `screenings` (50,000) cases, each with words that no
other has, and counts what stays in memory. Fails with what differs; else prints figures.
"""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import redflag

WORKERS = 8
FRESH_WORKERS = 2
LARGEST_GROWTH = 1024
"""Bytes a screening by which memory may grow, once it has seen some hundreds: caches have a fixed size."""

MOST_OBJECTS = 0.1
"""Objects a screening that may stay behind."""

TOLD = (
    "The client's sister was arrested in {month} 2021.",
    "A friend called him in {month} 2020: the red notice would be cancelled if he came back.",
    "The court refused extradition in {month} 2022 because the prosecution was politically motivated.",
    "He was granted refugee status in {month} 2019.",
    "Two of the victims sued him before a civil court abroad in {month} 2018.",
    "The warrant was issued by a judge in {month} 2019; the request gives the day and the place of each act.",
    "Nothing of this is in dispute.",
)
MONTHS = ("January", "March", "May", "June", "September", "December")


def case(number: int) -> dict[str, Any]:
    """A case that no other number has."""
    chance = random.Random(number)
    told = " ".join(one.format(month=chance.choice(MONTHS)) for one in chance.sample(TOLD, 3))
    word = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))
    return {
        "case_id": f"case-{number}",
        "as_of": "2024-01-01",
        "requesting_state": chance.choice(("RUS", "CHN", "TUR", "DEU")),
        "request": {"made": chance.random() < 0.5},
        "notice": {"kind": "red_notice", "issued_on": f"20{chance.randint(10, 22)}"},
        "relatives": [{"measure": "detained", "happened": f"20{chance.randint(10, 22)}-05"}] * (number % 2),
        "documents": [{"id": "note", "text": f"{told} It concerns the {word} company."}] * (number % 3 > 0),
    }


def digest(screener: redflag.Screener, number: int) -> str:
    """What a case comes to, down to the byte: its assessment, and its score alone."""
    told = (screener.screen(case(number)).to_json(), repr(screener.score(case(number))))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def resident() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def forked(screener: redflag.Screener, numbers: range) -> list[str]:
    """The same by processes that are forked from this one, each with a share of the cases."""
    context = multiprocessing.get_context("fork")  # what they share is this very screener
    ends = []
    for worker in range(WORKERS):
        here, there = context.Pipe(duplex=False)
        mine = numbers[worker::WORKERS]
        process = context.Process(target=lambda mine=mine, there=there: there.send(alone(screener, mine)))
        process.start()
        ends.append((process, here))
    found: dict[int, str] = {}
    for worker, (process, here) in enumerate(ends):
        found.update(zip(numbers[worker::WORKERS], here.recv(), strict=True))
        process.join()
    return [found[number] for number in numbers]


_own: redflag.Screener
"""The screener of a fresh process."""


def _take(screener: redflag.Screener) -> None:
    global _own
    _own = screener


def _own_digest(number: int) -> str:
    return digest(_own, number)


def pooled(screener: redflag.Screener, numbers: range) -> list[str]:
    """The same by processes that share nothing with this one: each is handed the screener, pickled."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(FRESH_WORKERS, context, initializer=_take, initargs=(screener,)) as pool:
        return list(pool.map(_own_digest, numbers, chunksize=50))


def alone(screener: redflag.Screener, numbers: Iterable[int]) -> list[str]:
    """One after the other."""
    return [digest(screener, number) for number in numbers]


def threaded(screener: redflag.Screener, numbers: range) -> list[str]:
    """The same by threads of this process, all on one screener."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda number: digest(screener, number), numbers))


def timed(what: str, run: Callable[[], list[str]]) -> list[str]:
    begun = time.monotonic()
    found = run()
    print(f"{what}: {len(found)} cases in {time.monotonic() - begun:.1f} s", flush=True)
    return found


def main(screenings: int = 50_000, cases: int = 1000) -> None:
    """Run it once; an assertion names what does not hold."""
    screener = redflag.Screener()
    numbers = range(cases)
    expected = timed("one after the other", lambda: alone(screener, numbers))
    assert len(set(expected)) == cases
    assert timed("processes", lambda: forked(screener, numbers)) == expected, "processes differ"
    assert timed("fresh processes", lambda: pooled(screener, numbers)) == expected, "fresh processes differ"
    assert timed("threads", lambda: threaded(screener, numbers)) == expected, "threads differ"
    counts = [measured()]
    steps = max(1, min(20, (screenings - cases) // 500))
    for step in range(steps):
        first = cases + (screenings - cases) * step // steps
        for number in range(first, cases + (screenings - cases) * (step + 1) // steps):
            screener.screen(case(number))
        counts.append(measured())
        print(f"after {number + 1}: {counts[-1][0] / 1e6:.1f} MB, {counts[-1][1]} objects", flush=True)
    more = screenings - cases
    # the later half alone: by then what is kept once is there
    half = len(counts) // 2
    grown = (counts[-1][0] - counts[half][0]) / (more * (1 - half / steps))
    left = (counts[-1][1] - counts[half][1]) / (more * (1 - half / steps))
    told = {"screenings": screenings, "bytes_each": round(grown), "objects_each": round(left, 3)}
    for name, (held, _) in (("first", counts[0]), ("last", counts[-1]), ("most", max(counts))):
        told[f"{name}_mb"] = round(held / 1e6, 1)
    print(json.dumps(told))
    assert grown < LARGEST_GROWTH, "memory grows"
    assert left < MOST_OBJECTS, "objects stay behind"


def measured() -> tuple[int, int]:
    """Bytes resident, and objects that the collector tracks."""
    gc.collect()
    return resident(), len(gc.get_objects())


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
