"""Numbers without gaps: what an act takes from its registers, in the order in which it needs it.

A letter for many is one paper: of the dossiers of one commit, those that it is for get the same
letter under the same number, each with its place in the list. Whoever makes several changes for
one commit makes them with one `Numbers`, and the letters meet.

A number that a records office gave belongs to one letter, in the register of its organisation and
year, for ever: who types it a second time is refused, be it for the same deed and of the same day.
A signed deed gets no further names; those go into one of their own, or into the same request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.calendar import TZ
from engine.copying import replace
from engine.dossier import Dossier
from engine.errors import NumberInUse
from engine.outcome import LetterOrder, Outcome
from engine.ports import Ids, LetterIssued, NumberHeld, NumberTaken, NumberTyped, typed
from engine.text import Text

CODES = "code"
STREAMS = "ho-so"
"""The kind of register, of no organisation, that numbers the streams of dossiers."""

Paper = tuple[str, ...]
"""What all orders have in common that ask for the same letter."""

WhoHolds = Callable[[NumberTyped], NumberHeld | None]
"""Returns which letter has a typed number already; None: it is free."""


class Numbers:
    """The registers as they were read, and what is taken from them now."""

    def __init__(
        self,
        registers: Mapping[tuple[str, str, int], int],
        held: WhoHolds = lambda _: None,
    ) -> None:
        """Begin with (organisation, kind, year) -> next number; a missing register begins at 1.

        Args:
            held: knows the numbers that were typed for letters of earlier commits.
        """
        self._next = dict(registers)
        self._held = held
        self._typed: dict[tuple[str, str, int, str], NumberHeld] = {}
        self._taken: list[NumberTaken] = []
        self._shared: dict[Paper, list[LetterIssued]] = {}
        self._issued: list[Paper] = []
        self._codes: dict[str, str] = {}
        self._coded: list[str] = []

    def take(self, org: str, kind: str, year: int) -> int:
        """Return the next number of a register; the commit fails if somebody else was faster."""
        number = self._next.get((org, kind, year), 1)
        self._next[org, kind, year] = number + 1
        self._taken.append(NumberTaken(org=org, kind=kind, year=year, number=number))
        return number

    def issue(self, order: LetterOrder, dossier: Dossier, event: str, ids: Ids) -> LetterIssued:
        """Return the letter that is ordered: a new one, or a further place in one for many.

        Raises:
            NumberInUse: another letter has the number that was typed for it.
        """
        paper = _paper(order, dossier)
        held = self._shared.setdefault(paper, []) if paper else []
        if held:
            letter = replace(held[0], event=event, place=len(held) + 1)
        else:
            self._claim(order, dossier)
            number = _number(order, self)
            letter = LetterIssued(
                id=ids.uuid7(), order=order, number=number, event=event, first=event
            )
        if paper:
            held.append(letter)
            self._issued.append(paper)
        return letter

    def _claim(self, order: LetterOrder, dossier: Dossier) -> None:
        number = typed(order)
        if number is None:
            return
        key = (number.org, number.kind, number.year, number.key)
        holder = self._typed.get(key) or self._held(number)
        if holder is not None:
            raise _in_use(number, holder)
        code = dossier.received_code or dossier.code
        self._typed[key] = NumberHeld(dossier=code, dated_on=order.dated_on)

    def also(self, registers: Mapping[tuple[str, str, int], int]) -> None:
        """Take from these registers too, where nothing was taken yet."""
        self._next = {**registers, **self._next}

    def know(self, dossier: Dossier, code: str | None) -> None:
        """Let the submission of a dossier keep the code that it has."""
        if code is not None:
            self._codes.setdefault(dossier.submission or dossier.id, code)

    def code(self, dossier: Dossier, now: datetime) -> str:
        """Return the received code of a dossier: `<agency>-<YYMMDD>-<serial>-<place>`.

        All before the place is the code of the submission. Its first dossier takes the daily
        serial, which is a register of its own; the others continue it, on whatever day. A further
        level numbers in its own register, those together that come to it in one commit.
        """
        submission = dossier.submission or dossier.id
        if dossier.received_code is not None:
            submission = f"{submission} {dossier.holder}"
        if submission not in self._codes:
            today = now.astimezone(TZ).date()
            serial = self.take(dossier.holder, f"{CODES}-{today:%m%d}", today.year)
            agency = dossier.agencies.get(dossier.holder, dossier.holder)
            self._codes[submission] = f"{agency}-{today:%y%m%d}-{serial:04d}"
            self._coded.append(submission)
        return f"{self._codes[submission]}-{dossier.place:03d}"

    def mark(self) -> tuple[int, int, int, int]:
        """Return up to where `give_back` shall go."""
        return len(self._taken), len(self._issued), len(self._coded), len(self._typed)

    def give_back(self, mark: tuple[int, int, int, int]) -> None:
        """Undo what was taken and issued since `mark`."""
        numbers, issued, coded, typed_before = mark
        while len(self._typed) > typed_before:
            self._typed.popitem()
        while len(self._coded) > coded:
            del self._codes[self._coded.pop()]
        while len(self._taken) > numbers:
            last = self._taken.pop()
            self._next[last.org, last.kind, last.year] = last.number
        while len(self._issued) > issued:
            self._shared[self._issued.pop()].pop()

    @property
    def taken(self) -> tuple[NumberTaken, ...]:
        """All numbers taken so far, in order."""
        return tuple(self._taken)


def numbered(
    outcome: Outcome, numbers: Numbers, event: str, ids: Ids, now: datetime
) -> tuple[Dossier, list[LetterIssued]]:
    """Return the dossier with its received code, and the letters with their numbers."""
    dossier = outcome.dossier
    if outcome.wants_code:
        code = numbers.code(dossier, now)
        dossier = replace(
            dossier,
            received_code=dossier.received_code or code,
            codes={**dossier.codes, dossier.holder: code},
        )
    return dossier, [numbers.issue(order, dossier, event, ids) for order in outcome.letters]


def _paper(order: LetterOrder, dossier: Dossier) -> Paper | None:
    """Return what makes two orders one letter; None: the letter is for its dossier alone.

    A number that was typed names the paper itself, whatever edition a dossier goes by; where the
    register numbers it, each edition has a letter of its own, with the layout frozen in it.
    """
    if order.per == "dossier":
        return None
    group = dossier.submission if order.per == "submission" else ""
    return (
        *(dossier.procedure, order.key, order.template, order.org, order.dated_on.isoformat()),
        *(group, order.number or "", "" if order.number else dossier.edition),
    )


def _in_use(number: NumberTyped, holder: NumberHeld) -> NumberInUse:
    on = f"{holder.dated_on:%d/%m/%Y}"
    return NumberInUse(
        Text(
            f"Số {number.number} đã cấp cho văn bản ngày {on} của hồ sơ {holder.dossier}, trong"
            f" cùng sổ năm {number.year}. Hãy kiểm tra và nhập đúng số của văn thư.",
            f"The number {number.number} belongs to the letter of {on} of dossier"
            f" {holder.dossier}, in the same register of {number.year}. Look again at what the"
            " records office gave.",
        ),
        number=number.number,
        year=number.year,
        dossier=holder.dossier,
        dated_on=holder.dated_on.isoformat(),
    )


def _number(order: LetterOrder, numbers: Numbers) -> str | None:
    if order.number is not None or order.register is None:
        return order.number
    return str(numbers.take(order.org, order.register, order.dated_on.year))
