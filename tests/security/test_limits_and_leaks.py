"""Too large, too deep, too many: refused early. Whatever breaks, nothing of the inside shows."""

from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from tests.calling import API, Caller
from tests.pages import World, world

SECRETS = ("traceback", "select ", "sqlalchemy", "sqlite", "/srv/", ".py", "argon2")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give one province to all: whatever is sent here leaves no mark."""
    with world(tmp_path_factory.mktemp("limits")) as made:
        yield made


def post(caller: Caller, content: bytes, kind: str = "application/json") -> tuple[int, str]:
    """Send bytes as a search and return status and code."""
    answer = caller.client.post(
        f"{API}/dossiers/search",
        content=content,
        headers={**caller.headers, "Content-Type": kind},
    )
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[" * 100_000, (400, "bad_request")),
        (b'{"a":' * 100_000, (400, "bad_request")),
        (b'{"filter": {"text": "' + b"x" * (1024 * 1024) + b'"}}', (413, "too_large")),
        (b'{"filter": {"text": NaN}}', (400, "bad_request")),
        (b'{"filter": {"text": "\\ud800"}}', (400, "bad_request")),
        (b"\xff\xfe{}", (400, "bad_request")),
        (b"{", (400, "bad_request")),
        (b"9" * 5_000, (400, "bad_request")),
        (b'{"filter": {"text": "a\\u0000b"}}', (422, "invalid_request")),
        (b'{"page": {"limit": 100000}}', (422, "invalid_request")),
        (b'{"page": {"after": "bm9uZQ"}}', (422, "bad_input")),
        (b'{"page": {"after": "' + b"A" * 2000 + b'"}}', (422, "invalid_request")),
    ],
)
def test_a_body_that_is_too_much_or_not_readable_is_refused(
    province: World, content: bytes, expected: tuple[int, str]
) -> None:
    assert post(Caller(province, "an"), content) == expected


def test_a_body_that_says_it_is_huge_is_not_even_read(province: World) -> None:
    caller = Caller(province, "an")

    answer = caller.client.post(
        f"{API}/dossiers/search",
        content=b"{}",
        headers={**caller.headers, "Content-Length": str(10**9)},
    )

    assert answer.status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_stopped_on_the_way(province: World) -> None:
    caller = Caller(province, "an")
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(4096):
            sent += 64 * 1024
            yield b" " * (64 * 1024)

    answer = caller.client.post(
        f"{API}/dossiers/search",
        content=endless(),
        headers={**caller.headers, "Content-Type": "application/json"},
    )

    assert answer.status_code == 413


def test_a_multipart_body_is_no_way_around_the_cap_where_no_file_belongs(
    province: World,
) -> None:
    caller = Caller(province, "an")

    answer = caller.client.post(
        f"{API}/dossiers/search",
        files={"file": ("a.pdf", b"x" * (2 * 1024 * 1024))},
        headers=caller.headers,
    )

    assert answer.status_code == 413


def test_a_query_of_a_million_parameters_is_refused(province: World) -> None:
    caller = Caller(province, "an")

    answer = caller.client.get(f"{API}/me?" + "a=1&" * 10_000, headers=caller.headers)

    assert (answer.status_code, answer.json()["code"]) == (414, "query_too_long")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/dossiers/x/nothing/y"])
def test_an_unknown_address_of_the_api_is_a_problem_document(province: World, path: str) -> None:
    answer = Caller(province).client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unknown"


def test_a_method_that_is_not_offered_is_a_problem_document(province: World) -> None:
    patched = Caller(province).client.patch(f"{API}/me")
    read = Caller(province).client.get(f"{API}/dossiers")

    assert patched.status_code == read.status_code == 405
    assert patched.json()["code"] == read.json()["code"] == "method_not_allowed"
    assert (patched.headers["allow"], read.headers["allow"]) == ("GET", "POST")


def test_a_fault_shows_nothing_of_the_inside(
    province: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caller = Caller(province, "an", raises=False)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM /srv/x.py")

    monkeypatch.setattr(province.app.state.services.tasks, "counts", broken)
    answer = caller.get("/tasks/counts")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_failure")
    assert not any(secret in answer.text.lower() for secret in SECRETS)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unexpected error" in caplog.text


def test_a_database_that_is_gone_fails_closed_and_says_nothing(
    province: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(province, "an", raises=False)
    parts = province.app.state.services.parts

    def gone() -> None:
        raise OperationalError("SELECT 1 FROM accounts", {}, Exception("no such host db"))

    monkeypatch.setattr(parts.db, "read", gone)
    me = caller.get("/me")
    ready = caller.client.get("/readyz")
    alive = caller.client.get("/healthz")

    assert me.status_code == 500
    assert not any(secret in me.text.lower() for secret in (*SECRETS, "db", "accounts"))
    assert ready.status_code == 503
    assert ready.json()["problems"] == ["database_unreachable"]
    assert alive.status_code == 200


def test_an_invalid_request_is_told_where_but_not_repeated(province: World) -> None:
    answer = Caller(province).client.post(
        f"{API}/session", json={"login": "an", "password": {"mật": "khẩu bí mật"}}
    )

    assert answer.status_code == 422
    assert "body.password" in answer.json()["detail"]
    assert "khẩu bí mật" not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/me", "/healthz", "/login", "/api/v1/openapi.json"])
def test_every_answer_carries_what_browsers_must_heed(province: World, path: str) -> None:
    headers = Caller(province).client.get(path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_figures_and_health_name_no_dossier_and_no_person(province: World) -> None:
    caller = Caller(province, "an")
    caller.get("/dossiers/N-2025-000001")

    metrics = caller.client.get("/metrics").text

    assert 'route="/api/v1/dossiers/{code}"' in metrics
    assert "N-2025" not in metrics
    assert "Nguyễn" not in metrics
