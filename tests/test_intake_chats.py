"""Exports of chats: whose line it is, on which day, however the telephone writes dates."""

from __future__ import annotations

import pytest

from redflag.documents import Document
from redflag.evidence import Party
from redflag.intake.chats import read_if_chat
from redflag.intake.papers import papers_in
from redflag.pack import shipped_pack
from redflag.signals import find


def chat(text: str):
    found = read_if_chat(text)
    assert found is not None
    return found


TOLD = "2020-05-13\n[14:33] Ivan: Come back\n\n2020-05-14\n[00:05] H: No"


@pytest.mark.parametrize(
    "export",
    [
        "13/05/2020, 14:33 - Ivan: Come back\n14/05/2020, 00:05 - H: No\n",
        "5/13/20, 2:33 PM - Ivan: Come back\r\n5/14/20, 12:05 AM - H: No\r\n",
        "[13.05.20, 14:33:05] Ivan: Come back\n\u200e[14.05.20, 00:05:00] H: No",
        "[13/05/2020, 2:33:05\u202fPM] Ivan: Come back\n[14/05/2020, 12:05:00\u202fAM] H: No",
        "2020-05-13, 14:33 - Ivan: Come back\n2020-05-14, 00:05 - H: No\n",
        "Ivan, [13.05.2020 14:33]\nCome back\n\nH, [14.05.2020 00:05]\nNo\n",
        "Ivan, [13/05/2020 14:33]: Come back\nH, [14/05/2020 00:05]: No\n",
    ],
)
def test_every_way_of_writing_an_export_comes_to_the_same(export):
    assert (chat(export).text, chat(export).left_out) == (TOLD, "")


def test_points_between_figures_mean_that_the_day_comes_first():
    assert chat("05.06.2020, 14:33 - A: x\n05.06.2020, 14:34 - B: y").text.startswith("2020-06-05\n")


def test_an_order_in_which_the_chat_would_run_backwards_is_not_taken():
    assert chat("04/05/2020, 14:33 - A: x\n03/06/2020, 14:34 - B: y").text.startswith("2020-05-04\n")


def test_where_day_and_month_cannot_be_told_apart_only_the_year_is_kept():
    found = chat("05/06/2020, 14:33 - A: x\n05/06/2020, 14:34 - B: y")

    assert found.text == "2020\n[14:33] A: x\n[14:34] B: y"
    assert found.left_out == "days and months of the messages, since their order cannot be told"


def test_every_line_of_a_message_names_its_speaker():
    found = chat("13/05/2020, 14:33 - Ivan: One\ntwo: x\n\nthree\n13/05/2020, 14:34 - H: Four")

    assert found.text == (
        "2020-05-13\n[14:33] Ivan: One\n[14:33] Ivan: two: x\n[14:33] Ivan: three\n[14:34] H: Four"
    )


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("+44 7700 900123", "Number 44 7700 900123"),
        ("Ivan \U0001f981 (work)", "Ivan work"),
        ("\u202a+7 900\u202c", "Number 7 900"),
        ("J" * 60, "J" * 40),
    ],
)
def test_a_speaker_stands_as_a_label_that_voices_are_told_by(name, label):
    found = chat(f"13/05/2020, 14:33 - {name}: We arrested your brother.\n13/05/2020, 14:34 - H: Why")

    (signal, *_) = find(
        [Document("c", found.text, papers_in("c.txt", b"x")[0].note())], shipped_pack().lexicons
    )

    assert f"[14:33] {label}: We arrested" in found.text
    assert label in signal.span.quote


def test_what_a_stranger_writes_is_not_the_clients_word_and_lies_on_its_day():
    export = "13/05/2020, 14:33 - +7 900: We arrested your brother.\n13/05/2020, 14:34 - H: Why\n"
    (paper,) = papers_in("talk.txt", export.encode())
    note = paper.note()

    signals = find([Document("c", paper.found.text, note)], shipped_pack().lexicons)

    assert note.kind == "chat"
    assert {one.said_by for one in signals} == {Party.UNCLEAR}
    assert {str(one.happened) for one in signals} == {"2020-05-13"}


@pytest.mark.parametrize(
    "text",
    [
        "On 13/05/2020, 14:33 - he came.\nThen he left.",
        "13/05/2020, 14:33 - he came.\n\nThen: he left.\nAnd more.",
        "Minutes of 13.05.2020\n14:33 Ivan: Come back\n",
        "",
    ],
)
def test_other_texts_with_dates_are_left_alone(text):
    assert read_if_chat(text) is None


def test_a_page_that_telegram_exported_is_a_chat():
    def message(name, moment, text):
        moment_of = f'<div class="pull_right date details" title="{moment} UTC+03:00">{moment[11:16]}</div>'
        who = f'<div class="from_name">\n{name} </div>' if name else ""
        body = f'<div class="body">{moment_of}{who}<div class="text">\n{text}\n</div></div>'
        return f'<div class="message default clearfix">{body}</div>'

    page = (
        '<div class="page_body chat_page"><div class="history">'
        '<div class="message service"><div class="body details">13 May 2020</div></div>'
        + message("Ivan", "13.05.2020 14:33:05", "Come back<br>or else")
        + message("", "13.05.2020 14:34:00", "Tonight")
        + message("H", "14.05.2020 00:05:00", "<b>No</b>")
        + "</div></div>"
    )

    (paper,) = papers_in("messages.html", page.encode())

    assert paper.kind == "chat"
    assert paper.found.text == (
        "2020-05-13\n[14:33] Ivan: Come back\n[14:33] Ivan: or else\n[14:34] Ivan: Tonight\n\n"
        "2020-05-14\n[00:05] H: No"
    )
