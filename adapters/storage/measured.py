"""How a measurement is written over the one before, on both databases.

A row that says when a dossier was resolved but not how comes after the one that did: the verdict
of that day stands, with the due date it rests on.
"""

from __future__ import annotations

STANDS = ("org", "due_on", "due_at", "verdict", "margin", "unit", "elapsed_days")

MEASUREMENT = """measurements AS m (dossier, level, headline, submission, procedure, edition, owner,
                                  org, due_on, due_at, result, resolved_on, verdict, margin, unit,
                                  elapsed_days)
"""
"""What stands after INSERT INTO; the columns in the order in which values are given."""

_EITHER = ",\n       ".join(
    f"{name} = CASE WHEN excluded.verdict IS NULL AND excluded.resolved_on IS NOT NULL"
    f" THEN m.{name} ELSE excluded.{name} END"
    for name in STANDS
)
OVER = f"""ON CONFLICT (dossier, level) DO UPDATE
   SET headline = excluded.headline, edition = excluded.edition, result = excluded.result,
       resolved_on = excluded.resolved_on,
       {_EITHER}
"""
