"""How well the three-letter pieces of some words fit each language."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping

_NOWHERE = math.log(400 / 910)
LATIN = frozenset(
    (
        *("ca", "cs", "da", "de", "en", "es", "fi", "fr", "hr", "hu", "id", "it"),
        *("nl", "no", "pl", "pt", "ro", "so", "sq", "sv", "sw", "tl", "tr", "vi"),
    )
)
"""Languages in Latin letters that there is a table for."""
TABLED = LATIN | {"bg", "mk", "ru", "uk"}
"""Every language that there is a table for."""


@functools.cache
def _weights() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """By piece, the languages that have it among their most frequent ones, and how much more it tells."""
    from redflag.signals.trigrams import TRIGRAMS  # only where a text is short

    found: dict[str, list[tuple[str, float]]] = {}
    for code, pieces in TRIGRAMS.items():
        for at in range(0, len(pieces), 3):
            weight = math.log(400 / (at // 3 + 10)) - _NOWHERE
            found.setdefault(pieces[at : at + 3], []).append((code, weight))
    return {piece: tuple(listed) for piece, listed in found.items()}


def pieces_fit(words: Iterable[str]) -> dict[str, float]:
    """By language, how well the words fit it, from about -0.8 to 3; they are in lower case."""
    weights = _weights()
    fit = dict.fromkeys(TABLED, 0.0)
    count = 0
    for word in words:
        padded = f" {word} "
        for at in range(len(word)):
            count += 1
            for code, weight in weights.get(padded[at : at + 3], ()):
                fit[code] += weight
    return {code: value / count + _NOWHERE for code, value in fit.items()} if count else {}
