"""Every letter exists and comes out."""

from __future__ import annotations

from collections.abc import Sequence

from tests.definitions import SMALL, found, spoilt
from workflows.findings import Severity

BOTH = {"receipt": "a", "decision": "b"}


class Proof:
    """A proof that knows what is wrong with which letter."""

    def __init__(self, **problems: str) -> None:
        self.problems = problems
        self.asked: list[str] = []

    def prove(self, template: str) -> Sequence[str]:
        self.asked.append(template)
        return [self.problems[template]] if template in self.problems else []


def test_without_a_proof_nothing_is_said_to_be_right() -> None:
    (finding,) = found(SMALL, "BV603", letters=BOTH)

    assert finding.severity is Severity.NOT_CHECKED


def test_letters_that_render_are_right() -> None:
    proof = Proof()

    assert not found(SMALL, "BV602", letters=BOTH, proof=proof)
    assert sorted(proof.asked) == ["decision", "receipt"]


def test_a_letter_that_does_not_exist_is_named_with_the_nearest_one_and_not_tried() -> None:
    proof = Proof()
    text = spoilt("template: receipt,", "template: reciept,")

    (finding,) = found(text, "BV601", letters=BOTH, proof=proof)

    assert "Did you mean 'receipt'?" in finding.message_en
    assert proof.asked == ["decision"]


def test_a_letter_that_does_not_render_says_why_and_is_tried_once() -> None:
    proof = Proof(decision="vi: no sentence")
    text = spoilt("template: receipt,", "template: decision,")

    findings = found(text, "BV602", proof=proof)

    assert len(findings) == 2
    assert all("vi: no sentence" in finding.message for finding in findings)
    assert proof.asked == ["decision"]


def test_a_procedure_without_letters_has_none_to_prove() -> None:
    begin, end = SMALL.index("letters:\n  receipt"), SMALL.index("holds:\n")
    text = (SMALL[:begin] + SMALL[end:]).replace("letter: receipt, ", "")
    text = text.replace("letters: [decision], ", "")

    assert found(text, "BV603") == []
