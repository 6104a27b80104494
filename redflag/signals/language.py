"""Telling which language a text is in, by its script, its letters and its smallest words."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Mapping

from redflag.documents import without_unseen
from redflag.signals.patterns import Pattern
from redflag.signals.pieces import LATIN, pieces_fit

UNDETERMINED = "und"
"""The code for a language that cannot be told."""

_SAMPLE = 3000
_SHORT = 200
"""Letters of a text so short that small words may be missing."""
_WORD = Pattern(r"[^\W\d_]+")
_ASCII = Pattern("[a-zA-Z]+")
_FEWEST_WORDS = 3
_SMALL_WORDS_COUNT = 3.0
_COVERED_COUNTS = 0.35
_UNKNOWN_FIT = -0.3
"""How well the pieces of a language fit that has no table of them."""
_STRANGE_COUNTS = 0.6
_CLEAR_LEAD, _SOME_WORDS, _MANY_WORDS = 0.4, 5, 8
"""By how much a language that is not covered must lead in a text of few words."""
_CLEAR_SHARE, _CLEAR_TIMES = 0.2, 1.6
"""Share of small words, and how often that of the next language, that tell without more."""
_LEAST_FIT, _LEAST_FIT_ALONE, _LEAST_LEAD = 0.25, 0.3, 0.1

_SCRIPTS = tuple(
    (name, Pattern(f"[{signs}]+"))
    for name, signs in (
        ("latin", "a-zA-Z\u00c0-\u024f"),
        ("arabic", "\u0600-\u06ff\u0750-\u077f"),
        ("armenian", "\u0530-\u058f"),
        ("cyrillic", "\u0400-\u052f"),
        ("devanagari", "\u0900-\u097f"),
        ("georgian", "\u10a0-\u10ff"),
        ("greek", "\u0370-\u03ff"),
        ("han", "\u3400-\u9fff"),
        ("hangul", "\uac00-\ud7af"),
        ("hebrew", "\u0590-\u05ff"),
        ("kana", "\u3040-\u30ff"),
        ("thai", "\u0e00-\u0e7f"),
    )
)
_ONE_LANGUAGE = {
    "hangul": "ko",
    "greek": "el",
    "hebrew": "he",
    "armenian": "hy",
    "georgian": "ka",
    "thai": "th",
    "devanagari": "hi",
}
_ARABIC = (
    ("ku", "\u06ce\u0695\u06b5"),
    ("ug", "\u06d0\u06c8\u06cb\u06d5\u06ad"),
    ("ur", "\u0679\u0688\u0691\u06d2\u06ba"),
    ("fa", "\u06cc\u06a9\u06af\u0686\u067e"),
)
"""Letters of their own by which languages in Arabic script are told, asked in this order."""
_LETTERS: dict[str, dict[str, str]] = {
    "cyrillic": {
        "uk": "\u0457\u0454\u0491\u0456",
        "be": "\u045e",
        "kk": "\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af\u04bb",
        "ky": "\u04a3\u04e9\u04af",
        "tg": "\u0493\u04e3\u049b\u04ef\u04b3\u04b7",
        "sr": "\u0452\u0458\u0459\u045a\u045b\u045f",
        "ru": "\u044b\u044d\u044a",
        "bg": "\u044a\u0449",
    },
}
_SMALL_WORDS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to in is was that he his for with on by had not at from were which they been "
        "who this she her are it be has have an as or i my we you me your him but so if do what",
        "fr": "le la les des et est une dans que qui du par pour pas sur au aux ce cette il elle son ses "
        "avec ne sont été je nous vous mais ou leur d l qu",
        "es": "el la los las de y que en un una por con para su se del al es fue no como más pero sus le "
        "este esta ha había yo mi",
        "pt": "o a os as de e que em um uma por com para não se do da dos das no na ao foi é mais mas "
        "seu sua ele ela são eu",
        "it": "il lo la gli le di e che in un una per con non si del della dei è sono da al alla nel "
        "come ma anche ha suo sua io",
        "de": "der die das und ist in den von zu mit sich des auf für nicht ein eine dem im er sie es "
        "wurde auch als an nach wird bei ich wir aus",
        "tr": "ve bir bu için ile da de olarak olan çok ne gibi daha kadar sonra ben o değil ama "
        "tarafından olduğu hakkında ya mi mı",
        "az": "və bir bu üçün ilə da də olan çox nə kimi sonra mən o deyil amma tərəfindən haqqında "
        "ki onun edib",
        "nl": "de het een en van is in dat op te niet met voor zijn aan er ook door maar bij hij ze",
        "pl": "i w na z do nie się że jest to przez jak o od po za ale był została jego które oraz",
        "ro": "și în de la cu nu pe care este un o din pentru a fost că se mai sau dar lui",
        "sv": "och i att det som en på är av för med den inte till har de om ett han var",
        "id": "yang dan di dari untuk dengan pada ini itu tidak dalam oleh adalah akan juga telah",
        "ku": "û li di ji bi ku da de re wî wê min ew em hûn ez lê ne jî nav xwe yek ev vê got kir bû hat "
        "dike gelek hatiye dikir ên",
        "uz": "va bir bu uchun bilan ham edi emas u keyin lekin tomonidan deb qilib haqida uni uning unga "
        "ular men shu ish esa yoki agar hech o g bo yo",
        "ru": "и в не на что он с как его по из за от это был но я они для к у о после если",
        "uk": "і в не на що він з як його по із за від це був але я вони для до у та після якщо",
        "bg": "и в не на че той с как го по от за това беше но аз те до си са е се при след",
        "kk": "және мен бір бұл үшін деп болды да де ол емес бойынша кейін туралы оның",
        "ky": "жана мен бир бул үчүн деп болгон да ал эмес боюнча кийин жөнүндө анын аны ага менен бирок жок",
        "be": "і ў не на што ён з як яго па за ад гэта быў але я яны для да у",
    }.items()
}
"""The smallest words of languages; where an apostrophe stands inside a word, as in Uzbek, its parts."""
_STRANGE = {
    code: frozenset(letters)
    for code, letters in {
        "en": "éèêàâçùûîïôœñ¿¡ıışğáíóúãõąęłřžăș",
        "tr": "əñßéèà¿¡ãõåæøąęłćśźżřšžčőűț",
        "es": "èêàçùûîôœışğãõåæøßąęłćśźżřšžčőűț",
        "fr": "ñ¿¡ışğáíóãõåæøßąęłćśźżřšžčőűț",
        "ru": "іїєґўәғқңөұүһћђљњџј",
        "bg": "ыэёіїєґўәғқңөұүһј",
        "mk": "ыэъёщйюяіїєґўәғқңөұүһ",
        "uk": "ыэъёўәғқңөұүһј",
    }.items()
}
"""Letters that hardly stand in a text of a language."""
_SMALL_WORD_OF: dict[str, list[str]] = {}
for _code, _words in _SMALL_WORDS.items():
    for _word in _words:
        _SMALL_WORD_OF.setdefault(_word, []).append(_code)
_LATIN_LETTERS = {
    "tr": "ğşıİçöü",
    "az": "əğşı",
    "ku": "êîûş",
    "de": "ßäöü",
    "fr": "èêàçœâî",
    "es": "ñ¿¡áíóú",
    "pt": "ãõçâê",
    "pl": "łąęśźżń",
    "ro": "țșăâî",
    "sv": "åäö",
    "it": "òàùì",
}


def language_of(text: str, covered: Collection[str]) -> str:
    """The ISO 639-1 code of a text's language, or `und` where it cannot be told.

    Args:
        covered: languages that lexicons cover: in a short text they are a little more likely than
            others. A text of which only the script can be told is taken for the one of them that
            uses it, if there is just one.

    >>> language_of("The police came for my brother and took him away.", {"en"})
    'en'
    """
    half = _SAMPLE // 2
    sample = text if len(text) <= _SAMPLE else text[:half] + text[len(text) // 2 :][:half]
    sample = without_unseen(sample)
    letters = _letters(sample)
    if not letters:
        return UNDETERMINED
    script = max(letters, key=lambda name: (letters[name], name))
    if letters.get("kana", 0) * 10 > letters.get("han", 0) and script in ("han", "kana"):
        return "ja"
    if script == "han":
        return "zh"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    lowered = sample.lower()
    if script == "arabic":
        return _arabic(lowered, letters[script])
    is_short = sum(letters.values()) < _SHORT
    scores = _scores(lowered, script)
    if scores:
        ranked = sorted(scores, key=lambda code: (scores[code], code in covered, code), reverse=True)
        best = ranked[0]
        next_one = scores[ranked[1]] if len(ranked) > 1 else 0.0
        is_clear = scores[best] >= max(_CLEAR_SHARE, _CLEAR_TIMES * next_one)
        if not is_short or (is_clear and not _is_strange(lowered, best) and _has_small_words(lowered, best)):
            return best
    told = _by_pieces(lowered, script, scores, covered)
    if told is not None:
        return told
    fitting = sorted(code for code in covered if code in _users(script) and not _is_strange(lowered, code))
    return fitting[0] if len(fitting) == 1 and is_short else UNDETERMINED


def _letters(sample: str) -> dict[str, int]:
    """Letters of a text by script; none of those that it has no letter of."""
    if sample.isascii():
        count = sum(map(len, _ASCII.findall(sample)))
        return {"latin": count} if count else {}
    counted = ((name, sum(map(len, signs.findall(sample)))) for name, signs in _SCRIPTS)
    return {name: count for name, count in counted if count}


def _by_pieces(
    lowered: str, script: str, scores: Mapping[str, float], covered: Collection[str]
) -> str | None:
    """The language of a short text by the pieces of its words; None where two fit about as well."""
    words = _WORD.findall(lowered)
    if len(words) < _FEWEST_WORDS:
        return None
    fit = {code: value for code, value in pieces_fit(words).items() if code in _users(script)}
    for code in _users(script):
        own = _LETTERS["cyrillic"].get(code, _LATIN_LETTERS.get(code, ""))
        known = fit.get(code, 0.0 if sum(map(lowered.count, own)) > 1 else _UNKNOWN_FIT)
        fit[code] = known + _SMALL_WORDS_COUNT * scores.get(code, 0.0) + _COVERED_COUNTS * (code in covered)
        if _is_strange(lowered, code):
            fit[code] -= _STRANGE_COUNTS
    ranked = sorted(fit, key=lambda code: (-fit[code], code))
    best, second = ranked[:2]
    enough = _LEAST_FIT if best in scores else _LEAST_FIT_ALONE
    if fit[best] < enough or fit[best] - fit[second] < _LEAST_LEAD:
        return None
    if best in covered or len(words) >= _MANY_WORDS:
        return best
    possible = [fit[code] for code in covered if code in fit and not _is_strange(lowered, code)]
    if possible and len(words) < _SOME_WORDS and lowered.isascii():
        return None  # a few words without a letter of their own are read rather than passed over
    lead = _CLEAR_LEAD if len(words) >= _SOME_WORDS else 2 * _CLEAR_LEAD
    return best if all(fit[best] - one >= lead for one in possible) else None


def _has_small_words(lowered: str, code: str) -> bool:
    known = _SMALL_WORDS.get(code, frozenset())
    return sum(word in known for word in _WORD.findall(lowered)) > 1


def _is_strange(lowered: str, code: str) -> bool:
    """Whether a text holds letters that hardly stand in texts of a language."""
    return not _STRANGE.get(code, frozenset()).isdisjoint(lowered)


@functools.cache
def _users(script: str) -> frozenset[str]:
    if script == "cyrillic":
        return frozenset(_LETTERS["cyrillic"])
    if script != "latin":
        return frozenset()
    return (frozenset(_SMALL_WORDS) | LATIN) - frozenset(_LETTERS["cyrillic"])


def _arabic(lowered: str, letters: int) -> str:
    for code, own in _ARABIC:
        if 50 * sum(lowered.count(letter) for letter in own) > letters:
            return code
    return "ar"


def _scores(lowered: str, script: str) -> dict[str, float]:
    """How well each language of a script fits: its small words first, its own letters beside."""
    words = Counter(_WORD.findall(lowered))
    small: dict[str, int] = {}
    for word, count in words.items():
        for code in _SMALL_WORD_OF.get(word, ()):
            small[code] = small.get(code, 0) + count
    has_letters = not lowered.isascii()
    total = sum(words.values())
    users = _users(script)
    own = _LETTERS["cyrillic"] if script == "cyrillic" else _LATIN_LETTERS
    scores: dict[str, float] = {}
    for code in sorted(users):
        letters = sum(map(lowered.count, own.get(code, ""))) if has_letters else 0
        if code in small or letters:
            scores[code] = small.get(code, 0) / total + 0.5 * min(letters, total) / total
    if scores and max(scores.values()) < 0.06:
        return {}
    return scores


NAMES = {
    "ar": "Arabic", "az": "Azeri", "be": "Belarusian", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh",
    "ko": "Korean", "ku": "Kurdish", "ky": "Kyrgyz", "mk": "Macedonian", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "so": "Somali", "sq": "Albanian",
    "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "tg": "Tajik", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "ug": "Uyghur", "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese",
    "zh": "Chinese",
    UNDETERMINED: "a language that could not be told",
}  # fmt: skip
"""Languages that can be told, in words."""


def users_of_script(text: str, covered: Collection[str]) -> tuple[str, ...]:
    """The covered languages that are written in the script of a text, by code."""
    letters = _letters(text[:_SAMPLE])
    script = max(letters, key=lambda name: (letters[name], name), default="")
    return tuple(sorted(code for code in covered if code in _users(script)))


def may_be_other(text: str, main: str) -> bool:
    """Whether something in a text speaks for another language than `main`: letters or small words."""
    if not text.isascii():
        return True
    others = set()
    for word in {*_WORD.findall(text.lower())}:
        codes = _SMALL_WORD_OF.get(word, ())
        if codes and main not in codes:
            others.add(word)
    return len(others) > 1
