"""A hold: the decision waits for a conclusion, whatever state the dossier is in."""

from __future__ import annotations

from dataclasses import replace

from engine.calendar import TZ, Calendar
from engine.definition import Field, FieldType, HoldRule, Procedure
from engine.dossier import Act, Actor, Dossier, Hold
from engine.effects import Moment, suspended
from engine.errors import BadInput, DateNotAllowed, HoldNotOpen, Refusal, TriggerNotAllowed
from engine.inputs import missing, taken
from engine.outcome import Outcome
from engine.permits import Hat, actor_data, hat_apart
from engine.text import Text

HOLD = "hold"
RELEASE = "release"

PAPER = Field(
    key="paper",
    type=FieldType.TEXT,
    label=Text("Văn bản làm căn cứ", "The paper it rests on"),
)


def may_hold(procedure: Procedure, dossier: Dossier) -> bool:
    """Say whether a hold may be placed where the dossier stands."""
    rule = procedure.holds
    return rule is not None and any(
        leaf in rule.states or leaf.split(".", 1)[0] in rule.states
        for leaf in dossier.configuration
    )


def hold_hat(procedure: Procedure, dossier: Dossier, trigger: str, actor: Actor) -> Hat | Refusal:
    """Return in which role the actor may place or release a hold, or why not."""
    rule = procedure.holds
    if rule is None:
        return _not_here()
    by = rule.by if trigger == HOLD else rule.release_by
    if trigger == HOLD and not may_hold(procedure, dossier):
        return _not_here()
    if trigger == RELEASE and not dossier.on_hold:
        return HoldNotOpen(Text("Hồ sơ không bị tạm dừng.", "The dossier is not on hold."))
    return hat_apart(procedure, dossier, by, actor)


def decide_hold(
    procedure: Procedure, dossier: Dossier, act: Act, moment: Moment, calendar: Calendar
) -> Outcome:
    """Return the outcome of placing or releasing a hold.

    Raises:
        Refusal: it is not allowed here, to this actor, or what is given is not in order.
    """
    hat = hold_hat(procedure, dossier, act.trigger, act.actor)
    if isinstance(hat, Refusal):
        raise hat
    if act.data or act.documents:
        raise BadInput(
            Text("Việc này không nhận thêm dữ liệu.", "This act takes no data."), field="data"
        )
    paper = taken(PAPER, act.paper)
    if paper is None:
        raise missing(PAPER, "paper")
    reason = taken(replace(PAPER, key="reason", label=Text("Lý do", "Reason")), act.reason) or ""
    rule = procedure.holds
    assert rule is not None
    if act.trigger == HOLD:
        placed = _placed(rule, dossier, act.ground, moment, reason, paper)
        ground, holds = placed.ground, (*dossier.holds, placed)
    else:
        ground, holds = _released(dossier, act.ground, moment, paper)
    people = dict(dossier.people)
    if act.actor.person is not None:
        people[hat.role] = people.get(hat.role, frozenset()) | {act.actor.person}
    after = suspended(procedure, replace(dossier, holds=holds, people=people), moment)
    place = sorted(dossier.configuration)
    facts: dict[str, object] = {
        "trigger": act.trigger,
        "from": place,
        "to": place,
        "ground": ground,
    }
    if moment.on < moment.recorded_at.astimezone(TZ).date():
        facts["back_dated"] = True
    return Outcome(
        before=dossier,
        dossier=after,
        type="dossier_held" if act.trigger == HOLD else "hold_released",
        facts=facts,
        # The reason for a hold stands in the hold itself.
        personal={"reason": reason} if reason and act.trigger == RELEASE else {},
        actor=actor_data(act.actor, hat),
        effective_on=moment.on,
        effective_at=None,
        act_id=act.id,
        rules={"edition": procedure.hash, "calendar": calendar.hash},
    )


def with_hold(
    procedure: Procedure, dossier: Dossier, ground: str, act: Act, moment: Moment
) -> Dossier:
    """Return the dossier on hold on the ground that an act brings about, as it may be already.

    Raises:
        BadInput: the paper that is named is no line of text.
    """
    if any(hold.open and hold.ground == ground for hold in dossier.holds):
        return dossier
    placed = Hold(
        ground=ground,
        placed_on=moment.on,
        reason=act.reason.strip(),
        paper=str(taken(PAPER, act.paper) or ""),
    )
    return suspended(procedure, replace(dossier, holds=(*dossier.holds, placed)), moment)


def _placed(
    rule: HoldRule, dossier: Dossier, ground: str, moment: Moment, reason: str, paper: str
) -> Hold:
    if ground not in rule.grounds:
        known = "; ".join(f"{key} ({label.vi})" for key, label in rule.grounds.items())
        raise BadInput(
            Text(
                f"Căn cứ tạm dừng phải là một trong: {known}.",
                f"The ground must be one of: {', '.join(rule.grounds)}.",
            ),
            field="ground",
        )
    if any(hold.open and hold.ground == ground for hold in dossier.holds):
        raise BadInput(
            Text(
                "Hồ sơ đang tạm dừng theo căn cứ này.",
                "The dossier is already on hold on this ground.",
            ),
            field="ground",
        )
    return Hold(ground=ground, placed_on=moment.on, reason=reason, paper=paper)


def _released(
    dossier: Dossier, ground: str, moment: Moment, paper: str
) -> tuple[str, tuple[Hold, ...]]:
    open_now = [hold for hold in dossier.holds if hold.open]
    named = [hold for hold in open_now if hold.ground == ground] if ground else open_now
    if len(named) != 1:
        grounds = sorted(hold.ground for hold in open_now)
        raise HoldNotOpen(
            Text(
                f"Hãy chọn căn cứ tạm dừng cần chấm dứt: {', '.join(grounds)}.",
                f"Say which hold is to be released: {', '.join(grounds)}.",
            ),
            grounds=grounds,
            field="ground",
        )
    chosen = named[0]
    if moment.on < chosen.placed_on:
        raise DateNotAllowed(
            Text(
                f"Hồ sơ bị tạm dừng từ ngày {chosen.placed_on:%d/%m/%Y}; không thể chấm dứt "
                "sớm hơn.",
                f"The hold was placed on {chosen.placed_on}; it cannot end before that.",
            ),
            field="effective_on",
        )
    ended = replace(chosen, released_on=moment.on, release_paper=paper)
    return chosen.ground, tuple(ended if hold is chosen else hold for hold in dossier.holds)


def _not_here() -> TriggerNotAllowed:
    return TriggerNotAllowed(
        Text(
            "Không thể tạm dừng hồ sơ ở trạng thái này.",
            "The dossier cannot be put on hold where it stands.",
        ),
        trigger=HOLD,
    )
