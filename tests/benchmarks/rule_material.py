"""Sixty rules and any number of complete cases, made from a seed, for setting rule engines side by side.

The rules are in the pack's own language and over its own case model; the cases leave nothing open, so
that an engine without unknowns means the same.
"""

from __future__ import annotations

import datetime
import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from redflag.case import Case
from redflag.conditions import Condition
from redflag.pack import RulePack, read_pack
from redflag.pack.grammar import Reader
from redflag.paths import Shape, case_shape
from redflag.record import Parsed

RULES = 60
WITH_DATES = 12
FLAGS = [
    "notice.warrant.valid", "notice.states_act", "notice.states_date", "notice.identity_sufficient",
    "notice.follows_refused_alert", "notice.time_barred", "request.made", "request.complete",
    "request.evidence_attached", "prosecution.comparable_people_charged", "prosecution.wanted_as_witness",
    "prosecution.documents_differ", "prosecution.on_mass_list", "trial.in_absence", "trial.retrial_right",
    "risk.torture_reported", "risk.courts_independent", "risk.lawyer_obstructed",
]  # fmt: skip
WORDS = [
    "notice.kind",
    "notice.state_of_play",
    "prosecution.driven_by",
    "protection.status",
    "custody.status",
]
DAYS = [
    "notice.issued_on",
    "request.made_on",
    "prosecution.opened_on",
    "protection.granted_on",
    "person.left_on",
]
ITEMS = {
    "charges": ["offence_class", "violent_act_alleged", "victim_identified", "maximum_penalty_months"],
    "relatives": ["relation", "measure", "own_conduct_explains", "judge_controlled"],
    "contacts": ["caller", "urged", "recorded", "deadline_days"],
}
AS_OF = "2025-01-01"
_FIRST = datetime.date(2005, 1, 1).toordinal()
_SPAN = 19 * 365


def material(cases: int, seed: int = 11) -> tuple[list[Condition], list[dict[str, Any]]]:
    """The conditions of the rules, and cases as nested mappings with days as numbers."""
    chance = random.Random(seed)
    shape = case_shape()
    return [_read(_rule(number, chance, shape)) for number in range(RULES)], [
        _case(number, chance, shape) for number in range(cases)
    ]


_FAMILIES = ("alpha", "beta", "gamma", "delta")
_WEIGHT = {"log_lr_true": 1.0, "log_lr_false": -0.2, "basis": "author_assigned", "reason": "made up"}
_SCORING = """\
family_share: 0.6
event_saturation: 1.6
counter_saturation: 1.6
context_saturation: 0.3
levels: {asserted: 0.6, documented: 0.85, corroborated: 1.0, adjudicated: 1.0}
assertions: {affirmed: 1.0, alleged: 0.7, threatened: 0.8, feared: 0.5, hypothetical: 0.25, negated: 0.0}
tagger: 0.5
elevated_from: 0.4
high_from: 1.4
least_coverage: 0.0
base_rates:
  balanced: {not_compliant: 1, of: 2, title: Even odds}
"""


def as_pack(seed: int = 11) -> RulePack:
    """The same rules as a pack of four families, each rule with a weight."""
    chance = random.Random(seed)
    shape = case_shape()
    texts = {
        "pack.yaml": "{name: made, version: 1.0.0, licence: Apache-2.0, status: draft}\n",
        "scoring.yaml": _SCORING,
        "legal_basis.yaml": "provisions: []\n",
        "sources.yaml": "sources: []\n",
        "families.yaml": json.dumps(
            {
                "axes": [{"id": "motive", "title": "Why"}],
                "families": [
                    {"id": one, "axis": "motive", "title": one, "saturation": 2.0} for one in _FAMILIES
                ],
                "core": [],
            }
        ),
    }
    for number in range(RULES):
        rule = {
            "id": f"{_FAMILIES[number % len(_FAMILIES)]}.rule_{number:02}", "version": 1, "title": "Made",
            "effect": "supports", "status": "draft", "when": _rule(number, chance, shape), "explain": "Made.",
            "if_unknown": "Is it?", "weight": _WEIGHT,
        }  # fmt: skip
        texts[f"{str(rule['id']).replace('.', '/')}.yaml"] = json.dumps(rule)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_pack([Path(folder)])


def as_case(data: dict[str, Any]) -> Case:
    """A made case as the library reads it: its days written out, its lists closed."""
    told: dict[str, Any] = {"case_id": data["case_id"], "as_of": AS_OF}
    told["complete"] = ["person.roles", *ITEMS]
    for name, value in data.items():
        if isinstance(value, dict):
            told[name] = _dated(value)
        elif isinstance(value, list):
            told[name] = value
    return Case.model_validate(told)


def as_frame(cases: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The same cases as a frame of flat columns."""
    rows = []
    for data in cases:
        row: dict[str, Any] = {"complete": ["person.roles", *ITEMS]}
        for name, value in data.items():
            if isinstance(value, dict):
                row |= _flat(_dated(value), f"{name}.")
            elif isinstance(value, list):
                for place, item in enumerate(value):
                    row |= _flat(item, f"{name}[{place}].")
        rows.append(row)
    return pd.DataFrame(rows)


def _flat(record: dict[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in record.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


def _dated(record: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _dated(value)
        if isinstance(value, dict)
        else datetime.date.fromordinal(value).isoformat()
        if name.endswith("_on")
        else value
        for name, value in record.items()
    }


def _read(data: Any) -> Condition:
    reader = Reader(Parsed(data, None), case_shape(), (), ())
    condition = reader.read(data, ())
    if condition is None:
        raise ValueError("; ".join(map(str, reader.faults)))
    return condition


def _some_words(chance: random.Random, choices: tuple[str, ...]) -> list[str]:
    return chance.sample(choices, min(len(choices), chance.randint(1, 4)))


def _fact(path: str, kind: str, choices: tuple[str, ...], chance: random.Random) -> dict[str, Any]:
    if kind == "flag":
        return {"fact": path, "is": chance.choice(["true", "false"])}
    if kind == "number":
        return {"fact": path, chance.choice(["below", "at_least"]): str(chance.randint(5, 40))}
    return {"fact": path, "includes" if kind == "words" else "in": _some_words(chance, choices)}


def _leaf(chance: random.Random, shape: Shape) -> Any:
    kind = chance.choices(["flag", "word", "roles", "some", "day"], [8, 5, 2, 5, 1])[0]
    if kind == "some":
        path = chance.choice([*ITEMS])
        inside = shape.lists[path].leaves
        names = chance.sample(ITEMS[path], chance.randint(1, 2))
        asked = [_fact(f"one.{name}", inside[name].kind, inside[name].choices, chance) for name in names]
        return {"some": path, "as": "one", "where": {"all": asked} if len(asked) > 1 else asked[0]}
    if kind == "day":
        one, other = chance.sample(DAYS, 2)
        return {"date": one, "before": other}
    path = {"flag": chance.choice(FLAGS), "word": chance.choice(WORDS), "roles": "person.roles"}[kind]
    leaf = shape.leaf(path)
    assert leaf is not None
    return _fact(path, leaf.kind, leaf.choices, chance)


def _rule(number: int, chance: random.Random, shape: Shape) -> Any:
    parts: list[Any] = [_leaf(chance, shape) for _ in range(chance.randint(1, 2))]
    for _ in range(chance.randint(1, 2)):
        either = {"any": [_leaf(chance, shape) for _ in range(chance.randint(2, 3))]}
        parts.append({"not": either} if chance.random() < 0.15 else either)
    if number < WITH_DATES:
        one, other = chance.sample(DAYS, 2)
        span = {chance.choice(["within", "by_at_least"]): f"{chance.randint(1, 8)} years"}
        parts.append({"date": one, "before": other, **span})
    return {"all": parts}


def _value(leaf: Any, chance: random.Random) -> Any:
    if leaf.kind == "flag":
        return chance.random() < 0.5
    if leaf.kind == "number":
        return chance.randint(1, 60)
    if leaf.kind == "words":
        return chance.sample(leaf.choices, chance.randint(1, 3))
    return chance.choice(leaf.choices)


def _case(number: int, chance: random.Random, shape: Shape) -> dict[str, Any]:
    case: dict[str, Any] = {"case_id": f"case-{number}"}
    for path in [*FLAGS, *WORDS, *DAYS, "person.roles"]:
        *heads, last = path.split(".")
        record = case
        for head in heads:
            record = record.setdefault(head, {})
        leaf = shape.leaf(path)
        assert leaf is not None
        record[last] = _FIRST + chance.randrange(_SPAN) if leaf.kind == "date" else _value(leaf, chance)
    for path, names in ITEMS.items():
        leaves = shape.lists[path].leaves
        case[path] = [
            {name: _value(leaves[name], chance) for name in names} for _ in range(chance.randint(0, 4))
        ]
    return case
