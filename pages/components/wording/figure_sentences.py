"""Sentences by rule: each says what the figures say, and no more."""

from collections.abc import Sequence

from metrics.indicators import indicators
from metrics.judging import figure_words
from metrics.judging.indicator_facts import Situation
from metrics.judging.published_months import LEAST

Row = dict

month, period, upper_first = figure_words.month, figure_words.period, figure_words.upper_first
percent, points = figure_words.RATE.value, figure_words.RATE.difference


def scale(row: Row) -> figure_words.Scale:
    """How the figures of a published row are said."""
    return figure_words.scale_of(indicators()[row["indicator"]])


def figure(row: Row) -> str:
    """A published figure as 63.6% or 131.2 mmHg; of an open period as about 64%. A dash when there is none."""
    return said(scale(row), row)


def said(scale: figure_words.Scale, row: Row) -> str:
    """The figure of a row, in the words of its scale."""
    return scale.value(row["rate"]) if exact(row) else scale.rounded(row["rate"])


def exact(row: Row) -> bool:
    """Whether a row holds the figure as it is: of an open period all but its partner see a rounded one."""
    return row.get("closed", True) or row["denominator"] is not None


def interval(row: Row) -> str:
    """Its interval as 62.8% to 64.4%."""
    return scale(row).span(row["low"], row["high"])


def counted(row: Row, units: str = "") -> str:
    """What it rests on: 732 of 4,778 stays; of a mean, 4,778 people."""
    people = f"{row['denominator'] or 0:,} {units}".strip()
    return people if scale(row).mean else f"{row['numerator'] or 0:,} of {people}"


def how_counted(s: Situation) -> str:
    """What the year's figure does with a person whom several partners know; empty where there is nothing to say."""
    if s.indicator.linked == "returns":
        return "Returns to any partner's hospital count" if s.at_each else "Only returns to the same partner count"
    if s.indicator.units == "stays":
        return ""
    return "Each person counts once" if s.at_each else "A person counts once at each partner"


def changed(s: Situation) -> str:
    """The year beside the year before, with the interval of the difference; no verdict."""
    if s.change is None or s.ago is None:
        return "There is no year before to compare with."
    scale = figure_words.scale_of(s.indicator)
    low, high = sorted((s.change.low, s.change.high))
    return (
        f"The year before it was {scale.value(s.ago['rate'])}: a difference of {scale.signed(s.change.difference)} "
        f"{scale.unit or 'points'} (95% range {scale.signed(low)} to {scale.signed(high)})."
    )


def explained(s: Situation) -> str:
    """Why it cannot be judged, or only by whole years; else empty."""
    if s.figure and s.figure.longer and s.figure.longer.year == 1 and not s.facts.why_not:
        return "Whole years are compared, as months are hidden. So the last months alone cannot warn."
    if s.facts.shown != "shown":
        return ""
    return {
        "few": f"A verdict needs {LEAST} settled months. So far there are {s.figure.counts.months if s.figure else 0}.",
        "hidden": "Which months are hidden depends on their values. So nothing is said from the others.",
        "nobody": "Its months cannot be compared one by one.",
        "partners": "The mix of partners changed, and their months cannot be compared one by one.",
        "mix": "A partner that grows would move it. Whether one did cannot be seen.",
    }.get(s.facts.why_not, "")


def target(s: Situation) -> str:
    """That there is no target; else empty, as the indicator's sentence says how it stands."""
    return "The partnership has set no target." if s.target is None else ""


def benchmark(s: Situation) -> str:
    """A published figure to compare with, and its source; empty when there is none."""
    known = s.indicator.benchmark
    return f"{known.label}: {figure_words.scale_of(s.indicator).value(known.rate)} ({known.source})." if known else ""


def extremes(shown: Sequence[tuple[str, Row]]) -> str:
    """The lowest and the highest of named figures, and how many are hidden: a chart of dots in words."""
    known = sorted(((row["rate"], f"{name} {figure(row)}") for name, row in shown if row["rate"] is not None))
    hidden = sum(row["suppressed"] for _, row in shown)
    text = f"{hidden} hidden to protect privacy." if hidden else ""
    if not known:
        return text
    lowest, highest = known[0][1], known[-1][1]
    ends = f"From {lowest} to {highest}." if len(known) > 1 else f"{lowest}."
    return f"{ends} {text}".strip()
