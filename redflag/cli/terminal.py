"""What a person at a terminal sees and a pipe does not: colour, and how far long work has come."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)

_BAR = 24
_EVERY = 0.1
_BOLD, _RED, _YELLOW, _PLAIN = "\033[1m", "\033[1;31m", "\033[1;33m", "\033[0m"
_HEADING = re.compile(r"^(?=\S)(.+)\n(=+|-+)$", re.MULTILINE)
_BAND = re.compile(r"(?<=band: )(high|elevated)\b")


def is_quiet() -> bool:
    """Whether `--quiet` was given: faults and what was left out are told, and nothing else."""
    return _QUIET.get()


@contextmanager
def quiet(wanted: bool) -> Iterator[None]:
    """While this lasts, notes and progress are not told, if so wanted."""
    token = _QUIET.set(wanted)
    try:
        yield
    finally:
        _QUIET.reset(token)


def has_colour(stream: TextIO) -> bool:
    """Whether colour may be written: to a terminal that has any, unless `NO_COLOR` is set."""
    return _can_move(stream) and not os.environ.get("NO_COLOR")


def _can_move(stream: TextIO) -> bool:
    """Whether a line can be taken away again and written anew."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def prefix() -> str:
    """What stands before every line on standard error; on a terminal it takes a line of progress away."""
    cleared = "\r\033[K" if _can_move(sys.stderr) and not is_quiet() else ""
    return cleared + (f"{_BOLD}redflag:{_PLAIN} " if has_colour(sys.stderr) else "redflag: ")


def coloured(report: str, stream: TextIO) -> str:
    """A report in text as a terminal shows it: headings bold, a band that calls for attention in colour.

    No band is shown in green: nothing found is not the same as nothing there.
    """
    if not has_colour(stream):
        return report
    told = _HEADING.sub(lambda found: f"{_BOLD}{found.group(1)}{_PLAIN}\n{found.group(2)}", report)
    return _BAND.sub(
        lambda found: (_RED if found.group(1) == "high" else _YELLOW) + found.group(1) + _PLAIN, told
    )


class Progress:
    """A line on standard error that says how far long work has come; nothing where nobody looks.

    Args:
        what: what is counted, in the plural.
        total: how many there are, if that is known.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what, self._total = what, total
        self._shows = _can_move(sys.stderr) and not is_quiet()
        self._begun = self._told = time.monotonic()
        self._first: int | None = None

    @property
    def shows(self) -> bool:
        """Whether anybody sees it."""
        return self._shows

    def __call__(self, done: int) -> None:
        """Say that so many are done."""
        now = time.monotonic()
        if self._first is None:
            self._first = done
        last = done == self._total
        if self._shows and (last or now - self._told >= _EVERY):
            self._told = now
            print(f"\r\033[K{self._line(done, now)}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self._shows:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _line(self, done: int, now: float) -> str:
        if not self._total:
            return f"{done:,} {self._what}"
        full = min(_BAR, _BAR * done // self._total)
        bar = "█" * full + "░" * (_BAR - full)
        line = f"{bar} {done:,} of {self._total:,} {self._what}"
        gone, made = now - self._begun, done - (self._first or 0)
        if made > 0 and done < self._total:
            left = gone * (self._total - done) / made
            line += f", {_spoken(left)} left"
        return line


def _spoken(seconds: float) -> str:
    """A time in words.

    >>> _spoken(9), _spoken(90), _spoken(7300)
    ('9 s', '2 min', '2 h 2 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
