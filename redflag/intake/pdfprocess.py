"""Reads PDFs in a process of its own, which `redflag.intake.pdf` starts, feeds and, if need be, ends.

A page of two kilobytes can name itself a thousand million times over, and no count that can be taken
beforehand tells. So time and memory are bounded from outside. What comes in and goes out are lengths and
bytes on pipes: nothing is written to disk, and nothing of a file can name code.

It runs as a script, away from the package: it needs PDFium and nothing else, and is there in a tenth of
a second.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import IO, Any

LENGTH = 8
"""Octets of a length before what it is the length of."""

_PASSWORD = 4
"""PDFium's code for a file that needs a password."""

_TURNED = ("\u0622\u0644", "\u0623\u0644", "\u0625\u0644", "\u0627\u0644")
"""An alef before a lam: as it stands, or the two letters of one sign turned round."""

_TEXT, _PATH, _IMAGE, _SHADING, _FORM = 1, 2, 3, 4, 5
_NO_MARK = frozenset({3, 7})
"""Ways to set text that leave no mark: a layer of recognised text under a picture, or hidden words."""
_PALE = 245
"""From here on in red, green and blue, what stands on white paper is not seen."""
_TINY = 1.0
"""Points of height below which nobody reads a line."""


def main() -> None:
    """Answer one file after the other until the pipe ends."""
    given = json.loads(sys.argv[1])
    sys.path[:] = given["path"]
    _bound(given["memory"])
    while (length := sys.stdin.buffer.read(LENGTH)) and len(length) == LENGTH:
        content = sys.stdin.buffer.read(int.from_bytes(length, "big"))
        begun = time.process_time()
        try:
            answer = _read(content, given)
        except MemoryError:
            answer = {"fault": "memory"}
        _answer(sys.stdout.buffer, {**answer, "seconds": time.process_time() - begun})


def _answer(stream: IO[bytes], answer: dict[str, Any]) -> None:
    told = json.dumps(answer).encode()
    stream.write(len(told).to_bytes(LENGTH, "big") + told)
    stream.flush()


def _bound(memory: int) -> None:
    """Bounds this process's memory, and lets it leave no image of itself behind when it dies."""
    try:
        import resource
    except ImportError:  # Windows has none; the clock of whoever started this still holds
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _allow(seconds: int) -> None:
    """Lets this process compute so long from now on, and ends it then."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(time.process_time()) + 1 + seconds
    resource.setrlimit(
        resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard)
    )


def _read(content: bytes, most: dict[str, Any]) -> dict[str, Any]:
    import pypdfium2 as pdfium

    _allow(most["seconds"])
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as fault:
        return {"fault": "password" if getattr(fault, "err_code", None) == _PASSWORD else "damaged"}
    try:
        if len(document) > most["pages"]:
            return {"fault": "pages"}
        pages: list[str] = []
        hidden, left = 0, most["text"]
        for index in range(len(document)):
            text, unseen, length = _page(document, index, left)
            left -= length
            if left < 0:
                return {"fault": "long"}
            pages.append(text)
            hidden += unseen
    except pdfium.PdfiumError:
        return {"fault": "damaged"}
    else:
        return {"pages": pages, "hidden": hidden}
    finally:
        document.close()


def _page(document: Any, index: int, most: int) -> tuple[str, int, int]:
    """The visible text of a page, how many characters of it nobody sees, and how many it has in all."""
    page = document[index]
    try:
        words = page.get_textpage()
        try:
            length = words.count_chars()
            if length > most:
                return "", 0, length
            seen = list(_runs(page, words, length))
            shown = sum(end - start for start, end in seen)
            if shown == length:
                return _in_order(words.get_text_range(errors="ignore"), words), 0, length
            text = "\n".join(words.get_text_range(start, end - start, errors="ignore") for start, end in seen)
            return text, length - shown, length
        finally:
            words.close()
    finally:
        page.close()


def _runs(page: Any, words: Any, length: int) -> Iterator[tuple[int, int]]:
    """From where to where the characters of a page are seen."""
    import ctypes

    import pypdfium2.raw as raw

    hidden = _Look(page).hidden()
    if not hidden:
        yield 0, length
        return
    start = 0
    was_seen = True
    for at in range(length):
        which = ctypes.cast(raw.FPDFText_GetTextObject(words.raw, at), ctypes.c_void_p).value
        # what PDFium puts in by itself, spaces and ends of lines, belongs to what stands before it
        is_seen = was_seen if which is None else which not in hidden
        if is_seen != was_seen:
            if was_seen and at > start:
                yield start, at
            start, was_seen = at, is_seen
    if was_seen and length > start:
        yield start, length


class _Look:
    """What is on a page, asked which pieces of its text no reader sees.

    Text inside a form of the page is taken as seen: its place on the page is not looked into.
    """

    def __init__(self, page: Any) -> None:
        import pypdfium2.raw as raw

        self._raw = raw
        self._box = page.get_bbox()
        self._objects = [
            raw.FPDFPage_GetObject(page.raw, at) for at in range(raw.FPDFPage_CountObjects(page.raw))
        ]
        self._under: list[tuple[float, float, float, float]] = []
        self._has_picture = any(raw.FPDFPageObj_GetType(one) in (_IMAGE, _FORM) for one in self._objects)

    def hidden(self) -> frozenset[int]:
        """The addresses of the texts that nobody sees. What is painted later does not count as under them."""
        import ctypes

        found: set[int] = set()
        for one in self._objects:
            kind = self._raw.FPDFPageObj_GetType(one)
            if kind == _TEXT:
                if not self._is_seen(one):
                    found.add(ctypes.cast(one, ctypes.c_void_p).value or 0)
            elif kind in (_IMAGE, _SHADING, _FORM) or (kind == _PATH and not self._is_pale(one)):
                self._under.append(self._bounds(one))
        return frozenset(found)

    def _is_seen(self, text: Any) -> bool:
        """Whether it leaves a mark, on the page, in a size and a colour that can be read."""
        if self._raw.FPDFTextObj_GetTextRenderMode(text) in _NO_MARK:
            return self._has_picture  # recognised text lies unseen beneath the picture of a scan
        left, bottom, right, top = self._bounds(text)
        if right <= left and top <= bottom:
            return True  # a space has no bounds
        if right < self._box[0] or left > self._box[2] or top < self._box[1] or bottom > self._box[3]:
            return False
        if top - bottom < _TINY and self._size(text) < _TINY:
            return False
        if not self._is_pale(text):
            return True
        across, up = (left + right) / 2, (bottom + top) / 2
        return any(
            west <= across <= east and south <= up <= north for west, south, east, north in self._under
        )

    def _size(self, text: Any) -> float:
        from ctypes import byref, c_float

        size = c_float()
        matrix = self._raw.FS_MATRIX()
        self._raw.FPDFTextObj_GetFontSize(text, byref(size))
        self._raw.FPDFPageObj_GetMatrix(text, byref(matrix))
        scale: float = max(abs(matrix.d), abs(matrix.b))
        return size.value * scale

    def _is_pale(self, one: Any) -> bool:
        """Whether it is filled with white, or with nothing."""
        from ctypes import byref, c_uint

        red, green, blue, solid = c_uint(), c_uint(), c_uint(), c_uint()
        if not self._raw.FPDFPageObj_GetFillColor(one, byref(red), byref(green), byref(blue), byref(solid)):
            return False
        return solid.value < 10 or min(red.value, green.value, blue.value) >= _PALE

    def _bounds(self, one: Any) -> tuple[float, float, float, float]:
        from ctypes import byref, c_float

        left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
        self._raw.FPDFPageObj_GetBounds(one, byref(left), byref(bottom), byref(right), byref(top))
        return left.value, bottom.value, right.value, top.value


def _in_order(text: str, words: Any) -> str:
    """The text with the two letters of each Arabic lam-alef the right way round.

    Its sign stands for both letters, and PDFium turns them with the line; that they share one box
    tells such a pair from an alef before a lam.
    """
    if not any(pair in text for pair in _TURNED) or words.count_chars() != len(text):
        return text
    signs = list(text)
    at = 0
    while at < len(text) - 1:
        if text[at : at + 2] in _TURNED:
            if words.get_charbox(at) == words.get_charbox(at + 1):
                signs[at], signs[at + 1] = signs[at + 1], signs[at]
            at += 1
        at += 1
    return "".join(signs)


if __name__ == "__main__":
    main()
