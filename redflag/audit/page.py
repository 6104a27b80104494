"""A report on a ledger as one HTML file: nothing to fetch, readable in print and without the plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from redflag.audit.behaviour import Behaviour, Tally
from redflag.audit.plots import bars, line, paired, stacked
from redflag.audit.verify import Verdict

BANDS = ("low", "elevated", "high", "insufficient_information")
MOST_BARS = 40
"""Rules that a plot shows; the table has them all."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #ccc; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0; }
th[scope=row] { font-weight: 400; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; } .flaw { color: #9b1c1c; font-weight: 600; }
@media print { h2 { break-after: avoid; } svg, tr { break-inside: avoid; } }
"""


def page(found: Behaviour, verdict: Verdict, *, title: str, when: str) -> str:
    """The report as HTML.

    Args:
        found: what the ledger shows.
        verdict: whether it is whole.
        title: what it is a report on.
        when: when it was made, as it is to be printed.
    """
    body = "\n".join(_parts(found, verdict, when))
    told = escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{told}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{told}</h1>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def _parts(found: Behaviour, verdict: Verdict, when: str) -> Iterator[str]:
    yield f"<p>Made {escape(when)}.</p>"
    yield from _ledger(verdict, found)
    yield from _volumes(found)
    if found.whole.kept:
        yield from _rules(found)
        yield from _drift(found)
    yield from _contests(found)


def _ledger(verdict: Verdict, found: Behaviour) -> Iterator[str]:
    yield "<h2>The ledger</h2>"
    if verdict.head is not None:
        yield f"<p>{verdict.lines} lines. Anchor: <code>{escape(str(verdict.head))}</code></p>"
    if verdict.whole:
        how = (
            "by its own chain and against the anchor given"
            if verdict.anchored
            else "by its own chain; no anchor was given"
        )
        yield f"<p>Verified {how}: every line is as it was written.</p>"
    else:
        yield '<p class="flaw">This ledger is not as it was written:</p><ul>'
        yield from (f"<li>{escape(str(flaw))}</li>" for flaw in verdict.flaws)
        yield "</ul>"
    if found.erased:
        yield f"<p>Pieces of content erased on request: {found.erased}.</p>"


def _volumes(found: Behaviour) -> Iterator[str]:
    whole = found.whole
    yield "<h2>Volumes and bands</h2>"
    yield (
        f"<p>{whole.lines} assessments of {found.subjects} cases. The ledger keeps the content of "
        f"{whole.kept}; all below but the volumes is about those alone.</p>"
    )
    yield _table(("Pack", "Assessments"), [(name, count) for name, count in found.packs.items()])
    yield stacked(
        "Assessments by month and band",
        {
            month: {**tally.bands, "not kept": tally.lines - tally.kept}
            for month, tally in found.months.items()
        },
        (*BANDS, "not kept"),
    )
    yield _table(
        ("Month", "Assessments", *(band.replace("_", " ") for band in BANDS), "not kept"),
        [
            (month, tally.lines, *(tally.bands[band] for band in BANDS), tally.lines - tally.kept)
            for month, tally in found.months.items()
        ],
    )


def _rules(found: Behaviour) -> Iterator[str]:
    whole = found.whole
    yield "<h2>Rules</h2>"
    for title, rules in (("Never fired", found.never), ("Fired wherever they applied", found.always)):
        told = ", ".join(f"<code>{escape(rule)}</code>" for rule in rules) or "none"
        yield f"<p>{title} ({len(rules)} of {len(whole.rules)}): {told}.</p>"
    shares = sorted(
        ((rule, whole.fired_share(rule)) for rule in whole.rules), key=lambda one: (-one[1], one[0])
    )
    yield bars("Share of assessments in which a rule fired", [one for one in shares if one[1]][:MOST_BARS])
    yield _table(
        ("Rule", "fired", "clear", "undetermined", "not applicable", "share fired"),
        [
            (
                rule,
                *(whole.rules[rule][one] for one in ("fired", "clear", "undetermined", "not_applicable")),
                f"{share:.1%}",
            )
            for rule, share in shares
        ],
    )


def _drift(found: Behaviour) -> Iterator[str]:
    earlier, later = found.earlier, found.later
    yield "<h2>Drift of scores and inputs</h2>"
    if not earlier.kept or not later.kept:
        yield "<p>Too few assessments to compare.</p>"
        return
    yield f"<p>{later.kept} assessments held against {escape(found.against)} ({earlier.kept}).</p>"
    if found.stability is not None:
        yield (
            f"<p>Population stability index of the scores: {found.stability:.3f}. Below 0.1 is commonly read "
            "as stable, above 0.25 as moved; with few cases it is large by chance.</p>"
        )
    tenths = [f"{place / 10:.1f}–{(place + 1) / 10:.1f}" for place in range(len(earlier.scores))]
    yield paired(
        "Scores, as a share of the assessments: before (light) and after",
        tenths,
        [count / earlier.kept for count in earlier.scores],
        [count / later.kept for count in later.scores],
    )
    months = {month: tally for month, tally in found.months.items() if tally.kept}
    yield line("Mean log-odds by month", {month: tally.mean_log_odds() for month, tally in months.items()})
    yield line("Mean share of the core rules settled, by month",
               {month: tally.mean_coverage() for month, tally in months.items()})  # fmt: skip
    yield _table(
        ("Input", "before", "after"),
        [
            ("Mean coverage", f"{earlier.mean_coverage():.1%}", f"{later.mean_coverage():.1%}"),
            ("Mean log-odds", f"{earlier.mean_log_odds():+.2f}", f"{later.mean_log_odds():+.2f}"),
            ("Documents in a case", *(f"{one.documents / one.kept:.2f}" for one in (earlier, later))),
            ("Documents that could not be read", *(_share(one.unreadable, one) for one in (earlier, later))),
            *(
                (f"Documents in {name}", *(_share(one.languages[name], one) for one in (earlier, later)))
                for name in sorted({*earlier.languages, *later.languages})
            ),
        ],
    )
    yield "<p>Rules that fire in another share than chance would explain:</p>"
    yield _table(
        ("Rule", "before", "after", "standard errors"),
        [
            (one.rule_id, f"{one.before:.1%}", f"{one.after:.1%}", f"{one.errors:+.1f}")
            for one in found.shifts
        ],
    )


def _share(count: int, tally: Tally) -> str:
    return f"{count / tally.documents:.1%}" if tally.documents else "none"


def _contests(found: Behaviour) -> Iterator[str]:
    yield "<h2>Overrides and contests</h2>"
    yield _table(
        ("Rule", "struck", "annotated", "answered", "fired", "struck of fired"),
        [
            (one.rule_id, one.struck, one.noted, one.answered, one.fired,
             f"{one.struck / one.fired:.1%}" if one.fired else "")
            for one in found.contests
        ],
    )  # fmt: skip
    yield "<p>Rules that were switched off before screening:</p>"
    yield _table(("Rule", "assessments"), list(found.switched_off.items()))


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return "<p>None.</p>"
    marks = ["" if place == 0 else ' class="number"' for place in range(len(heads))]
    head = "".join(
        f'<th scope="col"{mark}>{escape(one)}</th>' for one, mark in zip(heads, marks, strict=True)
    )
    lines = []
    for first, *rest in rows:
        cells = "".join(f'<td class="number">{escape(str(one))}</td>' for one in rest)
        lines.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody>\n</table>"
