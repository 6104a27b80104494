"""A chronology to hand in: every dated fact with its exhibit, and what has no date, marked as such."""

from __future__ import annotations

from collections.abc import Iterator

from redflag.draft.ccf import exhibits_part
from redflag.draft.file import CaseFile
from redflag.draft.sentences import Gap, Paper, Part, Piece, Rows, Title, fixed


def chronology_paper(file: CaseFile) -> Paper:
    """The chronology, part by part."""
    return Paper("Chronology", tuple(_parts(file)), file.assessment.provenance.as_of)


def _parts(file: CaseFile) -> Iterator[Part]:
    yield Title("Chronology", 1)
    yield fixed(Gap("draft: settle every mark of this kind, then take this line out"))
    yield fixed(
        "Each line says who vouches for it. Dates stand as the sources give them; a stroke means a span. "
        "Lines without "
        "a date come last."
    )
    rows = tuple(_rows(file))
    if rows:
        yield Rows("Chronology", ("No.", "Date", "Event", "Where it is found"), rows)
    else:
        yield fixed(Gap("the facts: the file dates none yet"))
    yield from exhibits_part(file, "Exhibits")


def _rows(file: CaseFile) -> Iterator[tuple[tuple[Piece, ...], ...]]:
    for one in file.paragraphs.listed:
        date: tuple[Piece, ...] = ("undated ", Gap("date"))
        if one.told.date is not None:
            date = (one.told.date,)
        yield (str(one.number),), date, one.told.sentence.pieces, one.told.sentence.reference
