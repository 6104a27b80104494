"""What a change of rules changes: which rules, which outcomes, which scores, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from redflag.assessment import Assessment
from redflag.pack import RulePack
from redflag.record import digest

_LOGIC = ("effect", "answers", "in_force", "context", "applies_when", "when", "text", "unless",
          "contradicted_by", "weight", "status")  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that one pack has and the other has not, or has otherwise.

    Attributes:
        what: `added`, `removed`, `logic` (what it asks or weighs) or `words` (all else).
        keys: the keys that differ.
    """

    rule_id: str
    what: Literal["added", "removed", "logic", "words"]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """A rule that came to something else on a case."""

    case_id: str
    rule_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """A case whose score or band is another."""

    case_id: str
    before: float | None
    after: float | None
    band_before: str
    band_after: str
    log_odds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two sets of assessments of the same cases."""

    outcomes: tuple[OutcomeChange, ...]
    scores: tuple[ScoreChange, ...]

    @property
    def gained(self) -> tuple[OutcomeChange, ...]:
        """Findings that are new."""
        return tuple(one for one in self.outcomes if one.after == "fired")

    @property
    def lost(self) -> tuple[OutcomeChange, ...]:
        """Findings that are gone."""
        return tuple(one for one in self.outcomes if one.before == "fired")


def changed_rules(old: RulePack, new: RulePack) -> tuple[RuleChange, ...]:
    """Which rules differ between two packs, by id; comments and layout do not count."""
    before = {rule.id: rule.model_dump(mode="json", by_alias=True) for rule in old.rules}
    after = {rule.id: rule.model_dump(mode="json", by_alias=True) for rule in new.rules}
    found = []
    for rule_id in sorted({*before, *after}):
        if rule_id not in before:
            found.append(RuleChange(rule_id, "added"))
        elif rule_id not in after:
            found.append(RuleChange(rule_id, "removed"))
        elif digest(before[rule_id]) != digest(after[rule_id]):
            keys = tuple(key for key in after[rule_id] if after[rule_id][key] != before[rule_id][key])
            found.append(RuleChange(rule_id, "logic" if set(keys) & {*_LOGIC} else "words", keys))
    return tuple(found)


def changed_lexicons(old: RulePack, new: RulePack) -> tuple[str, ...]:
    """Ids of the lexicons that differ between two packs."""
    before = {lexicon.id: lexicon.digest() for lexicon in old.lexicons.lexicons}
    after = {lexicon.id: lexicon.digest() for lexicon in new.lexicons.lexicons}
    return tuple(name for name in sorted({*before, *after}) if before.get(name) != after.get(name))


def compare(before: Sequence[Assessment], after: Sequence[Assessment]) -> Comparison:
    """What differs between assessments of the same cases, matched by case id."""
    earlier = {one.case_id: one for one in before}
    outcomes: list[OutcomeChange] = []
    scores: list[ScoreChange] = []
    for new in sorted(after, key=lambda one: one.case_id):
        old = earlier.get(new.case_id)
        if old is None:
            continue
        outcomes.extend(_outcomes(old, new))
        if old.log_odds != new.log_odds or old.band != new.band:
            moved = new.log_odds - old.log_odds
            scores.append(ScoreChange(new.case_id, old.score, new.score, old.band, new.band, moved))
    return Comparison(tuple(outcomes), tuple(scores))


def _outcomes(old: Assessment, new: Assessment) -> Iterator[OutcomeChange]:
    before = {outcome.rule_id: outcome.status for outcome in old.outcomes}
    after = {outcome.rule_id: outcome.status for outcome in new.outcomes}
    for rule_id in sorted({*before, *after}):
        was: str = before.get(rule_id, "no such rule")
        now: str = after.get(rule_id, "no such rule")
        if was != now:
            yield OutcomeChange(new.case_id, rule_id, was, now)
