"""The file without what must not be seen: what a paper may be drafted from.

A paper is drafted from a case that no longer holds what is privileged or confidential, screened
again. So nothing of it can come back by a finding, a quote or a line of the chronology.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from redflag.case import Case, Confidence, Vouched
from redflag.documents import Document, DocumentNote
from redflag.draft.fields import bare, descriptions
from redflag.errors import CaseError, Fault, Location, did_you_mean
from redflag.evidence import Party
from redflag.intake import Intake
from redflag.record import Record

READERS = frozenset({Party.INTERPOL, Party.REQUESTING_STATE, Party.REQUESTED_STATE})
"""Who may come to see what is filed with INTERPOL: the bureaus of both states among them."""

_PLACE = re.compile(r"\[(\d+)\]")
_STATE_OF_PROTECTION = "protection.state"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A part of the file that no paper may be drafted from, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Cleared:
    """What is left of a case, what was taken out, and where each thing stood before.

    Attributes:
        case: the case without what was taken out; every document has its id.
        withheld: what was taken out.
        names: words that name withheld documents, in lower case: none may stand in a paper.
    """

    case: Case
    withheld: tuple[Withheld, ...]
    names: frozenset[str] = frozenset()
    _places: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def path_before(self, path: str) -> str:
        """A path of the cleared case as it was in the case that was given."""
        head = path.partition("[")[0]
        found = _PLACE.search(path)
        kept = self._places.get(head)
        if found is None or kept is None:
            return path
        return f"{head}[{kept[int(found[1])]}]{path[found.end() :]}"


def cleared(intake: Intake, without: Sequence[str] = ()) -> Cleared:
    """The case without what its readers must not see.

    Args:
        intake: the case and its documents.
        without: what else to leave out: a path of the case, the id of a document, or a party; of a
            party everything goes that must be kept from it.

    Raises:
        CaseError: if `without`, or a line of the case's own `confidentiality`, names nothing.
    """
    return _Clearing(intake, without).done()


class _Clearing:
    def __init__(self, intake: Intake, without: Sequence[str]) -> None:
        self._case = intake.case
        self._documents = intake.documents
        self._out: list[Withheld] = []
        self._places: dict[str, tuple[int, ...]] = {}
        self._names: set[str] = set()
        self._readers = set(READERS)
        self._paths: dict[str, str] = {
            _STATE_OF_PROTECTION: "INTERPOL keeps the state of asylum confidential"
        }
        self._ids: set[str] = set()
        faults = [*self._asked(without), *self._marked(intake.case.confidentiality)]
        if faults:
            raise CaseError(faults)

    def _asked(self, without: Sequence[str]) -> Iterator[Fault]:
        ids = {document.id for document in self._documents}
        known = (*Party, *ids, *descriptions())
        for one in without:
            if one in tuple(Party):
                self._readers.add(Party(one))
            elif one in ids:
                self._ids.add(one)
            elif bare(one) in descriptions() and self._is_there(one):
                self._paths[one] = "left out as asked"
            else:
                mend = did_you_mean(one, known) or "give a path of the case, the id of a document or a party"
                yield Fault(f'nothing is called "{one}"', Location("--without"), mend)

    def _marked(self, lines: Sequence[Confidence]) -> Iterator[Fault]:
        """A misspelt path would let the very thing out that it means to keep in: it is refused."""
        for place, line in enumerate(lines):
            if bare(line.path) not in descriptions() or not self._is_there(line.path):
                where = Location(keys=f"confidentiality[{place}].path")
                mend = did_you_mean(bare(line.path), descriptions()) or "name a field of the case"
                yield Fault("this names no part of a case", where, mend)
            elif self._readers.intersection(line.not_to_be_seen_by):
                self._paths[line.path] = _from(line.not_to_be_seen_by)

    def _is_there(self, path: str) -> bool:
        """Whether the list that a path counts in is as long as that."""
        for found in _PLACE.finditer(path):
            listed: Any = self._case
            for step in path[: found.start()].split("."):
                listed = getattr(listed, _PLACE.sub("", step), None)
            if not isinstance(listed, tuple) or int(found[1]) >= len(listed):
                return False
        return True

    def done(self) -> Cleared:
        """The case without them."""
        documents = tuple(self._left())
        case = self._record(self._case.model_copy(update={"documents": ()}), "")
        # of a list that lost something it can no longer be said that it holds all there is
        shortened = {bare(one.path) for one in self._out}
        complete = tuple(name for name in case.complete if name not in shortened)
        emptied = {"documents": documents, "confidentiality": (), "complete": complete}
        case = case.model_copy(update=emptied)
        return Cleared(case, tuple(self._out), frozenset(self._names), self._places)

    # -- documents

    def _left(self) -> Iterator[DocumentNote]:
        self._places["documents"] = ()
        for place, document in enumerate(self._documents):
            reason = self._why_not(document, place)
            if reason is None:
                self._places["documents"] += (place,)
                yield _with_its_text(document)
                continue
            self._out.append(Withheld(f"documents[{place}] ({document.id})", reason))
            for name in (document.id, document.note.file, document.note.title):
                if name:
                    self._names.add(" ".join(name.casefold().split()))

    def _why_not(self, document: Document, place: int) -> str | None:
        note = document.note
        if note.privileged:
            return "privileged"
        if note.kind == "lawyer_note" and "privileged" not in note.model_fields_set:
            return "a lawyer's note counts as privileged unless the case says `privileged: false`"
        if self._readers.intersection(note.confidential_from):
            return _from(note.confidential_from)
        if document.id in self._ids:
            return "left out as asked"
        for path, reason in self._paths.items():
            own = _PLACE.search(path)
            if path.startswith("documents") and (own is None or int(own[1]) == place):
                return reason
        return None

    # -- the case

    def _record(self, record: Any, path: str) -> Any:
        """A record without those of its parts that are kept back."""
        kept: dict[str, Any] = {}
        for name, info in type(record).model_fields.items():
            value = getattr(record, name)
            if value is None or value == ():
                continue
            here = f"{path}.{name}" if path else name
            left = self._value(value, here)
            if left is None and info.is_required():
                if path:
                    return None  # nothing can be said of it without this
            elif left is None:
                kept[name] = info.get_default(call_default_factory=True)
            elif left is not value:
                kept[name] = left
        return record.model_copy(update=kept) if kept else record

    def _value(self, value: Any, path: str) -> Any:
        """What is left of a value; None where all of it is kept back."""
        reason = self._named(path)
        marked = value.confidential_from if isinstance(value, Vouched) else ()
        if reason is None and self._readers.intersection(marked):
            reason = _from(marked)
        if reason is not None:
            self._out.append(Withheld(path, reason))
            return None
        if isinstance(value, tuple):
            return self._list(value, path)
        return self._record(value, path) if isinstance(value, Record) else value

    def _list(self, values: tuple[Any, ...], path: str) -> Any:
        left = [(place, self._value(one, f"{path}[{place}]")) for place, one in enumerate(values)]
        kept = [(place, one) for place, one in left if one is not None]
        self._places[path] = tuple(place for place, _ in kept)
        if not kept:
            return None
        return tuple(one for _, one in kept)

    def _named(self, path: str) -> str | None:
        """Why a path is kept back, if it is: named itself, or with its list as a whole."""
        return self._paths.get(path) or self._paths.get(bare(path))


def _from(parties: Sequence[Party]) -> str:
    return f"confidential from: {', '.join(party.replace('_', ' ') for party in parties)}"


def _with_its_text(document: Document) -> DocumentNote:
    """The note of a document that stands for itself, with no file to be read again."""
    given: dict[str, Any] = {"id": document.id, "language": document.note.language}
    if document.unreadable:
        given |= {"text": None, "unreadable": document.unreadable}
    else:
        given |= {"text": document.text, "unreadable": None}
    return document.note.model_copy(update={**given, "file": None})
