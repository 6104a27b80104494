"""`redflag rules`: look at the rules, check them, try them, and see what a change of them changes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli import book
from redflag.cli.arguments import Commands, Parser, counted, folders, pack_of, with_rules
from redflag.cli.given import assessed, labels_in, reasons_in, tests_folder, tests_if_any
from redflag.errors import Fault, RuleError, did_you_mean

if TYPE_CHECKING:
    from redflag.pack import RulePack


def add_to(commands: Commands) -> None:
    """Add the subcommand with its own."""
    rules = commands.add_parser("rules", help="look at the rules, check them, try them", allow_abbrev=False)
    deeds = rules.add_subparsers(metavar="DEED", required=True, parser_class=Parser)
    for name, run, words in (
        ("list", _list, "every rule on a line"),
        ("show", _show, "one rule as prose"),
        ("lint", _lint, "what is wrong with the pack"),
        ("test", _test, "try the pack on its tests"),
        ("new", _new, "a new rule with its tests, to be filled in"),
        ("coverage", _coverage, "which rules never fired or never cleared over a set of cases"),
        ("diff", _diff, "which rules changed, and which outcomes and scores move"),
    ):
        deed = deeds.add_parser(name, help=words, allow_abbrev=False)
        if name in ("show", "new"):
            deed.add_argument("rule", metavar="ID")
        if name in ("list", "lint", "test"):
            deed.add_argument("--family", metavar="F", help="only the rules of this family")
        if name in ("show", "lint", "test", "new"):
            deed.add_argument("--tests", metavar="DIR", type=Path, help="the folder of the rules' tests")
        if name == "test":
            deed.add_argument("--verbose", action="store_true", help="tell of every test")
            deed.add_argument(
                "--write-misses",
                action="store_true",
                help="take down the texts that fail now as known misses",
            )
        if name == "coverage":
            deed.add_argument(
                "cases", metavar="DIR", type=Path, help="a folder of cases, one a file or folder"
            )
            deed.add_argument(
                "--labels", metavar="FILE", type=Path, help="CSV of case_id and label (1: improper)"
            )
            deed.add_argument(
                "--reasons",
                metavar="FILE",
                type=Path,
                help="YAML of `rule id: why it never fires on these cases`; out of step gives 1",
            )
            deed.add_argument(
                "--overlap", type=float, default=0.5, metavar="SHARE", help="least overlap to tell"
            )
        if name == "diff":
            deed.add_argument("old", metavar="OLD", type=Path, help="the folder of a pack")
            deed.add_argument("new", metavar="NEW", type=Path, help="the folder of another")
            deed.add_argument("--cases", metavar="DIR", type=Path, help="cases to screen with both")
        if name in ("coverage", "diff"):
            deed.add_argument("--as-of", metavar="DATE", help="the date of cases that have none of their own")
            deed.add_argument("--format", choices=("text", "json"), default="text")
        if name != "diff":
            with_rules(deed)
        deed.set_defaults(run=run)
    book.add_to(deeds)


def _checked_family(pack: RulePack, family: str | None) -> str | None:
    known = [one.id for one in pack.families]
    if family is not None and family not in known:
        mend = did_you_mean(family, known) or f"use one of {', '.join(known)}"
        raise RuleError(Fault(f'there is no family "{family}"', mend=mend))
    return family


def _list(arguments: argparse.Namespace) -> int:
    pack = pack_of(arguments.rules)
    family = _checked_family(pack, arguments.family)
    rules = [rule for rule in pack.rules if family is None or rule.family == family]
    for rule in rules:
        print(f"{rule.id}  {rule.effect}  {rule.status}  {rule.title}")
    print(counted(len(rules), "rule"))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    from redflag.pack.lint import lint

    given = folders(arguments.rules)
    family: str | None = arguments.family
    elsewhere = 0
    try:
        faults = lint(given, family, tests_if_any(arguments))
    except RuleError as error:
        faults = tuple(fault for fault in error.faults if _concerns(fault, family))
        elsewhere = len(error.faults) - len(faults)
    for fault in faults:
        print(fault)
    beside = f"; {elsewhere} outside this family keep the pack from being read" if elsewhere else ""
    print(f"{counted(len(faults), 'fault')}{beside}")
    return 1 if faults or elsewhere else 0


def _concerns(fault: Fault, family: str | None) -> bool:
    """Whether a fault lies in a rule of the family, or in the lexicon named after one."""
    if family is None or fault.location.file is None:
        return True
    path = Path(fault.location.file)
    if path.parent.name == "lexicons":
        return (path.parent.parent / family / path.name).is_file()
    return path.parent.name == family


def _test(arguments: argparse.Namespace) -> int:
    from redflag.pack.trial import MISSES, known_misses, misses_of, run

    pack = pack_of(arguments.rules)
    tests = tests_folder(arguments)
    trials = run(pack, tests, _checked_family(pack, arguments.family))
    if arguments.write_misses:
        (tests / "texts" / MISSES).write_text(misses_of(trials), encoding="utf-8")
    known = known_misses(tests)
    wrong = 0
    for trial in trials:
        told = "passed" if trial.passed else f"expected {trial.expected}, got {trial.got}"
        if known.has(trial):
            told = "passes now; take it off the list of known misses" if trial.passed else f"known: {told}"
        unexpected = trial.passed is known.has(trial)
        wrong += unexpected
        if unexpected or arguments.verbose:
            print(f"{trial.file}:{trial.line}: {trial.rule}: {trial.name}: {told}")
    for expected, words in (("fired", "texts that should fire, did"), ("silent", "that should not, did not")):
        texts = [trial for trial in trials if trial.kind == "text" and trial.expected == expected]
        print(f"{sum(trial.passed for trial in texts)} of {len(texts)} {words}")
    print(f"{counted(len(trials), 'test')}, {wrong} not as expected")
    return 1 if wrong or not trials else 0


def _show(arguments: argparse.Namespace) -> int:
    from redflag.pack.prose import told

    pack = pack_of(arguments.rules)
    known = {question.rule.id: question for question in pack.questions}
    question = known.get(arguments.rule)
    if question is None:
        mend = did_you_mean(arguments.rule, known) or "see redflag rules list"
        raise RuleError(Fault(f'there is no rule "{arguments.rule}"', mend=mend))
    for line in told(question, pack):
        print(line)
    tests = tests_if_any(arguments)
    if tests is not None:
        print(f"Tests: {_tests_of(question.rule.id, pack, tests)}")
    return 0


def _tests_of(rule: str, pack: RulePack, tests: Path) -> str:
    from redflag.pack.trial import run

    trials = [trial for trial in run(pack, tests, rule.partition(".")[0]) if trial.rule == rule]
    on_facts = sum(trial.kind == "facts" for trial in trials)
    return f"{on_facts} on facts, {len(trials) - on_facts} on texts"


def _new(arguments: argparse.Namespace) -> int:
    from redflag.pack.scaffold import scaffold

    rules = folders(arguments.rules)[-1]
    tests = arguments.tests if arguments.tests is not None else rules.resolve().parent / "tests"
    for path in scaffold(arguments.rule, rules, tests):
        print(path)
    return 0


def _coverage(arguments: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict

    from redflag.coverage import count, overlaps, silence

    pack = pack_of(arguments.rules)
    reasons = None if arguments.reasons is None else reasons_in(arguments.reasons, pack)
    assessments = assessed(pack, arguments.cases, arguments.as_of)
    read = count(assessments, labels_in(arguments.labels) if arguments.labels is not None else None)
    # no tagger reads here, since the shipped one has learnt from the documented cases
    passages = {rule.id for rule in pack.rules if rule.of_a_passage}
    counts = [one for one in read if one.rule_id not in passages]
    pairs = overlaps(assessments, arguments.overlap)
    silent = None if reasons is None else silence(counts, reasons)
    code = 0 if silent is None or silent.in_step else 1
    if arguments.format == "json":
        told = {"cases": len(assessments), "rules": [asdict(one) for one in counts],
                "overlaps": [asdict(pair) for pair in pairs]}  # fmt: skip
        if silent is not None:
            told["never_fired"] = asdict(silent)
        print(json.dumps(told, indent=2))
        return code
    for one in counts:
        ratio = ""
        if one.ratio is not None:
            ratio = (
                f"  improper {one.improper}, upheld {one.upheld}, "
                f"ratio {one.ratio.value:.2f} [{one.ratio.low:.2f}, {one.ratio.high:.2f}]"
            )
        print(f"{one.rule_id}  fired {one.fired}, clear {one.clear}, undetermined {one.undetermined}{ratio}")
    if silent is None:
        _print_ids("Never fired", [one.rule_id for one in counts if not one.fired])
    else:
        print(f"Never fired: {counted(len(silent.explained) + len(silent.unexplained), 'rule')}")
        for rule, reason in silent.explained.items():
            print(f"  {rule}: {reason}")
        _print_ids("Never fired and without a reason", silent.unexplained)
        _print_ids("With a reason, and fired", silent.outdated)
    _print_ids("Never clear", [one.rule_id for one in counts if not one.clear])
    for pair in pairs:
        print(f"Overlap {pair.share:.0%} ({pair.both} cases): {pair.one}, {pair.other}")
    print(f"{counted(len(assessments), 'case')}; an undetermined rule counts as not fired")
    return code


def _print_ids(title: str, rules: Sequence[str]) -> None:
    print(f"{title}: {', '.join(rules) or 'none'}")


def _diff(arguments: argparse.Namespace) -> int:
    import json
    from dataclasses import asdict

    from redflag.comparison import changed_lexicons, changed_rules, compare

    old, new = pack_of([arguments.old]), pack_of([arguments.new])
    changes = changed_rules(old, new)
    lexicons = changed_lexicons(old, new)
    compared = None
    if arguments.cases is not None:
        before, after = (assessed(pack, arguments.cases, arguments.as_of) for pack in (old, new))
        compared = compare(before, after)
    if arguments.format == "json":
        told = {"rules": [asdict(one) for one in changes], "lexicons": lexicons,
                "cases": None if compared is None else asdict(compared)}  # fmt: skip
        print(json.dumps(told, indent=2))
        return 0
    for one in changes:
        print(f"{one.what}: {one.rule_id}{': ' + ', '.join(one.keys) if one.keys else ''}")
    for lexicon in lexicons:
        print(f"lexicon: {lexicon}")
    if compared is not None:
        for moved in compared.outcomes:
            print(f"{moved.case_id}: {moved.rule_id}: {moved.before} → {moved.after}")
        for score in compared.scores:
            bands = (
                "" if score.band_before == score.band_after else f", {score.band_before} → {score.band_after}"
            )
            print(f"{score.case_id}: log-odds {score.log_odds:+.3f}{bands}")
    print(f"{counted(len(changes), 'rule')} and {counted(len(lexicons), 'lexicon')} differ")
    return 0
