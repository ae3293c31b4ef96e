"""What an act brings: its day, its reason, its data and papers, each in order or refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from engine.calendar import TZ
from engine.copying import replace
from engine.definition import ClockRule, Field, FieldType, Procedure, Transition
from engine.dossier import Act, Dossier
from engine.drafts import draft_fields, unknown_field
from engine.effects import Moment, start_of
from engine.errors import BadInput, DateNotAllowed, ReasonRequired
from engine.inputs import missing, record, taken
from engine.outcome import Firing
from engine.text import Text


def moment_of(dossier: Dossier, act: Act, at: datetime, firing: Firing | None) -> Moment:
    """Return when the act counts: a rung at its due instant, an act today unless it says a day.

    Raises:
        DateNotAllowed: the day is still to come, lies before the receipt of the dossier, or lies
            back without a reason.
    """
    if firing is not None:
        on = firing.due_at.astimezone(TZ).date()
        return Moment(on=on, at=firing.due_at, recorded_at=at, act=act.id)
    today = at.astimezone(TZ).date()
    on = act.effective_on or today
    problem = _wrong_day(dossier, act, on, today)
    if problem is not None:
        raise DateNotAllowed(problem, field="effective_on")
    instant = at if on == today else start_of(on + timedelta(days=1))
    return Moment(on=on, at=instant, recorded_at=at, act=act.id)


def _wrong_day(dossier: Dossier, act: Act, on: date, today: date) -> Text | None:
    if on > today:
        return Text(
            f"Ngày có hiệu lực {on:%d/%m/%Y} chưa đến.",
            f"The effective date {on} is still to come.",
        )
    if on < today and not act.reason.strip():
        return Text("Ghi lùi ngày phải nêu lý do.", "An act dated back needs a reason.")
    if dossier.received_on is not None and on < dossier.received_on:
        return Text(
            f"Không thể ghi ngày {on:%d/%m/%Y}: hồ sơ được nộp ngày "
            f"{dossier.received_on:%d/%m/%Y}.",
            f"It cannot count on {on}: the dossier was filed on {dossier.received_on}.",
        )
    return None


def check_reason(transition: Transition, act: Act) -> None:
    """Refuse an act that lacks the reason it needs.

    Raises:
        ReasonRequired: there is none, or it is not one out of the closed list.
    """
    reason = act.reason.strip()
    closed = transition.closed_reasons
    if closed and reason not in closed:
        known = "; ".join(f"{key} ({label.vi})" for key, label in closed.items())
        raise ReasonRequired(
            Text(
                f"“{transition.label.vi}” cần một lý do trong danh mục: {known}.",
                f"“{transition.label.en}” needs one of these reasons: {', '.join(closed)}.",
            ),
            field="reason",
            reasons=list(closed),
        )
    if transition.reason_required and not reason:
        raise ReasonRequired(
            Text(
                f"“{transition.label.vi}” cần nêu lý do.",
                f"“{transition.label.en}” needs a reason.",
            ),
            field="reason",
        )


def free_texts(transition: Transition, act: Act) -> dict[str, object]:
    """Return what the act says in free words: `reason` and `paper`, where given. Personal.

    Raises:
        BadInput: one is too long or holds control characters.
    """
    found: dict[str, object] = {}
    for key, label, given in (
        ("reason", Text("Lý do", "Reason"), act.reason.strip()),
        ("paper", Text("Văn bản", "Paper"), act.paper),
    ):
        kept = taken(Field(key=key, type=FieldType.TEXT, label=label), given)
        if kept is not None and not (key == "reason" and kept in transition.closed_reasons):
            found[key] = kept
    return found


def with_input(
    procedure: Procedure, dossier: Dossier, act: Act, transition: Transition, moment: Moment
) -> Dossier:
    """Return the dossier with the data and papers that the act brings.

    Raises:
        BadInput: something is missing, unknown or of a wrong kind.
        DateNotAllowed: the day from which a limit runs lies where it may not.
    """
    data = _with_data(procedure, dossier, act, transition, moment)
    if transition.receives:
        for key in draft_fields(procedure):
            if procedure.fields[key].required and key not in data:
                raise missing(procedure.fields[key], key)
    received_on = dossier.received_on
    if received_on is None and transition.receives:
        received_on = moment.on
    documents = _with_documents(procedure, dossier, act)
    dossier = replace(dossier, data=data, documents=documents, received_on=received_on)
    for clock in _started_by(procedure, transition):
        _check_anchor(procedure, dossier, act, clock, moment)
    return dossier


def _with_data(
    procedure: Procedure, dossier: Dossier, act: Act, transition: Transition, moment: Moment
) -> dict[str, Any]:
    fields = procedure.fields
    data: dict[str, Any] = dict(dossier.data)
    given = {key: value for key, value in act.data.items() if value is not None}
    for key in given:
        if key not in transition.asks and key not in transition.appends:
            raise unknown_field(key)
    # What the draft holds is what the first act brings; a later act brings what it must itself.
    drafted = procedure.initial.path in transition.sources
    suggested = suggested_days(procedure, dossier, transition, moment.on)
    today = moment.recorded_at.astimezone(TZ).date()
    for key, needed in transition.asks.items():
        found = taken(fields[key], given.get(key), today=today)
        if found is not None:
            data[key] = found
        elif key in data and (drafted or not needed):
            continue
        elif key in suggested:
            data[key] = suggested[key].isoformat()
        elif needed:
            raise missing(fields[key], key)
    for key, needed in transition.appends.items():
        if given.get(key):
            data[key] = [*data.get(key, ()), record(fields[key], given[key], key)]
        elif needed:
            raise missing(fields[key], key)
    return data


def suggested_days(
    procedure: Procedure, dossier: Dossier, transition: Transition, on: date
) -> dict[str, date]:
    """Return the days that count where an act says nothing else, by field.

    The day from which a limit runs is the day on which the dossier was filed, for the act that
    accepts it, and the day `on` of the act itself for any other.
    """
    filed = dossier.received_on if transition.accepts else None
    return {
        clock.starts_from: filed or on
        for clock in _started_by(procedure, transition)
        if clock.starts_from is not None
    }


def _with_documents(procedure: Procedure, dossier: Dossier, act: Act) -> dict[str, Any]:
    documents = dict(dossier.documents)
    for key, added in act.documents.items():
        if key not in procedure.documents:
            raise BadInput(
                Text(f"Thủ tục không có giấy tờ {key!r}.", f"No such paper: {key!r}."),
                field=f"documents.{key}",
            )
        if added:
            documents[key] = (*documents.get(key, ()), *added)
    return documents


def _started_by(procedure: Procedure, transition: Transition) -> list[ClockRule]:
    return [c for c in procedure.clocks.values() if c.starts_on == transition.trigger]


def _check_anchor(
    procedure: Procedure, dossier: Dossier, act: Act, clock: ClockRule, moment: Moment
) -> None:
    """Refuse a day of completeness in the future, or in the past without a reason."""
    given = dossier.data.get(clock.starts_from or "")
    if not isinstance(given, str):
        return
    today = moment.recorded_at.astimezone(TZ).date()
    on = date.fromisoformat(given)
    label = procedure.fields[str(clock.starts_from)].label
    if on > today:
        raise DateNotAllowed(
            Text(
                f"{label.vi}: ngày {on:%d/%m/%Y} chưa đến.",
                f"{label.en}: {on} is still to come.",
            ),
            field=clock.starts_from,
        )
    if on not in {today, moment.on, dossier.received_on} and not act.reason.strip():
        raise DateNotAllowed(
            Text(
                f"{label.vi}: ghi ngày {on:%d/%m/%Y} phải nêu lý do.",
                f"{label.en}: {on} needs a reason.",
            ),
            field=clock.starts_from,
        )


def unknown_ground(act: Act) -> BadInput | None:
    """Return why a ground is refused on an act that is no hold; None if there is none."""
    if not act.ground:
        return None
    return BadInput(
        Text("Việc này không nhận căn cứ tạm dừng.", "This act takes no ground of a hold."),
        field="ground",
    )
