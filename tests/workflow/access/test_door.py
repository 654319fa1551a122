"""Who comes in, and how long a sign-in lasts."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.people import access_history
from data.ledger.people.sign_in_sessions import Session
from schemas.policy.viewer import SERVER, Viewer
from tests.support.doors import SETTINGS, START, Clock, claims, door_on, invited
from workflow.access import inviting
from workflow.access.door import MOST_REFUSALS, Door, door_of
from workflow.access.inviting import Invitation
from workflow.recovery import checking_store

ANA = "ana@backbone.example"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Door, Clock]]:
    store, door, clock = door_on(tmp_path)
    invited(door, ANA, "backbone")
    yield door, clock
    store.close()


@pytest.fixture
def door(made: tuple[Door, Clock]) -> Door:
    return made[0]


@pytest.fixture
def clock(made: tuple[Door, Clock]) -> Clock:
    return made[1]


def came_in(door: Door, said: dict) -> Session:
    found = door.come_in("county", said)
    assert isinstance(found, Session)
    return found


def kinds(door: Door) -> list[str]:
    return [e.kind for e in reversed(access_history.events(door.store.cursor()))]


def test_whoever_was_invited_comes_in_as_what_they_were_invited(door):
    said = claims("Ana@Backbone.example", name="Ana Ruiz")
    came_in(door, said)
    guest = door.look(said)
    assert guest and guest.person.called == "Ana Ruiz" and guest.viewer(()) == Viewer(role="backbone")
    assert kinds(door) == ["invited", "signed in"]


def test_a_cookie_whose_sign_in_never_came_by_the_provider_opens_nothing(door):
    """Its signature may be right: the key of cookies was stolen, or another server has the same."""
    assert door.look(claims(ANA)) is None


@pytest.mark.parametrize("restarted", [False, True])
def test_a_cookie_that_is_shown_again_after_sign_out_opens_nothing(door, restarted):
    said = claims(ANA)
    door.leave(came_in(door, said).session, "signed out")
    again = Door(door.store, door.now) if restarted else door
    assert again.look(said) is None
    assert again.come_in("county", said) == "failed", "nor can it be taken through the provider's way back once more"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"email": "someone@else.example", "sub": "x"}, "unknown"),
        ({"email": "no address"}, "unknown"),
        ({"email_verified": False}, "unverified"),
        ({"email_verified": "true"}, "unverified"),
        ({"aud": ["another server"], "azp": "concord"}, "failed"),
        ({"aud": "another server"}, "failed"),
        ({"aud": None}, "failed"),
        ({"nonce": None}, "failed"),
        ({"sub": ""}, "failed"),
        ({"iss": None}, "failed"),
    ],
)
def test_nobody_else_comes_in(door, said, why):
    assert door.come_in("county", claims(ANA) | said) == why
    assert door.sessions() == [] and kinds(door)[-1] == "sign-in refused"


def test_a_provider_that_the_settings_do_not_name_lets_nobody_in(door):
    assert door.come_in("evil", claims(ANA)) == "failed"


def test_another_account_with_the_same_address_is_not_the_same_person(door):
    """An address is given to a new colleague, or another provider lets anyone claim it."""
    came_in(door, claims(ANA))
    assert door.come_in("county", claims(ANA, sub="someone new")) == "unknown"
    assert door.come_in("state", claims(ANA, iss="https://id.state.example")) == "unknown"


def test_a_changed_address_at_the_provider_is_still_the_same_person(door):
    came_in(door, claims(ANA, sub="7"))
    came_in(door, claims("ana.ruiz@married.example", sub="7"))


def test_idle_for_too_long(door, clock):
    said = claims(ANA)
    came_in(door, said)
    for _ in range(3):
        clock.later(minutes=14)
        assert door.look(said), "each step begins the time anew"
    clock.later(minutes=15, seconds=1)
    assert door.look(said) is None and kinds(door)[-1] == "sign-in ended"
    clock.at = START
    assert door.look(said) is None, "also when the clock is set back"


def test_idle_time_is_known_across_a_restart(door, clock):
    said = claims(ANA)
    came_in(door, said)
    clock.later(minutes=10)
    assert door.look(said)
    clock.later(minutes=10)
    after = Door(door.store, clock)
    assert after.look(said)
    clock.later(minutes=16)
    assert Door(door.store, clock).look(said) is None


def test_twelve_hours_are_the_most_however_busy(door, clock):
    said = claims(ANA)
    came_in(door, said)
    for _ in range(12 * 6):
        clock.later(minutes=10)
        assert door.look(said)
    clock.later(minutes=1)
    assert door.look(said) is None


def test_what_only_asks_who_it_is_keeps_nobody_awake(door, clock):
    said = claims(ANA)
    came_in(door, said)
    clock.later(minutes=14)
    assert door.look(said, touch=False)
    clock.later(minutes=2)
    assert door.look(said, touch=False) is None


def test_sign_out_everywhere_ends_each_of_ones_own_and_no_other(door):
    invited(door, "leo@county.example")
    mine, others = [claims(ANA, sub="1"), claims(ANA, sub="1")], claims("leo@county.example")
    for said in (*mine, others):
        came_in(door, said)
    guest = door.look(mine[0])
    assert guest and door.leave_everywhere(guest.person.person, "signed out everywhere") == 2
    assert [door.look(m) for m in mine] == [None, None] and door.look(others)


def test_a_role_that_changes_meanwhile_holds_from_the_next_step(door):
    number = invited(door, "leo@county.example", "backbone")
    said = claims("leo@county.example")
    came_in(door, said)
    inviting.change(door, SERVER, number, Invitation("partner", ("alder", "birch")), "test")
    guest = door.look(said)
    assert guest
    assert guest.viewer(("alder", "birch")) == Viewer(role="partner", partner_id="alder")
    assert guest.viewer(("alder", "birch"), "birch") == Viewer(role="partner", partner_id="birch")
    assert guest.viewer(("alder", "birch"), "cedar") == Viewer(role="partner", partner_id="alder")
    assert guest.viewer(("birch",)) == Viewer(role="partner", partner_id="birch"), "alder has left"
    assert guest.viewer(()) is None


def test_access_that_ends_ends_the_sign_ins(door):
    number = invited(door, "leo@county.example")
    said = claims("leo@county.example")
    came_in(door, said)
    inviting.end(door, SERVER, number, "moved away", "test")
    assert door.look(said) is None
    assert door.come_in("county", claims("leo@county.example")) == "unknown"


def test_the_last_day_is_the_last(door, clock):
    invited(door, "leo@county.example", until=START.date())
    said = claims("leo@county.example")
    came_in(door, said)
    clock.at = dt.datetime.combine(START.date(), dt.time(23, 59))
    assert door.look(claims("nobody@x.example")) is None
    clock.at = START + dt.timedelta(hours=1)
    clock.later(minutes=-50)
    assert door.look(said)
    clock.at = dt.datetime.combine(START.date() + dt.timedelta(1), dt.time(0, 1))
    assert door.look(said) is None
    assert door.come_in("county", claims("leo@county.example")) == "unknown"


FACTORS = SETTINGS.replace('contact = "', 'second_factor = true\nsecond_factor_levels = ["urn:gold"]\ncontact = "')


@pytest.mark.parametrize(
    ("said", "comes_in"),
    [
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "otp"}, False),
        ({"acr": "urn:silver"}, False),
        ({"acr": None}, False),
        ({"amr": ["pwd", "otp"]}, True),
        ({"acr": "urn:gold"}, True),
    ],
)
def test_a_second_factor_where_the_partnership_demands_it(tmp_path, said, comes_in):
    store, door, _ = door_on(tmp_path, FACTORS)
    invited(door, ANA, "backbone")
    found = door.come_in("county", claims(ANA, **said))
    assert isinstance(found, Session) if comes_in else found == "second-factor"
    assert (door.people[1].account is not None) == comes_in, "a refused sign-in binds nothing"
    store.close()


def test_knocking_all_day_does_not_fill_the_store(door, clock):
    before = len(kinds(door))
    for n in range(3 * MOST_REFUSALS):
        door.come_in("county", claims(f"x{n}@evil.example"))
    assert len(kinds(door)) == before + MOST_REFUSALS
    clock.later(hours=2)
    for _ in range(5):
        door.come_in("county", claims("again@evil.example"))
    assert len(kinds(door)) == before + MOST_REFUSALS + 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE access_event SET detail = 'county ' WHERE event = 2",
        "UPDATE access_event SET actor = 'leo' WHERE event = 1",
        "DELETE FROM access_event WHERE event = 2",
        "DELETE FROM access_event WHERE event = 1",
        "UPDATE access_event SET event = 9 WHERE event = 3",
    ],
)
def test_a_history_that_was_changed_from_outside_shows(door, damage):
    said = claims(ANA)
    door.leave(came_in(door, said).session, "signed out")
    assert inviting.history_broken_at(door, SERVER) is None
    door.store.cursor().execute(damage)
    assert inviting.history_broken_at(door, SERVER) in (1, 2, 3)


def test_a_provider_that_is_taken_out_of_the_settings_takes_its_sign_ins_along(door, monkeypatch):
    said = claims(ANA)
    came_in(door, said)
    fewer = door.settings.model_copy(update={"providers": door.settings.providers[1:]})
    monkeypatch.setattr(door.store, "partnership", door.store.partnership.model_copy(update={"sign_in": fewer}))
    assert door.look(said) is None


def test_a_store_has_one_door(door):
    assert door_of(door.store) is door_of(door.store)


def test_check_tells_of_a_changed_history(made):
    door, _ = made
    assert checking_store.problems_of(door.store) == []
    door.store.cursor().execute("UPDATE access_event SET actor = 'nobody'")
    assert "line 1 of the history of access" in checking_store.problems_of(door.store)[0]
