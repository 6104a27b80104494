"""An assessment as plain text for a terminal or a printer, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from redflag.assessment import Assessment
from redflag.report.blocks import Address, Bullet, Heading, Paragraph, Plain, plain
from redflag.report.outline import outline
from redflag.report.wording import Wording

WIDTH = 100
_RULES = {1: "=", 2: "-"}


def as_text(assessment: Assessment, without_score: bool, wording: Wording) -> str:
    """The report as lines of text."""
    lines: list[str] = []
    last: Plain | None = None
    blocks = outline(assessment, without_score, wording)
    for block in (one for shaped in blocks for one in plain(shaped)):
        if last is not None and not _belongs_to(block, last):
            lines.append("")
        lines.extend(_lines(block))
        last = block
    return "\n".join(lines) + "\n"


def _belongs_to(block: Plain, last: Plain) -> bool:
    """Whether a block follows the one before it without an empty line between."""
    if isinstance(block, Address):
        return True
    if isinstance(block, Bullet):
        return isinstance(last, Bullet | Address | Heading | Paragraph)
    return isinstance(last, Heading) and isinstance(block, Paragraph)


def _lines(block: Plain) -> Iterator[str]:
    match block:
        case Heading(text=text, depth=depth):
            wrapped = _wrap(text, "", "")
            yield from wrapped
            if depth in _RULES:
                yield _RULES[depth] * max(map(len, wrapped))
        case Paragraph(text=text):
            yield from _wrap(text, "", "")
        case Bullet(text=text, below=below):
            yield from _wrap(text, "  - ", "    ")
            for line in below:
                yield from _wrap(line, "      - ", "        ")
        case Address(text=text, url=url):
            yield f"      {text} {url}"


def _wrap(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ) or [first.rstrip()]
