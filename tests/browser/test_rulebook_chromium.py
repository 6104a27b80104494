"""The rule book in a real browser: it is accessible, fits a phone, needs no script and fetches nothing.

`.ci/browser` installs what these tests need; `pytest -m browser` runs them.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from redflag.pack import read_pack, shipped_pack
from redflag.pack.trial import KnownMisses, Trial
from redflag.rulebook import measure, render, tried, write
from redflag.screening import Screener

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "law.html",
    "indicators.html",
    "families/family_pressure.html",
    "families/legitimacy.html",
    "law/echr-art-18.html",
    "rules/family_pressure.relative_detained_or_arrested.html",
    "rules/refugee_conflict.notice_follows_asylum.html",
    "rules/legitimacy.ci_uncorroborated_self_report.html",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """The shipped pack, with tests of each outcome, an earlier edition and measured cases."""
    pack = shipped_pack()
    trials = [
        Trial(rule.id, name, f"/x/{kind}s/alpha/one.yaml", 3, kind, "fired", got)
        for rule in pack.rules
        for name, kind, got in (
            ("A sister was held and the rule fires", "facts", "fired"),
            ("It should have fired", "facts", "undetermined"),
            ("A text that is missed", "text", "undetermined"),
        )
    ]
    misses = KnownMisses(missed={rule.id: ("A text that is missed",) for rule in pack.rules})
    case = {
        "case_id": "0",
        "relatives": [{"relation": "sister", "measure": "detained", "own_conduct_explains": False}],
    }
    screener = Screener(pack)
    assessments = [screener.screen({**case, "case_id": str(n)}, "2024-01-01") for n in range(2)]
    assessments += [screener.screen({"case_id": str(n)}, "2024-01-01") for n in range(2, 4)]
    measured = measure(assessments, {"0": True, "1": True, "2": False, "3": False})
    folder = tmp_path_factory.mktemp("book")
    write(render(pack, tests=tried(trials, misses), measured=measured, older=[pack]), folder)
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_no_violation(browser, show, violations, book, page, screen, scheme):
    show(book / page, screen, scheme)
    for details in browser.find_elements("css selector", "details"):
        browser.execute_script("arguments[0].open = true", details)
    assert violations() == []


def test_axe_would_find_one(browser, show, violations, book):
    """The check above is no empty one."""
    show(book / "index.html")
    browser.execute_script("document.documentElement.removeAttribute('lang')")
    assert any("html-has-lang" in one for one in violations())


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(browser, show, book, page):
    show(book / page, "phone")
    width = "return document.documentElement.scrollWidth"
    assert browser.execute_script(width) <= 390


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fetches_nothing_and_breaks_no_rule_of_its_own(browser, fetched, book, page):
    assert fetched(book / page) == [(book / page).as_uri()]
    assert browser.get_log("browser") == []


def test_the_search_finds_a_rule_by_words_of_its_title_its_law_and_its_indicator(browser, show, book):
    show(book / "index.html")
    query = browser.find_element("id", "query")
    for words, expected in (
        ("relative detained", "family_pressure.relative_detained_or_arrested"),
        ("ICCPR Article 9 relative", "family_pressure.relative_detained_or_arrested"),
        ("notice-follows-asylum", "refugee_conflict.notice_follows_asylum"),
    ):
        query.clear()
        query.send_keys(words)
        links = browser.find_elements("css selector", "#hits a")
        assert any(link.get_attribute("href").endswith(f"{expected}.html") for link in links)
        assert browser.find_element("id", "found").text.startswith(str(len(links)))
    query.clear()
    query.send_keys("<img src=x onerror=alert(1)>")
    assert browser.find_element("id", "found").text == "0 rules found"
    assert browser.find_elements("css selector", "img") == []


def test_a_hit_of_the_search_leads_to_the_rule(browser, show, book):
    show(book / "index.html")
    browser.find_element("id", "query").send_keys("notice_follows_asylum")
    browser.find_element("css selector", "#hits a").click()
    assert browser.current_url.endswith("rules/refugee_conflict.notice_follows_asylum.html")


def test_without_scripts_every_rule_is_listed_and_nothing_dead_is_shown(browser, show, book):
    show(book / "index.html", scripts=False)
    links = browser.find_elements("css selector", "main a[href^='rules/']")
    assert len(links) == len(shipped_pack().rules)
    assert not browser.find_element("id", "search-form").is_displayed()
    assert "every rule is listed below" in browser.find_element("id", "found").text


def test_the_keyboard_reaches_the_content_first_and_the_focus_is_seen(browser, show, book):
    show(book / PAGES[-3])
    browser.switch_to.active_element.send_keys("\ue004")  # Tab
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    assert skip.rect["x"] >= 0
    assert skip.value_of_css_property("outline-style") == "solid"
    skip.send_keys("\ue007")  # Enter
    assert browser.switch_to.active_element.get_attribute("id") == "main"


def test_dark_and_light_differ(browser, show, book):
    backgrounds = set()
    for scheme in ("light", "dark"):
        show(book / "index.html", scheme=scheme)
        backgrounds.add(browser.find_element("tag name", "body").value_of_css_property("background-color"))
    assert len(backgrounds) == 2


def test_a_page_prints_without_its_navigation(browser, show, book):
    show(book / PAGES[-3], scheme="dark")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert not browser.find_element("css selector", ".top").is_displayed()
    body = browser.find_element("tag name", "body")
    assert body.value_of_css_property("color").replace(" ", "").startswith(("rgba(0,0,0", "rgb(0,0,0"))
    assert base64.b64decode(browser.print_page()).startswith(b"%PDF")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_nothing_that_a_pack_holds_runs(browser, show, write_pack, tmp_path):
    """Even if a text were not escaped, the policy of the page would stop it: here both are tried."""
    hostile = "</title></script><script>document.title='run'</script><svg onload=\"document.title='run'\">"
    pack = read_pack([write_pack(tmp_path / "rules", {"alpha.one": {"title": hostile, "explain": hostile}})])
    write(render(pack), tmp_path / "book")
    for page in ("index.html", "rules/alpha.one.html"):
        show(tmp_path / "book" / page)
        assert browser.title.endswith("rule book of small")
        assert browser.title != "run"
    page = tmp_path / "book" / "rules" / "alpha.one.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace("</main>", f"{hostile}</main>"), encoding="utf-8"
    )
    show(page)
    assert browser.title != "run"
