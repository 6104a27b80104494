"""An assessment as one page of HTML: no script, nothing fetched, everything that a file says escaped.

A content security policy in the page lets in its own style and nothing else.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from redflag.assessment import Assessment
from redflag.report.blocks import Block, Bullet, Cited, Heading, Told
from redflag.report.outline import confidential, outline, title_of
from redflag.report.pictures import Shape
from redflag.report.wording import Wording

if TYPE_CHECKING:  # a template engine that only pages need
    import jinja2
    from markupsafe import Markup


@dataclass
class _Part:
    """A block with the name of its kind, or several of one kind that belong in one list."""

    kind: str
    block: Block
    listed: list[Block] = field(default_factory=list)
    number: int = 0


@dataclass
class _Section:
    name: str
    title: str
    parts: list[_Part] = field(default_factory=list)


def as_html(assessment: Assessment, without_score: bool, wording: Wording) -> str:
    """The report as a page."""
    from markupsafe import Markup

    style = "\n" + _read("report.css") + _read("page.css") + _on_every_page(confidential(assessment, wording))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    _, *sections = _sections(outline(assessment, without_score, wording))
    page: str = (
        _environment()
        .get_template("page.html")
        .render(
            language=wording.language,
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            title=title_of(assessment, wording),
            style=Markup(style),  # noqa: S704 - our own file
            skip=wording.say("Skip to the report"),
            contents=wording.say("Contents"),
            sections=sections,
            body=Markup(_body(assessment, without_score, wording, "")),  # noqa: S704 - escaped by its template
        )
    )
    return page.rstrip("\n") + "\n"


def as_fragment(assessment: Assessment, wording: Wording) -> str:
    """The report as a piece of a page, with its style and without the page around it.

    Names within it carry the start of the case's digest, so that several can stand on one page.
    """
    prefix = f"r{assessment.provenance.case_digest[:8]}-"
    body = _body(assessment, False, wording, prefix)
    style = f"<style>{_read('report.css')}</style>"
    return f'<div class="redflag" lang="{wording.language}">{style}\n{body}</div>\n'


def _on_every_page(mark: str | None) -> str:
    """Style that prints a mark, one of our own sentences, at the head of every page."""
    if mark is None:
        return ""
    told = "".join(letter if letter.isalnum() or letter == " " else f"\\{ord(letter):06x}" for letter in mark)
    look = "font: 600 8pt system-ui, sans-serif; color: #8a3115"
    return f'@media print {{ @page {{ @top-right {{ content: "{told}"; {look}; }} }} }}\n'


def _body(assessment: Assessment, without_score: bool, wording: Wording, prefix: str) -> str:
    opening, *sections = _sections(outline(assessment, without_score, wording))
    told: str = (
        _environment()
        .get_template("body.html")
        .render(title=opening.title, opening=opening.parts, sections=sections, prefix=prefix)
    )
    return told


def _sections(blocks: Iterable[Block]) -> Iterator[_Section]:
    """The report's opening, then a section for each heading of the second depth."""
    section: _Section | None = None
    number = 0
    for block in blocks:
        if isinstance(block, Heading) and block.depth <= 2:
            if section is not None:
                yield section
            section = _Section(block.name, block.text)
            continue
        if section is None:
            raise ValueError("a report opens with its title")
        last = section.parts[-1] if section.parts else None
        if last is not None and _belongs(block, last.block):
            last.listed.append(block)
            continue
        number += isinstance(block, Told)
        section.parts.append(_Part(type(block).__name__, block, [block], number))
    if section is not None:
        yield section


def _belongs(block: Block, last: Block) -> bool:
    """Whether a block goes on with the list that the last one began."""
    if isinstance(block, Bullet) and isinstance(last, Bullet):
        return block.tone == last.tone
    return isinstance(block, Cited) and isinstance(last, Cited)


def _read(name: str) -> str:
    return resources.files("redflag.report").joinpath("templates", name).read_text(encoding="utf-8")


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("redflag.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(length_of=_length, kind=_kind, lang=_lang, web=_web_address)
    return environment


def _length(value: float) -> str:
    """A length as short as can be: two digits, no zeros behind."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _kind(shape: Shape) -> str:
    return type(shape).__name__


def _lang(language: str | None) -> Markup | str:
    """The attribute that says in which language a piece is, where it is known and not the page's own."""
    from markupsafe import Markup

    return "" if not language else Markup(' lang="{}"').format(language)


def _web_address(address: str) -> str:
    """An address that a page may link to; empty for anything but http and https."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""
