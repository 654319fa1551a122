"""The measures counted on Spark, from Parquet, by the same SQL; and whether every row is the same as DuckDB's.

Spark is no part of Concord: it is there where somebody installed `requirements-spark.lock`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import duckdb

from data.ledger.encryption import database_files
from data.ledger.submissions import NotPossible
from workflow.scaling import counting_inputs
from workflow.scaling.counting_inputs import Counted

What = Literal["unit_rows", "counts"]
PACKAGES = ("pyspark", "sqlglot")
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


@dataclass(frozen=True)
class Compared:
    """A query's answer on both engines: rows of each, and how many are on one side alone."""

    indicator: str
    what: What
    duckdb: int
    spark: int
    different: int


def lacking() -> str:
    """Why nothing can be counted on Spark here, in words; empty where it can."""
    missing = [name for name in PACKAGES if find_spec(name) is None]
    return f"{' and '.join(missing)} is not installed: install what requirements-spark.lock names" if missing else ""


def count(folder: Path, partitions: int = 2, threads: int = 1, **settings: str) -> Iterator[Compared]:
    """Count each measure of a folder that `counting_inputs.write` made, and compare. Spark's answers lie beside
    DuckDB's. `settings`: more of Spark's own, with __ for each dot. Raises NotPossible without Spark."""
    if why := lacking():
        raise NotPossible(why)
    spark = _session(threads, {"spark.sql.shuffle.partitions": str(partitions), **_SETTINGS, **settings})
    try:
        for one in counting_inputs.read(folder):
            yield from _of(spark, folder / one.folder, one)
    finally:
        spark.stop()


def _session(threads: int, settings: Mapping[str, str]) -> Any:
    from pyspark.sql import SparkSession  # late: it is only there where somebody installed it

    builder = SparkSession.builder.master(f"local[{threads}]")
    for name, value in settings.items():
        builder = builder.config(name.replace("__", "."), value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def _of(spark: Any, at: Path, one: Counted) -> Iterator[Compared]:
    from workflow.scaling.spark_dialect import to_spark  # late: it needs sqlglot

    for table in one.tables:
        spark.read.parquet(str(at / f"{table}.parquet")).createOrReplaceTempView(table.replace(".", "_"))
    queries: dict[What, str] = {"unit_rows": one.unit_rows, "counts": one.counts}
    for what, sql in queries.items():
        answer = at / f"{one.indicator}.{what}.spark"
        steps = to_spark(sql)
        kept = [_shown(spark, part) for part in steps.parts]
        found = spark.sql(steps.query)
        for blank in (field.name for field in found.schema if field.dataType.typeName() == "void"):
            found = found.withColumn(blank, found[blank].cast("string"))  # Parquet has no type for a bare NULL
        found.write.mode("overwrite").parquet(str(answer))
        for part in filter(None, kept):
            part.unpersist()
        yield compared(at / f"{one.indicator}.{what}.parquet", answer, one.indicator, what)


def _shown(spark: Any, part: Any) -> Any:
    """Make the view of a named part; what several read is kept, and given back."""
    found = spark.sql(part.text)
    if part.shared:
        found = found.persist()
    found.createOrReplaceTempView(part.name)
    return found if part.shared else None


def compared(of_duckdb: Path, of_spark: Path, indicator: str, what: What) -> Compared:
    """Both answers, row by row and each row as often as it is there. Numbers and days are compared as text in one form,
    since the engines keep them in types of different width."""
    with duckdb.connect() as con:
        for side, path in (("ours", of_duckdb), ("theirs", of_spark / "*.parquet")):
            con.execute(f"CREATE VIEW {side} AS FROM {database_files.parquet_rows(con, path, None)}")
        columns = con.execute("DESCRIBE ours").fetchall()
        told = {name for name, *_ in con.execute("DESCRIBE theirs").fetchall()}
        if told != {name for name, *_ in columns}:
            raise NotPossible(f"{indicator}: Spark's answer has other columns")
        alike = ", ".join(_alike(name, kind) for name, kind, *_ in columns)
        rows = [f"SELECT {alike} FROM {side}" for side in ("ours", "theirs")]
        numbers = [
            con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]
            for query in (*rows, f"{rows[0]} EXCEPT ALL {rows[1]}", f"{rows[1]} EXCEPT ALL {rows[0]}")
        ]
    ours, theirs, only_ours, only_theirs = numbers
    return Compared(indicator, what, ours, theirs, only_ours + only_theirs)


def _alike(name: str, kind: str) -> str:
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f'CAST("{name}" AS DATE)'
    if kind.startswith("DECIMAL") or kind in ("BIGINT", "INTEGER", "DOUBLE", "UBIGINT"):
        return f'CAST("{name}" AS DECIMAL(38, 4))'
    return f'CAST("{name}" AS VARCHAR)'
