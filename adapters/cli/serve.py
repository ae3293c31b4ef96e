"""`bangvang serve`: pages, API and worker in one process.

First the port, then the lock of a demonstration, then the data: what is refused changed nothing.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.settings import Settings

_AFRESH = "bangvang serve --demo --demo-afresh"


def serve(
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="A made-up province at work; anybody may log in. Today's is kept."
        ),
    ] = False,
    afresh: Annotated[
        bool, typer.Option("--demo-afresh", help="Tell the demonstration anew, even today's.")
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
    if afresh and not demo:
        raise typer.BadParameter("--demo-afresh chỉ đi cùng --demo. / It goes with --demo only.")
    from dataclasses import replace

    import uvicorn

    from adapters.bootstrap import build, settle
    from adapters.cli._listening import listen
    from adapters.settings import Settings
    from adapters.web import pages
    from adapters.web.app import create_app
    from adapters.worker import start_ticking

    settings = Settings.from_environment()
    settings = replace(settings, host=host or settings.host, port=port or settings.port, demo=demo)
    accounts: tuple[pages.DemoAccount, ...] = ()
    with ExitStack() as leaving:
        sockets = [leaving.enter_context(one) for one in listen(settings.host, settings.port)]
        if demo:
            from adapters.demo import accounts_of_demo
            from adapters.demo.keeping import held

            settings = replace(settings, data=settings.data / "demo", database="")
            leaving.enter_context(held(settings))
            prepare(settings, afresh)
            accounts = accounts_of_demo()
        application = build(settings)
        leaving.callback(application.close)
        app = create_app(application.parts)
        pages.install(app, accounts)
        ticking = start_ticking(application.worker)
        leaving.callback(ticking.shutdown, wait=False)
        if not demo:
            application.worker.look()  # the letters of a whole demonstration are made meanwhile
        settle()
        typer.echo(f"Bảng Vàng: http://{settings.host}:{settings.port}/", err=True)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets)


def prepare(settings: Settings, afresh: bool, now: datetime | None = None) -> None:
    """Keep the demonstration of today, or tell it up to now, and say which on standard error.

    Args:
        afresh: tell it anew in any case.
        now: aware; None: now.

    Raises:
        NoDemonstration: what lies there is no demonstration.
    """
    from datetime import UTC

    from adapters.cli._progress import Meter
    from adapters.demo import tell
    from adapters.demo.keeping import find
    from engine.calendar import TZ

    until = now or datetime.now(UTC)
    found = find(settings)
    if found.is_of(until) and not afresh:
        typer.echo(
            "Dữ liệu trình diễn dựng hôm nay được giữ nguyên và dùng tiếp; muốn làm lại từ đầu: "
            f"{_AFRESH} (hoặc make clean). / Today's demonstration is kept and served again; to "
            f"begin afresh: {_AFRESH} (or make clean).",
            err=True,
        )
        return
    if found.told is not None:
        day = found.told.astimezone(TZ).strftime("%d/%m/%Y")
        what = (
            f"Dữ liệu trình diễn dựng ngày {day} bị xóa và được dựng lại… / The demonstration of "
            f"{day} is thrown away and told anew…"
        )
    elif found.there:
        what = (
            "Dữ liệu trình diễn dựng dở bị xóa và được dựng lại… / An unfinished demonstration is "
            "thrown away and told anew…"
        )
    else:
        what = "Đang dựng dữ liệu trình diễn… / Preparing the demonstration…"
    typer.echo(what, err=True)
    meter = Meter()
    tell(settings, lambda percent: meter("Đã dựng / Done", percent, 100), until)
    meter.end()
