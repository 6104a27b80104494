"""Small builders that several test files share: facts of a case, a condition, a pack on disk."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from redflag.assessment import Assessment
from redflag.case import Case
from redflag.conditions import Condition
from redflag.dates import PartialDate
from redflag.documents import Document
from redflag.errors import RuleError
from redflag.facts import FactBase, gather
from redflag.pack.grammar import Reader
from redflag.paths import case_shape
from redflag.record import Parsed
from redflag.report.blocks import Told
from redflag.report.outline import outline
from redflag.report.wording import wording
from redflag.signals import Signal

# how long an example takes says more of the machine than of the code
settings.register_profile("steady", settings(), deadline=None)
settings.load_profile("steady")

AS_OF = "2024-01-01"
SIGNALS = frozenset({"relative_arrested", "alert_deleted"})
RULES = frozenset({"alpha.one", "alpha.two"})

FAMILIES = """\
axes:
  - {id: motive, title: Why}
families:
  - {id: alpha, axis: motive, title: Alpha, saturation: 2.0}
  - {id: beta, axis: motive, title: Beta, saturation: 1.5}
core: []
"""
LAW = """\
provisions:
  - {id: law-1, instrument: Treaty, provision: Article 1, says: Something., confidence: high}
"""
SOURCES = """\
sources:
  - {key: REP1, title: A report, quality: ngo}
"""
ABOUT = "{name: small, version: 1.0.0, licence: Apache-2.0, status: draft}\n"
SCORING = """\
family_share: 0.6
event_saturation: 1.6
counter_saturation: 1.5
context_saturation: 0.3
levels: {asserted: 0.6, documented: 0.85, corroborated: 1.0, adjudicated: 1.0}
assertions: {affirmed: 1.0, alleged: 0.7, threatened: 0.8, feared: 0.5, hypothetical: 0.25, negated: 0.0}
elevated_from: 0.4
high_from: 1.4
least_coverage: 0.1
base_rates:
  balanced: {not_compliant: 1, of: 2, title: Even odds}
"""
LEXICON = """\
id: relative_arrested
says: A relative was arrested.
phrases:
  en:
    - "sister was arrested"
"""
RULE = {
    "version": 1,
    "title": "A title",
    "effect": "supports",
    "status": "draft",
    "legal_basis": ["law-1"],
    "when": {"fact": "request.made", "is": "false"},
    "explain": "Something was found.",
    "if_unknown": "What happened?",
    "weight": {"log_lr_true": 1.0, "log_lr_false": -0.2, "basis": "author_assigned", "reason": "chosen"},
}


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache folder for the tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def facts_of() -> Callable[..., FactBase]:
    """What a case as a mapping, its documents and signals tell as of a day."""

    def build(
        case: Mapping[str, Any],
        as_of: str = AS_OF,
        documents: Sequence[Document] = (),
        signals: Sequence[Signal] = (),
    ) -> FactBase:
        made = Case.model_validate({"case_id": "test", **case})
        return gather(made, documents, signals, PartialDate(as_of))

    return build


@pytest.fixture(scope="session")
def condition_of() -> Callable[[Any], Condition]:
    """The condition that plain data describe."""

    def build(data: Any) -> Condition:
        reader = Reader(Parsed(data, None), case_shape(), SIGNALS, ("alpha", "beta"), RULES)
        condition = reader.read(data, ())
        if condition is None:
            raise RuleError(reader.faults)
        return condition

    return build


@pytest.fixture(scope="session")
def write_pack() -> Callable[..., Path]:
    """Writes a small pack into a folder: rules by id, as mappings or as text; other files by name."""

    def build(
        folder: Path,
        rules: Mapping[str, Mapping[str, Any] | str] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> Path:
        texts = {
            "families.yaml": FAMILIES,
            "legal_basis.yaml": LAW,
            "sources.yaml": SOURCES,
            "pack.yaml": ABOUT,
            "scoring.yaml": SCORING,
            "lexicons/relative_arrested.yaml": LEXICON,
            "lexicons/slots/en.yaml": "relative: [sister, brother]\n",
            "lexicons/context/en.yaml": "negators: [not]\n",
            **(files or {}),
        }
        for rule_id, given in (rules if rules is not None else {"alpha.one": {}}).items():
            text = given if isinstance(given, str) else json.dumps({"id": rule_id, **RULE, **given}, indent=1)
            texts[rule_id.replace(".", "/") + ".yaml"] = text
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return build


STEERING = frozenset(
    {
        *("name", "tone", "depth", "language", "title_language", "effect", "verdict", "band", "value"),
        *(
            "line",
            "line_in_context",
            "explanation_line",
            "lines",
            "numbers",
            "strong",
            "details",
            "picture",
            "caption",
        ),
    }
)
"""Fields that steer how a block of a report is shown, or say again what others say."""


@pytest.fixture(scope="session")
def shown() -> Callable[..., list[str]]:
    """Every text that a report of an assessment has to show, without its spaces."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield "".join(value.split())
        elif isinstance(value, tuple):
            for one in value:
                yield from texts(one)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                # an explanation that is no more than the title need not be said twice
                again = (
                    isinstance(value, Told)
                    and field.name == "explanation"
                    and value.explanation == f"{value.title}."
                )
                if field.name not in STEERING and not again:
                    yield from texts(getattr(value, field.name))

    def of(assessment: Assessment, language: str = "en", *, without_score: bool = False) -> list[str]:
        blocks = outline(assessment, without_score, wording(language))
        found = [text for block in blocks for text in texts(block) if text]
        assert len(found) > 50
        return found

    return of


LONGEST_FILE = 12_000_000


@dataclasses.dataclass(frozen=True)
class RunningApp:
    """The intake app as a person starts it: its address, and all that it has printed so far."""

    address: str
    printed: Path


@pytest.fixture(scope="session")
def intake_app(tmp_path_factory) -> Iterator[RunningApp]:
    """A process of its own at a port that is free, with a home of its own that must stay empty."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    printed = tmp_path_factory.mktemp("app") / "printed.txt"
    command = [sys.executable, "-m", "examples.intake_app", "--port", str(port)]
    root = Path(__file__).parents[1]

    def write_little() -> None:
        """Let no file grow longer than what is kept of the rules: an upload that spilled would break."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_FILE, LONGEST_FILE))

    with (
        printed.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            command, cwd=root, stdout=out, stderr=subprocess.STDOUT, preexec_fn=write_little
        ) as process,
    ):
        try:
            for _ in range(600):
                assert process.poll() is None, "it did not start; is the extra `app` installed?"
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield RunningApp(f"http://127.0.0.1:{port}", printed)
        finally:
            process.terminate()
