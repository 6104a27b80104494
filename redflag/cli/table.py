"""`redflag table`: results as a table, a row a case, for a spreadsheet or for statistics."""

from __future__ import annotations

import argparse
from pathlib import Path

from redflag.cli.arguments import Commands, counted, tell


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    table = commands.add_parser("table", help="results as CSV, Excel or Parquet", allow_abbrev=False)
    table.add_argument("results", metavar="RESULTS", type=Path, nargs="+", help=".jsonl or .json of results")
    table.add_argument(
        "-o", "--output", metavar="FILE", type=Path, required=True, help=".csv, .xlsx, .parquet"
    )
    table.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.frames import frame_of, write_frame
    from redflag.results import results_in

    frame = frame_of(one for path in arguments.results for one in results_in(path))
    write_frame(frame, arguments.output)
    tell(f"{counted(len(frame), 'row')} in {arguments.output}")
    return 0
