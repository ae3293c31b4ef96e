"""The far side of the wall: renders sentences in a process of its own, under hard caps.

Started by path in Python's isolated mode and therefore free of imports from this project.
Reads frames from standard input and answers each with one frame on standard output; a frame is
four bytes of length (big endian) and that many bytes of JSON. A request is

    {"sentences": {name: template | [template, ...]}, "data": {...}, "lang": "vi" | "en"}

and an answer `{"ok": {name: text | [text, ...]}}` or
`{"error": kind, "sentence": name, "problem": words}` with the kinds `invalid`, `forbidden`,
`undefined`, `too_costly`. A sentence sees values and nothing else: no attribute, no call, no
arithmetic but plus and minus, no filter outside the short list below.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any, NoReturn

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

MEMORY_BYTES = 256 * 1024 * 1024
CPU_SECONDS = 1
LONGEST_TEXT = 20_000

_LOOP_NAMES = frozenset({"index", "index0", "first", "last", "length"})
_VIETNAM = timezone(timedelta(hours=7))
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class TooLong(Exception):
    """A sentence grew beyond the longest text a letter may hold."""


class ValuesOnly(SandboxedEnvironment):
    """Templates that may look at values and do nothing with them."""

    intercepted_binops = frozenset({"*", "/", "//", "%", "**"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a key of a mapping; nothing has attributes here."""
        if isinstance(obj, LoopContext) and attribute in _LOOP_NAMES:
            return getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Read a key of a mapping or a place in a list."""
        if isinstance(obj, StrictUndefined):
            return getattr(obj, str(argument))
        if isinstance(obj, dict) and isinstance(argument, str):
            return obj[argument] if argument in obj else self.undefined(obj=obj, name=argument)
        if isinstance(obj, list) and isinstance(argument, int):
            in_range = -len(obj) <= argument < len(obj)
            return obj[argument] if in_range else self.undefined(obj=obj, name=str(argument))
        raise SecurityError(f"values have no {argument!r}; only keys of the data may be read")

    def call(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse every call, of macros too."""
        raise SecurityError("sentences may not call anything")

    def call_binop(self, _: Any, operator: str, __: Any, ___: Any) -> NoReturn:
        """Refuse the operators that turn a short sentence into a long computation."""
        raise SecurityError(f"the operator {operator} is not allowed in a sentence")


def _printable(value: Any) -> Any:
    if isinstance(value, str | StrictUndefined) or type(value) is int:
        return value
    raise SecurityError(f"a {type(value).__name__} cannot be printed; name the text inside it")


def _day_of(value: str) -> date:
    if len(value) == len("2025-08-20"):
        return date.fromisoformat(value)
    return _moment_of(value).date()


def _moment_of(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment.astimezone(_VIETNAM) if moment.tzinfo else moment


def short_date(value: str) -> str:
    """`2025-08-20` as `20/08/2025`, in both languages."""
    return _day_of(value).strftime("%d/%m/%Y")


def long_date(value: str, lang: str) -> str:
    """The date in words: days below 10 and months 1 and 2 with a zero (Decree 30/2020)."""
    day = _day_of(value)
    if lang == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def clock_time(value: str, lang: str) -> str:
    """Hour and minute of an instant, in Vietnam's time: `08 giờ 05` or `08:05`."""
    moment = _moment_of(value)
    return moment.strftime("%H:%M") if lang == "en" else moment.strftime("%H giờ %M")


def padded(value: int) -> str:
    """A count as offices write it: `02`, `15`, `1.250`."""
    return f"{value:02d}" if value < 1000 else f"{value:,}".replace(",", ".")


def ended(text: str) -> str:
    """A sentence with its full stop, whether or not the writer set one."""
    return text if text.endswith((".", "!", "?", "…")) else text + "."


def has_time(value: str) -> bool:
    """Whether an ISO value is an instant and not only a day."""
    return len(value) > len("2025-08-20")


def environment(lang: str) -> ValuesOnly:
    """Build the environment of one language with its short list of filters and tests."""
    made = ValuesOnly(undefined=StrictUndefined, autoescape=False, finalize=_printable)
    made.globals = {}
    filters: dict[str, Callable[..., Any]] = {
        "upper": lambda text: str(text).upper(),
        "capital": lambda text: str(text)[:1].upper() + str(text)[1:],
        "lowered": lambda text: str(text)[:1].lower() + str(text)[1:],
        "length": len,
        "join": lambda parts, by="": str(by).join(str(part) for part in parts),
        "day": short_date,
        "long_date": partial(long_date, lang=lang),
        "clock_time": partial(clock_time, lang=lang),
        "padded": padded,
        "ended": ended,
    }
    made.filters = filters
    made.tests = {
        name: made.tests[name] for name in ("defined", "undefined", "equalto", "eq", "==")
    } | {"instant": has_time}
    return made


def _text(env: ValuesOnly, source: str, data: dict[str, Any]) -> str:
    parts: list[str] = []
    length = 0
    pieces: Iterable[str] = env.from_string(source).generate(data)
    for piece in pieces:
        length += len(piece)
        if length > LONGEST_TEXT:
            raise TooLong
        parts.append(piece)
    return re.sub(r" {2,}", " ", "".join(parts)).strip()


def _failure(kind: str, name: str, problem: object) -> dict[str, Any]:
    return {"error": kind, "sentence": name, "problem": str(problem)[:500]}


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Render every sentence of a request, or say which one failed and why."""
    env = environment(request["lang"])
    rendered: dict[str, Any] = {}
    for name, source in request["sentences"].items():
        try:
            if isinstance(source, list):
                texts = (_text(env, each, request["data"]) for each in source)
                rendered[name] = [text for text in texts if text]
            else:
                rendered[name] = _text(env, source, request["data"])
        except TooLong:
            return _failure("too_costly", name, f"longer than {LONGEST_TEXT} characters")
        except MemoryError:
            return _failure("too_costly", name, f"more than {MEMORY_BYTES >> 20} MiB of memory")
        except RecursionError:
            return _failure("too_costly", name, "nested too deeply")
        except SecurityError as error:
            return _failure("forbidden", name, error)
        except UndefinedError as error:
            return _failure("undefined", name, error)
        except TemplateSyntaxError as error:
            return _failure("invalid", name, f"line {error.lineno}: {error}")
        except (TemplateError, TypeError, ValueError, AttributeError, OverflowError) as error:
            return _failure("invalid", name, f"{type(error).__name__}: {error}")
    return {"ok": rendered}


def _cap_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def _cap_cpu() -> None:
    # RLIMIT_CPU counts from the start of the process, and this process is kept warm: each request
    # gets its own seconds on top of those already used. Going over ends the process at once.
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def main() -> None:
    """Answer frames until standard input ends."""
    _cap_memory()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(4):
        request = json.loads(source.read(int.from_bytes(head, "big")))
        _cap_cpu()
        body = json.dumps(answer(request)).encode()
        sink.write(len(body).to_bytes(4, "big") + body)
        sink.flush()


if __name__ == "__main__":
    main()
