"""Many cases from one place: a .jsonl file, a line each, or a folder, a file or folder each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redflag.case import Case
from redflag.errors import CaseError, Fault, Location
from redflag.intake.casefiles import CASE_ENDINGS
from redflag.intake.limits import LARGEST_FILE
from redflag.intake.loading import load_case
from redflag.record import parse_json

LINES_ENDINGS = frozenset({".jsonl", ".ndjson"})
"""Endings of the files that hold a case a line."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """One case where it lies, not yet read.

    Attributes:
        name: what it is called where it cannot be read: its file, or the number of its line.
        path: the file or folder; of a line the file that it stands in.
        line: the line itself, or None for a file or folder of its own.
    """

    name: str
    path: Path
    line: bytes | None = None

    @property
    def fingerprint(self) -> bytes:
        """What tells it from another case in its place, without reading a file."""
        return self.line if self.line is not None else self.name.encode("utf-8", "surrogateescape") + b"\n"

    def read(self) -> Case | Mapping[str, Any]:
        """The case.

        Raises:
            CaseError: if it cannot be read.
        """
        if self.line is None:
            return load_case(self.path)
        where = f"{self.path.name}, {self.name}"
        try:
            if len(self.line) > LARGEST_FILE:
                raise CaseError(
                    Fault(f"larger than {LARGEST_FILE // 1_000_000} MB", Location(where), "split the case")
                )
            text = self.line.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise CaseError(Fault("not UTF-8 text", Location(where), "save it as UTF-8")) from None
        data = _quickly(text)
        if data is None:
            data = parse_json(text, where, CaseError).data
        if not isinstance(data, dict):
            mend = "write one object with the keys of a case on each line"
            raise CaseError(Fault("not a case", Location(where), mend))
        return data


def cases_in(source: Path) -> Iterator[Sourced]:
    """Every case of a source, in the order of lines or of names; a folder's hidden files are left out.

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
    if source.suffix.lower() not in LINES_ENDINGS:
        mend = "give a .jsonl file with a case on each line, or a folder of cases"
        raise CaseError(Fault("not a file of many cases", where, mend))
    return _lines(source)


def _lines(source: Path) -> Iterator[Sourced]:
    with source.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield Sourced(f"line {number}", source, line)


def _quickly(text: str) -> object:
    """The value of a line that is beyond doubt; None where the slow reader must say what is wrong."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refused(_name: str) -> None:
    raise ValueError("not a number that JSON has")
