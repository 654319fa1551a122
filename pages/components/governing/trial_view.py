"""Old against new: the figures under a change beside those of now, over the whole history of each measure."""

from html import escape

import streamlit as st

from metrics.indicators import indicators
from pages.components.charts import figures, trial_figure
from pages.components.governing import field_inputs, settings_draft
from pages.components.governing.settings_draft import Draft
from pages.components.layout import cards, page_frame
from pages.components.sections import release_steps
from pages.components.tables.plain_table import listing
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import many
from pages.components.wording.releases import release_words
from workflow.governing.settings_trial import Closed, Comparison

_HEADLINES = ("Measure", "By the settings of now", "With the change")
CLOSED: dict[Closed, str] = {
    "none": "Nothing is closed yet, so every year follows the change.",
    "kept": "The same rows, under the settings of now and with the change.",
    "restated": "Closed years are shown as an erratum would restate them. Without one, they stay as they are.",
    "told of few": "Closed years of some measures stay as they are: their change would tell of a few people.",
}


def draw(draft: Draft) -> bool:
    """Draw the comparison, or how far it is; whether it is there, so that the change can be saved."""
    page_frame.section("Which figures move?", "Nothing is changed by looking.")
    if draft.trial is None:
        if st.button("Compare the figures", key="compare", type="primary", icon=":material/difference:"):
            settings_draft.try_out(draft)
            st.rerun()
        return False
    work, found = draft.trial.progress, draft.trial.found
    if work.doing != "nothing":
        release_steps.steps_of(draft.trial)
        return False
    if found is None:
        page_frame.notice("The figures could not be compared", work.error or "Try it again.")
        return False
    _compared(found)
    return True


def _compared(found: Comparison) -> None:
    moved = [h for h in found.headlines if h.moved]
    hides, shows = (sum(getattr(c, name) for c in found.cells) for name in ("newly_hidden", "newly_shown"))
    told = [
        f"{many(len(moved), 'headline figure moves', 'headline figures move')}." if moved
        else "No headline figure moves.",
        f"{many(hides, 'figure is', 'figures are')} newly hidden, {shows:,} newly shown." if hides or shows else "",
        CLOSED[found.closed],
    ]  # fmt: skip
    st.html(cards.facts(*told))
    if moved:
        listing(_HEADLINES, [release_words.headline_row(h) for h in moved], "Headline figures that move")
    listing(release_words.CELLS, [release_words.cells_row(c) for c in found.cells], "Figures by kind")
    if found.years:
        _years(found)


def _years(found: Comparison) -> None:
    """One measure's years under both."""
    names = list(found.years)
    chosen = names[0]
    if len(names) > 1:
        chosen = st.selectbox(
            "Years of which measure?", names, format_func=lambda n: indicators()[n].title, key="trial_measure",
            width=field_inputs.WIDTH,
        )  # fmt: skip
    pairs, title = found.years[chosen], indicators()[chosen].title
    page_frame.subsection(f"{title}, year by year")
    cards.legend(("line", "usual", "by the settings of now"), ("bar", "primary", "with the change"))
    alt = f"{title}, years by quarter: by the settings of now, and with the change."
    figures.draw(trial_figure.both(pairs), alt, f"trial_{chosen}")
    with st.expander("See these numbers as a table"):
        rows = [[figure_sentences.period(a), _said(a), _said(b)] for a, b in reversed(pairs)]
        listing(("Period", *_HEADLINES[1:]), rows, escape(title))


def _said(row: dict) -> str:
    return "Hidden" if row["suppressed"] or row["rate"] is None else figure_sentences.figure(row)
