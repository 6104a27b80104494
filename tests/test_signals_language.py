"""Telling languages apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.signals import UNDETERMINED, language_of
from redflag.signals.passages import passages, shares

SEVEN = ("ar", "en", "es", "fr", "ru", "tr", "zh")

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


SHORT = {
    "en": ["They took him away", "Come home or else", "Your brother is with us now.", "Call me tomorrow"],
    "fr": ["Mon frère est arrêté", "Mon frere est arrete", "Sa sœur a été interrogée hier."],
    "es": ["Su hermano fue detenido", "Detuvieron a mi madre", "Alerta roja de Interpol"],
    "ru": ["Сестру арестовали", "Позвони мне завтра", "Мать допросили дважды", "Вернись, и дело закроют."],
    "tr": ["Kardeşim gözaltına alındı.", "Babanı sorguya çektiler.", "Ülkene dön, dosya kapanır."],
    "zh": ["弟弟被抓了", "请回电话", "妈妈被带走"],
    "ar": ["اعتقلوا أخي", "عد إلى البلاد", "منعوا أمي من السفر"],
    "az": ["Qardaşımı dünən apardılar", "Vətənə qayıt, iş bağlanacaq."],
    "fa": ["برادرم را گرفتند", "به کشور برگرد و پرونده بسته می‌شود"],
    "kk": ["Ағамды кеше ұстап алып кетті қаладан"],
    "pl": ["Mój brat został aresztowany"],
    "pt": ["Prenderam o meu irmão ontem"],
    "uk": ["Брата затримали вчора, її теж"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in SHORT.items() for text in texts])
def test_a_short_message_is_told_among_the_seven_languages_and_their_neighbours(code, text):
    assert code == language_of(text, SEVEN)


@pytest.mark.parametrize("text", ["Müller GmbH 2020", "Mr Smith, Ankara, 12 May", "Vuelve a casa"])
def test_a_few_names_or_words_are_not_taken_for_a_language_that_nothing_covers(text):
    assert language_of(text, SEVEN) in (UNDETERMINED, *SEVEN)


@pytest.mark.parametrize("text", ["Come back / no", "Come back\nno", "One two three", "No, no, no"])
@pytest.mark.parametrize("covered", [("en",), ("en", "fr"), SEVEN])
def test_a_few_words_in_plain_letters_are_read_rather_than_named_in_a_language_that_is_not(text, covered):
    assert language_of(text, covered) in (UNDETERMINED, *covered)


def test_both_ways_of_writing_kurdish_are_told():
    assert language_of("هێزەکان باوکی منیان گرت و گوتیان دەبێ بگەڕێیتەوە", SEVEN) == "ku"
    assert language_of("Polîsan birayê min girtin û gotin ku divê ez vegerim.", SEVEN) == "ku"


LONGER = {
    code: TEXTS[code] + "\n" + TEXTS[code].replace(",", " ")
    for code in ("en", "fr", "es", "ru", "tr", "zh", "ar")
}


@pytest.mark.parametrize("first", LONGER)
@pytest.mark.parametrize("second", [*LONGER, "fa", "de", "ug"])
def test_paragraphs_in_two_languages_are_two_passages(first, second):
    opening = (LONGER[first] + "\n\n") * 3
    text = opening + LONGER.get(second, TEXTS[second]) + "\n"
    found = passages(text, language_of(text, SEVEN), SEVEN)
    expected = [(0, first)] if first == second else [(0, first), (len(opening), second)]
    assert expected == [(one.start, one.language) for one in found]


@given(st.lists(st.sampled_from([*TEXTS.values(), "12", "", "Xzqw vbnm", "OK"]), max_size=8), st.booleans())
def test_passages_are_the_whole_of_a_text_in_order(pieces, by_line):
    text = "\n\n".join(pieces)
    found = passages(text, language_of(text, SEVEN), SEVEN, by_line)
    assert [one.start for one in found] == [0, *(one.end for one in found[:-1])]
    assert found[-1].end == len(text)
    assert sum(shares(text, found).values()) == sum(map(str.isalpha, text))


def test_every_line_of_a_chat_may_be_in_a_language_of_its_own():
    text = f"A: {TEXTS['en']}\nB: {TEXTS['fr']}\nA: ok\nB: {TEXTS['ru']}\nA: {TEXTS['en']}\n"
    found = passages(text, "en", SEVEN, by_line=True)
    assert [one.language for one in found] == ["en", "fr", "ru", "en"]
