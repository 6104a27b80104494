"""Words of states, for asking whether a score looks at whose request it is; never a column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from redflag.case import Case

_WORDS = """
ARE|United Arab Emirates|Emirati|Emiratis|Abu Dhabi|Dubai|dirhams|the State Security Apparatus
ARG|Argentina|Argentine|Argentines|Buenos Aires|Rosario|Argentine pesos|the Federal Police
AZE|Azerbaijan|Azerbaijani|Azerbaijanis|Baku|Ganja|manats|the State Security Service
BGD|Bangladesh|Bangladeshi|Bangladeshis|Dhaka|Chittagong|taka|the Detective Branch
BLR|Belarus|Belarusian|Belarusians|Minsk|Brest|Belarusian roubles|the KGB
CHN|China|Chinese|Chinese|Beijing|Shanghai|yuan|the Ministry of Public Security
COL|Colombia|Colombian|Colombians|Bogotá|Medellín|Colombian pesos|the Fiscalía
DEU|Germany|German|Germans|Berlin|Munich|euros|the Bundeskriminalamt
DZA|Algeria|Algerian|Algerians|Algiers|Oran|Algerian dinars|the Gendarmerie
ECU|Ecuador|Ecuadorian|Ecuadorians|Quito|Guayaquil|sucres|the Contraloría
EGY|Egypt|Egyptian|Egyptians|Cairo|Alexandria|Egyptian pounds|the National Security Agency
GBR|United Kingdom|British|Britons|London|Manchester|pounds sterling|Scotland Yard
IDN|Indonesia|Indonesian|Indonesians|Jakarta|Surabaya|rupiah|the KPK
IND|India|Indian|Indians|New Delhi|Mumbai|rupees|the Enforcement Directorate
KAZ|Kazakhstan|Kazakh|Kazakhs|Astana|Almaty|tenge|the KNB
LTU|Lithuania|Lithuanian|Lithuanians|Vilnius|Kaunas|litas|the Special Investigation Service
PAK|Pakistan|Pakistani|Pakistanis|Islamabad|Karachi|Pakistani rupees|the Federal Investigation Agency
QAT|Qatar|Qatari|Qataris|Doha|Al Rayyan|riyals|the State Security Bureau
RUS|Russia|Russian|Russians|Moscow|Saint Petersburg|roubles|the FSB
SAU|Saudi Arabia|Saudi|Saudis|Riyadh|Jeddah|Saudi riyals|the Mabahith
TUR|Turkey|Turkish|Turks|Ankara|Istanbul|lira|the MIT
USA|United States|American|Americans|Washington|New York|dollars|the FBI
VEN|Venezuela|Venezuelan|Venezuelans|Caracas|Maracaibo|bolívares|the SEBIN
"""

WORDS: Mapping[str, tuple[str, ...]] = {
    parts[0]: tuple(parts[1:]) for parts in (line.split("|") for line in _WORDS.split("\n") if line)
}
"""Of each state: its name, adjective, people, capital, another city, currency, and a service."""

_REGIONS = {
    "Russia, the Caucasus and Central Asia": "ARM AZE BLR GEO KAZ KGZ MDA RUS TJK TKM UKR UZB",
    "Middle East and North Africa": (
        "ARE BHR DZA EGY IRN IRQ ISR JOR KWT LBN LBY MAR OMN PSE QAT SAU SYR TUN TUR YEM"
    ),
    "Americas": (
        "ARG BHS BLZ BOL BRA CAN CHL COL CRI CUB DOM ECU GTM GUY HND HTI JAM MEX NIC PAN PER PRY SLV SUR "
        "TCA TTO URY USA VEN"
    ),
    "Asia and the Pacific": (
        "AFG AUS BGD BTN BRN CHN HKG IDN IND JPN KHM KOR LAO LKA MAC MDV MMR MNG MYS NPL NZL PAK PHL PRK SGP "
        "THA TLS TWN VNM FJI PNG"
    ),
    "Europe": (
        "ALB AND AUT BEL BGR BIH CHE CYP CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN IRL ISL ITA LIE LTU LUX "
        "LVA MCO MKD MLT MNE NLD NOR POL PRT ROU SMR SRB SVK SVN SWE XKX"
    ),
}
REGIONS: Mapping[str, str] = {code: name for name, codes in _REGIONS.items() for code in codes.split()}
OTHER_REGION = "Sub-Saharan Africa"


def region_of(state: str | None) -> str:
    """The region of a state, for counting."""
    return "not published" if state is None else REGIONS.get(state, OTHER_REGION)


def with_state(case: Case, new: str) -> Case | None:
    """The same case as another state's, in every field and every text; None where they would mix.

    A case that already names the new state elsewhere is left out: there two states would become one.
    """
    old = case.requesting_state
    if old is None or old not in WORDS or old == new:
        return None
    data = case.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    told = json.dumps(data, ensure_ascii=False)
    if f'"{new}"' in told or any(re.search(rf"\b{re.escape(word)}\b", told) for word in WORDS[new]):
        return None
    words = dict(zip(WORDS[old], WORDS[new], strict=True))
    pattern = re.compile("|".join(rf"\b{re.escape(w)}\b" for w in sorted(words, key=len, reverse=True)))
    return Case.model_validate(_replaced(data, pattern, words, old, new))


def renamed(case: Case, suffix: str) -> Case:
    """The same case with every person called otherwise."""
    data = case.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return Case.model_validate(_relabelled(data, suffix))


def _replaced(value: Any, pattern: re.Pattern[str], words: Mapping[str, str], old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(one, pattern, words, old, new) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, pattern, words, old, new) for one in value]
    if isinstance(value, str):
        return new if value == old else pattern.sub(lambda match: words[match[0]], value)
    return value


def _relabelled(value: Any, suffix: str) -> Any:
    if isinstance(value, dict):
        return {
            key: f"{one} {suffix}" if key == "label" and isinstance(one, str) else _relabelled(one, suffix)
            for key, one in value.items()
        }
    return [_relabelled(one, suffix) for one in value] if isinstance(value, list) else value
