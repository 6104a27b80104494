"""What a paper is made of: our own fixed words, values of the case with their places, marks of gaps.

A sentence of fact holds nothing but fixed words and values, and every value says where in the case
or in which document it stands: so that each can be looked up again, by a person or by a machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from redflag.report.wording import clean

LONGEST_VALUE = 900
"""Characters of one value that are printed."""


@dataclass(frozen=True, slots=True)
class Value:
    """Words that come from the file.

    Attributes:
        text: as the paper prints it.
        stated: as the file has it.
        source: a path of the case as it was given, or the id of a document.
        start: for a quote, its first character in the document's text as read.
        end: for a quote, the character after its last.
    """

    text: str
    stated: str
    source: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a person has to fill in or settle before the paper is filed.

    Attributes:
        asked: what it is.
        named: what the file says on it, which nobody may rely on as it stands.
    """

    asked: str
    named: Value | None = None

    def __str__(self) -> str:
        named = "" if self.named is None else f"; the file names: {self.named.text}"
        return f"[TO COMPLETE: {self.asked}{named}]"


@dataclass(frozen=True, slots=True)
class Link:
    """An address of ours, where a source can be read."""

    url: str


Piece = str | Value | Gap | Link


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of fact: fixed words, values, gaps; and where a reader finds it.

    Attributes:
        reference: the exhibit and the passage, or the gap where there is none; printed behind it.
    """

    pieces: tuple[Piece, ...]
    reference: tuple[Piece, ...] = ()

    def __str__(self) -> str:
        return "".join(map(shown, self.pieces))

    def values(self) -> Iterator[Value]:
        """Its values, with those of its reference."""
        for piece in (*self.pieces, *self.reference):
            if isinstance(piece, Value):
                yield piece
            elif isinstance(piece, Gap) and piece.named is not None:
                yield piece.named


def shown(piece: Piece) -> str:
    """A piece as plain text on one line."""
    match piece:
        case str():
            return piece
        case Value(text=text):
            return clean(text, LONGEST_VALUE)
        case Gap():
            return clean(str(piece), LONGEST_VALUE)
        case Link(url=url):
            return clean(url)


@dataclass(frozen=True, slots=True)
class Title:
    """A heading; depth 1 is the paper's own."""

    text: str
    depth: int = 2


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph or an item of a list.

    Attributes:
        number: of a numbered paragraph.
        form: how it stands.
    """

    sentence: Sentence
    form: str = "paragraph"
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: each row a tuple of cells, each cell a tuple of pieces."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[tuple[Piece, ...], ...], ...]


Part = Title | Said | Rows


def fixed(*pieces: Piece, form: str = "paragraph") -> Said:
    """A paragraph of our own words, with gaps where a person has to add some."""
    return Said(Sentence(pieces), form)


def item(*pieces: Piece) -> Said:
    """An item of a list."""
    return Said(Sentence(pieces), "item")


@dataclass(frozen=True)
class Paper:
    """One paper, before it takes a form.

    Attributes:
        mark: printed on every page; empty for a paper that is to be filed.
        day: the day up to which it knows.
    """

    title: str
    parts: tuple[Part, ...]
    day: str
    mark: str = ""

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence of it, in order; a cell of a table counts as one."""
        for part in self.parts:
            match part:
                case Said(sentence=sentence):
                    yield sentence
                case Rows(rows=rows):
                    yield from (Sentence(cell) for row in rows for cell in row)
                case Title():
                    pass

    def trace(self) -> list[dict[str, object]]:
        """Each sentence that holds values of the file, with where each of them stands."""
        return [
            {
                "sentence": str(sentence),
                "values": [
                    {"text": one.text, "stated": one.stated, "source": one.source}
                    | ({} if one.start is None else {"start": one.start, "end": one.end})
                    for one in sentence.values()
                ],
            }
            for sentence in self.sentences()
            if any(True for _ in sentence.values())
        ]


@dataclass(frozen=True)
class Draft:
    """A paper to be filed once it is completed, and the sheet for the lawyer alone."""

    paper: Paper
    sheet: Paper = field(repr=False)
