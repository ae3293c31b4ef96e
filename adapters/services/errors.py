"""What services refuse besides the engine: all of it fit for people, none of it a leak."""

from __future__ import annotations

from adapters.documents.errors import LetterError
from adapters.storage.errors import (
    CommitUnknown,
    DatabaseBusy,
    DraftChanged,
    DraftSubmitted,
    FileTooLarge,
)
from engine.errors import BangVangError, Refusal
from engine.text import Text

__all__ = [
    "CLOCK",
    "DOSSIER",
    "EDITION",
    "LETTER",
    "PAPER",
    "PROCEDURE",
    "SUBMISSION",
    "TASK",
    "CommitUnknown",
    "DatabaseBusy",
    "DraftChanged",
    "DraftSubmitted",
    "FileRefused",
    "FileTooLarge",
    "LetterError",
    "NotPublishable",
    "SecondPersonNeeded",
    "TaskTaken",
    "Unknown",
]
# What storage and letters refuse comes through services unchanged, and is named here for callers.


class Unknown(BangVangError):
    """There is no such thing, or the caller may not see it: the same words for both.

    Attributes:
        text: the sentence in both languages.
    """

    code = "unknown"

    def __init__(self, what: Text) -> None:
        """Name the kind of thing, never the thing."""
        self.text = Text(f"Không tìm thấy {what.vi}.", f"There is no such {what.en}.")
        super().__init__(self.text.vi)


class TaskTaken(Refusal):
    """Somebody else has the task."""

    code = "task_taken"


class NotPublishable(Refusal):
    """The edition has findings that must be resolved before anybody is bound by it."""

    code = "not_publishable"


class SecondPersonNeeded(Refusal):
    """Whoever drafted an edition may not publish it."""

    code = "second_person_needed"


class FileRefused(Refusal):
    """A file is too large, empty, or not of a kind that is taken."""

    code = "file_refused"


DOSSIER = Text("hồ sơ", "dossier")
TASK = Text("công việc", "task")
LETTER = Text("văn bản", "letter")
PAPER = Text("giấy tờ", "paper")
EDITION = Text("phiên bản thủ tục", "edition of a procedure")
CLOCK = Text("thời hạn", "clock")
PROCEDURE = Text("thủ tục", "procedure")
SUBMISSION = Text("hồ sơ trình", "submission")
