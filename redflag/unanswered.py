"""What nobody has asked yet: the open questions, by what their answers could change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from redflag.assessment import Question
from redflag.conditions import open_leaves
from redflag.facts import FactBase
from redflag.pack import Judged, Rule, RulePack
from redflag.pack.supposing import Supposing
from redflag.truth import Truth

MOST_QUESTIONS = 20
"""Questions that an assessment lists; a person can answer no more in one sitting."""

WhatIf = Callable[[Sequence[Judged]], float]
"""The score, were these the outcomes of the rules that they are about."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A rule that a file leaves open, and what settling it could change.

    Attributes:
        rule: the rule whose `if_unknown` is the question.
        leaves: the conditions that an answer would settle, by their words, each with the verdict
            that would make the rule fire.
        fact: what the first of them is about.
        rules: ids of every rule that would come out otherwise.
        alone: those of the leaves each of which would make the rule fire by itself; told by `settling`.
    """

    rule: Rule
    leaves: Mapping[str, Truth]
    fact: str
    rules: tuple[str, ...]
    score_if_true: float
    score_if_false: float
    alone: frozenset[str] = frozenset()

    def question(self) -> Question:
        """The same as an assessment lists it."""
        return Question(
            question=self.rule.if_unknown,
            fact=self.fact,
            rules=self.rules,
            score_if_true=self.score_if_true,
            score_if_false=self.score_if_false,
        )


def unanswered(
    pack: RulePack, facts: FactBase, judged: Sequence[Judged], what_if: WhatIf
) -> tuple[Unanswered, ...]:
    """The questions whose answers could move the score most, most valuable first.

    An answer is put through the rules: every condition that it would settle is assumed settled
    so, each rule that asks any of them is asked again, and the whole is scored again.
    """
    waiting = [one for one in judged if one.status == "undetermined" and one.rule.weight is not None]
    waiting.sort(key=lambda one: (-_stake(one), one.rule.id))
    given = {one.rule.id: one for one in judged}
    supposing = Supposing(pack, facts, judged)
    found = [
        _unanswered(supposing, pack.subjects, given, one, what_if) for one in waiting[: 2 * MOST_QUESTIONS]
    ]
    found.sort(key=lambda q: (-abs(q.score_if_true - q.score_if_false), q.rules, q.fact))
    return tuple(found[:MOST_QUESTIONS])


def settling(supposing: Supposing, one: Unanswered) -> Unanswered:
    """The same question, told which of its conditions would settle it alone."""
    alone = (
        words
        for words, truth in one.leaves.items()
        if supposing.one_settled(one.rule.id, {words: truth}).status == "fired"
    )
    return replace(one, alone=frozenset(alone))


def _stake(one: Judged) -> float:
    weight = one.rule.weight
    return 0.0 if weight is None else abs(weight.log_lr_true - weight.log_lr_false)


def _unanswered(
    supposing: Supposing,
    subjects: Mapping[str, str],
    given: Mapping[str, Judged],
    one: Judged,
    what_if: WhatIf,
) -> Unanswered:
    leaves = dict(open_leaves(one.trace))
    yes = supposing.settled(leaves)
    no = supposing.settled({words: ~truth for words, truth in leaves.items()})
    moved = {new.rule.id for new in yes if new.status != given[new.rule.id].status}
    about = [subjects[words] for words in leaves if words in subjects]
    stated = [subject for subject in about if not subject.startswith("signal:")]
    return Unanswered(
        rule=one.rule,
        leaves=leaves,
        fact=(stated or about or [one.rule.id])[0],
        rules=tuple(sorted(moved | {one.rule.id})),
        score_if_true=what_if(yes),
        score_if_false=what_if(no),
    )
