"""Rows of dots with intervals: one for each partner, or each group, beside reference lines."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pages.components.charts import figures
from pages.components.layout import theme
from pages.components.wording import figure_sentences
from schemas.policy.status_words import FIGURE

Row = dict[str, Any]
_ROW, _FOOT = 50, 34
_LETTER = 8
"""Width of a character of a rate, which stands right of the plot: within it marks and lines would cross it."""
_LEAST = 116  # a single row still needs room for its axis
Placed = tuple[float, Row, str]


def dots(
    rows: Sequence[tuple[str, Row, str]], lines: Sequence[figures.Line], beside: Sequence[float | None] = ()
) -> go.Figure:
    """A row for each (name, figure, color token): name and rate above, dot with interval below.

    Hidden figures are a hatched box with words; provisional ones and those over few people are open. `beside`: for
    each row another rate of the same group (before, crude), drawn as a small ring.
    """
    rings = [figures.Line(rate, "muted") for rate in beside if rate is not None]
    span, height = figures.span([r for _, r, _ in rows], [*lines, *rings]), [-len(rows) + 0.5, 0.75]
    placed = [(-n, row, token) for n, (_, row, token) in enumerate(rows) if row["rate"] is not None]
    labels = [label for n, (name, row, _) in enumerate(rows) for label in _labels(name, row, -n)]
    wide = max((len(figure_sentences.figure(r)) for _, r, _ in rows if r["rate"] is not None), default=0)
    across = {"range": span, "tickformat": figures.tick_format(rows[0][1]), "nticks": 5, "showgrid": True}
    up = {"range": height, "showticklabels": False, "showgrid": False, "showline": False}
    return figures.figure(
        [
            *figures.reference_lines(lines, height, level=False),
            *_rings(rows, beside),
            *_whiskers(placed),
            _marks(placed),
            *_boxes(rows, span),
        ],
        figures.layout(
            max(_ROW * len(rows) + _FOOT, _LEAST), across, up, sides=(8, 20 + _LETTER * wide), annotations=labels
        ),
    )


def _whiskers(placed: Sequence[Placed]) -> list[dict]:
    """The intervals, one trace a color."""
    traces = []
    for token in dict.fromkeys(token for _, _, token in placed):
        mine = [(y, row) for y, row, own in placed if own == token]
        traces.append({
            "type": "scatter", "mode": "lines", "hoverinfo": "skip",
            "line": {"color": getattr(theme.tokens(), figures.LOOKS[token][0]), "width": 3},
            "x": [v for _, row in mine for v in (row["low"], row["high"], None)],
            "y": [v for y, _ in mine for v in (y, y, None)],
        })  # fmt: skip
    return traces


def _marks(placed: Sequence[Placed]) -> dict:
    t = theme.tokens()
    colors = [getattr(t, figures.LOOKS[token][0]) for _, _, token in placed]
    is_open = [row["provisional"] or row["unreliable"] for _, row, _ in placed]
    return {
        "type": "scatter", "mode": "markers", "x": [row["rate"] for _, row, _ in placed],
        "y": [y for y, _, _ in placed], "text": [figures.hover(row) for _, row, _ in placed],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 11, "opacity": 1, "symbol": [figures.LOOKS[token][1] for _, _, token in placed],
            "color": [t.background if hollow else c for hollow, c in zip(is_open, colors, strict=True)],
            "line": {"color": colors, "width": 2},
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
    labels = [{**above, "x": 0, "xanchor": "left", "text": figures.plain(name), "font": {"size": 13, "color": t.text}}]
    if row["rate"] is not None:
        rate = {**above, "x": 1, "xanchor": "left", "xshift": 10, "text": figure_sentences.figure(row)}
        labels.append({**rate, "font": {"size": 13, "color": t.muted}})
    else:
        why = FIGURE["hidden" if row["suppressed"] else "not known"]
        place = {"x": 0.5, "xanchor": "center"} if row["suppressed"] else {"x": 0, "xanchor": "left"}
        labels.append({**common, **place, "y": y, "text": why, "font": {"size": 13, "color": t.muted}})
    return labels
