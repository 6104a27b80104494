"""The rule book in a real browser: it is accessible, fits a phone, needs no script and fetches nothing.

`.ci/browser` installs what these tests need; `pytest -m browser` runs them.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from redflag.pack import read_pack, shipped_pack
from redflag.pack.trial import KnownMisses, Trial
from redflag.rulebook import measure, render, tried, write
from redflag.screening import Screener

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / ".ci" / "node" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {"phone": (390, 844, True), "desktop": (1280, 900, False)}
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
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(
  (found) => done(found.violations.map((one) => [one.id, one.impact, one.nodes.map((node) => node.html)])),
  (fault) => done([["axe", "critical", [String(fault)]]]));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium, "there is no chromium here; run .ci/browser"
    assert driver, "there is no chromedriver here; run .ci/browser"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with webdriver.Chrome(options=options, service=webdriver.ChromeService(driver)) as started:
        yield started


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


Opener = Callable[..., None]


@pytest.fixture
def show(browser) -> Iterator[Opener]:
    """Opens a page on a screen, in a scheme of colours, with scripts or without."""

    def open_(page: Path, screen: str = "desktop", scheme: str = "light", *, scripts: bool = True) -> None:
        width, height, mobile = SCREENS[screen]
        told = browser.execute_cdp_cmd
        told("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        told("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        told(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile},
        )
        browser.get(page.as_uri())

    yield open_
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def violations(browser) -> list[str]:
    """What axe-core finds wrong with the page that is open."""
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.execute_async_script(RUN_AXE)
    return [f"{impact}: {name}: {html[:2]}" for name, impact, html in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_no_violation(browser, show, book, page, screen, scheme):
    assert AXE.is_file(), "there is no axe-core here; run .ci/browser"
    show(book / page, screen, scheme)
    for details in browser.find_elements("css selector", "details"):
        browser.execute_script("arguments[0].open = true", details)
    assert violations(browser) == []


def test_axe_would_find_one(browser, show, book):
    """The check above is no empty one."""
    show(book / "index.html")
    browser.execute_script("document.documentElement.removeAttribute('lang')")
    assert any("html-has-lang" in one for one in violations(browser))


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_wider_than_a_phone(browser, show, book, page):
    show(book / page, "phone")
    width = "return document.documentElement.scrollWidth"
    assert browser.execute_script(width) <= SCREENS["phone"][0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fetches_nothing_and_breaks_no_rule_of_its_own(browser, show, book, page):
    browser.get_log("browser")
    browser.get_log("performance")
    show(book / page)
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    addresses = [
        one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"
    ]
    assert addresses == [(book / page).as_uri()]
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
