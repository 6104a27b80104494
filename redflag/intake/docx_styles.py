"""What the styles of a Word document make of text: hidden, in which ink, on which paper, how small."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from redflag.intake.colours import Colour, colour_of

_DEEPEST = 20
"""Styles that may be based on one another."""

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_OFF = frozenset({"0", "false", "off"})


class HasDeclarationError(Exception):
    """A part of the document declares a document type."""


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks, as far as something says so.

    Attributes:
        hidden: whether it is marked as hidden.
        ink: its colour; None where it is not told or adapts to its ground.
        has_ink: whether it says anything of its colour.
        paper: the colour of its ground; None where it is not told.
        has_ground: whether it says anything of its ground.
        half_points: its size; None where it is not told.
    """

    hidden: bool | None = None
    ink: Colour | None = None
    has_ink: bool = False
    paper: Colour | None = None
    has_ground: bool = False
    half_points: int | None = None

    def over(self, below: Look) -> Look:
        """What one look says, and where it says nothing what the one below it says."""
        return Look(
            below.hidden if self.hidden is None else self.hidden,
            self.ink if self.has_ink else below.ink,
            self.has_ink or below.has_ink,
            self.paper if self.has_ground else below.paper,
            self.has_ground or below.has_ground,
            below.half_points if self.half_points is None else self.half_points,
        )

    def told(self, tag: str, attributes: Mapping[str, str]) -> Look:
        """The same with what one property says."""
        match tag:
            case "vanish":
                return replace(self, hidden=value_of(attributes) not in _OFF)
            case "color":
                return replace(self, ink=colour_of(value_of(attributes)), has_ink=True)
            case "shd":
                fill = value_of(attributes, "fill")
                if fill in ("", "auto"):
                    return self
                return replace(self, paper=colour_of(fill), has_ground=True)
            case "highlight":
                name = value_of(attributes)
                return self if name == "none" else replace(self, paper=colour_of(name), has_ground=True)
            case "sz":
                digits = value_of(attributes)
                return replace(self, half_points=int(digits)) if digits.isdecimal() else self
            case _:
                return self


@dataclass
class _Style:
    look: Look = field(default_factory=Look)
    based_on: str = ""
    is_table: bool = False


class Styles:
    """The styles of a document by their ids."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._open: _Style | None = None

    def read(self, content: bytes) -> None:
        """Takes in the part of the document that holds them.

        Raises:
            HasDeclarationError: at its document type declaration.
            expat.ExpatError: if it is not well-formed XML.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(content, True)

    def look(self, name: str) -> Look:
        """What a style says, with all that it is based on."""
        look = Look()
        for _ in range(_DEEPEST):
            style = self._styles.get(name)
            if style is None:
                break
            look = look.over(style.look)
            name = style.based_on
        return look

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = tag_of(name)
        if tag == "style":
            self._open = _Style(is_table=value_of(attributes, "type") == "table")
            self._styles.setdefault(value_of(attributes, "styleId"), self._open)
        elif self._open is not None and tag == "basedOn":
            self._open.based_on = value_of(attributes)
        elif self._open is not None:
            look = self._open.look.told(tag, attributes)
            if self._open.is_table:  # which of its cells are shaded depends on where they stand
                look = Look(has_ground=look.has_ground)
            self._open.look = look

    def _end(self, name: str) -> None:
        if tag_of(name) == "style":
            self._open = None


def refuse(*_: object) -> None:
    """Refuses a document type declaration."""
    raise HasDeclarationError


def tag_of(name: str) -> str:
    """The plain name of an element of Word's own; empty for others."""
    for space in _WORD:
        if name.startswith(space):
            return name[len(space) :]
    return ""


def value_of(attributes: Mapping[str, str], name: str = "val") -> str:
    """An attribute of Word's own; empty if there is none."""
    for space in _WORD:
        if space + name in attributes:
            return attributes[space + name]
    return ""
