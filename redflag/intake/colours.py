"""Whether words can be told from what they stand on: ink and paper by their colours."""

from __future__ import annotations

import re
from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue, each from 0 to 255."""

    red: int
    green: int
    blue: int


BLACK = Colour(0, 0, 0)
WHITE = Colour(255, 255, 255)

_LEAST = 14
"""How far apart ink and paper must be in one of the three; nobody reads #f5f5f5 on white."""

_NAMED = {
    "black": BLACK,
    "white": WHITE,
    "snow": Colour(255, 250, 250),
    "ivory": Colour(255, 255, 240),
    "mintcream": Colour(245, 255, 250),
    "azure": Colour(240, 255, 255),
    "ghostwhite": Colour(248, 248, 255),
    "floralwhite": Colour(255, 250, 240),
    "whitesmoke": Colour(245, 245, 245),
    "gray": Colour(128, 128, 128),
    "grey": Colour(128, 128, 128),
    "silver": Colour(192, 192, 192),
    "red": Colour(255, 0, 0),
    "green": Colour(0, 128, 0),
    "blue": Colour(0, 0, 255),
    "navy": Colour(0, 0, 128),
    "yellow": Colour(255, 255, 0),
}
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})(?:ff|f)?")
_PARTS = re.compile(r"rgba?\((\d{1,3})[, ]+(\d{1,3})[, ]+(\d{1,3})(?:[,/ ]+(?:1|1\.0*|100%))?\)")


def colour_of(written: str) -> Colour | None:
    """A colour as style sheets and Word write it; None where it cannot be told.

    >>> colour_of("#fff") == colour_of("white") == colour_of("rgb(255, 255, 255)") == WHITE
    True
    """
    text = written.strip().lower()
    named = _NAMED.get(text)
    if named is not None:
        return named
    digits = _HEX.fullmatch(text)
    if digits is not None:
        six = digits[1] if len(digits[1]) == 6 else "".join(2 * digit for digit in digits[1])
        return Colour(*bytes.fromhex(six))
    parts = _PARTS.fullmatch(text)
    return None if parts is None else Colour(*(min(255, int(part)) for part in parts.groups()))


def can_be_read(ink: Colour | None, paper: Colour | None) -> bool:
    """Whether words in that ink can be told from that paper; one that is not known is taken as readable.

    >>> can_be_read(WHITE, WHITE), can_be_read(WHITE, BLACK), can_be_read(WHITE, None)
    (False, True, True)
    """
    if ink is None or paper is None:
        return True
    return max(abs(one - other) for one, other in zip(ink, paper, strict=True)) >= _LEAST
