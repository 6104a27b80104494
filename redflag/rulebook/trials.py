"""The tests of a rule by name, with what each came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from redflag.pack.trial import KnownMisses, Trial

_FOLDERS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """One test of a rule.

    Attributes:
        place: the file below the folder of tests, and the line.
        verdict: `known` for a text that fails and is listed as a known miss, `stale` for one that
            passes and is still listed.
    """

    name: str
    place: str
    kind: Literal["facts", "text"]
    expected: str
    got: str
    verdict: Literal["passed", "failed", "known", "stale"]


def tried(trials: Sequence[Trial], misses: KnownMisses) -> dict[str, tuple[Tried, ...]]:
    """What was tried, by rule; the places do not tell where on a machine the tests lie."""
    found: dict[str, list[Tried]] = {}
    for trial in trials:
        place = "/".join(PurePath(trial.file).parts[-_FOLDERS_SHOWN:])
        got = "not a case" if trial.got.startswith("no case") else trial.got
        found.setdefault(trial.rule, []).append(
            Tried(
                trial.name, f"{place}:{trial.line}", trial.kind, trial.expected, got, _verdict(trial, misses)
            )
        )
    return {rule: tuple(listed) for rule, listed in found.items()}


def _verdict(trial: Trial, misses: KnownMisses) -> Literal["passed", "failed", "known", "stale"]:
    if misses.has(trial):
        return "stale" if trial.passed else "known"
    return "passed" if trial.passed else "failed"
