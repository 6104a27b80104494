"""How languages other than English write dates: their months, and the words before and after a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from redflag.signals.patterns import Pattern

_YEAR = r"((?:19|20)\d{2})"
_NUMERALS = {sign: number for number, sign in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SIGN = "[〇零一二三四五六七八九十\\d]"

DIGITS = {
    **{0x660 + number: str(number) for number in range(10)},
    **{0x6F0 + number: str(number) for number in range(10)},
    **{0xFF10 + number: str(number) for number in range(10)},
}
"""Figures of Arabic, Persian and Chinese texts by those of ASCII, one for one."""


@dataclass(frozen=True, slots=True)
class Written:
    """Figures of a date as a text writes them; 0 where it leaves them out."""

    start: int
    end: int
    year: int
    month: int
    day: int


class Calendar:
    """The dates of one language.

    Attributes:
        shape: what a date may look like.
    """

    def __init__(self, months: str, links: str, before_year: str, after_year: str, ending: str = "") -> None:
        """Take in the words of a language.

        Args:
            months: twelve patterns, one a month, parted by spaces; "_" is a space within one.
            links: what may stand between day, month and year.
            before_year: what stands before a year that stands alone.
            after_year: what stands after one.
            ending: what may be written onto a month.
        """
        listed = [month.replace("_", " ") for month in months.split()]
        self._months = [Pattern(f"(?:{month}){ending}", re.IGNORECASE) for month in listed]
        any_month = f"((?:{'|'.join(listed)}){ending})"
        month = rf"(?<![^\W\d_]){any_month}(?:/[^\W\d_]+)?(?![^\W\d_])"
        link = f"(?:{links})?"
        ends = r"(?!\d|[-/.]\d)"
        alternatives = [
            rf"(?<!\d)(\d{{1,2}})(?:er|[º°]|\.)? {link}{month},? {link}{_YEAR}{ends}(?P<dmy>)",
            rf"{month},? {link}{_YEAR}{ends}(?P<my>)",
            rf"(?<!\d)(\d{{1,2}})(?:er|[º°]|\.)? {link}{month}(?! ?\d)(?P<dm>)",
        ]
        if before_year:
            alternatives.append(rf"(?<![^\W\d_])(?:{before_year}) ?{_YEAR}{ends}(?P<year>)")
        if after_year:
            alternatives.append(rf"(?<!\d)(?<!\d[-/.]){_YEAR}(?:{after_year})(?P<year_then>)")
        self.shape = Pattern("|".join(alternatives), re.IGNORECASE)

    def read(self, found: re.Match[str]) -> Written:
        """What one match of the shape says."""
        parts = [part for part in found.groups() if part]
        day = month = year = 0
        match found.lastgroup:
            case "dmy":
                day, month, year = int(parts[0]), self._month(parts[1]), int(parts[2])
            case "my":
                month, year = self._month(parts[0]), int(parts[1])
            case "dm":
                day, month = int(parts[0]), self._month(parts[1])
            case _:
                year = int(parts[0])
        return Written(*found.span(), year, month, day)

    def _month(self, name: str) -> int:
        return next(number for number, known in enumerate(self._months, 1) if known.fullmatch(name))


class ChineseCalendar:
    """The dates of Chinese, in figures or in signs: 2021年3月5日, 二〇二一年三月五日."""

    shape = Pattern(
        rf"(?:((?:19|20)\d{{2}}|[一二][〇零九][〇零一二三四五六七八九]{{2}}) ?年"
        rf"(?: ?({_SIGN}{{1,3}}) ?月(?:份)?(?: ?({_SIGN}{{1,3}}) ?[日号號])?)?"
        rf"|({_SIGN}{{1,3}}) ?月 ?({_SIGN}{{1,3}}) ?[日号號])"
    )

    def read(self, match: re.Match[str]) -> Written:
        """What one match of the shape says."""
        year, month, day, lone_month, lone_day = (_number(part) for part in match.groups())
        return Written(*match.span(), year, month or lone_month, day or lone_day)


def _number(signs: str | None) -> int:
    """A number in figures, in signs one by one, or in signs with ten: 二十三."""
    if signs is None:
        return 0
    if signs.isascii():
        return int(signs)
    tens, ten, ones = signs.partition("十")
    if ten and len(tens) <= 1 and len(ones) <= 1:
        known = [_NUMERALS.get(sign, 0) for sign in (tens or "一", ones or "〇")]
        return 10 * known[0] + known[1]
    figures = "".join(str(_NUMERALS.get(sign, sign)) for sign in signs)
    return int(figures) if figures.isascii() and figures.isdigit() else 0


CALENDARS: dict[str, Calendar | ChineseCalendar] = {
    "fr": Calendar(
        r"janv(?:ier|\.)? f[eé]v(?:rier|r?\.)? mars avr(?:il|\.)? mai juin juil(?:let|\.)? ao[uû]t "
        r"sept(?:embre|\.) oct(?:obre|\.)? nov(?:embre|\.)? d[eé]c(?:embre|\.)?",
        "de |d['’]",
        "en|depuis|d[eè]s|fin|d[eé]but|vers|avant|apr[eè]s|courant|mi-|ann[eé]e|l['’]an",
        "",
    ),
    "es": Calendar(
        r"ene(?:ro|\.)? feb(?:rero|\.)? mar(?:zo|\.)? abr(?:il|\.)? mayo jun(?:io|\.)? jul(?:io|\.)? "
        r"ago(?:sto|\.)? sep(?:t?iembre|t?\.) oct(?:ubre|\.)? nov(?:iembre|\.)? dic(?:iembre|\.)?",
        "de |del ",
        "en|desde|hasta|hacia|durante|a[nñ]o|antes de|despu[eé]s de|finales de|principios de|mediados de",
        "",
    ),
    "ru": Calendar(
        "январ[яьеюи] феврал[яьеюи] март[аеу]? апрел[яьеюи] ма[яйею] июн[яьеюи] июл[яьеюи] август[аеу]? "
        "сентябр[яьеюи] октябр[яьеюи] ноябр[яьеюи] декабр[яьеюи]",
        "",
        "в|с|до|после|около",
        r"(?:-(?:м|го|й))? ?(?:год(?:у|а|ом|ы)?\b|г\.)",
    ),
    "tr": Calendar(
        "ocak [sş]ubat mart nisan may[iı]s haziran temmuz a[gğ]ustos eyl[uü]l ekim kas[iı]m aral[iı]k",
        "",
        "",
        r" y[iı]l[iı]\w*| senesi\w*|['’](?:[dt][ea]n?|[dt]eki|[dt]aki|n?[iıuü]n|y?[ea])(?!\w)",
        r"(?:['’]?[dt][ea]n?|['’]?[iıuü]n|['’]?y?[ea])?",
    ),
    "ar": Calendar(
        "يناير|كانون_الثاني فبراير|شباط مارس|[آا]ذار [أا]بريل|نيسان مايو|ماي|[أا]يار يوني[وه]|حزيران "
        "يولي[وه]|تموز [أا]غسطس|[آا]ب سبتمبر|[أا]يلول [أا]كتوبر|تشرين_ال[أا]ول نوفمبر|تشرين_الثاني "
        "ديسمبر|كانون_ال[أا]ول",
        "من ",
        "عام|العام|سنة|في|منذ|حتى|قبل|بعد",
        "",
    ),
    "zh": ChineseCalendar(),
}


def written_dates(text: str, language: str, begin: int, end: int) -> Iterator[Written]:
    """The dates that a text writes between two places in the words of its language, in order."""
    calendar = CALENDARS.get(language)
    if calendar is not None:
        for match in calendar.shape.finditer(text, begin, end):
            yield calendar.read(match)
