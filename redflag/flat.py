"""A frame of flat columns asked by masks: what every rule comes to in every row, at once.

It is for many structured cases in which each cell is a bare value on one person's word: a survey, a
registry, a simulation. Columns are called by the paths of the case model, items by their place:
`notice.kind`, `request.made`, `person.roles`, `contacts[0].caller`. Cells are what the case model takes
(true and false, its words, whole numbers, days as `2021-03`), lists of words are lists or parted by `;`,
and `complete` names the lists that hold all there is. An empty cell is unknown, never no.

For anything else, such as who says so, documents, or the evidence, use `redflag.screen_frame` or
`Screener.score`: they read each row as a case of its own.

```python
outcomes = outcomes_of_frame(frame, redflag.load_pack(), as_of="2024-06-30")
outcomes["family_pressure.measures_follow_refusal"].value_counts()
scores = scores_of_frame(frame, redflag.Screener(), as_of="2024-06-30")
scores.groupby("band").size()
```
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, get_args, get_origin

import numpy as np
from numpy.typing import NDArray
from pydantic.fields import FieldInfo

from redflag.case import Case
from redflag.columns import Columns, FactColumn, Flags, ListColumn, same_day
from redflag.dates import PartialDate, not_after
from redflag.errors import CaseError, Fault, Location, did_you_mean, shown_key
from redflag.evidence import Assertion
from redflag.facts import FactBase, gather
from redflag.pack import RulePack
from redflag.pack.masked import STATUSES, OutcomeTable, evaluate_columns
from redflag.paths import Leaf, Shape, case_shape, is_record, without_none
from redflag.plain import event_of_item
from redflag.scoring import Policy, band_of
from redflag.screening import Screener
from redflag.tally import Tally
from redflag.together import Together
from redflag.truth import Truth

if TYPE_CHECKING:
    import pandas as pd

BANDS = ("insufficient_information", "low", "elevated", "high")
"""Categories of `band`."""

_OF_ITEM = re.compile(r"([a-z_.]+)\[(\d{1,2})\]\.([a-z_.]+)", re.ASCII)
_WHEN = ("happened", "known_by")
_PASSED_OVER = frozenset({"case_id"})
Codes = NDArray[np.int64]


def outcomes_of_frame(frame: pd.DataFrame, pack: RulePack, as_of: PartialDate | str) -> pd.DataFrame:
    """What each rule comes to in each row: a categorical column for each rule, by id.

    Args:
        frame: a case a row.
        pack: the rules.
        as_of: the day up to which every case is known, exact to the day.

    Raises:
        CaseError: with every column that is no path of the case model, and every column with a cell
            that its path does not take.
    """
    import pandas as pd

    table = evaluate_columns(pack, columns_of_frame(frame, as_of))
    return pd.DataFrame(_outcomes(table), index=frame.index)


def scores_of_frame(frame: pd.DataFrame, screener: Screener, as_of: PartialDate | str) -> pd.DataFrame:
    """The score of each row, with its range, band and families, and what each rule comes to.

    Every number is that of `Screener.score` for the row as a case of its own. Columns, in this order:
    `band`; `score`, `score_low`, `score_high` (0..1; no score with an abstention); `abstention`, why there
    is no band; `weight.ID`, the weight of evidence of each family in log-odds, missing where no rule of it
    is settled; and a categorical column for each rule, by id.

    Args:
        frame: a case a row.
        screener: whose rules, model and base rate are used.
        as_of: the day up to which every case is known, exact to the day.

    Raises:
        CaseError: as `outcomes_of_frame`.
    """
    import pandas as pd

    columns = columns_of_frame(frame, as_of)
    together = Together(screener)
    if columns.plain:
        table, tally = together.tally(columns)
    else:  # each row by itself
        table, tally = together.tally(replace(columns, facts={}, lists={}, plain=True))
        tally.near[:] = table.apart[:] = True
    bands, reasons = _bands(tally, screener.policy)
    codes = table.outcomes.codes
    score = np.where([one is not None for one in reasons], np.nan, tally.score)
    low, high = tally.low.copy(), tally.high.copy()
    weights = np.where(tally.settled, tally.weights, np.nan)
    for row in np.flatnonzero(tally.near):
        facts = columns.facts_of(int(row))
        one = screener.score_facts("row", facts)
        bands[row], reasons[row] = BANDS.index(one.band), one.abstention
        score[row] = np.nan if one.score is None else one.score
        low[row], high[row] = one.score_range
        weights[row] = [one.families.get(family, np.nan) for family in tally.families]
        if table.apart[row]:
            codes[row] = [STATUSES.index(told.status) for told in screener.pack.compiled.evaluate(facts)]
    found: dict[str, Any] = {
        "band": pd.Categorical.from_codes(bands, dtype=pd.CategoricalDtype(list(BANDS))),
        "score": score,
        "score_low": low,
        "score_high": high,
        "abstention": pd.array(reasons, dtype="string"),
        **{f"weight.{family}": weights[:, number] for number, family in enumerate(tally.families)},
    }
    return pd.DataFrame({**found, **_outcomes(table.outcomes)}, index=frame.index)


def _outcomes(table: OutcomeTable) -> dict[str, pd.Categorical]:
    import pandas as pd

    statuses = pd.CategoricalDtype(list(STATUSES))
    return {
        rule.id: pd.Categorical.from_codes(table.codes[:, number], dtype=statuses)
        for number, rule in enumerate(table.rules)
    }


def _bands(tally: Tally, policy: Policy) -> tuple[NDArray[np.int8], list[str | None]]:
    """The band of each row, by its place in `BANDS`, and why there is none."""
    found = np.where(tally.total >= policy.high_from, 3, np.where(tally.total >= policy.elevated_from, 2, 1))
    reasons: list[str | None] = [None] * len(found)
    told: dict[float, str | None] = {}
    for row in np.flatnonzero(tally.coverage < policy.least_coverage).tolist():
        covered = float(tally.coverage[row])
        if covered not in told:
            told[covered] = band_of(0.0, covered, policy)[1]
        found[row], reasons[row] = 0, told[covered]
    return found.astype(np.int8), reasons


def columns_of_frame(frame: pd.DataFrame, as_of: PartialDate | str) -> Columns:
    """The same columns as the rules ask them.

    Raises:
        CaseError: as `outcomes_of_frame`.
    """
    day = PartialDate.of(as_of)
    if not day.is_exact:
        raise CaseError(Fault("as_of is one day here", mend="write it to the day"))
    return _Flat(frame, day).columns()


@dataclass
class _Flat:
    """Reads one frame."""

    frame: pd.DataFrame
    as_of: PartialDate
    faults: list[Fault] = field(default_factory=list)
    _is_plain: bool = True

    def columns(self) -> Columns:
        rows, shape = len(self.frame), case_shape()
        facts: dict[str, FactColumn] = {}
        items: dict[str, dict[tuple[int, str], str]] = {}
        complete: dict[str, Flags] = {}
        for name in map(str, self.frame.columns):
            match = _OF_ITEM.fullmatch(name)
            leaf = shape.leaf(name)
            if name in _PASSED_OVER:
                continue
            if name == "complete":
                complete = self._complete(name)
            elif match is not None and self._is_of_item(shape, match[1], match[3]):
                items.setdefault(match[1], {})[int(match[2]), match[3]] = name
            elif leaf is not None and not name.endswith(_WHEN):
                facts[name] = self._column(leaf, [name])
            else:
                known = [path for path in shape.all_paths() if shape.list_of(path) is None]
                mend = did_you_mean(name, known) or "leave it out, or use screen_frame with a column map"
                self.faults.append(Fault("no column that can be read flat", _at(name), mend))
        nowhere = np.zeros(rows, dtype=bool)
        lists = {
            path: self._list(path, items.get(path, {}), complete.get(path, nowhere))
            for path in sorted({*items, *(path for path in complete if shape.list_of(path) is not None)})
        }
        for path, closed in complete.items():
            if shape.list_of(path) is None:
                facts[path] = _closed(facts.get(path), closed)
                lists[path] = _no_items(rows, closed)
        if self.faults:
            raise CaseError(self.faults)
        return Columns(
            rows, same_day(self.as_of, rows), facts, lists, nowhere, self._facts_of, ~nowhere, self._is_plain
        )

    def _is_of_item(self, shape: Shape, path: str, within: str) -> bool:
        inside = shape.list_of(path)
        return inside is not None and (within in ("known_by", "assertion") or inside.leaf(within) is not None)

    # -- cells

    def _column(self, leaf: Leaf, names: Sequence[str | None]) -> FactColumn:
        """One fact of every row; of several columns, those of the items of a row side by side.

        A name of None stands for a column that is not in the frame.
        """
        import pandas as pd

        rows = len(self.frame)
        values: dict[tuple[type, Any, str], int] = {}
        found = np.full((rows, len(names)), -1, dtype=np.int64)
        for slot, name in enumerate(names):
            if name is None:
                continue
            cells = self.frame[name]
            if leaf.kind == "words":
                cells = pd.Series([tuple(cell) if isinstance(cell, list) else cell for cell in cells])
            codes, uniques = pd.factorize(cells, use_na_sentinel=True)
            places = np.full(len(uniques) + 1, -1, dtype=np.int64)
            for number, cell in enumerate(uniques):
                try:
                    value = _value(leaf, cell)
                except (ValueError, TypeError) as fault:
                    told = str(fault) if isinstance(fault, ValueError) else "not a value of its kind"
                    self.faults.append(Fault(told, _at(name), "see `redflag schema case`"))
                    continue
                later = isinstance(value, PartialDate) and not_after(value, self.as_of) is Truth.FALSE
                if value is not None and not later:
                    # two ways to write one day are one day, and yet not one text
                    places[number] = values.setdefault((type(value), value, str(value)), len(values))
            found[:, slot] = places[codes]
        told_once = found.ravel()
        known = told_once >= 0
        told_once[~known] = len(values)
        return FactColumn(known, told_once, tuple(value for _, value, _ in values))

    def _complete(self, name: str) -> dict[str, Flags]:
        """For each list the rows that have all of it."""
        lists = [path for path in case_shape().all_paths() if _can_be_complete(path)]
        column = self._column(Leaf("words", tuple(lists)), [name])
        found = {path: column.where(_has(path)) for path in lists}
        return {path: told for path, told in found.items() if told.any()}

    # -- lists

    def _list(self, path: str, named: Mapping[tuple[int, str], str], complete: Flags) -> ListColumn:
        """The items of a list, those of a row side by side; one is there if any cell of it is filled."""
        rows = len(self.frame)
        slots = sorted({slot for slot, _ in named})
        inside = case_shape().list_of(path)
        if not slots or inside is None:
            return _no_items(rows, complete)
        fields = {name for _, name in named}
        filled = np.zeros(rows * len(slots), dtype=bool)
        columns: dict[str, FactColumn] = {}
        whole: dict[str, FactColumn] = {}
        if any("." in name for name in fields):  # a record inside an item: told by the row alone
            self._is_plain = False
        for name in sorted(fields):
            asked = [named.get((slot, name)) for slot in slots]
            leaf = inside.leaf(name)
            if name == "assertion":
                leaf = Leaf("word", tuple(str(one) for one in Assertion))
            elif name == "known_by":
                leaf = Leaf("date")
            if leaf is None:
                continue
            columns[name] = self._column(leaf, asked)
            whole[name] = columns[name]
            if leaf.kind == "date":  # a day that is later is no fact, and yet says when the item was
                whole[name] = _Flat(self.frame, _NEVER, self.faults)._column(leaf, asked)
            filled |= whole[name].known
        placed, unplaced = self._placed(whole, filled)
        kept = np.flatnonzero(placed)
        starts = np.zeros(rows + 1, dtype=np.int64)
        np.cumsum(placed.reshape(rows, -1).sum(axis=1), out=starts[1:])
        facts = {
            name: FactColumn(column.known[kept], column.codes[kept], column.values)
            for name, column in columns.items()
            if name not in ("assertion", "known_by")
        }
        for name, info in _fields(path).items():
            self._default(path, name, info, inside, facts, len(kept))
        return ListColumn(
            starts,
            _assertions(columns.get("assertion"), kept),
            facts,
            np.asarray(unplaced.reshape(rows, -1).any(axis=1), dtype=bool),
            complete,
            functools.partial(
                _events, path, {name: _some_of(column, kept) for name, column in whole.items()}
            ),
        )

    def _placed(self, columns: Mapping[str, FactColumn], filled: Flags) -> tuple[Flags, Flags]:
        """The items that were known by the screening date, and those that cannot be placed."""
        now, open_ = filled.copy(), np.zeros_like(filled)
        told = np.zeros_like(filled)
        for name in reversed(_WHEN):  # by when it was known goes before when it happened
            column = columns.get(name)
            if column is None:
                continue
            mine = column.known & ~told
            by_then = {truth: column.where(self._is_placed(truth)) for truth in Truth}
            now &= ~mine | by_then[Truth.TRUE]
            open_ |= mine & by_then[Truth.UNKNOWN]
            told |= column.known
        return now, open_ & filled

    def _is_placed(self, truth: Truth) -> Callable[[Any], bool]:
        return lambda day: not_after(day, self.as_of) is truth

    def _default(
        self,
        path: str,
        name: str,
        info: FieldInfo,
        inside: Shape,
        facts: dict[str, FactColumn],
        items: int,
    ) -> None:
        """Fills in what an item says where nothing is said, such as whom a decision is about."""
        if name not in inside.leaves:
            return
        column = facts.get(name)
        if info.is_required():
            if column is None or not column.known.all():
                self.faults.append(
                    Fault(f'an item of {path} has no "{name}"', _at(path), f"fill {path}[0].{name}")
                )
        elif info.default is not None and info.default != ():
            facts[name] = _filled_in(column, info.default, items)

    # -- one row by itself

    def _facts_of(self, row: int) -> FactBase:
        """A row as a case of its own, for what masks cannot tell."""
        data: dict[str, Any] = {"case_id": f"row {row}"}
        listed: dict[str, dict[int, dict[str, Any]]] = {}
        for name, cell in self.frame.iloc[row].items():
            match, leaf = _OF_ITEM.fullmatch(str(name)), case_shape().leaf(str(name))
            if match is not None:
                inside = case_shape().list_of(match[1])
                leaf = inside.leaf(match[3]) if inside is not None else None
            value = _value(leaf if leaf is not None else Leaf("text"), cell) if not _is_empty(cell) else None
            if str(name) == "complete":
                value = _words(cell) if not _is_empty(cell) else None
            if value is None or str(name) in _PASSED_OVER:
                continue
            if match is None:
                _put(data, str(name), value)
            else:
                _put(listed.setdefault(match[1], {}).setdefault(int(match[2]), {}), match[3], value)
        for path, items in listed.items():
            _put(data, path, [items[slot] for slot in sorted(items)])
        return gather(Case.model_validate(data), (), (), self.as_of)


_NEVER = PartialDate("9999-12-31")


def _some_of(column: FactColumn, kept: Codes) -> FactColumn:
    return FactColumn(column.known[kept], column.codes[kept], column.values)


def _events(path: str, columns: Mapping[str, FactColumn]) -> Sequence[str]:
    """The key of the event of each item; made once for all items that say the same."""
    items: Codes | None = None
    for column in columns.values():
        size = len(column.values) + 1
        if items is None:
            items = column.codes
        else:
            if int(items.max(initial=0)) * size > 2**62:
                items = np.unique(items, return_inverse=True)[1]
            items = items * size + column.codes
    if items is None:
        return ()
    _, first, which = np.unique(items, return_index=True, return_inverse=True)
    shown = {
        name: [*(Assertion(value) if name == "assertion" else value for value in column.values), None]
        for name, column in columns.items()
    }
    codes = {name: column.codes[first].tolist() for name, column in columns.items()}
    made = [
        event_of_item(
            path,
            {
                name: value
                for name, values in shown.items()
                if (value := values[codes[name][place]]) is not None
            },
        )
        for place in range(len(first))
    ]
    return [made[place] for place in which.tolist()]


def _at(column: str) -> Location:
    return Location("frame", keys=shown_key(column))


def _is_empty(cell: Any) -> bool:
    return cell is None or (not isinstance(cell, list | tuple) and cell != cell)  # NaN, NaT


def _words(cell: Any) -> tuple[str, ...]:
    listed = cell.split(";") if isinstance(cell, str) else cell
    return tuple(dict.fromkeys(str(word).strip() for word in listed if str(word).strip()))


def _value(leaf: Leaf, cell: Any) -> Any:
    """What a cell holds; None for a list with nothing on it."""
    match leaf.kind:
        case "flag":
            flags = {"true": True, "false": False}
            if str(cell).lower() in flags:
                return flags[str(cell).lower()]
            raise ValueError("neither true nor false")
        case "number":
            try:
                number = float(cell)
            except (TypeError, ValueError):
                number = -1.0
            if number < 0 or number != int(number):
                raise ValueError("not a whole number")
            return int(number)
        case "date":
            return PartialDate.of(cell)
        case "word" | "words":
            words = _words(cell) if leaf.kind == "words" else (str(cell),)
            if not set(words) <= set(leaf.choices):
                raise ValueError("not one of the words known here")
            return (words or None) if leaf.kind == "words" else words[0]
        case _:
            return str(cell)


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *heads, last = path.split(".")
    for head in heads:
        data = data.setdefault(head, {})
    data[last] = value


def _has(path: str) -> Callable[[Any], bool]:
    return lambda listed: path in listed


def _can_be_complete(path: str) -> bool:
    leaf = case_shape().leaf(path)
    return case_shape().list_of(path) is not None or (leaf is not None and leaf.kind == "words")


def _fields(path: str) -> Mapping[str, FieldInfo]:
    """The fields of the items of a list."""
    model: Any = Case
    for name in path.split("."):
        inner = without_none(model.model_fields[name].annotation)
        model = get_args(inner)[0] if get_origin(inner) is tuple else inner
    if not is_record(model):
        raise TypeError(f"{path} is no list of items")
    fields: Mapping[str, FieldInfo] = model.model_fields
    return fields


def _filled_in(column: FactColumn | None, value: Any, size: int) -> FactColumn:
    """A column with a value wherever it has none."""
    if column is None:
        return FactColumn(np.ones(size, dtype=bool), np.zeros(size, dtype=np.int64), (value,))
    values = (*column.values, value)
    codes = np.where(column.known, column.codes, len(column.values))
    return FactColumn(np.ones(size, dtype=bool), codes, values)


def _assertions(column: FactColumn | None, kept: Codes) -> FactColumn:
    if column is None:
        return _filled_in(None, Assertion.AFFIRMED, len(kept))
    told = FactColumn(column.known[kept], column.codes[kept], tuple(map(Assertion, column.values)))
    return _filled_in(told, Assertion.AFFIRMED, len(kept))


def _closed(column: FactColumn | None, complete: Flags) -> FactColumn:
    """A list of words that is known to be empty where nothing is on it and it holds all there is."""
    if column is None:
        column = FactColumn(np.zeros_like(complete), np.zeros(len(complete), dtype=np.int64), ())
    empty = complete & ~column.known
    values = (*column.values, ())
    codes = np.where(column.known, column.codes, np.where(empty, len(column.values), len(values)))
    return FactColumn(column.known | empty, codes, values)


def _no_items(rows: int, complete: Flags) -> ListColumn:
    nothing = FactColumn(np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64), ())
    return ListColumn(np.zeros(rows + 1, dtype=np.int64), nothing, {}, np.zeros(rows, dtype=bool), complete)
