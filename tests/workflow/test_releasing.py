"""A release is read back and audited before anyone sees it; one that gives a small number away is not made."""

import duckdb
import polars as pl
import pytest

from data.ledger.submissions import NotPossible
from data.releases import edition_files, release_folders
from metrics.composing import composition
from metrics.disclosure import suppression
from workflow import administering, reading, releasing
from workflow.publishing import release_audit
from workflow.recovery import checking_store

pytestmark = pytest.mark.both_stores


def primary_only(cells: pl.DataFrame, smallest: int, earlier: pl.DataFrame | None = None) -> pl.Series:
    return suppression.small(cells, smallest)


def everything_as_before(hiding_clinics, store) -> None:
    shown = reading.current_release(store)
    assert shown is not None and shown.number == 1
    assert release_folders.current_release(hiding_clinics.folder) == 1
    assert sorted(p.name for p in (hiding_clinics.folder / "releases").iterdir()) == ["0001", "current.json"]
    assert store.cursor().execute("SELECT DISTINCT release FROM released").fetchall() == [(1,)]
    assert checking_store.problems_of(store) == []


def test_a_release_that_hides_only_small_figures_is_refused_and_nothing_of_it_is_left(
    hiding_clinics, hiding_clinics_store, monkeypatch
):
    monkeypatch.setattr(composition, "hidden", primary_only)
    # What the release before hid is known to be hidden: forget it, so that everything is looked at.
    known = hiding_clinics_store.cursor().execute("FROM earlier").pl()  # noqa: F841 DuckDB finds it by its name below
    hiding_clinics_store.cursor().execute("DELETE FROM earlier")
    refusal = r"a small number would be revealed: .* could work out the"
    with pytest.raises(NotPossible, match=refusal) as refused:
        releasing.publish(hiding_clinics_store)
    words = str(refused.value)
    assert "year to 20" in words or "month to 20" in words
    assert not any(f" {n} " in f" {words} " for n in range(1, 3)), "it names the cell and no count"
    monkeypatch.undo()
    assert any("not remembered in full" in fault for fault in checking_store.problems_of(hiding_clinics_store))
    hiding_clinics_store.cursor().execute("INSERT INTO earlier SELECT * FROM known")
    everything_as_before(hiding_clinics, hiding_clinics_store)
    assert releasing.publish(hiding_clinics_store) == 2


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            "UPDATE results SET rate = 0.5 WHERE suppressed AND scope <> 'partnership'",
            "hidden figures have a statistic",
        ),
        pytest.param(
            "UPDATE results SET rate = rate / 2 WHERE NOT suppressed",
            "figures differ from the store's",
            marks=pytest.mark.heavy,
        ),
        pytest.param(
            "DELETE FROM results WHERE period_kind = 'month'",
            "rows are not those of the store",
            marks=pytest.mark.heavy,
        ),
    ],
)
def test_a_release_that_was_written_otherwise_than_the_store_holds_it_is_refused(
    hiding_clinics, hiding_clinics_store, monkeypatch, damage, words
):
    write = edition_files._write_edition

    def damaged(cur, path, tables, key, **more) -> None:
        write(cur, path, tables, key, **more)
        if path.name == "shared.duckdb":
            with duckdb.connect(str(path)) as con:
                con.execute(damage)

    monkeypatch.setattr(edition_files, "_write_edition", damaged)
    with pytest.raises(NotPossible, match=words):
        releasing.publish(hiding_clinics_store)
    monkeypatch.undo()
    everything_as_before(hiding_clinics, hiding_clinics_store)


@pytest.mark.heavy
def test_a_stricter_policy_takes_effect_with_the_next_release_and_that_one_is_audited_by_it(hiding_clinics):
    settings = hiding_clinics.folder / "concord.toml"
    settings.write_text(settings.read_text().replace("smallest_cell = 2", "smallest_cell = 3"))
    assert checking_store.problems(hiding_clinics.folder) == [], "a release is audited by the policy that it carries"
    store = administering.open_partnership(hiding_clinics.folder)
    try:
        # What was shown cannot be taken back: the new release hides the rest.
        assert releasing.publish(store) == 2
        assert release_audit.audit_current(store) == []
    finally:
        store.close()


@pytest.mark.heavy
def test_a_release_without_changes_hides_what_the_one_before_hid(hiding_clinics_store):
    def hides(release: int) -> list[tuple]:
        return sorted(
            hiding_clinics_store.cursor().execute(
                "SELECT indicator, scope, period_end, period_kind, stratifier, category FROM released "
                "WHERE suppressed AND release = ?", [release],
            ).fetchall()
        )  # fmt: skip

    first = hides(1)
    assert releasing.publish(hiding_clinics_store) == 2
    assert hides(2) == first


@pytest.mark.heavy
def test_what_was_shown_once_is_remembered_after_the_release_is_gone(hiding_clinics_store):
    for _ in range(3):
        releasing.publish(hiding_clinics_store)
    kept = (
        hiding_clinics_store.cursor()
        .execute("SELECT min(first_release), max(last_release), count(*) FROM earlier")
        .fetchall()
    )
    rows = (
        hiding_clinics_store.cursor().execute("SELECT count(*) FROM released WHERE release = 4 AND closed").fetchall()
    )
    assert kept == [(1, 4, rows[0][0])], "the same cell is kept once for all releases that held it"
    assert release_audit.audit_current(hiding_clinics_store) == []


@pytest.mark.heavy
def test_a_release_that_leaves_partners_figures_out_is_audited_and_holds_the_partnerships_alone(hiding_clinics):
    settings = hiding_clinics.folder / "concord.toml"
    settings.write_text(settings.read_text().replace("[policy]", "[policy]\npartner_figures = false"))
    store = administering.open_partnership(hiding_clinics.folder)
    assert releasing.publish(store) == 2 and release_audit.audit_current(store) == []
    store.close()
    path = release_folders.edition_path(hiding_clinics.folder, 2, "shared")
    with duckdb.connect(str(path), read_only=True) as con:
        assert con.execute("SELECT DISTINCT scope FROM results").fetchall() == [("partnership",)]
