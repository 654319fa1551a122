"""A partner that left, and one that the settings no longer list, are found nowhere: no edition, no page, no message."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from pages.components.layout import opened_store, page_state
from schemas.policy.viewer import BACKBONE, EVERYONE
from tests.conftest import Demo, copied
from tests.schemas.test_partner_naming import PAGES, one_page, received
from tests.support.open_folds import with_folds
from tests.support.whole_run.every_run import some_of
from tests.support.whole_run.made_once import made_once
from workflow import accepting, administering, delivering, reading, releasing
from workflow.delivering import How
from workflow.recovery import checking_store

LEFT, UNLISTED = "fenwick_flats", "juniper_row"
SECRETS = (LEFT, "Fenwick", UNLISTED, "Juniper")
WHO = ("leader", "analyst", "backbone", "kestrel_valley")


def changed(folder: Path, *, rows: str = "stay") -> None:
    """Let one partner leave, and take another out of the settings."""
    path, begins = folder / "concord.toml", "[[partners]]\n"
    blocks = [b for b in path.read_text().split(begins) if f'id = "{UNLISTED}"' not in b]
    goes = f'id = "{LEFT}"\nleft = 2026-03-31\nrows = "{rows}"'
    path.write_text(begins.join(blocks).replace(f'id = "{LEFT}"', goes))


@pytest.fixture(scope="module")
def made_left(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    def make(folder: Path) -> Demo:
        left = copied(made_demo, folder / "var")
        changed(left.folder)
        administering.open_partnership(left.folder).close()  # counted anew
        return left

    return made_once(tmp_path_factory, "left", make)


@pytest.fixture
def left_demo(made_left: Demo, tmp_path: Path) -> Demo:
    return copied(made_left, tmp_path / "var")


@pytest.fixture
def store(left_demo: Demo) -> Iterator[Store]:
    opened = administering.open_partnership(left_demo.folder)
    yield opened
    opened.close()


def tables_with(con: duckdb.DuckDBPyConnection, secret: str) -> list[str]:
    """The tables and views of an edition that hold a word, in their rows or in what is said of them."""
    named = con.execute("SELECT DISTINCT schema_name, table_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    about = con.execute("SELECT d::VARCHAR FROM duckdb_columns() d WHERE NOT internal").fetchall()
    rows = [
        name
        for schema, name in named
        if con.execute(f'SELECT 1 FROM {schema}."{name}" t WHERE contains(t::VARCHAR, ?) LIMIT 1', [secret]).fetchall()
    ]
    return rows + [text for (text,) in about if secret in text]


def test_neither_is_in_any_edition(left_demo: Demo, store: Store):
    release = releasing.publish(store)
    for edition in release_folders.EDITIONS:
        with duckdb.connect(
            str(release_folders.edition_path(left_demo.folder, release, edition)), read_only=True
        ) as con:
            assert [found for secret in SECRETS for found in tables_with(con, secret)] == [], edition
            names, figures = ("told", "counted") if edition == release_folders.DASHBOARDS else ("partners", "results")
            assert tables_with(con, "no longer listed") == [names]
            assert {figures, names} <= {*tables_with(con, "Kestrel"), *tables_with(con, "kestrel_valley")}
    about = list((left_demo.folder / "releases").rglob("*.json"))
    assert not [p for p in about for secret in SECRETS if secret in p.read_text()]


@pytest.fixture(scope="module")
def app_on_it(made_left: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_left, tmp_path_factory.mktemp("left") / "var").folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        yield
        page_state.store().close()
        st.cache_resource.clear()


@pytest.mark.parametrize(
    ("page", "readers"),
    [
        *some_of([pytest.param(page, (WHO[n % len(WHO)],), id=page) for n, page in enumerate(PAGES)], 2),
        *(pytest.param(page, WHO, id=f"{page}-everyone", marks=pytest.mark.heavy) for page in PAGES),
    ],
)
def test_neither_is_on_any_page(
    app_on_it: None, page: str, readers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):  # fmt: skip
    fold = st.expander  # what is folded is sent when it is opened
    monkeypatch.setattr(st, "expander", lambda *args, **more: fold(*args, **{**more, "expanded": True}))
    if page == "releases":
        opened_store.release_work().look(BACKBONE)
        assert opened_store.release_work().wait().preview
    for who in readers:
        app = AppTest.from_function(one_page, args=(page,), default_timeout=60)
        app.query_params["as"] = who
        with_folds(app.run())
        assert not app.exception
        text = received(app, [])
        assert text.count("c-title") == 1
        assert [secret for secret in SECRETS if secret in text] == [], who


def test_the_letters_of_the_others_do_not_move(made_demo: Demo, store: Store):
    before = administering.open_partnership(made_demo.folder, read_only=True)
    was, now = (reading.read_naming(s, EVERYONE) for s in (before, store))
    before.close()
    assert {p: s for p, s in was.ids.items() if p not in (LEFT, UNLISTED)} == {
        p: s for p, s in now.ids.items() if p not in (LEFT, UNLISTED)
    }
    assert now.gone == {LEFT, UNLISTED}
    assert re.fullmatch(r"Partner [B-Z]+", now.names[now.ids[LEFT]])
    assert re.fullmatch(r"Partner [B-Z]+ \(no longer listed\)", now.names[now.ids[UNLISTED]])


def test_no_more_is_awaited_from_them(store: Store):
    shown = reading.read_naming(store, EVERYONE).ids
    assert not {shown[LEFT], shown[UNLISTED]} & {e.partner_id for e in reading.read_calendar(store, EVERYONE)}
    for period in reading.read_results(store, EVERYONE, period_kind="year", stratifier="all")["period_end"].unique():
        late = reading.read_coverage(store, EVERYONE, "bp_control", period).late
        assert not {shown[LEFT], shown[UNLISTED]} & {*late}


def test_no_file_of_theirs_is_taken(left_demo: Demo, store: Store):
    file = left_demo.file("next")
    with pytest.raises(KeyError, match="left the partnership on 2026-03-31: its files are no longer taken"):
        delivering.deliver(store, file.path, file.dataset, LEFT, How(), f"job:{LEFT}")
    for partner in (LEFT, UNLISTED):
        entry = next(s for s in reading.all_submissions(store) if s.partner_id == partner)
        accepting.withdraw(store, entry.submission)
        with pytest.raises(NotPossible, match="has left the partnership, or is no longer listed"):
            accepting.accept(store, entry.submission)


def test_the_check_says_that_a_partner_is_no_longer_listed_and_not_which(store: Store):
    found = [line for line in checking_store.problems_of(store) if "no longer lists" in line]
    assert len(found) == 1 and not any(secret in found[0] for secret in SECRETS)
    assert {row["partner"] for row in delivering.listing(store, reading.all_submissions(store))}.isdisjoint(
        {LEFT, UNLISTED}
    )


@pytest.mark.heavy
def test_rows_that_are_withdrawn_leave_a_receipt_and_closed_figures_stay(clinics: Demo):
    changed(clinics.folder, rows="withdraw")
    store = administering.open_partnership(clinics.folder)
    try:
        states = {s.state for s in reading.all_submissions(store) if s.partner_id == LEFT}
        steps = store.cursor().execute("SELECT count(*) FROM submission_event WHERE actor = 'left'").fetchall()
        assert states == {"withdrawn"} and steps[0][0] > 0
        closed = {"period_kind": "year", "stratifier": "all", "scope": "partnership"}
        before = reading.read_results(store, BACKBONE, **closed)
        releasing.publish(store)
        after = reading.read_results(store, BACKBONE, **closed)
        same = [r for r in before.to_dicts() if r["closed"]]
        assert same and {str(r | {"release": 0}) for r in same} <= {str(r | {"release": 0}) for r in after.to_dicts()}
    finally:
        store.close()
    again = administering.open_partnership(clinics.folder)
    assert again.cursor().execute("SELECT count(*) FROM submission_event WHERE actor = 'left'").fetchall() == steps
    again.close()
