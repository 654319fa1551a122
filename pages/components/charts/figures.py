"""Figures: a trend with its interval, and rows of dots with intervals. Plotly figures from published rows only."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.components.layout import page_state, theme
from pages.components.wording import figure_sentences

Row = dict[str, Any]
HIDDEN = "Hidden to protect privacy"
_ROW, _FOOT = 50, 34
SIDES = 40, 20
"""Room left and right of a chart with a scale of rates."""
_LEAST = 116  # a single row still needs room for its axis


@dataclass(frozen=True)
class Line:
    """A reference line: where, and the colour token."""

    rate: float
    token: str


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """Put a figure on the page, fixed, with its text for those who do not see it."""
    st.plotly_chart(figure, theme=None, alt=alt, config=theme.PLAIN, key=key)


def kept(make: Callable[[], go.Figure], *selection: object) -> go.Figure:
    """A figure of what the selection names; made once for each release, viewer and mode."""
    shown, who = page_state.release(), page_state.viewer()
    number = shown.number if shown else 0
    return _kept(make, str(page_state.store().folder), number, who.role, who.partner_id, theme.mode(), selection)


@st.cache_resource(show_spinner=False, max_entries=500)  # no one changes a figure that is made
def _kept(
    _make: Callable[[], go.Figure], folder: str, number: int, role: str, partner_id: str | None, mode: str,
    selection: tuple[object, ...],
) -> go.Figure:  # fmt: skip
    return _make()


def trend(rows: Sequence[Row], lines: Sequence[Line], *, height: int = 280, small: bool = False) -> go.Figure:
    """Rates over periods with their interval; provisional points are open, hidden ones leave a gap."""
    t = theme.tokens()
    x = [r["period_end"] for r in rows]
    first, last = min(x), max(x)
    pad = (last - first) / 16 if last > first else dt.timedelta(days=31)
    points = {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": [r["rate"] for r in rows],
        "line": {"color": t.primary, "width": 2}, "text": [hover(r) for r in rows],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 7 if small else 8, "line": {"color": t.primary, "width": 2},
            "color": [t.background if r["provisional"] else t.primary for r in rows],
        },
    }  # fmt: skip
    # A tick a year, at the latest period's own month: a tick beside a point should be that point's.
    ticks = [day for day in x if day.month == last.month]
    across = {
        "range": [first - pad, last + pad],
        "tickvals": ticks,
        "ticktext": [figure_sentences.month(day) for day in ticks],
        "tickangle": 0,
    }
    up = {"range": _span(rows, lines), "tickformat": tick_format(rows[0]), "nticks": 4 if small else 5}
    across_it = reference_lines(lines, [first - pad, last + pad], level=True)
    return go.Figure([_band(rows), *across_it, points], layout(height, across, up, sides=SIDES))


def _band(rows: Sequence[Row]) -> dict:
    """The interval as an area for each run of shown figures: none is drawn across a hidden one."""
    runs = [list(run) for shown, run in groupby(rows, lambda r: r["low"] is not None) if shown]
    corners = [[(r["period_end"], r["high"]) for r in run] + [(r["period_end"], r["low"]) for r in reversed(run)]
               for run in runs]  # fmt: skip
    path = [corner for run in corners for corner in [*run, (None, None)]]
    return {
        "type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself", "fillcolor": theme.tokens().band,
        "hoverinfo": "skip", "x": [x for x, _ in path], "y": [y for _, y in path],
    }  # fmt: skip


def dots(rows: Sequence[tuple[str, Row, str]], lines: Sequence[Line], beside: Sequence[float | None] = ()) -> go.Figure:
    """A row for each (name, figure, colour token): name and rate above, dot with interval below.

    Hidden figures are a hatched box with words; provisional ones and those over few people are open. `beside`: for
    each row another rate of the same group (before, crude), drawn as a small ring.
    """
    rings = [Line(rate, "muted") for rate in beside if rate is not None]
    span, height = _span([r for _, r, _ in rows], [*lines, *rings]), [-len(rows) + 0.5, 0.75]
    placed = [(-n, row, token) for n, (_, row, token) in enumerate(rows) if row["rate"] is not None]
    labels = [label for n, (name, row, _) in enumerate(rows) for label in _labels(name, row, -n)]
    across = {"range": span, "tickformat": tick_format(rows[0][1]), "nticks": 5, "showgrid": True}
    up = {"range": height, "showticklabels": False, "showgrid": False, "showline": False}
    return go.Figure(
        [
            *reference_lines(lines, height, level=False),
            *_rings(rows, beside),
            *_whiskers(placed),
            _marks(placed),
            *_boxes(rows, span),
        ],
        layout(max(_ROW * len(rows) + _FOOT, _LEAST), across, up, sides=(8, 20), annotations=labels),
    )


def layout(
    height: int, across: dict, up: dict, *, sides: tuple[int, int] | None = None, foot: int = 28, **more: object
) -> dict:
    """The common layout with a chart's own axes, in one piece: updating a figure costs more than drawing it.

    `sides`: room left and right, when it is known: a chart that works its room out is laid out twice.
    """
    common = theme.layout(theme.mode(), height)
    axes = {"xaxis": {**common["xaxis"], **across}, "yaxis": {**common["yaxis"], **up}}
    if sides is None:
        return {**common, **axes, **more}
    margin = {"l": sides[0], "r": sides[1], "t": 8, "b": foot}
    settled = {name: {**axis, "automargin": False} for name, axis in axes.items()}
    return {**common, **settled, "margin": margin, **more}


LOOKS = {
    "better": ("better", "diamond"), "worse": ("worse", "square"), "usual": ("usual", "circle"),
    "maybe better": ("usual", "diamond"), "maybe worse": ("usual", "square"),
}  # fmt: skip
"""What a mark means -> its colour and its shape: colour says how sure it is, the shape which way."""
Placed = tuple[float, Row, str]


def _whiskers(placed: Sequence[Placed]) -> list[dict]:
    """The intervals, one trace a colour."""
    traces = []
    for token in dict.fromkeys(token for _, _, token in placed):
        mine = [(y, row) for y, row, own in placed if own == token]
        traces.append({
            "type": "scatter", "mode": "lines", "hoverinfo": "skip",
            "line": {"color": getattr(theme.tokens(), LOOKS[token][0]), "width": 3},
            "x": [v for _, row in mine for v in (row["low"], row["high"], None)],
            "y": [v for y, _ in mine for v in (y, y, None)],
        })  # fmt: skip
    return traces


def _marks(placed: Sequence[Placed]) -> dict:
    t = theme.tokens()
    colours = [getattr(t, LOOKS[token][0]) for _, _, token in placed]
    is_open = [row["provisional"] or row["unreliable"] for _, row, _ in placed]
    return {
        "type": "scatter", "mode": "markers", "x": [row["rate"] for _, row, _ in placed],
        "y": [y for y, _, _ in placed], "text": [hover(row) for _, row, _ in placed],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 11, "opacity": 1, "symbol": [LOOKS[token][1] for _, _, token in placed],
            "color": [t.background if hollow else c for hollow, c in zip(is_open, colours, strict=True)],
            "line": {"color": colours, "width": 2},
        },
    }  # fmt: skip


def _rings(rows: Sequence[tuple[str, Row, str]], beside: Sequence[float | None]) -> list[dict]:
    """The other rate of each row, joined to its dot."""
    t = theme.tokens()
    pairs = [(-n, row["rate"], other) for n, ((_, row, _), other) in enumerate(zip(rows, beside, strict=False))
             if row["rate"] is not None and other is not None]  # fmt: skip
    if not pairs:
        return []
    joins = {
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "line": {"color": t.muted, "width": 1},
        "x": [v for _, rate, other in pairs for v in (other, rate, None)],
        "y": [v for y, *_ in pairs for v in (y, y, None)],
    }  # fmt: skip
    rings = {
        "type": "scatter", "mode": "markers", "hoverinfo": "skip", "x": [other for *_, other in pairs],
        "y": [y for y, *_ in pairs],
        "marker": {"size": 9, "symbol": "circle", "color": t.background, "line": {"color": t.muted, "width": 2}},
    }  # fmt: skip
    return [joins, rings]


def _boxes(rows: Sequence[tuple[str, Row, str]], span: list[float]) -> list[dict]:
    """A hatched box for each hidden figure."""
    t = theme.tokens()
    left, right = span[0] + 0.005 * (span[1] - span[0]), span[1] - 0.005 * (span[1] - span[0])
    return [{
        "type": "scatter", "mode": "lines", "line": {"color": t.line, "width": 1}, "fill": "toself",
        "hoverinfo": "skip",
        "x": [left, right, right, left, left], "y": [v - n for v in (-0.18, -0.18, 0.18, 0.18, -0.18)],
        "fillpattern": {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": t.line, "bgcolor": t.panel},
    } for n, (_, row, _) in enumerate(rows) if row["suppressed"]]  # fmt: skip


def _labels(name: str, row: Row, y: float) -> list[dict]:
    t = theme.tokens()
    common = {"showarrow": False, "xref": "paper", "bgcolor": t.background}
    above = {**common, "y": y + 0.38, "yanchor": "middle", "borderpad": 1}
    labels = [{**above, "x": 0, "xanchor": "left", "text": plain(name), "font": {"size": 13, "color": t.text}}]
    if row["rate"] is not None:
        rate = {**above, "x": 1, "xanchor": "right", "text": figure_sentences.figure(row)}
        labels.append({**rate, "font": {"size": 13, "color": t.muted}})
    else:
        told = HIDDEN if row["suppressed"] else "Not known"
        place = {"x": 0.5, "xanchor": "center"} if row["suppressed"] else {"x": 0, "xanchor": "left"}
        labels.append({**common, **place, "y": y, "text": told, "font": {"size": 13, "color": t.muted}})
    return labels


def reference_lines(lines: Sequence[Line], ends: Sequence[Any], *, level: bool) -> list[dict]:
    """Reference lines between two ends, over the grid and under the data; the legend names them.

    Traces and not shapes: a shape lies either under the grid, which eats its dashes, or over the points.
    """
    traces = []
    for line in lines:
        along, at = list(ends), [line.rate, line.rate]
        dash = "dash" if line.token == "target" else "dot"
        traces.append({
            "type": "scatter", "mode": "lines", "hoverinfo": "skip",
            "x": along if level else at, "y": at if level else along,
            "line": {"color": getattr(theme.tokens(), line.token), "width": 2, "dash": dash},
        })  # fmt: skip
    return traces


def tick_format(row: Row) -> str:
    """How the axis of a row's figures is written."""
    return ",.0f" if figure_sentences.scale(row).mean else ".0%"


def _span(rows: Sequence[Row], lines: Sequence[Line]) -> list[float]:
    """An axis that holds every interval and line with room around; of rates within 0 and 1."""
    values = [v for r in rows for v in (r["low"], r["high"]) if v is not None]
    if not values:
        return [0, 1]
    values += [line.rate for line in lines]
    low, high = min(values), max(values)
    if figure_sentences.scale(rows[0]).mean:
        room = max(0.12 * (high - low), 0.5)
        return [low - room, high + room]
    room = max(0.12 * (high - low), 0.01)
    return [max(low - room, -0.005), min(high + room, 1.005)]


def hover(row: Row) -> str:
    """Hover text: period, rate, interval (or what else the bar is), n of N, and what to know about it."""
    marks = [w for w, on in (("provisional", row["provisional"]), ("few people", row["unreliable"])) if on]
    return (
        f"<b>{figure_sentences.figure(row)}</b> {figure_sentences.period(row)}"
        f"<br>{row.get('bar', 'interval')} {figure_sentences.interval(row)}"
        + (
            f"<br>{figure_sentences.counted(row)}"
            if row["numerator"] is not None or figure_sentences.scale(row).mean
            else ""
        )
        + (f"<br>{', '.join(marks)}" if marks else "")
    )


def plain(name: str) -> str:
    """A name as text of a figure, which takes tags for markup."""
    return name.replace("<", "&lt;")
