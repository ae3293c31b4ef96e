"""Linked dossiers: what is opened exists and can begin, and each of its ends is awaited.

A link is one deep, so no act ever moves more than two dossiers: what others open opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import MACHINE_ROLES, SYSTEM, FieldType, Procedure, Result, Transition
from engine.drafts import draft_fields
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding, Severity, closest
from workflows.reader import Loc
from workflows.ways import reachable, ways_of


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield what is wrong with the links of a procedure."""
    work = _Links(parts, asked)
    yield from work.inside()
    yield from work.outside()


class _Links:
    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.parts = parts
        self.asked = asked

    def _say(
        self, code: str, loc: Loc, vi: str, en: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        return self.parts.doc.finding(code, loc, vi, en, severity)

    def inside(self) -> Iterator[Finding]:
        """Yield what the file alone shows."""
        opens = any(t.opens for t in self.parts.transitions)
        for index, transition in enumerate(self.parts.transitions):
            loc: Loc = ("transitions", index)
            begins = self._begins(transition)
            if transition.opens is not None and (
                transition.auto or MACHINE_ROLES.intersection(transition.by)
            ):
                yield self._say(
                    "BV331",
                    (*loc, "opens"),
                    "Chỉ người mới mở hồ sơ liên kết; hãy bỏ vai trò máy khỏi 'by'.",
                    "Only people open linked dossiers; take machine roles out of 'by'.",
                )
            if transition.opens is not None:
                yield from self._known_fields(loc, index)
            if opens and begins:
                yield self._say(
                    "BV332",
                    (*loc, "by"),
                    "Thủ tục mà thủ tục khác mở được thì không mở tiếp thủ tục nào; liên kết chỉ "
                    "sâu một tầng.",
                    "A procedure that others can open opens none itself; links are one deep.",
                )
            if transition.merges is not None and not self._ends_in_another(transition):
                yield self._say(
                    "BV340",
                    (*loc, "merges"),
                    "Nhập hồ sơ cần một mục kiểu text bắt buộc trong 'asks', 'reason', và kết thúc "
                    "với 'result: redirected'.",
                    "A merge asks for a required field of type text and a reason, and ends with "
                    "'result: redirected'.",
                )
            if transition.awaits and not opens:
                yield self._say(
                    "BV333",
                    (*loc, "awaits"),
                    "Chờ kết quả của hồ sơ liên kết mà không thao tác nào mở hồ sơ đó; hãy thêm "
                    "'opens'.",
                    "It awaits the result of a linked dossier that no act opens; add 'opens'.",
                )
            if (transition.awaits or begins) and not self._bare(transition):
                yield self._say(
                    "BV334",
                    loc,
                    "Bước này do hệ thống thực hiện khi hồ sơ liên kết mở hoặc kết thúc: chỉ "
                    "'by: system', không 'auto', không điều kiện, giấy tờ, lý do, mục bắt buộc.",
                    "The system does this when a linked dossier begins or ends: 'by: system' "
                    "alone, not 'auto', no condition, papers, reason or required data.",
                )

    def _known_fields(self, loc: Loc, index: int) -> Iterator[Finding]:
        shape = self.parts.shape.transitions[index].opens
        for key, path in (shape.data if shape else {}).items():
            given = path.removeprefix("data.")
            if given not in self.parts.shape.data:
                near = closest(given, self.parts.shape.data)
                yield self._say(
                    "BV201",
                    (*loc, "opens", "data", key),
                    f"Không có trường dữ liệu {given!r}.{near.vi} Hãy khai báo hoặc sửa tên.",
                    f"There is no data field {given!r}.{near.en} Declare it or correct the name.",
                )

    def _begins(self, transition: Transition) -> bool:
        begin = any(
            s in self.parts.states
            and self.parts.states[s].initial
            and self.parts.states[s].parent is None
            for s in transition.sources
        )
        return begin and transition.by == (SYSTEM,) and not transition.auto

    def _ends_in_another(self, transition: Transition) -> bool:
        field = transition.merges or ""
        declared = self.parts.shape.data.get(field)
        target = self.parts.states.get(transition.target or "")
        return (
            declared is not None
            and declared.type is FieldType.TEXT
            and transition.asks.get(field) is True
            and transition.reason_required
            and target is not None
            and target.result is Result.REDIRECTED
        )

    @staticmethod
    def _bare(transition: Transition) -> bool:
        asked = (*transition.asks.values(), *transition.appends.values())
        return transition.by == (SYSTEM,) and not (
            transition.auto
            or transition.needs
            or transition.when
            or transition.reason_required
            or transition.at_most
            or any(asked)
        )

    def outside(self) -> Iterator[Finding]:
        """Yield what only the other procedure shows."""
        for index, transition in enumerate(self.parts.transitions):
            if transition.opens is None:
                continue
            loc: Loc = ("transitions", index, "opens")
            if self.asked.others is None:
                yield self._say(
                    "BV339",
                    loc,
                    "Chưa đối chiếu với thủ tục được mở, vì ở đây không có các thủ tục khác.",
                    "It was not compared with the procedure it opens: there are no others here.",
                    Severity.NOT_CHECKED,
                )
                continue
            key = transition.opens.procedure
            editions = () if key == self._key else self.asked.others.editions(key)
            if key == self._key:
                yield self._circle(loc, key)
            elif not editions:
                yield self._say(
                    "BV335",
                    (*loc, "procedure"),
                    f"Không có thủ tục {key!r}; hãy sửa tên, hoặc ban hành thủ tục đó trước.",
                    f"There is no procedure {key!r}; correct the name, or publish it first.",
                )
            for edition in editions:
                yield from self._fits(loc, transition, edition)

    @property
    def _key(self) -> str:
        return self.parts.shape.procedure

    def _circle(self, loc: Loc, key: str) -> Finding:
        return self._say(
            "BV336",
            (*loc, "procedure"),
            f"{key!r} và thủ tục này mở lẫn nhau thành vòng.",
            f"{key!r} and this procedure open one another in a circle.",
        )

    def _fits(self, loc: Loc, transition: Transition, other: Procedure) -> Iterator[Finding]:
        said = f"{other.key} {other.edition}"
        opened = {t.opens.procedure for t in other.transitions if t.opens}
        if self._key in opened:
            yield self._circle(loc, other.key)
            return
        if opened or other.opening is None:
            yield self._say(
                "BV332",
                (*loc, "procedure"),
                f"{said} không mở được từ hồ sơ khác: cần một bước 'by: system' rời trạng thái "
                "đầu, và bản thân nó không mở thủ tục nào.",
                f"{said} cannot be opened by another dossier: it needs an act 'by: system' that "
                "leaves its initial state, and opens no procedure itself.",
            )
            return
        yield from self._data(loc, transition, other, said)
        place = transition.target or transition.sources[0]
        awaited = {
            result for t in self.parts.transitions if place in t.sources for result in t.awaits
        }
        ends = _ends(other)
        for result in sorted(ends - awaited):
            yield self._say(
                "BV337",
                loc,
                f"{said} có thể kết thúc với {result!r}, nhưng ở {place!r} không bước nào "
                f"'awaits: {result}'.",
                f"{said} may end as {result!r}, but nothing in {place!r} 'awaits: {result}'.",
            )

    def _data(
        self, loc: Loc, transition: Transition, other: Procedure, said: str
    ) -> Iterator[Finding]:
        given = transition.opens.data if transition.opens else {}
        taken = draft_fields(other)
        for key, source in given.items():
            own = self.parts.shape.data.get(source)
            if key not in taken:
                near = closest(key, taken)
                yield self._say(
                    "BV338",
                    (*loc, "data", key),
                    f"{said} không nhận mục dữ liệu {key!r} khi mở.{near.vi}",
                    f"{said} takes no data field {key!r} when it is opened.{near.en}",
                )
            elif own is not None and own.type is not other.fields[key].type:
                yield self._say(
                    "BV338",
                    (*loc, "data", key),
                    f"Trường {source!r} có kiểu {own.type.value}, còn {key!r} của {said} có kiểu "
                    f"{other.fields[key].type.value}.",
                    f"The field {source!r} is of type {own.type.value}, and {key!r} of {said} of "
                    f"type {other.fields[key].type.value}.",
                )
        for key in taken:
            if other.fields[key].required and key not in given:
                yield self._say(
                    "BV338",
                    (*loc, "data"),
                    f"{said} cần mục {key!r} khi mở; hãy thêm vào 'data'.",
                    f"{said} needs the field {key!r} when it is opened; add it to 'data'.",
                )


def _ends(other: Procedure) -> set[str]:
    """Return the results with which a dossier that the system began can end."""
    ways = ways_of(other.states, other.transitions)
    begins = other.opening
    start = begins.target if begins is not None else None
    reached = reachable([start], ways.top) if start is not None else set(other.states)
    found = (other.states[path].result for path in reached)
    return {result.value for result in found if result is not None}
