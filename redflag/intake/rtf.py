"""Text of a rich text file (.rtf)."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from redflag.intake.filetext import FileText, cleaned

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_DEFAULT = "cp1252"
_LEAF = re.compile(r"\{[^{}]*\}")
"""A group that holds no group itself."""
_HIDES = re.compile(r"\\(?:v|deleted)(?![a-z0-9])")
"""What makes a group hidden, or struck by a tracked change."""
_DAMAGED = FileText(fault="a damaged RTF file", mend="open it in a word processor and save it as .docx")


def read(content: bytes) -> FileText:
    """The text of an RTF file; hidden and deleted groups are left out."""
    if not content.lstrip().startswith(b"{\\rtf"):
        return _DAMAGED
    found = _CODE_PAGE.search(content[:4096])
    encoding = f"cp{found[1].decode()}" if found is not None else _DEFAULT
    try:
        b"".decode(encoding)
    except LookupError:
        encoding = _DEFAULT
    written = content.decode("latin-1")
    markup = _LEAF.sub(lambda group: " " if _HIDES.search(group[0]) else group[0], written)
    plain: str = rtf_to_text(markup, encoding, "replace")  # type: ignore[no-untyped-call]  # its arguments are bare
    text = cleaned(plain)
    lines = [line.strip().strip("|").replace("|", " | ") for line in text.split("\n")]
    text = "\n".join(lines).strip("\n")
    left_out = "hidden or deleted text" if markup != written else ""
    if not text.strip():
        return FileText(fault="an RTF file without text", left_out=left_out)
    return FileText(text, left_out=left_out)
