"""Whoever holds a letter can verify it without an account, and learns of no person."""

import pytest
from sqlalchemy import select

from adapters.storage import schema as t
from tests.pages import Visitor, World, received


@pytest.fixture(scope="module")
def issued(province: World) -> tuple[str, bytes]:
    """Give the id and the PDF of a receipt."""
    code = received(province)
    province.application.worker.look()
    with province.application.parts.db.read() as c:
        row = c.execute(select(t.letters.c.id, t.letters.c.pdf_sha256)).first()
    assert row is not None, code
    return row.id, province.application.parts.files.get(row.pdf_sha256)


def compared(province: World, letter: str, content: bytes, name: str = "thư.pdf") -> Visitor:
    """Send a file to be compared, as a stranger."""
    stranger = province.visitor()
    stranger.get(f"/verify/{letter}")
    stranger.fill(f"/verify/{letter}", {"file": (name, content)})
    return stranger


def test_a_stranger_sees_what_was_issued_and_no_person(
    province: World, issued: tuple[str, bytes]
) -> None:
    stranger = province.visitor()

    stranger.get(f"/verify/{issued[0]}")

    assert stranger.status == 200
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in stranger.text
    assert "03/11/2025" in stranger.text
    assert "Ủy ban nhân dân tỉnh" in stranger.text or "Sở Nội vụ" in stranger.text
    for personal in ("Ánh", "Nguyễn", "tinh-251103", "N-2025", "Bình"):
        assert personal not in stranger.text


def test_the_file_that_was_issued_is_told_from_any_other(
    province: World, issued: tuple[str, bytes]
) -> None:
    letter, content = issued

    assert "Đúng là văn bản đã phát hành" in compared(province, letter, content).text
    changed = content[:-1] + bytes([content[-1] ^ 1])
    for other in (changed, content + b"\n", b""):
        answer = compared(province, letter, other)
        assert answer.status == 200
        assert "Không phải văn bản đã phát hành" in answer.text
        assert "Đúng là văn bản" not in answer.text


def test_nothing_of_a_compared_file_is_kept(province: World, issued: tuple[str, bytes]) -> None:
    folder = province.application.settings.data
    before = {p for p in folder.rglob("*") if p.is_file()}

    compared(province, issued[0], b"%PDF-1.7 " + b"x" * 2_000_000)

    assert {p for p in folder.rglob("*") if p.is_file()} == before


def test_without_a_file_the_form_says_what_is_missing(
    province: World, issued: tuple[str, bytes]
) -> None:
    stranger = province.visitor()

    stranger.send(f"/verify/{issued[0]}")

    assert stranger.status == 422
    assert "Hãy chọn một tệp PDF." in stranger.text


@pytest.mark.parametrize("letter", ["019aa000-0000-7000-8000-000000000000", "x", "%00", "a" * 300])
def test_a_letter_that_was_never_issued_is_unknown(province: World, letter: str) -> None:
    stranger = province.visitor()

    stranger.get(f"/verify/{letter}")
    assert stranger.status == 404
    stranger.send(f"/verify/{letter}", {"file": ("a.pdf", b"%PDF")})
    assert stranger.status == 404


def test_a_file_beyond_the_cap_is_refused(province: World, issued: tuple[str, bytes]) -> None:
    stranger = province.visitor()

    stranger.send(f"/verify/{issued[0]}", {"file": ("a.pdf", b"x" * (23 * 1024 * 1024))})

    assert stranger.status == 413


def test_the_page_is_in_both_languages(province: World, issued: tuple[str, bytes]) -> None:
    stranger = province.visitor(lang="en")

    stranger.get(f"/verify/{issued[0]}")

    assert "Receipt and appointment slip" in stranger.text
    assert "3 Nov 2025" in stranger.text
