"""Drafts that a lawyer completes: a request to the CCF, a chronology; they decide and invent nothing."""

from redflag.draft.drafting import draft_ccf, draft_chronology
from redflag.draft.markdown import as_markdown
from redflag.draft.sentences import Draft, Gap, Paper, Sentence, Value
from redflag.draft.word import as_docx

__all__ = [
    "Draft",
    "Gap",
    "Paper",
    "Sentence",
    "Value",
    "as_docx",
    "as_markdown",
    "draft_ccf",
    "draft_chronology",
]
