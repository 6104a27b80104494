"""What a file tells as of a day: who vouches, what is disputed, what cannot be placed, in any order."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.evidence import Assertion, Level, Party
from redflag.facts import (
    DISPUTED,
    MAYBE_LATER,
    NOT_STATED,
    SILENT,
    Entry,
    Fact,
    FactBase,
    Known,
    Listed,
    Unknown,
)
from redflag.signals import Signal
from redflag.truth import Truth

Gather = Callable[..., FactBase]


def value_of(fact: Fact) -> Any:
    assert isinstance(fact, Known), fact
    return fact.value


def reason_of(fact: Fact) -> str:
    assert isinstance(fact, Unknown), fact
    return fact.reason


def made(*statements: dict[str, Any], **case: Any) -> dict[str, Any]:
    """A case in which several statements are made on one fact."""
    return {"request": {"made": [*statements]}, **case}


# -- silence and statement


def test_an_empty_case_tells_nothing(facts_of: Gather) -> None:
    facts = facts_of({})
    assert facts.facts == {}
    assert facts.lists == {}
    assert facts.signals == {}
    assert facts.present == frozenset()
    assert facts.lookup("request.made") is SILENT
    assert facts.list_of("relatives") == Listed()


def test_a_bare_value_is_the_word_of_the_cases_own_party(facts_of: Gather) -> None:
    for party in ("client", "ngo"):
        fact = facts_of({"party": party, "request": {"made": False}}).lookup("request.made")
        assert value_of(fact) is False
        (source,) = fact.sources
        assert (source.where, source.party, source.level) == ("request.made", party, Level.ASSERTED)


def test_a_statement_brings_its_own_provenance(facts_of: Gather) -> None:
    told = {
        "value": True,
        "party": "press",
        "level": "documented",
        "source": "a paper",
        "happened": "2020-05",
    }
    (source,) = facts_of(made(told)).lookup("request.made").sources
    assert (source.party, source.level, source.reference, source.happened) == (
        Party.PRESS,
        Level.DOCUMENTED,
        "a paper",
        "2020-05",
    )


def test_a_field_inherits_who_vouches_from_its_item(facts_of: Gather) -> None:
    contact = {
        "caller": "friend",
        "party": "press",
        "level": "documented",
        "happened": "2020",
        "source": "paper",
    }
    (item,) = facts_of({"contacts": [contact]}).list_of("contacts").items
    (source,) = item.fact("caller").sources
    assert (source.party, source.level, source.happened, source.reference) == (
        Party.PRESS,
        Level.DOCUMENTED,
        "2020",
        "paper",
    )
    assert source.event == item.source.event


# -- as of a day


@pytest.mark.parametrize(
    ("dated", "as_of", "known"),
    [
        ({"happened": "2021-03-01"}, "2021-03-01", True),
        ({"happened": "2021-03-01"}, "2021-02-28", False),
        ({"known_by": "2021-03-01"}, "2021-03-01", True),
        ({"known_by": "2021-03-01"}, "2021-02-28", False),
        # a hearing fixed for next month is known today
        ({"happened": "2021-04-01", "known_by": "2021-03-01"}, "2021-03-15", True),
        # what happened long ago and came out later is not known before
        ({"happened": "2019-01-01", "known_by": "2021-03-01"}, "2020-01-01", False),
        ({}, "1990-01-01", True),
    ],
)
def test_only_what_was_known_by_the_day_is_in(
    facts_of: Gather, dated: dict[str, str], as_of: str, known: bool
) -> None:
    statement = facts_of(made({"value": True, **dated}), as_of).lookup("request.made")
    assert isinstance(statement, Known) is known
    assert known or statement is SILENT
    listed = facts_of({"relatives": [{"relation": "sister", **dated}], "complete": ["relatives"]}, as_of)
    assert len(listed.list_of("relatives").items) == int(known)
    assert listed.list_of("relatives").unplaced == 0
    notice = facts_of({"notice": {"kind": "red_notice", **dated}}, as_of).lookup("notice.kind")
    assert isinstance(notice, Known) is known


@pytest.mark.parametrize(
    "dated", [{"happened": "2021"}, {"known_by": "2021"}, {"happened": "2021-02/2021-09"}]
)
def test_what_cannot_be_placed_before_the_day_is_unknown_and_says_so(
    facts_of: Gather, dated: dict[str, str]
) -> None:
    assert (
        reason_of(facts_of(made({"value": True, **dated}), "2021-06-01").lookup("request.made"))
        == MAYBE_LATER
    )
    listed = facts_of({"relatives": [{"relation": "sister", **dated}]}, "2021-06-01").list_of("relatives")
    assert (listed.items, listed.unplaced) == ((), 1)


def test_the_undated_is_known_by_the_cases_own_day_and_open_before_it(facts_of: Gather) -> None:
    case = {"as_of": "2022-01-01", "request": {"made": True}, "relatives": [{"relation": "sister"}]}
    later, same, earlier = (facts_of(case, day) for day in ("2023-01-01", "2022-01-01", "2021-12-31"))
    assert value_of(later.lookup("request.made")) is True
    assert value_of(same.lookup("request.made")) is True
    assert reason_of(earlier.lookup("request.made")) == MAYBE_LATER
    assert (len(later.list_of("relatives").items), earlier.list_of("relatives").unplaced) == (1, 1)


def test_a_dated_statement_stands_whatever_the_cases_own_day(facts_of: Gather) -> None:
    case = made({"value": True, "happened": "2020"}, as_of="2022-01-01")
    assert value_of(facts_of(case, "2021-06-01").lookup("request.made")) is True


@pytest.mark.parametrize("own_day", [None, "2021-06-01", "2023-01-01"])
def test_a_day_tells_by_itself_when_it_was_known_at_the_earliest(
    facts_of: Gather, own_day: str | None
) -> None:
    def issued(day: object) -> Fact:
        case = {"as_of": own_day, "notice": {"issued_on": day}}
        return facts_of(case, "2021-06-01").lookup("notice.issued_on")

    for day in ("2021-04-30", "2021-06-01", "2021-06-02", "2021"):
        assert issued(day) == issued({"value": day})
    assert value_of(issued("2021-06-01")) == PartialDate("2021-06-01")
    assert reason_of(issued("2021-06-02")) == NOT_STATED
    if own_day == "2023-01-01":  # the file tells of days after the screening date: "2021" may be one
        assert reason_of(issued("2021")) == MAYBE_LATER
    else:
        assert value_of(issued("2021")) == PartialDate("2021")


def test_a_day_to_come_that_is_known_already_is_in(facts_of: Gather) -> None:
    case = {"notice": {"reviewed_on": {"value": "2022-01-01", "known_by": "2021-01-01"}}}
    assert value_of(facts_of(case, "2021-06-01").lookup("notice.reviewed_on")) == PartialDate("2022-01-01")


@given(st.sampled_from(["2019-05-05", "2020", "2021-03", "2021-06-01", "2021", "2022"]), st.data())
def test_nothing_known_later_leaves_a_trace(facts_of: Gather, day: str, data: st.DataObject) -> None:
    """A file screened as of a day is the file without all that was known later."""
    dated = data.draw(
        st.lists(st.sampled_from(["2018", "2020-07-01", "2021-05", "2022-02-02", "2023"]), max_size=5)
    )
    items = [
        {"relation": "sister", "note": str(place), "known_by": known} for place, known in enumerate(dated)
    ]
    edge = PartialDate(day).latest
    kept = [item for item in items if PartialDate(item["known_by"]).earliest <= edge]
    whole = facts_of({"relatives": items}, day).list_of("relatives")
    rest = facts_of({"relatives": kept}, day).list_of("relatives")
    assert [item.source.event for item in whole.items] == [item.source.event for item in rest.items]
    assert whole.unplaced == rest.unplaced


# -- disputes

OPPOSED = [
    {"value": False, "party": "client"},
    {"value": True, "party": "requesting_state", "level": "documented"},
]


def test_the_word_of_opposing_parties_is_disputed_with_both_sides_shown(facts_of: Gather) -> None:
    for level in ("asserted", "documented", "corroborated"):
        fact = facts_of(made({**OPPOSED[0], "level": level}, OPPOSED[1])).lookup("request.made")
        assert reason_of(fact) == DISPUTED
        assert {source.party for source in fact.sources} == {Party.CLIENT, Party.REQUESTING_STATE}


def test_opposing_parties_that_agree_settle_a_fact(facts_of: Gather) -> None:
    fact = facts_of(made({**OPPOSED[0], "value": True}, OPPOSED[1])).lookup("request.made")
    assert value_of(fact) is True
    assert len(fact.sources) == 2


def test_an_independent_ruling_settles_a_dispute(facts_of: Gather) -> None:
    ruling = {"value": True, "party": "court", "level": "adjudicated", "independent": True}
    fact = facts_of(made(*OPPOSED, ruling)).lookup("request.made")
    assert value_of(fact) is True
    assert {source.party for source in fact.sources} == {Party.REQUESTING_STATE, Party.COURT}


def test_contrary_rulings_leave_a_dispute(facts_of: Gather) -> None:
    rulings = [{"value": value, "party": "court", "level": "adjudicated"} for value in (True, False)]
    assert reason_of(facts_of(made(*OPPOSED, *rulings)).lookup("request.made")) == DISPUTED


@pytest.mark.parametrize("own", [{"party": "requesting_state"}, {"party": "court", "independent": False}])
def test_a_ruling_that_is_not_independent_settles_nothing(facts_of: Gather, own: dict[str, Any]) -> None:
    fact = facts_of(made(OPPOSED[0], {"value": True, "level": "adjudicated", **own})).lookup("request.made")
    assert reason_of(fact) == DISPUTED
    assert Level.ADJUDICATED not in {source.level for source in fact.sources}


@pytest.mark.parametrize("other", ["client", "defence", "relative"])
def test_within_one_side_the_better_level_wins(facts_of: Gather, other: str) -> None:
    words = [
        {"value": False, "party": "client"},
        {"value": True, "party": other, "level": "documented"},
    ]
    assert value_of(facts_of(made(*words)).lookup("request.made")) is True


def test_within_one_side_equal_levels_stay_disputed(facts_of: Gather) -> None:
    words = [{"value": value, "party": "client", "level": "documented"} for value in (True, False)]
    assert reason_of(facts_of(made(*words)).lookup("request.made")) == DISPUTED


def test_the_better_word_of_one_side_still_meets_the_other_side(facts_of: Gather) -> None:
    mine = [{"value": True, "party": "client"}, {"value": False, "party": "client", "level": "documented"}]
    theirs = {"value": True, "party": "requesting_state"}
    assert reason_of(facts_of(made(*mine, theirs)).lookup("request.made")) == DISPUTED


def test_a_statement_of_later_is_no_party_to_a_dispute(facts_of: Gather) -> None:
    case = made(OPPOSED[0], {**OPPOSED[1], "known_by": "2023-01-01"})
    assert value_of(facts_of(case, "2022-01-01").lookup("request.made")) is False
    assert reason_of(facts_of(case, "2023-01-01").lookup("request.made")) == DISPUTED


def test_a_contrary_ruling_that_may_be_later_leaves_the_fact_open(facts_of: Gather) -> None:
    """Were the ruling placed before the day, it would overturn what the party says."""
    ruling = {"value": True, "party": "court", "level": "adjudicated", "known_by": "2021"}
    case = made({"value": False, "party": "client", "happened": "2020"}, ruling)
    assert value_of(facts_of(case, "2022-01-01").lookup("request.made")) is True
    open_fact = facts_of(case, "2021-06-01").lookup("request.made")
    assert reason_of(open_fact) == MAYBE_LATER
    assert [source.party for source in open_fact.sources] == [Party.CLIENT]


def test_a_dispute_that_a_later_word_would_leave_one_stays_a_dispute(facts_of: Gather) -> None:
    case = made(*OPPOSED, {"value": True, "party": "press", "known_by": "2021"})
    assert reason_of(facts_of(case, "2021-06-01").lookup("request.made")) == DISPUTED


def test_statements_come_to_the_same_in_any_order(facts_of: Gather) -> None:
    pool = [
        {"value": value, "party": party, "level": level}
        for value in (True, False)
        for party in ("client", "requesting_state", "court")
        for level in ("asserted", "documented", "adjudicated")
    ]
    for three in itertools.combinations(pool, 3):
        found = set()
        for order in itertools.permutations(three):
            fact = facts_of(made(*order)).lookup("request.made")
            found.add(
                (
                    getattr(fact, "value", None),
                    getattr(fact, "reason", ""),
                    frozenset((source.party, source.level) for source in fact.sources),
                )
            )
        assert len(found) == 1, three


@pytest.mark.parametrize(("item", "day"), [({"happened": "2020-05"}, "2020-05"), ({}, None)])
def test_a_statement_inside_an_item_happened_when_the_item_did(
    facts_of: Gather, item: dict[str, str], day: str | None
) -> None:
    relative = {"measure": {"value": "detained", "party": "ngo"}, **item}
    (found,) = facts_of({"relatives": [relative]}).list_of("relatives").items
    assert [source.happened for source in found.fact("measure").sources] == [day]


def test_a_record_inside_an_item_is_told_with_its_path(facts_of: Gather) -> None:
    case = {"other_alerts": [{"kind": "diffusion", "warrant": {"valid": False}}]}
    (found,) = facts_of(case).list_of("other_alerts").items
    fact = found.fact("warrant.valid")
    assert value_of(fact) is False
    (source,) = fact.sources
    assert (source.where, source.event) == ("other_alerts[0].warrant.valid", found.source.event)
    assert (found.where, found.source.where) == ("other_alerts[0]", "other_alerts[0]")


def test_a_word_that_nothing_later_could_change_keeps_its_source(facts_of: Gather) -> None:
    later = {"value": True, "party": "ngo", "known_by": "2021"}
    fact = facts_of(made({"value": True, "party": "press"}, later), "2021-06-01").lookup("request.made")
    assert value_of(fact) is True
    assert [source.party for source in fact.sources] == [Party.PRESS]


# -- adjudicated means independent


def decision(facts_of: Gather, **item: Any) -> Entry:
    case = {
        "requesting_state": "RUS",
        "decisions": [{"outcome": "convicted", "level": "adjudicated", **item}],
    }
    (found,) = facts_of(case).list_of("decisions").items
    return found


@pytest.mark.parametrize(
    ("item", "level"),
    [
        ({"state": "GBR", "party": "court"}, Level.ADJUDICATED),
        ({"state": "GBR", "party": "court", "independent": True}, Level.ADJUDICATED),
        ({"party": "court"}, Level.ADJUDICATED),
        ({"state": "RUS", "party": "court"}, Level.DOCUMENTED),
        ({"state": "RUS", "party": "requesting_state", "independent": True}, Level.DOCUMENTED),
        ({"state": "GBR", "party": "court", "independent": False}, Level.DOCUMENTED),
        ({"state": "RUS", "party": "court", "level": "corroborated"}, Level.CORROBORATED),
    ],
)
def test_a_state_does_not_adjudicate_its_own_cause(
    facts_of: Gather, item: dict[str, Any], level: Level
) -> None:
    found = decision(facts_of, **item)
    assert found.source.level is level
    assert {source.level for source in found.fact("outcome").sources} == {level}


def test_a_statement_inside_a_states_own_ruling_is_no_better_than_the_ruling(facts_of: Gather) -> None:
    found = decision(
        facts_of, state="RUS", party="court", outcome={"value": "convicted", "level": "adjudicated"}
    )
    assert {source.level for source in found.fact("outcome").sources} == {Level.DOCUMENTED}


@pytest.mark.parametrize(
    ("item", "level"),
    [
        ({"state": "RUS", "independent": True}, Level.ADJUDICATED),
        ({"state": "GBR", "independent": False}, Level.DOCUMENTED),
    ],
)
def test_a_statement_inside_a_ruling_is_as_independent_as_the_ruling(
    facts_of: Gather, item: dict[str, Any], level: Level
) -> None:
    outcome = {"value": "convicted", "party": "court", "level": "adjudicated"}
    found = decision(facts_of, party="court", outcome=outcome, **item)
    assert {source.level for source in found.fact("outcome").sources} == {level}


# -- lists


def test_a_list_is_complete_only_where_the_case_says_so(facts_of: Gather) -> None:
    relatives = [{"relation": "sister"}]
    assert facts_of({"relatives": relatives}).list_of("relatives").complete is False
    assert facts_of({"relatives": relatives, "complete": ["contacts"]}).list_of("relatives").complete is False
    assert facts_of({"relatives": relatives, "complete": ["relatives"]}).list_of("relatives").complete is True
    assert facts_of({"complete": ["relatives"]}).list_of("relatives") == Listed((), 0, True)
    assert facts_of({"complete": ["person.groups"]}).list_of("person.groups").complete is True


@pytest.mark.parametrize("first", [{"known_by": "2030"}, {"known_by": "2021"}])
def test_an_item_after_one_that_is_later_or_may_be_is_still_on_the_list(
    facts_of: Gather, first: dict[str, str]
) -> None:
    relatives = [{"measure": "detained", **first}, {"measure": "interrogated", "known_by": "2020"}]
    found = facts_of({"relatives": relatives}, "2021-06-01").list_of("relatives")
    assert [value_of(item.fact("measure")) for item in found.items] == ["interrogated"]
    assert found.unplaced == (first["known_by"] == "2021")


def test_every_item_that_may_be_later_is_counted(facts_of: Gather) -> None:
    relatives = [{"measure": measure, "known_by": "2021"} for measure in ("detained", "interrogated")]
    assert facts_of({"relatives": relatives}, "2021-06-01").list_of("relatives").unplaced == 2


def test_words_are_complete_only_where_the_case_says_so(facts_of: Gather) -> None:
    roles = {"person": {"roles": ["journalist"]}}
    assert facts_of(roles).list_of("person.roles").complete is False
    told = facts_of({**roles, "complete": ["person.roles"]})
    assert told.list_of("person.roles").complete is True
    assert value_of(told.lookup("person.roles")) == ("journalist",)
    assert value_of(facts_of({"complete": ["person.roles"]}).lookup("person.roles")) == ()


def test_that_there_are_no_words_is_the_word_of_the_cases_own_party(facts_of: Gather) -> None:
    fact = facts_of({"complete": ["person.roles"]}).lookup("person.roles")
    assert value_of(fact) == ()
    (source,) = fact.sources
    assert (source.level, source.party) == (Level.ASSERTED, Party.CLIENT)
    assert (source.where, source.event) == ("person.roles", "person.roles")


def test_words_that_may_be_later_are_counted(facts_of: Gather) -> None:
    roles = ["lawyer", {"value": "activist", "known_by": "2021"}, {"value": "journalist", "known_by": "2023"}]
    facts = facts_of({"person": {"roles": roles}, "complete": ["person.roles"]}, "2021-06-01")
    assert facts.list_of("person.roles") == Listed(unplaced=1, complete=True)


def test_a_field_is_an_event_of_its_own_said_by_its_party(facts_of: Gather) -> None:
    (source,) = facts_of(made({"value": True, "party": "ngo"})).lookup("request.made").sources
    assert (source.event, source.said_by) == ("request.made", Party.NGO)


def test_of_one_side_only_the_better_sources_are_shown(facts_of: Gather) -> None:
    asserted = {"value": False, "party": "client", "level": "asserted"}
    documented = {"value": True, "party": "client", "level": "documented"}
    fact = facts_of(made(asserted, documented)).lookup("request.made")
    assert value_of(fact) is True
    assert [source.level for source in fact.sources] == [Level.DOCUMENTED]


def test_words_that_several_parties_state_are_gathered(facts_of: Gather) -> None:
    roles = ["journalist", {"value": "activist", "party": "ngo"}, {"value": "journalist", "party": "press"}]
    fact = facts_of({"person": {"roles": roles}}).lookup("person.roles")
    assert sorted(value_of(fact)) == ["activist", "journalist"]
    assert {source.party for source in fact.sources} == {Party.CLIENT, Party.NGO, Party.PRESS}
    assert {(source.where, source.event) for source in fact.sources} == {("person.roles", "person.roles")}


def test_words_of_later_are_not_on_the_list(facts_of: Gather) -> None:
    roles = ["lawyer", {"value": "activist", "known_by": "2023"}]
    assert value_of(facts_of({"person": {"roles": roles}}, "2022-01-01").lookup("person.roles")) == (
        "lawyer",
    )


def test_words_that_may_all_be_later_are_open(facts_of: Gather) -> None:
    roles = [{"value": "activist", "known_by": "2021"}, {"value": "lawyer", "known_by": "2023"}]
    case = {"person": {"roles": roles}}
    assert reason_of(facts_of(case, "2021-06-01").lookup("person.roles")) == MAYBE_LATER
    assert facts_of(case, "2020-06-01").lookup("person.roles") == SILENT
    assert value_of(facts_of(case, "2022-06-01").lookup("person.roles")) == ("activist",)


def test_equal_items_and_items_of_one_named_event_are_one_event(facts_of: Gather) -> None:
    def events(*items: dict[str, Any]) -> list[str]:
        return [item.source.event for item in facts_of({"relatives": list(items)}).list_of("relatives").items]

    same = events({"relation": "sister", "happened": "2020"}, {"relation": "sister", "happened": "2020"})
    assert len(set(same)) == 1
    other = events({"relation": "sister", "happened": "2020"}, {"relation": "sister", "happened": "2021"})
    assert len(set(other)) == 2
    named = events({"relation": "sister", "event": "raid"}, {"relation": "brother", "event": "raid"})
    assert len(set(named)) == 1


def test_one_named_event_is_one_event_across_lists(facts_of: Gather) -> None:
    case = {"relatives": [{"relation": "sister", "event": "raid"}], "contacts": [{"event": "raid"}]}
    facts = facts_of(case)
    (relative,), (contact,) = facts.list_of("relatives").items, facts.list_of("contacts").items
    assert relative.source.event == contact.source.event


relatives = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "relation": st.sampled_from(["sister", "brother"]),
            "measure": st.sampled_from(["detained", "dismissed"]),
            "happened": st.sampled_from(["2020-01-01", "2021", "2023-05"]),
            "event": st.sampled_from(["raid", "search"]),
            "own_conduct_explains": st.booleans(),
        },
    ),
    max_size=5,
)


@given(relatives, st.randoms(use_true_random=False))
def test_the_order_of_a_list_changes_neither_events_nor_facts(
    facts_of: Gather, items: list[dict[str, Any]], random: Any
) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    told = []
    for order in (items, shuffled):
        listed = facts_of({"relatives": order}, "2021-06-01").list_of("relatives")
        entries = [
            (
                item.source.event,
                item.source.happened or "",
                sorted((path, str(getattr(fact, "value", None))) for path, fact in item.facts.items()),
            )
            for item in listed.items
        ]
        told.append((sorted(entries, key=str), [entry[0] for entry in entries], listed.unplaced))
    assert told[0] == told[1]


def test_the_place_of_an_item_is_that_in_the_file(facts_of: Gather) -> None:
    case = {"relatives": [{"relation": "sister", "happened": "2023"}, {"relation": "brother"}]}
    (item,) = facts_of(case, "2022-01-01").list_of("relatives").items
    assert item.where == "relatives[1]"
    (source,) = item.fact("relation").sources
    assert source.where == "relatives[1].relation"


def test_how_an_item_is_put_is_kept(facts_of: Gather) -> None:
    (item,) = facts_of({"relatives": [{"assertion": "feared"}]}).list_of("relatives").items
    assert item.source.assertion is Assertion.FEARED


# -- documents

TEXT = "His sister was arrested. He fears that his brother will be arrested."


def signal(document: Document, start: int = 0, end: int = 24, **changes: Any) -> Signal:
    span = document.span(start, end)
    told: dict[str, Any] = {
        "id": "relative_arrested",
        "span": span,
        "match": span,
        "assertion": Assertion.AFFIRMED,
        "said_by": document.party,
        "relayed_by": None,
        "happened": None,
        "later_than": None,
        "event": f"said:{start}",
    }
    return Signal(**{**told, **changes})


def paper(name: str = "letter", text: str = TEXT, **note: Any) -> Document:
    return Document(name, text, DocumentNote(**note))


@pytest.mark.parametrize(
    ("note", "heard"),
    [
        ({"date": "2021-05-01"}, True),
        ({"date": "2021-07-01"}, False),
        ({"known_by": "2021-07-01", "date": "2020-01-01"}, False),
        ({"known_by": "2021-05-01"}, True),
        ({}, True),
    ],
)
def test_a_document_of_later_is_not_heard(facts_of: Gather, note: dict[str, str], heard: bool) -> None:
    document = paper(**note)
    facts = facts_of({}, "2021-06-01", [document], [signal(document)])
    assert bool(facts.heard("relative_arrested")) is heard


def test_what_a_paper_tells_of_a_later_day_is_not_heard(facts_of: Gather) -> None:
    document = paper()
    hits = {
        day: facts_of({}, "2021-06-01", [document], [signal(document, happened=PartialDate(day))])
        for day in ("2021-05-31", "2021-06-02", "2021")
    }
    assert [bool(facts.heard("relative_arrested")) for facts in hits.values()] == [True, False, False]
    assert hits["2021"].unplaced_signals == {"relative_arrested"}
    assert hits["2021-06-02"].unplaced_signals == frozenset()


def test_what_an_older_paper_tells_of_a_day_to_come_is_known_already(facts_of: Gather) -> None:
    document = paper(date="2021-05-01")
    found = signal(document, happened=PartialDate("2022-01-01"))
    assert facts_of({}, "2021-06-01", [document], [found]).heard("relative_arrested")


LATER = PartialDate("2021-05-10")


@pytest.mark.parametrize(
    ("note", "text", "later_than", "as_of", "heard", "unplaced"),
    [
        # the paper itself is older than the screening: whatever it tells was known
        ({"date": "2021-05-20"}, TEXT, LATER, "2021-06-01", True, False),
        ({"known_by": "2021-05-20"}, TEXT, LATER, "2021-06-01", True, False),
        ({"date": "2021-05-01", "known_by": "2021-05-20"}, TEXT, LATER, "2021-05-05", False, False),
        ({"date": "2021-05-20"}, f"{TEXT} On 3 July 2021 it rained.", LATER, "2021-06-01", True, False),
        ({"known_by": "2021-05-20"}, f"{TEXT} On 3 July 2021 it rained.", LATER, "2021-06-01", True, False),
        # it happened after a day that is itself to come
        ({}, TEXT, LATER, "2021-05-09", False, False),
        ({"date": "2021-05-20"}, TEXT, LATER, "2021-05-09", False, False),
        # it happened some time after a day that is past, in a paper that tells of nothing later
        ({}, TEXT, LATER, "2021-06-01", True, False),
        # and in one that does
        ({}, f"{TEXT} On 3 July 2021 it rained.", LATER, "2021-06-01", False, True),
        ({"date": "2021"}, f"{TEXT} On 3 July 2021 it rained.", LATER, "2021-06-01", False, True),
    ],
)
def test_what_happened_some_time_after_a_day_is_placed_by_its_paper(
    facts_of: Gather,
    note: dict[str, str],
    text: str,
    later_than: PartialDate,
    as_of: str,
    heard: bool,
    unplaced: bool,
) -> None:
    document = paper(text=text, **note)
    facts = facts_of({}, as_of, [document], [signal(document, later_than=later_than)])
    assert (bool(facts.heard("relative_arrested")), bool(facts.unplaced_signals)) == (heard, unplaced)


@pytest.mark.parametrize(
    ("note", "happened", "heard", "unplaced"),
    [
        ({}, None, False, True),  # the paper tells of days to come, and this has none
        ({}, "2021-05-31", True, False),
        ({}, "2021", False, True),
        ({"date": "2021-05-01"}, "2021", True, False),
        ({"date": "2021-05-01"}, None, True, False),
        ({"known_by": "2021-05-01"}, None, True, False),
        ({"known_by": "2021-05-01"}, "2021", True, False),
        ({"date": "2021-07-01", "known_by": "2021-05-01"}, None, False, False),
        ({"known_by": "2021"}, None, False, True),
    ],
)
def test_what_has_no_day_is_placed_by_its_paper(
    facts_of: Gather, note: dict[str, str], happened: str | None, heard: bool, unplaced: bool
) -> None:
    document = paper(text=f"{TEXT} On 3 July 2021 it rained.", **note)
    day = None if happened is None else PartialDate(happened)
    facts = facts_of({}, "2021-06-01", [document], [signal(document, happened=day)])
    assert (bool(facts.heard("relative_arrested")), bool(facts.unplaced_signals)) == (heard, unplaced)


def test_a_signal_that_one_paper_places_is_not_open_for_another(facts_of: Gather) -> None:
    told, untold = paper("a", date="2021-05-01"), paper("b", date="2021")
    facts = facts_of({}, "2021-06-01", [told, untold], [signal(told), signal(untold, 25, 60)])
    (hit,) = facts.heard("relative_arrested")
    assert (hit.source.where, facts.unplaced_signals) == ("a", frozenset())


def test_a_sentence_after_one_that_is_not_heard_is_heard(facts_of: Gather) -> None:
    later, open_, heard = paper("a", date="2022"), paper("b", date="2021"), paper("c", date="2020")
    told = [signal(one, event=one.id) for one in (later, open_, heard)]
    for order in itertools.permutations(told):
        (hit,) = facts_of({}, "2021-06-01", [later, open_, heard], order).heard("relative_arrested")
        assert (hit.source.where, hit.source.happened) == ("c", None)


def test_a_hit_says_when_it_happened(facts_of: Gather) -> None:
    document = paper()
    found = signal(document, happened=PartialDate("2020-05"))
    (hit,) = facts_of({}, "2021-06-01", [document], [found]).heard("relative_arrested")
    assert hit.source.happened == "2020-05"


def test_a_fact_that_an_item_does_not_have_is_not_stated(facts_of: Gather) -> None:
    (item,) = facts_of({"relatives": [{"measure": "detained"}]}).list_of("relatives").items
    assert value_of(item.fact("measure")) == "detained"
    assert item.fact("relation") is SILENT


def test_a_hit_tells_how_it_was_put_by_whom_and_how_it_was_found(facts_of: Gather) -> None:
    document = paper()
    told = {
        "assertion": Assertion.FEARED,
        "said_by": Party.NGO,
        "relayed_by": Party.PRESS,
        "found_by": "tagger",
        "probability": 0.75,
    }
    facts = facts_of({}, documents=[document], signals=[signal(document, **told)])
    (hit,) = facts.heard("relative_arrested")
    assert hit.assertion is Assertion.FEARED
    assert {name: getattr(hit.source, name) for name in told} == told
    assert facts.heard("nothing_of_the_kind") == ()


def test_a_hit_leads_back_to_the_words_of_the_document(facts_of: Gather) -> None:
    document = paper(kind="press", title="A daily")
    (hit,) = facts_of({}, documents=[document], signals=[signal(document)]).heard("relative_arrested")
    span = hit.source.span
    assert span is not None
    assert span.quote == TEXT[span.start : span.end] == "His sister was arrested."
    assert (hit.source.where, hit.source.party, hit.source.level, hit.source.reference) == (
        "letter",
        Party.PRESS,
        Level.DOCUMENTED,
        "A daily",
    )


@pytest.mark.parametrize(
    ("note", "changes", "level"),
    [
        ({"kind": "court_ruling", "state": "GBR"}, {}, Level.ADJUDICATED),
        ({"kind": "court_ruling", "state": "RUS"}, {}, Level.DOCUMENTED),
        ({"kind": "court_ruling", "state": "GBR"}, {"said_by": Party.CLIENT}, Level.DOCUMENTED),
        ({"kind": "court_ruling", "state": "GBR"}, {"said_by": Party.REQUESTING_STATE}, Level.DOCUMENTED),
        ({"kind": "court_ruling", "state": "GBR"}, {"relayed_by": Party.CLIENT}, Level.DOCUMENTED),
        ({"kind": "narrative"}, {}, Level.ASSERTED),
        ({"kind": "narrative"}, {"said_by": Party.COURT}, Level.ASSERTED),
        ({"kind": "press"}, {"said_by": Party.CLIENT}, Level.ASSERTED),
        ({"kind": "call_transcript"}, {"said_by": Party.GO_BETWEEN}, Level.DOCUMENTED),
        ({"kind": "call_transcript", "level": "asserted"}, {"said_by": Party.CLIENT}, Level.ASSERTED),
        ({"kind": "email", "level": "corroborated"}, {"said_by": Party.GO_BETWEEN}, Level.DOCUMENTED),
        ({"kind": "press"}, {"said_by": Party.GO_BETWEEN}, Level.ASSERTED),
        ({"kind": "press"}, {"said_by": Party.UNCLEAR}, Level.ASSERTED),
        ({"kind": "press"}, {"said_by": Party.COURT}, Level.DOCUMENTED),
        ({"kind": "press"}, {"said_by": Party.REQUESTING_STATE}, Level.DOCUMENTED),
        ({"kind": "ngo_report", "level": "corroborated"}, {"said_by": Party.COURT}, Level.DOCUMENTED),
    ],
)
def test_a_sentence_that_passes_on_anothers_word_is_no_better_than_that_word(
    facts_of: Gather, note: dict[str, str], changes: dict[str, Any], level: Level
) -> None:
    document = paper(**note)
    found = signal(document, **changes)
    (hit,) = facts_of({"requesting_state": "RUS"}, documents=[document], signals=[found]).heard(
        "relative_arrested"
    )
    assert hit.source.level is level


def test_two_sentences_of_one_paper_are_both_heard(facts_of: Gather) -> None:
    document = paper()
    told = [signal(document), signal(document, 25, 60)]
    hits = facts_of({}, documents=[document], signals=told).heard("relative_arrested")
    assert [hit.source.event for hit in hits] == ["said:0", "said:25"]


def test_a_sentence_repeated_is_heard_once_at_its_best_place(facts_of: Gather) -> None:
    weak, strong = paper("a", kind="narrative"), paper("b", kind="call_transcript")
    hits = [signal(one, event="said:x", said_by=Party.CLIENT) for one in (weak, strong)]
    for order in itertools.permutations(hits):
        (hit,) = facts_of({}, documents=[weak, strong], signals=order).heard("relative_arrested")
        assert hit.source.where == "b"


def test_the_order_of_documents_and_signals_does_not_matter(facts_of: Gather) -> None:
    papers = [paper(name) for name in ("c", "a", "b")]
    hits = [signal(one, start, start + 24) for one in papers for start in (0, 25)]
    told = facts_of({}, documents=papers, signals=hits)
    turned = facts_of({}, documents=papers[::-1], signals=hits[::-1])
    assert (told.signals, told.documents) == (turned.signals, turned.documents)
    assert list(told.documents["narrative"]) == ["a", "b", "c"]


def test_what_a_file_tells_of_is_listed(facts_of: Gather) -> None:
    told, open_ = paper("a", kind="press", date="2020"), paper("b", date="2021")
    heard = [signal(told), signal(open_, id="other")]
    case = {"request": {"made": True}, "relatives": [{"measure": "detained"}]}
    assert facts_of(case, "2021-06-01", [told, open_], heard).present == {
        "request.made",
        "relatives",
        "signal:relative_arrested",
        "signal:other",
        "document:press",
        "document:narrative",
    }


def test_an_unreadable_document_is_no_document_of_its_kind(facts_of: Gather) -> None:
    unread = Document("scan", "", DocumentNote(kind="court_ruling"), unreadable="no text in it")
    assert facts_of({}, documents=[unread]).documents == {}


# -- what-ifs


def test_assuming_a_verdict_keeps_all_that_the_file_tells(facts_of: Gather) -> None:
    document = paper(date="2021-05-01", kind="press")
    unplaced = signal(document, 25, 60, id="alert_deleted", happened=PartialDate("2025"))
    case = {"request": {"made": True}, "relatives": [{"measure": "detained"}]}
    facts = facts_of(case, "2021", [document], [signal(document), unplaced])
    first = facts.assume({"one": Truth.TRUE})
    both = first.assume({"other": Truth.FALSE})
    assert dict(both.assumed) == {"one": Truth.TRUE, "other": Truth.FALSE}
    assert dict(first.assumed) == {"one": Truth.TRUE}
    for name in ("as_of", "facts", "lists", "signals", "unplaced_signals", "documents", "present"):
        assert getattr(both, name) == getattr(facts, name)
        assert getattr(both, name) is not None


def test_assuming_a_verdict_leaves_the_file_as_it_is(facts_of: Gather) -> None:
    facts = facts_of({"request": {"made": True}})
    once = facts.assume({"a": Truth.TRUE})
    twice = once.assume({"a": Truth.FALSE, "b": Truth.TRUE})
    assert facts.assumed == {}
    assert once.assumed == {"a": Truth.TRUE}
    assert twice.assumed == {"a": Truth.FALSE, "b": Truth.TRUE}
    assert (twice.facts, twice.lists, twice.as_of) == (facts.facts, facts.lists, facts.as_of)


# -- the same on every run

SCRIPT = """
import sys
from pathlib import Path
from redflag.case import Case
from redflag.dates import PartialDate
from redflag.documents import Document, DocumentNote
from redflag.facts import gather
from redflag.pack import shipped_pack
from redflag.signals import find
case = Case.model_validate({
    "case_id": "x", "requesting_state": "RUS", "party": "client",
    "person": {"roles": ["journalist", {"value": "activist", "party": "ngo"}, "lawyer"]},
    "notice": {"kind": "red_notice", "issued_on": "2021-04"},
    "relatives": [{"relation": "sister", "measure": "detained", "happened": "2021-05"},
                  {"relation": "brother", "measure": "dismissed", "event": "raid"}],
    "contacts": [{"caller": "friend", "urged": ["return", "pay"], "event": "raid"}],
    "request": {"made": [{"value": False}, {"value": True, "party": "requesting_state"}]},
    "complete": ["relatives", "person.roles"],
})
text = "His sister was arrested in May 2021. Officials told a friend that the case would go away."
document = Document("letter", text, DocumentNote(kind="narrative"))
pack = shipped_pack()
facts = gather(case, [document], find([document], pack.lexicons), PartialDate("2024-01-01"))
print(facts.facts, facts.lists, facts.signals, facts.documents, facts.unplaced_signals or "")
for one in pack.evaluate(facts):
    print(one.rule.id, one.status, one.trace, one.sources())
print(pack.digest)
"""


def test_facts_and_outcomes_are_the_same_bytes_under_every_hash_seed() -> None:
    root = Path(__file__).parent.parent
    told = set()
    for seed in ("0", "1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        )
        assert b"fired" in run.stdout
        told.add(run.stdout)
    assert len(told) == 1
