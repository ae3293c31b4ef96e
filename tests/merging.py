"""A procedure in which one dossier may end in another of the same subject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.definition import Field, FieldType, Procedure, Result, State
from tests.procedures import small, text, way


def mergeable() -> Procedure:
    """Return the small award procedure, in which a dossier may end in another."""
    plain = small()
    ends: dict[str, Any] = {"reason_required": True, "asks": {"kept": True}, "merges": "kept"}
    return small(
        fields={
            **plain.fields,
            "kept": Field(key="kept", type=FieldType.TEXT, label=text("được giữ")),
            "period": Field(key="period", type=FieldType.PERIOD, label=text("thời gian")),
        },
        states={
            **plain.states,
            "merged": State(
                path="merged", label=text("đã nhập"), final=True, result=Result.REDIRECTED
            ),
        },
        clocks={
            **plain.clocks,
            "resolution": replace(plain.clocks["resolution"], cancelled_by=("withdraw", "merge")),
        },
        transitions=(
            *plain.transitions,
            way("merge", "dossier_merged", "submitted", "merged", "secretary", **ends),
            way(
                "merge",
                "dossier_merged",
                "review",
                "merged",
                "secretary",
                interrupts=True,
                **ends,
            ),
        ),
    )
