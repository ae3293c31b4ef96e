"""Many names in one submission, told through the API alone."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from adapters.services.people import NewGrant
from tests.calling import MERIT, PDF, Caller, Story

NAMES = ("Lê Văn Thắng", "Phạm Thị Hồng", "Đỗ Quang Huy")


def rows(*names: str) -> list[dict[str, Any]]:
    nominee = dict(MERIT["nominee"])
    return [{"nominee": {**nominee, "name": name}} for name in names]


def shared() -> dict[str, Any]:
    return {key: value for key, value in MERIT.items() if key != "nominee"}


def whole(*names: str) -> list[dict[str, Any]]:
    return [{**shared(), **row} for row in rows(*names)]


def asked(*names: str, **more: Any) -> dict[str, Any]:
    return {
        "procedure": "provincial-award",
        "owner": "truong",
        "shared": shared(),
        "rows": rows(*(names or NAMES)),
        **more,
    }


def made(unit: Caller, *names: str, **more: Any) -> dict[str, Any]:
    """Make a submission with all its papers."""
    answer = unit.post("/submissions", asked(*names, **more))
    assert answer.status_code == 201, answer.text
    code = answer.json()["line"]["code"]
    for document in ("submission", "minutes"):
        assert attached(unit, code, document).status_code == 201
    told: dict[str, Any] = unit.get(f"/submissions/{code}").json()
    for one in told["items"]:
        for document in ("report", "initiative_recognition"):
            assert unit.uploaded(one["dossier"]["code"], document).status_code == 201
    return told


def attached(unit: Caller, code: str, document: str) -> Any:
    return unit.call(
        "POST",
        f"/submissions/{code}/documents",
        files={"file": ("to trinh.pdf", PDF, "application/pdf")},
        data={"document": document},
    )


def acted(caller: Caller, code: str, trigger: str, **more: Any) -> Any:
    return caller.post(f"/submissions/{code}/acts", {"trigger": trigger, **more})


def names_of(view: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [
        (one["place"], one["dossier"]["subject"], one["dossier"]["states"][0]["key"])
        for one in view["items"]
    ]


def test_a_submission_is_submitted_and_received_as_a_whole_under_one_code(story: Story) -> None:
    unit, reception = story.caller("an"), story.caller("binh")
    view = made(unit)
    code = view["line"]["code"]
    assert code == "T-2025-000001"
    assert names_of(view) == [(n, name, "draft") for n, name in enumerate(NAMES, 1)]
    assert [(p["key"], p["missing"]) for p in view["papers"]] == [
        ("submission", False),
        ("minutes", False),
    ]
    assert reception.get(f"/submissions/{code}").status_code == 404

    done = acted(unit, code, "submit")
    assert (done.status_code, done.json()["done"]) == (200, 3), done.text
    done = acted(reception, code, "accept", data={"received_complete_on": "2025-11-03"})
    assert done.status_code == 200, done.text

    received = [one["code"] for one in done.json()["items"]]
    assert received == [f"tinh-251103-0001-{n:03}" for n in (1, 2, 3)]
    whole = reception.get("/submissions/tinh-251103-0001").json()
    assert whole["line"]["received_code"] == "tinh-251103-0001"
    assert [c["count"] for c in whole["line"]["counts"]] == [3]
    assert whole["editable"] is False
    receipts = [one for one in whole["letters"] if one["key"] == "receipt"]
    assert len(receipts) in (1, 3)
    late = unit.post(f"/submissions/{code}/dossiers", {"rows": rows("Trần Văn Muộn")})
    assert (late.status_code, late.json()["code"]) == (409, "submission_closed")
    more = unit.post("/submissions", asked("Trần Văn Muộn", supplements="tinh-251103-0001")).json()
    assert more["supplements"] == "tinh-251103-0001"


def test_all_letters_of_a_submission_are_one_pdf_and_so_are_those_of_one_kind(
    story: Story,
) -> None:
    unit, reception, specialist = (story.caller(one) for one in ("an", "binh", "chi"))
    code = made(unit)["line"]["code"]
    path = f"/submissions/{code}/letters.pdf"
    assert unit.get(path).status_code == 404
    acted(unit, code, "submit")
    acted(reception, code, "accept", data={"received_complete_on": "2025-11-03"})
    items = {"supplement_items": "Báo cáo có chữ ký ở trang 2"}
    told = acted(specialist, code, "return", reason="wrong_form", data=items)
    assert told.status_code == 200, told.text
    pending = unit.get(path)
    assert (pending.json()["code"], pending.json()["facts"]["pending"]) == ("letters_pending", 4)
    assert story.world.application.worker.look().failed == 0

    whole = unit.get(path)
    assert whole.headers["content-type"] == "application/pdf"
    receipt, asked_for = (
        unit.get(f"{path}?letter={kind}") for kind in ("receipt", "supplement_request")
    )
    pages = [len(PdfReader(BytesIO(one.content)).pages) for one in (whole, receipt, asked_for)]
    assert pages[0] == pages[1] + pages[2]
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(whole.content)).pages)
    assert all(f"tinh-251103-0001-{n:03}" in text for n in (1, 2, 3))
    assert unit.get(f"{path}?letter=decision").status_code == 404
    assert story.caller("la").get(path).status_code == 404
    shown = story.world.visitor("an")
    shown.get(f"/submissions/{code}")
    assert "/letters.pdf?kind=supplement_request" in shown.html
    shown.get(f"/submissions/{code}/letters.pdf?kind=receipt")
    assert shown.status == 200


def test_every_row_that_cannot_be_taken_is_named_and_nothing_is_stored(story: Story) -> None:
    unit = story.caller("an")
    bad = asked("A", "B", "A")
    bad["rows"][1]["nominee"]["birth_year"] = "chín"
    bad["rows"].append({"nothing": 1})
    answer = unit.post("/submissions", bad)

    assert (answer.status_code, answer.json()["code"]) == (422, "rows_refused")
    told = [(one["row"], one["field"]) for one in answer.json()["facts"]["rows"]]
    assert told == [(2, "nominee.birth_year"), (3, ""), (4, "nothing")]
    assert unit.post("/submissions/search", {}).json()["items"] == []
    assert unit.post("/submissions", asked("A", procedure="no-such")).status_code == 404
    assert story.caller("chi").post("/submissions", asked("A")).status_code == 404


def test_names_are_added_and_dropped_until_the_submission_is_received(story: Story) -> None:
    unit, reception = story.caller("an"), story.caller("binh")
    view = made(unit)
    code, items = view["line"]["code"], view["items"]
    left = unit.delete(f"/submissions/{code}/dossiers/{items[0]['dossier']['code']}")
    assert [one[0] for one in names_of(left.json())] == [2, 3]
    assert acted(unit, code, "submit").json()["done"] == 2

    more = unit.post(f"/submissions/{code}/dossiers", {"rows": whole("Mai Thị Thêm")})
    assert more.status_code == 201, more.text
    added = more.json()["items"][-1]
    assert (added["place"], added["dossier"]["draft"]) == (4, True)
    papers = unit.get(f"/dossiers/{added['dossier']['code']}").json()["papers"]
    assert {p["key"] for p in papers if p["files"]} == {"submission", "minutes"}
    for document in ("report", "initiative_recognition"):
        unit.uploaded(added["dossier"]["code"], document)
    assert [i["code"] for i in acted(unit, code, "submit").json()["items"]] == [
        added["dossier"]["code"]
    ]
    gone = unit.delete(f"/submissions/{code}/dossiers/{items[1]['dossier']['code']}")
    assert gone.status_code == 200, gone.text
    assert [one[2] for one in names_of(gone.json())] == ["withdrawn", "submitted", "submitted"]

    done = acted(reception, code, "accept", data={"received_complete_on": "2025-11-03"}).json()
    assert [one["code"][-3:] for one in done["items"]] == ["003", "004"]
    last = items[2]["dossier"]["code"]
    refused = unit.delete(f"/submissions/{code}/dossiers/{last}")
    assert (refused.status_code, refused.json()["code"]) == (409, "submission_closed")


def test_all_or_nothing_names_whoever_is_in_the_way_and_some_may_go_first(story: Story) -> None:
    unit = story.caller("an")
    code = made(unit)["line"]["code"]
    unit.post(f"/submissions/{code}/dossiers", {"rows": whole("Không Có Giấy")})
    refused = acted(unit, code, "submit")

    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_done")
    reasons = [one["reason"] for one in refused.json()["facts"]["items"]]
    assert reasons == ["batch_aborted"] * 3 + ["papers_missing"]
    some = acted(unit, code, "submit", on_refusal="skip").json()
    assert (some["done"], some["refused"]) == (3, 1)


def test_one_key_opens_a_submission_once_and_acts_on_it_once(story: Story) -> None:
    unit = story.caller("an")
    key = {"Idempotency-Key": "danh-sach-1"}
    first, again = (unit.post("/submissions", asked(), headers=key) for _ in range(2))
    assert first.json()["line"]["id"] == again.json()["line"]["id"]
    assert unit.post("/submissions", asked("Khác"), headers=key).json()["code"] == (
        "idempotency_key_reused"
    )
    code = made(unit, "Một", "Hai")["line"]["code"]
    once = {"Idempotency-Key": "nop-1"}
    done = [
        unit.post(f"/submissions/{code}/acts", {"trigger": "submit"}, headers=once).json()
        for _ in range(2)
    ]
    assert done[0]["done"] == 2
    assert done[0] == done[1]
    draft = {"procedure": "provincial-award", "owner": "truong", "data": MERIT}
    opened = [unit.post("/dossiers", draft, headers={"Idempotency-Key": "d"}) for _ in range(2)]
    assert opened[0].json()["id"] == opened[1].json()["id"]


def test_at_the_counter_the_office_submits_for_a_unit_and_the_trail_says_so(story: Story) -> None:
    reception, unit = story.caller("binh"), story.caller("an")
    view = made(reception)
    code = view["line"]["code"]
    assert view["line"]["counter_name"]
    assert acted(reception, code, "submit").json()["done"] == 3
    dossier = view["items"][0]["dossier"]["code"]
    first = story.caller("kiem").get(f"/dossiers/{dossier}/trail").json()["rows"][0]
    assert (first["who"], first["role"]) == ("Trần Văn Bình", "reception")
    assert first["on_behalf_of"] == "Trường THPT Lê Hồng Phong"
    assert unit.get(f"/submissions/{code}").status_code == 200
    done = acted(reception, code, "accept", data={"received_complete_on": "2025-11-03"})
    assert done.json()["done"] == 3, done.text
    # A unit's own draft is not the counter's to touch.
    own = made(unit, "Của Đơn Vị")["line"]["code"]
    assert reception.get(f"/submissions/{own}").status_code == 404
    assert acted(reception, own, "submit").status_code == 404


def test_whoever_acted_on_one_name_is_barred_from_the_other_role_on_all(story: Story) -> None:
    story.world.people.grant(
        None,
        NewGrant(
            account=story.caller("an").account,
            role="specialist",
            org="tinh",
            sees="own",
            from_on=date(2025, 1, 1),
        ),
    )
    unit, reception = story.caller("an"), story.caller("binh")
    view = made(unit)
    code, codes = view["line"]["code"], [one["dossier"]["code"] for one in view["items"]]
    acted(unit, code, "submit", dossiers=codes[:2])
    acted(reception, code, "accept", data={"received_complete_on": "2025-11-03"})
    barred = story.caller("an").act(codes[1], "waive", reason="not_needed")
    assert (barred.status_code, barred.json()["code"]) == (403, "duties_not_separate")


def test_a_submission_is_read_and_changed_by_those_alone_who_may(story: Story) -> None:
    unit, reception = story.caller("an"), story.caller("binh")
    code = made(unit)["line"]["code"]
    logins = ("an", "binh", "chi", "kiem", "la", "quan", "")
    callers = {login: Caller(story.world, login) for login in logins}

    def reading() -> list[int]:
        return [one.get(f"/submissions/{code}").status_code for one in callers.values()]

    assert reading() == [200, 404, 404, 404, 404, 404, 401]
    acted(unit, code, "submit")
    assert reading() == [200, 200, 200, 200, 404, 404, 401]
    sha256 = unit.get(f"/submissions/{code}").json()["papers"][0]["files"][0]["sha256"]
    for login, expected in (("binh", 404), ("chi", 404), ("la", 404), ("", 401)):
        one = callers[login]
        assert attached(one, code, "minutes").status_code == expected
        added = one.post(f"/submissions/{code}/dossiers", {"rows": whole("Người Lạ")})
        assert added.status_code == expected
        gone = one.delete(f"/submissions/{code}/documents/submission/{sha256}")
        assert gone.status_code == expected
    assert callers["la"].get(f"/submissions/{code}/documents/{sha256}").status_code == 404
    assert callers["binh"].get(f"/submissions/{code}/documents/{sha256}").content == PDF
    item = unit.get(f"/submissions/{code}").json()["items"][0]["dossier"]["code"]
    assert callers["la"].delete(f"/submissions/{code}/dossiers/{item}").status_code == 404
    assert callers["binh"].delete(f"/submissions/{code}/dossiers/{item}").status_code == 403
    other = made(unit, "Một Người Khác")["items"][0]["dossier"]["code"]
    mixed = acted(reception, code, "accept", dossiers=[item, other])
    assert (mixed.status_code, mixed.json()["code"]) == (404, "unknown")
