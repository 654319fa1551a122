"""Pictures that stand alone: SVG with its own colors and words, for paper and for a page that asks nobody for more."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from metrics.judging.figure_words import Scale
from pages.components.charts.control_labels import runs, spread
from pages.components.layout.theme import TOKENS
from pages.components.meeting import plot
from pages.components.meeting.html_parts import EMPTY, Html, tag, together
from pages.components.packs.contents import Bar, Bars, Effect, Line, Looks, Point

_T = TOKENS["light"]
COLORS: dict[Looks, str] = {"better": _T.better, "worse": _T.worse, "usual": _T.usual}
FONTS = "Source Sans Pro, Source Sans 3, Helvetica, Arial, sans-serif"
_FOOT = 24
_BAND = "#E9EBED"
_LABEL = 15
_ROOM = 18
"""Above the highest value, for its words."""
_Place = Callable[[float], float]
"""From a value to its place, in units of the picture."""


@dataclass(frozen=True)
class Frame:
    """How wide a picture is, what room a line has beside it and bars have for names and values, and how high a row of
    bars is. Without room for names, they stand above their bars."""

    wide: int = 680
    left: int = 48
    right: int = 120
    names: int = 210
    values: int = 84
    row: int = 26


PAGE, PHONE = Frame(), Frame(400, 36, 88, 0, 8, 38)


@dataclass(frozen=True)
class Names:
    """The words inside a picture that stand for a line, in a language."""

    target: str = "target"
    everyone: str = "all"
    hidden: str = "hidden"


ENGLISH = Names()


def line(one: Line, scale: Scale, height: int = 128, names: Names = ENGLISH, frame: Frame = PAGE) -> Html:
    """A figure over time: its range, its average and usual range where it has them, its target, and each point."""
    points = one.points
    edges = [v for level in [one.level] if level for side in (level.low, level.high) for v in side]
    known = [v for p in points for v in ((p.value, p.low, p.high) if one.level is None else (p.value,))]
    span = plot.span_of([*known, *edges, one.target], 0.5 if scale.mean else 0.005, room=0.06)
    end = frame.wide - frame.right
    across = [frame.left + (end - frame.left) * (n + 0.5) / max(len(points), 1) for n in range(len(points))]
    deep = height - _FOOT

    def down(value: float) -> float:
        return _ROOM + (deep - _ROOM - 6) * span.down(value) / 100

    if one.level:
        band = [(low, high) for low, high in zip(one.level.low, one.level.high, strict=True)]
    else:
        band = [(p.low, p.high) for p in points]
    return _picture(
        frame.wide, height, one.alt,
        *_hidden(points, across, deep, names.hidden), *_areas(band, across, down),
        *([_level(down(one.level.average), across[0], across[-1], _T.usual)] if one.level else []),
        *([_level(down(one.target), frame.left, end, _T.target, dashes="6 4")] if one.target is not None else []),
        *_joined(points, across, down),
        *(_mark(x, down(p.value), p.looks, hollow=p.open, said=f"{p.when}: {p.said}")
          for p, x in zip(points, across, strict=True) if p.value is not None),
        *_margin(one, scale, down, names, end + 8), *_ends(one, across, down),
        *_dates(points, across, height, most=min(4, (end - frame.left) // 100)),
    )  # fmt: skip


def bars(one: Bars, scale: Scale, names: Names = ENGLISH, frame: Frame = PAGE) -> Html:
    """Figures side by side, each with its range; everyone together as dots, the target as dashes."""
    values = [v for r in one.rows for v in (r.value, r.low, r.high)]
    span = plot.span_of([*values, one.target, one.whole], 0.5 if scale.mean else 0.01, room=0.05)
    height = frame.row * len(one.rows) + _FOOT
    left = frame.names or 8

    def along(value: float) -> float:
        return left + (frame.wide - left - frame.values) * span.share(value) / 100

    upright = [
        tag("line", x1=_n(along(v)), x2=_n(along(v)), y1="2", y2=_n(height - _FOOT), stroke=color,
            stroke_dasharray=dashes, stroke_width="1.2")
        for v, color, dashes in ((one.whole, _T.usual, "1.5 3"), (one.target, _T.target, "6 4")) if v is not None
    ]  # fmt: skip
    words = [
        _words(f"{name} {scale.bare(v)}", min(max(along(v), 40), frame.wide - 40), height - 8, color, anchor="middle")
        for v, name, color in _apart(
            [(one.whole, names.everyone, _T.muted), (one.target, names.target, _T.target)], along
        )
    ]
    rows = [part for n, each in enumerate(one.rows) for part in _row(each, frame.row * (n + 0.5) + 2, along, frame)]
    return _picture(frame.wide, height, one.alt, *upright, *rows, *words)


def effect(one: Effect, height: int = 150, frame: Frame = PAGE) -> Html:
    """Those taking part beside the others and where they would be, with an upright line at the start."""
    values = [v for side in one.sides for v in side.values]
    span = plot.span_of(values, 0.5 if one.scale.mean else 0.005, room=0.08)
    end = frame.wide - frame.right
    step = (end - frame.left) / max(len(one.periods), 1)
    across = [frame.left + step * (n + 0.5) for n in range(len(one.periods))]
    deep = height - _FOOT

    def down(value: float) -> float:
        return _ROOM + (deep - _ROOM - 6) * span.down(value) / 100

    looks = ((_T.primary, None), (_T.usual, "1.5 3"), (_T.target, "6 4"))
    lines = [
        tag("path", d=f"M{_along([(x, down(v)) for x, v in zip(across, side.values, strict=True) if v is not None])}",
            fill="none", stroke=color, stroke_dasharray=dashes, stroke_width="1.8")
        for side, (color, dashes) in zip(one.sides, looks, strict=False)
    ]  # fmt: skip
    taking = one.sides[0].values
    known = [(x, down(v)) for x, v in zip(across, taking, strict=True) if v is not None]
    start = frame.left + step * one.before
    ends = [
        _words(one.scale.value(v), x, down(v) - 9, _T.text, anchor="middle", weight="bold")
        for x, v in ((across[0], taking[0]), (across[-1], taking[-1])) if v is not None
    ]  # fmt: skip
    dated = [Point(when, None, None, None, "") for when in one.periods]
    return _picture(
        frame.wide, height, one.alt,
        tag("line", x1=_n(start), x2=_n(start), y1="4", y2=_n(deep), stroke=_T.text, stroke_width="1.2"),
        *lines, *(tag("circle", cx=_n(x), cy=_n(y), r="3", fill=_T.primary) for x, y in known), *ends,
        *_dates(dated, across, height, most=min(4, (end - frame.left) // 100)),
    )  # fmt: skip


def _apart(named: Iterable[tuple[float | None, str, str]], along: _Place) -> list[tuple[float, str, str]]:
    """The named values, without the first where the two would stand upon each other."""
    known = [(v, name, color) for v, name, color in named if v is not None]
    if len(known) == 2 and abs(along(known[0][0]) - along(known[1][0])) < 90:
        return known[1:]
    return known


def _row(row: Bar, y: float, along: _Place, frame: Frame) -> list[Html]:
    bold = "bold" if row.looks != "usual" else "normal"
    beside = y + 4 if frame.names else y - 5
    above = not frame.names
    found = [_words(row.name, 0, beside, _T.text, weight=bold, apart=above),
             _words(row.said, frame.wide, beside, _T.text, anchor="end", weight=bold, apart=above)]  # fmt: skip
    y = y if frame.names else y + 7
    if row.low is not None and row.high is not None:
        found.append(tag("line", x1=_n(along(row.low)), x2=_n(along(row.high)), y1=_n(y), y2=_n(y),
                         stroke=COLORS[row.looks], stroke_width="2.5"))  # fmt: skip
    if row.value is not None:
        found.append(_mark(along(row.value), y, row.looks, said=f"{row.name}: {row.said}"))
    return found


def _hidden(points: Sequence[Point], across: Sequence[float], deep: float, word: str) -> list[Html]:
    """A ground where periods are hidden, with the word for it."""
    half = (across[1] - across[0]) / 2 if len(across) > 1 else 20
    found = []
    for a, b in runs([p.hidden for p in points]):
        left, right = across[a] - half, across[b] + half
        found.append(tag("rect", x=_n(left), y="2", width=_n(right - left), height=_n(deep - 4), fill=_T.panel))
        if right - left > 7 * len(word):
            found.append(_words(word, (left + right) / 2, deep - 8, _T.muted, anchor="middle"))
    return found


def _areas(band: Sequence[tuple[float | None, float | None]], across: Sequence[float], down: _Place) -> list[Html]:
    found = []
    for a, b in runs([low is not None and high is not None for low, high in band]):
        if b > a:
            highs = [(across[n], down(high)) for n in range(a, b + 1) if (high := band[n][1]) is not None]
            lows = [(across[n], down(low)) for n in range(b, a - 1, -1) if (low := band[n][0]) is not None]
            found.append(tag("path", d=f"M{_along([*highs, *lows])}Z", fill=_BAND))
    return found


def _joined(points: Sequence[Point], across: Sequence[float], down: _Place) -> list[Html]:
    found = []
    for a, b in runs([p.value is not None for p in points]):
        known = [(across[n], down(value)) for n in range(a, b + 1) if (value := points[n].value) is not None]
        found.append(tag("path", d=f"M{_along(known)}", fill="none", stroke=_T.usual, stroke_width="1.5"))
    return found


def _level(y: float, left: float, right: float, color: str, dashes: str | None = None) -> Html:
    return tag("line", x1=_n(left), x2=_n(right), y1=_n(y), y2=_n(y), stroke=color, stroke_dasharray=dashes,
               stroke_width="1.4")  # fmt: skip


def _mark(x: float, y: float, looks: Looks, *, hollow: bool = False, said: str = "") -> Html:
    """A diamond for better, a square for worse, else a circle; hollow while it is open."""
    fill, edge = ("#FFFFFF" if hollow else COLORS[looks]), COLORS[looks]
    inside = tag("title", said) if said else EMPTY
    if looks == "usual":
        return tag("circle", inside, cx=_n(x), cy=_n(y), r="3.8", fill=fill, stroke=edge, stroke_width="1.5")
    r = 5.2 if looks == "better" else 4.2
    corners = [(x, y - r), (x + r, y), (x, y + r), (x - r, y)] if looks == "better" else [
        (x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]  # fmt: skip
    return tag("path", inside, d=f"M{_along(corners)}Z", fill=fill, stroke=edge, stroke_width="1.5")


def _margin(one: Line, scale: Scale, down: _Place, names: Names, x: float) -> list[Html]:
    """What the lines are, in the right margin, none upon another."""
    wanted = []
    if one.level:
        low, high = (
            next((v for v in reversed(side) if v is not None), None) for side in (one.level.low, one.level.high)
        )
        wanted = [(one.level.average, "average", _T.text), (low, "usual from", _T.muted), (high, "usual to", _T.muted)]
    wanted.append((one.target, names.target, _T.target))
    known = sorted(((v, name, color) for v, name, color in wanted if v is not None), key=lambda w: down(w[0]))
    places = spread([down(v) for v, _, _ in known], _LABEL)
    return [_words(f"{name} {scale.bare(v)}", x, y + 4, color)
            for (v, name, color), y in zip(known, places, strict=True)]  # fmt: skip


def _ends(one: Line, across: Sequence[float], down: _Place) -> list[Html]:
    """The first and the last closed figure, above their points, or below where the target's line would run through
    them; a chart of months has its average."""
    points = one.points
    known = [n for n, p in enumerate(points) if p.value is not None and not p.open]
    if one.level or not known:
        return []
    found = []
    for n in dict.fromkeys((known[0], known[-1])):
        value = points[n].value
        assert value is not None
        above = one.target is None or abs(down(value) - 14 - down(one.target)) > _LABEL
        y = down(value) + (-10 if above else 20)
        found.append(_words(points[n].said, across[n], y, _T.text, anchor="middle", weight="bold"))
    return found


def _dates(points: Sequence[Point], across: Sequence[float], height: int, most: int) -> list[Html]:
    """The last period, and evenly before it about as many more as there is room for."""
    last = len(points) - 1
    step = max(1, round(last / most))
    return [
        _words(points[n].when, across[n], height - 6, _T.muted, anchor="middle")
        for n in range(last % step, last + 1, step)
    ]


def _picture(wide: int, height: float, said: str, *inside: str) -> Html:
    return tag(
        "svg", tag("title", said), together(*inside), xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {wide} {_n(height)}", role="img", aria_label=said, font_family=FONTS, font_size="13",
    )  # fmt: skip


def _words(
    words: str, x: float, y: float, color: str, *, anchor: str = "start", weight: str = "normal", apart: bool = False
) -> Html:  # fmt: skip
    """`apart`: on the color of the paper, so that no line runs through them."""
    ground = {"stroke": _T.background, "stroke_width": "3", "paint_order": "stroke"} if apart else {}
    return tag("text", words, x=_n(x), y=_n(y), fill=color, text_anchor=anchor, font_weight=weight, **ground)


def _along(places: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{_n(x)} {_n(y)}" for x, y in places)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
