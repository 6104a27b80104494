"""The tagger that ships: of the sentences that are there, small, and without anybody's name."""

import re
from pathlib import Path

from redflag.signals import read_tagger
from redflag.signals.masking import Masking
from redflag.signals.writing import writing_of
from redflag.training.sentences import read_authored, read_documented, sentences_digest

PROJECT = Path(__file__).parents[1]
SHIPPED = PROJECT / "training_data" / "model" / "tagger"

_READ = (
    "january february march april may june july august september october november december jan "
    "feb mar apr jun jul aug sept oct nov dec haziran ccf cpt dna echr mla moj mp ncb rpd un "
    "vat avrupa city europe european interpol körfez middle tüzük united "
    "eaw eu ejecutivo estados europa exteriores interior supremo unidas birleşmiş bm milletler "
)
CAPITALISED = frozenset(_READ.split())
"""Words that the sentences never write small, and that a person has read: months, bodies, placeholders."""


def all_sentences():
    """Authored and documented ones, by language."""
    read = read_authored(PROJECT / "training_data" / "sentences")
    for one in read_documented(PROJECT / "training_data"):
        read[one.language] = (*read[one.language], one)
    return read


def test_no_name_is_among_the_learned_words():
    for language in read_tagger(SHIPPED).weights.values():
        masking = Masking(language.names)
        learned = {name for name in language.features if name[0] != "~" and " " not in name}
        if not writing_of(language.language).is_run_on:
            assert [word for word in sorted(learned) if masking.is_name(word)] == []


def test_capitals_within_a_sentence_are_no_learned_names():
    """A word that is never written small within a sentence may be a person's: none is learned."""
    sentences = all_sentences()
    for language in read_tagger(SHIPPED).weights.values():
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
    sentences = all_sentences()
    told = sentences_digest(one for listed in sentences.values() for one in listed)
    assert read_tagger(SHIPPED).about.training_data_digest == told


def test_it_is_small_enough_to_read():
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 10_000_000
