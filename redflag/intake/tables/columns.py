"""Which column of a table is what: the column map, written as YAML.

```yaml
columns:
  Case ref: case_id
  Country: {to: requesting_state}
  Notice date: {to: notice.issued_on, dates: [DD/MM/YYYY]}
  Roles: {to: person.roles, separator: ";", values: {reporter: journalist}}
  Extradition asked for?: {to: request.made, level: documented, source: the court file}
  Name: {leave_out: names are not needed}
always:
  notice.kind: red_notice
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from redflag.errors import CaseError, Fault, Location, did_you_mean
from redflag.evidence import Level, Party
from redflag.intake.files import read_text
from redflag.intake.tables.days import is_day_form
from redflag.intake.tables.places import place_at, places
from redflag.record import Parsed, Record, parse_yaml, validate


class Column(Record):
    """What the cells of one column are, and how they are written."""

    to: str | None = Field(None, description="The path of the case that they fill, such as notice.kind.")
    leave_out: str | None = Field(None, description="Why no case takes them.")
    values: dict[str, str | None] = Field(
        default_factory=dict, description="What a word of theirs means; nothing, if nothing is known."
    )
    dates: tuple[str, ...] = Field((), description="How days are written, such as DD/MM/YYYY or MM.YYYY.")
    separator: str | None = Field(None, min_length=1, description="What parts several words in one cell.")
    party: Party | None = Field(None, description="Who vouches for them.")
    level: Level | None = Field(None, description="How good they are.")
    source: str | None = Field(None, description="What they were taken from.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_way(self) -> Column:
        if (self.to is None) == (self.leave_out is None):
            raise ValueError("a column is used or left out; give it `to` or `leave_out`")
        return self

    @property
    def vouched(self) -> Mapping[str, str]:
        """Who says it and how good it is, as the keys of a statement."""
        given = {"party": self.party, "level": self.level, "source": self.source}
        return {key: str(value) for key, value in given.items() if value is not None}


class ColumnMap(Record):
    """Which column is what, and what holds for every row."""

    columns: dict[str, Column]
    always: dict[str, str] = Field(
        default_factory=dict, description="Words that stand in every case, by path."
    )
    missing: tuple[str, ...] = Field((), description="Further words that say that nothing is known.")
    sheet: str | None = Field(None, description="The sheet of a workbook; the first if absent.")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="Of a CSV file.")


def read_column_map(path: Path) -> ColumnMap:
    """The column map in a file.

    Raises:
        CaseError: with every fault, at its line and column.
    """
    text = read_text(path).or_refuse(Location(str(path)))
    return _checked(parse_yaml(text, str(path), CaseError))


def column_map_of(given: ColumnMap | Path | str | Mapping[str, Any] | None) -> ColumnMap | None:
    """A column map from whatever it was given as: itself, a file, or a mapping.

    Raises:
        CaseError: with every fault.
    """
    if given is None or isinstance(given, ColumnMap):
        return given
    if isinstance(given, Path | str):
        return read_column_map(Path(given))
    data = dict(given)
    return _checked(Parsed(data if "columns" in data else {"columns": data}, None))


def _checked(parsed: Parsed) -> ColumnMap:
    found = validate(ColumnMap, parsed, CaseError)
    faults = list(_faults(found, parsed))
    if faults:
        raise CaseError(faults)
    return found


def _faults(found: ColumnMap, parsed: Parsed) -> Iterator[Fault]:
    for name, column in found.columns.items():
        where = parsed.location(("columns", name))
        if column.to is None:
            continue
        place = place_at(column.to)
        if place is None:
            yield _no_such(column.to, where)
            continue
        if column.vouched and not place.leaf.stated:
            mend = "leave out party, level and source"
            yield Fault("this place of a case takes a bare value", where, mend)
        if column.dates and place.leaf.kind != "date":
            yield Fault("dates are given for what is no date", where, "leave them out")
        for form in column.dates:
            if not is_day_form(form):
                yield Fault("not a way to write days", where, "use YYYY, MM and DD, such as DD/MM/YYYY")
    for path in found.always:
        if place_at(path) is None or "[]" in path:
            yield _no_such(path, parsed.location(("always", path)))


def _no_such(path: str, where: Location) -> Fault:
    known = [one.replace("[]", "[0]") for one in places()]
    mend = did_you_mean(path, known) or "`redflag schema case` lists what there is"
    return Fault("no such place in a case", where, mend)
