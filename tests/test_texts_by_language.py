"""What is said in each language besides English, signal by signal, by a hand that wrote no phrase.

What does not yet come out is listed in `texts/languages/known_misses.yaml`, which can only shrink:
`python tests/test_texts_by_language.py` takes out of it what has come right, and refuses to add to it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from redflag.errors import CaseError
from redflag.pack.read import shipped_pack
from redflag.reading import read_documents
from redflag.record import parse_yaml
from redflag.screening import Screener

TEXTS = Path(__file__).parent / "texts" / "languages"
MISSES = TEXTS / "known_misses.yaml"
LANGUAGES = ("ar", "es", "fr", "ru", "tr", "zh")
KINDS = ("fires", "silent")
SAID = frozenset({"affirmed", "alleged"})
"""How a thing must be put for a document to say it; what is denied, feared or asked says it not."""

Signals = frozenset[str]


def of_yaml(path: Path) -> Any:
    return parse_yaml(path.read_text(encoding="utf-8"), path.name, CaseError).data


BY_LANGUAGE: dict[str, dict[str, dict[str, str]]] = {
    code: of_yaml(TEXTS / f"{code}.yaml") for code in LANGUAGES
}
SCREENER = Screener()
TOLD = [(code, kind) for code in LANGUAGES for kind in KINDS]


def said(text: str, language: str) -> Signals:
    """The signals that a text of its own says; its language is given, as one sentence may not show it."""
    note = {"id": "text", "kind": "narrative", "language": language, "text": text}
    (document,) = read_documents({"case_id": "one", "documents": [note]}, SCREENER).documents
    assert document.unreadable is None
    return frozenset(signal.id for signal in document.signals if signal.assertion in SAID)


@functools.cache
def wrong(code: str, kind: str) -> Signals:
    """The signals of a language whose text does not come out: not found, or found where it should not be."""
    return frozenset(
        signal
        for signal, texts in BY_LANGUAGE[code].items()
        if (signal in said(texts[kind], code)) is not (kind == "fires")
    )


def listed(part: str, code: str, kind: str) -> Signals:
    return frozenset(of_yaml(MISSES)[part][code][kind])


@pytest.mark.parametrize(("code", "kind"), TOLD)
def test_a_text_comes_out_but_for_those_listed(code: str, kind: str) -> None:
    """What fails anew is a defect; what has come right leaves the list."""
    assert wrong(code, kind) == listed("missed", code, kind)


def test_every_language_has_the_same_signals_and_the_pack_knows_them() -> None:
    known = {lexicon.id for lexicon in shipped_pack().lexicons.lexicons}
    for code in LANGUAGES:
        assert BY_LANGUAGE[code].keys() == BY_LANGUAGE["fr"].keys()
        assert BY_LANGUAGE[code].keys() <= known
        for texts in BY_LANGUAGE[code].values():
            assert texts.keys() == {*KINDS}
            assert texts["fires"] != texts["silent"]


def test_the_list_of_misses_only_shrinks() -> None:
    before = frozenset({"timing", "mass_list"})
    assert shrunk(before, frozenset({"timing"}), before) == (frozenset({"timing"}), frozenset())
    kept, grown = shrunk(before, frozenset({"timing", "colour_switch", "new"}), {"timing", "colour_switch"})
    assert kept == {"timing", "new"}
    assert grown == {"colour_switch"}


def shrunk(before: Signals, now: Signals, known: Iterable[str]) -> tuple[Signals, Signals]:
    """The list without what has come right, and what would have to be added to it.

    Args:
        before: the list as it stands.
        now: what comes out wrong now.
        known: signals that the list has been written for; one that is new may bring misses of its own.
    """
    grown = (now & frozenset(known)) - before
    return now - grown, grown


def as_lines(by_language: Mapping[str, Mapping[str, Signals]]) -> list[str]:
    lines = []
    for code, kinds in by_language.items():
        lines.append(f"  {code}:")
        for kind, signals in kinds.items():
            lines.append(f"    {kind}:" if signals else f"    {kind}: []")
            lines += [f"      - {signal}" for signal in sorted(signals)]
    return lines


def main() -> int:
    """Take out of the list what has come right; tell the counts, and what is newly wrong."""
    is_begun = MISSES.is_file()
    missed: dict[str, dict[str, Signals]] = {}
    is_worse = False
    for code in LANGUAGES:
        known = listed("written_for", code, "signals") if is_begun else frozenset()
        missed[code] = {}
        for kind in KINDS:
            before = listed("missed", code, kind) if is_begun else frozenset()
            missed[code][kind], grown = shrunk(before, wrong(code, kind), known)
            total = len(BY_LANGUAGE[code])
            print(f"{code} {kind}: {total - len(wrong(code, kind))} of {total} come out")
            for signal in sorted(grown):
                is_worse = True
                print(f"{code} {kind}: newly wrong: {signal}", file=sys.stderr)
    written_for = {code: {"signals": frozenset(BY_LANGUAGE[code])} for code in LANGUAGES}
    lines = [
        "# Texts that do not yet come out as they should (python tests/test_texts_by_language.py).",
        "# It can only shrink: what comes out wrong anew is mended, not listed.",
        "missed:",
        *as_lines(missed),
        "written_for:",
        *as_lines(written_for),
    ]
    MISSES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if is_worse else 0


if __name__ == "__main__":
    sys.exit(main())
