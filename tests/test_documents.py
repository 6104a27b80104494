"""Documents: offsets always lead back to the text as read, and only the independent adjudicate."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from redflag.documents import Document, DocumentNote, prepare
from redflag.evidence import Level, Party
from redflag.lookalikes import may_need_plain_letters

ODD = (
    "\u0301\u0308\u0328\u0344\U0001d15e"  # marks on the letter before, some of which read as two
    "\u200b\u00ad\ufeff"  # unseen
    "\u0130\u0958\ufb1d\u1100\u1161"  # letters that change their length
    "\u2014\u2019\u00a0\u3000\n\ud800eA"
)
texts = st.one_of(
    st.text(), st.lists(st.one_of(st.sampled_from(ODD), st.characters()), max_size=12).map("".join)
)


def even(text: str) -> str:
    """Prepared, with the two small sigmas taken for one: which it is hangs on the letters around."""
    return prepare(text).text.replace("ς", "σ")


@given(texts)
@example("x \u0958")
@example("\u0344")
@example("cafe\u0301")
@example("e\u0301\u0328 x")
def test_every_piece_of_a_prepared_text_leads_back_into_the_text(text: str) -> None:
    prepared = prepare(text)
    for start in range(len(prepared.text)):
        for end in range(start + 1, len(prepared.text) + 1):
            begins, ends = prepared.original(start, end)
            assert 0 <= begins < ends <= len(text), (start, end)


@given(texts)
@example("cafe\u0301 noir")
@example("the e\u0301\u0328 x")
@example("a\u0958 b")
@example("A\u0370")
def test_the_piece_that_is_led_back_to_reads_the_same(text: str) -> None:
    """For pieces that don't part a letter from its accents, as no match of whole words does.

    Nor from its word where the text has two alphabets: a word in both is read in one of them, and
    which it is hangs on all its letters.
    """
    prepared = prepare(text)
    told = prepared.text.replace("ς", "σ")
    is_mixed = may_need_plain_letters(set(unicodedata.normalize("NFKC", text)) | set(text))

    def parts_a_word(place: int) -> bool:
        return is_mixed and all(unicodedata.category(one)[0] in "LM" for one in told[place - 1 : place + 1])

    cuts = [
        place
        for place in range(len(told) + 1)
        if place in (0, len(told)) or not (unicodedata.combining(told[place]) or parts_a_word(place))
    ]
    for start in cuts:
        for end in cuts:
            if start < end:
                begins, ends = prepared.original(start, end)
                assert even(text[begins:ends]) == told[start:end], (start, end)


def test_a_word_of_latin_and_greek_gets_no_letter_of_a_third_alphabet() -> None:
    assert prepare("A\u0370").text == prepare("a\u0371").text == "a\u0371"
    assert prepare("tοrture").text == "torture"


@given(texts)
def test_a_later_piece_of_the_prepared_text_lies_later_in_the_text(text: str) -> None:
    prepared = prepare(text)
    places = [prepared.original(place, place + 1)[0] for place in range(len(prepared.text))]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "made_even"),
    [
        ("The SISTER", "the sister"),
        ("“friend’s” – «call»", '"friend\'s" - "call"'),
        ("a\u00a0b\tc\nd\u2003e", "a b c d e"),
        ("de\u00adtained, ar\u200brested", "detained, arrested"),
        ("İstanbul", "istanbul"),
        ("cafe\u0301 CAFE\u0301", "caf\u00e9 caf\u00e9"),
    ],
)
def test_a_text_is_made_even_for_matching(text: str, made_even: str) -> None:
    assert prepare(text).text == made_even


@given(st.text("abcé ÅñöçŠžąäőỗ'", max_size=20))
def test_letters_with_their_accents_apart_read_like_those_in_one(text: str) -> None:
    assert prepare(unicodedata.normalize("NFD", text)).text == prepare(text).text


@given(st.text())
def test_preparing_twice_changes_nothing_more(text: str) -> None:
    assert even(prepare(text).text) == even(text)


@given(texts, st.data())
def test_a_span_equals_the_text_at_its_offsets(text: str, data: st.DataObject) -> None:
    document = Document("letter", text)
    start = data.draw(st.integers(-3, len(text) + 3))
    end = data.draw(st.integers(-3, len(text) + 3))
    if 0 <= start < end <= len(text):
        span = document.span(start, end)
        assert (span.document, span.start, span.end) == ("letter", start, end)
        assert span.quote == text[start:end]
    else:
        with pytest.raises(ValueError, match="no piece of text"):
            document.span(start, end)


def test_a_refused_span_does_not_tell_the_text() -> None:
    with pytest.raises(ValueError, match="letter: no piece of text from 0 to 99") as caught:
        Document("letter", "Zugzwang77").span(0, 99)
    assert "Zugzwang77" not in str(caught.value)


def level(kind: str = "court_ruling", requesting_state: str | None = "RUS", **note: object) -> Level:
    return Document("d", "text", DocumentNote(kind=kind, **note)).level(requesting_state)


def test_a_ruling_of_another_states_court_adjudicates() -> None:
    assert level(state="GBR") is Level.ADJUDICATED
    assert level("decision", state="FRA", independent=True) is Level.ADJUDICATED


def test_a_ruling_of_the_requesting_states_own_court_is_its_document() -> None:
    assert level(state="RUS") is Level.DOCUMENTED
    assert level("decision", state="RUS") is Level.DOCUMENTED
    assert level(author="requesting_state") is Level.DOCUMENTED
    assert level(state="RUS", level="adjudicated") is Level.DOCUMENTED


def test_a_body_that_is_not_independent_never_adjudicates() -> None:
    assert level(state="GBR", independent=False) is Level.DOCUMENTED
    assert level(state="GBR", independent=False, level="adjudicated") is Level.DOCUMENTED
    assert level("press", independent=False, level="adjudicated") is Level.DOCUMENTED


@pytest.mark.parametrize("party", Party)
def test_whatever_the_kind_only_a_stated_or_a_court_paper_adjudicates(party: Party) -> None:
    for kind in ("narrative", "press", "notice", "letter", "expert_report"):
        assert level(kind, author=party) is not Level.ADJUDICATED


def test_a_level_that_is_stated_replaces_that_of_the_kind() -> None:
    assert level("narrative") is Level.ASSERTED
    assert level("narrative", level="corroborated") is Level.CORROBORATED
    assert level("court_ruling", state="GBR", level="documented") is Level.DOCUMENTED


def test_who_vouches_follows_from_the_kind_unless_an_author_is_named() -> None:
    assert Document("d", "", DocumentNote(kind="warrant")).party is Party.REQUESTING_STATE
    assert Document("d", "", DocumentNote(kind="narrative")).party is Party.CLIENT
    assert Document("d", "", DocumentNote(kind="narrative", author="ngo")).party is Party.NGO


def test_every_kind_of_document_has_a_party_and_a_level() -> None:
    kinds = DocumentNote.model_json_schema()["properties"]["kind"]["enum"]
    assert len(kinds) > 10
    for kind in kinds:
        document = Document("d", "", DocumentNote(kind=kind))
        assert isinstance(document.party, Party)
        assert isinstance(document.level(None), Level)


@given(texts, texts)
def test_a_digest_is_of_the_text_alone(one: str, other: str) -> None:
    assert (Document("a", one).digest() == Document("b", other).digest()) is (one == other)
