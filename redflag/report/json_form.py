"""An assessment as JSON: the keys that outsiders may rely on, in a fixed order."""

from __future__ import annotations

import json
import re
from typing import Any

from redflag.assessment import Assessment

LEFT_OUT = "Scores, ranges, weights and the band are left out of this assessment, as asked."

_NULLED = {
    "Assessment": ("score_range", "band", "rule_score", "prior", "log_odds"),
    "AxisFinding": ("score",),
    "FamilyFinding": ("score",),
    "Finding": ("contribution",),
    "Question": ("score_if_true", "score_if_false"),
}
"""By record, the keys that are null only where the score is left out."""

_NUMBERS = ("score", "score_range", "band", "rule_score", "classifier_score", "prior", "log_odds")
_BREAKS_A_LINE = re.compile("[\x7f-\x9f\u2028\u2029]")


def as_json(assessment: Assessment, without_score: bool) -> str:
    """One object over many lines."""
    return _dumped(assessment, without_score, indent=2)


def as_json_line(assessment: Assessment, without_score: bool) -> str:
    """One object on one line, whatever a reader takes for the end of a line."""
    return _dumped(assessment, without_score, indent=None)


def _dumped(assessment: Assessment, without_score: bool, indent: int | None) -> str:
    data: dict[str, Any] = assessment.model_dump(mode="json")
    if without_score:
        _leave_out(data)
    told = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=indent)
    return _BREAKS_A_LINE.sub(lambda match: f"\\u{ord(match[0]):04x}", told) + "\n"


def _leave_out(data: dict[str, Any]) -> None:
    """Every number that says how the case scored, and the band, made null."""
    for key in _NUMBERS:
        data[key] = None
    data["disagreement"] = None
    data["contributions"] = []
    for part in (*data["axes"], *data["families"]):
        part["score"] = None
    for finding in data["findings"]:
        finding["contribution"] = None
        for evidence in finding["evidence"]:
            evidence["probability"] = None
    for question in data["missing"]:
        question["score_if_true"] = question["score_if_false"] = None
    data["without_score"] = LEFT_OUT


def json_schema() -> dict[str, Any]:
    """The JSON Schema of an assessment in this form, with its score or without."""
    schema = Assessment.model_json_schema(mode="serialization")
    for record, keys in _NULLED.items():
        properties = (schema if record == "Assessment" else schema["$defs"][record])["properties"]
        for key in keys:
            told = properties[key]
            about = {name: told.pop(name) for name in ("title", "description") if name in told}
            properties[key] = {**about, "anyOf": [told, {"type": "null"}]}
    schema["properties"]["without_score"] = {
        "type": "string",
        "description": "There only where the score was left out, which it says.",
    }
    return schema
