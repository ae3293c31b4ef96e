"""The trail as auditors read it, verified from the command line, and free of personal values."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from adapters.storage import schema as t
from adapters.storage.fold_text import fold
from tests.province import NOMINATIONS, Province
from tests.serving import point_at


def test_an_auditor_reads_who_did_what_in_which_role_and_when(province: Province) -> None:
    code = province.with_authority()
    province.decide(code)

    trail = province.person("kiem-tra").get(f"/dossiers/{code}/trail")

    rows = trail["rows"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    decided = next(row for row in rows if row["trigger"] == "decide")
    assert (decided["who"], decided["role"], decided["org"]) == (
        "Uông Quốc Việt",
        "authority",
        "tinh",
    )
    assert decided["effective_on"] == "2025-11-12"
    assert len(decided["edition"]) > 0
    assert (decided["late"], decided["back_dated"]) == (False, False)
    assert NOMINATIONS["merit"].name in json.dumps(rows[0]["opened"], ensure_ascii=False)
    for login in ("don-vi", "chuyen-vien", "quan-tri"):
        answer = province.person(login).call("GET", f"/dossiers/{code}/trail")
        assert answer.status_code in (403, 404), login


def test_an_auditor_reads_and_may_do_nothing(province: Province) -> None:
    code = province.reviewing()

    for trigger in ("appraise", "waive", "return", "withdraw"):
        assert province.person("kiem-tra").act(code, trigger).status_code == 403
    uploaded = province.person("kiem-tra").call(
        "POST",
        f"/dossiers/{code}/documents",
        files={"file": ("x.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")},
    )
    assert uploaded.status_code == 403


def test_an_act_dated_back_with_a_reason_and_a_paper_is_marked_as_such(province: Province) -> None:
    code = province.draft(NOMINATIONS["merit"])
    province.at("2025-11-03T09:00")
    province.do("don-vi", code, "submit")
    province.at("2025-11-06T09:00")
    early: dict[str, Any] = {
        "data": {"received_complete_on": "2025-11-03"},
        "effective_on": "2025-11-03",
    }
    assert province.person("tiep-nhan").act(code, "accept", **early).status_code == 422

    why = {"reason": "Mất điện ba ngày", "paper": "1/BC"}
    told = province.do("tiep-nhan", code, "accept", **why, **early)

    assert province.due(told["received_code"]) == "2025-12-08"
    rows = province.person("kiem-tra").get(f"/dossiers/{code}/trail")["rows"]
    accepted = next(row for row in rows if row["trigger"] == "accept")
    assert accepted["back_dated"] is True
    assert accepted["reason"] == "Mất điện ba ngày"


def test_the_command_line_says_that_the_trail_is_intact(
    any_province: Province,
    run: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = any_province.with_authority()
    any_province.decide(code)
    any_province.letter(code, "decision")
    point_at(any_province.application.settings, monkeypatch)
    capsys.readouterr()

    assert run("trail", "verify") == 0
    told = capsys.readouterr().out
    assert run("trail", "verify", "--json") == 0
    as_json = json.loads(capsys.readouterr().out)

    assert "nguyên vẹn / intact" in told
    assert (as_json["ok"], as_json["findings"]) == (True, [])
    assert as_json["streams"] == 4  # the dossier, the session, the editions, the people
    stream = any_province.person("kiem-tra").get(f"/dossiers/{code}/trail")["stream"]
    assert run("trail", "verify", "--stream", stream, "--json") == 0
    assert json.loads(capsys.readouterr().out)["streams"] == 1
    assert run("trail", "verify", "--stream", "ho-so/2025/999999") == 1


SECRETS = (
    NOMINATIONS["merit"].name,
    NOMINATIONS["merit"].data["achievement"],
    NOMINATIONS["merit"].data["nominee"]["unit"],
    "Đơn của bà Tôn Nữ Thuyền Quyên",
    "Thiếu trang cuối của báo cáo bà Ngân",
    "Giải trình về bà Ngân: đã xác minh",
    "Công an tỉnh lưu ý bà Ngân từng bị nhắc nhở",
    "Hội đồng nêu chưa rõ công lao của bà Ngân",
)


def _story_with_personal_words(province: Province) -> str:
    code = province.draft(NOMINATIONS["merit"])
    province.at("2025-11-03T09:00")
    province.do("don-vi", code, "submit", key="nop-1")
    province.at("2025-11-03T10:00")
    told = province.do(
        "tiep-nhan", code, "accept", key="nhan-1", data={"received_complete_on": "2025-11-03"}
    )
    code = str(told["received_code"])
    province.at("2025-11-04T09:00")
    province.do(
        "chuyen-vien",
        code,
        "return",
        key="tra-1",
        reason="achievement_unclear",
        data={"supplement_items": SECRETS[4]},
    )
    province.at("2025-11-05T09:00")
    province.do("don-vi", code, "resubmit", key="nop-2")
    province.do("chuyen-vien", code, "ask", data={"agencies": "Công an tỉnh", "agencies_count": 1})
    opinion = {
        "agency": "Công an tỉnh",
        "stance": "disagree",
        "reason": SECRETS[6],
        "on": "2025-11-05",
    }
    province.do("chuyen-vien", code, "record_opinion", key="yk-1", data={"opinions": opinion})
    province.do("chuyen-vien", code, "close_opinions")
    province.do("chuyen-vien", code, "appraise")
    province.do(
        "chuyen-vien", code, "hold", key="giu-1", ground="complaint", reason=SECRETS[3], paper="1"
    )
    province.at("2025-11-07T09:00")
    province.do("lanh-dao", code, "release", ground="complaint", paper="2")
    province.do("chuyen-vien", code, "explain_opinions", data={"explanation": SECRETS[5]})
    province.do("chuyen-vien", code, "recommend", key="dx-1")
    province.do("lanh-dao", code, "put_on_agenda")
    province.vote(code, NOMINATIONS["merit"].tally)
    province.do("chu-tich", code, "return_to_council", key="xet-lai", reason=SECRETS[7])
    assert province.person("lanh-dao").act(code, "decide").status_code == 409
    province.vote(code, NOMINATIONS["merit"].tally)
    province.decide(code)
    province.letter(code, "decision")
    found = province.person("chuyen-vien").post(
        "/dossiers/search", {"filter": {"text": "khue ngan"}}
    )
    assert len(found["items"]) == 1
    return code


def _cells(province: Province) -> Iterator[tuple[str, str]]:
    """Yield every value of every table that is not one for personal values, and where it is."""
    with province.application.parts.db.read() as c:
        for table in t.metadata.sorted_tables:
            kept_apart = t.PERSONAL_COLUMNS.get(table.name, ())
            for row in c.execute(select(table)):
                for column, value in row._mapping.items():
                    if column not in kept_apart and value is not None:
                        text = value.decode() if _readable(value) else str(value)
                        yield f"{table.name}.{column}", text


def _readable(value: object) -> bool:
    try:
        return isinstance(value, bytes) and bool(value.decode())
    except UnicodeDecodeError:
        return False


def test_personal_words_stand_in_the_places_of_the_registry_and_nowhere_else(
    any_province: Province,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    _story_with_personal_words(any_province)

    cells = list(_cells(any_province))
    tables = {place.partition(".")[0] for place, _ in cells}
    assert {"events", "outbox", "answers", "tasks", "letters", "numbers", "files"} <= tables
    logged = capsys.readouterr()
    cells += [("log", logged.out + logged.err + caplog.text)]
    metrics = any_province.person("kiem-tra")._client.get("/metrics").text
    cells += [("metrics", metrics)]
    for secret in SECRETS:
        for form in (secret, fold(secret), json.dumps(secret).strip('"')):
            assert [place for place, text in cells if form in text] == [], secret


def test_the_places_of_the_registry_do_hold_what_they_are_for(province: Province) -> None:
    """Were the words found nowhere at all, their absence elsewhere would prove nothing."""
    _story_with_personal_words(province)

    with province.application.parts.db.read() as c:
        values = " ".join(c.execute(select(t.personal_values.c.value)).scalars())
        nominations = t.dossiers.c.procedure == "provincial-award"
        body = c.execute(select(t.dossiers.c.body).where(nominations)).scalar_one()
        folded = c.execute(select(t.dossiers.c.name_folded).where(nominations)).scalar_one()
    assert [secret for secret in SECRETS if secret not in values] == []
    assert SECRETS[0] in body
    assert folded in fold(SECRETS[0])
