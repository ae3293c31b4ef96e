"""Procedures authored through the API: checked, drafted by one, published by another."""

from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from adapters.bootstrap import build
from adapters.web.app import create_app
from procedures import catalogue
from tests.calling import Caller
from tests.pages import World, world

ENTRY = next(e for e in catalogue.editions() if e.edition == "2025-07")
LATER = date(2030, 6, 1)
SCENARIOS = {name: source.decode() for name, source in ENTRY.scenarios}


def edition(name: str, day: str) -> str:
    """Return the catalogue's edition under another name and day in force."""
    return (
        ENTRY.source.decode()
        .replace('edition: "2025-07"', f'edition: "{name}"')
        .replace("in_force: {from: 2025-07-01}", f"in_force: {{from: {day}}}")
    )


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give one province to all; each test drafts an edition of its own."""
    with world(tmp_path_factory.mktemp("procedures")) as made:
        yield made


def test_a_check_says_everything_that_is_wrong_with_line_and_column(province: World) -> None:
    broken = ENTRY.source.decode().replace("subject: nominee", "subjekt: nominee")

    told = Caller(province, "quan").post("/procedures/check", {"source": broken}).json()

    assert told["ok"] is False
    found = next(f for f in told["findings"] if "subjekt" in f["message"])
    assert found["severity"] == "error"
    assert broken.splitlines()[found["line"] - 1].startswith("subjekt")


def test_what_does_not_compile_is_not_kept(province: World) -> None:
    administrator = Caller(province, "quan")
    before = administrator.get("/procedures").json()

    answer = administrator.post("/procedures", {"source": "procedure: [x"})

    assert (answer.status_code, answer.json()["code"]) == (422, "not_publishable")
    assert answer.json()["facts"]["findings"]
    assert administrator.get("/procedures").json() == before


def test_an_edition_is_drafted_by_one_and_published_by_another(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    source = {"source": edition("2025-09", "2025-09-01"), "scenarios": SCENARIOS}
    at = "/procedures/provincial-award/editions/2025-09"

    drafted = author.post("/procedures", source)
    again = author.post("/procedures", source)
    unseen = Caller(province, "chi").get(at)
    alone = author.post(f"{at}/publish")
    published = second.post(f"{at}/publish")
    twice = second.post(f"{at}/publish")

    assert drafted.status_code == 201, drafted.text
    assert drafted.json()["status"] == "draft"
    assert again.json()["id"] == drafted.json()["id"]
    assert unseen.status_code == 404
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    assert published.status_code == 200, published.text
    assert (published.json()["status"], published.json()["in_force"]) == ("published", True)
    assert published.json()["published_by"] == "Đinh Trí"
    assert twice.status_code == 409
    opened = Caller(province, "an").post(
        "/dossiers", {"procedure": "provincial-award", "owner": "truong"}
    )
    assert opened.json()["edition"] == published.json()["id"]


def test_publishing_is_an_event_in_the_stream_of_the_configuration(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    author.post("/procedures", {"source": edition("2025-08", "2025-08-01"), "scenarios": SCENARIOS})
    queries = province.app.state.services.parts.queries
    before = len(queries.events_of("cau-hinh"))

    second.post("/procedures/provincial-award/editions/2025-08/publish")

    events = queries.events_of("cau-hinh")
    assert len(events) == before + 1
    assert events[-1].stored.type == "edition_published"
    assert b'"edition":"2025-08"' in events[-1].stored.body
    assert second.account.encode() in events[-1].stored.body


def test_another_process_is_bound_without_being_started_again(province: World) -> None:
    other = build(province.application.settings, province.clock)
    try:
        app = create_app(other.parts)
        assert other.parts.editions.in_force("provincial-award", LATER) is not None
        author, second = Caller(province, "quan"), Caller(province, "tri")
        author.post(
            "/procedures", {"source": edition("2030-01", "2030-01-01"), "scenarios": SCENARIOS}
        )
        second.post("/procedures/provincial-award/editions/2030-01/publish")
        other.parts.editions.forget()  # as a second later

        client = TestClient(app, base_url="http://bangvang.test")
        assert client.get("/healthz").status_code == 200
        binding = other.parts.editions.in_force("provincial-award", LATER)
    finally:
        other.close()

    assert binding is not None
    assert binding.edition == "2030-01"


def test_an_edition_that_scenarios_do_not_cover_is_not_published(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    name = "granted-merit.yaml"
    drafted = author.post(
        "/procedures",
        {
            "source": edition("2025-10", "2025-10-01"),
            "scenarios": {name: SCENARIOS[name]},
        },
    )

    refused = second.post("/procedures/provincial-award/editions/2025-10/publish")

    assert drafted.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (422, "not_publishable")
    assert refused.json()["facts"]["findings"]
    seen = author.get("/procedures/provincial-award/editions/2025-10").json()
    assert seen["status"] == "draft"


def test_two_editions_of_one_name_or_day_are_never_both_in_force(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    drafted = author.post(
        "/procedures", {"source": edition("another", "2025-07-01"), "scenarios": SCENARIOS}
    )

    answer = second.post("/procedures/provincial-award/editions/another/publish")

    assert drafted.status_code == 201
    assert answer.status_code == 409


def test_everybody_sees_the_published_editions_their_source_and_their_chart(
    province: World,
) -> None:
    reader = Caller(province, "chi")
    at = "/procedures/provincial-award/editions/2025-07"

    listed = [one["edition"] for one in reader.get("/procedures").json()]
    source = reader.get(f"{at}/source")
    chart = reader.get(f"{at}/chart?lang=en&active=submitted")

    assert "2025-07" in listed
    assert source.content == ENTRY.source
    assert source.headers["content-type"] == "application/yaml"
    assert chart.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in chart.content
    assert "sandbox" in chart.headers["content-security-policy"]
    assert reader.get("/procedures/schema").json()["$id"].startswith("urn:bangvang")
    assert reader.get("/procedures/nothing/editions/2025-07").status_code == 404


def test_whoever_may_open_a_dossier_is_told_where(province: World) -> None:
    def places(login: str) -> list[str]:
        listed = Caller(province, login).get("/procedures").json()
        return [org["key"] for one in listed for org in one["startable"]]

    assert places("an") == ["truong"]
    assert places("chi") == []
