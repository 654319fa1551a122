"""What a control chart says: on each month, as a whole, of what kind it is, and what to know about it."""

import datetime as dt
from typing import Any

from metrics.judging import figure_words, sentences
from metrics.judging.control_chart import ControlChart
from metrics.judging.indicator_facts import Situation
from pages.components.layout import page_state
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import day, listed, many
from workflow import reading

Row = dict[str, Any]
_RULES = {
    "outside": "outside the usual range",
    "trend": "part of 7 months that rise or fall without a break",
    "two_in_three": "one of 2 in 3 months near the end of the usual range",
    "shift": "part of 7 months on one side of the average",
}


def hover(s: Situation, place: int, scale: figure_words.Scale) -> str:
    """Hover text of a month: value, n of N, what it is, what to know about it."""
    assert s.signal is not None
    row, rule, kind = s.signal.months[place], s.signal.flagged.rule[place], s.signal.types[place]
    lines = [f"<b>{figure_sentences.said(scale, row)}</b> {figure_sentences.month(row['period_end'])}"]
    if not scale.mean and figure_sentences.exact(row):
        lines.append(f"{row['numerator'] or 0:,} of {row['denominator'] or 0:,}")
    if s.signal.tried[place]:
        lines.append(f"{kind} than usual: {_RULES[rule]}" if rule else "within ordinary variation")
    if row["provisional"]:
        lines.append("provisional: not judged yet")
    return "<br>".join(lines)


def in_words(s: Situation) -> str:
    """The chart for those who do not see it."""
    signal, scale = s.signal, figure_words.scale_of(s.indicator)
    assert signal is not None
    known = [m for m in signal.months if m["rate"] is not None]
    flagged = [signal.types.count(kind) for kind in ("better", "worse")]
    ends = [
        f"{figure_sentences.said(scale, m)} in {figure_sentences.month(m['period_end'])}" for m in (known[0], known[-1])
    ]
    return (
        f"{s.indicator.title}, {many(len(known), 'month')} shown: from {ends[0]} to {ends[1]}. "
        f"{flagged[0]} better than usual, {flagged[1]} worse than usual. {sentences.sentence(s.facts)}."
    )


def kind(s: Situation) -> str:
    """What kind of chart it is and what a month says, in a note."""
    assert s.signal is not None
    name = {
        "p": "months differ only as much as chance brings",
        "p′": "months differ more than chance brings, and the usual range allows for it",
        "XmR": "months are compared by how much they usually move",
    }[s.signal.chart]
    compared = f" On this chart {name}." if s.signal.has_level else ""
    means = s.indicator.month_means or "the same figure of that month alone"
    return f"A month shows {means}.{compared}"


def remarks(s: Situation) -> list[str]:
    """What to know about the chart: too few months, hidden and provisional ones."""
    signal = s.signal
    assert signal is not None
    parts = []
    if signal.hidden:
        parts.append(f"{many(signal.hidden, 'month is', 'months are')} hidden to protect privacy and not judged.")
    if signal.hidden and not signal.has_level:
        parts.append(
            "The months that are shown may be unlike the hidden ones. So no average and no usual range is drawn."
        )
        return parts + _to_come(s, signal)
    if not signal.enough:
        parts.append(
            f"{many(signal.judged, 'month')} can be judged. With fewer than {signal.least}, the limits are a trial and "
            "no month is judged."
        )
    parts += [
        f"Average and limits come from the first {b.fix_after} months: {b.reason}."
        for b in page_state.settings().baselines
        if b.indicator == s.indicator.id
    ]
    return parts + _to_come(s, signal)


def _to_come(s: Situation, signal: ControlChart) -> list[str]:
    """Which months may still change, and which is not there until its follow-up is over."""
    today, follow_up = reading.today(page_state.store().partnership), dt.timedelta(days=s.indicator.run_out_days)
    parts, waiting = [], [m["period_end"] for m in signal.months if m["provisional"]]
    if waiting:
        names = [figure_sentences.month(end) for end in waiting]
        span = listed(names) if len(names) < 4 else f"{names[0]} to {names[-1]}"
        open_until = waiting[-1] + follow_up
        why = f"the follow-up ends on {day(open_until)}" if follow_up and today <= open_until else "data is to come"
        parts.append(f"{span} may still change: {why}.")
    following = signal.next_month_end
    if follow_up and following < today <= following + follow_up:
        parts.append(
            f"{figure_sentences.month(following)} is shown after its "
            f"{s.indicator.run_out_days} days of follow-up end, on {day(following + follow_up)}."
        )
    return parts
