"""An assessment as a Word document: headings, tables, footnotes for sources, pictures with alt texts."""

from __future__ import annotations

from redflag.assessment import Assessment
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
from redflag.report.docx_paper import LONG, MARGIN, QUIET, RED, ROOM, SERIF, TEXT, WordPaper
from redflag.report.outline import confidential, outline, title_of
from redflag.report.pictures import Picture
from redflag.report.wording import Wording, clean


def as_docx(assessment: Assessment, without_score: bool, wording: Wording) -> bytes:
    """The report as the bytes of a `.docx` file."""
    report = _Report(assessment, wording)
    for block in outline(assessment, without_score, wording):
        report.add(block)
    return report.saved()


class _Report(WordPaper):
    def __init__(self, assessment: Assessment, wording: Wording) -> None:
        day = assessment.provenance.as_of
        super().__init__(title_of(assessment, wording), day, confidential(assessment, wording), wording)
        self._pictures = 0

    # -- blocks

    def add(self, block: Block) -> None:
        """Writes a block at the end."""
        match block:
            case Heading():
                self._heading(block)
            case Paragraph(text=text, tone=tone):
                paragraph = self._paragraph(text)
                if tone == "caution":
                    self._edge(paragraph, RED)
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
        self._coloured(paragraph.add_run(f"{block.label}  "), QUIET)
        figure = paragraph.add_run(block.figure)
        figure.font.size, figure.bold, figure.font.name = Pt(28), True, SERIF
        band = self._coloured(
            paragraph.add_run(f"   {block.band_told}"), RED if block.band == "high" else TEXT
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
            run = self._coloured(marks.add_run(f"{' · ' if number else ''}{mark}"), QUIET)
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
                    self._coloured(run, QUIET)
            note = self._w.listed(quote.place, quote.told)
        self._append(paragraph, self._footnotes.mark(note))

    def _picture(self, picture: Picture) -> None:
        self._pictures += 1
        paragraph = self._paragraph("")
        self._append(paragraph, drawing(picture, self._pictures, ROOM, LONG - 2 * MARGIN - 60))

    def _cited(self, law: Cited) -> None:
        paragraph = self._paragraph("")
        self._run(paragraph, law.name, law.language).bold = True
        paragraph.add_run(". ")
        self._run(paragraph, law.says, law.language)
        self._coloured(paragraph.add_run(f" ({law.confidence}.)"), QUIET)
        if law.check:
            paragraph.add_run(f" {law.check}").bold = True
        if law.url is not None:
            self._append(paragraph, self._footnotes.mark(f"{law.address} {clean(law.url)}"))
