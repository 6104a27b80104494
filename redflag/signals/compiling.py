"""From phrases to programs: what each piece of a phrase can match.

A program is a tuple of steps. Positions in a sentence are the bits of a whole number, so a step
carries every possible reading of a phrase forward at once.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from redflag.errors import Fault, Location, RuleError, did_you_mean
from redflag.signals.lexicon import Lexicon, SlotTable
from redflag.signals.phrases import (
    Choice,
    Gap,
    Item,
    Literal,
    PhraseError,
    Sequence,
    Slot,
    Words,
    parse_alternative,
    parse_phrase,
)
from redflag.signals.writing import writing_of

_MOST_FLAT = 2000
"""Literal readings of one piece beyond which it stays a choice of sequences."""
MOST_PIECES = 20_000
"""Pieces that a phrase may come to with its slots written out: slots of slots double at every level."""


class Element:
    """A piece that is one of many literals; pieces with equal literals are one element.

    Attributes:
        number: its place among the elements of its language.
        size: about how much text its literals are.
    """

    __slots__ = ("__dict__", "_text", "_under", "number", "size")

    def __init__(self, number: int, literals: frozenset[Literal]) -> None:
        self.number = number
        self.size = len(literals)
        self._text: str | None = None
        self._under: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.__dict__["literals"] = literals

    @classmethod
    def read(cls, number: int, text: str) -> Element:
        """The element that `written` wrote; the text is taken apart when it is first asked for."""
        element = cls(number, frozenset())
        del element.__dict__["literals"]
        element._text = text
        element.size = len(text)
        return element

    def written(self) -> str:
        """The literals as text: those of one word, then the longer ones under a word of each."""
        lines = [f"{key}={listed}" for key, listed in sorted(self.longer.items())]
        return ";".join(("|".join(sorted(self.single)), *lines))

    @functools.cached_property
    def literals(self) -> frozenset[Literal]:
        """Every literal that it may be."""
        return self.single.union(*(listed.split("|") for listed in self.longer.values()))

    @functools.cached_property
    def single(self) -> frozenset[str]:
        """The literals of one word."""
        if self._text is not None:
            single = self._text.partition(";")[0]
            return frozenset(single.split("|")) if single else frozenset()
        return frozenset(literal for literal in self.literals if " " not in literal)

    @functools.cached_property
    def longer(self) -> dict[str, str]:
        """The longer literals, parted by bars, by the longest word of each."""
        if self._text is not None:
            return dict(line.split("=") for line in self._text.split(";")[1:])
        found: dict[str, list[str]] = {}
        for literal in sorted(self.literals):
            if " " in literal:
                found.setdefault(max(literal.split(" "), key=len), []).append(literal)
        return {key: "|".join(listed) for key, listed in found.items()}

    @functools.cached_property
    def keys(self) -> frozenset[str]:
        """Words of which a sentence holds one wherever it holds a literal."""
        return self.single.union(self.longer)

    def under(self, key: str) -> tuple[tuple[str, ...], ...]:
        """The words of each longer literal that is listed under a word."""
        known = self._under.get(key)
        if known is None:
            listed = self.longer[key].split("|")
            known = self._under[key] = tuple(tuple(literal.split(" ")) for literal in listed)
        return known


@dataclass(frozen=True, slots=True)
class Branch:
    """One of several programs; none of them, if optional."""

    programs: tuple[Program, ...]
    is_optional: bool


Step = Element | int | Branch
"""An element, a number of words to let pass, or a branch."""
Program = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One phrase: the lexicon it belongs to and the programs that must all succeed."""

    lexicon: str
    programs: tuple[Program, ...]
    needed: tuple[Element, ...] = ()
    """Elements that it cannot do without, those of the fewest literals first."""


class Compiler:
    """Compiles the phrases of one language, sharing every element between them."""

    def __init__(self, language: str, shared: SlotTable) -> None:
        """Begin with the shared slots of the language."""
        self._language = language
        self._writing = writing_of(language)
        self._shared = _Slots(shared, None)
        self._elements: dict[frozenset[Literal], Element] = {}
        self._room = MOST_PIECES

    @property
    def elements(self) -> tuple[Element, ...]:
        """Every element made so far."""
        return tuple(self._elements.values())

    def compile(self, lexicon: Lexicon) -> Iterator[Compiled]:
        """The phrases of a lexicon in this compiler's language.

        Raises:
            RuleError: for a phrase that cannot be read or names an unknown slot.
        """
        own = lexicon.slots.get(self._language)
        slots = _Slots(own, self._shared) if own else self._shared
        for number, text in enumerate(lexicon.phrases.get(self._language, ())):
            self._room = MOST_PIECES
            try:
                programs = tuple(self._program(part, slots) for part in parse_phrase(text))
                if not any(_is_mandatory(step) for program in programs for step in program):
                    raise PhraseError("nothing in it is mandatory", "make one piece mandatory")
            except PhraseError as error:
                place = Location(keys=f"lexicons.{lexicon.id}.phrases.{self._language}[{number}]")
                raise RuleError(Fault(f'phrase "{text}": {error.message}', place, error.mend)) from None
            yield Compiled(lexicon.id, programs)

    def _program(self, sequence: Sequence, slots: _Slots) -> Program:
        self._room -= len(sequence)
        if self._room < 0:
            raise PhraseError(f"more than {MOST_PIECES} pieces with its slots written out", "split it")
        return tuple(self._step(item, slots) for item in sequence)

    def _step(self, item: Item, slots: _Slots) -> Step:
        match item:
            case Gap(most):
                return most * self._writing.words_a_word
            case Words(literals, is_optional):
                element = self._element(literals)
                return Branch(((element,),), True) if is_optional else element
        flat = slots.literals_of(item)
        if flat is not None:
            element = self._element(flat)
            return Branch(((element,),), True) if item.is_optional else element
        options = slots.sequences(item.name) if isinstance(item, Slot) else item.options
        return Branch(tuple(self._program(option, slots) for option in options), item.is_optional)

    def _element(self, literals: frozenset[Literal]) -> Element:
        if not self._writing.is_plain:
            literals = frozenset(filter(None, map(self._writing.literal, literals)))
            if not literals:
                raise PhraseError("no word remains of a piece", "write a word there")
        element = self._elements.get(literals)
        if element is None:
            element = self._elements[literals] = Element(len(self._elements), literals)
        return element


def _is_mandatory(step: Step) -> bool:
    if isinstance(step, Branch):
        return not step.is_optional and all(any(map(_is_mandatory, inner)) for inner in step.programs)
    return isinstance(step, Element)


class _Slots:
    """The slots that a lexicon sees: its own first, then the shared ones."""

    def __init__(self, own: SlotTable, shared: _Slots | None) -> None:
        self._own = own
        self._shared = shared
        self._flat: dict[str, frozenset[Literal] | None] = {}
        self._open: set[str] = set()

    def sequences(self, name: str) -> tuple[Sequence, ...]:
        """The alternatives of a slot.

        Raises:
            PhraseError: if nobody knows the slot, or one of its alternatives cannot be read.
        """
        listed = self._own.get(name)
        if listed is None and self._shared is not None:
            listed = self._shared._own.get(name)
        if listed is None:
            known = {*self._own, *(self._shared._own if self._shared is not None else ())}
            raise PhraseError(f'unknown slot "{{{name}}}"', did_you_mean(name, known))
        return tuple(parse_alternative(text) for text in listed)

    def literals_of(self, item: Slot | Choice) -> frozenset[Literal] | None:
        """The literals that an item stands for, or None if it holds gaps or too many."""
        return self._literals(item.name) if isinstance(item, Slot) else self._flattened(item.options)

    def _literals(self, name: str) -> frozenset[Literal] | None:
        if name not in self._flat:
            if self._shared is not None and not self._reaches_own(name):
                self._flat[name] = self._shared._literals(name)
            else:
                if name in self._open:
                    raise PhraseError(f'slot "{{{name}}}" leads back to itself')
                self._open.add(name)
                self._flat[name] = self._flattened(self.sequences(name))
                self._open.discard(name)
        return self._flat[name]

    def _reaches_own(self, name: str) -> bool:
        """Whether a slot, or one that it names, is the lexicon's own."""
        waiting, seen = [name], {name}
        while waiting:
            current = waiting.pop()
            if current in self._own:
                return True
            listed = self._shared._own.get(current, ()) if self._shared is not None else ()
            for text in listed:
                if "{" in text:
                    found = [item.name for item in parse_alternative(text) if isinstance(item, Slot)]
                    waiting += [inner for inner in found if inner not in seen]
                    seen.update(found)
        return False

    def _flattened(self, options: Iterable[Sequence]) -> frozenset[Literal] | None:
        literals: set[Literal] = set()
        for option in options:
            pieces: list[list[Literal]] = []
            size = 1
            for item in option:
                if isinstance(item, Gap):
                    return None
                inner = item.literals if isinstance(item, Words) else self.literals_of(item)
                if inner is None:
                    return None
                pieces.append([*inner, ""] if item.is_optional else [*inner])
                size *= len(pieces[-1])
                if len(literals) + size > _MOST_FLAT:
                    return None
            if len(pieces) == 1:
                literals.update(pieces[0])
            else:
                for combined in itertools.product(*pieces):
                    literals.add(" ".join(word for word in combined if word))
        return None if "" in literals else frozenset(literals)
