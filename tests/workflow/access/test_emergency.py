"""Emergency access opens looking alone, to one sign-in, for a while; everyone reads who opened it and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from schemas.policy.access.permissions import EMERGENCY, PERMISSIONS, may
from schemas.policy.partner_naming import Naming
from schemas.policy.viewer import BACKBONE, PERSON_ROLES, SERVER, Viewer
from tests.support.doors import Clock, claims, door_on, invited
from workflow import accepting, reading, submitting
from workflow.access import emergency, inviting
from workflow.access.door import Door, Guest
from workflow.access.permitting import NotAllowed

WHY = "Their data person is ill, and their board meets today"
MEMBERS = ("alder", "birch")


class World(NamedTuple):
    store: Store
    door: Door
    clock: Clock
    cookie: dict

    def guest(self) -> Guest | None:
        return self.door.look(self.cookie)

    def looks(self, wish: str | None = "alder") -> Viewer | None:
        guest = self.guest()
        return guest.viewer(MEMBERS, wish) if guest else None

    def open(self, partner: str = "alder", reason: str = WHY, minutes: int = 30) -> emergency.Opening:
        return emergency.open_up(self.door, BACKBONE, self.guest(), partner, reason, minutes)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    store, door, clock = door_on(tmp_path)
    invited(door, "ana@x.org", "backbone")
    cookie = claims("ana@x.org")
    door.come_in("county", cookie)
    yield World(store, door, clock, cookie)
    store.close()


def test_it_opens_one_partner_to_one_sign_in_until_its_time(world):
    assert world.looks() == BACKBONE, "nothing is open"
    world.open()
    there = world.looks()
    assert there == Viewer(role="partner", partner_id="alder", emergency=True)
    assert world.looks("birch") == BACKBONE == world.looks(None)
    other = claims("ana@x.org")
    world.door.come_in("county", other)
    assert world.door.look(other).viewer(MEMBERS, "alder") == BACKBONE, "another sign-in of the same person"
    for _ in range(3):
        world.clock.later(minutes=9)
        assert world.looks() == there
    world.clock.later(minutes=3)
    assert world.looks() == BACKBONE


def test_released_figures_are_exact_as_the_partner_sees_them(hiding_clinics_store):
    store, partner = hiding_clinics_store, "millrace"
    there = Viewer(role="partner", partner_id=partner, emergency=True)
    exact = reading.read_results(store, Viewer(role="partner", partner_id=partner))
    assert reading.read_results(store, there).equals(exact) and not reading.read_results(store, BACKBONE).equals(exact)


def test_who_looks_so_changes_nothing(world):
    world.open()
    there = world.looks()
    assert {action for action in PERMISSIONS if may(there, action, "alder")} == EMERGENCY
    with pytest.raises(NotAllowed):
        emergency.open_up(world.door, there, world.guest(), "birch", WHY, 30)


def test_it_ends_with_the_sign_in_by_hand_and_with_a_restart(world):
    world.open()
    emergency.end(world.door, world.looks(), world.guest())
    assert world.looks() == BACKBONE
    with pytest.raises(NotPossible, match="no emergency access"):
        emergency.end(world.door, BACKBONE, world.guest())
    world.open()
    after_restart = Door(world.store, world.clock).look(world.cookie)
    assert after_restart and after_restart.viewer(MEMBERS, "alder") == BACKBONE
    guest = world.guest()
    assert guest
    world.door.leave(guest.session, "signed out")
    assert world.looks() is None and world.door.emergencies == {}


def test_everyone_reads_who_opened_it_and_why(world):
    opened = world.open()
    for role in PERSON_ROLES:
        viewer = Viewer(role=role, partner_id="birch" if role == "partner" else None)
        assert emergency.read_openings(world.door, viewer) == [opened]
    kinds = [e.kind for e in inviting.read_history(world.door, SERVER)]
    assert kinds[0] == "emergency access opened" and inviting.history_broken_at(world.door, SERVER) is None
    names = reading.read_naming(world.store, Viewer(role="leader"))
    assert names.names[names.shown("alder")] != "Alder Clinic", "an unnamed partner stays a letter to leaders"


@pytest.mark.parametrize(
    ("partner", "reason", "minutes", "words"),
    [("alder", "", 30, "say why"), ("alder", "because", 30, "say why"), ("alder", "x" * 301, 30, "say why"),
     ("nobody", WHY, 30, "choose a partner"), ("alder", WHY, 100_000, "choose one of"),
     ("alder", "For Jane Doe, 123-45-6789, who asked", 30, "this looks like"),
     ("alder", "Alder Clinic cannot open its page", 30, "not agreed to be named")],
)  # fmt: skip
def test_what_will_not_do_is_told(world, partner, reason, minutes, words):
    with pytest.raises(NotPossible, match=words):
        world.open(partner, reason, minutes)
    assert emergency.read_openings(world.door, SERVER) == [] and world.looks() == BACKBONE


def test_the_reason_names_no_patient_of_any_partner(world):
    """A trap: to everyone's eyes an id is a word like others; the store knows whom it stands for."""
    sheet = b"patient_id,birth_date,sex\nK0917,1960-01-01,female\n"
    sent = submitting.check(world.store, sheet, "patients", "birch").submission
    assert sent
    accepting.accept(world.store, sent, actor="birch", accept_valid=True)
    with pytest.raises(NotPossible, match="id of a patient"):
        world.open(reason="To see what happened to K0917 at the clinic")
    assert emergency.read_openings(world.door, SERVER) == []


def test_an_opening_is_told_though_its_partner_is_listed_no_more(world, monkeypatch):
    """A trap: the page People has no name for it then, and everyone reads that page."""
    opened = world.open()
    page = AppTest.from_function(openings_of, kwargs={"door": world.door})
    monkeypatch.setattr(reading, "read_naming", lambda *_: Naming({}, {}))
    page.run()
    assert not page.exception
    told = "".join(str(e.proto.body) for e in page.get("html"))
    assert opened.reason in told and "not listed any more" in told


def openings_of(door) -> None:
    """The section of the page People, as a leader sees it."""
    from unittest.mock import patch

    from pages.components.access import emergency_access
    from schemas.policy.viewer import EVERYONE

    with patch.object(emergency_access.page_state, "guest", lambda: None):
        emergency_access.section(door, EVERYONE)


def test_without_a_sign_in_nothing_opens(world):
    with pytest.raises(NotPossible, match="nobody signs in"):
        emergency.open_up(world.door, BACKBONE, None, "alder", WHY, 30)
