"""Award objects exchanged and made again, and the confirmations that lost ones need first."""

from __future__ import annotations

from typing import Any

from adapters.demo.names import person
from adapters.demo.people import submitter_of
from adapters.demo.tale import TODAY, Name, Step, Tale, at

REISSUE, CONFIRMATION = "award-reissue", "award-confirmation"


def _object(holder: str, year: int, unit: str, **more: Any) -> Name:
    data = {
        "case": "damaged",
        "holder": person(holder, year, "Cán bộ nghỉ hưu", unit),
        "level": "province",
        "award_name": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
        "object": "certificate",
        "deed_number": "217/QĐ-UBND",
        "deed_on": "2019-05-14",
        "circumstances": "Bằng bị ố, mờ chữ do ngập nước trong trận lũ năm trước.",
        **more,
    }
    if data["case"] == "lost":
        data["circumstances"] = "Nhà bị cuốn trôi trong trận lũ, không còn hiện vật nào."
        return Name({**data, "loss": "disaster"}, ("request", "loss_proof"))
    return Name(data, ("request", "deed_copy"))


def _begun(owner: str) -> tuple[Step, ...]:
    return (
        Step(0, at(9), submitter_of(owner), "submit"),
        Step(0, at(10, 30), "tiepnhan", "accept", {"data": {"received_complete_on": TODAY}}),
    )


def _taken_back(day: int, kind: str = "certificate", condition: str = "damaged") -> Step:
    old = {
        "kind": kind,
        "condition": condition,
        "received_on": TODAY,
        "received_by": "Lê Thị Mỹ Hạnh",
    }
    return Step(day, at(9), "tiepnhan", "take_back", {"data": {"old_objects": old}})


_ASK = Step(1, at(9), "chuyenvien", "ask_confirmation")
_APPRAISE = Step(3, at(9), "chuyenvien", "appraise")
_PUT_UP = Step(5, at(9), "lanhdao", "put_up")


def _searched(day: int, result: str, linked: bool) -> Step:
    search = {
        "fonds": "Phông Ủy ban nhân dân tỉnh, khối Thi đua - Khen thưởng",
        "query": "Quyết định khen thưởng năm 2019",
        "by": "Nguyễn Đức Kiên",
        "searched_on": TODAY,
        "result": result,
        "reference": "Hồ sơ 118, tờ 24",
    }
    given = {"data": {"searches": search}}
    return Step(day, at(9), "chuyenvien", "record_search", given, linked=linked)


def _confirmed(linked: bool) -> tuple[Step, ...]:
    return (
        _searched(3, "found", linked),
        Step(3, at(15), "chuyenvien", "propose", linked=linked),
        Step(4, at(9), "lanhdao", "confirm", linked=linked),
    )


def _end(day: int, owner: str, *, fate: bool = True) -> tuple[Step, ...]:
    """Return a grant and what follows it."""
    kept = {"data": {"old_object_fate": "kept", "old_object_fate_on": TODAY}} if fate else {}
    handed = {"handed_over_on": TODAY, "handed_to": "Người được khen thưởng"}
    return (
        Step(day, at(10), "chutich", "grant", {"data": {"new_number": "BK-0417"}}),
        Step(day + 1, at(9), "chuyenvien", "announce"),
        Step(day + 3, at(9), "tiepnhan", "hand_over", {"data": handed}),
        Step(day + 4, at(9), "luutru", "archive", kept),
    )


def object_tales() -> tuple[Tale, ...]:
    """Return exchanges, re-issuances with their linked confirmations, and one of its own."""
    health, education, culture = "syt", "sgddt", "svhttdl"
    request = {"data": {"request_number": "1482/SNV-TĐKT", "request_on": TODAY}}
    state = {
        "level": "state",
        "award_name": "Huân chương Lao động hạng Ba",
        "object": "medal",
        "deed_number": "1126/QĐ-CTN",
    }
    misprinted = {
        "case": "misprinted",
        "circumstances": "Bằng khen in sai tên đệm của người được khen.",
    }
    return (
        Tale(
            50,
            REISSUE,
            health,
            (_object("Lê Thị Nhàn", 1955, "Bệnh viện Đa khoa tỉnh"),),
            (*_begun(health), _taken_back(2), _APPRAISE, _PUT_UP, *_end(7, health)),
        ),
        Tale(
            40,
            REISSUE,
            education,
            (_object("Trần Quốc Toại", 1953, "Trường Trung học phổ thông Can Lộc", case="lost"),),
            (
                *_begun(education),
                _ASK,
                *_confirmed(linked=True),
                _PUT_UP,
                *_end(12, education, fate=False),
            ),
        ),
        Tale(
            18,
            REISSUE,
            culture,
            (_object("Nguyễn Thị Hường", 1952, "Bảo tàng tỉnh", case="lost"),),
            (*_begun(culture), _ASK, _searched(3, "not_found", linked=True)),
        ),
        Tale(
            6,
            REISSUE,
            health,
            (_object("Hồ Đức Hạnh", 1957, "Trung tâm Kiểm soát bệnh tật", case="lost"),),
            (*_begun(health), _ASK, *_confirmed(linked=True)),
        ),
        Tale(
            9,
            REISSUE,
            education,
            (_object("Phan Thị Sâm", 1961, "Trường Mầm non Tân Giang", **misprinted),),
            (
                *_begun(education),
                _taken_back(1, condition="misprinted"),
                _APPRAISE,
                _PUT_UP,
            ),
        ),
        Tale(
            16,
            REISSUE,
            health,
            (_object("Võ Tá Sơn", 1949, "Hội Đông y tỉnh", **state),),
            (
                *_begun(health),
                _taken_back(1, kind="medal"),
                _APPRAISE,
                Step(6, at(9), "lanhdao", "send_to_centre", request),
            ),
        ),
        Tale(
            14,
            REISSUE,
            culture,
            (_object("Đặng Văn Lợi", 1958, "Thư viện tỉnh"),),
            _begun(culture),
        ),
        Tale(
            1,
            REISSUE,
            education,
            (_object("Bùi Thị Thìn", 1960, "Trường Tiểu học Thạch Linh"),),
            _begun(education)[:1],
        ),
        Tale(
            11,
            CONFIRMATION,
            education,
            (_claim("Nguyễn Văn Quế", 1950),),
            (
                Step(0, at(9), "donvi", "submit"),
                Step(0, at(11), "tiepnhan", "begin", {"data": {"received_complete_on": TODAY}}),
                *_confirmed(linked=False),
            ),
        ),
        Tale(
            4,
            CONFIRMATION,
            health,
            (_claim("Dương Thị Hòa", 1954),),
            (
                Step(0, at(9), "donvi2", "submit"),
                Step(0, at(11), "tiepnhan", "begin", {"data": {"received_complete_on": TODAY}}),
            ),
        ),
    )


def _claim(holder: str, year: int) -> Name:
    return Name(
        {
            "holder": person(holder, year, "Cán bộ nghỉ hưu", "Phường Thành Sen"),
            "award_name": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
            "circumstances": "Được khen năm 1987 khi công tác ở Ty Giáo dục.",
        },
        ("request",),
    )
