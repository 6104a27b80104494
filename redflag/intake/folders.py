"""A folder of papers, with or without a case file among them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from redflag.case import Case
from redflag.documents import DocumentNote
from redflag.errors import CaseError, Fault, Location, RedflagError
from redflag.intake.allowance import Allowance
from redflag.intake.casefiles import (
    CASE_ENDINGS,
    looks_like_a_case,
    papers_of,
    parse_case_text,
    read_case_file,
)
from redflag.intake.files import read_text
from redflag.intake.filetext import FileText
from redflag.intake.limits import MOST_FILES
from redflag.intake.notices import is_notice, read_notice
from redflag.intake.papers import FORMATS, Paper

CASE_FILES = ("case.yaml", "case.yml", "case.json")
"""Names of the file that is the case of its folder, whatever else lies there."""

_CODE = frozenset({
    ".bat", ".c", ".cc", ".cfg", ".cpp", ".cs", ".css", ".go", ".h", ".hpp", ".ini", ".ipynb", ".java",
    ".js", ".jsx", ".kt", ".lock", ".lua", ".php", ".pl", ".ps1", ".py", ".pyc", ".pyi", ".r", ".rb",
    ".rs", ".scss", ".sh", ".sql", ".swift", ".toml", ".ts", ".tsx", ".vue",
})  # fmt: skip
_CODE_FOLDERS = frozenset({"__pycache__", "node_modules"})


def read_folder(folder: Path) -> Case:
    """The case in a folder: its case file, and every other paper as a document of it.

    Hidden files, code and links are left out. What cannot be read is listed, with why.

    Raises:
        CaseError: if there is more than one case in it, if nothing in it can be read, or if it
            is too large.
    """
    files = list(_files(folder))
    allowance = Allowance()
    case_file = _case_file(folder, files)
    case = Case(case_id=_called(folder)) if case_file is None else read_case_file(case_file, allowance)
    named = {
        above
        for note in case.documents
        if note.file is not None
        for real in (Path(os.path.realpath(folder / note.file)),)
        for above in (real, *real.parents)  # an attachment stands below the mail that is named
    }
    added = [
        note
        for path in files
        if path != case_file and Path(os.path.realpath(path)) not in named
        for note in _notes(path, folder, allowance)
    ]
    notes = (*case.documents, *added)
    if case_file is None and all(note.unreadable is not None for note in notes):
        mend = f"a folder needs a case file, or documents: {FORMATS}"
        raise CaseError(Fault("nothing here can be read", Location(str(folder)), mend))
    return case.model_copy(update={"documents": notes})


def _called(folder: Path) -> str:
    return Path(os.path.realpath(folder)).name[:200] or "folder"


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder that may be papers, sorted, links not followed."""
    found: list[Path] = []
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        for entry in _entries(current):
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _CODE_FOLDERS:
                    waiting.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False) and Path(entry.name).suffix.lower() not in _CODE:
                found.append(Path(entry.path))
            if len(found) + len(waiting) > MOST_FILES:
                raise CaseError(
                    Fault(f"more than {MOST_FILES} files", Location(str(folder)), "screen one case at a time")
                )
    yield from sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _entries(folder: Path) -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as fault:
        raise CaseError(Fault(f"cannot be read: {fault.strerror}", Location(str(folder)))) from None


def _case_file(folder: Path, files: Sequence[Path]) -> Path | None:
    """The file that is the case, if there is one."""
    below = [path for path in files if path.suffix.lower() in CASE_ENDINGS]
    cases = [path for path in below if path.name in CASE_FILES or _is_a_case(path)]
    here = [path for path in cases if path.parent == folder]
    chosen = [path for path in here if path.name in CASE_FILES] or here
    deeper = [path for path in cases if path.parent != folder]
    if len(chosen) > 1:
        told = f"several case files: {', '.join(path.name for path in chosen)}"
        raise CaseError(Fault(told, Location(str(folder)), "name the one to screen"))
    if deeper:
        mend = "screen each of those folders by itself"
        raise CaseError(Fault("there are cases in folders below this one", Location(str(folder)), mend))
    if not chosen:  # one public notice among the papers says whose case they are
        chosen = [path for path in below if path.parent == folder and _notice_in(path) is not None]
    return chosen[0] if len(chosen) == 1 else None


def _notice_in(path: Path) -> Mapping[str, Any] | None:
    """The public notice that a file is, if it is one."""
    found = FileText() if path.suffix.lower() != ".json" else read_text(path)
    if found.fault or not ("arrest_warrants" in found.text or "entity_id" in found.text):
        return None
    try:
        data = parse_case_text(found.text, path).data
    except RedflagError:
        return None
    return data if is_notice(data) else None


def _is_a_case(path: Path) -> bool:
    """Whether a file is a case: one that is broken is still meant as one."""
    found = read_text(path)
    if found.fault or not looks_like_a_case(found.text):
        return False
    try:
        data = parse_case_text(found.text, path).data
    except RedflagError:
        return True
    return isinstance(data, dict) and "case_id" in data


def _notes(path: Path, folder: Path, allowance: Allowance) -> list[DocumentNote]:
    name = path.relative_to(folder).as_posix()
    ending = path.suffix.lower()
    notice = _notice_in(path)
    if notice is not None:
        charges = read_notice(notice, name).case.get("documents", ())
        return [
            DocumentNote.model_validate({**charge, "id": f"{name}, {charge['id']}", "file": name})
            for charge in charges
        ] or [Paper(name, FileText(fault="a notice without the words of a charge")).note()]
    if ending in CASE_ENDINGS:
        return [Paper(name, FileText(fault=f"a {ending} file that is not a case")).note()]
    return [paper.note() for paper in papers_of(path, name, allowance)]
