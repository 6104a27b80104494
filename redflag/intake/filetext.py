"""What a file was found to hold: its text, or why there is none, and the papers inside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from redflag.dates import PartialDate
from redflag.documents import DocumentKind
from redflag.errors import CaseError, Fault, Location
from redflag.intake.limits import LARGEST_TEXT


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a file: a member of an archive or an attachment of a mail.

    Attributes:
        name: its name, made harmless by `safe_name`; a slash stands between folders.
        content: its bytes; empty where there is a fault.
        fault: why its bytes could not be had; empty where they could.
    """

    name: str
    content: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file, or why there is none and what would mend it.

    Attributes:
        text: the text as read; every offset counts characters of it.
        fault: what is wrong; empty where the text was read.
        mend: what to do about it.
        left_out: what the file holds beside that text and was not read, in words.
        kind: what sort of paper it is, where its format leaves no doubt.
        title: what it calls itself.
        date: the date that its format vouches for.
        parts: the files inside it.
        is_container: whether it has no text of its own and is only its parts.
        is_costly: whether reading it was given up for the time or memory that it took.
        pages: pages that were read, of a PDF.
        seconds: seconds of computing that a PDF took; no part of what it holds.
    """

    text: str = ""
    fault: str = ""
    mend: str = ""
    left_out: str = ""
    kind: DocumentKind | None = None
    title: str | None = None
    date: PartialDate | None = None
    parts: tuple[Part, ...] = ()
    is_container: bool = False
    is_costly: bool = False
    pages: int = 0
    seconds: float = field(default=0.0, compare=False)

    def or_refuse(self, location: Location) -> str:
        """The text.

        Raises:
            CaseError: if there is none.
        """
        if self.fault:
            raise CaseError(Fault(self.fault, location, self.mend))
        return self.text

    @property
    def reason(self) -> str:
        """Why there is no text, and the mend where there is one, as an assessment shows it."""
        return f"{self.fault}; {self.mend}" if self.mend else self.fault


EMPTY = FileText(fault="empty", mend="give some text")
TOO_LONG = FileText(fault=f"more than {LARGEST_TEXT:,} characters of text", mend="split it")

_CONTROLS = (*range(9), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF)
_NO_TEXT_HAS: dict[int, str] = {
    **dict.fromkeys(_CONTROLS, ""),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def cleaned(text: str) -> str:
    """What a format gave as text, without the control characters that no paper shows."""
    return text.translate(_NO_TEXT_HAS)


def safe_name(name: str, instead: str) -> str:
    """The name of a part as a path that leads nowhere: no root, no drive, no step upward.

    >>> safe_name("../../etc/passwd", "part 1")
    'etc/passwd'
    """
    steps = [
        "".join(sign for sign in step if sign.isprintable()).strip()[:120].strip()
        for step in name.replace("\\", "/").split("/")[-12:]
    ]
    kept = [step for step in steps if step.strip(". ") and not (len(step) == 2 and step[1] == ":")]
    return "/".join(kept) or instead
