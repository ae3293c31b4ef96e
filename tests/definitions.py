"""A small definition that uses every part of the language, and ways to spoil it on purpose."""

from __future__ import annotations

from textwrap import dedent

from engine.definition import Procedure
from workflows.findings import Finding
from workflows.loader import Report, load

SMALL = dedent(
    """\
    procedure: small-award
    edition: "2025-01"
    title: {vi: Khen thưởng, en: Award}
    subject: nominee
    in_force: {from: 2025-01-01}
    portal_status: 4
    award: award
    sources:
      law: {cite: "Luật 06/2022/QH15"}
    roles:
      submitter: {label: {vi: Người trình, en: Submitter}, of: owner}
      officer: {label: {vi: Chuyên viên, en: Officer}}
      head: {label: {vi: Lãnh đạo, en: Head}}
    separate: [[officer, head]]
    submission: {shared: [report], list: nominees}
    data:
      award:
        label: {vi: Hình thức, en: Award}
        type: choice
        required: true
        of:
          merit: {vi: Bằng khen, en: Merit}
          flag: {vi: Cờ, en: Flag}
      nominee: {label: {vi: Người được khen, en: Nominee}, type: party, required: true}
      years: {label: {vi: Số năm, en: Years}, type: int}
      note: {label: {vi: Ghi chú, en: Note}, type: text}
      received_on: {label: {vi: Ngày nhận đủ, en: Complete on}, type: date}
      number: {label: {vi: Số quyết định, en: Number}, type: text, personal: false}
      decided_on: {label: {vi: Ngày quyết định, en: Decided on}, type: date}
      tally: {label: {vi: Kiểm phiếu, en: Tally}, type: tally}
      opinions:
        label: {vi: Ý kiến, en: Opinions}
        type: records
        fields:
          agency: {label: {vi: Cơ quan, en: Agency}, type: text}
          stance:
            label: {vi: Ý kiến, en: Stance}
            type: choice
            of: {agree: {vi: Đồng ý, en: Agrees}, disagree: {vi: Không, en: Disagrees}}
    documents:
      report: {label: {vi: Báo cáo, en: Report}, required: true}
      proof: {label: {vi: Minh chứng, en: Proof}, required: "data.years > 2"}
      minutes: {label: {vi: Biên bản, en: Minutes}, required: {by_award: {flag: true, otherwise: false}}}
    facts:
      titles: {label: {vi: Danh hiệu, en: Titles}, count: {titles: [soldier], consecutive: true}}
    aggregates:
      against: {count: opinions, where: {stance: disagree}}
    clocks:
      resolution:
        label: {vi: Giải quyết, en: Resolution}
        limit: 20 working days
        source: law
        measured: true
        starts: {on: accept, from: data.received_on}
        stops: [decide, decline, fail]
        cancelled_by: [withdraw, lapse]
        suspended_in: {waiting: restart, on_hold: remaining}
        ladder:
          - {at: 50 %, notify: officer}
          - {at: due - 1 working day, task: {role: head, do: decide}}
          - {at: due, mark: overdue}
          - {at: due + 2 working days, escalate: head}
      asking:
        label: {vi: Hỏi ý kiến, en: Asking}
        limit: 5 working days
        in: reviewing.opinions.asked
        ladder: [{at: due, pull: opinions_over}]
    letters:
      receipt: {label: {vi: Giấy tiếp nhận, en: Receipt}, template: receipt, per: submission, register: receipt}
      decision: {label: {vi: Quyết định, en: Decision}, template: decision, number_from: data.number, dated_from: data.decided_on}
    holds:
      by: officer
      release_by: [head]
      grounds: {complaint: {vi: Khiếu nại, en: Complaint}}
      in: [reviewing]
    states:
      draft: {label: {vi: Dự thảo, en: Draft}, initial: true, at: unit}
      submitted:
        label: {vi: Đã nộp, en: Submitted}
        at: province
        task: {role: officer, do: accept}
        limit: 8 working hours
        ladder: [{at: due, notify: head}]
      reviewing:
        label: {vi: Thẩm định, en: Review}
        task: {role: officer, do: recommend}
        regions:
          appraisal:
            label: {vi: Thẩm định, en: Appraisal}
            states:
              open: {label: {vi: Đang xem, en: Open}, initial: true, limit: 6 working days}
              done: {label: {vi: Xong, en: Done}, final: true}
          opinions:
            label: {vi: Ý kiến, en: Opinions}
            states:
              sorting: {label: {vi: Phân loại, en: Sorting}, initial: true}
              asked: {label: {vi: Đã hỏi, en: Asked}}
              answered: {label: {vi: Đã trả lời, en: Answered}, final: true}
      waiting:
        label: {vi: Chờ bổ sung, en: Waiting}
        limit: 30 days
        ladder: [{at: due, pull: lapse}]
      council:
        label: {vi: Hội đồng, en: Council}
        limit: {by_award: {flag: 3 working days, otherwise: 2 working days}}
        ballot:
          by_award:
            flag: {quorum: 80 % of members, pass: 80 % of members, absent: written, source: law}
            otherwise: {quorum: 2/3 of members, pass: more than 1/2 of present}
          passed: pass
          failed: fail
      deciding: {label: {vi: Trình, en: Deciding}, task: {role: head, do: decide}, limit: 2 working days}
      granted: {label: {vi: Đã khen, en: Granted}, final: true, result: granted, portal_status: 10}
      not_granted: {label: {vi: Không khen, en: Not granted}, final: true, result: not_granted}
      withdrawn: {label: {vi: Đã rút, en: Withdrawn}, final: true, result: withdrawn}
    transitions:
      - {trigger: submit, event: submitted, label: {vi: Nộp, en: Submit}, from: draft, to: submitted, by: submitter, receives: true, needs: [report]}
      - {trigger: accept, event: accepted, label: {vi: Tiếp nhận, en: Accept}, from: submitted, to: reviewing, by: officer, accepts: true, asks: {received_on: required}, letter: receipt, notify: [submitter]}
      - {trigger: appraise, event: appraised, label: {vi: Thẩm định, en: Appraise}, from: reviewing.appraisal.open, to: reviewing.appraisal.done, by: officer, when: "data.award == 'flag' && facts.titles >= 1", refusal: {vi: Chưa đủ., en: Not enough.}}
      - {trigger: appraise, event: appraised_merit, label: {vi: Thẩm định, en: Appraise}, from: reviewing.appraisal.open, to: reviewing.appraisal.done, by: officer, when: "data.award == 'merit'", refusal: {vi: Chưa đủ., en: Not enough.}}
      - {trigger: waive, event: waived, label: {vi: Không hỏi, en: Waive}, from: reviewing.opinions.sorting, to: reviewing.opinions.answered, by: system, auto: true, when: "data.award == 'merit'", refusal: {vi: Phải hỏi., en: Must ask.}}
      - {trigger: ask, event: asked, label: {vi: Hỏi, en: Ask}, from: reviewing.opinions.sorting, to: reviewing.opinions.asked, by: officer, reason: {usual: {vi: Thường lệ, en: Usual}}}
      - {trigger: record, event: opinion_recorded, label: {vi: Ghi ý kiến, en: Record}, from: reviewing.opinions.asked, by: officer, appends: {opinions: required}, on_hold: allowed}
      - {trigger: opinions_over, event: opinions_ended, label: {vi: Hết hạn, en: Over}, from: reviewing.opinions.asked, to: reviewing.opinions.answered, by: clock}
      - {trigger: recommend, event: recommended, label: {vi: Đề xuất, en: Recommend}, from: reviewing, to: council, by: officer, when: "aggregates.against == 0 || filled.data.note", refusal: {vi: Có ý kiến khác., en: Somebody disagrees.}}
      - {trigger: decline, event: declined, label: {vi: Không đủ, en: Decline}, from: reviewing, to: not_granted, by: head, interrupts: true, reason: required}
      - {trigger: return, event: returned, label: {vi: Trả bổ sung, en: Return}, from: reviewing, to: waiting, by: officer, interrupts: true, at_most: 1, asks: {note: optional}}
      - {trigger: resubmit, event: resubmitted, label: {vi: Nộp lại, en: Resubmit}, from: waiting, to: {history: reviewing}, by: submitter}
      - {trigger: lapse, event: lapsed, label: {vi: Hết hạn, en: Lapse}, from: waiting, to: withdrawn, by: clock}
      - {trigger: record_result, event: counted, label: {vi: Ghi kết quả, en: Count}, from: council, by: officer, asks: {tally: required}}
      - {trigger: pass, event: passed, label: {vi: Thông qua, en: Pass}, from: council, to: deciding, by: session}
      - {trigger: fail, event: failed, label: {vi: Không thông qua, en: Fail}, from: council, to: not_granted, by: session}
      - {trigger: decide, event: decided, label: {vi: Quyết định, en: Decide}, from: deciding, to: granted, by: head, asks: {number: required, decided_on: required}, letters: [decision], registers: award}
      - {trigger: withdraw, event: withdrawn, label: {vi: Rút, en: Withdraw}, from: [submitted, waiting, council, deciding], to: withdrawn, by: submitter, reason: required}
    """
)

STORY = dedent(
    """\
    scenario: {vi: Được khen, en: Granted}
    starts: 2025-11-03T08:00
    owner: school
    people: {an: [submitter], binh: [officer], chi: [head]}
    awards: [{award: soldier, year: 2024}]
    draft:
      by: an
      data: {award: flag, nominee: {kind: individual, name: Lê Văn A}}
      documents: [report, minutes]
    steps:
      - {at: 2025-11-03T09:00, by: an, do: submit}
      - {at: 2025-11-03T10:00, by: binh, do: accept, data: {received_on: 2025-11-03}}
      - expect:
          state: reviewing
          due: {resolution: 2025-12-01}
          letters: [receipt]
          marks: []
          tasks: [{role: officer, do: recommend}]
          allowed: {an: [], binh: [appraise, ask, hold, return]}
          fired: 0
      - {at: 2025-11-04T08:00, by: binh, do: appraise}
      - {at: 2025-11-04T08:10, by: binh, do: ask, reason: usual}
      - {wait: 6 working days}
      - {at: 2025-11-12T08:20, by: chi, do: recommend, refused: not_entitled}
      - {at: 2025-11-12T08:30, by: binh, do: recommend}
      - {at: 2025-11-13T08:00, by: binh, do: record_result, data: {tally: {members: 10, present: 10, written: 0, yes: 9, no: 1, blank: 0}}}
      - {at: 2025-11-14T08:00, by: chi, do: decide, data: {number: "12", decided_on: 2025-11-14}}
      - expect: {state: granted, result: granted, letters: [decision]}
    """
)


def spoilt(old: str, new: str, text: str = SMALL) -> str:
    """Return the definition with one piece replaced; the piece must stand there exactly once."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def report_on(text: str, **ports: object) -> Report:
    """Return the report on a definition."""
    return load(text.encode(), "small.yaml", **ports)  # type: ignore[arg-type]


def small() -> Procedure:
    """Return the small procedure."""
    procedure = report_on(SMALL).procedure
    assert procedure is not None
    return procedure


def found(text: str, code: str, **ports: object) -> list[Finding]:
    """Return the findings of one code on a definition."""
    return [finding for finding in report_on(text, **ports).findings if finding.code == code]


def line_of(piece: str, text: str) -> int:
    """Return the line, from 1, on which a piece stands."""
    return text[: text.index(piece)].count("\n") + 1


FIRST_ACT = "  - {trigger: submit, event: submitted,"


def with_act(text: str = SMALL, **keys: str) -> str:
    """Return the definition with one more transition before the first."""
    base = {"trigger": "extra", "event": "extra_done", "label": "{vi: Thêm, en: Extra}"}
    written = ", ".join(f"{key}: {value}" for key, value in {**base, **keys}.items())
    return spoilt(FIRST_ACT, f"  - {{{written}}}\n{FIRST_ACT}", text)
