"""What sort of paper a file is, where its name says so beyond doubt."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from redflag.documents import DocumentKind

_SAID_BY_NAME: tuple[tuple[frozenset[str], DocumentKind], ...] = (
    (frozenset({"ruling", "judgment", "judgement", "court", "arret", "urteil"}), "court_ruling"),
    (frozenset({"decision"}), "decision"),
    (frozenset({"call", "calls", "transcript", "transcripts"}), "call_transcript"),
    (frozenset({"chat", "chats", "whatsapp", "messages", "sms"}), "chat"),
    (frozenset({"email", "emails", "mail", "mails"}), "email"),
    (frozenset({"notice", "diffusion"}), "notice"),
    (frozenset({"warrant"}), "warrant"),
    (frozenset({"indictment", "charges", "chargesheet"}), "charge_sheet"),
    (frozenset({"request"}), "extradition_request"),
    (frozenset({"press", "news", "newspaper", "article"}), "press"),
    (frozenset({"expert"}), "expert_report"),
    (frozenset({"ngo"}), "ngo_report"),
    (frozenset({"chronology", "timeline"}), "chronology"),
    (frozenset({"letter"}), "letter"),
    (frozenset({"affidavit", "statement"}), "statement"),
)
_NOT_THE_PAPER = frozenset({"about", "note", "notes", "on", "of", "re", "summary", "draft"})
_WORD = re.compile(r"[^\W\d_]+")


def guessed_kind(file: str) -> DocumentKind:
    """The kind that a file's name says; `narrative` where it says none, or more than one.

    A guess decides whose word a paper is, so a name such as `note of calls` gives none.

    >>> guessed_kind("papers/court_ruling_2021.txt")
    'court_ruling'
    >>> guessed_kind("note_of_calls.txt")
    'narrative'
    """
    words = set(_WORD.findall(PurePosixPath(file).stem.lower()))
    if words & _NOT_THE_PAPER:
        return "narrative"
    kinds = {kind for names, kind in _SAID_BY_NAME if words & names}
    if kinds == {"court_ruling", "decision"}:
        return "court_ruling"
    return kinds.pop() if len(kinds) == 1 else "narrative"
