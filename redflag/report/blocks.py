"""What a report is made of, before it takes a form.

Every text is in the report's language, on one line, and safe to print as plain text. The plain
blocks are enough for text and Markdown; the others hold the same words with more of their shape,
for forms that can show it, and `plain` takes the shape off again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from redflag.report.pictures import Picture


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; depth 1 is the report's own. A named one is a part that a list of contents shows."""

    text: str
    depth: int = 2
    name: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several."""

    text: str
    tone: Literal["", "caution", "lead", "quiet"] = ""


@dataclass(frozen=True, slots=True)
class Bullet:
    """One item of a list, with what stands below it."""

    text: str
    below: tuple[str, ...] = ()
    tone: Literal["", "caution", "urgent"] = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A line that holds an address and is never broken."""

    text: str
    url: str


Plain = Heading | Paragraph | Bullet | Address


@dataclass(frozen=True, slots=True)
class Score:
    """The result at a glance, and the same as a sentence."""

    sentence: str
    band: str
    band_told: str
    label: str
    figure: str
    details: tuple[tuple[str, str], ...]
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Grade:
    """One of the questions that stay apart, and how it came out."""

    title: str
    verdict: str
    verdict_told: str
    weight: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Grades:
    """The questions that stay apart, as a table."""

    caption: str
    header: tuple[str, ...]
    grades: tuple[Grade, ...]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """One place that a finding rests on: words of a document amid those around them, or a path in the case.

    Attributes:
        place: which document and which characters, or which path.
        told: who vouches for it and how.
        before: the words that lead up to the quote.
        after: the words that follow it.
        language: of the quoted document, where it is known.
        line: all of it on one line, without the words around the quote.
        line_in_context: all of it on one line, with them.
    """

    place: str
    told: str
    quote: str | None
    before: str
    after: str
    language: str | None
    line: str
    line_in_context: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding: what was found, on what it rests, what it cites, how it may be wrong.

    Attributes:
        explanation_line: the explanation with the marks behind it.
        lists: titled lists; the titles carry their colon.
    """

    effect: str
    title: str
    title_language: str | None
    explanation: str
    marks: tuple[str, ...]
    explanation_line: str
    quotes: tuple[Quote, ...]
    more: str | None
    answers: str | None
    law: tuple[str, tuple[str, ...]] | None
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    language: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, the same as one line, and the lines below it."""

    cells: tuple[str, ...]
    line: str
    below: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headers; `numbers` are the columns that hold numbers, from 0."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture; whatever it shows is told in words beside it."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision, in the pack's own words."""

    name: str
    says: str
    confidence: str
    check: str
    line: str
    address: str
    url: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Terms and what each is, such as digests; each pair is also one line."""

    pairs: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


Shaped = Score | Grades | Told | Table | Drawn | Cited | Pairs
Block = Plain | Shaped


def plain(block: Block, *, in_context: bool = False) -> Iterator[Plain]:
    """A block as plain ones.

    Args:
        block: any block.
        in_context: whether quotes stand amid the words around them.
    """
    match block:
        case Score(sentence=sentence):
            yield Paragraph(sentence)
        case Grades(grades=grades):
            for grade in grades:
                weight = f" ({grade.weight})" if grade.weight else ""
                yield Bullet(f"{grade.title} {grade.verdict_told}{weight}")
        case Told():
            yield from _finding(block, in_context)
        case Table(rows=rows):
            for row in rows:
                yield Bullet(row.line, row.below)
        case Drawn():
            return
        case Cited(line=line, address=address, url=url):
            yield Bullet(line)
            if url is not None:
                yield Address(address, url)
        case Pairs(lines=lines):
            for line in lines:
                yield Bullet(line)
        case _:
            yield block


def _finding(told: Told, in_context: bool) -> Iterator[Plain]:
    yield Heading(told.title, 4)
    yield Paragraph(told.explanation_line)
    for quote in told.quotes:
        yield Bullet(quote.line_in_context if in_context else quote.line)
    for line in (told.more, told.answers):
        if line is not None:
            yield Bullet(line)
    for title, lines in (*((told.law,) if told.law else ()), *told.lists):
        yield Bullet(title, lines)
