"""From a case to an assessment: the whole way, once, with nothing decided on the side."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from redflag.assessment import (
    Assessment,
    AxisFinding,
    Band,
    Contribution,
    DocumentRead,
    Families,
    FamilyFinding,
    Finding,
    Ledger,
    Outcome,
    Provenance,
    Provision,
    ScoreLine,
    SwitchedOff,
    Unscreened,
    Urgent,
    Verdict,
)
from redflag.case import Case
from redflag.chronology import chronology, evidence_of
from redflag.classifier import Classifier, Reading, check_belongs, fits
from redflag.dates import PartialDate
from redflag.documents import Document
from redflag.errors import CaseError, Fault, did_you_mean
from redflag.evidence import Assertion, Level, Source
from redflag.explanation import explained
from redflag.facts import FactBase, gather
from redflag.intake import Intake, load
from redflag.model import (
    Model,
    Precedents,
    read_model,
    shipped_model,
    shipped_model_folder,
    shipped_precedents,
)
from redflag.pack import Judged, RulePack, read_pack, shipped_pack, shipped_pack_folder
from redflag.pack.supposing import Supposing
from redflag.record import digest
from redflag.scoring import (
    DECIMALS,
    Bounds,
    Policy,
    RuleScore,
    Weighed,
    band_of,
    logit,
    sigmoid,
    unsettled,
    weigh,
)
from redflag.signals import (
    NAMES,
    UNDETERMINED,
    Lexicons,
    Signal,
    Tagger,
    find,
    language_of,
    letters_by_language,
    read_tagger,
)
from redflag.unanswered import Unanswered, WhatIf, settling, unanswered
from redflag.version import package_version

MOST_EVIDENCE = 12
"""Places that a finding lists; how many more there are is said."""

DEFAULT_RULES = "default"
"""Stands for the pack that comes with the library, in a list of packs."""

DEFAULT_MODEL = "default"
"""Stands for the classifier that comes with the library, where it belongs to the rules."""

SHIPPED_TAGGER = "shipped"
"""Stands for the sentence tagger that comes with the library."""


CaseLike = Case | Path | str | Mapping[str, Any]


class Screener:
    """A rule pack, and a classifier where there is one, ready to screen many cases.

    Args:
        rules: the shipped pack if absent; a pack, a folder, or a list of them in which each further
            folder adds its rules to the first (`["default", "my_rules/"]`).
        model: the shipped classifier if absent, where every rule that it reads is in the pack; a
            model, or the path of one; None for the rules alone.
        base_rate: `balanced`, another name of the pack's `scoring.yaml`, or a share between 0 and 1.
        switched_off: rules that are not to be asked, by id, each with a reason.
        pin: the digest that the pack must have.
        ledger: keeps a record of each assessment.
        tagger: finds what no phrase foresaw; a tagger, the folder of one, `SHIPPED_TAGGER` for the one
            that comes with the library, or None to read by phrases alone.

    Raises:
        RuleError: if the pack cannot be used.
        CaseError: if the base rate is not one.
        ModelError: if a model or tagger cannot be read, or a model has other columns than the pack.
    """

    def __init__(
        self,
        rules: RulePack | Path | str | Sequence[Path | str] | None = None,
        model: Model | Path | str | None = DEFAULT_MODEL,
        base_rate: str | float = "balanced",
        *,
        switched_off: Mapping[str, str] | None = None,
        pin: str | None = None,
        ledger: Ledger | None = None,
        tagger: Tagger | Path | str | None = SHIPPED_TAGGER,
    ) -> None:
        self.pack = _pack(rules, switched_off, pin)
        self.classifier, self._no_classifier = _classifier(model, self.pack)
        own = self.pack.policy
        self.policy = own if self.classifier is None else self.classifier.model.policy(own)
        self.base_rate, self.base_rate_value = _base_rate(base_rate, self.pack.policy)
        self.tagger = _tagger(tagger)
        self._ledger = ledger
        self._saturation = {family.id: family.saturation for family in self.pack.families}
        self._unsettled: dict[str, Weighed] = {}
        self._bounds: Bounds | None = None

    def screen(
        self, case: CaseLike, as_of: PartialDate | str | None = None, *, as_of_from: str = "given"
    ) -> Assessment:
        """The assessment of one case.

        Args:
            case: a `Case`, a path of a case file, document or folder, a text, or a mapping.
            as_of: the day up to which the screening knows; the case's own if absent. For a bare
                text, the latest date that it gives, else today.
            as_of_from: where a given date comes from, for the provenance.

        Raises:
            CaseError: if the case cannot be read, or there is no date to screen it at.
        """
        intake = self._covered(load(case))
        day, origin = _screening_date(intake, as_of, as_of_from)
        assessment = self._assess(intake, day, origin)
        if self._ledger is not None:
            self._ledger.append(assessment, intake.case)
        return assessment

    def score(self, case: CaseLike, as_of: PartialDate | str | None = None) -> ScoreLine:
        """The score of one case and which rules fired, without the evidence; much faster than `screen`.

        Every number is that of the assessment. Nothing is appended to a ledger: what somebody is to
        rely on is an assessment.

        Raises:
            CaseError: as `screen`.
        """
        intake = self._covered(load(case))
        day, _ = _screening_date(intake, as_of, "given")
        return self.score_facts(intake.case.case_id, self.facts_of(intake, day))

    def score_facts(self, case_id: str, facts: FactBase) -> ScoreLine:
        """The same from what a file was found to tell."""
        judged = self.pack.evaluate(facts)
        added = self._added_up(judged)
        families: dict[str, list[float]] = {}
        for rule, part in added.parts.items():
            families.setdefault(rule.partition(".")[0], []).append(part)
        return ScoreLine(
            case_id=case_id,
            as_of=str(facts.as_of),
            score=None if added.abstention is not None else added.score,
            score_range=added.score_range,
            band=added.band,
            abstention=added.abstention,
            families={
                family.id: round(math.fsum(families[family.id]), DECIMALS)
                for family in self.pack.families
                if family.id in families
            },
            fired=tuple(one.rule.id for one in judged if one.status == "fired"),
        )

    def adapted(self, base_rate: str | float, switched_off: Mapping[str, str]) -> Screener:
        """The same pack and model at another base rate and with other rules switched off; no ledger."""
        other = copy.copy(self)
        other.base_rate, other.base_rate_value = _base_rate(base_rate, self.pack.policy)
        other.pack = replace(self.pack, switched_off=dict(sorted(switched_off.items())))
        other._ledger = None
        other._bounds = None
        return other

    def screen_many(
        self, cases: Iterable[CaseLike], as_of: PartialDate | str | None = None
    ) -> Iterator[Assessment | Unscreened]:
        """Assessments one after the other; a case that cannot be screened becomes a reason."""
        for number, case in enumerate(cases, start=1):
            try:
                yield self.screen(case, as_of)
            except CaseError as error:
                yield Unscreened(case_id=f"case {number}", faults=tuple(map(str, error.faults)))

    def read(self, case: CaseLike) -> tuple[Intake, tuple[Signal, ...]]:
        """A case with its documents, and everything that those say.

        Raises:
            CaseError: if the case cannot be read.
        """
        intake = self._covered(load(case))
        return intake, self._signals(intake)

    def _signals(self, intake: Intake) -> tuple[Signal, ...]:
        readable = [document for document in intake.documents if not document.unreadable]
        return find(readable, self.pack.lexicons, self.tagger)

    def facts_of(self, intake: Intake, as_of: PartialDate) -> FactBase:
        """What a case and its documents tell, as of a day."""
        return gather(intake.case, intake.documents, self._signals(intake), as_of)

    def judge(self, case: CaseLike, as_of: PartialDate | str | None = None) -> tuple[Judged, ...]:
        """What each rule comes to on a case, and no more: what training looks at.

        Raises:
            CaseError: if the case cannot be read, or there is no date to screen it at.
        """
        intake = self._covered(load(case))
        day, _ = _screening_date(intake, as_of, "given")
        return self.pack.evaluate(self.facts_of(intake, day))

    def unanswered(self, case: CaseLike, as_of: PartialDate | str | None = None) -> tuple[Unanswered, ...]:
        """What the file leaves open, most valuable first, with the conditions that an answer would settle.

        Raises:
            CaseError: if the case cannot be read, or there is no date to screen it at.
        """
        intake = self._covered(load(case))
        day, _ = _screening_date(intake, as_of, "given")
        facts = self.facts_of(intake, day)
        judged = self.pack.evaluate(facts)
        found = unanswered(self.pack, facts, judged, self._what_if(self._added_up(judged)))
        supposing = Supposing(self.pack, facts, judged)
        return tuple(settling(supposing, one) for one in found)

    def weigh(self, judged: Iterable[Judged]) -> RuleScore:
        """R, from what the rules came to."""
        return self._scored(self.weighed(judged))

    def _scored(self, weighed: Sequence[Weighed]) -> RuleScore:
        if self._bounds is None:
            self._bounds = Bounds(map(unsettled, weighed), self._saturation, self.policy)
        return weigh(weighed, self._saturation, self.policy, self._bounds)

    def weighed(self, judged: Iterable[Judged]) -> list[Weighed]:
        """What each rule that weighs anything came to, as scoring sees it."""
        return [self._weighed(one) for one in judged if one.rule.weight is not None]

    def _disagreement(
        self, judged: Sequence[Judged], scored: RuleScore, reading: Reading | None
    ) -> str | None:
        if self.classifier is None or reading is None:
            return None
        by_family: dict[str, list[float]] = {}
        for one in judged:
            by_family.setdefault(one.rule.family, []).append(scored.parts.get(one.rule.id, 0.0))
        sums = {family: math.fsum(values) for family, values in by_family.items()}
        titles = {family.id: family.title for family in self.pack.families}
        return self.classifier.disagreement(reading, scored.log_odds, sums, titles)

    def _covered(self, intake: Intake) -> Intake:
        """The same case, with every document in a language that no lexicon covers marked unreadable."""
        covered = self.pack.lexicons.languages
        documents = []
        for document in intake.documents:
            language = document.note.language
            if not document.unreadable and language is None:
                language = language_of(document.text, covered)
            note = document.note.model_copy(update={"language": language})
            reason = document.unreadable
            if language is not None and language not in (UNDETERMINED, *covered):
                named = NAMES.get(language, f"the language {language}")
                reason = reason or f"it is in {named}, which no lexicon covers"
            documents.append(replace(document, note=note, unreadable=reason))
        return replace(intake, documents=tuple(documents))

    def _assess(self, intake: Intake, as_of: PartialDate, origin: str) -> Assessment:
        pack, case, classifier = self.pack, intake.case, self.classifier
        facts = self.facts_of(intake, as_of)
        judged = pack.evaluate(facts)
        added = self._added_up(judged)
        scored, reading, parts, score = added.scored, added.reading, added.parts, added.score
        texts = {document.id: document.text for document in intake.documents}
        findings = tuple(self._findings(judged, parts, facts, texts))
        families = tuple(self._families(judged, parts, findings))

        missing = unanswered(pack, facts, judged, self._what_if(added))
        return Assessment(
            case_id=case.case_id,
            urgent=tuple(_urgent(case)),
            score=None if added.abstention is not None else score,
            score_range=added.score_range,
            band=added.band,
            abstention=added.abstention,
            rule_score=round(sigmoid(scored.log_odds), DECIMALS),
            classifier_score=None if reading is None else round(sigmoid(reading.opinion.log_odds), DECIMALS),
            classifier_note=self._no_classifier,
            coverage=scored.coverage,
            axes=tuple(self._axes(families)),
            families=Families(families),
            findings=findings,
            outcomes=tuple(
                Outcome(rule_id=one.rule.id, status=one.status, reason=one.reason) for one in judged
            ),
            prior=added.prior,
            contributions=(
                *(Contribution(name=name, value=value) for name, value in parts.items()),
                *added.columns,
            ),
            log_odds=added.log_odds,
            disagreement=self._disagreement(judged, scored, reading),
            precedents=() if classifier is None or reading is None else classifier.precedents(reading),
            missing=tuple(one.question() for one in missing),
            documents=tuple(document_read(document, pack.lexicons) for document in intake.documents),
            chronology=chronology(case, facts, texts),
            provisions=tuple(self._provisions(findings)),
            cautions=tuple(self._cautions(intake)),
            provenance=self._provenance(intake, as_of, origin),
        )

    def _what_if(self, added: _Added) -> WhatIf:
        """The score of a file, were some rules to come out otherwise."""

        def score(changed: Sequence[Judged]) -> float:
            others = self.weighed(changed)
            moved = self.policy.stack.rules * added.scored.sums.total(others)
            if self.classifier is not None and added.reading is not None:
                moved += self.classifier.if_changed(added.reading, others)
            return round(sigmoid(added.start + moved), DECIMALS)

        return score

    def _added_up(self, judged: Sequence[Judged]) -> _Added:
        """Every number of an assessment that what the rules came to decides."""
        policy, classifier = self.policy, self.classifier
        weighed = self.weighed(judged)
        scored = self._scored(weighed)
        reading = None if classifier is None else classifier.read(weighed)
        stack = policy.stack
        shift = logit(self.base_rate_value) - logit(stack.training_rate)
        parts = {rule: round(stack.rules * value, DECIMALS) for rule, value in scored.parts.items()}
        columns: tuple[Contribution, ...] = ()
        ends = 0.0, 0.0
        if classifier is not None and reading is not None:
            columns, ends = classifier.parts(reading), classifier.ends(reading)
        told = [*parts.values(), *(one.value for one in columns)]
        prior = round(stack.intercept + shift, DECIMALS)
        log_odds = round(math.fsum((prior, *told)), DECIMALS)
        band, abstention = band_of(stack.intercept + math.fsum(told), scored.coverage, policy)
        start = stack.intercept + shift
        low, high = (
            round(sigmoid(start + stack.rules * bound + end), DECIMALS)
            for bound, end in zip((scored.low, scored.high), ends, strict=True)
        )
        score = round(sigmoid(log_odds), DECIMALS)
        return _Added(
            scored, reading, parts, columns, start, prior, log_odds, score,
            (min(low, score), max(high, score)), band, abstention,
        )  # fmt: skip

    def _weighed(self, one: Judged) -> Weighed:
        if one.status != "undetermined":
            return self._weighed_anew(one)
        # what is open weighs the same in every file
        known = self._unsettled.get(one.rule.id)
        if known is None:
            known = self._unsettled[one.rule.id] = self._weighed_anew(one)
        return known

    def _weighed_anew(self, one: Judged) -> Weighed:
        rule, weight = one.rule, one.rule.weight
        if weight is None:
            raise ValueError(f"{rule.id} is a caveat and weighs nothing")
        strength, event = 1.0, ""
        if one.status in ("fired", "clear"):
            strength, event = self._best(one)
        return Weighed(
            rule.id,
            rule.family,
            rule.effect,
            one.status,
            weight.log_lr_true,
            weight.log_lr_false,
            rule.answers,
            strength,
            event,
            one.status in ("fired", "clear") and one.trace.has_reason(),
            rule.id in self.pack.core,
            rule.context,
            one.status == "fired" and rule.contradicted_by is not None,
        )

    def _best(self, one: Judged) -> tuple[float, str]:
        """How much the best evidence carries, and the event that it reports.

        Of sentences that carry as much it is the one with the earliest date. By the key alone, which is
        made of a sentence's words, another state's name would choose another event.
        """
        sources = one.sources()
        if not sources:
            return self.pack.policy.levels[Level.ASSERTED], one.rule.id
        strengths = [
            (-self.pack.policy.strength(source), source.happened or "" if source.span else "", source.event)
            for source in sources
        ]
        least, _, event = min(strengths)
        return -least, event

    def _findings(
        self,
        judged: Sequence[Judged],
        parts: Mapping[str, float],
        facts: FactBase,
        texts: Mapping[str, str],
    ) -> Iterator[Finding]:
        for one in judged:
            if one.status != "fired":
                continue
            sources = one.sources()
            rule = one.rule
            yield Finding(
                rule_id=rule.id,
                rule_version=rule.version,
                family=rule.family,
                effect=rule.effect,
                status=rule.status,
                title=rule.title,
                explanation=explained(one, facts),
                contribution=parts.get(rule.id, 0.0),
                evidence=tuple(evidence_of(source, texts) for source in sources[:MOST_EVIDENCE]),
                more_evidence=max(0, len(sources) - MOST_EVIDENCE),
                legal_basis=rule.legal_basis,
                answers=rule.answers,
                known_errors=rule.known_errors,
                innocent=rule.innocent,
                collect=rule.collect,
            )

    def _families(
        self, judged: Sequence[Judged], parts: Mapping[str, float], findings: Sequence[Finding]
    ) -> Iterator[FamilyFinding]:
        by_family: dict[str, list[Judged]] = {}
        for one in judged:
            if one.rule.effect != "caveat":
                by_family.setdefault(one.rule.family, []).append(one)
        for family in self.pack.families:
            own = by_family.get(family.id, [])
            score = round(math.fsum(parts.get(one.rule.id, 0.0) for one in own), DECIMALS)
            yield FamilyFinding(
                id=family.id,
                title=family.title,
                axis=family.axis,
                score=score,
                verdict=_verdict(own),
                findings=tuple(finding for finding in findings if finding.family == family.id),
            )

    def _axes(self, families: Sequence[FamilyFinding]) -> Iterator[AxisFinding]:
        for axis in self.pack.axes:
            own = [family for family in families if family.axis == axis.id]
            verdicts = [family.verdict for family in own]
            if "present" in verdicts or "possible" in verdicts:
                verdict: Verdict = "present" if "present" in verdicts else "possible"
            else:
                verdict = "absent" if verdicts and set(verdicts) == {"absent"} else "unknown"
            score = round(math.fsum(family.score for family in own), DECIMALS)
            yield AxisFinding(id=axis.id, title=axis.title, score=score, verdict=verdict)

    def _provisions(self, findings: Sequence[Finding]) -> Iterator[Provision]:
        cited = {name for finding in findings for name in finding.legal_basis}
        for name in sorted(cited):
            law = self.pack.provisions[name]
            yield Provision(
                id=name,
                instrument=law.instrument,
                provision=law.provision,
                says=law.says,
                confidence=law.confidence,
                url=None if law.mirror else law.url,
                check_the_text=law.confidence != "high",
            )

    def _cautions(self, intake: Intake) -> Iterator[str]:
        if self.pack.about.status == "draft":
            yield "No named expert has signed these rules: every one of them is a draft."
        unread = [document.id for document in intake.documents if document.unreadable]
        if unread:
            yield (
                f"{len(unread)} of {len(intake.documents)} documents could not be read; what stands in them "
                "is missing here, for and against."
            )
        if not any(True for document in intake.documents if not document.unreadable):
            return
        if self.tagger is None:
            yield (
                "Documents were read by phrases: what they say in other words was not found, and silence "
                "means nothing either way."
            )
        else:
            yield (
                "Documents were read by phrases and by a trained tagger, which is wrong about every third "
                "passage that it points at: read each of them, and state in the case what you "
                "confirm. Silence means nothing either way."
            )
        lexicons = self.pack.lexicons
        told = {
            language
            for document in intake.documents
            if not document.unreadable and document.text
            for language in letters_by_language(document, lexicons.languages)
        }
        unreviewed = [
            NAMES.get(code, code) for code in lexicons.languages if code in told - lexicons.reviewed
        ]
        if unreviewed:
            yield (
                f"No native speaker has reviewed the phrases in {_listed(unreviewed)}: what is said there is "
                "missed more often than wrongly found, for and against, so the score stays too near the base "
                "rate; a denial or a question may be taken for a statement, so read every quoted passage."
            )

    def _provenance(self, intake: Intake, as_of: PartialDate, origin: str) -> Provenance:
        about = self.pack.about
        return Provenance(
            redflag_version=package_version(),
            case_digest=case_digest(intake),
            pack_name=about.name,
            pack_version=about.version,
            pack_digest=self.pack.digest,
            pack_status=about.status,
            model_version=None if self.classifier is None else self.classifier.model.version,
            model_digest=None if self.classifier is None else self.classifier.model.digest_,
            training_data_digest=(
                None if self.classifier is None else self.classifier.model.training_data_digest
            ),
            tagger_digest=None if self.tagger is None else self.tagger.digest,
            as_of=str(as_of),
            as_of_from=origin,
            base_rate=self.base_rate,
            base_rate_value=round(self.base_rate_value, DECIMALS),
            switched_off=tuple(
                SwitchedOff(rule_id=rule_id, reason=reason)
                for rule_id, reason in self.pack.switched_off.items()
            ),
        )


@dataclass(frozen=True, slots=True)
class _Added:
    """The numbers of one assessment: `start` is where the log-odds stand before any evidence."""

    scored: RuleScore
    reading: Reading | None
    parts: Mapping[str, float]
    columns: tuple[Contribution, ...]
    start: float
    prior: float
    log_odds: float
    score: float
    score_range: tuple[float, float]
    band: Band
    abstention: str | None


def screen(case: CaseLike, as_of: PartialDate | str | None = None) -> Assessment:
    """The assessment of one case by the shipped rules, at the balanced base rate.

    See `Screener.screen` for what a case can be and what `as_of` means.

    Raises:
        CaseError: if the case cannot be read, or there is no date to screen it at.
    """
    return Screener().screen(case, as_of)


def case_digest(intake: Intake) -> str:
    """SHA-256 of a case's content and of the text of each of its documents."""
    documents = sorted(
        (document.id, document.unreadable or document.digest()) for document in intake.documents
    )
    return digest({"case": intake.case.digest(), "documents": documents})


def _pack(
    rules: RulePack | Path | str | Sequence[Path | str] | None,
    switched_off: Mapping[str, str] | None,
    pin: str | None,
) -> RulePack:
    if isinstance(rules, RulePack):
        return rules
    if rules is None and not switched_off and pin is None:
        return shipped_pack()
    given = [DEFAULT_RULES] if rules is None else [rules] if isinstance(rules, str | Path) else list(rules)
    folders = [shipped_pack_folder() if one == DEFAULT_RULES else Path(one) for one in given]
    return read_pack(folders, switched_off=switched_off, pin=pin)


def _classifier(given: Model | Path | str | None, pack: RulePack) -> tuple[Classifier | None, str | None]:
    """The classifier that goes with a pack, or why there is none."""
    if given is None:
        return None, "The rules alone were asked for; the score rests on them."
    if given == DEFAULT_MODEL:
        shipped = shipped_model()
        if shipped is None or not fits(shipped, pack):
            return None, "No classifier has been trained for this pack; the score rests on the rules."
        return Classifier(shipped, shipped_precedents()), None
    model = given if isinstance(given, Model) else read_model(Path(given))
    check_belongs(model, pack)
    return Classifier(model, _precedents_of(model)), None


def _tagger(given: Tagger | Path | str | None) -> Tagger | None:
    if given is None or isinstance(given, Tagger):
        return given
    return shipped_tagger() if given == SHIPPED_TAGGER else read_tagger(Path(given))


@functools.cache
def shipped_tagger() -> Tagger | None:
    """The tagger that comes with the library, read once in a process; None where there is none."""
    folder = shipped_model_folder() / "tagger"
    return read_tagger(folder) if folder.is_dir() else None


def _precedents_of(model: Model) -> Precedents | None:
    """The documented cases that a model learnt from, where they are those that the library ships."""
    shipped = shipped_precedents()
    same = shipped is not None and shipped.training_data_digest == model.training_data_digest
    return shipped if same else None


def _base_rate(given: str | float, policy: Policy) -> tuple[str, float]:
    named = policy.base_rates.get(given) if isinstance(given, str) else None
    if named is not None:
        return str(given), named.share
    try:
        share = round(float(given), DECIMALS)  # as the provenance shows it, so that it can be used again
    except ValueError:
        word = str(given)
        mend = did_you_mean(word, policy.base_rates) or f"use one of {', '.join(policy.base_rates)}"
        raise CaseError(Fault(f'unknown base rate "{word}"', mend=mend)) from None
    if not 0 < share < 1:
        raise CaseError(Fault("a base rate lies between 0 and 1", mend="give a share such as 0.3"))
    return f"{share:g}", share


def _screening_date(
    intake: Intake, given: PartialDate | str | None, given_from: str
) -> tuple[PartialDate, str]:
    if given is not None:
        try:
            return PartialDate.of(given), given_from
        except ValueError as fault:
            raise CaseError(Fault(f"as_of: {fault}")) from None
    if intake.case.as_of is not None:
        return intake.case.as_of, intake.as_of_from
    raise CaseError(
        Fault("the case has no as_of", mend="add as_of to the case, or give it: screen(case, as_of=...)")
    )


def _verdict(own: Sequence[Judged]) -> Verdict:
    """What the rules of one family came to: fired, settled as not so, or open."""
    fired = [one for one in own if one.status == "fired"]
    if any(_is_documented(source) for one in fired for source in one.sources()):
        return "present"
    if fired:
        return "possible"
    settled = [one for one in own if one.status == "clear"]
    still_open = [one for one in own if one.status == "undetermined"]
    return "absent" if settled and not still_open else "unknown"


def _is_documented(source: Source) -> bool:
    return (
        source.level is not Level.ASSERTED
        and source.assertion is Assertion.AFFIRMED
        and source.found_by != "tagger"
    )


def _listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _partly_read(document: Document, covered: Sequence[str]) -> str | None:
    """What part of a document is in a language that was not read; None if all of it was."""
    letters = letters_by_language(document, covered)
    total = sum(letters.values())
    parts = [
        f"{max(1, round(100 * count / total))} % in {NAMES.get(code, code)}"
        for code, count in sorted(letters.items(), key=lambda item: (-item[1], item[0]))
        if code not in covered and count
    ]
    return f"{_listed(parts)}: not read." if parts else None


def document_read(document: Document, lexicons: Lexicons) -> DocumentRead:
    """A document as an assessment lists it."""
    if document.unreadable:
        return DocumentRead(
            id=document.id,
            kind=document.note.kind,
            unreadable=document.unreadable,
            left_out=document.note.left_out,
            privileged=document.note.privileged,
        )
    return DocumentRead(
        id=document.id,
        kind=document.note.kind,
        language=document.note.language,
        characters=len(document.text),
        sha256=document.digest(),
        left_out=document.note.left_out,
        privileged=document.note.privileged,
        caution=_partly_read(document, lexicons.languages),
    )


def _urgent(case: Case) -> Iterator[Urgent]:
    custody, safety = case.custody, case.safety
    if safety.surrender_imminent:
        yield Urgent(what="The person may be handed over within days")
    if safety.relatives_in_danger:
        yield Urgent(what="Somebody close to the person may be in danger")
    if safety.safe_to_contact is False:
        yield Urgent(what="It is not safe to contact the person")
    held = custody.status
    values = [one.value for one in held] if isinstance(held, tuple) else [getattr(held, "value", held)]
    if "in_custody" in values:
        yield Urgent(what="The person is in custody")
    elif "house_arrest" in values:
        yield Urgent(what="The person is under house arrest")
    if custody.next_hearing is not None:
        yield Urgent(what="Next hearing", due=str(custody.next_hearing))
    for deadline in sorted(case.deadlines, key=lambda one: (one.due.earliest, one.what)):
        yield Urgent(what=deadline.what, due=str(deadline.due))
