"""How often pages are opened: counted once for each time, and read by backbone staff."""

from streamlit.testing.v1 import AppTest

from data.ledger.views.view_counts import Seen
from pages.components.layout import opened_store
from schemas.policy.viewer import BACKBONE
from tests.pages.governing.test_settings_page import opened, said, store

__all__ = ["store"]


def a_step() -> None:
    """A step of someone who is on a page."""
    import streamlit as st

    from pages.components.layout import page_views

    page_views.count(st.session_state["page"], st.session_state["measure"])


def test_a_page_that_is_drawn_again_is_one_view_and_coming_back_is_another(store):
    app = AppTest.from_function(a_step)
    for page, measure in (("measure", None), ("measure", None), ("measure", "bp_control"), ("measure", "bp_control"),
                          ("", None), ("measure", None), ("measure", "bp_control")):  # fmt: skip
        app.session_state["page"], app.session_state["measure"] = page, measure
        assert not app.run().exception
    counts = {seen: views for (_, seen), views in opened_store.views().read(BACKBONE).items()}
    assert counts == {Seen("measure"): 2, Seen(""): 1, Seen("measure", "bp_control"): 1}


def test_backbone_staff_read_it_with_what_nobody_chose_and_an_auditor_does_not(store):
    opened_store.views().note(Seen("equity", "bp_control"))
    words = said(opened("use"))
    assert "How often is each page opened?" in words and words.count(">1</td>") == 2
    assert words.index("Blood pressure under control") < words.index("Readmitted"), "the chosen one first"
    assert "How often" not in said(opened("use", "auditor"))
