"""A report as a page: the same words as in the other forms, all of them escaped, none of them fetched."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import redflag
from redflag.assessment import Assessment, ChronologyEntry, DocumentRead, Evidence, Provision
from redflag.report import fragment, render

EXAMPLES = Path(__file__).parent.parent / "examples"
VOID = {"meta", "br", "circle", "path", "line", "rect"}


class Page(HTMLParser):
    """The elements of a page, what it says, and whether every element is closed in its turn."""

    def __init__(self, told: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self._open: list[str] = []
        self.feed(told)
        assert self._open == []
        self.text = " ".join(" ".join(self.said).split())

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] != ["style"]:
            self.said.append(data)

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    return redflag.screen(EXAMPLES / "h_case")


@pytest.fixture(scope="module")
def page(assessed) -> Page:
    return Page(render(assessed, "html"))


def test_a_page_says_everything_that_the_outline_holds(assessed, page, shown):
    told = "".join(page.text.split())
    for text in shown(assessed):
        assert text in told


def test_markdown_says_everything_that_the_outline_holds(assessed, shown):
    told = "".join(render(assessed, "md").replace("\\", "").split())
    missing = {text for text in shown(assessed) if text not in told}
    # the running sums of a table, and the headers of its columns
    assert all(len(text) < 20 for text in missing)


def test_a_page_needs_nothing_from_anywhere(page):
    assert {tag for tag, _ in page.elements}.isdisjoint(
        {"script", "img", "link", "iframe", "object", "embed", "form", "base", "audio", "video", "image"}
    )
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert names.isdisjoint({"src", "srcset", "style", "xlink:href", "data", "action", "background"})
    policy = next(one for one in page.every("meta") if "http-equiv" in one)["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_its_style_fetches_nothing(assessed):
    style = render(assessed, "html").partition("<style>")[2].partition("</style>")[0]
    assert len(style) > 1000
    assert "url(" not in style
    assert "@import" not in style


def test_links_lead_into_the_page_or_to_published_law(page):
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for link in page.every("a"):
        if link["href"].startswith("#"):
            assert link["href"][1:] in ids
        else:
            assert link["href"].startswith(("https://", "http://"))
            assert link["rel"] == "noreferrer noopener"


def test_names_within_a_page_are_given_once_and_every_one_that_is_used_is_there(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    used = [
        name for _, attributes in page.elements for name in (attributes.get("aria-labelledby") or "").split()
    ]
    assert used
    assert set(used) <= set(ids)


def test_titles_descend_by_one(page):
    depths = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert depths[0] == 1
    assert depths.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(depths))


def test_every_picture_has_a_title_and_a_description(page):
    pictures = [one for one in page.every("svg") if one.get("aria-hidden") != "true"]
    assert len(pictures) == 3
    assert all(one["role"] == "img" and len(one["aria-labelledby"].split()) == 2 for one in pictures)
    assert len(page.every("title")) == 1 + len(pictures)
    assert len(page.every("desc")) == len(pictures)


def test_a_quote_is_marked_amid_the_words_around_it(assessed):
    told = render(assessed, "html")
    shape = r'<span class="around">… ([^<]*)</span><mark>([^<]*)</mark><span class="around">([^<]*) …</span>'
    shown = {
        tuple(" ".join(html.unescape(part).split()) for part in found) for found in re.findall(shape, told)
    }
    told_in_full = {
        tuple(" ".join(part.split()) for part in (one.before, one.quote, one.after))
        for finding in assessed.findings
        for one in finding.evidence
        if one.before and one.after
    }
    assert shown
    assert shown == told_in_full


def test_a_report_that_quotes_a_privileged_document_says_so_in_every_form(assessed):
    quoted = next(e.source for f in assessed.findings for e in f.evidence if e.quote is not None)
    documents = tuple(one.model_copy(update={"privileged": one.id == quoted}) for one in assessed.documents)
    privileged = assessed.model_copy(update={"documents": documents})
    for form in ("text", "md", "html"):
        assert "Privileged and confidential" in render(privileged, form)
        assert "Privileged and confidential" not in render(assessed, form)


def test_a_privileged_mark_stands_on_every_printed_page_and_within_the_policy(assessed):
    documents = tuple(one.model_copy(update={"privileged": True}) for one in assessed.documents)
    told = render(assessed.model_copy(update={"documents": documents}), "html")
    style = told.partition("<style>")[2].partition("</style>")[0]
    assert '@page { @top-right { content: "Privileged and confidential";' in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in told


def test_text_reports_load_neither_the_word_nor_the_page_writer():
    code = (
        "import sys, redflag.report; redflag.report.render; "
        "assert not {'docx', 'lxml', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_privileged_document_that_is_not_quoted_leaves_no_mark_on_the_report(assessed):
    unquoted = DocumentRead(id="unquoted", kind="letter", language="en", privileged=True)
    told = render(assessed.model_copy(update={"documents": (*assessed.documents, unquoted)}), "md")
    assert "Privileged and confidential" not in told
    assert "privileged" in told


def test_an_address_that_is_none_of_the_web_is_told_and_not_linked(assessed):
    law = Provision(
        id="x", instrument="X", provision="1", says="X.", confidence="high", check_the_text=False,
        url="javascript:alert(1)",
    )  # fmt: skip
    odd = Page(render(assessed.model_copy(update={"provisions": (law,)}), "html"))
    assert "javascript:alert(1)" in odd.text
    assert not [link for link in odd.every("a") if not link["href"].startswith("#")]


def test_a_quote_has_the_language_of_its_document(assessed):
    documents = tuple(one.model_copy(update={"language": "zh"}) for one in assessed.documents)
    told = Page(render(assessed.model_copy(update={"documents": documents}), "html"))
    quotes = told.every("blockquote")
    assert quotes
    assert all(one["lang"] == "zh" and one["dir"] == "auto" for one in quotes)


def test_a_notebook_shows_a_piece_of_a_page_that_can_stand_beside_others(assessed):
    told = assessed._repr_html_()
    assert told == fragment(assessed)
    piece = Page(told)
    tags = [tag for tag, _ in piece.elements]
    assert tags[0] == "div"
    assert set(tags).isdisjoint({"html", "head", "body", "main", "nav", "meta", "script", "link"})
    prefix = f"r{assessed.provenance.case_digest[:8]}-"
    assert all(one["id"].startswith(prefix) for _, one in piece.elements if "id" in one)


def test_long_empty_stretches_of_the_time_line_are_cut_short(assessed):
    def entry(date: str) -> ChronologyEntry:
        evidence = Evidence(source="events[0]", level="asserted", party="client")
        return ChronologyEntry(date=date, what="It was so", kind="event", evidence=evidence)

    days = ("1961", "2019-05-03", "2019-06-01", "2024")
    told = render(assessed.model_copy(update={"chronology": tuple(map(entry, days))}), "html")
    years = [int(one) for one in re.findall(r">((?:19|20)\d\d)</text>", told)]
    assert years == sorted(years)
    assert years[0] == 1961
    assert not [year for year in years if 1962 < year < 2019]
    assert 2019 in years or 2020 in years


def test_a_lane_shows_what_it_has_room_for_and_says_how_much_more_there_is(assessed):
    def entry(number: int) -> ChronologyEntry:
        evidence = Evidence(source="events[0]", level="asserted", party="client")
        # every third one has no exact day
        date = f"2020-{number % 12 + 1:02}" + ("" if number % 3 == 0 else f"-{number % 28 + 1:02}")
        return ChronologyEntry(date=date, what=f"Event {number}", kind="event", evidence=evidence)

    many = tuple(sorted(map(entry, range(300)), key=lambda one: one.date or ""))
    told = render(assessed.model_copy(update={"chronology": many}), "html")
    picture = told.partition('class="picture timeline"')[2].partition("</svg>")[0]
    assert "and 282 more, in the table" in picture
    assert picture.count("Event ") == 18
    assert "unsure" not in picture
    height = float(re.search(r'viewBox="0 0 720 ([\d.]+)"', picture)[1])
    assert height < 600
    assert told.count("Event ") == 300 + 18


def test_a_case_without_any_date_has_no_time_line(assessed):
    undated = tuple(one.model_copy(update={"date": None}) for one in assessed.chronology)
    told = Page(render(assessed.model_copy(update={"chronology": undated}), "html"))
    assert not [one for one in told.every("div") if "timeline" in (one.get("class") or "")]
    assert "undated" in told.text
