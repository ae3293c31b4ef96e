"""The register and the eligibility sheet through the pages."""

import io

from openpyxl import load_workbook

from tests.pages import World, drafted, received


def filled(deed: str = "12/QĐ-UBND") -> bytes:
    """Return the template with one award."""
    from adapters.services.award_lists import award_template

    book = load_workbook(io.BytesIO(award_template()))
    row = {"A": "Đặng Thùy Trâm", "B": "Cá nhân", "C": 1979, "E": "Chiến sĩ thi đua cơ sở"}
    for column, value in {**row, "F": 2024, "K": deed, "L": "20/12/2024"}.items():
        book.worksheets[0][f"{column}2"] = value or None
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_an_old_list_is_entered_and_found_on_the_page(province: World) -> None:
    specialist = province.visitor("chi")
    specialist.get("/awards")
    assert "Sổ không có lần khen thưởng nào khớp" in specialist.text

    specialist.fill("/awards/import", {"file": ("so.xlsx", filled(""))})
    assert specialist.status == 422
    assert "K2" in specialist.text
    assert "Không có số quyết định" in specialist.text

    specialist.get("/awards")
    specialist.fill("/awards/import", {"file": ("so.xlsx", filled())})
    assert specialist.status == 200
    assert "Đã ghi 1 lần khen thưởng" in specialist.text

    specialist.get("/awards?name=dang+thuy&birth_year=1979")
    assert "Đặng Thùy Trâm" in specialist.text
    assert "12/QĐ-UBND" in specialist.text
    specialist.get("/awards?birth_year=79")
    assert (specialist.status, "Năm viết bằng bốn chữ số" in specialist.text) == (422, True)


def test_a_file_that_is_no_list_is_told_on_the_page(province: World) -> None:
    specialist = province.visitor("chi")
    specialist.get("/awards")
    specialist.fill("/awards/import", {"file": ("so.xlsx", b"Ho ten;Nam sinh")})
    assert (specialist.status, "không phải là bảng tính" in specialist.text) == (422, True)
    specialist.get("/awards")
    specialist.fill("/awards/import")
    assert (specialist.status, "Hãy chọn một tệp" in specialist.text) == (422, True)


def test_the_template_is_given_to_whoever_keeps_the_register(province: World) -> None:
    specialist = province.visitor("chi")
    specialist.get("/awards/template.xlsx")
    assert specialist.status == 200
    unit = province.visitor("an")
    for path in ("/awards/template.xlsx", "/awards"):
        unit.get(path)
        assert unit.status == 403
    assert 'href="/awards"' not in unit.get("/dossiers")


def test_the_sheet_stands_on_the_page_of_the_dossier(province: World) -> None:
    code = received(province)
    specialist = province.visitor("chi")

    specialist.get(f"/dossiers/{code}")

    assert "Điều kiện khen thưởng" in specialist.text
    assert "Sổ khen thưởng chưa có lần nào của đối tượng này" in specialist.text
    english = province.visitor("chi", lang="en")
    english.get(f"/dossiers/{code}")
    assert "a person decides" in english.text


def test_a_draft_shows_its_own_conditions_to_its_unit(province: World) -> None:
    unit = province.visitor("an")
    named = {
        "data.award": "flag",
        "data.nominee.kind": "collective",
        "data.nominee.name": "Trường Tiểu học số 1",
    }
    code = drafted(unit, named, ())

    unit.get(f"/dossiers/{code}")

    assert "Cần xem xét" in unit.text
    assert "Chưa khai" in unit.text
