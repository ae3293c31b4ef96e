"""The day of receipt binds: a draft is filed under the edition in force on that day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import cache

from engine.calendar import TZ
from engine.decide import decide, open_draft
from engine.definition import Procedure
from engine.dossier import Act, Actor, Dossier, Grant, Paper
from engine.errors import BadInput, NoEditionInForce
from engine.outcome import Outcome
from procedures.catalogue import editions, national_calendar
from workflows.loader import load

SUBMITTER = Actor(
    person="hoa", grants=(Grant(role="submitter", org="unit", covers=frozenset({"unit"})),)
)
PAPER = Paper(sha256="a" * 64, size=10, media_type="application/pdf", name="giay-to.pdf")


@cache
def _published() -> tuple[Procedure, ...]:
    loaded = [load(e.source, e.path).procedure for e in editions()]
    ours = [p for p in loaded if p is not None and p.key == "provincial-award"]
    return tuple(sorted(ours, key=lambda p: p.in_force_from))


class Published:
    """The editions of the catalogue, each in force until the next begins."""

    def get(self, edition: str) -> Procedure:
        return next(p for p in _published() if p.hash == edition)

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        begun = [p for p in _published() if p.key == procedure and p.in_force_from <= on]
        return begun[-1] if begun else None


def _draft(procedure: Procedure, **more: object) -> Dossier:
    draft = open_draft(
        procedure,
        id="00000000-0000-7000-8000-000000000001",
        stream="ho-so/2026/000001",
        log="thu",
        code="N-2026-000001",
        owner="unit",
        levels={"unit": "unit", "province": "province"},
        created_by="hoa",
        data={
            "award": "collective",
            "nominee": {"kind": "collective", "name": "Phòng Kế hoạch - Tài chính"},
            "period": {"from": "2026-01-01", "until": "2026-08-31"},
            **more,
        },
    )
    return replace(draft, documents=dict.fromkeys(("submission", "report", "minutes"), (PAPER,)))


def _submitted(draft: Dossier, at: datetime) -> object:
    return decide(
        Published().get(draft.edition),
        draft,
        Act(id="00000000-0000-7000-8000-000000000002", trigger="submit", actor=SUBMITTER),
        at=at,
        calendar=national_calendar(),
        counts={},
        editions=Published(),
    )


def test_a_draft_filed_on_the_last_day_stays_with_the_earlier_edition() -> None:
    earlier, _ = _published()
    outcome = _submitted(_draft(earlier), datetime(2026, 9, 30, 23, 59, tzinfo=TZ))
    assert isinstance(outcome, Outcome)
    assert outcome.dossier.edition == earlier.hash


def test_a_draft_filed_a_day_later_must_say_what_the_later_edition_asks() -> None:
    earlier, _ = _published()
    refusal = _submitted(_draft(earlier), datetime(2026, 10, 1, 0, 0, tzinfo=TZ))
    assert isinstance(refusal, BadInput)
    assert refusal.facts["field"] == "commendation_type"


def test_a_draft_that_says_it_is_bound_by_the_later_edition() -> None:
    _, later = _published()
    draft = _draft(later, commendation_type="regular")
    outcome = _submitted(draft, datetime(2026, 10, 1, 8, 0, tzinfo=TZ))
    assert isinstance(outcome, Outcome)
    assert outcome.dossier.edition == later.hash


def test_nothing_is_filed_before_the_first_edition_is_in_force() -> None:
    earlier, _ = _published()
    refusal = _submitted(_draft(earlier), datetime(2025, 6, 30, 8, 0, tzinfo=TZ))
    assert isinstance(refusal, NoEditionInForce)
