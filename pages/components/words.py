"""Sentences by rule: each says what the figures say, and 'no real change' when that is so."""

import datetime as dt
from collections.abc import Sequence
from itertools import takewhile

import workflow
from pages.components.phrases import listed
from workflow import Gap, Situation

Row = dict


def percent(rate: float | None) -> str:
    """A rate as 63.6%; a dash when there is none."""
    return "–" if rate is None else f"{100 * rate:.1f}%"


def points(difference: float) -> str:
    """The size of a difference of rates as 3.4 points; 'less than 0.1 points' rather than 0.0."""
    size = abs(100 * difference)
    return "less than 0.1 points" if size < 0.05 else f"{size:.1f} point{'' if f'{size:.1f}' == '1.0' else 's'}"


def month(day: dt.date) -> str:
    """A month as Oct 2026."""
    return f"{day:%b %Y}"


def interval(row: Row) -> str:
    """An interval as 62.8% to 64.4%."""
    return f"{percent(row['low'])} to {percent(row['high'])}"


def period(row: Row) -> str:
    """A period in words: 'year to Sep 2026', 'Sep 2026'."""
    return f"year to {month(row['period_end'])}" if row["period_kind"] == "year" else month(row["period_end"])


def upper_first(text: str) -> str:
    """The start of a sentence; the rest stays as it is (Jun stays Jun)."""
    return text[:1].upper() + text[1:]


def headline(situations: Sequence[Situation]) -> str:
    """The scorecard's one sentence: how many figures really changed on a year ago, and which got worse."""
    judged = [s for s in situations if s.verdict != "unknown"]
    if not judged:
        return "The first figures are in; a year from now they can be compared"
    better = [s for s in judged if s.verdict == "better"]
    worse = [s for s in judged if s.verdict == "worse"]
    of = f"of {len(judged)} shared figures"
    if not better and not worse:
        return f"None {of} really changed in a year"
    named = listed([f"“{s.indicator.title}”" for s in worse[:2]])
    more = f" and {len(worse) - 2} more" if len(worse) > 2 else ""
    if not worse:
        return f"{len(better)} {of} got better in a year; none got worse"
    if not better:
        return f"{named}{more} got worse in a year; no shared figure got better"
    return f"{named}{more} got worse in a year, while {len(better)} {of} got better"


def changed(s: Situation) -> str:
    """The change on a year ago in words, with its interval."""
    if s.change is None or s.ago is None:
        return "No figure of a year ago to compare with."
    low, high = sorted((100 * s.change.low, 100 * s.change.high))
    span = f"95% interval {low:+.1f} to {high:+.1f}".replace("-", "−")
    if s.change.verdict == "no change":
        return f"No real change on {percent(s.ago['rate'])} a year ago ({span})."
    way = "Up" if s.change.difference > 0 else "Down"
    return f"{way} {points(s.change.difference)} from {percent(s.ago['rate'])} a year ago ({span})."


def since(s: Situation) -> str:
    """Up to when every year really differed from the present one, for the worse or the better; else empty."""
    if s.now is None or s.verdict not in ("better", "worse"):
        return ""
    end = s.now["period_end"]
    differing = list(takewhile(lambda y: y["period_end"] < end and _differs(s, y), s.years))
    if not differing:
        return ""
    last = differing[-1]
    return f"Different from every year up to {month(last['period_end'])} ({percent(last['rate'])})."


def _differs(s: Situation, year: Row) -> bool:
    change = workflow.difference(s.now, year, s.indicator.better)
    return change is not None and change.verdict == s.verdict


def target(s: Situation) -> str:
    """Where the figure lies beside its target."""
    if s.target is None:
        return "The partnership has set no target."
    if s.now is None or s.beyond_target is None or s.now["low"] is None:
        return f"Target {percent(s.target)}."
    if s.now["low"] <= s.target <= s.now["high"]:
        return f"At the target of {percent(s.target)}, within the interval."
    side = "better than" if s.beyond_target > 0 else "short of"
    return upper_first(f"{points(s.beyond_target)} {side} the target of {percent(s.target)}.")


def benchmark(s: Situation) -> str:
    """A published figure to compare with, and its source; empty when there is none."""
    known = s.indicator.benchmark
    return f"{known.label}: {percent(known.rate)} ({known.source})." if known else ""


def indicator_sentence(s: Situation) -> str:
    """The indicator page's title: the figure, and whether it really changed."""
    if s.now is None:
        return f"{s.indicator.title}: no figure yet"
    if s.now["suppressed"]:
        return f"{s.indicator.title}: hidden to protect privacy"
    if s.now["rate"] is None:
        return f"{s.indicator.title}: not known"
    figure = f"{s.indicator.title}: {percent(s.now['rate'])} in the {period(s.now)}"
    if s.change is None:
        return figure
    if s.change.verdict == "no change":
        return f"{figure}, no real change in a year"
    return f"{figure}, {s.change.verdict} by {points(s.change.difference)} in a year"


def gap(g: Gap, release_period: str) -> str:
    """The widest gap in one sentence."""
    ahead = workflow.category_label(g.stratifier, g.ahead["category"])
    behind = workflow.category_label(g.stratifier, g.behind["category"])
    by = workflow.stratum_title(g.stratifier, g.indicator.own_strata).lower()
    return (
        f"The widest gap is in “{g.indicator.title}” by {by}: {ahead} {percent(g.ahead['rate'])}, "
        f"{behind} {percent(g.behind['rate'])}, {points(g.change.difference)} apart ({release_period})"
    )


def alike(beside: Sequence[tuple[str, str]]) -> str:
    """Partners beside the partnership's figure: `beside` is (name, better|worse|alike|unknown)."""
    ahead, behind = ([n for n, b in beside if b == word] for word in ("better", "worse"))
    same = sum(b == "alike" for _, b in beside)
    parts = []
    if ahead:
        parts.append(f"{listed(ahead)} {'stands' if len(ahead) == 1 else 'stand'} better than the partnership")
    if behind:
        parts.append(f"{listed(behind)} {'stands' if len(behind) == 1 else 'stand'} worse")
    if not parts:
        return "The partners are alike: every interval holds the partnership's figure." if same > 1 else ""
    rest = f"; the other {'one is' if same == 1 else f'{same} are'} alike" if same else ""
    return f"{', '.join(parts)}{rest}."


def extremes(shown: Sequence[tuple[str, Row]]) -> str:
    """The lowest and the highest of named figures, and how many are hidden: a chart of dots in words."""
    known = sorted(((row["rate"], name) for name, row in shown if row["rate"] is not None))
    hidden = sum(row["suppressed"] for _, row in shown)
    told = f"{hidden} hidden to protect privacy." if hidden else ""
    if not known:
        return told
    (low, lowest), (high, highest) = known[0], known[-1]
    ends = (
        f"From {lowest} {percent(low)} to {highest} {percent(high)}." if len(known) > 1 else f"{lowest} {percent(low)}."
    )
    return f"{ends} {told}".strip()
