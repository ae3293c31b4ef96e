"""What an act brings must be in order: its day, its reason, its data, its papers."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.errors import BadInput, DateNotAllowed, ReasonRequired
from tests.procedures import local, paper, small, text
from tests.story import AN, BINH, CHI, DUNG, GIANG, TALLY, Story, changed, with_ways

BACK = {"effective_on": date(2025, 11, 4), "reason": "Ghi bổ sung"}


def test_an_act_counts_today_unless_it_says_a_day() -> None:
    done = Story().accepted().do("appraise", CHI, "2025-11-05")

    assert done.effective_on == date(2025, 11, 5)
    assert done.effective_at is None
    assert "back_dated" not in done.facts


def test_today_is_the_local_day() -> None:
    done = Story().accepted().do("appraise", CHI, local("2025-11-05", "00:30"))

    assert done.effective_on == date(2025, 11, 5)


def test_an_act_in_the_future_is_refused() -> None:
    refused = Story().accepted().refuse(
        "appraise", CHI, "2025-11-05", effective_on=date(2025, 11, 6), reason="Sớm"
    )  # fmt: skip

    assert isinstance(refused, DateNotAllowed)
    assert refused.facts == {"field": "effective_on"}


def test_an_act_dated_back_needs_a_reason_and_says_that_it_is() -> None:
    story = Story().accepted()
    blank = {**BACK, "reason": "  "}

    assert isinstance(story.refuse("appraise", CHI, "2025-11-06", **blank), DateNotAllowed)
    done = story.do("appraise", CHI, "2025-11-06", **BACK)
    assert done.effective_on == date(2025, 11, 4)
    assert done.facts["back_dated"] is True
    assert done.personal["reason"] == "Ghi bổ sung"


def test_no_act_counts_before_the_receipt() -> None:
    early = {**BACK, "effective_on": date(2025, 11, 2)}
    refused = Story().accepted().refuse("appraise", CHI, "2025-11-06", **early)

    assert isinstance(refused, DateNotAllowed)
    assert "03/11/2025" in refused.text.vi


def test_a_limit_that_began_later_does_not_end_before() -> None:
    story = Story().submitted()
    story.do("accept", BINH, "2025-11-05", data={"complete_on": "2025-11-05"})
    story.do("waive", CHI, "2025-11-06")
    story.do("appraise", CHI, "2025-11-06")
    story.do("propose", CHI, "2025-11-06", documents={"minutes": (paper(),)})
    story.do("record", DUNG, "2025-11-06", data={"tally": TALLY})
    data = {"number": "1", "signed_on": "2025-11-04"}
    refused = story.refuse("decide", GIANG, "2025-11-07", data=data, **BACK)

    assert isinstance(refused, DateNotAllowed)
    assert refused.facts == {"field": "effective_on"}
    back = {**BACK, "effective_on": date(2025, 11, 5)}
    assert story.do("decide", GIANG, "2025-11-07", data=data, **back).dossier.resolved_on == date(
        2025, 11, 5
    )


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_that_is_required_must_be_given(reason: str) -> None:
    refused = Story().accepted().refuse("return", CHI, "2025-11-04", reason=reason)

    assert isinstance(refused, ReasonRequired)
    assert refused.facts == {"field": "reason"}


REASONS = {"late": text("quá muộn"), "wrong": text("sai mẫu")}


def closed() -> Story:
    ways = with_ways(small(), "return", closed_reasons=REASONS, reason_required=False)
    return Story(ways).accepted()


@pytest.mark.parametrize("reason", ["", "because", "quá muộn"])
def test_a_reason_outside_the_closed_list_is_refused_with_the_list(reason: str) -> None:
    refused = closed().refuse("return", CHI, "2025-11-04", reason=reason)

    assert isinstance(refused, ReasonRequired)
    assert refused.facts == {"field": "reason", "reasons": ["late", "wrong"]}


def test_a_reason_out_of_the_closed_list_is_open_and_a_free_one_is_personal() -> None:
    listed = closed().do("return", CHI, "2025-11-04", reason=" late ")
    free = Story().accepted().do("return", CHI, "2025-11-04", reason="Ông A thiếu số liệu")

    assert (listed.facts["reason"], listed.personal) == ("late", {})
    assert "reason" not in free.facts
    assert free.personal == {"reason": "Ông A thiếu số liệu"}


@pytest.mark.parametrize("text_", ["a\x00b", "a" * 4001], ids=["control", "long"])
@pytest.mark.parametrize("key", ["reason", "paper"])
def test_free_words_are_checked_like_any_text(key: str, text_: str) -> None:
    given = {"reason": "x", **{key: text_}}
    refused = Story().accepted().refuse("return", CHI, "2025-11-04", **given)

    assert isinstance(refused, BadInput)
    assert refused.facts == {"field": key}


def test_the_paper_of_an_act_is_kept_as_a_personal_value() -> None:
    done = Story().accepted().do("appraise", CHI, "2025-11-06", paper="Phiếu 3", **BACK)

    assert done.personal == {"reason": "Ghi bổ sung", "paper": "Phiếu 3"}


def test_the_ground_of_a_hold_on_another_act_is_refused() -> None:
    refused = Story().accepted().refuse("appraise", CHI, "2025-11-04", ground="press")

    assert refused.facts == {"field": "ground"}


@pytest.mark.parametrize("key", ["award", "ghost"])
def test_data_that_the_act_does_not_ask_for_is_refused(key: str) -> None:
    refused = Story().accepted().refuse("appraise", CHI, "2025-11-04", data={key: "flag"})

    assert isinstance(refused, BadInput)
    assert refused.facts == {"field": key}


def test_data_given_as_nothing_is_not_given() -> None:
    Story().accepted().do("appraise", CHI, "2025-11-04", data={"ghost": None})


@pytest.mark.parametrize("given", [{}, {"number": ""}, {"number": "  "}])
def test_data_that_must_be_given_is_refused_when_missing(given: dict[str, object]) -> None:
    data = {"signed_on": "2025-11-07", **given}
    refused = Story().voted().refuse("decide", GIANG, "2025-11-07", data=data)

    assert isinstance(refused, BadInput)
    assert refused.facts == {"field": "number"}


def test_a_later_act_brings_its_data_itself_and_does_not_live_on_an_older_act() -> None:
    story = Story().proposed()
    story.dossier = replace(story.dossier, data={**story.dossier.data, "tally": TALLY})
    refused = story.refuse("record", DUNG, "2025-11-06")

    assert refused.facts == {"field": "tally"}


def test_data_that_may_be_given_keeps_what_was_there() -> None:
    procedure = with_ways(small(), "appraise", asks={"number": False})
    story = Story(procedure).accepted()
    story.dossier = replace(story.dossier, data={**story.dossier.data, "number": "7"})
    done = story.do("appraise", CHI, "2025-11-04")

    assert done.dossier.data["number"] == "7"
    done = Story(procedure).accepted().do("appraise", CHI, "2025-11-04")
    assert "number" not in done.dossier.data


def test_the_first_act_carries_what_the_draft_holds() -> None:
    procedure = with_ways(small(), "submit", asks={"award": True, "nominee": True})

    Story(procedure).submitted()
    refused = Story(procedure, data={"award": "merit"}).refuse(
        "submit", AN, "2025-11-03", documents={"report": (paper(),)}
    )
    assert refused.facts == {"field": "nominee"}


def test_required_data_must_be_there_when_the_dossier_is_received() -> None:
    refused = Story(data={"award": "merit"}).refuse(
        "submit", AN, "2025-11-03", documents={"report": (paper(),)}
    )

    assert isinstance(refused, BadInput)
    assert refused.facts == {"field": "nominee"}


def test_records_are_appended_one_by_one() -> None:
    story = Story().asked()
    for agency in ("Thuế", "Công an"):
        opinion = {"agency": agency, "stance": "agree"}
        story.do("answer", CHI, "2025-11-05", data={"opinions": opinion})

    assert [o["agency"] for o in story.dossier.data["opinions"]] == [  # type: ignore[attr-defined]
        "Thuế",
        "Công an",
    ]
    assert story.refuse("answer", CHI, "2025-11-05").facts == {"field": "opinions"}
    refused = story.refuse("answer", CHI, "2025-11-05", data={"opinions": {"stance": "agree"}})
    assert refused.facts == {"field": "opinions.agency"}


def test_a_record_that_may_be_left_out_may_be_left_out() -> None:
    story = Story(with_ways(small(), "answer", appends={"opinions": False})).asked()

    assert "opinions" not in story.do("answer", CHI, "2025-11-05").dossier.data


def test_papers_are_added_and_never_replaced() -> None:
    story = Story().submitted()
    story.do("accept", BINH, "2025-11-03", documents={"report": (paper("hai"),), "minutes": ()})

    assert [p.name for p in story.dossier.documents["report"]] == ["tệp.pdf", "hai"]
    assert "minutes" not in story.dossier.documents


def test_a_paper_that_the_procedure_does_not_know_is_refused() -> None:
    refused = Story().submitted().refuse(
        "accept", BINH, "2025-11-03", documents={"oath": (paper(),)}
    )  # fmt: skip

    assert refused.facts == {"field": "documents.oath"}


def accept(on: str | None, at: str = "2025-11-05", **more: Any) -> Story:
    story = Story().submitted()
    given = {} if on is None else {"complete_on": on}
    story.do("accept", BINH, at, data=given, **more)
    return story


def test_the_day_of_completeness_is_the_day_of_filing_unless_another_is_said() -> None:
    assert accept(None).dossier.clocks["resolution"].anchor_on == date(2025, 11, 3)
    assert accept(None).dossier.data["complete_on"] == "2025-11-03"
    assert accept("2025-11-05").dossier.clocks["resolution"].anchor_on == date(2025, 11, 5)


def test_a_limit_that_another_act_starts_runs_from_the_day_of_that_act() -> None:
    procedure = small()
    clock = replace(procedure.clocks["resolution"], starts_on="ask", starts_from="signed_on")
    procedure = changed(procedure, clocks={**procedure.clocks, "resolution": clock})
    procedure = with_ways(procedure, "ask", asks={"signed_on": True})
    story = Story(with_ways(procedure, "accept", asks={})).asked()

    assert story.dossier.data["signed_on"] == "2025-11-04"
    assert story.dossier.clocks["resolution"].anchor_on == date(2025, 11, 4)


def test_the_day_of_completeness_may_be_the_day_of_receipt_without_a_reason() -> None:
    assert accept("2025-11-03").dossier.clocks["resolution"].anchor_on == date(2025, 11, 3)


def test_an_earlier_day_of_completeness_needs_a_reason_and_a_later_one_is_refused() -> None:
    story = Story().submitted()
    past = {"complete_on": "2025-11-04"}

    assert isinstance(story.refuse("accept", BINH, "2025-11-05", data=past), DateNotAllowed)
    future = {"complete_on": "2025-11-06"}
    refused = story.refuse("accept", BINH, "2025-11-05", data=future, reason="Hẹn trước")
    assert refused.facts == {"field": "complete_on"}
    anchored = accept("2025-11-04", reason="Đủ giấy tờ từ hôm qua")
    assert anchored.dossier.clocks["resolution"].anchor_on == date(2025, 11, 4)


def test_recording_late_never_moves_the_anchor() -> None:
    story = accept("2025-11-03", "2025-11-10")

    assert story.dossier.clocks["resolution"].anchor_at == local("2025-11-03", "00:00")


def test_an_optional_day_of_completeness_defaults_to_the_day_of_the_act() -> None:
    procedure = with_ways(small(), "accept", asks={"complete_on": False})

    assert Story(procedure).accepted().dossier.data["complete_on"] == "2025-11-03"


def test_an_anchor_that_nobody_gives_refuses_the_act() -> None:
    story = Story(with_ways(small(), "accept", asks={})).submitted()
    refused = story.refuse("accept", BINH, "2025-11-03")

    assert isinstance(refused, BadInput)
    assert refused.facts == {"field": "complete_on"}


def test_a_clock_without_a_field_to_start_from_needs_no_anchor() -> None:
    procedure = small()
    clock = replace(procedure.clocks["resolution"], starts_from=None)
    procedure = changed(procedure, clocks={**procedure.clocks, "resolution": clock})
    story = Story(with_ways(procedure, "accept", asks={})).accepted()

    assert story.dossier.clocks["resolution"].anchor_at == local("2025-11-03")
