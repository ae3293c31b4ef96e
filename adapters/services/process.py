"""The internal process of an edition as provinces print it: particulars, papers, steps and limits.

The steps are those of the definition, so that what is published is what runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.definition import ByField, Procedure, State
from engine.limits import Limit
from engine.text import Text

_SUBJECTS = {
    "nominee": Text("Cá nhân, tập thể, hộ gia đình được đề nghị", "Those who are proposed"),
    "claimant": Text("Người đề nghị hưởng chế độ", "Claimants"),
    "object": Text("Chủ hiện vật khen thưởng", "Holders of award objects"),
    "session": Text("Hội đồng Thi đua - Khen thưởng", "The council"),
}
_CONDITION = Text("Điều kiện, căn cứ thực hiện", "Conditions and grounds")
_CHANNEL = Text("Cách thức thực hiện", "How to submit")
_CHANNELS = Text(
    "Nộp trực tuyến trên hệ thống, hoặc trực tiếp tại bộ phận tiếp nhận và trả kết quả",
    "Online, or at the counter of the one-stop unit",
)
_PARTS = Text("Thành phần hồ sơ", "Papers")
_BELOW = Text("Theo bảng dưới đây", "In the table below")
_SETS = Text("Số lượng hồ sơ", "Sets")
_ONE = Text("01 bộ", "1")
_LIMIT = Text("Thời hạn giải quyết", "Time limit")
_PLACE = Text("Bộ phận tiếp nhận và trả kết quả", "Taken in by")
_AGENCY = Text("Người thực hiện, người có thẩm quyền quyết định", "Who works on it, who decides")
_SUBJECT = Text("Đối tượng thực hiện", "Subjects")
_RESULT = Text("Kết quả", "Result")
_SOME = Text("Theo từng trường hợp", "In some cases")


def process_data(procedure: Procedure, lang: str) -> dict[str, Any]:
    """Return what the print of an edition says, in one language."""
    limits = [limit_text(clock.limit, lang) for clock in procedure.measured_clocks]
    accepting = [role for way in procedure.transitions if way.accepts for role in way.by]
    deciding = [role for way in procedure.transitions if way.registers_award for role in way.by]
    working = [s.task.role for s in procedure.states.values() if s.task]
    cites = [one.cite for one in procedure.sources.values() if not one.unverified]
    open_points = procedure.unverified or len(cites) < len(procedure.sources)
    points = [
        (_CONDITION, ";\n".join(cites)),
        (_CHANNEL, _CHANNELS.in_(lang)),
        (_PARTS, _BELOW.in_(lang)),
        (_SETS, _ONE.in_(lang)),
        (_LIMIT, "; ".join(limits)),
        (_PLACE, _roles(procedure, accepting, lang)),
        (_AGENCY, _roles(procedure, [*working, *deciding], lang)),
        (_SUBJECT, _SUBJECTS[procedure.subject].in_(lang)),
        (_RESULT, "; ".join(dict.fromkeys(_results(procedure, lang)))),
    ]
    return {
        "procedure": {
            "title": procedure.title.in_(lang),
            "code": procedure.code,
            "edition": procedure.edition,
            "limit": "; ".join(limits),
            "unverified": True if open_points else None,
        },
        "points": [{"name": name.in_(lang), "text": text or "–"} for name, text in points],
        "documents": [
            {
                "label": one.label.in_(lang),
                "original": 1 if one.required is True else None,
                "when": None if isinstance(one.required, bool) else _SOME.in_(lang),
                "form": one.form,
            }
            for one in procedure.documents.values()
        ],
        "steps": [
            {"step": f"B{number}", **step} for number, step in enumerate(_steps(procedure, lang), 1)
        ],
    }


def limit_text(limit: Limit | ByField[Limit], lang: str) -> str:
    """Return a limit in words; one that depends on a field names each value once."""
    if isinstance(limit, Limit):
        return limit.label(lang)
    return ", ".join(dict.fromkeys(one.label(lang) for one in limit.values()))


def _roles(procedure: Procedure, roles: list[str], lang: str) -> str:
    known = (procedure.roles[role] for role in dict.fromkeys(roles) if role in procedure.roles)
    return "; ".join(role.label.in_(lang) for role in known)


def _results(procedure: Procedure, lang: str) -> Iterator[str]:
    for way in procedure.transitions:
        target = procedure.states.get(way.target or "")
        if way.registers_award or (target is not None and target.final):
            for key in way.letters:
                yield procedure.letters[key].label.in_(lang)


def _steps(procedure: Procedure, lang: str) -> Iterator[dict[str, Any]]:
    """Yield the states in which somebody has work to do, in the order of the definition."""
    for state in procedure.states.values():
        if state.task is None or state.final:
            continue
        ways = [one for one in procedure.transitions if state.path in one.sources]
        forms = [procedure.letters[key].label.in_(lang) for one in ways for key in one.letters]
        yield {
            "work": state.label.in_(lang),
            "role": _roles(procedure, [state.task.role], lang),
            "time": _time(procedure, state, lang),
            "forms": "; ".join(dict.fromkeys(forms)),
        }


def _time(procedure: Procedure, state: State, lang: str) -> str:
    clocks = [one for one in procedure.clocks.values() if one.in_state == state.path]
    return "; ".join(limit_text(one.limit, lang) for one in clocks)
