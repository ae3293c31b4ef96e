"""What the pages say, in both languages; what a procedure says comes from its definition."""

from __future__ import annotations

from datetime import date, datetime

from adapters.web.vocabulary import WORDS
from engine.calendar import TZ

LANGUAGES = ("vi", "en")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def say(key: str, lang: str, **facts: object) -> str:
    """Return the words of a key, with `{name}` replaced by the fact of that name.

    >>> say("page_of_total", "en", total=3)
    '3 in all'
    """
    return WORDS[key].in_(lang).format(**facts)


def day(on: date, lang: str) -> str:
    """Return a date as people write it.

    >>> day(date(2026, 9, 2), "vi"), day(date(2026, 9, 2), "en")
    ('02/09/2026', '2 Sep 2026')
    """
    return f"{on:%d/%m/%Y}" if lang == "vi" else f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def instant(at: datetime, lang: str) -> str:
    """Return an instant in the office's local time, to the minute.

    >>> from datetime import UTC
    >>> instant(datetime(2026, 9, 1, 23, 5, tzinfo=UTC), "vi")
    '06:05 02/09/2026'
    """
    local = at.astimezone(TZ)
    return f"{local:%H:%M} {day(local.date(), lang)}"


def number(value: int, lang: str) -> str:
    """Return a whole number with its thousands set apart.

    >>> number(12345, "vi"), number(12345, "en")
    ('12.345', '12,345')
    """
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if lang == "vi" else grouped


def size(octets: int, lang: str) -> str:
    """Return the size of a file in words.

    >>> size(1_572_864, "vi"), size(10, "en")
    ('1,5 MB', '1 KB')
    """
    if octets < 1024 * 1024:
        return f"{number(max(1, round(octets / 1024)), lang)} KB"
    text = f"{octets / 1024 / 1024:.1f}"
    return f"{text.replace('.', ',') if lang == 'vi' else text} MB"
