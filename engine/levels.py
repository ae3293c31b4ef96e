"""Levels of one procedure: whose time each measured clock counts, and whose figure is the whole's.

A dossier that goes from the commune to the province is measured at both. The figures of an
organisation take the clock of its own level; those of the procedure the last level that the
dossier has come to and that keeps its dossiers here.
"""

from __future__ import annotations

from datetime import date

from engine.definition import ClockRule, Procedure
from engine.dossier import Dossier


def org_of(dossier: Dossier, rule: ClockRule) -> str | None:
    """Return whose time a measured clock counts; None: of whoever holds the dossier."""
    return dossier.levels.get(rule.at) if rule.at is not None else None


def reached(dossier: Dossier, rule: ClockRule) -> bool:
    """Say whether the dossier has come to the level of a measured clock."""
    org = org_of(dossier, rule)
    return org is None or rule.key in dossier.clocks or org == dossier.holder


def headline(procedure: Procedure, dossier: Dossier) -> ClockRule | None:
    """Return the measured clock by which the dossier counts in the figures of its procedure."""
    known = procedure.measured_clocks
    come_to = [
        rule
        for rule in known
        if reached(dossier, rule) and org_of(dossier, rule) not in dossier.outside
    ]
    return next(iter([*come_to[-1:], *known]), None)


def current(procedure: Procedure, dossier: Dossier) -> ClockRule | None:
    """Return the measured clock that tells when the dossier is due: one that runs, if any does."""
    for rule in reversed(procedure.measured_clocks):
        clock = dossier.clocks.get(rule.key)
        if clock is not None and clock.ended is None:
            return rule
    return headline(procedure, dossier)


def resolved_on(procedure: Procedure, dossier: Dossier) -> date | None:
    """Return on which local day the clock stopped by which the dossier counts."""
    rule = headline(procedure, dossier)
    clock = dossier.clocks.get(rule.key) if rule else None
    return clock.ended_on if clock is not None and clock.ended == "stopped" else None
