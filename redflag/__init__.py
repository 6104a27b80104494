"""Screens INTERPOL red notice and extradition cases for signs of misuse.

Rules, evidence and open questions; a person decides. The names below load when first used.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redflag.answers import answer
    from redflag.assessment import Assessment, Unscreened
    from redflag.case import Case
    from redflag.documents import Document
    from redflag.errors import AuditError, CaseError, ModelError, RedflagError, RuleError
    from redflag.frames import screen_frame, write_frame
    from redflag.intake import load_case
    from redflag.interview import questions
    from redflag.pack import RulePack
    from redflag.reading import DocumentsRead, read_documents
    from redflag.report import render
    from redflag.screening import Screener, screen
    from redflag.truth import Truth

__all__ = [
    "Assessment",
    "AuditError",
    "Case",
    "CaseError",
    "Document",
    "DocumentsRead",
    "ModelError",
    "RedflagError",
    "RuleError",
    "Screener",
    "Truth",
    "Unscreened",
    "answer",
    "load_case",
    "load_pack",
    "questions",
    "read_documents",
    "render",
    "screen",
    "screen_frame",
    "write_frame",
]

_ROOMS = {
    "Assessment": "assessment",
    "AuditError": "errors",
    "Case": "case",
    "CaseError": "errors",
    "Document": "documents",
    "DocumentsRead": "reading",
    "ModelError": "errors",
    "RedflagError": "errors",
    "RuleError": "errors",
    "Screener": "screening",
    "Truth": "truth",
    "Unscreened": "assessment",
    "answer": "answers",
    "load_case": "intake",
    "questions": "interview",
    "read_documents": "reading",
    "render": "report",
    "screen": "screening",
    "screen_frame": "frames",
    "write_frame": "frames",
}


def load_pack(folder: Path | str | None = None) -> RulePack:
    """The rule pack in a folder, or the one that comes with the library.

    Raises:
        RuleError: with every fault of every file.
    """
    pack = importlib.import_module("redflag.pack")
    found: RulePack = pack.shipped_pack() if folder is None else pack.read_pack([Path(folder)])
    return found


def __getattr__(name: str) -> Any:
    """The public name, from its room."""
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module 'redflag' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"redflag.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
