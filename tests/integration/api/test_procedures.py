"""Procedures authored through the API: checked, drafted by one, published by another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from adapters.bootstrap import build
from adapters.services.editions import PublishedEditions
from adapters.web.app import create_app
from procedures import catalogue
from tests.calling import API, Caller
from tests.pages import World, world

DEFINITION = """\
procedure: school-certificate
edition: "{edition}"
title: {{vi: Giấy khen, en: Certificate}}
subject: nominee
in_force: {{from: {day}}}
portal_status: 4
roles:
  submitter: {{label: {{vi: Đơn vị, en: Unit}}, of: owner}}
  specialist: {{label: {{vi: Chuyên viên, en: Specialist}}}}
  head: {{label: {{vi: Lãnh đạo, en: Head}}}}
separate: [[specialist, head]]
data:
  nominee: {{label: {{vi: Người được đề nghị, en: Nominee}}, type: party, required: true}}
documents:
  report: {{label: {{vi: Báo cáo, en: Report}}, required: true}}
clocks:
  resolution:
    label: {{vi: Thời hạn, en: Time limit}}
    limit: 10 working days
    measured: true
    starts: {{on: submit}}
    stops: [sign, decline]
    ladder: [{{at: due, mark: overdue, notify: head}}]
states:
  draft: {{label: {{vi: Đang soạn, en: Draft}}, initial: true, at: unit, portal_status: 1}}
  appraising:
    label: {{vi: Đang thẩm định, en: Under appraisal}}
    at: province
    limit: 5 working days
    task: {{role: specialist, do: propose}}
  signing:
    label: {{vi: Trình ký, en: For signature}}
    limit: 5 working days
    task: {{role: head, do: sign}}
  awarded: {{label: {{vi: Đã tặng, en: Awarded}}, final: true, result: granted, portal_status: 10}}
  declined: {{label: {{vi: Không tặng, en: Declined}}, final: true, result: not_granted}}
transitions:
  - trigger: submit
    event: dossier_submitted
    label: {{vi: Nộp, en: Submit}}
    from: draft
    to: appraising
    by: submitter
    receives: true
    accepts: true
  - trigger: propose
    event: award_proposed
    label: {{vi: Đề nghị, en: Propose}}
    from: appraising
    to: signing
    by: specialist
  - trigger: decline
    event: award_declined
    label: {{vi: Không tặng, en: Decline}}
    from: signing
    to: declined
    by: head
    reason: required
  - trigger: sign
    event: award_signed
    label: {{vi: Ký, en: Sign}}
    from: signing
    to: awarded
    by: head
"""
SCENARIO = """\
scenario: {{vi: Một giấy khen, en: A certificate}}
starts: 2031-03-03T08:00
owner: unit
people: {{an: [submitter], chi: [specialist], em: [head]}}
draft: {{by: an, data: {{nominee: {{name: Lê Thị Gấm}}}}, documents: [report]}}
steps:
  - {{at: 2031-03-03T09:00, by: an, do: submit}}
  - {{at: 2031-03-04T09:00, by: chi, do: propose}}
  - {{at: 2031-03-05T09:00, by: em, do: {ends}}}
"""
SCENARIOS = {
    "awarded.yaml": SCENARIO.format(ends="sign"),
    "declined.yaml": SCENARIO.format(ends="decline, reason: Chưa đủ"),
}
ENTRY = next(
    e for e in catalogue.editions() if (e.procedure, e.edition) == ("provincial-award", "2025-07")
)
AT = "/procedures/school-certificate/editions"


def edition(name: str, day: str) -> str:
    """Return a small procedure under a name, in force from a day."""
    return DEFINITION.format(edition=name, day=day)


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
    at = f"{AT}/2025-09"

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
        "/dossiers", {"procedure": "school-certificate", "owner": "truong"}
    )
    assert opened.json()["edition"] == published.json()["id"]


def test_publishing_is_an_event_in_the_stream_of_the_configuration(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    author.post("/procedures", {"source": edition("2025-08", "2025-08-01"), "scenarios": SCENARIOS})
    queries = province.app.state.services.parts.queries
    before = len(queries.events_of("cau-hinh"))

    second.post(f"{AT}/2025-08/publish")

    events = queries.events_of("cau-hinh")
    assert len(events) == before + 1
    assert events[-1].stored.type == "edition_published"
    assert b'"edition":"2025-08"' in events[-1].stored.body
    assert second.account.encode() in events[-1].stored.body


def test_another_process_is_bound_a_second_later_without_being_started_again(
    province: World,
) -> None:
    accounts = province.app.state.services.accounts
    token = accounts.issue_token(Caller(province, "an").account, "thử", None)
    author, second = Caller(province, "quan"), Caller(province, "tri")
    source = edition("2025-11", "2025-11-01")
    author.post("/procedures", {"source": source, "scenarios": SCENARIOS})
    seconds = 1000.0
    other = build(province.application.settings, province.clock)
    try:
        editions = PublishedEditions(other.parts.db, lambda: seconds)
        app = create_app(replace(other.parts, editions=editions))
        client = TestClient(app, headers={"Authorization": f"Bearer {token}"})
        body = {"procedure": "school-certificate", "owner": "truong"}
        before = client.post(f"{API}/dossiers", json=body)

        published = second.post(f"{AT}/2025-11/publish")
        seconds += 1.0
        after = client.post(f"{API}/dossiers", json=body)
    finally:
        other.close()

    assert published.status_code == 200, published.text
    assert before.json().get("edition_name") != "2025-11"
    assert after.json()["edition_name"] == "2025-11"


def test_an_edition_that_scenarios_do_not_cover_is_not_published(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    name = "awarded.yaml"
    drafted = author.post(
        "/procedures",
        {
            "source": edition("2025-10", "2025-10-01"),
            "scenarios": {name: SCENARIOS[name]},
        },
    )

    refused = second.post(f"{AT}/2025-10/publish")

    assert drafted.status_code == 201
    assert (refused.status_code, refused.json()["code"]) == (422, "not_publishable")
    assert refused.json()["facts"]["findings"]
    seen = author.get(f"{AT}/2025-10").json()
    assert seen["status"] == "draft"


def test_two_editions_of_one_name_or_day_are_never_both_in_force(province: World) -> None:
    author, second = Caller(province, "quan"), Caller(province, "tri")
    first = {"source": edition("first", "2025-05-01"), "scenarios": SCENARIOS}
    author.post("/procedures", first)
    assert second.post(f"{AT}/first/publish").status_code == 200
    drafted = author.post(
        "/procedures", {"source": edition("another", "2025-05-01"), "scenarios": SCENARIOS}
    )

    answer = second.post(f"{AT}/another/publish")

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
        return [
            org["key"]
            for one in listed
            if one["procedure"] == "provincial-award"
            for org in one["startable"]
        ]

    assert places("an") == ["truong"]
    assert places("chi") == []
