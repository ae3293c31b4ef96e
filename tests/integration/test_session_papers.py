"""The papers of a session say what the council did, out of the trail, to those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.services.letter_making import LetterMaker
from adapters.storage import schema as t
from tests.province import NOMINATIONS, Ground, Province, words_of


@pytest.fixture
def province(ground: Ground, tmp_path: Path) -> Iterator[Province]:
    """Give a province on SQLite."""
    with ground.province("sqlite", tmp_path / "data") as one:
        yield one


def _papers(province: Province, login: str, session: str, paper: str) -> Any:
    return province.person(login).call("GET", f"/sessions/{session}/{paper}")


def test_minutes_and_submission_say_what_the_council_did_however_late_they_are_made(
    province: Province,
) -> None:
    code = province.on_agenda()
    province.vote(code, NOMINATIONS["merit"].tally)
    parts = province.application.parts
    with parts.db.read() as c:
        minutes = c.execute(select(t.letters).where(t.letters.c.key == "minutes")).one()
    session = parts.store.load(minutes.dossier, "", None).dossier.code
    pending = _papers(province, "thu-ky", session, "minutes")
    assert pending.json()["code"] == "letters_pending"
    maker = parts.letters
    assert isinstance(maker, LetterMaker)
    made = maker.render(minutes.id)

    given = _papers(province, "thu-ky", session, "minutes")

    assert given.content == made.pdf
    words = words_of(made.pdf)
    for said in (
        "Số: 1/BB",
        "HỘI ĐỒNG THI ĐUA",
        "chủ trì: Đoàn Thế Vinh; thư ký: Mạc Văn Lượng",
        "Tổng số thành viên: 15; có mặt: 12",
        "13 Thái Ngọc Hải Ủy viên Hội đồng Vắng mặt",
        "12 0 10 2 0 8/15 Thông qua",
    ):
        assert said in words
    # The dossier's row is no source of the minutes: they are folded from the trail.
    parts.db.write(lambda c: c.execute(update(t.dossiers).values(subject_name="Người khác")))
    assert maker.render(minutes.id).pdf == made.pdf
    proposed = words_of(_papers(province, "chu-toa", session, "proposal").content)
    assert "Căn cứ kết quả phiên họp ngày 07 tháng 11 năm 2025" in proposed
    assert "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh." in proposed
    assert "1 Đậu Thị Khuê Ngân 1983" in proposed
    for paper in ("minutes", "proposal"):
        assert _papers(province, "don-vi", session, paper).status_code == 404
        assert _papers(province, "thu-ky", code, paper).status_code == 404


def test_nothing_is_proposed_before_the_protocol_or_if_nothing_passed(province: Province) -> None:
    code = province.on_agenda()
    secretary = province.person("thu-ky")
    called = secretary.post(
        "/sessions",
        {"data": {"held_on": "2025-11-07", "place": "Phòng họp", "electorate": [
            {"name": "Hoàng Trung Chính", "capacity": "chair"},
        ]}},
    )  # fmt: skip
    session = called["code"]
    secretary.call("POST", f"/sessions/{session}/items", json={"dossiers": [code]})

    early = _papers(province, "thu-ky", session, "proposal")
    preview = _papers(province, "thu-ky", session, "minutes")

    assert (early.status_code, early.json()["code"]) == (422, "bad_input")
    words = words_of(preview.content)
    assert "Chưa có kết quả" in words
    assert "DỰ THẢO" in words

    for trigger, more in (
        ("close_agenda", {}),
        ("record_attendance", {"data": {"attendance": [{"member": 1, "how": "present"}]}}),
    ):
        body = {"trigger": trigger, **more}
        assert secretary.call("POST", f"/sessions/{session}/acts", json=body).status_code == 200
    rows = {"ballots": [{"dossier": code, "no": 1}]}
    assert secretary.call("PUT", f"/sessions/{session}/ballots", json=rows).status_code == 200
    words = words_of(_papers(province, "thu-ky", session, "minutes").content)
    assert "DỰ THẢO" not in words  # what is signed on paper
    assert "1 0 0 1 0 1/1 Không thông qua" in words
    kept = secretary.upload(session)
    minutes = {"sha256": kept["sha256"], "name": kept["name"]}
    body = {"trigger": "sign_minutes", "documents": {"minutes": [minutes]}}
    secretary.call("POST", f"/sessions/{session}/acts", json=body)
    province.person("chu-toa").call(
        "POST", f"/sessions/{session}/acts", json={"trigger": "sign_protocol"}
    )
    none = _papers(province, "thu-ky", session, "proposal")
    assert (none.status_code, none.json()["detail"]) == (
        422, "Phiên họp không thông qua hồ sơ nào.",
    )  # fmt: skip
