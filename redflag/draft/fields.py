"""What each field of a case means in words, from the case model itself."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, get_args

from redflag.case import Case, Statement
from redflag.record import Record

_INDEX = re.compile(r"\[\d+\]")
_WHETHER = "Whether "

ABOUT = (
    ("notice.warrant.", "the warrant"),
    ("notice.", "the alert"),
    ("other_alerts.", "another alert"),
    ("request.", "the extradition request"),
    ("prosecution.", "the prosecution"),
    ("protection.", "protection"),
    ("trial.", "the trial"),
    ("risk.assurances.", "assurances"),
    ("risk.", "after surrender"),
    ("custody.", "custody"),
    ("person.", "the applicant"),
)
"""What a field is about, by how its path begins."""


def bare(path: str) -> str:
    """A path without positions in lists.

    >>> bare("contacts[2].said")
    'contacts.said'
    """
    return _INDEX.sub("", path)


@functools.cache
def descriptions() -> Mapping[str, str]:
    """Every path of the case model, positions apart, with the description of what stands there."""
    return MappingProxyType(dict(_walked(Case, "")))


def _walked(kind: type[Record], prefix: str) -> Iterator[tuple[str, str]]:
    for name, info in kind.model_fields.items():
        path = f"{prefix}{name}"
        yield path, info.description or ""
        for inner in _records_in(info.annotation):
            yield from _walked(inner, f"{path}.")


def _records_in(annotation: Any) -> Iterator[type[Record]]:
    waiting = [annotation]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, type):
            waiting.extend(get_args(current))
        elif issubclass(current, Record) and not issubclass(current, Statement):
            yield current


def statement_of(path: str, value: bool) -> str:
    """What a yes or a no at a path says, in words.

    >>> statement_of("prosecution.wanted_as_witness", True)
    'the aim is testimony against somebody else'
    """
    told = descriptions().get(bare(path), "").rstrip(".")
    if not told.startswith(_WHETHER) and ": whether " not in told:
        words = name_of(path)
        return words if value else f"{words}: no"
    said = told.removeprefix(_WHETHER) if told.startswith(_WHETHER) else told.partition(": whether ")[2]
    return said if value else f"it is not the case that {said}"


def name_of(path: str) -> str:
    """The last word of a path, as people write it."""
    return path.rpartition(".")[2].replace("_", " ")


def subject_of(path: str) -> str:
    """What the field at a path is about."""
    plain = bare(path)
    return next((about for start, about in ABOUT if plain.startswith(start)), "the case")
