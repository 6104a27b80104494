"""The paths of the case model: what a rule may name, and what stands there.

Taken from the model itself, so that a rule and a case can never speak of different fields.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from redflag.case import Case, Item, Statement, Vouched
from redflag.dates import PartialDate
from redflag.documents import DocumentNote
from redflag.record import Record

Kind = Literal["flag", "word", "words", "number", "date", "text"]

NEVER_ASKED = frozenset(
    {"label", "nationalities", "residence", "state", "requesting_state", "requested_state",
     "birth_year", "case_id", "language", "number"}
)  # fmt: skip
"""Fields that say who or where somebody is: no rule may rest on them."""

_PROVENANCE = frozenset(Vouched.model_fields) - {"happened"}
_BESIDES = frozenset({"id", "event", "assertion", "note", "value"})
_NOT_FACTS = frozenset(
    {"as_of", "party", "documents", "consent", "confidentiality", "complete", "deadlines", "safety"}
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place that holds one fact.

    Attributes:
        kind: `flag`, `word` (one of `choices`), `words` (a list of them), `number`, `date`, `text`.
        choices: the words that can stand there.
        stated: whether it may carry its own provenance.
    """

    kind: Kind
    choices: tuple[str, ...] = ()
    stated: bool = False


@dataclass(frozen=True)
class Shape:
    """What a record of the case model holds: facts, lists of items, and records inside it."""

    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    lists: Mapping[str, Shape] = field(default_factory=dict)
    records: Mapping[str, Shape] = field(default_factory=dict)
    is_item: bool = False

    def leaf(self, path: str) -> Leaf | None:
        """The fact at `path`, such as `notice.warrant.issued_on`, or None."""
        head, dot, rest = path.partition(".")
        if not dot:
            return self.leaves.get(head)
        inside = self.records.get(head)
        return inside.leaf(rest) if inside is not None else None

    def list_of(self, path: str) -> Shape | None:
        """The items of the list at `path`, such as `relatives` or `person.groups`, or None."""
        head, dot, rest = path.partition(".")
        if not dot:
            return self.lists.get(head)
        inside = self.records.get(head)
        return inside.list_of(rest) if inside is not None else None

    def all_paths(self) -> tuple[str, ...]:
        """Every path that a rule may name from here, facts and lists."""
        inside = (f"{name}.{path}" for name, shape in self.records.items() for path in shape.all_paths())
        return tuple(sorted({*self.leaves, *self.lists, *inside}))


@functools.cache
def case_shape() -> Shape:
    """The shape of `Case`."""
    return _shape(Case)


def _shape(model: type[Record]) -> Shape:
    leaves: dict[str, Leaf] = {}
    lists: dict[str, Shape] = {}
    records: dict[str, Shape] = {}
    for name, info in model.model_fields.items():
        if name in NEVER_ASKED or name in _PROVENANCE or name in _BESIDES:
            continue
        if model is Case and name in _NOT_FACTS:
            continue
        annotation = without_none(info.annotation)
        if is_record(annotation):
            records[name] = _shape(annotation)
        elif get_origin(annotation) is tuple and is_record(get_args(annotation)[0]):
            if get_args(annotation)[0] is not DocumentNote:
                lists[name] = _shape(get_args(annotation)[0])
        else:
            leaf = leaf_of(annotation)
            if leaf is not None:
                leaves[name] = leaf
    return Shape(leaves, lists, records, issubclass(model, Item))


def is_record(annotation: Any) -> bool:
    """Whether a field holds a record of its own."""
    return (
        isinstance(annotation, type)
        and issubclass(annotation, Record)
        and not issubclass(annotation, Statement)
    )


def without_none(annotation: Any) -> Any:
    """What a field holds where it holds anything."""
    if get_origin(annotation) in (Union, types.UnionType):
        kept = [part for part in get_args(annotation) if part is not type(None)]
        return kept[0] if len(kept) == 1 else annotation
    return annotation


def leaf_of(annotation: Any) -> Leaf | None:
    """The kind of fact that an annotation allows, whatever wrapping it has."""
    annotation = without_none(annotation)
    if get_origin(annotation) is tuple:
        inside = leaf_of(get_args(annotation)[0])
        return None if inside is None else Leaf("words", inside.choices, inside.stated)
    if get_origin(annotation) is Annotated:
        bare = get_args(annotation)[0]
        if get_origin(bare) in (Union, types.UnionType):
            inside = leaf_of(get_args(bare)[0])
            return None if inside is None else Leaf(inside.kind, inside.choices, True)
        return leaf_of(bare)
    if get_origin(annotation) is Literal:
        return Leaf("word", tuple(get_args(annotation)))
    kinds: dict[Any, Kind] = {bool: "flag", int: "number", str: "text", PartialDate: "date"}
    kind = kinds.get(annotation)
    return None if kind is None else Leaf(kind)
