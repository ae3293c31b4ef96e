"""What a caller is shown of a council's session: plain values in one language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.identity.who import Who
from adapters.services.views import Choice, Offer, PaperSlot
from adapters.storage.session_search import ItemLine
from engine.agenda import DEFER, result_of
from engine.ballot import Base, Share
from engine.definition import Procedure
from engine.text import Text

RESULTS = {
    "": Text("Chưa có kết quả", "No result yet"),
    "pass": Text("Thông qua", "Passed"),
    "fail": Text("Không thông qua", "Not passed"),
    "defer": Text("Hoãn xét", "Put off"),
    "not_quorate": Text("Không đủ thành viên", "Not quorate"),
}

ASTRAY = {
    "": Text("", ""),
    "left": Text("Hồ sơ không còn chờ Hội đồng xét", "The dossier waits for the council no more"),
    "on_hold": Text("Hồ sơ đang tạm dừng", "The dossier is on hold"),
}

BASES = {
    Base.MEMBERS: Text("số thành viên", "of members"),
    Base.PRESENT: Text("số thành viên có mặt", "of those present"),
    Base.VALID: Text("số phiếu đồng ý và không đồng ý", "of votes for and against"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """One member of the council; `how`: `present`, `written`, or empty."""

    number: int
    name: str
    position: str
    capacity: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyView:
    """What was counted on an item."""

    members: int
    present: int
    written: int
    yes: int
    no: int
    blank: int
    recused: int
    consensus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionItem:
    """One item: its dossier, its rule, what was counted and what follows.

    Attributes:
        quorum, passing: the shares of the rule, as they are written; empty before the cut-off.
        quorum_label, passing_label: the same in words.
        needed, whole: votes needed, and out of how many; 0 while nothing was counted.
        minutes: a recorded consensus will do.
        result: `pass`, `fail`, `defer`, `not_quorate`, or empty.
        astray: why an open item will not be decided whatever was counted: its dossier has `left`
            the council (withdrawn, for one) or is `on_hold`; empty: nothing stands in the way.
    """

    place: int
    dossier: str
    name: str
    award: str
    owner: str
    quorum: str = ""
    passing: str = ""
    quorum_label: str = ""
    passing_label: str = ""
    absent_write: bool = False
    minutes: bool = False
    needed: int = 0
    whole: int = 0
    quorum_needed: int = 0
    tally: TallyView | None = None
    result: str = ""
    result_label: str = ""
    astray: str = ""
    astray_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One line of the list of sessions."""

    code: str
    title: str
    org: str
    held_on: str
    place: str
    state: Choice
    items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingView:
    """A dossier that waits for the council."""

    code: str
    name: str
    award: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session: its council, who came, its items, and what the caller may do.

    Attributes:
        members, present, written: votes there are, came, and were sent in.
        concluded: its protocol is signed.
        count, passed, failed, deferred, undecided: of all items; `items` may be a page of them.
    """

    code: str
    id: str
    title: str
    org: str
    org_name: str
    etag: str
    state: Choice
    held_on: str
    begins_at: str
    place: str
    concluded: bool
    members: int
    present: int
    written: int
    electorate: Sequence[MemberView]
    count: int
    passed: int
    failed: int
    deferred: int
    undecided: int
    items: Sequence[SessionItem]
    offers: Sequence[Offer]
    papers: Sequence[PaperSlot]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDone:
    """A session after an act; `left`: deferred dossiers that had gone their own way already."""

    session: SessionView
    left: Sequence[str] = field(default_factory=tuple)


def item_view(line: ItemLine, procedure: Procedure | None, who: Who, lang: str) -> SessionItem:
    """Return an item as it is shown."""
    item, rule = line.item, line.item.rule
    counted = result_of(rule, item.tally) if rule and item.tally else None
    tally, astray = item.tally, _astray(line, procedure)
    return SessionItem(
        place=item.place,
        dossier=line.code,
        name=line.name,
        award=_award(procedure, line.award, lang),
        owner=who.tree.name(line.owner, lang),
        quorum=str(rule.quorum) if rule else "",
        passing=str(rule.passing) if rule else "",
        quorum_label=share_label(rule.quorum, lang) if rule else "",
        passing_label=share_label(rule.passing, lang) if rule else "",
        absent_write=bool(rule and rule.written),
        minutes=bool(rule and rule.minutes),
        needed=counted.needed if counted else 0,
        whole=counted.whole if counted else 0,
        quorum_needed=counted.quorum if counted else 0,
        tally=TallyView(
            members=tally.members,
            present=tally.present,
            written=tally.written,
            yes=tally.yes,
            no=tally.no,
            blank=tally.blank,
            recused=tally.recused,
            consensus=tally.consensus,
        )
        if tally
        else None,
        result=item.result,
        result_label=RESULTS[item.result].in_(lang),
        astray=astray,
        astray_label=ASTRAY[astray].in_(lang),
    )


def _astray(line: ItemLine, procedure: Procedure | None) -> str:
    if not line.item.open or line.item.result == DEFER or procedure is None:
        return ""
    state = procedure.states.get(line.state)
    if state is None or state.ballot is None:
        return "left"
    return "on_hold" if line.on_hold else ""


def share_label(share: Share, lang: str) -> str:
    """Return a share in words: `quá 1/2 số thành viên`."""
    percent = share.denominator == 100
    part = f"{share.numerator} %" if percent else f"{share.numerator}/{share.denominator}"
    strict = Text("quá ", "more than ").in_(lang) if share.strict else ""
    return f"{strict}{part} {BASES[share.base].in_(lang)}"


def _award(procedure: Procedure | None, award: str, lang: str) -> str:
    if procedure is None or procedure.award_field is None:
        return award
    label = procedure.fields[procedure.award_field].choices.get(award)
    return label.in_(lang) if label else award
