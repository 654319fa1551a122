"""The line of a row: the same years as its number, a point a quarter, beside the target."""

import datetime as dt
from typing import Any

from metrics.judging import figure_words
from metrics.judging.indicator_facts import Situation
from pages.components.charts.control_labels import runs
from pages.components.layout import cards
from pages.components.meeting import plot
from pages.components.meeting.html_parts import EMPTY, Html, tag
from pages.components.meeting.plot import Span
from pages.components.sections import official_figure

Row = dict[str, Any]
BACK = 8
"""Quarters before the one that is shown: two years, nine points."""
_COLORS = {"ok": "better", "worse": "worse"}


def line(s: Situation) -> Html:
    """The figure's line over two years, its target, its range, and an open year at its end."""
    assert s.now is not None
    years = {_quarter(y["period_end"]): y for y in s.years}
    here = _quarter(s.now["period_end"])
    rows = [years.get(n) for n in range(here - BACK, here + 1)]
    newer = s.newer if s.newer and s.newer["rate"] is not None else None
    shown = [row for row in rows if row and row["rate"] is not None]
    if not shown:
        return tag("p", "Hidden", class_="m-hidden")
    slots = BACK + (_quarter(newer["period_end"]) - here if newer else 0)
    ends = [v for row in shown for v in (row["rate"], row["low"], row["high"])]
    span = plot.span_of([*ends, s.target, newer["rate"] if newer else None], _least(s))
    return tag(
        "div", _first(s, shown[0], span),
        plot.picture(
            official_figure.trend_text(s),
            plot.stretched(*_band(rows, slots, span), *_path(rows, slots, span)),
            plot.level("m-goal", s.target, span), _open(rows, newer, slots, span), _last(s, rows, slots, span),
        ),
        class_="m-years",
    )  # fmt: skip


def _quarter(day: dt.date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _least(s: Situation) -> float:
    return 0.5 if s.indicator.statistic == "mean" else 0.005


def _places(rows: list[Row | None]) -> list[tuple[int, int]]:
    return list(runs([bool(row and row["rate"] is not None) for row in rows]))


def _path(rows: list[Row | None], slots: int, span: Span) -> list[Html]:
    return [
        plot.path([(100 * n / slots, span.down(rows[n]["rate"])) for n in range(a, b + 1)], "m-path")  # type: ignore[index]
        for a, b in _places(rows)
        if b > a
    ]


def _band(rows: list[Row | None], slots: int, span: Span) -> list[Html]:
    found = []
    for a, b in runs([bool(row and row["low"] is not None) for row in rows]):
        known = [(100 * n / slots, row) for n in range(a, b + 1) if (row := rows[n])]
        edge = [(x, span.down(row["high"])) for x, row in known] + [
            (x, span.down(row["low"])) for x, row in known[::-1]
        ]
        found.append(plot.path(edge, "m-band", closed=True))
    return found


def _last(s: Situation, rows: list[Row | None], slots: int, span: Span) -> Html:
    now = rows[-1]
    if now is None or now["rate"] is None:
        return EMPTY
    kind, shape, _ = cards.told(s)
    return plot.mark(
        100 * (len(rows) - 1) / slots, span.down(now["rate"]), _COLORS.get(kind, "usual"), shape=shape,
        hollow=bool(now["provisional"]),
    )  # fmt: skip


def _open(rows: list[Row | None], newer: Row | None, slots: int, span: Span) -> Html:
    """The year that is not closed: an open ring, joined by dots."""
    now = rows[-1]
    if newer is None:
        return EMPTY
    ring = plot.mark(100, span.down(newer["rate"]), "usual", hollow=True)
    if now is None or now["rate"] is None:
        return ring
    start = (100 * (len(rows) - 1) / slots, span.down(now["rate"]))
    return tag("g", plot.line("m-dots", start, (100, span.down(newer["rate"]))), ring)


def _first(s: Situation, row: Row, span: Span) -> Html:
    words = figure_words.scale_of(s.indicator).bare(row["rate"])
    return tag("span", plot.label(words, span.down(row["rate"])), class_="m-left")
