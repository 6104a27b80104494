"""Throws mutated text at one file of a rule pack, or at a column map, for as long as asked.

    pip install atheris
    python tests/slow/fuzz_rules.py rule -max_total_time=600

The first argument names the file: rule, lexicon, context, families, law, scoring, about or map. The rest are
libFuzzer's own: folders of texts to start from (the small pack of the tests is used where none is given),
and flags. Any text gives a pack or a `RuleError` (a map or a `CaseError`) that tells each fault in one line;
all else is a find, and so is a text that takes too long.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["redflag"]):
    import conftest

    from redflag.errors import CaseError, RuleError
    from redflag.intake.tables.columns import read_column_map
    from redflag.pack import read_pack

SLOWEST = "-timeout=20"
LARGEST = "-max_len=4096"
FILES = {
    "rule": ("alpha/one.yaml", json.dumps({"id": "alpha.one", **conftest.RULE}, indent=1)),
    "lexicon": ("lexicons/relative_arrested.yaml", conftest.LEXICON),
    "context": ("lexicons/context/en.yaml", "negators: [not]\n"),
    "families": ("families.yaml", conftest.FAMILIES),
    "law": ("legal_basis.yaml", conftest.LAW),
    "scoring": ("scoring.yaml", conftest.SCORING),
    "about": ("pack.yaml", conftest.ABOUT),
    "map": ("map.yaml", "columns:\n  Case: case_id\n  Date: {to: notice.issued_on, dates: [DD/MM/YYYY]}\n"),
}


def one_text(folder: Path, name: str, content: bytes) -> None:
    """Read the pack in a folder, or a map, with this content in one of its files."""
    (folder / name).write_bytes(content)
    try:
        if name == "map.yaml":
            read_column_map(folder / name)
        else:
            read_pack([folder])
    except (RuleError, CaseError) as error:
        assert len(str(error).split("\n")) == len(error.faults) > 0  # noqa: PT017


def main() -> None:
    target, *others = sys.argv[1:]
    name, text = FILES[target]
    given = [one for one in others if not one.startswith("-")]
    with tempfile.TemporaryDirectory() as made:
        folder, seeds = Path(made) / "rules", Path(made) / "seeds"
        conftest.write_pack.__wrapped__()(folder)
        seeds.mkdir()
        (seeds / "one").write_text(text, encoding="utf-8")
        atheris.Setup(
            [sys.argv[0], SLOWEST, LARGEST, *others, *([] if given else [str(seeds)])],
            lambda content: one_text(folder, name, content),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
