"""What the intake remembers: in memory alone, by a random id, until it is erased or grows old."""

from __future__ import annotations

import datetime
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from redflag import Assessment, Case, Screener, questions
from redflag.interview import Asked

LONGEST_SILENCE = 2 * 60 * 60
"""Seconds without a visit after which a session is forgotten."""

MOST_SESSIONS = 20
"""Sessions that are remembered at once; the one unused for longest makes room."""


@dataclass
class Session:
    """One intake: its case, and what the pages need to know beside it."""

    case: Case
    language: str
    screener: Screener
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    skipped: set[str] = field(default_factory=set)
    told: str = ""
    faults: tuple[str, ...] = ()
    seen: float = field(default_factory=time.monotonic)
    _assessment: Assessment | None = None
    _asked: tuple[Asked, ...] | None = None

    @property
    def assessment(self) -> Assessment:
        """The case, screened; kept until the case changes."""
        if self._assessment is None:
            self._assessment = self.screener.screen(self.case)
        return self._assessment

    @property
    def asked(self) -> tuple[Asked, ...]:
        """What to ask next; kept until the case or the language changes."""
        if self._asked is None:
            self._asked = questions(self.case, self.language, screener=self.screener)
        return self._asked

    def speak(self, language: str) -> None:
        """Ask in another language from now on."""
        self.language = language
        self._asked = None

    def put(self, case: Case) -> tuple[str, str] | None:
        """The case as it is from now on; gives the score before and after, if it moved."""
        before = self.assessment.score
        self.case = case
        self._assessment = self._asked = None
        after = self.assessment.score
        if before is None or after is None:
            return None
        shown = told_share(before), told_share(after)
        return shown if shown[0] != shown[1] else None

    def take_faults(self) -> tuple[str, ...]:
        """What was wrong with the last answer, told once."""
        faults, self.faults = self.faults, ()
        return faults

    def take_told(self) -> str:
        """What the last answer did, told once."""
        told, self.told = self.told, ""
        return told


def told_share(share: float) -> str:
    """A probability in words of a page, never as certain."""
    return "<1%" if share < 0.01 else ">99%" if share > 0.99 else f"{share:.0%}"


class Sessions:
    """All that is remembered."""

    def __init__(self) -> None:
        self._screener: Screener | None = None
        self._kept: dict[str, Session] = {}

    def begin(self, language: str, lawful_basis: str) -> str:
        """A new session, once consent was given; gives its id.

        Raises:
            CaseError: if the lawful basis is none that a case knows.
        """
        from redflag import answer

        today = datetime.date.today().isoformat()
        case = Case(case_id=f"intake-{secrets.token_hex(4)}", as_of=today)
        consent: dict[str, Any] = {"given": True, "given_on": today, "lawful_basis": lawful_basis}
        case = answer(case, "consent", {**consent, "scope": "screening of one alert or request"})
        if self._screener is None:
            self._screener = Screener()
        self._forget_old()
        name = secrets.token_urlsafe(32)
        self._kept[name] = Session(case, language, self._screener)
        return name

    def find(self, name: str | None) -> Session | None:
        """The session of that id, if there is one that is not too old."""
        self._forget_old()
        found = self._kept.get(name) if name is not None else None
        if found is not None:
            found.seen = time.monotonic()
        return found

    def erase(self, name: str | None) -> None:
        """Forget a session and all that was told in it."""
        if name is not None:
            self._kept.pop(name, None)

    def _forget_old(self) -> None:
        now = time.monotonic()
        for name in [name for name, one in self._kept.items() if now - one.seen > LONGEST_SILENCE]:
            del self._kept[name]
        while len(self._kept) >= MOST_SESSIONS:
            del self._kept[min(self._kept, key=lambda name: self._kept[name].seen)]
