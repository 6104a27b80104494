"""The chronology of an assessment as a picture: which entry stands on which lane."""

from __future__ import annotations

from redflag.assessment import Assessment
from redflag.dates import PartialDate
from redflag.report.pictures import Happening, Picture, time_line
from redflag.report.wording import Wording

_LANES = (
    ("alert",),
    ("warrant", "charge", "prosecution"),
    ("contact", "relatives", "assets", "travel document"),
    ("request", "custody", "proceeding", "decision"),
    ("protection", "person"),
    ("event", "third person"),
    ("document",),
)
_REST = 5
"""The lane of kinds that nobody has placed: among other events."""


def time_line_of(assessment: Assessment, wording: Wording) -> Picture | None:
    """What is dated, on lanes; None where nothing is."""
    say = wording.say
    lanes = (
        say("Notice and alerts"),
        say("Warrant and charges"),
        say("Pressure"),
        say("Hearings, decisions"),
        say("Person, protection"),
        say("Political, other events"),
        say("Told in documents"),
    )
    placed = {kind: lane for lane, kinds in enumerate(_LANES) for kind in kinds}
    happenings = [
        Happening(number, placed.get(entry.kind, _REST), PartialDate(entry.date), wording.retold(entry.what))
        for number, entry in enumerate(assessment.chronology, start=1)
        if entry.date is not None
    ]
    if not happenings:
        return None
    as_of = PartialDate(assessment.provenance.as_of)
    first = min(one.day.earliest for one in happenings)
    told = say(
        "{count} dated entries from {first} to {last} on {lanes} lanes; each bears its number in the table "
        "below. Outlined spans run over all days that an entry without an exact day may have been on.",
        count=len(happenings),
        first=first.isoformat(),
        last=str(as_of),
        lanes=len({one.lane for one in happenings}),
    )
    words = (say("Time line"), told)

    def more(count: int) -> str:
        return wording.say_many("and {count} more, in the table", "and {count} more, in the table", count)

    return time_line(happenings, lanes, (as_of, say("screened as of {date}", date=str(as_of))), words, more)
