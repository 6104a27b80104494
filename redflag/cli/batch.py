"""`redflag batch`: many cases into one file of JSON Lines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli.arguments import Commands, complain, counted, folders, tell, with_rules
from redflag.cli.inputs import account_of, columns_of, tell_account, with_map
from redflag.cli.ledger import ledger_of, model_of, with_ledger, with_model
from redflag.cli.screen import switched_off
from redflag.cli.terminal import Progress

if TYPE_CHECKING:
    from redflag.intake.tables.columns import ColumnMap


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    batch = commands.add_parser("batch", help="screen many cases into one file", allow_abbrev=False)
    batch.add_argument(
        "input",
        metavar="INPUT",
        type=Path,
        help="a folder of cases, cases in lines (.jsonl), a table (.csv, .xlsx), or public notice JSON",
    )
    batch.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="JSON Lines, in order")
    batch.add_argument(
        "--format",
        choices=("jsonl", "scores"),
        default="jsonl",
        help="whole assessments, or the numbers and the rules that fired, many times as fast",
    )
    batch.add_argument("--jobs", metavar="N", type=int, default=1, help="processes; -1 for one a processor")
    batch.add_argument(
        "--as-of", metavar="DATE", help="the day up to which the screening knows, for every case"
    )
    batch.add_argument("--base-rate", metavar="NAME|NUMBER", default="balanced")
    batch.add_argument("--switch-off", metavar="RULE=REASON", action="append", default=[])
    batch.add_argument("--resume", action="store_true", help="go on where an earlier run ended")
    with_map(batch)
    with_ledger(batch)
    with_model(batch)
    with_rules(batch)
    batch.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import datetime

    from redflag.batch import Settings, batch

    columns = columns_of(arguments)
    found = account_of(arguments.input, columns)
    if found is not None:
        tell_account(found, str(arguments.input))
    progress = _progress(arguments.input, columns)
    done = batch(
        arguments.input,
        arguments.output,
        Settings(
            rules=tuple(folders(arguments.rules)),
            model=model_of(arguments),
            base_rate=arguments.base_rate,
            switched_off=tuple(switched_off(arguments.switch_off).items()),
            as_of=arguments.as_of,
            otherwise_as_of=datetime.date.today().isoformat(),
            form="scores" if arguments.format == "scores" else "assessments",
        ),
        jobs=arguments.jobs,
        ledger=ledger_of(arguments),
        resume=arguments.resume,
        progress=progress,
        columns=columns,
    )
    progress.end()
    tell(f"{counted(done.cases, 'case')} in {arguments.output}, {done.this_run} of them now")
    if done.unscreened:
        complain(f"{counted(done.unscreened, 'case')} could not be screened; each has a line with its faults")
    return 0


def _progress(source: Path, columns: ColumnMap | None) -> Progress:
    """How far the batch has come; the cases are counted first only if somebody sees it."""
    from redflag.intake.many import cases_in

    shown = Progress("cases")
    return Progress("cases", sum(1 for _ in cases_in(source, columns))) if shown.shows else shown
