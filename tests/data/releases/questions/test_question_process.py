"""A hostile query reads no other file, writes nothing, attaches and installs nothing, and uses no more than it may."""

import os
import time
from pathlib import Path

import duckdb
import pytest
from _pytest.mark.structures import ParameterSet

from data.releases.questions.asked import Answer, Asked
from tests.support.whole_run.every_run import some_of

SECRET = "canary-of-another-file"


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    with duckdb.connect(str(folder / "shared.duckdb")) as con:
        con.execute(
            "CREATE SCHEMA analysis; CREATE TABLE results AS SELECT i AS n, i % 3 AS kind FROM range(5000) t(i)"
        )
        con.execute("CREATE VIEW analysis.kinds AS SELECT kind, count(*) AS rows FROM results GROUP BY ALL")
    (folder / "other.csv").write_text(f"word\n{SECRET}\n")
    with duckdb.connect(str(folder / "research.duckdb")) as con:
        con.execute(f"CREATE TABLE patients AS SELECT '{SECRET}' AS word")
    return folder / "shared.duckdb"


def some(queries: list[str], most: int) -> list[str | ParameterSet]:
    """So many of them each time, the others among the heavy tests: each starts a process."""
    return [q if n < most else pytest.param(q, marks=pytest.mark.heavy) for n, q in enumerate(queries)]


def answer(edition: Path, query: str, **limits: float) -> Answer:
    return Asked(
        edition, query, 1_000, seconds=limits.get("seconds", 60), memory=int(limits.get("memory", 1 << 30))
    ).wait()


def rows(found: Answer) -> list[tuple]:
    assert found.rows is not None, found
    return [tuple(row.values()) for row in found.rows.to_pylist()]


def test_a_question_is_answered_by_table_by_view_and_by_the_name_of_the_edition(edition: Path):
    assert rows(answer(edition, "FROM analysis.kinds ORDER BY kind")) == [(0, 1667), (1, 1667), (2, 1666)]
    assert rows(answer(edition, "SELECT count(*) FROM edition.main.results; -- done")) == [(5000,)]
    assert rows(answer(edition, "SELECT * FROM (PIVOT results ON kind USING count(*) GROUP BY n) WHERE n = 4")) == [
        (4, 0, 1, 0)
    ]


def test_more_rows_than_are_given_are_said_to_be_there(edition: Path):
    found = answer(edition, "FROM results ORDER BY n")
    assert found.more and len(rows(found)) == 1_000 and rows(found)[-1] == (999, 0)
    assert not answer(edition, "FROM results LIMIT 1000").more


def test_two_columns_of_one_name_are_told_apart(edition: Path):
    found = answer(edition, "SELECT 1 AS a, 2 AS a, 3 AS A")
    assert found.rows is not None and found.rows.column_names == ["a", "a_2", "A_3"]


@pytest.mark.parametrize(
    "query",
    some_of(some([
        "FROM '{folder}/other.csv'", "FROM read_csv('{folder}/other.csv')", "FROM read_text('{folder}/other.csv')",
        "FROM read_blob('/proc/self/environ')", "FROM glob('{folder}/*')", "FROM sniff_csv('{folder}/other.csv')",
        "FROM query_table('{folder}/other.csv')", "SELECT * FROM query('FROM read_text(''{folder}/other.csv'')')",
        "FROM '{folder}/research.duckdb'", "FROM read_duckdb('{folder}/research.duckdb')",
        "EXPLAIN ANALYZE COPY results TO '{folder}/out.csv'", "EXPLAIN ANALYZE ATTACH '{folder}/research.duckdb' AS r",
        "SELECT getenv('HOME')", "FROM parquet_metadata('{folder}/other.csv')", "FROM duckdb_logs_parsed('{folder}')",
    ], 6), 3),
)  # fmt: skip
def test_no_other_file_is_read_or_written(edition: Path, query: str):
    found = answer(edition, query.format(folder=edition.parent))
    assert found.rows is None and found.why_not == "wrong" and SECRET not in found.words
    assert sorted(os.listdir(edition.parent)) == ["other.csv", "research.duckdb", "shared.duckdb"]


@pytest.mark.parametrize(
    "query",
    some_of(some([
        "ATTACH '{folder}/research.duckdb'", "INSTALL httpfs", "LOAD httpfs", "SET memory_limit = '90GB'",
        "SET lock_configuration = false", "RESET enable_external_access", "COPY results TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'", "INSERT INTO results VALUES (1, 2)", "CREATE TABLE t AS SELECT 1",
        "UPDATE results SET n = 0", "DELETE FROM results", "DROP TABLE results", "CHECKPOINT", "VACUUM",
        "CREATE SECRET (TYPE s3)", "CALL pragma_version()", "PREPARE p AS SELECT 1", "DETACH edition", "USE memory",
    ], 6), 3),
)  # fmt: skip
def test_nothing_but_a_question_is_taken(edition: Path, query: str):
    before = edition.read_bytes()
    assert answer(edition, query.format(folder=edition.parent)).why_not == "not_a_question"
    assert edition.read_bytes() == before


@pytest.mark.parametrize(
    "query", some_of(["", "-- nothing", "SELECT 1; SELECT 2", "CREATE TABLE memory.t AS SELECT 1; SELECT 2"], 2)
)
def test_one_query_at_a_time(edition: Path, query: str):
    assert answer(edition, query).why_not == "one_question"


def test_a_mistake_is_told_in_duckdbs_words(edition: Path):
    found = answer(edition, "SELECT kimd FROM results")
    assert found.why_not == "wrong" and "kimd" in found.words and '"kind"' in found.words


@pytest.mark.parametrize(
    "query",
    some_of(["SELECT repeat('a', 3000000000)", "SELECT n, repeat('x', 1000000) FROM results",
     "SELECT list(a.n) FROM results a, results b, results c"], 3),
)  # fmt: skip
def test_too_much_memory_ends_the_query_alone(edition: Path, query: str):
    assert answer(edition, query, memory=400 << 20).why_not == "too_large"


def test_too_much_time_ends_the_query_alone(edition: Path):
    began = time.monotonic()
    found = answer(edition, "SELECT count(*) FROM range(1000000000000)", seconds=2)
    assert found.why_not == "too_slow" and time.monotonic() - began < 30


def test_who_asked_can_end_it_and_it_is_told_once_that_it_ended(edition: Path):
    ended: list[int] = []
    asked = Asked(edition, "SELECT count(*) FROM range(1000000000000)", 10, lambda: ended.append(1), seconds=60)
    asked.cancel()
    assert asked.wait().why_not == "cancelled" and ended == [1]
