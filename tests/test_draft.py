"""Drafts say what the file says, leave out what must not be seen, and tell no score."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import markdown_it
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import redflag
from redflag.case import Case
from redflag.cli import main
from redflag.draft import Draft, Gap, Paper, Value, as_docx, as_markdown, draft_ccf, draft_chronology
from redflag.draft.fields import descriptions, name_of, statement_of, subject_of
from redflag.draft.sentences import Title
from redflag.draft.telling import as_words
from redflag.intake import load

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
GOLDEN = Path(__file__).parent / "golden"
SCREENER = redflag.Screener(model=None)
MARK = "Privileged: not for filing"
GOLDENS = {"h_ccf_draft": draft_ccf, "h_chronology": draft_chronology}


def h_case() -> Case:
    return redflag.load_case(EXAMPLES / "h_case")


@pytest.fixture(scope="module")
def drafted() -> dict[str, Draft]:
    """Both drafts of H."""
    return {name: draft(h_case(), screener=SCREENER) for name, draft in GOLDENS.items()}


# -- traces


def own_words() -> frozenset[str]:
    """Every text that stands in the code of the drafts, and what the case model calls its fields."""
    found: set[str] = set()
    for path in (ROOT / "redflag" / "draft").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    paths = descriptions()
    return frozenset({*found, *map(name_of, paths), *map(subject_of, paths)})


OWN = own_words()
NUMBERS = re.compile(r"\d+(?:, \d+)*")
EXHIBIT = re.compile(r"Exhibit \d+")


def at(case: Case, path: str) -> Any:
    found: Any = case
    for step in re.findall(r"[a-z_]+|\[\d+\]", path):
        found = found[int(step[1:-1])] if step.startswith("[") else getattr(found, step)
    return found


def words_in(value: Any) -> list[str]:
    """Every scalar at and below a value of a case, as text."""
    if isinstance(value, tuple):
        return [one for inner in value for one in words_in(inner)]
    if hasattr(value, "model_fields_set"):
        return [one for name in type(value).model_fields for one in words_in(getattr(value, name))]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def untraced(case: Case, value: Value) -> str | None:
    """Why a value of a paper is not what the file says there; None where it is."""
    documents = {one.id: one.text for one in load(case).documents}
    if value.start is not None:
        text = documents[value.source][value.start : value.end]
        if text != value.stated:
            return "the document says otherwise"
        inner = " ".join(text.split())
        # a day that a text gives may be written in its own way there
        fits = value.text in inner or re.fullmatch(r"[\d/-]+", value.text)
        return None if fits else "other words than the document's"
    if value.stated not in words_in(at(case, value.source)):
        return "the case says otherwise"
    if value.stated in ("true", "false"):
        expected = statement_of(value.source, value.stated == "true")
        return None if value.text == expected else "another statement than the case's"
    plain = " ".join(value.stated.split())
    return (
        None if value.text in (as_words(value.stated), value.stated, plain) else "other words than the case's"
    )


def check_traced(case: Case, paper: Paper, known_titles: set[str]) -> int:
    """Every sentence is made of our own words, numbers of paragraphs, and values that the file holds."""
    values = 0
    for sentence in paper.sentences():
        for value in sentence.values():
            assert untraced(case, value) is None, (value, untraced(case, value))
            values += 1
        for piece in (*sentence.pieces, *sentence.reference):
            if isinstance(piece, str):
                known = piece in OWN or NUMBERS.fullmatch(piece) or EXHIBIT.fullmatch(piece)
                assert known or sentence.pieces[0] == "Provisions: ", piece
    for part in paper.parts:
        text = getattr(part, "text", None)
        if text is not None:
            assert text in OWN or text in known_titles or re.sub(r"^[A-H]\. ", "", text) in OWN, text
    return values


def titles() -> set[str]:
    return {one.title for one in SCREENER.pack.rules}


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_every_sentence_of_fact_traces_to_the_file(drafted, name):
    assert check_traced(h_case(), drafted[name].paper, titles()) > 100


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: text.strip() != ""
)
DAYS = st.sampled_from(["2019", "2020-02", "2021-04-03", "2020/2021-05"])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """Cases as they come in: half empty, with words of any kind in every free field."""
    vouched = st.fixed_dictionaries(
        {},
        optional={
            "happened": DAYS,
            "party": st.sampled_from(["client", "court", "press", "requesting_state", "go_between"]),
            "level": st.sampled_from(["asserted", "documented", "corroborated", "adjudicated"]),
            "source": WORDS,
            "note": WORDS,
            "assertion": st.sampled_from(["affirmed", "feared", "threatened", "negated"]),
        },
    )

    def listed(own: dict[str, st.SearchStrategy[Any]], must: dict[str, Any]) -> list[dict[str, Any]]:
        item = st.tuples(vouched, st.fixed_dictionaries(must, optional=own)).map(
            lambda two: {**two[0], **two[1]}
        )
        return draw(st.lists(item, max_size=2))

    return {
        "case_id": "drawn",
        "as_of": "2022-01-01",
        **draw(
            st.fixed_dictionaries(
                {}, optional={"requesting_state": st.just("SGP"), "requested_state": st.just("FRA")}
            )
        ),
        "contacts": listed({"said": WORDS, "caller": st.just("friend"), "recorded": st.booleans()}, {}),
        "events": listed({"what": WORDS}, {"kind": st.just("other")}),
        "decisions": listed(
            {"outcome": st.sampled_from(["refused", "convicted"]), "body": st.just("court")}, {}
        ),
        "charges": listed(
            {"conduct": WORDS, "provision": WORDS, "maximum_penalty_months": st.integers(0, 99)}, {}
        ),
        "relatives": listed({"measure": st.sampled_from(["detained", "threatened"])}, {}),
        "person": draw(st.fixed_dictionaries({}, optional={"label": WORDS, "birth_year": st.just(2010)})),
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases())
def test_whatever_the_case_every_fact_of_the_paper_is_in_it(data):
    case = Case.model_validate(data)
    for draft in (draft_ccf(case, screener=SCREENER), draft_chronology(case, screener=SCREENER)):
        check_traced(case, draft.paper, titles())


def test_a_trace_that_is_wrong_is_found():
    """The check above can fail."""
    case = h_case()
    assert untraced(case, Value("Spain", "ESP", "person.residence")) == "the case says otherwise"
    assert untraced(case, Value("Spain", "FRA", "person.residence")) == "other words than the case's"
    assert untraced(case, Value("refused", "refused", "court_ruling_summary", 0, 7)) is not None


# -- what must not be there


SCORES = re.compile(r"\b(score|band|probability|likelihood|log-odds|weight|base rate|classifier|%)\b", re.I)


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_no_score_stands_in_a_paper(drafted, name):
    told = as_markdown(drafted[name].paper)
    assert SCORES.search(told) is None
    assessment = SCREENER.screen(h_case())
    figures = [assessment.score, *assessment.score_range, assessment.rule_score, assessment.log_odds]
    figures += [one.value for one in assessment.contributions if one.value]
    for figure in figures:
        assert f"{figure:.3f}" not in told
        assert str(figure) not in told


def secret_case() -> dict[str, Any]:
    return {
        "case_id": "secret",
        "as_of": "2024-01-01",
        "requesting_state": "SGP",
        "person": {"label": "K", "residence": "ITA"},
        "notice": {"kind": "red_notice"},
        "protection": {"status": "refugee", "state": "PRT", "against_requesting_state": True},
        "contacts": [
            {"caller": "official", "said": "Come home.", "urged": ["return"], "happened": "2023-03"},
            {"caller": "friend", "said": "They hold cousin Zed.", "confidential_from": ["requesting_state"],
             "happened": "2023-04", "event": "call_two"},
            {"caller": "police", "said": "Last warning.", "happened": "2023-05", "source": "the memo"},
        ],
        "relatives": [
            {"relation": "cousin", "measure": "detained", "happened": "2023-04", "event": "call_two"},
        ],
        "events": [{"kind": "other", "what": "Met quoll at home.", "happened": "2023-06"}],
        "confidentiality": [{"path": "person.residence", "not_to_be_seen_by": ["interpol"]}],
        "documents": [
            {"id": "memo", "kind": "lawyer_note", "title": "The memo",
             "text": "My aunt was arrested in May 2023 because of me, said the client."},
            {"id": "letter", "kind": "letter", "privileged": True, "text": "Advice: plead wombat."},
            {"id": "ruling", "kind": "court_ruling", "title": "Ruling of the court", "date": "2023-07",
             "text": "On 3 July 2023 the court refused the extradition because the request is political."},
        ],
    }  # fmt: skip


def test_what_is_confidential_or_privileged_is_in_the_sheet_and_not_in_the_paper():
    for draft in (draft_ccf, draft_chronology):
        made = draft(secret_case(), screener=SCREENER)
        told, sheet = as_markdown(made.paper), as_markdown(made.sheet)
        for word in ("Zed", "Italy", "ITA", "Portugal", "aunt", "wombat", "memo"):
            assert word not in told, word
        for path in (
            "contacts\\[1\\]",
            "person.residence",
            "documents\\[0\\] (memo)",
            "documents\\[1\\] (letter)",
        ):
            assert path in sheet, path
        assert "Last warning" in told
        assert "exhibit for contacts\\[2\\]" in told  # places are those of the case as it was given
        assert "the court refused the extradition" in told
        assert "relatives\\[0\\] is part of the same event as contacts\\[1\\]" in sheet


def test_more_can_be_left_out_by_path_document_or_party():
    case = secret_case()
    case["events"][0]["confidential_from"] = ["press"]
    assert "quoll" in as_markdown(draft_ccf(case, screener=SCREENER).paper)
    assert "quoll" not in as_markdown(draft_ccf(case, screener=SCREENER, without=["press"]).paper)
    assert "quoll" not in as_markdown(draft_ccf(case, screener=SCREENER, without=["events"]).paper)
    assert "Last warning" not in as_markdown(
        draft_ccf(case, screener=SCREENER, without=["contacts[2]"]).paper
    )
    assert "refused the extradition" not in as_markdown(
        draft_ccf(case, screener=SCREENER, without=["ruling"]).paper
    )


def test_a_misspelt_path_of_something_confidential_is_refused():
    case = secret_case()
    case["confidentiality"][0]["path"] = "person.residense"
    with pytest.raises(redflag.CaseError, match=r"confidentiality\[0\].path: this names no part of a case"):
        draft_ccf(case, screener=SCREENER)
    with pytest.raises(redflag.CaseError, match='did you mean "relatives"'):
        draft_ccf(secret_case(), screener=SCREENER, without=["relativs"])


SECRET = {"contacts": "said", "events": "what", "charges": "conduct", "third_persons": "label"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.tuples(st.sampled_from(sorted(SECRET)), st.integers(0, 2))), st.booleans())
def test_no_word_of_anything_confidential_stands_in_a_paper_and_every_other_does(hidden, by_path):
    """Items are marked on themselves, or by their path in the list of what is confidential."""
    case: dict[str, Any] = {"case_id": "drawn", "as_of": "2022-01-01", "confidentiality": []}
    for name, field in SECRET.items():
        case[name] = [
            {field: f"token{name[:3]}{number}", "happened": "2021-02"}
            | ({"kind": "other"} if name == "events" else {})
            for number in range(3)
        ]
    for name, number in hidden:
        if by_path:
            line = {"path": f"{name}[{number}].{SECRET[name]}", "not_to_be_seen_by": ["requesting_state"]}
            case["confidentiality"].append(line)
        else:
            case[name][number]["confidential_from"] = ["interpol"]
    for drafting in (draft_ccf, draft_chronology):
        draft = drafting(case, screener=SCREENER)
        told = as_markdown(draft.paper)
        check_traced(Case.model_validate(case), draft.paper, titles())
        for name in SECRET:
            for number in range(3):
                assert (f"token{name[:3]}{number}" in told) is ((name, number) not in hidden)


@pytest.mark.parametrize("path", ["contacts[9]", "contacts[9].said", "relatives[0].relation[0]"])
def test_a_place_that_no_list_has_is_refused(path):
    case = secret_case()
    case["confidentiality"][0]["path"] = path
    with pytest.raises(redflag.CaseError, match="this names no part of a case"):
        draft_ccf(case, screener=SCREENER)


def test_a_document_of_which_any_part_is_confidential_stays_out():
    case = secret_case()
    case["confidentiality"].append({"path": "documents[2].title", "not_to_be_seen_by": ["requesting_state"]})
    made = draft_ccf(case, screener=SCREENER)
    assert "refused the extradition" not in as_markdown(made.paper)
    assert "documents\\[2\\] (ruling)" in as_markdown(made.sheet)


def test_a_withheld_word_that_another_fact_tells_is_pointed_out():
    case = secret_case()
    case["events"].append({"kind": "other", "what": "Lives in Italy.", "happened": "2023-08"})
    assert "words of person.residence" in as_markdown(draft_ccf(case, screener=SCREENER).sheet)


def test_a_list_that_lost_an_item_is_no_longer_complete():
    case = secret_case() | {"complete": ["contacts"]}
    case["contacts"] = case["contacts"][1:2]
    told = as_markdown(draft_ccf(case, screener=SCREENER).paper)
    assert "contact" not in told.split("## 6")[1].split("## 7")[0]


# -- hostile and half-empty cases


def test_a_case_that_says_nothing_gives_a_paper_of_gaps():
    draft = draft_ccf({"case_id": "bare", "as_of": "2024-01-01"}, screener=SCREENER)
    told, sheet = as_markdown(draft.paper), as_markdown(draft.sheet)
    assert list(draft.paper.trace()) == []
    for gap in (
        "full name",
        "consider an access request first",
        "the facts: the file dates none yet",
        "grounds:",
    ):
        assert gap in told, gap
    assert "There is no document that could be filed" in sheet
    assert "does not name the state" in sheet


def test_a_minor_is_seen():
    case = {"case_id": "young", "as_of": "2024-05-01", "person": {"birth_year": 2008}}
    draft = draft_ccf(case, screener=SCREENER)
    assert "proof of the tie" in as_markdown(draft.paper)
    assert "may be a minor" in as_markdown(draft.sheet)


def test_alerts_of_two_states_are_both_named():
    case = {
        "case_id": "two",
        "as_of": "2024-05-01",
        "requesting_state": "SGP",
        "notice": {"kind": "red_notice"},
        "other_alerts": [{"kind": "diffusion", "number": "2023/1", "issued_on": "2023-02"}],
        "decisions": [
            {
                "body": "court",
                "state": "FRA",
                "matter": "extradition",
                "outcome": "refused",
                "happened": "2023",
            },
            {
                "body": "court",
                "state": "ITA",
                "matter": "extradition",
                "outcome": "granted",
                "happened": "2024-02",
            },
        ],
    }
    told = as_markdown(draft_ccf(case, screener=SCREENER).paper)
    assert "another alert: diffusion, number 2023/1" in told
    assert "court, France" in told
    against = told.split("## 8")[1]
    assert "A decision against the applicant" in against


def test_what_the_parties_tell_differently_stands_in_the_paper_with_both_words():
    case = {
        "case_id": "differ",
        "as_of": "2024-05-01",
        "request": {
            "made": [
                {"value": True, "party": "requesting_state", "level": "documented"},
                {"value": False, "party": "client", "level": "documented"},
            ]
        },
    }
    against = as_markdown(draft_ccf(case, screener=SCREENER).paper).split("## 8")[1]
    assert (
        "Papers of the requesting state say: the extradition request: an extradition request was made"
        in against
    )
    assert "it is not the case that an extradition request was made" in against


def test_nothing_known_later_than_the_day_is_told():
    told = as_markdown(draft_ccf(h_case(), "2021-05-01", screener=SCREENER).paper)
    assert "refused" not in told
    assert "alert: deleted" not in told
    assert "state of play" not in told
    assert "Summary of the ruling" not in told


def test_what_may_be_later_than_the_day_is_told_in_the_sheet():
    decision = {"body": "court", "matter": "extradition", "outcome": "granted", "happened": "2024"}
    case = {"case_id": "later", "as_of": "2024-05-01", "decisions": [decision]}
    draft = draft_ccf(case, screener=SCREENER)
    assert "granted" not in as_markdown(draft.paper)
    assert "decisions: 1 may be later than the day of this draft" in as_markdown(draft.sheet)


def test_words_of_a_file_become_no_markup():
    hostile = "<b>x</b> [a](http://evil.example) | c **d**\n# e"
    case = {
        "case_id": "hostile",
        "as_of": "2024-01-01",
        "person": {"label": hostile},
        "events": [
            {"kind": "other", "what": hostile, "happened": "2023", "source": hostile, "note": hostile}
        ],
    }
    for draft in (draft_ccf, draft_chronology):
        made = draft(case, screener=SCREENER)
        for paper in (made.paper, made.sheet):
            read = markdown_it.MarkdownIt("js-default").parse(as_markdown(paper))
            for token in (inner for one in read for inner in (one, *(one.children or ()))):
                assert token.type not in ("html_block", "html_inline", "image")
                assert "evil" not in str(token.attrs)
                assert token.type != "heading_open" or "# e" not in token.content
            assert "\n# e" not in as_markdown(paper)


# -- gaps and marks


def test_gaps_are_marked_and_the_sheet_says_what_it_is(drafted):
    draft = drafted["h_ccf_draft"]
    gaps = [piece for one in draft.paper.sentences() for piece in one.pieces if isinstance(piece, Gap)]
    assert len(gaps) > 10
    assert MARK not in as_markdown(draft.paper)
    sheet = as_markdown(draft.sheet)
    assert sheet.startswith(f"**{MARK}**")
    for word in (
        "Channel",
        "Power of attorney",
        "practitioner source",
        "text seen",
        "note\\_of\\_calls",
        "To ask",
    ):
        assert word in sheet, word


def test_an_undated_fact_is_marked(drafted):
    assert "Undated **\\[TO COMPLETE: date\\]**" in as_markdown(drafted["h_ccf_draft"].paper)
    assert "undated **\\[TO COMPLETE: date\\]**" in as_markdown(drafted["h_chronology"].paper)


@pytest.mark.parametrize("name", sorted(GOLDENS))
def test_the_draft_is_the_one_that_somebody_looked_at(drafted, name):
    """A change here is meant or a defect: look at the difference, then run this file to keep it."""
    assert as_markdown(drafted[name].paper) == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


# -- Word


def test_the_word_document_has_headings_marked_gaps_and_footnotes(drafted):
    written = as_docx(drafted["h_ccf_draft"].paper)
    document = docx.Document(io.BytesIO(written))
    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    titles = [part.text for part in drafted["h_ccf_draft"].paper.parts if isinstance(part, Title)]
    assert headings == titles[1:]
    gaps = [run for one in document.paragraphs for run in one.runs if "[TO COMPLETE" in run.text]
    assert len(gaps) > 40
    assert all(run._r.xpath("./w:rPr/w:shd") for run in gaps)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        notes = archive.read("word/footnotes.xml").decode()
    assert "Exhibit 1, passage beginning «Before the court the defence argued»" in notes
    assert document.core_properties.author == ""


def test_the_mark_stands_on_every_page_of_the_sheet_and_on_none_of_the_paper(drafted):
    for draft in drafted.values():
        heads = [
            docx.Document(io.BytesIO(as_docx(paper))).sections[0].header.paragraphs[0].text
            for paper in (draft.paper, draft.sheet)
        ]
        assert MARK not in heads[0]
        assert MARK in heads[1]


def test_word_and_markdown_say_the_same(drafted):
    for draft in drafted.values():
        for paper in (draft.paper, draft.sheet):
            document = docx.Document(io.BytesIO(as_docx(paper)))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            told = " ".join([*(one.text for one in document.paragraphs), *cells])
            for sentence in paper.sentences():
                assert str(sentence) in told


def test_the_same_paper_gives_the_same_bytes(drafted):
    paper = drafted["h_chronology"].paper
    assert as_docx(paper) == as_docx(paper)


# -- the command


def test_the_command_writes_word_documents(tmp_path, capsys):
    target = tmp_path / "chronology.docx"
    case = str(EXAMPLES / "ordinary_fraud")
    assert main(["draft", "chronology", case, "-o", str(target), "--model", "none", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
    assert docx.Document(str(target)).paragraphs[0].text == "Chronology"
    sheet = docx.Document(str(tmp_path / "chronology.notes.docx"))
    assert MARK in sheet.paragraphs[1].text


def test_the_command_writes_the_paper_and_the_sheet_apart(tmp_path, capsys):
    target, trace = tmp_path / "request.md", tmp_path / "trace.json"
    case = str(EXAMPLES / "h_case")
    assert main(["draft", "ccf", case, "-o", str(target), "--trace", str(trace), "--model", "none"]) == 0
    assert "privileged, not for filing" in capsys.readouterr().err
    assert MARK in (tmp_path / "request.notes.md").read_text(encoding="utf-8")
    assert MARK not in target.read_text(encoding="utf-8")
    traced = json.loads(trace.read_text(encoding="utf-8"))
    assert any(value["source"] == "contacts[2].said" for one in traced for value in one["values"])


def test_the_command_prints_the_paper_alone(capsys):
    case = str(EXAMPLES / "ordinary_fraud")
    assert main(["draft", "chronology", case, "--model", "none", "--without", "contacts"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("# Chronology\n")
    assert MARK not in said.out
    assert "-o FILE" in said.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["-o", "paper.pdf"], "no such form of a draft"),
        (["--without", "nobody"], 'nothing is called "nobody"'),
        (["--as-of", "soon"], "as_of"),
    ],
)
def test_the_command_refuses_what_it_cannot_do(arguments, fault, capsys):
    assert main(["draft", "ccf", str(EXAMPLES / "h_case"), "--model", "none", *arguments]) == 2
    said = capsys.readouterr()
    assert fault in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


if __name__ == "__main__":
    for golden, drafting in GOLDENS.items():
        told = as_markdown(drafting(h_case(), screener=SCREENER).paper)
        (GOLDEN / f"{golden}.md").write_text(told, encoding="utf-8")
