"""The file of a ledger: its tables, the triggers that refuse changes, and how it is opened."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from redflag.audit.entries import Store, keyed
from redflag.errors import AuditError, Fault, Location

FORMAT = "1"
"""Version of the tables; a later one may add to them."""

PATIENCE = 60.0
"""Seconds that a process waits for the others to finish writing."""

KEY_BYTES = 32
CHECKED = "the key of this ledger"

TRIGGERS = {
    "line_is_never_changed": "CREATE TRIGGER line_is_never_changed BEFORE UPDATE ON line "
    "BEGIN SELECT RAISE(ABORT, 'a line is never changed'); END",
    "line_is_never_removed": "CREATE TRIGGER line_is_never_removed BEFORE DELETE ON line "
    "BEGIN SELECT RAISE(ABORT, 'a line is never removed'); END",
    "line_comes_last": "CREATE TRIGGER line_comes_last BEFORE INSERT ON line "
    "WHEN NEW.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM line) "
    "BEGIN SELECT RAISE(ABORT, 'a line comes after the last'); END",
    "content_is_never_changed": "CREATE TRIGGER content_is_never_changed BEFORE UPDATE ON content "
    "BEGIN SELECT RAISE(ABORT, 'content is never changed, only erased'); END",
    "content_is_never_replaced": "CREATE TRIGGER content_is_never_replaced BEFORE INSERT ON content "
    "WHEN EXISTS (SELECT 1 FROM content WHERE line = NEW.line AND kind = NEW.kind) "
    "BEGIN SELECT RAISE(ABORT, 'content is never replaced'); END",
}
"""What the database itself refuses, by name."""

# AUTOINCREMENT remembers the highest number ever given, so that a tail that is gone leaves a trace
TABLES = (
    "CREATE TABLE line (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, "
    "digest TEXT NOT NULL, seal TEXT NOT NULL)",
    "CREATE TABLE content (line INTEGER NOT NULL, kind TEXT NOT NULL, salt BLOB NOT NULL, "
    "body TEXT NOT NULL, PRIMARY KEY (line, kind)) WITHOUT ROWID",
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE progress (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID",
)


def create(path: Path, store: Store, key: bytes | None) -> None:
    """A new and empty ledger, unless there is one by that name.

    It is built beside and put in place at once, so that no other process meets half of it.
    """
    if not path.parent.is_dir():
        where = Location(str(path))
        raise AuditError(Fault("there is no such folder to write in", where, "make it first"))
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(half, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in (*TABLES, *TRIGGERS.values()):
                connection.execute(statement)
            own = secrets.token_bytes(KEY_BYTES)
            settings = {
                "format": FORMAT,
                "ledger": secrets.token_hex(32),
                "store": store,
                "key_check": keyed(key or own, CHECKED),
            }
            if key is None:
                settings["key"] = own.hex()
            connection.executemany("INSERT INTO setting VALUES (?, ?)", sorted(settings.items()))
            connection.execute("COMMIT")
        _put_in_place(half, path)
    except OSError as fault:
        where = Location(str(path))
        raise AuditError(Fault(f"the ledger cannot be made: {fault.strerror}", where)) from None
    finally:
        Path(half).unlink(missing_ok=True)


def _put_in_place(half: str, path: Path) -> None:
    """Give a finished file its name, unless another process was first."""
    try:
        os.link(half, path)
    except FileExistsError:
        return
    except OSError:  # not every file system has links
        if not path.exists():
            Path(half).replace(path)


@contextlib.contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to a ledger that is there.

    Raises:
        AuditError: if it is not a ledger, or the database refuses.
    """
    if not path.is_file():
        raise AuditError(Fault("there is no such ledger", Location(str(path)), "check the path"))
    address = f"{path.resolve().as_uri()}?mode=rw"
    try:
        with contextlib.closing(
            sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
        ) as connection:
            # a line that was told of must outlive a power cut, and erased content must be overwritten
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.DatabaseError as fault:
        raise AuditError(_told(fault, path)) from None


def _told(fault: sqlite3.DatabaseError, path: Path) -> Fault:
    where = Location(str(path))
    message = str(fault)
    damage = ("no such table", "no such column", "not a database", "malformed", "Could not decode")
    if any(one in message for one in damage):  # the last of them would go on with the text itself
        return Fault("this is not a ledger, or it is damaged", where, "give a file made with --ledger")
    if "locked" in message or "busy" in message:
        return Fault("other processes kept the ledger busy", where, "try again")
    return Fault(f"the ledger cannot be used: {message}", where)


def settings_of(connection: sqlite3.Connection) -> dict[str, str]:
    """The settings of a ledger, by name."""
    return {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM setting")}


def key_of(settings: dict[str, str], given: bytes | None, path: Path) -> bytes:
    """The key of a ledger: the one given, else its own.

    Raises:
        AuditError: if it needs one that was not given, or the one given is another's.
    """
    where = Location(str(path))
    try:
        key = given if given is not None else bytes.fromhex(settings.get("key", ""))
    except ValueError:
        key = b""
    if not key:
        raise AuditError(
            Fault("this ledger does not hold its key", where, "give the key that it was made with")
        )
    if keyed(key, CHECKED) != settings.get("key_check"):
        raise AuditError(Fault("not the key of this ledger", where, "give the key that it was made with"))
    return key
