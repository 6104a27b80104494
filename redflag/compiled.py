"""Conditions turned into Python once, for asking the same rules of many files.

`Condition.evaluate` is the reference: it walks the whole condition and leaves a trace. What stands
here gives the same verdict and the same reason without a trace, many times as fast, and a
property test holds the two together. A verdict is `True`, `False`, or, where it is unknown, the
reason: a `str`.

Many rules are asked at once, by one function. It looks each fact up once, goes through the items of
a list once for each of their fields, and asks once what several rules ask.

The Python is written from the condition objects alone (`redflag.written`). No word of a rule file
ever becomes part of it: paths, values, words and bounds are bound as objects to names made up there.
A rule file can therefore say nothing that would run. It is source rather than closures because a
closure costs a call for each condition, which makes it about twice as slow
(`tests/benchmarks/rules.py`).
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import assert_never, cast

from redflag.conditions import (
    DATES_INEXACT,
    LIST_OPEN,
    NO_SUCH_RULE,
    NOTHING_BESIDE,
    AtLeast,
    Beside,
    Condition,
    DateIs,
    FactAmount,
    FactIncludes,
    FactIs,
    Not,
    Path,
    RestsOn,
    RuleFired,
    Scope,
    SignalHeard,
    Some,
)
from redflag.dates import PartialDate, before, gap_at_least, gap_within
from redflag.evidence import Assertion
from redflag.facts import DISPUTED, EMPTY_LIST, MAYBE_LATER, NOT_STATED, SILENT, Fact, FactBase, Known, Listed
from redflag.truth import Truth
from redflag.written import Written


class Apart(enum.Enum):
    """What a rule may come to besides a verdict."""

    DOES_NOT_APPLY = "does not apply"
    READINGS_DIFFER = "the case and its documents say the contrary; only a trace can tell which stands"


Value = bool | str
"""True, false, or why it is unknown."""

Came = Value | Apart
"""What a whole rule came to."""

Ask = Callable[[FactBase, Set[str], bool, Mapping[str, Came], Mapping[str, Truth]], tuple[Came | None, ...]]
"""Rules made into Python. They are given the facts, the names of the rules that have to be asked (any other
may come to None), whether the file has documents at all, what the rules that they name came to (those
that apply), and what stands beside them."""

_TRUE, _FALSE, _UNKNOWN = Truth
_DEEPEST = 12
"""Groups inside each other in one expression; what lies deeper becomes a function of its own."""


@dataclass(frozen=True, slots=True)
class Logic:
    """The conditions of one rule: whether it applies, its two readings, and what undoes them."""

    applies_when: Condition | None
    when: Condition | None
    text: Condition | None
    unless: Condition | None
    contradicted_by: Condition | None


def compile_rules(rules: Mapping[str, Logic]) -> Ask:
    """What asks these rules, by name, of a file: what each came to, in their order."""
    writer = _Writer(rules)
    name = writer.asking(rules)
    return cast("Ask", writer.made()[name])


def in_order(counting: frozenset[Assertion]) -> tuple[Assertion, ...]:
    """A tuple finds a member by identity, and what happened is by far the commonest."""
    return tuple(sorted(counting, key=[*Assertion].index))


def first_reason(values: Iterable[Value]) -> str:
    """Why a group is unknown: the first reason of its unknown parts, disputes before silence."""
    silent = ""
    for value in values:
        if value.__class__ is str and value:
            if value != NOT_STATED:
                return value
            silent = NOT_STATED
    return silent


Items = Mapping[str, Callable[[str], str]]
"""For the name of an item, what gives the variable of a field of it."""


class _List:
    """The variables of one list of the case: the list, its entries by what counts, and their fields."""

    def __init__(self, writer: _Writer, path: str) -> None:
        self._writer = writer
        self._path = path
        self.listed, self.closed = writer.outside(), writer.outside()
        self._told: dict[frozenset[Assertion], _Entries] = {}

    def told(self, counting: frozenset[Assertion]) -> _Entries:
        """The entries whose assertion counts."""
        if counting not in self._told:
            self._told[counting] = _Entries(self._writer)
        return self._told[counting]

    def opening(self) -> list[str]:
        """What fills them; most lists of a file are empty."""
        name = self._writer.name
        listed = self.listed
        lines = [
            f"{listed} = lists.get({name(self._path)}, EMPTY_LIST)",
            f"{self.closed} = {listed}.complete and not {listed}.unplaced",
        ]
        empty, filling = [], []
        for counting, entries in self._told.items():
            counted = name(in_order(counting))
            filling.append(
                f"{entries.entries} = [x for x in {listed}.items if x.source.assertion in {counted}]"
            )
            filling += [
                f"{column} = [x.facts.get({name(within)}, SILENT) for x in {entries.entries}]"
                for within, column in entries.columns.items()
            ]
            empty += [entries.entries, *entries.columns.values()]
        if filling:
            lines += [f"if {listed}.items:", *(f"    {line}" for line in filling)]
            lines.append(f"else: {' = '.join(empty)} = ()")
        return lines


class _Entries:
    """The variables of the entries of a list that count, and of each of their fields."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self.entries = writer.outside()
        self.columns: dict[str, str] = {}

    def column(self, within: str) -> str:
        """The variable that holds one field of all of them."""
        if within not in self.columns:
            self.columns[within] = self._writer.outside()
        return self.columns[within]


class _Writer(Written):
    """Writes one function for rules that do not name each other."""

    def __init__(self, rules: Mapping[str, Logic]) -> None:
        super().__init__(
            {
                "Known": Known, "SILENT": SILENT, "NOT_STATED": NOT_STATED, "DISPUTED": DISPUTED,
                "DATES_INEXACT": DATES_INEXACT, "NO_SUCH_RULE": NO_SUCH_RULE, "EMPTY_LIST": EMPTY_LIST,
                "NOTHING_BESIDE": NOTHING_BESIDE, "TRUE": _TRUE, "DOES_NOT_APPLY": Apart.DOES_NOT_APPLY,
                "READINGS_DIFFER": Apart.READINGS_DIFFER, "first_reason": first_reason, "told": _told,
                "before": before, "gap_within": gap_within, "gap_at_least": gap_at_least,
                "counted": _counted, "not_listed": _not_listed, "undated": _undated, "rests": _rests,
                "too_few": _too_few,
            }
        )  # fmt: skip
        self._body = ["get, lists = facts.facts.get, facts.lists"]
        self._facts: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._shared = _asked_twice(rules.values())
        self._known: dict[Condition, str] = {}

    def asking(self, rules: Mapping[str, Logic]) -> str:
        """Writes the function that asks them all; gives its name."""
        came = [self._rule(name, rule) for name, rule in rules.items()]
        opening = [line for listed in self._lists.values() for line in listed.opening()]
        self.define(
            "ask",
            "facts, asked, spoken, rules, beside",
            [*self._body[:1], *opening, *self._body[1:], f"return ({', '.join(came)},)"],
        )
        return "ask"

    # -- rules

    def _rule(self, name: str, logic: Logic) -> str:
        """The expression for what one rule comes to."""
        if logic.when is not None and logic == Logic(None, logic.when, None, None, None):
            return self._asked(logic.when)
        self.begin()
        body: list[str] = []
        told: list[str] = []
        if logic.applies_when is not None:
            body += [
                f"applies = {self._asked(logic.applies_when)}",
                "if applies is False: return DOES_NOT_APPLY",
            ]
            told.append("applies")
        body += self._reading(logic)
        told.append("read")
        if logic.contradicted_by is not None:
            body += [
                f"if {self._asked(logic.contradicted_by)} is True:",
                "    return DISPUTED if read is True else False",
            ]
        body.append("if read is False: return False")
        if logic.unless is not None:
            body += [
                f"undone = {self._asked(logic.unless)}",
                "if undone is True: return False",
                "holds = True if undone is False else undone",
            ]
            told.append("holds")
        body += [f"if {part} is not True: return {part}" for part in told]
        return f"({self.end([*body, 'return True'])} if {self.name(name)} in asked else None)"

    def _reading(self, logic: Logic) -> list[str]:
        if logic.when is None or logic.text is None:
            only = logic.when if logic.when is not None else logic.text
            if only is None:
                raise ValueError("a rule asks something")
            return [f"read = {self._asked(only)}"]
        return [
            f"read = {self._asked(logic.when)}",
            f"said = {self._said(logic.text)}",
            "if said.__class__ is bool:",
            "    if read.__class__ is not bool: read = said",
            "    elif read is not said: return READINGS_DIFFER",
            "elif read.__class__ is not bool: read = read or said",
        ]

    def _said(self, text: Condition) -> str:
        """What the documents say; where there are none, that is the same for every file."""
        if not _of_signals_alone(text):
            return self._asked(text)
        silent = _value_of(text, Scope(FactBase(PartialDate("2000"))))
        return f"({self._asked(text)} if {self.use('spoken')} else {self.name(silent)})"

    def _asked(self, condition: Condition) -> str:
        return self._expression(condition, {}, 0)

    # -- what is looked up once

    def _fact(self, path: Path, items: Items) -> str:
        """The variable that holds a fact."""
        if path.item is not None:
            return items[path.item](path.within)
        if path.text not in self._facts:
            self._facts[path.text] = self.outside()
            self._body.append(f"{self._facts[path.text]} = get({self.name(path.text)}, SILENT)")
        return self.use(self._facts[path.text])

    def _list(self, path: str) -> _List:
        """The list at a path, as its variables."""
        if path not in self._lists:
            self._lists[path] = _List(self, path)
        return self._lists[path]

    def outside(self) -> str:
        """A variable of the function that asks all the rules."""
        opened, self._open = self._open, []
        name = self.variable()
        self._open = opened
        return name

    # -- expressions

    def _expression(self, condition: Condition, items: Items, depth: int) -> str:
        """Python that gives the verdict.

        Args:
            condition: what is asked.
            items: for the name of each item, what gives the variable of a field of it.
            depth: groups around it.
        """
        if condition in self._shared:
            if condition in self._known:
                return self.use(self._known[condition])
            opened, self._open = self._open, []
            value = self._fresh(condition, {}, 0)
            name = self._known[condition] = self.outside()
            self._body.append(f"{name} = {value}")
            self._open = opened
            return self.use(name)
        if depth > _DEEPEST:
            self.begin()
            return self.end([f"return {self._fresh(condition, items, 0)}"])
        return self._fresh(condition, items, depth)

    def _fresh(self, condition: Condition, items: Items, depth: int) -> str:
        match condition:
            case FactIs(path=path, values=values):
                fact = self._fact(path, items)
                return _of_known(fact, f"{fact}.value in {self.name(values)}")
            case FactAmount(path=path, bound=bound, below=below):
                fact = self._fact(path, items)
                return _of_known(fact, f"{fact}.value {'<' if below else '>='} {self.name(bound)}")
            case FactIncludes(path=path, values=values):
                fact = self._fact(path, items)
                missing = "False"
                if path.item is None:
                    listed = self._list(path.text)
                    missing = (
                        f"(False if {self.use(listed.closed)} else not_listed({self.use(listed.listed)}))"
                    )
                test = f"({missing} if {self.name(values)}.isdisjoint({fact}.value) else True)"
                return _of_known(fact, test)
            case DateIs():
                return self._dates(condition, items)
            case SignalHeard():
                asked = f"{self.name(_hearing(condition))}({self.use('facts')})"
                silent = "False" if condition.silence_is_no else "NOT_STATED"
                return f"({asked} if {self.use('spoken')} else {silent})"
            case RuleFired(rule=rule):
                return f"{self.use('rules')}.get({self.name(rule)}, NO_SUCH_RULE)"
            case Beside(effect=effect):
                key = self.name(f"fired:{effect}")
                return f"(True if {self.use('beside')}.get({key}) is TRUE else NOTHING_BESIDE)"
            case RestsOn(level=level):
                return f"rests({self.use('beside')}.get({self.name(f'rests_on:{level}')}))"
            case Not(of=of):
                value, inside = self._held(self._expression(of, items, depth + 1))
                return f"(not {value} if {inside}.__class__ is bool else {value})"
            case AtLeast(n=n, of=of):
                parts = [self._expression(part, items, depth + 1) for part in of]
                return self._group(n, parts, [self._cost(part) for part in of])
            case Some():
                return self._some(condition, items)
            case _:
                assert_never(condition)  # type: ignore[arg-type]  # Condition is a protocol; these are all

    def _held(self, expression: str) -> tuple[str, str]:
        """A variable that holds an expression's value, and the expression by which it comes to."""
        if expression.isidentifier():
            return expression, expression
        value = self.variable()
        return value, f"({value} := {expression})"

    def _dates(self, condition: DateIs, items: Items) -> str:
        days, facts = [], []
        for end in (condition.earlier, condition.later):
            if isinstance(end, Path):
                facts.append(self._fact(end, items))
                days.append(f"{facts[-1]}.value")
            else:
                days.append(f"{self.use('facts')}.as_of" if end is None else self.name(end))
        one, other = days
        if condition.within_days is not None:
            test = f"told(gap_within({one}, {other}, {self.name(condition.within_days)}))"
        elif condition.by_at_least_days is not None:
            test = f"told(gap_at_least({one}, {other}, {self.name(condition.by_at_least_days)}))"
        else:
            test = (
                f"(True if {one}.latest < {other}.earliest else "
                f"False if {one}.earliest >= {other}.latest else DATES_INEXACT)"
            )
        if not facts:
            return test
        known = " and ".join(f"{fact}.__class__ is Known" for fact in facts)
        return f"({test} if {known} else undated({', '.join(facts)}))"

    def _group(self, n: int, parts: Sequence[str], costs: Sequence[int]) -> str:
        if len(parts) == 1:
            return parts[0]
        if n not in (1, len(parts)):
            return f"counted({n:d}, ({', '.join(parts)}))"
        settling, otherwise = ("True", "False") if n == 1 else ("False", "True")
        values, asked = zip(*map(self._held, parts), strict=True)
        # whatever settles it does so in any order; the reason is told in the rule's own
        order = sorted(range(len(parts)), key=costs.__getitem__)
        met = " or ".join(f"{asked[place]} is {settling}" for place in order)
        chain = " is ".join(values)
        reason = f"first_reason(({', '.join(values)}))"
        return f"({settling} if {met} else {otherwise} if {chain} is {otherwise} else {reason})"

    def _cost(self, condition: Condition) -> int:
        """About how long a condition takes, so that the quicker ones are asked first."""
        if condition in self._shared:
            return 0
        own = 8 if isinstance(condition, Some) else 4 if isinstance(condition, DateIs) else 1
        return own + sum(map(self._cost, condition.parts()))

    def _some(self, condition: Some, items: Items) -> str:
        """A loop over the items of a list, as a function of its own."""
        listed = self._list(condition.path.text)
        told = listed.told(condition.counting)
        n = self.name(condition.n)
        loop = self.begin()
        fields: dict[str, tuple[str, str]] = {}  # the variable of a field, and that of the field's column

        def field_of(within: str) -> str:
            if within not in fields:
                fields[within] = self.variable(loop), told.column(within)
            return self.use(fields[within][0])

        if condition.where is None:
            body = [f"fitting, values = len({self.use(told.entries)}), ()"]
        else:
            value = self._expression(condition.where, {**items, condition.name: field_of}, 0)
            variables = [variable for variable, _ in fields.values()]
            columns = [self.use(column) for _, column in fields.values()] or [self.use(told.entries)]
            listing = columns[0] if len(columns) == 1 else f"zip({', '.join(columns)})"
            body = [
                "fitting, values = 0, ()",
                f"for {', '.join(variables) or '_'} in {listing}:",
                f"    value = {value}",
                "    if value is True:",
                "        fitting += 1" if condition.n > 1 else "        return True",
                "    elif value is not False: values += (value,)",
            ]
        if condition.n > 1 or condition.where is None:
            body.append(f"if fitting >= {n}: return True")
        body += [
            f"if {self.use(listed.closed)} and not values: return False",
            f"return too_few({self.use(listed.listed)}, {n}, fitting, values)",
        ]
        return self.end(body)


def _of_known(fact: str, test: str) -> str:
    return f"({test} if {fact}.__class__ is Known else {fact}.reason)"


def _asked_twice(rules: Iterable[Logic]) -> frozenset[Condition]:
    """The conditions that stand more than once in the rules and ask nothing of an item around them."""
    seen: Counter[Condition] = Counter()
    waiting = [
        top
        for rule in rules
        for top in (rule.applies_when, rule.when, rule.text, rule.unless, rule.contradicted_by)
        if top is not None
    ]
    while waiting:
        condition = waiting.pop()
        seen[condition] += 1
        if seen[condition] == 1:
            waiting.extend(condition.parts())
    return frozenset(one for one, times in seen.items() if times > 1 and not _items_of(one))


def _items_of(condition: Condition) -> frozenset[str]:
    """The names of the items around a condition that it asks about."""
    match condition:
        case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path):
            ends: tuple[object, ...] = (path,)
        case DateIs(earlier=earlier, later=later):
            ends = (earlier, later)
        case _:
            inner = frozenset(name for part in condition.parts() for name in _items_of(part))
            return inner - {condition.name} if isinstance(condition, Some) else inner
    return frozenset(end.item for end in ends if isinstance(end, Path) and end.item is not None)


def _of_signals_alone(condition: Condition) -> bool:
    """Whether a condition asks what documents say and nothing else."""
    parts = condition.parts()
    return all(map(_of_signals_alone, parts)) if parts else isinstance(condition, SignalHeard)


def _value_of(condition: Condition, scope: Scope) -> Value:
    trace = condition.evaluate(scope)
    return trace.reason if trace.truth is _UNKNOWN else trace.truth is _TRUE


def _hearing(condition: SignalHeard) -> Callable[[FactBase], Value]:
    """What the documents of a file say of one signal; where they say it, the reference will do."""
    signal, silence_tells = condition.signal, condition.absent_from is not None
    silent: Value = False if condition.silence_is_no else NOT_STATED

    def heard(facts: FactBase) -> Value:
        if signal in facts.signals or signal in facts.unplaced_signals or silence_tells:
            return _value_of(condition, Scope(facts))
        return silent

    return heard


def _told(verdict: Truth) -> Value:
    """How two days compare."""
    return True if verdict is _TRUE else False if verdict is _FALSE else DATES_INEXACT


def _counted(n: int, values: Sequence[Value]) -> Value:
    """At least `n` of several: as `truth.at_least`, with the reason."""
    trues = sum(value is True for value in values)
    if trues >= n:
        return True
    if trues + sum(value.__class__ is str for value in values) < n:
        return False
    return first_reason(values)


def _not_listed(listed: Listed) -> Value:
    """What it means that a word is not on a list of the case."""
    if listed.unplaced:
        return MAYBE_LATER
    return False if listed.complete else LIST_OPEN


def _too_few(listed: Listed, n: int, fitting: int, values: tuple[Value, ...]) -> Value:
    """What it means that fewer than `n` items fit, the verdicts of those that may being `values`."""
    if listed.unplaced:
        return MAYBE_LATER
    if not listed.complete:
        return first_reason(values) or (LIST_OPEN if listed.items else NOT_STATED)
    return first_reason(values) if fitting + len(values) >= n else False


def _undated(*facts: Fact) -> str:
    """Why two days cannot be compared: the first reason, where an end is not known."""
    return next((fact.reason for fact in facts if not isinstance(fact, Known) and fact.reason), "")


def _rests(verdict: Truth | None) -> Value:
    return True if verdict is _TRUE else False if verdict is _FALSE else ""
