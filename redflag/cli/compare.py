"""`redflag audit compare`: gains, losses and moved scores between two assessments, or two packs."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redflag.cli.arguments import Commands, counted, pack_of
from redflag.cli.ledger import ledger_here, put, with_key
from redflag.errors import AuditError, CaseError, Fault, Location

if TYPE_CHECKING:
    from redflag.assessment import Assessment
    from redflag.comparison import Comparison, OutcomeChange, ScoreChange


def add_to(deeds: Commands) -> None:
    """Add the deed."""
    deed = deeds.add_parser(
        "compare", help="gains, losses and moved scores, by rule and by case", allow_abbrev=False
    )
    one = "an assessment (.json, .jsonl), a line of --ledger, or with --cases a pack's folder or a model"
    deed.add_argument("before", metavar="A", help=one)
    deed.add_argument("after", metavar="B", help="another of the same kind")
    deed.add_argument("--ledger", metavar="FILE", type=Path, help="where the lines A and B stand")
    deed.add_argument(
        "--cases", metavar="DIR", type=Path, help="cases (a folder, .jsonl) to screen with both"
    )
    deed.add_argument("--as-of", metavar="DATE", help="the date of cases that have none of their own")
    deed.add_argument("--format", choices=("text", "json", "table"), default="text", help="table: CSV")
    deed.add_argument("-o", "--output", metavar="FILE", type=Path)
    with_key(deed)
    deed.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from redflag.comparison import compare

    if arguments.cases is not None:
        if arguments.ledger is not None:
            raise AuditError(
                Fault("--cases is for two packs or models, --ledger for two lines", mend="give one of them")
            )
        before, after = _with_both(arguments)
    else:
        before, after = (_assessments(name, arguments) for name in (arguments.before, arguments.after))
        if len(before) == len(after) == 1:
            # two assessments are compared whatever their cases are called
            before = [before[0].model_copy(update={"case_id": after[0].case_id})]
    matched = {one.case_id for one in before} & {one.case_id for one in after}
    found = compare(before, after)
    put(_FORMS[arguments.format](found, len(matched)), arguments.output)
    return 0


def _with_both(arguments: argparse.Namespace) -> tuple[list[Assessment], list[Assessment]]:
    from redflag.intake.many import cases_in
    from redflag.screening import Screener

    screeners = [
        Screener(model=Path(name)) if Path(name).is_file() else Screener(pack_of([Path(name)]))
        for name in (arguments.before, arguments.after)
    ]
    found: tuple[list[Assessment], list[Assessment]] = ([], [])
    faults: list[Fault] = []
    for one in cases_in(arguments.cases):
        try:
            case = one.read()
            for screener, side in zip(screeners, found, strict=True):
                side.append(screener.screen(case, arguments.as_of))
        except CaseError as error:
            faults.extend(error.faults)
    if faults:
        raise CaseError(faults)
    return found


def _assessments(name: str, arguments: argparse.Namespace) -> list[Assessment]:
    if arguments.ledger is None:
        return list(assessments_in(Path(name)))
    ledger = ledger_here(arguments)
    line = ledger.line(name)
    kept = ledger.assessment(line.number)
    if kept is None:
        where = Location(str(arguments.ledger))
        mend = "make it again with `redflag audit replay`, --output, and compare the files"
        raise AuditError(Fault(f"line {line.number} keeps no assessment", where, mend))
    return [kept]


def assessments_in(path: Path) -> Iterator[Assessment]:
    """The assessments in a .json file (one, or a list) or a .jsonl file (one a line).

    Lines of cases that could not be screened are passed over.

    Raises:
        AuditError: if the file cannot be read, or holds something else.
    """
    from pydantic import TypeAdapter, ValidationError

    from redflag.assessment import Assessment, Unscreened

    one: TypeAdapter[Assessment | Unscreened] = TypeAdapter(Assessment | Unscreened)
    many: TypeAdapter[list[Assessment]] = TypeAdapter(list[Assessment])
    where = Location(str(path))
    try:
        if path.suffix.lower() == ".jsonl":
            with path.open("rb") as stream:
                for line in stream:
                    found = one.validate_json(line) if line.strip() else None
                    if isinstance(found, Assessment):
                        yield found
            return
        content = path.read_bytes()
        if content.lstrip().startswith(b"["):
            yield from many.validate_json(content)
        else:
            yield Assessment.model_validate_json(content)
    except FileNotFoundError:
        raise AuditError(Fault("there is no such file", where, "give an assessment as JSON")) from None
    except ValidationError:
        mend = "give what `redflag screen --format json` or `redflag batch` wrote, scores and all"
        raise AuditError(Fault("this holds no assessment", where, mend)) from None


def _as_text(found: Comparison, cases: int) -> str:
    lines: list[str] = []
    others = [one for one in found.outcomes if "fired" not in (one.before, one.after)]
    for title, changes in (("Gained", found.gained), ("Lost", found.lost), ("Otherwise changed", others)):
        if changes:
            lines.append(f"{title}, by rule:")
            lines.extend(_by_rule(changes))
    moved = _by_case(found)
    if moved:
        lines.append("By case:")
    for case_id, (score, changes) in moved.items():
        told = "score as before" if score is None else _moved(score)
        lines.append(f"  {case_id}: {told}")
        lines.extend(f"    {one.rule_id}: {one.before} → {one.after}" for one in changes)
    lines.append(
        f"{counted(cases, 'case')} compared: {len(found.gained)} gained, {len(found.lost)} lost, "
        f"{len(others)} otherwise changed, {counted(len(found.scores), 'score')} moved"
    )
    return "\n".join(lines) + "\n"


def _by_rule(changes: Sequence[OutcomeChange]) -> Iterator[str]:
    for rule_id in sorted({one.rule_id for one in changes}):
        own = [one for one in changes if one.rule_id == rule_id]
        shown = ", ".join(one.case_id for one in own[:5])
        more = f" and {len(own) - 5} more" if len(own) > 5 else ""
        yield f"  {rule_id}: {counted(len(own), 'case')} ({shown}{more})"


def _by_case(found: Comparison) -> dict[str, tuple[ScoreChange | None, list[OutcomeChange]]]:
    scores = {one.case_id: one for one in found.scores}
    ids = sorted({*scores, *(one.case_id for one in found.outcomes)})
    return {name: (scores.get(name), [one for one in found.outcomes if one.case_id == name]) for name in ids}


def _moved(score: ScoreChange) -> str:
    before, after = ("none" if one is None else f"{one:.3f}" for one in (score.before, score.after))
    bands = "" if score.band_before == score.band_after else f", {score.band_before} → {score.band_after}"
    return f"score {before} → {after}, log-odds {score.log_odds:+.3f}{bands}"


def _as_json(found: Comparison, cases: int) -> str:
    by_rule: dict[str, dict[str, list[str]]] = {}
    for one in found.outcomes:
        kinds = by_rule.setdefault(one.rule_id, {"gained": [], "lost": [], "changed": []})
        kinds[_kind(one)].append(one.case_id)
    told: dict[str, Any] = {
        "cases": cases,
        "gained": [asdict(one) for one in found.gained],
        "lost": [asdict(one) for one in found.lost],
        "changed": [asdict(one) for one in found.outcomes if _kind(one) == "changed"],
        "scores": [asdict(one) for one in found.scores],
        "by_rule": dict(sorted(by_rule.items())),
        "by_case": {
            name: {
                "score": None if score is None else asdict(score),
                "outcomes": [asdict(one) for one in changes],
            }
            for name, (score, changes) in _by_case(found).items()
        },
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _kind(one: OutcomeChange) -> str:
    return "gained" if one.after == "fired" else "lost" if one.before == "fired" else "changed"


def _as_table(found: Comparison, _cases: int) -> str:
    """CSV for a spreadsheet; a cell that could be read as a formula is quoted with an apostrophe."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("case_id", "what", "rule_id", "before", "after", "log_odds_moved"))
    for name, (score, changes) in _by_case(found).items():
        if score is not None:
            moved = f"{score.log_odds:.6f}"
            table.writerow((_cell(name), "score", "", score.before, score.after, moved))
            table.writerow((_cell(name), "band", "", score.band_before, score.band_after, ""))
        for one in changes:
            table.writerow((_cell(name), _kind(one), one.rule_id, one.before, one.after, ""))
    return stream.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


_FORMS = {"text": _as_text, "json": _as_json, "table": _as_table}
