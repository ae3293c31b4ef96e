"""The eligibility sheet of a dossier: prepared from its own rules and the register, for people."""

from __future__ import annotations

from adapters.identity.who import Who
from adapters.services.asks import DossierFilter
from adapters.services.award_names import NAMES
from adapters.services.dossiers import Dossiers, Seen
from adapters.services.parts import Parts
from adapters.services.register import Register
from adapters.services.register_views import (
    AlsoProposed,
    EligibilityView,
    RemarkView,
    RuleView,
)
from adapters.services.views import Choice
from adapters.storage.awards import AwardLine
from adapters.storage.fold_text import fold
from adapters.storage.rows import subject_of
from engine.calendar import TZ
from engine.definition import InitiativeUse, Procedure
from engine.eligibility import Held, RuleMet, Standing, remarks, rules_ahead, worst
from engine.facts import View
from engine.initiatives import Reuse, reuses
from engine.overlapping import paid_once
from engine.runtime import look_ups
from engine.text import Text

STANDINGS = {
    Standing.ELIGIBLE: Text("Đủ điều kiện", "Eligible"),
    Standing.LOOK: Text("Cần xem xét", "To be looked at"),
    Standing.NOT: Text("Không đủ điều kiện", "Not eligible"),
}
ALSO = Text(
    "Cùng đối tượng này đang được đề nghị trong hồ sơ khác.",
    "The same subject is proposed in another open dossier.",
)


class Sheets:
    """Prepares eligibility sheets."""

    def __init__(self, parts: Parts, dossiers: Dossiers, register: Register) -> None:
        """Read through these."""
        self._parts = parts
        self._dossiers = dossiers
        self._register = register

    def of(self, who: Who, ref: str, lang: str) -> EligibilityView:
        """Return what speaks for and against a dossier, as far as the caller may know.

        Raises:
            Unknown: there is no such dossier for this caller.
        """
        seen = self._dossiers.seen(who, ref)
        if seen.procedure.award_field is None:
            # Nobody is proposed for anything: its conditions are steps, not standards.
            return _no_sheet(lang)
        subject = subject_of(seen.dossier)
        orgs = self._register.readable(who)
        register = bool(orgs & seen.place.all)
        lines = self._register.of_subject(orgs, subject.key) if register else ()
        unit = fold(str(subject.party.get("unit") or ""))
        ahead = rules_ahead(self._view(who, seen))
        # What the register says reaches nobody through a condition either.
        told = [one for one in ahead if register or not one.counts]
        rules = [self._rule(seen, one, lang) for one in told]
        held = [_held(line, unit) for line in lines]
        today = seen.loaded.now.astimezone(TZ).date()
        found = [
            RemarkView(
                code=one.code,
                standing=one.standing.value,
                standing_label=STANDINGS[one.standing].in_(lang),
                detail=one.text.in_(lang),
            )
            for one in (
                *remarks(seen.procedure, seen.dossier, held),
                *paid_once(seen.procedure, seen.dossier, held, today),
            )
        ]
        if register:
            found += _reused(seen, lang)
        also = self._also(who, seen, subject.key, lang)
        if also:
            found.append(
                RemarkView(
                    code="proposed_twice",
                    standing=Standing.LOOK.value,
                    standing_label=STANDINGS[Standing.LOOK].in_(lang),
                    detail=ALSO.in_(lang),
                )
            )
        said = [*(one.standing for one in rules), *(one.standing for one in found)]
        if len(told) < len(ahead):
            said.append(Standing.LOOK.value)
        standing = worst(Standing(one) for one in said)
        return EligibilityView(
            standing=standing.value,
            standing_label=STANDINGS[standing].in_(lang),
            rules=rules,
            remarks=found,
            held=[self._register.shown(who, line, lang) for line in lines],
            also=also,
            register=register,
        )

    def _view(self, who: Who, seen: Seen) -> View:
        return View(
            procedure=seen.procedure,
            dossier=seen.dossier,
            actor=who.actor,
            at=seen.loaded.now,
            calendar=self._parts.calendars.current(),
            counts=look_ups(seen.procedure, seen.loaded),
        )

    def _rule(self, seen: Seen, met: RuleMet, lang: str) -> RuleView:
        procedure = seen.procedure
        return RuleView(
            act=met.transition.label.in_(lang),
            standing=met.standing.value,
            standing_label=STANDINGS[met.standing].in_(lang),
            clause=met.clause,
            detail=met.why.in_(lang) if met.why else "",
            source=met.source.cite if met.source else "",
            unverified=procedure.unverified or bool(met.source and met.source.unverified),
            missing=[procedure.fields[key].label.in_(lang) for key in met.missing],
            counts=[
                Choice(key=str(count), label=procedure.facts[key].label.in_(lang))
                for key, count in met.counts
            ],
        )

    def _also(self, who: Who, seen: Seen, subject_key: str, lang: str) -> list[AlsoProposed]:
        if not subject_key:
            return []
        wanted = DossierFilter(open=True, drafts=False, subject_key=subject_key)
        found = self._dossiers.search(who, wanted, lang, sort="newest", limit=20)
        return [
            AlsoProposed(
                code=row.code,
                title=row.title,
                owner_name=row.owner_name,
                received_on=row.received_on,
            )
            for row in found.items
            if row.code not in (seen.line.code, seen.line.received_code)
        ]


def _reused(seen: Seen, lang: str) -> list[RemarkView]:
    """Return which initiatives of the nomination were used before, as far as that matters."""
    procedure, data = seen.procedure, seen.dossier.data
    rule = procedure.initiatives
    award = data.get(procedure.award_field or "")
    source = procedure.sources.get((rule and rule.source) or "")
    found = []
    for one in reuses(rule, award, data, seen.loaded.used, seen.dossier.id):
        if one.means is InitiativeUse.ALLOWED:
            continue
        spent = one.means is InitiativeUse.SPENT
        standing = Standing.NOT if spent else Standing.LOOK
        found.append(
            RemarkView(
                code="initiative_spent" if spent else "initiative_used_for_title",
                standing=standing.value,
                standing_label=STANDINGS[standing].in_(lang),
                detail=_used_before(procedure, one, spent).in_(lang),
                source=source.cite if source else "",
                unverified=procedure.unverified or bool(source and source.unverified),
            )
        )
    return found


def _used_before(procedure: Procedure, one: Reuse, spent: bool) -> Text:
    before, named = one.before, one.initiative
    field = procedure.fields.get(procedure.award_field or "")
    known = {**NAMES, **(field.choices if field else {})}
    award = known.get(before.award, Text(before.award, before.award))
    deed = f", {before.deed}" if before.deed else ""
    what = f"“{named.title}” ({named.decision})" if named.title else named.decision
    vi = f"Sáng kiến {what} đã dùng để xét {award.vi} ({before.year}{deed})."
    en = f"The initiative {what} was used for {award.en} ({before.year}{deed})."
    if spent:
        return Text(f"{vi} Mỗi sáng kiến chỉ dùng một lần.", f"{en} An initiative serves once.")
    return Text(
        f"{vi} Chưa có quy định có được dùng lại cho danh hiệu khác hay không.",
        f"{en} No text says whether it may serve another title.",
    )


def _no_sheet(lang: str) -> EligibilityView:
    return EligibilityView(
        standing=Standing.ELIGIBLE.value,
        standing_label=STANDINGS[Standing.ELIGIBLE].in_(lang),
        rules=(),
        remarks=(),
        held=(),
        also=(),
        register=False,
    )


def _held(line: AwardLine, unit: str) -> Held:
    return Held(
        award=line.award,
        label=Text(line.award_vi or line.award, line.award_en or line.award),
        year=line.year,
        since=line.period_from,
        until=line.period_until,
        deed=line.deed,
        decided_on=line.decided_on,
        elsewhere=bool(line.unit_folded) and bool(unit) and line.unit_folded != unit,
        dossier=line.dossier,
        bonus=line.bonus,
    )
