"""`redflag rules book`: the pack as a static site that reads from a folder, without any network."""

from __future__ import annotations

import argparse
from pathlib import Path

from redflag.cli.arguments import Commands, counted, pack_of, with_rules
from redflag.cli.given import assessed, labels_in, tests_if_any
from redflag.errors import Fault, RuleError


def add_to(deeds: Commands) -> None:
    """Add the deed."""
    deed = deeds.add_parser("book", help="the pack as a static site", allow_abbrev=False)
    deed.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="folder for the pages")
    deed.add_argument("--tests", metavar="DIR", type=Path, help="the folder of the rules' tests")
    deed.add_argument("--cases", metavar="DIR", type=Path, help="cases to count what the rules come to")
    deed.add_argument(
        "--labels", metavar="FILE", type=Path, help="CSV of case_id and label (1: improper), with --cases"
    )
    deed.add_argument("--as-of", metavar="DATE", help="the date of cases that have none of their own")
    deed.add_argument(
        "--history", metavar="PACK", type=Path, nargs="+", default=[],
        help="folders of earlier editions of the pack, the oldest first",
    )  # fmt: skip
    with_rules(deed)
    deed.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.pack.trial import known_misses, run
    from redflag.rulebook import measure, render, tried, write

    if arguments.cases is None and (arguments.labels is not None or arguments.as_of is not None):
        raise RuleError(Fault("--labels and --as-of are about cases", mend="name them: --cases DIR"))
    pack = pack_of(arguments.rules)
    older = [pack_of([folder]) for folder in arguments.history]
    folder = tests_if_any(arguments)
    tests = None if folder is None else tried(run(pack, folder), known_misses(folder))
    measured = None
    if arguments.cases is not None:
        labels = None if arguments.labels is None else labels_in(arguments.labels)
        measured = measure(assessed(pack, arguments.cases, arguments.as_of), labels)
    pages = render(pack, tests=tests, measured=measured, older=older)
    write(pages, arguments.output)
    shown = sum(name.endswith(".html") for name in pages)
    print(f"{counted(shown, 'page')} in {arguments.output}; begin with {arguments.output / 'index.html'}")
    return 0
