"""Partners: who stands apart beyond chance and who is alike, and one partner beside the partnership. Ranks nobody."""

import streamlit as st

from pages.components import alike, beside, panels, shell, state
from workflow import Situation


def page() -> None:
    """Draw the page for the viewer; the link holds the indicator and the partner."""
    if state.release() is None:
        shell.nothing_yet()
        return
    everyone = state.results(stratifier="all", period_kind="year")
    situations = {s.indicator.id: s for s in panels.situations() if s.now}
    if not situations or not state.partner_names():
        shell.nothing_yet()
        return
    funnels = {i: f for i, s in situations.items() if (f := beside.found(s, everyone))}
    shell.title(
        alike.headline(list(funnels.values())),
        "Partners beside each other",
        "Partners differ in size and in whom they see. What lies within the limits is alike, whatever its order.",
    )
    chosen = situations[_choose(situations)]
    shell.section("Does a partner stand apart?", beside.period(chosen))
    beside.funnel(chosen, everyone)
    shell.section(
        "In what range does each partner's true figure lie?",
        "A bar that holds the dotted line of the partnership is alike it. The order of the partners ranks nobody.",
    )
    panels.partner_legend(chosen)
    panels.partners(chosen, everyone, key="beside", titled=False)
    if chosen.indicator.statistic == "rate":
        shell.section(
            "Is it the age of the people?",
            "Cases that a partner has, beside those it would have if its people of each age fared as the "
            "partnership's do.",
        )
        beside.ages(chosen, everyone)
    shell.section("How does one partner stand in every figure?")
    beside.profile(_partner(), list(situations.values()), everyone)


def _choose(situations: dict[str, Situation]) -> str:
    ids = list(situations)
    chosen = st.segmented_control(
        "Shared figure", ids, default=state.picked("indicator", ids, ids[0]), required=True, key="partners_indicator",
        format_func=lambda i: situations[i].indicator.title,
    )  # fmt: skip
    state.keep("indicator", str(chosen))
    return str(chosen)


def _partner() -> str:
    """The viewer's own partner first, then whichever the link or the choice names."""
    names = state.partner_names()
    own = state.viewer().partner_id
    first = own if own in names else next(iter(names))
    options = [first, *(p for p in names if p != first)]
    chosen = st.selectbox(
        "Partner", options, index=options.index(state.picked("partner", options, first)), width=360,
        format_func=lambda p: f"{names[p]} (you)" if p == own else names[p], key="partners_partner",
    )  # fmt: skip
    state.keep("partner", None if chosen == first else chosen)
    return chosen
