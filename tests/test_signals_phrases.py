"""The phrase language and the files that hold it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.errors import RuleError
from redflag.record import parse_yaml
from redflag.signals import PhraseError, parse_phrase, read_context, read_lexicon, read_slots
from redflag.signals.phrases import Choice, Gap, Slot, Words, parse_words

SHARED = {"en": {"relative": ("sister", "brother"), "police": ("police",)}}


def words(*literals, is_optional=False):
    return Words(frozenset(literals), is_optional)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sister", ((words("sister"),),)),
        ("His  SISTER", ((words("his sister"),),)),
        ("detain*", ((words("detain*"),),)),
        ("(one|or two)?  x", ((words("one", "or two", is_optional=True), words("x")),)),
        ("{a} .. {b}", ((Slot("a"), Gap(4), Slot("b")),)),
        ("{a}? b", ((Slot("a", is_optional=True), words("b")),)),
        ("a ... b & c", ((words("a"), Gap(10), words("b")), (words("c"),))),
        ("a .. & c ...", ((words("a"),), (words("c"),))),
        ("a .. ... b", ((words("a"), Gap(14), words("b")),)),
        ("(a .. b|{c})", ((Choice(((words("a"), Gap(4), words("b")), (Slot("c"),))),),)),
        ("the U.S. court", ((words("the u s court"),),)),
        ("mother-in-law's", ((words("mother-in-law's"),),)),
        ("don\u2019t", ((words("don't"),),)),
        ("\u0430\u0440\u0435\u0441\u0442*", ((words("\u0430\u0440\u0435\u0441\u0442*"),),)),
    ],
)
def test_a_phrase_is_read_as_the_language_says(text, expected):
    assert expected == parse_phrase(text)


@pytest.mark.parametrize(
    "text",
    ["", "..", "a & ", "& a", "(a", "a)", "(a|)", "()", "{a", "a}", "{a b}", "a?", "(a)?", "*", "a*b", "a +"],
)
def test_a_phrase_that_says_nothing_clear_is_refused(text):
    with pytest.raises(PhraseError):
        parse_phrase(text)


@given(st.text(alphabet="ab {}()|&?.*'-\u2026\u4e00", max_size=25))
def test_no_phrase_does_worse_than_be_refused(text):
    try:
        parts = parse_phrase(text)
    except PhraseError:
        return
    assert all(parts)


def test_an_entry_of_words_alone_is_refused_if_it_holds_more():
    assert parse_words("not only") == ("not", "only")
    with pytest.raises(PhraseError):
        parse_words("(a|b)")


LEXICON = """
id: relative_held
says: A relative is held.
reviewed_by_native: {en: no, fr: yes}
slots: {en: {held: [held, locked up]}}
phrases:
  en:
    - "{relative} .. {held}"
    - "{polise} .. {relatve}"
    - "(held"
"""


def test_every_fault_of_a_lexicon_is_told_with_its_line_and_the_nearest_known_slot():
    with pytest.raises(RuleError) as caught:
        read_lexicon(parse_yaml(LEXICON, "relative_held.yaml", RuleError), SHARED)
    told = str(caught.value).splitlines()
    assert len(told) == 3
    assert all(line.startswith("relative_held.yaml:") for line in told)
    assert "relative_held.yaml:9:7" in told[0]
    assert 'did you mean "police"?' in told[0]
    assert "relative_held.yaml:10:7" in told[2]


def test_slots_are_not_checked_where_no_shared_slots_are_given():
    lexicon = read_lexicon(parse_yaml(LEXICON.replace('    - "(held"\n', ""), None, RuleError))
    assert lexicon.reviewed_by_native == {"en": False, "fr": True}
    assert lexicon.slots["en"]["held"] == ("held", "locked up")


@pytest.mark.parametrize(
    "text",
    ["a: [b, '{c}']", "a: ['{b}']\nb: ['{a}']", "a: b", "[]", "a: []", "a: ['(b']"],
)
def test_slots_that_cannot_be_used_are_refused(text):
    with pytest.raises(RuleError):
        read_slots(parse_yaml(text, "slots.yaml", RuleError))


def test_slots_are_lists_by_name():
    expected = {"a": ("b", "c d"), "e": ("the {a}",)}
    assert expected == read_slots(parse_yaml("a: [b, c d]\ne: ['the {a}']", None, RuleError))


@pytest.mark.parametrize("text", ["negators: ['(a|b)']", "negations: [not]", "speakers: {nobody: [x]}"])
def test_context_words_hold_words_alone_and_known_keys(text):
    with pytest.raises(RuleError):
        read_context(parse_yaml(text, "context.yaml", RuleError))
