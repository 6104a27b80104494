"""The facts of a paper as numbered paragraphs, each told once: grounds refer to them by number."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from redflag.assessment import Assessment, Evidence
from redflag.dates import PartialDate
from redflag.draft.telling import Teller, Told
from redflag.evidence import Level

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A fact with its number."""

    number: int
    path: str
    told: Told


class Paragraphs:
    """Every fact that the chronology or a finding rests on, by date, those without one last.

    Args:
        assessment: of the cleared case.
        teller: tells its facts.
        findings: whether what findings rest on is told too, and not the chronology alone.
    """

    def __init__(self, assessment: Assessment, teller: Teller, *, findings: bool = True) -> None:
        places = [entry.evidence for entry in assessment.chronology]
        if findings:
            places += [one for finding in assessment.findings for one in finding.evidence]
        told: dict[Key, Told] = {}
        for evidence in places:
            key = key_of(evidence)
            if key in told or evidence.found_by == "tagger":
                continue
            fact = teller.at(evidence.source) if evidence.quote is None else teller.quote(evidence)
            if fact is not None:
                told[key] = fact
        ordered = sorted(told.items(), key=lambda one: (*_when(one[1]), one[0]))
        self.listed: Sequence[Numbered] = tuple(
            Numbered(number, key[0], fact) for number, (key, fact) in enumerate(ordered, start=1)
        )
        numbers = {key: numbered for numbered, (key, _) in zip(self.listed, ordered, strict=True)}
        self._by_key: Mapping[Key, Numbered] = numbers

    def of(self, places: Iterable[Evidence]) -> Iterator[Numbered]:
        """The paragraphs that tell these places, in order of their numbers."""
        found = {
            numbered.number: numbered
            for evidence in places
            if (numbered := self._by_key.get(key_of(evidence))) is not None
        }
        for number in sorted(found):
            yield found[number]


def key_of(evidence: Evidence) -> Key:
    """What tells one place from another: a path, or a document and where the words begin."""
    return evidence.source, -1 if evidence.start is None else evidence.start


def by_level(paragraphs: Iterable[Numbered]) -> Iterator[tuple[Level, Sequence[Numbered]]]:
    """Paragraphs grouped by how well they are vouched for, the best first."""
    listed = tuple(paragraphs)
    for level in reversed(Level):
        own = tuple(one for one in listed if one.told.level is level)
        if own:
            yield level, own


def _when(told: Told) -> tuple[datetime.date, datetime.date]:
    if told.date is None:
        return datetime.date.max, datetime.date.max
    day = PartialDate(told.date.text)
    return day.earliest, day.latest
