"""Which edition binds, and how two people put another one in force while everything runs."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from adapters.bootstrap import build
from adapters.web.app import create_app
from engine.calendar import TZ
from procedures import catalogue
from tests.province import NOMINATIONS, Ground, Person, Province
from tests.serving import point_at, serving

LAST_EVENING = datetime(2026, 9, 30, 16, 0, tzinfo=TZ)


def _source(edition: str, named: str, from_on: str, title: str) -> str:
    entry = next(
        e for e in catalogue.editions() if (e.procedure, e.edition) == ("provincial-award", edition)
    )
    source = entry.source.decode()
    begins = "2025-07-01" if edition == "2025-07" else "2026-10-01"
    for old, new in (
        (f'\nedition: "{edition}"\n', f'\nedition: "{named}"\n'),
        (f"\nin_force: {{from: {begins}}}\n", f"\nin_force: {{from: {from_on}}}\n"),
        ("  vi: Khen thưởng cấp tỉnh theo công trạng\n", f"  vi: {title}\n"),
    ):
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def _scenarios(edition: str) -> dict[str, str]:
    entry = next(
        e for e in catalogue.editions() if (e.procedure, e.edition) == ("provincial-award", edition)
    )
    return {name: source.decode() for name, source in entry.scenarios}


@pytest.fixture
def autumn(ground: Ground, tmp_path: Path) -> Iterator[Province]:
    """Give a province on the last day of the first edition."""
    with ground.province("sqlite", tmp_path / "data", LAST_EVENING) as one:
        yield one


def test_the_day_of_receipt_and_not_of_drafting_says_which_edition_binds(autumn: Province) -> None:
    in_time = autumn.draft(NOMINATIONS["collective"])
    late = autumn.draft(NOMINATIONS["collective"])
    assert autumn.dossier(late, "don-vi")["edition_name"] == "2025-07"
    autumn.do("don-vi", in_time, "submit")

    autumn.at("2026-10-01T08:00")
    refused = autumn.person("don-vi").act(late, "submit")
    unit = autumn.person("don-vi")
    offered = unit.get(f"/dossiers/{late}")
    saved = unit.call(
        "PUT",
        f"/dossiers/{late}/draft",
        json={
            "revision": offered["revision"],
            "data": {**NOMINATIONS["collective"].data, "commendation_type": "regular"},
        },
    )
    assert saved.status_code == 200, saved.text
    told = autumn.do("don-vi", late, "submit")

    assert refused.status_code == 422
    assert "commendation_type" in [field["name"] for field in offered["fields"]]
    assert "Loại khen thưởng" in refused.json()["detail"]
    assert told["version"] == 1
    assert autumn.dossier(in_time)["edition_name"] == "2025-07"
    bound = autumn.dossier(late)
    assert (bound["edition_name"], bound["unverified"], bound["received_on"]) == (
        "2026-10",
        True,
        "2026-10-01",
    )


def test_a_published_change_binds_new_drafts_of_a_second_process_without_a_restart(
    province: Province,
) -> None:
    parts = province.application.parts
    other = build(province.application.settings, province.clock)
    try:
        beside = Person(create_app(other.parts), province.tokens["don-vi"])
        opening = {"procedure": "provincial-award", "owner": "truong", "data": {}}
        before = beside.post("/dossiers", opening)
        body = {
            "source": _source("2025-07", "2025-11", "2025-11-03", "Khen thưởng đã sửa tên"),
            "scenarios": _scenarios("2025-07"),
        }
        author, second = province.person("quan-tri"), province.person("quan-tri-2")
        kept = author.post("/procedures", body)
        path = f"/procedures/provincial-award/editions/{kept['id']}/publish"
        alone = author.call("POST", path)
        still = beside.post("/dossiers", opening)

        done = second.post(path, None)
        other.parts.editions.forget()  # a second passes
        after = beside.post("/dossiers", opening)
    finally:
        other.close()

    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    assert (done["status"], done["in_force"]) == ("published", True)
    assert done["drafted_by"] != done["published_by"]
    names = [one["edition_name"] for one in (before, still, after)]
    assert names == ["2025-07", "2025-07", "2025-11"]
    assert after["procedure_title"] == "Khen thưởng đã sửa tên"
    assert parts.editions.get(before["edition"]).edition == "2025-07"


def test_a_running_server_takes_what_the_command_line_publishes(
    ground: Ground,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., int],
) -> None:
    today = datetime.now(TZ).date().isoformat()
    folder = tmp_path / "next" / "scenarios"
    folder.mkdir(parents=True)
    definition = folder.parent / "definition.yaml"
    definition.write_text(_source("2026-10", "next", today, "Khen thưởng đang chạy đã sửa"))
    for name, text in _scenarios("2026-10").items():
        (folder / name).write_text(text)
    with (
        ground.settings("sqlite", tmp_path / "data") as (settings, tokens),
        serving(settings, tokens) as server,
    ):
        point_at(settings, monkeypatch)
        unit = server.person("don-vi")
        before = unit.post("/dossiers", {"procedure": "provincial-award", "owner": "truong"})
        arguments = ("publish", str(definition.parent), "--drafted-by", "quan-tri")
        same = run(*arguments, "--published-by", "quan-tri")
        assert same == 1
        assert "hai người khác nhau" in capsys.readouterr().err
        code = run(*arguments, "--published-by", "quan-tri-2", "--json")
        told = json.loads(capsys.readouterr().out)
        assert code == 0, told

        def opened() -> str:
            answer = unit.post("/dossiers", {"procedure": "provincial-award", "owner": "truong"})
            return str(answer["edition"])

        assert before["edition"] != told["hash"]
        server.until(lambda: opened() == told["hash"])


def test_a_broken_edition_is_not_published_and_the_findings_are_printed(
    ground: Ground,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[..., int],
) -> None:
    definition = tmp_path / "definition.yaml"
    source = _source("2025-07", "next", "2025-12-01", "Thủ tục hỏng")
    definition.write_text(source.replace("from: draft\n", "from: drafft\n"))
    with ground.settings("sqlite", tmp_path / "data") as (settings, _):
        point_at(settings, monkeypatch)
        people = ("--drafted-by", "quan-tri", "--published-by", "quan-tri-2")

        code = run("publish", str(definition), *people)
        printed = capsys.readouterr().out
        as_json = run("publish", str(definition), *people, "--json")
        findings = json.loads(capsys.readouterr().out)["findings"]

        assert run("publish", str(tmp_path / "nothing"), *people) == 1
        assert run("publish", str(definition), "--drafted-by", "x", "--published-by", "y") == 1
    assert (code, as_json) == (1, 1)
    assert f"{definition}:" in printed
    assert "drafft" in printed
    assert {"file", "line", "column", "code", "severity", "message"} <= set(findings[0])
