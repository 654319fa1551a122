"""Every page of the navigation as every role: what the table of permissions says is what is drawn."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.store import Store
from pages.components.access import rooms, who_looks
from pages.components.layout import opened_store, page_frame
from schemas.policy.access.permissions import may_some
from schemas.policy.viewer import Viewer
from tests.pages.access.test_door_page import DEMO, words
from tests.support.new_partnerships import new_folder
from tests.support.whole_run.every_run import some_of

LOOKS = [*who_looks.ROLES, "alder"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_DATA", str(new_folder(tmp_path_factory.mktemp("pages") / "var", DEMO)))
        opened_store._open.clear()
        yield opened_store.opened()
        opened_store.opened().close()
        opened_store._open.clear()


def the_page() -> None:
    """What the router draws at the address in the link."""
    import streamlit as st

    from pages.components.access import rooms
    from pages.components.layout import page_state

    found = rooms.navigation(page_state.viewer())
    page_state.know({place.url_path: place for group in found.values() for place in group})
    st.session_state["shown"] = [p.title for group in found.values() for p in group if p.visibility == "visible"]
    place = next(p for p in rooms.EVERY if p.path == st.query_params["page"])
    rooms.drawn(place, page_state.viewer())()


@pytest.mark.parametrize("look", some_of(LOOKS, 2))
def test_each_role_finds_what_is_for_it_and_nothing_else(store, look, monkeypatch):
    monkeypatch.setattr(page_frame.page_state, "link", lambda *where, **selection: None)
    viewer = who_looks.audience(look, ["alder"])
    for place in rooms.EVERY:
        page = AppTest.from_function(the_page, default_timeout=60)
        page.query_params |= {"as": look, "page": place.path}
        page.run()
        assert not page.exception, (look, place.path)
        closed = "This page is not part of your role" in words(page)
        allowed = may_some(viewer, place.action)
        open_to_all = place.path in rooms.OWN_WORDS or place is rooms.EVERY[0]  # the root is somebody's first page
        assert closed == (not allowed and not open_to_all), (look, place.path)
        assert "<h1" in words(page)
        assert (place.title in page.session_state["shown"]) == (allowed and place.filled is rooms.always)


def test_each_page_opens_in_emergency_access(store, monkeypatch):
    there = Viewer(role="partner", partner_id="alder", emergency=True)
    monkeypatch.setattr(page_frame.page_state, "link", lambda *where, **selection: None)
    monkeypatch.setattr(page_frame.page_state, "viewer", lambda: there)
    for place in rooms.EVERY:
        page = AppTest.from_function(the_page, default_timeout=60)
        page.query_params |= {"as": "alder", "page": place.path}
        page.run()
        assert not page.exception and "<h1" in words(page), place.path


@pytest.mark.parametrize("look", LOOKS)
def test_each_visible_page_has_an_address_that_opens(store, look):
    """The router knows its first page by the root alone: its own address is "Page not found"."""
    viewer = who_looks.audience(look, ["alder"])

    def listed() -> None:
        import streamlit as st

        from pages.components.access import rooms, who_looks

        found = rooms.navigation(who_looks.audience(st.query_params["as"], ["alder"]))
        st.session_state["paths"] = [p.url_path for group in found.values() for p in group]

    page = AppTest.from_function(listed, default_timeout=60)
    page.query_params["as"] = look
    page.run()
    assert page.session_state["paths"] == [p.path if p is not rooms.EVERY[0] else "" for p in rooms.EVERY]
    assert rooms.drawn(rooms.EVERY[0], viewer) in [p.draw for p in rooms.EVERY if may_some(viewer, p.action)]
