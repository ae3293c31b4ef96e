"""A council's session through the API: many items at once, and what is refused names the row."""

from typing import Any

import pytest

from adapters.demo_sessions import attendance, electorate
from engine.runtime import Engine
from tests.calling import PDF, Caller, Story


def _on_agenda(story: Story, count: int) -> list[str]:
    codes = []
    for _ in range(count):
        code = _reviewing(story)
        story.done("chi", code, "waive", reason="not_needed")
        story.done("chi", code, "appraise")
        story.done("chi", code, "recommend")
        story.done("em", code, "put_on_agenda")
        codes.append(code)
    return codes


def _reviewing(story: Story) -> str:
    code = story.draft()
    story.done("an", code, "submit")
    told = story.done("binh", code, "accept", data={"received_complete_on": "2025-11-03"})
    received: str = told["received_code"]
    return received


def _called(secretary: Caller, **more: Any) -> Any:
    data = {"held_on": "2025-11-03", "place": "Phòng họp số 1", "electorate": electorate(15)}
    return secretary.post("/sessions", {"data": {**data, **more}})


def _act(who: Caller, code: str, trigger: str, **asked: Any) -> Any:
    return who.post(f"/sessions/{code}/acts", {"trigger": trigger, **asked})


def _sitting(story: Story, codes: list[str], present: int = 15) -> tuple[Caller, str]:
    secretary = story.caller("dung")
    session = _called(secretary).json()["code"]
    put = secretary.post(f"/sessions/{session}/items", {"dossiers": codes})
    assert put.status_code == 200, put.text
    assert _act(secretary, session, "close_agenda").status_code == 200
    came = _act(
        secretary, session, "record_attendance", data={"attendance": attendance(present, 0)}
    )
    assert came.status_code == 200, came.text
    return secretary, session


def _minuted(secretary: Caller, session: str) -> None:
    paper = secretary.call(
        "POST", f"/dossiers/{session}/documents",
        files={"file": ("bien ban.pdf", PDF, "application/pdf")},
    ).json()  # fmt: skip
    given = {"minutes": [{"sha256": paper["sha256"], "name": paper["name"]}]}
    signed = _act(secretary, session, "sign_minutes", documents=given)
    assert signed.status_code == 200, signed.text


def test_a_session_moves_every_dossier_by_its_own_result_when_the_chair_signs(
    story: Story,
) -> None:
    passes, fails, waits = _on_agenda(story, 3)
    secretary, session = _sitting(story, [passes, fails, waits])
    rows = [{"dossier": passes, "no": 2}, {"dossier": fails, "no": 9}]
    told = secretary.put(f"/sessions/{session}/ballots", {"ballots": rows}).json()["session"]
    assert [(i["result"], i["needed"]) for i in told["items"]] == [
        ("pass", 8),
        ("fail", 8),
        ("", 0),
    ]
    refused = _act(secretary, session, "sign_minutes")
    assert refused.status_code == 422
    _act(secretary, session, "defer_items", dossiers=[waits], reason="Chờ xác minh")
    _minuted(secretary, session)
    assert _act(secretary, session, "sign_protocol").status_code == 403

    signed = _act(story.caller("duc"), session, "sign_protocol")

    assert signed.status_code == 200, signed.text
    states = [
        story.caller("chi").get(f"/dossiers/{code}").json()["states"][0]["path"]
        for code in (passes, fails, waits)
    ]
    assert states == ["with_authority", "not_awarded", "recommended"]


def test_the_protocol_moves_nothing_while_one_dossier_refuses_and_names_it(story: Story) -> None:
    stays, leaves = _on_agenda(story, 2)
    secretary, session = _sitting(story, [stays, leaves])
    rows = [{"dossier": stays}, {"dossier": leaves}]
    secretary.put(f"/sessions/{session}/ballots", {"ballots": rows})
    _minuted(secretary, session)
    story.done("an", leaves, "withdraw", reason="Đơn vị xin rút")
    chair = story.caller("duc")
    shown = chair.get(f"/sessions/{session}").json()["items"]
    assert [item["astray"] for item in shown] == ["", "left"]

    refused = _act(chair, session, "sign_protocol")

    assert refused.status_code == 422
    assert "Hoãn xét" in refused.json()["detail"]
    (row,) = refused.json()["facts"]["items"]
    assert (row["dossier"], row["place"], row["code"]) == (leaves, 2, "trigger_not_allowed")
    place = story.caller("chi").get(f"/dossiers/{stays}").json()["states"][0]["path"]
    assert place == "on_agenda"
    _act(secretary, session, "defer_items", dossiers=[leaves], reason="Hồ sơ đã rút")
    _act(secretary, session, "sign_minutes")
    signed = _act(chair, session, "sign_protocol")
    assert signed.json()["left"] == [leaves]
    assert signed.json()["session"]["state"]["key"] == "concluded"


def test_a_bad_row_among_many_counts_is_named_and_none_is_entered(story: Story) -> None:
    good, bad = _on_agenda(story, 2)
    secretary, session = _sitting(story, [good, bad], present=12)
    rows = [{"dossier": good}, {"dossier": bad, "present": 13}, {"dossier": "N-2025-999999"}]

    refused = secretary.put(f"/sessions/{session}/ballots", {"ballots": rows})

    assert refused.status_code == 422
    named = [(r["dossier"], r["place"], r["field"]) for r in refused.json()["facts"]["items"]]
    assert named == [(bad, 2, "present"), ("N-2025-999999", 0, "")]
    items = secretary.get(f"/sessions/{session}").json()["items"]
    assert [item["tally"] for item in items] == [None, None]


def test_a_dossier_is_on_one_open_agenda_and_only_if_it_waits_for_a_council(story: Story) -> None:
    (waiting,) = _on_agenda(story, 1)
    early = _reviewing(story)
    secretary = story.caller("dung")
    first, second = (_called(secretary).json()["code"] for _ in range(2))
    assert [w["code"] for w in secretary.get(f"/sessions/{first}/waiting").json()] == [waiting]
    secretary.post(f"/sessions/{first}/items", {"dossiers": [waiting]})

    refused = secretary.post(f"/sessions/{second}/items", {"dossiers": [waiting, early, "khong"]})

    codes = [r["code"] for r in refused.json()["facts"]["items"]]
    assert codes == ["on_another_agenda", "not_on_agenda", "unknown"]
    assert secretary.delete(f"/sessions/{first}/items/{waiting}").status_code == 200
    assert secretary.post(f"/sessions/{second}/items", {"dossiers": [waiting]}).status_code == 200


def test_a_call_that_is_not_in_order_leaves_no_session_behind(story: Story) -> None:
    secretary = story.caller("dung")

    two_chairs = [{"name": "A", "capacity": "chair"}, {"name": "B", "capacity": "chair"}]
    refused = _called(secretary, electorate=two_chairs)

    assert refused.status_code == 422
    assert refused.json()["facts"]["field"] == "electorate"
    assert secretary.get("/sessions").json() == []
    assert story.caller("an").post("/sessions", {"data": {}}).status_code == 404


def test_acts_on_items_go_through_the_session_whatever_route_asks(story: Story) -> None:
    (code,) = _on_agenda(story, 1)
    secretary, session = _sitting(story, [code])

    bulk = secretary.post("/acts", {"dossiers": [session], "trigger": "sign_minutes"})
    alone = secretary.act(session, "defer_items", reason="Hoãn")

    assert bulk.json()["facts"]["items"][0]["reason"] == "trigger_not_allowed"
    assert (alone.json()["code"], alone.json()["facts"]) == ("bad_input", {"field": "dossiers"})


def test_a_session_is_nobodys_submission(story: Story) -> None:
    story.draft()
    secretary = story.caller("dung")
    assert _called(secretary).status_code == 201
    for who in (secretary, story.caller("an")):
        found = who.post("/submissions/search", {}).json()
        assert {one["procedure"] for one in found["items"]} <= {"provincial-award"}
    assert len(found["items"]) == 1
    asked = {"procedure": "council-session"}
    assert secretary.post("/submissions/search", asked).json()["items"] == []


def test_a_call_that_was_cut_off_half_way_is_one_session_when_it_is_repeated(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretary = story.caller("dung")
    data = {"held_on": "2025-11-03", "place": "Phòng họp số 1", "electorate": electorate(15)}
    key = {"Idempotency-Key": "goi-hop-1"}

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as crash:
        crash.setattr(Engine, "act", killed)
        with pytest.raises(RuntimeError, match="killed"):
            secretary.post("/sessions", {"data": data}, headers=key)
    assert secretary.get("/sessions").json() == []

    first = secretary.post("/sessions", {"data": data}, headers=key)
    again = secretary.post("/sessions", {"data": data}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json() == again.json()
    assert first.json()["state"]["key"] == "called"
    assert len(secretary.get("/sessions").json()) == 1
    other = secretary.post("/sessions", {"data": {**data, "place": "Nơi khác"}}, headers=key)
    assert other.json()["code"] == "idempotency_key_reused"
