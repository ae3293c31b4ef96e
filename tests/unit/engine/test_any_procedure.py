"""Whatever people do to a dossier of whatever procedure, these sentences stay true."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from engine.calendar import TZ
from engine.definition import ON_HOLD, Procedure, Transition
from engine.dossier import Actor, Dossier
from engine.errors import Refusal
from engine.offers import offers
from tests.procedures import calendar, paper
from tests.strategies import LEVELS, PEOPLE, SECRET, Step, procedures, steps
from tests.world import World

Config = frozenset[str]
Memory = Mapping[str, Config]
Standing = tuple[Config, Memory]

BRING: Mapping[str, Any] = {
    "note": f"{SECRET} ghi chú",
    "award": "flag",
    "opinions": {"who": {"name": f"{SECRET} người góp ý"}, "stance": 1},
}


def start(world: World) -> str:
    """Submit a dossier, if the procedure lets the unit do it; return its id."""
    data = {"nominee": {"name": f"{SECRET} Nguyễn Văn A"}}
    ref = world.draft(**data).id
    step = Step(hours=0, who=PEOPLE[0], choice=1, sweep=False, wild=False, given=True, back=0)
    ask(world, ref, "go0", step)
    return ref


def ask(world: World, ref: str, trigger: str, step: Step) -> None:
    """Ask once; a refusal leaves what it found, but for the rungs that were due before it."""
    before = world.dossier(ref)
    procedure = world.shelf.get(before.edition)
    more: dict[str, Any] = {}
    if step.given:
        wanted = {k for t in procedure.pulled_by(trigger) for k in (*t.asks, *t.appends)}
        more["data"] = {key: BRING[key] for key in wanted}
        more["reason"] = f"{SECRET} lý do"
        more["paper"] = f"{SECRET} văn bản"
    if trigger in ("hold", "release"):
        more.pop("data", None)
        more["ground"] = ("press", "complaint")[step.choice % 2]
    elif step.given and step.choice % 3 == 0:
        more["documents"] = {"report": (paper(f"{SECRET}.pdf"),)}
    if step.back:
        today = world.clock.now().astimezone(TZ).date()
        more["effective_on"] = today - timedelta(days=step.back)
    try:
        world.act(ref, trigger, step.who, **more)
    except Refusal as refusal:
        event(f"refused: {refusal.code}")
        after = world.dossier(ref)
        if after != before:
            written = world.events(ref)[before.version :]
            assert {e["actor"]["subject"] for e in written} == {"clock"}
            assert len(written) == after.version - before.version
    else:
        event(f"done: {trigger.rstrip('0123456789')}")
        # The act itself is the last event; what comes before it in the commit is the clock's.
        assert world.events(ref)[-1]["actor"]["subject"] == step.who.person


def happen(world: World, ref: str, step: Step) -> None:
    """Let one step happen."""
    world.wait(hours=step.hours)
    if step.sweep:
        report = world.engine.sweep()
        assert report.failed == ()
        return
    dossier = world.dossier(ref)
    procedure = world.shelf.get(dossier.edition)
    declared = sorted({t.trigger for t in procedure.transitions} | {"hold", "release"})
    offered = [] if step.wild else open_to_somebody(world, procedure, dossier)
    if offered:
        who, trigger = offered[step.choice % len(offered)]
        ask(world, ref, trigger, replace(step, who=who))
    else:
        ask(world, ref, declared[step.choice % len(declared)], step)


def open_to_somebody(
    world: World, procedure: Procedure, dossier: Dossier
) -> list[tuple[Actor, str]]:
    """Return what anybody may ask for here, with whoever may."""
    now = world.clock.now()
    return [
        (who, offer.trigger)
        for who in PEOPLE
        for offer in offers(procedure, dossier, who, at=now, calendar=calendar(), counts={})
        if offer.refusal is None
    ]


# The oracle: what the declaration alone allows, without any of the engine's own functions.


def beginning(procedure: Procedure, path: str) -> Config:
    """Return the leaves that are active when a state is entered."""
    inside = [s.path for s in procedure.states.values() if s.path.startswith(f"{path}.")]
    return frozenset(p for p in inside if procedure.states[p].initial) or frozenset({path})


def allowed(procedure: Procedure, standing: Standing, trigger: str) -> list[Standing]:
    """Return every standing to which a trigger may lead, by any transition of that name."""
    found = []
    for t in procedure.transitions:
        for source in t.sources if t.trigger == trigger else ():
            found += _along(procedure, standing, t, source)
    return found


def _along(procedure: Procedure, standing: Standing, t: Transition, source: str) -> list[Standing]:
    config, memory = standing
    inside = {leaf for leaf in config if leaf.startswith(f"{source}.")}
    if source in config:
        leaving = {leaf for leaf in config if leaf.split(".")[0] == source.split(".")[0]}
        if t.target is not None and t.target.split(".")[0] == source.split(".")[0] != t.target:
            leaving = {source}
    elif inside and (t.interrupts or all(procedure.states[leaf].final for leaf in inside)):
        leaving = inside
    else:
        return [
            (config, {**memory, root: (leaves - {source}) | {t.target or source}})
            for root, leaves in memory.items()
            if source in leaves
        ]
    if t.history is not None:
        entered = memory.get(t.history) or beginning(procedure, t.history)
    elif t.target is None:
        return [standing]
    else:
        entered = beginning(procedure, t.target)
    reached = (config - leaving) | entered
    kept = dict(memory)
    old, new = next(iter(config)).split(".")[0], next(iter(reached)).split(".")[0]
    if t.interrupts and old != new and old not in config:
        kept[old] = config
    kept.pop(new, None)
    return [(reached, kept)]


def check_way(world: World, ref: str) -> None:
    """The dossier went only where its procedure leads, from its draft to where it stands."""
    dossier = world.dossier(ref)
    procedure = world.shelf.get(dossier.edition)
    standings: list[Standing] = [(frozenset({"draft"}), {})]
    for told in world.events(ref):
        data = told["data"]
        if "trigger" in data and data["trigger"] not in ("hold", "release"):
            for trigger in (data["trigger"], *data.get("then", ())):
                standings = [n for s in standings for n in allowed(procedure, s, trigger)]
        standings = [s for s in standings if sorted(s[0]) == data["to"]]
        assert standings, f"{told['type']} led to {data['to']}"
    assert any(s == (dossier.configuration, dict(dossier.history)) for s in standings)


def check_standing(procedure: Procedure, dossier: Dossier) -> None:
    """The dossier is in one place, with the tasks, clocks and people of that place."""
    roots = {leaf.split(".")[0] for leaf in dossier.configuration}
    assert len(roots) == 1
    root = procedure.states[next(iter(roots))]
    regions = [leaf.rpartition(".")[0] for leaf in sorted(dossier.configuration)]
    assert regions == ([f"{root.path}.{key}" for key in sorted(root.regions)] or [""])
    assert all(not procedure.states[leaf].composite for leaf in dossier.configuration)
    assert (dossier.result is not None) == root.final
    assert dossier.holder == LEVELS.get(root.at or "", dossier.holder)
    active = {*dossier.configuration, root.path}
    alive = {key for key, clock in dossier.clocks.items() if clock.ended is None}
    for task in dossier.tasks.values():
        assert task.clock in alive if task.clock else task.state in active
    for roles in procedure.separate:
        one, other = (dossier.people.get(role, frozenset()) for role in roles)
        assert not one & other
    for t in procedure.transitions:
        # Ways that share a trigger share its count, so the freest of them sets the limit.
        most = [other.at_most for other in procedure.pulled_by(t.trigger)]
        if None not in most:
            assert dossier.pulls.get(t.trigger, 0) <= max(n for n in most if n is not None)
    remembered = {leaf for leaves in dossier.history.values() for leaf in leaves}
    for key in alive:
        rule, clock = procedure.clocks[key], dossier.clocks[key]
        assert not root.final
        assert rule.in_state is None or rule.in_state in active | remembered
        grounds = {ON_HOLD} if dossier.on_hold else set()
        wanted = rule.suspended_in.keys() & (active | grounds)
        assert {s.ground for s in clock.suspensions if s.until_on is None} == wanted
    main = dossier.clocks.get("main")
    assert (dossier.resolved_on is not None) == (main is not None and main.ended == "stopped")


def check_rungs(world: World, ref: str) -> None:
    """Every rung fired at most once, not before it was due, and in order within a commit."""
    firings = [f for change in world.store.changes for f, _ in change.firings]
    for told in world.events(ref):
        if told["actor"]["subject"] == "clock":
            event(f"clock: {told['data'].get('skipped', told['type'])}")
    names = [(f.clock, f.period, f.rung) for f in firings]
    assert len(names) == len(set(names))
    assert all(f.due_at <= f.fired_at for f in firings)
    for change in world.store.changes:
        instants = [f.due_at for f, _ in change.firings]
        assert instants == sorted(instants)
    assert len(world.store.tables["firings"]) == len(firings)
    assert all(key[0] == ref for key in world.store.tables["firings"])


def check_trail(world: World, ref: str) -> None:
    """The trail yields the dossier, verifies, and tells nothing personal."""
    dossier = world.dossier(ref)
    assert dossier.version == len(world.events(ref))
    assert world.findings(ref) == []
    if dossier.version:
        assert world.folded(ref) == replace(dossier, revision=0)
    assert SECRET.encode() not in world.bytes(ref)
    for notice in world.store.lists["outbox"]:
        assert SECRET not in notice["payload"]
    for answer in world.store.tables["answers"].values():
        assert SECRET not in answer["body"]


def live(procedure: Procedure, told: list[Step]) -> World:
    """Let a whole life happen, and look at the dossier after every step of it."""
    world = World(procedure)
    ref = start(world)
    for step in told:
        happen(world, ref, step)
        check_standing(procedure, world.dossier(ref))
    world.wait(days=400)
    for _ in range(20):
        if not world.engine.sweep().fired:
            break
    check_standing(procedure, world.dossier(ref))
    check_way(world, ref)
    check_rungs(world, ref)
    check_trail(world, ref)
    return world


@given(procedures(regions=False), steps())
def test_a_dossier_of_a_flat_procedure_never_leaves_it(
    procedure: Procedure, told: list[Step]
) -> None:
    live(procedure, told)


@given(procedures(regions=True), steps())
def test_a_dossier_of_a_procedure_with_two_regions_never_leaves_it(
    procedure: Procedure, told: list[Step]
) -> None:
    live(procedure, told)


@given(procedures(), steps(), st.integers(1, 5))
def test_the_same_life_lived_twice_writes_the_same_bytes(
    procedure: Procedure, told: list[Step], most: int
) -> None:
    one, other = (live(procedure, told[: most + 3]) for _ in range(2))
    bodies = [[row["body"] for row in w.store.tables["events"].values()] for w in (one, other)]

    assert bodies[0] == bodies[1]
