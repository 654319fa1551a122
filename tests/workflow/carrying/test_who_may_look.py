"""Who may look at a server that only shows releases: those whom its file names, as what it says, while it says so."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.data_folder import NotReady
from pages.components.access import who_looks
from schemas.policy.viewer import RELEASE_ROLES, Viewer
from tests.support.command_line import concord
from tests.support.doors import ISSUER, Clock, claims
from tests.support.partnerships import fresh
from workflow import releasing
from workflow.access.door import Door, Guest, door_of
from workflow.carrying import release_store
from workflow.carrying.release_store import ReleaseStore

SIGN_IN = f"""
[sign_in]
address = "https://figures.example.org"
[[sign_in.providers]]
id = "county"
name = "County account"
metadata = "{ISSUER}/.well-known/openid-configuration"
client_id = "concord"
"""
DANA = '[[people]]\nemail = "Dana@Hospital.example"\nrole = "leader"\n'
SAM = '[[people]]\nemail = "sam@university.example"\nrole = "analyst"\nexpires_on = 2026-03-03\n'


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Those of a partnership that is no demo."""
    made = fresh(tmp_path_factory.mktemp("looked") / "var", ["alder"])
    made.send("alder", "patients", [{"patient_id": "P1", "birth_date": "1970-02-03"}])
    releasing.publish(made.store, "backbone")
    made.close()
    return made.store.folder / "releases"


@pytest.fixture
def shown(releases: Path, tmp_path: Path) -> Iterator[ReleaseStore]:
    (tmp_path / "viewers.toml").write_text(SIGN_IN + DANA + SAM)
    found = release_store.open_releases(releases, tmp_path / "viewers.toml")
    yield found
    found.close()


def written(shown: ReleaseStore, text: str) -> None:
    assert shown.viewers
    shown.viewers.write_text(text)
    release_store.refresh(shown)


def guest(door: Door, said: dict) -> Guest:
    found = door.look(said)
    assert found
    return found


@pytest.mark.heavy
def test_who_is_not_in_the_file_is_nobody_and_who_leaves_it_is_out(shown):
    door, clock = door_of(shown), Clock()
    door.now = clock
    assert door.come_in("county", claims("eve@hospital.example")) == "unknown"
    assert door.come_in("county", claims("dana@hospital.example", email_verified=False)) == "unverified"
    said = claims("dana@hospital.example")
    assert not isinstance(door.come_in("county", said), str)
    assert guest(door, said).viewer(()) == Viewer(role="leader")
    written(shown, SIGN_IN + DANA + "\n")
    assert guest(door, said).viewer(()) == Viewer(role="leader"), "who stays on the list stays in"
    written(shown, SIGN_IN + SAM)
    assert door.look(said) is None
    assert door.come_in("county", claims("dana@hospital.example")) == "unknown"


def test_an_analyst_is_one_until_the_last_day(shown):
    door, clock = door_of(shown), Clock()
    door.now = clock
    said = claims("sam@university.example")
    assert not isinstance(door.come_in("county", said), str)
    assert guest(door, said).viewer(()) == Viewer(role="analyst")
    clock.later(days=2)
    assert door.come_in("county", claims("sam@university.example")) == "unknown"


def test_a_mistake_in_the_file_lets_nobody_in_until_it_is_mended(shown):
    door = door_of(shown)
    said = claims("dana@hospital.example")
    assert not isinstance(door.come_in("county", said), str)
    written(shown, "people = 3")
    assert door.look(said) is None and "nobody may look" in shown.failing
    assert door.come_in("county", claims("dana@hospital.example")) == "unknown"
    written(shown, SIGN_IN + DANA)
    assert shown.failing == "" and not isinstance(door.come_in("county", claims("dana@hospital.example")), str)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SIGN_IN + DANA.replace("leader", "backbone"), "people.0.role"),
        (SIGN_IN + DANA.replace("leader", "partner"), "people.0.role"),
        (SIGN_IN + DANA + DANA, "twice"),
        (DANA, "nobody can sign in"),
        (SIGN_IN + DANA.replace("role", "rol"), "people.0"),
        ("[", "no TOML"),
    ],
)
def test_a_file_that_says_something_else_is_refused_before_anything_is_served(releases, tmp_path, text, why):
    (tmp_path / "viewers.toml").write_text(text)
    with pytest.raises(NotReady, match=why):
        release_store.open_releases(releases, tmp_path / "viewers.toml")


def test_without_a_file_real_figures_are_not_served_and_its_absence_is_a_sentence(releases, tmp_path):
    for said in (["--releases", releases], ["--releases", releases, "--viewers", tmp_path / "none.toml"]):
        answer = concord("serve", *said, folder=tmp_path)
        assert answer.returncode == 1 and "show_releases_elsewhere.md" in answer.stderr
    answer = concord("serve", "--viewers", tmp_path / "none.toml", folder=tmp_path)
    assert answer.returncode != 0 and "--releases" in answer.stderr + answer.stdout
    answer = concord("serve", "--releases", tmp_path, folder=tmp_path)
    assert answer.returncode == 1 and "there is no release" in answer.stderr


def test_whatever_role_looks_no_more_than_the_release_is_there(shown):
    for role in ("backbone", "auditor"):
        assert who_looks._at_release(Viewer.model_validate({"role": role})) == who_looks.AT_RELEASE
        with pytest.raises(ValueError, match="leaders and analysts"):
            Viewer.model_validate({"role": role, "at_release": True})
    with pytest.raises(ValueError, match="leaders and analysts"):
        Viewer(role="partner", partner_id="alder", at_release=True)
    assert RELEASE_ROLES == ("leader", "analyst") and shown.partnership.sign_in.providers


def test_another_partnerships_folder_stays_as_it_is(releases, tmp_path):
    away = Path(shutil.copytree(releases, tmp_path / "copy"))
    with pytest.raises(NotReady, match="real partnership"):
        release_store.open_releases(away)
    assert {p.name for p in away.iterdir()} == {p.name for p in releases.iterdir()}
