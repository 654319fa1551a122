"""Who may ask which edition, what stands in the history of it, and queries that are saved."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.ledger.people import access_history
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from data.releases.questions.asked import Answer
from schemas.policy.viewer import Viewer
from tests.support.whole_run.every_run import some_of
from workflow import administering
from workflow.access.door import door_of
from workflow.access.permitting import NotAllowed
from workflow.governing import changing_settings
from workflow.questioning import asking

ANALYST, BACKBONE, LEADER = Viewer(role="analyst"), Viewer(role="backbone"), Viewer(role="leader")


def rows(answer: Answer) -> list[list[str]]:
    assert answer.rows is not None, answer
    return asking.texts(answer)[1]


@pytest.fixture(scope="module")
def only_read(made_demo) -> Iterator[Store]:
    store = administering.open_partnership(made_demo.folder, read_only=True)
    yield store
    store.close()


@pytest.mark.parametrize("worked", some_of(asking.worked_queries(), 3), ids=lambda w: w.title)
def test_each_worked_query_is_answered_here_too(only_read: Store, worked: asking.Worked):
    assert rows(asking.ask(door_of(only_read), ANALYST, None, worked.edition, worked.query).wait())


def test_there_are_as_many_as_the_page_says():
    assert asking.worked_page().startswith("# Ten worked queries") and len(asking.worked_queries()) == 10


def test_figures_are_for_everyone_and_rows_for_analysts_alone(only_read: Store):
    door = door_of(only_read)
    for viewer in (LEADER, BACKBONE, Viewer(role="partner", partner_id="millrace")):
        assert asking.editions(viewer) == ["shared"]
        assert rows(asking.ask(door, viewer, None, "shared", "SELECT count(*) FROM main.results").wait()) != [["0"]]
        with pytest.raises(NotAllowed):
            asking.ask(door, viewer, None, "research", "SELECT 1")
    assert asking.editions(ANALYST) == ["shared", "research"] and asking.editions(Viewer(role="auditor")) == []


def test_no_row_of_the_research_edition_is_reached_from_the_other(only_read: Store):
    for name in ("patients", "unit_rows", "research.main.patients"):
        found = asking.ask(door_of(only_read), LEADER, None, "shared", f"FROM {name}").wait()
        assert found.rows is None and found.why_not == "wrong"


def test_that_somebody_asked_for_rows_stands_in_the_history(demo_store: Store):
    asking.ask(door_of(demo_store), ANALYST, None, "research", "SELECT 'Marie Doe'").wait()
    asking.ask(door_of(demo_store), ANALYST, None, "shared", "SELECT 1").wait()
    last = access_history.events(demo_store.cursor(), 1)[0]
    assert (last.kind, last.actor, last.detail) == ("rows queried", "analyst", "release 1")


def test_a_third_query_at_once_is_asked_to_come_again_and_then_answered(only_read: Store):
    door, slow = door_of(only_read), "SELECT count(*) FROM range(1000000000000)"
    running = [asking.ask(door, LEADER, None, "shared", slow) for _ in range(asking.AT_ONCE)]
    with pytest.raises(NotPossible, match="Ask again in a moment"):
        asking.ask(door, LEADER, None, "shared", "SELECT 1")
    for one in running:
        one.cancel()
        one.wait()
    assert rows(asking.ask(door, LEADER, None, "shared", "SELECT 1").wait()) == [["1"]]


def test_a_partner_that_is_not_to_be_named_any_more_is_not_read_from_an_older_edition(demo_store: Store):
    settings = demo_store.partnership
    named = next(p for p in settings.partners if p.named)
    others = tuple(p.model_copy(update={"named": False}) if p == named else p for p in settings.partners)
    assert rows(asking.ask(door_of(demo_store), LEADER, None, "shared", "SELECT 1").wait())
    changing_settings.change(
        demo_store, BACKBONE, demo_store.settings_version, settings.model_copy(update={"partners": others}),
        reason="The agreement was taken back", actor="backbone",
    )  # fmt: skip
    with pytest.raises(NotPossible, match="after the next release"):
        asking.ask(door_of(demo_store), LEADER, None, "shared", "SELECT 1")


def test_a_saved_query_is_for_all_who_may_ask_its_edition_until_it_is_removed(demo_store: Store):
    first = asking.save(demo_store, ANALYST, "  Gaps  by race ", "shared", "SELECT 1", actor="analyst")
    asking.save(demo_store, ANALYST, "Stays", "research", "SELECT 2", actor="analyst")
    assert [(s.name, s.query) for s in asking.read_saved(demo_store, LEADER)] == [("Gaps by race", "SELECT 1")]
    assert len(asking.read_saved(demo_store, ANALYST)) == 2
    with pytest.raises(NotPossible, match="another query is called so"):
        asking.save(demo_store, BACKBONE, "gaps BY race", "shared", "SELECT 3", actor="backbone")
    asking.remove(demo_store, BACKBONE, first, actor="backbone")
    assert asking.read_saved(demo_store, LEADER) == []
    with pytest.raises(NotPossible):
        asking.remove(demo_store, BACKBONE, first, actor="backbone")


@pytest.mark.parametrize(
    ("name", "query"),
    [("Visits of Maria Delgado", "SELECT 1"), ("Visits", "FROM patients WHERE patient_id = '123-45-6789'"),
     ("Visits", "SELECT 1 -- ask jane.doe@example.org"), ("Visits", "SELECT 1 AS \"Maria Delgado\""), ("", "SELECT 1"),
     ("Visits", " "), ("Visits", "SELECT 1" + " " * 10 + "+ 1" * 5_000)],
)  # fmt: skip
def test_nothing_personal_is_saved_and_nothing_without_end(demo_store: Store, name: str, query: str):
    with pytest.raises(NotPossible):
        asking.save(demo_store, ANALYST, name, "shared", query, actor="analyst")
    assert asking.read_saved(demo_store, ANALYST) == []


def test_an_edition_that_was_removed_is_told_and_its_tables_too(demo_store: Store):
    release_folders.remove(demo_store.folder, 1, ["research"])
    with pytest.raises(NotPossible, match="research edition of release 1 is not kept"):
        asking.ask(door_of(demo_store), ANALYST, None, "research", "SELECT 1")
    with pytest.raises(NotPossible, match="research edition of release 1 is not kept"):
        asking.tables(demo_store, ANALYST, "research")


def test_an_answer_is_text_and_a_parquet_file_whatever_its_types(only_read: Store):
    query = """SELECT NULL AS nothing, DATE '2025-01-31' AS day, INTERVAL 1 DAY AS span, 2::HUGEINT AS large,
        uuid() AS id, {'a': [1, 2]} AS inside, TIMESTAMPTZ '2025-01-01 00:00:00+00' AS moment, 'é' AS word"""
    answer = asking.ask(door_of(only_read), LEADER, None, "shared", query).wait()
    columns, (cells,) = asking.texts(answer)
    assert dict(zip(columns, cells, strict=True)) | {"id": ""} == {
        "nothing": "", "day": "2025-01-31", "span": "1 day", "large": "2", "id": "", "inside": "{'a': [1, 2]}",
        "moment": "2025-01-01 00:00:00+00", "word": "é",
    }  # fmt: skip
    table = pq.read_table(pa.BufferReader(asking.parquet(answer)))
    assert table.column_names == columns and table["span"].to_pylist() == ["1 day"]
