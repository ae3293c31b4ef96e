"""One small dossier and the people around it, told act by act to the pure engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine.decide import decide, open_draft
from engine.definition import Fault, Procedure, Transition
from engine.dossier import Act, Actor, Dossier
from engine.errors import Refusal
from engine.outcome import Outcome
from engine.rungs import apply_due
from tests.procedures import (
    PROVINCE,
    UNIT,
    CountedIds,
    calendar,
    local,
    paper,
    person,
    small,
)

AN = person("an", "submitter", org=UNIT)
BINH = person("binh", "reception")
CHI = person("chi", "specialist")
DUNG = person("dung", "secretary")
GIANG = person("giang", "authority")
CLOCK_ACTOR = Actor(person=None, machine="clock")

TALLY = {"members": 15, "present": 14, "written": 1, "yes": 12, "no": 2, "blank": 1}
DATA: Mapping[str, object] = {"nominee": {"name": "Nguyễn Văn A"}, "award": "merit"}


@dataclass(frozen=True)
class Condition:
    """A guard written in Python, as a compiled condition would stand in a definition."""

    source: str
    reads: frozenset[str]
    holds: Callable[[Mapping[str, object]], bool | Fault]

    @property
    def hash(self) -> str:
        """SHA-256 of the source."""
        return sha256(self.source.encode()).hexdigest()

    @property
    def names(self) -> frozenset[str]:
        """The names that the condition reads."""
        return self.reads

    def __call__(self, facts: Mapping[str, object]) -> bool | Fault:
        """Say whether the condition holds."""
        return self.holds(facts)


def condition(
    name: str, holds: Callable[[Any], bool | Fault], source: str | None = None
) -> Condition:
    """Return a condition on one name."""
    return Condition(source or f"test({name})", frozenset({name}), lambda facts: holds(facts[name]))


def with_ways(procedure: Procedure, trigger: str, **changes: object) -> Procedure:
    """Return the procedure with the transitions of a trigger changed."""
    ways = tuple(
        replace(t, **changes) if t.trigger == trigger else t  # type: ignore[arg-type]
        for t in procedure.transitions
    )
    return changed(procedure, transitions=ways)


def with_more(procedure: Procedure, *ways: Transition) -> Procedure:
    """Return the procedure with more transitions."""
    return changed(procedure, transitions=(*procedure.transitions, *ways))


def changed(procedure: Procedure, **changes: object) -> Procedure:
    """Return another edition of the procedure, with an identity of its own."""
    identity = sha256((procedure.hash + repr(changes)).encode()).hexdigest()
    return replace(procedure, hash=identity, **changes)  # type: ignore[arg-type]


def draft(procedure: Procedure, data: Mapping[str, object] = DATA) -> Dossier:
    """Return a draft of the unit."""
    return open_draft(
        procedure,
        id="01900000-0000-7000-8000-00000000aaaa",
        stream="ho-so/2025/000001",
        log="so-noi-vu.example/tdkt/2025",
        code="N-2025-000001",
        owner=UNIT,
        levels={"unit": UNIT, "province": PROVINCE},
        created_by="an",
        data=data,
    )


@dataclass
class Story:
    """A dossier on its way."""

    procedure: Procedure = field(default_factory=small)
    counts: dict[str, int] = field(default_factory=dict)
    ids: CountedIds = field(default_factory=CountedIds)
    data: Mapping[str, object] = field(default_factory=lambda: DATA)
    dossier: Dossier = field(init=False)
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with a draft."""
        self.dossier = draft(self.procedure, self.data)

    def ask(self, trigger: str, actor: Actor, at: datetime | str, **more: Any) -> Outcome | Refusal:
        """Return what would follow; nothing moves."""
        extra = {key: more.pop(key) for key in ("editions", "recount", "firing") if key in more}
        return decide(
            self.procedure,
            self.dossier,
            Act(id=self.ids.uuid7(), trigger=trigger, actor=actor, **more),
            at=local(at) if isinstance(at, str) else at,
            calendar=calendar(),
            counts=self.counts,
            **extra,
        )

    def do(self, trigger: str, actor: Actor, at: datetime | str, **more: Any) -> Outcome:
        """Move the dossier by an act that must be allowed."""
        found = self.ask(trigger, actor, at, **more)
        assert isinstance(found, Outcome), f"{trigger}: {found!r}"
        self.dossier = found.dossier
        self.outcomes.append(found)
        return found

    def refuse(self, trigger: str, actor: Actor, at: datetime | str, **more: Any) -> Refusal:
        """Return the refusal of an act that must not be allowed."""
        before = self.dossier
        found = self.ask(trigger, actor, at, **more)
        assert isinstance(found, Refusal), f"{trigger} was allowed"
        assert self.dossier == before
        assert found.text.vi
        assert found.text.en
        return found

    def wait(self, until: datetime | str, at: datetime | str | None = None) -> list[Outcome]:
        """Let the rungs fire that are due by an instant."""
        by = local(until) if isinstance(until, str) else until
        found = apply_due(
            self.procedure,
            self.dossier,
            at=by if at is None else local(at) if isinstance(at, str) else at,
            until=by,
            calendar=calendar(),
            counts=self.counts,
            new_id=self.ids.uuid7,
        )
        if found:
            self.dossier = found[-1].dossier
        self.outcomes += found
        return list(found)

    @property
    def places(self) -> list[str]:
        """The active leaves."""
        return sorted(self.dossier.configuration)

    def submitted(self) -> Story:
        """Submit on Monday 2025-11-03."""
        self.do("submit", AN, "2025-11-03", documents={"report": (paper(),)})
        return self

    def accepted(self) -> Story:
        """Submit and accept on Monday 2025-11-03."""
        self.submitted().do("accept", BINH, "2025-11-03")
        return self

    def asked(self) -> Story:
        """Accept, and ask agencies on Tuesday 2025-11-04."""
        self.accepted().do("ask", CHI, "2025-11-04")
        return self

    def proposed(self) -> Story:
        """Go as far as the agenda, on Wednesday 2025-11-05."""
        self.accepted().do("waive", CHI, "2025-11-05")
        self.do("appraise", CHI, "2025-11-05")
        self.do("propose", CHI, "2025-11-05", documents={"minutes": (paper("biên bản"),)})
        return self

    def voted(self) -> Story:
        """Go as far as a passed vote, on Thursday 2025-11-06."""
        self.proposed().do("record", DUNG, "2025-11-06", data={"tally": TALLY})
        return self

    def decided(self) -> Story:
        """Go to the end, on Friday 2025-11-07."""
        self.voted().do("decide", GIANG, "2025-11-07", data=DECISION)
        return self


DECISION = {"number": "12/QĐ-UBND", "signed_on": "2025-11-07"}
