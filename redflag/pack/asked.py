"""The rules' questions in other languages, from `rules/questions`, and the questions of safety in all.

Each translation names the English words that it renders, so that a question that has changed since,
or that another pack words differently, is asked in English rather than in a wrong translation.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field, field_validator

from redflag.errors import Fault, Location, RuleError
from redflag.pack.read import read_file, shipped_pack_folder
from redflag.pack.rules import RulePack
from redflag.record import Parsed, Record, validate

ENGLISH = "en"
LANGUAGES = (ENGLISH, "fr", "es", "ru", "tr", "zh", "ar")
"""Languages in which the shipped questions stand, by ISO 639-1 code."""

SAFETY = (
    "surrender_imminent",
    "custody_status",
    "safe_to_contact",
    "safe_channel",
    "relatives_in_danger",
    "next_hearing",
    "deadlines",
)
"""What is asked before anything about the case, most urgent first."""

_FOLDER = "questions"
_MARKS = ("?", "？", "؟")


class Translation(Record):
    """One question in another language, and the English words that it renders."""

    english: str = Field(min_length=1)
    text: str = Field(min_length=1)


class Questions(Record):
    """Every question in one language."""

    language: str = Field(pattern=r"^[a-z]{2}$")
    translated_by: str
    reviewed_by_native: bool
    safety: Mapping[str, str]
    rules: Mapping[str, Translation] = Field(default_factory=dict)

    @field_validator("reviewed_by_native", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object) -> object:
        said: Mapping[object, bool] = {"yes": True, "no": False}
        return said.get(value, value)

    def of(self, rule_id: str, english: str) -> str | None:
        """The question of a rule; None if there is none, or if it renders other words."""
        found = self.rules.get(rule_id)
        return found.text if found is not None and found.english == english else None


@functools.cache
def shipped_questions(language: str) -> Questions | None:
    """The questions of the library in a language; None if it has none.

    Raises:
        RuleError: if the file cannot be used.
    """
    path = shipped_pack_folder() / _FOLDER / f"{language}.yaml"
    if language not in LANGUAGES or not path.is_file():
        return None
    return validate(Questions, read_file(path), RuleError)


def lint_questions(folders: Sequence[Path], pack: RulePack) -> Iterator[Fault]:
    """Complains of each question that a language of a folder lacks, or has in other words than it should.

    Raises:
        RuleError: if a file cannot be used.
    """
    # whether there is a passage is never unknown, so that nobody is asked
    own = {rule.id: rule.if_unknown for rule in pack.rules if not rule.of_a_passage}
    for folder in folders:
        if not (folder / _FOLDER).is_dir():
            continue
        for language in LANGUAGES:
            path = folder / _FOLDER / f"{language}.yaml"
            if not path.is_file():
                yield Fault(f'no questions in "{language}"', Location(str(path)), "write them")
                continue
            parsed = read_file(path)
            yield from _one(validate(Questions, parsed, RuleError), parsed, own)


def _one(found: Questions, parsed: Parsed, own: Mapping[str, str]) -> Iterator[Fault]:
    wanted = {} if found.language == ENGLISH else own
    for part, has, needs in (("safety", found.safety, SAFETY), ("rules", found.rules, wanted)):
        for name in needs:
            if name not in has:
                yield Fault(f'no question for "{name}"', parsed.location((part,)), "translate it")
        for name in has:
            if name not in needs:
                yield Fault("asks for nothing that is known", parsed.location((part, name)), "remove it")
    for name, one in found.rules.items():
        if name in own and one.english != own[name]:
            yield Fault(
                "renders English words that have changed", parsed.location(("rules", name)),
                "look at the translation again, then copy if_unknown to english",
            )  # fmt: skip
    for part, texts in (
        ("safety", found.safety),
        ("rules", {name: one.text for name, one in found.rules.items()}),
    ):
        for name, text in texts.items():
            if not text.rstrip().endswith(_MARKS):
                yield Fault("asks nothing", parsed.location((part, name)), "end it with a question mark")
