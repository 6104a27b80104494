"""A pack from its folder: every fault at once with its place, and a digest of words and law alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.errors import RuleError
from redflag.facts import DISPUTED, FactBase
from redflag.pack import Judged, RulePack, read_pack

Write = Callable[..., Path]
Gather = Callable[..., FactBase]

MADE = {"fact": "request.made", "is": "true"}
RED = {"fact": "notice.kind", "is": "red_notice"}


def faults(folder: Path, **options: Any) -> list[str]:
    with pytest.raises(RuleError) as caught:
        read_pack([folder], **options)
    told = [str(fault).removeprefix(f"{folder}{os.sep}") for fault in caught.value.faults]
    assert len(str(caught.value).splitlines()) == len(told)
    return told


def one_fault(folder: Path, **options: Any) -> str:
    (told,) = faults(folder, **options)
    return told


def pack_of(write_pack: Write, folder: Path, rules: Mapping[str, Any], **options: Any) -> RulePack:
    return read_pack([write_pack(folder, rules)], **options)


def statuses(judged: tuple[Judged, ...]) -> dict[str, str]:
    return {one.rule.id: one.status for one in judged}


# -- what is read


def test_a_small_pack_is_read(write_pack: Write, tmp_path: Path) -> None:
    pack = pack_of(write_pack, tmp_path, {"beta.two": {}, "alpha.one": {}})
    assert [rule.id for rule in pack.rules] == ["alpha.one", "beta.two"]
    assert pack.rule("beta.two").family == "beta"
    assert [family.id for family in pack.families] == ["alpha", "beta"]
    assert pack.about.name == "small"
    assert set(pack.provisions) == {"law-1"}
    assert set(pack.literature) == {"REP1"}
    assert [lexicon.id for lexicon in pack.lexicons.lexicons] == ["relative_arrested"]
    with pytest.raises(KeyError):
        pack.rule("alpha.two")


def test_the_folders_on_top_add_their_rules_and_lexicons(write_pack: Write, tmp_path: Path) -> None:
    base = write_pack(tmp_path / "base")
    (tmp_path / "own" / "lexicons").mkdir(parents=True)
    (tmp_path / "own" / "beta").mkdir()
    rule = (base / "alpha" / "one.yaml").read_text().replace("alpha.one", "beta.mine")
    (tmp_path / "own" / "beta" / "mine.yaml").write_text(rule)
    (tmp_path / "own" / "lexicons" / "house_searched.yaml").write_text(
        "{id: house_searched, says: A house was searched., phrases: {en: [house was searched]}}"
    )
    pack = read_pack([base, tmp_path / "own"])
    assert [rule.id for rule in pack.rules] == ["alpha.one", "beta.mine"]
    assert [lexicon.id for lexicon in pack.lexicons.lexicons] == ["house_searched", "relative_arrested"]
    assert pack.digest != read_pack([base]).digest


def test_a_retired_rule_is_not_asked_and_still_has_its_name(
    write_pack: Write, tmp_path: Path, facts_of: Gather
) -> None:
    rules = {"alpha.one": {"status": "retired"}, "alpha.two": {"when": {"rule": "alpha.one"}}}
    pack = pack_of(write_pack, tmp_path, rules)
    assert statuses(pack.evaluate(facts_of({"request": {"made": False}}))) == {"alpha.two": "undetermined"}


def test_each_rule_comes_after_those_that_it_names(write_pack: Write, tmp_path: Path) -> None:
    rules = {
        "alpha.a": {"when": {"any": [{"rule": "alpha.b"}, {"rule": "beta.c"}]}},
        "alpha.b": {"when": {"rule": "beta.d"}},
        "alpha.z": {"when": {"beside": "supports"}},
        "beta.c": {"when": {"rule": "beta.d"}},
        "beta.d": {},
        "beta.e": {"when": {"rule": "alpha.z"}},
    }
    order = [question.rule.id for question in pack_of(write_pack, tmp_path, rules).questions]
    assert sorted(order) == sorted(rules)
    for later, sooner in [("alpha.a", "alpha.b"), ("alpha.a", "beta.c"), ("alpha.b", "beta.d"),
                          ("beta.c", "beta.d"), ("alpha.z", "alpha.a"), ("beta.e", "alpha.z")]:  # fmt: skip
        assert order.index(sooner) < order.index(later)


# -- what is refused

RULE_TEXT = """\
id: alpha.one
version: 1
title: A title
effect: supports
status: draft
legal_basis: [law-1]
when:
  all:
    - {fact: request.made, is: false}
    - {fact: notice.kin, is: red_notice}
explain: Found.
if_unknown: What happened?
weight: {log_lr_true: 1.0, log_lr_false: -0.2, basis: author_assigned, reason: chosen}
"""


def test_an_unknown_path_is_told_with_its_line_and_the_nearest_one(write_pack: Write, tmp_path: Path) -> None:
    told = one_fault(write_pack(tmp_path, {"alpha.one": RULE_TEXT}))
    assert told == (
        'alpha/one.yaml:10:8: when.all[1].fact: unknown fact "notice.kin"; did you mean "notice.kind"?'
    )


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"when": {"signal": "relative_arested"}}, 'unknown signal "relative_arested"; did you mean'),
        ({"when": {"all": []}}, "a group needs at least one condition"),
        ({"when": {"rule": "alpha.on"}}, 'unknown rule "alpha.on"; did you mean "alpha.one"?'),
        ({"when": {"fact": "requesting_state", "is": "RUS"}}, 'no rule may rest on "requesting_state"'),
        ({"unless": {"fact": "notice.kin", "is": "x"}}, 'unless.fact: unknown fact "notice.kin"'),
        ({"applies_when": {"some": "relativs"}}, 'applies_when.some: unknown list "relativs"'),
        ({"text": {"signal": "nothing"}}, 'text.signal: unknown signal "nothing"'),
        ({"contradicted_by": {"any": []}}, "contradicted_by.any: a group needs at least one condition"),
        ({"id": "alpha.other"}, 'the id "alpha.other" is not the path of the file; its path says alpha.one'),
        ({"id": "Alpha"}, "id: string should match pattern"),
        ({"legal_basis": ["law-1", "law-2"]}, 'legal_basis names nothing: "law-2"; did you mean "law-1"?'),
        ({"sources": ["REP2"]}, 'sources names nothing: "REP2"; did you mean "REP1"?'),
        ({"answers": ["alfa"]}, 'answers names nothing: "alfa"; did you mean "alpha"?'),
        ({"titel": "x"}, 'unknown key "titel"; did you mean "title"?'),
        ({"when": None}, "a rule needs when, text or both"),
        ({"effect": "counters"}, "supports needs log_lr_true above 0, counters below 0"),
        ({"effect": "caveat"}, "a caveat has no weight, and every other rule has one"),
        ({"weight": None}, "a caveat has no weight, and every other rule has one"),
        ({"status": "reviewed"}, "a reviewed rule needs a named reviewer; add reviewers or write draft"),
        ({"version": 0}, "version: input should be greater than or equal to 1"),
        ({"in_force": {"from": "2021-13"}}, "in_force.from: no such day in the calendar"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(
    write_pack: Write, tmp_path: Path, rule: dict[str, Any], told: str
) -> None:
    fault = one_fault(write_pack(tmp_path, {"alpha.one": rule}))
    assert re.match(r"alpha/one\.yaml:\d+:\d+: ", fault)
    assert told in fault


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        ({"log_lr_true": 1.0, "log_lr_false": 0.2}, "must have opposite signs"),
        ({"log_lr_true": 0, "log_lr_false": -0.2}, "must have opposite signs"),
        ({"basis": "expert"}, "a weight by an expert needs a name; add by"),
        ({"basis": "estimated"}, "an estimated weight needs its data; add data"),
        ({"basis": "guessed"}, "not one of the words known here"),
        ({"reason": ""}, "weight.reason"),
        ({"log_lr_true": "inf"}, "weight.log_lr_true"),
    ],
)
def test_a_weight_says_where_it_comes_from(
    write_pack: Write, tmp_path: Path, weight: dict[str, Any], told: str
) -> None:
    whole = {
        "log_lr_true": 1.0,
        "log_lr_false": -0.2,
        "basis": "author_assigned",
        "reason": "chosen",
        **weight,
    }
    assert told in one_fault(write_pack(tmp_path, {"alpha.one": {"weight": whole}}))


def test_a_counter_names_the_families_that_it_answers(write_pack: Write, tmp_path: Path) -> None:
    weight = {"log_lr_true": -1.0, "log_lr_false": 0.2, "basis": "author_assigned", "reason": "chosen"}
    rule = {"effect": "counters", "weight": weight}
    assert "names the families that it answers" in one_fault(write_pack(tmp_path, {"alpha.one": rule}))
    assert read_pack([write_pack(tmp_path, {"alpha.one": {**rule, "answers": ["beta"]}})]).rule("alpha.one")


@pytest.mark.parametrize("length", [1, 2, 3])
def test_rules_that_name_each_other_in_a_circle_are_refused(
    write_pack: Write, tmp_path: Path, length: int
) -> None:
    names = [f"alpha.r{number}" for number in range(length)]
    rules = {
        name: {"when": {"rule": names[(place + 1) % length]}, "version": 1}
        for place, name in enumerate(names)
    }
    told = one_fault(write_pack(tmp_path, rules))
    assert re.match(r"alpha/r\d\.yaml:\d+:\d+: id: rules name each other in a circle: ", told)
    assert all(name in told for name in names)


def test_the_faults_of_every_file_are_told_at_once(write_pack: Write, tmp_path: Path) -> None:
    folder = write_pack(
        tmp_path,
        {
            "alpha.one": {"when": {"all": [{"fact": "notice.kin", "is": "x"}, {"signal": "nothing"}]}},
            "beta.two": {"legal_basis": ["law-9"]},
            "gamma.three": {},
        },
        {"lexicons/broken.yaml": "id: broken\nsays: Words.\nphrases: {en: ['(open']}\n"},
    )
    (folder / "beta" / "four.yaml").write_text("id: beta.four\nid: beta.four\n")
    told = faults(folder)
    for name in (
        "alpha/one.yaml",
        "beta/two.yaml",
        "gamma/three.yaml",
        "lexicons/broken.yaml",
        "beta/four.yaml",
    ):
        assert any(fault.startswith(name) for fault in told), name
    assert sum(fault.startswith("alpha/one.yaml") for fault in told) == 2


def test_an_unknown_slot_is_told_beside_the_other_faults(write_pack: Write, tmp_path: Path) -> None:
    lexicon = "{id: relative_arrested, says: Words., phrases: {en: ['{nobody} was arrested']}}"
    folder = write_pack(
        tmp_path, {"alpha.one": {"legal_basis": ["law-9"]}}, {"lexicons/relative_arrested.yaml": lexicon}
    )
    told = faults(folder)
    assert any("nobody" in fault for fault in told)
    assert any("law-9" in fault for fault in told)


def test_a_pack_with_a_file_missing_tells_the_faults_of_its_rules_too(
    write_pack: Write, tmp_path: Path
) -> None:
    folder = write_pack(tmp_path, {"alpha.one": {"when": {"fact": "notice.kin", "is": "x"}}})
    (folder / "pack.yaml").unlink()
    told = faults(folder)
    assert any(fault.startswith("pack.yaml: the file is missing") for fault in told)
    assert any("notice.kin" in fault for fault in told)


def test_two_lexicons_of_one_id_are_refused(write_pack: Write, tmp_path: Path) -> None:
    other = "{id: relative_arrested, says: Something else., phrases: {en: [other words]}}"
    assert "relative_arrested" in one_fault(write_pack(tmp_path, files={"lexicons/zother.yaml": other}))


def test_the_id_of_a_lexicon_is_the_name_of_its_file(write_pack: Write, tmp_path: Path) -> None:
    other = "{id: house_searched, says: A house was searched., phrases: {en: [house was searched]}}"
    assert "house_searched" in one_fault(write_pack(tmp_path, files={"lexicons/search.yaml": other}))


def test_a_second_rule_of_one_id_is_refused(write_pack: Write, tmp_path: Path) -> None:
    base, own = write_pack(tmp_path / "base"), write_pack(tmp_path / "own")
    with pytest.raises(RuleError, match=r'own.alpha.one\.yaml.*a rule "alpha.one" stands already'):
        read_pack([base, own])


TOP = "axes: [{id: m, title: M}]\nfamilies: [{id: alpha, axis: m, title: A, saturation: 1}]\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("families.yaml", TOP.replace("axis: m", "axis: mm"), 'family "alpha" has no axis "mm"'),
        ("families.yaml", TOP.replace("saturation: 1", "saturation: 0"), "families.yaml:2:"),
        (
            "families.yaml",
            f"{TOP}core: [alpha.on]\n",
            'core names no rule: "alpha.on"; did you mean "alpha.one"?',
        ),
        (
            "families.yaml",
            f"{TOP}core: [{', '.join(['alpha.one'] * 26)}]\n",
            "26 core rules; at most 25 may be named",
        ),
        ("scoring.yaml", "family_share: 2\n", "scoring.yaml"),
        ("pack.yaml", "name: [", "pack.yaml"),
        ("lexicons/slots/en.yaml", "relative: sister\n", "lexicons/slots/en.yaml"),
        ("lexicons/context/en.yaml", "negaters: [not]\n", 'unknown key "negaters"; did you mean "negators"?'),
    ],
)
def test_a_file_of_the_pack_that_cannot_be_used_is_refused(
    write_pack: Write, tmp_path: Path, name: str, text: str, told: str
) -> None:
    assert any(told in fault for fault in faults(write_pack(tmp_path, files={name: text})))


@pytest.mark.parametrize(
    "name", ["families.yaml", "legal_basis.yaml", "sources.yaml", "scoring.yaml", "pack.yaml"]
)
def test_a_file_that_is_missing_or_is_no_text_is_told(write_pack: Write, tmp_path: Path, name: str) -> None:
    folder = write_pack(tmp_path)
    (folder / name).write_bytes(b"\xff\xfe\x00")
    assert f"{name}: not UTF-8 text" in faults(folder)
    (folder / name).unlink()
    assert f"{name}: the file is missing" in faults(folder)


def test_a_file_beyond_all_measure_is_refused(write_pack: Write, tmp_path: Path) -> None:
    assert "larger than" in one_fault(write_pack(tmp_path, {"beta.long": "# " + "x" * 1_000_001}))


def test_a_folder_that_is_not_there_is_told_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="there is no rule pack here; give the folder of a pack"):
        read_pack([tmp_path / "nowhere"])


# -- switching off, pinning


def test_a_rule_is_switched_off_only_with_a_reason(
    write_pack: Write, tmp_path: Path, facts_of: Gather
) -> None:
    folder = write_pack(tmp_path, {"alpha.one": {}, "alpha.two": {"when": {"rule": "alpha.one"}}})
    for empty in ("", "  "):
        assert (
            one_fault(folder, switched_off={"alpha.one": empty}) == 'switching off "alpha.one" needs a reason'
        )
    told = one_fault(folder, switched_off={"alpha.on": "why"})
    assert told == 'no rule "alpha.on" to switch off; did you mean "alpha.one"?'
    pack = read_pack([folder], switched_off={"alpha.one": "does not fit here"})
    assert pack.switched_off == {"alpha.one": "does not fit here"}
    assert statuses(pack.evaluate(facts_of({"request": {"made": False}}))) == {"alpha.two": "undetermined"}


def test_a_pinned_pack_is_that_one_or_refused(write_pack: Write, tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    digest = read_pack([folder]).digest
    assert read_pack([folder], pin=digest).digest == digest
    assert "not the one that is pinned" in one_fault(folder, pin="0" * 64)


# -- the digest

WHOLE = """\
id: alpha.one
version: 1
title: A title
effect: supports
status: draft
legal_basis: [law-1]
when: {fact: request.made, is: false}
explain: Found.
if_unknown: What happened?
weight: {log_lr_true: 1.0, log_lr_false: -0.2, basis: author_assigned, reason: chosen}
"""


def rule_digest(write_pack: Write, folder: Path, text: str, files: Mapping[str, str] | None = None) -> str:
    return read_pack([write_pack(folder, {"alpha.one": text}, files)]).digest


@given(st.permutations(WHOLE.splitlines()), st.integers(0, 3))
def test_the_digest_does_not_follow_comments_and_layout(
    write_pack: Write, tmp_path_factory: pytest.TempPathFactory, lines: list[str], blank: int
) -> None:
    folder = tmp_path_factory.mktemp("pack")
    plain = rule_digest(write_pack, folder, WHOLE)
    assert rule_digest(write_pack, folder, "# why\n\n" * blank + "\n".join(lines) + "\n") == plain
    quoted = WHOLE.replace("{fact: request.made, is: false}", '\n  "fact": request.made\n  is:   "false"')
    assert quoted != WHOLE
    assert rule_digest(write_pack, folder, quoted) == plain


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A title", "Another title"),
        ("version: 1", "version: 2"),
        ("is: false", "is: true"),
        ("log_lr_true: 1.0", "log_lr_true: 1.1"),
        ("reason: chosen", "reason: chosen again"),
        ("Found.", "Found"),
        ("What happened?", "What has happened?"),
        ("legal_basis: [law-1]\n", ""),
        ("status: draft", "status: draft\ncollect: [A letter]"),
    ],
)
def test_the_digest_follows_every_word_of_a_rule(
    write_pack: Write, tmp_path: Path, old: str, new: str
) -> None:
    assert old in WHOLE
    changed = WHOLE.replace(old, new)
    assert rule_digest(write_pack, tmp_path, changed) != rule_digest(write_pack, tmp_path, WHOLE)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("families.yaml", "saturation: 2.0", "saturation: 2.1"),
        ("families.yaml", "core: []", "core: [alpha.one]"),
        ("legal_basis.yaml", "says: Something.", "says: Something else."),
        ("sources.yaml", "title: A report", "title: The report"),
        ("scoring.yaml", "family_share: 0.6", "family_share: 0.5"),
        ("lexicons/relative_arrested.yaml", "sister was arrested", "brother was arrested"),
        ("lexicons/slots/en.yaml", "brother", "cousin"),
        ("lexicons/context/en.yaml", "not", "never"),
    ],
)
def test_the_digest_follows_law_lexicons_and_numbers(
    write_pack: Write, tmp_path: Path, name: str, old: str, new: str
) -> None:
    folder = write_pack(tmp_path)
    before = read_pack([folder]).digest
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text("# a remark\n" + text)
    assert read_pack([folder]).digest == before
    (folder / name).write_text(text.replace(old, new))
    assert read_pack([folder]).digest != before


# -- a rule that is asked


def asked(write_pack: Write, folder: Path, facts: FactBase, **rule: Any) -> Judged:
    (judged,) = pack_of(write_pack, folder, {"alpha.one": rule}).evaluate(facts)
    return judged


@pytest.mark.parametrize(
    ("made", "kind", "status"),
    [
        (True, None, "undetermined"),
        (True, "diffusion", "fired"),
        (True, "red_notice", "clear"),
        (False, None, "clear"),
        (None, "red_notice", "clear"),
        (None, "diffusion", "undetermined"),
    ],
)
def test_a_rule_holds_when_its_reason_does_and_nothing_undoes_it(
    write_pack: Write, tmp_path: Path, facts_of: Gather, made: bool | None, kind: str | None, status: str
) -> None:
    facts = facts_of({"request": {"made": made}, "notice": {"kind": kind}})
    assert asked(write_pack, tmp_path, facts, when=MADE, unless=RED).status == status


@pytest.mark.parametrize(
    ("kind", "status"),
    [("diffusion", "not_applicable"), ("red_notice", "fired"), (None, "undetermined")],
)
def test_a_rule_that_does_not_apply_is_not_clear(
    write_pack: Write, tmp_path: Path, facts_of: Gather, kind: str | None, status: str
) -> None:
    facts = facts_of({"request": {"made": True}, "notice": {"kind": kind}})
    assert asked(write_pack, tmp_path, facts, when=MADE, applies_when=RED).status == status


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2019-12-31", "not_applicable"),
        ("2020-01-01", "fired"),
        ("2019-12-01/2020-02", "fired"),
        ("2021-12-31", "fired"),
        ("2022-01-01", "not_applicable"),
    ],
)
def test_a_rule_applies_only_while_it_is_in_force(
    write_pack: Write, tmp_path: Path, facts_of: Gather, as_of: str, status: str
) -> None:
    force = {"from": "2020-01-01", "until": "2021-12-31"}
    facts = facts_of({"request": {"made": True}}, as_of)
    assert asked(write_pack, tmp_path, facts, when=MADE, in_force=force).status == status


@pytest.mark.parametrize(
    ("kind", "status"), [("red_notice", "undetermined"), ("diffusion", "fired"), (None, "fired")]
)
def test_what_contradicts_a_rule_leaves_it_disputed(
    write_pack: Write, tmp_path: Path, facts_of: Gather, kind: str | None, status: str
) -> None:
    facts = facts_of({"request": {"made": True}, "notice": {"kind": kind}})
    judged = asked(write_pack, tmp_path, facts, when=MADE, contradicted_by=RED)
    assert judged.status == status
    assert (judged.trace.reason == DISPUTED) is (status == "undetermined")


READINGS = {"when": MADE, "text": RED}
"""Two readings of one question: what is weighed are their sources, whatever they ask."""


@pytest.mark.parametrize(
    ("made", "kind", "status"),
    [
        ({}, {}, "undetermined"),
        ({"value": True}, {}, "fired"),
        ({"value": False}, {}, "clear"),
        ({}, {"value": "red_notice"}, "fired"),
        ({"value": True}, {"value": "red_notice"}, "fired"),
        ({"value": False}, {"value": "diffusion"}, "clear"),
        # contrary, within one side: the better level wins, and equals leave it open
        ({"value": True}, {"value": "diffusion"}, "undetermined"),
        ({"value": True, "level": "documented"}, {"value": "diffusion"}, "fired"),
        ({"value": True}, {"value": "diffusion", "level": "documented", "party": "defence"}, "clear"),
        # contrary, between sides: disputed, unless an independent body ruled
        ({"value": True, "level": "documented"}, {"value": "diffusion", "party": "press"}, "undetermined"),
        ({"value": True}, {"value": "diffusion", "party": "court", "level": "adjudicated"}, "clear"),
    ],
)
def test_two_readings_of_one_question_are_weighed_against_each_other(
    write_pack: Write, tmp_path: Path, facts_of: Gather, made: Any, kind: Any, status: str
) -> None:
    facts = facts_of({"request": {"made": made or None}, "notice": {"kind": kind or None}})
    judged = asked(write_pack, tmp_path, facts, **READINGS)
    assert judged.status == status
    if made and kind and status == "undetermined":
        assert judged.trace.reason == DISPUTED


def test_a_fired_rule_shows_what_it_rests_on_best_first(
    write_pack: Write, tmp_path: Path, facts_of: Gather
) -> None:
    notice = {"kind": {"value": "red_notice", "level": "documented"}}
    facts = facts_of({"request": {"made": True}, "notice": notice})
    judged = asked(write_pack, tmp_path, facts, when={"all": [MADE, RED]})
    assert [source.where for source in judged.sources()] == ["notice.kind", "request.made"]


def test_a_rule_that_rests_on_a_count_not_reached_shows_the_list(
    write_pack: Write, tmp_path: Path, facts_of: Gather
) -> None:
    """No finding without evidence, even where it is that too few things stand on a complete list."""
    facts = facts_of({"relatives": [{"measure": "detained"}], "complete": ["relatives"]})
    judged = asked(write_pack, tmp_path, facts, when={"not": {"count": "relatives", "at_least": "2"}})
    assert judged.status == "fired"
    assert judged.sources()


def test_asking_about_one_case_never_changes_the_answer_on_another(
    write_pack: Write, tmp_path: Path, facts_of: Gather
) -> None:
    when = {"any": [{"date": "2020", "before": "as_of"}, MADE]}
    later = facts_of({}, "2024-01-01")
    fresh = statuses(pack_of(write_pack, tmp_path, {"alpha.one": {"when": when}}).evaluate(later))
    used = pack_of(write_pack, tmp_path, {"alpha.one": {"when": when}})
    used.evaluate(facts_of({}, "2019-01-01"))
    assert statuses(used.evaluate(later)) == fresh == {"alpha.one": "fired"}


def test_company_and_what_signs_rest_on_are_judged_after_the_rest(
    write_pack: Write, tmp_path: Path, facts_of: Gather
) -> None:
    caveat = {"effect": "caveat", "weight": None}
    rules = {
        "alpha.a_company": {"when": {"beside": "supports"}, "context": True},
        "alpha.b_word": {"when": {"rests_on": "asserted"}, **caveat},
        "alpha.c_paper": {"when": {"rests_on": "documented"}, **caveat},
        "alpha.d_sign": {"when": MADE},
    }
    pack = pack_of(write_pack, tmp_path, rules)
    assert set(statuses(pack.evaluate(facts_of({}))).values()) == {"undetermined"}
    found = statuses(pack.evaluate(facts_of({"request": {"made": True}})))
    assert found["alpha.a_company"] == found["alpha.d_sign"] == found["alpha.b_word"] == "fired"
    assert found["alpha.c_paper"] == "clear"


# -- the same on every run

SCRIPT = """
import sys
from pathlib import Path
from redflag.errors import RuleError
from redflag.pack import read_pack
for folder in sys.argv[1:]:
    try:
        pack = read_pack([Path(folder)])
        print(pack.digest, [question.rule.id for question in pack.questions])
    except RuleError as error:
        print(error)
"""


def test_a_pack_and_its_faults_read_the_same_under_every_hash_seed(write_pack: Write, tmp_path: Path) -> None:
    many = [f"alpha.r{number}" for number in range(8)]
    whole = {name: {} for name in many} | {"alpha.a": {"when": {"any": [{"rule": name} for name in many]}}}
    circle = {name: {"when": {"any": [{"rule": other} for other in many if other != name]}} for name in many}
    folders = [
        write_pack(tmp_path / "whole", whole),
        write_pack(tmp_path / "circle", circle),
        write_pack(
            tmp_path / "unknown", {"alpha.one": {"when": {"fact": "notice.x", "in": ["a", "b", "c"]}}}
        ),
    ]
    root = Path(__file__).parent.parent
    told = set()
    for seed in ("0", "1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, *map(str, folders)],
            capture_output=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        )
        told.add(run.stdout)
    assert len(told) == 1
