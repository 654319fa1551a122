"""The control chart of an indicator's plain months: usual range, mean, target, and each month by what it means."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from metrics.judging import figure_words, sentences
from metrics.judging.control_chart import Signal
from metrics.judging.indicator_facts import Situation
from pages.components.charts import figures
from pages.components.layout import cards, page_state, theme
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import day, listed, many
from workflow import reading

Row = dict[str, Any]
CARD_MONTHS = 24
_HEIGHT, _AXIS, _LABEL = 340, 52, 33
_HALF = dt.timedelta(days=15)
_WORD = 9
"""So many months a word takes up on a phone, of three years."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RULES = {
    "outside": "outside the usual range",
    "trend": "part of 7 months that rise or fall without a break",
    "two_in_three": "one of 2 in 3 months close to the end of the usual range",
    "shift": "part of 7 months on one side of the average",
}


@dataclass(frozen=True)
class Note:
    """Something dated that the chart marks: a rebase or an annotation."""

    on: dt.date
    words: str
    rebase: bool


def notes(s: Situation) -> list[Note]:
    """What the settings mark on the chart, in order of time, within its months."""
    partnership, name = page_state.store().partnership, s.indicator.id
    if s.signal is None:
        return []
    first, last = s.signal.months[0]["period_start"], s.signal.months[-1]["period_end"]
    found = [Note(r.on, f"Average and limits start anew: {r.reason}", True) for r in partnership.rebases
             if r.indicator == name]  # fmt: skip
    found += [Note(a.on, a.words, False) for a in partnership.annotations if a.indicator == name]
    return sorted((n for n in found if first <= n.on <= last), key=lambda n: n.on)


def chart(s: Situation, *, small: bool = False) -> go.Figure:
    """The figure; `small` for a card: the last 24 months, without words inside."""
    signal = s.signal
    assert signal is not None
    scale, t = figure_words.scale_of(s.indicator), theme.tokens()
    begin = max(len(signal.months) - CARD_MONTHS, 0) if small else 0
    rows = signal.months[begin:]
    mean, low, high = (_known(v[begin:].tolist()) for v in (signal.limits.mean, signal.limits.low, signal.limits.high))
    x = [r["period_end"] for r in rows]
    left, right = x[0] - _HALF - _HALF, x[-1] + _HALF + _HALF
    span = _span([*[r["rate"] for r in rows], *low, *high, signal.target], percent=not scale.mean)
    told = [_told(s, begin + i, scale) for i in range(len(rows))]
    marked = [] if small else notes(s)
    goal = [figures.Line(signal.target, "target")] if signal.target is not None else []
    traces = [
        *_spell(rows, span, "provisional"), *_spell(rows, span, "suppressed"), _band(x, low, high),
        *_steps(signal, begin, x, mean, {"color": t.usual, "width": 1.5}),
        *figures.reference_lines(goal, [left, right], level=True),
        *_marks_of(marked, span), _points(signal, begin, rows, told, small),
    ]  # fmt: skip
    ticks = x[::-12] if small else x[::-6]
    across = {
        "range": [left, right], "tickvals": ticks, "tickangle": 0,
        "ticktext": [figure_sentences.month(d) if small else f"{d:%b}<br>{d:%Y}" for d in ticks],
    }  # fmt: skip
    up = {"range": span, "tickformat": ",.0f" if scale.mean else ".0%", "nticks": 4 if small else 6}
    if small:
        return go.Figure(traces, figures.layout(140, across, up, sides=(40, 20)))
    labels = [*_ends(signal, scale, span), *_letters(marked, span), *_spelled(rows, span)]
    return go.Figure(traces, figures.layout(_HEIGHT, across, up, sides=(40, 82), foot=44, annotations=labels))


def _known(values: Sequence[float]) -> list[float | None]:
    return [v if math.isfinite(v) else None for v in values]


def _span(values: Sequence[float | None], *, percent: bool) -> list[float]:
    """An axis that holds everything drawn, with room around; a share's stays within 0 and 1."""
    known = [v for v in values if v is not None]
    if not known:
        return [0, 1]
    low, high = min(known), max(known)
    room = max(0.12 * (high - low), 0.005 if percent else 0.5)
    return [max(low - room, -0.005), min(high + room, 1.005)] if percent else [low - room, high + room]


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """First and last place of each run of true."""
    for on, run in groupby(range(len(flags)), lambda i: flags[i]):
        places = list(run)
        if on:
            yield places[0], places[-1]


def _spell(rows: Sequence[Row], span: list[float], kind: str) -> list[dict]:
    """A ground behind each run of provisional (plain) or hidden (hatched) months."""
    t = theme.tokens()
    plain = {"fillcolor": t.badge_provisional[0]}
    hatched = {"fillpattern": {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": t.line, "bgcolor": t.panel}}
    return [{
        "type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself", "hoverinfo": "skip",
        **(plain if kind == "provisional" else hatched),
        "x": [(a := rows[first]["period_end"] - _HALF), (b := rows[last]["period_end"] + _HALF), b, a],
        "y": [span[0], span[0], span[1], span[1]],
    } for first, last in _runs([bool(r[kind]) for r in rows])]  # fmt: skip


def _spelled(rows: Sequence[Row], span: list[float]) -> list[dict]:
    """The word at the foot of each run of hidden or provisional months; at the chart's end it reaches inwards."""
    t, told = theme.tokens(), []
    for kind, word, colour in (
        ("provisional", "provisional", t.badge_provisional[1]),
        ("suppressed", "hidden", t.muted),
    ):
        free = 0  # the first month at which a word does not run into the one before
        for first, last in _runs([bool(r[kind]) for r in rows]):
            if first < free:
                continue
            free = last + _WORD
            a, b = rows[first]["period_end"], rows[last]["period_end"]
            place = {"x": b + _HALF, "xanchor": "right"} if last == len(rows) - 1 else {"x": a + (b - a) / 2}
            told.append({
                **place, "y": span[0], "yanchor": "bottom", "text": word, "showarrow": False,
                "font": {"size": 13, "color": colour},
            })  # fmt: skip
    return told


def _band(x: Sequence[dt.date], low: Sequence[float | None], high: Sequence[float | None]) -> dict:
    """The usual range, one area for each run of months that have limits."""
    path: list[tuple[dt.date | None, float | None]] = []
    for a, b in _runs([v is not None for v in low]):
        places = range(a, b + 1)
        path += [(x[i], high[i]) for i in places] + [(x[i], low[i]) for i in reversed(places)] + [(None, None)]
    return {
        "type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself", "fillcolor": theme.tokens().band,
        "hoverinfo": "skip", "x": [v for v, _ in path], "y": [v for _, v in path],
    }  # fmt: skip


def _steps(signal: Signal, begin: int, x: Sequence[dt.date], mean: Sequence[float | None], line: dict) -> list[dict]:
    """The mean, broken where it starts anew."""
    cuts = sorted({0, len(x), *(s - begin for s in signal.starts if 0 < s - begin < len(x))})
    return [{
        "type": "scatter", "mode": "lines", "line": line, "hoverinfo": "skip",
        "x": [x[a] - _HALF, x[b - 1] + _HALF], "y": [mean[a], mean[a]],
    } for a, b in pairwise(cuts) if mean[a] is not None]  # fmt: skip


def _points(signal: Signal, begin: int, rows: Sequence[Row], told: list[str], small: bool) -> dict:
    """Every month by its meaning; provisional ones are open, hidden ones leave a gap."""
    t = theme.tokens()
    types = signal.types[begin:]
    colours = [getattr(t, kind) for kind in types]
    return {
        "type": "scatter", "mode": "lines+markers", "x": [r["period_end"] for r in rows],
        "y": [r["rate"] for r in rows], "line": {"color": t.usual, "width": 1.25}, "text": told,
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": [(6 if small else 8) + (2 if kind != "usual" else 0) for kind in types], "opacity": 1,
            "symbol": [figures.LOOKS[kind][1] for kind in types],
            "color": [t.background if r["provisional"] else c for r, c in zip(rows, colours, strict=True)],
            "line": {"color": colours, "width": 1.5},
        },
    }  # fmt: skip


def _marks_of(marked: Sequence[Note], span: list[float]) -> list[dict]:
    """An upright line for each note: dots for a rebase, thin for an annotation."""
    t = theme.tokens()
    return [{
        "type": "scatter", "mode": "lines", "hoverinfo": "skip", "x": [n.on, n.on], "y": span,
        "line": {"color": t.text if n.rebase else t.line, "width": 1.5, "dash": "dot" if n.rebase else "solid"},
    } for n in marked]  # fmt: skip


def _letters(marked: Sequence[Note], span: list[float]) -> list[dict]:
    t = theme.tokens()
    return [{
        "x": n.on, "y": span[1], "yanchor": "top", "text": f"<b>{letter}</b>", "showarrow": False,
        "bgcolor": t.panel, "bordercolor": t.line, "borderpad": 3, "font": {"size": 13, "color": t.text},
    } for letter, n in zip(_LETTERS, marked, strict=False)]  # fmt: skip


def _ends(signal: Signal, scale: figure_words.Scale, span: list[float]) -> list[dict]:
    """The values of mean, limits and target in the right margin, none upon another."""
    t, lim = theme.tokens(), signal.limits
    wanted = [(float(lim.mean[-1]), "average", t.text), (float(lim.high[-1]), "limit", t.muted),
              (float(lim.low[-1]), "limit", t.muted)]  # fmt: skip
    if signal.target is not None:
        wanted.append((signal.target, "target", t.target))
    known = sorted((w for w in wanted if math.isfinite(w[0])), key=lambda w: w[0])
    apart = _LABEL * (span[1] - span[0]) / (_HEIGHT - _AXIS)
    return [{
        "x": 1.0, "xref": "paper", "xanchor": "left", "xshift": 6, "y": y, "yanchor": "middle", "showarrow": False,
        "align": "left", "text": f"{name}<br>{scale.value(value)}", "font": {"size": 13, "color": colour},
    } for (value, name, colour), y in zip(known, _spread([w[0] for w in known], apart), strict=True)]  # fmt: skip


def _spread(values: Sequence[float], apart: float) -> list[float]:
    """Rising places as near to rising values as can be, none nearer to the next than `apart`."""
    groups: list[list[float]] = []
    for value in values:
        groups.append([value])
        while len(groups) > 1 and _first(groups[-1], apart) < _first(groups[-2], apart) + apart * len(groups[-2]):
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_first(group, apart) + apart * i for group in groups for i in range(len(group))]


def _first(group: Sequence[float], apart: float) -> float:
    return sum(group) / len(group) - apart * (len(group) - 1) / 2


def _told(s: Situation, place: int, scale: figure_words.Scale) -> str:
    """Hover text of a month: value, n of N, what it is, what to know about it."""
    assert s.signal is not None
    row, rule, kind = s.signal.months[place], s.signal.flagged.rule[place], s.signal.types[place]
    lines = [f"<b>{scale.value(row['rate'])}</b> {figure_sentences.month(row['period_end'])}"]
    if not scale.mean:
        lines.append(f"{row['numerator'] or 0:,} of {row['denominator'] or 0:,}")
    if s.signal.heard and s.signal.settled[place]:
        lines.append(f"{kind} than usual: {_RULES[rule]}" if rule else "within ordinary variation")
    if row["provisional"]:
        lines.append("provisional: not judged yet")
    return "<br>".join(lines)


def shown(s: Situation) -> bool:
    """Whether there are months to draw; a small partnership may have all of them hidden."""
    return s.signal is not None and sum(m["rate"] is not None for m in s.signal.months) > 1


def draw(s: Situation, key: str, *, small: bool = False) -> None:
    """Put the chart on the page with its words. Only when there are months to draw (`shown`)."""
    figure = figures.kept(lambda: chart(s, small=small), "months", s.indicator.id, small)
    figures.draw(figure, in_words(s), key)


def in_words(s: Situation) -> str:
    """The chart for those who do not see it."""
    signal, scale = s.signal, figure_words.scale_of(s.indicator)
    assert signal is not None
    known = [m for m in signal.months if m["rate"] is not None]
    flagged = [signal.types.count(kind) for kind in ("better", "worse")]
    ends = [f"{scale.value(m['rate'])} in {figure_sentences.month(m['period_end'])}" for m in (known[0], known[-1])]
    return (
        f"{s.indicator.title}, {many(len(known), 'month')} shown: from {ends[0]} to {ends[1]}. "
        f"{flagged[0]} better than usual, {flagged[1]} worse than usual. {sentences.sentence(s.facts)}."
    )


def legend(*situations: Situation) -> None:
    """What the marks mean; hidden and provisional only where there are such."""
    months = [m for s in situations if s.signal for m in s.signal.months]
    extra = [("open", "usual", "provisional, not judged")] if any(m["provisional"] for m in months) else []
    extra += [("hidden", "usual", "hidden to protect privacy")] if any(m["suppressed"] for m in months) else []
    target = any(s.signal and s.signal.target is not None for s in situations)
    cards.legend(
        ("better", "better", "month better than usual"), ("worse", "worse", "worse than usual"),
        ("usual", "usual", "ordinary variation"), ("band", "band", "usual range"), *extra,
        *([("target", "target", "target")] if target else []),
    )  # fmt: skip


def kind(s: Situation) -> str:
    """What kind of chart it is and what a month says, in a note."""
    assert s.signal is not None
    name = {
        "p": "p chart: months scatter as chance makes them",
        "p′": "p′ chart: months scatter more than chance alone, and the usual range allows for it",
        "XmR": "XmR chart",
    }[s.signal.chart]
    return f"Each month by itself ({name}). {means(s)}".strip()


def means(s: Situation) -> str:
    """What a month says, where it is not the year in small."""
    return f"A month shows {s.indicator.month_means}." if s.indicator.month_means else ""


def remarks(s: Situation) -> list[str]:
    """What to know about the chart: too few months, hidden and provisional ones."""
    signal = s.signal
    assert signal is not None
    told = []
    if signal.heard is None:
        hidden = f", as {many(signal.hidden, 'month is', 'months are')} hidden"
        told.append(
            f"{many(signal.judged, 'month')} can be judged{hidden if signal.hidden else ''}; with fewer than "
            f"{signal.least} the limits are for trial and no month is judged."
        )
    elif signal.hidden:
        told.append(f"{many(signal.hidden, 'month is', 'months are')} hidden to protect privacy and not judged.")
    told += [
        f"Average and limits come from the first {b.fix_after} months: {b.reason}."
        for b in page_state.store().partnership.baselines
        if b.indicator == s.indicator.id
    ]
    return told + _to_come(s, signal)


def _to_come(s: Situation, signal: Signal) -> list[str]:
    """Which months may still change, and which is not there until its follow-up is over."""
    today, follow_up = reading.today(page_state.store().partnership), dt.timedelta(days=s.indicator.run_out_days)
    told, waiting = [], [m["period_end"] for m in signal.months if m["provisional"]]
    if waiting:
        names = [figure_sentences.month(end) for end in waiting]
        span = listed(names) if len(names) < 4 else f"{names[0]} to {names[-1]}"
        open_until = waiting[-1] + follow_up
        why = f"the follow-up ends on {day(open_until)}" if follow_up and today <= open_until else "data is to come"
        told.append(f"{span} may still change: {why}.")
    following = signal.following
    if follow_up and following < today <= following + follow_up:
        told.append(
            f"{figure_sentences.month(following)} is not shown before its "
            f"{s.indicator.run_out_days} days of follow-up end, on {day(following + follow_up)}."
        )
    return told


def dated(s: Situation) -> None:
    """The notes that the letters on the chart stand for."""
    told = "".join(
        f"<li><b>{letter}</b> {day(n.on)}: {escape(n.words)}</li>"
        for letter, n in zip(_LETTERS, notes(s), strict=False)
    )
    if told:
        st.html(f'<ul class="c-notes" aria-label="Marked on the chart">{told}</ul>')
