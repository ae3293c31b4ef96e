"""The worklist: least slack first, seen only by those who hold the role where the task lies."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from time import monotonic

from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.services.access import nameable
from adapters.services.asks import ActAsked, TaskFilter
from adapters.services.dossiers import Dossiers
from adapters.services.errors import TASK, TaskTaken, Unknown
from adapters.services.parts import Parts
from adapters.services.searching import Searching
from adapters.services.views import ActDone, Choice, Counts, TaskPage
from adapters.storage.worklist import TaskLine
from engine.calendar import TZ
from engine.errors import NotEntitled
from engine.text import Text

NEAR_DAYS = 2
MANY = 5_000
FRESH_SECONDS = 10.0
"""To count `MANY` tasks takes longer than to list those that are looked at: for so long, what
was counted serves again."""


class Tasks:
    """Finding tasks, taking them, giving them back or on, and doing them."""

    def __init__(self, parts: Parts, dossiers: Dossiers) -> None:
        """Work on the database of `parts`."""
        self._parts = parts
        self._dossiers = dossiers
        self._queries = parts.queries
        self._searching = Searching(parts)
        self._records = Records(parts.db)
        self._counted: dict[str, tuple[object, float, Counts]] = {}

    def search(
        self, who: Who, wanted: TaskFilter, lang: str, *, limit: int = 50, after: str | None = None
    ) -> TaskPage:
        """Return a page of the caller's worklist, least slack first, stopped clocks last.

        Raises:
            BadInput: the cursor is none of ours.
        """
        at = self._parts.now()
        return self._searching.worklist(
            who, wanted, lang, at=at, near_until=self._near_until(at), limit=limit, after=after
        )

    def counts(self, who: Who, lang: str) -> Counts:
        """Return the caller's worklist in numbers.

        Those of a very long one are counted again after some seconds, and at once after whatever
        was done through this process in the organisations that the caller works for.
        """
        known = self._counted.get(who.account)
        # Told before counting: what is done meanwhile makes the next one count again.
        orgs = {org for _, org in who.works}
        asked = (who.works, lang, self._parts.store.touched.times(orgs))
        if known is not None and known[0] == asked and monotonic() < known[1]:
            return known[2]
        at = self._parts.now()
        found = self._searching.counts(who, lang, at=at, near_until=self._near_until(at))
        if found.total >= MANY:
            self._counted[who.account] = (asked, monotonic() + FRESH_SECONDS, found)
        return found

    def claim(self, who: Who, task: str) -> None:
        """Take a task.

        Raises:
            Unknown: there is no such open task for this caller.
            TaskTaken: somebody else has it.
        """
        found = self._mine(who, task)
        if not self._queries.claim(task, who.account):
            raise _taken()
        self._touched(found)

    def release(self, who: Who, task: str) -> None:
        """Give a task back that the caller has taken.

        Raises:
            Unknown: there is no such open task for this caller.
            TaskTaken: somebody else has it.
        """
        found = self._mine(who, task)
        if found.claimed_by is None:
            return
        if not self._queries.unclaim(task, who.account):
            raise _taken()
        self._touched(found)

    def delegate(self, who: Who, task: str, to: str) -> None:
        """Give a task that is free or one's own to somebody who holds the role there.

        Raises:
            Unknown: there is no such open task for this caller.
            TaskTaken: somebody else has it.
            NotEntitled: the other person does not hold the role there.
        """
        found = self._mine(who, task)
        if to not in {choice.key for choice in self._candidates(who, found)}:
            raise NotEntitled(
                Text(
                    "Người được giao không có vai trò đó tại cơ quan này.",
                    "That person holds no such role there.",
                ),
                roles=[found.role],
            )
        if not self._queries.delegate(task, who.account, to):
            raise _taken()
        self._touched(found)

    def candidates(self, who: Who, task: str) -> list[Choice]:
        """Return to whom the caller may give a task.

        Raises:
            Unknown: there is no such open task for this caller.
        """
        return self._candidates(who, self._mine(who, task))

    def complete(self, who: Who, task: str, asked: ActAsked, lang: str) -> ActDone:
        """Do the act that the task asks for; `asked.trigger` is taken from the task.

        Raises:
            Unknown: there is no such open task for this caller.
            TaskTaken: somebody else has it.
            Refusal, Conflict: as `Dossiers.act`.
        """
        found = self._mine(who, task)
        if found.claimed_by not in (None, who.account):
            raise _taken()
        return self._dossiers.act(who, found.dossier, asked.doing(found.do), lang)

    def _mine(self, who: Who, task: str) -> TaskLine:
        found = self._queries.task(task) if nameable(task) else None
        if found is None or (found.role, found.org) not in who.works:
            raise Unknown(TASK)
        return found

    def _touched(self, task: TaskLine) -> None:
        self._parts.store.touched.note([task.org])

    def _candidates(self, who: Who, found: TaskLine) -> list[Choice]:
        today = self._parts.now().astimezone(TZ).date()
        people = {
            account.id: account.name
            for account, held in self._records.holders(found.role, today)
            if found.org in who.tree.covers(held.org, held.sees)
        }
        return [Choice(key=id, label=name) for id, name in people.items()]

    def _near_until(self, at: datetime) -> datetime:
        """Return the end of the second working day from now: due by then is near."""
        today = at.astimezone(TZ).date()
        last = self._parts.calendars.current().add_working_days(today, NEAR_DAYS)
        return datetime.combine(last + timedelta(days=1), time(), TZ).astimezone(UTC)


def _taken() -> TaskTaken:
    return TaskTaken(Text("Công việc này đã có người nhận.", "Somebody else has taken this task."))
