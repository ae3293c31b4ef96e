"""Forms ask for each value in the way that fits it."""

from datetime import date
from pathlib import Path

import pytest

from adapters.services.forms import act_form, draft_form
from engine.definition import Procedure
from tests.story import draft
from workflows.loader import load

EDITIONS = Path(__file__).resolve().parents[4] / "procedures" / "provincial-award"


@pytest.fixture(scope="module", params=["2025-07", "2026-10"])
def award(request: pytest.FixtureRequest) -> Procedure:
    """Give each edition of the provincial award."""
    source = (EDITIONS / request.param / "definition.yaml").read_bytes()
    procedure = load(source, "definition.yaml", letters=None).procedure
    assert procedure is not None
    return procedure


def _types(procedure: Procedure, trigger: str) -> dict[str, str]:
    (transition, *_) = procedure.pulled_by(trigger)
    form = act_form(procedure, transition, draft(procedure, {}), date(2026, 11, 3), "vi")
    return {one.name: one.type for one in form}


def test_the_number_that_the_records_office_gave_is_one_line(award: Procedure) -> None:
    key = award.letters["decision"].number_from
    assert key is not None
    (trigger,) = {t.trigger for t in award.transitions if key in t.asks}

    assert _types(award, trigger)[key] == "line"


def test_a_text_that_is_no_number_stays_a_text(award: Procedure) -> None:
    asked = {one.name: one.type for one in draft_form(award, {}, "vi")}

    assert asked["achievement"] == "text"
    assert "line" not in asked.values()
