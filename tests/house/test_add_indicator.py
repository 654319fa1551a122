"""One new folder adds an indicator: it is found on every page, in the docs and in the release."""

import duckdb
import pytest

import metrics.indicators
from data.releases import release_folders
from schemas.policy.viewer import EVERYONE
from workflow import accepting, administering, reading, reference_pages, releasing

TEXT = """
title = "Seen by a clinic"
measure = "Access"
order = 70
plain = "Of people on a clinic's roster, the share seen this year."
why = "Care begins with a visit."
denominator = "People on the roster."
numerator = "At least one finished visit."
units = "people"
outcome = "seen"
kind = "performance"
better = "higher"
source = "Test"
version = "1.0"
review_on = 2027-01-01
main = "clinical_events"
roster = true
linked = "people"

[reach]
clinical_events = "within"
patients = "all"
"""
SQL = """
WITH seen AS (
    SELECT DISTINCT person, period
    FROM (SELECT person, date_trunc('month', starts_on) AS month FROM events WHERE event = 'office_visit')
    JOIN period_months USING (month))
SELECT DISTINCT r.person, t.period, NULL AS partner_id, NULL AS unit_id, true AS in_denominator,
    CAST(NULL AS VARCHAR) AS exclusion_reason, s.person IS NOT NULL AS in_numerator, CAST(NULL AS DATE) AS aged_on
FROM roster r JOIN reporting t ON t.partner_id = r.partner_id AND t.dataset = 'clinical_events'
LEFT JOIN seen s ON s.person = r.person AND s.period = t.period
"""


@pytest.fixture
def with_one_more(tmp_path, monkeypatch):
    """One new folder beside the indicators."""
    folder = tmp_path / "more" / "visited"
    folder.mkdir(parents=True)
    (folder / "indicator.toml").write_text(TEXT)
    (folder / "unit_rows.sql").write_text(SQL)
    monkeypatch.setattr(metrics.indicators, "__path__", [*metrics.indicators.__path__, str(folder.parent)])
    metrics.indicators.indicators.cache_clear()
    yield
    metrics.indicators.indicators.cache_clear()


@pytest.mark.heavy
def test_one_new_folder_is_found_in_results_docs_and_release(with_one_more, clinics, clinics_store):
    administering.refresh(clinics_store)
    releasing.publish(clinics_store)
    year = {"indicator": "visited", "scope": "partnership", "period_kind": "year", "stratifier": "all"}
    found = reading.read_results(clinics_store, EVERYONE, **year)
    assert found.height > 5 and found["rate"].null_count() == 0
    assert "## visited" in reference_pages.pages()["reference/measures.md"]
    shared = duckdb.connect(str(release_folders.edition_path(clinics.folder, 2, "shared")), read_only=True)
    assert shared.execute("SELECT title FROM analysis.definitions WHERE indicator = 'visited'").fetchone() == (
        "Seen by a clinic",
    )


@pytest.mark.heavy
def test_one_new_folder_follows_a_submission_like_the_others(with_one_more, clinics, clinics_store):
    administering.refresh(clinics_store)
    sent = [s.submission for s in reading.all_submissions(clinics_store) if s.dataset == "clinical_events"]
    latest = sent[0]
    accepting.withdraw(clinics_store, latest)
    cur = clinics_store.cursor()
    cur.execute("CREATE TEMP TABLE moved AS FROM counts")
    administering.refresh(clinics_store)
    assert cur.execute("SELECT count(*) FROM (FROM moved EXCEPT FROM counts)").fetchone() == (0,)
