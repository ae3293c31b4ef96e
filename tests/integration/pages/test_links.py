"""A lost object on the pages: the linked dossier is opened, shown both ways, and awaited."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.calendar import TZ
from engine.decide import open_draft
from engine.dossier import Paper
from engine.runtime import Ask
from tests.council import PDF, actor_of
from tests.linked import LOST
from tests.pages import World, done


def appraising(province: World) -> str:
    """Have a request for a lost object accepted, past the pages; return its code."""
    parts = province.application.parts
    procedure = parts.editions.in_force("award-reissue", parts.now().astimezone(TZ).date())
    assert procedure is not None
    sha256, size = parts.files.put(PDF)
    paper = Paper(sha256=sha256, size=size, media_type="application/pdf", name="don.pdf")
    draft = open_draft(
        procedure,
        id=parts.ids.uuid7(),
        stream="",
        log=f"{parts.log}/2025",
        code="",
        owner="truong",
        levels={"unit": "truong", "province": "tinh"},
        created_by="an",
        data=LOST,
    )
    papers = {"request": (paper,), "loss_proof": (paper,)}
    kept = parts.store.create_draft(replace(draft, documents=papers))
    for login, trigger in (("an", "submit"), ("binh", "accept")):
        parts.engine.act(Ask(ref=kept.id, trigger=trigger, actor=actor_of(parts, login)))
    found = parts.store.load(kept.id, "", None).dossier.received_code
    assert found is not None
    return found


def test_a_linked_dossier_is_shown_both_ways_and_its_result_is_awaited(province: World) -> None:
    code = appraising(province)
    specialist = province.visitor("chi")
    done(specialist, code, "ask_confirmation")
    specialist.get(f"/dossiers/{code}")

    assert "đang chờ kết quả" in specialist.text
    assert "Điều kiện khen thưởng" not in specialist.text
    (there,) = set(
        re.findall(r'<a href="(/dossiers/[^"/]+)">Xác nhận khen thưởng', specialist.html)
    )
    specialist.get(there)
    assert "Được mở từ" in specialist.text
    assert f'href="/dossiers/{code}"' in specialist.html

    english = province.visitor("chi", lang="en")
    english.get(f"/dossiers/{code}")
    assert "result awaited" in english.text


def test_whoever_may_not_read_the_linked_dossier_learns_only_that_there_is_one(
    province: World,
) -> None:
    code = appraising(province)
    done(province.visitor("chi"), code, "ask_confirmation")
    unit = province.visitor("an")
    unit.get(f"/dossiers/{code}")

    assert "Xác nhận khen thưởng" in unit.text
    assert not re.search(r'<a href="[^"]+">Xác nhận khen thưởng', unit.html)
