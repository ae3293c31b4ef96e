"""Who sits in a council, who came, and how many votes there can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.definition import Procedure, Transition
from engine.dossier import Dossier
from engine.errors import BadInput, TriggerNotAllowed
from engine.text import Text

CHAIR = "chair"
VOTING = (CHAIR, "deputy", "member")
CAPACITIES = (*VOTING, "non_voting")
WAYS = ("present", "written")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """How many members with a vote there are, came, and sent their opinion in writing."""

    members: int
    present: int
    written: int


def seats_of(procedure: Procedure, dossier: Dossier) -> Seats:
    """Return the numbers of a session's council; guests without a vote are not counted."""
    voting = {at for at, one in enumerate(_electorate(procedure, dossier), 1) if _votes(one)}
    how = [one["how"] for one in _attendance(procedure, dossier) if one["member"] in voting]
    return Seats(members=len(voting), present=how.count("present"), written=how.count("written"))


def check_council(procedure: Procedure, dossier: Dossier) -> None:
    """Refuse a council without one chair, a stranger who attends, and a session of nobody.

    Raises:
        BadInput: names the record that is wrong, or the attendance if nobody is present.
    """
    rule = procedure.council
    if rule is None:
        return
    members = _electorate(procedure, dossier)
    chairs = sum(one.get("capacity") == CHAIR for one in members)
    if members and chairs != 1:
        raise BadInput(
            Text(
                f"Hội đồng phải có đúng một chủ tịch, ở đây có {chairs}.",
                f"A council has exactly one chair; here there are {chairs}.",
            ),
            field=rule.electorate,
        )
    seen: set[int] = set()
    for index, one in enumerate(_attendance(procedure, dossier)):
        at: int = one["member"]
        wrong = _misplaced(members, at, one["how"], seen)
        if wrong is not None:
            raise BadInput(wrong, field=f"{rule.attendance}.{index}.member")
        seen.add(at)
    if dossier.data.get(rule.attendance) is not None and not seats_of(procedure, dossier).present:
        raise BadInput(
            Text(
                "Phải có ít nhất một thành viên có quyền biểu quyết dự họp; không ai dự thì Hội "
                "đồng không họp.",
                "At least one member with a vote must be present; a council where nobody is "
                "present does not sit.",
            ),
            field=rule.attendance,
        )


def _misplaced(
    members: Sequence[Mapping[str, Any]], at: int, how: str, seen: set[int]
) -> Text | None:
    if not 1 <= at <= len(members):
        return Text(
            f"Không có thành viên số {at} trong danh sách Hội đồng ({len(members)} người).",
            f"There is no member {at} in the council's list of {len(members)}.",
        )
    if at in seen:
        return Text(
            f"Thành viên số {at} được điểm danh hai lần.", f"Member {at} is recorded twice."
        )
    if how == "written" and not _votes(members[at - 1]):
        return Text(
            f"Thành viên số {at} không có quyền biểu quyết nên không gửi phiếu bằng văn bản.",
            f"Member {at} has no vote and so none in writing.",
        )
    return None


def needs_the_items(transition: Transition) -> TriggerNotAllowed:
    """Return the refusal of an act on the items of a session that is asked without them."""
    return TriggerNotAllowed(
        Text(
            f"“{transition.label.vi}” chỉ thực hiện được cho từng phiên họp, cùng chương trình "
            "của phiên.",
            f"“{transition.label.en}” is done on one session at a time, with its agenda.",
        ),
        trigger=transition.trigger,
    )


def _votes(member: Mapping[str, Any]) -> bool:
    return member.get("capacity") in VOTING


def _electorate(procedure: Procedure, dossier: Dossier) -> Sequence[Mapping[str, Any]]:
    return _records(dossier, procedure.council.electorate) if procedure.council else ()


def _attendance(procedure: Procedure, dossier: Dossier) -> Sequence[Mapping[str, Any]]:
    return _records(dossier, procedure.council.attendance) if procedure.council else ()


def _records(dossier: Dossier, key: str) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = dossier.data.get(key) or ()  # type: ignore[assignment]
    return found
