"""The skeleton of a request to the Commission for deletion of data: nothing that the file does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redflag.assessment import Evidence, Finding
from redflag.draft.exhibits import place_of, row_of
from redflag.draft.file import CaseFile
from redflag.draft.grounds import Argued, argued, law_of, named
from redflag.draft.paragraphs import Numbered, by_level
from redflag.draft.sentences import (
    Gap,
    Paper,
    Part,
    Piece,
    Rows,
    Said,
    Sentence,
    Title,
    Value,
    fixed,
    item,
)
from redflag.draft.telling import Told
from redflag.evidence import Level, Party
from redflag.facts import Known
from redflag.record import key_text
from redflag.report.wording import clean

_REFERRED = {
    Level.ADJUDICATED: "Found in an independent decision",
    Level.CORROBORATED: "Shown by several sources, independent of each other",
    Level.DOCUMENTED: "Documented",
    Level.ASSERTED: "Stated, with no document yet",
}
_AGAINST = frozenset({"convicted", "kept", "excluded", "no_violation", "transferred"})
"""Outcomes of decisions that speak against the applicant whatever they decide on."""
_AGAINST_IN = frozenset({("extradition", "granted"), ("asylum", "refused"), ("human_rights", "refused")})
"""Outcomes that do so in their matter."""

_WHO = (
    "person.roles",
    "person.left_on",
    "person.naturalised_on",
    "person.settled_abroad",
    "protection.status",
)
_ALERT = (
    "notice.kind",
    "notice.issued_on",
    "notice.state_of_play",
    "notice.warrant.issued_by",
    "notice.warrant.issued_on",
    "request.made",
    "request.made_on",
)
_URGENT = ("custody.status", "custody.since", "notice.before_known_travel")


def ccf_paper(file: CaseFile) -> Paper:
    """The request, part by part."""
    title = "Request for deletion of data to the Commission for the Control of INTERPOL's Files"
    return Paper(title, tuple(_parts(file, title)), file.assessment.provenance.as_of)


def _parts(file: CaseFile, title: str) -> Iterator[Part]:
    yield Title(title, 1)
    yield fixed(Gap("draft: settle every mark of this kind, then take this line out"))
    yield from _request(file)
    yield from _formalities(file)
    yield from _applicant(file)
    yield from _data(file)
    yield from _frame()
    yield from _facts(file)
    yield from _grounds(file)
    yield from _adverse(file)
    yield from _interim(file)
    yield from _confidentiality(file)
    yield from exhibits_part(file, "11. Exhibits")
    yield Title("Signature")
    yield fixed(Gap("place, date, signature of the applicant or of the representative"))


def _request(file: CaseFile) -> Iterator[Part]:
    case = file.case
    yield Title("1. The request")
    state: Piece = Gap("the state whose bureau is the source of the data")
    if case.requesting_state is not None:
        state = file.value("requesting_state", case.requesting_state)
    yield fixed("Purpose of this request: deletion of data.")
    yield fixed("Source of the data: the National Central Bureau of ", state, ".")
    yield fixed("The Commission is asked")
    yield item(
        "to find that the data challenged do not comply with INTERPOL's Constitution and Rules and to have "
        "them deleted;"
    )
    yield item("in the alternative, to have them updated or an addendum recorded;")
    yield item("in the meantime, to have access to them blocked (section 9).")


def _formalities(file: CaseFile) -> Iterator[Part]:
    yield Title("2. Formal requirements")
    yield item("Applicant's identity document: ", Gap("exhibit: legible, unredacted, with photograph"))
    yield item(
        "Power of attorney: ",
        Gap("exhibit: original, signed, covering access to INTERPOL data on the applicant"),
    )
    if may_be_minor(file):
        yield item("Applicant who may be a minor: ", Gap("age; proof of the tie to whoever files"))
    yield item("Language of this request: ", Gap("English, French, Spanish or Arabic"))
    yield item("Earlier requests to the Commission: ", Gap("none, or their references"))


def may_be_minor(file: CaseFile) -> bool:
    """Whether the year of birth leaves it open that the applicant is under 18."""
    born, day = file.case.person.birth_year, file.facts.as_of
    return born is not None and day.earliest.year - born <= 18


def _applicant(file: CaseFile) -> Iterator[Part]:
    person = file.case.person
    yield Title("3. The applicant")
    name: tuple[Piece, ...] = (Gap("full name, date and place of birth"),)
    if person.label is not None:
        name = ("called ", file.value("person.label", person.label), " in the file; ", *name)
    yield item("Applicant: ", *name)
    if person.nationalities:
        yield item("Nationality: ", *file.listed("person.nationalities", person.nationalities))
    else:
        yield item("Nationality: ", Gap("nationality"))
    if person.residence is not None:
        yield item("Residence: ", file.value("person.residence", person.residence))
    yield from _told(file, _WHO)
    for place in range(len(person.groups)):
        yield from _told(file, (key_text(("person", "groups", place)),))


def _data(file: CaseFile) -> Iterator[Part]:
    notice = file.case.notice
    yield Title("4. The data challenged, and the case behind them")
    if file.known("notice.kind") is None:
        yield item(
            "Kind of alert: ",
            Gap("red notice, diffusion or other; if unknown, consider an access request first"),
        )
    yield from _told(file, _ALERT)
    number: Piece = Gap("number")
    if notice.number is not None:
        number = file.value("notice.number", notice.number)
    yield item("Number of the alert: ", number)
    yield item("How the applicant knows of it: ", Gap("a hit, arrest papers, a print of the public site"))
    for listed in ("other_alerts", "charges"):
        for entry in sorted(file.facts.list_of(listed).items, key=lambda one: one.where):
            yield from _told(file, (entry.where,))
    if not file.facts.list_of("charges").items:
        yield item(
            "Acts that the data allege: ", Gap("what, when, where, in what role, as the alert words it")
        )


def _told(file: CaseFile, paths: Sequence[str]) -> Iterator[Part]:
    for path in paths:
        told = file.teller.at(path)
        if told is not None:
            yield Said(_dated(told), "item")


def _dated(told: Told) -> Sentence:
    """The sentence with its date behind it, where the sentence does not tell it itself."""
    date = told.date
    if date is None or any(one.text == date.text for one in told.sentence.values()):
        return told.sentence
    return Sentence((*told.sentence.pieces, " Date: ", date, "."), told.sentence.reference)


def _frame() -> Iterator[Part]:
    yield Title("5. What the Commission is asked to decide")
    yield fixed(
        "The question is whether the data comply with INTERPOL's Constitution and with its Rules on the "
        "Processing "
        "of Data. The Commission is not asked to decide whether the applicant is guilty, and nothing in "
        "this request "
        "turns on that."
    )


def _facts(file: CaseFile) -> Iterator[Part]:
    yield Title("6. The facts, in order of time")
    yield fixed(
        "Each paragraph says who vouches for it. Dates stand as the sources give them; a stroke means a span."
    )
    yield from _paragraphs(file)


def _paragraphs(file: CaseFile) -> Iterator[Part]:
    if not file.paragraphs.listed:
        yield fixed(Gap("the facts: the file dates none yet"))
    for one in file.paragraphs.listed:
        date: Piece = Gap("date")
        if one.told.date is not None:
            date = one.told.date
        sentence = one.told.sentence
        begins: tuple[Piece, ...] = (date, ". ") if isinstance(date, Value) else ("Undated ", date, ". ")
        yield Said(Sentence((*begins, *sentence.pieces), sentence.reference), "numbered", one.number)


# -- grounds


def _grounds(file: CaseFile) -> Iterator[Part]:
    yield Title("7. Grounds")
    found = tuple(argued(file.assessment))
    yield fixed(
        "Each heading within a ground is a submission. The facts of section 6 that are named under it are "
        "consistent with it."
    )
    if not found:
        yield fixed(Gap("grounds: nothing found in this file carries one yet"))
    for letter, one in zip("ABCDEFGH", found, strict=False):
        yield Title(f"{letter}. {one.ground.title}", 3)
        yield from _ground(file, one)


def _ground(file: CaseFile, argued_one: Argued) -> Iterator[Part]:
    yield fixed(argued_one.ground.submission)
    for finding in argued_one.findings:
        yield Title(clean(finding.title), 4)
        yield from _referred(file, finding.evidence)
        law = law_of(finding, file.assessment, file.case.requested_state)
        if law:
            yield item("Provisions: ", "; ".join(named(one) for one in law))
    for question in argued_one.questions:
        yield fixed(Gap(clean(question.question)))


def _referred(file: CaseFile, places: Sequence[Evidence]) -> Iterator[Part]:
    for level, paragraphs in by_level(file.paragraphs.of(places)):
        yield item(_REFERRED[level], ": ", *_numbers(paragraphs))


def _numbers(paragraphs: Sequence[Numbered]) -> Iterator[Piece]:
    yield "paragraph " if len(paragraphs) == 1 else "paragraphs "
    yield ", ".join(str(one.number) for one in paragraphs)


# -- the other side


def _adverse(file: CaseFile) -> Iterator[Part]:
    yield Title("8. What speaks against the request")
    parts = [*_counters(file), *_other_side(file), *_decided_against(file), *_differing(file)]
    yield fixed("These matters are put openly, with the answer to each.")
    yield from parts
    if not parts:
        yield fixed(
            Gap(
                "earlier convictions, bail, victims, investigations elsewhere: ask the applicant plainly, "
                "and say what "
                "there is"
            )
        )


def _counters(file: CaseFile) -> Iterator[Part]:
    for finding in file.assessment.findings:
        if finding.effect != "supports":
            yield Title(clean(finding.title), 4)
            yield from _referred(file, finding.evidence)
            yield item("Answer: ", Gap(_asks(finding)))


def _asks(finding: Finding) -> str:
    if finding.effect == "caveat":
        return "what mends this weakness of the file, or why it does not matter"
    return "answer, with its exhibit"


def _other_side(file: CaseFile) -> Iterator[Part]:
    """What the requesting state says itself."""
    own = [one for one in file.paragraphs.listed if one.told.party is Party.REQUESTING_STATE]
    if own:
        yield Title("What the requesting state says", 4)
        yield item(*_numbers(own))
        yield item("Answer: ", Gap("answer, with its exhibit"))


def _decided_against(file: CaseFile) -> Iterator[Part]:
    for one in file.paragraphs.listed:
        entry = next(
            (
                entry
                for entry in file.facts.list_of("decisions").items
                if entry.where == one.path and one.path.startswith("decisions")
            ),
            None,
        )
        if entry is None:
            continue
        matter, outcome = entry.fact("matter"), entry.fact("outcome")
        decided = outcome.value if isinstance(outcome, Known) else None
        on = matter.value if isinstance(matter, Known) else None
        if decided in _AGAINST or (on, decided) in _AGAINST_IN:
            yield Title("A decision against the applicant", 4)
            yield item(*_numbers((one,)))
            yield item("Answer: ", Gap("its reasons, whether it is final, and the answer to them"))


def _differing(file: CaseFile) -> Iterator[Part]:
    for _, sides in file.teller.disputed():
        yield Title("A fact that the sources tell differently", 4)
        for sentence in sides:
            yield Said(sentence, "item")
        yield item("Answer: ", Gap("which of these is right, with its exhibit"))


# -- the end


def _interim(file: CaseFile) -> Iterator[Part]:
    yield Title("9. Interim request")
    yield fixed("The applicant asks that access to the data be blocked while this request is examined.")
    yield from _told(file, _URGENT)
    yield fixed(
        "Reason for urgency: ", Gap("why it cannot wait: custody, travel, a hearing, a risk of surrender")
    )


def _confidentiality(file: CaseFile) -> Iterator[Part]:
    yield Title("10. Confidentiality")
    yield fixed(
        "The applicant asks that the following be kept from the source of the data and from every National "
        "Central "
        "Bureau."
    )
    relatives = [one for one in file.paragraphs.listed if one.path.startswith("relatives")]
    if relatives:
        yield item("What concerns relatives: ", *_numbers(relatives))
    if file.case.person.residence is not None:
        yield item("The applicant's residence (section 3)")
    if file.known("protection.status") is not None:
        yield item("What concerns protection (section 3)")
    yield item(Gap("further paragraphs and exhibits, each with the reason"))


def exhibits_part(file: CaseFile, title: str) -> Iterator[Part]:
    """The list of exhibits."""
    yield Title(title)
    places = {note.id: place_of(file.cleared, place) for place, note in enumerate(file.case.documents)}
    rows = tuple(tuple(row_of(one, places[one.id])) for one in file.exhibits.listed)
    if rows:
        yield Rows("Exhibits", ("No.", "Title", "Kind", "Date", "To complete"), rows)
    yield fixed(
        Gap(
            "further exhibits: warrant and charge, rulings with their reasons, measures against relatives, "
            "transcripts"
        )
    )
