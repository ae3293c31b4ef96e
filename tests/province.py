"""A province on any database, seen only through the API: people with tokens, a clock, nominations.

The database is made once per process and copied for each test, which is many times faster.
"""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from httpx2 import Response
from pypdf import PdfReader
from sqlalchemy import insert
from starlette.testclient import TestClient

from adapters.bootstrap import Application, build
from adapters.clock import StoryClock
from adapters.identity.records import Records
from adapters.services.accounts import Accounts
from adapters.services.people import NewGrant, NewOrganisation
from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.rows import subject_columns
from adapters.web.app import create_app
from engine.calendar import TZ
from engine.decide import open_draft
from engine.dossier import Actor, Paper
from engine.runtime import Ask
from tests.council import council_decides

API = "/api/v1"
LOG = "thu-nghiem/tdkt"
FOUNDED = datetime(2025, 7, 1, 8, 0, tzinfo=TZ)
MONDAY = datetime(2025, 11, 3, 8, 0, tzinfo=TZ)

PLACES = (
    NewOrganisation(
        id="tinh",
        name_vi="Ủy ban nhân dân tỉnh Hà Tĩnh",
        name_en="People's Committee of Hà Tĩnh Province",
        level="province",
        agency_code="H27",
    ),
    NewOrganisation(
        id="so",
        name_vi="Sở Nội vụ",
        name_en="Department of Home Affairs",
        level="province",
        parent="tinh",
        part_of="tinh",
    ),
    NewOrganisation(
        id="truong",
        name_vi="Sở Giáo dục và Đào tạo",
        name_en="Department of Education and Training",
        level="unit",
        parent="tinh",
    ),
)
# login -> (name, role, organisation, what it sees)
PEOPLE = {
    "don-vi": ("Ngô Thị Mười", "submitter", "truong", "own"),
    "tiep-nhan": ("Hà Duy Tân", "reception", "so", "own"),
    "chuyen-vien": ("Kiều Thu Sương", "specialist", "so", "own"),
    "thu-ky": ("Mạc Văn Lượng", "secretary", "so", "own"),
    "chu-toa": ("Đoàn Thế Vinh", "chair", "tinh", "own"),
    "lanh-dao": ("Thái Bá Dũng", "head", "so", "own"),
    "chu-tich": ("Uông Quốc Việt", "authority", "tinh", "own"),
    "luu-tru": ("Chử Thị Nết", "archivist", "so", "own"),
    "quan-tri": ("Lại Thế Phong", "administrator", "tinh", "own"),
    "quan-tri-2": ("Quách Minh Hằng", "administrator", "tinh", "own"),
    "kiem-tra": ("Tạ Đình Sáu", "auditor", "tinh", "subtree"),
}


@dataclass(frozen=True, slots=True)
class Nomination:
    """What is proposed, with which papers, and how the council votes on it."""

    data: Mapping[str, Any]
    papers: tuple[str, ...]
    tally: Mapping[str, int]
    titles: tuple[int, ...] = ()
    label: str = ""

    @property
    def name(self) -> str:
        """The name of who is proposed."""
        return str(self.data["nominee"]["name"])


def tally(members: int, present: int, written: int, yes: int) -> dict[str, int]:
    no = present + written - yes
    return {
        "members": members,
        "present": present,
        "written": written,
        "yes": yes,
        "no": no,
        "blank": 0,
    }


_PERIOD = {"from": "2024-01-01", "until": "2025-10-31"}
_SCHOOL = "Trường Trung học phổ thông Vũ Quang"
NOMINATIONS = {
    "merit": Nomination(
        data={
            "award": "merit",
            "nominee": {
                "kind": "individual",
                "name": "Đậu Thị Khuê Ngân",
                "birth_year": 1983,
                "gender": "female",
                "position": "Giáo viên",
                "unit": _SCHOOL,
            },
            "period": _PERIOD,
            "achievement": "Hai năm liên tục dẫn đầu việc xóa mù chữ ở vùng lũ Ngàn Sâu",
            "excellent_years": 2,
            "initiatives": 2,
        },
        papers=("submission", "report", "minutes", "initiative_recognition"),
        tally=tally(15, 12, 0, 10),
        label="Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    ),
    "flag": Nomination(
        data={
            "award": "flag",
            "nominee": {"kind": "collective", "name": _SCHOOL, "unit": "Sở Giáo dục và Đào tạo"},
            "period": _PERIOD,
            "cluster": "Khối các trường trung học phổ thông",
            "cluster_leader": True,
            "exceeds_targets": True,
        },
        papers=("submission", "report", "minutes", "vote_result", "cluster_minutes"),
        tally=tally(15, 12, 3, 12),
        label="Cờ thi đua",
    ),
    "soldier": Nomination(
        data={
            "award": "soldier",
            "nominee": {
                "kind": "individual",
                "name": "Cù Huy Tường Vĩ",
                "birth_year": 1979,
                "position": "Hiệu trưởng",
                "unit": _SCHOOL,
            },
            "period": _PERIOD,
        },
        papers=("submission", "report", "minutes", "vote_result", "initiative_certificate"),
        tally=tally(15, 12, 3, 14),
        titles=(2022, 2023, 2024),
        label="Chiến sĩ thi đua",
    ),
    "collective": Nomination(
        data={
            "award": "collective",
            "nominee": {"kind": "collective", "name": "Tổ Ngữ văn Hương Khê", "unit": _SCHOOL},
            "period": _PERIOD,
            "tasks_done": 100,
            "members_total": 20,
            "members_advanced": 14,
            "members_soldier": 1,
        },
        papers=("submission", "report", "minutes"),
        tally=tally(15, 10, 0, 8),
        label="Tập thể lao động xuất sắc",
    ),
}


class Person:
    """One person's program: calls the API with a token."""

    def __init__(self, app: FastAPI, token: str, portal: BlockingPortal | None = None) -> None:
        """Call `app`, on an event loop that is running already if there is one."""
        self._client = TestClient(app, headers={"Authorization": f"Bearer {token}"})
        self._client.portal = portal

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of what is there."""
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object) -> Any:
        """Send a change that must succeed and return its JSON."""
        answer = self.call("POST", path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def pdf(self, path: str) -> str:
        """Return the words of a PDF."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return words_of(answer.content)

    def upload(self, code: str, document: str = "", *, content: bytes = b"") -> dict[str, Any]:
        """Bring a PDF, into the draft if a document is named."""
        answer = self.call(
            "POST",
            f"/dossiers/{code}/documents",
            files={"file": (f"{document or 'tep'}.pdf", content or paper(), "application/pdf")},
            data={"document": document} if document else {},
        )
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def act(self, code: str, trigger: str, *, key: str = "", **asked: Any) -> Response:
        """Do one act and return whatever is answered."""
        headers = {"Idempotency-Key": key} if key else {}
        body = {"trigger": trigger, **asked}
        return self.call("POST", f"/dossiers/{code}/acts", json=body, headers=headers)

    def call(self, method: str, path: str, **options: Any) -> Response:
        """Send a request below `/api/v1`."""
        answer: Response = self._client.request(method, API + path, **options)
        return answer


@dataclass(slots=True)
class Province:
    """One running product, and the people in front of it."""

    application: Application
    app: FastAPI
    clock: StoryClock
    tokens: Mapping[str, str]
    portal: BlockingPortal | None = None
    _people: dict[str, Person] = field(default_factory=dict)

    def person(self, login: str) -> Person:
        """Return somebody at their program."""
        if login not in self._people:
            self._people[login] = Person(self.app, self.tokens[login], self.portal)
        return self._people[login]

    def at(self, local: str) -> None:
        """Let the clock run to a local instant, and the worker do what is due then."""
        self.clock.move_to(datetime.fromisoformat(local).replace(tzinfo=TZ))
        round_ = self.application.worker.look()
        assert round_.failed == 0

    def do(self, login: str, code: str, trigger: str, **asked: Any) -> Any:
        """Let somebody do an act that must be allowed; return the answer."""
        answer = self.person(login).act(code, trigger, **asked)
        assert answer.status_code == 200, f"{trigger}: {answer.text}"
        return answer.json()

    def refused(self, login: str, code: str, trigger: str, **asked: Any) -> Any:
        """Let somebody try what must be refused; nothing changes; return the problem."""
        before = self.dossier(code)["version"]
        answer = self.person(login).act(code, trigger, **asked)
        assert answer.status_code in (403, 409, 422), answer.text
        assert self.dossier(code)["version"] == before
        return answer.json()

    def dossier(self, code: str, login: str = "kiem-tra") -> Any:
        """Return a dossier as somebody sees it."""
        return self.person(login).get(f"/dossiers/{code}")

    def states(self, code: str) -> list[str]:
        """Return where a dossier stands."""
        return [one["path"] for one in self.dossier(code)["states"]]

    def due(self, code: str, clock: str = "resolution") -> str | None:
        """Return the due day of a clock."""
        found: dict[str, str | None] = {
            one["key"]: one["due_on"] for one in self.dossier(code)["clocks"]
        }
        return found[clock]

    def letter(self, code: str, key: str, login: str = "don-vi") -> str:
        """Return the words of the letter that was issued last under a key, made by the worker."""
        assert self.application.worker.look().failed == 0
        reader = self.person(login)
        found = [one for one in reader.get(f"/dossiers/{code}/letters") if one["key"] == key]
        return reader.pdf(f"/dossiers/{code}/letters/{found[-1]['id']}")

    def draft(self, nomination: Nomination, *, without: str = "", **more: Any) -> str:
        """Open a draft with its papers and return its code."""
        self.register(nomination)
        unit = self.person("don-vi")
        body = {
            "procedure": "provincial-award",
            "owner": "truong",
            "data": {**nomination.data, **more},
        }
        code: str = unit.post("/dossiers", body)["code"]
        for document in nomination.papers:
            if document != without:
                unit.upload(code, document)
        return code

    def actor(self, login: str) -> Actor:
        """Return somebody as the engine knows them."""
        who = self.app.state.services.accounts.by_token(self.tokens[login])
        actor: Actor = who.actor
        return actor

    def submitted_many(self, nomination: Nomination, count: int) -> list[str]:
        """Submit a nomination again and again, past the API, and return the codes."""
        parts = self.application.parts
        tree = Records(parts.db).tree()
        today = self.clock.now().astimezone(TZ).date()
        procedure = parts.editions.in_force("provincial-award", today)
        assert procedure is not None
        sha256, size = parts.files.put(paper())
        one = Paper(sha256=sha256, size=size, media_type="application/pdf", name="tep.pdf")
        unit = self.actor("don-vi")
        levels = tree.levels("truong")
        codes = []
        for _ in range(count):
            draft = open_draft(
                procedure,
                id=parts.ids.uuid7(),
                stream="",
                log=f"{parts.log}/{today.year}",
                code="",
                owner="truong",
                levels=levels,
                agencies=tree.agencies(levels.values()),
                created_by=str(unit.person),
                data=nomination.data,
            )
            kept = parts.store.create_draft(
                replace(draft, documents=dict.fromkeys(nomination.papers, (one,)))
            )
            parts.engine.act(Ask(ref=kept.id, trigger="submit", actor=unit))
            codes.append(kept.code)
        return codes

    def register(self, nomination: Nomination) -> None:
        """Enter earlier titles, as the import of an older register does."""
        rows = [
            {
                **subject_columns(nomination.data["nominee"]),
                "award": "grassroots-soldier",
                "award_vi": "Chiến sĩ thi đua cơ sở",
                "award_en": "Grassroots Emulation Soldier",
                "year": year,
                "level": "unit",
                "type": "merit",
                "deed": f"{year % 100}/QĐ",
                "decided_on": date(year, 12, 20),
                "org": "tinh",
            }
            for year in nomination.titles
        ]
        if rows:
            self.application.parts.db.write(lambda c: c.execute(insert(t.awards), rows))

    def reviewing(self, award: str = "merit") -> str:
        """Bring a nomination to its appraisal, on Monday 3 November 2025."""
        code = self.draft(NOMINATIONS[award])
        self.do("don-vi", code, "submit")
        told = self.do("tiep-nhan", code, "accept", data={"received_complete_on": "2025-11-03"})
        received: str = told["received_code"]
        return received

    def appraised(self, award: str = "merit") -> str:
        """Bring a nomination to the end of its review."""
        code = self.reviewing(award)
        self.do("chuyen-vien", code, "waive", reason="not_needed")
        self.do("chuyen-vien", code, "appraise")
        return code

    def on_agenda(self, award: str = "merit") -> str:
        """Bring a nomination before the council, on Friday 7 November 2025."""
        code = self.reviewing(award)
        self.at("2025-11-04T08:00")
        self.do("chuyen-vien", code, "waive", reason="not_needed")
        self.at("2025-11-05T08:00")
        self.do("chuyen-vien", code, "appraise")
        self.do("chuyen-vien", code, "recommend")
        self.at("2025-11-06T09:00")
        self.do("lanh-dao", code, "put_on_agenda")
        self.at("2025-11-07T15:00")
        return code

    def vote(self, code: str, tally: Mapping[str, int]) -> Any:
        """Let the council hold a session on one nomination, from its call to its protocol."""
        return self.session({code: tally})

    def session(self, decided: Mapping[str, Mapping[str, int] | None]) -> dict[str, Any]:
        """Let the council decide many at once; None puts an item off."""
        return council_decides(self.application.parts, decided, "thu-ky", "chu-toa")

    def with_authority(self, award: str = "merit") -> str:
        """Bring a nomination to the desk of the deciding authority."""
        code = self.on_agenda(award)
        self.vote(code, NOMINATIONS[award].tally)
        return code

    def many_with_authority(self, awards: Sequence[str]) -> list[str]:
        """Bring nominations to the desk of the deciding authority, side by side."""
        codes = [self.reviewing(award) for award in awards]
        self.at("2025-11-05T08:00")
        for code in codes:
            self.do("chuyen-vien", code, "waive", reason="not_needed")
            self.do("chuyen-vien", code, "appraise")
            self.do("chuyen-vien", code, "recommend")
        self.at("2025-11-06T09:00")
        for code in codes:
            self.do("lanh-dao", code, "put_on_agenda")
        self.at("2025-11-07T15:00")
        for code, award in zip(codes, awards, strict=True):
            self.vote(code, NOMINATIONS[award].tally)
        return codes

    def decide(self, code: str, number: str = "3187/QĐ-UBND", on: str = "2025-11-12") -> Any:
        """Let the authority decide on a day, the morning of which it is."""
        self.at(f"{on}T09:00")
        data = {"decision_number": number, "decision_on": on}
        return self.do("chu-tich", code, "decide", data=data)


def paper(about: str = "giay to") -> bytes:
    """Return a small file that counts as a PDF."""
    return f"%PDF-1.7\n% {about}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n".encode()


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF, composed, with single spaces."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))


def found(settings: Settings) -> dict[str, str]:
    """Make a database with the people of the province; return login -> token."""
    application = build(settings, StoryClock(FOUNDED))
    try:
        records, accounts = Records(application.parts.db), Accounts(application.parts)
        tokens = {}
        for place in PLACES:
            application.people.add_organisation(None, place)
        for login, (name, role, org, sees) in PEOPLE.items():
            account = application.people.add_account(None, login, name, None)
            application.people.grant(
                None,
                NewGrant(account=account, role=role, org=org, sees=sees, from_on=date(2025, 1, 1)),
            )
            tokens[login] = accounts.issue_token(account, "thử nghiệm", None)
        assert records.account_by_login("don-vi") is not None
        return tokens
    finally:
        application.close()


@dataclass
class Ground:
    """Where provinces are built: a prepared SQLite file, and PostgreSQL for those who ask."""

    folder: Path
    server: Callable[[], Any]
    _tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    @contextmanager
    def settings(self, kind: str, folder: Path) -> Iterator[tuple[Settings, Mapping[str, str]]]:
        """Give the settings of a province of its own, with nobody at it yet."""
        if kind == "sqlite":
            made = self._sqlite()
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(made, folder / made.name)
            yield Settings(data=folder, log=LOG), self._tokens["sqlite"]
            return
        server = self.server()
        template = server.template(f"province {self.folder}", self._postgres)
        name = server.create(template)
        try:
            yield Settings(data=folder, database=server.url(name), log=LOG), self._tokens[kind]
        finally:
            server.drop(name)

    @contextmanager
    def province(self, kind: str, folder: Path, at: datetime = MONDAY) -> Iterator[Province]:
        """Give a province on a kind of database, on a Monday morning."""
        with (
            self.settings(kind, folder) as (settings, tokens),
            self.province_at(settings, tokens, at) as one,
        ):
            yield one

    @contextmanager
    def province_at(
        self, settings: Settings, tokens: Mapping[str, str], at: datetime = MONDAY
    ) -> Iterator[Province]:
        """Give a province on a database that is there already."""
        clock = StoryClock(at)
        application = build(settings, clock)
        try:
            # One event loop for all requests: a new one for each takes longer than most answers.
            with start_blocking_portal() as portal:
                yield Province(application, create_app(application.parts), clock, tokens, portal)
        finally:
            application.close()

    def _sqlite(self) -> Path:
        made = self.folder / "bangvang.sqlite"
        if not made.exists():
            self._tokens["sqlite"] = found(Settings(data=self.folder, log=LOG))
        return made

    def _postgres(self, url: str) -> None:
        settings = Settings(data=self.folder / "postgres", database=url, log=LOG)
        self._tokens["postgres"] = found(settings)
