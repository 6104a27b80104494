"""The time line of a case: what happened and when, each line with where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from redflag.assessment import ChronologyEntry, Evidence
from redflag.case import Case
from redflag.dates import PartialDate
from redflag.evidence import Source, Span
from redflag.facts import Entry, FactBase, Known

SURROUNDINGS = 140
"""Characters at most that are shown of the text on either side of a quote."""

_DAYS = {
    "notice.issued_on": ("alert", "The alert was issued"),
    "notice.warrant.issued_on": ("warrant", "The warrant was issued"),
    "request.made_on": ("request", "Extradition was requested"),
    "request.person_located_on": ("request", "The person was located or arrested"),
    "prosecution.opened_on": ("prosecution", "The investigation was opened"),
    "protection.applied_on": ("protection", "Protection was applied for"),
    "protection.granted_on": ("protection", "Protection was granted"),
    "person.left_on": ("person", "The person left the requesting state"),
    "person.naturalised_on": ("person", "Another state made the person a citizen"),
    "custody.since": ("custody", "Custody began"),
}
_KINDS = {
    "assets": "assets",
    "charges": "charge",
    "contacts": "contact",
    "decisions": "decision",
    "events": "event",
    "other_alerts": "alert",
    "proceedings": "proceeding",
    "relatives": "relatives",
    "third_persons": "third person",
    "travel_documents": "travel document",
}
_TOLD_IN = {
    "assets": ("kind", "measure"),
    "charges": ("offence_class", "conduct"),
    "contacts": ("caller", "channel", "urged", "offered", "threatened"),
    "decisions": ("body", "matter", "outcome", "grounds"),
    "events": ("kind",),
    "other_alerts": ("kind", "state_of_play"),
    "proceedings": ("kind",),
    "relatives": ("relation", "measure"),
    "third_persons": ("tie",),
    "travel_documents": ("kind", "measure"),
}


def chronology(case: Case, facts: FactBase, texts: Mapping[str, str]) -> tuple[ChronologyEntry, ...]:
    """Everything dated that was known on the screening date, then what has no date.

    Args:
        case: the case.
        facts: what it and its documents tell.
        texts: the documents' texts as read, by id.
    """
    lines = [*_days(facts), *_items(case, facts), *_sentences(facts, texts)]
    return tuple(sorted(lines, key=_order))


def _order(line: ChronologyEntry) -> tuple[datetime.date, datetime.date, str, str, str, int]:
    if line.date is None:
        first = last = datetime.date.max
    else:
        day = PartialDate(line.date)
        first, last = day.earliest, day.latest
    return first, last, line.kind, line.what, line.evidence.source, line.evidence.start or 0


def _days(facts: FactBase) -> Iterator[ChronologyEntry]:
    for path, (kind, what) in _DAYS.items():
        fact = facts.lookup(path)
        if isinstance(fact, Known):
            yield _line(str(fact.value), what, kind, fact.sources[0])


def _items(case: Case, facts: FactBase) -> Iterator[ChronologyEntry]:
    for path, kind in _KINDS.items():
        for item in facts.list_of(path).items:
            day = item.source.happened
            if day is None and path == "charges":
                continue
            yield _line(day, _told(case, path, item), kind, item.source)


def _told(case: Case, path: str, item: Entry) -> str:
    """The item in the file's own words where it has some, else in the words of its fields."""
    position = int(item.where.rpartition("[")[2].rstrip("]"))
    record = getattr(case, path)[position]
    for own in ("what", "said", "conduct", "note"):
        words = getattr(record, own, None)
        if words:
            return str(words)
    told = []
    for name in _TOLD_IN[path]:
        fact = item.fact(name)
        if isinstance(fact, Known):
            values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
            told.append(", ".join(str(value).replace("_", " ") for value in values))
    return f"{_KINDS[path].capitalize()}: {'; '.join(told)}" if told else _KINDS[path].capitalize()


def _sentences(facts: FactBase, texts: Mapping[str, str]) -> Iterator[ChronologyEntry]:
    """Sentences of documents that a signal was found in and that give a date."""
    seen: set[tuple[str, int]] = set()
    for hits in facts.signals.values():
        for hit in hits:
            span = hit.source.span
            if span is None or hit.source.happened is None or (span.document, span.start) in seen:
                continue
            seen.add((span.document, span.start))
            told = " ".join(span.quote.split())
            yield _line(hit.source.happened, told, "document", hit.source, texts)


def _line(
    date: str | None, what: str, kind: str, source: Source, texts: Mapping[str, str] | None = None
) -> ChronologyEntry:
    return ChronologyEntry(date=date, what=what, kind=kind, evidence=evidence_of(source, texts or {}))


def evidence_of(source: Source, texts: Mapping[str, str]) -> Evidence:
    """A source as an assessment shows it: a quote with the words around it in its document's text."""
    span = source.span
    before, after = (None, None) if span is None else _surroundings(span, texts.get(span.document, ""))
    return Evidence(
        source=source.where,
        quote=None if span is None else span.quote,
        start=None if span is None else span.start,
        end=None if span is None else span.end,
        before=before,
        after=after,
        level=source.level,
        party=source.party,
        assertion=source.assertion,
        relayed_by=source.relayed_by,
        found_by=source.found_by,
        probability=source.probability,
        happened=source.happened,
        reference=source.reference,
    )


def _surroundings(span: Span, text: str) -> tuple[str | None, str | None]:
    """The words before and after a span, whole words only; None where the text does not go on."""
    first, last = max(0, span.start - SURROUNDINGS), min(len(text), span.end + SURROUNDINGS)
    before, after = text[first : span.start], text[span.end : last]
    if first > 0 and not text[first - 1].isspace():
        before = _from_next_word(before)
    if last < len(text) and not text[last].isspace():
        after = _from_next_word(after[::-1])[::-1]
    return before or None, after or None


def _from_next_word(text: str) -> str:
    """A text without the part of a word that it starts with; as it is where it has no spaces at all."""
    for place, sign in enumerate(text):
        if sign.isspace():
            return text[place:]
    return text
