"""One call from bytes to a procedure, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.calendar import Calendar
from engine.definition import Procedure
from engine.errors import DefinitionError
from workflows import reader
from workflows.checks import Asked, check, trials
from workflows.compile import Parts, compile_definition, procedure_of
from workflows.edition import edition_hash
from workflows.findings import Finding, errors, in_order
from workflows.ports import Directory, LetterProof, Others
from workflows.schema import DefinitionShape
from workflows.shaping import shape_of


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file.

    Attributes:
        procedure: the edition; None if there is any error.
        findings: by file and place.
    """

    procedure: Procedure | None
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing forbids publishing (warnings and not_checked do not)."""
        return not errors(self.findings)


def load(
    source: bytes,
    file: str,
    *,
    letters: Mapping[str, str] | None = None,
    proof: LetterProof | None = None,
    directory: Directory | None = None,
    others: Others | None = None,
    scenarios: Sequence[bytes | tuple[str, bytes]] | None = None,
    calendar: Calendar | None = None,
) -> Report:
    """Read, compile and check a definition; never raises for what the file says.

    Args:
        file: the name under which findings speak of it.
        letters: template -> hash of its files, for all letters there are; None: not known.
        proof, directory, others: see `ports`.
        scenarios: the scenario files beside the definition, with their names or without.
        calendar: what scenarios count with; without it they are not run.
    """
    doc = reader.read(source, file)
    findings = list(doc.findings)
    shape = None
    if doc.root is not None:
        shape, misshapen = shape_of(doc, DefinitionShape)
        findings += misshapen
    if shape is None:
        return Report(None, in_order(findings))
    parts, uncompiled = compile_definition(doc, shape)
    findings += uncompiled
    named = [_named(number, scenario) for number, scenario in enumerate(scenarios or (), 1)]
    asked = Asked(
        letters=letters,
        proof=proof,
        directory=directory,
        others=others,
        scenarios=None if scenarios is None else tuple(named),
        calendar=calendar,
    )
    findings += check(parts, asked)
    procedure = None
    if not errors(findings):
        procedure = _built(parts, source, letters or {}, findings)
    if procedure is not None:
        findings += trials.check(procedure, parts, asked)
    return Report(None if errors(findings) else procedure, in_order(findings))


def _named(number: int, scenario: bytes | tuple[str, bytes]) -> tuple[str, bytes]:
    return (f"scenario-{number}.yaml", scenario) if isinstance(scenario, bytes) else scenario


def _built(
    parts: Parts, source: bytes, letters: Mapping[str, str], findings: list[Finding]
) -> Procedure | None:
    named = {letter.template for letter in parts.shape.letters.values()}
    used = {template: digest for template, digest in letters.items() if template in named}
    try:
        return procedure_of(parts, edition_hash(source, used))
    except DefinitionError as error:
        # The checks found nothing and the engine still refuses: it has the last word.
        findings.append(
            parts.doc.finding(
                "BV299",
                (),
                f"Các phần không khớp nhau: {error}",
                f"The parts do not fit together: {error}",
            )
        )
        return None
