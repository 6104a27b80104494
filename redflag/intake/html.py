"""Text of a web page: what a reader sees, block by block, and not what is hidden from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from redflag.intake.chats import chat_of
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
    r"|(?:left|top|text-indent|margin-left):-\d{4,}|color:transparent|clip:rect\(0"
)
_WHITE = re.compile(r"(?<![\w-])color:(?:#fff(?:fff)?(?![0-9a-f])|white|rgb\(255,255,255\))")
_BACKGROUND = re.compile(r"background(?:-color|-image)?:(?!transparent|none|#fff(?:fff)?\b|white)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PLAIN = re.compile(r"(?:[\w-]+)?(?:[.#][\w-]+)?")

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
    page = _Page(_hidden_by_style_sheets(tree))
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
            page = _Page(frozenset())
            page.read(said)
            yield name, moment.attributes.get("title") or "", page.text()


class _Page:
    """Gathers the visible text of a tree, line by line."""

    def __init__(self, selectors: frozenset[str]) -> None:
        self.hidden = 0
        self._selectors = selectors
        self._lines: list[str] = []
        self._line: list[str] = []
        self._mark = ""
        self._kept_spaces = 0

    def read(self, root: LexborNode) -> None:
        """Walks the tree without recursion: hostile pages nest deeper than any stack."""
        node: LexborNode | None = root
        dark = 0  # open elements that have a background of their own
        while node is not None:
            below = None
            if node.is_text_node:
                self._add(node.text_content or "")
            elif node.is_element_node:
                tag, attributes = node.tag or "", node.attributes
                if tag in _NEVER_TEXT:
                    pass
                elif self._is_hidden(tag, attributes, dark):
                    self.hidden += len("".join(node.text().split()))
                else:
                    self._opens(tag)
                    dark += _has_background(attributes)
                    below = node.child
                    if below is None:
                        dark -= _has_background(attributes)
                        self._closes(tag)
            elif node.child is not None:
                below = node.child
            if below is not None:
                node = below
                continue
            while node is not None and node.next is None:
                node = None if node.mem_id == root.mem_id else node.parent
                if node is not None and node.is_element_node:
                    dark -= _has_background(node.attributes)
                    self._closes(node.tag or "")
                if node is not None and node.mem_id == root.mem_id:
                    node = None
            node = None if node is None else node.next

    def text(self) -> str:
        """All lines; blank ones stand between headings and what is round them."""
        self._break()
        return re.sub(r"\n{3,}", "\n\n", cleaned("\n".join(self._lines)).strip("\n"))

    def _is_hidden(self, tag: str, attributes: Mapping[str, str | None], dark: int) -> bool:
        if "hidden" in attributes or _selected(tag, attributes, self._selectors):
            return True
        if tag == "dialog" and "open" not in attributes:
            return True
        style = _style(attributes)
        if tag == "font" and (attributes.get("size") or "").strip() == "0":
            return True
        if tag == "font" and attributes.get("color"):
            style += f";color:{(attributes.get('color') or '').strip().lower()}"
        if style and _HIDES.search(style):
            return True
        return bool(style and not dark and not _has_background(attributes) and _WHITE.search(style))

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


def _style(attributes: Mapping[str, str | None]) -> str:
    return "".join((attributes.get("style") or "").lower().split())


def _has_background(attributes: Mapping[str, str | None]) -> bool:
    return bool(attributes.get("bgcolor") or _BACKGROUND.search(_style(attributes)))


def _hidden_by_style_sheets(tree: LexborHTMLParser) -> frozenset[str]:
    """What a style sheet in the page hides, as it selects it: `p`, `.x`, `p.x` or `#y`.

    Rules for print and the like are passed over, and selectors that depend on where an element stands.
    """
    found: set[str] = set()
    for sheet in tree.css("style"):
        for selector, declarations in _rules(_COMMENT.sub("", sheet.text())):
            if _HIDES.search("".join(declarations.lower().split())):
                found.update(one for one in map(str.strip, selector.split(",")) if _PLAIN.fullmatch(one))
    return frozenset(found - {"html", "body"})


def _selected(tag: str, attributes: Mapping[str, str | None], selectors: frozenset[str]) -> bool:
    if not selectors:
        return False
    classes = (attributes.get("class") or "").split()
    names = {tag, f"#{attributes.get('id') or ''}", *(f".{one}" for one in classes)}
    return not selectors.isdisjoint(names | {f"{tag}.{one}" for one in classes})


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
