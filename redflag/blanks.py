"""What an answer can be: the places of a case that a condition asks for, each with its kind and choices.

A condition is a question about places of the case; a form shows those places to be filled in.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Literal

from pydantic import Field

from redflag.conditions import AtLeast, Condition, DateIs, FactAmount, FactIncludes, FactIs, Not, Path, Some
from redflag.paths import Leaf, Shape, case_shape
from redflag.record import Record
from redflag.truth import Truth

Kind = Literal["yes_no", "date", "choice", "choices", "number", "text", "list"]

TEXT_PATH = "documents"
"""Where an answer in words goes, when no place of the case holds it: it becomes a narrative."""

_KINDS: dict[str, Kind] = {
    "flag": "yes_no",
    "date": "date",
    "word": "choice",
    "words": "choices",
    "number": "number",
    "text": "text",
}


_NEEDED = {"context": ("report", "source", "happened"), "events": ("kind",), "person.groups": ("kind",)}
"""What an item of a list must say whatever a rule asks of it."""


class Blank(Record):
    """A place of the case to be filled in."""

    path: str = Field(description="Path of the case; within an item, path of the field.")
    kind: Kind
    choices: tuple[str, ...] = Field((), description="Words that can stand there.")
    fits: tuple[bool | str, ...] = Field((), description="Answers with which the rule's condition holds.")
    settles: bool = Field(False, description="Whether an answer here can make the rule fire by itself.")
    fields: tuple[Blank, ...] = Field((), description="For a list: what each item is asked.")


def blanks_of(conditions: Iterable[tuple[Condition, Truth]], alone: Container[str] = ()) -> tuple[Blank, ...]:
    """The places that conditions ask for, each once: first those that settle it, facts before lists.

    Args:
        conditions: each with the verdict with which the rule would fire.
        alone: words of the conditions that make it fire by themselves.
    """
    found: dict[str, Blank] = {}
    for condition, wanted in conditions:
        parts = tuple(_asked(condition, wanted, case_shape(), None))
        settles = condition.words in alone and len(parts) == 1
        for blank in (part.model_copy(update={"settles": settles}) for part in parts):
            known = found.get(blank.path)
            found[blank.path] = blank if known is None else _both(known, blank)
    return tuple(sorted(found.values(), key=lambda blank: (not blank.settles, blank.kind == "list")))


def text_blank() -> Blank:
    """Where an answer in words goes."""
    return Blank(path=TEXT_PATH, kind="text")


def blank_at(path: str) -> Blank:
    """The blank at a path of the case that rules may ask for.

    Raises:
        KeyError: if no fact stands there.
    """
    leaf = case_shape().leaf(path)
    if leaf is None:
        raise KeyError(path)
    return _blank(path, leaf)


def _both(one: Blank, other: Blank) -> Blank:
    fields: dict[str, Blank] = {}
    for inside in (*one.fields, *other.fields):
        known = fields.get(inside.path)
        fields[inside.path] = inside if known is None else _both(known, inside)
    fits = tuple(dict.fromkeys((*one.fits, *other.fits)))
    settles = one.settles or other.settles
    return one.model_copy(update={"fields": tuple(fields.values()), "fits": fits, "settles": settles})


def _asked(condition: Condition, wanted: Truth, shape: Shape, item: str | None) -> Iterator[Blank]:
    """The blanks of one condition: of the case, or of the item that is called `item`."""
    match condition:
        case FactIs(path=path, values=values) | FactIncludes(path=path, values=values):
            yield from _at(path, shape, item, values, wanted)
        case FactAmount(path=path):
            yield from _at(path, shape, item, frozenset(), wanted)
        case DateIs(earlier=earlier, later=later):
            for end in (earlier, later):
                if isinstance(end, Path):
                    yield from _at(end, shape, item, frozenset(), wanted)
        case Some(path=path, name=name, where=where) if item is None:
            inside = shape.list_of(path.text)
            if inside is not None:
                fields: dict[str, Blank] = {}
                for field in () if where is None else _asked(where, wanted, inside, name):
                    known = fields.get(field.path)
                    fields[field.path] = field if known is None else _both(known, field)
                for needed in _NEEDED.get(path.text, ()):
                    leaf = inside.leaf(needed) or Leaf("text")  # where it comes from is no fact of its own
                    fields.setdefault(needed, _blank(needed, leaf))
                yield Blank(path=path.text, kind="list", fields=tuple(fields.values()))
        case Not(of=of):
            yield from _asked(of, ~wanted, shape, item)
        case AtLeast(of=parts):
            for part in parts:
                yield from _asked(part, wanted, shape, item)
        case _:
            return


def _at(
    path: Path, shape: Shape, item: str | None, values: frozenset[object], wanted: Truth
) -> Iterator[Blank]:
    if path.item != item:
        return
    name = path.text if item is None else path.within
    leaf = shape.leaf(name)
    if leaf is not None:
        yield _blank(name, leaf, values, wanted)


def _blank(
    name: str, leaf: Leaf, values: frozenset[object] = frozenset(), wanted: Truth = Truth.TRUE
) -> Blank:
    possible: tuple[bool | str, ...] = (True, False) if leaf.kind == "flag" else leaf.choices
    fits = tuple(one for one in possible if values and (one in values) is (wanted is Truth.TRUE))
    return Blank(path=name, kind=_KINDS[leaf.kind], choices=leaf.choices, fits=fits)
