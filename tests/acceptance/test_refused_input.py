"""What is wrong is refused by its cell, its number or its clause, and nothing is half done."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from adapters.demo_sessions import attendance, electorate
from adapters.services.award_lists import award_template
from adapters.storage import schema as t
from tests.province import Person, Province, paper
from tests.year_end_lists import filled, years_list


@pytest.fixture(scope="module")
def lists() -> list[dict[str, object]]:
    """Give rows that are right."""
    return [dict(one.cells) for one in years_list(20).names if one.group == "merit_one"][:4]


@pytest.fixture
def unchanged(province: Province) -> Iterator[Callable[[], None]]:
    """Give what says that every row of every table is as it was at the first call."""
    told: list[dict[str, list[str]]] = []

    def look() -> None:
        with province.application.parts.db.read() as c:
            tables = t.metadata.sorted_tables
            rows = {one.name: sorted(map(repr, c.execute(select(one)))) for one in tables}
        told.append(rows)
        assert rows == told[0]

    yield look
    assert len(told) > 1, "Nothing was compared."


def sent(province: Province, content: bytes) -> Any:
    return province.person("don-vi").call(
        "POST",
        "/submissions/workbook",
        files={"file": ("ds.xlsx", content)},
        data={"procedure": "provincial-award"},
    )


def template(province: Province) -> bytes:
    answer = province.person("don-vi").call(
        "GET", "/submissions/workbook", params={"procedure": "provincial-award"}
    )
    content: bytes = answer.content
    return content


def test_a_list_with_a_formula_is_not_read_and_its_cell_is_named(
    province: Province, lists: list[dict[str, object]], unchanged: Callable[[], None]
) -> None:
    book = load_workbook(io.BytesIO(filled(template(province), lists)))
    book.worksheets[0]["D3"] = "=1900+80"
    kept = io.BytesIO()
    book.save(kept)
    unchanged()

    refused = sent(province, kept.getvalue())

    assert (refused.status_code, refused.json()["code"]) == (422, "workbook_refused")
    assert refused.json()["facts"] == {"reason": "formula", "cells": ["D3"]}
    assert "D3" in refused.json()["detail"]
    unchanged()


def test_a_name_that_stands_twice_in_a_list_refuses_the_list_at_its_cell(
    province: Province, lists: list[dict[str, object]], unchanged: Callable[[], None]
) -> None:
    content = filled(template(province), [*lists, lists[1]])
    unchanged()

    told = sent(province, content).json()

    assert (told["done"], told["refused"]) == (False, 1)
    assert [one["cell"] for one in told["bad"]] == ["C6"]
    assert "Trùng với dòng 3" in told["bad"][0]["detail"]
    unchanged()


def test_a_row_of_the_register_without_a_deed_refuses_the_list_at_its_cell(
    province: Province, unchanged: Callable[[], None]
) -> None:
    row: dict[str, object] = {
        "Họ và tên, tên tập thể": "Quách Thị Diệu Ẩn",
        "Đối tượng": "Cá nhân",
        "Năm sinh": 1980,
        "Hình thức, danh hiệu": "Chiến sĩ thi đua cơ sở",
        "Năm khen thưởng": 2024,
        "Số quyết định": "101/QĐ-CSTĐ",
        "Ngày quyết định": "20/12/2024",
    }
    content = filled(award_template(), [row, {**row, "Năm khen thưởng": 2023, "Số quyết định": ""}])
    unchanged()

    answer = province.person("thu-ky").call(
        "POST",
        "/awards/import",
        files={"file": ("so.xlsx", content)},
        data={"org": "tinh"},
    )

    told = answer.json()
    assert (answer.status_code, told["done"], told["written"]) == (200, False, 0)
    assert [(one["cell"], one["column"]) for one in told["bad"]] == [("K3", "Số quyết định")]
    unchanged()


def test_a_count_above_the_members_and_a_protocol_with_an_item_open_are_refused_by_number(
    province: Province, unchanged: Callable[[], None]
) -> None:
    codes = [province.reviewing(award) for award in ("merit", "collective")]
    for code in codes:
        province.do("chuyen-vien", code, "waive", reason="not_needed")
        province.do("chuyen-vien", code, "appraise")
        province.do("chuyen-vien", code, "recommend")
        province.do("lanh-dao", code, "put_on_agenda")
    secretary = province.person("thu-ky")
    call = {"held_on": "2025-11-03", "place": "Phòng họp số 1", "electorate": electorate(15)}
    session = secretary.post("/sessions", {"data": call})["code"]
    secretary.post(f"/sessions/{session}/items", {"dossiers": codes})
    _act(secretary, session, "close_agenda")
    _act(secretary, session, "record_attendance", data={"attendance": attendance(15, 0)})
    minutes = secretary.upload(session, content=paper("bien ban"))
    given = {"minutes": [{"sha256": minutes["sha256"], "name": minutes["name"]}]}
    rows = [{"dossier": codes[0]}, {"dossier": codes[1], "yes": 16, "no": 0}]
    unchanged()

    above = secretary.call("PUT", f"/sessions/{session}/ballots", json={"ballots": rows})

    (named,) = above.json()["facts"]["items"]
    assert (above.status_code, named["dossier"], named["place"]) == (422, codes[1], 2)
    unchanged()
    entered = secretary.call(
        "PUT", f"/sessions/{session}/ballots", json={"ballots": [{"dossier": codes[0]}]}
    )
    assert entered.status_code == 200, entered.text
    before = province.dossier(codes[0])["version"]

    still_open = secretary.call(
        "POST", f"/sessions/{session}/acts", json={"trigger": "sign_minutes", "documents": given}
    )

    (named,) = still_open.json()["facts"]["items"]
    assert (still_open.status_code, named["code"]) == (422, "no_result")
    assert (named["dossier"], named["place"]) == (codes[1], 2)
    assert province.dossier(codes[0])["version"] == before
    assert province.states(codes[0]) == ["on_agenda"]
    assert secretary.get(f"/sessions/{session}")["state"]["key"] == "sitting"


def _act(who: Person, session: str, trigger: str, **asked: Any) -> None:
    who.post(f"/sessions/{session}/acts", {"trigger": trigger, **asked})
