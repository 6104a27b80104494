"""What many assessments come to together, counted: bands, families, pairs of them, tactics, by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations

from pydantic import Field

from redflag.assessment import Assessment, Unscreened
from redflag.cohort.shares import Share, share
from redflag.cohort.tactics import TACTICS, Background, is_shown, tactic_of
from redflag.record import Record

SCHEMA_VERSION = "1.0"

BANDS = ("high", "elevated", "low", "insufficient_information")
"""In the order in which they are told."""

CAUTION = (
    "These are counts of the files given, not rates of any state or of all requests: cases come to those "
    "who ask for help. What a file does not tell is not counted as absent. A finding is consistent with "
    "misuse; it is not a finding of misuse."
)
STATE_NOT_TOLD = "not told"
"""Where a case does not say which state requests."""


class BandCount(Record):
    """How many cases have a band."""

    band: str
    cases: Share


class FamilyCount(Record):
    """In how many cases a family is what."""

    id: str
    title: str
    axis: str
    present: int
    possible: int
    absent: int
    unknown: int
    shown: Share = Field(description="Present or possible.")
    documented: Share = Field(description="Present: on documented evidence or better.")


class TacticCount(Record):
    """How many cases have a profile."""

    id: str
    title: str
    cases: Share


class Group(Record):
    """Some of the cases, counted."""

    name: str
    cases: int
    bands: tuple[BandCount, ...]
    families: tuple[FamilyCount, ...]
    tactics: tuple[TacticCount, ...]


class Together(Record):
    """Two families that both show in the same cases."""

    first: str
    second: str
    both: int
    of_first: Share = Field(description="Of the cases that show the first, those that show the second.")
    of_second: Share = Field(description="Of the cases that show the second, those that show the first.")


class Cohort(Record):
    """Many assessments told as one.

    `given` counts the results that were given; each is one of those counted in `whole`, one that could
    not be screened, or an earlier result of a case that is counted once.
    """

    schema_version: str = SCHEMA_VERSION
    given: int
    unscreened: int
    repeated: int = Field(description="Results of a case that has a later one, which is counted.")
    without_case: int | None = Field(
        description="Cases counted whose file was not among those given; null where none were given."
    )
    packs: tuple[str, ...] = Field(description="Rule packs that the results were made with.")
    as_of: tuple[str, str] | None = Field(description="First and last day that they know up to.")
    whole: Group
    states: tuple[Group, ...] = Field((), description="By requesting state, where the cases were given.")
    together: tuple[Together, ...]
    caution: str = CAUTION


def count(
    results: Iterable[Assessment | Unscreened], backgrounds: Mapping[str, Background] | None = None
) -> Cohort:
    """The cohort of some results.

    Args:
        results: assessments, and cases that could not be screened; of a case that comes twice the last
            assessment counts.
        backgrounds: what the cases say of themselves, by case id; without it there are no groups.
    """
    given = unscreened = 0
    by_case: dict[str, Assessment] = {}
    for one in results:
        given += 1
        if isinstance(one, Assessment):
            by_case[one.case_id] = one
        else:
            unscreened += 1
    listed = [by_case[case_id] for case_id in sorted(by_case)]
    known = backgrounds if backgrounds is not None else {}
    states: dict[str, list[Assessment]] = {}
    for one in listed if backgrounds is not None else ():
        background = known.get(one.case_id)
        state = None if background is None else background.requesting_state
        states.setdefault(state if state is not None else STATE_NOT_TOLD, []).append(one)
    order = sorted(states, key=lambda state: (state == STATE_NOT_TOLD, -len(states[state]), state))
    days = sorted(one.provenance.as_of for one in listed)
    return Cohort(
        given=given,
        unscreened=unscreened,
        repeated=given - unscreened - len(listed),
        without_case=None if backgrounds is None else sum(one.case_id not in known for one in listed),
        packs=tuple(sorted({_pack(one) for one in listed})),
        as_of=(days[0], days[-1]) if days else None,
        whole=_group("all cases", listed, known),
        states=tuple(_group(state, states[state], known) for state in order),
        together=_together(listed),
    )


def _pack(assessment: Assessment) -> str:
    made = assessment.provenance
    return f"{made.pack_name} {made.pack_version} ({made.pack_digest[:12]})"


def _group(name: str, cases: list[Assessment], known: Mapping[str, Background]) -> Group:
    bands: Counter[str] = Counter(one.band for one in cases)
    tactics = Counter(tactic_of(one, known.get(one.case_id)) for one in cases)
    verdicts: dict[str, Counter[str]] = {}
    titles: dict[str, tuple[str, str]] = {}
    for one in cases:
        for family in one.families.values():
            verdicts.setdefault(family.id, Counter())[family.verdict] += 1
            titles.setdefault(family.id, (family.title, family.axis))
    return Group(
        name=name,
        cases=len(cases),
        bands=tuple(BandCount(band=band, cases=share(bands[band], len(cases))) for band in BANDS),
        families=tuple(
            FamilyCount(
                id=family,
                title=titles[family][0],
                axis=titles[family][1],
                present=found["present"],
                possible=found["possible"],
                absent=found["absent"],
                unknown=found["unknown"],
                shown=share(found["present"] + found["possible"], found.total()),
                documented=share(found["present"], found.total()),
            )
            for family, found in verdicts.items()
        ),
        tactics=tuple(
            TacticCount(id=tactic, title=title, cases=share(tactics[tactic], len(cases)))
            for tactic, title in TACTICS.items()
        ),
    )


def _together(cases: list[Assessment]) -> tuple[Together, ...]:
    """Every two families that show together, those that do so most often first."""
    order = list(dict.fromkeys(family for one in cases for family in one.families))
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for one in cases:
        shown = [family for family in order if is_shown(one, family)]
        alone.update(shown)
        both.update(combinations(shown, 2))
    ranked = sorted(
        both.items(), key=lambda pair: (-pair[1], order.index(pair[0][0]), order.index(pair[0][1]))
    )
    return tuple(
        Together(
            first=first,
            second=second,
            both=number,
            of_first=share(number, alone[first]),
            of_second=share(number, alone[second]),
        )
        for (first, second), number in ranked
    )
