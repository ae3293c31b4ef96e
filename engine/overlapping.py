"""Titles for one period earn one bonus, the highest: shown before anybody decides, to whoever does.

What is shown follows from the register and the table of bonuses; the amount that the decision has
is that of its award alone, and a person says what of it is paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from engine.bonus import BonusRate, Form, Won, paid
from engine.changes import bonus_of
from engine.definition import Procedure
from engine.dossier import Dossier
from engine.eligibility import Held, Remark, Standing
from engine.facts import period_of
from engine.text import Text


def paid_once(
    procedure: Procedure, dossier: Dossier, held: Sequence[Held], on: date
) -> tuple[Remark, ...]:
    """Return what the register says of other titles of the subject for the very same period.

    Args:
        on: the local day of the decision, or today.
    """
    proposed = bonus_of(procedure, dossier, on)
    since, until = period_of(procedure, dossier)
    if proposed is None or proposed.rate.form is not Form.TITLE or since is None or until is None:
        return ()
    award = dossier.data.get(procedure.award_field or "")
    own = Won(form=Form.TITLE, amount=proposed.amount, since=since, until=until)
    found = []
    for one in held:
        rate = _rate(procedure, one)
        if rate is None or rate.form is not Form.TITLE or one.award == award:
            continue
        if one.elsewhere or one.dossier == dossier.id or not _same(one, since, until):
            continue
        amount = one.bonus if one.bonus is not None else _amount(procedure, rate, dossier, one)
        other = Won(form=Form.TITLE, amount=amount, since=since, until=until)
        found.append(_remark(one, amount, own.amount, lower=not paid((other, own))[1]))
    return tuple(found)


def _rate(procedure: Procedure, held: Held) -> BonusRate | None:
    """Return what goes with an award of the register: by the procedure's key, or by the table's."""
    return procedure.bonuses.rates.get(procedure.bonus.get(held.award, held.award))


def _amount(procedure: Procedure, rate: BonusRate, dossier: Dossier, held: Held) -> int:
    parties = (one for one in dossier.data.values() if isinstance(one, Mapping) and "kind" in one)
    kind = str(next(parties, {}).get("kind"))
    bonus = procedure.bonuses.bonus(rate.key, kind, held.decided_on)
    return bonus.amount if bonus else 0


def _same(one: Held, since: date, until: date) -> bool:
    if one.since is None or one.until is None:
        return since.year == one.year == until.year
    return (one.since, one.until) == (since, until)


def _remark(held: Held, amount: int, own: int, *, lower: bool) -> Remark:
    known, now = (f"{one:,}".replace(",", ".") for one in (amount, own))
    vi = (
        f"Cùng thời gian đã có danh hiệu {held.label.vi} ({held.deed}), mức thưởng {known} đồng."
        " Nhiều danh hiệu trong cùng thời gian chỉ thưởng mức cao nhất: "
    )
    en = (
        f"The title {held.label.en} ({held.deed}) is held for the same period, with {known} đồng."
        " Of several titles for one period only the highest is paid: "
    )
    if lower:
        vi += f"mức {now} đồng của lần này không chi, nếu người có thẩm quyền không quyết khác."
        en += f"the {now} đồng of this one are not, unless whoever decides says otherwise."
    else:
        vi += f"mức {now} đồng của lần này thay cho mức đã có; trừ phần đã chi."
        en += f"the {now} đồng of this one stand in its place; what was paid is deducted."
    return Remark(
        code="bonus_not_paid" if lower else "bonus_in_place",
        standing=Standing.LOOK,
        text=Text(vi, en),
    )
