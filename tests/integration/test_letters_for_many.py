"""One decision for many names is one paper: everybody is in it, each reads what they may."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from adapters.identity.who import Who
from adapters.services.errors import Unknown
from adapters.storage import schema as t
from tests.province import NOMINATIONS, Ground, Province, words_of

NUMBER = "3187/QĐ-UBND"


@pytest.fixture
def province(ground: Ground, tmp_path: Path) -> Iterator[Province]:
    """Give a province on SQLite."""
    with ground.province("sqlite", tmp_path / "data") as one:
        yield one


def decided(province: Province) -> list[str]:
    codes = province.many_with_authority(["merit", "collective", "merit"])
    province.at("2025-11-12T09:00")
    data = {"decision_number": NUMBER, "decision_on": "2025-11-12"}
    asked = {"dossiers": codes, "trigger": "decide", "data": data}
    told = province.person("chu-tich").post("/acts", asked)
    assert [one["outcome"] for one in told["items"]] == ["done"] * 3, told
    assert province.application.worker.look().failed == 0
    return codes


def rows(province: Province, table: Any, **of: str) -> list[Any]:
    query = select(table).where(*(table.c[name] == value for name, value in of.items()))
    with province.application.parts.db.read() as c:
        return list(c.execute(query))


def test_a_decision_on_many_is_one_letter_in_which_all_their_names_and_sums_stand(
    province: Province,
) -> None:
    codes = decided(province)

    (letter,) = rows(province, t.letters, key="decision")
    assert (letter.number, letter.per, letter.status) == (NUMBER, "batch", "rendered")
    assert len(rows(province, t.letter_dossiers, letter=letter.id)) == 3
    told = [province.person("don-vi").get(f"/dossiers/{one}/letters") for one in codes]
    assert {one["id"] for many in told for one in many if one["key"] == "decision"} == {letter.id}
    whole = words_of(province.application.parts.files.get(letter.pdf_sha256))
    # Twice 1.5 times the base salary of that day for a person, and as much for the collective.
    assert "Tổng cộng 10.530.000" in whole
    assert "Mười triệu năm trăm ba mươi nghìn đồng" in whole
    assert "2.340.000 đồng/tháng" in whole
    assert [one.bonus for one in rows(province, t.awards, deed=NUMBER)] == [3_510_000] * 3
    said = [
        one for one in rows(province, t.events, type="letter_rendered") if letter.id in body(one)
    ]
    assert len(said) == 1


def body(event: Any) -> str:
    return bytes(event.body).decode()


def test_whoever_may_read_some_of_it_is_given_an_extract_with_their_rows(
    province: Province,
) -> None:
    codes = decided(province)
    (letter,) = rows(province, t.letters, key="decision")
    ids = [one["id"] for one in (province.dossier(code) for code in codes)]

    part = words_of(province.application.parts.letters.extract(letter.id, ids[1:2]).pdf)

    assert "Trích sao: 01 trong 03 dòng" in part
    assert NOMINATIONS["collective"].data["nominee"]["name"] in part
    assert NOMINATIONS["merit"].data["nominee"]["name"] not in part
    assert "3.510.000" in part
    assert "10.530.000" not in part


def test_letters_are_bundled_into_one_file_each_once_and_only_for_whoever_may_read_them(
    province: Province,
) -> None:
    codes = decided(province)
    reader = province.person("kiem-tra")
    receipts = [reader.get(f"/dossiers/{code}/letters")[0]["id"] for code in codes]
    (letter,) = rows(province, t.letters, key="decision")

    told = reader.call(
        "POST", "/letters/bundle", json={"letters": [*receipts, letter.id, letter.id]}
    )

    assert told.status_code == 200
    pdf = PdfReader(io.BytesIO(told.content))
    alone = PdfReader(io.BytesIO(province.application.parts.files.get(letter.pdf_sha256)))
    assert len(pdf.pages) == 3 + len(alone.pages)
    assert all(code in words_of(told.content) for code in codes)
    who: Who = province.app.state.services.accounts.by_token(province.tokens["kiem-tra"])
    nobody = replace(who, actor=replace(who.actor, grants=()))
    with pytest.raises(Unknown):
        province.app.state.services.letters.bundle(nobody, [letter.id])
    assert reader.call("POST", "/letters/bundle", json={"letters": []}).status_code == 422


def test_an_apology_names_the_new_day_beside_the_one_that_stays_the_measure(
    province: Province,
) -> None:
    code = province.reviewing()
    province.at("2025-12-05T08:00")
    assert province.application.worker.look().failed == 0
    asked = {
        "reason": "Bão số 9 làm gián đoạn xác minh",
        "data": {"new_appointment_on": "2025-12-19"},
    }
    province.do("lanh-dao", code, "apologise", **asked)

    words = province.letter(code, "apology")

    assert "Thời gian hẹn trả kết quả: ngày 08 tháng 12 năm 2025" in words
    assert "trả kết quả giải quyết hồ sơ vào ngày 19 tháng 12 năm 2025" in words
    assert "Thái Bá Dũng" in words
    assert province.due(code) == "2025-12-08"


def test_a_withdrawal_is_answered_by_the_office_that_took_the_dossier_in(
    province: Province,
) -> None:
    code = province.reviewing()
    province.do("don-vi", code, "withdraw", reason="Đơn vị rà soát lại thành tích")

    words = province.letter(code, "stop_notice")

    assert "Sở Giáo dục và Đào tạo" in words
    assert "CÁN BỘ TIẾP NHẬN" in words
    assert "Ngô Thị Mười" not in words
