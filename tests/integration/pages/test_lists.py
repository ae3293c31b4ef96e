"""Worklist, search, procedures, audit and users through the pages."""

from datetime import timedelta
from pathlib import Path

from tests.pages import World, done, drafted, received, world

DEFINITION = (
    Path(__file__).resolve().parents[3]
    / "procedures" / "provincial-award" / "2025-07" / "definition.yaml"
)  # fmt: skip


def test_a_task_is_claimed_and_released_on_the_worklist(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get("/worklist")
    assert code in specialist.text
    claim = next(f for f in _forms(specialist.html) if f.endswith("/claim"))

    specialist.fill(claim)
    assert specialist.url == "/worklist?done=claimed"
    specialist.get("/worklist?mine=1")
    assert specialist.html.count("<tr>") == 2

    specialist.fill(claim.replace("/claim", "/release"))
    specialist.get("/worklist?mine=1")
    assert "Không có việc nào đang chờ bạn" in specialist.text


def _forms(html: str) -> list[str]:
    from tests.pages import forms_in

    return [form.action for form in forms_in(html)]


def test_the_worklist_shows_only_work_of_ones_own_roles(province: World) -> None:
    code = received(province)

    assert code not in province.visitor("la").get("/worklist")
    assert code not in province.visitor("binh").get("/worklist")


def test_a_dossier_is_found_by_a_name_typed_without_marks(province: World) -> None:
    unit = province.visitor("an")
    named = {"data.nominee.kind": "individual", "data.nominee.name": "Đặng Thùy Trâm"}
    code = drafted(unit, named, ())

    unit.get("/dossiers?text=dang+thuy")
    assert code in unit.text
    unit.get("/dossiers?text=khongcoai")
    assert "Không có hồ sơ nào khớp" in unit.text


def test_a_filter_that_cannot_be_read_is_told_at_its_input(province: World) -> None:
    unit = province.visitor("an")

    unit.get("/dossiers?due_from=31/02/2025")

    assert unit.status == 422
    assert "Phải là ngày có thật" in unit.text


def test_a_definition_is_checked_drafted_by_one_and_published_by_another(province: World) -> None:
    first, second = province.visitor("quan"), province.visitor("tri")
    text = DEFINITION.read_text().replace('edition: "2025-07"', 'edition: "2027-01"')
    text = text.replace("in_force: {from: 2025-07-01}", "in_force: {from: 2027-01-01}")
    scenarios = [
        ("scenarios", (path.name, path.read_bytes()))
        for path in sorted(DEFINITION.parent.glob("scenarios/*.yaml"))
    ]
    first.get("/procedures/check")

    first.fill_in("/procedures/check", {"source": "procedure: [", "do": "check"})
    assert "lỗi" in first.text
    first.fill_in("/procedures/check", {"source": text, "do": "draft"}, scenarios)
    assert "done=edition_drafted" in first.url, first.text
    assert "cần một quản trị viên khác" in first.text
    edition = first.url.partition("?")[0]
    second.get(edition)
    second.fill(f"{edition}/publish")

    assert "done=edition_published" in second.url, second.text
    assert "2027-01" in province.visitor("chi").get("/procedures")


def test_an_edition_without_scenarios_is_refused_with_its_findings(province: World) -> None:
    first, second = province.visitor("quan"), province.visitor("tri")
    text = DEFINITION.read_text().replace('edition: "2025-07"', 'edition: "2028-01"')
    text = text.replace("in_force: {from: 2025-07-01}", "in_force: {from: 2028-01-01}")
    first.get("/procedures/check")
    first.fill_in("/procedures/check", {"source": text, "do": "draft"})
    edition = first.url.partition("?")[0]
    second.get(edition)

    second.fill(f"{edition}/publish")

    assert second.status == 422
    assert 'role="alert"' in second.html


def test_the_chart_of_an_edition_is_a_picture(province: World) -> None:
    visitor = province.visitor("chi")
    visitor.get("/procedures/provincial-award/2025-07")
    assert visitor.status == 200
    assert "chart.svg" in visitor.html

    answer = visitor.client.get("/procedures/provincial-award/2025-07/chart.svg")

    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "script" not in answer.text


def test_an_auditor_reads_the_trail_and_proves_it(province: World) -> None:
    code = received(province)
    auditor = province.visitor("kiem")
    auditor.get("/audit")
    assert code in auditor.text

    auditor.get(f"/audit/{code}")
    assert "Nguyễn Thị An" in auditor.text
    assert "Cán bộ tiếp nhận, Sở Nội vụ" in auditor.text
    auditor.fill(f"/audit/{code}/verification")

    assert "Toàn vẹn" in auditor.text


def test_a_back_dated_act_and_a_late_rung_are_marked_for_the_auditor(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        code = received(place)
        asked = {"data.agencies": "Công an tỉnh", "data.agencies_count": "1"}
        done(place.visitor("chi"), code, "ask", **asked)
        place.clock.advance(timedelta(days=9))
        late = {"effective_on": "04/11/2025", "reason": "Ghi sau khi mất điện"}
        done(place.visitor("chi"), code, "appraise", **late)
        auditor = place.visitor("kiem")

        auditor.get(f"/audit/{code}")

        rows = auditor.html.split("<tr ")
        appraised = next(row for row in rows if "merit_appraised</code>" in row)
        fired = next(row for row in rows if "rung_fired</code>" in row)
    assert "ghi lùi ngày" in appraised
    assert "Ghi sau khi mất điện" in appraised
    assert '<time datetime="2025-11-04">' in appraised
    assert '<time datetime="2025-11-12T08:00:00+07:00">' in appraised
    assert "ghi muộn" in fired


def test_the_trail_is_for_auditors_alone(province: World) -> None:
    code = received(province)

    for login in ("chi", "quan", "an"):
        visitor = province.visitor(login)
        visitor.get(f"/audit/{code}")
        assert visitor.status == 404


def test_an_administrator_adds_a_person_and_ends_a_role(province: World) -> None:
    admin = province.visitor("quan")
    admin.get("/users")
    admin.fill("/users", new_login="moi", name="Người Mới", password="mật khẩu đủ dài")
    assert "done=account_added" in admin.url
    granted = {"role": "auditor", "org": "tinh", "sees": "subtree"}
    admin.fill_in("/users/grants", granted)
    assert "done=role_granted" in admin.url, admin.text

    newcomer = province.visitor()
    newcomer.get("/login")
    newcomer.send("/login", login="moi", password="mật khẩu đủ dài")
    assert newcomer.url == "/audit"
    row = next(r for r in admin.html.split("<tr>") if "Người Mới" in r)
    end = row.partition('action="')[2].partition('"')[0]
    admin.fill(end)
    newcomer.get("/audit")

    assert newcomer.status == 403


def test_nobody_grants_roles_to_themselves(province: World) -> None:
    admin = province.visitor("quan")
    admin.get("/users")

    admin.fill_in("/users/grants", {"login": "quan", "role": "authority", "org": "tinh"})

    assert admin.status == 403
    assert "Không được tự cấp vai trò" in admin.text


def test_an_account_with_a_short_password_is_refused_and_the_rest_kept(province: World) -> None:
    admin = province.visitor("quan")
    admin.get("/users")

    admin.fill("/users", new_login="ngan", name="Mật Khẩu Ngắn", password="ngắn")

    assert admin.status == 422
    assert admin.form("/users").values["name"] == "Mật Khẩu Ngắn"
    assert "ngắn" not in admin.form("/users").values["password"]


def test_health_says_when_somebody_last_looked_for_due_rungs(province: World) -> None:
    admin = province.visitor("quan")
    province.application.worker.look()

    admin.get("/health")

    assert admin.status == 200
    assert "08:00 03/11/2025" in admin.text
