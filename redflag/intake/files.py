"""Bytes and strict text out of a file: its size, its encoding, and what is wrong with them."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from redflag.errors import CaseError, Fault, Location
from redflag.intake.filetext import EMPTY, FileText
from redflag.intake.limits import LARGEST_FILE

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read_text(path: Path) -> FileText:
    """The text of a file that must be UTF-8, such as a case file, whatever its ending.

    Raises:
        CaseError: if it is larger than `LARGEST_FILE`.
    """
    content = read_bytes(path)
    return content if isinstance(content, FileText) else decode(content)


def read_bytes(path: Path) -> bytes | FileText:
    """The bytes of a file, or what is wrong with it.

    Raises:
        CaseError: if it is larger than `LARGEST_FILE`.
    """
    try:
        with path.open("rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return FileText(fault="not a file", mend="give a file or a folder")
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return FileText(fault="there is no such file", mend="check the path")
    except OSError as fault:
        return FileText(fault=f"cannot be read: {fault.strerror}")
    except ValueError:
        return FileText(fault="not a name that a file can have")
    if len(content) > LARGEST_FILE:
        raise CaseError(too_large(Location(str(path))))
    return content


def too_large(location: Location) -> Fault:
    """The fault of a text that is larger than any that is read."""
    return Fault(f"larger than {LARGEST_FILE // 1_000_000} MB", location, "split it, or leave it out")


def decode(content: bytes) -> FileText:
    """The text in some bytes: UTF-8, or UTF-16 that says so by a byte order mark."""
    encoding = "utf-8"
    for mark, name in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], name
            break
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if b"\0" in content and encoding == "utf-8":
            return _BINARY
        return FileText(fault="not UTF-8 text", mend="save it as UTF-8")
    return usable(text)


def usable(text: str) -> FileText:
    """The text, if it says anything and holds nothing that no text holds."""
    if "\0" in text:
        return _BINARY
    if not text.strip():
        return EMPTY
    if any("\ud800" <= character <= "\udfff" for character in text):
        return FileText(fault="not UTF-8 text", mend="save it as UTF-8")
    return FileText(text)


_BINARY = FileText(fault="not UTF-8 text: it holds bytes that no text has", mend="give a text file")
