"""A hundred articles that tell of nothing like a case: next to none may show a sign of misuse.

Their writers wrote no phrase. Where an article did show one, some phrases were mended with it at
hand, so that the count is no measure of articles not seen.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from redflag.screening import Screener

ARTICLES = sorted((Path(__file__).parent / "texts" / "ordinary").glob("*.txt"))
MISREAD = {
    "02.txt": {"timing.warrant_after_change_of_power"},
    "05.txt": {"voluntary_return_pressure.threat_escalation_language"},
    "14.txt": {"voluntary_return_pressure.lure_or_third_country_transfer"},
    "57.txt": {"compelled_testimony.statement_or_confession_demanded_as_condition"},
    "89_tr.txt": {"political_motive.political_office_or_opposition_role"},
}
"""Signs that are seen where none is; the list may only grow shorter."""


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener()


def test_there_are_a_hundred_and_at_most_five_are_misread() -> None:
    assert len(ARTICLES) == 100
    assert len(MISREAD) <= 5


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_an_ordinary_article_shows_no_sign_of_misuse(screener, path) -> None:
    assessment = screener.screen(path, "2026-01-01")
    signs = {finding.rule_id for finding in assessment.findings if finding.effect == "supports"}
    assert signs == MISREAD.get(path.name, set())
    assert assessment.band in ("low", "insufficient_information")
