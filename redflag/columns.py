"""Many files as columns: each fact of all of them side by side, for asking a rule of all at once.

A file is a row. A fact that a file leaves open, for whatever reason, is open in its row. The items of
a list, such as the calls of all the files, stand one after the other, each with the row it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from redflag.dates import PartialDate
from redflag.facts import Entry, Fact, FactBase, Known, Listed

_MOST_BITS = 62
"""Different words that one column of lists can have, to be told apart by the bits of a number."""

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Days:
    """Dates as days of the common calendar: where each begins and ends."""

    earliest: Numbers
    latest: Numbers


@dataclass(frozen=True)
class FactColumn:
    """One fact of every row.

    Attributes:
        known: where it is known.
        codes: the place of its value in `values`, or the number of them where it is not known.
        values: what is found in it, each once.
    """

    known: Flags
    codes: Numbers
    values: tuple[Any, ...]

    def where(self, fits: Callable[[Any], bool]) -> Flags:
        """The rows in which it is known and its value fits; asks each value once."""
        told = np.fromiter((*(fits(value) for value in self.values), False), bool, len(self.values) + 1)
        return told.take(self.codes)

    def days(self) -> Days:
        """Its values as days; of no meaning where it is not known."""
        ends = [(value.earliest.toordinal(), value.latest.toordinal()) for value in self.values]
        first, last = np.array([*ends, (0, 0)], dtype=np.int64).T
        return Days(first[self.codes], last[self.codes])


@dataclass(frozen=True)
class ListColumn:
    """One list of every row.

    Attributes:
        starts: where the items of each row begin; one more than there are rows.
        assertion: how each item is put, as a column over the items.
        facts: the facts of the items, by path within one.
        unplaced: rows that name something which may be later than the screening date.
        complete: rows whose list holds all there is.
        events: gives the key of the event that each item reports; asked only where scores are.
        levels: how good each item is, as a column over the items; None where all are asserted.
    """

    starts: Numbers
    assertion: FactColumn
    facts: Mapping[str, FactColumn]
    unplaced: Flags
    complete: Flags
    events: Callable[[], Sequence[str]] = tuple
    levels: FactColumn | None = None


@dataclass(frozen=True)
class Columns:
    """Everything that many files tell, side by side.

    Attributes:
        rows: how many files.
        as_of: the screening date of each.
        facts: by path; a path that no file tells is not in here.
        lists: by path.
        spoken: rows that have documents.
        facts_of: one file as `FactBase`, for what cannot be asked of all at once.
        asserted: rows in which nothing is better than somebody's word.
        plain: whether each fact has one source, which is asserted and affirmed, and each item one:
            only then can what a verdict rests on be told of all at once.
    """

    rows: int
    as_of: FactColumn
    facts: Mapping[str, FactColumn]
    lists: Mapping[str, ListColumn]
    spoken: Flags
    facts_of: Callable[[int], FactBase]
    asserted: Flags
    plain: bool = False
    _days: dict[int, Days] = field(default_factory=dict, repr=False, compare=False)
    _bits: dict[int, tuple[Numbers, dict[Any, int]]] = field(default_factory=dict, repr=False, compare=False)

    def days(self, column: FactColumn) -> Days:
        """A column as days, made once."""
        if id(column) not in self._days:
            self._days[id(column)] = column.days()
        return self._days[id(column)]

    def includes(self, column: FactColumn, words: frozenset[object]) -> Flags:
        """Where a list of words has one of these on it."""
        if id(column) not in self._bits:
            places: dict[Any, int] = {}
            for value in column.values:
                for word in value:
                    places.setdefault(word, len(places))
            if len(places) > _MOST_BITS:
                return column.where(lambda listed: not words.isdisjoint(listed))
            bits = [sum(1 << places[word] for word in set(value)) for value in column.values]
            self._bits[id(column)] = np.array([*bits, 0], dtype=np.int64), places
        told, places = self._bits[id(column)]
        wanted = sum(1 << places[word] for word in words if word in places)
        found: Flags = (told & wanted) != 0
        return found.take(column.codes)


def columns_of(files: Sequence[FactBase]) -> Columns:
    """Files that were gathered one by one, as columns."""
    facts = _columns([one.facts for one in files])
    paths = sorted({path for one in files for path in one.lists})
    lists = {path: _list_column([one.list_of(path) for one in files]) for path in paths}
    as_of = _column([Known(one.as_of, ()) for one in files])
    spoken = np.array(
        [bool(one.signals or one.unplaced_signals or one.documents) for one in files], dtype=bool
    )
    nowhere = np.zeros(len(files), dtype=bool)
    return Columns(len(files), as_of, facts, lists, spoken, files.__getitem__, nowhere)


def _columns(rows: Sequence[Mapping[str, Fact]]) -> dict[str, FactColumn]:
    paths = sorted({path for row in rows for path in row})
    return {path: _column([row.get(path) for row in rows]) for path in paths}


def _column(facts: Sequence[Fact | None]) -> FactColumn:
    places: dict[Any, int] = {}
    codes = np.empty(len(facts), dtype=np.int64)
    for row, fact in enumerate(facts):
        # True and 1 are equal, and so are two dates written otherwise: their kind tells them apart
        codes[row] = (
            places.setdefault((type(fact.value), fact.value), len(places)) if isinstance(fact, Known) else -1
        )
    known = codes >= 0
    codes[~known] = len(places)
    return FactColumn(known, codes, tuple(value for _, value in places))


def _list_column(lists: Sequence[Listed]) -> ListColumn:
    items: list[Entry] = [item for one in lists for item in one.items]
    starts = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(one.items) for one in lists], out=starts[1:])
    return ListColumn(
        starts,
        _column([Known(item.source.assertion, ()) for item in items]),
        _columns([item.facts for item in items]),
        np.array([one.unplaced > 0 for one in lists], dtype=bool),
        np.array([one.complete for one in lists], dtype=bool),
    )


def same_day(as_of: PartialDate, rows: int) -> FactColumn:
    """One screening date for every row."""
    return FactColumn(np.ones(rows, dtype=bool), np.zeros(rows, dtype=np.int64), (as_of,))
