"""Traces of rules that fired, by Python made once from their conditions.

`Condition.evaluate` is the reference and gives the same traces, node for node, which a property test
holds. Of a rule that fired most verdicts are known before anything is asked: all parts of an `all`
hold, and so on down. Only what is left is asked, without a walk over the conditions. How it is
written, and why nothing of a rule file can become part of it, stands in `redflag.written`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never, cast

from redflag.compiled import Logic, in_order
from redflag.conditions import (
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
from redflag.dates import PartialDate
from redflag.evidence import Trace
from redflag.facts import EMPTY_LIST, SILENT, Known
from redflag.truth import Truth
from redflag.written import Written

Tracer = Callable[[Scope], Trace]
"""Gives the trace of one rule, in a scope in which it fired and nothing is assumed."""

_TRUE, _FALSE, _UNKNOWN = Truth
_NAMED = {_TRUE: "TRUE", _FALSE: "FALSE"}
_new = tuple.__new__  # takes a third of the time that a named tuple takes to make itself
_DEEPEST = 12
"""Conditions inside each other in one expression; what lies deeper becomes a function of its own."""


def compile_trace(rule: str, logic: Logic) -> Tracer:
    """What traces the rule of that name where it fired."""
    writer = _Writer()
    name = writer.tracing(rule, logic)
    return cast("Tracer", writer.made()[name])


class _Writer(Written):
    """Writes the function of one rule."""

    def __init__(self) -> None:
        super().__init__(
            {
                "Trace": Trace, "Known": Known, "SILENT": SILENT, "EMPTY_LIST": EMPTY_LIST,
                "TRUE": _TRUE, "FALSE": _FALSE, "UNKNOWN": _UNKNOWN,
                "any_of": _any_of, "all_of": _all_of,
                "new": _new,
            }
        )  # fmt: skip

    def tracing(self, rule: str, logic: Logic) -> str:
        """Writes what traces a rule that fired; gives its name."""
        parts = []
        if logic.applies_when is not None:
            parts.append(self._trace(logic.applies_when, _TRUE, {}, 0))
        readings = [one for one in (logic.when, logic.text) if one is not None]
        if len(readings) == 1:
            parts.append(self._trace(readings[0], _TRUE, {}, 0))
        else:  # one of the two may be unknown
            both = [self._trace(one, None, {}, 0) for one in readings]
            parts.append(self._node("TRUE", "any reading", children=both))
        if logic.unless is not None:
            undone = self._trace(logic.unless, _FALSE, {}, 0)
            parts.append(self._node("TRUE", f"not {logic.unless.words}", children=[undone]))
        opening = ["facts = scope.facts", "get, lists = facts.facts.get, facts.lists"]
        self.define("trace", "scope", [*opening, f"return {self._node('TRUE', rule, children=parts)}"])
        return "trace"

    def _node(
        self, truth: str, words: str, sources: str = "()", children: tuple[str, ...] | list[str] = ()
    ) -> str:
        """A node that is settled."""
        inside = "".join(f"{child}, " for child in children)
        return f"new(Trace, ({truth}, {self.name(words)}, '', {sources}, ({inside})))"

    def _fact(self, path: Path, items: Mapping[str, str]) -> str:
        get = self.use("get") if path.item is None else f"{self.use(items[path.item])}.facts.get"
        return f"{get}({self.name(path.text if path.item is None else path.within)}, SILENT)"

    def _trace(self, condition: Condition, known: Truth | None, items: Mapping[str, str], depth: int) -> str:
        """Python that gives the trace.

        Args:
            condition: what is traced.
            known: its verdict, where that follows from those around it.
            items: for the name of each item, the variable that holds it.
            depth: conditions around it.
        """
        if depth > _DEEPEST:
            self.begin()
            return self.end([f"return {self._trace(condition, known, items, 0)}"])
        match condition:
            case FactIs(path=path, words=words) | FactAmount(path=path, words=words) if known is not None:
                return self._node(_NAMED[known], words, f"{self._fact(path, items)}.sources")
            case FactIncludes(path=path, words=words) if known is not None:
                return self._node(_NAMED[known], words, f"{self._fact(path, items)}.sources")
            case FactIs(path=path, values=values):
                return self._of_known(condition, self._fact(path, items), f"in {self.name(values)}")
            case FactAmount(path=path, bound=bound, below=below):
                sign = "<" if below else ">="
                return self._of_known(condition, self._fact(path, items), f"{sign} {self.name(bound)}")
            case FactIncludes(path=path):
                listed = "EMPTY_LIST" if path.item is not None else self._list(path.text)
                return f"{self.name(condition.told)}({self._fact(path, items)}, {listed})"
            case DateIs(earlier=earlier, later=later):
                days = ", ".join(self._day(end, items) for end in (earlier, later))
                return f"{self.name(condition.between)}({days})"
            case SignalHeard() | RuleFired() | Beside() | RestsOn():
                return f"{self.name(condition.evaluate)}({self.use('scope')})"
            case Not(of=of):
                child = self._trace(of, None if known is None else ~known, items, depth + 1)
                return f"{self.name(condition.turned)}({child})"
            case AtLeast(n=n, of=of, words=words):
                # all parts of an `all` that holds hold, and no part of an `any` that does not
                same = known if (known, n) in ((_TRUE, len(of)), (_FALSE, 1)) else None
                children = [self._trace(part, same, items, depth + 1) for part in of]
                if known is not None:
                    return self._node(_NAMED[known], words, children=children)
                counted = {1: "any_of", len(of): "all_of"}.get(n)
                inside = f"({', '.join(children)},)"
                if counted is None:
                    return f"{self.name(condition.counted)}({inside})"
                return f"{counted}({self.name(condition)}, {inside})"
            case Some():
                return self._some(condition, known, items)
            case _:
                assert_never(condition)  # type: ignore[arg-type]  # Condition is a protocol; these are all

    def _of_known(self, condition: FactIs | FactAmount, read: str, test: str) -> str:
        fact, words = self.variable(), self.name(condition.words)
        settled = f"(TRUE if {fact}.value {test} else FALSE, {words}, '', {fact}.sources, ())"
        unsettled = f"(UNKNOWN, {words}, {fact}.reason, {fact}.sources, ())"
        return f"new(Trace, {settled} if ({fact} := {read}).__class__ is Known else {unsettled})"

    def _day(self, end: Path | PartialDate | None, items: Mapping[str, str]) -> str:
        if isinstance(end, Path):
            return self._fact(end, items)
        return f"Known({self.use('facts')}.as_of, ())" if end is None else self.name(Known(end, ()))

    def _list(self, path: str) -> str:
        return f"{self.use('lists')}.get({self.name(path)}, EMPTY_LIST)"

    def _some(self, condition: Some, known: Truth | None, items: Mapping[str, str]) -> str:
        """A loop over the items of a list, as a function of its own."""
        self.begin()
        listed, item, inner = self.variable(), self.variable(), self.variable()
        of_item = f"{item}.where, '', ({item}.source,)"
        if condition.where is None:
            child = f"(TRUE, {of_item}, ())"
            asked = []
        else:
            every = _FALSE if known is _FALSE and condition.n == 1 else None
            asked = [f"{inner} = {self._trace(condition.where, every, {**items, condition.name: item}, 0)}"]
            child = f"({inner}[0], {item}.where, {inner}[2], ({item}.source,), ({inner},))"
        words = self.name(condition.words)
        counting = self.name(in_order(condition.counting))
        fits, ended = [], [f"return {self.name(condition.counted)}({listed}, tuple(children))"]
        holds = f"return new(Trace, (TRUE, {words}, '', (), tuple(children)))"
        if known is _TRUE:
            ended = [holds]
        elif condition.n == 1 and condition.where is not None:
            fits = [f"if {inner}[0] is TRUE: fits = True"]
            ended = [f"if fits: {holds}", *ended]
        return self.end(
            [
                f"{listed} = {self._list(condition.path.text)}",
                "children, fits = [], False",
                f"for {item} in {listed}.items:",
                f"    if {item}.source.assertion in {counting}:",
                *(f"        {line}" for line in (*asked, *fits)),
                f"        children.append(new(Trace, {child}))",
                *ended,
            ]
        )


def _all_of(condition: AtLeast, children: tuple[Trace, ...]) -> Trace:
    """`AtLeast.counted` where all have to hold."""
    for child in children:
        if child[0] is _FALSE:
            return _new(Trace, (_FALSE, condition.words, "", (), children))
    return condition.counted(children)


def _any_of(condition: AtLeast, children: tuple[Trace, ...]) -> Trace:
    """`AtLeast.counted` where one has to hold."""
    for child in children:
        if child[0] is _TRUE:
            return _new(Trace, (_TRUE, condition.words, "", (), children))
    return condition.counted(children)
