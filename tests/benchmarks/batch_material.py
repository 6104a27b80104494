"""Structured cases as files hold them, made from a seed: most say little, some say much.

The mix is that of a registry of public notices to which some case files were added: seven in ten cases
tell the notice and a charge or two, two in ten also what happened to relatives and who called, one in
ten nearly everything. What a case does not tell is open, as in life.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redflag.paths import Leaf, Shape, case_shape

_SHARES = (0.7, 0.2, 0.1)
_LISTS = (("charges",), ("charges", "relatives", "contacts"), ())
_TOLD = (0.08, 0.15, 0.3)


def lines(count: int, seed: int = 3) -> Iterator[str]:
    """A case a line."""
    chance = random.Random(seed)
    shape = case_shape()
    for number in range(count):
        yield json.dumps(_case(number, chance, shape))


def write(path: Path, count: int, seed: int = 3) -> Path:
    """The same as a file."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines(count, seed))
    return path


def _case(number: int, chance: random.Random, shape: Shape) -> dict[str, Any]:
    size = chance.choices(range(3), _SHARES)[0]
    case = _record(shape, chance, _TOLD[size], _LISTS[size])
    notice = case.setdefault("notice", {})
    notice["kind"] = "red_notice"
    notice["issued_on"] = _day(chance)
    return {**case, "case_id": f"case-{number}", "as_of": "2025-01-01"}


def _record(shape: Shape, chance: random.Random, share: float, only: tuple[str, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: _value(leaf, chance)
        for name, leaf in shape.leaves.items()
        if leaf.kind != "text" and chance.random() < share
    }
    for name, inside in shape.records.items():
        found = _record(inside, chance, share, only)
        if found:
            told[name] = found
    for name, inside in shape.lists.items():
        if name == "context" or (only and name not in only) or (not only and chance.random() < 0.4):
            continue
        told[name] = [_item(inside, chance) for _ in range(chance.randint(1, 2))]
    return told


def _item(shape: Shape, chance: random.Random) -> dict[str, Any]:
    item = {
        name: _value(leaf, chance)
        for name, leaf in shape.leaves.items()
        if leaf.kind not in ("text", "date") and (name == "kind" or chance.random() < 0.4)
    }
    if chance.random() < 0.7:
        item["happened"] = _day(chance)
    return item


def _value(leaf: Leaf, chance: random.Random) -> Any:
    match leaf.kind:
        case "flag":
            return chance.random() < 0.5
        case "number":
            return chance.randint(1, 240)
        case "date":
            return _day(chance)
        case "words":
            return chance.sample(leaf.choices, 1)
        case _:
            return chance.choice(leaf.choices)


def _day(chance: random.Random) -> str:
    return f"{chance.randint(2008, 2024)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
