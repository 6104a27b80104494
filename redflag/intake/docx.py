"""Text of a Word document (.docx): its paragraphs, tables and notes, with every tracked change accepted.

The parts are read as a stream of events. A document type declaration is refused before anything in it is
looked at, so there are no entities to resolve and nothing outside the file is ever fetched.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from redflag.intake.archives import TooLargeError, member
from redflag.intake.colours import BLACK, WHITE, can_be_read
from redflag.intake.docx_styles import HasDeclarationError, Look, Styles, refuse, tag_of, value_of
from redflag.intake.filetext import TOO_LONG, FileText, cleaned
from redflag.intake.limits import LARGEST_TEXT

_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006 "
_STYLES = "word/styles.xml"
_BODY, _FOOTNOTES, _ENDNOTES = "word/document.xml", "word/footnotes.xml", "word/endnotes.xml"
_DAMAGED = FileText(fault="a damaged Word document", mend="open it in Word and save it again")
_PROTECTED = FileText(fault="protected by a password", mend="give it without one")
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TINY = 2
"""Half points up to which nobody reads a letter."""
_ON_PAPER = Look(ink=BLACK, has_ink=True, paper=WHITE, has_ground=True)
_UNKNOWN_GROUND = Look(has_ground=True)
_PROPERTIES = frozenset({"rPr", "pPr", "tcPr", "tblPr"})


def read(content: bytes) -> FileText:
    """The text of a document: a paragraph a line, a table row a line, headings and items marked.

    Word's own dates of creation and change are not taken for the date of the paper: a copy or a template
    carries those of another day, and anybody can set them.
    """
    if content.startswith(_OLD_CONTAINER):
        return _PROTECTED  # Word wraps an encrypted document into its old container
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = set(archive.namelist())
        if _BODY not in names:
            return _DAMAGED
        styles = Styles()
        if _STYLES in names:
            styles.read(member(archive, archive.getinfo(_STYLES)))
        body = _Story(styles)
        body.read(member(archive, archive.getinfo(_BODY)))
        lines = body.lines
        for name in (_FOOTNOTES, _ENDNOTES):
            if name in names:
                notes = _Story(styles)
                notes.read(member(archive, archive.getinfo(name)))
                lines += ["", *notes.lines] if notes.lines else []
                body.hidden += notes.hidden
    except HasDeclarationError:
        return FileText(fault="a Word document with a document type declaration, which Word never writes")
    except TooLargeError as error:
        return FileText(fault=f"a Word document whose text {error}")
    except (zipfile.BadZipFile, expat.ExpatError, ValueError, NotImplementedError, OSError, EOFError):
        return _DAMAGED
    text = cleaned("\n".join(lines)).strip("\n")
    told = [f"hidden text ({body.hidden} characters)"] if body.hidden else []
    told += ["deleted text of tracked changes"] if body.deleted else []
    told += ["comments"] if "word/comments.xml" in names else []
    told += (
        ["headers and footers"]
        if any(name.startswith(("word/header", "word/footer")) for name in names)
        else []
    )
    left_out = ", ".join(told)
    if len(text) > LARGEST_TEXT:
        return TOO_LONG
    if not text.strip():
        mend = "if it holds pictures of pages, run text recognition (OCR) on them"
        return FileText(fault="a Word document without text", mend=mend, left_out=left_out)
    return FileText(text, left_out=left_out)


@dataclass
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    mark: str = ""
    look: Look = field(default_factory=Look)


@dataclass
class _Row:
    cells: list[list[str]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)


class _Story:
    """One stream of paragraphs: the body, or the notes."""

    def __init__(self, styles: Styles) -> None:
        self.lines: list[str] = []
        self.hidden = 0
        self.deleted = False
        self._paragraphs: list[_Paragraph] = []
        self._rows: list[_Row] = []
        self._skipping = 0
        self._is_text = False
        self._in_run = False
        self._run = Look()
        self._styles = styles
        self._properties: list[str] = []
        self._grounds: list[Look] = []  # of the tables and text boxes round what is read
        self._room = LARGEST_TEXT

    def read(self, content: bytes) -> None:
        """Takes in one part of the document.

        Raises:
            HasDeclarationError: at its document type declaration.
            expat.ExpatError: if it is not well-formed XML.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(content, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skipping:
            self._skipping += 1
            return
        tag = _tag(name)
        if tag in _PROPERTIES:
            self._properties.append(tag)
        elif self._properties:
            self._property(tag, attributes)
        match tag:
            case "del" | "moveFrom":
                self._skipping, self.deleted = 1, True
            case "Fallback":
                self._skipping = 1  # what older programs show instead of the same content
            case "p":
                self._paragraphs.append(_Paragraph())
            case "tr":
                self._rows.append(_Row())
            case "tc" if self._rows:
                self._rows[-1].cells.append([])
                self._rows[-1].looks.append(Look())
            case "tbl":
                self._grounds.append(Look())
            case "txbxContent":
                self._grounds.append(_UNKNOWN_GROUND)
            case "r":
                self._in_run, self._run = True, Look()
            case "t":
                self._is_text = True
            case "pStyle" | "outlineLvl" if self._paragraphs:
                value = value_of(attributes).lower()
                if value.startswith(("heading", "title")) or (tag == "outlineLvl" and value < "9"):
                    self._paragraphs[-1].mark = "# "
                elif value.startswith(("listbullet", "listnumber")):
                    self._paragraphs[-1].mark = "- "
            case "numPr" if self._paragraphs and not self._paragraphs[-1].mark:
                self._paragraphs[-1].mark = "- "
            case "tab" if self._in_run:
                self._add("\t")
            case "br" | "cr":
                self._add("\n")
            case "noBreakHyphen":
                self._add("-")
            case _:
                pass

    def _end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        tag = _tag(name)
        if tag in _PROPERTIES and self._properties:
            self._properties.pop()
        match tag:
            case "p" if self._paragraphs:
                self._close_paragraph(self._paragraphs.pop())
            case "tr" if self._rows:
                self._close_row(self._rows.pop())
            case "tbl" | "txbxContent":
                if self._grounds:
                    self._grounds.pop()
                if tag == "tbl":
                    self._say("")
            case "r":
                self._in_run = False
            case "t":
                self._is_text = False
            case _:
                pass

    def _text(self, text: str) -> None:
        if self._skipping or not self._is_text:
            return
        if not self._is_seen():
            self.hidden += len("".join(text.split()))
        else:
            self._add(text)

    def _property(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Takes in what a property says of how a run, a paragraph, a cell or a table looks."""
        of = self._properties[-1]
        if of == "rPr" and self._in_run:
            if tag == "rStyle":
                self._run = self._run.over(self._styles.look(value_of(attributes)))
            else:
                self._run = self._run.told(tag, attributes)
        elif of == "pPr" and self._paragraphs:
            paragraph = self._paragraphs[-1]
            if tag == "pStyle":
                paragraph.look = paragraph.look.over(self._styles.look(value_of(attributes)))
            elif tag == "shd":
                paragraph.look = paragraph.look.told(tag, attributes)
        elif of == "tcPr" and self._rows and self._rows[-1].looks and tag == "shd":
            self._rows[-1].looks[-1] = self._rows[-1].looks[-1].told(tag, attributes)
        elif of == "tblPr" and self._grounds and tag in ("shd", "tblStyle"):
            is_style = tag == "tblStyle"
            said = self._styles.look(value_of(attributes)) if is_style else Look().told(tag, attributes)
            self._grounds[-1] = said.over(self._grounds[-1])

    def _is_seen(self) -> bool:
        """Whether what stands in the run now can be read."""
        look = self._run
        if self._paragraphs:
            look = look.over(self._paragraphs[-1].look)
        if self._rows and self._rows[-1].looks:
            look = look.over(self._rows[-1].looks[-1])
        for ground in reversed(self._grounds):
            look = look.over(ground)
        look = look.over(_ON_PAPER)
        is_tiny = look.half_points is not None and look.half_points <= _TINY
        return not look.hidden and not is_tiny and can_be_read(look.ink, look.paper)

    def _add(self, text: str) -> None:
        self._room -= len(text)
        if self._paragraphs and self._room >= -1:
            self._paragraphs[-1].pieces.append(text)

    def _close_paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.pieces).strip("\n")
        if not text.strip():
            self._say("")
            return
        if paragraph.mark == "# " and not self._rows:
            for line in ("", "# " + " ".join(text.split()), ""):
                self._say(line)
            return
        for line in (paragraph.mark + text).split("\n"):
            self._say(line.strip(" \t"))

    def _close_row(self, row: _Row) -> None:
        """A row whose cells have a line each is one line; any other is a layout, and its lines follow."""
        cells = [[line for line in cell if line] for cell in row.cells]
        if all(len(cell) <= 1 for cell in cells):
            line = " | ".join(cell[0] for cell in cells if cell)
            self._say(line)
        else:
            for cell in cells:
                for line in cell:
                    self._say(line)

    def _say(self, line: str) -> None:
        if self._rows and self._rows[-1].cells:
            self._rows[-1].cells[-1].append(line)
        elif line or (self.lines and self.lines[-1]):
            self.lines.append(line)


def _tag(name: str) -> str:
    """The plain name of an element of Word's own, or of what other programs are to show instead."""
    return "Fallback" if name == _COMPATIBLE + "Fallback" else tag_of(name)
