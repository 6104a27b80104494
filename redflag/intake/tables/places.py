"""Where in a case a column can put its cells: the paths of the case model, with what stands there."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from redflag.case import Case, State
from redflag.paths import Leaf, is_record, leaf_of, without_none
from redflag.record import Record

MOST_ITEMS = 50
"""Items of one list that the columns of a table may name."""

_STEP = re.compile(r"([a-z_]+)(?:\[(\d{0,2})\])?", re.ASCII)

_NOT_FROM_A_CELL = frozenset({"documents[].file"})
"""A row has no folder beside it to look for files in."""

Step = tuple[str, int | None]
"""A key, with the place in its list: counted from 0, -1 for an item for each piece of a cell."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the case model that a cell can fill.

    Attributes:
        path: how it is written, lists with `[]`: `charges[].offence_class`.
        leaf: what stands there.
        is_state: whether it is the code of a state.
    """

    path: str
    leaf: Leaf
    is_state: bool = False


@functools.cache
def places() -> Mapping[str, Place]:
    """Every place, by its path."""
    return {place.path: place for place in _inside(Case, "")}


def _inside(model: type[Record], prefix: str) -> Iterator[Place]:
    for name, info in model.model_fields.items():
        path = prefix + name
        annotation = without_none(info.annotation)
        repeated = get_origin(annotation) is tuple
        inner = get_args(annotation)[0] if repeated else annotation
        if is_record(inner):
            yield from _inside(inner, f"{path}[]." if repeated else f"{path}.")
            continue
        leaf = leaf_of(annotation)
        if leaf is None:
            leaf = _other(inner, repeated)
        if leaf is not None and path not in _NOT_FROM_A_CELL:
            yield Place(path, leaf, inner == State or path == "documents[].state")


def _other(inner: Any, repeated: bool) -> Leaf | None:
    """A word out of an enumeration, which no rule asks for and a table may well give."""
    if not (isinstance(inner, type) and issubclass(inner, enum.StrEnum)):
        return None
    return Leaf("words" if repeated else "word", tuple(str(one) for one in inner))


def steps_of(path: str) -> tuple[Step, ...] | None:
    """The steps of a path such as `charges[0].conduct`; None where it is not written as one."""
    steps: list[Step] = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            return None
        number = match.group(2)
        steps.append((match.group(1), None if number is None else int(number) if number else -1))
    return tuple(steps)


def place_at(path: str) -> Place | None:
    """The place that a path leads to, whichever items of lists it names; None where there is none.

    >>> place_at("charges[1].conduct").path
    'charges[].conduct'
    """
    steps = steps_of(path)
    if steps is None or any(number is not None and number >= MOST_ITEMS for _, number in steps):
        return None
    return places().get(".".join(key if number is None else f"{key}[]" for key, number in steps))
