"""A map of areas as filled shapes: blue, gray and orange with signs and words, hidden areas hatched.

Never Plotly's own maps, which fetch their ground from outside.
"""

from collections.abc import Collection, Mapping
from html import escape
from itertools import pairwise
from math import cos, radians
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from data.ledger.areas.area_boundaries import Areas, BadBoundaries
from metrics.counting import strata
from metrics.judging import group_gaps
from pages.components.charts import figures
from pages.components.layout import cards, page_frame, page_state, theme
from pages.components.sections.equity_sections import Figures
from pages.components.tables import chart_numbers
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import listed
from schemas.policy.status_words import FIGURE

Row = dict[str, Any]
MOST_LABELS = 16
_SIGNS = {"better": "◆", "worse": "■", "alike": "●", "unknown": ""}
_HEIGHT = 360


def maps(f: Figures) -> None:
    """A map for each file of boundaries in the settings, colored by the figure of those who live there."""
    for chosen in page_state.store().partnership.maps:
        title = strata.stratum_title(chosen.by)
        rows = [r for r in f.rows(chosen.by) if r["denominator"] != 0]
        if not rows:
            continue
        page_frame.section("Where do they live?", f"By {title if title.startswith('ZIP') else title.lower()}.")
        try:
            areas = page_state.boundaries(chosen)
        except BadBoundaries as error:
            page_frame.notice("The map cannot be drawn", f"{error}.")
            continue
        _draw(f, chosen.by, rows, areas)


def _draw(f: Figures, by: str, rows: list[Row], areas: Areas) -> None:
    on_map = {r["category"]: r for r in rows if r["category"] in areas}
    among = len(group_gaps.groups(on_map.values()))
    stands = {code: group_gaps.beside(row, f.s.whole, f.s.indicator.better, among) for code, row in on_map.items()}
    cards.legend(
        ("better", "better", "better than everyone together"), ("worse", "worse", "worse"), ("usual", "usual", "alike"),
        ("hidden", "usual", "hidden"), ("open", "usual", "nobody counted"),
    )  # fmt: skip
    figures.draw(figure(areas, on_map, stands), _words(f, on_map, stands), f"map_{by}_{f.s.indicator.id}")
    rest = [strata.category_label(by, r["category"]) for r in rows if r["category"] not in areas]
    if rest:
        st.html(f'<p class="c-note">Not on the map: {escape(listed(rest))}.</p>')
    chart_numbers.behind(
        [(strata.category_label(by, r["category"]), r) for r in rows], f"{f.s.indicator.title} by area",
        f"map_{f.s.indicator.id}_{by}",
    )  # fmt: skip


def figure(areas: Areas, rows: Mapping[str, Row], stands: Mapping[str, str]) -> go.Figure:
    """The map; `rows` and `stands` by the areas' code, an area without a row has nobody who counts."""
    labels = [_label(rings, code, rows[code], stands[code]) for code, rings in areas.items() if code in rows]
    return _drawn(
        areas, [_shape(code, rings, rows.get(code), stands.get(code)) for code, rings in areas.items()], labels
    )


def shapes(areas: Areas, listed: Collection[str]) -> go.Figure:
    """The shapes alone, those of `listed` areas filled: how a map would look, without a figure of anybody."""
    t = theme.tokens()
    drawn = [
        {**_outline(rings), "line": {"color": t.line, "width": 1}, "text": f"{figures.plain(code)}: not on the list"}
        if code not in listed
        else {**_outline(rings), "fillcolor": _pale(t.usual), "text": figures.plain(code)}
        for code, rings in areas.items()
    ]
    labels = [_note(rings, figures.plain(code)) for code, rings in areas.items() if code in listed]
    return _drawn(areas, drawn, labels)


def _drawn(areas: Areas, drawn: list[dict], labels: list[dict]) -> go.Figure:
    every = [point for rings in areas.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    blank = {"showgrid": False, "showticklabels": False, "showline": False}
    up = {**blank, "range": [south, north], "scaleanchor": "x", "scaleratio": 1 / cos(radians((south + north) / 2))}
    layout = figures.layout(
        _HEIGHT, {**blank, "range": [west, east], "constrain": "domain"}, up, sides=(8, 16), foot=8,
        annotations=labels if len(labels) <= MOST_LABELS else [],
    )  # fmt: skip
    return figures.figure(drawn, layout)


def _outline(rings: list) -> dict[str, Any]:
    t = theme.tokens()
    x = [v for ring in rings for v in (*(p[0] for p in ring), None)]
    y = [v for ring in rings for v in (*(p[1] for p in ring), None)]
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "fill": "toself", "hoveron": "fills", "hoverinfo": "text",
        "line": {"color": t.background, "width": 2}, "fillcolor": t.panel, "name": "",
    }  # fmt: skip


def _shape(code: str, rings: list, row: Row | None, stand: str | None) -> dict:
    t, shape = theme.tokens(), _outline(rings)
    if row is None or stand is None:
        return {**shape, "line": {"color": t.line, "width": 1}, "text": f"{figures.plain(code)}: nobody is counted"}
    if row["rate"] is None:
        why = FIGURE["hidden" if row["suppressed"] else "not known"]
        hatch = {"shape": "/", "size": 8, "solidity": 0.25, "fgcolor": t.line, "bgcolor": t.panel}
        return {
            **shape,
            "line": {"color": t.line, "width": 1},
            "fillpattern": hatch,
            "text": f"{figures.plain(code)}: {why}",
        }
    color = getattr(t, figures.TOKEN[stand])
    return {**shape, "fillcolor": _pale(color), "text": f"{figures.plain(code)}, {stand}<br>{figures.hover(row)}"}


def _pale(color: str) -> str:
    """The color with so much of the ground that dark text stands on it (and light text in the dark mode)."""
    red, green, blue = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},.34)"


def _label(rings: list, code: str, row: Row, stand: str) -> dict:
    rate = f"<br>{_SIGNS[stand]} {figure_sentences.figure(row)}" if row["rate"] is not None else "<br>hidden"
    return _note(rings, f"{figures.plain(code)}{rate}")


def _note(rings: list, text: str) -> dict:
    x, y = _middle(max(rings, key=len))
    return {"x": x, "y": y, "text": text, "showarrow": False,
            "font": {"size": 13, "color": theme.tokens().text}}  # fmt: skip


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """The center of mass of a ring."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if not area:
        return ring[0]
    return x / (3 * area), y / (3 * area)


def _words(f: Figures, rows: Mapping[str, Row], stands: Mapping[str, str]) -> str:
    """The map for those who do not see it."""
    rate = {code: f"{code} {figure_sentences.figure(row)}" for code, row in rows.items()}
    groups = [("Better than everyone together", "better"), ("Worse", "worse"), ("Alike", "alike")]
    lines = [
        f"{words_of}: {listed([rate[code] for code, own in stands.items() if own == stand])}."
        for words_of, stand in groups
        if stand in stands.values()
    ]
    hidden = [code for code, row in rows.items() if row["suppressed"]]
    return " ".join([f"Map of {f.s.indicator.title}.", *lines, *([f"Hidden: {listed(hidden)}."] if hidden else [])])
