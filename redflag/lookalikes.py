"""Letters of another alphabet that look the same, strewn into a word so that no search finds it.

A word in two alphabets is nobody's word: it is read in the one that most of its letters are in, if all
the others have a twin there. A word in one alphabet stays what it is.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Set as AbstractSet

_TWINS = {
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "H": "НΗ", "I": "ІΙӀ", "J": "Ј", "K": "КΚ", "M": "МΜ",
    "N": "Ν", "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "УΥҮ", "Z": "Ζ", "G": "Ԍ", "Q": "Ԛ",
    "W": "Ԝ", "a": "аα", "c": "сϲ", "d": "ԁ", "e": "еєε", "g": "ԍ", "h": "һ", "i": "іι", "j": "јϳ", "k": "к",
    "l": "ӏ", "n": "п", "o": "оοσ", "p": "рρ", "q": "ԛ", "r": "г", "s": "ѕ", "u": "υ", "v": "ѵν", "w": "ԝω",
    "x": "хχ", "y": "уγү",
}  # fmt: skip
"""By Latin letter, its twins in Cyrillic and Greek."""

_LATIN_OF = {ord(twin): latin for latin, twins in _TWINS.items() for twin in twins}
_CYRILLIC_OF = {
    ord(latin): twin for latin, twins in _TWINS.items() for twin in twins[:1] if "\u0400" <= twin <= "\u04ff"
}

_OTHERS = "\u0370-\u03ff\u0400-\u052f"
_LATINS = "A-Za-z\u00c0-\u024f"
_MAY_BE_MIXED = re.compile(
    f"[{_OTHERS}][\u0300-\uffff]{{0,8}}[{_LATINS}]|(?<=[{_LATINS}\u0300-\u036f\u0483-\uffff])[{_OTHERS}]"
)
_STYLED = re.compile("[\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001d400-\U0001d7ff]")
"""Letters in bold, in circles, of full width: others than those that a text is written in."""
_IN_LATIN = re.compile(f"[{_LATINS}]")
_IN_OTHERS = re.compile(f"[{_OTHERS}]")
_IS_GREEK = re.compile("[\u0370-\u03ff]")


def may_need_plain_letters(signs: AbstractSet[str]) -> bool:
    """Whether a text of these characters may hold a word in two alphabets, or letters in a style."""
    others = any("\u0370" <= sign <= "\u052f" for sign in signs)
    latins = any("A" <= sign <= "z" or "\u00c0" <= sign <= "\u024f" for sign in signs)
    return (others and latins) or any(_STYLED.match(sign) for sign in signs if sign > "\u249f")


def plain_letters(text: str) -> str:
    """The text with each letter as the word round it is written; it keeps its length.

    >>> plain_letters("t\N{CYRILLIC SMALL LETTER O}rture in Москва") == "torture in Москва"
    True
    """
    if text.isascii():
        return text
    if _STYLED.search(text) is not None:
        text = _STYLED.sub(_plain_form, text)
    return text if _MAY_BE_MIXED.search(text) is None else _word().sub(_in_one_alphabet, text)


@functools.cache
def _word() -> re.Pattern[str]:
    """Letters with all the marks that may stand on them: which of them compose depends on every mark."""
    marks = "".join(sign for sign in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(sign))
    return re.compile(f"[{_LATINS}{_OTHERS}{marks}]+")


def _plain_form(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match[0])
    return plain if len(plain) == 1 else match[0]


def _in_one_alphabet(match: re.Match[str]) -> str:
    word = match[0]
    composed = unicodedata.normalize("NFC", word)  # an accent makes a letter another one, apart or not
    latins, others = len(_IN_LATIN.findall(composed)), len(_IN_OTHERS.findall(composed))
    if not latins or not others:
        return word
    tables = [(_LATIN_OF, _IN_OTHERS)]
    if _IS_GREEK.search(composed) is None:
        tables.insert(0 if others > latins else 1, (_CYRILLIC_OF, _IN_LATIN))
    for table, strangers in tables:
        if strangers.search(composed.translate(table)) is None:
            return word.translate(table)
    return word
