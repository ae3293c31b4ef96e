"""Notices through the API: each caller reads what their roles were told, and no more."""

from tests.calling import Story


def test_a_role_is_told_in_the_language_that_was_asked_for(story: Story) -> None:
    story.reviewing()
    story.world.application.worker.look()

    told = story.caller("chi").get("/notices?lang=en").json()

    (one,) = told["items"]
    assert told["new"] == 1
    assert (one["role"], one["label"], one["new"]) == ("specialist", "Accept", True)
    assert story.caller("chi").get(f"/dossiers/{one['dossier']}").status_code == 200
    assert one["role_label"] == "Appraising specialist"
    assert "Lê Văn Thắng" in one["title"]


def test_pages_follow_each_other_and_looking_makes_nothing_old_until_it_is_said(
    story: Story,
) -> None:
    code = story.submitted()
    story.world.application.worker.look()
    story.at("2025-11-03T10:00")
    story.done("binh", code, "accept", data={"received_complete_on": "2025-11-03"})
    story.world.application.worker.look()
    story.at("2025-11-03T10:30")
    unit = story.caller("an")

    first = unit.get("/notices?limit=1").json()
    assert first["new"] == len(first["items"]) == 1
    reception = story.caller("binh")
    assert reception.get("/notices").json()["new"] == 1
    until = reception.get("/notices").json()["items"][0]["created_at"]
    assert reception.post("/notices/seen", {"until": until}).status_code == 204
    seen = reception.get("/notices").json()
    assert (seen["new"], seen["items"][0]["new"]) == (0, False)
    assert unit.get("/notices").json()["new"] == 1


def test_nobody_can_have_seen_what_is_still_to_come(story: Story) -> None:
    story.submitted()
    reception = story.caller("binh")
    assert reception.post("/notices/seen", {"until": "2999-01-01T00:00:00Z"}).status_code == 204
    story.at("2025-11-03T11:00")
    story.world.application.worker.look()

    assert story.caller("binh").get("/notices").json()["new"] == 1


def test_administrators_auditors_and_other_units_are_told_nothing(story: Story) -> None:
    story.reviewing()
    story.world.application.worker.look()

    for login in ("quan", "kiem", "la", "hai"):
        told = story.caller(login).get("/notices")
        assert told.status_code == 200
        assert told.json() == {"items": [], "page": {"end_cursor": None, "total": None}, "new": 0}


def test_a_bad_cursor_or_instant_is_refused(story: Story) -> None:
    caller = story.caller("chi")

    assert caller.get("/notices?after=x").status_code == 422
    assert caller.get("/notices?limit=0").status_code == 422
    assert caller.post("/notices/seen", {"until": "2025-11-03T10:00:00"}).status_code == 422
