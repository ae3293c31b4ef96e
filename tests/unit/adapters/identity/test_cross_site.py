"""Which sender may ask for a change."""

import pytest

from adapters.identity.cross_site import check_form, check_sender
from adapters.identity.errors import CrossSiteRequest

HOST = {"host": "khenthuong.example"}
OURS = {**HOST, "sec-fetch-site": "same-origin"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_never_refused(method: str) -> None:
    check_sender(method, {**HOST, "sec-fetch-site": "cross-site"}, csrf="t")


@pytest.mark.parametrize(
    "headers",
    [
        OURS,
        {**HOST, "origin": "https://khenthuong.example"},
        {**HOST, "x-csrf-token": "t"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_from_our_own_pages_is_let_through(method: str, headers: dict[str, str]) -> None:
    check_sender(method, headers, csrf="t")


@pytest.mark.parametrize(
    "headers",
    [
        HOST,
        {**HOST, "sec-fetch-site": "cross-site"},
        {**HOST, "sec-fetch-site": "same-site"},
        {**HOST, "sec-fetch-site": "none"},
        {**HOST, "origin": "null"},
        {**HOST, "origin": "https://evil.example"},
        {**HOST, "origin": "https://khenthuong.example:8443"},
        {**HOST, "x-csrf-token": "other"},
        {**OURS, "x-csrf-token": "other"},
        {**HOST, "sec-fetch-site": "cross-site", "x-csrf-token": "t"},
        {"origin": ""},
    ],
)
def test_a_change_from_anywhere_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(CrossSiteRequest):
        check_sender("POST", headers, csrf="t")


def test_before_log_in_a_program_without_origin_is_let_through_and_a_foreign_page_not() -> None:
    check_sender("POST", HOST, csrf="")
    with pytest.raises(CrossSiteRequest):
        check_sender("POST", {**HOST, "origin": "https://evil.example"}, csrf="")


def test_a_form_needs_the_sessions_own_token() -> None:
    check_form("t", "t")
    for csrf, given in (("t", ""), ("t", "u"), ("", ""), ("t", "ŧ")):
        with pytest.raises(CrossSiteRequest):
            check_form(csrf, given)
