"""A store of any earlier version is brought up, and keeps what it holds; one that lacks nothing is not written to."""

from pathlib import Path

import duckdb
import pytest

from data.ledger import submissions
from data.ledger.opening import migrate
from data.ledger.opening.store_faults import FILE
from data.ledger.store import open_store, transaction
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import RESULT_COLUMNS

PARTNERSHIP = Partnership.model_validate({"today": "2026-01-31", "partners": [{"id": "alder", "name": "Alder"}]})
KEY = b"a key only for tests"
VERSIONS = [m.number for m in migrate.migrations()]


def shape(folder: Path) -> list[tuple]:
    """Every column of every table and view, but for their places."""
    with duckdb.connect(str(folder / FILE), read_only=True) as con:
        return con.execute(
            """SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns()
               WHERE NOT internal ORDER BY ALL"""
        ).fetchall()


def made_at(folder: Path, version: int) -> None:
    """A store as the program of that version left it: one accepted file, one release."""
    folder.mkdir()
    with duckdb.connect(str(folder / FILE)) as con:
        migrate.bring_up(con, max(version, 1))
        if version == 0:  # before versions were counted
            con.execute("DROP TABLE migration")
        con.execute(
            """INSERT INTO submission BY NAME SELECT 1 AS submission, 'ab' AS sha256, 'alder' AS partner_id,
               'patients' AS dataset, 3 AS rows_in, 3 AS rows_kept, 0 AS rows_blocked"""
        )
        con.execute("INSERT INTO submission_event VALUES (1, 1, 'checked', '2025-05-01', 'x')")
        con.execute("INSERT INTO submission_event VALUES (2, 1, 'accepted', '2025-05-02', 'x')")
        con.execute(
            """INSERT INTO release_made BY NAME
               SELECT 1 AS release, TIMESTAMP '2025-05-03' AS happened_at, 'x' AS actor"""
        )
        if version >= 4:
            con.execute("UPDATE release_made SET last_event = 2")


@pytest.mark.parametrize(
    "version",
    [pytest.param(v, marks=[pytest.mark.heavy] if v % 4 and v != VERSIONS[-1] else []) for v in [0, *VERSIONS]],
)
def test_a_store_of_every_earlier_version_is_brought_up_and_keeps_what_it_holds(tmp_path, version):
    made_at(tmp_path / "old", version)
    opened = open_store(tmp_path / "old", PARTNERSHIP, KEY)
    cur = opened.cursor()
    assert [s.state for s in submissions.submissions(cur)] == ["accepted"]
    assert cur.execute("SELECT release, last_event FROM release_made").fetchall() == [(1, 2)]
    applied = cur.execute("SELECT number, name FROM migration ORDER BY number").fetchall()
    assert applied == [(m.number, m.name) for m in migrate.migrations()]
    opened.close()
    open_store(tmp_path / "new", PARTNERSHIP, KEY).close()
    assert shape(tmp_path / "old") == shape(tmp_path / "new")


@pytest.mark.parametrize("version", [4, 5, 6, 9])
def test_a_store_brought_up_before_a_migration_was_changed_is_given_its_column(tmp_path, version):
    """Version 4 adds what 6 once did; until then a store at 4 or 5 lacked it. Figures' tables had no migration."""
    made_at(tmp_path / "old", version)
    with duckdb.connect(str(tmp_path / "old" / FILE)) as con:
        if version < 6:
            con.execute("ALTER TABLE release_made DROP COLUMN made_under")
        con.execute(
            """CREATE TABLE released (release INTEGER, indicator VARCHAR, scope VARCHAR, period_kind VARCHAR,
               period_start DATE, period_end DATE, stratifier VARCHAR, category VARCHAR, denominator BIGINT,
               numerator BIGINT, suppressed BOOLEAN, counts_only_partners INTEGER)"""
        )
        con.execute("INSERT INTO released BY NAME SELECT 1 AS release, 'bp_control' AS indicator, 'alder' AS scope")
    opened = open_store(tmp_path / "old", PARTNERSHIP, KEY)
    assert opened.cursor().execute("SELECT release, last_event, made_under FROM release_made").fetchall() == [
        (1, 2, None)
    ]
    figures = opened.cursor().execute("SELECT indicator, rung, closed, folded FROM released").fetchall()
    assert figures == [("bp_control", 0, True, False)]
    opened.close()


FIGURE = """SELECT 'bp_control' AS indicator, 'alder' AS scope, 'year' AS period_kind, DATE '2024-07-01' AS period_start,
    DATE '2025-06-30' AS period_end, 'sex' AS stratifier, 40 AS denominator, 12 AS numerator"""
SEEN = {"shown from the first": (True, False, 1), "shown only now": (True, True, 2), "never shown": (False, True, None)}


@pytest.mark.parametrize("version", [10, 11, 12])
def test_a_memory_with_cells_knows_which_release_first_showed_them(tmp_path, version):
    """Two releases with rows: a table without any is altered where one with rows is not."""
    made_at(tmp_path / "old", version)
    with duckdb.connect(str(tmp_path / "old" / FILE)) as con:
        for name, (shown, hidden_before, _) in SEEN.items():
            con.execute(f"INSERT INTO earlier BY NAME {FIGURE}, ? AS category, 1 AS first_release, 2 AS last_release, "
                        "? AS shown, '11,2' AS policy, false AS counts_only", [name, shown])  # fmt: skip
            for release, suppressed in ((1, hidden_before), (2, not shown)):
                con.execute(f"INSERT INTO released BY NAME {FIGURE}, ? AS category, ? AS release, ? AS suppressed",
                            [name, release, suppressed])  # fmt: skip
        con.execute(f"INSERT INTO released BY NAME {FIGURE}, 'folded away' AS category, 2 AS release, true AS folded")
    opened = open_store(tmp_path / "old", PARTNERSHIP, KEY)
    held = opened.cursor().execute("SELECT category, first_shown, folded, first_release FROM earlier").fetchall()
    assert sorted(held) == sorted(
        [(name, first, False, 1) for name, (_, _, first) in SEEN.items()] + [("folded away", None, True, 2)]
    )
    opened.close()


def test_the_figures_of_a_release_have_the_columns_that_are_declared(tmp_path):
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    held = {name: kind for name, kind, *_ in opened.cursor().execute("DESCRIBE released").fetchall()}
    assert held == {name: kind for name, (kind, _) in RESULT_COLUMNS.items()} | {"folded": "BOOLEAN"}
    opened.close()


def test_a_migration_is_there_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    made_at(tmp_path / "old", 2)
    before = shape(tmp_path / "old")
    broken = migrate.Migration(VERSIONS[-1] + 1, "broken", "CREATE TABLE half (a INTEGER); SELECT error('stopped')")
    steps = (*migrate.migrations(), broken)
    monkeypatch.setattr(migrate, "migrations", lambda: steps)
    with pytest.raises(duckdb.Error, match="stopped"):
        open_store(tmp_path / "old", PARTNERSHIP, KEY)
    assert shape(tmp_path / "old") == before


def test_opening_a_store_that_lacks_nothing_writes_nothing(tmp_path):
    open_store(tmp_path, PARTNERSHIP, KEY).close()
    before = [(p.name, p.stat().st_mtime_ns, p.read_bytes()) for p in sorted(tmp_path.iterdir())]
    for read_only in (False, True):
        open_store(tmp_path, PARTNERSHIP, KEY, read_only=read_only).close()
        assert [(p.name, p.stat().st_mtime_ns, p.read_bytes()) for p in sorted(tmp_path.iterdir())] == before


def test_what_is_worked_out_while_only_reading_stays_in_memory(tmp_path):
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    opened.cursor().execute("INSERT INTO counts (indicator, denominator) VALUES ('x', 1)")
    opened.close()
    opened = open_store(tmp_path, PARTNERSHIP, KEY, read_only=True)
    cur = opened.cursor()
    with transaction(cur):
        cur.execute("DELETE FROM counts")
    assert cur.execute("SELECT count(*) FROM counts").fetchall() == [(0,)]
    for table in ("submission", "rows.patients", "release_made"):
        with pytest.raises(duckdb.Error):
            cur.execute(f"DELETE FROM {table}")
    opened.close()
    opened = open_store(tmp_path, PARTNERSHIP, KEY)
    assert opened.cursor().execute("SELECT indicator, denominator FROM counts").fetchall() == [("x", 1)]
    opened.close()
