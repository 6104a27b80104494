"""How a rule came to be as it is: what each edition of the pack changed about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from redflag.comparison import changed_lexicons, changed_rules
from redflag.pack import Rule, RulePack
from redflag.rulebook.logic import signals_of


@dataclass(frozen=True, slots=True)
class Change:
    """One key of a rule that differs, before and after."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A rule in one edition of the pack, and what that edition changed about it.

    Attributes:
        version: the rule's own; None where this edition has no such rule.
        what: `first` in the oldest edition given, `added`, `removed`, `logic` (what it asks or
            weighs), `phrases` (only what documents are read for), `words` (all else), `unchanged`.
        signals: those whose lexicons differ.
        unmarked: whether its logic changed and its version number did not grow.
    """

    pack: str
    digest: str
    version: int | None
    status: str
    what: Literal["first", "added", "removed", "logic", "phrases", "words", "unchanged"]
    changes: tuple[Change, ...] = ()
    signals: tuple[str, ...] = ()
    unmarked: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A rule that an earlier edition had and this one has not."""

    rule_id: str
    title: str
    pack: str


def editions(packs: Sequence[RulePack]) -> dict[str, tuple[Edition, ...]]:
    """What each edition changed about each rule of the last one, the oldest first.

    Args:
        packs: editions of one pack, the oldest first.
    """
    found: dict[str, list[Edition]] = {rule.id: [] for rule in packs[-1].rules}
    known = [{rule.id: rule for rule in pack.rules} for pack in packs]
    for rule_id, listed in found.items():
        rule = known[0].get(rule_id)
        if rule is not None:
            listed.append(_edition(packs[0], rule, "first"))
    for place, (old, new) in enumerate(pairwise(packs)):
        before, after = known[place], known[place + 1]
        what_changed = {change.rule_id: change for change in changed_rules(old, new)}
        lexicons = set(changed_lexicons(old, new))
        questions = {question.rule.id: question for question in new.questions}
        for rule_id, listed in found.items():
            rule, was = after.get(rule_id), before.get(rule_id)
            if rule is None:
                if was is not None:
                    listed.append(Edition(_name(new), new.digest, None, "", "removed"))
                continue
            if was is None:
                listed.append(_edition(new, rule, "added"))
                continue
            signals = tuple(one for one in signals_of(questions[rule_id]) if one in lexicons)
            change = what_changed.get(rule_id)
            what: Any = change.what if change is not None else ""
            if what != "logic" and signals:
                what = "phrases"
            changes = _changes(was, rule, change.keys) if change is not None else ()
            unmarked = what == "logic" and rule.version <= was.version
            listed.append(_edition(new, rule, what or "unchanged", changes, signals, unmarked=unmarked))
    return {rule_id: tuple(listed) for rule_id, listed in found.items()}


def gone(packs: Sequence[RulePack]) -> tuple[Gone, ...]:
    """The rules that an earlier edition had and the last one has not, by id."""
    now = {rule.id for rule in packs[-1].rules}
    last: dict[str, Gone] = {}
    for pack in packs[:-1]:
        for rule in pack.rules:
            if rule.id not in now:
                last[rule.id] = Gone(rule.id, rule.title, _name(pack))
    return tuple(last[rule_id] for rule_id in sorted(last))


def _name(pack: RulePack) -> str:
    return f"{pack.about.name} {pack.about.version}"


def _edition(
    pack: RulePack,
    rule: Rule,
    what: Any,
    changes: tuple[Change, ...] = (),
    signals: tuple[str, ...] = (),
    *,
    unmarked: bool = False,
) -> Edition:
    return Edition(_name(pack), pack.digest, rule.version, rule.status, what, changes, signals, unmarked)


def _changes(old: Rule, new: Rule, keys: Sequence[str]) -> tuple[Change, ...]:
    before, after = (rule.model_dump(mode="json", by_alias=True) for rule in (old, new))
    return tuple(Change(key, _told(before.get(key)), _told(after.get(key))) for key in keys)


def _told(value: Any) -> str:
    """A value of a rule as text: words as they are, all else as JSON."""
    if value is None or value == []:
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False)
