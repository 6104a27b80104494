"""How far a batch has come: kept in its ledger, or in a file beside its output."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, ValidationError

from redflag.audit import Chunk, LedgerFile
from redflag.errors import CaseError, Fault, Location
from redflag.record import Record, digest


class State(Record):
    """How far a batch has come, and with what.

    Attributes are what it was begun with, the day for cases that have none, how many cases are done,
    how many bytes of output they take, and the digest of the cases that were read.
    """

    identity: str
    otherwise_as_of: str | None = None
    cases: int = Field(0, ge=0)
    written: int = Field(0, ge=0)
    seen: str = ""

    def further(self, cases: int, written: int, seen: str) -> State:
        """The state after some more cases."""
        return self.model_copy(
            update={"cases": self.cases + cases, "written": self.written + written, "seen": seen}
        )


class Journal:
    """Where a batch leaves word of what it has done.

    Args:
        output: the output of the batch.
        ledger: its ledger; the word is then part of the transaction that appends the lines.
    """

    def __init__(self, output: Path, ledger: LedgerFile | None) -> None:
        self._output = output
        self._ledger = ledger
        self._file = output.with_name(f"{output.name}.journal")
        self._name = digest(str(output.resolve()))
        self._left: str | None = None

    def begin(self, identity: str, otherwise_as_of: str | None, *, resume: bool) -> State:
        """The state to go on from: where an earlier run ended, or the beginning.

        Raises:
            CaseError: if there is an output and it is not to be resumed, or was made otherwise.
        """
        where = Location(str(self._output))
        if self._output.is_dir() or not self._output.parent.is_dir():
            raise CaseError(
                Fault("not a file that can be written", where, "name a file in a folder that is there")
            )
        new = State(identity=hashlib.sha256(identity.encode()).hexdigest(), otherwise_as_of=otherwise_as_of)
        there = self._output.exists() and self._output.stat().st_size > 0
        if not resume:
            if there:
                raise CaseError(
                    Fault("there is an output already", where, "go on with --resume, or name another")
                )
            self._note(new)
            return new
        text = self._read()
        if text is None:
            if there:
                mend = "resume with the ledger that it was begun with, or name another output"
                raise CaseError(Fault("no word was left of how this output was made", where, mend))
            self._note(new)
            return new
        try:
            state = State.model_validate_json(text)
        except ValidationError:
            raise CaseError(Fault("the journal of this output cannot be read", where, "begin anew")) from None
        if state.identity != new.identity:
            mend = "resume with the same input, rules, base rate and date, or name another output"
            raise CaseError(Fault("this output was begun with other settings", where, mend))
        self._left = text
        return state

    @contextlib.contextmanager
    def noting(self, state: State) -> Iterator[Chunk | None]:
        """Leaves word of a state once the block has ended; with a ledger, in its transaction.

        Raises:
            CaseError: if another process has left word of the same output.
        """
        if self._ledger is None:
            yield None
            self._note(state)
            return
        with self._ledger.chunk() as chunk:
            self._check(chunk.progress(self._name))
            yield chunk
            text = state.model_dump_json()
            chunk.set_progress(self._name, text)
        self._left = text

    def _read(self) -> str | None:
        if self._ledger is not None:
            with self._ledger.chunk() as chunk:
                return chunk.progress(self._name)
        return self._file.read_text(encoding="utf-8") if self._file.is_file() else None

    def _check(self, found: str | None) -> None:
        if found != self._left:
            mend = "let one of them end"
            raise CaseError(
                Fault("another process writes this output too", Location(str(self._output)), mend)
            )

    def _note(self, state: State) -> None:
        text = state.model_dump_json()
        if self._ledger is not None:
            with self._ledger.chunk() as chunk:
                chunk.set_progress(self._name, text)
        else:
            if self._left is not None:
                self._check(self._read())
            handle, half = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(half).replace(self._file)
        self._left = text
