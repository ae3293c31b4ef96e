"""A program that calls the API as a logged-in person, and the story of a nomination told by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from engine.calendar import TZ
from tests.council import council_decides
from tests.pages import PASSWORD, World

API = "/api/v1"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

MERIT: Mapping[str, Any] = {
    "award": "merit",
    "nominee": {
        "kind": "individual",
        "name": "Lê Văn Thắng",
        "birth_year": 1979,
        "gender": "male",
        "position": "Phó Trưởng phòng",
        "unit": "Phòng Văn hóa - Xã hội xã Cẩm Lạc",
    },
    "period": {"from": "2024-01-01", "until": "2025-10-31"},
    "achievement": "Hoàn thành xuất sắc nhiệm vụ hai năm liên tục",
    "excellent_years": 2,
    "initiatives": 2,
}
PAPERS = ("submission", "report", "minutes", "initiative_recognition")


class Caller:
    """One person's client; every change carries the session's token, as our pages would."""

    def __init__(self, world: World, login: str = "", *, raises: bool = True) -> None:
        """Log in if a login is given; `raises`: faults of the server come out as exceptions."""
        self.client = TestClient(
            world.app, base_url="http://bangvang.test", raise_server_exceptions=raises
        )
        self.headers: dict[str, str] = {}
        if login:
            answer = self.client.post(f"{API}/session", json={"login": login, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            self.headers["X-CSRF-Token"] = answer.json()["csrf"]
            self.account = answer.json()["me"]["account"]

    def get(self, path: str, **options: Any) -> Response:
        """Ask for something."""
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Response:
        """Ask for a change, or search."""
        return self.call("POST", path, json=body, **options)

    def put(self, path: str, body: object, **options: Any) -> Response:
        """Replace something."""
        return self.call("PUT", path, json=body, **options)

    def delete(self, path: str) -> Response:
        """Take something away."""
        return self.call("DELETE", path)

    def call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> Response:
        """Send a request below `/api/v1`."""
        answer: Response = self.client.request(
            method, API + path, headers={**self.headers, **(headers or {})}, **options
        )
        return answer

    def act(self, code: str, trigger: str, **asked: Any) -> Response:
        """Do one act on a dossier."""
        return self.post(f"/dossiers/{code}/acts", {"trigger": trigger, **asked})

    def uploaded(self, code: str, document: str | None = None) -> Response:
        """Bring a PDF."""
        return self.call(
            "POST",
            f"/dossiers/{code}/documents",
            files={"file": ("bao cao.pdf", PDF, "application/pdf")},
            data={"document": document} if document else {},
        )


@dataclass(frozen=True, slots=True)
class Story:
    """A nomination on its way through the office, one act after the other."""

    world: World

    def at(self, instant: str) -> None:
        """Move the clock on to a local instant."""
        self.world.clock.move_to(datetime.fromisoformat(instant).replace(tzinfo=TZ))

    def caller(self, login: str) -> Caller:
        """Return a client of one person, freshly logged in."""
        return Caller(self.world, login)

    def draft(self, login: str = "an", owner: str = "truong") -> str:
        """Open a complete draft and return its code."""
        unit = self.caller(login)
        opened = unit.post(
            "/dossiers", {"procedure": "provincial-award", "owner": owner, "data": MERIT}
        )
        assert opened.status_code == 201, opened.text
        code: str = opened.json()["code"]
        for document in PAPERS:
            brought = unit.uploaded(code, document)
            assert brought.status_code == 201, brought.text
        return code

    def submitted(self) -> str:
        """Submit a nomination on the morning of 3 November 2025 and return its code."""
        code = self.draft()
        self.at("2025-11-03T09:00")
        self.done("an", code, "submit")
        return code

    def reviewing(self) -> str:
        """Bring a nomination to its appraisal."""
        code = self.submitted()
        self.at("2025-11-03T10:00")
        self.done("binh", code, "accept", data={"received_complete_on": "2025-11-03"})
        return code

    def decided(self) -> str:
        """Bring a nomination to its decision."""
        code = self.reviewing()
        self.at("2025-11-04T08:00")
        self.done("chi", code, "waive", reason="not_needed")
        self.at("2025-11-05T08:00")
        self.done("chi", code, "appraise")
        self.at("2025-11-06T08:00")
        self.done("chi", code, "recommend")
        self.at("2025-11-07T08:00")
        self.done("em", code, "put_on_agenda")
        self.at("2025-11-10T15:00")
        tally = {"members": 15, "present": 10, "written": 0, "yes": 8, "no": 2, "blank": 0}
        council_decides(self.world.application.parts, {code: tally}, "dung", "duc")
        self.at("2025-11-12T09:00")
        self.done(
            "giang",
            code,
            "decide",
            data={"decision_number": "3120/QĐ-UBND", "decision_on": "2025-11-12"},
        )
        return code

    def done(self, login: str, code: str, trigger: str, **asked: Any) -> dict[str, Any]:
        """Let somebody do an act that must be allowed; return the answer."""
        answer = self.caller(login).act(code, trigger, **asked)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told
