"""What a screening says: result types alone, with no way back to the rules, the text or the case.

Everything that a report shows stands here, so that what prints or logs an assessment cannot
decide anything and cannot look at whose case it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Protocol

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import core_schema

from redflag.evidence import Assertion, Level, Party
from redflag.record import Record

SCHEMA_VERSION = "1.1"
"""Version of the JSON form of an assessment: the first number grows when a key changes its meaning,
the second when one is added."""

CAUTION = (
    "This is a screening of one file and not a finding about any person's guilt: what it found is "
    "consistent with misuse or with an ordinary prosecution, what it did not find may still be "
    "so, and a person has to decide."
)

Status = Literal["fired", "clear", "undetermined", "not_applicable"]
Effect = Literal["supports", "counters", "caveat"]
Band = Literal["low", "elevated", "high", "insufficient_information"]
Verdict = Literal["present", "possible", "absent", "unknown"]


class Evidence(Record):
    """One place that a finding rests on: a path in the case, or a quote at its offsets."""

    source: str = Field(description="A path in the case, or the id of a document.")
    quote: str | None = Field(None, description="The words, for what was read in a document.")
    start: int | None = Field(None, description="Offset in the document's text as read.")
    end: int | None = Field(None, description="Offset of the first character after the quote.")
    before: str | None = Field(None, description="The document's words that lead up to the quote.")
    after: str | None = Field(None, description="The document's words that follow the quote.")
    level: Level
    party: Party
    assertion: Assertion = Assertion.AFFIRMED
    relayed_by: Party | None = Field(None, description="Who passes on another's words.")
    found_by: Literal["case", "lexicon", "tagger"] = "case"
    probability: float | None = Field(None, description="How sure the tagger is.")
    happened: str | None = None
    reference: str | None = Field(None, description="Document or citation that the case names.")


class Finding(Record):
    """A rule that fired, on what, and how much it weighs."""

    rule_id: str
    rule_version: int
    family: str
    effect: Effect
    status: Literal["draft", "reviewed", "retired"] = Field(description="State of the rule.")
    title: str
    explanation: str = Field(description="What was found, in words.")
    contribution: float = Field(description="Its part of the log-odds.")
    evidence: tuple[Evidence, ...]
    more_evidence: int = Field(0, description="Further places of the same kind, not listed.")
    legal_basis: tuple[str, ...]
    answers: tuple[str, ...] = ()
    known_errors: tuple[str, ...] = ()
    innocent: tuple[str, ...] = ()
    collect: tuple[str, ...] = ()


class Outcome(Record):
    """What one rule came to, and for an undetermined one why."""

    rule_id: str
    status: Status
    reason: str = ""


class FamilyFinding(Record):
    """What the rules of one family came to, together."""

    id: str
    title: str
    axis: str
    score: float = Field(description="Weight of evidence of the family, in log-odds.")
    verdict: Verdict
    findings: tuple[Finding, ...] = Field((), exclude=True)


class AxisFinding(Record):
    """One of the questions that stay apart, with its own grade."""

    id: str
    title: str
    score: float
    verdict: Verdict


class Families(Mapping[str, FamilyFinding]):
    """The families of an assessment by id, in a fixed order; read only."""

    def __init__(self, findings: tuple[FamilyFinding, ...] = ()) -> None:
        self._by_id = {finding.id: finding for finding in findings}

    def __getitem__(self, family: str) -> FamilyFinding:
        return self._by_id[family]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Families) and self._by_id == other._by_id

    def __hash__(self) -> int:
        return hash(tuple(self._by_id))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        listed = handler.generate_schema(tuple[FamilyFinding, ...])
        from_list = core_schema.no_info_after_validator_function(cls, listed)
        return core_schema.json_or_python_schema(
            json_schema=from_list,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_list]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda families: tuple(families.values()), return_schema=listed
            ),
        )


class Contribution(Record):
    """One part of the log-odds, by name."""

    name: str
    value: float


class Precedent(Record):
    """A documented case in which much the same fired, and how that one ended; never a proof."""

    case_id: str
    outcome: str
    improper: bool = Field(description="Whether that request was later found improper.")
    likeness: float = Field(description="Shared part of all that fired in either, in [0, 1].")
    alike: tuple[str, ...] = Field(description="Columns that fired in both.")
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


class Question(Record):
    """Something that nobody has answered yet, and what the answer could change."""

    question: str
    fact: str = Field(description="The first condition that the answer would settle.")
    rules: tuple[str, ...]
    score_if_true: float
    score_if_false: float


class DocumentRead(Record):
    """A document that was read, or that could not be and why."""

    id: str
    kind: str
    language: str | None = None
    characters: int = 0
    sha256: str | None = Field(None, description="Digest of the text as read.")
    unreadable: str | None = Field(None, description="Why it could not be read.")
    left_out: str | None = Field(None, description="What its file holds beside the text and was not read.")
    caution: str | None = Field(None, description="In which direction its reading errs.")
    privileged: bool = Field(False, description="Whether it is covered by legal privilege.")


class ChronologyEntry(Record):
    """One line of the time line, with where it comes from."""

    date: str | None
    what: str
    kind: str
    evidence: Evidence


class Provision(Record):
    """A provision that a finding cites, and how sure the pack is of its text."""

    id: str
    instrument: str
    provision: str
    says: str
    confidence: Literal["high", "medium", "low"]
    url: str | None = None
    check_the_text: bool = Field(description="True for provisions of medium or low confidence.")


class SwitchedOff(Record):
    """A rule that was not asked, and why."""

    rule_id: str
    reason: str


class Provenance(Record):
    """What the assessment was made from, so that it can be made again."""

    redflag_version: str
    case_digest: str
    pack_name: str
    pack_version: str
    pack_digest: str
    pack_status: str
    model_version: str | None = None
    model_digest: str | None = None
    training_data_digest: str | None = None
    tagger_digest: str | None = Field(None, description="Of the sentence tagger; null where none read.")
    as_of: str
    as_of_from: str = Field(description="Where the date comes from.")
    base_rate: str
    base_rate_value: float
    switched_off: tuple[SwitchedOff, ...] = ()


class Contested(Record):
    """A finding that a reviewer struck, annotated or answered, and why; both assessments are kept."""

    rule_id: str
    by: str = Field(description="Who, by handle.")
    what: Literal["strike", "note", "counter_evidence"]
    reason: str


class Urgent(Record):
    """What comes first for the person: custody, hearings, deadlines."""

    what: str
    due: str | None = None


class Assessment(Record):
    """What the rules, and the classifier where there is one, say of one case."""

    schema_version: str = SCHEMA_VERSION
    case_id: str
    urgent: tuple[Urgent, ...] = ()
    score: float | None = Field(
        description="Probability, at the stated base rate, that a body deciding on it would find "
        "the request not compliant, refuse it, or grant protection; null with an abstention."
    )
    score_range: tuple[float, float] = Field(
        description="Outer bound over the facts still unknown, settled ones as they are."
    )
    band: Band
    abstention: str | None
    rule_score: float = Field(description="The rules alone, at even odds.")
    classifier_score: float | None = Field(description="The classifier alone, at even odds.")
    classifier_note: str | None = Field(None, description="Why there is no classifier score.")
    coverage: float = Field(description="Share of the core rules' weight that is determined.")
    axes: tuple[AxisFinding, ...]
    families: Families
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    prior: float
    contributions: tuple[Contribution, ...]
    log_odds: float = Field(description="Sum of the prior and the contributions.")
    disagreement: str | None = None
    precedents: tuple[Precedent, ...] = Field((), description="Documented cases most alike to this one.")
    missing: tuple[Question, ...]
    documents: tuple[DocumentRead, ...]
    chronology: tuple[ChronologyEntry, ...]
    provisions: tuple[Provision, ...]
    cautions: tuple[str, ...] = Field((), description="What this result cannot tell.")
    contested: tuple[Contested, ...] = Field((), description="What reviewers did about findings.")
    provenance: Provenance
    notice: str = CAUTION

    def model_post_init(self, _context: Any) -> None:
        """Hand each family its findings, which the JSON form lists once."""
        if any(family.findings for family in self.families.values()):
            return
        filled = tuple(
            family.model_copy(update={"findings": tuple(f for f in self.findings if f.family == family.id)})
            for family in self.families.values()
        )
        object.__setattr__(self, "families", Families(filled))

    def _repr_html_(self) -> str:
        """How a notebook shows it: the report, as a piece of a page."""
        from redflag.report import fragment  # the one look upwards: a notebook asks the object itself

        return fragment(self)

    def to_json(self) -> str:
        """The assessment as JSON on one line; the same assessment gives the same bytes."""
        return self.model_dump_json()


class ScoreLine(Record):
    """The numbers of an assessment alone, for many cases at once; what they rest on is not in it."""

    case_id: str
    as_of: str
    score: float | None = Field(description="As in the assessment; null with an abstention.")
    score_range: tuple[float, float]
    band: Band
    abstention: str | None
    families: Mapping[str, float] = Field(
        description="Weight of evidence in log-odds, of each family of which a rule is settled."
    )
    fired: tuple[str, ...] = Field(description="Ids of the rules that fired, caveats among them.")


class Unscreened(Record):
    """A case of a batch that could not be screened, and why; the batch goes on."""

    case_id: str
    faults: tuple[str, ...]


class Ledger(Protocol):
    """Somewhere that keeps a record of assessments; screening needs to know no more of it."""

    def append(self, assessment: Assessment, case: Record | None = None) -> str:
        """Keep a record of the assessment, and of the case where it keeps those; gives an id."""
