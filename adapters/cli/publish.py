"""`bangvang publish`: two people put a new edition in force, without a restart of anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import BangVangError


class PersonUnknown(BangVangError):
    """There is no such account, or it may not act any more."""


def publish(
    path: Annotated[
        Path,
        typer.Argument(
            help="A definition file, or a folder with definition.yaml; scenarios lie beside it."
        ),
    ],
    drafted_by: Annotated[str, typer.Option(help="Login of the administrator who wrote it.")],
    published_by: Annotated[
        str, typer.Option(help="Login of another administrator, who answers for it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the messages: vi or en.")] = "vi",
) -> None:
    """Put a checked edition in force, in all running processes at once.

    It is checked with its scenarios, its letters and the people of today; what is wrong is printed
    and nothing is put in force. Exit code 0: it is published; 1: it is not.
    """
    from adapters.bootstrap import build
    from adapters.identity.errors import NotLoggedIn
    from adapters.services.errors import NotPublishable
    from adapters.services.procedures import Source
    from adapters.services.services import Services
    from adapters.settings import Settings
    from procedures.catalogue import DEFINITION, SCENARIOS
    from workflows.reader import MOST_BYTES

    def content(file: Path) -> bytes:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)

    definition = path / DEFINITION if path.is_dir() else path
    try:
        source = Source(
            text=content(definition),
            scenarios={
                file.name: content(file)
                for file in sorted((definition.parent / SCENARIOS).glob("*.yaml"))
            },
        )
        for scenario in source.scenarios.values():
            scenario.decode()
    except OSError as error:
        raise BangVangError(f"Không đọc được {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BangVangError(
            f"{path}: kịch bản không phải UTF-8. / A scenario is not UTF-8."
        ) from error
    application = build(Settings.from_environment())
    try:
        services = Services(application.parts)
        people = []
        for login in (drafted_by, published_by):
            try:
                people.append(services.accounts.by_command_line(login))
            except NotLoggedIn as error:
                raise PersonUnknown(
                    f"Không có tài khoản {login} hoặc tài khoản đã khóa. / There is no account"
                    f" {login}, or it is disabled."
                ) from error
        if people[0].account == people[1].account:
            # Refused before anything is kept: a draft left behind would count as this person's.
            raise BangVangError(
                "Người soạn và người ban hành phải là hai người khác nhau. / Whoever drafts an"
                " edition cannot publish it."
            )
        try:
            kept = services.procedures.draft(people[0], source, lang)
            done = services.procedures.publish(people[1], kept.procedure, kept.id, lang)
        except NotPublishable as refusal:
            _show(refusal, definition, lang, as_json)
            raise typer.Exit(1) from None
    finally:
        application.close()
    if as_json:
        told = {
            "procedure": done.procedure,
            "edition": done.edition,
            "hash": done.id,
            "in_force_from": done.in_force_from.isoformat(),
            "findings": [],
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        print(f"{done.procedure}/{done.edition}: từ / from {done.in_force_from}, {done.id}")


def _show(refusal: BangVangError, file: Path, lang: str, as_json: bool) -> None:
    facts = getattr(refusal, "facts", {})
    findings = [{"file": str(file), **one} for one in facts.get("findings", ())]
    if as_json:
        print(json.dumps({"findings": findings}, ensure_ascii=False))
        return
    for one in findings:
        print(f"{one['file']}:{one['line']}:{one['column']}: {one['code']}: {one['message']}")
    text = getattr(refusal, "text", None)
    print(text.in_(lang) if text is not None else refusal)
