"""A report on a ledger: what it counts is what was logged, and its page is safe, whole and readable."""

from __future__ import annotations

import datetime
import math
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.audit import Anchor, Flaw, LedgerFile, Remark, Verdict, verify
from redflag.audit.behaviour import Behaviour, RuleContests, Shift, Tally, behaviour, shifts, stability
from redflag.audit.page import page
from redflag.audit.plots import bars, line, paired, stacked
from redflag.pack import read_pack
from redflag.screening import Screener

NASTY = """<script>alert("x")</script>&'é"""
GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def screener(tmp_path, write_pack: Callable[..., Path]) -> Screener:
    rules = {
        "alpha.one": {},
        "alpha.always": {"when": {"fact": "notice.kind", "is": "red_notice"}},
        "alpha.never": {"when": {"fact": "risk.courts_independent", "is": "false"}},
    }
    return Screener(read_pack([write_pack(tmp_path / "rules", rules)]))


@pytest.fixture
def ledger(tmp_path, screener) -> LedgerFile:
    """Forty cases over four months; rule one fires in a tenth of the earlier and most of the later."""
    months: Iterator[datetime.datetime] = (
        datetime.datetime(2026, 1 + number // 10, 1 + number % 10, tzinfo=datetime.UTC)
        for number in range(99)
    )
    made = LedgerFile(tmp_path / "ledger", "assessments", clock=lambda: next(months))
    for number in range(40):
        fires = number % 10 == 0 if number < 20 else number % 10 != 0
        text = [{"text": "The sister was arrested in May. " * 5}] if number % 2 else []
        case = {
            "case_id": f"case {number % 30}",
            "as_of": "2024-01-01",
            "request": {"made": not fires},
            "notice": {"kind": "red_notice"},
            "documents": text,
        }
        made.append(screener.screen(case))
    return made


def test_what_is_counted_is_what_was_logged(ledger) -> None:
    found = behaviour(ledger)
    assert list(found.months) == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert [tally.lines for tally in found.months.values()] == [10] * 4
    assert (found.whole.kept, found.subjects) == (40, 30)
    assert sum(found.whole.bands.values()) == sum(found.whole.scores) == 40
    assert found.whole.documents == 20
    assert found.never == ("alpha.never",)
    assert found.always == ("alpha.always",)
    assert found.whole.rules["alpha.one"]["fired"] == 20
    assert found.packs == {"small 1.0.0": 40}


def test_drift_is_told_where_there_is_any(ledger) -> None:
    found = behaviour(ledger)
    assert (found.earlier.kept, found.later.kept) == (20, 20)
    [shift] = found.shifts
    assert (shift.rule_id, shift.before, shift.after) == ("alpha.one", 0.1, 0.9)
    assert shift.errors > 4
    assert found.stability is not None
    assert found.stability > 0.25
    same = [one for number in range(1, 41) if (one := ledger.assessment(number)) is not None]
    against = behaviour(ledger, same)
    assert against.stability == 0
    assert against.shifts == ()


def test_contests_are_counted_by_rule(ledger) -> None:
    kept = ledger.assessment(1)
    assert kept is not None
    for deed in ("strike", "strike", "note"):
        with ledger.chunk() as chunk:
            remark = Remark(by="heron", reason="Because.")
            chunk.append_contest(kept, None, follows=1, finding="alpha.one", deed=deed, remark=remark)
    [contests] = behaviour(ledger).contests
    assert (contests.rule_id, contests.struck, contests.noted, contests.fired) == ("alpha.one", 2, 1, 20)
    assert behaviour(ledger).whole.lines == 40


def test_rules_that_were_switched_off_are_counted(tmp_path, screener) -> None:
    ledger = LedgerFile(tmp_path / "off")
    off = screener.adapted("balanced", {"alpha.one": "not for this office"})
    for one in (off, screener, off):
        ledger.append(one.screen({"case_id": "one", "as_of": "2024-01-01"}))
    found = behaviour(ledger)
    assert found.switched_off == {"alpha.one": 2}
    assert "switched off" in page(found, verify(ledger.path), title="Report", when="today")


def test_digests_alone_give_volumes_and_say_so(tmp_path, screener) -> None:
    ledger = LedgerFile(tmp_path / "digests")
    for number in range(3):
        ledger.append(screener.screen({"case_id": str(number), "as_of": "2024-01-01"}))
    found = behaviour(ledger)
    assert (found.whole.lines, found.whole.kept) == (3, 0)
    told = page(found, verify(ledger.path), title="Report", when="today")
    assert "keeps the content of 0" in told
    assert "Drift" not in told


def test_an_empty_ledger_has_a_report(tmp_path) -> None:
    ledger = LedgerFile(tmp_path / "empty")
    assert "0 assessments" in page(behaviour(ledger), verify(ledger.path), title="Report", when="today")


def test_the_page_fetches_nothing_escapes_everything_and_closes_every_tag(ledger) -> None:
    anchor = ledger.anchor()
    told = page(behaviour(ledger), verify(ledger.path, anchor), title=NASTY, when=NASTY)
    assert str(anchor) in told
    assert "<script" not in told
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                assert name not in ("src", "href", "onload", "onclick")
                assert "//" not in (value or "") or name == "xmlns"
            if tag != "meta":
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            del tag, attrs

    Reader().feed(told)
    assert open_tags == []
    assert "url(" not in told


def test_a_tampered_ledger_is_said_to_be_one_in_its_report(ledger) -> None:
    found = behaviour(ledger)
    cut = type(ledger.anchor())(99, "a" * 64)
    assert "not as it was written" in page(found, verify(ledger.path, cut), title="Report", when="today")


@pytest.mark.parametrize(
    "svg",
    [
        stacked(NASTY, {NASTY: {NASTY: 3, "b": 0}, "c": {}}, (NASTY, "b")),
        stacked("none", {}, ()),
        paired(NASTY, [NASTY, "b"], [0.5, 0.0], [0.25, 1.0]),
        bars(NASTY, [(NASTY, 0.5), ("b", 0.0)]),
        bars("none", []),
        line(NASTY, {NASTY: -1.5, "b": 2.0}),
        line("none", {}),
        line("flat", {"a": 0.0}),
    ],
)
def test_a_plot_is_well_formed_and_has_a_title(svg) -> None:
    root = ET.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title") is not None
    assert not list(root.iter(f"{SVG}script"))


counts = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any)


@given(counts, counts)
def test_stability_is_nought_for_equals_and_never_below(one, other) -> None:
    assert stability(one, one) == 0
    found = stability(one, other)
    assert found is not None
    assert found >= 0
    assert stability(one, [0] * 4) is None


def test_the_index_is_the_sum_of_the_bins() -> None:
    """Of shares p before and q after, (q - p) ln(q / p); an empty bin counts as one in ten thousand."""
    found = stability([30, 10], [10, 30])
    assert found == pytest.approx(2 * 0.5 * math.log(3))
    assert stability([1, 0], [0, 1]) == pytest.approx(2 * (1 - 1e-4) * math.log(1e4))
    assert stability([0, 0], [1, 1]) is None
    with pytest.raises(ValueError, match="zip"):
        stability([1], [1, 2])


def tally(kept: int, **fields: Any) -> Tally:
    """The tally of so many assessments."""
    return Tally(**{"lines": kept, "kept": kept, **fields})


def with_rule(fired: int, clear: int, none: int = 0, rule: str = "alpha.one") -> Tally:
    statuses = Counter({"fired": fired, "clear": clear, "not_applicable": none})
    return tally(fired + clear + none, rules={rule: statuses})


def test_a_shift_is_told_from_so_many_standard_errors() -> None:
    earlier, later = with_rule(10, 90, 7), with_rule(24, 76, 3)
    [found] = shifts(earlier, later)
    error = math.sqrt(0.17 * 0.83 * (1 / 100 + 1 / 100))
    assert (found.rule_id, found.before, found.after) == ("alpha.one", 0.1, 0.24)
    assert found.errors == pytest.approx(0.14 / error)
    assert shifts(later, earlier)[0].errors == pytest.approx(-0.14 / error)
    # 13 more in a hundred are 2.48 errors, below what is told
    assert shifts(earlier, with_rule(23, 77)) == ()
    # sizes that differ count each for itself
    [uneven] = shifts(with_rule(1, 9), with_rule(90, 10))
    share = 91 / 110
    assert uneven.errors == pytest.approx(0.8 / math.sqrt(share * (1 - share) * (1 / 10 + 1 / 100)))


def test_a_rule_that_was_not_asked_on_one_side_has_no_shift() -> None:
    assert shifts(with_rule(0, 0, 50), with_rule(50, 0)) == ()
    assert shifts(with_rule(0, 50), with_rule(50, 0, rule="beta.two")) == ()
    assert shifts(with_rule(50, 0), with_rule(50, 0)) == ()
    assert shifts(Tally(), Tally()) == ()


def test_the_widest_shift_comes_first_then_the_name() -> None:
    def both(one: int, two: int, three: int) -> Tally:
        rules = {"c": one, "b": two, "a": three}
        return tally(100, rules={name: Counter(fired=n, clear=100 - n) for name, n in rules.items()})

    found = shifts(both(10, 90, 10), both(50, 10, 50))
    assert [one.rule_id for one in found] == ["b", "a", "c"]


def test_shares_and_means_of_nothing_are_nought() -> None:
    empty = Tally()
    assert (empty.mean_coverage(), empty.mean_log_odds(), empty.fired_share("any")) == (0.0, 0.0, 0.0)
    some = tally(4, coverage=2.0, log_odds=-6.0, rules={"a": Counter(fired=1, clear=2, undetermined=1)})
    assert (some.mean_coverage(), some.mean_log_odds(), some.fired_share("a")) == (0.5, -1.5, 0.25)
    assert with_rule(1, 0, 9).fired_share("alpha.one") == 1.0
    assert with_rule(0, 0, 9).fired_share("alpha.one") == 0.0


def test_a_tally_adds_up_what_an_assessment_says(ledger) -> None:
    kept = ledger.assessment(2)
    assert kept is not None
    one = kept.model_copy(update={"coverage": 0.25})
    found = Tally()
    for log_odds in (-1e9, -2.0, 0.0, 2.0, 1e9):
        found.add(one.model_copy(update={"log_odds": log_odds}))
    assert found.scores == [1, 1, 0, 0, 0, 1, 0, 0, 1, 1]
    assert found.kept == 5
    assert found.log_odds == 0.0
    assert found.coverage == 1.25
    assert found.bands == {one.band: 5}
    assert found.documents == 5
    assert found.languages == {one.documents[0].language or "undetermined": 5}
    assert found.unreadable == 0
    unread = one.documents[0].model_copy(update={"unreadable": "it is a picture", "language": None})
    found.add(one.model_copy(update={"documents": (unread, unread)}))
    assert (found.documents, found.unreadable, found.languages["undetermined"]) == (7, 2, 2)
    assert found.rules["alpha.always"] == {"fired": 6}
    assert found.rules["alpha.never"] == {"undetermined": 6}


def test_halves_contests_and_erasures_are_told_apart(ledger) -> None:
    kept = ledger.assessment(1)
    assert kept is not None
    with ledger.chunk() as chunk:
        for finding, deed in (
            ("alpha.always", "counter_evidence"),
            ("alpha.one", "note"),
            ("alpha.one", "strike"),
            ("beta.unknown", "note"),
        ):
            remark = Remark(by="heron", reason="Because.")
            chunk.append_contest(kept, None, follows=1, finding=finding, deed=deed, remark=remark)
    assert len(ledger.erase([1])) == len(ledger.erase([40])) == 1
    found = behaviour(ledger)
    told = [(one.rule_id, one.struck, one.noted, one.answered, one.fired) for one in found.contests]
    assert told == [("alpha.one", 1, 1, 0, 18), ("alpha.always", 0, 0, 1, 38), ("beta.unknown", 0, 1, 0, 0)]
    assert (found.erased, found.whole.lines, found.whole.kept) == (2, 40, 38)
    assert (found.earlier.lines, found.later.lines) == (20, 20)
    assert found.against == "the earlier half of this ledger"
    against = behaviour(ledger, [kept])
    assert (against.earlier.lines, against.earlier.kept, against.later) == (1, 1, against.whole)
    assert against.against == "the assessments given to compare with"


def many_rules() -> dict[str, Counter[str]]:
    """More rules than a plot shows, of every outcome."""
    made = {f"alpha.rule_{number:02}": Counter(fired=number, clear=60 - number) for number in range(45)}
    return {**made, "beta.<none>": Counter(undetermined=50, not_applicable=10)}


def a_report() -> str:
    """A page of a ledger that has something of everything."""
    months = {
        f"2026-{month:02}": tally(
            month,
            lines=month + month % 3,
            bands=Counter(low=month // 2, high=month - month // 2),
            coverage=month * 0.25,
            log_odds=month * (month - 6.5),
        )
        for month in range(1, 13)
    }
    months |= {"2027-01": Tally(lines=2), "2027-02": tally(1, bands=Counter(elevated=1))}
    one = {"scores": [5, 0, 0, 1, 0, 0, 0, 0, 2, 2], "coverage": 4.0, "log_odds": -3.0}
    two = {"scores": [1, 0, 0, 1, 0, 0, 0, 3, 0, 15], "coverage": 15.0, "log_odds": 24.0}
    earlier = tally(10, documents=8, unreadable=2, languages=Counter(en=5, fr=3), **one)
    later = tally(20, languages=Counter(en=1, undetermined=1), documents=2, unreadable=1, **two)
    whole = tally(80, rules=many_rules())
    found = Behaviour(
        months=months, whole=whole, earlier=earlier, later=later, against="what was <given>",
        stability=stability(earlier.scores, later.scores),
        shifts=(Shift("alpha.rule_01", 0.1, 0.9, 4.25), Shift("alpha.rule_02", 0.5, 0.25, -2.6)),
        contests=(RuleContests("alpha.rule_10", 2, 1, 3, 10), RuleContests("beta.<none>", 1, 0, 0, 0)),
        switched_off={"alpha.rule_44": 3}, packs={"small 1.0.0": 70, "<other> 2": 10},
        never=("alpha.rule_00", "beta.<none>"), always=(), subjects=61, erased=4,
    )  # fmt: skip
    return page(found, Verdict(99, Anchor(99, "a" * 64), True, ()), title="A <report>", when="on a day")


def a_poor_report() -> str:
    """A page of a ledger with next to nothing, and flaws."""
    found = Behaviour(
        months={"2026-01": tally(1)}, whole=tally(1), earlier=tally(2), later=tally(1), against="nothing",
        stability=None, shifts=(), contests=(), switched_off={}, packs={}, never=(), always=("alpha.one",),
        subjects=1, erased=0,
    )  # fmt: skip
    flaws = (Flaw(2, "is <changed>"), Flaw(None, "a guard is gone"))
    return page(found, Verdict(0, None, False, flaws), title="Poor", when="today")


def plots_alone() -> str:
    """Plots at their edges: nothing to show, one value, a minus, more columns than names fit."""
    return "\n".join(
        (
            stacked("none", {}, ()),
            stacked("one", {"a": {}}, ("x_y",)),
            stacked("many", {f"{n:02}": {"x": n, "y": 1} for n in range(25)}, tuple("xyzuvw")),
            paired("none", [], [], []),
            paired("nought", ["a"], [0.0], [0.0]),
            paired("more than one", ["a", "b"], [2.5, 0.0], [1.0, 2.0]),
            bars("none", []),
            bars("two", [("a", 0.5), ("<b>", 0.125)]),
            bars("nought", [("a", 0.0)]),
            line("none", {}),
            line("flat", {"a": 0.0}),
            line("minus", {"a": -3.0, "b": -1.0}),
            line("plus", {f"{n:02}": float(n) for n in range(25)}),
            "",
        )
    )


def test_a_pair_for_each_name_or_none() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired("odd", ["a", "b"], [0.5], [0.5, 0.5])


PAGES = {
    "ledger_report.html": a_report,
    "ledger_report_poor.html": a_poor_report,
    "ledger_plots.txt": plots_alone,
}


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_the_one_that_somebody_looked_at(name: str) -> None:
    """A change here is meant or a defect: look at the difference, then run this file to keep it."""
    assert PAGES[name]() == (GOLDEN / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    for name, made in PAGES.items():
        (GOLDEN / name).write_text(made(), encoding="utf-8")
