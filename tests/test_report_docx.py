"""A report as a Word document: whole, well formed, the same on every run, and saying what the others say."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree

import redflag
from redflag.assessment import Assessment
from redflag.report import render

EXAMPLES = Path(__file__).parent.parent / "examples"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
ORDER = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd "
        "tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
        "adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc "
        "textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
        "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
        "fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
    ),
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
        "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
    ),
}
"""The order that the schema of Word asks for, on which Word insists."""


class Word:
    """The parts of a document."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.document = docx.Document(io.BytesIO(content))
        self.body = self.part("word/document.xml")
        self.notes = self.part("word/footnotes.xml")

    def part(self, name: str) -> etree._Element:
        return etree.fromstring(self.archive.read(name))

    def said(self) -> str:
        roots = (self.body, self.notes)
        return "".join(
            "".join(one.text for one in root.iter(f"{W}t") if one.text).replace(" ", "") for root in roots
        )


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    return redflag.screen(EXAMPLES / "h_case")


@pytest.fixture(scope="module")
def word(assessed) -> Word:
    return Word(render(assessed, "docx"))


def test_it_says_everything_that_the_outline_holds(assessed, word, shown):
    told = "".join(word.said().split())
    for text in shown(assessed):
        assert text in told, text


def test_without_a_score_it_tells_none(assessed):
    told = Word(render(assessed, "docx", without_score=True)).said()
    assert "leftoutofthisreport" in told
    assert "log-odds" not in told
    assert not re.search(r"weight[+-]", told)


def test_the_same_assessment_gives_the_same_bytes(assessed, word):
    again = render(assessed, "docx")
    assert again == render(assessed, "docx")
    days = {entry.date_time[:3] for entry in word.archive.infolist()}
    assert days == {(2025, 6, 1)}


def test_headings_are_headings_and_descend_by_one(word):
    styles = [paragraph.style.name for paragraph in word.document.paragraphs]
    depths = [int(name.split()[1]) for name in styles if name.startswith("Heading")]
    assert styles[0] == "Title"
    assert set(depths) == {1, 2, 3}
    assert all(after <= before + 1 for before, after in itertools.pairwise(depths))


def test_every_table_has_a_header_row_that_repeats_and_a_title(word):
    tables = list(word.body.iter(f"{W}tbl"))
    assert len(tables) >= 5
    for table in tables:
        assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
        assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val")


def test_every_source_is_a_footnote_and_every_footnote_is_marked_once(assessed, word):
    marked = [one.get(f"{W}id") for one in word.body.iter(f"{W}footnoteReference")]
    noted = {
        one.get(f"{W}id"): "".join(text.text for text in one.iter(f"{W}t"))
        for one in word.notes
        if one.get(f"{W}type") is None
    }
    sources = [one for finding in assessed.findings for one in finding.evidence]
    published = [law for law in assessed.provisions if law.url is not None]
    assert marked == list(noted)
    assert len(marked) == len(sources) + len(published)
    quoted = next(one for one in sources if one.quote is not None)
    assert any(
        f"{quoted.source}, characters {quoted.start} to {quoted.end}" in told for told in noted.values()
    )


def test_footnotes_are_known_to_the_settings_the_types_and_the_styles(word):
    settings = word.part("word/settings.xml")
    assert [one.get(f"{W}id") for one in settings.find(f"{W}footnotePr")] == ["-1", "0"]
    assert b"footnotes+xml" in word.archive.read("[Content_Types].xml")
    styles = {one.get(f"{W}styleId") for one in word.part("word/styles.xml").iter(f"{W}style")}
    used = {
        one.get(f"{W}val")
        for root in (word.body, word.notes)
        for one in root.iter(f"{W}rStyle", f"{W}pStyle")
    }
    assert used <= styles


def test_every_picture_has_its_words(word):
    pictures = list(word.body.iter(f"{WP}docPr"))
    assert [one.get("name") for one in pictures] == ["scale", "steps", "timeline"]
    assert all(len(one.get("descr")) > 40 and one.get("title") for one in pictures)
    ids = [one.get("id") for one in word.body.iter() if str(one.tag).endswith(("}docPr", "}cNvPr"))]
    assert len(ids) == len(set(ids))


def test_the_document_has_title_language_and_page_numbers(word):
    properties = word.document.core_properties
    assert properties.title == "Screening of h_case as of 2025-06-01"
    assert properties.language == "en-GB"
    assert word.part("word/styles.xml").find(f".//{W}docDefaults//{W}lang").get(f"{W}val") == "en-GB"
    foot = "".join(word.archive.read(name).decode() for name in word.archive.namelist() if "footer" in name)
    assert " PAGE " in foot
    assert " NUMPAGES " in foot


def test_properties_stand_in_the_order_that_word_asks_for(word):
    looked = 0
    for name in ("word/document.xml", "word/footnotes.xml", "word/styles.xml"):
        for kind, order in ORDER.items():
            places = {f"{W}{tag}": place for place, tag in enumerate(order.split())}
            for properties in word.part(name).iter(f"{W}{kind}"):
                found = [places[one.tag] for one in properties]
                assert found == sorted(found), [one.tag for one in properties]
                looked += 1
    assert looked > 500


def test_a_privileged_quote_marks_every_page(assessed):
    documents = tuple(one.model_copy(update={"privileged": True}) for one in assessed.documents)
    told = Word(render(assessed.model_copy(update={"documents": documents}), "docx"))
    heads = [told.archive.read(name).decode() for name in told.archive.namelist() if "header" in name]
    assert any("Privileged and confidential" in head for head in heads)


@pytest.mark.parametrize(
    "odd", ["\x00\x07\x0b\x1f", "\ufffe\uffff\ud800", "<w:p>&amp;]]>", "\u202e\u2028\x85", "𠮷"]
)
def test_no_text_of_a_file_spoils_the_document(assessed, odd):
    findings = tuple(
        one.model_copy(
            update={
                "title": odd + one.title,
                "explanation": odd,
                "evidence": tuple(
                    place.model_copy(
                        update={"quote": odd + "q", "start": 0, "end": 2, "reference": odd, "before": odd}
                    )
                    for place in one.evidence
                ),
            }
        )
        for one in assessed.findings[:3]
    )
    chronology = tuple(one.model_copy(update={"what": odd + one.what}) for one in assessed.chronology[:3])
    told = assessed.model_copy(update={"case_id": odd + "x", "findings": findings, "chronology": chronology})
    assert len(Word(render(told, "docx")).said()) > 1000
