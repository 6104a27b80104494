"""Cutting a text into sentences, and what the layout around a sentence tells about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from redflag.signals.lexicon import ContextWords
from redflag.signals.patterns import Pattern

LONGEST_SENTENCE = 1200
"""Characters after which a text without full stops is cut all the same."""
LONGEST_QUOTE = 400
"""Characters of a sentence that a signal quotes."""

_STOP = re.compile(r"[.!?;](?![a-z\d])|[\n\u2026\u3002\uff01\uff1f\uff1b\u061f\u061b\u06d4\u0964]")
_WHOLE_LINE = 50
"""A shorter line is not one that was wrapped, so what follows begins anew."""
_CLOSERS = "\"'\u2019\u201d\u00bb)]*_\u300d\u300f\uff09\u300b"
_OPENERS = "\"'\u2018\u201c\u201e\u00ab([\u00bf\u00a1\u300c\u300e\uff08\u300a"
_MARKS = ".!?\u2026\uff01\uff1f\u061f"
_BULLET = Pattern(r"[ \t>]{0,20}(?:[-*\u2022\u2013\u2014\u00b7\u25aa]|\(?\w{1,3}[.)])[ \t]")
_NUMBER = Pattern(r"[ \t]{0,20}(?:#{1,6}|\(?(?:\d{1,2}|[ivxIVX]{1,5}|[A-Z])[.)])[ \t]")
_LABEL = Pattern(
    r"[ \t>*_\"\u201c]{0,10}(?:\[?\(?\d{1,2}:\d{2}(?::\d{2})?\)?\]?[ \t]{0,3}[-\u2013]?[ \t]{0,3})?"
    r"([^\W\d_][\w .,'\u2019/\u0300-\u036f\u064b-\u0652-]{0,40}?)[ \t*_]{0,3}"
    r"(?:[(\[][^()\[\]\n]{0,30}[)\]])?[*_]{0,2}"
    r"(?::(?=[ \t*\"\u201c\n]|$)|\uff1a)"
)
_LOOK_BACK = 4000
"""Characters that are looked at before a sentence, for its line and paragraph."""
_LOOK_LINES = 30
_HEADING_WORDS = 12
_LONGEST_HEADING = 100
"""Characters of a heading."""
_LINE_BREAK = re.compile(r"\n\s*")
_WRAPPED = 200
"""Characters that no line of a wrapped text has: a longer one is a whole paragraph."""


class Sentence(NamedTuple):
    """Characters `start` up to `end` of a text: one sentence, without the space around it."""

    start: int
    end: int


class Splitter:
    """Cuts texts of one language into sentences."""

    def __init__(self, words: ContextWords) -> None:
        self._abbreviations = frozenset(words.abbreviations)
        self._before_number = frozenset(words.abbreviations_before_number)
        self._starters = frozenset(words.starters)

    def split(self, text: str, begin: int = 0, close: int | None = None) -> Iterator[Sentence]:
        """The sentences of a text, in order; together they leave out white space alone.

        Args:
            begin: where the first of them begins, if only a part of the text is read.
            close: where the last of them ends.
        """
        last = len(text) if close is None else close
        for match in _STOP.finditer(text, begin, last):
            at = match.start()
            if at < begin:
                continue
            end = self._end(text, begin, at)
            if end is not None:
                yield from _trimmed(text, begin, end)
                begin = end
        yield from _trimmed(text, begin, last)

    def _end(self, text: str, begin: int, at: int) -> int | None:
        """Where the sentence ends that the sign at `at` may end; None if it does not."""
        sign = text[at]
        if sign == "\n":
            return at + 1 if _breaks_line(text, at) else None
        if at > begin and text[at - 1] in _MARKS:
            return None
        end = at + 1
        while end < len(text) and text[end] in _MARKS and end - at < 10:
            end += 1
        repeated = end - at
        while end < len(text) and text[end] in _CLOSERS and end - at < 16:
            end += 1
        if end == len(text):
            return end
        if not text[end].isspace():
            return end if not sign.isascii() or _is_run_on(text, at, end) else None
        follows = _next_letter(text, end)
        if sign == ";" or not sign.isascii():
            return None if sign == "\u2026" and follows.islower() else end
        if follows.islower() and (end - at > repeated or repeated > 1):
            return None
        return None if sign == "." and repeated == 1 and self._abbreviates(text, begin, at, end) else end

    def _abbreviates(self, text: str, begin: int, at: int, end: int) -> bool:
        first = at
        while first > begin and at - first < 20 and not text[first - 1].isspace():
            first -= 1
        word = text[first:at].lstrip(_OPENERS)
        lowered = word.lower()
        following = _next_word(text, end)
        if lowered in self._before_number:
            # "ст. 5", and after a number "2020 г. опубликовал"
            return following[:1].isdigit() or (
                following[:1].islower() and text[:first].rstrip()[-1:].isdigit()
            )
        if lowered in self._abbreviations:
            return True
        if not following or following.lower() in self._starters:
            return False
        if "." in word and all(len(part) <= 2 for part in word.split(".")):
            return True
        if word.isdigit() and len(word) <= 2:
            return first == begin
        return len(word) == 1 and word.isupper()


def _is_run_on(text: str, at: int, end: int) -> bool:
    """Whether a full stop ends a sentence although no space follows: "arrested.He"."""
    return (
        end == at + 1
        and at > 2
        and text[at - 2 : at].islower()
        and text[at - 2 : at].isalpha()
        and (text[end].isupper())
    )


def _next_letter(text: str, position: int) -> str:
    for index in range(position, min(len(text), position + 40)):
        if not text[index].isspace() and text[index] not in _OPENERS:
            return text[index]
    return ""


def _next_word(text: str, position: int) -> str:
    word = ""
    for index in range(position, min(len(text), position + 40)):
        if text[index].isalnum():
            word += text[index]
        elif word:
            break
    return word


def _breaks_line(text: str, at: int) -> bool:
    """Whether the line break at `at` ends a sentence, or only a line of a wrapped paragraph."""
    if at + 1 >= len(text) or text[at + 1] in "\r\n":
        return True
    line_start = text.rfind("\n", max(0, at - _LOOK_BACK), at) + 1
    line = text[line_start:at].strip()
    if not line or line.endswith((":", "\uff1a")):
        return True
    following = text[at + 1 : at + 120]
    if not following.partition("\n")[0].strip() or _BULLET.match(following) or _LABEL.match(following):
        return True
    return len(line) < _WHOLE_LINE and not _next_letter(following, 0).islower()


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentence without white space at its edges; several pieces where it is too long."""
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            return
        if end - start <= LONGEST_SENTENCE:
            yield Sentence(start, end)
            return
        cut = _cut(text, start, start + LONGEST_SENTENCE)
        last = cut
        while text[last - 1].isspace():
            last -= 1
        yield Sentence(start, last)
        start = cut


def _cut(text: str, start: int, limit: int) -> int:
    """A place near `limit` to cut at: after a comma, else at a space, else right there."""
    for signs in (",:", " \t\n"):
        place = max(text.rfind(sign, start + (limit - start) // 2, limit) for sign in signs)
        if place > start:
            return place + 1
    return limit


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Characters `start` up to `end` of a text, without the line breaks around it.

    Attributes:
        is_heading: whether it is one short line without a stop, with more beneath it.
    """

    start: int
    end: int
    is_heading: bool


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of a text, in order; the first begins with the text.

    A blank line parts them, and so does the end of a line that is too long to be one of a wrapped text.
    """
    begin = line = 0
    for match in _LINE_BREAK.finditer(text):
        at, follows = match.span()
        is_blank = text.count("\n", at, follows) > 1
        if is_blank or at - line > _WRAPPED or _begins_long_line(text, follows):
            yield Paragraph(begin, at, _heads(text, begin, at))
            begin = follows
        line = follows
    yield Paragraph(begin, len(text), False)  # a line that nothing stands under


def _begins_long_line(text: str, start: int) -> bool:
    return len(text) - start > _WRAPPED and text.find("\n", start, start + _WRAPPED) < 0


def _heads(text: str, start: int, end: int) -> bool:
    if end - start > _LONGEST_HEADING:
        return False
    line = text[start:end].strip()
    return "\n" not in line and bool(line) and line[-1] not in ".!?;,\u3002\uff01\uff1f\u061f\u061b"


def quoted(text: str, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence to quote for the match from `start` to `end`.

    The whole of it where it is short; else the clauses round the match, or as many words.
    """
    if sentence.end - sentence.start <= LONGEST_QUOTE:
        return sentence.start, sentence.end
    room = max(0, LONGEST_QUOTE - (end - start))
    low = max(sentence.start, start - room // 2)
    high = min(sentence.end, end + room // 2)
    if low > sentence.start:
        places = [text.find(sign, low, start) for sign in ",:\u2014"]
        after = min((place for place in places if place >= 0), default=-1)
        low = after + 1 if after >= 0 else _word_edge(text, low, start)
        while low < start and text[low].isspace():
            low += 1
    if high < sentence.end:
        before = max(text.rfind(sign, end, high) for sign in ",:\u2014")
        high = before if before >= end else text.rfind(" ", end, high)
        high = max(high, end)
    return low, high


def _word_edge(text: str, low: int, start: int) -> int:
    space = text.find(" ", low, start)
    return space + 1 if space >= 0 else start


def line_start(text: str, position: int) -> int:
    """Where the line begins in which `position` lies, as far back as is looked."""
    return text.rfind("\n", max(0, position - _LOOK_BACK), position) + 1


def label(text: str, position: int) -> str | None:
    """What stands before the colon at the start of the line, in lower case; None if nothing."""
    begin = line_start(text, position)
    match = _LABEL.match(text, begin, begin + 140)
    return None if match is None else " ".join(match.group(1).lower().split())


def lead(text: str, sentence: Sentence) -> str | None:
    """The words before the colon under which a sentence stands as an item of a list.

    Looks up from its line over other items, to the line that ends with a colon.
    """
    begin = line_start(text, sentence.start)
    if not _BULLET.match(text, begin, begin + 30):
        return None
    for _ in range(_LOOK_LINES):
        if begin == 0:
            return None
        end = begin - 1
        begin = line_start(text, end)
        line = text[begin:end].strip()
        if not line:
            continue
        if line.endswith((":", "\uff1a")) or line.startswith("#"):
            return " ".join(line.strip("#:\uff1a* _").lower().split())
        if not _BULLET.match(text, begin, begin + 30):
            return None
    return None


def is_heading(text: str, sentence: Sentence) -> bool:
    """Whether a sentence is a heading: a line of its own, without a stop, set as titles are."""
    begin = line_start(text, sentence.start)
    end = text.find("\n", sentence.start, sentence.end + 2)
    if end < 0:
        return False
    line = text[begin:end].strip()
    words = line.split()
    if not words or len(words) > _HEADING_WORDS or line[-1] in ".!?;,":
        return False
    if line[0] == "#" or line.endswith((":", "\uff1a")) or (_NUMBER.match(line) and words[-1][-1].isalnum()):
        return True
    if begin > 1 and text[begin - 2] not in "\r\n":
        return False
    long_words = [word for word in words if len(word) > 3 and word[0].isalpha()]
    capitals = sum(word[0].isupper() for word in long_words)
    return len(long_words) > 1 and capitals == len(long_words)
