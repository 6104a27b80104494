"""A whole pack asked of many files at once: what each rule came to in each, as a table of codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redflag.assessment import Status
from redflag.columns import Columns, Flags
from redflag.evidence import Level
from redflag.masks import Asking, Masks
from redflag.pack.rule import Rule
from redflag.pack.rules import Question, RulePack, in_force

STATUSES: tuple[Status, ...] = ("undetermined", "fired", "clear", "not_applicable")
"""What a code stands for, by its place."""

_FIRED, _CLEAR, _DOES_NOT_APPLY = 1, 2, 3


@dataclass(frozen=True)
class OutcomeTable:
    """What every rule came to in every file.

    Attributes:
        rules: the rules, by id.
        codes: a row for each file and a column for each rule; places in `STATUSES`.
    """

    rules: tuple[Rule, ...]
    codes: NDArray[np.int8]

    def statuses(self, row: int) -> dict[str, Status]:
        """What the rules came to in one file, by id."""
        return {rule.id: STATUSES[code] for rule, code in zip(self.rules, self.codes[row], strict=True)}


def evaluate_columns(pack: RulePack, columns: Columns) -> OutcomeTable:
    """Asks every rule of every file, a rule at a time.

    A file in which only evidence can decide, because a case and its documents say the contrary or
    because a rule asks what others rest on, is asked by itself.
    """
    asking = Asking(columns)
    questions = [one for one in pack.questions if one.rule.id not in pack.switched_off]
    codes = np.zeros((len(questions), columns.rows), dtype=np.int8)
    apart = np.zeros(columns.rows, dtype=bool)
    stage = 0
    for number, question in enumerate(questions):
        if question.stage > stage:
            stage = question.stage
            signs = _company(asking, [one.rule for one in questions], codes, number)
            if stage > 1 and not columns.asserted_alone:
                apart |= signs
        code, differing = _asked(question, asking)
        apart |= differing
        codes[number] = code
        asking.rules[question.rule.id] = Masks(code == _FIRED, code == _CLEAR)
    order = sorted(range(len(questions)), key=lambda number: questions[number].rule.id)
    table = np.ascontiguousarray(codes[order].T)
    for row in np.flatnonzero(apart):
        judged = pack.compiled.evaluate(columns.facts_of(int(row)))
        table[row] = [STATUSES.index(one.status) for one in judged]
    return OutcomeTable(tuple(questions[number].rule for number in order), table)


def _asked(question: Question, asking: Asking) -> tuple[NDArray[np.int8], Flags]:
    """What a rule comes to, and where its two readings are contrary."""
    read, differing = _reading(question, asking)
    true, false = read
    if question.contradicted_by is not None:
        contrary = asking.ask(question.contradicted_by).true
        true, false = true & ~contrary, false | (contrary & ~true)
    if question.unless is not None:
        undone = asking.ask(question.unless)
        true, false = true & undone.false, false | (undone.true & ~_disputed(question, asking, read))
    code = np.where(false, np.int8(_CLEAR), np.int8(0))
    if question.applies_when is not None:
        applies = asking.ask(question.applies_when)
        code[true & applies.true] = _FIRED
        code[applies.false] = _DOES_NOT_APPLY
        differing = differing & ~applies.false
    else:
        code[true] = _FIRED
    for place, as_of in enumerate(asking.columns.as_of.values):
        if not in_force(question.rule, as_of):
            out = asking.columns.as_of.codes == place
            code[out] = _DOES_NOT_APPLY
            differing = differing & ~out
    return code, differing


def _disputed(question: Question, asking: Asking, read: Masks) -> Flags:
    """Where the reading holds and something says the contrary: open, whatever else undoes it."""
    if question.contradicted_by is None:
        return np.zeros_like(read.true)
    return read.true & asking.ask(question.contradicted_by).true


def _reading(question: Question, asking: Asking) -> tuple[Masks, Flags]:
    both = [asking.ask(one) for one in (question.when, question.text) if one is not None]
    if len(both) == 1:
        return both[0], np.zeros(asking.columns.rows, dtype=bool)
    facts, texts = both
    differing = (facts.true & texts.false) | (facts.false & texts.true)
    return Masks(facts.true | texts.true, facts.false | texts.false), differing


def _company(asking: Asking, rules: list[Rule], codes: NDArray[np.int8], so_far: int) -> Flags:
    """Tells the later stages of the rules before them; gives where any sign of misuse fired.

    That what fired rests on somebody's word alone is so only of columns that hold nothing better.
    """
    nowhere = np.zeros(asking.columns.rows, dtype=bool)
    beside: dict[str, Masks] = {}
    for effect in ("supports", "counters"):
        own = [n for n in range(so_far) if rules[n].effect == effect and not rules[n].context]
        beside[f"fired:{effect}"] = Masks((codes[own] == _FIRED).any(axis=0) if own else nowhere, nowhere)
    supports = [n for n in range(so_far) if rules[n].effect == "supports"]
    some = (codes[supports] == _FIRED).any(axis=0) if supports else nowhere
    for level in Level:
        asserted = level is Level.ASSERTED
        beside[f"rests_on:{level}"] = Masks(some, nowhere) if asserted else Masks(nowhere, some)
    asking.next_stage(beside)
    return some
