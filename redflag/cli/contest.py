"""`redflag contest`: strike, annotate or answer a finding, and keep both assessments."""

from __future__ import annotations

import argparse
from pathlib import Path

from redflag.cli.arguments import Commands, folders, with_rules
from redflag.cli.ledger import case_at, ledger_here, model_of, put, with_case, with_key, with_model


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    contest = commands.add_parser("contest", help="contest a finding of an assessment", allow_abbrev=False)
    contest.add_argument("ledger", metavar="LEDGER", type=Path)
    contest.add_argument("id", metavar="ID", help="a line, as `redflag audit list` prints it")
    contest.add_argument("--finding", metavar="RULE", required=True)
    contest.add_argument("--by", metavar="WHO", required=True, help="a handle")
    contest.add_argument("--reason", metavar="TEXT", required=True)
    how = contest.add_mutually_exclusive_group(required=True)
    how.add_argument("--strike", action="store_true", help="leave the rule out for this case")
    how.add_argument("--note", action="store_true", help="leave all as it is, and say so beside it")
    how.add_argument(
        "--counter-evidence", metavar="FILE", type=Path, help="add this: a part of a case, or a document"
    )
    contest.add_argument("--party", metavar="PARTY", help="whose word the counter-evidence is")
    contest.add_argument(
        "--save-case", metavar="FILE", type=Path, help="write the case with the answer there"
    )
    contest.add_argument("-o", "--output", metavar="FILE", type=Path, help="write the new assessment there")
    with_case(contest)
    with_rules(contest)
    with_model(contest)
    with_key(contest)
    contest.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.contest import case_text, contest
    from redflag.report import render
    from redflag.screening import Screener

    done = contest(
        ledger_here(arguments),
        arguments.id,
        arguments.finding,
        by=arguments.by,
        reason=arguments.reason,
        what="strike" if arguments.strike else "note" if arguments.note else "counter_evidence",
        evidence=arguments.counter_evidence,
        party=arguments.party,
        case=case_at(arguments),
        screener=Screener(rules=folders(arguments.rules), model=model_of(arguments)),
    )
    print(f"{done.id} follows {done.follows}; both are kept")
    for difference in done.differences:
        print(difference)
    if arguments.output is not None:
        put(render(done.new, "json"), arguments.output)
    if arguments.save_case is not None:
        put(case_text(done.case), arguments.save_case)
    return 0
