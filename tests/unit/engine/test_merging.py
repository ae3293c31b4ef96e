"""One subject, two dossiers: one goes on, and nothing that the law counts from is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.errors import (
    BadInput,
    DossierOnHold,
    MergeNotPossible,
    NotEntitled,
    Refusal,
    TriggerNotAllowed,
)
from engine.merging import MERGED_IN
from engine.runtime import BulkAsk, StateChanged
from engine.tasks import governing
from tests.merging import mergeable
from tests.procedures import calendar, person
from tests.story import AN, BINH, CHI, DATA, DUNG
from tests.world import REPORT, World


class Two(World):
    """A province with a procedure that merges."""

    def __init__(self) -> None:
        super().__init__(procedure=mergeable())

    def submitted(self, **data: object) -> str:
        ref = self.draft(**{**DATA, **data}).id
        self.act(ref, "submit", AN, documents=REPORT)
        return ref

    def accepted(self, **data: object) -> str:
        ref = self.submitted(**data)
        self.act(ref, "accept", BINH, data={"complete_on": self.clock.now().date().isoformat()})
        return ref

    def merge(self, ending: str, leading: str, **more: Any) -> dict[str, Any]:
        asked: dict[str, Any] = {"reason": "cùng một người", "data": {"kept": leading}, **more}
        return self.act(ending, "merge", asked.pop("actor", DUNG), **asked)

    def due(self, ref: str) -> date | None:
        return governing(self.dossier(ref), "resolution", calendar())[0]

    def refused(self, ending: str, leading: str, **more: Any) -> Refusal:
        before = self.store.tables["events"].copy()
        with pytest.raises(Refusal) as refusal:
            self.merge(ending, leading, **more)
        assert self.store.tables["events"] == before
        return refusal.value


def test_the_earlier_due_date_goes_on_with_both_filing_dates() -> None:
    world = Two()
    early = world.accepted()
    world.at("2025-11-06")
    late = world.accepted()
    due = world.due(early)
    assert due is not None
    assert due < (world.due(late) or due)

    told = world.merge(early, late)

    kept = world.dossier(late)
    assert told["result"] == "redirected"
    assert world.due(late) == due
    assert kept.received_on == date(2025, 11, 6)
    assert kept.results["merged"][early] == {
        "dossier": early,
        "code": world.dossier(early).received_code,
        "stream": world.dossier(early).stream,
        "owner": world.dossier(early).owner,
        "received_on": "2025-11-03",
        "due_on": due.isoformat(),
    }
    assert kept.people["secretary"] == {"dung"}


def test_a_later_due_date_moves_nothing() -> None:
    world = Two()
    early = world.accepted()
    world.at("2025-11-06")
    late = world.accepted()
    clocks = world.dossier(early).clocks

    world.merge(late, early)

    assert world.dossier(early).clocks == clocks
    assert world.dossier(late).clocks["resolution"].ended == "cancelled"


def test_both_streams_tell_of_it_in_one_commit_and_name_each_other() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()

    world.merge(ending, leading)

    ended, led = world.events(ending)[-1], world.events(leading)[-1]
    assert ended["data"]["into"] == {
        "dossier": leading,
        "code": world.dossier(leading).received_code,
        "stream": world.dossier(leading).stream,
    }
    assert (led["type"], led["cause"]["event"]) == (MERGED_IN, ended["id"])
    assert led["data"]["merged"]["stream"] == world.dossier(ending).stream
    for ref in (ending, leading):
        assert not world.findings(ref)
        assert replace(world.folded(ref), revision=0) == replace(world.dossier(ref), revision=0)


def test_the_subject_counts_once() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()

    world.merge(ending, leading)

    assert [
        (world.dossier(ref).result, world.dossier(ref).resolved_on) for ref in (ending, leading)
    ] == [("redirected", None), (None, None)]


def test_what_was_merged_before_stays_beside_what_is_merged_now() -> None:
    world = Two()
    one, two, leading = world.accepted(), world.submitted(), world.accepted()

    world.merge(one, leading)
    world.merge(two, leading)

    merged: Any = world.dossier(leading).results["merged"]
    assert list(merged) == [one, two]
    assert "due_on" not in merged[two]
    assert world.folded(leading).results == world.dossier(leading).results


def test_what_fell_due_in_either_comes_first() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()
    world.at("2025-11-20")

    world.merge(ending, leading)

    for ref in (ending, leading):
        assert "overdue" in world.dossier(ref).marks
        assert len(world.events(ref)) > 3


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"award": "flag"}, "different awards"),
        ({"period": {"from": "2020-01-01", "until": "2020-12-31"}}, "different periods"),
    ],
)
def test_what_is_not_the_same_nomination_is_not_merged(other: dict[str, Any], said: str) -> None:
    world = Two()
    period = {"from": "2025-01-01", "until": "2025-10-31"}
    ending, leading = world.accepted(period=period), world.accepted(**{"period": period, **other})

    refusal = world.refused(ending, leading)

    assert isinstance(refusal, MergeNotPossible)
    assert said in refusal.text.en


def test_periods_that_overlap_are_merged() -> None:
    world = Two()
    ending = world.accepted(period={"from": "2024-01-01", "until": "2025-01-31"})
    leading = world.accepted(period={"from": "2025-01-01", "until": "2025-10-31"})

    assert world.merge(ending, leading)["result"] == "redirected"


def test_a_limit_that_runs_is_not_given_up_for_one_that_does_not() -> None:
    world = Two()
    running, waiting = world.accepted(), world.submitted()

    assert "keep this one" in world.refused(running, waiting).text.en


def test_a_dossier_does_not_end_in_itself_or_in_one_of_another_edition() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()
    assert isinstance(world.refused(ending, ending), MergeNotPossible)
    newer = replace(world.procedure, hash="f" * 64, in_force_from=date(2025, 11, 1))
    world.shelf.editions.append(newer)
    leading = world.accepted()

    assert "different editions" in world.refused(ending, leading).text.en


def test_a_dossier_that_is_not_there_keeps_nothing() -> None:
    world = Two()

    refusal = world.refused(world.accepted(), "H01-251103-9999-001")

    assert isinstance(refusal, BadInput)
    assert refusal.facts["field"] == "kept"


def test_the_leading_dossier_must_allow_it_too() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()
    world.act(leading, "withdraw", AN)
    assert isinstance(world.refused(ending, leading), TriggerNotAllowed)

    leading = world.accepted()
    world.act(leading, "hold", CHI, ground="press", reason="báo", paper="01/CV")
    assert isinstance(world.refused(ending, leading), DossierOnHold)


def test_only_whoever_may_ends_a_dossier_and_with_a_reason() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()

    assert isinstance(world.refused(ending, leading, actor=CHI), NotEntitled)
    assert world.refused(ending, leading, reason="").code == "reason_required"
    assert world.refused(ending, leading, reason="a\ud800").code == "bad_input"
    assert world.refused(ending, leading, data={"kept": leading, "more": 1}).code == "bad_input"


def test_a_merge_is_asked_of_one_dossier_at_a_time() -> None:
    world = Two()
    refs = (world.accepted(), world.accepted())

    answer = world.engine.act_many(
        BulkAsk(refs=refs, trigger="merge", actor=DUNG, reason="trùng", data={"kept": refs[1]})
    )

    assert [row.code for row in answer.rows] == ["trigger_not_allowed"] * 2


def test_whoever_saw_another_state_is_told() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()

    with pytest.raises(StateChanged):
        world.merge(ending, leading, if_match="etwas")


def test_a_repeated_request_gets_the_first_answer() -> None:
    world = Two()
    ending, leading = world.accepted(), world.accepted()

    first = world.merge(ending, leading, key="k", fingerprint="f")

    assert world.merge(ending, leading, key="k", fingerprint="f") == first
    assert len(world.events(leading)) == 3


def test_a_stranger_merges_nothing() -> None:
    world = Two()

    assert isinstance(
        world.refused(world.accepted(), world.accepted(), actor=person("la", "secretary", org="x")),
        NotEntitled,
    )
