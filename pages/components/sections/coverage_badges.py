"""Badges of what a figure rests on: whose data it holds, what is provisional, what is counted twice."""

import datetime as dt
from html import escape
from typing import Any

import streamlit as st

from metrics.judging.indicator_facts import Situation
from pages.components.layout import cards, page_state
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import day, listed, many
from schemas.policy.status_words import FIGURE
from workflow import reading

Row = dict[str, Any]
_UNTOLD = {"some": ", in some cases", "most": ", in most cases", "all": ""}


def badges(s: Situation) -> str:
    """Badges: whose data the figure holds, what is provisional, what is counted twice."""
    if s.now is None:
        return ""
    parts = [cards.coverage(s, page_state.coverage(s.indicator.id, s.now["period_end"]), page_state.partner_names())]
    if how := figure_sentences.how_counted(s):
        parts.append(cards.badge(how, "usual"))
    if s.now["provisional"]:
        words = "data was missing when it closed" if s.now["closed"] else f"rounded{_awaited(s, s.now)}"
        parts.append(cards.badge(f"{FIGURE['provisional']}: {words}", "provisional", "open"))
    if s.newer is not None:
        newer = figure_sentences.upper_first(figure_sentences.period(s.newer))
        so_far = f"{newer} so far: {figure_sentences.figure(s.newer)}"
        parts.append(cards.badge(f"{so_far}{_awaited(s, s.newer)}", "provisional", "open"))
    if s.now["counts_only_partners"]:
        text = f"Includes totals from {many(s.now['counts_only_partners'], 'partner')}: people may be counted twice"
        parts.append(cards.badge(text, "usual"))
    if told := _UNTOLD.get(s.now["untold"] or ""):
        parts.append(cards.badge(figure_sentences.upper_first(f"{s.indicator.untold}{told}"), "usual"))
    if s.now["unreliable"] and not s.now["suppressed"]:
        parts.append(cards.badge(FIGURE["unreliable"], "late"))
    return cards.badges(*parts)


def _awaited(s: Situation, row: Row) -> str:
    """What a provisional figure waits for: its closing, or of a closed year the partners that were late."""
    if not row["closed"]:
        return f", closes after {day(reading.read_quarters(page_state.store(), row['period_end'])[0].closes)}"
    names = page_state.partner_names()
    late = [names.get(p, p) for p in page_state.coverage(s.indicator.id, row["period_end"]).late]
    return f", without {listed(late)}" if late else ""


def month_coverage(s: Situation) -> str:
    """A badge: whose data the latest month of the control chart holds."""
    if s.signal is None:
        return ""
    last = s.signal.months[-1]["period_end"]
    return coverage(s, last, "month", figure_sentences.month(last))


def coverage(s: Situation, period_end: dt.date, kind: str = "year", when: str = "") -> str:
    """A badge: whose data a chart holds, and how much of the denominator."""
    seen = page_state.coverage(s.indicator.id, period_end, kind)
    return cards.badges(cards.coverage(s, seen, page_state.partner_names(), when)) if seen.expected else ""


def foot(note: str, badges: str = "") -> None:
    """What stands below a chart: a note, as plain text, and badges; either may be nothing."""
    if note or badges:
        st.html((f'<p class="c-note">{escape(note)}</p>' if note else "") + badges)
