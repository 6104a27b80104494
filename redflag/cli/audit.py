"""`redflag audit`: look into a ledger, check it, make assessments again, report on them, erase."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from redflag.cli import compare
from redflag.cli.arguments import Commands, Parser, counted, folders, with_rules
from redflag.cli.ledger import case_at, key_of, ledger_here, model_of, put, with_case, with_key, with_model
from redflag.errors import AuditError, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redflag.assessment import Assessment
    from redflag.audit import Anchor, Erased

_MOST_DIFFERENCES = 200


def add_to(commands: Commands) -> None:
    """Add the subcommand with its own."""
    audit = commands.add_parser("audit", help="look into a ledger of assessments", allow_abbrev=False)
    deeds = audit.add_subparsers(metavar="DEED", required=True, parser_class=Parser)
    for name, run, words in (
        ("list", _list, "every line of a ledger"),
        ("verify", _verify, "whether every line is as it was written"),
        ("anchor", _anchor, "the head of a ledger, to be kept elsewhere"),
        ("export", _export, "every line as JSON"),
        ("erase", _erase, "remove what is kept beside the lines; the chain stays whole"),
        ("replay", _replay, "make an assessment again: the same bytes, or what differs and why"),
        ("report", _report, "how the rules behaved, as one HTML file"),
    ):
        deed = deeds.add_parser(name, help=words, allow_abbrev=False)
        deed.add_argument("ledger", metavar="LEDGER", type=Path)
        if name == "replay":
            deed.add_argument("id", metavar="ID", help="a line, as `redflag audit list` prints it")
            with_case(deed)
            with_model(deed)
            with_rules(deed)
        if name == "erase":
            deed.add_argument("lines", metavar="ID", nargs="*", help="lines whose content is to go")
            deed.add_argument("--case-id", metavar="ID", help="whatever is kept about this case")
            deed.add_argument("--reviewer", metavar="HANDLE", help="whatever quotes this reviewer")
        if name in ("verify", "report"):
            deed.add_argument(
                "--anchor", metavar="ANCHOR", help="the head as it was: as printed, or a file with it"
            )
        if name == "export":
            deed.add_argument(
                "--with-contents", action="store_true", help="what is kept beside the lines too"
            )
        if name == "report":
            deed.add_argument(
                "--against", metavar="FILE", type=Path, help="assessments (.jsonl) to compare with"
            )
        if name in ("export", "replay", "report"):
            deed.add_argument("-o", "--output", metavar="FILE", type=Path, required=name == "report")
        with_key(deed)
        deed.set_defaults(run=run)
    compare.add_to(deeds)


def _list(arguments: argparse.Namespace) -> int:
    for line in ledger_here(arguments).lines():
        told = f"as of {line.as_of}, {line.pack_name} {line.pack_version}"
        if line.kind == "contest":
            told += f", {str(line.deed).replace('_', ' ')} on {line.finding}, follows line {line.follows}"
        if line.kind == "erasure":
            told = ", ".join(f"{one.content} of line {one.line}" for one in line.erased)
        print(f"{line.id}  {line.when}  {line.kind}  {told}")
    return 0


def _given_anchor(arguments: argparse.Namespace) -> Anchor | None:
    from redflag.audit import Anchor

    given: str | None = arguments.anchor
    if given is None:
        return None
    path = Path(given)
    return Anchor.of(path.read_text(encoding="utf-8") if path.is_file() else given)


def _verify(arguments: argparse.Namespace) -> int:
    from redflag.audit import verify

    verdict = verify(arguments.ledger, _given_anchor(arguments), key=key_of(arguments))
    for flaw in verdict.flaws:
        print(flaw)
    if verdict.whole:
        how = "as it was written, up to the anchor and after" if verdict.anchored else "as its chain says"
        print(f"{counted(verdict.lines, 'line')}, every one {how}")
        if verdict.head is not None:
            print(f"anchor: {verdict.head}")
        return 0
    print(f"{counted(verdict.lines, 'line')}, {counted(len(verdict.flaws), 'flaw')}")
    return 1


def _anchor(arguments: argparse.Namespace) -> int:
    print(ledger_here(arguments).anchor())
    return 0


def _export(arguments: argparse.Namespace) -> int:
    told = ledger_here(arguments).export(contents=arguments.with_contents)
    if arguments.output is None:
        for line in told:
            print(line)
        return 0
    with arguments.output.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in told)
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    ledger = ledger_here(arguments)
    if not (arguments.lines or arguments.case_id or arguments.reviewer):
        raise AuditError(Fault("nothing is named to be erased", mend="give lines, --case-id or --reviewer"))
    gone: list[Erased] = []
    if arguments.lines:
        gone += ledger.erase([ledger.line(one).number for one in arguments.lines])
    if arguments.case_id:
        gone += ledger.erase_case(arguments.case_id)
    if arguments.reviewer:
        gone += ledger.erase_reviewer(arguments.reviewer)
    for one in gone:
        print(f"erased: {one.content} of line {one.line}")
    print(f"{counted(len(gone), 'piece')} of content erased; the chain is as it was")
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from redflag.replay import replay
    from redflag.screening import Screener

    again = replay(
        ledger_here(arguments),
        arguments.id,
        case=case_at(arguments),
        screener=Screener(rules=folders(arguments.rules), model=model_of(arguments)),
    )
    if arguments.output is not None:
        put(again.after.to_json(), arguments.output)
    if again.same:
        print(f"{again.id}: the same assessment, byte for byte")
        return 0
    print(f"{again.id}: another assessment")
    for change in again.changed:
        print(f"changed {change}")
    if not again.changed:
        print("nothing that went in has changed: the library is another one under the same version")
    if again.before is None:
        print("the ledger keeps no assessment to show value by value what differs")
    for difference in again.differences[:_MOST_DIFFERENCES]:
        print(difference)
    if len(again.differences) > _MOST_DIFFERENCES:
        print(f"and {len(again.differences) - _MOST_DIFFERENCES} more")
    return 1


def _report(arguments: argparse.Namespace) -> int:
    import datetime

    from redflag.audit import verify
    from redflag.audit.behaviour import behaviour
    from redflag.audit.page import page

    ledger = ledger_here(arguments)
    verdict = verify(arguments.ledger, _given_anchor(arguments), key=key_of(arguments))
    reference = _reference(arguments.against) if arguments.against is not None else None
    when = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    told = page(behaviour(ledger, reference), verdict, title=f"Report on {arguments.ledger.name}", when=when)
    put(told, arguments.output)
    return 0 if verdict.whole else 1


def _reference(path: Path) -> Iterator[Assessment]:
    yield from compare.assessments_in(path)
