"""What a ledger holds: lines, the remarks of reviewers, and the anchor that pins its head.

A line says which case, pack, model and assessment it is about by keyed digests alone: a plain
digest of a short form can be guessed by trying every form, one keyed by a secret cannot. What was
set (the day, the base rate, the versions, the rules switched off) stands there in words.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from redflag.assessment import Assessment, SwitchedOff
from redflag.errors import AuditError, Fault
from redflag.record import Record, canonical_json

Store = Literal["digests", "assessments", "cases"]
"""What a ledger keeps beside its lines: nothing, the assessments, or the cases too."""

STORES: tuple[Store, ...] = ("digests", "assessments", "cases")
ContentKind = Literal["assessment", "case", "remark"]
Deed = Literal["strike", "note", "counter_evidence"]

ID_DIGITS = 12
"""Digits of a line's digest that its id carries."""

_ANCHOR = re.compile(r"(\d{1,18})-([0-9a-f]{64})")


class Erased(Record):
    """A piece of content that is gone: of which line, and what it was."""

    line: int
    content: ContentKind


class Line(Record):
    """One line of a ledger, as it is chained."""

    number: int = Field(ge=1)
    previous: str = Field(description="Digest of the line before; of the first, the ledger's own name.")
    kind: Literal["assessment", "contest", "erasure"]
    when: str = Field(description="When it was written, in UTC.")
    subject: str | None = Field(None, description="Keyed digest of the case's id.")
    case: str | None = Field(None, description="Keyed digest of the case's content.")
    pack: str | None = Field(None, description="Keyed digest of the rule pack.")
    model: str | None = Field(None, description="Keyed digest of the model, where there was one.")
    assessment: str | None = Field(None, description="Keyed digest of the assessment's bytes.")
    contents: dict[ContentKind, str] = Field(
        default_factory=dict, description="Keyed and salted digests of what is kept beside the chain."
    )
    redflag_version: str | None = None
    pack_name: str | None = None
    pack_version: str | None = None
    as_of: str | None = None
    as_of_from: str | None = None
    base_rate: str | None = None
    base_rate_value: float | None = None
    switched_off: tuple[SwitchedOff, ...] = ()
    follows: int | None = Field(None, description="For a contest: the line that it contests.")
    finding: str | None = Field(None, description="For a contest: the rule.")
    deed: Deed | None = Field(None, description="For a contest: what was done about the finding.")
    erased: tuple[Erased, ...] = ()

    def text(self) -> str:
        """The canonical JSON that is chained."""
        return canonical_json(self.model_dump(mode="json", exclude_defaults=True))

    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return sha256(self.text())

    @property
    def id(self) -> str:
        """Its number and the start of its digest: an id that a rewritten ledger does not answer to."""
        return line_id(self.number, self.digest())


class Remark(Record):
    """Who contested a finding, by handle, and why; kept beside the chain, where it can be erased."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """How many lines a ledger had, and the digest of the last: nothing before it can change unseen."""

    lines: int
    head: str

    def __str__(self) -> str:
        return f"{self.lines}-{self.head}"

    @classmethod
    def of(cls, text: str) -> Anchor:
        """The anchor that a text gives.

        Raises:
            AuditError: if it is none.
        """
        found = _ANCHOR.fullmatch(text.strip())
        if found is None:
            mend = "give it as `redflag audit anchor` prints it"
            raise AuditError(Fault("not an anchor", mend=mend))
        return cls(int(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Entry:
    """What a ledger needs of one assessment, ready to be sent between processes.

    Attributes:
        settings: the keys of its line that stand there in words.
        digests: what the keyed digests are made of, by key of the line.
        contents: what is kept beside the chain.
    """

    settings: dict[str, object]
    digests: dict[str, str]
    contents: dict[ContentKind, str]

    @classmethod
    def of(cls, assessment: Assessment, case: Record | None, store: Store) -> Entry:
        """The entry for an assessment, with as much of its content as `store` asks for."""
        made = assessment.provenance
        told = assessment.to_json()
        struck = {one.rule_id for one in assessment.contested if one.what == "strike"}
        contents: dict[ContentKind, str] = {}
        if store != "digests":
            contents["assessment"] = told
        if store == "cases" and case is not None:
            contents["case"] = case.model_dump_json(exclude_none=True, exclude_defaults=True)
        digests = {
            "subject": assessment.case_id,
            "case": made.case_digest,
            "pack": made.pack_digest,
            "assessment": sha256(told),
        }
        if made.model_digest is not None:
            digests["model"] = made.model_digest
        settings = {
            "redflag_version": made.redflag_version,
            "pack_name": made.pack_name,
            "pack_version": made.pack_version,
            "as_of": made.as_of,
            "as_of_from": made.as_of_from,
            "base_rate": made.base_rate,
            "base_rate_value": made.base_rate_value,
            # the reasons of a reviewer can be erased, so they stay out of the chain
            "switched_off": tuple(one for one in made.switched_off if one.rule_id not in struck),
        }
        return cls(settings, digests, contents)


def sha256(text: str) -> str:
    """SHA-256 of a text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def keyed(key: bytes, text: str, salt: bytes = b"") -> str:
    """The keyed digest of a text: tells nothing to whoever lacks the key, or the salt once erased."""
    return hmac.new(key, salt + text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def line_id(number: int, digest: str) -> str:
    """The id of the line of that number and digest."""
    return f"{number}-{digest[:ID_DIGITS]}"
