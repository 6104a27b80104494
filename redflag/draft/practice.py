"""What practice asks of a request to the Commission: before filing, on the clock, and what goes wrong.

In our own words, from public copies of the sources, as seen up to the middle of 2026. Nobody at INTERPOL
and no expert has reviewed it. Rules change: read the Commission's own pages on the day of filing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SEEN_UNTIL = "2026-07"

Confidence = Literal["text seen", "practitioner source", "general knowledge"]

_CCF = "https://www.interpol.int/en/Who-we-are/Commission-for-the-Control-of-INTERPOL-s-Files-CCF"
_HOW = f"{_CCF}/How-to-submit-a-request"
_ADMISSIBILITY = "https://docslib.org/doc/5056829/admissibility-of-a-request-to-the-commission-for-the-control-of-interpol-s-files"
_REVISION = "https://europeancourt.org/en/services/interpol-ccf/revision-of-an-interpol-ccf-decision/"
_CLOCK = (
    "https://www.rednoticelawjournal.com/2026/02/lyon-france-interpols-ccf-annual-activity-report-for-2024-"
    "growing-requestspost-1-of-3"
)


@dataclass(frozen=True, slots=True)
class Practice:
    """A point of practice: what it asks, where that was read, and how sure it is."""

    name: str
    asks: str
    source: str
    confidence: Confidence


GATE = (
    Practice(
        "Channel",
        "Since 26 March 2026 only the Commission's online portal; e-mail and post are refused unless "
        "exceptional "
        "(Operating Rule 25(2)).",
        _HOW,
        "text seen",
    ),
    Practice(
        "Portal guide",
        "Read the User Guide and the Terms of Use in force; the guide was last updated in March 2026.",
        "https://europeancourt.org/en/documents/interpol/commission-control-files/portal-user-guide-applicants/",
        "text seen",
    ),
    Practice(
        "Who files",
        "The person, or an authorised representative; for a minor, proof of the tie.",
        _ADMISSIBILITY,
        "text seen",
    ),
    Practice(
        "Identity",
        "A legible, unredacted official document with name, date of birth and photograph.",
        _ADMISSIBILITY,
        "text seen",
    ),
    Practice(
        "Power of attorney",
        "The original, signed by the applicant; it should expressly cover access to INTERPOL data on the "
        "person.",
        _ADMISSIBILITY,
        "text seen",
    ),
    Practice(
        "Working language",
        "English, French, Spanish or Arabic.",
        _ADMISSIBILITY,
        "text seen",
    ),
    Practice(
        "Annexes",
        "Annexes in other languages need a translation.",
        _REVISION,
        "practitioner source",
    ),
    Practice(
        "Purpose",
        "State one: access, correction or deletion. Sign the request.",
        _ADMISSIBILITY,
        "text seen",
    ),
    Practice(
        "Length",
        "A limit for requests for deletion was not found: look in the current portal guide.",
        _REVISION,
        "practitioner source",
    ),
    Practice(
        "Not needed",
        "National remedies need not be exhausted, no damage need be shown; the procedure is written.",
        "https://removerednotice.com/ccf-process",
        "practitioner source",
    ),
)

CLOCK = (
    Practice(
        "Admissibility",
        "About one month from receipt.",
        "https://aliyildizlegal.com/2022/11/08/interpol-ccf-published-2021-activity-report/",
        "practitioner source",
    ),
    Practice(
        "Decision on deletion",
        "Nine months from admissibility, not from filing. Overruns are usual.",
        _CLOCK,
        "practitioner source",
    ),
    Practice(
        "Decision on access",
        "Four months from admissibility.",
        _CLOCK,
        "practitioner source",
    ),
    Practice(
        "General Secretariat",
        "A notification step of 45 days and prior consultation, under Article 33 of the Statute as revised "
        "in 2025.",
        "https://otherside.law/interpol-2025-ccf-statute-rpd-changes-ielr",
        "practitioner source",
    ),
    Practice(
        "Revision",
        "Six months from the discovery of a new fact that could have changed the result. There is no appeal.",
        _REVISION,
        "practitioner source",
    ),
)

CONFIDENTIALITY = Practice(
    "What the other side learns",
    "What is marked confidential is not passed on, at the price of a weaker review; anything else may reach "
    "the "
    "source of the data. Never assume that the issuing state will not learn of the request. Protect "
    "relatives, "
    "address and the state of asylum.",
    f"{_CCF}/Processing-procedure-of-CCF-requests",
    "text seen",
)

TRAPS = (
    Practice(
        "Withdrawal during the procedure",
        "The source may withdraw the alert, which leaves no ruling, and come back under a new number or "
        "colour.",
        "https://interpollawfirm.com/blog/deletion-of-interpol-red-notice-outside-the-annual-sessions-of-the-ccf/",
        "practitioner source",
    ),
    Practice(
        "National systems",
        "Deletion neither ends the warrant nor cleans national systems.",
        "https://intercollegium.com/faq-category/red-notice-removal/",
        "practitioner source",
    ),
    Practice(
        "Diffusions",
        "A wanted-person diffusion can reach states before any review.",
        "https://rednoticemonitor.com/post/interpol-confirms-it-has-no-ability-to-block-or-withdraw-abusive-wanted-"
        "person-s-diffusions",
        "practitioner source",
    ),
    Practice(
        "Refugees",
        "Ask the state of asylum to confirm the status to INTERPOL, or the policy may not bite.",
        "https://www.gherson.com/blog/what-is-interpol-policy-on-refugee-status",
        "practitioner source",
    ),
    Practice(
        "Unknown alert",
        "Where it is not known what is recorded, consider a request for access first.",
        "https://diplomatic-fixer.com/red-notice/",
        "practitioner source",
    ),
)

FRAME = Practice(
    "Frame",
    "The Commission looks for a clear account of acts and a link to the person, not at who is right on the "
    "evidence.",
    "https://www.kingsleynapley.co.uk/insights/blogs/criminal-law-blog/"
    "challenging-interpol-red-notices-what-do-the-ccfs-decisions-tell-us-part-one-merits-of-the-case",
    "practitioner source",
)
