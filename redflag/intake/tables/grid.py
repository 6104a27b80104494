"""A table as it lies on disk: its header and its rows of cells, from CSV, Excel or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from redflag.errors import CaseError, Fault, Location
from redflag.intake.encodings import decoded
from redflag.intake.limits import LARGEST_TABLE, MOST_COLUMNS, MOST_ROWS
from redflag.intake.tables.cells import Cell, cell_of
from redflag.record import parse_json

_DELIMITERS = ("\t", ";", "|", ",")
_FORMULA = re.compile(rb"<f[ >/]")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        number: the row of the spreadsheet or the line of the file, counted from 1.
        cells: one for each column; missing ones are None.
        fault: why the row as a whole cannot be used; empty where it can.
    """

    number: int
    cells: tuple[Cell, ...]
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether every cell is empty."""
        return not self.fault and all(cell is None for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        where: its name, for faults.
        header: names of the columns; one without a name is called by its place, `column 4`.
        rows: what stands below the header.
        counts: what a row is called: `row`, or `line` in JSON Lines.
        other_sheets: sheets of the workbook that were not read.
    """

    where: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    counts: str = "row"
    other_sheets: tuple[str, ...] = field(default=())


def read_grid(path: Path, sheet: str | None = None, delimiter: str | None = None) -> Grid:
    """The table in a file.

    Args:
        path: a .csv, .tsv, .xlsx or .jsonl file.
        sheet: the sheet of a workbook; the first if absent.
        delimiter: what parts the columns of a CSV file; found from its header if absent.

    Raises:
        CaseError: if it cannot be read, has no header, or is too large.
    """
    where = Location(str(path))
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_TABLE + 1)
    except OSError as fault:
        raise CaseError(Fault(f"cannot be read: {fault.strerror}", where)) from None
    if len(content) > LARGEST_TABLE:
        raise CaseError(Fault(f"larger than {LARGEST_TABLE // 1_000_000} MB", where, "split the table"))
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return _workbook(content, path, sheet)
    if ending in (".jsonl", ".ndjson"):
        return _lines(content, path)
    if ending in (".csv", ".tsv"):
        return _separated(content, path, delimiter if delimiter is not None else _TAB.get(ending))
    raise CaseError(Fault("not a table", where, "give a .csv, .tsv, .xlsx or .jsonl file"))


_TAB = {".tsv": "\t"}


def _separated(content: bytes, path: Path, delimiter: str | None) -> Grid:
    where = Location(str(path))
    text = decoded(content).or_refuse(where)
    if delimiter is None:
        first = next((line for line in text.splitlines() if line.strip()), "")
        delimiter = max(_DELIMITERS, key=first.count) if any(map(first.count, _DELIMITERS)) else ","
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.extend(reader)
    except csv.Error as fault:
        here = Location(str(path), reader.line_num)
        mend = "quote cells that hold quotes or line ends"
        raise CaseError(Fault(f"not CSV: {fault}", here, mend)) from None
    return _grid(path, rows)


def _grid(
    path: Path, rows: Sequence[Sequence[object]], others: tuple[str, ...] = (), raw: Sequence[object] = ()
) -> Grid:
    """A table whose first row with anything in it is the header.

    Args:
        path: its file.
        rows: the values of its cells, row by row from the top of the sheet.
        others: the sheets that were not read.
        raw: the same rows with the formulas themselves, where there are any.
    """
    where = Location(str(path))
    if len(rows) > MOST_ROWS:
        mend = "split the table, or delete what stands far below it"
        raise CaseError(Fault(f"more than {MOST_ROWS:,} rows", where, mend))
    told = [[cell_of(value) for value in row] for row in rows]
    top = next((place for place, row in enumerate(told) if any(cell is not None for cell in row)), None)
    if top is None:
        raise CaseError(Fault("an empty table", where, "give a header and a row for each case"))
    widest = max(place + 1 for row in told[top:] for place, cell in enumerate(row) if cell is not None)
    if widest > MOST_COLUMNS:
        raise CaseError(Fault(f"more than {MOST_COLUMNS} columns", where, "keep those of the cases"))
    names = told[top] + [None] * (widest - len(told[top]))
    header = tuple(
        name if isinstance(name, str) else f"column {place}"
        for place, name in enumerate(names[:widest], start=1)
    )
    found = tuple(
        Row(
            place + 1,
            tuple(row[:widest]) + (None,) * (widest - len(row)),
            _broken(row) or (_uncalculated(row, raw[place]) if place < len(raw) else ""),
        )
        for place, row in enumerate(told)
        if place > top
    )
    return Grid(str(path), header, found, other_sheets=others)


def _broken(row: Sequence[Cell]) -> str:
    wrong = [place for place, cell in enumerate(row) if isinstance(cell, str) and cell in _ERRORS]
    return f"column {wrong[0] + 1} holds an error of the spreadsheet" if wrong else ""


def _uncalculated(row: Sequence[Cell], raw: object) -> str:
    """Whether a cell is empty only because its formula has never been worked out."""
    for place, value in enumerate(raw if isinstance(raw, tuple) else ()):
        is_formula = isinstance(value, str) and value.startswith("=")
        if is_formula and (place >= len(row) or row[place] is None):
            return f"column {place + 1} holds a formula that was never calculated"
    return ""


def _workbook(content: bytes, path: Path, sheet: str | None) -> Grid:
    where = Location(str(path))
    try:
        import openpyxl
    except ModuleNotFoundError:
        mend = "pip install 'redflag-screening[tables]', or save it as CSV"
        raise CaseError(Fault("Excel files need the extra `tables`", where, mend)) from None
    try:
        has_formulas = _looked_into(content, where)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles, charts and other things that are not looked at
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            names = [one.title for one in book.worksheets]
            chosen = _sheet(names, sheet, where)
            rows = _rows(book[chosen])
            raw: list[tuple[object, ...]] = []
            if has_formulas:
                raw = _rows(openpyxl.load_workbook(io.BytesIO(content), read_only=True)[chosen])
    except CaseError:
        raise
    except Exception as fault:  # whatever a damaged or hostile workbook makes the parser raise
        told = f"not an Excel workbook that can be read ({type(fault).__name__})"
        raise CaseError(Fault(told, where, "open it and save it again as .xlsx")) from None
    return _grid(path, rows, tuple(name for name in names if name != chosen), raw)


def _sheet(names: Sequence[str], wanted: str | None, where: Location) -> str:
    """The sheet that was asked for, or the first."""
    if wanted is not None and wanted not in names:
        raise CaseError(Fault("has no sheet of that name", where, f"it has {len(names)} others"))
    if not names:
        raise CaseError(Fault("has no sheet with cells", where))
    return wanted if wanted is not None else names[0]


def _looked_into(content: bytes, where: Location) -> bool:
    """Whether a workbook has formulas; it is refused if it unpacks to more than any table needs."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = packed.infolist()
        if sum(one.file_size for one in members) > 2 * LARGEST_TABLE:
            told = f"unpacks to more than {2 * LARGEST_TABLE // 1_000_000} MB"
            raise CaseError(Fault(told, where, "split the table"))
        sheets = [one for one in members if one.filename.startswith("xl/worksheets/")]
        return any(_FORMULA.search(packed.read(one)) is not None for one in sheets)


def _rows(sheet: Any) -> list[tuple[object, ...]]:
    """The rows of a sheet, as wide as they are and not as its file says that they were."""
    sheet.reset_dimensions()
    return list(islice(sheet.iter_rows(values_only=True), MOST_ROWS + 1))


def _lines(content: bytes, path: Path) -> Grid:
    text = decoded(content).or_refuse(Location(str(path)))
    found: list[tuple[int, Mapping[str, Cell], str]] = []
    header: dict[str, None] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        cells, fault = _flat(line, path)
        header.update(dict.fromkeys(cells))
        found.append((number, cells, fault))
    if not header:
        raise CaseError(Fault("an empty table", Location(str(path)), "write one object on each line"))
    rows = tuple(
        Row(number, tuple(cells.get(name) for name in header), fault) for number, cells, fault in found
    )
    return Grid(str(path), tuple(header), rows, counts="line")


def _flat(line: str, path: Path) -> tuple[Mapping[str, Cell], str]:
    """The cells of one object, those of objects inside it under `outer.inner`."""
    try:
        data = parse_json(line, str(path), CaseError).data
    except CaseError as error:
        return {}, error.faults[0].message
    if not isinstance(data, dict):
        return {}, "not an object"
    return dict(_flattened(data, "")), ""


def _flattened(data: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Cell]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{prefix}{key}.")
        elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
            yield prefix + key, json.dumps(value, ensure_ascii=False)
        else:
            yield prefix + key, cell_of(value)
