"""What differs between two assessments, value by value, with what stands on lists matched by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from redflag.assessment import Assessment

_NAMES = ("rule_id", "id", "name", "fact", "rule")
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is another, by its path in the JSON form; None on a side that has none."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_told(self.before)} → {_told(self.after)}"


def differences(old: Assessment, new: Assessment) -> tuple[Difference, ...]:
    """Every value of the JSON forms that differs, in the order of the keys."""
    return tuple(_differ("", json.loads(old.to_json()), json.loads(new.to_json())))


def _differ(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            inside = f"{path}.{key}" if path else key
            yield from _differ(inside, old.get(key, _NOTHING), new.get(key, _NOTHING))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _differ_lists(path, old, new)
    elif type(old) is not type(new) or old != new:
        yield Difference(path, None if old is _NOTHING else old, None if new is _NOTHING else new)


def _differ_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    before, after = _named(old), _named(new)
    if before is None or after is None:
        before, after = dict(enumerate(old)), dict(enumerate(new))
    elif list(before) != list(after) and before.keys() == after.keys():
        yield Difference(path, list(before), list(after))
    for name in [*before, *(name for name in after if name not in before)]:
        yield from _differ(f"{path}[{name}]", before.get(name, _NOTHING), after.get(name, _NOTHING))


def _named(items: list[Any]) -> dict[Any, Any] | None:
    """The items by the name that they bear; None unless each has one of its own."""
    if not all(isinstance(item, dict) for item in items):
        return None
    for key in _NAMES:
        names = [item.get(key) for item in items]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return dict(zip(names, items, strict=True))
    return None


def _told(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:98]} …"
