"""Changes are accepted from our own pages only: what the browser says of the sender decides."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.identity.credentials import same
from adapters.identity.errors import CrossSiteRequest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_sender(method: str, headers: Mapping[str, str], *, csrf: str, given: str = "") -> None:
    """Refuse an unsafe request that carries our cookie but comes from a page of somebody else.

    `Sec-Fetch-Site` decides where a browser sends it, else `Origin` against `Host`. Where neither
    is sent (old browsers, programs with a cookie), the session's own token must come along: as
    `given` (a form's field) or in the header `X-CSRF-Token`. A token that is there must be right.

    Args:
        headers: by lower-case name.
        csrf: the session's token; empty before log-in, where the sender's absence is accepted.

    Raises:
        CrossSiteRequest: the request may have been forged.
    """
    if method in SAFE_METHODS:
        return
    token = given or headers.get("x-csrf-token", "")
    if token and csrf and not same(token, csrf):
        raise CrossSiteRequest
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    if site is not None:
        ours = site == "same-origin"
    elif origin is not None:
        host = headers.get("host", "")
        ours = bool(host) and origin.partition("://")[2] == host
    else:
        ours = bool(token) or not csrf
    if not ours:
        raise CrossSiteRequest


def check_form(csrf: str, given: str) -> None:
    """Refuse a form that does not carry the session's token.

    Raises:
        CrossSiteRequest: the token is missing or another session's.
    """
    if not csrf or not same(given, csrf):
        raise CrossSiteRequest
