"""An assessment as Markdown; nothing that a file says can become markup, a link or a picture."""

from __future__ import annotations

import re

from redflag.assessment import Assessment
from redflag.report.blocks import Address, Bullet, Heading, Paragraph, Plain, plain
from redflag.report.outline import outline
from redflag.report.wording import Wording

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#|!~&$]")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"^([-+=]|\d+(?=[.)]))")
_SAFE_URL = re.compile(r"https?://[^\s<>\"\\^`{|}\[\]()]+", re.ASCII)


def as_markdown(assessment: Assessment, without_score: bool, wording: Wording) -> str:
    """The report as Markdown."""
    lines: list[str] = []
    last: Plain | None = None
    blocks = outline(assessment, without_score, wording)
    for block in (one for shaped in blocks for one in plain(shaped, in_context=True)):
        listed = isinstance(block, Bullet | Address) and isinstance(last, Bullet | Address)
        if last is not None and not listed:
            lines.append("")
        lines.extend(_lines(block))
        last = block
    return "\n".join(lines) + "\n"


def _lines(block: Plain) -> list[str]:
    match block:
        case Heading(text=text, depth=depth):
            return [f"{'#' * depth} {escaped(text)}"]
        case Paragraph(text=text):
            return [escaped(text)]
        case Bullet(text=text, below=below):
            return [f"- {escaped(text)}", *(f"  - {escaped(line)}" for line in below)]
        case Address(text=text, url=url):
            link = f"<{url}>" if _SAFE_URL.fullmatch(url) else escaped(url)
            return [f"  - {escaped(text)} {link}"]


def escaped(text: str) -> str:
    r"""A text on one line of Markdown, read as it stands.

    >>> print(escaped("<b>see [here](http://x)</b>"))
    \<b\>see \[here\]\(http\://x\)\</b\>
    """
    told = _MARKUP.sub(lambda match: "\\" + match[0], text)
    told = _ADDRESS.sub(lambda match: "\\" + match[0], told)
    opening = _OPENING.match(told)
    if opening is None:
        return told
    # a sign or a number that would open a list
    if opening[1].isdigit():
        return f"{opening[1]}\\{told[len(opening[1]) :]}"
    return f"\\{told}"
