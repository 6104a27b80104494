"""Cases that say plain things, read straight into columns: bare values alone, and no documents.

Most structured cases are such. Each value is read by the validator that its place has in the case model,
once for each different value and not once for each case. What is anything but a bare value on somebody's
word, and whatever a validator refuses, makes a case one for the whole way through the model, which alone
says what is wrong with it. So a plain case is one that the model takes, read as the model reads it; a
property test holds that.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple, get_args

import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from redflag.case import Case
from redflag.columns import Columns, FactColumn, ListColumn
from redflag.dates import PartialDate, not_after
from redflag.evidence import Assertion, Level
from redflag.facts import FactBase, gather
from redflag.paths import Leaf, Shape, case_shape, without_none
from redflag.truth import Truth

_MOST_KEPT = 20_000
"""Different values of one field that are remembered."""

_LONGEST_KEPT = 200
"""Characters of a text that is remembered."""

Key = tuple[type, Any]
_Pending = list[tuple["_Field", Key, Any]]


class _NotPlainError(Exception):
    """Something that only the case model can judge."""


class _Told(NamedTuple):
    """A value as the model has it, as a record shows it, and for a date its first day."""

    value: Any
    shown: str
    first: datetime.date | None


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a record that is neither a record nor a list of them.

    Attributes:
        name: as the model calls it.
        path: from the case, or from the item that it is of.
        fact: what sort of fact it holds; None if no rule may ask for it.
        optional: whether null may stand there.
        validator: that of the model.
        seen: values that were met, in any field that takes the same.
    """

    name: str
    path: str
    fact: Leaf | None
    optional: bool
    validator: TypeAdapter[Any]
    seen: dict[Key, _Told]

    def read(self, value: Any) -> tuple[Key, _Told]:
        """The value, and what it is told from others by."""
        kind = value.__class__
        if kind is list and self.fact is not None:
            if not all(one.__class__ is str for one in value):
                raise _NotPlainError
            key: Key = (list, tuple(value))
        elif kind is str or kind is bool or kind is int:
            key = (kind, value)
        elif self.fact is None:
            return (kind, None), self._validated(value)
        else:
            raise _NotPlainError
        told = self.seen.get(key)
        if told is None:
            told = self._validated(value)
            if kind is not str or len(value) <= _LONGEST_KEPT:
                if len(self.seen) >= _MOST_KEPT:
                    self.seen.clear()
                self.seen[key] = told
        return key, told

    def _validated(self, value: Any) -> _Told:
        try:
            found = self.validator.validate_python(value)
        except ValidationError:
            raise _NotPlainError from None
        if self.fact is not None and self.fact.kind == "words":
            return _Told(tuple(dict.fromkeys(found)), repr(found), None)
        return _Told(found, repr(found), found.earliest if isinstance(found, PartialDate) else None)


@dataclass(frozen=True)
class _Kind:
    """One record of the case model, where it stands.

    Attributes:
        path: with a dot behind it; empty for the case, and within an item.
        shown: how it shows each field of which nothing is said.
        places: where each field is among them.
        taken: facts of which something is said where nothing is, such as whom a decision is about.
        checks: whether it has a check of its own on all of its fields together.
    """

    model: type[BaseModel]
    path: str
    fields: Mapping[str, _Field]
    records: Mapping[str, _Kind]
    lists: Mapping[str, _Kind]
    shown: tuple[str, ...]
    places: Mapping[str, int]
    taken: tuple[tuple[_Field, Key, Any], ...]
    required: frozenset[str]
    checks: bool


def _kind_of(model: type[BaseModel], shape: Shape, path: str) -> _Kind:
    fields: dict[str, _Field] = {}
    records: dict[str, _Kind] = {}
    lists: dict[str, _Kind] = {}
    shown: list[str] = []
    taken: list[tuple[_Field, Key, Any]] = []
    for name, info in model.model_fields.items():
        inner = without_none(info.annotation)
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        shown.append(f"{name}={default!r}")
        if name in shape.records:
            records[name] = _kind_of(inner, shape.records[name], f"{path}{name}.")
        elif name in shape.lists:
            lists[name] = _kind_of(get_args(inner)[0], shape.lists[name], "")
        else:
            fact = shape.leaves.get(name)
            validator, seen = _validator(info, fact is not None and fact.kind == "words")
            one = fields[name] = _Field(
                name, path + name, fact, inner is not info.annotation, validator, seen
            )
            if fact is not None and default is not None and default != ():
                taken.append((one, (default.__class__, default), default))
    decorators = model.__pydantic_decorators__
    return _Kind(
        model, path, fields, records, lists, tuple(shown),
        {name: place for place, name in enumerate(model.model_fields)}, tuple(taken),
        frozenset(name for name, info in model.model_fields.items() if info.is_required()),
        bool(decorators.model_validators or decorators.field_validators),
    )  # fmt: skip


def _validator(info: FieldInfo, is_list: bool) -> tuple[TypeAdapter[Any], dict[Key, _Told]]:
    annotation: Any = info.annotation
    return _validator_of(Annotated[annotation, *info.metadata] if info.metadata else annotation, is_list)


@functools.cache
def _validator_of(annotation: Any, _is_list: bool) -> tuple[TypeAdapter[Any], dict[Key, _Told]]:
    """Made once for all fields that take the same, such as a yes or a no, with the values that they met."""
    return TypeAdapter(annotation), {}


@functools.cache
def _case_kind() -> _Kind:
    """The case model; made once in a process."""
    return _kind_of(Case, case_shape(), "")


@functools.cache
def _case_lists() -> Mapping[str, _Kind]:
    """What stands on each list of a case, by its path."""
    return dict(_all_lists(_case_kind()))


@dataclass
class _Cells:
    """One fact while it is read: the rows or items that tell it, and what each says."""

    places: dict[Key, int] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def add(self, at: int, key: Key, value: Any) -> None:
        code = self.places.get(key)
        if code is None:
            code = self.places[key] = len(self.values)
            self.values.append(value)
        self.at.append(at)
        self.codes.append(code)

    def column(self, size: int) -> FactColumn:
        codes = np.full(size, len(self.values), dtype=np.int64)
        known = np.zeros(size, dtype=bool)
        codes[self.at] = self.codes
        known[self.at] = True
        return FactColumn(known, codes, tuple(self.values))


@dataclass
class _Items:
    """One list of the rows while it is read."""

    owners: list[int] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    assertion: _Cells = field(default_factory=_Cells)
    levels: _Cells = field(default_factory=_Cells)
    facts: dict[str, _Cells] = field(default_factory=dict)
    unplaced: list[int] = field(default_factory=list)

    def column(self, rows: int, complete: Sequence[int]) -> ListColumn:
        size = len(self.owners)
        starts = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.owners, minlength=rows) if size else np.zeros(rows), out=starts[1:])
        return ListColumn(
            starts,
            self.assertion.column(size),
            {path: cells.column(size) for path, cells in self.facts.items()},
            _marked(self.unplaced, rows),
            _marked(complete, rows),
            self._events,
            self.levels.column(size),
        )

    def _events(self) -> Sequence[str]:
        return self.events


class _Item(NamedTuple):
    """One item that was known by the screening date."""

    event: str
    assertion: Assertion
    level: Level
    facts: _Pending


class PlainReader:
    """Reads plain cases; keeps what the values that it met come to.

    Args:
        asked: the paths that the rules name, those within an item among them; others are checked and
            no more.
    """

    def __init__(self, asked: Collection[str]) -> None:
        self._asked = frozenset(asked)
        self._case = _case_kind()
        self._lists = _case_lists()
        self._days: dict[str, PartialDate | None] = {}

    def gathering(self) -> PlainCases:
        """For some more cases."""
        return PlainCases(self)

    def _day(self, text: str) -> PartialDate | None:
        """An exact day; None of anything else."""
        if text not in self._days:
            try:
                day: PartialDate | None = PartialDate(text)
            except ValueError:
                day = None
            if len(self._days) >= _MOST_KEPT:
                self._days.clear()
            self._days[text] = day if day is not None and day.is_exact else None
        return self._days[text]


class PlainCases:
    """Some cases that were read together, a row each.

    Attributes:
        ids: of the cases.
        days: up to which day each was screened.
    """

    def __init__(self, reader: PlainReader) -> None:
        self._reader = reader
        self._asked = reader._asked
        self.ids: list[str] = []
        self.days: list[PartialDate] = []
        self._cases: list[Mapping[str, Any]] = []
        self._facts: dict[str, _Cells] = {}
        self._lists: dict[str, _Items] = {}
        self._complete: dict[str, list[int]] = {}
        self._better: list[int] = []

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, case: Mapping[str, Any], as_of: str | None, otherwise: str | None) -> bool:
        """Reads one more; False, and nothing is kept of it, if it is not plain.

        Args:
            case: as JSON has it.
            as_of: the day for every case.
            otherwise: the day where a case has none of its own.
        """
        reader = self._reader
        try:
            day = self._screening_day(case, as_of, otherwise)
            facts: _Pending = []
            lists: list[tuple[str, list[_Item], bool]] = []
            self._record(reader._case, case, day, facts, lists)
        except _NotPlainError:
            return False
        row = len(self.ids)
        self.ids.append(case["case_id"])
        self.days.append(day)
        self._cases.append(case)
        for one, key, value in facts:
            self._cell(self._facts, one.path).add(row, key, value)
        for path, items, unplaced in lists:
            held = self._lists.setdefault(path, _Items())
            if unplaced:
                held.unplaced.append(row)
            for item in items:
                self._keep(held, row, item)
        for path in case.get("complete", ()):
            self._complete.setdefault(path, []).append(row)
        return True

    def _keep(self, held: _Items, row: int, item: _Item) -> None:
        place = len(held.owners)
        held.owners.append(row)
        held.events.append(item.event)
        held.assertion.add(place, (Assertion, item.assertion), item.assertion)
        held.levels.add(place, (Level, item.level), item.level)
        if item.level is not Level.ASSERTED:
            self._better.append(row)
        for one, key, value in item.facts:
            self._cell(held.facts, one.path).add(place, key, value)

    @staticmethod
    def _cell(cells: dict[str, _Cells], path: str) -> _Cells:
        found = cells.get(path)
        if found is None:
            found = cells[path] = _Cells()
        return found

    def _screening_day(
        self, case: Mapping[str, Any], as_of: str | None, otherwise: str | None
    ) -> PartialDate:
        """The day, if all that is undated was surely known by then."""
        own = case.get("as_of")
        if own is not None and own.__class__ is not str:
            raise _NotPlainError
        used = as_of if as_of is not None else own if own is not None else otherwise
        day = None if used is None else self._reader._day(used)
        if day is None:
            raise _NotPlainError
        if as_of is not None and own is not None:
            told = self._reader._day(own)
            if told is None or not_after(told, day) is not Truth.TRUE:
                raise _NotPlainError
        return day

    def _record(
        self,
        kind: _Kind,
        data: Any,
        day: PartialDate,
        facts: _Pending,
        lists: list[tuple[str, list[_Item], bool]],
    ) -> None:
        if data.__class__ is not dict or not kind.required <= data.keys():
            raise _NotPlainError
        last = day.earliest
        for name, value in data.items():
            one = kind.fields.get(name)
            if one is not None:
                if value is None:
                    if not one.optional:
                        raise _NotPlainError
                    continue
                key, told = one.read(value)
                if name in _WHEN:  # of the alert: if it may be later, so may all of it
                    if told.value.latest > last:
                        raise _NotPlainError
                elif name in _PLAIN_WHERE_LEFT_OUT and told.value != _PLAIN_WHERE_LEFT_OUT[name]:
                    raise _NotPlainError
                if one.fact is not None and one.path in self._asked and told.value != () and (
                    told.first is None or told.first <= last
                ):  # fmt: skip
                    facts.append((one, key, told.value))
            elif name in kind.records:
                self._record(kind.records[name], value, day, facts, lists)
            elif name in kind.lists:
                if value.__class__ is not list:
                    raise _NotPlainError
                path = kind.path + name
                items = [self._item(kind.lists[name], one, path, day) for one in value]
                placed = [item for item in items if item is not None and item is not _UNPLACED]
                if placed or _UNPLACED in items:
                    lists.append((path, placed, _UNPLACED in items))
            else:
                raise _NotPlainError
        if kind.checks:
            _check(kind, data)
        for one, key, value in kind.taken:
            if one.name not in data and one.path in self._asked:
                facts.append((one, key, value))

    def _item(self, kind: _Kind, data: Any, path: str, day: PartialDate) -> _Item | None:
        """An item of a list; None if it is later, `_UNPLACED` if it may be."""
        if data.__class__ is not dict or not kind.required <= data.keys():
            raise _NotPlainError
        shown = list(kind.shown)
        facts: _Pending = []
        last = day.earliest
        told: dict[str, Any] = {}
        for name, value in data.items():
            one = kind.fields.get(name)
            if one is None:
                raise _NotPlainError
            if value is None:
                if not one.optional:
                    raise _NotPlainError
                continue
            key, read = one.read(value)
            shown[kind.places[name]] = f"{name}={read.shown}"
            if one.fact is None or name == "happened":
                told[name] = read.value
            if one.fact is not None and read.value != () and one.path in self._asked and (
                read.first is None or read.first <= last
            ):  # fmt: skip
                facts.append((one, key, read.value))
        if kind.checks:
            _check(kind, data)
        for one, key, value in kind.taken:
            if one.name not in data and one.path in self._asked:
                facts.append((one, key, value))
        level = told.get("level", Level.ASSERTED)
        if level is Level.ADJUDICATED:  # whether it is depends on who ruled in whose cause
            raise _NotPlainError
        when = told["known_by"] if "known_by" in told else told.get("happened")
        if when is not None:
            placed = not_after(when, day)
            if placed is not Truth.TRUE:
                return None if placed is Truth.FALSE else _UNPLACED
        event = told.get("event")
        event = f"event:{event}" if event is not None else _event_of(kind, path, shown)
        return _Item(event, told.get("assertion", Assertion.AFFIRMED), level, facts)

    def columns(self) -> Columns:
        """All of them side by side."""
        rows = len(self.ids)
        facts = {path: cells.column(rows) for path, cells in self._facts.items()}
        lists = {
            path: self._lists.get(path, _Items()).column(rows, self._complete.get(path, ()))
            for path in self._reader._lists
            if path in self._lists or path in self._complete
        }
        for path, where in self._complete.items():
            leaf = case_shape().leaf(path)
            if leaf is not None and leaf.kind == "words":
                facts[path] = _closed(facts.get(path), where, rows)
                lists[path] = _Items().column(rows, where)
        days = _Cells()
        for row, day in enumerate(self.days):
            days.add(row, (PartialDate, day), day)
        return Columns(
            rows, days.column(rows), facts, lists, np.zeros(rows, dtype=bool), self._facts_of,
            ~_marked(self._better, rows), plain=True,
        )  # fmt: skip

    def _facts_of(self, row: int) -> FactBase:
        """One of them by the whole way."""
        return gather(Case.model_validate(self._cases[row]), (), (), self.days[row])


_UNPLACED = _Item("", Assertion.AFFIRMED, Level.ASSERTED, [])

_WHEN = frozenset({"happened", "known_by"})

_PLAIN_WHERE_LEFT_OUT: Mapping[str, Any] = {
    "documents": (),
    "assertion": Assertion.AFFIRMED,
    "level": Level.ASSERTED,
}
"""Fields of the case and of its alert that must say nothing of their own."""


def event_of_item(path: str, told: Mapping[str, Any]) -> str:
    """The key of the event that an item reports, as `facts` makes it of the item itself.

    Args:
        path: of the list.
        told: its fields, each value as the model has it.
    """
    kind = _case_lists()[path]
    shown = list(kind.shown)
    for name, value in told.items():
        shown[kind.places[name]] = f"{name}={value!r}"
    return _event_of(kind, path, shown)


def _event_of(kind: _Kind, path: str, shown: Sequence[str]) -> str:
    words = f"{path}|{kind.model.__name__}({', '.join(shown)})"
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _check(kind: _Kind, data: Mapping[str, Any]) -> None:
    """Asks the model itself, where it looks at several fields together."""
    try:
        kind.model.model_validate(data)
    except ValidationError:
        raise _NotPlainError from None


def _all_lists(kind: _Kind) -> list[tuple[str, _Kind]]:
    own = [(kind.path + name, inside) for name, inside in kind.lists.items()]
    return [*own, *(one for inside in kind.records.values() for one in _all_lists(inside))]


def _marked(places: Sequence[int], size: int) -> Any:
    found = np.zeros(size, dtype=bool)
    found[list(places)] = True
    return found


def _closed(column: FactColumn | None, where: Sequence[int], rows: int) -> FactColumn:
    """A list of words that is known to be empty where nothing is on it and it holds all there is."""
    told = column if column is not None else _Cells().column(rows)
    empty = _marked(where, rows) & ~told.known
    values = (*told.values, ())
    codes = np.where(told.known, told.codes, np.where(empty, len(told.values), len(values)))
    return FactColumn(told.known | empty, codes, values)
