"""Who may pull what, where, and under which condition: asked before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition import (
    MACHINE_ROLES,
    SESSION,
    ByField,
    Fault,
    Guard,
    Procedure,
    Role,
    Transition,
)
from engine.dossier import Actor, Dossier
from engine.errors import (
    DossierOnHold,
    DutiesNotSeparate,
    GuardFaulted,
    GuardRefused,
    NotEntitled,
    PapersMissing,
    PulledTooOften,
    Refusal,
    TriggerNotAllowed,
)
from engine.facts import View
from engine.text import Text


@dataclass(frozen=True, slots=True)
class Hat:
    """In which role and organisation an actor acts, and for which other organisation, if any."""

    role: str
    org: str
    on_behalf_of: str | None = None


def hat_of(
    procedure: Procedure, dossier: Dossier, by: tuple[str, ...], actor: Actor
) -> Hat | NotEntitled:
    """Return in which of the roles `by` the actor may act here, or why in none.

    A role counts in the holder of the dossier, a role `of: owner` in the unit that submitted it.
    Where the submission was made at a counter, those who receive there also do what the unit would
    do: in their own role, on behalf of the unit.
    """
    return next(_hats(procedure, dossier, by, actor), None) or _not_entitled(procedure, by)


def hat_apart(
    procedure: Procedure, dossier: Dossier, by: tuple[str, ...], actor: Actor
) -> Hat | Refusal:
    """Return a hat as `hat_of` does, but one that separation of duties leaves to the actor."""
    refused: Refusal | None = None
    for hat in _hats(procedure, dossier, by, actor):
        found = separation(procedure, dossier, actor, hat.role)
        if found is None:
            return hat
        refused = refused or found
    return refused or _not_entitled(procedure, by)


def _hats(
    procedure: Procedure, dossier: Dossier, by: tuple[str, ...], actor: Actor
) -> Iterator[Hat]:
    """Yield every hat, in the order in which the roles are declared."""
    if actor.machine is not None:
        if actor.machine in by:
            yield Hat(actor.machine, dossier.holder)
        return
    if actor.person is None:
        # Grants without a person would act outside separation of duties.
        return
    for role in by:
        if role in MACHINE_ROLES:
            continue
        of_owner = procedure.roles[role].of_owner
        place = dossier.owner if of_owner else dossier.holder
        for grant in actor.grants:
            if grant.role == role and place in grant.covers:
                yield Hat(role, grant.org)
                break
        if of_owner and dossier.counter is not None:
            for grant in actor.grants:
                if dossier.counter in grant.covers and grant.role in receiving_roles(procedure):
                    yield Hat(grant.role, grant.org, dossier.owner)


def receiving_roles(procedure: Procedure) -> frozenset[str]:
    """Return the roles that accept dossiers: those at the counter."""
    return frozenset(role for way in procedure.transitions if way.accepts for role in way.by)


def _not_entitled(procedure: Procedure, by: tuple[str, ...]) -> NotEntitled:
    labels = [_label(procedure, role) for role in by]
    return NotEntitled(
        Text(
            f"Việc này do {', '.join(t.vi for t in labels)} thực hiện; bạn không có vai trò đó "
            "tại cơ quan đang giữ hồ sơ.",
            f"This is for {', '.join(t.en for t in labels)}; you hold no such role where the "
            "dossier is.",
        ),
        roles=list(by),
    )


def _label(procedure: Procedure, role: str) -> Text:
    known: Role | None = procedure.roles.get(role)
    if role == SESSION:
        return Text("người ký biên bản Hội đồng", "signer for the council")
    return known.label if known else Text("hệ thống", "the system")


def separation(
    procedure: Procedure, dossier: Dossier, actor: Actor, role: str
) -> DutiesNotSeparate | None:
    """Return why the person may not act in `role` here, having acted in another one.

    What they did in any dossier of the submission counts.
    """
    if actor.person is None:
        return None
    for pair in procedure.separate:
        if role not in pair:
            continue
        for other in sorted(pair - {role}):
            acted = (dossier.people.get(other, ()), dossier.beside.get(other, ()))
            if any(actor.person in persons for persons in acted):
                mine, theirs = _label(procedure, role), _label(procedure, other)
                return DutiesNotSeparate(
                    Text(
                        f"Bạn đã xử lý hồ sơ này với vai trò {theirs.vi} nên không thể làm "
                        f"{mine.vi}; hãy chuyển cho người khác.",
                        f"You have acted on this dossier as {theirs.en} and cannot act as "
                        f"{mine.en}; leave it to somebody else.",
                    ),
                    role=role,
                    acted_as=other,
                )
    return None


def standing(
    procedure: Procedure, dossier: Dossier, transition: Transition, actor: Actor
) -> Hat | Refusal:
    """Return the actor's hat, or why the transition is not for them now (papers, guard aside)."""
    hat = hat_of(procedure, dossier, transition.by, actor)
    if isinstance(hat, Refusal):
        return hat
    if dossier.on_hold and not transition.on_hold:
        grounds = sorted({hold.ground for hold in dossier.holds if hold.open})
        return DossierOnHold(
            Text(
                "Hồ sơ đang tạm dừng để xác minh; chỉ tiếp tục sau khi có kết luận.",
                "The dossier is on hold; it goes on once there is a conclusion.",
            ),
            grounds=grounds,
        )
    pulled = dossier.pulls.get(transition.trigger, 0)
    if transition.at_most is not None and pulled >= transition.at_most:
        return PulledTooOften(
            Text(
                f"“{transition.label.vi}” chỉ được thực hiện {transition.at_most} lần và đã "
                f"thực hiện {pulled} lần.",
                f"“{transition.label.en}” may be done {transition.at_most} times and was done "
                f"{pulled} times.",
            ),
            trigger=transition.trigger,
            at_most=transition.at_most,
        )
    return hat_apart(procedure, dossier, transition.by, actor)


def papers(
    procedure: Procedure, dossier: Dossier, transition: Transition, view: View
) -> Refusal | None:
    """Return which papers are missing for the transition; all required ones when it receives."""
    wanted = list(transition.needs)
    if transition.receives:
        for key, document in procedure.documents.items():
            needed = _required(document.required, view)
            if isinstance(needed, Refusal):
                return needed
            if needed and key not in wanted:
                wanted.append(key)
    lacking = [key for key in wanted if not dossier.documents.get(key)]
    if not lacking:
        return None
    labels = [procedure.documents[key].label for key in lacking]
    return PapersMissing(
        Text(
            f"Hồ sơ còn thiếu: {'; '.join(t.vi for t in labels)}.",
            f"Papers are missing: {'; '.join(t.en for t in labels)}.",
        ),
        documents=lacking,
    )


def required_papers(procedure: Procedure, view: View) -> frozenset[str]:
    """Return the keys of the papers that this dossier must have when it is received."""
    return frozenset(
        key
        for key, document in procedure.documents.items()
        if _required(document.required, view) is True
    )


def _required(rule: bool | Guard | ByField[bool], view: View) -> bool | Refusal:
    if isinstance(rule, bool):
        return rule
    if isinstance(rule, ByField):
        return rule.of(view.dossier.data)
    return _held(rule, view)


def guard(transition: Transition, view: View) -> tuple[Refusal | None, dict[str, object] | None]:
    """Return whether the condition refuses, and what the trail keeps of its evaluation.

    The record holds the condition's hash, its result, and the inputs that are not personal.
    """
    rule = transition.when
    if rule is None:
        return None, None
    held = _held(rule, view)
    if isinstance(held, Refusal):
        return held, None
    inputs = {
        name.replace(".", "_"): value
        for name, value in view.of(rule.names).items()
        if not _personal(view.procedure, name)
    }
    record: dict[str, object] = {"hash": rule.hash, "inputs": inputs, "result": held}
    if held:
        return None, record
    text = transition.refusal or Text("Điều kiện chưa đạt.", "A condition does not hold.")
    return GuardRefused(text, trigger=transition.trigger, condition=rule.source), record


def _held(rule: Guard, view: View) -> bool | Refusal:
    try:
        held: object = rule(view.of(rule.names))
    except KeyError as unknown:
        held = Fault(f"no such name: {unknown}")
    if not isinstance(held, bool):
        why = held.why if isinstance(held, Fault) else f"it yields {type(held).__name__}"
        return GuardFaulted(
            Text(
                "Không đánh giá được điều kiện của thủ tục; quản trị viên đã được báo.",
                "A condition of the procedure could not be evaluated; it has been reported.",
            ),
            condition=rule.source,
            why=why,
        )
    return held


def _personal(procedure: Procedure, name: str) -> bool:
    scope, _, rest = name.partition(".")
    if scope != "data":
        return False
    field: Any = procedure.fields[rest.split(".", 1)[0]]
    return bool(field.personal)


def reads_own_input(transition: Transition) -> bool:
    """Say whether the condition looks at what the act itself will bring."""
    names = transition.when.names if transition.when else frozenset()
    brought = {*transition.asks, *transition.appends}
    data = (name.removeprefix("filled.") for name in names)
    return any(name.split(".")[1] in brought for name in data if name.startswith("data."))


def no_such_trigger(procedure: Procedure, dossier: Dossier, trigger: str) -> Refusal:
    """Return the refusal for a trigger that is not offered where the dossier stands."""
    labels = [procedure.states[leaf].label for leaf in sorted(dossier.configuration)]
    known = next(iter(procedure.pulled_by(trigger)), None)
    what = known.label if known else Text(trigger, trigger)
    facts: Mapping[str, object] = {"trigger": trigger, "state": sorted(dossier.configuration)}
    return TriggerNotAllowed(
        Text(
            f"Không thể “{what.vi}” khi hồ sơ ở trạng thái {', '.join(t.vi for t in labels)}.",
            f"Cannot “{what.en}” while the dossier is {', '.join(t.en for t in labels)}.",
        ),
        **facts,
    )


def actor_data(actor: Actor, hat: Hat) -> dict[str, object]:
    """Return the `actor` member of an event: who, in which role, where, for whom, how proven."""
    return {
        "subject": actor.person or actor.machine,
        "acting_as": hat.role,
        "org": hat.org,
        "on_behalf_of": actor.on_behalf_of or hat.on_behalf_of,
        "auth": actor.auth,
        "session": actor.session,
    }
