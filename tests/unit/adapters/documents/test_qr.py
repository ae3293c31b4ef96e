"""The square code on a letter holds the address of its verification and nothing else."""

from __future__ import annotations

import pytest
import segno

from adapters.documents.errors import LetterDataInvalid
from adapters.documents.qr import qr_svg


def test_a_code_is_svg_without_declaration_and_the_same_every_time() -> None:
    address = "https://thidua.example.vn/kiem-tra/H27.15-250820-0007"

    svg = qr_svg(address)

    assert svg.startswith("<svg")
    assert svg == qr_svg(address)
    assert svg != qr_svg(address + "8")


def test_a_code_survives_a_stamp_over_a_part_of_it() -> None:
    address = "https://thidua.example.vn/kiem-tra/H27.15-250820-0007"

    smallest = segno.make(address, error="m", micro=False)
    side = smallest.symbol_size(border=2)[0]

    assert f'width="{side}" height="{side}"' in qr_svg(address)


@pytest.mark.parametrize("content", ["x" * 5000, {"a": "b"}, 7])
def test_what_fits_no_code_is_refused(content: object) -> None:
    with pytest.raises(LetterDataInvalid, match="verify_url"):
        qr_svg(content)
