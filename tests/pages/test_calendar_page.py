"""Reporting calendar and data quality as pages: what each role reads in each state, and what their links keep."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo.demo_settings import DEMO_SETTINGS
from data.ledger.data_folder import make_folder
from data.ledger.store import Store
from data.ledger.submissions import Window
from pages.components.layout import page_state
from schemas.policy.viewer import Viewer
from tests.support.whole_run.every_run import some_of
from workflow import accepting, reading, submitting

ROLES = ["leader", "analyst", "backbone", "fenwick_flats", "juniper_row"]


def the_calendar() -> None:
    """What the router runs, with the page that it leads to."""
    import streamlit as st

    from pages import calendar, messages, submit
    from pages.components.layout import page_state

    send, due = (
        st.Page(submit.page, url_path="send-data"),
        st.Page(calendar.page, url_path="reporting-calendar", default=True),
    )
    mail = st.Page(messages.page, url_path="partner-messages")
    page_state.know({"send-data": send, "reporting-calendar": due, "partner-messages": mail})
    st.navigation([due, send, mail]).run()


def the_quality() -> None:
    """What the router runs: the page alone."""
    from pages import quality

    quality.page()


def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("CONCORD_DATA", str(folder))
    st.cache_resource.clear()
    yield page_state.store()
    page_state.store().close()
    st.cache_resource.clear()


@pytest.fixture
def store(demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The demo partnership: one file missing, some late; under the usual policy."""
    settings = demo.folder / "concord.toml"
    settings.write_text(settings.read_text().replace("smallest_cell = 1\n", "smallest_cell = 11\n"))
    yield from served(demo.folder, monkeypatch)


def opened(page, **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    app.query_params.update(query)
    return ran(app)


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    drawn = [e.proto.body for e in app.get("html")]
    return "\n".join([*drawn, *(e.value for kind in (app.markdown, app.caption, app.text) for e in kind)])


def title(app: AppTest) -> str:
    found = re.findall(r'<h1 class="c-title">(.*?)</h1>', said(app))
    assert len(found) == 1
    return found[0]


def row(app: AppTest, partner: str) -> list[str]:
    """The words of a partner's cells."""
    line = re.search(rf'<th scope="row">{partner}</th>(.*?)</tr>', said(app))
    assert line
    return re.findall(r'class="k-cell [^>]*><b aria-hidden="true">.</b><span>(.*?)</span>', line[1])


@pytest.mark.parametrize("who", ROLES)
def test_every_role_reads_the_same_states(store, who):
    app = opened(the_calendar, **{"as": who})
    assert title(app) == "1 of 21 files for Jul–Sep 2026 is missing. Everything else is in"
    assert row(app, "Fenwick Flats Family Clinic") == [
        "On time", "1 of 2 late", "On time", "1 of 3 late", "1 of 4 missing", "Due 15 Jan"]  # fmt: skip
    assert row(app, "St. Oswin Hospital") == ["Not asked"] * 2 + ["On time", "89 days late", "On time", "Due 15 Jan"]
    figures = re.findall(r'k-what">(.*?)</p><p class="k-figure">(.*?)<', said(app))
    assert figures == [("Received on time", "83%"), ("Late", "10"), ("Missing", "1"), ("Still to come", "21")]
    assert "95%</b><span>20 of 21 in" in said(app)


def test_the_matrix_is_a_table_that_can_be_read_out_and_scrolled_by_keyboard(store):
    text = said(opened(the_calendar))
    assert re.search(r'<div class="k-scroll" role="region" tabindex="0" aria-label="[^"]+">', text)
    assert text.count('<th scope="col">Jul–Sep 2026</th>') == 1
    assert text.count('<th scope="row">') >= 8 + 3


def test_only_backbone_staff_read_a_reminder_and_only_the_partner_the_way_to_send(store):
    reminded = {who: bool(opened(the_calendar, **{"as": who}).code) for who in ROLES}
    assert reminded == {who: who == "backbone" for who in ROLES}
    assert "Blood-pressure readings, Jul–Sep 2026: was due on 15 Oct 2026, and is not in" in opened(
        the_calendar, **{"as": "backbone"}).code[0].value  # fmt: skip
    ways = {who: [e.proto.query_string for e in opened(the_calendar, **{"as": who}).get("page_link")] for who in ROLES}
    own, mail = ["as=fenwick_flats&dataset=blood_pressure"], ["as=backbone"]
    assert ways == {who: {"fenwick_flats": own, "backbone": mail}.get(who, []) for who in ROLES}


def test_numbers_of_submissions_are_for_backbone_staff_and_the_partner_itself(store):
    cell = {"partner": "fenwick_flats", "period": "2026-07-01"}
    numbered = {who: "no. " in said(opened(the_calendar, **{"as": who}, **cell)) for who in ROLES}
    assert numbered == {who: who in ("backbone", "fenwick_flats") for who in ROLES}


def test_a_link_reproduces_the_cell_and_the_kind_of_file(store):
    app = opened(the_calendar, partner="juniper_row", period="2026-04-01", dataset="blood_pressure")
    assert title(app) == "1 of 3 files for Jul–Sep 2026 is missing. Everything else is in"
    assert "Juniper Row Health Center, Apr–Jun 2026</h3>" in said(app)
    assert "27\N{NO-BREAK SPACE}Jul\N{NO-BREAK SPACE}2026" in said(app)
    assert 'href="?dataset=blood_pressure&amp;partner=millrace&amp;period=2026-01-01"' in said(app)


def test_a_choice_is_kept_in_the_link(store):
    app = opened(the_calendar)
    app.selectbox(key="due_partner").set_value("larkfield")
    ran(app)
    app.selectbox(key="due_period").set_value("2026-01-01")
    ran(app)
    assert (app.query_params["partner"], app.query_params["period"]) == ("larkfield", "2026-01-01")
    assert "Larkfield Food Bank, Jan–Mar 2026</h3>" in said(app)
    assert "Nobody needs a reminder" in said(app)


def test_a_link_to_nowhere_falls_back_to_the_missing_file(store):
    app = opened(the_calendar, partner="nobody", period="<b>", dataset="x")
    assert "Fenwick Flats Family Clinic, Jul–Sep 2026</h3>" in said(app)


def test_a_cell_where_nothing_is_owed_says_so(store):
    assert "Nothing is owed here" in said(opened(the_calendar, partner="larkfield", period="2025-07-01"))


def test_once_the_missing_file_is_accepted_the_title_says_all_is_in(store, demo):
    file = demo.file("next")
    covers = Window(*file.covers)
    number = submitting.check(store, file.path, file.dataset, file.partner_id, covers=covers).submission
    assert number
    accepting.accept(store, number)
    assert title(opened(the_calendar)) == "All 21 files for Jul–Sep 2026 are in. 3 came late"


@pytest.mark.parametrize("settings", ["demo = true\n", DEMO_SETTINGS], ids=["no partners", "nothing sent"])
@pytest.mark.parametrize("page", [the_calendar, the_quality])
@pytest.mark.parametrize("who", some_of(["leader", "backbone", "larkfield"], 3))
def test_before_the_first_file_each_page_says_what_to_do(tmp_path, monkeypatch, settings, page, who):
    make_folder(tmp_path / "var", settings)
    for _ in served(tmp_path / "var", monkeypatch):
        app = opened(page, **{"as": who})
        assert len(title(app)) > 20
        if settings == DEMO_SETTINGS and page is the_calendar:
            assert title(app) == "24 of 24 files for Jul–Sep 2026 are missing"
            assert row(app, "Larkfield Food Bank")[-2:] == ["Missing", "Due 15 Jan"]
        else:
            assert "c-state" in said(app)


@pytest.mark.parametrize("who", ["leader", "analyst", "nobody"])
def test_quality_is_nobody_elses_business(store, who):
    app = opened(the_quality, **{"as": who}, partner="juniper_row")
    assert title(app) == "Each partner sees the quality of its own data"
    assert "Juniper" not in said(app) and not app.selectbox


def test_a_partner_sees_its_own_quality_whatever_the_link_says(store):
    app = opened(the_quality, **{"as": "juniper_row"}, partner="millrace")
    assert re.fullmatch(r"[\d,]+ of [\d,]+ rows from Juniper Row Health Center count, with 3 things to fix", title(app))
    assert "Millrace" not in said(app) and not app.selectbox
    first = said(app).split("<li>")[1]
    assert "column measured_on" in first and "kept rows from counting" in first


def test_backbone_staff_choose_a_partner_and_read_no_small_count_of_people(store):
    app = opened(the_quality, **{"as": "backbone"})
    app.selectbox(key="quality_partner").set_value("good_furrow")
    ran(app)
    assert app.query_params["partner"] == "good_furrow" and "Good Furrow Pantry" in title(app)
    quality = reading.read_quality(store, Viewer(role="partner", partner_id="good_furrow"), "good_furrow")
    assert quality
    fewest = store.partnership.policy.smallest_cell
    few = [k for k in quality.known if k.known is not None and 0 < k.people - k.known < fewest]
    assert few, "the demo has no small count to try this on"
    for k in few:
        assert f"{k.known:,} of {k.people:,}" not in said(app)
    assert said(app).count(f"fewer than {fewest} are not") == len(few)


def test_a_partner_that_sends_totals_is_told_nothing_of_people_and_nothing_that_its_findings_deny(store):
    words = said(opened(the_quality, **{"as": "larkfield"}))
    assert "What is known about the people?" not in words
    assert "The count was hidden by whoever made the file" in words and "no finding comes back" not in words
