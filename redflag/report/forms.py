"""The one door to the formats; each loads what it needs when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, overload

from redflag.assessment import Assessment
from redflag.report.json_form import as_json, as_json_line
from redflag.report.wording import ENGLISH, Wording, wording

TextFormat = Literal["text", "json", "jsonl", "md", "html"]
Format = TextFormat | Literal["docx"]


def _text(assessment: Assessment, without_score: bool, wording: Wording) -> str:
    from redflag.report.text_form import as_text

    return as_text(assessment, without_score, wording)


def _markdown(assessment: Assessment, without_score: bool, wording: Wording) -> str:
    from redflag.report.markdown_form import as_markdown

    return as_markdown(assessment, without_score, wording)


def _html(assessment: Assessment, without_score: bool, wording: Wording) -> str:
    from redflag.report.html_form import as_html

    return as_html(assessment, without_score, wording)


def _docx(assessment: Assessment, without_score: bool, wording: Wording) -> bytes:
    from redflag.report.docx_form import as_docx

    return as_docx(assessment, without_score, wording)


_WRITERS: Mapping[str, Callable[[Assessment, bool, Wording], str | bytes]] = MappingProxyType(
    {
        "text": _text,
        "json": lambda assessment, without_score, _: as_json(assessment, without_score),
        "jsonl": lambda assessment, without_score, _: as_json_line(assessment, without_score),
        "md": _markdown,
        "html": _html,
        "docx": _docx,
    }
)

FORMATS = tuple(_WRITERS)
"""Names of the formats."""


@overload
def render(
    assessment: Assessment,
    format: TextFormat = "text",
    *,
    without_score: bool = False,
    language: str = ENGLISH,
) -> str: ...


@overload
def render(
    assessment: Assessment, format: Literal["docx"], *, without_score: bool = False, language: str = ENGLISH
) -> bytes: ...


@overload
def render(
    assessment: Assessment, format: Format, *, without_score: bool = False, language: str = ENGLISH
) -> str | bytes: ...


def render(
    assessment: Assessment,
    format: Format = "text",
    *,
    without_score: bool = False,
    language: str = ENGLISH,
) -> str | bytes:
    """The assessment in a format: text, but for Word bytes; the same assessment gives the same.

    Args:
        assessment: what a screening said.
        format: `text` for a terminal, `md` for Markdown, `html` for a page of its own, `docx` for a
            Word document, `json` for one object over many lines, `jsonl` for the same on one line.
        without_score: leave out every score, weight and range and the band, and say so.
        language: of the report's own words, `en` or `fr`; JSON has none.

    Raises:
        ValueError: if there is no such format or language.
    """
    writer = _WRITERS.get(format)
    if writer is None:
        raise ValueError(f"no such format; use one of {', '.join(_WRITERS)}")
    return writer(assessment, without_score, wording(language))


def fragment(assessment: Assessment, *, language: str = ENGLISH) -> str:
    """The report as a piece of HTML that stands in a page of somebody else's, such as a notebook.

    Raises:
        ValueError: if there is no such language.
    """
    from redflag.report.html_form import as_fragment

    return as_fragment(assessment, wording(language))
