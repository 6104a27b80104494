"""The documents of a case as numbered exhibits, and how a sentence refers to one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from redflag.dates import PartialDate, not_after
from redflag.documents import DocumentNote
from redflag.draft.clearing import Cleared
from redflag.draft.sentences import Gap, Piece, Value
from redflag.record import key_text
from redflag.report.wording import clean
from redflag.truth import Truth

_OPENING = 6
"""Words of a passage that it is found by."""

CCF_LANGUAGES = frozenset({"en", "fr", "es", "ar"})
"""Languages that the Commission works in; other annexes need a translation."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A document with its number in the list of exhibits."""

    number: int
    id: str
    kind: str
    title: str | None
    date: str | None
    language: str | None


class Exhibits:
    """The documents that may be filed, by date, those without one last.

    Args:
        cleared: the case without what must not be seen.
        languages: of each document, where it is known.
        cited: documents that a fact rests on.
        as_of: the day of the paper; what came later and is not cited is no exhibit.
    """

    def __init__(
        self,
        cleared: Cleared,
        languages: Mapping[str, str | None],
        cited: Set[str],
        as_of: PartialDate,
    ) -> None:
        self.later = tuple(
            note.id or "" for note in cleared.case.documents if note.id not in cited and _later(note, as_of)
        )
        notes = sorted(
            (note for note in cleared.case.documents if note.id not in self.later),
            key=lambda note: (
                datetime.date.max if note.date is None else note.date.earliest,
                note.id or "",
            ),
        )
        self.listed: Sequence[Exhibit] = tuple(
            Exhibit(
                number,
                note.id or "",
                note.kind,
                note.title,
                None if note.date is None else str(note.date),
                languages.get(note.id or ""),
            )
            for number, note in enumerate(notes, start=1)
        )
        self._by_id = {one.id: one for one in self.listed}
        self._by_name = {
            name: one for one in self.listed for name in (one.id.casefold(), (one.title or one.id).casefold())
        }
        self._withheld = cleared.names

    def of(self, document: str) -> Exhibit:
        """The exhibit that a document is."""
        return self._by_id[document]

    def passage(self, document: str, quote: str, start: int) -> tuple[Piece, ...]:
        """The reference to a passage; pages are not known, so it is named by how it begins."""
        opening = " ".join(quote.split()[:_OPENING])
        end = start + len(quote)
        return (
            exhibit_name(self.of(document)),
            ", passage beginning «",
            Value(opening, quote, document, start, end),
            "»",
        )

    def named(self, reference: str | None, path: str, said_at: str) -> tuple[Piece, ...]:
        """The reference of a fact of the case: the exhibit that its source names, or a gap.

        Args:
            reference: the source that the case names.
            path: of the fact.
            said_at: where the case names that source: the fact itself, or what it is part of.
        """
        if reference is not None:
            told = " ".join(reference.casefold().split())
            exhibit = self._by_name.get(told)
            if exhibit is not None:
                return (exhibit_name(exhibit),)
            if not any(name in told for name in self._withheld):
                return (Gap(f"exhibit for {path}", Value(clean(reference), reference, said_at)),)
        return (Gap(f"exhibit for {path}"),)


def _later(note: DocumentNote, as_of: PartialDate) -> bool:
    """Whether nobody had the document by a day."""
    day = note.known_by if note.known_by is not None else note.date
    return day is not None and not_after(day, as_of) is Truth.FALSE


def exhibit_name(exhibit: Exhibit) -> str:
    """How a paper calls an exhibit."""
    return f"Exhibit {exhibit.number}"


def row_of(exhibit: Exhibit, place: str) -> Iterator[tuple[Piece, ...]]:
    """The cells of a list of exhibits: number, what it is, kind, date, what is missing.

    Args:
        exhibit: the exhibit.
        place: the path of its document in the case that was given.
    """
    yield (str(exhibit.number),)
    title = exhibit.title
    yield ((Gap("title"),) if title is None else (Value(title, title, f"{place}.title"),))
    yield (Value(exhibit.kind.replace("_", " "), exhibit.kind, f"{place}.kind"),)
    if exhibit.date is None:
        yield (Gap("date"),)
    else:
        yield (Value(exhibit.date, exhibit.date, f"{place}.date"),)
    missing: list[Piece] = [Gap("pages")]
    if exhibit.language is not None and exhibit.language not in CCF_LANGUAGES:
        missing += [" ", Gap("translation into a working language of the Commission")]
    yield tuple(missing)


def place_of(cleared: Cleared, position: int) -> str:
    """The path of a document in the case that was given."""
    return cleared.path_before(key_text(("documents", position)))
