"""A folder is encrypted, and gets another key: everything stays what it was. Killed at any step, all of it is under the
old key or all under the new one."""

import multiprocessing
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from data.ledger.data_folder import ENCRYPTION_KEY, NotReady
from data.ledger.encryption import database_files, folder_key
from data.ledger.encryption.encryption_key import EncryptionKey
from data.ledger.opening.store_faults import ASIDE, FILE, StoreInUse
from data.ledger.people import access_history
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from schemas.policy.viewer import EVERYONE
from tests.workflow.encrypting import rekeying_worker
from tests.workflow.encrypting.conftest import KEY, OTHER, holding, opened, with_key
from workflow import administering, reading
from workflow.encrypting import changing_key, handing_over, key_history
from workflow.recovery import checking_store

SHAPE = """SELECT table_schema || '.' || table_name || ' ' || table_type AS a FROM information_schema.tables UNION ALL
    SELECT schema_name || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(comment, '')
    FROM duckdb_columns() WHERE NOT internal AND database_name = current_database() ORDER BY 1"""


def contents(folder: Path, key: EncryptionKey | None) -> dict[str, object]:
    """All that a store and its release say, under a key."""
    held: dict[str, object] = {}
    with with_key(key):
        made = opened(folder)
        held["figures"] = reading.read_results(made.store, EVERYONE).rows()
        held["files"] = [(s.submission, s.state, s.rows_kept) for s in reading.all_submissions(made.store)]
        held["rows"] = made.store.cursor().execute("FROM rows.hospital_stays ORDER BY ALL").fetchall()
        made.close()
    for edition in release_folders.EDITIONS:
        path, of_edition = release_folders.edition_path(folder, 1, edition), key.of(edition) if key else None
        with database_files.open_database(path, of_edition, read_only=True) as con:
            table = "told" if edition == release_folders.DASHBOARDS else "results"
            held[edition] = con.execute(SHAPE).fetchall(), con.execute(f"FROM {table} ORDER BY ALL").fetchall()
            if edition == "research":
                beside = path.with_suffix("") / "hospital_stays.parquet"
                rows = database_files.parquet_rows(con, beside, of_edition)
                held["parquet"] = con.execute(f"FROM {rows}").fetchall()
    return held


def test_a_plain_folder_is_encrypted_and_says_the_same(plain):
    before = contents(plain, None)
    with with_key(KEY):
        changed = changing_key.encrypt(plain)
        assert (changed.done, changed.releases, changed.fingerprint) == (True, 1, KEY.fingerprint())
        assert not changing_key.encrypt(plain).done, "once more there is nothing to do"
        assert checking_store.problems(plain) == []
    assert holding(plain) == set() and not (plain / "rekeying").exists()
    assert contents(plain, KEY) == before


@pytest.mark.heavy
def test_another_key_opens_it_and_the_one_before_nothing(encrypted):
    before = contents(encrypted, KEY)
    with with_key(KEY):
        assert changing_key.rotate(encrypted, OTHER).done and not changing_key.rotate(encrypted, OTHER).done
        with pytest.raises(NotReady, match="is not the one"):
            opened(encrypted)
    assert contents(encrypted, OTHER) == before and holding(encrypted) == set()
    for path in encrypted.rglob("*.duckdb"):
        kind = "store" if path.name == FILE else path.stem
        assert not database_files.opens(path, KEY.of(kind)) and database_files.opens(path, OTHER.of(kind))


@pytest.mark.heavy
def test_a_key_that_lies_in_the_folder_is_replaced_with_it(encrypted):
    (encrypted / ENCRYPTION_KEY).write_text(KEY.written())
    changing_key.rotate(encrypted, OTHER)
    assert folder_key.configured(encrypted) == OTHER
    assert (encrypted / ENCRYPTION_KEY).stat().st_mode & 0o777 == 0o600
    opened(encrypted).close()


def test_what_stands_in_the_way_is_said_and_nothing_is_changed(plain, encrypted, monkeypatch):
    with pytest.raises(NotReady, match="no encryption key is configured"):
        changing_key.encrypt(plain)
    with pytest.raises(NotReady, match="is not encrypted"):
        changing_key.rotate(plain, OTHER)
    with with_key(KEY):
        made = opened(encrypted)
        with pytest.raises(StoreInUse):
            changing_key.rotate(encrypted, OTHER)
        made.close()
        aside = encrypted / f"{ASIDE}20260101"
        aside.write_bytes(b"rows of then")
        with pytest.raises(NotReady, match="cannot be encrypted with it"):
            changing_key.rotate(encrypted, OTHER)
        aside.unlink()
        with monkeypatch.context() as patch:
            patch.setattr(changing_key, "_SPARE", 1 << 60)
            with pytest.raises(NotReady, match="written a second time"):
                changing_key.rotate(encrypted, OTHER)
        table = encrypted / "releases" / "0001" / "research" / "hospital_stays.parquet"
        whole = table.read_bytes()
        table.chmod(0o600)
        table.write_bytes(whole[:-9] + bytes(9))
        with pytest.raises(NotReady, match="is damaged"):
            changing_key.rotate(encrypted, OTHER)
        table.write_bytes(whole)
        assert folder_key.fingerprint(encrypted) == KEY.fingerprint() and checking_store.problems(encrypted) == []


def test_a_plain_copy_is_handed_over_whole_and_says_what_it_is(encrypted, tmp_path):
    import concord

    with with_key(KEY):
        put_down: list[int] = []
        made = handing_over.hand_over(encrypted, "research", tmp_path / "out", record=put_down.append)
        for into, why in ((tmp_path / "out", "there already"), (encrypted / "x", "outside the data folder")):
            with pytest.raises(NotReady, match=why):
                handing_over.hand_over(encrypted, "research", into, record=put_down.append)
    assert put_down == [1], "what is refused is not put down"
    with concord.open(made, "research") as release:
        assert release.verify() == [] and len(release.sql("FROM hospital_stays")) == 12
    assert not (made / "shared.duckdb").exists() and "research.duckdb" in holding(made)


def test_a_damaged_edition_is_not_handed_over(encrypted, tmp_path):
    table = next((encrypted / "releases").rglob("hospital_stays.parquet"))
    table.chmod(0o600)
    table.write_bytes(table.read_bytes()[:-60] + bytes(60))
    with with_key(KEY), pytest.raises(NotReady, match="is damaged"):
        handing_over.hand_over(encrypted, "research", tmp_path / "out", record=lambda _: pytest.fail("put down"))
    assert not (tmp_path / "out").exists()


def test_what_is_done_with_the_key_stands_in_the_history_of_access(encrypted):
    with with_key(KEY):
        changing_key.rotate(encrypted, OTHER)
    with with_key(OTHER):
        store = administering.open_partnership(encrypted)
        key_history.record(store, "edition key printed", "research")
        key_history.record_asked(store, {"kind": "edition handed over", "edition": "shared", "release": 1})
        for said in ({"kind": "invited", "edition": "shared"}, {"kind": "edition key printed", "edition": "../x"}):
            with pytest.raises(NotPossible):
                key_history.record_asked(store, said)
        found = [(e.kind, e.detail) for e in access_history.events(store.cursor())][::-1]
        assert access_history.first_broken(store.cursor(), store.key) is None
        store.close()
    assert found == [
        ("encryption key change begun", f"fingerprint {OTHER.fingerprint()}"),
        ("edition key printed", "research edition"), ("edition handed over", "shared edition of release 1"),
    ]  # fmt: skip


def killed(folder: Path, now: EncryptionKey | None, new: EncryptionKey, stop: int) -> tuple[int, bool] | None:
    """What the process said at its end; None when it was killed before."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([rekeying_worker.__name__])
    ours, theirs = processes.Pipe(duplex=False)
    written = now.written() if now else None
    worker = processes.Process(target=rekeying_worker.change, args=(folder, written, new.written(), stop, theirs))
    worker.start()
    theirs.close()
    try:
        said = ours.recv()
    except EOFError:
        said = None
    worker.join(60)
    assert worker.exitcode == (0 if said else -9)
    return said


@pytest.mark.parametrize(
    ("now", "kills"),
    [(KEY, 3), pytest.param(KEY, 60, marks=pytest.mark.heavy), pytest.param(None, 60, marks=pytest.mark.heavy)],
    ids=["rotate-few", "rotate-many", "encrypt-many"],
)
def test_killed_at_any_step_all_is_under_one_key_and_nothing_is_lost(
    plain_made, encrypted_made, tmp_path, kills, now, monkeypatch
):
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # another test's page may stand there
    made = encrypted_made.folder if now else plain_made.folder
    whole = Path(shutil.copytree(made, tmp_path / "whole"))
    before = contents(whole, now)
    end = killed(whole, now, OTHER, 10**6)
    assert end and end[1] and contents(whole, OTHER) == before
    seen = set()
    for n in range(kills):
        stop = max((end[0] - 1) * n // (kills - 1), 1)
        folder = Path(shutil.copytree(made, tmp_path / f"killed-{n}"))
        assert killed(folder, now, OTHER, stop) is None, stop
        agreed = (folder / "rekeying" / "plan.json").exists() or folder_key.fingerprint(folder) == OTHER.fingerprint()
        seen.add(agreed)
        assert contents(folder, OTHER if agreed else now) == before, stop
        assert not (folder / "rekeying").exists() and (not agreed or holding(folder) == set())
        with with_key(OTHER if agreed else now):
            assert n % 4 or checking_store.problems(folder) == []
        shutil.rmtree(folder)
    assert seen == {False, True}
