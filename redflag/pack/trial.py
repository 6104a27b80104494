"""Trying a pack on its tests: small cases with the outcome that each rule must come to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from redflag.assessment import Status
from redflag.case import Case
from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.errors import RuleError
from redflag.facts import gather
from redflag.pack.read import read_file
from redflag.pack.rules import RulePack
from redflag.record import Record, validate
from redflag.signals import find

SCREENED_AT = "2024-01-01"
"""The screening date of a test that gives none."""


class FactsTest(Record):
    """One structured case and what the rule must come to."""

    name: str
    case: dict[str, Any]
    expect: Status
    as_of: PartialDate = PartialDate(SCREENED_AT)


class RuleTests(Record):
    """A file of tests on structured facts."""

    rule: str
    cases: tuple[FactsTest, ...] = Field(min_length=1)


class TextTest(Record):
    """One text on which a rule must fire, or stay silent and why."""

    name: str
    text: str
    why: str = ""


class TextTests(Record):
    """A file of texts, written by somebody who has not seen the phrases."""

    rule: str
    fires: tuple[TextTest, ...] = Field(min_length=1)
    silent: tuple[TextTest, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Trial:
    """One test and what came of it."""

    rule: str
    name: str
    file: str
    line: int
    kind: Literal["facts", "text"]
    expected: str
    got: str

    @property
    def passed(self) -> bool:
        """Whether the rule came to what was expected."""
        return self.got == self.expected


MISSES = "known_misses.yaml"
"""Beside the texts: those on which a rule is known to fail, so that no other ever does unseen."""


class KnownMisses(Record):
    """Texts on which rules do not yet do what they should, by rule; told, and never forgotten.

    A text that is listed here and passes is a fault too: the list shrinks as the phrases grow.
    """

    missed: dict[str, tuple[str, ...]] = Field({}, description="Names of texts that should fire.")
    misread: dict[str, tuple[str, ...]] = Field({}, description="Names of texts that should not.")

    def has(self, trial: Trial) -> bool:
        """Whether a trial is one of them."""
        listed = self.missed if trial.expected == "fired" else self.misread
        return trial.kind == "text" and trial.name in listed.get(trial.rule, ())


def known_misses(tests: Path) -> KnownMisses:
    """The list in a folder of tests; an empty one where there is none.

    Raises:
        RuleError: if it cannot be read.
    """
    path = tests / "texts" / MISSES
    return validate(KnownMisses, read_file(path), RuleError) if path.is_file() else KnownMisses()


def misses_of(trials: Iterable[Trial]) -> str:
    """The list of what fails now, as the YAML of `known_misses.yaml`."""
    told = ["# Texts on which the pack does not yet do what it should (redflag rules test --write-misses)."]
    for key, expected in (("missed", "fired"), ("misread", "silent")):
        by_rule: dict[str, list[str]] = {}
        for trial in trials:
            if trial.kind == "text" and trial.expected == expected and not trial.passed:
                by_rule.setdefault(trial.rule, []).append(trial.name)
        told.append(f"{key}:" if by_rule else f"{key}: {{}}")
        for rule, names in sorted(by_rule.items()):
            told.append(f"  {rule}:")
            told.extend(f"    - {json.dumps(name, ensure_ascii=False)}" for name in names)
    return "\n".join(told) + "\n"


def run(pack: RulePack, tests: Path, family: str | None = None) -> tuple[Trial, ...]:
    """Every test below a folder: `rules/` on structured facts, `texts/` on what documents say.

    Raises:
        RuleError: if a file of tests cannot be read, or names no rule of the pack.
    """
    wanted = family if family is not None else "*"
    trials: list[Trial] = []
    for path in sorted((tests / "rules").glob(f"{wanted}/*.yaml")):
        trials.extend(_facts_trials(pack, path))
    known = {rule.family for rule in pack.rules}
    for path in sorted((tests / "texts").glob(f"{wanted}/*.yaml")):
        if path.parent.name in known:
            trials.extend(_text_trials(pack, path))
    return tuple(trials)


def _facts_trials(pack: RulePack, path: Path) -> Iterator[Trial]:
    parsed = read_file(path)
    tests = validate(RuleTests, parsed, RuleError)
    for place, test in enumerate(tests.cases):
        data = {"case_id": "test", **test.case}
        line = parsed.location(("cases", place)).line or 1
        from_case = type(parsed)(data, parsed.file, {})
        try:
            case = validate(Case, from_case, RuleError)
        except RuleError as error:
            faults = "; ".join(str(fault) for fault in error.faults)
            yield Trial(tests.rule, test.name, str(path), line, "facts", test.expect, f"no case: {faults}")
            continue
        got = outcome(pack, tests.rule, case, test.as_of)
        yield Trial(tests.rule, test.name, str(path), line, "facts", test.expect, got)


def _text_trials(pack: RulePack, path: Path) -> Iterator[Trial]:
    parsed = read_file(path)
    tests = validate(TextTests, parsed, RuleError)
    for key, expected in (("fires", "fired"), ("silent", "silent")):
        for place, test in enumerate(getattr(tests, key)):
            line = parsed.location((key, place)).line or 1
            case = Case(case_id="test")
            got = outcome(pack, tests.rule, case, PartialDate("2030-01-01"), test.text)
            if expected == "silent" and got != "fired":
                got = "silent"
            yield Trial(tests.rule, test.name, str(path), line, "text", expected, got)


def outcome(pack: RulePack, rule: str, case: Case, as_of: PartialDate, text: str | None = None) -> str:
    """What one rule comes to on a case, and on a text beside it."""
    documents = [] if text is None else [Document("text", text, DocumentNote())]
    facts = gather(case, documents, find(documents, pack.lexicons), as_of)
    for one in pack.evaluate(facts):
        if one.rule.id == rule:
            return one.status
    return "no such rule"
