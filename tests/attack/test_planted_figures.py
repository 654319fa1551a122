"""What the browser receives depends on nothing that its viewer may not see.

Every hidden figure of the store is put out of place, save the viewer's own; every page is drawn before and after, with
all charts (as Plotly's JSON), their words and the tables behind them. Not a byte may differ. (What is shown is put out
of place too, to see that it would.)
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.access import who_looks
from pages.components.layout import page_state
from pages.components.routes import one_time_downloads
from schemas.policy.access.permissions import may_some
from schemas.policy.viewer import Viewer
from tests.support.open_folds import with_folds
from tests.support.partnerships import usual

OF_A_FIGURE = ("indicator", "partners", "equity", "acting.next_year", "acting.impact_value", "acting.curve_story")
OTHERS = ("scorecard", "quality", "calendar", "methods", "submit", "board_pack", "acting.actions", "acting.decisions")
RELEASED = """UPDATE released SET denominator = denominator + 7654321, numerator = numerator + 1234567,
    rate = rate * 0.37 + 0.0123, low = low * 0.31, high = high * 0.41, unreliable = NOT unreliable,
    expected = expected * 0.29 WHERE """
COUNTS = """UPDATE counts c SET denominator = c.denominator + 7654321, numerator = c.numerator + 1234567
    FROM (SELECT * FROM released WHERE release = (SELECT max(release) FROM released) AND {which}) r
    WHERE r.scope = c.owner AND {same}"""
SAME = " AND ".join(
    f"r.{c} = c.{c}" for c in ("indicator", "period_kind", "period_start", "period_end", "stratifier", "category")
)


SEEING = [role for role in who_looks.ROLES if may_some(Viewer.model_validate({"role": role}), "see_figures")]
"""An auditor gets no figure: `workflow` refuses (tests/workflow/access)."""


def of_viewer(who: str) -> str:
    return f" AND scope <> '{who}'" if who not in who_looks.ROLES else ""


def displace(folder: Path, which: str) -> None:
    """Put figures out of place, in the release and in the counts it was made from."""
    with duckdb.connect(str(folder / "concord.duckdb")) as con:
        con.execute(COUNTS.format(same=SAME, which=which))
        con.execute(RELEASED + which)
        assert con.execute(f"SELECT count(*) > 100 FROM released WHERE {which}").fetchone() == (True,)


def the_page(name: str) -> None:
    """What the router runs: the page alone."""
    import importlib

    importlib.import_module(f"pages.{name}").page()


def received(folder: Path, views: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """All that the browser gets of each view, as text."""
    monkeypatch.setenv("CONCORD_DATA", str(folder))
    # Pages drawn without their router have nowhere to lead to.
    monkeypatch.setattr(page_state, "link", lambda *where, **selection: st.text(f"{where} {selection}"))
    # A file to take along is served by an address of its own: here its bytes stand on the page.
    monkeypatch.setattr(
        one_time_downloads, "button",
        lambda label, data, name, mime, **_: st.text(f"{name} {(data if isinstance(data, bytes) else b''.join(data())).hex()}"),
    )  # fmt: skip
    found = {}
    for caches in (st.cache_data, st.cache_resource):
        caches.clear()
    try:
        for view in views:
            app = AppTest.from_function(the_page, default_timeout=120, args=(view["page"],))
            app.query_params.update({k: v for k, v in view.items() if k != "page"})
            app.run()
            app = with_folds(app)
            assert not app.exception, (view, app.exception)
            found[str(view)] = [str(e.proto) for e in elements(app)]
    finally:
        page_state.store().close()
        st.cache_resource.clear()
        st.cache_data.clear()
    return found


def elements(app: AppTest) -> Iterator[Any]:
    """Every element of the page; a file to download stands in it by an address that follows from its content."""
    return (e for e in app._tree if getattr(e, "proto", None) is not None and e.type != "root")


def differing(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    return [view for view in before if before[view] != after[view]]


def views(who: str, indicators: list[str]) -> list[dict[str, str]]:
    by_figure = [{"page": p, "indicator": i} for p in OF_A_FIGURE for i in indicators]
    alone = [{"page": p} for p in OTHERS]
    return [view | {"as": who} for view in (*alone, *by_figure)]


@pytest.mark.heavy
@pytest.mark.parametrize("who", ["leader", "fenwick_flats"])
def test_no_page_depends_on_a_figure_that_its_viewer_may_not_see(hiding_demo, who, monkeypatch):
    wanted = views(who, ["bp_control"])
    before = received(hiding_demo.folder, wanted, monkeypatch)
    displace(hiding_demo.folder, "suppressed" + of_viewer(who))
    assert differing(before, received(hiding_demo.folder, wanted, monkeypatch)) == []


def test_pages_depend_on_the_figures_that_are_shown(hiding_demo, monkeypatch):
    wanted = [v for v in views("leader", ["bp_control"]) if v["page"] in ("scorecard", "indicator", "equity")]
    before = received(hiding_demo.folder, wanted, monkeypatch)
    displace(hiding_demo.folder, "NOT suppressed AND stratifier <> 'exclusion'")
    assert len(differing(before, received(hiding_demo.folder, wanted, monkeypatch))) == len(wanted)


def test_a_partner_s_page_shows_its_own_hidden_figures_and_a_leader_s_does_not(hiding_demo, monkeypatch):
    wanted = [{"page": "partners", "indicator": "food_insecurity", "as": who} for who in ("good_furrow", "leader")]
    with duckdb.connect(str(hiding_demo.folder / "concord.duckdb")) as con:
        con.execute("UPDATE released SET suppressed = true WHERE scope = 'good_furrow' AND stratifier = 'all'")
    before = received(hiding_demo.folder, wanted, monkeypatch)
    displace(hiding_demo.folder, "suppressed AND scope = 'good_furrow'")
    assert differing(before, received(hiding_demo.folder, wanted, monkeypatch)) == [str(wanted[0])]


def test_the_quality_page_of_a_partner_gives_staff_no_count_of_returns(hiding_demo, monkeypatch):
    """It is the numerator of a readmission figure, which a release may hide."""
    wanted = [{"page": "quality", "as": who, "partner": "kestrel_valley"} for who in ("backbone", "kestrel_valley")]
    staff, own = received(hiding_demo.folder, wanted, monkeypatch).values()
    assert "Returns within 30 days" not in str(staff) and "Returns within 30 days" in str(own)


@pytest.mark.heavy
@pytest.mark.parametrize("who", [*SEEING, "larkfield", "kestrel_valley"])
def test_no_page_of_any_figure_or_grouping_depends_on_one(hiding_demo, who, monkeypatch):
    ids = list(usual())
    groupings = [
        {"page": "equity", "indicator": i, "by": by, "as": who}
        for i in ids for by in ("sex", "age_band", "language", "zip", "payer")
    ]  # fmt: skip
    wanted = [*views(who, ids), *groupings]
    before = received(hiding_demo.folder, wanted, monkeypatch)
    displace(hiding_demo.folder, "suppressed" + of_viewer(who))
    assert differing(before, received(hiding_demo.folder, wanted, monkeypatch)) == []
