"""A paper as a Word document: headings, marked gaps, footnotes for exhibits, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from redflag.draft.sentences import Gap, Paper, Part, Piece, Rows, Said, Sentence, Title, shown
from redflag.report.blocks import Row, Table
from redflag.report.docx_paper import SERIF, TEXT, WordPaper
from redflag.report.wording import wording

if TYPE_CHECKING:  # Word documents alone need it
    from docx.text.paragraph import Paragraph as WordParagraph

_NUMBERS_AT = 28.0
"""Room for the number of a paragraph, in points."""


def as_docx(paper: Paper) -> bytes:
    """The paper as the bytes of a `.docx` file; the same paper gives the same bytes."""
    written = _Written(paper)
    for part in paper.parts:
        written.add(part)
    return written.saved()


class _Written(WordPaper):
    def __init__(self, paper: Paper) -> None:
        super().__init__(paper.title, paper.day, paper.mark or None, wording())
        properties = self._document.core_properties
        # the paper is its author's, and does not say what it was drafted with
        properties.author = properties.last_modified_by = ""
        self._look("Title", SERIF, 19)
        self._look("Heading 2", SERIF, 13)
        self._look("Heading 3", "Calibri", 10.5)

    def _look(self, name: str, font: str, size: float) -> None:
        from docx.shared import RGBColor

        style: Any = self._document.styles[name]
        style.font.name, style.font.size = font, self._points(size)
        style.font.color.rgb = RGBColor.from_string(TEXT)

    def add(self, part: Part) -> None:
        """Writes a part at the end."""
        match part:
            case Title(text=text, depth=depth):
                style = "Title" if depth == 1 else f"Heading {depth - 1}"
                heading = self._paragraph(text, style)
                heading.paragraph_format.keep_with_next = True
            case Said():
                self._said(part)
            case Rows():
                self._rows(part)

    def _said(self, said: Said) -> None:
        paragraph = self._paragraph("", "List Bullet" if said.form == "item" else None)
        if said.number is not None:
            form = paragraph.paragraph_format
            form.left_indent, form.first_line_indent = self._points(_NUMBERS_AT), self._points(-_NUMBERS_AT)
            form.tab_stops.add_tab_stop(self._points(_NUMBERS_AT))
            paragraph.add_run(f"{said.number}.\t").bold = True
        self._pieces(paragraph, said.sentence.pieces)
        self._reference(paragraph, said.sentence)

    def _reference(self, paragraph: WordParagraph, sentence: Sentence) -> None:
        """An exhibit is a footnote; a gap stands in the text, where nobody overlooks it."""
        if not sentence.reference:
            return
        if any(isinstance(piece, Gap) for piece in sentence.reference):
            paragraph.add_run(" ")
            self._pieces(paragraph, sentence.reference)
        else:
            self._append(paragraph, self._footnotes.mark("".join(map(shown, sentence.reference))))

    def _rows(self, rows: Rows) -> None:
        plain = tuple(Row(tuple("".join(map(shown, cell)) for cell in row), "") for row in rows.rows)
        table = self._table(Table(rows.caption, rows.header, plain))
        for written, row in zip(table.rows[1:], rows.rows, strict=True):
            for cell, pieces in zip(written.cells, row, strict=True):
                if any(isinstance(piece, Gap) for piece in pieces):
                    paragraph = cell.paragraphs[0]
                    for run in paragraph.runs:
                        run._r.getparent().remove(run._r)
                    self._pieces(paragraph, pieces, size=9.5)

    def _pieces(self, paragraph: WordParagraph, pieces: Sequence[Piece], size: float | None = None) -> None:
        for piece in pieces:
            run = self._run(paragraph, shown(piece), None)
            if size is not None:
                run.font.size = self._points(size)
            if isinstance(piece, Gap):
                self._marked(run)
