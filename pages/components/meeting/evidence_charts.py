"""The pictures of a row's evidence: months against their usual range, and partners or groups beside each other."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from data.ledger.actions.action_steps import Action
from metrics.judging import figure_words
from metrics.judging.control_chart import ControlChart
from metrics.judging.indicator_facts import Situation
from pages.components.charts.control_labels import LETTERS, Note, notes, runs, spread
from pages.components.charts.figures import LOOKS
from pages.components.meeting import plot
from pages.components.meeting.html_parts import EMPTY, Html, tag
from pages.components.meeting.plot import Span
from pages.components.wording import control_words, figure_sentences
from schemas.policy.status_words import FIGURE

Row = dict[str, Any]
_APART = 9.5
"""Per cent of the height that words need, one above the other."""


def months(s: Situation, acts: Sequence[Action] = ()) -> Html:
    """The control chart: months, their average and usual range, the target where it means the same, dated notes, and
    where actions begin."""
    signal, scale = s.signal, figure_words.scale_of(s.indicator)
    assert signal is not None
    low, mean, high = (v.tolist() for v in (signal.limits.low, signal.limits.mean, signal.limits.high))
    known = [v for v in [*low, *high] if np.isfinite(v)]
    span = plot.span_of(
        [*(m["rate"] for m in signal.months), *known, signal.target], 0.5 if scale.mean else 0.005, room=0.08
    )
    x = _places(len(signal.months))
    inside = [
        *_hidden(signal),
        plot.stretched(*_usual(x, low, high, span), *_joined(x, signal, span)),
        *_average(x, signal, mean, span),
        plot.level("m-goal", signal.target, span),
        *_notes(notes(s, acts), signal),
        *_points(s, x, span, scale),
    ]
    return tag(
        "div", _up(span, scale), plot.picture(control_words.in_words(s), *inside, looks="m-tall"),
        _named(signal, scale, span), _dates(x, signal), class_="m-months",
    )  # fmt: skip


def _places(many: int) -> list[float]:
    return [100 * (n + 0.5) / many for n in range(many)]


def _hidden(signal: ControlChart) -> list[Html]:
    """A ground where months are hidden, one for each run of them."""
    many = len(signal.months)
    return [
        tag(
            "rect",
            x=plot.at(100 * a / many),
            y="0",
            width=plot.at(100 * (b - a + 1) / many),
            height="100%",
            class_="m-blank",
        )
        for a, b in runs([bool(m["suppressed"]) for m in signal.months])
    ]


def _usual(x: Sequence[float], low: Sequence[float], high: Sequence[float], span: Span) -> list[Html]:
    return [
        plot.path(
            [(x[n], span.down(high[n])) for n in range(a, b + 1)]
            + [(x[n], span.down(low[n])) for n in range(b, a - 1, -1)],
            "m-band", closed=True,
        )
        for a, b in runs([bool(np.isfinite(v)) for v in low])
    ]  # fmt: skip


def _joined(x: Sequence[float], signal: ControlChart, span: Span) -> list[Html]:
    known = [m["rate"] is not None for m in signal.months]
    return [
        plot.path([(x[n], span.down(signal.months[n]["rate"])) for n in range(a, b + 1)], "m-thin")
        for a, b in runs(known)
        if b > a
    ]


def _average(x: Sequence[float], signal: ControlChart, mean: Sequence[float], span: Span) -> list[Html]:
    """The average, broken where it starts anew."""
    cuts = sorted({0, len(x), *(n for n in signal.starts if 0 < n < len(x))})
    half = 50 / len(x)
    return [
        plot.line("m-average", (x[a] - half, span.down(mean[a])), (x[b - 1] + half, span.down(mean[a])))
        for a, b in pairwise(cuts)
        if np.isfinite(mean[a])
    ]


def _notes(marked: Sequence[Note], signal: ControlChart) -> list[Html]:
    """An upright line and a letter for each dated note, whose words stand below."""
    first, last = signal.months[0]["period_start"], signal.months[-1]["period_end"]
    found = []
    for letter, note in zip(LETTERS, marked, strict=False):
        place = 100 * (note.on - first).days / max((last - first).days, 1)
        found.append(plot.line("m-note", (place, 0), (place, 100)))
        found.append(tag("text", letter, x=plot.at(place), y="11", dx="4", class_="m-letter"))
    return found


def _points(s: Situation, x: Sequence[float], span: Span, scale: figure_words.Scale) -> list[Html]:
    signal = s.signal
    assert signal is not None
    found = []
    for n, (row, kind) in enumerate(zip(signal.months, signal.types, strict=True)):
        if row["rate"] is not None:
            said = re.sub("</?b>", "", control_words.hover(s, n, scale)).replace("<br>", "\n")
            looks = kind if kind in ("better", "worse") else "usual"
            found.append(
                plot.mark(x[n], span.down(row["rate"]), looks, shape=looks, hollow=bool(row["provisional"]), said=said)
            )
    return found


def _up(span: Span, scale: figure_words.Scale) -> Html:
    ticks = _ticks(span)
    words = [f"{v:.0f}" if scale.mean else f"{100 * v:.0f}%" for v in ticks]
    return tag(
        "span", *(plot.label(w, span.down(v)) for w, v in zip(words, ticks, strict=True)), class_="m-left",
        aria_hidden="true",
    )  # fmt: skip


def _ticks(span: Span) -> list[float]:
    """Three to six round values within a span."""
    raw = (span.high - span.low) / 4
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(float(power * m) for m in (1, 2, 5, 10) if power * m >= raw)
    step = max(step, 0.01) if span.high <= 1.5 else max(step, 1.0)
    return [float(v) for v in np.arange(np.ceil(span.low / step) * step, span.high, step)]


def _named(signal: ControlChart, scale: figure_words.Scale, span: Span) -> Html:
    """Average, usual range and target in the margin, none upon another."""
    lim = signal.limits
    wanted = [
        (float(lim.mean[-1]), "average", ""), (float(lim.high[-1]), "usual to", ""),
        (float(lim.low[-1]), "usual from", ""),
    ]  # fmt: skip
    if signal.target is not None:
        wanted.append((signal.target, "target", "m-of-goal"))
    known = sorted((w for w in wanted if np.isfinite(w[0])), key=lambda w: -w[0])
    places = spread([span.down(w[0]) for w in known], _APART)
    labels = [
        plot.label(f"{word} {scale.value(value)}", place, looks)
        for (value, word, looks), place in zip(known, places, strict=True)
    ]
    return tag("span", *labels, class_="m-right")


def _dates(x: Sequence[float], signal: ControlChart) -> Html:
    """The years, each at its January."""
    begins = [(place, m["period_end"]) for place, m in zip(x, signal.months, strict=True) if m["period_end"].month == 1]
    years = (tag("span", f"Jan {day.year}", style=f"left:{plot.at(place)}") for place, day in begins)
    return tag("span", *years, class_="m-dates", aria_hidden="true")


def dots(
    rows: Sequence[tuple[str, Row, str]],
    target: float | None,
    whole: float | None,
    said: str,
    rings: Sequence[float | None] = (),
) -> Html:
    """A row for each (name, figure, what its mark means), its 95% range as a bar; hidden ones as words.

    `whole`: everyone together, a dotted line; `rings`: for each row all of its kind together, a small ring.
    """
    least = 0.5 if figure_sentences.scale(rows[0][1]).mean else 0.01
    values = [v for _, r, _ in rows for v in (r["rate"], r["low"], r["high"])]
    span = plot.span_of([*values, target, whole, *rings], least)
    beside = [*rings, *[None] * (len(rows) - len(rings))]
    drawn = [_dot(name, row, token, span, ring, (target, whole)) for (name, row, token), ring in
             zip(rows, beside, strict=True)]  # fmt: skip
    return tag("div", *drawn, class_="m-dots-of", role="img", aria_label=said)


def _dot(
    name: str, row: Row, token: str, span: Span, ring: float | None, lines: tuple[float | None, float | None]
) -> Html:
    head = tag("span", name, class_="m-name")
    if row["rate"] is None:
        why = FIGURE["hidden" if row["suppressed"] else "not known"]
        return tag("div", head, tag("span", why, class_="m-hidden"), class_="m-dot-row")
    color, symbol = LOOKS[token]
    shape = {"diamond": "better", "square": "worse"}.get(symbol, "")
    target, whole = lines
    upright = [
        plot.line(looks, (span.share(value), 0), (span.share(value), 100))
        for value, looks in ((whole, "m-all"), (target, "m-goal"))
        if value is not None
    ]
    bar = (
        plot.line(f"m-bar m-is-{color}", (span.share(row["low"]), 50), (span.share(row["high"]), 50))
        if row["low"] is not None
        else EMPTY
    )
    around = plot.mark(span.share(ring), 50, "usual", hollow=True) if ring is not None else EMPTY
    hollow = bool(row["provisional"] or row["unreliable"])
    picture = tag(
        "svg", *upright, bar, around,
        plot.mark(span.share(row["rate"]), 50, color, shape=shape, hollow=hollow), class_="m-picture m-flat",
        overflow="visible",
    )  # fmt: skip
    return tag("div", head, tag("span", figure_sentences.figure(row), class_="m-value"), picture, class_="m-dot-row")
