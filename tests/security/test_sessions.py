"""Sessions, log-in, and what becomes of them when the world changes."""

from datetime import date, timedelta

import pytest

from adapters.identity.credentials import IDLE, LONGEST
from tests.calling import API, Caller, Story
from tests.pages import PASSWORD, World


def log_in(caller: Caller, login: str, password: str = PASSWORD) -> int:
    """Try to log in and return the status."""
    answer = caller.client.post(f"{API}/session", json={"login": login, "password": password})
    status: int = answer.status_code
    return status


def test_a_session_gets_a_new_secret_at_log_in_and_the_old_one_ends(province: World) -> None:
    caller = Caller(province, "an")
    first = caller.client.cookies["bangvang_session"]

    assert log_in(caller, "an") == 201
    second = caller.client.cookies["bangvang_session"]

    assert first != second
    caller.client.cookies.set("bangvang_session", first)
    thief = Caller(province)
    thief.client.cookies.set("bangvang_session", first)
    assert thief.get("/me").status_code == 401


def test_a_secret_that_an_attacker_planted_is_never_taken_over(province: World) -> None:
    victim = Caller(province)
    victim.client.cookies.set("bangvang_session", "planted-by-somebody-else")

    assert log_in(victim, "an") == 201

    attacker = Caller(province)
    attacker.client.cookies.set("bangvang_session", "planted-by-somebody-else")
    assert attacker.get("/me").status_code == 401


def test_the_cookie_is_out_of_reach_for_scripts_and_foreign_pages(province: World) -> None:
    caller = Caller(province)

    answer = caller.client.post(f"{API}/session", json={"login": "an", "password": PASSWORD})

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie


def test_a_session_ends_at_log_out(province: World) -> None:
    caller = Caller(province, "an")
    secret = caller.client.cookies["bangvang_session"]

    ended = caller.delete("/session")

    caller.client.cookies.set("bangvang_session", secret)
    assert ended.status_code == 204
    assert caller.get("/me").status_code == 401


def test_a_session_ends_an_hour_after_its_last_use(province: World) -> None:
    caller = Caller(province, "an")

    province.clock.advance(IDLE - timedelta(minutes=1))
    used = caller.get("/me").status_code
    province.clock.advance(IDLE - timedelta(minutes=1))
    used_again = caller.get("/me").status_code
    province.clock.advance(IDLE)
    left_alone = caller.get("/me").status_code

    assert (used, used_again, left_alone) == (200, 200, 401)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(province: World) -> None:
    caller = Caller(province, "an")

    answers = []
    for _ in range(LONGEST // timedelta(minutes=30)):
        answers.append(caller.get("/me").status_code)
        province.clock.advance(timedelta(minutes=30))
    answers.append(caller.get("/me").status_code)

    assert answers == [200] * 24 + [401]


def test_a_role_that_is_revoked_is_gone_at_once_while_the_session_lives(story: Story) -> None:
    code = story.submitted()
    reception = story.caller("binh")
    held = next(g for g in story.world.people.held(None, date(2025, 11, 3)) if g.login == "binh")

    before = reception.get(f"/dossiers/{code}").status_code
    story.world.people.end(None, held.id, date(2025, 11, 2))
    after = reception.get(f"/dossiers/{code}").status_code
    acted = reception.act(code, "accept", data={"received_complete_on": "2025-11-03"})
    counted = reception.get("/tasks/counts").json()["total"]

    assert (before, after, acted.status_code, counted) == (200, 404, 404, 0)
    assert reception.get("/me").json()["grants"] == []


def test_a_disabled_account_is_out_at_once_with_its_tokens(province: World) -> None:
    caller = Caller(province, "an")
    accounts = province.app.state.services.accounts
    token = accounts.issue_token(caller.account, "kho", None)
    bearer = {"Authorization": f"Bearer {token}"}

    accounts.disable(caller.account)

    program = Caller(province)
    assert caller.get("/me").status_code == 401
    assert program.get("/me", headers=bearer).status_code == 401
    assert log_in(Caller(province), "an") == 401


def test_a_new_password_ends_the_sessions_that_the_old_one_opened(province: World) -> None:
    caller = Caller(province, "an")

    province.app.state.services.accounts.change_password(caller.account, "mật khẩu mới dài hơn")

    assert caller.get("/me").status_code == 401
    assert log_in(Caller(province), "an") == 401
    assert log_in(Caller(province), "an", "mật khẩu mới dài hơn") == 201


def test_a_token_ends_when_it_was_said_to_end(province: World) -> None:
    account = Caller(province, "an").account
    until = province.clock.now() + timedelta(days=1)
    token = province.app.state.services.accounts.issue_token(account, "kho", until)
    bearer = {"Authorization": f"Bearer {token}"}
    program = Caller(province)

    before = program.get("/me", headers=bearer).status_code
    province.clock.move_to(until)
    after = program.get("/me", headers=bearer).status_code

    assert (before, after) == (200, 401)


def test_a_wrong_token_is_not_made_up_for_by_a_cookie(province: World) -> None:
    caller = Caller(province, "an")

    answer = caller.get("/me", headers={"Authorization": "Bearer bv_wrong"})

    assert answer.status_code == 401


def test_neither_words_nor_headers_tell_whether_an_account_exists(province: World) -> None:
    password = {"password": "sai mật khẩu rồi"}
    caller = Caller(province)

    known = caller.client.post(f"{API}/session", json={"login": "an", **password})
    unknown = caller.client.post(f"{API}/session", json={"login": "khong-co", **password})

    assert known.status_code == unknown.status_code == 401
    assert known.json() == unknown.json()
    assert dict(known.headers) == dict(unknown.headers)


def test_an_unknown_login_costs_as_many_hashes_as_a_wrong_password(
    province: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = province.app.state.services.parts.passwords
    verified: list[str] = []
    verify = passwords._hash.verify

    def noted(given: str, stored: str) -> bool:
        verified.append(stored)
        matched: bool = verify(given, stored)
        return matched

    monkeypatch.setattr(passwords._hash, "verify", noted)

    log_in(Caller(province), "an", "sai mật khẩu rồi")
    once = len(verified)
    log_in(Caller(province), "khong-co", "sai mật khẩu rồi")

    assert (once, len(verified)) == (1, 2)


def test_guessing_is_slowed_down_and_a_victim_elsewhere_is_not_locked_out(
    province: World,
) -> None:
    attacker = Caller(province)

    guesses = [log_in(attacker, "an", f"sai mật khẩu {n}") for n in range(8)]
    waiting = attacker.client.post(f"{API}/session", json={"login": "an", "password": PASSWORD})

    assert guesses[:5] == [401] * 5
    assert guesses[-1] == 429
    assert waiting.status_code == 429
    assert int(waiting.headers["retry-after"]) > 0
    victim = Caller(province)
    victim.client._transport.client = ("192.0.2.7", 50000)  # type: ignore[attr-defined]
    assert log_in(victim, "an") == 201
