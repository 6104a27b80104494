"""A file asked again, as if some of its conditions were settled: what an answer would change.

Most of a file stays as it is under such an answer. A condition that no part of it moves is traced
once for a file, and a rule that nothing moves is not asked again.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence, Set

from redflag.conditions import Kept, Scope
from redflag.evidence import Trace
from redflag.facts import FactBase
from redflag.pack.rules import Judged, RulePack, TracesOf, adds, company, in_force, judge
from redflag.truth import Truth


class Supposing:
    """What the rules of a pack come to on one file, were conditions settled that it leaves open.

    Args:
        pack: the rules.
        facts: the file.
        judged: what each rule comes to on the file as it is.
    """

    def __init__(self, pack: RulePack, facts: FactBase, judged: Sequence[Judged]) -> None:
        self._pack = pack
        self._facts = facts
        self._given = {one.rule.id: one for one in judged}
        self._traces: dict[str, Trace] = {}
        self._questions = [one for one in pack.asked if in_force(one.rule, facts.as_of)]
        self._places = {one.rule.id: place for place, one in enumerate(self._questions)}
        self._later = frozenset(one.rule.id for one in self._questions if one.stage)
        added = {one.rule.id: adds(one) for one in judged if one.status == "fired"}
        self._added = {
            stage: {
                one.rule.id: added[one.rule.id]
                for one in self._questions
                if one.stage < stage and one.rule.id in added
            }
            for stage in {one.stage for one in self._questions}
        }
        self._told = {stage: self._told_to(stage, {}) for stage in self._added}

    def settled(self, verdicts: Mapping[str, Truth]) -> tuple[Judged, ...]:
        """The rules that such an answer may move, by id, with what they would come to.

        Args:
            verdicts: how conditions are settled, by their words.
        """
        asking = self._pack.asking
        touched = {rule for words in verdicts for rule in asking.get(words, ())}
        touched |= {rule for name in touched for rule in asking.get(f"rule {name} fired", ())}
        return self._asked(verdicts, touched & self._places.keys())

    def one_settled(self, rule: str, verdicts: Mapping[str, Truth]) -> Judged:
        """What one rule would come to, the others being what they are."""
        (judged,) = (one for one in self._asked(verdicts, {rule}) if one.rule.id == rule)
        return judged

    def _asked(self, verdicts: Mapping[str, Truth], touched: Set[str]) -> tuple[Judged, ...]:
        asked: dict[str, Judged] = {}
        around = self._pack.around
        moved = self._pack.leaning.union(*(around.get(words, ()) for words in verdicts))
        scope = Scope(
            self._facts.assume(verdicts),
            rules=TracesOf(ChainMap(asked, self._given)),
            kept=Kept(self._traces, moved),
        )
        stage = 0
        sways = False  # whether the rules that others lean on come out otherwise
        for place in sorted(self._places[rule] for rule in touched | self._later):
            question = self._questions[place]
            rule = question.rule.id
            if question.stage > stage:
                stage = question.stage
                told = self._told_to(stage, asked)
                sways = sways or told != self._told[stage]
                scope = scope._replace(beside=company(told))
            if sways or rule in touched:
                asked[rule] = judge(question, scope)
                sways = sways or stage > 0
        return tuple(asked[rule] for rule in sorted(asked))

    def _told_to(self, stage: int, asked: Mapping[str, Judged]) -> Set[str]:
        """What a stage is told of the rules before it, `asked` being those that were asked again."""
        given = [keys for rule, keys in self._added[stage].items() if rule not in asked]
        again = [adds(one) for one in asked.values() if one.status == "fired"]
        return set().union(*given, *again)
