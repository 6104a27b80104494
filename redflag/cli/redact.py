"""`redflag redact`: a case without names, towns and contact data, to be shown to others."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from redflag.cli.arguments import Commands, complain, counted, tell

_MOST_TOLD = 40


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    redact = commands.add_parser("redact", help="a case without names and contact data", allow_abbrev=False)
    redact.add_argument("case", metavar="CASE", type=Path, help="a case file, a document or a folder")
    redact.add_argument(
        "-o", "--output", metavar="OUT", type=Path, help="a .json case; standard output if not given"
    )
    redact.add_argument(
        "--key", metavar="FILE", type=Path, help="write who is who, for your eyes alone: it undoes the work"
    )
    redact.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.intake import load
    from redflag.redact import redact
    from redflag.screening import Screener

    found = load(arguments.case)
    redacted = redact(found)
    told = redacted.case.model_dump_json(indent=1, exclude_none=True, exclude_unset=True, by_alias=True)
    if arguments.output is None:
        print(told)
    else:
        arguments.output.write_text(told + "\n", encoding="utf-8")
    if arguments.key is not None:
        handle = os.open(arguments.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(redacted.key, file, ensure_ascii=False, indent=1)
    tell(f"replaced by {counted(len(redacted.key), 'stand-in')}")
    screener = Screener()
    day = None if found.case.as_of is not None else "2100-01-01"
    if screener.score(found.case, day).fired != screener.score(redacted.case, day).fired:
        complain("what was replaced changes which rules fire: compare the two before you rely on this one")
    for doubt in redacted.doubts[:_MOST_TOLD]:
        tell(f"may be a name: {doubt.where}, characters {doubt.start} to {doubt.end}")
    if len(redacted.doubts) > _MOST_TOLD:
        tell(f"{len(redacted.doubts) - _MOST_TOLD} more such places")
    tell("names that nothing gives away are missed: read it through before you hand it on")
    return 0
