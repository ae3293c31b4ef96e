"""Drafts, papers, tasks and lists: the daily work through the API."""

from datetime import date, timedelta

import pytest

from adapters.services import tasks
from adapters.services.people import NewGrant
from adapters.storage.touched import Touched
from tests.calling import MERIT, PDF, Caller, Story

STEP = timedelta(minutes=10)


def test_a_draft_is_saved_under_its_revision_and_never_over_somebody_elses(story: Story) -> None:
    unit = story.caller("an")
    code = unit.post("/dossiers", {"procedure": "provincial-award", "owner": "truong"}).json()[
        "code"
    ]

    saved = unit.put(f"/dossiers/{code}/draft", {"revision": 0, "data": {"award": "flag"}})
    late = unit.put(f"/dossiers/{code}/draft", {"revision": 0, "data": {"award": "merit"}})
    stale = unit.call(
        "PUT",
        f"/dossiers/{code}/draft",
        json={"revision": 1, "data": {"award": "merit"}},
        headers={"If-Match": '"something-else"'},
    )
    fresh = unit.call(
        "PUT",
        f"/dossiers/{code}/draft",
        json={"revision": 1, "data": {"award": "soldier"}},
        headers={"If-Match": saved.headers["etag"]},
    )

    assert (saved.status_code, saved.json()["revision"]) == (200, 1)
    assert (late.status_code, late.json()["code"]) == (409, "draft_changed")
    assert stale.status_code == 412
    assert fresh.status_code == 200, fresh.text
    values = {v["key"]: v["value"] for v in fresh.json()["data"]}
    assert values == {"award": "soldier"}


def test_a_submitted_dossier_is_no_draft_any_more(story: Story) -> None:
    code = story.submitted()
    unit = story.caller("an")
    revision = unit.get(f"/dossiers/{code}").json()["revision"]

    saved = unit.put(f"/dossiers/{code}/draft", {"revision": revision, "data": dict(MERIT)})
    attached = unit.uploaded(code, "report")

    assert saved.status_code == attached.status_code == 409


def test_a_value_of_a_wrong_kind_is_refused_with_its_place(story: Story) -> None:
    unit = story.caller("an")

    answer = unit.post(
        "/dossiers",
        {
            "procedure": "provincial-award",
            "owner": "truong",
            "data": {"nominee": {"kind": "individual", "name": "A", "birth_year": "1979"}},
        },
    )

    assert answer.status_code == 422
    assert answer.json()["facts"]["field"] == "nominee.birth_year"


def test_a_dossier_without_its_papers_is_refused_with_the_papers_that_are_missing(
    story: Story,
) -> None:
    unit = story.caller("an")
    code = unit.post(
        "/dossiers", {"procedure": "provincial-award", "owner": "truong", "data": MERIT}
    ).json()["code"]

    answer = unit.act(code, "submit")

    assert (answer.status_code, answer.json()["code"]) == (422, "papers_missing")
    assert "report" in answer.json()["facts"]["documents"]
    slots = {slot["key"]: slot for slot in unit.get(f"/dossiers/{code}/documents").json()}
    assert slots["report"]["missing"] is True


def test_a_paper_is_brought_fetched_and_taken_out_again(story: Story) -> None:
    unit = story.caller("an")
    code = unit.post("/dossiers", {"procedure": "provincial-award", "owner": "truong"}).json()[
        "code"
    ]

    brought = unit.uploaded(code, "report").json()
    fetched = unit.get(f"/dossiers/{code}/documents/{brought['sha256']}")
    left = unit.delete(f"/dossiers/{code}/documents/report/{brought['sha256']}").json()
    gone = unit.get(f"/dossiers/{code}/documents/{brought['sha256']}")

    assert brought["attached"] is True
    assert fetched.content == PDF
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["content-disposition"].startswith('attachment; filename="bao cao.pdf"')
    assert "sandbox" in fetched.headers["content-security-policy"]
    assert next(slot for slot in left if slot["key"] == "report")["files"] == []
    assert gone.status_code == 404


def test_a_file_is_judged_by_its_content_and_named_harmlessly(story: Story) -> None:
    unit = story.caller("an")
    code = unit.post("/dossiers", {"procedure": "provincial-award", "owner": "truong"}).json()[
        "code"
    ]

    def bring(name: str, content: bytes) -> tuple[int, str]:
        answer = unit.call("POST", f"/dossiers/{code}/documents", files={"file": (name, content)})
        told = answer.json()
        return answer.status_code, str(told.get("name") or told["facts"]["reason"])

    assert bring("a.pdf", b"<html><script>alert(1)</script>") == (422, "unknown_kind")
    assert bring("a.svg", b"<svg onload='alert(1)'/>") == (422, "unknown_kind")
    assert bring("a.pdf", b"") == (422, "empty")
    assert bring("../../../etc/passwd", PDF) == (201, "passwd.pdf")
    assert bring("C:\\Windows\\báo cáo.PDF", PDF) == (201, "báo cáo.PDF")
    assert bring("x" * 300 + ".pdf", PDF)[0] == 201
    unknown = unit.uploaded(code, "no_such_paper")
    assert (unknown.status_code, unknown.json()["facts"]["field"]) == (
        422,
        "documents.no_such_paper",
    )


def test_a_task_is_taken_by_one_given_back_given_on_and_done(story: Story) -> None:
    code = story.submitted()
    first = story.caller("binh")
    task = first.post("/tasks/search", {}).json()["items"][0]
    at = f"/tasks/{task['id']}"

    assert (task["do"], task["dossier"], task["claimed_by"]) == ("accept", code, "")
    assert first.post(f"{at}/claim").status_code == 204
    assert first.post(f"{at}/claim").status_code == 204
    mine = first.post("/tasks/search", {"filter": {"mine": True}}).json()["items"]
    assert [one["claimed_by"] for one in mine] == ["Trần Văn Bình"]
    assert first.get("/tasks/counts").json()["mine"] == 1
    assert first.post(f"{at}/release").status_code == 204
    assert first.post(f"{at}/release").status_code == 204
    assert first.post("/tasks/search", {"filter": {"mine": True}}).json()["items"] == []
    people = first.get(f"{at}/candidates").json()
    assert [one["label"] for one in people] == ["Trần Văn Bình"]
    assert first.post(f"{at}/delegate", {"to": people[0]["key"]}).status_code == 204
    nobody = first.post(f"{at}/delegate", {"to": story.caller("chi").account})
    assert (nobody.status_code, nobody.json()["code"]) == (403, "not_entitled")
    done = first.post(f"{at}/complete", {"data": {"received_complete_on": "2025-11-03"}})
    assert done.status_code == 200, done.text
    assert {state["key"].split(".")[0] for state in done.json()["state"]} == {"reviewing"}
    assert first.post(f"{at}/claim").status_code == 404


def test_what_somebody_else_has_taken_is_not_taken_again(story: Story) -> None:
    story.submitted()
    first, second = colleagues(story)
    task = first.post("/tasks/search", {}).json()["items"][0]["id"]

    assert first.post(f"/tasks/{task}/claim").status_code == 204

    for verb, body in (
        ("claim", None),
        ("release", None),
        ("delegate", {"to": second.account}),
        ("complete", {"data": {"received_complete_on": "2025-11-03"}}),
    ):
        answer = second.post(f"/tasks/{task}/{verb}", body)
        assert (verb, answer.status_code, answer.json()["code"]) == (verb, 409, "task_taken")
    assert second.post("/tasks/search", {"filter": {"unclaimed": True}}).json()["items"] == []


def colleagues(story: Story) -> tuple[Caller, Caller]:
    """Return two people who hold the same role in the same office."""

    second = story.caller("hai")
    story.world.people.grant(
        None,
        NewGrant(account=second.account, role="reception", org="so", from_on=date(2025, 1, 1)),
    )
    return story.caller("binh"), second


def test_the_worklist_begins_with_the_least_slack_and_goes_on_from_page_to_page(
    story: Story,
) -> None:
    codes = [story.draft() for _ in range(3)]
    story.at("2025-11-03T09:00")
    for code in codes:
        story.done("an", code, "submit")
        story.world.clock.advance(STEP)
    reception = story.caller("binh")

    seen: list[str] = []
    after = None
    for _ in range(3):
        page = reception.post("/tasks/search", {"page": {"limit": 1, "after": after}}).json()
        seen += [one["dossier"] for one in page["items"]]
        after = page["page"]["end_cursor"]

    assert seen == codes
    assert after is None
    counts = reception.get("/tasks/counts").json()
    assert (counts["total"], counts["near"], counts["overdue"]) == (3, 3, 0)
    assert [(one["state"], one["count"]) for one in counts["states"]] == [("submitted", 3)]
    story.at("2025-11-10T09:00")
    late = story.caller("binh")
    assert late.get("/tasks/counts").json()["overdue"] == 3
    assert all(t["overdue"] for t in late.post("/tasks/search", {}).json()["items"])


def test_dossiers_are_found_by_name_without_marks_by_state_and_by_due_day(story: Story) -> None:
    code = story.reviewing()
    reader = story.caller("chi")

    def found(**wanted: object) -> list[str]:
        answer = reader.post("/dossiers/search", {"filter": wanted})
        assert answer.status_code == 200, answer.text
        return [row["code"] for row in answer.json()["items"]]

    received = reader.get(f"/dossiers/{code}").json()["received_code"]
    assert found(text="le van thang") == [received]
    assert found(text="nguoi khac") == []
    assert found(states=["reviewing"]) == [received]
    assert found(states=["submitted"]) == []
    assert found(due_from="2025-12-08", due_until="2025-12-08") == [received]
    assert found(due_until="2025-12-07") == []
    assert found(open=True, overdue=False, procedures=["provincial-award"]) == [received]
    assert found(results=["granted"]) == []
    by_name = reader.post("/dossiers/search", {"sort": [{"field": "name", "order": "asc"}]})
    newest = reader.post("/dossiers/search", {"sort": [{"field": "newest", "order": "desc"}]})
    assert by_name.json()["items"] == newest.json()["items"]
    wrong = reader.post("/dossiers/search", {"sort": [{"field": "due", "order": "desc"}]})
    assert wrong.status_code == 422


def test_a_very_long_worklist_is_counted_again_after_a_while_and_after_what_is_done_here(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(tasks, "MANY", 1)
    monkeypatch.setattr(tasks, "monotonic", lambda: now[0])
    codes = [story.submitted() for _ in range(3)]
    reception = story.caller("binh")

    def counted(of: str = "total") -> int:
        found: int = reception.get("/tasks/counts").json()[of]
        return found

    assert counted() == 3
    with monkeypatch.context() as elsewhere:
        # What another process does shows after a while.
        elsewhere.setattr(Touched, "note", lambda *_: None)
        codes.append(story.submitted())
        assert counted() == 3
    now[0] += tasks.FRESH_SECONDS
    assert counted() == 4
    task = reception.post("/tasks/search", {}).json()["items"][0]
    assert reception.post(f"/tasks/{task['id']}/claim").status_code == 204
    assert counted("mine") == 1
    assert reception.post(f"/tasks/{task['id']}/release").status_code == 204
    assert counted("mine") == 0
    accept = {"trigger": "accept", "data": {"received_complete_on": "2025-11-03"}}
    assert reception.post(f"/dossiers/{codes[0]}/acts", accept).status_code == 200
    assert counted() == 3
    many = reception.post("/acts", {**accept, "dossiers": codes[1:3]})
    assert many.json()["done"] == 2
    assert counted() == 1
