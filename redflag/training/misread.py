"""Why families were missed or wrongly found in texts: one cause for each error, by somebody who read it.

A record of one state of rules and tagger, kept beside the figures; it is not redone at each change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from redflag.errors import Fault, Location, ModelError
from redflag.training.data import read_table

ERRORS = "family_errors.csv"
Error = Literal["missed", "wrong"]

CAUSES: dict[str, str] = {
    "unknown_words": "one line says it outright, in words that neither phrase nor tagger knows",
    "two_sentences": "it takes two lines, or two dates, together",
    "implied": "the text says it by implication, or to who knows the law or the country",
    "other_family": "the line is what a signal of another family means",
    "no_signal": "the line says it, and no signal of the family means that",
    "not_in_text": "the mark rests on what the text does not say",
    "after_the_day": "it happened after the day of screening",
    "not_in_force": "the rules that it would meet were not in force on the day of screening",
    "other_meaning": "the sentence means something else",
    "other_person": "it is true of somebody else",
    "no_sign_here": "it is true, and in this case no sign of the family",
    "unmarked": "it is right by what the signal means, and no reader marked the family",
}


@dataclass(frozen=True, slots=True)
class Misread:
    """One family that was missed or wrongly found in one text, and why.

    Attributes:
        error: `missed` where two readers were sure of the family, `wrong` where none marked it.
        cause: a key of `CAUSES`.
        why: a reason in a reader's own words.
    """

    case_id: str
    error: Error
    family: str
    cause: str
    why: str


def read_errors(path: Path) -> tuple[Misread, ...]:
    """The errors that somebody read, from a table with the columns of `Misread`.

    Raises:
        ModelError: if the table cannot be read, lacks a column, or gives an unknown error or cause.
    """
    return tuple(
        _misread(line, Location(f"{path}:{number}")) for number, line in enumerate(read_table(path), 2)
    )


def _misread(line: dict[str, str], place: Location) -> Misread:
    if not {"case_id", "error", "family", "cause", "why"} <= line.keys():
        mend = "give it the columns case_id, error, family, cause and why"
        raise ModelError(Fault("no table of errors", place, mend))
    if line["error"] not in get_args(Error):
        raise ModelError(Fault("unknown error", place, f"write one of {', '.join(get_args(Error))}"))
    if line["cause"] not in CAUSES:
        raise ModelError(Fault("unknown cause", place, f"write one of {', '.join(CAUSES)}"))
    error = cast("Error", line["error"])
    return Misread(line["case_id"], error, line["family"], line["cause"], line["why"])


def causes_table(errors: Sequence[Misread]) -> list[str]:
    """How many errors have each cause, as lines of a Markdown table; those of no error are left out."""
    missed = Counter(one.cause for one in errors if one.error == "missed")
    wrong = Counter(one.cause for one in errors if one.error == "wrong")
    causes = [name for name in CAUSES if missed[name] or wrong[name]]
    return [
        "| cause | missed | wrong |",
        "| --- | --- | --- |",
        *(
            f"| {name}: {CAUSES[name]} | {missed[name]} | {wrong[name]} |"
            for name in sorted(causes, key=lambda name: (-missed[name], -wrong[name]))
        ),
        f"| all | {missed.total()} | {wrong.total()} |",
    ]
