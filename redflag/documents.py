"""A document: its text as read, untouched, and a copy prepared for reading with a map back."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pydantic import Field

from redflag.dates import PartialDate
from redflag.evidence import Level, Party, Span
from redflag.lookalikes import may_need_plain_letters, plain_letters
from redflag.record import Record

DocumentKind = Literal[
    "call_transcript",
    "chat",
    "charge_sheet",
    "chronology",
    "court_ruling",
    "decision",
    "email",
    "expert_report",
    "extradition_request",
    "lawyer_note",
    "letter",
    "narrative",
    "ngo_report",
    "notice",
    "official_statement",
    "press",
    "statement",
    "warrant",
]


class DocumentNote(Record):
    """What is known of a document beside its text: what it is, by whom, of when."""

    id: str | None = Field(None, description="A short name for it; its file name if none is given.")
    file: str | None = Field(None, description="File name, relative to the case file.")
    text: str | None = Field(None, description="The text itself, where there is no file.")
    unreadable: str | None = Field(
        None, description="Why its text is not here, for a paper that is known of and could not be read."
    )
    left_out: str | None = Field(None, description="What its file holds beside the text and was not read.")
    kind: DocumentKind = Field("narrative", description="What sort of paper it is.")
    title: str | None = Field(None, description="A title for the list of documents.")
    author: Party | None = Field(None, description="Who wrote it or issued it.")
    state: str | None = Field(None, description="ISO 3166 alpha-3 code of the issuing state.")
    date: PartialDate | None = Field(None, description="Date of the paper itself.")
    known_by: PartialDate | None = Field(None, description="When the defence had it.")
    language: str | None = Field(None, description="ISO 639-1 code; found from the text if absent.")
    level: Level | None = Field(None, description="How good it is; follows from its kind if absent.")
    independent: bool | None = Field(
        None, description="Whether its author is independent of the party whose claim it settles."
    )
    privileged: bool = Field(False, description="Whether it is covered by legal privilege.")
    confidential_from: tuple[Party, ...] = Field((), description="Who must not see it.")


_DEFAULTS: dict[str, tuple[Party, Level]] = {
    "call_transcript": (Party.CLIENT, Level.DOCUMENTED),
    "chat": (Party.CLIENT, Level.DOCUMENTED),
    "charge_sheet": (Party.REQUESTING_STATE, Level.DOCUMENTED),
    "chronology": (Party.CLIENT, Level.ASSERTED),
    "court_ruling": (Party.COURT, Level.ADJUDICATED),
    "decision": (Party.COURT, Level.ADJUDICATED),
    "email": (Party.CLIENT, Level.DOCUMENTED),
    "expert_report": (Party.EXPERT, Level.DOCUMENTED),
    "extradition_request": (Party.REQUESTING_STATE, Level.DOCUMENTED),
    "lawyer_note": (Party.DEFENCE, Level.ASSERTED),
    "letter": (Party.UNCLEAR, Level.DOCUMENTED),
    "narrative": (Party.CLIENT, Level.ASSERTED),
    "ngo_report": (Party.NGO, Level.DOCUMENTED),
    "notice": (Party.REQUESTING_STATE, Level.DOCUMENTED),
    "official_statement": (Party.REQUESTING_STATE, Level.DOCUMENTED),
    "press": (Party.PRESS, Level.DOCUMENTED),
    "statement": (Party.CLIENT, Level.ASSERTED),
    "warrant": (Party.REQUESTING_STATE, Level.DOCUMENTED),
}


@dataclass(frozen=True)
class Document:
    """A text that was read, or a file that could not be and why.

    Attributes:
        id: its name within the case.
        text: the text as read; every offset counts characters of it.
        note: what is known of it beside the text.
        unreadable: why it could not be read; empty where it could.
    """

    id: str
    text: str
    note: DocumentNote = field(default_factory=DocumentNote)
    unreadable: str = ""

    @property
    def party(self) -> Party:
        """Who vouches for what it says in its own voice."""
        return self.note.author or _DEFAULTS[self.note.kind][0]

    def level(self, requesting_state: str | None) -> Level:
        """How good it is. A ruling counts as adjudicated only from an independent body.

        A ruling of the requesting state's own court is that state's document.
        """
        level = self.note.level or _DEFAULTS[self.note.kind][1]
        own = self.note.state is not None and self.note.state == requesting_state
        settled_by_itself = self.party is Party.REQUESTING_STATE or (
            own and self.note.independent is not True
        )
        if level is Level.ADJUDICATED and (self.note.independent is False or settled_by_itself):
            return Level.DOCUMENTED
        return level

    def span(self, start: int, end: int) -> Span:
        """The piece from character `start` up to, not including, `end`.

        Raises:
            ValueError: if that is not a piece of the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"{self.id}: no piece of text from {start} to {end}")
        return Span(self.id, start, end, self.text[start:end])

    def digest(self) -> str:
        """SHA-256 of the text as read, as 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


_LIKE = str.maketrans(
    {
        "\u0130": "i",  # its lower case is two characters, the only one that is
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u201b": "'",
        "\u2032": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u00ab": '"',
        "\u00bb": '"',
        "\u300c": '"',
        "\u300d": '"',
        "\u300e": '"',
        "\u300f": '"',
        "\uff02": '"',
        "\uff0c": ",",
        "\u3001": ",",
        "\u060c": ",",
        "\uff1a": ":",
        "\uff1b": ";",
        "\u061b": ";",
        "\uff08": "(",
        "\uff09": ")",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\t": " ",
        "\v": " ",
        "\f": " ",
        "\r": " ",
        "\n": " ",
        "\x85": " ",
        "\xa0": " ",
        "\u1680": " ",
        **{chr(code): " " for code in range(0x2000, 0x200B)},
        "\u2028": " ",
        "\u2029": " ",
        "\u202f": " ",
        "\u205f": " ",
        "\u3000": " ",
    }
)
_UNSEEN = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
    "\u2065\u206a\u206b\u206c\u206d\u206e\u206f\u180b\u180c\u180d\u180f\u3164\uffa0\ufff9\ufffa\ufffb"
) | frozenset(
    chr(code)
    for codes in (
        (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)),  # control characters
        range(0xFE00, 0xFE10),  # variation selectors
        range(0xE0000, 0xE01F0),  # tags and further selectors, which no font shows
    )
    for code in codes
)
"""What nobody sees: a phrase that it is strewn into is the same phrase."""


def without_unseen(text: str) -> str:
    """The text without what hides its words, for questions that need no places in it."""
    if not _UNSEEN.isdisjoint(text):
        text = "".join(sign for sign in text if sign not in _UNSEEN)
    return plain_letters(text)


_EVEN_ASCII = bytes(
    0 if chr(code) in _UNSEEN else ord(chr(code).translate(_LIKE).lower()) if code < 0x80 else code
    for code in range(0x100)
)
"""Each ASCII character made even, and those that nobody sees as zero."""

_SETTLED = re.compile(
    "[\t-\r -~\x85\xa0-\u00ac\u00ae-\u012f\u0131-\u02ff\u0400-\u0482\u0620-\u064a\u2018-\u201e"
    "\u3001-\u3002\u4e00-\u9fff]+"
)
"""Characters that are seen, stand alone and are composed as far as they go; most texts are these."""


class Prepared(NamedTuple):
    """A text made even for matching: lower case, plain quotes, dashes and spaces, composed.

    `original(start, end)` carries a span of it back to the text as read.
    """

    text: str
    starts: array[int] | None = None
    ends: array[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as read that gave characters `start` to `end` of this one."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def _plain(text: str, has_unseen: bool) -> str:
    """The text in plain letters, each at its place; what nobody sees does not part the letters of a word."""
    if not has_unseen:
        return plain_letters(text)
    seen = [at for at, sign in enumerate(text) if sign not in _UNSEEN]
    told = plain_letters("".join(map(text.__getitem__, seen)))
    signs = list(text)
    for at, sign in zip(seen, told, strict=True):
        signs[at] = sign
    return "".join(signs)


def prepare(text: str) -> Prepared:
    """The text made even for matching, with a map back to the text as read.

    Almost every text keeps its length and needs no map; only one with invisible characters
    or with letters that compose (a letter and its accent apart) is rewritten.
    """
    if text.isascii():
        told = text.encode("ascii").translate(_EVEN_ASCII)
        if 0 not in told:
            return Prepared(told.decode("ascii"))
    signs = frozenset(text)
    has_unseen = not _UNSEEN.isdisjoint(signs)
    if may_need_plain_letters(signs):
        text = _plain(text, has_unseen)
    if not has_unseen and unicodedata.is_normalized("NFC", text):
        return Prepared(text.translate(_LIKE).lower())
    pieces: list[str] = []
    starts, ends = array("q"), array("q")
    position = 0
    while position < len(text):
        run = _SETTLED.match(text, position)
        if run is not None:
            end = run.end()
            if end < len(text) and unicodedata.combining(text[end]):
                end -= 1  # the last letter composes with what follows
            pieces.append(text[position:end].translate(_LIKE).lower())
            starts.extend(range(position, end))
            ends.extend(range(position + 1, end + 1))
            if end > position:
                position = end
                continue
        if text[position] in _UNSEEN:
            position += 1
            continue
        end = position + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = unicodedata.normalize("NFC", text[position:end]).translate(_LIKE).lower()
        pieces.append(piece)
        # every character of a piece leads back to all that composed into it
        starts.extend([position] * len(piece))
        ends.extend([end] * len(piece))
        position = end
    return Prepared("".join(pieces), starts, ends)
