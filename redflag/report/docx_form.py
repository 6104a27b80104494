"""An assessment as a Word document: headings, tables, footnotes for sources, pictures with alt texts.

python-docx writes the document; `docx_footnotes` and `docx_drawing` add what it has no words for. The
same assessment gives the same bytes: the file bears the screening's date and no clock's.
"""

from __future__ import annotations

import datetime
import io
import math
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from redflag.assessment import Assessment
from redflag.dates import PartialDate
from redflag.report.blocks import (
    Address,
    Block,
    Bullet,
    Cited,
    Drawn,
    Grades,
    Heading,
    Pairs,
    Paragraph,
    Quote,
    Row,
    Score,
    Table,
    Told,
)
from redflag.report.docx_drawing import drawing
from redflag.report.docx_footnotes import Footnotes
from redflag.report.outline import confidential, outline, title_of
from redflag.report.pictures import Picture
from redflag.report.wording import Wording, clean

if TYPE_CHECKING:  # Word documents alone need it
    from docx.text.paragraph import Paragraph as WordParagraph

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TEXT, _QUIET, _RED, _PAPER, _MARK, _LINE = "22252A", "5A5F66", "9C3B1B", "F5F2EC", "FBE7A1", "BDB8AC"
_SANS, _SERIF = "Calibri", "Georgia"
_LOCALES = {
    "en": "en-GB",
    "fr": "fr-FR",
    "es": "es-ES",
    "ru": "ru-RU",
    "tr": "tr-TR",
    "zh": "zh-CN",
    "ar": "ar-SA",
}
_WIDE, _LONG, _MARGIN = 595.3, 841.9, 56.7
"""A4 and its margins, in points."""
_ROOM = _WIDE - 2 * _MARGIN
_EARLIEST = datetime.date(1980, 1, 1)
"""The first day that a ZIP file can bear."""


def as_docx(assessment: Assessment, without_score: bool, wording: Wording) -> bytes:
    """The report as the bytes of a `.docx` file."""
    report = _Report(assessment, wording)
    for block in outline(assessment, without_score, wording):
        report.add(block)
    return report.saved()


class _Report:
    def __init__(self, assessment: Assessment, wording: Wording) -> None:
        import docx

        self._w = wording
        self._document = docx.Document()
        self._day = max(_EARLIEST, PartialDate(assessment.provenance.as_of).latest)
        self._style()
        self._footnotes = Footnotes(self._document)
        self._pictures = 0
        self._page(assessment)

    # -- the document as a whole

    def _style(self) -> None:
        from docx.shared import Pt, RGBColor

        styles = self._document.styles
        look: dict[str, tuple[str, float, bool, str, float, float]] = {
            "Normal": (_SANS, 10.5, False, _TEXT, 0, 5),
            "Title": (_SERIF, 24, True, _TEXT, 0, 8),
            "Heading 1": (_SERIF, 16, True, _TEXT, 22, 6),
            "Heading 2": (_SANS, 10.5, True, _QUIET, 14, 4),
            "Heading 3": (_SERIF, 12, True, _TEXT, 10, 2),
            "List Bullet": (_SANS, 10.5, False, _TEXT, 0, 3),
            "Quote": (_SERIF, 10.5, False, _TEXT, 4, 6),
            "Header": (_SANS, 8.5, False, _QUIET, 0, 0),
            "Footer": (_SANS, 8.5, False, _QUIET, 0, 0),
        }
        for name, (font, size, bold, colour, before, after) in look.items():
            style: Any = styles[name]
            properties = style.element.get_or_add_rPr()
            for old in properties.findall(f"{{{_WORD}}}rFonts"):
                properties.remove(old)  # the template's own, which points to a theme
            style.font.name = font
            style.font.size = Pt(size)
            style.font.bold, style.font.italic = bold, False
            style.font.color.rgb = RGBColor.from_string(colour)
            style.paragraph_format.space_before = Pt(before)
            style.paragraph_format.space_after = Pt(after)
        for edge in styles["Title"].element.iter(f"{{{_WORD}}}pBdr"):
            edge.getparent().remove(edge)
            break
        locale = _LOCALES.get(self._w.language, self._w.language)
        for told in styles.element.iter(f"{{{_WORD}}}lang"):
            told.set(f"{{{_WORD}}}val", locale)

    def _page(self, assessment: Assessment) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        title = title_of(assessment, self._w)
        properties = self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, "redflag", "redflag"
        properties.language = _LOCALES.get(self._w.language, self._w.language)
        properties.comments, properties.keywords, properties.subject = "", "", ""
        at = datetime.datetime.combine(self._day, datetime.time(), datetime.UTC)
        properties.created = properties.modified = at
        section = self._document.sections[0]
        section.page_width, section.page_height = Pt(_WIDE), Pt(_LONG)
        section.left_margin = section.right_margin = Pt(_MARGIN)
        section.top_margin = section.bottom_margin = Pt(_MARGIN)
        mark = confidential(assessment, self._w)
        top = section.header.paragraphs[0]
        top.add_run(title)
        if mark is not None:
            top.add_run("  ·  ")
            self._coloured(top.add_run(mark), _RED).bold = True
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._field(foot, "PAGE")
        foot.add_run(" / ")
        self._field(foot, "NUMPAGES")

    def saved(self) -> bytes:
        """The file's bytes."""
        self._footnotes.write()
        written, steady = io.BytesIO(), io.BytesIO()
        self._document.save(written)
        day = (self._day.year, self._day.month, self._day.day, 0, 0, 0)
        with zipfile.ZipFile(written) as archive, zipfile.ZipFile(steady, "w") as again:
            for name in archive.namelist():
                entry = zipfile.ZipInfo(name, day)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3
                again.writestr(entry, archive.read(name))
        return steady.getvalue()

    # -- blocks

    def add(self, block: Block) -> None:
        """Writes a block at the end."""
        match block:
            case Heading():
                self._heading(block)
            case Paragraph(text=text, tone=tone):
                paragraph = self._paragraph(text)
                if tone == "caution":
                    self._edge(paragraph, _RED)
            case Bullet(text=text, below=below, tone=tone):
                paragraph = self._paragraph(text, "List Bullet")
                if tone == "urgent":
                    paragraph.runs[0].bold = True
                for line in below:
                    self._paragraph(line, "List Bullet 2")
            case Address(text=text, url=url):
                self._paragraph(f"{text} {url}")
            case Score():
                self._score(block)
            case Grades():
                rows = tuple(
                    Row((one.title, one.verdict_told, one.weight)[: len(block.header)], "")
                    for one in block.grades
                )
                self._table(Table(block.caption, block.header, rows, (2,)), block.language)
            case Told():
                self._finding(block)
            case Table():
                self._table(block)
            case Drawn(picture=picture):
                self._picture(picture)
            case Cited():
                self._cited(block)
            case Pairs(pairs=pairs, lines=lines):
                rows = tuple(Row(pair, line) for pair, line in zip(pairs, lines, strict=True))
                header = (self._w.say("What"), self._w.say("Which"))
                self._table(Table(self._w.say("What this was made from"), header, rows))

    def _heading(self, block: Heading) -> None:
        style = "Title" if block.depth == 1 else f"Heading {block.depth - 1}"
        paragraph = self._paragraph("", style)
        self._run(paragraph, block.text, block.language)
        paragraph.paragraph_format.keep_with_next = True

    def _score(self, block: Score) -> None:
        from docx.shared import Pt

        paragraph = self._paragraph("")
        self._coloured(paragraph.add_run(f"{block.label}  "), _QUIET)
        figure = paragraph.add_run(block.figure)
        figure.font.size, figure.bold, figure.font.name = Pt(28), True, _SERIF
        band = self._coloured(
            paragraph.add_run(f"   {block.band_told}"), _RED if block.band == "high" else _TEXT
        )
        band.bold, band.font.size = True, Pt(14)
        if block.picture is not None:
            self._picture(block.picture)
        self._paragraph(block.sentence)

    def _finding(self, told: Told) -> None:
        heading = self._paragraph("", "Heading 3")
        self._run(heading, told.title, told.title_language)
        if told.explanation != f"{told.title}.":
            self._run(self._paragraph(""), told.explanation, told.language)
        marks = self._paragraph("")
        for number, mark in enumerate(told.marks):
            run = self._coloured(marks.add_run(f"{' · ' if number else ''}{mark}"), _QUIET)
            run.font.size = self._points(8.5)
        for quote in told.quotes:
            self._quote(quote)
        for line in (told.more, told.answers):
            if line is not None:
                self._paragraph(line, "List Bullet")
        for title, lines in (*((told.law,) if told.law else ()), *told.lists):
            label = self._paragraph(title)
            label.runs[0].bold = True
            label.paragraph_format.keep_with_next = True
            label.paragraph_format.space_after = self._points(1)
            for line in lines:
                self._run(self._paragraph("", "List Bullet"), line, told.language)

    def _quote(self, quote: Quote) -> None:
        """Words of a document amid those around them, or a path; where it comes from is a footnote."""
        if quote.quote is None:
            paragraph = self._paragraph(quote.place, "List Bullet")
            note = quote.told
        else:
            paragraph = self._paragraph("", "Quote")
            self._shaded(paragraph)
            for text, marked in ((quote.before, False), (quote.quote, True), (quote.after, False)):
                run = self._run(paragraph, text, quote.language)
                if marked:
                    self._marked(run)
                else:
                    self._coloured(run, _QUIET)
            note = self._w.listed(quote.place, quote.told)
        self._append(paragraph, self._footnotes.mark(note))

    def _table(self, block: Table, language: str | None = None) -> None:
        table: Any = self._document.add_table(rows=1, cols=len(block.header))
        table.autofit = False
        properties = table._tbl.tblPr
        edges = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>'
            for side in ("top", "bottom", "insideH")
        )
        borders = self._parsed(f'<w:tblBorders xmlns:w="{_WORD}">{edges}</w:tblBorders>')
        properties.find(f"{{{_WORD}}}tblLayout").addprevious(borders)  # the schema's order
        properties.append(self._xml("tblCaption", val=block.caption))
        widths = _widths(block)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = self._points(width)
        self._row(table.rows[0], block.header, block, widths, None, bold=True)
        head = table.rows[0]._tr.get_or_add_trPr()
        head.append(self._xml("cantSplit"))
        head.append(self._xml("tblHeader"))
        for row in block.rows:
            added = table.add_row()
            added._tr.get_or_add_trPr().append(self._xml("cantSplit"))
            self._row(added, row.cells, block, widths, language, bold=row.strong)
            words = next(place for place in range(len(row.cells)) if place not in block.numbers)
            for line in row.below:
                below = added.cells[words].add_paragraph()
                self._coloured(below.add_run(line), _QUIET).font.size = self._points(8.5)
        self._paragraph("").paragraph_format.space_after = self._points(2)

    def _row(
        self,
        row: Any,
        cells: Sequence[str],
        block: Table,
        widths: Sequence[float],
        language: str | None,
        *,
        bold: bool,
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = self._points(widths[place])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = self._points(2)
            run = self._run(paragraph, text, language)
            run.bold, run.font.size = bold, self._points(9.5)
            if place in block.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _picture(self, picture: Picture) -> None:
        self._pictures += 1
        paragraph = self._paragraph("")
        self._append(paragraph, drawing(picture, self._pictures, _ROOM, _LONG - 2 * _MARGIN - 60))

    def _cited(self, law: Cited) -> None:
        paragraph = self._paragraph("")
        self._run(paragraph, law.name, law.language).bold = True
        paragraph.add_run(". ")
        self._run(paragraph, law.says, law.language)
        self._coloured(paragraph.add_run(f" ({law.confidence}.)"), _QUIET)
        if law.check:
            paragraph.add_run(f" {law.check}").bold = True
        if law.url is not None:
            self._append(paragraph, self._footnotes.mark(f"{law.address} {clean(law.url)}"))

    # -- small parts

    def _paragraph(self, text: str, style: str | None = None) -> WordParagraph:
        return self._document.add_paragraph(text, style)

    def _run(self, paragraph: WordParagraph, text: str, language: str | None) -> Any:
        run = paragraph.add_run(text)
        if language is not None:
            locale = _LOCALES.get(language, language)
            told = {"val": locale, "eastAsia": locale} if language == "zh" else {"val": locale}
            if language in ("ar", "fa", "he", "ur"):
                told = {"bidi": locale}
                run.font.rtl = True
            run._r.get_or_add_rPr().append(self._xml("lang", **told))
        return run

    def _marked(self, run: Any) -> None:
        properties = run._r.get_or_add_rPr()
        shade = self._xml("shd", val="clear", color="auto", fill=_MARK)
        language = properties.find(f"{{{_WORD}}}lang")
        if language is None:
            properties.append(shade)
        else:
            language.addprevious(shade)  # the schema's order

    def _coloured(self, run: Any, colour: str) -> Any:
        from docx.shared import RGBColor

        run.font.color.rgb = RGBColor.from_string(colour)
        return run

    def _edge(self, paragraph: WordParagraph, colour: str) -> None:
        line = f'<w:left w:val="single" w:sz="18" w:space="8" w:color="{colour}"/>'
        properties: Any = paragraph._p.get_or_add_pPr()
        properties.append(self._parsed(f'<w:pBdr xmlns:w="{_WORD}">{line}</w:pBdr>'))

    def _shaded(self, paragraph: WordParagraph) -> None:
        properties: Any = paragraph._p.get_or_add_pPr()
        properties.append(self._xml("shd", val="clear", color="auto", fill=_PAPER))

    def _field(self, paragraph: WordParagraph, code: str) -> None:
        for part in ("begin", "", "end"):
            inner = f'<w:fldChar w:fldCharType="{part}"/>' if part else f"<w:instrText> {code} </w:instrText>"
            self._append(paragraph, f'<w:r xmlns:w="{_WORD}">{inner}</w:r>')

    def _points(self, points: float) -> Any:
        from docx.shared import Pt

        return Pt(points)

    def _append(self, paragraph: WordParagraph, xml: str) -> None:
        paragraph._p.append(self._parsed(xml))

    def _xml(self, tag: str, **attributes: str) -> Any:
        told = " ".join(f"w:{name}={quoteattr(value)}" for name, value in attributes.items())
        return self._parsed(f'<w:{tag} xmlns:w="{_WORD}" {told}/>')

    def _parsed(self, xml: str) -> Any:
        from docx.oxml.parser import parse_xml

        return parse_xml(xml)


def _widths(block: Table) -> list[float]:
    """Room for each column, in points: what numbers need, and the rest by how much there is to say."""
    columns = [
        [len(cells[place]) for cells in (block.header, *(row.cells for row in block.rows))]
        for place in range(len(block.header))
    ]
    fixed = {
        place: 16 + 5.9 * max(signs)
        for place, signs in enumerate(columns)
        if place in block.numbers or max(signs) <= 22
    }
    asked = {
        place: math.sqrt(math.fsum(signs) / len(signs)) + 2
        for place, signs in enumerate(columns)
        if place not in fixed
    }
    if not asked:  # short columns alone: the first takes what is left
        asked[0] = fixed.pop(0)
    left, whole = _ROOM - math.fsum(fixed.values()), math.fsum(asked.values())
    return [fixed[place] if place in fixed else left * asked[place] / whole for place in range(len(columns))]
