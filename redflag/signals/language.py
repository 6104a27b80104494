"""Telling which language a text is in, by its script, its letters and its smallest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from redflag.documents import without_unseen

UNDETERMINED = "und"
"""The code for a language that cannot be told."""

_SAMPLE = 3000
_SHORT = 200
"""Letters of a text so short that small words may be missing."""
_WORD = re.compile(r"[^\W\d_]+")

_SCRIPTS = tuple(
    (name, re.compile(f"[{signs}]+"))
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
        "uz": "va bir bu uchun bilan ham edi emas u keyin lekin tomonidan deb qilib haqida",
        "ru": "и в не на что он с как его по из за от это был но я они для к у о после если",
        "uk": "і в не на що він з як його по із за від це був але я вони для до у та після якщо",
        "bg": "и в не на че той с как го по от за това беше но аз те до си са е се при след",
        "kk": "және мен бір бұл үшін деп болды да де ол емес бойынша кейін туралы оның",
        "be": "і ў не на што ён з як яго па за ад гэта быў але я яны для да у",
    }.items()
}
_LATIN_LETTERS = {
    "tr": "ğşıİ",
    "az": "əğşı",
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
        covered: languages that lexicons cover. A text so short that only its script can be told is
            taken for the one of them that uses it, if there is just one.

    >>> language_of("The police came for my brother and took him away.", {"en"})
    'en'
    """
    half = _SAMPLE // 2
    sample = text if len(text) <= _SAMPLE else text[:half] + text[len(text) // 2 :][:half]
    sample = without_unseen(sample)
    letters: Counter[str] = Counter()
    for name, signs in _SCRIPTS:
        letters[name] += sum(map(len, signs.findall(sample)))
    if not letters.total():
        return UNDETERMINED
    script = max(letters, key=lambda name: (letters[name], name))
    if letters["kana"] * 10 > letters["han"] and script in ("han", "kana"):
        return "ja"
    if script == "han":
        return "zh"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    lowered = sample.lower()
    if script == "arabic":
        return _arabic(lowered, letters[script])
    scores = _scores(lowered, script)
    if scores:
        best = max(scores, key=lambda code: (scores[code], code in covered, code))
        if scores[best] > 0:
            return best
    fitting = sorted(code for code in covered if code in _users(script))
    return fitting[0] if len(fitting) == 1 and letters.total() < _SHORT else UNDETERMINED


def _users(script: str) -> frozenset[str]:
    if script == "cyrillic":
        return frozenset(_LETTERS["cyrillic"])
    return frozenset(_SMALL_WORDS) - frozenset(_LETTERS["cyrillic"]) if script == "latin" else frozenset()


def _arabic(lowered: str, letters: int) -> str:
    for code, own in _ARABIC:
        if 50 * sum(lowered.count(letter) for letter in own) > letters:
            return code
    return "ar"


def _scores(lowered: str, script: str) -> dict[str, float]:
    """How well each language of a script fits: its small words first, its own letters beside."""
    words = Counter(_WORD.findall(lowered))
    total = sum(words.values())
    users = _users(script)
    own = _LETTERS["cyrillic"] if script == "cyrillic" else _LATIN_LETTERS
    scores: dict[str, float] = {}
    for code in sorted(users):
        small = sum(words[word] for word in _SMALL_WORDS.get(code, ()))
        letters = sum(lowered.count(letter) for letter in own.get(code, ""))
        if small or letters:
            scores[code] = small / total + 0.5 * min(letters, total) / total
    if scores and max(scores.values()) < 0.06:
        return {}
    return scores
