"""What a report for a lawyer says, part by part, before it takes a form.

Urgent things first, then the result, what speaks for misuse and what against it as fully, what is
open, what was read, and what all of it was made from. Every form prints these blocks and no others,
so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redflag.assessment import (
    Assessment,
    ChronologyEntry,
    DocumentRead,
    Evidence,
    FamilyFinding,
    Finding,
    Provision,
)
from redflag.report.account import parts_of_the_score
from redflag.report.blocks import (
    Block,
    Bullet,
    Cited,
    Drawn,
    Grade,
    Grades,
    Heading,
    Pairs,
    Paragraph,
    Quote,
    Row,
    Score,
    Table,
    Told,
)
from redflag.report.lanes import time_line_of
from redflag.report.pictures import Picture, score_scale
from redflag.report.wording import Wording, clean

LONGEST_QUOTE = 600
"""Characters of a quote that are printed; its offsets lead to the rest."""


def outline(assessment: Assessment, without_score: bool, wording: Wording) -> Iterator[Block]:
    """The blocks of a report, in order; every text is on one line and safe to print."""
    return _Outline(assessment, without_score, wording).blocks()


def title_of(assessment: Assessment, wording: Wording) -> str:
    """The report's own title."""
    return wording.say(
        "Screening of {case} as of {date}",
        case=clean(assessment.case_id),
        date=assessment.provenance.as_of,
    )


def confidential(assessment: Assessment, wording: Wording) -> str | None:
    """The mark of a report that quotes a privileged document; None where it quotes none."""
    privileged = {document.id for document in assessment.documents if document.privileged}
    places = [
        *(evidence for finding in assessment.findings for evidence in finding.evidence),
        *(entry.evidence for entry in assessment.chronology),
    ]
    if any(place.quote is not None and place.source in privileged for place in places):
        return wording.say("Privileged and confidential")
    return None


class _Outline:
    def __init__(self, assessment: Assessment, without_score: bool, wording: Wording) -> None:
        self._a = assessment
        self._scored = not without_score
        self._w = wording
        self._law = {provision.id: provision for provision in assessment.provisions}
        self._documents = {document.id: document for document in assessment.documents}
        # the language of what the rules say, where it is not the report's
        self._pack_language = "en" if wording.foreign else None

    def blocks(self) -> Iterator[Block]:
        yield Heading(title_of(self._a, self._w), 1)
        mark = confidential(self._a, self._w)
        if mark is not None:
            yield Paragraph(mark, "caution")
        yield from self._urgent()
        yield from self._result()
        yield from self._axes()
        yield from self._findings("supports", self._w.say("What is consistent with misuse"))
        yield from self._findings("counters", self._w.say("What is consistent with an ordinary prosecution"))
        yield from self._findings("caveat", self._w.say("Caveats, which weigh nothing"))
        yield from self._settled()
        yield from self._contested()
        yield from self._parting()
        if self._scored:
            yield from parts_of_the_score(self._a, self._w)
        yield from self._questions()
        yield from self._documents_read()
        yield from self._chronology()
        yield from self._provisions()
        yield from self._switched_off()
        yield from self._provenance()
        yield Paragraph(self._w.retold(self._a.notice), "caution")

    # -- first things

    def _urgent(self) -> Iterator[Block]:
        if self._a.urgent:
            yield Heading(self._w.say("Urgent"), name="urgent")
            for urgent in self._a.urgent:
                due = f" ({urgent.due})" if urgent.due is not None else ""
                yield Bullet(f"{self._w.retold(urgent.what)}{due}", tone="urgent")

    def _result(self) -> Iterator[Block]:
        a, say = self._a, self._w.say
        yield Heading(say("Result"), name="result")
        if not self._scored:
            yield Paragraph(
                say("Scores, ranges, weights and the band are left out of this report, as asked.")
            )
        else:
            yield self._score()
            yield Paragraph(
                say(
                    "The score is the probability, at that base rate, that a body deciding on it would find "
                    "the request not compliant, refuse it, or grant protection. The range is what it could "
                    "become once the facts still unknown are settled. The band rests on the evidence, not "
                    "the base rate."
                )
            )
        if a.abstention is not None:
            reason = self._w.retold(a.abstention)
            yield Paragraph(say("Too little is known for a band: {reason}", reason=reason), "lead")
        if not any(finding.effect == "supports" for finding in a.findings):
            yield Paragraph(
                say("No sign of misuse was found in this file. Other files may say more."), "lead"
            )
        if self._scored and a.score is not None:
            yield Paragraph(self._alone())
        yield Paragraph(
            say(
                "Settled so far: {share} of the weight of the core rules that apply.",
                share=self._w.number(a.coverage, ".0%"),
            )
        )
        for caution in (a.notice, *a.cautions):
            yield Bullet(say("Caution: {text}", text=self._w.retold(caution)), tone="caution")
        if self._w.foreign:
            yield Bullet(
                say(
                    "The rules and what they explain are written in English. Titles were translated by "
                    "the author and not reviewed by a lawyer who is a native speaker."
                ),
                tone="caution",
            )

    def _score(self) -> Score:
        a, say = self._a, self._w.say
        rate, (low, high) = a.provenance, a.score_range
        number = self._w.number
        base = say(
            "at the base rate {name} ({share})",
            name=self._w.term(rate.base_rate),
            share=number(rate.base_rate_value, ".2f"),
        )
        bound = say("range {low} to {high}", low=self._w.probability(low), high=self._w.probability(high))
        band = self._w.term(a.band)
        if a.score is None:
            sentence = say("No score; {range} {base}; band: {band}.", range=bound, base=base, band=band)
        else:
            figure = self._w.probability(a.score)
            told = {"score": figure, "range": bound, "band": band, "base": base}
            sentence = say("Score {score}; {range}; band: {band}; {base}.", **told)
        details = (
            (
                say("Range"),
                say("{low} to {high}", low=self._w.probability(low), high=self._w.probability(high)),
            ),
            (
                say("Base rate"),
                f"{self._w.term(rate.base_rate)} ({number(rate.base_rate_value, '.2f')})",
            ),
            (say("Settled"), number(a.coverage, ".0%")),
        )
        return Score(
            sentence=sentence,
            band=a.band,
            band_told=band,
            label=say("Score") if a.score is not None else say("No score"),
            figure=self._w.probability(a.score) if a.score is not None else "–",
            details=details,
            picture=self._scale(sentence),
        )

    def _scale(self, sentence: str) -> Picture:
        a, number = self._a, self._w.number
        base = a.provenance.base_rate_value
        return score_scale(
            None if a.score is None else (a.score, self._w.probability(a.score)),
            a.score_range,
            (base, self._w.say("base rate {share}", share=number(base, ".2f"))),
            (self._w.say("The score on a scale from 0 to 1"), sentence),
            tuple((mark, number(mark, "g")) for mark in (0.0, 0.25, 0.5, 0.75, 1.0)),
        )

    def _alone(self) -> str:
        a, say = self._a, self._w.say
        rules = self._w.probability(a.rule_score)
        if a.classifier_score is None:
            told = say("The rules alone give {rules} at even odds.", rules=rules)
        else:
            told = say(
                "The rules alone give {rules} at even odds, the classifier alone {classifier}.",
                rules=rules,
                classifier=self._w.probability(a.classifier_score),
            )
        return told if a.classifier_note is None else f"{told} {self._w.retold(a.classifier_note)}"

    def _axes(self) -> Iterator[Block]:
        say = self._w.say
        yield Heading(say("The questions, each apart"), name="questions-apart")
        header = (say("Question"), say("Signs in this file"), say("Weight"))
        yield Grades(
            say("The questions, each apart"),
            header if self._scored else header[:2],
            tuple(
                Grade(
                    self._w.title(axis.title),
                    axis.verdict,
                    self._w.term(axis.verdict),
                    self._w.number(axis.score, "+.2f") if self._scored else "",
                    axis.score if self._scored else None,
                )
                for axis in self._a.axes
            ),
            self._language_of(*(axis.title for axis in self._a.axes)),
        )

    def _language_of(self, *titles: str) -> str | None:
        """The language of titles of the pack, where it is not the report's."""
        done = all(self._w.translated(title) for title in titles)
        return None if done else self._pack_language

    # -- findings

    def _findings(self, effect: str, title: str) -> Iterator[Block]:
        found = [finding for finding in self._a.findings if finding.effect == effect]
        if not found and effect == "caveat":
            return
        yield Heading(title, name=effect)
        if not found:
            yield Paragraph(self._w.say("Nothing found in this file."))
        known = set(self._a.families)
        for family in self._a.families.values():
            own = [finding for finding in found if finding.family == family.id]
            if own:
                yield Heading(self._family(family), 3, language=self._language_of(family.title))
                for finding in own:
                    yield self._finding(finding)
        for finding in found:
            if finding.family not in known:
                yield self._finding(finding)

    def _family(self, family: FamilyFinding) -> str:
        told = {"family": self._w.title(family.title), "verdict": self._w.term(family.verdict)}
        if not self._scored:
            return self._w.say("{family}: {verdict}", **told)
        weight = self._w.number(family.score, "+.2f")
        return self._w.say("{family}: {verdict}, weight {weight}", **told, weight=weight)

    def _finding(self, finding: Finding) -> Told:
        say = self._w.say
        marks = [finding.rule_id, say("version {version}", version=finding.rule_version)]
        if finding.status == "draft":
            marks.append(say("draft: no named expert has signed this rule"))
        else:
            marks.append(self._w.term(finding.status))
        if self._scored and finding.effect != "caveat":
            marks.append(say("weight {weight}", weight=self._w.number(finding.contribution, "+.2f")))
        more = self._w.say_many(
            "and {count} more place of the same kind",
            "and {count} more places of the same kind",
            finding.more_evidence,
        )
        cited = tuple(self._cited(name) for name in finding.legal_basis)
        lists = (
            (say("Other explanations:"), finding.innocent),
            (say("How this rule errs:"), finding.known_errors),
            (say("Evidence to get:"), finding.collect),
        )
        explanation = clean(finding.explanation)
        if explanation == f"{clean(finding.title)}.":
            explanation = f"{self._w.title(finding.title)}."
        return Told(
            effect=finding.effect,
            title=self._w.title(finding.title),
            title_language=self._language_of(finding.title),
            explanation=explanation,
            marks=tuple(marks),
            explanation_line=f"{explanation} [{'; '.join(marks)}]",
            quotes=tuple(self._evidence(evidence) for evidence in finding.evidence),
            more=more if finding.more_evidence else None,
            answers=self._answers(finding) if finding.answers else None,
            law=(say("Law:"), cited) if cited else None,
            lists=tuple((title, tuple(map(clean, told))) for title, told in lists if told),
            language=self._pack_language,
        )

    def _answers(self, finding: Finding) -> str:
        families = self._a.families
        titles = [families[name].title if name in families else name for name in finding.answers]
        told = "; ".join(map(self._w.title, titles))
        if finding.effect == "caveat":
            return self._w.say("Bears on: {families}", families=told)
        return self._w.say("Answers: {families}", families=told)

    def _evidence(self, evidence: Evidence) -> Quote:
        say, source = self._w.say, clean(evidence.source)
        told = "; ".join(self._vouched(evidence))
        if evidence.quote is None:
            place = say("{path} of the case", path=source)
            line = self._w.listed(place, told)
            return Quote(place, told, None, "", "", None, line, line)
        place = say(
            "{document}, characters {start} to {end}",
            document=source,
            start=evidence.start or 0,
            end=evidence.end or 0,
        )
        quote = clean(evidence.quote, LONGEST_QUOTE)
        before, after = _joined(evidence)
        line = self._w.listed(f"«{quote}» ({place})", told)
        in_context = self._w.listed(f"{before}«{quote}»{after} ({place})", told)
        read = self._documents.get(evidence.source)
        language = read.language if read is not None else None
        return Quote(place, told, quote, before, after, language, line, in_context)

    def _vouched(self, evidence: Evidence) -> Iterator[str]:
        """Who says it and how."""
        say, term = self._w.say, self._w.term
        yield f"{term(evidence.party)}, {term(evidence.level)}"
        if evidence.assertion != "affirmed":
            yield term(evidence.assertion)
        if evidence.relayed_by is not None:
            yield say("passed on by {party}", party=term(evidence.relayed_by))
        if evidence.happened is not None:
            yield say("happened {date}", date=clean(evidence.happened))
        if evidence.reference is not None:
            yield say("source: {reference}", reference=clean(evidence.reference))
        if evidence.found_by == "tagger":
            yield say("found by the tagger alone")
            if self._scored and evidence.probability is not None:
                yield say("sure by {share}", share=self._w.number(evidence.probability, ".2f"))

    def _cited(self, name: str) -> str:
        law = self._law.get(name)
        check = self._w.say("check the text")
        if law is None:
            return f"{clean(name)} ({check})"
        return f"{_named(law)} ({check})" if law.check_the_text else _named(law)

    # -- what is settled, open, read

    def _settled(self) -> Iterator[Block]:
        for verdict, title in (
            ("absent", self._w.say("Settled as not so")),
            ("unknown", self._w.say("Left open: the file says too little either way")),
        ):
            families = [one.title for one in self._a.families.values() if one.verdict == verdict]
            if families:
                yield Heading(title, name=verdict)
                yield Paragraph("; ".join(map(self._w.title, families)))

    def _contested(self) -> Iterator[Block]:
        if self._a.contested:
            yield Heading(self._w.say("Contested on review"), name="contested")
            for one in self._a.contested:
                yield Bullet(
                    self._w.say(
                        "{rule}: {what} by {reviewer}: {reason}",
                        rule=clean(one.rule_id),
                        what=self._w.term(one.what),
                        reviewer=clean(one.by),
                        reason=clean(one.reason),
                    )
                )

    def _parting(self) -> Iterator[Block]:
        """Where the classifier parts from the rules, and documented cases that look alike."""
        say = self._w.say
        if self._scored and self._a.disagreement is not None:
            yield Heading(say("Where rules and classifier part"), name="parting")
            yield Paragraph(self._w.retold(self._a.disagreement))
        if self._a.precedents:
            yield Heading(
                say("Documented cases most alike; none of them proves anything about this one"),
                name="precedents",
            )
            for one in self._a.precedents:
                alike = ", ".join(map(self._column, one.alike)) or say("nothing")
                yield Bullet(
                    say(
                        "{case} ({outcome}): alike in {columns}",
                        case=clean(one.case_id),
                        outcome=self._w.term(one.outcome),
                        columns=alike,
                    )
                )

    def _column(self, name: str) -> str:
        family = self._a.families.get(name)
        return self._w.term(name) if family is None else self._w.title(family.title)

    def _questions(self) -> Iterator[Block]:
        if not self._a.missing:
            return
        say = self._w.say
        yield Heading(say("What to ask next, most valuable first"), name="ask")
        header = ("", say("Question"), say("Score if yes"), say("Score if no"))
        rows = []
        for place, one in enumerate(self._a.missing, start=1):
            asked, line = clean(one.question), f"{place}. {clean(one.question)}"
            cells: tuple[str, ...] = (str(place), asked)
            if self._scored:
                yes, no = self._w.probability(one.score_if_true), self._w.probability(one.score_if_false)
                cells = (*cells, yes, no)
                line += say(" (score if yes {yes}, if no {no})", yes=yes, no=no)
            rows.append(Row(cells, line))
        caption = say("What to ask next, most valuable first")
        shown = header if self._scored else header[:2]
        yield Table(caption, shown, tuple(rows), (0, 2, 3) if self._scored else (0,))

    def _documents_read(self) -> Iterator[Block]:
        say = self._w.say
        yield Heading(say("Documents"), name="documents")
        if not self._a.documents:
            yield Paragraph(say("None: the facts come from the case file alone."))
            return
        read = [document for document in self._a.documents if document.unreadable is None]
        unread = [document for document in self._a.documents if document.unreadable is not None]
        rows = [*map(self._read, read), *map(self._unread, unread)]
        header = (say("Document"), say("Kind"), say("Language"), say("How it was read"))
        yield Table(say("Documents, read and unread"), header, tuple(rows))

    def _read(self, document: DocumentRead) -> Row:
        say = self._w.say
        kind = self._w.term(document.kind)
        language = document.language if document.language is not None else say("not determined")
        told = say(
            "{document}: read; {kind}; language {language}; {characters} characters",
            document=clean(document.id),
            kind=kind,
            language=clean(language),
            characters=document.characters,
        )
        below = [clean(document.caution)] if document.caution is not None else []
        if document.left_out is not None:
            below.append(say("Not read: {reason}", reason=clean(document.left_out)))
        if document.privileged:
            below.append(say("privileged"))
        if document.sha256 is not None:
            below.append(f"SHA-256 {document.sha256}")
        size = say("read, {characters} characters", characters=document.characters)
        return Row((clean(document.id), kind, clean(language), size), told, tuple(below))

    def _unread(self, document: DocumentRead) -> Row:
        reason = clean(document.unreadable or "")
        told = self._w.say("not read: {reason}", reason=reason)
        line = self._w.listed(clean(document.id), told)
        below = (self._w.say("privileged"),) if document.privileged else ()
        return Row((clean(document.id), self._w.term(document.kind), "–", told), line, below)

    def _chronology(self) -> Iterator[Block]:
        if not self._a.chronology:
            return
        say = self._w.say
        yield Heading(say("Chronology"), name="chronology")
        picture = time_line_of(self._a, self._w)
        if picture is not None:
            yield Drawn(picture)
        rows = [self._happened(place, entry) for place, entry in enumerate(self._a.chronology, start=1)]
        header = ("", say("When"), say("What"), say("Kind"), say("Where it comes from"))
        yield Table(say("Chronology"), header, tuple(rows), (0,))

    def _happened(self, place: int, entry: ChronologyEntry) -> Row:
        source = entry.evidence
        where = f"{clean(source.source)}; {self._w.term(source.party)}, {self._w.term(source.level)}"
        if source.assertion != "affirmed":
            where += f", {self._w.term(source.assertion)}"
        when = clean(entry.date) if entry.date is not None else self._w.say("undated")
        what = clean(self._w.retold(entry.what), LONGEST_QUOTE)
        kind = self._w.term(entry.kind)
        line = self._w.listed(when, f"{what} ({kind}; {where})")
        return Row((str(place), when, what, kind, where), line)

    def _provisions(self) -> Iterator[Block]:
        if not self._a.provisions:
            return
        say = self._w.say
        yield Heading(say("The law cited, in this pack's own words"), name="law")
        for law in self._a.provisions:
            check = say("Check the text before citing it.") if law.check_the_text else ""
            confidence = self._w.listed(say("confidence"), self._w.term(law.confidence))
            marks = f"{confidence}. {check}" if check else f"{confidence}."
            yield Cited(
                name=_named(law),
                says=clean(law.says),
                confidence=confidence,
                check=check,
                line=f"{self._w.listed(_named(law), clean(law.says))} ({marks})",
                address=say("Text:"),
                url=law.url,
                language=self._pack_language,
            )

    def _switched_off(self) -> Iterator[Block]:
        if self._a.provenance.switched_off:
            yield Heading(self._w.say("Rules switched off"), name="switched-off")
            for one in self._a.provenance.switched_off:
                yield Bullet(self._w.listed(clean(one.rule_id), clean(one.reason)))

    def _provenance(self) -> Iterator[Block]:
        say, p = self._w.say, self._a.provenance
        yield Heading(say("What this was made from"), name="provenance")
        schema, pack, model = say("schema"), say("Rule pack"), say("Model")
        pairs = [
            (say("As of"), f"{clean(p.as_of)} ({self._w.retold(p.as_of_from)})", " "),
            *((say("Rules asked"), told, ": ") for told in _counts(self._a, self._w)),
            ("redflag", f"{clean(p.redflag_version)}; {schema} {self._a.schema_version}", " "),
            (say("Case"), f"SHA-256 {clean(p.case_digest)}", ": "),
            (
                f"{pack} {clean(p.pack_name)} {clean(p.pack_version)} ({self._w.term(p.pack_status)})",
                f"SHA-256 {clean(p.pack_digest)}",
                ": ",
            ),
        ]
        if p.model_digest is not None:
            version = clean(p.model_version) if p.model_version is not None else ""
            pairs.append((f"{model} {version}", f"SHA-256 {clean(p.model_digest)}", ": "))
        if p.training_data_digest is not None:
            pairs.append((say("Training data"), f"SHA-256 {clean(p.training_data_digest)}", ": "))
        if p.tagger_digest is not None:
            pairs.append((say("Sentence tagger"), f"SHA-256 {clean(p.tagger_digest)}", ": "))
        if self._scored:
            rate = f"{self._w.term(p.base_rate)} ({self._w.number(p.base_rate_value, 'g')})"
            pairs.append((say("Base rate"), rate, ": "))
        yield Pairs(
            tuple((term, told) for term, told, _ in pairs),
            tuple(
                f"{term} {told}" if between == " " else self._w.listed(term, told)
                for term, told, between in pairs
            ),
        )


def _named(law: Provision) -> str:
    return f"{clean(law.instrument)}, {clean(law.provision)}"


def _joined(evidence: Evidence) -> tuple[str, str]:
    """The words around a quote, each with the space that parts it from the quote, and dots where cut."""
    before, after = evidence.before or "", evidence.after or ""
    told = clean(before), clean(after)
    return (
        f"… {told[0]}{' ' if before[-1:].isspace() else ''}" if told[0] else "",
        f"{' ' if after[:1].isspace() else ''}{told[1]} …" if told[1] else "",
    )


def _counts(assessment: Assessment, wording: Wording) -> Sequence[str]:
    """How many rules came to what, in one line."""
    statuses: list[str] = [outcome.status for outcome in assessment.outcomes]
    order = ("fired", "clear", "undetermined", "not_applicable")
    counted = ", ".join(f"{statuses.count(status)} {wording.term(status)}" for status in order)
    return [f"{len(statuses)} ({counted})"] if statuses else []
