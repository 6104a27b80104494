"""The compiled phrases of one language as plain data that JSON can hold, and the way back.

Texts inside it are read only when a sentence first asks for them, so a start that reads a short
document decodes a few hundred phrases and not all of them.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from redflag.signals.compiling import Branch, Element, Program, Step
from redflag.version import package_version

Table = Mapping[str, Any]
"""What an index is made of: see `Index.table`. Long lists are one text each, parted by signs that no
word holds: JSON reads one long text many times faster than as many short ones."""

_KINDS = {
    "lexicons": list,
    "owners": str,
    "programs": str,
    "elements": str,
    "signs": dict,
    "content": str,
    "prefixes": str,
}


def is_table(content: Mapping[str, Any]) -> bool:
    """Whether content has the shape of a table."""
    return all(isinstance(content.get(name), kind) for name, kind in _KINDS.items())


def code_digest() -> str:
    """SHA-256 of the library's version and of the code that makes tables and reads them."""
    told = hashlib.sha256(package_version().encode())
    folder = Path(__file__).parent
    for path in [folder.parent / "documents.py", *sorted(folder.glob("*.py"))]:
        told.update(path.read_bytes())
    return told.hexdigest()


def packed(places: Iterable[int]) -> str:
    """The bits at some places of a whole number, as a short text."""
    listed = sorted(places)
    octets = bytearray(listed[-1] // 8 + 1 if listed else 0)
    for place in listed:
        octets[place >> 3] |= 1 << (place & 7)
    return binascii.b2a_base64(zlib.compress(octets, 9), newline=False).decode()


def unpacked(text: str) -> int:
    """The whole number whose bits were packed."""
    return int.from_bytes(zlib.decompress(binascii.a2b_base64(text)), "little")


def written_programs(programs: Sequence[Program]) -> str:
    """Programs as a line of JSON: an element by its number, a gap as minus its length, a branch as a list."""
    return json.dumps([list(map(_written, program)) for program in programs], separators=(",", ":"))


def _written(step: Step) -> Any:
    if isinstance(step, Element):
        return step.number
    if isinstance(step, int):
        return -step
    return [int(step.is_optional), *(list(map(_written, inner)) for inner in step.programs)]


class Decoder:
    """Reads programs back, each element once."""

    def __init__(self, elements: Sequence[str]) -> None:
        self._texts = elements
        self._elements: dict[int, Element] = {}

    def programs(self, line: str) -> tuple[Program, ...]:
        """The programs that a line of JSON writes."""
        return tuple(tuple(map(self._step, program)) for program in json.loads(line))

    def _step(self, written: Any) -> Step:
        if isinstance(written, list):
            inner = tuple(tuple(map(self._step, program)) for program in written[1:])
            return Branch(inner, bool(written[0]))
        if written < 0:
            return -int(written)
        element = self._elements.get(written)
        if element is None:
            element = self._elements[written] = Element.read(written, self._texts[written])
        return element
