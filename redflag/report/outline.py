"""What a report for a lawyer says, part by part, before it takes a form.

Urgent things first, then the result, what speaks for misuse and what against it as fully, what is
open, what was read, and what all of it was made from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redflag.assessment import Assessment, Evidence, FamilyFinding, Finding, Provision

LONGEST_QUOTE = 600
"""Characters of a quote that are printed; its offsets lead to the rest."""

_NOT_PRINTED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; depth 1 is the report's own."""

    text: str
    depth: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """One item of a list, with what stands below it."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A line that holds an address and is never broken."""

    text: str
    url: str


Block = Heading | Paragraph | Bullet | Address


def outline(assessment: Assessment, without_score: bool) -> Iterator[Block]:
    """The blocks of a report, in order; every text is on one line and safe to print."""
    return _Outline(assessment, without_score).blocks()


def clean(text: str, longest: int | None = None) -> str:
    """A text on one line, without characters that steer a terminal or turn the reading direction."""
    told = _NOT_PRINTED.sub("\ufffd", " ".join(text.split()))
    return told if longest is None or len(told) <= longest else told[: longest - 2].rstrip() + " …"


def words(term: str) -> str:
    """A word of the model as people write it: `not_applicable` as `not applicable`."""
    return clean(term.replace("_", " "))


class _Outline:
    def __init__(self, assessment: Assessment, without_score: bool) -> None:
        self._a = assessment
        self._scored = not without_score
        self._law = {provision.id: provision for provision in assessment.provisions}

    def blocks(self) -> Iterator[Block]:
        yield Heading(f"Screening of {clean(self._a.case_id)} as of {self._a.provenance.as_of}", 1)
        yield from self._urgent()
        yield from self._result()
        yield from self._axes()
        yield from self._findings("supports", "What is consistent with misuse")
        yield from self._findings("counters", "What is consistent with an ordinary prosecution")
        yield from self._findings("caveat", "Caveats, which weigh nothing")
        yield from self._settled()
        yield from self._contested()
        yield from self._parting()
        yield from self._questions()
        yield from self._documents()
        yield from self._chronology()
        yield from self._provisions()
        yield from self._switched_off()
        yield from self._provenance()
        yield Paragraph(clean(self._a.notice))

    # -- first things

    def _urgent(self) -> Iterator[Block]:
        if self._a.urgent:
            yield Heading("Urgent")
            for urgent in self._a.urgent:
                due = f" ({urgent.due})" if urgent.due is not None else ""
                yield Bullet(f"{clean(urgent.what)}{due}")

    def _result(self) -> Iterator[Block]:
        a, rate = self._a, self._a.provenance
        yield Heading("Result")
        if not self._scored:
            yield Paragraph("Scores, ranges, weights and the band are left out of this report, as asked.")
        else:
            low, high = a.score_range
            base = f"at the base rate {clean(rate.base_rate)} ({rate.base_rate_value:.2f})"
            bound = f"range {low:.2f} to {high:.2f}"
            if a.score is None:
                yield Paragraph(f"No score; {bound} {base}; band: {words(a.band)}.")
            else:
                yield Paragraph(f"Score {a.score:.2f}; {bound}; band: {words(a.band)}; {base}.")
            yield Paragraph(
                "The score is the probability, at that base rate, that a body deciding on it would find the "
                "request not compliant, refuse it, or grant protection. The range is what it could become "
                "once the facts still unknown are settled. The band rests on the evidence, not the base rate."
            )
        if a.abstention is not None:
            yield Paragraph(f"Too little is known for a band: {clean(a.abstention)}")
        if not any(finding.effect == "supports" for finding in a.findings):
            yield Paragraph("No sign of misuse was found in this file. Other files may say more.")
        if self._scored and a.score is not None:
            alone = f"The rules alone give {a.rule_score:.2f} at even odds"
            if a.classifier_score is not None:
                alone += f", the classifier alone {a.classifier_score:.2f}"
            note = f" {clean(a.classifier_note)}" if a.classifier_note is not None else ""
            yield Paragraph(f"{alone}.{note}")
            if a.disagreement is not None:
                yield Paragraph(f"Where the two part: {clean(a.disagreement)}")
        yield Paragraph(f"Settled so far: {a.coverage:.0%} of the weight of the core rules that apply.")
        for caution in (a.notice, *a.cautions):
            yield Bullet(f"Caution: {clean(caution)}")

    def _axes(self) -> Iterator[Block]:
        yield Heading("The questions, each apart")
        for axis in self._a.axes:
            weight = f" ({axis.score:+.2f})" if self._scored else ""
            yield Bullet(f"{clean(axis.title)} {words(axis.verdict)}{weight}")

    # -- findings

    def _findings(self, effect: str, title: str) -> Iterator[Block]:
        found = [finding for finding in self._a.findings if finding.effect == effect]
        if not found and effect == "caveat":
            return
        yield Heading(title)
        if not found:
            yield Paragraph("Nothing found in this file.")
        known = set(self._a.families)
        for family in self._a.families.values():
            own = [finding for finding in found if finding.family == family.id]
            if own:
                yield Heading(self._family(family), 3)
                for finding in own:
                    yield from self._finding(finding)
        for finding in found:
            if finding.family not in known:
                yield from self._finding(finding)

    def _family(self, family: FamilyFinding) -> str:
        weight = f", weight {family.score:+.2f}" if self._scored else ""
        return f"{clean(family.title)}: {words(family.verdict)}{weight}"

    def _finding(self, finding: Finding) -> Iterator[Block]:
        yield Heading(clean(finding.title), 4)
        marks = [finding.rule_id, f"version {finding.rule_version}"]
        if finding.status == "draft":
            marks.append("draft: no named expert has signed this rule")
        else:
            marks.append(words(finding.status))
        if self._scored and finding.effect != "caveat":
            marks.append(f"weight {finding.contribution:+.2f}")
        yield Paragraph(f"{clean(finding.explanation)} [{'; '.join(marks)}]")
        for evidence in finding.evidence:
            yield Bullet(self._evidence(evidence))
        if finding.more_evidence:
            yield Bullet(f"and {finding.more_evidence} more places of the same kind")
        if finding.answers:
            families = self._a.families
            titles = [families[name].title if name in families else name for name in finding.answers]
            verb = "Bears on" if finding.effect == "caveat" else "Answers"
            yield Bullet(f"{verb}: {'; '.join(map(clean, titles))}")
        cited = [self._cited(name) for name in finding.legal_basis]
        if cited:
            yield Bullet("Law:", tuple(cited))
        for title, told in (
            ("Other explanations:", finding.innocent),
            ("How this rule errs:", finding.known_errors),
            ("Evidence to get:", finding.collect),
        ):
            if told:
                yield Bullet(title, tuple(clean(one) for one in told))

    def _evidence(self, evidence: Evidence) -> str:
        said = [f"{words(evidence.party)}, {evidence.level}"]
        if evidence.assertion != "affirmed":
            said.append(evidence.assertion)
        if evidence.relayed_by is not None:
            said.append(f"passed on by {words(evidence.relayed_by)}")
        if evidence.happened is not None:
            said.append(f"happened {evidence.happened}")
        if evidence.reference is not None:
            said.append(f"source: {clean(evidence.reference)}")
        if evidence.found_by == "tagger":
            said.append("found by the tagger alone")
            if self._scored and evidence.probability is not None:
                said.append(f"sure by {evidence.probability:.2f}")
        told = "; ".join(said)
        if evidence.quote is None:
            return f"{clean(evidence.source)} of the case: {told}"
        place = f"{clean(evidence.source)}, characters {evidence.start} to {evidence.end}"
        return f"«{clean(evidence.quote, LONGEST_QUOTE)}» ({place}): {told}"

    def _cited(self, name: str) -> str:
        law = self._law.get(name)
        if law is None:
            return f"{clean(name)} (check the text)"
        return f"{_named(law)}{' (check the text)' if law.check_the_text else ''}"

    # -- what is settled, open, read

    def _settled(self) -> Iterator[Block]:
        for verdict, title in (
            ("absent", "Settled as not so"),
            ("unknown", "Left open: the file says too little either way"),
        ):
            titles = [clean(one.title) for one in self._a.families.values() if one.verdict == verdict]
            if titles:
                yield Heading(title)
                yield Paragraph("; ".join(titles))

    def _contested(self) -> Iterator[Block]:
        if self._a.contested:
            yield Heading("Contested on review")
            for one in self._a.contested:
                yield Bullet(
                    f"{clean(one.rule_id)}: {words(one.what)} by {clean(one.by)}: {clean(one.reason)}"
                )

    def _parting(self) -> Iterator[Block]:
        """Where the classifier parts from the rules, and documented cases that look alike."""
        if self._scored and self._a.disagreement is not None:
            yield Heading("Where rules and classifier part")
            yield Paragraph(clean(self._a.disagreement))
        if self._a.precedents:
            yield Heading("Documented cases most alike; none of them proves anything about this one")
            for one in self._a.precedents:
                alike = ", ".join(map(words, one.alike)) or "nothing"
                yield Bullet(f"{clean(one.case_id)} ({words(one.outcome)}): alike in {alike}")

    def _questions(self) -> Iterator[Block]:
        if not self._a.missing:
            return
        yield Heading("What to ask next, most valuable first")
        for number, question in enumerate(self._a.missing, start=1):
            told = f" (score if yes {question.score_if_true:.2f}, if no {question.score_if_false:.2f})"
            yield Bullet(f"{number}. {clean(question.question)}{told if self._scored else ''}")

    def _documents(self) -> Iterator[Block]:
        yield Heading("Documents")
        read = [document for document in self._a.documents if document.unreadable is None]
        unread = [document for document in self._a.documents if document.unreadable is not None]
        if not self._a.documents:
            yield Paragraph("None: the facts come from the case file alone.")
        for document in read:
            language = document.language if document.language is not None else "not determined"
            told = f"{clean(document.id)}: read; {words(document.kind)}; language {clean(language)}"
            below = (f"SHA-256 {document.sha256}",) if document.sha256 is not None else ()
            caution = (clean(document.caution),) if document.caution is not None else ()
            left = (f"Not read: {clean(document.left_out)}",) if document.left_out is not None else ()
            yield Bullet(f"{told}; {document.characters} characters", (*left, *caution, *below))
        for document in unread:
            yield Bullet(f"{clean(document.id)}: not read: {clean(document.unreadable or '')}")

    def _chronology(self) -> Iterator[Block]:
        if not self._a.chronology:
            return
        yield Heading("Chronology")
        for entry in self._a.chronology:
            source = entry.evidence
            vouched = f"{words(entry.kind)}; {clean(source.source)}; {words(source.party)}, {source.level}"
            if source.assertion != "affirmed":
                vouched += f", {source.assertion}"
            yield Bullet(f"{entry.date or 'undated'}: {clean(entry.what, LONGEST_QUOTE)} ({vouched})")

    def _provisions(self) -> Iterator[Block]:
        if not self._a.provisions:
            return
        yield Heading("The law cited, in this pack's own words")
        for law in self._a.provisions:
            check = " Check the text before citing it." if law.check_the_text else ""
            yield Bullet(f"{_named(law)}: {clean(law.says)} (confidence: {law.confidence}.{check})")
            if law.url is not None:
                yield Address("Text:", law.url)

    def _switched_off(self) -> Iterator[Block]:
        if self._a.provenance.switched_off:
            yield Heading("Rules switched off")
            for one in self._a.provenance.switched_off:
                yield Bullet(f"{clean(one.rule_id)}: {clean(one.reason)}")

    def _provenance(self) -> Iterator[Block]:
        p = self._a.provenance
        yield Heading("What this was made from")
        yield Bullet(f"As of {p.as_of} ({clean(p.as_of_from)})")
        for told in _counts(self._a):
            yield Bullet(told)
        yield Bullet(f"redflag {clean(p.redflag_version)}; schema {self._a.schema_version}")
        yield Bullet(f"Case: SHA-256 {p.case_digest}")
        pack = f"{clean(p.pack_name)} {clean(p.pack_version)} ({p.pack_status})"
        yield Bullet(f"Rule pack {pack}: SHA-256 {p.pack_digest}")
        if p.model_digest is not None:
            version = clean(p.model_version) if p.model_version is not None else ""
            yield Bullet(f"Model {version}: SHA-256 {p.model_digest}")
        if p.training_data_digest is not None:
            yield Bullet(f"Training data: SHA-256 {p.training_data_digest}")
        if self._scored:
            yield Bullet(f"Base rate: {clean(p.base_rate)} ({p.base_rate_value:g})")


def _named(law: Provision) -> str:
    return f"{clean(law.instrument)}, {clean(law.provision)}"


def _counts(assessment: Assessment) -> Sequence[str]:
    """How many rules came to what, in one line."""
    statuses: list[str] = [outcome.status for outcome in assessment.outcomes]
    order = ("fired", "clear", "undetermined", "not_applicable")
    counted = ", ".join(f"{statuses.count(status)} {words(status)}" for status in order)
    return [f"Rules asked: {len(statuses)} ({counted})"] if statuses else []
