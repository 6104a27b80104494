"""Tables out, as CSV and Excel, in which no cell can become a formula.

A spreadsheet program runs a cell that begins with `=`, `+`, `-` or `@`; words out of a case that begin
so are put behind an apostrophe, which shows them as they are. Numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from redflag.errors import Fault, Location, RedflagError

Value = str | int | float | bool | None
"""What a cell that is written may hold."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NO_CELL_HAS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def harmless(value: Value) -> Value:
    """The same value, with a text that a spreadsheet would run made a text that it shows.

    >>> harmless("=1+1"), harmless(-1), harmless("a-b")
    ("'=1+1", -1, 'a-b')
    """
    if not isinstance(value, str):
        return value
    text = _NO_CELL_HAS.sub("\ufffd", value)
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_A_FORMULA) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """A table as CSV; lines within a cell end as lines do, since a lone return would end the row."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    for row in (header, *rows):
        writer.writerow([_one_ending(harmless(value)) for value in row])
    return stream.getvalue()


def _one_ending(value: Value) -> Value:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def as_xlsx(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """Tables as an Excel workbook, a sheet each, the header frozen.

    Args:
        sheets: the name, header and rows of each sheet.

    Raises:
        RedflagError: if the extra `tables` is not installed.
    """
    try:
        import openpyxl
    except ModuleNotFoundError:
        mend = "pip install 'redflag-screening[tables]', or write CSV"
        raise RedflagError(Fault("Excel files need the extra `tables`", mend=mend)) from None
    book = openpyxl.Workbook(write_only=True)
    for name, header, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append([harmless(one) for one in header])
        for row in rows:
            sheet.append([harmless(value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refuse_ending(path: Path, endings: Sequence[str]) -> RedflagError:
    """The error of a file whose name says none of the formats there are."""
    mend = f"name a file that ends in {', '.join(endings)}"
    return RedflagError(Fault("not a format that is written", Location(str(path)), mend))
