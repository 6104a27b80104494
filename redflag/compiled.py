"""Conditions turned into Python once, for asking the same rules of many files.

`Condition.evaluate` is the reference: it walks the whole condition and leaves a trace. What stands
here gives the same verdict and the same reason without a trace, several times as fast, and a
property test holds the two together. A verdict is `True`, `False`, or, where it is unknown, the
reason: a `str`.

The Python is written from the condition objects alone. No word of a rule file ever becomes part of
it: paths, values, words and bounds are bound as objects to names made up here (`k0`, `k1`), and so
are the names that a rule gives to its items. A rule file can therefore say nothing that would run.
It is source rather than closures because a closure costs a call for each condition, which makes
it about twice as slow (`tests/benchmarks/rules.py`).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never, cast

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


class Apart(enum.Enum):
    """What a rule may come to besides a verdict."""

    DOES_NOT_APPLY = "does not apply"
    READINGS_DIFFER = "the case and its documents say the contrary; only a trace can tell which stands"


Value = bool | str
"""True, false, or why it is unknown."""

Came = Value | Apart
"""What a whole rule came to."""

Ask = Callable[
    [FactBase, Callable[..., Fact], Mapping[str, Listed], bool, Mapping[str, Came], Mapping[str, Truth]], Came
]
"""A rule made into Python. It is given the facts, how to look one up, the lists, whether the file has
documents at all, what the rules before it came to (those that apply), and what stands beside it."""

_TRUE, _FALSE, _UNKNOWN = Truth
_DEEPEST = 12
"""Groups inside each other in one expression; what lies deeper becomes a function of its own."""

_GIVEN = "facts, get, lists, spoken, rules, beside"


@dataclass(frozen=True, slots=True)
class Logic:
    """The conditions of one rule: whether it applies, its two readings, and what undoes them."""

    applies_when: Condition | None
    when: Condition | None
    text: Condition | None
    unless: Condition | None
    contradicted_by: Condition | None


def compile_rules(rules: Iterable[Logic]) -> tuple[Ask, ...]:
    """Each rule as a function of the facts, in the order given."""
    writer = _Writer()
    names = [writer.rule(rule) for rule in rules]
    space: dict[str, Any] = dict(writer.bound)
    source = "\n".join(writer.lines)
    exec(compile(source, "<rules>", "exec", dont_inherit=True), space)  # noqa: S102  # see the module's docstring
    return tuple(cast("Ask", space[name]) for name in names)


def first_reason(values: Iterable[Value]) -> str:
    """Why a group is unknown: the first reason of its unknown parts, disputes before silence."""
    silent = ""
    for value in values:
        if value.__class__ is str and value:
            if value != NOT_STATED:
                return value
            silent = NOT_STATED
    return silent


@dataclass
class _Writer:
    """Writes the functions, and binds what they name."""

    lines: list[str] = field(default_factory=list)
    bound: dict[str, object] = field(
        default_factory=lambda: {
            "Known": Known, "SILENT": SILENT, "NOT_STATED": NOT_STATED, "DISPUTED": DISPUTED,
            "MAYBE_LATER": MAYBE_LATER, "LIST_OPEN": LIST_OPEN, "NO_SUCH_RULE": NO_SUCH_RULE,
            "NOTHING_BESIDE": NOTHING_BESIDE, "TRUE": _TRUE, "DOES_NOT_APPLY": Apart.DOES_NOT_APPLY,
            "READINGS_DIFFER": Apart.READINGS_DIFFER, "first_reason": first_reason,
            "counted": _counted, "not_listed": _not_listed, "undated": _undated, "rests": _rests,
        }
    )  # fmt: skip
    _texts: dict[str, str] = field(default_factory=dict)
    _made: int = 0

    def rule(self, logic: Logic) -> str:
        """Writes the function of one rule; gives its name."""
        if logic.when is not None and logic == Logic(None, logic.when, None, None, None):
            return self._function([f"return {self._asked(logic.when)}"])
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
        body += [f"if {name} is not True: return {name}" for name in told]
        body.append("return True")
        return self._function(body)

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
        return f"({self._asked(text)} if spoken else {self._name(silent)})"

    def _asked(self, condition: Condition) -> str:
        return self._expression(condition, {}, 0)

    # -- names

    def _new(self, letter: str) -> str:
        self._made += 1
        return f"{letter}{self._made}"

    def _name(self, value: object) -> str:
        """The name under which an object is bound; equal texts share one."""
        if isinstance(value, str):
            if value not in self._texts:
                self._texts[value] = self._new("k")
                self.bound[self._texts[value]] = value
            return self._texts[value]
        name = self._new("k")
        self.bound[name] = value
        return name

    def _function(self, body: Sequence[str], items: Sequence[str] = ()) -> str:
        name = self._new("f")
        self.lines.append(f"def {name}({', '.join((_GIVEN, *items))}):")
        self.lines += [f"    {line}" for line in body]
        return name

    # -- expressions

    def _expression(self, condition: Condition, items: Mapping[str, str], depth: int) -> str:
        """Python that gives the verdict.

        Args:
            condition: what is asked.
            items: for the name of each item, the variable that holds how to look its facts up.
            depth: groups around it.
        """
        if depth > _DEEPEST:
            inside = self._expression(condition, items, 0)
            variables = tuple(items.values())
            name = self._function([f"return {inside}"], variables)
            return f"{name}({', '.join((_GIVEN, *variables))})"
        match condition:
            case FactIs(path=path, values=values):
                fact = self._new("v")
                return self._of_known(fact, self._read(path, items), f"{fact}.value in {self._name(values)}")
            case FactAmount(path=path, bound=bound, below=below):
                fact = self._new("v")
                sign = "<" if below else ">="
                return self._of_known(
                    fact, self._read(path, items), f"{fact}.value {sign} {self._name(bound)}"
                )
            case FactIncludes(path=path, values=values):
                fact = self._new("v")
                missing = "False" if path.item is not None else f"not_listed(lists, {self._name(path.text)})"
                test = f"({missing} if {self._name(values)}.isdisjoint({fact}.value) else True)"
                return self._of_known(fact, self._read(path, items), test)
            case DateIs():
                return self._dates(condition, items)
            case SignalHeard():
                return f"({self._name(_hearing(condition))}(facts) if spoken else NOT_STATED)"
            case RuleFired(rule=rule):
                return f"rules.get({self._name(rule)}, NO_SUCH_RULE)"
            case Beside(effect=effect):
                key = self._name(f"fired:{effect}")
                return f"(True if beside.get({key}) is TRUE else NOTHING_BESIDE)"
            case RestsOn(level=level):
                return f"rests(beside.get({self._name(f'rests_on:{level}')}))"
            case Not(of=of):
                value = self._new("v")
                inside = self._expression(of, items, depth + 1)
                return f"(not {value} if ({value} := {inside}).__class__ is bool else {value})"
            case AtLeast(n=n, of=of):
                return self._group(n, [self._expression(part, items, depth + 1) for part in of])
            case Some():
                return self._some(condition, items)
            case _:
                assert_never(condition)  # type: ignore[arg-type]  # Condition is a protocol; these are all

    def _of_known(self, fact: str, read: str, test: str) -> str:
        return f"({test} if ({fact} := {read}).__class__ is Known else {fact}.reason)"

    def _read(self, path: Path, items: Mapping[str, str]) -> str:
        if path.item is None:
            return f"get({self._name(path.text)}, SILENT)"
        return f"{items[path.item]}({self._name(path.within)}, SILENT)"

    def _dates(self, condition: DateIs, items: Mapping[str, str]) -> str:
        values, checks, facts = [], [], []
        for end in (condition.earlier, condition.later):
            if isinstance(end, Path):
                fact = self._new("v")
                values.append(f"{fact}.value")
                checks.append(f"(({fact} := {self._read(end, items)}).__class__ is Known)")
                facts.append(fact)
            else:
                values.append("facts.as_of" if end is None else self._name(end))
        test = f"{self._name(_comparing(condition))}({values[0]}, {values[1]})"
        if not checks:
            return test
        # `&` and not `and`: both ends are looked up, since either may say why it is unknown
        return f"({test} if {' & '.join(checks)} else undated({', '.join(facts)}))"

    def _group(self, n: int, parts: Sequence[str]) -> str:
        if len(parts) == 1:
            return parts[0]
        if n not in (1, len(parts)):
            return f"counted({n:d}, ({', '.join(parts)}))"
        settling, otherwise = ("True", "False") if n == 1 else ("False", "True")
        values = [self._new("v") for _ in parts]
        met = " or ".join(
            f"({value} := {part}) is {settling}" for value, part in zip(values, parts, strict=True)
        )
        chain = " is ".join(values)
        reason = f"first_reason(({', '.join(values)}))"
        return f"({settling} if {met} else {otherwise} if {chain} is {otherwise} else {reason})"

    def _some(self, condition: Some, items: Mapping[str, str]) -> str:
        """A loop over the items of a list, as a function of its own."""
        path, n = self._name(condition.path.text), f"{condition.n:d}"
        # a tuple finds a member by identity, and what happened is by far the commonest
        counting = self._name(tuple(sorted(condition.counting, key=[*Assertion].index)))
        body = [
            f"listed = lists[{path}]",
            "fitting = still_open = 0",
            "values = ()",
            "for item in listed.items:",
            f"    if item.source.assertion not in {counting}: continue",
        ]
        if condition.where is None:
            body.append("    fitting += 1")
        else:
            own = self._new("i")
            inside = self._expression(condition.where, {**items, condition.name: own}, 0)
            body += [
                f"    {own} = item.facts.get",
                f"    value = {inside}",
                "    if value is False: continue",
                "    if value is True:",
                "        fitting += 1",
                f"        if fitting >= {n}: return True",
                "    else:",
                "        still_open += 1",
                "        values += (value,)",
            ]
        body += [
            f"if fitting >= {n}: return True",
            "if listed.unplaced: return MAYBE_LATER",
            "if not listed.complete:",
            "    return first_reason(values) or (LIST_OPEN if listed.items else NOT_STATED)",
            f"return first_reason(values) if fitting + still_open >= {n} else False",
        ]
        variables = tuple(items.values())
        name = self._function(body, variables)
        return f"({name}({', '.join((_GIVEN, *variables))}) if {path} in lists else NOT_STATED)"


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

    def heard(facts: FactBase) -> Value:
        if signal in facts.signals or signal in facts.unplaced_signals or silence_tells:
            return _value_of(condition, Scope(facts))
        return NOT_STATED

    return heard


def _comparing(condition: DateIs) -> Callable[[PartialDate, PartialDate], Value]:
    within, at_least_days = condition.within_days, condition.by_at_least_days

    def compared(one: PartialDate, other: PartialDate) -> Value:
        if within is not None:
            verdict = gap_within(one, other, within)
        elif at_least_days is not None:
            verdict = gap_at_least(one, other, at_least_days)
        else:
            verdict = before(one, other)
        return True if verdict is _TRUE else False if verdict is _FALSE else DATES_INEXACT

    return compared


def _counted(n: int, values: Sequence[Value]) -> Value:
    """At least `n` of several: as `truth.at_least`, with the reason."""
    trues = sum(value is True for value in values)
    if trues >= n:
        return True
    if trues + sum(value.__class__ is str for value in values) < n:
        return False
    return first_reason(values)


def _not_listed(lists: Mapping[str, Listed], path: str) -> Value:
    """What it means that a word is not on a list of the case."""
    listed = lists.get(path, EMPTY_LIST)
    if listed.unplaced:
        return MAYBE_LATER
    return False if listed.complete else LIST_OPEN


def _undated(*facts: Fact) -> str:
    """Why two days cannot be compared: the first reason, where an end is not known."""
    return next((fact.reason for fact in facts if not isinstance(fact, Known) and fact.reason), "")


def _rests(verdict: Truth | None) -> Value:
    return True if verdict is _TRUE else False if verdict is _FALSE else ""
