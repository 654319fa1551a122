"""Before the first figures: backbone staff find four steps, whoever is not finds none; the whole way is played in a browser
among the heavy cases."""

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.data_folder import make_folder
from pages.components.layout import opened_store, page_state
from tests.schemas.test_partner_naming import one_page, received

NEW = 'demo = true\ntoday = 2026-10-20\nname = "Alder Valley Partnership"\n'
TWO = '[[partners]]\nid = "alder"\nname = "Alder"\n[[partners]]\nid = "birch"\nname = "Birch"\n'


@pytest.fixture(params=[NEW, NEW + TWO], ids=["no partners", "two partners"])
def first_page(tmp_path, monkeypatch, request):
    make_folder(tmp_path / "var", request.param)
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))

    def opened(who: str) -> str:
        app = AppTest.from_function(one_page, args=("scorecard",), default_timeout=30)
        app.query_params["as"] = who
        app.run()
        assert not app.exception
        return received(app, [])

    yield opened, request.param
    page_state.store().close()
    opened_store._open.clear()


def test_who_may_settle_things_finds_four_steps_and_nobody_else_does(first_page):
    opened, settings = first_page
    steps, other = opened("backbone"), opened("leader")
    assert "Four steps to the first figures" in steps and "Four steps" not in other
    assert "No figures yet" in other
    assert ("0 of 2 partners have a file that counts" in steps) == (settings == NEW + TWO)
