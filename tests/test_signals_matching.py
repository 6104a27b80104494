"""Matching, held against a reading of the phrase language that is slow and plain."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.errors import RuleError
from redflag.signals import ContextWords, Lexicon, Lexicons
from redflag.signals.compiling import Compiler
from redflag.signals.index import Index
from redflag.signals.matching import hits
from redflag.signals.phrases import Choice, Gap, Slot, Words, parse_alternative, parse_phrase
from redflag.signals.writing import writing_of

SLOTS = {"s": ("a", "b c", "{t}"), "t": ("d*", "c"), "g": ("a .. d", "b")}


def fits(key, word):
    return word.startswith(key[:-1]) if key.endswith("*") else word == key


def ends_of(items, words, start):
    """Every place where a sequence may end that begins at `start`."""
    if not items:
        return {start}
    item, rest = items[0], items[1:]
    places = {start} if getattr(item, "is_optional", False) else set()
    if isinstance(item, Gap):
        places |= {start + skipped for skipped in range(item.most + 1) if start + skipped <= len(words)}
    elif isinstance(item, Words):
        for literal in item.literals:
            keys = literal.split(" ")
            piece = words[start : start + len(keys)]
            if len(piece) == len(keys) and all(map(fits, keys, piece)):
                places.add(start + len(keys))
    else:
        options = item.options if isinstance(item, Choice) else map(parse_alternative, SLOTS[item.name])
        for option in options:
            places |= ends_of(option, words, start)
    return set(itertools.chain.from_iterable(ends_of(rest, words, place) for place in places))


def tightest(items, words):
    spans = {(start, end) for start in range(len(words)) for end in ends_of(items, words, start)}
    return {
        (low, high)
        for low, high in spans
        if not any((a, b) != (low, high) and low <= a and b <= high for a, b in spans)
    }


def found(phrases, words, slots=SLOTS):
    lexicons = [
        Lexicon(id=f"p{number}", says="x", phrases={"en": (text,)}) for number, text in enumerate(phrases)
    ]
    compiler = Compiler("en", slots)
    compiled = [phrase for lexicon in lexicons for phrase in compiler.compile(lexicon)]
    index = Index(compiled, compiler.elements, ("a", "c"))
    masks = index.masks(words)
    return {
        (hit.lexicon, hit.start, hit.end): hit.covered
        for hit in hits(len(words), masks, index.candidates(words))
    }


WORD = st.sampled_from(["a", "b", "c", "d", "da", "b c", "d*", "x"])
PIECE = st.deferred(
    lambda: st.one_of(
        WORD,
        st.sampled_from(["{s}", "{t}", "{g}", "{t}?"]),
        st.lists(SEQUENCE, min_size=1, max_size=3).map("|".join).map("({})".format),
        st.lists(SEQUENCE, min_size=1, max_size=2).map("|".join).map("({})?".format),
    )
)
SEQUENCE = st.lists(st.tuples(PIECE, st.sampled_from([" ", " .. ", " ... "])), min_size=1, max_size=3).map(
    lambda pairs: "".join(piece + joint for piece, joint in pairs).strip(" .")
)
TEXT = st.lists(st.sampled_from(["a", "b", "c", "d", "da", "dad", "x", "y"]), max_size=14)


@given(st.lists(SEQUENCE, min_size=1, max_size=4), TEXT)
@settings(max_examples=400, deadline=None)
def test_matching_equals_the_plain_reading(phrases, words):
    phrases = [text for text in phrases if is_usable(text)]
    expected = {
        (f"p{number}", low, high)
        for number, text in enumerate(phrases)
        for low, high in tightest(parse_phrase(text)[0], words)
    }
    assert expected == set(found(phrases, words))


def is_usable(text):
    try:
        parts = parse_phrase(text)
        list(Compiler("en", SLOTS).compile(Lexicon(id="x", says="x", phrases={"en": (text,)})))
    except (ValueError, RuleError):
        return False
    return len(parts) == 1


@given(SEQUENCE, SEQUENCE, TEXT)
@settings(max_examples=200, deadline=None)
def test_both_parts_of_a_phrase_must_be_there(first, second, words):
    if is_usable(first) and is_usable(second):
        both = all(tightest(parse_phrase(text)[0], words) for text in (first, second))
        assert both == bool(found([f"{first} & {second}"], words))


@pytest.mark.parametrize(
    ("phrase", "text", "matches"),
    [
        ("sister arrested", "sister arrested", 1),
        ("sister arrested", "sister was arrested", 0),
        ("sister .. arrested", "sister one two three four arrested", 1),
        ("sister .. arrested", "sister one two three four five arrested", 0),
        ("sister ... arrested", "sister 1 2 3 4 5 6 7 8 9 10 arrested", 1),
        ("sister ... arrested", "sister 1 2 3 4 5 6 7 8 9 10 11 arrested", 0),
        ("detain*", "detainees", 1),
        ("detain", "detainees", 0),
        ("call & arrest", "arrest after a call", 1),
        ("sister", "sister's", 0),
        ("law", "mother-in-law", 0),
        ("sister .. arrested", "sister arrested and sister arrested", 2),
    ],
)
def test_gaps_stars_and_whole_words(phrase, text, matches):
    assert matches == len(found([phrase], writing_of("en").words(text)))


def test_the_words_of_the_phrase_are_told_from_those_in_its_gaps():
    covered = found(["sister .. (was)? .. arrested"], ["sister", "not", "was", "x", "arrested"])
    assert covered == {("p0", 0, 5): 0b10101}


def test_own_slots_come_before_shared_ones_also_inside_shared_ones():
    shared = {"en": {"kin": ("{near}", "cousin"), "near": ("sister",)}}
    lexicon = Lexicon(id="x", says="x", slots={"en": {"near": ("aunt",)}}, phrases={"en": ("{kin} held",)})
    other = Lexicon(id="y", says="y", slots={"en": {"z": ("z",)}}, phrases={"en": ("{kin} held",)})
    compiler = Compiler("en", shared["en"])
    phrases = [*compiler.compile(lexicon), *compiler.compile(other)]
    index = Index(phrases, compiler.elements, ())
    met = {}
    for word in ("aunt", "sister", "cousin"):
        masks = index.masks([word, "held"])
        met[word] = [hit.lexicon for hit in hits(2, masks, index.candidates([word, "held"]))]
    assert {k: sorted(v) for k, v in met.items()} == {"aunt": ["x"], "sister": ["y"], "cousin": ["x", "y"]}


def test_an_unknown_slot_is_refused_when_lexicons_come_together():
    lexicon = Lexicon(id="x", says="x", phrases={"en": ("{relatve} held",)})
    with pytest.raises(RuleError, match="did you mean"):
        Lexicons([lexicon], {"en": {"relative": ("sister",)}}, {"en": ContextWords()})


def test_two_lexicons_of_one_id_are_refused():
    lexicon = Lexicon(id="x", says="x", phrases={"en": ("held",)})
    with pytest.raises(RuleError, match="two lexicons"):
        Lexicons([lexicon, lexicon], {}, {})


def test_slot_is_a_word_of_the_language_even_in_a_choice():
    assert Slot("a") in parse_phrase("({a}|b .. c)")[0][0].options[0]
