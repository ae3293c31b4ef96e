"""A made-up province at work, told by a clock that ends now, so that it is fresh whenever it runs.

Places exist, people do not. Everything is done by the engine itself, act by act; only the clock is
made up, and the log says that it is a demonstration.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime

from adapters.bootstrap import build
from adapters.clock import StoryClock
from adapters.demo.awards import award_tales
from adapters.demo.objects import object_tales
from adapters.demo.people import PASSWORD, officers
from adapters.demo.tale import Tale
from adapters.demo.teller import Teller, morning_of
from adapters.demo.veterans import veteran_tales
from adapters.settings import Settings
from adapters.web.pages import DemoAccount

__all__ = ["PASSWORD", "TOLD", "accounts_of_demo", "tales", "tell"]

TOLD = "told-until"
"""A file in the folder of the data: where the story ends. It is written last, once all is told."""


def accounts_of_demo() -> tuple[DemoAccount, ...]:
    """Return the accounts that the start page offers."""
    return tuple(
        DemoAccount(
            login=one.login, password=PASSWORD, name=one.name, role=one.label, first=one.first
        )
        for one in officers()
        if one.label is not None
    )


def tales() -> tuple[Tale, ...]:
    """Return all that is told."""
    return (*award_tales(), *veteran_tales(), *object_tales())


def tell(
    settings: Settings,
    progress: Callable[[int], None] = lambda percent: None,
    now: datetime | None = None,
) -> None:
    """Write the demonstration into an empty folder; whatever the folder holds is removed.

    Args:
        progress: is told how much is done, in percent.
        now: where the story ends; None: now.
    """
    shutil.rmtree(settings.data, ignore_errors=True)
    until = now or datetime.now(UTC)
    told = tales()
    longest = max((tale.days_ago for tale in told), default=1)
    clock = StoryClock(morning_of(until, longest + 1))
    application = build(settings, clock)
    try:
        teller = Teller(application, clock, until)
        teller.people()
        teller.tell(told, progress)
    finally:
        application.close()
    (settings.data / TOLD).write_text(until.isoformat())
