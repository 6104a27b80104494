"""How a pack behaved over the assessments of a ledger: volumes, bands, rules, drift, contests."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from redflag.assessment import Assessment
from redflag.audit.entries import Line
from redflag.audit.ledger import LedgerFile

NOTABLE = 2.58
"""Standard errors from which a change of a share is told: one in a hundred by chance alone."""

SCORE_BINS = 10
_SMALL = 1e-4


@dataclass(slots=True)
class Tally:
    """Sums over some assessments; parts of what a report shows.

    Attributes:
        lines: assessments logged, with their content or without.
        kept: those whose content is kept, which alone the rest is about.
        bands: how many had each band.
        scores: how many had a score in each tenth.
        rules: by rule, how many times it came to what.
        languages: documents by language.
    """

    lines: int = 0
    kept: int = 0
    documents: int = 0
    unreadable: int = 0
    coverage: float = 0.0
    log_odds: float = 0.0
    bands: Counter[str] = field(default_factory=Counter)
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_BINS)
    rules: dict[str, Counter[str]] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)

    def add(self, assessment: Assessment) -> None:
        """Count one assessment in."""
        self.kept += 1
        self.bands[assessment.band] += 1
        self.coverage += assessment.coverage
        self.log_odds += assessment.log_odds
        probability = 1 / (1 + math.exp(-max(-700.0, min(700.0, assessment.log_odds))))
        self.scores[min(SCORE_BINS - 1, int(probability * SCORE_BINS))] += 1
        for outcome in assessment.outcomes:
            self.rules.setdefault(outcome.rule_id, Counter())[outcome.status] += 1
        for document in assessment.documents:
            self.documents += 1
            self.unreadable += document.unreadable is not None
            self.languages[document.language or "undetermined"] += 1

    def mean_coverage(self) -> float:
        """Mean share of the core rules that was settled."""
        return self.coverage / self.kept if self.kept else 0.0

    def mean_log_odds(self) -> float:
        """Mean of the log-odds."""
        return self.log_odds / self.kept if self.kept else 0.0

    def fired_share(self, rule: str) -> float:
        """Share of the assessments that asked a rule in which it fired."""
        seen = self.rules.get(rule, Counter())
        asked = sum(seen.values()) - seen["not_applicable"]
        return seen["fired"] / asked if asked else 0.0


@dataclass(frozen=True, slots=True)
class Shift:
    """A rule that fires in another share than before, by so many standard errors."""

    rule_id: str
    before: float
    after: float
    errors: float


@dataclass(frozen=True, slots=True)
class RuleContests:
    """What reviewers did about the findings of one rule."""

    rule_id: str
    struck: int
    noted: int
    answered: int
    fired: int


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a report on a ledger shows.

    Attributes:
        months: the tally of each month, in order.
        whole: the tally of them all.
        earlier: what the later half, or the whole, is held against.
        later: what is held against it.
        against: what `earlier` is, in words.
        stability: population stability index of the scores, `later` against `earlier`; None where
            either is empty.
        shifts: rules that fire in another share, widest first.
        contests: by rule.
        switched_off: assessments in which a rule was not asked, by rule.
        packs: lines by pack.
        never: rules that were asked and never fired; `always` those that fired wherever they applied.
        subjects: how many different cases there are.
        erased: pieces of content that were erased.
    """

    months: Mapping[str, Tally]
    whole: Tally
    earlier: Tally
    later: Tally
    against: str
    stability: float | None
    shifts: tuple[Shift, ...]
    contests: tuple[RuleContests, ...]
    switched_off: Mapping[str, int]
    packs: Mapping[str, int]
    never: tuple[str, ...]
    always: tuple[str, ...]
    subjects: int
    erased: int


def behaviour(ledger: LedgerFile, reference: Iterable[Assessment] | None = None) -> Behaviour:
    """What the lines of a ledger show.

    Args:
        ledger: the ledger; only what it keeps of its assessments says more than volumes.
        reference: assessments to hold the scores and inputs against, such as those of the training
            data; the earlier half of the ledger's own if absent.
    """
    kept = [
        line.number for line in ledger.lines() if line.kind == "assessment" and "assessment" in line.contents
    ]
    middle = kept[len(kept) // 2] if kept else 0
    months: dict[str, Tally] = {}
    whole, first, second = Tally(), Tally(), Tally()
    contests: dict[str, Counter[str]] = {}
    packs: Counter[str] = Counter()
    off: Counter[str] = Counter()
    subjects: set[str] = set()
    erased = 0
    for line in ledger.lines():
        erased += len(line.erased)
        if line.kind == "contest" and line.finding is not None:
            contests.setdefault(line.finding, Counter())[str(line.deed)] += 1
        if line.kind != "assessment":
            continue
        packs[f"{line.pack_name} {line.pack_version}"] += 1
        off.update(one.rule_id for one in line.switched_off)
        subjects.add(line.subject or "")
        month = months.setdefault(line.when[:7], Tally())
        half = first if line.number < middle else second
        _count(ledger, line, (month, whole, half))
    earlier, later, against = first, second, "the earlier half of this ledger"
    if reference is not None:
        earlier, later, against = Tally(), whole, "the assessments given to compare with"
        for one in reference:
            earlier.lines += 1
            earlier.add(one)
    return Behaviour(
        months=dict(sorted(months.items())),
        whole=whole,
        earlier=earlier,
        later=later,
        against=against,
        stability=stability(earlier.scores, later.scores),
        shifts=shifts(earlier, later),
        contests=tuple(_contests(contests, whole)),
        switched_off=dict(sorted(off.items())),
        packs=dict(sorted(packs.items())),
        never=tuple(rule for rule, seen in sorted(whole.rules.items()) if not seen["fired"]),
        always=tuple(
            rule
            for rule, seen in sorted(whole.rules.items())
            if seen["fired"] and seen["fired"] == sum(seen.values()) - seen["not_applicable"]
        ),
        subjects=len(subjects),
        erased=erased,
    )


def stability(before: Sequence[int], after: Sequence[int]) -> float | None:
    """Population stability index of two histograms with the same bins; 0 where they are alike.

    >>> stability([10, 10], [20, 20])
    0.0
    """
    if not sum(before) or not sum(after):
        return None
    total = 0.0
    for one, other in zip(before, after, strict=True):
        p, q = max(one / sum(before), _SMALL), max(other / sum(after), _SMALL)
        total += (q - p) * math.log(q / p)
    return total


def shifts(earlier: Tally, later: Tally) -> tuple[Shift, ...]:
    """Rules whose share of firing moved by more than chance would, widest first."""
    found = []
    for rule in sorted(earlier.rules.keys() & later.rules.keys()):
        sizes = [sum(t.rules[rule].values()) - t.rules[rule]["not_applicable"] for t in (earlier, later)]
        if not all(sizes):
            continue
        p, q = earlier.fired_share(rule), later.fired_share(rule)
        pooled = (p * sizes[0] + q * sizes[1]) / sum(sizes)
        error = math.sqrt(pooled * (1 - pooled) * (1 / sizes[0] + 1 / sizes[1]))
        if error and abs(q - p) / error >= NOTABLE:
            found.append(Shift(rule, p, q, (q - p) / error))
    return tuple(sorted(found, key=lambda one: (-abs(one.errors), one.rule_id)))


def _count(ledger: LedgerFile, line: Line, tallies: Sequence[Tally]) -> None:
    kept = ledger.assessment(line.number) if "assessment" in line.contents else None
    for tally in tallies:
        tally.lines += 1
        if kept is not None:
            tally.add(kept)


def _contests(found: Mapping[str, Counter[str]], whole: Tally) -> Iterable[RuleContests]:
    for rule, deeds in sorted(found.items(), key=lambda one: (-sum(one[1].values()), one[0])):
        fired = whole.rules.get(rule, Counter())["fired"]
        yield RuleContests(rule, deeds["strike"], deeds["note"], deeds["counter_evidence"], fired)
