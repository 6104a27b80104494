"""Texts that do not say their encoding, short ones too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.intake.encodings import decoded, decoded_as

TEXTS = {
    "ru": (
        ("cp1251", "koi8-r", "utf-16-le", "utf-16-be"),
        "В марте 2019 года сотрудники полиции пришли в квартиру моей сестры и задержали её "
        "мужа. Следователь "
        "сказал, что дело закроют, если я вернусь домой. Адвокату не дали встретиться с ним.",
    ),
    "uk": (
        ("cp1251",),
        "У березні 2019 року поліція прийшла до квартири моєї сестри і затримала її чоловіка. "
        "Слідчий сказав, "
        "що справу закриють, якщо я повернусь додому.",
    ),
    "ar": (
        ("cp1256", "utf-16-le"),
        "في مارس 2019 جاءت الشرطة إلى بيت أختي واعتقلت زوجها. قال المحقق إن القضية ستغلق إذا "
        "عدت إلى البلاد. لم "
        "يسمحوا للمحامي بمقابلته وبعد ثلاثة أيام أمرت المحكمة بحبسه شهرين.",
    ),
    "tr": (
        ("iso8859-9", "cp1254"),
        "Mart 2019 yılında polis kız kardeşimin evine geldi ve eşini gözaltına aldı. Savcı, "
        "geri dönersem davanın "
        "kapatılacağını söyledi. Avukatın onunla görüşmesine izin verilmedi.",
    ),
    "zh": (
        ("gb18030", "gbk"),
        "2019年3月,警察来到我姐姐家,带走了她的丈夫。办案人员说,如果我回国,案件就会撤销。律师没有被允许会见他。",
    ),
    "fr": (
        ("cp1252", "iso8859-1"),
        "En mars 2019, la police est venue chez ma sœur et a arrêté son mari. Le juge a dit "
        "que l'affaire serait "
        "classée si je rentrais. L'avocat n'a pas été autorisé à le voir.".replace("œ", "oe"),
    ),
    "es": (
        ("cp1252", "iso8859-15"),
        "En marzo de 2019 la policía llegó a la casa de mi hermana y detuvo a su marido. El "
        "fiscal dijo que el caso "
        "se cerraría si yo volvía al país.",
    ),
    "de": (
        ("cp1252",),
        "Im März 2019 kam die Polizei zu meiner Schwester und nahm ihren Mann fest. Der "
        "Ermittler sagte, das "
        "Verfahren würde eingestellt, wenn ich zurückkehre.",
    ),
    "en": (
        ("cp1252", "utf-8", "utf-16-le", "utf-16-be"),
        "In March 2019 police came to my sister’s flat and arrested her husband. “Come back,” "
        "he said – “and the "
        "case will be closed.”",
    ),
    "pl": (
        ("cp1250",),
        "W marcu 2019 roku policja przyszła do mieszkania mojej siostry i zatrzymała jej męża. "
        "Śledczy powiedział, "
        "że sprawa zostanie zamknięta.",
    ),
}
CASES = [(language, encoding) for language, (encodings, _) in TEXTS.items() for encoding in encodings]


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_text_is_read_in_its_encoding_from_forty_characters_on(language, encoding):
    text = TEXTS[language][1]
    pieces = [text[:length] for length in range(40, len(text) + 1, 5)]

    assert [piece for piece in pieces if decoded(piece.encode(encoding)).text != piece] == []


def test_very_short_texts_come_out_right_nearly_always():
    """Pieces of 15 to 40 characters from several places: what was measured, so that it cannot get worse."""
    right = asked = 0
    for language, encoding in CASES:
        text = TEXTS[language][1]
        for begin in (0, 20, 50):
            for length in range(15, 40, 5):
                piece = text[begin : begin + length]
                right += decoded(piece.encode(encoding)).text == piece
                asked += 1

    assert asked == 315
    assert right >= 304


def test_bytes_that_are_no_text_in_any_encoding_are_told():
    for content in (bytes(range(1, 256)) * 4, b"\x00\x01\x02\xff" * 50, b"\xff\xfea"):
        assert decoded(content).fault != ""


def test_a_charset_is_not_believed_against_the_bytes_and_never_asked_for_something_else():
    assert decoded_as("Полиция пришла.".encode("cp1251"), "windows-1251").text == "Полиция пришла."
    assert decoded_as("Zürich".encode(), "us-ascii").text == "Zürich"
    for charset in ("idna", "base64", "rot13", "unicode_escape", "no-such", "\0", ""):
        assert decoded_as(b"plain words", charset).text == "plain words"


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_have_a_fault(content):
    found = decoded(content)

    assert bool(found.text) != bool(found.fault)
    assert "\0" not in found.text
    found.text.encode()
