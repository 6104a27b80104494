"""`redflag screen`: cases in, assessments out."""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli.arguments import Commands, complain, folders, tell, with_rules
from redflag.cli.inputs import columns_of, inputs_of, with_map
from redflag.cli.ledger import ledger_of, model_of, with_ledger, with_model
from redflag.cli.terminal import Progress, coloured
from redflag.errors import CaseError, Fault, Location, RuleError

if TYPE_CHECKING:
    from redflag.assessment import Assessment, Unscreened
    from redflag.case import Case
    from redflag.intake.sourced import Sourced
    from redflag.report import TextFormat
    from redflag.screening import Screener

STANDARD_INPUT = "-"

MANY = 20
"""Cases from which it is worth saying how far a screening has come."""

_FORMATS = ("text", "json", "jsonl", "md", "html", "docx")
_ONE_CASE = ("html", "docx")
"""Formats that are a whole file for one case."""


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    screen = commands.add_parser("screen", help="screen cases, documents or folders", allow_abbrev=False)
    screen.add_argument(
        "inputs", nargs="+", metavar="INPUT",
        help="a case file (.yaml, .json), a document (.txt, .md, .html, .docx, .pdf, .rtf, .eml), a folder "
        "or .zip of them, a table (.csv, .xlsx), cases in lines (.jsonl), INTERPOL's public notice JSON, or "
        "- for text on standard input",
    )  # fmt: skip
    screen.add_argument("--format", choices=_FORMATS, default="text", help="text if not given")
    screen.add_argument("-o", "--output", metavar="FILE", type=Path, help="write there, all or nothing")
    screen.add_argument("--state", metavar="ISO3", help="the requesting state, such as SGP")
    screen.add_argument("--as-of", metavar="DATE", help="the day up to which the screening knows")
    screen.add_argument(
        "--base-rate", metavar="NAME|NUMBER", default="balanced", help="balanced if not given"
    )
    screen.add_argument("--language", metavar="CODE", default="en", help="of the report: en or fr")
    screen.add_argument("--without-score", action="store_true", help="leave out every score and the band")
    screen.add_argument("--switch-off", metavar="RULE=REASON", action="append", default=[])
    with_map(screen)
    with_ledger(screen)
    with_model(screen)
    with_rules(screen)
    screen.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.screening import Screener

    if arguments.inputs.count(STANDARD_INPUT) > 1:
        raise CaseError(Fault("standard input can be read once", mend="give - once"))
    inputs = list(inputs_of(arguments.inputs, columns_of(arguments), STANDARD_INPUT))
    _check(arguments, len(inputs))
    screener = Screener(
        rules=folders(arguments.rules),
        model=model_of(arguments),
        base_rate=arguments.base_rate,
        switched_off=switched_off(arguments.switch_off),
    )
    screened: list[tuple[str, Assessment, Case]] = []
    results: list[Assessment | Unscreened] = []
    faults: list[Fault] = []
    spoiled: list[Fault] = []
    progress = Progress("cases", len(inputs))
    for number, (name, source) in enumerate(inputs):
        if len(inputs) >= MANY:
            progress(number)
        try:
            assessment, case = _screened(screener, name, source, arguments)
            screened.append((name, assessment, case))
            results.append(assessment)
        except CaseError as error:
            if isinstance(source, Path):
                faults.extend(fault for fault in error.faults if fault not in faults)
                continue
            # one of many: it has its place in the answer, and the others are answered
            results.append(_unscreened(source, error))
            spoiled.extend(error.faults)
    progress.end()
    if faults or not screened:
        raise CaseError(
            faults or spoiled or [Fault("there are no cases in it", Location(arguments.inputs[0]))]
        )
    told = _rendered(results, arguments)
    _log(screened, arguments)
    if arguments.output is None and isinstance(told, bytes):
        sys.stdout.buffer.write(told)
    elif arguments.output is None:
        text = arguments.format == "text"
        sys.stdout.write(coloured(str(told), sys.stdout) if text else str(told))
    else:
        write_whole(arguments.output, told, arguments.inputs)
    return 0


def _unscreened(source: Sourced, error: CaseError) -> Unscreened:
    from redflag.assessment import Unscreened

    if not source.faults:  # what was wrong with a row was told when the table was read
        for fault in error.faults:
            complain(f"left out: {fault}")
    return Unscreened(case_id=source.name, faults=tuple(map(str, error.faults)))


def _log(screened: Sequence[tuple[str, Assessment, Case]], arguments: argparse.Namespace) -> None:
    """Keep a record of what is about to be told, all of it or nothing."""
    ledger = ledger_of(arguments)
    if ledger is not None:
        with ledger.chunk() as chunk:
            kept = [(name, chunk.append(assessment, case)) for name, assessment, case in screened]
        for name, line in kept:
            tell(f"{name}: kept in {arguments.ledger} as {line}")


def _screened(
    screener: Screener, name: str, source: Path | Sourced, arguments: argparse.Namespace
) -> tuple[Assessment, Case]:
    import datetime

    from redflag.intake import load

    given = source if isinstance(source, Path) else source.read()
    intake = load(source_of(name) if name == STANDARD_INPUT else given, requesting_state=arguments.state)
    if arguments.as_of is not None:
        as_of, origin = arguments.as_of, "given on the command line"
    elif intake.case.as_of is not None:
        as_of, origin = str(intake.case.as_of), intake.as_of_from
    else:
        as_of, origin = datetime.date.today().isoformat(), "today, since the case gives no date"
        if arguments.format not in ("json", "jsonl"):
            tell(f"{name}: screened as of {as_of}: {origin}")
    return screener.screen(intake.case, as_of, as_of_from=origin), intake.case


def source_of(name: str) -> str | Path:
    """What an INPUT stands for: a path, or the text on standard input."""
    return _standard_input() if name == STANDARD_INPUT else Path(name)


def _standard_input() -> str:
    from redflag.intake.encodings import decoded
    from redflag.intake.files import too_large
    from redflag.intake.limits import LARGEST_FILE

    where = Location("standard input")
    stream = sys.stdin.buffer if isinstance(sys.stdin, io.TextIOWrapper) else None
    content = stream.read(LARGEST_FILE + 1) if stream is not None else sys.stdin.read().encode()
    if len(content) > LARGEST_FILE:
        raise CaseError(too_large(where))
    return decoded(content).or_refuse(where)


def _check(arguments: argparse.Namespace, cases: int) -> None:
    """Refuses a language or a format that the report does not have for these inputs."""
    from redflag.report import languages

    if arguments.language not in languages():
        mend = f"use one of {', '.join(languages())}"
        raise CaseError(Fault(f'no report language "{arguments.language}"', mend=mend))
    if arguments.format in _ONE_CASE and cases > 1:
        mend = "screen them one by one, each with its own --output"
        raise CaseError(Fault(f"a report in {arguments.format} holds one case", mend=mend))
    if arguments.format == "docx" and arguments.output is None and sys.stdout.isatty():
        raise CaseError(Fault("a Word document is no text for a terminal", mend="give --output FILE"))


def _rendered(results: Sequence[Assessment | Unscreened], arguments: argparse.Namespace) -> str | bytes:
    """The answer; a form for machines has a place for every case, screened or not."""
    from redflag.assessment import Assessment
    from redflag.report import render

    if arguments.format == "docx":
        (only,) = (one for one in results if isinstance(one, Assessment))
        return render(only, "docx", without_score=arguments.without_score, language=arguments.language)
    form: TextFormat = arguments.format
    told = [
        render(one, form, without_score=arguments.without_score, language=arguments.language)
        if isinstance(one, Assessment)
        else one.model_dump_json() + "\n"
        for one in results
        if isinstance(one, Assessment) or form in ("json", "jsonl")
    ]
    if form == "json" and len(told) > 1:
        return "[\n" + ",\n".join(one.rstrip("\n") for one in told) + "\n]\n"
    between = {"text": "\n" + "=" * 100 + "\n\n", "md": "\n---\n\n"}.get(form, "")
    return between.join(told)


def write_whole(path: Path, told: str | bytes, inputs: Sequence[str]) -> None:
    """Write a file all at once, so that nobody ever finds half of it."""
    target = Path(os.path.realpath(path))
    if any(name != STANDARD_INPUT and target == Path(os.path.realpath(name)) for name in inputs):
        raise CaseError(Fault("this is an input", Location(str(path)), "write the output elsewhere"))
    if target.is_dir():
        raise CaseError(Fault("this is a folder", Location(str(path)), "name a file"))
    if not target.parent.is_dir():
        raise CaseError(Fault("there is no such folder to write in", Location(str(path)), "make it first"))
    content = told if isinstance(told, bytes) else told.encode("utf-8", "backslashreplace")
    if target.exists() and not target.is_file():
        target.write_bytes(content)  # a pipe or a device has nothing to replace
        return
    try:
        handle, half = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as fault:
        raise CaseError(Fault(f"cannot be written: {fault.strerror}", Location(str(path)))) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(half).replace(target)
    except OSError as fault:
        raise CaseError(Fault(f"cannot be written: {fault.strerror}", Location(str(path)))) from None
    finally:
        Path(half).unlink(missing_ok=True)


def switched_off(given: Sequence[str]) -> Mapping[str, str]:
    """Rules that are not to be asked, each with its reason, from `RULE=REASON`."""
    found: dict[str, str] = {}
    for one in given:
        rule, equals, reason = one.partition("=")
        if not equals or not reason.strip():
            raise RuleError(Fault(f'"{rule}" is switched off without a reason', mend="write RULE=REASON"))
        found[rule.strip()] = reason.strip()
    return found
