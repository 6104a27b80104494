"""A ledger takes lines and gives none back: what it keeps, what it refuses, what can be erased."""

from __future__ import annotations

import datetime
import json
import multiprocessing
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redflag.assessment import Assessment, Contested
from redflag.audit import Anchor, LedgerFile, Remark, verify
from redflag.audit.entries import sha256
from redflag.case import Case
from redflag.errors import AuditError
from redflag.pack import RulePack, read_pack
from redflag.screening import Screener

CANARY = "kestrel-9471"
NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def pack(tmp_path_factory, write_pack: Callable[..., Path]) -> RulePack:
    return read_pack([write_pack(tmp_path_factory.mktemp("pack"))])


@pytest.fixture
def case() -> Case:
    return Case.model_validate(
        {
            "case_id": f"case {CANARY}",
            "as_of": "2024-01-01",
            "request": {"made": False},
            "documents": [{"text": f"The sister was arrested in {CANARY}.", "kind": "statement"}],
        }
    )


@pytest.fixture
def assessment(pack: RulePack, case: Case) -> Assessment:
    return Screener(pack).screen(case)


def rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def every_byte(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))


def test_by_default_nothing_but_keyed_digests_is_kept(tmp_path, assessment, case) -> None:
    ledger = LedgerFile(tmp_path / "ledger", clock=lambda: NOON)
    ledger.append(assessment, case)
    [line] = ledger.lines()
    assert line.when == "2026-03-01T12:00:00.000+00:00"
    assert (line.as_of, line.base_rate, line.pack_name) == ("2024-01-01", "balanced", "small")
    assert line.contents == {}
    assert rows(ledger.path, "SELECT * FROM content") == []
    held = every_byte(ledger.path)
    assert CANARY.encode() not in held
    # a plain digest could be looked up; a keyed one cannot
    for plain in (assessment.provenance.case_digest, assessment.provenance.pack_digest):
        assert plain.encode() not in held
    assert ledger.is_of(line.case, assessment.provenance.case_digest)
    assert ledger.is_of(line.assessment, sha256(assessment.to_json()))
    assert not ledger.is_of(line.case, sha256("another"))


def test_two_ledgers_give_one_case_two_digests(tmp_path, assessment) -> None:
    for name in ("one", "two"):
        LedgerFile(tmp_path / name).append(assessment)
    one, two = (next(LedgerFile(tmp_path / name).lines()) for name in ("one", "two"))
    assert one.case != two.case
    assert one.previous != two.previous


@pytest.mark.parametrize(
    ("store", "kept"),
    [("digests", set()), ("assessments", {"assessment"}), ("cases", {"assessment", "case"})],
)
def test_what_is_kept_is_what_was_asked_for(tmp_path, assessment, case, store, kept) -> None:
    ledger = LedgerFile(tmp_path / "ledger", store)
    ledger.append(assessment, case)
    assert {kind for kind in ("assessment", "case", "remark") if ledger.content(1, kind)} == kept
    assert LedgerFile(ledger.path).store == store
    if "assessment" in kept:
        assert ledger.assessment(1) == assessment
    if "case" in kept:
        assert Case.model_validate_json(ledger.content(1, "case") or "") == case


def test_screener_keeps_a_record_of_what_it_screens(tmp_path, pack, case) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    made = Screener(pack, ledger=ledger).screen(case)
    assert ledger.assessment(1) == made
    assert verify(ledger.path).whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET body = 'x'",
        "UPDATE line SET number = 9 WHERE number = 1",
        "DELETE FROM line WHERE number = 2",
        "INSERT INTO line VALUES (7, 'x', 'x', 'x')",
        "INSERT INTO line VALUES (1, 'x', 'x', 'x')",
        "INSERT OR REPLACE INTO line VALUES (1, 'x', 'x', 'x')",
        "REPLACE INTO line VALUES (2, 'x', 'x', 'x')",
        "UPDATE content SET body = 'x'",
        "INSERT OR REPLACE INTO content VALUES (1, 'case', x'00', 'x')",
    ],
)
def test_the_database_itself_refuses(tmp_path, assessment, case, statement) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    ledger.append(assessment, case)
    ledger.append(assessment, case)
    before = rows(ledger.path, "SELECT * FROM line"), rows(ledger.path, "SELECT * FROM content")
    connection = sqlite3.connect(ledger.path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.commit()
    connection.close()
    assert (rows(ledger.path, "SELECT * FROM line"), rows(ledger.path, "SELECT * FROM content")) == before
    assert verify(ledger.path).whole


def test_a_chunk_that_fails_leaves_nothing(tmp_path, assessment) -> None:
    ledger = LedgerFile(tmp_path / "ledger")
    ledger.append(assessment)
    with pytest.raises(RuntimeError), ledger.chunk() as chunk:  # noqa: PT012
        chunk.append(assessment)
        chunk.append(assessment)
        raise RuntimeError
    assert len(list(ledger.lines())) == 1
    assert ledger.append(assessment).startswith("2-")


def test_an_id_finds_its_line_and_no_other(tmp_path, assessment) -> None:
    ledger = LedgerFile(tmp_path / "ledger")
    first, second = ledger.append(assessment), ledger.append(assessment)
    assert ledger.line(first).number == 1
    assert ledger.line("2").id == second
    for wrong in (f"1-{second.partition('-')[2]}", "3", "x", "", "1" * 40):
        with pytest.raises(AuditError):
            ledger.line(wrong)


def test_a_key_kept_apart_is_needed_and_not_in_the_file(tmp_path, assessment) -> None:
    key = b"a key of thirty-two bytes or so."
    LedgerFile(tmp_path / "ledger", key=key).append(assessment)
    assert key.hex().encode() not in every_byte(tmp_path / "ledger")
    for wrong in (None, b"another key of a fair length"):
        with pytest.raises(AuditError):
            LedgerFile(tmp_path / "ledger", key=wrong)
        with pytest.raises(AuditError):
            verify(tmp_path / "ledger", key=wrong)
    assert verify(tmp_path / "ledger", key=key).whole


def test_what_is_no_ledger_is_refused_in_a_line(tmp_path) -> None:
    (tmp_path / "text").write_text("no ledger " * 500)
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE t (x)").connection.close()
    for name in ("text", "other", "absent"):
        with pytest.raises(AuditError) as told:
            LedgerFile(tmp_path / name, must_exist=True)
        assert len(told.value.faults) == 1
        with pytest.raises(AuditError):
            verify(tmp_path / name)
    assert not (tmp_path / "absent").exists()
    with pytest.raises(AuditError, match="no such folder"):
        LedgerFile(tmp_path / "none" / "ledger")
    with pytest.raises(AuditError, match="nothing is stored as"):
        LedgerFile(tmp_path / "new", "everything")  # type: ignore[arg-type]


def test_an_erased_case_leaves_no_byte_and_the_chain_whole(tmp_path, pack, assessment, case) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    other = Screener(pack).screen({"case_id": "another", "as_of": "2024-01-01"})
    for one, its in ((assessment, case), (other, None), (assessment, case)):
        ledger.append(one, its)
    anchor = ledger.anchor()
    assert CANARY.encode() in every_byte(ledger.path)
    gone = ledger.erase_case(case.case_id)
    assert sorted((one.line, one.content) for one in gone) == [
        (1, "assessment"),
        (1, "case"),
        (3, "assessment"),
        (3, "case"),
    ]
    assert CANARY.encode() not in every_byte(ledger.path)
    assert ledger.content(1, "case") is None
    assert ledger.assessment(2) == other
    verdict = verify(ledger.path, anchor)
    assert verdict.whole
    assert verdict.lines == 4
    assert ledger.erase_case(case.case_id) == ()


def test_an_erased_reviewer_leaves_no_byte_and_the_chain_whole(tmp_path, assessment, case) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    ledger.append(assessment, case)
    who, why = "reviewer.heron", "a reason about the heron"
    contested = assessment.model_copy(
        update={"contested": (Contested(rule_id="alpha.one", by=who, what="note", reason=why),)}
    )
    with ledger.chunk() as chunk:
        chunk.append_contest(
            contested, case, follows=1, finding="alpha.one", deed="note", remark=Remark(by=who, reason=why)
        )
    assert ledger.remark(2) == Remark(by=who, reason=why)
    assert b"heron" in every_byte(ledger.path)
    ledger.erase_reviewer(who)
    assert b"heron" not in every_byte(ledger.path)
    assert ledger.remark(2) is None
    assert ledger.assessment(1) == assessment
    assert verify(ledger.path).whole


def test_export_gives_every_line_so_that_anyone_can_check_the_chain(tmp_path, assessment, case) -> None:
    ledger = LedgerFile(tmp_path / "ledger", "cases")
    for _ in range(3):
        ledger.append(assessment, case)
    told = [json.loads(line) for line in ledger.export()]
    assert CANARY not in "".join(ledger.export())
    previous = told[0]["line"]["previous"]
    for one in told:
        assert one["line"]["previous"] == previous
        previous = sha256(json.dumps(one["line"], sort_keys=True, separators=(",", ":"), ensure_ascii=False))
        assert one["digest"] == previous
    assert str(ledger.anchor()) == f"3-{previous}"
    [first, *_] = (json.loads(line) for line in ledger.export(contents=True))
    assert first["contents"]["case"]["case_id"] == case.case_id


def test_an_anchor_is_read_as_it_is_printed() -> None:
    anchor = Anchor(3, "a" * 64)
    assert Anchor.of(f"{anchor}\n") == anchor
    with pytest.raises(AuditError):
        Anchor.of("3")


def append_many(path: Path, assessment: Assessment, lines: int, worker: int) -> None:
    ledger = LedgerFile(path)
    left = lines
    while left:
        size = min(left, 1 + (left + worker) % 7)
        with ledger.chunk() as chunk:
            for _ in range(size):
                chunk.append(assessment)
        left -= size


def test_eight_processes_append_ten_thousand_lines_and_none_is_lost(
    tmp_path, assessment, monkeypatch
) -> None:
    path = tmp_path / "ledger"
    # a new process must find this file again, and the installed library before the tree's
    monkeypatch.setattr(sys, "path", [*sys.path, str(Path(__file__).parent.parent)])
    start = multiprocessing.get_context("spawn").Process
    # the first to come makes the ledger, whoever that is
    workers = [start(target=append_many, args=(path, assessment, 1250, number)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 8
    verdict = verify(path)
    assert verdict.flaws == ()
    assert verdict.lines == 10_000
