"""A new rule with its tests, ready to be filled in."""

from __future__ import annotations

import re
from pathlib import Path

from redflag.errors import Fault, Location, RuleError

_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")

_RULE = """\
id: {id}
version: 1
title: TODO what was found, as a plain statement
effect: supports
status: draft
legal_basis: []
sources: []
when: {{fact: request.made, is: false}}
text: {{signal: {name}}}
explain: TODO what it found, in words, with values in braces where they help.
if_unknown: TODO one plain question that a client can answer?
collect: [TODO what evidence to get]
known_errors: [TODO how the rule errs]
innocent: [TODO what else may explain the same facts]
weight: {{log_lr_true: 0.5, log_lr_false: -0.1, basis: author_assigned, reason: TODO why}}
"""
_LEXICON = """\
id: {name}
says: TODO what documents say, in one sentence.
reviewed_by_native: {{en: no}}
phrases:
  en:
    - "no extradition request was .. made"
"""
_TESTS = """\
rule: {id}
cases:
  - name: TODO the facts on which it fires
    case: {{request: {{made: false}}}}
    expect: fired
  - name: TODO the facts on which it is clear
    case: {{request: {{made: true}}}}
    expect: clear
  - name: Nothing is said
    case: {{}}
    expect: undetermined
"""


def scaffold(rule_id: str, rules: Path, tests: Path) -> tuple[Path, ...]:
    """Writes a rule, its lexicon and its tests on structured facts; returns the files.

    The texts that test the phrases are for somebody else to write.

    Raises:
        RuleError: if the id is not `family.rule_name`, or one of the files stands already.
    """
    if _ID.fullmatch(rule_id) is None:
        mend = "write family.rule_name in lower case"
        raise RuleError(Fault("the id of a rule is its path", mend=mend))
    family, _, name = rule_id.partition(".")
    files = {
        rules / family / f"{name}.yaml": _RULE,
        rules / "lexicons" / f"{name}.yaml": _LEXICON,
        tests / "rules" / family / f"{name}.yaml": _TESTS,
    }
    standing = [path for path in files if path.exists()]
    if standing:
        mend = "choose another id; an id is never used again"
        raise RuleError([Fault("the file stands already", Location(str(path)), mend) for path in standing])
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(id=rule_id, name=name), encoding="utf-8")
    return tuple(files)
