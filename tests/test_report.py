"""What a report shows, in each format, and what it never lets through."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html.parser import HTMLParser

import markdown_it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.assessment import (
    CAUTION,
    Assessment,
    AxisFinding,
    ChronologyEntry,
    Contribution,
    DocumentRead,
    Evidence,
    Families,
    FamilyFinding,
    Finding,
    Outcome,
    Provenance,
    Provision,
    Question,
    SwitchedOff,
    Urgent,
)
from redflag.evidence import Assertion, Level, Party
from redflag.report import FORMATS, render
from redflag.report.markdown_form import escaped

HOSTILE = (
    "<script>x</script> [here](http://evil.example) ![p](//q) `c` | *b* # www.evil.example &lt;\x1b[31m\u202e"
)
KEYS = [
    "schema_version",
    "case_id",
    "urgent",
    "score",
    "score_range",
    "band",
    "abstention",
    "rule_score",
    "classifier_score",
    "classifier_note",
    "coverage",
    "axes",
    "families",
    "findings",
    "outcomes",
    "prior",
    "contributions",
    "log_odds",
    "disagreement",
    "precedents",
    "missing",
    "documents",
    "chronology",
    "provisions",
    "cautions",
    "contested",
    "provenance",
    "notice",
]


def finding(effect="supports", **changes) -> Finding:
    told = {
        "rule_id": f"family_pressure.{effect}_rule",
        "rule_version": 3,
        "family": "family_pressure",
        "effect": effect,
        "status": "draft",
        "title": f"Title of what {effect}",
        "explanation": f"Explanation of what {effect}",
        "contribution": 0.7171,
        "evidence": (
            Evidence(
                source="call.txt",
                quote="they took\nhis sister",
                start=102,
                end=122,
                level=Level.DOCUMENTED,
                party=Party.GO_BETWEEN,
                assertion=Assertion.THREATENED,
                relayed_by=Party.RELATIVE,
                found_by="tagger",
                probability=0.7272,
                happened="2021-04",
            ),
            Evidence(source="relatives[0]", level=Level.ASSERTED, party=Party.CLIENT, reference="Interview"),
        ),
        "more_evidence": 4,
        "legal_basis": ("sure", "unsure"),
        "known_errors": ("A known error",),
        "innocent": ("An innocent explanation",),
        "collect": ("Arrest papers",),
    }
    return Finding(**{**told, **changes})


def assessment(**changes) -> Assessment:
    families = Families(
        (
            FamilyFinding(
                id="family_pressure", title="Family pressure", axis="conduct", score=0.7373, verdict="present"
            ),
            FamilyFinding(id="timing", title="Timing", axis="motive", score=-0.7474, verdict="absent"),
            FamilyFinding(
                id="private_dispute", title="Private dispute", axis="process", score=0.0, verdict="unknown"
            ),
        )
    )
    told = {
        "case_id": "case-1",
        "urgent": (Urgent(what="In custody; hearing", due="2021-06-01"),),
        "score": 0.7575,
        "score_range": (0.1717, 0.9797),
        "band": "elevated",
        "abstention": None,
        "rule_score": 0.7676,
        "classifier_score": 0.7777,
        "coverage": 0.4,
        "axes": (
            AxisFinding(id="conduct", title="What pressure was applied?", score=0.7878, verdict="present"),
        ),
        "families": families,
        "findings": (
            finding(),
            finding("counters", answers=("timing",), status="reviewed"),
            finding("caveat", contribution=0.0),
        ),
        "outcomes": (
            Outcome(rule_id="a.b", status="fired"),
            Outcome(rule_id="a.c", status="undetermined", reason="not stated"),
        ),
        "prior": 0.1919,
        "contributions": (Contribution(name="a.b", value=0.7171),),
        "log_odds": 0.9393,
        "missing": (
            Question(
                question="Was she told why?",
                fact="x",
                rules=("a.c",),
                score_if_true=0.8181,
                score_if_false=0.3131,
            ),
        ),
        "documents": (
            DocumentRead(
                id="call.txt", kind="call_transcript", language="en", characters=500, sha256="ab" * 32
            ),
            DocumentRead(id="scan.pdf", kind="narrative", unreadable="no reader for .pdf files"),
        ),
        "chronology": (
            ChronologyEntry(
                date="2021-04",
                what="The sister was taken",
                kind="relatives",
                evidence=Evidence(source="relatives[0]", level=Level.ASSERTED, party=Party.CLIENT),
            ),
            ChronologyEntry(
                date=None,
                what="A call came",
                kind="contact",
                evidence=Evidence(source="contacts[0]", level=Level.ASSERTED, party=Party.CLIENT),
            ),
        ),
        "provisions": (
            Provision(
                id="sure",
                instrument="ICCPR",
                provision="Article 9",
                says="Nobody is held at whim.",
                confidence="high",
                url="https://example.org/iccpr",
                check_the_text=False,
            ),
            Provision(
                id="unsure",
                instrument="Old Act",
                provision="Section 5",
                says="It says so.",
                confidence="low",
                check_the_text=True,
            ),
        ),
        "cautions": ("Every rule is a draft.",),
        "provenance": Provenance(
            redflag_version="0.1",
            case_digest="c" * 64,
            pack_name="pack",
            pack_version="1",
            pack_digest="d" * 64,
            pack_status="draft",
            as_of="2021-05-01",
            as_of_from="the case file",
            base_rate="balanced",
            base_rate_value=0.5,
            switched_off=(SwitchedOff(rule_id="a.d", reason="Not for this court"),),
        ),
    }
    return Assessment(**{**told, **changes})


class _Words(HTMLParser):
    """What a page says, without its style and its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hushed = False

    def handle_starttag(self, tag, _attrs):
        self._hushed = tag == "style"

    def handle_endtag(self, _tag):
        self._hushed = False

    def handle_data(self, data):
        if not self._hushed:
            self.said.append(data)


def words_of(told: str | bytes, form: str) -> str:
    """A report without its line breaks, backslashes and tags."""
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(told)) as archive:
            parts = [archive.read(f"word/{part}.xml").decode() for part in ("document", "footnotes")]
        told = " ".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", "".join(parts)))
    if form == "html":
        page = _Words()
        page.feed(told)
        told = " ".join(page.said)
    return " ".join(told.replace("\\", "").split())


def in_words(form: str, **changes) -> str:
    return words_of(render(assessment(**changes), form), form)


# -- JSON


def test_json_has_the_keys_that_outsiders_rely_on_in_order():
    told = json.loads(render(assessment(), "json"))

    assert list(told) == KEYS
    assert [family["id"] for family in told["families"]] == ["family_pressure", "timing", "private_dispute"]
    assert {"id", "title", "axis", "score", "verdict"} == set(told["families"][0])
    assert len(told["findings"]) == 3


def test_json_reads_back_as_the_same_assessment():
    for form in ("json", "jsonl"):
        assert assessment() == Assessment.model_validate_json(render(assessment(), form))


def test_jsonl_is_one_line_whatever_a_quote_holds():
    quote = "a\u2028b\u0085c\nd\x1c\x0b"
    odd = finding(
        evidence=(Evidence(source="d", quote=quote, start=0, end=9, level="asserted", party="client"),)
    )
    told = render(assessment(findings=(odd,)), "jsonl")

    assert len(told.splitlines()) == 1
    assert quote == json.loads(told)["findings"][0]["evidence"][0]["quote"]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "docx"])
def test_the_same_assessment_gives_the_same_text_and_ends_its_line(form):
    assert render(assessment(), form) == render(assessment(), form)
    assert render(assessment(), form).endswith("\n")


def test_a_format_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="use one of text, json, jsonl, md, html, docx"):
        render(assessment(), "pdf")


# -- without a score


@pytest.mark.parametrize("form", FORMATS)
def test_without_score_no_number_of_the_scoring_and_no_band_is_told(form):
    told = words_of(render(assessment(), form, without_score=True), form)

    for number in re.findall(r"\d\.\d+", told):
        assert number in ("0.1", "1.1", "0.4", "0.5", "0.0"), number
    assert "elevated" not in told
    assert "left out of this" in " ".join(told.split())


@pytest.mark.parametrize("form", FORMATS)
def test_with_a_score_each_number_is_told(form):
    told = in_words(form)

    for number in (0.7575, 0.1717, 0.9797, 0.7676, 0.7777, 0.7878, 0.7373, 0.7171, 0.7272, 0.8181, 0.3131):
        assert (f"{number}" if form.startswith("json") else f"{number:.2f}") in told, number
    assert "elevated" in told


@pytest.mark.parametrize("form", ["text", "md", "html", "docx"])
def test_no_probability_is_told_as_certain(form):
    told = (
        in_words(form, score=0.999998, score_range=(0.000002, 1.0)).replace("&gt;", ">").replace("&lt;", "<")
    )

    assert "Score >0.99; range <0.01 to >0.99" in told
    assert "1.00" not in told


# -- text and Markdown, for a lawyer


@pytest.mark.parametrize("form", ["text", "md"])
def test_a_report_says_everything_in_its_order(form):
    told = in_words(form)
    order = (
        "Urgent",
        "In custody; hearing (2021-06-01)",
        "Score 0.76; range 0.17 to 0.98; band: elevated; at the base rate balanced (0.50)",
        CAUTION,
        "Every rule is a draft.",
        "What pressure was applied? present",
        "What is consistent with misuse",
        "Family pressure: present",
        "Title of what supports",
        "Explanation of what supports",
        "draft: no named expert has signed this rule",
        "«they took his sister» (call.txt, characters 102 to 122)",
        "go between, documented",
        "threatened",
        "passed on by relative",
        "happened 2021-04",
        "found by the tagger alone",
        "relatives[0] of the case: client, asserted; source: Interview",
        "and 4 more places",
        "ICCPR, Article 9",
        "Old Act, Section 5 (check the text)",
        "An innocent explanation",
        "A known error",
        "Arrest papers",
        "What is consistent with an ordinary prosecution",
        "Title of what counters",
        "reviewed",
        "Answers: Timing",
        "Caveats",
        "Title of what caveat",
        "Settled as not so",
        "Timing",
        "Left open",
        "Private dispute",
        "What to ask next",
        "1. Was she told why? (score if yes 0.82, if no 0.31)",
        "call.txt: read; call transcript; language en; 500 characters",
        "ab" * 32,
        "scan.pdf: not read: no reader for .pdf files",
        "2021-04: The sister was taken",
        "undated: A call came",
        "Nobody is held at whim.",
        "https://example.org/iccpr",
        "Check the text before citing it.",
        "Rules switched off",
        "a.d: Not for this court",
        "As of 2021-05-01 (the case file)",
        "c" * 64,
        "d" * 64,
        CAUTION,
    )
    place = 0
    for piece in order:
        found = told.find(piece, place)
        assert found >= 0, piece
        place = found
    assert told.count("example.org") == 1


def test_counter_indicators_are_shown_as_fully_as_indicators():
    told = render(assessment(), "text")
    halves = re.split(r"What is consistent with[^\n]*\n-+\n", told)
    mine, theirs = (half.partition("Caveats")[0].splitlines() for half in halves[1:])

    assert [line for line in mine if line.startswith("  ")] == [
        line for line in theirs if line.startswith("  ") and "Answers" not in line
    ]


@pytest.mark.parametrize("form", ["text", "md"])
def test_an_abstention_gives_its_reason_and_no_score(form):
    told = in_words(
        form, score=None, band="insufficient_information", abstention="The file settles too little."
    )

    assert "No score; range 0.17 to 0.98" in told
    assert "band: insufficient information" in told
    assert "The file settles too little." in told
    assert "alone" not in told.partition("The questions")[0]


@pytest.mark.parametrize("form", ["text", "md"])
def test_a_file_that_shows_nothing_is_never_called_legitimate(form):
    told = in_words(form, findings=(), documents=(), chronology=(), missing=(), provisions=())

    assert "No sign of misuse was found in this file." in told
    assert told.count("Nothing found in this file.") == 2
    assert "legitimate" not in told.lower()
    assert "abusive" not in told.lower()


def test_lines_of_text_are_at_most_100_columns_but_for_addresses():
    long = finding(
        explanation="word " * 300,
        evidence=(
            Evidence(source="d", quote="x" * 5000, start=0, end=5000, level="asserted", party="client"),
        ),
    )
    lines = render(assessment(findings=(long,)), "text").splitlines()

    assert max(len(line) for line in lines if "https://" not in line) <= 100


def hostile() -> Assessment:
    return assessment(
        case_id=HOSTILE,
        urgent=(Urgent(what=HOSTILE),),
        abstention=HOSTILE,
        disagreement=HOSTILE,
        findings=(
            finding(
                title=HOSTILE,
                explanation=HOSTILE,
                evidence=(
                    Evidence(
                        source=HOSTILE,
                        quote=HOSTILE,
                        start=0,
                        end=9,
                        level="asserted",
                        party="client",
                        reference=HOSTILE,
                    ),
                ),
            ),
        ),
        documents=(
            DocumentRead(id=HOSTILE, kind="press"),
            DocumentRead(id="x", kind="press", unreadable=HOSTILE),
        ),
        chronology=(
            ChronologyEntry(
                date=None,
                what="- # " + HOSTILE,
                kind="event",
                evidence=Evidence(source=HOSTILE, level="asserted", party="client"),
            ),
        ),
        missing=(Question(question=HOSTILE, fact="x", rules=(), score_if_true=0.5, score_if_false=0.5),),
        provisions=(
            Provision(
                id="sure",
                instrument=HOSTILE,
                provision="1",
                says=HOSTILE,
                confidence="low",
                url="javascript:alert(1)",
                check_the_text=True,
            ),
        ),
    )


def test_nothing_in_a_file_becomes_markup_or_a_link():
    told = render(hostile(), "md")

    assert re.search(r"(?<!\\)[<>\[\]()`|*!&]", told) is None
    assert re.search(r"(?<!\\)://", told) is None
    assert "www." not in told
    assert re.search(r"^(?!#{1,4} |- |  - |$)[^\w\\]", told, re.MULTILINE) is None


def test_a_markdown_reader_finds_no_link_no_picture_and_no_html():
    reader = markdown_it.MarkdownIt("commonmark").enable(["table"])
    kinds: set[str] = set()
    for token in reader.parse(render(hostile(), "md")):
        kinds.add(token.type)
        kinds.update(child.type for child in token.children or ())

    assert kinds <= {
        "heading_open",
        "heading_close",
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
        "bullet_list_open",
        "bullet_list_close",
        "list_item_open",
        "list_item_close",
    }


@pytest.mark.parametrize("form", ["text", "md"])
def test_no_character_steers_a_terminal_or_turns_the_reading_direction(form):
    told = render(hostile(), form)

    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told) is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=60))
def test_escaping_adds_backslashes_and_nothing_else(text):
    pieces = re.findall(r"\\(.)|([^\\])", escaped(text), re.DOTALL)

    assert text == "".join(after or plain for after, plain in pieces)
