"""The story on its page, on the measure's page, in the row's evidence; written by hand, and read as far as one may."""

import json
import re
from collections.abc import Iterator

import pytest
import streamlit as st

from data.demo import demo_stories
from data.ledger.store import transaction
from pages.components.layout import page_state
from schemas.policy.viewer import BACKBONE, EVERYONE
from tests.conftest import Demo, copied
from tests.pages.deciding.test_decisions_on_pages import html, opened, sent
from tests.support.open_folds import with_folds
from workflow.telling import hearing_people, telling_stories

UNNAMED = ("Good Furrow", "Aldermoor")


def the_story() -> None:
    from pages.acting import curve_story

    curve_story.page()


@pytest.fixture(scope="module")
def folder(made_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demo with its own stories."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(copied(made_demo, tmp_path_factory.mktemp("stories") / "var").folder))
        st.cache_data.clear()
        st.cache_resource.clear()
        with transaction(page_state.store().cursor()) as cur:
            demo_stories.record(cur, 0)
        settings = page_state.store().partnership
        policy = settings.policy.model_copy(update={"smallest_cell": 11})
        page_state.store().partnership = settings.model_copy(update={"policy": policy})
        yield
        page_state.store().close()
        st.cache_resource.clear()


def test_each_part_is_signed_and_an_earlier_version_stays(folder):
    shown = html(opened(the_story, **{"as": "leader", "indicator": "bp_control"}))
    assert "its story is told" in shown and "Made with the demo, 5 Oct 2026, before the first release" in shown
    assert "People are seen too seldom." in shown, "the version before it"
    assert "Fenwick Flats Family Clinic: calls people who missed a visit." in shown
    empty = html(opened(the_story, **{"as": "leader", "indicator": "food_screening"}))
    assert "nobody has told its story yet" in empty


def test_no_reader_learns_the_role_of_a_partner_that_is_not_named(folder):
    for who in ("leader", "analyst", "millrace"):
        shown = html(opened(the_story, **{"as": who, "indicator": "connected_to_help"}))
        assert "And 1 partner not named." in shown and "six helpers" not in shown, who
        page = json.dumps(sent(**{"as": who})["evidence"])
        assert "And 1 partner not named." in page and "six helpers" not in page, who
        assert not any(name in shown for name in UNNAMED)
    assert "six helpers" in html(opened(the_story, **{"as": "backbone", "indicator": "connected_to_help"}))


def test_small_answers_stand_nowhere_whoever_looks(folder):
    for who in ("leader", "backbone", "good_furrow"):
        shown = html(opened(the_story, **{"as": who, "indicator": "connected_to_help"}))
        told = shown + json.dumps(sent(**{"as": who})["evidence"])
        assert "Hidden to protect privacy: too few people gave an answer" in told, who
        assert "52 agree and 25 are unsure or do not agree" in told, who
        for few in ("4 unsure", "3 agree", "2 unsure", "9 do not agree", "Of 14 people"):
            assert not re.search(rf"\b{few}", told), (who, few)


def test_a_request_shows_its_days_to_an_answer(folder):
    shown = html(opened(the_story, **{"as": "leader", "indicator": "bp_control"}))
    assert "Millrace opens on Tuesdays until eight (1 Sep 2026)" in shown and "29 days" in shown
    assert "No answer yet" in shown and "open for 35 days" in shown


def test_a_part_is_written_a_statement_entered_and_a_request_answered_by_hand(folder):
    where = {"as": "backbone", "indicator": "bp_control"}
    app = with_folds(opened(the_story, **where))
    key = "story_bp_control_ideas_1"
    app.text_area(key=f"{key}_words").set_value("Ask Maria Gonzalez what would help")
    app.button(key=f"{key}_go").click().run()
    assert "Not recorded. This looks like a name." in html(app)
    app.text_area(key=f"{key}_words").set_value("Pharmacists who measure, where people shop anyway.")
    app.button(key=f"{key}_go").click().run()
    assert not app.exception
    story = telling_stories.read_stories(page_state.store(), EVERYONE)["bp_control"]
    note = story.now("ideas")
    assert note and note.words.startswith("Pharmacists who") and story.seen("ideas") == 2
    app.text_input(key="voice_bp_control_words").set_value("I know what my pressure is")
    for label, n in (("agree", 20), ("are unsure", 12), ("do not agree", 15)):
        app.number_input(key=f"voice_bp_control_{label}").set_value(n)
    app.button(key="voice_bp_control_go").click().run()
    assert not app.exception and "Of 47 people: 20 agree, 12 unsure and 15 do not agree" in html(app)
    open_one = next(r for r in hearing_people.read_requests(page_state.store(), BACKBONE) if not r.asked.answer)
    app.text_input(key=f"answer_{open_one.number}_{open_one.step}_words").set_value("The leaflet is printed in Spanish")
    app.button(key=f"answer_{open_one.number}_{open_one.step}_go").click().run()
    assert not app.exception and "The leaflet is printed in Spanish (20 Oct 2026)" in html(app)


def test_who_may_not_write_finds_no_form(folder):
    assert not opened(the_story, **{"as": "fenwick_flats"}).get("expander")
