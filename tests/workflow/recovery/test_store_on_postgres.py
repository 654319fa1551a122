"""A partnership whose store lies on Postgres: begun there, moved there, backed up, shared with servers beside it."""

import datetime as dt
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.ledger import data_folder, job_tokens, kept_reads
from data.ledger.data_folder import NotReady
from data.ledger.encryption import folder_key
from data.ledger.lake import lake_upkeep
from data.ledger.lake.lake_place import LakePlace
from data.ledger.opening.store_faults import FILE, StoreBusy, StoreMismatch, StoreUnavailable
from data.ledger.store import Store, transaction
from data.ledger.submissions import submissions
from data.releases import release_folders
from metrics.counting import counts
from metrics.indicators import indicators
from schemas.policy.viewer import BACKBONE
from tests.data.ledger.lake.test_lake_locks import cut_off
from tests.support.lake import lake_stores
from tests.support.lake.postgres import Cluster
from tests.support.partnerships import Row, TestPartnership, fresh
from workflow import accepting, administering, delivering, releasing
from workflow.governing import changing_settings
from workflow.recovery import backing_up, checking_store, moving_store

pytestmark = pytest.mark.heavy
SCREENS: list[Row] = [
    {"patient_id": f"P{n:03}", "screened_on": dt.date(2025, 3, 1) + dt.timedelta(days=n), "instrument": "result_only",
     "result": "at_risk" if n % 3 else "not_at_risk"} for n in range(40)
]  # fmt: skip
LEDGER = "SELECT * FROM {} ORDER BY ALL"
KEPT = ("submission", "submission_event", "coverage", "counts", "rows.food_security", "finding", "settings_version")


@pytest.fixture
def shared(cluster: Cluster, tmp_path: Path) -> Iterator[TestPartnership]:
    """Two partners, one accepted file."""
    with pytest.MonkeyPatch.context() as patch:
        lake_stores.open_on_postgres(cluster, patch)
        made = fresh(tmp_path / "var", ("alder", "birch"))
    made.send("alder", "food_security", SCREENS)
    yield made
    made.close()


def held(store: Store) -> dict[str, list[tuple]]:
    """What its tables hold, but for rows that another order would not change."""
    return {name: store.cursor().execute(LEDGER.format(name)).fetchall() for name in KEPT}


def place_of(store: Store) -> LakePlace:
    assert store.lake
    return store.lake.place


def test_of_two_servers_that_both_hold_the_ledger_for_theirs_one_stores_nothing(shared, cluster: Cluster):
    waits = shared.check("birch", "food_security", SCREENS)
    beside = administering.open_partnership(shared.store.folder, intake=True)
    cur = shared.store.cursor()
    before = held(shared.store)
    with pytest.raises(StoreBusy, match="Nothing was stored"), shared.store.accepting, shared.store.changing(cur):
        cur.execute("INSERT INTO finding VALUES (1, 'lost', 1, 'lost')")
        cut_off(cluster)  # the lock is gone, and another server takes it
        accepting.accept(beside, waits.submission)
    after = held(shared.store)
    assert after["finding"] == before["finding"]
    assert [e.state for e in submissions(shared.store.cursor(), "birch")] == ["accepted"]
    beside.close()


def test_a_server_beside_takes_files_under_the_settings_as_they_stand_and_settles_nothing(shared):
    beside = administering.open_partnership(shared.store.folder, intake=True)
    word = job_tokens.new_token(shared.store.folder, "birch")[0]

    def ask() -> None:
        assert delivering.bearer(beside, word, "127.0.0.1")

    def take() -> None:
        with beside.sending("birch"):
            pass

    for name, step in (("Another name", ask), ("And another", take)):
        other = shared.store.partnership.model_copy(update={"name": name})
        changing_settings.change(
            shared.store, BACKBONE, shared.store.settings_version, other, reason="It has another name now", actor="x"
        )
        step()
        assert beside.partnership.name == name
    sent = TestPartnership(beside, shared.partners, shared.choices).check("birch", "food_security", SCREENS)
    accepting.accept(beside, sent.submission)
    assert {e.partner_id: e.state for e in submissions(shared.store.cursor())} == dict.fromkeys(
        shared.partners, "accepted"
    )
    assert counts.moved_by_refresh(shared.store.cursor(), indicators().values(), shared.choices) == 0
    beside.close()


def test_nothing_kept_is_shown_once_another_server_has_written(shared, monkeypatch: pytest.MonkeyPatch):
    beside = administering.open_partnership(shared.store.folder, intake=True)
    monkeypatch.setattr(kept_reads, "written", lambda: None)  # another process says so to itself alone
    known, asked = kept_reads.read(shared.store, submissions), []
    cur = beside.cursor()

    def rules(read: duckdb.DuckDBPyConnection) -> set[str]:
        asked.append(read)
        return {rule for (rule,) in read.execute("SELECT rule FROM finding").fetchall()}

    for n in range(3):
        with transaction(cur):
            cur.execute("INSERT INTO finding VALUES (1, ?, 1, 'x')", [f"rule {n}"])
        for _ in range(2):
            assert f"rule {n}" in kept_reads.read(shared.store, rules)
    assert len(asked) == 3, "what nobody has changed is not read again"
    assert kept_reads.read(shared.store, submissions) == known
    beside.close()


def test_a_check_beside_servers_that_accept_looks_at_one_moment(shared):
    looked_at = administering.open_partnership(shared.store.folder, read_only=True)
    shared.send("birch", "food_security", SCREENS)
    assert checking_store.problems_of(looked_at) == []
    assert len(submissions(looked_at.cursor())) == 1
    looked_at.close()


def test_a_server_of_another_version_takes_nothing_in(shared):
    beside = administering.open_partnership(shared.store.folder, intake=True)
    shared.store.cursor().execute("INSERT INTO migration VALUES (9999, 'of_later', now()::TIMESTAMP)")
    with pytest.raises(StoreMismatch, match="another version"), beside.accepting:
        pass
    beside.close()
    with pytest.raises(StoreMismatch):
        administering.open_partnership(shared.store.folder, intake=True)


def test_a_server_that_counts_by_other_definitions_accepts_nothing(shared):
    beside = administering.open_partnership(shared.store.folder, intake=True)
    waits = shared.check("birch", "food_security", SCREENS)
    shared.store.cursor().execute("UPDATE counted_by SET fingerprint = 'of a newer program'")
    with pytest.raises(StoreMismatch, match="other definitions"):
        accepting.accept(beside, waits.submission)
    accepting.accept(shared.store, waits.submission)
    beside.close()


def test_postgres_comes_back_and_so_does_the_store(shared, cluster: Cluster):
    cluster.stop()
    try:
        with pytest.raises(duckdb.Error):
            shared.check("birch", "food_security", SCREENS)
    finally:
        cluster.start()
    shared.send("birch", "food_security", SCREENS)
    assert len(submissions(shared.store.cursor())) == 2


def test_a_database_that_is_not_there_is_one_sentence(shared):
    folder, place = shared.store.folder, place_of(shared.store)
    shared.store.close()
    (folder / data_folder.STORE).write_text('catalog = "postgres:host=127.0.0.1 port=1 dbname=x"')
    for read_only in (False, True):
        with pytest.raises(StoreUnavailable, match=r"x at 127.0.0.1 cannot be reached.*Nothing was changed"):
            administering.open_partnership(folder, read_only=read_only)
    lake_stores.say_place(folder, place)
    shared.store = administering.open_partnership(folder)


def test_a_folder_says_which_store_is_meant_and_no_key_promises_what_postgres_does_not_do(shared, monkeypatch):
    folder = shared.store.folder
    shared.store.close()
    (folder / FILE).write_bytes(b"")
    with pytest.raises(NotReady, match="is there too"):
        administering.open_partnership(folder)
    (folder / FILE).unlink()
    monkeypatch.setattr(folder_key, "configured", lambda _: object())
    with pytest.raises(NotReady, match="which this key cannot encrypt"):
        administering.open_partnership(folder)
    monkeypatch.undo()
    shared.store = administering.open_partnership(folder)


def test_a_store_is_moved_with_all_it_holds_and_goes_on_there(tmp_path: Path, cluster: Cluster):
    made = fresh(tmp_path / "var", ("alder", "birch"))
    made.send("alder", "food_security", SCREENS)
    releasing.publish(made.store)
    before, folder = held(made.store), made.store.folder
    made.close()
    left = moving_store.to_postgres(folder, lake_stores.place_in(cluster))
    assert left.exists() and not (folder / FILE).exists()
    with pytest.raises(NotReady, match="already"):
        moving_store.to_postgres(folder, lake_stores.place_in(cluster))
    assert checking_store.problems(folder) == []
    made.store = administering.open_partnership(folder)
    assert held(made.store) == before
    sent = made.send("birch", "food_security", SCREENS)
    assert sent.submission == 2
    assert releasing.publish(made.store) == 2
    made.close()
    (folder / data_folder.STORE).unlink()
    (folder / moving_store.MOVED).rename(folder / FILE)
    shutil.rmtree(folder / "releases" / release_folders.folder_of(folder, 2).name)


def test_a_place_that_holds_a_store_is_not_written_over(shared, tmp_path: Path):
    other = fresh(tmp_path / "other", ("alder",))
    folder, place = other.store.folder, place_of(shared.store)
    other.close()
    shared.store.close()
    with pytest.raises(NotReady, match="holds a store already"):
        moving_store.to_postgres(folder, place)
    assert (folder / FILE).exists() and not (folder / data_folder.STORE).exists()
    shared.store = administering.open_partnership(shared.store.folder)
    assert len(submissions(shared.store.cursor())) == 1


def test_a_backup_holds_all_and_is_restored_as_a_file(shared, tmp_path: Path):
    releasing.publish(shared.store)
    before = held(shared.store)
    made = backing_up.back_up(shared.store, str(tmp_path / "backups"))
    shutil.copy(shared.store.folder / data_folder.KEY, tmp_path / "key")
    assert not {data_folder.STORE, "rows"} & {p.name for p in made.folder.iterdir()}
    (tmp_path / "again").mkdir()
    shutil.copy(tmp_path / "key", tmp_path / "again" / data_folder.KEY)
    backing_up.restore(made.folder, tmp_path / "again")
    store = administering.open_partnership(tmp_path / "again")
    assert store.lake is None
    assert held(store) == before
    store.close()
    assert checking_store.problems(tmp_path / "again") == []


def test_the_files_of_rows_cannot_be_read_without_the_catalog(shared):
    files = sorted((shared.store.folder / "rows" / "rows").rglob("*.parquet"))
    assert files, "forty rows are a file"
    for file in files:
        assert file.read_bytes()[:4] == b"PARE", "encrypted, its footer too"
        with pytest.raises(duckdb.Error, match="encrypt"):
            duckdb.connect().execute("FROM read_parquet(?)", [str(file)])


def test_files_that_nothing_names_go_after_a_day_and_no_others(shared):
    files = sorted((shared.store.folder / "rows").rglob("*.parquet"))
    left, new = (files[0].with_name(f"ducklake-{name}.parquet") for name in ("left", "new"))
    for file in (left, new):
        shutil.copyfile(files[0], file)
    for file in [*files, left]:
        os.utime(file, (time.time() - 2 * 86_400,) * 2)
    before = held(shared.store)
    assert lake_upkeep.tidy(shared.store.cursor())
    assert not left.exists() and new.exists()
    assert held(shared.store) == before
