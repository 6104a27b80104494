"""Advice on a pack that reads well enough to be used: each complaint with its mend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from redflag.conditions import AtLeast, Condition, Not, SignalHeard
from redflag.errors import Fault, Location
from redflag.pack.asked import lint_questions
from redflag.pack.read import read_file, read_pack
from redflag.pack.rule import Rule
from redflag.pack.rules import Question, RulePack
from redflag.paths import case_shape
from redflag.record import Parsed

_SLOT = re.compile(r"\{([^{}]*)\}")
_SCOPE = re.compile(r"(?:some|at least \d+) (\S+) as (\S+)")
_KEYS = (
    "id", "version", "title", "indicators", "effect", "answers", "status", "reviewers", "in_force",
    "legal_basis", "sources", "context", "applies_when", "when", "text", "unless", "contradicted_by",
    "explain", "if_unknown", "collect", "known_errors", "innocent", "weight",
)  # fmt: skip
_VERDICTS = ("fired", "clear", "undetermined")


def lint(folders: Sequence[Path], family: str | None = None, tests: Path | None = None) -> tuple[Fault, ...]:
    """What could be better in a pack, rule by rule.

    Args:
        folders: the pack, and the packs on top of it.
        family: only the rules of this family.
        tests: folder of the rules' tests; not looked at if absent.

    Raises:
        RuleError: if the pack cannot be used at all.
    """
    pack = read_pack(folders)
    advice: list[Fault] = []
    by_id = {question.rule.id: question for question in pack.questions}
    for folder in folders:
        for path in sorted(folder.glob("*/*.yaml")):
            question = by_id.get(f"{path.parent.name}.{path.stem}")
            if question is None or (family is not None and question.rule.family != family):
                continue
            parsed = read_file(path)
            advice.extend(_rule(question, parsed))
            if tests is not None:
                advice.extend(_tests(question.rule, parsed, tests))
    if family is None:
        advice.extend(_twins(pack))
        advice.extend(_unused(pack))
        advice.extend(lint_questions(folders, pack))
    return tuple(advice)


def _rule(question: Question, parsed: Parsed) -> Iterator[Fault]:
    rule = question.rule
    keys = [key for key in parsed.data if key in _KEYS]
    if keys != sorted(keys, key=_KEYS.index):
        ordered = ", ".join(sorted(keys, key=_KEYS.index))
        yield Fault("the keys are not in the usual order", parsed.location(()), f"write {ordered}")
    if not rule.legal_basis and rule.effect == "supports":
        yield Fault("cites no law", parsed.location(("id",)), "add legal_basis")
    if not rule.if_unknown.rstrip().endswith("?"):
        yield Fault(
            "if_unknown asks nothing", parsed.location(("if_unknown",)), "end it with a question mark"
        )
    for key in ("collect", "known_errors"):
        if not getattr(rule, key):
            yield Fault(f"says nothing under {key}", parsed.location(("id",)), f"add {key}")
    if rule.effect == "supports" and not rule.innocent:
        yield Fault("gives no innocent explanation", parsed.location(("id",)), "add innocent")
    if rule.context and question.stage < 1:
        yield Fault(
            "rests on a state's record and could fire alone", parsed.location(("context",)),
            "add {beside: supports} or {beside: counters} to its condition",
        )  # fmt: skip
    yield from _explain(question, parsed)
    for key in ("when", "text", "applies_when"):
        condition = getattr(question, key)
        if condition is not None:
            yield from _either_way(condition, parsed.location((key,)))


def _explain(question: Question, parsed: Parsed) -> Iterator[Fault]:
    shape = case_shape()
    scopes = {}
    waiting = [c for c in (question.when, question.applies_when) if c is not None]
    while waiting:
        condition = waiting.pop()
        named = _SCOPE.match(condition.words)
        if named is not None:
            scopes[named[2]] = shape.list_of(named[1])
        waiting.extend(condition.parts())
    where = parsed.location(("explain",))
    for name in _SLOT.findall(question.rule.explain):
        head, _, rest = name.partition(".")
        inside = scopes.get(head)
        if inside is None and shape.leaf(name) is None:
            yield Fault(
                f'explain names no fact: "{{{name}}}"', where, "use a path, or name.field of an `as` name"
            )
        elif inside is not None and inside.leaf(rest) is None:
            yield Fault(f'explain names no field: "{{{name}}}"', where, "use a field of the item")


def _either_way(condition: Condition, where: Location) -> Iterator[Fault]:
    """Complains of "x or not x", which three values leave unknown."""
    if isinstance(condition, AtLeast):
        words = {part.words for part in condition.of}
        if any(isinstance(part, Not) and part.of.words in words for part in condition.of):
            mend = "with three values it stays unknown; leave it out"
            yield Fault("asks whether something is so or not so", where, mend)
    for part in condition.parts():
        yield from _either_way(part, where)


def _tests(rule: Rule, parsed: Parsed, tests: Path) -> Iterator[Fault]:
    where = parsed.location(("id",))
    path = tests / "rules" / rule.family / f"{rule.id.partition('.')[2]}.yaml"
    if rule.when is not None:
        if not path.is_file():
            yield Fault(
                "has no tests on structured facts", where, f"write tests/rules/{rule.family}/{path.name}"
            )
        else:
            expected = {case.get("expect") for case in read_file(path).data.get("cases", ())}
            # a rule that only looks at other rules' evidence is clear or fired with them
            for verdict in _VERDICTS:
                if verdict not in expected and not (rule.context and verdict == "clear"):
                    yield Fault(f"has no test that expects {verdict}", where, f"add one to {path.name}")
    if (
        rule.text is not None and not rule.of_a_passage
    ):  # what the tagger finds is tried on sentences held out
        texts = tests / "texts" / rule.family / path.name
        if not texts.is_file():
            yield Fault("has no texts that test it", where, "have somebody else write them")


def _twins(pack: RulePack) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for question in pack.questions:
        for key in ("when", "text"):
            condition = getattr(question, key)
            if condition is None:
                continue
            twin = seen.setdefault((key, condition.words), question.rule.id)
            if twin != question.rule.id:
                mend = "make one rule of them, or say what sets them apart"
                yield Fault(f"asks the same as {twin} under {key}", Location(keys=question.rule.id), mend)


def _unused(pack: RulePack) -> Iterator[Fault]:
    heard = [one for one in pack.conditions.values() if isinstance(one, SignalHeard)]
    used = {signal for one in heard for signal in one.signals}
    for signal in sorted({lexicon.id for lexicon in pack.lexicons.lexicons} - used):
        yield Fault(
            "no rule asks for this signal", Location(f"lexicons/{signal}.yaml"), "use it or remove it"
        )
