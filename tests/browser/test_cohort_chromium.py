"""A cohort's page in a real browser: accessible in light and dark, on a phone, on paper; nothing fetched."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from redflag.cohort import count
from redflag.cohort.page import page
from redflag.cohort.tactics import Background
from redflag.screening import Screener

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A cohort of both examples, many times over, of two states and an untold one."""
    screener = Screener(model=None)
    made = [screener.screen(EXAMPLES / name) for name in ("h_case", "ordinary_fraud")]
    results = [made[n % 2].model_copy(update={"case_id": f"c{n}"}) for n in range(30)]
    known = {f"c{n}": Background(("CHN", "FRA", None)[n % 3], (True, False, None)[n % 3]) for n in range(30)}
    path = tmp_path_factory.mktemp("cohort") / "cohort.html"
    path.write_text(page(count(results, known)), encoding="utf-8")
    return path


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_it_is_accessible(written, show, violations, screen, scheme, media) -> None:
    show(written, screen, scheme, media=media)
    assert violations() == []


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_it_fits_the_screen(written, browser, show, screen) -> None:
    show(written, screen)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.execute_script(wide) <= 0


def test_it_fetches_nothing_and_complains_of_nothing(written, browser, fetched) -> None:
    assert fetched(written) == [written.as_uri()]
    assert browser.get_log("browser") == []


def test_it_prints(written, browser, show) -> None:
    show(written)
    assert base64.b64decode(browser.print_page()).startswith(b"%PDF")
