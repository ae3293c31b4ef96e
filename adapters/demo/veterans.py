"""Achievements of the wars of resistance, verified at the commune, the province and the centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.demo.people import at_commune
from adapters.demo.tale import TODAY, Name, Step, Tale, at

MEDAL, ORDER = "youth-volunteer-medal", "resistance-award"
_PAPERS = ("declaration", "original_proof")


def _claim(procedure: str, name: str, year: int, village: str, **more: Any) -> Name:
    award = "youth-volunteer-medal" if procedure == MEDAL else "american-medal-1"
    data: Mapping[str, Any] = {
        "award": award,
        "claimant": {"kind": "individual", "name": name, "birth_year": year, "unit": village},
        "fate": "living",
        "filed_at": "residence",
        "exclusion": "none",
        "proof": "original",
        "american": {"from": "1968-02-01", "until": "1971-07-31"},
    }
    lost = more.get("proof") == "lost"
    return Name({**data, **more}, _PAPERS[:1] if lost else _PAPERS)


def _way(procedure: str, commune: str, slow: int = 0) -> tuple[Step, ...]:
    """Return the whole way of a claim; `slow` is how many days later the province comes to it.

    A list is posted for five days, or for ten working days in the newest edition of the medal.
    """
    counter, officer, chairman = at_commune(commune)
    closed = 12 if procedure == MEDAL else 7
    up = closed + 2 + slow
    if procedure == ORDER:
        clause = "Kết luận của Hội đồng xét cấp tỉnh về chức vụ, thời gian tham gia"
        met: dict[str, Any] = {"data": {"standard_met": True, "standard_clause": clause}}
    else:
        met = {}
    held = {"data": {"conference_on": TODAY, "association_present": True}}
    heard = {"data": {"association_stance": "agrees"}, "papers": ("association_letter",)}
    state = {
        "data": {"decision_number": "118/QĐ-CTN", "decision_on": TODAY},
        "papers": ("state_decision",),
    }
    return (
        Step(0, at(8, 50), counter, "submit"),
        Step(0, at(10), counter, "accept", {"data": {"received_complete_on": TODAY}}),
        Step(
            *(1, at(9), officer, "post"),
            {"data": {"posted_at": "Trụ sở Ủy ban nhân dân xã; trang thông tin của xã"}},
        ),
        Step(closed, at(15), officer, "close_posting"),
        Step(*(closed + 1, at(14), officer, "agree"), {**held, "papers": ("conference_minutes",)}),
        Step(closed + 2, at(9), chairman, "send_up", {"papers": ("commune_submission",)}),
        Step(closed + 2, at(10), "tiepnhan", "take_in", {"data": {"province_received_on": TODAY}}),
        Step(up + 3, at(9), "chuyenvien", "record_association", heard),
        Step(up + 4, at(9), "chuyenvien", "confirm", met),
        Step(up + 5, at(9), "lanhdao", "endorse"),
        Step(
            *(up + 6, at(9), "chutich", "forward_ministry"),
            {"data": {"sent_to_centre_on": TODAY}, "papers": ("province_submission",)},
        ),
        Step(
            *(up + 16, at(9), "chuyenvien", "record_ministry_proposal"),
            {"papers": ("ministry_answer",)},
        ),
        Step(up + 24, at(9), "chuyenvien", "record_award", state),
        Step(up + 28, at(9), "chuyenvien", "receive_copies", {"data": {"copies_on": TODAY}}),
        Step(up + 30, at(9), "chuyenvien", "announce"),
        Step(up + 33, at(9), counter, "hand_over", {"data": {"handed_over_on": TODAY}}),
        Step(up + 35, at(9), counter, "archive"),
    )


def _until(steps: tuple[Step, ...], trigger: str, *more: Step) -> tuple[Step, ...]:
    """Return the steps up to and with the one of a trigger, and then others."""
    last = [step.do for step in steps].index(trigger)
    return (*steps[: last + 1], *more)


def veteran_tales() -> tuple[Tale, ...]:
    """Return claims at every level: at the counter, posted, frozen, signed, verified, awarded."""
    return (*_far(), *_at_the_province(), *_at_the_commune())


def _far() -> tuple[Tale, ...]:
    """Return claims that were awarded, refused, or are before the centre."""
    ways = {
        (procedure, commune): _way(procedure, commune)
        for procedure in (MEDAL, ORDER)
        for commune in ("thach-ha", "can-loc", "duc-tho", "huong-son", "cam-lac")
    }
    refusal = {"reason": "Không đủ căn cứ chứng minh thời gian tham gia"}
    return (
        Tale(
            100,
            MEDAL,
            "thach-ha",
            (
                _claim(MEDAL, "Phan Thị Liễu", 1948, "Thôn Lạc Thọ"),
                _claim(MEDAL, "Nguyễn Thị Tâm", 1950, "Thôn Bắc Sơn"),
                _claim(MEDAL, "Trần Văn Khoa", 1947, "Thôn Tân Hòa"),
            ),
            ways[MEDAL, "thach-ha"],
        ),
        Tale(
            92,
            ORDER,
            "can-loc",
            (_claim(ORDER, "Đặng Văn Thụ", 1944, "Thôn Đông Nam"),),
            _until(_way(ORDER, "can-loc", slow=14), "announce"),
        ),
        Tale(
            70,
            ORDER,
            "duc-tho",
            (_claim(ORDER, "Bùi Xuân Ninh", 1946, "Thôn Yên Hồ"),),
            _until(ways[ORDER, "duc-tho"], "record_award"),
        ),
        Tale(
            44,
            MEDAL,
            "huong-son",
            (_claim(MEDAL, "Lê Thị Dung", 1951, "Thôn Sơn Tây"),),
            _until(ways[MEDAL, "huong-son"], "record_ministry_proposal"),
        ),
        Tale(
            30,
            MEDAL,
            "cam-lac",
            (
                _claim(MEDAL, "Hoàng Thị Bưởi", 1949, "Thôn Hưng Lộc"),
                _claim(MEDAL, "Nguyễn Sỹ Nhâm", 1946, "Thôn Yên Lạc"),
            ),
            _until(ways[MEDAL, "cam-lac"], "forward_ministry"),
        ),
        Tale(
            40,
            ORDER,
            "can-loc",
            (_claim(ORDER, "Hồ Viết Lạng", 1947, "Thôn Trung Thành"),),
            (
                *ways[ORDER, "can-loc"][:2],
                Step(3, at(9), "can-loc-ct", "decline", {"reason": "not_proven"}),
                Step(5, at(9), "can-loc-cc", "tell_refusal", refusal),
            ),
        ),
    )


def _at_the_province() -> tuple[Tale, ...]:
    """Return claims that the province received, verifies, signs, or lets run late."""
    cam_lac, thach_ha = _way(MEDAL, "cam-lac"), _way(ORDER, "thach-ha")
    return (
        Tale(
            34,
            ORDER,
            "duc-tho",
            (_claim(ORDER, "Trần Đức Lương", 1943, "Thôn Thịnh Cường"),),
            _until(_way(ORDER, "duc-tho"), "record_association"),
        ),
        Tale(
            19,
            ORDER,
            "thach-ha",
            (_claim(ORDER, "Nguyễn Trọng Bình", 1945, "Thôn Hòa Bình"),),
            _until(_way(ORDER, "thach-ha", slow=4), "endorse"),
        ),
        Tale(
            14,
            ORDER,
            "thach-ha",
            (_claim(ORDER, "Phạm Văn Sửu", 1949, "Thôn Tân Tiến"),),
            _until(thach_ha, "confirm"),
        ),
        Tale(
            17,
            MEDAL,
            "cam-lac",
            (_claim(MEDAL, "Trần Thị Lài", 1952, "Thôn Nam Thành"),),
            _until(cam_lac, "take_in"),
        ),
        Tale(
            15,
            MEDAL,
            "cam-lac",
            (_claim(MEDAL, "Lê Văn Cầu", 1948, "Thôn Hà Văn"),),
            _until(cam_lac, "send_up"),
        ),
    )


def _at_the_commune() -> tuple[Tale, ...]:
    """Return claims of every stage at the commune, most of them at the one that is offered."""
    medal, order = _way(MEDAL, "cam-lac"), _way(ORDER, "cam-lac")
    complaint = {
        "on": TODAY,
        "by": "Ông Lê Hữu Tạo, thôn Hưng Lộc",
        "stance": "complains",
        "content": "Người được đề nghị không ở đơn vị này vào năm 1970.",
    }
    nothing = {
        "fonds": "Phông Ủy ban nhân dân xã 1965-1975",
        "query": "Danh sách đội thanh niên xung phong N55",
        "by": "Văn phòng Ủy ban nhân dân xã",
        "on": TODAY,
        "result": "nothing",
    }
    witness = {
        "name": "Bà Nguyễn Thị Mận",
        "served": "Đại đội 552, Tổng đội N55, 1968-1971",
        "on": TODAY,
    }
    frozen = Step(3, at(10), "xacongchuc", "record_complaint", {"data": {"comments": complaint}})
    return (
        Tale(
            15,
            ORDER,
            "cam-lac",
            (_claim(ORDER, "Nguyễn Công Trứ Hải", 1946, "Thôn Yên Lạc"),),
            _until(order, "close_posting"),
        ),
        Tale(
            14,
            MEDAL,
            "cam-lac",
            (_claim(MEDAL, "Võ Thị Nghĩa", 1950, "Thôn Lạc Thọ"),),
            _until(medal, "agree"),
        ),
        Tale(
            6,
            ORDER,
            "cam-lac",
            (_claim(ORDER, "Đinh Văn Tứ", 1945, "Thôn Hưng Lộc"),),
            _until(order, "post", frozen),
        ),
        Tale(
            4,
            MEDAL,
            "cam-lac",
            (
                _claim(MEDAL, "Phan Thị Hợi", 1947, "Thôn Bắc Lạc"),
                _claim(MEDAL, "Lương Thị Tứ", 1951, "Thôn Bắc Lạc"),
            ),
            _until(medal, "post"),
        ),
        Tale(
            25,
            MEDAL,
            "cam-lac",
            (_claim(MEDAL, "Hà Thị Năm", 1949, "Thôn Nam Thành", proof="lost"),),
            (
                *medal[:2],
                Step(2, at(9), "xacongchuc", "start_search"),
                Step(6, at(9), "xacongchuc", "record_search", {"data": {"searches": nothing}}),
                Step(12, at(9), "xacongchuc", "record_witness", {"data": {"witnesses": witness}}),
            ),
        ),
        Tale(
            8,
            ORDER,
            "cam-lac",
            (_claim(ORDER, "Tô Văn Định", 1948, "Thôn Yên Lạc"),),
            (
                *order[:2],
                Step(
                    *(2, at(9), "xacongchuc", "return"),
                    {
                        "reason": "unclear",
                        "data": {"supplement_items": "Ghi rõ đơn vị, chức vụ từng thời gian"},
                    },
                ),
            ),
        ),
        Tale(
            2,
            ORDER,
            "cam-lac",
            (_claim(ORDER, "Cao Đình Khởi", 1944, "Thôn Lạc Thọ"),),
            order[:2],
        ),
        Tale(
            1,
            MEDAL,
            "cam-lac",
            (_claim(MEDAL, "Thái Thị Xuân", 1952, "Thôn Hà Văn"),),
            medal[:1],
        ),
        Tale(1, ORDER, "ky-xuan", (_claim(ORDER, "Mai Văn Ngọ", 1947, "Thôn Xuân Thắng"),)),
        Tale(
            18,
            ORDER,
            "ky-xuan",
            (_claim(ORDER, "Trương Văn Mùi", 1943, "Thôn Quang Trung"),),
            _way(ORDER, "ky-xuan")[:2],
        ),
    )
