"""`bangvang simulate`: a scenario on a virtual clock, told step by step with its dates."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli._named import procedure_named
from engine.errors import BangVangError
from procedures.catalogue import national_calendar
from workflows.findings import FindingsError
from workflows.reader import MOST_BYTES
from workflows.scenario import day, load_scenario
from workflows.simulate import Run, Step, run


def simulate(
    procedure: Annotated[
        str,
        typer.Argument(
            help="A definition file, or a procedure of the catalogue: provincial-award "
            "(its newest edition) or provincial-award/2025-07."
        ),
    ],
    scenario: Annotated[Path, typer.Option(help="The scenario file.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print steps and findings as JSON.")
    ] = False,
    lang: Annotated[str, typer.Option(help="Language of the sentences: vi or en.")] = "vi",
) -> None:
    """Run a procedure through a scenario and print the dossier's way with dates.

    Exit code 0: it went as told; 1: it did not.
    """
    found = procedure_named(procedure)
    try:
        with scenario.open("rb") as opened:
            source = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BangVangError(f"Không đọc được {scenario}: {error.strerror or error}") from error
    story, findings = load_scenario(source, str(scenario))
    if story is None:
        raise FindingsError(findings)
    told = run(found, story, national_calendar())
    if as_json:
        print(json.dumps(_as_json(told), ensure_ascii=False, indent=2))
    else:
        label = story.shape.scenario
        print(label.en if lang == "en" else label.vi)
        for step in told.steps:
            print(step.as_line(lang))
        for finding in told.findings:
            print(finding.as_line(lang))
        if not told.findings:
            print("It went as told." if lang == "en" else "Đúng như kịch bản.")
    raise typer.Exit(1 if told.findings else 0)


def _as_json(told: Run) -> dict[str, object]:
    return {
        "steps": [_step(step) for step in told.steps],
        "findings": [finding.as_json() for finding in told.findings],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "at": step.at.isoformat(),
        "who": step.who,
        "what": step.what,
        "refused": step.refused.code if step.refused is not None else None,
        "states": list(step.states),
        "due": {key: day(on) if on is not None else None for key, on in step.due.items()},
        "letters": list(step.letters),
    }
