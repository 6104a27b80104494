"""`redflag cohort`: many results as a table and as pictures."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli.arguments import Commands, complain, counted, tell
from redflag.cli.inputs import columns_of, with_map

if TYPE_CHECKING:
    from redflag.cohort.tactics import Background
    from redflag.intake.tables.columns import ColumnMap


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    cohort = commands.add_parser(
        "cohort", help="counts, shares and pictures of many results", allow_abbrev=False
    )
    cohort.add_argument("results", metavar="RESULTS", type=Path, nargs="+", help=".jsonl or .json of results")
    cohort.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help=".html, .csv, .xlsx or .json; JSON if not given"
    )
    cohort.add_argument(
        "--cases", metavar="PATH", type=Path,
        help="the cases themselves (a folder, lines, a table with --map), to group by requesting state",
    )  # fmt: skip
    with_map(cohort)
    cohort.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.cli.screen import write_whole
    from redflag.cohort import as_bytes, count
    from redflag.results import results_in

    backgrounds = None
    if arguments.cases is not None:
        backgrounds = _backgrounds(arguments.cases, columns_of(arguments))
    cohort = count((one for path in arguments.results for one in results_in(path)), backgrounds)
    if arguments.output is None:
        sys.stdout.write(as_bytes(cohort, Path("cohort.json")).decode())
    else:
        write_whole(arguments.output, as_bytes(cohort, arguments.output), [*map(str, arguments.results)])
        tell(f"{counted(cohort.whole.cases, 'case')} in {arguments.output}")
    if cohort.without_case:
        tell(
            f"{counted(cohort.without_case, 'case')} not found in {arguments.cases}; their state is not told"
        )
    return 0


def _backgrounds(source: Path, columns: ColumnMap | None) -> dict[str, Background]:
    """What the cases say of themselves, by case id; a case that cannot be read is told and passed over."""
    from redflag.cohort.tactics import background_of
    from redflag.errors import CaseError
    from redflag.intake import load
    from redflag.intake.many import cases_in

    found: dict[str, Background] = {}
    for one in cases_in(source, columns):
        try:
            case = load(one.read()).case
        except CaseError as error:
            for fault in error.faults:
                complain(f"passed over: {fault}")
            continue
        found[case.case_id] = background_of(case)
    return found
