"""Telling languages apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.signals import UNDETERMINED, language_of

TEXTS = {
    "en": "The police came for my brother and said that he would be held until I returned.",
    "fr": "La police est venue chercher mon frère et a dit qu'il serait détenu jusqu'à mon retour.",
    "es": "La policía vino por mi hermano y dijo que estaría detenido hasta que yo volviera.",
    "pt": "A polícia veio buscar o meu irmão e disse que ele ficaria detido até que eu não voltasse.",
    "it": "La polizia è venuta a prendere mio fratello e ha detto che sarebbe stato detenuto.",
    "de": "Die Polizei kam und nahm meinen Bruder mit, und sie sagte, dass er in Haft bleibt.",
    "tr": "Polis kardeşimi almaya geldi ve ben dönene kadar onun tutuklu kalacağını söyledi.",
    "az": "Polis qardaşımı aparmağa gəldi və mən qayıdana qədər onun həbsdə qalacağını dedi.",
    "ru": "Полиция пришла за моим братом и сказала, что он будет под стражей, пока я не вернусь.",
    "uk": "Поліція прийшла за моїм братом і сказала, що він буде під вартою, поки я не повернуся.",
    "kk": "Полиция менің ағамды алып кетті және мен қайтқанша оны ұстайтынын айтты.",
    "zh": "警察来抓我哥哥，说要关到我回国为止。",
    "ar": "جاءت الشرطة لأخذ أخي وقالت إنه سيبقى محتجزاً حتى أعود إلى البلاد.",
    "fa": "پلیس برای بردن برادرم آمد و گفت که او تا بازگشت من در بازداشت می‌ماند.",
    "ug": "ساقچىلار ئاكامنى ئېلىپ كەتتى ۋە مەن قايتىپ كەلگۈچە تۇتۇپ تۇرىدىغانلىقىنى ئېيتتى.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_each_language_is_told_by_a_sentence(code):
    assert code == language_of(TEXTS[code], {"en"})


@pytest.mark.parametrize("text", ["", "12345", "!!! ???", "Xzqw vbnm kjhg plok mnbv"])
def test_what_cannot_be_told_is_undetermined(text):
    assert language_of(text, {"en", "fr"}) == UNDETERMINED


def test_a_few_words_are_taken_for_the_only_covered_language_of_their_script():
    assert language_of("Sister arrested", {"en", "zh"}) == "en"
    assert language_of("Sister arrested", {"en", "fr"}) == UNDETERMINED


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text):
    assert language_of(text, {"en"})
