"""The fixed words of a report in a reader's language, by gettext catalogues in `redflag/locale`.

English stands in the code; another language is a catalogue beside it. Whatever a catalogue lacks is
told in English.
"""

from __future__ import annotations

import functools
import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from redflag.report.titles import shipped_titles

LOCALE = Path(__file__).parent.parent / "locale"
"""Folder of the catalogues: `<language>/LC_MESSAGES/redflag.mo`."""

ENGLISH = "en"

_NOT_PRINTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_NUMBER = re.compile(r"[+-]?\d+\.\d+")
_SLOT = re.compile(r"\\\{([a-z_]+)\\\}")


def clean(text: str, longest: int | None = None) -> str:
    """A text on one line, without characters that steer a terminal or turn the reading direction."""
    told = _NOT_PRINTED.sub("\ufffd", " ".join(text.split()))
    return told if longest is None or len(told) <= longest else told[: longest - 2].rstrip() + " …"


def languages() -> tuple[str, ...]:
    """The languages that a report can be told in, English first."""
    found = sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/redflag.mo"))
    return (ENGLISH, *found)


@dataclass(frozen=True)
class Wording:
    """The words of one language.

    Attributes:
        language: its ISO 639-1 code.
    """

    language: str
    _catalogue: gettext.NullTranslations
    _titles: Mapping[str, str]

    @property
    def foreign(self) -> bool:
        """Whether the rules are written in another language than the report."""
        return self.language != ENGLISH

    def say(self, text: str, /, **slots: str | int) -> str:
        """A sentence of the report with its slots filled."""
        return self._catalogue.gettext(text).format(**slots)

    def say_many(self, one: str, many: str, count: int, /, **slots: str | int) -> str:
        """A sentence that depends on a number; the number is its slot `count`."""
        return self._catalogue.ngettext(one, many, count).format(count=count, **slots)

    def term(self, term: str) -> str:
        """A word of the model as people write it: `not_applicable` as `not applicable`."""
        return self._catalogue.gettext(clean(term.replace("_", " ")))

    def title(self, text: str) -> str:
        """A title of the rule pack, in this language where somebody has translated it."""
        told = self._titles.get(text)
        return clean(text) if told is None else told

    def translated(self, text: str) -> bool:
        """Whether a title of the rule pack is there in this language."""
        return text in self._titles

    def retold(self, text: str) -> str:
        """A sentence that an assessment carries, where it is one of the library's own; else as it stands."""
        if self.language != ENGLISH:
            for shape, template in _shapes().items():
                found = re.fullmatch(shape, text)
                if found is not None:
                    slots = {name: self._slot(value) for name, value in found.groupdict().items()}
                    return self.say(template, **slots)
        return clean(text)

    def _slot(self, value: str) -> str:
        """What stands in a slot of a sentence: a number, a title, or sentences of their own."""
        if _NUMBER.fullmatch(value):
            return value.replace(".", self._catalogue.pgettext("decimal sign", "."))
        if value in self._titles:
            return self.title(value)
        return "; ".join(self.retold(piece) for piece in value.split("; "))

    def number(self, value: float, form: str) -> str:
        """A number, written by a format such as `+.2f` and with the language's decimal sign."""
        sign, percent = self._catalogue.pgettext("decimal sign", "."), self._catalogue.pgettext("sign", "%")
        return format(value, form).replace(".", sign).replace("%", percent)

    def probability(self, value: float) -> str:
        """A probability with two digits, never told as certain: `<0.01` and `>0.99` at the ends."""
        if value < 0.005:
            return f"<{self.number(0.01, '.2f')}"
        if value >= 0.995:
            return f">{self.number(0.99, '.2f')}"
        return self.number(value, ".2f")

    def listed(self, label: str, text: str) -> str:
        """A label and what belongs to it: `Base rate: balanced`."""
        return self.say("{label}: {text}", label=label, text=text)


@functools.cache
def wording(language: str = ENGLISH) -> Wording:
    """The words of a language.

    Raises:
        ValueError: if there is no catalogue for it.
    """
    if language == ENGLISH:
        return Wording(ENGLISH, gettext.NullTranslations(), {})
    if language not in languages():
        raise ValueError(f"no such report language; use one of {', '.join(languages())}")
    return Wording(language, gettext.translation("redflag", LOCALE, [language]), shipped_titles(language))


def noted(text: str) -> str:
    """A text that is translated later; marks it for the catalogues."""
    return text


@functools.cache
def _shapes() -> Mapping[str, str]:
    """The sentences below as patterns, each with the sentence itself."""
    return {_SLOT.sub(r"(?P<\1>.+?)", re.escape(template)): template for template in CARRIED}


CARRIED = (
    noted(
        "This is a screening of one file and not a finding about any person's guilt: what it found is "
        "consistent with misuse or with an ordinary prosecution, what it did not find may still be "
        "so, and a person has to decide."
    ),
    noted("No named expert has signed these rules: every one of them is a draft."),
    noted(
        "{unread} of {all} documents could not be read; what stands in them is missing here, for and against."
    ),
    noted(
        "Documents were read by phrases: what they say in other words was not found, and silence means "
        "nothing either way."
    ),
    noted(
        "Documents were read by phrases and by a trained tagger, which is wrong about every third passage "
        "that it points at: read each of them, and state in the case what you confirm. Silence means "
        "nothing either way."
    ),
    noted(
        "No native speaker has reviewed the phrases in {languages}: what is said there is missed more often "
        "than wrongly found, for and against, so the score stays too near the base rate; a denial or a "
        "question may be taken for a statement, so read every quoted passage."
    ),
    noted(
        "The rules alone come to {rules} log-odds, the classifier alone to {own}; they part most over {over}."
    ),
    noted("{title} (rules {rules}, classifier {own})"),
    noted("The person may be handed over within days"),
    noted("Somebody close to the person may be in danger"),
    noted("It is not safe to contact the person"),
    noted("The person is in custody"),
    noted("The person is under house arrest"),
    noted("Next hearing"),
    noted("The alert was issued"),
    noted("The warrant was issued"),
    noted("Extradition was requested"),
    noted("The person was located or arrested"),
    noted("The investigation was opened"),
    noted("Protection was applied for"),
    noted("Protection was granted"),
    noted("The person left the requesting state"),
    noted("Another state made the person a citizen"),
    noted("Custody began"),
    noted(
        "The file settles {share} of what the core rules ask; below {least} a score would say more about "
        "the gaps than about the request."
    ),
    noted("The rules alone were asked for; the score rests on them."),
    noted("No classifier has been trained for this pack; the score rests on the rules."),
    noted("given"),
    noted("given on the command line"),
    noted("the case file"),
    noted("today, since the case gives no date"),
)
"""Sentences that an assessment carries from the library itself, as they stand there."""

TERMS = (
    *(noted("low"), noted("elevated"), noted("high"), noted("insufficient information")),
    *(noted("present"), noted("possible"), noted("absent"), noted("unknown")),
    *(noted("fired"), noted("clear"), noted("undetermined"), noted("not applicable")),
    *(noted("draft"), noted("reviewed"), noted("retired"), noted("medium"), noted("balanced")),
    *(noted("client"), noted("defence"), noted("requesting state"), noted("requested state")),
    *(noted("court"), noted("interpol"), noted("ngo"), noted("press"), noted("expert")),
    *(noted("go between"), noted("relative"), noted("third party"), noted("unclear")),
    *(noted("asserted"), noted("documented"), noted("corroborated"), noted("adjudicated")),
    *(noted("alleged"), noted("threatened"), noted("feared"), noted("hypothetical"), noted("negated")),
    *(noted("call transcript"), noted("chat"), noted("charge sheet"), noted("chronology")),
    *(noted("court ruling"), noted("decision"), noted("email"), noted("expert report")),
    *(noted("extradition request"), noted("lawyer note"), noted("letter"), noted("narrative")),
    *(noted("ngo report"), noted("notice"), noted("official statement"), noted("statement")),
    *(noted("warrant"), noted("alert"), noted("request"), noted("prosecution"), noted("protection")),
    *(noted("person"), noted("custody"), noted("assets"), noted("charge"), noted("contact")),
    *(noted("event"), noted("proceeding"), noted("relatives"), noted("third person")),
    *(noted("travel document"), noted("document"), noted("strike"), noted("note")),
    *(noted("counter evidence"), noted("extradition refused"), noted("extradition granted")),
    *(noted("asylum granted"), noted("ccf deletion"), noted("charges dropped"), noted("not determined")),
    *(noted("convicted after surrender"), noted("ecthr no violation"), noted("ecthr violation")),
    *(noted("interpol refusal"), noted("political motive rejected")),
)
"""Words of the model that a report prints."""
