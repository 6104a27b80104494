"""Three-valued truth: true, false, and what the file does not tell.

One counting rule, `at_least`, carries the whole logic; "all" and "any" are cases of it.
The logic is monotone: settling an unknown never overturns a verdict that was settled.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NoReturn


class Truth(enum.Enum):
    """Whether something is so: `TRUE`, `FALSE` or `UNKNOWN`.

    It refuses `bool()`, because an unknown that slips into an `if` is read as a yes or a no.
    Compare with `is`.

    >>> Truth.of(True) is Truth.TRUE
    True
    """

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("a Truth has three values and no bool(); compare it with `is`")

    def __invert__(self) -> Truth:
        """The opposite: true and false swap, unknown stays unknown.

        >>> ~Truth.UNKNOWN
        <Truth.UNKNOWN: 'unknown'>
        """
        return _OPPOSITE[self]

    @classmethod
    def of(cls, value: bool | None) -> Truth:
        """The truth of a settled `bool`, or of `None` for what is not known."""
        if value is None:
            return cls.UNKNOWN
        return cls.TRUE if value else cls.FALSE


_TRUE, _FALSE, _UNKNOWN = Truth  # at hand: a member of an enum takes a while to look up
_OPPOSITE = {
    Truth.TRUE: Truth.FALSE,
    Truth.FALSE: Truth.TRUE,
    Truth.UNKNOWN: Truth.UNKNOWN,
}


def at_least(n: int, truths: Iterable[Truth]) -> Truth:
    """Whether at least `n` of `truths` hold.

    True once `n` of them are true; false once no settling of the unknown ones can reach `n`.

    Raises:
        ValueError: if `n` is below 1 or above the number of truths. "All of nothing" would be
            true of every case, and "n of fewer" of none.

    >>> at_least(2, [Truth.TRUE, Truth.UNKNOWN, Truth.FALSE])
    <Truth.UNKNOWN: 'unknown'>
    """
    listed = truths if isinstance(truths, list) else list(truths)
    if not 1 <= n <= len(listed):
        raise ValueError(f"at least {n} of {len(listed)} can never be asked")
    trues = listed.count(_TRUE)
    if trues >= n:
        return _TRUE
    if trues + listed.count(_UNKNOWN) < n:
        return _FALSE
    return _UNKNOWN


def all_of(truths: Iterable[Truth]) -> Truth:
    """Whether every one of a non-empty group holds.

    >>> all_of([Truth.TRUE, Truth.UNKNOWN])
    <Truth.UNKNOWN: 'unknown'>
    """
    listed = tuple(truths)
    return at_least(len(listed), listed)


def any_of(truths: Iterable[Truth]) -> Truth:
    """Whether at least one of a non-empty group holds.

    >>> any_of([Truth.FALSE, Truth.UNKNOWN])
    <Truth.UNKNOWN: 'unknown'>
    """
    return at_least(1, truths)
