"""What every figure shares: drawn from published rows only, fixed, kept for a release, in the colors of the mode."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.components.layout import kept_parts, theme
from pages.components.layout.at_hand import at_hand
from pages.components.wording import figure_sentences

Row = dict[str, Any]

SIDES = 40, 20
"""Room left and right of a chart with a scale of rates."""


@dataclass(frozen=True)
class Line:
    """A reference line: where, and the color token."""

    rate: float
    token: str


LOOKS = {
    "better": ("better", "diamond"), "worse": ("worse", "square"), "usual": ("usual", "circle"),
    "maybe better": ("usual", "diamond"), "maybe worse": ("usual", "square"),
}  # fmt: skip
"""What a mark means -> its color and its shape: color says how sure it is, the shape which way."""
# How a figure lies beside the others -> what its mark means.
TOKEN = {
    "better": "better", "worse": "worse", "alike": "usual", "close": "usual", "explained": "usual", "unknown": "usual",
    "perhaps better": "maybe better", "perhaps worse": "maybe worse", "higher": "maybe better", "lower": "maybe worse",
    "perhaps higher": "usual", "perhaps lower": "usual",
}  # fmt: skip


def draw(figure: go.Figure, alt: str, key: str) -> None:
    """Put a figure on the page, fixed, with its text for those who do not see it."""
    st.plotly_chart(figure, theme=None, alt=alt, config=theme.PLAIN, key=key)


def kept(make: Callable[[], go.Figure], *selection: object) -> go.Figure:
    """A figure of what the selection names; made once for each release, viewer and mode."""
    return kept_parts.kept(make, "figure", theme.mode(), *selection)


def figure(traces: Sequence[dict], layout: dict) -> go.Figure:
    """The figure of these traces. Making one anew costs 5 ms, so the same ones are the same figure."""
    return _figure(json.dumps([traces, layout], default=str), list(traces), layout)


@at_hand(500)  # no one changes a figure that is made
def _figure(content: str, _traces: list[dict], _layout: dict) -> go.Figure:
    return _Made(_traces, _layout)


class _Made(go.Figure):
    """A figure that says at each rerun what it said first, where Plotly's own copies all of itself to say it."""

    def to_dict(self) -> dict[str, Any]:
        said: dict[str, Any] = self.__dict__.get("_said") or super().to_dict()
        self._said = said
        return said


def layout(
    height: int,
    across: dict,
    up: dict,
    *,
    sides: tuple[int, int] | None = None,
    foot: int = 28,
    head: int = 8,
    **more: object,
) -> dict:
    """The common layout with a chart's own axes, in one piece: updating a figure costs more than drawing it.

    `sides`: room left and right, when it is known: a chart that works its room out is laid out twice.
    """
    common = theme.layout(theme.mode(), height)
    axes = {"xaxis": {**common["xaxis"], **across}, "yaxis": {**common["yaxis"], **up}}
    if sides is None:
        return {**common, **axes, **more}
    margin = {"l": sides[0], "r": sides[1], "t": head, "b": foot}
    settled = {name: {**axis, "automargin": False} for name, axis in axes.items()}
    return {**common, **settled, "margin": margin, **more}


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


def whole_and_target(target: float | None, whole: float | None) -> list[Line]:
    """The target and the figure of all together, where there are such."""
    lines = [Line(target, "target")] if target is not None else []
    return lines + ([Line(whole, "usual")] if whole is not None else [])


def tick_format(row: Row) -> str:
    """How the axis of a row's figures is written."""
    return ",.0f" if figure_sentences.scale(row).mean else ".0%"


def span(rows: Sequence[Row], lines: Sequence[Line]) -> list[float]:
    """An axis that holds every interval and line with room around; of rates within 0 and 1."""
    values = [v for r in rows for v in (r["low"], r["high"], r["rate"]) if v is not None]
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
        + (f"<br>{row.get('bar', 'interval')} {figure_sentences.interval(row)}" if row["low"] is not None else "")
        + (f"<br>{figure_sentences.counted(row)}" if row["denominator"] is not None and _known(row) else "")
        + (f"<br>{', '.join(marks)}" if marks else "")
    )


def _known(row: Row) -> bool:
    return row["numerator"] is not None or figure_sentences.scale(row).mean


def plain(name: str) -> str:
    """A name as text of a figure, which takes tags for markup."""
    return name.replace("<", "&lt;")
