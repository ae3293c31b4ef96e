"""A dossier is stored without losing anything."""

import json
from dataclasses import replace

import pytest

from engine import state_json
from engine.dossier import Dossier
from engine.state_json import from_json, to_json, to_json_after
from tests.procedures import calendar, local, paper
from tests.story import CHI, DATA, Story, draft


def through_json(dossier: Dossier) -> Dossier:
    return from_json(json.loads(json.dumps(to_json(dossier))))


def test_a_draft_reads_back_equal() -> None:
    dossier = draft(Story().procedure)

    assert through_json(dossier) == dossier


def test_a_dossier_at_its_end_reads_back_equal() -> None:
    dossier = Story().decided().dossier

    assert through_json(dossier) == dossier


def test_a_dossier_with_everything_in_it_reads_back_equal() -> None:
    story = Story().asked()
    story.do(
        "answer", CHI, "2025-11-04", data={"opinions": {"agency": "Thuế", "stance": "agree"}},
        documents={"minutes": (paper("một"), paper("hai", signed=True))},
    )  # fmt: skip
    story.do("hold", CHI, "2025-11-05", ground="press", paper="Báo ngày 5/11", reason="Xác minh")
    story.do("release", CHI, "2025-11-06", paper="Kết luận 2")
    story.wait("2025-11-20")
    story.do("return", CHI, "2025-11-20", reason="Thiếu số liệu")
    dossier = replace(story.dossier, received_code="H01-251103-0001-001")

    assert dossier.marks
    assert dossier.history
    assert dossier.holds[0].released_on
    assert through_json(dossier) == dossier


def test_more_than_ten_records_keep_their_order() -> None:
    opinions = [{"agency": f"Cơ quan {n}", "stance": "agree"} for n in range(12)]
    dossier = replace(draft(Story().procedure), data={**DATA, "opinions": opinions})

    assert through_json(dossier).data["opinions"] == opinions


def test_an_empty_list_of_records_stays_a_list() -> None:
    dossier = replace(draft(Story().procedure), data={"opinions": []})

    assert through_json(dossier).data == {"opinions": []}


def test_counters_of_the_store_are_not_part_of_the_state() -> None:
    dossier = replace(draft(Story().procedure), version=7, revision=3)

    assert through_json(dossier) == replace(dossier, version=0, revision=0)


def test_instants_are_kept_as_instants_and_days_as_days() -> None:
    story = Story().accepted()
    stored = to_json(story.dossier)

    assert stored["received_on"] == "2025-11-03"
    assert stored["clocks"]["resolution"]["anchor_at"] == "2025-11-03T02:00:00+00:00"
    assert calendar().is_open(local("2025-11-03").date())


def test_clocks_that_are_written_alike_are_one_object_and_too_many_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state_json, "_MOST_CLOCKS", 1)
    # Whatever was read before this test is not known to it.
    monkeypatch.setattr(state_json, "_clocks", {})
    stored = to_json(Story().asked().dossier)
    keys = list(stored["clocks"])

    clocks = from_json(stored).clocks
    assert len(keys) > 1
    # Only the last one was still known when the dossier was read again.
    alike = [clocks[key] is from_json(stored).clocks[key] for key in keys]
    assert not any(alike)
    monkeypatch.undo()
    clocks = from_json(stored).clocks
    assert all(clocks[key] is from_json(stored).clocks[key] for key in keys)


def test_a_dossier_written_after_another_one_is_written_as_if_alone() -> None:
    story = Story().asked()
    before = through_json(story.dossier)
    data = {"opinions": {"agency": "Thuế", "stance": "agree"}}
    story.dossier = before
    story.do("answer", CHI, "2025-11-04", data=data, documents={"minutes": (paper("một"),)})

    written = to_json_after(story.dossier, before, to_json(before))

    assert written is to_json(story.dossier)
    assert written == to_json(through_json(story.dossier))
