"""Whatever stands in a file of rules or in a column map: it is read, or refused with its faults."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redflag.errors import CaseError, RedflagError, RuleError
from redflag.intake.tables.columns import ColumnMap, read_column_map
from redflag.pack import RulePack, read_pack, shipped_pack_folder
from redflag.screening import Screener

Refusal = TypeVar("Refusal", bound=RedflagError)

thorough = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

FILES = (
    *("families.yaml", "legal_basis.yaml", "sources.yaml", "pack.yaml", "scoring.yaml"),
    *("lexicons/relative_arrested.yaml", "lexicons/slots/en.yaml", "lexicons/context/en.yaml"),
    *("alpha/one.yaml", "alpha/more.yaml", "questions.yaml"),
)
SAID = [
    *("id", "when", "unless", "all", "any", "not", "some", "count", "fact", "date", "signal", "rule", "as"),
    *("where", "is", "in", "below", "at_least", "n", "of", "before", "after", "within", "as_of", "beside"),
    *(
        "weight",
        "log_lr_true",
        "legal_basis",
        "law-1",
        "alpha.one",
        "request.made",
        "relatives",
        "true",
        "no",
    ),
    *(
        "2021-04",
        "90 days",
        "-1",
        "1e999",
        ".nan",
        "{relative}",
        "(a|b)?",
        "..",
        "&",
        "~",
        "{fact}",
        "\U0001f600",
    ),
]
words = st.one_of(st.sampled_from(SAID), st.text(max_size=6), st.integers(-3, 10**20), st.floats(), st.none())
data = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
SIGNS = [*": - { } [ ] , # & * ! | > ' \" % @ ` ?".split(), "\n", "\t", " ", "  ", ": ", "---"]  # noqa: SIM905
yaml_like = st.lists(st.sampled_from([*SAID, *SIGNS]) | st.text(max_size=3), max_size=30).map("".join)


@pytest.fixture(scope="module")
def pack_folder(tmp_path_factory, write_pack: Callable[..., Path]) -> Path:
    return write_pack(tmp_path_factory.mktemp("fuzz"))


def told_line_by_line(error: Refusal) -> Refusal:
    """An error that has a line for each fault, and a fault."""
    assert len(str(error).split("\n")) == len(error.faults) > 0
    return error


def read_with(folder: Path, name: str, content: bytes) -> RulePack | RuleError:
    """What a pack comes to with one file as given."""
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made) / "rules"
        shutil.copytree(folder, copy)
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        try:
            return read_pack([copy])
        except RuleError as error:
            return told_line_by_line(error)


def is_fit(found: RulePack | RuleError) -> None:
    """A pack that is read can be asked."""
    if isinstance(found, RulePack):
        made = Screener(found, model=None).screen({"case_id": "x", "as_of": "2024-01-01"})
        assert {one.rule_id for one in made.outcomes} == {rule.id for rule in found.rules}


@thorough
@given(name=st.sampled_from(FILES), content=st.one_of(st.binary(max_size=80), yaml_like.map(str.encode)))
def test_any_bytes_in_a_file_of_rules_are_read_or_refused(
    pack_folder: Path, name: str, content: bytes
) -> None:
    is_fit(read_with(pack_folder, name, content))


@thorough
@given(name=st.sampled_from(FILES), content=data)
def test_any_data_in_a_file_of_rules_are_read_or_refused(pack_folder: Path, name: str, content: Any) -> None:
    told = json.dumps(
        {str(k): v for k, v in content.items()} if isinstance(content, dict) else content, default=str
    )
    is_fit(read_with(pack_folder, name, told.encode()))


@thorough
@given(name=st.sampled_from(FILES[:9]), data_of=st.data())
def test_a_file_of_rules_with_a_piece_put_in_or_taken_out_is_read_or_refused(
    pack_folder: Path, name: str, data_of: st.DataObject
) -> None:
    text = (pack_folder / name).read_text(encoding="utf-8")
    start = data_of.draw(st.integers(0, len(text)))
    end = data_of.draw(st.integers(start, min(len(text), start + 40)))
    piece = data_of.draw(st.one_of(st.sampled_from(SAID), yaml_like, st.just(text[start:end] * 2)))
    told = f"{text[:start]}{piece}{text[end:]}"
    is_fit(read_with(pack_folder, name, told.encode("utf-8", "surrogatepass")))


def spoilt(value: Any, draw: Callable[[Any], Any]) -> Any:
    """The data with one value at some depth put in place of another."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: spoilt(value[key], draw)}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], spoilt(value[place], draw), *value[place + 1 :]]
    return draw(data)


RULE: dict[str, Any] = {
    "id": "alpha.one", "version": 1, "title": "A title", "effect": "supports", "status": "draft",
    "legal_basis": ["law-1"],
    "when": {"all": [
        {"fact": "request.made", "is": "false"},
        {"some": "relatives", "as": "kin", "where": {"fact": "kin.measure", "in": ["detained"]}},
        {"at_least": {"n": 1, "of": [{"date": "notice.issued_on", "after": "2020", "within": "90 days"}]}},
        {"signal": "relative_arrested", "said_by": ["court"]},
        {"count": "charges", "at_least": 2, "where": {"fact": "item.sentence_months", "below": 24}},
    ]},
    "unless": {"not": {"beside": "supports"}},
    "explain": "Something was found: {notice.issued_on}.", "if_unknown": "What happened?",
    "weight": {"log_lr_true": 1.0, "log_lr_false": -0.2, "basis": "author_assigned", "reason": "chosen"},
}  # fmt: skip


@thorough
@given(data_of=st.data())
def test_a_rule_with_one_value_put_in_place_of_another_is_read_or_refused(
    pack_folder: Path, data_of: st.DataObject
) -> None:
    told = json.dumps(spoilt(RULE, data_of.draw), default=str, skipkeys=True)
    is_fit(read_with(pack_folder, "alpha/one.yaml", told.encode()))


def test_the_rule_that_is_spoilt_is_whole(pack_folder: Path) -> None:
    assert isinstance(read_with(pack_folder, "alpha/one.yaml", json.dumps(RULE).encode()), RulePack)


MAP = {
    "columns": {
        "Case ref": "case_id", "Country": {"to": "requesting_state"},
        "Notice date": {"to": "notice.issued_on", "dates": ["DD/MM/YYYY"]},
        "Roles": {"to": "person.roles", "separator": ";", "values": {"reporter": "journalist"}},
        "Asked?": {"to": "request.made", "level": "documented", "source": "the court file"},
        "Name": {"leave_out": "names are not needed"},
    },
    "always": {"notice.kind": "red_notice"},
}  # fmt: skip


@thorough
@given(
    content=st.one_of(
        st.binary(max_size=80),
        yaml_like.map(str.encode),
        data.map(lambda made: json.dumps(made, default=str, skipkeys=True).encode()),
    )
)
def test_any_bytes_in_a_column_map_are_read_or_refused(content: bytes) -> None:
    assert isinstance(column_map(content), ColumnMap | CaseError)


@thorough
@given(data_of=st.data())
def test_a_column_map_with_one_value_put_in_place_of_another_is_read_or_refused(
    data_of: st.DataObject,
) -> None:
    told = json.dumps(spoilt(MAP, data_of.draw), default=str, skipkeys=True)
    assert isinstance(column_map(told.encode()), ColumnMap | CaseError)


def column_map(content: bytes) -> ColumnMap | CaseError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.yaml"
        path.write_bytes(content)
        try:
            return read_column_map(path)
        except CaseError as error:
            return told_line_by_line(error)


def test_every_shipped_file_of_rules_is_one_that_can_be_spoilt() -> None:
    """The small pack has a file of each kind that the shipped one has."""
    shipped = shipped_pack_folder()
    for name in FILES[:5]:
        assert (shipped / name).exists()
