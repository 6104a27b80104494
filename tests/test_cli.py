"""The command: what it prints, its exit codes, and that it fails in one line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from redflag import cli
from redflag.pack import shipped_pack_folder

CANARY = "kestrel-9471"
RULE = """\
id: family_pressure.relative_held
version: 1
title: A relative was held
effect: supports
status: draft
legal_basis: [iccpr-art-9]
when:
  some: relatives
  as: one
  where: {fact: one.measure, is: detained}
text: {signal: relative_held}
explain: A relative ({one.relation}) was {one.measure}.
if_unknown: Was a relative held?
collect: [Papers]
known_errors: [Another case]
innocent: [A case of their own]
weight: {log_lr_true: 1.0, log_lr_false: -0.2, basis: author_assigned, reason: A test}
"""
TESTS = """\
rule: family_pressure.relative_held
cases:
  - name: A sister was detained
    case: {relatives: [{relation: sister, measure: detained}]}
    expect: fired
  - name: A whole list without it
    case: {relatives: [{relation: sister, measure: dismissed}], complete: [relatives]}
    expect: clear
  - name: Nothing is known
    case: {}
    expect: undetermined
"""


@pytest.fixture
def pack(tmp_path) -> Path:
    """A pack of one rule, with its tests beside it."""
    folder = tmp_path / "own" / "rules"
    files = {
        "pack.yaml": "name: small\nversion: 0.1.0\nlicence: Apache-2.0\nstatus: draft\n",
        "families.yaml": "axes: [{id: conduct, title: 'What pressure?'}]\n"
        "families: [{id: family_pressure, axis: conduct, title: Family pressure, saturation: 2.0}]\n"
        "core: [family_pressure.relative_held]\n",
        "legal_basis.yaml": "provisions:\n"
        "- {id: iccpr-art-9, instrument: ICCPR, provision: Article 9, says: Liberty., confidence: medium}\n",
        "sources.yaml": "sources: []\n",
        "scoring.yaml": (shipped_pack_folder() / "scoring.yaml").read_text(encoding="utf-8"),
        "family_pressure/relative_held.yaml": RULE,
        "lexicons/relative_held.yaml": "id: relative_held\nsays: A relative was held.\n"
        "phrases:\n  en:\n    - sister .. arrested\n",
        "../tests/rules/family_pressure/relative_held.yaml": TESTS,
        "../tests/texts/family_pressure/relative_held.yaml": "rule: family_pressure.relative_held\n"
        "fires: [{name: Arrested, text: His sister was arrested in Lyon.}]\n"
        "silent: [{name: A visit, text: His sister came to Lyon.}]\n",
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def case(tmp_path) -> Path:
    """A case with one document beside it."""
    folder = tmp_path / "file"
    folder.mkdir()
    (folder / "note.txt").write_text("On 4 May 2020 his sister was arrested.", encoding="utf-8")
    path = folder / "case.yaml"
    path.write_text("case_id: c\nas_of: 2021-05-01\ndocuments: [{file: note.txt}]\n", encoding="utf-8")
    return path


@pytest.fixture
def run(pack, capsys):
    """Runs `redflag` with the small pack; gives exit code, output and errors."""

    def _run(*arguments, rules=True):
        given = [str(argument) for argument in arguments]
        if rules:
            given += ["--rules", str(pack)]
        try:
            code = cli.main(given)
        except SystemExit as ended:
            code = ended.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return _run


def is_refused(result, *told) -> None:
    """Exit code 2, nothing on standard output, one line a fault and no traceback."""
    code, out, err = result
    assert (code, out) == (2, "")
    assert err
    assert all(line.startswith("redflag: ") for line in err.splitlines())
    assert "Traceback" not in err
    for piece in told:
        assert piece in err


# -- screen


def test_screen_prints_a_report_and_its_date_comes_from_the_case(run, case):
    code, out, err = run("screen", case)

    assert (code, err) == (0, "")
    assert "Screening of c as of 2021-05-01" in out
    assert "«On 4 May 2020 his sister was arrested.» (note.txt, characters 0 to 38)" in " ".join(out.split())
    assert "As of 2021-05-01 (the case file)" in out


def test_json_is_one_object_for_one_input_and_a_list_for_several(run, case):
    one = run("screen", case, "--format", "json")
    two = run("screen", case, case.parent, "--format", "json")
    lines = run("screen", case, case.parent, "--format", "jsonl")

    assert json.loads(one[1])["case_id"] == "c"
    assert [json.loads(one[1])["score"]] * 2 == [each["score"] for each in json.loads(two[1])]
    assert len([json.loads(line) for line in lines[1].splitlines()]) == 2


def test_a_document_without_a_date_is_screened_as_of_today_and_the_command_says_so(run, case):
    code, _, err = run("screen", case.parent / "note.txt")
    as_json = run("screen", case.parent / "note.txt", "--format", "json")

    assert code == 0
    assert len(err.splitlines()) == 1
    assert "today, since the case gives no date" in err
    assert as_json[2] == ""
    assert json.loads(as_json[1])["provenance"]["as_of_from"] == "today, since the case gives no date"


def test_a_date_on_the_command_line_counts_before_the_case_s_own(run, case):
    told = json.loads(run("screen", case, "--as-of", "2021-01", "--format", "json")[1])["provenance"]

    assert (told["as_of"], told["as_of_from"]) == ("2021-01", "given on the command line")


def test_standard_input_is_a_text(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"On 4 May 2020 his sister was arrested.")))
    code, out, _ = run("screen", "-", "--format", "json")
    told = json.loads(out)

    assert code == 0
    assert (told["case_id"], told["provenance"]["as_of"]) == ("text", "2020-05-04")
    assert told["provenance"]["as_of_from"] == "the latest date that the text gives"
    assert [each["source"] for each in told["findings"][0]["evidence"]] == ["text"]


def test_base_rate_and_rules_switched_off_reach_the_assessment(run, case):
    told = json.loads(
        run(
            "screen", case, "--format", "json", "--base-rate", "0.1", "--state", "FRA",
            "--switch-off", "family_pressure.relative_held=Not for this court",
        )[1]
    )  # fmt: skip

    assert told["provenance"]["base_rate_value"] == 0.1
    assert told["findings"] == []
    assert told["provenance"]["switched_off"][0]["reason"] == "Not for this court"


def test_without_score_prints_none(run, case):
    told = json.loads(run("screen", case, "--format", "json", "--without-score")[1])

    assert (told["score"], told["band"], told["contributions"]) == (None, None, [])


def test_a_word_report_is_written_as_it_is(run, case, tmp_path):
    target = tmp_path / "out.docx"
    assert run("screen", case, "--format", "docx", "--output", target) == (0, "", "")
    assert target.read_bytes().startswith(b"PK")


def test_a_file_for_one_case_is_refused_for_two_before_either_is_screened(run, case):
    for form in ("html", "docx"):
        is_refused(run("screen", case, case, "--format", form), f"a report in {form} holds one case")


def test_a_language_that_no_report_is_told_in_is_refused(run, case):
    is_refused(run("screen", case, "--language", "xx"), 'no report language "xx"; use one of en')


def test_output_is_written_whole_or_not_at_all(run, case, tmp_path):
    target = tmp_path / "out.md"
    assert run("screen", case, "--format", "md", "--output", target) == (0, "", "")
    before = target.read_bytes()
    assert b"# Screening of c" in before

    is_refused(run("screen", case, tmp_path / "nowhere.yaml", "--output", target))
    assert before == target.read_bytes()
    assert {"own", "file", "out.md"} == {path.name for path in tmp_path.iterdir()}


def test_output_never_replaces_an_input_a_folder_or_a_device(run, case, tmp_path):
    text = case.read_text()
    is_refused(run("screen", case, "--output", case), "this is an input")
    is_refused(run("screen", case, "--output", tmp_path), "this is a folder")
    is_refused(run("screen", case, "--output", tmp_path / "no" / "where"), "there is no such folder")
    assert text == case.read_text()
    assert run("screen", case, "--output", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["screen"], "INPUT"),
        ([], "COMMAND"),
        (["screem"], "screem"),
        (["screen", "{case}", "--format", "pdf"], "pdf"),
        (["screen", "{case}", "--as-of", "2021-02-30"], "no such day in the calendar"),
        (["screen", "{case}", "--state", "XQZ"], "unknown state code"),
        (["screen", "{case}", "--base-rate", "balancd"], 'did you mean "balanced"?'),
        (["screen", "{case}", "--base-rate", "nan"], "between 0 and 1"),
        (["screen", "{case}", "--base-rate", "1"], "between 0 and 1"),
        (["screen", "{case}", "--switch-off", "family_pressure.relative_held"], "without a reason"),
        (["screen", "{case}", "--switch-off", "family_pressure.relative_hold=x"], "did you mean"),
        (["screen", "{case}.yml"], "there is no such file"),
        (["screen", "-", "-"], "standard input can be read once"),
        (["screen", "{case}", "--rules", "/no/such/folder"], "there is no such folder"),
        (["rules", "show", "family_pressure.relative_hold"], 'did you mean "family_pressure.relative_held"?'),
        (["rules", "list", "--family", "family_presure"], 'did you mean "family_pressure"?'),
    ],
)
def test_input_that_cannot_be_used_is_refused_in_a_line(run, case, arguments, told):
    with_rules = len(arguments) > 1
    is_refused(run(*(one.replace("{case}", str(case)) for one in arguments), rules=with_rules), told)


def test_every_fault_has_a_line_and_no_value_of_the_case_is_told(run, case):
    case.write_text(f"case_id: c\nas_of: {CANARY}\nrequest: {{made: {CANARY}}}\n")
    result = run("screen", case)

    is_refused(
        result, "case.yaml:2:1: as_of: not a date", "case.yaml:3:11: request.made: neither true nor false"
    )
    assert CANARY not in result[2]
    assert len(result[2].splitlines()) == 2


def test_a_defect_of_ours_shows_no_traceback_and_no_text_of_the_case(run, case, monkeypatch):
    def broken(*_, **__):
        raise KeyError(CANARY)

    monkeypatch.setattr("redflag.screening.Screener.screen", broken)
    result = run("screen", case)

    is_refused(result, "a defect of redflag: KeyError at test_cli.py:")
    assert CANARY not in result[2]


def test_an_interrupt_ends_quietly(run, case, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("redflag.screening.Screener.screen", interrupted)
    assert run("screen", case) == (130, "", "")


# -- schema and rules


@pytest.mark.parametrize("what", ["case", "assessment", "reading"])
def test_schema_prints_a_schema(run, what):
    code, out, _ = run("schema", what, rules=False)

    assert code == 0
    assert "case_id" in json.loads(out)["properties"]


def test_an_assessment_meets_its_own_schema(run, case):
    schema = json.loads(run("schema", "assessment", rules=False)[1])

    for asked in ((), ("--without-score",)):
        jsonschema.validate(json.loads(run("screen", case, "--format", "json", *asked)[1]), schema)


def test_rules_list_and_show(run):
    code, out, _ = run("rules", "list")
    assert code == 0
    assert out.splitlines() == [
        "family_pressure.relative_held  supports  draft  A relative was held",
        "1 rule",
    ]

    code, out, _ = run("rules", "show", "family_pressure.relative_held")
    assert code == 0
    for piece in (
        "one.measure is detained", "documents say relative_held", "Was a relative held?", "Another case",
        "ICCPR, Article 9 (confidence medium; check the text)", "+1 if it fired, -0.2 if clear",
        "author assigned: A test", "Tests: 3 on facts, 2 on texts",
    ):  # fmt: skip
        assert piece in out


def test_rules_test_counts_and_tells_what_failed(run, pack):
    code, out, err = run("rules", "test")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "1 of 1 texts that should fire, did",
        "1 of 1 that should not, did not",
        "5 tests, 0 not as expected",
    ]

    tests = pack.parent / "tests" / "rules" / "family_pressure" / "relative_held.yaml"
    tests.write_text(TESTS.replace("expect: clear", "expect: fired"))
    code, out, _ = run("rules", "test", "--family", "family_pressure")

    assert code == 1
    assert (
        f"{tests}:6: family_pressure.relative_held: A whole list without it: expected fired, got clear" in out
    )
    assert out.splitlines()[-1] == "5 tests, 1 not as expected"


def test_rules_lint_tells_what_is_wrong(run, pack):
    assert run("rules", "lint") == (0, "0 faults\n", "")

    rule = pack / "family_pressure" / "relative_held.yaml"
    rule.write_text(RULE.replace("one.measure, is", "one.measures, is"))
    code, out, err = run("rules", "lint", "--family", "family_pressure")

    assert (code, err) == (1, "")
    assert 'unknown fact "one.measures"; did you mean "one.measure"?' in out
    assert out.splitlines()[-1] == "1 fault"


def test_a_folder_of_more_rules_goes_on_top_and_an_empty_one_is_refused(run, tmp_path):
    more = tmp_path / "more"
    (more / "family_pressure").mkdir(parents=True)
    is_refused(run("rules", "list", "--rules", more), "there are no rules in it")
    (more / "family_pressure" / "other.yaml").write_text(
        RULE.replace("relative_held\nversion", "other\nversion")
    )

    assert run("rules", "list", "--rules", more)[1].splitlines()[-1] == "2 rules"


# -- the process itself


def process(*arguments, **more):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=120, check=False, **more
    )


def test_import_is_light_and_lazy():
    code = (
        "import sys, redflag; "
        "heavy = {'numpy', 'pandas', 'sklearn', 'scipy', 'joblib', 'pydantic', 'yaml'} & set(sys.modules); "
        "assert not heavy, heavy; "
        "assert all(hasattr(redflag, name) for name in redflag.__all__); "
        "assert not {'numpy', 'pandas', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    done = process("-c", code)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_public_names_are_sorted_and_all_there():
    import redflag

    assert sorted(redflag.__all__) == redflag.__all__
    assert set(redflag.__all__) <= set(dir(redflag))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        redflag.nothing  # noqa: B018


def test_the_command_runs_as_a_module_and_tells_its_version():
    done = process("-m", "redflag", "--version")

    assert done.returncode == 0
    assert done.stdout.startswith("redflag ")


def test_a_reader_that_goes_away_leaves_no_traceback(pack, case):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "redflag", "screen", str(case), "--rules", str(pack)],
            stdout=gone, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert (done.returncode, done.stderr) == (141, "")


def test_the_output_does_not_depend_on_the_hash_seed(pack, case):
    told = {
        process(
            "-m", "redflag", "screen", str(case), "--rules", str(pack), "--format", form,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
        for form in ("json",)
    }  # fmt: skip

    assert len(told) == 1
    assert told != {""}
