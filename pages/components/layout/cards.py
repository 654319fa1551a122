"""Small pieces of a page, as HTML: badges with a shape and a word, a figure, a legend."""

from html import escape
from typing import Literal

import streamlit as st

from metrics.judging import sentences
from metrics.judging.figure_words import upper_first
from metrics.judging.indicator_facts import Situation
from metrics.results.coverage import Coverage
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import listed, many

Kind = Literal["ok", "late", "worse", "provisional", "usual"]
# Signs of the font, not drawings: Streamlit cleans SVG out of a page's HTML.
SIGNS = {
    "better": "◆",
    "worse": "■",
    "usual": "●",
    "open": "○",
    "target": "╌╌",
    "hidden": "▨",
    "line": "┈┈",
    "limit": "──",
    "bar": "━",
    "band": "▒",
    "pass": "✓",
    "fail": "✗",
}
Told = tuple[Kind, str, str]
_CHANGED: dict[str, Told] = {
    "better": ("ok", "better", "Improved"),
    "worse": ("worse", "worse", "Got worse"),
    "no change": ("usual", "usual", "No change large enough to tell"),
    "unknown": ("usual", "open", "Cannot be judged"),
}
_WARNED: dict[str, Told] = {
    "better": ("usual", "better", "May be improving"),
    "worse": ("usual", "worse", "May be getting worse"),
}
_TESTED: dict[str, Told] = {
    "clearly met": ("ok", "pass", "Target clearly met"),
    "met": ("usual", "pass", "Target met, within chance"),
    "missed": ("usual", "fail", "{side} target, within chance"),
    "clearly missed": ("worse", "fail", "{side} target"),
}


def mark(shape: str, token: str = "") -> str:
    """A sign; decoration, the word beside it says the same."""
    color = f" c-is-{token}" if token else ""
    return f'<span class="c-mark{color}" aria-hidden="true">{SIGNS[shape]}</span>'


def badge(text: str, kind: Kind = "usual", shape: str = "") -> str:
    """A word on a colored ground, with a shape so that the color never speaks alone."""
    return f'<span class="c-badge c-badge-{kind}">{mark(shape) if shape else ""}{escape(text)}</span>'


def badges(*parts: str) -> str:
    """Badges in a row that wraps."""
    return f'<div class="c-badges">{"".join(p for p in parts if p)}</div>'


def variation(s: Situation) -> str:
    """Whether it changed, as the year says; else what the last months warn of."""
    if s.facts.shown != "shown":
        return ""
    kind, shape, text = told(s)
    return badge(text, kind, shape)


def told(s: Situation) -> Told:
    """The word for whether a figure that is shown changed, with its look and its sign."""
    kind, shape, text = _WARNED[s.facts.warned] if s.facts.warned else _CHANGED[s.verdict]
    return kind, shape, "Too early to judge" if s.facts.why_not == "few" else text


def assurance(s: Situation) -> str:
    """Where the year's figure lies beside its target."""
    if s.facts.shown != "shown" or s.facts.tested is None:
        return ""
    kind, shape, text = _TESTED[s.facts.tested.met]
    # A target whose day is still to come is not missed: the year lies short of it.
    return badge(text.format(side=upper_first(sentences.short_of(s.facts.lower_is_better))), kind, shape)


def coverage(s: Situation, seen: Coverage, names: dict[str, str], when: str = "") -> str:
    """How many partners and how much of the denominator a figure holds, naming who is missing."""
    late = [names.get(p, p) for p in seen.late]
    share = f", {seen.share:.0%} of the {s.indicator.units}" if seen.share else ""
    missing = f"; to come: {listed(late)}" if late else ""
    text = f"{f'{when}: ' if when else ''}{len(seen.complete)} of {many(seen.expected, 'partner')}{share}{missing}"
    return badge(text, "late" if late else "ok")


def figure(s: Situation) -> str:
    """The number, large, with what it is a share of."""
    now = s.now
    if now is None:
        return '<p class="c-kpi">–</p><p class="c-note">No figure yet</p>'
    if now["suppressed"]:
        return (
            '<p class="c-kpi c-hidden">&nbsp;</p><p class="c-note">Hidden to protect privacy: this figure, or one '
            "that it would reveal, has few people</p>"
        )
    people = figure_sentences.counted(now, s.indicator.units) if figure_sentences.exact(now) else "rounded until closed"
    return (
        f'<p class="c-kpi">{figure_sentences.figure(now)}</p>'
        f'<p class="c-note">{escape(figure_sentences.upper_first(figure_sentences.period(now)))} · {escape(people)}</p>'
    )


def head(s: Situation, *lines: str) -> str:
    """The figure and its verdict, and beside them (below, on a phone) sentences about it."""
    left = figure(s) + badges(variation(s), assurance(s))
    return f'<div class="c-head"><div>{left}</div><div>{facts(*lines)}</div></div>'


def facts(*lines: str) -> str:
    """Sentences, one below the other."""
    return "".join(f'<p class="c-fact">{escape(line)}</p>' for line in lines if line)


def legend(*items: tuple[str, str, str]) -> None:
    """A legend that wraps and is read out: (shape, color token, words)."""
    rows = "".join(f'<li class="c-item">{mark(shape, token)}{escape(text)}</li>' for shape, token, text in items)
    st.html(f'<ul class="c-legend">{rows}</ul>')
