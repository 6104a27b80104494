"""What settled verdicts rest on, of many files at once: the best evidence, and whether more may come.

For columns that are plain (`Columns.plain`): each fact then has one source, and all facts of an item
have the source of the item. `Judged.sources` and the traces are the reference, and a property test holds
the two together.

A source is a number, its key: lower is better evidence, and of equally good evidence the event whose key
comes first. What several sources come to is then the least of their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from redflag.columns import Columns, Flags, Numbers
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
    Some,
)
from redflag.evidence import Assertion, Level
from redflag.masks import EVERY_FILE, Asking, Standing, is_of_items
from redflag.scoring import Policy

NOTHING = int(np.iinfo(np.int64).max)
"""The key where there is no source."""

_EVENTS = 40
"""Bits of a key that tell the event; those above tell how good it is."""


class Borne(NamedTuple):
    """What one rule rests on in each file.

    Attributes:
        fired: key of the best source, where it fired.
        clear: the same where it is settled as not so.
        open: where some fact that it asks for is unknown.
    """

    fired: Numbers
    clear: Numbers
    open: Flags


@dataclass(frozen=True)
class SourceKeys:
    """The keys of the sources of many files.

    Attributes:
        paths: of what stands at each path of the case, and of each list as a whole.
        items: of each item of each list.
        strengths: by how good a key says that its evidence is, how much of a weight it carries.
    """

    paths: Mapping[str, int]
    items: Mapping[str, Numbers]
    strengths: NDArray[np.float64]

    def strength(self, keys: Numbers) -> NDArray[np.float64]:
        """How much of a weight evidence carries, in [0, 1]."""
        found: NDArray[np.float64] = self.strengths[keys >> _EVENTS]
        return found

    def event(self, keys: Numbers) -> Numbers:
        """Which event it reports, by the order of their names."""
        return keys & ((1 << _EVENTS) - 1)


def source_keys(columns: Columns, policy: Policy, paths: Iterable[str]) -> SourceKeys:
    """The keys of all sources in plain columns.

    Args:
        columns: the files.
        policy: how much of a weight each level and assertion carries.
        paths: every path that a rule names.
    """
    carried = {
        (level, way): policy.levels[level] * policy.assertions[way] for level in Level for way in Assertion
    }
    strengths = sorted({*carried.values()}, reverse=True)
    place = {pair: strengths.index(value) for pair, value in carried.items()}
    events = {path: listed.events() for path, listed in columns.lists.items() if len(listed.assertion.codes)}
    named = sorted(
        {*paths, *columns.facts, *columns.lists, *(one for told in events.values() for one in told)}
    )
    order = {name: number for number, name in enumerate(named)}
    bare = place[Level.ASSERTED, Assertion.AFFIRMED] << _EVENTS
    items = {}
    for path, told in events.items():
        listed = columns.lists[path]
        ways = [Assertion(way) for way in listed.assertion.values]
        levels = [Level.ASSERTED] if listed.levels is None else [Level(one) for one in listed.levels.values]
        table = np.array([[place[level, way] for way in ways] for level in levels], dtype=np.int64)
        best = table[0 if listed.levels is None else listed.levels.codes, listed.assertion.codes]
        event = np.fromiter((order[one] for one in told), np.int64, len(told))
        items[path] = (best << _EVENTS) | event
    return SourceKeys(
        {name: bare | number for name, number in order.items()}, items, np.array(strengths, dtype=np.float64)
    )


@dataclass
class Bearing:
    """Tells what the verdicts of one asking rest on.

    Attributes:
        asking: what was asked.
        keys: of the sources.
        rules: what each rule so far rests on, for those that name it; `open` is true where it does not apply.
    """

    asking: Asking
    keys: SourceKeys
    rules: dict[str, Borne] = field(default_factory=dict)
    _once: dict[tuple[str, bool], Numbers] = field(default_factory=dict)
    _open_once: dict[str, Flags] = field(default_factory=dict)

    def next_stage(self) -> None:
        """Forgets what may depend on which rules fired so far."""
        self._once.clear()
        self._open_once.clear()

    def sources(self, condition: Condition, truth: bool, standing: Standing = EVERY_FILE) -> Numbers:
        """The key of the best source of a verdict, wherever a condition comes to it."""
        if self._is_apart(condition, standing):
            return self._sources(condition, truth, standing)
        key = condition.words, truth
        found = self._once.get(key)
        if found is None:
            found = self._once[key] = self._sources(condition, truth, EVERY_FILE)
        return found if standing.rows is None else found[standing.rows]

    def open(self, condition: Condition, standing: Standing = EVERY_FILE) -> Flags:
        """Where anything that a condition asks is unknown for a reason, whatever it comes to itself."""
        if self._is_apart(condition, standing):
            return self._open(condition, standing)
        found = self._open_once.get(condition.words)
        if found is None:
            found = self._open_once[condition.words] = self._open(condition, EVERY_FILE)
        return found if standing.rows is None else found[standing.rows]

    @staticmethod
    def _is_apart(condition: Condition, standing: Standing) -> bool:
        return bool(standing.items) and (
            isinstance(condition, AtLeast | Not) or is_of_items(condition, standing)
        )

    def _where(self, condition: Condition, truth: bool, standing: Standing) -> Flags:
        masks = self.asking.asked(condition, standing)
        return masks.true if truth else masks.false

    def _sources(self, condition: Condition, truth: bool, standing: Standing) -> Numbers:
        match condition:
            case Not(of=of):
                return self.sources(of, not truth, standing)
            case AtLeast(of=of):
                found = self.sources(of[0], truth, standing)
                for part in of[1:]:
                    found = np.minimum(found, self.sources(part, truth, standing))
                return np.where(self._where(condition, truth, standing), found, NOTHING)
            case Some():
                return self._of_items(condition, truth, standing)
            case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path):
                return np.where(self._where(condition, truth, standing), self._key(path, standing), NOTHING)
            case DateIs(earlier=earlier, later=later):
                where = self._where(condition, truth, standing)
                found = np.full(len(where), NOTHING)
                for end in (earlier, later):
                    if isinstance(end, Path):
                        found = np.minimum(found, self._key(end, standing))
                return np.where(where, found, NOTHING)
            case RuleFired(rule=rule) if rule in self.rules:
                return self.rules[rule].fired if truth else self.rules[rule].clear
            case _:  # what stands beside has no source of its own, and these files have no documents
                return np.full(self.asking.columns.rows, NOTHING)

    def _key(self, path: Path, standing: Standing) -> Numbers | int:
        if path.item is None:
            return self.keys.paths.get(path.text, NOTHING)
        _, places = standing.items[path.item]
        return self._item_keys(standing, path.item)[places]

    def _item_keys(self, standing: Standing, item: str) -> Numbers:
        column, _ = standing.items[item]
        return next(
            self.keys.items[path] for path in self.keys.items if self.asking.columns.lists[path] is column
        )

    def _of_items(self, condition: Some, truth: bool, standing: Standing) -> Numbers:
        where = self._where(condition, truth, standing)
        found = np.full(len(where), NOTHING)
        listed = self.asking.columns.lists.get(condition.path.text)
        if listed is None or not where.any():
            return found
        inside = self.asking.inside(condition, listed, standing)
        if len(inside.places) and (truth or inside.fits is not None):
            keys = self.keys.items[condition.path.text][inside.places]
            if inside.fits is None or condition.where is None:
                askers = inside.askers
            else:
                fits = np.flatnonzero(inside.fits.true if truth else inside.fits.false)
                if not _asks_of_itself_alone(condition.where, condition.name):
                    keys = np.minimum(keys, self.sources(condition.where, truth, inside.standing))
                askers, keys = inside.askers[fits], keys[fits]
            if len(askers):
                starts = np.flatnonzero(np.concatenate(([True], askers[1:] != askers[:-1])))
                found[askers[starts]] = np.minimum.reduceat(keys, starts)
        if not truth:
            found = np.minimum(found, self.keys.paths[condition.path.text])
        return np.where(where, found, NOTHING)

    def _open(self, condition: Condition, standing: Standing) -> Flags:
        match condition:
            case AtLeast() | Not():
                parts = [self.open(part, standing) for part in condition.parts()]
                return parts[0] if len(parts) == 1 else np.logical_or.reduce(parts)
            case Some():
                return self._open_items(condition, standing)
            case Beside():
                return ~self.asking.asked(condition, standing).true
            case RestsOn():
                return np.zeros(self.asking.columns.rows, dtype=bool)
            case RuleFired(rule=rule):
                if rule in self.rules:
                    return self.rules[rule].open
                return np.ones(self.asking.columns.rows, dtype=bool)
            case _:
                return ~self.asking.asked(condition, standing).known

    def _open_items(self, condition: Some, standing: Standing) -> Flags:
        masks = self.asking.asked(condition, standing)
        listed = self.asking.columns.lists.get(condition.path.text)
        if listed is None:
            return np.ones(len(masks.true), dtype=bool)
        closed = listed.complete & ~listed.unplaced
        found = ~masks.known & ~(closed if standing.rows is None else closed[standing.rows])
        inside = self.asking.inside(condition, listed, standing)
        if condition.where is not None and len(inside.places):
            found[inside.askers[self.open(condition.where, inside.standing)]] = True
        return found


def _asks_of_itself_alone(condition: Condition, name: str) -> bool:
    """Whether a condition rests on nothing but the item of that name."""
    match condition:
        case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path):
            return path.item == name
        case DateIs(earlier=earlier, later=later):
            return all(end.item == name for end in (earlier, later) if isinstance(end, Path))
        case AtLeast() | Not():
            return all(_asks_of_itself_alone(part, name) for part in condition.parts())
        case _:
            return False


def least(keys: Sequence[Numbers]) -> Numbers:
    """The best of several sources, file by file."""
    found = keys[0]
    for more in keys[1:]:
        found = np.minimum(found, more)
    return found
