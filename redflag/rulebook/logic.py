"""The logic of a rule as an indented tree: each condition a branch that a person can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from redflag.conditions import (
    TOLD,
    AtLeast,
    Condition,
    DateIs,
    FactAmount,
    FactIncludes,
    FactIs,
    Following,
    Not,
    RuleFired,
    SignalHeard,
    Some,
)
from redflag.pack.rules import Question, RulePack, parts_of


@dataclass(frozen=True, slots=True)
class Branch:
    """One condition of a rule, as a line of the tree.

    Attributes:
        words: what it asks, after the subject where there is one.
        subject: the path of the case that it is about, printed as code before the words.
        negated: whether it must not hold.
        signal: the signal that documents must give, if it is about one.
        rule: the other rule that it names, if it does.
        qualifier: whose word counts, and which assertions.
    """

    words: str
    subject: str = ""
    negated: bool = False
    signal: str = ""
    rule: str = ""
    qualifier: str = ""
    parts: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of the conditions of a rule with the words that introduce it."""

    title: str
    branch: Branch


def outlined(question: Question, says: dict[str, str]) -> tuple[Part, ...]:
    """The conditions of a rule in the order in which a reader needs them.

    Args:
        question: the rule.
        says: what a document says that gives a signal, by the signal's id.
    """
    both = question.when is not None and question.text is not None
    asked = (
        ("It is asked where", question.applies_when),
        ("It holds where the facts of the case show", question.when),
        ("or where documents say" if both else "It holds where documents say", question.text),
        ("unless", question.unless),
        ("It stays open, as disputed, where also", question.contradicted_by),
    )
    return tuple(Part(title, branch_of(one, says)) for title, one in asked if one is not None)


def branch_of(condition: Condition, says: dict[str, str]) -> Branch:
    """A condition and those inside it."""
    match condition:
        case Not(of=inside):
            turned = branch_of(inside, says)
            return replace(turned, negated=not turned.negated)
        case AtLeast(n=n, of=of):
            parts = tuple(branch_of(part, says) for part in of)
            if len(parts) == 1:
                return parts[0]
            words = "all of these" if n == len(parts) else "any of these"
            if 1 < n < len(parts):
                words = f"at least {n} of these {len(parts)}"
            return Branch(words, parts=parts)
        case Some(path=path, name=name, where=where, n=n, counting=counting):
            least = "at least one entry" if n == 1 else f"at least {n} entries"
            of_which = "" if where is None else f", call it “{name}”, where"
            qualifier = "" if counting == TOLD else f"counting what is {_or(sorted(counting))}"
            parts = () if where is None else (branch_of(where, says),)
            return Branch(f"has {least}{of_which}", path.text, qualifier=qualifier, parts=parts)
        case SignalHeard(words=words, silence_is_no=True):
            return Branch(words)
        case SignalHeard(signal=signal, following=Following() as before):
            parts = tuple(Branch(says.get(one, one), signal=one) for one in before.signals)
            least = f"at most {before.within_days} days after one of these"
            return Branch(says.get(signal, signal), signal=signal, qualifier=least, parts=parts)
        case SignalHeard(signal=signal, words=words):
            qualifier = words.removeprefix(f"documents say {signal}").strip(", ")
            return Branch(says.get(signal, signal), signal=signal, qualifier=qualifier)
        case RuleFired(rule=rule):
            return Branch("holds", rule=rule)
        case FactIs() | FactAmount() | FactIncludes():
            subject = condition.path.text
            return Branch(condition.words.removeprefix(subject).strip(), subject)
        case DateIs(words=words):
            subject, _, rest = words.partition(" ")
            return Branch(rest, subject)
        case _:
            return Branch(condition.words, parts=tuple(branch_of(part, says) for part in condition.parts()))


def _or(words: list[str]) -> str:
    return " or ".join(words)


def signals_of(question: Question) -> tuple[str, ...]:
    """The signals that a rule asks for, each once, by name."""
    heard = [part for part in parts_of(question) if isinstance(part, SignalHeard)]
    return tuple(sorted({signal for part in heard if not part.silence_is_no for signal in part.signals}))


def named_by(question: Question) -> tuple[str, ...]:
    """The other rules that a rule names, by id."""
    return tuple(sorted({part.rule for part in parts_of(question) if isinstance(part, RuleFired)}))


def shared(pack: RulePack) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """For each rule the others that ask the very same thing, and what; those that share most first.

    What is asked of an entry of a list counts with the list alone: "its date is before that" means
    another thing for another list.
    """
    asking: dict[str, set[str]] = {}
    for question in pack.questions:
        for words in _asked(question):
            asking.setdefault(words, set()).add(question.rule.id)
    found: dict[str, dict[str, list[str]]] = {}
    for words, rules in sorted(asking.items()):
        for rule in rules:
            for other in rules - {rule}:
                found.setdefault(rule, {}).setdefault(other, []).append(words)
    return {
        rule: tuple(
            (other, tuple(words))
            for other, words in sorted(others.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        )
        for rule, others in found.items()
    }


def _asked(question: Question) -> Iterator[str]:
    for part in parts_of(question):
        match part:
            case SignalHeard(signal=signal, silence_is_no=False):
                yield f"documents say {signal}"
            case Some(words=words):
                yield words
            case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path) if path.item is None:
                yield part.words
            case _:
                continue
