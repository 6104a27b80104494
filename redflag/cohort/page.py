"""A cohort as one HTML page: nothing to fetch, no script, readable on a phone, in the dark and in print."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from importlib import resources

from redflag.cohort.counts import Cohort, Group
from redflag.cohort.pictures import key_of_profiles, pairs, profiles, shares
from redflag.cohort.shares import LEAST, Share

MOST_PAIRS = 20
"""Pairs of families that the page lists; the other formats have them all."""

Cell = str | int


def page(cohort: Cohort) -> str:
    """The page; the same cohort gives the same bytes."""
    style = (resources.files("redflag.cohort") / "page.css").read_text(encoding="utf-8").strip()
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    body = "\n".join(_parts(cohort))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        f"content=\"default-src 'none'; style-src 'sha256-{allowed}'\">\n"
        f"<title>{cohort.whole.cases} screened cases together</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(cohort: Cohort) -> Iterator[str]:
    yield from _head(cohort)
    if cohort.whole.cases:
        yield from _bands(cohort)
        yield from _families(cohort)
        yield from _tactics(cohort)
        yield from _pairs(cohort)
        yield from _states(cohort)
    yield from _provenance(cohort)


def _head(cohort: Cohort) -> Iterator[str]:
    whole = cohort.whole
    yield f"<h1>{whole.cases} screened cases together</h1>"
    yield f'<p class="caution">{escape(cohort.caution)}</p>'
    figures = [(whole.cases, "cases counted")]
    if cohort.states:
        figures.append((sum(group.name != "not told" for group in cohort.states), "requesting states"))
    figures.append((cohort.unscreened, "could not be screened"))
    if cohort.repeated:
        figures.append((cohort.repeated, "earlier results of the same cases, not counted"))
    items = "".join(f"<li><strong>{number}</strong>{escape(what)}</li>" for number, what in figures)
    yield f'<ul class="figures">{items}</ul>'
    yield (f"<p>Shares carry their 95 % interval (Wilson). Fewer than {LEAST} cases have counts alone.</p>")


def _bands(cohort: Cohort) -> Iterator[str]:
    yield "<h2>Bands</h2>"
    rows = [(one.band.replace("_", " "), *_told(one.cases)) for one in cohort.whole.bands]
    yield _table("Cases by band", ("Band", "Cases", "Share", "Interval"), rows)


def _families(cohort: Cohort) -> Iterator[str]:
    whole = cohort.whole
    yield "<h2>What shows, by family</h2>"
    yield (
        "<p>Present rests on documented evidence or better; possible on what is asserted, feared or read by "
        "the tagger alone. Unknown is what the file does not tell; it is not absence.</p>"
        '<ul class="key"><li><span class="swatch present" aria-hidden="true"></span>present</li>'
        '<li><span class="swatch possible" aria-hidden="true"></span>possible</li>'
        "<li>line with ends: where the share of both together may lie</li></ul>"
    )
    yield _scrolls("Picture of families", shares(whole.families, whole.cases))
    rows = [
        (one.title, one.present, one.possible, one.absent, one.unknown, *_told(one.shown)[1:])
        for one in whole.families
    ]
    heads = ("Family", "Present", "Possible", "Absent", "Unknown", "Share shown", "Interval")
    yield _table(f"Families in {whole.cases} cases", heads, rows)


def _tactics(cohort: Cohort) -> Iterator[str]:
    groups = (cohort.whole, *cohort.states) if len(cohort.states) > 1 else (cohort.whole,)
    yield "<h2>Pressure to return, or extradition</h2>"
    yield (
        "<p>An alert can serve to find a person and press for a return through relatives and go-betweens, or "
        "to ask a court for extradition. What a file does not tell is untold, and not the other.</p>"
    )
    yield key_of_profiles()
    yield _scrolls("Picture of profiles", profiles(groups[:13]))
    heads = ("Profile", "Cases", "Share", "Interval")
    rows = [(one.title, *_told(one.cases)) for one in cohort.whole.tactics]
    yield _table("Profiles of all cases", heads, rows)


def _pairs(cohort: Cohort) -> Iterator[str]:
    yield "<h2>What occurs together</h2>"
    if not cohort.together:
        yield "<p>No two families show in the same case.</p>"
        return
    titles = {one.id: one.title for one in cohort.whole.families}
    yield _scrolls("Picture of pairs", pairs(cohort.whole.families, cohort.together))
    rows = [
        (titles[one.first], titles[one.second], one.both, _whole(one.of_first), _whole(one.of_second))
        for one in cohort.together[:MOST_PAIRS]
    ]
    more = len(cohort.together) - len(rows)
    told = f"The {len(rows)} most frequent pairs" + (f"; {more} more in the other formats" if more else "")
    heads = ("First", "Second", "Both", "Of those with the first", "Of those with the second")
    yield _table(told, heads, rows, words=(1, 3, 4))


def _states(cohort: Cohort) -> Iterator[str]:
    if not cohort.states:
        return
    yield "<h2>By requesting state</h2>"
    yield (
        "<p>The state never enters a score. It is read from the cases given beside the results, to group "
        "them; the numbers say which files reached whoever collected them.</p>"
    )
    if cohort.without_case:
        yield f"<p>Of {cohort.without_case} cases no file was given; their state is not told.</p>"
    names = ("high", "elevated", "low", "insufficient_information")
    rows: list[tuple[Cell, ...]] = []
    for group in cohort.states:
        bands = {one.band: one.cases.count for one in group.bands}
        press = _of(group, ("locate_and_press", "press_and_request", "press_request_untold"))
        request = _of(group, ("press_and_request", "request_alone"))
        rows.append((group.name, group.cases, *(bands[name] for name in names), press, request))
    heads = ("State", "Cases", "High", "Elevated", "Low", "Insufficient", "Pressure shown", "Request told of")
    yield _table("Cases by requesting state (ISO 3166)", heads, rows)
    large = [group for group in cohort.states if group.cases >= LEAST and group.name != "not told"]
    for group in large:
        told = [
            (one.title, *_told(one.shown))
            for one in sorted(group.families, key=lambda one: -one.shown.count)
            if one.shown.count
        ]
        if told:
            caption = f"{group.name}: families that show in its {group.cases} cases"
            yield _table(caption, ("Family", "Cases", "Share", "Interval"), told)


def _of(group: Group, tactics: Sequence[str]) -> int:
    return sum(one.cases.count for one in group.tactics if one.id in tactics)


def _provenance(cohort: Cohort) -> Iterator[str]:
    yield "<h2>Made from</h2>"
    made = [f"{cohort.given} results given"]
    if cohort.as_of is not None:
        made.append(f"screened as of {cohort.as_of[0]} to {cohort.as_of[1]}")
    made.extend(f"rules {pack}" for pack in cohort.packs)
    if len(cohort.packs) > 1:
        made.append("these results were made with different rules, so that their counts do not quite compare")
    yield f'<p class="quiet">{escape("; ".join(made))}.</p>'


def _told(found: Share) -> tuple[Cell, Cell, Cell]:
    if found.share is None:
        return found.count, "–", "–"
    return found.count, f"{found.share:.0%}", f"{found.low:.0%} to {found.high:.0%}"


def _whole(found: Share) -> str:
    """A share in words, whose interval stays on one line."""
    return str(found).replace(" to ", "\u00a0to\u00a0")


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], words: Sequence[int] = ()
) -> str:
    """A table whose first column names the row and whose others hold numbers, but for those in `words`."""
    kinds = ["" if place == 0 or place in words else ' class="number"' for place in range(len(heads))]
    head = "".join(
        f'<th scope="col"{kind}>{escape(one)}</th>' for one, kind in zip(heads, kinds, strict=True)
    )
    lines = []
    for first, *rest in rows:
        cells = "".join(
            f"<td{kind}>{escape(str(one))}</td>" for one, kind in zip(rest, kinds[1:], strict=True)
        )
        lines.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    table = (
        f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n"
        + "\n".join(lines)
        + "\n</tbody></table>"
    )
    return _scrolls(caption, table)


def _scrolls(name: str, inside: str) -> str:
    """A part that may be wider than the screen, and can be reached by the keyboard."""
    return f'<div class="wide" role="region" aria-label="{escape(name)}" tabindex="0">{inside}</div>'
