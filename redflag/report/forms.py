"""The one door to the formats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from redflag.assessment import Assessment
from redflag.report.json_form import as_json, as_json_line
from redflag.report.markdown_form import as_markdown
from redflag.report.text_form import as_text

Format = Literal["text", "json", "jsonl", "md"]

_WRITERS: Mapping[str, Callable[[Assessment, bool], str]] = MappingProxyType(
    {"text": as_text, "json": as_json, "jsonl": as_json_line, "md": as_markdown}
)

FORMATS = tuple(_WRITERS)
"""Names of the formats."""


def render(assessment: Assessment, format: Format = "text", *, without_score: bool = False) -> str:
    """The assessment in a format; the same assessment gives the same text.

    Args:
        assessment: what a screening said.
        format: `text` for a terminal, `md` for Markdown, `json` for one object over many lines,
            `jsonl` for the same on one line.
        without_score: leave out every score, weight and range and the band, and say so.

    Raises:
        ValueError: if there is no such format.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise ValueError(f"no such format; use one of {', '.join(_WRITERS)}")
    return writer(assessment, without_score)
