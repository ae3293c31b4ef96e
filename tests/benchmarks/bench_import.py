"""How long a unit waits for its list of a thousand names, and how soon a hostile file is refused.

The list goes through the whole command, `bangvang nominate`, started as a process of its own.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

from openpyxl import Workbook, load_workbook

from adapters.bootstrap import build
from adapters.documents.sheets import WorkbookRefused, read_sheet
from adapters.services.people import NewGrant, NewOrganisation
from adapters.services.services import Services
from adapters.settings import Settings
from tests.benchmarks.bench_bulk import postgres
from tests.benchmarks.table import Row

NAMES = 1000
PROCEDURE = "provincial-award"


def rows() -> list[Row]:
    """Import one list into each kind of database; refuse hostile workbooks."""
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found = [_imported("PostgreSQL", Settings(data=Path(folder), database=url))]
    with tempfile.TemporaryDirectory() as folder:
        found.append(_imported("SQLite", Settings(data=Path(folder))))
    return [*found, _refused()]


def _imported(what: str, settings: Settings) -> Row:
    application = build(settings)
    try:
        people = application.people
        for id, level, above in (("tinh", "province", None), ("so", "unit", "tinh")):
            people.add_organisation(
                None, NewOrganisation(id=id, name_vi=id, name_en=id, level=level, parent=above)
            )
        account = people.add_account(None, "an", "Nguyễn Thị An", None)
        held = NewGrant(account=account, role="submitter", org="so", from_on=date(2025, 1, 1))
        people.grant(None, held)
        template = Services(application.parts).nominations.template(PROCEDURE).content
    finally:
        application.close()
    path = settings.data / "list.xlsx"
    path.write_bytes(_filled(template))
    command = [str(Path(sys.executable).with_name("bangvang")), "nominate", str(path)]
    places = {"BANGVANG_DATA": str(settings.data), "BANGVANG_DATABASE": settings.database}
    start = time.perf_counter()
    subprocess.run(
        [*command, "--procedure", PROCEDURE],
        env=os.environ | places,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - start
    return Row(
        what=f"bangvang nominate, {NAMES:,} names, {what}",
        measured=f"{seconds:.2f} s",
        promised="< 10 s",
    )


def _filled(template: bytes) -> bytes:
    """Return the template with a thousand names, like its example."""
    book = load_workbook(io.BytesIO(template))
    example = [cell.value for cell in book["Ví dụ"][2]]
    titles = [str(cell.value).rstrip(" *") for cell in book["Ví dụ"][1]]
    name = titles.index("Họ và tên / tên tập thể")
    for number in range(NAMES):
        row = list(example)
        row[name] = f"Nguyễn Thị Minh Hà {number}"
        for place, value in enumerate(row, start=1):
            book.worksheets[0].cell(number + 2, place, value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _refused() -> Row:
    slowest = 0.0
    for content in _hostile():
        start = time.perf_counter()
        try:
            read_sheet(content)
        except WorkbookRefused:
            slowest = max(slowest, time.perf_counter() - start)
        else:
            raise AssertionError("A hostile workbook was read.")
    return Row(
        what="refusal of a hostile workbook (formula, far cell, bomb, 1,000,000 cells), slowest",
        measured=f"{slowest:.2f} s",
        promised="< 2 s, 200 MB",
    )


def _hostile() -> list[bytes]:
    found = []
    for cell, value in (("B2", "=1+1"), ("A1048576", "x"), ("XFD1", "x")):
        book = Workbook()
        book.active[cell] = value
        kept = io.BytesIO()
        book.save(kept)
        found.append(kept.getvalue())
    plain = found[0]
    for part in (b"0" * 300_000_000, b"<row><c/></row>" * 1_500_000):
        packed = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(plain)) as old,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for one in old.namelist():
                sheet = one == "xl/worksheets/sheet1.xml"
                new.writestr(
                    one,
                    b"<worksheet><sheetData>" + part + b"</sheetData></worksheet>"
                    if sheet
                    else old.read(one),
                )
        found.append(packed.getvalue())
    return found
