"""With a key nothing that is stored can be read without it, and everything works as without; each way in which a key
does not fit is one sentence."""

import json
import shutil
from pathlib import Path

import pytest

import concord
from data.ledger.data_folder import ENCRYPTION_KEY, ENCRYPTION_VARIABLE, NotReady
from data.ledger.encryption import database_files, folder_key
from data.ledger.opening.store_faults import FILE, StoreDamaged, StoreInUse
from data.releases import release_folders
from data.releases.questions.asked import Asked as Question
from metrics.counting.input_views import PARTNERSHIP
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import EVERYONE
from tests.workflow.encrypting.conftest import KEY, OTHER, holding, opened, stays, with_key
from workflow import administering, reading, releasing
from workflow.deleting import deleting
from workflow.deleting.deleting import Asked
from workflow.recovery import backing_up, checking_store
from workflow.recovery.health import health

IN_CLEAR = {"concord.toml", "encryption.json", "secret.key", "releases/current.json", "releases/0001/manifest.json"}
"""The files of a data folder that are not encrypted; none holds a row."""


def test_a_planted_word_is_in_no_file_while_open_after_a_kill_closed_or_backed_up(encrypted_made, plain_made):
    kept = {FILE, "releases/0001/research.duckdb", "releases/0001/research/hospital_stays.parquet"}
    assert kept <= holding(plain_made.folder) and kept <= holding(plain_made.backup), "so that this can fail"
    assert f"{FILE}.wal" in holding(plain_made.while_open)
    assert (encrypted_made.while_open / f"{FILE}.wal").stat().st_size > 1_000
    for place in (encrypted_made.folder, encrypted_made.backup, encrypted_made.while_open):
        assert holding(place) == set()


def test_every_file_is_encrypted_or_known_to_hold_no_row(encrypted_made):
    for place in (encrypted_made.folder, encrypted_made.backup, encrypted_made.while_open):
        for path in (p for p in place.rglob("*") if p.is_file()):
            name = path.relative_to(place).as_posix()
            match path.suffix:
                case ".duckdb":
                    assert database_files.is_encrypted(path), name
                case ".parquet":
                    assert path.read_bytes()[-4:] == b"PARE", name
                case _:
                    assert name in IN_CLEAR | {"backup.json", f"{FILE}.wal"}, name


def test_what_a_kill_leaves_opens_again_with_all_that_was_acknowledged(encrypted_made, tmp_path):
    folder = Path(shutil.copytree(encrypted_made.while_open, tmp_path / "var"))
    with with_key(KEY):
        assert checking_store.problems(folder) == []
        made = opened(folder)
        assert {s.partner_id for s in reading.all_submissions(made.store)} == {"alder", "birch"}
        made.close()


@pytest.mark.heavy
def test_it_says_the_same_as_without_a_key_and_goes_on(encrypted, plain):
    figures = []
    for folder, key in ((plain, None), (encrypted, KEY)):
        with with_key(key):
            made = opened(folder)
            made.send("birch", "hospital_stays", stays(200))
            assert releasing.publish(made.store, "backbone") == 2
            figures.append(reading.read_results(made.store, EVERYONE).filter(scope=PARTNERSHIP).sort(RESULT_KEY))
            assert health(made.store)["encryption"] == ("on" if key else "off")
            made.close()
            assert checking_store.problems(folder) == []
    assert figures[0].height and figures[0].equals(figures[1])
    assert holding(encrypted) == set() != holding(plain)


@pytest.mark.heavy
def test_analysts_and_the_query_page_read_an_encrypted_edition(encrypted, monkeypatch):
    path, key = release_folders.edition_path(encrypted, 1, "research"), KEY.of("research")
    asked = Question(path, "SELECT count(*) AS n FROM hospital_stays", key=key).wait()
    assert asked.rows and asked.rows.to_pylist() == [{"n": 12}]
    for probe in ("FROM duckdb_settings()", "FROM duckdb_databases()", "FROM read_text('/proc/self/cmdline')"):
        told = Question(path, probe, key=key, most_rows=10_000).wait()
        assert key.text not in (str(told.rows.to_pylist()) if told.rows else told.words)
    assert Question(path, "SELECT 1").wait().rows is None, "without its key"
    with pytest.raises(NotReady, match="no key is there"):
        concord.open(encrypted, "research")
    with pytest.raises(PermissionError, match="not that of the research edition"):
        concord.open(encrypted, "research", key=KEY.of("shared").written())
    with concord.open(encrypted, "research", key=key.written()) as release:
        assert len(release.sql("FROM hospital_stays")) == 12 and release.verify() == []
    monkeypatch.setenv(folder_key.EDITION_VARIABLE, KEY.of("shared").written())
    with concord.open(encrypted) as release:
        assert release.results().height
    monkeypatch.delenv(folder_key.EDITION_VARIABLE)
    with with_key(KEY), concord.open(encrypted, "research") as release:
        assert release.tables().height


def test_a_deletion_is_in_an_encrypted_store_as_in_a_plain_one(encrypted):
    with with_key(KEY):
        made = opened(encrypted)
        asked = Asked("partner", "alder")
        seen = deleting.look(made.store, asked)
        assert seen.releases == (1,), "the research edition can be read"
        deleting.delete(made.store, asked, seen, reason="The partner asked for it", actor="Dana")
        assert made.store.cursor().execute("SELECT count(*) FROM rows.hospital_stays").fetchall() == [(12,)]
        made.close()
        assert checking_store.problems(encrypted) == []


def test_a_backup_opens_elsewhere_with_the_key_from_paper_alone(encrypted_made, tmp_path):
    """Escrow: the two keys, as they were written down, and the backup; nothing else of the old machine."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(encrypted_made.folder / "secret.key", elsewhere)
    (elsewhere / ENCRYPTION_KEY).write_text(KEY.written().lower().replace("-", " "))
    backing_up.restore(encrypted_made.backup, elsewhere)
    assert checking_store.problems(elsewhere) == [] and holding(elsewhere) == set()
    made = opened(elsewhere)
    assert made.store.cursor().execute("SELECT count(*) FROM rows.hospital_stays").fetchall() == [(12,)]
    made.close()


@pytest.mark.parametrize(("key", "why"), [(None, "no key is there"), (OTHER, "is not the one")])
def test_a_backup_is_not_restored_without_its_key(encrypted_made, tmp_path, key, why):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(encrypted_made.folder / "secret.key", elsewhere)
    with with_key(key), pytest.raises(NotReady, match=why):
        backing_up.restore(encrypted_made.backup, elsewhere)
    assert [p.name for p in elsewhere.iterdir()] == ["secret.key"]


def refused(folder: Path) -> str:
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with pytest.raises(NotReady) as told:
        administering.open_partnership(folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before, "nothing was changed"
    assert all(key.written()[-19:] not in str(told.value) for key in (KEY, OTHER))
    return str(told.value)


def test_each_key_that_does_not_fit_is_one_sentence_and_nothing_is_changed(encrypted, monkeypatch):
    assert "no key is there" in refused(encrypted)
    monkeypatch.setenv(ENCRYPTION_VARIABLE, OTHER.written())
    assert f"{KEY.fingerprint()} is wanted" in refused(encrypted)
    monkeypatch.setenv(ENCRYPTION_VARIABLE, KEY.written()[:-1] + "0")
    assert "typed wrong" in refused(encrypted)
    monkeypatch.delenv(ENCRYPTION_VARIABLE)
    (encrypted / ENCRYPTION_KEY).write_text("")
    assert f"in {ENCRYPTION_KEY} cannot be read" in refused(encrypted)
    monkeypatch.setenv(ENCRYPTION_VARIABLE, KEY.written())
    monkeypatch.setattr(database_files, "PACKAGE", "duckdb_extension_that_is_not_there")
    assert "is not installed" in refused(encrypted)


def test_a_fingerprint_that_is_lost_or_garbled_does_not_let_a_wrong_key_in(encrypted, monkeypatch):
    (encrypted / folder_key.STATE).write_text("{")
    assert "cannot be read" in refused(encrypted)
    (encrypted / folder_key.STATE).unlink()
    assert "no key is there" in refused(encrypted)
    monkeypatch.setenv(ENCRYPTION_VARIABLE, OTHER.written())
    assert "is not the one" in refused(encrypted)
    monkeypatch.setenv(ENCRYPTION_VARIABLE, KEY.written())
    opened(encrypted).close()
    assert json.loads((encrypted / folder_key.STATE).read_text())["key"] == KEY.fingerprint()


def test_a_plain_store_and_a_key_are_told_apart(plain, encrypted_made, monkeypatch):
    monkeypatch.setenv(ENCRYPTION_VARIABLE, KEY.written())
    assert "concord encryption encrypt" in refused(plain)
    shutil.copy(encrypted_made.folder / folder_key.STATE, plain)
    assert "put there from" in refused(plain)


@pytest.mark.heavy
def test_a_damaged_store_is_no_wrong_key_and_a_second_opening_is_in_use(encrypted):
    with with_key(KEY):
        made = opened(encrypted)
        with pytest.raises(StoreInUse):
            administering.open_partnership(encrypted)
        made.close()
        whole = (encrypted / FILE).read_bytes()
        for at in (64, *range(200_000, len(whole), len(whole) // 6)):
            (encrypted / FILE).write_bytes(whole[:at] + bytes(64) + whole[at + 64 :])
            try:
                assert checking_store.problems(encrypted) != [] or at > 64, "a free block may hold nothing"
            except StoreDamaged:
                continue


def test_an_encrypted_store_for_reading_alone_reads_and_leaves_no_plain_file(encrypted):
    with with_key(KEY):
        store = administering.open_partnership(encrypted, read_only=True)
        assert store.cursor().execute("SELECT count(*) FROM rows.hospital_stays").fetchall() == [(24,)]
        store.close()
    assert holding(encrypted) == set()
