"""How well families are found in what documents say: recall and precision beside people's marks.

A case is screened from one text alone. `sure` are the families that two readers agreed on, who were
not told the outcome, and `any` what any of them marked; upheld cases had one reader, so they have no
sure ones. Recall is of `sure`, precision against `any`. Finding what is written is all that is
measured here: upheld cases hold many of the same families, honestly raised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redflag.case import Case
from redflag.errors import Fault, Location, ModelError
from redflag.screening import Screener
from redflag.training.agreement import kappa
from redflag.training.data import ScreenerOf, Split, View, load_split, read_table, view_of
from redflag.training.measures import wilson
from redflag.training.misread import Misread, causes_table
from redflag.training.sentences import MARKS, OF_FAMILY

_BEGIN, _END = "<!-- families found -->", "<!-- end of families found -->"
TEXTS: tuple[View, ...] = ("chronology", "note")


@dataclass(frozen=True, slots=True)
class Marks:
    """The families that people marked in one case: what they agreed on, and what any of them did."""

    sure: frozenset[str]
    any: frozenset[str]


@dataclass
class Tally:
    """Counts of found and marked families, added up case by case."""

    sure: Counter[str] = field(default_factory=Counter)
    sure_found: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    found_marked: Counter[str] = field(default_factory=Counter)

    def add(self, found: Collection[str], marks: Marks) -> None:
        """Count one case."""
        self.sure.update(marks.sure)
        self.sure_found.update(marks.sure.intersection(found))
        self.found.update(found)
        self.found_marked.update(marks.any.intersection(found))

    def told(self, families: Iterable[str] | None = None) -> dict[str, Any]:
        """Recall and precision with their counts and 95 % intervals, over some families or all."""
        names = list(families) if families is not None else sorted({*self.sure, *self.found})

        def over(counter: Counter[str]) -> int:
            return sum(counter[name] for name in names)

        return {
            "recall": _share(over(self.sure_found), over(self.sure)),
            "precision": _share(over(self.found_marked), over(self.found)),
        }


def _share(hits: int, of: int) -> dict[str, Any]:
    return {
        "hits": hits,
        "of": of,
        "share": hits / of if of else None,
        "interval": list(wilson(hits, of)) if of else None,
    }


def read_marks(path: Path) -> dict[str, Marks]:
    """Marks by case, from a table with the columns `case_id`, `sure` and `any`.

    Raises:
        ModelError: if the table cannot be read or lacks a column.
    """
    lines = read_table(path)
    if any(not {"case_id", "sure", "any"} <= line.keys() for line in lines):
        mend = "give it the columns case_id, sure and any"
        raise ModelError(Fault("no table of marks", Location(str(path)), mend))
    return {
        line["case_id"]: Marks(
            frozenset(line["sure"].split()), frozenset(line["sure"].split()) | frozenset(line["any"].split())
        )
        for line in lines
    }


def found_in(screener: Screener, case: Case, view: View) -> frozenset[str]:
    """The families of which some rule fired on one text of a case, caveats apart."""
    return frozenset(
        one.rule.family
        for one in screener.judge(view_of(case, view))
        if one.status == "fired" and one.rule.effect != "caveat"
    )


def families_found(screener_of: ScreenerOf, folder: Path, split: Split) -> dict[str, Any]:
    """Recall and precision of families on each text of one split: in all, by label and by family.

    Args:
        screener_of: with the rules that are asked; a classifier changes nothing.
        folder: `labels.csv`, `families.csv` and `cases/`.
        split: which cases.

    Raises:
        ModelError: if a table cannot be read.
        CaseError: if a case cannot be screened.
    """
    marks = read_marks(folder / "families.csv")
    told: dict[str, Any] = {}
    for view in TEXTS:
        whole, by_label = Tally(), {"improper": Tally(), "upheld": Tally()}
        cases = 0
        for case, improper in load_split(folder, split):
            if case.case_id not in marks:
                continue
            cases += 1
            found = found_in(screener_of(case), case, view)
            whole.add(found, marks[case.case_id])
            by_label["improper" if improper else "upheld"].add(found, marks[case.case_id])
        told[view] = {
            "cases": cases,
            **whole.told(),
            "by_label": {name: tally.told() for name, tally in by_label.items()},
            "by_family": {
                name: whole.told([name]) for name in sorted({*whole.sure, *whole.found, *whole.found_marked})
            },
        }
    return told


def families_marked(folder: Path, groups: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """What those would find who marked the development cases sentence by sentence: another ceiling.

    Args:
        folder: `families.csv` and `sentence_marks.csv`.
        groups: the signals of each family.

    Raises:
        ModelError: if a table cannot be read.
    """
    marks = read_marks(folder / "families.csv")
    found: dict[tuple[str, str], set[str]] = {}
    for line in read_table(folder / MARKS):
        within = {*line["signals"].split()}
        found.setdefault((line["document"], line["case_id"]), set()).update(
            name
            for name, signals in groups.items()
            if f"{OF_FAMILY}{name}" in within or not within.isdisjoint(signals)
        )
    told: dict[str, Any] = {}
    for view in TEXTS:
        tally = Tally()
        for (document, case), families in sorted(found.items()):
            if document == view and case in marks:
                tally.add(families, marks[case])
        told[view] = tally.told()
    return told


def ceiling(
    first: Mapping[str, Marks], second: Mapping[str, Marks], families: Sequence[str]
) -> dict[str, Any]:
    """How far two readers agree who saw only the text and what the families mean.

    One reader's marks are held against the other's as ours are held against people's: recall of
    what one is sure of in all that the other marked, precision the other way about; and Cohen's
    kappa over every case and family.
    """
    cases = sorted(first.keys() & second.keys())
    one_way, other_way = Tally(), Tally()
    pairs = []
    for case in cases:
        one_way.add(second[case].any, first[case])
        other_way.add(first[case].any, second[case])
        pairs += [(name in first[case].any, name in second[case].any) for name in families]
    return {
        "cases": len(cases),
        "kappa": kappa(pairs) if pairs else None,
        "second_against_first": one_way.told(),
        "first_against_second": other_way.told(),
    }


def against_readers(
    screener_of: ScreenerOf, folder: Path, readers: Sequence[Mapping[str, Marks]]
) -> list[dict[str, Any]]:
    """What is found in the chronologies that somebody marked again, held against each reader."""
    by_id = {case.case_id: case for case, _ in load_split(folder, "development")}
    told = []
    for marks in readers:
        tally = Tally()
        for case, marked in sorted(marks.items()):
            tally.add(found_in(screener_of(by_id[case]), by_id[case], "chronology"), marked)
        told.append(tally.told())
    return told


def as_tables(told: Mapping[str, Any], errors: Sequence[Misread] = ()) -> str:
    """The figures as Markdown tables, for the datasheet, with the causes of the errors that were read."""
    lines = [
        "| cases | text | recall of sure marks | precision against any mark |",
        "| --- | --- | --- | --- |",
    ]
    for split in ("development", "locked"):
        for view, one in (told.get(split) or {}).items():
            lines.append(
                f"| {split}, {one['cases']} | {view} | {_told(one['recall'])} | {_told(one['precision'])} |"
            )
            alone = told[f"{split}_by_phrases"][view]
            lines.append(
                f"| by phrases alone | {view} | {_told(alone['recall'])} | {_told(alone['precision'])} |"
            )
            lines += [
                f"| of these {name} | {view} | {_told(part['recall'])} | {_told(part['precision'])} |"
                for name, part in one["by_label"].items()
            ]
    lines += [
        f"| development, marked by sentence | {view} | {_told(one['recall'])} | {_told(one['precision'])} |"
        for view, one in (told.get("marked_by_sentence") or {}).items()
    ]
    if told.get("ceiling"):
        agreed = told["ceiling"]
        for name in ("second_against_first", "first_against_second"):
            part = agreed[name]
            lines.append(
                f"| {agreed['cases']} marked again | chronology, reader {name.replace('_', ' ')} | "
                f"{_told(part['recall'])} | {_told(part['precision'])} |"
            )
        lines += [
            f"| the same | chronology, ours against reader {number} | {_told(part['recall'])} | "
            f"{_told(part['precision'])} |"
            for number, part in enumerate(told["against_readers"], start=1)
        ]
        lines += ["", f"Kappa of the two readers over all cases and families: {agreed['kappa']:.2f}."]
    lines += [
        "",
        "| family | development chronologies: recall | precision | locked chronologies: recall | precision |",
        "| --- | --- | --- | --- | --- |",
    ]
    families = sorted({name for split in ("development", "locked") for name in _by_family(told, split)})
    for name in families:
        cells = []
        for split in ("development", "locked"):
            part = _by_family(told, split).get(name)
            cells += ["", ""] if part is None else [_told(part["recall"]), _told(part["precision"])]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    if errors:
        lines += ["", *causes_table(errors)]
    return "\n".join(lines) + "\n"


def put_in_datasheet(path: Path, tables: str) -> None:
    """Put the tables between their two marks in the datasheet, in place of what stands there.

    Raises:
        ModelError: if the datasheet cannot be read or lacks the marks.
    """
    try:
        before, rest = path.read_text(encoding="utf-8").split(_BEGIN, 1)
        _, after = rest.split(_END, 1)
    except (OSError, UnicodeDecodeError, ValueError):
        mend = f"write a line {_BEGIN} and a line {_END} where the tables belong"
        raise ModelError(Fault("no place for the tables", Location(str(path)), mend)) from None
    path.write_text(f"{before}{_BEGIN}\n\n{tables}\n{_END}{after}", encoding="utf-8")


def _by_family(told: Mapping[str, Any], split: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ((told.get(split) or {}).get("chronology") or {}).get("by_family", {})
    return found


def _told(share: Mapping[str, Any]) -> str:
    if share["share"] is None:
        return "none"
    low, high = share["interval"]
    return f"{share['hits']} of {share['of']}: {share['share']:.2f} [{low:.2f}, {high:.2f}]"
