"""One cell of a table: a text, several, or nothing, whatever program wrote it."""

from __future__ import annotations

import datetime
import math

Cell = str | tuple[str, ...] | None
"""What a cell holds: one text, several (only in JSON), or None where it is empty."""


def cell_of(value: object) -> Cell:
    """A value of a spreadsheet, of JSON or of a frame as a cell.

    Dates are written as in ISO 8601, without a time; whole numbers without a decimal point. Something
    that cannot be a cell, such as an object inside an object, is told as a text that no field takes.

    >>> cell_of(12.0), cell_of(True), cell_of(float("nan"))
    ('12', 'true', None)
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, list | tuple):
        pieces = [cell_of(one) for one in value]
        return tuple(one for one in pieces if isinstance(one, str)) or None
    text = str(value).strip()
    return text or None
