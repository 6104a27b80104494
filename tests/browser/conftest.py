"""What tests in a real browser share: Chromium, a way to open a page in it, and axe-core.

`.ci/browser` installs what these tests need; `pytest -m browser` runs them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver

AXE = Path(__file__).parents[2] / ".ci" / "node" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {"phone": (390, 844, True), "desktop": (1280, 900, False)}
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(
  (found) => done(found.violations.map((one) => [one.id, one.impact, one.nodes.map((node) => node.html)])),
  (fault) => done([["axe", "critical", [String(fault)]]]));
"""


@pytest.fixture(scope="session")
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


Opener = Callable[..., None]


@pytest.fixture
def show(browser) -> Iterator[Opener]:
    """Opens a page on a screen, in a scheme of colours, with scripts or without."""

    def open_(
        page: Path, screen: str = "desktop", scheme: str = "light", *, media: str = "", scripts: bool = True
    ) -> None:
        width, height, mobile = SCREENS[screen]
        told = browser.execute_cdp_cmd
        told("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        told(
            "Emulation.setEmulatedMedia",
            {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        told(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile},
        )
        browser.get(page.as_uri())

    yield open_
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.fixture
def violations(browser) -> Callable[[], list[str]]:
    """What axe-core finds wrong with the page that is open."""
    assert AXE.is_file(), "there is no axe-core here; run .ci/browser"

    def look() -> list[str]:
        browser.execute_script(AXE.read_text(encoding="utf-8"))
        found = browser.execute_async_script(RUN_AXE)
        return [f"{impact}: {name}: {html[:2]}" for name, impact, html in found]

    return look


@pytest.fixture
def fetched(browser, show) -> Callable[[Path], list[str]]:
    """Opens a page and says which addresses it asked for."""

    def look(page: Path) -> list[str]:
        browser.get_log("browser")
        browser.get_log("performance")
        show(page)
        asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
        return [
            one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"
        ]

    return look
