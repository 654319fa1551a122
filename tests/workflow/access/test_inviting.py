"""Inviting people and changing what they may do."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.people.person_records import Person, plain_email
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import BACKBONE, SERVER
from tests.support.doors import START, Clock, claims, door_on, invited
from workflow.access import inviting
from workflow.access.door import Door
from workflow.access.inviting import REVIEW_DAYS, Invitation


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Door, Clock]]:
    store, door, clock = door_on(tmp_path)
    yield door, clock
    store.close()


@pytest.fixture
def door(made: tuple[Door, Clock]) -> Door:
    return made[0]


def states(door: Door) -> dict[str, str]:
    return {p.email: p.state(START.date()) for p in inviting.read_people(door, SERVER)}


@pytest.mark.parametrize(
    "email", ["", "ana", "@x.org", "ana@", "ana@org", "a b@x.org", "ana@x.org, leo@x.org", "<ana@x.org>", "a@b@x.org"]
)
def test_what_is_no_address_is_refused(door, email):
    with pytest.raises(NotPossible, match="no e-mail address"):
        inviting.invite(door, BACKBONE, email, Invitation("leader"), "ana")


def test_addresses_are_compared_without_case_and_blanks():
    assert plain_email("  Ana.Ruiz@Backbone.ORG ") == "ana.ruiz@backbone.org"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (Invitation("partner"), "needs one or several partners"),
        (Invitation("partner", ("cedar",)), "needs one or several partners"),
        (Invitation("partner", ("alder", "cedar")), "needs one or several partners"),
        (Invitation("leader", ("alder",)), "only a data person"),
        (Invitation("leader", (), START.date() - dt.timedelta(1)), "over already"),
    ],
)
def test_a_role_that_cannot_be_is_refused(door, what, why):
    with pytest.raises(NotPossible, match=why):
        inviting.invite(door, BACKBONE, "leo@x.org", what, "ana")
    assert states(door) == {}


def test_one_address_is_one_person(door):
    invited(door, "leo@x.org")
    with pytest.raises(NotPossible, match="on the list already"):
        invited(door, "LEO@x.org")


def test_whoever_comes_back_comes_as_somebody_new(door):
    invited(door, "ana@x.org", "backbone")
    number = invited(door, "leo@x.org", "partner", "alder")
    door.come_in("county", claims("leo@x.org", sub="old"))
    inviting.end(door, BACKBONE, number, "left the clinic", "ana")
    assert states(door)["leo@x.org"] == "ended"
    assert invited(door, "leo@x.org", "leader") == number
    assert states(door)["leo@x.org"] == "invited"
    assert not isinstance(door.come_in("county", claims("leo@x.org", sub="new")), str)


def test_a_lost_account_can_be_replaced(door):
    number = invited(door, "ana@x.org", "backbone")
    old = claims("ana@x.org", sub="old")
    door.come_in("county", old)
    inviting.forget_account(door, SERVER, number, "cli")
    assert door.look(old) is None
    assert not isinstance(door.come_in("county", claims("ana@x.org", sub="new")), str)
    assert door.come_in("county", claims("ana@x.org", sub="old")) == "unknown"


def test_somebody_who_can_invite_is_always_left(door):
    ana, leo = invited(door, "ana@x.org", "backbone"), invited(door, "leo@x.org", "backbone")
    inviting.end(door, BACKBONE, leo, "moved", "ana")
    with pytest.raises(NotPossible, match="nobody of the backbone staff would be left"):
        inviting.end(door, BACKBONE, ana, "moved", "ana")
    with pytest.raises(NotPossible, match="nobody of the backbone staff would be left"):
        inviting.change(door, BACKBONE, ana, Invitation("leader"), "ana")
    assert states(door) == {"ana@x.org": "invited", "leo@x.org": "ended"}


def test_an_end_needs_its_reason(door):
    number = invited(door, "leo@x.org")
    with pytest.raises(NotPossible, match="say why"):
        inviting.end(door, BACKBONE, number, "  ", "ana")


def test_nothing_of_a_person_is_lost_when_they_change(door):
    invited(door, "ana@x.org", "backbone")
    number = invited(door, "leo@x.org", "partner", "alder")
    inviting.change(door, BACKBONE, number, Invitation("partner", ("alder", "birch"), dt.date(2027, 1, 1)), "ana")
    assert door.people[number] == Person(
        number, "leo@x.org", "", "partner", ("alder", "birch"), dt.date(2027, 1, 1), False, None
    )
    rows = door.store.cursor().execute("SELECT count(*) FROM person_change WHERE person = ?", [number]).fetchall()
    assert rows == [(2,)], "each change is a row of its own"
    assert "before: leo@x.org: partner of alder" in inviting.read_history(door, BACKBONE)[0].detail


def test_access_is_looked_over_twice_a_year(made):
    door, clock = made
    invited(door, "ana@x.org", "backbone")
    assert inviting.review_due(door, BACKBONE) == START.date() + dt.timedelta(REVIEW_DAYS)
    clock.later(days=200)
    assert inviting.review_due(door, BACKBONE) < clock.at.date()
    inviting.review(door, BACKBONE, "ana")
    assert inviting.review_due(door, BACKBONE) == clock.at.date() + dt.timedelta(REVIEW_DAYS)
