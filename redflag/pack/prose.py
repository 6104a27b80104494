"""A rule as a lawyer would have it told: what it asks, why, on what law, and how it errs."""

from __future__ import annotations

from collections.abc import Iterator

from redflag.conditions import Condition
from redflag.pack.rules import Question, RulePack

_EFFECTS = {
    "supports": "a sign of misuse",
    "counters": "a sign of an ordinary prosecution",
    "caveat": "a caveat: shown, and weighs nothing",
}


def told(question: Question, pack: RulePack) -> Iterator[str]:
    """One rule as a lawyer would have it told."""
    rule = question.rule
    yield f"{rule.title}"
    yield f"{rule.id}, version {rule.version}, {rule.status}; {_EFFECTS[rule.effect]}"
    if rule.answers:
        yield f"Answers: {', '.join(rule.answers)}"
    if rule.in_force is not None:
        start = f"from {rule.in_force.from_}" if rule.in_force.from_ is not None else ""
        end = f"until {rule.in_force.until}" if rule.in_force.until is not None else ""
        yield f"In force {' '.join(part for part in (start, end) if part)}"
    for title, condition in (
        ("Applies where", question.applies_when),
        ("Asks of the facts whether", question.when),
        ("Asks of the documents whether", question.text),
        ("Unless", question.unless),
        ("Is disputed where", question.contradicted_by),
    ):
        if condition is not None:
            yield ""
            yield f"{title}:"
            yield from _asked(condition, 1)
    yield ""
    yield f"Says: {rule.explain}"
    yield f"Asks the client: {rule.if_unknown}"
    for title, words in (
        ("Evidence to get", rule.collect),
        ("How it errs", rule.known_errors),
        ("What else may explain it", rule.innocent),
    ):
        if words:
            yield ""
            yield f"{title}:"
            yield from (f"  - {one}" for one in words)
    yield ""
    yield "Law:" if rule.legal_basis else "Law: none cited"
    for name in rule.legal_basis:
        law = pack.provisions[name]
        check = "" if law.confidence == "high" else "; check the text"
        yield f"  - {law.instrument}, {law.provision} (confidence {law.confidence}{check}): {law.says}"
    if rule.sources:
        yield "Literature:"
        yield from (
            f"  - {pack.literature[key].title} ({pack.literature[key].quality})" for key in rule.sources
        )
    yield ""
    if rule.weight is None:
        yield "Weight: none"
    else:
        weight = rule.weight
        yield f"Weight: {weight.log_lr_true:+g} if it fired, {weight.log_lr_false:+g} if clear (log-odds)"
        yield f"  {weight.basis.replace('_', ' ')}: {weight.reason}"


def _asked(condition: Condition, depth: int) -> Iterator[str]:
    """A condition as an indented tree, whole groups by their first words."""
    parts = condition.parts()
    indent = "  " * depth
    if not parts:
        yield f"{indent}- {condition.words}"
        return
    head, opened, _ = condition.words.partition("(")
    yield f"{indent}- {(head if opened else condition.words).strip(' :')}:"
    for part in parts:
        yield from _asked(part, depth + 1)
