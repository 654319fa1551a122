"""The funnel: a dot for each partner by its size, and how far chance alone would let it lie from the others."""

from collections.abc import Sequence
from math import ceil

import plotly.graph_objects as go

from metrics.judging import outliers
from pages.components.charts import figures
from pages.components.layout import theme
from pages.components.wording import figure_sentences

MOST_LABELS = 12
"""With more partners than this only those that stand apart are named; the others are in the hover and the table."""
_POINTS = 60
_BEFORE = 0.75
"""Limits are drawn from this part of the smallest size on: nearer to zero they would need most of the axis."""


def funnel(found: outliers.Funnel, names: Sequence[str]) -> go.Figure:
    """The figure; `names` are those of the shown partners in their order."""
    people = [r["denominator"] for r in found.shown]
    across = [0.0, max(people) * 1.12]
    start = max(min(people) * _BEFORE, 1)
    sizes = [start + (across[1] - start) * k / _POINTS for k in range(_POINTS + 1)]
    inner, outer = (found.limits(sizes, z) for z in (outliers.WARNING, found.alarm))
    up = _span(found, outer)
    axis = {"range": across, "showgrid": False, "nticks": 5, "tickformat": ",d", "rangemode": "nonnegative"}
    layout = figures.layout(
        360,
        axis,
        {"range": up, "tickformat": figures.tick_format(found.shown[0]), "nticks": 6},
        sides=figures.SIDES,
        annotations=_labels(found, names, across, up),
    )
    return figures.figure([*_limits(sizes, inner, outer, found.center), _dots(found, names)], layout)


def _limits(
    sizes: list[float], inner: tuple[list[float], list[float]], outer: tuple[list[float], list[float]], center: float
) -> list[dict]:
    t = theme.tokens()
    common = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
    band = {
        **common, "x": [*sizes, *reversed(sizes)], "y": [*inner[1], *reversed(inner[0])], "fill": "toself",
        "fillcolor": t.band, "line": {"width": 0},
    }  # fmt: skip
    edges = [
        {**common, "x": sizes, "y": end, "line": {"color": t.usual, "width": 1.5, "dash": dash}}
        for ends, dash in ((inner, "dash"), (outer, "solid"))
        for end in ends
    ]
    middle = {
        **common,
        "x": [0, sizes[-1]],
        "y": [center, center],
        "line": {"color": t.usual, "width": 2, "dash": "dot"},
    }
    return [band, *edges, middle]


def _dots(found: outliers.Funnel, names: Sequence[str]) -> dict:
    t = theme.tokens()
    looks = [figures.LOOKS[figures.TOKEN[stand]] for stand in found.stands]
    colors = [getattr(t, color) for color, _ in looks]
    return {
        "type": "scatter", "mode": "markers", "x": [r["denominator"] for r in found.shown],
        "y": [r["rate"] for r in found.shown], "hovertemplate": "%{text}<extra></extra>",
        "text": [
            f"<b>{figures.plain(name)}</b><br>{figures.hover(r)}" for name, r in zip(names, found.shown, strict=True)
        ],
        "marker": {"size": 12, "symbol": [shape for _, shape in looks], "color": colors, "opacity": 1,
                   "line": {"color": colors, "width": 2}},
    }  # fmt: skip


def _span(found: outliers.Funnel, outer: tuple[list[float], list[float]]) -> list[float]:
    """An axis that holds every partner and all that is drawn of the limits, with room for the labels."""
    rates = [r["rate"] for r in found.shown]
    low, high = found.limits([max(min(r["denominator"] for r in found.shown) * _BEFORE, 1)], found.alarm)
    bottom, top = min(*rates, *low), max(*rates, *high)
    room = max(0.16 * (top - bottom), 0.01)
    return [bottom - room, top + room] if found.deviation else [max(bottom - room, -0.01), min(top + room, 1.01)]


def _labels(found: outliers.Funnel, names: Sequence[str], across: Sequence[float], up: Sequence[float]) -> list[dict]:
    """A name above or below each dot, whichever side is freer, so that no two of few overlap."""
    t = theme.tokens()
    few = len(names) <= MOST_LABELS
    placed: list[tuple[float, float]] = []
    labels = []
    for k in sorted(range(len(names)), key=lambda k: -found.shown[k]["rate"]):
        if not few and found.stands[k] == "alike":
            continue
        row = found.shown[k]
        x, y = row["denominator"] / across[1], (row["rate"] - up[0]) / (up[1] - up[0])
        side = max((0.055, -0.055), key=lambda shift: _room(x, y + shift, placed, found, across, up))
        placed.append((x, y + side))
        anchor = "left" if x < 0.3 else "right" if x > 0.7 else "center"
        labels.append(
            {
                "x": row["denominator"],
                "y": row["rate"],
                "yshift": ceil(side * 340),
                "xanchor": anchor,
                "xshift": {"left": -6, "right": 6, "center": 0}[anchor],
                "text": figures.plain(names[k]),
                "showarrow": False,
                "font": {"size": 13, "color": t.text},
                "bgcolor": t.background,
            }
        )
    return labels


def _room(
    x: float, y: float, placed: Sequence[tuple[float, float]], found: outliers.Funnel, across: Sequence[float],
    up: Sequence[float],
) -> float:  # fmt: skip
    """How far a place is from labels already there and from the dots. Names are far wider than high: on a phone one
    takes more than half of the picture."""
    dots = [(r["denominator"] / across[1], (r["rate"] - up[0]) / (up[1] - up[0])) for r in found.shown]
    taken = [*placed, *dots]
    return min((abs(x - a) / 16 + abs(y - b) for a, b in taken if (a, b) != (x, y)), default=1.0)


def in_words(found: outliers.Funnel, names: Sequence[str]) -> str:
    """The figure in words."""
    ends = figure_sentences.extremes(list(zip(names, found.shown, strict=True)))
    center = figure_sentences.scale(found.shown[0]).value(found.center)
    return f"Limits around {center}, the figure of all of them together. {ends}"
