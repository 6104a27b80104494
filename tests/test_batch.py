"""A batch keeps its order and its count, whatever is wrong with a case and however often it is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from redflag.assessment import Unscreened
from redflag.audit import LedgerFile, verify
from redflag.audit.entries import sha256
from redflag.batch import Settings, batch
from redflag.errors import CaseError
from redflag.report import render

CANARY = "kestrel-9471"


@pytest.fixture(scope="module")
def rules(tmp_path_factory, write_pack: Callable[..., Path]) -> Path:
    return write_pack(tmp_path_factory.mktemp("pack") / "rules")


def case(number: int, **also: Any) -> dict[str, Any]:
    return {
        "case_id": f"case-{number}",
        "as_of": "2024-01-01",
        "request": {"made": number % 3 == 0},
        "documents": [{"id": "note", "text": f"Note {number}. The sister was arrested in May."}],
        **also,
    }


def write_cases(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps(case(number)) + "\n" for number in range(count)), encoding="utf-8")
    return path


@pytest.fixture
def cases(tmp_path) -> Path:
    return write_cases(tmp_path / "cases.jsonl", 150)


def read(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_line_is_what_screening_alone_gives(tmp_path, cases, rules) -> None:
    settings = Settings((rules,))
    done = batch(cases, tmp_path / "out", settings)
    assert (done.cases, done.this_run, done.unscreened) == (150, 150, 0)
    screener = settings.screener()
    wanted = [render(screener.screen(case(number), as_of_from="the case"), "jsonl") for number in range(150)]
    assert (tmp_path / "out").read_text(encoding="utf-8") == "".join(wanted)


def test_scores_alone_are_the_numbers_of_the_assessments(tmp_path, cases, rules) -> None:
    settings = Settings((rules,), form="scores")
    assert batch(cases, tmp_path / "scores", settings).cases == 150
    batch(cases, tmp_path / "whole", replace(settings, form="assessments"))
    for line, whole in zip(read(tmp_path / "scores"), read(tmp_path / "whole"), strict=True):
        for key in ("case_id", "score", "score_range", "band", "abstention"):
            assert line[key] == whole[key]
        assert line["as_of"] == whole["provenance"]["as_of"]
        assert line["fired"] == [one["rule_id"] for one in whole["outcomes"] if one["status"] == "fired"]
        scores = {family["id"]: family["score"] for family in whole["families"]}
        assert line["families"] == {name: scores[name] for name in line["families"]}
        assert all(scores[name] == 0 for name in scores if name not in line["families"])
    with pytest.raises(CaseError, match="other settings"):
        batch(cases, tmp_path / "whole", settings, resume=True)
    with pytest.raises(CaseError, match="ledger keeps assessments"):
        batch(cases, tmp_path / "other", settings, ledger=LedgerFile(tmp_path / "ledger"))


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_chunks_and_processes_do_not_show(tmp_path, cases, rules, chunk) -> None:
    batch(cases, tmp_path / "one", Settings((rules,)))
    batch(cases, tmp_path / "other", Settings((rules,)), chunk=chunk, jobs=1 if chunk == 1 else 2)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_bad_case_becomes_a_line_with_its_faults_and_nothing_of_its_text(tmp_path, rules) -> None:
    lines = [
        json.dumps(case(0)),
        "{" + CANARY,
        json.dumps([CANARY]),
        json.dumps(case(3, as_of=None, persn=CANARY)),
        '{"case_id": "a", "case_id": "b"}',
        "",
        json.dumps({"case_id": "dateless"}),
        json.dumps(case(6)),
    ]
    (tmp_path / "cases.jsonl").write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    ledger = LedgerFile(tmp_path / "ledger")
    done = batch(tmp_path / "cases.jsonl", tmp_path / "out", Settings((rules,)), ledger=ledger)
    told = read(tmp_path / "out")
    assert [one["case_id"] for one in told] == [
        "case-0", "line 2", "line 3", "line 4", "line 5", "line 7", "case-6", "line 9",
    ]  # fmt: skip
    bad = [Unscreened.model_validate(one) for one in told if "faults" in one]
    assert len(bad) == done.unscreened == 6
    assert all(one.faults for one in bad)
    assert CANARY not in "".join(one.model_dump_json() for one in bad)
    assert len(list(ledger.lines())) == 2


def test_a_case_without_a_date_takes_the_day_of_the_batch(tmp_path, rules) -> None:
    (tmp_path / "cases.jsonl").write_text('{"case_id": "dateless"}\n' + json.dumps(case(1)) + "\n")
    settings = Settings((rules,), otherwise_as_of="2023-03-03")
    batch(tmp_path / "cases.jsonl", tmp_path / "out", settings)
    assert [one["provenance"]["as_of"] for one in read(tmp_path / "out")] == ["2023-03-03", "2024-01-01"]
    batch(tmp_path / "cases.jsonl", tmp_path / "given", Settings((rules,), as_of="2022-02-02"))
    assert [one["provenance"]["as_of"] for one in read(tmp_path / "given")] == ["2022-02-02"] * 2
    with pytest.raises(CaseError, match="as_of"):
        batch(tmp_path / "cases.jsonl", tmp_path / "wrong", Settings((rules,), as_of="soon"))


def test_a_folder_gives_its_cases_by_name(tmp_path, rules) -> None:
    folder = tmp_path / "cases"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "case.yaml").write_text("case_id: second\nas_of: 2024-01-01\n")
    (folder / "b" / "note.txt").write_text("The sister was arrested.")
    (folder / "a.yaml").write_text("case_id: first\nas_of: 2024-01-01\n")
    (folder / "c.json").write_text("{}")
    (folder / ".hidden.yaml").write_text("case_id: hidden\n")
    batch(folder, tmp_path / "out", Settings((rules,)))
    assert [one["case_id"] for one in read(tmp_path / "out")] == ["first", "second", "c.json"]


@pytest.mark.parametrize("with_ledger", [False, True])
def test_a_resumed_batch_goes_on_where_it_was(tmp_path, cases, rules, with_ledger) -> None:
    batch(cases, tmp_path / "whole", Settings((rules,)))
    whole = (tmp_path / "whole").read_bytes()
    ledger = LedgerFile(tmp_path / "ledger", "assessments") if with_ledger else None

    class Killed(BaseException):
        pass

    def after(limit: int) -> Callable[[int], None]:
        def stop(cases_done: int) -> None:
            if cases_done >= limit:
                raise Killed

        return stop

    out = tmp_path / "out"
    for limit in (20, 40, 41, 90):
        with pytest.raises(Killed):
            batch(cases, out, Settings((rules,)), chunk=10, ledger=ledger, resume=True, progress=after(limit))
        with out.open("ab") as stream:  # written and never noted as done
            stream.write(b'{"case_id": "half')
    done = batch(cases, out, Settings((rules,)), chunk=10, ledger=ledger, resume=True)
    assert out.read_bytes() == whole
    assert done.cases == 150
    if ledger is not None:
        assert [line.number for line in ledger.lines()] == list(range(1, 151))
        told = [json.loads(line)["case_id"] for line in whole.decode().splitlines()]
        kept = [ledger.assessment(number) for number in range(1, 151)]
        assert [one.case_id for one in kept if one is not None] == told
    again = batch(cases, out, Settings((rules,)), ledger=ledger, resume=True)
    assert (again.cases, again.this_run) == (150, 0)


def test_what_cannot_be_resumed_is_refused(tmp_path, cases, rules) -> None:
    out, settings = tmp_path / "out", Settings((rules,))
    batch(cases, out, settings)
    before = out.read_bytes()
    with pytest.raises(CaseError, match="output already"):
        batch(cases, out, settings)
    with pytest.raises(CaseError, match="other settings"):
        batch(cases, out, Settings((rules,), base_rate=0.3), resume=True)
    with pytest.raises(CaseError, match="no word was left"):
        batch(cases, out, settings, resume=True, ledger=LedgerFile(tmp_path / "ledger"))
    lines = cases.read_bytes()
    cases.write_bytes(lines.replace(b"Note 3.", b"Note 4."))
    with pytest.raises(CaseError, match="first cases are not those"):
        batch(cases, out, settings, resume=True)
    cases.write_bytes(lines + json.dumps(case(150)).encode() + b"\n")
    assert batch(cases, out, settings, resume=True).this_run == 1
    assert out.read_bytes().startswith(before)
    out.write_bytes(before[:100])
    with pytest.raises(CaseError, match="shorter"):
        batch(cases, out, settings, resume=True)
    for source in (tmp_path / "none", tmp_path / "out"):
        with pytest.raises(CaseError):
            batch(source, tmp_path / "new", settings)


def test_memory_does_not_grow_with_the_number_of_cases(tmp_path, rules) -> None:
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom redflag.batch import Settings, batch\n"
        "batch(Path(sys.argv[1]), Path(sys.argv[2]), Settings((Path(sys.argv[3]),)))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for count in (200, 4000):
        source = write_cases(tmp_path / f"{count}.jsonl", count)
        command = [sys.executable, "-c", program, str(source), str(tmp_path / f"out{count}"), str(rules)]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    assert peaks[1] < peaks[0] * 1.15


def kill_until_done(arguments: list[str], kills: int, seed: int, longest: float) -> int:
    """Runs a batch, kills it at random moments with no warning, and resumes it; gives the kills made."""
    chance = random.Random(seed)
    made = 0
    while True:
        process = subprocess.Popen(
            [sys.executable, "-m", "redflag", "batch", *arguments, "--resume"], stderr=subprocess.DEVNULL
        )
        if made == kills:
            assert process.wait(600) == 0
            return made
        time.sleep(chance.uniform(0.05, longest))
        if process.poll() is not None:  # it was done before its turn came
            assert process.returncode == 0
            return made
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        made += 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_a_batch_that_was_killed_gives_what_an_unbroken_one_gives(tmp_path, rules) -> None:
    source = write_cases(tmp_path / "cases.jsonl", 1500)
    batch(source, tmp_path / "whole", Settings((rules,)))
    arguments = [str(source), "-o", str(tmp_path / "out"), "--ledger", str(tmp_path / "ledger")]
    arguments += ["--rules", str(rules)]
    assert kill_until_done(arguments, kills=3, seed=1, longest=1.6) >= 1
    assert (tmp_path / "out").read_bytes() == (tmp_path / "whole").read_bytes()
    verdict = verify(tmp_path / "ledger")
    assert verdict.flaws == ()
    assert verdict.lines == 1500
    ledger = LedgerFile(tmp_path / "ledger")
    lines = list(ledger.lines())
    for number in range(1500):
        assert ledger.is_of(lines[number].subject, f"case-{number}")


def test_the_ledger_holds_the_digest_of_each_line_that_was_written(tmp_path, cases, rules) -> None:
    from redflag.assessment import Assessment

    ledger = LedgerFile(tmp_path / "ledger")
    batch(cases, tmp_path / "out", Settings((rules,)), ledger=ledger)
    told = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
    for line, written in zip(ledger.lines(), told, strict=True):
        again = Assessment.model_validate_json(written)
        assert ledger.is_of(line.assessment, sha256(again.to_json()))
