"""What a letter says: worked out from the dossier as it stood when the letter was issued.

The sentences and the layout are the letter's own (`procedures/letters`); here are only the values.
A letter about a dossier takes its subjects from the dossier's party fields, their achievement from
the field `achievement`, and what must be supplemented from the texts that the issuing act filled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.calendar import TZ, Calendar
from engine.definition import Field, FieldType, LetterRule, Procedure, Transition
from engine.dossier import Dossier
from engine.legal_clock import LegalClock, derive
from engine.levels import current
from engine.text import Text

Pair = dict[str, str]

_SIGNS = {
    "receipt": "TNHS",
    "supplement": "PYC",
    "refusal": "PTC",
    "decision": "QĐ-UBND",
    "notice": "TB",
    "apology": "PXL",
    "stop": "TBD",
    "minutes": "BB",
    "proposal": "TTr",
}
_TITLES = ("Chiến sĩ", "Tập thể", "Lao động", "Đơn vị")
_PREFIXES = ("tỉnh ", "thành phố ", "xã ", "phường ", "đặc khu ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An organisation as letters name it.

    Attributes:
        over: the organisation above it, or that it is a part of.
    """

    id: str
    name: Text
    over: Text | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One dossier that a letter is for, as it stood after the act that issued the letter.

    Attributes:
        bonus: what the event of the decision says of the money, see `engine.bonus.Bonus.told`.
    """

    procedure: Procedure
    dossier: Dossier
    bonus: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One letter to be made: by which rule, out of which dossiers, by whom.

    Attributes:
        listed: the dossiers, in the order of the letter's list; at least one.
        shown: ids of those that an extract shows; None: the whole letter.
        transition: the act; None for a preview that no act has issued yet.
        within: id of the organisation that held the dossier and issued the letter.
        session: what a council's session came to, where the letter is about one.
        office: whose letter it is; `place`: where the seat of that office is.
        reason: the free or closed reason of the act, in both languages.
        signer: name of the person who acted; `signer_title`: what they signed as.
    """

    listed: tuple[Listed, ...]
    rule: LetterRule
    transition: Transition | None
    number: str | None
    dated_on: date
    office: Office
    submitter: Office
    place: str
    reason: Text | None
    signer: str
    signer_title: Text
    calendar: Calendar
    at: datetime
    verify_url: str | None = None
    shown: frozenset[str] | None = None
    within: str = ""
    session: Mapping[str, Any] = field(default_factory=dict)

    @property
    def procedure(self) -> Procedure:
        """The edition whose letter it is: that of the first dossier."""
        return self.listed[0].procedure

    @property
    def dossier(self) -> Dossier:
        """The first dossier."""
        return self.listed[0].dossier


def letter_data(issue: Issue) -> dict[str, Any]:
    """Return the data of the letter in the shape of `adapters.documents.render`."""
    dossier, procedure = issue.dossier, issue.procedure
    return {
        "letter": {
            "number": issue.number,
            "register": _SIGNS.get(issue.rule.register or "", issue.rule.register),
            "issued_on": issue.dated_on.isoformat(),
            "place": issue.place,
            "signer_name": issue.signer,
            "signer_title": _pair(issue.signer_title),
        },
        "organisation": {
            "parent": _pair(issue.office.over) if issue.office.over else None,
            "name": _pair(issue.office.name),
        },
        "dossier": {
            "code": _code(issue),
            "procedure_title": _pair(procedure.title),
            "received_on": dossier.received_on and dossier.received_on.isoformat(),
            "sets": len(issue.listed),
            **_due(issue),
        },
        "submitter": {"name": _submitter(issue)},
        **_subjects(issue),
        "documents": _documents(issue),
        "items": _items(issue),
        "values": _values(issue),
        "reason": _pair(issue.reason) if issue.reason else _ballot(dossier),
        "result": "no_award" if dossier.result == "not_granted" else "award",
        "decision": _decision(issue),
        "verify_url": issue.verify_url,
        **({"session": issue.session} if issue.session else {}),
    }


def _submitter(issue: Issue) -> Pair:
    """Return whom the letter answers: a person who claims, where they filed; else the unit."""
    dossier = issue.dossier
    if issue.procedure.subject != "claimant" or issue.within != dossier.owner:
        return _pair(issue.submitter.name)
    declarant = dossier.data.get("declarant_name")
    party = next(iter(subjects(issue.procedure, dossier)), {}).get("name", "")
    name = declarant if isinstance(declarant, str) and declarant else party
    return {"vi": name, "en": name} if name else _pair(issue.submitter.name)


def _code(issue: Issue) -> str:
    """Return the code that names all dossiers of the letter: their submission's, if there are more.

    A letter for dossiers of several submissions names the first of them.
    """
    dossier = issue.dossier
    # Each level writes of the dossier under the code that it gave it.
    code = dossier.codes.get(issue.within) or dossier.received_code or dossier.code
    return code.rpartition("-")[0] if len(issue.listed) > 1 and code.count("-") > 2 else code


def _subjects(issue: Issue) -> dict[str, Any]:
    """Return the list of a letter: by award, in the order in which they come first.

    Every row keeps its number in an extract too. The money is summed only over the whole.
    """
    rows = [
        {**row, "bonus": one.bonus.get("amount"), "shown": shown}
        for one in issue.listed
        for shown in (issue.shown is None or one.dossier.id in issue.shown,)
        for row in subjects(one.procedure, one.dossier)
    ]
    order = {row["award"]: place for place, row in reversed(list(enumerate(rows)))}
    rows.sort(key=lambda row: order[row["award"]])
    rows = [{**row, "no": no} for no, row in enumerate(rows, 1)]
    kept = [{key: row[key] for key in row if key != "shown"} for row in rows if row["shown"]]
    found: dict[str, Any] = {"subjects": kept}
    if len(kept) < len(rows):
        labels = {json.dumps(row["award_label"]): row["award_label"] for row in rows}
        found["extract"] = {"of": len(rows), "awards": list(labels.values())}
    money = next((one.bonus for one in issue.listed if one.bonus), None)
    if money is not None:
        found["bonus"] = {"base": money["base"], "base_deed": money["base_deed"]}
        if "extract" not in found:
            found["bonus"]["total"] = sum(row["bonus"] or 0 for row in rows)
    return found


def subjects(procedure: Procedure, dossier: Dossier) -> list[dict[str, Any]]:
    """Return the people and collectives of a dossier as lists of awardees name them."""
    award = procedure.fields.get(procedure.award_field or "")
    chosen = dossier.data.get(award.key) if award else None
    label = award.choices[chosen] if award and isinstance(chosen, str) else procedure.title
    found = []
    for each in procedure.fields.values():
        party: Any = dossier.data.get(each.key)
        if each.type is not FieldType.PARTY or not party:
            continue
        place = [part for part in (party.get("position"), party.get("unit")) if part]
        found.append(
            {
                "name": party["name"],
                "birth_year": party.get("birth_year"),
                "unit": ", ".join(place),
                "award": chosen,
                "award_label": _pair(label),
                "achievement": _clause(dossier.data.get("achievement")),
            }
        )
    return found


def _clause(words: object) -> str | None:
    """Return a sentence as part of a longer one: without the full stop that people type."""
    return words.rstrip(" .;") if isinstance(words, str) else None


def seat(office: Text) -> str:
    """Return the place that an office's Vietnamese name ends with: where its letters are dated."""
    name = office.vi
    starts = [name.lower().rfind(prefix) + len(prefix) for prefix in _PREFIXES if prefix in name]
    return name[max(starts) :] if starts else name


def _due(issue: Issue) -> dict[str, Any]:
    measured = current(issue.procedure, issue.dossier)
    clock: LegalClock | None = issue.dossier.clocks.get(measured.key) if measured else None
    if clock is None:
        return {}
    due = derive(clock, issue.calendar)
    limit = Text(clock.limit.label("vi"), clock.limit.label("en"))
    return {
        "complete_on": _answer_by(issue),
        "due_on": due.due_on and due.due_on.isoformat(),
        "appointed_on": _appointed(issue),
        "due_text": _pair(limit),
    }


def _appointed(issue: Issue) -> object:
    """Return the day that the issuing act was asked for, if it was asked for one."""
    asked = issue.transition.asks if issue.transition else {}
    days = [key for key in asked if issue.procedure.fields[key].type is FieldType.DATE]
    return issue.dossier.data.get(days[0]) if days else None


def _answer_by(issue: Issue) -> str | None:
    """Return the last day of the limit of the state in which the dossier now waits."""
    for key, rule in issue.procedure.clocks.items():
        clock = issue.dossier.clocks.get(key)
        if clock is None or clock.ended or rule.in_state not in issue.dossier.configuration:
            continue
        due = derive(clock, issue.calendar).due_on
        return due.isoformat() if due else None
    return None


def _documents(issue: Issue) -> list[dict[str, Any]]:
    """Return the papers of all dossiers by kind; one that they share counts once."""
    contents: dict[str, set[str]] = {}
    for one in issue.listed:
        for key in one.procedure.documents:
            papers = {paper.sha256 for paper in one.dossier.documents.get(key, ())}
            contents.setdefault(key, set()).update(papers)
    return [
        {
            "label": _pair(document.label),
            "copies": len(contents[key]),
            "kind": {"vi": "Bản điện tử", "en": "Electronic"},
        }
        for key, document in issue.procedure.documents.items()
        if contents.get(key)
    ]


def _items(issue: Issue) -> list[str]:
    asked = issue.transition.asks if issue.transition else {}
    lines: list[str] = []
    for key in asked:
        value = issue.dossier.data.get(key)
        if issue.procedure.fields[key].type is FieldType.TEXT and isinstance(value, str):
            lines += [line.strip(" -•\t") for line in value.splitlines() if line.strip()]
    return lines


def _values(issue: Issue) -> dict[str, Any]:
    """Return what the dossier holds by field key, for letters of one kind of dossier.

    Choices are told in words, days as days (their keys end in `_on`), records as lists of such.
    """
    fields = issue.procedure.fields.values()
    return {
        one.key: told
        for one in fields
        if (told := _told(one, issue.dossier.data.get(one.key))) is not None
    }


def _told(field: Field, value: Any) -> Any:
    match field.type:
        case FieldType.CHOICE:
            return _pair(field.choices[value]) if value in field.choices else None
        case FieldType.TEXT | FieldType.DATE | FieldType.DECIMAL | FieldType.INT:
            return value
        case FieldType.RECORDS:
            return [
                {key: _told(inner, record.get(key)) for key, inner in field.fields.items()}
                for record in value or ()
            ]
        case _:
            return None


def _ballot(dossier: Dossier) -> Pair | None:
    result = dossier.results.get("ballot")
    if result is None or result["passed"]:
        return None
    yes, needed, whole = result["yes"], result["needed"], result["whole"]
    return {
        "vi": f"kết quả bỏ phiếu của Hội đồng là {yes}/{whole} phiếu đồng ý, "
        f"chưa đạt mức cần thiết {needed}/{whole} phiếu",
        "en": f"the council's ballot gave {yes} of {whole} votes, below the {needed} needed",
    }


def _decision(issue: Issue) -> dict[str, Any]:
    decided = next((r for r in issue.procedure.letters.values() if r.number_from), None)
    if decided is None:
        return {}
    return {
        "number": ", ".join(_each(issue, decided.number_from)) or None,
        # Decisions of several days are named by their numbers alone.
        "signed_on": days[0] if len(days := _each(issue, decided.dated_from)) == 1 else None,
        "authority": authority_of(issue.procedure) or _pair(issue.signer_title),
        "verb": _verb(issue),
        "title": _about(issue),
        "grounds": grounds_of(issue.procedure),
        "executors": [_pair(issue.submitter.name)],
    }


def _each(issue: Issue, key: str | None) -> list[str]:
    """Return what the dossiers of a letter hold in a field, each value once."""
    found = (one.dossier.data.get(key or "") for one in issue.listed)
    return list(dict.fromkeys(str(value) for value in found if value))


def grounds_of(procedure: Procedure) -> list[Pair]:
    """Return the legal sources that have been confirmed, as a decision names its grounds.

    The last ground names the edition that was followed: two may be at work side by side.
    """
    confirmed = [
        {"vi": f"Căn cứ {source.cite}", "en": f"Pursuant to {source.cite}"}
        for source in procedure.sources.values()
        if not source.unverified
    ]
    followed = {
        "vi": f"Theo thủ tục “{procedure.title.vi}”, phiên bản {procedure.edition}",
        "en": f"Following the procedure “{procedure.title.en}”, edition {procedure.edition}",
    }
    return [*confirmed, followed]


def authority_of(procedure: Procedure) -> Pair | None:
    """Return who confers the awards of a procedure; None: nobody does."""
    deciding = [t for t in procedure.transitions if t.registers_award]
    roles = [procedure.roles[role] for t in deciding for role in t.by]
    return _pair(roles[0].label) if roles else None


def _verb(issue: Issue) -> str:
    """Return what is done with the award: titles (danh hiệu) are named as such."""
    labels = [
        str(row["award_label"]["vi"])
        for one in issue.listed
        for row in subjects(one.procedure, one.dossier)
    ]
    titles = bool(labels) and all(label.startswith(_TITLES) for label in labels)
    return "tặng danh hiệu" if titles else "tặng"


def _about(issue: Issue) -> Pair:
    awarded = subjects(issue.procedure, issue.dossier)
    label = awarded[0]["award_label"] if awarded else _pair(issue.procedure.title)
    return {
        "vi": f"Về việc {_verb(issue)} {label['vi']}",
        "en": f"on conferring: {label['en']}",
    }


def _pair(text: Text) -> Pair:
    return {"vi": text.vi, "en": text.en}


def local_day(at: datetime) -> date:
    """Return the local day of an instant."""
    return at.astimezone(TZ).date()
