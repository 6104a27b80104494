"""What a command is given to screen: single cases, and sources of many with a column map."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli.arguments import complain, tell

if TYPE_CHECKING:
    from redflag.intake.account import Account
    from redflag.intake.many import Gathered
    from redflag.intake.sourced import Sourced
    from redflag.intake.tables.columns import ColumnMap

_MAY_HOLD_MANY = frozenset({".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".json"})
_LEFT_OUT = "left out: "

MOST_TOLD = 20
"""Things left out that are told one by one; how many more there are is said."""


def with_map(parser: argparse.ArgumentParser) -> None:
    """Adds `--map`."""
    parser.add_argument(
        "--map", metavar="FILE", type=Path,
        help="what the columns of a table are; `redflag intake map` proposes one",
    )  # fmt: skip


def columns_of(arguments: argparse.Namespace) -> ColumnMap | None:
    """The column map that was given, if one was.

    Raises:
        CaseError: with every fault of it.
    """
    if arguments.map is None:
        return None
    from redflag.intake.tables.columns import read_column_map

    return read_column_map(arguments.map)


def gathered(path: Path, columns: ColumnMap | None) -> Gathered | None:
    """The cases of a source of many; None of a case, a document or a folder.

    Raises:
        CaseError: if it is such a source and cannot be read.
    """
    if path.suffix.lower() not in _MAY_HOLD_MANY or not path.is_file():
        return None
    from redflag.intake.many import LINES_ENDINGS, Gathered, cases_in, gather

    found = gather(path, columns)
    if found is None and path.suffix.lower() in LINES_ENDINGS:
        from redflag.intake.account import Account

        cases = tuple(cases_in(path))
        found = Gathered(cases, Account("line", len(cases), len(cases)))
    return found


def account_of(path: Path, columns: ColumnMap | None) -> Account | None:
    """What becomes of a table, of notices or of entities; None of any other source.

    Raises:
        CaseError: if it is such a source and cannot be read.
    """
    if path.suffix.lower() not in _MAY_HOLD_MANY or not path.is_file():
        return None
    from redflag.intake.many import gather

    found = gather(path, columns)
    return None if found is None else found.account


def inputs_of(
    names: Sequence[str], columns: ColumnMap | None, alone: str
) -> Iterator[tuple[str, Path | Sourced]]:
    """Every case that is to be screened, with what it is called; of a source of many an account is told.

    Args:
        names: the inputs as they were given.
        columns: what the columns of tables are.
        alone: an input that is no path.

    Raises:
        CaseError: if a source of many cannot be read.
    """
    for name in names:
        path = Path(name)
        found = None if name == alone else gathered(path, columns)
        if found is None:
            yield name, path
            continue
        tell_account(found.account, name)
        for one in found.cases:
            yield f"{name}, {one.name}", one


def tell_account(account: Account, name: str) -> None:
    """Say what became of a source of which not all was used: counts, what was left out, and why."""
    if not (account.left_out or account.unused or account.remarks):
        return
    lines = list(account.lines())
    for line in lines[: MOST_TOLD + 1]:
        if line.startswith(_LEFT_OUT):
            complain(line)
        else:
            tell(f"{name}: {line}")
    if len(lines) > MOST_TOLD + 1:
        more = len(lines) - MOST_TOLD - 1
        complain(f"{name}: {more} more such lines; `redflag intake check` prints them all")
