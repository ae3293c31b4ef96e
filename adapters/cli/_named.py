"""The procedure that somebody names on the command line: a file, or one of the catalogue."""

from __future__ import annotations

from pathlib import Path

from adapters.documents.files import letter_hash, letter_keys
from engine.definition import Procedure
from engine.errors import BangVangError
from procedures import catalogue
from workflows.findings import FindingsError, closest, errors
from workflows.loader import load
from workflows.reader import MOST_BYTES


class ProcedureUnknown(BangVangError):
    """Neither a file nor a procedure of the catalogue."""


def procedure_named(name: str) -> Procedure:
    """Return the procedure of a file, of `key/edition`, or the newest edition of `key`.

    Raises:
        ProcedureUnknown: there is none of that name.
        FindingsError: it has errors.
    """
    file, source = _source(name)
    letters = {key: letter_hash(key) for key in letter_keys()}
    report = load(source, file, letters=letters)
    if report.procedure is None:
        raise FindingsError(errors(report.findings))
    return report.procedure


def _source(name: str) -> tuple[str, bytes]:
    path = Path(name)
    if path.is_dir() and (path / catalogue.DEFINITION).is_file():
        path = path / catalogue.DEFINITION
    if path.is_file():
        try:
            with path.open("rb") as opened:
                return str(path), opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise ProcedureUnknown(f"Không đọc được {path}: {error.strerror or error}") from error
    known = {}
    for entry in catalogue.editions():
        # By edition, so that the newest is what the bare key ends up with.
        known[f"{entry.procedure}/{entry.edition}"] = known[entry.procedure] = entry
    if name not in known:
        near = closest(name, known)
        raise ProcedureUnknown(
            f"Không có tệp hay thủ tục {name!r}.{near.vi} Các thủ tục: {', '.join(sorted(known))}."
        )
    return known[name].path, known[name].source
