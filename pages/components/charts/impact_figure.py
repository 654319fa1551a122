"""Those taking part beside the others, the start marked, and where those taking part would be."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from metrics.acting.impact import Impact, Picture
from metrics.judging.figure_words import Scale, month
from metrics.statistics.spc import Floats
from pages.components.charts import figures
from pages.components.layout import cards, theme

_HEIGHT = 300


def picture(said: Impact, scale: Scale) -> go.Figure:
    """By period: a line for each side, dashed where those taking part would be, upright lines at the start and at the
    dates that were tried."""
    t, seen = theme.tokens(), said.picture
    assert seen
    x = list(seen.ends)
    traces = [_line(x, seen.others, t.usual, "dot", "others", scale)] if len(seen.others) else []
    traces.append(_line(x, seen.taking, t.primary, "solid", "taking part", scale))
    if len(seen.expected):
        traces.append(_line(x[said.before :], seen.expected, t.target, "dash", "without the action", scale))
    low, high = _span(seen, scale)
    traces += [_upright(said.action.start, (low, high), t.text, "solid")]
    traces += [_upright(dt.date.fromisoformat(one.what), (low, high), t.line, "dot") for one in said.dates]
    pad = dt.timedelta(days=20)
    ticks = [day for day in x if day.month == x[-1].month]
    across = {"range": [x[0] - pad, x[-1] + pad], "tickvals": ticks, "ticktext": [month(day) for day in ticks],
              "tickangle": 0}  # fmt: skip
    up = {"range": [low, high], "tickformat": ",.0f" if scale.mean else ".0%", "nticks": 5}
    return figures.figure(traces, figures.layout(_HEIGHT, across, up, sides=figures.SIDES))


def legend(said: Impact) -> None:
    """What the lines mean."""
    seen = said.picture
    cards.legend(
        ("bar", "primary", "taking part"), *([("line", "usual", "the others")] if seen and len(seen.others) else []),
        *([("target", "target", "if it had moved like the others")] if seen and len(seen.expected) else []),
        ("limit", "text", f"start, {month(said.action.start)}"),
        *([("line", "usual", "upright: an earlier start that was tried")] if said.dates else []),
    )  # fmt: skip


def in_words(said: Impact, title: str, scale: Scale) -> str:
    """The picture for those who do not see it."""
    seen = said.picture
    assert seen
    others = f", the others {scale.value(seen.others[0])} to {scale.value(seen.others[-1])}" if len(seen.others) else ""
    return (
        f"{title}, {month(seen.ends[0])} to {month(seen.ends[-1])}, start in {month(said.action.start)}. "
        f"Those taking part go from {scale.value(seen.taking[0])} to {scale.value(seen.taking[-1])}{others}."
    )


def _line(x: Sequence[dt.date], y: Floats, color: str, dash: str, name: str, scale: Scale) -> dict:
    return {
        "type": "scatter", "mode": "lines+markers" if dash == "solid" else "lines", "x": list(x), "y": list(y),
        "line": {"color": color, "width": 2, "dash": dash}, "marker": {"size": 5, "color": color},
        "text": [f"<b>{scale.value(v)}</b> {month(day)}<br>{name}" for v, day in zip(y, x, strict=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip


def _upright(at: dt.date, ends: tuple[float, float], color: str, dash: str) -> dict:
    return {"type": "scatter", "mode": "lines", "x": [at, at], "y": list(ends), "hoverinfo": "skip",
            "line": {"color": color, "width": 1.5, "dash": dash}}  # fmt: skip


def _span(seen: Picture, scale: Scale) -> tuple[float, float]:
    values = np.concatenate([seen.taking, seen.others, seen.expected])
    low, high = float(values.min()), float(values.max())
    room = max(0.12 * (high - low), 0.5 if scale.mean else 0.01)
    return (low - room, high + room) if scale.mean else (max(low - room, -0.005), min(high + room, 1.005))
