"""A small province behind the pages: people of every role, a story's clock, cheap passwords."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from adapters.bootstrap import Application, build
from adapters.clock import StoryClock
from adapters.identity.passwords import Passwords
from adapters.services.people import NewGrant, NewOrganisation, People
from adapters.settings import Settings
from adapters.web import pages
from adapters.web.app import create_app
from engine.calendar import TZ
from engine.text import Text

MONDAY = datetime(2025, 11, 3, 8, 0, tzinfo=TZ)
DATABASE = "bangvang.sqlite"
HOME = "http://bangvang.test"
PASSWORD = "mat khau cho thu nghiem"
PDF = b"%PDF-1.4\n%%EOF\n"

# login -> (name, role, organisation, what it sees)
PEOPLE = {
    "an": ("Nguyễn Thị An", "submitter", "truong", "own"),
    "binh": ("Trần Văn Bình", "reception", "so", "own"),
    "chi": ("Lê Thị Chi", "specialist", "so", "own"),
    "dung": ("Phạm Tiến Dũng", "secretary", "so", "own"),
    "duc": ("Tống Minh Đức", "chair", "tinh", "own"),
    "em": ("Đỗ Văn Em", "head", "so", "own"),
    "giang": ("Vũ Hương Giang", "authority", "tinh", "own"),
    "hai": ("Bùi Hải", "archivist", "so", "own"),
    "quan": ("Hoàng Quân", "administrator", "tinh", "subtree"),
    "tri": ("Đinh Trí", "administrator", "tinh", "subtree"),
    "kiem": ("Cao Văn Kiểm", "auditor", "tinh", "subtree"),
    "la": ("Người Lạ", "submitter", "truong-khac", "own"),
}
PLACES = (
    NewOrganisation(
        id="tinh",
        name_vi="Ủy ban nhân dân tỉnh",
        name_en="Provincial People's Committee",
        level="province",
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
        name_vi="Trường THPT Lê Hồng Phong",
        name_en="Le Hong Phong High School",
        level="unit",
        parent="tinh",
    ),
    NewOrganisation(
        id="truong-khac",
        name_vi="Trường THPT Trần Phú",
        name_en="Tran Phu High School",
        level="unit",
        parent="tinh",
    ),
)


@dataclass(frozen=True, slots=True)
class World:
    """One running product with a story's clock."""

    application: Application
    people: People
    app: FastAPI
    clock: StoryClock

    def visitor(self, login: str = "", *, lang: str = "vi") -> Visitor:
        """Return a browser without scripts, logged in if a login is given."""
        client = TestClient(self.app, base_url=HOME, follow_redirects=True)
        client.cookies.set("bangvang_lang", lang)
        visitor = Visitor(client)
        if login:
            visitor.get("/login")
            visitor.send("/login", login=login, password=PASSWORD)
        return visitor


@contextmanager
def world(folder: Path, *, at: datetime = MONDAY) -> Iterator[World]:
    """Give a province on SQLite in an empty folder, on the morning of a working Monday.

    It is founded once per process and copied from then on, which is many times faster.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DATABASE).write_bytes(_founded())
    with _opened(folder, at) as one:
        yield one


@cache
def _founded() -> bytes:
    """Return the database of a province with all its people in it."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        with _opened(folder, MONDAY) as one:
            for place in PLACES:
                one.people.add_organisation(None, place)
            for login, (name, role, org, sees) in PEOPLE.items():
                account = one.people.add_account(None, login, name, PASSWORD)
                held = NewGrant(
                    account=account, role=role, org=org, sees=sees, from_on=date(2025, 1, 1)
                )
                one.people.grant(None, held)
        return (folder / DATABASE).read_bytes()


@contextmanager
def _opened(folder: Path, at: datetime) -> Iterator[World]:
    clock = StoryClock(at)
    built = build(Settings(data=folder, log="thu-nghiem"), clock)
    cheap = Passwords(hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
    people = People(built.parts.db, built.parts.config_log, cheap, built.parts.ids)
    app = create_app(replace(built.parts, passwords=cheap))
    pages.install(app, demo_accounts())
    try:
        yield World(built, people, app, clock)
    finally:
        built.close()


_OFFERED = (("an", Text("Đơn vị", "Unit")), ("chi", Text("Chuyên viên", "Specialist")))


def demo_accounts() -> tuple[pages.DemoAccount, ...]:
    """Return two accounts for the list at log-in."""
    return tuple(
        pages.DemoAccount(login=login, password=PASSWORD, name=PEOPLE[login][0], role=role)
        for login, role in _OFFERED
    )


@dataclass(slots=True)
class Form:
    """One form of a page: where it goes, and what stands in it."""

    action: str
    method: str
    values: dict[str, str]
    html: str


class Visitor:
    """A person with a browser that runs no scripts: reads pages, fills in forms."""

    def __init__(self, client: TestClient) -> None:
        """Look through this client."""
        self.client = client
        self.html = ""
        self.status = 0
        self.url = ""

    def get(self, path: str) -> str:
        """Open a page."""
        return self._kept(self.client.get(path))

    def send(self, path: str, files: object = None, **values: str) -> str:
        """Send values to an address, as a form of our own page would."""
        return self.post(path, values, files)

    def post(self, path: str, values: dict[str, str], files: object = None) -> str:
        """Send a form's values to an address."""
        headers = {"Origin": HOME, "Referer": HOME + (self.url or "/")}
        answer = self.client.post(path, data=values, files=files, headers=headers)  # type: ignore[arg-type]
        return self._kept(answer)

    def form(self, action: str) -> Form:
        """Return the form of the present page that is sent to an address."""
        return next(one for one in forms_in(self.html) if one.action.partition("#")[0] == action)

    def fill(self, action: str, files: object = None, **values: str) -> str:
        """Fill in a form of the present page and send it."""
        return self.fill_in(action, values, files)

    def fill_in(self, action: str, values: dict[str, str], files: object = None) -> str:
        """Fill in a form of the present page by input names and send it."""
        form = self.form(action)
        return self.post(action, {**form.values, **values}, files)

    @property
    def text(self) -> str:
        """The words of the present page."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", self.html))).strip()

    def _kept(self, answer: object) -> str:
        self.html = answer.text  # type: ignore[attr-defined]
        self.status = answer.status_code  # type: ignore[attr-defined]
        self.url = answer.url.raw_path.decode()  # type: ignore[attr-defined]
        return self.html


def forms_in(html: str) -> list[Form]:
    """Return the forms of a page."""
    found = []
    for head, body in re.findall(r"<form\b([^>]*)>(.*?)</form>", html, re.S):
        values: dict[str, str] = {}
        for tag in re.findall(r"<input\b[^>]*>", body):
            if _attribute(tag, "type") in ("file",) or not _attribute(tag, "name"):
                continue
            if _attribute(tag, "type") in ("radio", "checkbox") and " checked" not in tag:
                continue
            values[_attribute(tag, "name")] = _attribute(tag, "value")
        for tag, inside in re.findall(r"(<select\b[^>]*>)(.*?)</select>", body, re.S):
            chosen = re.search(r'<option value="([^"]*)" selected', inside)
            first = re.search(r'<option value="([^"]*)"', inside)
            pick = chosen or first
            values[_attribute(tag, "name")] = unescape(pick[1]) if pick else ""
        for tag, inside in re.findall(r"(<textarea\b[^>]*>)(.*?)</textarea>", body, re.S):
            values[_attribute(tag, "name")] = unescape(inside)
        found.append(Form(_attribute(head, "action"), _attribute(head, "method"), values, body))
    return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(match[1]) if match else ""


MERIT = {
    "data.award": "merit",
    "data.nominee.kind": "individual",
    "data.nominee.name": "Nguyễn Văn Ánh",
    "data.nominee.position": "Giáo viên",
    "data.nominee.birth_year": "1980",
    "data.period.from": "01/09/2023",
    "data.period.until": "31/08/2025",
    "data.excellent_years": "2",
    "data.initiatives": "2",
}
MERIT_PAPERS = ("submission", "report", "minutes", "initiative_recognition")


def drafted(
    unit: Visitor, values: dict[str, str] | None = None, papers: tuple[str, ...] = MERIT_PAPERS
) -> str:
    """Write a nomination for a certificate of merit through the pages; return its code."""
    unit.get("/dossiers/new")
    unit.fill("/dossiers/new", procedure="provincial-award")
    code = unit.url.split("/")[2]
    unit.fill_in(f"/dossiers/{code}/draft", MERIT if values is None else values)
    for key in papers:
        unit.fill(f"/dossiers/{code}/papers/{key}", {"file": ("báo cáo.pdf", PDF)})
    return code


def done(visitor: Visitor, code: str, trigger: str, **values: str) -> str:
    """Do an act through the page of a dossier; return the code it has then."""
    visitor.get(f"/dossiers/{code}")
    visitor.fill_in(f"/dossiers/{code}/acts/{trigger}", values)
    assert "done=act_done" in visitor.url, visitor.text
    return visitor.url.split("/")[2].partition("?")[0]


def received(place: World) -> str:
    """Have a nomination submitted and accepted; return its received code."""
    unit, reception = place.visitor("an"), place.visitor("binh")
    return done(reception, done(unit, drafted(unit), "submit"), "accept")
