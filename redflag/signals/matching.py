"""Finding phrases in a sentence.

Each word of a sentence is a bit position. A phrase runs over all its readings at once by
shifting and masking, so no input makes it backtrack.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from redflag.signals.compiling import Branch, Compiled, Element, Program


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase met in a sentence: words `start` up to, not including, `end`.

    Attributes:
        covered: bits of the words that the phrase itself names; the others lie in its gaps.
        begun: bits of those that it names by their beginning, with a star.
    """

    lexicon: str
    start: int
    end: int
    covered: int
    begun: int = 0


def hits(
    length: int, masks: dict[str, int], phrases: Iterable[Compiled], with_begun: bool = False
) -> list[Hit]:
    """Every one of some phrases that a sentence meets, each wherever it is tightest.

    Args:
        length: number of words in the sentence.
        masks: bits of the places of each word and of each prefix.
        with_begun: whether to tell which words were met by their beginning alone.
    """
    sentence = _Sentence(length, masks)
    found = [(hit, phrase) for phrase in phrases for hit in _phrase_hits(sentence, phrase)]
    if not with_begun:
        return [hit for hit, _ in found]
    return [replace(hit, begun=hit.covered & _begun(sentence, phrase.programs)) for hit, phrase in found]


class _Sentence(dict[Element, tuple[tuple[int, int], ...]]):
    """Where in a sentence each element stands: pairs of a length in words and the bits of the starts.

    Each is worked out when it is first asked for.
    """

    def __init__(self, length: int, masks: dict[str, int]) -> None:
        super().__init__()
        self.everywhere = (1 << length) - 1
        self._masks = masks
        self._keys = frozenset(masks)

    def __missing__(self, element: Element) -> tuple[tuple[int, int], ...]:
        found = self[element] = self._find(element)
        return found

    def begun(self, element: Element) -> int:
        """Bits of the words at which an element ends with a word that goes on after it."""
        begun = whole = 0
        masks = self._masks
        for literal in element.literals:
            words = literal.split(" ")
            starts = self.everywhere
            for offset, word in enumerate(words):
                starts &= masks.get(word, 0) >> offset
            if words[-1].endswith("*"):
                begun |= starts << len(words) - 1
            else:
                whole |= starts << len(words) - 1
        return begun & ~whole

    def _find(self, element: Element) -> tuple[tuple[int, int], ...]:
        present = element.keys & self._keys
        if not present:
            return ()
        masks, alone, longer = self._masks, element.single, element.longer
        single = 0
        by_length: dict[int, int] = {}
        for key in present:
            if key in alone:
                single |= masks[key]
            if key not in longer:
                continue
            for literal in element.under(key):
                starts = masks.get(literal[0], 0)
                for offset in range(1, len(literal)):
                    if not starts:
                        break
                    starts &= masks.get(literal[offset], 0) >> offset
                if starts:
                    length = len(literal)
                    by_length[length] = by_length.get(length, 0) | starts
        if not by_length:
            return ((1, single),) if single else ()
        if single:
            by_length[1] = single
        return tuple(sorted(by_length.items()))


def _begun(sentence: _Sentence, programs: Iterable[Program]) -> int:
    """Bits of the words that some element of the programs names by its beginning and by no whole word."""
    bits = 0
    for program in programs:
        for step in program:
            if isinstance(step, Element):
                bits |= sentence.begun(step)
            elif isinstance(step, Branch):
                bits |= _begun(sentence, step.programs)
    return bits


def _forward(sentence: _Sentence, program: Program, starts: int) -> int:
    """Bits of the places that a program can reach from `starts`."""
    reached = starts
    for step in program:
        if isinstance(step, Element):
            after = 0
            for length, mask in sentence[step]:
                after |= (reached & mask) << length
            reached = after
        elif isinstance(step, int):
            reached = _spread(reached, step)
        else:
            after = reached if step.is_optional else 0
            for inner in step.programs:
                after |= _forward(sentence, inner, reached)
            reached = after
        if not reached:
            return 0
    return reached


def _backward(sentence: _Sentence, program: Program, ends: int) -> int:
    """Bits of the places from which a program can reach `ends`."""
    reached = ends
    for step in reversed(program):
        if isinstance(step, Element):
            before = 0
            for length, mask in sentence[step]:
                before |= (reached >> length) & mask
            reached = before
        elif isinstance(step, int):
            reached = _spread_back(reached, step)
        else:
            before = reached if step.is_optional else 0
            for inner in step.programs:
                before |= _backward(sentence, inner, reached)
            reached = before
    return reached


def _covered(sentence: _Sentence, program: Program, starts: int, ends: int) -> int:
    """Bits of the words that elements name on some way from `starts` to `ends`."""
    befores = [starts]
    for step in program[:-1]:
        befores.append(_forward(sentence, (step,), befores[-1]))
    covered = 0
    for step, before in zip(reversed(program), reversed(befores), strict=True):
        if isinstance(step, Element):
            for length, mask in sentence[step]:
                named = before & mask & (ends >> length)
                for offset in range(length):
                    covered |= named << offset
        elif isinstance(step, Branch):
            for inner in step.programs:
                covered |= _covered(sentence, inner, before, ends)
        ends = _backward(sentence, (step,), ends)
    return covered


def _spread(bits: int, most: int) -> int:
    done = 0
    while done < most:
        step = min(done + 1, most - done)
        bits |= bits << step
        done += step
    return bits


def _spread_back(bits: int, most: int) -> int:
    done = 0
    while done < most:
        step = min(done + 1, most - done)
        bits |= bits >> step
        done += step
    return bits


def tightest(sentence: _Sentence, program: Program) -> list[tuple[int, int]]:
    """Spans of a program in a sentence that hold no other span of it, left to right."""
    ends = _forward(sentence, program, sentence.everywhere)
    found: list[tuple[int, int]] = []
    latest = -1
    while ends:
        lowest = ends & -ends
        start = _backward(sentence, program, lowest).bit_length() - 1
        if start > latest:
            found.append((start, lowest.bit_length() - 1))
            latest = start
        ends ^= lowest
    return found


def _phrase_hits(sentence: _Sentence, phrase: Compiled) -> Iterator[Hit]:
    if not all(map(sentence.__getitem__, phrase.needed)):
        return
    first = phrase.programs[0]
    spans = tightest(sentence, first)
    if not spans:
        return
    if len(phrase.programs) == 1:
        for start, end in spans:
            covered = _covered(sentence, first, 1 << start, 1 << end)
            yield Hit(phrase.lexicon, start, end, covered)
        return
    others = []
    for program in phrase.programs[1:]:
        listed = tightest(sentence, program)
        if not listed:
            return
        others.append((program, listed))
    for start, end in spans:
        covered = _covered(sentence, first, 1 << start, 1 << end)
        low, high = start, end
        for program, listed in others:
            near = min(listed, key=lambda span: (max(high, span[1]) - min(low, span[0]), span))
            covered |= _covered(sentence, program, 1 << near[0], 1 << near[1])
            low, high = min(low, near[0]), max(high, near[1])
        yield Hit(phrase.lexicon, low, high, covered)
