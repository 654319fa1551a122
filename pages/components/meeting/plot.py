"""Pictures that keep the size of their words at any width: places are percentages, colors are the page's variables.

A line or an area cannot be given in percentages, so those lie in a picture of 100 by 100 that is stretched, with
strokes that are not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pages.components.meeting.html_parts import EMPTY, Html, tag, together

Point = tuple[float, float]


@dataclass(frozen=True)
class Span:
    """The values that a picture holds, from one end to the other."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a value lies, 0 to 100 from the low end."""
        return 100 * (value - self.low) / (self.high - self.low)

    def down(self, value: float) -> float:
        """Where a value lies, 0 to 100 from the top."""
        return 100 - self.share(value)


def span_of(values: Iterable[float | None], least: float, *, room: float = 0.1) -> Span:
    """All of some values with room around; `least`: the smallest room, in their unit."""
    known = [v for v in values if v is not None]
    if not known:
        return Span(0, 1)
    low, high = min(known), max(known)
    around = max(room * (high - low), least)
    return Span(low - around, high + around)


def stretched(*inside: str) -> Html:
    """Lines and areas, in a picture of 100 by 100."""
    return tag(
        "svg",
        *inside,
        viewBox="0 0 100 100",
        preserveAspectRatio="none",
        width="100%",
        height="100%",
        overflow="visible",
    )


def path(points: Sequence[Point], looks: str, *, closed: bool = False) -> Html:
    """A line through points of a stretched picture."""
    along = "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
    return tag("path", d=f"M{along}{'Z' if closed else ''}", class_=looks)


def line(looks: str, start: Point, end: Point) -> Html:
    """A straight line between two places."""
    (x1, y1), (x2, y2) = start, end
    return tag("line", x1=at(x1), y1=at(y1), x2=at(x2), y2=at(y2), class_=looks)


def level(looks: str, value: float | None, span: Span) -> Html:
    """A line at a value across the whole picture; nothing where there is no value."""
    return EMPTY if value is None else line(looks, (0, span.down(value)), (100, span.down(value)))


_SHAPES = {"better": "m-diamond", "worse": "m-square"}


def mark(x: float, y: float, looks: str, *, shape: str = "", hollow: bool = False, said: str = "") -> Html:
    """A mark at a place: a diamond for better, a square for worse, else a circle; `said` when pointed at."""
    inside = tag("title", said) if said else None
    kind = f"m-mark m-is-{looks}{' m-hollow' if hollow else ''}"
    if shape in _SHAPES:
        return tag("rect", inside, x=at(x), y=at(y), width="8", height="8", class_=f"{kind} {_SHAPES[shape]}")
    return tag("circle", inside, cx=at(x), cy=at(y), r="4", class_=kind)


def label(words: str, top: float, looks: str = "") -> Html:
    """Words beside a picture, at the height of what they name."""
    return tag("span", words, class_=f"m-label {looks}".rstrip(), style=f"top:{at(top)}")


def picture(said: str, *inside: str, looks: str = "") -> Html:
    """A picture with its words for those who do not see it."""
    return tag(
        "svg", together(*inside), class_=f"m-picture {looks}".rstrip(), role="img", aria_label=said, overflow="visible"
    )


def at(share: float) -> str:
    """A place as a percentage."""
    return f"{_short(share)}%"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
