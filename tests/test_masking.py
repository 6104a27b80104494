"""Names that tell which state a text speaks of are masked, so that no learned word can."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.signals.masking import MASKS, Masking
from redflag.signals.writing import writing_of
from redflag.training.states import WORDS
from redflag.training.tagger import read_names

MASKS_FOLDER = Path(__file__).parents[1] / "rules" / "lexicons" / "masks"
LANGUAGES = ("ar", "en", "es", "fr", "ru", "tr", "zh")
MASKINGS = {code: Masking(read_names(MASKS_FOLDER / f"{code}.yaml")) for code in LANGUAGES}

TEXT = (
    "{0} asked for his return. The {1} consul told the {2} abroad that a judge in {3} had frozen "
    "forty million {5}; officers of {6} flew in from {4}. {0}'s courts will not hear him."
)


def masked(text, language="en"):
    writing = writing_of(language)
    words = writing.words(writing.even(text).text)
    return [token.text for token in MASKINGS[language].tokens(words, text)]


def test_every_language_that_is_covered_has_its_names():
    assert tuple(sorted(path.stem for path in MASKS_FOLDER.glob("*.yaml"))) == LANGUAGES


@pytest.mark.parametrize("state", sorted(WORDS))
def test_a_text_is_the_same_whatever_state_it_speaks_of(state):
    assert masked(TEXT.format(*WORDS[state])) == masked(TEXT.format(*WORDS["RUS"]))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        (
            "fr",
            "La Russie a demandé son extradition à Paris.",
            "La Chine a demandé son extradition à Berlin.",
        ),
        ("es", "El fiscal ruso llamó desde Moscú.", "El fiscal turco llamó desde Ankara."),
        ("ru", "Его брата задержали в Казахстане.", "Его брата задержали в Узбекистане."),
        ("ru", "Прокуратура России требует выдачи.", "Прокуратура Турции требует выдачи."),
        ("tr", "Kardeşi Rusya'da gözaltına alındı.", "Kardeşi Türkiye'de gözaltına alındı."),
        ("zh", "他的哥哥在俄罗斯被拘留。", "他的哥哥在土耳其被拘留。"),
        ("ar", "طلبت روسيا تسليمه.", "طلبت تركيا تسليمه."),
    ],
)
def test_a_state_is_masked_in_every_language(language, one, other):
    assert masked(one, language) == masked(other, language)
    assert MASKS & set(masked(one, language))


def test_what_is_an_ordinary_word_in_other_letters_is_masked_as_a_name_alone():
    assert masked("they told us to go")[2] == "us"
    assert masked("officers from the US came")[2] == "STATE"
    assert masked("the state asked STATE") == ["the", "state", "asked", "STATE"]


def test_a_name_keeps_the_place_of_its_words():
    words = ["in", "the", "united", "arab", "emirates", "he", "paid", "500"]
    found = MASKINGS["en"].tokens(words, "In the United Arab Emirates he paid 500")
    assert [(one.text, one.start, one.end) for one in found] == [
        ("in", 0, 1),
        ("STATE", 1, 5),
        ("he", 5, 6),
        ("paid", 6, 7),
        ("0", 7, 8),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(max_size=80))
def test_no_word_is_lost_and_none_counted_twice(language, text):
    writing = writing_of(language)
    words = writing.words(writing.even(text).text)
    found = MASKINGS[language].tokens(words, text)
    assert [at for one in found for at in range(one.start, one.end)] == list(range(len(words)))
