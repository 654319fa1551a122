"""What was decided comes back: in the row and its evidence, in the agenda's order, in every pack, never in public."""

import dataclasses
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pptx
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from data.ledger.decisions import decision_steps
from data.ledger.decisions.decision_steps import Agreed, Step
from data.ledger.store import transaction
from pages.components.deciding import decision_log, recorded
from pages.components.layout import page_state
from pages.components.meeting import agenda
from pages.components.packs import community_page, document, pack_files, slides, standalone_page, workbook
from pages.components.packs.contents import Pack
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.conftest import Demo, copied
from tests.support.open_folds import with_folds
from tests.support.whole_run.every_run import some_of
from workflow.deciding import recording

BEFORE = dt.datetime(2026, 7, 14, 15)
LATE = Agreed("Lend a cuff to everyone above target", "Nurse lead", dt.date(2026, 9, 30))
NEW = Agreed('=1+1 <b>"Report"</b> #eval by county', "Backbone staff", dt.date(2027, 1, 15))


def the_scorecard() -> None:
    from pages import scorecard

    scorecard.page()


def the_log() -> None:
    from pages.acting import decisions

    decisions.page()


@pytest.fixture
def decided(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A demo with a decision of the meeting before, overdue and about its last measure, and one of today."""
    monkeypatch.setenv("CONCORD_DATA", str(demo.folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    store = page_state.store()
    with transaction(store.cursor()) as cur:
        decision_steps.add(cur, None, "connected_to_help", Step(1, "made", 0, LATE, "", "backbone", BEFORE))
    recording.record(store, BACKBONE, None, NEW, actor="backbone")
    yield
    page_state.store().close()
    st.cache_resource.clear()


def opened(page: Any, **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params.update(query)
    app.run()
    assert not app.exception, app.exception
    return app


def sent(**query: str) -> dict[str, Any]:
    (one,) = opened(the_scorecard, **query).get("bidi_component")
    return json.loads(one.proto.bytes)


def html(app: AppTest) -> str:
    return "".join(str(e.proto.body) for e in app.get("html"))


def gathered() -> Pack:
    pack_files._figures.clear()
    found = pack_files.pack(EVERYONE)
    assert found
    return found


def test_an_overdue_decision_stands_in_its_row_and_moves_it_up(decided):
    found = sent()
    rows = re.findall(r'data-measure="(\w+)"', found["page"])
    assert "1 decision overdue" in found["page"]
    assert "Last time, on 14 Jul 2026:" in found["meeting"]["past"]["connected_to_help"]
    (number,) = [d.number for d in recording.read_decisions(page_state.store(), EVERYONE) if d.agreed == LATE]
    recording.end(page_state.store(), BACKBONE, number, 1, "done", reason="Everyone has one now", actor="backbone")
    after = sent()
    assert "overdue" not in after["page"].replace(agenda.RULE, "")
    assert "Everyone has one now" in after["meeting"]["past"]["connected_to_help"]
    again = re.findall(r'data-measure="(\w+)"', after["page"])
    assert rows.index("connected_to_help") < again.index("connected_to_help")


def test_buttons_are_for_those_who_may_record_and_words_stay_text(decided):
    for who, may in (("backbone", True), ("leader", True), ("fenwick_flats", False), ("analyst", False)):
        meeting = sent(**{"as": who})["meeting"]
        assert ("m-act" in meeting["past"]["connected_to_help"]) == may == ("<form" in meeting["room"]), who
        assert "&lt;b&gt;" in meeting["minutes"] and '<b>"' not in meeting["minutes"]


def test_the_form_on_the_wall_offers_no_name_that_not_everyone_may_know(decided):
    """A trap: backbone staff know every partner by name, and the form is theirs."""
    room = sent(**{"as": "backbone"})["meeting"]["room"]
    assert "Juniper Row Health Center" in room and "Dr. Lena Ortiz" in room
    assert "Good Furrow Pantry" not in room and "Partner " not in room


def test_a_meeting_is_sent_what_everyone_sees(decided):
    app = opened(the_scorecard, **{"as": "fenwick_flats"})
    (own,) = app.get("bidi_component")
    assert "(you)" in json.loads(own.proto.bytes)["evidence"]["bp_control"]
    app.session_state["meeting_shared"] = True
    app.run()
    (shared,) = app.get("bidi_component")
    found = json.loads(shared.proto.bytes)
    assert "(you)" not in found["evidence"]["bp_control"] and found["meeting"]["everyone"]
    assert 'href="board-pack?as=fenwick_flats"' in found["page"], "links keep who looks"


@pytest.mark.parametrize(
    ("said", "told"),
    some_of([
        (None, None),
        ({"asked": "a", "kind": "made", "measure": "nothing_known", "words": NEW.words, "owner": "Nurse lead",
          "due": "2027-01-01"}, "not known any more"),
        ({"asked": "a", "kind": "made", "measure": "bp_control", "words": "Call them all", "owner": "Nurse lead",
          "due": "soon"}, "Choose a day"),
        ({"asked": "a", "kind": "undone", "decision": "1", "step": 1, "reason": "It is done"}, "Nothing was recorded"),
        ({"asked": "a", "kind": "done", "decision": "x", "step": None, "reason": "It is done"}, "Choose a decision"),
        ({"asked": "a", "kind": "done", "decision": "9" * 40, "step": "1", "reason": "It is done"}, "There is no decision"),
    ], 3),
)  # fmt: skip
def test_what_a_browser_makes_up_records_nothing(decided, said, told):
    before = recording.read_decisions(page_state.store(), EVERYONE)
    with page_state.seen_by(BACKBONE):
        recorded.take(said)
    assert recording.read_decisions(page_state.store(), EVERYONE) == before
    assert told is None or told in recorded.answer()["fault"]
    with page_state.seen_by(Viewer(role="analyst")):
        recorded.take({"asked": "b", "kind": "made", "measure": "bp_control", "words": "Call them all within a week",
                       "owner": "Nurse lead", "due": "2027-01-01"})  # fmt: skip
    assert recorded.answer() == {"asked": "b", "fault": "Your role does not include this."}
    assert recording.read_decisions(page_state.store(), EVERYONE) == before


@pytest.mark.heavy
def test_minutes_are_in_every_pack_alike_each_time_and_run_nothing(decided):
    pack = gathered()
    assert [one.words for one in pack.minutes] == [LATE.words, NEW.words]
    made = [document.pdf(pack), slides.slides(pack), workbook.workbook(pack), standalone_page.page(pack)]
    again = gathered()
    assert made == [document.pdf(again), slides.slides(again), workbook.workbook(again), standalone_page.page(again)]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made[2])).get_sheet_by_name("What we decided").to_python()
    assert rows[1][1] == f"Last time, on 14 Jul 2026: {LATE.words}" and NEW.words in str(rows[2][1])
    last = pptx.Presentation(io.BytesIO(made[1])).slides[-1]
    assert last.shapes.title.text == "What we decided"
    assert b"&lt;b&gt;" in made[3] and b"<b>&quot;Report" not in made[3]


def test_a_decision_is_in_the_next_pack_and_no_figure_is_gathered_anew(decided, monkeypatch):
    before = gathered()
    monkeypatch.setattr(pack_files.gathering, "gather", lambda: pytest.fail("gathered anew"))
    words = dataclasses.replace(NEW, words="Ask each clinic for its list of calls")
    recording.record(page_state.store(), BACKBONE, None, words, actor="backbone")
    after = pack_files.pack(EVERYONE)
    assert after and [one.words for one in after.minutes] == [LATE.words, NEW.words, words.words]
    assert dataclasses.replace(after, minutes=before.minutes) == before


def test_many_minutes_go_on_to_another_slide(decided):
    pack = gathered()
    many = dataclasses.replace(pack, minutes=pack.minutes * 4)
    told = [s.shapes.title.text for s in pptx.Presentation(io.BytesIO(slides.slides(many))).slides]
    assert told.count("What we decided") == 2


def test_community_pages_are_the_same_with_and_without_decisions(decided):
    """Not a word of a decision, nor its trace: not even in the order of the measures."""
    with_them = community_page.site(gathered())
    with transaction(page_state.store().cursor()) as cur:
        cur.execute("DELETE FROM decision_step")
    assert gathered().minutes == () and community_page.site(gathered()) == with_them


def test_the_log_finds_by_words_and_state_and_its_file_holds_every_step(decided):
    app = opened(the_log, **{"as": "backbone"})
    assert "2 decisions are open, 1 of them overdue" in html(app)
    app.text_input(key="decision_words").set_value("cuff NURSE").run()
    assert LATE.words in html(app) and "Report" not in html(app)
    app.text_input(key="decision_words").set_value("nothing like it").run()
    assert "No decision fits" in html(app)
    (overdue,) = [d for d in recording.read_decisions(page_state.store(), EVERYONE) if d.agreed == LATE]
    with page_state.seen_by(BACKBONE):
        lines = decision_log.as_csv(recording.read_decisions(page_state.store(), EVERYONE)).decode("utf-8-sig")
    assert "'=1+1" in lines and lines.count("\n") == 3, overdue


def test_a_step_and_a_new_decision_are_recorded_in_the_log(decided):
    app = with_folds(opened(the_log, **{"as": "backbone", "state": "overdue"}))
    app.text_input(key="decision_1_1_It is done_why").set_value("Everyone has one now")
    app.button(key="decision_1_1_It is done_go").click().run()
    assert not app.exception
    app.text_area(key="decision_new_words").set_value("Ask Maria Gonzalez why she came back")
    app.text_input(key="decision_new_owner").set_value("Nurse lead")
    app.date_input(key="decision_new_due").set_value(dt.date(2027, 2, 1))
    app.button(key="decision_new_go").click().run()
    assert "Not recorded. This looks like a name." in html(app)
    app.text_area(key="decision_new_words").set_value("Ask both clinics for their call lists")
    app.button(key="decision_new_go").click().run()
    known = {d.agreed.words: d.state for d in recording.read_decisions(page_state.store(), EVERYONE)}
    assert known[LATE.words] == "done" and known["Ask both clinics for their call lists"] == "open"


def test_who_may_not_record_reads_the_log(demo: Demo, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CONCORD_DATA", str(copied(demo, tmp_path / "other").folder))
    st.cache_resource.clear()
    app = opened(the_log, **{"as": "fenwick_flats"})
    assert "Nothing was decided yet" in html(app) and not app.get("expander")
    page_state.store().close()
    st.cache_resource.clear()
