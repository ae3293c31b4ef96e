"""The graphs behind the checks."""

from __future__ import annotations

from tests.definitions import report_on, small, with_act
from workflows.ways import on_loops, reachable, reaching, ways_of


def test_each_flat_machine_is_a_graph_of_its_own() -> None:
    procedure = small()
    ways = ways_of(procedure.states, procedure.transitions)

    assert set(ways.edges) == {"", "reviewing.appraisal", "reviewing.opinions"}
    assert ways.initial() == "draft"
    assert ways.initial("reviewing.opinions") == "reviewing.opinions.sorting"
    assert ways.initial("nowhere") is None
    assert ways.regions("reviewing") == ["reviewing.appraisal", "reviewing.opinions"]
    assert ways.regions("draft") == []


def test_leaving_a_composite_waits_for_its_regions_unless_it_interrupts() -> None:
    procedure = small()
    ways = ways_of(procedure.states, procedure.transitions)

    joins = {procedure.transitions[edge.index].trigger for edge in ways.top if edge.joins}
    back = {procedure.transitions[edge.index].trigger for edge in ways.top if edge.back}

    assert joins == {"recommend"}
    assert back == {"resubmit"}


def test_leaving_from_within_a_region_leaves_the_composite() -> None:
    procedure = report_on(
        with_act(by="officer", **{"from": "reviewing.appraisal.open", "to": "withdrawn"})
    ).procedure
    assert procedure is not None

    ways = ways_of(procedure.states, procedure.transitions)

    assert ("reviewing", "withdrawn") in {(edge.source, edge.target) for edge in ways.top}


def test_what_can_be_reached_and_what_can_come_round() -> None:
    procedure = small()
    top = ways_of(procedure.states, procedure.transitions).top

    assert reachable(["council"], top) == {
        "council", "deciding", "granted", "not_granted", "withdrawn",
    }  # fmt: skip
    assert reachable(["council"], top, lambda edge: edge.target != "deciding") == {
        "council", "not_granted", "withdrawn",
    }  # fmt: skip
    assert reaching(["submitted"], top) == {"draft", "submitted"}
    loops = {procedure.transitions[edge.index].trigger for edge in on_loops(top)}
    assert loops == {"return", "resubmit"}
