"""How a fact is put: who says so and how good that is decide the verb, and nothing is put more strongly."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from redflag.evidence import Assertion, Level, Party

_STATED: Mapping[Party, str] = MappingProxyType(
    {
        Party.CLIENT: "The applicant states",
        Party.DEFENCE: "Counsel for the applicant states",
        Party.REQUESTING_STATE: "The requesting state asserts",
        Party.REQUESTED_STATE: "The requested state asserts",
        Party.COURT: "A court is said to have held",
        Party.INTERPOL: "INTERPOL states",
        Party.NGO: "A non-governmental organisation states",
        Party.PRESS: "The press reports",
        Party.EXPERT: "An expert states",
        Party.GO_BETWEEN: "A go-between states",
        Party.RELATIVE: "A relative of the applicant states",
        Party.THIRD_PARTY: "A third party states",
        Party.UNCLEAR: "It is said, and by whom is not clear",
    }
)
_DOCUMENTED: Mapping[Party, str] = MappingProxyType(
    {
        Party.CLIENT: "Documents show",
        Party.DEFENCE: "Documents of the defence show",
        Party.REQUESTING_STATE: "Papers of the requesting state say",
        Party.REQUESTED_STATE: "Papers of the requested state say",
        Party.COURT: "Court papers show",
        Party.INTERPOL: "Papers of INTERPOL say",
        Party.NGO: "Reports of non-governmental organisations show",
        Party.PRESS: "Press reports say",
        Party.EXPERT: "An expert report says",
        Party.GO_BETWEEN: "Recorded words of a go-between say",
        Party.RELATIVE: "Documents of a relative show",
        Party.THIRD_PARTY: "Documents of a third party show",
        Party.UNCLEAR: "Documents show",
    }
)
_CORROBORATED = "Several sources, independent of each other, show"
_COURT_FOUND = "A court found"
_FOUND = "It was found in an independent decision"

MANNER: Mapping[Assertion, str] = MappingProxyType(
    {
        Assertion.AFFIRMED: "",
        Assertion.ALLEGED: " (as alleged)",
        Assertion.THREATENED: " (as a threat)",
        Assertion.FEARED: " (as a fear)",
        Assertion.HYPOTHETICAL: " (as a possibility)",
        Assertion.NEGATED: " (as something that did not happen)",
    }
)
"""How something is put where it is less than told as what happened."""

_WORDS_OF: Mapping[Party, str] = MappingProxyType(
    {
        Party.CLIENT: "the applicant",
        Party.DEFENCE: "the defence",
        Party.REQUESTING_STATE: "the requesting state",
        Party.REQUESTED_STATE: "the requested state",
        Party.COURT: "the court",
        Party.INTERPOL: "INTERPOL",
        Party.NGO: "a non-governmental organisation",
        Party.PRESS: "the press",
        Party.EXPERT: "an expert",
        Party.GO_BETWEEN: "a go-between",
        Party.RELATIVE: "a relative",
        Party.THIRD_PARTY: "a third party",
        Party.UNCLEAR: "somebody whom the text does not make clear",
    }
)


def lead(party: Party, level: Level) -> str:
    """The words that a sentence of fact begins with.

    >>> lead(Party.CLIENT, Level.ASSERTED), lead(Party.COURT, Level.ADJUDICATED)
    ('The applicant states', 'A court found')
    """
    match level:
        case Level.ASSERTED:
            return _STATED[party]
        case Level.DOCUMENTED:
            return _DOCUMENTED[party]
        case Level.CORROBORATED:
            return _CORROBORATED
        case Level.ADJUDICATED:
            return _COURT_FOUND if party is Party.COURT else _FOUND


def words_of(party: Party) -> str:
    """Who is heard in a passage."""
    return _WORDS_OF[party]
