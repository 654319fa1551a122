"""Figures: a trend with its interval, and rows of dots with intervals. Plotly figures from published rows only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.components import theme, words

Row = dict[str, Any]
HIDDEN = "Hidden to protect privacy"
_ROW, _FOOT = 46, 34
_LEAST = 116  # a single row still needs room for its axis


@dataclass(frozen=True)
class Line:
    """A reference line: where, and the colour token."""

    rate: float
    token: str


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """Put a figure on the page, fixed, with its text for those who do not see it."""
    st.plotly_chart(figure, theme=None, alt=alt, config=theme.PLAIN, key=key)


def trend(rows: Sequence[Row], lines: Sequence[Line], *, height: int = 280, small: bool = False) -> go.Figure:
    """Rates over periods with their interval; provisional points are open, hidden ones leave a gap."""
    t, mode = theme.tokens(), theme.mode()
    figure = go.Figure(layout=theme.layout(mode, height))
    x = [r["period_end"] for r in rows]
    low, high = [r["low"] for r in rows], [r["high"] for r in rows]
    band = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.add_scatter(x=x, y=high, **band)
    figure.add_scatter(x=x, y=low, fill="tonexty", fillcolor=t.band, **band)
    open_marks = [t.background if r["provisional"] else t.primary for r in rows]
    figure.add_scatter(
        x=x, y=[r["rate"] for r in rows], mode="lines+markers", line={"color": t.primary, "width": 2},
        marker={"size": 7 if small else 8, "color": open_marks, "line": {"color": t.primary, "width": 2}},
        text=[_told(r) for r in rows], hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    _lines(figure, lines, across=True)
    first, last = min(x), max(x)
    pad = (last - first) / 16 if last > first else dt.timedelta(days=31)
    # A tick a year, at the latest period's own month: a tick beside a point should be that point's.
    ticks = [day for day in x if day.month == last.month]
    figure.update_xaxes(
        range=[first - pad, last + pad], tickvals=ticks, ticktext=[words.month(day) for day in ticks], tickangle=0
    )
    figure.update_yaxes(range=_span(rows, lines), tickformat=".0%", nticks=4 if small else 5)
    return figure


def dots(rows: Sequence[tuple[str, Row | None, str]], lines: Sequence[Line], missing: str) -> go.Figure:
    """A row for each (name, figure or None, colour token): name above, dot with interval below.

    Hidden figures are a hatched box with words, figures over few people a paler dot, absent ones say `missing`.
    """
    t, mode = theme.tokens(), theme.mode()
    figure = go.Figure(layout=theme.layout(mode, max(_ROW * len(rows) + _FOOT, _LEAST)))
    span = _span([r for _, r, _ in rows if r], lines)
    for n, (name, row, token) in enumerate(rows):
        y = -n
        figure.add_annotation(
            x=0, xref="paper", y=y + 0.36, text=_plain(name), showarrow=False, xanchor="left", yanchor="middle",
            bgcolor=t.background, borderpad=1, font={"size": 13, "color": t.muted if row is None else t.text},
        )  # fmt: skip
        if row is not None and row["rate"] is not None:
            _dot(figure, row, y, getattr(t, token))
        else:
            _absent(figure, row, y, span, missing)
    _lines(figure, lines, across=False)
    figure.update_xaxes(range=span, tickformat=".0%", nticks=5, showgrid=True)
    figure.update_yaxes(range=[-len(rows) + 0.45, 0.75], showticklabels=False, showgrid=False)
    return figure


_SYMBOLS = {"better": "diamond", "worse": "square", "usual": "circle", "primary": "circle"}


def _dot(figure: go.Figure, row: Row, y: float, colour: str) -> None:
    symbol = next((s for name, s in _SYMBOLS.items() if getattr(theme.tokens(), name) == colour), "circle")
    fill = theme.tokens().background if row["provisional"] or row["unreliable"] else colour
    figure.add_scatter(
        x=[row["low"], row["high"]], y=[y, y], mode="lines", line={"color": colour, "width": 3}, hoverinfo="skip"
    )
    figure.add_scatter(
        x=[row["rate"]], y=[y], mode="markers", text=[_told(row)], hovertemplate="%{text}<extra></extra>",
        marker={"size": 11, "symbol": symbol, "color": fill, "line": {"color": colour, "width": 2}},
    )  # fmt: skip


def _absent(figure: go.Figure, row: Row | None, y: float, span: list[float], missing: str) -> None:
    t = theme.tokens()
    told = missing if row is None else HIDDEN if row["suppressed"] else "Not known"
    if row is not None and row["suppressed"]:
        left, right = span[0] + 0.01 * (span[1] - span[0]), span[1] - 0.01 * (span[1] - span[0])
        figure.add_scatter(
            x=[left, right, right, left, left], y=[y - 0.17, y - 0.17, y + 0.17, y + 0.17, y - 0.17], mode="lines",
            line={"color": t.line, "width": 1}, fill="toself", hoverinfo="skip",
            fillpattern={"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": t.line, "bgcolor": t.panel},
        )  # fmt: skip
    figure.add_annotation(
        x=0.5 if row is not None else 0, xref="paper", y=y, text=told, showarrow=False, bgcolor=t.background,
        xanchor="center" if row is not None else "left", font={"size": 13, "color": t.muted},
    )  # fmt: skip


def _lines(figure: go.Figure, lines: Sequence[Line], *, across: bool) -> None:
    """Reference lines, below the data; the legend names them, so that no label covers a point."""
    for line in lines:
        dash = "dash" if line.token == "target" else "dot"
        style = {"color": getattr(theme.tokens(), line.token), "width": 2, "dash": dash}
        if across:
            figure.add_hline(y=line.rate, line=style, layer="below")
        else:
            figure.add_vline(x=line.rate, line=style, layer="below")


def _span(rows: Sequence[Row], lines: Sequence[Line]) -> list[float]:
    """An axis that holds every interval and line with room around, within 0 and 1."""
    values = [v for r in rows for v in (r["low"], r["high"]) if v is not None]
    if not values:
        return [0, 1]
    values += [line.rate for line in lines]
    low, high = min(values), max(values)
    room = max(0.12 * (high - low), 0.01)
    return [max(low - room, -0.005), min(high + room, 1.005)]


def _told(row: Row) -> str:
    """Hover text: period, rate, interval, n of N, and what to know about it."""
    marks = [w for w, on in (("provisional", row["provisional"]), ("few people", row["unreliable"])) if on]
    return (
        f"<b>{words.percent(row['rate'])}</b> {words.period(row)}<br>interval {words.interval(row)}"
        f"<br>{row['numerator'] or 0:,} of {row['denominator'] or 0:,}"
        + (f"<br>{', '.join(marks)}" if marks else "")
    )  # fmt: skip


def _plain(name: str) -> str:
    return name.replace("<", "&lt;")
