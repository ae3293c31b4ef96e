"""A draft may be incomplete, and is bound to an edition on the day of its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from engine.definition import Field, FieldType, Procedure
from engine.drafts import draft_data, draft_fields
from engine.errors import BadInput, NoEditionInForce, PapersMissing, Refusal
from engine.outcome import Outcome
from tests.procedures import UNIT, paper, small, text
from tests.story import AN, BINH, DATA, Story, changed, condition, draft, with_ways


@dataclass(frozen=True)
class Shelf:
    """Editions by the day from which they bind."""

    editions: Sequence[Procedure]

    def get(self, edition: str) -> Procedure:
        """Return the edition with this hash."""
        return next(e for e in self.editions if e.hash == edition)

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return the newest edition that binds on a day."""
        known = [e for e in self.editions if e.key == procedure and e.in_force_from <= on]
        return max(known, key=lambda e: e.in_force_from, default=None)


OLD = small()
NOTE = Field(key="note", type=FieldType.TEXT, label=text("ghi chú"), required=True)


def later(**changes: Any) -> Procedure:
    return replace(changed(OLD, **changes), edition="2", in_force_from=date(2025, 11, 1))


def submit(story: Story, *editions: Procedure, **more: Any) -> Outcome | Refusal:
    papers = {"report": (paper(),)}
    return story.ask("submit", AN, "2025-11-03", editions=Shelf(editions), documents=papers, **more)


def test_a_draft_begins_in_the_initial_state_in_the_hands_of_its_owner() -> None:
    dossier = draft(OLD, {"award": "merit", "nominee": None})

    assert dossier.configuration == {"draft"}
    assert (dossier.owner, dossier.holder) == (UNIT, UNIT)
    assert dossier.data == {"award": "merit"}
    assert dossier.edition == OLD.hash


def test_a_draft_holds_no_field_that_a_later_act_fills() -> None:
    assert draft_fields(OLD) == ("nominee", "award")
    with pytest.raises(BadInput, match="complete_on"):
        draft_data(OLD, {"complete_on": "2025-11-03"})


def test_a_draft_holds_no_value_of_a_wrong_kind() -> None:
    with pytest.raises(BadInput, match="danh hiệu"):
        draft_data(OLD, {"award": "gold"})


def test_receipt_binds_the_edition_in_force_on_its_day() -> None:
    new = later(title=text("Mới"))
    found = submit(Story(OLD), OLD, new)

    assert isinstance(found, Outcome)
    assert found.dossier.edition == new.hash
    assert found.rules["edition"] == new.hash
    assert found.dossier.configuration == {"submitted"}


def test_the_edition_of_the_draft_stays_where_it_is_in_force() -> None:
    found = submit(Story(OLD), OLD)

    assert isinstance(found, Outcome)
    assert found.dossier.edition == OLD.hash


def test_a_back_dated_receipt_binds_the_edition_of_its_day() -> None:
    new = later()
    found = submit(
        Story(new), OLD, new, effective_on=date(2025, 10, 31), reason="Nộp tại quầy hôm trước"
    )

    assert isinstance(found, Outcome)
    assert found.dossier.edition == OLD.hash


def test_a_day_without_edition_refuses() -> None:
    found = submit(Story(OLD))

    assert isinstance(found, NoEditionInForce)
    assert found.facts == {"procedure": "small", "on": "2025-11-03"}


def test_what_the_binding_edition_misses_is_the_refusal() -> None:
    found = submit(Story(OLD), later(fields={**OLD.fields, "note": NOTE}))

    assert isinstance(found, BadInput)
    assert found.facts == {"field": "note"}


def test_papers_that_the_binding_edition_requires_are_the_refusal() -> None:
    minutes = replace(OLD.documents["minutes"], required=True)
    found = submit(Story(OLD), later(documents={**OLD.documents, "minutes": minutes}))

    assert isinstance(found, PapersMissing)
    assert found.facts == {"documents": ["minutes"]}


def test_papers_that_the_binding_edition_does_not_know_are_refused() -> None:
    story = Story(OLD)
    story.dossier = replace(story.dossier, documents={"minutes": (paper(),)})
    found = submit(story, later(documents={"report": OLD.documents["report"]}, transitions=tuple(
        replace(t, needs=()) for t in OLD.transitions
    )))  # fmt: skip

    assert isinstance(found, NoEditionInForce)
    assert found.facts == {"documents": ["minutes"]}


def test_data_that_the_binding_edition_does_not_know_is_refused() -> None:
    old = changed(OLD, fields={**OLD.fields, "note": NOTE})
    found = submit(Story(old, data={**DATA, "note": "x"}), later())

    assert isinstance(found, BadInput)
    assert found.facts == {"field": "note"}


def test_the_roles_of_the_binding_edition_count() -> None:
    new = replace(with_ways(later(), "submit", by=("reception",)), edition="2")
    found = submit(Story(OLD), new)

    assert isinstance(found, Refusal)
    assert found.code == "not_entitled"


def test_look_ups_of_the_binding_edition_are_made_anew() -> None:
    rule = condition("facts.titles", lambda count: count >= 3)
    new = with_ways(later(), "submit", when=rule, refusal=text("Chưa đủ."))
    allowed = submit(Story(OLD), new, recount=lambda edition: {"titles": len(edition.edition) + 2})
    refused = submit(Story(OLD), new)

    assert isinstance(allowed, Outcome)
    assert isinstance(refused, Refusal)


def late_receipt(procedure: Procedure) -> Procedure:
    """Let the dossier be received when it is accepted, one state after the draft."""
    return with_ways(with_ways(procedure, "submit", receives=False), "accept", receives=True)


def test_receipt_after_the_draft_keeps_the_dossier_where_it_stands() -> None:
    old = late_receipt(OLD)
    new = late_receipt(later())
    story = Story(old).submitted()
    found = story.do("accept", BINH, "2025-11-03", editions=Shelf([new]))

    assert found.dossier.edition == new.hash
    assert found.dossier.received_on == date(2025, 11, 3)
    assert "review.appraisal.open" in found.dossier.configuration


def test_receipt_in_a_state_that_the_binding_edition_does_not_know_is_refused() -> None:
    old = late_receipt(OLD)
    states = {k: v for k, v in OLD.states.items() if k != "submitted"}
    ways = tuple(t for t in OLD.transitions if "submitted" not in (*t.sources, t.target))
    new = later(states=states, transitions=ways, clocks={})
    story = Story(old).submitted()
    refused = story.refuse("accept", BINH, "2025-11-03", editions=Shelf([new]))

    assert isinstance(refused, NoEditionInForce)
    assert refused.facts == {"states": ["submitted"]}


def test_receipt_binds_once_and_for_good() -> None:
    old = with_ways(OLD, "accept", receives=True)
    story = Story(old).submitted()
    found = story.do("accept", BINH, "2025-11-04", editions=Shelf([later()]))

    assert found.dossier.edition == old.hash
    assert found.dossier.received_on == date(2025, 11, 3)
