"""What stands on a terminal and not in a pipe: colour and progress; and what a shell completes."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from redflag import cli
from redflag.cli.completion import levels
from redflag.cli.terminal import Progress, coloured

BLOCK = "█"


class Terminal(io.StringIO):
    """A stream that says that somebody looks at it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def cases(tmp_path) -> Path:
    path = tmp_path / "cases.csv"
    path.write_text("case_id,request.made,Colour\na,no,x\nb,perhaps,y\n")
    return path


def on_terminal(*words: str, **environment: str) -> str:
    """What a command writes on a real terminal."""
    here, there = pty.openpty()
    surroundings = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    done = subprocess.Popen(
        [sys.executable, "-m", "redflag", *words],
        stdin=subprocess.DEVNULL, stdout=there, stderr=there,
        env={**surroundings, "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(there)
    told = b""
    try:
        while piece := os.read(here, 65536):
            told += piece
    except OSError:  # how a terminal says that nobody writes any more
        pass
    os.close(here)
    done.wait()
    return told.decode()


def test_a_terminal_sees_progress_and_colour(tmp_path, cases) -> None:
    told = on_terminal("batch", str(cases), "-o", str(tmp_path / "out"))
    assert f"{BLOCK * 24} 2 of 2 cases" in told
    assert "\033[1mredflag:\033[0m 2 cases in" in told


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_refused(tmp_path, cases, environment) -> None:
    told = on_terminal("batch", str(cases), "-o", str(tmp_path / "out"), **environment)
    assert "\033[1m" not in told
    assert ("\033" in told) == ("TERM" not in environment)
    assert "redflag: 2 cases in" in told


def test_quiet_tells_what_was_left_out_and_nothing_else(tmp_path, cases) -> None:
    for words in (["--quiet", "batch"], ["batch", "--quiet"]):
        told = on_terminal(*words, str(cases), "-o", str(tmp_path / words[0]), NO_COLOR="1")
        lines = told.splitlines()
        assert [line[:21] for line in lines] == [
            "redflag: left out: " + str(cases)[:2],
            "redflag: 1 case could",
        ]
        assert BLOCK not in told


def test_quiet_does_not_silence_a_fault(capsys) -> None:
    assert cli.main(["--quiet", "screen", "/nowhere/at/all.yaml"]) == 2
    assert capsys.readouterr().err.startswith("redflag: /nowhere/at/all.yaml: ")


def test_a_pipe_gets_neither_progress_nor_colour(tmp_path, cases, capsys) -> None:
    assert cli.main(["batch", str(cases), "-o", str(tmp_path / "out")]) == 0
    assert cli.main(["screen", str(cases), "--as-of", "2024"]) == 0
    told = capsys.readouterr()
    assert "\033" not in told.out + told.err
    assert BLOCK not in told.err


def test_a_report_on_a_terminal_says_the_same_words_with_headings_in_bold(monkeypatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    report = "Result\n------\nScore 0.9; band: high.\nA low line\n"
    told = coloured(report, Terminal())
    assert told == "\033[1mResult\033[0m\n------\nScore 0.9; band: \033[1;31mhigh\033[0m.\nA low line\n"
    assert coloured(report, io.StringIO()) == report
    assert coloured("band: low", Terminal()) == "band: low", "nothing found is never shown as all clear"


def test_progress_reaches_its_end_and_takes_its_line_away(monkeypatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress("cases", 3)
    for done in range(4):
        progress(done)
    progress.end()
    assert f"{BLOCK * 24} 3 of 3 cases" in stream.getvalue()
    assert stream.getvalue().endswith("\r\033[K")


# -- exit codes


def test_help_says_what_every_exit_code_means(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out.partition("exit codes:")[2]
    assert [line.split()[0] for line in told.splitlines() if line[2:3].isdigit()] == [
        "0",
        "1",
        "2",
        "130",
        "141",
    ]


# -- completion


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words."""
    code = (
        'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _redflag; '
        'printf "%s\\n" ${COMPREPLY[@]+"${COMPREPLY[@]}"}'
    )
    done = subprocess.run(
        ["bash", "-c", code, str(script), *words], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.fixture
def script(tmp_path, capsys) -> Path:
    assert cli.main(["completion", "bash"]) == 0
    path = tmp_path / "redflag.bash"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["redflag", "ba"], ["batch"]),
        (["redflag", "screen", "--format", "js"], ["json", "jsonl"]),
        (["redflag", "screen", "--without"], ["--without-score"]),
        (["redflag", "intake", ""], ["map", "check"]),
        (["redflag", "intake", "check", "--m"], ["--map"]),
        (["redflag", "schema", "c"], ["case"]),
        (["redflag", "--quiet", "sche"], ["schema"]),
        (["redflag", "screen", "--output", "x"], []),
        (["redflag", "screen", "x"], []),
        (["redflag", "nonsense", "--x"], []),
    ],
)
def test_bash_offers_what_may_come_next(script, words, offered) -> None:
    assert completed(script, *words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_option_and_word_is_in_every_script(shell, capsys) -> None:
    assert cli.main(["completion", shell]) == 0
    told = capsys.readouterr().out
    found = list(levels(cli._parser()))
    assert {"", "screen", "intake map", "rules list", "completion"} <= {level.path for level in found}
    for level in found:
        for word in (
            *level.commands,
            *level.words,
            *(word for words in level.takes.values() for word in words),
        ):
            assert word in told
        for option in level.options:
            wanted = option.lstrip("-") if shell == "fish" else option
            assert wanted in told


def test_json_on_a_terminal_stays_json(cases) -> None:
    told = on_terminal("screen", str(cases), "--format", "jsonl", "--quiet", "--as-of", "2024")
    lines = [line for line in told.splitlines() if line.startswith("{")]
    assert [json.loads(line)["case_id"] for line in lines] == ["a", "row 3"]
