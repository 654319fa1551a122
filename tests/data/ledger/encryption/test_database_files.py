"""A planted text is in no file that DuckDB writes with a key: file, log after a kill, spill, Parquet. Without one it is
in each of them, so that this can fail."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from data.ledger.data_folder import NotReady
from data.ledger.encryption import database_files
from data.ledger.encryption.encryption_key import EncryptionKey, FileKey

CANARY = b"canary-Z99QQXK"
KEY = EncryptionKey(bytes(range(32))).of("store")
ROWS = (
    f"SELECT i, '{CANARY.decode()}'::BLOB || unhex(md5(i::VARCHAR) || md5((i + 1)::VARCHAR)) AS s FROM range(%d) r(i)"
)
"""With noise that no compression makes smaller, so that the text stands in a file as it is."""
both = pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])


def holding(folder: Path) -> set[str]:
    """The files that hold the planted text."""
    return {p.name for p in folder.rglob("*") if p.is_file() and CANARY in p.read_bytes()}


@both
def test_a_file_and_what_it_spills(tmp_path: Path, key: FileKey | None):
    config = {"temp_directory": str(tmp_path / "spill"), "memory_limit": "30MB", "threads": 1}
    with database_files.open_database(tmp_path / "x.duckdb", key, config=config) as con:
        con.execute("PRAGMA force_compression = 'uncompressed'")  # compressed, the text stands there in pieces, or not
        con.execute("CREATE TABLE t AS " + ROWS % 300_000)
        answer = con.execute("SELECT * FROM t ORDER BY s")
        answer.fetchmany(5)
        spilled = {p.name for p in (tmp_path / "spill").iterdir()}
        held = holding(tmp_path)
        assert spilled and (held & spilled if key is None else not held)
        con.execute("CHECKPOINT")
    assert holding(tmp_path) == ({"x.duckdb"} if key is None else set())
    assert database_files.is_encrypted(tmp_path / "x.duckdb") is (key is not None)


@both
def test_the_log_that_a_kill_leaves_is_encrypted_and_replayed(tmp_path: Path, key: FileKey | None):
    secret = key.secret.hex() if key else ""
    program = f"""if True:
        import os, pathlib
        from data.ledger.encryption import database_files
        from data.ledger.encryption.encryption_key import FileKey
        key = FileKey(bytes.fromhex("{secret}")) if "{secret}" else None
        con = database_files.open_database(pathlib.Path("x.duckdb"), key)
        con.execute({"CREATE TABLE t AS " + ROWS % 100!r})
        os.kill(os.getpid(), {int(signal.SIGKILL)})"""
    root = str(Path(__file__).parents[4])
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": root}, check=False
    )
    assert ended.returncode == -signal.SIGKILL and (tmp_path / "x.duckdb.wal").stat().st_size > 3_000
    assert holding(tmp_path) == ({"x.duckdb.wal"} if key is None else set())
    with database_files.open_database(tmp_path / "x.duckdb", key) as con:
        assert con.execute("SELECT count(*) FROM t").fetchall() == [(100,)]


@both
def test_parquet_is_read_back_and_holds_it_only_without_a_key(tmp_path: Path, key: FileKey | None):
    path = tmp_path / "t.parquet"
    with duckdb.connect() as con:
        if key:
            database_files.load_extension(con)
        con.execute("CREATE TABLE t AS " + ROWS % 100)
        database_files.write_parquet(con, "t", path, key)
        rows = database_files.parquet_rows(con, path, key)
        assert con.execute(f"SELECT count(*), min(i), max(i) FROM {rows}").fetchall() == [(100, 0, 99)]
    assert holding(tmp_path) == ({"t.parquet"} if key is None else set())
    assert path.read_bytes()[-4:] == (b"PAR1" if key is None else b"PARE")


@both
def test_a_copy_has_tables_views_and_comments_and_another_key(tmp_path: Path, key: FileKey | None):
    other = EncryptionKey.new().of("research")
    with database_files.open_database(tmp_path / "x.duckdb", key) as con:
        con.execute("CREATE SCHEMA analysis; CREATE TABLE t AS SELECT 1 AS a; COMMENT ON COLUMN t.a IS 'what it is'")
        con.execute("CREATE VIEW analysis.v AS SELECT a FROM main.t; COMMENT ON VIEW analysis.v IS 'a view'")
        database_files.copy_database(con, tmp_path / "y.duckdb", other)
    with database_files.open_database(tmp_path / "y.duckdb", other, read_only=True) as con:
        assert con.execute("FROM analysis.v").fetchall() == [(1,)]
        said = con.execute("SELECT comment FROM duckdb_columns() WHERE comment IS NOT NULL AND NOT internal").fetchall()
        assert said == [("what it is",)]
    with pytest.raises(duckdb.InvalidInputException):
        database_files.open_database(tmp_path / "y.duckdb", KEY, read_only=True)


def test_no_setting_and_no_list_of_databases_tells_the_key(tmp_path: Path):
    with database_files.open_database(tmp_path / "x.duckdb", KEY) as con:
        for source in ("duckdb_settings()", "duckdb_databases()", "duckdb_variables()", "duckdb_secrets()"):
            assert KEY.text not in str(con.execute(f"FROM {source}").fetchall())


def test_no_way_into_the_network_comes_with_it(tmp_path: Path):
    with database_files.open_database(tmp_path / "x.duckdb", KEY) as con:
        for url in ("http://127.0.0.1:1/x.csv", "s3://bucket/x.csv", "hf://datasets/x/y.csv"):
            with pytest.raises(duckdb.PermissionException):
                con.execute(f"FROM read_csv('{url}')")


def test_without_the_extension_nothing_is_written_in_one_sentence_and_reading_goes_on(tmp_path: Path, monkeypatch):
    with database_files.open_database(tmp_path / "x.duckdb", KEY) as con:
        con.execute("CREATE TABLE t AS " + ROWS % 100)
    monkeypatch.setattr(database_files, "PACKAGE", "duckdb_extension_that_is_not_there")
    with pytest.raises(NotReady, match=r"the package duckdb-extension-that-is-not-there .* is not installed"):
        database_files.open_database(tmp_path / "new.duckdb", KEY)
    assert not (tmp_path / "new.duckdb").exists()
    with database_files.open_database(tmp_path / "x.duckdb", KEY, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM t").fetchall() == [(100,)]
        assert con.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)], "it could spill in plain"
