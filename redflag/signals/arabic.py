"""Arabic words without what is written onto them: "and", "by", "the", "his"."""

from __future__ import annotations

import functools

_JOINED = ("", "\u0648", "\u0641")
"""wa- and fa-, which stand before everything else."""
_GOVERNING = ("", "\u0628", "\u0643", "\u0644", "\u0633")
"""bi-, ka-, li- and the sa- of the future."""
_ARTICLES = ("\u0627\u0644", "\u0644\u0644")
"""al-, and li- before al-, which are written as one."""
_PRONOUNS = ("هما", "كما", "هم", "هن", "كم", "كن", "ها", "نا", "ني", "ه", "ك", "ي")
_LEAST = 3
"""Letters that must remain of a word."""
_LEAST_WITH_ARTICLE = _LEAST_OF_PARTICLE = 2
_HEH, _TEH = "\u0647", "\u062a"


@functools.lru_cache(maxsize=1 << 16)
def bare_forms(word: str) -> tuple[str, ...]:
    """The word itself, and every form it may have without clitics, in letters already made even.

    The feminine ending is written otherwise before a pronoun, so a form with it comes back too.

    >>> "\u0639\u0627\u0626\u0644\u0647" in bare_forms("\u0648\u0639\u0627\u0626\u0644\u062a\u0647")
    True
    """
    forms = dict.fromkeys([word])
    for stem in _without_prefixes(word):
        forms[stem] = None
        for pronoun in _PRONOUNS:
            rest = stem.removesuffix(pronoun)
            if rest != stem and len(rest) >= _LEAST:
                forms[rest] = None
                if rest[-1] == _TEH:
                    forms[rest[:-1] + _HEH] = None
    return tuple(forms)


def _without_prefixes(word: str) -> list[str]:
    found = [word]
    for joined in _JOINED:
        if not word.startswith(joined) or len(word) - len(joined) < _LEAST_OF_PARTICLE:
            continue
        rest = word[len(joined) :]
        found.append(rest)
        for governing in _GOVERNING:
            if not rest.startswith(governing):
                continue
            last = rest[len(governing) :]
            if len(last) >= _LEAST:
                found.append(last)
            for article in _ARTICLES:
                bare = last.removeprefix(article)
                if bare != last and len(bare) >= _LEAST_WITH_ARTICLE:
                    found.append(bare)
    return found
