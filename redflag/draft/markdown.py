"""A paper as Markdown; nothing that a file says can become markup, a link or a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from redflag.draft.sentences import Gap, Link, Paper, Piece, Rows, Said, Title, shown
from redflag.report.markdown_form import escaped

_PARENTHESIS = re.compile(r"(?<!\\)\\([()])")
_SAFE_URL = re.compile(r"https?://[^\s<>\"\\^`{|}\[\]()]+", re.ASCII)


def as_markdown(paper: Paper) -> str:
    """The paper as Markdown; its mark stands at the head and the foot."""
    blocks: list[str] = []
    listed = False
    if paper.mark:
        blocks.append(f"**{escaped(paper.mark)}**")
    for part in paper.parts:
        in_list = isinstance(part, Said) and part.form == "item"
        text = "\n".join(_lines(part))
        if in_list and listed:
            blocks[-1] += f"\n{text}"
        else:
            blocks.append(text)
        listed = in_list
    if paper.mark:
        blocks.append(f"**{escaped(paper.mark)}**")
    return "\n\n".join(blocks) + "\n"


def _lines(part: Title | Said | Rows) -> Iterator[str]:
    match part:
        case Title(text=text, depth=depth):
            yield f"{'#' * depth} {_text(text, opens=False)}"
        case Said(sentence=sentence, form=form, number=number):
            told = _inline(sentence.pieces, opens=form != "numbered")
            if sentence.reference:
                told += f" ({_inline(sentence.reference)})"
            yield {"item": "- ", "numbered": f"**{number}.** "}.get(form, "") + told
        case Rows(header=header, rows=rows):
            yield _row(map(escaped, header))
            yield _row("---" for _ in header)
            for row in rows:
                yield _row(map(_inline, row))


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _inline(pieces: Sequence[Piece], *, opens: bool = False) -> str:
    """Pieces on one line: a gap stands out, and all else reads as it stands."""
    told: list[str] = []
    run = ""
    for piece in pieces:
        if isinstance(piece, Link):
            safe = _SAFE_URL.fullmatch(piece.url) is not None
            told += [
                _text(run, opens=opens and not told),
                f"<{piece.url}>" if safe else escaped(shown(piece)),
            ]
            run = ""
        elif isinstance(piece, Gap):
            told += [_text(run, opens=opens and not told), f"**{_text(shown(piece), opens=False)}**"]
            run = ""
        else:
            run += shown(piece)
    told.append(_text(run, opens=opens and not told))
    return "".join(told)


def _text(text: str, *, opens: bool) -> str:
    """A text escaped; only what opens a line could open a list.

    Parentheses stay as they are: with every square bracket escaped they make no link.
    """
    told = escaped(text) if opens else escaped(f"x{text}")[1:]
    return _PARENTHESIS.sub(r"\1", told)
