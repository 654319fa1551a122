"""A story is kept version by version with its release; nobody is named in it who may not be, patient or partner."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from data.demo import demo_stories
from data.demo.demo_settings import DEMO_SETTINGS
from data.ledger.store import Store, transaction
from data.ledger.stories.story_notes import Role
from data.ledger.submissions import NotPossible
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from tests.workflow.deciding.test_acting import SETTINGS
from tests.workflow.deciding.test_recording import released
from workflow import administering, submitting
from workflow.access.permitting import NotAllowed
from workflow.telling import hearing_people, telling_stories
from workflow.telling.telling_stories import Story

WHY = "People are seen too seldom to be treated in time"
ROLES = (Role("alder", "lends the cuffs to people"), Role("birch", "hands out the leaflets"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", SETTINGS)
    released(opened, 1)
    yield opened
    opened.close()


def write(store, words=WHY, roles=(), part="story", seen=0, viewer=BACKBONE, indicator="bp_control"):
    telling_stories.write(store, viewer, indicator, part, seen, words, roles, actor="backbone:Dana")


def told(store: Store, viewer: Viewer = BACKBONE) -> Story:
    return telling_stories.read_stories(store, viewer)["bp_control"]


def roles(store: Store, viewer: Viewer = BACKBONE) -> tuple[Role, ...]:
    note = told(store, viewer).now("partners")
    return note.roles if note else ()


def test_every_version_stays_with_its_release_and_survives_a_restart(store, tmp_path):
    write(store)
    released(store, 2)
    write(store, "They come, but nobody measures", seen=1)
    write(store, "", seen=2)
    store.close()
    again = administering.open_partnership(tmp_path / "var")
    found = told(again)
    again.close()
    assert [(n.words, n.release, n.actor) for n in found.versions["story"]] == [
        (WHY, 1, "backbone:Dana"), ("They come, but nobody measures", 2, "backbone:Dana"), ("", 2, "backbone:Dana"),
    ]  # fmt: skip
    assert found.now("story") is None and found.told == () and found.seen("story") == 3, (
        "an empty version takes it back"
    )


def test_of_two_who_write_at_once_the_second_is_told(store):
    write(store)
    with pytest.raises(NotPossible, match="meanwhile"):
        write(store, "Another one wrote this at the same time")
    with pytest.raises(NotPossible, match="nothing is changed"):
        write(store, f"  {WHY} ", seen=1)
    assert told(store).seen("story") == 1


def test_the_role_of_a_partner_that_is_not_named_is_read_by_nobody_else(store):
    """A trap: what a partner does tells who it is, and beside its letter whose figures these are."""
    write(store, "Whoever sees people", ROLES, "partners")
    for viewer in (EVERYONE, Viewer(role="analyst"), Viewer(role="partner", partner_id="cedar")):
        assert roles(store, viewer) == (ROLES[0], Role("", "")), viewer
        assert "leaflets" not in repr(told(store, viewer)) and "birch" not in repr(told(store, viewer))
    for viewer in (BACKBONE, Viewer(role="partner", partner_id="birch")):
        assert roles(store, viewer) == ROLES


def test_a_leader_who_writes_does_not_drop_roles_that_it_cannot_see(store):
    write(store, "Whoever sees people", ROLES, "partners")
    settings = store.partnership
    policy = settings.policy.model_copy(update={"leaders_record": True})
    store.partnership = settings.model_copy(update={"policy": policy})
    write(store, "Whoever sees people and pays", ROLES[:1], "partners", 1, EVERYONE)
    assert roles(store) == ROLES


@pytest.mark.parametrize(
    ("words", "roles", "why"),
    some_of(
        [
            ("Too few", (), "10 to 400 letters: these are 7"),
            ("x" * 401, (), "10 to 400"),
            ("Maria Gonzalez told us so", (), "a name"),
            ("Call 617-555-0123 to hear why", (), "a phone number"),
            ("Only K0917 was measured twice", (), "id of a patient"),
            ("Birch Lane sees nobody on Mondays", (), "not agreed to be named"),
            (WHY, (Role("alder", "helps"),), "each role in 10 to 90"),
            (WHY, (Role("alder", "works with Birch Lane here"),), "not agreed to be named"),
            (WHY, (Role("nobody", "lends the cuffs"),), "from the list"),
            (WHY, (ROLES[0], ROLES[0]), "from the list"),
        ],
        3,
    ),
)
def test_what_may_not_stand_in_a_story_is_refused_and_nothing_of_it_kept(store, words, roles, why):
    file = b"patient_id,measured_on,systolic,diastolic\nK0917,2025-03-01,128,79\n"
    submitting.check(store, file, "blood_pressure", "alder")
    with pytest.raises(NotPossible, match=why):
        write(store, words, roles, "partners")
    assert telling_stories.read_stories(store, BACKBONE) == {}


def test_an_unknown_measure_and_a_store_without_a_release_are_told(store, tmp_path):
    with pytest.raises(NotPossible, match="not known any more"):
        write(store, indicator="nothing_known")
    early = new_store(tmp_path / "early", SETTINGS)
    with pytest.raises(NotPossible, match="no release yet"):
        write(early)
    early.close()


def test_a_leader_writes_only_where_leaders_may_and_a_partner_never(store):
    for viewer in (EVERYONE, Viewer(role="partner", partner_id="alder"), Viewer(role="auditor")):
        with pytest.raises(NotAllowed):
            write(store, viewer=viewer)
    with pytest.raises(NotAllowed):
        telling_stories.read_stories(store, Viewer(role="auditor"))


def test_what_the_demo_tells_could_have_been_written_by_hand(tmp_path):
    """It is put down directly, with days of the past: so what is asked of everyone is asked of it here."""
    made = new_store(tmp_path / "demo", DEMO_SETTINGS)
    released(made, 1)
    seen: dict[tuple[str, str], int] = {}
    for indicator, part, _, words, roles in demo_stories.STORIES:
        write(made, words, roles, part, seen.get((indicator, part), 0), indicator=indicator)
        seen[indicator, part] = seen.get((indicator, part), 0) + 1
    hearing_people.enter(made, BACKBONE, demo_stories.SCORES, actor="x")
    for asked in demo_stories.REQUESTS:
        number = hearing_people.hear(made, BACKBONE, asked, actor="x")
        if asked.answered_on:
            hearing_people.answer(made, BACKBONE, number, 1, asked.answer, asked.answered_on, actor="x")
    stories, asked_by_hand = telling_stories.read_stories(made, EVERYONE), hearing_people.read_requests(made, EVERYONE)
    told_parts = {name: [(n.part, n.words, n.roles) for n in one.told] for name, one in stories.items()}
    voices = {one.answers for one in hearing_people.read_voices(made, EVERYONE)}
    assert () in voices and any(len(a) == 2 for a in voices), "one is hidden, and one shown in part"
    with transaction(made.cursor()) as cur:
        for table in ("story_note", "story_role", "voice_score", "voice_request"):
            cur.execute(f"DELETE FROM {table}")
        demo_stories.record(cur, 0)
    again = telling_stories.read_stories(made, EVERYONE)
    assert {name: [(n.part, n.words, n.roles) for n in one.told] for name, one in again.items()} == told_parts
    assert hearing_people.read_requests(made, EVERYONE) == asked_by_hand
    made.close()
