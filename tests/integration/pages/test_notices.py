"""Notices reach those whose role they are meant for, and nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.pages import Visitor, World, done, received, world


@pytest.fixture
def province(tmp_path: Path) -> Iterator[World]:
    """Give a province that is this test's alone: what is new in it, the test has made."""
    with world(tmp_path) as one:
        yield one


def told(province: World) -> None:
    """Let the worker deliver what waits."""
    province.application.worker.look()


def test_who_holds_the_role_is_told_what_happened_and_where(province: World) -> None:
    code = received(province)
    told(province)
    specialist = province.visitor("chi")

    specialist.get("/notices")

    assert specialist.status == 200
    assert f'href="/dossiers/{code}"' in specialist.html
    assert "Nguyễn Văn Ánh" in specialist.text
    assert "Chuyên viên thẩm định Ủy ban nhân dân tỉnh" in specialist.text


def test_a_limit_that_runs_out_is_told_in_words(province: World) -> None:
    received(province)
    province.clock.advance(timedelta(days=300))
    told(province)
    specialist, head = province.visitor("chi"), province.visitor("em", lang="en")

    assert "Thời hạn giải quyết: đã dùng 50 % thời hạn" in _text(specialist)
    assert "Time limit for resolution: 80% of the limit used" in _text(head)
    assert "Thời hạn giải quyết: quá hạn" in _text(province.visitor("giang"))


def _text(visitor: Visitor) -> str:
    visitor.get("/notices")
    return visitor.text


def test_notices_are_new_until_they_have_been_looked_at(province: World) -> None:
    code = received(province)
    told(province)
    specialist, unit = province.visitor("chi"), province.visitor("an")
    specialist.get("/worklist")
    assert "1 thông báo mới" in specialist.text

    specialist.get("/notices")
    assert ">mới<" in specialist.html
    assert "thông báo mới" not in specialist.text
    specialist.get("/notices")
    assert ">mới<" not in specialist.html
    unit.get("/dossiers")
    assert "thông báo mới" in unit.text, "another's looking is not mine"

    unit.get("/notices")
    province.clock.advance(timedelta(minutes=10))
    asked = {"data.supplement_items": "Bổ sung biên bản", "reason": "paper_missing"}
    done(specialist, code, "return", **asked)
    told(province)
    unit.get("/dossiers")
    assert "1 thông báo mới" in unit.text


def test_who_holds_no_role_of_the_procedure_is_told_nothing(province: World) -> None:
    code = received(province)
    told(province)

    for login in ("la", "quan", "kiem", "hai"):
        visitor = province.visitor(login)
        visitor.get("/notices")
        assert visitor.status == 200
        assert code not in visitor.html
        assert "Nguyễn Văn Ánh" not in visitor.html
        assert "Chưa có thông báo nào" in visitor.text


def test_a_stranger_is_sent_to_log_in(province: World) -> None:
    stranger = province.visitor()

    stranger.get("/notices")

    assert stranger.url.startswith("/login")


def test_a_cursor_that_is_none_of_ours_is_refused_in_words(province: World) -> None:
    received(province)
    visitor = province.visitor("chi")

    visitor.get("/notices?after=khong-phai")

    assert visitor.status == 422
    assert "Con trỏ trang không đúng" in visitor.text
