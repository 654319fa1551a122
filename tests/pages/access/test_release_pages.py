"""Pages of a server that only shows releases: the same words as on the main server, and nothing to be done there."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.access import rooms, who_looks
from pages.components.layout import opened_store, page_frame
from schemas.policy.viewer import Viewer
from tests.conftest import Demo, copied
from tests.pages.access.test_door_page import words
from tests.pages.access.test_pages_by_role import the_page
from workflow.carrying import release_store

OF_RELEASE = [place.path for place in rooms.EVERY if place.path not in rooms.OF_STORE]
Drawn = dict[str, AppTest]


@pytest.fixture(scope="module", params=["leader", pytest.param("analyst", marks=pytest.mark.heavy)])
def pages(
    request: pytest.FixtureRequest, made_carrying: Demo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Drawn, Drawn]]:
    """Every page as somebody sees it, as the main server draws it and as the other one does."""
    mine = copied(made_carrying, tmp_path_factory.mktemp("pages") / "var")
    settings = mine.folder / "concord.toml"  # leaders who record have forms on the main server
    settings.write_text(settings.read_text().replace("leaders_record = true", "leaders_record = false"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_frame.page_state, "link", lambda *where, **selection: None)
        patch.setenv("CONCORD_DATA", str(mine.folder))
        main = drawn(OF_RELEASE, request.param)
        opened_store.opened().close()
        opened_store._open.clear()
        patch.setenv(release_store.RELEASES_VARIABLE, str(mine.folder / "releases"))
        yield main, drawn([place.path for place in rooms.EVERY], request.param)
        opened_store.opened().close()
        opened_store._open_releases.clear()


def drawn(paths: list[str], look: str) -> Drawn:
    found = {}
    for path in paths:
        page = found[path] = AppTest.from_function(the_page, default_timeout=120)
        page.query_params |= {"as": look, "page": path}
        page.run()
        assert not page.exception, path
    return found


def test_pages_of_a_release_say_what_they_say_on_the_main_server(pages):
    main, shown = pages
    for where, page in main.items():
        assert words(shown[where]) == words(page), where
        assert [str(one.value) for one in shown[where].dataframe] == [str(one.value) for one in page.dataframe], where
        assert "<h1" in words(page)


def test_pages_that_need_the_store_say_where_they_are(pages):
    _, shown = pages
    for path in rooms.OF_STORE:
        page = shown[path]
        assert "This server only shows releases" in words(page), path
        assert not page.button and not page.text_input and not page.selectbox, path
    listed = set(shown["measures"].session_state["shown"])
    assert listed == {place.title for place in rooms.EVERY if place.path in OF_RELEASE}


def test_nobody_looks_as_a_partner_or_as_staff_there(pages):
    del pages
    store = opened_store.opened()
    partners = [p.id for p in store.partnership.partners]
    for wish in ("backbone", "auditor", "partner", *partners, None):
        assert who_looks.viewer(store, wish) == who_looks.AT_RELEASE, wish
    assert who_looks.viewer(store, "analyst") == Viewer(role="analyst", at_release=True)
