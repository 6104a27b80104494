"""Documents in languages that no lexicon covers: told as unread, with the language in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from redflag.screening import Screener
from redflag.signals import NAMES

TEXTS = sorted((Path(__file__).parent / "texts" / "uncovered").glob("*.txt"))
SCREENER = Screener()


def test_there_is_a_text_in_each_of_the_languages_that_the_readme_counts() -> None:
    assert len(TEXTS) == 14


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_a_text_in_a_language_that_is_not_covered_is_unread_and_its_language_named(path: Path) -> None:
    assessment = SCREENER.screen(path, "2026-01-01")
    (document,) = assessment.documents
    assert document.unreadable is not None
    assert f"it is in {NAMES[path.stem]}, which no lexicon covers" in document.unreadable
    assert assessment.band == "insufficient_information"
    assert not assessment.findings


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_so_is_its_opening_alone(path: Path) -> None:
    opening = path.read_text(encoding="utf-8")[:250]
    (document,) = SCREENER.screen(opening, "2026-01-01").documents
    assert document.unreadable is not None
    assert NAMES[path.stem] in document.unreadable
