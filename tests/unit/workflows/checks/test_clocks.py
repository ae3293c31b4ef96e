"""Clocks start, stand still, go on and stop where they can."""

from __future__ import annotations

import pytest

from procedures.catalogue import editions
from tests.definitions import SMALL, found, line_of, report_on, spoilt, with_act

HALF = "- {at: 50 %, notify: officer}\n"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("due - 3 working hours", "BV401"),
        ("due + 2 hours", "BV401"),
        ("due - 21 working days", "BV402"),
        ("due - 1 month", "BV402"),
        ("due + 3 working days", "BV403"),
    ],
)
def test_a_rung_fits_the_limit_and_stands_after_its_start_and_in_order(at: str, code: str) -> None:
    text = spoilt(HALF, f"- {{at: {at}, notify: officer}}\n")

    codes = {finding.code for finding in report_on(text).findings if finding.code < "BV5"}

    assert codes == {code}


@pytest.mark.parametrize("at", ["due - 20 working days", "due - 10 days", "1 %"])
def test_a_rung_at_the_very_start_is_allowed(at: str) -> None:
    assert report_on(spoilt(HALF, f"- {{at: {at}, notify: officer}}\n")).ok


def test_a_ladder_is_held_against_every_limit_of_a_table() -> None:
    text = spoilt("otherwise: 2 working days}}\n",
                  "otherwise: 2 working days}}\n    ladder: [{at: due - 3 working days, "
                  "notify: head}]\n")  # fmt: skip

    (finding,) = found(text, "BV402")

    assert "2 working days" in finding.message_en


def test_a_ladder_is_not_judged_while_its_limit_cannot_be_read() -> None:
    text = spoilt("limit: 20 working days", "limit: twenty")

    codes = {finding.code for finding in report_on(text).findings}

    assert codes >= {"BV107"}
    assert not codes & {"BV401", "BV402", "BV403", "BV415"}


@pytest.mark.parametrize("pull", ["lapse", "opinions_over"])
def test_a_rung_of_a_state_pulls_what_the_state_offers(pull: str) -> None:
    other = {"lapse": "opinions_over", "opinions_over": "lapse"}[pull]
    text = spoilt(f"{{at: due, pull: {pull}}}", f"{{at: due, pull: {other}}}")

    assert len(found(text, "BV404")) == 1


def test_standing_still_on_hold_needs_somebody_who_may_hold() -> None:
    begin, end = SMALL.index("holds:\n"), SMALL.index("states:\n  draft")

    assert len(found(SMALL[:begin] + SMALL[end:], "BV405")) == 1


def test_a_clock_that_stands_still_can_go_on() -> None:
    text = spoilt("stops: [decide, decline, fail]", "stops: [decide, decline, fail, resubmit]")

    (finding,) = found(text, "BV406")

    assert finding.line == line_of("suspended_in: {waiting", text)


def test_a_clock_does_not_stand_still_for_ever() -> None:
    text = spoilt("[{at: due, pull: lapse}]", "[{at: due, notify: head}]")

    assert len(found(text, "BV407")) == 1


def test_a_declared_worst_case_caps_a_suspension_too() -> None:
    text = spoilt("[{at: due, pull: lapse}]",
                  "[{at: due, notify: head}]\n    worst_case: 30 days")  # fmt: skip

    assert found(text, "BV407") == []


def test_one_clock_is_measured() -> None:
    assert len(found(spoilt("    measured: true\n", ""), "BV408")) == 1


def test_a_session_measures_nothing() -> None:
    text = spoilt("    measured: true\n", "", spoilt("subject: nominee", "subject: session"))

    assert found(text, "BV408") == []


SECOND = """\
  other:
    label: {vi: Khác, en: Other}
    limit: 20 working days
    measured: true
    starts: {on: START}
    stops: [decide, decline, fail]
  asking:
"""


def test_only_one_clock_of_a_level_is_measured() -> None:
    text = spoilt("  asking:\n", SECOND.replace("START", "recommend"))

    (finding,) = found(text, "BV408")

    assert "'resolution' is measured at the same level" in finding.message_en


def test_each_level_measures_its_own() -> None:
    text = spoilt("  asking:\n", SECOND.replace("START", "recommend"))
    text = spoilt("    label: {vi: Hội đồng, en: Council}\n",
                  "    label: {vi: Hội đồng, en: Council}\n    at: centre\n", text)  # fmt: skip

    assert found(text, "BV408") == []


def test_a_clock_started_at_an_unknown_place_belongs_to_no_known_level() -> None:
    text = spoilt("  asking:\n", SECOND.replace("START", "vanish"))

    assert found(text, "BV201")
    assert found(text, "BV408") == []


def test_whoever_is_resolved_has_passed_a_stop() -> None:
    text = spoilt("stops: [decide, decline, fail]", "stops: [decide, fail]")

    (finding,) = found(text, "BV409")

    assert "'not_granted'" in finding.message_en


def test_a_clock_is_not_stopped_before_it_starts() -> None:
    text = with_act(trigger="decline", by="head", **{"from": "submitted", "to": "not_granted"})

    assert len(found(text, "BV410")) == 1


def test_a_clock_of_a_state_ends_with_its_state() -> None:
    for key in ("stops", "cancelled_by"):
        text = spoilt("    in: reviewing.opinions.asked\n",
                      f"    in: reviewing.opinions.asked\n    {key}: [decide]\n")  # fmt: skip

        assert len(found(text, "BV411")) == 1


def test_a_clock_that_starts_is_stopped() -> None:
    text = spoilt("    stops: [decide, decline, fail]\n", "")

    assert len(found(text, "BV411")) == 1


def test_a_procedure_without_a_beginning_is_not_judged_further() -> None:
    text = spoilt("en: Draft}, initial: true,", "en: Draft},")

    assert found(text, "BV409") == []


# One measured clock for each level

MEDAL = next(
    entry.source.decode()
    for entry in editions()
    if (entry.procedure, entry.edition) == ("youth-volunteer-medal", "2025-07")
)


def said(text: str, code: str) -> list[str]:
    return [finding.message_en for finding in found(text, code)]


def test_the_measured_clocks_of_several_levels_are_in_order() -> None:
    assert found(MEDAL, "BV408") == found(MEDAL, "BV409") == found(MEDAL, "BV418") == []


def test_several_measured_clocks_say_of_which_level_they_are() -> None:
    text = spoilt("  asking:\n", SECOND.replace("START", "recommend"))

    assert len(said(text, "BV418")) == 2
    assert all("of which level" in words for words in said(text, "BV418"))


def test_a_clock_is_measured_at_the_level_at_which_it_starts() -> None:
    text = spoilt("    at: province\n    starts:", "    at: centre\n    starts:", MEDAL)

    assert any("while the dossier is not there" in words for words in said(text, "BV418"))
    assert len(found(text, "BV408")) == 1


def test_measured_clocks_stand_from_the_lowest_level_upwards() -> None:
    text = spoilt("    at: commune\n    starts:", "    at: centre\n    starts:", MEDAL)

    assert any("from the lowest level upwards" in words for words in said(text, "BV418"))


def test_only_a_measured_clock_belongs_to_a_level() -> None:
    text = spoilt("  copies:\n", "  copies:\n    at: province\n", MEDAL)

    assert said(text, "BV418") == ["Only a measured clock says 'at'; remove this key."]


@pytest.mark.parametrize(
    ("stops", "fewer", "clock"),
    [
        ("[forward_ministry, turn_down]", "[forward_ministry]", "province"),
        ("[send_up, decline, find_nothing, search_over]", "[send_up, decline]", "commune"),
    ],
)
def test_whoever_is_resolved_at_a_level_has_stopped_its_clock(
    stops: str, fewer: str, clock: str
) -> None:
    words = said(spoilt(f"stops: {stops}", f"stops: {fewer}", MEDAL), "BV409")

    assert words
    assert all(f"the clock '{clock}'" in one for one in words)
