"""A first column map for a table, from its headers and its cells, for a person to go over."""

from __future__ import annotations

import difflib
import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from redflag.intake.tables.cells import Cell
from redflag.intake.tables.columns import Column
from redflag.intake.tables.days import COMMON_FORMS, day_of
from redflag.intake.tables.grid import Grid
from redflag.intake.tables.places import Place, place_at, places
from redflag.intake.tables.rows import DEFAULT_SEPARATOR, MisfitError, value_of
from redflag.intake.vocabulary import even, vocabulary

NEAR = 0.86
"""How alike a header and a name must be to be taken for it, in [0, 1]."""

FITTING = 0.5
"""Share of the cells of a column that must fit the place that its header suggests."""

MOST_WORDS = 20
"""Words of a column that are listed for a person to say what they mean."""

_LOOKED_AT = 2_000
_SEPARATORS = (";", "|", "/", ",")


@dataclass(frozen=True)
class Proposed:
    """What a column is taken for.

    Attributes:
        name: its header.
        column: what it is taken for.
        remarks: what a person should look at, each a line.
    """

    name: str
    column: Column
    remarks: tuple[str, ...] = ()


def propose(grid: Grid) -> tuple[Proposed, ...]:
    """What each column of a table may be; at most one column for a place."""
    taken: dict[str, str] = {}
    found = []
    for position, name in enumerate(grid.header):
        cells = [row.cells[position] for row in grid.rows[:_LOOKED_AT] if row.cells[position] is not None]
        path, near = _meant(name)
        if path is None:
            found.append(_left_out(name, cells))
            continue
        if path in taken:
            reason = f"{path} is filled from another column already"
            found.append(Proposed(name, Column(leave_out=reason)))
            continue
        one = _fitted(name, path, cells)
        if one.column.to is not None:
            taken[path] = name
            if near:
                one = Proposed(name, one.column, ("taken from a name that is only like it", *one.remarks))
        found.append(one)
    return tuple(found)


def as_yaml(proposed: Sequence[Proposed], source: str) -> str:
    """The proposal as a file to be read and corrected."""
    lines = [
        f"# A proposal for {source}: check every line. `redflag schema case` lists the places of a case."
    ]
    if not any(one.column.to == "case_id" for one in proposed):
        lines.append("# No column gives a case id: each case is called by its row.")
    lines.append("columns:")
    for one in proposed:
        lines.extend(f"  # {remark}" for remark in one.remarks)
        body: object = one.column.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        if isinstance(body, dict) and set(body) == {"to"}:
            body = body["to"]
        told = yaml.safe_dump({one.name: body}, allow_unicode=True, sort_keys=False, width=100)
        lines.extend(f"  {line}" for line in told.splitlines())
    return "\n".join(lines) + "\n"


def _left_out(name: str, cells: Sequence[Cell]) -> Proposed:
    for reason, headers in vocabulary().left_out.items():
        if even(name) in {even(header) for header in headers}:
            return Proposed(name, Column(leave_out=reason))
    reason = "no field of a case is like it" if cells else "an empty column"
    return Proposed(name, Column(leave_out=reason))


def _meant(name: str) -> tuple[str | None, bool]:
    """The path that a header means, and whether only by being like its name."""
    if place_at(name) is not None:
        return name, False
    known, wanted = _names(), even(name)
    if wanted in known:
        return known[wanted], False
    for headers in vocabulary().left_out.values():
        if wanted in {even(header) for header in headers}:
            return None, False
    near = difflib.get_close_matches(wanted, list(known), n=1, cutoff=NEAR)
    return (known[near[0]], True) if near else (None, False)


@functools.cache
def _names() -> Mapping[str, str]:
    """Headers that are known, with their path; a name that could be more than one place is none."""
    by_name: dict[str, set[str]] = {}
    for path in places():
        written = path.replace("[]", "[0]")
        ends = {even(path), even(path.rpartition(".")[2])}
        for end in ends:
            by_name.setdefault(end, set()).add(written)
    known = {name: next(iter(paths)) for name, paths in by_name.items() if len(paths) == 1}
    for path, headers in vocabulary().headers.items():
        known.update((even(header), path) for header in headers)
    return known


def _fitted(name: str, path: str, cells: Sequence[Cell]) -> Proposed:
    """The column as its cells allow it: with a way to write days, a separator and meanings of words."""
    place = place_at(path)
    if place is None:
        raise ValueError("a header leads to no place")
    column = Column(to=path)
    remarks: list[str] = []
    if place.leaf.kind == "date":
        column, remarks = _dated(column, place, cells)
    elif place.leaf.kind == "words" or "[]" in path:
        column = _parted(column, cells)
    unread = _unread(column, place, cells)
    fitting = len(cells) - sum(unread.values())
    if cells and fitting / len(cells) < FITTING and not (remarks or _could_be_told(place, unread)):
        return Proposed(name, Column(leave_out=f"its cells do not look like {path}"))
    if unread:
        words = sum(unread.values())
        remarks.append(
            f"{words} of {len(cells)} cells are not understood; say under `values` what they mean:"
        )
        if _could_be_told(place, unread):
            told = (yaml.safe_dump(word, allow_unicode=True).splitlines()[0] for word in sorted(unread))
            remarks.extend(f"  {word}: ?" for word in told)
    return Proposed(name, column, tuple(remarks))


def _could_be_told(place: Place, unread: Mapping[str, int]) -> bool:
    """Whether the words that are not understood are few enough to be given a meaning each."""
    has_words = bool(place.leaf.choices) or place.leaf.kind == "flag" or place.is_state
    return has_words and len(unread) <= MOST_WORDS


def _dated(column: Column, place: Place, cells: Sequence[Cell]) -> tuple[Column, list[str]]:
    texts = [cell for cell in cells if isinstance(cell, str) and _is_new(cell, column, place)]
    if not texts:
        return column, []
    best = {form: sum(day_of(text, (form,)) is not None for text in texts) for form in COMMON_FORMS}
    most = max(best.values())
    forms = [form for form, count in best.items() if count == most]
    if not most:
        return column, []
    if len(forms) > 1:
        return column, [f"both {' and '.join(forms)} fit; say which: dates: [{forms[0]}]"]
    return column.model_copy(update={"dates": (forms[0],)}), []


def _is_new(text: str, column: Column, place: Place) -> bool:
    try:
        value_of(text, place, column)
    except MisfitError:
        return True
    return False


def _parted(column: Column, cells: Sequence[Cell]) -> Column:
    counts = Counter(
        one for cell in cells if isinstance(cell, str) for one in _SEPARATORS if one in cell
    )  # fmt: skip
    if not counts:
        return column
    separator = max(_SEPARATORS, key=lambda one: counts[one])
    return column if separator == DEFAULT_SEPARATOR else column.model_copy(update={"separator": separator})


def _unread(column: Column, place: Place, cells: Sequence[Cell]) -> Counter[str]:
    """The cells that a column would not take, each with how often."""
    return Counter(_pieces(column, place, cells))


def _pieces(column: Column, place: Place, cells: Sequence[Cell]) -> Iterator[str]:
    parted = place.leaf.kind == "words" or (column.to is not None and "[]" in column.to)
    for cell in cells:
        pieces = [cell] if isinstance(cell, str) else list(cell or ())
        if parted and isinstance(cell, str):
            pieces = [piece.strip() for piece in cell.split(column.separator or DEFAULT_SEPARATOR)]
        for piece in pieces:
            try:
                value_of(piece, place, column)
            except MisfitError:
                yield piece
                break
