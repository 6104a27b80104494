"""A Word document as the library writes them: styles, page, tables, footnotes, steady bytes.

python-docx writes the document; `docx_footnotes` and `docx_drawing` add what it has no words for. The
same content gives the same bytes: the file bears the day that it is given and no clock's.
"""

from __future__ import annotations

import datetime
import io
import math
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from redflag.dates import PartialDate
from redflag.report.blocks import Table
from redflag.report.docx_footnotes import Footnotes
from redflag.report.wording import Wording

if TYPE_CHECKING:  # Word documents alone need it
    from docx.text.paragraph import Paragraph as WordParagraph

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT, QUIET, RED, _PAPER, _MARK, _LINE = "22252A", "5A5F66", "9C3B1B", "F5F2EC", "FBE7A1", "BDB8AC"
_SANS, SERIF = "Calibri", "Georgia"
_LOCALES = {
    "en": "en-GB",
    "fr": "fr-FR",
    "es": "es-ES",
    "ru": "ru-RU",
    "tr": "tr-TR",
    "zh": "zh-CN",
    "ar": "ar-SA",
}
_WIDE, LONG, MARGIN = 595.3, 841.9, 56.7
"""A4 and its margins, in points."""
ROOM = _WIDE - 2 * MARGIN
_EARLIEST = datetime.date(1980, 1, 1)
"""The first day that a ZIP file can bear."""


class WordPaper:
    """A document under a title, A4, with its mark and the numbers of its pages on every page.

    Args:
        title: stands in the head of every page.
        day: the day that the file bears; of a span its last.
        mark: who it is for, where not everybody may see it.
        wording: the language of its own words.
    """

    def __init__(self, title: str, day: str, mark: str | None, wording: Wording) -> None:
        import docx

        self._w = wording
        self._document = docx.Document()
        self._day = max(_EARLIEST, PartialDate(day).latest)
        self._style()
        self._footnotes = Footnotes(self._document)
        self._page(title, mark)

    # -- the document as a whole

    def _style(self) -> None:
        from docx.shared import Pt, RGBColor

        styles = self._document.styles
        look: dict[str, tuple[str, float, bool, str, float, float]] = {
            "Normal": (_SANS, 10.5, False, TEXT, 0, 5),
            "Title": (SERIF, 24, True, TEXT, 0, 8),
            "Heading 1": (SERIF, 16, True, TEXT, 22, 6),
            "Heading 2": (_SANS, 10.5, True, QUIET, 14, 4),
            "Heading 3": (SERIF, 12, True, TEXT, 10, 2),
            "List Bullet": (_SANS, 10.5, False, TEXT, 0, 3),
            "Quote": (SERIF, 10.5, False, TEXT, 4, 6),
            "Header": (_SANS, 8.5, False, QUIET, 0, 0),
            "Footer": (_SANS, 8.5, False, QUIET, 0, 0),
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

    def _page(self, title: str, mark: str | None) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        properties = self._document.core_properties
        properties.title, properties.author, properties.last_modified_by = title, "redflag", "redflag"
        properties.language = _LOCALES.get(self._w.language, self._w.language)
        properties.comments, properties.keywords, properties.subject = "", "", ""
        at = datetime.datetime.combine(self._day, datetime.time(), datetime.UTC)
        properties.created = properties.modified = at
        section = self._document.sections[0]
        section.page_width, section.page_height = Pt(_WIDE), Pt(LONG)
        section.left_margin = section.right_margin = Pt(MARGIN)
        section.top_margin = section.bottom_margin = Pt(MARGIN)
        top = section.header.paragraphs[0]
        top.add_run(title)
        if mark is not None:
            top.add_run("  ·  ")
            self._coloured(top.add_run(mark), RED).bold = True
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

    # -- tables

    def _table(self, block: Table, language: str | None = None) -> Any:
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
                self._coloured(below.add_run(line), QUIET).font.size = self._points(8.5)
        self._paragraph("").paragraph_format.space_after = self._points(2)
        return table

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
    left, whole = ROOM - math.fsum(fixed.values()), math.fsum(asked.values())
    return [fixed[place] if place in fixed else left * asked[place] / whole for place in range(len(columns))]
