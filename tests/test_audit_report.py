"""A report on a ledger: what it counts is what was logged, and its page is safe, whole and readable."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.audit import LedgerFile, Remark, verify
from redflag.audit.behaviour import behaviour, stability
from redflag.audit.page import page
from redflag.audit.plots import bars, line, paired, stacked
from redflag.pack import read_pack
from redflag.screening import Screener

NASTY = """<script>alert("x")</script>&'é"""
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
