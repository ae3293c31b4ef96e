"""A chart shows every state and every act, and nothing that people wrote can leave its label."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine.definition import Procedure
from engine.text import Text
from tests.definitions import SMALL, report_on, small, spoilt, with_act
from workflows.chart import description, dot, title


def labels(drawn: str) -> str:
    """Return all labels of a drawing as one line of words."""
    joined = " ".join(re.findall(r'label="((?:[^"\\]|\\.)*)"', drawn))
    return " ".join(re.sub(r"\\[nl]", " ", joined).split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_state_and_every_act_stands_on_the_chart(lang: str) -> None:
    procedure = small()
    words = labels(dot(procedure, lang))

    for state in procedure.states.values():
        assert state.label.in_(lang) in words
    for transition in procedure.transitions:
        assert transition.label.in_(lang) in words


def test_acts_have_their_roles_and_states_their_limits() -> None:
    words = labels(dot(small(), "en"))

    assert "Accept (Officer)" in words
    assert "Over (the clock)" in words
    assert "Pass (the council)" in words
    assert "Waive (the system)" in words
    assert "Submitted Limit: 8 working hours" in words
    assert "Council Limit: 3 working days / 2 working days • Count (Officer)" in words
    assert "Asked Limit: 5 working days • Record (Officer)" in words


def test_states_stand_in_the_order_of_the_way() -> None:
    moved = spoilt("  withdrawn: {label: {vi: Đã rút, en: Withdrawn}, final: true, "
                   "result: withdrawn}\n", "")  # fmt: skip
    moved = spoilt("states:\n  draft", "states:\n  withdrawn: {label: {vi: Đã rút, en: Withdrawn}, "
                   "final: true, result: withdrawn}\n  draft", moved)  # fmt: skip
    procedure = report_on(moved).procedure
    assert procedure is not None

    drawn = dot(procedure, "en")

    order = [drawn.index(f'label="{name}') for name in ("Draft", "Submitted", "Council", "Granted")]
    assert order == sorted(order)
    assert drawn.index('label="Draft"') < drawn.index('label="Withdrawn"')


def test_active_states_are_highlighted_not_by_colour_alone() -> None:
    drawn = dot(small(), "vi", frozenset({"reviewing.appraisal.open", "reviewing"}))

    line = next(line for line in drawn.split("\n") if "Đang xem" in line)
    assert "● ĐANG Ở ĐÂY" in line
    assert "penwidth=3" in line
    assert drawn.count("● ĐANG Ở ĐÂY") == 2
    assert "ĐANG Ở ĐÂY" not in dot(small(), "vi")


def test_final_states_have_a_double_line() -> None:
    lines = [line for line in dot(small(), "en").split("\n") if "peripheries=2" in line]

    assert len(lines) == 5


def test_acts_between_the_same_states_share_one_arrow() -> None:
    arrows = re.findall(r"s(\d+) -> s(\d+) \[label", dot(small(), "en"))

    assert len(arrows) == len(set(arrows))


def test_an_act_from_many_states_is_drawn_once_from_a_box_that_names_them() -> None:
    drawn = dot(small(), "en")

    assert drawn.count("Withdraw  ") == 1
    assert "From:\\l• Submitted\\l• Waiting\\l• Council\\l• Deciding\\l" in drawn


def test_an_act_from_many_states_may_lead_to_a_composite() -> None:
    text = with_act(trigger="redo", by="head", at_most="1",
                    **{"from": "[council, deciding, waiting]", "to": "reviewing"})  # fmt: skip
    procedure = report_on(
        spoilt("limit: 20 working days", "limit: 90 working days", text)
    ).procedure
    assert procedure is not None

    drawn = dot(procedure, "en")

    assert re.search(r"g\d -> b_s\d+ \[label=\"  Extra  .*lhead=cluster_s\d+\]", drawn)


def test_what_interrupts_and_what_goes_back_is_dashed() -> None:
    lines = dot(small(), "en").split("\n")

    for act in ("Return", "Resubmit", "Decline"):
        assert any(f'"  {act}  ' in line and "style=dashed" in line for line in lines)


NASTY = 'a" ] ; x [URL="javascript:alert(1)"] // \\" \\N <b>&amp;'


def test_nothing_that_people_write_leaves_its_label() -> None:
    procedure = small()
    nasty = Text(NASTY, NASTY)
    states = {key: replace(state, label=nasty) for key, state in procedure.states.items()}
    transitions = tuple(replace(t, label=nasty) for t in procedure.transitions)
    roles = {key: replace(role, label=nasty) for key, role in procedure.roles.items()}
    spoilt_ = replace(procedure, states=states, transitions=transitions, roles=roles)

    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', dot(spoilt_, "vi"))

    assert "URL" not in bare
    assert '"' not in bare.replace('""', "")


def test_an_empty_label_is_still_a_label() -> None:
    procedure = small()
    states = {key: replace(s, label=Text("", "")) for key, s in procedure.states.items()}

    assert 'label=" "' in dot(replace(procedure, states=states), "vi")


def test_a_composite_may_begin_a_procedure() -> None:
    procedure = small()
    states = dict(procedure.states)
    states["draft"] = replace(states["draft"], initial=False)
    states["reviewing"] = replace(states["reviewing"], initial=True)
    begun: Procedure = replace(procedure, states=states)

    assert re.search(r"b_s2 -> b_s3 \[.*lhead=cluster_s2", dot(begun, "en"))


def test_a_chart_is_told_in_words_too() -> None:
    procedure = small()

    assert title(procedure, "vi") == "Khen thưởng (2025-01)"
    words = description(procedure, "en", {"council"})
    assert words.startswith("IS HERE: Council. Draft → Submitted: Submit. ")
    assert "Council: Count." in words
    assert "IS HERE" not in description(procedure, "en")


def test_the_whole_language_is_on_the_chart_of_the_small_procedure() -> None:
    assert SMALL.count("regions:") == 1
    assert dot(small(), "en").startswith("digraph procedure {\n")
    assert dot(small(), "en") == dot(small(), "en")
