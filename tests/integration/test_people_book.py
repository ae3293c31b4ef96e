"""Organisations, people and roles from one workbook: all or nothing, wrong cells named."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from adapters.identity.records import Records
from adapters.services.people_book import PeopleBook
from adapters.services.people_lists import PEOPLE, ROLES, UNITS
from adapters.storage import schema as t
from adapters.verification import verify_database
from engine.errors import NotEntitled
from tests.province import Ground, Province
from tests.serving import point_at

COMMUNE = ("xa-an-hoa", "Ủy ban nhân dân xã An Hòa", None, "Cấp xã", "tinh")
OFFICE = ("vhxh-an-hoa", "Phòng Văn hóa - Xã hội xã An Hòa", None, "Cấp xã", None, "xa-an-hoa")
HA = ("Vu.Ha", "Vũ Thị Hà")
SUBMITS = ("vu.ha", "submitter", "vhxh-an-hoa", None, "01/01/2025", None, "7/QĐ-UBND")


def filled(place: Province, **sheets: list[tuple[Any, ...]]) -> bytes:
    """Return the template with these rows in its sheets."""
    book = load_workbook(io.BytesIO(PeopleBook(place.application.parts).template(None)))
    titles = {"units": UNITS, "people": PEOPLE, "roles": ROLES}
    for name, rows in sheets.items():
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row, start=1):
                book[titles[name]].cell(number, column, value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def entered(place: Province, content: bytes, login: str = "", **options: Any) -> Any:
    services = place.app.state.services
    who = services.accounts.by_command_line(login) if login else None
    return PeopleBook(place.application.parts).enter(who, content, "vi", **options)


def counts(place: Province) -> tuple[int, ...]:
    with place.application.parts.db.read() as c:
        tables = (t.organisations, t.accounts, t.grants, t.events)
        return tuple(len(c.execute(select(table)).all()) for table in tables)


def test_a_workbook_brings_units_people_and_roles_and_each_is_an_event(
    any_province: Province,
) -> None:
    # A unit may stand before the one it belongs to.
    content = filled(any_province, units=[OFFICE, COMMUNE], people=[HA], roles=[SUBMITS])
    before = counts(any_province)

    preview = entered(any_province, content, dry_run=True)
    assert (preview.done, preview.bad, counts(any_province)) == (False, [], before)
    done = entered(any_province, content, "quan-tri")
    again = entered(any_province, content)

    new = (done.organisations, done.accounts, done.grants, done.known)
    assert (done.done, new) == (True, (2, 1, 1, 0))
    assert new == (preview.organisations, preview.accounts, preview.grants, preview.known)
    assert (again.done, again.grants, again.known) == (True, 0, 4)
    assert counts(any_province) == tuple(
        n + more for n, more in zip(before, (2, 1, 1, 4), strict=True)
    )
    tree = Records(any_province.application.parts.db).tree()
    assert tree.organisations["vhxh-an-hoa"].parent == "xa-an-hoa"
    who = any_province.app.state.services.accounts.by_command_line("vu.ha")
    assert who.holds("submitter", "xa-an-hoa")
    parts = any_province.application.parts
    assert verify_database(parts.db, parts.files).ok


def test_every_wrong_cell_is_named_and_nothing_is_entered(any_province: Province) -> None:
    content = filled(
        any_province,
        units=[
            ("tinh", "Tỉnh khác", None, "Cấp tỉnh"),
            ("Đơn vị một", "Một", None, "Cấp xã"),
            ("mot", "Một", None, "Cấp huyện", "tinh"),
            ("a", "A", None, "Cơ sở", "b"),
            ("b", "B", None, "Cơ sở", "a"),
            ("c", "C", None, "Cơ sở", "a"),
        ],
        people=[("don-vi", "Người Khác"), ("x y", "Xờ"), HA, ("vu.ha", "Vũ Thị Hà")],
        roles=[
            ("ai-do", "submitter", "so"),
            ("vu.ha", "vua", "so"),
            ("vu.ha", "head", "nowhere", None, "2025-01-01", "31/12/2024"),
            ("quan-tri", "head", "so"),
        ],
    )
    before = counts(any_province)

    done = entered(any_province, content, "quan-tri")

    assert (done.done, counts(any_province)) == (False, before)
    assert [one.cell for one in done.bad] == [
        *(f"{UNITS}!{cell}" for cell in ("A2", "A3", "D4", "E5", "E6", "E7")),
        *(f"{PEOPLE}!{cell}" for cell in ("A2", "A3", "A5")),
        *(f"{ROLES}!{cell}" for cell in ("A2", "B3", "C4", "F4", "A5")),
    ]
    told = {one.cell: one.detail for one in done.bad}
    assert "đã là của “Ngô Thị Mười”" in told[f"{PEOPLE}!A2"]
    assert told[f"{PEOPLE}!A5"] == "Trùng với dòng 4."
    assert "tự cấp vai trò" in told[f"{ROLES}!A5"]


def test_only_administrators_enter_people_and_no_row_is_no_book(
    ground: Ground, tmp_path: Path
) -> None:
    with ground.province("sqlite", tmp_path / "data") as place:
        for login in ("lanh-dao", "kiem-tra"):
            with pytest.raises(NotEntitled):
                entered(place, filled(place, people=[HA]), login)
        done = entered(place, filled(place))
    assert [one.cell for one in done.bad] == [f"{UNITS}!A2"]


def test_a_workbook_is_entered_from_the_command_line(
    ground: Ground,
    run: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ground.province("sqlite", tmp_path / "data") as place:
        point_at(place.application.settings, monkeypatch)
        good, bad, first = tmp_path / "b.xlsx", tmp_path / "bad.xlsx", tmp_path / "first.csv"
        good.write_bytes(filled(place, units=[OFFICE, COMMUNE], people=[HA], roles=[SUBMITS]))
        bad.write_bytes(filled(place, people=[("x y", "Xờ")]))

        assert run("user", "import", str(bad), "--passwords", str(first)) == 1
        assert "Người!A2\tTên đăng nhập\t" in capsys.readouterr().err
        assert not first.exists()
        assert run("user", "import", str(good), "--dry-run") == 0
        assert run("user", "import", str(good), "--passwords", str(first), "--json") == 0
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (told["done"], told["accounts"], told["logins"]) == (True, 1, {"vu.ha": "Vũ Thị Hà"})
        assert first.stat().st_mode & 0o777 == 0o600
        (one,) = csv.DictReader(first.read_text().splitlines())
        services = place.app.state.services
        assert services.accounts.login("vu.ha", one["password"], address="x").who.login == "vu.ha"
        assert run("user", "import", str(good), "--passwords", str(first)) == 1
        assert run("user", "import", str(tmp_path / "none.xlsx")) == 1
        assert run("user", "import") == 2
        assert run("user", "import", "--template", str(tmp_path / "mẫu.xlsx")) == 0
        assert (tmp_path / "mẫu.xlsx").read_bytes().startswith(b"PK")
