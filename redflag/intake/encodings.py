"""Which encoding a text is in, where it does not say so itself."""

from __future__ import annotations

import codecs
import re

from redflag.intake.files import decode, usable
from redflag.intake.filetext import EMPTY, FileText
from redflag.signals import UNDETERMINED, language_of

_CANDIDATES = ["cp1251", "koi8_r", "cp1256", "cp1254", "cp1252", "cp1250", "gb18030"]
"""Encodings of the languages that such papers are in. ISO 8859-9 is cp1254 without its signs."""

_LATIN = frozenset({"cp1250", "cp1252", "cp1254"})
_LATIN_OF = {"tr": "cp1254", "az": "cp1254", "pl": "cp1250", "ro": "cp1250"}
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
"""What stands in no text, and in nearly everything that is none."""

_NOT_TURKISH = frozenset("ðþýÐÞÝ")
"""What Turkish letters look like in cp1252; those letters are Icelandic, the rarer guess."""

_OF_TEXTS = re.compile(r"utf-(8|16|32)|iso8859|cp(125|874|866)|koi8|gb|big5|euc|shift_jis|iso2022|mac")
"""Names, as Python has them, of encodings that papers are in; others can be slow, or are no encodings."""

_SAMPLE = 200_000
_SURE = 0.1
"""How much more disorder a reading may have and still be as good as the best one."""

_UNKNOWN = FileText(fault="in an encoding that cannot be told", mend="save it as UTF-8")


def decoded(content: bytes) -> FileText:
    """The text of a plain text file: as UTF-8 or as its byte order mark says, else as it reads best.

    The guess is among the encodings of the covered languages and their neighbours, so a short text comes
    out right more often than if every encoding there is were asked.
    """
    found = decode(content)
    if not found.fault or not content.strip():
        return found
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return found
    wide = _unmarked_utf16(content)
    if wide is not None:
        told = decode(wide)
        return found if _CONTROLS.search(told.text) else told
    if b"\0" in content:
        return found
    encoding = _guessed(content[:_SAMPLE])
    try:
        text = content.decode(encoding) if encoding else ""
    except UnicodeDecodeError:
        text = ""
    if not text or _CONTROLS.search(text):
        return _UNKNOWN
    return FileText(text) if text.strip() else EMPTY


def decoded_as(content: bytes, charset: str | None) -> FileText:
    """The text of a part that names its own encoding; what it names is not believed against its bytes."""
    try:
        name = codecs.lookup((charset or "ascii").strip()).name
        text = content.decode(name) if _OF_TEXTS.match(name) else None
    except (LookupError, ValueError):  # not known, not a name, or not what the bytes are
        text = None
    return decoded(content) if text is None else usable(text)


def _unmarked_utf16(content: bytes) -> bytes | None:
    """The same bytes with the mark that they lack; None if they are not UTF-16."""
    if len(content) % 2 or len(content) < 4:
        return None
    sample = content[:4000]
    low, high = sample[1::2].count(0), sample[0::2].count(0)
    if low and not high:
        return codecs.BOM_UTF16_LE + content
    return codecs.BOM_UTF16_BE + content if high and not low else None


def _guessed(sample: bytes) -> str:
    """The encoding that reads best; an empty text where none does."""
    from charset_normalizer import from_bytes  # takes longer to load than most texts to read

    while sample and sample[-1] >= 0x80 and len(sample) == _SAMPLE:
        sample = sample[:-1]  # a cut must not part the bytes of one character
    matches = [
        match
        for match in from_bytes(sample, cp_isolation=_CANDIDATES)
        if match.encoding != "gb18030" or _is_chinese(str(match))
    ]
    if not matches:
        return _latin(sample) if _letters(sample) else ""
    least = min(match.chaos for match in matches)
    near = [match.encoding for match in matches if match.chaos <= least + _SURE]
    if near[0] in _LATIN:
        return _latin(sample)
    if near[0] in ("cp1251", "koi8_r") and {"cp1251", "koi8_r"} <= set(near):
        return min(("cp1251", "koi8_r"), key=lambda name: _capitals(sample, name))
    return near[0]


def _is_chinese(text: str) -> bool:
    """Whether a reading as GB 18030 is real: most of it in the set that simplified Chinese writes with."""
    signs = [sign for sign in text if ord(sign) > 127]
    return 10 * len("".join(signs).encode("gb2312", "ignore")) >= 14 * len(signs)


def _latin(sample: bytes) -> str:
    """The Latin encoding in which the text is in a language that is written in it."""
    for encoding in ("cp1254", "cp1250"):
        if _LATIN_OF.get(language_of(sample.decode(encoding, "replace"), ())) == encoding:
            return encoding
    western = sample.decode("cp1252", "replace")
    is_short = language_of(western, ()) == UNDETERMINED
    return "cp1254" if is_short and not _NOT_TURKISH.isdisjoint(western) else "cp1252"


def _letters(sample: bytes) -> bool:
    """Whether at least half of some bytes are letters or spaces of ASCII."""
    plain = sum(byte < 128 and (chr(byte).isalpha() or chr(byte).isspace()) for byte in sample)
    return 2 * plain >= len(sample)


def _capitals(sample: bytes, encoding: str) -> int:
    """Capital letters in a reading: KOI8-R read as cp1251 is nearly all capitals, and the reverse."""
    return sum(sign.isupper() for sign in sample.decode(encoding, "replace"))
