"""What to check before accepting: months out of the partner's own range, holes and drops."""

from html import escape
from itertools import groupby

import streamlit as st

from metrics.indicators import indicators
from metrics.results.unusual_months import Unusual
from pages.components.wording.count_words import many
from schemas.policy.rule_catalog import RULES
from workflow.previewing import Preview

_STYLE = """<style>
.s-checks { display: grid; gap: .75rem; }
.s-check { border: 1px solid var(--c-line); border-radius: .5rem; padding: .875rem 1.25rem; }
.s-check h3 { font-size: 1.0625rem; font-weight: 650; margin: .375rem 0 0; padding: 0; line-height: 1.35; }
.s-check p, .s-check ul { margin: .35rem 0 0; line-height: 1.45; max-width: 72ch; font-size: .9375rem; }
.s-check ul { padding-left: 1.15rem; } .s-check li { margin: .15rem 0; padding: 0; font-size: .9375rem; }
</style>"""
_BADGE = '<span class="c-badge c-badge-late"><span class="c-mark" aria-hidden="true">?</span>Check</span>'


def count(preview: Preview) -> int:
    """How many things there are to check."""
    return len(preview.cautions) + len({u.indicator for u in preview.unusual})


def things(preview: Preview) -> None:
    """Draw them, each with what to look for."""
    cards = [_card(RULES[c.rule].title, [c.note], RULES[c.rule].mend) for c in preview.cautions]
    in_order = sorted(preview.unusual, key=lambda u: (u.indicator, u.month_end))
    for name, months in groupby(in_order, lambda u: u.indicator):
        title = indicators()[name].title
        told = [_month(month) for month in months]
        cards.append(_card(f"{title}: {many(len(told), 'month')} out of your usual range", told, _LOOK))
    st.html(f'{_STYLE}<div class="s-checks">{"".join(cards)}</div>')


_LOOK = (
    "Look at a few rows of that time in your own system: a device in another unit, a site left out or a changed form "
    "shows like this. If it is true, accept it."
)


def _card(title: str, told: list[str], mend: str) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in told)
    body = f"<ul>{lines}</ul>" if len(told) > 1 else f"<p>{escape(told[0])}</p>"
    look = f'<p class="c-note">{escape(mend)}</p>'
    return f'<section class="s-check">{_BADGE}<h3>{escape(title)}</h3>{body}{look}</section>'


def _month(found: Unusual) -> str:
    rate, of = found.figure.rate or 0.0, found.figure.denominator or 0
    return (
        f"{found.month_end:%B %Y}: {rate:.1%} of {of:,}; your usual range at this size is "
        f"{found.low:.1%} to {found.high:.1%}"
    )
