"""A rule pack from its folder: every file read, every fault told at once."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from redflag.conditions import Condition
from redflag.errors import Fault, Location, RuleError, did_you_mean
from redflag.pack.grammar import Reader
from redflag.pack.kept import Contents, KeptPack, keep, key_of, recall, recall_phrases
from redflag.pack.rule import About, Axis, Family, LegalProvision, Literature, Rule
from redflag.pack.rules import Question, RulePack
from redflag.paths import case_shape
from redflag.record import Parsed, Record, RecordT, digest, parse_yaml, validate
from redflag.scoring import Policy
from redflag.signals import (
    ContextWords,
    Lexicon,
    Lexicons,
    Vocabulary,
    read_context,
    read_lexicon,
    read_slots,
)

MOST_CORE_RULES = 25
LARGEST_FILE = 1_000_000
"""Bytes of a file of a pack: a rule is a page, not a book."""


class _Families(Record):
    axes: tuple[Axis, ...]
    families: tuple[Family, ...]
    core: tuple[str, ...] = ()


class _Law(Record):
    provisions: tuple[LegalProvision, ...]


class _Sources(Record):
    sources: tuple[Literature, ...]


def shipped_pack_folder() -> Path:
    """Where the pack that comes with the library lies: inside the package, or beside it."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data" / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


@functools.cache
def shipped_pack() -> RulePack:
    """The pack that comes with the library, read once in a process."""
    return read_pack([shipped_pack_folder()])


def read_pack(
    folders: Sequence[Path], *, switched_off: Mapping[str, str] | None = None, pin: str | None = None
) -> RulePack:
    """The pack in the first folder, with the rules of the others on top.

    Args:
        folders: the first holds a whole pack; each other adds rules and lexicons of its own.
        switched_off: rules that are not to be asked, by id, each with the reason.
        pin: the digest that the pack must have.

    Raises:
        RuleError: with every fault of every file.
    """
    off = dict(switched_off or {})
    base = shipped_pack_folder()
    if [*folders] != [base] or not base.is_dir():
        return _read(folders, off, pin, read_file)
    key = key_of(base)
    kept = recall(key)
    if kept is not None:
        with contextlib.suppress(RuleError):  # told anew below, with the places of the faults
            return _read(folders, off, pin, _Kept(base, kept.files).read, _Recalled(base, key, kept))
    noted = _Noted(base)
    pack = _read(folders, off, pin, noted.read)
    if key == key_of(base):
        keep(key, noted.contents, pack.lexicons.outline, pack.digest)
    return pack


class _Kept:
    """Files whose content was kept when they were read before."""

    def __init__(self, folder: Path, contents: Contents) -> None:
        self._folder = folder
        self._contents = contents

    def read(self, path: Path) -> Parsed:
        """The content of one of them; whatever was not kept is read from the disk."""
        name = path.relative_to(self._folder).as_posix()
        if name not in self._contents:
            return read_file(path)
        return Parsed(self._contents[name], str(path), is_proven=True)


class _Recalled:
    """A pack that was read before: its lexicons as far as they are needed, and its digest."""

    def __init__(self, folder: Path, key: str, kept: KeptPack) -> None:
        self._folder = folder
        self._key = key
        self._kept = kept
        self.digest = kept.digest
        self.signals = kept.lexicons.ids

    def lexicons(self) -> Lexicons:
        """The lexicons, none of whose phrases is read yet."""
        return Lexicons.unread(self._kept.lexicons, self._context, self._vocabulary)

    def _context(self, language: str) -> ContextWords:
        path = self._folder / "lexicons" / "context" / f"{language}.yaml"
        if f"lexicons/context/{path.name}" not in self._kept.files:
            return ContextWords()
        return read_context(_Kept(self._folder, self._kept.files).read(path))

    def _vocabulary(self) -> Vocabulary:
        """All lexicons, with their phrases.

        Raises:
            RuleError: if they have to be read from the disk and are no longer the same.
        """
        phrases = recall_phrases(self._key)
        if phrases is None and key_of(self._folder) != self._key:
            mend = "read it again"
            raise RuleError(Fault("the rule pack has changed since it was read", mend=mend))
        faults: list[Fault] = []
        read = _Kept(self._folder, {**self._kept.files, **(phrases or {})}).read
        found = _lexicons([self._folder], read, faults)
        if faults:
            raise RuleError(faults)
        return found


class _Noted:
    """Files whose content is noted while they are read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.contents: dict[str, Any] = {}

    def read(self, path: Path) -> Parsed:
        """The content of one of them."""
        parsed = read_file(path)
        self.contents[path.relative_to(self._folder).as_posix()] = parsed.data
        return parsed


def _read(
    folders: Sequence[Path],
    off: Mapping[str, str],
    pin: str | None,
    read: Callable[[Path], Parsed],
    recalled: _Recalled | None = None,
) -> RulePack:
    """The pack, each file of it by `read`; its lexicons and digest as `recalled`, where they are."""
    faults: list[Fault] = []
    base = folders[0]
    if not base.is_dir():
        raise RuleError(Fault("there is no rule pack here", Location(str(base)), "give the folder of a pack"))
    about = _record(About, base / "pack.yaml", read, faults)
    families = _record(_Families, base / "families.yaml", read, faults)
    law = _record(_Law, base / "legal_basis.yaml", read, faults)
    sources = _record(_Sources, base / "sources.yaml", read, faults)
    policy = _record(Policy, base / "scoring.yaml", read, faults)
    vocabulary = Vocabulary((), {}, {}) if recalled is not None else _lexicons(folders, read, faults)
    signals = recalled.signals if recalled is not None else [one.id for one in vocabulary.lexicons]
    rules = _rules(folders, read, faults)
    named = [] if families is None else [one.id for one in families.families]
    questions = _questions(rules, signals, named, faults)
    if about is None or families is None or law is None or sources is None or policy is None:
        raise RuleError(faults)
    provisions = {one.id: one for one in law.provisions}
    literature = {one.key: one for one in sources.sources}
    _check_references(rules, families, provisions, literature, faults)
    known = {rule.id for rule, _ in rules}
    for rule_id, reason in off.items():
        if rule_id not in known:
            faults.append(Fault(f'no rule "{rule_id}" to switch off', mend=did_you_mean(rule_id, known)))
        elif not reason.strip():
            faults.append(Fault(f'switching off "{rule_id}" needs a reason'))
    if faults:
        raise RuleError(faults)
    if recalled is not None:
        lexicons, told = recalled.lexicons(), recalled.digest
    else:
        lexicons = Lexicons(*vocabulary, is_checked=True, is_kept=[*folders] == [shipped_pack_folder()])
        told = digest(
            {
                "rules": {rule.id: _rule_digest(rule) for rule, _ in rules},
                "lexicons": lexicons.digest(),
                "families": families.digest(),
                "law": {one.id: one.digest() for one in law.provisions},
                "sources": {one.key: one.digest() for one in sources.sources},
                "policy": policy.digest(),
            }
        )
    pack = RulePack(
        about,
        questions,
        families.axes,
        families.families,
        frozenset(families.core),
        policy,
        provisions,
        literature,
        lexicons,
        told,
        dict(sorted(off.items())),
    )
    if pin is not None and pack.digest != pin:
        raise RuleError(Fault(f"the pack is {pack.digest}, not the one that is pinned ({pin})"))
    return pack


def _rule_digest(rule: Rule) -> str:
    return digest(rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True))


def read_file(path: Path) -> Parsed:
    """The YAML of one file of a pack.

    Raises:
        RuleError: if it cannot be read, or is not the YAML that a pack is written in.
    """
    where = Location(str(path))
    try:
        if path.exists() and not path.is_file():
            raise RuleError(Fault("not a file that can be read to its end", where))
        if path.stat().st_size > LARGEST_FILE:
            raise RuleError(Fault(f"larger than {LARGEST_FILE} bytes", where))
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RuleError(Fault("the file is missing", where)) from None
    except UnicodeDecodeError:
        raise RuleError(Fault("not UTF-8 text", where)) from None
    except OSError as fault:
        raise RuleError(Fault(f"cannot be read: {fault.strerror}", where)) from None
    return parse_yaml(text, str(path), RuleError)


def _record(
    kind: type[RecordT], path: Path, read: Callable[[Path], Parsed], faults: list[Fault]
) -> RecordT | None:
    try:
        return validate(kind, read(path), RuleError)
    except RuleError as error:
        faults.extend(error.faults)
        return None


def _rules(
    folders: Sequence[Path], read: Callable[[Path], Parsed], faults: list[Fault]
) -> list[tuple[Rule, Parsed]]:
    """The rules of the folders: every file two levels down that is neither a lexicon nor a translation."""
    found: list[tuple[Rule, Parsed]] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*/*.yaml"))):
        if path.parent.name in ("lexicons", "questions", "translations"):
            continue
        try:
            parsed = read(path)
            rule = validate(Rule, parsed, RuleError)
        except RuleError as error:
            faults.extend(error.faults)
            continue
        if rule.id != f"{path.parent.name}.{path.stem}":
            mend = f"its path says {path.parent.name}.{path.stem}"
            faults.append(
                Fault(f'the id "{rule.id}" is not the path of the file', parsed.location(("id",)), mend)
            )
        if any(rule.id == other.id for other, _ in found):
            faults.append(Fault(f'a rule "{rule.id}" stands already', parsed.location(("id",))))
        found.append((rule, parsed))
    return found


def _lexicons(folders: Sequence[Path], read: Callable[[Path], Parsed], faults: list[Fault]) -> Vocabulary:
    lexicons: dict[str, Lexicon] = {}
    slots: dict[str, dict[str, tuple[str, ...]]] = {}
    contexts: dict[str, ContextWords] = {}
    for path in _yaml_files(folders, "lexicons/slots"):
        with _gathered(faults):
            slots.setdefault(path.stem, {}).update(read_slots(read(path)))
    for path in _yaml_files(folders, "lexicons/context"):
        with _gathered(faults):
            contexts[path.stem] = read_context(read(path))
    for path in _yaml_files(folders, "lexicons"):
        with _gathered(faults):
            lexicon = read_lexicon(read(path), slots)
            if lexicon.id != path.stem:
                where = Location(str(path), 1, 1, "id")
                mend = f"its file says {path.stem}"
                raise RuleError(Fault(f'the id "{lexicon.id}" is not the name of the file', where, mend))
            if lexicon.id in lexicons:
                raise RuleError(Fault(f'a lexicon "{lexicon.id}" stands already', Location(str(path), 1, 1)))
            lexicons[lexicon.id] = lexicon
    return Vocabulary(tuple(lexicons.values()), slots, contexts)


def _yaml_files(folders: Sequence[Path], inside: str) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / inside).glob("*.yaml"))]


@contextlib.contextmanager
def _gathered(faults: list[Fault]) -> Iterator[None]:
    """Keeps the faults of what is read inside, and goes on."""
    try:
        yield
    except RuleError as error:
        faults.extend(error.faults)


def _questions(
    rules: Sequence[tuple[Rule, Parsed]],
    signals: Sequence[str],
    families: Sequence[str],
    faults: list[Fault],
) -> tuple[Question, ...]:
    """The rules with their conditions, each after those that it names."""
    known = frozenset(rule.id for rule, _ in rules)
    read: dict[str, tuple[Question, tuple[str, ...]]] = {}
    for rule, parsed in rules:
        if rule.status == "retired":
            continue
        reader = Reader(parsed, case_shape(), frozenset(signals), frozenset(families), known)
        conditions: dict[str, Condition | None] = {}
        for key in ("applies_when", "when", "text", "unless", "contradicted_by"):
            data: Any = getattr(rule, key)
            conditions[key] = None if data is None else reader.read(data, (key,))
        faults.extend(reader.faults)
        alone = not reader.named and reader.stage == 0 and not reader.touches_nothing
        touches = frozenset(reader.touches) if alone else frozenset()
        question = Question(rule, touches=touches, stage=reader.stage, **conditions)
        read[rule.id] = (question, tuple(reader.named))
    graph = {rule_id: sorted({*named} & read.keys()) for rule_id, (_, named) in sorted(read.items())}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        round_ = " → ".join(circle.args[1])
        where = next(parsed.location(("id",)) for rule, parsed in rules if rule.id == circle.args[1][0])
        faults.append(Fault(f"rules name each other in a circle: {round_}", where, "break it at one of them"))
        return ()
    stages: dict[str, int] = {}
    for rule_id in order:
        question, named = read[rule_id]
        stages[rule_id] = max([question.stage, *(stages.get(name, 0) for name in named)])
    position = {rule_id: place for place, rule_id in enumerate(order)}
    in_order = sorted(read, key=lambda rule_id: (stages[rule_id], position[rule_id]))
    return tuple(_at_stage(read[rule_id][0], stages[rule_id]) for rule_id in in_order)


def _at_stage(question: Question, stage: int) -> Question:
    return Question(
        question.rule,
        question.applies_when,
        question.when,
        question.text,
        question.unless,
        question.contradicted_by,
        question.touches,
        stage,
    )


def _check_references(
    rules: Sequence[tuple[Rule, Parsed]],
    families: _Families,
    provisions: Mapping[str, LegalProvision],
    literature: Mapping[str, Literature],
    faults: list[Fault],
) -> None:
    known_families = {family.id for family in families.families}
    axes = {axis.id for axis in families.axes}
    for family in families.families:
        if family.axis not in axes:
            faults.append(
                Fault(
                    f'family "{family.id}" has no axis "{family.axis}"', mend=did_you_mean(family.axis, axes)
                )
            )
    ids = {rule.id for rule, _ in rules}
    for rule_id in families.core:
        if rule_id not in ids:
            faults.append(Fault(f'core names no rule: "{rule_id}"', mend=did_you_mean(rule_id, ids)))
    if len(families.core) > MOST_CORE_RULES:
        faults.append(Fault(f"{len(families.core)} core rules; at most {MOST_CORE_RULES} may be named"))
    for rule, parsed in rules:
        for key, named, known in (
            ("answers", rule.answers, known_families),
            ("legal_basis", rule.legal_basis, provisions.keys()),
            ("sources", rule.sources, literature.keys()),
        ):
            for place, name in enumerate(named):
                if name not in known:
                    where = parsed.location((key, place))
                    faults.append(Fault(f'{key} names nothing: "{name}"', where, did_you_mean(name, known)))
        if rule.family not in known_families:
            where = parsed.location(("id",))
            faults.append(
                Fault(f'unknown family "{rule.family}"', where, did_you_mean(rule.family, known_families))
            )
