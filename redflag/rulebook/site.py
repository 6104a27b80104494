"""The pages of the book: what each shows, as HTML that needs neither a network nor a script.

A page carries its own style, and the index its own search. A content security policy in every
page lets nothing else in, whatever a pack holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from redflag.errors import Fault, Location, RuleError
from redflag.pack.rule import LegalProvision, Literature, Rule, Weight
from redflag.pack.rules import Question, RulePack
from redflag.rulebook.history import Edition, editions, gone
from redflag.rulebook.logic import named_by, outlined, shared, signals_of
from redflag.rulebook.measures import Measured, plotted
from redflag.rulebook.trials import Tried
from redflag.signals.lexicon import Lexicon

MANIFEST = "book.json"
"""Beside the pages: which there are, with their digests."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*")
_SLOT = re.compile(r"(\{[^{}]*\})")
_NAMED = re.compile(r"(\b[a-z_]+(?:\.[a-z_]+)+\b|\bas_of\b)")
_EFFECTS = {
    "supports": ("Sign of misuse", "Speaks for misuse of the request."),
    "counters": ("Counter-sign", "Speaks for an ordinary prosecution."),
    "caveat": ("Caveat", "Is shown, and weighs nothing."),
}


def render(
    pack: RulePack,
    *,
    tests: Mapping[str, Sequence[Tried]] | None = None,
    measured: Measured | None = None,
    older: Sequence[RulePack] = (),
) -> dict[str, str]:
    """Every page of the book, by its path; the same pack and material give the same bytes.

    Args:
        pack: the rules.
        tests: what was tried, by rule; None where no tests were given.
        measured: what the rules came to over cases, where there are any.
        older: earlier editions of the pack, the oldest first.
    """
    return _Book(pack, tests, measured, tuple(older)).pages()


def write(pages: Mapping[str, str], folder: Path) -> None:
    """Puts the pages into a folder, in place of the book that may be there already.

    Raises:
        RuleError: if the folder holds anything else.
    """
    earlier = _pages_there(folder)
    for name in earlier:
        if name not in pages:
            (folder / name).unlink(missing_ok=True)
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _pages_there(folder: Path) -> list[str]:
    """The pages of an earlier book in a folder, by its manifest; none where it is empty or absent."""
    if not folder.exists():
        return []
    where = Location(str(folder))
    if not folder.is_dir():
        raise RuleError(Fault("this is no folder", where, "give a folder for the pages"))
    if not any(folder.iterdir()):
        return []
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["pages"]
    except (OSError, ValueError, KeyError, TypeError):
        raise RuleError(
            Fault("the folder holds other things than a rule book", where, "give an empty one")
        ) from None
    # a manifest is a file like any other: it must not lead out of the folder
    known = re.compile(r"([a-z]+/)?[a-z0-9][a-z0-9._-]*\.html")
    return [name for name in listed if known.fullmatch(name) and ".." not in name]


def slug(name: str) -> str:
    """A name as part of a file's name or an anchor: as it is where it is plain, else a digest of it.

    >>> slug("family_pressure.relative_held")
    'family_pressure.relative_held'
    >>> slug("../x")
    'x-d6b96a97d147daaa'
    """
    if _PLAIN.fullmatch(name) and not name.startswith("x-"):
        return name
    return "x-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def web_address(address: str | None) -> str:
    """An address that a page may link to; empty for anything but http and https."""
    if address is None:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


@dataclass(frozen=True, slots=True)
class _Search:
    """One rule as the search knows it."""

    id: str
    title: str
    family: str
    page: str
    words: str


@dataclass
class _Book:
    """A pack with all that its pages tell, turned round by rule, family, law and indicator."""

    pack: RulePack
    tests: Mapping[str, Sequence[Tried]] | None
    measured: Measured | None
    older: tuple[RulePack, ...]
    says: dict[str, str] = field(init=False)
    lexicons: dict[str, Lexicon] = field(init=False)
    questions: dict[str, Question] = field(init=False)

    def __post_init__(self) -> None:
        self.lexicons = {one.id: one for one in self.pack.lexicons.lexicons}
        self.says = {name: one.says for name, one in self.lexicons.items()}
        self.questions = {question.rule.id: question for question in self.pack.questions}

    def pages(self) -> dict[str, str]:
        """Every page by its path, and the manifest."""
        environment = _environment()
        style = _source("book.css")
        script = _source("search.js")
        rules = self.pack.rules
        common: dict[str, Any] = {
            "pack": self.pack,
            "rules": {rule.id: rule for rule in rules},
            "families": {family.id: family for family in self.pack.families},
            "style": Markup(style),  # noqa: S704 our own file
            "policy": _policy(style, script),
            "effects": _EFFECTS,
            "measured": self.measured,
        }
        found: dict[str, str] = {}

        def add(path: str, template: str, **shown: Any) -> None:
            up = "../" * path.count("/")
            found[path] = environment.get_template(template).render(common, up=up, **shown)

        by_family = {
            family.id: [rule for rule in rules if rule.family == family.id] for family in self.pack.families
        }
        by_law = {law: [rule for rule in rules if law in rule.legal_basis] for law in self.pack.provisions}
        by_indicator: dict[str, list[Rule]] = {}
        for rule in rules:
            for indicator in rule.indicators:
                by_indicator.setdefault(indicator, []).append(rule)
        instruments: dict[str, list[LegalProvision]] = {}
        for law in self.pack.provisions.values():
            instruments.setdefault(law.instrument, []).append(law)
        add(
            "index.html", "index.html",
            by_family=by_family, by_law=by_law, by_indicator=by_indicator,
            gone=gone((*self.older, self.pack)), older=self.older, tally=self._tally(),
            script=Markup(script),  # noqa: S704 our own file
            search=_embedded([self._searched(rule, common["families"]) for rule in rules]),
        )  # fmt: skip
        add("law.html", "law_index.html", instruments=instruments, by_law=by_law)
        add("indicators.html", "indicators.html", by_indicator=dict(sorted(by_indicator.items())))
        for family in self.pack.families:
            answered = [rule for rule in rules if family.id in rule.answers and rule.family != family.id]
            add(
                f"families/{slug(family.id)}.html", "family.html", family=family,
                listed=by_family[family.id], answered=answered,
                axis={axis.id: axis.title for axis in self.pack.axes}[family.axis],
            )  # fmt: skip
        for law in self.pack.provisions.values():
            add(f"law/{slug(law.id)}.html", "law.html", law=law, listed=by_law[law.id])
        history = editions((*self.older, self.pack))
        overlapping = shared(self.pack)
        named: dict[str, list[str]] = {}
        for question in self.questions.values():
            for other in named_by(question):
                named.setdefault(other, []).append(question.rule.id)
        for rule in rules:
            add(
                f"rules/{slug(rule.id)}.html", "rule.html", rule=rule,
                named=sorted(named.get(rule.id, ())), shared=overlapping.get(rule.id, ()),
                **self._of_rule(rule, history[rule.id]),
            )  # fmt: skip
        return {**found, MANIFEST: _manifest(self.pack, found)}

    def _of_rule(self, rule: Rule, history: tuple[Edition, ...]) -> dict[str, Any]:
        question = self.questions[rule.id]
        sources = [self.pack.literature[key] for key in rule.sources]
        count = self.measured.counts.get(rule.id) if self.measured is not None else None
        assigned = rule.weight.log_lr_true if rule.weight is not None else None
        ratio = count.ratio if count is not None else None
        return {
            "parts": outlined(question, self.says),
            "law": [self.pack.provisions[name] for name in rule.legal_basis],
            "sources": [one for one in sources if _is_authority(one)],
            "no_authority": [one for one in sources if not _is_authority(one)],
            "tests": None if self.tests is None else tuple(self.tests.get(rule.id, ())),
            "count": count,
            "plot": plotted(ratio, assigned) if ratio is not None else None,
            "assigned": None if assigned is None else math.exp(assigned),
            "together": self.measured.together.get(rule.id, ()) if self.measured is not None else (),
            "history": history,
            "named_by_it": named_by(question),
            "signals": [self.lexicons[name] for name in signals_of(question) if name in self.lexicons],
            "core": rule.id in self.pack.core,
            "switched_off": self.pack.switched_off.get(rule.id),
        }

    def _searched(self, rule: Rule, families: Mapping[str, Any]) -> _Search:
        laws = (self.pack.provisions[name] for name in rule.legal_basis)
        words = [
            rule.id, rule.explain, rule.if_unknown, *rule.indicators,
            *(f"{law.instrument} {law.provision}" for law in laws),
        ]  # fmt: skip
        family = families[rule.family].title
        return _Search(rule.id, rule.title, family, f"rules/{slug(rule.id)}.html", " ".join(words))

    def _tally(self) -> dict[str, int] | None:
        """How many tests came to what; None where none were given."""
        if self.tests is None:
            return None
        verdicts = [one.verdict for listed in self.tests.values() for one in listed]
        return {verdict: verdicts.count(verdict) for verdict in ("passed", "known", "failed", "stale")}


def _is_authority(source: Literature) -> bool:
    return source.quality != "marketing" and not source.mirror


def _source(name: str) -> str:
    return (resources.files("redflag.rulebook") / "templates" / name).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str) -> str:
    """What a page may load: its own style and search, known by their digests, and nothing else."""
    own = {
        name: "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"
        for name, text in (("style", style), ("script", script))
    }
    return (
        f"default-src 'none'; style-src {own['style']}; script-src {own['script']}; "
        "base-uri 'none'; form-action 'none'"
    )


def _embedded(index: Sequence[_Search]) -> Markup:
    """The search's index as JSON that cannot end the element that it stands in."""
    listed = [[one.id, one.title, one.family, one.page, one.words] for one in index]
    text = json.dumps(listed, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 every sign that HTML knows is escaped above


def _manifest(pack: RulePack, pages: Mapping[str, str]) -> str:
    told = {
        "pack": pack.about.name,
        "version": pack.about.version,
        "digest": pack.digest,
        "pages": {
            name: hashlib.sha256(text.encode("utf-8")).hexdigest() for name, text in sorted(pages.items())
        },
    }
    return json.dumps(told, indent=1) + "\n"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("redflag.rulebook"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        slug=slug, web=web_address, slotted=_slotted, asked=_asked, ratio=_ratio,
        percent=_percent, signed=_signed, plain=_plain, weighed=_weighed,
    )  # fmt: skip
    return environment


def _slotted(text: str) -> Markup:
    """What a rule says, with the values that a case fills in set apart."""
    parts = (
        Markup("<code>{}</code>").format(part[1:-1]) if _SLOT.fullmatch(part) else Markup.escape(part)
        for part in _SLOT.split(text)
    )
    return Markup("").join(parts)


def _asked(text: str) -> Markup:
    """What a condition asks, with the paths that it names set apart."""
    parts = (
        Markup("<code>{}</code>").format(part) if _NAMED.fullmatch(part) else Markup.escape(_plain(part))
        for part in _NAMED.split(text)
    )
    return Markup("").join(parts)


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−")


def _plain(words: str) -> str:
    return words.replace("_", " ")


def _weighed(weight: Weight | None) -> str:
    return "none" if weight is None else _signed(weight.log_lr_true)
