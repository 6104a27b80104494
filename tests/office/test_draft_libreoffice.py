"""A draft in LibreOffice: it opens, has pages, and says on them what it should.

`.ci/office` installs what these tests need; `pytest -m office` runs them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import redflag
from redflag.draft import as_docx, draft_ccf, draft_chronology

pytestmark = pytest.mark.office

EXAMPLES = Path(__file__).parents[2] / "examples"
MARK = "Privileged: not for filing"


def run(tool: str, *arguments: str) -> str:
    found = shutil.which(tool)
    assert found, f"there is no {tool} here; run .ci/office"
    return subprocess.run([found, *arguments], check=True, capture_output=True, timeout=300).stdout.decode()


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, list[str]]:
    """What stands on each page of the drafts of H, printed by LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    screener = redflag.Screener(model=None)
    for name, drafting in (("ccf", draft_ccf), ("chronology", draft_chronology)):
        draft = drafting(EXAMPLES / "h_case", screener=screener)
        (folder / f"{name}.docx").write_bytes(as_docx(draft.paper))
        (folder / f"{name}_notes.docx").write_bytes(as_docx(draft.sheet))
    made = sorted(folder.glob("*.docx"))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, made))
    return {path.stem: run("pdftotext", str(path.with_suffix(".pdf")), "-").split("\f")[:-1] for path in made}


@pytest.mark.parametrize("name", ["ccf", "ccf_notes", "chronology", "chronology_notes"])
def test_every_page_has_its_number_and_only_the_sheet_its_mark(pages, name):
    assert pages[name]
    for number, page in enumerate(pages[name], start=1):
        assert f"{number}/{len(pages[name])}" in "".join(page.split())
        assert (MARK in page) is name.endswith("notes")


def test_the_parts_and_the_footnotes_are_on_the_pages(pages):
    told = re.sub(r"\s+", " ", " ".join(pages["ccf"]))
    for piece in (
        "1. The request",
        "6. The facts, in order of time",
        "8. What speaks against the request",
        "Exhibit 1, passage beginning «He had been arrested on the»",
        "Summary of the ruling of the court",  # a cell of the list of exhibits, where its first line ends
        "[TO COMPLETE: pages]",
    ):
        assert piece in told, piece
    assert "Undated" in told
