"""Random small procedures, flat or with two regions, and what random people do to their dossiers.

Nothing here is sensible law. It is meant to be odd: transitions compete, clocks pull triggers that
nobody offers, holds come at the wrong time, people wear many hats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from engine.definition import (
    CLOCK,
    ON_HOLD,
    SYSTEM,
    ClockRule,
    Document,
    Field,
    FieldType,
    HoldRule,
    LetterRule,
    Procedure,
    Result,
    Role,
    RungRule,
    State,
    TaskRule,
    Transition,
)
from engine.dossier import Actor
from engine.ladder import RungAt
from engine.legal_clock import Policy
from engine.limits import Limit
from tests.procedures import PROVINCE, UNIT, person, text

ROLES = ("submitter", "reader", "writer", "signer")
# Whoever sees this word in the bytes of an event has read somebody's secret.
SECRET = "BÍ-MẬT"
PEOPLE: tuple[Actor, ...] = (
    person("an", "submitter", org=UNIT),
    person("binh", "reader", "writer"),
    person("chi", "writer", "signer"),
    person("dung", "signer"),
    person("giang", "reader", "writer", "signer"),
    Actor(
        person="hoa",
        grants=(*person("hoa", "submitter", org=UNIT).grants, *person("hoa", *ROLES).grants),
    ),
    person("stranger", "nobody"),
)

FIELDS: Mapping[str, Field] = {
    one.key: one
    for one in (
        Field(
            key="nominee",
            type=FieldType.PARTY,
            label=text("người"),
            required=True,
            personal=True,
        ),
        Field(key="note", type=FieldType.TEXT, label=text("ghi chú"), personal=True),
        Field(
            key="award",
            type=FieldType.CHOICE,
            label=text("danh hiệu"),
            choices={"merit": text("bằng khen"), "flag": text("cờ")},
        ),
        Field(key="begins_on", type=FieldType.DATE, label=text("ngày bắt đầu")),
        Field(
            key="opinions",
            type=FieldType.RECORDS,
            label=text("ý kiến"),
            fields={
                "who": Field(key="who", type=FieldType.PARTY, label=text("ai"), personal=True),
                "stance": Field(key="stance", type=FieldType.INT, label=text("ý")),
            },
        ),
    )
}
_LIMITS = ("1 working day", "3 working days", "10 days", "1 month", "8 hours", "4 working hours")
_POLICIES = st.sampled_from(list(Policy))


@dataclass
class _Plan:
    """The parts of a procedure while it is being made up."""

    states: dict[str, State] = field(default_factory=dict)
    ways: list[Transition] = field(default_factory=list)

    def state(self, path: str, **more: Any) -> str:
        self.states[path] = State(path=path, label=text(path), **more)
        return path

    def way(self, trigger: str, source: str, target: str | None, by: str, **more: Any) -> None:
        self.ways.append(
            Transition(
                trigger=trigger,
                event=f"{trigger}_done",
                label=text(trigger),
                sources=(source,),
                target=target,
                by=(by,),
                **more,
            )
        )


@st.composite
def procedures(draw: st.DrawFn, regions: bool | None = None) -> Procedure:
    """Return a random procedure; `regions`: with a composite of two regions, or flat, or either."""
    plan = _Plan()
    plan.state("draft", initial=True, at="unit")
    middle = [
        plan.state(f"s{n}", at="province", task=draw(_tasks())) for n in range(draw(_count(1, 3)))
    ]
    waiting = plan.state("waiting", task=draw(_tasks()))
    ends = [
        plan.state("granted", final=True, result=Result.GRANTED),
        plan.state("withdrawn", final=True, result=Result.WITHDRAWN),
    ]
    composite = draw(st.booleans()) if regions is None else regions
    steps = ["draft", *middle]
    leaves: list[str] = []
    if composite:
        leaves = _two_regions(draw, plan)
        steps.insert(draw(_count(2, len(steps))), "both")
    steps.append("granted")
    for n, (source, target) in enumerate(pairwise(steps)):
        plan.way(
            f"go{n}", source, target, "submitter" if n == 0 else draw(st.sampled_from(ROLES)),
            receives=n == 0, accepts=n == 1, letters=("slip",) if n == 1 else (),
            **draw(_manners()),
        )  # fmt: skip
    for n in range(draw(_count(0, 3))):
        _odd_way(draw, plan, n, [*steps[1:-1], waiting], [*middle, waiting, *ends, None])
    if composite:
        plan.way("interrupt", "both", waiting, "reader", interrupts=True, **draw(_manners()))
        plan.ways.append(_back(draw))
    elif draw(st.booleans()):
        plan.way("wait", draw(st.sampled_from(steps[1:-1])), waiting, "reader")
    plan.way("resume", waiting, draw(st.sampled_from(middle)), "submitter")
    clocks = _clocks(draw, plan, leaves, steps)
    held = draw(st.frozensets(st.sampled_from([*steps[:-1], waiting]), min_size=1))
    parts: dict[str, Any] = {
        "roles": {
            role: Role(key=role, label=text(role), of_owner=role == "submitter") for role in ROLES
        },
        "separate": tuple(
            draw(
                st.lists(st.frozensets(st.sampled_from(ROLES), min_size=2, max_size=2), max_size=2)
            )
        ),
        "fields": FIELDS,
        "documents": {"report": Document(key="report", label=text("báo cáo"))},
        "states": plan.states,
        "transitions": tuple(plan.ways),
        "clocks": clocks,
        "letters": {
            "slip": LetterRule(key="slip", label=text("phiếu"), template="slip", register="slip")
        },
        "holds": HoldRule(
            by=("reader", "signer"),
            release_by=("signer",),
            grounds={"press": text("báo chí"), "complaint": text("khiếu nại")},
            states=held,
        ),
    }
    return Procedure(
        key="random",
        edition="1",
        hash=sha256(repr(parts).encode()).hexdigest(),
        title=text("ngẫu nhiên"),
        subject="nominee",
        in_force_from=date(2025, 1, 1),
        **parts,
    )


def _count(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)


@st.composite
def _tasks(draw: st.DrawFn) -> TaskRule | None:
    role = draw(st.sampled_from((*ROLES, None)))
    return None if role is None else TaskRule(role=role, do="resume")


@st.composite
def _manners(draw: st.DrawFn) -> dict[str, Any]:
    """Return what a transition asks for, mostly nothing."""
    found: dict[str, Any] = {}
    if draw(_count(0, 5)) == 0:
        found["reason_required"] = True
    if draw(_count(0, 3)) == 0:
        found["on_hold"] = True
    if draw(_count(0, 4)) == 0:
        found["asks"] = {"note": draw(st.booleans()), "award": False}
    if draw(_count(0, 4)) == 0:
        found["appends"] = {"opinions": draw(st.booleans())}
    if draw(_count(0, 5)) == 0:
        found["notify"] = ("signer",)
    return found


def _two_regions(draw: st.DrawFn, plan: _Plan) -> list[str]:
    """Add a composite whose regions go on by themselves; return its leaves."""
    plan.state(
        "both", regions={"one": text("một"), "two": text("hai")}, task=draw(_tasks()), at="province"
    )
    leaves: list[str] = []
    for region in ("one", "two"):
        number = draw(_count(2, 3))
        for n in range(number):
            path = f"both.{region}.l{n}"
            last = n == number - 1
            leaves.append(
                plan.state(path, initial=n == 0, final=last, task=None if last else draw(_tasks()))
            )
            if n:
                plan.way(
                    f"{region}{n}",
                    f"both.{region}.l{n - 1}",
                    path,
                    draw(st.sampled_from((*ROLES[1:], CLOCK))),
                    **draw(_manners()),
                )
    stays = draw(st.sampled_from(leaves))
    plan.way("add", stays, None, draw(st.sampled_from(ROLES)), appends={"opinions": True})
    if draw(st.booleans()):
        source = draw(st.sampled_from(leaves))
        plan.way("escape", source, "withdrawn", "submitter", interrupts=draw(st.booleans()))
    return leaves


def _back(draw: st.DrawFn) -> Transition:
    return Transition(
        trigger="back",
        event="back_done",
        label=text("back"),
        sources=("waiting",),
        history="both",
        by=(draw(st.sampled_from(("submitter", "reader"))),),
        on_hold=draw(st.booleans()),
    )


def _odd_way(
    draw: st.DrawFn, plan: _Plan, n: int, sources: list[str], targets: list[str | None]
) -> None:
    automatic = draw(_count(0, 9)) == 0
    plan.way(
        draw(st.sampled_from((f"odd{n}", "go1", "odd"))),
        draw(st.sampled_from(sources)),
        draw(st.sampled_from([t for t in targets if t or not automatic])),
        SYSTEM if automatic else draw(st.sampled_from((*ROLES, CLOCK))),
        auto=automatic,
        at_most=draw(st.none() | _count(1, 2)),
        **({} if automatic else draw(_manners())),
    )


def _clocks(
    draw: st.DrawFn, plan: _Plan, leaves: list[str], steps: list[str]
) -> dict[str, ClockRule]:
    triggers = sorted({t.trigger for t in plan.ways})
    pulled = sorted({t.trigger for t in plan.ways if CLOCK in t.by}) or triggers
    grounds = st.sampled_from(("waiting", ON_HOLD, *steps[2:-1]))
    rules = [
        ClockRule(
            key="main",
            label=text("chính"),
            limit=Limit.parse(draw(st.sampled_from(_LIMITS))),
            measured=True,
            starts_on="go0",
            stops=(f"go{len(steps) - 2}",),
            cancelled_by=tuple(draw(st.lists(st.sampled_from(triggers[1:]), max_size=1))),
            suspended_in=draw(st.dictionaries(grounds, _POLICIES, max_size=2)),
            ladder=draw(_ladders(pulled)),
        )
    ]
    for path in draw(st.lists(st.sampled_from(["waiting", *steps[1:-1], *leaves]), max_size=3)):
        # A clock with a key of its own goes on in a composite that was interrupted.
        declared = path in leaves and draw(st.booleans())
        rules.append(
            ClockRule(
                key="asked" if declared else path,
                label=text(path),
                limit=Limit.parse(draw(st.sampled_from(_LIMITS))),
                in_state=path,
                suspended_in={} if declared else draw(
                    st.dictionaries(st.just(ON_HOLD), _POLICIES, max_size=1)
                ),
                ladder=draw(_ladders(pulled)),
            )
        )  # fmt: skip
    return {rule.key: rule for rule in rules}


@st.composite
def _ladders(draw: st.DrawFn, triggers: list[str]) -> tuple[RungRule, ...]:
    found = []
    for at in ("50 %", "due - 1 working day", "due", "due + 2 working days"):
        what: dict[str, Any] = {}
        if draw(st.booleans()):
            what["notify"] = draw(st.sampled_from(ROLES))
        if draw(_count(0, 3)) == 0:
            what["mark"] = "overdue"
        if draw(_count(0, 3)) == 0:
            what["task"] = TaskRule(role=draw(st.sampled_from(ROLES)), do="resume")
        if draw(_count(0, 3)) == 0:
            what["escalate"] = draw(st.sampled_from(ROLES))
        if at == "due" and draw(st.booleans()):
            what["pull"] = draw(st.sampled_from(triggers))
        if what:
            found.append(RungRule(at=RungAt.parse(at), **what))
    return tuple(found)


@dataclass(frozen=True)
class Step:
    """What happens next: time passes, then somebody asks for something, or the worker looks.

    Attributes:
        wild: `who` asks for any trigger at all; else somebody asks for what is offered to them.
        choice: which of these triggers it is.
        back: days by which the act is dated back.
        given: whether it brings what it may have to bring.
    """

    hours: float
    who: Actor
    choice: int
    sweep: bool
    wild: bool
    given: bool
    back: int


def steps() -> st.SearchStrategy[list[Step]]:
    """Return what happens to one dossier, from its submission on."""
    one = st.builds(
        Step,
        hours=st.sampled_from((0, 0, 0, 1, 5, 24, 72, 240, 1000)),
        who=st.sampled_from(PEOPLE),
        choice=st.integers(0, 30),
        sweep=st.integers(0, 4).map(lambda n: n == 0),
        wild=st.integers(0, 6).map(lambda n: n == 0),
        given=st.integers(0, 7).map(lambda n: n > 0),
        back=st.sampled_from((0,) * 10 + (1, 3)),
    )
    return st.lists(one, min_size=6, max_size=20)


LEVELS = {"unit": UNIT, "province": PROVINCE}
