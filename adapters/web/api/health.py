"""Is the process alive, can it work, and in numbers how: for machines, without log-in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from adapters.services.views import Readiness
from adapters.web.asking import Using

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def alive() -> dict[str, str]:
    """Answer; whoever hears it knows that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(response: Response, services: Using) -> Readiness:
    """Return whether the process can work; 503 if not."""
    found = services.health.ready()
    response.status_code = 200 if found.ready else 503
    return found


@router.get("/metrics")
def metrics(request: Request, services: Using) -> Response:
    """Return the figures of this process as Prometheus reads them; none names a person."""
    figures = request.app.state.metrics
    figures.look(services.health.ready())
    return Response(generate_latest(figures.registry), media_type=CONTENT_TYPE_LATEST)
