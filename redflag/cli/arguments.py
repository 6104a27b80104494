"""What the subcommands share: a parser that tells faults in a line, and the folders of a pack."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from redflag.cli.terminal import is_quiet, prefix
from redflag.errors import Fault, Location, RuleError

if TYPE_CHECKING:
    from redflag.pack import RulePack

# the object that `add_subparsers` gives; argparse has no public name for its type
Commands = Any


def tell(line: str) -> None:
    """A note on standard error, on one line whatever characters are in it; nothing with `--quiet`."""
    if not is_quiet():
        complain(line)


def complain(line: str) -> None:
    """One line on standard error that `--quiet` does not silence: a fault, or something left out."""
    print(prefix() + "".join(c if c.isprintable() else "\ufffd" for c in line), file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """An argument parser that tells a fault in one line, and takes `--quiet` wherever it stands."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.add_argument(
            "--quiet", action="store_true", default=argparse.SUPPRESS,
            help="tell faults and what was left out, no notes and no progress",
        )  # fmt: skip

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the arguments, and end with exit code 2."""
        complain(f"{message}; see {self.prog} --help")
        raise SystemExit(2)


def with_rules(parser: argparse.ArgumentParser) -> None:
    """Adds `--rules`."""
    parser.add_argument(
        "--rules", metavar="DIR", type=Path, action="append", default=[],
        help="rules on top of the shipped ones; a whole pack (with pack.yaml) stands in for them",
    )  # fmt: skip


def folders(given: Sequence[Path]) -> list[Path]:
    """The folders of a pack: a whole one first, the shipped one if none is given."""
    from redflag.pack import shipped_pack_folder

    for folder in given:
        if not folder.is_dir():
            raise RuleError(
                Fault("there is no such folder", Location(str(folder)), "give the folder of a pack")
            )
        if not any(folder.glob("*/*.yaml")):
            raise RuleError(
                Fault("there are no rules in it", Location(str(folder)), "rules lie in FAMILY/RULE.yaml")
            )
    whole = [folder for folder in given if (folder / "pack.yaml").is_file()]
    if len(whole) > 1:
        raise RuleError(Fault("two whole packs", Location(str(whole[1])), "give one, and rules on top of it"))
    return [*(whole or [shipped_pack_folder()]), *(folder for folder in given if folder not in whole)]


def pack_of(given: Sequence[Path]) -> RulePack:
    """The pack in these folders, or the shipped one.

    Raises:
        RuleError: with every fault of every file.
    """
    from redflag.pack import read_pack

    return read_pack(folders(given))


def counted(number: int, what: str) -> str:
    """A number of things, in words.

    >>> counted(1, "rule"), counted(2, "rule")
    ('1 rule', '2 rules')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
