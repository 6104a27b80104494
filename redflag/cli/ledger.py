"""What the subcommands about ledgers share: how one is named and opened, and where output goes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.errors import AuditError, CaseError, Fault, Location

if TYPE_CHECKING:
    from redflag.audit import LedgerFile
    from redflag.case import Case

STORES = ("digests", "assessments", "cases")


def with_ledger(parser: argparse.ArgumentParser) -> None:
    """Adds `--ledger`, `--store` and `--key`, for what writes to one."""
    parser.add_argument("--ledger", metavar="FILE", type=Path, help="keep a record there; made if absent")
    parser.add_argument(
        "--store", choices=STORES, help="what a ledger keeps beside digests; for a new one none"
    )
    with_key(parser)


def with_key(parser: argparse.ArgumentParser) -> None:
    """Adds `--key`."""
    parser.add_argument(
        "--key", metavar="FILE", type=Path, help="holds the key of a ledger that is to be kept apart from it"
    )


def ledger_of(arguments: argparse.Namespace) -> LedgerFile | None:
    """The ledger to write to, if one was named."""
    from redflag.audit import LedgerFile

    if arguments.ledger is None:
        if arguments.store is not None or arguments.key is not None:
            raise AuditError(Fault("--store and --key are about a ledger", mend="name it: --ledger FILE"))
        return None
    return LedgerFile(arguments.ledger, arguments.store, key=key_of(arguments))


def ledger_here(arguments: argparse.Namespace) -> LedgerFile:
    """A ledger that must be there."""
    from redflag.audit import LedgerFile

    return LedgerFile(arguments.ledger, key=key_of(arguments), must_exist=True)


def key_of(arguments: argparse.Namespace) -> bytes | None:
    """The key that a file holds, if one was named."""
    path: Path | None = arguments.key
    if path is None:
        return None
    key = path.read_bytes().strip()
    if len(key) < 16:
        mend = "write 16 random bytes or more into it"
        raise AuditError(Fault("too short for a key", Location(str(path)), mend))
    return key


def case_at(arguments: argparse.Namespace) -> Case | None:
    """The case that was named, with the state that was given."""
    from redflag.intake import load

    if arguments.case is None:
        if arguments.state is not None:
            raise CaseError(Fault("--state is about a case", mend="name it: --case FILE"))
        return None
    return load(arguments.case, requesting_state=arguments.state).case


def with_case(parser: argparse.ArgumentParser) -> None:
    """Adds `--case` and `--state`, for a ledger that does not keep the case."""
    parser.add_argument("--case", metavar="FILE", type=Path, help="the case, if the ledger does not keep it")
    parser.add_argument(
        "--state", metavar="ISO3", help="the requesting state, if it was given when screening"
    )


def with_model(parser: argparse.ArgumentParser) -> None:
    """Adds `--model`."""
    parser.add_argument(
        "--model",
        metavar="FILE",
        default=None,
        help="a trained model; the shipped one if absent, none for none",
    )


def model_of(arguments: argparse.Namespace) -> Path | str | None:
    """The model that was named: the shipped one, one in a file, or none."""
    from redflag.screening import DEFAULT_MODEL

    named: str | None = arguments.model
    if named is None:
        return DEFAULT_MODEL
    return None if named == "none" else Path(named)


def put(told: str, output: Path | None) -> None:
    """Prints a text, or writes it into a file."""
    if output is None:
        sys.stdout.write(told)
    else:
        output.write_bytes(told.encode("utf-8", "backslashreplace"))
