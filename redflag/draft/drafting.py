"""Drafts of papers from a case, each with the sheet for the lawyer."""

from __future__ import annotations

from collections.abc import Sequence

from redflag.dates import PartialDate
from redflag.draft.ccf import ccf_paper
from redflag.draft.file import case_file
from redflag.draft.sentences import Draft
from redflag.draft.sheet import sheet
from redflag.draft.timeline import chronology_paper
from redflag.screening import CaseLike, Screener


def draft_ccf(
    case: CaseLike,
    as_of: PartialDate | str | None = None,
    *,
    screener: Screener | None = None,
    without: Sequence[str] = (),
) -> Draft:
    """The skeleton of a request to the CCF for deletion of data.

    Args:
        case: whatever can be screened.
        as_of: the day up to which the paper knows; the case's own if absent.
        screener: the shipped rules if absent.
        without: what to leave out beside what is privileged or confidential: a path of the case, the id
            of a document, or a party, from which everything goes that must be kept from it.

    Raises:
        CaseError: if the case cannot be read, there is no date, or `without` names nothing.
    """
    file = case_file(case, screener or Screener(), as_of, without)
    paper = ccf_paper(file)
    return Draft(paper, sheet(file, paper, ccf=True))


def draft_chronology(
    case: CaseLike,
    as_of: PartialDate | str | None = None,
    *,
    screener: Screener | None = None,
    without: Sequence[str] = (),
) -> Draft:
    """A chronology with its exhibits; the arguments are those of `draft_ccf`.

    Raises:
        CaseError: as `draft_ccf`.
    """
    file = case_file(case, screener or Screener(), as_of, without, findings=False)
    paper = chronology_paper(file)
    return Draft(paper, sheet(file, paper, ccf=False))
