"""`redflag draft`: the skeleton of a paper from a case, with a sheet for the lawyer beside it."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli.arguments import Commands, folders, tell, with_rules
from redflag.cli.ledger import model_of, with_model
from redflag.errors import CaseError, Fault, Location

if TYPE_CHECKING:
    from redflag.case import Case
    from redflag.draft import Paper

_ENDINGS = (".md", ".docx")


def add_to(commands: Commands) -> None:
    """Add the subcommand."""
    draft = commands.add_parser("draft", help="draft a paper for a lawyer to complete", allow_abbrev=False)
    papers = draft.add_subparsers(metavar="PAPER", required=True)
    for name, what in (
        ("ccf", "a request to INTERPOL's Commission for deletion of data"),
        ("chronology", "a chronology with exhibit numbers"),
    ):
        paper = papers.add_parser(name, help=what, allow_abbrev=False)
        paper.add_argument("case", metavar="CASE", help="a case file, a document or a folder of them")
        paper.add_argument(
            "-o", "--output", metavar="FILE", type=Path,
            help=".md or .docx; the lawyer's sheet, which is not to be filed, goes to FILE.notes.md or .docx",
        )  # fmt: skip
        paper.add_argument(
            "--without", metavar="WHAT", nargs="+", default=[],
            help="leave this out as well: a path of the case, the id of a document, or a party that must not "
            "see what is confidential from it",
        )  # fmt: skip
        paper.add_argument("--as-of", metavar="DATE", help="the day up to which the paper knows")
        paper.add_argument("--state", metavar="ISO3", help="the requesting state, such as SGP")
        paper.add_argument(
            "--trace", metavar="FILE", type=Path,
            help="write where in the file each sentence of fact comes from, as JSON",
        )  # fmt: skip
        with_model(paper)
        with_rules(paper)
        paper.set_defaults(run=_run, paper=name)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.cli.screen import write_whole
    from redflag.draft import draft_ccf, draft_chronology
    from redflag.intake import load
    from redflag.screening import Screener

    output: Path | None = arguments.output
    if output is not None and output.suffix.lower() not in _ENDINGS:
        mend = f"name a file that ends in {' or '.join(_ENDINGS)}"
        raise CaseError(Fault("no such form of a draft", Location(str(output)), mend))
    case = load(Path(arguments.case), requesting_state=arguments.state).case
    drafting = draft_ccf if arguments.paper == "ccf" else draft_chronology
    screener = Screener(rules=folders(arguments.rules), model=model_of(arguments))
    draft = drafting(case, _day(case, arguments), screener=screener, without=arguments.without)
    inputs = [arguments.case]
    if output is None:
        sys.stdout.write(str(_written(draft.paper, ".md")))
        tell("the lawyer's sheet is written with -o FILE, beside the paper")
    else:
        # the sheet first: it says what the paper lacks
        notes = output.with_name(f"{output.stem}.notes{output.suffix}")
        write_whole(notes, _written(draft.sheet, output.suffix.lower()), inputs)
        write_whole(output, _written(draft.paper, output.suffix.lower()), inputs)
        tell(f"{output}: to be completed; {notes}: privileged, not for filing")
    if arguments.trace is not None:
        told = json.dumps(draft.paper.trace(), indent=1, ensure_ascii=False)
        write_whole(arguments.trace, f"{told}\n", inputs)
    return 0


def _day(case: Case, arguments: argparse.Namespace) -> str:
    if arguments.as_of is not None:
        return str(arguments.as_of)
    if case.as_of is not None:
        return str(case.as_of)
    today = datetime.date.today().isoformat()
    tell(f"{arguments.case}: drafted as of {today}: today, since the case gives no date")
    return today


def _written(paper: Paper, ending: str) -> str | bytes:
    from redflag.draft import as_docx, as_markdown

    return as_docx(paper) if ending == ".docx" else as_markdown(paper)
