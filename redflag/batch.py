"""Many cases into one file: a line each, in order, a chunk at a time, and on again after a break.

A chunk is written to the output and then noted as done, in the ledger in the same transaction that
appends its lines, or else in a journal beside the output. What was written and not noted is cut off
and done again, so that a batch that was killed and resumed loses nothing and doubles nothing.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from redflag.assessment import Assessment, ScoreLine, Unscreened
from redflag.audit import Chunk, Entry, LedgerFile, Store
from redflag.dates import PartialDate
from redflag.errors import CaseError, Fault, Location, RedflagError
from redflag.intake import load
from redflag.intake.many import cases_in
from redflag.intake.sourced import Sourced
from redflag.intake.tables.columns import ColumnMap
from redflag.journal import Journal, State
from redflag.plain import PlainCases
from redflag.record import canonical_json
from redflag.report import render
from redflag.screening import DEFAULT_MODEL, Screener
from redflag.together import Together

CHUNK = 64
"""Cases that are written, noted and appended together."""

CHUNK_OF_SCORES = 4096
"""The same where the lines hold scores alone: more of them, since they are scored together."""

Form = Literal["assessments", "scores"]
"""What a line holds: a whole assessment, or its numbers alone."""

Progress = Callable[[int], None]
"""Is told how many cases are done."""


@dataclass(frozen=True)
class Settings:
    """How the cases of a batch are screened; plain values, so that each process can set itself up.

    Attributes:
        rules: folders of the pack; the shipped one if empty.
        model: as for `Screener`.
        base_rate: as for `Screener`.
        switched_off: rules that are not to be asked, each with a reason.
        as_of: the day for every case; each case's own if absent.
        otherwise_as_of: the day for a case that has none of its own; without it such a case is not
            screened.
        form: what a line holds.
    """

    rules: tuple[Path, ...] = ()
    model: Path | str | None = DEFAULT_MODEL
    base_rate: str | float = "balanced"
    switched_off: tuple[tuple[str, str], ...] = ()
    as_of: str | None = None
    otherwise_as_of: str | None = None
    form: Form = "assessments"

    def screener(self) -> Screener:
        """The screener that they describe."""
        return Screener(
            rules=self.rules or None,
            model=self.model,
            base_rate=self.base_rate,
            switched_off=dict(self.switched_off),
        )


@dataclass(frozen=True, slots=True)
class Done:
    """What a batch has done: in all, in this run, and how many cases could not be screened in it."""

    cases: int
    this_run: int
    unscreened: int


@dataclass(frozen=True, slots=True)
class _Result:
    line: str
    entry: Entry | None
    screened: bool = True


def batch(
    source: Path,
    output: Path,
    settings: Settings | None = None,
    *,
    jobs: int = 1,
    ledger: LedgerFile | None = None,
    resume: bool = False,
    chunk: int | None = None,
    progress: Progress | None = None,
    columns: ColumnMap | None = None,
) -> Done:
    """Screen every case of a source and write the assessments as JSON Lines, in the same order.

    A case that cannot be screened gives a line with its faults, and the batch goes on.

    Args:
        source: a .jsonl file of cases, a folder of case files and of folders of cases, a table, or a
            file of notices or entities.
        output: where the lines go.
        settings: how to screen; as shipped if absent.
        jobs: processes that screen.
        ledger: keeps a record of each assessment; a transaction a chunk.
        resume: go on where an earlier run with the same settings ended; begin if there was none.
        chunk: cases in a chunk; as its form has it if absent.
        progress: is told how many cases are done, a chunk at a time.
        columns: what the columns of a table are.

    Raises:
        CaseError: if the source cannot be read, the output is there and `resume` is not set, or the
            source, the rules or the settings are not those that the earlier run had; if a ledger is
            to keep scores alone.
        RuleError: if the pack cannot be used.
    """
    used = settings if settings is not None else Settings()
    for day in (used.as_of, used.otherwise_as_of):
        _checked(day)
    if ledger is not None and used.form == "scores":
        mend = "leave the ledger out, or write assessments"
        raise CaseError(Fault("a ledger keeps assessments, and scores alone are none", mend=mend))
    size = chunk if chunk is not None else CHUNK if used.form == "assessments" else CHUNK_OF_SCORES
    cases = cases_in(source, columns)
    journal = Journal(output, ledger)
    screener = used.screener()
    begun = journal.begin(_identity(source, screener, used, columns), used.otherwise_as_of, resume=resume)
    used = replace(used, otherwise_as_of=begun.otherwise_as_of)
    store: Store | None = None if ledger is None else ledger.store
    with output.open("r+b" if output.exists() else "w+b") as stream, _workers(used, screener, jobs) as screen:
        state = _cut(stream, begun, output)
        seen = hashlib.sha256()
        cases = _after(cases, state, seen, source)
        this_run = unscreened = 0
        while group := list(islice(cases, size)):
            results = screen(group, store)
            written = "".join(result.line for result in results).encode()
            stream.write(written)
            stream.flush()
            os.fsync(stream.fileno())
            for one in group:
                seen.update(one.fingerprint)
            state = state.further(len(group), len(written), seen.hexdigest())
            with journal.noting(state) as transaction:
                _append(transaction, results)
            this_run += len(group)
            unscreened += sum(not result.screened for result in results)
            if progress is not None:
                progress(state.cases)
    return Done(state.cases, this_run, unscreened)


def _checked(day: str | None) -> None:
    try:
        if day is not None:
            PartialDate.of(day)
    except ValueError as fault:
        raise CaseError(Fault(f"as_of: {fault}")) from None


def _append(transaction: Chunk | None, results: Sequence[_Result]) -> None:
    if transaction is not None:
        for result in results:
            if result.entry is not None:
                transaction.append_entry(result.entry)


def _identity(source: Path, screener: Screener, settings: Settings, columns: ColumnMap | None) -> str:
    """What must be the same for a batch to be resumed."""
    return canonical_json(
        {
            **({} if columns is None else {"columns": columns.digest()}),
            **({} if settings.form == "assessments" else {"form": settings.form}),
            "source": str(source.resolve()),
            "pack": screener.pack.digest,
            "model": None if screener.classifier is None else screener.classifier.model.digest_,
            "base_rate": [screener.base_rate, screener.base_rate_value],
            "switched_off": settings.switched_off,
            "as_of": settings.as_of,
        }
    )


def _cut(stream: BinaryIO, state: State, output: Path) -> State:
    """The output without whatever was written and not noted as done."""
    if stream.seek(0, os.SEEK_END) < state.written:
        mend = "give another --output and begin anew"
        raise CaseError(Fault("shorter than an earlier run left it", Location(str(output)), mend))
    stream.truncate(state.written)
    stream.seek(state.written)
    return state


def _after(cases: Iterator[Sourced], state: State, seen: hashlib._Hash, source: Path) -> Iterator[Sourced]:
    """The cases that are still to be done; those before must be the ones that were."""
    passed = 0
    for one in islice(cases, state.cases):
        seen.update(one.fingerprint)
        passed += 1
    if passed < state.cases or (state.cases and seen.hexdigest() != state.seen):
        mend = "begin anew with another --output"
        raise CaseError(
            Fault("its first cases are not those of the earlier run", Location(str(source)), mend)
        )
    return cases


@contextlib.contextmanager
def _workers(
    settings: Settings, screener: Screener, jobs: int
) -> Iterator[Callable[[Sequence[Sourced], Store | None], list[_Result]]]:
    """What screens a chunk: this process, or several others."""
    if jobs == 1:
        together = Together(screener)
        yield lambda group, store: _results(together, group, settings, store)
        return
    import joblib

    with joblib.Parallel(n_jobs=jobs) as parallel:

        def screen(group: Sequence[Sourced], store: Store | None) -> list[_Result]:
            share = -(-len(group) // joblib.effective_n_jobs(jobs))
            parts = [group[start : start + share] for start in range(0, len(group), share)]
            done = parallel(joblib.delayed(_screened_elsewhere)(part, settings, store) for part in parts)
            return [result for part in done for result in part]

        yield screen


@functools.lru_cache(maxsize=1)
def _own_screener(settings: Settings) -> Together:
    """The screener of a worker process: its pack is read once."""
    return Together(settings.screener())


def _screened_elsewhere(group: Sequence[Sourced], settings: Settings, store: Store | None) -> list[_Result]:
    return _results(_own_screener(settings), group, settings, store)


def result_lines(group: Sequence[Sourced], settings: Settings) -> list[str]:
    """The lines of some cases, as `batch` writes them; for screening them in another process.

    A process reads its rules and model once.
    """
    return [result.line for result in _screened_elsewhere(group, settings, None)]


def _results(
    together: Together, group: Sequence[Sourced], settings: Settings, store: Store | None
) -> list[_Result]:
    """The lines of some cases; where scores are wanted, those of plain cases are made together."""
    if settings.form != "scores":
        return [_result(together.screener, one, settings, store) for one in group]
    plain = together.gathering()
    is_plain = [_is_plain(plain, one, settings) for one in group]
    scores = together.scores(plain)
    found = []
    for one, told in zip(group, is_plain, strict=True):
        scored = next(scores) if told else None
        found.append(
            _result(together.screener, one, settings, store)
            if scored is None
            else _Result(score_line(scored), None)
        )
    return found


def _is_plain(plain: PlainCases, one: Sourced, settings: Settings) -> bool:
    """Whether a case is among the plain ones from now on."""
    if one.line is None:
        return False
    try:
        case = one.read()
    except RedflagError:
        return False  # what is wrong with it is told where it is read by itself
    return isinstance(case, dict) and plain.add(case, settings.as_of, settings.otherwise_as_of)


def _result(screener: Screener, one: Sourced, settings: Settings, store: Store | None) -> _Result:
    """The line of one case, and what a ledger keeps of it."""
    try:
        intake = load(one.read())
        own = intake.case.as_of
        as_of: str | None
        if settings.as_of is not None:
            as_of, origin = settings.as_of, "given for the batch"
        elif own is not None or settings.otherwise_as_of is None:
            as_of, origin = None if own is None else str(own), intake.as_of_from
        else:
            as_of, origin = settings.otherwise_as_of, "the day of the batch, since the case gives no date"
        if settings.form == "scores":
            return _Result(score_line(screener.score(intake.case, as_of)), None)
        assessment = screener.screen(intake.case, as_of, as_of_from=origin)
        entry = None if store is None else Entry.of(assessment, intake.case, store)
    except RedflagError as error:
        return _unscreened(one, tuple(map(str, error.faults)))
    except Exception as fault:  # one bad case must not end a batch of thousands, nor show its text
        return _unscreened(one, (f"a defect of redflag: {type(fault).__name__}{_place(fault)}",))
    return _Result(_line(assessment), entry)


def score_line(scores: ScoreLine) -> str:
    """The numbers of a case on one line of JSON."""
    return scores.model_dump_json() + "\n"


def _line(assessment: Assessment) -> str:
    return render(assessment, "jsonl")


def _unscreened(one: Sourced, faults: tuple[str, ...]) -> _Result:
    told = Unscreened(case_id=one.name, faults=faults)
    return _Result(told.model_dump_json() + "\n", None, screened=False)


def _place(fault: Exception) -> str:
    trace = fault.__traceback__
    place = ""
    while trace is not None:
        place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
