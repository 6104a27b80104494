"""The commands about ledgers: what they print, and that they fail in one line."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redflag import cli

CASE: dict[str, Any] = {"case_id": "one", "as_of": "2024-01-01", "request": {"made": False}}
OTHER: dict[str, Any] = {"case_id": "two", "as_of": "2024-01-01", "request": {"made": True}}


@pytest.fixture
def here(tmp_path, write_pack: Callable[..., Path], monkeypatch) -> Path:
    """A folder with two packs, some cases and a ledger of two lines."""
    write_pack(tmp_path / "rules")
    write_pack(tmp_path / "stricter", {"alpha.one": {"when": {"fact": "request.made", "is": "true"}}})
    for case in (CASE, OTHER):
        (tmp_path / "cases").mkdir(exist_ok=True)
        (tmp_path / "cases" / f"{case['case_id']}.json").write_text(json.dumps(case))
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in (CASE, OTHER)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line: str, *more: str) -> int:
    try:
        return cli.main([*line.split(), *more])
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.fixture
def logged(here, capsys) -> Path:
    assert (
        run("screen cases/one.json cases/two.json --rules rules --ledger ledger --store cases --format jsonl")
        == 0
    )
    capsys.readouterr()
    return here / "ledger"


@pytest.mark.usefixtures("here")
def test_screen_keeps_a_record_and_says_under_which_id(capsys) -> None:
    assert run("screen cases/one.json --rules rules --ledger ledger") == 0
    told = capsys.readouterr().err
    assert "kept in ledger as 1-" in told
    assert run("audit list ledger") == 0
    assert capsys.readouterr().out.startswith(told.rpartition(" ")[2].strip())


def test_nothing_is_kept_of_what_was_not_told(here, capsys) -> None:
    (here / "bad.json").write_text("{")
    assert run("screen cases/one.json bad.json --rules rules --ledger ledger") == 2
    assert not (here / "ledger").exists()
    assert run("screen cases/one.json --store cases") == 2
    assert "name it: --ledger" in capsys.readouterr().err


def test_verify_anchor_and_export(logged, capsys) -> None:
    assert run("audit anchor ledger") == 0
    anchor = capsys.readouterr().out.strip()
    Path("anchor").write_text(anchor + "\n")
    for given in (anchor, "anchor"):
        assert run("audit verify ledger --anchor", given) == 0
        assert "2 lines, every one as it was written" in capsys.readouterr().out
    assert run("audit export ledger -o lines.jsonl") == 0
    lines = [json.loads(line) for line in Path("lines.jsonl").read_text().splitlines()]
    assert f"2-{lines[1]['digest']}" == anchor
    connection = sqlite3.connect(logged)
    connection.execute("DROP TRIGGER line_is_never_changed")
    connection.execute("UPDATE line SET body = replace(body, '2024', '2025') WHERE number = 1")
    connection.commit()
    connection.close()
    capsys.readouterr()
    assert run("audit verify ledger") == 1
    told = capsys.readouterr().out
    assert "line 1: its content is not what was written" in told
    assert run("audit report ledger -o report.html") == 1


def test_replay_gives_the_same_bytes_or_says_what_changed(logged, capsys) -> None:
    assert run("audit replay ledger 1 --rules rules -o again.json") == 0
    assert "byte for byte" in capsys.readouterr().out
    connection = sqlite3.connect(logged)
    [(stored,)] = connection.execute("SELECT body FROM content WHERE line = 1 AND kind = 'assessment'")
    connection.close()
    assert Path("again.json").read_text() == stored
    assert run("audit replay ledger 1 --rules stricter") == 1
    told = capsys.readouterr().out
    assert "changed pack: small 1.0.0" in told
    assert 'outcomes[alpha.one].status: "fired" → "clear"' in told
    assert run("audit replay ledger 1 --rules rules --case cases/two.json") == 1
    assert "changed case" in capsys.readouterr().out


@pytest.mark.usefixtures("logged")
def test_contest_shows_the_difference_and_keeps_both(capsys) -> None:
    command = "contest ledger 1 --finding alpha.one --by heron --rules rules --reason because"
    assert run(f"{command} --strike -o new.json") == 0
    told = capsys.readouterr().out
    assert told.startswith("3-")
    assert "outcomes[alpha.one]" in told
    assert json.loads(Path("new.json").read_text())["contested"][0]["what"] == "strike"
    Path("reply.yaml").write_text("request: {made: true}\n")
    assert run(f"{command} --counter-evidence reply.yaml") == 2
    assert "whose word" in capsys.readouterr().err
    assert (
        run(f"{command} --counter-evidence reply.yaml --party requesting_state --save-case answered.json")
        == 0
    )
    assert run("audit replay ledger 4 --rules rules --case answered.json") == 0
    assert run(f"{command} --strike --note") == 2
    assert run("audit list ledger") == 0
    assert "strike on alpha.one, follows line 1" in capsys.readouterr().out


@pytest.mark.usefixtures("logged")
def test_erase_says_what_is_gone(capsys) -> None:
    assert run("audit erase ledger") == 2
    assert run("audit erase ledger --case-id one") == 0
    assert "erased: case of line 1" in capsys.readouterr().out
    assert run("audit erase ledger 2") == 0
    assert run("audit verify ledger") == 0
    assert run("audit replay ledger 1 --rules rules") == 2
    assert "was erased" in capsys.readouterr().err


@pytest.mark.usefixtures("here")
def test_compare_two_packs_over_cases_in_every_form(capsys) -> None:
    assert run("audit compare rules stricter --cases cases") == 0
    told = capsys.readouterr().out
    assert "Gained, by rule:\n  alpha.one: 1 case (two)" in told
    assert "Lost, by rule:\n  alpha.one: 1 case (one)" in told
    assert "2 cases compared: 1 gained, 1 lost, 0 otherwise changed, 2 scores moved" in told
    assert run("audit compare rules stricter --cases cases.jsonl --format json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["by_rule"] == {"alpha.one": {"gained": ["two"], "lost": ["one"], "changed": []}}
    assert data["by_case"]["one"]["outcomes"][0]["after"] == "clear"
    assert len(data["scores"]) == 2
    assert run("audit compare rules stricter --cases cases --format table") == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["what"] for row in table if row["rule_id"]] == ["lost", "gained"]
    assert run("audit compare rules rules --cases cases") == 0
    assert capsys.readouterr().out.startswith("2 cases compared: 0 gained")


@pytest.mark.usefixtures("logged")
def test_compare_two_assessments_from_files_or_lines(capsys) -> None:
    assert run("audit compare 1 2 --ledger ledger") == 0
    by_line = capsys.readouterr().out
    for name in ("one", "two"):
        assert run(f"screen cases/{name}.json --rules rules --format json --output {name}.json") == 0
    assert run("audit compare one.json two.json") == 0
    assert capsys.readouterr().out == by_line
    assert "1 lost" in by_line
    assert run("screen cases/one.json --rules rules --format json --without-score --output bare.json") == 0
    assert run("audit compare one.json bare.json") == 2
    assert run("audit compare one.json absent.json") == 2
    assert run("audit compare 1 9 --ledger ledger") == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 3


def test_a_cell_is_never_a_formula(here, capsys) -> None:
    (here / "odd").mkdir()
    (here / "odd" / "a.json").write_text(json.dumps({**CASE, "case_id": "=1+1"}))
    assert run("audit compare rules stricter --cases odd --format table") == 0
    assert "\n'=1+1," in capsys.readouterr().out


@pytest.mark.usefixtures("logged")
def test_report_is_one_file() -> None:
    assert run("batch cases.jsonl -o out.jsonl --rules rules --ledger ledger") == 0
    assert run("audit report ledger -o report.html --against out.jsonl") == 0
    told = Path("report.html").read_text(encoding="utf-8")
    assert "4 assessments of 2 cases" in told
    assert "<svg" in told


@pytest.mark.usefixtures("here")
def test_batch_tells_what_it_did(capsys) -> None:
    with Path("cases.jsonl").open("a") as stream:
        stream.write("{}\n")
    assert run("batch cases.jsonl -o out.jsonl --rules rules --ledger ledger") == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "3 cases in out.jsonl, 3 of them now" in told.err
    assert "1 case could not be screened" in told.err
    assert run("batch cases.jsonl -o out.jsonl --rules rules --ledger ledger") == 2
    assert run("batch cases.jsonl -o out.jsonl --rules rules --ledger ledger --resume") == 0
    assert run("batch absent.jsonl -o new.jsonl --rules rules") == 2


@pytest.mark.usefixtures("here")
def test_a_key_can_be_kept_apart(capsys) -> None:
    Path("key").write_text("a key of thirty-two bytes or so.\n")
    assert run("screen cases/one.json --rules rules --ledger ledger --key key") == 0
    assert run("audit verify ledger --key key") == 0
    capsys.readouterr()
    assert run("audit verify ledger") == 2
    assert "does not hold its key" in capsys.readouterr().err
    Path("short").write_text("short")
    assert run("audit list ledger --key short") == 2


@pytest.mark.parametrize("deed", ["list", "verify", "anchor", "export", "replay x 1", "erase x --case-id a"])
@pytest.mark.usefixtures("here")
def test_what_is_no_ledger_is_refused_in_one_line(capsys, deed) -> None:
    command = f"audit {deed}" if " " in deed else f"audit {deed} x"
    assert run(command) == 2
    assert not Path("x").exists()
    Path("x").write_text("no ledger")
    assert run(command) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
