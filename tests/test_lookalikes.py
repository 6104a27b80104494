"""Letters of another alphabet hide no word, and no word of another alphabet is touched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.lookalikes import _TWINS, plain_letters
from redflag.reading import read_documents

TOLD = "In March 2019 the police came to my flat and they arrested my brother."
IN_CYRILLIC = dict(zip("aeopcyxijsABCEHKMOPTX", "аеорсухіјѕАВСЕНКМОРТХ", strict=True))


def disguised(text: str) -> str:
    """Each letter with a twin replaced by it, but not in a word that would have no Latin letter left."""
    words = []
    for word in text.split(" "):
        told = "".join(IN_CYRILLIC.get(sign, sign) for sign in word)
        words.append(told if any(sign.isascii() and sign.isalpha() for sign in told) else word)
    return " ".join(words)


def signals(text):
    (document,) = read_documents(text).documents
    return [(one.id, one.start, one.end) for one in document.signals]


def test_a_statement_in_letters_that_look_alike_says_the_same_at_the_same_places():
    assert disguised(TOLD) != TOLD
    assert len(signals(TOLD)) > 0
    assert signals(disguised(TOLD)) == signals(TOLD)


def test_so_does_one_that_is_also_strewn_with_what_nobody_sees():
    strewn = "\u200b".join(disguised(TOLD))

    assert [one[0] for one in signals(strewn)] == [one[0] for one in signals(TOLD)]


@pytest.mark.parametrize("first", ["\U0001d41a", "\U0001d5ba", "\uff41"], ids=["bold", "sans", "wide"])
def test_letters_in_bold_and_of_full_width_are_plain(first):
    styled = "".join(chr(ord(first) + ord(sign) - ord("a")) if "a" <= sign <= "z" else sign for sign in TOLD)

    assert [one[0] for one in signals(styled)] == [one[0] for one in signals(TOLD)]


@given(st.text())
def test_every_letter_stays_at_its_place(text):
    assert len(plain_letters(text)) == len(text)


@given(st.text(st.characters(min_codepoint=0x400, max_codepoint=0x45F) | st.sampled_from(" ,.-1")))
def test_a_text_in_cyrillic_is_not_touched(text):
    assert plain_letters(text) == text


@given(st.text(st.characters(min_codepoint=0x370, max_codepoint=0x3CE) | st.sampled_from(" ,.-1")))
def test_a_text_in_greek_is_not_touched(text):
    assert plain_letters(text) == text


@pytest.mark.parametrize("word", ["арестoван", "пoлиция", "Мocква"])
def test_latin_letters_in_a_russian_word_are_read_as_russian(word):
    assert not any(sign.isascii() for sign in plain_letters(word))


@pytest.mark.parametrize("word", ["COVIDом", "θtheta", "B-52 и Су-27"])
def test_a_word_that_no_one_alphabet_can_write_stays(word):
    assert plain_letters(word) == word


def test_twins_are_letters_of_the_same_case_in_other_alphabets():
    for latin, twins in _TWINS.items():
        for twin in twins:
            assert unicodedata.name(twin).startswith(("CYRILLIC", "GREEK"))
            assert latin.isupper() == twin.isupper() or twin == "\u04c0"
