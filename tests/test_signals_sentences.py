"""Cutting texts into sentences."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.errors import RuleError
from redflag.record import parse_yaml
from redflag.signals import read_context
from redflag.signals.sentences import LONGEST_SENTENCE, Sentence, Splitter, is_heading, label, lead, quoted

CONTEXT = Path(__file__).parent.parent / "rules" / "lexicons" / "context"


def splitter(code):
    path = CONTEXT / f"{code}.yaml"
    return Splitter(read_context(parse_yaml(path.read_text("utf-8"), path.name, RuleError)))


SPLITTER = splitter("en")


def split(text, by=SPLITTER):
    return [text[piece.start : piece.end] for piece in by.split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "One. | Two! | Three? | Four",
        "Mr. Smith met Dr. Jones. | They left.",
        "See Art. 3 and No. 5 of the law. | It is clear.",
        "He said no. | They came back.",
        "The U.S. court ruled. | It was in the U.S. | They left.",
        "J. Smith came. | H. was arrested.",
        "Liu v. Poland was decided. | It counts.",
        '"Come home." | He left.',
        '"Will you come?" he asked. | She did.',
        "They waited ... and waited. | Then it came.",
        "He paid 3.5 million; | they kept it.",
        "First line of a letter that is wrapped\nby the machine. | Then more.",
        "Caller: come home.\n | H: no.",
        "Checks:\n | - the warrant\n | - the date",
        "One paragraph\n\n | another one",
        "they took my sister. | i am afraid",
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text):
    pieces = [piece.strip() for piece in text.split("|")]
    assert pieces == split(text.replace("| ", "").replace("|", ""))


@pytest.mark.parametrize(
    "text",
    [
        "3 мая 2020 г. опубликовал статью. | 12 июня 2020 г. возбудили дело.",
        "Он уехал в 2020 г. | Дело возбудили потом.",
        "Обвинён по ч. 2 ст. 159 и ст. 210 кодекса. | Вину отрицает.",
    ],
)
def test_an_abbreviation_after_a_number_ends_no_sentence_that_goes_on(text):
    pieces = [piece.strip() for piece in text.split("|")]
    assert pieces == split(text.replace("| ", ""), splitter("ru"))


PARAGRAPH = st.text(st.sampled_from(list("aA1 .;?!\n\"'():-")), max_size=60)


@given(st.lists(PARAGRAPH, max_size=5))
def test_a_part_between_blank_lines_has_the_sentences_that_the_whole_text_has_there(paragraphs):
    text = "".join(f"{paragraph}\n\n" for paragraph in paragraphs)
    edges = [0]
    for paragraph in paragraphs:
        edges.append(edges[-1] + len(paragraph) + 2)
    parts = [one for low, high in itertools.pairwise(edges) for one in SPLITTER.split(text, low, high)]
    assert list(SPLITTER.split(text)) == parts


@given(st.text(alphabet=st.sampled_from(list("aA1 .;?!\n\"'():-")) | st.characters(), max_size=300))
def test_sentences_lie_in_order_and_leave_out_white_space_alone(text):
    end = 0
    for piece in SPLITTER.split(text):
        assert piece.start >= end
        assert not text[end : piece.start].strip()
        assert text[piece.start : piece.end].strip() == text[piece.start : piece.end] != ""
        assert piece.end - piece.start <= LONGEST_SENTENCE
        end = piece.end
    assert not text[end:].strip()


@given(st.integers(0, 2500), st.integers(1, 2500), st.integers(0, 50))
def test_a_quote_holds_its_match(start, length, word):
    text = ("word, " * (word % 7) + "x" * word + " ") * 120
    sentence = Sentence(0, len(text))
    start = min(start, len(text) - 1)
    end = min(len(text), start + length)
    low, high = quoted(text, sentence, start, end)
    assert 0 <= low <= start < end <= high <= len(text)


def test_a_label_is_what_stands_before_the_colon():
    text = "[00:12:03] Old Friend: come home. Now.\nNo label here"
    assert label(text, text.index("Now")) == "old friend"
    assert label(text, text.index("No label")) is None


def test_an_item_stands_under_the_words_before_its_list():
    text = "To check:\n- the warrant\n- the date\n\nNothing else"
    assert lead(text, Sentence(text.index("- the date"), text.index("\n\n"))) == "to check"
    assert lead(text, Sentence(text.index("Nothing"), len(text))) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Arrest Of His Sister\n\nText.", True),
        ("## Arrest of his sister\nText.", True),
        ("2. Arrest of his sister\nText.", True),
        ("they took my sister\nyesterday", False),
        ("His sister was arrested.\n\nText.", False),
        ("my sister was arrested", False),
    ],
)
def test_headings_are_told_from_short_lines(text, expected):
    sentence = next(iter(SPLITTER.split(text)))
    assert expected == is_heading(text, sentence)
