"""The names of actions above a chart, each where it begins: over the points they would hide what they did."""

import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from pages.components.charts.control_labels import LETTERS, Note
from pages.components.layout import theme

_LETTERS_A_LINE, _LINE = 22, 17
_WIDE = dt.timedelta(days=30 * 24)
"""So much of three years a name takes up on a phone."""


class Strip(NamedTuple):
    """Its height in pixels, and the figure's annotations (the names) and shapes (what joins each with its line)."""

    height: int
    names: list[dict]
    joins: list[dict]


def strip(marked: Sequence[Note], left: dt.date, right: dt.date, plot: int) -> Strip:
    """Each name in the lowest row in which it lies on no other, reaching to the side where there is room. `plot`: the
    height of the chart itself, in pixels."""
    rows: list[list[tuple[dt.date, dt.date, dict]]] = []
    for letter, note in zip(LETTERS, marked, strict=False):
        if note.name:
            inwards = note.on - left < right - note.on
            a, b = (note.on, note.on + _WIDE) if inwards else (note.on - _WIDE, note.on)
            drawn = _name(letter, note, "left" if inwards else "right")
            free = next((row for row in rows if all(b < c or d < a for c, d, _ in row)), None)
            if free is None:
                rows.append([])
            (free if free is not None else rows[-1]).append((a, b, drawn))
    names, height = [], 0
    for row in rows:
        names += [drawn | {"yshift": height} for _, _, drawn in row]
        height += 6 + max(_LINE * (drawn["text"].count("<br>") + 1) for _, _, drawn in row)
    joins = [
        {
            "type": "line", "x0": name["x"], "x1": name["x"], "yref": "paper", "y0": 1, "y1": 1 + name["yshift"] / plot,
            "line": {"color": theme.tokens().line, "width": 1.5},
        }
        for name in names
    ]  # fmt: skip
    return Strip(height, names, joins)


def _name(letter: str, note: Note, anchor: str) -> dict:
    lines = textwrap.wrap(note.name.replace("<", "&lt;"), _LETTERS_A_LINE)
    return {
        "x": note.on, "y": 1, "yref": "paper", "xanchor": anchor, "yanchor": "bottom", "align": anchor,
        "text": f"<b>{letter}</b> {'<br>'.join(lines)}", "showarrow": False,
        "font": {"size": 13, "color": theme.tokens().text},
    }  # fmt: skip
