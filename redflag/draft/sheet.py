"""The lawyer's own sheet beside a paper: what is missing, what was left out and why, what is due.

It is a file of its own, so that it cannot be filed by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iso3166 import countries_by_alpha3

from redflag.case import Item
from redflag.draft.ccf import may_be_minor
from redflag.draft.exhibits import exhibit_name
from redflag.draft.file import CaseFile
from redflag.draft.grounds import GROUNDS, argued, unused
from redflag.draft.practice import (
    CLOCK,
    CONFIDENTIALITY,
    FRAME,
    GATE,
    SEEN_UNTIL,
    TRAPS,
    Practice,
)
from redflag.draft.sentences import Link, Paper, Part, Said, Sentence, Title, fixed, item
from redflag.draft.telling import as_words
from redflag.facts import MAYBE_LATER, Unknown
from redflag.record import Record, key_text
from redflag.report.wording import clean

MARK = "Privileged: not for filing"

_GONE = frozenset({"deleted", "expired", "refused", "withdrawn"})
_LEAST_TOLD = 4
"""Characters from which a withheld word is looked for in the paper."""


def sheet(file: CaseFile, paper: Paper, *, ccf: bool) -> Paper:
    """The sheet that belongs to a paper.

    Args:
        file: the case file.
        paper: the paper as drafted.
        ccf: whether it goes to the Commission, whose practice the sheet then tells.
    """
    parts = tuple(_parts(file, paper, ccf))
    return Paper(f"Notes on: {paper.title}", parts, paper.day, MARK)


def _parts(file: CaseFile, paper: Paper, ccf: bool) -> Iterator[Part]:
    yield Title(f"Notes on: {paper.title}", 1)
    yield fixed(f"{MARK}. This sheet is for the lawyer alone.")
    yield fixed(f"Drafted from what the file told by {file.assessment.provenance.as_of}.")
    yield from _first(file)
    if ccf:
        yield from _practice("Before filing", GATE)
        yield from _practice("Frame and clock", (FRAME, *CLOCK))
    yield from _left_out(file, paper)
    yield from _unplaced(file)
    if ccf:
        yield from _not_used(file)
        yield from _open(file)
    yield from _own_notes(file)
    yield from _papers(file)
    if ccf:
        yield from _law(file)
        yield from _practice("What goes wrong", (CONFIDENTIALITY, *TRAPS))


def _first(file: CaseFile) -> Iterator[Part]:
    lines = [f"{clean(one.what)}{'' if one.due is None else f': {one.due}'}" for one in file.full.urgent]
    if file.given.consent.given is False:
        lines.append("The person has not consented: settle the basis before anything is filed")
    elif file.given.consent.given is None and file.given.consent.lawful_basis is None:
        lines.append("The file names neither consent nor another lawful basis: settle that first")
    if may_be_minor(file):
        lines.append("By the year of birth the person may be a minor: proof of the tie is needed")
    if file.known("notice.kind") is None:
        lines.append("The file does not say what alert there is: a request for access may have to come first")
    state = file.known("notice.state_of_play")
    if state in _GONE:
        lines.append(
            f"The file says that the alert is {state}: check what is still recorded before asking for "
            f"deletion; "
            "a request for access, or a confirmation, may serve better"
        )
    if file.case.requesting_state is None:
        lines.append("The file does not name the state that is the source of the data")
    if not lines:
        return
    yield Title("First")
    for line in lines:
        yield item(f"{line}.")


def _practice(title: str, points: tuple[Practice, ...]) -> Iterator[Part]:
    yield Title(title)
    yield fixed(f"As practice was seen up to {SEEN_UNTIL}; check each point on the day of filing.")
    for one in points:
        yield Said(Sentence((f"{one.name}: {one.asks} ({one.confidence})",), (Link(one.source),)), "item")


# -- what is not in the paper


def _left_out(file: CaseFile, paper: Paper) -> Iterator[Part]:
    yield Title("Left out of the paper")
    if not file.cleared.withheld:
        yield fixed("Nothing in the file is marked as privileged or confidential.")
    for one in file.cleared.withheld:
        yield item(f"{clean(one.path)}: {one.reason}.")
    lost = [
        one.title
        for one in file.full.findings
        if one.effect == "supports" and one.rule_id not in {left.rule_id for left in file.assessment.findings}
    ]
    if lost:
        yield fixed("Without it the paper can no longer say:")
        for title in lost:
            yield item(clean(title))
    again = tuple(_again(file, paper))
    if again:
        yield fixed(
            "Words of what was left out, or another part of the same event, stand in the paper still. Read:"
        )
        for line in again:
            yield item(line)


def _again(file: CaseFile, paper: Paper) -> Iterator[str]:
    """Where the paper tells what was left out: the same words, or another part of the same event."""
    told = [" ".join(str(sentence).casefold().split()) for sentence in paper.sentences()]
    for one in file.cleared.withheld:
        if one.path.startswith("documents["):
            continue
        value = _at(file.given, one.path)
        for words in sorted(set(_texts(value))):
            if any(words in sentence for sentence in told):
                yield f"words of {one.path}"
                break
        event = getattr(value, "event", None)
        if event is None:
            continue
        for where, other in _items(file):
            if other.event == event:
                yield f"{file.cleared.path_before(where)} is part of the same event as {one.path}"


def _items(file: CaseFile) -> Iterator[tuple[str, Item]]:
    for name in type(file.case).model_fields:
        listed = getattr(file.case, name)
        for place, one in enumerate(listed if isinstance(listed, tuple) else ()):
            if isinstance(one, Item):
                yield key_text((name, place)), one


def _at(record: Any, path: str) -> Any:
    for step in path.replace("[", ".[").split("."):
        record = record[int(step[1:-1])] if step.startswith("[") else getattr(record, step)
    return record


def _texts(value: Any) -> Iterator[str]:
    """The free words and the states in a part of a case, in lower case."""
    if isinstance(value, str) and value in countries_by_alpha3:
        yield as_words(value).casefold()
    elif isinstance(value, str) and len(value) >= _LEAST_TOLD:
        yield " ".join(value.casefold().split())
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            if name in ("what", "said", "conduct", "label", "value", "number", "provision"):
                yield from _texts(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


def _unplaced(file: CaseFile) -> Iterator[Part]:
    """What may be later than the day of the draft, so that no paper of that day can tell it."""
    later = [
        f"{name}: {listed.unplaced} may be later than the day of this draft"
        for name, listed in file.facts.lists.items()
        if listed.unplaced
    ]
    later += [
        f"{path}: may be later than the day of this draft"
        for path, fact in file.facts.facts.items()
        if isinstance(fact, Unknown) and fact.reason == MAYBE_LATER
    ]
    later += [f"document {clean(name)}: nobody had it by that day" for name in file.exhibits.later]
    if later:
        yield Title("Not told, since its date is not sure")
        for line in later:
            yield item(f"{line}.")


def _not_used(file: CaseFile) -> Iterator[Part]:
    found = tuple(unused(file.assessment))
    carried = {one.ground.title for one in argued(file.assessment)}
    empty = [ground.title for ground in GROUNDS if ground.title not in carried]
    if found:
        yield Title("Found, and not argued")
        for finding in found:
            yield item(
                f"{clean(finding.title)}: found by the tagger alone; read the passage before using it."
            )
    if empty:
        yield Title("Grounds that nothing in this file carries")
        for title in empty:
            yield item(f"{title}.")


def _open(file: CaseFile) -> Iterator[Part]:
    if file.assessment.missing:
        yield Title("To ask")
        for question in file.assessment.missing:
            yield item(clean(question.question))
    supports = [one for one in file.assessment.findings if one.effect == "supports"]
    if any(one.collect for one in supports):
        yield Title("To collect")
    for one in supports:
        if one.collect:
            yield item(f"{clean(one.title)}: {'; '.join(map(clean, one.collect))}.")
    doubts = [one for one in supports if one.innocent]
    if doubts:
        yield Title("What the other side will answer")
        for finding in doubts:
            yield item(f"{clean(finding.title)}: {'; '.join(map(clean, finding.innocent))}.")


def _own_notes(file: CaseFile) -> Iterator[Part]:
    """Remarks of the file: they may be work product, so that no paper quotes them."""
    noted = [(where, one.note) for where, one in _items(file) if one.note]
    if noted:
        yield Title("Remarks in the file, not in the paper")
        for where, note in noted:
            yield item(f"{file.cleared.path_before(where)}: {clean(note or '')}")


def _papers(file: CaseFile) -> Iterator[Part]:
    yield Title("Exhibits and the documents that they are")
    for exhibit in file.exhibits.listed:
        read = next((one for one in file.assessment.documents if one.id == exhibit.id), None)
        told = f"{exhibit_name(exhibit)}: {clean(exhibit.id)}"
        if read is not None and read.unreadable is not None:
            told += f"; not read: {clean(read.unreadable)}"
        elif read is not None and read.sha256 is not None:
            told += f"; SHA-256 of its text {read.sha256}"
        if exhibit.kind in ("narrative", "statement"):
            told += "; the person's own account: file it only as a signed statement"
        yield item(f"{told}.")
    if not file.exhibits.listed:
        yield fixed("There is no document that could be filed.")


def _law(file: CaseFile) -> Iterator[Part]:
    if not file.assessment.provisions:
        return
    yield Title("Provisions, in our own words")
    for law in file.assessment.provisions:
        sure = f"confidence {law.confidence}"
        if law.check_the_text:
            sure += ": check the text"
        told = f"{clean(law.instrument)}, {clean(law.provision)}: {clean(law.says)} ({sure})"
        yield Said(Sentence((told,), () if law.url is None else (Link(law.url),)), "item")
