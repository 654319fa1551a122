"""A demo partnership with actions, stories, voices and decisions, and a release that carries them."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.demo import demo_actions, demo_stories
from data.ledger.decisions.decision_steps import Agreed
from data.ledger.store import Store, transaction
from schemas.policy.viewer import BACKBONE
from tests.conftest import Demo, copied
from tests.support.made_once import made_once
from workflow import administering, releasing
from workflow.carrying import release_store
from workflow.carrying.release_store import ReleaseStore
from workflow.deciding import recording
from workflow.questioning import asking


@dataclass(frozen=True)
class Both:
    """The store that releases are made from, and one that shows them. `before`: the folder of releases as it was."""

    main: Store
    shown: ReleaseStore
    before: dict[str, str]


def carrying_demo(demo: Demo, folder: Path) -> Demo:
    """Its second release carries what people wrote since the first."""
    mine = copied(demo, folder / "var")
    store = administering.open_partnership(mine.folder)
    with transaction(store.cursor()) as cur:
        demo_actions.record(cur, 1)
        demo_stories.record(cur, 1)
    agreed = Agreed("Call everyone within a week", "Care team", store.partnership.day + dt.timedelta(days=30))
    recording.record(store, BACKBONE, "bp_control", agreed, actor="backbone:Dana")
    asking.save(store, BACKBONE, "Figures", "shared", "FROM analysis.scorecard", actor="backbone:Dana")
    releasing.publish(store, "demo")
    store.close()
    return mine


def digests(releases: Path) -> dict[str, str]:
    """Every file of a folder of releases with its bytes, when it was changed, and who may read it."""
    return {
        str(path.relative_to(releases)): f"{path.stat().st_mtime_ns} {path.stat().st_mode:o} "
        + (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
        for path in (releases, *releases.rglob("*"))
    }


@pytest.fixture(scope="session")
def made_carrying(made_hiding_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return made_once(tmp_path_factory, "carrying", lambda folder: carrying_demo(made_hiding_demo, folder))


@pytest.fixture(scope="module")
def both(made_carrying: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Not to be changed."""
    mine = copied(made_carrying, tmp_path_factory.mktemp("both") / "var")
    main, before = administering.open_partnership(mine.folder), digests(mine.folder / "releases")
    shown = release_store.open_releases(mine.folder / "releases")
    yield Both(main, shown, before)
    shown.close()
    main.close()
