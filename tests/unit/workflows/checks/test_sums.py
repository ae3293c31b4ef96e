"""The steps on every path fit into the limit; the figures here are added up by hand.

The longest way of the small procedure, in working days: review 6 (appraisal 6 beside opinions 5),
council 2 or 3 (flag), deciding 2: 11. Waiting for a supplement begins the count anew.
"""

from __future__ import annotations

import pytest

from tests.definitions import SMALL, found, report_on, spoilt, with_act

LIMIT = "limit: 20 working days"


@pytest.mark.parametrize(("limit", "fits"), [(11, True), (10, False)])
def test_the_longest_way_is_held_against_the_limit(limit: int, fits: bool) -> None:
    text = spoilt(LIMIT, f"limit: {limit} working days")

    assert (found(text, "BV415") == []) is fits


def test_the_steps_of_the_longest_way_and_its_case_are_named() -> None:
    text = spoilt(LIMIT, "limit: 10 working days")

    (finding,) = found(text, "BV415")

    assert "reviewing → council → deciding add up to 11 working days" in finding.message_en
    assert "award = flag" in finding.message_en
    assert "11 ngày làm việc" in finding.message


def test_a_limit_by_award_is_held_against_the_way_of_the_same_award() -> None:
    table = "limit: {by_award: {flag: 11 working days, otherwise: 10 working days}}"

    assert report_on(spoilt(LIMIT, table)).ok
    table = table.replace("10", "9")
    assert len(found(spoilt(LIMIT, table), "BV415")) == 1


def test_a_region_counts_its_longest_way() -> None:
    longer = "asking:\n    label: {vi: Hỏi ý kiến, en: Asking}\n    limit: 8 working days"
    text = spoilt(
        "asking:\n    label: {vi: Hỏi ý kiến, en: Asking}\n    limit: 5 working days",
        longer,
        spoilt(LIMIT, "limit: 12 working days"),
    )

    (finding,) = found(text, "BV415")

    assert "13 working days" in finding.message_en


def test_a_limit_of_the_composite_counts_if_it_is_longer() -> None:
    text = spoilt(
        "    task: {role: officer, do: recommend}\n",
        "    task: {role: officer, do: recommend}\n    limit: 18 working days\n",
    )

    assert "23 working days" in found(text, "BV415")[0].message_en


def test_standing_still_counts_nothing_and_remaining_goes_on_with_the_sum() -> None:
    text = spoilt("{waiting: restart,", "{waiting: remaining,")
    text = spoilt(LIMIT, "limit: 16 working days", text)

    (finding,) = found(text, "BV415")

    # Once interrupted at its end, the review may take its 6 days again.
    assert (
        "reviewing → waiting → reviewing → council → deciding add up to 17 working days"
        in finding.message_en
    )


def test_absolute_counts_the_time_of_standing_still() -> None:
    text = spoilt("{waiting: restart,", "{waiting: absolute,")
    text = spoilt(
        "    limit: 30 days\n", "    limit: 30 days\n    worst_case: 22 working days\n", text
    )

    (finding,) = found(text, "BV415")

    assert "39 working days" in finding.message_en


def test_a_step_in_another_unit_needs_a_worst_case_in_the_unit_of_the_clock() -> None:
    text = spoilt("{waiting: restart,", "{waiting: absolute,")

    (finding,) = found(text, "BV413")
    assert "worst_case" in finding.message_en

    text = spoilt("    limit: 30 days\n", "    limit: 30 days\n    worst_case: 2 months\n", text)
    assert len(found(text, "BV413")) == 1


def test_a_worst_case_of_a_clock_counts_instead_of_its_limit() -> None:
    text = spoilt(
        "    in: reviewing.opinions.asked\n",
        "    in: reviewing.opinions.asked\n    worst_case: 16 working days\n",
    )

    assert "21 working days" in found(text, "BV415")[0].message_en


def test_a_loop_that_nothing_bounds_is_found() -> None:
    text = with_act(trigger="again", by="head", **{"from": "deciding", "to": "council"})

    findings = found(text, "BV412")

    assert {finding.message_en.split("'")[1] for finding in findings} == {"again", "pass"}


def test_a_loop_within_a_region_that_nothing_bounds_is_found() -> None:
    text = with_act(
        trigger="reopen",
        by="head",
        **{"from": "reviewing.opinions.asked", "to": "reviewing.opinions.sorting"},
    )

    findings = found(text, "BV412")

    assert {finding.message_en.split("'")[1] for finding in findings} == {"reopen", "ask"}


@pytest.mark.parametrize(("rounds", "sum_"), [(1, 16), (2, 21)])
def test_a_loop_counts_as_often_as_it_may_be_gone(rounds: int, sum_: int) -> None:
    text = with_act(
        trigger="again", by="head", at_most=str(rounds), **{"from": "deciding", "to": "council"}
    )
    text = spoilt(LIMIT, f"limit: {sum_ - 1} working days", text)

    assert f"{sum_} working days" in found(text, "BV415")[0].message_en
    assert report_on(text.replace(f"limit: {sum_ - 1} w", f"limit: {sum_} w")).ok


def test_a_loop_within_a_region_counts_as_often_as_it_may_be_gone() -> None:
    text = with_act(
        trigger="reopen",
        by="head",
        at_most="3",
        **{"from": "reviewing.opinions.asked", "to": "reviewing.opinions.sorting"},
    )

    # Four times 5 days of asking, council 3, deciding 2.
    assert "25 working days" in found(text, "BV415")[0].message_en


def test_too_many_rounds_are_said_and_not_counted() -> None:
    text = SMALL
    for number in range(3):
        text = with_act(
            text,
            trigger=f"again{number}",
            by="head",
            at_most="1000",
            **{"from": "deciding", "to": "council"},
        )

    assert len(found(text, "BV414")) == 1


def test_a_clock_that_starts_nowhere_has_nothing_to_sum() -> None:
    text = spoilt("starts: {on: accept, from", "starts: {on: nothing, from")

    assert found(text, "BV415") == []


def test_a_region_without_a_beginning_counts_nothing() -> None:
    text = spoilt("en: Open}, initial: true,", "en: Open},")

    assert found(text, "BV301")
    assert found(text, "BV415") == []
