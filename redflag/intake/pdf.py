"""Text of a PDF that was made from text; a scan has none, and says so.

PDFium reads it, built without scripts and forms: nothing in a PDF is ever run, opened or fetched.
"""

from __future__ import annotations

import re
import threading

import pypdfium2 as pdfium

from redflag.intake.filetext import TOO_LONG, FileText, cleaned
from redflag.intake.limits import LARGEST_TEXT, MOST_PAGES

_PASSWORD = 4
"""PDFium's code for a file that needs a password."""

_ONE_AT_A_TIME = threading.Lock()  # PDFium keeps state of its own and may not be entered twice

_DAMAGED = FileText(fault="a damaged PDF", mend="open it in a PDF program and print it to a new one")
_NEEDS_PASSWORD = FileText(fault="protected by a password", mend="give it without one")
_SCAN = FileText(fault="a scan without text", mend="run text recognition (OCR) on it and give the result")

_HYPHENS = re.compile("[\ufffe\x02]\\s*")
_BEGINS_ANEW = re.compile(
    r"\s*(?:[-*\u2022\u2013\u2014\u00b7\u25aa\uf0b7]|\(?(?:\d{1,3}|\w|[ivxIVX]{1,5})[.)])\s"
)
_TURNED = re.compile("[\u0622\u0623\u0625\u0627]\u0644")
_NO_SPACE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]{2}")
"""Two signs of a script that is written without spaces."""
_FULL = 0.8
"""Share of a page's usual longest line from which a line counts as full, so that the next goes on from it."""
_ENDS = re.compile(r"[.!?:;\u2026\u3002][\"'\u201d\u2019\u00bb)\]]*$")


def read(content: bytes) -> FileText:
    """The text of a PDF. Lines of one paragraph are joined, and words parted at the end of a line."""
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as fault:
            return _NEEDS_PASSWORD if getattr(fault, "err_code", None) == _PASSWORD else _DAMAGED
        try:
            return _read(document)
        except pdfium.PdfiumError:
            return _DAMAGED
        finally:
            document.close()


def _read(document: pdfium.PdfDocument) -> FileText:
    number = len(document)
    if number > MOST_PAGES:
        return FileText(fault=f"more than {MOST_PAGES} pages", mend="split it")
    pages: list[str] = []
    bare: list[int] = []
    length = 0
    for index in range(number):
        text = _page(document, index)
        length += len(text)
        if length > LARGEST_TEXT:
            return TOO_LONG
        if text:
            pages.append(text)
        else:
            bare.append(index + 1)
    if not pages:
        return _SCAN
    left_out = f"pages without text, perhaps scans: {_ranges(bare)}" if bare else ""
    return FileText("\n\n".join(pages), left_out=left_out)


def _page(document: pdfium.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        words = page.get_textpage()
        try:
            return _joined(_in_order(words.get_text_range(errors="ignore"), words))
        finally:
            words.close()
    finally:
        page.close()


def _in_order(text: str, words: pdfium.PdfTextPage) -> str:
    """The text with the two letters of each Arabic lam-alef the right way round.

    Its sign stands for both letters, and PDFium turns them with the line; that they share one box
    tells such a pair from an alef before a lam.
    """
    if _TURNED.search(text) is None or words.count_chars() != len(text):
        return text
    signs = list(text)
    for match in _TURNED.finditer(text):
        alef, lam = match.start(), match.start() + 1
        if words.get_charbox(alef) == words.get_charbox(lam):
            signs[alef], signs[lam] = signs[lam], signs[alef]
    return "".join(signs)


def _joined(text: str) -> str:
    """The lines of a page as paragraphs: a full line that ends no sentence goes on in the next."""
    text = cleaned(_HYPHENS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [line.strip() for line in text.split("\n")]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = _FULL * lengths[min(len(lengths) - 1, 9 * len(lengths) // 10)]
    told: list[str] = []
    before = ""
    for line in lines:
        goes_on = len(before) >= full and len(before) > 20 and not _ENDS.search(before)
        if goes_on and line and not _BEGINS_ANEW.match(line):
            told[-1] += ("" if _NO_SPACE.match(told[-1][-1] + line[0]) else " ") + line
        else:
            told.append(line)
        before = line
    return "\n".join(told).strip("\n")


def _ranges(pages: list[int]) -> str:
    """Numbers of pages in few words.

    >>> _ranges([2, 3, 4, 9])
    '2-4, 9'
    """
    told: list[list[int]] = []
    for page in pages:
        if told and page == told[-1][1] + 1:
            told[-1][1] = page
        else:
            told.append([page, page])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in told)
