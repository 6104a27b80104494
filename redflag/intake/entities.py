"""FollowTheMoney entities, as OpenSanctions publishes INTERPOL's red notices, as cases.

A file holds an entity a line. A person (or a legal entity of no stated kind) is a case; a sanction,
which is where the state, the words of the charge and the number stand, joins the case of the entity
that it names, be it on a line of its own or nested in the person. Everything else is left out with its
reason. Names and whatever else identifies a person are neither needed nor carried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redflag.dates import PartialDate
from redflag.errors import shown_key
from redflag.intake.notices import Read
from redflag.intake.states import state_code

_SUBJECTS = frozenset({"Person", "LegalEntity"})
_SANCTION = "Sanction"
_NUMBER = re.compile(r"\d{4}[/-]\d{1,6}", re.ASCII)
_RED = re.compile(r"red[ _-]?notice|/notices/v\d+/red/", re.IGNORECASE)
_IDENTIFYING = frozenset({
    "name", "alias", "weakAlias", "previousName", "firstName", "lastName", "middleName", "secondName",
    "fatherName", "motherName", "birthPlace", "birthCountry", "gender", "address", "addressEntity", "email",
    "phone", "idNumber", "passportNumber", "innCode", "height", "weight", "eyeColor", "hairColor",
    "appearance", "ethnicity", "religion", "wikidataId", "title",
})  # fmt: skip
_OF_A_SUBJECT = frozenset({"birthDate", "nationality", "citizenship", "notes", "sourceUrl", "sanctions"})
_OF_A_SANCTION = frozenset({
    "entity", "reason", "country", "program", "programId", "authorityId", "recordId", "unscId",
    "listingDate", "startDate", "sourceUrl", "summary",
})  # fmt: skip


def is_entity(data: object) -> bool:
    """Whether something has the shape of a FollowTheMoney entity."""
    return (
        isinstance(data, Mapping)
        and "case_id" not in data
        and isinstance(data.get("schema"), str)
        and isinstance(data.get("properties"), Mapping)
    )


@dataclass(frozen=True)
class Subject:
    """An entity that is a case, with the sanctions that are about it."""

    place: int
    entity: Mapping[str, Any]
    sanctions: list[Mapping[str, Any]] = field(default_factory=list)

    def read(self) -> Read:
        """The case."""
        return _Reading(self).read()


@dataclass(frozen=True)
class Sorted:
    """The entities of a file, sorted into cases, what joins them, and what is left out.

    Attributes:
        subjects: those that are cases, in the order of the file.
        joined: how many sanctions on lines of their own joined one.
        left_out: the places of the others in the file, counted from 0, each with why.
    """

    subjects: tuple[Subject, ...]
    joined: int
    left_out: Mapping[int, str]


def sort_entities(entities: Sequence[object]) -> Sorted:
    """Sort the entities of a file into cases and what belongs to them."""
    subjects: dict[str, Subject] = {}
    sanctions: list[tuple[int, Mapping[str, Any]]] = []
    left_out: dict[int, str] = {}
    for place, one in enumerate(entities):
        if not isinstance(one, Mapping) or not is_entity(one):
            left_out[place] = "not an entity: it has no schema and properties"
        elif one["schema"] == _SANCTION:
            sanctions.append((place, one))
        elif one["schema"] not in _SUBJECTS:
            left_out[place] = f"a {shown_key(one['schema'])} is not somebody who can be sought"
        elif not isinstance(one.get("id"), str) or not one["id"].strip():
            left_out[place] = "an entity without an id"
        elif one["id"] in subjects:
            left_out[place] = "another entity has this id"
        else:
            subjects[one["id"]] = Subject(place, one, list(_nested(one)))
    joined = 0
    for place, one in sanctions:
        about = [subjects[name] for name in _texts(one["properties"], "entity") if name in subjects]
        for subject in about:
            subject.sanctions.append(one)
        if about:
            joined += 1
        else:
            left_out[place] = "a sanction of nobody in this file"
    return Sorted(tuple(subjects.values()), joined, left_out)


def _nested(entity: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for values in entity["properties"].values():
        for one in values if isinstance(values, list) else ():
            if isinstance(one, Mapping) and is_entity(one) and one["schema"] == _SANCTION:
                yield one


class _Reading:
    """One subject on its way to a case."""

    def __init__(self, subject: Subject) -> None:
        self._id: str = subject.entity["id"].strip()
        self._own: Mapping[str, Any] = subject.entity["properties"]
        self._sanctions = [one["properties"] for one in subject.sanctions]
        self._remarks: list[str] = []

    def read(self) -> Read:
        case: dict[str, Any] = {"case_id": self._id[:200], "party": "requesting_state"}
        states = sorted({code for one in self._sanctions for code in self._states(one, "country")})
        state = states[0] if len(states) == 1 else None
        if len(states) > 1:
            self._remarks.append("country: the sanctions are of more than one state, so none is requesting")
        if state is not None:
            case["requesting_state"] = state
        if notice := self._notice():
            case["notice"] = notice
        if person := self._person():
            case["person"] = person
        charges = [text for one in self._sanctions for text in _texts(one, "reason")]
        if charges:
            case["charges"] = [{"conduct": text} for text in charges]
        if documents := list(self._documents(charges, state)):
            case["documents"] = documents
        return Read(case, self._unused(), tuple(self._remarks))

    def _notice(self) -> dict[str, Any]:
        keys = ("program", "programId", "sourceUrl")
        said = [text for one in (self._own, *self._sanctions) for key in keys for text in _texts(one, key)]
        found: dict[str, Any] = {"kind": "red_notice"} if any(map(_RED.search, said)) else {}
        numbers = {
            text.replace("-", "/")
            for one in self._sanctions
            for key in ("authorityId", "recordId", "unscId")
            for text in _texts(one, key)
            if _NUMBER.fullmatch(text)
        }
        if len(numbers) == 1:
            found["number"] = numbers.pop()
        days = [
            day
            for one in self._sanctions
            for text in (_texts(one, "listingDate") or _texts(one, "startDate"))
            if (day := self._day(text)) is not None
        ]
        if days and "kind" in found:
            found["issued_on"] = min(days, key=lambda day: day.earliest).text
        return found

    def _person(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        years = {day.earliest.year for text in _texts(self._own, "birthDate") if (day := self._day(text))}
        if len(years) == 1:
            found["birth_year"] = years.pop()
        elif years:
            self._remarks.append("birthDate: of more than one year")
        codes = [*self._states(self._own, "nationality"), *self._states(self._own, "citizenship")]
        if codes:
            found["nationalities"] = list(dict.fromkeys(codes))
        return found

    def _documents(self, charges: Sequence[str], state: str | None) -> Iterator[Mapping[str, Any]]:
        of_state = {} if state is None else {"state": state}
        for number, text in enumerate(charges, start=1):
            yield {"id": f"charge {number}", "text": text, "kind": "notice", **of_state}
        notes = [*_texts(self._own, "notes"), *(t for one in self._sanctions for t in _texts(one, "summary"))]
        for number, text in enumerate(notes, start=1):
            yield {"id": f"note {number}", "text": text, "kind": "notice", **of_state}

    def _states(self, properties: Mapping[str, Any], key: str) -> list[str]:
        codes = []
        for text in _texts(properties, key):
            code = state_code(text)
            if code is None:
                self._remarks.append(f"{key}: not the code of a state")
            else:
                codes.append(code)
        return codes

    def _day(self, text: str) -> PartialDate | None:
        try:
            return PartialDate(text)
        except ValueError:
            self._remarks.append("a date that is none")
            return None

    def _unused(self) -> Mapping[str, str]:
        unused: dict[str, str] = {}
        for properties, known in (
            (self._own, _OF_A_SUBJECT), *((one, _OF_A_SANCTION) for one in self._sanctions)
        ):  # fmt: skip
            for key in properties:
                if key in _IDENTIFYING:
                    unused[key] = "names and what identifies a person are neither needed nor used"
                elif key not in known:
                    unused[shown_key(key)] = "no field of a case answers to it"
        return unused


def _texts(properties: Mapping[str, Any], key: str) -> list[str]:
    """The texts of a property, which is a list of them."""
    values = properties.get(key)
    found = []
    for value in values if isinstance(values, list) else [values]:
        if (
            isinstance(value, str)
            and value.strip()
            and "\0" not in value
            and not any("\ud800" <= character <= "\udfff" for character in value)
        ):
            found.append(value.strip())
    return found
