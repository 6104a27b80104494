"""Titles of the shipped rules in other languages, from `rules/translations`.

Each translation names the English words that it renders, so that a title that has changed since, or
that another pack words differently, stands in English rather than in a wrong translation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from redflag.errors import RuleError
from redflag.record import parse_yaml

_PLACES = (Path("_data/rules"), Path("../rules"))


def shipped_titles(language: str) -> Mapping[str, str]:
    """The translated titles of axes, families and rules, by their English words; empty if there are none."""
    package = Path(__file__).parent.parent
    for place in _PLACES:
        path = package / place / "translations" / f"{language}.yaml"
        if path.is_file():
            return dict(_read(path))
    return {}


def _read(path: Path) -> Iterator[tuple[str, str]]:
    data = parse_yaml(path.read_text(encoding="utf-8"), f"translations/{path.name}", RuleError).data
    for kind in ("axes", "families", "rules"):
        for entry in data[kind].values():
            yield str(entry["english"]), str(entry["title"])
