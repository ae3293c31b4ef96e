"""Lists as people see them: whatever a row shows, the caller was entitled to before it was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time

from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import nameable, owner_roles
from adapters.services.asks import DossierFilter, TaskFilter
from adapters.services.parts import Parts
from adapters.services.showing import label_of, trigger_label
from adapters.services.views import (
    Choice,
    Counts,
    DossierPage,
    DossierRow,
    PageInfo,
    StateCount,
    TaskPage,
    TaskRow,
)
from adapters.storage import search as stored
from adapters.storage import worklist
from adapters.storage.search import DossierLine, Sight, Sort
from adapters.storage.worklist import TaskLine
from engine.calendar import TZ, Calendar
from engine.limits import Unit
from engine.permits import receiving_roles
from engine.text import Text


class Searching:
    """Lists of dossiers and of tasks."""

    def __init__(self, parts: Parts) -> None:
        """Read from `parts`."""
        self._parts = parts
        self._people = Records(parts.db)

    def page(
        self,
        who: Who,
        wanted: DossierFilter,
        lang: str,
        *,
        sort: str,
        limit: int,
        after: str | None,
    ) -> DossierPage:
        """Return a page of the dossiers that the caller may see, with the number of all."""
        sight = self.sight(who)
        narrowed = stored.DossierFilter(
            text=wanted.text,
            states=_names(wanted.states),
            procedures=_names(wanted.procedures),
            owners=_names(wanted.owners),
            results=_names(wanted.results),
            due_from=wanted.due_from,
            due_until=wanted.due_until,
            overdue=wanted.overdue,
            open=wanted.open,
            drafts=wanted.drafts,
            submission=self._submission(wanted.submission) or "",
            subject_key=wanted.subject_key,
        )
        found = self._parts.queries.search(
            sight, narrowed, sort=Sort(sort), after_cursor=after, limit=limit
        )
        at = self._parts.now()
        return DossierPage(
            items=[self.row(who, line, at, lang) for line in found.items],
            page=PageInfo(
                end_cursor=found.end_cursor, total=self._parts.queries.count(sight, narrowed)
            ),
        )

    def worklist(
        self,
        who: Who,
        wanted: TaskFilter,
        lang: str,
        *,
        at: datetime,
        near_until: datetime,
        limit: int,
        after: str | None,
    ) -> TaskPage:
        """Return a page of the tasks that the caller may do."""
        places = {
            (org, role) for role, org in who.works if not wanted.roles or role in wanted.roles
        }
        if not places:
            return TaskPage(items=[], page=PageInfo(end_cursor=None))
        due_before = at if wanted.overdue else near_until if wanted.near else None
        found = self._parts.queries.worklist(
            places,
            worklist.TaskFilter(
                states=_names(wanted.states),
                procedures=_names(wanted.procedures),
                claimed_by=who.account if wanted.mine else None,
                unclaimed=wanted.unclaimed,
                submission=self._submission(wanted.submission),
                due_before=due_before,
            ),
            after_cursor=after,
            limit=limit,
        )
        names = self._people.names({one.claimed_by for one in found.items if one.claimed_by})
        calendar = self._parts.calendars.current()
        rows = [
            self._task(who, line, names, lang, at=at, near_until=near_until, calendar=calendar)
            for line in found.items
        ]
        return TaskPage(items=rows, page=PageInfo(end_cursor=found.end_cursor))

    def counts(self, who: Who, lang: str, *, at: datetime, near_until: datetime) -> Counts:
        """Return the caller's tasks in numbers."""
        places = {(org, role) for role, org in who.works}
        found = (
            self._parts.queries.task_counts(
                places, person=who.account, now=at, near_before=near_until
            )
            if places
            else []
        )
        states: dict[tuple[str, str], StateCount] = {}
        titles: dict[str, str] = {}
        for one in found:
            edition = self._parts.editions.get(one.edition)
            label = label_of(edition, one.state, lang)
            titles[one.procedure] = edition.title.in_(lang)
            known = states.get((one.procedure, one.state))
            states[one.procedure, one.state] = StateCount(
                procedure=one.procedure,
                state=one.state,
                label=label,
                count=one.total + (known.count if known else 0),
            )
        return Counts(
            total=sum(one.total for one in found),
            mine=sum(one.mine for one in found),
            near=sum(one.near for one in found),
            overdue=sum(one.overdue for one in found),
            states=_told_apart(list(states.values()), titles),
        )

    def _submission(self, ref: str) -> str | None:
        """Return the id of a submission by any of its names; one that is none finds nothing."""
        if not ref:
            return None
        held = self._parts.queries.submission(ref) if nameable(ref) else None
        return held.id if held else "-"

    def sight(self, who: Who) -> Sight:
        """Return what the caller may see, as queries take it."""
        drafts: dict[str, frozenset[str]] = {}
        counters: dict[str, frozenset[str]] = {}
        for listed in self._parts.editions.listed():
            roles = owner_roles(self._parts.editions.get(listed.hash))
            known = drafts.get(listed.procedure, frozenset())
            drafts[listed.procedure] = known | who.orgs_of(roles)
            receiving = who.orgs_of(receiving_roles(self._parts.editions.get(listed.hash)))
            counters[listed.procedure] = counters.get(listed.procedure, frozenset()) | receiving
        return Sight(orgs=who.sees, drafts=drafts, counters=counters)

    def row(self, who: Who, line: DossierLine, at: datetime, lang: str) -> DossierRow:
        """Return one line of a list, as it is at an instant."""
        procedure = self._parts.editions.get(line.edition)
        title = procedure.title.in_(lang)
        return DossierRow(
            code=line.received_code or line.code,
            title=f"{line.subject_name} – {title}" if line.subject_name else title,
            subject=line.subject_name,
            procedure=line.procedure,
            procedure_title=title,
            edition_name=procedure.edition,
            states=[
                Choice(key=path, label=label_of(procedure, path, lang))
                for path in line.configuration
            ],
            owner=line.owner,
            owner_name=who.tree.name(line.owner, lang),
            due_on=line.due_on,
            overdue=line.result is None and line.due_at is not None and line.due_at <= at,
            result=line.result or "",
            result_label=words.result_label(line.result, lang),
            received_on=line.received_on,
            draft=line.version == 0,
            updated_at=line.updated_at,
        )

    def _task(
        self,
        who: Who,
        line: TaskLine,
        names: dict[str, str],
        lang: str,
        *,
        at: datetime,
        near_until: datetime,
        calendar: Calendar,
    ) -> TaskRow:
        procedure = self._parts.editions.get(line.edition)
        title = procedure.title.in_(lang)
        overdue = line.due_at is not None and line.due_at <= at
        left = _open_days(line, at, calendar)
        escalated = line.escalated_from
        return TaskRow(
            id=line.id,
            dossier=line.received_code or line.code,
            title=f"{line.subject_name} – {title}" if line.subject_name else title,
            procedure=line.procedure,
            procedure_title=title,
            edition_name=procedure.edition,
            do=line.do,
            do_label=trigger_label(procedure, line.do, lang),
            state=line.state,
            state_label=label_of(procedure, line.state, lang),
            role=line.role,
            role_label=words.role_label(procedure, line.role, lang),
            org=line.org,
            org_name=who.tree.name(line.org, lang),
            opened_at=line.opened_at,
            due_on=line.due_on,
            due_at=line.due_at,
            latest_start_at=line.latest_start_at,
            stopped=line.stopped,
            left=left,
            left_text=_left_text(line, left, overdue, lang),
            overdue=overdue,
            near=not overdue and line.due_at is not None and line.due_at < near_until,
            claimed_by=names.get(line.claimed_by or "", ""),
            mine=line.claimed_by == who.account,
            escalated_from=words.role_label(procedure, escalated, lang) if escalated else "",
        )


def _names(wanted: Sequence[str]) -> list[str]:
    """Return what is asked for; what can be no name finds nothing, and asks no database."""
    return [name if nameable(name) else "" for name in wanted]


def _open_days(line: TaskLine, at: datetime, calendar: Calendar) -> int | None:
    """Return the open days after today up to and including the due day; negative when over."""
    if line.due_on is None:
        return None
    return calendar.open_days(at.astimezone(TZ).date(), line.due_on)


def _left_text(line: TaskLine, left: int | None, overdue: bool, lang: str) -> str:
    if left is None or line.due_at is None:
        return words.NO_LIMIT_RUNNING.in_(lang) if line.stopped else ""
    if left == 0 and overdue:
        return Text("quá hạn hôm nay", "over since today").in_(lang)
    local = line.due_at.astimezone(TZ)
    if left == 0 and local.time() != time():
        hour = f"{local:%H:%M}"
        return Text(f"hạn cuối {hour} hôm nay", f"due today at {hour}").in_(lang)
    return words.in_words(left, Unit.WORKING_DAYS, lang)


def _told_apart(states: list[StateCount], titles: Mapping[str, str]) -> list[StateCount]:
    """Name the procedure too, where states of several procedures bear the same name."""
    times = Counter(one.label for one in states)
    return [
        replace(one, label=f"{one.label} – {titles[one.procedure]}")
        if times[one.label] > 1
        else one
        for one in states
    ]
