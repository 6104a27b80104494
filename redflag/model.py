"""The classifier as it ships: plain JSON, checked against its own digest, scored without scikit-learn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from redflag.assessment import Contribution
from redflag.errors import Fault, Location, ModelError
from redflag.record import Record, digest, parse_json, validate
from redflag.scoring import DECIMALS, Stack


class Weight(Record):
    """What a column adds, by name, when it fired."""

    column: str
    sign: int
    coefficient: float


class Opinion(Record):
    """What the classifier says of one case, in log-odds without a prior.

    Attributes are the sum, its parts by column, and the ends between which the unknown columns
    can still move it.
    """

    log_odds: float
    contributions: tuple[Contribution, ...]
    low: float
    high: float


class Model(Record):
    """A trained classifier with everything that it came from.

    `log_odds = sum(coefficient * value) - centre`: without a prior, as the stack needs it.
    """

    version: str
    weights: tuple[Weight, ...]
    centre: float = Field(description="Taken off the sum, so that nothing told means nothing said.")
    stack: Stack
    penalty: float
    layout: str
    seed: int
    pack_digest: str
    columns_digest: str
    training_data_digest: str
    libraries: Mapping[str, str]
    cases: int
    digest_: str = Field(alias="digest", description="SHA-256 of all the rest.")

    def opinion(self, values: Sequence[tuple[float, float, float]]) -> Opinion:
        """The classifier's word on a row.

        Args:
            values: of each column in the order of the weights: its value and the two ends
                between which it may still move.
        """
        parts = []
        low = high = -self.centre
        for weight, (value, least, most) in zip(self.weights, values, strict=True):
            part = round(weight.coefficient * value, DECIMALS)
            if part:
                parts.append(Contribution(name=f"classifier {weight.column}", value=part))
            ends = weight.coefficient * least, weight.coefficient * most
            low += min(ends)
            high += max(ends)
        total = math.fsum((*(part.value for part in parts), -self.centre))
        return Opinion(log_odds=total, contributions=tuple(parts), low=low, high=high)


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a model's JSON without its own digest."""
    return digest({key: value for key, value in content.items() if key != "digest"})


def read_model(path: Path) -> Model:
    """The model in a file.

    Raises:
        ModelError: if it cannot be read, is no model, or is not what its digest says.
    """
    where = Location(str(path))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ModelError(Fault("cannot be read", where)) from None
    parsed = parse_json(text, str(path), ModelError)
    model = validate(Model, parsed, ModelError)
    if content_digest(parsed.data) != model.digest_:
        raise ModelError(Fault("has been altered: its digest does not fit", where, "train it again"))
    return model


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
    told = f"columns that the pack has no more: {', '.join(missing) or 'none'}; new ones: {', '.join(new) or 'none'}"
    raise ModelError(Fault(f"the model does not belong to this pack; {told}", mend="train it again"))
