"""Conditions from their YAML form, each path, word and name checked as it is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from redflag.conditions import (
    TOLD,
    AtLeast,
    Beside,
    Condition,
    DateIs,
    FactAmount,
    FactIncludes,
    FactIs,
    Following,
    Not,
    Path,
    RestsOn,
    RuleFired,
    SignalHeard,
    Some,
)
from redflag.dates import PartialDate
from redflag.documents import DocumentKind
from redflag.errors import Fault, RuleError, did_you_mean, shown_key
from redflag.evidence import PASSAGE, Assertion, Level, Party
from redflag.paths import NEVER_ASKED, Leaf, Shape
from redflag.record import KeyPath, Parsed

_HEADS = (
    "fact", "date", "signal", "passage", "rule", "beside", "rests_on", "all", "any", "not", "at_least",
    "some", "count",
)  # fmt: skip
_PUT_FORWARD = frozenset({Assertion.AFFIRMED, Assertion.ALLEGED, Assertion.THREATENED, Assertion.FEARED})
"""How a passage may be put to count: not denied, and not supposed."""
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SPAN = re.compile(r"(\d{1,4}) (day|week|month|year)s?", re.ASCII)


@dataclass
class Reader:
    """Reads the conditions of one rule file and gathers what is wrong with them.

    Attributes:
        parsed: the file, for the places of faults.
        shape: the case model.
        signals: ids of the lexicons there are.
        families: ids of the families there are.
        rules: ids of the rules there are.
        touches: what the rule needs before it can be anything but unknown.
        named: rules that it names.
        stage: 1 if it asks for company, 2 if it asks what others rest on.
        touches_nothing: whether something in it is settled whatever the file tells.
    """

    parsed: Parsed
    shape: Shape
    signals: Collection[str]
    families: Collection[str]
    rules: Collection[str]
    faults: list[Fault] = field(default_factory=list)
    touches: set[str] = field(default_factory=set)
    named: list[str] = field(default_factory=list)
    stage: int = 0
    touches_nothing: bool = False

    def read(self, data: Any, keys: KeyPath, items: Mapping[str, Shape] | None = None) -> Condition | None:
        """The condition at a path of keys; None where it has faults, which are kept."""
        try:
            return self._condition(data, keys, items if items is not None else {})
        except RuleError as error:
            self.faults.extend(error.faults)
            return None

    def _condition(self, data: Any, keys: KeyPath, items: Mapping[str, Shape]) -> Condition:
        if not isinstance(data, dict) or not data:
            raise self._fault("a condition is a mapping of keys", keys, f"use one of {', '.join(_HEADS)}")
        # `count: relatives, at_least: 2` also has the head `at_least`: the list decides
        heads = [head for head in _HEADS if head in data]
        if "count" in heads and "at_least" in heads:
            heads.remove("at_least")
        if "fact" in heads and "at_least" in heads:
            heads.remove("at_least")
        if len(heads) > 1:
            raise self._fault(
                f"a condition cannot start with both {heads[0]} and {heads[1]}", keys, "use all for two"
            )
        if not heads:
            mend = did_you_mean(str(next(iter(data))), _HEADS) or f"use one of {', '.join(_HEADS)}"
            raise self._fault(f'no condition starts with "{shown_key(next(iter(data)))}"', keys, mend)
        return {
            "fact": self._fact,
            "date": self._date,
            "signal": self._signal,
            "passage": self._passage,
            "rule": self._rule,
            "beside": self._beside,
            "rests_on": self._rests_on,
            "all": self._group,
            "any": self._group,
            "at_least": self._group,
            "not": self._not,
            "some": self._some,
            "count": self._some,
        }[heads[0]](data, keys, items)

    def _fault(self, message: str, keys: KeyPath, mend: str = "") -> RuleError:
        return RuleError(Fault(message, self.parsed.location(keys), mend))

    def _only(self, data: Mapping[str, Any], keys: KeyPath, allowed: Sequence[str]) -> None:
        """Refuses keys that the condition does not have, all at once."""
        faults = [
            Fault(
                f'unknown key "{shown_key(key)}"',
                self.parsed.location((*keys, key)),
                did_you_mean(key, allowed),
            )
            for key in data
            if key not in allowed
        ]
        if faults:
            raise RuleError(faults)

    # -- facts and dates

    def _path(self, text: Any, keys: KeyPath, items: Mapping[str, Shape]) -> tuple[Path, Leaf]:
        if not isinstance(text, str):
            raise self._fault("a path such as notice.kind is expected here", keys)
        head, _, rest = text.partition(".")
        if head in items and rest:
            leaf = items[head].leaf(rest)
            path = Path(text, head, rest)
        else:
            leaf = self.shape.leaf(text)
            path = Path(text)
            self.touches.add(text)
        if leaf is not None:
            return path, leaf
        if text.rpartition(".")[2] in NEVER_ASKED:
            raise self._fault(
                f'no rule may rest on "{text}"', keys, "ask for conduct, not for who or where somebody is"
            )
        known = {*self.shape.all_paths()}
        for name, shape in items.items():
            known.update(f"{name}.{inside}" for inside in shape.all_paths())
        raise self._fault(f'unknown fact "{shown_key(text)}"', keys, did_you_mean(text, known))

    def _fact(self, data: Mapping[str, Any], keys: KeyPath, items: Mapping[str, Shape]) -> Condition:
        tests = [test for test in ("is", "in", "includes", "below", "at_least") if test in data]
        self._only(data, keys, ("fact", "is", "in", "includes", "below", "at_least"))
        found = self._path(data["fact"], (*keys, "fact"), items)
        if len(tests) != 1:
            raise self._fault("a fact needs one of is, in, includes, below, at_least", keys)
        path, leaf = found
        test = tests[0]
        given = data[test]
        here = (*keys, test)
        if test in ("below", "at_least"):
            bound = _whole(given)
            if leaf.kind != "number" or bound is None:
                raise self._fault(f'"{path.text}" cannot be compared with this', here, "give a whole number")
            words = f"{path.text} {'below' if test == 'below' else 'at least'} {given}"
            return FactAmount(path, bound, test == "below", words)
        listed = _listed(given)
        if test == "is" and isinstance(given, list):
            raise self._fault("is takes one value", here, "use in for several")
        if (test == "includes") is not (leaf.kind == "words"):
            mend = "use includes" if leaf.kind == "words" else "use is or in"
            raise self._fault(
                f'"{path.text}" is {"a list" if leaf.kind == "words" else "one value"}', here, mend
            )
        values = self._values(listed, leaf, here, path.text)
        if test == "includes":
            return FactIncludes(path, values, f"{path.text} includes {_or(listed)}")
        return FactIs(path, values, f"{path.text} is {_or(listed)}")

    def _values(self, listed: Sequence[Any], leaf: Leaf, keys: KeyPath, path: str) -> frozenset[object]:
        if not listed:
            raise self._fault("an empty list can never be met", keys)
        if leaf.kind == "flag":
            known: dict[str, object] = {"true": True, "false": False}
        elif leaf.kind in ("word", "words"):
            known = {word: word for word in leaf.choices}
        else:
            raise self._fault(f'"{path}" holds no word to compare with', keys, "use date, below or at_least")
        wrong = [str(value) for value in listed if str(value) not in known]
        self._unknown_words(wrong, known, keys, f'"{path}" is never')
        return frozenset(known[str(value)] for value in listed)

    def _unknown_words(self, wrong: Sequence[str], known: Iterable[str], keys: KeyPath, told: str) -> None:
        """Refuses words that are not known, all at once."""
        listed = list(known)
        faults = [
            Fault(
                f'{told} "{shown_key(word)}"',
                self.parsed.location(keys),
                did_you_mean(word, listed) or f"use one of {', '.join(listed)}",
            )
            for word in wrong
        ]
        if faults:
            raise RuleError(faults)

    def _date(self, data: Mapping[str, Any], keys: KeyPath, items: Mapping[str, Shape]) -> Condition:
        self._only(data, keys, ("date", "before", "after", "within", "by_at_least"))
        sides = [side for side in ("before", "after") if side in data]
        if len(sides) != 1:
            raise self._fault("a date needs before or after, one of them", keys)
        side = sides[0]
        ends = []
        for key in ("date", side):
            ends.append(self._end(data[key], (*keys, key), items))
        spans = {key: data[key] for key in ("within", "by_at_least") if key in data}
        if len(spans) > 1:
            raise self._fault("within and by_at_least do not go together", keys)
        days = {key: self._span(text, (*keys, key)) for key, text in spans.items()}
        if not any(isinstance(end, Path) for end in ends):
            self.touches_nothing = True  # two fixed days: settled whatever the file tells
        words = f"{data['date']} {side} {data[side]}"
        words += "".join(f", {key.replace('_', ' ')} {text}" for key, text in spans.items())
        earlier, later = ends if side == "before" else reversed(ends)
        return DateIs(earlier, later, words, days.get("within"), days.get("by_at_least"))

    def _span(self, text: Any, keys: KeyPath) -> int:
        """A span of time in days."""
        match = _SPAN.fullmatch(str(text))
        if match is None:
            raise self._fault("not a span of time", keys, "write 30 days, 6 months or 5 years")
        return int(match[1]) * _DAYS[match[2]]

    def _end(self, text: Any, keys: KeyPath, items: Mapping[str, Shape]) -> Path | PartialDate | None:
        if text == "as_of":
            return None
        if isinstance(text, str) and text[:1].isdigit():
            try:
                return PartialDate(text)
            except ValueError as fault:
                raise self._fault(str(fault), keys) from None
        path, leaf = self._path(text, keys, items)
        if leaf.kind != "date":
            raise self._fault(f'"{path.text}" is no date', keys)
        return path

    # -- signals and other rules

    def _signal(self, data: Mapping[str, Any], keys: KeyPath, _items: Mapping[str, Shape]) -> Condition:
        allowed = ("signal", "said_by", "not_said_by", "counting", "absent_from", "after", "within")
        self._only(data, keys, allowed)
        signal = self._known_signal(data["signal"], (*keys, "signal"))
        self.touches.add(f"signal:{signal}")
        heard_from = self._parties(data, keys, "said_by")
        not_from = self._parties(data, keys, "not_said_by")
        counting = self._counting(data, keys)
        paper = data.get("absent_from")
        if paper is not None:
            if not isinstance(paper, str) or paper not in get_args(DocumentKind):
                mend = did_you_mean(str(paper), get_args(DocumentKind))
                raise self._fault(
                    f'unknown kind of document "{shown_key(paper)}"', (*keys, "absent_from"), mend
                )
            self.touches.add(f"document:{paper}")
        words = f"documents say {signal}"
        for key in allowed[1:]:
            if key in data:
                told = _listed(data[key])
                words += f", {key.replace('_', ' ')} {_or(told)}"
        following = self._following(data, keys)
        return SignalHeard(
            signal, words, counting, heard_from, not_from or frozenset(), paper, following=following
        )

    def _known_signal(self, signal: Any, keys: KeyPath) -> str:
        if isinstance(signal, str) and signal in self.signals:
            return signal
        mend = did_you_mean(str(signal), self.signals)
        raise self._fault(f'unknown signal "{shown_key(signal)}"', keys, mend)

    def _following(self, data: Mapping[str, Any], keys: KeyPath) -> Following | None:
        """`after` and `within` of a signal: what it has to come after, and how soon."""
        if "after" not in data and "within" not in data:
            return None
        if "after" not in data or "within" not in data:
            raise self._fault("after and within go together", keys, "give both, or neither")
        if "absent_from" in data:
            raise self._fault("what is absent has no day", (*keys, "absent_from"))
        told = _listed(data["after"])
        if not told:
            raise self._fault("an empty list can never be met", (*keys, "after"))
        signals = tuple(self._known_signal(signal, (*keys, "after")) for signal in told)
        return Following(signals, self._span(data["within"], (*keys, "within")))

    def _passage(self, data: Mapping[str, Any], keys: KeyPath, _items: Mapping[str, Shape]) -> Condition:
        self._only(data, keys, ("passage",))
        family = data["passage"]
        if not isinstance(family, str) or family not in self.families:
            mend = did_you_mean(str(family), self.families)
            raise self._fault(f'unknown family "{shown_key(family)}"', (*keys, "passage"), mend)
        signal = f"{PASSAGE}{family}"
        self.touches_nothing = True
        words = f"a passage reads like a sign of {family}"
        return SignalHeard(signal, words, _PUT_FORWARD, silence_is_no=True)

    def _parties(self, data: Mapping[str, Any], keys: KeyPath, key: str) -> frozenset[Party] | None:
        if key not in data:
            return None
        listed = _listed(data[key])
        return frozenset(Party(word) for word in self._words(listed, [*Party], (*keys, key)))

    def _counting(self, data: Mapping[str, Any], keys: KeyPath) -> frozenset[Assertion]:
        if "counting" not in data:
            return TOLD
        listed = _listed(data["counting"])
        return frozenset(Assertion(word) for word in self._words(listed, [*Assertion], (*keys, "counting")))

    def _words(self, listed: Sequence[Any], known: Sequence[str], keys: KeyPath) -> list[str]:
        if not listed:
            raise self._fault("an empty list can never be met", keys)
        self._unknown_words([str(word) for word in listed if word not in known], known, keys, "unknown word")
        return list(listed)

    def _rule(self, data: Mapping[str, Any], keys: KeyPath, _items: Mapping[str, Shape]) -> Condition:
        self._only(data, keys, ("rule",))
        rule = data["rule"]
        if not isinstance(rule, str) or rule not in self.rules:
            mend = did_you_mean(str(rule), self.rules)
            raise self._fault(f'unknown rule "{shown_key(rule)}"', (*keys, "rule"), mend)
        self.named.append(str(rule))
        return RuleFired(str(rule), f"rule {rule} fired")

    def _beside(self, data: Mapping[str, Any], keys: KeyPath, _items: Mapping[str, Shape]) -> Condition:
        self._only(data, keys, ("beside",))
        effect = data["beside"]
        if effect not in ("supports", "counters"):
            raise self._fault("beside takes supports or counters", (*keys, "beside"))
        self.stage = max(self.stage, 1)
        return Beside(effect, f"another rule that {effect} fired beside it")

    def _rests_on(self, data: Mapping[str, Any], keys: KeyPath, _items: Mapping[str, Shape]) -> Condition:
        self._only(data, keys, ("rests_on",))
        if data["rests_on"] not in [*Level]:
            raise self._fault("rests_on takes a level of evidence", keys, f"use one of {', '.join(Level)}")
        self.stage = 2
        return RestsOn(data["rests_on"], f"some sign rests on what is {data['rests_on']} alone")

    # -- groups and lists

    def _group(self, data: Mapping[str, Any], keys: KeyPath, items: Mapping[str, Shape]) -> Condition:
        head = next(head for head in ("all", "any", "at_least") if head in data)
        self._only(data, keys, (head,))
        of: Any = data[head]
        here: KeyPath = (*keys, head)
        n: Any = None
        if head == "at_least":
            n = _whole(of.get("n")) if isinstance(of, dict) and set(of) == {"n", "of"} else None
            if n is None:
                raise self._fault("at_least needs n and of", here, "write {n: 2, of: [...]}")
            of, here = of["of"], (*here, "of")
        if not isinstance(of, list) or not of:
            raise self._fault(
                "a group needs at least one condition", here, "all of nothing is true of every case"
            )
        read = [self.read(part, (*here, place), items) for place, part in enumerate(of)]
        parts = tuple(part for part in read if part is not None)
        if len(parts) != len(of):
            raise RuleError(())  # each fault of a part is kept already
        if n is None:
            n = len(parts) if head == "all" else 1
        if not 1 <= n <= len(parts):
            raise self._fault(f"at least {n} of {len(parts)} can never be asked", here)
        inside = "; ".join(part.words for part in parts)
        label = {"all": "all of", "any": "any of"}.get(head, f"{n} of")
        return AtLeast(n, parts, f"{label} ({inside})")

    def _not(self, data: Mapping[str, Any], keys: KeyPath, items: Mapping[str, Shape]) -> Condition:
        self._only(data, keys, ("not",))
        inside = self._condition(data["not"], (*keys, "not"), items)
        return Not(inside, f"not {inside.words}")

    def _some(self, data: Mapping[str, Any], keys: KeyPath, items: Mapping[str, Shape]) -> Condition:
        head = "some" if "some" in data else "count"
        self._only(data, keys, (head, "as", "where", "counting", "at_least"))
        name = data.get("as", "item")
        path = data[head]
        inside = self.shape.list_of(path) if isinstance(path, str) else None
        if inside is None:
            lists = [p for p in self.shape.all_paths() if self.shape.list_of(p) is not None]
            mend = did_you_mean(str(path), lists)
            raise self._fault(f'unknown list "{shown_key(path)}"', (*keys, head), mend)
        if not isinstance(name, str) or not name.isidentifier():
            raise self._fault("the name of an item is one word", (*keys, "as"))
        if name in items:
            raise self._fault(f'"{shown_key(name)}" names two items', (*keys, "as"), "choose another name")
        n = 1
        if head == "count":
            least = _whole(data.get("at_least"))
            if least is None or least < 1:
                raise self._fault("count needs at_least", keys, "write at_least: 2")
            n = least
        self.touches.add(path)
        where = None
        if "where" in data:
            where = self._condition(data["where"], (*keys, "where"), {**items, str(name): inside})
        words = f"some {path} as {name}" if head == "some" else f"at least {n} {path} as {name}"
        counting = self._counting(data, keys)
        if counting != TOLD:
            words += f", counting {_or(sorted(counting))}"
        if where is not None:
            words += f" where {where.words}"
        return Some(Path(path), str(name), where, words, n, counting)


def _whole(given: Any) -> int | None:
    """A whole number of at most six digits, written in plain figures."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _listed(given: Any) -> list[Any]:
    """Several values, or one that stands without brackets."""
    return given if isinstance(given, list) else [given]


def _or(listed: Sequence[Any]) -> str:
    return " or ".join(str(word) for word in listed)
