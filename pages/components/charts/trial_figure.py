"""A figure over its years under two settings: a dashed line for those of now, a full one for the others."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pages.components.charts import figures
from pages.components.layout import theme
from pages.components.wording import figure_sentences

Row = dict[str, Any]
_HEIGHT = 260


def both(pairs: Sequence[tuple[Row, Row]]) -> go.Figure:
    """Rates of rolling years: before and after; a hidden year leaves a gap."""
    t = theme.tokens()
    old, new = [a for a, _ in pairs], [b for _, b in pairs]
    x = [row["period_end"] for row in old]
    pad = (x[-1] - x[0]) / 16 if len(x) > 1 else dt.timedelta(days=31)
    ticks = [day for day in x if day.month == x[-1].month]
    across = {
        "range": [x[0] - pad, x[-1] + pad],
        "tickvals": ticks,
        "ticktext": [figure_sentences.month(day) for day in ticks],
        "tickangle": 0,
    }
    up = {"range": figures.span([*old, *new], []), "tickformat": figures.tick_format(old[0]), "nticks": 5}
    lines = [_line(old, t.usual, dash="dot"), _line(new, t.primary)]
    return figures.figure(lines, figures.layout(_HEIGHT, across, up, sides=figures.SIDES))


def _line(rows: Sequence[Row], color: str, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines+markers", "x": [r["period_end"] for r in rows],
        "y": [r["rate"] for r in rows], "line": {"color": color, "width": 2, "dash": dash},
        "marker": {"size": 6, "color": color}, "text": [figures.hover(r) for r in rows],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
