"""A case file in YAML or JSON, with the documents that it names beside it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from redflag.case import Case
from redflag.documents import DocumentNote
from redflag.errors import CaseError, Fault, Location
from redflag.intake.allowance import Allowance
from redflag.intake.files import read_bytes, read_text
from redflag.intake.filetext import FileText
from redflag.intake.notices import is_notice, notices_in, read_notice
from redflag.intake.papers import Paper, papers_in
from redflag.record import Parsed, parse_json, parse_yaml, validate

CASE_ENDINGS = frozenset({".yaml", ".yml", ".json"})
"""Endings of the files that can hold a case."""

_NAMES_A_CASE = re.compile(r"^[\s{,]*[\"']?case_id[\"']?[ \t]*:", re.MULTILINE)


def parse_case_text(text: str, path: Path) -> Parsed:
    """The YAML or JSON of a case file, by the ending of its name."""
    read = parse_json if path.suffix.lower() == ".json" else parse_yaml
    return read(text, str(path), CaseError)


def looks_like_a_case(text: str) -> bool:
    """Whether a text has the key that every case has, be the rest right or wrong."""
    return _NAMES_A_CASE.search(text) is not None


def read_case_file(path: Path, allowance: Allowance | None = None) -> Case:
    """The case that a file holds, with the text of every document that it names.

    Args:
        path: the file.
        allowance: what is left for the PDFs of the case; one of its own if None.

    Raises:
        CaseError: with every fault, at its line and column.
    """
    text = read_text(path).or_refuse(Location(str(path)))
    parsed = parse_case_text(text, path)
    if parsed.data is None:
        raise CaseError(Fault("empty", Location(str(path)), "write a case: case_id and what is known"))
    parsed = _without_lists(_as_case(parsed, path.stem), path)
    case = validate(Case, parsed, CaseError)
    return with_texts(case, parsed, path.parent, allowance)


def _as_case(parsed: Parsed, name: str) -> Parsed:
    """What was parsed, a public notice turned into the case that it describes."""
    return Parsed(read_notice(parsed.data, name).case, parsed.file) if is_notice(parsed.data) else parsed


def _without_lists(parsed: Parsed, path: Path) -> Parsed:
    if notices_in(parsed.data) is not None:
        mend = "`redflag screen` and `redflag batch` read each of them"
        raise CaseError(Fault("a list of notices, and one case is expected", Location(str(path)), mend))
    return parsed


def case_of(data: Mapping[str, Any]) -> Case:
    """The case that a mapping, or a public notice, describes; its documents carry their own text.

    Raises:
        CaseError: with every fault.
    """
    parsed = _as_case(Parsed(dict(data), None), "notice")
    return with_texts(validate(Case, parsed, CaseError), parsed, None)


def with_texts(case: Case, parsed: Parsed, folder: Path | None, allowance: Allowance | None = None) -> Case:
    """The same case, each of its documents with its text or with why there is none.

    Args:
        case: a case as it was written.
        parsed: what it was read from, for the places of faults.
        folder: where the files that it names lie; None if it came without a folder.
        allowance: what is left for the PDFs of the case; one of its own if None.

    Raises:
        CaseError: if it names a file that is not there or lies outside the folder.
    """
    faults: list[Fault] = []
    allowance = Allowance() if allowance is None else allowance
    notes = [
        told
        for place, note in enumerate(case.documents)
        for told in _with_text(note, parsed, place, folder, allowance, faults)
    ]
    faults.extend(_twice_named(case.documents, parsed))
    if faults:
        raise CaseError(faults)
    return case.model_copy(update={"documents": tuple(notes)})


def _with_text(
    note: DocumentNote,
    parsed: Parsed,
    place: int,
    folder: Path | None,
    allowance: Allowance,
    faults: list[Fault],
) -> Sequence[DocumentNote]:
    where = parsed.location(("documents", place))
    given = [key for key in ("file", "text", "unreadable") if getattr(note, key) is not None]
    if given == ["file"] and note.file is not None:
        here = parsed.location(("documents", place, "file"))
        return _from_file(note, note.file, folder, here, allowance, faults)
    if given != ["text"] and given != ["unreadable"]:
        if given and folder is None and "file" in given and len(given) == 2:
            return (note,)  # read before, and handed on as a value
        mend = "keep one of file, text and unreadable" if given else "add file, text or unreadable"
        fault = "a document has one place for its text" if given else "a document without its text"
        faults.append(Fault(fault, where, mend))
    elif note.text is not None and not note.text.strip():
        faults.append(Fault("a document with an empty text", where, "give its text, or leave it out"))
    elif note.text is not None and "\0" in note.text:
        faults.append(Fault("a document whose text is not text", where, "give plain text"))
    return (note,)


def _from_file(
    note: DocumentNote,
    name: str,
    folder: Path | None,
    here: Location,
    allowance: Allowance,
    faults: list[Fault],
) -> Sequence[DocumentNote]:
    """The document that a file is, and behind it those inside it."""
    if folder is None:
        mend = "give its text, or load the case from a file beside it"
        faults.append(Fault("a file is named, and there is no folder to look in", here, mend))
        return (note,)
    path = inside(folder, name)
    if path is None:
        mend = "put the file beside the case file, or below it, and name it from there"
        faults.append(Fault("this file lies outside the folder of the case", here, mend))
        return (note,)
    if not path.is_file():
        faults.append(Fault("there is no such file", here, "check its name, seen from the case file"))
        return (note,)
    return [
        paper.note(note if paper.name == name else _inherited(note, paper.name))
        for paper in papers_of(path, name, allowance)
    ]


def _inherited(note: DocumentNote, name: str) -> DocumentNote:
    """What holds of a paper because it holds of the file that it lies in: who may see it, and since when."""
    stated = note.model_fields_set & {"privileged", "confidential_from", "known_by"}
    return DocumentNote(file=name, **{key: getattr(note, key) for key in sorted(stated)})


def papers_of(path: Path, name: str, allowance: Allowance | None = None) -> Sequence[Paper]:
    """The papers in a file on disk, under the name that it goes by.

    Args:
        path: the file.
        name: its name, as it is told.
        allowance: what is left for the PDFs of its case; one of its own if None.

    Raises:
        CaseError: if the file is too large to be looked at.
    """
    content = read_bytes(path)
    return (Paper(name, content),) if isinstance(content, FileText) else papers_in(name, content, allowance)


def inside(folder: Path, name: str) -> Path | None:
    """The file of that name, unless the name leads out of the folder, by itself or by a link."""
    parts = PurePosixPath(name)
    if "\0" in name or parts.is_absolute() or ".." in parts.parts or ".." in PureWindowsPath(name).parts:
        return None
    try:
        root = Path(os.path.realpath(folder))
        found = Path(os.path.realpath(root / parts))
    except OSError:
        return None
    return found if found.is_relative_to(root) else None


def _twice_named(notes: Sequence[DocumentNote], parsed: Parsed) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, note in enumerate(notes):
        if note.id is None:
            continue
        if note.id in seen:
            where = parsed.location(("documents", place, "id"))
            yield Fault("another document has this id", where, "give each an id of its own")
        seen.add(note.id)
