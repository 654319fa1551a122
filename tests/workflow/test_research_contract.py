"""The research edition is a contract: keys hold, columns are as declared, people and rows can be followed."""

import json
from pathlib import Path

import duckdb
import pytest

from data.releases import release_folders
from metrics.results.editions import EditionTable, shared_edition
from metrics.results.research_edition import SCHEMA_VERSION, research_edition
from schemas.datasets.dataset_catalog import DATASETS
from tests.support.drawing.random_rows import MEASURES, random_partnership
from workflow import releasing

TABLES: dict[str, EditionTable] = {t.name: t for t in [*shared_edition(), *research_edition()]}
PLAIN = {name: t for name, t in TABLES.items() if not t.view}


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    release = release_folders.current_release(folder)
    assert release
    return duckdb.connect(str(release_folders.edition_path(folder, release, "research")), read_only=True)


@pytest.fixture(scope="module", params=["demo", *(pytest.param(m, marks=pytest.mark.heavy) for m in MEASURES)])
def research(request, made_demo, tmp_path_factory):
    """The edition of the demo, and of a random partnership for each measure."""
    folder = made_demo.folder
    if request.param != "demo":
        folder = tmp_path_factory.mktemp("contract") / "p"
        partnership = random_partnership(folder, 5, request.param)
        releasing.publish(partnership.store)
        partnership.close()
    with opened(folder) as con:
        yield con


def test_every_table_has_a_key_and_its_rows_are_told_apart_by_it(research):
    for name, table in PLAIN.items():
        assert table.key, name
        columns = ", ".join(f'"{c}"' for c in table.key)
        twice = research.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM main.{name} GROUP BY ALL HAVING count(*) > 1)"
        )
        assert twice.fetchall() == [(0,)], name


def test_the_edition_says_its_keys_and_its_version(research):
    keys = research.execute("SELECT table_name, list(column_name ORDER BY position) FROM keys GROUP BY ALL").fetchall()
    assert {name: tuple(columns) for name, columns in keys} == {name: t.key for name, t in PLAIN.items()}
    assert research.execute("SELECT schema_version FROM edition").fetchall() == [(SCHEMA_VERSION,)]


def test_the_columns_are_those_that_are_declared(research):
    held = research.execute("""SELECT schema_name || '.' || table_name, list(column_name ORDER BY column_index)
        FROM duckdb_columns() WHERE NOT internal GROUP BY ALL""").fetchall()
    declared = {name if "." in name else f"main.{name}": [*t.columns] for name, t in TABLES.items()}
    assert dict(held) == declared


def test_every_unit_row_leads_to_rows_of_files_or_stands_without_its_person(research):
    lost = research.execute("""SELECT count(*), count(*) FILTER (age IS NOT NULL OR sex IS NOT NULL OR zip IS NOT NULL
            OR race_ethnicity IS NOT NULL OR age_band IS NOT NULL OR unit_id IN (SELECT stay_id FROM hospital_stays))
        FROM unit_rows WHERE person_key NOT IN (SELECT person_key FROM people)""").fetchall()
    every = research.execute("SELECT count(*) FROM unit_rows").fetchall()[0][0]
    assert lost[0][1] == 0 and lost[0][0] < every / 3
    for name, dataset in DATASETS.items():
        if any(c.name == "patient_id" for c in dataset.columns):
            apart = f"SELECT count(*) FROM {name} ANTI JOIN people USING (partner_id, patient_id)"
            assert research.execute(apart).fetchall() == [(0,)], name


def test_every_deciding_row_is_a_row_of_its_person(research):
    for (name,) in research.execute("SELECT DISTINCT dataset FROM deciding_rows").fetchall():
        apart = f"""SELECT count(*) FROM deciding_rows d ANTI JOIN (
                SELECT submission, "row", partner_id, person_key FROM {name} JOIN people USING (partner_id, patient_id)) r
            USING (submission, "row", partner_id, person_key) WHERE dataset = '{name}'"""
        assert research.execute(apart).fetchall() == [(0,)]
    unsaid = "SELECT count(*) FROM deciding_rows ANTI JOIN deciding_facts USING (indicator, fact)"
    assert research.execute(unsaid).fetchall() == [(0,)]


def test_a_linked_unit_is_only_where_a_total_may_count_everyone_once(research):
    linked = research.execute("SELECT DISTINCT indicator FROM unit_rows WHERE scope = 'linked'").fetchall()
    assert {"readmission_same_hospital", "systolic_diabetes"}.isdisjoint(name for (name,) in linked)


def test_the_tables_lie_beside_as_parquet_and_the_manifest_knows_them(made_demo):
    at = release_folders.folder_of(made_demo.folder, 1)
    manifest = json.loads((at / "manifest.json").read_text())
    assert manifest["research_schema"] == SCHEMA_VERSION
    files = {f"research/{name}.parquet" for name in PLAIN}
    assert {name for name in manifest["sha256"] if name.startswith("research/")} == files
    assert {p.relative_to(at).as_posix() for p in (at / "research").iterdir()} == files
    with opened(made_demo.folder) as con:
        for name in PLAIN:
            there = f"(FROM main.{name} EXCEPT ALL FROM '{at}/research/{name}.parquet')"
            back = f"(FROM '{at}/research/{name}.parquet' EXCEPT ALL FROM main.{name})"
            assert con.execute(f"SELECT count(*) FROM ({there} UNION ALL {back})").fetchall() == [(0,)], name


def test_a_parquet_file_that_is_changed_or_missing_is_damage(demo):
    at = release_folders.folder_of(demo.folder, 1) / "research"
    changed = at / "people.parquet"
    changed.chmod(0o600)
    changed.write_bytes(b"x")
    assert release_folders.damaged(demo.folder, 1) == ["research/people.parquet"]
    changed.unlink()
    assert release_folders.damaged(demo.folder, 1) == ["research/people.parquet"]
    assert not release_folders.is_whole(demo.folder, 1, release_folders.EDITIONS)
    assert (
        release_folders.is_whole(demo.folder, 1, ["shared"])
        and release_folders.damaged(demo.folder, 1, ["shared"]) == []
    )


def test_the_parquet_files_go_with_their_edition(demo):
    release_folders.remove(demo.folder, 1, ["research"])
    left = {p.name for p in release_folders.folder_of(demo.folder, 1).iterdir()}
    assert left == {"shared.duckdb", "dashboards.duckdb", "manifest.json"}


def test_no_word_that_a_partner_wrote_reaches_the_edition(demo, demo_store):
    cur = demo_store.cursor()
    cur.execute("""INSERT INTO note BY NAME SELECT 1 AS note, partner_id, dataset, sha256, submission, 'reason' AS kind,
        'possible_duplicate' AS rule, 'systolic' AS "column", 'Zephyrine told us so' AS words,
        TIMESTAMP '2026-10-01 08:00:00' AS happened_at, 'Zephyrine' AS actor, 1 AS event
        FROM submission WHERE dataset = 'blood_pressure' ORDER BY submission LIMIT 1""")
    cur.execute("""INSERT INTO finding SELECT max(submission), 'unknown_column', NULL, 'Zephyrine (mother)'
        FROM submission WHERE dataset = 'blood_pressure'""")
    releasing.publish(demo_store)
    with opened(demo.folder) as con:
        given = con.execute('SELECT rule, "column", given_at IS NOT NULL FROM reasons').fetchall()
        assert given == [("possible_duplicate", "systolic", True)]
        assert con.execute("SELECT \"column\" FROM findings WHERE rule = 'unknown_column'").fetchall() == [(None,)]
        texts = con.execute("""SELECT table_name, column_name FROM duckdb_columns()
            WHERE schema_name = 'main' AND data_type = 'VARCHAR' AND NOT internal""").fetchall()
        for table, column in texts:
            found = con.execute(f"SELECT count(*) FROM {table} WHERE \"{column}\" ILIKE '%zephyrine%'").fetchall()
            assert found == [(0,)], (table, column)
