"""Reading speed beside its peers, on ordinary, domain and hostile text, as ratios of one run.

python tests/benchmarks/text_speed.py [rounds]

Needs ahocorasick_rs; other peers are measured where they are installed
(tests/benchmarks/requirements-peers.txt). Ratios are to the raw automaton on the words that the phrases of
the pack are told by, which knows no word boundary, gap, sentence or negation.
"""

from __future__ import annotations

import functools
import importlib.util
import resource
import statistics
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import ahocorasick_rs
import yaml

from redflag.documents import Document, DocumentNote
from redflag.pack import shipped_pack
from redflag.signals import find
from redflag.signals.matching import hits

ROOT = Path(__file__).parent.parent.parent
MEGABYTE = 1_000_000
LEXICONS = shipped_pack().lexicons
INDEX = LEXICONS.of("en").index


def ordinary() -> str:
    """Manuals and licences that come with the installed packages."""
    found = []
    for path in sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*")):
        is_text = path.suffix in {".md", ".rst"} or path.name.startswith(("LICENSE", "METADATA", "COPYING"))
        if is_text and path.is_file():
            found.append(path.read_text(encoding="utf-8", errors="replace")[:100_000])
        if sum(map(len, found)) > 2 * MEGABYTE:
            break
    return "\n\n".join(found)[: 2 * MEGABYTE]


def domain() -> str:
    """Texts of documented cases and of rules' tests: almost every sentence is about the matter."""
    found = []
    for folder in ("tests/texts", "training_data/cases"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            if "locked" not in path.name:
                found += _texts(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    return "\n\n".join(found)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def mixed(rest: str, matter: str) -> str:
    """Ordinary text with one sentence about the matter in each kilobyte or so."""
    sentences = matter.split(". ")
    pieces = [rest[at : at + 1000] for at in range(0, len(rest), 1000)]
    return "".join(f"{piece}. {sentences[n % len(sentences)]}. " for n, piece in enumerate(pieces))


HOSTILE = {
    "one word over and over": "sister " * 40_000,
    "all gate, no phrase": "arrested of the sister notice warrant police his not if said that " * 4_000,
    "no stop at all": "the embassy said his brother was not " * 8_000,
    "stops alone": ".?! " * 60_000,
    "labels and colons": "Caller: his sister: not: if:\n" * 9_000,
    "figures": "12/12/2020 1 May 3 2021-01 " * 9_000,
    "negations": "not no never his sister was not never no arrested nor " * 5_000,
    "unseen signs": "si\u200bster\u0301 was a\u0301rrested. " * 10_000,
}


def pace(run: Callable[[], object], size: int, rounds: int) -> list[float]:
    """Megabytes a second of processor time, one figure a round: other processes hardly matter."""
    paces = []
    for _ in range(rounds):
        start = time.process_time()
        run()
        paces.append(size / MEGABYTE / (time.process_time() - start))
    return paces


def signals(text: str) -> object:
    """The whole way: sentences, negation, speakers, dates."""
    return find([Document("doc", text, DocumentNote(language="en"))], LEXICONS)


def phrases(text: str) -> object:
    """Every phrase of every sentence: word boundaries, gaps, overlaps, offsets of the text as read."""
    reading = LEXICONS.of("en")
    found = []
    for sentence in reading.splitter.split(text):
        piece = text[sentence.start : sentence.end]
        words = reading.writing.words_of(piece)
        candidates = reading.index.candidates(words)
        if not candidates:
            continue
        met = hits(len(words), reading.index.masks(words), candidates)
        if met:
            even = reading.writing.even(piece)
            starts, ends = reading.writing.spans(even.text)
            found += [(hit.lexicon, even.original(starts[hit.start], ends[hit.end - 1])) for hit in met]
    return found


def raw(automaton: ahocorasick_rs.AhoCorasick, text: str) -> object:
    """The automaton alone, overlapping."""
    return automaton.find_matches_as_indexes(text.lower(), overlapping=True)


def peers(literals: list[str]) -> dict[str, Callable[[str], object]]:
    """Peers that are installed."""
    found: dict[str, Callable[[str], object]] = {}
    if importlib.util.find_spec("spacy") is None:
        return found
    import spacy
    from spacy.matcher import PhraseMatcher

    plain = spacy.blank("en")
    plain.max_length = 10**9
    matcher = PhraseMatcher(plain.vocab, attr="LOWER")
    matcher.add("x", [plain.make_doc(literal) for literal in literals])
    found["spaCy PhraseMatcher"] = lambda text: matcher(plain.make_doc(text))
    if importlib.util.find_spec("medspacy") is not None:
        import medspacy
        from loguru import logger
        from medspacy.ner import TargetRule

        logger.remove()  # its splitter logs every word
        whole = medspacy.load()
        whole.max_length = 10**9
        whole.get_pipe("medspacy_target_matcher").add([TargetRule(one, "X") for one in literals[:500]])
        found["medspaCy with ConText, 500 literals"] = lambda text: whole(text[:20_000])
    return found


def main() -> None:
    """Print megabytes a second and ratios with their spread, and how memory grows with a document."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    literals = [key.removesuffix("*") for key in INDEX.table["signs"]]
    automaton = ahocorasick_rs.AhoCorasick(
        literals, store_patterns=False, implementation=ahocorasick_rs.Implementation.ContiguousNFA
    )
    calm, matter = ordinary(), domain()
    texts = {"ordinary": calm, "one sentence a kB": mixed(calm, matter), "domain": matter}
    print(f"{len(literals)} literals, {rounds} rounds")
    others = peers(literals)
    ordinary_pace = 0.0
    for name, text in texts.items():
        base = pace(functools.partial(raw, automaton, text), len(text), rounds)
        print(f"{name}, {len(text) / MEGABYTE:.1f} MB: raw automaton {statistics.median(base):.1f} MB/s")
        ways = {"phrases": phrases, "signals": signals, **others}
        for way, run in ways.items():
            short = text[:20_000] if "medspaCy" in way else text[:300_000] if "spaCy" in way else text
            found = pace(functools.partial(run, short), len(short), rounds)
            ratios = sorted(one / two for one, two in zip(found, base, strict=True))
            told = f"{statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"
            print(f"  {way}: {statistics.median(found):.2f} MB/s, {told} of the raw automaton")
            if way == "signals" and name == "ordinary":
                ordinary_pace = statistics.median(found)
    for name, text in HOSTILE.items():
        found = statistics.median(pace(functools.partial(signals, text), len(text), max(1, rounds // 2)))
        print(
            f"hostile, {name}: {found:.2f} MB/s, {ordinary_pace / found:.1f} times the time of ordinary text"
        )
    for times in (1, 2, 4):
        signals(calm[:MEGABYTE] * times)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"after {times} MB in one document: {held} MB")


if __name__ == "__main__":
    main()
