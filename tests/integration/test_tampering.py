"""Whoever changes the database or the files behind the product's back is found out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.database import open_database
from tests.province import LOG, NOMINATIONS, Ground
from tests.serving import point_at

E = t.events.c


@pytest.fixture(scope="module")
def told(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give a folder with a decided nomination and its letters, and the stream's name."""
    folder = tmp_path_factory.mktemp("told") / "data"
    with ground.province("sqlite", folder) as province:
        code = province.with_authority()
        province.decide(code)
        province.letter(code, "decision")
        stream = province.person("kiem-tra").get(f"/dossiers/{code}/trail")["stream"]
    return folder, stream


@dataclass(frozen=True, slots=True)
class Place:
    """A copy of that folder, and somebody with the rights of its database's administrator."""

    settings: Settings
    stream: str
    verify: Callable[[], tuple[int, list[dict[str, object]]]]

    def change(self, work: Callable[[Connection], object]) -> None:
        """Write behind the product's back."""
        db = open_database(self.settings.database_url)
        try:
            db.write(work)
        finally:
            db.close()

    def found(self, elsewhere: int = 0) -> dict[str, object]:
        """Return the one thing that verification names in the stream of the dossier.

        Args:
            elsewhere: how many things are named in other streams, as that of the session.
        """
        code, findings = self.verify()
        assert code == 1
        assert [one["stream"] == self.stream for one in findings] == [True, *[False] * elsewhere]
        assert findings[0]["message"]
        return findings[0]


@pytest.fixture
def place(
    told: tuple[Path, str],
    tmp_path: Path,
    run: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Place:
    """Give a copy that is this test's alone, and intact as yet."""
    folder, stream = told
    shutil.copytree(folder, tmp_path / "data")
    settings = Settings(data=tmp_path / "data", log=LOG)
    point_at(settings, monkeypatch)

    def verify() -> tuple[int, list[dict[str, object]]]:
        capsys.readouterr()
        code = run("trail", "verify", "--json")
        return code, json.loads(capsys.readouterr().out)["findings"]

    assert verify() == (0, [])
    return Place(settings, stream, verify)


def test_a_changed_byte_of_an_event_is_found_at_that_event(place: Place) -> None:
    def forge(c: Connection) -> None:
        body = c.execute(select(E.body).where(E.stream == place.stream, E.seq == 3)).scalar_one()
        other = body.replace(b'"seq":3', b'"seq":3 ')
        assert other != body
        c.execute(update(t.events).where(E.stream == place.stream, E.seq == 3).values(body=other))

    place.change(forge)

    assert place.found()["seq"] == 3


def test_another_decision_number_is_found_even_if_the_event_is_hashed_again(place: Place) -> None:
    from engine.trail import leaf_hash

    def forge(c: Connection) -> None:
        body = c.execute(
            select(E.body).where(E.stream == place.stream, E.type == "award_decided")
        ).scalar_one()
        other = body.replace("3187/QĐ-UBND".encode(), "3188/QĐ-UBND".encode())
        assert other != body
        c.execute(
            update(t.events)
            .where(E.stream == place.stream, E.type == "award_decided")
            .values(body=other, hash=leaf_hash(other).hex())
        )

    place.change(forge)

    place.found()


def test_a_deleted_event_is_missed(place: Place) -> None:
    def forge(c: Connection) -> None:
        event = c.execute(select(E.id).where(E.stream == place.stream, E.seq == 4)).scalar_one()
        c.execute(delete(t.personal_values).where(t.personal_values.c.event == event))
        c.execute(delete(t.events).where(E.id == event))

    place.change(forge)

    assert place.found()["seq"] in (4, 5)


def test_a_deleted_last_event_is_missed(place: Place) -> None:
    def forge(c: Connection) -> None:
        last = c.execute(select(func.max(E.seq)).where(E.stream == place.stream)).scalar_one()
        event = c.execute(select(E.id).where(E.stream == place.stream, E.seq == last)).scalar_one()
        c.execute(delete(t.personal_values).where(t.personal_values.c.event == event))
        c.execute(delete(t.events).where(E.id == event))

    place.change(forge)

    place.found()


def test_a_deleted_stream_is_missed(place: Place) -> None:
    def forge(c: Connection) -> None:
        ids = select(E.id).where(E.stream == place.stream)
        c.execute(delete(t.personal_values).where(t.personal_values.c.event.in_(ids)))
        c.execute(delete(t.events).where(E.stream == place.stream))

    place.change(forge)

    place.found()


def test_a_changed_personal_value_does_not_fit_its_commitment(place: Place) -> None:
    v = t.personal_values.c

    def forge(c: Connection) -> None:
        name = NOMINATIONS["merit"].name
        row = c.execute(select(v.event, v.path, v.value).where(v.value.contains(name))).first()
        assert row is not None
        c.execute(
            update(t.personal_values)
            .where(v.event == row.event, v.path == row.path)
            .values(value=row.value.replace(name, "Người Khác"))
        )

    place.change(forge)

    assert place.found()["seq"] == 1


def test_a_personal_value_removed_without_an_event_is_missed(place: Place) -> None:
    v = t.personal_values.c

    def forge(c: Connection) -> None:
        row = c.execute(select(v.event, v.path)).first()
        assert row is not None
        c.execute(delete(t.personal_values).where(v.event == row.event, v.path == row.path))

    place.change(forge)

    place.found()


@pytest.mark.parametrize(
    ("said", "forged"),
    [("3187/QĐ-UBND", "3199/QĐ-UBND"), (NOMINATIONS["merit"].name, "Người Khác")],
)
def test_a_dossier_that_its_events_do_not_yield_is_named(
    place: Place, said: str, forged: str
) -> None:
    def forge(c: Connection) -> None:
        body = c.execute(
            select(t.dossiers.c.body).where(t.dossiers.c.stream == place.stream)
        ).scalar_one()
        assert said in body
        c.execute(
            update(t.dossiers)
            .where(t.dossiers.c.stream == place.stream)
            .values(body=body.replace(said, forged))
        )

    place.change(forge)

    assert place.found()["code"] == "state_differs"


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("configuration", '["archived"]'),
        ("state_key", "archived"),
        ("holder", "so"),
        ("owner", "so"),
        ("received_code", "H27-251103-0099-001"),
        ("result", "not_granted"),
    ],
)
def test_a_column_of_the_dossier_that_its_events_do_not_yield_is_named(
    place: Place, column: str, forged: str
) -> None:
    place.change(
        lambda c: c.execute(
            update(t.dossiers).where(t.dossiers.c.stream == place.stream).values({column: forged})
        )
    )

    assert place.found()["code"] == "state_differs"


def test_a_swapped_file_of_the_same_name_and_size_is_named(place: Place) -> None:
    papers = [p for p in (place.settings.data / "objects").rglob("*") if p.is_file()]
    for one in papers:
        content = one.read_bytes()
        one.chmod(0o644)
        one.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    assert place.found(elsewhere=1)["code"] == "file_differs"


def test_a_missing_file_is_named(place: Place) -> None:
    shutil.rmtree(place.settings.data / "objects")

    assert place.found(elsewhere=1)["code"] == "file_differs"


def test_without_a_database_nothing_is_called_intact(
    tmp_path: Path, run: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGVANG_DATA", str(tmp_path / "nowhere"))
    monkeypatch.delenv("BANGVANG_DATABASE", raising=False)

    assert run("trail", "verify") == 1
    assert not (tmp_path / "nowhere").exists()
