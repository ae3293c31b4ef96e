"""A nomination from draft to decision, told through the API alone."""

from tests.calling import Caller, Story


def test_a_nomination_goes_from_draft_to_a_decision_with_its_letters_and_its_trail(
    story: Story,
) -> None:
    code = story.decided()

    dossier = story.caller("chi").get(f"/dossiers/{code}").json()
    assert [s["path"] for s in dossier["states"]] == ["awarded"]
    assert [step["trigger"] for step in dossier["path"]] == [
        "submit",
        "accept",
        "waive",
        "appraise",
        "recommend",
        "put_on_agenda",
        "pass",
        "decide",
    ]
    resolution = next(c for c in dossier["clocks"] if c["key"] == "resolution")
    assert (resolution["state"], resolution["due_on"]) == ("stopped", "2025-12-08")
    assert dossier["received_code"] == dossier["code"] != dossier["draft_code"]
    letters = {letter["key"]: letter["number"] for letter in dossier["letters"]}
    assert letters["decision"] == "3120/QĐ-UBND"

    auditor = story.caller("kiem")
    trail = auditor.get(f"/dossiers/{code}/trail").json()
    assert [row["seq"] for row in trail["rows"]] == list(range(1, len(trail["rows"]) + 1))
    assert trail["rows"][0]["who"] == "Nguyễn Thị An"
    assert trail["rows"][0]["role"] == "submitter"
    proven = auditor.get(f"/dossiers/{code}/trail/verification").json()
    assert proven["ok"] is True
    assert proven["events"] == len(trail["rows"])


def test_issued_letters_are_rendered_by_the_worker_and_served_as_pdf(story: Story) -> None:
    code = story.reviewing()
    reader = story.caller("an")
    receipt = reader.get(f"/dossiers/{code}/letters").json()[0]
    waiting = reader.get(f"/dossiers/{code}/letters/{receipt['id']}")

    story.world.application.worker.look()
    served = reader.get(f"/dossiers/{code}/letters/{receipt['id']}")

    assert (receipt["status"], waiting.status_code) == ("issued", 404)
    assert served.status_code == 200, served.text
    assert served.content.startswith(b"%PDF-")
    assert served.headers["content-type"] == "application/pdf"
    assert served.headers["content-disposition"].startswith("attachment;")
    assert reader.get(f"/dossiers/{code}/letters").json()[0]["status"] == "rendered"


def test_a_letter_can_be_looked_at_before_it_is_issued(story: Story) -> None:
    code = story.submitted()

    draft = story.caller("binh").get(f"/dossiers/{code}/letters/receipt/preview")

    assert draft.status_code == 200, draft.text
    assert draft.content.startswith(b"%PDF-")
    none = story.caller("binh").get(f"/dossiers/{code}/letters/nothing/preview")
    assert none.status_code == 404


def test_every_answer_names_what_is_allowed_next_and_what_is_not_and_why(story: Story) -> None:
    code = story.submitted()
    reception = story.caller("binh")

    done = reception.act(code, "accept", data={"received_complete_on": "2025-11-03"}).json()

    assert "waive" in {one["trigger"] for one in done["refused"]}
    refused = next(one for one in done["refused"] if one["trigger"] == "waive")
    assert refused["code"] == "not_entitled"
    assert "Chuyên viên" in refused["detail"]
    specialist = story.caller("chi").get(f"/dossiers/{code}").json()
    allowed = {one["trigger"] for one in specialist["offers"] if one["allowed"]}
    assert {"waive", "appraise"} <= allowed


def test_a_refusal_is_a_problem_document_in_the_language_of_the_caller(story: Story) -> None:
    code = story.submitted()

    answer = story.caller("an").act(code, "accept")
    english = story.caller("an").post(f"/dossiers/{code}/acts?lang=en", {"trigger": "accept"})

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["type"] == "urn:bangvang:problem:not_entitled"
    assert told["code"] == "not_entitled"
    assert told["facts"]["roles"] == ["reception"]
    assert "Cán bộ tiếp nhận" in told["detail"]
    assert "Reception officer" in english.json()["detail"]


def test_an_act_under_the_same_key_gives_the_first_answer_and_happens_once(story: Story) -> None:
    code = story.draft()
    unit = story.caller("an")
    key = {"Idempotency-Key": "nop-lan-1"}
    body = {"trigger": "submit"}

    first = unit.post(f"/dossiers/{code}/acts", body, headers=key)
    again = unit.post(f"/dossiers/{code}/acts", body, headers=key)
    other = unit.post(f"/dossiers/{code}/acts", {**body, "reason": "x"}, headers=key)

    assert first.status_code == 200, first.text
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert unit.get(f"/dossiers/{code}").json()["version"] == 1


def test_an_act_on_what_has_changed_meanwhile_is_refused_with_the_new_version(
    story: Story,
) -> None:
    code = story.submitted()
    seen = story.caller("binh").get(f"/dossiers/{code}")
    story.done("binh", code, "accept", data={"received_complete_on": "2025-11-03"})

    late = story.caller("chi").post(
        f"/dossiers/{code}/acts",
        {"trigger": "appraise"},
        headers={"If-Match": seen.headers["etag"]},
    )
    fresh = story.caller("chi").get(f"/dossiers/{code}").headers["etag"]
    now = story.caller("chi").post(
        f"/dossiers/{code}/acts", {"trigger": "appraise"}, headers={"If-Match": fresh}
    )

    assert (late.status_code, late.json()["code"]) == (412, "state_changed")
    assert late.headers["etag"] == fresh
    assert now.status_code == 200, now.text


def test_a_due_date_is_explained_day_by_day_in_both_languages(story: Story) -> None:
    code = story.reviewing()
    reader = story.caller("an")

    told = reader.get(f"/dossiers/{code}/clocks/resolution/explanation").json()
    english = reader.get(f"/dossiers/{code}/clocks/resolution/explanation?lang=en").json()

    assert told["derivation"]["due_on"] == "2025-12-08"
    assert len(told["derivation"]["counted"]) == 25
    assert "Đến hạn: 2025-12-08" in told["text"]
    assert "Due: 2025-12-08" in english["text"]
    assert reader.get(f"/dossiers/{code}/clocks/nothing/explanation").status_code == 404
    keys = {clock["key"] for clock in reader.get(f"/dossiers/{code}/clocks").json()}
    assert "resolution" in keys


def test_a_token_for_a_program_needs_no_cookie_and_ends_when_revoked(story: Story) -> None:
    services = story.world.app.state.services
    account = story.caller("an").account
    token = services.accounts.issue_token(account, "kho dữ liệu", None)
    program = Caller(story.world)
    bearer = {"Authorization": f"Bearer {token}"}

    good = program.get("/me", headers=bearer)
    opened = program.post(
        "/dossiers", {"procedure": "provincial-award", "owner": "truong"}, headers=bearer
    )
    services.accounts.revoke_token(account, "kho dữ liệu")
    revoked = program.get("/me", headers=bearer)

    assert good.json()["login"] == "an"
    assert opened.status_code == 201
    assert revoked.status_code == 401
    assert program.get("/me", headers={"Authorization": "Basic eA=="}).status_code == 401
