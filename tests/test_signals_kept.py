"""What phrases compile to, kept as data: the same signals, used only for what it was made from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.documents import Document, DocumentNote
from redflag.signals import Lexicon, Lexicons, find, table
from redflag.signals.compiling import Compiler
from redflag.signals.index import Index
from redflag.signals.writing import writing_of

PHRASES = ("{kin} .. (was)? .. (arrest*|taken away)", "(a|b c|({kin} .. d)?) e & {kin}", "弟弟 .. 被捕")
SLOTS = {code: {"kin": ("sister", "the (elder|younger) brother", "sœur")} for code in ("en", "fr", "zh")}
TEXT = (
    "The younger brother of his sister was arrested. b c e sister, a. Sa soeur est taken away. 弟弟昨天被捕。"
)


def lexicons(is_kept: bool, *phrases: str) -> Lexicons:
    one = Lexicon(id="x", says="x", phrases=dict.fromkeys(SLOTS, phrases or PHRASES))
    return Lexicons([one], SLOTS, {}, is_kept=is_kept)


def signals(known: Lexicons, language: str) -> list[tuple[int, int]]:
    found = find([Document("doc", TEXT, DocumentNote(language=language))], known)
    return [(one.match.start, one.match.end) for one in found]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "redflag"


@pytest.mark.parametrize("language", SLOTS)
def test_what_was_kept_finds_what_is_compiled(folder: Path, language: str) -> None:
    compiled = signals(lexicons(False), language)
    assert compiled
    assert not folder.exists()
    assert signals(lexicons(True), language) == compiled
    assert len([*folder.glob(f"signals-{language}-*.json")]) == 1
    assert signals(lexicons(True), language) == compiled


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"cut", b"other"])
def test_what_is_not_whole_is_compiled_anew(folder: Path, spoilt: bytes) -> None:
    compiled = signals(lexicons(True), "en")
    [place] = folder.glob("signals-en-*.json")
    whole = place.read_bytes()
    changed = {b"cut": whole[:-9], b"other": whole.replace(b"sister", b"nobody")}
    place.write_bytes(changed.get(spoilt, spoilt))
    assert signals(lexicons(True), "en") == compiled
    assert place.read_bytes() == whole


@pytest.mark.usefixtures("folder")
def test_other_phrases_or_other_code_do_not_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signals(lexicons(True), "en")
    assert signals(lexicons(True, "nowhere"), "en") == []
    first = table.code_digest()
    monkeypatch.setattr(table, "package_version", lambda: "another")
    assert table.code_digest() != first


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no table"):
        Index.read({"lexicons": []}, writing_of("en"))


WORDS = st.sampled_from(["a", "b", "c*", "a b", "b c*", "a b c"])
STEPS = st.recursive(
    WORDS, lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda o: f"({'|'.join(o)})")
)


@settings(max_examples=60)
@given(st.lists(st.lists(STEPS, min_size=1, max_size=3).map(" .. ".join), min_size=1, max_size=4))
def test_a_table_is_json_and_gives_the_same_candidates(phrases: list[str]) -> None:
    compiler = Compiler("en", {})
    made = list(compiler.compile(Lexicon(id="x", says="x", phrases={"en": tuple(phrases)})))
    index = Index(made, compiler.elements, ())
    again = Index.read(json.loads(json.dumps(index.table)), writing_of("en"))
    words = ["a", "x", "b", "c", "cc"]
    assert again.masks(words) == index.masks(words)
    told = [[one.programs for one in which.candidates(words)] for which in (index, again)]
    assert len(told[0]) == len(told[1])
    assert again.table == index.table
