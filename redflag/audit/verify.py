"""Whether a ledger is as it was written, and if not, which line was changed, moved, added or lost.

The chain alone finds whatever was done to some lines by a hand that left the others alone. Whoever
rewrites every line after a change, or cuts the end off, needs an anchor to be found: the head as it
was at some time, kept elsewhere. A key kept apart from the file finds both as well.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redflag.audit.entries import Anchor, keyed, sha256
from redflag.audit.storage import TRIGGERS, key_of, opened, settings_of
from redflag.record import canonical_json


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it was written, and the line that it is about."""

    line: int | None
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}" if self.line is not None else self.what


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying a ledger found.

    Attributes:
        lines: how many lines there are.
        head: the anchor that it would give now; None if it is empty.
        anchored: whether it was held against an anchor.
        flaws: what is wrong, in the order of the lines.
    """

    lines: int
    head: Anchor | None
    anchored: bool
    flaws: tuple[Flaw, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws


def verify(path: Path | str, anchor: Anchor | None = None, *, key: bytes | None = None) -> Verdict:
    """Whether a ledger is as it was written.

    Args:
        path: the ledger.
        anchor: its head at some time, kept elsewhere: also finds a cut tail and a ledger that was
            rewritten whole.
        key: the key, for a ledger that does not hold it.

    Raises:
        AuditError: if it is not a ledger, or not that key's.
    """
    path = Path(path)
    with opened(path, read_only=True) as connection:
        connection.text_factory = _text
        connection.execute("BEGIN")  # one state of it, whatever others append meanwhile
        settings = settings_of(connection)
        check = _Check(connection, settings.get("ledger", ""), key_of(settings, key, path), anchor)
        flaws = tuple(sorted(check.flaws(), key=lambda flaw: (flaw.line is None, flaw.line or 0)))
    head = Anchor(check.last, check.digest) if check.last else None
    return Verdict(check.count, head, anchor is not None, flaws)


class _Check:
    def __init__(self, connection: sqlite3.Connection, name: str, key: bytes, anchor: Anchor | None) -> None:
        self._connection = connection
        self._key = key
        self._anchor = anchor
        self._anchor_met = False
        self.last = 0
        self.count = 0
        self.digest = name
        self._contents: dict[tuple[int, str], str] = {}
        self._erased: set[tuple[int, str]] = set()

    def flaws(self) -> Iterator[Flaw]:
        yield from self._triggers()
        rows = self._connection.execute("SELECT number, body, digest, seal FROM line ORDER BY number")
        for number, body, digest, seal in rows:
            yield from self._row(number, body, digest, seal)
        yield from self._tail()
        yield from self._beside()

    def _triggers(self) -> Iterator[Flaw]:
        found = dict(self._connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, wanted in TRIGGERS.items():
            if found.get(name) != wanted:
                yield Flaw(None, f"the guard {name} is gone or was changed")

    def _row(self, number: Any, body: Any, digest: Any, seal: Any) -> Iterator[Flaw]:
        expected = self.last + 1
        gap = number != expected
        if gap:
            missing = f"line {expected}" if number == expected + 1 else f"lines {expected} to {number - 1}"
            yield Flaw(expected, f"missing here: {missing}")
        data = _data(body)
        if data is None or sha256(str(body)) != digest:
            yield Flaw(number, "its content is not what was written: changed")
        if data is not None:
            if data.get("number") != number:
                yield Flaw(number, f"holds what was written as line {data.get('number')}: moved or inserted")
            if data.get("previous") != self.digest and not gap:
                before = f"line {number - 1}" if number > 1 else "the name of this ledger"
                yield Flaw(number, f"does not follow {before}: one of the two was changed, moved or inserted")
            self._note(number, data)
        if seal != keyed(self._key, str(digest)):
            yield Flaw(number, "was not sealed with the key of this ledger: changed, moved or inserted")
        if self._anchor is not None and number == self._anchor.lines:
            self._anchor_met = True
            if digest != self._anchor.head or (data is not None and sha256(str(body)) != self._anchor.head):
                yield Flaw(number, "is not the line of the anchor: the ledger was rewritten up to here")
        self.last, self.digest = number, str(digest)
        self.count += 1

    def _note(self, number: int, data: dict[str, Any]) -> None:
        """Remember which contents a line vouches for, and which it says were erased."""
        contents = data.get("contents")
        if isinstance(contents, dict):
            self._contents.update({(number, kind): str(digest) for kind, digest in contents.items()})
        erased = data.get("erased")
        for one in erased if isinstance(erased, list) else ():
            if isinstance(one, dict) and isinstance(one.get("line"), int):
                self._erased.add((one["line"], str(one.get("content"))))

    def _tail(self) -> Iterator[Flaw]:
        if self._anchor is not None and not self._anchor_met:
            told = f"the line of the anchor is not there: the ledger was cut after line {self.last}"
            yield Flaw(self._anchor.lines, told)
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'line'").fetchone()
        ever = row[0] if row is not None else 0
        if ever != self.last:
            yield Flaw(
                self.last + 1, f"lines were written up to {ever}, and the last here is {self.last}: cut"
            )

    def _beside(self) -> Iterator[Flaw]:
        held: set[tuple[int, str]] = set()
        for number, kind, salt, body in self._connection.execute(
            "SELECT line, kind, salt, body FROM content"
        ):
            place = (number, str(kind))
            held.add(place)
            line = number if isinstance(number, int) else None
            if not isinstance(salt, bytes) or self._contents.get(place) != keyed(self._key, str(body), salt):
                yield Flaw(line, f"the {kind} kept with it is not the one that was written")
            elif place in self._erased:
                yield Flaw(line, f"the {kind} kept with it was erased, and is back")
        for number, kind in sorted(self._contents.keys() - held - self._erased):
            yield Flaw(number, f"the {kind} kept with it is gone, and no line says that it was erased")


def _text(raw: bytes) -> str | bytes:
    """A text of the database; as it stands where it is none, so that it is held against its digest."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _data(body: Any) -> dict[str, Any] | None:
    """What a line says, if it is written as this library writes."""
    try:
        data = json.loads(body)
        return data if isinstance(data, dict) and canonical_json(data) == body else None
    except (TypeError, ValueError, RecursionError):
        return None
