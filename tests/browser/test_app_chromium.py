"""The intake app in a real browser: from consent to report to erasing, in English and in Arabic."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.support.ui import Select, WebDriverWait

pytestmark = pytest.mark.browser

NOTE = Path(__file__).parents[2] / "examples" / "h_case" / "note_of_calls.txt"
TABLE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
SCREENS = {"desktop": (1280, 900, False), "phone": (390, 844, True)}


class Person:
    """Somebody at the browser."""

    def __init__(self, browser, address: str) -> None:
        self.browser = browser
        self.address = address

    def open(self, page: str) -> None:
        self.browser.get(f"{self.address}/{page}")

    def find(self, selector: str):
        return self.browser.find_element("css selector", selector)

    def find_all(self, selector: str):
        return self.browser.find_elements("css selector", selector)

    def click(self, selector: str) -> None:
        found = self.find(selector)
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()

    def submit(self, button) -> None:
        """Press a button and wait until the page that answers it is there."""
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        self.await_page(button.click)

    def await_page(self, deed: Callable[[], None]) -> None:
        """Do something that leads to another page, and wait until that is there."""
        self.browser.execute_script("window.isOld = true")
        deed()
        there = "return !window.isOld && document.readyState === 'complete'"
        waiting = WebDriverWait(self.browser, 60, ignored_exceptions=[WebDriverException])
        waiting.until(lambda browser: browser.execute_script(there))

    def press(self, selector: str) -> None:
        self.submit(self.find(selector))

    def agree(self, language: str = "en") -> None:
        self.open(f"?language={language}")
        self.click("input[value=legal_claims]")
        self.click("input[name=agree]")
        self.press("button.main")

    def upload(self, file: Path) -> None:
        self.open("documents")
        self.find("#file").send_keys(str(file))
        self.press("form.card button.main")

    def leave_out_safety(self) -> None:
        self.open("questions")
        while self.find_all(".safety .question"):
            self.press(".safety .question button.plain")

    def speak(self, language: str) -> None:
        Select(self.find("#language")).select_by_value(language)
        self.press(".language button")

    def screen(self, name: str, scheme: str = "light") -> None:
        width, height, mobile = SCREENS[name]
        told = self.browser.execute_cdp_cmd
        told(
            "Emulation.setEmulatedMedia",
            {"media": "", "features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        told(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile},
        )


@pytest.fixture
def person(browser, intake_app) -> Person:
    """Somebody who has not been here before, on a desktop, without scripts."""
    browser.get(intake_app.address)
    browser.delete_all_cookies()
    someone = Person(browser, intake_app.address)
    someone.screen("desktop")
    return someone


def test_from_consent_to_report_to_erasing(person, browser):
    person.open("")
    assert browser.get_cookies() == []
    person.agree()
    assert person.find("h1").text == "Questions"
    assert [cookie["httpOnly"] for cookie in browser.get_cookies()] == [True]

    # safety first: what is told there stands on top of every page
    person.click("#safety-custody-status input[value=in_custody]")
    person.press("#safety-custody-status button.main")
    assert "The person is in custody" in person.find("aside .urgent").text

    # the form
    person.open("parts/deadlines")
    person.find("input[name=what]").send_keys("Answer to the court")
    person.find("input[name=due]").send_keys("2030-05-14")
    person.press("form.card button.main")
    assert "Answer to the court\n2030-05-14" in person.find("aside .urgent").text

    # a document, and with it a score
    assert person.find_all("#figure") == []
    person.upload(NOTE)
    assert "note_of_calls.txt" in person.find(".items").text
    assert person.find("#figure").text.endswith("%")

    # answers move it
    person.leave_out_safety()
    person.open("parts/prosecution")
    person.click("input[name='prosecution.evidence_from_outside'][value=yes]")
    person.click("input[name='prosecution.parallel_investigation'][value=yes]")
    person.press("form.card button.main")
    moved = re.fullmatch(r"Saved\. The score moved from (.+) to (.+)\.", person.find(".told").text)
    assert moved is not None
    assert moved[1] != moved[2] == person.find("#figure").text
    person.open("result")
    assert person.find_all(".findings li.supports")
    assert person.find_all(".findings li.counters")

    # the report
    reports = {link.get_attribute("href").rpartition("/")[2] for link in person.find_all(".downloads a")}
    assert reports == {"docx", "html", "md", "json", "case"}
    found = fetched(browser, "/report/json")
    assert found["score"] > 0.5
    assert found["urgent"][0]["what"] == "The person is in custody"
    assert fetched(browser, "/report/case")["deadlines"] == [
        {"what": "Answer to the court", "due": "2030-05-14"}
    ]

    # and nothing is left
    person.press(".erase button")
    assert person.find(".told").text == "Everything has been erased."
    assert browser.get_cookies() == []
    for page in ("questions", "result", "report/json"):
        person.open(page)
        assert person.find("h1").text == "Before we begin"


def fetched(browser, path: str) -> dict:
    """What a link of this page gives, asked for by the page's own cookie."""
    [cookie] = browser.get_cookies()
    address = browser.current_url.rpartition("/")[0]
    asked = urllib.request.Request(address + path, headers={"Cookie": f"{cookie['name']}={cookie['value']}"})
    with urllib.request.urlopen(asked) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return json.loads(answer.read())


def test_an_answer_to_a_question_moves_the_score(person):
    person.agree()
    person.upload(NOTE.parents[1] / "ordinary_fraud" / "narrative.txt")
    person.leave_out_safety()
    moved = False
    for _ in range(25):
        yes = person.find_all(".question > form > fieldset input[value=yes]")
        if not yes and not person.find_all(".question"):
            break  # every question has its answer
        if not yes:
            person.press(".question button.plain")
            continue
        form = yes[0].find_element("xpath", "ancestor::form")
        person.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", yes[0])
        yes[0].click()
        person.submit(form.find_element("css selector", "button.main"))
        told = person.find(".told").text
        assert told.startswith("Saved.")
        moved = moved or re.search(r"moved from .*\d%.* to .*\d%", told) is not None
    assert moved


def test_a_wrong_answer_is_told_and_not_kept(person):
    person.agree()
    person.open("parts/custody")
    person.find("input[name='custody.next_hearing']").send_keys("next Tuesday")
    person.press("form.card button.main")
    alert = person.find("[role=alert]").text
    assert "custody.next_hearing" in alert
    assert "Tuesday" not in alert
    assert "hearing" not in person.find("aside .urgent").text


def test_without_consent_nothing_begins(person, browser):
    person.open("")
    browser.execute_script("document.querySelectorAll('[required]').forEach((one) => one.required = false)")
    person.press("button.main")
    assert "Nothing is stored" in person.find("[role=alert]").text
    assert browser.get_cookies() == []
    person.open("questions")
    assert person.find("h1").text == "Before we begin"


def test_arabic_pages_run_from_right_to_left(person):
    person.agree("ar")
    root = person.find("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    question = person.find(".question h3")
    assert (question.get_attribute("lang"), question.get_attribute("dir")) == ("ar", "rtl")
    assert "؟" in question.text
    main, aside = person.find("main").rect, person.find("aside").rect
    assert main["x"] > aside["x"]
    person.speak("fr")
    assert person.find("html").get_attribute("dir") == "ltr"
    assert person.find("h1").text == "Questions"
    assert person.find(".question h3").text.endswith("?")


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize(
    ("screen", "scheme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light")]
)
def test_every_page_is_accessible_and_fits(person, browser, violations, screen, scheme, language):
    person.screen(screen, scheme)
    person.open(f"?language={language}")
    assert violations() == []
    person.agree(language)
    person.upload(NOTE)
    person.open("questions")
    person.click("#safety-surrender-imminent input[value=yes]")
    person.press("#safety-surrender-imminent button.main")
    assert violations() == []
    person.leave_out_safety()
    pages = ("questions", "parts", "parts/notice", "parts/contacts", "parts/person", "documents", "result")
    for page in pages:
        person.open(page)
        for details in person.find_all("details"):
            browser.execute_script("arguments[0].open = true", details)
        assert violations() == [], page
        assert browser.execute_script(TABLE) <= 0, page


def test_the_keyboard_is_enough(person, browser):
    """To the content, through a question, to its button: no pointer is needed."""
    person.agree()
    browser.switch_to.active_element.send_keys("\ue004")  # Tab
    skip = browser.switch_to.active_element
    assert skip.get_attribute("class") == "skip"
    skip.send_keys("\ue007")  # Enter
    assert browser.switch_to.active_element.get_attribute("id") == "main"
    browser.switch_to.active_element.send_keys("\ue004")
    browser.switch_to.active_element.send_keys("\ue012")  # Left: of No, Yes and Not known, the one before
    chosen = browser.switch_to.active_element
    assert (chosen.get_attribute("name"), chosen.get_attribute("value")) == (
        "safety.surrender_imminent",
        "no",
    )
    person.await_page(lambda: chosen.send_keys("\ue007"))
    assert person.find(".told").text == "Saved."


def test_pages_ask_for_nothing_but_their_style_and_run_no_script(person, browser):
    person.agree()
    browser.get_log("performance")
    browser.get_log("browser")
    person.open("result")
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = {one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"}
    assert urls == {f"{person.address}/result", f"{person.address}/app.css"}
    assert browser.get_log("browser") == []
    assert person.find_all("script, img, iframe, object, style, [style], [onclick]") == []


def test_what_a_person_types_never_becomes_markup(person, browser):
    hostile = "</textarea><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    person.agree()
    person.open("parts/contacts")
    person.find("input[name=said]").send_keys(hostile)
    person.find("input[name=note]").send_keys(hostile)
    person.press("form.card button.main")
    assert "<script>" in person.find(".items").text
    assert person.find_all("script, img") == []
    assert browser.title != "run"
