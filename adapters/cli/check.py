"""`bangvang check`: say everything that is wrong with procedures, where, and what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from adapters.documents.files import letter_hash, letter_keys
from adapters.documents.proof import LetterProof
from engine.definition import Procedure
from procedures import catalogue
from workflows.findings import Finding, Severity, errors, in_order
from workflows.loader import Report, load
from workflows.ports import Others
from workflows.reader import MOST_BYTES, Document

CATALOGUE = "procedures"
FOUND = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A definition to be checked, with the scenarios beside it (None: there is no such folder)."""

    file: str
    content: bytes
    scenarios: Sequence[tuple[str, bytes]] | None


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Definition files, or folders with definition.yaml files in them. "
            "'procedures' is the built-in catalogue, unless there is a folder of that name."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list of findings.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the messages: vi or en.")] = "vi",
) -> None:
    """Say everything that is wrong with procedures.

    Exit code 0: nothing forbids publishing; 1: something does.
    """
    sources: list[Source] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            found = list(sources_of(path))
        except OSError as error:
            reason = error.strerror or str(error)
            findings.append(
                _unreadable(path, f"không đọc được ({reason})", f"unreadable ({reason})")
            )
            continue
        sources += found
        if not found:
            findings.append(
                _unreadable(path, "không có định nghĩa nào ở đây", "there is no definition here")
            )
    prover = LetterProof()
    letters = {key: letter_hash(key) for key in letter_keys()}
    others = Neighbours(sources, letters)
    for source in sources:
        findings += checked(source, letters, prover, others).findings
    findings = list(in_order(findings))
    if as_json:
        print(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(finding.as_line(lang))
        print(_summary(len(sources), findings, lang))
    raise typer.Exit(FOUND if errors(findings) else 0)


class Neighbours:
    """The checker's port `Others`: what is checked in the same run, then the catalogue."""

    def __init__(self, sources: Sequence[Source], letters: Mapping[str, str]) -> None:
        """Read nothing yet: few definitions ask."""
        self._sources = sources
        self._letters = letters
        self._known: dict[str, list[Procedure]] | None = None

    def editions(self, procedure: str) -> Sequence[Procedure]:
        """Return the editions of a procedure that are sound in themselves."""
        if self._known is None:
            self._known = {}
            beside = {source.file: source.content for source in self._sources}
            for entry in catalogue.editions():
                beside.setdefault(entry.path, entry.source)
            for file, content in beside.items():
                found = load(content, file, letters=self._letters).procedure
                if found is not None:
                    self._known.setdefault(found.key, []).append(found)
        return self._known.get(procedure, ())


def checked(
    source: Source,
    letters: Mapping[str, str],
    proof: LetterProof | None,
    others: Others | None = None,
) -> Report:
    """Return the report on one source."""
    return load(
        source.content,
        source.file,
        letters=letters,
        proof=proof,
        others=others,
        scenarios=source.scenarios,
        calendar=catalogue.national_calendar(),
    )


def sources_of(path: Path) -> Iterator[Source]:
    """Yield the definitions that a path of the command line means; none if there are none.

    Raises:
        OSError: a file cannot be read.
    """
    if path.is_dir():
        for file in sorted(path.rglob(catalogue.DEFINITION)):
            yield _source(file)
    elif str(path) == CATALOGUE:
        for entry in catalogue.editions():
            beside = entry.path.rsplit("/", 1)[0]
            scenarios = [
                (f"{beside}/{catalogue.SCENARIOS}/{name}", content)
                for name, content in entry.scenarios
            ]
            yield Source(file=entry.path, content=entry.source, scenarios=scenarios)
    else:
        yield _source(path)


def _source(file: Path) -> Source:
    folder = file.parent / catalogue.SCENARIOS
    scenarios = None
    if folder.is_dir():
        scenarios = [(str(path), _content(path)) for path in sorted(folder.glob("*.yaml"))]
    return Source(file=str(file), content=_content(file), scenarios=scenarios)


def _content(file: Path) -> bytes:
    """Return the bytes of a file, or enough of a huge one for the reader to refuse it."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _unreadable(path: Path, vi: str, en: str) -> Finding:
    return Document(str(path), None, ()).finding("BV000", (), f"{vi}.".capitalize(), f"{en}.")


def _summary(sources: int, findings: Sequence[Finding], lang: str) -> str:
    count = dict.fromkeys(Severity, 0)
    for finding in findings:
        count[finding.severity] += 1
    wrong, warn, unseen = (count[severity] for severity in Severity)
    if lang == "en":
        return (
            f"{sources} definitions: {wrong} errors, {warn} warnings, {unseen} points not checked."
        )
    return f"{sources} định nghĩa: {wrong} lỗi, {warn} cảnh báo, {unseen} điểm chưa kiểm tra được."
