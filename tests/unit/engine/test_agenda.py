"""The items of a session: what each count means, and what is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import agenda, ballot
from engine.ballot import BallotRule, Share, Tally
from engine.council import Seats
from engine.errors import BadInput, BallotInvalid, ItemsRefused
from engine.ports import Item, Loaded
from engine.trail import Head
from tests.procedures import calendar, local, small
from tests.story import CHI, Story

TITLES = BallotRule(
    quorum=Share.parse("80 % of members"), passing=Share.parse("90 % of members"), written=True
)
MINUTES = BallotRule(
    quorum=Share.parse("2/3 of members"), passing=Share.parse("more than 1/2 of members"),
    written=False, minutes=True, recused_out=True,
)  # fmt: skip
SEATS = Seats(members=17, present=15, written=2)


def item(rule: BallotRule = TITLES, name: str = "a", place: int = 1) -> Item:
    return Item(dossier=name, place=place, rule=rule)


def refused(work: Callable[[], object]) -> list[Any]:
    with pytest.raises(ItemsRefused) as told:
        work()
    rows: Any = told.value.facts["items"]
    return [(row["dossier"], row["code"], row["field"]) for row in rows]


@pytest.mark.parametrize(
    ("counted", "result"),
    [
        ({}, "pass"),
        ({"no": 1}, "pass"),  # 16 of 17 are 90 %
        ({"no": 2}, "fail"),
        ({"blank": 2}, "fail"),
        ({"present": 13}, "not_quorate"),  # 14 of 17 are 80 %
        ({"present": 14, "written": 2, "yes": 16, "no": 0}, "pass"),
    ],
)
def test_a_count_says_what_it_must_and_the_rest_follows(
    counted: dict[str, object], result: str
) -> None:
    (found,) = agenda.vote([item()], [("a", counted)], SEATS)

    assert found.result == result


@pytest.mark.parametrize(
    ("counted", "field"),
    [
        ({"members": 18}, "members"),
        ({"present": 16}, "present"),
        ({"written": 3}, "written"),
        ({"yes": 17, "no": 1}, "yes"),
        ({"yes": -1}, "yes"),
        ({"no": "một"}, "no"),
        ({"no": True}, "no"),
        ({"votes": 3}, "votes"),
        ({"consensus": 1}, "consensus"),
        ({"consensus": True}, "consensus"),
        ({"recused": 2, "present": 15}, "present"),
    ],
)
def test_a_count_that_cannot_be_is_refused_with_its_part(
    counted: dict[str, object], field: str
) -> None:
    rows = refused(lambda: agenda.vote([item()], [("a", counted)], SEATS))

    assert rows == [("a", "ballot_invalid", field)]


def test_what_is_no_number_is_told_in_the_words_that_stand_over_its_box() -> None:
    with pytest.raises(ItemsRefused, match="Mục 1: “Có mặt” phải là số nguyên"):
        agenda.vote([item()], [("a", {"present": "mười"})], SEATS)


def test_a_recorded_consensus_is_enough_where_minutes_are() -> None:
    (found,) = agenda.vote([item(MINUTES)], [("a", {"consensus": True})], SEATS)

    assert found.result == "pass"
    rows = refused(
        lambda: agenda.vote([item(MINUTES)], [("a", {"consensus": True, "no": 1})], SEATS)
    )
    assert rows == [("a", "ballot_invalid", "yes")]


def test_the_recused_lower_the_base_only_where_the_rule_says_so() -> None:
    seats = Seats(members=9, present=9, written=0)
    out = {"recused": 3, "yes": 4, "no": 2}

    (lowered,) = agenda.vote([item(MINUTES)], [("a", out)], seats)
    counted = replace(MINUTES, recused_out=False)
    (whole,) = agenda.vote([item(counted)], [("a", out)], seats)

    assert (lowered.result, whole.result) == ("pass", "fail")


def test_rows_that_belong_to_no_open_item_are_named_and_none_is_entered() -> None:
    items = [item(), replace(item(name="b", place=2), result="defer")]

    rows = refused(lambda: agenda.vote(items, [("a", {}), ("a", {}), ("b", {}), ("c", {})], SEATS))

    assert rows == [
        ("a", "named_twice", ""), ("b", "item_deferred", ""), ("c", "not_on_this_agenda", ""),
    ]  # fmt: skip
    with pytest.raises(BadInput):
        agenda.vote(items, [], SEATS)


def test_another_attendance_is_held_against_what_was_counted() -> None:
    counted = agenda.vote([item()], [("a", {})], SEATS)

    assert agenda.recount([item()], SEATS) == (item(),)
    assert agenda.recount(counted, SEATS) == counted
    fewer = Seats(members=17, present=14, written=2)
    assert refused(lambda: agenda.recount(counted, fewer)) == [("a", "ballot_invalid", "present")]


def test_items_without_a_result_are_not_settled() -> None:
    few = agenda.vote([item()], [("a", {"present": 1})], SEATS)

    assert refused(lambda: agenda.settled([item()])) == [("a", "no_result", "")]
    with pytest.raises(ItemsRefused, match="Hoãn xét"):
        agenda.settled([item()])
    assert refused(lambda: agenda.settled(few)) == [("a", "not_quorate", "")]
    deferred = agenda.defer(few, ["a"])
    agenda.settled(deferred)
    assert deferred[0].tally is None
    assert refused(lambda: agenda.defer(few, ["x"])) == [("x", "not_on_this_agenda", "")]
    assert agenda.drop([item(), item(name="b", place=2)], ["a"]) == (item(name="b", place=2),)
    assert [one.open for one in agenda.release([item()])] == [False]


class Editions:
    def get(self, edition: str) -> Any:
        return small()

    def in_force(self, procedure: str, on: object) -> Any:
        return small()


def loaded(story: Story) -> Loaded:
    dossier = replace(story.dossier, version=3)
    return Loaded(
        dossier=dossier,
        now=local("2025-11-06"),
        head=Head(stream=dossier.stream, seq=3, prev="0" * 64, recorded_at=None),
    )


def test_only_what_waits_for_this_council_comes_on_its_agenda() -> None:
    waits, early = loaded(Story().proposed()), loaded(Story().accepted())
    session = waits.dossier
    far = replace(waits, dossier=replace(waits.dossier, id="far", holder="elsewhere"))
    twice = replace(waits, dossier=replace(waits.dossier, id="twice"))
    late = replace(early, dossier=replace(early.dossier, id="late"))
    ref = waits.dossier.id
    put = agenda.put((), [(ref, waits)], session, frozenset(), Editions())
    assert [one.place for one in put] == [1]

    wanted = [(ref, waits), ("far", far), ("late", late), ("x", None), ("twice", twice)]
    rows = refused(
        lambda: agenda.put(put, [*wanted, ("twice", twice)], session, frozenset(), Editions())
    )
    assert [code for _, code, _ in rows] == [
        "already_on_agenda", "not_with_this_council", "not_on_agenda", "unknown", "named_twice",
    ]  # fmt: skip
    rows = refused(
        lambda: agenda.put((), [("twice", twice)], session, frozenset({"twice"}), Editions())
    )
    assert rows == [("twice", "on_another_agenda", "")]
    with pytest.raises(BadInput):
        agenda.put([item()] * 2_000, wanted, session, frozenset(), Editions())


def test_the_cut_off_freezes_the_rule_and_refuses_what_cannot_be_voted_on() -> None:
    story = Story().proposed()
    waits, early = loaded(story), loaded(Story().accepted())
    days = calendar()
    items = [item(name="a"), item(name="b", place=2)]
    known = {"a": waits, "b": early}

    assert refused(
        lambda: agenda.close(items, known, waits.dossier, Editions(), days)
    ) == [("b", "not_on_agenda", "")]  # fmt: skip
    (frozen,) = agenda.close(items[:1], known, waits.dossier, Editions(), days)
    assert frozen.version == 3
    assert frozen.rule is not None
    assert agenda.changed_since_the_cut_off(frozen, waits.dossier, days) is None
    story.do("hold", CHI, "2025-11-06", ground="complaint", reason="đơn", paper="1")
    held = loaded(story)
    assert agenda.changed_since_the_cut_off(frozen, held.dossier, days) is not None
    assert refused(
        lambda: agenda.close(items[:1], {"a": held}, held.dossier, Editions(), days)
    ) == [("a", "dossier_on_hold", "")]  # fmt: skip
    with pytest.raises(BadInput):
        agenda.close([], {}, waits.dossier, Editions(), days)


rules = st.builds(
    BallotRule,
    quorum=st.sampled_from([Share.parse("2/3 of members"), Share.parse("80 % of members")]),
    passing=st.sampled_from(
        [Share.parse(f"{how} of {base}") for how in ("90 %", "more than 1/2", "2/3")
         for base in ("members", "present", "valid")]
    ),
    written=st.booleans(),
    minutes=st.booleans(),
    recused_out=st.booleans(),
)  # fmt: skip


@given(rules, st.data())
def test_every_item_has_the_result_of_its_own_count_under_its_own_rule(
    rule: BallotRule, data: st.DataObject
) -> None:
    present = data.draw(st.integers(1, 20))
    seats = Seats(members=20, present=present, written=0)
    no = data.draw(st.integers(0, present))
    blank = data.draw(st.integers(0, present - no))

    (found,) = agenda.vote([item(rule)], [("a", {"no": no, "blank": blank})], seats)

    tally = Tally(members=20, present=present, written=0, yes=present - no - blank, no=no,
                  blank=blank)  # fmt: skip
    try:
        result = "pass" if ballot.count(rule, tally).passed else "fail"
    except BallotInvalid:
        result = "not_quorate"
    assert found.result == result
    assert ballot.rule_from_json(ballot.rule_json(rule)) == rule
