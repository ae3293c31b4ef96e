"""Changes that a foreign page asks for with our cookie, bodies that are not what they say."""

from collections.abc import Iterator

import pytest

from tests.calling import API, PDF, Caller, Story
from tests.pages import PASSWORD, World, world

BODY = {"procedure": "provincial-award", "owner": "truong"}


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give one province to all: what is refused leaves no mark, and what is taken is counted."""
    with world(tmp_path_factory.mktemp("forgery")) as made:
        yield made


@pytest.fixture
def story(province: World) -> Story:
    """Tell a story in it."""
    return Story(province)


def opened(caller: Caller) -> int:
    """Return how many dossiers there are."""
    total: int = caller.post("/dossiers/search", {}).json()["page"]["total"]
    return total


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://bangvang.test.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://bangvang.test"},
        {},
    ],
)
def test_a_change_from_a_foreign_page_is_refused(province: World, headers: dict[str, str]) -> None:
    caller = Caller(province, "an")
    before = opened(caller)

    answer = caller.client.post(f"{API}/dossiers", json=BODY, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_request")
    assert opened(caller) == before


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://bangvang.test"}]
)
def test_a_change_from_our_own_page_is_taken(province: World, headers: dict[str, str]) -> None:
    caller = Caller(province, "an")
    before = opened(caller)

    answer = caller.client.post(f"{API}/dossiers", json=BODY, headers=headers)

    assert answer.status_code == 201
    assert opened(caller) == before + 1


def test_another_sessions_token_is_refused_even_from_our_own_page(province: World) -> None:
    caller, other = Caller(province, "an"), Caller(province, "an")

    answer = caller.client.post(
        f"{API}/dossiers",
        json=BODY,
        headers={"Sec-Fetch-Site": "same-origin", **other.headers},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_json_that_a_form_could_send_is_not_read(province: World, kind: str) -> None:
    caller = Caller(province, "an")
    before = opened(caller)

    answer = caller.client.post(
        f"{API}/dossiers",
        content=b'{"procedure": "provincial-award", "owner": "truong"}',
        headers={**caller.headers, "Content-Type": kind},
    )

    assert answer.status_code == 422
    assert opened(caller) == before


def test_a_file_from_a_foreign_page_is_refused(story: Story) -> None:
    code = story.draft()
    caller = story.caller("an")

    answer = caller.client.post(
        f"{API}/dossiers/{code}/documents",
        files={"file": ("a.pdf", PDF)},
        headers={"Origin": "https://evil.example", **caller.headers},
    )

    assert answer.status_code == 403


def test_a_foreign_page_cannot_log_a_visitor_in(province: World) -> None:
    caller = Caller(province)

    answer = caller.client.post(
        f"{API}/session",
        json={"login": "an", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_read_changes_nothing_and_needs_no_token(province: World) -> None:
    caller = Caller(province, "an")

    answer = caller.client.get(f"{API}/me", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/dossiers", {**BODY, "status": "awarded"}),
        ("/dossiers", {**BODY, "holder": "so"}),
        ("/dossiers", {**BODY, "data": {"decision_number": "1"}}),
        ("/dossiers", {**BODY, "data": {"approved_by": "x"}}),
        ("/dossiers/{code}/acts", {"trigger": "submit", "result": "granted"}),
        ("/dossiers/{code}/acts", {"trigger": "submit", "data": {"deadline": "2099-01-01"}}),
        ("/dossiers/{code}/acts", {"trigger": "submit", "actor": {"role": "authority"}}),
        ("/dossiers/search", {"filter": {"holder": "so"}}),
    ],
)
def test_nobody_sets_what_is_not_theirs_to_set(
    story: Story, path: str, body: dict[str, object]
) -> None:
    code = story.draft()
    caller = story.caller("an")
    before, number = caller.get(f"/dossiers/{code}").json(), opened(caller)

    answer = caller.post(path.format(code=code), body)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert caller.get(f"/dossiers/{code}").json() == before
    assert opened(caller) == number


def test_a_draft_takes_no_field_that_a_later_act_fills(story: Story) -> None:
    code = story.draft()
    caller = story.caller("an")
    before = caller.get(f"/dossiers/{code}").json()

    answer = caller.put(
        f"/dossiers/{code}/draft",
        {"revision": before["revision"], "data": {"decision_on": "2025-11-03"}},
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")
    assert caller.get(f"/dossiers/{code}").json() == before
