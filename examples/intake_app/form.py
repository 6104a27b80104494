"""Fields of a form from the JSON Schema of a case, and what was put into them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from iso3166 import countries

from redflag import Case
from redflag.blanks import Blank

_HIDDEN = frozenset(
    {"party", "level", "source", "independent", "confidential_from", "known_by", "id", "event", "assertion"}
)
_LAST = frozenset({"happened", "note"})
_STATES = frozenset({"requesting_state", "requested_state", "residence", "state"})
_COUNTRIES = {one.alpha3: one.name for one in sorted(countries, key=lambda one: one.name)}

SECTIONS = (
    "basics", "safety", "custody", "deadlines", "person", "notice", "request", "charges", "prosecution",
    "contacts", "relatives", "events", "decisions", "proceedings", "protection", "travel_documents",
    "assets", "trial", "risk", "third_persons", "other_alerts", "context",
)  # fmt: skip
"""Parts of a case that have a form, in the order in which they are asked."""

_TITLES = {"basics": "The states", "other_alerts": "Other alerts", "context": "Reports on the state"}


@dataclass(frozen=True)
class Field:
    """One input.

    Attributes:
        path: where its answer goes; within an item, the field of it.
        kind: as of a `Blank`.
        label: what it is called.
        hint: what it means, in a sentence.
        choices: words that can be chosen, each with what is shown for it.
    """

    path: str
    kind: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@functools.cache
def _schema() -> Mapping[str, Any]:
    return Case.model_json_schema()


def _inside(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A node without its wrapping: no null, no statement, no reference."""
    while True:
        if "$ref" in node:
            node = _schema()["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(one for one in node["anyOf"] if one.get("type") != "null")
        elif "oneOf" in node:
            node = node["oneOf"][0]
        elif "allOf" in node:
            node = node["allOf"][0]
        else:
            return node


def title_of(section: str) -> str:
    """What a part of the case is called."""
    return _TITLES.get(section, section.replace("_", " ").capitalize())


def is_list(section: str) -> bool:
    """Whether a part of the case is a list of items."""
    return section != "basics" and _inside(_schema()["properties"][section]).get("type") == "array"


def fields_of(section: str) -> tuple[Field, ...]:
    """The inputs of a part of the case: its facts, or those of one item of a list."""
    if section == "basics":
        return tuple(
            _field(name, _schema()["properties"][name]) for name in ("requesting_state", "requested_state")
        )
    node = _inside(_schema()["properties"][section])
    if node.get("type") == "array":
        return tuple(_walk(_inside(node["items"]), ""))
    return tuple(_walk(node, f"{section}."))


def _walk(record: Mapping[str, Any], before: str) -> Iterator[Field]:
    properties = {name: node for name, node in record["properties"].items() if name not in _HIDDEN}
    for name, node in sorted(properties.items(), key=lambda one: one[0] in _LAST):
        inside = _inside(node)
        if inside.get("type") == "object":
            title = name.replace("_", " ").capitalize()
            yield from (
                replace(field, label=f"{title}: {field.label.lower()}")
                for field in _walk(inside, f"{before}{name}.")
            )
        elif inside.get("type") != "array" or "properties" not in _inside(inside["items"]):
            yield _field(f"{before}{name}", node)


def _field(path: str, node: Mapping[str, Any]) -> Field:
    name = path.rpartition(".")[2]
    inside = _inside(node)
    kind, choices = _kind(inside)
    if name in _STATES:
        kind, choices = "choice", tuple(_COUNTRIES.items())
    elif name == "nationalities":
        kind, choices = "text", ()
    hint = str(node.get("description", "")).replace(" Never scored.", "").removesuffix("; never scored.")
    return Field(
        path, kind, name.replace("_", " ").capitalize(), hint if hint != "Never scored." else "", choices
    )


def _kind(node: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    if node.get("type") == "array":
        _, choices = _kind(_inside(node["items"]))
        return "choices", choices
    if "enum" in node:
        return "choice", tuple((word, word.replace("_", " ")) for word in node["enum"])
    if node.get("type") == "boolean":
        return "yes_no", ()
    if node.get("type") == "integer":
        return "number", ()
    return ("date", ()) if "pattern" in node and "\\d{4}" in node["pattern"] else ("text", ())


def fields_for(blank: Blank) -> tuple[Field, ...]:
    """The inputs of one blank of a question: its own, or those of a list's new item."""
    if blank.kind == "text" and blank.path == "documents":
        return ()
    if blank.kind != "list":
        return (_at(_schema(), blank.path, blank.path),)
    node = _schema()
    for name in blank.path.split("."):
        node = _inside(node["properties"][name])
    item = _inside(node["items"])
    return tuple(_at(item, field.path, f"{blank.path}|{field.path}") for field in blank.fields)


def _at(record: Mapping[str, Any], path: str, shown: str) -> Field:
    *around, last = path.split(".")
    for name in around:
        record = _inside(record["properties"][name])
    found = _field(path, record["properties"][last])
    return Field(shown, found.kind, found.label, found.hint, found.choices)


def read(field: Field, given: Mapping[str, Sequence[str]]) -> Any:
    """What was put into an input, as a case file would have it; None if nothing was."""
    said = [one.strip() for one in given.get(field.path, ()) if one.strip()]
    if not said:
        return None
    match field.kind:
        case "yes_no":
            return {"yes": True, "no": False}.get(said[0], said[0])
        case "choices":
            return said
        case "number":
            return int(said[0]) if said[0].isdecimal() and len(said[0]) < 10 else said[0]
        case _:
            return (
                [one.strip() for one in said[0].split(",")]
                if field.path.endswith("nationalities")
                else said[0]
            )


def item_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """An item of a list from its fields by path; the empty ones are left out."""
    item: dict[str, Any] = {}
    for path, value in values.items():
        if value is None:
            continue
        inside = item
        *around, last = path.split(".")
        for name in around:
            inside = inside.setdefault(name, {})
        inside[last] = value
    return item


def shown(case: Case, path: str) -> Any:
    """What a case says at a path, as an input shows it; the person's own word where several speak."""
    value: Any = case
    for name in path.split("."):
        value = getattr(value, name)
    if isinstance(value, tuple) and value and hasattr(value[0], "value") and hasattr(value[0], "party"):
        value = value[-1]
    value = getattr(value, "value", value) if hasattr(value, "party") else value
    if value is None:
        return None
    if isinstance(value, tuple):
        return [str(getattr(one, "value", one)) for one in value]
    return value if isinstance(value, bool | int) else str(value)


def summary(item: Any) -> str:
    """An item of a list on one line."""
    told = item.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    words = [
        ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in told.items()
        if name not in _HIDDEN and not isinstance(value, dict | bool) and value != []
    ]
    marks = [name.replace("_", " ") for name, value in told.items() if value is True]
    return "; ".join(words + marks).replace("_", " ")[:200] or "…"


def items_of(case: Case, section: str) -> tuple[Any, ...]:
    """What is on a list of the case."""
    items: tuple[Any, ...] = getattr(case, section)
    return items
