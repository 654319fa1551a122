"""The demo's planted action is found, the same for everyone; what is blinded stays so; sums are shared and bids opened."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.demo import demo_actions
from data.ledger.store import transaction
from pages.components.layout import page_state
from schemas.policy.viewer import BACKBONE
from tests.conftest import Demo
from workflow import administering
from workflow.deciding import acting

CUFFS = {"indicator": "bp_control", "from": "2025-04-01", "with": "millrace"}


def the_page() -> None:
    from pages.acting import impact_value

    impact_value.page()


@pytest.fixture(autouse=True)
def served(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CONCORD_DATA", str(demo.folder))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    page_state.store().close()
    st.cache_resource.clear()


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(the_page, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.main if hasattr(block.proto, "body")) + _html(app)


def _html(app: AppTest) -> str:
    found: list[str] = []

    def walk(node: Any) -> None:
        for child in getattr(node, "children", {}).values():
            proto = getattr(child, "proto", None)
            found.append(str(getattr(proto, "body", "")))
            walk(child)

    walk(app.main)
    return " ".join(found)


def test_the_page_says_the_same_to_everyone_and_names_no_blinded_partner():
    """The small demo need not show the planted change; whatever is said of it, all roles read the same."""
    said = {role: _html(opened(**CUFFS, **({"as": role} if role else {}))) for role in ("", "backbone", "millrace")}
    heads = {role: words.split("</h1>")[0].split(">")[-1] for role, words in said.items()}
    assert len(set(heads.values())) == 1 and "Blood pressure under control" in heads[""]
    assert "What does this rest on?" in said[""]
    aldermoor = _html(opened(indicator="readmission_same_hospital", **{"with": "kestrel_valley"}))
    assert "Aldermoor" not in aldermoor


def test_one_alone_has_no_comparison_and_no_worth():
    app = opened(**CUFFS, beside="nobody")
    app.multiselect[1].set_value([]).run()
    said = _html(app)
    assert "No partner that did not take part can be compared." in said or "Not enough data" in said.replace(
        "not", "Not"
    )
    assert "Without a comparison nothing is known to be worth anything." in said
    assert "How could a sum be shared?" not in said, "there is nobody to share it with"


def test_it_opens_on_an_action_that_can_be_judged_and_says_which_cannot(demo):
    """A trap: the newest action has a week of data; whoever opens the page would read that nothing can be told."""
    store = administering.open_partnership(demo.folder)
    with transaction(store.cursor()) as cur:
        demo_actions.record(cur, 1)
    young = replace(demo_actions.DEEDS[0][0], name="Cuffs once more", starts=dt.date(2026, 9, 1))
    acting.record(store, BACKBONE, young, actor="x")
    store.close()
    app = opened(**{"as": "backbone"})
    said = _html(app)
    assert "not enough data to tell" not in said.split("</h1>")[0]
    assert "Cuffs once more (too little data)" in said, "it is the newest, and stands among those that cannot"
    assert app.selectbox[0].value != str(len(demo_actions.DEEDS) + 1)
    assert "Calls after going home (who took part is not named" in _html(opened()), (
        "to a leader who took part there is not named"
    )


def test_sealed_bids_are_opened_once_and_kept_nowhere():
    app = opened(**CUFFS)
    cost = next(n for n in app.number_input if n.label == "It costs, $")
    cost.set_value(1000.0)
    for field, bid in zip(app.text_input, ("700", "600", ""), strict=False):
        field.set_value(bid)
    next(b for b in app.button if b.label == "Open the bids").click()
    app.run()
    assert not app.exception
    said = _html(app)
    assert "The bids reach the cost" in said and "$400.00" in said and "$300.00" in said
    assert "$300.00 of the cost is paid by nobody" in said, "1,000 less 400 and 300"
    app.run()
    assert "The bids reach the cost" not in _html(app)


def test_a_bid_that_is_no_amount_is_said_in_words():
    app = opened(**CUFFS)
    app.text_input[0].set_value("a lot")
    next(b for b in app.button if b.label == "Open the bids").click()
    app.run()
    assert "A bid is an amount in dollars" in _html(app)
