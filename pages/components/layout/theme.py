"""Colors of both modes, given to the style sheets as variables, and the Plotly layout they share."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import streamlit as st

from pages.components.frontend import assets

Mode = Literal["light", "dark"]
FONT = "'Source Sans', 'Source Sans Pro', sans-serif"


@dataclass(frozen=True)
class Tokens:
    """The colors of one mode; badges are (background, text)."""

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
        badge_worse=("#FDEEE3", "#8F3605"), badge_provisional=("#F1EAF6", "#5B2D7A"),
        badge_usual=("#E6EAEE", "#46525E"),
    ),
    "dark": Tokens(
        background="#11171E", panel="#1B242E", text="#E8EDF2", muted="#BAC4CE", line="#3B4856", grid="#27323D",
        primary="#5CC2CC", on_primary="#11171E", better="#5FB0EE", worse="#FF9A56", usual="#9AA7B4", target="#D99ACB",
        band="rgba(154,167,180,.16)", badge_ok=("#14304A", "#8CC8F5"), badge_late=("#3A3010", "#F0D47E"),
        badge_worse=("#42260F", "#FFB684"), badge_provisional=("#35234A", "#D9BDF2"),
        badge_usual=("#27323D", "#BAC4CE"),
    ),
}  # fmt: skip


def mode() -> Mode:
    """The viewer's mode; light until the browser has told."""
    return "dark" if st.context.theme.type == "dark" else "light"


def tokens() -> Tokens:
    """The colors of the viewer's mode."""
    return TOKENS[mode()]


def _colors(t: Tokens) -> dict[str, str]:
    names = {n: v for n, v in vars(t).items() if isinstance(v, str)}
    for name in ("ok", "late", "worse", "provisional", "usual"):
        names[f"badge-{name}-bg"], names[f"badge-{name}-fg"] = getattr(t, f"badge_{name}")
    return names


class _Worn:
    """HTML of ours that Streamlit takes as it is: it would look for a file of that name, and for the indent of each
    line, at every rerun."""

    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


@cache
def style(chosen: Mode) -> str:
    """The style sheets for a mode, behind its colors as variables (`--c-muted`) and those of paper (`--p-muted`): one
    `<style>` element."""
    rules = " ".join(" ".join(map(assets.text, assets.STYLE_SHEETS)).split())
    return f"<style>:root{{{_variables('c', chosen)}{_variables('p', 'light')}}} {rules}</style>"


@cache
def _worn(chosen: Mode) -> _Worn:
    return _Worn(style(chosen))


def paper_style(sheet: str) -> str:
    """A style sheet for a file that stands alone, behind the colors of paper as variables: one `<style>` element."""
    return f"<style>:root{{{_variables('c', 'light')}}}\n{assets.text(sheet)}</style>"


def _variables(of: str, of_mode: Mode) -> str:
    named = _colors(TOKENS[of_mode]).items()
    return "".join(f"--{of}-{name.replace('_', '-')}:{value};" for name, value in named)


def dress() -> None:
    """Put the style of the viewer's mode on the page."""
    st.html(_worn(mode()))


def head_paper(words: str) -> None:
    """What the style sheets write on each printed sheet. Every other letter than plain ones is given by its number: no
    name can end the rule."""
    said = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in words)
    st.html(f'<style>:root{{--printed-from:"{said}"}}</style>')


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
        "hoverlabel": {
            "bgcolor": t.panel, "bordercolor": t.line, "font": {"family": FONT, "size": 14, "color": t.text},
        },
        "xaxis": {**axis, "showgrid": False}, "yaxis": {**axis, "showgrid": True},
    }  # fmt: skip
