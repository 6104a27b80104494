"""The rule book: every page is there, leads somewhere, escapes what a pack holds, and is the same twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath

import pytest

from redflag import cli
from redflag.errors import RuleError
from redflag.pack import read_pack, shipped_pack
from redflag.pack.trial import KnownMisses, Trial
from redflag.rulebook import editions, measure, render, tried, write
from redflag.rulebook.site import MANIFEST, slug, web_address
from redflag.screening import Screener

VOID = {"meta", "br", "input", "img", "link", "hr", "line"}
HOSTILE = """</script><script>alert(1)</script><img src=x onerror="alert(1)">'&{person.label}"""


@dataclass
class Page(HTMLParser):
    """A page as read by a strict reader: elements must nest, and each is kept with its attributes."""

    open: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert tag == self.open.pop(), f"</{tag}> closes something else at {self.getpos()}"

    def handle_data(self, data):
        if "style" not in self.open and "script" not in self.open:
            self.text.append(data)

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.elements if attrs.get("id")]

    @property
    def links(self) -> list[str]:
        return [attrs["href"] for tag, attrs in self.elements if tag == "a"]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open
    return page


@pytest.fixture(scope="session")
def shipped() -> dict[str, str]:
    return render(shipped_pack())


@pytest.fixture(scope="session")
def parsed(shipped) -> dict[str, Page]:
    return {name: read(text) for name, text in shipped.items() if name.endswith(".html")}


def test_every_rule_family_and_provision_has_a_page(shipped):
    pack = shipped_pack()
    expected = {
        "index.html", "law.html", "indicators.html", MANIFEST,
        *(f"rules/{rule.id}.html" for rule in pack.rules),
        *(f"families/{family.id}.html" for family in pack.families),
        *(f"law/{law}.html" for law in pack.provisions),
    }  # fmt: skip
    assert expected == set(shipped)


def test_every_link_inside_the_book_leads_to_a_page_and_a_place_on_it(parsed):
    for name, page in parsed.items():
        for link in page.links:
            if link.startswith(("http://", "https://")):
                continue
            path, _, anchor = link.partition("#")
            parts: list[str] = []
            for part in (*PurePosixPath(name).parent.parts, *PurePosixPath(path).parts) if path else ():
                parts = parts[:-1] if part == ".." else [*parts, part]
            target = "/".join(parts) or name
            assert target in parsed, f"{name}: {link}"
            assert not anchor or anchor in parsed[target].ids, f"{name}: {link}"


def test_every_rule_is_reached_from_the_index_its_family_its_law_and_its_indicators(parsed):
    for rule in shipped_pack().rules:
        assert f"rules/{rule.id}.html" in parsed["index.html"].links
        assert f"../rules/{rule.id}.html" in parsed[f"families/{rule.family}.html"].links
        for law in rule.legal_basis:
            assert f"../rules/{rule.id}.html" in parsed[f"law/{law}.html"].links
        if rule.indicators:
            assert f"rules/{rule.id}.html" in parsed["indicators.html"].links


def test_every_page_has_its_landmarks_one_first_heading_and_headings_in_order(parsed):
    for name, page in parsed.items():
        tags = [tag for tag, _ in page.elements]
        assert [tags.count(tag) for tag in ("main", "footer", "h1")] == [1] * 3, name
        assert next(attrs for tag, attrs in page.elements if tag == "html") == {"lang": "en"}
        assert page.links[0] == "#main"
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), name
        assert sorted(page.ids) == sorted(set(page.ids)), name


def test_every_header_of_a_table_says_what_it_heads(parsed):
    for page in parsed.values():
        assert all(attrs.get("scope") for tag, attrs in page.elements if tag == "th")
        tags = [tag for tag, _ in page.elements]
        assert tags.count("table") == tags.count("caption")


def test_nothing_is_fetched_from_anywhere(shipped):
    for name, text in shipped.items():
        if not name.endswith(".html"):
            continue
        page = read(text)
        (policy,) = (attrs["content"] for tag, attrs in page.elements if "http-equiv" in attrs)
        assert "default-src 'none'; style-src 'sha256-" in policy
        for tag, attrs in page.elements:
            assert not attrs.get("src"), name
            assert tag not in {"link", "iframe", "object", "embed", "img"}, name
            assert not [key for key in attrs if key.startswith("on") or key == "style"], name
        assert "@import" not in text
        assert "url(" not in text


def test_a_rule_page_tells_all_that_the_rule_holds(parsed):
    pack = shipped_pack()
    for rule in pack.rules:
        words = parsed[f"rules/{rule.id}.html"].words
        for told in (rule.title, rule.if_unknown, *rule.collect, *rule.known_errors, *rule.innocent):
            assert " ".join(told.split()) in words, rule.id
        for name in rule.legal_basis:
            law = pack.provisions[name]
            assert " ".join(law.says.split()) in words
            check = "" if law.confidence == "high" else ": check the text"
            assert f"confidence {law.confidence}{check}" in words


def test_mirrors_and_marketing_are_never_linked(parsed):
    pack = shipped_pack()
    doubtful = {
        *(one.url for one in pack.literature.values() if one.mirror or one.quality == "marketing"),
        *(law.url for law in pack.provisions.values() if law.mirror),
    } - {None}
    sound = {law.url for law in pack.provisions.values() if not law.mirror} | {
        one.url for one in pack.literature.values() if not one.mirror and one.quality != "marketing"
    }
    assert doubtful - sound
    for name, page in parsed.items():
        assert not {*page.links} & (doubtful - sound), name


def test_the_same_pack_gives_the_same_bytes_under_another_hash_seed(shipped):
    code = "from redflag.pack import shipped_pack; from redflag.rulebook import render; import sys\n"
    code += "sys.stdout.buffer.write(render(shipped_pack())['book.json'].encode())"
    told = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    ).stdout
    assert shipped[MANIFEST].encode() == told


@pytest.fixture
def hostile(write_pack, tmp_path) -> dict[str, str]:
    """A book whose every text tries to break out of the page."""
    quoted = json.dumps(HOSTILE)
    files = {
        "pack.yaml": f"{{name: {quoted}, version: 1.0.0, licence: {quoted}, "
        f"status: draft, note: {quoted}}}\n",
        "families.yaml": f"axes: [{{id: '\"><b>', title: {quoted}}}]\n"
        f"families: [{{id: alpha, axis: '\"><b>', title: {quoted}, saturation: 2.0}}]\ncore: []\n",
        "legal_basis.yaml": f"provisions: [{{id: '../../../evil', instrument: {quoted}, provision: {quoted}, "
        f"says: {quoted}, url: 'javascript:alert(1)', confidence: low, in_force: {quoted}}}]\n",
        "sources.yaml": f"sources: [{{key: ONE, title: {quoted}, quality: ngo, url: 'data:text/html,x'}}]\n",
        "lexicons/relative_arrested.yaml": f"id: relative_arrested\nsays: {quoted}\n"
        "phrases: {en: [sister was arrested]}\n",
    }
    words = dict.fromkeys(("title", "explain", "if_unknown"), HOSTILE)
    rule = {
        **words, "legal_basis": ["../../../evil"], "sources": ["ONE"], "collect": [HOSTILE],
        "known_errors": [HOSTILE], "innocent": [HOSTILE], "indicators": [HOSTILE],
        "text": {"signal": "relative_arrested"},
        "weight": {"log_lr_true": 1.0, "log_lr_false": -0.1, "basis": "expert", "by": HOSTILE,
                   "reason": HOSTILE},
    }  # fmt: skip
    pack = read_pack([write_pack(tmp_path / "new", {"alpha.one": rule}, files)])
    old = read_pack([write_pack(tmp_path / "old", {"alpha.one": {**rule, "title": HOSTILE * 2}}, files)])
    trial = Trial(
        "alpha.one",
        HOSTILE,
        f"/somewhere/rules/alpha/{HOSTILE.replace('/', '')}",
        3,
        "text",
        "fired",
        "clear",
    )
    return render(pack, tests=tried([trial], KnownMisses()), older=[old])


def test_whatever_a_pack_holds_is_text_and_never_markup(hostile):
    for name, text in hostile.items():
        assert ".." not in name
        if name.endswith(".html"):
            assert "<img" not in text
            assert "<script>alert" not in text
            page = read(text)
            assert not [tag for tag, _ in page.elements if tag in ("img", "b")]
            assert not [link for link in page.links if link.startswith(("javascript:", "data:"))]
            scripts = [attrs for tag, attrs in page.elements if tag == "script"]
            assert len(scripts) == (2 if name == "index.html" else 0)


def test_the_search_knows_every_rule_as_it_is_written(hostile, shipped):
    index = re.search(r'<script type="application/json" id="index">(.*?)</script>', hostile["index.html"])
    assert index is not None
    assert json.loads(index[1])[0][1] == HOSTILE
    index = re.search(r'<script type="application/json" id="index">(.*?)</script>', shipped["index.html"])
    assert index is not None
    assert [rule.id for rule in shipped_pack().rules] == [one[0] for one in json.loads(index[1])]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_a_page_links_to_the_web_alone(address, expected):
    assert expected == web_address(address)


def test_a_name_that_is_no_file_name_becomes_a_digest_and_two_never_meet():
    names = ["a", "A", "a/b", "../a", "a..b", "a b", "x-1", "", "ä", "con.d"]
    slugs = [slug(name) for name in names]
    assert len({*slugs}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", one) and ".." not in one for one in slugs)


def test_the_history_tells_what_each_edition_changed(write_pack, tmp_path):
    weight = {"log_lr_true": 2.0, "log_lr_false": -0.2, "basis": "author_assigned", "reason": "more"}
    packs = [
        {"alpha.one": {}, "alpha.two": {}},
        {"alpha.one": {"title": "Another title"}},
        {"alpha.one": {"title": "Another title", "weight": weight}, "alpha.two": {"version": 3}},
    ]
    read_packs = [read_pack([write_pack(tmp_path / str(n), rules)]) for n, rules in enumerate(packs)]
    found = editions(read_packs)
    assert [one.what for one in found["alpha.one"]] == ["first", "words", "logic"]
    assert [one.unmarked for one in found["alpha.one"]] == [False, False, True]
    assert [one.what for one in found["alpha.two"]] == ["first", "removed", "added"]
    (change,) = found["alpha.one"][1].changes
    assert (change.key, change.before, change.after) == ("title", "A title", "Another title")
    pages = render(read_packs[2], older=read_packs[:2])
    words = read(pages["rules/alpha.one.html"]).words
    assert "the version did not grow" in words
    gone = read(render(read_packs[1], older=read_packs[:1])["index.html"]).words
    assert "Rules no longer in the pack A title alpha.two" in gone


def test_a_change_of_phrases_alone_is_told_too(write_pack, tmp_path):
    rules = {"alpha.one": {"text": {"signal": "relative_arrested"}}, "alpha.two": {}}
    other = {
        "lexicons/relative_arrested.yaml": "id: relative_arrested\nsays: x\n"
        "phrases: {en: [brother was held]}\n"
    }
    old = read_pack([write_pack(tmp_path / "old", rules)])
    new = read_pack([write_pack(tmp_path / "new", rules, other)])
    found = editions([old, new])
    assert (found["alpha.one"][1].what, found["alpha.one"][1].signals) == ("phrases", ("relative_arrested",))
    assert found["alpha.two"][1].what == "unchanged"


def test_the_logic_stands_as_a_tree(write_pack, tmp_path):
    when = {
        "all": [
            {"not": {"any": [{"fact": "request.made", "is": "false"}, {"rule": "alpha.two"}]}},
            {"count": "relatives", "as": "one", "at_least": 2,
             "where": {"fact": "one.measure", "is": "detained"}},
        ]
    }  # fmt: skip
    pack = read_pack([write_pack(tmp_path, {"alpha.one": {"when": when}, "alpha.two": {}})])
    pages = render(pack)
    words = read(pages["rules/alpha.one.html"]).words
    assert (
        "all of these: not any of these: request.made is false rule A title holds "
        "relatives has at least 2 entries, call it “one”, where one.measure is detained"
    ) in words
    assert "Rules that name it A title" in read(pages["rules/alpha.two.html"]).words


def test_tests_are_listed_by_name_and_outcome_and_no_path_of_a_machine(write_pack, tmp_path):
    pack = read_pack([write_pack(tmp_path)])
    here = "/home/somebody/tests/rules/alpha/one.yaml"
    trials = [
        Trial("alpha.one", "It fires", here, 3, "facts", "fired", "fired"),
        Trial("alpha.one", "It fails", here, 7, "facts", "clear", f"no case: {here}: bad"),
        Trial("alpha.one", "A miss", "/x/texts/alpha/one.yaml", 2, "text", "fired", "undetermined"),
    ]
    listed = tried(trials, KnownMisses(missed={"alpha.one": ("A miss",)}))
    assert [one.verdict for one in listed["alpha.one"]] == ["passed", "failed", "known"]
    page = render(pack, tests=listed)["rules/alpha.one.html"]
    assert "somebody" not in page
    words = read(page).words
    assert "1 of 3 passed." in words
    assert "It fails rules/alpha/one.yaml:7 clear failed came to not a case" in words
    assert "A miss texts/alpha/one.yaml:2 fired known miss came to undetermined" in words


def test_what_was_measured_is_shown_as_counts_and_no_case_is_named(write_pack, tmp_path):
    pack = read_pack([write_pack(tmp_path, {"alpha.one": {}, "alpha.two": {}})])
    screener = Screener(pack)
    made = [{"case_id": f"kestrel-{n}", "request": {"made": n % 2 == 1}} for n in range(8)]
    assessments = [screener.screen(case, "2024-01-01") for case in made]
    labels = {f"kestrel-{n}": n < 5 for n in range(7)}
    measured = measure(assessments, labels)
    assert (measured.cases, measured.improper, measured.upheld) == (8, 5, 2)
    assert measured.digest == measure(assessments[::-1], labels).digest
    assert measured.digest != measure(assessments).digest
    pages = render(pack, measured=measured)
    words = read(pages["rules/alpha.one.html"]).words
    assert "What it came to on 8 cases" in words
    assert "it fired on 3 of 5 later found improper, and on 1 of 2 that held up" in words
    assert "95 % interval" in words
    assert "A title 4 100 %" in words
    assert "kestrel" not in "".join(pages.values())
    unlabelled = read(render(pack, measured=measure(assessments))["rules/alpha.one.html"]).words
    assert "No labels were given" in unlabelled


def test_a_book_takes_the_place_of_an_earlier_one_and_of_nothing_else(write_pack, tmp_path):
    both = render(read_pack([write_pack(tmp_path / "a", {"alpha.one": {}, "alpha.two": {}})]))
    one = render(read_pack([write_pack(tmp_path / "b", {"alpha.one": {}})]))
    folder = tmp_path / "book"
    write(both, folder)
    kept = folder / "notes.txt"
    kept.write_text("mine")
    write(one, folder)
    assert not (folder / "rules" / "alpha.two.html").exists()
    assert kept.read_text() == "mine"
    assert one == {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path != kept
    }
    with pytest.raises(RuleError, match="other things than a rule book"):
        write(one, tmp_path / "b")
    with pytest.raises(RuleError, match="no folder"):
        write(one, kept)


def test_a_forged_manifest_removes_nothing_outside_the_folder(write_pack, tmp_path):
    folder, outside = tmp_path / "book", tmp_path / "outside.html"
    pages = render(read_pack([write_pack(tmp_path / "a")]))
    write(pages, folder)
    outside.write_text("mine")
    (folder / MANIFEST).write_text(
        json.dumps({"pages": ["../outside.html", str(outside), "rules/../../outside.html"]})
    )
    write(pages, folder)
    assert outside.read_text() == "mine"


def test_the_command_writes_the_book_with_its_tests_cases_and_history(write_pack, tmp_path, capsys):
    rules, old = (
        write_pack(tmp_path / "own" / "rules"),
        write_pack(tmp_path / "old", {"alpha.one": {"version": 2}}),
    )
    tests = tmp_path / "own" / "tests" / "rules" / "alpha"
    tests.mkdir(parents=True)
    (tests / "one.yaml").write_text(
        "rule: alpha.one\ncases:\n  - {name: None was made, case: {request: {made: false}}, expect: fired}\n"
    )
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "a.yaml").write_text("case_id: a\nrequest: {made: false}\n")
    labels = tmp_path / "labels.csv"
    labels.write_text("case_id,label\na,1\n")
    out = tmp_path / "book"
    arguments = ["rules", "book", "-o", str(out), "--rules", str(rules), "--history", str(old)]
    assert (
        cli.main([*arguments, "--cases", str(cases), "--labels", str(labels), "--as-of", "2024-01-01"]) == 0
    )
    assert "begin with" in capsys.readouterr().out
    words = read((out / "rules" / "alpha.one.html").read_text(encoding="utf-8")).words
    assert "None was made rules/alpha/one.yaml:3 fired passed" in words
    assert "fired on 1 of 1 later found improper" in words
    assert "small 1.0.0" in words


def test_the_command_refuses_labels_without_cases_in_one_line(tmp_path, capsys):
    assert cli.main(["rules", "book", "-o", str(tmp_path / "x"), "--labels", "none.csv"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_command_line_does_not_load_the_templates_for_another_deed():
    code = (
        "import sys; from redflag import cli; cli.main(['rules', 'list']); sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_book_lies_where_it_is_told_to(tmp_path):
    write({"index.html": "x", MANIFEST: '{"pages": {}}'}, tmp_path / "a" / "b")
    assert (Path(tmp_path) / "a" / "b" / "index.html").read_text() == "x"
