"""What a rule found, in words, with the case's own values in them."""

from __future__ import annotations

import re

from redflag.evidence import Trace
from redflag.facts import Entry, FactBase, Known
from redflag.pack import Judged
from redflag.truth import Truth

_SLOT = re.compile(r"\{([a-z_][a-z_.]*)\}")
_SOME = re.compile(r"(?:some|at least \d+) (\S+) as (\S+)")


def explained(one: Judged, facts: FactBase) -> str:
    """The rule's explanation with each `{path}` filled from the file.

    A path of an item, such as `{call.recorded}`, is filled from the first item that fits. Where
    the file leaves one of them open, as a text mostly does, the rule's title stands instead.
    """
    items = _fitting(one.trace, facts)
    values: dict[str, str] = {}
    for path in _SLOT.findall(one.rule.explain):
        head, _, rest = path.partition(".")
        fact = items[head].fact(rest) if head in items else facts.lookup(path)
        if not isinstance(fact, Known):
            return f"{one.rule.title}."
        values[path] = _shown(fact)
    return _SLOT.sub(lambda match: values[match[1]], one.rule.explain)


def _fitting(trace: Trace, facts: FactBase) -> dict[str, Entry]:
    """The first item that fits, for each name that the rule gives to items."""
    found: dict[str, Entry] = {}
    for part in trace.walk():
        named = _SOME.match(part.node)
        if named is None or part.truth is not Truth.TRUE or named[2] in found:
            continue
        fits = next((child.node for child in part.children if child.truth is Truth.TRUE), None)
        for item in facts.list_of(named[1]).items:
            if item.where == fits:
                found[named[2]] = item
    return found


def _shown(fact: Known) -> str:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return ", ".join(_word(value) for value in values)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
