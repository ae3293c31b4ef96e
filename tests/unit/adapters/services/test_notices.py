"""A notice says what happened in the words of the definition."""

import pytest

from adapters.services.notices import rung_text, said
from tests.procedures import small


@pytest.mark.parametrize(
    ("rung", "vi", "en"),
    [
        ("50 %", "đã dùng 50 % thời hạn", "50% of the limit used"),
        ("due", "quá hạn", "past due"),
        ("due - 1 working day", "còn 1 ngày làm việc", "1 working day left"),
        ("due + 2 days", "quá hạn 2 ngày", "2 days over"),
        ("no rung", "no rung", "no rung"),
    ],
)
def test_each_kind_of_rung_has_words_of_its_own(rung: str, vi: str, en: str) -> None:
    assert (rung_text(rung, "vi"), rung_text(rung, "en")) == (vi, en)


def test_a_rung_is_told_with_the_name_of_its_limit() -> None:
    procedure = small()
    facts = {"clock": "resolution", "rung": "80 %"}
    label = procedure.clocks["resolution"].label

    assert said(procedure, "rung_fired", facts, "vi") == f"{label.vi}: đã dùng 80 % thời hạn"
    assert said(procedure, "rung_fired", {**facts, "clock": "gone"}, "en").startswith("gone: ")


def test_an_act_is_told_by_the_label_of_the_transition_whose_event_it_was() -> None:
    procedure = small()
    for one in procedure.transitions:
        assert said(procedure, one.event, {"trigger": one.trigger}, "vi") == one.label.vi
    first = procedure.transitions[0]
    assert said(procedure, "renamed", {"trigger": first.trigger}, "en") == first.label.en
    assert said(procedure, "renamed", {"trigger": "gone"}, "en") == "gone"
