"""Acts on the ticked rows of a list, without scripts: the form, the answer, the reasons."""

from tests.pages import World, received

WAIVE = "waive|not_needed"


def test_ticked_rows_of_the_worklist_are_acted_upon_and_each_is_answered(province: World) -> None:
    codes = [received(province) for _ in range(2)]
    specialist = province.visitor("chi")
    specialist.get("/worklist")
    assert all(f'name="dossier" value="{code}"' in specialist.html for code in codes)

    specialist.fill_in("/acts", {"act": WAIVE, "dossier": codes[0]})

    assert specialist.status == 200
    assert "Đã thực hiện: 1. Bị từ chối: 0." in specialist.text
    assert codes[0] in specialist.text
    assert codes[1] not in specialist.text


def test_a_search_offers_the_same_and_says_why_a_row_was_refused(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get("/dossiers")
    specialist.fill_in("/acts", {"act": WAIVE, "dossier": code})
    assert specialist.status == 200

    specialist.get("/dossiers")
    specialist.fill_in("/acts", {"act": "appraise", "dossier": code})
    assert specialist.status == 200, specialist.text
    specialist.get("/dossiers")
    specialist.fill_in("/acts", {"act": WAIVE, "dossier": code, "all_or_none": "1"})
    assert specialist.status == 422
    assert "Bị từ chối: 1." in specialist.text


def test_nothing_ticked_is_told_and_changes_nothing(province: World) -> None:
    received(province)
    specialist = province.visitor("chi")
    specialist.get("/worklist")

    specialist.fill_in("/acts", {"act": WAIVE})

    assert specialist.status == 422
    assert "Hãy chọn từ 1 đến 1000 hồ sơ" in specialist.text


def test_whoever_can_do_nothing_to_a_list_has_no_boxes_in_it(province: World) -> None:
    received(province)
    auditor = province.visitor("kiem")

    auditor.get("/dossiers")

    assert 'name="dossier"' not in auditor.html


def test_a_form_from_elsewhere_does_nothing(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")
    specialist.get("/worklist")

    specialist.post("/acts", {"act": WAIVE, "dossier": code})

    assert specialist.status == 403


def test_the_address_of_an_answer_opened_again_leads_to_the_worklist(province: World) -> None:
    specialist = province.visitor("chi")

    specialist.get("/acts")

    assert specialist.status == 200
    assert specialist.url.endswith("/worklist")
