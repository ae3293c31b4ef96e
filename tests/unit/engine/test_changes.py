"""What one commit writes is all that follows from the act, each thing once."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.bonus import BaseSalary, BonusRate, BonusTable, Form
from engine.definition import AwardType, FieldType
from engine.ports import AwardGiven
from engine.text import Text
from tests.procedures import PROVINCE, paper, small
from tests.story import (
    AN,
    BINH,
    CHI,
    DATA,
    DECISION,
    DUNG,
    GIANG,
    TALLY,
    changed,
    with_ways,
)
from tests.world import REPORT, World, accepted, decided, submitted


def test_the_first_event_holds_all_of_the_draft() -> None:
    world = World()
    ref = submitted(world)
    change = world.events(ref)[0]["data"]["change"]
    paths = {leaf["path"] for leaf in change["set"]}

    assert {"data/award", "configuration", "owner", "created_by"} <= paths
    assert not any(path.startswith("data/nominee") for path in paths)


def test_a_change_holds_tasks_and_the_dates_that_matter() -> None:
    world = World()
    accepted(world)
    change = world.store.changes[-1]

    assert [t.do for t in change.tasks] == ["appraise"]
    assert change.due_on == date(2025, 11, 17)
    assert change.next_rung_at is not None
    assert change.expected == 1
    assert change.dossier.version == 2


def test_a_procedure_without_measured_clock_has_no_due_date() -> None:
    world = World(with_ways(small(clocks={}), "accept", asks={}))
    accepted(world)

    assert world.store.changes[-1].due_on is None
    assert world.store.changes[-1].next_rung_at is None


def test_letters_are_in_the_event_with_a_commitment_to_what_they_say() -> None:
    world = World()
    ref = accepted(world)
    event = world.events(ref)[-1]

    assert event["data"]["letters"] == [
        {
            "dated_on": "2025-11-03",
            "id": world.store.changes[-1].letters[0].id,
            "key": "receipt",
            "number": "1",
            "register": "receipt",
            "template": "receipt",
        }
    ]
    assert "letters.0.data" in json.dumps(event["commits"])


def test_papers_are_named_once_in_the_trail_by_their_digest() -> None:
    world = World()
    ref = submitted(world)
    world.act(ref, "accept", BINH, documents={"minutes": (paper(),)})
    first, second = world.events(ref)

    assert [f["sha256"] for f in first["files"]] == ["ab" * 32]
    assert second["files"] == []


def test_a_decision_is_written_into_the_award_register() -> None:
    world = World(changed(small(), award_type=AwardType.MERIT))
    ref = decided(world)

    assert world.store.changes[-1].awards == (
        AwardGiven(
            award="merit",
            year=2025,
            deed="12/QĐ-UBND",
            decided_on=date(2025, 11, 7),
            event=world.events(ref)[-1]["id"],
            label=small().fields["award"].choices["merit"],
            level="province",
            org=PROVINCE,
            type="merit",
        ),
    )


def test_a_decision_keeps_what_money_goes_with_the_award() -> None:
    rate = BonusRate(
        key="praise",
        label=Text("Giấy khen", "Praise"),
        form=Form.FORM,
        hundredths={"individual": 30},
        source="Điều 54",
    )
    base = BaseSalary(since=date(2024, 7, 1), amount=2_340_000, deed="73/2024/NĐ-CP")
    table = BonusTable(salaries=(base,), rates={"praise": rate})
    world = World(changed(small(), bonus={"merit": "praise"}, bonuses=table))
    nominee = {"kind": "individual", "name": "Nguyễn Văn A"}
    ref = world.draft(**{**DATA, "nominee": nominee}).id
    world.act(ref, "submit", AN, documents=REPORT)
    world.act(ref, "accept", BINH)
    for trigger in ("waive", "appraise"):
        world.act(ref, trigger, CHI)
    world.act(ref, "propose", CHI, documents={"minutes": (paper(),)})
    world.act(ref, "record", DUNG, data={"tally": TALLY})
    world.at("2025-11-07")
    world.act(ref, "decide", GIANG, data=DECISION)

    (award,) = world.store.changes[-1].awards
    assert award.bonus is not None
    # 0.3 times the base salary is 702,000.
    assert award.bonus.amount == 710_000
    assert world.events(ref)[-1]["data"]["bonus"] == award.bonus.told()


def test_an_award_is_for_the_last_year_of_its_period() -> None:
    procedure = small()
    period = replace(procedure.fields["award"], key="period", type=FieldType.PERIOD, choices={})
    world = World(changed(procedure, fields={"period": period, **procedure.fields}))
    ref = world.draft(**DATA, period={"from": "2022-01-01", "until": "2024-12-31"}).id
    world.act(ref, "submit", AN, documents=REPORT)
    world.act(ref, "accept", BINH)
    for trigger in ("waive", "appraise"):
        world.act(ref, trigger, CHI)
    world.act(ref, "propose", CHI, documents={"minutes": (paper(),)})
    world.act(ref, "record", DUNG, data={"tally": TALLY})
    world.at("2025-11-07")
    world.act(ref, "decide", GIANG, data=DECISION)

    (award,) = world.store.changes[-1].awards
    assert (award.year, award.period_from, award.period_until, award.type) == (
        2024,
        date(2022, 1, 1),
        date(2024, 12, 31),
        "",
    )


@pytest.mark.parametrize(
    "change",
    [{"award_field": None}, {"award_field": "complete_on"}],
    ids=["no field", "a field without value"],
)
def test_without_an_award_nothing_is_registered(change: dict[str, Any]) -> None:
    procedure = with_ways(changed(small(), **change), "accept", asks={})
    clocks = {k: c for k, c in procedure.clocks.items() if k != "resolution"}
    world = World(changed(procedure, clocks=clocks))
    decided(world)

    assert world.store.changes[-1].awards == ()


def test_an_award_decided_without_a_letter_is_dated_by_the_act() -> None:
    world = World(with_ways(small(), "decide", letters=()))
    decided(world)
    (award,) = world.store.changes[-1].awards

    assert (award.deed, award.decided_on) == ("", date(2025, 11, 7))


def test_the_system_may_note_something_that_leaves_the_dossier_as_it_is() -> None:
    world = World()
    ref = accepted(world)
    before = world.dossier(ref)
    letter = replace(paper("thư.pdf"), sha256="cd" * 32)
    event = world.engine.record(ref, "letter_rendered", {"letter": "x"}, (letter,))
    said = world.events(ref)[-1]

    assert (said["id"], said["type"]) == (event, "letter_rendered")
    assert said["actor"]["subject"] == "system"
    assert said["files"][0]["sha256"] == "cd" * 32
    assert world.dossier(ref) == replace(before, version=before.version + 1)
    assert world.folded(ref) == world.dossier(ref)
    assert world.findings(ref) == []
