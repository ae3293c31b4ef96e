"""The scenarios of an edition hold, and together they try out every transition."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition import Procedure
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding, Severity
from workflows.scenario import load_scenario
from workflows.simulate import run


def check(procedure: Procedure, parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield what goes otherwise than told, and transitions that no scenario goes."""
    if asked.scenarios is None or asked.calendar is None:
        yield parts.doc.finding(
            "BV709",
            ("transitions",),
            "Chưa chạy kịch bản nào, vì ở đây không có kịch bản hoặc không có lịch làm việc.",
            "No scenario was run, since there are none here or there is no calendar.",
            Severity.NOT_CHECKED,
        )
        return
    covered: set[int] = set()
    for file, source in asked.scenarios:
        scenario, unreadable = load_scenario(source, file)
        yield from unreadable
        if scenario is not None:
            tried = run(procedure, scenario, asked.calendar)
            yield from tried.findings
            covered |= tried.covered
    for index, transition in enumerate(procedure.transitions):
        if index not in covered:
            sources = ", ".join(transition.sources)
            yield parts.doc.finding(
                "BV708",
                ("transitions", index, "trigger"),
                f"Không kịch bản nào đi qua {transition.trigger!r} từ {sources}; hãy thêm một "
                "kịch bản.",
                f"No scenario goes {transition.trigger!r} from {sources}; add one.",
            )
