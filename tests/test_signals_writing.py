"""Words in seven languages: spellings that count as one, and the way back to the text as read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.documents import Document, DocumentNote
from redflag.signals import Lexicon, Lexicons, find
from redflag.signals.arabic import bare_forms
from redflag.signals.writing import writing_of

CODES = ("en", "fr", "es", "ru", "tr", "zh", "ar")
SIGNS = "aeénçœæ'’-İIıiş̇ёеЁ家國国 人\u0640\u064e\u0651ةهىيأاو\u200b\u0301\nA1."


def matches(code, phrase, text):
    lexicons = Lexicons([Lexicon(id="x", says="x", phrases={code: (phrase,)})], {}, {})
    found = find([Document("doc", text, DocumentNote(language=code))], lexicons)
    return [text[signal.match.start : signal.match.end] for signal in found]


@pytest.mark.parametrize(
    ("code", "phrase", "text", "expected"),
    [
        ("fr", "arrestation .. frère", "L'arrestation de son frère a eu lieu.", "arrestation de son frère"),
        ("fr", "frère .. arrêt*", "Son frere a ete arrete.", "frere a ete arrete"),
        ("fr", "frere .. arret*", "Son frère a été ARRÊTÉ.", "frère a été ARRÊTÉ"),
        ("fr", "soeur", "Sa sœur, et sa mère.", "sœur"),
        ("fr", "sœur .. arrêt*", "Sa soeur est arrêtée", "soeur est arrêtée"),
        ("fr", "belle-sœur", "Ma belle soeur est là.", "belle soeur"),
        ("fr", "elle", "Qu’elle vienne.", "elle"),
        ("fr", "dit-il", "Viens, dit-il.", "dit-il"),
        ("es", "extradición", "la extradicion y nada", "extradicion"),
        ("es", "el año", "en el ano 2020", "el ano"),
        ("ru", "её", "взяли ее вчера", "ее"),
        ("ru", "арестова*", "Брата Арестовали утром.", "Арестовали"),
        ("tr", "ışık", "IŞIK AÇIK", "IŞIK"),
        ("tr", "interpol", "İNTERPOL’ün bülteni", "İNTERPOL"),
        ("tr", "istanbul'da .. tutukla*", "İstanbul’da dün tutuklandı.", "İstanbul’da dün tutuklandı"),
        ("tr", "kardeşi", "kardeşi̇ geldi", "kardeşi̇"),
        ("zh", "家人被捕", "他说他的家人被捕了。", "家人被捕"),
        ("zh", "國際刑警", "国际刑警组织", "国际刑警"),
        ("zh", "国际刑警", "國際 刑警組織", "國際 刑警"),
        ("zh", "家人 .. 被捕", "家人一二三四五六七八被捕", "家人一二三四五六七八被捕"),
        ("zh", "家人 ... 被捕", "家人" + "一" * 20 + "被捕", "家人" + "一" * 20 + "被捕"),
        ("ar", "عائلة", "اعتقلوا وعائلته أمس", "وعائلته"),
        ("ar", "شقيق", "اعتُقِلَ شقيقُه", "شقيقُه"),
        ("ar", "نيابة عامة", "قالت للنيابة العامة ذلك", "للنيابة العامة"),
        ("ar", "اعتقل*", "وسـيـعتقل، واعتقلوه", "واعتقلوه"),
        ("ar", "امن", "رجال الأمن", "الأمن"),
        ("ar", "مستشفى", "إلى المستشفي", "المستشفي"),
    ],
)  # fmt: skip
def test_a_phrase_meets_the_spellings_of_its_language(code, phrase, text, expected):
    assert [expected] == matches(code, phrase, text)


@pytest.mark.parametrize(
    ("code", "phrase", "text"),
    [
        ("fr", "arrestation", "réarrestation"),
        ("es", "pena", "la penado"),
        ("ru", "она", "Барселона"),
        ("tr", "kız", "kızıl"),
        ("zh", "家人 .. 被捕", "家人" + "一" * 9 + "被捕"),
        ("ar", "ابن", "لبنان"),
    ],
)
def test_no_more_than_the_spellings_of_its_language(code, phrase, text):
    assert matches(code, phrase, text) == []


@given(st.sampled_from(CODES), st.text(alphabet=st.sampled_from(SIGNS) | st.characters(), max_size=40))
def test_every_word_leads_back_to_the_piece_of_text_that_it_is(code, text):
    writing = writing_of(code)
    even = writing.even(text)
    starts, ends = writing.spans(even.text)
    last = 0
    for word, start, end in zip(writing.words(even.text), starts, ends, strict=True):
        low, high = even.original(start, end)
        assert 0 <= last <= low < high <= len(text)
        assert word in writing.words(writing.even(text[low:high]).text)
        last = low


@given(st.sampled_from(CODES), st.text(max_size=40))
def test_to_make_even_twice_changes_nothing(code, text):
    writing = writing_of(code)
    once = writing.words(writing.even(text).text)
    assert once == writing.words(writing.even(" ".join(once)).text)


@given(st.sampled_from(CODES), st.text(alphabet=SIGNS + "бвгд", min_size=1, max_size=30))
def test_composed_and_taken_apart_are_one(code, text):
    writing = writing_of(code)
    composed = unicodedata.normalize("NFC", text)
    assert writing.words(writing.even(composed).text) == writing.words(
        writing.even(unicodedata.normalize("NFD", composed)).text
    )


@given(st.text(alphabet="ابتلكوفسهنميةع", min_size=1, max_size=9))
def test_an_arabic_word_is_among_its_own_forms_and_none_is_short(word):
    forms = bare_forms(word)
    assert forms[0] == word
    assert all(len(form) >= 2 for form in forms[1:])
