"""Opening and writing DuckDB and Parquet files, encrypted or not: nothing else in Concord does either.

DuckDB encrypts a file only when it is attached with a key (AES-256-GCM; its log too), and writes one only with the
cryptography of its extension `httpfs`, which is loaded from its installed package and never fetched. What it spills is
then encrypted with a key that no one else has. Reading needs no extension; with it, reading is faster.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from data.ledger.encryption.encryption_key import FileKey

INSIDE = "concord"
"""The name of an encrypted file, or of a lake, in its connection. Whoever takes a cursor says `USE` of it."""
PACKAGE, EXTENSION = "duckdb_extension_httpfs", "httpfs"
_LAKES, _POSTGRES = ("duckdb_extension_ducklake", "ducklake"), ("duckdb_extension_postgres_scanner", "postgres_scanner")
_NO_NETWORK = "SET disabled_filesystems = 'HTTPFileSystem,S3FileSystem,HuggingFaceFileSystem'"
_MAGIC, _MAGIC_AT, _FLAGS_AT = b"DUCK", 8, 20
"""Of a DuckDB file: a checksum, the magic bytes, the version, then flags, whose first bit says that it is encrypted."""


def is_encrypted(path: Path) -> bool | None:
    """Whether a DuckDB file is encrypted, by its own header; None for what has none. Raises OSError."""
    with path.open("rb") as stream:
        head = stream.read(_FLAGS_AT + 1)
    if not head[_MAGIC_AT:].startswith(_MAGIC) or len(head) <= _FLAGS_AT:
        return None
    return bool(head[_FLAGS_AT] & 1)


def open_database(
    path: Path, key: FileKey | None = None, *, read_only: bool = False, config: dict[str, Any] | None = None,
    name: str = INSIDE,
) -> duckdb.DuckDBPyConnection:  # fmt: skip
    """A connection in which a file's tables are at hand; a file that is not there is made, unless `read_only`.

    Raises duckdb.Error as DuckDB does; with a key InvalidInputException for a wrong one, CatalogException for a file
    that is not encrypted, BinderException for one that this process has open; NotReady without the extension.
    """
    if key is None:
        return duckdb.connect(str(path), read_only=read_only, config=config or {})
    connection = duckdb.connect(config={**(config or {}), "temp_file_encryption": True})
    try:
        if not load_extension(connection, needed=not read_only):
            connection.execute("SET temp_directory = ''")  # what it would spill could not be encrypted
        attach(connection, path, name, key, read_only=read_only)
        connection.execute(f"USE {name}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_lake(
    catalog: str, schema: str, rows: Path, *, at: int | None = None, config: dict[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    """A connection in which the tables of a DuckLake are at hand; one that is not there is made.

    `catalog`, `schema`: the Postgres database, as libpq names it, and where in it the catalog lies; `rows`: the folder
    of its Parquet files, each of them encrypted with a key that stands in the catalog. `at`: the state that is read,
    and nothing is written; None: always the newest, to be written too. Raises duckdb.Error as DuckDB
    does, duckdb.IOException where Postgres does not answer, and NotReady without the extensions.
    """
    connection = duckdb.connect(config=config or {})
    try:
        load_extension(connection, why="the store lies on Postgres")
        for package, name in (_POSTGRES, _LAKES):
            _load(connection, package, name, "the store lies on Postgres")
        mode = "" if at is None else f", READ_ONLY, SNAPSHOT_VERSION {at}"
        # The rows lie where this server finds their folder; the catalog knows them by their names within it.
        connection.execute(
            f"ATTACH 'ducklake:postgres:{_text(catalog)}' AS {INSIDE} (DATA_PATH '{_quoted(rows)}/', ENCRYPTED, "
            f"OVERRIDE_DATA_PATH true, METADATA_SCHEMA '{_text(schema)}'{mode})"
        )
        connection.execute(f"USE {INSIDE}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_postgres(database: str, name: str) -> duckdb.DuckDBPyConnection:
    """A connection that asks a Postgres database by itself, under a name. Raises as `open_lake` does."""
    connection = duckdb.connect(
        config={"threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    try:
        _load(connection, *_POSTGRES, "the store lies on Postgres")
        connection.execute(f"ATTACH '{_text(database)}' AS {name} (TYPE postgres)")
    except BaseException:
        connection.close()
        raise
    return connection


def opens(path: Path, key: FileKey) -> bool:
    """Whether a key is that of an encrypted file, as far as can be told: one that another process has open may be."""
    try:
        open_database(path, key, read_only=True).close()
    except duckdb.InvalidInputException:
        return False
    except duckdb.Error:
        return True
    return True


def attach(
    cur: duckdb.DuckDBPyConnection, path: Path, name: str, key: FileKey | None, *, read_only: bool = False
) -> None:
    """Attach a file under a name; a new one is made, unless `read_only`. The key is never in a statement's text."""
    place, mode = _quoted(path), "READ_ONLY" if read_only else "READ_WRITE"
    if key is None:
        cur.execute(f"ATTACH '{place}' AS {name} ({mode})")
    else:
        cur.execute(f"ATTACH '{place}' AS {name} ({mode}, ENCRYPTION_KEY ?)", [key.text])


def copy_database(cur: duckdb.DuckDBPyConnection, path: Path, key: FileKey | None) -> None:
    """All of the cursor's database, as it stands at one moment, in a new file that is wholly on the disk."""
    name = cur.execute("SELECT current_database()").fetchall()[0][0]
    if key is not None:
        load_extension(cur)
    attach(cur, path, "copied_to", key)
    try:
        cur.execute("BEGIN")
        try:
            cur.execute(f'COPY FROM DATABASE "{name}" TO copied_to')
        except BaseException:
            cur.execute("ROLLBACK")
            raise
        cur.execute("COMMIT")
        cur.execute(f'USE copied_to; CHECKPOINT; USE "{name}"')
    finally:
        cur.execute("DETACH copied_to")


def write_parquet(cur: duckdb.DuckDBPyConnection, rows: str, path: Path, key: FileKey | None) -> None:
    """What a FROM clause names, as a Parquet file. DuckDB takes the key of one in the text of a pragma alone."""
    form = f"COPY (FROM {rows}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd"
    if key is None:
        cur.execute(f"{form})")
    else:
        cur.execute(f"PRAGMA add_parquet_key('to', '{key.text}'); {form}, ENCRYPTION_CONFIG {{footer_key: 'to'}})")


def parquet_rows(cur: duckdb.DuckDBPyConnection, path: Path, key: FileKey | None) -> str:
    """What reads a Parquet file in a FROM clause of this connection."""
    if key is None:
        return f"read_parquet('{_quoted(path)}')"
    cur.execute(f"PRAGMA add_parquet_key('from', '{key.text}'); SELECT 1")
    return f"read_parquet('{_quoted(path)}', encryption_config = {{footer_key: 'from'}})"


def load_extension(
    cur: duckdb.DuckDBPyConnection, *, needed: bool = True, why: str = "an encryption key is configured"
) -> bool:
    """Load what writes encrypted files, and close the ways into the network that come with it; whether it was there.
    Raises NotReady where it is `needed` (and `why`) and is not."""
    if not _load(cur, PACKAGE, EXTENSION, why if needed else None):
        return False
    cur.execute(_NO_NETWORK)
    return True


def _load(cur: duckdb.DuckDBPyConnection, package: str, name: str, why: str | None) -> bool:
    """Load an extension from its installed package; whether it was there. Raises NotReady where there is a `why`."""
    found = find_spec(package)
    places = sorted(Path(found.origin).parent.rglob(f"{name}.duckdb_extension")) if found and found.origin else []
    try:
        if not places:
            raise OSError
        # The last: of several versions the newest.
        cur.execute(f"LOAD '{_quoted(places[-1])}'")
        return True
    except (OSError, duckdb.Error):
        if why:
            from data.ledger.data_folder import NotReady  # late: who only reads a release needs no settings

            raise NotReady(
                f"{why}, and the package {package.replace('_', '-')} that fits DuckDB {duckdb.__version__} is not "
                "installed. Install what requirements.lock names. Nothing was changed"
            ) from None
        return False


def _quoted(path: Path) -> str:
    return _text(str(path))


def _text(said: str) -> str:
    return said.replace("'", "''")
