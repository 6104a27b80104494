"""Footnotes of a Word document, which python-docx does not write: their part, their styles, their marks.

A document with footnotes has a part `word/footnotes.xml` that its main part refers to. The part opens
with two entries that draw the line above the notes; the notes themselves count from 1. Word asks that
the settings name those two, and that each mark and each note wear the styles of footnotes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:  # Word documents alone need it
    from docx.document import Document

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_LINES = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
    'w:lineRule="auto"/></w:pPr><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr><w:spacing w:after="0" w:line="240" '
    'w:lineRule="auto"/></w:pPr><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


class Footnotes:
    """The footnotes of one document, written into it once they are all known."""

    def __init__(self, document: Document) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt

        self._document = document
        self._texts: list[str] = []
        text = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        text.base_style = document.styles["Normal"]
        text.font.size = Pt(8.5)
        text.paragraph_format.space_after = Pt(1)
        mark = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
        self._text_style, self._mark_style = text.style_id, mark.style_id

    def __len__(self) -> int:
        return len(self._texts)

    def mark(self, text: str) -> str:
        """A run with the mark of a new note of this text, as XML."""
        self._texts.append(text)
        return (
            f'<w:r xmlns:w="{_WORD}"><w:rPr><w:rStyle w:val="{self._mark_style}"/></w:rPr>'
            f'<w:footnoteReference w:id="{len(self._texts)}"/></w:r>'
        )

    def write(self) -> None:
        """Puts the part into the document; nothing may be marked afterwards."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml.parser import parse_xml

        notes = "".join(self._note(number, text) for number, text in enumerate(self._texts, start=1))
        content = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<w:footnotes xmlns:w="{_WORD}">{_LINES}{notes}</w:footnotes>'
        )
        main = self._document.part
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, content.encode("utf-8"), main.package)
        main.relate_to(part, _RELATION)
        named = (
            f'<w:footnotePr xmlns:w="{_WORD}"><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
        )
        settings = self._document.settings.element
        # the schema has it before the marks of compatibility
        before = settings.find(f"{{{_WORD}}}compat")
        if before is None:
            settings.append(parse_xml(named))
        else:
            before.addprevious(parse_xml(named))

    def _note(self, number: int, text: str) -> str:
        return (
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{self._text_style}"/></w:pPr>'
            f'<w:r><w:rPr><w:rStyle w:val="{self._mark_style}"/></w:rPr><w:footnoteRef/></w:r>'
            f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
        )
