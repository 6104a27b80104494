"""Pictures of a cohort as SVG: shares with their intervals, verdicts and profiles as bars, pairs as a grid.

Each has a title and a description; the numbers stand in a table beside it. Colours come from the page,
so that they hold in the dark and in print, and no picture tells anything by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from redflag.cohort.counts import FamilyCount, Group, Together
from redflag.cohort.shares import LEAST
from redflag.cohort.tactics import TACTICS

WIDTH = 760
_NAMES = 300
_PLOT = WIDTH - _NAMES - 90
_ROW = 26
_LONGEST = 36


def shares(families: Sequence[FamilyCount], cases: int) -> str:
    """A row a family: how often present, how often possible beside it, and the interval of both."""
    few = cases < LEAST
    most = float(max(cases, 1))
    shapes = list(
        _grid(len(families), [0, most] if few else [0, 0.25 * most, 0.5 * most, 0.75 * most, most], most, few)
    )
    for place, one in enumerate(families):
        top = 24 + place * _ROW
        present, possible = _PLOT * one.present / most, _PLOT * one.possible / most
        told = f"{one.title}: present in {one.present}, possible in {one.possible} of {cases}"
        shapes.append(_text(_NAMES - 10, top + 15, one.title, "end"))
        shapes.append(f"<g><title>{escape(told)}</title>")
        shapes.append(_box(_NAMES, top + 5, present, 13, "present"))
        shapes.append(_box(_NAMES + present, top + 5, possible, 13, "possible"))
        shapes.append("</g>")
        end = _NAMES + present + possible
        if one.shown.low is not None and one.shown.high is not None:
            low, high = (_NAMES + _PLOT * value for value in (one.shown.low, one.shown.high))
            middle = top + 11.5
            shapes.append(
                f'<path class="interval" d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8'
                f'M{high:.1f} {middle - 4}v8"/>'
            )
            end = max(end, high)
        number = f"{one.shown.count}" if one.shown.share is None else f"{one.shown.share:.0%}"
        shapes.append(_text(end + 8, top + 15, number, "start"))
    what = "counts" if few else "shares with 95 % intervals"
    return _drawn(
        "In how many cases each family shows",
        f"A row for each family, {what}; the same numbers stand in the table below.",
        24 + len(families) * _ROW + 6,
        shapes,
    )


def profiles(groups: Iterable[Group]) -> str:
    """A row a group: its cases by profile, as parts of a whole bar."""
    rows = [group for group in groups if group.cases]
    shapes = []
    for place, group in enumerate(rows):
        top, left = 8 + place * 34, float(_NAMES)
        shapes.append(_text(_NAMES - 10, top + 16, f"{group.name} ({group.cases})", "end"))
        for number, one in enumerate(group.tactics):
            wide = (WIDTH - _NAMES - 10) * one.cases.count / group.cases
            if not one.cases.count:
                continue
            told = f"{group.name}, {one.title}: {one.cases.count}"
            shapes.append(f"<g><title>{escape(told)}</title>{_box(left, top + 2, wide, 22, f'part{number}')}")
            if wide >= 18:
                shapes.append(_text(left + wide / 2, top + 17, str(one.cases.count), "middle", f"on{number}"))
            shapes.append("</g>")
            left += wide
    return _drawn(
        "Pressure to return against extradition requests",
        "A bar for each group, parted by profile; the same numbers stand in the table below.",
        8 + len(rows) * 34,
        shapes,
    )


def key_of_profiles() -> str:
    """What the parts of the bars are."""
    items = (
        f'<li><span class="swatch part{number}" aria-hidden="true"></span>{escape(title)}</li>'
        for number, title in enumerate(TACTICS.values())
    )
    return f'<ul class="key">{"".join(items)}</ul>'


def pairs(families: Sequence[FamilyCount], together: Sequence[Together]) -> str:
    """A grid of families against families: how many cases show both; the darker, the more."""
    shown = [one for one in families if one.shown.count]
    counts: Mapping[tuple[str, str], int] = {(one.first, one.second): one.both for one in together}
    most = max(counts.values(), default=1)
    side, left, top = 24, 252, 24
    shapes = []
    for row, one in enumerate(shown):
        y = top + row * side
        shapes.append(_text(left - 8, y + 16, f"{row + 1}  {_short(one.title)}", "end"))
        shapes.append(_text(left + row * side + side / 2, top - 8, str(row + 1), "middle"))
        for column, other in enumerate(shown[: row + 1]):
            x = left + column * side
            if row == column:
                number, told = one.shown.count, f"{one.title}: {one.shown.count}"
                shapes.append(f"<g><title>{escape(told)}</title>{_box(x, y, side - 2, side - 2, 'itself')}")
                shapes.append(_text(x + 11, y + 15, str(number), "middle") + "</g>")
                continue
            number = counts.get((other.id, one.id), counts.get((one.id, other.id), 0))
            told = f"{other.title} and {one.title}: {number}"
            shade = 0 if number == 0 else 1 + min(3, 4 * (number - 1) // max(1, most))
            shapes.append(
                f"<g><title>{escape(told)}</title>{_box(x, y, side - 2, side - 2, f'shade{shade}')}"
            )
            if number:
                shapes.append(_text(x + 11, y + 15, str(number), "middle", f"ink{shade}"))
            shapes.append("</g>")
    return _drawn(
        "Families that show in the same cases",
        "A grid of families; each square counts the cases that show both. The most frequent pairs stand in "
        "the table below.",
        top + len(shown) * side + 4,
        shapes,
    )


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"


def _grid(rows: int, marks: Sequence[float], most: float, few: bool) -> Iterable[str]:
    bottom = 24 + rows * _ROW
    for mark in marks:
        x = _NAMES + _PLOT * mark / most
        yield f'<path class="rule" d="M{x:.1f} 20V{bottom}"/>'
        yield _text(x, 14, f"{mark:.0f}" if few else f"{mark / most:.0%}", "middle", "quiet")


def _drawn(title: str, description: str, height: int, shapes: Sequence[str]) -> str:
    name = "".join(c for c in title.lower() if c.isalnum())[:24]
    return (
        f'<svg role="img" aria-labelledby="{name}-t {name}-d" viewBox="0 0 {WIDTH} {height}">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
        f"{''.join(shapes)}</svg>"
    )


def _box(x: float, y: float, wide: float, tall: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>'


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    said = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{said}>{escape(words)}</text>'
