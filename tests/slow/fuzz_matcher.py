"""Throws mutated text at the reading of documents, on the shipped lexicons, for as long as asked.

    pip install atheris
    python tests/slow/fuzz_matcher.py text tests/texts/narratives -max_total_time=600

The first argument names the target: text (what a document says) or dates (what days it tells). The rest are
libFuzzer's own: folders of texts to start from, and flags. A find is whatever is raised, a quote that is
not the text at its place, or a text that takes too long.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["redflag"]):
    from redflag.documents import Document, DocumentNote
    from redflag.pack import shipped_pack
    from redflag.signals import find, latest_date
    from redflag.signals.textdates import dates_in

SLOWEST = "-timeout=20"
LARGEST = "-max_len=8192"
SEEDS = {
    "text": "His sister was arrested on 3 May 2021. He was told that the red notice would be cancelled.",
    "dates": "On 3 May 2021, in March 2020, 13.05.2020, 2021-04-30, from 2019 to 2020, the 4th of June.",
}


def one_text(target: str, text: str) -> None:
    """Read one text in one way."""
    if target == "dates":
        for date in dates_in(text):
            assert 0 <= date.start < date.end <= len(text)
            assert (date.date is None) == bool(date.month and date.day)
        latest_date(text)
        return
    document = Document("fuzzed", text, DocumentNote())
    for signal in find([document], shipped_pack().lexicons):
        span = signal.span
        assert 0 <= span.start < span.end <= len(text)
        assert span.quote == text[span.start : span.end]


def main() -> None:
    target, *others = sys.argv[1:]
    given = [one for one in others if not one.startswith("-")]
    shipped_pack()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "one").write_text(SEEDS[target], encoding="utf-8")
        atheris.Setup(
            [sys.argv[0], SLOWEST, LARGEST, *others, *([] if given else [folder])],
            lambda content: one_text(target, content.decode("utf-8", "replace")),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
