"""A council's session told in one go, from its call to its protocol, for stories told by a clock.

Every act goes through the engine, as those of a real secretary and a real chair do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.services.parts import Parts
from engine.calendar import TZ
from engine.decide import open_draft
from engine.dossier import Actor, Paper
from engine.runtime import Ask
from engine.session import Asked

PROCEDURE = "council-session"
NAMES = (
    *("Hoàng Trung Chính", "Đặng Quốc Khánh Toàn", "Lê Thị Bích Hợp", "Phan Đình Giang"),
    *("Trần Hữu Lộc", "Nguyễn Sỹ Hùng", "Cao Thị Thắm", "Võ Tá Nghĩa", "Bùi Quang Cường"),
    *("Hồ Xuân Trường", "Dương Thị Vân", "Phạm Đăng Nhật", "Thái Ngọc Hải", "Lương Thị Xuyến"),
    "Mai Văn Dần",
)


def electorate(members: int) -> list[dict[str, object]]:
    """Return a council with so many votes: a chair, a deputy, members."""
    capacities = ["chair", "deputy", *["member"] * members][:members]
    return [
        {"name": NAMES[at % len(NAMES)], "capacity": capacity}
        for at, capacity in enumerate(capacities)
    ]


def attendance(present: int, written: int) -> list[dict[str, object]]:
    """Return the records of the first members as present, and of the next as in writing."""
    ways = ["present"] * present + ["written"] * written
    return [{"member": at, "how": how} for at, how in enumerate(ways, 1)]


def call_session(
    parts: Parts,
    secretary: Actor,
    org: str,
    members: int = 15,
    place: str = "Phòng họp số 1",
    held_on: date | None = None,
) -> str:
    """Call a session of the council of an organisation, for today if no day is given.

    Returns its code.
    """
    now = parts.now().astimezone(TZ)
    procedure = parts.editions.in_force(PROCEDURE, now.date())
    assert procedure is not None
    draft = parts.store.create_draft(
        open_draft(
            procedure,
            id=parts.ids.uuid7(),
            stream="hoi-dong",
            log=f"{parts.log}/{now.year}",
            code="",
            owner=org,
            levels={},
            created_by=secretary.person or "",
            data={},
        )
    )
    data = {
        "held_on": (held_on or now.date()).isoformat(),
        "begins_at": "14 giờ 00",
        "place": place,
        "electorate": electorate(members),
    }
    parts.engine.act(Ask(ref=draft.id, trigger="call", actor=secretary, data=data))
    return draft.code


def hold_session(
    parts: Parts,
    secretary: Actor,
    chair: Actor,
    org: str,
    decided: Mapping[str, Mapping[str, Any] | None],
    minutes: Paper,
) -> dict[str, Any]:
    """Hold a session on dossiers (by id or code) and return what its protocol answered.

    Args:
        decided: for each dossier what was counted; None: it is put off.
    """
    loaded = parts.store.load_many(list(decided), "", None).loaded
    ids = {ref: one.dossier.id for ref, one in zip(decided, loaded, strict=True) if one}
    counted = {ids[ref]: tally for ref, tally in decided.items() if tally is not None}
    deferred = tuple(ids[ref] for ref, tally in decided.items() if tally is None)
    heads = {
        key: max((tally[key] for tally in counted.values()), default=spare)
        for key, spare in (("members", 15), ("present", 15), ("written", 0))
    }
    code = call_session(parts, secretary, org, heads["members"])

    def act(trigger: str, asked: Asked, actor: Actor = secretary, **more: Any) -> Any:
        ask = Ask(ref=code, trigger=trigger, actor=actor, **more)
        return json.loads(parts.engine.hold(ask, asked).body)

    act("put_items", Asked(dossiers=tuple(ids.values())))
    act("close_agenda", Asked())
    came = attendance(heads["present"], heads["written"])
    parts.engine.act(
        Ask(ref=code, trigger="record_attendance", actor=secretary, data={"attendance": came})
    )
    if counted:
        act("record_ballots", Asked(ballots=tuple(counted.items())))
    if deferred:
        act("defer_items", Asked(dossiers=deferred), reason="Hoãn xét")
    act("sign_minutes", Asked(), documents={"minutes": (minutes,)})
    told: dict[str, Any] = act("sign_protocol", Asked(), chair)
    return told
