"""Input made by others (../shared/real, ../shared/corpus), and the search for what must not be on disk."""

import csv
import string
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from data.ledger.store import Store
from schemas.vocabularies import readmission_lists

SHARED = Path(__file__).resolve().parents[3] / "shared"
Table = list[dict[str, str]]


def shared(name: str) -> Path:
    """A folder beside the repository; the test is skipped, with the reason, where it is absent."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: this test reads input that is not part of the repository")
    return folder


def read(path: Path) -> Table:
    """A file of the source as text cells, read by Python's own reader."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def on_disk(folder: Path, words: Iterable[str]) -> set[str]:
    """Which of the words stand in any file under the folder, whatever the case, in UTF-8 or UTF-16."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    forms = {form.decode("latin-1"): word for word in words for form in (word.encode(), word.encode("utf-16-le"))}
    met = set().union(*(_met(path.read_bytes().decode("latin-1"), forms) for path in files))
    return {forms[form] for form in met}


def in_store(store: Store, words: Iterable[str]) -> set[str]:
    """Which of the words stand in any cell of any table: DuckDB may have packed what a search of bytes would find.

    The 150,000 codes of the published lists, which no file brings, are not looked through."""
    cur = store.cursor()
    tables = cur.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND database_name <> 'temp'"
    ).fetchall()
    assert tables
    cells: list[str] = []
    cur.register("published_codes", _published_codes())
    for schema, table in tables:
        listed = (schema, table) in (("code_list", "diagnosis"), ("code_list", "procedure"))
        other = "ANTI JOIN published_codes USING (code)" if listed else ""
        rows = cur.execute(f'SELECT DISTINCT CAST(t AS VARCHAR) FROM "{schema}"."{table}" t {other}').fetchall()
        cells += [row for (row,) in rows]
    return _met("\n".join(cells), words)


@cache
def _published_codes() -> pa.Table:
    ours = readmission_lists.OURS
    lists = readmission_lists.read_lists(ours, readmission_lists.fingerprint(ours))
    return pl.concat([lists.diagnoses.select("code"), lists.procedures.select("code")]).to_arrow()


def _met(text: str, forms: Iterable[str]) -> set[str]:
    """All forms that the text holds, in one pass over it; capital letters of ASCII are as small ones."""
    small = {form.translate(_SMALL): form for form in forms}
    met = pl.Series([text]).str.extract_many(list(small), ascii_case_insensitive=True, overlapping=True)
    return {small[form.translate(_SMALL)] for form in met[0]}


_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
