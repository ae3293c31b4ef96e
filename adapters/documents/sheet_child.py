"""The far side of the wall: reads one workbook in a process of its own, under hard caps.

Started by path in Python's isolated mode and therefore free of imports from this project. Reads
the workbook from standard input (most rows, most columns and most sheets are its arguments) and
answers on standard output with `{"sheets": [[title, rows], ...]}`, where a row is
`[row number, [[kind, value], ...]]` and hidden sheets are left out, or with
`{"refused": code, "cells": [names]}`. Kinds are `text`, `number`, `day`, `bool`, `empty`, `error`.

Codes: `not_a_workbook`, `protected`, `too_large`, `macros`, `formula`, `too_many_rows`,
`too_many_columns`.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

MEMORY_BYTES = 200 * 1024 * 1024
CPU_SECONDS = 2
ENDED_AFTER = 1.5  # seconds of the processor: before the hard limit, which knows whole ones
MOST_PARTS = 200
UNPACKED_BYTES = 24 * 1024 * 1024
MOST_CELLS = 500_000
LONGEST_CELL = 5_000
_OLE = b"\xd0\xcf\x11\xe0"
_PROGRAMS = (
    "vbaproject",
    "macrosheets/",
    "activex/",
    "externallinks/",
    "embeddings/",
    "ctrlprops/",
)


class Refused(Exception):
    """The workbook is not read; `code` says why, `cells` where."""

    def __init__(self, code: str, cells: list[str] | None = None) -> None:
        """Keep the reason."""
        super().__init__(code)
        self.code = code
        self.cells = cells or []


def look(content: bytes) -> None:
    """Judge a workbook by its table of contents, before anything is unpacked.

    Raises:
        Refused: it is no workbook, is protected, has programs in it, or would grow too large.
    """
    if content.startswith(_OLE):
        raise Refused("protected")
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("not_a_workbook") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise Refused("too_large")
    if any(part.flag_bits & 0x1 for part in parts):
        raise Refused("protected")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names) or "xl/workbook.xml" not in names:
        raise Refused("not_a_workbook")
    if any(program in name for name in names for program in _PROGRAMS):
        raise Refused("macros")


def read(content: bytes, most_rows: int, most_columns: int, sheets: int) -> list[Any]:
    """Return title and filled rows of the first visible sheets.

    Raises:
        Refused: a cell holds a formula, or stands where no list reaches.
    """
    from openpyxl import load_workbook

    book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
    visible = [one for one in book.worksheets if one.sheet_state == "visible"][:sheets]
    if not visible:
        raise Refused("not_a_workbook")
    found: list[Any] = []
    formulas: list[str] = []
    looked_at = 0
    for sheet in visible:
        prefix = "" if sheets == 1 else f"{sheet.title}!"
        # What a file says of its own size is not to be trusted, in either direction.
        sheet.reset_dimensions()
        rows: list[Any] = []
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            looked_at += len(cells)
            if looked_at > MOST_CELLS:
                raise Refused("too_large")
            filled = [cell for cell in cells if cell.value not in (None, "")]
            if not filled:
                continue
            if number > most_rows:
                raise Refused("too_many_rows", [prefix + filled[0].coordinate])
            if filled[-1].column > most_columns:
                raise Refused("too_many_columns", [prefix + filled[-1].coordinate])
            formulas += [prefix + cell.coordinate for cell in filled if cell.data_type == "f"]
            rows.append([number, [_plain(cell) for cell in cells[:most_columns]]])
        found.append([sheet.title, rows])
    if formulas:
        raise Refused("formula", formulas[:20])
    return found


def _plain(cell: Any) -> list[Any]:
    value = cell.value
    if value is None or value == "":
        return ["empty", None]
    if cell.data_type == "e":
        return ["error", str(value)[:20]]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int | float):
        return ["number", value]
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return ["day", value.date().isoformat()] if midnight else ["text", value.isoformat(" ")]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    return ["text", str(value)[:LONGEST_CELL]]


def answer(content: bytes, most_rows: int, most_columns: int, sheets: int) -> dict[str, Any]:
    """Return what the other side is told."""
    try:
        look(content)
        return {"sheets": read(content, most_rows, most_columns, sheets)}
    except Refused as refused:
        return {"refused": refused.code, "cells": refused.cells}
    except MemoryError:
        return {"refused": "too_large", "cells": []}
    except Exception:
        # Whatever the reader chokes on is the file's fault; what it said may quote the file.
        return {"refused": "not_a_workbook", "cells": []}


def main() -> None:
    """Read one workbook and answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.setitimer(signal.ITIMER_PROF, ENDED_AFTER)
    rows, columns, sheets = map(int, sys.argv[1:4])
    told = answer(sys.stdin.buffer.read(), rows, columns, sheets)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
