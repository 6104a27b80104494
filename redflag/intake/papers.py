"""Papers out of one file: the right reader for its format, and the same again for what is inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from redflag.documents import DocumentKind, DocumentNote
from redflag.intake.allowance import USED_UP, Allowance
from redflag.intake.filetext import EMPTY, TOO_LONG, FileText, Part
from redflag.intake.kinds import guessed_kind
from redflag.intake.limits import (
    DEEPEST,
    LARGEST_FILE,
    LARGEST_TEXT,
    MOST_COSTLY,
    MOST_MEMBERS,
    MOST_UNPACKED,
)

Reader = Callable[[bytes], FileText]
"""Takes the bytes of a file of one format to what it holds; may raise anything on hostile bytes."""


def _plain(content: bytes) -> FileText:
    from redflag.intake.chats import read_if_chat
    from redflag.intake.encodings import decoded

    found = decoded(content)
    chat = None if found.fault else read_if_chat(found.text)
    return found if chat is None else chat


def _html(content: bytes) -> FileText:
    from redflag.intake.html import read

    return read(content)


def _docx(content: bytes) -> FileText:
    from redflag.intake.docx import read

    return read(content)


def _pdf(content: bytes) -> FileText:
    from redflag.intake.pdf import read

    return read(content)


def _rtf(content: bytes) -> FileText:
    from redflag.intake.rtf import read

    return read(content)


def _mail(content: bytes) -> FileText:
    from redflag.intake.mail import read

    return read(content)


def _archive(content: bytes) -> FileText:
    from redflag.intake.archives import read

    return read(content)


# each loads its library when the first file of its format comes: a case in YAML needs none of them
_READERS: dict[str, Reader] = {
    ".txt": _plain,
    ".text": _plain,
    ".md": _plain,
    ".markdown": _plain,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".docx": _docx,
    ".docm": _docx,
    ".pdf": _pdf,
    ".rtf": _rtf,
    ".eml": _mail,
    ".zip": _archive,
}

DOCUMENT_ENDINGS = frozenset(_READERS)
"""Endings of the files that are read as documents."""

FORMATS = ".txt, .md, .html, .docx, .pdf, .rtf, .eml or .zip"
"""The same for a person, each format once."""

_MENDS = {
    ".doc": "save it as .docx",
    ".odt": "save it as .docx",
    ".pages": "save it as .docx",
    ".wpd": "save it as .docx",
    ".msg": "save it as .eml",
    ".mht": "save it as .html",
    ".mhtml": "save it as .html",
    **dict.fromkeys((".yaml", ".yml", ".json"), "give a case file by itself, or in a folder"),
    ".rar": "give a .zip, or its files",
    ".7z": "give a .zip, or its files",
    **dict.fromkeys(
        (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".bmp", ".heic", ".webp"),
        "run text recognition (OCR) on it and give the result",
    ),
    **dict.fromkeys(
        (".mp3", ".m4a", ".ogg", ".opus", ".wav", ".mp4", ".mov", ".avi", ".3gp"), "give a transcript of it"
    ),
}

_NOT_A_PAPER = ("__MACOSX/",)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper that came out of a file.

    Attributes:
        name: the file's name, and below it the path inside the file.
        found: its text, or why there is none.
    """

    name: str
    found: FileText

    @property
    def kind(self) -> DocumentKind:
        """What sort of paper it is: as its format says, else as its name does."""
        return self.found.kind or guessed_kind(self.name.rpartition("/")[2])

    def note(self, given: DocumentNote | None = None) -> DocumentNote:
        """The same as a document of a case; what is stated of it stands over what its format tells."""
        found = self.found
        told: dict[str, object] = {"unreadable": found.reason} if found.fault else {"text": found.text}
        own = {"kind": self.kind, "title": found.title, "date": found.date}
        stated = frozenset[str]() if given is None else given.model_fields_set
        told |= {key: value for key, value in own.items() if key not in stated and value is not None}
        if found.left_out:
            told["left_out"] = found.left_out
        if given is None:
            return DocumentNote.model_validate({"file": self.name, **told})
        return given.model_copy(update=told)


def papers_in(name: str, content: bytes, allowance: Allowance | None = None) -> tuple[Paper, ...]:
    """The papers in a file: itself, and every paper inside it at any depth. Never none.

    A file that cannot be read is a paper too, with the reason. An archive is only its members.

    Args:
        name: the file's name.
        content: its bytes.
        allowance: what is left for the PDFs of its case; one of its own if None.
    """
    papers = tuple(_Unpacking(Allowance() if allowance is None else allowance).papers(name, content, 0))
    return papers or (Paper(name, FileText(fault="an archive without papers")),)


def read_one(name: str, content: bytes) -> FileText:
    """What one file holds, by the ending of its name; what is inside it stays unread."""
    ending = PurePosixPath(name).suffix.lower()
    reader = _READERS.get(ending)
    if reader is None:
        return _no_reader(ending)
    if not content:
        return EMPTY
    try:
        found = reader(content)
    except Exception:
        return FileText(fault=f"a damaged {ending} file")
    return replace(TOO_LONG, parts=found.parts) if len(found.text) > LARGEST_TEXT else found


def _no_reader(ending: str) -> FileText:
    named = f"{ending} files" if ending else "files without an ending"
    return FileText(fault=f"no reader for {named}", mend=_MENDS.get(ending, ""))


class _Unpacking:
    """Goes down into one file, with what is left of its limits."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._members = MOST_MEMBERS
        self._bytes = MOST_UNPACKED
        self._is_full = False
        self._costly = 0

    def papers(self, name: str, content: bytes, depth: int) -> Iterator[Paper]:
        is_pdf = name.lower().endswith(".pdf")
        if is_pdf and self._allowance.is_used_up():
            yield Paper(name, USED_UP)
            return
        if is_pdf and self._costly >= MOST_COSTLY:
            yield Paper(
                name,
                FileText(fault=f"a PDF beside {MOST_COSTLY} that were too costly to read, and not tried"),
            )
            return
        found = read_one(name, content)
        self._costly += found.is_costly
        self._allowance.take(found)
        if not found.is_container:
            yield Paper(name, replace(found, parts=()))
        for part in found.parts:
            yield from self._inside(name, part, depth)

    def _inside(self, name: str, part: Part, depth: int) -> Iterator[Paper]:
        if self._is_full or _is_no_paper(part.name):
            return
        below = f"{name}/{part.name}"
        self._members -= 1
        self._bytes -= len(part.content)
        if self._members < 0 or self._bytes < 0:
            self._is_full = True
            yield Paper(below, _beyond())
        elif part.fault:
            yield Paper(below, FileText(fault=part.fault))
        elif len(part.content) > LARGEST_FILE:
            yield Paper(below, FileText(fault=f"larger than {LARGEST_FILE // 1_000_000} MB"))
        elif depth >= DEEPEST:
            yield Paper(below, FileText(fault=f"more than {DEEPEST} archives and mails inside one another"))
        else:
            yield from self.papers(below, part.content, depth + 1)


def _beyond() -> FileText:
    size = MOST_UNPACKED // 1_000_000
    return FileText(
        fault=f"this and what follows it in the file: more than {MOST_MEMBERS} papers or {size} MB inside",
        mend="give them apart",
    )


def _is_no_paper(name: str) -> bool:
    """Whether a member is what a computer adds by itself."""
    return name.startswith(_NOT_A_PAPER) or name.rpartition("/")[2].startswith(".")
