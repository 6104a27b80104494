"""Text of a web page: what a reader sees, block by block, and not what is hidden from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from redflag.intake.chats import chat_of
from redflag.intake.colours import BLACK, WHITE, Colour, can_be_read, colour_of
from redflag.intake.encodings import decoded_as
from redflag.intake.filetext import EMPTY, FileText, cleaned

_NEVER_TEXT = frozenset({
    "audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noembed", "noframes", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr",
    "ul",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS = frozenset({"td", "th"})

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_WITHIN = 4096

_HIDES = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?![\d.])|font-size:0(?![\d.]*[1-9])"
    r"|font-size:[01](?:\.\d+)?p[xt](?![a-z])|(?:left|top|text-indent|margin-left):-\d{4,}"
    r"|color:transparent|color:rgba\([\d.]+,[\d.]+,[\d.]+,0(?:\.0*)?\)|clip:rect\(0"
)
_FROM_AROUND = frozenset({"inherit", "initial", "unset", "revert", "currentcolor", "none", "transparent", ""})
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PLAIN = re.compile(r"(?:[\w-]+)?(?:[.#][\w-]+)?")
_STEP = re.compile(r"[\s>+~]+")
_ELEMENT = re.compile(r"[\w-]*(?:[.#][\w-]+)?")
"""The element that a selector of several steps is about, as far as `_PLAIN` can say it."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_CLOSE_BY_THEMSELVES = frozenset({
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "param", "path", "rect", "source", "td", "th", "tr", "track", "use", "wbr",
})  # fmt: skip
_FORMATTING = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
_MOST_STEPS = 200_000_000
_MOST_NODES = 5_000_000


def read(content: bytes) -> FileText:
    """The text that a page shows: a block a line, headings and list items marked as Markdown does."""
    declared = _XML_CHARSET.match(content[:_DECLARED_WITHIN]) or _CHARSET.search(content[:_DECLARED_WITHIN])
    found = decoded_as(content, None if declared is None else declared[1].decode("ascii", "ignore"))
    return found if found.fault else text_of_html(found.text)


def text_of_html(markup: str) -> FileText:
    """The same of a page that is text already."""
    if _is_hostile(markup):
        return FileText(fault="a page nested deeper than any real one", mend="save its text as .txt")
    tree = LexborHTMLParser(markup)
    root = tree.root
    if root is None:
        return EMPTY
    chat = chat_of(_telegram(tree))
    if chat is not None:
        return chat
    titled = tree.css_first("title")
    title = "" if titled is None else " ".join(cleaned(titled.text()).split())[:300]
    page = _Page(_Sheet.of(tree))
    page.read(root)
    text = page.text()
    left_out = f"hidden text ({page.hidden} characters)" if page.hidden else ""
    if not text.strip():
        return FileText(
            fault="a page without visible text", mend="give the page as it was seen", left_out=left_out
        )
    return FileText(text, left_out=left_out, title=title or None)


def _telegram(tree: LexborHTMLParser) -> Iterator[tuple[str, str, str]]:
    """Name, moment and text of each message on a page that Telegram exported."""
    name = ""
    for message in tree.css("div.history div.message"):
        body = message.css_first("div.body")
        moment = message.css_first("div.date[title]")
        said = message.css_first("div.text")
        if body is None or moment is None:
            continue  # the program's own lines
        named = next((one for one in body.iter() if one.attributes.get("class") == "from_name"), None)
        if named is not None:  # a message without one goes on from the one before
            name = named.text().strip()
        if said is not None:
            page = _Page(_Sheet())
            page.read(said)
            yield name, moment.attributes.get("title") or "", page.text()


class _Shade(NamedTuple):
    """What words are written in and on; None where that cannot be told."""

    ink: Colour | None = BLACK
    paper: Colour | None = WHITE


class _Change(NamedTuple):
    """What some declarations make of the ink and the paper around them."""

    sets_ink: bool = False
    ink: Colour | None = None
    sets_paper: bool = False
    paper: Colour | None = None

    def over(self, below: _Change) -> _Change:
        """Both as one, this where they differ."""
        ink = (True, self.ink) if self.sets_ink else (below.sets_ink, below.ink)
        paper = (True, self.paper) if self.sets_paper else (below.sets_paper, below.paper)
        return _Change(*ink, *paper)

    def on(self, shade: _Shade) -> _Shade:
        return _Shade(
            self.ink if self.sets_ink else shade.ink, self.paper if self.sets_paper else shade.paper
        )


@dataclass
class _Sheet:
    """What the style sheets in a page say of elements that they name as `p`, `.x`, `p.x` or `#y`.

    Rules for print and the like are passed over. Where a selector depends on where an element stands,
    its colours count as not known, and what it hides is not hidden.
    """

    hides: set[str] = field(default_factory=set)
    changes: dict[str, _Change] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> _Sheet:
        sheet = cls()
        for style in tree.css("style"):
            for selectors, declarations in _rules(_COMMENT.sub("", style.text())):
                sheet._take(selectors.split(","), declarations.lower())
        sheet.hides -= {"html", "body"}
        return sheet

    def _take(self, selectors: Iterable[str], declarations: str) -> None:
        hides = _HIDES.search("".join(declarations.split())) is not None
        change = _change(declarations)
        for selector in map(str.strip, selectors):
            if _PLAIN.fullmatch(selector):
                if hides:
                    self.hides.add(selector)
                self._add(selector, change)
            elif (last := _ELEMENT.match(_STEP.split(selector)[-1])) is not None:
                self._add(last[0], change._replace(ink=None, paper=None))

    def _add(self, selector: str, change: _Change) -> None:
        """Takes in a change, over what an earlier rule makes of the same elements."""
        if change.sets_ink or change.sets_paper:
            self.changes[selector] = change.over(self.changes.get(selector, _Change()))

    def hidden(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Whether they hide an element."""
        return bool(self.hides) and not self.hides.isdisjoint(_names(tag, attributes))

    def shade(self, tag: str, attributes: Mapping[str, str | None], around: _Shade) -> _Shade:
        """Ink and paper inside an element."""
        shade = around
        if self.changes:
            for name in _names(tag, attributes):
                change = self.changes.get(name)
                if change is not None:
                    shade = change.on(shade)
        if attributes.get("bgcolor") or attributes.get("background"):
            shade = shade._replace(paper=colour_of(attributes.get("bgcolor") or ""))
        if tag == "font" and attributes.get("color"):
            shade = shade._replace(ink=colour_of(attributes.get("color") or ""))
        style = attributes.get("style")
        return _change(style.lower()).on(shade) if style else shade


class _Page:
    """Gathers the visible text of a tree, line by line."""

    def __init__(self, sheet: _Sheet) -> None:
        self.hidden = 0
        self._sheet = sheet
        self._lines: list[str] = []
        self._line: list[str] = []
        self._mark = ""
        self._kept_spaces = 0

    def read(self, root: LexborNode) -> None:
        """Walks the tree without recursion: hostile pages nest deeper than any stack."""
        node: LexborNode | None = root
        shades = [_Shade()]  # of the open elements, the innermost last
        while node is not None:
            below = None
            if node.is_text_node:
                if can_be_read(*shades[-1]):
                    self._add(node.text_content or "")
                else:
                    self.hidden += len("".join((node.text_content or "").split()))
            elif node.is_element_node:
                tag, attributes = node.tag or "", node.attributes
                if tag in _NEVER_TEXT:
                    pass
                elif self._is_hidden(tag, attributes):
                    self.hidden += len("".join(node.text().split()))
                else:
                    self._opens(tag)
                    below = node.child
                    if below is None:
                        self._closes(tag)
                    else:
                        shades.append(self._sheet.shade(tag, attributes, shades[-1]))
            elif node.child is not None:
                below = node.child
                shades.append(shades[-1])
            if below is not None:
                node = below
                continue
            while node is not None and node.next is None:
                node = None if node.mem_id == root.mem_id else node.parent
                if node is not None:
                    shades.pop()
                    if node.is_element_node:
                        self._closes(node.tag or "")
                    if node.mem_id == root.mem_id:
                        node = None
            node = None if node is None else node.next

    def text(self) -> str:
        """All lines; blank ones stand between headings and what is round them."""
        self._break()
        return re.sub(r"\n{3,}", "\n\n", cleaned("\n".join(self._lines)).strip("\n"))

    def _is_hidden(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        if "hidden" in attributes or self._sheet.hidden(tag, attributes):
            return True
        if tag == "dialog" and "open" not in attributes:
            return True
        if tag == "font" and (attributes.get("size") or "").strip() == "0":
            return True
        style = "".join((attributes.get("style") or "").lower().split())
        return bool(style and _HIDES.search(style))

    def _opens(self, tag: str) -> None:
        if tag == "br":
            self._break()
        elif tag in _HEADINGS:
            self._break()
            self._lines.append("")
            self._mark = "# "
        elif tag in _BLOCKS:
            self._break()
            if tag == "li":
                self._mark = "- "
        if tag == "pre":
            self._kept_spaces += 1

    def _closes(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._break()
            self._lines.append("")
        elif tag in _CELLS:
            self._line.append(" | ")
        elif tag in _BLOCKS:
            self._break()
            if tag in ("p", "table", "ul", "ol", "blockquote"):
                self._lines.append("")
        if tag == "pre":
            self._kept_spaces -= 1

    def _add(self, text: str) -> None:
        if not self._kept_spaces:
            self._line.append(text)
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for line in others:
            self._break()
            self._line.append(line)

    def _break(self) -> None:
        """Ends the line; one without a word in it is not kept, and its mark waits for the next."""
        line = re.sub(r"[ \t\r\n\f]+", " ", "".join(self._line)).strip(" |")
        self._line.clear()
        if line:
            self._lines.append(self._mark + line)
            self._mark = ""


def _change(declarations: str) -> _Change:
    """What declarations in lower case make of ink and paper."""
    change = _Change()
    for declaration in declarations.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip(), value.partition("!")[0].strip()
        if value in _FROM_AROUND:
            continue
        if name == "color":
            change = change._replace(sets_ink=True, ink=colour_of(value))
        elif name in ("background", "background-color", "background-image"):
            change = change._replace(sets_paper=True, paper=colour_of(value))
    return change


def _names(tag: str, attributes: Mapping[str, str | None]) -> tuple[str, ...]:
    """How a plain selector may name an element, the weakest way first."""
    classes = (attributes.get("class") or "").split()
    own = attributes.get("id")
    return (
        "*",
        tag,
        *(f".{one}" for one in classes),
        *(f"{tag}.{one}" for one in classes),
        *((f"#{own}", f"{tag}#{own}") if own else ()),
    )


def _is_hostile(markup: str) -> bool:
    """Whether a page is nested as no real one is, so that parsing it would take hours or all memory.

    Parsers look back over the open elements at every tag, and repeat unclosed formatting in every block.
    """
    opened: Counter[str] = Counter()
    depth = deepest = formatting = most = number = 0
    for match in _TAG.finditer(markup):
        tag = match[2].lower()
        number += 1
        if tag in _CLOSE_BY_THEMSELVES or (match[1] and not opened[tag]):
            continue
        step = -1 if match[1] else 1
        opened[tag] += step
        depth += step
        deepest = max(deepest, depth)
        if tag in _FORMATTING:
            formatting += step
            most = max(most, formatting)
    return deepest * number > _MOST_STEPS or most * number > _MOST_NODES


def _rules(sheet: str) -> list[tuple[str, str]]:
    """Selectors and declarations at the top level of a style sheet."""
    found: list[tuple[str, str]] = []
    depth, begin, opened = 0, 0, 0
    for match in re.finditer(r"[{}]", sheet):
        if match[0] == "{":
            depth += 1
            if depth == 1:
                opened = match.start()
        elif depth:
            depth -= 1
            if depth == 0:
                selector = sheet[begin:opened].rpartition(";")[2].strip()
                if selector and not selector.startswith("@"):
                    found.append((selector, sheet[opened + 1 : match.start()]))
                begin = match.end()
    return found
