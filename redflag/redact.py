"""A case without the names, towns and contact data in it, to be shown to somebody who need not know them.

Names come from the case's own fields, and from what stands round a name in a text: a title, a word for a
relative, "named". No trained model is asked: the small ones miss most names outside English, and would
outweigh all the rest of the library. For the same reason telephone numbers are told by their form, which
takes out a number too many sooner than one too few. What still looks like a name is listed with its place:
a person has to look at it.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from redflag.case import Case
from redflag.intake import Intake

_TOLD_FREELY = frozenset({
    "case_id", "conduct", "event", "file", "id", "left_out", "note", "number", "provision", "said", "source",
    "text", "title", "unreadable", "what", "where", "scope",
})  # fmt: skip
"""Keys whose values are anybody's words."""
_NEVER_SHOWN = frozenset({"safe_channel"})
_LEFT_OUT = "[left out]"

_CAPITAL = r"[^\W\d_a-zа-яß-öø-ÿ]"
_NAME_WORD = rf"(?:al-|el-|d'|O'|Mc)?{_CAPITAL}[^\W\d_]+(?:[-'’]{_CAPITAL}[^\W\d_]+)*"
_BETWEEN = r"(?:(?:bin|ibn|van|von|de|del|der|da|dos|al|el|ben)[ ])*"
_NAME = rf"{_NAME_WORD}(?:[ ]{_BETWEEN}(?:{_NAME_WORD}|{_CAPITAL}\.)){{0,3}}"
_TITLE = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Judge|Prosecutor|Minister|President|General|Colonel|Major|Captain|"
    r"Lieutenant|Sergeant|Inspector|Officer|Senator|Sheikh|Prince|Princess|Sir|Lady|Imam|Rabbi|Father|Mme|"
    r"Mlle|Maître|Señor|Señora|Sr|Sra|Don|Doña|г-н|г-жа|господин|госпожа|Sayın|Bay|Bayan"
)
_KIN = (
    r"brother|sister|father|mother|wife|husband|son|daughter|uncle|aunt|cousin|nephew|niece|partner|friend|"
    r"neighbour|neighbor|lawyer|colleague|client|accountant|driver|frère|sœur|père|mère|épouse|mari|hermano|"
    r"hermana|padre|madre|esposa|esposo|брат|брата|сестра|сестру|отец|отца|мать|жена|жену|муж"
)
_BEFORE_A_NAME = re.compile(
    rf"(?:\b(?:{_TITLE})\b\.?[ ]|\b(?:{_KIN})\b,?[ ]|\b(?:named|called|I, |nommé|llamado)[ ]?)"
    rf"(?P<name>{_NAME})"
)
_BEFORE_A_TOWN = re.compile(
    r"\b(?:liv(?:e|es|ed|ing) in|resid(?:e|es|ed|ing) in|resident of|born in|hometown of|settled in|"
    r"village of|town of|city of|flat in|house in|home in|address in)[ ]"
    rf"(?P<name>{_NAME_WORD}(?:[ ]{_NAME_WORD})?)"
)
_MAY_BE_A_NAME = re.compile(rf"(?<![.!?:\"“»\n] )(?<!^)(?<!\n)\b{_NAME_WORD}(?:[ ]{_NAME_WORD}){{0,3}}")

_CONTACTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("e-mail", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")),
    ("account", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")),
    (
        "document number",
        re.compile(
            r"(?<=[\s(])(?=[0-9-]*[A-Z])(?=(?:[A-Z-]*\d){5})[A-Z0-9][A-Z0-9-]{5,14}(?=[\s.,;)]|$)"
            r"|(?i:(?<=passport )|(?<=passport no\. )|(?<=passport number ))[A-Z]{0,3}\d{5,10}\b"
        ),
    ),
    (
        "address",
        re.compile(
            rf"\b\d{{1,5}}[A-Za-z]?,? {_NAME_WORD}(?: {_NAME_WORD}){{0,2}} "
            r"(?:Street|St\.|Road|Rd\.|Avenue|Ave\.|"
            r"Lane|Drive|Square|Boulevard|Way|Close|Court Road|Terrace)\b"
            rf"|\b(?:ul\.|ulica|ulitsa|улица|ул\.|rue|calle|via|Straße|avenue|avenida) {_NAME_WORD}"
            rf"(?: {_NAME_WORD}){{0,2}}(?:,? (?:д\. ?)?\d{{1,5}}[A-Za-z]?)?"
            rf"|\b{_NAME_WORD}(?:straße|strasse|gasse|platz) \d{{1,4}}"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![\w./-])(?:\+|00)\d[\d ()./-]{6,20}\d(?!\w)|(?<![\w./-])0\d{1,4}[ /-]\d[\d -]{4,12}\d(?!\w)"
        ),
    ),
    ("handle", re.compile(r"(?<![\w@.])@[A-Za-z_]\w{2,30}\b")),
)

_NO_NAME = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "Interpol",
        "INTERPOL",
        "Commission",
        "Court",
        "Courts",
        "Supreme",
        "Constitutional",
        "Appeal",
        "High",
        "District",
        "Ministry",
        "Minister",
        "Prosecutor",
        "General",
        "Office",
        "State",
        "States",
        "United",
        "Nations",
        "European",
        "Union",
        "Convention",
        "Human",
        "Rights",
        "Article",
        "Articles",
        "Red",
        "Notice",
        "Diffusion",
        "Secretariat",
        "Control",
        "Files",
        "Extradition",
        "Treaty",
        "Government",
        "Parliament",
        "President",
        "Police",
        "Security",
        "Service",
        "National",
        "Central",
        "Bureau",
        "Bank",
        "Committee",
        "Council",
        "Embassy",
        "Consulate",
        "Law",
        "Act",
        "Code",
        "Criminal",
        "Penal",
        "Person",
        "Town",
        "Surname",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Annex",
        "Part",
        "Section",
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "He",
        "She",
        "They",
        "We",
        "It",
        "I",
        "My",
        "His",
        "Her",
        "Their",
        "Our",
        "After",
        "Before",
        "When",
        "While",
        "But",
        "And",
        "Or",
        "If",
        "As",
        "By",
        "For",
        "From",
        "To",
        "With",
        "Of",
        "This",
        "That",
        "These",
        "Those",
        "There",
        "Then",
        "No",
        "Not",
        "One",
        "Two",
        "Three",
    ]
)
_PARTS_OF_NAMES = frozenset({"bin", "ibn", "van", "von", "de", "del", "der", "da", "dos", "al", "el", "ben"})


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words left standing that may be a name.

    Attributes:
        where: the document, or the path of the field.
        start: its first character in the new text.
        end: the one after its last.
        words: the words.
    """

    where: str
    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Redacted:
    """A case without names, and what whoever made it must know.

    Attributes:
        case: the case as it may be shown.
        key: what each name stands for; it undoes the work, so keep it apart.
        doubts: what may have been missed.
    """

    case: Case
    key: dict[str, tuple[str, ...]]
    doubts: tuple[Doubt, ...]


def redact(intake: Intake) -> Redacted:
    """The case with every name, town and contact that is found replaced, each always by the same words.

    Dates, states, what happened and in which order stay: whoever knows the case will know it again.
    """
    given = intake.case.model_dump(mode="json", exclude_none=True, exclude_unset=True, by_alias=True)
    for note, document in zip(given.get("documents", ()), intake.documents, strict=True):
        note["id"] = document.id
        note.pop("file", None)
    names = _Names()
    for label in _labels(given):
        names.add_person(label)
    texts = [text for _, text in _texts(given)]
    for text in texts:
        names.learn(text)
    told = _without(given, names)
    doubts = tuple(doubt for where, text in _texts(told) for doubt in _doubts(where, text))
    key = {name: tuple(sorted(of)) for name, of in names.key.items()}
    return Redacted(Case.model_validate(told), key, doubts)


@dataclass
class _Names:
    """Every name that is known, and what stands for it."""

    key: dict[str, set[str]] = field(default_factory=dict)
    _stands_for: dict[str, str] = field(default_factory=dict)
    _contacts: dict[tuple[str, str], str] = field(default_factory=dict)
    _forms: dict[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None
    _counts: dict[str, int] = field(default_factory=dict)

    def learn(self, text: str) -> None:
        """Takes in the names and towns that a text gives away."""
        for match in _BEFORE_A_NAME.finditer(text):
            self.add_person(match["name"])
        for match in _BEFORE_A_TOWN.finditer(text):
            if match["name"] not in self._stands_for and not _is_known(match["name"].split()):
                self._add(match["name"], self._next("Town"))

    def add_person(self, name: str) -> None:
        """Takes in a person's name, and each part of it that can stand alone."""
        words = [word for word in name.strip().split() if word.strip(".,")]
        while words and words[0] in _NO_NAME:
            words = words[1:]
        while words and words[-1] in _NO_NAME:
            words = words[:-1]
        if not words or not words[0][:1].isupper() or len(words) > 6 or _is_known(words):
            return
        if all(word.isupper() for word in words):
            words = [word if len(word) < 3 else word.title() for word in words]
        whole = " ".join(words)
        known = {self._stands_for[word] for word in words if word in self._stands_for}
        if whole in self._stands_for:
            return
        if len(known) == 1 and len(words) > 1 and not _shares_only_last(words, self._stands_for):
            stands = known.pop()
        else:
            stands = self._next("Person")
        self._add(whole, stands)
        for word in words:
            if len(words) == 1 or len(word) < 3 or word in _PARTS_OF_NAMES or word in _NO_NAME:
                continue
            other = self._stands_for.get(word)
            if other is not None and other != stands:  # two people have it: a family
                if not other.startswith("Surname"):
                    family = self._next("Surname")
                    self._stands_for[word] = family
                    self.key.setdefault(family, set()).add(word)
            else:
                self._stands_for[word] = stands
        self._pattern = None

    def plain(self, text: str) -> str:
        """The text without them."""
        for kind, pattern in _CONTACTS:
            text = pattern.sub(functools.partial(self._contact, kind), text)
        if self._pattern is None:
            forms = {form: name for name in self._stands_for for form in (name, name.upper())}
            ranked = sorted(map(re.escape, forms), key=lambda form: (-len(form), form))
            spaced = "|".join(form.replace(r"\ ", r"\s+") for form in ranked)
            self._pattern = re.compile(rf"(?<![\w-])(?:{spaced})(?!\w)" if ranked else r"(?!)")
            self._forms = forms
        return self._pattern.sub(self._stand_in, text)

    def _stand_in(self, match: re.Match[str]) -> str:
        words = match[0].split()
        stands = self._stands_for[self._forms[" ".join(words)]]
        # phrases count the words between others: one word stays one word
        return stands if len(words) > 1 else stands.replace(" ", "-")

    def _contact(self, kind: str, match: re.Match[str]) -> str:
        words = match[0]
        least = 7 if words.startswith(("+", "00")) else 9  # a date has eight
        if kind == "phone" and sum(map(str.isdigit, words)) < least:
            return words
        if kind == "account" and not _is_account(words):
            return words
        which = kind, "".join(words.split())
        if which not in self._contacts:
            self._contacts[which] = f"[{self._next(kind).replace(' ', '-')}]"
        self.key.setdefault(self._contacts[which], set()).add(words)
        return self._contacts[which]

    def _add(self, name: str, stands: str) -> None:
        self._stands_for[name] = stands
        self.key.setdefault(stands, set()).add(name)
        self._pattern = None

    def _next(self, kind: str) -> str:
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind} {_letters(number) if kind == 'Person' else number}"


def _letters(number: int) -> str:
    """A, B, … Z, AA, AB, as columns of a sheet are counted.

    >>> _letters(1), _letters(26), _letters(27)
    ('A', 'Z', 'AA')
    """
    told = ""
    while number:
        number, at = divmod(number - 1, 26)
        told = string.ascii_uppercase[at] + told
    return told


def _shares_only_last(words: list[str], known: dict[str, str]) -> bool:
    """Whether all that a name shares with those known is its last word: a relative, not the same person."""
    return words[-1] in known and not any(word in known for word in words[:-1])


def _is_known(words: Iterable[str]) -> bool:
    """Whether they are words of institutions and of time alone."""
    return all(word.strip(".,'’") in _NO_NAME for word in words)


def _is_account(words: str) -> bool:
    """Whether the check digits of an IBAN fit."""
    plain = "".join(words.split())
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _labels(given: Any) -> Iterator[str]:
    if isinstance(given, dict):
        for key, value in given.items():
            if key == "label" and isinstance(value, str):
                yield value
            else:
                yield from _labels(value)
    elif isinstance(given, list):
        for value in given:
            yield from _labels(value)


def _texts(given: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Everything told freely, by its place: the document's name, or the path of the field."""
    if isinstance(given, dict):
        for key, value in given.items():
            here = f"{path}.{key}" if path else key
            if isinstance(value, str) and key in _TOLD_FREELY:
                yield (str(given["id"]) if key == "text" and "id" in given else here), value
            else:
                yield from _texts(value, here)
    elif isinstance(given, list):
        for at, value in enumerate(given):
            yield from _texts(value, f"{path}[{at}]")


def _without(given: Any, names: _Names, key: str = "") -> Any:
    if isinstance(given, dict):
        return {name: _without(value, names, name) for name, value in given.items()}
    if isinstance(given, list):
        return [_without(value, names, key) for value in given]
    if not isinstance(given, str):
        return given
    if key in _NEVER_SHOWN:
        return _LEFT_OUT
    return names.plain(given) if key in _TOLD_FREELY or key == "label" else given


def _doubts(where: str, text: str) -> Iterator[Doubt]:
    for match in _MAY_BE_A_NAME.finditer(text):
        if not _is_known(match[0].split()) and not match[0].isupper():
            yield Doubt(where, match.start(), match.end(), match[0])
