"""Whole cases told by another hand: the band, the families that must be found and those that must not.

What is not yet right is listed by narrative in `texts/narrative_misses.yaml`, which can only shrink:
`python tests/test_narratives.py` takes out of it what has come right, and refuses to add to it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from redflag.assessment import Assessment
from redflag.errors import CaseError
from redflag.pack.read import shipped_pack
from redflag.record import parse_yaml
from redflag.screening import Screener

TESTS = Path(__file__).parent
NARRATIVES = TESTS / "texts" / "narratives"
MISSES = TESTS / "texts" / "narrative_misses.yaml"
AS_OF = "2026-01-01"

Misses = Mapping[str, tuple[str, ...]]
"""By narrative, the families that it should show and does not, or the contrary."""


def of_yaml(path: Path) -> Any:
    return parse_yaml(path.read_text(encoding="utf-8"), path.name, CaseError).data


def expectations() -> dict[str, dict[str, Any]]:
    """What each narrative must come to; those of the H case, which have no file, show its families."""
    h_case = {
        "expect_band": "high",
        "expect_families": of_yaml(TESTS / "data" / "h_families.yaml")["families"],
    }
    found: dict[str, dict[str, Any]] = {}
    for text in sorted(NARRATIVES.glob("*.txt")):
        beside = text.with_suffix(".yaml")
        found[text.stem] = of_yaml(beside) if beside.is_file() else h_case
    return found


EXPECTED = expectations()
SCREENER = Screener()


@functools.cache
def screened(name: str) -> Assessment:
    return SCREENER.screen(NARRATIVES / f"{name}.txt", AS_OF)


def families_of(name: str) -> set[str]:
    families = screened(name).families.values()
    return {one.id for one in families if one.verdict in ("present", "possible")}


def missed(name: str) -> tuple[str, ...]:
    """Families that a narrative tells and that do not come out."""
    return tuple(sorted({*EXPECTED[name].get("expect_families", ())} - families_of(name)))


def misread(name: str) -> tuple[str, ...]:
    """Families that come out and that a narrative does not tell."""
    return tuple(sorted({*EXPECTED[name].get("never_families", ())} & families_of(name)))


def listed(key: str) -> Misses:
    return {name: tuple(families) for name, families in (of_yaml(MISSES)[key] or {}).items()}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_narrative_comes_out_in_its_band(name: str) -> None:
    assert screened(name).band == EXPECTED[name]["expect_band"]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_narrative_shows_the_families_that_it_tells(name: str) -> None:
    """What fails to be told anew is a defect; what has come right leaves the list."""
    assert missed(name) == listed("missed").get(name, ())


@pytest.mark.parametrize("name", EXPECTED)
def test_a_narrative_shows_no_family_that_it_does_not_tell(name: str) -> None:
    assert misread(name) == listed("misread").get(name, ())


def test_what_is_expected_and_listed_names_narratives_and_families_that_exist() -> None:
    known = {family.id for family in shipped_pack().families}
    for expected in EXPECTED.values():
        assert known.issuperset([*expected.get("expect_families", ()), *expected.get("never_families", ())])
    for key in ("missed", "misread"):
        assert EXPECTED.keys() >= listed(key).keys()
        assert all(known.issuperset(families) for families in listed(key).values())


def test_the_list_of_misses_only_shrinks() -> None:
    before = {"one": ("asset_seizure", "timing"), "two": ("timing",)}
    now = {"one": ("asset_seizure",), "two": (), "new": ("timing",)}
    assert shrunk(before, now, known={"one", "two"}) == (
        {"one": ("asset_seizure",), "new": ("timing",)},
        {},
    )
    now = {"one": ("asset_seizure", "prior_finding"), "two": ("timing",), "new": ()}
    kept, grown = shrunk(before, now, known={"one", "two", "new"})
    assert kept == {"one": ("asset_seizure",), "two": ("timing",)}
    assert grown == {"one": ("prior_finding",)}


def shrunk(before: Misses, now: Misses, known: set[str]) -> tuple[dict[str, tuple[str, ...]], Misses]:
    """The list without what has come right, and what would have to be added to it.

    Args:
        before: the list as it stands.
        now: what is missed now.
        known: narratives that the list has been written for; one that is new may bring misses of its own.
    """
    kept, grown = {}, {}
    for name, families in sorted(now.items()):
        stays = tuple(one for one in families if name not in known or one in before.get(name, ()))
        more = tuple(one for one in families if one not in stays)
        if stays:
            kept[name] = stays
        if more:
            grown[name] = more
    return kept, grown


def main() -> int:
    """Take out of the list what has come right; tell what is newly wrong."""
    known = {*(of_yaml(MISSES)["narratives"] if MISSES.is_file() else ())}
    lines = [
        "# Families that the narratives do not yet show as they should (python tests/test_narratives.py).",
        "# It can only shrink: what comes out wrong anew is mended, not listed.",
        "narratives:",
        *(f"  - {name}" for name in EXPECTED),
    ]
    is_worse = False
    for key, wrong in (("missed", missed), ("misread", misread)):
        now = {name: wrong(name) for name in EXPECTED}
        kept, grown = shrunk(listed(key) if known else {}, now, known)
        lines.append(f"{key}:" if kept else f"{key}: {{}}")
        lines += [f"  {name}: [{', '.join(families)}]" for name, families in kept.items()]
        for name, families in grown.items():
            is_worse = True
            print(f"{name}: newly {key}: {', '.join(families)}", file=sys.stderr)
    MISSES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if is_worse else 0


if __name__ == "__main__":
    sys.exit(main())
