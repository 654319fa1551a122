"""The published lists of readmission in the store, where the queries join them: `code_list.diagnosis`, `.procedure`.

`code_list.codes(cell)` gives the codes of a cell that holds several.
"""

from pathlib import Path

import duckdb
import polars as pl

from schemas.policy.partnership import Partnership
from schemas.vocabularies import readmission_lists

MACRO = "CREATE OR REPLACE MACRO code_list.codes(cell) AS regexp_split_to_array(trim(cell, ' ;,|'), '[;,| ]+')"


def lists_folder(folder: Path, partnership: Partnership) -> Path:
    """Where the lists lie that the partnership has chosen: in its data folder, or ours."""
    own = partnership.readmission_lists
    return folder / own if own else readmission_lists.OURS


def keep(cur: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Put the lists of this folder into the store, when it holds others (or none): then True, and all that was counted
    by the lists before must be counted anew. Raises ListFault.

    They are kept, not read at each start: reading and checking 150,000 codes takes half a second.
    """
    now = readmission_lists.fingerprint(folder)
    if cur.execute("SELECT fingerprint FROM code_list.loaded").fetchall() == [(now,)]:
        return False
    lists = readmission_lists.read_lists(folder, now)
    _fill(cur, "diagnosis", lists.diagnoses)
    _fill(cur, "procedure", lists.procedures)
    cur.execute("DELETE FROM code_list.loaded")
    cur.execute("INSERT INTO code_list.loaded VALUES (?, ?)", [lists.about.version, now])
    return True


def _fill(cur: duckdb.DuckDBPyConnection, table: str, codes: pl.DataFrame) -> None:
    cur.execute(f"DELETE FROM code_list.{table}")
    cur.register("new_codes", codes.drop("category").to_arrow())
    cur.execute(f"INSERT INTO code_list.{table} BY NAME FROM new_codes")
    cur.unregister("new_codes")
