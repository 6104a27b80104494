"""Which phrases a sentence may hold at all, told from its words without trying any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from redflag.signals.compiling import Branch, Compiled, Element, Program
from redflag.signals.patterns import Pattern
from redflag.signals.phrases import RUN_ON, Literal
from redflag.signals.table import Decoder, Table, is_table, packed, unpacked, written_programs
from redflag.signals.writing import Writing, writing_of

T = TypeVar("T")
_MOST_NEEDED = 4
"""Pieces of a phrase that a sentence must hold before the phrase is tried on it."""
_BY_LENGTH = (90.0, 90.0, 60.0, 30.0, 12.0, 8.0, 6.0, 5.0, 4.0, 3.5, 3.0, 3.0, 2.0)
_BY_RANK = ((60, 600.0), (130, 150.0), (10_000, 60.0))
_MOST_REMEMBERED = 50_000
"""Words of which is kept in mind what they let hope for."""
_RUN = Pattern(rf"[{RUN_ON}](?: ?[{RUN_ON}])*")
_PLAIN = writing_of("")


class _Commonness(dict[str, float]):
    """How often each word is met, roughly, by a list of the most frequent ones and by length."""

    def __init__(self, common: Sequence[str], writing: Writing) -> None:
        super().__init__(
            (word, next(weight for limit, weight in _BY_RANK if rank < limit))
            for rank, word in enumerate(common)
        )
        self._rarest = _Rarest(self)
        self._writing = writing

    def __missing__(self, word: str) -> float:
        weight = self[word] = _BY_LENGTH[min(len(word), len(_BY_LENGTH) - 1)]
        return weight

    def signs(self, element: Element) -> Iterator[str]:
        """A word for each literal of an element without which it cannot be there."""
        return map(self._rarest.__getitem__, element.literals)

    def of(self, element: Element) -> float:
        """How often a sentence may be expected to hold an element; only the order matters."""
        if self._writing.is_run_on:
            return sum(map(_commonness_of_run, element.literals))
        return sum(map(self.__getitem__, self.signs(element)))


def _commonness_of_run(literal: Literal) -> float:
    """How often a literal is met whose words run on: by its longest run of signs."""
    closed_up = _RUN.sub(lambda run: run[0].replace(" ", ""), literal)
    return _BY_LENGTH[min(3 * max(map(len, closed_up.split(" "))), len(_BY_LENGTH) - 1)]


class _Rarest(dict[Literal, str]):
    """The rarest word of every literal, each worked out once."""

    def __init__(self, commonness: _Commonness) -> None:
        super().__init__()
        self._commonness = commonness

    def __missing__(self, literal: Literal) -> str:
        found = literal
        if " " in literal:
            found = min(literal.split(" "), key=self._commonness.__getitem__)
        self[literal] = found
        return found


class _Remembered(dict[str, T]):
    """What was worked out for each word, until there are too many of them."""

    def __init__(self, work_out: Callable[[str], T]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, word: str) -> T:
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        found = self[word] = self._work_out(word)
        return found


class Index:
    """Every phrase of one language, under the pieces that it cannot do without.

    Phrases are the bits of a whole number. For each rank of need, the words of a sentence give
    the phrases whose piece of that rank may be there; a candidate is there in every rank.
    """

    def __init__(
        self,
        phrases: Sequence[Compiled],
        elements: Sequence[Element],
        common: Sequence[str],
        writing: Writing | None = None,
    ) -> None:
        """Build the index.

        Args:
            phrases: the phrases.
            elements: every element that they use.
            common: words met most often, the most frequent first.
            writing: how the language is written; as English is, if not given.
        """
        self._load(_tabulated(phrases, elements, common, writing or _PLAIN), writing or _PLAIN)

    @classmethod
    def read(cls, table: Table, writing: Writing) -> Index:
        """The index whose `table` was kept.

        Raises:
            ValueError: if it is no such table.
        """
        if not is_table(table):
            raise ValueError("this is no table of phrases")
        index = cls.__new__(cls)
        index._load(table, writing)
        return index

    def _load(self, table: Table, writing: Writing) -> None:
        self.table = table
        self._writing = writing
        self._decoder = Decoder(table["elements"].split("/"))
        self._phrases: dict[int, Compiled] = {}
        self._programs: list[str] = table["programs"].split(";")
        self._owners: list[str] = table["owners"].split(" ")
        self._width = len(self._owners)
        self._whole = (1 << self._width) - 1
        self._given = unpacked(table["content"])
        self._signs: dict[str, str] = table["signs"]
        self._hopes = _Remembered(self._hope)
        self._prefixes = frozenset(table["prefixes"].split("|"))
        self._longest_prefix = max(map(len, self._prefixes), default=0)
        self._keys_of = _Remembered(self._look_up)

    def candidates(self, words: list[str]) -> list[Compiled]:
        """The phrases all of whose needed pieces may stand in a sentence with these words."""
        hopes = self._hopes
        reached = self._given
        for hope in filter(None, map(hopes.__getitem__, {*words})):
            reached |= hope
        left = reached & self._whole
        for _ in range(1, _MOST_NEEDED):
            if not left:
                return []
            reached >>= self._width
            left &= reached
        found: list[Compiled] = []
        while left:
            lowest = left & -left
            found.append(self._phrase(lowest.bit_length() - 1))
            left ^= lowest
        return found

    def _phrase(self, number: int) -> Compiled:
        known = self._phrases.get(number)
        if known is None:
            lexicon = self.table["lexicons"][int(self._owners[number])]
            programs = self._decoder.programs(self._programs[number])
            needed = {step for program in programs for step in program if isinstance(step, Element)}
            order = sorted(needed, key=lambda element: (len(element.single), element.size, element.number))
            known = Compiled(lexicon, programs, tuple(order))
            self._phrases[number] = known
        return known

    def _hope(self, word: str) -> int:
        """By rank, side by side, bits of the phrases whose piece of that rank a word may be the sign of."""
        hope = 0
        for key in (word, *self._look_up(word)):
            packed = self._signs.get(key)
            if packed is not None:
                hope |= unpacked(packed)
        return hope

    def masks(self, words: list[str]) -> dict[str, int]:
        """Bits of the positions of each word, and of each prefix that some phrase asks for."""
        keys_of = self._keys_of
        masks: dict[str, int] = {}
        bit = 1
        for word in words:
            masks[word] = masks.get(word, 0) | bit
            for key in keys_of[word]:
                masks[key] = masks.get(key, 0) | bit
            bit <<= 1
        return masks

    def _look_up(self, word: str) -> tuple[str, ...]:
        """The prefixes of a word that some phrase asks for, each with its star."""
        longest = self._longest_prefix
        prefixes = self._prefixes
        if self._writing.forms is None:
            return tuple(
                word[:end] + "*" for end in range(1, min(len(word), longest) + 1) if word[:end] in prefixes
            )
        forms = self._writing.forms(word)
        begun = {
            form[:end] + "*"
            for form in forms
            for end in range(1, min(len(form), longest) + 1)
            if form[:end] in prefixes
        }
        return (*(form for form in forms if form != word), *sorted(begun))


def _tabulated(
    phrases: Sequence[Compiled], elements: Sequence[Element], common: Sequence[str], writing: Writing
) -> Table:
    """What an index needs, as data.

    Keys: `lexicons` and, by phrase, the place of its own among them (`owners`) and its `programs`;
    the `elements` that they name; by word the phrases that have a piece that it is a sign of, at its
    rank (`signs`), and those that need no piece of a rank (`content`), both as packed bits, rank by rank
    side by side; every prefix that is asked for.
    """
    commonness = _Commonness([writing.literal(word) for word in common], writing)
    pieces = _Pieces(commonness)
    width = len(phrases)
    content: list[int] = []
    needing: dict[Element, list[int]] = {}
    for number, phrase in enumerate(phrases):
        telling = pieces.of(phrase)
        for piece, at in zip(telling, range(number, len(telling) * width, width), strict=True):
            needing.setdefault(piece, []).append(at)
        content += range(number + len(telling) * width, _MOST_NEEDED * width, width)
    signs: dict[str, list[int]] = {}
    for piece, listed in needing.items():
        for sign in dict.fromkeys(commonness.signs(piece)):
            signs.setdefault(sign, []).extend(listed)
    lexicons = list(dict.fromkeys(phrase.lexicon for phrase in phrases))
    places = {lexicon: place for place, lexicon in enumerate(lexicons)}
    return {
        "lexicons": lexicons,
        "owners": " ".join(str(places[phrase.lexicon]) for phrase in phrases),
        "programs": ";".join(written_programs(phrase.programs) for phrase in phrases),
        "elements": "/".join(element.written() for element in elements),
        "signs": {sign: packed(listed) for sign, listed in sorted(signs.items())},
        "content": packed(content),
        "prefixes": "|".join(sorted(_prefixes(elements))),
    }


class _Pieces:
    """Picks the pieces of a phrase that tell most about where it can be."""

    def __init__(self, commonness: _Commonness) -> None:
        self._commonness = commonness
        self._by_literals: dict[frozenset[Literal], tuple[float, Element]] = {}

    def of(self, phrase: Compiled) -> tuple[Element, ...]:
        """Some elements that no match of a phrase can do without, the rarest first."""
        needed = {piece for program in phrase.programs for piece in self._needed(program)}
        ranked = sorted(needed, key=lambda piece: (piece[0], piece[1].number))
        return tuple(element for _, element in ranked[:_MOST_NEEDED])

    def _needed(self, program: Program) -> Iterator[tuple[float, Element]]:
        """The mandatory elements of a program; for a branch, one that stands for all its ways."""
        for step in program:
            if isinstance(step, Element):
                yield self._ranked(step.literals)
            elif isinstance(step, Branch) and not step.is_optional:
                literals: set[Literal] = set()
                for inner in step.programs:
                    rarest = min(self._needed(inner), key=lambda piece: piece[0], default=None)
                    if rarest is None:
                        break
                    literals |= rarest[1].literals
                else:
                    yield self._ranked(frozenset(literals))

    def _ranked(self, literals: frozenset[Literal]) -> tuple[float, Element]:
        known = self._by_literals.get(literals)
        if known is None:
            element = Element(len(self._by_literals), literals)
            known = self._by_literals[literals] = (self._commonness.of(element), element)
        return known


def _prefixes(elements: Iterable[Element]) -> frozenset[str]:
    """Every prefix that some literal holds, without its star."""
    return frozenset(
        word[:-1]
        for element in elements
        for literal in element.literals
        if "*" in literal
        for word in literal.split(" ")
        if word[-1] == "*"
    )
