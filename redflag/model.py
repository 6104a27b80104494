"""The classifier as it ships: plain JSON, checked against its own digest, scored without scikit-learn."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from redflag.assessment import Contribution, Precedent
from redflag.errors import Fault, Location, ModelError
from redflag.record import Record, digest, parse_json, validate
from redflag.scoring import DECIMALS, Policy, Stack

MOST_PRECEDENTS = 5
"""Documented cases that an assessment lists beside the case."""


class Weight(Record):
    """What a column adds when it fired, and which rules it sums up."""

    column: str
    sign: int
    coefficient: float
    rules: tuple[str, ...]


class Bands(Record):
    """Where the bands are cut, on log-odds without the base rate; chosen on inner folds."""

    elevated_from: float
    high_from: float
    least_coverage: float = Field(ge=0, le=1)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the classifier says of one case, at even odds.

    Attributes are the sum, its parts by column, and the ends between which the unknown columns
    can still move it.
    """

    log_odds: float
    contributions: tuple[Contribution, ...]
    low: float
    high: float


class Model(Record):
    """A trained classifier with everything that it came from.

    `log_odds = sum(coefficient * value) - centre`, at even odds. `stack` adds the bare sum, so that
    a column of which nothing is known adds nothing; its intercept has taken up the centre.
    """

    version: str
    layout: str
    weights: tuple[Weight, ...]
    centre: float
    stack: Stack
    bands: Bands
    penalty: float
    views: tuple[str, ...] = Field(description="As which parts of themselves the cases were shown.")
    seed: int
    cases: int
    improper: int
    pack_digest: str
    columns_digest: str
    training_data_digest: str
    libraries: Mapping[str, str]
    digest_: str = Field(alias="digest", description="SHA-256 of all the rest.")

    @property
    def graded(self) -> bool:
        """Whether its columns count by how much weight fired."""
        return self.layout == "families_graded"

    def opinion(self, values: Sequence[tuple[float, float, float]]) -> Opinion:
        """The classifier's word on a row.

        Args:
            values: of each column in the order of the weights: its value and the two ends
                between which it may still move.
        """
        parts: list[Contribution] = []
        told, lows, highs = [-self.centre], [-self.centre], [-self.centre]
        for weight, (value, least, most) in zip(self.weights, values, strict=True):
            coefficient = weight.coefficient
            if value:
                part = coefficient * value
                told.append(part)
                if rounded := round(part, DECIMALS):
                    parts.append(Contribution(name=weight.column, value=rounded))
            one, other = coefficient * least, coefficient * most
            lows.append(one if one < other else other)
            highs.append(other if one < other else one)
        total, low, high = math.fsum(told), math.fsum(lows), math.fsum(highs)
        return Opinion(total, tuple(parts), min(low, total), max(high, total))

    def decision(self, values: Iterable[float]) -> float:
        """The log-odds of a row's values at even odds, unrounded."""
        parts = (weight.coefficient * value for weight, value in zip(self.weights, values, strict=True))
        return math.fsum((*parts, -self.centre))

    def policy(self, given: Policy) -> Policy:
        """A pack's numbers of the score with the stack and the bands of this model."""
        return given.model_copy(update={"stack": self.stack, **dict(self.bands)})


class Documented(Record):
    """A documented case as the precedents need it: its id, how it ended, and which columns fired."""

    case_id: str
    outcome: str
    improper: bool
    fired: tuple[str, ...]


class Precedents(Record):
    """The documented cases that the classifier learnt from, for finding those most alike."""

    training_data_digest: str
    cases: tuple[Documented, ...]

    def nearest(self, fired: Iterable[str], weights: Mapping[str, float]) -> tuple[Precedent, ...]:
        """The documented cases most alike to one in which these columns fired, nearest first.

        Likeness is the shared part of all that fired in either, each column by its weight.
        """
        own = frozenset(fired)
        ranked = []
        for case in self.cases:
            other = frozenset(case.fired)
            shared = math.fsum(sorted(weights.get(name, 0.0) for name in own & other))
            whole = math.fsum(sorted(weights.get(name, 0.0) for name in own | other))
            if own & other and whole > 0:
                ranked.append((-round(shared / whole, DECIMALS), case.case_id, case))
        ranked.sort(key=lambda one: one[:2])
        return tuple(
            Precedent(
                case_id=case.case_id,
                outcome=case.outcome,
                improper=case.improper,
                likeness=-unlike,
                alike=tuple(sorted(own & set(case.fired))),
                only_here=tuple(sorted(own - set(case.fired))),
                only_there=tuple(sorted(set(case.fired) - own)),
            )
            for unlike, _, case in ranked[:MOST_PRECEDENTS]
        )


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a model's JSON without its own digest."""
    return digest({key: value for key, value in content.items() if key != "digest"})


def read_model(path: Path) -> Model:
    """The model in a file.

    Raises:
        ModelError: if it cannot be read, is no model, or is not what its digest says.
    """
    where = Location(str(path))
    parsed = parse_json(_text(path), str(path), ModelError)
    model = validate(Model, parsed, ModelError)
    if content_digest(parsed.data) != model.digest_:
        raise ModelError(Fault("has been altered: its digest does not fit", where, "train it again"))
    return model


def read_precedents(path: Path) -> Precedents:
    """The documented cases in a file.

    Raises:
        ModelError: if it cannot be read, or is something else.
    """
    return validate(Precedents, parse_json(_text(path), str(path), ModelError), ModelError)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ModelError(Fault("cannot be read", Location(str(path)))) from None


def shipped_model_folder() -> Path:
    """Where the model that comes with the library lies: inside the package, or beside it."""
    package = Path(__file__).resolve().parent
    inside = package / "_data" / "model"
    return inside if inside.is_dir() else package.parent / "training_data" / "model"


@functools.cache
def shipped_model() -> Model | None:
    """The model that comes with the library, read once in a process; None where there is none."""
    path = shipped_model_folder() / "model.json"
    return read_model(path) if path.is_file() else None


@functools.cache
def shipped_precedents() -> Precedents | None:
    """The documented cases that come with the library; None where there are none."""
    path = shipped_model_folder() / "precedents.json"
    return read_precedents(path) if path.is_file() else None


def check_columns(model: Model, names: Sequence[str], found: str) -> None:
    """Refuses a model whose columns are not those of the pack.

    Raises:
        ModelError: naming the columns that are missing and new.
    """
    if model.columns_digest == found:
        return
    own = [weight.column for weight in model.weights]
    missing = sorted(set(own) - set(names))
    new = sorted(set(names) - set(own))
    if missing or new:
        gone, came = ", ".join(missing) or "none", ", ".join(new) or "none"
        told = f"columns that the pack has no more: {gone}; new ones: {came}"
    else:
        told = "columns of the same names sum up other rules"
    raise ModelError(Fault(f"the model does not belong to this pack; {told}", mend="train it again"))
