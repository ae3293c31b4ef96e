"""From 1 October 2026 two editions are at work side by side, and nobody mistakes one for the other.

The day of receipt says which of them binds. Told through pages and API.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.demo_sessions import attendance, electorate
from engine.calendar import TZ
from tests.calling import PDF, Caller, Story
from tests.pages import world
from tests.province import words_of

LAST_AFTERNOON = datetime(2026, 9, 30, 14, 0, tzinfo=TZ)
PAPERS = ("submission", "report", "minutes", "vote_result", "cluster_minutes")


def flag(name: str, **more: Any) -> dict[str, Any]:
    return {
        "award": "flag",
        "nominee": {"kind": "collective", "name": name, "unit": "Trường THPT Lê Hồng Phong"},
        "period": {"from": "2025-06-01", "until": "2026-05-31"},
        "cluster": "Khối các trường trung học phổ thông",
        "cluster_leader": True,
        "exceeds_targets": True,
        **more,
    }


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """Give a province on the last afternoon of the first edition."""
    with world(tmp_path / "data", at=LAST_AFTERNOON) as one:
        yield Story(one)


def drafted(story: Story, data: Mapping[str, Any]) -> str:
    unit = story.caller("an")
    opened = unit.post(
        "/dossiers", {"procedure": "provincial-award", "owner": "truong", "data": data}
    )
    assert opened.status_code == 201, opened.text
    code: str = opened.json()["code"]
    for document in PAPERS:
        assert unit.uploaded(code, document).status_code == 201
    return code


def received(story: Story, code: str, day: str) -> str:
    story.done("an", code, "submit")
    told = story.done("binh", code, "accept", data={"received_complete_on": day})
    found: str = told["received_code"]
    return found


def held(story: Story, codes: list[str]) -> Any:
    """Hold a session on these, with 13 of 15 votes for each; return it."""
    secretary, chair = story.caller("dung"), story.caller("duc")
    call = {"held_on": "2026-10-07", "place": "Phòng họp số 2", "electorate": electorate(15)}
    session = secretary.post("/sessions", {"data": call}).json()["code"]
    put = secretary.post(f"/sessions/{session}/items", {"dossiers": codes})
    assert put.status_code == 200, put.text
    on_session(secretary, session, "close_agenda")
    came = {"attendance": attendance(13, 2)}
    on_session(secretary, session, "record_attendance", data=came)
    rows = [{"dossier": code, "no": 2} for code in codes]
    assert secretary.put(f"/sessions/{session}/ballots", {"ballots": rows}).status_code == 200
    paper = secretary.call(
        "POST", f"/dossiers/{session}/documents", files={"file": ("bb.pdf", PDF, "application/pdf")}
    ).json()
    minutes = {"minutes": [{"sha256": paper["sha256"], "name": paper["name"]}]}
    on_session(secretary, session, "sign_minutes", documents=minutes)
    return on_session(chair, session, "sign_protocol")["session"]


def on_session(who: Caller, session: str, trigger: str, **asked: Any) -> Any:
    answer = who.post(f"/sessions/{session}/acts", {"trigger": trigger, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_dossier_of_the_last_day_and_one_of_the_next_go_their_ways_side_by_side(
    story: Story,
) -> None:
    old_draft = drafted(story, flag("Tập thể Trường Lê Hồng Phong"))
    new_draft = drafted(story, flag("Tổ Toán Trường Lê Hồng Phong"))
    story.at("2026-09-30T16:00")
    old = received(story, old_draft, "2026-09-30")

    # The next morning the draft is asked for what the new edition needs, and only then received.
    story.at("2026-10-01T08:00")
    unit = story.caller("an")
    refused = unit.act(new_draft, "submit")
    assert (refused.status_code, "Loại khen thưởng" in refused.json()["detail"]) == (422, True)
    offered = unit.get(f"/dossiers/{new_draft}").json()
    mended = flag("Tổ Toán Trường Lê Hồng Phong", commendation_type="regular")
    saved = unit.put(
        f"/dossiers/{new_draft}/draft", {"revision": offered["revision"], "data": mended}
    )
    assert saved.status_code == 200, saved.text
    new = received(story, new_draft, "2026-10-01")

    # A theme is for another procedure: the new edition refuses at intake what the old one did not
    # know.
    theme = drafted(story, flag("Tổ Văn Trường Lê Hồng Phong", commendation_type="theme"))
    story.done("an", theme, "submit")
    told = story.caller("binh").act(theme, "accept", data={"received_complete_on": "2026-10-01"})
    assert (told.status_code, told.json()["code"]) == (422, "guard_refused")
    assert "khen thưởng chuyên đề" in told.json()["detail"]
    story.done("binh", theme, "refuse", reason="other_procedure")

    editions = {}
    auditor = story.caller("kiem")
    for code in (old, new):
        view = auditor.get(f"/dossiers/{code}").json()
        editions[code] = view["edition_name"]
        # After Thu 1/10: 2/10 (1), 5-9 (6), 12-16 (11), 19-23 (16), 26-30 (21), 2-5/11 (25); after
        # Wed 30/9 one day sooner.
        due = {one["key"]: one["due_on"] for one in view["clocks"]}["resolution"]
        assert due == {old: "2026-11-04", new: "2026-11-05"}[code]
    assert editions == {old: "2025-07", new: "2026-10"}

    tasks = story.caller("chi").post("/tasks/search", {}).json()["items"]
    assert {(one["dossier"], one["edition_name"]) for one in tasks} == set(editions.items())
    page = story.world.visitor("chi").get("/")
    assert "phiên bản 2025-07" in page
    assert "phiên bản 2026-10" in page
    for code, name in editions.items():
        shown = story.world.visitor("chi").get(f"/dossiers/{code}")
        assert f"phiên bản {name}" in shown
        assert ("Phiên bản chưa kiểm chứng" in shown) == (name == "2026-10")

    story.at("2026-10-05T08:00")
    for code in (old, new):
        story.done("chi", code, "waive", reason="not_needed")
        story.done("chi", code, "appraise")
        story.done("chi", code, "recommend")
    story.at("2026-10-06T08:00")
    both = story.caller("em").post("/acts", {"dossiers": [old, new], "trigger": "put_on_agenda"})
    assert both.json()["done"] == 2
    story.at("2026-10-07T14:00")
    session = held(story, [old, new])
    assert session["state"]["key"] == "concluded"
    # 13 of 15 votes: 80 % are 12.
    results = [(one["dossier"], one["needed"], one["result"]) for one in session["items"]]
    assert results == [(old, 12, "pass"), (new, 12, "pass")]

    story.at("2026-10-09T09:00")
    authority = story.caller("giang")
    together = {"decision_number": "301/QĐ-UBND", "decision_on": "2026-10-09"}
    for code, number in ((old, "301/QĐ-UBND"), (new, "302/QĐ-UBND")):
        data = {**together, "decision_number": number}
        done = authority.post("/acts", {"dossiers": [code], "trigger": "decide", "data": data})
        assert done.json()["done"] == 1, done.text
    assert story.world.application.worker.look().failed == 0
    auditor = story.caller("kiem")
    for code, number, mine, other in (
        (old, "301/QĐ-UBND", "phiên bản 2025-07", "phiên bản 2026-10"),
        (new, "302/QĐ-UBND", "phiên bản 2026-10", "phiên bản 2025-07"),
    ):
        letters = auditor.get(f"/dossiers/{code}/letters").json()
        (decision,) = [one for one in letters if one["key"] == "decision"]
        pdf = auditor.call("GET", f"/dossiers/{code}/letters/{decision['id']}")
        words = words_of(pdf.content)
        assert number in words
        assert mine in words
        assert other not in words
        trail = auditor.get(f"/dossiers/{code}/trail").json()["rows"]
        # That a PDF was made is no act, and follows no edition.
        assert {row["edition"] for row in trail} - {""} == {editions[code]}
    figures = auditor.get("/metrics/resolution").json()
    assert {
        one["label"].rpartition("(")[2]: one["subjects"]["early"] for one in figures["editions"]
    } == {
        "2025-07)": 1,
        "2026-10)": 1,
    }
