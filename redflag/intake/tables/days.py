"""Days as people write them in tables, by a form such as `DD/MM/YYYY`, as partial dates."""

from __future__ import annotations

import functools
import re

from redflag.dates import PartialDate

_PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{1,2})", "DD": r"(?P<day>\d{1,2})"}
_PART = re.compile("YYYY|MM|DD")
_SIGNS = re.compile(r"[ ./,-]*")

COMMON_FORMS = ("DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "YYYY/MM/DD", "MM/YYYY", "MM.YYYY")
"""Forms that are tried where none is given, only to say which of them would fit."""


def is_day_form(form: str) -> bool:
    """Whether a form names a year, and a month before it names a day, each once."""
    parts = _PART.findall(form)
    whole = sorted(parts) in (["YYYY"], ["MM", "YYYY"], ["DD", "MM", "YYYY"])
    return whole and _SIGNS.fullmatch(_PART.sub("", form)) is not None


def day_of(text: str, forms: tuple[str, ...]) -> PartialDate | None:
    """The day that a text names: as ISO 8601 has it, or in one of the forms; else None.

    >>> day_of("3/4/2021", ("DD/MM/YYYY",)).text, day_of("2021-04", ()).text, day_of("3/4/2021", ())
    ('2021-04-03', '2021-04', None)
    """
    try:
        return PartialDate(text)
    except ValueError:
        pass
    for form in forms:
        match = _pattern(form).fullmatch(text)
        if match is not None:
            parts = match.groupdict()
            written = parts["year"] + "".join(
                f"-{int(parts[one]):02d}" for one in ("month", "day") if one in parts
            )
            try:
                return PartialDate(written)
            except ValueError:
                continue
    return None


@functools.lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    pieces = [_PARTS.get(piece, re.escape(piece)) for piece in re.split("(YYYY|MM|DD)", form)]
    return re.compile("".join(pieces), re.ASCII)
