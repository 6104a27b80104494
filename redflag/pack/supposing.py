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
from redflag.pack.rules import Judged, Question, RulePack, TracesOf, adds, company, in_force, judge
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
        self._stages: dict[int, dict[str, Question]] = {}
        for question in pack.asked:
            if in_force(question.rule, facts.as_of):
                self._stages.setdefault(question.stage, {})[question.rule.id] = question
        self._places = {one.rule.id: place for place, one in enumerate(pack.asked)}
        # what each stage is told by the rules before it that fired
        self._added: dict[int, dict[str, tuple[str, ...]]] = {}
        added: dict[str, tuple[str, ...]] = {}
        for stage, questions in self._stages.items():
            self._added[stage] = dict(added)
            fired = [self._given[rule] for rule in questions if self._given[rule].status == "fired"]
            added |= {one.rule.id: adds(one) for one in fired}
        self._told = {stage: frozenset().union(*told.values()) for stage, told in self._added.items()}

    def settled(self, verdicts: Mapping[str, Truth]) -> tuple[Judged, ...]:
        """The rules that such an answer may move, by id, with what they would come to.

        Args:
            verdicts: how conditions are settled, by their words.
        """
        asking = self._pack.asking
        touched = {rule for words in verdicts for rule in asking.get(words, ())}
        touched |= {rule for name in touched for rule in asking.get(f"rule {name} fired", ())}
        return self._asked(verdicts, touched)

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
        sways = False  # whether the rules that others lean on come out otherwise
        for stage, questions in self._stages.items():
            if stage:
                told = self._told_to(stage, asked)
                sways = sways or told != self._told[stage]
            again = (
                [*questions] if sways else sorted(touched & questions.keys(), key=self._places.__getitem__)
            )
            if again and stage:
                sways = True
                scope = scope._replace(beside=company(told))
            for rule in again:
                asked[rule] = judge(questions[rule], scope)
        return tuple(asked[rule] for rule in sorted(asked))

    def _told_to(self, stage: int, asked: Mapping[str, Judged]) -> Set[str]:
        """What a stage is told of the rules before it, `asked` being those that were asked again."""
        again = [adds(one) for one in asked.values() if one.status == "fired"]
        added = self._added[stage]
        if added.keys().isdisjoint(asked):
            return self._told[stage].union(*again)
        given = [keys for rule, keys in added.items() if rule not in asked]
        return frozenset().union(*given, *again)
