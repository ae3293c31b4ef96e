"""Many people at once: one dossier moves once, and numbers have no gaps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from adapters.storage import schema as t
from adapters.verification import verify_database
from engine.errors import BangVangError, Refusal, VersionConflict
from engine.runtime import Ask
from tests.province import NOMINATIONS, Person, Province

T = TypeVar("T")
DECISION = {"decision_number": "3187/QĐ-UBND", "decision_on": "2025-11-07"}


def _at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """Do everything at the same time and return what came of each."""
    start = Barrier(len(works))

    def one(work: Callable[[], T]) -> T:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def _pulled(province: Province, code: str, trigger: str) -> int:
    path = province.dossier(code)["path"]
    return sum(step["trigger"] == trigger for step in path)


def _intact(province: Province) -> bool:
    parts = province.application.parts
    return verify_database(parts.db, parts.files).ok


@pytest.mark.parametrize("same_key", [False, True], ids=["different keys", "one key"])
def test_fifty_approvals_through_the_engine_are_one_and_49_clear_answers(
    any_province: Province, same_key: bool
) -> None:
    code = any_province.with_authority()
    engine = any_province.application.parts.engine
    services = any_province.app.state.services
    authority = services.accounts.by_token(any_province.tokens["chu-tich"]).actor

    def approve(number: int) -> str | BangVangError:
        ask = Ask(
            ref=code,
            trigger="decide",
            actor=authority,
            data=DECISION,
            key="mot" if same_key else f"khoa-{number}",
            fingerprint="ab" * 32,
        )
        try:
            return engine.act(ask).body
        except (Refusal, VersionConflict) as refusal:
            return refusal

    answers = _at_once([lambda n=n: approve(n) for n in range(50)])  # type: ignore[misc]

    done = [json.loads(one) for one in answers if isinstance(one, str)]
    refused = [one for one in answers if isinstance(one, BangVangError)]
    assert len({one["event"] for one in done}) == 1
    assert (len(done), len(refused)) == ((50, 0) if same_key else (1, 49))
    for one in refused:
        assert isinstance(one, VersionConflict) or one.text.vi  # type: ignore[attr-defined]
    assert _pulled(any_province, code, "decide") == 1
    assert _intact(any_province)


@pytest.mark.parametrize("same_key", [False, True], ids=["different keys", "one key"])
def test_fifty_approvals_through_the_api_are_one_and_49_clear_answers(
    any_province: Province, same_key: bool
) -> None:
    code = any_province.with_authority()
    token = any_province.tokens["chu-tich"]

    def approve(number: int) -> tuple[int, Any]:
        one = Person(any_province.app, token)
        key = "mot" if same_key else f"khoa-{number}"
        answer = one.act(code, "decide", key=key, data=DECISION)
        return answer.status_code, answer.json()

    answers = _at_once([lambda n=n: approve(n) for n in range(50)])  # type: ignore[misc]

    done = [told for status, told in answers if status == 200]
    refused = [(status, told) for status, told in answers if status != 200]
    assert len({told["event"] for told in done}) == 1
    assert (len(done), len(refused)) == ((50, 0) if same_key else (1, 49))
    for status, problem in refused:
        assert status == 409, problem
        assert problem["code"] in ("trigger_not_allowed", "version_conflict")
        assert problem["detail"]
    assert _pulled(any_province, code, "decide") == 1
    assert _intact(any_province)


def test_a_hundred_letters_at_once_take_the_numbers_one_to_a_hundred(
    any_province: Province,
) -> None:
    codes = any_province.submitted_many(NOMINATIONS["collective"], 100)
    engine = any_province.application.parts.engine
    reception = any_province.actor("tiep-nhan")

    def accept(code: str) -> dict[str, Any]:
        data = {"received_complete_on": "2025-11-03"}
        ask = Ask(ref=code, trigger="accept", actor=reception, data=data)
        told: dict[str, Any] = json.loads(engine.act(ask).body)
        return told

    answers = _at_once([lambda c=c: accept(c) for c in codes])  # type: ignore[misc]

    assert sorted(int(a["letters"][0]["number"].split("/")[0]) for a in answers) == list(
        range(1, 101)
    )
    assert len({a["received_code"] for a in answers}) == 100
    with any_province.application.parts.db.read() as c:
        taken = c.execute(select(t.numbers.c.kind, t.numbers.c.number)).all()
    for kind in {row.kind for row in taken}:
        numbers = sorted(row.number for row in taken if row.kind == kind)
        assert numbers == list(range(1, len(numbers) + 1)), kind
    assert _intact(any_province)


def test_a_refused_letter_gives_its_number_back(any_province: Province) -> None:
    first, second = any_province.submitted_many(NOMINATIONS["collective"], 2)
    future = {"received_complete_on": "2025-11-04"}
    assert any_province.person("tiep-nhan").act(first, "accept", data=future).status_code == 422

    data = {"received_complete_on": "2025-11-03"}
    told = any_province.do("tiep-nhan", second, "accept", data=data)

    assert told["letters"][0]["number"].split("/")[0] == "1"
