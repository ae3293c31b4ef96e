"""`bangvang metrics`: early, on time, late over the whole database, for people and programs.

Whoever may run this holds the database anyway, so no role is asked for.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from adapters.services.figure_views import CountsView, FiguresView, SpreadView

DAY = ["%Y-%m-%d"]


def metrics(
    procedure: Annotated[str, typer.Option(help="One procedure only.")] = "",
    org: Annotated[str, typer.Option(help="Submitted by this organisation, or its work.")] = "",
    edition: Annotated[str, typer.Option(help="One edition only: its name or hash.")] = "",
    first: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="First day of resolution.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, help="Last day of resolution, inclusive.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Count what was resolved early, on time and late, and what is open now."""
    import json
    from dataclasses import asdict

    from adapters.bootstrap import open_for_reading
    from adapters.identity.records import Records
    from adapters.services.asks import FiguresAsked
    from adapters.services.editions import PublishedEditions
    from adapters.services.figures import Figures
    from adapters.settings import Settings
    from adapters.storage.queries import Queries

    wanted = FiguresAsked(
        procedure=procedure,
        org=org,
        edition=edition,
        first=first.date() if first else None,
        last=until.date() if until else None,
    )
    db, _files = open_for_reading(Settings.from_environment())
    try:
        tree = Records(db).tree()
        figures = Figures(Queries(db), PublishedEditions(db))
        found = figures.of_all(tree.organisations.keys(), tree, wanted, lang)
    finally:
        db.close()
    if json_:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        typer.echo(as_text(found, lang))


def as_text(found: FiguresView, lang: str) -> str:
    """Return the figures as people read them: totals, then each procedure."""
    en = lang == "en"
    lines = [
        *_lines("Subjects" if en else "Đối tượng", found, en),
        *_lines("Submissions" if en else "Hồ sơ trình", found.submissions, en),
    ]
    for one in found.procedures:
        lines += _lines(one.label, one.subjects, en)
    return "\n".join(lines)


def _lines(title: str, counts: CountsView, en: bool) -> list[str]:
    from engine.figures import share

    words = (
        ("early", "on time", "late", "open", "past due")
        if en
        else ("sớm hạn", "đúng hạn", "trễ hạn", "đang giải quyết", "quá hạn")
    )
    each = []
    for word, count in zip(words, (counts.early, counts.on_time, counts.late), strict=False):
        tenths = share(count, counts.resolved)
        each.append(f"{word} {count} ({tenths // 10}{'.' if en else ','}{tenths % 10} %)")
    lines = [
        f"{title}:",
        f"  {', '.join(each)}",
        f"  {words[3]} {counts.open}, {'of them' if en else 'trong đó'} {words[4]} "
        f"{counts.overdue_open}",
    ]
    margin = "margin in working days" if en else "chênh lệch, ngày làm việc"
    minutes = "margin in working minutes" if en else "chênh lệch, phút làm việc"
    for name, spread in ((margin, counts.margin), (minutes, counts.margin_minutes)):
        if spread.p50 is not None:
            lines.append(f"  {name}: {_spread(spread)}")
    return lines


def _spread(spread: SpreadView) -> str:
    return f"p10 {spread.p10}, p50 {spread.p50}, p90 {spread.p90}"
