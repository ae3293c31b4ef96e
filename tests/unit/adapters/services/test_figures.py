"""Figures are of what was proposed: what a council calls for itself is in none of them."""

from collections.abc import Collection
from dataclasses import replace
from typing import cast

from adapters.identity.directory import Tree
from adapters.services.asks import FiguresAsked
from adapters.services.editions import PublishedEditions
from adapters.services.figures import Figures
from adapters.storage.figures import Group
from adapters.storage.queries import Queries
from engine.definition import Procedure
from engine.parts import CouncilRule
from tests.procedures import small


class Shelf:
    """A procedure of nominations and one of sessions."""

    def get(self, edition: str) -> Procedure:
        """Return the edition of this name."""
        procedure = small()
        if edition != "session":
            return procedure
        members, came = (
            replace(procedure.fields["opinions"], key=key) for key in ("members", "attendance")
        )
        return replace(
            procedure,
            fields={**procedure.fields, "members": members, "attendance": came},
            council=CouncilRule(electorate="members", attendance="attendance"),
        )


class Counted:
    """One open dossier of each procedure."""

    def figures(self, orgs: Collection[str], wanted: object) -> list[Group]:
        """Return them."""
        return [Group(procedure=one, edition=one, org="so", open=1) for one in ("award", "session")]

    submission_figures = figures


def test_sessions_of_a_council_are_counted_nowhere() -> None:
    figures = Figures(cast(Queries, Counted()), cast(PublishedEditions, Shelf()))
    tree = Tree()
    found = figures.of_all(["so"], tree, FiguresAsked(), "vi")
    assert [one.key for one in found.procedures] == ["award"]
    assert (found.open, found.submissions.open) == (1, 1)
