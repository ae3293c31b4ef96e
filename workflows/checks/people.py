"""Somebody is left to do each step, whatever duties are kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition import MACHINE_ROLES
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding, Severity

MOST_TRIED = 10


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield roles that nobody holds, and duties that too few people cannot keep apart."""
    shape = parts.shape
    acting = {role for t in parts.transitions for role in t.by}
    acting |= {state.task.role for state in parts.states.values() if state.task is not None}
    roles = sorted((acting - MACHINE_ROLES) & shape.roles.keys())
    if asked.directory is None:
        yield parts.doc.finding(
            "BV503",
            ("roles",),
            "Chưa kiểm tra được ai giữ các vai trò, vì không có danh bạ ở đây.",
            "Who holds the roles was not checked, since there is no directory here.",
            Severity.NOT_CHECKED,
        )
        return
    holders = {role: frozenset(asked.directory.holders(role)) for role in roles}
    for role in roles:
        if not holders[role]:
            yield parts.doc.finding(
                "BV501",
                ("roles", role),
                f"Không ai giữ vai trò {role!r}; hãy giao vai trò này trước khi ban hành.",
                f"Nobody holds the role {role!r}; grant it before publishing.",
            )
    apart_from: dict[str, set[str]] = {role: set() for role in roles}
    for group in shape.separate:
        for role in group:
            if role in apart_from:
                apart_from[role] |= {other for other in group if other in apart_from} - {role}
    filled = {role: people for role, people in holders.items() if people}
    possible = _possible(filled, apart_from)
    if possible is None:
        yield parts.doc.finding(
            "BV504",
            ("separate",),
            "Quá nhiều vai trò phải tách mà quá ít người: chưa tính hết được mọi cách phân công.",
            "Too many roles are kept apart among too few people to try every assignment.",
            Severity.NOT_CHECKED,
        )
    elif not possible:
        yield parts.doc.finding(
            "BV502",
            ("separate",),
            "Không đủ người để giữ mọi vai trò phải tách; hãy giao vai trò cho thêm người.",
            "Too few people to hold all the roles that are kept apart; grant roles to more people.",
        )


def _possible(holders: Mapping[str, frozenset[str]], apart: Mapping[str, set[str]]) -> bool | None:
    """Tell whether one person per role can be chosen so that separated roles differ.

    None: there are too many ways to try.
    """
    # A role with more holders than rivals can always be filled last.
    waiting = dict(holders)
    while True:
        easy = [
            role
            for role, people in waiting.items()
            if len(people) > len(apart[role] & waiting.keys())
        ]
        if not easy:
            break
        for role in easy:
            del waiting[role]
    hard = sorted(waiting, key=lambda role: len(waiting[role]))
    if len(hard) > MOST_TRIED:
        return None
    return _filled(hard, {}, waiting, apart)


def _filled(
    roles: list[str],
    chosen: dict[str, str],
    holders: Mapping[str, frozenset[str]],
    apart: Mapping[str, set[str]],
) -> bool:
    if len(chosen) == len(roles):
        return True
    role = roles[len(chosen)]
    rivals = {chosen[other] for other in apart[role] if other in chosen}
    return any(
        _filled(roles, {**chosen, role: person}, holders, apart)
        for person in sorted(holders[role] - rivals)
    )
