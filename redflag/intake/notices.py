"""INTERPOL's public notices, single and in lists, as cases.

The public JSON says little: a number, who is sought, by which state, and the words of the charge. What
a case carries of it is the number, the year of birth, the nationalities, the state that issued the
warrant and each charge as a document of that state, in its own words and in the translation given.
Names, portraits, places of birth and looks are neither needed nor carried. The year in a number is that
of a file and not of a notice, so that no date of issue is read out of it.

Every field may be missing, null or not what it should be; whatever cannot be used is remarked on, and
the rest is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redflag.errors import shown_key
from redflag.intake.states import state_code

_OF_A_PERSON = frozenset({"name", "forename", "date_of_birth", "nationalities", "_links"})
_CARRIED = frozenset({"entity_id", "date_of_birth", "nationalities", "arrest_warrants", "_links"})
_NOT_CARRIED = {
    **dict.fromkeys(("name", "forename"), "names are neither needed nor used"),
    **dict.fromkeys(
        ("place_of_birth", "country_of_birth_id", "sex_id", "languages_spoken_ids", "eyes_colors_id",
         "hairs_id", "height", "weight", "distinguishing_marks", "_embedded"),
        "it describes the person, and no rule asks for it",
    ),
}  # fmt: skip
_IN_A_WARRANT = frozenset({"charge", "charge_translation", "issuing_country_id"})
_YEAR = re.compile(r"(19\d\d|20\d\d)(?:[/-]\d{1,2}){0,2}", re.ASCII)
_KIND_IN_ADDRESS = re.compile(r"/notices/v\d+/([a-z]+)\b", re.ASCII)
_KINDS = {"red": "red_notice", "un": "other"}


@dataclass(frozen=True)
class Read:
    """A case read out of something that was not written as one.

    Attributes:
        case: it, with the keys of a case.
        unused: keys that it does not carry, each with why.
        remarks: values that could not be used, by their place; never the values themselves.
    """

    case: Mapping[str, Any]
    unused: Mapping[str, str]
    remarks: tuple[str, ...] = ()


def is_notice(data: object) -> bool:
    """Whether something has the shape of one public notice."""
    if not isinstance(data, Mapping) or "case_id" in data:
        return False
    return "arrest_warrants" in data or ("entity_id" in data and not _OF_A_PERSON.isdisjoint(data))


def notices_in(data: object) -> Sequence[object] | None:
    """The notices of a list answer, or of a bare list of notices; None where it is neither."""
    if isinstance(data, Mapping) and "case_id" not in data:
        inside = data.get("_embedded")
        listed = inside.get("notices") if isinstance(inside, Mapping) else data.get("notices")
        return listed if isinstance(listed, list) else None
    return data if isinstance(data, list) and any(is_notice(one) for one in data) else None


def read_notice(notice: Mapping[str, Any], name: str) -> Read:
    """The case that a notice describes.

    Args:
        notice: one notice of the public JSON.
        name: what its case is called where the notice has no number.
    """
    remarks: list[str] = []
    number = _text(notice, "entity_id", remarks)
    warrants = _warrants(notice, remarks)
    states = {warrant.state for warrant in warrants if warrant.state is not None}
    if len(states) > 1:
        remarks.append("arrest_warrants: they are of more than one state, so none is the requesting state")
    state = next(iter(states)) if len(states) == 1 else None
    kind = _kind(notice)
    case: dict[str, Any] = {"case_id": (number or name)[:200], "party": "requesting_state"}
    about_notice = {"kind": kind, "number": number}
    case["notice"] = {key: value for key, value in about_notice.items() if value is not None}
    person: dict[str, Any] = {}
    if (year := _birth_year(notice, remarks)) is not None:
        person["birth_year"] = year
    if nationalities := _nationalities(notice, remarks):
        person["nationalities"] = nationalities
    if person:
        case["person"] = person
    if state is not None:
        case["requesting_state"] = state
    charges = [{"conduct": warrant.in_words} for warrant in warrants if warrant.in_words is not None]
    if charges:
        case["charges"] = charges
        case["documents"] = list(_documents(warrants, state))
    unused = {
        shown_key(key): _NOT_CARRIED.get(key, "not a key that public notices are known to have")
        for key in notice
        if key not in _CARRIED
    }
    return Read(case, unused, tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Warrant:
    charge: str | None
    translation: str | None
    state: str | None

    @property
    def in_words(self) -> str | None:
        return self.translation if self.translation is not None else self.charge


def _warrants(notice: Mapping[str, Any], remarks: list[str]) -> list[_Warrant]:
    listed = notice.get("arrest_warrants")
    if listed is None:
        return []
    if not isinstance(listed, list):
        remarks.append("arrest_warrants: not a list")
        return []
    found = []
    for place, one in enumerate(listed):
        where = f"arrest_warrants[{place}]"
        if not isinstance(one, Mapping):
            remarks.append(f"{where}: not an object")
            continue
        remarks.extend(
            f"{where}: a key that is not known, {shown_key(key)}" for key in one if key not in _IN_A_WARRANT
        )
        issuer = _text(one, "issuing_country_id", remarks, where)
        state = None if issuer is None else state_code(issuer)
        if issuer is not None and state is None:
            remarks.append(f"{where}.issuing_country_id: not the code of a state")
        charge = _text(one, "charge", remarks, where)
        translation = _text(one, "charge_translation", remarks, where)
        if translation == charge:
            translation = None
        found.append(_Warrant(charge, translation, state))
    return found


def _documents(warrants: Sequence[_Warrant], state: str | None) -> Iterator[Mapping[str, Any]]:
    of_state = {} if state is None else {"state": state}
    for number, warrant in enumerate(warrants, start=1):
        for text, also in ((warrant.charge, ""), (warrant.translation, ", translated")):
            if text is not None:
                name = f"charge {number}{also}"
                yield {"id": name, "text": text, "kind": "notice", "author": "requesting_state", **of_state}


def _kind(notice: Mapping[str, Any]) -> str | None:
    """What kind it is: as its own address says, else red if there is a warrant of arrest."""
    links = notice.get("_links")
    itself = links.get("self") if isinstance(links, Mapping) else None
    address = itself.get("href") if isinstance(itself, Mapping) else None
    said = _KIND_IN_ADDRESS.search(address) if isinstance(address, str) else None
    if said is not None:
        return _KINDS.get(said.group(1), "other")
    return "red_notice" if notice.get("arrest_warrants") else None


def _birth_year(notice: Mapping[str, Any], remarks: list[str]) -> int | None:
    born = _text(notice, "date_of_birth", remarks)
    if born is None:
        return None
    match = _YEAR.fullmatch(born)
    if match is None:
        remarks.append("date_of_birth: not a date")
        return None
    return int(match.group(1))


def _nationalities(notice: Mapping[str, Any], remarks: list[str]) -> list[str]:
    listed = notice.get("nationalities")
    if listed is None:
        return []
    if not isinstance(listed, list):
        remarks.append("nationalities: not a list")
        return []
    found: list[str] = []
    for place, one in enumerate(listed):
        code = state_code(one) if isinstance(one, str) else None
        if code is None:
            remarks.append(f"nationalities[{place}]: not the code of a state")
        elif code not in found:
            found.append(code)
    return found


def _text(data: Mapping[str, Any], key: str, remarks: list[str], where: str = "") -> str | None:
    """The text under a key, or None where there is none or none that can be used."""
    value = data.get(key)
    if value is None:
        return None
    place = f"{where}.{key}" if where else key
    if not isinstance(value, str):
        remarks.append(f"{place}: not a text")
        return None
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        remarks.append(f"{place}: holds characters that no text has")
        return None
    return value.strip() or None
