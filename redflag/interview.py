"""What to ask next, in the words of the person who answers: safety first, then what could change most."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from redflag.blanks import Blank, Kind, blank_at, blanks_of, text_blank
from redflag.case import Case
from redflag.dates import PartialDate
from redflag.intake import load
from redflag.pack.asked import ENGLISH, SAFETY, Questions, shipped_questions
from redflag.record import Record
from redflag.screening import CaseLike, Screener
from redflag.unanswered import Unanswered


class Asked(Record):
    """A question in plain words, where its answer goes and what it could change."""

    id: str = Field(description="The rule that asks, or `safety.` and what it is about.")
    about: Literal["safety", "case"]
    text: str
    language: str = Field(description="The language that it stands in; English where there is no other.")
    reviewed_by_native: bool = Field(description="Whether a native speaker has reviewed these words.")
    path: str = Field(description="Where the first answer goes; see `redflag.answer`.")
    kind: Kind = Field(
        description="What goes there. Where there are several blanks, each holds a part of the answer."
    )
    choices: tuple[str, ...] = ()
    blanks: tuple[Blank, ...] = Field(
        description="Every place that an answer may fill, the first among them."
    )
    rules: tuple[str, ...] = Field((), description="Rules that would come out otherwise.")
    score_if_true: float | None = Field(
        None, description="The score if the answer makes the rule fire; none for questions of safety."
    )
    score_if_false: float | None = Field(None, description="The score if it clears the rule.")


def questions(
    case: CaseLike,
    language: str = ENGLISH,
    *,
    as_of: PartialDate | str | None = None,
    screener: Screener | None = None,
) -> tuple[Asked, ...]:
    """The next questions: those of safety that nobody answered, then the others, most valuable first.

    Args:
        case: as for `redflag.screen`.
        language: `en`, `fr`, `es`, `ru`, `tr`, `zh` or `ar`, or a code that begins so, such as `fr-CA`; in
            any other the questions stand in English. Each says in which language it is.
        as_of: the day up to which the screening knows; the case's own if absent.
        screener: the rules and classifier to ask by; the shipped ones if absent.

    Raises:
        CaseError: if the case cannot be read, or there is no date to screen it at.
    """
    asking = _shipped() if screener is None else screener
    words = shipped_questions(language.lower().replace("_", "-").partition("-")[0])
    intake = load(case)
    open_ = asking.unanswered(intake.case, as_of if as_of is not None else intake.case.as_of)
    return (*_of_safety(intake.case, words), *(_of_case(one, asking, words) for one in open_))


@functools.cache
def _shipped() -> Screener:
    return Screener()


def _of_safety(case: Case, words: Questions | None) -> Iterator[Asked]:
    english = shipped_questions(ENGLISH)
    said = words if words is not None else english
    if said is None:
        return
    for name in SAFETY:
        blank = _safety_blank(case, name)
        if blank is None:
            continue
        yield Asked(
            id=f"safety.{name}",
            about="safety",
            text=said.safety[name],
            language=said.language,
            reviewed_by_native=said.reviewed_by_native,
            path=blank.path,
            kind=blank.kind,
            choices=blank.choices,
            blanks=(blank,),
        )


def _safety_blank(case: Case, name: str) -> Blank | None:
    """Where the answer goes; None if it is there already, or does not matter any more."""
    match name:
        case "custody_status":
            return None if case.custody.status is not None else blank_at("custody.status")
        case "next_hearing":
            if case.custody.next_hearing is not None:
                return None
            return Blank(path="custody.next_hearing", kind="date")
        case "deadlines":
            if case.deadlines or "deadlines" in case.complete:
                return None
            fields = Blank(path="what", kind="text"), Blank(path="due", kind="date")
            return Blank(path="deadlines", kind="list", fields=fields)
        case "safe_channel":
            if case.safety.safe_channel is not None or case.safety.safe_to_contact is not False:
                return None
            return Blank(path="safety.safe_channel", kind="text")
        case _:
            known = getattr(case.safety, name)
            return None if known is not None else Blank(path=f"safety.{name}", kind="yes_no")


def _of_case(one: Unanswered, screener: Screener, words: Questions | None) -> Asked:
    rule, known = one.rule, screener.pack.conditions
    asked = [(known[leaf], wanted) for leaf, wanted in one.leaves.items() if leaf in known]
    found = blanks_of(asked, one.alone)
    blanks = found or (text_blank(),)
    text = words.of(rule.id, rule.if_unknown) if words is not None else None
    return Asked(
        id=rule.id,
        about="case",
        text=rule.if_unknown if text is None else text,
        language=ENGLISH if text is None or words is None else words.language,
        reviewed_by_native=text is None or (words is not None and words.reviewed_by_native),
        path=blanks[0].path,
        kind=blanks[0].kind,
        choices=blanks[0].choices,
        blanks=blanks,
        rules=one.rules,
        score_if_true=one.score_if_true,
        score_if_false=one.score_if_false,
    )
