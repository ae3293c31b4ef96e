"""Small procedures, people and clocks that engine tests share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import count
from uuid import UUID

from engine.ballot import BallotRule, Share
from engine.calendar import TZ, Calendar
from engine.definition import (
    Ballot,
    ClockRule,
    Document,
    Field,
    FieldType,
    HoldRule,
    LetterRule,
    Procedure,
    Result,
    Role,
    RungRule,
    State,
    TaskRule,
    Transition,
)
from engine.dossier import Actor, Grant, Paper
from engine.ladder import RungAt
from engine.legal_clock import Policy
from engine.limits import Limit
from engine.text import Text
from procedures.calendars import national_calendar

PROVINCE = "province"
UNIT = "unit"


def text(words: str) -> Text:
    """Return the same words in both languages."""
    return Text(words, words)


def local(day: str, time: str = "09:00") -> datetime:
    """Return a local instant."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=TZ)


def calendar() -> Calendar:
    """Return the national calendar."""
    return national_calendar()


class OneEdition:
    """The editions of a story that knows only one."""

    def __init__(self, procedure: Procedure) -> None:
        """Know this one."""
        self._procedure = procedure

    def get(self, edition: str) -> Procedure:
        """Return it, and it must be asked for."""
        assert edition == self._procedure.hash
        return self._procedure

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return it, whatever the day."""
        return self._procedure


class OneCalendar:
    """The national calendar."""

    def current(self) -> Calendar:
        """Return it."""
        return calendar()


def person(name: str, *roles: str, org: str = PROVINCE) -> Actor:
    """Return somebody who holds these roles in one organisation."""
    covers = frozenset({org})
    return Actor(
        person=name,
        grants=tuple(Grant(role=role, org=org, covers=covers) for role in roles),
        auth="password",
    )


def paper(name: str = "tệp.pdf", *, signed: bool = False) -> Paper:
    """Return a paper whose content nobody reads."""
    return Paper(sha256="ab" * 32, size=12, media_type="application/pdf", name=name, signed=signed)


@dataclass
class CountedIds:
    """Identity without chance: UUIDv7 texts and salts in order."""

    _numbers: count[int] = field(default_factory=lambda: count(1))

    def uuid7(self) -> str:
        """Return the next id."""
        return str(UUID(int=(7 << 76) | (2 << 62) | next(self._numbers)))

    def salt(self) -> bytes:
        """Return the next salt."""
        return next(self._numbers).to_bytes(32, "big")


def small(**changes: object) -> Procedure:
    """Return a small award procedure with regions, a ballot, holds and clocks."""
    parts: dict[str, object] = {
        "key": "small",
        "edition": "1",
        "hash": "0" * 64,
        "title": text("Nhỏ"),
        "subject": "nominee",
        "in_force_from": date(2025, 1, 1),
        "roles": {
            "submitter": Role(key="submitter", label=text("người trình"), of_owner=True),
            "reception": Role(key="reception", label=text("tiếp nhận")),
            "specialist": Role(key="specialist", label=text("chuyên viên")),
            "secretary": Role(key="secretary", label=text("thư ký")),
            "authority": Role(key="authority", label=text("người quyết định")),
        },
        "separate": (frozenset({"specialist", "authority"}),),
        "fields": {
            "nominee": Field(
                key="nominee",
                type=FieldType.PARTY,
                label=text("người được đề nghị"),
                required=True,
                personal=True,
            ),
            "award": Field(
                key="award",
                type=FieldType.CHOICE,
                label=text("danh hiệu"),
                required=True,
                choices={"merit": text("bằng khen"), "flag": text("cờ")},
            ),
            "complete_on": Field(
                key="complete_on", type=FieldType.DATE, label=text("ngày đủ hồ sơ")
            ),
            "opinions": Field(
                key="opinions",
                type=FieldType.RECORDS,
                label=text("ý kiến"),
                fields={
                    "agency": Field(
                        key="agency",
                        type=FieldType.TEXT,
                        label=text("cơ quan"),
                        required=True,
                        personal=True,
                    ),
                    "stance": Field(
                        key="stance",
                        type=FieldType.CHOICE,
                        label=text("ý kiến"),
                        choices={"agree": text("đồng ý"), "disagree": text("không")},
                    ),
                },
            ),
            "tally": Field(key="tally", type=FieldType.TALLY, label=text("kiểm phiếu")),
            "number": Field(key="number", type=FieldType.TEXT, label=text("số")),
            "signed_on": Field(key="signed_on", type=FieldType.DATE, label=text("ngày ký")),
        },
        "documents": {
            "report": Document(key="report", label=text("báo cáo"), required=True),
            "minutes": Document(key="minutes", label=text("biên bản")),
        },
        "award_field": "award",
        "clocks": {
            "resolution": ClockRule(
                key="resolution",
                label=text("giải quyết"),
                limit=Limit.parse("10 working days"),
                measured=True,
                starts_on="accept",
                starts_from="complete_on",
                stops=("decide", "fail"),
                cancelled_by=("withdraw",),
                suspended_in={"awaiting": Policy.RESTART, "on_hold": Policy.REMAINING},
                ladder=(
                    RungRule(at=RungAt.parse("50 %"), notify="specialist"),
                    RungRule(
                        at=RungAt.parse("due - 1 working day"),
                        task=TaskRule(role="secretary", do="decide"),
                    ),
                    RungRule(at=RungAt.parse("due"), mark="overdue", notify="authority"),
                    RungRule(at=RungAt.parse("due + 2 working days"), escalate="authority"),
                ),
            ),
            "review.opinions.asking": ClockRule(
                key="review.opinions.asking",
                label=text("hỏi ý kiến"),
                limit=Limit.parse("3 working days"),
                in_state="review.opinions.asking",
                ladder=(RungRule(at=RungAt.parse("due"), pull="silence"),),
            ),
            "awaiting": ClockRule(
                key="awaiting",
                label=text("chờ bổ sung"),
                limit=Limit.parse("30 days"),
                in_state="awaiting",
                ladder=(RungRule(at=RungAt.parse("due"), pull="lapse"),),
            ),
        },
        "states": {
            state.path: state
            for state in (
                State(path="draft", label=text("nháp"), initial=True, at="unit"),
                State(
                    path="submitted",
                    label=text("đã nộp"),
                    at="province",
                    task=TaskRule(role="reception", do="accept"),
                ),
                State(
                    path="review",
                    label=text("thẩm định"),
                    regions={"appraisal": text("thẩm định"), "opinions": text("ý kiến")},
                ),
                State(
                    path="review.appraisal.open",
                    label=text("đang thẩm định"),
                    initial=True,
                    task=TaskRule(role="specialist", do="appraise"),
                ),
                State(path="review.appraisal.closed", label=text("xong"), final=True),
                State(path="review.opinions.considering", label=text("cân nhắc"), initial=True),
                State(path="review.opinions.asking", label=text("đang hỏi")),
                State(path="review.opinions.answered", label=text("đã hỏi"), final=True),
                State(path="awaiting", label=text("chờ bổ sung")),
                State(
                    path="agenda",
                    label=text("họp"),
                    task=TaskRule(role="secretary", do="record"),
                    ballot=Ballot(
                        rule=BallotRule(
                            quorum=Share.parse("2/3 of members"),
                            passing=Share.parse("80 % of members"),
                            written=True,
                        ),
                        passed="pass",
                        failed="fail",
                    ),
                ),
                State(path="deciding", label=text("trình ký")),
                State(path="granted", label=text("đã khen"), final=True, result=Result.GRANTED),
                State(
                    path="refused",
                    label=text("không khen"),
                    final=True,
                    result=Result.NOT_GRANTED,
                ),
                State(path="withdrawn", label=text("rút"), final=True, result=Result.WITHDRAWN),
            )
        },
        "letters": {
            "receipt": LetterRule(
                key="receipt", label=text("giấy hẹn"), template="receipt", register="receipt"
            ),
            "decision": LetterRule(
                key="decision",
                label=text("quyết định"),
                template="decision",
                number_from="number",
                dated_from="signed_on",
            ),
        },
        "holds": HoldRule(
            by=("specialist",),
            release_by=("specialist",),
            grounds={"complaint": text("khiếu nại"), "press": text("báo chí")},
            states=frozenset({"submitted", "review", "agenda"}),
        ),
        "transitions": (
            way("submit", "dossier_submitted", "draft", "submitted", "submitter", receives=True),
            way(
                "accept",
                "dossier_accepted",
                "submitted",
                "review",
                "reception",
                asks={"complete_on": True},
                accepts=True,
                letters=("receipt",),
                notify=("submitter",),
            ),
            way(
                "appraise",
                "dossier_appraised",
                "review.appraisal.open",
                "review.appraisal.closed",
                "specialist",
            ),
            way(
                "ask",
                "agencies_asked",
                "review.opinions.considering",
                "review.opinions.asking",
                "specialist",
            ),
            way(
                "waive",
                "opinions_waived",
                "review.opinions.considering",
                "review.opinions.answered",
                "specialist",
            ),
            way(
                "answer",
                "opinion_recorded",
                "review.opinions.asking",
                None,
                "specialist",
                appends={"opinions": True},
            ),
            way(
                "silence",
                "opinions_over",
                "review.opinions.asking",
                "review.opinions.answered",
                "clock",
            ),
            way(
                "return",
                "dossier_returned",
                "review",
                "awaiting",
                "specialist",
                interrupts=True,
                reason_required=True,
                at_most=1,
            ),
            Transition(
                trigger="resubmit",
                event="dossier_resubmitted",
                label=text("nộp lại"),
                sources=("awaiting",),
                history="review",
                by=("submitter",),
            ),
            way("lapse", "dossier_lapsed", "awaiting", "withdrawn", "clock"),
            way(
                "withdraw",
                "dossier_withdrawn",
                "review",
                "withdrawn",
                "submitter",
                interrupts=True,
                on_hold=True,
            ),
            way(
                "propose", "dossier_proposed", "review", "agenda", "specialist", needs=("minutes",)
            ),
            way("record", "result_recorded", "agenda", None, "secretary", asks={"tally": True}),
            way("pass", "vote_passed", "agenda", "deciding", "session"),
            way("fail", "vote_failed", "agenda", "refused", "session"),
            way(
                "decide",
                "award_decided",
                "deciding",
                "granted",
                "authority",
                asks={"number": True, "signed_on": True},
                letters=("decision",),
                registers_award=True,
            ),
        ),
    }
    if changes:
        # The identity of an edition is its content: machines are kept by it.
        parts["hash"] = sha256(repr(changes).encode()).hexdigest()
    return Procedure(**{**parts, **changes})  # type: ignore[arg-type]


def way(
    trigger: str, event: str, source: str, target: str | None, by: str, **more: object
) -> Transition:
    return Transition(
        trigger=trigger,
        event=event,
        label=text(trigger),
        sources=(source,),
        target=target,
        by=(by,),
        **more,  # type: ignore[arg-type]
    )
