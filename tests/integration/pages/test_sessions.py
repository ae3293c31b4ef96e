"""A session through the pages, without a script: called, counted, refused, put off, signed."""

from tests.pages import PDF, World, done, received

COUNCIL = "Chủ tịch; Hoàng Trung Chính; Chủ tịch\n" + "\n".join(
    f"ủy viên; Ủy viên {number}" for number in range(2, 16)
)


def _on_agenda(province: World) -> str:
    code = received(province)
    specialist, head = province.visitor("chi"), province.visitor("em")
    done(specialist, code, "appraise")
    done(specialist, code, "waive", reason="not_needed")
    done(specialist, code, "recommend")
    done(head, code, "put_on_agenda")
    return code


def test_a_session_is_held_from_its_call_to_its_protocol_without_a_script(
    province: World,
) -> None:
    code = _on_agenda(province)
    secretary = province.visitor("dung")
    secretary.get("/sessions/new")
    assert "Ủy viên" in secretary.text
    secretary.fill(
        "/sessions/new", None, owner="tinh", held_on="04/11/2025", place="Phòng họp số 1",
        electorate="giám đốc; Nguyễn Văn A",
    )  # fmt: skip
    assert "không đọc được" in secretary.text
    secretary.fill(
        "/sessions/new", None, owner="tinh", held_on="04/11/2030", place="Phòng họp số 1",
        electorate=COUNCIL,
    )  # fmt: skip
    session = secretary.url.split("/sessions/")[1].split("?")[0]
    assert code in secretary.text

    secretary.fill(f"/sessions/{session}/put_items", dossier=code)
    secretary.fill(f"/sessions/{session}/close_agenda")
    assert "hãy đổi ngày họp trước" in secretary.text
    assert "record_attendance" not in secretary.html
    secretary.fill(f"/sessions/{session}/reschedule", held_on="03/11/2025", reason="Họp sớm hơn")
    assert "Phòng họp số 1" in secretary.text
    came = {f"member-{number}": "present" for number in range(1, 13)}
    secretary.fill(f"/sessions/{session}/record_attendance", None, **came)
    assert "Dự họp" in secretary.text
    assert f'name="{code}:count"' in secretary.html
    ticked = secretary.html.split(f'name="{code}:count"')[1].split(">")[0]
    assert "checked" not in ticked  # nothing is entered that nobody asked for
    secretary.fill(f"/sessions/{session}/record_ballots", None, row=code)
    assert secretary.status == 422
    many = {"row": code, f"{code}:present": "mười"}
    secretary.fill(f"/sessions/{session}/record_ballots", None, **many)
    assert "“Có mặt” phải là số nguyên" in secretary.text
    many = {"row": code, f"{code}:no": "13"}
    secretary.fill(f"/sessions/{session}/record_ballots", None, **many)
    assert "1 mục bị từ chối" in secretary.text
    assert "Hoãn xét các mục này" not in secretary.text  # a slip of the pen is no ground
    assert 'aria-describedby="wrong-1"' in secretary.html
    secretary.get(f"/sessions/{session}")
    secretary.fill_in(f"/sessions/{session}/papers", {}, {"minutes": ("biên bản.pdf", PDF)})
    assert "chưa có kết quả" in secretary.text
    assert "Hoãn xét các mục này" in secretary.text
    many = {"row": code, f"{code}:no": "2"}
    secretary.fill(f"/sessions/{session}/record_ballots", None, **many)
    assert "10 phiếu, cần 8/15" in secretary.text
    assert "quá 1/2 số thành viên" in secretary.text
    secretary.get(f"/sessions/{session}")
    secretary.fill_in(f"/sessions/{session}/papers", {}, {"minutes": ("biên bản.pdf", PDF)})
    chair = province.visitor("duc")
    chair.get("/sessions")
    assert session in chair.text
    chair.get(f"/sessions/{session}")
    chair.fill(f"/sessions/{session}/sign_protocol")
    assert "Đã kết thúc" in chair.text

    assert "/minutes" in chair.html
    assert "%PDF-" in chair.get(f"/sessions/{session}/proposal")
    chair.get(f"/sessions/{session}/protocol")
    assert "15 thành viên, 12 dự họp" in chair.text
    secretary.get("/sessions/new")
    assert "Chủ tịch; Hoàng Trung Chính; Chủ tịch" in secretary.html  # nobody types it twice
    secretary.get(f"/dossiers/{code}")
    assert "Đang trình Chủ tịch" in secretary.text


def test_whoever_has_no_council_is_told_so_and_may_call_no_session(province: World) -> None:
    unit, secretary = province.visitor("an"), province.visitor("dung")

    unit.get("/sessions/new")
    secretary.get("/sessions/new")

    assert (unit.status, secretary.status) == (403, 200)
    assert "<textarea" not in unit.html
