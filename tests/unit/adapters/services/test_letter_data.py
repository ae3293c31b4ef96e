"""What a letter says is worked out from the dossier, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from adapters.services.letter_data import (
    Issue,
    Listed,
    Office,
    letter_data,
    local_day,
    seat,
    subjects,
)
from engine.definition import Procedure, Source
from engine.text import Text
from tests.procedures import calendar, local, small
from tests.story import DUNG, Story, changed

PROVINCE = Office(
    id="province",
    name=Text("Sở Nội vụ", "Department of Home Affairs"),
    over=Text("Ủy ban nhân dân tỉnh Hà Tĩnh", "People's Committee of Hà Tĩnh Province"),
)
UNIT = Office(id="unit", name=Text("Trường Bắc Hà", "Bắc Hà School"))
NOMINEE = {
    "kind": "individual",
    "name": "Nguyễn Văn A",
    "birth_year": 1980,
    "position": "Giáo viên",
    "unit": "Trường Bắc Hà",
}


def _issue(story: Story, key: str, trigger: str, **more: object) -> Issue:
    procedure = story.procedure
    known: dict[str, object] = {
        "listed": (Listed(procedure=procedure, dossier=story.dossier),),
        "rule": procedure.letters[key],
        "transition": next(x for x in procedure.transitions if x.trigger == trigger),
        "number": "7",
        "dated_on": date(2025, 11, 3),
        "office": PROVINCE,
        "submitter": UNIT,
        "place": "Hà Tĩnh",
        "reason": None,
        "signer": "Lê Thị B",
        "signer_title": Text("Cán bộ tiếp nhận", "Reception officer"),
        "calendar": calendar(),
        "at": local("2025-11-03"),
    }
    return Issue(**{**known, **more})  # type: ignore[arg-type]


def _story(procedure: Procedure | None = None) -> Story:
    return Story(procedure or small(), data={"nominee": NOMINEE, "award": "merit"})


def test_a_receipt_names_the_code_the_limit_and_the_day_on_which_it_is_due() -> None:
    story = _story().accepted()

    told = letter_data(_issue(story, "receipt", "accept"))

    assert told["dossier"]["code"] == story.dossier.code
    assert told["dossier"]["received_on"] == "2025-11-03"
    # Ten working days after Monday 3 November.
    assert told["dossier"]["due_on"] == "2025-11-17"
    assert told["dossier"]["due_text"] == {"vi": "10 ngày làm việc", "en": "10 working days"}
    assert told["letter"]["number"] == "7"
    assert told["letter"]["register"] == "TNHS"
    assert told["letter"]["signer_name"] == "Lê Thị B"
    assert told["organisation"]["parent"]["vi"] == "Ủy ban nhân dân tỉnh Hà Tĩnh"
    assert told["submitter"]["name"]["vi"] == "Trường Bắc Hà"
    assert [row["label"]["vi"] for row in told["documents"]] == ["báo cáo"]


def test_before_intake_no_day_is_promised() -> None:
    told = letter_data(_issue(_story().submitted(), "receipt", "accept"))

    assert "due_on" not in told["dossier"]


def test_the_subjects_are_the_parties_with_their_places_and_the_award() -> None:
    story = _story().accepted()

    assert subjects(story.procedure, story.dossier) == [
        {
            "name": "Nguyễn Văn A",
            "birth_year": 1980,
            "unit": "Giáo viên, Trường Bắc Hà",
            "award": "merit",
            "award_label": {"vi": "bằng khen", "en": "bằng khen"},
            "achievement": None,
        }
    ]


def test_an_achievement_stands_in_the_list_without_the_full_stop_that_was_typed() -> None:
    story = _story().accepted()
    dossier = replace(
        story.dossier, data={**story.dossier.data, "achievement": "Cứu người trong lũ. "}
    )

    assert subjects(story.procedure, dossier)[0]["achievement"] == "Cứu người trong lũ"


def test_a_decision_cites_verified_sources_and_the_number_that_was_typed() -> None:
    sources = {
        "law": Source(key="law", cite="Luật số 06/2022/QH15"),
        "rule": Source(key="rule", cite="quy chế chưa đối chiếu", unverified=True),
    }
    story = _story(changed(small(), sources=sources)).decided()

    decision = letter_data(_issue(story, "decision", "decide"))["decision"]

    assert decision["number"] == "12/QĐ-UBND"
    assert decision["signed_on"] == "2025-11-07"
    assert [one["vi"] for one in decision["grounds"]] == [
        "Căn cứ Luật số 06/2022/QH15",
        f"Theo thủ tục “{story.procedure.title.vi}”, phiên bản {story.procedure.edition}",
    ]
    assert decision["title"]["vi"] == "Về việc tặng bằng khen"


def test_a_failed_ballot_is_the_reason_of_a_notice_that_names_no_other() -> None:
    story = _story().proposed()
    tally = {"members": 15, "present": 14, "written": 1, "yes": 11, "no": 4, "blank": 0}
    story.do("record", DUNG, "2025-11-06", data={"tally": tally})
    told = letter_data(_issue(story, "receipt", "fail"))

    assert told["result"] == "no_award"
    assert "11/15" in told["reason"]["vi"]
    assert "12/15" in told["reason"]["vi"]
    other = Text("Không đúng đối tượng", "Not a subject")
    named = letter_data(_issue(story, "receipt", "fail", reason=other))
    assert named["reason"]["vi"] == "Không đúng đối tượng"


@pytest.mark.parametrize(
    ("office", "place"),
    [
        ("Ủy ban nhân dân tỉnh Hà Tĩnh", "Hà Tĩnh"),
        ("Ủy ban nhân dân thành phố Huế", "Huế"),
        ("Ủy ban nhân dân phường Thành Sen", "Thành Sen"),
        ("Sở Nội vụ", "Sở Nội vụ"),
    ],
)
def test_a_letter_is_dated_where_the_office_has_its_seat(office: str, place: str) -> None:
    assert seat(Text(office, office)) == place


def test_the_local_day_of_an_instant_is_vietnams() -> None:
    assert local_day(local("2025-11-03", "00:30")) == date(2025, 11, 3)
