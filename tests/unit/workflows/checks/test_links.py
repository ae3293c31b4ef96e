"""Links between procedures: what is opened exists, fits, and is waited for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.definition import OpenRule, Procedure
from procedures import catalogue
from tests.definitions import SMALL, found, report_on, spoilt
from tests.linked import declared
from tests.story import with_ways
from workflows.findings import Severity

REISSUE, CONFIRMATION = (
    next(one for one in catalogue.editions() if one.procedure == key).source.decode()
    for key in ("award-reissue", "award-confirmation")
)


class Others:
    """A shelf of editions."""

    def __init__(self, *editions: Procedure) -> None:
        self.known = editions

    def editions(self, procedure: str) -> Sequence[Procedure]:
        return [one for one in self.known if one.key == procedure]


BOTH = Others(declared("award-confirmation"))


def codes(text: str, others: Others | None = BOTH) -> list[str]:
    return [one.code for one in report_on(text, others=others).findings if "BV33" in one.code]


def test_links_that_fit_are_found_to_fit() -> None:
    assert codes(REISSUE) == codes(CONFIRMATION) == []


def test_without_the_other_procedures_nothing_is_said_to_be_right() -> None:
    (finding,) = found(REISSUE, "BV339")

    assert finding.severity is Severity.NOT_CHECKED


def test_a_procedure_that_does_not_exist_is_named_where_it_is_opened() -> None:
    (finding,) = found(REISSUE, "BV335", others=Others())

    assert "'award-confirmation'" in finding.message_en


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("      procedure: award-confirmation", "      procedure: award-reissue", ["BV336"]),
        ("        holder: data.holder\n", "", ["BV338"]),
        ("        deed_on: data.deed_on", "        deed_on: data.deed_number", ["BV338"]),
        ("        deed_on: data.deed_on", "        deed_of: data.deed_on", ["BV338"]),
        ("    awaits: withdrawn\n", "    awaits: granted\n", ["BV337"]),
        ("    awaits: withdrawn\n", "    awaits: withdrawn\n    at_most: 1\n", ["BV334"]),
        ("    opens:\n", "    by: [specialist, clock]\n    opens:\n", []),
    ],
)
def test_a_link_with_a_hole_is_found(old: str, new: str, expected: list[str]) -> None:
    assert codes(spoilt(old, new, REISSUE)) == expected


def test_machines_open_no_linked_dossiers() -> None:
    text = spoilt(
        "    to: awaiting_confirmation\n    by: specialist\n",
        "    to: awaiting_confirmation\n    by: [specialist, clock]\n",
        REISSUE,
    )

    assert codes(text) == ["BV331"]


def test_a_field_that_is_not_declared_cannot_be_handed_on() -> None:
    text = spoilt("        deed_on: data.deed_on", "        deed_on: data.ded_on", REISSUE)
    said = [one.message_en for one in found(text, "BV201", others=BOTH)]

    assert any("Did you mean 'deed_on'?" in one for one in said)


def test_a_result_without_a_link_is_awaited_in_vain() -> None:
    text = spoilt(
        "from: draft, to: submitted, by: submitter",
        "from: draft, to: submitted, by: system, awaits: granted",
        SMALL,
    )

    assert "BV333" in codes(text)


def test_links_are_one_deep() -> None:
    begins = "  - trigger: submit\n    event: reissue_requested\n"
    by_system = (
        "  - {trigger: begin, event: begun, label: {vi: Mở, en: Begin}, from: draft, "
        "to: appraising, by: system}\n"
    )
    deep = spoilt(begins, by_system + begins, REISSUE)
    assert set(codes(deep)) == {"BV332"}
    no_beginning = Others(with_ways(declared("award-confirmation"), "begin", by=("reception",)))
    assert codes(REISSUE, no_beginning) == ["BV332"]


def test_what_opens_the_opener_goes_in_a_circle() -> None:
    back = OpenRule(procedure="award-reissue")
    circle = Others(with_ways(declared("award-confirmation"), "return", opens=back))

    assert codes(REISSUE, circle) == ["BV336"]


def test_what_begins_without_leaving_its_initial_state_may_end_in_every_way() -> None:
    stays = Others(with_ways(declared("award-confirmation"), "begin", target=None))

    assert codes(REISSUE, stays) == ["BV337"]


def test_a_linked_dossier_is_awaited_where_the_act_leaves_the_opener() -> None:
    text = spoilt(
        "    to: awaiting_confirmation\n    by: specialist\n", "    by: specialist\n", REISSUE
    )

    assert codes(text) == ["BV337", "BV337", "BV337"]


@pytest.mark.parametrize(
    "count",
    [
        "{titles: [merit], deed: data.deed_number}",
        "{}",
        "{deed: data.deed_number, consecutive: true}",
    ],
)
def test_a_look_up_is_by_titles_or_by_deed(count: str) -> None:
    text = spoilt("{deed: data.deed_number}", count, CONFIRMATION)

    assert found(text, "BV209")
