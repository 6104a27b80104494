"""A report in a real browser: accessible, calm on a phone and on paper, and nothing that a file says runs."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

import redflag
from redflag.assessment import Assessment
from redflag.report import render

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = (
    "</title></style></p><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
)


@pytest.fixture(scope="module")
def assessed() -> dict[str, Assessment]:
    screener = redflag.Screener()
    return {name: screener.screen(EXAMPLES / name) for name in ("h_case", "ordinary_fraud")}


@pytest.fixture(scope="module")
def pages(assessed, tmp_path_factory) -> dict[str, Path]:
    """Reports of both examples, one without its score and one in French."""
    folder = tmp_path_factory.mktemp("reports")
    told = {
        "h": render(assessed["h_case"], "html"),
        "fraud": render(assessed["ordinary_fraud"], "html"),
        "unscored": render(assessed["h_case"], "html", without_score=True),
        "french": render(assessed["h_case"], "html", language="fr"),
    }
    for name, page in told.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in told}


PAGES = ("h", "fraud", "unscored", "french")


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_no_violation(show, violations, pages, page, screen, scheme, media):
    show(pages[page], screen, scheme, media=media)
    assert violations() == []


@pytest.mark.parametrize("page", PAGES)
def test_no_report_is_wider_than_a_phone(browser, show, pages, page):
    show(pages[page], "phone")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("page", PAGES)
def test_a_report_fetches_nothing_and_breaks_no_rule_of_its_own(browser, fetched, pages, page):
    assert fetched(pages[page]) == [pages[page].as_uri()]
    assert browser.get_log("browser") == []


def test_its_own_style_is_let_in(browser, show, pages):
    show(pages["h"])
    mark = browser.find_element("css selector", "mark")
    assert mark.value_of_css_property("background-color") != "rgba(0, 0, 0, 0)"


def test_words_in_the_time_line_cover_neither_each_other_nor_the_edge(browser, show, pages):
    """Fonts differ, so the picture keeps room for wider ones than most."""
    show(pages["h"])
    boxes = browser.execute_script(
        """return [...document.querySelectorAll(".timeline text[text-anchor=start], .timeline svg")].map(
             (one) => {
               const box = one.getBoundingClientRect();
               return [box.left, box.right, box.top, box.bottom];
           })"""
    )
    edge, *words = boxes
    assert len(words) > 20
    assert all(edge[0] <= left and right <= edge[1] for left, right, _, _ in words)
    for number, one in enumerate(words):
        for other in words[number + 1 :]:
            beside = one[1] <= other[0] or other[1] <= one[0]
            below = one[3] <= other[2] + 3 or other[3] <= one[2] + 3
            assert beside or below


def test_dark_and_light_differ_and_paper_is_white(browser, show, pages):
    grounds = []
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        show(pages["h"], scheme=scheme, media=media)
        grounds.append(
            browser.find_element("css selector", ".redflag").value_of_css_property("background-color")
        )
    assert len(set(grounds)) == 3
    assert grounds[2].replace(" ", "").startswith(("rgb(255,255,255", "rgba(255,255,255"))


def test_it_prints_without_its_contents(browser, show, pages):
    show(pages["h"], media="print")
    assert not browser.find_element("css selector", ".contents").is_displayed()
    assert base64.b64decode(browser.print_page()).startswith(b"%PDF")


def test_the_keyboard_reaches_the_report_first(browser, show, pages):
    show(pages["h"])
    browser.switch_to.active_element.send_keys("\ue004")  # Tab
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    assert skip.rect["x"] >= 0
    skip.send_keys("\ue007")  # Enter
    assert browser.switch_to.active_element.get_attribute("id") == "report"


def poisoned(value: object) -> object:
    """The same data with every free text of it hostile."""
    match value:
        case dict():
            return {key: told if key in FIXED else poisoned(told) for key, told in value.items()}
        case list():
            return [poisoned(one) for one in value]
        case str():
            return value + HOSTILE
        case _:
            return value


FIXED = {
    "band", "verdict", "effect", "status", "level", "party", "assertion", "relayed_by", "found_by", "date",
    "as_of", "pack_status", "confidence", "what",
}  # fmt: skip
"""Keys whose values are words of the model or dates that a picture reads."""


def test_nothing_that_a_file_says_runs_or_becomes_markup(browser, show, assessed, pages, tmp_path):
    """Even if a text were not escaped, the policy of the page would stop it: here both are tried."""
    data = poisoned(assessed["h_case"].model_dump(mode="json"))
    hostile = Assessment.model_validate({**data, "families": data["families"]})
    page = tmp_path / "hostile.html"
    told = render(hostile, "html")
    assert told.count("&lt;script&gt;") > 100
    page.write_text(told, encoding="utf-8")
    show(page)
    count = "return document.querySelectorAll(arguments[0]).length"
    assert browser.title.startswith("Screening of h_case</title>")
    assert browser.execute_script(count, "script, img, iframe, object, form, link, base") == 0
    assert (
        browser.execute_script(count, "a:not([href^='#']):not([href^='https://']):not([href^='http://'])")
        == 0
    )
    page.write_text(pages["h"].read_text(encoding="utf-8").replace("</main>", f"{HOSTILE}</main>"), "utf-8")
    show(page)
    assert browser.execute_script(count, "script, img") == 2
    assert browser.title != "run"
