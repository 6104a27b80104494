"""Chats as WhatsApp and Telegram export them as text: every line with its time and its speaker.

The lines are set anew, so that the reading of voices knows them: the day on a line of its own where it
changes, then `[14:33] Name: what was written`, with the speaker again on each further line of a message.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from redflag.intake.filetext import FileText
from redflag.signals.patterns import Pattern

_UNSEEN = Pattern("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_DAY = r"(\d{1,4})([./-])(\d{1,2})[./-](\d{2,4})"
_CLOCK = r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?(?:[ \u202f\xa0]?([AaPp])\.?[ \u202f\xa0]?[Mm]\.?)?"
_WHATSAPP = Pattern(
    rf"(?:\[{_DAY},?[ \u202f\xa0]{_CLOCK}\][ ]?|{_DAY},?[ \u202f\xa0]{_CLOCK}[ ][-\u2013][ ])(.*)", re.DOTALL
)
_TELEGRAM = Pattern(rf"([^\n\[\]]{{1,80}}), \[{_DAY} {_CLOCK}\]:?[ ]?(.*)", re.DOTALL)
_MOMENT = Pattern(rf"{_DAY},? {_CLOCK}")
_SAID = Pattern(r"([^:\n]{1,80}): ?(.*)", re.DOTALL)
_NOT_IN_A_NAME = Pattern(r"[^\w .,'\u2019-]|_")
_LONGEST_NAME = 40
_LOOKED_AT = 40
"""Lines at the start among which a chat shows itself."""

NOBODY = "System message"
"""Who speaks where the program itself does, such as about encryption."""


@dataclass
class _Message:
    """A message, the figures of its day still in the order in which they were written."""

    is_dotted: bool
    first: int
    second: int
    third: int
    hour: int
    minute: int
    name: str
    lines: list[str]


def read_if_chat(text: str) -> FileText | None:
    """The text of an export as a chat; None where it is not one.

    Which figure of a date is the day is told from all of them together; where they do not tell it,
    only the year is kept, and that is said.
    """
    plain = _UNSEEN.sub("", text).replace("\r\n", "\n")
    lines = plain.split("\n")
    opened = [line for line in lines if line.strip()][:_LOOKED_AT]
    shape = next((shape for shape in (_WHATSAPP, _TELEGRAM) if opened and shape.fullmatch(opened[0])), None)
    if shape is None or (len(opened) > 2 and sum(bool(shape.fullmatch(line)) for line in opened) < 2):
        return None
    messages = _messages(lines, shape)
    if not any(message.name != NOBODY for message in messages):
        return None
    return _told(messages)


def chat_of(messages: Iterable[tuple[str, str, str]]) -> FileText | None:
    """Messages that a page lists, as a chat; None if there are none.

    Args:
        messages: of each its name, its moment as `13.05.2020 14:33:05`, and its text.
    """
    found: list[_Message] = []
    for name, moment, text in messages:
        match = _MOMENT.match(_UNSEEN.sub("", moment))
        if match is not None:
            message = _made(list(match.groups()), name, text)
            found += [] if message is None else [message]
    return _told(found) if found else None


def _messages(lines: Sequence[str], shape: Pattern) -> list[_Message]:
    found: list[_Message] = []
    for line in lines:
        match = shape.fullmatch(line) if len(line) < 100_000 else None
        message = None if match is None else _message(match, shape)
        if message is not None:
            found.append(message)
        elif found:
            found[-1].lines.append(line)
    return found


def _message(match: re.Match[str], shape: Pattern) -> _Message | None:
    groups = list(match.groups())
    name = groups.pop(0) if shape is _TELEGRAM else ""
    rest = groups.pop()
    if shape is _WHATSAPP:
        said = _SAID.fullmatch(rest)
        name, rest = (said[1], said[2]) if said is not None else (NOBODY, rest)
    return _made(groups, name, rest)


def _made(groups: Sequence[str | None], name: str, text: str) -> _Message | None:
    """A message from the groups of a day and a time; None where those are no time."""
    figures = [group for group in groups if group is not None]
    half = figures.pop().lower() if figures[-1].isalpha() else ""
    is_dotted = figures.pop(1) == "."
    first, second, third, hour, minute = (int(figure) for figure in figures)
    if hour > 23 or minute > 59 or max(first, second, third) < 1:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _Message(is_dotted, first, second, third, hour, minute, _label(name), text.split("\n"))


def _label(name: str) -> str:
    """A name as a label may have it: letters first; a bare number is said to be one."""
    kept = " ".join(_NOT_IN_A_NAME.sub(" ", name).split())
    if not kept or not kept[0].isalpha():
        kept = f"Number {kept}".strip()
    return kept[:_LONGEST_NAME].strip()


def _told(messages: Sequence[_Message]) -> FileText:
    days = _days(messages)
    told: list[str] = []
    before = ""
    for message, day in zip(messages, days, strict=True):
        if day != before:
            told.extend(["", day])
            before = day
        stamp = f"[{message.hour:02}:{message.minute:02}] {message.name}: "
        told.extend(stamp + line.strip() for line in message.lines if line.strip())
    unsure = any(len(day) == 4 for day in days)
    left_out = "days and months of the messages, since their order cannot be told" if unsure else ""
    return FileText("\n".join(told).strip("\n"), kind="chat", left_out=left_out)


def _days(messages: Sequence[_Message]) -> list[str]:
    """The day of each message as 2021-05-04; the year alone where day and month cannot be told apart."""
    orders = [
        read
        for read in (_day_first, _month_first, _year_first)
        if all(read(message) is not None for message in messages)
    ]
    rising = [read for read in orders if _rises([read(message) for message in messages])]
    fitting = rising or orders
    readings = {tuple(str(read(message)) for message in messages) for read in fitting}
    if len(readings) == 1:
        return list(readings.pop())
    return [str(_year(message)) if fitting else "" for message in messages]


def _year(message: _Message) -> int:
    """The year in whichever place it stands."""
    year = message.first if message.first > 31 else message.third
    return year if year > 99 else 2000 + year


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day_first(message: _Message) -> datetime.date | None:
    return _date(_year(message), message.second, message.first) if message.first < 32 else None


def _month_first(message: _Message) -> datetime.date | None:
    if message.is_dotted or message.first > 31:
        return None  # who writes points between the figures writes the day first
    return _date(_year(message), message.first, message.second)


def _year_first(message: _Message) -> datetime.date | None:
    return _date(message.first, message.second, message.third) if message.first > 31 else None


def _rises(days: Sequence[datetime.date | None]) -> bool:
    known = [day for day in days if day is not None]
    return all(one <= other for one, other in itertools.pairwise(known))
