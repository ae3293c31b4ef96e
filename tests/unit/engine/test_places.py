"""Where a dossier stands follows from its leaves, and from nothing else."""

from engine.definition import Procedure, State
from engine.places import after, entered, is_active, joined, root_of, source_of
from tests.procedures import small, text, way
from tests.story import changed, with_more

BOTH = frozenset({"review.appraisal.open", "review.opinions.considering"})
DONE = frozenset({"review.appraisal.closed", "review.opinions.answered"})


def moved(procedure: Procedure, trigger: str, source: str, active: frozenset[str]) -> set[str]:
    t = procedure.pulled_by(trigger)[0]
    return set(after(procedure, t, source, active, None))


def test_a_leaf_is_its_own_root_and_a_region_lies_in_its_composite() -> None:
    assert root_of({"agenda"}) == "agenda"
    assert root_of(BOTH) == "review"


def test_a_composite_is_active_through_its_regions() -> None:
    assert is_active("review", BOTH)
    assert is_active("review.appraisal.open", BOTH)
    assert not is_active("review.appraisal.closed", BOTH)
    assert not is_active("agenda", BOTH)


def test_a_composite_is_entered_at_the_beginning_of_every_region() -> None:
    assert entered(small(), "review") == BOTH
    assert entered(small(), "agenda") == {"agenda"}


def test_a_composite_is_left_only_when_every_region_is_final() -> None:
    procedure = small()
    propose = procedure.pulled_by("propose")[0]

    assert source_of(procedure, propose, BOTH) is None
    assert source_of(procedure, propose, BOTH - {"review.appraisal.open"} | {
        "review.appraisal.closed"
    }) is None  # fmt: skip
    assert source_of(procedure, propose, DONE) == "review"
    assert joined(procedure, DONE)


def test_an_interrupt_leaves_a_composite_whatever_its_regions_do() -> None:
    procedure = small()

    assert source_of(procedure, procedure.pulled_by("return")[0], BOTH) == "review"


def test_a_transition_is_offered_from_the_source_that_is_active() -> None:
    procedure = with_more(small(), way("close", "closed", "agenda", "withdrawn", "secretary"))
    close = procedure.pulled_by("close")[0]

    assert source_of(procedure, close, {"submitted"}) is None
    assert source_of(procedure, close, {"agenda"}) == "agenda"


def test_moving_one_region_leaves_the_others_where_they_are() -> None:
    assert moved(small(), "ask", "review.opinions.considering", BOTH) == {
        "review.appraisal.open",
        "review.opinions.asking",
    }


def test_a_transition_without_target_stays() -> None:
    asking = frozenset({"review.appraisal.open", "review.opinions.asking"})

    assert moved(small(), "answer", "review.opinions.asking", asking) == asking


def test_leaving_a_composite_leaves_all_its_regions() -> None:
    assert moved(small(), "return", "review", BOTH) == {"awaiting"}


def test_a_way_out_of_one_region_leaves_the_whole_composite() -> None:
    procedure = with_more(
        small(), way("reject", "rejected", "review.appraisal.open", "refused", "specialist")
    )

    assert moved(procedure, "reject", "review.appraisal.open", BOTH) == {"refused"}


def test_a_composite_may_be_followed_by_another_one() -> None:
    more = {
        "second": State(path="second", label=text("vòng hai"), regions={"only": text("một")}),
        "second.only.open": State(path="second.only.open", label=text("mở"), initial=True),
    }
    procedure = small()
    procedure = changed(
        procedure,
        states={**procedure.states, **more},
        transitions=(
            *procedure.transitions,
            way("again", "begun_again", "review", "second", "specialist"),
        ),
    )

    assert moved(procedure, "again", "review", DONE) == {"second.only.open"}


def test_a_memory_is_restored_and_without_one_the_composite_begins() -> None:
    procedure = small()
    resubmit = procedure.pulled_by("resubmit")[0]
    memory = frozenset({"review.appraisal.closed", "review.opinions.asking"})
    waiting = frozenset({"awaiting"})

    assert after(procedure, resubmit, "awaiting", waiting, memory) == memory
    assert after(procedure, resubmit, "awaiting", waiting, None) == BOTH
