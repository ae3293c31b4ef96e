"""Links between two dossiers: what is refused, and what a list does with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.clock import StoryClock
from adapters.storage.fake import FakeStore
from engine.canonical import NotCanonical
from engine.definition import Procedure
from engine.errors import BadInput, DossierUnknown, LinkNotPossible, NoEditionInForce, Refusal
from engine.numbers import Numbers
from engine.runtime import BulkAsk
from tests.linked import HOA, MINH, SEARCH, SON, Both, Office, declared
from tests.procedures import CountedIds, local
from tests.story import changed, with_more, with_ways


class Changed(Both):
    """The two editions, one of them otherwise than declared."""

    def __init__(self, procedure: Procedure) -> None:
        super().__init__()
        self._known = [procedure if one.key == procedure.key else one for one in self._known]


@pytest.fixture
def office() -> Office:
    return on_monday()


def on_monday(procedure: Procedure | None = None) -> Office:
    store = FakeStore(StoryClock(local("2025-11-03")))
    return Office(store, CountedIds(), Changed(procedure) if procedure else None)


def test_what_was_opened_by_another_dossier_opens_none_itself(office: Office) -> None:
    opener = office.appraising()
    row = office.store.tables["dossiers"][opener,]
    row["body"] = row["body"].replace('"parent":null', '"parent":"another"')

    with pytest.raises(LinkNotPossible):
        office.do(opener, "ask_confirmation", MINH)


def test_a_procedure_that_the_system_cannot_begin_is_not_opened() -> None:
    office = on_monday(with_ways(declared("award-confirmation"), "begin", by=("reception",)))

    with pytest.raises(NoEditionInForce):
        office.do(office.appraising(), "ask_confirmation", MINH)


def test_what_the_linked_dossier_refuses_refuses_the_act() -> None:
    rule = declared("award-reissue").pulled_by("ask_confirmation")[0].opens
    assert rule is not None
    poorer = replace(rule, data={"award_name": "award_name"})
    office = on_monday(with_ways(declared("award-reissue"), "ask_confirmation", opens=poorer))
    opener = office.appraising()

    with pytest.raises(BadInput) as refused:
        office.do(opener, "ask_confirmation", MINH)

    assert refused.value.facts["field"] == "holder"
    assert office.places(opener) == [["appraising"]]


def test_only_what_the_opener_knows_is_handed_on(office: Office) -> None:
    opener = office.appraising(deed_number=None)
    (opened,) = office.do(opener, "ask_confirmation", MINH)["opened"]

    data = office.store.load(opened["dossier"], "", None).dossier.data
    assert data["award_name"] == "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh"
    assert "deed_number" not in data


def test_a_list_that_moves_the_opener_too_leaves_the_end_for_later(office: Office) -> None:
    opener, opened = office.waiting()
    told = office.engine.act_many(
        BulkAsk(refs=(opened, opener), trigger="withdraw", actor=MINH, reason="Làm lại")
    )

    assert [row.code for row in told.rows] == ["link_not_possible", "not_entitled"]
    assert office.places(opener, opened) == [["awaiting_confirmation"], ["searching"]]


def test_an_end_that_the_opener_refuses_is_refused() -> None:
    # The office confirms; the opener then goes on by itself, in circles.
    reissue = declared("award-reissue")
    circle = replace(
        reissue.pulled_by("take_confirmation")[0],
        trigger="again",
        sources=("appraised",),
        target="appraised",
        awaits=(),
        auto=True,
    )
    office = on_monday(with_more(reissue, circle))
    opener, opened = office.waiting()
    found = {**SEARCH, "result": "found"}
    office.do(opened, "record_search", MINH, data={"searches": found})
    office.do(opened, "propose", MINH)

    with pytest.raises(Refusal) as refused:
        office.do(opened, "confirm", SON)
    told = office.engine.act_many(BulkAsk(refs=(opened,), trigger="confirm", actor=SON))

    assert refused.value.code == "automatic_too_many"
    assert [row.code for row in told.rows] == ["automatic_too_many"]
    assert office.places(opener, opened) == [["awaiting_confirmation"], ["proposed"]]


def lapsing(office: Office) -> tuple[str, str]:
    """Let the linked dossier wait for a supplement until nobody waits any more."""
    opener, opened = office.waiting()
    asked = {"supplement_items": "Ghi rõ đơn vị công tác"}
    office.do(opened, "return", MINH, data=asked)
    return opener, opened


def test_the_clock_ends_a_linked_dossier_and_the_opener_hears_of_it(office: Office) -> None:
    opener, opened = lapsing(office)
    office.store._clock.move_to(local("2025-12-05"))

    report = office.engine.sweep()

    assert report.failed == ()
    # 30 days in the linked dossier came first; the opener's own limit was passed on the way.
    assert office.places(opener, opened) == [["appraising"], ["withdrawn"]]


def test_an_act_that_comes_too_late_is_refused_and_the_opener_hears_of_the_end(
    office: Office,
) -> None:
    opener, opened = lapsing(office)
    office.store._clock.move_to(local("2025-12-05"))

    with pytest.raises(Refusal):
        office.do(opened, "record_search", MINH, data={"searches": SEARCH})

    assert office.places(opener, opened) == [["appraising"], ["withdrawn"]]


def test_in_a_list_with_its_opener_the_clock_waits_for_the_sweep(office: Office) -> None:
    opener, opened = lapsing(office)
    office.store._clock.move_to(local("2025-12-05"))
    told = office.engine.act_many(
        BulkAsk(refs=(opener, opened), trigger="withdraw", actor=HOA, reason="Thôi")
    )

    assert [row.outcome for row in told.rows] == ["done", "refused"]
    assert told.rows[1].code == "link_not_possible"
    assert office.places(opened) == [["awaiting_supplement"]]
    office.engine.sweep()
    assert office.places(opener, opened) == [["withdrawn"], ["withdrawn"]]


def test_what_the_trail_cannot_hold_is_refused_and_gives_its_numbers_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = office.appraising()

    def unwritable(*_: Any, **__: Any) -> Any:
        raise NotCanonical("not_json", "data.note")

    monkeypatch.setattr("engine.together.change_of_opened", unwritable)

    with pytest.raises(BadInput):
        office.do(opener, "ask_confirmation", MINH)
    told = office.engine.act_many(BulkAsk(refs=(opener,), trigger="ask_confirmation", actor=MINH))
    assert [row.code for row in told.rows] == ["bad_input"]


def test_an_opener_that_is_gone_is_named(office: Office) -> None:
    with pytest.raises(DossierUnknown):
        office.engine._beside("nobody")


def test_registers_that_are_known_already_keep_what_was_taken() -> None:
    numbers = Numbers({("a", "qd", 2025): 4})
    numbers.take("a", "qd", 2025)
    numbers.also({("a", "qd", 2025): 4, ("b", "qd", 2025): 9})

    assert (numbers.take("a", "qd", 2025), numbers.take("b", "qd", 2025)) == (5, 9)


def test_a_rung_of_the_opener_that_takes_it_away_stands_and_the_end_is_not_heard() -> None:
    reissue = declared("award-reissue")
    lapse = replace(
        reissue.pulled_by("lapse")[0], trigger="give_up", sources=("awaiting_confirmation",)
    )
    clock = reissue.clocks["awaiting_supplement"]
    gone = replace(
        clock,
        key="waiting",
        in_state="awaiting_confirmation",
        ladder=(replace(clock.ladder[-1], pull="give_up"),),
    )
    office = on_monday(
        changed(
            reissue,
            clocks={**reissue.clocks, "waiting": gone},
            transitions=(*reissue.transitions, lapse),
        )
    )
    opener, opened = office.proposed()
    office.store._clock.move_to(local("2025-12-10"))
    office.do(opened, "deny", SON, reason="Không tìm thấy")

    assert office.places(opener, opened) == [["withdrawn"], ["not_confirmed"]]


def test_the_year_of_the_log_is_that_in_which_the_linked_dossier_is_opened(
    office: Office,
) -> None:
    opener = office.appraising()
    office.store._clock.move_to(local("2026-01-05"))
    (opened,) = office.do(opener, "ask_confirmation", MINH)["opened"]
    found = office.store.load(opened["dossier"], "", None).dossier

    assert found.log.endswith("/2026")
    assert found.code.startswith("N-2026-")
