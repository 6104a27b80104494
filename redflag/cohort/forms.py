"""A cohort as a file: a page, a workbook, one long table, or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from redflag.cohort.counts import Cohort, Group
from redflag.cohort.page import page
from redflag.cohort.shares import Share
from redflag.spreadsheets import Value, as_csv, as_xlsx, refuse_ending

COHORT_ENDINGS = (".html", ".csv", ".xlsx", ".json")
"""Endings of the files that a cohort can be written to."""

_HEADER = ("section", "group", "item", "count", "of", "share", "low", "high")


def as_bytes(cohort: Cohort, path: Path) -> bytes:
    """The cohort in the format that the ending of a name says; the same cohort gives the same page.

    Raises:
        RedflagError: if it says none, or Excel's extra is not installed.
    """
    match path.suffix.lower():
        case ".html":
            return page(cohort).encode()
        case ".json":
            return (cohort.model_dump_json(indent=2) + "\n").encode()
        case ".csv":
            return as_csv(_HEADER, _rows(cohort)).encode()
        case ".xlsx":
            return as_xlsx(list(_sheets(cohort)))
    raise refuse_ending(path, COHORT_ENDINGS)


def _rows(cohort: Cohort) -> Iterator[tuple[Value, ...]]:
    """Every count as a row of one long table."""
    for what, number in (("given", cohort.given), ("unscreened", cohort.unscreened),
                         ("repeated", cohort.repeated), ("counted", cohort.whole.cases)):  # fmt: skip
        yield ("results", "all cases", what, number, None, None, None, None)
    for group in (cohort.whole, *cohort.states):
        for section, name, found in _counts(group):
            yield (section, group.name, name, *_numbers(found))
    for pair in cohort.together:
        yield ("together", pair.first, pair.second, *_numbers(pair.of_first))
        yield ("together", pair.second, pair.first, *_numbers(pair.of_second))


def _counts(group: Group) -> Iterator[tuple[str, str, Share]]:
    yield from (("band", one.band, one.cases) for one in group.bands)
    for family in group.families:
        yield ("family shown", family.id, family.shown)
        yield ("family documented", family.id, family.documented)
    yield from (("tactic", one.id, one.cases) for one in group.tactics)


def _numbers(found: Share) -> tuple[Value, ...]:
    return (found.count, found.of, found.share, found.low, found.high)


def _sheets(cohort: Cohort) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Value, ...]]]]:
    yield "counts", _HEADER, list(_rows(cohort))
    families = [
        (group.name, one.id, one.title, one.axis, one.present, one.possible, one.absent, one.unknown,
         *_numbers(one.shown)[2:])
        for group in (cohort.whole, *cohort.states)
        for one in group.families
    ]  # fmt: skip
    yield (
        "families",
        ("group", "family", "title", "axis", "present", "possible", "absent", "unknown", "share shown",
         "low", "high"),
        families,
    )  # fmt: skip
    pairs: list[tuple[Value, ...]] = [(one.first, one.second, one.both) for one in cohort.together]
    yield "together", ("first", "second", "cases"), pairs
    yield "read this first", ("caution",), [(cohort.caution,)]
