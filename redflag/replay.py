"""An assessment again from its line in a ledger: the same bytes, or what differs and which input changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redflag.assessment import Assessment, Contested
from redflag.audit import Difference, LedgerFile, Line, differences
from redflag.audit.entries import sha256
from redflag.errors import AuditError, Fault, Location
from redflag.screening import CaseLike, Screener


@dataclass(frozen=True, slots=True)
class ChangedInput:
    """Something that went into an assessment and is another now."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of making an assessment again.

    Attributes:
        id: the line.
        same: whether every byte is the same.
        changed: what went in and is another now. Where nothing is and the bytes still differ, the
            library itself is another under the same version.
        differences: every value that differs; empty where the ledger keeps no assessment.
        before: the assessment that the ledger keeps; None if it keeps none.
        after: the assessment as it comes out now.
    """

    id: str
    same: bool
    changed: tuple[ChangedInput, ...]
    differences: tuple[Difference, ...]
    before: Assessment | None
    after: Assessment


def replay(
    ledger: LedgerFile,
    wanted: str,
    *,
    case: CaseLike | None = None,
    screener: Screener | None = None,
    as_of: str | None = None,
    base_rate: str | float | None = None,
) -> Replay:
    """Make an assessment again, as its line says that it was made.

    Args:
        ledger: where the line stands.
        wanted: the id of the line.
        case: the case, where the ledger does not keep it, or another to try.
        screener: the pack and the model; the shipped ones if absent.
        as_of: another day to try.
        base_rate: another base rate to try.

    Raises:
        AuditError: if there is no such line, no case to be had, or a reviewer's words that went
            into it were erased.
        CaseError: if the case cannot be read.
    """
    line = assessed_line(ledger, wanted)
    used = screener if screener is not None else Screener()
    after = assess_again(
        used,
        case if case is not None else kept_case(ledger, line),
        line,
        contested_up_to(ledger, line),
        as_of=as_of,
        base_rate=base_rate,
    )
    before = ledger.assessment(line.number)
    return Replay(
        line.id,
        ledger.is_of(line.assessment, sha256(after.to_json())),
        tuple(_changed(ledger, line, after)),
        () if before is None else differences(before, after),
        before,
        after,
    )


def assessed_line(ledger: LedgerFile, wanted: str) -> Line:
    """The line of that id, which must be one of an assessment.

    Raises:
        AuditError: if it is not.
    """
    line = ledger.line(wanted)
    if line.assessment is None:
        where = Location(str(ledger.path))
        raise AuditError(Fault(f"line {line.number} is no assessment", where, "see redflag audit list"))
    return line


def kept_case(ledger: LedgerFile, line: Line) -> CaseLike:
    """The case that the ledger keeps beside a line.

    Raises:
        AuditError: if it keeps none.
    """
    text = ledger.content(line.number, "case")
    if text is None:
        was = "was erased" if "case" in line.contents else "is not kept"
        where = Location(str(ledger.path))
        raise AuditError(Fault(f"the case of line {line.number} {was}", where, "give it: --case FILE"))
    data: dict[str, object] = json.loads(text)
    return data


def contested_up_to(ledger: LedgerFile, line: Line) -> tuple[Contested, ...]:
    """What reviewers did, from the first assessment of a file up to a line, in order.

    Raises:
        AuditError: if a reviewer's words were erased.
    """
    found: list[Contested] = []
    current = line
    while current.kind == "contest" and current.follows is not None:
        remark = ledger.remark(current.number)
        if remark is None or current.finding is None or current.deed is None:
            where = Location(str(ledger.path))
            told = f"the reviewer's words in line {current.number} were erased; it cannot be made again"
            raise AuditError(Fault(told, where))
        found.append(
            Contested(rule_id=current.finding, by=remark.by, what=current.deed, reason=remark.reason)
        )
        current = ledger.line(str(current.follows))
    return tuple(reversed(found))


def assess_again(
    screener: Screener,
    case: CaseLike,
    line: Line,
    contested: Sequence[Contested],
    *,
    as_of: str | None = None,
    base_rate: str | float | None = None,
) -> Assessment:
    """The assessment of a case with the settings of a line, what reviewers struck left out."""
    off = {one.rule_id: one.reason for one in line.switched_off}
    off.update({one.rule_id: f"struck on review: {one.reason}" for one in contested if one.what == "strike"})
    rate = base_rate if base_rate is not None else _base_rate(screener, line)
    day = as_of if as_of is not None else line.as_of
    made = screener.adapted(rate, off).screen(case, day, as_of_from=line.as_of_from or "given")
    return made.model_copy(update={"contested": tuple(contested)}) if contested else made


def _base_rate(screener: Screener, line: Line) -> str | float:
    """The name of the line's base rate, or its value where the pack has none of that name."""
    named = line.base_rate is not None and line.base_rate in screener.pack.policy.base_rates
    if named and line.base_rate is not None:
        return line.base_rate
    return line.base_rate_value if line.base_rate_value is not None else "balanced"


def _changed(ledger: LedgerFile, line: Line, after: Assessment) -> Iterator[ChangedInput]:
    now = after.provenance
    if not ledger.is_of(line.case, now.case_digest):
        yield ChangedInput("case", "the one that was screened", "another, or one with changes")
    if not ledger.is_of(line.pack, now.pack_digest):
        was = f"{line.pack_name} {line.pack_version}"
        yield ChangedInput("pack", was, f"{now.pack_name} {now.pack_version}, digest {now.pack_digest}")
    if not ledger.is_of(line.model, now.model_digest):
        was = "none" if line.model is None else "the one that was used"
        told = "none" if now.model_digest is None else f"digest {now.model_digest}"
        yield ChangedInput("model", was, told)
    for name, before, value in (
        ("version", line.redflag_version, now.redflag_version),
        ("as_of", line.as_of, now.as_of),
        ("base rate", _rate(line.base_rate, line.base_rate_value), _rate(now.base_rate, now.base_rate_value)),
    ):
        if before != value:
            yield ChangedInput(name, str(before), str(value))


def _rate(name: str | None, value: float | None) -> str:
    return f"{name} ({value})"
