"""Conditions asked of many files at once, each as two masks: where it is true, and where it is false.

Where neither holds it is unknown; why is not told. `Condition.evaluate` is the reference, and a
property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redflag.columns import Columns, Days, FactColumn, Flags, ListColumn
from redflag.conditions import (
    AtLeast,
    Beside,
    Condition,
    DateIs,
    FactAmount,
    FactIncludes,
    FactIs,
    Not,
    Path,
    RestsOn,
    RuleFired,
    Scope,
    SignalHeard,
    Some,
)
from redflag.dates import PartialDate
from redflag.evidence import Assertion
from redflag.truth import Truth

Places = NDArray[np.int64]


class Masks(NamedTuple):
    """Where something is true, and where it is false."""

    true: Flags
    false: Flags

    @property
    def known(self) -> Flags:
        """Where it is one or the other."""
        return self.true | self.false

    def __invert__(self) -> Masks:
        return Masks(self.false, self.true)


@dataclass(frozen=True)
class Standing:
    """For whom a condition is asked: every file, or every item of every file.

    Attributes:
        rows: the row of each; None where each row is asked once, in order.
        items: for each name that a rule gives to items, which item of its list each one is.
    """

    rows: Places | None = None
    items: Mapping[str, tuple[ListColumn, Places]] = field(default_factory=dict)


EVERY_FILE = Standing()
"""A condition of the case, asked once of each file."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The items of a list that a condition counts.

    Attributes:
        askers: for whom each of them is asked, in order.
        places: which item of the list each of them is.
        standing: the items, for asking what else holds of them.
        fits: what each comes to; None where any item will do.
    """

    askers: Places
    places: Places
    standing: Standing
    fits: Masks | None


@dataclass
class Asking:
    """Asks conditions of many files, and keeps what the rules so far came to.

    Attributes:
        columns: the files.
        rules: what each rule that was asked came to, where it applies.
        beside: where a rule of an effect fired, by `fired:` and the effect; where some sign rests on a
            level of evidence, by `rests_on:` and the level.
    """

    columns: Columns
    rules: dict[str, Masks] = field(default_factory=dict)
    beside: dict[str, Masks] = field(default_factory=dict)
    _once: dict[str, Masks] = field(default_factory=dict)
    _items: dict[tuple[str, frozenset[Assertion]], tuple[Places, Places]] = field(default_factory=dict)
    _inner: dict[str, Inside] = field(default_factory=dict)

    def ask(self, condition: Condition) -> Masks:
        """Where a condition of the case is true, and where it is false."""
        return self.asked(condition, EVERY_FILE)

    def next_stage(self, beside: Mapping[str, Masks]) -> None:
        """What the rules so far amount to together, for those that ask for company."""
        self.beside = dict(beside)
        self._once.clear()
        self._inner.clear()

    def asked(self, condition: Condition, standing: Standing) -> Masks:
        """The same for whom it stands: every file, or every item of some."""
        if standing.items and (isinstance(condition, AtLeast | Not) or is_of_items(condition, standing)):
            return self._leaf(condition, standing)
        # a condition of the case is the same whoever asks: equal words, equal masks
        masks = self._once.get(condition.words)
        if masks is None:
            masks = self._once[condition.words] = self._leaf(condition, EVERY_FILE)
        return masks if standing.rows is None else Masks(*(mask[standing.rows] for mask in masks))

    def inside(self, condition: Some, listed: ListColumn, standing: Standing) -> Inside:
        """The items that a condition counts, for whom each, and what each of them comes to."""
        whole = standing.rows is None
        if whole and condition.words in self._inner:
            return self._inner[condition.words]
        askers, places = self._counted(condition, listed, standing)
        items = {name: (column, at[askers]) for name, (column, at) in standing.items.items()}
        items[condition.name] = (listed, places)
        within = Standing(askers if standing.rows is None else standing.rows[askers], items)
        fits = None if condition.where is None else self.asked(condition.where, within)
        found = Inside(askers, places, within, fits)
        if whole:
            self._inner[condition.words] = found
        return found

    def _leaf(self, condition: Condition, standing: Standing) -> Masks:
        match condition:
            case AtLeast(n=n, of=of):
                return self._group(n, [self.asked(part, standing) for part in of])
            case Not(of=of):
                return ~self.asked(of, standing)
            case FactIs(path=path, values=values):
                column, at = self._column(path, standing)
                return self._told(
                    column, at, None if column is None else column.where(lambda value: value in values)
                )
            case FactAmount(path=path, bound=bound, below=below):
                column, at = self._column(path, standing)
                return self._told(
                    column,
                    at,
                    None if column is None else column.where(lambda value: (value < bound) is below),
                )
            case FactIncludes(path=path, values=values):
                return self._includes(path, values, standing)
            case DateIs():
                return self._dates(condition, standing)
            case Some():
                return self._some(condition, standing)
            case SignalHeard():
                return self._heard(condition)
            case RuleFired(rule=rule):
                return self.rules.get(rule, self._unknown())
            case Beside(effect=effect):
                return self.beside.get(f"fired:{effect}", self._unknown())
            case RestsOn(level=level):
                return self.beside.get(f"rests_on:{level}", self._unknown())
            case _:
                raise TypeError(f"no masks for {type(condition).__name__}")

    def _size(self, standing: Standing) -> int:
        return self.columns.rows if standing.rows is None else len(standing.rows)

    def _unknown(self, size: int | None = None) -> Masks:
        nowhere = np.zeros(self.columns.rows if size is None else size, dtype=bool)
        return Masks(nowhere, nowhere)

    def _column(self, path: Path, standing: Standing) -> tuple[FactColumn | None, Places | None]:
        """The column of a fact, and the place in it of each one that is asked."""
        if path.item is None:
            return self.columns.facts.get(path.text), standing.rows
        listed, places = standing.items[path.item]
        return listed.facts.get(path.within), places

    def _told(self, column: FactColumn | None, at: Places | None, true: Flags | None) -> Masks:
        """The masks of a column that was asked, for each that it was asked for."""
        if column is None or true is None:
            return self._unknown(self.columns.rows if at is None else len(at))
        false = column.known & ~true
        return Masks(true, false) if at is None else Masks(true[at], false[at])

    def _includes(self, path: Path, values: frozenset[object], standing: Standing) -> Masks:
        column, at = self._column(path, standing)
        found = self._told(column, at, None if column is None else self.columns.includes(column, values))
        if path.item is not None:
            return found
        listed = self.columns.lists.get(path.text)
        if listed is None:
            return Masks(found.true, np.zeros_like(found.true))
        closed = listed.complete & ~listed.unplaced
        return Masks(found.true, found.false & (closed if standing.rows is None else closed[standing.rows]))

    def _dates(self, condition: DateIs, standing: Standing) -> Masks:
        first, second = self._days(condition.earlier, standing), self._days(condition.later, standing)
        if first is None or second is None:
            return self._unknown(self._size(standing))
        (one, one_known), (other, other_known) = first, second
        shortest, longest = other.earliest - one.latest, other.latest - one.earliest
        if condition.within_days is not None:
            true = (shortest >= 0) & (longest <= condition.within_days)
            false = (longest < 0) | (shortest > condition.within_days)
        elif condition.by_at_least_days is not None:
            true = shortest >= condition.by_at_least_days
            false = longest < condition.by_at_least_days
        else:
            true, false = shortest > 0, longest <= 0
        known = one_known & other_known
        # of two contrary verdicts the first stands, as in `dates`
        return Masks(true & known, false & known & ~true)

    def _days(self, end: Path | PartialDate | None, standing: Standing) -> tuple[Days, Flags] | None:
        if isinstance(end, PartialDate):
            size = self._size(standing)
            first, last = end.earliest.toordinal(), end.latest.toordinal()
            return Days(np.full(size, first), np.full(size, last)), np.ones(size, dtype=bool)
        if end is None:
            column: FactColumn | None = self.columns.as_of
            at = standing.rows
        else:
            column, at = self._column(end, standing)
        if column is None:
            return None
        days = self.columns.days(column)
        if at is None:
            return days, column.known
        return Days(days.earliest[at], days.latest[at]), column.known[at]

    def _some(self, condition: Some, standing: Standing) -> Masks:
        size = self._size(standing)
        listed = self.columns.lists.get(condition.path.text)
        if listed is None:
            return self._unknown(size)
        inside = self.inside(condition, listed, standing)
        if inside.fits is None:
            fitting = np.bincount(inside.askers, minlength=size)
            still_open = np.zeros(size, dtype=np.int64)
        else:
            fitting = np.bincount(inside.askers[inside.fits.true], minlength=size)
            still_open = np.bincount(inside.askers[~inside.fits.known], minlength=size)
        closed = listed.complete & ~listed.unplaced
        if standing.rows is not None:
            closed = closed[standing.rows]
        return Masks(fitting >= condition.n, closed & (fitting + still_open < condition.n))

    def _counted(self, condition: Some, listed: ListColumn, standing: Standing) -> tuple[Places, Places]:
        """Whom each item of a list is asked for, and which item it is; only those whose assertion counts."""
        key = condition.path.text, condition.counting
        if standing.rows is None and key in self._items:
            return self._items[key]
        rows = np.arange(self.columns.rows) if standing.rows is None else standing.rows
        counts = (listed.starts[1:] - listed.starts[:-1])[rows]
        askers = np.repeat(np.arange(len(rows)), counts)
        # the items of each asker's row, one after the other
        before = np.repeat(np.cumsum(counts) - counts, counts)
        places = np.arange(len(askers)) - before + listed.starts[rows][askers]
        counted = listed.assertion.where(lambda value: value in condition.counting)[places]
        if not counted.all():
            askers, places = askers[counted], places[counted]
        if standing.rows is None:
            self._items[key] = askers, places
        return askers, places

    def _heard(self, condition: SignalHeard) -> Masks:
        """What documents say: file by file, for those that have any."""
        true = np.zeros(self.columns.rows, dtype=bool)
        false = np.full(self.columns.rows, condition.silence_is_no)
        for row in np.flatnonzero(self.columns.spoken):
            verdict = condition.evaluate(Scope(self.columns.facts_of(int(row)))).truth
            true[row], false[row] = verdict is Truth.TRUE, verdict is Truth.FALSE
        return Masks(true, false)

    @staticmethod
    def _group(n: int, parts: Sequence[Masks]) -> Masks:
        if n == len(parts):
            true = np.logical_and.reduce([part.true for part in parts])
            return Masks(true, np.logical_or.reduce([part.false for part in parts]))
        if n == 1:
            true = np.logical_or.reduce([part.true for part in parts])
            return Masks(true, np.logical_and.reduce([part.false for part in parts]))
        trues = np.add.reduce([part.true.astype(np.int16) for part in parts])
        falses = np.add.reduce([part.false.astype(np.int16) for part in parts])
        return Masks(trues >= n, len(parts) - falses < n)


def is_of_items(condition: Condition, standing: Standing) -> bool:
    """Of a condition that is no group: whether what a condition comes to depends on which item is asked."""
    if not standing.items:
        return False
    match condition:
        case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path):
            return path.item is not None
        case DateIs(earlier=earlier, later=later):
            return any(isinstance(end, Path) and end.item is not None for end in (earlier, later))
        case Some(where=where):
            return where is not None and _names_items(where, frozenset(standing.items))
        case _:
            return False


def _names_items(condition: Condition, names: frozenset[str]) -> bool:
    match condition:
        case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path):
            return path.item in names
        case DateIs(earlier=earlier, later=later):
            return any(isinstance(end, Path) and end.item in names for end in (earlier, later))
        case _:
            return any(_names_items(part, names) for part in condition.parts())
