"""A letter is made from the trail: what was true when it was issued, and always the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.services.letter_making import LetterMaker, LetterUnknown
from adapters.storage import schema as t
from tests.province import NOMINATIONS, Ground, Province, words_of


@pytest.fixture
def province(ground: Ground, tmp_path: Path) -> Iterator[Province]:
    """Give a province on SQLite."""
    with ground.province("sqlite", tmp_path / "data") as one:
        yield one


def _maker(province: Province) -> LetterMaker:
    maker = province.application.parts.letters
    assert isinstance(maker, LetterMaker)
    return maker


def _letter(province: Province, key: str) -> Any:
    with province.application.parts.db.read() as c:
        return c.execute(select(t.letters).where(t.letters.c.key == key)).one()


def _rendered_events(province: Province) -> int:
    with province.application.parts.db.read() as c:
        types = c.execute(select(t.events.c.type)).scalars()
        return sum(type == "letter_rendered" for type in types)


def test_making_a_letter_again_gives_the_same_bytes_and_is_said_once(province: Province) -> None:
    province.reviewing()
    receipt = _letter(province, "receipt")

    first = _maker(province).render(receipt.id)
    second = _maker(province).render(receipt.id)

    assert first.pdf == second.pdf
    kept = _letter(province, "receipt")
    assert (kept.status, kept.pdf_sha256, kept.pdf_size) == (
        "rendered",
        first.sha256,
        len(first.pdf),
    )
    assert kept.rendered_at == province.clock.now()
    assert province.application.parts.files.get(first.sha256) == first.pdf
    assert _rendered_events(province) == 1


def test_a_letter_made_late_says_what_was_true_when_it_was_issued(province: Province) -> None:
    code = province.draft(NOMINATIONS["merit"])
    province.do("don-vi", code, "submit")
    told = province.do("tiep-nhan", code, "accept", data={"received_complete_on": "2025-11-03"})
    code = told["received_code"]
    ask = {"reason": "wrong_form", "data": {"supplement_items": "Mẫu số 05"}}
    province.do("chuyen-vien", code, "return", **ask)
    province.do("don-vi", code, "resubmit")

    words = words_of(_maker(province).render(_letter(province, "receipt").id).pdf)

    assert "ngày 08 tháng 12 năm 2025" in words
    assert code in words


def test_a_letter_whose_making_was_cut_off_is_said_again_with_the_same_digest(
    province: Province,
) -> None:
    province.reviewing()
    receipt = _letter(province, "receipt")
    first = _maker(province).render(receipt.id)
    # As if the process had died between the event and the letter's row.
    province.application.parts.db.write(
        lambda c: c.execute(update(t.letters).values(status="issued", pdf_sha256=None))
    )

    again = _maker(province).render(receipt.id)

    assert again.sha256 == first.sha256
    assert _letter(province, "receipt").pdf_sha256 == first.sha256


def test_a_preview_has_no_number_and_is_dated_by_the_clock_of_record(province: Province) -> None:
    code = province.reviewing()

    words = province.person("tiep-nhan").pdf(f"/dossiers/{code}/letters/receipt/preview")

    assert "ngày 03 tháng 11 năm 2025" in words
    assert "Số: 1/TNHS" not in words
    with province.application.parts.db.read() as c:
        assert len(c.execute(select(t.letters)).all()) == 1


def test_a_letter_that_does_not_exist_is_unknown(province: Province) -> None:
    with pytest.raises(LetterUnknown):
        _maker(province).render("no-such-letter")
