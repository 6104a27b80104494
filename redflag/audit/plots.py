"""Plots as SVG, drawn by hand: plain shapes, text as text, and a title for whoever cannot see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH = 720
_LEFT, _RIGHT, _TOP = 60, 16, 28
PALETTE = ("#1b4965", "#c8553d", "#8d99ae", "#5b8e7d", "#f2a541")
"""Fills that differ in lightness too, so that they can be told apart in print."""


def stacked(title: str, columns: Mapping[str, Mapping[str, int]], series: Sequence[str]) -> str:
    """Columns of stacked counts, such as bands by month."""
    height, floor = 240, 190
    most = max((sum(parts.get(one, 0) for one in series) for parts in columns.values()), default=0) or 1
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(columns))
    shapes = [_axis(floor, most)]
    every = -(-len(columns) // 12) if columns else 1
    for place, (name, parts) in enumerate(columns.items()):
        left, base = _LEFT + place * step + step * 0.15, float(floor)
        for number, one in enumerate(series):
            tall = (floor - _TOP) * parts.get(one, 0) / most
            base -= tall
            if tall:
                told = f"{name}, {one}: {parts.get(one, 0)}"
                shapes.append(_bar(left, base, step * 0.7, tall, PALETTE[number % len(PALETTE)], told))
        if place % every == 0:
            shapes.append(_text(left + step * 0.35, floor + 16, name, "middle"))
    key = float(_LEFT)
    for number, one in enumerate(series):
        shapes.append(_bar(key, floor + 30, 10, 10, PALETTE[number % len(PALETTE)], one))
        shapes.append(_text(key + 15, floor + 39, one.replace("_", " "), "start"))
        key += 35 + 6.2 * len(one)
    return _drawn(title, height, shapes)


def paired(title: str, names: Sequence[str], before: Sequence[float], after: Sequence[float]) -> str:
    """Two shares side by side for each name: what was, lighter, and what is."""
    height, floor = 220, 180
    most = max((*before, *after), default=0.0) or 1.0
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(names))
    shapes = [_axis(floor, most)]
    for place, (name, was, now) in enumerate(zip(names, before, after, strict=True)):
        left = _LEFT + place * step
        for shift, value, fill, word in ((0.12, was, PALETTE[2], "before"), (0.5, now, PALETTE[0], "after")):
            tall = (floor - _TOP) * value / most
            told = f"{name}, {word}: {value:.1%}"
            shapes.append(_bar(left + step * shift, floor - tall, step * 0.36, tall, fill, told))
        shapes.append(_text(left + step / 2, floor + 16, name, "middle"))
    return _drawn(title, height, shapes)


def bars(title: str, values: Sequence[tuple[str, float]]) -> str:
    """A horizontal bar for each name, such as the share in which a rule fired."""
    row, left = 20, 380
    height = _TOP + row * max(1, len(values)) + 10
    most = max((value for _, value in values), default=0.0) or 1.0
    shapes = []
    for place, (name, value) in enumerate(values):
        top = _TOP + place * row
        wide = (WIDTH - left - 70) * value / most
        shapes.append(_text(left - 8, top + 13, name, "end"))
        shapes.append(_bar(left, top + 2, wide, row - 6, PALETTE[0], f"{name}: {value:.1%}"))
        shapes.append(_text(left + wide + 6, top + 13, f"{value:.1%}", "start"))
    return _drawn(title, height, shapes)


def line(title: str, points: Mapping[str, float]) -> str:
    """A line through one value a month."""
    height, floor = 220, 180
    low, high = min((*points.values(), 0.0)), max((*points.values(), 0.0))
    span = (high - low) or 1.0
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(points))
    places = [
        (_LEFT + (place + 0.5) * step, floor - (floor - _TOP) * (value - low) / span)
        for place, value in enumerate(points.values())
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    shapes = [
        _text(_LEFT - 8, floor + 4, f"{low:.2f}", "end"),
        _text(_LEFT - 8, _TOP + 4, f"{high:.2f}", "end"),
        f'<polyline points="{path}" fill="none" stroke="{PALETTE[0]}" stroke-width="2"/>',
    ]
    every = -(-len(points) // 12) if points else 1
    for place, ((name, value), (x, y)) in enumerate(zip(points.items(), places, strict=True)):
        told = escape(f"{name}: {value:.3f}")
        shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{PALETTE[0]}"><title>{told}</title></circle>'
        )
        if place % every == 0:
            shapes.append(_text(x, floor + 16, name, "middle"))
    return _drawn(title, height, shapes)


def _drawn(title: str, height: int, shapes: Sequence[str]) -> str:
    told = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{told}" '
        f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f'<title>{told}</title><g font-family="sans-serif" font-size="11" fill="#222">'
        f"{_text(0, 14, title, 'start')}{''.join(shapes)}</g></svg>"
    )


def _axis(floor: int, most: float) -> str:
    told = f"{most:g}" if most >= 1 else f"{most:.0%}"
    rule = f'<line x1="{_LEFT}" y1="{floor}" x2="{WIDTH - _RIGHT}" y2="{floor}" stroke="#222"/>'
    return f"{rule}{_text(_LEFT - 8, floor + 4, '0', 'end')}{_text(_LEFT - 8, _TOP + 4, told, 'end')}"


def _bar(x: float, y: float, wide: float, tall: float, fill: str, told: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{fill}">'
        f"<title>{escape(told)}</title></rect>"
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
