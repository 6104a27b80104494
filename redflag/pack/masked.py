"""A whole pack asked of many files at once: what each rule came to in each, as a table of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redflag.assessment import Status
from redflag.bearing import NOTHING, Bearing, Borne, least, source_keys
from redflag.columns import Columns, Flags, Numbers
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
    SignalHeard,
    Some,
)
from redflag.evidence import Level
from redflag.masks import Asking, Masks
from redflag.pack.rule import Rule
from redflag.pack.rules import Question, RulePack
from redflag.scoring import Policy

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


@dataclass(frozen=True)
class WeighedTable:
    """What every rule came to in every file, and how good the evidence is of each that is settled.

    Of each settled outcome of a rule that weighs anything one place in the arrays below, in the order of
    files and then of rules.

    Attributes:
        outcomes: what every rule came to.
        apart: files in which only evidence can decide; nothing else here is of any use for them.
        row: which file.
        rule: which rule, by its place among those of the outcomes.
        strength: how much of its weight the evidence carries, in [0, 1].
        event: the event that its best evidence reports: equal numbers within a file are one event.
        open: whether a fact that is still unknown could change its evidence.
    """

    outcomes: OutcomeTable
    apart: Flags
    row: Numbers
    rule: Numbers
    strength: NDArray[np.float64]
    event: Numbers
    open: Flags


def evaluate_columns(pack: RulePack, columns: Columns) -> OutcomeTable:
    """Asks every rule of every file, a rule at a time.

    A file in which only evidence can decide, because a case and its documents say the contrary or
    because a rule asks what others rest on, is asked by itself.
    """
    asked = _AskedPack(pack, columns, None)
    codes, apart = asked.codes()
    table = asked.by_id(codes)
    for row in np.flatnonzero(apart):
        judged = pack.compiled.evaluate(columns.facts_of(int(row)))
        table.codes[row] = [STATUSES.index(one.status) for one in judged]
    return table


def weigh_columns(pack: RulePack, columns: Columns, policy: Policy) -> WeighedTable:
    """The same with the evidence, of plain columns; files that only evidence can decide are only named.

    Raises:
        ValueError: if the columns are not plain.
    """
    if not columns.plain:
        raise ValueError("what a verdict rests on can be told of plain columns alone")
    keys = source_keys(columns, policy, _paths(pack))
    bearing = Bearing(Asking(columns), keys)
    asked = _AskedPack(pack, columns, bearing)
    codes, apart = asked.codes()
    outcomes = asked.by_id(codes)
    order = {rule.id: place for place, rule in enumerate(outcomes.rules)}
    parts: list[tuple[Numbers, Numbers, Numbers, Flags]] = []
    for rule_id, (rows, found, still_open) in asked.settled.items():
        parts.append((rows, np.full(len(rows), order[rule_id]), found, still_open))
    nothing = np.zeros(0, dtype=np.int64)
    row, rule, key, still_open = (
        (np.concatenate(told) for told in zip(*parts, strict=True))
        if parts
        else (nothing, nothing, nothing, nothing.astype(bool))
    )
    by_file = np.lexsort((rule, row))
    row, rule, key, still_open = row[by_file], rule[by_file], key[by_file], still_open[by_file]
    without = key == NOTHING
    asserted = policy.levels[Level.ASSERTED]
    strength = np.where(without, asserted, keys.strength(np.where(without, 0, key)))
    # what rests on no source of its own is an event of its own
    event = np.where(without, -1 - rule, keys.event(key))
    return WeighedTable(outcomes, apart, row, rule, strength, event, still_open)


def _paths(pack: RulePack) -> set[str]:
    """Every path of a case that a rule names."""
    found: set[str] = set()
    for condition in pack.conditions.values():
        match condition:
            case FactIs(path=path) | FactAmount(path=path) | FactIncludes(path=path) | Some(path=path):
                found.add(path.text)
            case DateIs(earlier=earlier, later=later):
                found.update(end.text for end in (earlier, later) if isinstance(end, Path))
    return found


class _AskedPack:
    """One asking of a pack.

    Attributes:
        settled: by rule, of each that weighs anything: the files in which it is settled, the key of the
            best source in each, and whether something is still unknown that it asks for.
    """

    def __init__(self, pack: RulePack, columns: Columns, bearing: Bearing | None) -> None:
        self._questions = [one for one in pack.questions if one.rule.id not in pack.switched_off]
        self._columns = columns
        self._bearing = bearing
        self._asking = bearing.asking if bearing is not None else Asking(columns)
        self._named = pack.named_rules
        self._days = columns.days(columns.as_of)
        self._bare = _bare_rules(self._questions)
        self.settled: dict[str, tuple[Numbers, Numbers, Flags]] = {}

    def codes(self) -> tuple[NDArray[np.int8], Flags]:
        """What each rule comes to in each file, and the files in which only evidence can decide."""
        columns, asking, questions = self._columns, self._asking, self._questions
        codes = np.zeros((len(questions), columns.rows), dtype=np.int8)
        apart = np.zeros(columns.rows, dtype=bool)
        stage = 0
        for number, question in enumerate(questions):
            if question.stage > stage:
                stage = question.stage
                signs, bare = _company(asking, [one.rule for one in questions], codes, number, self._bare)
                if self._bearing is not None:
                    self._bearing.next_stage()
                if stage > 1:
                    apart |= (signs & ~columns.asserted) | bare
            code, differing = _asked(question, asking)
            out = self._out_of_force(question.rule)
            if out is not None:
                code[out] = _DOES_NOT_APPLY
                differing = differing & ~out
            apart |= differing
            codes[number] = code
            asking.rules[question.rule.id] = Masks(code == _FIRED, code == _CLEAR)
            if self._bearing is not None:
                self._weigh(question, code, self._bearing)
        return codes, apart

    def by_id(self, codes: NDArray[np.int8]) -> OutcomeTable:
        """The same as a table, the rules by their ids."""
        questions = self._questions
        order = sorted(range(len(questions)), key=lambda number: questions[number].rule.id)
        table = np.ascontiguousarray(codes[order].T)
        return OutcomeTable(tuple(questions[number].rule for number in order), table)

    def _out_of_force(self, rule: Rule) -> Flags | None:
        """Where a rule applies no more or not yet, as `in_force` has it of one day; None if nowhere."""
        span = rule.in_force
        if span is None:
            return None
        out = np.zeros(self._columns.rows, dtype=bool)
        if span.from_ is not None:
            out |= self._days.latest < span.from_.earliest.toordinal()
        if span.until is not None:
            out |= self._days.earliest > span.until.latest.toordinal()
        return out if out.any() else None

    def _weigh(self, question: Question, code: NDArray[np.int8], bearing: Bearing) -> None:
        """Notes what a rule rests on, where it is settled."""
        rule = question.rule
        named = rule.id in self._named
        settled = np.flatnonzero((code == _FIRED) | (code == _CLEAR))
        if not named and (rule.weight is None or not len(settled)):
            return
        borne = _borne(question, bearing)
        if named:
            bearing.rules[rule.id] = Borne(
                np.where(code == _FIRED, borne.fired, NOTHING),
                np.where(code == _CLEAR, borne.clear, NOTHING),
                borne.open | (code == _DOES_NOT_APPLY),
            )
        if rule.weight is not None:
            told = code[settled] == _FIRED
            key = np.where(told, borne.fired[settled], borne.clear[settled])
            self.settled[rule.id] = settled, key, borne.open[settled]


def _borne(question: Question, bearing: Bearing) -> Borne:
    """What a rule rests on where it fired and where it is clear, and where anything in it is unknown."""
    readings = [one for one in (question.when, question.text) if one is not None]
    fired = [bearing.sources(one, True) for one in readings]
    clear = [bearing.sources(one, False) for one in readings]
    still_open = [bearing.open(one) for one in readings]
    if question.applies_when is not None:
        fired.append(bearing.sources(question.applies_when, True))
        still_open.append(bearing.open(question.applies_when))
    if question.unless is not None:
        fired.append(bearing.sources(question.unless, False))
        clear.append(bearing.sources(question.unless, True))
        still_open.append(bearing.open(question.unless))
    if question.contradicted_by is not None:
        contrary = bearing.asking.ask(question.contradicted_by).true
        clear.append(bearing.sources(question.contradicted_by, True))
        # where the contrary is said as well, the rule is disputed, and that is a reason by itself
        still_open.append(contrary & bearing.open(question.contradicted_by))
        still_open.append(contrary & np.logical_or.reduce([bearing.asking.ask(one).true for one in readings]))
    return Borne(least(fired), least(clear), np.logical_or.reduce(still_open))


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


def _company(
    asking: Asking,
    rules: list[Rule],
    codes: NDArray[np.int8],
    so_far: int,
    bare: Mapping[tuple[str, bool], bool],
) -> tuple[Flags, Flags]:
    """Tells the later stages of the rules before them.

    That what fired rests on somebody's word alone is so only of columns that hold nothing better, and only
    of rules that rest on anything.

    Returns:
        Where any sign of misuse fired, and where one fired that may rest on no source at all.
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
    without = [n for n in supports if bare[rules[n].id, True]]
    return some, (codes[without] == _FIRED).any(axis=0) if without else nowhere


def _bare_rules(questions: Sequence[Question]) -> dict[tuple[str, bool], bool]:
    """Whether a rule may fire, or be clear, on no source at all: on two fixed days, say."""
    found: dict[tuple[str, bool], bool] = {}
    for one in questions:
        readings = [reading for reading in (one.when, one.text) if reading is not None]
        found[one.rule.id, True] = (
            any(_bare(reading, True, found) for reading in readings)
            and (one.applies_when is None or _bare(one.applies_when, True, found))
            and (one.unless is None or _bare(one.unless, False, found))
        )
        undoing = [undone for undone in (one.unless, one.contradicted_by) if undone is not None]
        found[one.rule.id, False] = any(_bare(reading, False, found) for reading in readings) or any(
            _bare(undone, True, found) for undone in undoing
        )
    return found


def _bare(condition: Condition, truth: bool, rules: Mapping[tuple[str, bool], bool]) -> bool:
    """Whether a condition may come to a verdict on no source at all."""
    match condition:
        case Not(of=of):
            return _bare(of, not truth, rules)
        case AtLeast(n=n, of=of):
            enough = n if truth else len(of) - n + 1
            return sum(_bare(part, truth, rules) for part in of) >= enough
        case DateIs(earlier=earlier, later=later):
            return not any(isinstance(end, Path) for end in (earlier, later))
        case Beside() | RestsOn():
            return True
        case SignalHeard(silence_is_no=silence_is_no):
            return silence_is_no and not truth
        case RuleFired(rule=rule):
            return rules.get((rule, truth), False)
        case _:
            return False
