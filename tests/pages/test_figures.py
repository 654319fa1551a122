"""Figures: what is hidden has no mark, what is not settled is open, and axes hold all that they show."""

import datetime as dt

import pytest

from metrics.judging.outliers import Funnel
from metrics.statistics.funnel_limits import CHANCE_ALONE
from pages.components.charts import figures, funnel_figure, interval_figure, trend_figure
from pages.components.charts.figures import Line
from pages.components.layout import theme
from schemas.policy.status_words import FIGURE
from tests.pages.test_figure_sentences import row

LIGHT = theme.TOKENS["light"]


@pytest.fixture(autouse=True)
def light(monkeypatch):
    monkeypatch.setattr(theme, "mode", lambda: "light")


def told(figure):
    return [note.text for note in figure.layout.annotations]


def marks(figure):
    (trace,) = [t for t in figure.data if t.mode == "markers"]
    return trace


def test_a_hidden_row_has_words_and_a_hatched_box_and_no_mark():
    hidden = row(None, None, suppressed=True)
    figure = interval_figure.dots([("A", row(30, 100), "usual"), ("B", hidden, "usual")], [])
    assert told(figure) == ["A", "30.0%", "B", FIGURE["hidden"]]
    assert list(marks(figure).x) == [0.3]
    assert [t.fillpattern.shape for t in figure.data if t.fill == "toself"] == ["/"]


def test_an_unknown_row_is_not_called_hidden():
    assert told(interval_figure.dots([("A", row(None, None), "usual")], [])) == ["A", "Not known"]


def test_better_worse_and_alike_differ_in_shape_as_in_color():
    rows = [(token, row(30, 100), token) for token in ("better", "worse", "usual")]
    drawn = marks(interval_figure.dots(rows, []))
    assert list(drawn.marker.symbol) == ["diamond", "square", "circle"]
    assert list(drawn.marker.color) == [LIGHT.better, LIGHT.worse, LIGHT.usual]


@pytest.mark.parametrize("why", ["provisional", "unreliable"])
def test_a_figure_that_is_not_settled_is_open(why):
    assert list(marks(interval_figure.dots([("A", row(30, 100, **{why: True}), "usual")], [])).marker.color) == [
        LIGHT.background
    ]


def test_an_axis_holds_every_interval_and_line():
    figure = interval_figure.dots([("A", row(30, 100), "usual")], [Line(0.7, "target")])
    low, high = figure.layout.xaxis.range
    assert low < 0.29 and high > 0.7


def test_the_number_of_a_row_stands_right_of_the_plot_where_no_line_crosses_it():
    figure = interval_figure.dots([("A", row(30, 100), "usual")], [Line(0.7, "target")])
    (number,) = [note for note in figure.layout.annotations if note.text == "30.0%"]
    assert (number.xref, number.x, number.xanchor) == ("paper", 1, "left")
    assert figure.layout.margin.r >= number.xshift + 6 * len(number.text)


def test_an_axis_of_nothing_shown_is_whole():
    figure = interval_figure.dots([("A", row(None, None, suppressed=True), "usual")], [Line(0.7, "target")])
    assert list(figure.layout.xaxis.range) == [0, 1]


def test_a_name_cannot_be_markup():
    assert "<b>" not in told(interval_figure.dots([("<b>A", row(1, 2), "usual")], []))[0]


def test_a_trend_breaks_where_a_figure_is_hidden_and_opens_where_it_is_provisional():
    rows = [row(30, 100), row(None, None, suppressed=True), row(40, 100, provisional=True)]
    (line,) = [t for t in trend_figure.trend(rows, [Line(0.5, "target")]).data if t.mode == "lines+markers"]
    assert list(line.y) == [0.3, None, 0.4]
    assert not line.connectgaps
    assert line.marker.color[0] == LIGHT.primary and line.marker.color[2] == LIGHT.background


def test_no_interval_is_drawn_across_a_hidden_figure():
    months = [dt.date(2026, n, 1) for n in (1, 2, 3)]
    rows = [row(30, 100), row(None, None, suppressed=True), row(40, 100)]
    band = trend_figure.trend([{**r, "period_end": m} for r, m in zip(rows, months, strict=True)], []).data[0]
    assert months[1] not in band.x
    assert list(band.x).count(None) == 2, "one area for each run"


def test_no_chart_can_be_dragged_out_of_shape():
    figure = interval_figure.dots([("A", row(30, 100), "usual")], [])
    assert figure.layout.xaxis.fixedrange and figure.layout.yaxis.fixedrange
    assert not theme.PLAIN["displayModeBar"]


@pytest.mark.parametrize("stand,color,shape", [
    ("better", "better", "diamond"), ("perhaps better", "usual", "diamond"), ("perhaps worse", "usual", "square"),
    ("alike", "usual", "circle"),
])  # fmt: skip
def test_who_may_stand_apart_has_one_look_in_the_funnel_and_beside_the_others(stand, color, shape):
    rows = [{**row(300, 1000), "provisional": False}, {**row(310, 1000), "provisional": False}]
    found = Funnel(rows, [], 0.305, CHANCE_ALONE, None, [stand, "alike"])
    beside = interval_figure.dots([("A", rows[0], figures.TOKEN[stand]), ("B", rows[1], "usual")], [])
    for figure in (funnel_figure.funnel(found, ["A", "B"]), beside):
        drawn = marks(figure).marker
        assert (drawn.symbol[0], drawn.color[0]) == (shape, getattr(LIGHT, color))
