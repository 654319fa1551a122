"""Small pieces of a page, as HTML: badges with a shape and a word, a figure, a legend."""

from html import escape
from typing import Literal

import streamlit as st

import workflow
from pages.components import words
from pages.components.phrases import listed, many
from workflow import Situation

Kind = Literal["ok", "late", "worse", "provisional", "usual"]
# Signs of the font, not drawings: Streamlit cleans SVG out of a page's HTML.
_SIGNS = {
    "better": "◆",
    "worse": "■",
    "usual": "●",
    "open": "○",
    "target": "╌╌",
    "hidden": "▨",
    "line": "┈┈",
    "limit": "──",
    "bar": "━",
    "maybe": "◇",
    "band": "▒",
}
_VERDICTS: dict[str, tuple[Kind, str, str]] = {
    "better": ("ok", "better", "Better than a year ago"),
    "worse": ("worse", "worse", "Worse than a year ago"),
    "no change": ("usual", "usual", "No real change"),
    "unknown": ("usual", "open", "Too early to compare"),
}


def mark(shape: str, token: str = "") -> str:
    """A sign; decoration, the word beside it says the same."""
    colour = f" c-is-{token}" if token else ""
    return f'<span class="c-mark{colour}" aria-hidden="true">{_SIGNS[shape]}</span>'


def badge(text: str, kind: Kind = "usual", shape: str = "", title: str = "") -> str:
    """A word on a coloured ground, with a shape so that the colour never speaks alone."""
    told = f' title="{escape(title)}"' if title else ""
    return f'<span class="c-badge c-badge-{kind}"{told}>{mark(shape) if shape else ""}{escape(text)}</span>'


def badges(*parts: str) -> str:
    """Badges in a row that wraps."""
    return f'<div class="c-badges">{"".join(p for p in parts if p)}</div>'


def verdict(s: Situation) -> str:
    """Whether the figure really changed on a year ago."""
    kind, shape, text = _VERDICTS[s.verdict]
    return badge(text, kind, shape)


def coverage(s: Situation, seen: workflow.Coverage, names: dict[str, str]) -> str:
    """How many partners and how much of the denominator a figure holds, naming who is missing."""
    late = [names.get(p, p) for p in seen.late]
    share = f", {seen.share:.0%} of the {s.indicator.units}" if seen.share else ""
    text = f"{len(seen.complete)} of {many(seen.expected, 'partner')} complete{share}"
    told = f"Still to come: {listed(late)}" if late else "Every partner that reports this is in."
    return badge(text, "late" if late else "ok", title=told)


def figure(s: Situation) -> str:
    """The number, large, with what it is a share of."""
    now = s.now
    if now is None:
        return '<p class="c-kpi">–</p><p class="c-note">No figure yet</p>'
    if now["suppressed"]:
        return (
            '<p class="c-kpi c-hidden">&nbsp;</p><p class="c-note">Hidden to protect privacy: few people here, or in a '
            "figure that would give it away</p>"
        )
    people = f"{now['numerator'] or 0:,} of {now['denominator'] or 0:,} {s.indicator.units}"
    return (
        f'<p class="c-kpi">{words.percent(now["rate"])}</p>'
        f'<p class="c-note">{escape(words.upper_first(words.period(now)))} · {escape(people)}</p>'
    )


def head(s: Situation, *lines: str) -> str:
    """The figure and its verdict, and beside them (below, on a phone) sentences about it."""
    left = figure(s) + badges(verdict(s))
    return f'<div class="c-head"><div>{left}</div><div>{facts(*lines)}</div></div>'


def facts(*lines: str) -> str:
    """Sentences, one below the other."""
    return "".join(f'<p class="c-fact">{escape(line)}</p>' for line in lines if line)


def legend(*items: tuple[str, str, str]) -> None:
    """A legend that wraps and is read out: (shape, colour token, words)."""
    told = "".join(f'<li class="c-item">{mark(shape, token)}{escape(text)}</li>' for shape, token, text in items)
    st.html(f'<ul class="c-legend">{told}</ul>')
