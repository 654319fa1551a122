"""A small demo partnership, made once, and copies of it to change."""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from data.demo import demo_actions, demo_stories
from data.demo.area_shapes import write_map
from data.demo.demo_partnership import write_demo
from data.demo.demo_settings import DEMO_SETTINGS
from data.demo.partner_files import DemoFile
from data.ledger import store as stores
from data.ledger.data_folder import make_folder
from data.ledger.decisions.decision_steps import Agreed
from data.ledger.store import Store, transaction
from data.ledger.submissions import Window
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.viewer import BACKBONE
from tests.support import empty_store
from tests.support.lake import lake_stores, postgres
from tests.support.whole_run.made_once import made_once
from workflow import accepting, administering, releasing, submitting
from workflow.deciding import recording
from workflow.questioning import asking

pytest_plugins = ["tests.support.chromium", "tests.support.whole_run.collecting"]
PEOPLE = 3_000
OF_ALL = frozenset(DATASETS) - {"referrals", "food_programs"}
"""Kinds of file of the demo that most tests are of. With the optional ones a release takes half as long again."""


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """Each AppTest looks for components in the metadata of every installed package, half a second of processor time;
    they do not change while the tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def _an_empty_store_is_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new store is a copy of one with all tables and the published lists of codes, and gets its own identity: making
    one took 0.3 s of processor time, and the tests make two thousand."""
    template = made_once(tmp_path_factory, "empty_store", empty_store.template)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "_make", partial(empty_store.copied, template))
        patch.setattr(stores, "bring_up", empty_store.brought_up)
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of `both_stores` runs on each kind of store. On Postgres it is heavy, but where `quick` says that it stands
    for the others."""
    if marker := metafunc.definition.get_closest_marker("both_stores"):
        marks = () if marker.kwargs.get("quick") else (pytest.mark.heavy,)
        kinds = [pytest.param(kind, marks=marks if kind == "lake" else ()) for kind in lake_stores.KINDS]
        metafunc.parametrize("store_kind", kinds, indirect=True)


@pytest.fixture(autouse=True)  # so that it is there before what opens a store, and a marker alone is enough
def store_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """On what kind of store the test runs: `file` or `lake`."""
    kind = getattr(request, "param", "file")
    if kind == "lake":
        patch = request.getfixturevalue("monkeypatch")
        there = lake_stores.open_on_postgres(request.getfixturevalue("cluster"), patch)
        yield kind
        assert there, "it opened no store on Postgres"
    else:
        yield kind


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Cluster]:
    """A Postgres of this process."""
    if why := postgres.lacking():
        pytest.skip(why)
    made = postgres.make(tmp_path_factory.mktemp("postgres") / "cluster")
    yield made
    made.stop()


@dataclass(frozen=True)
class Demo:
    """A data folder with a first release, and the files that are not yet sent."""

    folder: Path
    files: list[DemoFile]

    def file(self, kind: str) -> DemoFile:
        return next(f for f in self.files if f.kind == kind)


@pytest.fixture(scope="session")
def accepted_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """All files accepted, nothing released yet."""
    return made_once(tmp_path_factory, "accepted", lambda folder: accepted(folder, PEOPLE))


def accepted(root: Path, people: int, datasets: frozenset[str] = OF_ALL) -> Demo:
    """A demo partnership of so many people: all its files of some kinds accepted, nothing released yet."""
    files = write_demo(root / "files", people=people)
    settings = DEMO_SETTINGS.replace("[policy]\n", "[policy]\nrelease_on_accept = true\n")
    for left_out in {"referrals", "food_programs"} - datasets:
        settings = settings.replace(f', "{left_out}"', "")
    make_folder(root / "var", settings)
    write_map(root / "var")
    store = administering.open_partnership(root / "var")
    held = []
    for f in (f for f in files if f.kind == "history" and f.dataset in datasets):
        covers = Window(*f.covers) if f.covers else None
        held.append(submitting.check(store, f.path, f.dataset, f.partner_id, covers=covers, at=f.came).submission)
    accepting.accept_many(store, [n for n in held if n is not None], actor="demo", as_checked=True)
    store.close()
    assert None not in held
    return Demo(root / "var", files)


def _released(accepted: Demo, folder: Path, smallest: int) -> Demo:
    shutil.copytree(accepted.folder, folder)
    settings = folder / "concord.toml"
    settings.write_text(settings.read_text().replace("smallest_cell = 11", f"smallest_cell = {smallest}"))
    store = administering.open_partnership(folder)
    releasing.publish(store, actor="demo")
    store.close()
    return Demo(folder, accepted.files)


@pytest.fixture(scope="session")
def made_demo(accepted_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Hides nothing, since of so few people nearly all would be hidden. Do not change what lies in it: take `demo`."""
    return made_once(tmp_path_factory, "shown", lambda folder: _released(accepted_demo, folder / "var", 1))


@pytest.fixture(scope="session")
def made_hiding_demo(accepted_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Hides counts of one, and what protects them. Do not change what lies in it: take `hiding_demo`."""
    return made_once(tmp_path_factory, "hiding", lambda folder: _released(accepted_demo, folder / "var", 2))


@pytest.fixture(scope="session")
def made_carrying(made_hiding_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """With actions, stories and decisions, and a second release that carries them. Do not change what lies in it."""
    return made_once(tmp_path_factory, "carrying", lambda folder: with_what_people_wrote(made_hiding_demo, folder))


@pytest.fixture(scope="session")
def accepted_clinics(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The clinics' patients and readings alone, not released yet: a release of them takes a third of the time."""
    kinds = frozenset(("patients", "blood_pressure", "clinical_events"))
    return made_once(tmp_path_factory, "accepted_clinics", lambda folder: accepted(folder, PEOPLE, kinds))


@pytest.fixture(scope="session")
def made_clinics(accepted_clinics: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Hides nothing."""
    return made_once(tmp_path_factory, "clinics", lambda folder: _released(accepted_clinics, folder / "var", 1))


@pytest.fixture(scope="session")
def made_hiding_clinics(accepted_clinics: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Hides counts of one, and what protects them."""
    return made_once(tmp_path_factory, "hiding_clinics", lambda folder: _released(accepted_clinics, folder / "var", 2))


def with_what_people_wrote(demo: Demo, folder: Path) -> Demo:
    """A copy of a demo partnership, with what people wrote since its release and another release."""
    mine = copied(demo, folder / "var")
    store = administering.open_partnership(mine.folder)
    with transaction(store.cursor()) as cur:
        demo_actions.record(cur, 0)
        demo_stories.record(cur, 0)
    agreed = Agreed("Call everyone within a week", "Care team", store.partnership.day + dt.timedelta(days=30))
    recording.record(store, BACKBONE, "bp_control", agreed, actor="backbone:Dana")
    asking.save(store, BACKBONE, "Figures", "shared", "FROM analysis.scorecard", actor="backbone:Dana")
    releasing.publish(store, "demo")
    store.close()
    return mine


def copied(made: Demo, folder: Path) -> Demo:
    """A copy of a demo partnership in a new folder."""
    shutil.copytree(made.folder, folder)
    return Demo(folder, made.files)


def opened(demo: Demo) -> Iterator[Store]:
    """Its store, closed when the test is over."""
    store = administering.open_partnership(demo.folder)
    yield store
    store.close()


@pytest.fixture
def demo(made_demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the demo partnership for one test."""
    return copied(made_demo, tmp_path / "var")


@pytest.fixture
def demo_store(demo: Demo) -> Iterator[Store]:
    """The copy, opened."""
    yield from opened(demo)


@pytest.fixture
def clinics(made_clinics: Demo, tmp_path: Path) -> Demo:
    """A copy of the clinics."""
    return copied(made_clinics, tmp_path / "var")


@pytest.fixture
def clinics_store(clinics: Demo) -> Iterator[Store]:
    """The copy, opened."""
    yield from opened(clinics)


@pytest.fixture
def hiding_demo(made_hiding_demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the demo partnership that hides small counts."""
    return copied(made_hiding_demo, tmp_path / "hiding")


@pytest.fixture
def hiding_store(hiding_demo: Demo) -> Iterator[Store]:
    """The copy, opened."""
    yield from opened(hiding_demo)


@pytest.fixture
def hiding_clinics(made_hiding_clinics: Demo, tmp_path: Path) -> Demo:
    """A copy of the clinics that hide small counts."""
    return copied(made_hiding_clinics, tmp_path / "clinics")


@pytest.fixture
def hiding_clinics_store(hiding_clinics: Demo) -> Iterator[Store]:
    """The copy, opened."""
    yield from opened(hiding_clinics)
