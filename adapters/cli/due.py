"""`bangvang due`: a date from a start and a limit, with each day counted and each day skipped."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from engine.calendar import TZ, CalendarRangeError
from engine.errors import BangVangError
from engine.explanation import explain, explain_text
from engine.legal_clock import start as start_clock
from engine.limits import Limit, LimitError
from engine.text import Text
from procedures.calendars import national_calendar

due = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


class Language(StrEnum):
    """The language of the answer."""

    VI = "vi"
    EN = "en"


class StartError(BangVangError):
    """The start is neither a date nor a date with a time."""

    def __init__(self, written: str) -> None:
        """Keep the sentence in both languages."""
        self.text = Text(
            f"Ngày bắt đầu {written!r} không đọc được: hãy viết 2025-08-20 hoặc 2025-08-20T14:00.",
            f"The start {written!r} cannot be read: write 2025-08-20 or 2025-08-20T14:00.",
        )
        super().__init__(self.text.vi)


# Unknown options are left to the arguments, so that "-5 days" is refused as a limit.
@due.command(context_settings={"ignore_unknown_options": True})
def derive_due(
    start: Annotated[
        str,
        typer.Argument(help="Day of the event: 2025-08-20, or 2025-08-20T14:00 (Vietnam time)."),
    ],
    limit: Annotated[
        str,
        typer.Argument(
            help="Such as '10 working days', '56 days', '1 month', '8 hours', '4 working hours'."
        ),
    ],
    count_first_day: Annotated[
        bool, typer.Option("--count-first-day", help="Count the day of the event itself.")
    ] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.VI,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Derive a due date from a start and a limit, day by day."""
    try:
        on, at = read_start(start)
        told = explain(
            start_clock("due", Limit.parse(limit), on, at, count_first_day=count_first_day),
            national_calendar(),
            source="",
            unverified=False,
            label=Text("Thời hạn", "Limit"),
        )
    except (StartError, LimitError, CalendarRangeError) as refusal:
        typer.echo(refusal.text.in_(lang), err=True)
        raise typer.Exit(1) from None
    if not json_:
        typer.echo(explain_text(told, lang))
        return
    told["skipped"] = [row | {"why": row["why"][lang]} for row in told["skipped"]]
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


def read_start(written: str) -> tuple[date, datetime]:
    """Return day and instant of a start; without a time it is 00:00, without a zone Vietnam's.

    Raises:
        StartError: it is no date and no date with a time.
    """
    try:
        on = datetime.fromisoformat(written.strip())
    except ValueError:
        raise StartError(written) from None
    try:
        at = on.replace(tzinfo=TZ) if on.tzinfo is None else on.astimezone(TZ)
    except OverflowError:
        raise CalendarRangeError(written) from None
    return at.date(), at
