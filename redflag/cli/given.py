"""What the subcommands about rules are given: tests, cases and their labels."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli.arguments import folders
from redflag.errors import CaseError, Fault, Location, RuleError, did_you_mean, shown_key

if TYPE_CHECKING:
    from redflag.assessment import Assessment
    from redflag.pack import RulePack


def tests_folder(arguments: argparse.Namespace) -> Path:
    """The folder of the tests: as given, else `tests` beside the pack."""
    given: Path | None = arguments.tests
    folder = given if given is not None else folders(arguments.rules)[-1].resolve().parent / "tests"
    if not folder.is_dir():
        mend = "give their folder: --tests DIR"
        raise RuleError(Fault("there are no tests here", Location(str(folder)), mend))
    return folder


def tests_if_any(arguments: argparse.Namespace) -> Path | None:
    """The same; None where none is given and none lies beside the pack."""
    try:
        return tests_folder(arguments)
    except RuleError:
        if arguments.tests is not None:
            raise
        return None


def assessed(pack: RulePack, cases: Path, as_of: str | None) -> list[Assessment]:
    """An assessment of every case in a folder, each a file or a folder of its own."""
    from redflag.screening import Screener

    if not cases.is_dir():
        raise CaseError(Fault("there is no such folder", Location(str(cases)), "give a folder of cases"))
    screener = Screener(pack, tagger=None)  # what is asked about are rules, and the tagger may know the cases
    found: list[Assessment] = []
    faults: list[Fault] = []
    for path in sorted(cases.iterdir()):
        if path.name.startswith(".") or not (path.is_dir() or path.suffix in (".yaml", ".yml", ".json")):
            continue
        try:
            found.append(screener.screen(path, as_of))
        except CaseError as error:
            faults.extend(error.faults)
    if faults:
        raise CaseError(faults)
    if not found:
        raise CaseError(Fault("there are no cases in it", Location(str(cases))))
    return found


def labels_in(path: Path) -> Mapping[str, bool]:
    """Whether each case of a CSV table was found improper, by case id; silver labels are passed over."""
    import csv

    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError) as fault:
        raise CaseError(Fault("cannot be read as CSV", Location(str(path)))) from fault
    if not rows or not {"case_id", "label"} <= rows[0].keys():
        raise CaseError(Fault("has no columns case_id and label", Location(str(path))))
    gold = [row for row in rows if row.get("gold", "true").lower() in ("true", "1", "yes")]
    return {row["case_id"]: row["label"] == "1" for row in gold if row["label"] in ("0", "1")}


def reasons_in(path: Path, pack: RulePack) -> Mapping[str, str]:
    """Why rules never fire, by rule id, as a YAML file tells.

    Raises:
        RuleError: with every fault: a file that cannot be read, a rule that the pack does not have,
            a reason that is no text.
    """
    from redflag.pack.read import read_file

    parsed = read_file(path)
    if not isinstance(parsed.data, dict):
        mend = "write a line `rule id: reason` for each rule"
        raise RuleError(Fault("not a list of rules with reasons", Location(str(path)), mend))
    known = [rule.id for rule in pack.rules]
    faults = []
    for rule, reason in parsed.data.items():
        where = parsed.location((rule,))
        if rule not in known:
            mend = did_you_mean(str(rule), known) or "see redflag rules list"
            faults.append(Fault(f'there is no rule "{shown_key(rule)}"', where, mend))
        elif not isinstance(reason, str) or not reason.strip():
            faults.append(Fault("the reason is no text", where, "write a sentence"))
    if faults:
        raise RuleError(faults)
    return parsed.data
