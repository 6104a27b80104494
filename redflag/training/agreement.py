"""How far two codings of the same cases agree: Cohen's kappa by field.

Both coders read the same chronology, neither the outcome; they belong to one team, so this is no
measure of what strangers would code. A field that a coder left out is coded as left out. Lists are
compared by how many of each kind they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from redflag.errors import Fault, Location, ModelError
from redflag.intake import load_case

LEFT_OUT = "left out"
_FREE = frozenset(
    {"label", "note", "source", "what", "conduct", "id", "case_id", "event", "party", "level", "happened",
     "known_by", "quote", "title", "reference", "assertion", "independent", "text", "said"}
)  # fmt: skip
_KINDS = ("kind", "offence_class", "tie", "about", "outcome", "value")
_SKIPPED = frozenset({"documents", "as_of", "requesting_state", "requested_state", "case_id", "party"})


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Cohen's kappa of two codings; None where both say the same of every case.

    >>> kappa([("a", "a"), ("b", "b"), ("a", "b"), ("b", "a")])
    0.0
    """
    number = len(pairs)
    seen = sum(one == other for one, other in pairs) / number
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[word] * second[word] for word in first) / number**2
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def agreement(first: Path, second: Path) -> dict[str, Any]:
    """Agreement of the codings in two folders, over the cases that are in both.

    Raises:
        ModelError: if no case is in both.
        CaseError: if one of them cannot be read.
    """
    names = sorted(
        {path.name for path in first.glob("*.yaml")} & {path.name for path in second.glob("*.yaml")}
    )
    if not names:
        raise ModelError(Fault("no case was coded twice", Location(str(second)), "name a folder of codings"))
    coded = [(_leaves(first / name), _leaves(second / name)) for name in names]
    fields = sorted({field for pair in coded for one in pair for field in one})
    rows: list[dict[str, Any]] = []
    every: list[tuple[Hashable, Hashable]] = []
    for field in fields:
        pairs = [(one.get(field, LEFT_OUT), other.get(field, LEFT_OUT)) for one, other in coded]
        told = sum(LEFT_OUT not in pair for pair in pairs)
        either = sum(pair != (LEFT_OUT, LEFT_OUT) for pair in pairs)
        every.extend(
            (f"{field}={one}", f"{field}={other}") for one, other in pairs if (one, other) != (LEFT_OUT,) * 2
        )
        rows.append(
            {
                "field": field,
                "told_by_both": told,
                "told_by_either": either,
                "alike_where_both_tell": sum(a == b and a != LEFT_OUT for a, b in pairs),
                "kappa": kappa(pairs),
            }
        )
    often = [row["kappa"] for row in rows if row["kappa"] is not None and row["told_by_either"] >= 5]
    ordered = sorted(often)
    return {
        "cases": len(names),
        "fields": rows,
        "fields_told_in_five_or_more": len(often),
        "median_kappa": ordered[len(ordered) // 2] if ordered else None,
        "share_alike_where_either_tells": sum(a == b for a, b in every) / len(every) if every else None,
        "told_by_both": sum(row["told_by_both"] for row in rows),
        "alike_where_both_tell": sum(row["alike_where_both_tell"] for row in rows),
    }


def _leaves(path: Path) -> Mapping[str, Hashable]:
    data = load_case(path).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return dict(_walk({key: value for key, value in data.items() if key not in _SKIPPED}, ""))


def _walk(value: Any, path: str) -> Iterator[tuple[str, Hashable]]:
    if isinstance(value, dict):
        if "value" in value:
            yield path, _flat(value["value"])
            return
        for key, one in value.items():
            if key not in _FREE:
                yield from _walk(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield from _listed(value, path)
    else:
        yield path, value


def _listed(items: Sequence[Any], path: str) -> Iterator[tuple[str, Hashable]]:
    """A list by what it holds: of each kind whether there is one, and what is said of the items."""
    for item in items:
        if not isinstance(item, dict):
            yield f"{path}[{item}]", "there"
            continue
        kind = next((_flat(item[name]) for name in _KINDS if name in item), "item")
        yield f"{path}[{kind}]", "there"
        for key, one in item.items():
            if key not in _FREE and key not in _KINDS:
                yield from _walk(one, f"{path}[{kind}].{key}")


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return _flat(value.get("value"))
    return " ".join(map(_flat, value)) if isinstance(value, list) else str(value)
