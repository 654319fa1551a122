"""Releases: two editions that others read while the app works, and that say what they hold."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from data.releases import release_folders
from workflow import accepting, administering, reading, releasing, submitting
from workflow.recovery import checking_store

ANALYST = """
import json, pathlib, sys, time, duckdb
folder, until = pathlib.Path(sys.argv[1]) / "releases", time.monotonic() + 90
seen, reads = set(), 0
while 2 not in seen and time.monotonic() < until:
    number = json.loads((folder / "current.json").read_text())["release"]
    for edition, query in (("shared", "SELECT count(*), sum(denominator) FROM analysis.results"),
                           ("research", "SELECT count(*), count(DISTINCT person_key) FROM analysis.unit_rows")):
        con = duckdb.connect(str(folder / f"{number:04d}" / f"{edition}.duckdb"), read_only=True)
        assert con.execute(query).fetchone()[0] > 0
        con.close()
    seen.add(number); reads += 1
    if reads == 2:
        print("reading", flush=True)
print(json.dumps({"reads": reads, "seen": sorted(seen)}))
"""


def edition(folder: Path, name: str) -> duckdb.DuckDBPyConnection:
    number = release_folders.current_release(folder)
    assert number is not None
    return duckdb.connect(str(release_folders.edition_path(folder, number, name)), read_only=True)


@pytest.mark.both_stores
@pytest.mark.heavy
def test_an_analysts_process_reads_while_a_submission_is_accepted_and_released(clinics, clinics_store):
    file = clinics.file("next")
    analyst = subprocess.Popen(
        [sys.executable, "-c", ANALYST, str(clinics.folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert analyst.stdout is not None and analyst.stdout.readline() == "reading\n"
    checked = submitting.check(clinics_store, file.path, file.dataset, file.partner_id)
    assert checked.submission is not None
    accepting.accept(clinics_store, checked.submission)
    releasing.publish(clinics_store)
    out, error = analyst.communicate(timeout=120)
    assert analyst.returncode == 0, error
    assert json.loads(out)["reads"] >= 3
    assert json.loads(out)["seen"] == [1, 2]


def test_the_shared_edition_holds_no_row_of_a_person(made_hiding_demo):
    con = edition(made_hiding_demo.folder, "shared")
    tables = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert tables == {"results", "indicators", "partners", "errata"}
    assert con.execute(
        "SELECT count(*) FROM results WHERE 1 IN (denominator, numerator, denominator - numerator)"
    ).fetchone() == (0,)


def test_the_research_edition_holds_no_birth_date_and_no_exact_published_figure(made_demo):
    con = edition(made_demo.folder, "research")
    columns = {row[0] for row in con.execute("SELECT column_name FROM duckdb_columns() WHERE NOT internal").fetchall()}
    assert "birth_date" not in columns and "birth_year" in columns


@pytest.mark.parametrize("name", release_folders.READ)
def test_every_table_and_column_of_an_edition_says_what_it_is(made_demo, name):
    con = edition(made_demo.folder, name)
    bare = con.execute("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL AND NOT internal").fetchall()
    assert bare == []
    bare = con.execute(
        """SELECT table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() USING (table_name)
           WHERE duckdb_columns.comment IS NULL AND NOT duckdb_columns.internal"""
    ).fetchall()
    assert bare == []


def test_a_release_is_immutable_and_damage_is_noticed(demo):
    assert release_folders.damaged(demo.folder, 1) == []
    path = release_folders.edition_path(demo.folder, 1, "shared")
    assert path.stat().st_mode & 0o222 == 0
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    assert release_folders.damaged(demo.folder, 1) == ["shared.duckdb"]


@pytest.mark.heavy
def test_a_release_that_was_recorded_gets_its_pointer_at_the_next_start(clinics_store, clinics, monkeypatch):
    def crash(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(release_folders, "point", crash)
    with pytest.raises(OSError, match="disk full"):
        releasing.publish(clinics_store)
    monkeypatch.undo()
    assert release_folders.current_release(clinics.folder) == 1
    assert any("leads to release 1" in fault for fault in checking_store.problems_of(clinics_store))
    clinics_store.close()
    again = administering.open_partnership(clinics.folder)
    shown = reading.current_release(again)
    assert release_folders.current_release(clinics.folder) == 2 and shown and shown.number == 2
    assert releasing.publish(again) == 3
    again.close()
