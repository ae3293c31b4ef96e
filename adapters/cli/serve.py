"""`bangvang serve`: pages, API and worker in one process."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="A made-up province at work; anybody may log in.")
    ] = False,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; default: BANGVANG_HOST.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to listen on; default: BANGVANG_PORT.", min=1, max=65535),
    ] = None,
) -> None:
    """Run pages, API and worker in one process."""
    from dataclasses import replace

    import uvicorn

    from adapters.bootstrap import build, settle
    from adapters.settings import Settings
    from adapters.web import pages
    from adapters.web.app import create_app
    from adapters.worker import start_ticking

    settings = Settings.from_environment()
    settings = replace(settings, host=host or settings.host, port=port or settings.port, demo=demo)
    accounts: tuple[pages.DemoAccount, ...] = ()
    if demo:
        from adapters.cli._progress import Meter
        from adapters.demo import accounts_of_demo, tell

        settings = replace(settings, data=settings.data / "demo", database="")
        typer.echo("Đang dựng dữ liệu trình diễn… / Preparing the demonstration…", err=True)
        meter = Meter()
        tell(settings, lambda percent: meter("Đã dựng / Done", percent, 100))
        meter.end()
        accounts = accounts_of_demo()
    application = build(settings)
    app = create_app(application.parts)
    pages.install(app, accounts)
    ticking = start_ticking(application.worker)
    if not demo:
        application.worker.look()  # the letters of a whole demonstration are made meanwhile
    settle()
    address = f"http://{settings.host}:{settings.port}/"
    typer.echo(f"Bảng Vàng: {address}", err=True)
    try:
        uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning")
    finally:
        ticking.shutdown(wait=False)
        application.close()
