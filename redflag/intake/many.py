"""Many cases from one place: a folder, lines, a table, or a list of notices or of entities."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redflag.errors import CaseError, Fault, Location, RedflagError
from redflag.intake.account import Account, LeftOut
from redflag.intake.casefiles import CASE_ENDINGS, case_of
from redflag.intake.entities import is_entity, sort_entities
from redflag.intake.files import read_text
from redflag.intake.limits import LARGEST_FILE
from redflag.intake.notices import Read, is_notice, notices_in, read_notice
from redflag.intake.sourced import Sourced
from redflag.intake.tables import TABLE_ENDINGS
from redflag.intake.tables.columns import ColumnMap
from redflag.intake.tables.grid import read_grid
from redflag.intake.tables.rows import Filler
from redflag.record import parse_json

LINES_ENDINGS = frozenset({".jsonl", ".ndjson"})
"""Endings of the files that hold a case a line."""


@dataclass(frozen=True)
class Gathered:
    """All that a source holds, read whole.

    Attributes:
        cases: one for each row, notice or entity that is a case or was meant as one, in order; those
            that cannot be read say so when they are read.
        account: what became of everything.
    """

    cases: tuple[Sourced, ...]
    account: Account


def cases_in(source: Path, columns: ColumnMap | None = None) -> Iterator[Sourced]:
    """Every case of a source, in the order of lines or of names; a folder's hidden files are left out.

    Args:
        source: a folder, a .jsonl file of cases, a table, or a file of notices or entities.
        columns: what the columns of a table are; a .jsonl file is a table where it is given.

    Raises:
        CaseError: if there is no such source, or nothing in it.
    """
    where = Location(str(source))
    if source.is_dir():
        paths = sorted(
            path
            for path in source.iterdir()
            if not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() in CASE_ENDINGS)
        )
        if not paths:
            raise CaseError(
                Fault("there are no cases in it", where, "a case is a .yaml or .json file, or a folder")
            )
        return (Sourced(path.name, path) for path in paths)
    if not source.is_file():
        raise CaseError(Fault("there is no such file or folder", where, "check the path"))
    gathered = gather(source, columns)
    if gathered is not None:
        return iter(gathered.cases)
    if source.suffix.lower() not in LINES_ENDINGS:
        mend = "give a .jsonl file with a case on each line, a table, a list of notices, or a folder of cases"
        raise CaseError(Fault("not a file of many cases", where, mend))
    return _lines(source)


def gather(source: Path, columns: ColumnMap | None = None) -> Gathered | None:
    """The cases of a table, of notices or of entities, with an account; None of any other file.

    Raises:
        CaseError: if it is one of these and cannot be read, or the column map does not fit it.
    """
    ending = source.suffix.lower()
    if ending in TABLE_ENDINGS or (columns is not None and ending in LINES_ENDINGS):
        return _table(source, columns)
    if columns is not None:
        mend = "give a column map with a .csv, .tsv, .xlsx or .jsonl file"
        raise CaseError(Fault("not a table", Location(str(source)), mend))
    if ending in LINES_ENDINGS:
        return _entities(source) if _begins_with_entity(source) else None
    if ending != ".json":
        return None
    if _begins_with_entity(source):
        return _entities(source)
    text = read_text(source)
    if text.fault or not ("arrest_warrants" in text.text or "entity_id" in text.text):
        return None
    data = parse_json(text.text, str(source), CaseError).data
    listed = notices_in(data)
    if listed is not None:
        return _notices(source, listed)
    return _notices(source, [data]) if is_notice(data) else None


def _table(source: Path, columns: ColumnMap | None) -> Gathered:
    grid = read_grid(
        source,
        None if columns is None else columns.sheet,
        None if columns is None else columns.delimiter,
    )
    filler = Filler(grid.header, columns, grid.where)
    gathering = _Gathering(source, grid.counts)
    seen: dict[str, str] = {}
    for row in grid.rows:
        name = f"{grid.counts} {row.number}"
        where = Location(grid.where, keys=name)
        if row.is_empty:
            gathering.leave_out(name, Fault("empty", where), is_case=False)
        elif row.fault:
            gathering.leave_out(name, Fault(row.fault, where))
        else:
            try:
                case = filler.case(row.cells, name)
            except CaseError as error:
                gathering.leave_out(name, *error.faults)
                continue
            other = seen.setdefault(str(case["case_id"]), name)
            if other != name:
                mend = "give each case a row of its own, and an id of its own"
                gathering.leave_out(name, Fault(f"{other} has the same case id", where, mend))
            else:
                gathering.add(name, case)
    sheets = {f"sheet {one}": "another sheet is read; name one under `sheet`" for one in grid.other_sheets}
    return gathering.done({**filler.unused, **sheets})


def _notices(source: Path, listed: Any) -> Gathered:
    gathering = _Gathering(source, "notice")
    seen: dict[str, str] = {}
    for place, one in enumerate(listed, start=1):
        name = f"notice {place}"
        where = Location(str(source), keys=name)
        if not is_notice(one):
            mend = "a notice has an entity_id and arrest_warrants"
            gathering.leave_out(name, Fault("not a notice", where, mend))
            continue
        read = read_notice(one, name)
        other = seen.setdefault(str(read.case["case_id"]), name)
        if other != name:
            gathering.leave_out(name, Fault(f"{other} has the same number", where))
        else:
            gathering.add_read(name, read)
    return gathering.done({})


def _entities(source: Path) -> Gathered:
    gathering = _Gathering(source, "entity")
    entities: list[object] = []
    names: list[str] = []
    broken: dict[int, Fault] = {}
    with source.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LARGEST_FILE), b""), start=1):
            if not line.strip():
                continue
            names.append(f"line {number}")
            try:
                entities.append(parse_json(line.decode("utf-8-sig"), str(source), CaseError).data)
            except (RedflagError, UnicodeDecodeError):
                broken[len(entities)] = Fault("not JSON", Location(str(source), keys=names[-1]))
                entities.append(None)
    found = sort_entities(entities)
    subjects = {subject.place: subject for subject in found.subjects}
    for place, name in enumerate(names):
        if place in subjects:
            gathering.add_read(name, subjects[place].read())
        elif place in found.left_out:
            fault = Fault(found.left_out[place], Location(str(source), keys=name))
            gathering.leave_out(name, broken.get(place, fault), is_case=place in broken)
    gathering.joined = found.joined
    return gathering.done({})


@dataclass
class _Gathering:
    """Keeps the account while the cases of a source are gathered."""

    source: Path
    counted: str
    joined: int = 0
    cases: list[Sourced] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unused: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    good: int = 0

    def add(self, name: str, case: Mapping[str, Any]) -> None:
        line = json.dumps(case, ensure_ascii=True, separators=(",", ":")).encode()
        self.cases.append(Sourced(name, self.source, line))
        self.good += 1

    def add_read(self, name: str, read: Read) -> None:
        self.unused.update(read.unused)
        self.remarks.extend(f"{name}: {remark}" for remark in read.remarks)
        try:
            case_of(read.case)
        except CaseError as error:
            where = [Location(str(self.source), keys=f"{name}: {one.location.keys}") for one in error.faults]
            faults = [Fault(one.message, at, one.mend) for one, at in zip(error.faults, where, strict=True)]
            self.leave_out(name, *faults)
        else:
            self.add(name, read.case)

    def leave_out(self, name: str, *faults: Fault, is_case: bool = True) -> None:
        """Count one out; unless nobody can have meant it as a case, it is told in its place too."""
        self.left_out.append(LeftOut(name, faults))
        if is_case:
            self.cases.append(Sourced(name, self.source, name.encode(), faults))

    def done(self, unused: Mapping[str, str]) -> Gathered:
        account = Account(
            self.counted,
            self.good + self.joined + len(self.left_out),
            self.good,
            self.joined,
            tuple(self.left_out),
            {**unused, **self.unused},
            tuple(self.remarks),
        )
        return Gathered(tuple(self.cases), account)


def _begins_with_entity(source: Path) -> bool:
    """Whether the first line of a file is an entity; one that is longer than any file is none."""
    with source.open("rb") as stream:
        line = stream.readline(LARGEST_FILE)
        while line and not line.strip():
            line = stream.readline(LARGEST_FILE)
    try:
        return is_entity(json.loads(line))
    except (ValueError, RecursionError):
        return False


def _lines(source: Path) -> Iterator[Sourced]:
    with source.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield Sourced(f"line {number}", source, line)
