"""Contesting a finding: a new assessment beside the old one, both kept, and the difference shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redflag.assessment import Assessment, Contested
from redflag.audit import Difference, LedgerFile, Remark, differences
from redflag.audit.entries import Deed
from redflag.case import Case
from redflag.counterevidence import Answer, with_answer
from redflag.errors import AuditError, Fault, did_you_mean
from redflag.evidence import Party
from redflag.intake import load
from redflag.replay import assess_again, assessed_line, contested_up_to, kept_case, replay
from redflag.screening import CaseLike, Screener

_HANDLE = re.compile(r"[\w.@+-]{1,60}")
LONGEST_REASON = 2_000
"""Characters of a reason; a page is a paper, and goes in as counter-evidence."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What came of contesting a finding.

    Attributes:
        id: the new line of the ledger.
        follows: the line that was contested.
        old: the assessment as it was.
        new: the assessment as it is now.
        differences: every value that differs between the two.
        case: the case as it was screened now, counter-evidence and all.
    """

    id: str
    follows: str
    old: Assessment
    new: Assessment
    differences: tuple[Difference, ...]
    case: Case


def contest(
    ledger: LedgerFile,
    wanted: str,
    finding: str,
    *,
    by: str,
    reason: str,
    what: Deed = "note",
    evidence: Path | Mapping[str, Any] | None = None,
    party: Party | str | None = None,
    case: CaseLike | None = None,
    screener: Screener | None = None,
) -> Contest:
    """Contest a finding of an assessment in a ledger, and screen the case again.

    Args:
        ledger: where the assessment stands, and where the new one is added.
        wanted: the id of its line.
        finding: the id of the rule.
        by: the handle of whoever contests it.
        reason: why, in words.
        what: `strike` takes the rule out for this case, `note` leaves all as it is and says why it
            should not be relied on, `counter_evidence` adds the other side's version.
        evidence: for counter-evidence: a part of a case (YAML, JSON or a mapping) or a document.
        party: whose version it is, where the evidence itself does not say.
        case: the case, where the ledger does not keep it.
        screener: the pack and the model that the old assessment was made with; the shipped ones if
            absent.

    Raises:
        AuditError: if there is no such line or finding, or if the old assessment does not come out
            the same any more, so that a difference could not be told from a change of rules.
        CaseError: if the case or the evidence cannot be read.
    """
    if _HANDLE.fullmatch(by) is None:
        mend = "give a handle of letters, digits and . @ + - _"
        raise AuditError(Fault("this is not a handle", mend=mend))
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise AuditError(
            Fault("a contest needs a reason", mend=f"say why, in up to {LONGEST_REASON} characters")
        )
    if (evidence is None) is (what == "counter_evidence"):
        raise AuditError(
            Fault("counter-evidence, and nothing else, comes with evidence", mend="give both or none")
        )
    line = assessed_line(ledger, wanted)
    used = screener if screener is not None else Screener()
    given = load(case if case is not None else kept_case(ledger, line)).case
    old = _as_it_was(ledger, line.id, given, used)
    _check_finding(old, finding, what)
    contested = (
        *contested_up_to(ledger, line),
        Contested(rule_id=finding, by=by, what=what, reason=reason),
    )
    answered = given if evidence is None else with_answer(given, Answer.read(evidence, party))
    new = assess_again(used, answered, line, contested)
    with ledger.chunk() as chunk:
        added = chunk.append_contest(
            new,
            answered,
            follows=line.number,
            finding=finding,
            deed=what,
            remark=Remark(by=by, reason=reason),
        )
    return Contest(added, line.id, old, new, differences(old, new), answered)


def _as_it_was(ledger: LedgerFile, wanted: str, case: Case, screener: Screener) -> Assessment:
    again = replay(ledger, wanted, case=case, screener=screener)
    if not again.same:
        changed = "; ".join(str(one) for one in again.changed) or "the library itself"
        mend = "give the case and the rules that it was made with, or screen the case anew and contest that"
        raise AuditError(Fault(f"the assessment does not come out the same any more: {changed}", mend=mend))
    return again.after


def _check_finding(old: Assessment, finding: str, what: Deed) -> None:
    status = {outcome.rule_id: outcome.status for outcome in old.outcomes}
    if finding not in status:
        fired = sorted(one.rule_id for one in old.findings)[:5]
        mend = (
            did_you_mean(finding, status) or f"findings here are, for instance, {', '.join(fired) or 'none'}"
        )
        raise AuditError(Fault(f'there is no rule "{finding}" in this assessment', mend=mend))
    if what == "strike" and status[finding] != "fired":
        told = f'"{finding}" did not fire here ({status[finding].replace("_", " ")})'
        raise AuditError(Fault(told, mend="there is nothing to strike; leave a note instead"))


def case_text(case: Case) -> str:
    """A case as JSON that can be read again, its documents in it."""
    data = json.loads(case.model_dump_json(exclude_none=True, exclude_defaults=True))
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
