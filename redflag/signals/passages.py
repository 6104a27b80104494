"""A document cut into passages, each in one language."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from redflag.signals.language import UNDETERMINED, language_of, may_be_other
from redflag.signals.patterns import Pattern

SHORT_PASSAGE = 200
"""Letters of a text that may be read in each language of its script, where it cannot be told."""
_UNIT = 400
"""Characters of a paragraph beyond which its lines are looked at in smaller groups."""
_FEWEST_LETTERS = 25
"""Letters below which a piece is taken to be in the language of what stands before it."""
_SAMPLED = 600
_BLANK = Pattern(r"\n[ \t\r]*\n")
_LETTER = Pattern(r"[^\W\d_]+")
_NOT_LATIN = Pattern("[\u0370-\u1dff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufeff](?:\\W?[^\x00-\u036f]){3}")
_LATIN_RUN = Pattern("[A-Za-z\u00c0-\u024f]{2,}(?:[ ,'\u2019-]+[A-Za-z\u00c0-\u024f]{2,}){4}")
_FOREIGN = {
    "ru": Pattern(
        "[\u0456\u0457\u0454\u0491\u045e\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af\u04bb\u0452\u0458-\u045b\u045f\u0590-\u1dff\u3040-\ud7ff]"
    ),
    "ar": Pattern(
        "[\u067e\u0686\u06a9\u06af\u06cc\u06c6-\u06c8\u06cb\u06d0\u06d2\u06d5\u06ad\u0679\u0688\u0691\u06ba\u06be\u0370-\u058f\u0700-\u1dff\u3040-\ud7ff]"
    ),
    "zh": Pattern("[\u0370-\u1dff\u3040-\u30ff\uac00-\ud7af]"),
}
"""Letters of other languages, in the same script or in one that is not Latin."""
_TELLING = {
    "en": (" the ", " of ", " and ", " to ", " was ", " he ", " is "),
    "fr": (" les ", " des ", " et ", " est ", " dans ", " une ", " pour ", " du "),
    "es": (" el ", " los ", " las ", " y ", " por ", " una ", " con "),
    "tr": (" ve ", " bir ", " bu ", " için ", " ile ", " olarak "),
}
"""Small words by which most paragraphs of a language are known at a glance."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Characters `start` up to `end` of a text, in one language."""

    start: int
    end: int
    language: str


def passages(text: str, main: str, covered: Collection[str], by_line: bool = False) -> tuple[Passage, ...]:
    """The passages of a text, in order; together they are the whole of it.

    Args:
        main: the language of most of it, or `und`.
        covered: languages that lexicons cover.
        by_line: whether every line may be in a language of its own, as in a chat.
    """
    if len(text) < 2 * _FEWEST_LETTERS or not _may_be_mixed(text, main, by_line):
        return (Passage(0, len(text), main),)
    units = [*_units(text, by_line)]
    if len(units) == 1:
        return (Passage(0, len(text), main),)
    found: list[Passage] = []
    for start, end in units:
        language = _language(text[start:end], main, covered)
        if language is None:
            language = found[-1].language if found else main
        if found and found[-1].language == language:
            found[-1] = Passage(found[-1].start, end, language)
        else:
            found.append(Passage(start, end, language))
    return tuple(found)


def _may_be_mixed(text: str, main: str, by_line: bool) -> bool:
    """Whether it is worth to look at the parts of a text; a whole paragraph of it is enough."""
    if main in _FOREIGN:
        return _LATIN_RUN.search(text) is not None or _FOREIGN[main].search(text) is not None
    if main not in _TELLING or (not text.isascii() and _NOT_LATIN.search(text) is not None):
        return True
    telling = _TELLING[main]
    return any(
        end - start >= 2 * _FEWEST_LETTERS and not any(word in text[start:end] for word in telling)
        for start, end in _units(text, by_line)
    )


def _units(text: str, by_line: bool) -> Iterator[tuple[int, int]]:
    """Pieces that are looked at one by one: paragraphs, groups of lines of long ones, or lines."""
    begin = 0
    for match in _BLANK.finditer(text):
        yield from _groups(text, begin, match.end(), by_line)
        begin = match.end()
    if begin < len(text):
        yield from _groups(text, begin, len(text), by_line)


def _groups(text: str, begin: int, end: int, by_line: bool) -> Iterator[tuple[int, int]]:
    least = 1 if by_line else _UNIT
    while end - begin > least:
        cut = text.find("\n", begin + least, end) + 1
        if not cut or cut == end:
            break
        yield begin, cut
        begin = cut
    if begin < end:
        yield begin, end


def _language(piece: str, main: str, covered: Collection[str]) -> str | None:
    """The language of a piece; None where it is too short to have one of its own."""
    sample = piece[:_SAMPLED]
    if main in _TELLING and sample.isascii() and any(word in sample for word in _TELLING[main]):
        return main
    if main in _TELLING and not may_be_other(sample, main):
        return None
    letters = sum(map(len, _LETTER.findall(sample)))
    if letters < (_FEWEST_LETTERS if sample.isascii() else _FEWEST_LETTERS // 4):
        return None
    told = language_of(sample, covered)
    return None if told == UNDETERMINED else told


def shares(text: str, found: Collection[Passage]) -> dict[str, int]:
    """Letters of a text by the language of their passage."""
    counted: dict[str, int] = {}
    for passage in found:
        letters = sum(map(len, _LETTER.findall(text, passage.start, passage.end)))
        counted[passage.language] = counted.get(passage.language, 0) + letters
    return counted
