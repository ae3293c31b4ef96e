"""A claim of a former youth volunteer, told act by act to the pure engine, through every level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from engine.decide import open_draft
from engine.definition import Procedure
from engine.dossier import Actor, Dossier
from procedures import catalogue
from tests.procedures import paper, person
from tests.world import World
from workflows.loader import load

COMMUNE, PROVINCE, MINISTRY = "xa", "tinh", "bo-noi-vu"

MO = person("mo", "submitter", "reception", org=COMMUNE)
TAM = person("tam", "specialist", org=COMMUNE)
BINH = person("binh", "authority", org=COMMUNE)
TAN = person("tan", "reception", org=PROVINCE)
SUONG = person("suong", "specialist", org=PROVINCE)
DUNG = person("dung", "head", org=PROVINCE)
VIET = person("viet", "authority", org=PROVINCE)

CLAIM: Mapping[str, object] = {
    "award": "youth-volunteer-medal",
    "claimant": {
        "kind": "individual",
        "name": "Phan Thị Liễu",
        "birth_year": 1948,
        "unit": "Thôn Lạc Thọ, xã Cẩm Lạc",
    },
    "fate": "living",
    "filed_at": "residence",
    "exclusion": "none",
    "proof": "original",
    "american": {"from": "1968-02-01", "until": "1971-07-31"},
}


@cache
def medal(edition: str = "2025-07", key: str = "youth-volunteer-medal") -> Procedure:
    """Return an edition of the catalogue."""
    entry = next(e for e in catalogue.editions() if (e.procedure, e.edition) == (key, edition))
    procedure = load(entry.source, entry.path).procedure
    assert procedure is not None
    return procedure


class Claim:
    """One claim, filed on Monday 3 November 2025 at the commune."""

    def __init__(self, procedure: Procedure | None = None, **data: object) -> None:
        """Keep a draft with its papers."""
        self.world = World(procedure or medal())
        draft = open_draft(
            self.world.procedure,
            id=self.world.ids.uuid7(),
            stream="",
            log="tinh.example/tdkt/2025",
            code="",
            owner=COMMUNE,
            levels={"commune": COMMUNE, "province": PROVINCE, "centre": MINISTRY},
            agencies={COMMUNE: "H27.88", PROVINCE: "H27"},
            outside=frozenset({MINISTRY}),
            created_by="mo",
            data={**CLAIM, **data},
        )
        papers = {"declaration": (paper(),), "original_proof": (paper(),)}
        self.ref = self.world.store.create_draft(replace(draft, documents=papers)).id

    @property
    def dossier(self) -> Dossier:
        """The dossier as it is stored."""
        return self.world.dossier(self.ref)

    def do(self, on: str, actor: Actor, trigger: str, *papers: str, **data: object) -> Claim:
        """Let somebody act on a day."""
        self.world.at(on)
        documents = {key: (paper(),) for key in papers}
        self.world.act(self.ref, trigger, actor, data=data, documents=documents)
        return self

    def say(self, on: str, actor: Actor, trigger: str, **asked: Any) -> Claim:
        """Let somebody act on a day, with more than data and papers."""
        self.world.at(on)
        self.world.act(self.ref, trigger, actor, **asked)
        return self

    def posted(self) -> Claim:
        """Accept on Monday and post on Tuesday."""
        self.do("2025-11-03", MO, "submit")
        self.do("2025-11-03", MO, "accept", received_complete_on="2025-11-03")
        return self.do("2025-11-04", TAM, "post", posted_at="Trụ sở xã")

    def sent_up(self) -> Claim:
        """Go on to the province, on Thursday 13 November."""
        self.posted().do("2025-11-11", TAM, "close_posting")
        self.do(
            "2025-11-12", TAM, "agree", "conference_minutes",
            conference_on="2025-11-12", association_present=True,
        )  # fmt: skip
        return self.do("2025-11-13", BINH, "send_up", "commune_submission")

    def taken_in(self) -> Claim:
        """Be received by the province, on Friday 14 November."""
        return self.sent_up().do("2025-11-14", TAN, "take_in", province_received_on="2025-11-14")

    def forwarded(self) -> Claim:
        """Go to the Ministry, on Thursday 20 November."""
        self.taken_in().do(
            "2025-11-18", SUONG, "record_association", "association_letter",
            association_stance="agrees",
        )  # fmt: skip
        self.do("2025-11-18", SUONG, "confirm").do("2025-11-19", DUNG, "endorse")
        return self.do(
            "2025-11-20", VIET, "forward_ministry", "province_submission",
            sent_to_centre_on="2025-11-20",
        )  # fmt: skip

    def awarded(self) -> Claim:
        """Be awarded on Monday 8 December."""
        self.forwarded().do("2025-12-01", SUONG, "record_ministry_proposal", "ministry_answer")
        return self.do(
            "2025-12-08", SUONG, "record_award", "state_decision",
            decision_number="118/QĐ-CTN", decision_on="2025-12-08",
        )  # fmt: skip
