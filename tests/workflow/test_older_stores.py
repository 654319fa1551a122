"""A store whose releases were made by an older program: before quarters closed, and before releases carried anything."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from data.ledger.opening.store_faults import FILE, StoreMismatch
from schemas.policy.viewer import EVERYONE
from tests.support.partnerships import fresh
from workflow import administering, reading, releasing
from workflow.publishing import release_preview
from workflow.recovery import checking_store

SINCE = ("closing", "erratum", "pooled_years", "ladder", "place_list", "closed_counts", "closed_parts", "closed_facts",
         "release_carried", "plain_values_coded", "counted_by", "release_intent", "release_pruned",
         "person_change", "sign_in", "access_event", "settings_version", "settings_file",
         "decision_step", "page_views", "action_step", "action_part", "message",
         "message_step", "calendar_address", "saved_query", "deletion", "deletion_cleaned", "story_note", "story_role",
         "voice_score", "voice_request", "loop_ends")  # fmt: skip
MADE_ADDED = {"released": ("rung", "part_of", "closed", "folded", "expected_by"), "earlier": ("rung", "part_of", "first_shown", "folded"),
              "release_made": ("made_under",)}  # fmt: skip


def aged(folder: Path) -> None:
    """Make the store what a program at version 5, before anything closed, would have left; its counts are another's."""
    with duckdb.connect(str(folder / FILE)) as con:
        con.execute("DELETE FROM released WHERE folded")  # nothing was folded then
        assert con.execute("SELECT count(*) FROM released WHERE NOT closed").fetchall() == [(0,)]
        con.execute("DELETE FROM earlier WHERE folded")
        con.execute("ALTER TABLE earlier ADD COLUMN shown BOOLEAN")
        con.execute("UPDATE earlier SET shown = first_shown IS NOT NULL")
        for table in SINCE:
            con.execute(f"DROP TABLE {table}")
        for table, columns in MADE_ADDED.items():
            for column in columns:
                con.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        con.execute("DELETE FROM migration WHERE number > 5")
        con.execute("UPDATE counts SET denominator = denominator + 7")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    made = fresh(tmp_path / "var", ["alder"])
    for month in (3, 6, 9):
        made.send("alder", "food_security", [
            {"patient_id": f"P{n}", "screened_on": f"2025-{month:02}-{n + 1:02}", "instrument": "result_only",
             "result": "at_risk"} for n in range(20)
        ])  # fmt: skip
    releasing.publish(made.store, "backbone")
    made.close()
    aged(tmp_path / "var")
    return tmp_path / "var"


@pytest.mark.heavy
def test_a_store_from_before_quarters_closed_says_what_to_do_counts_anew_and_closes(old):
    with pytest.raises(StoreMismatch, match="run `concord refresh`"):
        checking_store.problems(old)
    store = administering.open_partnership(old)
    assert checking_store.problems_of(store) == [], "the counts of an older program were made anew"
    shown = reading.read_results(store, EVERYONE)
    assert shown.height and shown["closed"].all(), "what was published stays as it was"
    assert reading.read_definitions(store) and release_preview.preview(store).closes_more
    assert releasing.publish(store) == 2
    assert checking_store.problems_of(store) == []
    closed = store.cursor().execute("SELECT max(last_day) FROM closing").fetchall()[0][0]
    after = reading.read_results(store, EVERYONE, period_kind="year", stratifier="all", scope="partnership")
    assert closed > dt.date(2025, 6, 1) and after.filter("closed").height
    assert set(after.filter("closed")["denominator"].drop_nulls()) <= set(range(0, 21)), "20 people, and not 27"
    store.close()


@pytest.mark.heavy
def test_counts_of_another_choice_are_made_anew_at_the_start(old):
    settings = old / "concord.toml"
    administering.open_partnership(old).close()
    text = settings.read_text()
    kept = [(p.name, p.stat().st_mtime_ns) for p in sorted(old.iterdir())]
    administering.open_partnership(old).close()
    assert [(p.name, p.stat().st_mtime_ns) for p in sorted(old.iterdir())] == kept, "a start that changes nothing"
    settings.write_text(text.replace("[choices]", '[choices]\nscreening_eligible = "seen"'))
    store = administering.open_partnership(old)
    assert checking_store.problems_of(store) == []
    store.close()
