"""From a row to a case, as a column map says; what does not fit is a fault of the row, never a guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redflag.errors import CaseError, Fault, Location, did_you_mean, shown_key
from redflag.intake.casefiles import case_of
from redflag.intake.states import state_code
from redflag.intake.tables.cells import Cell
from redflag.intake.tables.columns import Column, ColumnMap
from redflag.intake.tables.days import COMMON_FORMS, day_of
from redflag.intake.tables.places import Place, Step, place_at, steps_of
from redflag.intake.vocabulary import even, vocabulary

DEFAULT_SEPARATOR = ";"
"""What parts several words in one cell, where the map says nothing."""


class MisfitError(ValueError):
    """A cell that its place in the case does not take; `args` are the fault and the mend."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A column that fills a place."""

    position: int
    name: str
    column: Column
    place: Place
    steps: tuple[Step, ...]


class Filler:
    """Makes cases of the rows of one table.

    Attributes:
        unused: columns that no case takes, each with why.

    Args:
        header: the names of the columns.
        columns: what they are; None if each is named by a path of the case itself.
        where: the name of the table, for faults.

    Raises:
        CaseError: if the map names columns that are not there, or twice, or nothing would be used.
    """

    def __init__(self, header: Sequence[str], columns: ColumnMap | None, where: str) -> None:
        self._where = where
        self._map = columns if columns is not None else _by_their_names(header)
        faults = list(self._header_faults(header))
        if faults:
            raise CaseError(faults)
        self.unused: Mapping[str, str] = {
            shown_key(name): self._why_unused(name)
            for name in header
            if name not in self._map.columns or self._map.columns[name].to is None
        }
        self._filled = [
            _Filled(header.index(name), name, column, place, steps)
            for name, column in self._map.columns.items()
            if column.to is not None
            and (place := place_at(column.to)) is not None
            and (steps := steps_of(column.to)) is not None
        ]
        self._missing = {*vocabulary().missing, *(word.casefold() for word in self._map.missing)}
        self._constants = {path: self._constant(path, word) for path, word in self._map.always.items()}

    def case(self, cells: Sequence[Cell], name: str) -> dict[str, Any]:
        """The case of one row, with the keys of a case.

        Args:
            cells: the row.
            name: what the row is called in faults, and its case where no column gives a case id.

        Raises:
            CaseError: with every fault of the row; no cell is printed.
        """
        tree: dict[Any, Any] = {}
        faults: list[Fault] = []
        for one in self._filled:
            where = Location(self._where, keys=f'{name}, column "{shown_key(one.name)}"')
            try:
                for steps, value in self._values(one, cells[one.position]):
                    _put(tree, steps, value)
            except MisfitError as misfit:
                faults.append(Fault(misfit.args[0], where, misfit.args[1]))
        if faults:
            raise CaseError(faults)
        for path, value in self._constants.items():
            steps = steps_of(path) or ()
            if all(number is None for _, number in steps) or _is_there(tree, steps):
                _put(tree, steps, value, keep=True)
        case: dict[str, Any] = {"case_id": name, **_listed(tree)}
        try:
            case_of(case)
        except CaseError as error:
            raise CaseError(
                [Fault(one.message, Location(self._where, keys=f"{name}: {one.location.keys}"), one.mend)
                 for one in error.faults]
            ) from None  # fmt: skip
        return case

    def _header_faults(self, header: Sequence[str]) -> Iterator[Fault]:
        where = Location(self._where)
        for name, column in self._map.columns.items():
            if column.to is None:
                continue
            if name not in header:
                yield Fault(f'has no column "{shown_key(name)}"', where, did_you_mean(name, header))
            elif header.count(name) > 1:
                mend = "give each column a name of its own"
                yield Fault(f'has more than one column "{shown_key(name)}"', where, mend)
        if not any(column.to is not None for column in self._map.columns.values()):
            mend = "make a column map with `redflag intake map`, and give it with --map"
            yield Fault("no column is named by a path of the case", where, mend)

    def _why_unused(self, name: str) -> str:
        column = self._map.columns.get(name)
        if column is not None and column.leave_out is not None:
            return column.leave_out
        return "the column map does not speak of it"

    def _constant(self, path: str, word: str) -> Any:
        place = place_at(path)
        try:
            return None if place is None else _value(word, place, Column(to=path), vocabulary().missing)
        except MisfitError as misfit:
            where = Location(keys=f"always.{path}")
            raise CaseError(Fault(misfit.args[0], where, misfit.args[1])) from None

    def _values(self, one: _Filled, cell: Cell) -> Iterator[tuple[tuple[Step, ...], Any]]:
        """What a cell puts where; nothing, if it says that nothing is known."""
        if cell is None:
            return
        each = next((place for place, (_, number) in enumerate(one.steps) if number == -1), None)
        if each is None:
            value = _value(cell, one.place, one.column, self._missing)
            if value is not None:
                yield one.steps, _vouched(value, one.column)
            return
        pieces = [cell] if isinstance(cell, str) else list(cell)
        if isinstance(cell, str):
            pieces = cell.split(one.column.separator or DEFAULT_SEPARATOR)
        for number, piece in enumerate(pieces):
            value = _value(piece.strip(), one.place, one.column, self._missing)
            if value is not None:
                key = one.steps[each][0]
                yield (
                    (*one.steps[:each], (key, number), *one.steps[each + 1 :]),
                    _vouched(value, one.column),
                )


def _by_their_names(header: Sequence[str]) -> ColumnMap:
    """The map of a table whose columns are called by the paths of the case."""
    return ColumnMap(columns={name: Column(to=name) for name in header if place_at(name) is not None})


def _vouched(value: Any, column: Column) -> Any:
    given = column.vouched
    if not given:
        return value
    if isinstance(value, list):
        return [{"value": one, **given} for one in value]
    return {"value": value, **given}


def value_of(cell: Cell, place: Place, column: Column) -> Any:
    """What a cell says for its place; None if it says that nothing is known.

    Raises:
        MisfitError: if the place does not take it.
    """
    return None if cell is None else _value(cell, place, column, vocabulary().missing)


def _value(cell: Cell, place: Place, column: Column, missing: frozenset[str] | set[str]) -> Any:
    if place.leaf.kind == "words":
        pieces = [cell] if isinstance(cell, str) else list(cell or ())
        if isinstance(cell, str) and _meant(cell, column) == cell:
            pieces = [piece.strip() for piece in cell.split(column.separator or DEFAULT_SEPARATOR)]
        found = [_one(piece, place, column, missing) for piece in pieces]
        return list(dict.fromkeys(one for one in found if one is not None)) or None
    if not isinstance(cell, str):
        raise MisfitError("several values in a place for one", "give one, or use a list of the case with []")
    return _one(cell, place, column, missing)


def _one(text: str, place: Place, column: Column, missing: frozenset[str] | set[str]) -> Any:
    meant = _meant(text, column)
    if meant == "NA" and place.is_state and text == "NA":
        mend = "write NAM, or leave the cell empty; or say under `values` what it means"
        raise MisfitError("NA may be Namibia, or say that nothing is known", mend)
    if meant is None or meant.casefold() in missing:
        return None
    if place.is_state:
        return _state(meant)
    match place.leaf.kind:
        case "flag":
            return _flag(meant)
        case "number":
            return _number(meant)
        case "date":
            return _day(meant, column)
        case "word" | "words" if place.leaf.choices:
            return _word(meant, place)
    return meant


def _meant(text: str, column: Column) -> str | None:
    """What a word means by the column's own list, whatever its case; itself where it is not on it."""
    if text in column.values:
        return column.values[text]
    folded = text.casefold()
    return next((meant for word, meant in column.values.items() if word.casefold() == folded), text)


def _state(text: str) -> str:
    code = state_code(text)
    if code is None:
        raise MisfitError("not a state that is known", "write its ISO 3166 code, or say it under `values`")
    return code


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in vocabulary().yes:
        return True
    if word in vocabulary().no:
        return False
    raise MisfitError("neither yes nor no", "say under `values` what its words mean")


def _number(text: str) -> int:
    plain = text.removesuffix(".0")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 9):
        raise MisfitError("not a whole number", "write digits alone")
    return int(plain)


def _day(text: str, column: Column) -> str:
    found = day_of(text, column.dates)
    if found is None:
        fitting = [form for form in COMMON_FORMS if day_of(text, (form,)) is not None]
        mend = f"say how days are written: dates: [{fitting[0]}]" if fitting else "write 2021-04-30"
        if len(fitting) > 1:
            mend = f"say how days are written; {' and '.join(fitting)} both fit"
        raise MisfitError("not a day", mend)
    return found.text


def _word(text: str, place: Place) -> str:
    known = {even(word): word for word in place.leaf.choices}
    known.update({even(word): meant for word, meant in vocabulary().words.get(place.path, {}).items()})
    found = known.get(even(text))
    if found is None:
        raise MisfitError(
            "not one of the words known here",
            f"say under `values` what it means: {', '.join(place.leaf.choices)}",
        )
    return found


def _put(tree: dict[Any, Any], steps: Sequence[Step], value: Any, keep: bool = False) -> None:
    """Put a value into the tree; a list is a mapping by place until the row is whole."""
    for key, number in steps[:-1]:
        tree = tree.setdefault(key, {})
        if number is not None:
            tree = tree.setdefault(number, {})
    key = steps[-1][0]
    if key not in tree:
        tree[key] = value
    elif not keep:
        raise MisfitError("another column fills the same place", "keep one of them in the column map")


def _is_there(tree: Mapping[Any, Any], steps: Sequence[Step]) -> bool:
    """Whether the items of lists that a path goes through are filled already."""
    here: Any = tree
    for key, number in steps[:-1]:
        for step in (key,) if number is None else (key, number):
            if not isinstance(here, Mapping) or step not in here:
                return False
            here = here[step]
    return True


def _listed(tree: Mapping[Any, Any]) -> dict[str, Any]:
    """The tree with its lists as lists, in the order of their places."""
    return {key: _made(value) for key, value in tree.items()}


def _made(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [_made(value[key]) for key in sorted(value)]
    return {key: _made(one) for key, one in value.items()}
