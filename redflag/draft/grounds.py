"""The grounds of a request for deletion, in the order that practice advises, and what belongs to each.

The alert is attacked where it is easiest to check first: form, then neutrality, then rights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redflag.assessment import Assessment, Finding, Provision, Question
from redflag.report.wording import clean


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground: its title, what the submission says, and the families of findings that carry it."""

    title: str
    submission: str
    families: tuple[str, ...]


GROUNDS = (
    Ground(
        "The conditions for processing the data are not shown to be met",
        "It is submitted that the data do not meet the conditions under which an alert may be recorded "
        "(Articles 35, 83 and 84 of the Rules on the Processing of Data: check the text).",
        ("procedural_defect", "private_dispute", "charge_inflation"),
    ),
    Ground(
        "Neutrality: Article 3 of the Constitution",
        "It is submitted that the matter is predominantly political, military, religious or racial in "
        "character, on the factors of Article 34 of the Rules on the Processing of Data (check the text).",
        ("political_motive", "unrelated_charges", "timing", "group_prosecution"),
    ),
    Ground(
        "Human rights: Article 2 of the Constitution",
        "It is submitted that processing the data is not in keeping with the Universal Declaration of Human "
        "Rights.",
        ("due_process_torture", "in_absentia"),
    ),
    Ground(
        "Refugee status and other protection",
        "It is submitted that the alert conflicts with refugee status or other protection, or with the "
        "procedure "
        "that decides on it.",
        ("refugee_conflict",),
    ),
    Ground(
        "Refusals, deletions and decisions on the same acts",
        "It is submitted that what other bodies decided, and above all the reasons that they gave, speaks "
        "against keeping the data.",
        ("prior_finding", "ne_bis_in_idem"),
    ),
    Ground(
        "Purpose: the alert is not used for what it is meant for",
        "It is submitted that the alert serves other ends than arrest for extradition (Articles 82 and 87 "
        "of the "
        "Rules on the Processing of Data: check the text).",
        (
            "locate_not_extradite",
            "voluntary_return_pressure",
            "quid_pro_quo",
            "compelled_testimony",
            "family_pressure",
            "proxy_pressure",
            "asset_seizure",
            "travel_document",
        ),
    ),
)

_OWN_LAW = ("interpol-", "rpd-", "ccf-")
"""Beginnings of the ids of INTERPOL's own law, which binds the Commission and comes first."""

_LAW_OF_STATES = {"CHE": "ch-", "DEU": "de-", "ESP": "es-", "FRA": "fr-", "GBR": "uk-", "USA": "us-"}
"""Beginnings of the ids of the law of one state, which says nothing to the Commission of another."""


@dataclass(frozen=True)
class Argued:
    """A ground with the findings that carry it and what is still to be asked about it."""

    ground: Ground
    findings: Sequence[Finding]
    questions: Sequence[Question]


def argued(assessment: Assessment) -> Iterator[Argued]:
    """Every ground that a finding carries, in order."""
    for ground in GROUNDS:
        findings = [
            one
            for family in ground.families
            for one in assessment.findings
            if one.family == family and one.effect == "supports" and _is_told(one)
        ]
        if findings:
            yield Argued(ground, findings, tuple(questions_of(assessment, ground)))


def questions_of(assessment: Assessment, ground: Ground) -> Iterator[Question]:
    """The open questions that bear on a ground."""
    for question in assessment.missing:
        if any(rule.partition(".")[0] in ground.families for rule in question.rules[:1]):
            yield question


def unused(assessment: Assessment) -> Iterator[Finding]:
    """Findings that no ground is built on, since nobody but the tagger found them or no ground is theirs."""
    used = {family for ground in GROUNDS for family in ground.families}
    for finding in assessment.findings:
        if finding.effect == "supports" and not (_is_told(finding) and finding.family in used):
            yield finding


def _is_told(finding: Finding) -> bool:
    """Whether the file itself says it: what the tagger alone found has to be read by a person first."""
    return any(evidence.found_by != "tagger" for evidence in finding.evidence)


def law_of(finding: Finding, assessment: Assessment, host: str | None) -> Sequence[Provision]:
    """The provisions that a finding cites, INTERPOL's own first; of national law the host state's alone."""
    known = {provision.id: provision for provision in assessment.provisions}
    foreign = tuple(start for state, start in _LAW_OF_STATES.items() if state != host)
    cited = [known[name] for name in finding.legal_basis if name in known and not name.startswith(foreign)]
    return sorted(cited, key=lambda law: not law.id.startswith(_OWN_LAW))


def named(law: Provision) -> str:
    """A provision by its name, with how sure its text is known."""
    told = f"{clean(law.instrument)}, {clean(law.provision)}"
    return f"{told} (confidence {law.confidence}: check the text)" if law.check_the_text else told
