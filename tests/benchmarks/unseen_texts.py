"""How well the phrases read texts that nobody tuned them to.

    python tests/benchmarks/unseen_texts.py

`tests/unseen/` was written by somebody who has seen no phrase, and is run over when the phrases
stand; whoever changes a phrase because of a text in it must write a new one. "Fires" asks for the
rule of the text's own indicator, whatever else fires.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import redflag
from redflag.record import parse_yaml
from redflag.screening import Screener

UNSEEN = Path(__file__).parent.parent / "unseen"


def main() -> None:
    """Print, by family, how many texts fired as they should and how many stayed silent."""
    screener = Screener(model=None)
    rule_of = {name: rule.id for rule in screener.pack.rules for name in rule.indicators}
    counts: dict[str, Counter[str]] = {}
    for path in sorted(UNSEEN.glob("*.yaml")):
        told = parse_yaml(path.read_text(encoding="utf-8"), path.name, redflag.RuleError).data
        for text in told["texts"]:
            document = {"id": "text", "text": text["text"], "language": "en"}
            assessment = screener.screen({"case_id": "unseen", "documents": [document]}, "2030-01-01")
            fired = {finding.rule_id for finding in assessment.findings}
            hit = rule_of[text["indicator"]] in fired
            any_of_family = any(rule.startswith(f"{told['family']}.") for rule in fired)
            tally = counts.setdefault(told["family"], Counter())
            tally[text["expect"]] += 1
            if text["expect"] == "fires":
                tally["fired"] += hit
                tally["family"] += any_of_family
            else:
                tally["silent, held"] += not hit
    whole: Counter[str] = Counter()
    print(f"{'family':28} fired      family     silent")
    for family, tally in [*counts.items(), ("all", whole)]:
        if family != "all":
            whole.update(tally)
        print(
            f"{family:28} {tally['fired']:3}/{tally['fires']:<5} {tally['family']:4}/{tally['fires']:<5}"
            f"{tally['silent, held']:4}/{tally['silent']}"
        )


if __name__ == "__main__":
    main()
