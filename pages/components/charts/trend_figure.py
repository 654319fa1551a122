"""A figure over periods with its interval: open points are provisional, a gap is hidden."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from pages.components.charts import figures
from pages.components.layout import theme
from pages.components.wording import figure_sentences

Row = dict[str, Any]
_HEIGHT = 260


def trend(rows: Sequence[Row], lines: Sequence[figures.Line]) -> go.Figure:
    """Rates over periods with their interval; provisional points are open, hidden ones leave a gap."""
    t = theme.tokens()
    x = [r["period_end"] for r in rows]
    first, last = min(x), max(x)
    pad = (last - first) / 16 if last > first else dt.timedelta(days=31)
    points = {
        "type": "scatter", "mode": "lines+markers", "x": x, "y": [r["rate"] for r in rows],
        "line": {"color": t.primary, "width": 2}, "text": [figures.hover(r) for r in rows],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 8, "line": {"color": t.primary, "width": 2},
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
    up = {"range": figures.span(rows, lines), "tickformat": figures.tick_format(rows[0]), "nticks": 5}
    across_it = figures.reference_lines(lines, [first - pad, last + pad], level=True)
    return figures.figure([_band(rows), *across_it, points], figures.layout(_HEIGHT, across, up, sides=figures.SIDES))


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
