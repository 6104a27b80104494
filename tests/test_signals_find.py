"""Signals in documents: where, how put, by whom, when."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.errors import RuleError
from redflag.evidence import Assertion, Party
from redflag.record import parse_yaml
from redflag.signals import Lexicon, Lexicons, find, read_context

CONTEXT = Path(__file__).parent.parent / "rules" / "lexicons" / "context" / "en.yaml"
SLOTS = {
    "en": {
        "relative": ("sister", "brother", "relatives", "wife"),
        "arrested": ("arrested", "detained", "taken away", "held"),
    }
}
LEXICONS = Lexicons(
    [
        Lexicon(
            id="relative_held",
            says="A relative is held.",
            phrases={
                "en": (
                    "{relative} .. (was|were|been)? .. {arrested}",
                    "(arrest|detention|arresting) of .. {relative}",
                    "{arrested} (his|her|my) {relative}",
                )
            },
        ),
        Lexicon(id="no_request", says="No request.", phrases={"en": ("no extradition request",)}),
        Lexicon(
            id="offer",
            says="Something is offered.",
            utterance=True,
            phrases={"en": ("notice .. (withdrawn|cancelled)",)},
        ),
    ],
    SLOTS,
    {"en": read_context(parse_yaml(CONTEXT.read_text("utf-8"), "en.yaml", RuleError))},
)


def signals(text, **note):
    return find([Document("doc", text, DocumentNote(language="en", **note))], LEXICONS)


def put(text, **note):
    return [signal.assertion.value for signal in signals(text, **note)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("His sister was arrested.", "affirmed"),
        ("Not only was his sister detained, she was beaten too.", "affirmed"),
        ("He did not know that his sister had been arrested.", "affirmed"),
        ("No doubt his sister was arrested to press him.", "affirmed"),
        ("His sister was not arrested until May.", "affirmed"),
        ("My brother has not been seen since he was detained.", "affirmed"),
        ("He was never charged and his sister was arrested.", "affirmed"),
        ("He fears return because his brother was arrested.", "affirmed"),
        ("In May 2020 his brother was arrested.", "affirmed"),
        ("He denied the charge, but his sister was detained.", "affirmed"),
        ("His sister was not arrested.", "negated"),
        ("His sister wasn't arrested.", "negated"),
        ("His sister has never been detained.", "negated"),
        ("No relatives were arrested.", "negated"),
        ("None of his relatives has been detained.", "negated"),
        ("He denied that his sister had been arrested.", "negated"),
        ("The ministry denies the arrest of his sister.", "negated"),
        ("There is no evidence that his sister was arrested.", "negated"),
        ("It is not true that his sister was arrested.", "negated"),
        ("The claim that his sister was arrested is false.", "negated"),
        ("The arrest of his sister never happened.", "negated"),
        ("They left without arresting of any relatives.", "negated"),
        ("He fears that his sister will be arrested.", "feared"),
        ("He is afraid that his brother may be detained.", "feared"),
        ("I think my sister will be arrested.", "feared"),
        ("They threatened that his sister would be arrested.", "threatened"),
        ("The investigator warned him that his brother would be detained.", "threatened"),
        ("They threatened him with the arrest of his sister.", "threatened"),
        ("He was told that his sister would be arrested.", "threatened"),
        ("Police said that if he did not return, his brother would be arrested.", "threatened"),
        ("If his brother is arrested he will come back.", "hypothetical"),
        ("His sister might be arrested.", "hypothetical"),
        ("It is unclear whether his sister was arrested.", "hypothetical"),
        ("He was asked whether his sister had been arrested.", "hypothetical"),
        ("Was his sister arrested?", "hypothetical"),
        ("Ask whether his sister was arrested.", "hypothetical"),
        ("Checks: arrest of his sister; the date of the call.", "hypothetical"),
        ("Intake done. Actions: confirm that his sister was arrested.", "hypothetical"),
        ("In another case, the client's brother was arrested.", "hypothetical"),
        ("The brother of the footballer was arrested.", "hypothetical"),
        ("His sister was allegedly detained.", "alleged"),
        ("He claims that his sister was arrested.", "alleged"),
        ("The alleged arrest of his sister came in May.", "alleged"),
    ],
)
def test_how_a_thing_is_put(text, expected):
    assert expected in put(text)
    assert expected == put(text)[-1]


def test_a_phrase_is_not_negated_by_its_own_words():
    assert put("To this day no extradition request has come.") == ["affirmed"]
    assert put("It is not true that no extradition request was made.") == ["negated"]


def test_what_is_itself_said_is_not_put_in_doubt_by_its_content():
    assert put("If he comes home the notice will be withdrawn.") == ["affirmed"]
    assert put("They never said the notice was cancelled.") == ["negated"]


def test_two_clauses_of_one_sentence_may_be_put_in_two_ways():
    assert put("His brother was not arrested but his sister was detained.") == ["negated", "affirmed"]


@pytest.mark.parametrize(
    ("text", "said_by", "relayed_by"),
    [
        ("My sister was arrested.", "client", None),
        ("The embassy says that his sister was arrested.", "requesting_state", None),
        ("The court held that his brother had been detained.", "court", None),
        ("Counsel argues that his brother was detained.", "defence", None),
        ("A friend told me that my sister had been detained.", "go_between", None),
        ("My wife says that my brother was arrested.", "relative", None),
        ("According to Human Rights Watch, his brother was detained.", "ngo", None),
        ("His brother was detained, a newspaper reported.", "press", None),
        ('"Your brother was detained," said the official.', "requesting_state", None),
        ("The commission of INTERPOL noted that his brother was detained.", "interpol", None),
        ("The local police said that his brother was detained.", "requested_state", None),
        ("I was told by an official that my brother was detained.", "requesting_state", None),
        ("He said that officials had told him that my brother was held.", "requesting_state", "go_between"),
        ("The caller said that police told him that my brother was held.", "requesting_state", "go_between"),
        ("The police, who found nothing, left after my brother was detained.", "client", None),
        ("A friend of the minister said that my brother was detained.", "go_between", None),
        ("The prosecutor said the case was strong and police arrested my brother.", "client", None),
        ("The prosecutor spoke well, but my brother was detained.", "client", None),
    ],
)
def test_whose_word_it_is(text, said_by, relayed_by):
    (signal,) = signals(text)
    assert (Party(said_by), relayed_by and Party(relayed_by)) == (signal.said_by, signal.relayed_by)


def test_a_he_is_the_one_with_whom_the_sentence_before_opens():
    (signal,) = signals("The caller rang twice. He said that my sister had been arrested.")
    assert Party.GO_BETWEEN is signal.said_by


def test_a_line_of_a_transcript_belongs_to_its_speaker():
    text = (
        "Caller: Officials told me that your sister was arrested.\n"
        "H: My brother was arrested too.\n"
        "X: A sister was detained."
    )
    found = signals(text, kind="call_transcript")
    assert [(signal.said_by, signal.relayed_by) for signal in found] == [
        (Party.REQUESTING_STATE, Party.GO_BETWEEN),
        (Party.CLIENT, None),
        (Party.UNCLEAR, None),
    ]


def test_a_list_of_questions_and_a_heading_tell_nothing():
    questions = "Questions:\n- sister arrested in May\n- brother detained\n"
    assert put(questions, kind="lawyer_note") == ["hypothetical"] * 2
    assert put("Sister Arrested\n\nHis sister was arrested.", kind="press") == ["hypothetical", "affirmed"]


def test_a_date_is_carried_to_the_sentences_after_it():
    text = (
        "My sister was arrested on 12 April 2021. My brother was arrested too. "
        "Later my wife was detained. In May 2022 my brother was taken away."
    )
    assert [
        (signal.happened and signal.happened.text, signal.later_than and signal.later_than.text)
        for signal in signals(text)
    ] == [
        ("2021-04-12", None),
        ("2021-04-12", None),
        (None, "2021-04-12"),
        ("2022-05", None),
    ]


def dated(text: str) -> list[str | None]:
    return [signal.happened and signal.happened.text for signal in signals(text)]


def test_a_date_is_carried_no_further_than_its_paragraph():
    dated_one = "My sister was arrested on 12 April 2021. My brother was arrested too."
    undated = "My wife was detained."
    assert dated(f"{dated_one}\n\n{undated}") == ["2021-04-12", "2021-04-12", None]
    assert dated(f"{dated_one}\r\n \r\n{undated}") == ["2021-04-12", "2021-04-12", None]
    assert dated(f"{undated}\n\n{dated_one}") == [None, "2021-04-12", "2021-04-12"]
    assert dated(f"{dated_one}\n{undated}") == ["2021-04-12"] * 3


def test_a_line_too_long_to_be_a_wrapped_one_is_a_paragraph():
    """As Word and RTF give them: without blank lines."""
    long = "My sister was arrested on 12 April 2021" + ", as the family told us again and again" * 5 + "."
    short = "My wife was detained."
    assert dated(f"{long}\n{short}") == ["2021-04-12", None]
    assert dated(f"On 12 April 2021 my sister was arrested.\n{short}{' It is so.' * 20}") == [
        "2021-04-12",
        None,
    ]
    assert dated(f"On 12 April 2021 my sister was arrested.\n{short}{' It is so.' * 9}") == ["2021-04-12"] * 2


def test_a_date_in_a_heading_holds_up_to_the_next_heading():
    parts = (
        "April 2021",
        "My sister was arrested.",
        "My brother was arrested too. In May 2021 my wife was arrested.",
        "My sister was detained.",
        "Other relatives",
        "My brother was detained.",
    )
    assert dated("\n\n".join(parts)) == ["2021-04", "2021-04", "2021-05", "2021-04", None]


def test_a_day_without_a_year_and_what_was_later_refer_back_as_far_as_it_takes():
    text = "In March 2021 he left.\n\nOn 12 April my sister was arrested.\n\nLater my wife was detained."
    assert dated(text) == ["2021-04-12", None]
    assert signals(text)[1].later_than == PartialDate("2021-04-12")


def test_of_two_dates_in_a_sentence_the_nearer_one_counts():
    (signal,) = signals("After the call of 3 May 2020 he waited, and on 9 May 2020 his sister was arrested.")
    assert PartialDate("2020-05-09") == signal.happened


def test_the_same_sentence_is_one_event_wherever_it_stands():
    first = signals("His sister was arrested.")[0].event
    second = signals("Letter of today.\n\n\tHis   sister\nwas ARRESTED!")[0].event
    assert first == second
    assert first != signals("His brother was arrested.")[0].event


def test_one_thing_counts_once_in_a_sentence():
    assert len(signals("His sister was detained, his brother was detained, his wife was detained.")) == 1


def test_what_cannot_be_read_gives_no_signal():
    assert find([Document("a", "Sa sœur a été arrêtée et son frère aussi par la police.")], LEXICONS) == ()
    assert find([Document("a", "", unreadable="encrypted")], LEXICONS) == ()
    assert LEXICONS.languages == ("en",)


def test_offsets_hold_in_a_text_with_signs_that_are_not_seen():
    text = "\ufeffSo\u00adon his sis\u00adter was ar\u200brested \u2014 he said."
    (signal,) = signals(text)
    assert signal.match.quote == "sis\u00adter was ar\u200brested"
    assert text[signal.span.start : signal.span.end] == signal.span.quote


def test_a_long_sentence_is_quoted_in_part():
    text = "and so on, " * 60 + "his sister was arrested, " + "and so on, " * 60
    (signal,) = signals(text)
    assert len(signal.span.quote) <= 400
    assert "his sister was arrested" in signal.span.quote


def test_lexicons_survive_a_trip_between_processes():
    again = pickle.loads(pickle.dumps(LEXICONS))
    assert LEXICONS.digest() == again.digest()
    document = Document("doc", "His sister was arrested.", DocumentNote(language="en"))
    assert find([document], LEXICONS) == find([document], again)


WORDS = [
    "his",
    "sister",
    "brother",
    "was",
    "were",
    "not",
    "arrested",
    "detained",
    "that",
    "said",
    "the",
    "if",
]
WORDS += ["embassy", "caller", "would", "never", "fear", "no", "and", "but", "told", "he", "they", "later"]
WORDS += [",", ".", ";", "?", "\n", ":", "\u2014", '"', "2021", "May", "12", "-"]
ROUGH = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join) | st.text(max_size=120)


@given(st.lists(ROUGH, max_size=4))
@settings(max_examples=150, deadline=None)
def test_quotes_equal_the_text_and_the_order_of_documents_does_not_matter(texts):
    documents = [
        Document(f"d{number}", text, DocumentNote(language="en")) for number, text in enumerate(texts)
    ]
    found = find(documents, LEXICONS)
    assert found == find(documents[::-1], LEXICONS)
    by_id = {document.id: document.text for document in documents}
    for signal in found:
        for span in (signal.span, signal.match):
            assert by_id[span.document][span.start : span.end] == span.quote
        assert signal.span.start <= signal.match.start < signal.match.end <= signal.span.end
        assert isinstance(signal.assertion, Assertion)


@given(ROUGH)
@settings(max_examples=100, deadline=None)
def test_reading_on_never_takes_a_signal_away(text):
    """What a document says in one paragraph is still there when another one follows."""
    alone = {(signal.match.quote, signal.assertion) for signal in signals(text)}
    longer = {(signal.match.quote, signal.assertion) for signal in signals(f"{text}\n\nNothing else.")}
    assert {quote for quote, _ in alone} == {quote for quote, _ in longer}


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_it_fail(text):
    find([Document("d", text), Document("e", text, DocumentNote(language="en", kind="chat"))], LEXICONS)


@pytest.mark.parametrize(
    "filler", ["The weather was fine. ", "His wife was held, his sister was. ", "12.5 %\n", "\u0301 "]
)
@pytest.mark.parametrize("size", [60_000, 240_000])
def test_a_sentence_is_found_however_far_in_it_stands(filler, size):
    text = filler * (size // len(filler)) + "\n\nThe arrest of his brother came first. " + filler * 2000
    found = [signal for signal in signals(text) if signal.match.quote == "arrest of his brother"]
    assert [text.index("arrest of")] == [signal.match.start for signal in found]
