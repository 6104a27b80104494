"""Cases scored together come to what each comes to by itself, to the last digit of its line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import redflag
from redflag import tally
from redflag.batch import Settings, result_lines, score_line
from redflag.case import Case
from redflag.errors import CaseError
from redflag.evidence import Assertion
from redflag.features import columns, columns_digest
from redflag.intake.sourced import Sourced
from redflag.model import shipped_model
from redflag.paths import Leaf, Shape, case_shape
from redflag.record import parse_yaml
from redflag.screening import Screener
from redflag.together import Together

ROOT = Path(__file__).parent.parent
SHAPE = case_shape()
SCREENER = Screener()
DAYS = [
    "2019",
    "2021-03",
    "2021-05-02",
    " 2021-05-02",
    "2022-06",
    "2022-06-15",
    "2023-01-01",
    "2022-01/2022-12",
]
thorough = settings(
    phases=(Phase.explicit, Phase.generate),
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def alone(screener: Screener, case: Any, as_of: str | None = None) -> str:
    try:
        return score_line(screener.score(case, as_of))
    except CaseError as error:
        return f"refused: {error.faults[0]}"


def assert_same(screener: Screener, cases: Iterable[dict[str, Any]], as_of: str | None = None) -> int:
    """Every case comes to the same both ways; gives how many were scored together."""
    together = Together(screener)
    gathered = together.gathering()
    plain = [one for one in cases if gathered.add(one, as_of, None)]
    done = 0
    for case, scores in zip(plain, together.scores(gathered), strict=True):
        if scores is not None:
            done += 1
            assert score_line(scores) == alone(screener, case, as_of)
            assert type(scores).model_validate_json(score_line(scores)) == scores
    return done


# -- any case at all


def value_of(leaf: Leaf, draw: Callable[[Any], Any]) -> Any:
    match leaf.kind:
        case "flag":
            return draw(st.booleans())
        case "number":
            return draw(st.integers(0, 60))
        case "date":
            return draw(st.sampled_from(DAYS))
        case "words":
            return draw(st.lists(st.sampled_from(leaf.choices), max_size=2))
        case "text":
            return draw(st.text(max_size=5))
        case _:
            return draw(st.sampled_from(leaf.choices))


# what makes a case one for the model: another's word, or something that it refuses or turns into another
odd = st.sampled_from(
    ["true", "yes", 1, 0, -1, 2.0, None, [], {}, "", {"value": True}, {"value": True, "party": "court"},
     [{"value": True}, {"value": False, "party": "requesting_state"}], ["activist", {"value": "student"}]]
)  # fmt: skip


def record_of(shape: Shape, draw: Callable[[Any], Any], many: int) -> dict[str, Any]:
    names = draw(st.sets(st.sampled_from([*shape.leaves]), max_size=many)) if shape.leaves else ()
    found = {name: value_of(shape.leaves[name], draw) for name in sorted(names)}
    if found and draw(st.integers(0, 30)) == 0:
        found[sorted(found)[0]] = draw(odd)
    return found


VOUCHED: dict[str, st.SearchStrategy[Any]] = {
    "happened": st.sampled_from(DAYS),
    "known_by": st.sampled_from(DAYS),
    "assertion": st.sampled_from([str(one) for one in Assertion]),
    "level": st.sampled_from(["asserted", "documented", "corroborated", "adjudicated"]),
    "party": st.sampled_from(["client", "court", "requesting_state"]),
    "event": st.sampled_from(["the call", "zebra", "arrest"]),
    "independent": st.booleans(),
    "id": st.text(max_size=3),
    "note": st.text(max_size=3),
    "source": st.just("a paper"),
    "state": st.sampled_from(["FRA", "XXX"]),
    "confidential_from": st.just(["court"]),
}


def item_of(shape: Shape, draw: Callable[[Any], Any], path: str) -> dict[str, Any]:
    found = record_of(shape, draw, 4)
    if path in ("events", "person.groups") or (path == "context" and draw(st.integers(0, 3))):
        name = "report" if path == "context" else "kind"
        found[name] = value_of(shape.leaves[name], draw)
    if path == "context" and draw(st.integers(0, 3)):
        found |= {"source": "a report", "happened": "2020"}
    if draw(st.booleans()):
        for name in draw(st.sets(st.sampled_from([*VOUCHED]), max_size=2)):
            if name != "state" or path == "decisions":
                found[name] = draw(VOUCHED[name])
    return found


ODD_KEYS: dict[str, st.SearchStrategy[Any]] = {
    "requesting_state": st.sampled_from(["FRA", "XXX"]),
    "party": st.sampled_from(["client", "court", "nobody"]),
    "safety": st.sampled_from([{}, {"relatives_in_danger": True}, {"unknown": 1}]),
    "consent": st.just({"given": True}),
    "deadlines": st.sampled_from([[], [{"what": "appeal", "due": "2022-07"}], [{}]]),
    "documents": st.sampled_from([[], [{"id": "note", "text": "The sister was arrested in May."}]]),
    "confidentiality": st.just([{"path": "relatives", "not_to_be_seen_by": ["court"]}]),
    "persn": st.just({}),
    "case_id": st.sampled_from(["", 'дело\u2028"', "x" * 201, 7]),
    "as_of": st.sampled_from(["2022", None, "2030-01-01", "soon", 3]),
}


@st.composite
def cases(draw: Callable[[Any], Any]) -> dict[str, Any]:
    case: dict[str, Any] = {"case_id": draw(st.text(min_size=1, max_size=4)), "as_of": "2022-06-15"}
    many = draw(st.sampled_from([2, 6, 40]))
    for name in draw(st.sets(st.sampled_from([*SHAPE.records]))):
        inside = SHAPE.records[name]
        case[name] = record_of(inside, draw, many)
        for inner, shape in inside.records.items():
            if draw(st.booleans()):
                case[name][inner] = record_of(shape, draw, many)
        for inner, shape in inside.lists.items():
            if draw(st.booleans()):
                case[name][inner] = [item_of(shape, draw, f"{name}.{inner}")]
    for name in draw(st.sets(st.sampled_from([*SHAPE.lists]), max_size=5)):
        case[name] = [
            item_of(SHAPE.lists[name], draw, name) for _ in range(draw(st.sampled_from([0, 1, 1, 2, 4])))
        ]
    case["complete"] = draw(
        st.lists(st.sampled_from([*SHAPE.lists, "person.roles", "person.groups", "-"]), max_size=3)
    )
    if draw(st.integers(0, 5)) == 0:
        name = draw(st.sampled_from([*ODD_KEYS]))
        case[name] = draw(ODD_KEYS[name])
    return case


seen: Counter[bool] = Counter()


@thorough
@given(st.lists(cases(), min_size=1, max_size=4))
def test_any_cases_come_to_what_each_comes_to_by_itself(told: list[dict[str, Any]]) -> None:
    done = assert_same(SCREENER, told)
    seen[True] += done
    seen[False] += len(told) - done


@pytest.mark.parametrize("as_of", ["2022-06-15", "2021-04-01", "2024", None])
@settings(thorough, max_examples=25)
@given(told=st.lists(cases(), min_size=1, max_size=3))
def test_lines_are_those_of_each_case_by_itself(told: list[dict[str, Any]], as_of: str | None) -> None:
    group = [
        Sourced(f"line {n}", Path("cases.jsonl"), json.dumps(one).encode()) for n, one in enumerate(told)
    ]
    used = Settings(form="scores", as_of=as_of, otherwise_as_of="2022-06-15")
    apart = [line for one in group for line in result_lines([one], used)]
    assert result_lines(group, used) == apart
    for case, line in zip(told, apart, strict=True):
        own = as_of if as_of is not None else None if case.get("as_of") is not None else "2022-06-15"
        wanted = alone(SCREENER, case, own)
        assert line == wanted or (wanted.startswith("refused") and '"faults"' in line)


def test_most_of_what_was_tried_is_scored_together_and_some_is_not() -> None:
    if not seen:
        test_any_cases_come_to_what_each_comes_to_by_itself()
    assert seen[True] > seen[False] > 0


# -- cases as they are


def documented() -> list[dict[str, Any]]:
    """The structured part of every documented case that anybody may open."""
    found = []
    for path in sorted((ROOT / "training_data" / "cases").glob("*.yaml")):
        case = redflag.load_case(path).model_copy(update={"documents": ()})
        found.append(case.model_dump(mode="json", exclude_none=True, exclude_unset=True))
    return found


def of_rule_tests() -> list[dict[str, Any]]:
    found = []
    for path in sorted((ROOT / "tests" / "rules").glob("*/*.yaml")):
        for test in parse_yaml(path.read_text(encoding="utf-8"), path.name, redflag.RuleError).data["cases"]:
            case = Case.model_validate({"case_id": "test", **test["case"]})
            as_of = test.get("as_of", "2024-01-01")
            found.append(
                {"as_of": as_of} | case.model_dump(mode="json", exclude_none=True, exclude_unset=True)
            )
    return found


@pytest.fixture(scope="module")
def real() -> list[dict[str, Any]]:
    return [*documented(), *of_rule_tests()]


def test_every_documented_case_and_every_test_of_a_rule_comes_to_the_same(real: list[dict[str, Any]]) -> None:
    assert assert_same(SCREENER, real) > len(real) / 2


def test_other_sums_come_to_the_same_too(real: list[dict[str, Any]]) -> None:
    model = shipped_model()
    assert model is not None
    some = real[::7]
    off = {"legitimacy.ci_international_crime_or_treaty_duty": "-", "legitimacy.ci_victims_sue_abroad": "-"}
    stack = model.stack.model_copy(update={"rules": 0.7})
    for screener in (
        Screener(model=None, base_rate=0.3),
        Screener(switched_off=off),
        SCREENER.adapted(0.2, off),
        Screener(model=model.model_copy(update={"stack": stack})),
        *(
            Screener(
                model=model.model_copy(
                    update={
                        "layout": layout,
                        "columns_digest": columns_digest(listed),
                        "weights": tuple(
                            model.weights[0].model_copy(
                                update={"column": one.name, "sign": one.sign, "rules": one.rules,
                                        "coefficient": one.sign * (0.31 + number / 97)}
                            )
                            for number, one in enumerate(listed)
                        ),
                    }
                )
            )
            for layout in ("families_graded", "families_and_core")
            if (listed := columns(SCREENER.pack, layout))  # type: ignore[arg-type]
        ),
    ):  # fmt: skip
        assert assert_same(screener, some) > len(some) / 2


def test_what_is_too_near_an_edge_is_left_to_be_scored_by_itself(
    real: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = [{**one, "case_id": f"{number}"} for number, one in enumerate(real[::20])]
    group = [Sourced("line", Path("cases.jsonl"), json.dumps(one).encode()) for one in some]
    lines = result_lines(group, Settings(form="scores"))
    monkeypatch.setattr(tally, "_EDGE", 0.45)
    assert assert_same(SCREENER, some) < len(some) / 4
    assert result_lines(group, Settings(form="scores")) == lines
