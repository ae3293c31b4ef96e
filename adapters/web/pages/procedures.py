"""Procedures: each edition with chart, source and findings; one drafts, another publishes."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.services.errors import NotPublishable
from adapters.services.procedures import Source
from adapters.services.views import FindingView
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files
from adapters.web.pages.rendering import go, page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import told

router = APIRouter(route_class=PageRoute, include_in_schema=False)
FILE = "definition.yaml"


@router.get("/procedures")
def procedures(request: Request, visitor: Looking) -> Response:
    """List the editions of every procedure."""
    editions = visitor.services.procedures.list(visitor.who, visitor.lang)
    by_key: dict[str, list[object]] = {}
    for one in editions:
        by_key.setdefault(one.procedure, []).append(one)
    return page(request, "procedures.html", by_key=by_key)


@router.get("/procedures/check")
def author(request: Request, visitor: Looking) -> Response:
    """Show the form with which a definition is checked, or kept as a draft."""
    return _author_page(request)


@router.post("/procedures/check")
def check(request: Request, visitor: Posting, form: Sent) -> Response:
    """Say everything that is wrong with a definition; keep it as a draft if that is asked for."""
    source, typed = _source(form)
    procedures_ = visitor.services.procedures
    if form.get("do") != "draft":
        result = procedures_.check(visitor.who, source, visitor.lang)
        return _author_page(request, typed, findings=result.findings, ok=result.ok)
    try:
        view = procedures_.draft(visitor.who, source, visitor.lang)
    except NotPublishable as error:
        status, _code, _title, detail = told(error, visitor.lang)
        found = procedures_.check(visitor.who, source, visitor.lang).findings
        return _author_page(request, typed, findings=found, detail=detail, status=status)
    return go(f"/procedures/{view.procedure}/{view.id}", done="edition_drafted")


@router.get("/procedures/{procedure}/{edition}")
def edition(request: Request, visitor: Looking, procedure: str, edition: str) -> Response:
    """Show one edition."""
    return _edition_page(request, visitor, procedure, edition)


@router.get("/procedures/{procedure}/{edition}/chart.svg")
def chart(visitor: Looking, procedure: str, edition: str, active: str = "") -> Response:
    """Draw one edition; `active` names states to mark, set apart by blanks."""
    svg = visitor.services.procedures.chart(
        visitor.who, procedure, edition, visitor.lang, frozenset(active.split())
    )
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": _SVG})


# Drawn charts carry their own styles and nothing that runs.
_SVG = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@router.post("/procedures/{procedure}/{edition}/publish")
def publish(request: Request, visitor: Posting, procedure: str, edition: str) -> Response:
    """Put a draft in force, as the second person."""
    try:
        view = visitor.services.procedures.publish(visitor.who, procedure, edition, visitor.lang)
    except NotPublishable as error:
        status, _code, _title, detail = told(error, visitor.lang)
        return _edition_page(
            request,
            visitor,
            procedure,
            edition,
            detail=detail,
            status=status,
            told_findings=error.facts.get("findings", ()),
        )
    return go(f"/procedures/{view.procedure}/{view.id}", done="edition_published")


def _edition_page(
    request: Request,
    visitor: Visitor,
    procedure: str,
    edition: str,
    *,
    detail: str = "",
    status: int = 200,
    told_findings: object = (),
) -> Response:
    services = visitor.services.procedures
    view = services.view(visitor.who, procedure, edition, visitor.lang)
    source = services.source(visitor.who, procedure, view.id).decode()
    return page(
        request,
        "edition.html",
        status=status,
        edition=view,
        source=source,
        detail=detail,
        told_findings=told_findings,
    )


def _source(form: FormData) -> tuple[Source, str]:
    """Return the definition that was sent, as a file or typed, with its scenarios; and its text."""
    typed = form.get("source")
    content = (
        typed.replace("\r\n", "\n").encode(errors="replace") if isinstance(typed, str) else b""
    )
    for _name, sent in files(form, "definition"):
        content = sent
    scenarios = dict(files(form, "scenarios"))
    return Source(text=content, scenarios=scenarios), content.decode(errors="replace")


def _author_page(
    request: Request,
    typed: str = "",
    *,
    findings: Sequence[FindingView] | None = None,
    ok: bool = False,
    detail: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "author.html",
        status=status,
        typed=typed,
        findings=findings,
        ok=ok,
        detail=detail,
    )
