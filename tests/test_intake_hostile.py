"""Any bytes at all under any name: papers or reasons, and never another error."""

from __future__ import annotations

import io
import re
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.documents import prepare
from redflag.errors import CaseError
from redflag.intake import load, papers
from redflag.intake.filetext import safe_name
from redflag.intake.papers import DOCUMENT_ENDINGS, papers_in
from redflag.reading import read_documents

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PIECES = {
    ".txt": ("13/05/2020, 14:33 - ", "A: x\n", "[1/2/3, 1:2] ", "99.99.99, 99:99 - ", ", [1.1.2020 1:1]"),
    ".html": ("<p>", "</p>", "<b><i>", "<style>p{display:none}", "</style>", "<!--", "<table><td>", "&#0;"),
    ".docx": ("<w:p>", "</w:p>", "<w:r><w:t>a", "</w:t></w:r>", "<w:tbl><w:tr><w:tc>", "</w:tc>", "&e;"),
    ".pdf": (
        "1 0 obj",
        "<</Type/Page/Kids[1 0 R]>>",
        "endobj",
        "stream\n",
        "endstream",
        "xref\n0 9",
        "%%EOF",
    ),
    ".rtf": (
        "{",
        "}",
        "\\'e9",
        "\\u-3",
        "\\par",
        "{\\v ",
        "\\bin9999 ",
        "\\uc9",
        "\\ansicpg99999",
        "{\\*\\x",
    ),
    ".eml": ("From: a\n", "\n\n", "Content-Type: multipart/mixed; boundary=b\n", "--b\n", "=?utf-8?b?/w?="),
    ".zip": ("PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "\0\0\0\0", "\x01\0"),
}
OURS = re.compile(r"a damaged \.(txt|md|html|docx|pdf|zip) file")
"""What would be told if these readers raised: they know damage by themselves, in their own words."""

HEADS = {".rtf": "{\\rtf1 ", ".pdf": "%PDF-1.4\n", ".eml": "From: a\n", ".html": "<html>"}


def wrapped(ending: str, text: str) -> bytes:
    """Text as a file that its reader at least begins to read."""
    if ending != ".docx":
        return (HEADS.get(ending, "") + text).encode("latin-1", "replace")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{SPACE}">{text}</w:document>')
    return stream.getvalue()


def check(name: str, content: bytes) -> None:
    for paper in papers_in(name, content):
        assert OURS.search(paper.found.fault) is None
        note = paper.note()
        assert (note.text is None) != (note.unreadable is None)
        assert "\0" not in (note.text or "")
        (note.text or "").encode()
        assert ".." not in paper.name.split("/")


@pytest.mark.parametrize("ending", sorted(DOCUMENT_ENDINGS | {".xyz", ""}))
@settings(max_examples=40, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_under_any_ending(ending, content):
    check(f"a{ending}", content)


@pytest.mark.parametrize("ending", sorted(PIECES))
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_pieces_of_a_format_in_any_order(ending, data):
    piece = st.one_of(st.sampled_from(PIECES[ending]), st.text(st.characters(max_codepoint=255), max_size=5))
    text = "".join(data.draw(st.lists(piece, max_size=25)))

    check(f"a{ending}", wrapped(ending, text))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.binary(max_size=40)), max_size=4))
def test_any_members_under_any_names(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (name, content) in enumerate(members):
            archive.writestr(f"{number}{name}.txt".encode("utf-8", "replace").decode(), content)

    check("a.zip", stream.getvalue())


@given(st.text(max_size=60) | st.text(" ./\\a", max_size=300))
def test_a_safe_name_leads_nowhere_and_stays_as_it_is(name):
    safe = safe_name(name, "part")

    assert safe == safe_name(safe, "part")
    assert not safe.startswith("/")
    assert "\\" not in safe
    assert not {"", ".", ".."} & set(safe.split("/"))


def test_a_reader_that_stumbles_is_told_as_damage(monkeypatch, tmp_path):
    def stumbles(_content):
        raise RecursionError

    monkeypatch.setitem(papers._READERS, ".pdf", stumbles)
    (tmp_path / "a.pdf").write_bytes(b"kestrel-9471")

    with pytest.raises(CaseError) as caught:
        load(tmp_path / "a.pdf")

    assert "a damaged .pdf file" in str(caught.value)
    assert "kestrel" not in str(caught.value)


def test_mails_nested_without_end_and_headers_without_end_are_told():
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3000)
    )
    long = b"From: " + b"=?utf-8?q?a?= " * 50_000 + b"\nContent-Type: text/plain; " + b'a*0="b"; ' * 50_000

    check("a.eml", b"From: a\n" + deep)
    check("a.eml", long + b"\n\nText.")
    assert papers_in("a.eml", long + b"\n\nText.")[0].found.text.endswith("Text.")


def test_a_mail_of_very_many_pieces_is_refused():
    content = b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 3000

    assert papers_in("a.eml", content)[0].found.fault == "a mail of more than 2000 pieces"


# -- characters that nobody sees


UNSEEN = "\u200b\u200d\u2060\u00ad\u202e\u2066\ufeff\u180b\ufe0f\U000e0061\x01\x1b\x7f\u3164\u206a"


@given(st.text("police arrested", min_size=1, max_size=30), st.lists(st.sampled_from(UNSEEN), max_size=30))
def test_what_nobody_sees_hides_no_phrase_and_places_stay_those_of_the_text(plain, strewn):
    text = "".join(sign + other for sign, other in zip(plain, [*strewn, *[""] * len(plain)], strict=False))
    prepared = prepare(text)

    assert prepared.text == prepare(plain).text
    for at in range(len(prepared.text)):
        start, end = prepared.original(at, at + 1)
        assert prepare(text[start:end]).text == prepared.text[at]


def test_a_statement_strewn_with_what_nobody_sees_is_read_in_its_language():
    plain = "In March 2019 the police came to my flat and they arrested my brother."
    strewn = "\u200b\U000e0041".join(plain)

    (document,) = read_documents(strewn).documents

    assert document.language == "en"
    assert {one.id for one in document.signals} == {
        one.id for one in read_documents(plain).documents[0].signals
    }
    assert document.signals != ()
    for signal in document.signals:
        assert signal.quote == strewn[signal.start : signal.end]


def test_a_mail_may_say_nothing_of_itself():
    message = EmailMessage()
    message.set_content("Text.")

    assert papers_in("a.eml", message.as_bytes())[0].found.fault == "not a mail"
