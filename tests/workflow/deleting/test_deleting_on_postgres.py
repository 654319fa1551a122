"""Deletion for good where the store lies on Postgres: in no table, no file of rows and no earlier state."""

import uuid
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from data.ledger.lake import lake_tables
from data.ledger.lake.lake import GUARD
from tests.support.lake import lake_stores
from tests.support.lake.postgres import Cluster
from tests.support.new_partnerships import new_store
from tests.workflow.deleting.test_deleting import (
    CANARY,
    IDS,
    SETTINGS,
    WHO,
    bytes_of,
    code,
    deleted,
    diagnosed,
    in_files,
    send,
    stays,
)
from workflow import administering
from workflow.deleting.deleting import Asked
from workflow.recovery import checking_store


@pytest.mark.heavy
def test_on_postgres_a_person_is_in_no_table_file_or_earlier_state_afterwards(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    new_store(tmp_path / "var", SETTINGS).close()
    lake_stores.open_on_postgres(cluster, monkeypatch)
    store = administering.open_partnership(tmp_path / "var")
    for partner in ("alder", "birch"):
        send(store, "hospital_stays", stays(IDS, WHO if partner == "alder" else ""), partner)
    send(store, "hospital_stays", stays([WHO], WHO))  # so few rows stand in the catalog itself
    person, cur = code(store, "alder"), store.cursor()
    assert len(held_in(cur, person)) > 1, "the person is in this state and in earlier ones"
    assert in_files(cluster.folder / "data", [CANARY.encode()])

    deleted(store, Asked("person", "alder", WHO))

    assert held_in(cur, person) == [] and diagnosed(store) == 0
    listed = {f for table in tables(cur) for f in files_of(cur, table)}
    there = {str(p) for p in (store.folder / "rows").rglob("*.parquet") if GUARD not in p.parts}
    assert there <= listed, "no file is left that nothing names"
    cluster.ask("CHECKPOINT")
    assert in_files(cluster.folder / "data" / "base", [CANARY.encode(), *bytes_of(person)]) == []
    assert checking_store.problems_of(store) == []
    store.close()


def tables(cur: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return lake_tables.held(cur)


def files_of(cur: duckdb.DuckDBPyConnection, table: tuple[str, str]) -> list[str]:
    query = "SELECT data_file, delete_file FROM ducklake_list_files('concord', ?, schema => ?)"
    return [f for pair in cur.execute(query, [table[1], table[0]]).fetchall() for f in pair if f]


def held_in(cur: duckdb.DuckDBPyConnection, person: uuid.UUID) -> list[int]:
    """The states of the store in which the person has a stay."""
    found = []
    for (state,) in cur.execute("SELECT snapshot_id FROM ducklake_snapshots('concord')").fetchall():
        query = f"SELECT count(*) FROM rows.hospital_stays AT (VERSION => {state}) WHERE patient_id = ?"
        with suppress(duckdb.Error):  # before the table was there
            if cur.execute(query, [person]).fetchall()[0][0]:
                found.append(state)
    return found
