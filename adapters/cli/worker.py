"""`bangvang worker`: the background work alone, as many as there are machines for."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    once: Annotated[bool, typer.Option("--once", help="Look once and stop.")] = False,
) -> None:
    """Fire due rungs, make letters and deliver notices."""
    import signal
    import threading

    from adapters.bootstrap import build, settle
    from adapters.settings import Settings
    from adapters.worker import start_ticking

    application = build(Settings.from_environment())
    try:
        done = application.worker.look()
        typer.echo(f"fired {done.fired}, delivered {done.delivered}, failed {done.failed}")
        if once:
            return
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        settle()
        ticking = start_ticking(application.worker)
        stop.wait()
        ticking.shutdown(wait=True)
    finally:
        application.close()
