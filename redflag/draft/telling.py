"""Facts of a file as sentences: hedged by who says so, each value with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from iso3166 import countries_by_alpha3

from redflag.assessment import Evidence
from redflag.case import Statement, Vouched
from redflag.dates import PartialDate, not_after
from redflag.draft.clearing import Cleared
from redflag.draft.exhibits import Exhibits
from redflag.draft.fields import name_of, statement_of, subject_of
from redflag.draft.leads import MANNER, lead, words_of
from redflag.draft.sentences import Piece, Sentence, Value
from redflag.evidence import Assertion, Level, Party, Source
from redflag.facts import DISPUTED, Entry, FactBase, Known, Unknown
from redflag.truth import Truth

LONGEST_QUOTE = 400
"""Characters of a quote that are printed; the exhibit has the rest."""

_PLACE = re.compile(r"(?P<list>[a-z_.]+)\[(?P<position>\d+)\]")
_STEP = re.compile(r"[a-z_]+|\[\d+\]")

_HEADS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "assets": (("", "kind"), (" ", "measure")),
        "charges": (("charge of ", "offence_class"), (": ", "conduct"), (", ", "provision")),
        "contacts": (("", "channel"), (" from ", "caller"), (" to ", "to"), (": ", "said")),
        "context": (("report on the state: ", "report"),),
        "decisions": (
            ("", "body"),
            (", ", "state"),
            (", about ", "about"),
            (", ", "matter"),
            (": ", "outcome"),
        ),
        "events": (("", "what"),),
        "other_alerts": (("another alert: ", "kind"), (", number ", "number")),
        "person.groups": (("group: ", "kind"),),
        "proceedings": (("proceedings: ", "kind"), (", ", "state")),
        "relatives": (("", "relation"), (": ", "measure")),
        "third_persons": (("", "label"), (", tie to the applicant: ", "tie")),
        "travel_documents": (("", "kind"), (" ", "measure"), (" by ", "by")),
    }
)
"""The fields that an item of a list is told by, each with the words before it."""

_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        "assets": "property",
        "charges": "charge",
        "contacts": "contact",
        "decisions": "decision",
        "other_alerts": "another alert",
        "proceedings": "proceedings",
        "relatives": "a relative",
        "third_persons": "another person",
        "travel_documents": "travel document",
    }
)
"""What an item is called where its first field is open."""

_MAIN: Mapping[str, str] = MappingProxyType(
    {"assets": "measure", "decisions": "outcome", "relatives": "measure", "travel_documents": "measure"}
)
"""The field whose source is that of the item: the others merely say what it is about."""

_DATED_BY: Mapping[str, str] = MappingProxyType({"other_alerts": "issued_on", "third_persons": "arrested_on"})
"""The field that dates an item which does not say when it happened."""

_NOT_TOLD = frozenset({"happened", "about"})
"""Fields that stand elsewhere: the date in its own column."""

_WITHOUT_FACT = frozenset({"state", "label", "number"})
"""Fields that name somebody or something and that no rule may ask for."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as a sentence, with when it happened and who vouches for it how well."""

    sentence: Sentence
    date: Value | None
    party: Party
    level: Level
    assertion: Assertion = Assertion.AFFIRMED


def as_words(value: object) -> str:
    """A value of the case as people write it.

    >>> as_words("drop_charges"), as_words("client"), as_words("FRA")
    ('drop charges', 'the applicant', 'France')
    """
    text = str(value)
    if text == Party.CLIENT:
        return "the applicant"
    state = countries_by_alpha3.get(text)
    if state is not None:
        return str(state.apolitical_name)
    told = text if " " in text else text.replace("_", " ")
    ends = len(told) > 1 and told.endswith(".") and not told.endswith("..")
    return told[:-1] if ends else told


def best(sources: Sequence[Source]) -> Source:
    """The source that vouches best."""
    return max(sources, key=lambda source: source.level.rank)


class Teller:
    """Tells facts of one cleared case.

    Args:
        facts: what the cleared case tells as of the day of the paper.
        cleared: the case without what must not be seen.
        exhibits: its documents.
    """

    def __init__(self, facts: FactBase, cleared: Cleared, exhibits: Exhibits) -> None:
        self._facts = facts
        self._cleared = cleared
        self._exhibits = exhibits
        self._items = {entry.where: entry for listed in facts.lists.values() for entry in listed.items}

    def at(self, path: str) -> Told | None:
        """The item or the field at a path of the cleared case; None where it tells nothing."""
        found = _PLACE.match(path)
        entry = None if found is None else self._items.get(found[0])
        if found is not None and entry is not None:
            return self._item(entry, found["list"])
        return self._field(path)

    def quote(self, evidence: Evidence) -> Told:
        """Words of a document."""
        quote, start = evidence.quote or "", evidence.start or 0
        stated = quote if len(quote) <= LONGEST_QUOTE else quote[:LONGEST_QUOTE].rpartition(" ")[0]
        value = Value(" ".join(stated.split()), stated, evidence.source, start, start + len(stated))
        pieces: list[Piece] = [
            lead(evidence.party, evidence.level),
            MANNER[evidence.assertion],
            ", in the words of ",
            words_of(evidence.party),
        ]
        if evidence.relayed_by is not None:
            pieces += [", passed on by ", words_of(evidence.relayed_by)]
        pieces += [": «", value, "»" if stated == quote else " …»"]
        reference = self._exhibits.passage(evidence.source, quote, start)
        date = None
        if evidence.happened is not None:
            # a day that a text gives is written by its reader; it stands in the passage in the text's words
            date = Value(evidence.happened, quote, evidence.source, start, start + len(quote))
        return Told(
            Sentence(tuple(pieces), reference), date, evidence.party, evidence.level, evidence.assertion
        )

    def disputed(self) -> Iterator[tuple[str, Sequence[Sentence]]]:
        """Facts on which the parties differ: the path, and what each of them states."""
        facts: dict[str, object] = dict(self._facts.facts)
        for where, entry in self._items.items():
            facts |= {f"{where}.{name}": fact for name, fact in entry.facts.items()}
        for path, fact in sorted(facts.items()):
            if isinstance(fact, Unknown) and fact.reason == DISPUTED:
                yield path, tuple(self._sides(path, fact))

    # -- parts

    def record_at(self, path: str) -> Any:
        """What stands at a path of the cleared case."""
        found: Any = self._cleared.case
        for step in _STEP.findall(path):
            found = found[int(step[1:-1])] if step.startswith("[") else getattr(found, step)
        return found

    def _item(self, entry: Entry, name: str) -> Told | None:
        record = self.record_at(entry.where)
        source = entry.source
        main = entry.facts.get(_MAIN.get(name, ""))
        if isinstance(main, Known):
            source = best(main.sources)
        head = list(self._head(entry, name, record))
        told_in_head = {field for _, field in _HEADS[name]} | _NOT_TOLD
        if name == "events" and head:
            told_in_head.add("kind")
        same: list[Piece] = []
        others: dict[str, list[Piece]] = {}
        for field, fact in entry.facts.items():
            top = field.partition(".")[0]
            if field in told_in_head or top not in record.model_fields_set or not isinstance(fact, Known):
                continue
            own = best(fact.sources)
            begins = lead(own.party, own.level)
            pieces = self._clause(f"{entry.where}.{field}", fact)
            if begins == lead(source.party, source.level):
                same += ["; " if head or same else "", *pieces]
            else:
                clauses = others.setdefault(begins, [])
                clauses += ["; " if clauses else "", *pieces]
        if not head and not same:
            kind = self._words(f"{entry.where}.kind", getattr(record, "kind", None))
            if not kind:
                return None
            head = [kind[0]]
        pieces = [lead(source.party, source.level), MANNER[entry.source.assertion], ": ", *head, *same]
        for begins, clauses in others.items():
            pieces += [". ", begins, ": ", *clauses]
        dated = entry.fact(_DATED_BY.get(name, ""))
        happened = entry.source.happened or source.happened
        if happened is None and isinstance(dated, Known):
            happened = str(dated.value)
        date = None if happened is None else self._day(happened, entry.where)
        reference = self._reference(source.reference, entry.where)
        return Told(
            Sentence(tuple(_ended(pieces)), reference),
            date,
            source.party,
            source.level,
            entry.source.assertion,
        )

    def _head(self, entry: Entry, name: str, record: Any) -> Iterator[Piece]:
        begun = False
        for before, field in _HEADS[name]:
            if field not in record.model_fields_set:
                continue
            if field in _WITHOUT_FACT:
                values = self._words(f"{entry.where}.{field}", getattr(record, field))
            else:
                fact = entry.fact(field)
                values = self._words(f"{entry.where}.{field}", fact.value) if isinstance(fact, Known) else ()
            if not values:
                continue
            if not begun and before.startswith((" ", ",", ":")):
                yield _NOUNS[name]
            yield before
            yield values[0]
            begun = True

    def _words(self, path: str, value: object) -> tuple[Value, ...]:
        """The words at a path, one or several."""
        if value is None or value == ():
            return ()
        listed = value if isinstance(value, tuple) else (value,)
        where = self._cleared.path_before(path)
        return tuple(Value(as_words(one), str(one), where) for one in listed)

    def _clause(self, path: str, fact: Known) -> Sequence[Piece]:
        """A field and what stands in it."""
        if isinstance(fact.value, bool):
            where = self._cleared.path_before(path)
            return (Value(statement_of(path, fact.value), str(fact.value).lower(), where),)
        pieces: list[Piece] = [name_of(path), ": "]
        for number, value in enumerate(self._words(path, fact.value)):
            pieces += [", " if number else "", value]
        return pieces

    def _day(self, happened: str, path: str) -> Value:
        return Value(happened, happened, self._cleared.path_before(self._said_at(happened, path)))

    def _reference(self, reference: str | None, path: str) -> tuple[Piece, ...]:
        said_at = path if reference is None else self._said_at(reference, path)
        before = self._cleared.path_before
        return self._exhibits.named(reference, before(path), before(said_at))

    def _said_at(self, stated: str, path: str) -> str:
        """Where the case says when, or by which source: at the path itself or at what it is part of."""
        above = path
        while above:
            found = self.record_at(above)
            for one in found if isinstance(found, tuple) else (found,):
                if isinstance(one, Vouched) and stated in (str(one.happened), one.source):
                    return above
            above = above.rpartition(".")[0]
        return path

    def _about(self, path: str, fact: Known) -> Iterator[Piece]:
        """What a field is about, and the field."""
        yield subject_of(path)
        yield ": " if isinstance(fact.value, bool) else ", "
        yield from self._clause(path, fact)

    def _field(self, path: str) -> Told | None:
        fact = self._facts.lookup(path)
        if not isinstance(fact, Known) or fact.value == ():
            return None
        source = best(fact.sources)
        pieces = [
            lead(source.party, source.level),
            MANNER[source.assertion],
            ": ",
            *self._about(path, fact),
        ]
        happened = str(fact.value) if isinstance(fact.value, PartialDate) else source.happened
        date = None if happened is None else self._day(happened, path)
        reference = self._reference(source.reference, path)
        return Told(
            Sentence(tuple(_ended(pieces)), reference), date, source.party, source.level, source.assertion
        )

    def _sides(self, path: str, fact: Unknown) -> Iterator[Sentence]:
        """What each party states, with the source that the facts give it."""
        given = self.record_at(path)
        stated = [one for one in given if isinstance(one, Statement)] if isinstance(given, tuple) else []
        if len(stated) != len(fact.sources):  # some were not known by then
            stated = [one for one in stated if self._was_known(one)]
        for one, source in zip(stated, fact.sources, strict=False):
            pieces = [
                lead(source.party, source.level),
                MANNER[source.assertion],
                ": ",
                *self._about(path, Known(one.value, ())),
            ]
            yield Sentence(tuple(_ended(pieces)), self._reference(one.source, path))

    def _was_known(self, statement: Statement[Any]) -> bool:
        day = statement.known_by if statement.known_by is not None else statement.happened
        return day is None or not_after(day, self._facts.as_of) is Truth.TRUE


def _ended(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces without empty ones, and with a stop at the end."""
    kept = [piece for piece in pieces if piece != ""]
    yield from kept
    last = kept[-1]
    text = last.text if isinstance(last, Value) else str(last)
    if not text.rstrip().endswith((".", "!", "?", "…")):
        yield "."
