"""Throws mutated files at one reader for as long as asked, and stops at the first that breaks a promise.

    pip install atheris
    python tests/slow/fuzz_readers.py pdf corpus/ -max_total_time=600

The first argument names the target: txt, html, docx, pdf, rtf, eml, zip or name. The rest are libFuzzer's
own: folders of files to start from (seeds of this script's own are used where none is given), and flags.
What a reader raises inside a parser is damage of the file; what counts as a find is a crash of the process,
a file that takes too long, a paper without text and without a reason, or text that is no text.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["redflag", "striprtf", "email", "zipfile"]):
    from redflag.intake.filetext import safe_name
    from redflag.intake.papers import papers_in

SLOWEST = "-timeout=20"
LARGEST = "-max_len=65536"

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def seeds(target: str) -> list[bytes]:
    """A small file that the target reads, so that mutation starts somewhere."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.org", "=?utf-8?b?w7w=?="
    mail["Date"] = "Mon, 04 May 2020 10:00:00 +0300"
    mail.set_content("Text.")
    mail.add_alternative("<p>Page</p>", subtype="html")
    mail.add_attachment(b"note", maintype="text", subtype="plain", filename="../n.txt")
    body = (
        f'<w:document xmlns:w="{WORD}"><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>'
        "</w:tbl></w:document>"
    )
    page = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        b"4 0 obj<</Length 27>>stream\nBT /F 1 Tf 1 1 Td (a) Tj ET\nendstream endobj\n"
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"
    )
    return {
        "txt": [
            b"13/05/2020, 14:33 - A: x\n13/05/2020, 14:34 - B: y",
            "Ivan, [13.05.2020 14:33]\nПолиция".encode("cp1251"),
        ],
        "html": [
            b"<style>.x{display:none}</style><h1>a</h1><table><tr><td class=x>b</table><b><i><p>c<svg><a>"
        ],
        "docx": [body.encode()],
        "pdf": [page],
        "rtf": [rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 A;}}\'cf{\v b}\u1055?{\*\x c}\par\trowd d\cell\row}"],
        "eml": [mail.as_bytes()],
        "zip": [zipped({"a/b.txt": b"x", "../c.zip": zipped({"d.txt": b"y"})})],
        "name": [b"../../etc/passwd", b"C:\\a\\..\\b"],
    }[target]


def one_file(target: str, content: bytes) -> None:
    if target == "name":
        safe = safe_name(content.decode("utf-8", "replace"), "part")
        assert safe == safe_name(safe, "part")
        assert not {"", ".", ".."} & set(safe.split("/"))
        return
    if target == "docx":  # the sum of a member would stop all but a few mutations of a whole archive
        content = zipped({"word/document.xml": content})
    for paper in papers_in(f"a.{target}", content):
        note = paper.note()
        assert (note.text is None) != (note.unreadable is None)
        assert "\0" not in (note.text or "")
        (note.text or "").encode()


def main() -> None:
    target, *others = sys.argv[1:]
    given = [one for one in others if not one.startswith("-")]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(target)):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], SLOWEST, LARGEST, *others, *([] if given else [folder])],
            lambda content: one_file(target, content),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
