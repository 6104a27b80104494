"""Whether a request presses a person to come back, or seeks extradition: a profile, not a finding.

Reporting of 2025 on alerts against exiles sets two manners apart: to use an alert to find a person and
then press for a return through relatives and go-betweens, and to ask a court for extradition. What a
case shows of either is told apart here; what its file does not tell stays untold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from redflag.assessment import Assessment
from redflag.case import Case, Statement

Tactic = Literal[
    "locate_and_press", "press_and_request", "press_request_untold", "request_alone", "neither_shown"
]

TACTICS: Mapping[Tactic, str] = {
    "locate_and_press": "Pressure to return, and no extradition request followed up",
    "press_and_request": "Pressure to return beside an extradition request",
    "press_request_untold": "Pressure to return; the file does not tell whether extradition was requested",
    "request_alone": "An extradition request, and no pressure to return shown",
    "neither_shown": "Neither shown in the file",
}
"""What each profile means, in the order in which they are told."""

PRESSURE = ("family_pressure", "proxy_pressure", "voluntary_return_pressure")
"""Families that show pressure to return."""

LOCATING = "locate_not_extradite"
"""The family that shows an alert used to find a person and not to have them surrendered."""

_NO_REQUEST = "locate_not_extradite.no_request_after_location"
_A_REQUEST = "locate_not_extradite.late_or_incomplete_request"
_SHOWN = ("present", "possible")


@dataclass(frozen=True, slots=True)
class Background:
    """What a cohort may group a case by; an assessment has none of it, since nothing of it is scored.

    Attributes:
        requesting_state: ISO 3166 alpha-3, or None where the case does not say.
        extradition_requested: whether the case says so, or says not, or neither.
    """

    requesting_state: str | None = None
    extradition_requested: bool | None = None


def background_of(case: Case) -> Background:
    """What the case says of itself; where its parties differ, nothing."""
    made = case.request.made
    stated = made if isinstance(made, tuple) else (made,)
    words = {one.value if isinstance(one, Statement) else one for one in stated if one is not None}
    requested = words.pop() if len(words) == 1 else None
    if requested is None and not words and case.request.made_on is not None:
        requested = True
    return Background(case.requesting_state, requested)


def is_shown(assessment: Assessment, family: str) -> bool:
    """Whether an assessment has the family as present or possible."""
    found = assessment.families.get(family)
    return found is not None and found.verdict in _SHOWN


def tactic_of(assessment: Assessment, background: Background | None) -> Tactic:
    """The profile of one case."""
    requested = None if background is None else background.extradition_requested
    fired = {finding.rule_id for finding in assessment.findings}
    if requested is None and _NO_REQUEST in fired:
        requested = False
    elif requested is None and _A_REQUEST in fired:
        requested = True
    if not any(is_shown(assessment, family) for family in PRESSURE):
        return "request_alone" if requested else "neither_shown"
    if requested is False or is_shown(assessment, LOCATING):
        return "locate_and_press"
    return "press_and_request" if requested else "press_request_untold"
