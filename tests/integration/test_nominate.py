"""A list of nominees becomes one submission: by API and from the command line."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from adapters.storage import schema as t
from tests.province import Ground, Province
from tests.serving import point_at

GOOD = {
    "A": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "B": "Cá nhân",
    "C": "Trần Thị Bưởi",
    "D": 1980,
    "I": "01/01/2024",
    "J": "31/10/2025",
}


def listed(place: Province, *rows: dict[str, Any]) -> bytes:
    """Return the template of the API, filled in: by column letter."""
    answer = place.person("don-vi").call(
        "GET", "/submissions/workbook", params={"procedure": "provincial-award"}
    )
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content))
    for number, one in enumerate(rows, start=2):
        for column, value in {**GOOD, **one}.items():
            book.worksheets[0][f"{column}{number}"] = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sent(place: Province, content: bytes, login: str = "don-vi", **form: str) -> Any:
    return place.person(login).call(
        "POST",
        "/submissions/workbook",
        files={"file": ("ds.xlsx", content)},
        data={"procedure": "provincial-award", **form},
    )


def count(place: Province) -> int:
    with place.application.parts.db.read() as c:
        return len(c.execute(t.dossiers.select()).all())


def test_a_list_is_one_submission_of_drafts_however_often_it_is_sent(
    any_province: Province,
) -> None:
    place = any_province
    content = listed(place, {}, {"C": "Đỗ Văn Ổi"}, {"C": "Tổ Một", "B": "Tập thể", "D": None})

    tried = sent(place, content, dry_run="true").json()
    assert (tried["done"], tried["names"], tried["code"], count(place)) == (False, 3, "", 0)
    first = sent(place, content).json()
    again = sent(place, content, owner="truong").json()

    assert (first["done"], first["known"], first["names"], first["bad"]) == (True, False, 3, [])
    assert (again["done"], again["known"], again["code"]) == (True, True, first["code"])
    assert count(place) == 3
    view = place.person("don-vi").get(f"/submissions/{first['code']}")
    assert [one["place"] for one in view["items"]] == [1, 2, 3]
    told = [place.dossier(one["dossier"]["code"], "don-vi") for one in view["items"]]
    names = [one["title"].split(" – ")[0] for one in told]
    assert names == ["Trần Thị Bưởi", "Đỗ Văn Ổi", "Tổ Một"]
    assert {one["owner"] for one in told} == {"truong"}


def test_wrong_rows_refuse_the_list_unless_only_the_right_ones_are_wanted(
    any_province: Province,
) -> None:
    place = any_province
    content = listed(
        place,
        {},
        {"C": "Trần  Thị BƯỞI"},
        {"C": "Lý Thị Cau", "D": "năm kia", "J": "31/02/2025"},
        {"C": None},
        {"C": "Đỗ Văn Ổi"},
    )

    refused = sent(place, content)
    assert refused.status_code == 200
    told = refused.json()
    assert (told["done"], told["names"], told["refused"], count(place)) == (False, 2, 3, 0)
    assert [one["cell"] for one in told["bad"]] == ["C3", "D4", "J4", "C5"]
    assert told["bad"][0]["detail"].startswith("Trùng với dòng 2")
    assert (told["bad"][3]["column"], told["bad"][3]["detail"]) == (
        "Họ và tên / tên tập thể",
        "Bắt buộc phải có.",
    )

    taken = sent(place, content, only_accepted="true").json()
    assert (taken["done"], taken["names"], taken["refused"], count(place)) == (True, 2, 3, 2)


def test_only_those_who_submit_for_a_unit_send_its_list(any_province: Province) -> None:
    content = listed(any_province, {})
    for login, status in (("chuyen-vien", 404), ("chu-tich", 404), ("kiem-tra", 404)):
        answer = sent(any_province, content, login, owner="truong")
        assert (answer.status_code, login) == (status, login)
    at_counter = sent(any_province, content, "tiep-nhan", owner="truong")
    assert at_counter.json()["done"], at_counter.text
    missing = sent(any_province, content, owner="so")
    assert missing.status_code == 404


def test_what_is_no_list_is_a_problem_with_its_reason(any_province: Province) -> None:
    formula = sent(any_province, listed(any_province, {"D": "=1900+80"}))
    assert (formula.status_code, formula.json()["code"]) == (422, "workbook_refused")
    assert formula.json()["facts"] == {"reason": "formula", "cells": ["D2"]}
    session = sent(any_province, listed(any_province, {}), procedure="council-session")
    assert session.status_code in (404, 422)
    nowhere = any_province.person("don-vi").call(
        "GET", "/submissions/workbook", params={"procedure": "nothing"}
    )
    assert nowhere.status_code == 404


def test_a_list_is_sent_from_the_command_line(
    ground: Ground,
    run: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ground.province("sqlite", tmp_path / "data") as place:
        good, bad = tmp_path / "tốt.xlsx", tmp_path / "sai.xlsx"
        good.write_bytes(listed(place, {}, {"C": "Đỗ Văn Ổi"}))
        bad.write_bytes(listed(place, {}, {"C": "Lý Thị Cau", "A": "Huy chương vàng"}))
        point_at(place.application.settings, monkeypatch)
        monkeypatch.setenv("BANGVANG_PUBLIC_URL", "https://thidua.example")
        of = ("--procedure", "provincial-award")

        # This database's own clock: another edition may bind, but a template fits its edition.
        now = tmp_path / "mẫu.xlsx"
        assert run("nominate", *of, "--template", str(now)) == 0
        capsys.readouterr()
        extra = _edition_fields(now)
        for path in (good, bad):
            _add_columns(path, extra)

        assert run("nominate", str(bad), *of) == 1
        told = capsys.readouterr()
        assert "A3\t" in told.err
        assert "không có trong danh mục" in told.err
        assert "1 wrong" in told.out
        assert count(place) == 0
        assert run("nominate", str(good), *of, "--as", "don-vi", "--dry-run") == 0
        assert count(place) == 0
        assert run("nominate", str(good), *of, "--owner", "truong", "--json") == 0
        made = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (made["done"], made["names"]) == (True, 2)
        assert made["link"] == f"https://thidua.example/submissions/{made['code']}"
        assert count(place) == 2
        assert run("nominate", str(bad), *of, "--only-accepted") == 1
        assert count(place) == 3
        assert run("nominate", str(good), *of, "--as", "nobody") == 1
        assert run("nominate", str(good), *of, "--owner", "so") == 1
        assert run("nominate", *of) == 2
        assert run("nominate", str(tmp_path / "none.xlsx"), *of) == 1


def _edition_fields(template: Path) -> list[str]:
    """Return the required headings of the edition in force now, marks left out."""
    sheet = load_workbook(template).worksheets[0]
    return [str(cell.value).rstrip(" *") for cell in sheet[1] if str(cell.value).endswith("*")]


def _add_columns(path: Path, required: list[str]) -> None:
    """Add what another edition requires, filled in with its first choice."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    there = {str(cell.value).rstrip(" *") for cell in sheet[1]}
    for title in required:
        if title not in there:
            place = sheet.max_column + 1
            sheet.cell(1, place, title)
            for row in (2, 3):
                sheet.cell(row, place, "regular")
    book.save(path)
