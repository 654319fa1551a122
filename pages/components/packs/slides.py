"""A pack as slides with PowerPoint's own charts, which can be changed there. Equal contents give equal bytes."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE
from pptx.util import Emu, Inches, Pt

from metrics.judging.figure_words import Scale
from pages.components.layout.theme import TOKENS
from pages.components.packs.contents import Bars, Effect, Line, Pack, Sheet
from pages.components.packs.contents import Table as PackTable
from pages.components.packs.equal_bytes import without_time
from pages.components.packs.standalone_page import HEADS

_T = TOKENS["light"]
_BLANK = 6
_LEFT, _TOP, _WIDE, _HIGH = 0.6, 1.5, 12.1, 5.2
_ROWS_A_SLIDE, _LINES_A_SLIDE, _LETTERS_AN_INCH = 6, 24, 11
"""Rows of a table, lines in all of them, and letters of 12 points that fill an inch with room for breaks."""
Box = tuple[float, float, float, float]
"""Left, top, width, height in inches."""


def slides(pack: Pack) -> bytes:
    """The presentation, 16:9."""
    show = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    show.core_properties.title, show.core_properties.author = pack.title, pack.partnership
    first = _slide(show, pack, pack.headline)
    told = [pack.title, pack.made, pack.complete, pack.hidden, pack.whom]
    _text(first, (_LEFT, 2.2, _WIDE, 3), told, size=20)
    _scorecard(_slide(show, pack, "Where we stand"), pack)
    for one in pack.sheets:
        _measure(show, pack, one)
    for effect in pack.effects:
        _effect(show, pack, effect)
    for table in pack.tables:
        _listed(show, pack, table)
    held = io.BytesIO()
    show.save(held)
    return without_time(held.getvalue())


def _measure(show: Any, pack: Pack, one: Sheet) -> None:
    at = _slide(show, pack, one.title)
    _line(at, one.years, one.scale, (_LEFT, _TOP, 7.7, _HIGH), "12 months, closed")
    _text(at, (8.5, _TOP, 4.3, 0.9), [f"{one.number} {one.unit}".strip()], size=40, bold=True)
    named = (
        ("Target", one.goal),
        ("Widest gap", one.gap),
        ("Partner to talk to", one.partner),
        ("Who does what", one.owner),
    )
    beside = [one.period, one.counted, one.sentence, *(f"{name}: {'; '.join(words)}" for name, words in named)]
    _text(at, (8.5, 2.4, 4.3, 4.2), beside, size=14)
    if one.months:
        at = _slide(show, pack, f"{one.title}: month by month")
        _line(at, one.months, one.scale, (_LEFT, _TOP, _WIDE, 4.5), "within the usual range")
        _text(at, (_LEFT, 6.05, _WIDE, 0.8), [one.months.told], size=12)
    for bars in (one.groups, one.partners):
        if bars:
            at = _slide(show, pack, f"{one.title}. {bars.title}")
            _bars(at, bars, one.scale, (_LEFT, _TOP, _WIDE, 4.3))
            _text(at, (_LEFT, 5.85, _WIDE, 1), [bars.told], size=12)


def _slide(show: Any, pack: Pack, title: str) -> Any:
    at = show.slides.add_slide(show.slide_layouts[5])  # a title alone
    place = at.shapes.title
    place.left, place.top, place.width, place.height = (Inches(v) for v in (_LEFT, 0.35, _WIDE, 1.0))
    frame = place.text_frame
    frame.text, frame.word_wrap = title, True
    words = frame.paragraphs[0]
    words.alignment, words.font.size, words.font.bold = 1, Pt(28 if len(title) < 70 else 22), True
    words.font.color.rgb = _color(_T.text)
    _text(at, (_LEFT, 6.95, _WIDE, 0.4), [f"{pack.partnership}. {pack.origin}"], size=10, color=_T.muted)
    return at


def _text(at: Any, box: Box, parts: Iterable[str], *, size: int, bold: bool = False, color: str = _T.text) -> None:
    frame = at.shapes.add_textbox(*map(Inches, box)).text_frame
    frame.word_wrap = True
    for n, part in enumerate(filter(None, parts)):
        words = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        words.text, words.font.size, words.font.bold = part, Pt(size), bold
        words.font.color.rgb, words.space_after = _color(color), Pt(size / 3)


def _effect(show: Any, pack: Pack, one: Effect) -> None:
    """What an action changed: the picture, and beside it what was found and what that rests on."""
    at = _slide(show, pack, one.headline)
    said = [f"{one.action}, since {one.start}", *one.found]
    if not one.sides:
        _text(at, (_LEFT, _TOP, _WIDE, _HIGH), [*said, *one.rests_on], size=16)
        return
    inks = (_T.better, _T.usual, _T.target)
    marks = (XL_MARKER_STYLE.CIRCLE, None, None)
    those: list[Series] = [
        (side.name, list(side.values), ink, True, mark) for side, ink, mark in zip(one.sides, inks, marks, strict=False)
    ]
    chart = _chart(at, XL_CHART_TYPE.LINE_MARKERS, one.periods, those, one.scale, (_LEFT, _TOP, 7.7, _HIGH), one.alt)
    for drawn, (_, _, ink, joined, mark) in zip(chart.plots[0].series, those, strict=True):
        drawn.smooth = False
        _look(drawn, ink, joined, mark)
    _text(at, (8.5, _TOP, 4.3, 3.2), said, size=14)
    _text(at, (8.5, 4.8, 4.3, 2), one.rests_on, size=11, color=_T.muted)


def _listed(show: Any, pack: Pack, one: PackTable) -> None:
    """A table of words, on as many slides as it needs."""
    wide = [_WIDE * share / sum(one.wide) for share in one.wide]
    for those in _by_slide(one.rows, wide):
        table = _table(_slide(show, pack, one.title), one.heads, wide, len(those), 12, f"{one.title}: a row for each")
        for m, row in enumerate(those, 1):
            for n, words in enumerate(row):
                _cell(table.cell(m, n), [words], 12, _T.text, bold=False)


def _by_slide(rows: Iterable[Sequence[str]], wide: Sequence[float]) -> list[list[Sequence[str]]]:
    """The rows slide by slide: as many as fit below each other, a row of more lines than fit alone."""
    slides: list[list[Sequence[str]]] = []
    left = 0
    for row in rows:
        lines = max(-(-len(words) // int(inches * _LETTERS_AN_INCH)) for words, inches in zip(row, wide, strict=True))
        if not slides or lines > left or len(slides[-1]) == _ROWS_A_SLIDE:
            slides.append([])
            left = _LINES_A_SLIDE
        slides[-1].append(row)
        left -= lines
    return slides


def _table(at: Any, heads: Sequence[str], wide: Sequence[float], rows: int, size: int, alt: str) -> Any:
    """A table with its heads, and empty rows below them. `wide`: how wide each column is beside the others."""
    frame = at.shapes.add_table(rows + 1, len(heads), *map(Inches, (_LEFT, 1.2, _WIDE, 0.3)))
    _describe(frame, alt)
    for n, (words, width) in enumerate(zip(heads, wide, strict=True)):
        frame.table.columns[n].width = Inches(width * _WIDE / sum(wide))
        _cell(frame.table.cell(0, n), [words], size, _T.text, bold=True, ground=_T.panel)
    return frame.table


def _scorecard(at: Any, pack: Pack) -> None:
    rows = len(pack.sheets)
    small = 11 if rows < 6 else 10 if rows < 8 else 9
    widths = (2.2, 1.3, 1.8, 1.7, 1.9, 1.5, 1.7)
    table = _table(at, HEADS, widths, rows, small, "The scorecard: a row for each measure")
    for m, one in enumerate(pack.sheets, 1):
        number = f"{one.number} {one.unit}".strip()
        judged = (one.verdict, one.moved)
        cells = ((one.title, one.counted), (number, one.span), judged, one.goal, one.gap, one.partner, one.owner)
        verdict = {"better": _T.better, "worse": _T.worse}.get(one.looks, _T.text)
        for n, parts in enumerate(cells):
            color = verdict if parts is judged else _T.text
            _cell(table.cell(m, n), parts, small, color, bold=len(parts) > 1)


def _cell(cell: Any, parts: Sequence[str], size: int, color: str, *, bold: bool, ground: str = "#FFFFFF") -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = _color(ground)
    cell.margin_top = cell.margin_bottom = Emu(20_000)
    frame = cell.text_frame
    for n, part in enumerate(filter(None, parts)):
        words = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        words.text, words.font.size, words.font.bold = part, Pt(size if n == 0 else size - 2), bold and n == 0
        words.font.color.rgb = _color(color if n == 0 else _T.muted)


Series = tuple[str, list[float | None], str, bool, Any]
"""Name, values, color, whether its points are joined, and the mark of a point (None: no marks)."""


def _line(at: Any, line: Line, scale: Scale, box: Box, usual: str) -> None:
    """Each kind of point is a series of its own: LibreOffice does not show the colors of single points."""
    points = line.points
    every: Series = (usual, [None if p.open else p.value for p in points], _T.usual, True, XL_MARKER_STYLE.CIRCLE)
    kinds: list[Series] = [
        ("better than usual", [p.value if p.looks == "better" else None for p in points], _T.better, False,
         XL_MARKER_STYLE.DIAMOND),
        ("worse than usual", [p.value if p.looks == "worse" else None for p in points], _T.worse, False,
         XL_MARKER_STYLE.SQUARE),
        ("not closed yet", [p.value if p.open else None for p in points], _T.badge_provisional[1], False,
         XL_MARKER_STYLE.CIRCLE),
    ]  # fmt: skip
    levels: list[Series] = []
    if line.level:
        levels = [("average", [line.level.average] * len(points), _T.text, True, None),
                  ("usual from", list(line.level.low), _T.line, True, None),
                  ("usual to", list(line.level.high), _T.line, True, None)]  # fmt: skip
    if line.target is not None:
        levels.append(("target", [line.target] * len(points), _T.target, True, None))
    those = [every, *(k for k in kinds if any(v is not None for v in k[1])), *levels]
    chart = _chart(at, XL_CHART_TYPE.LINE_MARKERS, [p.when for p in points], those, scale, box, line.alt)
    for drawn, (_, _, color, joined, shape) in zip(chart.plots[0].series, those, strict=True):
        drawn.smooth = False
        _look(drawn, color, joined, shape)


def _look(drawn: Any, color: str, joined: bool, shape: Any) -> None:
    line = drawn.format.line
    if joined:
        line.color.rgb, line.width = _color(color), Pt(1.75)
        if color == _T.target:
            line.dash_style = MSO_LINE.DASH
    else:
        line.fill.background()
    drawn.marker.style = shape or XL_MARKER_STYLE.NONE
    if shape:
        drawn.marker.size = 7
        drawn.marker.format.fill.solid()
        drawn.marker.format.fill.fore_color.rgb = _color(color)
        drawn.marker.format.line.color.rgb = _color(color)


def _bars(at: Any, bars: Bars, scale: Scale, box: Box) -> None:
    """The first stands on top, as everywhere; a hidden figure is said beside its name."""
    rows = bars.rows[::-1]
    names = [r.name if r.value is not None else f"{r.name} ({r.said})" for r in rows]
    kinds = (("better", "better, beyond chance", _T.better), ("worse", "worse, beyond chance", _T.worse),
             ("usual", "alike", _T.usual))  # fmt: skip
    those: list[Series] = [
        (name, [r.value if r.looks == looks else None for r in rows], color, False, None)
        for looks, name, color in kinds
        if any(r.looks == looks for r in rows)
    ]
    chart = _chart(at, XL_CHART_TYPE.BAR_CLUSTERED, names, those, scale, box, bars.alt)
    plot = chart.plots[0]
    plot.overlap, plot.gap_width = 100, 60
    plot.has_data_labels = True
    plot.data_labels.font.size, plot.data_labels.number_format = Pt(12), _format(scale, exact=True)
    plot.data_labels.number_format_is_linked = False
    chart.value_axis.minimum_scale = None if scale.mean else 0
    for drawn, (_, _, color, _, _) in zip(plot.series, those, strict=True):
        drawn.format.fill.solid()
        drawn.format.fill.fore_color.rgb = _color(color)


def _chart(at: Any, kind: Any, names: Sequence[str], those: Sequence[Series], scale: Scale, box: Box, alt: str) -> Any:
    data = CategoryChartData(number_format=_format(scale, exact=True))
    data.categories = names
    for name, values, *_ in those:
        data.add_series(name, values)
    frame = at.shapes.add_chart(kind, *map(Inches, box), data)
    _describe(frame, alt)
    chart = frame.chart
    chart.has_title, chart.has_legend = False, True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.font.size, chart.font.color.rgb = Pt(12), _color(_T.text)
    axis = chart.value_axis
    axis.major_gridlines.format.line.color.rgb = _color(_T.grid)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = _format(scale), False
    axis.format.line.fill.background()
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    known = [v for _, values, *_ in those for v in values if v is not None]
    if kind == XL_CHART_TYPE.LINE_MARKERS and known:  # from zero on, nothing could be seen to move
        room = max(0.15 * (max(known) - min(known)), 0.5 if scale.mean else 0.005)
        step = 1 if scale.mean else 0.01
        axis.minimum_scale = max(step * ((min(known) - room) // step), 0)
        axis.maximum_scale = step * ((max(known) + room) // step + 1)
    return chart


def _format(scale: Scale, *, exact: bool = False) -> str:
    return ("0.0" if exact else "0") + ("" if scale.mean else "%")


def _describe(frame: Any, words: str) -> None:
    """What a chart says, for those who do not see it."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", words)


def _color(token: str) -> RGBColor:
    return RGBColor.from_string(token.removeprefix("#"))
