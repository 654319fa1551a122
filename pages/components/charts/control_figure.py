"""The control chart of an indicator's plain months: usual range, mean, target, and each month by what it means."""

import datetime as dt
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from data.ledger.actions.action_steps import Action
from metrics.judging import figure_words
from metrics.judging.control_chart import ControlChart
from metrics.judging.indicator_facts import Situation
from pages.components.charts import action_strip, control_labels, figures
from pages.components.charts.control_labels import HALF_MONTH, HEIGHT, runs
from pages.components.layout import theme
from pages.components.wording import control_words

Row = dict[str, Any]
_HEAD, _FOOT = 8, 44


def chart(s: Situation, acts: Sequence[Action] = ()) -> go.Figure:
    """The figure, with its words inside; the names of actions above it."""
    signal = s.signal
    assert signal is not None
    scale, t = figure_words.scale_of(s.indicator), theme.tokens()
    rows = signal.months
    mean, low, high = (_known(v.tolist()) for v in (signal.limits.mean, signal.limits.low, signal.limits.high))
    x = [r["period_end"] for r in rows]
    left, right = x[0] - 2 * HALF_MONTH, x[-1] + 2 * HALF_MONTH
    span = _span([*[r["rate"] for r in rows], *low, *high, signal.target], percent=not scale.mean)
    lines = [control_words.hover(s, i, scale) for i in range(len(rows))]
    marked = control_labels.notes(s, acts)
    above = action_strip.strip(marked, left, right, HEIGHT - _HEAD - _FOOT)
    goal = [figures.Line(signal.target, "target")] if signal.target is not None else []
    traces = [
        *_spell(rows, span, "provisional"), *_spell(rows, span, "suppressed"), _band(x, low, high),
        *_steps(signal, x, mean, {"color": t.usual, "width": 1.5}),
        *figures.reference_lines(goal, [left, right], level=True),
        *_marks_of(marked, span), _points(signal, rows, lines),
    ]  # fmt: skip
    ticks = x[::-6]
    across = {
        "range": [left, right], "tickvals": ticks, "tickangle": 0,
        "ticktext": [f"{d:%b}<br>{d:%Y}" for d in ticks],
    }  # fmt: skip
    up = {"range": span, "tickformat": ",.0f" if scale.mean else ".0%", "nticks": 6}
    labels = [
        *control_labels.ends(signal, scale, span),
        *control_labels.letters(marked, span),
        *control_labels.spelled(rows, span),
        *above.names,
    ]
    return figures.figure(
        traces,
        figures.layout(
            HEIGHT + above.height,
            across,
            up,
            sides=(40, 82),
            foot=_FOOT,
            head=_HEAD + above.height,
            annotations=labels,
            shapes=above.joins,
        ),
    )


def _known(values: Sequence[float]) -> list[float | None]:
    return [v if math.isfinite(v) else None for v in values]


def _span(values: Sequence[float | None], *, percent: bool) -> list[float]:
    """An axis that holds everything drawn, with room around; a share's stays within 0 and 1."""
    known = [v for v in values if v is not None]
    if not known:
        return [0, 1]
    low, high = min(known), max(known)
    room = max(0.12 * (high - low), 0.005 if percent else 0.5)
    return [max(low - room, -0.005), min(high + room, 1.005)] if percent else [low - room, high + room]


def _spell(rows: Sequence[Row], span: list[float], kind: str) -> list[dict]:
    """A ground behind each run of provisional (plain) or hidden (hatched) months."""
    t = theme.tokens()
    plain = {"fillcolor": t.badge_provisional[0]}
    hatched = {"fillpattern": {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": t.line, "bgcolor": t.panel}}
    return [{
        "type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself", "hoverinfo": "skip",
        **(plain if kind == "provisional" else hatched),
        "x": [(a := rows[first]["period_end"] - HALF_MONTH), (b := rows[last]["period_end"] + HALF_MONTH), b, a],
        "y": [span[0], span[0], span[1], span[1]],
    } for first, last in runs([bool(r[kind]) for r in rows])]  # fmt: skip


def _band(x: Sequence[dt.date], low: Sequence[float | None], high: Sequence[float | None]) -> dict:
    """The usual range, one area for each run of months that have limits."""
    path: list[tuple[dt.date | None, float | None]] = []
    for a, b in runs([v is not None for v in low]):
        places = range(a, b + 1)
        path += [(x[i], high[i]) for i in places] + [(x[i], low[i]) for i in reversed(places)] + [(None, None)]
    return {
        "type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself", "fillcolor": theme.tokens().band,
        "hoverinfo": "skip", "x": [v for v, _ in path], "y": [v for _, v in path],
    }  # fmt: skip


def _steps(signal: ControlChart, x: Sequence[dt.date], mean: Sequence[float | None], line: dict) -> list[dict]:
    """The mean, broken where it starts anew."""
    cuts = sorted({0, len(x), *(s for s in signal.starts if 0 < s < len(x))})
    return [{
        "type": "scatter", "mode": "lines", "line": line, "hoverinfo": "skip",
        "x": [x[a] - HALF_MONTH, x[b - 1] + HALF_MONTH], "y": [mean[a], mean[a]],
    } for a, b in pairwise(cuts) if mean[a] is not None]  # fmt: skip


def _points(signal: ControlChart, rows: Sequence[Row], lines: list[str]) -> dict:
    """Every month by its meaning; provisional ones are open, hidden ones leave a gap."""
    t = theme.tokens()
    types = signal.types
    colors = [getattr(t, kind) for kind in types]
    return {
        "type": "scatter", "mode": "lines+markers", "x": [r["period_end"] for r in rows],
        "y": [r["rate"] for r in rows], "line": {"color": t.usual, "width": 1.25}, "text": lines,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": [8 + (2 if kind != "usual" else 0) for kind in types], "opacity": 1,
            "symbol": [figures.LOOKS[kind][1] for kind in types],
            "color": [t.background if r["provisional"] else c for r, c in zip(rows, colors, strict=True)],
            "line": {"color": colors, "width": 1.5},
        },
    }  # fmt: skip


def _marks_of(marked: Sequence[control_labels.Note], span: list[float]) -> list[dict]:
    """An upright line for each note: dots for a rebase, thin for an annotation."""
    t = theme.tokens()
    return [{
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": [n.on, n.on], "y": span,
        "line": {"color": t.text if n.rebase else t.line, "width": 1.5, "dash": "dot" if n.rebase else "solid"},
    } for n in marked]  # fmt: skip
