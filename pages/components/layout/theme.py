"""Colours of both modes, the one block of CSS, and the Plotly layout they share."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

Mode = Literal["light", "dark"]
ICON = Path(__file__).parents[1] / "frontend" / "icon.png"
FONT = "'Source Sans', 'Source Sans Pro', sans-serif"


@dataclass(frozen=True)
class Tokens:
    """The colours of one mode; badges are (background, text)."""

    background: str
    panel: str
    text: str
    muted: str
    line: str
    grid: str
    primary: str
    on_primary: str
    better: str
    worse: str
    usual: str
    target: str
    band: str
    badge_ok: tuple[str, str]
    badge_late: tuple[str, str]
    badge_worse: tuple[str, str]
    badge_provisional: tuple[str, str]
    badge_usual: tuple[str, str]


TOKENS: dict[Mode, Tokens] = {
    "light": Tokens(
        background="#FFFFFF", panel="#F3F6F8", text="#16212C", muted="#46525E", line="#C9D1DA", grid="#E6EAEE",
        primary="#0B5E6B", on_primary="#FFFFFF", better="#0072B2", worse="#C8500A", usual="#6B7784", target="#7A2E6B",
        band="rgba(107,119,132,.13)", badge_ok=("#E6F0FA", "#0A4F8A"), badge_late=("#FFF6DB", "#6B4E00"),
        badge_worse=("#FDEEE3", "#8F3605"), badge_provisional=("#F1EAF6", "#5B2D7A"), badge_usual=("#E6EAEE", "#46525E"),
    ),
    "dark": Tokens(
        background="#11171E", panel="#1B242E", text="#E8EDF2", muted="#BAC4CE", line="#3B4856", grid="#27323D",
        primary="#5CC2CC", on_primary="#11171E", better="#5FB0EE", worse="#FF9A56", usual="#9AA7B4", target="#D99ACB",
        band="rgba(154,167,180,.16)", badge_ok=("#14304A", "#8CC8F5"), badge_late=("#3A3010", "#F0D47E"),
        badge_worse=("#42260F", "#FFB684"), badge_provisional=("#35234A", "#D9BDF2"), badge_usual=("#27323D", "#BAC4CE"),
    ),
}  # fmt: skip


def mode() -> Mode:
    """The viewer's mode; light until the browser has told."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens() -> Tokens:
    """The colours of the viewer's mode."""
    return TOKENS[mode()]


@cache
def style(chosen: Mode) -> str:
    """The block of CSS for a mode, as one `<style>` element."""
    t = TOKENS[chosen]
    names = {n: v for n, v in vars(t).items() if isinstance(v, str)}
    for name in ("ok", "late", "worse", "provisional", "usual"):
        names[f"badge-{name}-bg"], names[f"badge-{name}-fg"] = getattr(t, f"badge_{name}")
    variables = "".join(f"--c-{name.replace('_', '-')}:{value};" for name, value in names.items())
    return f"<style>:root{{{variables}}}{_RULES}</style>"


_RULES = """
.stMainBlockContainer { max-width: 1200px; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 3rem); }
/* A caption at 60 % opacity fails AA. */
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * { color: var(--c-muted) !important; opacity: 1 !important; }
button[kind="primary"], button[kind="primary"] *, button[kind="primaryFormSubmit"], button[kind="primaryFormSubmit"] * {
  color: var(--c-on-primary) !important; }
:focus-visible { outline: 3px solid var(--c-primary) !important; outline-offset: 2px; }
.c-kicker { display: flex; flex-wrap: wrap; gap: .4rem .75rem; align-items: center; color: var(--c-muted); font-size: .875rem; }
.c-title { font-size: 1.75rem; font-weight: 700; line-height: 1.25; margin: .35rem 0 0; padding: 0; max-width: 62ch;
  letter-spacing: -.005em; text-wrap: balance; }
.c-lead { color: var(--c-muted); margin: .5rem 0 0; max-width: 75ch; }
.c-h2 { font-size: 1.375rem; font-weight: 650; line-height: 1.3; margin: 0; padding: 0; text-wrap: balance; }
.c-h3 { font-size: 1.125rem; font-weight: 650; line-height: 1.3; margin: 0; padding: 0; }
.c-note { font-size: .875rem; color: var(--c-muted); margin: .25rem 0 0; line-height: 1.45; }
.c-section { margin-top: 1.75rem; }
.c-head { display: grid; grid-template-columns: minmax(15rem, max-content) 1fr; gap: .25rem 3rem; align-items: start; }
/* Cards of a row: titles on one line, what leads on at the foot of each. */
[class*="st-key-card_"] .c-h3, [class*="st-key-partners_"] .c-h3 { font-size: 1.0625rem; letter-spacing: -.01em; }
[class*="st-key-card_"] > :nth-last-child(2), [class*="st-key-partners_"] > :last-child { margin-top: auto; }
/* A choice that wraps would show cut borders: its parts stand apart. */
[data-testid="stButtonGroup"] [role="radiogroup"] { gap: .375rem; }
[data-testid="stButtonGroup"] [role="radiogroup"] > button { border-radius: .5rem; margin: 0; }
[data-testid="stButtonGroup"] [role="radiogroup"] > button[aria-checked="false"] { border: 1px solid var(--c-line) !important; }
[data-testid="stPageLink"] a { padding-inline: 0; text-decoration: none; }
.c-badges { display: flex; flex-wrap: wrap; gap: .375rem .5rem; margin: .5rem 0; }
.c-badge { display: inline-flex; gap: .375rem; align-items: center; font-size: .875rem; line-height: 1.3; padding: .2rem .5rem;
  border-radius: .375rem; background: var(--c-badge-usual-bg); color: var(--c-badge-usual-fg); }
.c-badge-ok { background: var(--c-badge-ok-bg); color: var(--c-badge-ok-fg); }
.c-badge-late { background: var(--c-badge-late-bg); color: var(--c-badge-late-fg); }
.c-badge-worse { background: var(--c-badge-worse-bg); color: var(--c-badge-worse-fg); }
.c-badge-provisional { background: var(--c-badge-provisional-bg); color: var(--c-badge-provisional-fg); }
.c-mark { flex: none; line-height: 1; font-size: 1.15em; }
.c-is-better { color: var(--c-better); } .c-is-worse { color: var(--c-worse); } .c-is-usual { color: var(--c-usual); }
.c-is-primary { color: var(--c-primary); } .c-is-target { color: var(--c-target); } .c-is-band { color: var(--c-line); }
.c-kpi { font-size: 2.5rem; font-weight: 650; line-height: 1.1; font-variant-numeric: tabular-nums; margin: .25rem 0 0; }
.c-kpi small { font-size: .875rem; font-weight: 400; color: var(--c-muted); margin-left: .5rem; white-space: nowrap; }
.c-fact { margin: .35rem 0 0; line-height: 1.45; font-size: .9375rem; }
.c-told { margin: .35rem 0 .25rem; line-height: 1.4; font-weight: 600; text-wrap: pretty; }
.c-notes.c-notes { list-style: none; margin: .25rem 0 0; padding: 0; font-size: .9375rem; }
.c-notes li { margin: .15rem 0 0; padding: 0; }
.c-fact b { font-weight: 650; }
.c-legend.c-legend { padding: 0; margin: 0 0 .25rem; }
.c-legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .875rem; color: var(--c-muted); list-style: none; }
.c-legend li.c-item { display: inline-flex; gap: .375rem; align-items: center; margin: 0; padding: 0; }
.c-scroll { overflow-x: auto; max-height: 26rem; border: 1px solid var(--c-line); border-radius: .5rem; }
.c-table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; margin: 0; }
.c-table th, .c-table td { padding: .45rem .75rem; text-align: left; border: 0; border-bottom: 1px solid var(--c-grid);
  vertical-align: top; }
.c-table thead th { position: sticky; top: 0; background: var(--c-panel); color: var(--c-muted); font-weight: 600;
  white-space: nowrap; z-index: 1; }
.c-table tbody th { font-weight: 600; }
.c-table tr:last-child > * { border-bottom: 0; }
.c-table .c-num { text-align: right; white-space: nowrap; }
.c-state { border: 1px solid var(--c-line); border-radius: .5rem; background: var(--c-panel); padding: 1.5rem; max-width: 44rem; }
.c-state p { margin: .5rem 0 0; max-width: 60ch; }
.c-def { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: .6rem 1.5rem; margin: 0; }
.c-def dt { font-weight: 650; } .c-def dd { margin: 0; max-width: 68ch; }
.c-hidden { background: repeating-linear-gradient(135deg, var(--c-grid) 0 4px, transparent 4px 8px); }
@media (max-width: 640px) {
  .c-title { font-size: 1.5rem; } .c-head { grid-template-columns: 1fr; }
  .c-def { grid-template-columns: 1fr; gap: .1rem; } .c-def dd { margin-bottom: .75rem; }
}
"""


def dress() -> None:
    """Put the style of the viewer's mode on the page."""
    st.html(style(mode()))


PLAIN: dict[str, Any] = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
    "responsive": True,
}


def layout(chosen: Mode, height: int) -> dict[str, Any]:
    """The Plotly layout that every chart starts from."""
    t = TOKENS[chosen]
    axis = {
        "fixedrange": True, "zeroline": False, "automargin": True, "linecolor": t.line, "gridcolor": t.grid,
        "tickfont": {"size": 13, "color": t.muted}, "ticks": "", "title": None,
    }  # fmt: skip
    return {
        "height": height, "margin": {"l": 8, "r": 16, "t": 8, "b": 8}, "showlegend": False, "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 14, "color": t.text},
        "hoverlabel": {"bgcolor": t.panel, "bordercolor": t.line, "font": {"family": FONT, "size": 14, "color": t.text}},
        "xaxis": {**axis, "showgrid": False}, "yaxis": {**axis, "showgrid": True},
    }  # fmt: skip
