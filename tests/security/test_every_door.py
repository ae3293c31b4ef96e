"""Every address of the product is in one of these tables, and opens to nobody by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response
from openpyxl import load_workbook

from adapters.demo_sessions import electorate
from adapters.web.app import ROUTERS
from adapters.web.pages import ROUTERS as PAGES
from tests.calling import MERIT, PDF, Caller, Story
from tests.pages import HOME, PASSWORD, Visitor, World, world

ROWS = {"rows": [MERIT]}
FILE = {"file": ("a.pdf", PDF)}
DAYS = "?from=2025-11-01&until=2025-11-30"

# What a program sends where nothing or anything would not do, to get past the check of its form.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/submissions"): {
        "json": {"procedure": "provincial-award", "owner": "truong", **ROWS}
    },
    ("POST", "/submissions/search"): {"json": {}},
    ("POST", "/submissions/workbook"): {
        "files": FILE,
        "data": {"procedure": "provincial-award", "owner": "truong"},
    },
    ("POST", "/submissions/{code}/dossiers"): {"json": ROWS},
    ("POST", "/submissions/{code}/documents"): {"files": FILE, "data": {"document": "minutes"}},
    ("POST", "/submissions/{code}/acts"): {"json": {"trigger": "appraise"}},
    ("POST", "/dossiers"): {"json": {"procedure": "provincial-award", "owner": "truong"}},
    ("POST", "/dossiers/search"): {"json": {}},
    ("PUT", "/dossiers/{code}/draft"): {"json": {"revision": 0, "data": {}}},
    ("POST", "/dossiers/{code}/acts"): {"json": {"trigger": "appraise"}},
    ("POST", "/dossiers/{code}/documents"): {"files": FILE},
    ("POST", "/acts"): {"json": {"dossiers": ["{dossier}"], "trigger": "appraise"}},
    ("POST", "/sessions"): {
        "json": {
            "owner": "tinh",
            "data": {"held_on": "2025-11-10", "place": "P1", "electorate": electorate(15)},
        }
    },
    ("POST", "/sessions/{code}/items"): {"json": {"dossiers": ["{dossier}"]}},
    ("PUT", "/sessions/{code}/ballots"): {"json": {"ballots": [{"dossier": "{dossier}"}]}},
    ("POST", "/sessions/{code}/acts"): {"json": {"trigger": "close_agenda"}},
    ("POST", "/letters/bundle"): {"json": {"letters": ["{letter}"]}},
    ("POST", "/tasks/search"): {"json": {}},
    ("POST", "/tasks/{task}/delegate"): {"json": {"to": "{account}"}},
    ("POST", "/tasks/{task}/complete"): {"json": {}},
    ("POST", "/notices/seen"): {"json": {}},
    ("POST", "/procedures"): {"json": {"source": "procedure: x"}},
    ("POST", "/procedures/check"): {"json": {"source": "procedure: x"}},
    ("POST", "/awards/search"): {"json": {}},
    ("POST", "/awards/import"): {"files": FILE, "data": {"org": "tinh"}},
    ("GET", "/register-book"): {"query": DAYS},
    ("GET", "/metrics/resolution"): {"query": DAYS},
    ("GET", "/submissions/workbook"): {"query": "?procedure=provincial-award"},
}

# What whoever has logged in may do: read what is published law, and look for what they may see.
FOR_EVERYBODY = {
    ("DELETE", "/session"),
    ("GET", "/me"),
    ("GET", "/metrics/resolution"),
    ("GET", "/notices"),
    ("GET", "/procedures"),
    ("GET", "/procedures/schema"),
    ("GET", "/procedures/{procedure}/editions/{edition}"),
    ("GET", "/procedures/{procedure}/editions/{edition}/chart"),
    ("GET", "/procedures/{procedure}/editions/{edition}/process"),
    ("GET", "/procedures/{procedure}/editions/{edition}/source"),
    ("GET", "/register-book"),
    ("GET", "/sessions"),
    ("GET", "/submissions/workbook"),
    ("GET", "/tasks/counts"),
    ("POST", "/dossiers/search"),
    ("POST", "/notices/seen"),
    ("POST", "/submissions/search"),
    ("POST", "/tasks/search"),
}
# What nobody may do to what stands in the scene, since it was received or is not yet due.
CLOSED_TO_ALL = {
    ("DELETE", "/submissions/{code}/dossiers/{dossier}"),
    ("PUT", "/sessions/{code}/ballots"),
}
DOORS = [
    (method, route.path)
    for module in ROUTERS
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]

# Pages that a visitor sees before logging in; of them, `/verify` is for whoever holds a letter.
PUBLIC_PAGES = {
    ("GET", "/"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/language/{lang}"),
    ("GET", "/static/{name}"),
    ("GET", "/health"),
    ("GET", "/verify/{letter}"),
    ("POST", "/verify/{letter}"),
    ("GET", "/{path:path}"),
}
PAGE_DOORS = [
    (method, route.path)
    for router in PAGES
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


@dataclass(frozen=True)
class Scene:
    """A province at work, names of what is in it, and people who may not see all of it."""

    world: World
    names: dict[str, str]
    callers: dict[str, Caller]

    def ask(self, login: str, door: tuple[str, str]) -> Response:
        """Go through one door of the API as somebody, naming what exists."""
        method, path = door
        sent = dict(BODIES.get(door, {}))
        named = self.address(path) + sent.pop("query", "")
        return self.callers[login].call(method, named, **self.filled(sent))

    def seen(self) -> list[Any]:
        """Return what stands in the scene, as those see it who work on it."""
        kept = (("chi", "dossiers"), ("an", "submissions"), ("dung", "sessions"))
        return [
            self.callers[login].get(f"/{kind}/{self.names[kind]}").json() for login, kind in kept
        ]

    def address(self, path: str) -> str:
        """Return the path with names of things that exist."""
        code = next((self.names[f] for f in self.names if path.startswith(f"/{f}/{{")), "")
        names = {**self.names, "code": code, "ref": code}
        return re.sub(r"\{(\w+)(?::path)?\}", lambda found: names[found[1]], path)

    def filled(self, sent: Any) -> Any:
        """Return what is sent with names of things that exist."""
        if isinstance(sent, dict):
            return {key: self.filled(value) for key, value in sent.items()}
        if isinstance(sent, list):
            return [self.filled(one) for one in sent]
        if isinstance(sent, str) and sent.startswith("{"):
            return self.names[sent[1:-1]]
        return sent


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Receive a submission, call a session, and let in somebody who holds no role at all."""
    with world(tmp_path_factory.mktemp("doors")) as made:
        story = Story(made)
        code = story.reviewing()
        made.application.worker.look()
        made.people.add_account(None, "khong", "Người Không Vai", PASSWORD)
        logins = ("an", "chi", "dung", "khong", "kiem", "la", "quan", "")
        callers = {login: Caller(made, login) for login in logins}
        seen = callers["chi"].get(f"/dossiers/{code}").json()
        called = callers["dung"].post("/sessions", BODIES["POST", "/sessions"]["json"])
        assert called.status_code == 201, called.text
        yield Scene(
            world=made,
            callers=callers,
            names={
                "account": callers["la"].account,
                "audit": code,
                "clock": "resolution",
                "document": "report",
                "dossier": code,
                "dossiers": code,
                "edition": "2025-07",
                "grant": _grant_of(made),
                "key": "receipt",
                "letter": seen["letters"][0]["id"],
                "letters": seen["letters"][0]["id"],
                "procedure": "provincial-award",
                "sessions": called.json()["code"],
                "sha256": next(p["sha256"] for s in seen["papers"] for p in s["files"]),
                "submissions": _submission_of(callers["an"]),
                "task": next(t["id"] for t in seen["tasks"] if t["do"] == "appraise"),
                "trigger": "close_agenda",
            },
        )


def _submission_of(unit: Caller) -> str:
    found = unit.post("/submissions/search", {}).json()["items"]
    code: str = found[0]["code"]
    return code


def _grant_of(made: World) -> str:
    page = made.visitor("quan").get("/users")
    found = re.search(r"/users/grants/([^/\"]+)/end", page)
    assert found is not None
    return found[1]


def test_every_address_that_takes_a_form_is_sent_one() -> None:
    assert set(BODIES) <= set(DOORS)
    assert set(DOORS) >= FOR_EVERYBODY


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
def test_no_address_of_the_api_opens_to_whoever_has_not_logged_in(
    scene: Scene, door: tuple[str, str]
) -> None:
    if door == ("POST", "/session"):
        return

    assert scene.ask("", door).status_code == 401


@pytest.mark.parametrize("door", sorted(set(DOORS) - FOR_EVERYBODY), ids=" ".join)
def test_whoever_holds_no_role_is_refused_at_every_address(
    scene: Scene, door: tuple[str, str]
) -> None:
    if door == ("POST", "/session"):
        return

    answer = scene.ask("khong", door)

    if door == ("POST", "/acts"):
        reasons = [row["reason"] for row in answer.json()["facts"]["items"]]
        assert (answer.status_code, reasons) == (422, ["unknown"])
    else:
        assert answer.status_code in (403, 404), answer.text


def test_whoever_holds_no_role_finds_nothing(scene: Scene) -> None:
    for path in ("/dossiers/search", "/submissions/search", "/tasks/search"):
        assert scene.ask("khong", ("POST", path)).json()["items"] == []
    assert scene.ask("khong", ("GET", "/notices")).json()["items"] == []
    assert scene.ask("khong", ("GET", "/tasks/counts")).json()["total"] == 0
    assert scene.ask("khong", ("GET", "/sessions")).json() == []
    figures = scene.ask("khong", ("GET", "/metrics/resolution")).json()
    assert (figures["open"], figures["procedures"], figures["organisations"]) == (0, [], [])
    ours, theirs = (
        load_workbook(
            BytesIO(scene.callers[login].get(f"/register-book{DAYS}&format=xlsx").content)
        )
        for login in ("chi", "khong")
    )
    assert ours.active.max_row == theirs.active.max_row + 1


@pytest.mark.parametrize("login", ["la", "quan"])
@pytest.mark.parametrize(
    "door",
    [d for d in DOORS if re.match(r"/(dossiers|submissions|sessions|tasks)/\{", d[1])],
    ids=" ".join,
)
def test_what_others_have_cannot_be_told_from_what_does_not_exist(
    scene: Scene, door: tuple[str, str], login: str
) -> None:
    answer = scene.ask(login, door)

    assert answer.status_code == 404, answer.text


@pytest.mark.parametrize("door", [d for d in DOORS if d[0] != "GET"], ids=" ".join)
def test_an_auditor_writes_nowhere(scene: Scene, door: tuple[str, str]) -> None:
    if door in FOR_EVERYBODY or door in {("POST", "/session"), ("POST", "/awards/search")}:
        return

    before = scene.seen()

    answer = scene.ask("kiem", door)

    if door == ("POST", "/letters/bundle"):
        assert answer.status_code == 200
    elif door in CLOSED_TO_ALL:
        # The rule of the state is told before the rule of the role, since it holds for everybody.
        assert answer.status_code == 409
    elif answer.status_code == 422:
        items = answer.json()["facts"]["items"]
        assert {row["reason"] for row in items} <= {"not_entitled", "unknown"}
    else:
        assert answer.status_code in (403, 404), answer.text
    assert scene.seen() == before


@pytest.mark.parametrize("door", sorted(set(PAGE_DOORS) - PUBLIC_PAGES), ids=" ".join)
def test_every_page_sends_whoever_has_not_logged_in_to_the_log_in(
    scene: Scene, door: tuple[str, str]
) -> None:
    method, path = door
    visitor = scene.world.visitor()

    answer = visitor.client.request(
        method, scene.address(path), follow_redirects=False, headers={"Origin": HOME}
    )

    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize(
    "path",
    [
        path
        for method, path in PAGE_DOORS
        if method == "GET" and re.match(r"/(dossiers|submissions|sessions|audit)/\{", path)
    ],
)
def test_no_page_of_others_opens_to_an_outsider(scene: Scene, path: str, outsider: Visitor) -> None:
    answer = outsider.client.get(scene.address(path))

    assert answer.status_code == 404, path


@pytest.fixture(scope="module")
def outsider(scene: Scene) -> Visitor:
    """Log in somebody of another unit."""
    return scene.world.visitor("la")
