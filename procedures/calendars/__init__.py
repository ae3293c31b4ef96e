"""The calendars of open days, as data that the law changes every year."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from engine.calendar import Calendar
from workflows.calendar_file import load_calendar


@cache
def national_calendar() -> Calendar:
    """Return the calendar of the agencies of the State, read once."""
    file = files("procedures") / "calendars" / "vn.yaml"
    return load_calendar(file.read_bytes(), "procedures/calendars/vn.yaml")
