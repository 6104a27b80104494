"""The command `redflag`: reads arguments, calls the library, renders, and gives an exit code.

0: it answered. 1: `rules lint` or `rules test` found something wrong. 2: the input cannot be
used, with one line on standard error for each fault. Heavy rooms load only where a subcommand
needs them.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from redflag.errors import CaseError, Fault, Location, RedflagError, RuleError, did_you_mean

if TYPE_CHECKING:
    from redflag.assessment import Assessment
    from redflag.conditions import Condition
    from redflag.pack import RulePack
    from redflag.pack.rules import Question
    from redflag.report import Format
    from redflag.screening import Screener

UNUSABLE = 2
"""Exit code for input that cannot be used."""

STANDARD_INPUT = "-"

_FORMATS = ("text", "json", "jsonl", "md")
_INTERRUPTED = 130
_READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        run: Callable[[argparse.Namespace], int] = arguments.run
        code = run(arguments)
        sys.stdout.flush()
    except RedflagError as error:
        return _refuse(str(fault) for fault in error.faults)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # the reader has gone: nothing more can be said, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _READER_GONE
    except OSError as fault:
        return _refuse([f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault.strerror)])
    except Exception as fault:  # a defect of ours: a traceback could show the text of a case
        return _refuse([f"a defect of redflag: {_where_in_the_code(fault)}; please report this line"])
    return code


def _refuse(faults: Iterator[str] | Sequence[str]) -> int:
    for fault in faults:
        _tell(fault)
    return UNUSABLE


def _tell(line: str) -> None:
    """One line on standard error, whatever characters are in it."""
    print("redflag: " + "".join(c if c.isprintable() else "\ufffd" for c in line), file=sys.stderr)


def _where_in_the_code(fault: Exception) -> str:
    trace = fault.__traceback__
    place = "?"
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(fault).__name__} at {place}"


class _Parser(argparse.ArgumentParser):
    """An argument parser that tells a fault in one line."""

    def error(self, message: str) -> NoReturn:
        _tell(f"{message}; see {self.prog} --help")
        raise SystemExit(UNUSABLE)


class _Version(argparse.Action):
    """Prints the version; it is looked up only then."""

    def __call__(self, *_: Any, **__: Any) -> NoReturn:
        from redflag.screening import package_version

        print(f"redflag {package_version()}")
        raise SystemExit(0)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="redflag",
        description="Screens red notice and extradition cases for signs of misuse; a person decides.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    screen = commands.add_parser("screen", help="screen cases, documents or folders", allow_abbrev=False)
    screen.add_argument(
        "inputs", nargs="+", metavar="INPUT",
        help="a case file (.yaml, .json), a document (.txt, .md), a folder, or - for text on standard input",
    )  # fmt: skip
    screen.add_argument("--format", choices=_FORMATS, default="text", help="text if not given")
    screen.add_argument("--output", metavar="FILE", type=Path, help="write there, all or nothing")
    screen.add_argument("--state", metavar="ISO3", help="the requesting state, such as SGP")
    screen.add_argument("--as-of", metavar="DATE", help="the day up to which the screening knows")
    screen.add_argument(
        "--base-rate", metavar="NAME|NUMBER", default="balanced", help="balanced if not given"
    )
    screen.add_argument("--without-score", action="store_true", help="leave out every score and the band")
    screen.add_argument("--switch-off", metavar="RULE=REASON", action="append", default=[])
    _with_rules(screen)
    screen.set_defaults(run=_screen)

    schema = commands.add_parser("schema", help="print a JSON Schema", allow_abbrev=False)
    schema.add_argument("what", choices=("case", "assessment"))
    schema.set_defaults(run=_schema)

    rules = commands.add_parser("rules", help="look at the rules, check them, try them", allow_abbrev=False)
    deeds = rules.add_subparsers(metavar="DEED", required=True, parser_class=_Parser)
    for name, run, words in (
        ("list", _rules_list, "every rule on a line"),
        ("show", _rules_show, "one rule as prose"),
        ("lint", _rules_lint, "what is wrong with the pack"),
        ("test", _rules_test, "try the pack on its tests"),
    ):
        deed = deeds.add_parser(name, help=words, allow_abbrev=False)
        if name == "show":
            deed.add_argument("rule", metavar="ID")
        else:
            deed.add_argument("--family", metavar="F", help="only the rules of this family")
        if name != "list":
            deed.add_argument("--tests", metavar="DIR", type=Path, help="the folder of the rules' tests")
        if name == "test":
            deed.add_argument("--verbose", action="store_true", help="tell of tests that pass, too")
        _with_rules(deed)
        deed.set_defaults(run=run)
    return parser


def _with_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", metavar="DIR", type=Path, action="append", default=[],
        help="rules on top of the shipped ones; a whole pack (with pack.yaml) stands in for them",
    )  # fmt: skip


# -- screen


def _screen(arguments: argparse.Namespace) -> int:
    from redflag.screening import Screener

    if arguments.inputs.count(STANDARD_INPUT) > 1:
        raise CaseError(Fault("standard input can be read once", mend="give - once"))
    screener = Screener(
        rules=_folders(arguments.rules),
        base_rate=arguments.base_rate,
        switched_off=_switched_off(arguments.switch_off),
    )
    assessments: list[Assessment] = []
    faults: list[Fault] = []
    for name in arguments.inputs:
        try:
            assessments.append(_screened(screener, name, arguments))
        except CaseError as error:
            faults.extend(fault for fault in error.faults if fault not in faults)
    if faults:
        raise CaseError(faults)
    told = _rendered(assessments, arguments.format, arguments.without_score)
    if arguments.output is None:
        sys.stdout.write(told)
    else:
        _write(arguments.output, told, arguments.inputs)
    return 0


def _screened(screener: Screener, name: str, arguments: argparse.Namespace) -> Assessment:
    import datetime

    from redflag.intake import load

    source = _standard_input() if name == STANDARD_INPUT else Path(name)
    intake = load(source, requesting_state=arguments.state)
    if arguments.as_of is not None:
        as_of, origin = arguments.as_of, "given on the command line"
    elif intake.case.as_of is not None:
        as_of, origin = str(intake.case.as_of), intake.as_of_from
    else:
        as_of, origin = datetime.date.today().isoformat(), "today, since the case gives no date"
        if arguments.format not in ("json", "jsonl"):
            _tell(f"{name}: screened as of {as_of}: {origin}")
    assessment = screener.screen(intake.case, as_of)
    provenance = assessment.provenance.model_copy(update={"as_of_from": origin})
    return assessment.model_copy(update={"provenance": provenance})


def _standard_input() -> str:
    from redflag.intake.files import LARGEST_FILE, decode, too_large

    where = Location("standard input")
    stream = sys.stdin.buffer if isinstance(sys.stdin, io.TextIOWrapper) else None
    content = stream.read(LARGEST_FILE + 1) if stream is not None else sys.stdin.read().encode()
    if len(content) > LARGEST_FILE:
        raise CaseError(too_large(where))
    return decode(content).or_refuse(where)


def _rendered(assessments: Sequence[Assessment], form: Format, without_score: bool) -> str:
    from redflag.report import render

    told = [render(assessment, form, without_score=without_score) for assessment in assessments]
    if form == "json" and len(told) > 1:
        return "[\n" + ",\n".join(one.rstrip("\n") for one in told) + "\n]\n"
    between = {"text": "\n" + "=" * 100 + "\n\n", "md": "\n---\n\n"}.get(form, "")
    return between.join(told)


def _write(path: Path, told: str, inputs: Sequence[str]) -> None:
    """Write a file all at once, so that nobody ever finds half of it."""
    target = Path(os.path.realpath(path))
    if any(name != STANDARD_INPUT and target == Path(os.path.realpath(name)) for name in inputs):
        raise CaseError(Fault("this is an input", Location(str(path)), "write the output elsewhere"))
    if target.is_dir():
        raise CaseError(Fault("this is a folder", Location(str(path)), "name a file"))
    if not target.parent.is_dir():
        raise CaseError(Fault("there is no such folder to write in", Location(str(path)), "make it first"))
    content = told.encode("utf-8", "backslashreplace")
    if target.exists() and not target.is_file():
        target.write_bytes(content)  # a pipe or a device has nothing to replace
        return
    try:
        handle, half = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as fault:
        raise CaseError(Fault(f"cannot be written: {fault.strerror}", Location(str(path)))) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(half).replace(target)
    except OSError as fault:
        raise CaseError(Fault(f"cannot be written: {fault.strerror}", Location(str(path)))) from None
    finally:
        Path(half).unlink(missing_ok=True)


def _switched_off(given: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in given:
        rule, equals, reason = one.partition("=")
        if not equals or not reason.strip():
            raise RuleError(Fault(f'"{rule}" is switched off without a reason', mend="write RULE=REASON"))
        found[rule.strip()] = reason.strip()
    return found


# -- schema


def _schema(arguments: argparse.Namespace) -> int:
    import json

    from redflag.assessment import Assessment
    from redflag.case import Case

    if arguments.what == "case":
        schema = Case.model_json_schema()
    else:
        schema = Assessment.model_json_schema(mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    print(json.dumps(schema, indent=2, ensure_ascii=False))
    return 0


# -- rules


def _folders(given: Sequence[Path]) -> list[Path]:
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


def _pack(arguments: argparse.Namespace) -> RulePack:
    from redflag.pack import read_pack

    return read_pack(_folders(arguments.rules))


def _checked_family(pack: RulePack, family: str | None) -> str | None:
    known = [one.id for one in pack.families]
    if family is not None and family not in known:
        mend = did_you_mean(family, known) or f"use one of {', '.join(known)}"
        raise RuleError(Fault(f'there is no family "{family}"', mend=mend))
    return family


def _tests_folder(arguments: argparse.Namespace) -> Path:
    """The folder of the tests: as given, else `tests` beside the pack."""
    given: Path | None = arguments.tests
    folder = given if given is not None else _folders(arguments.rules)[-1].resolve().parent / "tests"
    if not folder.is_dir():
        mend = "give their folder: --tests DIR"
        raise RuleError(Fault("there are no tests here", Location(str(folder)), mend))
    return folder


def _tests_if_any(arguments: argparse.Namespace) -> Path | None:
    """The same; None where none is given and none lies beside the pack."""
    try:
        return _tests_folder(arguments)
    except RuleError:
        if arguments.tests is not None:
            raise
        return None


def _rules_list(arguments: argparse.Namespace) -> int:
    pack = _pack(arguments)
    family = _checked_family(pack, arguments.family)
    rules = [rule for rule in pack.rules if family is None or rule.family == family]
    for rule in rules:
        print(f"{rule.id}  {rule.effect}  {rule.status}  {rule.title}")
    print(_counted(len(rules), "rule"))
    return 0


def _rules_lint(arguments: argparse.Namespace) -> int:
    from redflag.pack.lint import lint

    folders = _folders(arguments.rules)
    family: str | None = arguments.family
    elsewhere = 0
    try:
        faults = lint(folders, family, _tests_if_any(arguments))
    except RuleError as error:
        faults = tuple(fault for fault in error.faults if _concerns(fault, family))
        elsewhere = len(error.faults) - len(faults)
    for fault in faults:
        print(fault)
    beside = f"; {elsewhere} outside this family keep the pack from being read" if elsewhere else ""
    print(f"{_counted(len(faults), 'fault')}{beside}")
    return 1 if faults or elsewhere else 0


def _concerns(fault: Fault, family: str | None) -> bool:
    """Whether a fault lies in a rule of the family, or in the lexicon named after one."""
    if family is None or fault.location.file is None:
        return True
    path = Path(fault.location.file)
    if path.parent.name == "lexicons":
        return (path.parent.parent / family / path.name).is_file()
    return path.parent.name == family


def _rules_test(arguments: argparse.Namespace) -> int:
    from redflag.pack.trial import run

    pack = _pack(arguments)
    trials = run(pack, _tests_folder(arguments), _checked_family(pack, arguments.family))
    failed = [trial for trial in trials if not trial.passed]
    for trial in trials if arguments.verbose else failed:
        told = "passed" if trial.passed else f"expected {trial.expected}, got {trial.got}"
        print(f"{trial.file}:{trial.line}: {trial.rule}: {trial.name}: {told}")
    print(f"{_counted(len(trials), 'test')}, {len(failed)} failed")
    return 1 if failed or not trials else 0


def _rules_show(arguments: argparse.Namespace) -> int:
    pack = _pack(arguments)
    known = {question.rule.id: question for question in pack.questions}
    question = known.get(arguments.rule)
    if question is None:
        mend = did_you_mean(arguments.rule, known) or "see redflag rules list"
        raise RuleError(Fault(f'there is no rule "{arguments.rule}"', mend=mend))
    for line in _prose(question, pack, _tests_if_any(arguments)):
        print(line)
    return 0


_EFFECTS = {
    "supports": "a sign of misuse",
    "counters": "a sign of an ordinary prosecution",
    "caveat": "a caveat: shown, and weighs nothing",
}


def _prose(question: Question, pack: RulePack, tests: Path | None) -> Iterator[str]:
    """One rule as a lawyer would have it told."""
    rule = question.rule
    yield f"{rule.title}"
    yield f"{rule.id}, version {rule.version}, {rule.status}; {_EFFECTS[rule.effect]}"
    if rule.answers:
        yield f"Answers: {', '.join(rule.answers)}"
    if rule.in_force is not None:
        start = f"from {rule.in_force.from_}" if rule.in_force.from_ is not None else ""
        end = f"until {rule.in_force.until}" if rule.in_force.until is not None else ""
        yield f"In force {' '.join(part for part in (start, end) if part)}"
    for title, condition in (
        ("Applies where", question.applies_when),
        ("Asks of the facts whether", question.when),
        ("Asks of the documents whether", question.text),
        ("Unless", question.unless),
        ("Is disputed where", question.contradicted_by),
    ):
        if condition is not None:
            yield ""
            yield f"{title}:"
            yield from _asked(condition, 1)
    yield ""
    yield f"Says: {rule.explain}"
    yield f"Asks the client: {rule.if_unknown}"
    for title, words in (
        ("Evidence to get", rule.collect),
        ("How it errs", rule.known_errors),
        ("What else may explain it", rule.innocent),
    ):
        if words:
            yield ""
            yield f"{title}:"
            yield from (f"  - {one}" for one in words)
    yield ""
    yield "Law:" if rule.legal_basis else "Law: none cited"
    for name in rule.legal_basis:
        law = pack.provisions[name]
        check = "" if law.confidence == "high" else "; check the text"
        yield f"  - {law.instrument}, {law.provision} (confidence {law.confidence}{check}): {law.says}"
    if rule.sources:
        yield "Literature:"
        yield from (
            f"  - {pack.literature[key].title} ({pack.literature[key].quality})" for key in rule.sources
        )
    yield ""
    if rule.weight is None:
        yield "Weight: none"
    else:
        weight = rule.weight
        yield f"Weight: {weight.log_lr_true:+g} if it fired, {weight.log_lr_false:+g} if clear (log-odds)"
        yield f"  {weight.basis.replace('_', ' ')}: {weight.reason}"
    if tests is not None:
        yield f"Tests: {_tests_of(rule.id, pack, tests)}"


def _asked(condition: Condition, depth: int) -> Iterator[str]:
    """A condition as an indented tree, whole groups by their first words."""
    parts = condition.parts()
    indent = "  " * depth
    if not parts:
        yield f"{indent}- {condition.words}"
        return
    head, opened, _ = condition.words.partition("(")
    yield f"{indent}- {(head if opened else condition.words).strip(' :')}:"
    for part in parts:
        yield from _asked(part, depth + 1)


def _tests_of(rule: str, pack: RulePack, tests: Path) -> str:
    from redflag.pack.trial import run

    trials = [trial for trial in run(pack, tests, rule.partition(".")[0]) if trial.rule == rule]
    on_facts = sum(trial.kind == "facts" for trial in trials)
    return f"{on_facts} on facts, {len(trials) - on_facts} on texts"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
