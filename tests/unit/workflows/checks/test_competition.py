"""For each act there is one transition that is meant."""

from __future__ import annotations

import pytest

from tests.definitions import SMALL, found, line_of, spoilt, with_act


@pytest.mark.parametrize(
    "keys",
    [
        {"trigger": "accept", "from": "submitted", "to": "withdrawn", "by": "officer"},
        {"trigger": "accept", "from": "[council, submitted]", "by": "[head, officer]"},
        {"trigger": "recommend", "from": "reviewing.opinions.asked", "by": "officer"},
        {"trigger": "ask", "from": "reviewing.appraisal.open", "by": "officer"},
        {"trigger": "appraise", "from": "reviewing", "by": "officer", "interrupts": "true"},
    ],
)
def test_two_transitions_of_one_trigger_at_one_place_for_one_role_compete(
    keys: dict[str, str],
) -> None:
    assert found(with_act(**keys), "BV318")


@pytest.mark.parametrize(
    "keys",
    [
        {"trigger": "accept", "from": "submitted", "to": "withdrawn", "by": "head"},
        {"trigger": "accept", "from": "council", "by": "officer"},
        {"trigger": "ask", "from": "reviewing.opinions.asked", "by": "officer"},
        {"trigger": "ask", "from": "nowhere", "by": "officer"},
    ],
)
def test_other_roles_and_other_places_do_not_compete(keys: dict[str, str]) -> None:
    assert found(with_act(**keys), "BV318") == []


def test_conditions_that_exclude_each_other_decide() -> None:
    assert found(SMALL, "BV318") == []


def test_conditions_that_can_hold_at_once_are_shown_with_an_example() -> None:
    text = spoilt("when: \"data.award == 'flag' && facts.titles >= 1\"",
                  'when: "facts.titles >= 2"')  # fmt: skip

    (finding,) = found(text, "BV318")

    assert "data.award = 'merit', facts.titles = 2" in finding.message_en
    assert f"line {line_of('event: appraised,', text)}" in finding.message_en


def test_two_conditions_that_always_hold_compete() -> None:
    text = with_act(trigger="appraise", by="officer", when='"true"', refusal="{vi: A, en: A}",
                    **{"from": "reviewing.appraisal.open"})  # fmt: skip

    assert len(found(text, "BV318")) == 2


def test_two_automatic_transitions_of_one_state_compete_whatever_their_triggers() -> None:
    text = with_act(**{"from": "reviewing.opinions.sorting", "to": "reviewing.opinions.asked",
                       "by": "system", "auto": "true"})  # fmt: skip

    assert len(found(text, "BV318")) == 1


def test_a_condition_that_does_not_compile_is_not_called_missing() -> None:
    text = spoilt("data.award == 'flag' && facts.titles >= 1", "data.awrd == 'flag'")

    assert found(text, "BV318") == []
    assert found(text, "BV801")
