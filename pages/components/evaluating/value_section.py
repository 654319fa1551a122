"""What the change is worth, every assumption as a row, and how a sum could be shared by different rules."""

from collections.abc import Mapping

import streamlit as st

from metrics.acting.impact import Impact
from metrics.acting.sharing import CannotShare
from metrics.acting.value import Value
from metrics.counting.declaration import Indicator
from pages.components.layout import cards, page_frame, page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.evaluating import value_words
from workflow.evaluating import reading_impact
from workflow.evaluating.reading_impact import Recorded

_MOST = 1_000_000_000
_OPENED = "impact_bids_go"


def draw(said: Impact, about: Indicator, people: Mapping[str, int], recorded: Recorded | None) -> None:
    """The worth and its assumptions; then the rules of sharing and the bids."""
    names = page_state.shared_names()
    page_frame.section("What is it worth?", "Results, times what the partnership says one is worth, less costs.")
    costs = _costs(said, names, recorded)
    found = _worth(said, about, people, costs)
    if found:
        st.html(cards.facts(*value_words.lines(found, changed=said.verdict == "changed")))
        listing(value_words.ASSUMPTIONS, value_words.assumptions(found, about, names), "Assumptions of the value")
    partners = _partners(said, recorded, names)
    if len(partners) > 1:
        page_frame.section("How could a sum be shared?", value_words.SHARING)
        _shared(said, found, people, costs, partners)
    page_frame.section("Who would pay for it?", value_words.BIDS, typed=not st.session_state.get(_OPENED))
    _bids({**partners, **{p: names.get(p, p) for p in said.beside}})


def _worth(said: Impact, about: Indicator, people: Mapping[str, int], costs: Mapping[str, float]) -> Value | None:
    unit = reading_impact.unit_value(page_state.store(), about.id)
    if said.verdict not in ("changed", "no detectable change"):
        st.html(cards.facts(value_words.SAID["no comparison"]))
    elif about.statistic == "mean":
        st.html(cards.facts(value_words.SAID["mean"]))
    elif unit is None:
        st.html(cards.facts(value_words.SAID["not set"], value_words.SAID["how"]))
    else:
        return reading_impact.worth(said, unit, people, costs, about)
    return None


def _partners(said: Impact, recorded: Recorded | None, names: Mapping[str, str]) -> dict[str, str]:
    """Those who take part, with money alone too: partner -> name."""
    givers = [p for p in recorded.costs if p != reading_impact.OTHERS] if recorded else []
    return {p: names.get(p, p) for p in dict.fromkeys((*said.taking, *givers))}


def _costs(said: Impact, names: Mapping[str, str], recorded: Recorded | None) -> dict[str, float]:
    """What each paid in a year, and what others did: as the action has it, or typed in; kept nowhere."""
    known = recorded.costs if recorded else {}
    payers = {**_partners(said, recorded, names), reading_impact.OTHERS: value_words.OTHERS}
    with st.container(horizontal=True, key="impact_costs"):
        return {
            who: float(st.number_input(
                f"Paid by {name} in a year, $", 0, _MOST, int(known.get(who, 0)), step=1000, width=230,
                key=f"impact_cost_{who}_{recorded.number if recorded else 0}"))
            for who, name in payers.items()
        }  # fmt: skip


def _shared(
    said: Impact,
    found: Value | None,
    people: Mapping[str, int],
    costs: Mapping[str, float],
    partners: Mapping[str, str],
) -> None:
    own = reading_impact.own_worth(found, people) if found and people else {}
    offered = value_words.pot(found if said.verdict == "changed" else None)
    with st.form("impact_sharing", border=False):
        pot = st.number_input(
            "Sum to share, $", 0.0, float(_MOST), offered, step=1000.0,
            key=f"impact_pot_{said.action}", width=230,
        )  # fmt: skip
        told = st.data_editor(
            value_words.sharing_table(partners, people, own),
            key=f"impact_sharing_{said.action}", disabled=["Partner"], hide_index=True, width="stretch",
        )  # fmt: skip
        st.form_submit_button("Show the shares", key="impact_sharing_go")
    if not pot:
        st.html(cards.facts(value_words.NO_SUM))
        return
    rows = dict(zip(partners, told, strict=True))
    try:
        shares = reading_impact.shares(pot, rows, costs)
    except CannotShare as why:
        page_frame.fault(str(why))
        return
    columns, lines, without = value_words.sharing_rows(shares, partners)
    listing(columns, lines, "Shares by each rule")
    st.html("".join(f'<p class="c-note">{line}</p>' for line in [*without, value_words.ADDS]))


def _bids(partners: Mapping[str, str]) -> None:
    with st.form("impact_bids", border=False, clear_on_submit=True):
        cost = st.number_input("It costs, $", 0.0, float(_MOST), 0.0, step=1000.0, key="impact_bids_cost", width=230)
        with st.container(horizontal=True):
            typed = {
                p: st.text_input(f"Bid of {name}, $", key=f"impact_bid_{p}", type="password", max_chars=12, width=230)
                for p, name in partners.items()
            }
        pressed = st.form_submit_button("Open the bids", key=_OPENED)
    if not pressed:
        return
    try:
        said_of_it, rows = value_words.bids(reading_impact.opened(cost, typed), partners)
    except CannotShare as why:
        page_frame.fault(str(why))
        return
    st.html(cards.facts(*said_of_it))
    if rows:
        listing(["Partner", "Pays"], rows, "What each pays")
