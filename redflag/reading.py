"""What was read of a case: its documents, what they say and who says it, before any rule is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import Field

from redflag.assessment import DocumentRead
from redflag.documents import Document
from redflag.record import Record
from redflag.screening import CaseLike, Screener, document_read
from redflag.signals import Signal, dates_in


class SignalRead(Record):
    """One thing that a document says."""

    id: str = Field(description="The lexicon that knows how it is said.")
    quote: str
    start: int = Field(description="Where the quote begins, in characters of the text as read.")
    end: int
    match: str = Field(description="The words of the quote that met a phrase.")
    assertion: str = Field(description="How it is put: affirmed, alleged, feared and so on.")
    said_by: str = Field(description="Whose word it is.")
    relayed_by: str | None = Field(None, description="Who passes on what that party is said to have said.")
    happened: str | None = Field(
        None,
        description="When, by the sentence, the last dated one before it in its paragraph, or a heading.",
    )
    later_than: str | None = Field(None, description="The date that it is only known to lie after.")
    found_by: str
    probability: float | None = Field(None, description="How sure the tagger is; null for phrases.")


class DateRead(Record):
    """A date that a text names."""

    date: str
    quote: str
    start: int
    end: int


class DocumentReading(DocumentRead):
    """A document, and what was found in it."""

    title: str | None = None
    date: str | None = Field(None, description="Date of the paper itself.")
    author: str = Field(description="Whose voice it speaks in.")
    text: str = Field("", description="The text as read, which every offset counts in.")
    signals: tuple[SignalRead, ...] = ()
    dates: tuple[DateRead, ...] = ()


class DocumentsRead(Record):
    """Every document of a case as it was read, or why it was not."""

    case_id: str
    documents: tuple[DocumentReading, ...]


def read_documents(case: CaseLike, screener: Screener | None = None) -> DocumentsRead:
    """What a case's documents say, and no more: no rule is asked and nothing is scored.

    Args:
        case: a `Case`, a path of a case file, document, archive or folder, a text, or a mapping.
        screener: reads as this one does; as the shipped pack does if absent.

    Raises:
        CaseError: if the case cannot be read.
    """
    screener = screener if screener is not None else Screener()
    intake, signals = screener.read(case)
    by_document: dict[str, list[Signal]] = {}
    for signal in signals:
        by_document.setdefault(signal.span.document, []).append(signal)
    return DocumentsRead(
        case_id=intake.case.case_id,
        documents=tuple(
            _reading(one, document_read(one, screener.pack.lexicons), by_document.get(one.id, ()))
            for one in intake.documents
        ),
    )


def _reading(document: Document, read: DocumentRead, signals: Sequence[Signal]) -> DocumentReading:
    note = document.note
    return DocumentReading(
        **read.model_dump(),
        title=note.title,
        date=None if note.date is None else str(note.date),
        author=document.party,
        text="" if document.unreadable else document.text,
        signals=tuple(_signal(one) for one in signals),
        dates=() if document.unreadable else tuple(_dates(document)),
    )


def _signal(signal: Signal) -> SignalRead:
    return SignalRead(
        id=signal.id,
        quote=signal.span.quote,
        start=signal.span.start,
        end=signal.span.end,
        match=signal.match.quote,
        assertion=signal.assertion,
        said_by=signal.said_by,
        relayed_by=signal.relayed_by,
        happened=None if signal.happened is None else str(signal.happened),
        later_than=None if signal.later_than is None else str(signal.later_than),
        found_by=signal.found_by,
        probability=signal.probability,
    )


def _dates(document: Document) -> Iterator[DateRead]:
    for found in dates_in(document.text, document.note.language):
        if found.date is not None:
            quote = document.text[found.start : found.end]
            yield DateRead(date=str(found.date), quote=quote, start=found.start, end=found.end)
