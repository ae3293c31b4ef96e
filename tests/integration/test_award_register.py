"""The award register: written by decisions, filled from lists, heeded, read by those who may."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from adapters.bootstrap import build
from adapters.services.award_lists import award_template
from adapters.verification import verify_database
from tests.province import NOMINATIONS, PLACES, Province

NOMINEE = NOMINATIONS["soldier"].data["nominee"]


def listed(*rows: dict[str, Any]) -> bytes:
    """Return the template, filled in: by column letter."""
    book = load_workbook(io.BytesIO(award_template()))
    for number, one in enumerate(rows, start=2):
        for column, value in one.items():
            book.worksheets[0][f"{column}{number}"] = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def title(year: int, **over: Any) -> dict[str, Any]:
    return {
        "A": NOMINEE["name"].upper(),
        "B": "Cá nhân",
        "C": NOMINEE["birth_year"],
        "D": NOMINEE.get("unit"),
        "E": "Chiến sĩ thi đua cơ sở",
        "F": year,
        "K": f"{year % 100}/QĐ-SGDĐT",
        "L": f"20/12/{year}",
        **over,
    }


def sent(place: Province, login: str, content: bytes, **form: str) -> Any:
    """Send a list and return the response."""
    return place.person(login).call(
        "POST",
        "/awards/import",
        files={"file": ("so.xlsx", content)},
        data={"org": "tinh", **form},
    )


def asked(place: Province, login: str, **wanted: Any) -> Any:
    return place.person(login).post("/awards/search", {"filter": wanted})


def sheet(place: Province, code: str, login: str = "chuyen-vien") -> Any:
    return place.person(login).get(f"/dossiers/{code}/eligibility")


def test_a_decision_is_found_in_the_register_by_name_year_and_unit(any_province: Province) -> None:
    code = any_province.with_authority("merit")
    any_province.decide(code)
    nominee = NOMINATIONS["merit"].data["nominee"]

    found = asked(any_province, "chuyen-vien", name="dau thi KHUE", award="merit", year=2025)
    (one,) = found["items"]
    assert found["page"]["total"] == 1
    assert (one["name"], one["birth_year"], one["unit"]) == (
        nominee["name"],
        nominee["birth_year"],
        nominee.get("unit", ""),
    )
    assert (one["deed"], one["decided_on"], one["org"], one["level"], one["type"]) == (
        "3187/QĐ-UBND",
        "2025-11-12",
        "tinh",
        "province",
        "merit",
    )
    assert (one["period_from"], one["period_until"]) == ("2024-01-01", "2025-10-31")
    assert not one["imported"]
    for other in ({"birth_year": 1900}, {"unit": "khac han"}, {"year": 2024}, {"deed": "99"}):
        assert (
            asked(any_province, "chuyen-vien", name="khue", award="merit", **other)["items"] == []
        )


def test_an_old_list_is_entered_once_and_heeded_by_conditions(any_province: Province) -> None:
    place = any_province
    content = listed(title(2022), title(2023), title(2024))

    first = sent(place, "thu-ky", content).json()
    again = sent(place, "thu-ky", content).json()

    assert (first["done"], first["written"], first["known"]) == (True, 3, 0)
    assert (again["done"], again["written"], again["known"]) == (True, 0, 3)
    unnamed = replace(NOMINATIONS["soldier"], titles=())
    code = place.draft(unnamed)
    place.do("don-vi", code, "submit")
    met = sheet(place, code)
    assert (met["standing"], [r["standing"] for r in met["rules"]]) == ("eligible", ["eligible"])
    assert met["rules"][0]["counts"] == [
        {"key": "3", "label": "Số lần liên tục đạt Chiến sĩ thi đua cơ sở"}
    ]
    assert [one["year"] for one in met["held"]] == [2022, 2023, 2024]
    verdict = verify_database(place.application.parts.db, place.application.parts.files)
    assert verdict.ok


def test_a_list_goes_in_whole_or_not_at_all_unless_its_good_rows_are_wanted(
    any_province: Province,
) -> None:
    content = listed(title(2023), title(2024, K=None), title(2022, F="năm kia"))

    refused = sent(any_province, "thu-ky", content).json()
    assert (refused["done"], refused["written"], refused["refused"]) == (False, 0, 2)
    assert [one["cell"] for one in refused["bad"]] == ["K3", "F4"]
    assert asked(any_province, "thu-ky")["items"] == []

    taken = sent(any_province, "thu-ky", content, good_rows="true").json()
    assert (taken["done"], taken["written"], taken["refused"]) == (True, 1, 2)
    assert [one["year"] for one in asked(any_province, "thu-ky")["items"]] == [2023]


def test_a_workbook_that_is_none_is_a_problem_with_its_reason(any_province: Province) -> None:
    answer = sent(any_province, "thu-ky", listed(title(2023, F="=2020+3")))
    assert (answer.status_code, answer.json()["code"]) == (422, "workbook_refused")
    assert answer.json()["facts"] == {"reason": "formula", "cells": ["F2"]}


@pytest.mark.parametrize("login", ["don-vi", "tiep-nhan", "quan-tri", "luu-tru"])
def test_the_register_is_shut_to_whoever_neither_prepares_nor_decides(
    any_province: Province, login: str
) -> None:
    answer = any_province.person(login).call("POST", "/awards/search", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_entitled")
    assert sent(any_province, login, listed(title(2023))).status_code == 403


def test_auditors_and_authority_read_but_enter_nothing(any_province: Province) -> None:
    assert sent(any_province, "chuyen-vien", listed(title(2023))).json()["written"] == 1
    for login in ("kiem-tra", "chu-tich"):
        assert len(asked(any_province, login)["items"]) == 1
        assert sent(any_province, login, listed(title(2022))).status_code == 403
    assert sent(any_province, "chuyen-vien", listed(title(2022)), org="truong").status_code == 403


def test_pages_of_the_register_follow_each_other_by_name(any_province: Province) -> None:
    names = ["Đỗ An", "Dương An", "Ân Văn An", "An Văn An"]
    sent(any_province, "thu-ky", listed(*(title(2023, A=name) for name in names)))
    person, seen, after = any_province.person("thu-ky"), [], None
    while True:
        page = person.post("/awards/search", {"page": {"limit": 1, "after": after}})
        seen += [one["name"] for one in page["items"]]
        after = page["page"]["end_cursor"]
        if after is None:
            break
    assert seen == ["An Văn An", "Ân Văn An", "Dương An", "Đỗ An"]


def test_the_sheet_says_what_fails_by_which_source_and_what_was_given_already(
    any_province: Province,
) -> None:
    place = any_province
    given = title(2025, E="Chiến sĩ thi đua cấp tỉnh", L="20/10/2025")
    sent(place, "thu-ky", listed(title(2024), given))
    code = place.draft(replace(NOMINATIONS["soldier"], titles=()))
    place.do("don-vi", code, "submit")

    found = sheet(place, code)

    assert found["standing"] == "not"
    (rule,) = found["rules"]
    assert (rule["standing"], rule["clause"]) == ("not", "facts.soldier_titles >= 3")
    assert "3 lần liên tục" in rule["detail"]
    assert "Điều 22" in rule["source"]
    assert [(one["code"], one["standing"]) for one in found["remarks"]] == [
        ("same_award_same_period", "not")
    ]


def test_the_same_person_from_two_units_is_shown_to_whoever_sees_both(
    any_province: Province,
) -> None:
    place = any_province
    one, other = place.submitted_many(NOMINATIONS["merit"], 2)

    found = sheet(place, one)

    assert [also["code"] for also in found["also"]] == [other]
    assert "proposed_twice" in [remark["code"] for remark in found["remarks"]]


def test_the_unit_sees_no_more_of_the_register_than_of_itself(any_province: Province) -> None:
    place = any_province
    sent(place, "thu-ky", listed(title(2024), title(2023), title(2022)))
    code = place.draft(NOMINATIONS["soldier"])
    place.do("don-vi", code, "submit")

    found = sheet(place, code, "don-vi")

    assert (found["register"], found["held"], found["rules"], found["remarks"]) == (
        False,
        [],
        [],
        [],
    )
    assert found["standing"] == "look"


def test_a_list_is_entered_from_the_command_line(
    run: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BANGVANG_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("BANGVANG_DATABASE", raising=False)
    from adapters.settings import Settings

    application = build(Settings.from_environment())
    application.people.add_organisation(None, PLACES[0])
    application.close()
    good, bad = tmp_path / "tốt.xlsx", tmp_path / "sai.xlsx"
    good.write_bytes(listed(title(2023)))
    bad.write_bytes(listed(title(2022), title(2023, K=None)))

    assert run("import", "awards", str(good), "--json") == 0
    assert '"written": 1' in capsys.readouterr().out
    assert run("import", "awards", str(bad)) == 1
    told = capsys.readouterr()
    assert "K3\tSố quyết định\tKhông có số quyết định" in told.err
    assert "0 entered" in told.out
    assert run("import", "awards", str(bad), "--good-rows") == 0
    assert run("import", "awards", str(good), "--org", "nowhere") == 1
    assert run("import", "awards", str(tmp_path / "none.xlsx")) == 1
    assert run("import", "awards", "--template", str(tmp_path / "mẫu.xlsx")) == 0
    assert (tmp_path / "mẫu.xlsx").read_bytes().startswith(b"PK")
    assert run("import", "awards") == 2


INITIATIVE = {
    "initiative_1_decision": "12/QĐ-HĐSK",
    "initiative_1_on": "2025-03-02",
    "initiative_1_title": "Sổ theo dõi học sinh vùng lũ",
}


def naming(award: str, person: dict[str, Any], **initiative: Any) -> Any:
    """Return a nomination of one person that names an initiative."""
    known = NOMINATIONS[award]
    return replace(known, data={**known.data, "nominee": person, **INITIATIVE, **initiative})


def test_one_initiative_serves_a_title_or_a_form_and_the_sheet_says_which(
    any_province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, person = any_province, {**NOMINEE}
    spelt = {
        "initiative_1_decision": "12 / qđ-hđsk",
        "initiative_1_title": " SỔ theo dõi học sinh vùng lũ",
    }
    monkeypatch.setitem(NOMINATIONS, "soldier", naming("soldier", person))
    monkeypatch.setitem(NOMINATIONS, "merit", naming("merit", person, **spelt))
    again = place.appraised("merit")
    (soldier,) = place.many_with_authority(["soldier"])
    place.decide(soldier)
    place.do("chuyen-vien", again, "recommend")

    refused = place.refused("lanh-dao", again, "put_on_agenda")
    assert (refused["code"], "mỗi sáng kiến chỉ dùng một lần" in refused["detail"]) == (
        "guard_refused",
        True,
    )
    found = sheet(place, again)
    assert found["standing"] == "not"
    (rule,) = [one for one in found["rules"] if one["standing"] == "not"]
    assert (rule["clause"], "5007/BNV-TĐKT" in rule["source"]) == (
        "facts.initiatives_spent == 0",
        True,
    )
    (remark,) = [one for one in found["remarks"] if one["code"] == "initiative_spent"]
    assert "Chiến sĩ thi đua cấp tỉnh (2025, 3187/QĐ-UBND)" in remark["detail"]
    assert ("5007/BNV-TĐKT" in remark["source"], remark["unverified"]) == (True, True)
    # The unit reads no register, and learns nothing of it by way of initiatives.
    told = [one["code"] for one in sheet(place, again, "don-vi")["remarks"]]
    assert told == ["proposed_twice"]
    # Who decided it keeps what it decided, and a title may be looked at for another title.
    assert not [one for one in sheet(place, soldier)["remarks"] if "initiative" in one["code"]]
    other = place.draft(replace(NOMINATIONS["soldier"], titles=()))
    place.do("don-vi", other, "submit")
    assert ("initiative_used_for_title", "look") in [
        (one["code"], one["standing"]) for one in sheet(place, other)["remarks"]
    ]


def test_an_old_list_may_say_which_initiative_was_used(any_province: Province) -> None:
    place = any_province
    used = title(2024, E="Bằng khen của Thủ tướng Chính phủ", M="12/QĐ-HĐSK", N="2/3/2024")
    content = listed(title(2023), used)
    written = [sent(place, "thu-ky", content).json()["written"] for _ in range(2)]
    assert written == [2, 0]
    code = place.draft(replace(naming("soldier", {**NOMINEE}), titles=()))
    place.do("don-vi", code, "submit")
    assert [one["code"] for one in sheet(place, code)["remarks"]] == ["initiative_spent"]
