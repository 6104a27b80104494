"""Tampering is found and named: any line changed, removed, moved or inserted; a cut or rewritten ledger."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.audit import Anchor, LedgerFile, Verdict, verify
from redflag.audit.entries import keyed, sha256
from redflag.audit.storage import TRIGGERS
from redflag.errors import AuditError
from redflag.pack import read_pack
from redflag.record import canonical_json
from redflag.screening import Screener

LINES = 9
numbers = st.integers(1, LINES)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory, write_pack: Callable[..., Path]) -> Path:
    """A ledger of a few lines, in one file."""
    screener = Screener(read_pack([write_pack(tmp_path_factory.mktemp("pack"))]))
    path = tmp_path_factory.mktemp("ledger") / "ledger"
    made = LedgerFile(path, "cases")
    for number in range(LINES):
        case = {"case_id": f"case {number}", "as_of": "2024-01-01", "request": {"made": number % 2 == 0}}
        assessment = screener.screen(case)
        made.append(assessment, assessment.provenance)
    return path


@contextmanager
def tampered(ledger: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A copy that somebody opens by force, and closes with every guard back in place."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        shutil.copy(ledger, path)
        connection = sqlite3.connect(path, isolation_level=None)
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection, path
        for statement in TRIGGERS.values():
            connection.execute(statement)
        connection.close()


def rows(connection: sqlite3.Connection) -> list[list[Any]]:
    query = "SELECT number, body, digest, seal FROM line ORDER BY number"
    return [list(row) for row in connection.execute(query)]


def write(connection: sqlite3.Connection, lines: list[list[Any]]) -> None:
    """Puts these lines in place of what is there, numbered from 1, as a careful hand would."""
    connection.execute("DELETE FROM line")
    connection.execute("DELETE FROM sqlite_sequence")
    for number, (_, body, digest, seal) in enumerate(lines, start=1):
        connection.execute("INSERT INTO line VALUES (?, ?, ?, ?)", (number, body, digest, seal))


def checked(connection: sqlite3.Connection, path: Path, anchor: Anchor | None = None) -> Verdict:
    for statement in TRIGGERS.values():
        connection.execute(statement)
    found = verify(path, anchor)
    for name in TRIGGERS:
        connection.execute(f"DROP TRIGGER {name}")
    return found


def flawed_lines(verdict: Verdict) -> set[int | None]:
    return {flaw.line for flaw in verdict.flaws}


def rechained(connection: sqlite3.Connection, lines: list[list[Any]]) -> list[list[Any]]:
    """The lines with every number, link, digest and seal made to fit, by one who has the key."""
    [(key,)] = connection.execute("SELECT value FROM setting WHERE name = 'key'")
    [(previous,)] = connection.execute("SELECT value FROM setting WHERE name = 'ledger'")
    found = []
    for number, (_, body, *_rest) in enumerate(lines, start=1):
        data = {**json.loads(body), "number": number, "previous": previous}
        text = canonical_json(data)
        previous = sha256(text)
        found.append([number, text, previous, keyed(bytes.fromhex(key), previous)])
    return found


def test_an_untouched_ledger_is_whole(ledger: Path) -> None:
    verdict = verify(ledger)
    assert verdict.flaws == ()
    assert verdict.lines == LINES
    assert verdict.head is not None
    assert verify(ledger, verdict.head).whole


@settings(max_examples=80, deadline=None)
@given(
    number=numbers,
    column=st.sampled_from(["body", "digest", "seal"]),
    place=st.integers(0, 10_000),
    byte=st.characters(codec="ascii"),
)
def test_any_changed_character_is_found_and_its_line_named(ledger, number, column, place, byte) -> None:
    with tampered(ledger) as (connection, path):
        [(text,)] = connection.execute(f"SELECT {column} FROM line WHERE number = ?", (number,))
        at = place % len(text)
        changed = text[:at] + byte + text[at + 1 :]
        connection.execute(f"UPDATE line SET {column} = ? WHERE number = ?", (changed, number))
        verdict = checked(connection, path)
        assert verdict.whole is (changed == text)
        if changed != text:
            assert number in flawed_lines(verdict)


@settings(max_examples=40, deadline=None)
@given(
    number=numbers,
    key=st.sampled_from(["as_of", "when", "pack", "assessment", "kind", "base_rate_value"]),
    reseal=st.booleans(),
)
def test_a_changed_line_with_its_digest_made_to_fit_is_found(ledger, number, key, reseal) -> None:
    with tampered(ledger) as (connection, path):
        [(body,)] = connection.execute("SELECT body FROM line WHERE number = ?", (number,))
        text = canonical_json({**json.loads(body), key: "2020-01-01"})
        digest = sha256(text)
        [(secret,)] = connection.execute("SELECT value FROM setting WHERE name = 'key'")
        connection.execute("UPDATE line SET body = ?, digest = ? WHERE number = ?", (text, digest, number))
        if reseal:
            seal = keyed(bytes.fromhex(secret), digest)
            connection.execute("UPDATE line SET seal = ? WHERE number = ?", (seal, number))
        verdict = checked(connection, path)
        # the next line gives it away; the last has none, and needs the seal or an anchor
        if not reseal:
            assert number in flawed_lines(verdict)
        elif number < LINES:
            assert number + 1 in flawed_lines(verdict)
        assert not checked(connection, path, verify(ledger).head).whole


@settings(max_examples=40, deadline=None)
@given(number=numbers, renumber=st.booleans())
def test_a_removed_line_is_found_and_named(ledger, number, renumber) -> None:
    with tampered(ledger) as (connection, path):
        lines = rows(connection)
        if renumber and number < LINES:
            write(connection, lines[: number - 1] + lines[number:])
        else:
            connection.execute("DELETE FROM line WHERE number = ?", (number,))
        assert number in flawed_lines(checked(connection, path))


@settings(max_examples=40, deadline=None)
@given(one=numbers, other=numbers)
def test_moved_lines_are_found_and_named(ledger, one, other) -> None:
    with tampered(ledger) as (connection, path):
        lines = rows(connection)
        lines.insert(other - 1, lines.pop(one - 1))
        write(connection, lines)
        verdict = checked(connection, path)
        assert verdict.whole is (one == other)
        if one != other:
            assert {one, other} <= flawed_lines(verdict)


@settings(max_examples=40, deadline=None)
@given(copied=numbers, place=st.integers(1, LINES + 1), fit=st.booleans())
def test_an_inserted_line_is_found_and_named(ledger, copied, place, fit) -> None:
    with tampered(ledger) as (connection, path):
        lines = rows(connection)
        added = list(lines[copied - 1])
        if fit:  # a forged line that follows the one before it, without the key
            body = {**json.loads(added[1]), "number": place, "as_of": "2020-01-01"}
            body["previous"] = lines[place - 2][2] if place > 1 else json.loads(lines[0][1])["previous"]
            added[1] = canonical_json(body)
            added[2] = sha256(added[1])
        lines.insert(place - 1, added)
        write(connection, lines)
        # a copy beside its own original leaves open which of the two it is
        named = flawed_lines(checked(connection, path))
        assert place in named or (not fit and place == copied and place + 1 in named)


@settings(max_examples=30, deadline=None)
@given(left=st.integers(0, LINES - 1), careful=st.booleans())
def test_a_cut_tail_is_found_with_an_anchor(ledger, left, careful) -> None:
    anchor = verify(ledger).head
    with tampered(ledger) as (connection, path):
        connection.execute("DELETE FROM line WHERE number > ?", (left,))
        connection.execute("DELETE FROM content WHERE line > ?", (left,))
        if careful:
            connection.execute("UPDATE sqlite_sequence SET seq = ?", (left,))
        assert checked(connection, path).whole is careful
        verdict = checked(connection, path, anchor)
        assert "cut" in str(verdict.flaws[-1])


@settings(max_examples=30, deadline=None)
@given(number=numbers, how=st.sampled_from(["changed", "removed", "inserted", "moved"]))
def test_a_ledger_rewritten_whole_is_found_with_an_anchor(ledger, number, how) -> None:
    anchor = verify(ledger).head
    with tampered(ledger) as (connection, path):
        lines = rows(connection)
        if how == "changed":
            lines[number - 1][1] = canonical_json({**json.loads(lines[number - 1][1]), "as_of": "2020-01-01"})
        elif how == "removed":
            lines.pop(number - 1)
        elif how == "inserted":
            lines.insert(number - 1, list(lines[0]))
        else:
            lines.insert(number % LINES, lines.pop(number - 1))
        connection.execute("DELETE FROM content")
        for line in lines:
            data = json.loads(line[1])
            data.pop("contents", None)
            line[1] = canonical_json(data)
        write(connection, rechained(connection, lines))
        assert checked(connection, path).whole  # by its own chain it is: hence the anchor
        assert not checked(connection, path, anchor).whole


def test_a_ledger_rewritten_whole_is_found_with_a_key_kept_apart(ledger, tmp_path) -> None:
    key = b"a key of thirty-two bytes or so."
    made = LedgerFile(tmp_path / "ledger", key=key)
    source = LedgerFile(ledger)
    for number in (1, 2, 3):
        found = source.assessment(number)
        assert found is not None
        made.append(found)
    with tampered(made.path) as (connection, path):
        lines = rows(connection)
        previous = json.loads(lines[0][1])["previous"]
        for line in lines:
            line[1] = canonical_json({**json.loads(line[1]), "as_of": "2020-01-01", "previous": previous})
            previous = line[2] = sha256(line[1])
        write(connection, lines)
        for statement in TRIGGERS.values():
            connection.execute(statement)
        assert flawed_lines(verify(path, key=key)) == {1, 2, 3}
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")


@settings(max_examples=30, deadline=None)
@given(
    number=numbers,
    kind=st.sampled_from(["assessment", "case"]),
    how=st.sampled_from(["changed", "removed", "salted", "moved"]),
)
def test_content_beside_the_chain_is_held_to_it(ledger, number, kind, how) -> None:
    with tampered(ledger) as (connection, path):
        place = (number, kind)
        if how == "changed":
            connection.execute("UPDATE content SET body = body || ' ' WHERE line = ? AND kind = ?", place)
        elif how == "removed":
            connection.execute("DELETE FROM content WHERE line = ? AND kind = ?", place)
        elif how == "salted":
            connection.execute("UPDATE content SET salt = x'00' WHERE line = ? AND kind = ?", place)
        else:
            connection.execute("UPDATE content SET line = 99 WHERE line = ? AND kind = ?", place)
        assert number in flawed_lines(checked(connection, path))


def test_a_guard_that_was_taken_away_is_missed(ledger, tmp_path) -> None:
    shutil.copy(ledger, tmp_path / "ledger")
    connection = sqlite3.connect(tmp_path / "ledger")
    connection.execute("DROP TRIGGER line_is_never_changed")
    connection.close()
    [flaw] = verify(tmp_path / "ledger").flaws
    assert str(flaw) == "the guard line_is_never_changed is gone or was changed"


def test_erased_content_that_comes_back_is_found(ledger, tmp_path) -> None:
    path = tmp_path / "ledger"
    shutil.copy(ledger, path)
    connection = sqlite3.connect(path)
    [kept] = connection.execute("SELECT * FROM content WHERE line = 2 AND kind = 'case'")
    connection.close()
    LedgerFile(path).erase([2])
    assert verify(path).whole
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO content VALUES (?, ?, ?, ?)", kept)
    connection.commit()
    connection.close()
    assert flawed_lines(verify(path)) == {2}


def test_every_flaw_is_told_in_words(ledger) -> None:
    """What a person reads of each kind of damage, word for word."""

    def told(damage: Callable[[sqlite3.Connection], object], anchor: Anchor | None = None) -> list[str]:
        with tampered(ledger) as (connection, path):
            damage(connection)
            return [str(flaw) for flaw in checked(connection, path, anchor).flaws]

    def written(at: int, /, **more: Any) -> Callable[[sqlite3.Connection], object]:
        def damage(connection: sqlite3.Connection) -> None:
            body = canonical_json({**json.loads(rows(connection)[at - 1][1]), **more})
            change = "UPDATE line SET body = ?, digest = ? WHERE number = ?"
            connection.execute(change, (body, sha256(body), at))

        return damage

    def run(*statements: str) -> Callable[[sqlite3.Connection], object]:
        return lambda connection: [connection.execute(one) for one in statements]

    moved = "changed, moved or inserted"
    unsealed = f"line 9: was not sealed with the key of this ledger: {moved}"
    unlike = "kept with it is not the one that was written"
    assert told(written(9, number=4)) == [
        "line 9: holds what was written as line 4: moved or inserted",
        unsealed,
    ]
    assert told(written(9, previous="x")) == [
        f"line 9: does not follow line 8: one of the two was {moved}",
        unsealed,
    ]
    assert told(written(1, previous="x"))[0] == (
        f"line 1: does not follow the name of this ledger: one of the two was {moved}"
    )
    assert told(run("UPDATE line SET seal = '' WHERE number = 9")) == [unsealed]
    gone = [f"line 9: the {kind} {unlike}" for kind in ("assessment", "case")]
    assert told(run("UPDATE line SET body = '[]' WHERE number = 9")) == [
        "line 9: its content is not what was written: changed",
        *gone,
    ]
    assert told(run("DELETE FROM line WHERE number = 4"))[0] == "line 4: missing here: line 4"
    assert told(run("DELETE FROM line WHERE number IN (4, 5)"))[0] == "line 4: missing here: lines 4 to 5"
    missing = "kept with it is gone, and no line says that it was erased"
    assert told(run("DELETE FROM content WHERE line = 2")) == [
        f"line 2: the assessment {missing}",
        f"line 2: the case {missing}",
    ]
    assert told(run("UPDATE content SET salt = 'text' WHERE line = 2 AND kind = 'case'")) == [
        f"line 2: the case {unlike}"
    ]
    assert told(run("UPDATE sqlite_sequence SET seq = 12")) == [
        "line 10: lines were written up to 12, and the last here is 9: cut"
    ]
    assert told(run("DELETE FROM sqlite_sequence")) == [
        "line 10: lines were written up to 0, and the last here is 9: cut"
    ]
    cut = run(*(f"DELETE FROM {one}" for one in ("line WHERE number = 9", "content WHERE line = 9")))
    assert told(cut, verify(ledger).head) == [
        "line 9: the line of the anchor is not there: the ledger was cut after line 8",
        "line 9: lines were written up to 9, and the last here is 8: cut",
    ]
    rewritten = "line 9: is not the line of the anchor: the ledger was rewritten up to here"
    assert told(run(), Anchor(9, "0" * 64)) == [rewritten]


def test_content_that_is_back_is_told_so(ledger, tmp_path) -> None:
    path = tmp_path / "ledger"
    shutil.copy(ledger, path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT * FROM content WHERE line = 2").fetchall()
    LedgerFile(path).erase([2])
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO content VALUES (?, ?, ?, ?)", kept)
    assert [str(flaw) for flaw in verify(path).flaws] == [
        f"line 2: the {kind} kept with it was erased, and is back" for kind in ("assessment", "case")
    ]


@pytest.mark.parametrize(
    "more",
    [{"erased": 5}, {"erased": "abc"}, {"erased": [{"line": [2]}]}, {"erased": [{}, 3]}, {"contents": [1]},
     {"contents": {"case": [1]}}, {"number": {"a": 1}}, {"number": 2.0}, {"previous": None}],
)  # fmt: skip
def test_a_line_of_any_shape_is_a_flaw_and_no_error(ledger, more) -> None:
    with tampered(ledger) as (connection, path):
        body = canonical_json({**json.loads(rows(connection)[1][1]), **more})
        change = "UPDATE line SET body = ?, digest = ? WHERE number = 2"
        connection.execute(change, (body, sha256(body)))
        assert 2 in flawed_lines(checked(connection, path))


SECRET = "kestrelquartz"
NO_TEXT = f"CAST(x'ff{SECRET.encode().hex()}' AS TEXT)"


@pytest.mark.parametrize(
    "damage",
    [
        f"UPDATE line SET body = {NO_TEXT} WHERE number = 2",
        f"UPDATE line SET digest = {NO_TEXT} WHERE number = 2",
        f"UPDATE line SET seal = {NO_TEXT} WHERE number = 2",
        f"UPDATE content SET body = {NO_TEXT} WHERE line = 2 AND kind = 'case'",
        f"UPDATE content SET kind = {NO_TEXT} WHERE line = 2 AND kind = 'case'",
        "UPDATE line SET body = x'00' WHERE number = 2",
        "UPDATE line SET digest = 5 WHERE number = 2",
    ],
)
def test_what_is_no_text_is_found_in_its_line_and_hides_no_other(ledger, damage) -> None:
    with tampered(ledger) as (connection, path):
        connection.execute(damage)
        connection.execute("UPDATE line SET seal = '' WHERE number = 7")
        assert {2, 7} <= flawed_lines(checked(connection, path))


def test_content_of_no_line_is_a_flaw_beside_others(ledger) -> None:
    with tampered(ledger) as (connection, path):
        connection.execute("INSERT INTO content VALUES ('no number', 'case', x'00', '')")
        connection.execute("INSERT INTO content VALUES (99, 'case', x'00', '')")
        assert flawed_lines(checked(connection, path)) == {None, 99}


def test_no_error_tells_what_a_damaged_ledger_holds(ledger) -> None:
    with tampered(ledger) as (connection, path):
        connection.execute(f"UPDATE content SET body = {NO_TEXT}")
        connection.execute(f"UPDATE line SET body = {NO_TEXT}")
        with pytest.raises(AuditError, match="not a ledger, or it is damaged") as told:
            LedgerFile(path).assessment(2)
        assert SECRET not in "".join(traceback.format_exception(told.value))
