"""What a ledger says, word for word: when it refuses, when it was tampered with, and in each line."""

from __future__ import annotations

import datetime
import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redflag.assessment import Assessment, Contested
from redflag.audit import Anchor, Entry, Flaw, LedgerFile, Line, Remark, verify
from redflag.audit.entries import Erased, keyed, line_id, sha256
from redflag.audit.storage import FORMAT, KEY_BYTES, TABLES, TRIGGERS, create
from redflag.case import Case
from redflag.errors import AuditError
from redflag.pack import read_pack
from redflag.record import canonical_json
from redflag.screening import Screener

NOON = datetime.datetime(
    2026, 3, 1, 12, 30, 15, 250_000, tzinfo=datetime.timezone(datetime.timedelta(hours=2))
)
KEY = b"a key of thirty-two bytes or so."
CASE = Case.model_validate({"case_id": "one", "as_of": "2024-01-01", "request": {"made": False}})


@pytest.fixture(scope="module")
def screener(tmp_path_factory, write_pack: Callable[..., Path]) -> Screener:
    return Screener(read_pack([write_pack(tmp_path_factory.mktemp("pack"))]))


@pytest.fixture(scope="module")
def assessment(screener: Screener) -> Assessment:
    return screener.screen(CASE)


@pytest.fixture
def ledger(tmp_path: Path, assessment: Assessment) -> LedgerFile:
    made = LedgerFile(tmp_path / "ledger", "cases", key=KEY, clock=lambda: NOON)
    for _ in range(3):
        made.append(assessment, CASE)
    return made


@pytest.fixture
def shared(tmp_path: Path, assessment: Assessment) -> Path:
    """A ledger with a key of its own."""
    made = LedgerFile(tmp_path / "shared", "cases")
    for _ in range(3):
        made.append(assessment, CASE)
    return made.path


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(AuditError) as caught:
        deed()
    return str(caught.value)


def forced(path: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Does to the database what it would refuse, and puts every guard back."""
    connection = sqlite3.connect(path, isolation_level=None)
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(*((statement,) if isinstance(statement, str) else statement))
    for trigger in TRIGGERS.values():
        connection.execute(trigger)
    connection.close()


def rows(path: Path, query: str) -> list[Any]:
    connection = sqlite3.connect(path)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


# -- refusals


def test_what_is_no_line_is_refused_with_a_mend(ledger: LedgerFile) -> None:
    place = ledger.path
    for wrong in ("", "x", "1.5", "1" * 19, "-1"):
        assert refused(lambda wrong=wrong: ledger.line(wrong)) == (
            f"{place}: not the id of a line; give an id as `redflag audit list` prints it"
        )
    assert refused(lambda: ledger.line("1" * 18)) == (
        f"{place}: there is no line {'1' * 18}; see redflag audit list"
    )
    assert refused(lambda: ledger.line("0")) == f"{place}: there is no line 0; see redflag audit list"
    assert refused(lambda: ledger.line("2-0123")) == (
        f"{place}: line 2 is not the one that this id names; see redflag audit verify"
    )
    assert ledger.line(" 2 ").number == 2
    assert ledger.line("2-").number == 2


def test_a_line_that_was_changed_is_not_handed_out(ledger: LedgerFile) -> None:
    forced(ledger.path, "UPDATE line SET body = body || ' ' WHERE number = 2")
    assert refused(lambda: ledger.line("2")) == (
        f"{ledger.path}: line 2 is not the one that this id names; see redflag audit verify"
    )
    forced(ledger.path, "UPDATE line SET body = '{}' WHERE number = 2")
    assert refused(lambda: list(ledger.lines())) == (
        f"{ledger.path}: line 2 is not one that this version wrote; see redflag audit verify"
    )


def test_content_that_was_changed_is_not_handed_out(ledger: LedgerFile) -> None:
    forced(ledger.path, "UPDATE content SET body = '{}' WHERE line = 2")
    for kind in ("assessment", "case"):
        assert refused(lambda kind=kind: ledger.content(2, kind)) == (
            f"{ledger.path}: the {kind} of line 2 is not the one that was written; see redflag audit verify"
        )
    assert ledger.assessment(1) is not None
    assert ledger.content(1, "remark") is None
    assert ledger.content(9, "case") is None


def test_what_cannot_be_opened_is_refused_with_a_mend(tmp_path: Path, ledger: LedgerFile) -> None:
    absent, text, folder = tmp_path / "absent", tmp_path / "text", tmp_path / "none" / "ledger"
    text.write_text("no ledger " * 500)
    told = f"{absent}: there is no such ledger; check the path"
    assert refused(lambda: LedgerFile(absent, must_exist=True)) == told
    assert refused(lambda: verify(absent)) == told
    told = f"{text}: this is not a ledger, or it is damaged; give a file made with --ledger"
    assert refused(lambda: LedgerFile(text)) == told
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE t (x)").connection.close()
    assert refused(lambda: verify(tmp_path / "other")) == told.replace("text:", "other:")
    assert refused(lambda: LedgerFile(folder)) == (
        f"{folder}: there is no such folder to write in; make it first"
    )
    assert refused(lambda: LedgerFile(absent, "all")) == (  # type: ignore[arg-type]
        'nothing is stored as "all"; use one of digests, assessments, cases'
    )
    told = f"{ledger.path}: this ledger does not hold its key; give the key that it was made with"
    assert refused(lambda: LedgerFile(ledger.path)) == told
    assert refused(lambda: verify(ledger.path)) == told
    assert refused(lambda: LedgerFile(ledger.path, key=b"another")) == (
        f"{ledger.path}: not the key of this ledger; give the key that it was made with"
    )
    assert refused(lambda: LedgerFile(tmp_path / "new").anchor()) == (
        f"{tmp_path / 'new'}: the ledger has no line yet"
    )
    for wrong in ("", "3", "3-abc", f"3-{'g' * 64}", f"{'1' * 19}-{'a' * 64}", f"x3-{'a' * 64}"):
        assert refused(lambda wrong=wrong: Anchor.of(wrong)) == (
            "not an anchor; give it as `redflag audit anchor` prints it"
        )
    assert Anchor.of(f" {'1' * 18}-{'a' * 64} ") == Anchor(int("1" * 18), "a" * 64)


def test_a_key_that_is_no_key_is_none(shared: Path) -> None:
    forced(shared, "UPDATE setting SET value = 'xyz' WHERE name = 'key'")
    told = f"{shared}: this ledger does not hold its key; give the key that it was made with"
    assert refused(lambda: LedgerFile(shared)) == told


def test_a_ledger_that_others_keep_busy_says_so(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("redflag.audit.storage.PATIENCE", 0.05)
    ledger = LedgerFile(shared)
    holder = sqlite3.connect(shared, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    told = f"{shared}: other processes kept the ledger busy; try again"
    assert refused(lambda: ledger.erase([1])) == told
    holder.close()
    reader = sqlite3.connect(shared, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM line").fetchone()
    assert refused(lambda: ledger.erase([1])) == (
        f"{shared}: erased, but other processes still hold the log in which it may be read; "
        "erase again when they have ended"
    )
    reader.close()
    assert ledger.content(1, "case") is None


def test_what_the_database_refuses_is_told_with_its_reason(shared: Path) -> None:
    with sqlite3.connect(shared) as connection:
        connection.execute("DROP TABLE progress")
        connection.execute("CREATE TABLE progress (name TEXT CHECK (name = 'x'), state TEXT)")
    connection.close()
    told = refused(lambda: _leave_word(LedgerFile(shared)))
    assert told.startswith(f"{shared}: the ledger cannot be used: ")


def _leave_word(ledger: LedgerFile) -> None:
    with ledger.chunk() as chunk:
        chunk.set_progress("batch", "half")


def test_a_ledger_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("redflag.audit.storage._put_in_place", full)
    assert refused(lambda: create(tmp_path / "ledger", "digests", None)) == (
        f"{tmp_path / 'ledger'}: the ledger cannot be made: No space left on device"
    )
    assert list(tmp_path.iterdir()) == []


# -- how a ledger is made


def test_a_new_ledger_is_one_file_with_its_tables_and_settings(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    create(path, "assessments", None)
    assert [one.name for one in tmp_path.iterdir()] == ["ledger"]
    settings = dict(rows(path, "SELECT name, value FROM setting"))
    assert sorted(settings) == ["format", "key", "key_check", "ledger", "store"]
    key = bytes.fromhex(settings["key"])
    assert (settings["format"], settings["store"], len(key)) == (FORMAT, "assessments", KEY_BYTES)
    assert len(bytes.fromhex(settings["ledger"])) == 32
    assert settings["key_check"] == keyed(key, "the key of this ledger")
    made = {sql for (sql,) in rows(path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    assert made >= {*TABLES, *TRIGGERS.values()}
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]
    create(tmp_path / "apart", "cases", KEY)
    settings = dict(rows(tmp_path / "apart", "SELECT name, value FROM setting"))
    assert "key" not in settings
    assert settings["key_check"] == keyed(KEY, "the key of this ledger")


def test_whoever_is_second_leaves_the_first_ledger_as_it_is(shared: Path) -> None:
    before = LedgerFile(shared).anchor()
    create(shared, "digests", None)
    assert LedgerFile(shared).anchor() == before
    assert not [one for one in shared.parent.iterdir() if one.name.startswith(".")]


def test_where_no_links_can_be_made_the_ledger_is_put_in_place_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", none)
    create(tmp_path / "ledger", "digests", KEY)
    first = rows(tmp_path / "ledger", "SELECT value FROM setting WHERE name = 'ledger'")
    create(tmp_path / "ledger", "digests", KEY)
    assert rows(tmp_path / "ledger", "SELECT value FROM setting WHERE name = 'ledger'") == first
    assert [one.name for one in tmp_path.iterdir()] == ["ledger"]
    assert stat.S_IMODE((tmp_path / "ledger").stat().st_mode) == 0o600


def test_a_store_that_is_not_known_keeps_the_least(shared: Path) -> None:
    forced(shared, "UPDATE setting SET value = 'everything' WHERE name = 'store'")
    assert LedgerFile(shared).store == "digests"
    assert LedgerFile(shared, "cases").store == "cases"


# -- what a line holds


def test_a_line_holds_what_was_set_and_keyed_digests_of_the_rest(
    ledger: LedgerFile, assessment: Assessment
) -> None:
    made = assessment.provenance
    [first, second, _] = ledger.lines()
    salts = {kind: (salt, body) for kind, salt, body in
             rows(ledger.path, "SELECT kind, salt, body FROM content WHERE line = 1")}  # fmt: skip
    assert salts["assessment"][1] == assessment.to_json()
    assert json.loads(salts["case"][1]) == CASE.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True
    )
    assert {len(salt) for salt, _ in salts.values()} == {16}
    told = first.model_dump(exclude_defaults=True)
    assert told == {
        "number": 1,
        "previous": rows(ledger.path, "SELECT value FROM setting WHERE name = 'ledger'")[0][0],
        "kind": "assessment",
        "when": "2026-03-01T10:30:15.250+00:00",
        "subject": keyed(KEY, "one"),
        "case": keyed(KEY, made.case_digest),
        "pack": keyed(KEY, made.pack_digest),
        "assessment": keyed(KEY, sha256(assessment.to_json())),
        "contents": {kind: keyed(KEY, body, salt) for kind, (salt, body) in salts.items()},
        "redflag_version": made.redflag_version,
        "pack_name": "small",
        "pack_version": "1.0.0",
        "as_of": "2024-01-01",
        "as_of_from": made.as_of_from,
        "base_rate": "balanced",
        "base_rate_value": 0.5,
    }
    assert second.previous == first.digest() == sha256(first.text())
    assert first.id == f"1-{first.digest()[:12]}" == line_id(1, first.digest())
    stored = rows(ledger.path, "SELECT digest, seal FROM line WHERE number = 1")
    assert stored == [(first.digest(), keyed(KEY, first.digest()))]


def test_a_model_is_named_by_its_digest_where_there_was_one(assessment: Assessment) -> None:
    assert "model" not in Entry.of(assessment, None, "digests").digests
    made = assessment.provenance.model_copy(update={"model_digest": "d" * 64})
    entry = Entry.of(assessment.model_copy(update={"provenance": made}), CASE, "digests")
    assert entry.digests["model"] == "d" * 64
    assert entry.contents == {}
    assert set(Entry.of(assessment, None, "cases").contents) == {"assessment"}
    assert set(Entry.of(assessment, CASE, "assessments").contents) == {"assessment"}


def test_a_contest_names_its_line_its_rule_and_its_deed_and_keeps_the_reason_apart(
    ledger: LedgerFile, screener: Screener
) -> None:
    off = screener.adapted("balanced", {"alpha.one": "the reviewer's reason", "beta.two": "kept"})
    contested = off.screen(CASE).model_copy(
        update={"contested": (Contested(rule_id="alpha.one", by="heron", what="strike", reason="why"),)}
    )
    with ledger.chunk() as chunk:
        name = chunk.append_contest(
            contested,
            CASE,
            follows=2,
            finding="alpha.one",
            deed="strike",
            remark=Remark(by="heron", reason="why"),
        )
    line = ledger.line(name)
    assert (line.kind, line.follows, line.finding, line.deed) == ("contest", 2, "alpha.one", "strike")
    assert [one.rule_id for one in line.switched_off] == ["beta.two"]
    assert set(line.contents) == {"assessment", "case", "remark"}
    assert ledger.remark(4) == Remark(by="heron", reason="why")
    assert ledger.remark(1) is None
    assert ledger.erase_reviewer("egret") == ()
    gone = ledger.erase_reviewer("heron")
    assert gone == (Erased(line=4, content="remark"), Erased(line=4, content="assessment"))
    [*_, last] = ledger.lines()
    assert (last.number, last.kind, last.erased, last.contents) == (5, "erasure", gone, {})
    assert ledger.erase([1], ["case"]) == (Erased(line=1, content="case"),)
    assert ledger.content(1, "assessment") is not None
    assert ledger.erase([1, 7]) == (Erased(line=1, content="assessment"),)


def test_is_of_compares_a_value_and_the_lack_of_one(ledger: LedgerFile) -> None:
    digest = keyed(KEY, "one")
    asked = [(digest, "one"), (digest, "two"), (None, None), (digest, None), (None, "one")]
    assert [ledger.is_of(*one) for one in asked] == [True, False, True, False, False]


def test_a_batch_leaves_word_how_far_it_came(ledger: LedgerFile) -> None:
    for state in ("half", "whole"):
        with ledger.chunk() as chunk:
            chunk.set_progress("batch", state)
            chunk.set_progress("another", "begun")
    with ledger.chunk() as chunk:
        told = [chunk.progress(name) for name in ("batch", "another", "none")]
        held = chunk.held()
    assert told == ["whole", "begun", None]
    assert held == {(number, kind) for number in (1, 2, 3) for kind in ("assessment", "case")}


def test_an_export_says_what_is_kept_only_where_asked(ledger: LedgerFile) -> None:
    ledger.erase([2], ["case"])
    told = [json.loads(one) for one in ledger.export()]
    assert [set(one) for one in told] == [{"id", "digest", "line"}] * 4
    lines = list(ledger.lines())
    assert [one["id"] for one in told] == [line.id for line in lines]
    assert [one["line"]["number"] for one in told] == [1, 2, 3, 4]
    contents = [json.loads(one)["contents"] for one in ledger.export(contents=True)]
    assert [sorted(one) for one in contents] == [
        ["assessment", "case"],
        ["assessment"],
        ["assessment", "case"],
        [],
    ]
    assert all(one.isascii() for one in ledger.export(contents=True))
    assert list(told[0]) == sorted(told[0])


def test_a_text_with_half_a_character_has_a_digest() -> None:
    assert len(sha256("\ud800")) == 64
    assert keyed(b"k", "\ud800") != keyed(b"k", "")
    assert keyed(b"k", "b", b"a") == keyed(b"k", "ab")


# -- what is wrong with a ledger

CHANGED = "UPDATE line SET body = body || ' ' WHERE number = 2"
FLAWS = {
    "a body changed": (
        [CHANGED],
        [
            "line 2: its content is not what was written: changed",
            "line 2: the assessment kept with it is not the one that was written",
            "line 2: the case kept with it is not the one that was written",
        ],
    ),
    "a digest changed": (
        ["UPDATE line SET digest = 'x' WHERE number = 2"],
        [
            "line 2: its content is not what was written: changed",
            "line 2: was not sealed with the key of this ledger: changed, moved or inserted",
            "line 3: does not follow line 2: one of the two was changed, moved or inserted",
        ],
    ),
    "a seal changed": (
        ["UPDATE line SET seal = 'x' WHERE number = 2"],
        ["line 2: was not sealed with the key of this ledger: changed, moved or inserted"],
    ),
    "no object": (
        ["UPDATE line SET body = '[]' WHERE number = 2"],
        [
            "line 2: its content is not what was written: changed",
            "line 2: the assessment kept with it is not the one that was written",
            "line 2: the case kept with it is not the one that was written",
        ],
    ),
    "a line removed": (
        ["DELETE FROM line WHERE number = 2"],
        [
            "line 2: missing here: line 2",
            "line 2: the assessment kept with it is not the one that was written",
            "line 2: the case kept with it is not the one that was written",
        ],
    ),
    "two lines removed": (
        ["DELETE FROM line WHERE number < 3", "DELETE FROM content WHERE line < 3"],
        ["line 1: missing here: lines 1 to 2"],
    ),
    "the tail cut": (
        ["DELETE FROM line WHERE number = 3", "DELETE FROM content WHERE line = 3"],
        ["line 3: lines were written up to 3, and the last here is 2: cut"],
    ),
    "all cut": (
        ["DELETE FROM line", "DELETE FROM content"],
        ["line 1: lines were written up to 3, and the last here is 0: cut"],
    ),
    "first and second swapped": (
        [
            "UPDATE line SET number = 9 WHERE number = 1",
            "UPDATE line SET number = 1 WHERE number = 2",
            "UPDATE line SET number = 2 WHERE number = 9",
            "DELETE FROM content",
            "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'line'",
        ],
        [
            "line 1: holds what was written as line 2: moved or inserted",
            "line 1: does not follow the name of this ledger: one of the two was changed, moved or inserted",
            "line 1: the assessment kept with it is gone, and no line says that it was erased",
            "line 1: the case kept with it is gone, and no line says that it was erased",
            "line 2: holds what was written as line 1: moved or inserted",
            "line 2: does not follow line 1: one of the two was changed, moved or inserted",
            "line 2: the assessment kept with it is gone, and no line says that it was erased",
            "line 2: the case kept with it is gone, and no line says that it was erased",
            "line 3: does not follow line 2: one of the two was changed, moved or inserted",
            "line 3: the assessment kept with it is gone, and no line says that it was erased",
            "line 3: the case kept with it is gone, and no line says that it was erased",
        ],
    ),
    "content gone": (
        ["DELETE FROM content WHERE line = 2 AND kind = 'case'"],
        ["line 2: the case kept with it is gone, and no line says that it was erased"],
    ),
    "content with a salt in words": (
        ["UPDATE content SET salt = 'salt' WHERE line = 1 AND kind = 'case'"],
        ["line 1: the case kept with it is not the one that was written"],
    ),
    "the sequence gone": (
        ["DELETE FROM sqlite_sequence"],
        ["line 4: lines were written up to 0, and the last here is 3: cut"],
    ),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_told_with_its_line_and_what_was_done(shared: Path, name: str) -> None:
    statements, told = FLAWS[name]
    forced(shared, *statements)
    verdict = verify(shared)
    assert [str(flaw) for flaw in verdict.flaws] == told
    assert not verdict.whole
    assert not verdict.anchored


def test_a_guard_that_is_not_as_it_was_is_named_last(shared: Path) -> None:
    forced(shared, CHANGED)
    connection = sqlite3.connect(shared)
    connection.execute("DROP TRIGGER content_is_never_changed")
    connection.close()
    assert [str(flaw) for flaw in verify(shared).flaws] == [
        "line 2: its content is not what was written: changed",
        "line 2: the assessment kept with it is not the one that was written",
        "line 2: the case kept with it is not the one that was written",
        "the guard content_is_never_changed is gone or was changed",
    ]
    assert Flaw(None, "x") != Flaw(0, "x")
    assert str(Flaw(0, "x")) == "line 0: x"


def test_an_anchor_tells_a_cut_and_a_rewriting(shared: Path, tmp_path: Path) -> None:
    head = LedgerFile(shared).anchor()
    verdict = verify(shared, head)
    assert (verdict.lines, verdict.head, verdict.anchored, verdict.flaws) == (3, head, True, ())
    assert [str(flaw) for flaw in verify(shared, Anchor(3, "a" * 64)).flaws] == [
        "line 3: is not the line of the anchor: the ledger was rewritten up to here"
    ]
    assert [str(flaw) for flaw in verify(shared, Anchor(5, "a" * 64)).flaws] == [
        "line 5: the line of the anchor is not there: the ledger was cut after line 3"
    ]
    empty = LedgerFile(tmp_path / "empty")
    assert verify(empty.path).head is None
    assert (verify(empty.path).lines, verify(empty.path).flaws) == (0, ())
    # a body put in place of the anchored one, with its digest left as it was
    copy = tmp_path / "copy"
    shutil.copy(shared, copy)
    forced(copy, ("UPDATE line SET body = ? WHERE number = 3", (canonical_json({"number": 3}),)))
    assert "line 3: is not the line of the anchor: the ledger was rewritten up to here" in [
        str(flaw) for flaw in verify(copy, head).flaws
    ]


def test_a_line_is_canonical_json_without_what_is_not_set() -> None:
    line = Line(number=1, previous="x", kind="assessment", when="now")
    assert line.text() == '{"kind":"assessment","number":1,"previous":"x","when":"now"}'
