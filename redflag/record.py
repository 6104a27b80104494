"""The base of every noun, and the strict reading of YAML and JSON that fills it.

YAML scalars are read as text and the record decides their type: country code `NO` stays
`NO`, `12:30` stays a time. Keys given twice, aliases, tags and documents nested too deep are
refused, each with its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from redflag.errors import Fault, Location, RedflagError, did_you_mean, shown_key

DEEPEST_NESTING = 60
"""Levels of lists and mappings that a file may hold inside each other."""

_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})
_VALUES = frozenset({yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent})
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

KeyPath = tuple[str | int, ...]
RecordT = TypeVar("RecordT", bound="Record")


class Record(BaseModel):
    """A frozen noun of the field, with no keys but its own."""

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        allow_inf_nan=False,
        hide_input_in_errors=True,
        arbitrary_types_allowed=False,
        protected_namespaces=(),
    )

    def __repr__(self) -> str:
        # as pydantic writes it, in a third of the time: keys of events are made from it
        fields = type(self).__pydantic_fields__
        told = ", ".join([f"{name}={value!r}" for name, value in self.__dict__.items() if name in fields])
        return f"{type(self).__name__}({told})"

    def digest(self) -> str:
        """SHA-256 of the content in canonical JSON, as 64 hexadecimal digits."""
        return digest(self.model_dump(mode="json", exclude_none=True, exclude_defaults=True))


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spare white space: equal content gives equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Parsed:
    """What a file holds, with the place of every key and item in it.

    Attributes:
        data: mappings, lists, texts and None (JSON also gives numbers and booleans).
        file: name of the file, for errors; None for text that has no file.
        places: (line, column), counted from 1, of each value by its path of keys.
        is_proven: whether the same content was read before and had no fault.
    """

    data: Any
    file: str | None
    places: Mapping[KeyPath, tuple[int, int]] = field(default_factory=dict)
    is_proven: bool = False

    def location(self, keys: Sequence[str | int]) -> Location:
        """The place of the value at `keys`, or of the nearest thing around it."""
        wanted = tuple(keys)
        line = column = None
        for length in range(len(wanted), -1, -1):
            if wanted[:length] in self.places:
                line, column = self.places[wanted[:length]]
                break
        return Location(self.file, line, column, key_text(wanted))


def key_text(keys: Sequence[str | int]) -> str:
    """A path of keys as people write it.

    >>> key_text(("contacts", 2, "offered"))
    'contacts[2].offered'
    """
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{shown_key(key)}" if text else shown_key(key)
    return text


def parse_yaml(text: str, file: str | None, error: type[RedflagError]) -> Parsed:
    """The single YAML document in `text`, every scalar as text.

    Raises:
        RedflagError: of the kind `error`, with the line and column, if the text is not YAML, or
            uses what is refused here: a key twice, an alias, a tag, a second document,
            nesting deeper than `DEEPEST_NESTING`.
    """
    try:
        return _YamlReader(text, file, error).read()
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        where = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
        problem = " ".join(str(fault.problem or fault.context or "cannot be read").split())
        raise error(Fault(f"not YAML: {_without_quotes(problem)}", where)) from None
    except (yaml.YAMLError, UnicodeError, ValueError):
        raise error(
            Fault("not YAML: it holds a character that YAML does not allow", Location(file))
        ) from None


def _without_quotes(problem: str) -> str:
    """A parser's complaint without the piece of input that it may quote."""
    head, quote, _ = problem.partition("'")
    return f"{head.rstrip()} a character that has no place here" if quote else problem


class _YamlReader:
    """Builds plain values from YAML events, one after the other, so that depth costs no stack."""

    def __init__(self, text: str, file: str | None, error: type[RedflagError]) -> None:
        self._events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self._file = file
        self._error = error
        self._places: dict[KeyPath, tuple[int, int]] = {}

    def read(self) -> Parsed:
        root: list[Any] = []
        holder: Any = root
        path: KeyPath = ()
        key: Any = None
        around: list[tuple[Any, KeyPath]] = []
        places = self._places
        documents = 0
        for event in self._events:
            kind = type(event)
            if kind in _VALUES:
                if event.anchor is not None:
                    self._refuse(event, "an anchor (&) stands here", "write the value out")
                if event.tag is not None and event.tag != "!":
                    self._refuse(event, "a tag (!) stands here", "write the plain value")
                is_mapping = type(holder) is dict
                if is_mapping and key is None:
                    key = self._key(event, kind, holder, path)
                    continue
                here: KeyPath = () if holder is root else (*path, key if is_mapping else len(holder))
                if here not in places:  # a value in a mapping is looked for where its key stands
                    mark = event.start_mark
                    places[here] = (mark.line + 1, mark.column + 1)
                value: Any
                if kind is yaml.ScalarEvent:
                    value = None if event.implicit[0] and event.value in _EMPTY else event.value
                else:
                    value = {} if kind is yaml.MappingStartEvent else []
                if is_mapping:
                    holder[key] = value
                    key = None
                else:
                    holder.append(value)
                if kind is not yaml.ScalarEvent:
                    if len(around) >= DEEPEST_NESTING:
                        self._refuse(event, f"nested more than {DEEPEST_NESTING} levels deep", "")
                    around.append((holder, path))
                    holder, path = value, here
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                holder, path = around.pop()
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._refuse(event, "a second document starts here", "keep one in a file")
            elif kind is yaml.AliasEvent:
                self._refuse(event, "an alias (*) stands here", "write the value out")
        return Parsed(root[0] if root else None, self._file, places)

    def _key(self, event: Any, kind: type, holder: dict[str, Any], path: KeyPath) -> str:
        if kind is not yaml.ScalarEvent:
            self._refuse(event, "a key must be a plain word", "")
        key = str(event.value)
        if key in holder:
            self._refuse(event, f'key "{shown_key(key)}" is given twice', "keep one of them")
        self._places[(*path, key)] = (event.start_mark.line + 1, event.start_mark.column + 1)
        return key

    def _refuse(self, event: Any, message: str, mend: str) -> NoReturn:
        mark = event.start_mark
        raise self._error(Fault(message, Location(self._file, mark.line + 1, mark.column + 1), mend))


def parse_json(text: str, file: str | None, error: type[RedflagError]) -> Parsed:
    """The JSON value in `text`; a key given twice and the words NaN and Infinity are refused.

    Raises:
        RedflagError: of the kind `error`, with line and column where there are any.
    """
    try:
        data = json.loads(
            text, object_pairs_hook=_pairs_once, parse_constant=_no_constant, parse_int=_integer
        )
    except json.JSONDecodeError as fault:
        where = Location(file, fault.lineno, fault.colno)
        message = "the file ends in the middle" if fault.pos >= len(text.rstrip()) else fault.msg
        raise error(Fault(f"not JSON: {message}", where)) from None
    except RecursionError:
        raise error(Fault("not JSON that can be read: nested too deep", Location(file))) from None
    except _RefusedJsonError as fault:
        raise error(Fault(str(fault), Location(file))) from None
    return Parsed(data, file, _json_places(text))


class _RefusedJsonError(ValueError):
    """JSON that the standard allows or the parser tolerates, and that this reader does not."""


def _pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedJsonError(f'key "{shown_key(twice)}" is given twice; keep one of them')
    return found


def _no_constant(name: str) -> NoReturn:
    raise _RefusedJsonError(f"{name} is not a number that JSON has; leave the key out")


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise _RefusedJsonError("a whole number of more than 20 digits; no field here needs one")
    return int(digits)


def _json_places(text: str) -> Mapping[KeyPath, tuple[int, int]]:
    """Places of the values of a JSON text, which is nearly always YAML too; else none."""
    try:
        return _YamlReader(text, None, RedflagError).read().places
    except (yaml.YAMLError, RedflagError, ValueError):
        return {}


def validate(kind: type[RecordT], parsed: Parsed, error: type[RedflagError]) -> RecordT:
    """The record that `parsed` describes.

    Raises:
        RedflagError: of the kind `error`, with every fault at once: unknown keys with the nearest
            known one, values of a wrong kind. No value of the input is printed.
    """
    try:
        return kind.model_validate(parsed.data)
    except ValidationError as invalid:
        raise error(faults_of(invalid, kind, parsed)) from None


def faults_of(invalid: ValidationError, kind: type[BaseModel], parsed: Parsed) -> list[Fault]:
    """Pydantic's complaints in our words, each with its place and without the input."""
    faults: dict[tuple[KeyPath, str], Fault] = {}
    for detail in invalid.errors(include_url=False, include_input=False, include_context=True):
        keys = tuple(key for key in detail["loc"] if _is_in(parsed.data, key, detail["loc"]))
        message, mend = _told(detail, kind)
        faults.setdefault((keys, message), Fault(message, parsed.location(keys), mend))
    return sorted(
        faults.values(),
        key=lambda fault: (fault.location.line or 0, fault.location.column or 0, str(fault)),
    )


_BRANCHES = frozenset({"bare", "statement", "statements", "is-instance", "function-after"})


def _is_in(_data: Any, key: str | int, _loc: tuple[str | int, ...]) -> bool:
    """Whether a step of pydantic's path is the user's own, not a branch of a union."""
    return isinstance(key, int) or not (key in _BRANCHES or key.startswith("tagged-union"))


def _told(detail: Any, kind: type[BaseModel]) -> tuple[str, str]:
    context = detail.get("ctx") or {}
    match detail["type"]:
        case "extra_forbidden":
            key = detail["loc"][-1]
            return f'unknown key "{shown_key(key)}"', did_you_mean(str(key), _known_keys(kind) - {str(key)})
        case "missing":
            return f'key "{shown_key(detail["loc"][-1])}" is missing', ""
        case "value_error":
            message, _, mend = str(context.get("error", detail["msg"])).partition("; ")
            return message, mend
        case "literal_error" | "enum":
            return "not one of the words known here", f"use {context['expected']}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "a mapping of keys is expected here", ""
        case "tuple_type" | "list_type":
            return "a list is expected here", ""
        case "bool_parsing" | "bool_type":
            return "neither true nor false", "write true or false, or leave the key out if unknown"
        case _:
            message = str(detail["msg"])
            return message[:1].lower() + message[1:], ""


def _known_keys(kind: type[BaseModel]) -> set[str]:
    """Every key of a record and of the records inside it: where a misspelt one may have meant."""
    known: set[str] = set()
    waiting: list[Any] = [kind]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, type) and issubclass(current, BaseModel):
            for name, info in current.model_fields.items():
                known.add(info.alias or name)
                waiting.append(info.annotation)
        waiting.extend(getattr(current, "__args__", ()))
    return known
