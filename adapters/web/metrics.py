"""What the process counts of itself, in a registry of its own; paths are templates, never names."""

from __future__ import annotations

import time
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.services.views import Readiness


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "bangvang_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "bangvang_request_seconds",
            "Time to answer",
            ("method", "route"),
            registry=self.registry,
        )
        self.ready = Gauge("bangvang_ready", "1 if ready, else 0", registry=self.registry)
        self.sweep_age = Gauge(
            "bangvang_last_sweep_age_seconds",
            "Time since due rungs were looked for; -1 if never",
            registry=self.registry,
        )
        self.rung_age = Gauge(
            "bangvang_oldest_due_rung_age_seconds",
            "Time since the oldest rung that has not fired was due; 0 if none",
            registry=self.registry,
        )

        self.waiting = Gauge(
            "bangvang_outbox_waiting", "Messages to be delivered", registry=self.registry
        )
        self.incidents = Gauge(
            "bangvang_open_incidents", "Incidents to be looked at", registry=self.registry
        )

    def look(self, found: Readiness) -> None:
        """Take over what readiness has found."""
        self.ready.set(int(found.ready))
        if found.at is None:
            return
        self.sweep_age.set(_since(found.last_sweep_at, found.at, -1))
        self.rung_age.set(_since(found.oldest_due_rung_at, found.at, 0))
        self.waiting.set(found.waiting_messages)
        self.incidents.set(found.open_incidents)


class Measured:
    """Counts every request by the template of its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics, prefix: str) -> None:
        """Wrap `app`, whose API lies below `prefix`."""
        self._app = app
        self._metrics = metrics
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = self._template(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(method, route).observe(time.perf_counter() - began)

    def _template(self, scope: Scope) -> str:
        route: str | None = getattr(scope.get("route"), "path", None)
        if route is None:
            return "none"
        # A route of an included router knows its own part of the path only.
        included = scope["path"].startswith(f"{self._prefix}/")
        return self._prefix + route if included and not route.startswith(self._prefix) else route


def _since(then: datetime | None, at: datetime, never: float) -> float:
    return never if then is None else (at - then).total_seconds()


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
