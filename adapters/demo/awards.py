"""Nominations for the province's awards: lists of several months, and dossiers at every stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.demo.names import collective, people, person
from adapters.demo.people import submitter_of
from adapters.demo.tale import CALL, SESSION, TODAY, Name, Step, Tale, at

PROCEDURE = "provincial-award"
_ALL = ("submission", "report", "minutes")
_SCHOOL = "Trường Trung học phổ thông Lê Hữu Trác"

_ACCEPT = Step(0, at(10), "tiepnhan", "accept", {"data": {"received_complete_on": TODAY}})
_WAIVE = Step(1, at(9), "chuyenvien", "waive", {"reason": "yearly_lists"})
_ASK = Step(
    *(1, at(9, 30), "chuyenvien", "ask"),
    {"data": {"agencies": "Công an tỉnh; Thuế tỉnh", "agencies_count": 2}},
)


def _submit(owner: str) -> Step:
    return Step(0, at(8, 40), submitter_of(owner), "submit")


def _to_agenda(owner: str, appraised: int = 6, agenda: int = 8) -> tuple[Step, ...]:
    """Return the way to the council's agenda, which is reached on a working day."""
    return (
        _submit(owner),
        _ACCEPT,
        _WAIVE,
        Step(appraised, at(15), "chuyenvien", "appraise"),
        Step(agenda - 1, at(10), "chuyenvien", "recommend"),
        Step(agenda, at(9), "lanhdao", "put_on_agenda"),
    )


def _decide(day: int, number: str) -> Step:
    given = {"data": {"decision_number": number, "decision_on": TODAY}}
    return Step(day, at(14), "chutich", "decide", given)


def _after(owner: str, decided: int) -> tuple[Step, ...]:
    """Return what follows a decision, up to the archive."""
    handed = {"data": {"handed_over_on": TODAY}}
    return (
        Step(decided + 1, at(9), "chuyenvien", "announce"),
        Step(decided + 5, at(9), submitter_of(owner), "hand_over", handed),
        Step(decided + 7, at(9), "luutru", "archive"),
    )


def _merit(name: str, year: int, position: str, unit: str, **more: Any) -> Name:
    data = {
        "award": "merit",
        "excellent_years": 2,
        "initiatives": 2,
        "achievement": "Hai năm liên tục hoàn thành xuất sắc nhiệm vụ, có hai sáng kiến.",
        "nominee": person(name, year, position, unit),
    }
    return Name({**data, **more}, (*_ALL, "initiative_recognition"))


def _soldier(name: str, year: int, position: str, unit: str, *titles: int) -> Name:
    data = {
        "award": "soldier",
        "achievement": "Ba lần liên tục đạt danh hiệu Chiến sĩ thi đua cơ sở.",
        "nominee": person(name, year, position, unit),
    }
    return Name(data, (*_ALL, "vote_result", "initiative_certificate"), titles or (1, 2, 3))


def _excellent(name: str, unit: str) -> Name:
    data = {
        "award": "collective",
        "tasks_done": 100,
        "members_total": 40,
        "members_advanced": 34,
        "members_soldier": 5,
        "achievement": "100 % nhiệm vụ hoàn thành, 85 % Lao động tiên tiến.",
        "nominee": collective(name, unit),
    }
    return Name(data, _ALL)


def _flag(name: str, unit: str, cluster: str, yes: int = 14) -> Name:
    data = {
        "award": "flag",
        "cluster": cluster,
        "cluster_leader": True,
        "exceeds_targets": True,
        "achievement": "Dẫn đầu phong trào thi đua của cụm, khối.",
        "nominee": collective(name, unit),
    }
    return Name(data, (*_ALL, "vote_result", "cluster_minutes"), yes=yes)


def _tale(days_ago: int, owner: str, *names: Name, steps: tuple[Step, ...]) -> Tale:
    return Tale(days_ago, PROCEDURE, owner, names, steps)


_WORK = {
    "sgddt": ("Giáo viên", "Trường Trung học phổ thông Phan Đình Phùng"),
    "syt": ("Bác sĩ", "Bệnh viện Đa khoa tỉnh"),
    "sct": ("Kiểm soát viên", "Chi cục Quản lý thị trường"),
    "sxd": ("Kỹ sư", "Ban Quản lý dự án giao thông"),
    "snnmt": ("Kiểm lâm viên", "Chi cục Kiểm lâm"),
    "svhttdl": ("Nghệ sĩ", "Nhà hát Nghệ thuật truyền thống"),
    "thanh-sen-vhxh": ("Công chức", "Phường Thành Sen"),
}


def _list(crowd: Iterator[tuple[str, int]], owner: str, count: int) -> tuple[Name, ...]:
    position, unit = _WORK[owner]
    return tuple(
        _merit(name, year, position, unit) for name, year in (next(crowd) for _ in range(count))
    )


def _months(crowd: Iterator[tuple[str, int]]) -> Iterator[Tale]:
    """Yield the lists of past months: decided early, on the last day, and late."""
    rounds = (
        (120, (("sgddt", 12, 13), ("syt", 5, 25), ("sct", 4, 28))),
        (98, (("sxd", 8, 14), ("snnmt", 6, 19), ("svhttdl", 3, 27))),
        (76, (("syt", 14, 15), ("sgddt", 6, 25), ("thanh-sen-vhxh", 2, 29))),
        (56, (("snnmt", 9, 13), ("sct", 5, 25), ("sxd", 2, 30))),
        (36, (("sgddt", 10, 15), ("svhttdl", 4, 16), ("syt", 3, 25))),
    )
    number = 2103
    for days_ago, lists in rounds:
        for owner, count, decided in lists:
            number += 47
            yield _tale(
                days_ago,
                owner,
                *_list(crowd, owner, count),
                steps=(
                    *_to_agenda(owner),
                    _decide(decided, f"{number}/QĐ-UBND"),
                    *_after(owner, decided)[
                        : 2 if days_ago - decided < 15 else 3
                    ],  # for the archivist
                ),
            )
        yield Tale(days_ago - 10, steps=(Step(0, at(14), "thuky", SESSION),))


def award_tales() -> tuple[Tale, ...]:
    """Return lists, single nominations, and the council's sessions, held and to be held."""
    crowd = people()
    return (*_months(crowd), *_decided(), *_before_the_council(crowd), *_under_appraisal(crowd))


def _decided() -> tuple[Tale, ...]:
    """Return what the session of a month ago and the last one decided."""
    return (
        _tale(
            36,
            "sgddt",
            _merit("Nguyễn Thị Khánh Huyền", 1984, "Giáo viên", _SCHOOL),
            steps=(*_to_agenda("sgddt"), _decide(14, "2451/QĐ-UBND"), *_after("sgddt", 14)),
        ),
        _tale(
            36,
            "syt",
            _soldier("Đinh Công Thuận", 1979, "Bác sĩ", "Bệnh viện Đa khoa tỉnh"),
            steps=(*_to_agenda("syt"), _decide(29, "2533/QĐ-UBND")),
        ),
        _tale(
            36,
            "sgddt",
            _flag(_SCHOOL, "Sở Giáo dục và Đào tạo", "Khối các trường phổ thông", yes=11),
            steps=_to_agenda("sgddt"),
        ),
        _tale(
            36,
            "thanh-sen-vhxh",
            _merit("Trần Quốc Hoàn", 1975, "Chủ tịch Hội Nông dân", "Phường Thành Sen"),
            steps=(
                *_to_agenda("thanh-sen-vhxh"),
                _decide(30, "2560/QĐ-UBND"),
                Step(31, at(9), "chuyenvien", "announce"),
            ),
        ),
        # The last session: decisions that wait for the authority, one due tomorrow, one too late.
        _tale(
            24,
            "sxd",
            *(
                _excellent(f"Phòng {what}", "Sở Xây dựng")
                for what in ("Quy hoạch", "Quản lý đô thị", "Kế hoạch - Tài chính")
            ),
            steps=_to_agenda("sxd", 13, 16),
        ),
        _tale(
            29,
            "sct",
            _excellent("Phòng Quản lý năng lượng", "Sở Công Thương"),
            steps=_to_agenda("sct", 16, 20),
        ),
        _tale(
            17,
            "sgddt",
            _excellent("Tổ Khoa học tự nhiên", _SCHOOL),
            _excellent("Tổ Ngữ văn", _SCHOOL),
            steps=_to_agenda("sgddt"),
        ),
        Tale(6, steps=(Step(0, at(14), "thuky", SESSION),)),
    )


def _before_the_council(crowd: Iterator[tuple[str, int]]) -> tuple[Tale, ...]:
    """Return what the session to be held will hear, and what waits to be put on its agenda."""
    return (
        _tale(13, "sgddt", *_list(crowd, "sgddt", 38), steps=_to_agenda("sgddt", 6, 9)),
        _tale(24, "snnmt", *_list(crowd, "snnmt", 2), steps=_to_agenda("snnmt", 16, 20)),
        _tale(
            13,
            "syt",
            _soldier("Nguyễn Thị Thanh Loan", 1982, "Trưởng khoa", "Bệnh viện Đa khoa tỉnh"),
            _soldier("Lê Văn Cảnh", 1977, "Phó Giám đốc", "Trung tâm Y tế Thạch Hà"),
            _flag("Bệnh viện Phổi", "Sở Y tế", "Khối các bệnh viện"),
            steps=_to_agenda("syt", 6, 9),
        ),
        _tale(
            20,
            "syt",
            _merit("Hồ Thị Bích Ngọc", 1990, "Điều dưỡng trưởng", "Trung tâm Y tế Thạch Hà"),
            steps=_to_agenda("syt")[:-1],
        ),
        Tale(2, steps=(Step(0, at(9), "thuky", CALL),)),
    )


def _under_appraisal(crowd: Iterator[tuple[str, int]]) -> tuple[Tale, ...]:
    """Return dossiers at the counter, under appraisal, sent back, held, refused, drawn up."""
    agreed = {"opinions": {"agency": "Thuế tỉnh", "stance": "agree", "on": TODAY}}
    held = {
        "ground": "complaint",
        "reason": "Có đơn khiếu nại về thành tích",
        "paper": "Phiếu chuyển đơn số 45/PC-TTr",
    }
    wanted = "Xác nhận của phường về diện tích đất đã hiến\nBản chụp biên bản bàn giao đất"
    household = {
        "award": "merit",
        "household_contribution": True,
        "achievement": "Hiến 320 m² đất mở đường liên thôn.",
        "nominee": {"kind": "household", "name": "Hộ ông Trịnh Xuân Bảng", "unit": "Tổ dân phố 3"},
    }
    team = {
        "award": "merit",
        "excellent_years": 2,
        "achievement": "Hoàn thành xuất sắc nhiệm vụ hai năm liên tục.",
    }
    ward = "thanh-sen-vhxh"
    return (
        _tale(
            27,
            ward,
            Name({**team, "nominee": collective("Đội Trật tự đô thị", "Phường Thành Sen")}, _ALL),
            steps=(
                _submit(ward),
                _ACCEPT,
                _ASK,
                Step(6, at(15), "chuyenvien", "appraise"),
            ),
        ),
        _tale(9, "syt", *_list(crowd, "syt", 36), steps=(_submit("syt"), _ACCEPT, _WAIVE)),
        _tale(
            16,
            "sgddt",
            _soldier("Lê Quang Vịnh", 1986, "Phó Hiệu trưởng", _SCHOOL, 1, 2),
            steps=(_submit("sgddt"), _ACCEPT, _WAIVE),
        ),
        _tale(
            12,
            ward,
            Name(household, _ALL),
            steps=(
                _submit(ward),
                _ACCEPT,
                Step(
                    *(2, at(9), "chuyenvien", "return"),
                    {"reason": "confirmation_missing", "data": {"supplement_items": wanted}},
                ),
            ),
        ),
        _tale(
            9,
            "syt",
            _flag("Bệnh viện Phục hồi chức năng", "Sở Y tế", "Khối các bệnh viện"),
            steps=(
                _submit("syt"),
                _ACCEPT,
                _ASK,
                Step(3, at(10), "chuyenvien", "record_opinion", {"data": agreed}),
                Step(4, at(9), "chuyenvien", "hold", held),
            ),
        ),
        # The same person from two units: the secretary may merge the two.
        _tale(
            5,
            "sgddt",
            _merit("Phạm Hoài An", 1992, "Giáo viên", "Trường Tiểu học Bắc Hà"),
            steps=(_submit("sgddt"), _ACCEPT, _WAIVE),
        ),
        _tale(
            4,
            ward,
            _merit("Phạm Hoài An", 1992, "Giáo viên", "Trường Tiểu học Bắc Hà"),
            steps=(_submit(ward), _ACCEPT, _WAIVE),
        ),
        _tale(
            3,
            ward,
            Name({**team, "nominee": collective("Trạm Y tế phường", "Phường Thành Sen")}, _ALL),
            steps=(
                _submit(ward),
                Step(0, at(11), "tiepnhan", "refuse", {"reason": "wrong_place"}),
            ),
        ),
        _tale(
            1,
            "sgddt",
            _merit("Trương Thị Diệu Linh", 1988, "Kế toán", "Trường Trung học cơ sở Lê Bình"),
            steps=(_submit("sgddt"),),
        ),
        _tale(1, "svhttdl", *_list(crowd, "svhttdl", 7), steps=(_submit("svhttdl"),)),
        _tale(2, "sgddt", *_list(crowd, "sgddt", 5), steps=()),
        _tale(
            1,
            "syt",
            Name(
                {
                    "award": "soldier",
                    "nominee": person(
                        "Nguyễn Hữu Phước", 1981, "Trưởng khoa", "Bệnh viện Đa khoa tỉnh"
                    ),
                },
                ("submission",),
                (1, 2, 3),
            ),
            steps=(),
        ),
    )
