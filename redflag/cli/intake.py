"""`redflag intake`: what a table, a list of notices or a file of entities holds, and what fits a case."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from redflag.cli.arguments import Commands
from redflag.cli.inputs import columns_of, gathered, with_map
from redflag.errors import CaseError, Fault, Location


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    intake = commands.add_parser(
        "intake", help="fit tables, notices and entities to the case model", allow_abbrev=False
    )
    deeds = intake.add_subparsers(metavar="DEED", required=True)
    propose = deeds.add_parser("map", help="propose which column of a table is what", allow_abbrev=False)
    propose.add_argument("table", metavar="TABLE", type=Path, help=".csv, .tsv, .xlsx or .jsonl")
    propose.add_argument("-o", "--output", metavar="FILE", type=Path, help="write the map there")
    propose.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; the first if not given")
    propose.set_defaults(run=_propose)
    check = deeds.add_parser(
        "check", help="say which rows cannot be used and why, and which columns nothing takes",
        allow_abbrev=False,
    )  # fmt: skip
    check.add_argument("input", metavar="INPUT", type=Path, help="a table, or a file of notices or entities")
    check.add_argument("--format", choices=("text", "json"), default="text")
    with_map(check)
    check.set_defaults(run=_check)


def _propose(arguments: argparse.Namespace) -> int:
    from redflag.cli.screen import write_whole
    from redflag.intake.tables.grid import read_grid
    from redflag.intake.tables.proposal import as_yaml, propose

    told = as_yaml(propose(read_grid(arguments.table, arguments.sheet)), arguments.table.name)
    if arguments.sheet is not None:
        told += f"sheet: {json.dumps(arguments.sheet, ensure_ascii=False)}\n"
    if arguments.output is None:
        sys.stdout.write(told)
    else:
        write_whole(arguments.output, told, [str(arguments.table)])
    return 0


def _check(arguments: argparse.Namespace) -> int:
    where = Location(str(arguments.input))
    if not arguments.input.is_file():
        raise CaseError(Fault("there is no such file", where, "check the path"))
    found = gathered(arguments.input, columns_of(arguments))
    if found is None:
        mend = "give a table, or a file of notices or entities"
        raise CaseError(Fault("not a source of many cases", where, mend))
    account = found.account
    if arguments.format == "json":
        told = {
            "source": str(arguments.input),
            "counted": account.counted,
            "read": account.read,
            "cases": account.cases,
            "joined": account.joined,
            "left_out": [{"name": one.name, "faults": [str(fault) for fault in one.faults]}
                         for one in account.left_out],
            "unused": dict(account.unused),
            "remarks": list(account.remarks),
        }  # fmt: skip
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for line in account.lines():
            sys.stdout.write("".join(c if c.isprintable() else "\ufffd" for c in line) + "\n")
    return 1 if account.left_out else 0
