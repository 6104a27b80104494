"""One case made ready for drafting: cleared, screened again, its facts numbered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redflag.assessment import Assessment, Evidence
from redflag.case import Case
from redflag.dates import PartialDate
from redflag.draft.clearing import Cleared, cleared
from redflag.draft.exhibits import Exhibits
from redflag.draft.paragraphs import Paragraphs
from redflag.draft.sentences import Piece, Value
from redflag.draft.telling import Teller, as_words
from redflag.facts import FactBase, Known, gather
from redflag.intake import load
from redflag.screening import CaseLike, Screener


@dataclass(frozen=True)
class CaseFile:
    """Everything that a paper and its sheet are drafted from.

    Attributes:
        given: the case as it was given.
        full: the assessment of the whole file, for the lawyer's sheet alone.
        cleared: the case without what must not be seen.
        assessment: of the cleared case.
        facts: what the cleared case itself tells, its documents apart.
    """

    given: Case
    full: Assessment
    cleared: Cleared
    assessment: Assessment
    facts: FactBase
    exhibits: Exhibits
    teller: Teller
    paragraphs: Paragraphs

    @property
    def case(self) -> Case:
        """The cleared case."""
        return self.cleared.case

    def known(self, path: str) -> object:
        """What the cleared case tells at a path; None where it is open."""
        fact = self.facts.lookup(path)
        return fact.value if isinstance(fact, Known) else None

    def value(self, path: str, stated: object) -> Value:
        """A value of the cleared case, for a paper."""
        return Value(as_words(stated), str(stated), self.cleared.path_before(path))

    def listed(self, path: str, stated: Sequence[object]) -> Iterator[Piece]:
        """Several values, parted by commas."""
        for number, one in enumerate(stated):
            if number:
                yield ", "
            yield self.value(f"{path}[{number}]", one)


def case_file(
    case: CaseLike,
    screener: Screener,
    as_of: PartialDate | str | None,
    without: Sequence[str],
    *,
    findings: bool = True,
) -> CaseFile:
    """A case made ready for drafting.

    Raises:
        CaseError: if the case cannot be read, there is no date, or `without` names nothing.
    """
    intake = load(case)
    full = screener.screen(intake.case, as_of)
    left = cleared(intake, without)
    assessment = screener.screen(left.case, full.provenance.as_of)
    facts = gather(left.case, (), (), PartialDate(full.provenance.as_of))
    cited = {one.source for one in _evidence(assessment) if one.quote is not None}
    languages = {one.id: one.language for one in assessment.documents}
    exhibits = Exhibits(left, languages, cited, facts.as_of)
    teller = Teller(facts, left, exhibits)
    paragraphs = Paragraphs(assessment, teller, findings=findings)
    return CaseFile(intake.case, full, left, assessment, facts, exhibits, teller, paragraphs)


def _evidence(assessment: Assessment) -> Iterator[Evidence]:
    """Every place that the chronology or a finding rests on."""
    yield from (entry.evidence for entry in assessment.chronology)
    for finding in assessment.findings:
        yield from finding.evidence
