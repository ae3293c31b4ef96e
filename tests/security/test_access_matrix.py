"""Who gets through which door: every role, every organisation, every route about a dossier."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.calling import PDF, Caller, Story
from tests.pages import World, world


@dataclass(frozen=True)
class Scene:
    """A nomination that is being reviewed, a draft beside it, and a client of everybody."""

    world: World
    code: str
    ids: tuple[str, str, str]
    draft: str
    callers: dict[str, Caller]
    names: dict[str, str]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Bring one nomination to its appraisal and leave another one a draft."""
    with world(tmp_path_factory.mktemp("matrix")) as made:
        story = Story(made)
        code = story.reviewing()
        draft = story.draft()
        made.application.worker.look()
        unit = story.caller("an").get(f"/dossiers/{code}").json()
        seen = story.caller("chi").get(f"/dossiers/{code}").json()
        logins = ("an", "binh", "chi", "dung", "em", "giang", "hai", "quan", "kiem", "la", "")
        yield Scene(
            world=made,
            code=code,
            ids=(code, unit["draft_code"], unit["id"]),
            draft=draft,
            callers={login: Caller(made, login) for login in logins},
            names={
                "sha256": next(p["sha256"] for s in seen["papers"] for p in s["files"]),
                "letter": seen["letters"][0]["id"],
                "task": next(t["id"] for t in seen["tasks"] if t["do"] == "appraise"),
            },
        )


READS = (
    "/dossiers/{code}",
    "/dossiers/{code}/clocks",
    "/dossiers/{code}/clocks/resolution/explanation",
    "/dossiers/{code}/documents",
    "/dossiers/{code}/documents/{sha256}",
    "/dossiers/{code}/letters",
    "/dossiers/{code}/letters/{letter}",
    "/dossiers/{code}/letters/receipt/preview",
)
TRAILS = ("/dossiers/{code}/trail", "/dossiers/{code}/trail/verification")
INSIDE = ("an", "binh", "chi", "dung", "em", "giang", "hai", "kiem")
OUTSIDE = ("la", "quan")


@pytest.mark.parametrize("path", READS)
def test_a_dossier_is_read_by_its_owner_its_holder_and_auditors_and_by_nobody_else(
    scene: Scene, path: str
) -> None:
    for ref in scene.ids:
        asked = path.format(code=ref, **scene.names)
        answers = {login: who.get(asked).status_code for login, who in scene.callers.items()}

        assert answers == {
            **dict.fromkeys(INSIDE, 200),
            **dict.fromkeys(OUTSIDE, 404),
            "": 401,
        }


@pytest.mark.parametrize("path", TRAILS)
def test_a_trail_is_read_by_auditors_only(scene: Scene, path: str) -> None:
    asked = path.format(code=scene.code)

    answers = {login: who.get(asked).status_code for login, who in scene.callers.items()}

    assert answers == {**dict.fromkeys(scene.callers, 404), "kiem": 200, "": 401}


def test_a_draft_is_its_owners_alone(scene: Scene) -> None:
    answers = {
        login: who.get(f"/dossiers/{scene.draft}").status_code
        for login, who in scene.callers.items()
    }

    assert answers == {**dict.fromkeys(scene.callers, 404), "an": 200, "": 401}


@pytest.mark.parametrize("login", OUTSIDE)
@pytest.mark.parametrize("path", [*READS, *TRAILS])
def test_what_may_not_be_seen_looks_like_what_does_not_exist(
    scene: Scene, path: str, login: str
) -> None:
    who = scene.callers[login]

    hidden = who.get(path.format(code=scene.code, **scene.names))
    absent = who.get(path.format(code="N-2025-999999", **scene.names))

    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()
    assert dict(hidden.headers) == dict(absent.headers)


@pytest.mark.parametrize("login", OUTSIDE)
def test_outsiders_change_nothing_and_learn_nothing_from_trying(scene: Scene, login: str) -> None:
    who = scene.callers[login]
    before = scene.callers["chi"].get(f"/dossiers/{scene.code}").json()
    task = scene.names["task"]

    tried = [
        who.act(scene.code, "appraise"),
        who.act(scene.code, "withdraw", reason="x"),
        who.put(f"/dossiers/{scene.draft}/draft", {"revision": 4, "data": {}}),
        who.call("POST", f"/dossiers/{scene.code}/documents", files={"file": ("a.pdf", PDF)}),
        who.delete(f"/dossiers/{scene.draft}/documents/report/{scene.names['sha256']}"),
        who.post(f"/tasks/{task}/claim"),
        who.post(f"/tasks/{task}/release"),
        who.post(f"/tasks/{task}/delegate", {"to": scene.callers["chi"].account}),
        who.post(f"/tasks/{task}/complete", {}),
        who.get(f"/tasks/{task}/candidates"),
        who.post("/dossiers", {"procedure": "provincial-award", "owner": "truong"}),
    ]

    many = who.post("/acts", {"dossiers": [scene.code, scene.draft], "trigger": "appraise"})
    reasons = [row["reason"] for row in many.json()["facts"]["items"]]

    assert [answer.status_code for answer in tried] == [404] * len(tried)
    assert reasons == ["unknown", "unknown"]
    assert scene.callers["chi"].get(f"/dossiers/{scene.code}").json() == before


@pytest.mark.parametrize("login", OUTSIDE)
def test_lists_and_counts_hold_nothing_of_what_may_not_be_seen(scene: Scene, login: str) -> None:
    who = scene.callers[login]

    everything = who.post("/dossiers/search", {}).json()
    by_name = who.post("/dossiers/search", {"filter": {"text": "thang"}}).json()
    tasks = who.post("/tasks/search", {}).json()
    counts = who.get("/tasks/counts").json()

    nothing = {"items": [], "page": {"end_cursor": None, "total": 0}}
    assert everything == by_name == nothing
    assert tasks["items"] == []
    assert counts == {"total": 0, "mine": 0, "near": 0, "overdue": 0, "states": []}


def test_the_same_lists_do_show_it_to_those_who_may(scene: Scene) -> None:
    found = {
        login: [
            row["code"]
            for row in scene.callers[login]
            .post("/dossiers/search", {"filter": {"text": "thang"}})
            .json()["items"]
        ]
        for login in INSIDE
    }

    received = scene.callers["chi"].get(f"/dossiers/{scene.code}").json()["received_code"]
    assert found == {
        **{login: [received] for login in INSIDE},
        "an": [received, scene.draft],
    }


def test_a_task_is_seen_by_those_who_hold_its_role_only(scene: Scene) -> None:
    task = scene.names["task"]

    seen = {
        login: task in [t["id"] for t in who.post("/tasks/search", {}).json()["items"]]
        for login, who in scene.callers.items()
        if login
    }
    asked = {
        login: who.get(f"/tasks/{task}/candidates").status_code
        for login, who in scene.callers.items()
    }

    assert [login for login, sees in seen.items() if sees] == ["chi"]
    assert asked == {**dict.fromkeys(scene.callers, 404), "chi": 200, "": 401}


WRITES: tuple[tuple[str, str, dict[str, object] | None], ...] = (
    ("POST", "/dossiers/{code}/acts", {"trigger": "appraise"}),
    ("POST", "/dossiers/{code}/acts", {"trigger": "withdraw", "reason": "x"}),
    ("POST", "/dossiers/{code}/acts", {"trigger": "hold", "ground": "complaint", "paper": "1"}),
    ("PUT", "/dossiers/{code}/draft", {"revision": 0, "data": {}}),
    ("DELETE", "/dossiers/{code}/documents/report/{sha256}", None),
    ("POST", "/tasks/{task}/claim", None),
    ("POST", "/tasks/{task}/complete", {}),
    ("POST", "/dossiers", {"procedure": "provincial-award", "owner": "truong"}),
    ("POST", "/procedures", {"source": "procedure: x"}),
    ("POST", "/procedures/check", {"source": "procedure: x"}),
    ("POST", "/procedures/provincial-award/editions/2025-07/publish", None),
)


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_an_auditor_can_write_nothing(
    scene: Scene, method: str, path: str, body: dict[str, object] | None
) -> None:
    auditor = scene.callers["kiem"]
    before = scene.callers["chi"].get(f"/dossiers/{scene.code}").json()

    answer = auditor.call(method, path.format(code=scene.code, **scene.names), json=body)

    assert answer.status_code in (403, 404), answer.text
    assert scene.callers["chi"].get(f"/dossiers/{scene.code}").json() == before


def test_an_auditor_can_bring_no_file(scene: Scene) -> None:
    answer = scene.callers["kiem"].uploaded(scene.code)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_entitled")


def test_an_auditor_is_offered_no_act(scene: Scene) -> None:
    offers = scene.callers["kiem"].get(f"/dossiers/{scene.code}").json()["offers"]

    assert offers
    assert not any(offer["allowed"] for offer in offers)


def test_only_administrators_author_procedures(scene: Scene) -> None:
    answers = {
        login: who.post("/procedures/check", {"source": "procedure: x"}).status_code
        for login, who in scene.callers.items()
    }

    assert answers == {**dict.fromkeys(scene.callers, 403), "quan": 200, "": 401}


def test_a_file_of_one_dossier_cannot_be_fetched_or_attached_through_another(
    scene: Scene,
) -> None:
    unit = scene.callers["an"]
    stranger = scene.callers["la"]
    own = stranger.post(
        "/dossiers", {"procedure": "provincial-award", "owner": "truong-khac"}
    ).json()["code"]
    stolen = {"sha256": scene.names["sha256"], "name": "x.pdf"}

    fetched = stranger.get(f"/dossiers/{own}/documents/{stolen['sha256']}")
    attached = stranger.act(own, "submit", documents={"report": [stolen]})
    letter = unit.get(f"/dossiers/{scene.draft}/letters/{scene.names['letter']}")

    assert fetched.status_code == 404
    assert (attached.status_code, attached.json()["facts"]["field"]) == (422, "documents")
    assert letter.status_code == 404
