"""A made-up province at work, told by a clock that ends now, so that it is fresh whenever it runs.

Places exist, people do not. Everything is done by the engine itself, act by act; only the clock is
made up, and the log says that it is a demonstration.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from adapters.bootstrap import Application, build
from adapters.clock import StoryClock
from adapters.demo_sessions import hold_session
from adapters.identity.records import Records
from adapters.services.people import NewGrant, NewOrganisation
from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.rows import subject_columns
from adapters.web.pages import DemoAccount
from engine.calendar import TZ
from engine.decide import open_draft
from engine.definition import Procedure
from engine.dossier import Actor, Paper
from engine.runtime import Ask
from engine.text import Text
from procedures.catalogue import national_calendar

PASSWORD = "bang-vang-trinh-dien"
PROVINCE = "tinh"
PROCEDURE = "provincial-award"

OFFICES = (
    (
        "tinh",
        "Ủy ban nhân dân tỉnh Hà Tĩnh",
        "People's Committee of Hà Tĩnh Province",
        "province",
        None,
        None,
    ),
    ("snv", "Sở Nội vụ", "Department of Home Affairs", "province", "tinh", "tinh"),
    (
        "tthcc",
        "Trung tâm Phục vụ hành chính công tỉnh",
        "Provincial Public Administration Service Centre",
        "province",
        "tinh",
        "tinh",
    ),
    (
        "hdtdkt",
        "Hội đồng Thi đua - Khen thưởng tỉnh",
        "Provincial Emulation and Commendation Council",
        "province",
        "tinh",
        "tinh",
    ),
    (
        "sgddt",
        "Sở Giáo dục và Đào tạo",
        "Department of Education and Training",
        "unit",
        "tinh",
        None,
    ),
    ("syt", "Sở Y tế", "Department of Health", "unit", "tinh", None),
    (
        "thanh-sen",
        "Ủy ban nhân dân phường Thành Sen",
        "People's Committee of Thành Sen Ward",
        "unit",
        "tinh",
        None,
    ),
)

PEOPLE = (
    (
        "donvi",
        "Trần Thị Hoài Thương",
        (("submitter", "sgddt"),),
        Text("Đơn vị trình khen", "Submitting unit"),
    ),
    (
        "donvi2",
        "Phan Văn Thạch",
        (("submitter", "syt"), ("submitter", "thanh-sen")),
        Text("Đơn vị trình khen khác", "Another submitting unit"),
    ),
    ("tiepnhan", "Lê Thị Mỹ Hạnh", (("reception", "tthcc"),), Text("Tiếp nhận", "Reception")),
    ("chuyenvien", "Nguyễn Đức Kiên", (("specialist", "snv"),), Text("Chuyên viên", "Specialist")),
    (
        "thuky",
        "Võ Hồng Nhung",
        (("secretary", "hdtdkt"),),
        Text("Thư ký Hội đồng", "Council secretary"),
    ),
    (
        "lanhdao",
        "Đặng Quốc Khánh Toàn",
        (("head", "snv"),),
        Text("Lãnh đạo Sở Nội vụ", "Head of the department"),
    ),
    (
        "chutich",
        "Hoàng Trung Chính",
        (("authority", "tinh"), ("chair", "hdtdkt")),
        Text("Người quyết định", "Deciding authority"),
    ),
    ("luutru", "Bùi Thị Lệ Quyên", (("archivist", "snv"),), Text("Lưu trữ", "Archivist")),
    (
        "quantri",
        "Dương Minh Tuệ",
        (("administrator", "tinh"),),
        Text("Quản trị (soạn)", "Administrator (drafts)"),
    ),
    (
        "quantri2",
        "Lưu Thị Phương",
        (("administrator", "tinh"),),
        Text("Quản trị (ban hành)", "Administrator (publishes)"),
    ),
    ("kiemtra", "Cao Xuân Lãm", (("auditor", "tinh"),), Text("Kiểm tra", "Auditor")),
)


def accounts_of_demo() -> tuple[DemoAccount, ...]:
    """Return the accounts that the start page offers."""
    return tuple(
        DemoAccount(login=login, password=PASSWORD, name=name, role=label)
        for login, name, _, label in PEOPLE
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a tale: when (in working days and minutes after its first), who, what."""

    day: int
    minute: int
    who: str
    do: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tale:
    """One dossier: filed how many working days ago, by whom, about what, and what became of it."""

    days_ago: int
    owner: str
    who: str
    data: Mapping[str, Any]
    steps: tuple[Step, ...]
    papers: tuple[str, ...]
    titles: tuple[int, ...] = ()


def tell(settings: Settings) -> None:
    """Write the demonstration into an empty folder, replacing the one of the day before."""
    shutil.rmtree(settings.data, ignore_errors=True)
    now = datetime.now(UTC)
    clock = StoryClock(_day(_working_days_ago(now, 45), 7 * 60))
    application = build(settings, clock)
    try:
        teller = _Teller(application, clock, now)
        teller.people()
        teller.tell(_tales())
    finally:
        application.close()


class _Teller:
    """Plays tales on one clock."""

    def __init__(self, application: Application, clock: StoryClock, until: datetime) -> None:
        self._app = application
        self._clock = clock
        self._until = until
        self._ids: dict[str, str] = {}

    def people(self) -> None:
        """Enter offices, accounts and roles."""
        enter = self._app.people
        for id, vi, en, level, parent, part_of in OFFICES:
            code = "H27.15" if id == PROVINCE else None
            enter.add_organisation(
                None,
                NewOrganisation(
                    id=id,
                    name_vi=vi,
                    name_en=en,
                    level=level,
                    parent=parent,
                    part_of=part_of,
                    agency_code=code,
                ),
            )
        since = self._clock.now().astimezone(TZ).date() - timedelta(days=365)
        for login, name, roles, _ in PEOPLE:
            account = self._ids[login] = enter.add_account(None, login, name, PASSWORD)
            for role, org in roles:
                sees = "subtree" if role == "auditor" else "own"
                enter.grant(
                    None,
                    NewGrant(
                        account=account,
                        role=role,
                        org=org,
                        sees=sees,
                        from_on=since,
                        deed="Quyết định phân công (dữ liệu trình diễn)",
                    ),
                )

    def tell(self, tales: tuple[Tale, ...]) -> None:
        """Play all tales at once, in the order of time, as far as now."""
        refs: dict[int, str] = {}
        for at, number, step in sorted(self._moments(tales), key=lambda m: (m[0], m[1])):
            if at >= self._until:
                break
            self._pass_time(at)
            if step is None:
                refs[number] = self._open(tales[number])
            else:
                self._do(refs[number], step)
        self._pass_time(self._until)

    def _moments(self, tales: tuple[Tale, ...]) -> Iterator[tuple[datetime, int, Step | None]]:
        calendar = national_calendar()
        for number, tale in enumerate(tales):
            filed = _working_days_ago(self._until, tale.days_ago)
            yield _day(filed, 8 * 60 + number), number, None
            for step in tale.steps:
                on = calendar.add_working_days(filed, step.day)
                yield _day(on, step.minute), number, step

    def _pass_time(self, until: datetime) -> None:
        """Let the clock run, and rungs fire when they are due and not when somebody looks."""
        while self._clock.now() < until:
            self._clock.move_to(min(until, self._clock.now() + timedelta(hours=1)))
            self._app.parts.engine.sweep()

    def _open(self, tale: Tale) -> str:
        parts = self._app.parts
        tree = Records(parts.db).tree()
        on = self._clock.now().astimezone(TZ).date()
        procedure = parts.editions.in_force(PROCEDURE, on)
        assert procedure is not None
        self._titles(tale)
        levels = tree.levels(tale.owner)
        draft = open_draft(
            procedure,
            id=parts.ids.uuid7(),
            stream="",
            log=f"{parts.log}/{on.year}",
            code="",
            owner=tale.owner,
            levels=levels,
            agencies=tree.agencies(levels.values()),
            created_by=self._ids[tale.who],
            data={
                "period": {"from": f"{on.year - 1}-01-01", "until": f"{on.year - 1}-12-31"},
                **({"commendation_type": "regular"} if _asks_type(procedure) else {}),
                **tale.data,
            },
        )
        ref = parts.store.create_draft(draft).id
        if tale.papers:
            created = parts.store.load(ref, "", None).dossier
            papers = {key: (self._paper(key),) for key in tale.papers}
            parts.store.save_draft(replace(created, documents=papers), created.revision)
        return ref

    def _titles(self, tale: Tale) -> None:
        """Enter older awards of the nominee, as an import of the old register would."""
        rows = [
            {
                **subject_columns(tale.data["nominee"]),
                "award": "grassroots-soldier",
                "award_vi": "Chiến sĩ thi đua cơ sở",
                "award_en": "Grassroots Emulation Soldier",
                "year": year,
                "level": "unit",
                "type": "merit",
                "deed": f"{120 + year % 10}/QĐ",
                "decided_on": date(year, 12, 20),
                "org": PROVINCE,
            }
            for year in tale.titles
        ]
        if rows:
            self._app.parts.db.write(lambda c: c.execute(insert(t.awards), rows))

    def _do(self, ref: str, step: Step) -> None:
        if step.do == _SESSION:
            people = self._actor("thuky"), self._actor("chutich")
            decided = {ref: step.given["tally"]}
            hold_session(self._app.parts, *people, PROVINCE, decided, self._paper("minutes"))
            return
        given = dict(step.given)
        papers = {key: (self._paper(key),) for key in given.pop("papers", ())}
        data = {k: self._said(v) for k, v in given.pop("data", {}).items()}
        self._app.parts.engine.act(
            Ask(
                ref=ref,
                trigger=step.do,
                actor=self._actor(step.who),
                data=data,
                documents=papers,
                **given,
            )
        )

    def _said(self, value: Any) -> Any:
        """Let a tale say `today`."""
        if isinstance(value, dict):
            return {key: self._said(inner) for key, inner in value.items()}
        return self._clock.now().astimezone(TZ).date().isoformat() if value == "today" else value

    def _actor(self, login: str) -> Actor:
        records = Records(self._app.parts.db)
        account = self._ids[login]
        tree = records.tree()
        held = records.roles(account, self._clock.now().astimezone(TZ).date())
        return Actor(person=account, grants=tuple(tree.grant(one) for one in held), auth="password")

    def _paper(self, key: str) -> Paper:
        content = _pdf(key)
        sha256, size = self._app.parts.files.put(content)
        return Paper(
            sha256=sha256, size=size, media_type="application/pdf", name=f"{key}.pdf", signed=True
        )


def _asks_type(procedure: Procedure) -> bool:
    """Return whether the edition in force on that day asks for the type of commendation."""
    return "commendation_type" in procedure.fields


def _pdf(title: str) -> bytes:
    """Return a PDF of one page that says what it stands for (ASCII only)."""
    drawn = f"BT /F1 18 Tf 72 720 Td (Demonstration: {title}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _working_days_ago(now: datetime, days: int) -> date:
    return national_calendar().add_working_days(now.astimezone(TZ).date(), -days)


def _day(on: date, minute: int) -> datetime:
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=TZ)


def _person(name: str, year: int, position: str, unit: str) -> dict[str, Any]:
    return {
        "kind": "individual",
        "name": name,
        "birth_year": year,
        "position": position,
        "unit": unit,
    }


def _collective(name: str, unit: str) -> dict[str, Any]:
    return {"kind": "collective", "name": name, "unit": unit}


_ALL = ("submission", "report", "minutes")
_SUBMIT = Step(0, 8 * 60 + 40, "donvi", "submit")
_SUBMIT2 = Step(0, 8 * 60 + 50, "donvi2", "submit")
_ACCEPT = Step(0, 10 * 60, "tiepnhan", "accept", {"data": {"received_complete_on": "today"}})
_WAIVE = Step(1, 9 * 60, "chuyenvien", "waive", {"reason": "yearly_lists"})
_APPRAISE = Step(6, 15 * 60, "chuyenvien", "appraise")
_RECOMMEND = Step(7, 10 * 60, "chuyenvien", "recommend")
_AGENDA = Step(8, 9 * 60, "lanhdao", "put_on_agenda")
_ASK = Step(
    1,
    9 * 60 + 30,
    "chuyenvien",
    "ask",
    {"data": {"agencies": "Công an tỉnh; Thuế tỉnh", "agencies_count": 2}},
)


_SESSION = "session"
"""Not a trigger: a whole session of the council, on the one dossier of the tale."""


def _vote(yes: int, no: int) -> Step:
    tally = {
        "members": 15,
        "present": 15,
        "written": 0,
        "yes": yes,
        "no": no,
        "blank": 15 - yes - no,
    }
    return Step(10, 16 * 60, "thuky", _SESSION, {"tally": tally})


def _decide(number: str) -> Step:
    return Step(
        13,
        14 * 60,
        "chutich",
        "decide",
        {"data": {"decision_number": number, "decision_on": "today"}},
    )


_SCHOOL = "Trường Trung học phổ thông Lê Hữu Trác"
_WAY = (_SUBMIT, _ACCEPT, _WAIVE, _APPRAISE, _RECOMMEND, _AGENDA)
_WAY2 = (_SUBMIT2, _ACCEPT, _WAIVE, _APPRAISE, _RECOMMEND, _AGENDA)


def _tales() -> tuple[Tale, ...]:
    return (
        Tale(
            38,
            "sgddt",
            "donvi",
            {
                "award": "merit",
                "excellent_years": 2,
                "initiatives": 2,
                "achievement": "Hai năm liên tục hoàn thành xuất sắc nhiệm vụ, có hai sáng kiến.",
                "nominee": _person("Nguyễn Thị Khánh Huyền", 1984, "Giáo viên", _SCHOOL),
            },
            (
                *_WAY,
                _vote(14, 1),
                _decide("2451/QĐ-UBND"),
                Step(14, 9 * 60, "chuyenvien", "announce"),
                Step(18, 9 * 60, "donvi", "hand_over", {"data": {"handed_over_on": "today"}}),
                Step(20, 9 * 60, "luutru", "archive"),
            ),
            (*_ALL, "initiative_recognition"),
        ),
        Tale(
            30,
            "syt",
            "donvi2",
            {
                "award": "soldier",
                "achievement": "Ba lần liên tục đạt danh hiệu Chiến sĩ thi đua cơ sở.",
                "nominee": _person("Đinh Công Thuận", 1979, "Bác sĩ", "Bệnh viện Đa khoa tỉnh"),
            },
            (*_WAY2, _vote(14, 1), _decide("2533/QĐ-UBND")),
            (*_ALL, "vote_result", "initiative_certificate"),
            (2023, 2024, 2025),
        ),
        Tale(
            26,
            "sgddt",
            "donvi",
            {
                "award": "flag",
                "cluster": "Khối các trường trung học phổ thông",
                "cluster_leader": True,
                "exceeds_targets": True,
                "achievement": "Dẫn đầu phong trào thi đua của khối.",
                "nominee": _collective(_SCHOOL, "Sở Giáo dục và Đào tạo"),
            },
            (*_WAY, _vote(11, 4)),
            (*_ALL, "vote_result", "cluster_minutes"),
        ),
        Tale(
            27,
            "thanh-sen",
            "donvi2",
            {
                "award": "merit",
                "excellent_years": 2,
                "achievement": "Hoàn thành xuất sắc nhiệm vụ hai năm liên tục.",
                "nominee": _collective("Phòng Văn hóa - Xã hội", "Phường Thành Sen"),
            },
            (_SUBMIT2, _ACCEPT, _ASK, _APPRAISE),
            _ALL,
        ),
        Tale(
            24,
            "sgddt",
            "donvi",
            {
                "award": "collective",
                "tasks_done": 100,
                "members_total": 40,
                "members_advanced": 34,
                "members_soldier": 5,
                "achievement": "100 % nhiệm vụ hoàn thành, 85 % Lao động tiên tiến.",
                "nominee": _collective("Tổ Khoa học tự nhiên", _SCHOOL),
            },
            (*_WAY, _vote(13, 2)),
            _ALL,
        ),
        Tale(
            20,
            "syt",
            "donvi2",
            {
                "award": "merit",
                "excellent_years": 3,
                "initiatives": 2,
                "nominee": _person(
                    "Hồ Thị Bích Ngọc", 1990, "Điều dưỡng trưởng", "Trung tâm Y tế Thạch Hà"
                ),
            },
            (*_WAY2,),
            (*_ALL, "initiative_recognition"),
        ),
        Tale(
            16,
            "sgddt",
            "donvi",
            {
                "award": "soldier",
                "nominee": _person("Lê Quang Vịnh", 1986, "Phó Hiệu trưởng", _SCHOOL),
            },
            (_SUBMIT, _ACCEPT, _WAIVE),
            (*_ALL, "vote_result", "initiative_certificate"),
            (2024, 2025),
        ),
        Tale(
            12,
            "thanh-sen",
            "donvi2",
            {
                "award": "merit",
                "household_contribution": True,
                "achievement": "Hiến 320 m² đất mở đường liên thôn.",
                "nominee": {
                    "kind": "household",
                    "name": "Hộ ông Trịnh Xuân Bảng",
                    "unit": "Tổ dân phố 3",
                },
            },
            (
                _SUBMIT2,
                _ACCEPT,
                Step(
                    2,
                    9 * 60,
                    "chuyenvien",
                    "return",
                    {
                        "reason": "confirmation_missing",
                        "data": {
                            "supplement_items": "Xác nhận của phường về diện tích đất đã hiến\n"
                            "Bản chụp biên bản bàn giao đất"
                        },
                    },
                ),
            ),
            _ALL,
        ),
        Tale(
            9,
            "syt",
            "donvi2",
            {
                "award": "flag",
                "cluster": "Khối các bệnh viện",
                "cluster_leader": True,
                "exceeds_targets": True,
                "nominee": _collective("Bệnh viện Phục hồi chức năng", "Sở Y tế"),
            },
            (
                _SUBMIT2,
                _ACCEPT,
                _ASK,
                Step(
                    3,
                    10 * 60,
                    "chuyenvien",
                    "record_opinion",
                    {
                        "data": {
                            "opinions": {"agency": "Thuế tỉnh", "stance": "agree", "on": "today"}
                        }
                    },
                ),
                Step(
                    4,
                    9 * 60,
                    "chuyenvien",
                    "hold",
                    {
                        "ground": "complaint",
                        "reason": "Có đơn khiếu nại về thành tích",
                        "paper": "Phiếu chuyển đơn số 45/PC-TTr",
                    },
                ),
            ),
            (*_ALL, "vote_result", "cluster_minutes"),
        ),
        Tale(
            5,
            "sgddt",
            "donvi",
            {
                "award": "merit",
                "excellent_years": 2,
                "initiatives": 2,
                "nominee": _person("Phạm Hoài An", 1992, "Giáo viên", "Trường Tiểu học Bắc Hà"),
            },
            (_SUBMIT, _ACCEPT, _WAIVE),
            (*_ALL, "initiative_recognition"),
        ),
        Tale(
            2,
            "thanh-sen",
            "donvi2",
            {
                "award": "merit",
                "excellent_years": 2,
                "nominee": _collective("Trạm Y tế phường", "Phường Thành Sen"),
            },
            (_SUBMIT2, Step(0, 11 * 60, "tiepnhan", "refuse", {"reason": "wrong_place"})),
            _ALL,
        ),
        Tale(
            1,
            "sgddt",
            "donvi",
            {
                "award": "merit",
                "excellent_years": 2,
                "initiatives": 2,
                "nominee": _person(
                    "Trương Thị Diệu Linh", 1988, "Kế toán", "Trường Trung học cơ sở Lê Bình"
                ),
            },
            (_SUBMIT,),
            (*_ALL, "initiative_recognition"),
        ),
        Tale(
            1,
            "syt",
            "donvi2",
            {
                "award": "soldier",
                "nominee": _person(
                    "Nguyễn Hữu Phước", 1981, "Trưởng khoa", "Bệnh viện Đa khoa tỉnh"
                ),
            },
            (),
            ("submission",),
            (2023, 2024, 2025),
        ),
    )
