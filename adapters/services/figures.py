"""Early, on time, late: figures of what the caller may see, by procedure, organisation and month.

A council's sessions are nobody's submission: they are left out, though they are kept as dossiers.
Figures hold no name and no code, yet a figure of one dossier tells of it: so they count no dossier
that the caller could not open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from adapters.identity.directory import Tree
from adapters.identity.who import Who
from adapters.services.access import nameable
from adapters.services.asks import FiguresAsked
from adapters.services.editions import PublishedEditions
from adapters.services.figure_views import (
    CountsView,
    FiguresView,
    GroupView,
    MonthView,
    ResolvedView,
    SpreadView,
)
from adapters.storage.figures import FiguresFilter, Group
from adapters.storage.queries import Queries
from engine.errors import BadInput
from engine.figures import Figures as Counted
from engine.figures import Spread, figures_of
from engine.text import Text

Label = Callable[[Group], str]


class Figures:
    """Counts what was resolved early, on time and late, and what is open."""

    def __init__(self, queries: Queries, editions: PublishedEditions) -> None:
        """Read through these."""
        self._queries = queries
        self._editions = editions

    def of(self, who: Who, wanted: FiguresAsked, lang: str) -> FiguresView:
        """Return the figures of what the caller may see.

        Raises:
            BadInput: the period ends before it begins.
        """
        return self.of_all(who.sees, who.tree, wanted, lang)

    def of_all(
        self, orgs: Collection[str], tree: Tree, wanted: FiguresAsked, lang: str
    ) -> FiguresView:
        """Return the figures of what these organisations submitted or worked on.

        Raises:
            BadInput: the period ends before it begins.
        """
        if wanted.first is not None and wanted.last is not None and wanted.last < wanted.first:
            raise BadInput(
                Text(
                    "Ngày kết thúc kỳ phải từ ngày bắt đầu trở đi.",
                    "The period must not end before it begins.",
                ),
                field="until",
            )
        if not nameable(wanted.procedure, wanted.edition, wanted.org):
            # What can be no name finds nothing, and asks no database.
            return self._shown([], [], tree, lang)
        narrowed = FiguresFilter(
            procedure=wanted.procedure,
            orgs=[wanted.org] if wanted.org else [],
            edition=wanted.edition,
            resolved_from=wanted.first,
            resolved_until=wanted.last,
        )
        subjects, submissions = (
            [one for one in found if self._editions.get(one.edition).council is None]
            for found in (
                self._queries.figures(orgs, narrowed),
                self._queries.submission_figures(orgs, narrowed),
            )
        )
        return self._shown(subjects, submissions, tree, lang)

    def _shown(
        self, subjects: list[Group], submissions: list[Group], tree: Tree, lang: str
    ) -> FiguresView:
        def title(group: Group) -> str:
            return self._editions.get(group.edition).title.in_(lang)

        def edition(group: Group) -> str:
            return f"{title(group)} ({self._editions.get(group.edition).edition})"

        def by(
            key: Callable[[Group], str], label: Label, counts: Callable[[Group], bool]
        ) -> list[GroupView]:
            known = [group for group in subjects if counts(group)]
            together = [group for group in submissions if counts(group)]
            # The newest edition has the last word on what its procedure is called.
            labels = {key(group): label(group) for group in sorted(known, key=self._age)}
            return [
                GroupView(
                    key=one,
                    label=labels[one],
                    subjects=_counts(g for g in known if key(g) == one),
                    submissions=_counts(g for g in together if key(g) == one),
                )
                for one in sorted(labels, key=lambda one: (labels[one], one))
            ]

        def of_procedure(group: Group) -> bool:
            return group.of_procedure

        organisations = by(
            lambda g: g.org, lambda g: tree.name(g.org, lang), lambda g: g.of_organisation
        )
        procedures = by(lambda g: g.procedure, title, of_procedure)
        editions = by(lambda g: g.edition, edition, of_procedure)
        # All other figures count each dossier once.
        subjects = [group for group in subjects if group.of_procedure]
        submissions = [group for group in submissions if group.of_procedure]
        months = sorted({g.month for g in (*subjects, *submissions) if g.month is not None})
        whole = _counts(subjects)
        return FiguresView(
            early=whole.early,
            on_time=whole.on_time,
            late=whole.late,
            open=whole.open,
            overdue_open=whole.overdue_open,
            margin=whole.margin,
            margin_minutes=whole.margin_minutes,
            elapsed_days=whole.elapsed_days,
            submissions=_counts(submissions),
            procedures=procedures,
            editions=editions,
            organisations=organisations,
            months=[
                MonthView(
                    month=f"{month:%Y-%m}",
                    subjects=_of_month(subjects, month),
                    submissions=_of_month(submissions, month),
                )
                for month in months
            ],
        )

    def _age(self, group: Group) -> tuple[date, str]:
        return self._editions.get(group.edition).in_force_from, group.edition


def _counts(groups: Iterable[Group]) -> CountsView:
    known = list(groups)
    counted = _figures(known)
    done = _resolved(counted)
    return CountsView(
        early=done.early,
        on_time=done.on_time,
        late=done.late,
        margin=done.margin,
        margin_minutes=done.margin_minutes,
        elapsed_days=done.elapsed_days,
        open=counted.open,
        overdue_open=counted.overdue_open,
    )


def _of_month(groups: Sequence[Group], month: date) -> ResolvedView:
    return _resolved(_figures([g for g in groups if g.month == month]))


def _figures(groups: Sequence[Group]) -> Counted:
    return figures_of(
        (g.resolved for g in groups if g.resolved is not None),
        open=sum(g.open for g in groups),
        overdue_open=sum(g.overdue_open for g in groups),
    )


def _resolved(counted: Counted) -> ResolvedView:
    tenths = counted.elapsed_tenths
    return ResolvedView(
        early=counted.early,
        on_time=counted.on_time,
        late=counted.late,
        margin=_spread(counted.margin),
        margin_minutes=_spread(counted.margin_minutes),
        elapsed_days=None if tenths is None else tenths / 10,
    )


def _spread(found: Spread | None) -> SpreadView:
    return (
        SpreadView() if found is None else SpreadView(p10=found.p10, p50=found.p50, p90=found.p90)
    )
