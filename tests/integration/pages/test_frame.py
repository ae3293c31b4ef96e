"""Log-in, language and errors, as a visitor without scripts meets them."""

import pytest

from tests.pages import PASSWORD, World


def test_a_stranger_is_led_to_the_log_in_and_back(province: World) -> None:
    visitor = province.visitor()

    visitor.get("/dossiers?text=an")
    assert visitor.url.startswith("/login?back=")
    visitor.post("/login", {**visitor_form(visitor.html), "login": "chi", "password": PASSWORD})

    assert visitor.url == "/dossiers?text=an"


def visitor_form(html: str) -> dict[str, str]:
    from tests.pages import forms_in

    return forms_in(html)[-1].values


def test_the_demonstration_lists_its_accounts_and_one_click_enters(province: World) -> None:
    visitor = province.visitor()
    visitor.get("/login")

    visitor.fill("/login")

    assert visitor.url == "/worklist"
    assert "Nguyễn Thị An" in visitor.text


def test_without_a_demonstration_no_account_is_listed(province: World) -> None:
    demo, province.app.state.demo = province.app.state.demo, ()
    try:
        visitor = province.visitor()
        visitor.get("/login")

        assert "Nguyễn Thị An" not in visitor.text
        assert PASSWORD not in visitor.html
    finally:
        province.app.state.demo = demo


def test_a_wrong_password_is_told_without_saying_what_was_wrong(province: World) -> None:
    visitor = province.visitor()
    said = []
    for login in ("chi", "khong-co-ai"):
        visitor.get("/login")
        visitor.send("/login", login=login, password="sai hoàn toàn")
        assert visitor.status == 401
        said.append(visitor.html.replace(f'value="{login}" autocomplete', ""))

    assert said[0] == said[1]
    assert 'value="khong-co-ai" autocomplete' in visitor.html


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "/\\evil.example", "x"]
)
def test_log_in_leads_nowhere_but_to_our_own_pages(province: World, back: str) -> None:
    visitor = province.visitor()
    visitor.client.follow_redirects = False

    visitor.send("/login", login="chi", password=PASSWORD, back=back)
    answer = visitor.client.get("/language/en", params={"back": back})

    assert answer.headers["location"] == "/"


def test_english_is_one_click_away_and_stays(province: World) -> None:
    visitor = province.visitor("chi")
    assert '<html lang="vi">' in visitor.html

    visitor.get("/language/en?back=/worklist")
    assert '<html lang="en">' in visitor.html
    visitor.get("/dossiers")

    assert "Dossiers" in visitor.text


def test_who_logs_out_is_out(province: World) -> None:
    visitor = province.visitor("chi")

    visitor.fill("/logout")
    visitor.get("/worklist")

    assert visitor.url.startswith("/login")


def test_a_form_without_the_sessions_token_changes_nothing(province: World) -> None:
    visitor = province.visitor("chi")

    visitor.post("/logout", {"csrf": "guessed"})
    assert visitor.status == 403
    visitor.post("/logout", {})
    assert visitor.status == 403
    visitor.get("/worklist")

    assert visitor.url == "/worklist"


def test_a_form_from_a_foreign_page_is_refused(province: World) -> None:
    visitor = province.visitor("chi")
    csrf = visitor.form("/logout").values["csrf"]

    answer = visitor.client.post(
        "/logout", data={"csrf": csrf}, headers={"Origin": "http://evil.example"}
    )

    assert answer.status_code == 403


def test_a_page_that_does_not_exist_says_so_in_words(province: World) -> None:
    visitor = province.visitor("chi")

    visitor.get("/khong-co")

    assert visitor.status == 404
    assert "Không có trang này" in visitor.text


def test_a_dossier_that_may_not_be_seen_looks_like_none(province: World) -> None:
    from tests.pages import drafted

    code = drafted(province.visitor("an"), {}, ())
    stranger = province.visitor("la")

    stranger.get(f"/dossiers/{code}")
    hidden = (stranger.status, stranger.text.replace(code, ""))
    stranger.get("/dossiers/N-2025-999999")

    assert hidden == (404, stranger.text.replace("N-2025-999999", ""))


def test_pages_forbid_foreign_code_and_carry_none_of_their_own_inline(province: World) -> None:
    visitor = province.visitor("chi")
    for path in ("/worklist", "/dossiers", "/procedures", "/dossiers/new"):
        answer = visitor.client.get(path)

        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text


def test_only_our_own_files_are_given(province: World) -> None:
    visitor = province.visitor()

    assert visitor.client.get("/static/bangvang.css").status_code == 200
    assert visitor.client.get("/static/..%2Fbase.html").status_code == 404
    assert visitor.client.get("/static/app.py").status_code == 404


@pytest.mark.parametrize("path", ["/health", "/users", "/audit"])
def test_who_is_neither_administrator_nor_auditor_is_refused(province: World, path: str) -> None:
    visitor = province.visitor("chi")

    visitor.get(path)

    assert visitor.status == 403
