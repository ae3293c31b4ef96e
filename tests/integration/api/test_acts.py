"""Acts on many dossiers through the API: entitlement, reasons and numbers row by row."""

from tests.calling import Story

ACCEPT = {"trigger": "accept", "data": {"received_complete_on": "2025-11-03"}}


def test_many_are_accepted_at_once_with_numbers_in_the_order_asked(story: Story) -> None:
    codes = [story.submitted() for _ in range(3)]
    reception = story.caller("binh")
    asked = [codes[2], codes[0], "N-2025-999999", codes[1]]

    answer = reception.post("/acts", {"dossiers": asked, **ACCEPT})

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["done"], told["refused"], told["conflicts"]) == (3, 1, 0)
    assert [one["ref"] for one in told["items"]] == asked
    serials = [one["code"].split("-")[2] for one in told["items"] if one["outcome"] == "done"]
    assert serials == ["0001", "0002", "0003"]
    assert told["items"][2]["reason"] == "unknown"
    assert all(one["letters"] for one in told["items"] if one["outcome"] == "done")
    seen = reception.get(f"/dossiers/{codes[1]}").json()
    assert seen["received_code"] == told["items"][3]["code"]


def test_what_may_not_be_seen_is_as_unknown_as_what_does_not_exist(story: Story) -> None:
    code = story.submitted()

    answer = story.caller("la").post("/acts", {"dossiers": [code, "N-2025-999999"], **ACCEPT})

    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_done")
    hidden, absent = answer.json()["facts"]["items"]
    assert {**hidden, "ref": ""} == {**absent, "ref": ""}


def test_nobody_does_in_bulk_what_they_may_not_do_alone(story: Story) -> None:
    code = story.submitted()

    for login in ("an", "chi", "kiem"):
        answer = story.caller(login).post("/acts", {"dossiers": [code], **ACCEPT})
        assert answer.status_code == 422
        assert answer.json()["facts"]["items"][0]["reason"] == "not_entitled", login
    assert story.caller("").post("/acts", {"dossiers": [code], **ACCEPT}).status_code == 401


def test_all_or_none_changes_nothing_and_names_what_stands_in_the_way(story: Story) -> None:
    first, second = story.submitted(), story.submitted()
    reception = story.caller("binh")
    reception.post("/acts", {"dossiers": [first], **ACCEPT})

    asked = {"dossiers": [first, second], "on_refusal": "abort", **ACCEPT}
    answer = reception.post("/acts", asked)

    assert answer.status_code == 422
    items = answer.json()["facts"]["items"]
    assert [one["reason"] for one in items] == ["trigger_not_allowed", "batch_aborted"]
    assert reception.get(f"/dossiers/{second}").json()["received_code"] == ""


def test_one_key_gives_the_first_answer_again_and_only_to_the_same_request(story: Story) -> None:
    codes = [story.submitted() for _ in range(2)]
    reception = story.caller("binh")
    key = {"Idempotency-Key": "đợt 1".encode().hex()}

    first = reception.call("POST", "/acts", json={"dossiers": codes, **ACCEPT}, headers=key)
    again = reception.call("POST", "/acts", json={"dossiers": codes, **ACCEPT}, headers=key)
    other = reception.call("POST", "/acts", json={"dossiers": codes[:1], **ACCEPT}, headers=key)

    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_what_was_changed_since_it_was_seen_is_a_conflict(story: Story) -> None:
    first, second = story.submitted(), story.submitted()
    reception = story.caller("binh")
    etag = reception.get(f"/dossiers/{first}").headers["etag"]
    asked = {"dossiers": [first, second], "if_match": {first: etag, second: '"old"'}, **ACCEPT}

    told = reception.post("/acts", asked).json()

    assert [one["outcome"] for one in told["items"]] == ["done", "conflict"]
    assert told["items"][1]["reason"] == "state_changed"


def test_a_list_without_or_with_too_many_dossiers_is_refused(story: Story) -> None:
    reception = story.caller("binh")

    for names in ([], ["x"] * 1001):
        assert reception.post("/acts", {"dossiers": names, **ACCEPT}).status_code == 422
