"""A ledger in a file: lines are added, each chained to the one before; none is changed or removed.

Every act opens the file anew and ends with one transaction, so a ledger can be shared by threads
and processes, and a process that is killed leaves whole chunks and nothing else.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from redflag.assessment import Assessment
from redflag.audit.entries import (
    STORES,
    Anchor,
    ContentKind,
    Deed,
    Entry,
    Erased,
    Line,
    Remark,
    Store,
    keyed,
    line_id,
    sha256,
)
from redflag.audit.storage import create, key_of, opened, settings_of
from redflag.errors import AuditError, Fault, Location
from redflag.record import Record

Clock = Callable[[], datetime.datetime]
SALT_BYTES = 16


def utc_now() -> datetime.datetime:
    """The time of day, where no other clock is given."""
    return datetime.datetime.now(datetime.UTC)


class Chunk:
    """One transaction on a ledger: what is appended in it is kept as a whole or not at all."""

    def __init__(
        self, connection: sqlite3.Connection, key: bytes, store: Store, clock: Clock, name: str
    ) -> None:
        self._connection = connection
        self._key = key
        self._store = store
        self._clock = clock
        last = connection.execute("SELECT number, digest FROM line ORDER BY number DESC LIMIT 1").fetchone()
        self._head = Anchor(0, name) if last is None else Anchor(last[0], last[1])

    def append(self, assessment: Assessment, case: Record | None = None) -> str:
        """Keep a record of an assessment; gives the id of its line."""
        return self.append_entry(Entry.of(assessment, case, self._store))

    def append_entry(self, entry: Entry) -> str:
        """Keep a record of an assessment that was made ready elsewhere."""
        return self._write("assessment", entry)

    def append_contest(
        self,
        assessment: Assessment,
        case: Record | None,
        *,
        follows: int,
        finding: str,
        deed: Deed,
        remark: Remark,
    ) -> str:
        """Keep a record of a new assessment after a finding was contested."""
        entry = Entry.of(assessment, case, self._store)
        entry.contents["remark"] = remark.model_dump_json()
        return self._write("contest", entry, follows=follows, finding=finding, deed=deed)

    def held(self) -> set[tuple[int, str]]:
        """What is kept beside the chain: number of the line, and kind."""
        return set(self._connection.execute("SELECT line, kind FROM content"))

    def append_erasure(self, erased: Sequence[Erased]) -> str:
        """Remove content, and keep a record that it was."""
        for one in erased:
            self._connection.execute(
                "DELETE FROM content WHERE line = ? AND kind = ?", (one.line, one.content)
            )
        return self._write("erasure", Entry({}, {}, {}), erased=tuple(erased))

    def progress(self, name: str) -> str | None:
        """How far a batch of that name has come, as it left word."""
        row = self._connection.execute("SELECT state FROM progress WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_progress(self, name: str, state: str) -> None:
        """Leave word how far a batch of that name has come."""
        self._connection.execute(
            "INSERT INTO progress VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state",
            (name, state),
        )

    def _write(self, kind: str, entry: Entry, **also: object) -> str:
        number = self._head.lines + 1
        salted = {name: (secrets.token_bytes(SALT_BYTES), text) for name, text in entry.contents.items()}
        line = Line.model_validate(
            {
                "number": number,
                "previous": self._head.head,
                "kind": kind,
                "when": self._clock().astimezone(datetime.UTC).isoformat(timespec="milliseconds"),
                **{name: keyed(self._key, text) for name, text in entry.digests.items()},
                "contents": {name: keyed(self._key, text, salt) for name, (salt, text) in salted.items()},
                **entry.settings,
                **also,
            }
        )
        body = line.text()
        digest = sha256(body)
        self._connection.execute(
            "INSERT INTO line (number, body, digest, seal) VALUES (?, ?, ?, ?)",
            (number, body, digest, keyed(self._key, digest)),
        )
        self._connection.executemany(
            "INSERT INTO content VALUES (?, ?, ?, ?)",
            [(number, name, salt, text) for name, (salt, text) in salted.items()],
        )
        self._head = Anchor(number, digest)
        return line_id(number, digest)


def _store(named: str | None) -> Store:
    """The store that a ledger's settings name; the least if they name none."""
    for one in STORES:
        if one == named:
            return one
    return "digests"


class LedgerFile:
    """An append-only record of assessments in a file.

    Args:
        path: the file; made if it is not there.
        store: what is kept beside the digests; as the ledger was made if absent, and for a new
            one nothing.
        key: the secret of its digests, for whoever keeps it apart from the file; without it the
            ledger has a key of its own.
        clock: what time it is.
        must_exist: refuse rather than make a new one.

    Raises:
        AuditError: if it is not a ledger, or not that key's.
    """

    def __init__(
        self,
        path: Path | str,
        store: Store | None = None,
        *,
        key: bytes | None = None,
        clock: Clock = utc_now,
        must_exist: bool = False,
    ) -> None:
        if store is not None and store not in STORES:
            raise AuditError(Fault(f'nothing is stored as "{store}"', mend=f"use one of {', '.join(STORES)}"))
        self.path = Path(path)
        if not must_exist and not self.path.exists():
            create(self.path, store or "digests", key)
        with opened(self.path, read_only=True) as connection:
            settings = settings_of(connection)
        self._key = key_of(settings, key, self.path)
        self._name = settings.get("ledger", "")
        self.store: Store = store if store is not None else _store(settings.get("store"))
        self._clock = clock

    @contextlib.contextmanager
    def chunk(self) -> Iterator[Chunk]:
        """One transaction: kept when the block ends, undone if it fails."""
        with opened(self.path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Chunk(connection, self._key, self.store, self._clock, self._name)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def append(self, assessment: Assessment, case: Record | None = None) -> str:
        """Keep a record of one assessment; gives the id of its line."""
        with self.chunk() as chunk:
            return chunk.append(assessment, case)

    def lines(self) -> Iterator[Line]:
        """Every line, first to last.

        Raises:
            AuditError: if one cannot be read; `verify` tells more.
        """
        with opened(self.path, read_only=True) as connection:
            for number, body in connection.execute("SELECT number, body FROM line ORDER BY number"):
                yield self._line(number, body)

    def line(self, wanted: str) -> Line:
        """The line of that id, or of that number.

        Raises:
            AuditError: if there is none, or the line of that number has another digest.
        """
        number, _, start = wanted.strip().partition("-")
        where = Location(str(self.path))
        if not number.isdecimal() or len(number) > 18:
            mend = "give an id as `redflag audit list` prints it"
            raise AuditError(Fault("not the id of a line", where, mend))
        with opened(self.path, read_only=True) as connection:
            row = connection.execute(
                "SELECT number, body, digest FROM line WHERE number = ?", (int(number),)
            ).fetchone()
        if row is None:
            raise AuditError(Fault(f"there is no line {number}", where, "see redflag audit list"))
        if not str(row[2]).startswith(start) or sha256(str(row[1])) != row[2]:
            mend = "see redflag audit verify"
            raise AuditError(Fault(f"line {number} is not the one that this id names", where, mend))
        return self._line(row[0], row[1])

    def content(self, number: int, kind: ContentKind) -> str | None:
        """What is kept beside a line; None if it never was, or was erased.

        Raises:
            AuditError: if it is not what was written.
        """
        with opened(self.path, read_only=True) as connection:
            row = connection.execute(
                "SELECT c.salt, c.body, l.body FROM content c JOIN line l ON l.number = c.line "
                "WHERE c.line = ? AND c.kind = ?",
                (number, kind),
            ).fetchone()
        if row is None:
            return None
        salt, text, body = row
        if keyed(self._key, text, salt) != self._line(number, body).contents.get(kind):
            told = f"the {kind} of line {number} is not the one that was written"
            raise AuditError(Fault(told, Location(str(self.path)), "see redflag audit verify"))
        return str(text)

    def assessment(self, number: int) -> Assessment | None:
        """The assessment that is kept beside a line, if it is."""
        text = self.content(number, "assessment")
        return None if text is None else Assessment.model_validate_json(text)

    def remark(self, number: int) -> Remark | None:
        """Who contested in that line, and why; None if it is no contest, or was erased."""
        text = self.content(number, "remark")
        return None if text is None else Remark.model_validate_json(text)

    def is_of(self, line_digest: str | None, value: str | None) -> bool:
        """Whether a keyed digest of a line is that of a value."""
        if value is None or line_digest is None:
            return value is None and line_digest is None
        return keyed(self._key, value) == line_digest

    def anchor(self) -> Anchor:
        """The head as it is now.

        Raises:
            AuditError: if there is no line yet.
        """
        with opened(self.path, read_only=True) as connection:
            row = connection.execute(
                "SELECT number, digest FROM line ORDER BY number DESC LIMIT 1"
            ).fetchone()
        if row is None:
            raise AuditError(Fault("the ledger has no line yet", Location(str(self.path))))
        return Anchor(row[0], row[1])

    def export(self, *, contents: bool = False) -> Iterator[str]:
        """Each line as one object of JSON: its digest, what was chained, and the contents if asked for."""
        for line in self.lines():
            told: dict[str, object] = {
                "id": line.id,
                "digest": line.digest(),
                "line": json.loads(line.text()),
            }
            if contents:
                kept = {kind: self.content(line.number, kind) for kind in line.contents}
                told["contents"] = {kind: json.loads(text) for kind, text in kept.items() if text is not None}
            yield json.dumps(told, ensure_ascii=True, sort_keys=True)

    def erase_case(self, case_id: str) -> tuple[Erased, ...]:
        """Erase whatever is kept beside the lines of a case, remarks about it too; the chain stays."""
        return self.erase([one.number for one in self.lines() if self.is_of(one.subject, case_id)])

    def erase_reviewer(self, handle: str) -> tuple[Erased, ...]:
        """Erase the remarks of a reviewer, and the kept assessments that quote them; the chain stays."""
        numbers: list[Erased] = []
        for line in self.lines():
            if "remark" in line.contents:
                remark = self.remark(line.number)
                if remark is not None and remark.by == handle:
                    numbers.append(Erased(line=line.number, content="remark"))
            if "assessment" in line.contents and line.kind == "contest":
                kept = self.assessment(line.number)
                if kept is not None and any(one.by == handle for one in kept.contested):
                    numbers.append(Erased(line=line.number, content="assessment"))
        return self._erase(numbers)

    def erase(
        self, numbers: Iterable[int], kinds: Sequence[ContentKind] = ("assessment", "case", "remark")
    ) -> tuple[Erased, ...]:
        """Erase what is kept beside some lines; the chain stays, and a new line says what is gone."""
        return self._erase([Erased(line=number, content=kind) for number in numbers for kind in kinds])

    def _erase(self, wanted: Sequence[Erased]) -> tuple[Erased, ...]:
        with self.chunk() as chunk:
            held = chunk.held()
            gone = tuple(one for one in wanted if (one.line, one.content) in held)
            if gone:
                chunk.append_erasure(gone)
        if gone:
            self._wipe()
        return gone

    def _wipe(self) -> None:
        """Leave no trace of erased content in the write-ahead log either."""
        with opened(self.path) as connection:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            told = "erased, but other processes still hold the log in which it may be read"
            mend = "erase again when they have ended"
            raise AuditError(Fault(told, Location(str(self.path)), mend))

    def _line(self, number: int, body: str) -> Line:
        try:
            return Line.model_validate_json(body)
        except ValidationError:
            where = Location(str(self.path))
            told = f"line {number} is not one that this version wrote"
            raise AuditError(Fault(told, where, "see redflag audit verify")) from None
