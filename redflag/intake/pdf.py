"""Text of a PDF that was made from text; a scan has none, and says so.

PDFium reads it, built without scripts and forms: nothing in a PDF is ever run, opened or fetched. It does
so in a process of its own with bounds on time and memory, so that a page made to grow without end, or
one that breaks PDFium, costs its own file and nothing else.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from redflag.intake.filetext import TOO_LONG, FileText, cleaned
from redflag.intake.limits import LARGEST_TEXT, MOST_PAGES, PDF_CLOCK, PDF_MEMORY, PDF_SECONDS
from redflag.intake.pdfprocess import LENGTH

_DAMAGED = FileText(fault="a damaged PDF", mend="open it in a PDF program and print it to a new one")
_NEEDS_PASSWORD = FileText(fault="protected by a password", mend="give it without one")
_SCAN = FileText(fault="a scan without text", mend="run text recognition (OCR) on it and give the result")
_MANY_PAGES = FileText(fault=f"more than {MOST_PAGES} pages", mend="split it")
TOO_COSTLY = FileText(
    fault="a PDF that breaks its reader, "
    f"or takes it more than {PDF_SECONDS} s or {PDF_MEMORY // 1_000_000} MB",
    mend="open it in a PDF program and print it to a new one, or split it",
    is_costly=True,
)
_NO_PROCESS = FileText(
    fault="a PDF, and no process to read it in could be started", mend="give its text as .txt"
)
_FAULTS = {
    "damaged": _DAMAGED,
    "password": _NEEDS_PASSWORD,
    "pages": _MANY_PAGES,
    "long": TOO_LONG,
    "memory": TOO_COSTLY,
}

_HYPHENS = re.compile("[\ufffe\x02]\\s*")
_BEGINS_ANEW = re.compile(
    r"\s*(?:[-*\u2022\u2013\u2014\u00b7\u25aa\uf0b7]|\(?(?:\d{1,3}|\w|[ivxIVX]{1,5})[.)])\s"
)
_NO_SPACE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]{2}")
"""Two signs of a script that is written without spaces."""
_FULL = 0.8
"""Share of a page's usual longest line from which a line counts as full, so that the next goes on from it."""
_ENDS = re.compile(r"[.!?:;\u2026\u3002][\"'\u201d\u2019\u00bb)\]]*$")


def read(content: bytes) -> FileText:
    """The text of a PDF. Lines of one paragraph are joined, and words parted at the end of a line."""
    try:
        answer = _reader.ask(content)
    except _CannotStartError:
        return _NO_PROCESS
    if answer is None:
        return replace(TOO_COSTLY, seconds=PDF_SECONDS)  # as if it had used up all; most of those do
    seconds = answer["seconds"]
    if "fault" in answer:
        return replace(_FAULTS[answer["fault"]], seconds=seconds)
    pages = [_joined(page) for page in answer["pages"]]
    bare = [number for number, page in enumerate(pages, start=1) if not page]
    told = [f"hidden text ({answer['hidden']} characters)"] if answer["hidden"] else []
    if len(bare) == len(pages):
        return replace(_SCAN, left_out="".join(told), pages=len(pages), seconds=seconds)
    told += [f"pages without text, perhaps scans: {_ranges(bare)}"] if bare else []
    text = "\n\n".join(page for page in pages if page)
    return FileText(text, left_out=", ".join(told), pages=len(pages), seconds=seconds)


class _CannotStartError(Exception):
    """There is no process to read in."""


class _Reader:
    """The process that reads PDFs, kept for the next one, and made anew where it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, content: bytes) -> dict[str, Any] | None:
        """What it says of a file; None if it had to be ended, or died, over it.

        Raises:
            _CannotStartError: if there is no process to be had.
        """
        with self._lock:
            was_new = not self._is_ready()
            answer = self._try(content)
            if answer is None and not was_new:  # what it read before must not count against this file
                answer = self._try(content)
            return answer

    def _try(self, content: bytes) -> dict[str, Any] | None:
        process = self._ready()
        clock = threading.Timer(PDF_CLOCK, process.kill)
        clock.daemon = True
        clock.start()
        try:
            answer = _exchange(process, content)
        except BaseException:  # interrupted: the next answer would be this file's
            self._end()
            raise
        finally:
            clock.cancel()
        if answer is None:
            self._end()
        return answer

    def _is_ready(self) -> bool:
        """Whether there is a process, and not that of whoever this one was forked from."""
        return self._process is not None and self._owner == os.getpid() and self._process.poll() is None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._is_ready():
            return self._process
        if self._owner == os.getpid():
            self._end()
        given = {"path": sys.path, "pages": MOST_PAGES, "text": LARGEST_TEXT}
        given |= {"seconds": PDF_SECONDS, "memory": PDF_MEMORY}
        script = Path(__file__).with_name("pdfprocess.py")
        command = [sys.executable, "-I", str(script), json.dumps(given)]
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603  # our own script
        except (OSError, ValueError):
            raise _CannotStartError from None
        self._owner = os.getpid()
        return self._process

    def close(self) -> None:
        """End the process, if it is this one's."""
        with self._lock:
            if self._owner == os.getpid():
                self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _exchange(process: subprocess.Popen[bytes], content: bytes) -> dict[str, Any] | None:
    """Hands a file over and takes the answer; None if the process dies meanwhile."""
    sink, source = process.stdin, process.stdout
    if sink is None or source is None:
        return None
    try:
        sink.write(len(content).to_bytes(LENGTH, "big") + content)
        sink.flush()
    except OSError:
        return None
    length = source.read(LENGTH)
    if len(length) < LENGTH:
        return None
    told = source.read(int.from_bytes(length, "big"))
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError:  # it died while it spoke
        return None
    return answer


_reader = _Reader()
atexit.register(_reader.close)


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
