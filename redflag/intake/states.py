"""The code of a state, from whatever a table or a notice calls it."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from iso3166 import countries

from redflag.case import NO_LONGER_LISTED
from redflag.intake.vocabulary import vocabulary


def state_code(word: str) -> str | None:
    """The ISO 3166 alpha-3 code of a state named by a code or in English; None where it is not known.

    >>> state_code("sg"), state_code("Russia"), state_code("XYZ")
    ('SGP', 'RUS', None)
    """
    return _codes().get(_even(word))


@functools.cache
def _codes() -> Mapping[str, str]:
    codes = {code.casefold(): code for code in NO_LONGER_LISTED}
    for country in countries:
        for name in (country.name, country.apolitical_name, country.alpha2, country.alpha3):
            codes[_even(name)] = country.alpha3
    codes.update((_even(name), code) for name, code in vocabulary().states.items())
    return codes


def _even(word: str) -> str:
    return " ".join(word.casefold().split())
