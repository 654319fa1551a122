"""A release shown without the store says what the store says to everyone, and holds nothing else."""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from data.ledger.data_folder import NotReady
from data.ledger.opening.store_faults import StoreNotWritable
from data.ledger.store import Store
from data.releases import release_folders
from schemas.policy.viewer import EVERYONE, SERVER, Viewer
from tests.conftest import Demo, copied
from tests.support.folders.folder_digests import digests
from workflow import administering, reading, releasing, restating
from workflow.access.door import door_of
from workflow.access.permitting import NotAllowed
from workflow.carrying import dashboard_edition, release_store
from workflow.carrying.release_store import ReleaseStore
from workflow.deciding import acting, recording
from workflow.exporting import release_export
from workflow.questioning import asking
from workflow.recovery.health import health
from workflow.referring import published_ends
from workflow.telling import hearing_people, telling_stories

ANALYST = Viewer(role="analyst", at_release=True)
SINCE = dt.date(2023, 1, 1)


@dataclass(frozen=True)
class Both:
    """The store that releases are made from, and one that shows them. `before`: the folder of releases as it was."""

    main: Store
    shown: ReleaseStore
    before: dict[str, str]


@pytest.fixture(scope="module")
def both(made_carrying: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Not to be changed."""
    mine = copied(made_carrying, tmp_path_factory.mktemp("both") / "var")
    main, before = administering.open_partnership(mine.folder), digests(mine.folder / "releases")
    shown = release_store.open_releases(mine.folder / "releases")
    yield Both(main, shown, before)
    shown.close()
    main.close()


def coverages(store: Store) -> list[object]:
    periods = reading.read_results(store, EVERYONE).select("indicator", "period_end", "period_kind").unique().sort("*")
    return [reading.read_coverage(store, EVERYONE, *period) for period in periods.iter_rows()]


READS = {
    "results": lambda s: reading.read_results(s, EVERYONE).rows(),
    "results asked for": lambda s: reading.read_results(s, EVERYONE, scope="partner-cwb").rows(),
    "coverage": coverages,
    "release": reading.current_release,
    "hiding": reading.read_hiding,
    "definitions": reading.read_definitions,
    "code lists": reading.read_code_lists,
    "groups": reading.read_grouped_by,
    "checksum": reading.read_checksum,
    "names": lambda s: (reading.read_naming(s, EVERYONE).names, reading.read_naming_of_release(s, EVERYONE).names),
    "peers": lambda s: {g.kind: len(g.ids) for g in reading.read_naming_of_release(s, EVERYONE).peers},
    "calendar": lambda s: reading.read_calendar(s, EVERYONE),
    "arrivals": lambda s: {k: [e[1:] for e in v] for k, v in reading.read_arrivals(s, EVERYONE).items()},
    "quarters": lambda s: reading.read_quarters(s, SINCE),
    "actions": lambda s: acting.read_actions(s, EVERYONE),
    "places": acting.read_places,
    "decisions": lambda s: recording.read_decisions(s, EVERYONE),
    "stories": lambda s: telling_stories.read_stories(s, EVERYONE),
    "voices": lambda s: hearing_people.read_voices(s, EVERYONE),
    "requests": lambda s: hearing_people.read_requests(s, EVERYONE),
    "ends of referrals": lambda s: published_ends.read_ends(s, viewer=EVERYONE),
    "errata": lambda s: [(e.erratum, e.dataset, e.reason, e.release) for e in restating.read_errata(s)],
    "saved queries": lambda s: asking.read_saved(s, EVERYONE),
    "boundaries": lambda s: [reading.read_areas(s, one) for one in s.partnership.maps],
    "exports": lambda s: [release_export.export(s, ANALYST, form).files for form in release_export.FORMATS],
}  # fmt: skip


@pytest.mark.parametrize("read", READS)
def test_it_says_what_the_store_says_to_everyone(both, read):
    said = READS[read](both.main)
    assert READS[read](both.shown) == said
    assert said or read in ("ends of referrals", "errata", "places", "results asked for"), "so that this can fail"


def test_nothing_but_what_everyone_may_know_lies_in_the_edition_and_the_store_that_it_fills(both):
    """Whoever goes by a letter, the counts behind hidden and open figures, scores of few people, who did what."""
    path = release_folders.edition_path(both.main.folder, 2, release_folders.DASHBOARDS)
    unnamed = [p for p in both.main.partnership.partners if not p.named]
    own = {p.id for p in unnamed} | {p.name for p in unnamed}
    assert own
    with duckdb.connect(str(path), read_only=True) as con:
        tables = [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        held = {table: str(con.execute(f"FROM {table}").fetchall()) for table in tables}
    assert {*dashboard_edition.FILLED, "told", "counted", "area_file"} == {*tables}
    for word in own:
        assert not [table for table, text in held.items() if word in text], word
        assert word.encode() not in path.read_bytes()
    cur = both.shown.cursor()
    exact = both.main.cursor().execute("FROM released WHERE release = 2 AND (suppressed OR NOT closed)").fetchall()
    counts = "SELECT max(denominator), max(numerator), count(*) FROM released WHERE suppressed OR NOT closed"
    assert cur.execute(counts).fetchall()[0][:2] == (0, 0) and exact
    assert cur.execute("SELECT count(*) FROM released WHERE NOT closed AND (low IS NOT NULL)").fetchall() == [(0,)]
    for empty in ("counts", "finding", "person_change", "access_event", "settings_version", "message"):
        assert cur.execute(f"SELECT count(*) FROM {empty}").fetchall() == [(0,)], empty


def test_nothing_is_written_into_the_folder_and_nothing_into_the_store(both):
    viewer = Viewer(role="leader", at_release=True)
    agreed = recording.read_decisions(both.shown, viewer)[0].agreed
    with pytest.raises(NotAllowed):
        recording.record(both.shown, viewer, None, agreed, actor="x")
    with pytest.raises(NotAllowed):
        asking.save(both.shown, ANALYST, "Another", "shared", "SELECT 1", actor="x")
    with pytest.raises(StoreNotWritable):
        releasing.publish(both.shown, "x", viewer=SERVER)
    assert asking.ask(door_of(both.shown), ANALYST, None, "shared", "FROM analysis.scorecard").wait().rows
    assert digests(both.main.folder / "releases") == both.before


def test_rows_of_people_cannot_be_asked_there_also_where_they_lie_beside(both):
    assert release_folders.edition_path(both.shown.folder, 2, "research").is_file()
    assert asking.editions(ANALYST) == ["shared"]
    with pytest.raises(NotAllowed):
        asking.ask(door_of(both.shown), ANALYST, None, "research", "SELECT 1")
    with pytest.raises(NotAllowed):
        asking.tables(both.shown, ANALYST, "research")


def test_a_new_release_is_shown_once_it_is_whole_and_the_one_before_until_then(made_carrying, tmp_path):
    mine = copied(made_carrying, tmp_path / "var")
    main = administering.open_partnership(mine.folder)
    away = Path(shutil.copytree(mine.folder / "releases", tmp_path / "copy"))
    shown = release_store.open_releases(away)
    assert not release_store.refresh(shown) and reading.released(shown) == 2
    releasing.publish(main, "demo")
    shutil.copy(mine.folder / "releases" / "current.json", away)
    release_store.refresh(shown)
    assert reading.released(shown) == 2 and "not whole" in shown.failing
    assert health(shown)["status"] == "failing" and health(shown)["failing"] == ["release"]
    shutil.copytree(mine.folder / "releases" / "0003", away / "0003")
    (away / "0003" / "shared.duckdb").chmod(0o600)
    whole = (away / "0003" / "shared.duckdb").read_bytes()
    (away / "0003" / "shared.duckdb").write_bytes(whole[: len(whole) // 2])
    release_store.refresh(shown)
    assert reading.released(shown) == 2 and "shared.duckdb" in shown.failing
    (away / "0003" / "shared.duckdb").write_bytes(whole)
    assert release_store.refresh(shown) and (reading.released(shown), shown.failing) == (3, "")
    assert health(shown)["status"] == "ok"
    assert READS["results"](shown) == READS["results"](main)
    shown.close()
    main.close()


def test_a_release_of_another_partnership_is_not_taken_for_the_next_one(made_carrying, tmp_path):
    away = Path(shutil.copytree(made_carrying.folder / "releases", tmp_path / "copy"))
    shown = release_store.open_releases(away)
    manifest = away / "0002" / "manifest.json"
    (away / "0002").chmod(0o700)
    (away / "0002").rename(away / "0003")
    for path in (away / "0003" / "manifest.json", away / "current.json"):
        path.chmod(0o600)
        path.write_text(path.read_text().replace('"release": 2', '"release": 3').replace(str(shown.of), "another"))
    assert not manifest.exists() and shown.of
    release_store.refresh(shown)
    assert reading.released(shown) == 2 and "another partnership" in shown.failing
    shown.close()


@pytest.mark.parametrize("lacking", ["dashboards.duckdb", "shared.duckdb", "manifest.json", "current.json"])
def test_a_folder_without_a_whole_release_is_refused_in_a_sentence(made_carrying: Demo, tmp_path, lacking):
    away = Path(shutil.copytree(made_carrying.folder / "releases", tmp_path / "copy"))
    (away / "0002" / lacking if lacking != "current.json" else away / lacking).unlink()
    with pytest.raises(NotReady, match="release"):
        release_store.open_releases(away)


def test_its_own_folder_goes_with_it_and_the_releases_stay(made_carrying, tmp_path):
    away = Path(shutil.copytree(made_carrying.folder / "releases", tmp_path / "copy"))
    before, shown = digests(away), release_store.open_releases(away)
    own = shown.folder
    assert {p.name for p in own.iterdir()} >= {"releases"}
    shown.close()
    del shown
    assert not own.exists() and digests(away) == before
