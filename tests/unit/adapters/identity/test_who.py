"""What follows from the grants of one person."""

from adapters.identity.who import Who
from engine.dossier import Actor, Grant


def who(*grants: tuple[str, str, set[str]]) -> Who:
    """Return a person with grants of (role, organisation, what it covers)."""
    held = tuple(Grant(role=r, org=o, covers=frozenset(c)) for r, o, c in grants)
    return Who(account="a", login="an", name="An", lang="vi", actor=Actor(person="a", grants=held))


def test_an_administrator_sees_no_dossier_and_does_no_work() -> None:
    person = who(("administrator", "p", {"p", "u"}))

    assert person.administers
    assert not person.sees | person.audits
    assert not person.works


def test_an_auditor_sees_and_audits_and_does_no_work() -> None:
    person = who(("auditor", "p", {"p", "u"}))

    assert not person.administers
    assert person.sees == person.audits == {"p", "u"}
    assert person.works == frozenset()
    assert person.orgs_of(["auditor"]) == frozenset()


def test_an_official_sees_and_works_where_the_role_counts_and_audits_nothing() -> None:
    person = who(("head", "d", {"d", "p"}), ("submitter", "u", {"u"}))

    assert person.sees == {"d", "p", "u"}
    assert person.audits == frozenset()
    assert person.works == {("head", "d"), ("head", "p"), ("submitter", "u")}
    assert person.orgs_of(["submitter"]) == {"u"}
    assert person.holds("head", "p")
    assert not person.holds("head", "u")
    assert person.holds("head")


def test_somebody_without_a_grant_sees_nothing() -> None:
    assert not who().sees | who().audits
    assert not who().works
