"""What to check before accepting: months out of the partner's own range, holes and drops."""

from html import escape
from itertools import groupby

import streamlit as st

from metrics.indicators import indicators
from metrics.results.unusual_months import Unusual
from pages.components.wording.count_words import many
from schemas.policy.rule_catalog import RULES
from workflow.previewing import Preview

_BADGE = '<span class="c-badge c-badge-late"><span class="c-mark" aria-hidden="true">?</span>Check</span>'


def count(preview: Preview) -> int:
    """How many things there are to check."""
    return len(preview.cautions) + len({u.indicator for u in preview.unusual})


def things(preview: Preview) -> None:
    """Draw them, each with what to look for."""
    cards = [_card(RULES[c.rule].title, [c.note], RULES[c.rule].fix) for c in preview.cautions]
    in_order = sorted(preview.unusual, key=lambda u: (u.indicator, u.month_end))
    for name, months in groupby(in_order, lambda u: u.indicator):
        title = indicators()[name].title
        sentences = [_month(month) for month in months]
        cards.append(_card(f"{title}: {many(len(sentences), 'month')} out of your usual range", sentences, _LOOK))
    st.html(f'<div class="s-checks">{"".join(cards)}</div>')


_LOOK = (
    "Look at a few rows of that time in your own system. A device with another unit, a missing site or a changed "
    "form can look like this. If the figure is true, accept it."
)


def _card(title: str, sentences: list[str], fix: str) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in sentences)
    body = f"<ul>{lines}</ul>" if len(sentences) > 1 else f"<p>{escape(sentences[0])}</p>"
    look = f'<p class="c-note">{escape(fix)}</p>'
    return f'<section class="s-check">{_BADGE}<h3>{escape(title)}</h3>{body}{look}</section>'


def _month(found: Unusual) -> str:
    rate, of = found.figure.rate or 0.0, found.figure.denominator or 0
    return (
        f"{found.month_end:%B %Y}: {rate:.1%} of {of:,}. Your usual range at this size is "
        f"{found.low:.1%} to {found.high:.1%}"
    )
