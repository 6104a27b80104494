"""Packs and models from somebody else: they say what they say, and can do nothing."""

from __future__ import annotations

import ast
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import redflag
from redflag.compiled import Logic, _Writer
from redflag.conditions import AtLeast, FactIs, RuleFired, SignalHeard, Some
from redflag.conditions import Path as FactPath
from redflag.errors import ModelError, RedflagError, RuleError
from redflag.model import read_model, shipped_model_folder
from redflag.pack.read import read_file
from redflag.screening import Screener
from redflag.signals.compiling import MOST_PIECES
from redflag.tracing import _Writer as TraceWriter

PACKAGE = Path(redflag.__file__).parent
OWNED = "__import__('pathlib').Path('owned').touch()"

RULE = """id: family_pressure.planted
version: 1
title: x
indicators: []
effect: supports
status: draft
legal_basis: [rpd-art-34]
sources: [SEED]
when: {when}
explain: x
if_unknown: x?
collect: [x]
known_errors: [x]
innocent: [x]
weight: {{log_lr_true: 0.4, log_lr_false: -0.1, basis: author_assigned, reason: x}}
"""
LEXICON = """id: planted
says: x.
reviewed_by_native: {{en: no}}
slots: {{en: {slots}}}
phrases: {{en: [{phrase}]}}
"""
MADE = "{fact: request.made, is: true}"


def planted(folder: Path, when: str = MADE, lexicon: str = "") -> Path:
    """A pack of somebody else with one rule, and a lexicon if wanted."""
    (folder / "family_pressure").mkdir()
    text = RULE.format(when=when) + ("text: {signal: planted}\n" if lexicon else "")
    (folder / "family_pressure" / "planted.yaml").write_text(text, encoding="utf-8")
    if lexicon:
        (folder / "lexicons").mkdir()
        (folder / "lexicons" / "planted.yaml").write_text(lexicon, encoding="utf-8")
    return folder


def doubling_slots(levels: int) -> str:
    listed = ", ".join(f's{at}: ["{{s{at + 1}}} {{s{at + 1}}}"]' for at in range(levels))
    return LEXICON.format(slots=f"{{{listed}, s{levels}: [arrested, taken]}}", phrase='"{s0}"')


def used(folder: Path) -> None:
    """Loads a pack beside the shipped one and reads a text with it."""
    told = {"id": "a", "text": "They arrested my brother in 2019.", "language": "en"}
    Screener(rules=["default", folder]).screen({"case_id": "x", "as_of": "2024-01-01", "documents": [told]})


# -- packs


@pytest.mark.parametrize(
    "when",
    [
        f'{{some: contacts, as: "{OWNED}", where: {{fact: call.recorded, is: true}}}}',
        f'{{fact: "request.made) or {OWNED}", is: true}}',
        f'{{rule: "family_pressure.x\\"); {OWNED} #"}}',
        f'{{signal: "x\\"); {OWNED} #"}}',
        f'{{date: notice.issued_on, before: "{OWNED}"}}',
        f'!!python/object/apply:os.system ["{OWNED}"]',
        "{at_least: {n: " + "9" * 5000 + ", of: [" + MADE + "]}}",
        "{date: notice.issued_on, before: as_of, by_at_least: " + "9" * 40 + " years}",
        "{not: " * 70 + MADE + "}" * 70,
        "&a {any: [*a, *a]}",
    ],
)
def test_a_rule_that_would_be_code_or_without_bound_is_refused(tmp_path, monkeypatch, when):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "pack"
    folder.mkdir()

    with pytest.raises(RuleError):
        used(planted(folder, when))

    assert not (tmp_path / "owned").exists()


def test_words_of_a_rule_that_are_allowed_run_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "pack"
    folder.mkdir()
    where = "{fact: facts.recorded, is: true}"

    used(planted(folder, f"{{some: contacts, as: facts, where: {where}}}"))

    assert not (tmp_path / "owned").exists()


def test_slots_that_double_at_every_level_are_refused(tmp_path):
    with pytest.raises(RuleError, match=f"more than {MOST_PIECES} pieces"):
        used(planted(tmp_path, lexicon=doubling_slots(40)))


def test_slots_of_slots_within_bounds_are_read(tmp_path):
    used(planted(tmp_path, lexicon=doubling_slots(6)))


@pytest.mark.parametrize("phrase", ["(" * 3000 + "a" + ")" * 3000, "(a|b)? " * 30])
def test_a_phrase_without_bound_or_content_is_refused(tmp_path, phrase):
    with pytest.raises(RuleError, match=r"phrases\.en"):
        used(planted(tmp_path, lexicon=LEXICON.format(slots="{}", phrase=f'"{phrase}"')))


def test_a_pack_opens_nothing_that_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")

    with pytest.raises(RuleError, match="not a file that can be read to its end"):
        read_file(tmp_path / "a.yaml")


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40) | st.sampled_from(
    [OWNED, '"); x = (', "k0", "facts", "\n    return True", "'''", "#", "{get}", "%s"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=6, max_size=6, unique=True))
def test_no_word_of_a_rule_becomes_part_of_the_python_that_it_is_turned_into(words):
    first, *_ = words

    def writes(path: str, value: str, rule: str, signal: str, item: str, told: str) -> list[str]:
        fact = FactIs(FactPath(path, None, ()), (value,), told)
        listed = Some(FactPath(path, None, ()), item, fact, told)
        conditions = (fact, RuleFired(rule, told), SignalHeard(signal, told), listed)
        rules = {rule: Logic(fact, AtLeast(1, conditions, told), None, listed, fact)}
        writer = _Writer(rules)
        writer.asking(rules)
        tracing = TraceWriter()
        tracing.tracing(rule, rules[rule])
        return [*writer.lines, *tracing.lines]

    assert writes(*words) == writes("a.b", "c", "d.e", "f", "g", "h"), first


# -- models


def test_a_model_altered_in_any_one_value_is_refused(tmp_path):
    shipped = json.loads((shipped_model_folder() / "model.json").read_text(encoding="utf-8"))
    path = tmp_path / "model.json"

    for key, value in shipped.items():
        other = {**shipped, key: _altered(value)}
        path.write_text(json.dumps(other), encoding="utf-8")
        with pytest.raises(ModelError):
            read_model(path)


def _altered(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    if isinstance(value, list):
        return value[:-1]
    return {**value, **{next(iter(value)): _altered(next(iter(value.values())))}}


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"version": ' + "9" * 5000 + "}", "\x80\x04\x95.", "{}", "NaN"]
)
def test_what_is_no_model_is_refused(tmp_path, text):
    path = tmp_path / "model.json"
    path.write_text(text, encoding="latin-1")

    with pytest.raises(RedflagError):
        read_model(path)


# -- the source


RUNS_WHAT_IT_READS = {
    "pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "code", "codeop", "runpy",
    "pty", "jsonpickle",
}  # fmt: skip
REACHES_OUT = {
    "socket", "ssl", "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib",
    "poplib", "imaplib", "telnetlib", "xmlrpc", "webbrowser", "socketserver",
}  # fmt: skip
STARTS = {"subprocess", "multiprocessing", "ctypes", "os.system", "os.popen"}
STARTERS = {"intake/pdf.py": {"subprocess"}, "intake/pdfprocess.py": {"ctypes"}}
"""Who may start a process, or call into a library in C, and why: PDFs are read in a process of their own."""
CALLS = {
    "eval", "exec", "compile", "__import__", "breakpoint", "os.system", "os.popen", "yaml.load",
    "yaml.unsafe_load", "joblib.load", "joblib.dump",
}  # fmt: skip
CALLERS = {"written.py": {"exec", "compile"}}
"""Rules are turned into Python, of which no word is theirs: the law above."""


def test_no_module_unpickles_evaluates_or_reaches_out():
    modules = sorted(PACKAGE.rglob("*.py"))
    assert len(modules) > 100
    found = {}
    for module in modules:
        name = module.relative_to(PACKAGE).as_posix()
        used_here = _used(ast.parse(module.read_text(encoding="utf-8")))
        allowed = STARTERS.get(name, set()) | CALLERS.get(name, set())
        if left := used_here - allowed:
            found[name] = left

    assert found == {}


def _used(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(_told(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.update(_told(f"{node.module}.{alias.name}") for alias in node.names)
            found.add(_told(node.module))
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in CALLS:
                found.add(called)
            if called in (
                "os.system",
                "os.popen",
                "yaml.load",
                "yaml.unsafe_load",
                "joblib.load",
                "joblib.dump",
            ):
                found.add(called)
            if called.endswith((".read_pickle", ".to_pickle", ".eval")):
                found.add(called)
    return found - {""}


def _told(module: str) -> str:
    banned = RUNS_WHAT_IT_READS | REACHES_OUT | STARTS
    steps = module.split(".")
    return next((".".join(steps[:at]) for at in (1, 2) if ".".join(steps[:at]) in banned), "")


# -- what the README promises


HOLDS = {
    "to run something, or fetch it": (
        "test_intake_formats.py::test_a_word_file_resolves_no_entity_and_opens_no_file",
        "test_intake_formats.py::test_a_page_resolves_no_entity_of_its_own",
        "test_intake_formats.py::test_a_pdf_with_scripts_files_and_links_is_just_its_text",
        "test_intake.py::test_a_case_file_reaches_no_file_outside_its_folder",
    ),
    "to use up time or memory": (
        "test_intake_pdf.py::test_a_page_that_grows_without_end_costs_its_own_file_and_nothing_else",
        "test_intake_formats.py::test_an_archive_that_swells_is_not_unpacked",
        "test_intake_formats.py::test_archives_inside_one_another_end",
        "test_intake_formats.py::test_more_papers_than_are_read_are_told",
    ),
    "the same by many files": (
        "test_intake_pdf.py::test_a_folder_of_hostile_files_ends_when_the_time_for_a_case_is_used_up",
        "test_intake_pdf.py::test_pages_are_counted_over_all_files_of_a_case",
        "test_intake_pdf.py::test_an_archive_of_costly_files_is_given_up_after_a_few",
    ),
    "to write outside, by names in archives": (
        "test_intake_hostile.py::test_any_members_under_any_names",
        "test_intake_hostile.py::test_a_safe_name_leads_nowhere_and_stays_as_it_is",
    ),
    "to put words in that no person sees": (
        "test_intake_pdf.py::test_words_that_nobody_sees_are_left_out_and_told",
        "test_intake_formats.py::test_what_word_shows_to_nobody_is_left_out_and_told",
        "test_intake_formats.py::test_hidden_text_of_a_page_is_left_out_and_that_is_said",
    ),
    "to hide words from the search": (
        "test_lookalikes.py::test_so_does_one_that_is_also_strewn_with_what_nobody_sees",
    ),
    "to date a thing by the page before it": (
        "test_metamorphic.py::test_paragraphs_without_a_date_take_none_from_their_neighbours",
    ),
    "to give orders to a machine": ("test_flooding.py::test_orders_to_a_machine_move_nothing",),
    "to flood or pad the file": (
        "test_flooding.py::test_ten_thousand_times_one_phrase_is_one_phrase",
        "test_flooding.py::test_a_story_padded_with_praise_of_every_kind_comes_to_what_one_of_each_comes_to",
    ),
    "to vouch for itself": (
        "test_flooding.py::test_every_counter_turns_a_deaf_ear_to_the_requesting_state",
        "test_flooding.py::test_a_state_that_praises_itself_moves_nothing",
    ),
    "to run a script in the reader's browser": (
        "test_report_html.py::test_a_page_needs_nothing_from_anywhere",
        "test_report_html.py::test_an_address_that_is_none_of_the_web_is_told_and_not_linked",
    ),
    "to run code, use up memory, read files": (
        "test_untrusted.py::test_a_rule_that_would_be_code_or_without_bound_is_refused",
        "test_untrusted.py::test_no_word_of_a_rule_becomes_part_of_the_python_that_it_is_turned_into",
        "test_untrusted.py::test_slots_that_double_at_every_level_are_refused",
        "test_untrusted.py::test_a_pack_opens_nothing_that_is_no_file",
    ),
    "to alter a result unseen": (
        "test_untrusted.py::test_a_model_altered_in_any_one_value_is_refused",
        "test_pack_kept.py::test_what_is_asked_of_the_kept_pack_is_checked_as_ever",
    ),
    "nothing, and sends the file on": (
        "test_redact.py::test_names_towns_and_contacts_go_and_what_happened_stays",
        "test_report_html.py::test_a_privileged_mark_stands_on_every_printed_page_and_within_the_policy",
    ),
    "to read what passes through": (
        "test_private.py::test_no_command_reaches_out_or_runs_what_it_read_and_nothing_stays_behind",
        "test_private.py::test_what_is_installed_does_its_work_without_a_network",
        "test_private.py::test_training_keeps_what_the_cases_tell_to_itself",
        "test_private.py::test_no_error_and_no_traceback_tells_a_value_of_a_case",
        "app/test_app_http.py::test_under_watch_it_reaches_out_to_nobody_and_leaves_nothing_behind",
    ),
    "nothing, and leaves its rules in the cache": (
        "test_pack_kept.py::test_two_installs_keep_theirs_side_by_side",
        "test_pack_kept.py::test_what_stands_under_the_name_of_another_is_not_trusted",
        "test_pack_kept.py::test_only_the_latest_are_kept_and_others_are_left_alone",
    ),
    "an assessment that never was": (
        "test_audit_verify.py::test_any_changed_character_is_found_and_its_line_named",
        "test_audit_verify.py::test_a_ledger_rewritten_whole_is_found_with_an_anchor",
    ),
    "to stop whoever verifies it": (
        "test_audit_verify.py::test_a_line_of_any_shape_is_a_flaw_and_no_error",
        "test_audit_verify.py::test_what_is_no_text_is_found_in_its_line_and_hides_no_other",
    ),
}
"""By what somebody wants, as the README's threat model has it, the tests that fail without what stops it."""


def test_every_line_of_the_threat_model_has_tests_by_name_that_are_there():
    tests = Path(__file__).parent
    told = (tests.parent / "README.md").read_text(encoding="utf-8")
    table = told.partition("## Threat model")[2].partition("## ")[0]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines() if line[:1] == "|"
    ][2:]

    assert {wants for _, wants, _, _ in rows} == HOLDS.keys()
    for _, wants, _, named in rows:
        files = re.findall(r"`([^`]+)`", named)
        held = {test.partition("::")[0] for test in HOLDS[wants]}
        assert files
        assert {*files} <= held, wants
        for test in HOLDS[wants]:
            file, _, name = test.partition("::")
            defined = ast.parse((tests / file).read_text(encoding="utf-8")).body
            assert name in {one.name for one in defined if isinstance(one, ast.FunctionDef)}, test
