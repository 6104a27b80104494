"""What tables and notices call things, and what a case calls them: the words of `vocabulary.yaml`."""

from __future__ import annotations

import functools
import re
from importlib import resources

from redflag.errors import CaseError
from redflag.record import Record, parse_yaml, validate

_SIGNS = re.compile(r"[\W_]+")


class Vocabulary(Record):
    """The words of `vocabulary.yaml`, as they stand there."""

    missing: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    states: dict[str, str]
    headers: dict[str, tuple[str, ...]]
    left_out: dict[str, tuple[str, ...]]
    words: dict[str, dict[str, str]]


@functools.cache
def vocabulary() -> Vocabulary:
    """The words that come with the library."""
    text = (resources.files("redflag.intake") / "vocabulary.yaml").read_text(encoding="utf-8")
    parsed = parse_yaml(text, "vocabulary.yaml", CaseError)
    if isinstance(parsed.data, dict):  # an empty scalar is read as None, and is the first missing word
        parsed.data["missing"] = ["" if word is None else word for word in parsed.data["missing"]]
    return validate(Vocabulary, parsed, CaseError)


def even(words: str) -> str:
    """Words made even for comparing: one case, one space between, no signs.

    >>> even("Date of  Notice (DD/MM/YYYY)"), even("requesting_state")
    ('date of notice dd mm yyyy', 'requesting state')
    """
    return _SIGNS.sub(" ", words.casefold()).strip()
