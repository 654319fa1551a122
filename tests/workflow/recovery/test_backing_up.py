"""The drill: a backup while four partners send files, restored elsewhere, is a partnership with nothing wrong in it."""

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.ledger import job_tokens
from data.ledger.backups.backup_files import Backup
from data.ledger.data_folder import KEY, NotReady
from data.ledger.store import Store
from data.releases import release_folders, release_ledger
from schemas.policy.recovery import Recovery
from schemas.policy.viewer import EVERYONE
from tests.support.partnerships import Row, TestPartnership, fresh
from workflow import administering, reading, releasing
from workflow.recovery import backing_up, checking_store
from workflow.recovery.health import health

SENDERS = ["alder", "birch", "cedar", "dogwood"]
SECRET = "a provider's own secret"


def screens(month: int, first: int = 0) -> list[Row]:
    return [
        {"patient_id": f"P{n}", "screened_on": f"2025-{month:02}-{n % 28 + 1:02}", "instrument": "result_only",
         "result": "at_risk"}
        for n in range(first, first + 40)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made_released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a file of each partner and one release."""
    made = fresh(tmp_path_factory.mktemp("released") / "var", SENDERS)
    for sender in SENDERS:
        made.send(sender, "food_security", screens(1))
    releasing.publish(made.store, "backbone")
    made.close()
    return made.store.folder


@pytest.fixture
def partnership(made_released: Path, tmp_path: Path) -> Iterator[TestPartnership]:
    shutil.copytree(made_released, tmp_path / "var")
    store = administering.open_partnership(tmp_path / "var")
    yield TestPartnership(store, tuple(SENDERS), store.partnership.choices)
    store.close()


def restored(backup: Backup, into: Path, key: bytes) -> Store:
    """The store of a backup, restored into an empty folder that holds the key alone; nothing is wrong with it."""
    into.mkdir()
    (into / KEY).write_bytes(key)
    backing_up.restore(backup.folder, into)
    assert checking_store.problems(into) == []
    return administering.open_partnership(into)


def sent(store: Store, *states: str) -> set[tuple[int, str, int]]:
    found = reading.all_submissions(store)
    return {(s.submission, s.partner_id, s.rows_kept) for s in found if not states or s.state in states}


@pytest.mark.heavy
def test_a_backup_while_four_partners_send_is_whole(partnership, tmp_path):
    """Each sends month after month until the backup is there."""
    first, over, store = threading.Event(), threading.Event(), partnership.store
    acknowledged: set[tuple[str, int]] = set()

    def send(sender: str) -> int:
        for month in range(2, 13):
            if over.is_set():
                return month
            partnership.send(sender, "food_security", screens(month, 100 * month))
            acknowledged.add((sender, month))
            first.set()
        return 13

    with ThreadPoolExecutor(4) as people:
        senders = [people.submit(send, sender) for sender in SENDERS]
        assert first.wait(60)
        before = len(acknowledged) + len(SENDERS)
        backup = backing_up.back_up(store, str(tmp_path / "backups"))
        over.set()
    assert all(s.result() for s in senders)
    other = restored(backup, tmp_path / "elsewhere", store.key)
    assert sent(other) <= sent(store) and sent(other) == sent(other, "accepted", "checked")
    assert len(sent(other, "accepted")) >= before, "what was acknowledged before is in it"
    assert release_ledger.made(other.cursor()) == [1]
    rows = other.cursor().execute("SELECT count(*) FROM rows.food_security").fetchall()
    assert rows == [(40 * len(sent(other)),)]
    assert releasing.publish(other, "backbone") == 2, "it goes on from there"
    other.close()


def test_figures_and_releases_are_the_same(partnership, tmp_path):
    store = partnership.store
    other = restored(backing_up.back_up(store, str(tmp_path / "b")), tmp_path / "elsewhere", store.key)
    assert reading.read_results(other, EVERYONE).equals(reading.read_results(store, EVERYONE))
    assert sent(other) == sent(store) and other.identity == store.identity
    manifests = [release_folders.read_manifest(release_folders.folder_of(s.folder, 1)) for s in (store, other)]
    assert manifests[0] == manifests[1] and release_folders.damaged(other.folder, 1) == []
    other.close()


def test_no_secret_comes_into_a_backup(partnership, tmp_path):
    """An allow-list: what somebody laid into the data folder stays there too."""
    store, folder = partnership.store, partnership.store.folder
    words, _ = job_tokens.new_token(folder, "alder")
    for name in ("sign_in_secrets.toml", "cookie.key", "letter.txt", "concord.duckdb.wal.damaged-1"):
        (folder / name).write_text(SECRET)
    (folder / "releases" / "link").symlink_to(folder / KEY)
    backup = backing_up.back_up(store, str(tmp_path / "b"))
    held = b"".join(p.read_bytes() for p in backup.folder.rglob("*") if p.is_file())
    for secret in (SECRET.encode(), store.key, bytes.fromhex(store.key.decode()), words.encode()):
        assert secret not in held
    assert {"concord.toml", "tokens.jsonl", "concord.duckdb"} <= set(backup.files)
    assert backup.folder.stat().st_mode & 0o077 == 0, "nobody else comes through to it"


def test_a_damaged_backup_leaves_nothing_in_the_folder(partnership, tmp_path):
    backup = backing_up.back_up(partnership.store, str(tmp_path / "b"))
    os.truncate(backup.folder / "concord.duckdb", 20_000)
    new = tmp_path / "new"
    new.mkdir()
    (new / KEY).write_bytes(partnership.store.key)
    with pytest.raises(NotReady, match=r"damaged: concord\.duckdb cannot be used"):
        backing_up.restore(backup.folder, new)
    assert [p.name for p in new.iterdir()] == [KEY]


def test_a_restore_takes_an_empty_folder_and_the_key_of_that_time(partnership, tmp_path):
    backup = backing_up.back_up(partnership.store, str(tmp_path / "b"))
    with pytest.raises(NotReady, match="is not empty"):
        backing_up.restore(backup.folder, partnership.store.folder)
    with pytest.raises(NotReady, match="no key"):
        backing_up.restore(backup.folder, tmp_path / "new")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / KEY).write_text("another key, long enough")
    with pytest.raises(NotReady, match="the key does not fit"):
        backing_up.restore(backup.folder, tmp_path / "new")


def test_a_place_that_will_not_do_is_told(partnership, tmp_path):
    store = partnership.store
    for place, words in ((None, "say where"), (str(store.folder / "b"), "is lost with it")):
        with pytest.raises(NotReady, match=words):
            backing_up.back_up(store, place)
    (tmp_path / "file").write_text("")
    with pytest.raises(NotReady, match="could not be written"):
        backing_up.back_up(store, str(tmp_path / "file" / "b"))


def test_the_settings_say_where_and_how_many(partnership, tmp_path, monkeypatch):
    store, into = partnership.store, tmp_path / "b"
    recovery = Recovery(backups=str(into), keep_backups=1)
    monkeypatch.setattr(store, "partnership", store.partnership.model_copy(update={"recovery": recovery}))
    assert backing_up.newest(store) is None
    first = backing_up.back_up(store)
    assert backing_up.newest(store) == first
    shutil.move(first.folder, into / "concord-20200101T000000Z")
    second = backing_up.back_up(store)
    assert [p.name for p in into.iterdir()] == [second.folder.name]


@pytest.mark.heavy
def test_a_release_is_followed_by_a_backup_and_one_that_fails_is_told(partnership, tmp_path, monkeypatch):
    """A trap: a store that is lost after a release forgets what it showed."""
    store, into = partnership.store, tmp_path / "b"
    recovery = Recovery(backups=str(into))
    monkeypatch.setattr(store, "partnership", store.partnership.model_copy(update={"recovery": recovery}))
    assert backing_up.lacks_release(store), "release 1 was made before there was a folder for backups"
    assert releasing.publish(store, "backbone") == 2 and not backing_up.lacks_release(store)
    kept = backing_up.newest(store)
    assert kept
    other = restored(kept, tmp_path / "elsewhere", store.key)
    assert release_ledger.made(other.cursor()) == [2, 1] == release_ledger.made(store.cursor())
    other.close()
    assert "release_backup" not in str(health(store)["failing"])
    shutil.rmtree(into)
    into.write_text("no folder")
    assert releasing.publish(store, "backbone") == 3, "the release stands"
    assert backing_up.lacks_release(store) and "release_backup" in str(health(store)["failing"])
