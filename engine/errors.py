"""Everything the engine refuses, as one tree.

BangVangError                  whatever this product reports on purpose
├── DefinitionError            a procedure that cannot be built
├── LimitError                 a limit or a rung is not written as it must be; see limits.py
├── CalendarRangeError         a date that no calendar can count; see calendar.py
├── Refusal                    a request understood and not allowed
│   ├── TriggerNotAllowed      the dossier offers no such trigger where it stands
│   ├── NotEntitled            the actor holds no role that may pull the trigger
│   ├── DutiesNotSeparate      the same person already acted in a role kept apart
│   ├── DossierOnHold          a hold is open and the trigger is not allowed under it
│   ├── PapersMissing          required papers are not in the dossier
│   ├── GuardRefused           a declared condition does not hold
│   ├── GuardFaulted           a declared condition could not be evaluated
│   ├── AutomaticTooMany       automatic transitions that never come to rest
│   ├── ReasonRequired         the act needs a reason, or one out of a closed list
│   ├── PulledTooOften         the trigger was pulled as often as the procedure allows
│   ├── BadInput               data of the act is missing, unknown or of a wrong kind
│   ├── DateNotAllowed         a date lies where the act may not put it
│   ├── BallotInvalid          a tally does not add up or the council was not quorate
│   ├── ItemsRefused           items of a session refuse, each with its reason; nothing is done
│   ├── HoldNotOpen            there is no such hold to release
│   ├── ClockRefused           a clock has ended, or is (not) suspended; see clock_record.py
│   ├── NoEditionInForce       no edition binds on that day, or the draft does not fit it
│   ├── LinkNotPossible        a linked dossier cannot be opened here, or not in this list
│   ├── NumberInUse            a number that was typed belongs to another letter
│   ├── MergeNotPossible       two dossiers do not belong together, or not this way round
│   ├── NamedTwice             a list names the same dossier twice
│   ├── SubmissionClosed       names cannot be added to or taken out of a submission any more
│   └── BatchAborted           other dossiers of the list were refused, and all or none was asked
└── Conflict                   somebody else was first
    ├── VersionConflict        the dossier has moved on since it was read
    └── KeyReused              one idempotency key, two different requests
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.text import Text


class BangVangError(Exception):
    """Whatever this product reports on purpose; its message is fit for people."""


class DefinitionError(BangVangError):
    """A procedure was declared in a way that cannot be executed."""


class Refusal(BangVangError):
    """A request that was understood and is not allowed; always with its reason.

    Attributes:
        code: stable snake_case name of the kind of refusal.
        text: the reason in both languages.
        facts: what the reason rests on, fit for JSON.
        incident: whether a person must look at the procedure because of it.
    """

    code = "refused"
    incident = False

    def __init__(self, text: Text, **facts: object) -> None:
        """Keep the reason and the facts it rests on."""
        super().__init__(text.vi)
        self.text = text
        self.facts: Mapping[str, object] = facts


class TriggerNotAllowed(Refusal):
    """The dossier offers no such trigger where it stands."""

    code = "trigger_not_allowed"


class NotEntitled(Refusal):
    """The actor holds no role that may pull the trigger here."""

    code = "not_entitled"


class DutiesNotSeparate(Refusal):
    """The same person already acted in this dossier in a role that must be kept apart."""

    code = "duties_not_separate"


class SubmissionClosed(Refusal):
    """A submission has been received, or has only one name left."""

    code = "submission_closed"


class DossierOnHold(Refusal):
    """A hold is open, and the trigger is not allowed under a hold."""

    code = "dossier_on_hold"


class PapersMissing(Refusal):
    """Papers that the act needs are not in the dossier."""

    code = "papers_missing"


class GuardRefused(Refusal):
    """A declared condition does not hold; the text is the condition's own sentence."""

    code = "guard_refused"


class GuardFaulted(Refusal):
    """A declared condition could not be evaluated; it counts as not met, and is an incident."""

    code = "guard_faulted"
    incident = True


class AutomaticTooMany(Refusal):
    """Automatic transitions follow one another without coming to rest."""

    code = "automatic_too_many"
    incident = True


class ReasonRequired(Refusal):
    """The act needs a reason, or one out of a closed list."""

    code = "reason_required"


class PulledTooOften(Refusal):
    """The trigger was pulled as often as the procedure allows."""

    code = "pulled_too_often"


class BadInput(Refusal):
    """Data of the act is missing, unknown or of a wrong kind."""

    code = "bad_input"


class DateNotAllowed(Refusal):
    """A date lies where the act may not put it."""

    code = "date_not_allowed"


class BallotInvalid(Refusal):
    """A tally does not add up, or the council was not quorate."""

    code = "ballot_invalid"


class ItemsRefused(Refusal):
    """Items of a session refuse what is asked; `facts["items"]` says why for each."""

    code = "items_refused"


class HoldNotOpen(Refusal):
    """There is no such hold to release."""

    code = "hold_not_open"


class NoEditionInForce(Refusal):
    """No edition binds on that day, or the draft does not fit the one that does."""

    code = "no_edition_in_force"


class LinkNotPossible(Refusal):
    """A linked dossier cannot be opened here, or its end not be told in this list."""

    code = "link_not_possible"


class MergeNotPossible(Refusal):
    """Two dossiers do not belong together, or the other one of them must go on."""

    code = "merge_not_possible"


class NumberInUse(Refusal):
    """A number that a records office is said to have given belongs to another letter already."""

    code = "number_in_use"


class NamedTwice(Refusal):
    """A list names the same dossier twice; the act was done, or refused, where it stands first."""

    code = "named_twice"


class BatchAborted(Refusal):
    """Other dossiers of the list were refused, and the caller asked for all or none."""

    code = "batch_aborted"


class Conflict(BangVangError):
    """Somebody else was first; nothing was changed."""


class VersionConflict(Conflict):
    """The dossier has moved on since it was read."""

    def __init__(self, ref: str) -> None:
        """Name the dossier."""
        super().__init__(f"Hồ sơ {ref} đã được thay đổi sau khi bạn mở. Hãy tải lại và làm lại.")
        self.ref = ref


class KeyReused(Conflict):
    """One idempotency key was used for two different requests."""

    def __init__(self, key: str) -> None:
        """Name the key."""
        super().__init__(f"Khóa chống lặp {key!r} đã được dùng cho một yêu cầu khác.")
        self.key = key


class DossierUnknown(BangVangError):
    """There is no such dossier."""

    def __init__(self, ref: str) -> None:
        """Name what was looked for."""
        super().__init__(f"Không có hồ sơ {ref}.")
        self.ref = ref
