"""The words on a control chart, none upon another: ends of lines, hidden and provisional spells, dated notes."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from data.ledger.actions.action_steps import Action
from metrics.judging import figure_words
from metrics.judging.control_chart import ControlChart
from metrics.judging.indicator_facts import Situation
from pages.components.actions import action_words
from pages.components.layout import page_state, theme

Row = dict[str, Any]
HEIGHT, _AXIS, _LABEL = 340, 52, 33
HALF_MONTH = dt.timedelta(days=15)
_WORD = 9
"""So many months a word takes up on a phone, of three years."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Note:
    """Something dated that the chart marks: a rebase, an annotation, or the start of an action, by its `name`."""

    on: dt.date
    words: str
    rebase: bool
    name: str = ""


def notes(s: Situation, acts: Iterable[Action] = ()) -> list[Note]:
    """What the release's settings mark on the chart, and actions where they begin, in order of time, within its
    months."""
    partnership, name = page_state.settings(), s.indicator.id
    if s.signal is None:
        return []
    first, last = s.signal.months[0]["period_start"], s.signal.months[-1]["period_end"]
    found = [Note(r.on, f"Average and limits start anew: {r.reason}", True) for r in partnership.rebases
             if r.indicator == name]  # fmt: skip
    found += [Note(a.on, a.words, False) for a in partnership.annotations if a.indicator == name]
    found += [Note(a.deed.starts, action_words.begun(a), False, a.deed.name) for a in acts if a.deed.indicator == name]
    return sorted((n for n in found if first <= n.on <= last), key=lambda n: n.on)


def runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last place of each run of true."""
    for on, run in groupby(range(len(flags)), lambda i: flags[i]):
        places = list(run)
        if on:
            yield places[0], places[-1]


def spelled(rows: Sequence[Row], span: list[float]) -> list[dict]:
    """The word at the foot of each run of hidden or provisional months; at the chart's end it reaches inwards."""
    t, lines = theme.tokens(), []
    taken: list[tuple[int, int]] = []
    for kind, word, color in (
        ("provisional", "provisional", t.badge_provisional[1]),
        ("suppressed", "hidden", t.muted),
    ):
        free = 0  # the first month at which a word does not run into the one before
        for first, last in runs([bool(r[kind]) for r in rows]):
            if first < free:
                continue
            free = last + _WORD
            half = (first + last) // 2
            ends = (last - _WORD, last) if last == len(rows) - 1 else (half - _WORD // 2, half + _WORD // 2)
            if any(ends[0] <= b and a <= ends[1] for a, b in taken):
                continue  # the legend names the ground too
            taken.append(ends)
            a, b = rows[first]["period_end"], rows[last]["period_end"]
            place = {"x": b + HALF_MONTH, "xanchor": "right"} if last == len(rows) - 1 else {"x": a + (b - a) / 2}
            lines.append({
                **place, "y": span[0], "yanchor": "bottom", "text": word, "showarrow": False,
                "font": {"size": 13, "color": color},
            })  # fmt: skip
    return lines


def letters(marked: Sequence[Note], span: list[float]) -> list[dict]:
    """The letter of each note at the top; those of actions stand with their names above the chart."""
    t = theme.tokens()
    return [{
        "x": n.on, "y": span[1], "yanchor": "top", "text": f"<b>{letter}</b>", "showarrow": False,
        "bgcolor": t.panel, "bordercolor": t.line, "borderpad": 3, "font": {"size": 13, "color": t.text},
    } for letter, n in zip(LETTERS, marked, strict=False) if not n.name]  # fmt: skip


def ends(signal: ControlChart, scale: figure_words.Scale, span: list[float]) -> list[dict]:
    """The values of mean, limits and target in the right margin, none upon another."""
    t, lim = theme.tokens(), signal.limits
    wanted = [(float(lim.mean[-1]), "average", t.text), (float(lim.high[-1]), "limit", t.muted),
              (float(lim.low[-1]), "limit", t.muted)]  # fmt: skip
    if signal.target is not None:
        wanted.append((signal.target, "target", t.target))
    known = sorted((w for w in wanted if math.isfinite(w[0])), key=lambda w: w[0])
    apart = _LABEL * (span[1] - span[0]) / (HEIGHT - _AXIS)
    return [{
        "x": 1.0, "xref": "paper", "xanchor": "left", "xshift": 6, "y": y, "yanchor": "middle", "showarrow": False,
        "align": "left", "text": f"{name}<br>{scale.value(value)}", "font": {"size": 13, "color": color},
    } for (value, name, color), y in zip(known, spread([w[0] for w in known], apart), strict=True)]  # fmt: skip


def spread(values: Sequence[float], apart: float) -> list[float]:
    """Rising places as near to rising values as can be, none nearer to the next than `apart`."""
    groups: list[list[float]] = []
    for value in values:
        groups.append([value])
        while len(groups) > 1 and _first(groups[-1], apart) < _first(groups[-2], apart) + apart * len(groups[-2]):
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_first(group, apart) + apart * i for group in groups for i in range(len(group))]


def _first(group: Sequence[float], apart: float) -> float:
    return sum(group) / len(group) - apart * (len(group) - 1) / 2
