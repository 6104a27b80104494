"""PDFs made to do harm or to hide words: each costs its own file and nothing else."""

from __future__ import annotations

import io
import os
import signal
import sys
import zipfile
import zlib
from dataclasses import replace

import pytest
from reportlab.lib.colors import black, white
from reportlab.pdfgen import canvas

from redflag.intake import load_case, papers, pdf
from redflag.intake.allowance import USED_UP, Allowance
from redflag.intake.limits import MOST_COSTLY, PDF_SECONDS, PDF_SECONDS_IN_ALL
from redflag.intake.papers import papers_in

VISIBLE = "The court of appeal lifted the freezing order in May."
SECRET = "Secret words for machines."


def made(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    number = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (number, table)
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (number, len(out))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def of_one_page(contents: bytes, resources: bytes, *more: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<%s>>>>" % resources
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return made(b"<</Type/Catalog/Pages 2 0 R>>", pages, page, contents, font, *more)


FONT = b"/Font<</F 5 0 R>>"


def of_nested_forms(levels: int) -> bytes:
    """A page whose form shows the next one ten times, and so on down: two kilobytes, 10^levels texts."""
    forms = [
        stream(
            b"/X Do " * 10 if level < levels else b"BT /F 9 Tf 9 9 Td (word) Tj ET",
            b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<%s/XObject<</X %d 0 R>>>>"
            % (FONT, min(7 + level, 6 + levels)),
        )
        for level in range(levels + 1)
    ]
    return of_one_page(stream(b"/X Do"), b"/XObject<</X 6 0 R>>", *forms)


def of_expanding_streams() -> bytes:
    """A page whose contents are a megabyte that inflates to a thousand, nothing but operators."""
    packer = zlib.compressobj(9)
    piece = b"BT /F 9 Tf 9 9 Td (a) Tj ET " * 40_000
    packed = b"".join(packer.compress(piece) for _ in range(400)) + packer.flush()
    return of_one_page(stream(packed, b"/Filter/FlateDecode"), FONT)


@pytest.fixture
def reader(monkeypatch):
    """A reader of PDFs of its own, with bounds that are soon reached."""
    fresh = pdf._Reader()
    monkeypatch.setattr(pdf, "_reader", fresh)
    monkeypatch.setattr(pdf, "PDF_SECONDS", 2)
    monkeypatch.setattr(pdf, "PDF_MEMORY", 400_000_000)
    yield fresh
    fresh.close()


def drawn(paint) -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 700, VISIBLE)
    paint(page)
    page.save()
    return stream.getvalue()


def nothing(_page):
    pass


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("content", [of_nested_forms(12), of_expanding_streams()], ids=["forms", "streams"])
def test_a_page_that_grows_without_end_costs_its_own_file_and_nothing_else(content):
    before = os.times()

    assert pdf.read(content) == pdf.TOO_COSTLY
    assert pdf.read(drawn(nothing)).text == VISIBLE
    if sys.platform == "linux":
        after = os.times()
        assert after.children_user + after.children_system - before.children_user < 20


@pytest.mark.parametrize(("bound", "value"), [("PDF_SECONDS", 0), ("PDF_CLOCK", 0.5)])
def test_time_is_bounded_where_memory_is_not_used_up(reader, monkeypatch, bound, value):
    monkeypatch.setattr(pdf, "PDF_MEMORY", 8_000_000_000)
    monkeypatch.setattr(pdf, "PDF_SECONDS", 600)
    monkeypatch.setattr(pdf, bound, value)

    assert pdf.read(of_nested_forms(7)) == pdf.TOO_COSTLY
    assert reader._process is None


def test_a_reader_that_dies_is_started_again(reader):
    assert pdf.read(of_nested_forms(1)).text == "word"  # one over the other, and told once
    os.kill(reader._process.pid, signal.SIGKILL)

    assert pdf.read(of_nested_forms(0)).text == "word"


def test_the_same_process_reads_one_file_after_the_other_and_none_sees_another(reader):
    first = pdf.read(of_nested_forms(0))
    process = reader._process
    broken = pdf.read(b"%PDF-1.4 nothing")
    second = pdf.read(drawn(nothing))

    assert reader._process is process
    assert (first.text, second.text) == ("word", VISIBLE)
    assert broken.fault == "a damaged PDF"


@pytest.mark.usefixtures("reader")
def test_an_interrupted_reader_does_not_hand_its_answer_to_the_next_file(monkeypatch):
    exchange = pdf._exchange

    def interrupted(process, content):
        process.stdin.write(len(content).to_bytes(8, "big") + content)
        process.stdin.flush()
        raise KeyboardInterrupt

    monkeypatch.setattr(pdf, "_exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pdf.read(of_nested_forms(0))
    monkeypatch.setattr(pdf, "_exchange", exchange)

    assert pdf.read(drawn(nothing)).text == VISIBLE


def test_an_archive_of_costly_files_is_given_up_after_a_few(monkeypatch):
    tried = []

    def costly(content):
        tried.append(content)
        return pdf.TOO_COSTLY

    monkeypatch.setitem(papers._READERS, ".pdf", costly)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(MOST_COSTLY + 4):
            archive.writestr(f"{number}.pdf", b"%PDF")
        archive.writestr("note.txt", VISIBLE)

    found = papers_in("a.zip", stream.getvalue())

    assert len(tried) == MOST_COSTLY
    assert found[-1].found.text == VISIBLE
    assert found[-2].found.fault == f"a PDF beside {MOST_COSTLY} that were too costly to read, and not tried"


@pytest.fixture
def hostile(monkeypatch):
    """PDFs that take all the time there is; gives the list of those that were tried."""
    tried = []

    def costly(content):
        tried.append(content)
        return replace(pdf.TOO_COSTLY, seconds=PDF_SECONDS)

    monkeypatch.setitem(papers._READERS, ".pdf", costly)
    return tried


def test_a_folder_of_hostile_files_ends_when_the_time_for_a_case_is_used_up(hostile, tmp_path):
    most = PDF_SECONDS_IN_ALL // PDF_SECONDS
    for number in range(2 * most):
        (tmp_path / f"{number:02}.pdf").write_bytes(b"%PDF")
    (tmp_path / "note.txt").write_text(VISIBLE)

    case = load_case(tmp_path)

    reasons = [note.unreadable for note in case.documents]
    assert len(hostile) == most
    assert reasons == [pdf.TOO_COSTLY.reason] * most + [USED_UP.reason] * most + [None]


def test_nor_does_it_help_to_name_them_in_a_case_file_or_to_pack_them(hostile, tmp_path):
    most = PDF_SECONDS_IN_ALL // PDF_SECONDS
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("in.pdf", b"%PDF")
    for number in range(most):
        (tmp_path / f"{number}.zip").write_bytes(stream.getvalue())
    named = "".join(f"  - {{file: {number}.zip}}\n" for number in range(most // 2))
    (tmp_path / "case.yaml").write_text(f"case_id: x\ndocuments:\n{named}")
    (tmp_path / "last.pdf").write_bytes(b"%PDF")

    last = load_case(tmp_path).documents[-1]

    assert len(hostile) == most
    assert (last.file, last.unreadable) == ("last.pdf", USED_UP.reason)


def test_pages_are_counted_over_all_files_of_a_case(monkeypatch, tmp_path):
    monkeypatch.setattr(Allowance.__init__, "__defaults__", (3, PDF_SECONDS_IN_ALL))
    for name in "abc":
        (tmp_path / f"{name}.pdf").write_bytes(
            drawn(lambda page: page.showPage() or page.drawString(9, 9, "x"))
        )

    told = [(note.file, note.unreadable) for note in load_case(tmp_path).documents]

    assert told == [("a.pdf", None), ("b.pdf", None), ("c.pdf", USED_UP.reason)]


@pytest.mark.usefixtures("reader")
def test_what_a_file_costs_is_measured_and_what_was_given_up_counts_as_all_that_it_may_take():
    found = pdf.read(drawn(nothing))
    assert (found.pages, 0 < found.seconds < PDF_SECONDS) == (1, True)
    assert pdf.read(b"%PDF-1.4 nothing").pages == 0
    assert pdf.read(of_nested_forms(12)).seconds == pdf.PDF_SECONDS


# -- words that nobody sees


def in_white(page):
    page.setFillColor(white)
    page.drawString(72, 600, SECRET)


def in_nothing(page):
    text = page.beginText(72, 600)
    text.setTextRenderMode(3)
    text.textLine(SECRET)
    page.drawText(text)


def off_the_page(page):
    page.drawString(3000, 600, SECRET)


def in_dust(page):
    page.setFont("Helvetica", 0.3)
    page.drawString(72, 600, SECRET)


def under_later_paint(page):
    in_white(page)
    page.setFillColor(black)
    page.rect(60, 400, 400, 20, fill=1)


@pytest.mark.parametrize("paint", [in_white, in_nothing, off_the_page, in_dust, under_later_paint])
def test_words_that_nobody_sees_are_left_out_and_told(paint):
    found = pdf.read(drawn(paint))

    assert found.text.strip() == VISIBLE
    assert found.left_out.startswith("hidden text (")


def white_on_black(page):
    page.rect(60, 590, 400, 30, fill=1)
    in_white(page)


def in_small_print(page):
    page.setFont("Helvetica", 4)
    page.drawString(72, 600, SECRET)


def stretched(page):
    page.saveState()
    page.scale(10, 10)
    page.setFont("Helvetica", 0.9)
    page.drawString(7, 60, SECRET)
    page.restoreState()


@pytest.mark.parametrize("paint", [white_on_black, in_small_print, stretched])
def test_words_that_can_be_seen_are_read(paint):
    found = pdf.read(drawn(paint))

    assert SECRET in found.text
    assert found.left_out == ""


def test_recognised_text_under_the_picture_of_a_scan_is_read():
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def scan(page):
        page.drawImage(ImageReader(Image.new("RGB", (60, 80), "gray")), 0, 0, 590, 840)
        in_nothing(page)

    assert SECRET in pdf.read(drawn(scan)).text
