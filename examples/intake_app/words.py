"""The words of the pages in seven languages; English where one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "tr": "Türkçe",
    "zh": "中文",
    "ar": "العربية",
}
"""Each language as its own speakers call it."""

_ISOLATED, _NO_MORE = "\u2066", "\u2069"  # so that a number keeps its own direction
_RIGHT_TO_LEFT = frozenset({"ar"})


class Words:
    """The words of one language, by name."""

    def __init__(self, language: str, said: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self.direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
        self._said = said

    def __call__(self, name: str, **slots: object) -> str:
        """The words of that name, with their slots filled."""
        entry = self._said[name]
        kept = slots
        if self.direction == "rtl":
            kept = {key: f"{_ISOLATED}{value}{_NO_MORE}" for key, value in slots.items()}
        return entry.get(self.language, entry["en"]).format(**kept)

    def has(self, name: str) -> bool:
        """Whether there are words of that name."""
        return name in self._said


def all_words() -> Mapping[str, Words]:
    """The words of each language, read from `words.yaml`."""
    said = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {language: Words(language, said) for language in LANGUAGES}
