"""The command `redflag`: reads arguments, calls the library, renders, and gives an exit code.

What each exit code means stands in `EXIT_CODES`, which `redflag --help` prints. Heavy rooms load only
where a subcommand needs them.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from redflag.cli import (
    audit,
    batch,
    cohort,
    completion,
    contest,
    draft,
    intake,
    model,
    read,
    redact,
    rules,
    schema,
    screen,
    table,
)
from redflag.cli.arguments import Parser, complain
from redflag.cli.terminal import quiet
from redflag.errors import RedflagError

UNUSABLE = 2
"""Exit code for input that cannot be used."""

EXIT_CODES = """\
exit codes:
  0    it answered; of many cases, those that could not be screened are told and have a line of their own
  1    rules lint, rules test, audit verify, audit replay, train --check or intake check found something
       wrong, or other than before
  2    the input cannot be used: a line on standard error for each fault, and nothing written
  130  interrupted
  141  whoever read its output has gone
"""

_INTERRUPTED = 130
_READER_GONE = 141


_OBJECTS_BETWEEN_COLLECTIONS = 200_000
"""A start makes many objects that stay; Python would look through them again and again for waste."""


def command() -> int:
    """The process `redflag`: `main` on its arguments, with memory managed for a short life."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = main()
    gc.freeze()  # the process ends: nothing is worth collecting any more
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = arguments.run
        with quiet(getattr(arguments, "quiet", False)):
            code = run(arguments)
        sys.stdout.flush()
    except RedflagError as error:
        return _refuse(str(fault) for fault in error.faults)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # the reader has gone: nothing more can be said, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    except OSError as fault:
        return _refuse([f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault.strerror)])
    except Exception as fault:  # a defect of ours: a traceback could show the text of a case
        return _refuse([f"a defect of redflag: {_where_in_the_code(fault)}; please report this line"])
    return code


def _refuse(faults: Iterable[str]) -> int:
    for fault in faults:
        complain(fault)
    return UNUSABLE


def _where_in_the_code(fault: Exception) -> str:
    trace = fault.__traceback__
    place = "?"
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(fault).__name__} at {place}"


class _Version(argparse.Action):
    """Prints the version; it is looked up only then."""

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        from redflag.version import package_version

        print(f"redflag {package_version()}")
        raise SystemExit(0)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="redflag",
        description="Screens red notice and extradition cases for signs of misuse; a person decides.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for subcommand in (
        screen,
        draft,
        read,
        redact,
        batch,
        table,
        cohort,
        intake,
        contest,
        audit,
        model,
        schema,
        rules,
    ):
        subcommand.add_to(commands)
    completion.add_to(commands, parser)
    return parser
