"""Partners: who stands apart beyond chance and who is alike, and one partner beside the partnership. Ranks nobody."""

import streamlit as st

from pages.components.forms import measure_choice
from pages.components.governing import first_steps
from pages.components.layout import kept_parts, page_frame, page_state
from pages.components.sections import partner_intervals, partner_sections
from pages.components.targets import target_rows
from pages.components.wording import outlier_words


@page_frame.of_one_release
def page() -> None:
    """Draw the page for the viewer; the link holds the indicator and the partner."""
    if page_state.release() is None:
        first_steps.nothing_yet()
        return
    everyone = page_state.results(stratifier="all", period_kind="year")
    situations = {s.indicator.id: s for s in page_state.situations() if s.now}
    if not situations or not page_state.partner_names():
        first_steps.nothing_yet()
        return
    found = kept_parts.kept(lambda: partner_intervals.compared(situations.values(), everyone), "compared")
    page_frame.title(
        outlier_words.headline(found.values()),
        "Partners compared",
        "Partners differ in size and in whom they see. Each is compared with its own kind. The order means nothing.",
    )
    partner_sections.letters()
    chosen = situations[measure_choice.choose(situations, "partners")]
    beside = found[chosen.indicator.id]
    page_frame.section("Does a partner differ from others of its kind?", partner_sections.period(chosen))
    partner_sections.funnels(chosen, beside)
    page_frame.section(
        "Did a partner itself change?", "Each is compared with itself, in the same months of the years before."
    )
    partner_sections.own_changes(chosen)
    target_rows.draw(chosen, groups=False)
    page_frame.section("In which range is each partner's true figure?", partner_intervals.BARS)
    partner_intervals.legend(chosen)
    assert chosen.now
    partner_intervals.draw(chosen, beside, "beside", chosen.now["period_end"], told=False)
    partner_sections.reliability(beside)
    if chosen.indicator.statistic == "rate":
        page_frame.section(
            "As many as expected for its people?",
            "Expected by the probabilities that a partner sent for all it counts. "
            "Else as if each age and sex did as well as in the whole partnership. "
            "Where that would reveal small numbers, by age alone, as in all of its kind.",
        )
        partner_sections.beside_expected(chosen, beside)
    page_frame.section("How is one partner doing in every measure?")
    partner_sections.profile(_partner(), list(situations.values()), found)


def _partner() -> str:
    """The viewer's own partner first, then whichever the link or the choice names."""
    names = page_state.partner_names()
    own = page_state.viewer().partner_id
    first = own if own in names else next(iter(names))
    options = [first, *(p for p in names if p != first)]
    chosen = st.selectbox(
        "Partner", options, index=options.index(page_state.picked("partner", options, first, "partners_partner")),
        width=360, format_func=lambda p: f"{names[p]} (you)" if p == own else names[p], key="partners_partner",
    )  # fmt: skip
    page_state.keep("partner", None if chosen == first else chosen)
    return chosen
