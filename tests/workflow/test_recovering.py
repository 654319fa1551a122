"""A start finishes or undoes what was interrupted, and refuses a store that is not that of its releases."""

import json
import resource
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from data.ledger.opening.store_faults import FILE, UNUSABLE, StoreMismatch
from data.releases import edition_files, release_carried, release_folders, release_ledger
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import EVERYONE
from tests.support.partnerships import Row, TestPartnership, fresh
from workflow import accepting, administering, reading, releasing
from workflow.recovery import checking_store

EDITION_BYTES = 100_000
"""More than the store's log of a release, less than an edition."""


def screens(month: int) -> list[Row]:
    return [
        {"patient_id": f"P{n}", "screened_on": f"2025-{month:02}-{n + 1:02}", "instrument": "result_only",
         "result": "at_risk"}
        for n in range(12)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made_released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one release."""
    folder = tmp_path_factory.mktemp("released") / "var"
    partnership = fresh(folder, ["alder"])
    partnership.send("alder", "food_security", screens(3))
    releasing.publish(partnership.store, "backbone")
    partnership.close()
    return folder


@pytest.fixture
def folder(made_released: Path, tmp_path: Path) -> Path:
    shutil.copytree(made_released, tmp_path / "var")
    return tmp_path / "var"


def started(folder: Path) -> list[int]:
    """The releases that the ledger knows after a start, when nothing is wrong any more."""
    store = administering.open_partnership(folder)
    try:
        assert checking_store.problems_of(store) == []
        made = release_ledger.made(store.cursor())
        assert release_folders.current_release(folder) == made[0]
        return made
    finally:
        store.close()


def published(folder: Path) -> int:
    store = administering.open_partnership(folder)
    try:
        return releasing.publish(store)
    finally:
        store.close()


POINTERS = {
    "half": '{"relea',
    "empty": "",
    "nothing in it": "{}",
    "no number": '{"release": "seven"}',
    "a list": "[]",
    "nowhere": '{"release": 9}',
    "not there": None,
}


@pytest.mark.parametrize(
    "kind", [k if k in ("half", "nowhere") else pytest.param(k, marks=pytest.mark.heavy) for k in POINTERS]
)
def test_a_pointer_that_leads_nowhere_is_told_and_is_right_after_the_next_start(folder, kind):
    pointer, content = folder / "releases" / "current.json", POINTERS[kind]
    before = pointer.read_text()
    pointer.unlink() if content is None else pointer.write_text(content)
    (told,) = checking_store.problems(folder)
    assert "the newest release is 1: start Concord" in told
    assert started(folder) == [1] and pointer.read_text() == before


def test_what_was_announced_and_not_recorded_is_undone(folder):
    shutil.copytree(folder / "releases" / "0001", folder / "releases" / "0002")
    (folder / "releases" / ".making-0003").mkdir()
    with pytest.raises(StoreMismatch, match="It is older than what was published"):
        administering.open_partnership(folder)
    shutil.move(folder / "releases" / "0002", folder / "elsewhere")
    store = administering.open_partnership(folder)
    assert release_ledger.announce(store.cursor(), "backbone", store.now()) == 2
    store.close()
    shutil.move(folder / "elsewhere", folder / "releases" / "0002")
    assert any("release 2 was interrupted" in told for told in checking_store.problems(folder))
    assert started(folder) == [1]
    assert sorted(p.name for p in (folder / "releases").iterdir()) == ["0001", "current.json"]
    assert published(folder) == 2


def test_releases_without_their_store_are_not_begun_anew(folder):
    (folder / FILE).rename(folder / "away")
    for read_only in (False, True):
        with pytest.raises(StoreMismatch, match="Put it back"):
            administering.open_partnership(folder, read_only=read_only)
    assert not (folder / FILE).exists()
    (folder / "away").rename(folder / FILE)
    assert started(folder) == [1]


def test_releases_beside_another_store_are_refused(folder, tmp_path):
    other = fresh(tmp_path / "other", ["alder"])
    other.close()
    shutil.copy(tmp_path / "other" / FILE, folder / FILE)
    shutil.copy(tmp_path / "other" / "secret.key", folder / "secret.key")
    for read_only in (False, True):
        with pytest.raises(StoreMismatch, match="made from another store"):
            administering.open_partnership(folder, read_only=read_only)
    assert release_folders.numbers(folder) == [1]


@pytest.mark.heavy
def test_a_store_that_is_older_than_its_releases_is_refused(folder):
    shutil.copy(folder / FILE, folder / "kept")
    assert published(folder) == 2
    (folder / "kept").replace(folder / FILE)
    with pytest.raises(StoreMismatch, match="holds release 2, and the store knows 1"):
        administering.open_partnership(folder)
    assert release_folders.numbers(folder) == [1, 2] and release_folders.current_release(folder) == 2


@pytest.mark.heavy
def test_a_release_that_an_older_program_left_half_recorded_is_remembered(folder):
    """Its figures are in the store and the pointer leads to it; the ledger does not know it, and no file says a store."""
    store = administering.open_partnership(folder)
    cur = store.cursor()
    cur.execute("DELETE FROM release_made")
    cur.execute("DELETE FROM earlier")
    store.close()
    for name in ("0001/manifest.json", "current.json"):
        path = folder / "releases" / name
        path.chmod(0o644)
        path.write_text(json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "store"}))
    assert started(folder) == [1]
    assert published(folder) == 2


def keep(folder: Path, releases: int) -> None:
    settings = folder / "concord.toml"
    settings.write_text(settings.read_text() + f"\n[policy]\nkeep_releases = {releases}\n")


@pytest.mark.both_stores
def test_old_releases_lose_their_rows_first_and_what_was_removed_is_recorded(folder):
    keep(folder, 1)
    shutil.copytree(folder / "releases" / "0001", folder.parent / "first")
    assert [published(folder), published(folder)] == [2, 3]
    there = sorted(str(p.relative_to(folder / "releases")) for p in (folder / "releases").glob("*/*.duckdb"))
    assert there == [
        "0002/shared.duckdb",
        *(f"0003/{edition}.duckdb" for edition in ("dashboards", "research", "shared")),
    ]
    assert started(folder) == [3, 2, 1]
    shutil.copytree(folder.parent / "first", folder / "releases" / "0001")
    assert any("release 1 has files that were to be removed" in told for told in checking_store.problems(folder))
    assert started(folder) == [3, 2, 1] and release_folders.numbers(folder) == [2, 3]


@pytest.mark.both_stores
def test_a_release_knows_what_it_was_made_under_when_the_settings_have_changed(folder):
    settings = folder / "concord.toml"
    before = Partnership.read(settings)
    settings.write_text("targets = { bp_control = 0.9 }\n" + settings.read_text())
    store = administering.open_partnership(folder)
    kept = release_carried.settings_then(store.cursor(), 1, store.partnership)
    store.close()
    assert kept == before
    manifest = release_folders.read_manifest(folder / "releases" / "0001")
    assert manifest["policy"]["smallest_cell"] == 11 and manifest["targets"] == {}
    assert "food_insecurity" in manifest["versions"]


@pytest.mark.both_stores
@pytest.mark.heavy
def test_files_are_accepted_while_a_release_is_made_and_join_the_next(folder, monkeypatch):
    store = administering.open_partnership(folder)
    partnership = TestPartnership(store, ("alder",), store.partnership.choices)
    sent = partnership.check("alder", "food_security", screens(11))
    write, done = edition_files.write_files, threading.Event()

    def accept() -> None:
        accepting.accept(store, sent.submission)
        done.set()

    def meanwhile(*given: Any) -> None:
        threading.Thread(target=accept, daemon=True).start()
        assert done.wait(60), "an upload waits for the release"
        write(*given)

    monkeypatch.setattr(edition_files, "write_files", meanwhile)
    assert releasing.publish(store) == 2
    monkeypatch.undo()
    shown = reading.current_release(store)
    (entry,) = [s for s in reading.all_submissions(store) if s.submission == sent.submission]
    assert shown and entry.state == "accepted" and not shown.shows(entry)
    assert rows_released(folder) == 12
    assert releasing.publish(store) == 3 and checking_store.problems_of(store) == []
    assert rows_released(folder) == 24
    store.close()


def rows_released(folder: Path) -> int:
    release = release_folders.current_release(folder)
    assert release
    with duckdb.connect(str(release_folders.edition_path(folder, release, "research")), read_only=True) as con:
        return int(con.execute("SELECT count(*) FROM food_security").fetchall()[0][0])


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file may grow beyond a size: what a disk that fills up does to a writer."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (EDITION_BYTES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, kept)


def test_when_the_disk_fills_up_nothing_of_the_release_is_left_and_the_one_before_stays(folder, little_room):
    store = administering.open_partnership(folder)
    with pytest.raises(UNUSABLE):
        releasing.publish(store)
    assert sorted(p.name for p in (folder / "releases").iterdir()) == ["0001", "current.json"]
    assert reading.read_results(store, EVERYONE).height
    store.close()
