"""The tagger that ships: of the sentences that are there, small, and without anybody's name."""

import re
from pathlib import Path

from redflag.signals import read_tagger
from redflag.signals.masking import Masking
from redflag.signals.writing import writing_of
from redflag.training.sentences import read_sentences, sentences_digest

PROJECT = Path(__file__).parents[1]
SHIPPED = PROJECT / "training_data" / "model" / "tagger.json"

_READ = (
    "january february march april may june july august september october november december jan "
    "feb mar apr jun jul aug sept oct nov dec haziran ccf cpt dna echr mla moj mp ncb rpd un "
    "vat avrupa city european middle tüzük united "
)
CAPITALISED = frozenset(_READ.split())
"""Words that the sentences never write small, and that a person has read: months, bodies, placeholders."""


def test_no_name_is_among_the_learned_words():
    for language in read_tagger(SHIPPED).model.languages:
        masking = Masking(language.names)
        learned = {word for name in language.features if not name.startswith("~") for word in name.split(" ")}
        if not writing_of(language.language).is_run_on:
            assert [word for word in sorted(learned) if masking.is_name(word)] == []


def test_capitals_within_a_sentence_are_no_learned_names():
    """A word that is never written small within a sentence may be a person's: none is learned."""
    sentences = read_sentences(PROJECT / "training_data" / "sentences")
    for language in read_tagger(SHIPPED).model.languages:
        if language.language in ("ar", "zh"):
            continue
        texts = [one.text for one in sentences[language.language]]
        small = {word.lower() for text in texts for word in re.findall(r"\b[^\W\d_A-ZÀ-Þ]\w*", text)}
        within = {
            word.lower() for text in texts for word in re.findall(r"(?<=[\w,] )[^\W\d_a-zß-ÿ]\w+", text)
        }
        learned = {name for name in language.features if not name.startswith("~") and " " not in name}
        assert sorted((within - small) & learned - CAPITALISED) == []


def test_the_shipped_tagger_is_of_the_shipped_sentences():
    sentences = read_sentences(PROJECT / "training_data" / "sentences")
    told = sentences_digest(one for listed in sentences.values() for one in listed)
    assert read_tagger(SHIPPED).model.training_data_digest == told


def test_it_is_small_enough_to_read():
    assert SHIPPED.stat().st_size < 10_000_000
