"""Actions on the page, on the chart, in the scorecard's row and in every pack; what each reader may know of them."""

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pptx
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook

from data.demo import demo_actions
from data.ledger.store import transaction
from pages.components.actions import action_log, known_actions
from pages.components.charts import control_figure, control_labels
from pages.components.layout import page_state, theme
from pages.components.meeting import agenda
from pages.components.packs import community_page, document, gathering, pack_files, slides, standalone_page, workbook
from schemas.policy.viewer import BACKBONE, EVERYONE
from tests.conftest import Demo, copied
from tests.pages.deciding.test_decisions_on_pages import gathered, html, opened, sent, the_log
from tests.support.open_folds import with_folds
from workflow.deciding import acting

UNNAMED = ("Good Furrow", "Aldermoor")


def the_actions() -> None:
    from pages.acting import actions

    actions.page()


@pytest.fixture(scope="module")
def folder(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo with its own actions; what changes them takes its change back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_demo, tmp_path_factory.mktemp("actions") / "var").folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        with transaction(page_state.store().cursor()) as cur:
            demo_actions.record(cur, 0)
        yield
        page_state.store().close()
        st.cache_resource.clear()


def names_of(who: Any) -> dict[str, str]:
    with page_state.seen_by(who):
        return known_actions.names()


@pytest.mark.heavy
def test_nobody_reads_of_a_partner_that_is_not_named_beside_what_it_does(folder):
    """Its letter neither: the calls after going home are a hospital's, and the helpers a pantry's."""
    for who in ("leader", "analyst", "fenwick_flats"):
        shown = html(opened(the_actions, **{"as": who}))
        assert "partner not named" in shown and "Partners not named" in shown
        assert not any(name in shown for name in UNNAMED), who
        assert not re.search(r"Partner [B-Z]\b|partner-[a-z]\b", shown), who
        page = json.dumps(sent(**{"as": who})["evidence"])
        assert "partner not named" in page and not any(f"with {name}" in page for name in UNNAMED)
    assert all(name in html(opened(the_actions, **{"as": "backbone"})) for name in UNNAMED)
    assert "Good Furrow" in html(opened(the_actions, **{"as": "good_furrow"})), "itself it knows"


def test_what_is_overdue_stands_first_partner_by_partner(folder):
    shown = html(opened(the_actions, **{"as": "backbone"}))
    assert "5 actions are running, 1 of them is overdue" in shown
    (due,) = re.findall(r'aria-label="What is due">.*?</table>', shown)
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr.*?</tr>", due)][1:]
    late = [row[1].startswith("Overdue since 5 Oct 2026") for row in rows]
    assert {row[0] for row, yes in zip(rows, late, strict=True) if yes} == {
        "Kestrel Valley Medical Center", "Aldermoor Hospital", "St. Oswin Hospital",
    }  # fmt: skip
    assert late[0] and not late[-1] and "Dec 2026" not in due, "due in more than 30 days is not due yet"


def test_what_partners_give_and_get_adds_up_for_every_reader(folder):
    for who in (BACKBONE, EVERYONE):
        with page_state.seen_by(who):
            *rows, together = action_log.contribution_rows(known_actions.read(), known_actions.names())
        assert [together[n] for n in (2, 3, 4)] == [130_000, 112_500 - 7_000, 130_000]
        assert [sum(int(row[n]) for row in rows) for n in (2, 3, 4)] == together[2:], who
    assert rows[-1][0] == "Partners not named" and rows[-1][1] == 3


def test_the_search_finds_by_words_measure_and_state_and_the_file_runs_nothing(folder):
    app = opened(the_actions, **{"as": "leader", "state": "done"})
    assert "1,150 people called" in html(app) and "640 cuffs" not in html(app)
    app.text_input(key="action_words").set_value("nothing like it").run()
    assert "No action fits" in html(app)
    hostile = replace(known_actions.read()[0], number=9)
    step = replace(hostile.last, deed=replace(hostile.deed, name="=1+1 <b>cuffs</b>"))
    lines = action_log.as_csv([replace(hostile, steps=(step,))], names_of(EVERYONE)).decode("utf-8-sig")
    assert "'=1+1" in lines and not any(name in lines for name in UNNAMED)


def test_a_report_and_its_undo_by_hand(folder):
    app = with_folds(opened(the_actions, **{"as": "backbone", "state": "planned"}))
    app.text_input(key="action_7_1_report_so_far").set_value("Maria Gonzalez got one")
    app.button(key="action_7_1_report_go").click().run()
    assert "Not recorded. This looks like a name." in html(app)
    app.text_input(key="action_7_1_report_so_far").set_value("One store has signed")
    app.button(key="action_7_1_report_go").click().run()
    assert not app.exception and "One store has signed" in html(app)
    app.text_input(key="action_7_2_undo_why").set_value("That was another store")
    app.button(key="action_7_2_undo_go").click().run()
    (vouchers,) = [a for a in acting.read_actions(page_state.store(), BACKBONE) if a.number == 7]
    assert (len(vouchers.steps), vouchers.last.so_far, vouchers.state) == (3, "", "planned")


def test_who_may_not_record_finds_no_form(folder):
    assert not opened(the_actions, **{"as": "fenwick_flats"}).get("expander")


def test_a_row_of_the_scorecard_names_the_action_its_owner_and_what_it_has_done(folder):
    found = sent(**{"as": "leader"})
    rows = dict(re.findall(r'data-measure="(\w+)">(.*?)<td role="cell" colspan', found["page"]))
    said = re.sub(r"<[^>]+>", " ", rows["bp_control"])
    assert re.search(r"Millrace nurse lead\s+Home cuffs, nurse visits: 640 cuffs lent \(\+1\)", said)
    assert "1 action overdue" in rows["readmission_any_hospital"] and agenda.RULE in found["page"]
    evidence = found["evidence"]["bp_control"]
    assert "Next: Lend the next cuffs to groups left behind, by 12 Nov 2026" in evidence
    assert "10 Apr 2025: Start of “Home cuffs, nurse visits”" in evidence and 'class="m-letter"' in evidence


def test_an_action_is_marked_by_its_name_above_the_points(folder, monkeypatch):
    """On the chart it would lie on the months that show what it did."""
    monkeypatch.setattr(theme, "mode", lambda: "light")
    (s,) = [s for s in page_state.situations() if s.indicator.id == "bp_control"]
    with page_state.seen_by(EVERYONE):
        acts = known_actions.of_measure(known_actions.read(), "bp_control")
    plain, marked = control_figure.chart(s), control_figure.chart(s, acts)
    names = [a for a in marked.layout.annotations if "Home cuffs" in a.text or "Calls to" in a.text]
    assert len(names) == 2
    assert all(a.yref == "paper" and a.y == 1 and a.yanchor == "bottom" for a in names)
    assert marked.layout.height - plain.layout.height == marked.layout.margin.t - plain.layout.margin.t > 0
    assert marked.layout.yaxis.range == plain.layout.yaxis.range, "not one point has moved"
    later = [replace(a, steps=(replace(a.last, deed=replace(a.deed, starts=dt.date(2031, 1, 1))),)) for a in acts]
    assert control_labels.notes(s, later) == control_labels.notes(s), "one that is to come is not on it"


def test_actions_are_in_every_pack_alike_each_time_and_on_no_community_page(folder):
    pack = gathered()
    assert [one.name for one in pack.doing][-1:] and len(pack.doing) == len(demo_actions.DEEDS)
    made = [document.pdf(pack), slides.slides(pack), workbook.workbook(pack), standalone_page.page(pack)]
    again = gathered()
    assert made == [document.pdf(again), slides.slides(again), workbook.workbook(again), standalone_page.page(again)]
    words = CalamineWorkbook.from_filelike(io.BytesIO(made[2])).get_sheet_by_name("What we do about it").to_python()
    told = {str(cell) for row in words for cell in row}
    assert "640 cuffs lent" in told
    titles = [s.shapes.title.text for s in pptx.Presentation(io.BytesIO(made[1])).slides]
    assert titles.count("What we do about it") == 2, "seven actions need a second slide"
    text = made[3].decode()
    assert "Spanish-speaking helpers (Preferred language: Spanish)" in text
    assert "with Larkfield Food Bank" in text or "and Larkfield Food Bank" in text
    assert not any(name in text or name in str(told) for name in UNNAMED)
    site = community_page.site(pack)
    assert site == community_page.site(replace(pack, doing=(), minutes=())), "pages for everyone hold no action"


def test_what_ended_two_releases_ago_is_in_no_pack(folder):
    pack = pack_files.pack(EVERYONE)
    assert pack
    later = gathering.with_actions(replace(pack, release=3), EVERYONE)
    assert {one.name for one in pack.doing} - {one.name for one in later.doing} == {
        "Calls to people who missed a visit"
    }


def test_the_log_of_decisions_still_finds(folder):
    shown = html(opened(the_log, **{"as": "leader", "state": "overdue"}))
    assert demo_actions.DECIDED.words in shown
