"""A dossier that goes through several levels is measured, coded and held at each of them."""

from dataclasses import replace
from datetime import date

import pytest

from engine.errors import DossierOnHold, GuardRefused
from engine.levels import current, headline, org_of, reached, resolved_on
from engine.measurement import Measurement
from engine.numbers import Numbers
from tests.procedures import local, paper, small
from tests.resistance import BINH, COMMUNE, MINISTRY, PROVINCE, SUONG, TAM, Claim, medal
from tests.story import Story, changed


def told(claim: Claim) -> list[tuple[str, str, bool, date | None]]:
    """Return what the last commit says of each level: level, whose, headline, resolved on."""
    change = claim.world.store.changes[-1]
    return [(m.level, m.org, m.headline, m.resolved_on) for m in change.measured]


def test_each_level_holds_the_dossier_under_a_code_of_its_own() -> None:
    claim = Claim().taken_in()

    assert claim.dossier.holder == PROVINCE
    assert claim.dossier.received_code == "H27.88-251103-0001-001"
    assert claim.dossier.codes == {
        COMMUNE: "H27.88-251103-0001-001",
        PROVINCE: "H27-251114-0001-001",
    }
    assert claim.world.store.changes[-1].codes == ((PROVINCE, "H27-251114-0001-001"),)
    assert claim.world.dossier("H27-251114-0001-001").id == claim.ref
    assert claim.world.folded(claim.ref) == claim.dossier


def test_the_slip_of_each_level_is_numbered_where_it_is_issued() -> None:
    claim = Claim().taken_in()
    letters = [one for change in claim.world.store.changes for one in change.letters]

    assert [(one.order.key, one.order.org, one.number) for one in letters] == [
        ("receipt", COMMUNE, "1"),
        ("posting_notice", COMMUNE, "1"),
        ("posting_record", COMMUNE, "1"),
        ("province_receipt", PROVINCE, "1"),
    ]


def test_dossiers_that_come_to_a_level_in_one_commit_are_numbered_there_by_submission() -> None:
    claim = Claim().sent_up()
    one = replace(claim.dossier, submission="s", place=1)
    two = replace(claim.dossier, submission="s", place=2)
    numbers = Numbers({})
    now = local("2025-11-14")

    assert [numbers.code(dossier, now) for dossier in (one, two)] == [
        "H27-251114-0001-001",
        "H27-251114-0001-002",
    ]
    assert numbers.code(replace(one, submission="t"), now) == "H27-251114-0002-001"


def test_a_level_that_hands_the_dossier_on_is_resolved_and_the_next_one_is_open() -> None:
    claim = Claim().sent_up()

    assert told(claim) == [
        ("commune", COMMUNE, False, date(2025, 11, 13)),
        ("province", PROVINCE, True, None),
    ]
    assert claim.dossier.resolved_on is None
    assert claim.world.store.changes[-1].due_on is None


def test_the_clock_that_runs_says_when_the_dossier_is_due() -> None:
    claim = Claim().taken_in()
    change = claim.world.store.changes[-1]

    # 15 days after Friday 14 November end on Saturday 29, so on Monday 1 December.
    assert change.due_on == date(2025, 12, 1)
    assert [(m.level, m.due_on) for m in change.measured] == [("province", date(2025, 12, 1))]


def test_a_level_outside_is_measured_while_the_level_below_goes_on_holding_it() -> None:
    claim = Claim().forwarded()

    assert claim.dossier.holder == PROVINCE
    assert told(claim) == [
        ("province", PROVINCE, True, date(2025, 11, 20)),
        ("centre", MINISTRY, False, None),
    ]
    assert claim.dossier.resolved_on == date(2025, 11, 20)
    assert claim.world.store.changes[-1].due_on == date(2025, 12, 10)


def test_an_award_of_the_centre_is_in_the_register_of_the_province_with_its_own_deed() -> None:
    (award,) = Claim().awarded().world.store.changes[-1].awards

    assert (award.org, award.level) == (PROVINCE, "centre")
    assert (award.deed, award.decided_on) == ("118/QĐ-CTN", date(2025, 12, 8))
    assert award.type == "resistance"


def test_an_award_without_the_fields_of_its_deed_is_dated_by_the_act() -> None:
    procedure = changed(medal(), deed=("posted_at", "handed_over_on"))
    (award,) = Claim(procedure).awarded().world.store.changes[-1].awards

    assert (award.deed, award.decided_on) == ("Trụ sở xã", date(2025, 12, 8))
    nowhere = changed(medal(), deed=("copies_on", "handed_over_on"))
    assert Claim(nowhere).awarded().world.store.changes[-1].awards[0].deed == ""


def test_who_has_done_their_part_is_not_touched_by_how_it_ends() -> None:
    claim = Claim().taken_in()
    claim.say(
        "2025-11-17", SUONG, "pass_to_command", reason="military",
        documents={"transfer_letter": (paper(),)},
    )  # fmt: skip
    measured = {m.level: m for m in claim.world.store.changes[-1].measured}

    assert claim.dossier.result == "redirected"
    assert measured["commune"].result is None
    assert measured["province"] == Measurement(
        org=PROVINCE, due_on=None, due_at=None, result="redirected", level="province"
    )


def test_one_that_ends_at_the_commune_counts_there_and_nowhere_else() -> None:
    claim = Claim().posted()
    claim.do("2025-11-11", TAM, "close_posting")
    claim.say("2025-11-12", BINH, "decline", reason="conference")

    assert claim.dossier.resolved_on == date(2025, 11, 12)
    claim.say("2025-11-13", TAM, "tell_refusal", reason="Hội nghị không thống nhất")
    (measured,) = claim.world.store.changes[-1].measured
    assert (measured.level, measured.headline, measured.result) == ("commune", True, "not_granted")
    assert measured.resolution is None


def test_an_act_that_moves_no_date_says_nothing_of_any_level() -> None:
    claim = Claim().taken_in()
    search = {"fonds": "Sổ", "query": "Đội 55", "by": "Sở", "on": "2025-11-17", "result": "found"}
    claim.do("2025-11-17", SUONG, "record_search", searches=search)

    assert told(claim) == []


def test_a_complaint_puts_the_posting_on_hold_until_it_is_settled() -> None:
    claim = Claim().posted()
    comment = {"on": "2025-11-06", "stance": "complains", "content": "Khai sai đơn vị"}
    for _ in range(2):
        claim.say(
            "2025-11-06", TAM, "record_complaint",
            data={"comments": comment}, reason="Đơn ngày 06/11", paper="Đơn số 1",
        )  # fmt: skip

    assert [(h.ground, h.placed_on, h.paper) for h in claim.dossier.holds] == [
        ("complaint", date(2025, 11, 6), "Đơn số 1")
    ]
    assert claim.world.store.changes[-1].due_on is None
    with pytest.raises(DossierOnHold):
        claim.do("2025-11-20", TAM, "close_posting")
    claim.say("2025-11-21", BINH, "release", ground="complaint", paper="Kết luận số 4")
    with pytest.raises(GuardRefused):
        claim.do("2025-11-21", TAM, "close_posting")
    # Three of the five days were left on 6 November; they end on Monday 24.
    claim.do("2025-11-25", TAM, "close_posting")


def test_a_level_that_nobody_above_the_owner_is_of_is_counted_by_the_holder() -> None:
    claim = Claim().posted()
    here = replace(claim.dossier, levels={})
    (commune, *_) = claim.world.procedure.measured_clocks

    assert org_of(here, commune) is None
    assert reached(here, commune)


def test_a_procedure_that_measures_nothing_has_no_headline() -> None:
    procedure = small(clocks={})
    dossier = Story().dossier

    assert headline(procedure, dossier) is None
    assert current(procedure, dossier) is None
    assert resolved_on(procedure, dossier) is None


def test_before_a_dossier_has_come_anywhere_its_first_level_is_the_headline() -> None:
    claim = Claim()
    nowhere = replace(claim.dossier, holder="elsewhere")

    assert headline(claim.world.procedure, nowhere) is claim.world.procedure.measured_clocks[0]
    assert current(claim.world.procedure, claim.dossier) is claim.world.procedure.clocks["commune"]
