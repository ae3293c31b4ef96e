"""The events of a stream, with the opened personal values, yield the dossier as it is stored."""

from dataclasses import replace
from datetime import date

import pytest

from engine.fold import fold
from tests.procedures import paper
from tests.story import AN, BINH, CHI, DECISION, DUNG, GIANG, TALLY
from tests.world import World


@pytest.fixture
def told() -> tuple[World, str]:
    """Give a world in which one dossier went all the way, with everything that can happen."""
    world = World()
    ref = world.draft().id
    world.act(ref, "submit", AN, documents={"report": (paper("Báo cáo của ông A.pdf"),)})
    world.act(ref, "accept", BINH)
    world.act(ref, "ask", CHI)
    opinion = {"agency": "Cục Thuế", "stance": "agree"}
    world.act(ref, "answer", CHI, data={"opinions": opinion})
    world.act(ref, "hold", CHI, ground="press", paper="Báo nêu ông A", reason="Báo nêu ông A")
    world.at("2025-11-05")
    world.act(ref, "release", CHI, paper="Kết luận về ông A", reason="Ông A không sai")
    world.act(ref, "return", CHI, reason="Ông A thiếu số liệu")
    world.at("2025-11-06")
    world.act(ref, "resubmit", AN)
    world.at("2025-11-24")
    world.act(ref, "appraise", CHI, effective_on=date(2025, 11, 21), reason="Hôm trước mất điện")
    world.act(ref, "propose", CHI, documents={"minutes": (paper("Biên bản.pdf"),)})
    world.act(ref, "record", DUNG, data={"tally": TALLY})
    world.act(ref, "decide", GIANG, data=DECISION)
    return world, ref


def test_folding_all_events_gives_the_stored_dossier(told: tuple[World, str]) -> None:
    world, ref = told

    assert world.folded(ref) == replace(world.dossier(ref), revision=0)
    assert world.dossier(ref).result == "granted"


def test_the_trail_verifies_and_counts_as_many_events_as_the_dossier(
    told: tuple[World, str],
) -> None:
    world, ref = told

    assert world.findings(ref) == []
    assert len(world.events(ref)) == world.dossier(ref).version


@pytest.mark.parametrize("words", ["Nguyễn", "ông A", "Ông A", "Cục Thuế", "Biên bản", "mất điện"])
def test_no_personal_value_stands_in_the_bytes_of_events(
    told: tuple[World, str], words: str
) -> None:
    world, ref = told
    opened = [row["value"] for row in world.store.tables["values"].values()]

    assert any(words in value for value in opened)
    assert words.encode() not in world.bytes(ref)
    assert words.encode("unicode_escape") not in world.bytes(ref)


def test_a_reason_is_opened_with_the_event_and_is_no_part_of_the_dossier(
    told: tuple[World, str],
) -> None:
    world, ref = told
    events = world.events(ref)
    whole = fold(
        (e, [(o.path, o.value) for o in world.openings() if o.event_id == e["id"]])
        for e in events[:1]
    )

    assert whole.version == 1
    assert whole.configuration == {"submitted"}
    assert whole.documents["report"][0].name == "Báo cáo của ông A.pdf"
