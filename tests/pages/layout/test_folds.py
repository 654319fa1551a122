"""What is folded away costs nothing until it is opened, and then stays: what was typed is not lost by folding."""

from streamlit.testing.v1 import AppTest


def one_page() -> None:
    import streamlit as st

    from pages.components.layout import page_frame

    page_frame.folded("Write it", "letter", lambda: st.text_input("Words", key="words"))


def test_a_form_is_drawn_from_its_first_opening_on_and_keeps_what_was_typed():
    app = AppTest.from_function(one_page).run()
    assert app.expander[0].label == "Write it" and not app.text_input
    app.session_state["fold_letter"] = True
    app.run()
    app.text_input(key="words").set_value("Dear all").run()
    app.session_state["fold_letter"] = False
    app.run()
    assert app.text_input(key="words").value == "Dear all"
