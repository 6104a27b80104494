"""How a score is made up: the prior and every part that was added to it, as bars and as a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from redflag.assessment import Assessment, Contribution
from redflag.report.blocks import Block, Drawn, Heading, Paragraph, Row, Table
from redflag.report.pictures import Step, steps
from redflag.report.wording import Wording, clean

_CLASSIFIER = "classifier "


def parts_of_the_score(assessment: Assessment, wording: Wording) -> Iterator[Block]:
    """The way from the prior to the log-odds, family by family."""
    say = wording.say
    groups = list(_groups(assessment, wording))
    parts = [
        Step(say("Prior"), assessment.prior, wording.number(assessment.prior, "+.2f"), whole=True),
        *(Step(title, value, wording.number(value, "+.2f")) for title, value, _ in groups),
        Step(
            say("Log-odds of the score"),
            assessment.log_odds,
            wording.number(assessment.log_odds, "+.2f"),
            whole=True,
        ),
    ]
    yield Heading(say("How the score is made up"), name="parts")
    yield Paragraph(
        say(
            "In log-odds: zero is even odds, one more multiplies the odds by 2.7. The parts add up to the "
            "log-odds of the score; what is not listed adds nothing."
        )
    )
    title = say("Parts of the score, from the prior to their sum")
    described = "; ".join(wording.listed(part.title, part.told) for part in parts)
    yield Drawn(steps(parts, (title, described)))
    rows = [_row(parts[0].title, assessment.prior, assessment.prior, wording)]
    reached = assessment.prior
    for group, value, own in groups:
        reached += value
        rows.append(_row(group, value, reached, wording, tuple(_listed(own, assessment, wording))))
    rows.append(_row(parts[-1].title, None, assessment.log_odds, wording))
    yield Table(title, (say("Part"), say("Adds"), say("Together")), tuple(rows), (1, 2))


def _row(title: str, value: float | None, reached: float, wording: Wording, below: Sequence[str] = ()) -> Row:
    whole = wording.number(reached, "+.2f")
    adds = "" if value is None else wording.number(value, "+.2f")
    line = wording.listed(title, adds or whole)
    return Row((title, adds, whole), line, tuple(below), strong=value is None or value == reached)


def _groups(assessment: Assessment, wording: Wording) -> Iterator[tuple[str, float, Sequence[Contribution]]]:
    """Parts that are not nothing: the rules by family, then the classifier by column."""
    rules: dict[str, list[Contribution]] = {family: [] for family in assessment.families}
    columns: list[Contribution] = []
    for part in assessment.contributions:
        if part.value and part.name.startswith(_CLASSIFIER):
            columns.append(part)
        elif part.value:
            rules.setdefault(part.name.partition(".")[0], []).append(part)
    for family, own in rules.items():
        if own:
            told = wording.say("Rules: {family}", family=_titled(family, assessment, wording))
            yield told, math.fsum(part.value for part in own), own
    for part in columns:
        name = part.name.removeprefix(_CLASSIFIER)
        told = wording.say("Classifier: {column}", column=_titled(name, assessment, wording))
        yield told, part.value, ()


def _titled(name: str, assessment: Assessment, wording: Wording) -> str:
    family = assessment.families.get(name)
    return wording.term(name) if family is None else wording.title(family.title)


def _listed(own: Sequence[Contribution], assessment: Assessment, wording: Wording) -> Iterator[str]:
    """Each rule of a family that weighs something, by its title where it fired, else by its id."""
    titles = {finding.rule_id: finding.title for finding in assessment.findings}
    for part in own:
        told = wording.number(part.value, "+.2f")
        title = titles.get(part.name)
        if title is None:
            named = wording.say("{rule} (settled as not so)", rule=clean(part.name))
        else:
            named = wording.title(title)
        yield wording.listed(named, told)
