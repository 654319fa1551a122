"""A partner's own figures with what it has sent since the release, before anyone else sees them."""

import streamlit as st

from data.ledger.submissions import Submission
from metrics.indicators import indicators
from pages.components.layout import page_state
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import listed
from pages.components.wording.figure_sentences import month, percent
from schemas.policy.viewer import Viewer
from workflow import reading

MOST_SHOWN = 100


def waiting(entries: list[Submission]) -> list[Submission]:
    """Accepted submissions that no release shows yet."""
    shown = page_state.release()
    return [e for e in entries if e.state == "accepted" and not (shown and shown.shows(e))]


def before_others(viewer: Viewer, entries: list[Submission]) -> None:
    """Draw the partner's figures that the next release will change; for the partner alone."""
    new = waiting(entries)
    if not new or viewer.partner_id is None:
        return
    numbers = listed([f"no. {e.submission}" for e in reversed(new)])
    label = f"Preview your figures: {numbers} will join the next release"
    with st.expander(label, icon=":material/visibility:", key="unreleased", on_change="rerun") as fold:
        if fold.open:
            _figures(viewer)


def _figures(viewer: Viewer) -> None:
    rows = reading.read_unreleased(page_state.store(), viewer).to_dicts()
    st.badge("Not released: only you see these", icon=":material/lock:", color="violet")
    if not rows:
        st.markdown("None of your figures changes.")
        return
    listing(["Measure", "Period", "With these files", "In the release"], [_line(r) for r in rows[:MOST_SHOWN]],
            "Your figures that are not released yet")  # fmt: skip
    if len(rows) > MOST_SHOWN:
        st.caption(f"The latest {MOST_SHOWN} of {len(rows):,} figures that change.")


def _line(row: dict) -> list[str]:
    title = indicators()[row["indicator"]].title if row["indicator"] in indicators() else ""
    period = f"Year to {month(row['period_end'])}" if row["period_kind"] == "year" else month(row["period_end"])
    return [title or row["indicator"], period, _figure(row, ""), _figure(row, "released_")]


def _figure(row: dict, which: str) -> str:
    rate, met, of = (row[f"{which}{name}"] for name in ("rate", "numerator", "denominator"))
    if of is None:
        return "–"
    indicator = indicators().get(row["indicator"])
    if indicator and indicator.statistic == "mean":
        return f"{'–' if rate is None else f'{rate:.1f} {indicator.measured_in}'} (of {of:,})"
    return f"{percent(rate)} ({'–' if met is None else f'{met:,}'} of {of:,})"
