"""A nomination through the pages, from draft to decision, and what the pages say when refused."""

import re

from tests.council import council_decides
from tests.pages import PDF, World, done, drafted, forms_in, received


def test_a_nomination_goes_from_draft_to_a_decision_without_a_script(province: World) -> None:
    code = received(province)
    specialist, head = province.visitor("chi"), province.visitor("em")
    done(specialist, code, "appraise")
    done(specialist, code, "waive", reason="not_needed")
    done(specialist, code, "recommend")
    done(head, code, "put_on_agenda")
    votes = {"members": 15, "present": 12, "written": 0, "yes": 12, "no": 0, "blank": 0}
    council_decides(province.application.parts, {code: votes}, "dung", "duc")
    chairman = province.visitor("giang")
    number = {"data.decision_number": "123/QĐ-UBND", "data.decision_on": "03/11/2025"}
    done(chairman, code, "decide", **number)

    assert "Đã có quyết định khen thưởng" in chairman.text
    assert "123/QĐ-UBND" in chairman.text
    province.application.worker.look()
    chairman.get(f"/dossiers/{code}")
    letters = [p for p in links(chairman.html) if f"/dossiers/{code}/letters/" in p]
    assert len(letters) == 3
    for path in letters:
        answer = chairman.client.get(path)
        assert answer.content.startswith(b"%PDF-")
        assert answer.headers["content-type"] == "application/pdf"


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)


def test_a_draft_may_be_saved_unfinished(province: World) -> None:
    unit = province.visitor("an")

    code = drafted(unit, {"data.award": "flag"}, ())
    unit.get(f"/dossiers/{code}")

    assert "Cờ thi đua cấp tỉnh" in unit.text
    assert "còn thiếu" in unit.text


def test_what_cannot_be_read_is_shown_where_it_was_typed_and_nothing_is_saved(
    province: World,
) -> None:
    unit = province.visitor("an")
    code = drafted(unit, {"data.award": "flag"}, ())
    unit.get(f"/dossiers/{code}/draft")

    unit.fill_in(f"/dossiers/{code}/draft", {"data.award": "merit", "data.excellent_years": "hai"})

    assert unit.status == 422
    assert 'value="hai"' in unit.html
    assert 'id="draft-data-excellent_years-wrong"' in unit.html
    assert unit.form(f"/dossiers/{code}/draft").values["data.award"] == "merit"
    unit.get(f"/dossiers/{code}/draft")
    assert unit.form(f"/dossiers/{code}/draft").values["data.award"] == "flag"


def test_a_value_that_the_engine_refuses_is_marked_at_its_input(province: World) -> None:
    unit = province.visitor("an")
    code = drafted(unit, {}, ())
    unit.get(f"/dossiers/{code}/draft")

    wrong = {"data.period.from": "31/08/2025", "data.period.until": "01/09/2023"}
    unit.fill_in(f"/dossiers/{code}/draft", wrong)

    assert unit.status == 422
    assert 'aria-invalid="true"' in unit.html
    assert unit.form(f"/dossiers/{code}/draft").values["data.period.from"] == "31/08/2025"


def test_a_draft_that_somebody_else_saved_shows_what_is_stored_now(province: World) -> None:
    unit, colleague = province.visitor("an"), province.visitor("an")
    code = drafted(unit, {"data.award": "flag"}, ())
    unit.get(f"/dossiers/{code}/draft")
    colleague.get(f"/dossiers/{code}/draft")
    colleague.fill_in(f"/dossiers/{code}/draft", {"data.cluster": "Cụm số 3"})

    unit.fill_in(f"/dossiers/{code}/draft", {"data.cluster": "Cụm số 4"})

    assert unit.status == 409
    assert "Đang được lưu là" in unit.text
    assert "Cụm số 3" in unit.text
    assert unit.form(f"/dossiers/{code}/draft").values["data.cluster"] == "Cụm số 4"


def test_a_refused_act_keeps_what_was_typed_and_says_why_beside_it(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get(f"/dossiers/{code}")
    address = f"/dossiers/{code}/acts/ask"

    specialist.fill_in(address, {"data.agencies": "Công an tỉnh", "data.agencies_count": "nhiều"})

    assert specialist.status == 422
    form = specialist.form(address)
    assert form.values["data.agencies"] == "Công an tỉnh"
    assert form.values["data.agencies_count"] == "nhiều"
    assert "Phải là số nguyên" in form.html
    assert 'role="alert"' in form.html


def test_a_missing_reason_is_asked_for_at_its_own_input(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get(f"/dossiers/{code}")
    address = f"/dossiers/{code}/acts/appraise"

    specialist.fill_in(address, {"effective_on": "31/10/2025"})

    assert specialist.status == 422
    assert specialist.form(address).values["effective_on"] == "31/10/2025"
    assert 'id="act-appraise-effective-wrong"' in specialist.form(address).html


def test_a_file_that_was_sent_with_a_refused_act_need_not_be_sent_again(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get(f"/dossiers/{code}")
    address = f"/dossiers/{code}/acts/appraise"
    wrong = {"effective_on": "31/10/2025", "paper_kind": "rating"}
    specialist.fill_in(address, wrong, {"paper:any": ("xếp loại.pdf", PDF)})
    assert specialist.status == 422

    specialist.fill_in(address, {"effective_on": ""})

    assert "done=act_done" in specialist.url, specialist.text
    assert "xếp loại.pdf" in specialist.text


def test_a_file_of_another_kind_is_refused_and_the_draft_stays(province: World) -> None:
    unit = province.visitor("an")
    code = drafted(unit, {}, ())
    unit.get(f"/dossiers/{code}")

    unit.fill(f"/dossiers/{code}/papers/report", {"file": ("virus.exe", b"MZ\x90\x00")})

    assert unit.status == 422
    assert 'id="file-report-wrong"' in unit.html


def test_a_file_of_several_megabytes_is_taken(province: World) -> None:
    unit = province.visitor("an")
    code = drafted(unit, {}, ())
    unit.get(f"/dossiers/{code}")
    large = PDF + b"0" * (3 * 1024 * 1024)

    unit.fill(f"/dossiers/{code}/papers/report", {"file": ("lớn.pdf", large)})

    assert "done=paper_added" in unit.url, unit.text
    assert "(3,0 MB)" in unit.text


def test_sending_a_form_twice_counts_once(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get(f"/dossiers/{code}")
    address = f"/dossiers/{code}/acts/waive"
    values = {**specialist.form(address).values, "reason": "not_needed"}

    specialist.post(address, values)
    specialist.post(address, values)

    assert "done=act_done" in specialist.url or specialist.status == 409
    auditor = province.visitor("kiem")
    auditor.get(f"/audit/{code}")
    assert auditor.html.count("opinions_waived</code>") == 1


def test_a_dossier_that_changed_meanwhile_shows_what_others_did(province: World) -> None:
    code = received(province)
    slow, quick = province.visitor("chi"), province.visitor("chi")
    slow.get(f"/dossiers/{code}")
    done(quick, code, "waive", reason="not_needed")

    slow.fill_in(f"/dossiers/{code}/acts/appraise", {})

    assert slow.status == 412
    assert "Hồ sơ đã thay đổi từ khi bạn mở" in slow.text
    assert "Không phải lấy ý kiến (Chuyên viên thẩm định)" in slow.text
    slow.fill(f"/dossiers/{code}/acts/appraise")
    assert "done=act_done" in slow.url


def test_acts_of_others_are_greyed_with_the_reason(province: World) -> None:
    code = received(province)
    reception = province.visitor("binh")

    reception.get(f"/dossiers/{code}")

    assert "Lúc này không có việc nào của bạn" in reception.text
    refused = reception.html.partition('class="refused"')[2]
    assert "Xác nhận đủ điều kiện" in refused
    assert [f.action for f in forms_in(reception.html) if "/acts/" in f.action] == []


def test_an_act_that_is_not_offered_is_refused_in_words(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get(f"/dossiers/{code}")
    csrf = specialist.form("/logout").values["csrf"]

    specialist.post(f"/dossiers/{code}/acts/decide", {"csrf": csrf})

    assert specialist.status in (403, 409)
    assert 'role="alert"' in specialist.html


def test_a_letter_can_be_read_before_it_is_issued(province: World) -> None:
    unit = province.visitor("an")
    code = done(unit, drafted(unit), "submit")
    reception = province.visitor("binh")

    answer = reception.client.get(f"/dossiers/{code}/previews/receipt")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_a_due_date_is_told_day_by_day(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")

    specialist.get(f"/dossiers/{code}/clocks/resolution")

    assert '<time datetime="2025-12-08">08/12/2025</time>' in specialist.html
    assert "25 Thứ Hai 08/12/2025" in specialist.text


def test_papers_are_handed_out_to_be_saved_and_never_run(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get(f"/dossiers/{code}")
    path = next(p for p in links(specialist.html) if f"/dossiers/{code}/papers/" in p)

    answer = specialist.client.get(path)

    assert answer.content == PDF
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert province.visitor("la").client.get(path).status_code == 404


def test_words_that_look_like_markup_stay_words(province: World) -> None:
    unit = province.visitor("an")
    name = "<img src=x onerror=alert(1)>\"'&"
    code = drafted(unit, {"data.nominee.kind": "individual", "data.nominee.name": name}, ())

    unit.get(f"/dossiers/{code}")
    assert "<img src=x" not in unit.html
    assert name in unit.text.replace("&#39;", "'")
    unit.get(f"/dossiers/{code}/draft")
    assert unit.form(f"/dossiers/{code}/draft").values["data.nominee.name"] == name


def test_a_duplicate_is_merged_on_its_page_and_stands_beside_what_goes_on(
    province: World,
) -> None:
    unit, secretary = province.visitor("an"), province.visitor("dung")
    ending = done(unit, drafted(unit), "submit")
    leading = done(unit, drafted(unit), "submit")

    done(secretary, ending, "merge", reason="trùng", **{"data.leading_dossier": leading})

    assert "Đã nhập vào hồ sơ khác" in secretary.text
    secretary.get(f"/dossiers/{leading}")
    assert f"Hồ sơ trùng đã nhập vào {ending}" in secretary.text
    assert "Trường THPT Lê Hồng Phong, Ngày nộp: 03/11/2025" in secretary.text


def test_the_sheet_leads_into_the_merge_with_the_other_dossier_filled_in(province: World) -> None:
    unit, secretary = province.visitor("an"), province.visitor("dung")
    ending = done(unit, drafted(unit), "submit")
    leading = done(unit, drafted(unit), "submit")
    way = f"/dossiers/{ending}?leading={leading}#act-merge"

    secretary.get(f"/dossiers/{ending}")
    assert way in links(secretary.html)
    empty = secretary.form(f"/dossiers/{ending}/acts/merge")
    assert empty.values["data.leading_dossier"] == ""
    secretary.get(way)
    assert re.search(r'<details class="act" id="act-merge" open', secretary.html)
    form = secretary.form(f"/dossiers/{ending}/acts/merge")
    assert form.values["data.leading_dossier"] == leading
    secretary.fill_in(f"/dossiers/{ending}/acts/merge", {"reason": "trùng"})
    assert "Đã nhập vào hồ sơ khác" in secretary.text

    # Whoever may not merge sees no such way, whatever is asked for in the address.
    unit.get(f"/dossiers/{leading}?leading={ending}")
    assert f"/dossiers/{leading}/acts/merge" not in unit.html
