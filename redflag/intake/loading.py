"""Anything that a case can come as, to a case and its documents."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from redflag.case import Case
from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.errors import CaseError, Fault, Location
from redflag.intake.casefiles import CASE_ENDINGS, case_of, papers_of, read_case_file, with_texts
from redflag.intake.files import too_large, usable
from redflag.intake.filetext import FileText
from redflag.intake.folders import read_folder
from redflag.intake.limits import LARGEST_FILE
from redflag.intake.papers import DOCUMENT_ENDINGS, FORMATS
from redflag.intake.tables import TABLE_ENDINGS
from redflag.record import Parsed, faults_of
from redflag.signals import latest_date

_A_FILE_NAME = re.compile(r"\S{1,300}\.(?:ya?ml|json|txt|md|docx|pdf|html|rtf|eml|zip)", re.IGNORECASE)


@dataclass(frozen=True)
class Intake:
    """A case as it came in, with its documents ready to be read.

    Attributes:
        case: the case.
        documents: its documents, those that could not be read among them.
        as_of_from: where the case's own `as_of` comes from, in words; empty if it has none.
    """

    case: Case
    documents: tuple[Document, ...]
    as_of_from: str


def load(case: Case | Path | str | Mapping[str, Any], *, requesting_state: str | None = None) -> Intake:
    """A case and its documents, from whatever form it has.

    Args:
        case: a `Case`; a path of a case file, a document or a folder; a text, which a bare
            string always is; or a mapping with the keys of a case.
        requesting_state: ISO 3166 alpha-3 code, instead of what the case says.

    Raises:
        CaseError: with every fault, each at its place.
    """
    if isinstance(case, str):
        found, origin = _from_text(case)
    elif isinstance(case, Path):
        found, origin = load_case(case), "the case file"
    elif isinstance(case, Case):
        found, origin = with_texts(case, Parsed(None, None), None), "the case"
    elif isinstance(case, Mapping):
        found, origin = case_of(case), "the case"
    else:
        mend = "give a Case, a Path, a text or a mapping"
        raise CaseError(Fault("not something that can be a case", mend=mend))
    if requesting_state is not None:
        found = _of_state(found, requesting_state)
    return Intake(found, tuple(_documents(found.documents)), origin if found.as_of is not None else "")


def load_case(path: str | os.PathLike[str]) -> Case:
    """The case in a file or folder, the text of its documents with it.

    Args:
        path: a case file (.yaml, .yml, .json), a document or an archive of documents
            (.txt, .md, .html, .docx, .pdf, .rtf, .eml, .zip), or a folder of documents with or without a
            case file. What a mail or an archive holds becomes documents of their own.

    Raises:
        CaseError: with every fault, each at its place.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return read_folder(path)
    except ValueError:  # a NUL in the name; 3.11 raises only on some systems
        raise CaseError(Fault("not a name that a file can have")) from None
    ending = path.suffix.lower()
    if ending in CASE_ENDINGS:
        return read_case_file(path)
    where = Location(str(path))
    if ending in TABLE_ENDINGS and path.exists():
        mend = (
            "screen it with `redflag screen` or `redflag batch`, or a frame of it with redflag.screen_frame"
        )
        raise CaseError(Fault("a table holds many cases, and one is expected", where, mend))
    if ending not in DOCUMENT_ENDINGS and path.exists():
        named = f"{ending} files" if ending else "files without an ending"
        mend = f"give a .yaml or .json case file, a document ({FORMATS}), or a folder of them"
        raise CaseError(Fault(f"no reader for {named}", where, mend))
    papers = papers_of(path, path.name)
    if all(paper.found.fault for paper in papers):
        only = papers[0].found if len(papers) == 1 else FileText(fault="nothing in it can be read")
        only.or_refuse(where)
    return Case(case_id=path.stem[:200], documents=tuple(paper.note() for paper in papers))


def _from_text(text: str) -> tuple[Case, str]:
    """A bare text as a case: what it tells, up to the last day that it names."""
    if _A_FILE_NAME.fullmatch(text):
        mend = "give it as a Path: Path(...)"
        raise CaseError(Fault("a text is expected, and this reads like the name of a file", mend=mend))
    if len(text) > LARGEST_FILE:
        raise CaseError(too_large(Location(keys="text")))
    text = usable(text).or_refuse(Location(keys="text"))
    last = latest_date(text)
    if last is not None:
        as_of, origin = PartialDate.of(last.latest), "the latest date that the text gives"
    else:
        as_of, origin = PartialDate.of(datetime.date.today()), "today, since the text gives no date"
    note = DocumentNote(id="text", text=text, kind="narrative")
    return Case(case_id="text", as_of=as_of, documents=(note,)), origin


def _of_state(case: Case, state: str) -> Case:
    try:
        checked = Case(case_id="checked", requesting_state=state)
    except ValidationError as invalid:
        raise CaseError(faults_of(invalid, Case, Parsed(None, None))) from None
    return case.model_copy(update={"requesting_state": checked.requesting_state})


def _documents(notes: Sequence[DocumentNote]) -> Iterator[Document]:
    """The documents of a case, each under a name that no other has."""
    taken = {note.id for note in notes if note.id is not None}
    for number, note in enumerate(notes, start=1):
        name = note.id
        if name is None:
            wanted = name = note.file if note.file is not None else f"document {number}"
            again = 1
            while name in taken:
                again += 1
                name = f"{wanted} ({again})"
            taken.add(name)
        text = note.text if note.text is not None else ""
        yield Document(name, text, note, "" if note.unreadable is None else note.unreadable)
