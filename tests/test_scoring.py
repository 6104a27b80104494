"""What a score promises: it adds up, moves one way, stays within its range and never depends on order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redflag.evidence import Assertion, Level, Party, Source
from redflag.scoring import (
    DECIMALS,
    BaseRate,
    Bounds,
    Policy,
    Sums,
    Weighed,
    band_of,
    coverage,
    logit,
    saturating,
    sigmoid,
    unsettled,
    weigh,
)

FAMILIES = ("motive", "pressure", "process")
SATURATION = {"motive": 2.0, "pressure": 1.2, "process": 0.8, "legitimacy": 2.0}
POLICY = Policy.model_validate(
    {
        "family_share": 0.6,
        "event_saturation": 1.6,
        "counter_saturation": 1.5,
        "context_saturation": 0.3,
        "levels": {"asserted": 0.6, "documented": 0.85, "corroborated": 1.0, "adjudicated": 1.0},
        "assertions": {
            "affirmed": 1.0,
            "alleged": 0.7,
            "threatened": 0.8,
            "feared": 0.5,
            "hypothetical": 0.25,
            "negated": 0.0,
        },
        "elevated_from": 0.4,
        "high_from": 1.4,
        "least_coverage": 0.1,
        "base_rates": {"balanced": {"not_compliant": 1, "of": 2, "title": "Even odds"}},
    }
)
UNIT = 10.0**-DECIMALS
thorough = settings(max_examples=250, deadline=None)

shares = st.sampled_from([0.0, 0.25, 0.6, 0.85, 1.0])
events = st.sampled_from(["call", "arrest", "raid"])
statuses = st.sampled_from(["fired", "clear", "undetermined", "not_applicable"])


@st.composite
def rules(draw: Callable[[Any], Any], number: int) -> Weighed:
    effect = draw(st.sampled_from(["supports", "supports", "counters"]))
    sign = 1 if effect == "supports" else -1
    return Weighed(
        rule_id=f"rule-{number:02}",
        family=draw(st.sampled_from(FAMILIES)) if effect == "supports" else "legitimacy",
        effect=effect,
        status=draw(statuses),
        log_lr_true=sign * draw(st.sampled_from([0.1, 0.7, 1.2, 3.0])),
        log_lr_false=-sign * draw(st.sampled_from([0.0, 0.15, 0.5, 3.0])),
        answers=() if effect == "supports" else tuple(draw(st.sets(st.sampled_from(FAMILIES), min_size=1))),
        strength=draw(shares),
        event=draw(events),
        open=draw(st.booleans()),
        core=draw(st.booleans()),
        context=draw(st.booleans()) and draw(st.booleans()),
    )


def files(least: int = 1) -> st.SearchStrategy[list[Weighed]]:
    return st.integers(least, 7).flatmap(lambda n: st.tuples(*map(rules, range(n)))).map(list)


policies = st.builds(lambda share: POLICY.model_copy(update={"family_share": share}), shares)


def score(outcomes: Sequence[Weighed], policy: Policy = POLICY) -> Any:
    return weigh(outcomes, SATURATION, policy)


def slack(outcomes: Sequence[Weighed]) -> float:
    """How far rounding each part may move a sum, and a comparison of two."""
    return (2 * len(outcomes) + 1) * UNIT


def rule(rule_id: str, effect: str = "supports", **changes: Any) -> Weighed:
    sign = 1 if effect == "supports" else -1
    told: dict[str, Any] = {
        "family": "motive",
        "effect": effect,
        "status": "fired",
        "log_lr_true": 1.0 * sign,
        "log_lr_false": -0.3 * sign,
        "event": rule_id,
        "answers": ("motive",) if effect == "counters" else (),
    }
    return Weighed(rule_id, **{**told, **changes})


# -- it adds up


@thorough
@given(files(), policies)
def test_the_parts_sum_to_the_whole(outcomes: list[Weighed], policy: Policy) -> None:
    scored = score(outcomes, policy)
    assert scored.log_odds == math.fsum(scored.parts.values())
    assert all(value == round(value, DECIMALS) and value for value in scored.parts.values())
    assert list(scored.parts) == sorted(scored.parts)


def by_hand(outcomes: Sequence[Weighed], policy: Policy) -> float:
    """R as the documentation tells it, group by group, without sharing anything out."""
    families: dict[tuple[str, str], list[float]] = {}
    events_: dict[tuple[str, str], list[float]] = {}
    context: list[float] = []
    for one in outcomes:
        if one.status not in ("fired", "clear"):
            continue
        weight = (one.log_lr_true if one.status == "fired" else one.log_lr_false) * one.strength
        if one.context:
            context.append(weight)
            continue
        of = one.answers if one.effect == "counters" else (one.family,)
        for family in of:
            families.setdefault((one.effect, family), []).append(weight / len(of))
        event = one.event if one.status == "fired" else f"nothing happened: {one.family}"
        events_.setdefault((one.effect, event), []).append(weight)

    def g(weights: list[float], cap: float) -> float:
        total = sum(weights)
        return math.copysign(cap * (1 - math.exp(-abs(total) / cap)), total)

    total = g(context, policy.context_saturation)
    for (effect, family), weights in families.items():
        cap = policy.counter_saturation if effect == "counters" else SATURATION[family]
        total += policy.family_share * g(weights, cap)
    for weights in events_.values():
        total += (1 - policy.family_share) * g(weights, policy.event_saturation)
    return total


@thorough
@given(files(), policies)
def test_the_whole_is_the_saturating_sum_that_is_documented(outcomes: list[Weighed], policy: Policy) -> None:
    assert score(outcomes, policy).log_odds == pytest.approx(by_hand(outcomes, policy), abs=slack(outcomes))


@thorough
@given(files())
def test_only_settled_outcomes_contribute_and_with_their_own_sign(outcomes: list[Weighed]) -> None:
    parts = score(outcomes).parts
    for one in outcomes:
        value = parts.get(one.rule_id, 0.0)
        assert value * one.weight >= 0
        assert one.status in ("fired", "clear") or one.rule_id not in parts


def test_a_file_that_settles_nothing_weighs_nothing() -> None:
    scored = score([rule("a", status="undetermined"), rule("b", "counters", status="not_applicable")])
    assert (scored.log_odds, dict(scored.parts)) == (0.0, {})
    empty = score([])
    assert (empty.log_odds, empty.low, empty.high, empty.coverage) == (0.0, 0.0, 0.0, 0.0)


@thorough
@given(files(), st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(outcomes: list[Weighed], random: Any) -> None:
    shuffled = list(outcomes)
    random.shuffle(shuffled)
    one, other = score(shuffled), score(outcomes)
    for name in ("log_odds", "low", "high", "coverage"):
        assert getattr(one, name) == getattr(other, name)
    assert list(one.parts.items()) == list(other.parts.items())


# -- it moves one way


@thorough
@given(files(), policies, st.data())
def test_an_indicator_that_fires_never_lowers_the_score_and_a_counter_never_raises_it(
    outcomes: list[Weighed], policy: Policy, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(outcomes) - 1))
    before = replace(outcomes[place], status=data.draw(st.sampled_from(["clear", "undetermined"])))
    after = replace(before, status="fired", strength=data.draw(shares), event=data.draw(events))
    without, with_ = ([*outcomes[:place], one, *outcomes[place + 1 :]] for one in (before, after))
    moved = score(with_, policy).log_odds - score(without, policy).log_odds
    assert moved * (1 if before.effect == "supports" else -1) >= -slack(outcomes)


@thorough
@given(files(), st.data())
def test_better_evidence_never_weakens_a_sign(outcomes: list[Weighed], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(outcomes) - 1))
    weak, strong = sorted(data.draw(st.tuples(shares, shares)))
    one = replace(outcomes[place], status="fired", strength=weak)
    lower = score([*outcomes[:place], one, *outcomes[place + 1 :]]).log_odds
    higher = score([*outcomes[:place], replace(one, strength=strong), *outcomes[place + 1 :]]).log_odds
    assert (higher - lower) * (1 if one.effect == "supports" else -1) >= -slack(outcomes)


def test_a_sign_that_fires_counts_and_a_clear_one_speaks_the_other_way() -> None:
    assert score([rule("a")]).log_odds > 0.1
    assert score([rule("a", status="clear")]).log_odds < -0.1
    assert score([rule("a", "counters")]).log_odds < -0.1
    assert score([rule("a", "counters", status="clear")]).log_odds > 0.1
    assert score([rule("a"), rule("b", "counters")]).log_odds < score([rule("a")]).log_odds


# -- it has a range


def farthest(outcomes: Sequence[Weighed], policy: Policy, sign: float) -> float:
    """The most that R, or minus R, can become, summed afresh."""
    sums: dict[Any, list[float]] = {}
    for one in outcomes:
        if one.status == "not_applicable":
            continue
        ends = {"fired": one.log_lr_true, "clear": one.log_lr_false}
        if one.status == "undetermined":
            can = [one.log_lr_true, one.log_lr_false]
        else:
            can = [one.weight, ends[one.status] if one.open else one.weight]
            if one.contestable and one.status == "fired":
                can.append(one.log_lr_false)
        most = max(sign * weight for weight in can)
        if one.context:
            sums.setdefault(("context",), []).append(most)
            continue
        families = one.answers if one.effect == "counters" else (one.family,)
        for family in families:
            sums.setdefault((one.effect, "family", family), []).append(most / len(families))
        if one.status == "undetermined" or one.open or one.contestable:
            sums[("alone", one.rule_id)] = [max(most, 0.0)]
        else:
            event = one.event if one.status == "fired" else f"clear {one.family}"
            sums.setdefault((one.effect, "event", event), []).append(most)
    total = 0.0
    for key, weights in sums.items():
        share, cap = 1 - policy.family_share, policy.event_saturation
        if key[0] == "context":
            share, cap = 1.0, policy.context_saturation
        elif key[1] == "family":
            share = policy.family_share
            cap = policy.counter_saturation if key[0] == "counters" else SATURATION[key[2]]
        total += share * saturating(math.fsum(weights), cap)
    return total


@thorough
@given(files(), st.data(), policies)
def test_bounds_that_stand_ready_are_those_that_are_documented(
    outcomes: list[Weighed], data: st.DataObject, policy: Policy
) -> None:
    bounds = Bounds(map(unsettled, outcomes), SATURATION, policy)
    again = [
        replace(one, status=data.draw(statuses), contestable=data.draw(st.booleans())) for one in outcomes
    ]
    for file in (outcomes, again):
        wanted = -farthest(file, policy, -1.0), farthest(file, policy, 1.0)
        assert bounds.of(file) == pytest.approx(wanted, abs=1e-12)


@thorough
@given(files(), policies, st.data())
def test_a_total_with_some_outcomes_changed_is_that_of_the_changed_file(
    outcomes: list[Weighed], policy: Policy, data: st.DataObject
) -> None:
    """Sums that stand ready answer what-ifs: only those that a change touches are made again."""
    sums = weigh(outcomes, SATURATION, policy).sums
    changed = {
        one.rule_id: replace(
            one,
            status=data.draw(statuses),
            event=data.draw(events),
            strength=data.draw(shares),
        )
        for one in outcomes
        if data.draw(st.booleans())
    }
    after = [changed.get(one.rule_id, one) for one in outcomes]
    expected = math.fsum(Sums(after, SATURATION, policy).shares().values())
    assert math.isclose(sums.total(changed.values()), expected, abs_tol=1e-9)
    assert math.isclose(sums.total(), math.fsum(sums.shares().values()), abs_tol=1e-9)


def test_an_unsettled_rule_is_open_and_knows_nothing_of_its_file() -> None:
    told = rule("a", status="fired", strength=0.5, event="call", open=True, contestable=True, core=True)
    assert unsettled(told) == rule("a", status="undetermined", strength=1.0, event="", core=True)
    assert unsettled(told).open is unsettled(told).contestable is False


def test_the_range_is_wider_by_what_rounding_may_move() -> None:
    outcomes = [rule("a"), rule("b", status="undetermined")]
    found = score(outcomes)
    low, high = Bounds(map(unsettled, outcomes), SATURATION, POLICY).of(outcomes)
    assert math.isclose(found.low, low - UNIT, abs_tol=1e-12)
    assert math.isclose(found.high, high + UNIT, abs_tol=1e-12)


def test_bounds_are_of_the_rules_that_they_were_made_for() -> None:
    with pytest.raises(ValueError, match=r"^the bounds were made for other rules$"):
        Bounds([rule("one")], SATURATION, POLICY).of([rule("other")])


@thorough
@given(files(), policies)
def test_the_score_lies_within_its_range(outcomes: list[Weighed], policy: Policy) -> None:
    scored = score(outcomes, policy)
    assert scored.low <= scored.log_odds <= scored.high


@thorough
@given(files(), st.booleans())
def test_the_range_of_a_settled_file_is_the_score(outcomes: list[Weighed], clear: bool) -> None:
    settled = [
        replace(one, status="clear" if clear else "fired", open=False)
        if one.status == "undetermined"
        else replace(one, open=False)
        for one in outcomes
    ]
    scored = score(settled)
    assert scored.high - scored.low <= 2 * slack(settled)


@st.composite
def settlings(draw: Callable[[Any], Any], one: Weighed) -> Weighed:
    """The outcome after some unknown fact of its own is settled."""
    still = draw(st.booleans())
    match one.status:
        case "undetermined":
            status = draw(st.sampled_from(["fired", "clear", "not_applicable"]))
            return replace(one, status=status, strength=draw(shares), event=draw(events), open=still)
        case "fired" | "clear" if one.open:
            strength = draw(shares.filter(lambda share: share >= one.strength))
            return replace(one, strength=strength, event=draw(events), open=still)
        case _:
            return one


@settings(max_examples=800, deadline=None)
@given(files(), policies, st.data())
def test_settling_an_outcome_never_widens_the_range(
    outcomes: list[Weighed], policy: Policy, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(outcomes) - 1))
    settled = [*outcomes[:place], data.draw(settlings(outcomes[place])), *outcomes[place + 1 :]]
    before, after = score(outcomes, policy), score(settled, policy)
    assert before.low - slack(outcomes) <= after.low
    assert after.high <= before.high + slack(outcomes)


@thorough
@given(files(), policies, st.data())
def test_whatever_all_the_unknown_come_to_the_score_was_within_the_range(
    outcomes: list[Weighed], policy: Policy, data: st.DataObject
) -> None:
    before = score(outcomes, policy)
    after = score([data.draw(settlings(one)) for one in outcomes], policy).log_odds
    assert before.low - slack(outcomes) <= after <= before.high + slack(outcomes)


def test_an_open_question_makes_a_range_and_its_answer_moves_the_score_to_an_end() -> None:
    open_ = score([rule("a", status="undetermined")])
    assert open_.low == pytest.approx(score([rule("a", status="clear")]).log_odds, abs=2 * UNIT)
    assert open_.high == pytest.approx(score([rule("a")]).log_odds, abs=2 * UNIT)


def test_what_does_not_apply_has_no_range() -> None:
    scored = score([rule("a", status="not_applicable")])
    assert (scored.low, scored.high) == (0.0, 0.0)


# -- no double counting


def parts_of(*outcomes: Weighed) -> float:
    return float(score(outcomes).log_odds)


def test_one_event_with_three_readings_counts_less_than_three_events() -> None:
    readings = [rule(name, family=family) for name, family in zip("abc", FAMILIES, strict=True)]
    three = parts_of(*readings)
    one = parts_of(*(replace(reading, event="call") for reading in readings))
    assert three - one > 0.2
    cap = (1 - POLICY.family_share) * POLICY.event_saturation
    by_family = sum(POLICY.family_share * saturating(1.0, SATURATION[family]) for family in FAMILIES)
    assert one - by_family < cap


@given(st.integers(1, 60), shares)
def test_a_family_and_an_event_are_bounded_by_their_caps(number: int, strength: float) -> None:
    many = [rule(f"r{n:02}", strength=strength, log_lr_true=3.0, event="call") for n in range(number)]
    a = POLICY.family_share
    cap = a * SATURATION["motive"] + (1 - a) * POLICY.event_saturation
    assert 0 <= parts_of(*many) <= cap + slack(many)
    against = [replace(one, effect="counters", log_lr_true=-3.0, answers=("motive",)) for one in many]
    assert -(a * POLICY.counter_saturation + (1 - a) * POLICY.event_saturation) - slack(many) <= parts_of(
        *against
    )


def test_the_second_sign_of_a_family_adds_less_than_the_first() -> None:
    one, two, three = (
        parts_of(*(rule(name, event="call") for name in names)) for names in ("a", "ab", "abc")
    )
    assert one > two - one > three - two > 0


def test_reports_about_a_state_are_capped_together_for_and_against() -> None:
    reports = [rule(f"r{n}", context=True, family=FAMILIES[n % 3], log_lr_true=3.0) for n in range(9)]
    assert parts_of(*reports) == pytest.approx(POLICY.context_saturation, abs=1e-3)
    against = [rule(f"s{n}", "counters", context=True, log_lr_true=-3.0) for n in range(9)]
    assert parts_of(*reports, *against) == pytest.approx(0.0, abs=1e-5)


def test_a_counter_is_shared_out_among_the_families_that_it_answers() -> None:
    one = parts_of(rule("c", "counters", answers=("motive",)))
    two = parts_of(rule("c", "counters", answers=("motive", "pressure")))
    a, g = POLICY.family_share, saturating
    event = (1 - a) * g(-1.0, POLICY.event_saturation)
    assert one == pytest.approx(a * g(-1.0, POLICY.counter_saturation) + event, abs=UNIT)
    assert two == pytest.approx(2 * a * g(-0.5, POLICY.counter_saturation) + event, abs=UNIT)


# -- coverage, bands and the small functions


@thorough
@given(files(), st.data())
def test_settling_an_outcome_never_lowers_the_coverage(outcomes: list[Weighed], data: st.DataObject) -> None:
    before = coverage(outcomes)
    assert 0 <= before <= 1
    place = data.draw(st.integers(0, len(outcomes) - 1))
    settled = [*outcomes[:place], data.draw(settlings(outcomes[place])), *outcomes[place + 1 :]]
    if any(one.core and one.status != "not_applicable" for one in settled):
        assert coverage(settled) >= before - UNIT


def test_coverage_is_the_determined_share_of_the_core_weight() -> None:
    core = [
        rule("a", core=True, log_lr_true=3.0),
        rule("b", core=True, log_lr_true=1.0, status="undetermined"),
        rule("c", core=True, log_lr_true=5.0, status="not_applicable"),
        rule("d", core=False, log_lr_true=9.0, status="undetermined"),
        rule("e", "counters", core=True, log_lr_true=-1.0, status="clear"),
    ]
    assert coverage(core) == 0.8
    assert score(core).coverage == 0.8
    assert coverage([rule("d", core=False)]) == 0.0


@pytest.mark.parametrize(
    ("log_odds", "covered", "band"),
    [
        (5.0, 0.0999, "insufficient_information"),
        (-5.0, 0.0, "insufficient_information"),
        (0.3999, 0.1, "low"),
        (-5.0, 1.0, "low"),
        (0.4, 1.0, "elevated"),
        (1.3999, 1.0, "elevated"),
        (1.4, 0.1, "high"),
    ],
)
def test_bands_are_cut_on_the_evidence_and_only_where_the_file_tells_enough(
    log_odds: float, covered: float, band: str
) -> None:
    found, reason = band_of(log_odds, covered, POLICY)
    assert found == band
    assert (reason is None) is (band != "insufficient_information")


@given(st.floats(-20, 20))
def test_the_probability_of_log_odds_leads_back_to_them(log_odds: float) -> None:
    probability = sigmoid(log_odds)
    assert 0 < probability < 1
    assert logit(probability) == pytest.approx(log_odds, abs=1e-6)
    assert sigmoid(-log_odds) == pytest.approx(1 - probability)


@given(st.floats(allow_nan=False))
def test_any_log_odds_have_a_probability(log_odds: float) -> None:
    assert 0 <= sigmoid(log_odds) <= 1


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 10))
def test_a_saturating_sum_is_odd_rises_and_never_passes_its_cap(one: float, other: float, cap: float) -> None:
    assert saturating(-one, cap) == -saturating(one, cap)
    assert abs(saturating(one, cap)) <= min(cap, abs(one)) + 1e-12
    low, high = sorted((one, other))
    assert saturating(low, cap) <= saturating(high, cap)
    if one > 0 and other > 0:
        assert saturating(one + other, cap) <= saturating(one, cap) + saturating(other, cap) + 1e-9


def test_the_strength_of_a_source_follows_its_level_and_its_assertion() -> None:
    def strength(level: str, assertion: str = "affirmed") -> float:
        return POLICY.strength(Source("x", "e", Level(level), Party.CLIENT, Assertion(assertion)))

    assert strength("adjudicated") == 1.0
    assert strength("asserted") == 0.6
    assert strength("documented", "alleged") == pytest.approx(0.85 * 0.7)
    assert strength("adjudicated", "negated") == 0.0
    ranks = [strength(level) for level in Level]
    assert ranks == sorted(ranks)


def test_a_base_rate_is_a_share_with_its_origin() -> None:
    assert BaseRate(not_compliant=296, of=429, title="Complaints").share == pytest.approx(0.690, abs=1e-3)


@pytest.mark.parametrize(
    "wrong",
    [{"family_share": 1.1}, {"event_saturation": 0}, {"counter_saturation": -1},
     {"levels": {"asserted": 1.5}}, {"stack": {"rules": 1.5}}, {"stack": {"classifier": -0.1}},
     {"high_from": math.inf}, {"bonus": 1}],
)  # fmt: skip
def test_numbers_that_would_break_a_promise_are_refused(wrong: dict[str, Any]) -> None:
    told = POLICY.model_dump()
    with pytest.raises(ValueError, match="validation error"):
        Policy.model_validate({**told, **wrong})


# -- what feeds which sum


def test_each_part_stands_under_the_rule_that_it_is_of() -> None:
    found = score([rule("one"), rule("two", family="process"), rule("three", status="undetermined")])
    assert found.parts.keys() == {"one", "two"}
    assert found.parts["one"] > 0


def test_what_is_clear_is_part_of_no_event() -> None:
    """It did not happen: whatever event it is told with stays whole for what did."""
    clear = {"status": "clear", "family": "pressure"}
    together = score([rule("fired", event="call"), rule("other", event="call", **clear)])
    apart = score([rule("fired", event="call"), rule("other", event="raid", **clear)])
    assert together == replace(apart, sums=together.sums)


def test_only_a_counter_answers_other_families() -> None:
    own = score([rule("one")])
    assert score([rule("one", answers=("pressure",))]).parts == own.parts
    counter = rule("against", "counters", family="motive", answers=())
    assert score([counter]).parts == score([replace(counter, answers=("motive",))]).parts


@pytest.mark.parametrize("other", [{}, {"family": "pressure"}])
@pytest.mark.parametrize("event", ["call", "raid"])
@pytest.mark.parametrize("status", ["fired", "clear"])
def test_the_range_of_two_that_are_settled_is_their_score(
    status: str, event: str, other: dict[str, str]
) -> None:
    """Whether they share a family, an event, both or neither."""
    found = score([rule("one", event="call"), rule("two", event=event, status=status, **other)])
    assert found.low == pytest.approx(found.log_odds, abs=3 * UNIT)
    assert found.high == pytest.approx(found.log_odds, abs=3 * UNIT)
