"""A share of a count, with an interval that says how little a small count tells."""

from __future__ import annotations

import math

from pydantic import Field

from redflag.record import Record

LEAST = 10
"""Cases below which there is a count alone: a share of so few says more than is known."""

_Z = 1.959963984540054


class Share(Record):
    """How many of how many, and where the share may lie; counts alone below `LEAST`."""

    count: int = Field(ge=0)
    of: int = Field(ge=0)
    share: float | None = None
    low: float | None = Field(None, description="Lower end of the 95 % interval (Wilson).")
    high: float | None = Field(None, description="Upper end of it.")

    def __str__(self) -> str:
        told = f"{self.count} of {self.of}"
        if self.share is None:
            return told
        return f"{told}, {self.share:.0%} ({self.low:.0%} to {self.high:.0%})"


def share(count: int, of: int) -> Share:
    """The share of a count.

    >>> str(share(53, 105)), str(share(3, 7))
    ('53 of 105, 50% (41% to 60%)', '3 of 7')
    """
    if of < LEAST:
        return Share(count=count, of=of)
    low, high = wilson(count, of)
    return Share(count=count, of=of, share=round(count / of, 4), low=round(low, 4), high=round(high, 4))


def wilson(count: int, of: int) -> tuple[float, float]:
    """The ends of Wilson's 95 % interval of a share; it stays inside [0, 1] and is never empty.

    Raises:
        ValueError: if there is nothing to have a share of.
    """
    if of <= 0 or not 0 <= count <= of:
        raise ValueError("not a count of something")
    part, square = count / of, _Z * _Z
    middle = part + square / (2 * of)
    wide = _Z * math.sqrt(part * (1 - part) / of + square / (4 * of * of))
    whole = 1 + square / of
    low = 0.0 if count == 0 else (middle - wide) / whole
    return low, 1.0 if count == of else (middle + wide) / whole
