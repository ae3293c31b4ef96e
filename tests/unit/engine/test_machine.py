"""The library knows exactly the ways that the procedure declares."""

import pytest
from transitions import MachineError

from engine import machine
from engine.definition import Procedure, Transition
from engine.machine import crosses, follow
from tests.procedures import small
from tests.story import changed


def ways(procedure: Procedure, trigger: str) -> list[str]:
    return [
        f"{source} -> {follow(procedure, t, source)}"
        for t in procedure.pulled_by(trigger)
        for source in t.sources
    ]


def test_a_declared_way_leads_where_it_says() -> None:
    assert ways(small(), "submit") == ["draft -> submitted"]


def test_a_region_has_a_machine_of_its_own() -> None:
    assert ways(small(), "ask") == ["review.opinions.considering -> review.opinions.asking"]


def test_a_composite_is_left_as_one_state() -> None:
    assert ways(small(), "return") == ["review -> awaiting"]


def test_no_other_way_exists() -> None:
    procedure = small()
    submit = procedure.pulled_by("submit")[0]

    with pytest.raises(MachineError):
        follow(procedure, submit, "agenda")


def test_a_way_out_of_a_region_crosses_into_the_procedure() -> None:
    procedure = small()
    out = Transition(
        trigger="reject",
        event="rejected",
        label=procedure.title,
        sources=("review.appraisal.open",),
        by=("specialist",),
        target="refused",
    )
    procedure = changed(procedure, transitions=(*procedure.transitions, out))

    assert crosses(procedure, out, "review.appraisal.open")
    assert follow(procedure, out, "review") == "refused"


def test_staying_crosses_nothing() -> None:
    procedure = small()
    stay = procedure.pulled_by("answer")[0]

    assert not crosses(procedure, stay, "review.opinions.asking")


def test_machines_are_built_once_and_the_oldest_are_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "_machines", type(machine._machines)())
    monkeypatch.setattr(machine, "_KEPT", 2)
    one, two = small(), changed(small(), edition="2")

    ways(one, "submit")
    built = machine._machines[one.key, one.edition, one.hash, ""]
    ways(one, "submit")
    assert machine._machines[one.key, one.edition, one.hash, ""] is built

    ways(one, "ask")
    ways(two, "submit")
    assert len(machine._machines) == 2
    assert (one.key, one.edition, one.hash, "") not in machine._machines
