"""Values to HTML: one environment, always escaping, that knows the page's language."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse

from adapters.identity.who import Who
from adapters.services.register import reads_awards
from adapters.web import i18n
from adapters.web.forms import written_day
from adapters.web.pages.asking import page_language
from engine.calendar import TZ

STATIC = files("adapters.web") / "static"
CSS_VERSION = hashlib.sha256((STATIC / "bangvang.css").read_bytes()).hexdigest()[:12]

_environment = Environment(
    loader=PackageLoader("adapters.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

SITTING = ("secretary", "chair", "head", "authority")
"""Roles whose holders look for sessions; whoever else may read one finds it by its code."""

NEW = "/dossiers/new"
# (address, word, who sees it)
_MENU: tuple[tuple[str, str, Callable[[Who], bool]], ...] = (
    ("/worklist", "menu_worklist", lambda who: bool(who.works)),
    ("/notices", "menu_notices", lambda who: bool(who.works)),
    ("/submissions", "menu_submissions", lambda who: bool(who.sees)),
    ("/sessions", "menu_sessions", lambda who: bool(who.orgs_of(SITTING))),
    ("/dossiers", "menu_dossiers", lambda who: bool(who.sees)),
    ("/awards", "menu_awards", reads_awards),
    ("/figures", "menu_figures", lambda who: bool(who.sees)),
    (NEW, "menu_new", lambda who: bool(who.works)),
    ("/procedures", "menu_procedures", lambda who: True),
    ("/audit", "menu_audit", lambda who: bool(who.audits)),
    ("/users", "menu_users", lambda who: who.administers),
    ("/health", "menu_health", lambda who: who.administers),
)


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page; the language, the visitor and the menu are there for every template."""
    who: Who | None = getattr(request.state, "who", None)
    lang = page_language(request, who.lang if who else "")
    here = request.url.path
    if request.method == "GET" and request.url.query:
        here += "?" + request.url.query
    frame: dict[str, object] = {
        "lang": lang,
        "other_lang": "en" if lang == "vi" else "vi",
        "who": who,
        "menu": _menu(who, request) if who else (),
        "news": request.app.state.services.notices.new(who) if who else 0,
        "here": here if request.method == "GET" else _page_of_form(request),
        "done": _done(request),
        "demo": bool(getattr(request.app.state, "demo", ())),
        "css_version": CSS_VERSION,
        "say": partial(_say, lang),
        "day": partial(_day, lang),
        "instant": partial(_instant, lang),
        "number": partial(_flip(i18n.number), lang),
        "size": partial(_flip(i18n.size), lang),
        "csrf_field": partial(_csrf_field, who.csrf if who else ""),
        "written_day": written_day,
        "fresh_key": secrets.token_urlsafe,
        "query": _query,
    }
    html = _environment.get_template(template).render(frame | values)
    return HTMLResponse(html, status)


def go(path: str, *, done: str = "", **query: str) -> RedirectResponse:
    """Return the answer to a form that succeeded: look at `path`, where `done` is told."""
    pairs = {**query, "done": done} if done else query
    return RedirectResponse(f"{path}?{urlencode(pairs)}" if pairs else path, 303)


def _say(lang: str, key: str, **facts: object) -> str:
    return i18n.say(key, lang, **facts)


def _day(lang: str, on: date | None) -> Markup:
    if on is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), i18n.day(on, lang))


def _instant(lang: str, at: datetime | None) -> Markup:
    if at is None:
        return Markup("")
    written = at.astimezone(TZ).isoformat(timespec="seconds")
    return Markup('<time datetime="{}">{}</time>').format(written, i18n.instant(at, lang))


def _flip(words: Callable[[int, str], str]) -> Callable[[str, int], str]:
    return lambda lang, value: words(value, lang)


def _csrf_field(csrf: str) -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf)


def _query(current: Mapping[str, Any], **changes: object) -> str:
    """Return a query string like the current one, with changes; empty values are left out."""
    pairs = {**current, **changes}
    return "?" + urlencode({k: v for k, v in pairs.items() if v not in (None, "", False)})


def _done(request: Request) -> str:
    said = request.query_params.get("done", "")
    return said if said in DONE else ""


DONE = frozenset(
    {
        "claimed",
        "released",
        "act_done",
        "paper_added",
        "paper_removed",
        "draft_saved",
        "submission_made",
        "names_added",
        "name_dropped",
        "edition_drafted",
        "edition_published",
        "account_added",
        "role_granted",
        "role_ended",
    }
)


def _page_of_form(request: Request) -> str:
    # A form that was refused is shown at the address it was sent to; that address takes no GET.
    referer = request.headers.get("referer", "")
    path = "/" + referer.partition("://")[2].partition("/")[2]
    return path if referer else "/"


def _menu(who: Who, request: Request) -> list[dict[str, object]]:
    path = request.url.path
    shown = [(href, word) for href, word, sees in _MENU if sees(who)]
    if not request.state.begins:
        shown = [(href, word) for href, word in shown if href != NEW]
    inside = [href for href, _ in shown if path == href or path.startswith(href + "/")]
    current = max(inside, key=len, default="")
    return [{"href": href, "word": word, "current": href == current} for href, word in shown]
