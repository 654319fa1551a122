"""What another engine counts from is whole and says the same; Spark counts it alike, where Spark is installed."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
import pytest

from data.ledger.readmission_codes import MACRO
from data.ledger.submissions import NotPossible
from metrics.indicators import indicators
from tests.conftest import Demo
from tests.support.command_line import concord
from workflow import administering
from workflow.scaling import counting_inputs, spark_counts
from workflow.scaling.counting_inputs import Counted
from workflow.scaling.spark_counts import What

needs_spark = pytest.mark.skipif(bool(spark_counts.lacking()), reason=spark_counts.lacking() or "there")


@pytest.fixture(scope="module")
def written(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scaling") / "inputs"
    store = administering.open_partnership(made_demo.folder, read_only=True)
    counting_inputs.write(store, folder)
    store.close()
    return folder


@pytest.fixture
def alone(written: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA code_list")
        con.execute(MACRO)
        yield con


@pytest.mark.heavy
def test_the_files_hold_all_that_the_queries_read_and_give_the_same_again(written, alone, tmp_path):
    """By DuckDB without the store: so what is not in them is missed here, and not first on another engine."""
    made = counting_inputs.read(written)
    assert {one.indicator for one in made} == {name for name, i in indicators().items() if not i.optional}
    for one in made:
        for table in one.tables:
            path = written / one.folder / f"{table}.parquet"
            alone.execute(f"CREATE OR REPLACE VIEW {table} AS FROM read_parquet('{path}')")
        queries: dict[What, str] = {"unit_rows": one.unit_rows, "counts": one.counts}
        for what, sql in queries.items():
            again = tmp_path / f"{one.indicator}.{what}"
            again.mkdir()
            alone.execute(f"COPY ({sql}) TO '{again}/0.parquet'")
            found = spark_counts.compared(
                written / one.folder / f"{one.indicator}.{what}.parquet", again, one.indicator, what
            )
            assert (found.different, found.duckdb) == (0, found.spark) and found.duckdb, found


def test_a_row_that_is_there_twice_or_one_lower_is_told(tmp_path):
    (tmp_path / "theirs").mkdir()
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 'a' AS name, 7 AS n UNION ALL SELECT 'b', 9) TO '{tmp_path}/ours.parquet'")
        for n, (rows, different) in enumerate(
            [("VALUES ('a', 7.0), ('b', 9.0)", 0), ("VALUES ('a', 7), ('b', 8)", 2), ("VALUES ('a', 7), ('b', 9), ('b', 9)", 1),
             ("VALUES ('a', NULL), ('b', 9)", 2)]
        ):  # fmt: skip
            con.execute(f"COPY (FROM ({rows}) t(name, n)) TO '{tmp_path}/theirs/0.parquet'")
            found = spark_counts.compared(tmp_path / "ours.parquet", tmp_path / "theirs", "x", "counts")
            assert found.different == different, n


def test_without_spark_the_command_says_what_is_lacking(tmp_path, monkeypatch, made_demo):
    monkeypatch.setattr(spark_counts, "PACKAGES", ("no_such_package",))
    answer = concord("spark", "--into", tmp_path / "out", folder=made_demo.folder)
    assert answer.returncode == 1 and "requirements-spark.lock" in answer.stderr
    assert not (tmp_path / "out").exists()
    with pytest.raises(NotPossible, match="no_such_package"):
        next(spark_counts.count(tmp_path))


@needs_spark
def test_spark_gives_every_unit_row_and_every_count_of_the_demo(written):
    found = list(spark_counts.count(written))
    assert {one.indicator for one in found} == {one.indicator for one in counting_inputs.read(written)}
    assert [one for one in found if one.different] == [] and all(one.duckdb == one.spark > 0 for one in found)


@needs_spark
def test_blank_fields_order_structs_as_duckdb_orders_them(tmp_path):
    """A trap: to Spark a blank is the smallest field, to DuckDB the largest, so another row would decide."""
    rows = "(VALUES (1, 5, NULL), (1, 5, 2), (1, 5, 3), (2, NULL, 1), (2, 4, 1)) AS t (person, a, b)"
    sql = """WITH seen AS (SELECT person, min(struct_pack(a := a, b := b)) AS low, max(struct_pack(a := a, b := b)) AS high,
            arg_max(b, struct_pack(inner_one := struct_pack(a := a, b := b), b := b)) AS last FROM told GROUP BY person)
        SELECT person, low.a AS low_a, low.b AS low_b, high.a AS high_a, high.b AS high_b, max(low).b AS again, last
        FROM seen GROUP BY ALL"""
    with duckdb.connect() as con:
        found = con.execute(f"WITH told AS (FROM {rows}) SELECT high_b FROM ({sql}) WHERE person = 1").fetchall()
    assert found == [(None,)]
    assert different(tmp_path, rows, sql) == [0, 0]


@needs_spark
def test_a_day_of_the_week_is_the_same_day(tmp_path):
    """A trap: carried over by sqlglot alone a Sunday was 2, so that some referrals were accepted a day too late."""
    rows = "(SELECT CAST(day AS DATE) AS day FROM range(DATE '2024-02-25', DATE '2024-03-09', INTERVAL 1 DAY) t(day)) t"
    sql = "SELECT day, isodow(day) AS weekday, 2 * isodow(day) AS twice FROM told"
    assert different(tmp_path, rows, sql) == [0, 0]


def different(folder: Path, rows: str, sql: str) -> list[int]:
    """How many rows of a query over `told` differ on Spark."""
    at = folder / "one"
    at.mkdir()
    with duckdb.connect() as con:
        con.execute(f"COPY (FROM {rows}) TO '{at}/told.parquet'")
        con.execute(f"CREATE VIEW told AS FROM {rows}")
        for what in ("unit_rows", "counts"):
            con.execute(f"COPY ({sql}) TO '{at}/x.{what}.parquet'")
    told = Counted("x", "one", ("told",), sql, sql)
    (folder / counting_inputs.QUERIES).write_text(json.dumps([asdict(told)]))
    return [one.different for one in spark_counts.count(folder)]
