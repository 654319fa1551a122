"""A release as an analyst opens it: what it answers equals what its files hold, and errors say what there is."""

import csv
import datetime as dt
import shutil
import subprocess
import sys

import duckdb
import polars as pl
import pytest

import concord
from data.releases import release_folders


@pytest.fixture(scope="module")
def research(made_demo):
    with concord.open(made_demo.folder, edition="research") as release:
        yield release


def test_importing_concord_loads_neither_screens_nor_the_store():
    code = "import concord, sys; print({m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert not [m for m in ("streamlit", "plotly", "typer", "workflow", "pandera", "pydantic") if f"'{m}'" in loaded]


def test_the_current_release_of_a_data_folder_says_what_it_is(made_demo, research):
    assert (research.number, research.edition) == (release_folders.current_release(made_demo.folder), "research")
    assert research.partnership.startswith("Kestrel Valley") and research.made_at.utcoffset() == dt.timedelta(0)
    assert research.verify() == []


def test_results_are_the_rows_asked_for_in_the_one_shape(research):
    got = research.results("bp_control", "partnership", "all", "year")
    with duckdb.connect(str(research.folder / "research.duckdb"), read_only=True) as con:
        held = con.execute("""SELECT * FROM analysis.trend WHERE indicator = 'bp_control' AND scope = 'partnership'
            AND period_kind = 'year' ORDER BY period_end""").pl()
    assert got.equals(held) and got.height == 10
    assert research.results().height == research.sql("SELECT count(*) FROM results").item()
    assert research.results(stratifier="exclusion").height > 0


def test_the_shared_edition_may_be_handed_over_alone(made_demo, tmp_path):
    whole = release_folders.edition_path(made_demo.folder, 1, "shared").parent
    for name in ("shared.duckdb", "manifest.json"):
        shutil.copy(whole / name, tmp_path / name)
    with concord.open(str(tmp_path)) as release:
        assert release.verify() == [] and release.results("bp_control").height > 0
        with pytest.raises(ValueError, match="research"):
            release.trace("bp_control")
    with pytest.raises(FileNotFoundError, match="research edition; it holds: shared"):
        concord.open(tmp_path, edition="research")
    (tmp_path / "shared.duckdb").chmod(0o644)
    with (tmp_path / "shared.duckdb").open("ab") as file:
        file.write(b"x")
    with concord.open(tmp_path) as release:
        assert release.verify() == ["shared.duckdb"]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda r: r.results("bp"), "no indicator 'bp' in this release; there are: bp_control, connected_to_help"),
        (lambda r: r.definition("bp"), "there are: bp_control"),
        (lambda r: r.results(scope="klinic"), "there are: .*partnership"),
        (lambda r: r.results(stratifier="gender"), "there are: .*sex"),
        (lambda r: r.results(period_kind="week"), "there are: month, year"),
        (lambda r: r.trace("bp_control", dataset="readings"), "there are: patients, .*blood_pressure"),
        (lambda r: r.trace("bp_control", period_end=dt.date(2020, 1, 1)), "there are: .*2026-09-30"),
    ],
)
def test_what_is_unknown_is_answered_with_what_there_is(research, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(research)


def test_a_folder_without_a_release_and_an_unknown_edition_are_clear(made_demo, tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no release: give a data folder after `concord release`"):
        concord.open(tmp_path)
    with pytest.raises(ValueError, match="there are: shared, research"):
        concord.open(made_demo.folder, edition="public")  # type: ignore[arg-type]


def test_every_table_and_column_has_its_meaning(research):
    tables = research.tables()
    assert {"main.results", "main.unit_rows", "analysis.scorecard"} <= set(tables["table"])
    assert tables.filter(pl.col("table") == "main.results")["meaning"].null_count() == 0
    assert tables["table_meaning"].null_count() == 0


def test_a_variable_named_like_a_table_is_not_read_in_its_place_and_nothing_can_be_written(research):
    results = pl.DataFrame({"x": [1]})
    assert research.connection.execute("SELECT * FROM results LIMIT 1").pl().width > results.width
    with pytest.raises(duckdb.Error):
        research.sql("DELETE FROM results")


def test_the_units_of_a_trace_are_those_of_the_figure(research):
    for indicator in research.definitions()["indicator"]:
        figure = research.results(indicator, "partnership", "all", "year").filter(pl.col("denominator").is_not_null())
        end = figure["period_end"][-1]
        units = research.trace(indicator, period_end=end).unique(["scope", "person_key", "unit_id"])
        found, published = units["in_denominator"].sum(), figure["denominator"][-1]
        assert found == published or (figure["counts_only_partners"][-1] and found < published), indicator
    stays = research.trace("readmission_any_hospital")
    assert stays["file_row"].null_count() == 0 and stays.unique(["unit_id"]).height == stays.height


def test_a_trace_leads_to_the_row_of_the_file_that_was_sent(made_demo, research):
    """The cells at the traced row of the partner's own file are those of the answer."""
    behind = research.trace("bp_control", scope="fenwick_flats").drop_nulls("file_systolic")
    covers = dict(research.sql("SELECT submission, covers_from FROM submissions").iter_rows())
    sent = {
        f.covers[0] if f.covers else None: f.path
        for f in made_demo.files
        if (f.dataset, f.partner_id, f.kind) == ("blood_pressure", "fenwick_flats", "history")
    }
    compared = 0
    for row in behind.head(50).iter_rows(named=True):
        path = sent[covers[row["file_submission"]]] if len(sent) > 1 else next(iter(sent.values()))
        with path.open(newline="", encoding="utf-8-sig") as text:
            line = list(csv.reader(text))[row["file_row"] - 1]
        assert any(cell.startswith(f"{row['file_systolic']:.0f}") for cell in line), (line, row)
        compared += 1
    assert compared == 50
