"""The signals room: what documents say, how they put it, and whose word it is."""

from redflag.signals.find import Lexicons, Outline, Signal, Vocabulary, find, letters_by_language
from redflag.signals.language import NAMES, UNDETERMINED, language_of
from redflag.signals.lexicon import ContextWords, Lexicon, read_context, read_lexicon, read_slots
from redflag.signals.masking import Names
from redflag.signals.phrases import PhraseError, parse_phrase
from redflag.signals.tagger import Tagger, read_tagger
from redflag.signals.textdates import TextDate, dates_in, latest_date

__all__ = [
    "NAMES",
    "UNDETERMINED",
    "ContextWords",
    "Lexicon",
    "Lexicons",
    "Names",
    "Outline",
    "PhraseError",
    "Signal",
    "Tagger",
    "TextDate",
    "Vocabulary",
    "dates_in",
    "find",
    "language_of",
    "latest_date",
    "letters_by_language",
    "parse_phrase",
    "read_context",
    "read_lexicon",
    "read_slots",
    "read_tagger",
]
