"""A Word report in LibreOffice: it opens, has pages, and says on them what it should.

`.ci/office` installs what these tests need; `pytest -m office` runs them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import redflag
from redflag.report import languages, render

pytestmark = pytest.mark.office

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> dict[str, Path]:
    """The reports of the examples, in each language, as PDF by LibreOffice."""
    office = shutil.which("soffice")
    assert office, "there is no LibreOffice here; run .ci/office"
    folder = tmp_path_factory.mktemp("office")
    screener = redflag.Screener()
    for name in ("h_case", "ordinary_fraud"):
        assessment = screener.screen(EXAMPLES / name)
        for language in languages():
            path = folder / f"{name}-{language}.docx"
            path.write_bytes(render(assessment, "docx", language=language))
    made = sorted(folder.glob("*.docx"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    asked = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, made)]
    subprocess.run(asked, check=True, capture_output=True, timeout=300)
    return {path.stem: path.with_suffix(".pdf") for path in made}


def said(page: Path) -> str:
    tool = shutil.which("pdftotext")
    assert tool, "there is no pdftotext here; run .ci/office"
    told = subprocess.run([tool, str(page), "-"], check=True, capture_output=True, timeout=60)
    return " ".join(told.stdout.decode().split())


@pytest.mark.parametrize("name", ["h_case", "ordinary_fraud"])
@pytest.mark.parametrize("language", languages())
def test_it_has_pages_with_their_numbers(printed, name, language):
    tool = shutil.which("pdfinfo")
    assert tool, "there is no pdfinfo here; run .ci/office"
    about = subprocess.run([tool, str(printed[f"{name}-{language}"])], check=True, capture_output=True)
    pages = int(re.search(r"Pages: +(\d+)", about.stdout.decode())[1])
    assert pages > 5
    assert f"{pages} / {pages}" in said(printed[f"{name}-{language}"])


def test_text_footnotes_tables_and_the_words_in_pictures_are_on_the_pages(printed):
    told = said(printed["h_case-en"])
    for piece in (
        "Screening of h_case as of 2025-06-01",
        "What is consistent with an ordinary prosecution",
        "Some days later his sister was arrested in China.",
        "note_of_calls, characters 1868 to 1917: defence, asserted",
        "Where it comes from",
        "Political, other events",
        "Log-odds of the score",
        "https://www.interpol.int/",
    ):
        assert piece in told, piece
    assert "Fallback" not in told
    # the description of a picture is its alt text and no part of the page
    assert "Outlined spans run over all days" not in told
